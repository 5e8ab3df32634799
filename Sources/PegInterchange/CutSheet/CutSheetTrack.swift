import PegCore
import PegTimeline

/// The rows of one track of a cut sheet, one after the other.
struct CutSheetTrack {
  private let rate: FrameRate
  private let options: ImportOptions
  private(set) var children: [Composable] = []
  /// Record frames of the children.
  private var end = 0
  /// Record frames of the last item that a transition has not taken, and handles after it, where they are known.
  private var last: (free: Int, handles: Int?, isGap: Bool)?

  init(rate: FrameRate, options: ImportOptions) {
    self.rate = rate
    self.options = options
  }

  /// - Parameter record: frame from the programme's start; `nil` for where the row before ends.
  mutating func add(_ row: CutSheet.Row, at record: Int?, _ findings: inout FindingList) throws(PegError) {
    if let record {
      guard record >= end else {
        throw .badInput(
          "the shot begins \(end - record) frames before the one above ends", in: options.name,
          at: row.values[.at]?.position ?? row.position)
      }
      if record > end { gap(record - end) }
    }
    if let value = row.values[.gap] {
      let others = row.values.keys.filter { ![.gap, .track, .at, .transition, .note].contains($0) }
      guard others.isEmpty else {
        throw .badInput("a row is a gap or a shot", in: options.name, at: value.position)
      }
      let length = try CutSheetTime.length(value, rate: rate, options)
      try transition(row, length: length, handles: nil, &findings)
      gap(length)
      return
    }
    try shot(row, &findings)
  }

  private mutating func gap(_ frames: Int) {
    children.append(.gap(Gap(duration: time(frames))))
    end += frames
    last = (frames, nil, true)
  }

  // MARK: Shots

  private mutating func shot(_ row: CutSheet.Row, _ findings: inout FindingList) throws(PegError) {
    guard let name = row.values[.shot]?.text.nonEmpty ?? row.values[.media].map({ Self.stem($0.text) })?.nonEmpty else {
      throw .badInput("the row names neither a shot nor media", in: options.name, at: row.position)
    }
    let media = row.values[.media]
    let available = media.flatMap { options.mediaRange?($0.text) }
    let mediaRate = available?.start.rate ?? rate
    let speed = try speed(row)
    let hold = try row.values[.hold].map { (value) throws(PegError) in
      try CutSheetTime.length(value, rate: rate, options)
    }
    let begin = try source(row.values[.in], media: media?.text, available, mediaRate)
    let length = try length(row, begin: begin, media: media?.text, available, mediaRate, speed: speed)
    guard length != nil || hold != nil else {
      throw .badInput(
        "the shot \(name) has neither out nor duration nor hold, and its media cannot be asked", in: options.name,
        at: row.position)
    }
    // A still and a sound begin where they begin; a movie may have a timecode that only it knows.
    let isSound = row.values[.track]?.text.uppercased().hasPrefix("A") ?? false
    if begin == nil, available == nil, media != nil, length != nil, !isSound {
      findings.add(
        "cutsheet.no_in", .warning, "The shot \(name) has no in, and its media cannot be asked", at: row.position,
        instead: "it begins at 0")
    }
    let handles = try self.handles(row)
    try transition(row, length: length ?? hold ?? 0, handles: handles, &findings)
    let start = begin ?? available?.start ?? RationalTime(0, mediaRate)
    let reference: MediaReference =
      media.map { .media(url: $0.text, available: available) } ?? .offline(name: name)
    if let length {
      let range = TimeRange(start: start, duration: time(length))
      var clip = Clip(name: name, reference: reference, range: range)
      if speed != .one {
        clip.item.effects = [.linearTimeWarp(ObjectInfo(), effectName: "LinearTimeWarp", scalar: speed)]
      }
      try finish(&clip, row, handles)
      children.append(.clip(clip))
      end += length
      last = (length, handles, false)
    }
    if let hold {
      // The last frame that was shown is held; without one, the first.
      let shown = length.map { length in
        speed < .zero ? .zero : Rational((speed * Rational(length - 1) * mediaRate.value / rate.value).floor)
      }
      let frame = RationalTime(start.value + (shown ?? .zero), start.rate)
      var clip = Clip(name: name, reference: reference, range: TimeRange(start: frame, duration: time(hold)))
      clip.item.effects = [.freezeFrame(ObjectInfo(), effectName: "FreezeFrame")]
      if length == nil { try finish(&clip, row, handles) }
      children.append(.clip(clip))
      end += hold
      last = (hold, handles, false)
    }
  }

  /// What of the row goes into the clip's settings, metadata and markers.
  private func finish(_ clip: inout Clip, _ row: CutSheet.Row, _ handles: Int?) throws(PegError) {
    if let value = row.values[.step] {
      guard let frames = CutSheetTime.count(value.text), (1...100_000).contains(frames) else {
        throw .badInput("\(value.text) is no step: on twos is 2", in: options.name, at: value.position)
      }
      var settings = try clip.settings()
      settings.step = StepSetting(frames: frames)
      clip.set(settings)
    }
    if let handles { clip.item.info.metadata["cut_sheet"] = ["handles": .number(handles)] }
    if let note = row.values[.note]?.text.nonEmpty {
      let start = clip.item.sourceRange?.start ?? time(0)
      clip.item.markers.append(
        Marker(
          info: ObjectInfo(name: note), range: TimeRange(start: start, duration: RationalTime(0, start.rate)),
          color: "YELLOW", comment: note))
    }
  }

