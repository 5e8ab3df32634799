import Foundation
import PegCore
import PegPreset
import PegTestSupport
import Testing

/// A change of a line that makes a preset wrong, and what the error has to say.
struct Wrong: CustomTestStringConvertible, Sendable {
  let rule: String
  /// The line of ``Presets/smallest`` that is replaced, from 1; 11 appends.
  let line: Int
  let text: String
  /// The line that is to be named, where it is not ``line``.
  var named: Int?
  let says: String
  /// Whether the schema can see it: what ties two sections together it cannot.
  var schemaSees = true

  var testDescription: String { rule }

  /// The whole text.
  var preset: String {
    var lines = Presets.smallest.split(separator: "\n").map(String.init)
    if line > lines.count { lines.append(text) } else { lines[line - 1] = text }
    return lines.joined(separator: "\n") + "\n"
  }

  static let all: [Wrong] = [
    // A key that nobody knows, in every section.
    Wrong(rule: "unknown key at the top", line: 11, text: "vidoe: {}", says: "unknown key vidoe"),
    Wrong(rule: "unknown key in spec", line: 2, text: "spec: {title: a, tilte: b}", says: "unknown key tilte in spec"),
    Wrong(
      rule: "unknown key in container", line: 3, text: "container: {formats: [mov], fast: true}",
      says: "unknown key fast in container"),
    Wrong(
      rule: "options for a container that is not there", line: 3,
      text: "container: {formats: [mov], options: {mxf: {a: 1}}}", says: "mxf, which is not in container.formats",
      schemaSees: false),
    Wrong(rule: "unknown key in video", line: 5, text: "  codecc: prores_ks", says: "unknown key codecc in video"),
    Wrong(
      rule: "unknown key in pixel_format", line: 7, text: "  pixel_format: {match: [gbrp], fallback: gbrp, or: gbrp}",
      says: "unknown key or in video.pixel_format"),
    Wrong(
      rule: "unknown key in color", line: 8,
      text: "  color: {primaries: bt709, transfer: bt709, matrix: bt709, range: legal, sitting: left}",
      says: "unknown key sitting in video.color"),
    Wrong(
      rule: "unknown key in gop", line: 9, text: "  gop: {frames: 1, reorder: 0, closed: true}",
      says: "unknown key closed in video.gop"),
    Wrong(
      rule: "unknown key in purity", line: 10, text: "  purity: {unit: intra, because: measured}",
      says: "unknown key because in video.purity"),
    Wrong(
      rule: "unknown key in rate_control", line: 11, text: "  rate_control: {quality: 4}",
      says: "unknown key quality in video.rate_control"),
    Wrong(
      rule: "unknown key in audio", line: 11, text: "audio: {codec: pcm_s24le, tracks: [stereo], rate: 48000}",
      says: "unknown key rate in audio"),
    Wrong(
      rule: "unknown key in loudness", line: 11,
      text: "audio: {codec: pcm_s24le, tracks: cut, loudness: {target: -23, tolerance: 1, gate: 2}}",
      says: "unknown key gate in audio.loudness"),
    Wrong(rule: "unknown key in timecode", line: 11, text: "timecode: {tracks: true}", says: "unknown key tracks"),
    Wrong(rule: "unknown key in programme", line: 11, text: "programme: {head: 1}", says: "unknown key head"),
    Wrong(rule: "unknown key in naming", line: 11, text: "naming: {first: 1}", says: "unknown key first in naming"),
    Wrong(
      rule: "unknown measure", line: 11, text: "qc: {black: {limit: 1, severity: error}}", says: "unknown key black"),
    Wrong(
      rule: "unknown key of a measure", line: 11, text: "qc: {black_seconds: {limit: 1, severity: error, at: 2}}",
      says: "unknown key at in qc.black_seconds"),
    // What is missing.
    Wrong(rule: "no title", line: 1, text: "# title", named: 2, says: "title is missing"),
    Wrong(rule: "no paper", line: 2, text: "spec: {edition: a}", says: "spec.title is missing"),
    Wrong(rule: "no codec", line: 5, text: "  fit: fit", says: "video.codec is missing"),
    Wrong(rule: "no profile", line: 6, text: "  fit: fit", named: 5, says: "video.profile is missing"),
    Wrong(rule: "no pixel format", line: 7, text: "  fit: fit", named: 5, says: "video.pixel_format is missing"),
    Wrong(rule: "no gop", line: 9, text: "  fit: fit", named: 5, says: "video.gop is missing"),
    Wrong(rule: "no purity", line: 10, text: "  fit: fit", named: 5, says: "video.purity is missing"),
    Wrong(
      rule: "colour that is not complete", line: 8, text: "  color: {primaries: bt709, matrix: bt709, range: legal}",
      says: "video.color has primaries, transfer, matrix and range"),
    Wrong(rule: "a reason that is missing", line: 10, text: "  purity: {unit: intra}", says: "a unit and a reason"),
    Wrong(rule: "a key without a value", line: 11, text: "naming:", says: "a key without a value"),
    // What is not known.
    Wrong(rule: "unknown codec", line: 5, text: "  codec: prores", says: "video.codec prores is not known"),
    Wrong(rule: "a profile of another codec", line: 6, text: "  profile: dnxhr_hqx", says: "profile dnxhr_hqx is not"),
    Wrong(rule: "unknown pixel format", line: 7, text: "  pixel_format: yuv422p10", says: "yuv422p10 is not known"),
    Wrong(rule: "unknown container", line: 3, text: "container: {formats: [avi]}", says: "container avi is not known"),
    Wrong(
      rule: "colour that says unspecified", line: 8,
      text: "  color: {primaries: unspecified, transfer: bt709, matrix: bt709, range: legal, siting: left}",
      says: "video.color.primaries unspecified is not known"),
    Wrong(rule: "interlace", line: 11, text: "  field_order: tff", says: "video.field_order tff is not known"),
    Wrong(
      rule: "unknown layout", line: 11, text: "audio: {codec: pcm_s24le, tracks: [quad]}",
      says: "layout quad is not known"),
    // What is out of its range or of another kind.
    Wrong(rule: "profile that is a number", line: 6, text: "  profile: 4444", says: "video.profile is text"),
    Wrong(rule: "a date that is no text", line: 2, text: "spec: {title: a, date: 2020-01-01}", says: "2020-01-01"),
    Wrong(rule: "a flag that says yes", line: 11, text: "timecode: {track: \"yes\"}", says: "is true or false"),
    Wrong(rule: "quantiser 0", line: 11, text: "  rate_control: {quantiser: 0}", says: "whole number from 1 to 64"),
    Wrong(rule: "half a thread", line: 11, text: "  threads: 1.5", says: "video.threads is a whole number"),
    Wrong(rule: "raster", line: 11, text: "  raster: 1920", says: "video.raster is text"),
    Wrong(rule: "raster of nothing", line: 11, text: "  raster: \"0x1080\"", says: "video.raster is cut, or a size"),
    Wrong(rule: "rate 0", line: 11, text: "  rates: [24, 0]", says: "holds 0, which is no frame rate"),
    Wrong(rule: "tag of three letters", line: 11, text: "  tag: apc", says: "video.tag is four letters"),
    Wrong(
      rule: "two rate controls", line: 11, text: "  rate_control: {quantiser: 4, crf: 18}",
      says: "one of quantiser, crf and bitrate"),
    Wrong(rule: "sections that are a list", line: 2, text: "spec: [a]", says: "spec is a mapping of"),
    Wrong(
      rule: "loudness above full scale", line: 11,
      text: "audio: {codec: pcm_s24le, tracks: cut, loudness: {target: 3, tolerance: 1}}",
      says: "audio.loudness.target is a number from -70 to 0"),
    // What contradicts itself.
    Wrong(
      rule: "PCM with a bit rate", line: 11, text: "audio: {codec: pcm_s24le, tracks: cut, bitrate: 256000}",
      says: "audio.bitrate does not go with pcm_s24le", schemaSees: false),
    Wrong(
      rule: "alpha without a place for it", line: 11, text: "  alpha: straight", says: "no pixel format here has alpha",
      schemaSees: false),
    Wrong(
      rule: "subsampled chroma without siting", line: 8,
      text: "  color: {primaries: bt709, transfer: bt709, matrix: bt709, range: legal}",
      says: "video.color.siting is missing", schemaSees: false),
    Wrong(
      rule: "matrix rgb for Y′CbCr", line: 8,
      text: "  color: {primaries: bt709, transfer: bt709, matrix: rgb, range: legal, siting: left}",
      says: "video.color.matrix is rgb", schemaSees: false),
    Wrong(
      rule: "groups of an intra codec", line: 9, text: "  gop: {frames: 12, reorder: 0}",
      says: "video.gop of prores_ks is intra", schemaSees: false),
    Wrong(
      rule: "a bit rate that is reused", line: 11, text: "  rate_control: {bitrate: 1000000}", named: 10,
      says: "so video.purity is whole", schemaSees: false),
    Wrong(
      rule: "sequence and movie at once", line: 3, text: "container: {formats: [png, mov]}",
      says: "not for both", schemaSees: false),
    Wrong(
      rule: "ProRes without its first bytes", line: 3, text: "container: {formats: [mkv]}",
      says: "does not go into mkv",
      schemaSees: false),
    Wrong(
      rule: "sequence of movies", line: 11, text: "naming: {pattern: \"a.####.mov\"}", says: "in a sequence",
      schemaSees: false),
  ]
}

