import Foundation
import PegTestSupport
import Testing

/// Bad input and bad outputs: one sentence that names thing and place, the exit status of DESIGN §4, and nothing half-written
/// under the output's name.
@Suite(.enabled(if: Workbench.canDraw, "no ffmpeg")) struct BadInputTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  private func render(_ cut: String, _ more: String...) -> [String] {
    ["render", cut, "-p", "prores-422-hq", "-o", bench.file("out.mov")] + more
  }

  /// The command fails so, and leaves neither an output nor anything to resume.
  private func refused(
    _ status: Int32, _ words: String..., cut: String, location: SourceLocation = #_sourceLocation
  ) throws {
    let output = try Tool.run(Workbench.pegbar, render(cut))
    #expect(output.status == status, "\(output.stderr)", sourceLocation: location)
    let lines = output.stderr.split(separator: "\n").filter { $0.hasPrefix("error:") }
    #expect(lines.count == 1, "\(output.stderr)", sourceLocation: location)
    for word in words { #expect(lines.first?.contains(word) == true, "\(output.stderr)", sourceLocation: location) }
    #expect(bench.traces(of: "out.mov").isEmpty, "\(bench.folder.names)", sourceLocation: location)
  }

  private func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: bench.file(name)))
  }

  // MARK: Media

  @Test func missingMedia() throws {
    let cut = try bench.film()
    try FileManager.default.removeItem(atPath: bench.file("clip.mp4"))
    try refused(66, "clip.mp4", cut: cut)
    // Asked for, black stands there instead, and a finding says so.
    let black = try bench.run("render", cut, "-p", "prores-422-hq", "-o", bench.file("black.mov"), "--missing", "black")
    #expect(black.status == 0, "\(black.stderr)")
    #expect(black.stderr.contains("clip.mp4"))
  }

  @Test func mediaThatAreNoMedia() throws {
    let cut = try bench.film()
    for content in ["", "not a movie, however it is called\n"] {
      try write(content, to: "clip.mp4")
      try refused(65, "clip.mp4", cut: cut)
    }
    try FileManager.default.removeItem(atPath: bench.file("clip.mp4"))
    try FileManager.default.createDirectory(atPath: bench.file("clip.mp4"), withIntermediateDirectories: false)
    try refused(65, "clip.mp4", cut: cut)
  }

  /// A file that opens and cannot be read, whoever asks: the kernel's `/proc/self/mem` from byte 0; a pipe without a writer.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/self/mem"), "no /proc"))
  func mediaThatCannotBeRead() throws {
    let cut = try bench.film()
    let clip = bench.file("clip.mp4")
    try FileManager.default.removeItem(atPath: clip)
    try FileManager.default.createSymbolicLink(atPath: clip, withDestinationPath: "/proc/self/mem")
    try refused(65, "clip.mp4", cut: cut)
    try FileManager.default.removeItem(atPath: clip)
    try #require(mkfifo(clip, 0o600) == 0)
    try refused(65, "clip.mp4", cut: cut)
  }

  /// Bytes that may not be read: as another user where this is root's, whom permissions do not stop.
  @Test(.enabled(if: geteuid() != 0 || Tool.path("setpriv") != nil, "root, without setpriv"))
  func mediaThatMayNotBeRead() throws {
    let cut = try bench.film()
    try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: bench.file("clip.mp4"))
    let output = try asNobody(render(cut))
    guard let output else { return }
    #expect(output.status == 65, "\(output.stderr)")
    #expect(output.stderr.contains("clip.mp4") && output.stderr.contains("may not be read"), "\(output.stderr)")
    #expect(bench.traces(of: "out.mov").isEmpty)
  }

  @Test func aTruncatedMovie() throws {
    let cut = try bench.film()
    let clip = bench.file("clip.mp4")
    let whole = try Data(contentsOf: URL(fileURLWithPath: clip))
    // The index of this MP4 lies at its end.
    for part in [100, whole.count / 2, whole.count - 300] {
      try whole.prefix(part).write(to: URL(fileURLWithPath: clip))
      try refused(65, "clip.mp4", cut: cut)
      let probed = try bench.run("probe", clip)
      #expect(probed.status == 65 && probed.stderr.contains("copy or export it again"), "\(probed.stderr)")
    }
  }

  /// The index is whole and says more than there is: what is missing is found before or while it is decoded.
  @Test func aMovieWhoseEndIsGone() throws {
    try bench.movie("clip.mov", codec: ["-c:v", "prores_ks", "-pix_fmt", "yuv422p10le", "-movflags", "+faststart"])
    let cut = try bench.cut(of: "clip.mov")
    let whole = try Data(contentsOf: URL(fileURLWithPath: bench.file("clip.mov")))
    try whole.prefix(whole.count * 2 / 3).write(to: URL(fileURLWithPath: bench.file("clip.mov")))
    try refused(65, "clip.mov", "cut off", cut: cut)
    // What is there plays: the cut may say what takes the place of the rest.
    // A damaged movie stays a finding of severity error, so `conform` says 1, and writes the cut.
    let conformed = try bench.run("conform", cut, "--overrun", "hold", "-o", bench.file("held.otio"))
    #expect(conformed.status == 1, "\(conformed.stderr)")
    try bench.require("render", bench.file("held.otio"), "-p", "prores-422-hq", "-o", bench.file("held.mov"))
    #expect(try Probe(ffprobe: bench.file("held.mov"))["streams.0.nb_frames"] == "24")
  }

  // MARK: Sequences

  private func sequence(_ count: Int = 12) throws -> String {
    try Tool.require(
      "ffmpeg",
      [
        "-v", "error", "-f", "lavfi", "-i", "testsrc2=s=128x72:r=24:d=1", "-frames:v", "\(count)", "-start_number",
        "1001",
        bench.file("cel.%04d.png"),
      ])
    return try bench.cut(of: "cel.####.png")
  }

  @Test func aSequenceWithGaps() throws {
    let cut = try sequence()
    for number in [1004, 1005] { try FileManager.default.removeItem(atPath: bench.file("cel.\(number).png")) }
    try refused(65, "1004", cut: cut)
    // Where the cut says what gaps become, it is rendered.
    try bench.require("conform", cut, "--gaps", "hold", "-o", bench.file("held.otio"))
    let held = try bench.run("render", bench.file("held.otio"), "-p", "prores-422-hq", "-o", bench.file("held.mov"))
    #expect(held.status == 0, "\(held.stderr)")
    let map = try bench.run("map", bench.file("held.otio"), "--csv")
    let shown = map.text.split(separator: "\r\n").dropFirst().compactMap {
      $0.split(separator: ",").last.map(String.init)
    }
    #expect(shown == (0..<12).map(String.init), "the map says what was asked for")
  }

  @Test func framesOfNoBytesAndHalfWrittenOnes() throws {
    let cut = try sequence()
    let frame = URL(fileURLWithPath: bench.file("cel.1006.png"))
    let whole = try Data(contentsOf: frame)
    for part in [0, 8, whole.count / 2] {
      try whole.prefix(part).write(to: frame)
      let output = try Tool.run(Workbench.pegbar, render(cut))
      #expect(output.status == 65, "\(part): \(output.stderr)")
      #expect(output.stderr.contains("cel.1006.png"), "\(part): \(output.stderr)")
      #expect(!bench.folder.names.contains("out.mov"))
    }
  }

  /// A PNG whose header says 0 by 72 pixels, with a checksum that holds.
  @Test func framesOfNoPixels() throws {
    let cut = try sequence()
    let script = """
      import sys, struct, zlib
      path = sys.argv[1]
      data = bytearray(open(path, 'rb').read())
      data[16:20] = struct.pack('>I', 0)
      data[29:33] = struct.pack('>I', zlib.crc32(data[12:29]))
      open(path, 'wb').write(data)
      """
    try Tool.require("python3", ["-c", script, bench.file("cel.1003.png")])
    let output = try Tool.run(Workbench.pegbar, render(cut))
    #expect(output.status == 65, "\(output.stderr)")
    #expect(output.stderr.contains("cel.1003.png"), "\(output.stderr)")
    #expect(!bench.folder.names.contains("out.mov"))
  }

  // MARK: Cuts

  @Test func cutsThatAreNoCuts() throws {
    try write("{\"OTIO_SCHEMA\": \"Timeline.1\",\n  \"name\": oops}", to: "cut.otio")
    try refused(65, "cut.otio:2:11", cut: bench.file("cut.otio"))
    try write("", to: "cut.otio")
    try refused(65, "cut.otio", cut: bench.file("cut.otio"))
    try write("[1, 2]", to: "cut.otio")
    try refused(65, "cut.otio", cut: bench.file("cut.otio"))
    try Data([0xff, 0xfe, 0x00, 0x01]).write(to: URL(fileURLWithPath: bench.file("cut.otio")))
    try refused(65, "cut.otio", cut: bench.file("cut.otio"))
    try refused(66, "none.otio", cut: bench.file("none.otio"))
    try refused(65, "is a folder", cut: bench.folder.path)
  }

  @Test func aRangeWhollyOutsideItsMedia() throws {
    let cut = try bench.film()
    let text = try String(contentsOfFile: cut, encoding: .utf8)
    let path = "import sys, json\nt = json.load(open(sys.argv[1]))\n"
    try write(text, to: "cut.otio")
    let script =
      path + """
        clip = t['tracks']['children'][0]['children'][0]
        clip['source_range']['start_time']['value'] = 1000.0
        json.dump(t, open(sys.argv[1], 'w'))
        """
    try Tool.require("python3", ["-c", script, cut])
    try refused(65, "clip", cut: cut)
  }

  // MARK: Outputs

  @Test func anOutputFolderThatDoesNotExist() throws {
    let cut = try bench.film()
    let output = bench.file("no/such/out.mov")
    try bench.expect(73, "no/such", "does not exist", from: ["render", cut, "-p", "prores-422-hq", "-o", output])
    #expect(!bench.folder.names.contains("no"))
    try bench.expect(73, "no/such", from: ["still", "\(cut)@3", "-o", bench.file("no/such/still.png")])
    try bench.expect(73, "no/such", from: ["cut", "new", bench.file("no/such/cut.otio"), bench.file("clip.mp4")])
    try bench.expect(73, "no/such", from: ["conform", cut, "-o", bench.file("no/such/cut.otio")])
  }

  @Test(.enabled(if: geteuid() != 0 || Tool.path("setpriv") != nil, "root, without setpriv"))
  func anOutputFolderThatMayNotBeWritten() throws {
    let cut = try bench.film()
    let folder = bench.file("locked")
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o555])
    for arguments in [
      ["render", cut, "-p", "prores-422-hq", "-o", "\(folder)/out.mov"],
      ["render", cut, "-p", "png-sequence", "-o", "\(folder)/frames"],
      ["still", "\(cut)@3", "-o", "\(folder)/still.png"],
      ["cut", "new", "\(folder)/cut.otio", bench.file("clip.mp4")],
    ] {
      guard let output = try asNobody(arguments) else { return }
      #expect(output.status == 73, "\(arguments): \(output.stderr)")
      #expect(output.stderr.contains("locked") && output.stderr.contains("permission denied"), "\(output.stderr)")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test func anOutputThatIsNotOurs() throws {
    let cut = try bench.film()
    try write("precious", to: "out.mov")
    try bench.expect(73, "out.mov exists", from: render(cut))
    try write("precious", to: "frames")
    try bench.expect(73, "frames exists", from: ["render", cut, "-p", "png-sequence", "-o", bench.file("frames")])
    #expect(try String(contentsOfFile: bench.file("out.mov"), encoding: .utf8) == "precious")
    #expect(bench.folder.names == ["clip.mp4", "cut.otio", "frames", "out.mov"])
    #expect(try Tool.run(Workbench.pegbar, render(cut, "--overwrite")).status == 0)
    #expect(try Data(contentsOf: URL(fileURLWithPath: bench.file("out.mov"))).count > 8)
    let frames = ["render", cut, "-p", "png-sequence", "-o", bench.file("frames"), "--overwrite"]
    #expect(try Tool.run(Workbench.pegbar, frames).status == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: bench.file("frames")).count == 24)
  }

  /// Runs the command as a user whom permissions stop; `nil`, with a message, where that cannot be had.
  private func asNobody(_ arguments: [String]) throws -> Tool.Output? {
    guard geteuid() == 0 else { return try Tool.run(Workbench.pegbar, arguments) }
    // Nobody has to reach the media, the presets, and a copy of the command.
    let command = bench.file("pegbar")
    if !FileManager.default.fileExists(atPath: command) {
      try FileManager.default.copyItem(atPath: Workbench.pegbar, toPath: command)
      try FileManager.default.copyItem(atPath: Workbench.presets, toPath: bench.file("presets"))
      try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: bench.folder.path)
    }
    let user = ["--reuid=65534", "--regid=65534", "--clear-groups"]
    guard try Tool.run("setpriv", user + [command, "--version"]).status == 0 else {
      print("skipped: cannot run as another user here")
      return nil
    }
    return try Tool.run(
      "setpriv",
      user + ["env", "-u", "XDG_CACHE_HOME", "HOME=/nonexistent", "PEGBAR_PRESETS=\(bench.file("presets"))", command]
        + arguments)
  }
}
