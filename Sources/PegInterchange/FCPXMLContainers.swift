import PegCore
import PegTimeline
import PegXML

// Elements that hold a story of their own: clips, synchronised clips, compounds, multicams and auditions.

/// What a container holds, in its own source time.
private struct FCPXMLContent {
  var picture: [FCPXMLRun] = []
  var sound: [FCPXMLRun] = []
  /// Source time at which the content's tracks begin.
  var origin = Rational.zero
  var raster: Raster?
  /// What its own times are counted in.
  var rate: FrameRate?
  /// A compound stays a composition even if it holds one clip alone.
  var staysNested = false
}

extension FCPXMLReader {
  mutating func container(
    _ node: XMLNode, _ place: FCPXMLPlace, _ conformed: FrameRate?
  ) throws(PegError) -> FCPXMLStory {
    // Counted like an opened resource: what is in it is not in the timeline itself.
    open.append(node)
    defer { open.removeLast() }
    let content: FCPXMLContent
    switch node.name {
    case "ref-clip": content = try compound(node)
    case "mc-clip": content = try multicam(node)
    default: content = try held(by: node)
    }
    return try nest(content, of: node, place, conformed)
  }

  // MARK: What they hold

  /// Elements without a lane in a `clip` or `sync-clip`.
  private mutating func held(by node: XMLNode) throws(PegError) -> FCPXMLContent {
    var runs: [FCPXMLRun] = []
    var merged = FCPXMLStory()
    for child in node.children where Self.isStory(child) || child.name == "spine" {
      guard try laneNumber(of: child) == 0 else { continue }
      let start = try seconds("offset", of: child) ?? 0
      if child.name == "spine" {
        runs += try spine(child, origin: 0, start: start, lane: FCPXMLLane())
      } else {
        let story = try story(child, at: start, lane: FCPXMLLane())
        merged.picture += story.picture
        merged.sound += story.sound
        runs += story.connected
      }
    }
    runs += merged.picture.map { FCPXMLRun(lane: FCPXMLLane(), isSound: false, pieces: [$0]) }
    runs += merged.sound.map { FCPXMLRun(lane: FCPXMLLane(), isSound: true, pieces: [$0]) }
    if node.name == "sync-clip" { mute(&runs, as: node) }
    var content = FCPXMLContent(picture: runs.filter { !$0.isSound }, sound: joined(runs.filter(\.isSound)))
    content.raster = sequenceRaster
    return content
  }

  /// `audio` elements that are channels of one file at one time are one sound: Pegbar plays a file's sound as a whole.
  private mutating func joined(_ runs: [FCPXMLRun]) -> [FCPXMLRun] {
    var kept: [FCPXMLRun] = []
    for run in runs {
      guard run.pieces.count == 1, case .clip(let clip) = run.pieces[0].body,
        let channels = clip.item.info.metadata["fcpxml"]?["src_ch"]?.string
      else {
        kept.append(run)
        continue
      }
      let same = kept.firstIndex { other in
        guard other.pieces.count == 1, case .clip(let first) = other.pieces[0].body else { return false }
        let (a, b) = (other.pieces[0], run.pieces[0])
        return first.item.info.metadata["fcpxml"]?["src_ch"] != nil && first.activeReference == clip.activeReference
          && first.item.isEnabled == clip.item.isEnabled && a.start == b.start && a.duration == b.duration
          && a.source == b.source && a.speed == b.speed
      }
      guard let same, case .clip(var first) = kept[same].pieces[0].body,
        var notes = first.item.info.metadata["fcpxml"]?.object
      else {
        kept.append(run)
        continue
      }
      notes["src_ch"] = .string([notes["src_ch"]?.string ?? "", channels].joined(separator: ", "))
      first.item.info.metadata["fcpxml"] = .object(notes)
      kept[same].pieces[0].body = .clip(first)
    }
    return kept
  }

  /// `sync-source` switches sound by where it comes from and by role.
  private mutating func mute(_ runs: inout [FCPXMLRun], as node: XMLNode) {
    for source in node.children("sync-source") {
      ledger.claim(source)
      let isStoryline = source["sourceID"] == "storyline"
      for role in source.children("audio-role-source") {
        ledger.claimAll(role)
        guard role["active"] == "0" || role["enabled"] == "0", let name = role["role"] else { continue }
        for index in runs.indices where runs[index].isSound && (runs[index].lane == FCPXMLLane()) == isStoryline {
          for piece in runs[index].pieces.indices {
            guard case .clip(var clip) = runs[index].pieces[piece].body, Self.plays(clip, name) else { continue }
            clip.item.isEnabled = false
            runs[index].pieces[piece].body = .clip(clip)
          }
        }
      }
    }
  }

