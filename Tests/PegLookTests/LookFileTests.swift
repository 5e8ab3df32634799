import Foundation
import PegColor
import PegCore
import PegKernels
import PegTestSupport
import Testing

@testable import PegLook

/// Looks as files: what is read, what is refused and where, and what comes back of what was written.
@Suite struct LookFileTests {
  private func read(_ text: String, _ name: String, _ correction: String? = nil) throws -> Look {
    try Look(reading: Array(text.utf8), name: name, correction: correction)
  }

  private static let square = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1"

  @Test func bothDialectsOfCubeAreRead() throws {
    let adobe = try read(
      "# first\nTITLE \"warm light\"\r\nDOMAIN_MIN -1 0 0\nDOMAIN_MAX 1 2 4\nLUT_1D_SIZE 2\n0 0 0 # black\n\n1 2 4\n",
      "a.cube")
    #expect(adobe.title == "warm light")
    // Straight lines: (0.5 + 1)/2, 1/2 · 2, 2/4 · 4.
    let made = adobe.program.applied(to: (0.5, 1, 2))
    #expect(abs(made.0 - 0.75) < 1e-6 && abs(made.1 - 1) < 1e-6 && abs(made.2 - 2) < 1e-6)
    // Resolve: doubled by the shaper, then the identity from 0 to 4: half of it in nodes, and held at its edge.
    let resolve = try read(
      "LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0 4\nLUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0 4\n0 0 0\n8 8 8\n\(Self.square)\n",
      "r.CUBE")
    #expect(resolve.program.steps.count == 2)
    let twice = resolve.program.applied(to: (1, 0.5, 3))
    #expect(abs(twice.0 - 0.5) < 1e-6 && abs(twice.1 - 0.25) < 1e-6 && abs(twice.2 - 1) < 1e-6)
  }

