import PegCore
import PegTimeline
import PegXML

/// Reads Final Cut Pro 7 XML into a cut.
///
/// A sequence holds tracks, whose items say their place in it (`start`, `end`, in its frames) and what of their media they
/// show (`in`, `out`, in theirs). An element with an `id` is written out once; elsewhere the id stands alone. What an
/// element does not say (its rate) is that of what holds it.
struct XMEMLReader: XMLTreeReader {
  let tree: XMLTree
  let options: ImportOptions
  var ledger: XMLTreeLedger
  var current: XMLNode
  /// Elements that are written out, by name and id.
  private let written: [String: XMLNode]
  /// Of the cut.
  var cutRate = FrameRate(24)
  /// Sequences that are being read, from the outside in.
  private var open: [XMLNode] = []
  private var events = 0

  init(_ tree: XMLTree, _ options: ImportOptions) {
    self.tree = tree
    self.options = options
    ledger = XMLTreeLedger(
      tree, places: ["clipitem", "generatoritem", "file", "sequence", "track", "clip", "project"])
    current = tree.root
    var written: [String: XMLNode] = [:]
    for index in 0..<tree.count {
      let node = tree.node(index)
      guard ["file", "sequence", "clip", "clipitem"].contains(node.name), let id = node["id"],
        node.children.contains(where: { _ in true })
      else { continue }
      let key = "\(node.name) \(id)"
      if written[key] == nil { written[key] = node }
    }
    self.written = written
  }

  /// The element where it is written out.
  func whole(_ node: XMLNode) -> XMLNode {
    guard let id = node["id"] else { return node }
    return written["\(node.name) \(id)"] ?? node
  }

  // MARK: The document

  mutating func read() throws(PegError) -> ImportResult {
    guard tree.root.name == "xmeml" else {
      throw ledger.wrong("the document is a <\(tree.root.name)>, no xmeml", at: tree.root)
    }
    if let version = tree.root["version"], version != "4", version != "5" {
      ledger.note(
        "xmeml.version", "the document is xmeml \(version)", at: tree.root, severity: .warning,
        hint: "4 and 5 are known; what is new in other versions is listed as not understood")
    }
    let sequence = try chosenSequence()
    let content = try read(sequence)
    cutRate = content.rate
    var tracks: [Track] = []
    for kind in [Track.Kind.video, .audio] { tracks += try self.tracks(of: content, kind) }
    var timeline = Timeline(
      name: sequence.text("name") ?? "", start: try programmeStart(of: sequence, content.rate),
      settings: try settings(of: sequence, content), tracks: tracks)
    timeline.tracks.item.markers = try markers(of: sequence, content.rate) { (_, frame) throws(PegError) in frame }
    var metadata = notes(of: sequence)
    metadata["version"] = tree.root["version"].map { .string($0) }
    timeline.info.metadata["xmeml"] = .object(metadata)
    return ImportResult(timeline: timeline, findings: ledger.finish(unclaimed: "xmeml.not_understood"))
  }

  /// The sequence that is asked for, or the only one that no other holds.
  private mutating func chosenSequence() throws(PegError) -> XMLNode {
    var all: [XMLNode] = []
    var nested: Set<XMLNode> = []
    for index in 0..<tree.count {
      let node = tree.node(index)
      guard node.name == "sequence" else { continue }
      let whole = whole(node)
      if whole == node { all.append(node) }
      if node.parent?.name == "clipitem" { nested.insert(whole) }
    }
    func names(_ nodes: [XMLNode]) -> String {
      nodes.prefix(12).map { "\"\($0.text("name") ?? "")\"" }.joined(separator: ", ") + (nodes.count > 12 ? ", …" : "")
    }
    if let wanted = options.sequence {
      guard let found = all.first(where: { $0.text("name") == wanted }) else {
        throw ledger.wrong(
          "no sequence is named \"\(wanted)\"", at: tree.root,
          hint: all.isEmpty ? "there is none at all" : "there are \(names(all))")
      }
      return found
    }
    let top = all.filter { !nested.contains($0) }
    switch top.count {
    case 1: return top[0]
    case 0:
      throw ledger.wrong(
        all.isEmpty ? "the document holds no sequence" : "each sequence of the document holds another one",
        at: tree.root,
        hint: "export a sequence")
    default:
      throw ledger.wrong(
        "the document holds \(top.count) sequences, and which one is to be read is not said", at: top[1],
        hint: "name one of \(names(top))")
    }
  }

  // MARK: Sequences

  /// What all items of a sequence need to know of it.
  struct Sequence {
    var node: XMLNode
    var rate: FrameRate
    var raster: Raster?
  }

  mutating func read(_ node: XMLNode) throws(PegError) -> Sequence {
    current = node
    ledger.claim(node)
    for child in node.children where ["name", "duration", "rate", "timecode"].contains(child.name) {
      ledger.claimAll(child)
    }
    guard let rate = try rate(of: node) ?? options.rate ?? options.showRate else {
      throw ledger.wrong("the sequence has no rate", at: node, hint: "say it with --rate")
    }
    let shape = node.first("media")?.first("video")?.first("format")?.first("samplecharacteristics")
    return Sequence(node: node, rate: rate, raster: try raster(of: shape))
  }

