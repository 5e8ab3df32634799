import Foundation
import PegColor
import PegCore
import PegKernels
import PegTestSupport
import Testing

@testable import PegLook

/// The looks that are shared, and what OpenColorIO 2.6 makes of them.
@Suite(.enabled(if: SharedMedia.isThere, "the shared media are not here")) struct SharedLookTests {
  private struct Expected: Decodable {
    struct File: Decodable {
      let linear: [[Double?]]?
      let tetrahedral: [[Double?]]?
    }
    let input_rgb: [[Float]]
    let files: [String: File]
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: SharedMedia.file(path))))
  }

  private func worst(_ program: ColorProgram, _ input: [[Float]], _ wanted: [[Double?]]) -> Double {
    var worst = 0.0
    for (color, want) in zip(input, wanted) {
      let made = program.applied(to: (color[0], color[1], color[2]))
      for (value, want) in zip([made.0, made.1, made.2], want) {
        guard let want else { continue }
        worst = max(worst, abs(Double(value) - want) / max(1, abs(want)))
      }
    }
    return worst
  }

  /// OpenColorIO's powers are approximate: float64 differs from it by 2.07e-5 in the first of these and by 1.10e-4 in the second,
  /// and by up to 3.1e-5 in corrections. The same nodes are held to float64 in ``LookJudgeTests``.
  private static let tolerance = [
    "color/clf/cdl_all_styles.clf": 2.2e-5, "color/clf/exponent_all_styles.clf": 1.12e-4,
    "color/clf/multiple_ops.clf": 2.2e-5,
  ]

  /// OpenColorIO passes over the elements `ASC_SOP` and `ASC_SAT`, which other programs write; they are read here.
  private static let understood = ["color/lut/cdl_test_ASC_SAT.cc", "color/lut/cdl_test_ASC_SOP.cc"]

  @Test func otherNamesOfNodesAreRead() throws {
    let values = CDLValues(slope: [1.1, 1.2, 1.3], offset: [2.1, 2.2, 2.3], power: [3.1, 3.2, 3.3], saturation: 0.42)
    for path in Self.understood {
      #expect(try Look(reading: try bytes(path), name: path).program.steps == [.cdl(values)])
    }
  }

  @Test func everyLookAgreesWithOpenColorIO() throws {
    let expected = try JSONDecoder().decode(Expected.self, from: Data(try bytes("color/expected_ocio.json")))
    var read = 0
    for (path, results) in expected.files.sorted(by: { $0.key < $1.key }) {
      guard let format = try? LookFormat(ofFile: path), results.linear != nil, !Self.understood.contains(path)
      else { continue }
      let correction = path.hasSuffix("cdl_test1.ccc") || path.hasSuffix("cdl_test1.cdl") ? "cc0001" : nil
      let look = try Look(reading: try bytes(path), name: path, correction: correction)
      #expect(look.format == format)
      read += 1
      var plain = look.program
      // OpenColorIO reads corrections as ones that do not clamp.
      if case .cdl(var values)? = plain.steps.first, format != .clf {
        values.clamps = false
        plain = ColorProgram([.cdl(values)])
      }
      // Where both ways give the same, the file says which it wants, or has no lattice.
      let cases =
        results.tetrahedral == nil
        ? [(results.linear, plain)]
        : [
          (results.linear, plain.interpolated(.trilinear)), (results.tetrahedral, plain.interpolated(.tetrahedral)),
        ]
      for (wanted, program) in cases {
        guard let wanted else { continue }
        let off = max(
          worst(program, expected.input_rgb, wanted), worst(program.optimised(), expected.input_rgb, wanted))
        let allowed = format.hasCorrections ? 3.2e-5 : Self.tolerance[path] ?? 1e-5
        #expect(off < allowed, "\(path): off by \(off)")
      }
    }
    #expect(read > 40, "\(read) looks were read")
  }

  @Test func everyIllegalCLFIsRefusedWithItsPlace() throws {
    let files = SharedMedia.files("hostile/clf_illegal", "clf")
    #expect(files.count == 22)
    for file in files {
      let name = String(file.split(separator: "/").last ?? "")
      let content = Array(try Data(contentsOf: URL(fileURLWithPath: file)))
      #expect { try Look(reading: content, name: name) } throws: { error in
        guard let error = error as? PegError else { return false }
        return error.kind == .badInput && error.sentence.hasPrefix("\(name):")
      }
    }
  }

  @Test func brokenTablesAreRefused() throws {
    for path in [
      "hostile/crafted/bad_3d_size.cube", "hostile/crafted/short_table.cube",
      "color/lut_colour_science/sony_spi1d/Exception_Raising.spi1d",
      // A 3D table with the input range of a 1D table: nothing says which was meant.
      "color/lut_colour_science/resolve_cube/eotf_sRGB_3D.cube",
    ] {
      let content = try bytes(path)
      #expect { try Look(reading: content, name: "x.\(path.split(separator: ".").last ?? "")") } throws: {
        ($0 as? PegError)?.kind == .badInput && "\($0)".contains("x.")
      }
    }
  }
}
