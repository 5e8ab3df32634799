import ArgumentParser
import Foundation
import Pegbar

struct TraceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "How a frame of a master came to be; --verify renders it again and compares.",
    discussion: """
      pegbar trace master.mov@01:00:02:00
      pegbar trace 'master.mov#SH020' --verify
      pegbar trace master.mov --verify --random 1000 --seed 7
      pegbar trace master.mov@0..2400 --verify --every 24

      A frame conforms when the cut and the sources as they are now give the picture that was encoded, and the master
      still holds the packet that it became. Exit status 0: all conform; 1: some do not.
      """)

  @Argument(
    help: ArgumentHelp(
      "The master, with a place by the cut's record timecode, frame or clip; all of it when none is named.",
      valueName: "FILE@TC"))
  var place: String

  @Flag(help: "Render the frames again from the sources and compare.") var verify = false

  @Option(help: ArgumentHelp("Only every Nth of the frames.", valueName: "N")) var every: Int?
  @Option(help: ArgumentHelp("Only N of the frames, drawn by chance.", valueName: "N")) var random: Int?
  @Option(help: ArgumentHelp("What the chance starts from; 0 when not given.", valueName: "S")) var seed: UInt64 = 0

  @Option(help: ArgumentHelp("Where the master's ledger lies; beside it when not given.", valueName: "PATH"))
  var ledger: String?
  @Option(help: ArgumentHelp("The cut (.otio), where it is not where the ledger says.", valueName: "CUT"))
  var cut: String?

  @Option(help: "Lanes that work side by side; all cores when not given.")
  var threads: Int?
  @Option(help: ArgumentHelp("Memory for pictures, such as 900M or 2G; codecs' own aside.", valueName: "SIZE"))
  var memory: ByteCount?
  @Option(help: "What a clip whose media are missing becomes, as when the master was rendered.")
  var missing: PlanOptions.Missing = .error
  @Flag(help: "Read every source again, whatever is remembered of it.") var verifySources = false
  @Flag(help: "Print JSON to stdout.") var json = false
  @OptionGroup var media: MediaOptions

  func validate() throws {
    if every != nil, random != nil { throw ValidationError("--every and --random both choose frames: give one") }
    if let every, every < 1 { throw ValidationError("--every is 1 or more") }
    if let random, random < 1 { throw ValidationError("--random is 1 or more") }
    if let threads, threads < 1 || threads > 1024 { throw ValidationError("--threads is 1 or more") }
  }

  func run() throws {
    let (file, address) = try Address.split(place)
    let known = try MasterLedger(file, ledger: ledger)
    let frames = try chosen(known, address)
    if verify {
      try prove(known, frames)
    } else {
      try tell(known, frames)
    }
  }

  private func chosen(_ known: MasterLedger, _ address: Address?) throws -> [Int] {
    let held = known.ledger.header.range
    let range = try address?.frames(in: known.grid) ?? held
    guard range.start >= held.start, range.end <= held.end else {
      throw PegError(
        .badInput, "\(known.file) does not hold frames \(range)",
        hint: "it holds \(held), which is \(known.label(held.start)) to \(known.label(held.end))")
    }
    if let random { return ChosenFrames.random(random, of: range, seed: seed) }
    return Array(stride(from: range.start, to: range.end, by: every ?? 1))
  }

  // MARK: Telling

  private func tell(_ known: MasterLedger, _ frames: [Int]) throws {
    let runs = known.ledger.runs
    var told: [(run: LedgerRun, frames: FrameRange)] = []
    for frame in frames {
      guard let run = runs.run(at: frame) else {
        throw PegError(.badInput, "the ledger of \(known.file) says nothing of frame \(frame)")
      }
      if let last = told.last, last.run.range == run.range, last.frames.end == frame {
        told[told.count - 1].frames = FrameRange(last.frames.start, frame + 1)
      } else {
        told.append((run, FrameRange(frame, frame + 1)))
      }
    }
    // What the tools wrote into the media is read for one picture, not for a whole film.
    let notes = told.count == 1 ? GeneratorNotes(known, cut: cut, media: media) : nil
    if json {
      try JSONOutput.print("trace", known.made + [("frames", .array(try told.map { try object($0, known, notes) }))])
      return
    }
    for (run, frames) in told { try show(run, frames, known, notes) }
    let header = known.ledger.header
    let takes = header.takes.map { ", \($0.clip) take \($0.take)" }.joined()
    try Console.print(
      "made by Pegbar \(header.program) with \(header.arithmetic); preset \(header.presetName), cut \(header.cut)\(takes)"
    )
  }

  private func show(_ run: LedgerRun, _ frames: FrameRange, _ known: MasterLedger, _ notes: GeneratorNotes?) throws {
    let held = run.range.count > 1 ? ", one picture over \(run.range)" : ""
    try Console.print(
      "\(known.label(frames.start))  \(frames.count == 1 ? "frame \(frames.start)" : "frames \(frames)")\(held)")
    try Console.print("  recipe   \(run.recipe)")
    try Console.print("  picture  \(run.picture)")
    if let packet = known.ledger.place(of: frames.start, in: run) {
      let place = packet.file.map { "the image \($0)" } ?? "byte \(packet.offset)"
      try Console.print("  packet   \(packet.hash), \(packet.size) bytes at \(place)")
    }
    if run.layers.isEmpty { try Console.print("  nothing is visible: black") }
    for (index, layer) in run.layers.enumerated() {
      let take = layer.take.isEmpty || layer.take == Clip.defaultKey ? "" : ", take \(layer.take)"
      let frame = layer.frame.map { ", frame \($0)" } ?? ""
      try Console.print("  layer \(index)  \(layer.clip)\(take): \(layer.source)\(frame)")
      if let hash = layer.hash { try Console.print("             hash \(hash)") }
      if let origin = layer.origin { try Console.print("             origin \(origin)") }
      for operation in layer.grade {
        guard let said = try? GradeOperation(typed: operation) else { continue }
        try Console.print("             grade \(said.sentence)")
      }
      for (word, text) in notes?.words(of: layer) ?? layer.generator.map({ [("generator", $0)] }) ?? [] {
        try Console.print("             \(word) \(text)")
      }
    }
  }

  private func object(
    _ told: (run: LedgerRun, frames: FrameRange), _ known: MasterLedger, _ notes: GeneratorNotes?
  ) throws -> JSON {
    let (run, frames) = told
    var packet = JSON.null
    if let place = known.ledger.place(of: frames.start, in: run) {
      packet = JSONOutput.object([
        ("hash", .string(place.hash.description)), ("size", JSONOutput.number(place.size)),
        ("at", JSONOutput.number(place.offset)), ("path", JSONOutput.optional(place.file)),
      ])
    }
    return JSONOutput.object([
      ("record", JSONOutput.range(frames)), ("timecode", .string(known.label(frames.start))),
      ("run", JSONOutput.range(run.range)), ("recipe", .string(run.recipe.description)),
      ("pic", .string(run.picture.description)), ("packet", packet),
      (
        "layers",
        .array(
          run.layers.map { layer in
            guard case .object(var object) = layer.summary else { return layer.summary }
            for (word, text) in notes?.words(of: layer) ?? [] where word != "generator" { object[word] = .string(text) }
            return .object(object)
          })
      ),
    ])
  }

  // MARK: Proving

  private func prove(_ known: MasterLedger, _ frames: [Int]) throws {
    let cut = try known.cut(cut).playing(known.ledger.header.takes)
    let (missing, maps) = (missing, try media.maps())
    let plan =
      verifySources
      ? try cut.plan(missing: missing, pathMaps: maps)
      : try RememberedFacts.lend { try cut.plan(missing: missing, pathMaps: maps, prober: $0) }
    let cancellation = Cancellation()
    let signals = Signals(cancellation)
    defer { withExtendedLifetime(signals) {} }
    var options = RenderOptions(
      threads: threads ?? ProcessInfo.processInfo.activeProcessorCount, memory: memory?.bytes ?? 900 << 20,
      identities: SourceIdentities(folder: SourceIdentities.defaultFolder))
    options.cutPath = cut.path
    options.cancellation = cancellation
    options.verifySources = verifySources
    let progress = ProgressLine(known.file)
    options.progress = { progress.show($0) }
    defer { progress.finish() }
    let proof = try MasterProof(known.ledger, of: known.file, variant: RenderVariant(plan), options: options)
    let verdicts = try proof.verify(frames)
    progress.finish()
    let wrong = verdicts.filter { !$0.conforms }
    if json {
      try JSONOutput.print(
        "trace-verify",
        known.made + [
          ("verified", JSONOutput.number(verdicts.count)), ("conform", JSONOutput.number(verdicts.count - wrong.count)),
          ("frames", .array(verdicts.map { object($0, known) })),
        ])
    } else {
      for verdict in wrong.prefix(40) {
        try Console.print(
          "\(known.label(verdict.frame))  frame \(verdict.frame) does not conform: \(verdict.reason ?? "another picture")"
        )
      }
      if wrong.count > 40 { try Console.print("and \(wrong.count - 40) more; --json lists them all") }
      try Console.print(
        wrong.isEmpty
          ? "\(known.file): \(verdicts.count) \(verdicts.count == 1 ? "frame conforms" : "frames conform") to the cut and its sources"
          : "\(known.file): \(wrong.count) of \(verdicts.count) frames do not conform")
    }
    if !wrong.isEmpty { throw FindingsFault() }
  }

  private func object(_ verdict: MasterProof.Verdict, _ known: MasterLedger) -> JSON {
    JSONOutput.object([
      ("record", JSONOutput.number(verdict.frame)), ("timecode", .string(known.label(verdict.frame))),
      ("conforms", .bool(verdict.conforms)), ("pic", .string(verdict.expected.description)),
      ("rendered", JSONOutput.optional(verdict.found?.description)), ("packet_whole", .bool(verdict.isPacketWhole)),
      ("encodes_alike", verdict.encodesAlike.map { .bool($0) } ?? .null),
      ("reason", JSONOutput.optional(verdict.reason)),
    ])
  }
}

