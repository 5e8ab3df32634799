internal import CSwresample
import PegCore

/// Reads a stream at equally spaced positions that need not be samples of it: libswresample in double precision.
///
/// Output k is the stream at `origin` + k · `step`, whatever was read before and however many at a time: the phase of
/// libswresample's filter repeats every `step.denominator` outputs, and a reading begins at such a period. Before what is
/// asked for it reads enough of the stream that nothing of libswresample's invented past is left in the filter.
///
/// A position between the phases is reached by lengthening the step after the first output, which is thrown away: within
/// 10⁻⁵ of an output. Steps with large terms are replaced by the nearest fraction that libswresample keeps exactly: within
/// 10⁻¹⁰ of themselves.
final class Resampler {
  /// Stream samples per output.
  let step: Rational
  private let name: String
  private let channels: Int
  private var context: OpaquePointer?
  /// First stream sample of period 0 that is fed.
  private let first: Int
  /// Outputs before output 0 of a period.
  private let lead: Int
  /// How much longer the step after the first of those is: 2⁻²⁰ outputs.
  private let nudge: Int
  /// Stream samples that one output is made of, at most.
  let taps: Int
  /// The next output to be read.
  private var next = 0
  /// The next stream sample to be fed.
  private var fed = 0

  /// Names the third-party arithmetic that a mix depends on: `swresample 4.7.100`.
  static let arithmetic: String = {
    let version = swresample_version()
    return "swresample \(version >> 16).\(version >> 8 & 255).\(version & 255)"
  }()

  // Passband to 0.45 of the lower rate within 1e-5, stopband below −120 dB: tuned with scipy's freqz.
  private static let filterSize = 128
  private static let cutoff = 0.95
  private static let beta = 12.0
  private static let phaseShift: Int32 = 12
  private static let nudges = 1 << 20

  /// What a step may be: beyond it, a filter would need megabytes for a sound that nobody can hear.
  static let steps = Rational(1, 256)...Rational(256)

  /// - Precondition: `step` lies in ``steps``.
  init(origin: Rational, step exact: Rational, channels: Int, name: String) {
    precondition(Self.steps.contains(exact), "the step is in range")
    step = Self.kept(exact)
    self.name = name
    self.channels = channels
    let (p, q) = (Int(step.numerator), Int(step.denominator))
    taps = Self.taps(step)
    let least = (Rational(taps + 2) / step).ceil + 1
    if let lead = Self.lead(onto: origin, p: p, q: q, least: least) {
      self.lead = lead
      nudge = 0
      first = (origin - Rational(lead) * step).floor
    } else {
      // Outputs later, one after the other, until the rest is less than a step.
      var lead = least
      while Self.fraction(origin - Rational(lead) * step) >= step { lead += 1 }
      self.lead = lead
      nudge = (Self.fraction(origin - Rational(lead) * step) / step * Rational(Self.nudges)).rounded
      first = (origin - Rational(lead) * step).floor
    }
  }

  deinit { swr_free(&context) }

  // MARK: Reading

  /// A piece of the stream from a sample on: one array for each channel, of any length above 0.
  typealias Feed = (_ first: Int) throws -> [[Double]]

  /// Outputs `start` and the `count` − 1 after it: one array for each channel.
  ///
  /// Going on where the last reading ended is cheap; anywhere else starts anew.
  func read(_ start: Int, count: Int, feed: Feed) throws -> [[Double]] {
    if context == nil || start != next { try begin(at: start, feed: feed) }
    let outputs = try draw(count, feed: feed)
    next = start + count
    return outputs
  }

  private func begin(at start: Int, feed: Feed) throws {
    swr_free(&context)
    let (p, q) = (Int(step.numerator), Int(step.denominator))
    let period = start >= 0 ? start / q : -((q - 1 - start) / q)
    context = try Self.open(step: step, channels: channels, name: name)
    fed = first + period * p
    var left = lead + start - period * q
    if nudge > 0 {
      guard swr_set_compensation(context, Int32(-nudge), Int32(Self.nudges)) >= 0 else { throw Self.refusal(of: name) }
      try skip(1, feed: feed)
      guard swr_set_compensation(context, 0, 0) >= 0 else { throw Self.refusal(of: name) }
      left -= 1
    }
    try skip(left, feed: feed)
  }

  private func skip(_ count: Int, feed: Feed) throws {
    var left = count
    while left > 0 {
      let piece = min(left, 8192)
      _ = try draw(piece, feed: feed)
      left -= piece
    }
  }

  private func draw(_ count: Int, feed: Feed) throws -> [[Double]] {
    var outputs = Array(repeating: [Double](repeating: 0, count: count), count: channels)
    // What libswresample still holds comes first.
    var done = try convert([], into: &outputs, from: 0)
    while done < count {
      let piece = try feed(fed)
      precondition(piece.count == channels && !piece[0].isEmpty, "a piece of a stream has its channels, and samples")
      fed += piece[0].count
      done += try convert(piece, into: &outputs, from: done)
    }
    return outputs
  }

