public import PegCore

/// `convert`: from code values of the space `from` to those of the space `to`, each the working space where it is not said. Always
/// through light, SDR displays too: what is asked for is done. It changes code values, not what the working space is.
public struct ConvertOperation: GradeKind {
  public static let op = "convert"
  public static let takesSpace = false
  /// `nil` is the working space.
  public var source: ColorSpace?
  public var target: ColorSpace?

  public init(from source: ColorSpace?, to target: ColorSpace?) {
    self.source = source
    self.target = target
  }

  public init(_ fields: inout GradeFields) throws(PegError) {
    source = try fields.space("from")
    target = try fields.space("to")
    if source == nil, target == nil { throw fields.missing("to", "the name of a colour space") }
  }

  public func program(in space: ColorSpace) -> ColorProgram {
    ColorSpace.program(from: source ?? space, to: target ?? space, colorimetric: true)
  }
}

/// `transfer`: one transfer function, by name: `decode` to linear light, or `encode` from it.
public struct TransferOperation: GradeKind {
  public static let op = "transfer"
  public var function: TransferFunction
  public var decodes: Bool

  public init(_ function: TransferFunction, decodes: Bool) {
    self.function = function
    self.decodes = decodes
  }

  public init(_ fields: inout GradeFields) throws(PegError) {
    switch (try fields.text("decode"), try fields.text("encode")) {
    case (let name?, nil): self.init(try .named(name), decodes: true)
    case (nil, let name?): self.init(try .named(name), decodes: false)
    default:
      throw PegError(
        .badInput, "the grade operation transfer needs decode or encode, and not both",
        hint: "it reads {\"op\": \"transfer\", \"decode\": \"arri_logc3\"}")
    }
  }

  public func program(in space: ColorSpace) -> ColorProgram { decodes ? function.decode : function.encode }
}
