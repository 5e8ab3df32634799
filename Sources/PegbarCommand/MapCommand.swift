import ArgumentParser
import Pegbar

struct MapCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map", abstract: "The frame plan as text: which frame of which source each record frame shows.",
    discussion: """
      pegbar map cut.otio                 runs, one a line
      pegbar map cut.otio --csv           one row for each layer of each record frame
      pegbar map 'cut.otio@240..264'      a part
      """)

  @Argument(help: ArgumentHelp("The cut, or a part of it: CUT@A..B, CUT#SH010.", valueName: "CUT"))
  var cut: String

  @Flag(help: "RFC 4180 with the header record,timecode,track,layer,clip,take,source,frame.")
  var csv = false

  @OptionGroup var report: ReportOptions
  @OptionGroup var media: MediaOptions

  func run() throws {
    let (file, address) = try Address.split(cut)
    let cut = try Cut(reading: file)
    let maps = try media.maps()
    let plan = try RememberedFacts.lend { try cut.plan(knowledge: .references, pathMaps: maps, prober: $0) }
    let range = try address.map { try $0.frames(in: plan) } ?? FrameRange(0, plan.duration)
    if csv {
      let table = PlanTable(plan, range: range)
      var text = PlanTable.csvHeader
      for frame in range.start..<range.end {
        table.appendCSV(at: frame, to: &text)
        if text.utf8.count > 1 << 16 {
          try Console.print(text, terminator: "")
          text = ""
        }
      }
      try Console.print(text, terminator: "")
      return
    }
    let runs = MapRun.runs(of: plan, in: range)
    if report.json {
      try JSONOutput.print(
        "map",
        [
          ("rate", .string(plan.rate.description)), ("start", .string(plan.start.description)),
          ("duration", JSONOutput.number(plan.duration)), ("runs", .array(runs.map { $0.json(plan) })),
          ("findings", JSONOutput.findings(cut.findings + plan.findings)),
        ])
      return
    }
    for run in runs { try Console.print(run.line(plan)) }
    Console.findings(cut.findings + plan.findings)
  }
}

/// Record frames over which every layer's source frame advances evenly: what a person wants to read on one line.
private struct MapRun {
  var range: FrameRange
  var first: [LayerTrace]
  var last: [LayerTrace]
  /// Source frames that each layer advances per record frame; `nil` while the run is one frame long.
  var steps: [Int]?

  static func runs(of plan: FramePlan, in range: FrameRange) -> [MapRun] {
    var list: [MapRun] = []
    for frame in range.start..<range.end {
      let traces = plan.trace(at: frame)
      if var run = list.last, run.extend(with: traces) {
        list[list.count - 1] = run
      } else {
        list.append(MapRun(range: FrameRange(frame, frame + 1), first: traces, last: traces))
      }
    }
    return list
  }

  private mutating func extend(with traces: [LayerTrace]) -> Bool {
    guard traces.count == last.count else { return false }
    var advance: [Int] = []
    for (before, now) in zip(last, traces) {
      guard before.track == now.track, before.clip == now.clip, before.take == now.take, before.source == now.source
      else { return false }
      advance.append((now.frame ?? 0) - (before.frame ?? 0))
    }
    if let steps {
      guard steps == advance else { return false }
    } else {
      guard advance.allSatisfy({ abs($0) <= 1 }) else { return false }
      steps = advance
    }
    last = traces
    range = FrameRange(range.start, range.end + 1)
    return true
  }

  func line(_ plan: FramePlan) -> String {
    let place = "\(plan.start.advanced(by: range.start))  \(padded("\(range)", 14)) \(padded("\(range.count)", 5))"
    guard !first.isEmpty else { return "\(place) gap" }
    let layers = zip(first, last).map { from, to in
      let frames =
        switch (from.frame, to.frame) {
        case (let a?, let b?) where a == b: " \(a)"
        case (let a?, let b?): " \(a)…\(b)"
        default: ""
        }
      return "\(from.clip) \(from.source)\(frames)"
    }
    return "\(place) \(layers.joined(separator: "  +  "))"
  }

  func json(_ plan: FramePlan) -> JSON {
    JSONOutput.object([
      ("record", JSONOutput.range(range)), ("timecode", .string(plan.start.advanced(by: range.start).description)),
      (
        "layers",
        .array(
          zip(first, last).map { from, to in
            JSONOutput.object([
              ("track", JSONOutput.number(from.track)), ("clip", .string(from.clip)), ("take", .string(from.take)),
              ("source", .string(from.source)), ("first", from.frame.map(JSONOutput.number) ?? .null),
              ("last", to.frame.map(JSONOutput.number) ?? .null),
            ])
          })
      ),
    ])
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
