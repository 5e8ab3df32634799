public import PegCore

/// What a file says of its colours that has no code point in H.273: read, not yet applied.
///
/// ``VideoFacts/tags`` hold what these numbers stand for where they stand for something that has a code point.
public struct ColorFacts: Hashable, Sendable {
  /// The exponent that encodes light into code values, as the file states it: 0.45455 for gamma 2.2 (`gAMA` of PNG).
  public var gamma: Rational?
  /// Primaries and white (`cHRM` of PNG, `chromaticities` of OpenEXR).
  public var chromaticities: Chromaticities?
  /// An embedded ICC profile.
  public var profile: ColorProfile?
  /// The colour space that a header names: `cineon` for a DPX of printing density.
  public var space: String?

  public init(
    gamma: Rational? = nil, chromaticities: Chromaticities? = nil, profile: ColorProfile? = nil, space: String? = nil
  ) {
    self.space = space
    self.gamma = gamma
    self.chromaticities = chromaticities
    self.profile = profile
  }

  public var isEmpty: Bool { gamma == nil && chromaticities == nil && profile == nil && space == nil }
}

/// An ICC profile (ISO 15076-1) as a file carries it.
public struct ColorProfile: Hashable, Sendable {
  /// What the file calls it (`iCCP` of PNG); empty where it has no name of its own.
  public var name: String
  /// The profile, at most 4 MiB; empty where it is larger or does not unpack.
  public var bytes: [UInt8]

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}
