import PegCore

// Entries as JSON objects, and back. A line's first key names its kind: `v`, `seg`, `a`, `f`.

extension LedgerEntry {
  var json: JSON {
    switch self {
    case .picture(let entry):
      object([
        ("v", pair(entry.range)), ("recipe", id(entry.recipe)), ("pic", id(entry.picture)), ("hash", id(entry.hash)),
        ("size", number(entry.size)), ("at", .array(entry.offsets.map(number))),
        ("layers", .array(entry.layers.map(layer))),
      ])
    case .segment(let entry):
      object([
        ("seg", pair(entry.range)),
        ("recipes", .array(entry.recipes.map { .array([number($0.count), id($0.recipe), id($0.picture)]) })),
        (
          "pkts",
          .array(
            entry.packets.map {
              .array([
                number($0.offset), number($0.size), id($0.hash), number($0.presentation),
                number(($0.isKey ? 1 : 0) | ($0.isDisposable ? 2 : 0)),
              ])
            })
        ), ("layers", .array(entry.layers.map { .array($0.map(layer)) })),
      ])
    case .sound(let entry):
      object([
        ("a", number(entry.stream)), ("samples", pair(entry.samples)), ("hash", id(entry.hash)),
        ("size", number(entry.size)), ("at", number(entry.offset)),
      ])
    case .image(let entry):
      object([
        ("f", pair(entry.range)), ("recipe", id(entry.recipe)), ("pic", id(entry.picture)), ("hash", id(entry.hash)),
        ("size", number(entry.size)), ("paths", .array(entry.paths.map { .string($0) })),
        ("layers", .array(entry.layers.map(layer))),
      ])
    }
  }

  /// `nil` for a line of another kind, or one that does not say what its kind must.
  init?(json: JSON) {
    guard case .object(let line) = json else { return nil }
    if let covered = line.range("v") {
      guard let recipe = line.id("recipe"), let picture = line.id("pic"), let hash = line.id("hash"),
        let size = line.int("size"), size >= 0, let offsets = line.ints("at"), let layers = line.layers("layers")
      else { return nil }
      self = .picture(
        PictureEntry(
          range: covered, recipe: recipe, picture: picture, hash: hash, size: size, offsets: offsets, layers: layers))
    } else if let covered = line.range("seg") {
      guard case .array(let recipes)? = line["recipes"], case .array(let packets)? = line["pkts"] else {
        return nil
      }
      var entry = SegmentEntry(range: covered, recipes: [], packets: [])
      for value in recipes {
        guard case .array(let items) = value, items.count == 3, let count = items[0].int, count > 0,
          let recipe = items[1].digest, let picture = items[2].digest
        else { return nil }
        entry.recipes.append(.init(count: count, recipe: recipe, picture: picture))
      }
      for value in packets {
        guard case .array(let items) = value, items.count == 5, let offset = items[0].int, let size = items[1].int,
          size >= 0, let hash = items[2].digest, let shown = items[3].int, let flags = items[4].int
        else { return nil }
        entry.packets.append(
          LedgerPacket(
            offset: offset, size: size, hash: hash, presentation: shown, isKey: flags & 1 != 0,
            isDisposable: flags & 2 != 0))
      }
      if case .array(let lists)? = line["layers"] {
        for case .array(let list) in lists { entry.layers.append(list.compactMap(LedgerLayer.init(json:))) }
      }
      self = .segment(entry)
    } else if let stream = line.int("a") {
      guard let samples = line.range("samples"), let hash = line.id("hash"), let size = line.int("size"), size >= 0,
        let offset = line.int("at")
      else { return nil }
      self = .sound(SoundEntry(stream: stream, samples: samples, hash: hash, size: size, offset: offset))
    } else if let covered = line.range("f") {
      guard let recipe = line.id("recipe"), let picture = line.id("pic"), let hash = line.id("hash"),
        let size = line.int("size"), size >= 0, case .array(let paths)? = line["paths"],
        let layers = line.layers("layers")
      else { return nil }
      self = .image(
        ImageEntry(
          range: covered, recipe: recipe, picture: picture, hash: hash, size: size,
          paths: paths.compactMap(\.string), layers: layers))
    } else {
      return nil
    }
  }
}

extension LedgerLayer {
  init?(json: JSON) {
    guard case .object(let object) = json, let source = object["source"]?.string else { return nil }
    self.init(
      source: source, hash: object.id("hash"), frame: object.int("frame"), clip: object["clip"]?.string ?? "",
      take: object["take"]?.string ?? "", origin: object["origin"]?.string,
      generator: object["generator"]?.string)
  }
}

private func layer(_ layer: LedgerLayer) -> JSON {
  var pairs: [(String, JSON)] = [("source", .string(layer.source))]
  if let hash = layer.hash { pairs.append(("hash", id(hash))) }
  if let frame = layer.frame { pairs.append(("frame", number(frame))) }
  pairs.append(("clip", .string(layer.clip)))
  pairs.append(("take", .string(layer.take)))
  if let origin = layer.origin { pairs.append(("origin", .string(origin))) }
  if let generator = layer.generator { pairs.append(("generator", .string(generator))) }
  return object(pairs)
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
  func range(_ key: String) -> FrameRange? {
    guard let pair = ints(key), pair.count == 2, pair[0] >= 0, pair[1] >= pair[0] else { return nil }
    return FrameRange(pair[0], pair[1])
  }
  func layers(_ key: String) -> [LedgerLayer]? {
    guard case .array(let values)? = self[key] else { return nil }
    return values.compactMap(LedgerLayer.init(json:))
  }
}
