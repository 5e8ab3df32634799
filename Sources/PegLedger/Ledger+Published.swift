import PegCore

extension Ledger {
  /// The ledger as it may leave the house: without paths, prompts and names.
  ///
  /// What stays says what the file is and that it is whole, and which frames show the same thing: size and hashes of file,
  /// packets and pictures, ids, sizes, offsets, record ranges, rate, start, counts, `arith`, Pegbar's version, and of each
  /// layer the hash of its source, the frame in it, the tool that generated it and its kind of origin where that is one of
  /// the IPTC's digital source types. What goes: the cut's path, the takes of a variant, the preset with its name, each
  /// layer's source, clip, take and grade, origins that are names of records, tools that are paths, and names of image files.
  public var published: Ledger {
    var header = header
    header.isPublic = true
    header.cut = ""
    header.takes = []
    header.presetName = ""
    header.preset = ""
    return Ledger(header: header, entries: entries.map(\.published))
  }
}

extension LedgerEntry {
  fileprivate var published: LedgerEntry {
    switch self {
    case .picture(var entry):
      entry.layers = entry.layers.map(\.published)
      return .picture(entry)
    case .segment(var entry):
      entry.layers = entry.layers.map { $0.map(\.published) }
      return .segment(entry)
    case .image(var entry):
      entry.layers = entry.layers.map(\.published)
      entry.paths = []
      return .image(entry)
    case .sound: return self
    }
  }
}

extension LedgerLayer {
  /// IPTC NewsCodes, scheme digitalsourcetype: the codes that are active.
  private static let sourceTypes: Set<String> = [
    "digitalCapture", "computationalCapture", "negativeFilm", "positiveFilm", "print", "humanEdits",
    "algorithmicallyEnhanced", "digitalCreation", "dataDrivenMedia", "trainedAlgorithmicMedia",
    "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia", "screenCapture", "virtualRecording", "composite",
    "compositeCapture", "compositeSynthetic",
  ]

  fileprivate var published: LedgerLayer {
    let kind = origin.flatMap { $0.split(separator: "/").last.map(String.init) }
    let tool = generator.flatMap { $0.contains("/") || $0.contains("\\") || $0.count > 64 ? nil : $0 }
    return LedgerLayer(
      source: "", hash: hash, frame: frame, clip: "", take: "",
      origin: kind.flatMap { Self.sourceTypes.contains($0) ? $0 : nil }, generator: tool)
  }
}
