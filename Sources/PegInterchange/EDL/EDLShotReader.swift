import PegCore
import PegTimeline

/// From the groups of a list to shots with times, speeds, grades and markers.
struct EDLShotReader {
  private let clock: EDLClock
  private var findings: FindingList
  private(set) var shots: [EDLShot] = []
  /// A cut without length at the end of a group: the outgoing side of a transition with a number of its own.
  private var pending: (event: EDLEvent, names: EDLNames.Side, reel: String)?

  init(clock: EDLClock, findings: FindingList) {
    self.clock = clock
    self.findings = findings
  }

  /// - Throws: ``PegError`` (bad input) with line and column of a time that cannot be.
  static func read(
    _ list: EDLList, clock: EDLClock, _ findings: inout FindingList
  ) throws(PegError) -> [EDLShot] {
    var reader = Self(clock: clock, findings: findings)
    defer { findings = reader.findings }
    for group in list.groups { try reader.read(group) }
    reader.dropPending()
    reader.unwrapMidnight()
    return reader.shots
  }

  private mutating func read(_ group: EDLList.Group) throws(PegError) {
    let names = EDLNames(group)
    let memories = memories(of: group)
    let isSplit = group.events.count > 1 && group.events.allSatisfy { $0.edit == .cut }
    var outgoing: EDLShot.Outgoing?
    var said = Notes(group.notes, isTransition: group.events.contains { $0.edit.isTransition }, &findings)
    for (index, event) in group.events.enumerated() {
      let side = names.side(index, of: group)
      let isLast = index == group.events.count - 1
      let isOutgoing = !isLast && !isSplit && event.edit == .cut
      if event.isEmpty, event.edit == .cut, isLast, !isSplit {
        // It may be the outgoing side of a transition that has another number.
        dropPending()
        pending = (event, side, names.reel(event.reel))
        return
      }
      if isOutgoing {
        outgoing = try self.outgoing(
          event, names.from, reel: names.reel(event.reel), memory: memories[index], grade: said.outgoingGrade)
        continue
      }
      var channels = event.channels
      channels.add(audio: said.moreAudio)
      said.moreAudio = []
      if channels.isEmpty {
        findings.add(
          "edl.no_channels", .warning, "The event \(event.number) names no record channel", at: event.position,
          instead: "it is left out")
        continue
      }
      if event.edit.isTransition, outgoing == nil, let before = pending {
        let same = before.event.recordIn.text == event.recordIn.text && before.event.channels == event.channels
        if same {
          outgoing = try self.outgoing(before.event, before.names, reel: before.reel, memory: nil, grade: nil)
          pending = nil
        }
      }
      dropPending()
      guard
        var shot = try shot(
          event, side, reel: names.reel(event.reel), memory: memories[index], said, channels: channels)
      else { continue }
      if event.edit.isTransition {
        shot.incoming = EDLShot.Incoming(
          edit: event.edit, length: event.length, outgoing: outgoing, position: event.position,
          name: said.transitionName)
      }
      if event.edit == .cut, let other = names.to.name, other != side.name {
        findings.add(
          "edl.other_clip", .warning,
          "The event \(event.number) is a cut and names \(other) beside \(shot.source.name)",
          at: event.position, instead: "it shows \(shot.source.name) alone")
      }
      if event.edit.isKey {
        guard let kept = key(shot, event) else { continue }
        shot = kept
      }
      shots.append(shot)
      // What is said once belongs to the first of the halves of a split edit.
      said.locators = []
    }
  }

  // MARK: Events

  /// `nil` for an event that takes no record time.
  private mutating func shot(
    _ event: EDLEvent, _ side: EDLNames.Side, reel: String, memory: EDLMotion.Memory?, _ said: Notes,
    channels: EDLChannels
  ) throws(PegError) -> EDLShot? {
    let record = try record(of: event)
    guard !record.isEmpty else {
      findings.add(
        "edl.no_length", .warning, "The event \(event.number) takes no record time", at: event.recordOut.position,
        instead: "it is left out")
      return nil
    }
    var source = EDLShot.Source(reel: reel, side: side, number: event.number)
    let range = try self.source(of: event)
    var motion = EDLMotion(first: Rational(range.start), speed: .one)
    if source.kind == .media {
      let isStill = said.isFrozen && (memory != nil || range.end - range.start != record.count)
      motion = try EDLMotion(
        of: event, source: range, record: record.count, memory: memory, isStill: isStill, rate: clock.rate, &findings)
    }
    // Media Composer calls a frozen clip CLIP FF.
    if motion.speed == .zero, source.name.hasSuffix(" FF") { source.name.removeLast(3) }
    var shot = EDLShot(
      number: event.number, record: record, source: source, motion: motion, sourceEnd: range.end, channels: channels,
      isDropSource: clock.isDropSource(event), comments: said.comments, position: event.position)
    if !channels.video.isEmpty { shot.grade = said.grade }
    if let channel = channels.audio.first { shot.gain = said.gains[channel] }
    for locator in said.locators {
      do throws(PegError) {
        let frame = try clock.record(locator.time, &findings)
        shot.locators.append(EDLShot.Locator(frame: frame, color: locator.color, text: locator.text))
      } catch {
        findings.add(
          "edl.locator", .warning, "The locator's time \(locator.time.text) is no time of day",
          at: locator.time.position, instead: "it is left out")
      }
    }
    return shot
  }

