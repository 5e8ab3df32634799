internal import CPegKernels

// Grades: the values that a kernel works by, and the calls.

/// ASC CDL v1.2: slope, offset and power of each channel, then saturation about BT.709's luma.
public struct CDLValues: Hashable, Sendable {
  /// Red, green, blue. Slopes are not below 0, powers above 0; neutral are 1, 0, 1.
  public var slope: [Float]
  public var offset: [Float]
  public var power: [Float]
  /// Not below 0; 1 changes nothing.
  public var saturation: Float
  /// Holds to 0…1 after the offset and after the saturation, as the standard says. Without, values that are not above 0 pass
  /// the power unchanged, and NaN becomes 0.
  public var clamps: Bool

  public init(slope: [Float], offset: [Float], power: [Float], saturation: Float, clamps: Bool = true) {
    precondition(slope.count == 3 && offset.count == 3 && power.count == 3)
    self.slope = slope
    self.offset = offset
    self.power = power
    self.saturation = saturation
    self.clamps = clamps
  }

  var c: peg_cdl {
    peg_cdl(
      slope: (slope[0], slope[1], slope[2]), offset: (offset[0], offset[1], offset[2]),
      power: (power[0], power[1], power[2]), saturation: saturation, clamps: clamps ? 1 : 0)
  }
}

/// A function of one value as a table: linear between entries, held to the first and the last outside `low…high`.
public struct CurveTable: Hashable, Sendable {
  /// At least 2, evenly spaced from `low` to `high`.
  public let values: [Float]
  public let low: Float
  public let high: Float
  /// A value's place in the table is value · scale + offset.
  public let scale: Float
  public let offset: Float
  // Of the content, taken once: programs are compared for every picture.
  private let digest: Int

  public init(_ values: [Float], low: Float = 0, high: Float = 1) {
    precondition(values.count >= 2 && low < high)
    self.values = values
    self.low = low
    self.high = high
    let step = Double(values.count - 1) / (Double(high) - Double(low))
    scale = Float(step)
    offset = Float(-Double(low) * step)
    digest = values.contentHash
  }

  public static func == (a: CurveTable, b: CurveTable) -> Bool {
    a.digest == b.digest && a.low == b.low && a.high == b.high && a.values == b.values
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(digest)
    hasher.combine(low)
    hasher.combine(high)
  }

}

/// code = a · log2(b · x + c) + d above `cut`, e · x + f at and below it: camera logs and ACES's.
public struct LogCurve: Hashable, Sendable {
  public var a: Float
  public var b: Float
  public var c: Float
  public var d: Float
  public var e: Float
  public var f: Float
  /// The greatest linear value on the line, and its code.
  public var cut: Float
  public var cutCode: Float

  /// - Parameters: none of a, b and e is 0.
  public init(a: Float, b: Float, c: Float, d: Float, e: Float, f: Float, cut: Float, cutCode: Float) {
    (self.a, self.b, self.c, self.d) = (a, b, c, d)
    (self.e, self.f, self.cut, self.cutCode) = (e, f, cut, cutCode)
  }

  var kernel: peg_log { peg_log(a: a, b: b, c: c, d: d, e: e, f: f, cut: cut, cut_code: cutCode) }
}

extension Kernels {
  /// Three rows through a 3×4 matrix, row-major, the fourth column added.
  public func affine(_ a: FloatRow, _ b: FloatRow, _ c: FloatRow, count: Int, by matrix: [Float]) {
    precondition(matrix.count == 12)
    table.pointee.affine(a, b, c, count, matrix)
  }

  public func cdl(_ r: FloatRow, _ g: FloatRow, _ b: FloatRow, count: Int, _ values: CDLValues) {
    withUnsafePointer(to: values.c) { table.pointee.cdl(r, g, b, count, $0) }
  }

  public func curve(_ row: FloatRow, count: Int, _ curve: CurveTable) {
    curve.values.withUnsafeBufferPointer { values in
      let c = peg_curve(
        values: values.baseAddress, size: Int32(values.count), scale: curve.scale, offset: curve.offset)
      withUnsafePointer(to: c) { table.pointee.curve(row, count, $0) }
    }
  }

  public func logEncode(_ row: FloatRow, count: Int, _ curve: LogCurve) {
    withUnsafePointer(to: curve.kernel) { table.pointee.log_encode(row, count, $0) }
  }

  public func logDecode(_ row: FloatRow, count: Int, _ curve: LogCurve) {
    withUnsafePointer(to: curve.kernel) { table.pointee.log_decode(row, count, $0) }
  }
}

extension Kernels {
  /// row[i] = row[i] > edge ? above[i] : below[i]; NaN takes `below`. The rows do not overlap.
  public func choose(
    _ row: FloatRow, below: UnsafePointer<Float>, above: UnsafePointer<Float>, edge: Float, count: Int
  ) {
    table.pointee.choose(row, below, above, edge, count)
  }

  public func compress(_ r: FloatRow, _ g: FloatRow, _ b: FloatRow, count: Int, _ compression: GamutCompression) {
    withUnsafePointer(to: compression.c) { table.pointee.compress(r, g, b, count, $0) }
  }
}

// MARK: - Chroma

extension Kernels {
  /// target[i] = Σ weights[k] · rows[k][i], k rising; the target is none of the rows.
  public func blendRows(_ rows: [FloatRow], _ weights: [Float], into target: FloatRow, count: Int) {
    precondition(rows.count == weights.count && !rows.isEmpty)
    let constant = rows.map { Optional(UnsafePointer($0)) }
    table.pointee.blend_rows(constant, weights, Int32(rows.count), target, count)
  }

  /// target[factor · i + p] = Σ weights[4p + k] · source[i + k], k rising, for i below `groups`; reads groups + 3 samples.
  public func expand(
    _ source: UnsafePointer<Float>, factor: Int, _ weights: [Float], into target: FloatRow, groups: Int
  ) {
    precondition(weights.count == 4 * factor)
    table.pointee.expand(source, Int32(factor), weights, target, groups)
  }

  /// target[i] = Σ weights[k] · source[step · i + k]. With a step of 2 there are 8 weights, and the even ones are added first;
  /// two of one weight about a luma sample are added before they are weighted.
  public func shrink(
    _ source: UnsafePointer<Float>, step: Int, _ weights: [Float], into target: FloatRow, count: Int
  ) {
    precondition(step != 2 || weights.count == 8)
    table.pointee.shrink(source, Int32(step), weights, Int32(weights.count), target, count)
  }
}

extension [Float] {
  /// Of the bytes in one go: a hundred thousand floats one by one take milliseconds.
  var contentHash: Int {
    var hasher = Hasher()
    withUnsafeBytes { hasher.combine(bytes: $0) }
    return hasher.finalize()
  }
}
