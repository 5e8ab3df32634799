internal import CPegKernels

/// One row of samples that a kernel reads or writes.
public typealias FloatRow = UnsafeMutablePointer<Float>

/// The pixel loops of one instruction set.
///
/// Each call works on one row of `count` samples and costs a call through a pointer beside the work. Rows need no alignment;
/// a row that is written may be the row that is read, and rows may not overlap otherwise. Every level gives the same bytes.
public struct Kernels: @unchecked Sendable {
  // A table of the C target: constant for the life of the process.
  let table: UnsafePointer<peg_kernels>

  /// The fastest level of this host, or the one that `PEGBAR_CPU` (`scalar`, `sse2`, `avx2`, `avx512`, `neon`) names.
  public static let best: Kernels = {
    guard let table = peg_kernels_best() else { preconditionFailure("no kernels were built") }
    return Kernels(table: table)
  }()

  /// Every level that this build holds and this host runs, slowest first.
  public static let levels: [Kernels] = {
    var list: [Kernels] = []
    while let table = peg_kernels_level(list.count) { list.append(Kernels(table: table)) }
    return list
  }()

  /// Whether the host has AVX2, FMA and F16C: what fixes the level of a library that has levels of its own.
  public static let hostHasAVX2: Bool = peg_host_has_avx2_fma() != 0

  public var name: String { String(cString: table.pointee.name) }
}

// MARK: - Unpacking

extension Kernels {
  /// (code − black) / span.
  public func unpack8(_ source: UnsafeRawPointer, into target: FloatRow, count: Int, code: SampleCode) {
    withUnsafePointer(to: code.c) { table.pointee.unpack_u8(source.bytes, target, count, $0) }
  }

  /// (code − black) / span of 16-bit words; `swapped` when they are not in the host's order.
  public func unpack16(
    _ source: UnsafeRawPointer, swapped: Bool, into target: FloatRow, count: Int, code: SampleCode
  ) {
    withUnsafePointer(to: code.c) { table.pointee.unpack_u16(source.bytes, swapped ? 1 : 0, target, count, $0) }
  }

  /// NaN becomes 0; what lies outside ±65504 is held to it.
  public func unpackFloat(_ source: UnsafeRawPointer, into target: FloatRow, count: Int) {
    table.pointee.unpack_f32(source.bytes, target, count)
  }

  /// Half floats, exactly; NaN becomes 0, infinities ±65504.
  public func unpackHalf(_ source: UnsafeRawPointer, into target: FloatRow, count: Int) {
    table.pointee.unpack_f16(source.bytes, target, count)
  }

  /// 2 to 4 interleaved components of 8 bits, each into a row of its own by its own code.
  public func unpackPacked8(_ source: UnsafeRawPointer, into targets: [FloatRow], count: Int, codes: [SampleCode]) {
    precondition((2...4).contains(targets.count) && codes.count == targets.count)
    table.pointee.unpack_packed_u8(
      source.bytes, Int32(targets.count), targets[0], targets[1], targets.count > 2 ? targets[2] : nil,
      targets.count > 3 ? targets[3] : nil, count, codes.map(\.c))
  }

  /// 2 to 4 interleaved components of 16 bits.
  public func unpackPacked16(
    _ source: UnsafeRawPointer, swapped: Bool, into targets: [FloatRow], count: Int, codes: [SampleCode]
  ) {
    precondition((2...4).contains(targets.count) && codes.count == targets.count)
    table.pointee.unpack_packed_u16(
      source.bytes, swapped ? 1 : 0, Int32(targets.count), targets[0], targets[1],
      targets.count > 2 ? targets[2] : nil, targets.count > 3 ? targets[3] : nil, count, codes.map(\.c))
  }

  /// `values[code]`; there are 256 values.
  public func lookup(_ source: UnsafeRawPointer, in values: [Float], into target: FloatRow, count: Int) {
    precondition(values.count == 256)
    table.pointee.lookup_u8(source.bytes, values, target, count)
  }

  /// Bits, the highest of each byte first, from bit `first` on.
  public func unpackBits(
    _ source: UnsafeRawPointer, from first: Int, zero: Float, one: Float, into target: FloatRow, count: Int
  ) {
    table.pointee.unpack_bits(source.bytes, first, zero, one, target, count)
  }
}

// MARK: - Packing

extension Kernels {
  /// value · span + black, held to low…high (NaN is low), halves up.
  public func pack8(_ source: FloatRow, into target: UnsafeMutableRawPointer, count: Int, code: SampleCode) {
    withUnsafePointer(to: code.c) { table.pointee.pack_u8(source, target.bytes, count, $0) }
  }

  public func pack16(
    _ source: FloatRow, swapped: Bool, into target: UnsafeMutableRawPointer, count: Int, code: SampleCode
  ) {
    withUnsafePointer(to: code.c) { table.pointee.pack_u16(source, swapped ? 1 : 0, target.bytes, count, $0) }
  }

  public func packPacked8(
    _ sources: [FloatRow], into target: UnsafeMutableRawPointer, count: Int, codes: [SampleCode]
  ) {
    precondition((2...4).contains(sources.count) && codes.count == sources.count)
    table.pointee.pack_packed_u8(
      sources[0], sources[1], sources.count > 2 ? sources[2] : nil, sources.count > 3 ? sources[3] : nil,
      Int32(sources.count), target.bytes, count, codes.map(\.c))
  }

  public func packPacked16(
    _ sources: [FloatRow], swapped: Bool, into target: UnsafeMutableRawPointer, count: Int, codes: [SampleCode]
  ) {
    precondition((2...4).contains(sources.count) && codes.count == sources.count)
    table.pointee.pack_packed_u16(
      sources[0], sources[1], sources.count > 2 ? sources[2] : nil, sources.count > 3 ? sources[3] : nil,
      swapped ? 1 : 0, Int32(sources.count), target.bytes, count, codes.map(\.c))
  }
}

