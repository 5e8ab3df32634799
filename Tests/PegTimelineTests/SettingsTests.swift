import Foundation
import PegCore
import Testing

@testable import PegTimeline

/// One document under `pegbar`, where it stands, and whether it is understood.
struct SettingsExample: Sendable, CustomTestStringConvertible {
  var place: String
  var settings: String
  var isUnderstood: Bool
  var testDescription: String { "\(place) \(settings)" }

  /// The smallest cut that has these settings at this place.
  var cut: String {
    func metadata(_ wanted: String) -> String {
      place == wanted ? "{\"pegbar\": \(settings)}" : "{\"other\": {\"anything\": [1, null]}}"
    }
    return """
      {"OTIO_SCHEMA": "Timeline.1", "metadata": \(metadata("timeline")), "name": "t", "tracks":
       {"OTIO_SCHEMA": "Stack.1", "metadata": \(metadata("tracks")), "name": "tracks", "children": [
        {"OTIO_SCHEMA": "Track.1", "metadata": \(metadata("track")), "name": "", "kind": "Video", "children": [
         {"OTIO_SCHEMA": "Clip.2", "metadata": \(metadata("clip")), "name": "c",
          "effects": [{"OTIO_SCHEMA": "LinearTimeWarp.1", "metadata": \(metadata("effect")), "time_scalar": 2}],
          "markers": [{"OTIO_SCHEMA": "Marker.2", "metadata": \(metadata("marker")), "color": "RED", "marked_range":
           {"OTIO_SCHEMA": "TimeRange.1",
            "start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24, "value": 0},
            "duration": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24, "value": 1}}}],
          "media_references": {"a": {"OTIO_SCHEMA": "ExternalReference.1",
           "metadata": \(metadata("reference")), "target_url": "a.mov"}},
          "active_media_reference_key": "a"},
         {"OTIO_SCHEMA": "Transition.1", "metadata": \(metadata("transition")), "name": "d"},
         {"OTIO_SCHEMA": "Gap.1", "metadata": \(metadata("gap"))},
         {"OTIO_SCHEMA": "Stack.1", "metadata": \(metadata("stack")), "name": "nest", "children": []}
        ]}]}}
      """
  }

  static func understood(_ place: String, _ settings: String...) -> [Self] {
    settings.map { Self(place: place, settings: $0, isUnderstood: true) }
  }

  static func refused(_ place: String, _ settings: String...) -> [Self] {
    settings.map { Self(place: place, settings: $0, isUnderstood: false) }
  }

