import PegCore

extension LedgerHeader {
  var json: JSON {
    object([
      ("ledger", number(Self.version)), ("size", number(size)), ("index", id(index)), ("plan", id(plan)),
      ("encoder", id(encoder)), ("preset_name", .string(presetName)), ("preset", .string(preset)),
      ("preset_hash", id(presetHash)), ("arith", .string(arithmetic)), ("pegbar", .string(program)),
      ("rate", .string(rate.description)), ("start", .string(start)), ("rec", pair(range)),
      ("duration", number(duration)), ("cut", .string(cut)),
    ])
  }

  /// `nil` for a line that is no header, or of a version that this Pegbar does not know.
  init?(json: JSON) {
    guard case .object(let line) = json, line.int("ledger") == Self.version, let size = line.int("size"), size >= 0,
      let index = line.id("index"), let plan = line.id("plan"), let encoder = line.id("encoder"),
      let presetName = line["preset_name"]?.string, let preset = line["preset"]?.string,
      let presetHash = line.id("preset_hash"), let arithmetic = line["arith"]?.string,
      let program = line["pegbar"]?.string, let rate = line["rate"]?.string.flatMap({ FrameRate($0) }),
      let start = line["start"]?.string, let covered = line.range("rec"), let duration = line.int("duration"),
      let cut = line["cut"]?.string
    else { return nil }
    self.init(
      size: size, index: index, plan: plan, encoder: encoder, presetName: presetName, preset: preset,
      presetHash: presetHash, arithmetic: arithmetic, program: program, rate: rate, start: start, range: covered,
      duration: duration, cut: cut)
  }
}
