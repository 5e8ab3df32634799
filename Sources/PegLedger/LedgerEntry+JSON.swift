import PegCore

// Entries as JSON objects, and back; `line` names the kind. presets/schema/ledger.schema.json says the same to others.

extension LedgerEntry {
  var json: JSON { json(isPublic: false) }

  /// - Parameter isPublic: without paths and names.
  func json(isPublic: Bool) -> JSON {
    func layers(_ list: [LedgerLayer]) -> JSON { .array(list.map { $0.json(isPublic: isPublic) }) }
    switch self {
    case .picture(let entry):
      return object([
        ("line", "v"), ("rec", pair(entry.range)), ("recipe", id(entry.recipe)), ("pic", id(entry.picture)),
        ("hash", id(entry.hash)), ("size", number(entry.size)), ("at", .array(entry.offsets.map(number))),
        ("layers", layers(entry.layers)),
      ])
    case .segment(let entry):
      return object([
        ("line", "seg"), ("rec", pair(entry.range)),
        ("recipes", .array(entry.recipes.map { .array([number($0.count), id($0.recipe), id($0.picture)]) })),
        ("pkts", .array(entry.packets.map(\.json))), ("layers", .array(entry.layers.map(layers))),
      ])
    case .sound(let entry):
      var pairs: [(String, JSON)] = [
        ("line", "a"), ("stream", number(entry.stream)), ("samples", pair(entry.samples)), ("id", id(entry.id)),
        ("at", number(entry.offset)), ("size", number(entry.size)), ("hash", id(entry.hash)),
      ]
      if entry.isFlawed { pairs.append(("flawed", true)) }
      return object(pairs)
    case .image(let entry):
      var pairs: [(String, JSON)] = [
        ("line", "f"), ("rec", pair(entry.range)), ("recipe", id(entry.recipe)), ("pic", id(entry.picture)),
        ("hash", id(entry.hash)), ("size", number(entry.size)),
      ]
      if !isPublic { pairs.append(("path", .array(entry.paths.map { .string($0) }))) }
      pairs.append(("layers", layers(entry.layers)))
      return object(pairs)
    }
  }

  /// `nil` for a line of another kind, or one that does not say what its kind must.
  init?(json: JSON) {
    guard case .object(let line) = json else { return nil }
    switch line["line"]?.string {
    case "v":
      guard let covered = line.range("rec"), !covered.isEmpty, let recipe = line.id("recipe"),
        let picture = line.id("pic"), let hash = line.id("hash"), let size = line.int("size"), size >= 0,
        let offsets = line.ints("at"), offsets.count <= covered.count, let layers = line.layers("layers")
      else { return nil }
      self = .picture(
        PictureEntry(
          range: covered, recipe: recipe, picture: picture, hash: hash, size: size, offsets: offsets, layers: layers))
    case "seg":
      guard let entry = SegmentEntry(line: line) else { return nil }
      self = .segment(entry)
    case "a":
      guard let stream = line.int("stream"), stream >= 0, let samples = line.range("samples"),
        let sound = line.id("id"),
        let hash = line.id("hash"), let size = line.int("size"), size >= 0, let offset = line.int("at")
      else { return nil }
      self = .sound(
        SoundEntry(
          stream: stream, samples: samples, id: sound, hash: hash, size: size, offset: offset,
          isFlawed: line["flawed"]?.bool ?? false))
    case "f":
      let paths = line["path"]?.array ?? []
      guard let covered = line.range("rec"), !covered.isEmpty, let recipe = line.id("recipe"),
        let picture = line.id("pic"), let hash = line.id("hash"), let size = line.int("size"), size >= 0,
        paths.isEmpty || paths.count == covered.count, let layers = line.layers("layers")
      else { return nil }
      self = .image(
        ImageEntry(
          range: covered, recipe: recipe, picture: picture, hash: hash, size: size,
          paths: paths.compactMap(\.string), layers: layers))
    default: return nil
    }
  }
}