  /// Whether a clip's sound has a role; `dialogue` has `dialogue.dialogue-1`.
  private static func plays(_ clip: Clip, _ role: String) -> Bool {
    let notes = clip.item.info.metadata["fcpxml"]
    guard let own = notes?["audio_role"]?.string ?? notes?["role"]?.string else { return true }
    return own == role || own.hasPrefix(role + ".") || role.hasPrefix(own + ".")
  }

  /// The sequence of a compound clip.
  private mutating func compound(_ node: XMLNode) throws(PegError) -> FCPXMLContent {
    guard let media = node["ref"].flatMap({ resources[$0] }), let sequence = media.first("sequence") else {
      missing(node, "compound clip")
      return FCPXMLContent()
    }
    try enter(media, from: node)
    defer { open.removeLast() }
    ledger.claim(media)
    ledger.claim(sequence)
    for child in sequence.children where child.name == "note" || child.name == "metadata" { ledger.claimAll(child) }
    let outer = (rate: sequenceRate, raster: sequenceRaster)
    defer { (sequenceRate, sequenceRaster) = outer }
    let format = try format(sequence["format"])
    if let format {
      sequenceRate = format.rate ?? outer.rate
      sequenceRaster = format.raster ?? outer.raster
    }
    let origin = try tcStart(of: sequence)
    var content = FCPXMLContent()
    for spine in sequence.children("spine") {
      let runs = try self.spine(spine, origin: origin, start: origin, lane: FCPXMLLane())
      content.picture += runs.filter { !$0.isSound }
      content.sound += runs.filter(\.isSound)
    }
    (content.origin, content.raster, content.rate, content.staysNested) = (origin, sequenceRaster, sequenceRate, true)
    if let raster = content.raster, let around = outer.raster,
      raster.width * around.height != raster.height * around.width
    {
      ledger.lose(
        "fcpxml.compound_raster",
        "the compound clip \(media["name"] ?? "") is \(raster), the timeline that it plays in \(around)",
        instead: "its layers fit the cut's raster each by itself", at: sequence)
    }
    return content
  }

  /// The angles of a multicam that a clip plays: one for its picture, any number for its sound.
  private mutating func multicam(_ node: XMLNode) throws(PegError) -> FCPXMLContent {
    guard let media = node["ref"].flatMap({ resources[$0] }), let multicam = media.first("multicam") else {
      missing(node, "multicam clip")
      return FCPXMLContent()
    }
    try enter(media, from: node)
    defer { open.removeLast() }
    ledger.claim(media)
    ledger.claim(multicam)
    for child in multicam.children("metadata") { ledger.claimAll(child) }
    let outer = (rate: sequenceRate, raster: sequenceRaster)
    defer { (sequenceRate, sequenceRaster) = outer }
    if let format = try format(multicam["format"]) {
      sequenceRate = format.rate ?? outer.rate
      sequenceRaster = format.raster ?? outer.raster
    }
    let angles = multicam.children("mc-angle")
    let sources = node.children("mc-source")
    func plays(_ angle: XMLNode, _ kind: String) -> Bool {
      // Without a word about it the first angle plays.
      guard !sources.isEmpty else { return angle == angles.first }
      return sources.contains {
        $0["angleID"] == angle["angleID"] && [kind, "all"].contains($0["srcEnable"] ?? "all")
      }
    }
    let origin = try tcStart(of: multicam)
    var content = FCPXMLContent()
    var unused = 0
    for angle in angles {
      let (shows, sounds) = (content.picture.isEmpty && plays(angle, "video"), plays(angle, "audio"))
      guard shows || sounds else {
        ledger.claimAll(angle)
        unused += 1
        continue
      }
      let runs = try spine(angle, origin: origin, start: origin, lane: FCPXMLLane())
      if shows { content.picture += runs.filter { !$0.isSound } }
      if sounds { content.sound += runs.filter(\.isSound) }
    }
    for source in sources {
      ledger.claim(source)
      if !angles.contains(where: { $0["angleID"] == source["angleID"] }) {
        ledger.lose(
          "fcpxml.missing_resource", "the angle \(source["angleID"] ?? "") is defined nowhere",
          instead: "it is left out", at: source, severity: .error)
      }
    }
    if unused > 0 {
      ledger.lose(
        "fcpxml.angles", "\(unused) of \(angles.count) angles of \(media["name"] ?? "") do not play",
        instead: "they are left out", at: node, severity: .note)
    }
    (content.origin, content.raster, content.rate) = (origin, sequenceRaster, sequenceRate)
    return content
  }

