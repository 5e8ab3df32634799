public import PegCore

/// A value that is constant or follows keys over an item's frames.
public enum Animated: Hashable, Sendable {
  case constant(Rational)
  /// At least one; frames ascend.
  case keys([Key])

  public struct Key: Hashable, Sendable {
    /// Relative to the item's first frame; may be negative, in its handles.
    public var frame: Int
    public var value: Rational
    /// The way from here to the next key.
    public var ease: Ease

    public init(frame: Int, value: Rational, ease: Ease = .linear) {
      self.frame = frame
      self.value = value
      self.ease = ease
    }
  }
}

/// How a value goes from one key to the next, at the share *t* of the time between them.
public enum Ease: String, Sendable, CaseIterable {
  /// *t*
  case linear
  /// Stays, and jumps at the next key.
  case hold
  /// *t*²
  case easeIn = "ease_in"
  /// 1 − (1 − *t*)²
  case easeOut = "ease_out"
  /// 3*t*² − 2*t*³
  case easeInOut = "ease_in_out"

  /// The share of the way that is done; `nil` where it does not fit 128 bits.
  func progress(_ time: Rational) -> Rational? {
    switch self {
    case .linear: return time
    case .hold: return .zero
    case .easeIn: return time.multipliedChecked(time)
    case .easeOut:
      guard let left = Rational.one.addingChecked(-time), let square = left.multipliedChecked(left) else { return nil }
      return Rational.one.addingChecked(-square)
    case .easeInOut:
      guard let square = time.multipliedChecked(time), let double = time.multipliedChecked(-2),
        let slope = double.addingChecked(3)
      else { return nil }
      return square.multipliedChecked(slope)
    }
  }
}

extension Animated {
  public var isConstant: Bool { if case .constant = self { true } else { false } }

  /// The value at a frame of the item, or between two: exact where 128 bits hold it, else to 1e-9. Before the first key
  /// and after the last one it stays.
  public func value(at frame: Rational) -> Rational {
    switch self {
    case .constant(let value): value
    case .keys(let keys):
      KeyMoment(at: frame, count: keys.count, frame: { keys[$0].frame }, ease: { keys[$0].ease })
        .mix { keys[$0].value }
    }
  }
}

/// Where a moment lies among keys.
struct KeyMoment {
  /// The last key that is not after it, or the first one.
  private let before: Int
  /// The way to the next key, and how much of the time there has passed; `nil` where nothing moves.
  private let way: (after: Int, ease: Ease, time: Rational)?

  /// - Precondition: there is a key, and their frames ascend.
  init(at moment: Rational, count: Int, frame: (Int) -> Int, ease: (Int) -> Ease) {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if Rational(frame(middle)) <= moment { low = middle + 1 } else { high = middle }
    }
    before = max(0, low - 1)
    guard low > 0, low < count else {
      way = nil
      return
    }
    let distance = Rational(frame(low) - frame(low - 1))
    let passed = moment.addingChecked(Rational(-frame(low - 1)))?.multipliedChecked(distance.reciprocal)
    way = (
      low, ease(low - 1), passed ?? (Self.rounded(moment, Self.steps) - Rational(frame(low - 1))) / distance
    )
  }

  /// The value at the moment, from the values of the keys.
  func mix(_ value: (Int) -> Rational) -> Rational {
    let a = value(before)
    guard let way else { return a }
    let b = value(way.after)
    if let progress = way.ease.progress(way.time), let distance = b.addingChecked(-a),
      let part = distance.multipliedChecked(progress), let sum = a.addingChecked(part)
    {
      return sum
    }
    // Too fine for exact arithmetic, and far too fine for a picture.
    let time = Self.rounded(way.time, Self.steps)
    let (from, to) = (Self.rounded(a, Self.billion), Self.rounded(b, Self.billion))
    return from + (to - from) * (way.ease.progress(time) ?? time)
  }

  private static let steps = 1 << 20
  private static let billion = 1_000_000_000

  private static func rounded(_ value: Rational, _ steps: Int) -> Rational {
    // A whole part and a rest, so that the product fits whatever the denominator.
    let whole = Rational(value.floor)
    return whole + Rational(Int(((value - whole).double * Double(steps)).rounded()), steps)
  }
}

/// A list of keys as the cut file has it: `[[frame, value, ease]…]`, `ease` being `linear` where it is left out.
enum KeyList {
  static func read<Value>(
    _ value: JSON, _ read: (JSON) throws(Problem) -> Value
  ) throws(Problem) -> [(frame: Int, value: Value, ease: Ease)] {
    let keys = try SettingsValue.list(value) { (key) throws(Problem) -> (frame: Int, value: Value, ease: Ease) in
      guard let parts = key.array, parts.count == 2 || parts.count == 3 else {
        throw Problem("a key reads [frame, value, ease]")
      }
      return (
        try inside(.index(0)) { () throws(Problem) in try SettingsValue.whole(frames)(parts[0]) },
        try inside(.index(1)) { () throws(Problem) in try read(parts[1]) },
        parts.count == 2
          ? .linear : try inside(.index(2)) { () throws(Problem) in try SettingsValue.word(parts[2]) }
      )
    }
    guard !keys.isEmpty else { throw Problem("the list of keys is empty") }
    for index in keys.indices.dropFirst() where keys[index].frame <= keys[index - 1].frame {
      throw Problem("the frames of keys have to ascend", at: [.index(index), .index(0)])
    }
    return keys
  }

  static func json(frame: Int, value: JSON, ease: Ease) -> JSON {
    ease == .linear ? [.number(frame), value] : [.number(frame), value, .string(ease.rawValue)]
  }

  static let frames = -1_000_000_000...1_000_000_000
}

extension Animated {
  init(_ value: JSON, limits: ClosedRange<Rational>) throws(Problem) {
    let number = SettingsValue.number(limits)
    if value.array == nil {
      self = .constant(try number(value))
    } else {
      self = .keys(try KeyList.read(value, number).map { Key(frame: $0.frame, value: $0.value, ease: $0.ease) })
    }
  }

  var json: JSON {
    switch self {
    case .constant(let value): .number(value)
    case .keys(let keys):
      .array(keys.map { KeyList.json(frame: $0.frame, value: .number($0.value), ease: $0.ease) })
    }
  }
}
