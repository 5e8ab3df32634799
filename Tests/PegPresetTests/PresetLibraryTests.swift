import Foundation
import PegCore
import PegPreset
import PegTestSupport
import Testing

@Suite struct PresetLibraryTests {
  /// The presets that issue 2 asks for.
  static let names = [
    "dnxhr-hqx", "ffv1-archive", "h264-review", "hevc-10", "png-sequence", "prores-422-hq", "prores-4444",
  ]

  @Test func theSevenPresetsAreThere() throws {
    let library = try Presets.checkout()
    #expect(Set(library.list()).isSuperset(of: Self.names))
    for name in library.list() { #expect(try library.deliverable(named: name).name == name) }
  }

  @Test func everyPresetIsValidByTheSchema() throws {
    guard Tool.hasPython("jsonschema"), Tool.hasPython("yaml") else {
      print("skipped: python has no jsonschema or no yaml")
      return
    }
    let script = """
      import glob, json, sys, yaml, jsonschema
      schema = json.load(open(sys.argv[1]))
      jsonschema.Draft202012Validator.check_schema(schema)
      judge = jsonschema.Draft202012Validator(schema)
      files = glob.glob(sys.argv[2] + '/*.yaml')
      for path in files:
          for error in judge.iter_errors(yaml.safe_load(open(path))):
              sys.exit(path + ': ' + error.message)
      print(len(files))
      """
    let output = try Tool.run(Tool.python, ["-c", script, Presets.schema, Presets.root + "/deliverables"])
    #expect(output.status == 0, "\(output.stderr)")
    #expect(Int(output.text.trimmingCharacters(in: .whitespacesAndNewlines)) == (try Presets.checkout().list().count))
  }

  /// The schema's list of pixel formats is the registry, each once.
  @Test func theSchemaKnowsThePixelFormats() throws {
    let schema = try String(contentsOfFile: Presets.schema, encoding: .utf8)
    for format in PixelFormat.all { #expect(schema.contains("\"\(format.name)\"")) }
  }

  // MARK: Searching

  /// A folder of presets with one of this name, whose title says where it is.
  private func root(_ name: String, in folder: TempFolder, at path: String) throws -> String {
    let root = folder.file(path)
    try FileManager.default.createDirectory(atPath: root + "/deliverables", withIntermediateDirectories: true)
    let text = Presets.smallest.replacing("title: Smallest", with: "title: of \(path)")
    try text.write(toFile: "\(root)/deliverables/\(name).yaml", atomically: false, encoding: .utf8)
    return root
  }

  @Test func earlierFoldersHideLaterOnes() throws {
    let folder = try TempFolder()
    let explicit = try root("a", in: folder, at: "explicit")
    let environment = try root("a", in: folder, at: "environment")
    _ = try root("a", in: folder, at: "prefix/share/pegbar/presets")
    _ = try root("a", in: folder, at: "checkout/presets")
    let bin = folder.file("prefix/bin")
    let deep = folder.file("checkout/deep/down")
    for path in [bin, deep] { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    let program = URL(filePath: bin + "/pegbar")
    func title(_ explicit: String?, _ variables: [String: String], _ executable: URL?) throws -> String {
      try PresetLibrary(
        searching: explicit, environment: variables, executable: executable, workingFolder: deep
      ).deliverable(named: "a").title
    }
    #expect(try title(explicit, ["PEGBAR_PRESETS": environment], program) == "of explicit")
    #expect(try title(nil, ["PEGBAR_PRESETS": environment], program) == "of environment")
    #expect(try title(nil, ["PEGBAR_PRESETS": ""], program) == "of prefix/share/pegbar/presets")
    #expect(try title(nil, [:], nil) == "of checkout/presets")
  }

  /// `swift run` from anywhere finds the checkout above the program; so does a link to the program.
  @Test func theCheckoutIsFoundFromTheProgramToo() throws {
    let folder = try TempFolder()
    _ = try root("a", in: folder, at: "checkout/presets")
    let bin = folder.file("checkout/.build/debug")
    try FileManager.default.createDirectory(atPath: bin, withIntermediateDirectories: true)
    try Data().write(to: URL(filePath: bin + "/pegbar"))
    let link = folder.file("link")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: bin + "/pegbar")
    for program in [bin + "/pegbar", link] {
      let library = try PresetLibrary(
        searching: nil, environment: [:], executable: URL(filePath: program), workingFolder: "/")
      #expect(library.list() == ["a"])
    }
  }

  @Test func aFolderThatIsNamedHasToHoldPresets() throws {
    let folder = try TempFolder()
    let absent = #expect(throws: PegError.self) {
      try PresetLibrary(searching: folder.file("no"), environment: [:], executable: nil, workingFolder: "/")
    }
    #expect(absent?.kind == .missingInput)
    let empty = #expect(throws: PegError.self) {
      try PresetLibrary(
        searching: nil, environment: ["PEGBAR_PRESETS": folder.path], executable: nil, workingFolder: "/")
    }
    #expect(empty?.kind == .badInput)
    #expect(empty?.sentence.hasPrefix("PEGBAR_PRESETS names") == true)
  }

