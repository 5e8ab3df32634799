import PegCore
import Testing

@testable import PegColor

/// Builds without zimg resample through libswscale, told of siting in so many words and of no matrix.
@Suite struct SwscaleFallbackTests {
  /// Rows of a function, twice as large, chroma of the same place.
  private final class Rows: RowPass {
    let chroma: (x: Int, y: Int)
    let source: (Int, Int, Int) -> Float
    var made: [[Int: [Float]]] = [[:], [:], [:]]

    init(_ chroma: (x: Int, y: Int), _ source: @escaping (Int, Int, Int) -> Float) {
      self.chroma = chroma
      self.source = source
    }

    func read(row: Int, columns: Range<Int>, into window: RowWindow) {
      for plane in 0..<3 {
        let shift = plane == 0 ? (x: 0, y: 0) : chroma
        let lines = plane == 0 ? row..<row + (1 << chroma.y) : (row >> shift.y)..<(row >> shift.y) + 1
        for line in lines {
          for x in (columns.lowerBound >> shift.x)..<((columns.upperBound + (1 << shift.x) - 1) >> shift.x) {
            window.row(plane, line)[x] = source(plane, x, line)
          }
        }
      }
    }

    func write(row: Int, columns: Range<Int>, from window: RowWindow) {
      for plane in 0..<3 { made[plane][row] = columns.map { window.row(plane, row)[$0] } }
    }
  }

  @Test(arguments: SitingTests.places.indices) func rampsOfChromaKeepTheirPlace(index: Int) throws {
    let place = SitingTests.places[index]
    func value(_ x: Double, _ y: Double) -> Double { x / 128 + y / 256 - 0.3 }
    for shift in [(x: 1, y: 0), (x: 1, y: 1)] {
      let dy = shift.y == 1 ? place.y : 0
      let rows = Rows(shift) { plane, x, y in
        plane == 1
          ? Float(value(Double(x * 2) + place.x, Double(y << shift.y) + dy)) : plane == 0 ? Float(x) / 64 : 0.25
      }
      let whole = (left: 0.0, top: 0.0, width: 64.0, height: 48.0)
      try SwscaleEngine(
        ResampleGeometry(
          source: Raster(64, 48), target: Raster(128, 96), planeCount: 3, chroma: shift, siting: place.siting,
          region: whole, placed: (left: 0, top: 0, width: 128, height: 96))
      ).run(rows)
      for line in 24..<72 {
        for x in 24..<104 {
          // Pixel x of twice as many lies at (x + ½)/2 − ½.
          let (sx, sy) = ((Double(x) + 0.5) / 2 - 0.5, (Double(line) + 0.5) / 2 - 0.5)
          // Half a luma sample would be 0.004; Lanczos and 16 bits are good to a third of that.
          #expect(abs(Double(rows.made[1][line]?[x] ?? .nan) - value(sx, sy)) < 1.3e-3)
          #expect(abs(Double(rows.made[0][line]?[x] ?? .nan) - sx / 64) < 1.3e-3)
          // Nothing of one plane gets into another: no matrix.
          #expect(abs((rows.made[2][line]?[x] ?? .nan) - 0.25) < 1e-4)
        }
      }
    }
  }
}
