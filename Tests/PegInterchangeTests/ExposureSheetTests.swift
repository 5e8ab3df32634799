import Foundation
import PegCore
import PegTestSupport
import PegTimeline
import Testing

@testable import PegInterchange

@Suite struct ExposureSheetTests {
  /// An XDTS of one field of cels: for each column the entries `[frame, value]`.
  private func xdts(_ columns: [(String, [(Int, String)])], duration: Int = 12, more: String = "") -> String {
    let names = columns.map { "\"\($0.0)\"" }.joined(separator: ",")
    let tracks = columns.enumerated().map { index, column in
      let frames = column.1.map { #"{"frame":\#($0.0),"data":[{"id":0,"values":["\#($0.1)"]}]}"# }
      return #"{"trackNo":\#(index),"frames":[\#(frames.joined(separator: ","))]}"#
    }
    return """
      exchangeDigitalTimeSheet Save Data
      {"version":5,"header":{"cut":"7","scene":"2"},"timeTables":[{"name":"t","duration":\(duration)\(more),
      "timeTableHeaders":[{"fieldId":0,"names":[\(names)]}],
      "fields":[{"fieldId":0,"tracks":[\(tracks.joined(separator: ","))]}]}]}
      """
  }

  @Test func eachDrawingIsHeldUntilTheNextEntry() throws {
    let cut = try Cuts.sheet(
      xdts([
        ("A", [(0, "1"), (4, "SYMBOL_HYPHEN"), (5, "SYMBOL_TICK_1"), (6, "2"), (9, "SYMBOL_NULL_CELL")]),
        ("B", [(3, "B1"), (3, "B9"), (7, "B1"), (20, "4")]),
        ("A", [(-2, "5"), (1, "SYMBOL_TICK_2"), (8, "SYMBOL_WHAT")]),
      ]), "cut.xdts")
    #expect(cut.timeline.layers.map(\.item.info.name) == ["A", "B", "A"])
    #expect(cut.timeline.items(0) == ["A 1 0+6 x0", "A 2 0+3 x0", "gap 3"])
    #expect(cut.timeline.items(1) == ["gap 3", "B1 0+9 x0"])
    // What stands before the sheet holds into it.
    #expect(cut.timeline.items(2) == ["A 5 0+12 x0"])
    #expect(try cut.timeline.duration() == Rational(12, 24))
    let marks = cut.timeline.clips.flatMap(\.item.markers)
    #expect(marks.map(\.info.name) == ["inbetween", "reverse sheet"])
    #expect(marks.map(\.range.start.value) == [5, 1])
    #expect(
      cut.findings.map(\.code).sorted() == [
        "sheet.after_end", "sheet.before_start", "sheet.second_entry", "sheet.unknown_symbol",
      ])
    #expect(cut.findings.allSatisfy { $0.position?.line == 4 && $0.instead != nil })
    #expect(cut.timeline.info.metadata["xdts"]?["header"]?["scene"] == "2")
  }

