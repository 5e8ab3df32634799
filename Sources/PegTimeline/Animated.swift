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

/// How a value goes from one key to the next.
public enum Ease: String, Sendable, CaseIterable {
  case linear
  /// Stays, and jumps at the next key.
  case hold
  case easeIn = "ease_in"
  case easeOut = "ease_out"
  case easeInOut = "ease_in_out"
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
