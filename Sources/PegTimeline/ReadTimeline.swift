import PegCore

/// Reads the objects of an OTIO document into the model.
struct OTIOReader {
  /// Compositions inside each other.
  static let maximumNesting = 64

  var findings: [Finding] = []
  private var nesting = 0

  mutating func timeline(_ value: JSON) throws(Problem) -> Timeline {
    var reader = try open(value)
    switch (reader.schema.name, reader.schema.version) {
    case ("Timeline", ...1): break
    case ("SerializableCollection", _), ("SerializeableCollection", _):
      throw Problem("this is a collection of objects, no timeline", hint: "export one timeline as a file of its own")
    case ("Clip", _), ("Stack", _), ("Track", _), ("Sequence", _):
      throw Problem("this is a \(reader.schema.name), no timeline", hint: "put it into the tracks of a Timeline.1")
    default: throw Self.unsupported(reader.schema, where: "a Timeline")
    }
    let start = try reader.value(.globalStart)
    var tracks = Stack()
    if let stack = reader.raw("tracks") {
      tracks = try inside("tracks") { () throws(Problem) in
        guard let schema = Schema(of: stack), schema.name == "Stack" else {
          throw Problem("the tracks of a timeline are a Stack")
        }
        return try self.stack(try open(stack))
      }
    }
    let info = try reader.info()
    try Self.check(.timeline, info.metadata)
    return Timeline(info: info, globalStart: start, tracks: tracks)
  }

  // MARK: Compositions

  private mutating func composable(_ value: JSON) throws(Problem) -> Composable {
    let reader = try open(value)
    let schema = reader.schema
    switch schema.name {
    case "Clip": return .clip(try clip(reader))
    case "Gap", "Filler": return .gap(try gap(reader))
    case "Track", "Sequence": return .track(try track(reader))
    case "Stack": return .stack(try stack(reader))
    case "Transition": return .transition(try transition(reader))
    case "RationalTime", "TimeRange", "TimeTransform", "Timeline", "SerializableCollection":
      throw Problem("a \(schema.name) cannot stand in a track or stack")
    default:
      findings.append(
        Finding(
          "otio.unknown_schema", .warning, "The schema \(schema.name).\(schema.version) is kept but not understood",
          at: value["name"]?.string ?? schema.name))
      return .unknown(reader.object)
    }
  }

  private mutating func children(_ reader: inout ObjectReader) throws(Problem) -> [Composable] {
    nesting += 1
    defer { nesting -= 1 }
    guard nesting <= Self.maximumNesting else {
      throw Problem("stacks and tracks are nested more than \(Self.maximumNesting) deep")
    }
    var children: [Composable] = []
    for (index, value) in try reader.list("children").enumerated() {
      children.append(
        try inside("children") { () throws(Problem) in
          try inside(.index(index)) { () throws(Problem) in try composable(value) }
        })
    }
    return children
  }

  private mutating func stack(_ reader: ObjectReader) throws(Problem) -> Stack {
    var reader = try Self.supported(reader, through: 1)
    let children = try self.children(&reader)
    let isTop = nesting == 0
    let item = try item(&reader, isTop ? .nothing : .stack)
    return Stack(item: item, children: children)
  }

  private mutating func track(_ reader: ObjectReader) throws(Problem) -> Track {
    var reader = try Self.supported(reader, through: 1)
    let children = try self.children(&reader)
    let kind = try reader.value(.kind)
    return Track(item: try item(&reader, .track), kind: kind, children: children)
  }

  // MARK: Items

  private mutating func item(_ reader: inout ObjectReader, _ role: SettingsRole) throws(Problem) -> ItemInfo {
    var item = ItemInfo()
    item.sourceRange = try reader.value(.sourceRange)
    item.isEnabled = try reader.value(.enabled)
    for (index, value) in try reader.list("effects").enumerated() {
      item.effects.append(
        try inside("effects") { () throws(Problem) in
          try inside(.index(index)) { () throws(Problem) in try effect(value) }
        })
    }
    for (index, value) in try reader.list("markers").enumerated() {
      item.markers.append(
        try inside("markers") { () throws(Problem) in
          try inside(.index(index)) { () throws(Problem) in try marker(value) }
        })
    }
    item.info = try reader.info()
    try Self.check(role, item.info.metadata)
    return item
  }

