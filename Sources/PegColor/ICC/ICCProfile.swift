public import PegCore
import PegKernels

/// An ICC profile of R, G and B, or of grey (ISO 15076-1), as a colour space or as a table.
///
/// Profiles of three curves and a matrix are read exactly, without a library: code values through their curves, primaries from
/// their colorants, white from `chad`, or from `wtpt` by Bradford's transform. One that has these and tables, too, is read by
/// these. Profiles of tables alone are read by Little CMS, in a build that has it, by their relative colorimetric intent.
public struct ICCProfile: Sendable {
  /// What the profile calls itself; empty where it does not.
  public let title: String
  /// What its code values mean, where curves and a matrix say it: a space of the list when it is one, within the rounding of
  /// a profile's numbers (0.0015 in x and y, half a code value at 8 bits in the curve). `nil` for a table.
  public let space: ColorSpace?
  private let bytes: [UInt8]
  private let name: String

  /// Whether this build reads profiles that are tables.
  public static var readsTables: Bool { LittleCMS.isPresent }

  /// - Parameters:
  ///   - bytes: the whole profile.
  ///   - name: what messages call it.
  /// - Throws: bad input for what is broken, is of another kind of colours (CMYK, Lab), or needs a library that this build does
  ///   not have.
  public init(_ bytes: [UInt8], name: String) throws(PegError) {
    self.bytes = bytes
    self.name = name
    let tags = try ICCTags(bytes, name: name)
    title = tags.title
    switch tags.colorSpace {
    case "GRAY":
      guard let curve = try tags.curve("kTRC") else { throw tags.wrong("has no curve for grey") }
      space = Self.space(title, .bt709, [curve, curve, curve])
    case "RGB ":
      if let red = try tags.numbers("rXYZ", count: 3), let green = try tags.numbers("gXYZ", count: 3),
        let blue = try tags.numbers("bXYZ", count: 3), let r = try tags.curve("rTRC"),
        let g = try tags.curve("gTRC"), let b = try tags.curve("bTRC")
      {
        space = Self.space(title, try Self.gamut([red, green, blue], tags), [r, g, b])
      } else {
        guard tags.has("A2B0") || tags.has("A2B1") else {
          throw tags.wrong("has no curves with a matrix, and no table")
        }
        guard Self.readsTables else {
          throw PegError(
            .badInput, "the ICC profile \(name) is a table, which this build does not read",
            hint: "install liblcms2-dev and build again")
        }
        space = nil
      }
    case let other: throw tags.wrong("is of \(other.filter { $0 != " " }), and RGB and GRAY are read")
    }
  }

  /// Code values of the profile to code values of a space.
  ///
  /// - Throws: bad input for a table that cannot be read.
  public func program(to target: ColorSpace, colorimetric: Bool = false) throws(PegError) -> ColorProgram {
    if let space { return ColorSpace.program(from: space, to: target, colorimetric: colorimetric) }
    return try table(to: target)
  }

  // MARK: - Curves and a matrix

  /// ICC's connection space: D50.
  private static let d50 = [0.9642, 1, 0.8249]

  /// Colorants are adapted to D50; this takes them back.
  private static func gamut(_ colorants: [[Double]], _ tags: ICCTags) throws(PegError) -> Chromaticities {
    let back: Matrix3
    if let chad = try tags.numbers("chad", count: 9), abs(Matrix3(chad).determinant) > 1e-6 {
      back = Matrix3(chad).inverse
    } else {
      let white = try tags.numbers("wtpt", count: 3) ?? d50
      guard white.allSatisfy({ $0 > 0.01 }) else { throw tags.wrong("has a white that is none") }
      back = ConeResponse.bradford.adaptation(from: d50, to: white)
    }
    let white = back.applied(to: d50)
    let points = (colorants.map { back.applied(to: $0) } + [white]).map { xyz -> (Double, Double) in
      let sum = xyz[0] + xyz[1] + xyz[2]
      return (xyz[0] / sum, xyz[1] / sum)
    }
    guard points.allSatisfy({ $0.0.isFinite && $0.1.isFinite && abs($0.1) > 1e-4 }) else {
      throw tags.wrong("has colorants that are none")
    }
    let read = Chromaticities(points[0], points[1], points[2], white: points[3])
    guard abs(read.primaries.determinant) > 1e-4 else { throw tags.wrong("has colorants that lie on one line") }
    return ColorSpace.all.map(\.chromaticities).first { $0.isNear(read, 0.0015) } ?? read
  }

  private static func space(_ title: String, _ gamut: Chromaticities, _ curves: [ICCTags.Curve]) -> ColorSpace {
    let isSame = curves[0] == curves[1] && curves[1] == curves[2]
    func joined(_ programs: [ColorProgram]) -> ColorProgram {
      isSame
        ? programs[0] : ColorProgram([.channels(red: programs[0], green: programs[1], blue: programs[2])])
    }
    let own = TransferFunction(
      "", "an ICC profile's curve", decode: joined(curves.map(\.decode)), encode: joined(curves.map(\.encode)))
    let known = ColorSpace.all.filter { $0.chromaticities == gamut && ($0.isSDRDisplay || $0.transfer == .linear) }
    if let space = known.first(where: { isNear($0.transfer, own) }) { return space }
    let transfer = TransferFunction.all.first { isNear($0, own) } ?? own
    let space = ColorSpace("", title.isEmpty ? "an ICC profile" : title, gamut, transfer, .display(nits: 100))
    return space.restated ?? space
  }

  /// Within half a code value of 8 bits, as a display of 2.4 shows it.
  private static func isNear(_ known: TransferFunction, _ own: TransferFunction) -> Bool {
    (0...64).allSatisfy { step in
      let code = Float(step) / 64
      let (a, b) = (known.decode.applied(to: (code, code, code)), own.decode.applied(to: (code, code, code)))
      func off(_ x: Float, _ y: Float) -> Float {
        abs(Oracle.power(x, 1 / 2.4) - Oracle.power(y, 1 / 2.4))
      }
      return max(off(a.0, b.0), off(a.1, b.1), off(a.2, b.2)) < 0.002
    }
  }

  // MARK: - Tables

  private static let edge = 65

  /// A lattice over the profile's code values, whose nodes are code values of the space.
  private func table(to target: ColorSpace) throws(PegError) -> ColorProgram {
    let n = Self.edge
    var codes: [Float] = []
    codes.reserveCapacity(3 * n * n * n)
    for k in 0..<n * n * n {
      for place in [k % n, k / n % n, k / n / n] { codes.append(Float(place) / Float(n - 1)) }
    }
    guard let xyz = LittleCMS.xyz(profile: bytes, codes) else {
      throw PegError(.badInput, "the ICC profile \(name) has a table that cannot be read")
    }
    let gamut = target.chromaticities
    let toLight = gamut.toXYZ.inverse * ConeResponse.bradford.adaptation(from: Self.d50, to: gamut.white)
    var colors: [Float] = []
    colors.reserveCapacity(codes.count)
    for at in stride(from: 0, to: xyz.count, by: 3) {
      let light = toLight.applied(to: [xyz[at], xyz[at + 1], xyz[at + 2]]).map { Float($0) }
      let code = target.fromLight.applied(to: (light[0], light[1], light[2]))
      colors += [code.0, code.1, code.2]
    }
    guard colors.allSatisfy(\.isFinite) else {
      throw PegError(.badInput, "the ICC profile \(name) has a table with values that are no numbers")
    }
    return ColorProgram([.lattice(ColorLattice(size: n, colors: colors))])
  }
}
