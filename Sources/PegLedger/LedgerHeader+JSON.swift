import PegCore

extension LedgerHeader {
  var json: JSON {
    var pairs: [(String, JSON)] = [
      ("line", "header"), ("version", number(Self.version)), ("size", number(size)), ("index", id(index)),
      ("plan", id(plan)), ("encoder", id(encoder)), ("container", .string(container)),
    ]
    if isPublic {
      pairs.append(("public", true))
    } else {
      pairs.append(("preset_name", .string(presetName)))
      pairs.append(("preset", (try? JSON(parsing: preset.utf8, limits: LedgerReader.limits)) ?? .string(preset)))
    }
    pairs += [("preset_hash", id(presetHash)), ("arith", .string(arithmetic)), ("pegbar", .string(program))]
    if !isPublic {
      pairs.append(("cut", .string(cut)))
      if !takes.isEmpty {
        pairs.append(("takes", .array(takes.map { .array([.string($0.clip), .string($0.take)]) })))
      }
    }
    pairs += [
      ("rate", .string(rate.description)), ("start", .string(start)), ("rec", pair(range)),
      ("duration", number(duration)),
      (
        "counts",
        object([
          ("encoded", number(counts.encoded)), ("held", number(counts.held)), ("reused", number(counts.reused)),
        ])
      ),
    ]
    return object(pairs)
  }

  /// The version that a header says; `nil` for a line that is none.
  static func version(of json: JSON) -> Int? {
    guard case .object(let line) = json, line["line"]?.string == "header" else { return nil }
    return line.int("version")
  }

  /// `nil` for a line that is no header, or of a version that this Pegbar does not know.
  init?(json: JSON) {
    guard case .object(let line) = json, Self.version(of: json) == Self.version,
      let size = line.int("size"), size >= 0, let index = line.id("index"), let plan = line.id("plan"),
      let encoder = line.id("encoder"), let container = line["container"]?.string,
      let presetHash = line.id("preset_hash"),
      let arithmetic = line["arith"]?.string, let program = line["pegbar"]?.string,
      let rate = line["rate"]?.string.flatMap({ FrameRate($0) }), let start = line["start"]?.string,
      let covered = line.range("rec"), let duration = line.int("duration"), duration <= LedgerLimits.frames,
      covered.end <= duration, let counts = FrameCounts(json: line["counts"])
    else { return nil }
    let isPublic = line["public"]?.bool ?? false
    guard isPublic || (line["cut"]?.string != nil && line["preset_name"]?.string != nil && line["preset"] != nil)
    else { return nil }
    self.init(
      size: size, index: index, plan: plan, encoder: encoder, container: container,
      presetName: line["preset_name"]?.string ?? "",
      preset: line["preset"].map { $0.string ?? $0.text(.compact) } ?? "", presetHash: presetHash,
      arithmetic: arithmetic, program: program, cut: line["cut"]?.string ?? "",
      takes: (line["takes"]?.array ?? []).compactMap(Take.init(json:)), rate: rate, start: start, range: covered,
      duration: duration, counts: counts)
    self.isPublic = isPublic
  }
}

extension LedgerHeader.Take {
  init?(json: JSON) {
    guard let pair = json.array, pair.count == 2, let clip = pair[0].string, let take = pair[1].string else {
      return nil
    }
    self.init(clip: clip, take: take)
  }
}

extension FrameCounts {
  init?(json: JSON?) {
    guard case .object(let counts)? = json, let encoded = counts.int("encoded"), let held = counts.int("held"),
      let reused = counts.int("reused"),
      [encoded, held, reused].allSatisfy({ (0...LedgerLimits.frames).contains($0) })
    else { return nil }
    self.init(encoded: encoded, held: held, reused: reused)
  }
}

/// What a ledger may say before it is no longer believed to be one.
enum LedgerLimits {
  /// Record frames: a programme of 2^40 frames lasts a thousand years.
  static let frames = 1 << 40
}