  private func tcStart(of node: XMLNode) throws(PegError) -> Rational { try seconds("tcStart", of: node) ?? 0 }

  private mutating func enter(_ media: XMLNode, from node: XMLNode) throws(PegError) {
    guard !open.contains(media) else {
      throw ledger.wrong("\(media["name"] ?? "a compound clip") holds itself", at: node)
    }
    open.append(media)
  }

  private mutating func missing(_ node: XMLNode, _ what: String) {
    ledger.lose(
      "fcpxml.missing_resource", "the \(what) \(node["ref"] ?? "") is defined nowhere",
      instead: "nothing is shown there",
      at: node, severity: .error)
  }

  // MARK: How they play

  private mutating func nest(
    _ content: FCPXMLContent, of node: XMLNode, _ place: FCPXMLPlace, _ conformed: FrameRate?
  ) throws(PegError) -> FCPXMLStory {
    let map = try timeMap(of: node)
    let notes = annotations(of: node)
    let end = try sum(place.local, try quotient(place.duration, place.factor))
    let heard = try soundPlace(of: node, place, end)
    var looks = try adjustments(of: node, place, sound: heard, media: content.raster)
    // An angle's own looks are in its mc-source.
    for source in node.children("mc-source") where ["all", "video"].contains(source["srcEnable"] ?? "all") {
      let own = try adjustments(of: source, place, media: content.raster)
      looks.picture = own.picture
      filters(of: source)
      _ = audioComponents(of: source)
    }
    let channels = audioComponents(of: node)
    filters(of: node)
    let enabled = node["srcEnable"] ?? "all"
    let isOn = node["enabled"] != "0"
    let name = node["name"] ?? node.name
    var story = FCPXMLStory()
    func info(_ stack: inout Stack) {
      stack.item.info.name = name
      stack.item.info.metadata["fcpxml"] = .object(notes)
    }
    if enabled != "audio" {
      let segments = try self.segments(from: place.local, to: end, through: map, of: node)
      let runs = content.picture
      if let only = try plainClip(runs, over: segments, looks.picture, content) {
        story.picture = try seen(only, through: segments, at: place, conformed) { (clip) in
          clip.item.info.name = name
          clip.item.isEnabled = clip.item.isEnabled && isOn
          clip.item.info.metadata["fcpxml"] = .object(
            JSONObject(notes.pairs + [("inside", clip.item.info.metadata["fcpxml"] ?? .null)]))
        }
        if map == nil { try snap(&story.picture, node) }
      } else if runs.contains(where: { !$0.isEmpty }) {
        var stack = Stack(children: try stackChildren(runs, content, sound: false))
        info(&stack)
        stack.item.isEnabled = isOn
        stack.set(TrackSettings(looks.picture))
        story.picture = try nested(stack, segments, at: place, content)
      } else if !runs.isEmpty || content.sound.isEmpty {
        var gap = Gap(item: ItemInfo())
        gap.item.info.metadata["fcpxml"] = .object(notes)
        story.picture = [CutPiece(start: place.start, duration: place.duration, body: .gap(gap))]
      }
      try mark(&story.picture, with: node, place)
    }
    if enabled != "video", heard.duration > .zero {
      let high = try sum(heard.local, try quotient(heard.duration, heard.factor))
      let segments = try self.segments(from: heard.local, to: high, through: map, of: node)
      let runs = content.sound
      if let only = try plainClip(runs, over: segments, looks.sound, content) {
        story.sound = try seen(only, through: segments, at: heard, conformed) { (clip) in
          clip.item.info.name = name
          clip.item.isEnabled = clip.item.isEnabled && isOn && !channels.isMuted
          clip.item.info.metadata["fcpxml"] = .object(
            JSONObject(notes.pairs + [("inside", clip.item.info.metadata["fcpxml"] ?? .null)]))
        }
        if map == nil { try snap(&story.sound, node) }
      } else if runs.contains(where: { !$0.isEmpty }) {
        var stack = Stack(children: try stackChildren(runs, content, sound: true))
        info(&stack)
        stack.item.isEnabled = isOn && !channels.isMuted
        stack.set(TrackSettings(looks.sound))
        story.sound = try nested(stack, segments, at: heard, content)
      }
      let isHeardAlone = story.picture.allSatisfy { if case .gap = $0.body { true } else { false } }
      if isHeardAlone, !story.sound.isEmpty {
        // A clip of sound alone; its gap was only there to hold the sound.
        story.picture = []
        try mark(&story.sound, with: node, place)
      }
    }
    return story
  }