  @Test func aSheetDoesNotSayItsRate() throws {
    let plain = try Cuts.sheet(xdts([("A", [(0, "1")])]), "cut.xdts", rate: nil)
    #expect(try plain.timeline.settings().rate == FrameRate(24))
    #expect(plain.findings.map(\.code) == ["sheet.rate"])
    let asked = try Cuts.sheet(xdts([("A", [(0, "1")])]), "cut.xdts", rate: FrameRate(12))
    #expect(try asked.timeline.settings().rate == FrameRate(12))
    #expect(try asked.timeline.duration() == 1)
    let said = try Cuts.sheet(xdts([("A", [(0, "1")])], more: #","frameRate":30"#), "cut.xdts", rate: nil)
    #expect(try said.timeline.settings().rate == FrameRate(30))
  }

  @Test func dialogueAndCameraAreMarkers() throws {
    let text = """
      toeiDigitalTimeSheet Save Data
      {"timeTables":[{"name":"t","duration":10,"timeTableHeaders":[{"fieldId":3,"names":["LINES"]}],"fields":[
      {"fieldId":3,"tracks":[{"trackNo":0,"frames":[{"frame":1,"data":[{"id":0,"values":["MIKA","Wait!"]}]},
      {"frame":2,"data":[{"id":0,"values":["SYMBOL_HYPHEN"]}]},{"frame":3,"data":[{"id":0,"values":["SYMBOL_HYPHEN"]}]},
      {"frame":6,"data":[{"id":0,"values":["KEN","No"]}]}]}]},
      {"fieldId":5,"tracks":[{"trackNo":0,"frames":[{"frame":0,"data":[{"id":0,"values":["PAN"]}]},
      {"frame":9,"data":[{"id":0,"values":["SYMBOL_HYPHEN"]}]}]}]},
      {"fieldId":9,"tracks":[]}]}]}
      """
    let cut = try Cuts.sheet(text, "cut.tdts")
    let markers = cut.timeline.tracks.item.markers
    #expect(markers.map(\.info.name) == ["MIKA: Wait!", "KEN: No", "PAN"])
    #expect(markers.map { [$0.range.start.value, $0.range.duration.value] } == [[1, 3], [6, 1], [0, 10]])
    #expect(markers.map { $0.info.metadata["sheet"]?["kind"]?.string } == ["dialogue", "dialogue", "camera"])
    #expect(markers[0].info.metadata["sheet"]?["column"] == "LINES")
    #expect(cut.places == ["sheet.camera 6:47", "sheet.unknown_field 8:1"])
  }

  @Test(arguments: [
    ("A", "1", "cels/A/0001.png"), ("A", "12", "cels/A_12.png"), ("B", "3a", "cels/B-3a.png"),
    ("B", "B2", "cels/B0002.png"),
    ("C", "C_03_e", "cels/C_03_e.png"), ("C", "0", "cels/c/0000.png"), ("A", "1.5", "cels/A1.5.png"),
  ])
  func drawingsAreFoundByTheUsualNames(layer: String, drawing: String, path: String) {
    let index = CelIndex([
      "cels/A/0001.png", "cels/A_12.png", "cels/B-3a.png", "cels/B0002.png", "cels/C_03_e.png", "cels/c/0000.png",
      "cels/A1.5.png", "cels/BG.png",
    ])
    guard case .found(let reference) = index.cel(drawing, layer: layer, column: 0) else {
      Issue.record("\(drawing) of \(layer) is not found")
      return
    }
    #expect(reference == .media(url: path, available: nil))
  }

  @Test func aDrawingOfAnotherLayerIsNone() {
    let index = CelIndex(["A0001.png", "0002.png", "B0003.png", "b_3.tif"])
    for (drawing, layer) in [("1", "B"), ("2", "A"), ("4", "B")] {
      guard case .none = index.cel(drawing, layer: layer, column: 0) else {
        Issue.record("\(drawing) of \(layer) is found")
        continue
      }
    }
    guard case .several(let paths) = index.cel("3", layer: "B", column: 0) else {
      Issue.record("two files fit")
      return
    }
    #expect(paths == ["B0003.png", "b_3.tif"])
  }

  @Test func drawingsThatAreMissingOrAmbiguousAreReported() throws {
    let index = CelIndex(["A1.png", "A3.png", "A_3.png"])
    let options = Cuts.options("cut.xdts", cels: index)
    let text = xdts([("A", [(0, "1"), (2, "2"), (4, "3"), (6, "2"), (8, "1")])])
    let cut = try ImportResult.parse(Array(text.utf8), options)
    let references = cut.timeline.clips.map(\.activeReference)
    #expect(references[0] == .media(url: "A1.png", available: nil))
    #expect(references[4] == references[0])
    #expect(references[1] == .offline(name: "A 2") && references[2] == .offline(name: "A 3"))
    // Each drawing once, however often it is shown.
    #expect(cut.findings.map(\.code) == ["sheet.missing_cel", "sheet.ambiguous_cel"])
  }

  @Test(arguments: [
    ("nothing\n{}", "cut.xdts:1:1: this is no exposure sheet"),
    ("exchangeDigitalTimeSheet Save Data\n{", "cut.xdts:2:2: "),
    ("exchangeDigitalTimeSheet Save Data\n{\"timeTables\":[]}", "cut.xdts:2:15: there is no time table"),
    (
      "exchangeDigitalTimeSheet Save Data\n\n{\"timeTables\":[{\"duration\":0}]}", "cut.xdts:3:28: the time table needs"
    ),
    (
      "exchangeDigitalTimeSheet Save Data\n{\"timeTables\":[{\"duration\":1e9}]}", "cut.xdts:2:28: the time table needs"
    ),
  ])
  func brokenSheetsAreRefusedWithTheirPlace(text: String, beginning: String) {
    let error = #expect(throws: PegError.self) { try Cuts.sheet(text, "cut.xdts") }
    #expect(error?.kind == .badInput)
    #expect(error?.sentence.hasPrefix(beginning) == true, "\(error?.sentence ?? "")")
  }

  @Test func aSheetOfNothingButSymbolsIsReadInBoundedTime() throws {
    let entries = (0..<40_000).map { ($0, "SYMBOL_\($0)") }
    let cut = try Cuts.sheet(xdts([("A", entries)], duration: 40_000), "cut.xdts")
    // All are counted, ten thousand are kept.
    #expect(cut.count("sheet.unknown_symbol") == 10_001)
    let deep = "exchangeDigitalTimeSheet Save Data\n" + String(repeating: "[", count: 100_000)
    #expect(throws: PegError.self) { try Cuts.sheet(deep, "cut.xdts") }
  }

  // MARK: Tables

  @Test func aTableOfClipStudioPaintOrOpenToonz() throws {
    // As OpenToonz writes it: a blank holds, a cross shows nothing.
    let text = """
      "Frame","",""
      "","A","B"
      "1","1","×"
      "2","","1"
      "3","○",""
      "4","2",""
      "5","","×"
      "6","●",""
      """
    let cut = try Cuts.sheet(text, "sheet.csv")
    #expect(cut.timeline.layers.map(\.item.info.name) == ["A", "B"])
    #expect(cut.timeline.items(0) == ["A 1 0+3 x0", "A 2 0+3 x0"])
    #expect(cut.timeline.items(1) == ["gap 1", "B 1 0+3 x0", "gap 2"])
    #expect(cut.timeline.clips.flatMap(\.item.markers).map(\.info.name) == ["inbetween", "reverse sheet"])
    let windows = try Cuts.sheet("\u{FEFF}" + text.replacing("\n", with: "\r\n"), "sheet.csv")
    #expect(windows.timeline.layout == cut.timeline.layout)
  }

  @Test(arguments: [
    ("\"Frame\",\"\"\n\"\",\"A\"\n\"1\",\"1\"\n\"3\",\"2\"", "sheet.csv:4:1: frame 2 should follow, and this is 3"),
    ("a/b,a/c\nA,A\n1,1", "sheet.csv:2:1: there is no column of frame numbers: the first one is called A"),
    ("\"Frame\",\"\"\n\"\",\"A\"\n\"1\",\"1", "sheet.csv:3:5: the quote is not closed"),
    ("\"Frame\",\"\"\n\"\",\"A\"x\n\"1\",\"1\"", "sheet.csv:2:7: text follows a closed quote"),
  ])
  func brokenTablesAreRefusedWithTheirPlace(text: String, sentence: String) {
    let error = #expect(throws: PegError.self) { try Cuts.sheet(text, "sheet.csv") }
    #expect(error?.sentence == sentence)
  }

  /// As Krita and TVPaint write it: layers from the top, every frame written out.
  @Test func aTableOfTVPaint() throws {
    let text = """
      UTF-8, TVPaint, "CSV 1.0"
      Project Name, Width, Height, Frame Count, Layer Count, Frame Rate, Pixel Aspect Ratio, Field Mode
      "Two layers", 640, 480, 4, 2, 12.000000, 1.000000, Progressive
      #Layers, "Line", "Paint"
      #Density, 1.000000, 0.500000
      #Blending, "Color", "Multiply"
      #Visible, 1, 0
      #00000, "l0.png", ""
      #00001, "l0.png", "p1.png"
      #00002, "l2.png", "p1.png"
      #00003, "", "p1.png"
      """.replacing("\n", with: "\r\n")
    let cut = try Cuts.sheet(text, "scene.csv", rate: nil)
    #expect(cut.timeline.info.name == "Two layers")
    #expect(try cut.timeline.settings().rate == FrameRate(12))
    #expect(try cut.timeline.settings().raster == Raster(640, 480))
    #expect(cut.timeline.layers.map(\.item.info.name) == ["Paint", "Line"])
    #expect(cut.timeline.layers.map(\.item.isEnabled) == [false, true])
    #expect(cut.timeline.items(1) == ["Line l0.png 0+2 x0", "Line l2.png 0+1 x0", "gap 1"])
    #expect(cut.timeline.items(0) == ["gap 1", "Paint p1.png 0+3 x0"])
    #expect(try cut.timeline.layers[0].settings().opacity == .constant(Rational(1, 2)))
    #expect(try cut.timeline.layers[0].settings().blend == .multiply)
    #expect(cut.timeline.clips[1].activeReference == .media(url: "scene.frames/l0.png", available: nil))
    let away = try Cuts.sheet(text.replacing("p1.png", with: "../../p1.png"), "scene.csv", rate: nil)
    // A way out of the folder is none.
    #expect(away.timeline.clips[0].activeReference?.isMissing == true)
    #expect(away.count("sheet.missing_cel") == 1)
  }

  // MARK: Shared files

  /// Drawings that are numbers, as in the project that the expected spans come from: its `3a` is no drawing.
  private struct Numbered: CelFinder {
    func cel(_ drawing: String, layer: String, column: Int) -> CelMatch {
      Int(drawing) == nil ? .none : .found(.media(url: drawing, available: nil))
    }
  }

  @Test(.enabled(if: SharedMedia.isThere, "no shared media"))
  func spansAreThoseThatComeWithTheSheets() throws {
    let folder = "editorial/timesheet/xdts"
    let expected = try JSON(
      parsing: try Cuts.bytes(SharedMedia.file("\(folder)/expected_spans.json")), limits: JSONLimits(bytes: 1 << 20))
    let cases = expected["cases"]?.object?.pairs ?? []
    #expect(cases.count == 9)
    for (name, expectation) in cases {
      let path = SharedMedia.file("\(folder)/\(name).xdts")
      if expectation["refused"] != nil {
        #expect(throws: PegError.self) { try ImportResult.read(from: path, Cuts.options(path)) }
        continue
      }
      let cut = try ImportResult.read(from: path, Cuts.options(path, cels: Numbered()))
      #expect(try cut.timeline.duration() == Rational(expectation["duration"]?.int ?? 0, 24), "\(name)")
      if let stack = expectation["stack_bottom_to_top"]?.array {
        #expect(cut.timeline.layers.map(\.item.info.name) == stack.map(\.string), "\(name)")
      }
      for track in cut.timeline.layers {
        var spans: [[Int]] = []
        var frame = 0
        for child in track.children {
          let begin = frame
          switch child {
          case .gap(let gap): frame += gap.item.sourceRange?.duration.value.floor ?? 0
          case .clip(let clip):
            frame += clip.item.sourceRange?.duration.value.floor ?? 0
            if case .external(_, let url)? = clip.activeReference, let drawing = Int(url) {
              spans.append([begin, frame, drawing])
            }
          default: break
          }
        }
        let said = expectation[track.item.info.name]?.array?.map { $0.array?.compactMap(\.int) ?? [] }
        #expect(spans == said, "\(name) \(track.item.info.name)")
        let marks = expectation[track.item.info.name == "A" ? "marks" : "marks_\(track.item.info.name)"]?.object
        for (kind, frames) in marks?.pairs ?? [] {
          #expect(
            self.marks(kind == "inbetween" ? kind : "reverse sheet", of: track) == frames.array?.compactMap(\.int),
            "\(name)")
        }
      }
    }
  }

  /// Record frames of the marks of a kind.
  private func marks(_ kind: String, of track: Track) -> [Int] {
    var frame = 0
    var found: [Int] = []
    for child in track.children {
      let item: ItemInfo
      switch child {
      case .clip(let clip): item = clip.item
      case .gap(let gap): item = gap.item
      default: continue
      }
      found += item.markers.filter { $0.info.name == kind }.map { frame + $0.range.start.value.floor }
      frame += item.sourceRange?.duration.value.floor ?? 0
    }
    return found
  }
}
