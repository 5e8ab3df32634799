import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

/// A folder of frames: names and findings. The pictures are as small as pictures get.
@Suite struct SequenceTests {
  /// Writes a picture of `raster` under each name.
  private func write(_ names: [String], in folder: TempFolder, raster: Raster = Raster(16, 8)) throws {
    let pool = FramePool(idleLimit: 1 << 20)
    for (index, name) in names.enumerated() {
      let frame = try NumberedPicture.frame(
        index, format: format("rgb24"), raster: raster, tags: ColorTags(matrix: .rgb, range: .full), pool: pool)
      let settings = try #require(StillFileFormat(path: name)).settings(
        for: format("rgb24"), raster: raster, tags: frame.tags, alpha: .opaque)
      var writer = try StillWriter(settings)
      try writer.write(frame, to: folder.file(name))
    }
  }

  private func codes(_ facts: MediaFacts) -> [String] { facts.findings.map(\.code) }
  private func message(_ facts: MediaFacts, _ code: String) -> String? {
    facts.findings.first { $0.code == code }?.message
  }

  @Test(arguments: [
    "shot.####.png", "shot.%04d.png", "shot.[1001-1004].png", "", "shot.1003.png", "shot.@.png",
  ])
  func aSequenceIsNamedByPatternRangeFolderOrAnyFrame(_ name: String) throws {
    let folder = try TempFolder()
    try write((1001...1004).map { "shot.\($0).png" }, in: folder)
    // What is none of these ways is a file that does not exist.
    guard name != "shot.@.png" else {
      let error = #expect(throws: MediaError.self) { try MediaProbe.facts(of: folder.file(name)) }
      #expect(error?.kind == .missingInput)
      return
    }
    let facts = try MediaProbe.facts(of: name.isEmpty ? folder.path : folder.file(name))
    #expect(facts.kind == .sequence)
    #expect(facts.video?.firstNumber == 1001)
    #expect(facts.video?.frameCount == 4)
    #expect(facts.video?.raster == Raster(16, 8))
    #expect(facts.files.map(\.number) == [1001, 1002, 1003, 1004])
    #expect(facts.findings.isEmpty)
  }

  @Test func aRangeTakesItsFramesAndMissesWhatIsNotThere() throws {
    let folder = try TempFolder()
    try write((1001...1004).map { "shot.\($0).png" }, in: folder)
    let inside = try MediaProbe.facts(of: folder.file("shot.[1002-1003].png"))
    #expect(inside.video?.firstNumber == 1002 && inside.video?.frameCount == 2)
    #expect(inside.findings.isEmpty)
    let beyond = try MediaProbe.facts(of: folder.file("shot.[0999-1006].png"))
    #expect(beyond.video?.firstNumber == 999 && beyond.video?.frameCount == 8)
    #expect(message(beyond, "sequence.gaps") == "4 of 8 frames are missing: frames 999-1000, 1005-1006")
    let error = #expect(throws: MediaError.self) { try MediaProbe.facts(of: folder.file("shot.[2001-2004].png")) }
    #expect(error?.kind == .missingInput)
  }

  @Test func gapsAreCountedAndNamed() throws {
    let folder = try TempFolder()
    try write([1, 2, 5, 6, 9].map { "a.000\($0).png" }, in: folder)
    let facts = try MediaProbe.facts(of: folder.path)
    #expect(facts.video?.firstNumber == 1 && facts.video?.frameCount == 9)
    #expect(codes(facts) == ["sequence.gaps"])
    #expect(facts.findings.first?.severity == .error)
    #expect(message(facts, "sequence.gaps") == "4 of 9 frames are missing: frames 3-4, 7-8")
  }

  @Test func oneNumberWrittenTwoWaysIsADuplicate() throws {
    let folder = try TempFolder()
    try write(["shot.1.png", "shot.0001.png", "shot.0002.png", "shot.0003.png"], in: folder)
    for name in [folder.path, folder.file("shot.####.png"), folder.file("shot.0002.png")] {
      let facts = try MediaProbe.facts(of: name)
      #expect(facts.video?.frameCount == 3)
      #expect(
        facts.files.map { $0.path.split(separator: "/").last } == ["shot.0001.png", "shot.0002.png", "shot.0003.png"])
      #expect(message(facts, "sequence.duplicates") == "frame 1 is there more than once, written differently")
    }
  }

  @Test func paddingIsThatOfTheFramesAndNotOfTheOneThatIsNamed() throws {
    let folder = try TempFolder()
    try write((998...1001).map { $0 < 1000 ? "a.0\($0).png" : "a.\($0).png" }, in: folder)
    for name in ["a.1001.png", "a.0998.png", "a.%d.png", "a.####.png"] {
      let facts = try MediaProbe.facts(of: folder.file(name))
      #expect(facts.video?.firstNumber == 998 && facts.video?.frameCount == 4)
      #expect(facts.findings.isEmpty, "\(name)")
    }
    // Frame 10000 of four digits has five.
    let long = try TempFolder()
    try write(["b.9999.png", "b.10000.png"], in: long)
    #expect(try MediaProbe.facts(of: long.file("b.####.png")).findings.isEmpty)
    let odd = try TempFolder()
    try write(["c.0001.png", "c.0002.png", "c.3.png"], in: odd)
    let facts = try MediaProbe.facts(of: odd.path)
    #expect(facts.video?.frameCount == 3)
    #expect(message(facts, "sequence.padding") == "frame 3 has another padding than the others")
  }

  @Test func mixedSizesFormatsAndPixelsAreNamed() throws {
    let folder = try TempFolder()
    try write(["s.0001.png", "s.0002.png", "s.0003.png"], in: folder)
    try write(["s.0004.png"], in: folder, raster: Raster(20, 8))
    try write(["s.0005.tif"], in: folder)
    let facts = try MediaProbe.facts(of: folder.file("s.####.png"))
    #expect(facts.video?.raster == Raster(16, 8))
    #expect(facts.video?.frameCount == 5)
    #expect(message(facts, "sequence.mixed_sizes") == "frame 4: 20x8, the others 16x8")
    #expect(message(facts, "sequence.mixed_formats") == "frame 5 is of another kind (tif) than the others (png)")
    // A PNG that calls itself TIFF, and one of grey among colours.
    let liar = try TempFolder()
    try write(["t.1.png", "t.2.png", "t.3.png", "x.tif"], in: liar)
    try FileManager.default.moveItem(atPath: liar.file("x.tif"), toPath: liar.file("t.4.png"))
    let gray = try NumberedPicture.frame(
      1, format: format("gray"), raster: Raster(16, 8), tags: ColorTags(range: .full), pool: FramePool(idleLimit: 0))
    try StillWriter.write(gray, to: liar.file("t.5.png"))
    let mixed = try MediaProbe.facts(of: liar.file("t.1.png"))
    #expect(message(mixed, "sequence.mixed_formats") == "frame 4: the content is TIFF, the others PNG")
    #expect(message(mixed, "sequence.mixed_pixels") == "frame 5: gray 8, the others rgb 8")
  }

  @Test(arguments: ["png", "tif", "exr", "dpx", "jpg"])
  func emptyAndHalfWrittenFramesAreNoticed(_ kind: String) throws {
    let folder = try TempFolder()
    let pixels = kind == "exr" ? "gbrpf32le" : kind == "jpg" ? "yuvj420p" : "rgb24"
    let tags =
      kind == "exr"
      ? ColorTags.linear709 : kind == "jpg" ? ColorTags(matrix: .bt470bg, range: .full, siting: .center) : .srgb
    let raster = Raster(64, 48)
    for number in 1...4 {
      let frame = try NumberedPicture.frame(
        number, format: format(pixels), raster: raster, tags: tags, pool: FramePool(idleLimit: 0))
      try StillWriter.write(frame, to: folder.file("f.000\(number).\(kind)"))
    }
    let whole = try Data(contentsOf: URL(fileURLWithPath: folder.file("f.0002.\(kind)")))
    try Data().write(to: URL(fileURLWithPath: folder.file("f.0002.\(kind)")))
    // However much is missing, a byte or nearly all.
    for share in [1, 50, 90, 99] {
      let half = whole.prefix(max(1, whole.count * share / 100))
      try half.write(to: URL(fileURLWithPath: folder.file("f.0003.\(kind)")))
      let facts = try MediaProbe.facts(of: folder.path)
      #expect(facts.video?.frameCount == 4 && facts.video?.raster == raster)
      #expect(message(facts, "sequence.empty") == "frame 2: the file is empty (0 bytes)", "\(share) %")
      #expect(message(facts, "sequence.damaged") == "frame 3: the file is cut off or no picture", "\(share) %")
      for number in 2...3 {
        let path = folder.file("f.000\(number).\(kind)")
        let error = #expect(throws: MediaError.self) {
          try StillReader.read(path: path, pool: FramePool(idleLimit: 0))
        }
        #expect(error?.kind == .badInput && error?.sentence.contains(path) == true)
      }
    }
    // The last byte but one, too.
    try whole.dropLast(2).write(to: URL(fileURLWithPath: folder.file("f.0003.\(kind)")))
    #expect(codes(try MediaProbe.facts(of: folder.path)).contains("sequence.damaged"))
  }

  @Test func upperCaseExtensionsAreExtensions() throws {
    let folder = try TempFolder()
    try write(["A.0001.PNG", "A.0002.PNG", "A.0003.png"], in: folder)
    for name in [folder.path, folder.file("A.0001.PNG"), folder.file("A.####.PNG")] {
      let facts = try MediaProbe.facts(of: name)
      #expect(facts.video?.frameCount == 3)
      #expect(codes(facts) == ["sequence.case"])
    }
    try write(["A.0001.png"], in: folder)
    #expect(codes(try MediaProbe.facts(of: folder.path)).contains("sequence.duplicates"))
  }

  @Test func aFolderOfTwoSequencesAsksWhichOne() throws {
    let folder = try TempFolder()
    try write(["a.1.png", "a.2.png", "b.1.png", "b.2.png"], in: folder)
    let error = #expect(throws: MediaError.self) { try MediaProbe.facts(of: folder.path) }
    #expect(error?.kind == .badInput)
    #expect(error?.sentence.contains("a.%d.png") == true && error?.sentence.contains("b.%d.png") == true)
    let none = try TempFolder()
    #expect(throws: MediaError.self) { try MediaProbe.facts(of: none.path) }
  }

  @Test func aVersionIsNoFrameNumber() throws {
    let folder = try TempFolder()
    try write(["board_v1.png", "board_v2.png", "board_v3.png"], in: folder)
    let facts = try MediaProbe.facts(of: folder.file("board_v2.png"))
    #expect(facts.kind == .still && facts.video?.frameCount == 1)
    // Boards of three shots are three stills; drawings on fours are frames, and so is what a mark sets off.
    let boards = try TempFolder()
    try write(["SH010.png", "SH020.png", "SH040.png"], in: boards)
    #expect(try MediaProbe.facts(of: boards.file("SH020.png")).kind == .still)
    #expect(try MediaProbe.facts(of: boards.file("SH###.png")).kind == .sequence)
    try write(["A0001.png", "A0005.png", "shot.0010.png", "shot.0020.png"], in: boards)
    #expect(try MediaProbe.facts(of: boards.file("A0001.png")).kind == .sequence)
    #expect(try MediaProbe.facts(of: boards.file("shot.0010.png")).kind == .sequence)
    // One file with digits in its name is a still as well.
    let alone = try TempFolder()
    try write(["sc010.png"], in: alone)
    #expect(try MediaProbe.facts(of: alone.file("sc010.png")).kind == .still)
  }

  @Test func hiddenFilesAndOtherFilesAreNoFrames() throws {
    let folder = try TempFolder()
    try write(["a.0001.png", "a.0002.png"], in: folder)
    for name in [".a.0003.png.partial", ".DS_Store", "a.0004.txt", "notes.txt", "a.mov"] {
      try Data("words".utf8).write(to: URL(fileURLWithPath: folder.file(name)))
    }
    let facts = try MediaProbe.facts(of: folder.path)
    #expect(facts.video?.frameCount == 2 && facts.findings.isEmpty)
  }

  @Test func aSequenceOfNothingButBrokenFramesIsRefused() throws {
    let folder = try TempFolder()
    for number in 1...3 { try Data("no picture".utf8).write(to: URL(fileURLWithPath: folder.file("x.\(number).png"))) }
    let error = #expect(throws: MediaError.self) { try MediaProbe.facts(of: folder.file("x.#.png")) }
    #expect(error?.kind == .badInput)
  }
}