  /// The one clip that plays over these stretches of a container's source, if there is but one: then the container is that
  /// clip.
  private func plainClip(
    _ runs: [FCPXMLRun], over segments: [FCPXMLSegment], _ looks: ClipSettings, _ content: FCPXMLContent
  ) throws(PegError) -> CutPiece? {
    guard !content.staysNested, !segments.isEmpty else { return nil }
    var (low, high): (Rational?, Rational?) = (nil, nil)
    for segment in segments {
      let other = try sum(
        segment.source, try product(segment.slope, try difference(segment.to, segment.from)))
      low = min(low ?? segment.source, segment.source, other)
      high = max(high ?? segment.source, segment.source, other)
    }
    guard let low, let high else { return nil }
    var found: CutPiece?
    for run in runs {
      guard !run.joins.contains(where: { $0.cut >= low && $0.cut <= high }) else { return nil }
      for piece in run.pieces {
        let end = try sum(piece.start, piece.duration)
        // A freeze shows a moment, not a stretch.
        guard piece.start < high || (low == high && piece.start <= low), end > low else { continue }
        if case .gap(let gap) = piece.body {
          if !gap.item.markers.isEmpty { return nil }
          continue
        }
        guard found == nil, case .clip(let clip) = piece.body,
          let own = try? clip.settings(), own.isMerging(with: looks)
        else { return nil }
        // What the piece does not cover is nothing; a retimed clip could not say where that is.
        let isPlain = segments.count == 1 && segments[0].slope == .one
        guard isPlain || (piece.start <= low && end >= high) else { return nil }
        found = piece
      }
    }
    guard var piece = found, case .clip(var clip) = piece.body, let own = try? clip.settings() else { return nil }
    clip.set(own.merged(with: looks))
    piece.body = .clip(clip)
    return piece
  }

  /// A piece of a container's source as pieces of the timeline that holds the container.
  private func seen(
    _ piece: CutPiece, through segments: [FCPXMLSegment], at place: FCPXMLPlace, _ conformed: FrameRate?,
    _ change: (inout Clip) -> Void
  ) throws(PegError) -> [CutPiece] {
    guard case .clip(var clip) = piece.body else { return [] }
    change(&clip)
    var pieces: [CutPiece] = []
    for segment in segments {
      var part = segment
      let end = try sum(piece.start, piece.duration)
      if segment.slope == .one {
        part.source = max(segment.source, piece.start)
        part.from = try sum(segment.from, try difference(part.source, segment.source))
        part.to = min(segment.to, try sum(segment.from, try difference(end, segment.source)))
        guard part.from < part.to else { continue }
      }
      let start = try timeline(part.from, of: place)
      let since = try difference(part.source, piece.start)
      pieces.append(
        CutPiece(
          start: start, duration: try difference(try timeline(part.to, of: place), start),
          source: try sum(piece.source, try product(since, piece.speed)),
          speed: try quotient(try product(piece.speed, part.slope), place.factor), body: .clip(clip),
          sourceRate: piece.sourceRate, conformed: piece.conformed ?? conformed))
    }
    return pieces
  }

  private func stackChildren(
    _ runs: [FCPXMLRun], _ content: FCPXMLContent, sound: Bool
  ) throws(PegError) -> [Composable] {
    let origin = runs.map(\.start).min().map { min($0, content.origin) } ?? content.origin
    return try FCPXMLTracks(runs).tracks(from: origin, rate: content.rate ?? sequenceRate, reader: self, only: sound)
      .map {
        .track($0)
      }
  }

  private func nested(
    _ stack: Stack, _ segments: [FCPXMLSegment], at place: FCPXMLPlace, _ content: FCPXMLContent
  ) throws(PegError) -> [CutPiece] {
    let runs = content.picture + content.sound
    let origin = runs.map(\.start).min().map { min($0, content.origin) } ?? content.origin
    var moved: [FCPXMLSegment] = []
    for var segment in segments {
      segment.source = try difference(segment.source, origin)
      moved.append(segment)
    }
    return try pieces(moved, at: place, .stack(stack), sourceRate: content.rate, conformed: nil)
  }

