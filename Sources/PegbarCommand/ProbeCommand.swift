import ArgumentParser
import Foundation
import Pegbar

struct ProbeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe", abstract: "What a clip, a still or an image sequence is.",
    discussion: """
      A sequence is named by its pattern (shot.####.png, shot.%04d.png, shot.[1001-1100].png), by its folder, or by any
      frame of it.
      """)

  @Argument(help: ArgumentHelp("Media files, patterns or folders.", valueName: "PATH"))
  var paths: [String]

  @OptionGroup var report: ReportOptions

  func run() throws {
    var parts: [Report] = []
    var failed: MediaError?
    for path in paths {
      do throws(MediaError) {
        parts.append(try MediaProbe.facts(of: path).report)
      } catch {
        // One broken file does not keep the others from being said.
        if paths.count > 1 { Console.error(error.sentence, hint: error.hint) }
        failed = failed ?? error
      }
    }
    if paths.count > 1 || failed == nil { try report.say(Report("probe", parts: ReportParts("media", parts))) }
    if let failed {
      if paths.count > 1 { throw FindingsFault(status: failed.kind.rawValue) }
      throw failed
    }
    try report.judge(parts.flatMap(\.findings))
  }
}

extension MediaFacts {
  /// What it is, and what its colours are taken for.
  fileprivate var report: Report {
    var report = Report(
      "probe", title: "\(path)  \(kind.rawValue), \(container), \(size(bytes))",
      facts: [
        Fact("path", .string(path)), Fact("kind", .string(kind.rawValue)), Fact("container", .string(container)),
        Fact("bytes", JSONOutput.number(bytes)),
      ], findings: findings)
    if let video { add(video, to: &report) }
    report.facts.append(Fact("audio", .array(audio.map(\.json))))
    for stream in audio {
      report.facts.append(Fact(label: "sound \(stream.stream)", text: stream.line))
    }
    if let generator {
      report.facts.append(Fact("generator", generator.json, label: "generator", text: generator.line))
      if let prompt = generator.prompt {
        report.facts.append(Fact(label: "prompt", text: Self.clipped(prompt)))
      }
    }
    report.facts.append(Fact("metadata", JSONOutput.object(metadata.map { ($0.key, .string($0.value)) })))
    return report
  }

  private func add(_ video: VideoFacts, to report: inout Report) {
    var decided: ColorDecision?
    do throws(PegError) {
      let decision = try ColorDecision(of: video, kind: kind, container: container, at: path)
      report.findings += decision.findings
      decided = decision
    } catch {
      report.findings.append(Finding("color.undecided", .warning, error.sentence, at: path, hint: error.hint))
    }
    let color =
      switch decided {
      case let decided? where video.isTagged: "\(decided.tags), alpha \(decided.alpha.rawValue)"
      case let decided?: "not tagged, taken as \(decided.tags), alpha \(decided.alpha.rawValue)"
      case nil: "\(video.isTagged ? "\(video.tags)" : "not tagged"), alpha \(video.alpha.rawValue)"
      }
    report.facts += [
      Fact("video", video.json(decided), label: "picture", text: line(of: video)),
      Fact(label: "codec", text: video.codecLine), Fact(label: "colour", text: color),
    ]
    if kind == .sequence {
      let last = video.firstNumber + video.frameCount - 1
      report.facts.append(Fact(label: "numbers", text: "\(video.firstNumber)…\(last)"))
    }
    if case .variable = video.timing {
      report.facts.append(Fact(label: "timing", text: "variable: pictures are not evenly spaced"))
    }
    if let start = video.startTimecode {
      report.facts.append(Fact(label: "timecode", text: start.description))
    }
  }

