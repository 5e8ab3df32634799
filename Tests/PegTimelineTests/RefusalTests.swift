import PegCore
import Testing

@testable import PegTimeline

/// A cut of one clip, parts of which are replaced.
private func cut(
  clip: String = "", range: String = "", start: String = "0", count: String = "10", rate: String = "24",
  reference: String = #"{"OTIO_SCHEMA": "MissingReference.1"}"#, child: String? = nil
) -> String {
  let clip =
    child ?? """
      {"OTIO_SCHEMA": "Clip.2", "name": "a", \(clip) "source_range": {"OTIO_SCHEMA": "TimeRange.1", \(range)
       "start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": \(rate), "value": \(start)},
       "duration": {"OTIO_SCHEMA": "RationalTime.1", "rate": \(rate), "value": \(count)}},
       "media_references": {"DEFAULT_MEDIA": \(reference)}}
      """
  return """
    {"OTIO_SCHEMA": "Timeline.1", "tracks": {"OTIO_SCHEMA": "Stack.1", "children": [
     {"OTIO_SCHEMA": "Track.1", "kind": "Video", "children": [
    \(clip)]}]}}
    """
}

private func refusal(_ text: String) -> PegError? {
  #expect(throws: PegError.self) { try Timeline(otio: Array(text.utf8), name: "cut.otio") }
}

@Suite struct RefusalTests {
  @Test func theCutThatTheRestIsMadeFromIsRead() throws {
    #expect(throws: Never.self) { try Timeline(otio: Array(cut().utf8), name: "cut.otio") }
  }

  @Test(arguments: [
    (cut(rate: "0"), "the rate is 0", "start_time/rate"), (cut(rate: "-24"), "-24 is no rate", "start_time/rate"),
    (cut(rate: "1e12"), "1e12 is no rate", "start_time/rate"),
    (cut(count: "-1"), "the duration is negative", "duration/value"),
    (cut(count: "1e17"), "the time", "duration"), (cut(count: "1e300"), "the time 1e300 is absurd", "duration/value"),
    (cut(count: "1e9"), "the duration is over 1,000 hours", "duration/value"),
    (cut(start: "1e13"), "absurd", "start_time"),
    (cut(count: "\"10\""), "a string and should be a number", "duration/value"),
    (cut(count: "null"), "null and should be a number", "duration/value"),
    (cut(range: #""duration": 1,"#), "twice", ""),
    (cut(reference: #"{"OTIO_SCHEMA": "ImageSequenceReference.1", "rate": 0}"#), "the rate is 0", "DEFAULT_MEDIA/rate"),
    (cut(reference: #"{"OTIO_SCHEMA": "ImageSequenceReference.1", "frame_step": 0}"#), "0 lies outside", "frame_step"),
    (
      cut(reference: #"{"OTIO_SCHEMA": "ImageSequenceReference.1", "frame_zero_padding": 1000000000}"#), "lies outside",
      "frame_zero_padding"
    ),
    (cut(reference: #"{"OTIO_SCHEMA": "ImageSequenceReference.1", "start_frame": 1.5}"#), "whole", "start_frame"),
    (
      cut(reference: #"{"OTIO_SCHEMA": "ImageSequenceReference.1", "missing_frame_policy": "guess"}"#), "guess",
      "missing_frame_policy"
    ),
    (cut(reference: #"{"OTIO_SCHEMA": "ExternalReference.1", "target_url": 7}"#), "a number stands", "target_url"),
    (cut(reference: #"{"OTIO_SCHEMA": "Clip.2"}"#), "a Clip stands", "DEFAULT_MEDIA"),
    (cut(reference: "[]"), "a list", "DEFAULT_MEDIA"),
    (cut(clip: #""active_media_reference_key": "take2","#), "take2", "active_media_reference_key"),
    (cut(clip: #""enabled": 1,"#), "true or false", "enabled"),
    (cut(clip: #""effects": {},"#), "should be a list", "effects"),
    (
      cut(clip: #""effects": [{"OTIO_SCHEMA": "LinearTimeWarp.1", "time_scalar": 1e9}],"#), "the speed 1e9 is absurd",
      "effects/0/time_scalar"
    ),
    (cut(clip: #""markers": [{"OTIO_SCHEMA": "Marker.2"}],"#), "marked_range is missing", "markers/0"),
    (cut(child: #"{"OTIO_SCHEMA": "Clip.9"}"#), "Clip.9 is newer", "OTIO_SCHEMA"),
    (cut(child: #"{"OTIO_SCHEMA": "Timeline.1"}"#), "a Timeline cannot stand", "child 0"),
    (cut(child: #"{"name": "a"}"#), "no OTIO_SCHEMA", "child 0"), (cut(child: "7"), "a number stands", "child 0"),
    (
      cut(
        child:
          #"{"OTIO_SCHEMA": "Transition.1", "in_offset": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24, "value": -1}}"#),
      "the offset is negative", "in_offset/value"
    ),
  ])
  func whatNoCutHasIsRefusedInOneSentenceWithItsPlace(text: String, what: String, place: String) {
    let error = refusal(text)
    #expect(error?.kind == .badInput)
    let sentence = error?.sentence ?? ""
    #expect(sentence.hasPrefix("cut.otio:"), "\(sentence)")
    #expect(sentence.contains(what), "\(sentence)")
    #expect(sentence.hasSuffix(place), "\(sentence)")
    #expect(!sentence.contains("\n") && !sentence.hasSuffix("."))
  }

  @Test(arguments: ["NaN", "Infinity", "-Infinity"])
  func whatPythonWritesForNoNumberIsRefusedWithItsPlace(text: String) {
    // The value stands in line 4 after 63 characters.
    let line = #" "start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24, "value": "#
    #expect(refusal(cut(start: text))?.sentence.hasPrefix("cut.otio:4:\(line.count + 1): ") == true)
  }

  @Test func otherFilesAreToldApart() {
    #expect(refusal("not json")?.hint == "a cut is an OTIO file, which is JSON")
    #expect(refusal("{}")?.sentence == "cut.otio:1:1: the object has no OTIO_SCHEMA, in the timeline")
    let collection = refusal(#"{"OTIO_SCHEMA": "SerializableCollection.1", "children": []}"#)
    #expect(collection?.hint == "export one timeline as a file of its own")
    #expect(refusal(#"{"OTIO_SCHEMA": "Clip.2"}"#)?.hint == "put it into the tracks of a Timeline.1")
    #expect(refusal("[]")?.kind == .badInput)
    #expect(refusal(#"{"OTIO_SCHEMA": "Timeline.7"}"#) != nil)
  }

  @Test func nestsAreBounded() {
    func nested(_ depth: Int) -> String {
      let open = #"{"OTIO_SCHEMA": "Stack.1", "children": ["#
      return cut(child: String(repeating: open, count: depth) + String(repeating: "]}", count: depth))
    }
    // The timeline's stack and its track are the first two.
    #expect(throws: Never.self) { try Timeline(otio: Array(nested(62).utf8), name: "cut.otio") }
    #expect(refusal(nested(63))?.sentence.contains("nested more than 64 deep") == true)
    #expect(refusal(nested(10_000))?.sentence.contains("nested more than 256 deep") == true)
  }

  @Test func namesThatLookLikePathsAreOnlyNames() throws {
    let text = cut(clip: #""metadata": {"../../etc": 1},"#).replacing("\"a\"", with: "\"../../../../tmp/evil\"")
    let timeline = try Timeline(otio: Array(text.utf8), name: "cut.otio")
    #expect(timeline.everyClip.map(\.clip.item.info.name) == ["../../../../tmp/evil"])
  }
}