@Suite struct PresetRefusalTests {
  @Test func theSmallestPresetLoads() throws {
    let folder = try TempFolder()
    let preset = try Presets.load(Presets.smallest, in: folder)
    #expect(preset.name == "mine")
    #expect(preset.audio == nil)
  }

  @Test(arguments: Wrong.all)
  func aWrongPresetIsRefusedWithFileAndLine(_ wrong: Wrong) throws {
    let folder = try TempFolder()
    let fault = try #require(Presets.refusal(of: wrong.preset, in: folder))
    #expect(fault.kind == .badInput)
    #expect(fault.sentence.contains(wrong.says), "\(fault.sentence)")
    let line = wrong.named ?? wrong.line
    #expect(fault.sentence.hasPrefix("\(folder.file("mine.yaml")):\(line): "), "\(fault.sentence)")
  }

  /// The JSON Schema and the reader say the same about every broken preset, but for what ties two sections together.
  @Test func theSchemaRefusesThemToo() throws {
    guard Tool.hasPython("jsonschema"), Tool.hasPython("yaml") else {
      print("skipped: python has no jsonschema or no yaml")
      return
    }
    let folder = try TempFolder()
    for (index, wrong) in Wrong.all.enumerated() {
      try wrong.preset.write(toFile: folder.file("\(index).yaml"), atomically: false, encoding: .utf8)
    }
    try Presets.smallest.write(toFile: folder.file("ok.yaml"), atomically: false, encoding: .utf8)
    let script = """
      import glob, json, os, sys, yaml, jsonschema
      judge = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
      verdict = {}
      for path in glob.glob(sys.argv[2] + '/*.yaml'):
          verdict[os.path.basename(path)[:-5]] = judge.is_valid(yaml.safe_load(open(path)))
      print(json.dumps(verdict))
      """
    let output = try Tool.require(Tool.python, ["-c", script, Presets.schema, folder.path])
    let verdict = try JSONDecoder().decode([String: Bool].self, from: output)
    #expect(verdict["ok"] == true)
    for (index, wrong) in Wrong.all.enumerated() {
      #expect(verdict["\(index)"] == !wrong.schemaSees, "\(wrong.rule)")
    }
  }

