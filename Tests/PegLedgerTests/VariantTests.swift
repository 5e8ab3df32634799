import Foundation
import PegTestSupport
import Testing

/// `render --vary`: a matrix of takes in one pass, each picture worked once.
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct VariantTests {
  private static let matrix = [("a", "c"), ("a", "d"), ("b", "c"), ("b", "d")]

  @Test(arguments: Film.masters.indices)
  func variantsHaveTheBytesOfMastersRenderedAlone(index: Int) throws {
    let (preset, name) = Film.masters[index]
    let film = try Film()
    let ending = name.contains(".") ? "." + (name.split(separator: ".").last ?? "") : ""
    let pattern = film.file("show/out/reel.{SH010}.{SH020}\(ending)")
    let report = try BuiltCommand.json([
      "render", film.file("show/cut.otio"), "-p", preset, "-o", pattern, "--vary", "SH010=a,b", "--vary", "SH020=c,d",
    ])
    let masters = report["masters"].list
    #expect(masters.count == 4)
    for (master, (first, second)) in zip(masters, Self.matrix) {
      let path = film.file("show/out/reel.\(first).\(second)\(ending)")
      #expect(master["path"].string == path)
      try film.writeCut("show/\(first)\(second).otio", takes: ["SH010": first, "SH020": second])
      try film.render(
        preset, "show/out/alone\(ending)", cut: "show/\(first)\(second).otio", ["--no-reuse", "--overwrite"])
      if ending.isEmpty {
        for image in try FileManager.default.contentsOfDirectory(atPath: path) {
          // Images are named for their cut.
          let alone = "\(first)\(second)" + image.dropFirst("cut".count)
          #expect(
            try film.sha("show/out/reel.\(first).\(second)/\(image)") == film.sha("show/out/alone/\(alone)"), "\(image)"
          )
        }
      } else {
        #expect(try film.sha("show/out/reel.\(first).\(second)\(ending)") == film.sha("show/out/alone\(ending)"))
      }
      // The ledger knows which takes it plays, and that is what verify renders.
      try film.run("trace", path, "--verify", "--every", "5")
      let ledger = try BuiltCommand.json(["ledger", path])
      #expect(ledger["takes_chosen"].list.map { $0["take"].string } == [first, second])
    }
    let encoded = masters.compactMap { $0["encoded"].int }
    if preset == "h264-review" {
      // Segments begin at cuts. SH010 and SH020 in two takes each, SH030, SH040: 2·12 + 2·8 + 16 + 12 frames, each once.
      #expect(encoded.reduce(0, +) == 68)
    } else {
      // 6 and 6 drawings on twos, 8 and 8, 16 pictures, one still: each once, for the first master that shows it.
      #expect(encoded == [31, 8, 6, 0])
    }
    for master in masters {
      let sum = ["encoded", "held", "reused"].compactMap { master[$0].int }.reduce(0, +)
      #expect(sum == 48)
    }
  }

  @Test func whatChangesInOneTakeRenewsTheVariantsThatShowIt() throws {
    let film = try Film()
    let arguments = [
      "render", film.file("show/cut.otio"), "-p", "prores-422-hq", "-o", film.file("show/out/r.{SH010}.{SH020}.mov"),
      "--vary", "SH010=a,b", "--vary", "SH020=c,d",
    ]
    _ = try BuiltCommand.json(arguments)
    try film.drawing("show/media/d.1003.png", 99)
    let dry = try BuiltCommand.json(arguments + ["--dry-run"])["masters"].list
    #expect(dry.map { $0["current"].bool } == [true, false, true, false])
    #expect(dry.map { $0["encoded"].int } == [0, 1, 0, 0])
    let again = try BuiltCommand.json(arguments)["masters"].list
    #expect(again.map { $0["current"].bool } == [true, false, true, false])
    // SH020's third drawing, for the first variant that shows it; the other takes it over.
    #expect(again.map { $0["encoded"].int } == [0, 1, 0, 0])
    #expect(again.map { $0["reused"].int } == [0, 47, 0, 48])
    // Each ledger names its own layers.
    for take in ["c", "d"] {
      let found = try BuiltCommand.json([
        "ledger", film.file("show/out/r.a.\(take).mov"), "--where", "clip=SH020", "--where", "take=\(take)",
      ])
      #expect(found["frames"].int == 8)
    }
  }

  /// Takes that are the same media under another name share their packets; each ledger keeps its names.
  @Test func equalTakesAreEncodedOnceAndKeepTheirNames() throws {
    let film = try Film()
    for (preset, ending) in [("prores-422-hq", "mov"), ("h264-review", "mp4")] {
      var text = try String(contentsOfFile: film.file("show/cut.otio"), encoding: .utf8)
      text = text.replacing(#""name_prefix": "b.""#, with: #""name_prefix": "a.""#)
      text = text.replacing(#", "origin": {"id": "trainedAlgorithmicMedia"}"#, with: "")
      try Data(text.utf8).write(to: URL(fileURLWithPath: film.file("show/same.otio")))
      let masters = try BuiltCommand.json([
        "render", film.file("show/same.otio"), "-p", preset, "-o", film.file("show/out/s.{SH010}.\(ending)"), "--vary",
        "SH010=a,b",
      ])["masters"].list
      // Which of the two a lane made a packet for first is chance; that it was made once is not.
      let alone = try BuiltCommand.json([
        "render", film.file("show/same.otio"), "-p", preset, "-o", film.file("show/out/alone.\(ending)"),
      ])["masters"].list
      let made = masters.compactMap { $0["encoded"].int }.reduce(0, +)
      let once = alone.compactMap { $0["encoded"].int }.reduce(0, +)
      #expect(made == once)
      #expect(try film.sha("show/out/s.a.\(ending)") == film.sha("show/out/s.b.\(ending)"))
      let found = try BuiltCommand.json(["ledger", film.file("show/out/s.b.\(ending)"), "--where", "take=b"])
      #expect(found["frames"].int == 12)
    }
  }

  @Test func mistakesListWhatThereIs() throws {
    let film = try Film()
    func refuse(_ output: String, _ vary: [String], _ words: String...) throws {
      let result = try BuiltCommand.run(
        ["render", film.file("show/cut.otio"), "-p", "prores-422-hq", "-o", film.file(output)]
          + vary.flatMap { ["--vary", $0] })
      #expect(result.status == 64, "\(vary): \(result.stderr)")
      for word in words { #expect(result.stderr.contains(word), "\(vary): \(result.stderr)") }
    }
    try refuse("show/out/r.{SH010}.mov", ["SH010=a,x"], "no take x", "its takes are a, b")
    try refuse("show/out/r.{SH999}.mov", ["SH999=a,b"], "no clip SH999", "SH010, SH020")
    try refuse("show/out/r.mov", ["SH010=a,b"], "{SH010}")
    try refuse("show/out/r.{SH010}.mov", ["SH010=a,b", "SH020=c,d"], "{SH020}")
    try refuse("show/out/r.{SH010}.{SH030}.mov", ["SH010=a,b"], "{SH030}", "{SH010}")
    try refuse("show/out/r.{SH010}.mov", ["SH010"], "SH010=a,b")
    try refuse("show/out/r.{SH010}.mov", ["SH010=a,"], "without a name")
    try refuse("show/out/r.{SH010}.mov", ["SH010=a,a"], "twice")
    try refuse("show/out/r.{SH010}.mov", ["SH010=a", "SH010=b"], "twice")
    // Two -o with one pattern.
    let clash = try BuiltCommand.run([
      "render", film.file("show/cut.otio"), "-p", "prores-422-hq", "-o", film.file("show/out/r.{SH010}.mov"), "-p",
      "prores-4444", "-o", film.file("show/out/r.{SH010}.mov"), "--vary", "SH010=a,b",
    ])
    #expect(clash.status == 64 && clash.stderr.contains("two outputs"))
    let names = try FileManager.default.contentsOfDirectory(atPath: film.file("show/out"))
    #expect(names.isEmpty)
    // One take needs no placeholder, and braces without --vary are a name like any other.
    try film.run(
      "render", film.file("show/cut.otio"), "-p", "prores-422-hq", "-o", film.file("show/out/b.mov"), "--vary",
      "SH010=b")
    try film.run(
      "render", film.file("show/cut.otio"), "-p", "prores-422-hq", "-o", film.file("show/out/{x}.mov"), "--range",
      "0..4")
    #expect(try FileManager.default.contentsOfDirectory(atPath: film.file("show/out")).contains("{x}.mov"))
  }

  /// Several deliverables of one render, two of which differ in nothing but their container.
  @Test func equalEncodersOfOneRenderAreWorkedOnce() throws {
    let film = try Film()
    for (preset, endings) in [("h264-review", ["mp4", "mov"]), ("dnxhr-hqx", ["mov", "mxf"])] {
      let report = try BuiltCommand.json(
        ["render", film.file("show/cut.otio")]
          + endings.flatMap {
            ["-p", preset, "-o", film.file("show/out/two.\($0)"), "--ledger", film.file("show/\($0).l")]
          })
      let encoded = report["masters"].list.compactMap { $0["encoded"].int }
      // DNxHR in MXF is opened as in MOV but for its header, which is part of an encoder's identity.
      #expect(encoded == (preset == "dnxhr-hqx" ? [31, 31] : [48, 0]))
      for ending in endings {
        try film.render(preset, "show/out/alone.\(ending)")
        #expect(try film.sha("show/out/two.\(ending)") == film.sha("show/out/alone.\(ending)"), "\(preset) \(ending)")
        try film.run(
          "trace", film.file("show/out/two.\(ending)"), "--verify", "--every", "11", "--ledger",
          film.file("show/\(ending).l"))
      }
    }
  }
}
