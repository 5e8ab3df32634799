public import PegCore
public import PegKernels

/// `lut`: a table or another look from a `file` (`.cube`, `.spi1d`, `.spi3d`, `.clf`), on code values of the operation's space.
/// `interpolation` is that of its lattices: `tetrahedral`, or `trilinear`; without it, what the file says, else tetrahedral.
public struct LUTOperation: GradeKind {
  public static let op = "lut"
  public var look: ColorProgram

  public init(_ look: ColorProgram) { self.look = look }

  public init(_ fields: inout GradeFields) throws(PegError) {
    guard let look = fields.takeLook() else { throw fields.missing("file", "the name of a look, such as warm.cube") }
    switch try fields.text("interpolation") {
    case nil: self.look = look
    case "tetrahedral": self.look = look.interpolated(.tetrahedral)
    case "trilinear": self.look = look.interpolated(.trilinear)
    default: throw fields.wrong("interpolation", "tetrahedral or trilinear")
    }
  }

  public func program(in space: ColorSpace) -> ColorProgram { look }
}

extension ColorProgram {
  /// With every lattice interpolated so.
  public func interpolated(_ interpolation: ColorLattice.Interpolation) -> ColorProgram {
    ColorProgram(
      steps.map { step in
        switch step {
        case .lattice(let lattice):
          .lattice(
            ColorLattice(
              size: lattice.size, colors: Array(lattice.colors), low: lattice.low, high: lattice.high,
              interpolation: interpolation))
        case .blend(let program, let amount): .blend(program.interpolated(interpolation), amount: amount)
        case .split(let edge, let below, let above):
          .split(at: edge, below: below.interpolated(interpolation), above: above.interpolated(interpolation))
        default: step
        }
      })
  }
}
