import PegCore
import PegTimeline

/// One clip as an event.
struct EDLClipWriter {
  private let clip: Clip
  private let place: String
  /// Record frames of the clip, transitions not taken into account.
  private let range: FrameRange
  private let rate: FrameRate
  /// Which source frames the range plays, in frames of the list's rate.
  private var motion: EDLMotion
  let reel: String
  private let fullReel: String?
  private let isDropSource: Bool

  /// - Parameter trimmed: record frames of the clip before `range`.
  init(
    _ clip: Clip, at address: CutAddress, _ trimmed: Rational, _ range: FrameRange, _ writer: inout EDLWriter
  ) throws(PegError) {
    self.clip = clip
    self.range = range
    place = clip.item.info.name.isEmpty ? address.description : "\(address) (\(clip.item.info.name))"
    rate = writer.rate
    let said = clip.item.info.metadata["cmx_3600"]
    isDropSource = said?["drop_frame"]?.bool ?? writer.isDrop
    let media = try clip.trimmedRange(at: address)
    let speed = clip.warpSpeed
    let count = Rational((media.duration.seconds * rate.value).ceil)
    // A label is the same at 23.976 and at 24; sound that is counted in samples lies at a time of day.
    let own = media.start.rate
    var first =
      own.timebase <= 240
      ? media.start.value * Rational(rate.timebase, own.timebase) : media.start.seconds * rate.value
    // Reverse shows the last frame of its range first.
    if speed < .zero { first -= speed * (count - 1) }
    motion = EDLMotion(first: first + speed * trimmed, speed: speed)
    switch clip.activeReference {
    case .generator(_, "black", _): (reel, fullReel) = ("BL", nil)
    case .generator(_, "bars", _): (reel, fullReel) = ("BARS", nil)
    default:
      let full = said?["reel"]?.string?.oneLine.nonEmpty ?? Self.file(of: clip.activeReference).map(Self.stem)?.nonEmpty
      reel = full.map { writer.reels.name(for: $0) } ?? "AX"
      fullReel = full
    }
  }

  /// Source frame since midnight at a record frame of the clip.
  func source(at offset: Int) -> Int { motion.position(at: offset).floor }

  /// - Parameters:
  ///   - record: frames since midnight, from a transition's first one.
  ///   - isIncoming: whether it comes in a transition.
  func line(
    _ record: FrameRange, channels: EDLChannels, kind: TrackLabel.Kind, isIncoming: Bool, _ writer: inout EDLWriter
  ) -> EDLLine {
    let offset = record.start - range.start
    let first = motion.position(at: offset)
    let frames = motion.speed.magnitude * Rational(record.count)
    var start = first
    var length = max(1, frames.rounded)
    if motion.speed == .zero { length = 1 }
    if motion.speed < .zero {
      // The range is named; a single frame of it would mean that it goes on before it.
      start = motion.start(offset: offset, count: record.count)
      if record.count > 1 { length = max(2, length) }
    }
    if motion.speed == .one { length = record.count }
    if !start.isWhole {
      writer.lose("edl.rounded", "The source begins between two frames", at: place, "it begins on the earlier one")
    }
    if start < .zero {
      writer.lose(
        "edl.before_midnight", "The source begins before 00:00:00:00", at: place, "its label is of the day before")
    }
    var line = EDLLine(
      record: record, channels: said(channels, kind), reel: reel, source: (start.floor, start.floor + length),
      isDropSource: isDropSource)
    line.notes =
      memory(&writer, at: start.floor) + names(as: isIncoming ? "TO" : "FROM") + grade(kind, &writer)
      + level(line.channels, &writer)
    line.notes += comments + locators(record, &writer)
    loseRest(kind, &writer)
    return line
  }

