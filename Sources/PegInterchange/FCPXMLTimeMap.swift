import PegCore
import PegXML

/// Where an element's own time lies in the timeline that holds it.
struct FCPXMLPlace {
  /// Seconds of the holding timeline at which the element begins.
  var start: Rational
  /// Seconds of the holding timeline.
  var duration: Rational
  /// The element's own time at `start`.
  var local: Rational
  /// Timeline seconds for each second of its own time: 1, unless its media are conformed to the timeline's rate.
  var factor = Rational.one
}

/// A stretch over which an element's source runs linearly.
struct FCPXMLSegment {
  /// The element's own time, from and to.
  var from: Rational
  var to: Rational
  /// Source seconds at `from`, and source seconds for each second of own time.
  var source: Rational
  var slope: Rational
}

/// A `timeMap`: from an element's own time to its source's.
struct FCPXMLTimeMap {
  struct Point {
    var time: Rational
    var value: Rational
    /// Whether the speed changes at once here, not little by little.
    var isSharp: Bool
  }

  var node: XMLNode
  /// At least two, times ascending.
  var points: [Point]
}

extension FCPXMLReader {
  // MARK: Rate conforming

  /// The rates that Final Cut Pro plays media at when it conforms them, by the media's rate and the timeline's: frame by
  /// frame, so faster or slower than shot. Other pairs repeat and drop frames and keep their speed
  /// (FCPXML reference, conform-rate: "Final Cut Pro rate conforming chart"; 48 and 100 count as their halves).
  static func conformedRate(of media: FrameRate, in timeline: FrameRate) -> FrameRate? {
    let (m, t) = (media.value, timeline.value)
    func ntsc(_ frames: Int) -> Rational { Rational(frames * 1000, 1001) }
    func isOne(of rates: [Rational]) -> Bool { rates.contains(t) }
    let (film, cinema) = (isOne(of: [ntsc(24), ntsc(48)]), isOne(of: [24, 48]))
    let (pal, video, thirty) = (isOne(of: [25, 50, 100]), isOne(of: [ntsc(30), ntsc(60)]), isOne(of: [30, 60]))
    let played: Rational? =
      switch m {
      case ntsc(24): cinema ? 24 : pal ? 25 : nil
      case 24: film ? ntsc(24) : pal ? 25 : nil
      case 25: film ? ntsc(24) : cinema ? 24 : nil
      case 50: film ? ntsc(48) : cinema ? 48 : nil
      case ntsc(30): thirty ? 30 : nil
      case 30: video ? ntsc(30) : nil
      case ntsc(60): thirty ? 60 : nil
      case 60: video ? ntsc(60) : nil
      default: nil
      }
    return played.map { FrameRate($0) }
  }

  /// What a `conform-rate` does: timeline seconds for each second of the element's own time, and the media's rate where it
  /// changes their speed.
  mutating func conforming(of node: XMLNode) throws(PegError) -> (factor: Rational, media: FrameRate?) {
    guard let conform = node.first("conform-rate") else { return (.one, nil) }
    ledger.claimAll(conform)
    sampling(of: conform, node)
    guard conform["scaleEnabled"] != "0", let text = conform["srcFrameRate"] else { return (.one, nil) }
    guard let media = FrameRate(text) else {
      throw ledger.wrong("the srcFrameRate \"\(text.prefix(20))\" is no rate", at: conform)
    }
    guard let played = Self.conformedRate(of: media, in: sequenceRate) else { return (.one, nil) }
    return (try quotient(media.value, played.value), media)
  }

  /// Frames are held and skipped (`floor`); other ways of making frames are not carried.
  private mutating func sampling(of element: XMLNode, _ owner: XMLNode) {
    guard let sampling = element["frameSampling"], sampling != "floor" else { return }
    ledger.lose(
      "fcpxml.frame_sampling", "the frame sampling \(sampling) of \(owner["name"] ?? owner.name) is not carried",
      instead: "frames are held and skipped", at: element)
  }

  // MARK: Time maps

