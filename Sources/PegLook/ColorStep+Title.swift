import PegColor
import PegKernels

extension ColorStep {
  /// As messages call it.
  var title: String {
    switch self {
    case .affine: "a matrix"
    case .clamp: "a clamp"
    case .cdl: "a CDL"
    case .curves: "curves"
    case .halfCurves: "curves of half floats"
    case .lattice: "a 3D table"
    case .power(let exponent): "a power of \(exponent)"
    case .srgbDecode, .srgbEncode: "sRGB's curve"
    case .pqDecode, .pqEncode: "the PQ curve"
    case .hlgDecode, .hlgEncode: "HLG"
    case .logDecode, .logEncode: "a logarithm"
    case .split: "a function of several pieces"
    case .channels: "a function of each channel"
    case .compress: "a gamut compression"
    case .blend(let program, _): "a part of (\(program.steps.map(\.title).joined(separator: ", ")))"
    }
  }

  /// Whether no channel takes anything of another.
  var isChannelwise: Bool {
    switch self {
    case .affine(let matrix): matrix.isDiagonal
    case .cdl(let values): values.saturation == 1
    case .lattice, .hlgDecode, .hlgEncode, .compress: false
    case .split(_, let below, let above): below.isChannelwise && above.isChannelwise
    case .blend(let program, _): program.isChannelwise
    default: true
    }
  }
}

extension ColorProgram {
  var isChannelwise: Bool { steps.allSatisfy(\.isChannelwise) }
}
