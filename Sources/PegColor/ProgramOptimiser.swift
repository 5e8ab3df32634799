import PegKernels

/// Makes a program shorter without changing what it computes by more than float32 rounds.
///
/// Neighbours only, until nothing changes: identities go; matrices are multiplied in float64; a step and its inverse go; two
/// powers of one sign-keeping kind are one; a clamp that another makes superfluous goes; a matrix after a lattice moves into its
/// nodes, and after curves into their values when it keeps channels apart; one that keeps channels apart before a lattice or
/// curves moves into their domain. Interpolation is linear in the nodes, so all of these are exact but for rounding. Nothing is
/// baked: a lattice is never resampled.
enum ProgramOptimiser {
  static func optimised(_ steps: [ColorStep]) -> [ColorStep] {
    var steps = steps.map(inner)
    var changed = true
    while changed {
      changed = false
      steps.removeAll { step in
        guard step.isIdentity else { return false }
        changed = true
        return true
      }
      var at = 0
      while at + 1 < steps.count {
        if let joined = joined(steps[at], steps[at + 1]) {
          steps.replaceSubrange(at...at + 1, with: joined)
          changed = true
          at = max(at - 1, 0)
        } else {
          at += 1
        }
      }
    }
    return steps
  }

  private static func inner(_ step: ColorStep) -> ColorStep {
    switch step {
    case .blend(let program, let amount): blend(program.optimised(), amount)
    case .channels(let red, let green, let blue):
      .channels(red: red.optimised(), green: green.optimised(), blue: blue.optimised())
    case .split(let edge, let below, let above):
      .split(at: edge, below: below.optimised(), above: above.optimised())
    default: step
    }
  }

  /// A part of a matrix is a matrix: (1 − amount) · in + amount · M · in.
  private static func blend(_ program: ColorProgram, _ amount: Float) -> ColorStep {
    guard program.steps.count == 1, case .affine(let matrix)? = program.steps.first else {
      return .blend(program, amount: amount)
    }
    let share = Double(amount)
    return .affine(
      AffineMatrix(zip(matrix.m, AffineMatrix.identity.m).map { share * $0 + (1 - share) * $1 }))
  }

  /// What does the same as the two steps after one another, or `nil`.
  private static func joined(_ first: ColorStep, _ second: ColorStep) -> [ColorStep]? {
    switch (first, second) {
    case (.affine(let a), .affine(let b)): return [.affine(b * a)]
    case (.power(let a), .power(let b)):
      let exponent = a * b
      guard (1.0 / 64...64).contains(exponent) else { return nil }
      return abs(exponent - 1) < 2e-7 ? [] : [.power(exponent)]
    case (.srgbDecode, .srgbEncode), (.srgbEncode, .srgbDecode): return []
    case (.logDecode(let a), .logEncode(let b)) where a == b: return []
    // Where a line goes on below the logarithm, every value has its code.
    case (.logEncode(let a), .logDecode(let b)) where a == b && a.cut.isFinite: return []
    case (.pqDecode(let a), .pqEncode(let b)) where a == b: return [.clamp(low: 0, high: 1)]
    case (.clamp(let low, let high), .clamp(let low2, let high2)):
      let (l, h) = (max(low, low2), min(high, high2))
      return l <= h ? [.clamp(low: l, high: h)] : nil
    case (.clamp(let low, let high), .lattice(let lattice)):
      let isSuperfluous = (0..<3).allSatisfy { low <= lattice.low[$0] && lattice.high[$0] <= high }
      return isSuperfluous ? [second] : nil
    case (.cdl(let v), .clamp(let low, let high)) where v.clamps: return low <= 0 && high >= 1 ? [first] : nil
    case (.lattice(let lattice), .affine(let matrix)): return [.lattice(lattice.followed(by: matrix))]
    case (.affine(let matrix), .lattice(let lattice)):
      return lattice.preceded(by: matrix).map { [.lattice($0)] }
    case (.curves(let r?, let g?, let b?), .affine(let matrix)) where matrix.isDiagonal:
      let curves = [r, g, b].enumerated().map { channel, curve in
        curve.scaled(by: matrix.m[channel * 5], plus: matrix.m[channel * 4 + 3])
      }
      return [.curves(red: curves[0], green: curves[1], blue: curves[2])]
    default: return nil
    }
  }
}

extension CurveTable {
  fileprivate func scaled(by factor: Double, plus offset: Double) -> CurveTable {
    CurveTable(values.map { Float(Double($0) * factor + offset) }, low: low, high: high)
  }
}

extension ColorLattice {
  /// The matrix in the nodes.
  fileprivate func followed(by matrix: AffineMatrix) -> ColorLattice {
    let m = matrix.m
    var made = [Float](repeating: 0, count: colors.count)
    colors.withUnsafeBufferPointer { colors in
      for at in stride(from: 0, to: colors.count, by: 3) {
        let (r, g, b) = (Double(colors[at]), Double(colors[at + 1]), Double(colors[at + 2]))
        for row in 0..<3 {
          made[at + row] = Float(m[row * 4] * r + m[row * 4 + 1] * g + m[row * 4 + 2] * b + m[row * 4 + 3])
        }
      }
    }
    return ColorLattice(size: size, colors: made, low: low, high: high, interpolation: interpolation)
  }

  /// The matrix in the domain, when each channel is scaled by something above 0.
  fileprivate func preceded(by matrix: AffineMatrix) -> ColorLattice? {
    let scales = (0..<3).map { matrix.m[$0 * 5] }
    guard matrix.isDiagonal, scales.allSatisfy({ $0 > 1e-6 }) else { return nil }
    func moved(_ edge: [Float]) -> [Float] {
      (0..<3).map { Float((Double(edge[$0]) - matrix.m[$0 * 4 + 3]) / scales[$0]) }
    }
    let (from, to) = (moved(low), moved(high))
    guard zip(from, to).allSatisfy({ $0 < $1 && ($1 - $0).isFinite }) else { return nil }
    return ColorLattice(
      size: size, colors: Array(colors), low: from, high: to, interpolation: interpolation)
  }
}
