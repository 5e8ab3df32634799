import Foundation
import PegCore
import PegMedia
import PegPlan
import PegTestSupport
import PegTimeline
import Testing

@testable import PegConform

/// Frame maps of cuts of all kinds, against another implementation of DESIGN §6.
@Suite struct JudgedFrameMapTests {
  private static let count = ProcessInfo.processInfo.environment["PEGBAR_SOAK"] == nil ? 300 : 6000

  private static func json(_ facts: [String: MediaFacts]) -> String {
    let entries = facts.sorted { $0.key < $1.key }.map { name, facts -> String in
      let video = facts.video
      let rate = video?.rate?.value ?? 1
      let start = video?.startTimecode.map { Rational($0.frames) / $0.rate.value } ?? .zero
      return """
        "\(name)":{"rate":\(rate.double),"count":\(video?.frameCount ?? 0),"start":[\(start.numerator),\(start.denominator)]}
        """
    }
    return "{\(entries.joined(separator: ","))}"
  }

  private static func table(_ plan: FramePlan) -> String {
    let frames = (0..<plan.duration).map { frame -> String in
      "[\(plan.trace(at: frame).map { "[\"\($0.clip)\",\($0.frame ?? -1)]" }.joined(separator: ","))]"
    }
    return "[\(frames.joined(separator: ","))]"
  }

  @Test func agreeWithFractions() throws {
    try #require(Tool.path(Tool.python) != nil, "no python")
    let folder = try TempFolder()
    var cuts = RandomCuts(seed: 2024)
    var input = ""
    var expected: [String] = []
    var refusals = 0
    while expected.count < Self.count {
      let draft = cuts.next()
      let path = folder.file("\(expected.count).otio")
      // Through the file, so that what it says is what is judged.
      try draft.timeline.write(to: path)
      let timeline = try Timeline(reading: path)
      do throws(PegError) {
        let plan = try FramePlanner.plan(
          timeline, media: MediaCatalogue(draft.facts), options: PlanOptions(name: "cut", knowledge: .references))
        expected.append(Self.table(plan))
        input += "\(path)\t\(Self.json(draft.facts))\n"
      } catch {
        // A dissolve that is longer than its clip, a range that a speed takes out of its media.
        #expect(error.kind == .badInput)
        refusals += 1
      }
    }
    let output = try Tool.run(
      Tool.python, ["-c", FrameMapJudge.script], input: Data(input.utf8), timeout: 600)
    try #require(output.status == 0, "\(output.stderr)")
    let judged = output.text.split(separator: "\n").map(String.init)
    try #require(judged.count == expected.count)
    #expect(refusals < Self.count / 3)
    for (index, (ours, theirs)) in zip(expected, judged).enumerated() where ours != theirs {
      Issue.record("cut \(index):\nours   \(ours)\ntheirs \(theirs)")
      try? FileManager.default.copyItem(
        atPath: folder.file("\(index).otio"), toPath: NSTemporaryDirectory() + "pegbar-judged-\(index).otio")
    }
  }
}
