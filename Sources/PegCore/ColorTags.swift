/// Colour primaries, by their code point in ITU-T H.273 table 2.
public enum Primaries: Int, Sendable, CaseIterable {
  case bt709 = 1, unspecified = 2, bt470m = 4, bt470bg = 5, smpte170m = 6, smpte240m = 7, film = 8, bt2020 = 9
  case xyz = 10, p3DCI = 11, p3D65 = 12, ebu3213 = 22
}

/// Transfer characteristics, by their code point in ITU-T H.273 table 3.
public enum Transfer: Int, Sendable, CaseIterable {
  case bt709 = 1, unspecified = 2, gamma22 = 4, gamma28 = 5, smpte170m = 6, smpte240m = 7, linear = 8, log100 = 9
  case log316 = 10, xvYCC = 11, bt1361 = 12, srgb = 13, bt2020ten = 14, bt2020twelve = 15, pq = 16, smpte428 = 17
  case hlg = 18
}

/// Matrix coefficients, by their code point in ITU-T H.273 table 4.
public enum Matrix: Int, Sendable, CaseIterable {
  case rgb = 0, bt709 = 1, unspecified = 2, fcc = 4, bt470bg = 5, smpte170m = 6, smpte240m = 7, ycgco = 8
  case bt2020ncl = 9, bt2020cl = 10, ictcp = 14
}

/// What code values black and white have: 16…235 at 8 bits, or all there are.
public enum CodeRange: Int, Sendable, CaseIterable {
  case unspecified = 0, legal = 1, full = 2
}

/// Where chroma samples lie relative to luma; numbered as libav numbers them (H.273 type + 1).
public enum ChromaSiting: Int, Sendable, CaseIterable {
  case unspecified = 0, left = 1, center = 2, topLeft = 3, top = 4, bottomLeft = 5, bottom = 6
}

/// How alpha relates to the colour beside it.
public enum AlphaMode: String, Sendable, CaseIterable {
  /// No alpha, or an alpha that is to be ignored.
  case opaque
  /// Colour is not multiplied by alpha.
  case straight
  /// Colour is multiplied by alpha (associated).
  case premultiplied
}

/// What a picture's code values mean. A value `unspecified` is what a file did not say.
public struct ColorTags: Hashable, Sendable {
  public var primaries: Primaries
  public var transfer: Transfer
  public var matrix: Matrix
  public var range: CodeRange
  public var siting: ChromaSiting

  public init(
    primaries: Primaries = .unspecified, transfer: Transfer = .unspecified, matrix: Matrix = .unspecified,
    range: CodeRange = .unspecified, siting: ChromaSiting = .unspecified
  ) {
    self.primaries = primaries
    self.transfer = transfer
    self.matrix = matrix
    self.range = range
    self.siting = siting
  }

  public static let unspecified = ColorTags()
  /// BT.709 Y′CbCr, legal range, chroma cosited left: what an HD master has.
  public static let bt709 = ColorTags(
    primaries: .bt709, transfer: .bt709, matrix: .bt709, range: .legal, siting: .left)
  /// sRGB stills: R′G′B′, full range.
  public static let srgb = ColorTags(primaries: .bt709, transfer: .srgb, matrix: .rgb, range: .full)
  /// Scene-linear R′G′B′ with the primaries of BT.709.
  public static let linear709 = ColorTags(primaries: .bt709, transfer: .linear, matrix: .rgb, range: .full)
}

extension ColorTags: CustomStringConvertible {
  /// `bt709/bt709/bt709 legal left`.
  public var description: String { "\(primaries)/\(transfer)/\(matrix) \(range) \(siting)" }
}
