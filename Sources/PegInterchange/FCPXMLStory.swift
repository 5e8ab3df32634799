import PegCore
import PegTimeline
import PegXML

// Story elements: media, titles and gaps. Containers are in FCPXMLContainers.

extension FCPXMLReader {
  static let stories: Set = [
    "asset-clip", "clip", "video", "audio", "ref-clip", "sync-clip", "mc-clip", "gap", "title", "audition", "caption",
  ]

  static func isStory(_ node: XMLNode) -> Bool { stories.contains(node.name) }

  /// What an element brings into the timeline that holds it, from `start` on.
  ///
  /// - Parameter lane: of the storyline that it stands in.
  mutating func story(_ node: XMLNode, at start: Rational, lane: FCPXMLLane) throws(PegError) -> FCPXMLStory {
    try inside(node) { (reader) throws(PegError) in
      if node.name == "audition" { return try reader.audition(node, at: start, lane: lane) }
      let (factor, conformed) = try reader.conforming(of: node)
      let duration = try reader.duration(of: node)
      guard duration > .zero else {
        if duration < .zero { throw reader.ledger.wrong("the duration of \(node.name) is below 0", at: node) }
        reader.ledger.lose(
          "fcpxml.no_duration", "\(node["name"] ?? node.name) has no duration", instead: "it is left out", at: node)
        return FCPXMLStory()
      }
      let place = FCPXMLPlace(
        start: start, duration: duration, local: try reader.ownStart(of: node), factor: factor)
      var story: FCPXMLStory
      switch node.name {
      case "asset-clip": story = try reader.assetClip(node, place, conformed)
      case "video", "title", "caption": story = try reader.video(node, place, conformed)
      case "audio": story = try reader.audio(node, place, conformed)
      case "gap": story = try reader.gap(node, place)
      default: story = try reader.container(node, place, conformed)
      }
      try reader.connect(node, place, lane: lane, to: &story)
      return story
    }
  }

  /// What hangs on an element, at lanes of its own.
  private mutating func connect(
    _ node: XMLNode, _ place: FCPXMLPlace, lane: FCPXMLLane, to story: inout FCPXMLStory
  ) throws(PegError) {
    let holds = ["clip", "sync-clip"].contains(node.name)
    for child in node.children {
      guard Self.isStory(child) || child.name == "spine" else { continue }
      let number = try laneNumber(of: child)
      // Without a lane it stands in the container, not on it.
      if holds, number == 0 { continue }
      let inner = lane.inside(number)
      let start = try timeline(try seconds("offset", of: child) ?? place.local, of: place)
      if child.name == "spine" {
        ledger.claim(child)
        story.connected += try spine(child, origin: 0, start: start, lane: inner)
        continue
      }
      let connected = try self.story(child, at: start, lane: inner)
      for (pieces, isSound) in [(connected.picture, false), (connected.sound, true)] where !pieces.isEmpty {
        let sorted = pieces.sorted { $0.start < $1.start }
        var run = FCPXMLRun(lane: inner, isSound: isSound, pieces: [])
        for piece in sorted {
          if let last = run.pieces.last, try sum(last.start, last.duration) > piece.start {
            story.connected.append(FCPXMLRun(lane: inner, isSound: isSound, pieces: [piece]))
          } else {
            run.pieces.append(piece)
          }
        }
        story.connected.append(run)
      }
      story.connected += connected.connected
    }
  }

  func laneNumber(of node: XMLNode) throws(PegError) -> Int {
    guard let text = node["lane"] else { return 0 }
    guard let lane = Int(text), (-1_000_000...1_000_000).contains(lane) else {
      throw ledger.wrong("the lane \"\(text.prefix(20))\" is none", at: node)
    }
    return lane
  }

  // MARK: Times

  /// Of the element in the timeline that holds it; where it does not say, all of what it refers to.
  private mutating func duration(of node: XMLNode) throws(PegError) -> Rational {
    if let duration = try seconds("duration", of: node) { return duration }
    switch node.name {
    case "asset-clip", "video", "audio":
      guard let asset = try asset(of: node), let length = asset.duration else { return 0 }
      let from = try seconds("start", of: node) ?? asset.start
      return try difference(try sum(asset.start, length), from)
    case "ref-clip":
      let sequence = node["ref"].flatMap { resources[$0]?.first("sequence") }
      guard let sequence, let length = try seconds("duration", of: sequence) else { return 0 }
      let begin = try seconds("tcStart", of: sequence) ?? 0
      return try difference(try sum(begin, length), try seconds("start", of: node) ?? begin)
    default: throw ledger.wrong("the \(node.name) has no duration", at: node)
    }
  }

