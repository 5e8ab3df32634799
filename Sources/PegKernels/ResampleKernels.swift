internal import CPegKernels

/// A resampling filter as a table over distance.
public struct FilterTable: Sendable {
  /// Where the filter ends, in samples.
  public let radius: Int
  /// Nodes from a distance to the next whole one; 0 takes the nearest sample.
  public let perUnit: Int
  /// `radius · perUnit + 1` values from distance 0 on, the last one 0; one more that may be read.
  let values: [Float]

  /// - Parameter value: at a distance, in samples, from 0 to `radius`.
  public init(radius: Int, perUnit: Int, value: (Double) -> Double) {
    precondition(radius > 0 && perUnit > 0)
    self.radius = radius
    self.perUnit = perUnit
    values = (0...radius * perUnit + 1).map { $0 < radius * perUnit ? Float(value(Double($0) / Double(perUnit))) : 0 }
  }

  private init() {
    radius = 1
    perUnit = 0
    values = [0, 0]
  }

  /// The nearest sample.
  public static let nearest = FilterTable()

  /// Linear between two nodes.
  public subscript(distance: Double) -> Float {
    let place = abs(distance) * Double(perUnit)
    guard place < Double(radius * perUnit) else { return 0 }
    let node = Int(place)
    let part = Float(place - Double(node))
    return values[node] + part * (values[node + 1] - values[node])
  }
}

/// Where the pixels of a row lie in a picture that is turned, on the scale of sample centres: pixel i at (u + i · du,
/// v + i · dv).
public struct TurnedRow: Sendable {
  public var u: Double
  public var v: Double
  public var du: Double
  public var dv: Double
  /// How much narrower than a filter's table the distances are, 0…1: below 1 where the picture shrinks.
  public var step: (u: Double, v: Double)

  public init(u: Double, v: Double, du: Double, dv: Double, step: (u: Double, v: Double)) {
    (self.u, self.v, self.du, self.dv, self.step) = (u, v, du, dv, step)
  }

  /// Samples that may lie within a filter's reach along an axis.
  public static func taps(_ filter: FilterTable, step: Double) -> Int { Int(2 * Double(filter.radius) / step) + 1 }
}

extension Kernels {
  /// target[i] = Σ weights[k · count + i] · source[first[i] + k], k rising; no row is another.
  public func gather(
    _ source: UnsafePointer<Float>, first: [Int32], weights: [Float], taps: Int, into target: FloatRow
  ) {
    precondition(taps > 0 && weights.count == first.count * taps)
    table.pointee.gather(source, first, weights, Int32(taps), target, first.count)
  }

  /// Pixels of a row from a turned picture of four interleaved components, `stride` floats a line.
  ///
  /// - Precondition: the picture holds whatever lies within the filter's reach of the row.
  public func turn(
    _ source: UnsafePointer<Float>, stride: Int, _ filter: FilterTable, _ row: TurnedRow, into target: ColorRows,
    count: Int
  ) {
    let taps = (u: TurnedRow.taps(filter, step: row.step.u), v: TurnedRow.taps(filter, step: row.step.v))
    filter.values.withUnsafeBufferPointer { values in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: taps.u + taps.v) { scratch in
        guard let base = values.baseAddress, let room = scratch.baseAddress else { return }
        var table = peg_filter(
          table: base, per_unit: Int32(filter.perUnit), radius: Float(filter.radius))
        var turn = peg_turn(
          u: row.u, v: row.v, du: row.du, dv: row.dv, step_u: row.step.u, step_v: row.step.v,
          taps_u: Int32(taps.u), taps_v: Int32(taps.v))
        self.table.pointee.turn(
          source, stride, &table, &turn, room, target.0, target.1, target.2, target.3, count)
      }
    }
  }
}

extension Oracle {
  /// The first sample within a filter's reach, and the weights from it on, which add up to 1.
  public static func turnedWeights(
    _ filter: FilterTable, at: Double, step: Double, taps: Int
  ) -> (first: Int, weights: [Float]) {
    let first = Int((at - Double(filter.radius) / step).rounded(.up))
    let raw = (0..<taps).map { filter[(Double(first + $0) - at) * step] }
    let sum = raw.reduce(0, +)
    return (first, raw.map { $0 / sum })
  }

  /// A pixel of a turned picture: lines are filtered across, then down.
  public static func turn(
    _ source: (_ x: Int, _ y: Int) -> Float, _ filter: FilterTable, u: Double, v: Double, step: (u: Double, v: Double)
  ) -> Float {
    if filter.perUnit == 0 { return source(Int(u + 0.5), Int(v + 0.5)) }
    let x = turnedWeights(filter, at: u, step: step.u, taps: TurnedRow.taps(filter, step: step.u))
    let y = turnedWeights(filter, at: v, step: step.v, taps: TurnedRow.taps(filter, step: step.v))
    var sum: Float = 0
    for (j, down) in y.weights.enumerated() {
      var across: Float = 0
      for (k, weight) in x.weights.enumerated() { across += weight * source(x.first + k, y.first + j) }
      sum += down * across
    }
    return sum
  }
}

extension Kernels {
  /// Four rows as one of pixels.
  public func interleave(_ source: ColorRows, into target: FloatRow, count: Int) {
    table.pointee.interleave(source.0, source.1, source.2, source.3, target, count)
  }
}
