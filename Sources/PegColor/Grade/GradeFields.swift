public import PegCore

/// What a cut says of one operation of a grade, read field by field: what nobody read is an error that names it, because a grade
/// that is silently ignored is worse than none.
///
/// Numbers only: keys are resolved to the frame's value before a grade comes here.
public struct GradeFields {
  /// Such as `cdl`.
  public let op: String
  // Of the file that the operation names, until it is taken.
  private var look: ColorProgram?
  private var rest: JSONObject

  init(_ operation: JSON) throws(PegError) {
    guard let fields = operation.object, let op = fields["op"]?.string else {
      throw PegError(.badInput, "an operation of a grade has no op", hint: "it reads {\"op\": \"cdl\", …}")
    }
    self.op = op
    rest = fields
    rest["op"] = nil
  }

  /// Gets the program of the file that the operation names.
  mutating func resolve(_ looks: Grade.Looks) throws(PegError) {
    guard let id = try text("look") else { return }
    let correction = try text("id")
    look = try looks(correction.map { "\(id)#\($0)" } ?? id)
  }

  /// Takes the program of the file that the operation names, where it names one.
  public mutating func takeLook() -> ColorProgram? {
    defer { look = nil }
    return look
  }

  func wrong(_ name: String, _ wanted: String) -> PegError {
    PegError(.badInput, "\(name) of the grade operation \(op) has to be \(wanted)")
  }

  func missing(_ name: String, _ wanted: String) -> PegError {
    PegError(.badInput, "the grade operation \(op) has no \(name)", hint: "\(name) is \(wanted)")
  }

  /// Takes a field; `nil` when the cut does not have it.
  public mutating func take(_ name: String) -> JSON? {
    defer { rest[name] = nil }
    return rest[name]
  }

  /// A number of `limits`, `neutral` where the cut has none.
  public mutating func number(
    _ name: String, _ neutral: Double, in limits: ClosedRange<Double>
  ) throws(PegError) -> Double {
    guard let value = take(name) else { return neutral }
    guard let number = value.rational?.double, limits.contains(number) else {
      throw wrong(name, "a number in \(limits.lowerBound)…\(limits.upperBound)")
    }
    return number
  }

  /// A number of `limits`; `nil` where the cut has none.
  public mutating func optionalNumber(
    _ name: String, in limits: ClosedRange<Double>
  ) throws(PegError) -> Double? {
    rest[name] == nil ? nil : try number(name, 0, in: limits)
  }

  /// `count` numbers of `limits`, or one that stands for all of them; `nil` where the cut has none.
  public mutating func optionalNumbers(
    _ name: String, count: Int, in limits: ClosedRange<Double>
  ) throws(PegError) -> [Double]? {
    rest[name] == nil ? nil : try numbers(name, [Double](repeating: 0, count: count), in: limits)
  }

  /// As many numbers of `limits`, or one that stands for all of them.
  public mutating func numbers(
    _ name: String, _ neutral: [Double], in limits: ClosedRange<Double>
  ) throws(PegError) -> [Double] {
    guard let value = take(name) else { return neutral }
    let single = value.rational.map { [Double](repeating: $0.double, count: neutral.count) }
    guard let numbers = single ?? value.array?.compactMap({ $0.rational?.double }), numbers.count == neutral.count,
      numbers.allSatisfy(limits.contains)
    else {
      throw wrong(name, "\(neutral.count) numbers in \(limits.lowerBound)…\(limits.upperBound), or one for all")
    }
    return numbers
  }

  public mutating func flag(_ name: String, _ neutral: Bool) throws(PegError) -> Bool {
    guard let value = take(name) else { return neutral }
    guard let flag = value.bool else { throw wrong(name, "true or false") }
    return flag
  }

  public mutating func text(_ name: String) throws(PegError) -> String? {
    guard let value = take(name) else { return nil }
    guard let text = value.string else { throw wrong(name, "text") }
    return text
  }

  public mutating func space(_ name: String) throws(PegError) -> ColorSpace? {
    guard let text = try text(name) else { return nil }
    do { return try ColorSpace.named(text) } catch {
      throw PegError(.badInput, "\(error.sentence), as \(name) of the grade operation \(op)", hint: error.hint)
    }
  }

  /// Throws bad input that names a field which was not understood.
  func finish() throws(PegError) {
    guard let name = look == nil ? rest.keys.first : "file" else { return }
    throw PegError(.badInput, "the grade operation \(op) has no field \(name)", hint: "remove it, or correct its name")
  }
}
