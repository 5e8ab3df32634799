import PegColor
import PegCore
import PegKernels
import Testing

/// Layers by each blend and matte: W3C Compositing and Blending Level 1 §5.1 and §7, on straight colours in float64, against
/// what the tiles make of associated ones.
@Suite struct BlendTests {
  typealias Color = (color: [Double], alpha: Double)

  /// B(cb, cs) as the standard writes it; overlay is hard light with its sides exchanged.
  private static func mixed(_ blend: BlendKernel, _ cb: Double, _ cs: Double) -> Double {
    switch blend {
    case .add: cb + cs
    case .multiply: cb * cs
    case .screen: cb + cs - cb * cs
    case .overlay: cb <= 0.5 ? cs * (2 * cb) : cs + (2 * cb - 1) - cs * (2 * cb - 1)
    case .difference: abs(cb - cs)
    }
  }

  /// cs' = (1 − αb) · cs + αb · B; co = αs · cs' + (1 − αs) · αb · cb; associated.
  private static func laid(_ source: Color, by blend: BlendKernel?, onto backdrop: Color) -> [Double] {
    let (sa, ba) = (source.alpha, backdrop.alpha)
    let colors = zip(source.color, backdrop.color).map { cs, cb in
      let inner = blend.map { (1 - ba) * cs + ba * mixed($0, cb, cs) } ?? cs
      return sa * inner + (1 - sa) * ba * cb
    }
    return colors + [sa + ba * (1 - sa)]
  }

  private func solid(_ color: Color, opacity: Float = 1, _ blend: LayerBlend = .over) -> PictureLayer {
    PictureLayer(
      .solid(
        red: Float(color.color[0]), green: Float(color.color[1]), blue: Float(color.color[2]),
        alpha: Float(color.alpha)), opacity: opacity, blend: blend)
  }

  private func pixel(_ layers: [PictureLayer]) -> [Float] {
    let canvas = Picture(.working(Raster(3, 2)))
    PictureLayer(.stack(layers)).render(into: canvas.mutableView)
    #expect(canvas.rgba(0, 0) == canvas.rgba(2, 1))
    return canvas.rgba(2, 1)
  }

  private func expect(_ made: [Float], _ wanted: [Double], _ comment: Comment) {
    #expect(zip(made, wanted).allSatisfy { abs(Double($0) - $1) < 3e-7 }, comment)
  }

  static let backdrops: [Color] = [
    ([0, 0, 0], 1), ([1, 1, 1], 1), ([0.2, 0.5, 0.9], 1), ([0.2, 0.5, 0.9], 0.25), ([0, 0, 0], 0),
  ]
  static let sources: [Color] = [([0.8, 0.3, 0.5], 1), ([0.8, 0.3, 0.5], 0.4), ([1, 1, 1], 0.5), ([0, 0, 0], 0.5)]

  @Test func everyBlendIsTheStandardsFormulaOverBlackWhiteAndColour() {
    for backdrop in Self.backdrops {
      for source in Self.sources {
        for blend in BlendKernel.allCases {
          for opacity in [1, 0.5] {
            let faded = (source.color, source.alpha * opacity)
            expect(
              pixel([solid(backdrop), solid(source, opacity: Float(opacity), .blend(blend))]),
              Self.laid(faded, by: blend, onto: backdrop), "\(blend) of \(faded) on \(backdrop)")
          }
        }
        expect(
          pixel([solid(backdrop), solid(source)]), Self.laid(source, by: nil, onto: backdrop),
          "\(source) on \(backdrop)")
      }
    }
  }

  @Test func lightAboveWhiteIsAddedAndKept() {
    #expect(pixel([solid(([0.75, 0.5, 2], 1)), solid(([0.5, 0.75, 4], 1), .blend(.add))]) == [1.25, 1.25, 6, 1])
  }

  @Test func aMatteKeepsWhatItShowsAndIsNotSeen() {
    let shot: Color = ([0.5, 0.25, 1], 1)
    // Half covered by a matte whose luma is 0.25 of its own, associated half of that.
    let matte: Color = ([0.25, 0.25, 0.25], 0.5)
    let luma: [Float] = [0.25, 0.5, 0.25, 0]
    func kept(_ blend: LayerBlend, _ opacity: Float = 1) -> [Float] {
      pixel([solid(shot), solid(matte, opacity: opacity, blend)])
    }
    #expect(kept(.matte(weights: [0, 0, 0, 1], isInverted: false)) == [0.25, 0.125, 0.5, 0.5])
    #expect(kept(.matte(weights: [0, 0, 0, 1], isInverted: true)) == [0.25, 0.125, 0.5, 0.5])
    #expect(kept(.matte(weights: luma, isInverted: false)) == [0.0625, 0.03125, 0.125, 0.125])
    #expect(kept(.matte(weights: luma, isInverted: true)) == [0.4375, 0.21875, 0.875, 0.875])
    // Half as strong: 1 − ½ · (1 − ½).
    #expect(kept(.matte(weights: [0, 0, 0, 1], isInverted: false), 0.5) == [0.375, 0.1875, 0.75, 0.75])
    #expect(kept(.matte(weights: luma, isInverted: false), 0) == [0.5, 0.25, 1, 1])
    // A matte of nothing hides all; alone, it shows nothing.
    #expect(
      pixel([solid(shot), PictureLayer(.stack([]), blend: .matte(weights: [0, 0, 0, 1], isInverted: false))])
        == [0, 0, 0, 0])
    #expect(pixel([solid(shot, .matte(weights: [0, 0, 0, 1], isInverted: false))]) == [0, 0, 0, 0])
  }

  @Test func aMatteStaysInItsStack() {
    let ground: Color = ([0, 1, 0], 1)
    let shot = PictureLayer(
      .stack([
        solid(([1, 0, 0], 1)), solid(([0, 0, 0], 0.5), .matte(weights: [0, 0, 0, 1], isInverted: false)),
      ]))
    #expect(pixel([solid(ground), shot]) == [0.5, 0.5, 0, 1])
  }
}
