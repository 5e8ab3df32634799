import PegCore

/// R′G′B′ to Y′CbCr and back; Y′ in 0…1, Cb and Cr in −0.5…0.5.
struct YCbCrMatrix {
  let fromRGB: Matrix3
  let toRGB: Matrix3

  /// Throws bad input for what is no matrix on R′G′B′: constant luminance and ICtCp.
  init(_ matrix: Matrix) throws(PegError) {
    if matrix == .ycgco {
      // H.273 eq. 47-49: Cg in the place of Cb, Co in that of Cr.
      fromRGB = Matrix3([0.25, 0.5, 0.25, -0.25, 0.5, -0.25, 0.5, 0, -0.5])
      toRGB = Matrix3([1, -1, 1, 1, 1, 0, 1, -1, -1])
      return
    }
    guard let (kr, kb) = Self.weights(matrix) else {
      throw PegError(
        .badInput, "cannot convert Y′CbCr with the matrix \(matrix): it is not handled",
        hint: "handled are bt709, bt2020ncl, bt470bg, smpte170m, smpte240m, fcc and ycgco")
    }
    let kg = 1 - kr - kb
    fromRGB = Matrix3([
      kr, kg, kb,
      -kr / (2 * (1 - kb)), -kg / (2 * (1 - kb)), 0.5,
      0.5, -kg / (2 * (1 - kr)), -kb / (2 * (1 - kr)),
    ])
    toRGB = Matrix3([
      1, 0, 2 * (1 - kr),
      1, -2 * kb * (1 - kb) / kg, -2 * kr * (1 - kr) / kg,
      1, 2 * (1 - kb), 0,
    ])
  }

  /// KR and KB of H.273 table 4.
  static func weights(_ matrix: Matrix) -> (kr: Double, kb: Double)? {
    switch matrix {
    case .bt709: (0.2126, 0.0722)
    case .fcc: (0.30, 0.11)
    case .bt470bg, .smpte170m: (0.299, 0.114)
    case .smpte240m: (0.212, 0.087)
    case .bt2020ncl: (0.2627, 0.0593)
    case .rgb, .unspecified, .ycgco, .bt2020cl, .ictcp: nil
    }
  }
}