  // MARK: Auditions

  /// The first element of an audition plays; the others are its other takes.
  mutating func audition(_ node: XMLNode, at start: Rational, lane: FCPXMLLane) throws(PegError) -> FCPXMLStory {
    let choices = node.children.filter(Self.isStory)
    guard let active = choices.first else {
      ledger.lose("fcpxml.audition", "an audition is empty", instead: "it is left out", at: node)
      return FCPXMLStory()
    }
    var story = try self.story(active, at: start, lane: lane)
    var takes: [(key: String, reference: MediaReference)] = []
    var keys: Set<String> = []
    func key(_ node: XMLNode) -> String {
      let name = node["name"] ?? node.name
      var key = name
      var number = 2
      while !keys.insert(key).inserted {
        key = "\(name) \(number)"
        number += 1
      }
      return key
    }
    let activeKey = key(active)
    for choice in choices.dropFirst() {
      ledger.claimAll(choice)
      let name = choice["name"] ?? choice.name
      guard let id = mediaID(of: choice), resources[id]?.name == "asset", let asset = try asset(id, for: choice) else {
        ledger.lose(
          "fcpxml.audition", "the choice \(name) of an audition is no plain clip", instead: "it is left out", at: choice
        )
        continue
      }
      takes.append((key(choice), asset.reference))
      let differs = ["start", "duration"].filter { choice[$0] != active[$0] }
      let extras = choice.children.filter { !["note", "metadata", "keyword", "video", "audio"].contains($0.name) }
      if !differs.isEmpty || !extras.isEmpty {
        let what = (differs + extras.map(\.name)).joined(separator: ", ")
        ledger.lose(
          "fcpxml.audition", "the choice \(name) of an audition has its own \(what)",
          instead: "it is a take that plays the same range as the active one", at: choice)
      }
    }
    guard !takes.isEmpty else { return story }
    func takesOf(_ pieces: inout [CutPiece]) {
      for index in pieces.indices {
        guard case .clip(var clip) = pieces[index].body, let reference = clip.activeReference else { continue }
        clip.references = [(activeKey, reference)] + takes
        clip.activeKey = activeKey
        pieces[index].body = .clip(clip)
      }
    }
    takesOf(&story.picture)
    takesOf(&story.sound)
    return story
  }

  /// The asset that a choice plays: its own, or that of the one element in it.
  private func mediaID(of node: XMLNode) -> String? {
    if let id = node["ref"] { return id }
    let inner = node.children.filter { $0.name == "video" || $0.name == "audio" || $0.name == "asset-clip" }
    return inner.count == 1 ? inner[0]["ref"] : nil
  }

  private mutating func asset(_ id: String, for node: XMLNode) throws(PegError) -> FCPXMLAsset? {
    if node["ref"] == id { return try asset(of: node) }
    let inner = node.children.first { $0["ref"] == id }
    return try inner.map { node throws(PegError) in try asset(of: node) } ?? nil
  }
}

extension ClipSettings {
  /// Whether two sets of settings, one inside the other, can be said as one: no field twice, and no keys inside, which
  /// would have to be counted anew.
  fileprivate func isMerging(with outer: ClipSettings) -> Bool {
    func isKeyed(_ value: Animated?) -> Bool { if case .keys = value { true } else { false } }
    if isKeyed(opacity) || isKeyed(gain) { return false }
    if case .transform(let transform) = placement, !transform.keys.isEmpty { return false }
    return (placement == nil || outer.placement == nil) && (opacity == nil || outer.opacity == nil)
      && (blend == nil || outer.blend == nil) && (gain == nil || outer.gain == nil)
  }

  fileprivate func merged(with outer: ClipSettings) -> ClipSettings {
    var both = self
    both.placement = placement ?? outer.placement
    both.opacity = opacity ?? outer.opacity
    both.blend = blend ?? outer.blend
    both.gain = gain ?? outer.gain
    return both
  }
}

extension TrackSettings {
  fileprivate init(_ looks: ClipSettings) {
    self.init()
    placement = looks.placement
    opacity = looks.opacity
    blend = looks.blend
    gain = looks.gain
  }
}
