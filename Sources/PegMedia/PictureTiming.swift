import PegCore

/// What the times of a stream's pictures say about its rate: a pure function of the ticks.
struct PictureTiming {
  var rate: FrameRate?
  /// The rate as stored, where ``rate`` was snapped from it.
  var storedRate: Rational?
  var timing: FrameTiming = .constant
  /// Frames of ``rate`` that the stream lasts.
  var frameCount: Int
  var findings: [Finding] = []

  /// Rates that people and tools mean. Whole and half ones first: those of the NTSC family are meant only where the
  /// file says so or its ticks are fine enough to tell.
  static let sane: [FrameRate] =
    [
      1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 16, 18, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120, 240,
    ].map { FrameRate($0) } + [FrameRate(25, 2)]
  static let fractional: [FrameRate] = [24, 30, 48, 60, 120].map { FrameRate($0 * 1000, 1001) }

  /// - Parameters:
  ///   - times: when each picture is shown, ascending, in ticks.
  ///   - last: how long the last picture is shown, in ticks; 0 when nobody says.
  ///   - tick: seconds per tick.
  ///   - declared: the rate that the container states as such, if any.
  ///   - mixedIsWorthNaming: whether unequal delays are a sign of rounding (GIF, WebP).
  ///   - place: the file, for findings.
  init(
    times: [Int64], last: Int64, tick: Rational, declared: Rational?, mixedIsWorthNaming: Bool = false, place: String
  ) {
    guard let first = times.first, times.count > 1 || last > 0 else {
      frameCount = times.count
      rate = declared.flatMap(Self.rate(meaning:))
      return
    }
    frameCount = times.count
    var steps = zip(times, times.dropFirst()).map { $1 - $0 }
    if last > 0 { steps.append(last) }
    let isUniform = Set(steps).count == 1
    let end = (times.last ?? first) + last
    let span = last > 0 ? end - first : (times.last ?? first) - first
    let mean = Rational(steps.count) / (Rational(Int(max(1, span))) * tick)
    let exact = declared.flatMap(Self.rate(meaning:))

    // 1. Pictures on the grid of a rate.
    var candidates: [FrameRate] = []
    if let exact, Self.isSane(exact) { candidates.append(exact) }
    if let named = Self.nearest(to: mean, within: Rational(1, 50), in: Self.sane) { candidates.append(named) }
    if let named = Self.nearest(to: mean, within: Rational(1, 50), in: Self.fractional) { candidates.append(named) }
    for candidate in candidates where Self.lies(times, on: candidate, tick: tick) {
      // A last picture that is held longer or shorter than a frame is a matter of the programme's end, not of its rate;
      // where the delays are all there is (GIF), a long one is a hold.
      guard Self.isOneFrame(last, of: candidate, tick: tick) || !mixedIsWorthNaming else { break }
      rate = candidate
      if mixedIsWorthNaming, !isUniform {
        storedRate = mean
        findings.append(Self.snapped(from: mean, to: candidate, mixed: true, place))
      }
      return
    }

    // 2. Coarse ticks: each step is a frame of a sane rate, rounded.
    let coarse = tick >= Rational(1, 1000)
    let told = last > 0 && !mixedIsWorthNaming ? Array(steps.dropLast()) : steps
    if coarse, let snapped = Self.snap(steps: told, tick: tick, mean: mean) {
      rate = snapped
      if snapped.value != mean {
        storedRate = mean
        findings.append(Self.snapped(from: mean, to: snapped, mixed: !isUniform, place))
      }
      return
    }

    // 3. A constant rate that nobody means, because its frame was rounded to a whole millisecond on the way here.
    let literal = FrameRate(snapping: exact?.value ?? mean)
    if Self.lies(times, on: literal, tick: tick) {
      rate = literal
      if let meant = Self.meant(byMilliseconds: literal) {
        rate = meant
        storedRate = literal.value
        findings.append(Self.snapped(from: literal.value, to: meant, mixed: false, place))
      }
      return
    }

    // 4. Truly variable.
    let nominal = Self.nominal(steps: steps, times: times, tick: tick, mean: mean, declared: exact)
    rate = nominal
    let pictures = Self.grid(times: times, end: end, rate: nominal, tick: tick)
    frameCount = pictures.count
    timing = .variable(pictures: pictures)
    let shown = Set(pictures).count
    let lost = times.count - shown
    findings.append(
      Finding(
        "timing.variable", .warning,
        "the pictures come at varying times, \(mean.spoken) a second on average; they are taken at \(nominal.spoken) fps"
          + (lost > 0 ? ", which leaves out \(lost) of \(times.count)" : ""), at: place,
        hint: "transcode to a constant rate where that is not what was meant"))
  }

  // MARK: Pieces

  /// The rate that a container's number stands for: 23.98 is 24000/1001. `nil` above 1000 or below 1/3600.
  static func rate(meaning value: Rational) -> FrameRate? {
    guard value > .zero, value <= 1000, value >= Rational(1, 3600) else { return nil }
    return FrameRate(snapping: value)
  }

  static func isSane(_ rate: FrameRate) -> Bool { sane.contains(rate) || fractional.contains(rate) }

  private static func nearest(to value: Rational, within share: Rational, in list: [FrameRate]) -> FrameRate? {
    list.min { ($0.value - value).magnitude < ($1.value - value).magnitude }
      .flatMap { ($0.value - value).magnitude <= value * share ? $0 : nil }
  }

