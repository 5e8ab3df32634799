import Foundation
public import PegColor
public import PegCore
public import PegMedia
public import PegPlan
public import PegPreset

/// A deliverable for one plan: everything the preset left to the cut is decided, and nothing is decided later.
public struct ResolvedDelivery: Sendable {
  public let deliverable: Deliverable
  /// What the encoder is fed: format, raster, tags, alpha.
  public let picture: PictureShape
  public let encoder: EncoderSettings
  public let container: ContainerFormat
  public let muxerOptions: [EncoderOption]
  /// Layout of each sound track; empty when the cut is silent or the deliverable has none.
  public let tracks: [ChannelLayout]
  /// The label of the first frame where the deliverable carries timecode.
  public let timecode: Timecode?
  /// Where the master goes: the file, or the folder of a sequence.
  public let path: String
  /// Names of a sequence's images; `nil` for files.
  public let names: ImageNames?
  /// SHA-256 of the resolved preset.
  public let presetHash: [UInt8]
  /// Decisions worth knowing.
  public let findings: [Finding]

  /// Decides what the preset leaves open.
  ///
  /// - Parameters:
  ///   - path: the output, whose extension picks the container.
  ///   - range: the record frames that will be rendered.
  ///   - streaming: the output is a pipe, which `path` only names: the preset picks the container.
  /// - Throws: ``PegError`` of kind `usage` when the preset and the cut or the path do not go together.
  public init(
    _ deliverable: Deliverable, for plan: FramePlan, path: String, range: FrameRange, streaming: Bool = false
  ) throws(PegError) {
    var findings: [Finding] = []
    let video = deliverable.video
    let place =
      streaming
      ? (container: try deliverable.container.streamFormat(preset: deliverable.name), path: path, names: nil)
      : try Self.place(deliverable, path, plan.name)
    container = place.container
    names = place.names
    self.path = place.path
    presetHash = Digest.of(Array(deliverable.canonical.utf8), .sha256)
    guard video.allows(plan.rate) else {
      let rates = video.rates.map(\.spoken).joined(separator: ", ")
      throw PegError(
        .usage, "\(deliverable.name) has no rate of \(plan.rate.spoken) fps, which the cut has", hint: "it has \(rates)"
      )
    }
    let matched = Self.match(video.pixelFormat, plan)
    let format = matched.format
    let raster = video.raster ?? plan.raster
    try Self.check(raster, format, deliverable.name)
    var tags = video.color(for: format)
    if let source = matched.tags { tags = source }
    picture = PictureShape(format: format, raster: raster, tags: tags, alpha: video.alpha(for: format))
    if !format.hasAlpha, plan.sources.contains(where: { $0.alpha != .opaque && $0.kind != .audio }) {
      findings.append(
        Finding(
          "delivery.alpha", .note, "\(deliverable.name) has no alpha: the cut is composited over black", at: plan.name))
    }
    var quantiser: Int?
    if case .quantiser(let value) = video.rateControl { quantiser = value }
    // Profile and quantiser have fields of their own, flags are the encoder wrapper's.
    let options = video.encoderOptions.filter { !["profile", "global_quality", "flags"].contains($0.key) }
    let flags = video.isIntra ? [] : [EncoderSettings.Option("flags", "+cgop")]
    encoder = EncoderSettings(
      codec: video.codec.encoder, profile: video.profile, tag: video.tag, pixelFormat: format, raster: raster,
      rate: plan.rate, pixelAspect: plan.pixelAspect, tags: tags, alpha: picture.alpha,
      options: flags + options.map { .init($0.key, $0.value) }, quantiser: quantiser, threads: video.threads,
      wantsGlobalHeader: ["mov", "mp4", "matroska"].contains(container.muxer), reorderDepth: video.reorderDepth)
    if encoder.ownMemory > 512 << 20 {
      findings.append(
        Finding(
          "delivery.encoder_memory", .note,
          "the encoder of \(video.codec.encoder) takes \(encoder.ownMemory >> 20) MiB for itself at \(raster), beside --memory",
          at: plan.name))
    }
    muxerOptions = deliverable.container.muxerOptions(for: container, streaming: streaming)
    timecode = deliverable.timecode.track ? plan.start.advanced(by: range.start) : nil
    if plan.sound.events.isEmpty || container.isSequence {
      tracks = []
      if deliverable.audio != nil, plan.sound.events.isEmpty {
        findings.append(
          Finding("delivery.silent", .note, "the cut has no sound: the master has no sound track", at: plan.name))
      }
    } else if let audio = deliverable.audio {
      tracks = audio.tracks(for: [])
    } else {
      tracks = []
    }
    if deliverable.audio == nil, !plan.sound.events.isEmpty {
      findings.append(
        Finding(
          "delivery.no_sound", .note, "\(deliverable.name) carries no sound: the cut's is left out", at: plan.name))
    }
    self.deliverable = deliverable
    self.findings = findings
  }

