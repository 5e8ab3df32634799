public import PegCore

/// Something that `check` measures and a preset limits.
public struct QualityMeasure: Hashable, Sendable {
  /// As presets write it; ends in its unit.
  public let name: String
  /// What the limit means, for people.
  public let meaning: String

  /// Every measure that a preset may limit.
  public static let all: [QualityMeasure] = [
    QualityMeasure(name: "decode_errors", meaning: "pictures that do not decode"),
    QualityMeasure(name: "duration_frames", meaning: "frames that picture may be longer or shorter than the cut"),
    QualityMeasure(name: "av_difference_frames", meaning: "frames that sound and picture may differ in length"),
    QualityMeasure(name: "black_seconds", meaning: "longest run of black inside the programme"),
    QualityMeasure(name: "freeze_seconds", meaning: "longest run of equal pictures"),
    QualityMeasure(name: "silence_seconds", meaning: "longest silence of one channel; LFE is exempt"),
    QualityMeasure(name: "clipped_samples", meaning: "sound samples beyond full scale"),
    QualityMeasure(name: "levels_percent", meaning: "share of a picture outside EBU R 103"),
    QualityMeasure(name: "bitrate_megabits", meaning: "average of the picture stream in Mb/s"),
  ]

  /// The measure of this name, or `nil`.
  public init?(named name: some StringProtocol) {
    guard let measure = Self.all.first(where: { $0.name == name }) else { return nil }
    self = measure
  }

  private init(name: String, meaning: String) {
    self.name = name
    self.meaning = meaning
  }
}

/// The most of a measure that conforms, and how much it matters when there is more.
public struct QualityLimit: Hashable, Sendable {
  public var measure: QualityMeasure
  public var limit: Rational
  public var severity: Severity

  public init(_ measure: QualityMeasure, limit: Rational, severity: Severity) {
    self.measure = measure
    self.limit = limit
    self.severity = severity
  }
}
