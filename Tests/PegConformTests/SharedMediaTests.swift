import Foundation
import PegCore
import PegMedia
import PegPlan
import PegTestSupport
import PegTimeline
import Testing

@testable import PegConform

/// Real footage and real cuts.
@Suite(.enabled(if: SharedMedia.isThere, "no shared media"))
struct SharedMediaTests {
  private static let ai = "\(SharedMedia.path)/footage/ai"

  /// SOURCES.md: how long a picture is as stored, and the rate that the generator means.
  private static let generated: [(path: String, rate: FrameRate, stored: String?)] = [
    ("comfyui_webp/text_to_video_wan.webp", FrameRate(16), "16.129"),
    ("comfyui_webp/image_to_video_wan22_5B.webp", FrameRate(24), "24.39"),
    ("comfyui_webp/hunyuan_video_text_to_video.webp", FrameRate(24), "24.39"),
    ("comfyui_webp/mochi_simple_checkpoint.webp", FrameRate(24), "24.39"),
    ("comfyui_webp/ltxv_image_to_video_simple.0.9.5.webp", FrameRate(24), "24.39"),
    ("dynamicrafter/lighthouse.gif", FrameRate(8), nil), ("cogvideox/1.mp4", FrameRate(8), nil),
  ]

  /// A cut that knows nothing of its media's rates is conformed at the true ones, and told.
  @Test(arguments: generated.indices)
  func generatedClipsAreConformedAtTheirTrueRate(index: Int) throws {
    let (path, rate, stored) = Self.generated[index]
    let url = "file://\(URL(fileURLWithPath: "\(Self.ai)/\(path)").standardizedFileURL.path)"
    var draft = Draft()
    draft.add([.clip(Clip(name: "AI", reference: .media(url: url, available: nil)))])
    let folder = try TempFolder()
    let linker = Linker(
      resolver: MediaResolver(cutFolder: folder.path), folders: try MediaFolders([]), outputFolder: folder.path,
      prober: FactsFunction { try MediaProbe.facts(of: $0) })
    let report = try linker.link(draft.timeline)
    #expect(report.entries.map(\.outcome) == [.linked(.targetURL)])
    let range = try #require(report.timeline.everyClip[0].clip.activeReference?.common?.availableRange)
    #expect(range.duration.rate == rate)
    let findings = FramePlanner.check(
      report.timeline, media: report.catalogue, options: PlanOptions(name: "cut", cutFolder: folder.path))
    if let stored {
      let snapped = findings.filter { $0.code == "timing.snapped" }
      #expect(snapped.count == 1)
      #expect(snapped.first?.message.contains(stored) == true, "\(findings.map(\.message))")
      #expect(snapped.first?.message.contains("\(rate.spoken) fps") == true)
    }
    // Each picture is shown for its share of record frames: floor(k · rate / 24).
    let plan = try FramePlanner.plan(
      report.timeline, media: report.catalogue, options: PlanOptions(name: "cut", knowledge: .full))
    guard case .constant? = report.catalogue.facts(of: .media(url: url, available: nil))?.video?.timing else {
      Issue.record("\(path) is of a variable rate")
      return
    }
    #expect(plan.single == (0..<plan.duration).map { (Rational($0) * rate.value / 24).floor })
  }

  /// Every folder of drawings is one sequence, whichever frame of it a cut names.
  @Test func drawingsAreFoundByAnyFrame() throws {
    let cels = "\(SharedMedia.path)/footage/handmade/opentoonz_cels"
    var draft = Draft()
    draft.add([
      .clip(
        Clip(name: "flow", reference: .media(url: "/gone/flow.0003.png", available: nil), range: Draft.range(1, 4))),
      .clip(Clip(name: "Dog", reference: .offline(), range: Draft.range(1, 4))),
      .clip(
        Clip(name: "bubb2", reference: .media(url: "bubb2/bubb2.####.png", available: nil), range: Draft.range(1, 10))),
    ])
    let folder = try TempFolder()
    let report = try Linker(
      resolver: MediaResolver(cutFolder: folder.path), folders: try MediaFolders([cels]), outputFolder: folder.path,
      prober: FactsFunction { try MediaProbe.facts(of: $0) }
    ).link(draft.timeline)
    #expect(report.entries.map(\.outcome) == [.linked(.name), .linked(.name), .linked(.relativePath)])
    let plan = try FramePlanner.plan(
      report.timeline, media: report.catalogue, options: PlanOptions(name: "cut", knowledge: .full))
    #expect(plan.single == [0, 1, 2, 3] + [0, 1, 2, 3] + Array(0..<10))
  }

  // MARK: Real cuts

  private static let cuts =
    SharedMedia.files("editorial/otio", "otio") + SharedMedia.files("editorial/otio_render/data", "otio")

  /// Start and end of every item of the top tracks in seconds, and the cut's duration.
  private static let script = """
    import sys, opentimelineio as o
    for path in sys.argv[1:]:
        try: cut = o.adapters.read_from_file(path)
        except Exception: print('unreadable'); continue
        S = lambda t: '%d/%d' % ((t.value / t.rate).as_integer_ratio())
        row = [S(cut.duration())]
        for track in cut.tracks:
            for c in track:
                if isinstance(c, o.schema.Transition): continue
                r = track.trimmed_range_of_child(c)
                if r: r = track.transformed_time_range(r, cut.tracks)
                row += [S(r.start_time), S(r.end_time_exclusive())] if r else ['none', 'none']
        print('|'.join(row))
    """

  @Test(.enabled(if: Tool.hasPython("opentimelineio"), "no opentimelineio"))
  func everyItemLiesWhereOpenTimelineIOHasIt() throws {
    #expect(Self.cuts.count == 13)
    let text = String(
      decoding: try Tool.require(Tool.python, ["-c", Self.script] + Self.cuts), as: UTF8.self)
    let rows = text.split(separator: "\n").map { $0.split(separator: "|").map(String.init) }
    try #require(rows.count == Self.cuts.count)
    var compared = 0
    for (path, row) in zip(Self.cuts, rows) where row != ["unreadable"] {
      let timeline = try Timeline(reading: path)
      let plan: FramePlan
      do throws(PegError) {
        plan = try FramePlanner.plan(
          timeline, media: MediaCatalogue(),
          options: PlanOptions(name: path, knowledge: .references, missing: .black))
      } catch {
        Issue.record("\(path): \(error.sentence)")
        continue
      }
      // The Doubles of OpenTimelineIO are off by far less than a thousandth of a frame.
      func frame(_ text: String) throws -> Int {
        let parts = text.split(separator: "/").compactMap { Double($0) }
        try #require(parts.count == 2)
        return Int((parts[0] / parts[1] * plan.rate.value.double - 0.001).rounded(.up))
      }
      #expect(plan.duration == (try frame(row[0])), "\(path)")
      let items = plan.items.filter { $0.address.steps.count == 1 }
      try #require(items.count * 2 == row.count - 1, "\(path)")
      for (index, item) in items.enumerated() where row[1 + 2 * index] != "none" {
        let (start, end) = (try frame(row[1 + 2 * index]), try frame(row[2 + 2 * index]))
        if start < end { #expect(item.range == FrameRange(start, end), "\(path) \(item.address)") }
        compared += 1
      }
    }
    #expect(compared > 40)
  }
}