  /// Feeds a piece and takes what comes of it, as far as there is room.
  private func convert(_ piece: [[Double]], into outputs: inout [[Double]], from done: Int) throws -> Int {
    let room = outputs[0].count - done
    guard room > 0 else {
      precondition(piece.isEmpty, "a piece is fed only where something is still to be read")
      return 0
    }
    let count = piece.first?.count ?? 0
    // libswresample takes planes by pointers that have to hold at once: one buffer for all of them.
    return try withUnsafeTemporaryAllocation(of: Double.self, capacity: channels * (room + count + 1)) { memory in
      guard let base = memory.baseAddress else { return 0 }
      var (into, from): ([UnsafeMutablePointer<UInt8>?], [UnsafeMutablePointer<UInt8>?]) = ([], [])
      let bytes = UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt8.self)
      let width = MemoryLayout<Double>.stride
      for channel in 0..<channels {
        into.append(bytes + channel * room * width)
        // Without a pointer, libswresample would take the stream for ended.
        let place = channels * room + channel * (count + 1)
        from.append(bytes + place * width)
        for index in 0..<count { memory.initializeElement(at: place + index, to: piece[channel][index]) }
      }
      let made = Int(peg_swr_convert(context, &into, Int32(room), &from, Int32(count)))
      guard made >= 0 else { throw PegError(.bug, "libswresample does not resample \(name)") }
      for channel in 0..<channels {
        for index in 0..<made { outputs[channel][done + index] = memory[channel * room + index] }
      }
      return made
    }
  }

  private static func fraction(_ value: Rational) -> Rational { value - Rational(value.floor) }

  /// libswresample's own count (`resample_init`).
  private static func taps(_ step: Rational) -> Int {
    let factor = min(cutoff / step.double, 1)
    return Int((Double(filterSize) / factor).rounded(.up)) + 2
  }

  /// The fraction nearest to `exact` whose terms libswresample's 31 bits hold beside the phases.
  private static func kept(_ exact: Rational) -> Rational {
    let most: Int128 = 1 << 18
    guard exact.numerator > most || exact.denominator > most else { return exact }
    // Convergents of the continued fraction.
    var (a, b) = (exact.numerator, exact.denominator)
    var (p0, q0, p1, q1): (Int128, Int128, Int128, Int128) = (0, 1, 1, 0)
    while b != 0 {
      let whole = a / b
      let (p, q) = (whole * p1 + p0, whole * q1 + q0)
      guard p <= most, q <= most else { break }
      (p0, q0, p1, q1) = (p1, q1, p, q)
      (a, b) = (b, a - whole * b)
    }
    return Rational(p1, q1)
  }

  /// Outputs before output 0 so that the first of them lies on a sample, where there is such a count.
  private static func lead(onto origin: Rational, p: Int, q: Int, least: Int) -> Int? {
    guard q <= 1 << phaseShift else { return nil }
    let scaled = origin * Rational(q)
    guard scaled.isWhole else { return nil }
    // origin − lead · p/q is whole when scaled ≡ lead · p (mod q).
    let target = Int(((scaled.numerator % Int128(q)) + Int128(q)) % Int128(q))
    for lead in least..<(least + q) where lead * p % q == target { return lead }
    return nil
  }

  // MARK: libswresample

  private static func open(step: Rational, channels: Int, name: String) throws(PegError) -> OpaquePointer {
    var (into, from) = (AVChannelLayout(), AVChannelLayout())
    av_channel_layout_default(&into, Int32(channels))
    av_channel_layout_default(&from, Int32(channels))
    var context: OpaquePointer?
    let (rateIn, rateOut) = (Int32(step.numerator), Int32(step.denominator))
    guard
      swr_alloc_set_opts2(
        &context, &into, AV_SAMPLE_FMT_DBLP, rateOut, &from, AV_SAMPLE_FMT_DBLP, rateIn, 0, nil) == 0,
      let opened = context
    else { throw refusal(of: name) }
    let options = UnsafeMutableRawPointer(opened)
    av_opt_set_sample_fmt(options, "internal_sample_fmt", AV_SAMPLE_FMT_DBLP, 0)
    av_opt_set_int(options, "filter_size", Int64(filterSize), 0)
    av_opt_set_int(options, "phase_shift", Int64(phases(step)), 0)
    av_opt_set_int(options, "linear_interp", 1, 0)
    av_opt_set_int(options, "exact_rational", 1, 0)
    av_opt_set_double(options, "cutoff", cutoff, 0)
    av_opt_set_double(options, "kaiser_beta", beta, 0)
    av_opt_set_int(options, "flags", Int64(SWR_FLAG_RESAMPLE), 0)
    guard swr_init(opened) == 0 else {
      swr_free(&context)
      throw refusal(of: name)
    }
    return opened
  }

  /// log2 of the phases: fewer where the filter is so long that its table would pass 32 MiB.
  private static func phases(_ step: Rational) -> Int32 {
    var shift = phaseShift
    while shift > 6, taps(step) << Int(shift) > 1 << 22 { shift -= 1 }
    return shift
  }

  private static func refusal(of name: String) -> PegError {
    PegError(.bug, "libswresample does not open for \(name)")
  }
}
