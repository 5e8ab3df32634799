import PegCore
import PegTimeline
import PegXML

/// Reads an FCPXML (Final Cut Pro, also written by Resolve and others) into a cut.
///
/// Its story is a tree: each element has a time of its own that runs on from its `start`, and what stands in it or hangs
/// on it says its `offset` in that time. A timeline is collected as runs of pieces (``FCPXMLRun``), each at a lane; then
/// the runs are laid into tracks (``FCPXMLTracks``).
struct FCPXMLReader: XMLTreeReader {
  let tree: XMLTree
  let options: ImportOptions
  var ledger: XMLTreeLedger
  /// By id.
  let resources: [String: XMLNode]
  /// The name of the `.fcpxmld` folder that the document stands in.
  let bundle: String?

  /// The element that is being read, for messages.
  var current: XMLNode
  /// Of the cut: what its items and their keys are counted in.
  var cutRate = FrameRate(24)
  /// Of the innermost sequence that is being read: what its media are conformed to.
  var sequenceRate = FrameRate(24)
  var sequenceRaster: Raster?
  var assets: [String: FCPXMLAsset] = [:]
  /// Compounds and multicams that are being read, from the outside in.
  var open: [XMLNode] = []
  /// Story elements read so far, compounds as often as they play.
  private var events = 0
  private var depth = 0

  init(_ tree: XMLTree, _ options: ImportOptions) {
    self.tree = tree
    self.options = options
    ledger = XMLTreeLedger(
      tree, places: Self.stories.union(["asset", "media", "project", "transition", "mc-angle", "format"]))
    current = tree.root
    var resources: [String: XMLNode] = [:]
    for list in tree.root.children("resources") {
      for node in list.children {
        if let id = node["id"], resources[id] == nil { resources[id] = node }
      }
    }
    self.resources = resources
    bundle = options.name.split(separator: "/").suffix(2).first { $0.hasSuffix(".fcpxmld") }.map(String.init)
  }

  // MARK: The document

  mutating func read() throws(PegError) -> ImportResult {
    guard tree.root.name == "fcpxml" else {
      throw ledger.wrong("the document is a <\(tree.root.name)>, no FCPXML", at: tree.root)
    }
    checkVersion()
    let (sequence, owner) = try chosenSequence()
    current = sequence
    ledger.claim(sequence)
    let shape = try shape(of: sequence)
    let start = try seconds("tcStart", of: sequence) ?? 0
    var runs: [FCPXMLRun] = []
    for spine in sequence.children("spine") {
      runs += try self.spine(spine, origin: start, start: 0, lane: FCPXMLLane())
    }
    let tracks = try FCPXMLTracks(runs).tracks(from: 0, rate: cutRate, reader: self)
    var timeline = Timeline(
      name: owner["name"] ?? "", start: try programmeStart(start, of: sequence), settings: shape, tracks: tracks)
    timeline.tracks.item.markers = markersOfTransitions
    timeline.info.metadata["fcpxml"] = .object(metadata(of: sequence, owner))
    if snapped.count > 0, let first = snapped.first {
      ledger.note(
        "fcpxml.rounded_start",
        "\(snapped.count) media times, of \(first["name"] ?? first.name) the first, are rounded to the scale that they are "
          + "written in: each means the frame that it is nearest to", at: first)
    }
    return ImportResult(timeline: timeline, findings: ledger.finish(unclaimed: "fcpxml.not_understood"))
  }

  /// Markers on transitions, in record time: an OTIO transition has none.
  var markersOfTransitions: [Marker] = []
  /// Elements whose media start was taken to the frame that it had been rounded from.
  var snapped: [XMLNode] = []

  private mutating func checkVersion() {
    let version = tree.root["version"] ?? ""
    let parts = version.split(separator: ".").compactMap { Int($0) }
    if parts.count == 2, parts[0] == 1, (6...13).contains(parts[1]) { return }
    ledger.note(
      "fcpxml.version", "the document is FCPXML \(version.isEmpty ? "without a version" : version)", at: tree.root,
      severity: .warning, hint: "1.6 to 1.13 are known; what is new in other versions is listed as not understood")
  }

  /// The sequence that is asked for, or the only one; and the project or compound that names it.
  private mutating func chosenSequence() throws(PegError) -> (sequence: XMLNode, owner: XMLNode) {
    var projects: [XMLNode] = []
    func collect(_ node: XMLNode) {
      for child in node.children {
        if child.name == "project" { projects.append(child) }
        if child.name == "library" || child.name == "event" { collect(child) }
      }
    }
    collect(tree.root)
    let compounds = tree.root.children("resources").flatMap { $0.children("media") }.filter {
      $0.first("sequence") != nil
    }
    func names(_ nodes: [XMLNode]) -> String {
      nodes.prefix(12).map { "\"\($0["name"] ?? "")\"" }.joined(separator: ", ") + (nodes.count > 12 ? ", …" : "")
    }
    let owner: XMLNode
    if let wanted = options.sequence {
      guard let found = (projects + compounds).first(where: { $0["name"] == wanted }) else {
        throw ledger.wrong(
          "no project and no compound clip is named \"\(wanted)\"", at: tree.root,
          hint: projects.isEmpty && compounds.isEmpty
            ? "there are none at all" : "there are \(names(projects + compounds))")
      }
      owner = found
    } else if projects.count == 1 {
      owner = projects[0]
    } else if projects.count > 1 {
      throw ledger.wrong(
        "the document holds \(projects.count) projects, and which one is to be read is not said", at: projects[1],
        hint: "name one of \(names(projects))")
    } else if compounds.count == 1 {
      owner = compounds[0]
      ledger.note(
        "fcpxml.no_project", "there is no project: the compound clip \"\(owner["name"] ?? "")\" is read as the cut",
        at: owner)
    } else {
      throw ledger.wrong(
        "the document holds no project", at: tree.root,
        hint: compounds.isEmpty
          ? "in Final Cut Pro, select a project before File > Export XML"
          : "name one of its compound clips: \(names(compounds))")
    }
    guard let sequence = owner.first("sequence") else {
      throw ledger.wrong("the project \"\(owner["name"] ?? "")\" has no sequence", at: owner)
    }
    return (sequence, owner)
  }