  /// An element's own time at its beginning: `start`, which is 0 where it is absent. Media that begin later cannot be
  /// meant from 0: they play from their beginning.
  private mutating func ownStart(of node: XMLNode) throws(PegError) -> Rational {
    if let start = try seconds("start", of: node) { return start }
    switch node.name {
    case "asset-clip", "video", "audio":
      guard node["ref"].map({ resources[$0]?.name == "asset" }) ?? false, let asset = try asset(of: node) else {
        return 0
      }
      return asset.start > .zero ? asset.start : 0
    case "ref-clip": return try node["ref"].flatMap { resources[$0]?.first("sequence") }.map(tcStart) ?? 0
    case "mc-clip": return try node["ref"].flatMap { resources[$0]?.first("multicam") }.map(tcStart) ?? 0
    default: return 0
    }
  }

  private func tcStart(_ node: XMLNode) throws(PegError) -> Rational { try seconds("tcStart", of: node) ?? 0 }

  // MARK: Media

  /// `asset-clip`: pictures and sound of one asset.
  private mutating func assetClip(
    _ node: XMLNode, _ place: FCPXMLPlace, _ conformed: FrameRate?
  ) throws(PegError) -> FCPXMLStory {
    let asset = try asset(of: node)
    let enabled = node["srcEnable"] ?? "all"
    let picture = (asset?.hasVideo ?? true) && enabled != "audio"
    let sound = (asset?.hasAudio ?? false) && enabled != "video"
    return try leaf(node, place, conformed, asset, picture: picture, sound: sound)
  }

  /// A file of several pictures (the layers of a Photoshop document) shows them all.
  private mutating func checkSource(_ node: XMLNode, _ asset: FCPXMLAsset?) {
    guard let source = node["srcID"], let asset, let count = asset.node["videoSources"].flatMap({ Int($0) }), count > 1
    else { return }
    ledger.lose(
      "fcpxml.source", "\(node["name"] ?? node.name) shows picture \(source) of the \(count) in \(asset.name)",
      instead: "it shows the file's picture as a whole", at: node)
  }

  /// `audio`: sound of an asset.
  private mutating func audio(
    _ node: XMLNode, _ place: FCPXMLPlace, _ conformed: FrameRate?
  ) throws(PegError) -> FCPXMLStory {
    try leaf(node, place, conformed, try asset(of: node), picture: false, sound: true)
  }

  /// `video`: pictures of an asset, or of a generator; and titles, whose generator is a template.
  private mutating func video(
    _ node: XMLNode, _ place: FCPXMLPlace, _ conformed: FrameRate?
  ) throws(PegError) -> FCPXMLStory {
    if node.name == "video", let id = node["ref"], resources[id]?.name != "effect" {
      let asset = try asset(of: node)
      checkSource(node, asset)
      return try leaf(node, place, conformed, asset, picture: true, sound: false)
    }
    return try generator(node, place)
  }

