import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

private let pcm24 = AudioSettings(codec: "pcm_s24le", layout: .stereo)
private let aac = AudioSettings(codec: "aac", layout: .stereo, options: [.init("b", "192000")])

private func fileBytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

/// What ffprobe, MediaInfo and ffmpeg say of finished movies.
@Suite(.enabled(if: Tool.has("ffmpeg", "ffprobe", "mediainfo"), "no ffmpeg or mediainfo")) struct MuxerTests {
  private let raster = Raster(320, 180)

  /// The numbers that ffmpeg reads from every picture, in the order of presentation.
  private func numbers(_ path: String) throws -> [Int?] {
    let gray = try Tool.require(
      "ffmpeg", ["-v", "error", "-xerror", "-i", path, "-map", "0:v", "-f", "rawvideo", "-pix_fmt", "gray", "-"])
    let size = raster.width * raster.height
    return stride(from: 0, to: gray.count, by: size).map { at in
      NumberedPicture.number(gray: Array(gray[at..<min(gray.count, at + size)]), raster: raster)
    }
  }

  struct Expected: Sendable, CustomTestStringConvertible {
    let sample: EncoderSample
    var testDescription: String { sample.name }
    let codec: String
    let profile: String?
    let tag: String
    let pixelFormat: String
  }

  static let expected = [
    Expected(sample: .proresHQ, codec: "prores", profile: "HQ", tag: "apch", pixelFormat: "yuv422p10le"),
    // libav decodes every 4444 at 12 bits.
    Expected(sample: .prores4444, codec: "prores", profile: "4444", tag: "ap4h", pixelFormat: "yuva444p12le"),
    Expected(sample: .dnxhrHQX, codec: "dnxhd", profile: "DNXHR HQX", tag: "AVdh", pixelFormat: "yuv422p10le"),
    Expected(sample: .ffv1, codec: "ffv1", profile: nil, tag: "FFV1", pixelFormat: "yuv422p10le"),
    Expected(sample: .png, codec: "png", profile: nil, tag: "png ", pixelFormat: "rgb24"),
    Expected(sample: .h264, codec: "h264", profile: "High", tag: "avc1", pixelFormat: "yuv420p"),
    Expected(sample: .hevc, codec: "hevc", profile: "Main 10", tag: "hvc1", pixelFormat: "yuv420p10le"),
  ]

  @Test(arguments: expected)
  func ffprobeReadsBackWhatWasAskedFor(expected: Expected) throws {
    let folder = try TempFolder()
    let sample = expected.sample
    let path = folder.file("movie.\(sample.container)")
    _ = try sample.write(path, frames: 26, timecode: Timecode(frames: 86400, rate: FrameRate(24)))
    let probe = try Probe(ffprobe: path, ["-count_packets", "-show_frames", "-select_streams", "v"])
    let video = "streams.0"
    #expect(probe["\(video).codec_name"] == expected.codec)
    #expect(probe["\(video).profile"] == expected.profile)
    #expect(probe["\(video).codec_tag_string"] == expected.tag)
    #expect(probe["\(video).pix_fmt"] == expected.pixelFormat)
    #expect(probe["\(video).width"] == "320" && probe["\(video).height"] == "180")
    #expect(probe["\(video).sample_aspect_ratio"] == "1:1")
    #expect(probe["\(video).r_frame_rate"] == "24/1" && probe["\(video).avg_frame_rate"] == "24/1")
    #expect(probe["\(video).start_time"] == "0.000000" && probe["format.start_time"] == "0.000000")
    #expect(probe["\(video).nb_read_packets"] == "26")
    let isRGB = sample.settings.pixelFormat.family == .rgb
    for place in [video, "frames.0", "frames.25"] {
      #expect(probe["\(place).color_primaries"] == "bt709")
      #expect(probe["\(place).color_transfer"] == (isRGB ? "iec61966-2-1" : "bt709"))
      #expect(probe["\(place).color_space"] == (isRGB ? "gbr" : "bt709"))
    }
    #expect(try numbers(path) == Array(0..<26))
  }

  /// The container alone, and the elementary stream alone, say the same colour.
  @Test func colourStandsInContainerAndBitstream() throws {
    let folder = try TempFolder()
    for (sample, raw) in [(EncoderSample.h264, "h264"), (.hevc, "hevc"), (.dnxhrHQX, "dnxhd")] {
      let path = folder.file("movie.\(sample.container)")
      _ = try sample.write(path, frames: 3)
      let colr: [UInt8] =
        Array("colr".utf8)
        + (sample.container == "mov"
          ? Array("nclc".utf8) + [0, 1, 0, 1, 0, 1] : Array("nclx".utf8) + [0, 1, 0, 1, 0, 1, 0])
      #expect(try fileBytes(path).range(of: Data(colr)) != nil, "\(sample.name): colr")
      let stream = folder.file("stream.\(raw)")
      try Tool.require("ffmpeg", ["-v", "error", "-i", path, "-map", "0:v", "-c", "copy", "-f", raw, stream])
      let probe = try Probe(ffprobe: stream, ["-show_frames"])
      #expect(probe["frames.0.color_space"] == "bt709", "\(sample.name): \(raw)")
      if raw != "dnxhd" {
        // DNxHR's header says the matrix only.
        #expect(probe["frames.0.color_primaries"] == "bt709" && probe["frames.0.color_transfer"] == "bt709")
        #expect(probe["frames.0.color_range"] == "tv")
        #expect(probe["streams.0.chroma_location"] == "left")
      }
    }
  }

  /// RDD 36, 6.1.1: primaries, transfer and matrix are bytes 14, 15 and 16 of the frame header, which follows 8 bytes of
  /// size and name; the version is 0 for 4:2:2 without alpha and 1 for the rest.
  @Test func everyProResHeaderSaysItsColourAndVersion() throws {
    let pool = FramePool(idleLimit: 1 << 24)
    let tags = ColorTags(primaries: .bt2020, transfer: .pq, matrix: .bt2020ncl, range: .legal, siting: .left)
    for (sample, version) in [(EncoderSample.proresHQ, UInt8(0)), (.prores4444, 1)] {
      for packet in try sample.with({ $0.tags = tags }).packets(0..<3, pool: pool).packets {
        packet.withBytes { bytes in
          #expect(bytes[4..<8].elementsEqual("icpf".utf8))
          #expect(bytes[10] == 0 && bytes[11] == version)
          #expect(bytes[12..<16].elementsEqual("pegb".utf8))
          #expect(bytes[22..<25].elementsEqual([9, 16, 9]))
        }
      }
    }
  }

  @Test(arguments: [
    ("mov", "prores-hq"), ("mxf", "prores-hq"), ("mov", "prores-4444"), ("mxf", "dnxhr"), ("matroska", "ffv1"),
    ("mp4", "h264"), ("mp4", "hevc"),
  ])
  func mediaInfoAgrees(container: String, name: String) throws {
    let samples: [String: (EncoderSample, String, String?)] = [
      "prores-hq": (.proresHQ, "ProRes", "422 HQ"), "prores-4444": (.prores4444, "ProRes", "4444"),
      "dnxhr": (.dnxhrHQX, "VC-3", nil), "ffv1": (.ffv1, "FFV1", nil), "h264": (.h264, "AVC", "High"),
      "hevc": (.hevc, "HEVC", "Main 10"),
    ]
    let (sample, format, profile) = try #require(samples[name])
    let folder = try TempFolder()
    let path = folder.file("movie.\(container == "matroska" ? "mkv" : container)")
    let rate = FrameRate(24000, 1001)
    _ = try sample.with({ $0.rate = rate }, container: container).write(
      path, frames: 24, timecode: Timecode(frames: 86400, rate: rate), audio: container == "mp4" ? aac : pcm24)
    let info = try Probe(mediainfo: path)
    let video = try #require(info.first("media.track", where: "@type", is: "Video"))
    #expect(info["\(video).Format"] == format)
    if let profile { #expect(info["\(video).Format_Profile"] == profile) }
    #expect(info["\(video).FrameRate"] == "23.976")
    #expect(info["\(video).FrameCount"] == "24" || container == "matroska")
    #expect(info["\(video).ScanType"] == "Progressive")
    #expect(info["\(video).colour_primaries"] == "BT.709")
    #expect(info["\(video).transfer_characteristics"] == "BT.709")
    #expect(info["\(video).matrix_coefficients"] == "BT.709")
    let audio = try #require(info.first("media.track", where: "@type", is: "Audio"))
    #expect(info["\(audio).Format"] == (container == "mp4" ? "AAC" : "PCM"))
    #expect(info["\(audio).SamplingRate"] == "48000" && info["\(audio).Channels"] == "2")
    if container != "matroska" {
      let timecode = try #require(info.first("media.track", where: "Type", is: "Time code"))
      #expect(info["\(timecode).TimeCode_FirstFrame"] == "01:00:00:00")
      // MXF counts timecode by its rounded base.
      #expect(info["\(timecode).FrameRate"] == (container == "mxf" ? "24.000" : "23.976"))
    }
  }

  static let rates: [FrameRate] = [
    FrameRate(8), FrameRate(12), FrameRate(15), FrameRate(16), FrameRate(24000, 1001), FrameRate(24), FrameRate(25),
    FrameRate(30000, 1001), FrameRate(30), FrameRate(48), FrameRate(50), FrameRate(60000, 1001), FrameRate(60),
  ]

  /// Every duration in a MOV is exact: ticks per frame times the time base is one over the rate.
  @Test(arguments: rates)
  func framesLieOnAnExactGrid(rate: FrameRate) throws {
    let folder = try TempFolder()
    for sample in [EncoderSample.proresHQ.with({ $0.rate = rate }), .h264.with({ $0.rate = rate })] {
      let path = folder.file("grid.\(sample.container)")
      _ = try sample.write(path, frames: 13, timecode: Timecode(frames: 100, rate: rate))
      let probe = try Probe(ffprobe: path, ["-show_packets", "-select_streams", "v"])
      let base = try #require(probe["streams.0.time_base"]?.split(separator: "/").compactMap { Int($0) })
      let ticks = Rational(base[1], base[0]) / rate.value
      #expect(ticks.isWhole)
      let times = probe.column("packets", "pts").compactMap(Int.init).sorted()
      #expect(times == (0..<13).map { $0 * ticks.floor })
      #expect(Set(probe.column("packets", "duration")) == ["\(ticks.floor)"])
      #expect(probe["streams.0.duration_ts"] == "\(13 * ticks.floor)")
      #expect(FrameRate(probe["streams.0.avg_frame_rate"] ?? "") == rate)
    }
  }

  /// Matroska counts milliseconds: the grid is rounded to them, and the track says the frame's exact length.
  @Test(arguments: [FrameRate(24000, 1001), FrameRate(60000, 1001)])
  func matroskaRoundsTheGridToMilliseconds(rate: FrameRate) throws {
    let folder = try TempFolder()
    let path = folder.file("grid.mkv")
    _ = try EncoderSample.ffv1.with { $0.rate = rate }.write(path, frames: 20)
    let probe = try Probe(ffprobe: path, ["-show_packets"])
    let grid = (0..<20).map { "\((Rational($0) / rate.value * 1000).rounded)" }
    #expect(probe.column("packets", "pts") == grid)
    // DefaultDuration (23e383) in nanoseconds, in as few bytes as hold it.
    let nanoseconds = UInt32((rate.frameDuration * 1_000_000_000).floor)
    let digits = Array([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: nanoseconds >> $0) }.drop { $0 == 0 })
    let element = Data([0x23, 0xe3, 0x83, 0x80 | UInt8(digits.count)] + digits)
    #expect(try fileBytes(path).range(of: element) != nil)
  }

  @Test(arguments: [
    ("mov", FrameRate(30000, 1001), true, "00:59:59;28"), ("mxf", FrameRate(30000, 1001), true, "10:00:00;00"),
    ("mov", FrameRate(60000, 1001), true, "01:00:00;00"), ("mov", FrameRate(24000, 1001), false, "09:59:58:23"),
    ("mxf", FrameRate(25), false, "10:00:00:00"), ("mp4", FrameRate(30000, 1001), true, "01:00:00;02"),
    ("matroska", FrameRate(30000, 1001), true, "01:00:00;00"), ("mov", FrameRate(12), false, "00:00:01:11"),
  ])
  func timecodeAndItsDropFlagAreReadBack(container: String, rate: FrameRate, drop: Bool, label: String) throws {
    let folder = try TempFolder()
    let path = folder.file("timecode.\(container == "matroska" ? "mkv" : container)")
    let start = try Timecode(parsing: label, rate: rate)
    #expect(start.dropFrame == drop)
    let sample = container == "mp4" ? EncoderSample.h264 : .proresHQ
    _ = try sample.with({ $0.rate = rate }, container: container).write(path, frames: 5, timecode: start)
    if container == "mxf" {
      let info = try Probe(mediainfo: path)
      let track = try #require(info.first("media.track", where: "Type", is: "Time code"))
      #expect(info["\(track).TimeCode_FirstFrame"] == label)
    } else {
      let probe = try Probe(ffprobe: path)
      let key = container == "matroska" ? "TIMECODE" : "timecode"
      #expect(probe["streams.0.tags.\(key)"] == label)
    }
  }

  @Test func editListsStandOnlyWhereADecoderStartsEarly() throws {
    let folder = try TempFolder()
    let plain = folder.file("plain.mp4")
    _ = try EncoderSample.h264.write(plain, frames: 10)
    #expect(try fileBytes(plain).range(of: Data("edts".utf8)) == nil)
    let movie = folder.file("movie.mov")
    _ = try EncoderSample.proresHQ.write(
      movie, frames: 10, timecode: Timecode(frames: 0, rate: FrameRate(24)), audio: pcm24)
    #expect(try fileBytes(movie).range(of: Data("edts".utf8)) == nil)
    let primed = folder.file("primed.mp4")
    _ = try EncoderSample.h264.write(primed, frames: 10, audio: aac)
    let bytes = try fileBytes(primed)
    let first = try #require(bytes.range(of: Data("edts".utf8)))
    #expect(bytes[first.upperBound...].range(of: Data("edts".utf8)) == nil, "only the sound's track has one")
    let probe = try Probe(ffprobe: primed)
    #expect(probe.column("streams", "start_time").allSatisfy { $0 == "0.000000" })
  }

  @Test(arguments: ["mov", "mp4", "matroska", "mxf"])
  func equalPacketsGiveEqualFilesWithoutAnyVersion(container: String) throws {
    let folder = try TempFolder()
    let base: EncoderSample = container == "mp4" ? .h264 : container == "matroska" ? .ffv1 : .proresHQ
    let sample = base.with({ _ in }, container: container)
    for name in ["one", "two"] {
      _ = try sample.write(
        folder.file(name), frames: 6, timecode: Timecode(frames: 0, rate: FrameRate(24)),
        audio: container == "mp4" ? aac : pcm24, metadata: [("title", "Peg")])
    }
    let bytes = try fileBytes(folder.file("one"))
    #expect(try bytes == fileBytes(folder.file("two")))
    for trace in ["Lavc", "Lavf5", "x264", "x265", "FFMP", "FFmpeg"] {
      #expect(bytes.range(of: Data(trace.utf8)) == nil, "\(trace) in \(container)")
    }
    // MXF text is UTF-16.
    #expect(bytes.range(of: try #require("FFmpeg".data(using: .utf16BigEndian))) == nil)
  }

  @Test func packageIdsComeFromTheSeed() throws {
    let folder = try TempFolder()
    func umid(_ name: String, _ seed: [UInt8]?) throws -> String {
      let path = folder.file(name)
      _ = try EncoderSample.proresHQ.with({ _ in }, container: "mxf").write(
        path, frames: 3, audio: pcm24, umidSeed: seed)
      return try #require(Probe(ffprobe: path)["format.tags.material_package_umid"])
    }
    let (none, one, same, other) = try (umid("0", nil), umid("1", [1, 2]), umid("2", [1, 2]), umid("3", [9]))
    #expect(none.hasSuffix("13" + String(repeating: "0", count: 38)))
    // SHA-256 of 01 02 begins a12871fee210fb8619291eaea194581c.
    #expect(one.dropLast(2).hasSuffix("a12871fee210fb8619291eaea19458".uppercased()))
    #expect(one == same && one != other)
    #expect(try fileBytes(folder.file("1")) == fileBytes(folder.file("2")))
    // No package id is left zero, and the files differ in nothing but ids.
    let (seeded, blank) = try (fileBytes(folder.file("1")), fileBytes(folder.file("0")))
    let label = Data([0x06, 0x0a, 0x2b, 0x34, 0x01, 0x01, 0x01, 0x05, 0x01, 0x01, 0x0d, 0x00, 0x13])
    #expect(seeded.range(of: label + Data(count: 18)) == nil && blank.range(of: label + Data(count: 18)) != nil)
    #expect(seeded.count == blank.count)
    #expect(try numbers(folder.file("1")) == [0, 1, 2])
  }

  @Test func metadataIsReadBack() throws {
    let folder = try TempFolder()
    for container in ["mov", "matroska", "mxf"] {
      let path = folder.file("titled.\(container)")
      _ = try EncoderSample.proresHQ.with({ _ in }, container: container).write(
        path, frames: 2, metadata: [("title", "Käse & Film"), ("comment", "two")])
      let probe = try Probe(ffprobe: path)
      let prefix = container == "mxf" ? "comment_" : ""
      #expect(probe["format.tags.\(prefix)title"] == "Käse & Film", "\(container)")
      let comment = probe["format.tags.\(prefix)comment"] ?? probe["format.tags.COMMENT"]
      #expect(comment == "two", "\(container)")
    }
  }
}
