import Foundation
import PegCore
import PegPreset
import PegTestSupport
import Testing

@Suite struct CanonicalTests {
  @Test func everyPresetComesBackFromItsCanonicalText() throws {
    let library = try Presets.checkout()
    for name in library.list() {
      let preset = try library.deliverable(named: name)
      let again = try Deliverable(resolved: preset.canonical, name: name)
      #expect(again.canonical == preset.canonical)
      #expect(again.video == preset.video)
      #expect(again.audio == preset.audio)
      #expect(again.container == preset.container)
      #expect(again.spec == preset.spec)
      #expect(again.timecode == preset.timecode)
      #expect(again.programme == preset.programme)
      #expect(again.naming == preset.naming)
      #expect(again.quality == preset.quality)
    }
  }

  /// Foundation's reader judges that it is one line of JSON, with what the file says in it.
  @Test func itIsJSON() throws {
    let text = try Presets.checkout().deliverable(named: "h264-review").canonical
    #expect(!text.contains("\n"))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let video = try #require(object["video"] as? [String: Any])
    #expect(video["codec"] as? String == "libx264")
    #expect((video["gop"] as? [String: Any])?["frames"] as? Int == 48)
    #expect(object["extends"] == nil)
  }

  @Test func theOrderOfKeysAndInheritanceDoNotShow() throws {
    let folder = try TempFolder()
    let lines = Presets.smallest.split(separator: "\n")
    let turned = (lines[3...] + lines[..<3].reversed()).joined(separator: "\n")
    let written = try Presets.load(Presets.smallest, in: folder, as: "base").canonical
    #expect(try Presets.load(turned, in: folder).canonical == written)
    #expect(try Presets.load("extends: base.yaml\n", in: folder).canonical == written)
    // A default that is written out says nothing new.
    #expect(
      try Presets.load(Presets.smallest + "\n  fit: fit\ntimecode: {track: false}\n", in: folder).canonical == written)
  }

  /// Each of these says something else, so each has a text of its own.
  @Test func everyFieldShows() throws {
    let folder = try TempFolder()
    let base = """
      audio: {codec: aac, bitrate: 128000, tracks: [stereo], loudness: {target: -23, tolerance: 0.5}, true_peak: -1}
      """
    let additions = [
      "", "container: {formats: [mov, mxf]}", "container: {faststart: true}", "container: {options: {mov: {a: b}}}",
      "title: Else", "spec: {title: Else}", "spec: {edition: \"2\"}", "spec: {date: \"2020\"}", "spec: {source: x}",
      "video: {codec: dnxhd, profile: dnxhr_hqx}", "video: {profile: lt}", "video: {tag: abcd}",
      "video: {pixel_format: yuv444p10le}", "video: {pixel_format: {match: [yuv422p], fallback: yuv422p10le}}",
      "video: {rate_control: {quantiser: 4}}", "video: {rate_control: {quantiser: 5}}",
      "video: {rate_control: {crf: 4}}",
      "video: {options: {a: 1}}", "video: {options: {a: 2}}", "video: {raster: 1920x1080}", "video: {fit: fill}",
      "video: {rates: [24]}", "video: {rates: [23.976]}", "video: {color: {primaries: bt2020}}",
      "video: {color: {transfer: pq}}", "video: {color: {matrix: bt2020_ncl}}", "video: {color: {range: full}}",
      "video: {color: {siting: top_left}}", "video: {pixel_format: yuva444p10le, alpha: straight}",
      "video: {pixel_format: yuva444p10le, alpha: premultiplied}", "video: {threads: 2}",
      "video: {purity: {unit: whole, reason: measured}}", "video: {purity: {unit: intra, reason: else}}",
      "video: {codec: libx264, profile: high, gop: {frames: 24, reorder: 1}, purity: {unit: segments, reason: a}}",
      "video: {codec: libx264, profile: high, gop: {frames: 25, reorder: 1}, purity: {unit: segments, reason: a}}",
      "video: {codec: libx264, profile: high, gop: {frames: 24, reorder: 2}, purity: {unit: segments, reason: a}}",
      "audio: none", "audio: {bitrate: 96000}", "audio: {tracks: cut}", "audio: {tracks: [mono, mono]}",
      "audio: {sample_rate: 44100}", "audio: {loudness: {target: -24}}", "audio: {loudness: {tolerance: 1}}",
      "audio: {true_peak: -2}", "timecode: {track: true}", "programme: {start: \"01:00:00:00\"}",
      "programme: {head_black: 1}", "programme: {tail_black: 1}", "programme: {bars: 1}", "programme: {slate: 1}",
      "naming: {pattern: \"x.mov\"}", "naming: {first_frame: 1}", "qc: {black_seconds: {limit: 1, severity: error}}",
      "qc: {black_seconds: {limit: 2, severity: error}}", "qc: {black_seconds: {limit: 1, severity: note}}",
    ]
    _ = try Presets.load(Presets.smallest + "\n" + base + "\n", in: folder, as: "base")
    var seen: [String: String] = [:]
    for addition in additions {
      let text = try Presets.load("extends: base.yaml\n" + addition + "\n", in: folder).canonical
      if let other = seen.updateValue(addition, forKey: text) {
        Issue.record("\(addition) has the same text as \(other)")
      }
    }
  }

  @Test func textIsEscapedAsJSONDemands() throws {
    let folder = try TempFolder()
    let text = Presets.smallest.replacing("title: Smallest", with: #"title: "a \"b\" \\ \t\x01 é″""#)
    let preset = try Presets.load(text, in: folder)
    #expect(preset.canonical.hasPrefix(#"{"title":"a \"b\" \\ \t\u0001 é″","#))
    #expect(try Deliverable(resolved: preset.canonical, name: "x").title == preset.title)
  }
}