  // MARK: The sequence

  /// What the format of the sequence says about the programme. From here on times are counted at its rate.
  private mutating func shape(of sequence: XMLNode) throws(PegError) -> TimelineSettings {
    let format = try format(sequence["format"])
    guard let rate = format?.rate ?? options.rate ?? options.showRate else {
      throw ledger.wrong(
        "the format \"\(sequence["format"] ?? "")\" of the sequence has no frame rate", at: sequence,
        hint: "say the rate with --rate")
    }
    (cutRate, sequenceRate) = (rate, rate)
    sequenceRaster = format?.raster
    var settings = TimelineSettings()
    settings.rate = rate
    settings.raster = format?.raster
    if let aspect = format?.pixelAspect, aspect != .one { settings.pixelAspect = aspect }
    if let code = sequence["tcFormat"] {
      settings.dropFrame = code == "DF"
      if code == "DF", !rate.allowsDropFrame {
        settings.dropFrame = nil
        ledger.note(
          "fcpxml.drop_frame", "the sequence asks for drop-frame timecode, which \(rate.spoken) fps does not have",
          at: sequence, severity: .warning)
      }
    }
    settings.sampleRate = sequence["audioRate"].flatMap(Self.sampleRate)
    if let format {
      if format.isInterlaced {
        ledger.lose(
          "fcpxml.interlaced", "the sequence is interlaced (\(format.node["fieldOrder"] ?? ""))",
          instead: "its frames are read as whole pictures", at: format.node, hint: "a deliverable says its field order")
      }
      if let projection = format.node["projection"], projection != "none" {
        ledger.lose(
          "fcpxml.projection", "the \(projection) projection of the sequence is not carried",
          instead: "its pictures are flat", at: format.node)
      }
      let space = format.node["colorSpace"] ?? ""
      if !space.isEmpty, !["1-1-1", "6-1-6", "5-1-6", "1-13-1"].contains(where: { space.hasPrefix($0) }) {
        ledger.lose(
          "fcpxml.color", "the colour space \(space) of the sequence is not carried", instead: "it is bt709",
          at: format.node, hint: "set `working_space` on the timeline")
      }
    }
    return settings
  }

  private static func sampleRate(_ text: String) -> Int? {
    guard let value = Rational(decimal: text.replacing("k", with: "")) else { return nil }
    let rate = (value < 1000 ? value * 1000 : value).rounded
    return (8000...384_000).contains(rate) ? rate : nil
  }

  /// The timecode of the first frame.
  private mutating func programmeStart(_ start: Rational, of sequence: XMLNode) throws(PegError) -> RationalTime {
    let frames = try product(start, cutRate.value)
    if frames.isWhole { return RationalTime(frames, cutRate) }
    ledger.note(
      "fcpxml.start",
      "the sequence starts at \(sequence["tcStart"] ?? ""), which is no whole frame: the nearest is taken",
      at: sequence, severity: .warning)
    return RationalTime(Rational(frames.rounded), cutRate)
  }

  private mutating func metadata(of sequence: XMLNode, _ owner: XMLNode) -> JSONObject {
    var metadata: JSONObject = ["version": .string(tree.root["version"] ?? "")]
    if let event = owner.parent, event.name == "event" { metadata["event"] = event["name"].map { .string($0) } }
    metadata[owner.name] = .object(Self.attributes(of: owner, without: ["name"]))
    metadata["sequence"] = .object(
      Self.attributes(of: sequence, without: ["duration", "tcStart", "tcFormat", "format", "audioRate"]))
    for child in sequence.children {
      switch child.name {
      case "note":
        ledger.claimAll(child)
        metadata["note"] = .string(child.text)
      case "metadata":
        ledger.claimAll(child)
        metadata["metadata"] = Self.metadata(of: sequence)
      default: break
      }
    }
    return metadata
  }

  // MARK: Bounds

  /// Reads one story element, inside others.
  mutating func inside<Value>(
    _ node: XMLNode, _ body: (inout FCPXMLReader) throws(PegError) -> Value
  ) throws(PegError) -> Value {
    events += 1
    guard events <= options.limits.events else {
      throw ledger.wrong(
        "the story has more than the \(options.limits.events) elements that are read, compound clips counted as often as "
          + "they play", at: node)
    }
    depth += 1
    defer { depth -= 1 }
    // Each composition of the cut is a stack and a track.
    guard depth <= options.limits.depth / 2 else {
      throw ledger.wrong("stories are nested more than \(options.limits.depth / 2) deep", at: node)
    }
    let before = current
    current = node
    ledger.claim(node)
    let value = try body(&self)
    current = before
    return value
  }
}
