import Foundation
import PegMedia
import PegTestSupport
import Testing

@testable import PegLedger

/// What others may rely on: the schema, and that what a ledger says is so.
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct LedgerSchemaTests {
  private static let schema =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("presets/schema/ledger.schema.json").path

  /// Each line by itself, judged by Python's jsonschema; prints what each line is.
  private static let judge = """
    import json, sys, jsonschema
    schema = json.load(open(sys.argv[1]))
    jsonschema.Draft202012Validator.check_schema(schema)
    judge = jsonschema.Draft202012Validator(schema)
    for path in sys.argv[2:]:
        kinds = []
        for number, line in enumerate(open(path, encoding="utf-8"), 1):
            value = json.loads(line)
            for error in judge.iter_errors(value):
                sys.exit(f"{path} line {number}: {error.message[:300]}")
            kinds.append(value["line"])
        assert kinds[0] == "header" and kinds.count("header") == 1, path
        print(" ".join(sorted(set(kinds))))
    """

  /// Every packet and every run of sound is read where the ledger says and hashed by Python's xxhash, and the sound as a whole is
  /// what ffmpeg takes out of the file.
  private static let packets = """
    import json, os, sys, xxhash
    master, sound = sys.argv[1], open(sys.argv[2], "rb").read() if len(sys.argv) > 2 else None
    lines = [json.loads(line) for line in open(master + ".ledger", encoding="utf-8")]
    def hashed(data): return xxhash.xxh3_128_hexdigest(data)
    def piece(at, size):
        with open(master, "rb") as file:
            file.seek(at)
            return file.read(size)
    frames, taken = 0, 0
    for line in lines:
        if line["line"] == "v":
            assert len(line["at"]) == line["rec"][1] - line["rec"][0]
            for at in line["at"]:
                assert hashed(piece(at, line["size"])) == line["hash"], line
            frames += len(line["at"])
        elif line["line"] == "seg":
            for at, size, digest, frame, flags in line["pkts"]:
                assert hashed(piece(at, size)) == digest, line
            frames += len(line["pkts"])
        elif line["line"] == "f":
            for name in line["path"]:
                assert hashed(open(os.path.join(master, name), "rb").read()) == line["hash"], line
            frames += len(line["path"])
        elif line["line"] == "a":
            data = sound[taken:taken + line["size"]]
            taken += line["size"]
            assert hashed(data) == line["hash"], line
            # The first byte lies where it is said to.
            assert piece(line["at"], 4) == data[:4], line
    header = lines[0]
    assert frames == header["rec"][1] - header["rec"][0] == sum(header["counts"].values()), (frames, header)
    assert sound is None or taken == len(sound), (taken, len(sound))
    print(frames)
    """

  @Test(.enabled(if: Tool.hasPython("jsonschema"), "no jsonschema"))
  func ledgersOfEveryContainerAreValidAndSoAreTheirPublicForms() throws {
    let film = try Film()
    var kinds: [String] = []
    var ledgers: [String] = []
    for (preset, name) in Film.masters {
      try film.render(preset, name)
      let open = film.file("\(name).public.ledger")
      try film.run("ledger", film.file(name), "--public", "-o", open)
      ledgers += [film.file("\(name).ledger"), open]
      let pictures = preset == "png-sequence" ? "f header" : preset == "h264-review" ? "a header seg" : "a header v"
      kinds += [pictures, pictures]
    }
    // A chunk and a variant have headers of their own.
    try film.render("prores-422-hq", "show/out/part.mov", ["--range", "10..30"])
    try film.run(
      "render", film.file("show/cut.otio"), "-p", "prores-422-hq", "-o", film.file("show/out/v.{SH010}.mov"), "--vary",
      "SH010=b")
    ledgers += [film.file("show/out/part.mov.ledger"), film.file("show/out/v.b.mov.ledger")]
    kinds += ["a header v", "a header v"]
    let printed = String(
      decoding: try Tool.require(Tool.python, ["-c", Self.judge, Self.schema] + ledgers), as: UTF8.self)
    #expect(printed.split(separator: "\n").map(String.init) == kinds)
  }

  @Test(.enabled(if: Tool.hasPython("xxhash"), "no xxhash"))
  func packetsAndSoundLieWhereTheLedgerSaysWithTheBytesThatItSays() throws {
    let film = try Film()
    for (preset, name) in Film.masters {
      try film.render(preset, name)
      var arguments = ["-c", Self.packets, film.file(name)]
      if preset != "png-sequence" {
        let sound = film.file("\(name).sound")
        let format = preset == "h264-review" ? ["-c", "copy", "-f", "data"] : ["-c", "copy", "-f", "s24le"]
        try Tool.require("ffmpeg", ["-v", "error", "-y", "-i", film.file(name), "-map", "0:a"] + format + [sound])
        arguments.append(sound)
      }
      let printed = String(decoding: try Tool.require(Tool.python, arguments), as: UTF8.self)
      #expect(printed == "48\n", "\(preset)")
    }
  }

  /// What a lossless master gives back when ffmpeg decodes it has the hashes that the pictures had before they were encoded.
  @Test(.enabled(if: Tool.hasPython("xxhash"), "no xxhash"))
  func picturesOfALosslessMasterAreThoseOfTheLedger() throws {
    let film = try Film()
    try film.render("ffv1-archive", "show/out/film.mkv")
    let program = """
      import json, subprocess, sys, xxhash
      master = sys.argv[1]
      probe = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "stream=pix_fmt,width,height",
                              "-of", "json", master], check=True, capture_output=True).stdout
      stream = json.loads(probe)["streams"][0]
      head = f"{stream['pix_fmt']} {stream['width']}x{stream['height']}\\n".encode()
      raw = subprocess.run(["ffmpeg", "-v", "error", "-i", master, "-map", "0:v", "-f", "rawvideo", "-"], check=True,
                           capture_output=True).stdout
      hashes = []
      for line in open(master + ".ledger", encoding="utf-8"):
          value = json.loads(line)
          if value["line"] == "v": hashes += [value["pic"]] * (value["rec"][1] - value["rec"][0])
      size = len(raw) // len(hashes)
      for frame, pic in enumerate(hashes):
          assert xxhash.xxh3_128_hexdigest(head + raw[frame * size:(frame + 1) * size]) == pic, frame
      print(len(hashes), len(set(hashes)))
      """
    let printed = try Tool.require(Tool.python, ["-c", program, film.file("show/out/film.mkv")])
    // 6 drawings on twos, 8 drawings, 16 pictures of a movie, one still.
    #expect(String(decoding: printed, as: UTF8.self) == "48 31\n")
  }

  @Test func aPublicLedgerHasNoPathPromptOrName() throws {
    let film = try Film()
    try film.writeCut("show/cut.otio", takes: ["SH010": "b"])
    for (preset, name) in Film.masters {
      try film.render(preset, name)
      let kept = try String(contentsOfFile: film.file("\(name).ledger"), encoding: .utf8)
      let open = try film.run("ledger", film.file(name), "--public").text
      let secrets = [
        "SH010", "SH040", "media/", "clip.mp4", "still", "cut.otio", "DEFAULT_MEDIA", "review", film.folder.path,
        "\"b\"",
      ]
      for secret in secrets { #expect(!open.contains(secret), "\(secret) in the public ledger of \(name)") }
      for word in ["SH010", "media/", "cut.otio"] { #expect(kept.contains(word), "\(word) in the ledger of \(name)") }
      // What made the pictures may be told, and what kind of origin they have.
      for word in ["AUTOMATIC1111", "trainedAlgorithmicMedia"] { #expect(open.contains(word), "\(word) in \(name)") }
      #expect(!kept.contains("lighthouse"))
      // It reads as a ledger.
      let path = film.file("open.ledger")
      try Data(open.utf8).write(to: URL(fileURLWithPath: path))
      let ledger = try Ledger(reading: path)
      #expect(ledger.header.isPublic)
      #expect(ledger.runs.map(\.range.count).reduce(0, +) == 48)
    }
  }

  /// A cut, its media and its masters move as one folder; a master may also be renamed.
  @Test func mastersStayCurrentWhenTheFolderMovesAndWhenTheyAreRenamed() throws {
    let film = try Film()
    for (preset, name) in Film.masters { try film.render(preset, name) }
    try FileManager.default.moveItem(atPath: film.file("show"), toPath: film.file("elsewhere"))
    for (preset, name) in Film.masters {
      let moved = name.replacing("show/", with: "elsewhere/")
      let again = try film.render(preset, moved, cut: "elsewhere/cut.otio")
      #expect(again["current"].bool == true, "\(moved)")
      try film.run("trace", "\(film.file(moved))@13", "--verify")
      // Its ledger stays where it was.
      let renamed = moved + (preset == "png-sequence" ? "_final" : ".final." + (moved.split(separator: ".").last ?? ""))
      try FileManager.default.moveItem(atPath: film.file(moved), toPath: film.file(renamed))
      let ledger = film.file("\(moved).ledger")
      let known = try film.render(preset, renamed, cut: "elsewhere/cut.otio", ["--ledger", ledger])
      #expect(known["current"].bool == true, "\(renamed)")
      try film.run("trace", film.file(renamed), "--verify", "--ledger", ledger, "--every", "7")
      try film.run("ledger", film.file(renamed), "--ledger", ledger)
    }
  }

  @Test func aLedgerOfAnotherFileIsRefused() throws {
    let film = try Film()
    try film.render("prores-422-hq", "show/out/one.mov")
    try film.render("prores-422-hq", "show/out/two.mov", ["--range", "0..20"])
    let (one, two) = (film.file("show/out/one.mov"), film.file("show/out/two.mov"))
    for verb in ["ledger", "trace"] {
      #expect(try film.run(verb, one, "--ledger", "\(two).ledger", status: 65).stderr.contains("not about"))
      #expect(try film.run(verb, film.file("show/out/none.mov"), status: 66).stderr.contains("none.mov"))
    }
    try FileManager.default.removeItem(atPath: "\(two).ledger")
    #expect(try film.run("ledger", two, status: 66).stderr.contains("two.mov.ledger"))
    try Data("not a ledger".utf8).write(to: URL(fileURLWithPath: "\(two).ledger"))
    #expect(try film.run("ledger", two, status: 65).stderr.contains("two.mov.ledger"))
    // A file that is no ledger is never written over.
    let note = film.file("show/note.txt")
    try Data("buy milk".utf8).write(to: URL(fileURLWithPath: note))
    try film.run(
      "render", film.file("show/cut.otio"), "-p", "prores-422-hq", "-o", film.file("show/out/three.mov"), "--ledger",
      note, status: 73)
    #expect(try Data(contentsOf: URL(fileURLWithPath: note)) == Data("buy milk".utf8))
    #expect(!FileManager.default.fileExists(atPath: film.file("show/out/three.mov")))
    // Nor one of another version, whose hashes mean something else; it is called what it is.
    let now = try String(contentsOfFile: "\(one).ledger", encoding: .utf8)
    try now.replacing(#""version":2"#, with: #""version":1"#).write(
      toFile: "\(one).ledger", atomically: true, encoding: .utf8)
    let again = try film.run("render", film.file("show/cut.otio"), "-p", "prores-422-hq", "-o", one, status: 73).stderr
    #expect(again.contains("one.mov.ledger is a ledger of version 1"))
    #expect(again.contains("--overwrite"))
  }
}
