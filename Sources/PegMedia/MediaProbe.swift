internal import CFFmpeg
import Foundation
import PegCore

/// Finds out what a piece of media is. Reads headers and packets; decodes only where they do not tell.
public enum MediaProbe {
  /// What `path` is: a movie, a sound file, a still, or a sequence.
  ///
  /// A sequence is named by a pattern (``SequencePattern``), by its folder, or by any one of its frames.
  ///
  /// - Parameter expanding: whether a still that is one frame of a sequence stands for the sequence.
  /// - Throws: ``MediaError`` for what is missing, cannot be opened, or is no media. What is wrong with media that opens
  ///   is among its findings.
  public static func facts(of path: String, expanding: Bool = true) throws(MediaError) -> MediaFacts {
    let file: FileFacts
    do throws(MediaError) {
      file = try FileFacts(path)
    } catch {
      guard error.kind == .missingInput, let pattern = SequencePattern(parsing: path) else { throw error }
      return try SequenceProbe.facts(try SequenceScan(pattern))
    }
    if file.isFolder { return try SequenceProbe.facts(try SequenceScan.inFolder(path)) }
    try FileFacts.requireReadable(path)
    let head = try FileBytes.head(of: path, count: 64)
    let format = head.withUnsafeBytes { ImageFormat.of(Bytes($0), path: path) }
    guard format != nil || ImageFormat.extensions.contains(FileName.extension(of: path)) else {
      return try MovieProbe.facts(of: path)
    }
    // An animation is a movie, whatever digits its name has.
    let isAnimated = (try? StillFile.header(of: path).isAnimated) ?? false
    if expanding, !isAnimated, let (pattern, _) = SequencePattern.containing(path) {
      let scan = try SequenceScan(pattern)
      if scan.files.count > 1, !pattern.tellsPicturesApart(scan.files.map(\.number)) {
        return try SequenceProbe.facts(scan)
      }
    }
    let still = try StillFile(path: path)
    let header = try still.header()
    if header.isAnimated { return try MovieProbe.facts(of: path, header: header) }
    return try facts(of: still, header)
  }

  private static func facts(of file: StillFile, _ header: StillHeader) throws(MediaError) -> MediaFacts {
    if let refusal = header.refusal { throw MediaError(.badInput, .open, file.path, refusal) }
    if let damage = header.damage {
      throw MediaError(.badInput, .read, file.path, damage, hint: "render or copy that frame again")
    }
    try header.requireUsableSize(file.path)
    var facts = MediaFacts(kind: .still, path: file.path, container: header.format.rawValue)
    facts.video = try header.videoFacts(of: file)
    facts.metadata = header.metadata
    facts.generator = GeneratorMetadata.facts(header.metadata)
    facts.findings = header.findings(at: file.path)
    facts.bytes = file.fileSize
    facts.files = [NumberedFile(number: 0, path: file.path)]
    return facts
  }
}

extension StillHeader {
  /// What the stream of pictures is that `file` is one of.
  func videoFacts(of file: StillFile) throws(MediaError) -> VideoFacts {
    let pool = FramePool(idleLimit: 0)
    let name = try file.pixelFormat(self, pool: pool)
    let pixels = PictureFormat.format(named: name)
    var alpha = pixels?.hasAlpha == true ? alphaMode : .opaque
    // A palette says only in its colours whether any is transparent.
    if pixels?.family == .palette, alpha != .opaque {
      alpha = samples.contains("tRNS") || format == .gif ? .straight : .opaque
    }
    return VideoFacts(
      codec: file.codecName(self), raster: raster, pixelAspect: pixelAspect, pixelFormat: name,
      tags: tags.settled(for: name, family: pixels?.family), color: color, alpha: alpha, rate: rate, frameCount: 1,
      startTimecode: timecode.flatMap { code in rate.flatMap { try? Timecode(parsing: code, rate: $0) } })
  }

  func findings(at place: String) -> [Finding] {
    var list = findings.map { Finding($0.code, $0.severity, $0.message, at: place) }
    if let profile = color.profile {
      let name = profile.name.isEmpty ? "an ICC profile" : "the ICC profile \(profile.name)"
      list.append(
        Finding("color.icc", .note, "it carries \(name)", at: place))
    }
    if orientation != 1 {
      list.append(
        Finding(
          "picture.orientation", .warning, "its EXIF orientation is \(orientation); it is shown as stored", at: place,
          hint: "rotate it and save it again"))
    }
    return list
  }
}
