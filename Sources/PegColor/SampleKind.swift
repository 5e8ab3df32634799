import PegCore

/// How one sample lies in memory.
enum SampleKind {
  case bytes
  /// 16 bits; `swapped` when they are not in the host's order.
  case words(swapped: Bool)
  case floats

  init(_ format: PixelFormat) {
    if format.isFloat {
      self = .floats
    } else if format.depth > 8 {
      self = .words(swapped: format.isBigEndian == (Int(littleEndian: 1) == 1))
    } else {
      self = .bytes
    }
  }

  /// Bytes of a sample.
  var size: Int {
    switch self {
    case .bytes: 1
    case .words: 2
    case .floats: 4
    }
  }
}
