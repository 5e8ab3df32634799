import PegCore
import PegDelivery
import Testing

/// Where closed segments begin (DESIGN §1): at each cut, then every G frames counted from it, none shorter than 2 frames.
@Suite struct SegmentsTests {
  @Test func cutsAndEveryGFramesFromThem() {
    // 0 and 48 in the shot of 50 frames would leave 2 frames, which is enough; 96 in the second shot: 50 + 48 = 98, + 48 = 146.
    #expect(Segments.boundaries(cuts: [0, 50, 150], length: 48, duration: 160) == [0, 48, 50, 98, 146, 150])
    // 48 of a shot of 49 would leave 1 frame.
    #expect(Segments.boundaries(cuts: [0, 49], length: 48, duration: 100) == [0, 49, 97])
    // 49 + 48 = 97 leaves one frame of 98.
    #expect(Segments.boundaries(cuts: [0, 49], length: 48, duration: 98) == [0, 49])
  }

  @Test func shotsOfOneFrameStandWithTheirNeighbours() {
    // 10 would leave one frame before 11, and 11 one before 12.
    #expect(Segments.boundaries(cuts: [0, 10, 11, 12], length: 48, duration: 20) == [0, 12])
    // A first shot of one frame stands with the second, a last one with the one before.
    #expect(Segments.boundaries(cuts: [0, 1], length: 48, duration: 20) == [0])
    #expect(Segments.boundaries(cuts: [0, 19], length: 48, duration: 20) == [0])
    #expect(Segments.boundaries(cuts: [0], length: 48, duration: 1) == [0])
  }

  @Test func noSegmentHasFewerThanTwoFrames() {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let duration = Int.random(in: 2...200, using: &random)
      let cuts = Set((0..<20).map { _ in Int.random(in: 0..<duration, using: &random) }).union([0]).sorted()
      let length = Int.random(in: 2...50, using: &random)
      let list = Segments.boundaries(cuts: cuts, length: length, duration: duration) + [duration]
      for (start, end) in zip(list, list.dropFirst()) {
        #expect((2...(length + 1)).contains(end - start))
      }
    }
  }

  @Test func rangesWidenToWholeSegments() {
    let list = [0, 48, 50, 98]
    #expect(Segments.widened(FrameRange(49, 60), to: list, duration: 120) == FrameRange(48, 98))
    #expect(Segments.widened(FrameRange(50, 98), to: list, duration: 120) == FrameRange(50, 98))
    #expect(Segments.widened(FrameRange(100, 101), to: list, duration: 120) == FrameRange(98, 120))
  }
}
