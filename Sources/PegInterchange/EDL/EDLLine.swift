import PegCore

/// An event as it is written.
struct EDLLine {
  /// The side of a transition that goes.
  struct Outgoing {
    var reel: String
    /// Source frame at which the transition takes it.
    var source: Int
    var notes: [String]
  }

  /// Record frames since midnight.
  var record: FrameRange
  var channels: EDLChannels
  var reel: String
  /// `C`, `D`, `W001`.
  var edit = "C"
  /// Record frames.
  var length = 0
  /// Source frames since midnight.
  var source: (start: Int, end: Int)
  var isDropSource: Bool
  var outgoing: Outgoing?
  /// Lines below it.
  var notes: [String] = []

  /// The lines of the event, without ends.
  func lines(number: Int, rate: FrameRate, isDropRecord: Bool) -> [String] {
    func label(_ frames: Int, _ drop: Bool) -> String { "\(Timecode(frames: frames, rate: rate, dropFrame: drop))" }
    let count = String(number)
    let event = String(repeating: "0", count: max(0, 3 - count.count)) + count
    func line(_ reel: String, _ edit: String, _ source: (Int, Int), _ record: (Int, Int)) -> String {
      let head = "\(event)  \(reel.padded(8)) \(channels.description.padded(5)) \(edit.padded(8)) "
      return head
        + [
          label(source.0, isDropSource), label(source.1, isDropSource), label(record.0, isDropRecord),
          label(record.1, isDropRecord),
        ].joined(separator: " ")
    }
    var lines: [String] = []
    if let outgoing {
      lines.append(
        line(outgoing.reel, "C", (outgoing.source, outgoing.source), (record.start, record.start)))
      let frames = String(length)
      let padded = String(repeating: "0", count: max(0, 3 - frames.count)) + frames
      lines.append(line(reel, "\(edit.padded(4)) \(padded)", source, (record.start, record.end)))
      lines += outgoing.notes
    } else {
      lines.append(line(reel, edit, source, (record.start, record.end)))
    }
    if !channels.more.isEmpty { lines.append("AUD  " + channels.more.map { "\($0)" }.joined(separator: "    ")) }
    return lines + notes
  }
}

extension String {
  fileprivate func padded(_ width: Int) -> String {
    self + String(repeating: " ", count: Swift.max(0, width - count))
  }
}