/// Frames drawn by chance, the same for the same seed on every machine.
enum ChosenFrames {
  /// `count` different frames of `range`, or all of them where it has no more, ascending.
  static func random(_ count: Int, of range: FrameRange, seed: UInt64) -> [Int] {
    var frames = Array(range.start..<range.end)
    guard count < frames.count else { return frames }
    var state = seed
    // SplitMix64 (Steele, Lea and Flood 2014).
    func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    for index in 0..<count {
      let other = index + Int(next() % UInt64(frames.count - index))
      frames.swapAt(index, other)
    }
    return frames[..<count].sorted()
  }
}

extension MasterLedger {
  /// The cut that the master shows: the one that is named, else the one that the ledger names.
  func cut(_ named: String?) throws(PegError) -> Cut {
    if let named { return try Cut(reading: named) }
    let path = ledger.header.cut
    guard !path.isEmpty else {
      throw PegError(.badInput, "the ledger \(self.path) names no cut", hint: "say which with --cut")
    }
    let folder = URL(fileURLWithPath: self.path).deletingLastPathComponent()
    let place = path.hasPrefix("/") ? path : folder.appendingPathComponent(path).standardizedFileURL.path
    guard FileManager.default.fileExists(atPath: place) else {
      throw PegError(
        .missingInput, "the cut \(place) of \(file) does not exist", hint: "say where it lies with --cut")
    }
    return try Cut(reading: place)
  }

