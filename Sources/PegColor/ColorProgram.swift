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
    // By address: an iterator would take and give back each step's memory for every tile.
    steps.withUnsafeBufferPointer { steps in
      for at in steps.indices { Self.apply(steps[at], r, g, b, count, kernels) }
    }
  }

  private static func apply(
    _ step: ColorStep, _ r: FloatRow, _ g: FloatRow, _ b: FloatRow, _ count: Int, _ kernels: Kernels
  ) {
    func each(_ body: (FloatRow) -> Void) {
      body(r)
      body(g)
      body(b)
    }
    switch step {
    case .affine(let matrix):
      if matrix.hasOffset {
        kernels.affine(r, g, b, count: count, by: matrix.floats)
      } else {
        kernels.matrix(r, g, b, count: count, by: matrix.linear)
      }
    case .clamp(let low, let high): each { kernels.clamp($0, count: count, to: low...high) }
    case .cdl(let values): kernels.cdl(r, g, b, count: count, values)
    case .curves(let red, let green, let blue):
      if let red { kernels.curve(r, count: count, red) }
      if let green { kernels.curve(g, count: count, green) }
      if let blue { kernels.curve(b, count: count, blue) }
    case .lattice(let lattice): kernels.lattice(r, g, b, count: count, lattice)
    case .power(let exponent): each { kernels.power($0, count: count, exponent: exponent) }
    case .srgbDecode: each { kernels.srgbDecode($0, count: count) }
    case .srgbEncode: each { kernels.srgbEncode($0, count: count) }
    case .pqDecode(let white): each { kernels.pqDecode($0, count: count, white: white) }
    case .pqEncode(let white): each { kernels.pqEncode($0, count: count, white: white) }
    case .hlgDecode(let white): kernels.hlgDecode(r, g, b, count: count, white: white)
    case .hlgEncode(let white): kernels.hlgEncode(r, g, b, count: count, white: white)
    case .logDecode(let curve): each { kernels.logDecode($0, count: count, curve) }
    case .logEncode(let curve): each { kernels.logEncode($0, count: count, curve) }
    case .halfCurves(let red, let green, let blue):
      kernels.halfCurve(r, count: count, red)
      kernels.halfCurve(g, count: count, green)
      kernels.halfCurve(b, count: count, blue)
    case .channels(let red, let green, let blue):
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * count) { space in
        guard let base = space.baseAddress else { return }
        for (row, program) in [(r, red), (g, green), (b, blue)] {
          // The other two are computed along and left.
          base.initialize(from: row, count: count)
          (base + count).initialize(from: row, count: count)
          program.apply(row, base, base + count, count: count, kernels)
        }
      }
    case .compress(let compression): kernels.compress(r, g, b, count: count, compression)
    case .split(let edge, let below, let above):
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 6 * count) { space in
        guard let base = space.baseAddress else { return }
        let low = (base, base + count, base + 2 * count)
        let high = (base + 3 * count, base + 4 * count, base + 5 * count)
        for (row, (l, h)) in [(r, (low.0, high.0)), (g, (low.1, high.1)), (b, (low.2, high.2))] {
          l.initialize(from: row, count: count)
          h.initialize(from: row, count: count)
        }
        below.apply(low.0, low.1, low.2, count: count, kernels)
        above.apply(high.0, high.1, high.2, count: count, kernels)
        kernels.choose(r, below: low.0, above: high.0, edge: edge, count: count)
        kernels.choose(g, below: low.1, above: high.1, edge: edge, count: count)
        kernels.choose(b, below: low.2, above: high.2, edge: edge, count: count)
      }
    case .blend(let program, let amount):
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * count) { before in
        guard let base = before.baseAddress else { return }
        let rows = [(r, base), (g, base + count), (b, base + 2 * count)]
        for (row, kept) in rows { kept.update(from: row, count: count) }
        program.apply(r, g, b, count: count, kernels)
        for (row, kept) in rows { kernels.mix(kept, 1 - amount, row, amount, into: row, count: count) }
      }
    }
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
