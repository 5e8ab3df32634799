import PegCore

/// What light a code value stands for on the display it was made for.
enum DisplayCurve: Hashable, Sendable {
  /// SDR: light 1 is white. Video is BT.1886 with black at 0, 2.4.
  case power(Float)
  case srgb
  /// Scene-linear: has no display until a view gives it one.
  case linear
  case pq
  case hlg

  /// SDR white in PQ and HLG, cd/m² (ITU-R BT.2408).
  static let sdrWhite: Float = 203

  /// Throws bad input for curves that are not handled, by name.
  ///
  /// The camera curves of BT.709, BT.601, BT.2020, xvYCC, BT.1361, SMPTE 240M and the 2.8 of BT.470 B, G all describe
  /// video that is looked at on a BT.1886 display.
  init(_ transfer: Transfer) throws(PegError) {
    switch transfer {
    case .bt709, .smpte170m, .smpte240m, .bt2020ten, .bt2020twelve, .xvYCC, .bt1361, .gamma28: self = .power(2.4)
    case .gamma22: self = .power(2.2)
    case .srgb: self = .srgb
    case .linear: self = .linear
    case .pq: self = .pq
    case .hlg: self = .hlg
    case .unspecified, .log100, .log316, .smpte428:
      throw PegError(.badInput, "cannot convert from or to the transfer characteristics \(transfer): not handled")
    }
  }

  /// Whether code values pass unchanged to another SDR display of equal primaries.
  var isSDR: Bool {
    switch self {
    case .power, .srgb: true
    case .linear, .pq, .hlg: false
    }
  }
}