  private mutating func leaf(
    _ node: XMLNode, _ place: FCPXMLPlace, _ conformed: FrameRate?, _ asset: FCPXMLAsset?, picture: Bool, sound: Bool
  ) throws(PegError) -> FCPXMLStory {
    let map = try timeMap(of: node)
    let name = node["name"] ?? asset?.name ?? node.name
    let reference = asset?.reference ?? .offline(name: name)
    let notes = annotations(of: node)
    let end = try sum(place.local, try quotient(place.duration, place.factor))
    let heard = try soundPlace(of: node, place, end)
    let looks = try adjustments(of: node, place, sound: heard, media: asset?.format?.raster)
    let channels = audioComponents(of: node)
    filters(of: node)
    var clip = Clip(name: name, reference: reference)
    clip.item.isEnabled = node["enabled"] != "0"
    clip.item.info.metadata["fcpxml"] = .object(notes)
    var story = FCPXMLStory()
    if picture {
      let segments = try self.segments(from: place.local, to: end, through: map, of: node)
      var shown = clip
      shown.set(looks.picture)
      let rate = asset?.hasVideo ?? false ? asset?.rate : nil
      var pieces = try self.pieces(segments, at: place, .clip(shown), sourceRate: rate, conformed: conformed)
      if map == nil { try snap(&pieces, node) }
      looks.shift(&pieces, by: place.start, rate: cutRate)
      try mark(&pieces, with: node, place)
      story.picture = pieces
    }
    if sound, heard.duration > .zero {
      let high = try sum(heard.local, try quotient(heard.duration, heard.factor))
      let segments = try self.segments(from: heard.local, to: high, through: map, of: node)
      var clip = clip
      clip.item.isEnabled = clip.item.isEnabled && !channels.isMuted
      clip.set(looks.sound)
      if !channels.metadata.isEmpty, var own = clip.item.info.metadata["fcpxml"]?.object {
        own["audio_components"] = .array(channels.metadata)
        clip.item.info.metadata["fcpxml"] = .object(own)
      }
      var pieces = try self.pieces(segments, at: heard, .clip(clip), sourceRate: asset?.rate, conformed: conformed)
      if map == nil { try snap(&pieces, node) }
      looks.shift(&pieces, by: heard.start, rate: cutRate)
      if !picture { try mark(&pieces, with: node, place) }
      story.sound = pieces
    }
    return story
  }

  /// Where an element's sound lies: in a split edit it begins and ends elsewhere than the picture.
  func soundPlace(of node: XMLNode, _ place: FCPXMLPlace, _ end: Rational) throws(PegError) -> FCPXMLPlace {
    let start = try seconds("audioStart", of: node)
    let length = try seconds("audioDuration", of: node)
    guard start != nil || length != nil else { return place }
    let low = start ?? place.local
    var long = try difference(end, low)
    if let length { long = length }
    return FCPXMLPlace(
      start: try timeline(low, of: place), duration: try product(long, place.factor), local: low, factor: place.factor)
  }

  /// A start that is a media frame's own time, rounded to the scale that it is written in, means that frame: Final Cut
  /// writes the times of a 29.97 clip in a 25 timeline as 35702/5000s, a third of a tick before frame 214 begins.
  mutating func snap(_ pieces: inout [CutPiece], _ node: XMLNode) throws(PegError) {
    guard pieces.count == 1, case .clip(let clip) = pieces[0].body, let rate = pieces[0].sourceRate,
      let begin = clip.activeReference?.common?.availableRange?.start.seconds,
      let written = try time("start", of: node),
      // Only scales much finer than a frame round; others say what they mean.
      Rational(written.scale) >= rate.value * 20
    else { return }
    let source = pieces[0].source
    let frames = try product(try difference(source, begin), rate.value)
    guard !frames.isWhole else { return }
    let meant = try sum(begin, try quotient(Rational(frames.rounded), rate.value))
    guard try difference(meant, source).magnitude <= Rational(1, written.scale * 2) else { return }
    pieces[0].source = meant
    if snapped.last != node { snapped.append(node) }
  }

  // MARK: Gaps and generators

  private mutating func gap(_ node: XMLNode, _ place: FCPXMLPlace) throws(PegError) -> FCPXMLStory {
    var item = ItemInfo(info: ObjectInfo(name: node["name"] == "Gap" ? "" : node["name"] ?? ""))
    let notes = annotations(of: node)
    if notes.count > 1 { item.info.metadata["fcpxml"] = .object(notes) }
    var pieces = [
      CutPiece(start: place.start, duration: place.duration, source: place.local, body: .gap(Gap(item: item)))
    ]
    try mark(&pieces, with: node, place)
    return FCPXMLStory(picture: pieces)
  }

