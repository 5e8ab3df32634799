import PegCore
import Testing

@testable import PegTimeline

/// Numbers that are finer, larger or odder than any film's: read or refused, and never past 128 bits.
@Suite struct HostileTimeTests {
  private static let values = [
    "0.123456789012345678901234", "1e-18", "0.000000000000000001", "1.2345678901234567e-8", "999999999.99999999",
    "7919.000000000000007919", "1e9", "-0.333333333333333333333333", "123456789.123456789", "0.1234567890123",
    "9999999999999999999999", "1e-300",
  ]
  private static let rates = [
    "23.9760239760239760239760", "1000.0000000000000000001", "999999999.123456789", "0.001", "1e9", "16.129", "24.39",
    "0.0010000000000000000001", "599.99999999999999", "24",
  ]

  private func text(_ clips: [(start: String, count: String, rate: String)]) -> String {
    func time(_ value: String, _ rate: String) -> String {
      #"{"OTIO_SCHEMA": "RationalTime.1", "rate": \#(rate), "value": \#(value)}"#
    }
    let children = clips.map { clip in
      """
      {"OTIO_SCHEMA": "Clip.2", "source_range": {"OTIO_SCHEMA": "TimeRange.1",
       "start_time": \(time(clip.start, clip.rate)), "duration": \(time(clip.count, clip.rate))}}
      """
    }
    let window =
      #"{"OTIO_SCHEMA": "TimeRange.1", "start_time": \#(time("0.1234567", "29.97")), "duration": \#(time("77.7777777777", "16.129"))}"#
    let nest =
      #"{"OTIO_SCHEMA": "Stack.1", "source_range": \#(window), "children": [{"OTIO_SCHEMA": "Track.1", "children": [\#(children.joined(separator: ","))]}]}"#
    let fade =
      #"{"OTIO_SCHEMA": "Transition.1", "in_offset": \#(time("0.0123456789", "24.39")), "out_offset": \#(time("0", "24"))}"#
    return
      #"{"OTIO_SCHEMA": "Timeline.1", "tracks": {"OTIO_SCHEMA": "Stack.1", "children": [{"OTIO_SCHEMA": "Track.1", "children": [\#(([children[0], fade, nest] + children).joined(separator: ","))]}]}}"#
  }

  @Test func theyAreReadOrRefusedAndLaidOutOrRefused() {
    var (read, refused) = (0, 0)
    for start in Self.values {
      for rate in Self.rates {
        for (other, otherRate) in [
          ("3", "25"), ("0.1234567890123", "24.39"), ("7.000000000000007919", "599.999999999"),
        ] {
          let bytes = Array(text([(start, other, rate), ("0", other, otherRate), (other, "1", rate)]).utf8)
          do throws(PegError) {
            let timeline = try Timeline(otio: bytes, name: "cut")
            for place in try timeline.placedClips() { #expect(place.span.duration >= 0) }
            if case .track(let track) = timeline.tracks.children[0] {
              let address = CutAddress([.init(TrackLabel(.video, 1))])
              let layout = try track.layout(at: address)
              _ = try track.transitions(in: layout, at: address)
              for index in layout.slots.indices { _ = try layout.visible(index) }
            }
            read += 1
          } catch {
            #expect(error.kind == .badInput)
            #expect(!error.sentence.isEmpty)
            refused += 1
          }
        }
      }
    }
    #expect(read > 0 && refused > 0)
  }
}