  @Test(arguments: [
    ("codec: a\ncodec: b\n", "written twice"), ("a: [1\n", ":2: not readable"), ("- a\n", "a mapping of sections"),
    ("", "says nothing"), ("title: on\n", "on is ambiguous"),
  ])
  func whatIsNoPresetIsRefused(text: String, says: String) throws {
    let folder = try TempFolder()
    let fault = try #require(Presets.refusal(of: text, in: folder))
    #expect(fault.kind == .badInput)
    #expect(fault.sentence.contains(says), "\(fault.sentence)")
    #expect(fault.sentence.contains("mine.yaml"))
  }

  @Test func aMisspeltKeyIsToldTheRightOne() throws {
    let folder = try TempFolder()
    let text = Presets.smallest.replacing("codec:", with: "codecc:")
    #expect(Presets.refusal(of: text, in: folder)?.hint == "did you mean codec?")
  }

  @Test func checkReportsEachSectionThatIsWrong() throws {
    let folder = try TempFolder()
    let text = Presets.smallest.replacing("prores_ks", with: "prores").replacing("[mov]", with: "[avi]")
    let file = folder.file("mine.yaml")
    try text.write(toFile: file, atomically: false, encoding: .utf8)
    let findings = try Presets.checkout().check(file)
    #expect(findings.map(\.severity) == [.error, .error])
    #expect(findings.contains { $0.message.contains("container avi") })
    #expect(findings.contains { $0.message.contains("codec prores ") })
    #expect(try Presets.checkout().check(Presets.root + "/deliverables/prores-422-hq.yaml").isEmpty)
  }
}
