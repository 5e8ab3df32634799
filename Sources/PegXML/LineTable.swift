import PegCore

/// Where the lines of a text begin.
struct LineTable: Sendable {
  private let bytes: [UInt8]
  private let starts: [Int]

  /// - Parameter bytes: UTF-8.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var starts = [0]
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(index + 1) }
    self.starts = starts
  }

  /// - Parameter offset: a byte offset, 0…count.
  func position(of offset: Int) -> TextPosition {
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= offset { low = middle } else { high = middle }
    }
    // Continuation bytes begin no character.
    let characters = bytes[starts[low]..<offset].count { $0 & 0xC0 != 0x80 }
    return TextPosition(line: low + 1, column: characters + 1)
  }
}