  @Test func brokenTablesAreRefusedWithTheirLine() {
    let cases: [(String, String, String)] = [
      ("a.cube", "LUT_3D_SIZE 2\n0 0 0\n", "a.cube:2:1: the file ends after 1 of 8"),
      ("a.cube", "LUT_1D_SIZE 2\n0 0 0\n1 1 1\n2 2 2\n", "a.cube:4:1: the file goes on after all 2"),
      ("a.cube", "LUT_1D_SIZE 2\n0 0 0\n1 nan 1\n", "a.cube:3:3: \"nan\" is no finite number"),
      ("a.cube", "LUT_1D_SIZE 2\n0 0 inf\n1 1 1\n", "a.cube:2:5: \"inf\""),
      ("a.cube", "LUT_1D_SIZE 2\n0 0 1e99\n1 1 1\n", "a.cube:2:5: \"1e99\""),
      ("a.cube", "LUT_1D_SIZE 2\n0 0\n1 1 1\n", "a.cube:2:1: a line of a table has 3 numbers"),
      ("a.cube", "LUT_3D_SIZE 300\n", "a.cube:1:13: LUT_3D_SIZE is 300"), ("a.cube", "LUT_1D_SIZE 1\n", "2…65536"),
      ("a.cube", "LUT_1D_SIZE 2\nLUT_1D_SIZE 2\n", "a.cube:2:1: LUT_1D_SIZE stands twice, first in line 1"),
      (
        "a.cube", "LUT_1D_SIZE 2\nDOMAIN_MIN 0 0 0\nLUT_1D_INPUT_RANGE 0 1\n", "a.cube:3:1: the file mixes two dialects"
      ),
      ("a.cube", "LUT_1D_SIZE 2\nLUT_3D_SIZE 2\nDOMAIN_MAX 1 1 1\n", "a.cube:3:1: the file mixes two dialects"),
      ("a.cube", "LUT_1D_SIZE 2\nDOMAIN_MIN 1 0 0\n0 0 0\n1 1 1\n", "is empty"),
      ("a.cube", "LUT_1D_SIZE 2\n0 0 0\n1 1 1\nDOMAIN_MIN 0 0 0\n", "a.cube:4:1: DOMAIN_MIN stands after"),
      ("a.cube", "LUT_2D_SIZE 2\n", "a.cube:1:1: LUT_2D_SIZE is no keyword"), ("a.cube", "", "no LUT_1D_SIZE"),
      ("a.cube", "0 0 0\n", "a.cube:1:1: a line of a table stands before"),
      ("a.cube", "LUT_3D_SIZE 2\nLUT_1D_INPUT_RANGE 0 1\n\(Self.square)\n", "LUT_1D_INPUT_RANGE is of a 1D table"),
      ("a.spi1d", "Version 1\nFrom 0 1\nLength 2\nComponents 1\n{\n0\n}\n", "the table has 1 lines, and Length is 2"),
      ("a.spi1d", "Version 1\nFrom 0 1\nLength 2\nComponents 1\n{\n0\n1\n2\n}\n", "a.spi1d:8:1: the table goes on"),
      ("a.spi1d", "Version 1\nFrom 0 1\nLength 2\nComponents 1\n{\n0\n1\n", "without }"),
      ("a.spi1d", "Version 1\nFrom 0 1\nLength 2\nComponents 2\n{\n", "a.spi1d:4:12: Components is 2"),
      ("a.spi3d", "SPILUT 1.0\n3 3\n2 2 2\n0 0 0 0 0 0\n0 0 0 0 0 0\n", "a.spi3d:5:1: a node stands twice"),
      ("a.spi3d", "SPILUT 1.0\n3 3\n2 2 2\n0 0 2 0 0 0\n", "a.spi3d:4:5: an index is 2"),
      ("a.spi3d", "SPILUT 1.0\n3 3\n2 2 2\n0 0 0 0 0 0\n", "ends after 1 of 8 nodes"),
      ("a.spimtx", "1 0 0 0 0 1 0 0 0 0 1\n", "this one 11"), ("a.3dm", "", "looks are .cube"),
      ("a.cub", "", "did you mean .cube?"),
    ]
    for (name, text, sentence) in cases {
      #expect { try read(text, name) } throws: { error in
        let isIt = (error as? PegError)?.kind == .badInput && "\(error)".contains(sentence)
        if !isIt { print("\(name): \(error), not \(sentence)") }
        return isIt
      }
    }
    #expect { try Look(reading: [0x20], name: "a.cube", limits: LookLimits(bytes: 0, entries: 2, edge: 2)) } throws: {
      "\($0)".contains("1 bytes")
    }
  }

  // MARK: Corrections

  private static let collection = """
    <ColorCorrectionCollection xmlns="urn:ASC:CDL:v1.01">
      <InputDescription>LogC</InputDescription>
      <ColorCorrection id="a"><SOPNode><Slope>1 2 3</Slope><Offset>0 0.5 -0.5</Offset><Power>1 1 2</Power></SOPNode>
        <SATNode><Saturation>0.5</Saturation></SATNode></ColorCorrection>
      <ColorCorrection id="b"><ASC_SAT><Saturation>2</Saturation></ASC_SAT></ColorCorrection>
      <ColorCorrection id="b"/>
    </ColorCorrectionCollection>
    """

  @Test func correctionsAreFoundByTheirId() throws {
    let look = try read(Self.collection, "x.ccc", "a")
    #expect(
      look.program.steps == [
        .cdl(CDLValues(slope: [1, 2, 3], offset: [0, 0.5, -0.5], power: [1, 1, 2], saturation: 0.5))
      ])
    for (id, sentence) in [(nil, "3 corrections"), ("c", "has no correction c"), ("b", "2 corrections with the id b")] {
      #expect { try read(Self.collection, "x.ccc", id) } throws: { "\($0)".contains(sentence) }
    }
    #expect { try read("LUT_1D_SIZE 2\n0 0 0\n1 1 1\n", "x.cube", "a") } throws: { "\($0)".contains("no corrections") }
    for (text, sentence) in [
      ("<ColorCorrection><SOPNode><Slope>1 1 1</Slope><Power>1 1 1</Power></SOPNode></ColorCorrection>", "no Offset"),
      ("<ColorCorrection>\n<SatNode><Saturation>-1</Saturation></SatNode></ColorCorrection>", "x.cc:2:10:"),
      ("<ColorCorrection><SatNode><Saturation>NaN</Saturation></SatNode></ColorCorrection>", "no finite number"),
      ("<ColorCorrectionCollection/>", "no correction"), ("<html/>", "no ASC CDL"),
    ] { #expect { try read(text, "x.cc") } throws: { "\($0)".contains(sentence) } }
  }

  @Test func correctionsComeBackAsTheyWereWritten() throws {
    let corrections = [
      Correction(
        id: "sh<10> & \"co\"",
        CDLValues(slope: [1.1, 0.9, 1], offset: [1e-7, 0, -0.25], power: [1, 1.2, 0.8], saturation: 0.7),
        descriptions: ["warm"]),
      Correction(id: nil, CDLValues(slope: [1, 1, 1], offset: [0, 0, 0], power: [1, 1, 1], saturation: 1)),
    ]
    for format in [LookFormat.ccc, .cdl] {
      let text = try CorrectionFile(corrections).text(format)
      #expect(try CorrectionFile(reading: Array(text.utf8), name: "x").corrections == corrections)
    }
    let one = try CorrectionFile([corrections[0]]).text(.cc)
    #expect(try CorrectionFile(reading: Array(one.utf8), name: "x").corrections == [corrections[0]])
    #expect(throws: PegError.self) { try CorrectionFile(corrections).text(.cc) }
    #expect(throws: PegError.self) { try CorrectionFile(corrections).text(.cube) }
  }

  // MARK: Writing

  static let mixed: ColorProgram = {
    let matrix = AffineMatrix([0.9, 0.1, 0, 0.02, 0.05, 0.85, 0.1, 0.01, 0, 0.2, 0.8, 0])
    let cdl = CDLValues(
      slope: [1.1, 0.95, 1.05], offset: [0.01, -0.02, 0], power: [1.1, 0.9, 1.2], saturation: 1.2, clamps: false)
    let red = CurveTable([0, 0.4, 1.1], low: -0.25, high: 1.25)
    let green = CurveTable([0.1, 0.5, 1], low: 0, high: 2)
    let blue = CurveTable([0, 0.6, 0.9])
    let colors: [Float] = [
      0, 0, 0.1, 1, 0, 0.1, 0, 0.9, 0.1, 1, 0.9, 0.1, 0, 0, 1.1, 1, 0, 1.1, 0, 0.9, 1.1, 1, 0.9, 1.1,
    ]
    let lattice = ColorLattice(
      size: 2, colors: colors, low: [0, -0.1, 0], high: [1.2, 1, 1], interpolation: .trilinear)
    var program = ColorProgram([.affine(matrix), .logEncode(.acescct), .cdl(cdl), .logDecode(.acescct)])
    program = program + ColorProgram([.clamp(low: 0, high: 1.5), .power(0.8), .srgbEncode])
    program = program + ColorProgram([.curves(red: red, green: green, blue: blue), .srgbDecode, .lattice(lattice)])
    return program
  }()

  @Test func whatHasNodesIsWrittenExactly() throws {
    let file = ExportedLook.clf(Self.mixed, size: 17, title: "mixed <look>", name: "m.clf")
    #expect(file.findings.isEmpty)
    let back = try read(file.text, "m.clf")
    #expect(back.title == "mixed <look>")
    for color: (Float, Float, Float) in [
      (0, 0, 0), (0.18, 0.18, 0.18), (0.9, 0.1, 0.4), (0.02, 0.7, 0.3), (1.4, 1, 0.6),
    ] {
      let (a, b) = (Self.mixed.applied(to: color), back.program.applied(to: color))
      #expect(max(abs(a.0 - b.0), abs(a.1 - b.1), abs(a.2 - b.2)) < 1e-5, "\(color): \(a), \(b)")
    }
    // Twice the same is the same, to the byte.
    #expect(ExportedLook.clf(Self.mixed, size: 17, title: "mixed <look>", name: "m.clf").text == file.text)
  }

  @Test func whatIsBakedIsNamed() throws {
    let program = ColorProgram([
      .pqDecode(white: 203), .affine(AffineMatrix(scale: [2, 2, 2])), .hlgEncode(white: 203),
    ])
    let clf = ExportedLook.clf(program, size: 5, title: "x", name: "x.clf")
    #expect(clf.findings.map(\.severity) == [.note, .warning])
    #expect(clf.findings[0].message.contains("PQ") && clf.findings[1].message.contains("HLG"))
    let pq = ColorProgram([.pqDecode(white: 203)])
    let back = try read(ExportedLook.clf(pq, size: 2, title: "", name: "x.clf").text, "x.clf").program
    for code: Float in [0, 0.1, 0.5806889, 0.75, 1] {
      let (a, b) = (pq.applied(to: (code, 0, 0)).0, back.applied(to: (code, 0, 0)).0)
      // Half floats are 2^−11 apart: linear between them, PQ's curve of power 78.8 is off by 1e-5 of its value.
      #expect(abs(a - b) <= 2e-5 * max(a, 0.01), "\(code): \(a), \(b)")
    }
    let cube = ExportedLook.cube(program, size: 3, title: "x \"y\"", name: "x.cube", low: [0, 0, 0], high: [1, 1, 2])
    #expect(cube.findings.count == 1 && cube.findings[0].message.contains("HLG"))
    let table = try read(cube.text, "x.cube")
    #expect(table.title == "x y")
    // At the nodes it is the program itself.
    let (node, made) = (program.applied(to: (0.5, 1, 1)), table.program.applied(to: (0.5, 1, 1)))
    #expect(abs(node.0 - made.0) < 1e-6 && abs(node.1 - made.1) < 1e-6 && abs(node.2 - made.2) < 1e-6)
    let exact = ExportedLook.cube(table.program, size: 3, title: "x", name: "x.cube", low: [0, 0, 0], high: [1, 1, 2])
    #expect(exact.findings.isEmpty)
  }

  /// Rows that are read by bytes have the numbers that C's strtof has, to the bit; what is no row of three decimals is left.
  @Test func rowsReadByBytesAreTheSameNumbers() throws {
    var random = SplitMix(seed: 7)
    func digits(_ count: Int) -> String { (0..<count).map { _ in String(random.next() % 10) }.joined() }
    var words = [
      "0", "-0", "1", "0.5", "-0.000001", "123456789012345", "0.000000000000001", "16777217", "0.1", ".5", "5.",
    ]
    // Halfway between two floats, and beside it.
    words += ["16777217.0", "16777217.000001", "0.500000029802322", "33554434", "33554438.0"]
    for _ in 0..<20000 {
      let point = Int(random.next() % 8)
      words.append((random.next() % 4 == 0 ? "-" : "") + digits(1 + point) + "." + digits(1 + Int(random.next() % 9)))
    }
    var read = 0
    for word in words {
      let expected = word.withCString { strtof($0, nil) }
      var lines = LookLines(Array(" \(word)\t\(word)  1 \n".utf8), name: "t")
      if let row = lines.nextRow() {
        #expect(row.0.bitPattern == expected.bitPattern && row.1 == row.0 && row.2 == 1, "\(word)")
        #expect(lines.number == 1)
        read += 1
        let rest = lines.next()
        #expect(rest == nil)
      } else {
        let next = lines.next()
        let words = try #require(next)
        #expect(try lines.float(words[0]).bitPattern == expected.bitPattern, "\(word)")
      }
    }
    #expect(read > 10_000)
    for left in [
      "1e-3 0 0\n", "nan 0 0\n", "0x1 0 0\n", "1 2\n", "1 2 3 4\n", "1 2 3 # c\n", "\n1 2 3\n", "1 2 3", "- 1 2\n",
      "1.2.3 1 2\n", "+1 2 3\n",
    ] {
      var lines = LookLines(Array(left.utf8), name: "t")
      let row = lines.nextRow()
      #expect(row == nil && lines.number == 0, "\(left)")
    }
  }
}
