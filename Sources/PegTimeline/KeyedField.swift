public import PegCore

/// A field of a grade's operation that follows keys: `[[frame, value, ease]…]` as an amount does, or `{"keys": […]}`, which is
/// also for fields whose plain value is a list of points. A value is a number or a list of numbers, of one shape in all keys.
public struct KeyedField: Hashable, Sendable {
  public struct Key: Hashable, Sendable {
    /// Relative to the item's first frame.
    public var frame: Int
    /// A number, or lists of them.
    public var value: JSON
    public var ease: Ease
  }

  /// At least one; frames ascend.
  public let keys: [Key]

  /// `nil` for a value that stays.
  ///
  /// - Parameter isPoints: whether a plain list of pairs is the field's value, not its keys.
  init?(_ value: JSON, isPoints: Bool) throws(Problem) {
    let list: JSON
    let way: [JSONStep]
    if let object = value.object {
      guard object.keys == ["keys"], let keys = object["keys"] else { return nil }
      (list, way) = (keys, [.key("keys")])
    } else {
      guard !isPoints, let entries = value.array, !entries.isEmpty, entries.allSatisfy(Self.isKey) else { return nil }
      (list, way) = (value, [])
    }
    do throws(Problem) {
      let read = try KeyList.read(list) { (value) throws(Problem) in
        guard Self.shape(value) != nil else {
          throw Problem("\(value.kindName) stands where a number or a list of numbers should")
        }
        return value
      }
      for index in read.indices.dropFirst() where Self.shape(read[index].value) != Self.shape(read[0].value) {
        throw Problem("the values of keys differ in their shape", at: [.index(index), .index(1)])
      }
      keys = read.map { Key(frame: $0.frame, value: $0.value, ease: $0.ease) }
    } catch {
      throw Problem(error.sentence, hint: error.hint, at: way + error.path)
    }
  }

  private static func isKey(_ value: JSON) -> Bool {
    guard let parts = value.array else { return false }
    return parts.count == 2 || (parts.count == 3 && parts[2].string != nil)
  }

  /// How numbers are nested, such as `[nn]`; `nil` where something is no number.
  private static func shape(_ value: JSON) -> String? {
    if value.rational != nil { return "n" }
    guard let list = value.array else { return nil }
    var text = "["
    for entry in list {
      guard let inner = shape(entry) else { return nil }
      text += inner
    }
    return text + "]"
  }

  /// The value at a frame of the item, or between two; each number as ``Animated/value(at:)`` has it.
  public func value(at frame: Rational) -> JSON {
    let moment = KeyMoment(at: frame, count: keys.count, frame: { keys[$0].frame }, ease: { keys[$0].ease })
    return Self.mixed(moment, keys.map(\.value))
  }

  private static func mixed(_ moment: KeyMoment, _ values: [JSON]) -> JSON {
    guard let first = values.first?.array else { return .number(moment.mix { values[$0].rational ?? .zero }) }
    return .array(
      first.indices.map { index in mixed(moment, values.map { $0.array?[index] ?? .number(0) }) })
  }
}

extension GradeOperation {
  /// The fields that follow keys.
  ///
  /// - Parameter points: fields whose plain value is a list of points.
  /// - Throws: ``PegError`` (bad input) that names the operation and the field.
  public func keyedFields(points: Set<String> = []) throws(PegError) -> [String: KeyedField] {
    var fields: [String: KeyedField] = [:]
    for (name, value) in parameters.pairs {
      do throws(Problem) {
        if let keyed = try KeyedField(value, isPoints: points.contains(name)) { fields[name] = keyed }
      } catch {
        throw PegError(.badInput, "\(name) of the grade operation \(op): \(error.sentence)", hint: error.hint)
      }
    }
    return fields
  }

  /// Whether anything of it differs from frame to frame.
  public func followsKeys(points: Set<String> = []) -> Bool {
    if let amount, !amount.isConstant { return true }
    return ((try? keyedFields(points: points)) ?? [:]).isEmpty == false
  }

  /// The operation's own fields at a frame of the item; what has keys that cannot be read stays as the cut has it.
  public func parameters(at frame: Rational, points: Set<String> = []) -> JSONObject {
    guard let keyed = try? keyedFields(points: points), !keyed.isEmpty else { return parameters }
    return JSONObject(parameters.pairs.map { ($0.key, keyed[$0.key]?.value(at: frame) ?? $0.value) })
  }

  /// The frames of all its keys, ascending; 0 alone where nothing follows keys.
  public func keyFrames(points: Set<String> = []) throws(PegError) -> [Int] {
    var frames: Set<Int> = []
    if case .keys(let keys)? = amount { frames.formUnion(keys.map(\.frame)) }
    for field in try keyedFields(points: points).values { frames.formUnion(field.keys.map(\.frame)) }
    return frames.isEmpty ? [0] : frames.sorted()
  }
}
