import PegCore
import PegKernels

/// The steps that lead rows of R′G′B′ (not multiplied by alpha) from one space to another.
///
/// An empty program changes nothing. Grades join here as further steps.
struct ColorProgram: Sendable {
  enum Step: Hashable, Sendable {
    case power(Float)
    case srgbDecode, srgbEncode
    /// 1 is this many cd/m².
    case pqDecode(Float), pqEncode(Float)
    case hlgDecode(Float), hlgEncode(Float)
    case matrix([Float])
    case clamp(Float, Float)
  }

  private(set) var steps: [Step] = []

  var isIdentity: Bool { steps.isEmpty }

  /// To the working space, SDR display code values of BT.709.
  ///
  /// Code values of SDR displays with the primaries of BT.709 pass; everything else goes through light: its own display's
  /// curve, primaries, and back by BT.1886's 2.4. PQ and HLG have SDR white, code value 1, at 203 cd/m².
  /// `view` is `sdr` for scene-linear, and nothing for others: primaries to BT.709, clamp to 0…1, inverse sRGB EOTF.
  static func toWorking(_ tags: ColorTags, view: String?) throws(PegError) -> ColorProgram {
    let curve = try DisplayCurve(tags.transfer)
    var program = ColorProgram()
    if curve == .linear {
      guard let view else {
        throw PegError(.badInput, "cannot show scene-linear pictures without a view", hint: "the built-in view is sdr")
      }
      guard view == "sdr" else {
        throw PegError(.badInput, "cannot show scene-linear pictures through the view \(view): only sdr is built")
      }
      try program.changePrimaries(from: tags.primaries, to: .bt709)
      program.steps += [.clamp(0, 1), .srgbEncode]
      return program
    }
    if let view {
      throw PegError(.badInput, "the view \(view) is for scene-linear pictures, and this one is \(tags.transfer)")
    }
    if curve.isSDR, tags.primaries == .bt709 { return program }
    try program.decode(curve, tags.primaries)
    try program.changePrimaries(from: tags.primaries, to: .bt709)
    program.steps.append(.power(1 / 2.4))
    return program
  }

  /// From the working space to a deliverable's: the same path backwards. Scene-linear is the inverse of the view `sdr`.
  static func fromWorking(_ tags: ColorTags) throws(PegError) -> ColorProgram {
    let curve = try DisplayCurve(tags.transfer)
    var program = ColorProgram()
    if curve.isSDR, tags.primaries == .bt709 { return program }
    program.steps.append(curve == .linear ? .srgbDecode : .power(2.4))
    try program.changePrimaries(from: .bt709, to: tags.primaries)
    switch curve {
    case .power(let exponent): program.steps.append(.power(1 / exponent))
    case .srgb: program.steps.append(.srgbEncode)
    case .linear: break
    case .pq: program.steps.append(.pqEncode(DisplayCurve.sdrWhite))
    case .hlg:
      try Self.requireHLGPrimaries(tags.primaries)
      program.steps.append(.hlgEncode(DisplayCurve.sdrWhite))
    }
    return program
  }

  private mutating func decode(_ curve: DisplayCurve, _ primaries: Primaries) throws(PegError) {
    switch curve {
    case .power(let exponent): steps.append(.power(exponent))
    case .srgb: steps.append(.srgbDecode)
    case .linear: break
    case .pq: steps.append(.pqDecode(DisplayCurve.sdrWhite))
    case .hlg:
      try Self.requireHLGPrimaries(primaries)
      steps.append(.hlgDecode(DisplayCurve.sdrWhite))
    }
  }

  // The OOTF weighs R, G and B by BT.2020's luminance.
  private static func requireHLGPrimaries(_ primaries: Primaries) throws(PegError) {
    guard primaries == .bt2020 else {
      throw PegError(.badInput, "cannot convert HLG with the primaries \(primaries): BT.2100 has bt2020 only")
    }
  }

  private mutating func changePrimaries(from: Primaries, to: Primaries) throws(PegError) {
    guard let source = Chromaticities(from), let target = Chromaticities(to) else {
      throw PegError(.badInput, "cannot convert from or to the primaries \(from == .bt709 ? to : from): not handled")
    }
    if source != target { steps.append(.matrix(source.matrix(to: target).floats)) }
  }

  func apply(_ r: FloatRow, _ g: FloatRow, _ b: FloatRow, count: Int, _ kernels: Kernels) {
    func each(_ body: (FloatRow) -> Void) {
      body(r)
      body(g)
      body(b)
    }
    for step in steps {
      switch step {
      case .power(let exponent): each { kernels.power($0, count: count, exponent: exponent) }
      case .srgbDecode: each { kernels.srgbDecode($0, count: count) }
      case .srgbEncode: each { kernels.srgbEncode($0, count: count) }
      case .pqDecode(let white): each { kernels.pqDecode($0, count: count, white: white) }
      case .pqEncode(let white): each { kernels.pqEncode($0, count: count, white: white) }
      case .hlgDecode(let white): kernels.hlgDecode(r, g, b, count: count, white: white)
      case .hlgEncode(let white): kernels.hlgEncode(r, g, b, count: count, white: white)
      case .matrix(let matrix): kernels.matrix(r, g, b, count: count, by: matrix)
      case .clamp(let low, let high): each { kernels.clamp($0, count: count, to: low...high) }
      }
    }
  }
}
