/// An encoder of libav that presets may name, with what its streams read as.
public struct VideoCodec: Hashable, Sendable {
  public struct Profile: Hashable, Sendable {
    /// As the encoder takes it.
    public let name: String
    /// As `ffprobe` prints it.
    public let reads: String
  }

  /// libavcodec's name of the encoder.
  public let encoder: String
  /// libavcodec's name of the codec, which `ffprobe` prints.
  public let codec: String
  /// Whether every picture of it is a key picture whatever is asked.
  public let isAlwaysIntra: Bool
  /// None for a codec that has no profiles; else a preset names one of them.
  public let profiles: [Profile]

  /// Whether single pictures have to be asked for.
  var needsGroupLength: Bool { !isAlwaysIntra }

  /// Every encoder that a preset may name.
  public static let all: [VideoCodec] = [
    VideoCodec(
      encoder: "prores_ks", codec: "prores", isAlwaysIntra: true,
      profiles: [
        Profile(name: "proxy", reads: "Proxy"), Profile(name: "lt", reads: "LT"),
        Profile(name: "standard", reads: "Standard"), Profile(name: "hq", reads: "HQ"),
        Profile(name: "4444", reads: "4444"), Profile(name: "4444xq", reads: "XQ"),
      ]),
    VideoCodec(
      encoder: "dnxhd", codec: "dnxhd", isAlwaysIntra: true,
      profiles: [
        Profile(name: "dnxhd", reads: "DNXHD"), Profile(name: "dnxhr_lb", reads: "DNXHR LB"),
        Profile(name: "dnxhr_sq", reads: "DNXHR SQ"), Profile(name: "dnxhr_hq", reads: "DNXHR HQ"),
        Profile(name: "dnxhr_hqx", reads: "DNXHR HQX"), Profile(name: "dnxhr_444", reads: "DNXHR 444"),
      ]),
    VideoCodec(encoder: "ffv1", codec: "ffv1", isAlwaysIntra: false, profiles: []),
    VideoCodec(
      encoder: "libx264", codec: "h264", isAlwaysIntra: false,
      profiles: [
        Profile(name: "baseline", reads: "Constrained Baseline"), Profile(name: "main", reads: "Main"),
        Profile(name: "high", reads: "High"), Profile(name: "high10", reads: "High 10"),
        Profile(name: "high422", reads: "High 4:2:2"), Profile(name: "high444", reads: "High 4:4:4 Predictive"),
      ]),
    VideoCodec(
      encoder: "libx265", codec: "hevc", isAlwaysIntra: false,
      profiles: [
        Profile(name: "main", reads: "Main"), Profile(name: "main10", reads: "Main 10"),
        Profile(name: "main422-10", reads: "Rext"), Profile(name: "main444-10", reads: "Rext"),
      ]),
    VideoCodec(encoder: "png", codec: "png", isAlwaysIntra: true, profiles: []),
  ]

  /// The entry of this encoder, or `nil` for one that Pegbar does not know.
  public init?(encoder name: some StringProtocol) {
    guard let codec = Self.all.first(where: { $0.encoder == name }) else { return nil }
    self = codec
  }

  private init(encoder: String, codec: String, isAlwaysIntra: Bool, profiles: [Profile]) {
    self.encoder = encoder
    self.codec = codec
    self.isAlwaysIntra = isAlwaysIntra
    self.profiles = profiles
  }
}
