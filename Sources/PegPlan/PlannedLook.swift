public import PegColor
public import PegCore
public import PegTimeline

/// A file that a grade names, as the plan uses it: read once, and known by its content.
public struct PlannedLook: Hashable, Sendable {
  /// As in the cut.
  public var name: String
  /// Where it was read.
  public var path: String
  /// Of its content and of the format that its name says, in hexadecimal digits: SHA-256.
  public var hash: String
  /// Which correction of a `.ccc` or `.cdl`; `nil` where the cut names none.
  public var correction: String?
  public var program: ColorProgram

  public init(name: String, path: String, hash: String, correction: String? = nil, program: ColorProgram) {
    self.name = name
    self.path = path
    self.hash = hash
    self.correction = correction
    self.program = program
  }

  /// What `Grade` asks for.
  public var key: String { correction.map { "\(hash)#\($0)" } ?? hash }
}

extension Sequence<PlannedLook> {
  /// Programs as `Grade` asks for them.
  public var programs: [String: ColorProgram] {
    Dictionary(map { ($0.key, $0.program) }, uniquingKeysWith: { first, _ in first })
  }
}

extension GradeOperation {
  /// The file that it names; `nil` where it names none.
  public var file: String? { parameters["file"]?.string }

  /// The same with its file by content: what a recipe holds.
  public func knowing(_ look: PlannedLook) -> GradeOperation {
    var operation = self
    operation.parameters["file"] = nil
    operation.parameters["look"] = .string(look.hash)
    return operation
  }

  /// Checks that the registry understands it, at each of its keys: between two keys, values lie between theirs.
  ///
  /// - Parameters:
  ///   - working: the space that it is given.
  ///   - looks: programs of files, by what it has in the place of `file`.
  /// - Throws: ``PegError`` (bad input) that names operation and field.
  public func check(in working: ColorSpace, looks: [String: ColorProgram] = [:]) throws(PegError) {
    for frame in try keyFrames(points: GradeOperations.points(of: op)) {
      _ = try Grade.program([GradeStep(self, at: Rational(frame)).json], working: working, looks: looks.finder)
    }
  }
}

extension [String: ColorProgram] {
  /// These programs by their ids.
  public var finder: Grade.Looks {
    { id throws(PegError) in
      guard let program = self[id] else { return try Grade.noLooks(id) }
      return program
    }
  }
}