  /// Where a deliverable goes. A sequence goes to a folder: `frames`, or the folder of `frames/shot.####.png`, which names its
  /// images too.
  private static func place(
    _ deliverable: Deliverable, _ path: String, _ name: String
  ) throws(PegError) -> (container: ContainerFormat, path: String, names: ImageNames?) {
    guard let first = deliverable.container.formats.first, let format = ContainerFormat(extension: first),
      format.isSequence
    else { return (try deliverable.container.format(forFile: path), path, nil) }
    let url = URL(fileURLWithPath: path)
    if url.pathExtension.lowercased() == format.fileExtension {
      guard let names = ImageNames(pattern: url.lastPathComponent, first: deliverable.naming.firstFrame) else {
        throw PegError(
          .usage, "\(path) names one image, and \(deliverable.name) is a sequence",
          hint: "give a folder, or a name such as \(url.deletingPathExtension().lastPathComponent).####.\(first)")
      }
      return (format, url.deletingLastPathComponent().path, names)
    }
    return (format, path, ImageNames(deliverable.naming, name: name))
  }

  /// The format that a `match` preset takes for this cut, with the tags it then keeps.
  ///
  /// Sources that all have one format, one set of tags and the cut's raster, and that the cut neither composites nor
  /// changes, pass untouched; anything else goes into the fallback, whose depth keeps what the arithmetic gives.
  private static func match(_ choice: PixelFormatChoice, _ plan: FramePlan) -> (format: PixelFormat, tags: ColorTags?) {
    guard case .match = choice else { return (choice.resolve(for: []), nil) }
    let pictures = plan.sources.filter { $0.kind != .audio }
    let formats = pictures.map { PixelFormat(named: $0.pixelFormat) }
    let known = formats.compactMap(\.self)
    let alike = Set(pictures.map(\.tags)).count == 1 && Set(pictures.map(\.alpha)).count == 1
    let placed = pictures.allSatisfy { $0.raster == plan.raster && $0.view == nil }
    guard known.count == formats.count, !known.isEmpty, alike, placed, plan.isUntouched, let first = pictures.first
    else {
      return (choice.resolve(for: []), nil)
    }
    let format = choice.resolve(for: known)
    let sameFamily = known.allSatisfy { $0.family == format.family || $0.family == .palette }
    return (format, sameFamily && format.family == .ycbcr ? first.tags : nil)
  }

  private static func check(_ raster: Raster, _ format: PixelFormat, _ name: String) throws(PegError) {
    let step = (x: 1 << format.chromaShift.x, y: 1 << format.chromaShift.y)
    guard raster.width % step.x == 0, raster.height % step.y == 0 else {
      throw PegError(
        .usage, "\(name) stores colour for every \(step.x)x\(step.y) pixels, which \(raster) is no multiple of",
        hint: "give the cut an even raster with --raster")
    }
  }
}

extension FramePlan {
  /// Whether every record frame shows one source as it is, one colour, or nothing.
  fileprivate var isUntouched: Bool {
    spans.allSatisfy { span in
      span.layers.count <= 1 && span.layers.allSatisfy(\.isUntouched)
    }
  }
}

extension PlannedLayer {
  fileprivate var isUntouched: Bool {
    guard opacity == .constant(1), blend == .over, grade.isEmpty else { return false }
    switch content {
    case .media, .solid: return true
    case .slate, .generator, .group, .dissolve: return false
    }
  }
}
