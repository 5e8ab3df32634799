/// Bytes of a file that are looked into: every access says whether it was inside.
struct Bytes {
  let raw: UnsafeRawBufferPointer
  /// Whether numbers have their high byte first.
  var isBigEndian: Bool
  /// Bytes of the whole file, of which these may be the beginning.
  let fileSize: Int
  /// The last bytes of the file, where these are the beginning.
  let tail: [UInt8]

  init(_ raw: UnsafeRawBufferPointer, isBigEndian: Bool = true, fileSize: Int? = nil, tail: [UInt8] = []) {
    self.raw = raw
    self.isBigEndian = isBigEndian
    self.fileSize = fileSize ?? raw.count
    self.tail = tail
  }

  /// Whether the file goes on behind these bytes.
  var isPartial: Bool { fileSize > raw.count }

  var count: Int { raw.count }

  func u8(_ offset: Int) -> Int? {
    guard offset >= 0, offset < raw.count else { return nil }
    return Int(raw[offset])
  }

  func u16(_ offset: Int) -> Int? {
    guard let first = u8(offset), let second = u8(offset + 1) else { return nil }
    return isBigEndian ? first << 8 | second : second << 8 | first
  }

  func u32(_ offset: Int) -> Int? {
    guard let first = u16(offset), let second = u16(offset + 2) else { return nil }
    return isBigEndian ? first << 16 | second : second << 16 | first
  }

  func i32(_ offset: Int) -> Int? { u32(offset).map { Int(Int32(truncatingIfNeeded: $0)) } }

  func f32(_ offset: Int) -> Float? { u32(offset).map { Float(bitPattern: UInt32($0)) } }

  func u64(_ offset: Int) -> UInt64? {
    guard let first = u32(offset), let second = u32(offset + 4) else { return nil }
    return isBigEndian ? UInt64(first) << 32 | UInt64(second) : UInt64(second) << 32 | UInt64(first)
  }

  /// The bytes from `offset` on, `count` of them; `nil` when they do not all lie inside.
  func slice(_ offset: Int, _ count: Int) -> Bytes? {
    guard offset >= 0, count >= 0, offset <= raw.count, count <= raw.count - offset else { return nil }
    return Bytes(UnsafeRawBufferPointer(rebasing: raw[offset..<(offset + count)]), isBigEndian: isBigEndian)
  }

  /// Whether the bytes at `offset` are these ASCII characters.
  func has(_ text: StaticString, at offset: Int) -> Bool {
    guard let part = slice(offset, text.utf8CodeUnitCount) else { return false }
    return text.withUTF8Buffer { part.raw.elementsEqual($0) }
  }

  /// Text up to the first zero byte or the end; what is no UTF-8 is read as Latin-1.
  var text: String { Self.text(of: raw.prefix { $0 != 0 }) }

  /// Text of bytes; what is no UTF-8 is read as Latin-1.
  static func text(of bytes: some Collection<UInt8>) -> String {
    String(validating: bytes, as: UTF8.self) ?? String(String.UnicodeScalarView(bytes.map { UnicodeScalar($0) }))
  }

  /// A copy, for an ICC profile; empty when it is larger than a profile may be.
  var profile: [UInt8] { raw.count <= MediaLimits.profileBytes ? Array(raw) : [] }

  /// The offset of the first byte `value` at or after `offset`.
  func first(_ value: UInt8, from offset: Int) -> Int? {
    guard offset < raw.count else { return nil }
    return raw[offset...].firstIndex(of: value)
  }
}
