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
    var facts: [MediaFacts] = []
    var failed: MediaError?
    for path in paths {
      do throws(MediaError) {
        facts.append(try MediaProbe.facts(of: path))
      } catch {
        // One broken file does not keep the others from being said.
        if paths.count > 1 { Console.error(error.sentence, hint: error.hint) }
        failed = failed ?? error
      }
    }
    if report.json {
      try JSONOutput.print("probe", [("media", .array(facts.map(\.json)))])
    } else {
      for (index, fact) in facts.enumerated() {
        if index > 0 { try Console.print("") }
        try Console.print(fact.lines.joined(separator: "\n"))
        Console.findings(fact.findings)
      }
    }
    if let failed {
      if paths.count > 1 { throw FindingsFault(status: failed.kind.rawValue) }
      throw failed
    }
    try report.judge(facts.flatMap(\.findings))
  }
}

extension MediaFacts {
  fileprivate var lines: [String] {
    var list = ["\(path)  \(kind.rawValue), \(container), \(size(bytes))"]
    if let video {
      var parts = ["\(video.raster)"]
      if video.pixelAspect != 1 { parts.append("pixel aspect \(video.pixelAspect)") }
      parts.append(video.pixelFormat)
      if let rate = video.rate {
        let stored = video.storedRate.map { " (stored as \(decimal($0)))" } ?? ""
        parts.append("\(rate.spoken) fps\(stored)")
      }
      if kind != .still { parts.append("\(video.frameCount) frames") }
      list.append("  picture   \(parts.joined(separator: ", "))")
      let depth = video.isIntra ? "intra" : "long-GOP"
      list.append(
        "  codec     \(video.codec)\(video.profile.map { " \($0)" } ?? ""), \(depth)\(video.isInterlaced ? ", interlaced" : "")"
      )
      let untagged = video.tags == .unspecified ? "not tagged" : "\(video.tags)"
      list.append("  colour    \(untagged), alpha \(video.alpha.rawValue)")
      if kind == .sequence {
        list.append("  numbers   \(video.firstNumber)…\(video.firstNumber + video.frameCount - 1)")
      }
      if case .variable = video.timing { list.append("  timing    variable: pictures are not evenly spaced") }
      if let start = video.startTimecode { list.append("  timecode  \(start)") }
    }
    for stream in audio {
      let layout = stream.layout?.name ?? "\(stream.channels) channels"
      let seconds = stream.sampleRate > 0 ? Double(stream.sampleCount) / Double(stream.sampleRate) : 0
      list.append(
        "  sound \(stream.stream)   \(stream.codec), \(stream.sampleRate) Hz, \(layout), "
          + "\(stream.sampleCount) samples (\(String(format: "%.3f", seconds)) s)")
    }
    if let generator {
      var parts = [generator.tool]
      if let model = generator.model { parts.append("model \(model)") }
      if let seed = generator.seed { parts.append("seed \(seed)") }
      list.append("  generator \(parts.joined(separator: ", "))")
      if let prompt = generator.prompt { list.append("  prompt    \(clipped(prompt))") }
    }
    return list
  }

  private func size(_ bytes: Int) -> String {
    ByteCountFormatter.string(fromByteCount: Int64(bytes), countStyle: .file)
  }
  private func decimal(_ value: Rational) -> String { String(format: "%.3f", value.double) }
  private func clipped(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    return line.count > 100 ? "\(line.prefix(99))…" : line
  }

  fileprivate var json: JSON {
    var pairs: [(String, JSON)] = [
      ("path", .string(path)), ("kind", .string(kind.rawValue)), ("container", .string(container)),
      ("bytes", JSONOutput.number(bytes)),
    ]
    if let video {
      pairs.append(
        (
          "video",
          JSONOutput.object([
            ("codec", .string(video.codec)), ("profile", JSONOutput.optional(video.profile)),
            ("width", JSONOutput.number(video.raster.width)), ("height", JSONOutput.number(video.raster.height)),
            ("pixel_aspect", .string(video.pixelAspect.description)), ("pixel_format", .string(video.pixelFormat)),
            ("rate", JSONOutput.optional(video.rate?.description)),
            ("stored_rate", JSONOutput.optional(video.storedRate?.description)),
            ("frames", JSONOutput.number(video.frameCount)), ("first_number", JSONOutput.number(video.firstNumber)),
            ("timecode", JSONOutput.optional(video.startTimecode?.description)),
            ("primaries", .string("\(video.tags.primaries)")), ("transfer", .string("\(video.tags.transfer)")),
            ("matrix", .string("\(video.tags.matrix)")), ("range", .string("\(video.tags.range)")),
            ("siting", .string("\(video.tags.siting)")), ("alpha", .string(video.alpha.rawValue)),
            ("intra", .bool(video.isIntra)), ("interlaced", .bool(video.isInterlaced)),
            ("variable", .bool(video.timing != .constant)),
          ])
        ))
    }
    pairs.append(
      (
        "audio",
        .array(
          audio.map {
            JSONOutput.object([
              ("stream", JSONOutput.number($0.stream)), ("codec", .string($0.codec)),
              ("sample_rate", JSONOutput.number($0.sampleRate)), ("channels", JSONOutput.number($0.channels)),
              ("layout", JSONOutput.optional($0.layout?.name)), ("samples", JSONOutput.number($0.sampleCount)),
              ("bits", JSONOutput.number($0.bits)),
            ])
          })
      ))
    if let generator {
      pairs.append(
        (
          "generator",
          JSONOutput.object([
            ("tool", .string(generator.tool)), ("model", JSONOutput.optional(generator.model)),
            ("prompt", JSONOutput.optional(generator.prompt)), ("seed", JSONOutput.optional(generator.seed)),
          ])
        ))
    }
    pairs.append(
      ("metadata", JSONOutput.object(metadata.map { ($0.key, .string($0.value)) })))
    pairs.append(("findings", JSONOutput.findings(findings)))
    return JSONOutput.object(pairs)
  }
}
