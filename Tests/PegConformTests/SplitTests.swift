import PegCore
import PegPlan
import PegTestSupport
import PegTimeline
import Testing

@testable import PegConform

/// Splitting a clip changes nothing that is seen.
@Suite struct SplitTests {
  private func plan(_ clips: [Clip], rate: FrameRate, source: FrameRate) throws -> FramePlan {
    var draft = Draft(rate: rate)
    draft.movie("a.mov", count: 100_000, rate: source)
    draft.add(clips.map { .clip($0) })
    return try draft.plan()
  }

  /// A clip of `frames` record frames, and the same in two from its frame `at` on.
  private func halves(
    _ start: Rational, _ frames: Int, rate: FrameRate, at: Int, speed: Rational, step: StepSetting? = nil
  ) -> (whole: Clip, parts: [Clip]) {
    func part(_ first: Int, _ count: Int) -> Clip {
      // Backwards the first part plays the end of the range.
      let from = speed < .zero ? frames - first - count : first
      let offset = Rational(from) * speed.magnitude
      var clip = Draft.clip(
        "a.mov", start + offset, Rational(count), rate, speed: speed == .one ? nil : speed)
      var settings = ClipSettings()
      if let step {
        settings.step = StepSetting(frames: step.frames, phase: (step.phase + first) % step.frames)
      }
      clip.set(settings)
      return clip
    }
    return (part(0, frames), [part(0, at), part(at, frames - at)])
  }

  @Test(arguments: FrameMapTests.recordRates.indices)
  func atAnyFrameAtAnySpeedTheSameFramesAreShown(index: Int) throws {
    let rate = FrameMapTests.recordRates[index]
    var random = SplitMix(seed: 7)
    for source in FrameMapTests.sourceRates {
      for speed in [Rational(1), 2, Rational(1, 3), Rational(1001, 1000), -1, Rational(-5, 4)] {
        let frames = random.next(in: 2...40)
        let at = random.next(in: 1...(frames - 1))
        // The in point lies anywhere in time, on no grid of the media's.
        let start = Rational(random.next(in: 0...5000), random.next(in: 1...4))
        let (whole, parts) = halves(start, frames, rate: rate, at: at, speed: speed)
        let before = try plan([whole], rate: rate, source: source)
        let after = try plan(parts, rate: rate, source: source)
        #expect(before.single == after.single, "\(source) into \(rate) at \(speed), \(frames) split at \(at)")
      }
    }
  }

  /// A split at the start of an exposure keeps what is shown; one inside it begins the second part with its own in point,
  /// as every clip does, and keeps the rhythm from the next exposure on (DESIGN §6).
  @Test func aSplitKeepsThePhaseOfAStep() throws {
    for frames in 1...4 {
      for phase in 0..<frames {
        for at in 1..<12 {
          let step = StepSetting(frames: frames, phase: phase)
          let (whole, parts) = halves(100, 12, rate: Draft.film, at: at, speed: 1, step: step)
          let before = try plan([whole], rate: Draft.film, source: Draft.film).single
          let after = try plan(parts, rate: Draft.film, source: Draft.film).single
          let next = (at..<12).first { ($0 + phase) % frames == 0 } ?? 12
          #expect(before[..<at] == after[..<at])
          #expect(before[next...] == after[next...], "on \(frames)s, phase \(phase), split at \(at)")
          #expect(after[at..<next].allSatisfy { $0 == 100 + at })
        }
      }
    }
  }

  /// Runs of the plan are the single frames, in every part of it.
  @Test func aPlanByRunsIsThePlanByFrames() throws {
    var draft = Draft()
    draft.movie("a.mov", count: 1000, rate: FrameRate(8))
    draft.movie("b.mov", count: 1000, rate: FrameRate(25))
    draft.add([
      .clip(Draft.clip("a.mov", 3, 4, FrameRate(8))), Draft.dissolve(2, 3),
      .clip(Draft.clip("b.mov", 40, 30, FrameRate(25)) { $0.step = StepSetting(frames: 3, phase: 1) }), Draft.gap(5),
      .clip(Draft.clip("a.mov", 9, 6, freeze: true)),
    ])
    draft.add([
      Draft.gap(4),
      .clip(Draft.clip("b.mov", 10, 20, speed: Rational(1, 3)) { $0.opacity = .constant(Rational(1, 2)) }),
    ])
    let plan = try draft.plan()
    var random = SplitMix(seed: 3)
    for _ in 0..<40 {
      let start = random.next(in: 0...(plan.duration - 1))
      let range = FrameRange(start, random.next(in: start...plan.duration))
      var frame = range.start
      var last: PictureRecipe?
      for run in plan.runs(in: range) {
        #expect(run.range.start == frame)
        #expect(run.picture != last)
        for frame in run.range.start..<run.range.end { #expect(plan.picture(at: frame) == run.picture) }
        (frame, last) = (run.range.end, run.picture)
      }
      #expect(frame == range.end)
    }
  }
}
