import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

@Suite struct EncoderSettingsTests {
  private let pool = FramePool(idleLimit: 1 << 24)

  private func refusal(_ sample: EncoderSample) -> MediaError? {
    #expect(throws: MediaError.self) { _ = try sample.packets(0..<1, pool: pool) }
  }

  @Test(arguments: [
    (EncoderSample.proresHQ, "no_such_option"), (.h264, "no_such_option"), (.png, "crf"), (.ffv1, "vendor"),
  ])
  func anUnknownOptionIsRefusedByName(sample: EncoderSample, option: String) {
    let error = refusal(sample.with { $0.options.append(.init(option, "1")) })
    #expect(error?.kind == .badInput)
    #expect(error?.sentence.contains("it has no option \(option)") == true)
  }

  @Test(arguments: [
    (EncoderSample.h264, "x264-params", "no-such-thing=1"), (.h264, "x264-params", "me=nonsense"),
    (.hevc, "x265-params", "no-such-thing=1:info=0"), (.hevc, "x265-params", "bframes=banana"),
  ])
  func whatX264AndX265OnlyWarnOfIsRefused(sample: EncoderSample, key: String, value: String) {
    let error = refusal(
      sample.with { settings in
        settings.options.removeAll { $0.key == key }
        settings.options.append(.init(key, value))
      })
    #expect(error?.sentence.contains("does not understand an option") == true)
    let name = value.split(separator: "=").first.map(String.init) ?? ""
    #expect(error?.sentence.contains(name) == true, "\(error?.sentence ?? "")")
  }

  @Test func anEncoderThatIsNotThereIsRefusedByName() {
    let error = refusal(EncoderSample.png.with { $0.codec = "sorenson9" })
    #expect(error?.sentence.contains("sorenson9") == true)
  }

  @Test func aPixelFormatThatTheEncoderCannotTakeIsRefused() {
    let error = refusal(EncoderSample.proresHQ.with { $0.pixelFormat = format("yuv420p") })
    #expect(error?.sentence.contains("prores_ks") == true)
    #expect(error?.logLine?.contains("yuv420p") == true)
  }

  @Test(arguments: [
    ("png", "rgba", ColorTags.srgb, AlphaMode.premultiplied, "straight"),
    ("tiff", "rgba64le", .srgb, .premultiplied, "straight"),
    ("exr", "gbrapf32le", .linear709, .straight, "premultiplied"),
    ("exr", "gbrpf32le", .srgb, .opaque, "linear"),
  ])
  func whatAnImageFormatDeniesIsRefused(
    codec: String, pixels: String, tags: ColorTags, alpha: AlphaMode, words: String
  ) {
    let settings = EncoderSample.settings(codec, nil, pixels, tags: tags, alpha: alpha)
    let error = #expect(throws: MediaError.self) { _ = try VideoEncoder(settings) }
    #expect(error?.sentence.contains(words) == true)
  }

  /// What the encoder does to a picture's properties stays with the encoder: the shared picture keeps its own.
  @Test func encodingLeavesTheSharedPictureAsItWas() throws {
    let sample = EncoderSample.proresHQ
    let frame = try sample.frame(3, pool: pool)
    let before = frame.planeHashes
    var encoder = try VideoEncoder(
      sample.with { $0.tags = ColorTags(primaries: .bt2020, transfer: .pq, matrix: .bt2020ncl, range: .legal) }.settings
    )
    _ = try encoder.encode(frame, at: 0)
    #expect(frame.tags == .bt709 && frame.planeHashes == before)
    #expect(NumberedPicture.number(of: frame) == 3)
  }

  /// libavformat's own records, made by ffmpeg from the same elementary stream, judge ours.
  @Test(
    .enabled(if: Tool.has("ffmpeg"), "no ffmpeg"),
    arguments: [
      (EncoderSample.h264, "h264"),
      (
        EncoderSample.h264.with {
          $0.profile = "high422"
          $0.pixelFormat = format("yuv422p10le")
        }, "h264"
      ),
      (EncoderSample.hevc, "hevc"),
    ])
  func parameterSetsStandAsFfmpegWouldStoreThem(sample: EncoderSample, raw: String) throws {
    let folder = try TempFolder()
    // In band, the encoder's own stream is Annex B.
    let (packets, _) = try sample.with { $0.wantsGlobalHeader = false }.packets(0..<4, pool: pool)
    let stream = folder.file("stream.\(raw)")
    try Data(packets.flatMap { $0.withBytes { Array($0) } }).write(to: URL(fileURLWithPath: stream))
    let movie = folder.file("judge.mp4")
    try Tool.require(
      "ffmpeg",
      ["-v", "error", "-r", "24", "-i", stream, "-c", "copy", "-tag:v", raw == "hevc" ? "hvc1" : "avc1", movie])
    let bytes = try Data(contentsOf: URL(fileURLWithPath: movie))
    let box = raw == "hevc" ? "hvcC" : "avcC"
    let at = try #require(bytes.range(of: Data(box.utf8)))
    let size = bytes[(at.lowerBound - 4)..<at.lowerBound].reduce(0) { $0 << 8 | Int($1) }
    var judged = Array(bytes[at.upperBound..<at.lowerBound - 4 + size])
    var ours = try sample.packets(0..<1, pool: pool).parameters.extradata
    if raw == "hevc" {
      // libav fills min_spatial_segmentation and parallelism from the VUI and PPS; ours leaves both open (13…15).
      judged.replaceSubrange(13..<16, with: [0, 0, 0])
      ours.replaceSubrange(13..<16, with: [0, 0, 0])
    }
    #expect(ours == judged)
  }

  @Test(arguments: [EncoderSample.h264, .hevc])
  func everyUnitStandsBehindItsLengthAndNoneNamesTheEncoder(sample: EncoderSample) throws {
    for packet in try sample.packets(0..<8, pool: pool).packets {
      packet.withBytes { bytes in
        var at = 0
        while at + 4 <= bytes.count {
          at += 4 + bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        #expect(at == bytes.count)
        #expect(
          Data(bytes).range(of: Data("264 - core".utf8)) == nil && Data(bytes).range(of: Data("x265".utf8)) == nil)
      }
    }
  }
}
