import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Pegbar
import Testing

/// A small production for tests: numbered media in a folder, cuts over them, renders of those.
final class Show {
  let folder: TempFolder
  /// The least that every encoder takes: DNxHR wants 256x120.
  let raster = Raster(256, 144)
  let pool = FramePool(idleLimit: 16 << 20)
  let identities: SourceIdentities

  init() throws {
    folder = try TempFolder()
    identities = SourceIdentities(folder: nil)
  }

  private static let srgb = ColorTags(primaries: .bt709, transfer: .srgb, matrix: .rgb, range: .full)

  /// A PNG sequence `NAME.####.png` whose pictures say `value(i)`; i from 0, numbered from `first`.
  func sequence(_ name: String, count: Int, first: Int = 1001, value: (Int) -> Int = { $0 }) throws {
    for index in 0..<count { try still("\(name).\(first + index).png", value: value(index)) }
  }

  /// A PNG that says `value`.
  func still(_ name: String, value: Int, raster: Raster? = nil) throws {
    let format = try #require(PixelFormat(named: "rgb24"))
    let frame = try NumberedPicture.frame(
      value, format: format, raster: raster ?? self.raster, tags: Self.srgb, pool: pool)
    try StillWriter.write(frame, to: folder.file(name))
  }

  /// A movie of numbered pictures, encoded by the ffmpeg command from raw pictures of ours: an encoder that is not under test.
  func movie(
    _ name: String, count: Int, rate: String, codec: [String], filter: [String] = [], first: Int = 0
  ) throws {
    let format = try #require(PixelFormat(named: "yuv420p"))
    var bytes = Data()
    for index in 0..<count {
      let frame = try NumberedPicture.frame(
        first + index, format: format, raster: raster, tags: .bt709, pool: pool)
      bytes.append(contentsOf: frame.tightBytes)
    }
    try DrawnMedia.put(
      folder.file(name),
      ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", raster.description, "-r", rate, "-i", "-"] + filter
        + ["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"] + codec,
      input: bytes)
  }

  /// Writes an OTIO file from track texts.
  func cut(
    _ name: String = "cut.otio", rate: String = "24", tracks: [String], settings: String = ""
  ) throws -> Cut {
    let start = rate == "24" ? 24.0 : rate == "24000/1001" ? 23.976023976023978 : 29.97002997002997
    let base = rate == "30000/1001" ? 30 : 24
    let text = """
      {"OTIO_SCHEMA": "Timeline.1", "name": "\(name)", "metadata": {"pegbar": {"rate": "\(rate)", "raster": [\(raster.width), \(raster.height)]\(settings)}},
       "global_start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": \(start), "value": \(base * 3600)},
       "tracks": {"OTIO_SCHEMA": "Stack.1", "name": "tracks", "children": [\(tracks.joined(separator: ","))]}}
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
    return try Cut(reading: folder.file(name))
  }

  static func track(_ children: [String], kind: String = "Video") -> String {
    #"{"OTIO_SCHEMA": "Track.1", "name": "", "kind": "\#(kind)", "children": [\#(children.joined(separator: ","))]}"#
  }

  static func range(_ start: Double, _ duration: Double, _ rate: Double) -> String {
    #"{"OTIO_SCHEMA": "TimeRange.1", "start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": \#(rate), "value": \#(start)}, "duration": {"OTIO_SCHEMA": "RationalTime.1", "rate": \#(rate), "value": \#(duration)}}"#
  }

  static func clip(
    _ name: String, _ url: String, start: Double, duration: Double, rate: Double, effects: String = "",
    pegbar: String = "", available: String? = nil
  ) -> String {
    let has = available.map { #", "available_range": \#($0)"# } ?? ""
    return
      #"{"OTIO_SCHEMA": "Clip.1", "name": "\#(name)", "metadata": {"pegbar": {\#(pegbar)}}, "effects": [\#(effects)], "source_range": \#(range(start, duration, rate)), "media_reference": {"OTIO_SCHEMA": "ExternalReference.1", "target_url": "\#(url)"\#(has)}}"#
  }

  static func sequenceClip(
    _ name: String, _ prefix: String, first: Int = 1001, start: Int, duration: Int, rate: Double = 24,
    count: Int, effects: String = "", pegbar: String = ""
  ) -> String {
    #"{"OTIO_SCHEMA": "Clip.1", "name": "\#(name)", "metadata": {"pegbar": {\#(pegbar)}}, "effects": [\#(effects)], "source_range": \#(range(Double(start), Double(duration), rate)), "media_reference": {"OTIO_SCHEMA": "ImageSequenceReference.1", "target_url_base": "", "name_prefix": "\#(prefix).", "name_suffix": ".png", "start_frame": \#(first), "frame_step": 1, "rate": \#(rate), "frame_zero_padding": 4, "missing_frame_policy": "error", "available_range": \#(range(Double(first), Double(count), rate))}}"#
  }

  static func warp(_ scalar: String) -> String {
    #"{"OTIO_SCHEMA": "LinearTimeWarp.1", "name": "", "effect_name": "LinearTimeWarp", "time_scalar": \#(scalar), "metadata": {}}"#
  }
  static let freeze =
    #"{"OTIO_SCHEMA": "FreezeFrame.1", "name": "", "effect_name": "FreezeFrame", "time_scalar": 0, "metadata": {}}"#
  static func dissolve(_ before: Int, _ after: Int, rate: Double = 24) -> String {
    #"{"OTIO_SCHEMA": "Transition.1", "name": "", "transition_type": "SMPTE_Dissolve", "in_offset": {"OTIO_SCHEMA": "RationalTime.1", "rate": \#(rate), "value": \#(before)}, "out_offset": {"OTIO_SCHEMA": "RationalTime.1", "rate": \#(rate), "value": \#(after)}}"#
  }

  // MARK: Rendering

  static func presets() throws -> PresetLibrary {
    try PresetLibrary(searching: nil, workingFolder: URL(fileURLWithPath: #filePath).deletingLastPathComponent().path)
  }

  func options(threads: Int = 2) -> RenderOptions {
    RenderOptions(threads: threads, memory: 1 << 30, identities: identities)
  }

  @discardableResult
  func render(
    _ cut: Cut, _ preset: String = "ffv1-archive", to name: String, options: RenderOptions? = nil
  ) throws -> RenderReport {
    let deliverable = try Self.presets().deliverable(named: preset)
    return try Renderer(try cut.plan(), options: options ?? self.options())
      .render(to: [RenderOutput(deliverable, path: folder.file(name))])
  }

  /// The numbers that the pictures of a rendered master say, in order.
  func numbers(_ name: String) throws -> [Int?] {
    let reader = try MovieReader(path: folder.file(name), threads: 1, pool: pool, cacheLimit: 0)
    return try (0..<reader.index.count).map { NumberedPicture.number(of: try reader.picture($0)) }
  }

  func sha(_ name: String) throws -> [UInt8] { try Digest.ofFile(folder.file(name), .sha256) }
}