  static let layerSettings: [(String, Bool)] = [
    (#"{}"#, true), (#"{"grade": []}"#, true),
    (#"{"grade": [{"op": "cdl", "space": "acescct", "amount": 0.5, "slope": [1, 1, 1], "clamp": false}]}"#, true),
    (#"{"grade": [{"op": "cdl", "amount": [[0, 0], [24, 1]]}]}"#, true), (#"{"grade": {"op": "cdl"}}"#, false),
    (#"{"grade": [{"space": "acescct"}]}"#, false), (#"{"grade": [{"op": ""}]}"#, false),
    (#"{"grade": [{"op": "cdl", "amount": 1.5}]}"#, false), (#"{"grade": ["cdl"]}"#, false),
    (#"{"step": {"frames": 2, "phase": 1}}"#, true), (#"{"step": {"frames": 3.0}}"#, true),
    (#"{"step": {"frames": 0}}"#, false), (#"{"step": {"phase": 1}}"#, false), (#"{"step": 2}"#, false),
    (#"{"step": {"frames": 2, "phase": -1}}"#, false), (#"{"step": {"frames": 2.5}}"#, false),
    (#"{"step": {"frames": 2, "offset": 1}}"#, false), (#"{"placement": "fit"}"#, true),
    (#"{"placement": "fill"}"#, true), (#"{"placement": "stretch"}"#, true), (#"{"placement": "none"}"#, true),
    (#"{"placement": "crop"}"#, false), (#"{"placement": null}"#, false), (#"{"placement": []}"#, false),
    (#"{"placement": {}}"#, true),
    (
      #"{"placement": {"position": [960, 540.5], "scale": 0.5, "rotation": -30, "anchor": [0, 0], "filter": "lanczos"}}"#,
      true
    ),
    (
      #"{"placement": {"scale": [1, -1], "keys": [[0, {"position": [0, 0]}, "ease_in_out"], [12, {"scale": 2}]]}}"#,
      true
    ),
    (#"{"placement": {"position": [960]}}"#, false), (#"{"placement": {"position": {"x": 1, "y": 2}}}"#, false),
    (#"{"placement": {"scale": "2"}}"#, false), (#"{"placement": {"filter": "sinc"}}"#, false),
    (#"{"placement": {"keys": []}}"#, false), (#"{"placement": {"keys": [[0, 1]]}}"#, false),
    (#"{"placement": {"keys": [[0, {"opacity": 1}]]}}"#, false), (#"{"placement": {"crop": 1}}"#, false),
    (#"{"opacity": 0.25}"#, true), (#"{"opacity": [[0, 0, "linear"], [12, 1, "hold"], [24, 0.5]]}"#, true),
    (#"{"opacity": [[-4, 0]]}"#, true), (#"{"opacity": 1.01}"#, false), (#"{"opacity": -0.5}"#, false),
    (#"{"opacity": "1"}"#, false), (#"{"opacity": []}"#, false), (#"{"opacity": [[0]]}"#, false),
    (#"{"opacity": [[0, 1, "bounce"]]}"#, false), (#"{"opacity": [[0, 1, "linear", 2]]}"#, false),
    (#"{"opacity": [[0.5, 1]]}"#, false), (#"{"opacity": [[0, 2]]}"#, false), (#"{"opacity": true}"#, false),
    (#"{"blend": "over"}"#, true), (#"{"blend": "multiply"}"#, true), (#"{"blend": "luma_matte"}"#, true),
    (#"{"blend": "Over"}"#, false), (#"{"blend": 1}"#, false), (#"{"gain": 1.5}"#, true),
    (#"{"gain": [[0, 0], [24, 1]]}"#, true), (#"{"gain": -1}"#, false), (#"{"gain": "-6dB"}"#, false),
    (#"{"volume": 1}"#, false), (#"{"Opacity": 1}"#, false), (#"[]"#, false), (#"null"#, false),
  ]

  static let all: [SettingsExample] =
    understood(
      "timeline", #"{}"#, #"{"raster": [1920, 1080]}"#, #"{"raster": [1920.0, 1080]}"#, #"{"rate": "24000/1001"}"#,
      #"{"rate": 24}"#, #"{"rate": 23.976}"#, #"{"rate": "25"}"#, #"{"pixel_aspect": 1}"#,
      #"{"pixel_aspect": "16/15"}"#, #"{"pixel_aspect": 1.4587}"#, #"{"working_space": "acescg"}"#,
      #"{"drop_frame": true}"#, #"{"sample_rate": 48000}"#, #"{"gaps": "nearest", "overrun": "black"}"#,
      #"{"grade": [{"op": "exposure", "stops": 0.5}]}"#)
    + refused(
      "timeline", #"{"raster": "1920x1080"}"#, #"{"raster": [1920]}"#, #"{"raster": [0, 1080]}"#,
      #"{"raster": [1920, 1080, 1]}"#, #"{"raster": [40000, 1080]}"#, #"{"raster": [1920.5, 1080]}"#,
      #"{"rate": 0}"#, #"{"rate": -24}"#, #"{"rate": "24fps"}"#, #"{"rate": "24000/0"}"#, #"{"rate": "24/"}"#,
      #"{"rate": 1001}"#, #"{"rate": "1001"}"#, #"{"rate": null}"#, #"{"rate": ""}"#, #"{"rate": "024"}"#,
      #"{"pixel_aspect": 0}"#, #"{"pixel_aspect": 101}"#, #"{"pixel_aspect": [1, 1]}"#, #"{"working_space": ""}"#,
      #"{"working_space": 709}"#, #"{"drop_frame": "yes"}"#, #"{"drop_frame": 1}"#, #"{"sample_rate": 0}"#,
      #"{"sample_rate": 44100.5}"#, #"{"sample_rate": "48k"}"#, #"{"gaps": "freeze"}"#, #"{"overrun": "nearest"}"#,
      #"{"opacity": 1}"#, #"{"step": {"frames": 2}}"#, #"{"fps": 24}"#, #"[]"#, #"null"#, #""x""#)
    + ["clip", "track", "stack"].flatMap { place in
      layerSettings.map { Self(place: place, settings: $0.0, isUnderstood: $0.1) }
    }
    + understood("clip", #"{"rate_mode": "duration"}"#, #"{"rate_mode": "frames"}"#)
    + refused("clip", #"{"rate_mode": "fast"}"#, #"{"color": "srgb"}"#)
    + refused("track", #"{"rate_mode": "frames"}"#) + refused("stack", #"{"rate_mode": "frames"}"#)
    + understood(
      "reference", #"{}"#, #"{"color": "srgb", "range": "full", "alpha": "straight", "layer": "diffuse"}"#,
      #"{"range": "legal", "alpha": "premultiplied"}"#, #"{"alpha": "opaque"}"#,
      #"{"origin": {"id": "o1", "hash": "00ff", "summary": "drawn by hand"}}"#,
      #"{"origin": {"id": "o1", "summary": {"model": "x", "seed": 1}}}"#)
    + refused(
      "reference", #"{"color": ""}"#, #"{"color": 1}"#, #"{"range": "video"}"#, #"{"alpha": "none"}"#,
      #"{"layer": 0}"#, #"{"origin": "o1"}"#, #"{"origin": {"hash": "00"}}"#, #"{"origin": {"id": "a", "who": "b"}}"#,
      #"{"origin": {"id": "a", "summary": 1}}"#, #"{"opacity": 1}"#, #"{"rate": 24}"#)
    + ["tracks", "gap", "transition", "effect", "marker"].flatMap { place in
      understood(place, #"{}"#) + refused(place, #"{"opacity": 1}"#, #"{"grade": []}"#, #"7"#)
    }
}

@Suite struct SettingsTests {
  @Test(arguments: SettingsExample.all)
  func settingsAreUnderstoodOrRefusedByName(example: SettingsExample) throws {
    let bytes = Array(example.cut.utf8)
    if example.isUnderstood {
      #expect(throws: Never.self) { try Timeline(otio: bytes, name: "cut.otio") }
    } else {
      let error = #expect(throws: PegError.self) { try Timeline(otio: bytes, name: "cut.otio") }
      #expect(error?.kind == .badInput)
      #expect(error?.sentence.contains("metadata/pegbar") == true, "\(error?.sentence ?? "")")
    }
  }

  @Test(.enabled(if: PythonJudge.hasJSONSchema, "no jsonschema"))
  func theJSONSchemaSaysTheSame() throws {
    let scratch = try Scratch()
    let cuts = SettingsExample.all.map(\.cut).joined(separator: ",\n")
    try "[\(cuts)]".write(toFile: "\(scratch.path)/cuts.json", atomically: true, encoding: .utf8)
    let script = """
      import json, sys, jsonschema
      schema = json.load(open(sys.argv[1]))
      jsonschema.Draft202012Validator.check_schema(schema)
      judge = jsonschema.Draft202012Validator(schema)
      for cut in json.load(open(sys.argv[2])): print(judge.is_valid(cut))
      """
    let verdicts = try PythonJudge.run(script, ["presets/schema/cut.schema.json", "\(scratch.path)/cuts.json"])
      .split(separator: "\n").map { $0 == "True" }
    #expect(verdicts.count == SettingsExample.all.count)
    for (example, verdict) in zip(SettingsExample.all, verdicts) {
      #expect(verdict == example.isUnderstood, "\(example.testDescription)")
    }
  }

  @Test func aStrangerIsNamedWithItsPlace() {
    let cut = #"""
      {"OTIO_SCHEMA": "Timeline.1", "tracks": {"OTIO_SCHEMA": "Stack.1", "children": [
       {"OTIO_SCHEMA": "Track.1", "kind": "Audio", "children": []},
       {"OTIO_SCHEMA": "Track.1", "kind": "Video", "children": [
        {"OTIO_SCHEMA": "Clip.2", "metadata": {"pegbar": {"opacity": 1,
         "grad": []}}}]}]}}
      """#
    let error = #expect(throws: PegError.self) { try Timeline(otio: Array(cut.utf8), name: "cut.otio") }
    // Three spaces, `"grad":`, a space: the value begins in column 12.
    #expect(error?.sentence == "cut.otio:5:12: \"grad\" is not understood, in tracks/V1/child 0/metadata/pegbar/grad")
    #expect(
      error?.hint == "understood here: blend, gain, grade, opacity, placement, rate_mode, step")
  }

  @Test func keysThatDoNotAscendAreRefused() throws {
    for keys in ["[[0, 1], [0, 0]]", "[[5, 1], [4, 0]]"] {
      let example = SettingsExample(place: "clip", settings: "{\"opacity\": \(keys)}", isUnderstood: false)
      let error = #expect(throws: PegError.self) { try Timeline(otio: Array(example.cut.utf8), name: "cut.otio") }
      #expect(error?.sentence.contains("ascend") == true)
    }
  }

  @Test func whatIsSetComesBack() throws {
    var programme = TimelineSettings()
    programme.raster = Raster(1920, 1080)
    programme.rate = FrameRate(24000, 1001)
    programme.pixelAspect = Rational(16, 15)
    programme.workingSpace = "bt709"
    programme.dropFrame = false
    programme.sampleRate = 48000
    programme.gaps = .hold
    programme.overrun = .error
    programme.grade = [GradeOperation(op: "cdl", space: "bt709", amount: .constant(Rational(1, 2)))]
    var clip = ClipSettings()
    clip.grade = [GradeOperation(op: "lut", parameters: ["file": "a.cube"])]
    clip.step = StepSetting(frames: 2, phase: 1)
    clip.placement = .transform(
      .init(
        pose: .init(position: .init(960, 540), scale: .init(Rational(1, 2), Rational(1, 2)), rotation: 90),
        filter: .lanczos, keys: [.init(frame: 0, pose: .init(anchor: .init(1, 2)), ease: .easeIn)]))
    clip.opacity = .keys([.init(frame: 0, value: 0), .init(frame: 12, value: 1, ease: .hold)])
    clip.blend = .alphaMatte
    clip.gain = .constant(Rational(3, 2))
    clip.rateMode = .frames
    var track = TrackSettings()
    track.placement = .fill
    track.opacity = .constant(Rational(1, 4))
    var media = ReferenceSettings()
    media.color = "srgb"
    media.range = .full
    media.alpha = .straight
    media.layer = "rgba"
    media.origin = .init(id: "1", hash: "2", summary: "by hand")

    var reference = MediaReference.media(url: "a.mov", available: nil)
    reference.set(media)
    var shot = Clip(name: "SH010", reference: reference)
    shot.set(clip)
    var video = Track(name: "V1", kind: .video, children: [.clip(shot)])
    video.set(track)
    let cut = Timeline(name: "cut", settings: programme, tracks: [video])

    let back = try Timeline(otio: cut.otio(), name: "cut.otio")
    #expect(back == cut)
    #expect(try back.settings() == programme)
    guard case .track(let first) = back.tracks.children[0], case .clip(let again) = first.children[0] else {
      Issue.record("the clip is gone")
      return
    }
    #expect(try first.settings() == track)
    #expect(try again.settings() == clip)
    #expect(try again.activeReference?.settings() == media)
  }

  @Test func settingNothingLeavesNoTraceAndKeepsOtherMetadata() throws {
    var cut = Timeline(name: "cut", tracks: [])
    cut.info.metadata["fcp"] = ["a": 1]
    var settings = TimelineSettings()
    settings.sampleRate = 48000
    cut.set(settings)
    #expect(cut.info.metadata["pegbar"] == ["sample_rate": 48000])
    cut.set(TimelineSettings())
    #expect(cut.info.metadata == ["fcp": ["a": 1]])
  }

  @Test func metadataThatAProgramPutThereAreCheckedWhereTheyAreAskedFor() {
    var shot = Clip(name: "SH010", reference: .offline())
    shot.item.info.metadata["pegbar"] = ["opacity": "half"]
    let error = #expect(throws: PegError.self) { try shot.settings() }
    #expect(error?.sentence == "a string stands where a number should, in metadata/pegbar/opacity of the clip SH010")
  }
}