extension SegmentEntry {
  fileprivate init?(line: JSONObject) {
    guard let covered = line.range("rec"), !covered.isEmpty, let recipes = line["recipes"]?.array,
      let packets = line["pkts"]?.array
    else { return nil }
    self.init(range: covered, recipes: [], packets: [])
    var rest = covered.count
    for value in recipes {
      guard case .array(let items) = value, items.count == 3, let count = items[0].int, count > 0, count <= rest,
        let recipe = items[1].digest, let picture = items[2].digest
      else { return nil }
      rest -= count
      self.recipes.append(.init(count: count, recipe: recipe, picture: picture))
    }
    guard rest == 0 else { return nil }
    for value in packets {
      guard let packet = LedgerPacket(json: value), covered.count > packet.presentation else { return nil }
      self.packets.append(packet)
    }
    for list in line["layers"]?.array ?? [] {
      guard case .array(let list) = list else { return nil }
      layers.append(list.compactMap(LedgerLayer.init(json:)))
    }
  }
}

extension LedgerPacket {
  fileprivate var json: JSON {
    let flags = (isKey ? 1 : 0) | (isDisposable ? 2 : 0)
    return .array([number(offset), number(size), id(hash), number(presentation), number(flags)])
  }

  fileprivate init?(json: JSON) {
    guard case .array(let items) = json, items.count == 5, let offset = items[0].int, let size = items[1].int,
      size >= 0, let hash = items[2].digest, let shown = items[3].int, shown >= 0, let flags = items[4].int
    else { return nil }
    self.init(
      offset: offset, size: size, hash: hash, presentation: shown, isKey: flags & 1 != 0, isDisposable: flags & 2 != 0)
  }
}

extension LedgerLayer {
  func json(isPublic: Bool) -> JSON {
    var pairs: [(String, JSON)] = []
    if !isPublic { pairs.append(("source", .string(source))) }
    if let hash { pairs.append(("hash", id(hash))) }
    if let frame { pairs.append(("frame", number(frame))) }
    if !isPublic { pairs += [("clip", .string(clip)), ("take", .string(take))] }
    if let origin { pairs.append(("origin", .string(origin))) }
    if let generator { pairs.append(("generator", .string(generator))) }
    if !isPublic, !grade.isEmpty { pairs.append(("grade", .array(grade))) }
    return object(pairs)
  }

  init?(json: JSON) {
    guard case .object(let object) = json else { return nil }
    self.init(
      source: object["source"]?.string ?? "", hash: object.id("hash"), frame: object.int("frame"),
      clip: object["clip"]?.string ?? "", take: object["take"]?.string ?? "", origin: object["origin"]?.string,
      generator: object["generator"]?.string, grade: object["grade"]?.array ?? [])
  }
}

func object(_ pairs: [(String, JSON)]) -> JSON { .object(JSONObject(pairs.map { (key: $0.0, value: $0.1) })) }
func number(_ value: Int) -> JSON { .number(String(value)) }
func id(_ value: LedgerID) -> JSON { .string(value.description) }
func pair(_ value: FrameRange) -> JSON { .array([number(value.start), number(value.end)]) }

extension JSON {
  var digest: LedgerID? { string.flatMap { LedgerID(hex: $0) } }
}

extension JSONObject {
  func int(_ key: String) -> Int? { self[key]?.int }
  func id(_ key: String) -> LedgerID? { self[key]?.digest }
  func ints(_ key: String) -> [Int]? {
    guard case .array(let values)? = self[key] else { return nil }
    let list = values.compactMap(\.int)
    return list.count == values.count ? list : nil
  }
  /// A half-open range of frames or samples that is no nonsense.
  func range(_ key: String) -> FrameRange? {
    guard let pair = ints(key), pair.count == 2, pair[0] >= 0, pair[1] >= pair[0], pair[1] <= LedgerLimits.frames << 8
    else { return nil }
    return FrameRange(pair[0], pair[1])
  }
  func layers(_ key: String) -> [LedgerLayer]? {
    guard case .array(let values)? = self[key] else { return nil }
    return values.compactMap(LedgerLayer.init(json:))
  }
}
