import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

/// A short film in a folder: numbered drawings, shots with takes, a long-GOP clip, sound; rendered by the built command.
///
///     frames     shot    shows
///      0…11      SH010   take a: drawings 1000…, take b: drawings 2000…; on twos
///     12…19      SH020   take c: drawings 3000…, take d: drawings 4000…
///     20…35      SH030   a movie of 24 fps, pictures 500…
///     36…47      SH040   one still, 7
final class Film {
  let folder: TempFolder
  static let raster = Raster(256, 144)
  private let pool = FramePool(idleLimit: 16 << 20)

  static let duration = 48
  /// The generator's words that lie in the PNG files of take b.
  static let prompt = "a lighthouse keeper's cat, ink and gouache"

  init() throws {
    folder = try TempFolder()
    try FileManager.default.createDirectory(atPath: file("show/media"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: file("show/out"), withIntermediateDirectories: true)
    for (take, base) in [("a", 1000), ("b", 2000), ("c", 3000), ("d", 4000)] {
      for index in 0..<12 { try drawing("show/media/\(take).\(1001 + index).png", base + index) }
    }
    try drawing("show/media/still.png", 7)
    try movie("show/media/clip.mp4", count: 24, first: 500)
    try DrawnMedia.put(
      file("show/media/tone.wav"),
      ["-f", "lavfi", "-i", "sine=440:r=48000:d=2", "-af", "volume=0.5", "-c:a", "pcm_s16le"])
    try writeCut("show/cut.otio")
  }

  /// A path in the film's folder.
  func file(_ name: String) -> String { folder.file(name) }

  // MARK: Media

  private static let srgb = ColorTags(primaries: .bt709, transfer: .srgb, matrix: .rgb, range: .full)

  /// A PNG whose picture says `number`; those of take b bear a generator's metadata, as AUTOMATIC1111 writes them.
  func drawing(_ name: String, _ number: Int) throws {
    let format = try #require(PixelFormat(named: "rgb24"))
    let frame = try NumberedPicture.frame(number, format: format, raster: Self.raster, tags: Self.srgb, pool: pool)
    try StillWriter.write(frame, to: file(name))
    guard name.contains("/b.") else { return }
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(name))))
    let text = "parameters\0\(Self.prompt)\nSteps: 20, Sampler: Euler a, Seed: 42, Model: paperdream"
    let chunk = Array("tEXt".utf8) + Array(text.utf8)
    let length = UInt32(text.utf8.count)
    // After the signature and IHDR: 8 + 25 bytes (PNG, clause 5.3 and 11.2.2).
    bytes.insert(contentsOf: Self.big(length) + chunk + Self.big(Self.crc(chunk)), at: 33)
    try Data(bytes).write(to: URL(fileURLWithPath: file(name)))
  }

  private static func big(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (24 - 8 * $0) & 255) } }

  /// CRC-32 of PNG, annex D, bit by bit.
  private static func crc(_ bytes: [UInt8]) -> UInt32 {
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return crc ^ 0xFFFF_FFFF
  }

  /// A long-GOP movie at 24 fps by the ffmpeg command.
  func movie(_ name: String, count: Int, first: Int) throws {
    let format = try #require(PixelFormat(named: "yuv420p"))
    var bytes = Data()
    for index in 0..<count {
      let frame = try NumberedPicture.frame(
        first + index, format: format, raster: Self.raster, tags: .bt709, pool: pool)
      bytes.append(contentsOf: frame.tightBytes)
    }
    try DrawnMedia.put(
      file(name),
      [
        "-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", Self.raster.description, "-r", "24", "-i", "-",
        "-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv", "-c:v",
        "libx264", "-g", "8", "-bf", "2", "-crf", "12",
      ], input: bytes)
  }

  // MARK: The cut

  /// Writes the cut.
  ///
  /// - Parameters:
  ///   - stillOpacity: of SH040.
  ///   - inFrame: SH030's first picture.
  func writeCut(
    _ name: String, takes: [String: String] = [:], rate: String = "24", stillOpacity: String = "1", inFrame: Int = 4
  ) throws {
    let fps = rate == "24" ? 24.0 : rate == "24000/1001" ? 23.976023976023978 : 29.97002997002997
    func range(_ start: Int, _ count: Int, _ rate: Double = fps) -> String {
      #"{"OTIO_SCHEMA": "TimeRange.1", "start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": \#(rate), "value": \#(start)}, "duration": {"OTIO_SCHEMA": "RationalTime.1", "rate": \#(rate), "value": \#(count)}}"#
    }
    func sequence(_ take: String, _ pegbar: String = "") -> String {
      #"{"OTIO_SCHEMA": "ImageSequenceReference.1", "metadata": {"pegbar": {\#(pegbar)}}, "target_url_base": "media/", "name_prefix": "\#(take).", "name_suffix": ".png", "start_frame": 1001, "frame_step": 1, "rate": \#(fps), "frame_zero_padding": 4, "missing_frame_policy": "error", "available_range": \#(range(1001, 12))}"#
    }
    func external(_ url: String) -> String {
      #"{"OTIO_SCHEMA": "ExternalReference.1", "target_url": "\#(url)"}"#
    }
    func clip(_ name: String, _ references: [(String, String)], _ range: String, _ pegbar: String = "") -> String {
      let list = references.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ")
      let active = takes[name] ?? references[0].0
      return
        #"{"OTIO_SCHEMA": "Clip.2", "name": "\#(name)", "metadata": {"pegbar": {\#(pegbar)}}, "source_range": \#(range), "media_references": {\#(list)}, "active_media_reference_key": "\#(active)"}"#
    }
    func track(_ kind: String, _ children: [String]) -> String {
      #"{"OTIO_SCHEMA": "Track.1", "name": "", "kind": "\#(kind)", "children": [\#(children.joined(separator: ", "))]}"#
    }
    let origin = #""origin": {"id": "trainedAlgorithmicMedia"}"#
    let pictures = track(
      "Video",
      [
        clip(
          "SH010", [("a", sequence("a")), ("b", sequence("b", origin))], range(1001, 12), #""step": {"frames": 2}"#),
        clip("SH020", [("c", sequence("c")), ("d", sequence("d"))], range(1001, 8)),
        clip(
          "SH030", [("DEFAULT_MEDIA", external("media/clip.mp4"))], range(inFrame, 16, 24), #""rate_mode": "frames""#),
        clip("SH040", [("DEFAULT_MEDIA", external("media/still.png"))], range(0, 12), #""opacity": \#(stillOpacity)"#),
      ])
    let sound = track("Audio", [clip("tone", [("DEFAULT_MEDIA", external("media/tone.wav"))], range(0, 40))])
    let text = """
      {"OTIO_SCHEMA": "Timeline.1", "name": "film", "metadata": {"pegbar": {"rate": "\(rate)", "raster": [\(Self.raster.width), \(Self.raster.height)]}},
       "global_start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": \(fps), "value": \(rate == "30000/1001" ? 108000 : 86400)},
       "tracks": {"OTIO_SCHEMA": "Stack.1", "name": "tracks", "children": [\(pictures), \(sound)]}}
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
  }

  // MARK: Rendering

  /// Runs the command and expects an exit status.
  @discardableResult
  func run(_ arguments: String..., status: Int32 = 0) throws -> Tool.Output {
    let output = try BuiltCommand.run(arguments)
    #expect(output.status == status, "\(arguments.joined(separator: " ")): \(output.stderr)")
    return output
  }

  /// Renders the cut and gives the master's report.
  @discardableResult
  func render(_ preset: String, _ name: String, cut: String = "show/cut.otio", _ more: [String] = []) throws -> JSONTree
  {
    try BuiltCommand.json(["render", file(cut), "-p", preset, "-o", file(name)] + more)["masters"][0]
  }

  func sha(_ name: String) throws -> [UInt8] { try Digest.ofFile(file(name), .sha256) }

  /// Presets with the names of masters that cover every container and both kinds of encoder.
  static let masters = [
    ("prores-422-hq", "show/out/film.mov"), ("h264-review", "show/out/film.mp4"), ("ffv1-archive", "show/out/film.mkv"),
    ("dnxhr-hqx", "show/out/film.mxf"), ("png-sequence", "show/out/film"),
  ]
}
