import PegCore
import PegTimeline
import PegXML

// Storylines: story elements one after another, and transitions between them.

extension FCPXMLReader {
  /// What stands in a spine, or in an angle of a multicam.
  ///
  /// - Parameters:
  ///   - origin: the spine's own time where it begins: a sequence's `tcStart`, 0 for a secondary storyline.
  ///   - start: seconds of the holding timeline where that is.
  mutating func spine(
    _ node: XMLNode, origin: Rational, start: Rational, lane: FCPXMLLane
  ) throws(PegError) -> [FCPXMLRun] {
    ledger.claim(node)
    var picture: [CutPiece] = []
    var sound: [CutPiece] = []
    var connected: [FCPXMLRun] = []
    var transitions: [XMLNode] = []
    var cursor = start
    for child in node.children {
      if child.name == "transition" {
        transitions.append(child)
        continue
      }
      guard FCPXMLReader.isStory(child) else { continue }
      var position = cursor
      if let offset = try seconds("offset", of: child) { position = try sum(start, try difference(offset, origin)) }
      let story = try self.story(child, at: position, lane: lane)
      picture += story.picture
      sound += story.sound
      connected += story.connected
      // Sound that is split from its picture may end later; what follows does not wait for it.
      for piece in story.picture.isEmpty ? story.sound : story.picture {
        cursor = max(cursor, try sum(piece.start, piece.duration))
      }
    }
    let joins = try self.joins(transitions, between: picture, and: sound, origin: origin, start: start)
    return runs(picture, joins.picture, lane: lane, isSound: false)
      + runs(sound + joins.rests, joins.sound, lane: lane, isSound: true) + connected
  }

  /// Pieces in order as one run; what lies over another piece (sound that is split from its picture) as runs of their own.
  private func runs(
    _ pieces: [CutPiece], _ joins: [FCPXMLJoin], lane: FCPXMLLane, isSound: Bool
  ) -> [FCPXMLRun] {
    var main = FCPXMLRun(lane: lane, isSound: isSound, pieces: [], joins: joins)
    var rest: [FCPXMLRun] = []
    for piece in pieces.sorted(by: { $0.start < $1.start }) {
      if let last = main.pieces.last, let end = BoundedRational.sum(last.start, last.duration), end > piece.start {
        rest.append(FCPXMLRun(lane: lane, isSound: isSound, pieces: [piece]))
      } else {
        main.pieces.append(piece)
      }
    }
    return (main.pieces.isEmpty ? [] : [main]) + rest
  }

  // MARK: Transitions

  private mutating func joins(
    _ transitions: [XMLNode], between picture: [CutPiece], and sound: [CutPiece], origin: Rational, start: Rational
  ) throws(PegError) -> (picture: [FCPXMLJoin], sound: [FCPXMLJoin], rests: [CutPiece]) {
    guard !transitions.isEmpty else { return ([], [], []) }
    let pictureEdges = try CutEdges(picture, self)
    let soundEdges = try CutEdges(sound, self)
    var joins: (picture: [FCPXMLJoin], sound: [FCPXMLJoin], rests: [CutPiece]) = ([], [], [])
    for node in transitions {
      ledger.claim(node)
      let name = node["name"] ?? "transition"
      guard let offset = try seconds("offset", of: node), let duration = try seconds("duration", of: node),
        duration > .zero
      else { throw ledger.wrong("a transition says offset and duration", at: node) }
      let from = try sum(start, try difference(offset, origin))
      let to = try sum(from, duration)
      try markers(ofTransition: node, at: from)
      guard let cut = pictureEdges.cut(from, to) else {
        ledger.lose(
          "fcpxml.transition", "the transition \(name) touches no cut", instead: "it is left out", at: node)
        ledger.claimAll(node)
        continue
      }
      var join = FCPXMLJoin(
        cut: cut, before: try difference(cut, from), after: try difference(to, cut), info: ObjectInfo(name: name))
      join.info.metadata["fcpxml"] = .object(annotations(of: node))
      let room = pictureEdges.room(at: cut)
      if room.before.map({ $0 < join.before }) ?? false || room.after.map({ $0 < join.after }) ?? false {
        join.before = min(join.before, room.before ?? join.before)
        join.after = min(join.after, room.after ?? join.after)
        ledger.lose(
          "fcpxml.transition_length", "the transition \(name) is longer than what it joins",
          instead: "it is as long as that", at: node)
      }
      kind(of: node, name)
      joins.picture.append(join)
      guard let filter = node.first("filter-audio") else { continue }
      guard soundEdges.hasEdge(at: cut) else {
        if sound.contains(where: { $0.start < to && BoundedRational.sum($0.start, $0.duration) ?? from > from }) {
          ledger.lose(
            "fcpxml.crossfade", "the sound under the transition \(name) is cut elsewhere than the picture",
            instead: "it is not faded there", at: filter)
        }
        continue
      }
      let (fade, rests) = try crossfade(join, soundEdges)
      joins.rests += rests
      if fade.before > .zero || fade.after > .zero { joins.sound.append(fade) }
    }
    joins.picture.sort { $0.cut < $1.cut }
    joins.sound.sort { $0.cut < $1.cut }
    return joins
  }

