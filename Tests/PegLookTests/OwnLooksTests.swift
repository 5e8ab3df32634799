import Foundation
import PegColor
import PegCore
import Testing

@testable import PegLook

/// The looks that come with Pegbar.
@Suite struct OwnLooksTests {
  private func look(_ name: String) throws -> Look {
    try Look(reading: Array(try Data(contentsOf: URL(fileURLWithPath: "presets/looks/\(name)"))), name: name)
  }

  @Test func everyLookIsReadAndStaysInRange() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: "presets/looks").sorted()
    #expect(names == ["bleach.cc", "cool_night.cc", "day_for_night.cc", "golden.cc", "warm_print.cube"])
    for name in names {
      let program = try look(name).program
      for color: (Float, Float, Float) in [(0, 0, 0), (1, 1, 1), (0.5, 0.5, 0.5), (1, 0, 0), (0, 0.4, 1)] {
        let made = program.applied(to: color)
        for value in [made.0, made.1, made.2] { #expect((0...1).contains(value), "\(name) makes \(made) of \(color)") }
      }
    }
  }

  /// What the file's own comment says, at a node: (0.5, 0.25, 1).
  @Test func theWarmPrintIsWhatItsCommentSays() throws {
    func bend(_ x: Double) -> Double { x + 0.25 * (x * x * (3 - 2 * x) - x) }
    let (r, g, b) = (pow(bend(0.5), 0.96), bend(0.25), pow(bend(1), 1.06))
    let luma = 0.2126 * r + 0.7152 * g + 0.0722 * b
    let made = try look("warm_print.cube").program.applied(to: (0.5, 0.25, 1))
    for (value, channel) in zip([made.0, made.1, made.2], [r, g, b]) {
      #expect(abs(Double(value) - (0.012 + 0.976 * (luma + 0.92 * (channel - luma)))) < 1e-6)
    }
  }
}
