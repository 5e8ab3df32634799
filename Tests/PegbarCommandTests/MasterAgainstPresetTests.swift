import Foundation
import PegTestSupport
import Testing

/// Every preset's master as ffprobe and MediaInfo see it. What is expected stands here, from the standards and the players'
/// conventions, not in the preset's file.
@Suite(.enabled(if: Tool.has("ffmpeg", "ffprobe", "mediainfo", "python3"), "no ffmpeg, mediainfo or python3"))
struct MasterAgainstPresetTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  /// What a kind of master is, in each judge's words.
  struct Expected: Sendable {
    var preset: String
    var ending: String
    /// ffprobe: codec, profile, sample entry, pixel format; the sample entry is `nil` outside the QuickTime family.
    var codec: String
    var profile: String?
    var tag: String?
    var pixels: String
    /// MediaInfo: format, profile, subsampling.
    var format: String
    var formatProfile: String?
    var subsampling: String?
    var sound: String
    var timecode: Bool
  }

  static let all = [
    // RDD 36: 422 HQ is `apch`, 4444 is `ap4h`; FFmpeg's decoder gives 4444 in 12 bits.
    Expected(
      preset: "prores-422-hq", ending: "mov", codec: "prores", profile: "HQ", tag: "apch", pixels: "yuv422p10le",
      format: "ProRes", formatProfile: "422 HQ", subsampling: "4:2:2", sound: "pcm_s24le", timecode: true),
    Expected(
      preset: "prores-4444", ending: "mov", codec: "prores", profile: "4444", tag: "ap4h", pixels: "yuva444p12le",
      format: "ProRes", formatProfile: "4444", subsampling: "4:4:4", sound: "pcm_s24le", timecode: true),
    // ST 2019-1: a profile independent of the raster (RI), level HQX: 4:2:2 in 10 bits. QuickTime's sample entry is `AVdh`.
    Expected(
      preset: "dnxhr-hqx", ending: "mxf", codec: "dnxhd", profile: "DNXHR HQX", tag: nil, pixels: "yuv422p10le",
      format: "VC-3", formatProfile: "RI", subsampling: "4:2:2", sound: "pcm_s24le", timecode: true),
    Expected(
      preset: "dnxhr-hqx", ending: "mov", codec: "dnxhd", profile: "DNXHR HQX", tag: "AVdh", pixels: "yuv422p10le",
      format: "VC-3", formatProfile: "RI", subsampling: "4:2:2", sound: "pcm_s24le", timecode: true),
    // The clip is 4:2:0 in 8 bits and the archive keeps its samples.
    Expected(
      preset: "ffv1-archive", ending: "mkv", codec: "ffv1", profile: nil, tag: nil, pixels: "yuv420p", format: "FFV1",
      formatProfile: nil, subsampling: "4:2:0", sound: "pcm_s24le", timecode: true),
    // H.264 High, `avc1`: parameter sets in the sample description; no timecode: players that know none show none.
    Expected(
      preset: "h264-review", ending: "mp4", codec: "h264", profile: "High", tag: "avc1", pixels: "yuv420p",
      format: "AVC", formatProfile: "High", subsampling: "4:2:0", sound: "aac", timecode: false),
    // `hvc1`, which Apple's players want, not `hev1`.
    Expected(
      preset: "hevc-10", ending: "mp4", codec: "hevc", profile: "Main 10", tag: "hvc1", pixels: "yuv420p10le",
      format: "HEVC", formatProfile: "Main 10", subsampling: "4:2:0", sound: "aac", timecode: false),
  ]

  /// Rates as ffprobe and MediaInfo write them, and the label of the first frame.
  struct Rate: Sendable {
    var record: String
    var numerator: String
    var denominator: String
    var first: String
    var isDrop = false
  }

  static let rates = [
    Rate(record: "24", numerator: "24", denominator: "1", first: "01:00:00:00"),
    Rate(record: "24000/1001", numerator: "24000", denominator: "1001", first: "01:00:00:00"),
    Rate(record: "30000/1001", numerator: "30000", denominator: "1001", first: "01:00:00;00", isDrop: true),
  ]

  /// A stereo clip of two seconds at 24 fps whose colours are tagged BT.709.
  private func cut(_ rate: Rate) throws -> String {
    try bench.movie(
      "clip.mov", seconds: 2, raster: "256x144",
      codec: [
        "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", "-c:v", "ffv1", "-color_primaries", "bt709",
        "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv", "-chroma_sample_location", "left", "-f",
        "matroska",
      ], sound: true)
    try bench.require("cut", "new", bench.file("cut.otio"), bench.file("clip.mov"), "--rate", rate.record)
    guard rate.isDrop else { return bench.file("cut.otio") }
    // Whether labels drop is the cut's own word. 01:00:00;00 is frame 3600 · 30 − 54 · 2 = 107892 (ST 12-1).
    let script = """
      import json, sys
      cut = json.load(open(sys.argv[1]))
      cut['metadata']['pegbar']['drop_frame'] = True
      cut['global_start_time']['value'] = 107892.0
      json.dump(cut, open(sys.argv[1], 'w'))
      """
    try Tool.require("python3", ["-c", script, bench.file("cut.otio")])
    return bench.file("cut.otio")
  }

  @Test(arguments: all.indices, rates.indices)
  func masters(_ which: Int, _ at: Int) throws {
    let (expected, rate) = (Self.all[which], Self.rates[at])
    let cut = try cut(rate)
    let master = bench.file("master.\(expected.ending)")
    let made = try bench.run("render", cut, "-p", expected.preset, "-o", master)
    #expect(made.status == 0, "\(made.stderr)")
    // Two seconds: 48 frames at 24; at 23.976 ceil(47.952); at 29.97 ceil(59.94).
    let frames = ["24": 48, "24000/1001": 48, "30000/1001": 60][rate.record] ?? 0
    try judgeByFFprobe(master, expected, rate, frames)
    try judgeByMediaInfo(master, expected, rate, frames)
  }

  private func judgeByFFprobe(_ master: String, _ expected: Expected, _ rate: Rate, _ frames: Int) throws {
    let probe = try Probe(ffprobe: master, ["-count_packets"])
    func same(_ key: String, _ value: String?, _ location: SourceLocation = #_sourceLocation) {
      #expect(probe["streams.0.\(key)"] == value, "ffprobe's \(key)", sourceLocation: location)
    }
    same("codec_name", expected.codec)
    if let profile = expected.profile { same("profile", profile) }
    if let tag = expected.tag { same("codec_tag_string", tag) }
    same("pix_fmt", expected.pixels)
    same("width", "256")
    same("height", "144")
    same("sample_aspect_ratio", "1:1")
    // QuickTime has no word for VC-3's field order that ffprobe reads; MediaInfo judges it below.
    if expected.tag != "AVdh" { same("field_order", "progressive") }
    same("r_frame_rate", "\(rate.numerator)/\(rate.denominator)")
    same("avg_frame_rate", "\(rate.numerator)/\(rate.denominator)")
    same("nb_read_packets", "\(frames)")
    same("start_time", "0.000000")
    // H.273 codes 1, 1, 1 and video range: HD's.
    same("color_range", "tv")
    same("color_space", "bt709")
    same("color_transfer", "bt709")
    same("color_primaries", "bt709")
    same("codec_type", "video")
    let sound = try #require(probe.first("streams", where: "codec_type", is: "audio"))
    #expect(probe["\(sound).codec_name"] == expected.sound)
    #expect(probe["\(sound).sample_rate"] == "48000")
    #expect(probe["\(sound).channels"] == "2")
    #expect(probe.column("streams", "codec_type").filter { $0 == "audio" }.count == 1)
    let isQuickTime = expected.ending == "mov"
    let label =
      isQuickTime
      ? probe.first("streams", where: "codec_tag_string", is: "tmcd").map { probe["\($0).tags.timecode"] } ?? nil
      : probe["streams.0.tags.timecode"] ?? probe["format.tags.timecode"] ?? probe["format.tags.TIMECODE"]
    #expect(label == (expected.timecode ? rate.first : nil), "ffprobe's timecode")
  }

  private func judgeByMediaInfo(_ master: String, _ expected: Expected, _ rate: Rate, _ frames: Int) throws {
    let info = try Probe(mediainfo: master)
    let video = try #require(info.first("media.track", where: "@type", is: "Video"))
    func same(_ key: String, _ value: String?, _ location: SourceLocation = #_sourceLocation) {
      #expect(info["\(video).\(key)"] == value, "MediaInfo's \(key)", sourceLocation: location)
    }
    same("Format", expected.format)
    if let profile = expected.formatProfile { same("Format_Profile", profile) }
    if let tag = expected.tag { same("CodecID", tag) }
    same("Width", "256")
    same("Height", "144")
    same("PixelAspectRatio", "1.000")
    // Of MXF, where pictures bear no times, it says nothing.
    if expected.ending != "mxf" { same("FrameRate_Mode", "CFR") }
    if expected.format == "VC-3" {
      same("Format_Level", "HQX")
      same("BitDepth", "10")
    }
    same("ScanType", "Progressive")
    let decimal = ["24": "24.000", "24000/1001": "23.976", "30000/1001": "29.970"][rate.record]
    same("FrameRate", decimal)
    // Whole rates have no fraction in its report.
    if rate.denominator != "1" {
      same("FrameRate_Num", rate.numerator)
      same("FrameRate_Den", rate.denominator)
    }
    same("FrameCount", "\(frames)")
    if let subsampling = expected.subsampling { same("ChromaSubsampling", subsampling) }
    same("colour_primaries", "BT.709")
    same("transfer_characteristics", "BT.709")
    same("matrix_coefficients", "BT.709")
    // ProRes has no range in the stream; where MediaInfo finds one it is the legal one.
    if let range = info["\(video).colour_range"] { #expect(range == "Limited") }
    let sound = try #require(info.first("media.track", where: "@type", is: "Audio"))
    #expect(info["\(sound).Format"] == (expected.sound == "aac" ? "AAC" : "PCM"))
    #expect(info["\(sound).Channels"] == "2")
    #expect(info["\(sound).SamplingRate"] == "48000")
    if expected.sound != "aac" { #expect(info["\(sound).BitDepth"] == "24") }
    if expected.ending == "mov" || expected.ending == "mxf" {
      let other = try #require(info.first("media.track", where: "Type", is: "Time code"))
      #expect(info["\(other).TimeCode_FirstFrame"] == rate.first, "MediaInfo's timecode")
    }
  }

  /// One PNG for each frame, numbered from 0000, and each says that it is sRGB.
  @Test func stills() throws {
    try bench.movie(
      "clip.mov", seconds: 0.5, raster: "256x144", codec: ["-c:v", "ffv1", "-pix_fmt", "bgr0", "-f", "matroska"])
    let cut = try bench.cut(of: "clip.mov")
    try bench.require("render", cut, "-p", "png-sequence", "-o", bench.file("frames"))
    let names = try FileManager.default.contentsOfDirectory(atPath: bench.file("frames")).sorted()
    #expect(names == (0..<12).map { "cut.00\($0 < 10 ? "0" : "")\($0).png" })
    for name in [names[0], names[11]] {
      let probe = try Probe(ffprobe: bench.file("frames/\(name)"))
      #expect(probe["streams.0.codec_name"] == "png")
      #expect(probe["streams.0.pix_fmt"] == "rgb24")
      #expect(probe["streams.0.width"] == "256")
      #expect(probe["streams.0.height"] == "144")
      #expect(probe["streams.0.color_range"] == "pc")
      let info = try Probe(mediainfo: bench.file("frames/\(name)"))
      let image = try #require(info.first("media.track", where: "@type", is: "Image"))
      #expect(info["\(image).Format"] == "PNG")
      #expect(info["\(image).BitDepth"] == "8")
      #expect(info["\(image).Width"] == "256")
    }
  }
}
