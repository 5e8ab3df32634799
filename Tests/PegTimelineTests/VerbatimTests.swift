import PegCore
import Testing

@testable import PegTimeline

private let limits = Timeline.limits

private func json(_ text: String) throws -> JSON { try JSON(parsing: Array(text.utf8), limits: limits) }

/// A cut with everything that Pegbar does not know in every place, and numbers in odd clothes.
private let strange = #"""
  {"future": {"a": [1, 2.0, null]}, "OTIO_SCHEMA": "Timeline.1", "name": null, "metadata": null,
   "global_start_time": {"OTIO_SCHEMA": "RationalTime.1", "value": 8.64e4, "rate": 23.98, "note": "kept"},
   "tracks": {"OTIO_SCHEMA": "Stack.1", "name": "tracks", "color": null, "children": [
    {"OTIO_SCHEMA": "Track.1", "kind": "Subtitle", "children": [], "effects": null, "markers": null},
    {"OTIO_SCHEMA": "Sequence.1", "kind": "Video", "children": [
     {"OTIO_SCHEMA": "Clip.1", "name": "a", "media_reference": null,
      "source_range": {"OTIO_SCHEMA": "TimeRange.1", "extra": 1,
       "start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": 23.976, "value": 1E1},
       "duration": {"OTIO_SCHEMA": "RationalTime.1", "rate": 23.976023976023978, "value": 48.000}}},
     {"OTIO_SCHEMA": "Weird.7", "name": "w", "inside": {"OTIO_SCHEMA": "Other.1"}},
     {"OTIO_SCHEMA": "Transition.1", "parameters": {"softness": 0.10}, "transition_type": "Custom_Transition"},
     {"OTIO_SCHEMA": "Clip.2", "name": "b", "color": {"OTIO_SCHEMA": "Color.1", "r": 1.0},
      "media_references": {
       "z": {"OTIO_SCHEMA": "MagicReference.3", "spell": "x"},
       "a": null,
       "m": {"OTIO_SCHEMA": "ImageSequenceReference.1", "rate": 0.0, "start_frame": 1001.0, "available_range":
        {"OTIO_SCHEMA": "TimeRange.1", "start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": 12, "value": 0},
         "duration": {"OTIO_SCHEMA": "RationalTime.1", "rate": 12, "value": 5}}}},
      "active_media_reference_key": "m",
      "effects": [{"OTIO_SCHEMA": "Blur.2", "radius": 3.50},
       {"OTIO_SCHEMA": "LinearTimeWarp.1", "time_scalar": 0.333333, "enabled": false, "curve": []},
       {"OTIO_SCHEMA": "FreezeFrame.1", "time_scalar": 0}],
      "markers": [{"OTIO_SCHEMA": "Marker.1", "color": "RED", "range": {"OTIO_SCHEMA": "TimeRange.1",
       "start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24, "value": 0},
       "duration": {"OTIO_SCHEMA": "RationalTime.1", "rate": 1, "value": 0.0}}}],
      "source_range": null}
    ]}]}}
  """#

@Suite struct VerbatimTests {
  @Test func everythingUnknownSurvives() throws {
    let (cut, findings) = try Timeline.parse(otio: Array(strange.utf8), name: "cut.otio")
    #expect(try JSON(parsing: cut.otio(), limits: limits) == json(strange))
    #expect(findings.map(\.code) == ["otio.unknown_schema", "otio.unknown_schema"])
  }

  @Test func theOrderOfKeysSurvivesToo() throws {
    let cut = try Timeline(otio: Array(strange.utf8), name: "cut.otio")
    #expect(cut.json.text(.compact) == (try json(strange)).text(.compact))
  }

  @Test func whatIsUnderstoodIsUnderstood() throws {
    let cut = try Timeline(otio: Array(strange.utf8), name: "cut.otio")
    #expect(cut.trackLabels.map(\.description) == ["T1", "V1"])
    #expect(cut.globalStart == RationalTime(86400, FrameRate(24000, 1001)))
    guard case .clip(let b)? = cut[try #require(CutAddress("V1:3"))],
      case .sequence(_, let sequence)? = b.activeReference
    else {
      Issue.record("no sequence at V1:3")
      return
    }
    // The rate of 0 says nothing: the available range's stands in.
    #expect(sequence.rate == FrameRate(12))
    #expect(sequence.startFrame == 1001)
    #expect(b.references.map(\.key) == ["z", "a", "m"])
    #expect(b.item.effects.map(\.schema) == ["Blur", "LinearTimeWarp", "FreezeFrame"])
    #expect(b.item.effects.map(\.isEnabled) == [true, false, true])
    #expect(b.item.effects.map(\.changesTime) == [false, false, true])
  }

  @Test func anEditChangesWhatItChangesAndNothingElse() throws {
    var cut = try Timeline(otio: Array(strange.utf8), name: "cut.otio")
    try cut.updateClip(at: try #require(CutAddress("V1:0"))) { clip in
      clip.item.sourceRange?.duration.value = 24
    }
    let expected = strange.replacing("\"value\": 48.000", with: "\"value\": 24.0")
    #expect(cut.json == (try json(expected)))
    // A clip that only had one reference gets takes: then it is of the version that has them.
    try cut.updateClip(at: try #require(CutAddress("V1:0"))) { clip in
      clip.link(to: .media(url: "x.mov", available: nil), take: "second")
    }
    let clip = cut.json["tracks"]?["children"]?.array?[1]["children"]?.array?[0]
    #expect(clip?["OTIO_SCHEMA"] == "Clip.2")
    #expect(clip?["media_reference"] == nil)
    #expect(clip?["media_references"]?.object?.keys == ["DEFAULT_MEDIA", "second"])
    #expect(try Timeline(otio: cut.otio(), name: "again") == cut)
  }
}