  // MARK: Source times

  /// Media time: a timecode, the number of a sequence's frame, or of a movie's from its first, 0.
  private func source(
    _ value: CutSheet.Value?, media: String?, _ available: TimeRange?, _ rate: FrameRate
  ) throws(PegError) -> RationalTime? {
    guard let value else { return nil }
    if let count = CutSheetTime.count(value.text) {
      let isNumbered = media.map(Self.isSequence) ?? false
      let first = isNumbered ? .zero : available?.start.value ?? .zero
      return RationalTime(first + Rational(count), rate)
    }
    return RationalTime(Rational(try CutSheetTime.timecode(value, rate: rate, options).frames), rate)
  }

  /// Record frames of what plays; `nil` where only a hold is said.
  private func length(
    _ row: CutSheet.Row, begin: RationalTime?, media: String?, _ available: TimeRange?, _ mediaRate: FrameRate,
    speed: Rational
  ) throws(PegError) -> Int? {
    if let value = row.values[.duration] {
      guard row.values[.out] == nil else {
        throw .badInput("a shot has an out or a duration", in: options.name, at: value.position)
      }
      return try CutSheetTime.length(value, rate: rate, options)
    }
    let said = try source(row.values[.out], media: media, available, mediaRate)
    let whole = row.values[.hold] == nil ? available.map { $0.start.value + $0.duration.value } : nil
    guard let end = said?.value ?? whole else { return nil }
    let start = begin?.value ?? available?.start.value ?? .zero
    let place = row.values[.out]?.position ?? row.position
    guard end > start else { throw .badInput("the shot ends before it begins", in: options.name, at: place) }
    guard speed != .zero else {
      throw .badInput("a speed of 0 never ends: hold says how long", in: options.name, at: place)
    }
    let frames = (end - start) / mediaRate.value * rate.value / speed.magnitude
    return max(1, frames.rounded)
  }

  private func speed(_ row: CutSheet.Row) throws(PegError) -> Rational {
    guard let value = row.values[.speed] else { return .one }
    let isPercent = value.text.hasSuffix("%")
    let parts = value.text.split(separator: "/", omittingEmptySubsequences: false)
    let number: Rational?
    if parts.count == 2, let top = Rational(decimal: parts[0]), let bottom = Rational(decimal: parts[1]),
      bottom != .zero
    {
      number = top / bottom
    } else {
      number = Rational(decimal: isPercent ? value.text.dropLast().trimmed[...] : value.text[...])
    }
    guard let number, number.magnitude <= 1_000_000 else {
      throw .badInput("\(value.text) is no speed, such as 0.5, 50% or -1", in: options.name, at: value.position)
    }
    return isPercent ? number / 100 : number
  }

  private func handles(_ row: CutSheet.Row) throws(PegError) -> Int? {
    guard let value = row.values[.handles] else { return nil }
    guard let frames = CutSheetTime.count(value.text) else {
      throw .badInput("\(value.text) is no number of handle frames", in: options.name, at: value.position)
    }
    return frames
  }

  // MARK: Transitions

  /// Adds the transition into a row of `length` frames. A dissolve is centred on the cut; the odd frame is after it.
  private mutating func transition(
    _ row: CutSheet.Row, length: Int, handles: Int?, _ findings: inout FindingList
  ) throws(PegError) {
    guard let value = row.values[.transition], value.text.lowercased() != "cut" else { return }
    func bad(_ sentence: String, hint: String? = nil) -> PegError {
      .badInput(sentence, in: options.name, at: value.position, hint: hint)
    }
    let words = value.text.lowercased().split(separator: " ")
    guard words.count == 2, let frames = CutSheetTime.count(String(words[1])), frames > 0,
      words[0] == "dissolve" || words[0] == "fade"
    else { throw bad("\(value.text) is no transition", hint: "it reads cut, dissolve 12 or fade 12") }
    var (before, after) = (frames / 2, frames - frames / 2)
    if words[0] == "fade" {
      guard last?.isGap ?? true else {
        throw bad("a fade begins in black, and a shot is before this one", hint: "dissolve \(frames), or a gap between")
      }
      (before, after) = (0, frames)
    } else {
      guard let last else {
        throw bad("there is nothing before the first shot to dissolve from", hint: "fade \(frames)")
      }
      guard before <= last.free else { throw bad("the dissolve is longer than what is before it") }
      if let there = last.handles, there < after {
        findings.add(
          "cutsheet.handles", .warning, "The dissolve needs \(after) frames after the shot before, and it has \(there)",
          at: value.position)
      }
      if let handles, handles < before {
        findings.add(
          "cutsheet.handles", .warning, "The dissolve needs \(before) frames before the shot, and it has \(handles)",
          at: value.position)
      }
    }
    guard after < length || (after == length && row.values[.gap] != nil) else {
      throw bad("the transition is longer than the shot of \(length) frames")
    }
    children.append(.transition(.dissolve(before: time(before), after: time(after))))
  }

  private func time(_ frames: Int) -> RationalTime { RationalTime(Rational(frames), rate) }

  /// Whether a path has a place for frame numbers.
  static func isSequence(_ path: String) -> Bool {
    path.contains("#") || path.firstRange(of: /%0?\d*d/) != nil || path.firstRange(of: /\[\d+-\d+\]/) != nil
  }

  private static func stem(_ path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.firstIndex(of: "."), dot != name.startIndex else { return String(name) }
    return String(name[..<dot])
  }
}
