import PegCore
import PegTestSupport
import PegTimeline

@testable import PegConform

/// Cuts of everything that has a time: rates, start timecodes, speeds, steps, gaps, dissolves, nests, disabled items.
struct RandomCuts {
  private var random: SplitMix
  private var record = FrameRate(24)
  private var draft = Draft()
  private static let rates = FrameMapTests.sourceRates

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  mutating func next() -> Draft {
    record = FrameMapTests.recordRates[random.next(in: 0...2)]
    draft = Draft(rate: record)
    for number in 0..<4 {
      let rate = Self.rates[random.next(in: 0...(Self.rates.count - 1))]
      let start = random.next(in: 0...2) == 0 ? Timecode(frames: rate.timebase * 3600, rate: rate) : nil
      draft.movie("m\(number).mov", count: random.next(in: 200...400), rate: rate, timecode: start)
    }
    for _ in 0..<random.next(in: 1...3) {
      draft.add(children(random.next(in: 1...6), depth: 0))
      if random.next(in: 0...9) == 0 { draft.tracks[draft.tracks.count - 1].item.isEnabled = false }
    }
    return draft
  }

  private mutating func children(_ count: Int, depth: Int) -> [Composable] {
    var children: [Composable] = []
    for _ in 0..<count {
      switch random.next(in: 0...9) {
      case 0: children.append(Draft.gap(length(1...9), rate()))
      case 1, 2: children.append(depth < 2 ? .stack(nest(depth)) : .clip(clip()))
      default:
        // Between two clips that are long enough a dissolve may stand.
        let next = clip()
        if case .clip(let before)? = children.last, random.next(in: 0...1) == 0,
          let room = before.item.sourceRange?.duration.seconds, room > Rational(2, 5)
        {
          children.append(Draft.dissolve(length(0...3), length(1...3)))
        }
        children.append(.clip(next))
      }
    }
    return children
  }

  private mutating func rate() -> FrameRate {
    random.next(in: 0...1) == 0 ? record : Self.rates[random.next(in: 0...(Self.rates.count - 1))]
  }

  private mutating func length(_ range: ClosedRange<Int>) -> Rational {
    // Now and then off every grid.
    let whole = random.next(in: range)
    return random.next(in: 0...5) == 0 ? Rational(whole * 8 + random.next(in: 0...7), 8) : Rational(whole)
  }

  private mutating func clip() -> Clip {
    let name = "m\(random.next(in: 0...3)).mov"
    guard let video = draft.facts[name]?.video, let own = video.rate else { preconditionFailure("no such media") }
    let rate = rate()
    let start = video.startTimecode.map { Rational($0.frames) / own.value } ?? .zero
    // Somewhere in the first four seconds; a clip of at most one.
    let at = start * rate.value + Rational(random.next(in: 0...(4 * rate.timebase)))
    let count = Rational(max(random.next(in: 1...rate.timebase), rate.timebase / 2))
    var clip = Draft.clip(name, at, count, rate)
    switch random.next(in: 0...9) {
    case 0: clip.item.effects = [.freezeFrame(ObjectInfo(), effectName: "")]
    case 1, 2, 3:
      let speeds = [Rational(2), Rational(1, 2), Rational(-1), Rational(-3, 2), Rational(5, 4), Rational(1, 3)]
      clip.item.effects = [
        .linearTimeWarp(ObjectInfo(), effectName: "", scalar: speeds[random.next(in: 0...(speeds.count - 1))])
      ]
    default: break
    }
    var settings = ClipSettings()
    if random.next(in: 0...4) == 0 {
      settings.step = StepSetting(frames: random.next(in: 1...4), phase: random.next(in: 0...3))
    }
    if random.next(in: 0...6) == 0 { settings.rateMode = .frames }
    clip.set(settings)
    clip.item.isEnabled = random.next(in: 0...11) != 0
    return clip
  }

  private mutating func nest(_ depth: Int) -> Stack {
    var stack = Stack(
      children: (0..<random.next(in: 1...2)).map { _ in
        .track(Track(name: "", kind: .video, children: children(random.next(in: 1...3), depth: depth + 1)))
      })
    if random.next(in: 0...1) == 0 {
      stack.item.sourceRange = Draft.range(length(0...6), length(4...30), record)
    }
    switch random.next(in: 0...5) {
    case 0: stack.item.effects = [.linearTimeWarp(ObjectInfo(), effectName: "", scalar: Rational(1, 2))]
    case 1: stack.item.effects = [.linearTimeWarp(ObjectInfo(), effectName: "", scalar: -1)]
    case 2: stack.item.effects = [.linearTimeWarp(ObjectInfo(), effectName: "", scalar: Rational(3, 2))]
    default: break
    }
    if random.next(in: 0...7) == 0 {
      var settings = TrackSettings()
      settings.step = StepSetting(frames: 2, phase: random.next(in: 0...1))
      stack.set(settings)
    }
    return stack
  }
}
