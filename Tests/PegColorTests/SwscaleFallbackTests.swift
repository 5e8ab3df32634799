import PegCore
import Testing

@testable import PegColor

/// Builds without zimg resample through libswscale, told of siting in so many words and of no matrix.
@Suite struct SwscaleFallbackTests {
  /// Rows from a function to an array.
  private final class Rows: RowPass {
    let source: (Int, Int, Int) -> Float
    let chroma: (x: Int, y: Int)
    let targetChroma: (x: Int, y: Int)
    var made: [Int: [Int: Float]] = [:]

    init(
      _ chroma: (x: Int, y: Int), _ targetChroma: (x: Int, y: Int), _ source: @escaping (Int, Int, Int) -> Float
    ) {
      self.source = source
      self.chroma = chroma
      self.targetChroma = targetChroma
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
      let line = row >> targetChroma.y
      for x in 0..<(columns.upperBound >> targetChroma.x) { made[line, default: [:]][x] = window.row(1, line)[x] }
    }
  }

  @Test(arguments: SitingTests.places.indices) func rampsOfChromaKeepTheirPlace(index: Int) throws {
    let place = SitingTests.places[index]
    for shift in [(x: 1, y: 0), (x: 1, y: 1)] {
      let dy = shift.y == 1 ? place.y : 0
      func value(_ x: Double, _ y: Double) -> Double { x / 128 + y / 256 - 0.3 }
      // Down to the siting.
      let down = Rows((0, 0), shift) { plane, x, y in plane == 1 ? Float(value(Double(x), Double(y))) : 0 }
      try SwscaleEngine(
        ResampleGeometry(
          unscaled: Raster(64, 48), planeCount: 3, from: (0, 0), to: shift, siting: place.siting)
      ).run(down)
      for line in 8..<(48 >> shift.y) - 8 {
        for x in 8..<24 {
          let wanted = value(Double(x * 2) + place.x, Double(line << shift.y) + dy)
          #expect(abs(Double(down.made[line]?[x] ?? .nan) - wanted) < 1e-3)
        }
      }
      // Up from it.
      let up = Rows(shift, (0, 0)) { plane, x, y in
        plane == 1 ? Float(value(Double(x * 2) + place.x, Double(y << shift.y) + dy)) : 0
      }
      try SwscaleEngine(
        ResampleGeometry(
          unscaled: Raster(64, 48), planeCount: 3, from: shift, to: (0, 0), siting: place.siting)
      ).run(up)
      for line in 12..<36 {
        for x in 12..<52 {
          #expect(abs(Double(up.made[line]?[x] ?? .nan) - value(Double(x), Double(line))) < 1e-3)
        }
      }
    }
  }

  @Test func lumaPassesUnchangedBesideIt() throws {
    final class Luma: RowPass {
      var worst: Float = 0
      func value(_ x: Int, _ y: Int) -> Float { Float((x * 37 + y * 101) % 256) / 255 }
      func read(row: Int, columns: Range<Int>, into window: RowWindow) {
        for plane in 0..<3 { for x in columns { window.row(plane, row)[x] = plane == 0 ? value(x, row) : 0.25 } }
      }
      func write(row: Int, columns: Range<Int>, from window: RowWindow) {
        for x in columns { worst = max(worst, abs(window.row(0, row)[x] - value(x, row))) }
      }
    }
    let pass = Luma()
    try SwscaleEngine(
      ResampleGeometry(unscaled: Raster(64, 48), planeCount: 3, from: (0, 0), to: (1, 0), siting: .left)
    ).run(pass)
    // 16 bits of which 15 are 0…1.
    #expect(pass.worst < 2.0 / 32767)
  }
}