  @Test(arguments: [
    ("prores-422hq", "did you mean prores-422-hq?"), ("h264", "did you mean h264-review?"),
    ("ffv1-archiv", "did you mean ffv1-archive?"),
  ])
  func anUnknownNameIsToldANearOne(name: String, hint: String) throws {
    let fault = #expect(throws: PegError.self) { try Presets.checkout().deliverable(named: name) }
    #expect(fault?.kind == .missingInput)
    #expect(fault?.sentence == "there is no preset \(name)")
    #expect(fault?.hint == hint)
  }

  @Test func aFileThatDoesNotExistIsMissing() throws {
    let fault = #expect(throws: PegError.self) { try Presets.checkout().deliverable(named: "/nowhere/a.yaml") }
    #expect(fault?.kind == .missingInput)
  }

  // MARK: Inheritance

  @Test func whatExtendsTakesOverAndOverrides() throws {
    let library = try Presets.checkout()
    let base = try library.deliverable(named: "prores-422-hq")
    let heir = try library.deliverable(named: "prores-4444")
    #expect(heir.video.profile == "4444")
    #expect(heir.video.tag == "ap4h")
    #expect(heir.video.pixelFormat == .fixed(try #require(PixelFormat(named: "yuva444p10le"))))
    #expect(heir.video.alpha == .straight)
    // Options join key by key; the rest is the base's.
    #expect(heir.video.options == [EncoderOption("alpha_bits", "16"), EncoderOption("vendor", "pegb")])
    #expect(heir.video.rateControl == base.video.rateControl)
    #expect(heir.audio == base.audio)
    #expect(heir.spec == base.spec)
    #expect(heir.quality == base.quality)
  }

  @Test func aChoiceIsReplacedWhole() throws {
    let folder = try TempFolder()
    let heir = try Presets.load(
      """
      extends: h264-review
      video:
        rate_control: {bitrate: 8000000}
        purity: {unit: whole, reason: the rate is kept over the programme}
      audio: none
      """, in: folder)
    #expect(heir.video.rateControl == .bitrate(8_000_000))
    #expect(heir.audio == nil)
    #expect(heir.title == "H.264 copy for review, plays anywhere")
  }

  @Test func aPresetMayExtendAFileBesideIt() throws {
    let folder = try TempFolder()
    _ = try Presets.load(Presets.smallest, in: folder, as: "base")
    let heir = try Presets.load("extends: base.yaml\ntitle: Heir\n", in: folder)
    #expect(heir.title == "Heir")
    #expect(heir.video.profile == "hq")
  }

  @Test func aPresetOfTheSameNameMayExtendTheOneItHides() throws {
    let folder = try TempFolder()
    let (first, second) = (try root("a", in: folder, at: "first"), try root("a", in: folder, at: "second/presets"))
    try "extends: a\nvideo: {threads: 2}\n".write(
      toFile: first + "/deliverables/a.yaml", atomically: false, encoding: .utf8)
    let library = try PresetLibrary(
      searching: first, environment: [:], executable: nil, workingFolder: folder.file("second"))
    #expect(library.roots == [first, second])
    let preset = try library.deliverable(named: "a")
    #expect(preset.title == "of second/presets")
    #expect(preset.video.threads == 2)
  }

  @Test func aFaultInWhatIsInheritedNamesThatFile() throws {
    let folder = try TempFolder()
    let base = folder.file("base.yaml")
    try Presets.smallest.replacing("profile: hq", with: "profile: hk").write(
      toFile: base, atomically: false, encoding: .utf8)
    let fault = try #require(Presets.refusal(of: "extends: base.yaml\n", in: folder))
    #expect(fault.sentence == "\(base):6: video.profile hk is not known")
    #expect(fault.hint == "did you mean hq?")
  }

  @Test func aCircleIsRefused() throws {
    let folder = try TempFolder()
    try "extends: b.yaml\n".write(toFile: folder.file("a.yaml"), atomically: false, encoding: .utf8)
    try "extends: a.yaml\n".write(toFile: folder.file("b.yaml"), atomically: false, encoding: .utf8)
    let fault = #expect(throws: PegError.self) {
      try Presets.checkout().deliverable(named: folder.file("a.yaml"))
    }
    #expect(fault?.sentence.contains("which extends this one") == true)
    let missing = try #require(Presets.refusal(of: "extends: prores-422-hk\n", in: folder))
    #expect(missing.sentence.hasSuffix("mine.yaml:1: extends prores-422-hk, which does not exist"))
  }
}