  /// The sound channels that the event had where it came from, if the track is still the lowest of them.
  private func said(_ channels: EDLChannels, _ kind: TrackLabel.Kind) -> EDLChannels {
    guard kind == .audio, let text = clip.item.info.metadata["cmx_3600"]?["channels"]?.string,
      var said = EDLChannels(text)
    else { return channels }
    said.video = []
    said.add(audio: (clip.item.info.metadata["cmx_3600"]?["more_channels"]?.array ?? []).compactMap(\.int))
    return said.audio.first == channels.audio.first ? said : channels
  }

  // MARK: Notes

  /// `M2   REEL       024.0                01:00:00:00`, and that a freeze is one.
  func memory(_ writer: inout EDLWriter, at start: Int? = nil) -> [String] {
    guard motion.speed != .one else { return [] }
    let exact = motion.speed * Rational(rate.timebase)
    let (digits, value) = Self.decimal(exact.magnitude) { text in
      EDLMotion.speed((exact < .zero ? "-" : "") + text, rate: rate) == motion.speed
    }
    if EDLMotion.speed((exact < .zero ? "-" : "") + digits, rate: rate) != motion.speed {
      writer.lose("edl.rounded", "The speed \(motion.speed) has no decimal of six places", at: place, "it is \(value)")
    }
    let whole = digits.prefix { $0 != "." }
    let fps = (exact < .zero ? "-" : " ") + String(repeating: "0", count: max(0, 3 - whole.count)) + digits
    let label = Timecode(frames: start ?? motion.first.floor, rate: rate, dropFrame: isDropSource)
    return ["M2   \(reel)      \(fps)                \(label)"] + (motion.speed == .zero ? ["* * FREEZE FRAME"] : [])
  }

  /// The value to one decimal, or to as many up to six as it takes to be read as meant.
  private static func decimal(_ value: Rational, means: (String) -> Bool) -> (digits: String, value: String) {
    var text = ""
    for places in 1...6 {
      var scale = 1
      for _ in 0..<places { scale *= 10 }
      let number = (value * Rational(scale)).rounded
      let fraction = String(number % scale)
      text = "\(number / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
      if means(text) { break }
    }
    return (text, text)
  }

  /// `* FROM CLIP NAME:  SH010` and the like.
  func names(as side: String) -> [String] {
    var notes: [String] = []
    let name = clip.item.info.name.oneLine
    if !name.isEmpty, !(reel == "BL" && name == "BL") {
      notes.append("* \(side) CLIP NAME:  \(name)\(motion.speed == .zero ? " FF" : "")")
    }
    if let file = file { notes.append("* \(side == "FROM" ? "FROM FILE" : "TO FILE"): \(file.oneLine)") }
    if let fullReel, fullReel != reel { notes.append("* FINAL CUT PRO REEL: \(fullReel) REPLACED BY: \(reel)") }
    return notes
  }

  func grade(_ kind: TrackLabel.Kind, _ writer: inout EDLWriter) -> [String] {
    guard kind == .video, let grade = try? clip.settings().grade, !grade.isEmpty else { return [] }
    guard grade.count == 1, let cdl = CDLText(grade[0]) else {
      writer.lose(
        "edl.grade", "The grade (\(grade.map(\.op).joined(separator: ", "))) is more than one CDL", at: place,
        "it is left out")
      return []
    }
    return ["* ASC_SOP \(cdl.sop)", "* ASC_SAT \(cdl.saturation.decimalText)"]
  }

  private var comments: [String] {
    (clip.item.info.metadata["cmx_3600"]?["comments"]?.array ?? []).compactMap { $0.string.map { "* \($0.oneLine)" } }
  }

  /// `* A1 VOL =  +3.0 DB`, unless a comment says it already.
  private func level(_ channels: EDLChannels, _ writer: inout EDLWriter) -> [String] {
    guard let channel = channels.audio.first, let gain = try? clip.settings().gain else { return [] }
    guard case .constant(let value) = gain, value > .zero, let text = EDLLevel.decibel(value) else {
      writer.lose("edl.level", "The level changes or is silence", at: place, "it is left out")
      return []
    }
    if comments.contains(where: { $0.hasPrefix("* A\(channel) VOL") }) { return [] }
    return ["* A\(channel) VOL = \(text) DB"]
  }