  /// A title or a generator: what makes it is a template of Final Cut Pro, so its place is kept without its picture.
  private mutating func generator(_ node: XMLNode, _ place: FCPXMLPlace) throws(PegError) -> FCPXMLStory {
    let effect = node["ref"].flatMap { resources[$0] }
    if let effect { ledger.claimAll(effect) }
    let name = node["name"] ?? effect?["name"] ?? node.name
    var notes = annotations(of: node)
    notes["effect"] = effect?["name"].map { .string($0) }
    notes["effect_uid"] = effect?["uid"].map { .string($0) }
    var text: [String] = []
    for child in node.children where ["param", "text", "text-style-def", "data", "reserved"].contains(child.name) {
      if child.name == "text" { text.append(Self.words(of: child)) }
      ledger.claimAll(child)
    }
    if !text.isEmpty { notes["text"] = .string(text.joined(separator: "\n")) }
    let looks = try adjustments(of: node, place, media: sequenceRaster)
    filters(of: node)
    let map = try timeMap(of: node)
    var clip = Clip(name: name, reference: .offline(name: name))
    if let color = Self.solidColor(of: node, effect) {
      clip = Clip(name: name, reference: .made("solid", parameters: ["color": color]))
    } else {
      let what =
        switch node.name {
        case "title": "the title"
        case "caption": "the caption"
        default: "the generator"
        }
      ledger.lose(
        node.name == "video" ? "fcpxml.generator" : "fcpxml.\(node.name)", "\(what) \(name) is not carried",
        instead: node.name == "caption" ? "it is left out" : "it is a clip without media, its words in the metadata",
        at: node, hint: node.name == "caption" ? nil : "link a movie of it with `pegbar cut link`")
    }
    // Captions are no picture.
    if node.name == "caption" { return FCPXMLStory() }
    clip.item.isEnabled = node["enabled"] != "0"
    clip.item.info.metadata["fcpxml"] = .object(notes)
    clip.set(looks.picture)
    let end = try sum(place.local, try quotient(place.duration, place.factor))
    let segments = try self.segments(from: place.local, to: end, through: map, of: node)
    var pieces = try self.pieces(segments, at: place, .clip(clip), sourceRate: nil, conformed: nil)
    looks.shift(&pieces, by: place.start, rate: cutRate)
    try mark(&pieces, with: node, place)
    return FCPXMLStory(picture: pieces)
  }

  private static func words(of text: XMLNode) -> String {
    let styled = text.children("text-style").map(\.text)
    return styled.isEmpty ? text.text : styled.joined()
  }

  /// The generator Custom of Final Cut Pro is one colour; `[r, g, b]`, each 0…1.
  private static func solidColor(of node: XMLNode, _ effect: XMLNode?) -> JSON? {
    guard node.name == "video", let uid = effect?["uid"], uid.contains("/Solids.localized/Custom.localized/"),
      let value = node.children("param").first(where: { $0["name"] == "Color" })?["value"]
    else { return nil }
    let parts = value.split(separator: " ").compactMap { Rational(decimal: $0) }
    guard parts.count >= 3, parts.prefix(3).allSatisfy({ $0 >= .zero && $0 <= .one }) else { return nil }
    return .array(parts.prefix(3).map { .number($0) })
  }

  // MARK: Filters and components

  /// Filters are not carried; one that is switched off changes nothing.
  mutating func filters(of node: XMLNode) {
    for child in node.children where child.name.hasPrefix("filter-") {
      ledger.claimAll(child)
      if let effect = child["ref"].flatMap({ resources[$0] }) { ledger.claimAll(effect) }
      guard child["enabled"] != "0" else { continue }
      ledger.lose(
        "fcpxml.filter", "the filter \(child["name"] ?? child.name) of \(node["name"] ?? node.name) is not carried",
        instead: "it is left out", at: child)
    }
  }

  /// `audio-channel-source` and `audio-role-source`: which components of a clip's sound play. All or none of them can be
  /// carried.
  mutating func audioComponents(of node: XMLNode) -> (isMuted: Bool, metadata: [JSON]) {
    let components = node.children.filter { $0.name == "audio-channel-source" || $0.name == "audio-role-source" }
    guard !components.isEmpty else { return (false, []) }
    var silent = 0
    for component in components {
      ledger.claimAll(component)
      let isOff = component["enabled"] == "0" || component["active"] == "0"
      if isOff { silent += 1 }
      for child in component.children where !Self.isNeutral(child) {
        ledger.lose(
          "fcpxml.audio_component",
          "\(child.name) of a component of \(node["name"] ?? node.name) is not carried",
          instead: "the component plays as it is", at: child)
      }
    }
    if silent > 0, silent < components.count {
      ledger.lose(
        "fcpxml.audio_component",
        "\(silent) of \(components.count) components of \(node["name"] ?? node.name) are silent",
        instead: "all of its sound plays", at: node)
    }
    return (silent == components.count, components.map { .object(Self.attributes(of: $0, without: [])) })
  }
}
