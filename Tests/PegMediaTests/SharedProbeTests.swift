import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

/// The shared movies against MEDIA_PROBE.json, which ffprobe and Pillow wrote when the set was made.
@Suite(.enabled(if: SharedMedia.isThere, "no shared media"))
struct SharedProbeTests {
  private struct Listing: Decodable { var files: [String: Entry] }
  private struct Entry: Decodable {
    var streams: [Stream]?
    var format: Format?
    var animation: Animation?
    /// What ffprobe said when it could not open it.
    var ffprobe_stderr: String?
  }
  private struct Format: Decodable { var tags: [String: String]? }
  private struct Animation: Decodable {
    var size: [Int]
    var frames: Int
  }
  private struct Stream: Decodable {
    var codec_name: String?
    var codec_type: String
    var width: Int?
    var height: Int?
    var pix_fmt: String?
    var r_frame_rate: String?
    var nb_frames: String?
    var color_range: String?
    var color_space: String?
    var color_transfer: String?
    var color_primaries: String?
    var sample_rate: String?
    var channels: Int?
    var tags: [String: String]?
  }

  /// Partial or of another kind by nature: no pictures and no sound come out (SOURCES, "Seen while checking").
  private static let partial = ["_init.mp4", ".m4s", "_tt.mxf"]

  private static func listing() throws -> [String: Entry] {
    let data = try Data(contentsOf: URL(fileURLWithPath: SharedMedia.file("MEDIA_PROBE.json")))
    return try JSONDecoder().decode(Listing.self, from: data).files
  }

  /// libav's names of code points, where ours are others.
  private static let names = [
    "gbr": "rgb", "bt2020nc": "bt2020ncl", "bt2020c": "bt2020cl", "smpte2084": "pq", "arib-std-b67": "hlg",
    "iec61966-2-1": "srgb", "bt470m": "gamma22", "tv": "legal", "pc": "full",
  ]

  private func same(_ file: String, _ what: String, _ stated: String?, _ found: String) {
    guard let stated, stated != "unknown" else { return }
    // ffprobe reports the transfer of BT.470BG by the name of its primaries.
    let expected = what == "transfer" && stated == "bt470bg" ? "gamma28" : Self.names[stated] ?? stated
    #expect(found == expected, "\(what) of \(file)")
  }

  @Test func everyMovieIsWhatFfprobeAndPillowSay() throws {
    let listing = try Self.listing()
    #expect(listing.count == 83)
    var judged = 0
    for (file, entry) in listing.sorted(by: { $0.key < $1.key }) {
      let facts: MediaFacts
      do throws(MediaError) {
        facts = try MediaProbe.facts(of: SharedMedia.file(file))
      } catch {
        let isPartial = entry.ffprobe_stderr != nil || Self.partial.contains { file.hasSuffix($0) }
        #expect(isPartial && error.kind == .badInput, "\(file): \(error.sentence)")
        continue
      }
      judged += 1
      if let animation = entry.animation {
        #expect(facts.video?.raster == Raster(animation.size[0], animation.size[1]), "\(file)")
        #expect(facts.video?.frameCount == animation.frames, "\(file)")
      }
      if let stream = entry.streams?.first(where: { $0.codec_type == "video" }) { check(file, stream, facts) }
      for stream in entry.streams ?? [] where stream.codec_type == "audio" {
        let own = facts.audio.first { "\($0.sampleRate)" == stream.sample_rate && $0.channels == stream.channels }
        #expect(own?.codec == stream.codec_name, "sound of \(file)")
      }
      let code = entry.streams?.compactMap { $0.tags?["timecode"] }.first ?? entry.format?.tags?["timecode"]
      if let code, let video = facts.video {
        let isUnreadable = facts.findings.contains { $0.code == "timecode.unreadable" }
        #expect(video.startTimecode?.description == code || isUnreadable, "\(file)")
      }
    }
    #expect(judged > 70)
  }

  private func check(_ file: String, _ stream: Stream, _ facts: MediaFacts) {
    guard let video = facts.video else {
      Issue.record("\(file) has no pictures")
      return
    }
    #expect(video.codec == stream.codec_name, "\(file)")
    #expect(video.raster == Raster(stream.width ?? 0, stream.height ?? 0), "\(file)")
    if let pixels = stream.pix_fmt { #expect(video.pixelFormat == pixels, "\(file)") }
    if let count = stream.nb_frames, video.timing == .constant, facts.findings.isEmpty {
      #expect("\(video.frameCount)" == count, "frames of \(file)")
    }
    // A rate that was snapped is judged by what it was snapped from.
    let isPainted = stream.codec_name == "gif"
    if !isPainted, let stated = stream.r_frame_rate.flatMap({ FrameRate($0) }), video.timing == .constant {
      let found = video.storedRate.map { FrameRate(snapping: $0) } ?? video.rate
      #expect(found == stated, "rate of \(file)")
    }
    same(file, "primaries", stream.color_primaries, "\(video.tags.primaries)")
    same(file, "transfer", stream.color_transfer, "\(video.tags.transfer)")
    same(file, "matrix", stream.color_space, "\(video.tags.matrix)")
    same(file, "range", stream.color_range, "\(video.tags.range)")
  }

  /// The generators that SOURCES names, by what they wrote into their files.
  @Test func generatorsAreNamed() throws {
    let tools = [
      "footage/ai/comfyui_webp/text_to_video_wan.webp": "ComfyUI",
      "footage/ai/comfyui_png/sdxl_simple_example.png": "ComfyUI",
      "footage/ai/generator_metadata/AUTOMATIC1111/automatic1111_cropped.png": "AUTOMATIC1111",
      "footage/ai/generator_metadata/AUTOMATIC1111/automatic1111_cropped.jpg": "AUTOMATIC1111",
      "footage/ai/generator_metadata/InvokeAI/invokeai_dream1.png": "InvokeAI",
      "footage/ai/generator_metadata/InvokeAI/invokeai_sdmeta1.png": "InvokeAI",
    ]
    for (file, tool) in tools {
      let facts = try MediaProbe.facts(of: SharedMedia.file(file), expanding: false)
      #expect(facts.generator?.tool == tool, "\(file)")
    }
  }

  /// Stored rates of generators mean the rates that people mean (SOURCES, "Native formats").
  @Test func ratesOfGeneratorsAreTheirTrueOnes() throws {
    let rates = [
      "footage/ai/comfyui_webp/text_to_video_wan.webp": "16",
      "footage/ai/comfyui_webp/image_to_video_wan22_14B.webp": "16",
      "footage/ai/comfyui_webp/image_to_video_wan22_5B.webp": "24",
      "footage/ai/comfyui_webp/ltxv_image_to_video_simple.0.9.5.webp": "24",
      "footage/ai/comfyui_webp/image_to_video.webp": "10", "footage/ai/dynamicrafter/lighthouse.gif": "8",
      "footage/ai/animatediff/model_01/01.gif": "24",
      "footage/ai/animatediff/motion_xl/02.gif": "8", "footage/ai/cogvideox/4.mp4": "8",
    ]
    for (file, rate) in rates {
      let facts = try MediaProbe.facts(of: SharedMedia.file(file))
      #expect(facts.video?.rate == FrameRate(rate), "\(file): \(facts.video?.rate?.spoken ?? "none")")
    }
  }
}