  /// What made the master, for a report.
  var made: [(String, JSON)] {
    let header = ledger.header
    return head + [
      ("preset", .string(header.presetName)), ("cut", .string(header.cut)), ("arith", .string(header.arithmetic)),
      ("pegbar", .string(header.program)),
    ]
  }
}

/// What generative tools wrote into the media that a master shows, where the media can be reached.
private struct GeneratorNotes {
  private let resolver: MediaResolver?

  init(_ known: MasterLedger, cut: String?, media: MediaOptions) {
    resolver = (try? known.cut(cut)).flatMap { cut in
      (try? media.maps()).map { MediaResolver(cutFolder: cut.folder, pathMaps: $0) }
    }
  }

  /// What is known of a generated layer, word by word.
  func words(of layer: LedgerLayer) -> [(String, String)] {
    guard let tool = layer.generator else { return [] }
    var list = [("generator", tool)]
    guard let paths = try? resolver?.candidates(for: layer.source), let path = paths.first?.path,
      let facts = try? MediaProbe.facts(of: path), let generator = facts.generator
    else { return list }
    if let model = generator.model { list.append(("model", model)) }
    if let seed = generator.seed { list.append(("seed", seed)) }
    if let prompt = generator.prompt { list.append(("prompt", prompt)) }
    return list
  }
}
