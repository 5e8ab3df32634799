import ArgumentParser
import Foundation
import Pegbar

struct LedgerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ledger",
    abstract: "What a master is made of: encoded, held, reused; who is seen for how long, and where.",
    discussion: """
      pegbar ledger master.mov
      pegbar ledger master.mov --where generator='*' --where clip='SH0*'
      pegbar ledger master.mov --public -o master.public.ledger

      KEY is one of \(LedgerKey.allCases.map(\.rawValue).joined(separator: ", ")); VALUE is exact or a pattern with * and ?.
      Several --where are all met by one layer. --public leaves out paths, prompts and names: the cut, the preset, the
      takes of a variant, each layer's source, clip and take, names of origin records and of image files.
      """)

  @Argument(help: ArgumentHelp("The master, or a ledger by itself (.ledger).", valueName: "FILE"))
  var file: String

  @Option(help: ArgumentHelp("Where the master's ledger lies; beside it when not given.", valueName: "PATH"))
  var ledger: String?

  @Option(name: .customLong("where"), help: ArgumentHelp("Only record frames that show this.", valueName: "KEY=VALUE"))
  var conditions: [String] = []

  @Flag(name: .customLong("public"), help: "Print the ledger without paths, prompts and names.")
  var isPublic = false

  @Option(name: [.customShort("o"), .long], help: ArgumentHelp("Write the public ledger here.", valueName: "FILE"))
  var output: String?

  @Flag(help: "Replace a file that exists.") var overwrite = false
  @Flag(help: "Print JSON to stdout.") var json = false

  func validate() throws {
    if isPublic, json || !conditions.isEmpty {
      throw ValidationError("--public prints the whole ledger, which is JSON already; leave out --json and --where")
    }
    if output != nil, !isPublic { throw ValidationError("-o goes with --public") }
  }

  func run() throws {
    var wanted: [LedgerQuery.Condition] = []
    for text in conditions { wanted.append(try LedgerQuery.Condition(parsing: text)) }
    let known = try MasterLedger(file, ledger: ledger)
    if isPublic {
      try publish(known.ledger.published)
    } else if !wanted.isEmpty {
      try show(known, known.ledger.matches(LedgerQuery(wanted)))
    } else {
      try summarise(known)
    }
  }

  private func publish(_ ledger: Ledger) throws {
    guard let output else {
      try ledger.lines { try Console.print($0, terminator: "") }
      return
    }
    if FileManager.default.fileExists(atPath: output), !overwrite {
      throw PegError(.cannotCreate, "\(output) exists", hint: "give -o another name, or --overwrite to replace it")
    }
    let growing = "\(output).partial"
    try ledger.write(to: growing)
    guard rename(growing, output) == 0 else {
      throw PegError(.io, "cannot rename \(growing) to \(output): \(String(cString: strerror(errno)))")
    }
    Console.say("wrote \(output)")
  }

  // MARK: Where

  private func show(_ known: MasterLedger, _ matches: [LedgerMatch]) throws {
    let frames = matches.map(\.range.count).reduce(0, +)
    if json {
      try JSONOutput.print(
        "ledger-where",
        known.head + [
          ("frames", JSONOutput.number(frames)),
          (
            "ranges",
            .array(
              matches.map { match in
                JSONOutput.object([
                  ("range", JSONOutput.range(match.range)), ("start", .string(known.label(match.range.start))),
                  ("end", .string(known.label(match.range.end))), ("layers", .array(match.layers.map(\.summary))),
                ])
              })
          ),
        ])
      return
    }
    for match in matches {
      let layers = match.layers.map(\.words).joined(separator: "  +  ")
      try Console.print(
        "\(known.label(match.range.start))..\(known.label(match.range.end))  \(match.range)  "
          + "\(match.range.count) frames  \(layers)")
    }
    Console.say("\(frames) of \(known.ledger.header.range.count) frames in \(matches.count) ranges")
  }

  // MARK: Summary

  private func summarise(_ known: MasterLedger) throws {
    let (ledger, header) = (known.ledger, known.ledger.header)
    let groups = Ledger.Grouping.allCases.map { ($0, ledger.screenTime(by: $0)) }
    if json {
      try JSONOutput.print(
        "ledger",
        known.head + [
          ("size", JSONOutput.number(header.size)), ("index", .string(header.index.description)),
          ("plan", .string(header.plan.description)), ("encoder", .string(header.encoder.description)),
          ("preset", .string(header.presetName)), ("arith", .string(header.arithmetic)),
          ("pegbar", .string(header.program)), ("cut", .string(header.cut)),
          (
            "takes_chosen",
            .array(header.takes.map { JSONOutput.object([("clip", .string($0.clip)), ("take", .string($0.take))]) })
          ), ("encoded", JSONOutput.number(header.counts.encoded)), ("held", JSONOutput.number(header.counts.held)),
          ("reused", JSONOutput.number(header.counts.reused)),
        ] + groups.map { grouping, times in ("\(grouping.rawValue)s", .array(times.map { time($0, grouping, known) })) }
      )
      return
    }
    let size = ByteCountFormatter.string(fromByteCount: Int64(header.size), countStyle: .file)
    try Console.print(
      "\(file): \(header.presetName.isEmpty ? "a master" : header.presetName), \(header.range.count) frames at "
        + "\(header.rate.spoken) fps from \(known.label(header.range.start)), \(size)")
    if !header.cut.isEmpty {
      try Console.print("  cut      \(header.cut)\(header.takes.map { ", \($0.clip) take \($0.take)" }.joined())")
    }
    try Console.print("  made     by Pegbar \(header.program) with \(header.arithmetic)")
    let counts = header.counts
    try Console.print("  frames   \(counts.encoded) encoded, \(counts.held) held, \(counts.reused) reused")
    for (grouping, times) in groups where times.contains(where: { $0.name != nil }) {
      try Console.print("\(grouping.rawValue)s")
      for time in times { try Console.print("  \(line(time, grouping, known))") }
    }
  }

  private func line(_ time: ScreenTime, _ grouping: Ledger.Grouping, _ known: MasterLedger) -> String {
    let rate = known.ledger.header.rate
    let share = Rational(time.frames * 100, max(1, known.ledger.header.range.count)).rounded
    let pictures = time.pictures > 0 ? "\(time.pictures) of its pictures" : ""
    return [
      Timecode(frames: time.frames, rate: rate).description, "\(time.frames) frames".padded(13),
      "\(share) %".padded(5), pictures.padded(20), "from \(known.label(time.first))", name(time, grouping),
    ].joined(separator: "  ")
  }

  private func name(_ time: ScreenTime, _ grouping: Ledger.Grouping) -> String {
    switch grouping {
    case .take: "\(time.clip ?? "") take \(time.name ?? "")"
    case .source: time.name ?? ""
    case .origin: time.name ?? "no origin recorded"
    case .generator: time.name ?? "no generator named"
    }
  }

  private func time(_ time: ScreenTime, _ grouping: Ledger.Grouping, _ known: MasterLedger) -> JSON {
    var pairs: [(String, JSON)] = [(grouping.rawValue, JSONOutput.optional(time.name))]
    if grouping == .take { pairs.insert(("clip", JSONOutput.optional(time.clip)), at: 0) }
    pairs += [
      ("frames", JSONOutput.number(time.frames)),
      ("seconds", .number((Rational(time.frames) / known.ledger.header.rate.value).decimalText)),
      ("pictures", JSONOutput.number(time.pictures)), ("first", JSONOutput.number(time.first)),
    ]
    return JSONOutput.object(pairs)
  }
}

