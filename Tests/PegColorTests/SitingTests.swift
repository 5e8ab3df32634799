import PegColor
import PegCore
import Testing

/// Chroma lies where its tag says: the phase error is 0, measured by ramps and impulses. No filter has to be known for that:
/// every interpolating one gives a ramp back, and an impulse's answer has its centre where the impulse is.
@Suite struct SitingTests {
  /// In luma samples from the first (H.273 figure 1).
  static let places: [(siting: ChromaSiting, x: Double, y: Double)] = [
    (.left, 0, 0.5), (.center, 0.5, 0.5), (.topLeft, 0, 0), (.top, 0.5, 0), (.bottomLeft, 0, 1), (.bottom, 0.5, 1),
  ]
  static let layouts = ["yuv422p16le", "yuv420p16le"]
  private let raster = Raster(64, 48)

  private func tags(_ siting: ChromaSiting) -> ColorTags {
    ColorTags(primaries: .bt709, transfer: .bt709, matrix: .bt709, range: .full, siting: siting)
  }

  // Cb that grows by 1/128 a column and 1/256 a row, at constant luma: B − Y = 1.8556 Cb (BT.709).
  private func cb(_ x: Double, _ y: Double) -> Double { x / 128 + y / 256 - 0.3 }

  private func ramp() -> Picture {
    let working = Picture(.working(raster))
    for y in 0..<48 {
      for x in 0..<64 {
        let c = cb(Double(x), Double(y))
        // Y = 0.5: B = Y + 1.8556 Cb, G keeps Y: G = Y − 0.0722 · 1.8556 / 0.7152 · Cb.
        working.setRGBA(
          x, y, [0.5, Float(0.5 - 0.0722 * 1.8556 / 0.7152 * c), Float(0.5 + 1.8556 * c), 1])
      }
    }
    return working
  }

  @Test(arguments: layouts, places.indices)
  func rampsAreWrittenAtTheTaggedPlace(layout: String, index: Int) throws {
    let place = Self.places[index]
    let made = try ramp().delivered(as: layout, tags(place.siting))
    let size = made.size(1)
    let down = made.shape.format.chromaShift.y
    for y in 6..<size.height - 6 {
      for x in 6..<size.width - 6 {
        let at = cb(Double(x * 2) + place.x, down == 1 ? Double(y * 2) + place.y : Double(y))
        // Half a code and float32: a 500th of a luma sample.
        #expect(abs(Double(made[1, x, y]) - (32768 + 65535 * at)) < 0.75)
      }
    }
  }

  @Test(arguments: layouts, places.indices)
  func rampsAreReadAtTheTaggedPlace(layout: String, index: Int) throws {
    let place = Self.places[index]
    let source = try Picture(layout, raster, tags(place.siting))
    let down = source.shape.format.chromaShift.y
    for y in 0..<48 { for x in 0..<64 { source[0, x, y] = 32768 } }
    let size = source.size(1)
    for y in 0..<size.height {
      for x in 0..<size.width {
        let at = cb(Double(x * 2) + place.x, down == 1 ? Double(y * 2) + place.y : Double(y))
        source[1, x, y] = Int((32768 + 65535 * at).rounded())
        source[2, x, y] = 32768
      }
    }
    let layer = try source.conformed()
    for y in 8..<40 {
      for x in 8..<56 {
        let blue = 32768.0 / 65535 + 1.8556 * cb(Double(x), Double(y))
        // Codes were rounded to a half: 1.2 of them, twice through the filter's negative lobes.
        #expect(abs(Double(layer.float(1, x, y)) - blue) < 1.8 / 65535)
      }
    }
  }

  @Test(arguments: layouts, places.indices)
  func impulsesHaveTheirCentreWhereTheyAre(layout: String, index: Int) throws {
    let place = Self.places[index]
    let working = Picture(.working(raster))
    for y in 0..<48 { for x in 0..<64 { working.setRGBA(x, y, [0.25, 0.25, 0.25, 1]) } }
    // Where columns and rows fall on no chroma sample in particular, both parities take part.
    for (x, y) in [(30, 21), (31, 22), (30, 22), (31, 21)] { working.setRGBA(x, y, [0.25, 0.25, 0.75, 1]) }
    let made = try working.delivered(as: layout, tags(place.siting))
    let size = made.size(1)
    let down = made.shape.format.chromaShift.y
    var (sum, left, top) = (0.0, 0.0, 0.0)
    for y in 0..<size.height {
      for x in 0..<size.width {
        let weight = Double(made[1, x, y] - 32768)
        sum += weight
        left += weight * (Double(x * 2) + place.x)
        top += weight * (down == 1 ? Double(y * 2) + place.y : Double(y))
      }
    }
    #expect(abs(left / sum - 30.5) < 0.002)
    #expect(abs(top / sum - 21.5) < 0.002)
  }

  @Test func everySitingGoesThereAndBack() throws {
    // Smooth colour, so that what half the samples lose is small.
    for place in Self.places {
      let working = ramp()
      for layout in Self.layouts {
        let back = try working.delivered(as: layout, tags(place.siting)).conformed()
        for y in 14..<34 {
          for x in 14..<50 {
            for plane in 0..<3 { #expect(abs(back.float(plane, x, y) - working.float(plane, x, y)) < 4e-5) }
          }
        }
      }
    }
  }
}