  private mutating func clip(_ reader: ObjectReader) throws(Problem) -> Clip {
    var reader = try Self.supported(reader, through: 2)
    var references: [(key: String, reference: MediaReference)] = []
    var activeKey = Clip.defaultKey
    if reader.schema.version < 2 {
      _ = reader.raw("media_reference")
      let value = reader.object["media_reference"] ?? .null
      let only = try inside("media_reference") { () throws(Problem) in try reference(value) }
      references = [(Clip.defaultKey, only)]
    } else {
      for pair in try reader.dictionary("media_references").pairs {
        let take = try inside("media_references") { () throws(Problem) in
          try inside(pair.key) { () throws(Problem) in try reference(pair.value) }
        }
        references.append((pair.key, take))
      }
      activeKey = try reader.value(.activeKey)
      guard references.isEmpty || references.contains(where: { $0.key == activeKey }) else {
        throw Problem(
          "the active take \"\(activeKey)\" is none of the media references",
          hint: "it should be one of \(references.map { "\"\($0.key)\"" }.joined(separator: ", "))",
          at: [.key("active_media_reference_key")])
      }
    }
    let item = try item(&reader, .clip)
    return Clip(item: item, references: references, activeKey: activeKey)
  }

  private mutating func gap(_ reader: ObjectReader) throws(Problem) -> Gap {
    var reader = try Self.supported(reader, through: 1)
    return Gap(item: try item(&reader, .nothing))
  }

  private mutating func transition(_ reader: ObjectReader) throws(Problem) -> Transition {
    var reader = try Self.supported(reader, through: 1)
    let type = try reader.value(.transitionType)
    let (inOffset, outOffset) = (try reader.value(.inOffset), try reader.value(.outOffset))
    return Transition(info: try plain(&reader), type: type, inOffset: inOffset, outOffset: outOffset)
  }

  private mutating func effect(_ value: JSON) throws(Problem) -> Effect {
    var reader = try open(value)
    switch (reader.schema.name, reader.schema.version) {
    case ("LinearTimeWarp", ...1):
      let (name, scalar) = (try reader.value(.effectName), try reader.value(.timeScalar))
      return .linearTimeWarp(try plain(&reader), effectName: name, scalar: scalar)
    case ("FreezeFrame", ...1):
      let name = try reader.value(.effectName)
      // Always 0 in meaning; what stands there is kept.
      _ = reader.raw("time_scalar")
      return .freezeFrame(try plain(&reader), effectName: name)
    default:
      _ = try plain(&reader)
      return .other(reader.object)
    }
  }

  private mutating func marker(_ value: JSON) throws(Problem) -> Marker {
    var reader = try Self.supported(try open(value), through: 3)
    guard reader.schema.name == "Marker" else { throw Problem("a \(reader.schema.name) stands among the markers") }
    let range = try reader.value(.markedRange(reader.schema.version))
    let (color, comment) = (try reader.value(.markerColor), try reader.value(.comment))
    return Marker(info: try plain(&reader), range: range, color: color, comment: comment)
  }

  /// Of an object that has no settings.
  private func plain(_ reader: inout ObjectReader) throws(Problem) -> ObjectInfo {
    let info = try reader.info()
    try Self.check(.nothing, info.metadata)
    return info
  }

  // MARK: Media

  private mutating func reference(_ value: JSON) throws(Problem) -> MediaReference {
    if value.isNull {
      var info = ReferenceInfo()
      info.info.written.isNull = true
      return .missing(info)
    }
    var reader = try open(value)
    switch reader.schema.version <= 1 ? reader.schema.name : "" {
    case "ExternalReference":
      let url = try reader.value(.targetURL)
      return .external(try referenceInfo(&reader), url: url)
    case "ImageSequenceReference":
      let (base, prefix, suffix) = (
        try reader.value(.targetURLBase), try reader.value(.namePrefix), try reader.value(.nameSuffix)
      )
      let (start, step, padding) = (
        try reader.value(.startFrame), try reader.value(.frameStep), try reader.value(.padding)
      )
      let (said, policy) = (try reader.value(.sequenceRate), try reader.value(.missingFramePolicy))
      let info = try referenceInfo(&reader)
      guard let rate = said ?? info.availableRange?.duration.rate else {
        throw Problem(
          "the rate is 0, and there is no available_range to take one from", hint: "a rate is above 0",
          at: [.key("rate")])
      }
      return .sequence(
        info,
        ImageSequence(
          urlBase: base, prefix: prefix, suffix: suffix, startFrame: start, frameStep: step, rate: rate,
          padding: padding, missingFramePolicy: policy))
    case "GeneratorReference":
      let (kind, parameters) = (try reader.value(.generatorKind), try reader.dictionary("parameters"))
      return .generator(try referenceInfo(&reader), kind: kind, parameters: parameters)
    case "MissingReference": return .missing(try referenceInfo(&reader))
    default: return try unknownReference(reader)
    }
  }

  private mutating func unknownReference(_ reader: ObjectReader) throws(Problem) -> MediaReference {
    if ["Clip", "Gap", "Track", "Stack", "Transition", "Timeline"].contains(reader.schema.name) {
      throw Problem("a \(reader.schema.name) stands where a media reference should")
    }
    findings.append(
      Finding(
        "otio.unknown_schema", .warning,
        "The media reference \(reader.schema.name).\(reader.schema.version) is kept but not understood",
        at: reader.object["name"]?.string ?? reader.schema.name))
    return .unknown(reader.object)
  }

  private func referenceInfo(_ reader: inout ObjectReader) throws(Problem) -> ReferenceInfo {
    var reference = ReferenceInfo()
    reference.availableRange = try reader.value(.availableRange)
    reference.availableImageBounds = try reader.value(.availableImageBounds)
    reference.info = try reader.info()
    try Self.check(.reference, reference.info.metadata)
    return reference
  }

  // MARK: Schemas

  private func open(_ value: JSON) throws(Problem) -> ObjectReader {
    guard let object = value.object else { throw Problem("\(value.kindName) stands where an object should") }
    guard let text = object["OTIO_SCHEMA"] else {
      throw Problem("the object has no OTIO_SCHEMA", hint: "is this an OpenTimelineIO file?")
    }
    guard let schema = text.string.flatMap({ Schema($0) }) else {
      throw Problem("the OTIO_SCHEMA should read NAME.VERSION", at: [.key("OTIO_SCHEMA")])
    }
    return ObjectReader(object, schema: schema)
  }

  private static func supported(_ reader: ObjectReader, through version: Int) throws(Problem) -> ObjectReader {
    guard reader.schema.version <= version else { throw unsupported(reader.schema, where: nil) }
    return reader
  }

  private static func unsupported(_ schema: Schema, where place: String?) -> Problem {
    if let place {
      return Problem("\(schema.name).\(schema.version) stands where \(place) should", at: [.key("OTIO_SCHEMA")])
    }
    return Problem(
      "\(schema.name).\(schema.version) is newer than Pegbar knows", hint: "write it with OpenTimelineIO 0.15 to 0.18",
      at: [.key("OTIO_SCHEMA")])
  }

  /// Metadata under `pegbar` that is not understood is refused where it is read.
  private static func check(_ role: SettingsRole, _ metadata: JSONObject) throws(Problem) {
    guard let value = metadata["pegbar"] else { return }
    try inside("metadata") { () throws(Problem) in
      try inside("pegbar") { () throws(Problem) in try role.check(value) }
    }
  }
}
