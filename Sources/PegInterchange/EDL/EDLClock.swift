import PegCore

/// What the labels of a list mean, in frames since midnight at the list's rate.
///
/// The first `FCM` holds for the record side all along; later ones hold for the source times after them. A label with a
/// semicolon or comma is drop-frame whatever an `FCM` says.
struct EDLClock {
  let rate: FrameRate
  let isDropRecord: Bool
  private let file: String

  init(_ list: EDLList, rate: FrameRate, file: String, _ findings: inout FindingList) {
    self.rate = rate
    self.file = file
    let says = list.firstFCM?.isDrop ?? list.saysDrop
    isDropRecord = says && rate.allowsDropFrame
    if says || list.saysDrop, !rate.allowsDropFrame {
      findings.add(
        "edl.no_drop_frame", .warning, "Drop-frame does not exist at \(rate.spoken)", at: list.firstFCM?.position,
        instead: "the labels are counted as non-drop")
    }
  }

  /// Frames in a day of record labels.
  var day: Int { Timecode.framesPerDay(rate: rate, dropFrame: isDropRecord) }

  func record(_ time: EDLTime, _ findings: inout FindingList) throws(PegError) -> Int {
    try frames(time, drop: isDropRecord, &findings)
  }

  func source(_ time: EDLTime, of event: EDLEvent, _ findings: inout FindingList) throws(PegError) -> Int {
    try frames(time, drop: event.isDropSource, &findings)
  }

  /// Whether the source labels of an event are drop-frame.
  func isDropSource(_ event: EDLEvent) -> Bool {
    rate.allowsDropFrame && (event.isDropSource || event.sourceIn.saysDrop)
  }

  /// Frames in a day of an event's source labels.
  func sourceDay(of event: EDLEvent) -> Int {
    Timecode.framesPerDay(rate: rate, dropFrame: isDropSource(event))
  }

  /// - Throws: ``PegError`` (bad input) for what no clock shows. A label that drop-frame skips is a finding and means the first
  ///   one of its minute.
  private func frames(_ time: EDLTime, drop: Bool, _ findings: inout FindingList) throws(PegError) -> Int {
    if EDLTime.isCount(time.text) {
      guard let count = Int(time.text), count <= Timecode.framesPerDay(rate: rate, dropFrame: false) else {
        throw .badInput("\(time.text) frames are more than a day", in: file, at: time.position)
      }
      return count
    }
    var text = String(time.text)
    if !rate.allowsDropFrame, text.utf8.contains(where: { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: ",") }) {
      text = String(text.map { $0 == ";" || $0 == "," ? ":" : $0 })
    }
    do throws(Timecode.ParseProblem) {
      let (timecode, exists) = try Timecode.reading(text, rate: rate, dropFrame: drop && rate.allowsDropFrame)
      if !exists {
        findings.add(
          "edl.skipped_label", .warning, "The label \(time.text) does not exist: drop-frame skips it",
          at: time.position, instead: "it means \(timecode)")
      }
      return timecode.frames
    } catch {
      switch error {
      case .fieldOutOfRange:
        throw .badInput(
          "\(time.text) is no time of day at \(rate.spoken) frames per second", in: file, at: time.position,
          hint: "hours go to 23, minutes and seconds to 59, frames to \(rate.timebase - 1)")
      default: throw .badInput("\(time.text) is no timecode", in: file, at: time.position)
      }
    }
  }
}
