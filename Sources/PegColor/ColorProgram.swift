public import PegKernels
import PegCore

/// The steps that lead colours, not multiplied by alpha, from one meaning to another. An empty program changes nothing.
///
/// This is where everything that computes colours meets: a source's space, a grade's operations, a view and a deliverable's
/// space each are a program; programs are appended to one another and ``optimised()`` makes one short list of them.
///
///     GradeKind (data) → ColorProgram (steps) → Kernels (rows of float32), each step held to its Oracle
public struct ColorProgram: Hashable, Sendable {
  public private(set) var steps: [ColorStep]

  public init(_ steps: [ColorStep] = []) { self.steps = steps }

  public var isIdentity: Bool { steps.isEmpty }

  public mutating func append(_ step: ColorStep) { steps.append(step) }

  /// This program, then the other.
  public static func + (a: ColorProgram, b: ColorProgram) -> ColorProgram { ColorProgram(a.steps + b.steps) }

  /// The same colours in fewer steps; costs up to a pass over a lattice's nodes, so it is done once for a run of pictures.
  public func optimised() -> ColorProgram { ColorProgram(ProgramOptimiser.optimised(steps)) }

  // MARK: Running

  /// Runs over three rows of `count` samples, in place. 64 to 512 samples at a time stay in the first cache.
  public func apply(_ r: FloatRow, _ g: FloatRow, _ b: FloatRow, count: Int, _ kernels: Kernels = .best) {
    TileProgram(self, kernels).apply(r, g, b, count: count)
  }

  /// One colour, by the oracle's arithmetic: what the kernels give, to the bit.
  public func applied(to color: (Float, Float, Float)) -> (Float, Float, Float) {
    var row = [color.0, color.1, color.2]
    row.withUnsafeMutableBufferPointer { row in
      guard let base = row.baseAddress else { return }
      apply(base, base + 1, base + 2, count: 1)
    }
    return (row[0], row[1], row[2])
  }
}
