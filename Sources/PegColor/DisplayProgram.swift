import PegCore
import PegKernels

/// Programs between the working space and the spaces that tags name.
extension ColorProgram {
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
      program.append(.clamp(low: 0, high: 1))
      program.append(.srgbEncode)
      return program
    }
    if let view {
      throw PegError(.badInput, "the view \(view) is for scene-linear pictures, and this one is \(tags.transfer)")
    }
    if curve.isSDR, tags.primaries == .bt709 { return program }
    try program.decode(curve, tags.primaries)
    try program.changePrimaries(from: tags.primaries, to: .bt709)
    program.append(.power(1 / 2.4))
    return program
  }

  /// From the working space to a deliverable's: the same path backwards. Scene-linear is the inverse of the view `sdr`.
  static func fromWorking(_ tags: ColorTags) throws(PegError) -> ColorProgram {
    let curve = try DisplayCurve(tags.transfer)
    var program = ColorProgram()
    if curve.isSDR, tags.primaries == .bt709 { return program }
    program.append(curve == .linear ? .srgbDecode : .power(2.4))
    try program.changePrimaries(from: .bt709, to: tags.primaries)
    switch curve {
    case .power(let exponent): program.append(.power(1 / exponent))
    case .srgb: program.append(.srgbEncode)
    case .linear: break
    case .pq: program.append(.pqEncode(white: DisplayCurve.sdrWhite))
    case .hlg:
      try Self.requireHLGPrimaries(tags.primaries)
      program.append(.hlgEncode(white: DisplayCurve.sdrWhite))
    }
    return program
  }

  private mutating func decode(_ curve: DisplayCurve, _ primaries: Primaries) throws(PegError) {
    switch curve {
    case .power(let exponent): append(.power(exponent))
    case .srgb: append(.srgbDecode)
    case .linear: break
    case .pq: append(.pqDecode(white: DisplayCurve.sdrWhite))
    case .hlg:
      try Self.requireHLGPrimaries(primaries)
      append(.hlgDecode(white: DisplayCurve.sdrWhite))
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
    if source != target { append(.affine(AffineMatrix(source.matrix(to: target)))) }
  }
}
