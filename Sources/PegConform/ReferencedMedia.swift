import PegCore
import PegPlan
import PegTimeline

/// Media as a clip's map needs them: a grid of frames with a rate, a start and an end.
struct ReferencedMedia {
  /// Media time of the grid's first position.
  enum Start {
    case seconds(Rational)
    /// In frames of whatever rate the clip plays it at.
    case frames(Rational)
  }

  var source: PlannedSource
  /// Grid positions per second; `nil` where neither the media nor the reference say.
  var rate: Rational?
  /// The rate as the file stores it, where ``rate`` is what it means: 16.129 for 16 (DESIGN §6).
  var storedRate: Rational?
  var start = Start.seconds(0)
  /// Grid positions; `nil` for what has no end: stills.
  var count: Int?
  var grid = FrameMap.Grid.direct
  var hasPictures = true
  /// Whether nobody has found them, so that where they begin and how long they are is not known.
  var isUnlinked = false
  /// Numbers of a sequence's frames: `first + index · step`.
  var firstNumber = 0
  var numberStep = 1
  /// Whether the grid has positions that must not play (``absent``).
  var hasAbsent = false
  /// Seconds of sound, and the stream it is in.
  var sound: (stream: Int, seconds: Rational)?
  var findings: [Finding] = []
  /// What says that the file is cut off, when it is.
  var damage: Finding? { findings.first { $0.code == "media.truncated" } }

  /// What a grid's table holds for a frame that no file holds, where that is an error if it plays.
  static let absent: Int32 = -2
  /// A sequence's numbers may span no more than this: 46 hours at 24 frames per second.
  static let maximumSpan = 4_000_000

  init(_ source: PlannedSource, rate: Rational?) {
    self.source = source
    self.rate = rate
  }

  /// Seconds into media time at `rate` where the grid begins.
  func startSeconds(at rate: Rational) throws(PegError) -> Rational {
    switch start {
    case .seconds(let seconds): seconds
    case .frames(let frames): try Exact.quotient(frames, rate)
    }
  }

  /// Seconds that a time of the cut means in these media: frames that are counted at the rate as stored are frames of
  /// the true rate.
  func seconds(_ time: RationalTime) throws(PegError) -> Rational {
    guard let rate, let storedRate, MediaRates.areAlike(time.rate.value, storedRate) else { return time.seconds }
    return try Exact.quotient(time.value, rate)
  }

  func number(at index: Int) -> Int { firstNumber + index * numberStep }
}

/// Rates as files and cuts write them.
enum MediaRates {
  /// Whether a rate in a cut is that of a file, written with two decimals or more.
  static func areAlike(_ a: Rational, _ b: Rational) -> Bool {
    guard let difference = a.addingChecked(-b) else { return false }
    return difference.magnitude <= Rational(1, 100)
  }
}
