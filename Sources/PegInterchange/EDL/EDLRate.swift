import PegCore

/// At which rate a list's labels count. An EDL does not say: what was asked for, else drop-frame, else the show, else the media
/// decide.
enum EDLRate {
  /// Rates that a list may be meant at, for messages.
  private static let usual = [
    FrameRate(24000, 1001), FrameRate(24), FrameRate(25), FrameRate(30000, 1001), FrameRate(30), FrameRate(48),
    FrameRate(50), FrameRate(60000, 1001), FrameRate(60),
  ]
  private static let dropFrame = [FrameRate(30000, 1001), FrameRate(60000, 1001)]

  /// - Throws: ``PegError`` (bad input) that names the candidates where nothing decides, and the label that the rate that was
  ///   asked for does not have.
  static func decide(
    _ list: EDLList, _ options: ImportOptions, _ findings: inout FindingList
  ) throws(PegError) -> FrameRate {
    let largest = list.largestFrame.number
    func check(_ rate: FrameRate, _ said: String) throws(PegError) -> FrameRate {
      guard largest < rate.timebase else {
        throw .badInput(
          "there is no frame \(largest) at \(rate.spoken) frames per second, \(said)", in: options.name,
          at: list.largestFrame.position, hint: candidates(above: largest).map { "say another --rate: \($0)" })
      }
      return rate
    }
    if let rate = options.rate { return try check(rate, "the rate that was asked for") }
    if list.firstFCM?.isDrop == true || list.saysDrop {
      let rate = dropFrame.first { largest < $0.timebase } ?? dropFrame[0]
      findings.add(
        "edl.rate", .note, "The list is drop-frame and is read at \(rate.spoken)", at: list.firstFCM?.position,
        hint: "--rate says another")
      return rate
    }
    if let rate = options.showRate {
      findings.add(
        "edl.rate", .note, "The list is read at \(rate.spoken), the rate of the show", hint: "--rate says another")
      return try check(rate, "the rate of the show")
    }
    let found = options.mediaRates?(list.sourceNames) ?? []
    let rates = Set(found.map(\.rate))
    if rates.count == 1, let rate = rates.first {
      _ = try check(rate, "the rate of the movies that the list names")
      findings.add(
        "edl.rate", .note, "The list is read at \(rate.spoken), the rate of the movies that it names",
        hint: "--rate says another")
      return rate
    }
    if rates.count > 1 {
      let each = found.sorted { $0.rate < $1.rate }.prefix(6).map { "\($0.rate.spoken) (\($0.movie))" }
      throw PegError(
        .badInput,
        "\(options.name) does not say its rate, and its media have several: \(each.joined(separator: ", "))",
        hint: "say --rate")
    }
    throw PegError(
      .badInput,
      "\(options.name) does not say its rate; its frame numbers reach \(largest)"
        + (candidates(above: largest).map { ", so it may be \($0)" } ?? ""), hint: "say --rate")
  }

  /// `25, 29.97 or 30`; `nil` where no usual rate counts so far.
  private static func candidates(above largest: Int) -> String? {
    let fitting = usual.filter { largest < $0.timebase }.map(\.spoken)
    guard let last = fitting.last else { return nil }
    return fitting.count == 1 ? last : "\(fitting.dropLast().joined(separator: ", ")) or \(last)"
  }
}

extension EDLList {
  /// What the events call their sources, each once, in order.
  fileprivate var sourceNames: [SourceName] {
    var seen: Set<SourceName> = []
    var names: [SourceName] = []
    for group in groups {
      let words = EDLNames(group)
      for (index, event) in group.events.enumerated() where !["BL", "BLACK", "BARS"].contains(event.reel.uppercased()) {
        let side = words.side(index, of: group)
        let name = SourceName(reel: words.reel(event.reel), clip: side.name, file: side.file)
        if seen.insert(name).inserted { names.append(name) }
      }
    }
    return names
  }
}