  /// Runs `body` inside a sequence that a clip holds.
  mutating func inside<Value>(
    _ node: XMLNode, from item: XMLNode, _ body: (inout XMEMLReader) throws(PegError) -> Value
  ) throws(PegError) -> Value {
    guard !open.contains(node) else {
      throw ledger.wrong("the sequence \(node.text("name") ?? "") holds itself", at: item)
    }
    // Each sequence inside another is a stack and a track of the cut.
    guard open.count < options.limits.depth / 2 else {
      throw ledger.wrong("sequences are nested more than \(options.limits.depth / 2) deep", at: item)
    }
    open.append(node)
    defer { open.removeLast() }
    return try body(&self)
  }

  /// Counts an item of a track; nested sequences count as often as they play.
  mutating func count(_ node: XMLNode) throws(PegError) {
    current = node
    ledger.claim(node)
    events += 1
    guard events <= options.limits.events else {
      throw ledger.wrong(
        "the sequence has more than the \(options.limits.events) items that are read, nested ones counted as often as "
          + "they play", at: node)
    }
  }

  private mutating func settings(of node: XMLNode, _ sequence: Sequence) throws(PegError) -> TimelineSettings {
    var settings = TimelineSettings()
    settings.rate = sequence.rate
    settings.raster = sequence.raster
    if let format = node.first("timecode")?.text("displayformat") {
      let isDrop = format.uppercased() == "DF"
      if !isDrop || sequence.rate.allowsDropFrame { settings.dropFrame = isDrop }
    }
    let media = node.first("media")
    let sound = media?.first("audio")?.first("format")?.first("samplecharacteristics")?.text("samplerate")
    settings.sampleRate = sound.flatMap { Int($0) }.flatMap { (8000...384_000).contains($0) ? $0 : nil }
    guard let shape = media?.first("video")?.first("format")?.first("samplecharacteristics") else { return settings }
    switch shape.text("pixelaspectratio")?.lowercased() {
    case nil, "square": break
    case "ntsc-601": settings.pixelAspect = Rational(10, 11)
    case "pal-601": settings.pixelAspect = Rational(59, 54)
    case let other?:
      ledger.lose(
        "xmeml.pixel_aspect", "the pixel aspect \(other) of the sequence is not carried", instead: "pixels are square",
        at: shape, hint: "set `pixel_aspect` on the timeline")
    }
    if shape.text("anamorphic")?.uppercased() == "TRUE" {
      ledger.lose(
        "xmeml.pixel_aspect", "the sequence is anamorphic", instead: "pixels are as if it were not", at: shape,
        hint: "set `pixel_aspect` on the timeline")
    }
    if let fields = shape.text("fielddominance"), !["none", "progressive"].contains(fields.lowercased()) {
      ledger.lose(
        "xmeml.interlaced", "the sequence is interlaced (\(fields))", instead: "its frames are read as whole pictures",
        at: shape, hint: "a deliverable says its field order")
    }
    return settings
  }

  /// The timecode of the first frame; `nil` where the sequence has none.
  private mutating func programmeStart(of node: XMLNode, _ rate: FrameRate) throws(PegError) -> RationalTime? {
    guard let code = node.first("timecode"), let frames = try timecode(code, rate) else { return nil }
    let start = try product(frames.seconds, rate.value)
    return start.isWhole ? RationalTime(start, rate) : frames
  }

  // MARK: Values

  /// The rate that an element says; `nil` where it says none.
  func rate(of node: XMLNode) throws(PegError) -> FrameRate? {
    guard let rate = node.first("rate"), let text = rate.text("timebase") else { return nil }
    guard let base = Rational(decimal: text), base >= 1, base <= 1000, base.denominator <= 1000 else {
      throw ledger.wrong(
        "the timebase \"\(text.prefix(20))\" is no rate", at: rate, hint: "1 to 1000 frames per second")
    }
    let isNTSC = rate.text("ntsc")?.uppercased() == "TRUE"
    return isNTSC && base.isWhole ? FrameRate(base * Rational(1000, 1001)) : FrameRate(snapping: base)
  }

  /// A count of frames; `nil` where the element is absent, or says -1, which xmeml writes for none.
  func frames(_ name: String, of node: XMLNode) throws(PegError) -> Rational? {
    guard let child = node.first(name), !child.text.isEmpty else { return nil }
    guard let value = Rational(decimal: child.text), value.magnitude <= 1_000_000_000_000,
      value.denominator <= 1_000_000
    else {
      throw ledger.wrong("\"\(child.text.prefix(40))\" is no count of frames", at: child)
    }
    return value == -1 ? nil : value
  }

  /// What a `timecode` says: its frame number, else its label.
  func timecode(_ node: XMLNode, _ outer: FrameRate) throws(PegError) -> RationalTime? {
    let rate = try rate(of: node) ?? outer
    if let frame = try frames("frame", of: node) { return RationalTime(frame, rate) }
    guard let text = node.text("string"), let code = try? Timecode(parsing: text, rate: rate) else { return nil }
    return RationalTime(Rational(code.frames), rate)
  }

  func raster(of node: XMLNode?) throws(PegError) -> Raster? {
    guard let node, let width = node.text("width"), let height = node.text("height"), width != "0", height != "0"
    else { return nil }
    guard let raster = Raster("\(width)x\(height)") else {
      throw ledger.wrong("the raster \(width.prefix(20)) by \(height.prefix(20)) is none", at: node)
    }
    return raster
  }

  static func isOn(_ node: XMLNode) -> Bool { (node.text("enabled") ?? "TRUE").uppercased() != "FALSE" }
}
