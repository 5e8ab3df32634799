/// A digest as a ledger holds it, written as lowercase hexadecimal: at most 32 bytes, as long as SHA-256.
///
/// Its bytes lie in the value itself, 40 in all: the ledger of a feature holds half a million of them.
public struct LedgerID: Hashable, Sendable, CustomStringConvertible {
  // Big-endian words; bytes beyond the length are 0.
  private let first: UInt64
  private let second: UInt64
  private let third: UInt64
  private let fourth: UInt64
  private let length: UInt8

  /// - Precondition: there are at most 32 bytes.
  public init(_ bytes: some Collection<UInt8>) {
    precondition(bytes.count <= 32, "a digest has 32 bytes at most")
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    for (index, byte) in bytes.enumerated() {
      let bits = UInt64(byte) << UInt64(56 - 8 * (index & 7))
      switch index >> 3 {
      case 0: words.0 |= bits
      case 1: words.1 |= bits
      case 2: words.2 |= bits
      default: words.3 |= bits
      }
    }
    (first, second, third, fourth) = words
    length = UInt8(bytes.count)
  }

  /// Reads hexadecimal; `nil` for what is none, or is longer than 32 bytes.
  public init?(hex text: some StringProtocol) {
    self.init(digits: text.utf8)
  }

  /// Reads hexadecimal digits in ASCII; the ledger of a feature holds two million ids.
  init?(digits: some Collection<UInt8>) {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    var count = 0
    for digit in digits {
      let value: UInt8
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
      default: return nil
      }
      let bits = UInt64(value) << UInt64(60 - 4 * (count & 15))
      switch count >> 4 {
      case 0: words.0 |= bits
      case 1: words.1 |= bits
      case 2: words.2 |= bits
      case 3: words.3 |= bits
      default: return nil
      }
      count += 1
    }
    guard count > 0, count % 2 == 0 else { return nil }
    (first, second, third, fourth) = words
    length = UInt8(count / 2)
  }

  public var count: Int { Int(length) }

  /// The first eight bytes, for counting: of a million digests two are alike once in thirty million times.
  public var prefix: UInt64 { first }

  private func byte(_ index: Int) -> UInt8 {
    let word =
      switch index >> 3 {
      case 0: first
      case 1: second
      case 2: third
      default: fourth
      }
    return UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index & 7)))
  }

  public var bytes: [UInt8] { (0..<count).map(byte) }

  public var description: String {
    let digits: StaticString = "0123456789abcdef"
    return String(unsafeUninitializedCapacity: count * 2) { text in
      for index in 0..<count {
        let byte = byte(index)
        text[2 * index] = digits.utf8Start[Int(byte >> 4)]
        text[2 * index + 1] = digits.utf8Start[Int(byte & 15)]
      }
      return count * 2
    }
  }
}