  private mutating func outgoing(
    _ event: EDLEvent, _ side: EDLNames.Side, reel: String, memory: EDLMotion.Memory?, grade: GradeOperation?
  ) throws(PegError) -> EDLShot.Outgoing {
    let start = try clock.source(event.sourceIn, of: event, &findings)
    let speed = memory.flatMap { EDLMotion.speed($0.fps, rate: clock.rate) } ?? .one
    return EDLShot.Outgoing(
      source: EDLShot.Source(reel: reel, side: side, number: event.number),
      motion: EDLMotion(first: Rational(start), speed: speed), grade: grade)
  }

  /// The part of a key that can be carried: what lies under it plays; what is keyed over it lies above, disabled.
  private mutating func key(_ shot: EDLShot, _ event: EDLEvent) -> EDLShot? {
    switch event.edit {
    case .keyBackground: return shot
    case .keyOut:
      findings.add(
        "edl.key", .warning, "The key of event \(event.number) ends here", at: event.position,
        instead: "its background plays on")
      return shot
    default:
      findings.add(
        "edl.key", .warning, "The event \(event.number) keys \(shot.source.name) over its background",
        at: event.position, instead: "it lies disabled on a track above")
      var foreground = shot
      foreground.isEnabled = false
      return foreground
    }
  }

  private mutating func dropPending() {
    guard let event = pending?.event else { return }
    pending = nil
    findings.add(
      "edl.no_length", .warning, "The event \(event.number) takes no record time", at: event.recordOut.position,
      instead: "it is left out")
  }

  // MARK: Times

  private mutating func record(of event: EDLEvent) throws(PegError) -> FrameRange {
    let start = try clock.record(event.recordIn, &findings)
    var end = try clock.record(event.recordOut, &findings)
    if start - end > clock.day / 2 { end += clock.day }
    guard end >= start else {
      throw .badInput(
        "the record ends at \(event.recordOut.text), before it begins at \(event.recordIn.text)", in: findings.file,
        at: event.recordOut.position)
    }
    return FrameRange(start, end)
  }

  private mutating func source(of event: EDLEvent) throws(PegError) -> (start: Int, end: Int) {
    let start = try clock.source(event.sourceIn, of: event, &findings)
    var end = try clock.source(event.sourceOut, of: event, &findings)
    let day = clock.sourceDay(of: event)
    if start - end > day / 2 { end += day }
    return (start, end)
  }

  /// A programme that runs past midnight goes on counting.
  private mutating func unwrapMidnight() {
    guard let low = shots.map(\.record.start).min(), let high = shots.map(\.record.start).max(),
      high - low > clock.day / 2
    else { return }
    findings.add("edl.past_midnight", .note, "The record runs past midnight")
    for index in shots.indices where shots[index].record.start < clock.day / 2 {
      let range = shots[index].record
      shots[index].record = FrameRange(range.start + clock.day, range.end + clock.day)
      for locator in shots[index].locators.indices { shots[index].locators[locator].frame += clock.day }
    }
  }

  // MARK: Speeds

  /// The M2 of each event of a group: of the events of its reel, the one that begins at its time, else the first that has
  /// none yet.
  private mutating func memories(of group: EDLList.Group) -> [EDLMotion.Memory?] {
    var memories = [EDLMotion.Memory?](repeating: nil, count: group.events.count)
    for note in group.notes {
      guard case .speed(let reel, let fps, let time) = note.kind else { continue }
      let fitting = group.events.indices.filter { Self.isSame(group.events[$0].reel, reel) }
      guard !fitting.isEmpty else {
        findings.add(
          "edl.speed_orphan", .error, "The M2 is for the reel \(reel), which the event above does not have",
          at: note.position, instead: "the event plays as recorded")
        continue
      }
      let free = fitting.filter { memories[$0] == nil }
      guard let index = free.first(where: { group.events[$0].sourceIn.text == time?.text }) ?? free.last else {
        findings.add(
          "edl.speed_again", .warning, "The event has an M2 already", at: note.position,
          instead: "the first one counts")
        continue
      }
      memories[index] = EDLMotion.Memory(fps: fps, position: note.position)
      let event = group.events[index]
      if let time, ![event.sourceIn, event.sourceOut].contains(where: { Self.isSameTime($0, time) }) {
        findings.add(
          "edl.speed_time", .note,
          "The M2 counts from \(time.text), and the source of the event begins at \(event.sourceIn.text)",
          at: time.position, instead: "its speed holds from the source in")
      }
    }
    return memories
  }

