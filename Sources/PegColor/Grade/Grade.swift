public import PegCore

/// A grade: operations in order, as a program on the working space's code values.
///
/// Each operation may name the `space` whose code values it works on, and an `amount` in 0…1, which mixes what it makes with
/// what it was given, in that space. Colours are straight, not multiplied by alpha.
///
/// What goes in is finite: NaN in a picture became 0 when it was read, and what lies outside ±65504 was held to it. Where an
/// operation makes more of it, it is not held; where one makes NaN, the next that says so makes it 0, and a file gets the
/// lowest code.
public enum Grade {
  /// Gives the program of a file that an operation names.
  public typealias Looks = (_ id: String) throws(PegError) -> ColorProgram

  /// - Parameters:
  ///   - operations: as the cut has them, keys resolved to the frame's numbers. One that names a file has, in the place of
  ///     `file`, the field `look`: the text that `looks` knows the file by, such as the hash of its content. Where it also has
  ///     `id` (which correction of a `.ccc` or `.cdl`), `looks` is asked for `LOOK#ID`.
  ///   - working: the space of the colours that come in and go out.
  /// - Throws: bad input that names the operation, field, space or file that is not understood, and what `looks` throws.
  public static func program(
    _ operations: [JSON], working: ColorSpace = .bt709, looks: Looks = noLooks
  ) throws(PegError) -> ColorProgram {
    var program = ColorProgram()
    for operation in operations { program = program + (try Self.program(operation, working, looks)) }
    return program
  }

  /// For grades that name no files.
  public static func noLooks(_ id: String) throws(PegError) -> ColorProgram {
    throw PegError(.badInput, "the look \(id) of a grade is not at hand")
  }

  private static func program(
    _ operation: JSON, _ working: ColorSpace, _ looks: Looks
  ) throws(PegError) -> ColorProgram {
    var fields = try GradeFields(operation)
    guard let type = GradeOperations.named(fields.op) else {
      let known = GradeOperations.all.map { $0.op }
      throw PegError(
        .badInput, "the grade operation \(fields.op) is not known",
        hint: Spelling.nearest(to: fields.op, among: known).map { "did you mean \($0)?" }
          ?? "known are \(known.joined(separator: ", "))")
    }
    let amount = try fields.number("amount", 1, in: 0...1)
    let space = type.takesSpace ? try fields.space("space") ?? working : working
    try fields.resolve(looks)
    let own = try type.init(&fields).program(in: space)
    try fields.finish()
    if amount == 0 { return ColorProgram() }
    let part = amount == 1 ? own : ColorProgram([.blend(own, amount: Float(amount))])
    return ColorSpace.program(from: working, to: space) + part + ColorSpace.program(from: space, to: working)
  }
}
