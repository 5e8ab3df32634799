/// What an encoder carries from picture to picture, so that less than it says here cannot be taken from another master.
///
/// A preset says in `video.purity` what one packet, or one run of packets, depends on. It is refused when it claims more than
/// this list allows, so that nothing is reused that is not the same.
public struct EncoderImpurity: Sendable {
  /// When it holds.
  public enum Cause: Hashable, Sendable {
    /// An average of bits per second.
    case bitrate
    /// Single pictures asked of an encoder that predicts.
    case intra
    /// An option, or a word of the encoder's own list of options, begins with this.
    case option(String)
  }

  /// libav's name of the encoder; `nil` for all.
  public let encoder: String?
  public let cause: Cause
  /// The least that still depends on nothing else.
  public let unit: VideoSpec.PurityUnit
  public let reason: String

  /// Every one that is known. Measured: chunks encoded by themselves against the same frames of one run.
  public static let all: [EncoderImpurity] = [
    EncoderImpurity(encoder: nil, cause: .bitrate, unit: .whole, reason: "a bit rate is kept over the whole programme"),
    EncoderImpurity(
      encoder: "libx264", cause: .intra, unit: .whole,
      reason: "x264 numbers its key pictures and names itself in the first: packets of -g 1 were measured to differ"),
    EncoderImpurity(
      encoder: "libx265", cause: .intra, unit: .whole,
      reason: "x265 was not measured to give the same packet for a picture wherever it stands"),
    EncoderImpurity(
      encoder: "libx264", cause: .option("avcintra-class"), unit: .whole,
      reason: "AVC-Intra fills every picture to one size from what the ones before left over: measured to differ"),
    EncoderImpurity(
      encoder: "libx264", cause: .option("vbv"), unit: .whole,
      reason: "a buffer is as full as all pictures before left it"),
    EncoderImpurity(
      encoder: "libx265", cause: .option("vbv"), unit: .whole,
      reason: "a buffer is as full as all pictures before left it"),
    EncoderImpurity(
      encoder: nil, cause: .option("maxrate"), unit: .whole,
      reason: "a buffer is as full as all pictures before left it"),
    EncoderImpurity(
      encoder: nil, cause: .option("bufsize"), unit: .whole,
      reason: "a buffer is as full as all pictures before left it"),
  ]

  /// The entries that hold for an encoder opened so.
  public static func of(
    _ codec: VideoCodec, gop: Int?, rateControl: VideoSpec.RateControl, options: [EncoderOption]
  ) -> [EncoderImpurity] {
    all.filter { entry in
      guard entry.encoder == nil || entry.encoder == codec.encoder else { return false }
      switch entry.cause {
      case .bitrate: if case .bitrate = rateControl { return true } else { return false }
      case .intra: return gop == nil
      case .option(let name):
        return options.contains { option in
          option.key.replacing("_", with: "-").hasPrefix(name)
            || option.value.split(separator: ":").contains { $0.hasPrefix(name) }
        }
      }
    }
  }
}

extension VideoSpec.PurityUnit {
  /// How much it is: 0 for a picture, 2 for the whole programme.
  var size: Int {
    switch self {
    case .intra: 0
    case .segments: 1
    case .whole: 2
    }
  }
}
