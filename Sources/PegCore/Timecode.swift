/// A SMPTE timecode label at a rate: a count of frames since 00:00:00:00, and how it is written (ST 12-1).
///
/// Drop-frame skips labels ;00 and ;01 (at 60: ;00 to ;03) of every minute that is not a multiple of ten.
public struct Timecode: Hashable, Sendable {
  /// Frames since 00:00:00:00, from 0; labels wrap after 24 hours.
  public let frames: Int
  public let rate: FrameRate
  public let dropFrame: Bool

  /// - Precondition: `dropFrame` only where the rate allows it.
  public init(frames: Int, rate: FrameRate, dropFrame: Bool = false) {
    precondition(!dropFrame || rate.allowsDropFrame, "drop-frame is defined for multiples of 30000/1001")
    self.frames = frames
    self.rate = rate
    self.dropFrame = dropFrame
  }

  /// Why a text is no timecode.
  public enum ParseProblem: Error, Sendable, Equatable {
    case notATimecode
    /// A field past its limit, such as minute 61 or frame 24 at 24 fps.
    case fieldOutOfRange
    /// A label that drop-frame skips.
    case droppedLabel
    /// A `;` at a rate that has no drop-frame.
    case noDropFrameAtThisRate
  }

  /// Reads `HH:MM:SS:FF`, or with `;` or `,` before the frames for drop-frame.
  ///
  /// - Parameter dropFrame: whether labels with colons alone are drop-frame, too, as in a list that says so elsewhere.
  public init(parsing text: some StringProtocol, rate: FrameRate, dropFrame: Bool = false) throws(ParseProblem) {
    let (timecode, exists) = try Self.reading(text, rate: rate, dropFrame: dropFrame)
    guard exists else { throw .droppedLabel }
    self = timecode
  }

  /// Reads a label that may be one of those that drop-frame skips: such a one means the first label of its minute that
  /// exists.
  ///
  /// - Returns: `exists` is false for a label that cannot be.
  public static func reading(
    _ text: some StringProtocol, rate: FrameRate, dropFrame: Bool = false
  ) throws(ParseProblem) -> (timecode: Timecode, exists: Bool) {
    var fields: [Int] = []
    var drop = dropFrame
    var (field, digits) = (0, 0)
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39 where digits < 3:
        field = field * 10 + Int(byte - 0x30)
        digits += 1
      case UInt8(ascii: ":"), UInt8(ascii: ";"), UInt8(ascii: ","), UInt8(ascii: "."):
        guard digits > 0 else { throw .notATimecode }
        if byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",") { drop = true }
        fields.append(field)
        (field, digits) = (0, 0)
      default: throw .notATimecode
      }
    }
    guard digits > 0, fields.count == 3 else { throw .notATimecode }
    fields.append(field)
    if drop, !rate.allowsDropFrame { throw .noDropFrameAtThisRate }
    let base = rate.timebase
    guard fields[0] < 24, fields[1] < 60, fields[2] < 60, fields[3] < base else { throw .fieldOutOfRange }
    let minutes = fields[0] * 60 + fields[1]
    guard drop else {
      return (Timecode(frames: (minutes * 60 + fields[2]) * base + fields[3], rate: rate), true)
    }
    let skipped = Self.skippedLabels(at: rate)
    let exists = fields[1] % 10 == 0 || fields[2] != 0 || fields[3] >= skipped
    let label = (minutes * 60 + fields[2]) * base + (exists ? fields[3] : skipped)
    return (Timecode(frames: label - skipped * (minutes - minutes / 10), rate: rate, dropFrame: true), exists)
  }

  /// Labels that drop-frame skips at the start of a minute: 2 at 29.97, 4 at 59.94, 8 at 119.88 (ST 12-1 and 12-3).
  ///
  /// - Precondition: the rate allows drop-frame.
  public static func skippedLabels(at rate: FrameRate) -> Int {
    precondition(rate.allowsDropFrame, "drop-frame is defined for multiples of 30000/1001")
    return rate.timebase / 15
  }

  /// Frames in 24 hours of labels.
  public static func framesPerDay(rate: FrameRate, dropFrame: Bool) -> Int {
    let base = rate.timebase
    // Of each hour's 60 minutes, 6 keep their labels.
    return 24 * 3600 * base - (dropFrame ? skippedLabels(at: rate) * (24 * 54) : 0)
  }

  public func advanced(by count: Int) -> Timecode {
    Timecode(frames: frames + count, rate: rate, dropFrame: dropFrame)
  }
}

extension Timecode: CustomStringConvertible {
  /// `01:00:00:00`, or `01:00:00;00` for drop-frame.
  public var description: String {
    let base = rate.timebase
    let day = Self.framesPerDay(rate: rate, dropFrame: dropFrame)
    var count = frames % day
    if count < 0 { count += day }
    if dropFrame {
      let skipped = Self.skippedLabels(at: rate)
      let perTen = 600 * base - 9 * skipped
      let perMinute = 60 * base - skipped
      let (tens, rest) = count.quotientAndRemainder(dividingBy: perTen)
      count += 9 * skipped * tens
      if rest >= 60 * base { count += skipped * (1 + (rest - 60 * base) / perMinute) }
    }
    var text = ""
    func put(_ value: Int, _ mark: String) {
      if value < 10 { text += "0" }
      text += String(value)
      text += mark
    }
    put(count / base / 3600, ":")
    put(count / base / 60 % 60, ":")
    put(count / base % 60, dropFrame ? ";" : ":")
    put(count % base, "")
    return text
  }
}