  private func line(of video: VideoFacts) -> String {
    var parts = ["\(video.raster)"]
    if video.pixelAspect != 1 { parts.append("pixel aspect \(video.pixelAspect)") }
    parts.append(video.pixelFormat)
    if let rate = video.rate {
      let stored = video.storedRate.map { " (stored as \(String(format: "%.3f", $0.double)))" } ?? ""
      parts.append("\(rate.spoken) fps\(stored)")
    }
    if kind != .still { parts.append("\(video.frameCount) frames") }
    return parts.joined(separator: ", ")
  }

  private func size(_ bytes: Int) -> String {
    ByteCountFormatter.string(fromByteCount: Int64(bytes), countStyle: .file)
  }

  private static func clipped(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count > 100 ? "\(line.prefix(99))…" : line
  }
}

extension VideoFacts {
  /// Whether the file says what its colours are; where its chroma lies is not enough.
  fileprivate var isTagged: Bool {
    tags.primaries != .unspecified || tags.transfer != .unspecified || tags.matrix != .unspecified
  }

  fileprivate var codecLine: String {
    "\(codec)\(profile.map { " \($0)" } ?? ""), \(isIntra ? "intra" : "long-GOP")\(isInterlaced ? ", interlaced" : "")"
  }

  fileprivate func json(_ decided: ColorDecision?) -> JSON {
    JSONOutput.object([
      ("codec", .string(codec)), ("profile", JSONOutput.optional(profile)),
      ("width", JSONOutput.number(raster.width)), ("height", JSONOutput.number(raster.height)),
      ("pixel_aspect", .string(pixelAspect.description)), ("pixel_format", .string(pixelFormat)),
      ("rate", JSONOutput.optional(rate?.description)), ("stored_rate", JSONOutput.optional(storedRate?.description)),
      ("frames", JSONOutput.number(frameCount)), ("first_number", JSONOutput.number(firstNumber)),
      ("timecode", JSONOutput.optional(startTimecode?.description)), ("primaries", .string("\(tags.primaries)")),
      ("transfer", .string("\(tags.transfer)")), ("matrix", .string("\(tags.matrix)")),
      ("range", .string("\(tags.range)")), ("siting", .string("\(tags.siting)")),
      ("gamma", JSONOutput.optional(color.gamma?.description)),
      ("chromaticities", JSONOutput.optional(color.chromaticities?.description)),
      ("space", JSONOutput.optional(color.space)),
      ("icc_profile", JSONOutput.optional(color.profile?.name)),
      ("taken_as", JSONOutput.optional(decided.map { "\($0.tags)" })), ("view", JSONOutput.optional(decided?.view)),
      ("alpha", .string((decided?.alpha ?? alpha).rawValue)), ("intra", .bool(isIntra)),
      ("interlaced", .bool(isInterlaced)), ("variable", .bool(timing != .constant)),
    ])
  }
}

extension AudioFacts {
  fileprivate var line: String {
    let layout = layout?.name ?? "\(channels) channels"
    let seconds = sampleRate > 0 ? Double(sampleCount) / Double(sampleRate) : 0
    return "\(codec), \(sampleRate) Hz, \(layout), \(sampleCount) samples (\(String(format: "%.3f", seconds)) s)"
  }

  fileprivate var json: JSON {
    JSONOutput.object([
      ("stream", JSONOutput.number(stream)), ("codec", .string(codec)),
      ("sample_rate", JSONOutput.number(sampleRate)), ("channels", JSONOutput.number(channels)),
      ("layout", JSONOutput.optional(layout?.name)), ("samples", JSONOutput.number(sampleCount)),
      ("bits", JSONOutput.number(bits)),
    ])
  }
}

extension GeneratorFacts {
  fileprivate var line: String {
    [tool, model.map { "model \($0)" }, seed.map { "seed \($0)" }].compactMap(\.self).joined(separator: ", ")
  }

  fileprivate var json: JSON {
    JSONOutput.object([
      ("tool", .string(tool)), ("model", JSONOutput.optional(model)), ("prompt", JSONOutput.optional(prompt)),
      ("seed", JSONOutput.optional(seed)),
    ])
  }
}
