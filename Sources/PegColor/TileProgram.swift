import PegCore
import PegKernels

/// A colour program made ready for one level's kernels: what each step's call takes is worked out once, and a tile costs one call
/// for each step beside its arithmetic.
struct TileProgram {
  private typealias Call = (FloatRow, FloatRow, FloatRow, Int) -> Void

  private let calls: [Call]
  private let kernels: Kernels
  /// Whether black becomes something else. A grade that lifts black makes no light where there is nothing.
  private let liftsBlack: Bool

  var isIdentity: Bool { calls.isEmpty }

  init(_ program: ColorProgram, _ kernels: Kernels) {
    self.kernels = kernels
    let calls = Self.calls(program.steps[...], kernels)
    self.calls = calls
    liftsBlack = withUnsafeTemporaryAllocation(of: Float.self, capacity: 3) { black in
      guard let base = black.baseAddress else { return false }
      black.initialize(repeating: 0)
      for call in calls { call(base, base + 1, base + 2, 1) }
      return black.contains { $0 != 0 }
    }
  }

  /// Runs over three rows of `count` samples, in place.
  func apply(_ r: FloatRow, _ g: FloatRow, _ b: FloatRow, count: Int) {
    // By index: an iterator would take and give back the list's memory for every tile.
    for at in calls.indices { calls[at](r, g, b, count) }
  }

  /// Over colours that are multiplied by alpha, or that are not: they are divided for it, and multiplied again.
  func apply(to tile: Tile, count: Int, _ alpha: AlphaMode) {
    guard !isIdentity else { return }
    guard alpha == .premultiplied else { return apply(tile.r, tile.g, tile.b, count: count) }
    guard liftsBlack else { return applyUnassociated(to: tile, count: count) }
    withUnsafeTemporaryAllocation(of: Float.self, capacity: count) { presence in
      guard let base = presence.baseAddress else { return }
      for index in 0..<count {
        let isThere = tile.a[index] > 0 || tile.r[index] != 0 || tile.g[index] != 0 || tile.b[index] != 0
        base[index] = isThere ? 1 : 0
      }
      applyUnassociated(to: tile, count: count)
      for row in [tile.r, tile.g, tile.b] { kernels.cover(row, columns: base, weight: 1, count: count) }
    }
  }

  private func applyUnassociated(to tile: Tile, count: Int) {
    kernels.unassociate(tile.r, tile.g, tile.b, alpha: tile.a, count: count)
    apply(tile.r, tile.g, tile.b, count: count)
    // Light that was added where alpha is 0 was not divided, and is not multiplied.
    kernels.reassociate(tile.r, tile.g, tile.b, alpha: tile.a, count: count)
  }

  // MARK: Steps

  private static func calls(_ steps: ArraySlice<ColorStep>, _ kernels: Kernels) -> [Call] {
    guard let step = steps.first else { return [] }
    // A matrix before a lattice is the way into it: no tile is gone over for it alone.
    if case .affine(let matrix) = step, case .lattice(let lattice)? = steps.dropFirst().first {
      let places = lattice.places.after(matrix.m)
      return [{ kernels.lattice($0, $1, $2, count: $3, lattice, through: places) }] + calls(steps.dropFirst(2), kernels)
    }
    return [call(step, kernels)] + calls(steps.dropFirst(), kernels)
  }

  private static func call(_ step: ColorStep, _ kernels: Kernels) -> Call {
    func each(_ body: @escaping (FloatRow, Int) -> Void) -> Call {
      { r, g, b, count in
        body(r, count)
        body(g, count)
        body(b, count)
      }
    }
    switch step {
    case .affine(let matrix):
      let (floats, linear) = (matrix.floats, matrix.linear)
      return matrix.hasOffset
        ? { kernels.affine($0, $1, $2, count: $3, by: floats) } : { kernels.matrix($0, $1, $2, count: $3, by: linear) }
    case .clamp(let low, let high): return each { kernels.clamp($0, count: $1, to: low...high) }
    case .cdl(let values): return { kernels.cdl($0, $1, $2, count: $3, values) }
    case .curves(let red, let green, let blue):
      return { r, g, b, count in
        if let red { kernels.curve(r, count: count, red) }
        if let green { kernels.curve(g, count: count, green) }
        if let blue { kernels.curve(b, count: count, blue) }
      }
    case .lattice(let lattice): return { kernels.lattice($0, $1, $2, count: $3, lattice) }
    case .power(let exponent): return each { kernels.power($0, count: $1, exponent: exponent) }
    case .srgbDecode: return each { kernels.srgbDecode($0, count: $1) }
    case .srgbEncode: return each { kernels.srgbEncode($0, count: $1) }
    case .pqDecode(let white): return each { kernels.pqDecode($0, count: $1, white: white) }
    case .pqEncode(let white): return each { kernels.pqEncode($0, count: $1, white: white) }
    case .hlgDecode(let white): return { kernels.hlgDecode($0, $1, $2, count: $3, white: white) }
    case .hlgEncode(let white): return { kernels.hlgEncode($0, $1, $2, count: $3, white: white) }
    case .logDecode(let curve): return each { kernels.logDecode($0, count: $1, curve) }
    case .logEncode(let curve): return each { kernels.logEncode($0, count: $1, curve) }
    case .halfCurves(let red, let green, let blue):
      return { r, g, b, count in
        kernels.halfCurve(r, count: count, red)
        kernels.halfCurve(g, count: count, green)
        kernels.halfCurve(b, count: count, blue)
      }
    case .compress(let compression): return { kernels.compress($0, $1, $2, count: $3, compression) }
    case .channels(let red, let green, let blue):
      return channels([red, green, blue].map { TileProgram($0, kernels) })
    case .split(let edge, let below, let above):
      return split(edge, TileProgram(below, kernels), TileProgram(above, kernels), kernels)
    case .blend(let program, let amount): return blend(TileProgram(program, kernels), amount, kernels)
    }
  }

  private static func channels(_ programs: [TileProgram]) -> Call {
    { r, g, b, count in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * count) { space in
        guard let base = space.baseAddress else { return }
        for (row, program) in zip([r, g, b], programs) {
          // The other two are computed along and left.
          base.initialize(from: row, count: count)
          (base + count).initialize(from: row, count: count)
          program.apply(row, base, base + count, count: count)
        }
      }
    }
  }

  private static func split(_ edge: Float, _ below: TileProgram, _ above: TileProgram, _ kernels: Kernels) -> Call {
    { r, g, b, count in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 6 * count) { space in
        guard let base = space.baseAddress else { return }
        for (at, row) in [r, g, b].enumerated() {
          (base + at * count).initialize(from: row, count: count)
          (base + (at + 3) * count).initialize(from: row, count: count)
        }
        below.apply(base, base + count, base + 2 * count, count: count)
        above.apply(base + 3 * count, base + 4 * count, base + 5 * count, count: count)
        for (at, row) in [r, g, b].enumerated() {
          kernels.choose(row, below: base + at * count, above: base + (at + 3) * count, edge: edge, count: count)
        }
      }
    }
  }

  private static func blend(_ program: TileProgram, _ amount: Float, _ kernels: Kernels) -> Call {
    { r, g, b, count in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 3 * count) { before in
        guard let base = before.baseAddress else { return }
        for (at, row) in [r, g, b].enumerated() { (base + at * count).initialize(from: row, count: count) }
        program.apply(r, g, b, count: count)
        for (at, row) in [r, g, b].enumerated() {
          kernels.mix(base + at * count, 1 - amount, row, amount, into: row, count: count)
        }
      }
    }
  }
}
