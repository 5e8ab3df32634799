import Foundation
import PegTestSupport
import Testing

/// The command as a person types it: help, mistakes, reports (DESIGN §4).
@Suite(.enabled(if: Workbench.canDraw, "no ffmpeg")) struct CommandTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  @Test func aCutFromMediaRendersAndIsThenCurrent() throws {
    let cut = try bench.film()
    let master = bench.file("master.mov")
    let first = try bench.run("render", cut, "-p", "prores-422-hq", "-o", master)
    #expect(first.status == 0, "\(first.stderr)")
    #expect(first.stdout.isEmpty)
    let second = try bench.run("render", cut, "-p", "prores-422-hq", "-o", master)
    #expect(second.status == 0)
    #expect(second.stderr.contains("is current"))
    let dry = try bench.run("render", cut, "-p", "prores-422-hq", "-o", bench.file("other.mov"), "--dry-run")
    #expect(dry.text.contains("24 of 24 frames would be encoded"))
    #expect(bench.traces(of: "other.mov").isEmpty)
    let csv = try bench.run("map", cut, "--csv")
    #expect(csv.text.hasPrefix("record,timecode,track,layer,clip,take,source,frame\r\n0,01:00:00:00,0,0,clip,"))
    #expect(csv.text.split(separator: "\r\n").count == 25)
  }

  /// Every verb that reports prints one JSON document that names its schema, and nothing else on stdout.
  @Test func everyReportHasJSON() throws {
    let cut = try bench.film()
    try bench.require("render", cut, "-p", "prores-422-hq", "-o", bench.file("m.mov"))
    let verbs: [(schema: String, arguments: [String])] = [
      ("pegbar.probe", ["probe", bench.file("clip.mp4")]),
      ("pegbar.conform", ["conform", cut, "--media", bench.folder.path, "-o", bench.file("linked.otio")]),
      ("pegbar.cut-list", ["cut", "list", cut]), ("pegbar.map", ["map", cut]),
      ("pegbar.render", ["render", cut, "-p", "prores-422-hq", "-o", bench.file("m.mov")]),
      ("pegbar.render-forecast", ["render", cut, "-p", "ffv1-archive", "-o", bench.file("n.mkv"), "--dry-run"]),
      ("pegbar.presets", ["presets"]), ("pegbar.doctor", ["doctor"]),
    ]
    for (schema, arguments) in verbs {
      let output = try Tool.run(Workbench.pegbar, arguments + ["--json"])
      #expect(output.status == 0, "\(arguments): \(output.stderr)")
      let tree = try JSONSerialization.jsonObject(with: output.stdout) as? [String: Any]
      #expect(tree?["schema"] as? String == schema)
      #expect(tree?["version"] as? Int == 1)
      #expect(tree?["findings"] is [Any], "\(schema)")
      let words = try Tool.run(Workbench.pegbar, arguments)
      #expect(words.status == 0, "\(arguments): \(words.stderr)")
      #expect(!words.text.contains("{"), "\(schema) in words has no braces")
    }
  }

  @Test func mistakesHaveTheirStatusAndASentence() throws {
    let cut = try bench.film()
    try bench.expect(64, "no verb rendr", from: ["rendr", cut])
    try bench.expect(64, "pegbar cut has no verb lst", from: ["cut", "lst", cut])
    try bench.expect(64, "--polcy", from: ["render", cut, "-p", "prores-422-hq", "-o", "x.mov", "--polcy", "x"])
    try bench.expect(64, "--check", from: ["render", cut, "-p", "prores-422-hq", "-o", "x.mov", "--check"])
    try bench.expect(64, "--missing", from: ["render", cut, "-p", "prores-422-hq", "-o", "x.mov", "--missing", "slat"])
    try bench.expect(64, "nth -p", from: ["render", cut, "-p", "prores-422-hq", "-p", "h264-review", "-o", "x.mov"])
    try bench.expect(64, "x.mp4", from: ["render", cut, "-p", "prores-422-hq", "-o", bench.file("x.mp4")])
    try bench.expect(
      64, "two outputs go to",
      from: ["render", cut] + Array(repeating: ["-p", "prores-422-hq", "-o", bench.file("x.mov")], count: 2).joined())
    try bench.expect(
      64, "MiB", from: ["render", cut, "-p", "prores-422-hq", "-o", bench.file("x.mov"), "--memory", "10M"])
    try bench.expect(64, "still.txt", from: ["still", "\(cut)@3", "-o", bench.file("still.txt")])
    try bench.expect(66, "no preset prores", from: ["render", cut, "-p", "prores", "-o", bench.file("x.mov")])
    try bench.expect(66, "missing.otio", from: ["map", bench.file("missing.otio")])
    try bench.expect(66, "nothing.mov", from: ["probe", bench.file("nothing.mov")])
    try bench.expect(73, "cut.otio exists", from: ["cut", "new", cut, bench.file("clip.mp4")])
    #expect(try bench.run("rendr").stderr.contains("did you mean render?"))
    #expect(bench.traces(of: "x.m").isEmpty)
  }

  @Test func everyVerbHelps() throws {
    let help = try bench.run("--help")
    #expect(help.status == 0)
    for verb in [
      ["probe"], ["conform"], ["cut", "new"], ["cut", "list"], ["cut", "link"], ["map"], ["still"], ["render"],
      ["presets", "show"], ["doctor"],
    ] {
      #expect(help.text.contains("  \(verb[0]) "), "\(verb)")
      let output = try Tool.run(Workbench.pegbar, verb + ["--help"])
      #expect(output.status == 0)
      #expect(output.text.contains("USAGE: pegbar \(verb.joined(separator: " "))"), "\(output.text)")
    }
  }

  @Test func completionsAreScriptsThatTheShellReads() throws {
    for shell in ["bash", "zsh", "fish"] {
      let script = try bench.run("--generate-completion-script", shell)
      #expect(script.status == 0)
      #expect(script.text.contains("pegbar") && script.text.contains("render"), "\(shell)")
      guard Tool.path(shell) != nil else { continue }
      let path = bench.file("completion.\(shell)")
      try script.stdout.write(to: URL(fileURLWithPath: path))
      #expect(try Tool.run(shell, ["-n", path]).status == 0, "\(shell)")
    }
  }

  /// `bin/pegbar` beside `share/pegbar/presets`, called from the root folder, through a link on the path.
  @Test func theInstalledCommandFindsItsPresets() throws {
    let files = FileManager.default
    for folder in ["prefix/bin", "prefix/share/pegbar", "links"] {
      try files.createDirectory(atPath: bench.file(folder), withIntermediateDirectories: true)
    }
    try files.copyItem(atPath: Workbench.pegbar, toPath: bench.file("prefix/bin/pegbar"))
    try files.copyItem(atPath: Workbench.presets, toPath: bench.file("prefix/share/pegbar/presets"))
    try files.createSymbolicLink(atPath: bench.file("links/pegbar"), withDestinationPath: "../prefix/bin/pegbar")
    for path in ["prefix/bin/pegbar", "links/pegbar"] {
      let listed = try Tool.run(
        "sh", ["-c", "cd / && unset PEGBAR_PRESETS && exec \"$0\" presets", bench.file(path)])
      #expect(listed.status == 0, "\(listed.stderr)")
      #expect(listed.text.contains("prores-422-hq"))
    }
  }

  @Test func aPresetWithAnUnknownKeyDoesNotLoad() throws {
    let cut = try bench.film()
    let preset = bench.file("mine.yaml")
    let good = "title: Mine\nextends: prores-422-hq\nvideo: {profile: standard, tag: apcn}\n"
    try Data(good.utf8).write(to: URL(fileURLWithPath: preset))
    #expect(try bench.run("presets", "check", preset).status == 0)
    try Data("\(good)colour: blue\n".utf8).write(to: URL(fileURLWithPath: preset))
    let checked = try bench.run("presets", "check", preset)
    #expect(checked.status == 1)
    #expect(checked.stderr.contains("mine.yaml:4: unknown key colour"), "\(checked.stderr)")
    try bench.expect(65, "unknown key colour", from: ["render", cut, "-p", preset, "-o", bench.file("x.mov")])
    #expect(bench.traces(of: "x.mov").isEmpty)
  }

  /// On a terminal a bar with its figures, without colour where `NO_COLOR` is set; elsewhere no escape sequence at all.
  @Test(.enabled(if: Tool.path("script") != nil, "no script to act as a terminal"))
  func theBarIsForTerminals() throws {
    try bench.movie("long.mp4", seconds: 5)
    let cut = try bench.cut(of: "long.mp4")
    let master = bench.file("m.mov")
    let render = "'\(Workbench.pegbar)' render '\(cut)' -p prores-422-hq -o '\(master)' --overwrite --no-reuse"
    let seen = try Tool.run("script", ["-qec", "TERM=xterm NO_COLOR=1 \(render)", "/dev/null"])
    #expect(seen.text.contains("█") && seen.text.contains("/120 frames") && seen.text.contains(" left"), "\(seen.text)")
    #expect(!seen.text.contains("\u{1B}[3"))
    let colored = try Tool.run("script", ["-qec", "TERM=xterm NO_COLOR= \(render)", "/dev/null"])
    #expect(colored.text.contains("\u{1B}[3"))
    let piped = try Tool.run("sh", ["-c", render])
    #expect(!piped.stderr.contains("\u{1B}"))
    #expect(piped.stderr.contains("120 frames at 24 fps"))
  }
}