  /// A transition as the sound has it. Where there is silence on one side, silence of its own length stands in the track.
  private func crossfade(_ join: FCPXMLJoin, _ edges: CutEdges) throws(PegError) -> (FCPXMLJoin, rests: [CutPiece]) {
    var fade = join
    var rests: [CutPiece] = []
    func rest(_ start: Rational, _ length: Rational) {
      guard length > .zero else { return }
      rests.append(CutPiece(start: start, duration: length, body: .gap(Gap(item: ItemInfo()))))
    }
    let (room, free) = (edges.room(at: join.cut), edges.silence(around: join.cut))
    fade.before = min(join.before, room.before ?? free.before ?? join.cut)
    if room.before == nil { rest(try difference(join.cut, fade.before), fade.before) }
    fade.after = min(join.after, room.after ?? free.after ?? join.after)
    if room.after == nil { rest(join.cut, fade.after) }
    return (fade, rests)
  }

  /// A cross dissolve is carried as it is; other transitions become one.
  private mutating func kind(of node: XMLNode, _ name: String) {
    for filter in node.children("filter-audio") { ledger.claimAll(filter) }
    let filter = node.first("filter-video")
    if let filter { ledger.claimAll(filter) }
    let effect = filter?["ref"].flatMap { resources[$0] }
    if let effect { ledger.claimAll(effect) }
    let crossDissolve = "4731E73A-8DAC-4113-9A30-AE85B1761265"
    let isDissolve =
      effect?["uid"].map { $0.contains(crossDissolve) } ?? false || (filter?["name"] ?? name) == "Cross Dissolve"
    guard isDissolve else {
      ledger.lose(
        "fcpxml.transition", "the transition \(filter?["name"] ?? name) is not carried",
        instead: "it is a dissolve of the same length", at: node)
      return
    }
    // Look "Video", half way, not eased: a linear dissolve. Numbers come before the names of a menu's entries.
    let plain = ["Look": "11", "Amount": "50", "Ease Amount": "0"]
    let strange = filter?.children("param").first { param in
      guard let name = param["name"], let wanted = plain[name] else { return false }
      return (param["value"] ?? "").split(separator: " ").first.map(String.init) != wanted
    }
    if let strange {
      ledger.lose(
        "fcpxml.transition_setting",
        "the setting \(strange["name"] ?? "") \(strange["value"] ?? "") of the transition \(name) is not carried",
        instead: "it is a plain dissolve", at: strange, severity: .note)
    }
  }
}

/// Where the pieces of a storyline meet.
struct CutEdges {
  private var starts: [Rational: Rational] = [:]
  private var ends: [Rational: Rational] = [:]
  /// Ascending, each once.
  private var places: [Rational] = []

  init(_ pieces: [CutPiece], _ reader: FCPXMLReader) throws(PegError) {
    for piece in pieces {
      starts[piece.start] = piece.duration
      ends[try reader.sum(piece.start, piece.duration)] = piece.duration
    }
    places = Set(starts.keys).union(ends.keys).sorted()
  }

  func hasEdge(at place: Rational) -> Bool { starts[place] != nil || ends[place] != nil }

  /// The edge that a transition from `from` to `to` joins: of several one where two pieces meet, nearest its middle.
  func cut(_ from: Rational, _ to: Rational) -> Rational? {
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle] < from { low = middle + 1 } else { high = middle }
    }
    var best: Rational?
    for place in places[low...] {
      guard place <= to else { break }
      guard let chosen = best else {
        best = place
        continue
      }
      let (isJoint, wasJoint) = (isJoint(place), isJoint(chosen))
      if isJoint != wasJoint {
        if isJoint { best = place }
      } else if distance(place, from, to) < distance(chosen, from, to) {
        best = place
      }
    }
    return best
  }

  private func isJoint(_ place: Rational) -> Bool { starts[place] != nil && ends[place] != nil }

  /// Twice the distance from the middle.
  private func distance(_ place: Rational, _ from: Rational, _ to: Rational) -> Rational {
    guard let twice = BoundedRational.sum(place, place), let sum = BoundedRational.sum(from, to),
      let distance = BoundedRational.difference(twice, sum)
    else { return .zero }
    return distance.magnitude
  }

  /// How far the next edges before and after a place are; `nil` where there is none.
  func silence(around place: Rational) -> (before: Rational?, after: Rational?) {
    var (low, high) = (0, places.count)
    while low < high {
      let middle = (low + high) / 2
      if places[middle] < place { low = middle + 1 } else { high = middle }
    }
    let before = low > 0 ? BoundedRational.difference(place, places[low - 1]) : nil
    let next = low < places.count && places[low] == place ? low + 1 : low
    return (before, next < places.count ? BoundedRational.difference(places[next], place) : nil)
  }

  /// How long the pieces before and after a place are; `nil` where there is none.
  func room(at place: Rational) -> (before: Rational?, after: Rational?) { (ends[place], starts[place]) }
}