  mutating func timeMap(of node: XMLNode) throws(PegError) -> FCPXMLTimeMap? {
    guard let element = node.first("timeMap") else { return nil }
    ledger.claimAll(element)
    sampling(of: element, node)
    if element["preservesPitch"] == "1" {
      ledger.lose(
        "fcpxml.pitch", "the pitch of \(node["name"] ?? node.name) is to be kept", instead: "it follows the speed",
        at: element, severity: .note)
    }
    var points: [FCPXMLTimeMap.Point] = []
    for point in element.children("timept") {
      guard let time = try seconds("time", of: point), let value = try seconds("value", of: point) else {
        throw ledger.wrong("a timept says time and value", at: point)
      }
      if let last = points.last, time <= last.time {
        throw ledger.wrong("the times of a timeMap ascend", at: point)
      }
      points.append(.init(time: time, value: value, isSharp: point["interp"] == "linear"))
    }
    guard points.count >= 2 else {
      ledger.lose(
        "fcpxml.time_map", "a timeMap of \(points.count) points says no speed", instead: "the clip plays as shot",
        at: element)
      return nil
    }
    return FCPXMLTimeMap(node: element, points: points)
  }

  /// How the source runs over a stretch of an element's own time; before the first point and after the last one the speed
  /// stays.
  mutating func segments(
    from low: Rational, to high: Rational, through map: FCPXMLTimeMap?, of node: XMLNode
  ) throws(PegError) -> [FCPXMLSegment] {
    guard let map else { return [FCPXMLSegment(from: low, to: high, source: low, slope: .one)] }
    var segments: [FCPXMLSegment] = []
    var isEased = false
    let points = map.points
    for index in 1..<points.count {
      let (a, b) = (points[index - 1], points[index])
      let from = index == 1 ? low : max(a.time, low)
      let to = index == points.count - 1 ? high : min(b.time, high)
      guard from < to else { continue }
      let slope = try quotient(try difference(b.value, a.value), try difference(b.time, a.time))
      let source = try sum(a.value, try product(try difference(from, a.time), slope))
      if let last = segments.last, last.slope == slope {
        segments[segments.count - 1].to = to
      } else {
        if !segments.isEmpty, !a.isSharp { isEased = true }
        segments.append(FCPXMLSegment(from: from, to: to, source: source, slope: slope))
      }
    }
    guard segments.count > 1 else { return segments }
    let name = node["name"] ?? node.name
    if isEased {
      ledger.lose(
        "fcpxml.speed_ramp", "the speed of \(name) changes little by little",
        instead: "it changes at once at each point, as \(segments.count) clips of constant speed", at: map.node)
    } else {
      ledger.note(
        "fcpxml.speeds", "\(name) has \(segments.count) speeds and is \(segments.count) clips", at: map.node)
    }
    return segments
  }

  // MARK: Pieces

  /// An element's stretch of own time as pieces of the timeline that holds it.
  func pieces(
    _ segments: [FCPXMLSegment], at place: FCPXMLPlace, _ body: CutPiece.Body, sourceRate: FrameRate?,
    conformed: FrameRate?
  ) throws(PegError) -> [CutPiece] {
    var pieces: [CutPiece] = []
    for segment in segments {
      let start = try timeline(segment.from, of: place)
      pieces.append(
        CutPiece(
          start: start, duration: try difference(try timeline(segment.to, of: place), start), source: segment.source,
          speed: try quotient(segment.slope, place.factor), body: body, sourceRate: sourceRate, conformed: conformed))
    }
    return pieces
  }

  /// Where a moment of an element's own time falls in the timeline that holds it.
  func timeline(_ time: Rational, of place: FCPXMLPlace) throws(PegError) -> Rational {
    try sum(place.start, try product(try difference(time, place.local), place.factor))
  }

  /// What of a piece lies in `from..<to` of its timeline; `nil` for nothing.
  func trimmed(_ piece: CutPiece, from: Rational, to: Rational) throws(PegError) -> CutPiece? {
    let end = try sum(piece.start, piece.duration)
    let (low, high) = (max(piece.start, from), min(end, to))
    guard low < high else { return nil }
    var part = piece
    part.start = low
    part.duration = try difference(high, low)
    part.source = try sum(piece.source, try product(try difference(low, piece.start), piece.speed))
    return part
  }
}