  /// Whether every picture lies within a tick of where the rate puts it.
  ///
  /// Rounding up and rounding down both occur, and the first picture is rounded as well: so less than a tick from the
  /// best-placed grid, which is looked for among the offsets that the pictures themselves allow.
  private static func lies(_ times: [Int64], on rate: FrameRate, tick: Rational) -> Bool {
    guard let first = times.first else { return false }
    let period = rate.frameDuration / tick
    var (low, high) = (Rational(0), Rational(0))
    for (index, time) in times.enumerated() {
      guard let place = period.multipliedChecked(Rational(index)) else { return false }
      let offset = Rational(Int(time - first)) - place
      low = min(low, offset)
      high = max(high, offset)
      // All offsets within one tick of each other fit one rounding of one grid.
      if high - low > 1 { return false }
    }
    return true
  }

  private static func isOneFrame(_ last: Int64, of rate: FrameRate, tick: Rational) -> Bool {
    last == 0 || (Rational(Int(last)) - rate.frameDuration / tick).magnitude <= 1
  }

  private static func snap(steps: [Int64], tick: Rational, mean: Rational) -> FrameRate? {
    guard let shortest = steps.min(), let longest = steps.max(), shortest > 0 else { return nil }
    func fits(_ rate: FrameRate) -> Bool {
      let period = rate.frameDuration / tick
      return (Rational(Int(shortest)) - period).magnitude < 1 && (Rational(Int(longest)) - period).magnitude < 1
    }
    func best(_ list: [FrameRate]) -> FrameRate? {
      list.filter(fits).min { ($0.value - mean).magnitude < ($1.value - mean).magnitude }
    }
    return best(sane) ?? best(fractional)
  }

  /// 62 ms stand for 1/16 s and 41 ms for 1/24 s, also where finer ticks carry them.
  private static func meant(byMilliseconds rate: FrameRate) -> FrameRate? {
    guard !isSane(rate) else { return nil }
    let milliseconds = rate.frameDuration * 1000
    guard (milliseconds - Rational(milliseconds.rounded)).magnitude < Rational(1, 100) else { return nil }
    return snap(steps: [Int64(milliseconds.rounded)], tick: Rational(1, 1000), mean: rate.value)
  }

  /// The grid that variable pictures are taken on: that of their usual step.
  private static func nominal(
    steps: [Int64], times: [Int64], tick: Rational, mean: Rational, declared: FrameRate?
  ) -> FrameRate {
    var counts: [Int64: Int] = [:]
    for step in steps where step > 0 { counts[step, default: 0] += 1 }
    let usual = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 1
    let byStep = Rational(1) / (Rational(Int(usual)) * tick)
    // A step repeated often enough speaks for itself; scattered ones only on average.
    let isTypical = (counts[usual] ?? 0) * 4 >= steps.count
    let wanted = isTypical ? max(byStep, mean) : mean
    if let declared, isSane(declared), (declared.value - wanted).magnitude <= wanted * Rational(1, 10) {
      return declared
    }
    for list in [sane, fractional] {
      if let rate = nearest(to: wanted, within: Rational(1, 25), in: list) { return rate }
    }
    if let above = sane.sorted().first(where: { $0.value >= wanted }) { return above }
    return FrameRate(240)
  }

  /// For each frame of the grid the last picture whose time is not after it; ticks are rounded, so a tick later counts.
  private static func grid(times: [Int64], end: Int64, rate: FrameRate, tick: Rational) -> [Int32] {
    guard let first = times.first else { return [] }
    let frames = tick * rate.value
    let length = Rational(max(1, end - first)) * frames
    // What lasts less than a tick into a frame does not make one.
    let count = max(1, min((length - frames).ceil, MediaLimits.packets))
    var pictures: [Int32] = []
    pictures.reserveCapacity(count)
    for picture in 1..<max(1, times.count) where pictures.count < count {
      // The frames before the first one that begins less than a tick before this picture show the one before it.
      let begin = (Rational(times[picture] - first - 1) * frames).floor + 1
      let held = min(begin, count) - pictures.count
      if held > 0 { pictures.append(contentsOf: repeatElement(Int32(picture - 1), count: held)) }
    }
    pictures.append(contentsOf: repeatElement(Int32(times.count - 1), count: count - pictures.count))
    return pictures
  }

  private static func snapped(from stored: Rational, to rate: FrameRate, mixed: Bool, _ place: String) -> Finding {
    let what = mixed ? "its delays are mixed and average \(stored.spoken) fps" : "its delays say \(stored.spoken) fps"
    return Finding(
      "timing.snapped", .note, "\(what), because they are rounded; it is taken at \(rate.spoken) fps", at: place)
  }
}

extension Rational {
  /// At most three decimals, for people: `16.129`.
  var spoken: String {
    let thousandths = (self * 1000).rounded
    let (whole, rest) = thousandths.quotientAndRemainder(dividingBy: 1000)
    var digits = String(rest.magnitude)
    while digits.count < 3 { digits = "0" + digits }
    while digits.hasSuffix("0") { digits.removeLast() }
    return digits.isEmpty ? "\(whole)" : "\(whole).\(digits)"
  }
}
