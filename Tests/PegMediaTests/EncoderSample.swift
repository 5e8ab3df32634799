import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

/// Encoder settings as presets of ours use them, on a small raster.
struct EncoderSample: Sendable, CustomTestStringConvertible {
  let name: String
  let container: String
  let settings: EncoderSettings

  var testDescription: String { name }
  /// Whether every picture stands alone.
  var isIntra: Bool { settings.reorderDepth == 0 }
}

/// The format of a name that the registry has.
func format(_ name: String) -> PixelFormat {
  guard let format = PixelFormat(named: name) else { fatalError("the registry lacks \(name)") }
  return format
}

extension EncoderSample {
  static func settings(
    _ codec: String, _ profile: String?, _ pixelFormat: String, raster: Raster = Raster(320, 180),
    rate: FrameRate = FrameRate(24), tags: ColorTags = .bt709, alpha: AlphaMode = .opaque,
    _ options: [(String, String)] = [], quantiser: Int? = nil, threads: Int = 1, reorderDepth: Int = 0,
    wantsGlobalHeader: Bool = true
  ) -> EncoderSettings {
    EncoderSettings(
      codec: codec, profile: profile, pixelFormat: format(pixelFormat), raster: raster, rate: rate, tags: tags,
      alpha: alpha, options: options.map { .init($0.0, $0.1) }, quantiser: quantiser, threads: threads,
      wantsGlobalHeader: wantsGlobalHeader, reorderDepth: reorderDepth)
  }

  static let proresHQ = EncoderSample(
    name: "ProRes 422 HQ", container: "mov",
    settings: settings("prores_ks", "hq", "yuv422p10le", [("vendor", "pegb")], quantiser: 4))
  static let prores4444 = EncoderSample(
    name: "ProRes 4444", container: "mov",
    settings: settings(
      "prores_ks", "4444", "yuva444p10le", alpha: .straight, [("vendor", "pegb"), ("alpha_bits", "16")], quantiser: 4))
  static let dnxhrHQX = EncoderSample(
    name: "DNxHR HQX", container: "mov", settings: settings("dnxhd", "dnxhr_hqx", "yuv422p10le"))
  static let ffv1 = EncoderSample(
    name: "FFV1", container: "matroska",
    settings: settings(
      "ffv1", nil, "yuv422p10le", [("level", "3"), ("g", "1"), ("slices", "4"), ("slicecrc", "1"), ("coder", "1")]))
  static let png = EncoderSample(
    name: "PNG", container: "mov",
    settings: settings("png", nil, "rgb24", tags: .srgb, [("pred", "mixed"), ("compression_level", "3")]))
  static let h264 = EncoderSample(
    name: "H.264", container: "mp4",
    settings: settings(
      "libx264", "high", "yuv420p",
      [("preset", "medium"), ("crf", "20"), ("bf", "2"), ("g", "12"), ("x264-params", "cpu-independent=1")],
      threads: 2, reorderDepth: 2))
  static let hevc = EncoderSample(
    name: "HEVC", container: "mp4",
    settings: settings(
      "libx265", "main10", "yuv420p10le",
      [
        ("preset", "fast"), ("crf", "22"),
        ("x265-params", "info=0:frame-threads=1:lookahead-slices=1:pools=2:bframes=3:keyint=24:log-level=error"),
      ], reorderDepth: 3))

  static let intra = [proresHQ, prores4444, dnxhrHQX, ffv1, png]
  static let all = intra + [h264, hevc]

  /// The same settings with something else.
  func with(_ change: (inout EncoderSettings) -> Void, container: String? = nil) -> EncoderSample {
    var settings = settings
    change(&settings)
    return EncoderSample(name: name, container: container ?? self.container, settings: settings)
  }

  func frame(_ number: Int, pool: FramePool) throws(MediaError) -> Frame {
    try NumberedPicture.frame(
      number, format: settings.pixelFormat, raster: settings.raster, tags: settings.tags, pool: pool,
      alphaMode: settings.alpha, alpha: 0.75)
  }

  /// The packets of frames in one encoder.
  func packets(_ frames: Range<Int>, pool: FramePool) throws -> (packets: [Packet], parameters: CodecParameters) {
    var encoder = try VideoEncoder(settings)
    let parameters = encoder.parameters
    var packets: [Packet] = []
    for number in frames { packets += try encoder.encode(frame(number, pool: pool), at: Int64(number)) }
    packets += try encoder.finish()
    return (packets, parameters)
  }

  /// A movie of frames 0 to `count`, with sound, timecode and metadata where they are given.
  func write(
    _ path: String, frames count: Int, timecode: Timecode? = nil, audio: AudioSettings? = nil,
    metadata: [(String, String)] = [], options: [EncoderSettings.Option] = [], umidSeed: [UInt8]? = nil
  ) throws -> [(place: Int, packet: Packet)] {
    let pool = FramePool(idleLimit: 1 << 24)
    let (packets, parameters) = try packets(0..<count, pool: pool)
    var sound = try audio.map { try SoundSample($0, seconds: Rational(count) / settings.rate.value) }
    var muxer = try Muxer(
      path: path, container: container,
      video: .init(parameters: parameters, rate: settings.rate, reorderDepth: settings.reorderDepth),
      audio: sound.map { [.init(parameters: $0.parameters)] } ?? [], timecode: timecode,
      metadata: metadata.map { (key: $0.0, value: $0.1) }, options: options)
    var places: [(place: Int, packet: Packet)] = []
    for (index, packet) in packets.enumerated() {
      places.append((try muxer.write(packet, stream: 0), packet))
      // Sound follows the pictures, frame by frame.
      let until = (Rational(index + 1) * Rational(audio?.sampleRate ?? 1) / settings.rate.value).rounded
      for packet in sound?.packets(until: Int64(until)) ?? [] { try muxer.write(packet, stream: 1) }
    }
    for packet in sound?.packets(until: .max) ?? [] { try muxer.write(packet, stream: 1) }
    try muxer.finish(umidSeed: umidSeed)
    return places
  }
}

/// A tone, encoded; its packets are given out by time.
struct SoundSample {
  let parameters: CodecParameters
  let sampleCount: Int
  private var packets: [Packet] = []

  init(_ settings: AudioSettings, seconds: Rational) throws {
    var encoder = try AudioEncoder(settings)
    parameters = encoder.parameters
    sampleCount = (seconds * Rational(settings.sampleRate)).rounded
    var at = 0
    while at < sampleCount {
      let count = min(2000, sampleCount - at)
      packets += try encoder.encode(Self.tone(at..<at + count, settings))
      at += count
    }
    packets += try encoder.finish()
  }

  /// 1 kHz at −12 dBFS in the first channel, one hertz more in each further one.
  static func tone(_ samples: Range<Int>, _ settings: AudioSettings) -> AudioBlock {
    AudioBlock(
      channels: (0..<settings.layout.count).map { channel in
        samples.map { Float(0.25 * sin(2 * .pi * Double((1000 + channel) * $0) / Double(settings.sampleRate))) }
      }, sampleRate: settings.sampleRate)
  }

  mutating func packets(until sample: Int64) -> [Packet] {
    let count = packets.prefix { $0.presentation < sample }.count
    defer { packets.removeFirst(count) }
    return Array(packets.prefix(count))
  }
}
