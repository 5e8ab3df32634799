import PegCore

/// How an object stood in its file: which fields it had, in which order and in which numbers.
///
/// Says nothing about what the object means, so all values of it are equal.
struct Written: Hashable, Sendable {
  /// `Clip.1`; `nil` for an object that was not read.
  var schema: String?
  /// The fields that Pegbar knows, as they stood. What objects of their own hold is left out: `{}` and `[]` mark it.
  var fields = JSONObject()
  /// All keys in their order, unknown ones among them.
  var order: [String] = []
  /// The object stood as `null`.
  var isNull = false

  static func == (a: Written, b: Written) -> Bool { true }
  func hash(into hasher: inout Hasher) {}
}

/// One field of a schema: where it stands, what it means when it is absent or `null`, how it is read and written.
struct Field<Value: Equatable & Sendable>: Sendable {
  let key: String
  /// What an absent field means; `nil` when it may not be absent.
  let absent: Value?
  let read: @Sendable (JSON) throws(Problem) -> Value
  /// Writes over what stood there, of which it may keep what still holds.
  let write: @Sendable (Value, JSON?) -> JSON

  init(
    _ key: String, absent: Value?, read: @escaping @Sendable (JSON) throws(Problem) -> Value,
    write: @escaping @Sendable (Value, JSON?) -> JSON
  ) {
    self.key = key
    self.absent = absent
    self.read = read
    self.write = write
  }
}

/// The fields of one object while it is read.
struct ObjectReader {
  let object: JSONObject
  let schema: Schema
  private var known: [String] = ["OTIO_SCHEMA"]

  init(_ object: JSONObject, schema: Schema) {
    self.object = object
    self.schema = schema
  }

  mutating func value<Value>(_ field: Field<Value>) throws(Problem) -> Value {
    known.append(field.key)
    guard let value = object[field.key], !value.isNull else {
      guard let absent = field.absent else { throw Problem("\(field.key) is missing") }
      return absent
    }
    return try inside(field.key) { () throws(Problem) in try field.read(value) }
  }

  /// A field whose value is read by other means; `nil` when it is absent or `null`.
  mutating func raw(_ key: String) -> JSON? {
    known.append(key)
    guard let value = object[key], !value.isNull else { return nil }
    return value
  }

  /// A list of objects; none when it is absent.
  mutating func list(_ key: String) throws(Problem) -> [JSON] {
    guard let value = raw(key) else { return [] }
    guard let list = value.array else {
      throw Problem("\(key) is \(value.kindName) and should be a list", at: [.key(key)])
    }
    return list
  }

  /// An object that is kept as it is; empty when it is absent.
  mutating func dictionary(_ key: String) throws(Problem) -> JSONObject {
    guard let value = raw(key) else { return JSONObject() }
    guard let object = value.object else {
      throw Problem("\(key) is \(value.kindName) and should be an object", at: [.key(key)])
    }
    return object
  }

  private static let hollow: Set<String> = [
    "metadata", "children", "effects", "markers", "tracks", "media_reference", "media_references", "parameters",
  ]

  /// Ends the reading: what was not asked for is unknown.
  mutating func info() throws(Problem) -> ObjectInfo {
    let name = try value(.name)
    let metadata = try dictionary("metadata")
    var info = ObjectInfo(name: name, metadata: metadata)
    var shell: [(key: String, value: JSON)] = []
    var unknown: [(key: String, value: JSON)] = []
    for pair in object.pairs {
      guard known.contains(pair.key) else {
        unknown.append(pair)
        continue
      }
      if Self.hollow.contains(pair.key) {
        switch pair.value {
        case .array: shell.append((pair.key, .array([])))
        case .object: shell.append((pair.key, .object(JSONObject())))
        default: shell.append(pair)
        }
      } else {
        shell.append(pair)
      }
    }
    info.unknown = JSONObject(unknown)
    info.written = Written(
      schema: object["OTIO_SCHEMA"]?.string, fields: JSONObject(shell), order: object.keys)
    return info
  }
}

/// The fields of one object while it is written, over what it was read from.
struct ObjectWriter {
  private let info: ObjectInfo
  private var schema: String
  private var values: [(key: String, value: JSON)] = []

  /// - Parameter schema: what a new object is written as; one that was read keeps its version.
  init(_ info: ObjectInfo, schema: String) {
    self.info = info
    self.schema = info.written.schema ?? schema
  }

  /// Writes another version than the one that was read.
  mutating func raise(to schema: String) { self.schema = schema }

  private var isNew: Bool { info.written.schema == nil }

  mutating func put<Value>(_ field: Field<Value>, _ value: Value) {
    guard let raw = info.written.fields[field.key] else {
      if isNew || value != field.absent { values.append((field.key, field.write(value, nil))) }
      return
    }
    let before = raw.isNull ? field.absent : try? field.read(raw)
    values.append((field.key, before == value ? raw : field.write(value, raw)))
  }

  mutating func put(_ key: String, list: [JSON]) {
    put(key, .array(list), isEmpty: list.isEmpty)
  }

  mutating func put(_ key: String, dictionary: JSONObject) {
    put(key, .object(dictionary), isEmpty: dictionary.isEmpty)
  }

  /// - Parameter isEmpty: whether an absent or `null` field means the same.
  mutating func put(_ key: String, _ value: JSON, isEmpty: Bool) {
    guard let raw = info.written.fields[key] else {
      if isNew || !isEmpty { values.append((key, value)) }
      return
    }
    values.append((key, isEmpty && raw.isNull ? .null : value))
  }

  /// The object, its keys in the order in which they were read, new ones after them.
  mutating func json() -> JSON {
    let body = values
    values = [("OTIO_SCHEMA", .string(schema))]
    put(.name, info.name)
    put("metadata", dictionary: info.metadata)
    values += body
    guard !isNew else { return .object(JSONObject(values + info.unknown.pairs)) }
    var rest = values + info.unknown.pairs
    var ordered: [(key: String, value: JSON)] = []
    for key in info.written.order {
      guard let index = rest.firstIndex(where: { $0.key == key }) else { continue }
      ordered.append(rest.remove(at: index))
    }
    return .object(JSONObject(ordered + rest))
  }
}