/// A ledger as a person names it: by its master, or by itself.
struct MasterLedger {
  /// The master: a file, or the folder of a sequence.
  let file: String
  let ledger: Ledger
  /// Where the ledger was read.
  let path: String
  private let start: Timecode

  init(_ file: String, ledger path: String?) throws(PegError) {
    // A sequence may be named as it was rendered: `frames/film.####.png`.
    let url = URL(fileURLWithPath: file)
    let isPattern =
      !FileManager.default.fileExists(atPath: file) && ImageNames(pattern: url.lastPathComponent, first: 0) != nil
    let file = isPattern ? url.deletingLastPathComponent().path : file
    self.file = file
    if path == nil, file.hasSuffix(".ledger") {
      ledger = try Ledger(reading: file)
      self.path = file
    } else {
      ledger = try Ledger(of: file, at: path)
      self.path = path ?? Ledger.path(for: file)
    }
    let header = ledger.header
    do {
      start = try Timecode(parsing: header.start, rate: header.rate)
    } catch {
      throw PegError(.badInput, "the ledger \(self.path) starts at \(header.start), which is no timecode")
    }
  }

  /// Places of the master: record frames and timecodes of its cut, and the clips that it shows.
  var grid: RecordGrid {
    let header = ledger.header
    return RecordGrid(
      name: file, rate: header.rate, start: start, duration: header.duration,
      items: ledger.clips.map { .init(name: $0.name, range: $0.range) })
  }

  /// The record timecode of a frame.
  func label(_ frame: Int) -> String { start.advanced(by: frame).description }

  /// What every report begins with.
  var head: [(String, JSON)] {
    let header = ledger.header
    return [
      ("file", .string(file)), ("ledger", .string(path)), ("rate", .string(header.rate.description)),
      ("start", .string(header.start)), ("range", JSONOutput.range(header.range)),
    ]
  }
}

extension LedgerLayer {
  /// On one line, for people.
  var words: String {
    let place = "\(source)\(frame.map { " \($0)" } ?? "")"
    return [
      clip, take == Clip.defaultKey || take.isEmpty ? "" : "take \(take)", place, generator.map { "(\($0))" } ?? "",
    ]
    .filter { !$0.isEmpty }.joined(separator: " ")
  }

  var summary: JSON {
    JSONOutput.object([
      ("source", .string(source)), ("frame", frame.map(JSONOutput.number) ?? .null), ("clip", .string(clip)),
      ("take", .string(take)), ("hash", JSONOutput.optional(hash?.description)),
      ("origin", JSONOutput.optional(origin)),
      ("generator", JSONOutput.optional(generator)), ("grade", .array(grade)),
    ])
  }
}

extension String {
  /// With spaces up to `width` characters.
  func padded(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
