import PegCore

/// An EDL as it is written: its statements in order, without a rate.
struct EDLList {
  /// Events that belong together, and what is said about them: one event, the two sides of a transition, a key and what lies
  /// under it, or the picture and sound of a split edit.
  struct Group {
    var events: [EDLEvent]
    var notes: [EDLNote] = []
  }

  var title: String?
  var groups: [Group] = []
  /// Lines before the first event that are no statement.
  var header: [String] = []
  /// What the first `FCM` says, which holds for the record side.
  var firstFCM: (isDrop: Bool, position: TextPosition)?
  var isLatin1 = false

  /// The largest frame number of any label, and where it stands first: a rate has to count further. 0 where there are none.
  private(set) var largestFrame: (number: Int, position: TextPosition) = (0, TextPosition(line: 1, column: 1))
  /// Whether the punctuation of any label says drop-frame.
  private(set) var saysDrop = false

  /// - Throws: ``PegError`` (bad input) with line and column of an edit line that cannot be read, of what exceeds the limits,
  ///   and where there is no event.
  init(_ bytes: [UInt8], _ options: ImportOptions, _ findings: inout FindingList) throws(PegError) {
    let text = try SourceText(bytes, name: options.name)
    if text.isLatin1 {
      findings.add("text.encoding", .warning, "The text is not UTF-8", instead: "it is read as Latin-1")
    }
    var count = 0
    var isDropSource = false
    var isSplit = false
    var lonely: TextPosition?
    for line in text where !line.isBlank {
      count += 1
      guard count <= options.limits.events else {
        throw .badInput(
          "the list has more than the \(options.limits.events) lines that are read", in: options.name, at: line.start)
      }
      let words = line.words
      do throws(EDLEvent.Unreadable) {
        if var event = try EDLEvent(words) {
          event.isDropSource = isDropSource
          take(event, isSplit: isSplit)
          lonely = nil
          continue
        }
      } catch { throw .badInput(error.sentence, in: options.name, at: error.position) }
      if let times = words.first(where: { EDLTime.isLabel($0.text) }), words.first?.text.first?.isNumber == true {
        throw .badInput(
          "this begins like an event and has no four times", in: options.name, at: times.position,
          hint: "an event reads: 001  REEL  V  C  SOURCE_IN SOURCE_OUT RECORD_IN RECORD_OUT")
      }
      let upper = line.text.trimmed.uppercased()
      if upper.hasPrefix("TITLE:") {
        let said = line.text.trimmed.dropFirst(6).trimmed
        if title == nil {
          title = said
        } else {
          findings.add(
            "edl.second_title", .warning, "A second title, \(said), begins here", at: line.start,
            instead: "its events follow the first list's")
        }
      } else if upper.hasPrefix("FCM") {
        isDropSource = !upper.contains("NON")
        if firstFCM == nil {
          firstFCM = (isDropSource, line.start)
        } else {
          findings.addOnce(
            "edl.fcm_changes", .note,
            "The frame code mode changes in the list: from here on it holds for source times, and record times stay as they began",
            at: line.start)
        }
      } else if upper.hasPrefix("SPLIT") {
        // The times of both events say it all.
        Self.noteSplit(lonely, &findings)
        lonely = line.start
        isSplit = true
        continue
      } else {
        let note = EDLNote(line)
        if groups.isEmpty {
          if !note.text.isEmpty { header.append(note.text) }
        } else {
          groups[groups.count - 1].notes.append(note)
        }
      }
      isSplit = false
      Self.noteSplit(lonely, &findings)
      lonely = nil
    }
    Self.noteSplit(lonely, &findings)
    guard !groups.isEmpty else {
      throw .badInput(
        "there is no event in the list", in: options.name, at: TextPosition(line: 1, column: 1),
        hint: "an event reads: 001  REEL  V  C  SOURCE_IN SOURCE_OUT RECORD_IN RECORD_OUT")
    }
  }

  /// A SPLIT that no event follows.
  private static func noteSplit(_ position: TextPosition?, _ findings: inout FindingList) {
    guard let position else { return }
    findings.add(
      "edl.split_orphan", .warning, "The SPLIT is followed by no event", at: position, instead: "nothing is delayed")
  }

  private mutating func take(_ event: EDLEvent, isSplit: Bool) {
    for time in [event.sourceIn, event.sourceOut, event.recordIn, event.recordOut] {
      if let frame = time.frameField, frame > largestFrame.number { largestFrame = (frame, time.position) }
      if time.saysDrop { saysDrop = true }
    }
    if let last = groups.last, let before = last.events.last, before.number == event.number {
      // The incoming side follows its outgoing one, a key what lies under it; notes may stand between.
      let isPair =
        event.edit.isTransition ? before.edit == .cut && before.isEmpty : event.edit.isKey && before.edit.isKey
      // A split edit's two halves share their number and their notes.
      let isHalf = event.edit == .cut && before.edit == .cut && last.notes.isEmpty && event.channels != before.channels
      if (isPair && last.events.count == 1) || (isHalf && last.events.count == 1 && event.number != "000") {
        groups[groups.count - 1].events.append(event)
        return
      }
    }
    groups.append(Group(events: [event]))
  }
}
