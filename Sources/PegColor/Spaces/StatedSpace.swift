public import PegCore

/// Spaces that a file describes by numbers, and that no list has: their name says them whole, so that plans, ledgers and
/// recipes carry them as any other.
///
/// `rgb:0.64,0.33,0.21,0.71,0.15,0.06,0.3127,0.329:gamma1.8` is x and y of red, green, blue and white (CIE 1931), and the curve:
/// the name of a transfer function, or `gamma` with an exponent that has a decimal point. With `linear` it is light of the
/// scene, else of a display.
extension ColorSpace {
  private static let mark = "rgb:"

  /// - Parameters:
  ///   - chromaticities: x and y of red, green, blue and white, to six decimals; those of `tags` when `nil`.
  ///   - exponent: what decodes code values to light; the curve `otherwise` when `nil`.
  /// - Returns: `nil` for numbers that are no space: a primary without light, all on one line, an exponent outside 0.1…10.
  public static func stated(
    _ chromaticities: [Double]?, primaries: Primaries = .bt709, exponent: Double?, otherwise: TransferFunction
  ) -> ColorSpace? {
    let own = chromaticities ?? Chromaticities(primaries)?.listed ?? Chromaticities.bt709.listed
    if let exponent,
      let known = all.first(where: {
        $0.chromaticities.agree(with: own) && $0.transfer.exponent.map { abs($0 - exponent) < 0.002 } == true
      })
    {
      return known
    }
    let curve = exponent.map { "gamma\(decimals($0, places: 5))" } ?? otherwise.name
    return ColorSpace(stated: mark + own.map { decimals($0, places: 6) }.joined(separator: ",") + ":" + curve)
  }

  /// The space in the words of ``stated(_:primaries:exponent:otherwise:)``, where primaries and curve can be said so.
  var restated: ColorSpace? {
    let exponent = transfer.name.isEmpty ? transfer.exponent : nil
    guard !transfer.name.isEmpty || exponent != nil else { return nil }
    return Self.stated(chromaticities.listed, exponent: exponent, otherwise: transfer)
  }

  /// Reads a name; `nil` for names of other kinds and for numbers that are no space.
  init?(stated name: String) {
    guard name.hasPrefix(Self.mark), name.utf8.count < 200 else { return nil }
    let parts = name.dropFirst(Self.mark.count).split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let transfer = Self.curve(String(parts[1])) else { return nil }
    let values = parts[0].split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
    guard values.count == 8, values.allSatisfy({ $0.isFinite && abs($0) <= 10 }),
      stride(from: 1, to: 8, by: 2).allSatisfy({ abs(values[$0]) > 1e-4 }), values[7] > 0
    else { return nil }
    let gamut = Chromaticities(
      (values[0], values[1]), (values[2], values[3]), (values[4], values[5]), white: (values[6], values[7]))
    guard abs(gamut.primaries.determinant) > 1e-4, gamut.toXYZ.m.allSatisfy(\.isFinite) else { return nil }
    self.init(
      name, "primaries of its own, \(transfer.title)", gamut, transfer,
      transfer == .linear ? .scene : transfer == .pq || transfer == .hlg ? .hdrDisplay : .display(nits: 100))
  }

  private static func curve(_ name: String) -> TransferFunction? {
    if let known = TransferFunction.all.first(where: { $0.name == name }) { return known }
    guard name.hasPrefix("gamma"), name.contains("."), let exponent = Double(name.dropFirst(5)),
      (0.1...10).contains(exponent)
    else { return nil }
    return TransferFunction(
      "", "gamma \(name.dropFirst(5))", decode: ColorProgram([.power(Float(exponent))]),
      encode: ColorProgram([.power(Float(1 / exponent))]))
  }

  /// At least one decimal, and no zeros behind it.
  private static func decimals(_ value: Double, places: Int) -> String {
    let scale = (0..<places).reduce(1.0) { product, _ in product * 10 }
    // Doubles print the shortest decimals that give them back.
    return "\((value * scale).rounded() / scale)"
  }
}

extension TransferFunction {
  /// Of a curve that is a power of the code value and nothing else.
  fileprivate var exponent: Double? {
    guard decode.steps.count == 1, case .power(let exponent)? = decode.steps.first else { return nil }
    return Double(exponent)
  }
}