extension Kernels {
  /// Adds noise in −amplitude…amplitude, of a triangle's density, to pixels from `x` on of row `y`: what is rounded afterwards
  /// is right on the average. The same place and plane has the same noise everywhere.
  public func dither(_ row: FloatRow, count: Int, x: Int, y: Int, plane: Int, amplitude: Float) {
    table.pointee.dither(
      row, count, UInt32(truncatingIfNeeded: x), UInt32(truncatingIfNeeded: y), UInt32(truncatingIfNeeded: plane),
      amplitude)
  }
}

// MARK: - Colour

extension Kernels {
  /// Three rows through a 3×3 matrix, row-major.
  public func matrix(_ a: FloatRow, _ b: FloatRow, _ c: FloatRow, count: Int, by matrix: [Float]) {
    precondition(matrix.count == 9)
    table.pointee.matrix(a, b, c, count, matrix)
  }

  public func clamp(_ row: FloatRow, count: Int, to range: ClosedRange<Float>) {
    table.pointee.clamp(row, count, range.lowerBound, range.upperBound)
  }

  /// sign(x) · |x|^exponent, to about 3e-7 of the value; the exponent lies in 1/64…64.
  public func power(_ row: FloatRow, count: Int, exponent: Float) { table.pointee.power(row, count, exponent) }

  /// The EOTF of IEC 61966-2-1, odd about 0.
  public func srgbDecode(_ row: FloatRow, count: Int) { table.pointee.srgb_decode(row, count) }
  /// Its inverse.
  public func srgbEncode(_ row: FloatRow, count: Int) { table.pointee.srgb_encode(row, count) }

  /// The EOTF of SMPTE ST 2084; 1 is `white` cd/m², code values are held to 0…1.
  public func pqDecode(_ row: FloatRow, count: Int, white: Float) { table.pointee.pq_decode(row, count, white) }
  /// Its inverse; light is held to 0…10 000 cd/m².
  public func pqEncode(_ row: FloatRow, count: Int, white: Float) { table.pointee.pq_encode(row, count, white) }

  /// The EOTF of BT.2100 HLG on a display of 1000 cd/m² (system gamma 1.2); 1 is `white` cd/m². BT.2020 R′G′B′.
  public func hlgDecode(_ r: FloatRow, _ g: FloatRow, _ b: FloatRow, count: Int, white: Float) {
    table.pointee.hlg_decode(r, g, b, count, white)
  }
  /// Its inverse.
  public func hlgEncode(_ r: FloatRow, _ g: FloatRow, _ b: FloatRow, count: Int, white: Float) {
    table.pointee.hlg_encode(r, g, b, count, white)
  }
}

// MARK: - Alpha

extension Kernels {
  /// Colour times alpha.
  public func associate(_ r: FloatRow, _ g: FloatRow, _ b: FloatRow, alpha: FloatRow, count: Int) {
    table.pointee.associate(r, g, b, alpha, count)
  }

  /// Colour divided by alpha, and as it is where alpha is not above 0.
  public func unassociate(_ r: FloatRow, _ g: FloatRow, _ b: FloatRow, alpha: FloatRow, count: Int) {
    table.pointee.unassociate(r, g, b, alpha, count)
  }

  /// What undoes ``unassociate(_:_:_:alpha:count:)``: colour times alpha, and as it is where alpha is not above 0.
  public func reassociate(_ r: FloatRow, _ g: FloatRow, _ b: FloatRow, alpha: FloatRow, count: Int) {
    table.pointee.reassociate(r, g, b, alpha, count)
  }

  /// After resampling associated colour: alpha back into 0…1, and the colour with it.
  public func settle(_ r: FloatRow, _ g: FloatRow, _ b: FloatRow, alpha: FloatRow, count: Int) {
    table.pointee.settle(r, g, b, alpha, count)
  }

  /// row[i] · (columns[i] · weight).
  public func cover(_ row: FloatRow, columns: UnsafePointer<Float>, weight: Float, count: Int) {
    table.pointee.cover(row, columns, weight, count)
  }

  public func fill(_ row: FloatRow, with value: Float, count: Int) { table.pointee.fill(row, value, count) }

  /// source · opacity + target · (1 − alpha · opacity) on rows of three colours and alpha, in that order.
  public func over(
    _ source: (FloatRow, FloatRow, FloatRow, FloatRow), onto target: (FloatRow, FloatRow, FloatRow, FloatRow),
    opacity: Float, count: Int
  ) {
    table.pointee.over(
      source.0, source.1, source.2, source.3, target.0, target.1, target.2, target.3, opacity, count)
  }

  /// a · wa + b · wb.
  public func mix(
    _ a: UnsafePointer<Float>, _ wa: Float, _ b: UnsafePointer<Float>, _ wb: Float, into target: FloatRow, count: Int
  ) {
    table.pointee.mix(a, wa, b, wb, target, count)
  }

  /// source · weight.
  public func scale(_ source: UnsafePointer<Float>, by weight: Float, into target: FloatRow, count: Int) {
    table.pointee.scale(source, weight, target, count)
  }
}

extension UnsafeRawPointer {
  fileprivate var bytes: UnsafePointer<UInt8> { assumingMemoryBound(to: UInt8.self) }
}

extension UnsafeMutableRawPointer {
  fileprivate var bytes: UnsafeMutablePointer<UInt8> { assumingMemoryBound(to: UInt8.self) }
}