  /// Markers that lie in the event, each at the record frame that shows its frame.
  private func locators(_ record: FrameRange, _ writer: inout EDLWriter) -> [String] {
    var notes: [String] = []
    for marker in clip.item.markers {
      let frame = marker.range.start.seconds * rate.value
      let offset = motion.speed == .zero ? .zero : (frame - motion.first) / motion.speed
      let place = range.start + offset.ceil
      if range.contains(place) {
        notes.append(writer.locator(marker, frame: place))
      } else {
        writer.lose(
          "edl.marker", "The marker \(marker.info.name) lies outside of what plays", at: self.place, "it is left out")
      }
    }
    return notes
  }

  // MARK: Media

  /// What the media are called: a path, or a name.
  private var file: String? {
    if let said = clip.item.info.metadata["cmx_3600"]?["source_file"]?.string,
      Self.file(of: clip.activeReference) == nil
    {
      return said
    }
    guard case .sequence(let info, let sequence) = clip.activeReference else {
      return Self.file(of: clip.activeReference)
    }
    // From the frame that plays first, as its timecode is the event's source in.
    let skipped = info.availableRange.map {
      (clip.item.sourceRange?.start.seconds ?? $0.start.seconds) - $0.start.seconds
    }
    let first = sequence.startFrame + (skipped.map { ($0 * sequence.rate.value).floor } ?? 0) * sequence.frameStep
    let count = (info.availableRange.map { ($0.duration.seconds * sequence.rate.value).ceil } ?? 1) * sequence.frameStep
    let last = max(first, sequence.startFrame + count - 1)
    func number(_ value: Int) -> String {
      let digits = String(value)
      return String(repeating: "0", count: max(0, sequence.padding - digits.count)) + digits
    }
    let folder = sequence.urlBase
    return (folder.isEmpty || folder.hasSuffix("/") || folder.hasSuffix("\\") ? folder : folder + "/") + sequence.prefix
      + "[\(number(first))-\(number(last))]" + sequence.suffix
  }

  private static func file(of reference: MediaReference?) -> String? {
    switch reference {
    case .external(_, let url): url.nonEmpty
    case .sequence(_, let sequence): (sequence.prefix + sequence.suffix).nonEmpty
    case .missing(let info): info.info.name.nonEmpty
    default: nil
    }
  }

  /// The name of a path without folders and extension.
  private static func stem(_ path: String) -> String {
    let name = String(path.split { $0 == "/" || $0 == "\\" }.last ?? "").oneLine
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
    return String(name[..<dot])
  }

  // MARK: Losses

  private func loseRest(_ kind: TrackLabel.Kind, _ writer: inout EDLWriter) {
    if clip.references.count > 1 {
      let others = clip.references.map(\.key).filter { $0 != clip.activeKey }.joined(separator: ", ")
      writer.lose(
        "edl.takes", "The clip has the takes \(others) beside the one that plays", at: place, "they are left out")
    }
    if case .generator(_, let kind, _) = clip.activeReference, reel == "AX" {
      writer.lose("edl.generator", "\(kind) is made, and no reel has it", at: place, "it is an event of the reel AX")
    }
    for effect in clip.item.effects {
      if case .other(let object) = effect {
        let name = object["effect_name"]?.string?.nonEmpty ?? object["name"]?.string?.nonEmpty ?? effect.schema
        writer.lose("edl.effect", "The clip has the effect \(name)", at: place, "it is left out")
      }
    }
    var carried: Set<String> = ["grade"]
    if kind == .audio { carried.insert("gain") }
    let lost = (clip.item.info.metadata["pegbar"]?.object?.keys ?? []).filter { !carried.contains($0) }.sorted()
    if !lost.isEmpty {
      writer.lose("edl.settings", "The clip has \(lost.joined(separator: ", "))", at: place, "they are left out")
    }
  }
}
