public import PegCore

/// Who has a grade in a cut: the programme, a track, a nest or a clip (DESIGN §5).
public enum GradePlace: Hashable, Sendable {
  case programme
  case item(CutAddress)
}

extension GradePlace: CustomStringConvertible {
  public var description: String {
    switch self {
    case .programme: "the programme"
    case .item(let address): address.description
    }
  }
}

extension Timeline {
  /// What stands after `#`, or the programme where nothing does.
  ///
  /// - Throws: ``PegError`` (bad input) where there is no such thing, or several clips have the name.
  public func gradePlace(_ text: String?) throws(PegError) -> GradePlace {
    guard let text else { return .programme }
    return .item(try resolve(text))
  }

  /// The operations at a place, in order.
  ///
  /// - Throws: ``PegError`` (bad input) for what can have no grade, and settings that are not understood.
  public func grade(at place: GradePlace) throws(PegError) -> [GradeOperation] {
    guard case .item(let address) = place else { return try settings().grade }
    switch self[address] {
    case .clip(let clip): return try clip.settings().grade
    case .track(let track): return try track.settings().grade
    case .stack(let stack): return try stack.settings().grade
    default: throw Self.noGrade(at: address)
    }
  }

  /// Changes the operations at a place.
  ///
  /// - Throws: ``PegError`` (bad input) as ``grade(at:)`` does, and what `change` throws; then nothing has changed.
  public mutating func updateGrade(
    at place: GradePlace, _ change: (inout [GradeOperation]) throws(PegError) -> Void
  ) throws(PegError) {
    guard case .item(let address) = place else {
      var settings = try settings()
      try change(&settings.grade)
      return set(settings)
    }
    try update(at: address) { (composable) throws(PegError) in
      switch composable {
      case .clip(var clip):
        var settings = try clip.settings()
        try change(&settings.grade)
        clip.set(settings)
        composable = .clip(clip)
      case .track(var track):
        var settings = try track.settings()
        try change(&settings.grade)
        track.set(settings)
        composable = .track(track)
      case .stack(var stack):
        var settings = try stack.settings()
        try change(&settings.grade)
        stack.set(settings)
        composable = .stack(stack)
      default: throw Self.noGrade(at: address)
      }
    }
  }

  private static func noGrade(at address: CutAddress) -> PegError {
    PegError(.badInput, "what stands at \(address) can have no grade", hint: "clips, tracks and stacks can")
  }

  /// Every place that has a grade, from the programme inwards.
  public func gradedPlaces() throws(PegError) -> [(place: GradePlace, name: String, grade: [GradeOperation])] {
    var list: [(place: GradePlace, name: String, grade: [GradeOperation])] = []
    let own = try settings().grade
    if !own.isEmpty { list.append((.programme, info.name, own)) }
    for (label, child) in zip(trackLabels, tracks.children) {
      try Self.visit(child, at: CutAddress([.init(label)]), &list)
    }
    return list
  }

  private static func visit(
    _ child: Composable, at address: CutAddress,
    _ list: inout [(place: GradePlace, name: String, grade: [GradeOperation])]
  ) throws(PegError) {
    func add(_ info: ItemInfo, _ grade: [GradeOperation]) {
      if !grade.isEmpty { list.append((.item(address), info.info.name, grade)) }
    }
    switch child {
    case .clip(let clip): add(clip.item, try clip.settings().grade)
    case .track(let track):
      add(track.item, try track.settings().grade)
      let here = address.descending(into: child)
      for (index, child) in track.children.enumerated() { try visit(child, at: here.child(index), &list) }
    case .stack(let stack):
      add(stack.item, try stack.settings().grade)
      for (label, child) in zip(stack.labels, stack.children) {
        try visit(child, at: (address as CutAddress?).layer(label), &list)
      }
    case .gap, .transition, .unknown: break
    }
  }
}

extension GradeOperation {
  /// An operation as people type it: `exposure` and `stops=0.5`, `slope=1.1,1,0.9`, `clamp=false`, `file=warm.cube`; a value
  /// that begins with `[` or `{` is JSON.
  ///
  /// - Throws: ``PegError`` (wrong usage) for a field without a value.
  public init(typed op: String, fields: [String]) throws(PegError) {
    var object: JSONObject = ["op": .string(op)]
    for field in fields {
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
        throw PegError(.usage, "\(field) is no field of a grade", hint: "write NAME=VALUE, such as stops=0.5")
      }
      guard parts[0] != "op" else {
        throw PegError(
          .usage, "\(op) stands where the operation is expected, and \(field) names another",
          hint: "a clip goes with its cut: 'CUT#\(op)', then \(parts[1])")
      }
      guard object[String(parts[0])] == nil else {
        throw PegError(.usage, "\(parts[0]) of \(op) is given twice")
      }
      object[String(parts[0])] = try Self.value(String(parts[1]), of: field)
    }
    try self.init(typed: .object(object))
  }

  /// An operation as JSON, as it stands in a cut.
  public init(typed value: JSON) throws(PegError) {
    do throws(Problem) { try self.init(value) } catch {
      let way = error.path.map(\.description).joined(separator: "/")
      throw PegError(
        .usage, "\(error.sentence)\(way.isEmpty ? "" : ", in \(way)") of the grade operation", hint: error.hint)
    }
  }

  private static func value(_ text: String, of field: String) throws(PegError) -> JSON {
    if text.hasPrefix("[") || text.hasPrefix("{") {
      do throws(JSONError) { return try JSON(parsing: Array(text.utf8), limits: JSONLimits(bytes: 1 << 20)) } catch {
        throw PegError(.usage, "\(field) is no JSON: \(error.sentence)")
      }
    }
    switch text {
    case "true": return true
    case "false": return false
    default: break
    }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard parts.allSatisfy({ Rational(decimal: $0) != nil }) else { return .string(text) }
    let numbers = parts.compactMap { Rational(decimal: $0) }.map { JSON.number($0) }
    return numbers.count == 1 ? numbers[0] : .array(numbers)
  }

  /// `cdl slope 1.1 1 0.9  offset 0 0 0`: for people.
  public var sentence: String {
    var words = [op]
    if let space { words.append("in \(space)") }
    if let amount { words.append("amount \(Self.plain(amount.json))") }
    let fields = parameters.pairs.map { "\($0.key) \(Self.plain($0.value))" }
    return ([words.joined(separator: " ")] + fields).joined(separator: "  ")
  }

  private static func plain(_ value: JSON) -> String {
    switch value {
    case .number(let text): text
    case .string(let text): text
    case .array(let values) where values.allSatisfy({ $0.numberText != nil }):
      values.compactMap(\.numberText).joined(separator: " ")
    default: value.text(.compact)
    }
  }
}
