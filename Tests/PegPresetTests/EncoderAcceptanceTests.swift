import Foundation
import PegCore
import PegPreset
import PegTestSupport
import Testing

/// ffmpeg encodes with what each preset says, and ffprobe tells what came out.
@Suite struct EncoderAcceptanceTests {
  static let matches: [(preset: String, file: String)] = [
    ("prores-422-hq", "mov"), ("prores-4444", "mov"), ("dnxhr-hqx", "mxf"), ("dnxhr-hqx", "mov"),
    ("ffv1-archive", "mkv"), ("h264-review", "mp4"), ("hevc-10", "mp4"), ("png-sequence", "png"),
  ]

  @Test(arguments: matches)
  func theEncoderTakesEveryOption(preset name: String, file: String) throws {
    guard Tool.path("ffmpeg") != nil, Tool.path("ffprobe") != nil else {
      print("skipped: no ffmpeg")
      return
    }
    let preset = try Presets.checkout().deliverable(named: name)
    let folder = try TempFolder()
    let format = try preset.container.format(forFile: "x.\(file)")
    let path = folder.file(format.isSequence ? "x.%04d.\(file)" : "x.\(file)")
    let video = preset.video
    let pixels = try #require(video.pixelFormat.formats.last)
    // As long as 3 groups, so that reordering shows; 1.5 groups end on a short one.
    var arguments = ["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=256x144:r=24:d=3"]
    if preset.audio != nil { arguments += ["-f", "lavfi", "-i", "sine=r=48000:d=3"] }
    arguments += ["-pix_fmt", pixels.name, "-c:v", video.codec.encoder, "-threads:v", "\(video.threads)"]
    for option in video.encoderOptions { arguments += ["-\(option.key):v", option.value] }
    if let tag = video.tag { arguments += ["-tag:v", tag] }
    let tags = video.color(for: pixels)
    arguments += [
      "-color_primaries", "\(tags.primaries.rawValue)", "-color_trc", "\(tags.transfer.rawValue)", "-colorspace",
      "\(tags.matrix.rawValue)", "-color_range", "\(tags.range.rawValue)",
    ]
    if let audio = preset.audio {
      arguments += ["-c:a", audio.codec.rawValue, "-ar", "\(audio.sampleRate)", "-ac", "2"]
      if let bitrate = audio.bitrate { arguments += ["-b:a", "\(bitrate)"] }
    }
    for option in preset.container.muxerOptions(for: format) { arguments += ["-\(option.key)", option.value] }
    let encoded = try Tool.run("ffmpeg", arguments + ["-f", format.muxer, path])
    #expect(encoded.status == 0, "\(encoded.stderr)")
    // libx265 says so of pictures below 720 lines.
    let complaints = encoded.stderr.split(separator: "\n").filter { !$0.contains("lookahead-slices") }
    #expect(complaints.isEmpty, "\(complaints)")

    let first = format.isSequence ? folder.file("x.0001.png") : path
    let probe = try Tool.require(
      "ffprobe",
      [
        "-v", "error", "-select_streams", "v", "-show_entries",
        "stream=codec_name,profile,codec_tag_string,pix_fmt,has_b_frames:packet=dts,duration,flags", "-of", "json",
        first,
      ])
    let report = try JSONDecoder().decode(Report.self, from: probe)
    let stream = try #require(report.streams.first)
    #expect(stream.codec_name == video.codec.codec)
    if let profile = video.codec.profiles.first(where: { $0.name == video.profile }) {
      #expect(stream.profile == profile.reads)
    }
    if let tag = video.tag { #expect(stream.codec_tag_string == tag) }
    // FFmpeg's decoder always gives 12 bits for ProRes 4444.
    if name != "prores-4444" { #expect(stream.pix_fmt == pixels.name) }
    #expect(stream.has_b_frames == video.reorderDepth)
    let packets = report.packets
    let keys = packets.enumerated().filter { $0.element.flags.hasPrefix("K") }.map(\.offset)
    #expect(keys == Array(stride(from: 0, to: packets.count, by: video.gop ?? 1)))
    if let dts = packets.first?.dts, let duration = packets.first?.duration, !format.isSequence {
      #expect(dts == -video.reorderDepth * duration)
    }
  }

  private struct Report: Decodable {
    struct Stream: Decodable {
      let codec_name: String
      let profile: String?
      let codec_tag_string: String
      let pix_fmt: String
      let has_b_frames: Int
    }
    struct Packet: Decodable {
      let dts: Int?
      let duration: Int?
      let flags: String
    }
    let streams: [Stream]
    let packets: [Packet]
  }

  /// ffmpeg's own `-qscale:v` is what a constant quantiser has to be, byte for byte.
  @Test func aQuantiserIsFFmpegsQscale() throws {
    guard Tool.path("ffmpeg") != nil else {
      print("skipped: no ffmpeg")
      return
    }
    let video = try Presets.checkout().deliverable(named: "prores-422-hq").video
    guard case .quantiser(let quantiser) = video.rateControl else {
      Issue.record("prores-422-hq has a constant quantiser")
      return
    }
    let source = ["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=256x144:r=24:d=1", "-pix_fmt", "yuv422p10le"]
    let ours = video.encoderOptions.flatMap { ["-\($0.key):v", $0.value] }
    let theirs = ["-profile:v", "hq", "-qscale:v", "\(quantiser)", "-vendor:v", "pegb", "-flags:v", "+bitexact"]
    let tail = ["-f", "md5", "-"]
    let digests = try [ours, theirs].map { try Tool.require("ffmpeg", source + ["-c:v", "prores_ks"] + $0 + tail) }
    #expect(digests[0] == digests[1])
  }
}