  /// The same digits: how frames are set apart does not matter.
  private static func isSameTime(_ one: EDLTime, _ other: EDLTime) -> Bool {
    one.text.filter(\.isNumber) == other.text.filter(\.isNumber)
  }

  /// An M2 may have its reel shortened to eight characters.
  private static func isSame(_ reel: String, _ other: String) -> Bool {
    reel == other || other.isEmpty || (other.count >= 7 && reel.hasPrefix(other))
      || (reel.count >= 7 && other.hasPrefix(reel))
  }
}

extension EDLShotReader {
  /// What the notes of a group say of its event.
  struct Notes {
    var grade: GradeOperation?
    /// Of two, the first is for the outgoing side.
    var outgoingGrade: GradeOperation?
    var isFrozen = false
    var moreAudio: [Int] = []
    var locators: [(time: EDLTime, color: String, text: String)] = []
    /// Linear, by channel.
    var gains: [Int: Rational] = [:]
    var comments: [String] = []
    var transitionName: String?

    init(_ notes: [EDLNote], isTransition: Bool, _ findings: inout FindingList) {
      var values: [(cdl: CDLText, position: TextPosition)] = []
      var hasSaturation = false
      let hasSpeed = notes.contains { if case .speed = $0.kind { true } else { false } }
      for note in notes {
        switch note.kind {
        case .sop(let text):
          var value = CDLText()
          if value.read(sop: text) {
            values.append((value, note.position))
            hasSaturation = false
          } else {
            findings.add(
              "edl.cdl_unreadable", .error, "ASC_SOP has nine numbers, and this is \(text)", at: note.position,
              instead: "the event is not graded by it")
          }
        case .saturation(let text):
          if values.isEmpty || hasSaturation { values.append((CDLText(), note.position)) }
          hasSaturation = true
          if !values[values.count - 1].cdl.read(saturation: text) {
            findings.add(
              "edl.cdl_unreadable", .error, "ASC_SAT is a number, and this is \(text)", at: note.position,
              instead: "the saturation stays 1")
          }
        case .freeze: isFrozen = true
        case .moreAudio(let channels): moreAudio += channels
        case .locator(let time, let color, let text): locators.append((time, color, text))
        case .effect(let name):
          comments.append(note.text)
          if isTransition {
            transitionName = name
          } else if !(hasSpeed && name.uppercased().hasPrefix("TIMEWARP")) {
            findings.add(
              "edl.effect", .warning, "The effect \(name) is known by its name only", at: note.position,
              instead: "the clip plays without it")
          }
        case .level(let channel, let decibel, let pan):
          comments.append(note.text)
          if let gain = EDLLevel.gain(decibel) {
            gains[channel] = gain
          } else {
            findings.add(
              "edl.level", .warning, "\(decibel) dB is no level", at: note.position, instead: "the level stays 0 dB")
          }
          if let pan {
            findings.add(
              "edl.pan", .warning, "Channel A\(channel) is panned to \(pan)", at: note.position,
              instead: "it plays unpanned")
          }
        case .patch(let text):
          comments.append(note.text)
          findings.add(
            "edl.patch", .note, "The channels are patched: \(text)", at: note.position,
            instead: "all channels of the media play")
        case .comment: if !note.text.isEmpty { comments.append(note.text) }
        case .fromName, .toName, .keyName, .fromFile, .toFile, .sourceFile, .fullReel, .speed: break
        }
      }
      for value in values {
        guard let problem = value.cdl.problem else { continue }
        findings.add(
          "edl.cdl_range", .warning,
          "\(problem.prefix(1).uppercased() + problem.dropFirst()), which ASC CDL does not allow", at: value.position,
          hint: "pegbar grade show, grade set")
      }
      grade = values.last?.cdl.operation
      if isTransition, values.count > 1 { outgoingGrade = values[0].cdl.operation }
    }
  }
}
