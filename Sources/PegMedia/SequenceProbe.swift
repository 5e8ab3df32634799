import PegCore

/// What a sequence is: the facts of its usual frame, and where its frames differ.
enum SequenceProbe {
  static func facts(_ scan: SequenceScan) throws(MediaError) -> MediaFacts {
    let place = scan.pattern.description
    var headers: [(number: Int, header: StillHeader)] = []
    var empty: [Int] = []
    var broken: [Int] = []
    var refused: [Int] = []
    var bytes = 0
    var firstError: MediaError?
    for file in scan.files {
      do throws(MediaError) {
        let size = try FileFacts(file.path).size
        bytes += size
        if size == 0 {
          empty.append(file.number)
          continue
        }
        let header = try StillFile.header(of: file.path)
        if header.damage != nil {
          broken.append(file.number)
        } else if header.refusal != nil || header.isAnimated {
          refused.append(file.number)
        }
        headers.append((file.number, header))
      } catch {
        firstError = firstError ?? error
        broken.append(file.number)
      }
    }
    guard let usual = mostCommon(headers.map { $0.header.raster }),
      let model = headers.first(where: { $0.header.raster == usual && $0.header.damage == nil }),
      let file = scan.files.first(where: { $0.number == model.number })
    else {
      throw firstError ?? MediaError(.badInput, .open, place, "none of its \(scan.files.count) frames is whole")
    }
    if let refusal = model.header.refusal { throw MediaError(.badInput, .open, file.path, refusal) }
    try model.header.requireUsableSize(file.path)
    let still = try StillFile(path: file.path)
    let header = try still.header()

    var facts = MediaFacts(kind: .sequence, path: place, container: header.format.rawValue)
    var video = try header.videoFacts(of: still)
    let first = scan.pattern.limits?.lowerBound ?? scan.files.first?.number ?? 0
    let last = scan.pattern.limits?.upperBound ?? scan.files.last?.number ?? 0
    video.frameCount = last - first + 1
    video.firstNumber = first
    // The header's timecode is that of the frame it stands in.
    if let code = video.startTimecode, model.number > first, code.frames >= model.number - first {
      video.startTimecode = code.advanced(by: first - model.number)
    }
    facts.video = video
    facts.metadata = header.metadata
    facts.generator = GeneratorMetadata.facts(header.metadata)
    facts.bytes = bytes
    facts.files = scan.files
    facts.findings = scan.findings + header.findings(at: place)
    func note(_ code: String, _ severity: Severity, _ numbers: [Int], _ what: String, _ hint: String? = nil) {
      guard !numbers.isEmpty else { return }
      facts.findings.append(Finding(code, severity, "\(NumberList(numbers)): \(what)", at: place, hint: hint))
    }
    note("sequence.empty", .error, empty, "the file is empty (0 bytes)", "render them again")
    note("sequence.damaged", .error, broken, "the file is cut off or no picture", "render them again")
    note("sequence.refused", .error, refused, "the picture is of a kind that is not handled")
    noteDifferences(headers, usual: header, note)
    return facts
  }

  private static func noteDifferences(
    _ headers: [(number: Int, header: StillHeader)], usual: StillHeader,
    _ note: (String, Severity, [Int], String, String?) -> Void
  ) {
    func groups(_ key: (StillHeader) -> String, usual: String) -> [(String, [Int])] {
      Dictionary(grouping: headers.filter { key($0.header) != usual }, by: { key($0.header) })
        .map { ($0.key, $0.value.map(\.number)) }
        .sorted { ($0.1.first ?? 0, $0.0) < ($1.1.first ?? 0, $1.0) }
    }
    for (raster, numbers) in groups({ $0.raster.description }, usual: usual.raster.description) {
      note("sequence.mixed_sizes", .warning, numbers, "\(raster), the others \(usual.raster)", nil)
    }
    for (format, numbers) in groups({ $0.format.label }, usual: usual.format.label) {
      note(
        "sequence.mixed_formats", .warning, numbers, "the content is \(format), the others \(usual.format.label)", nil)
    }
    let sameFormat = headers.filter { $0.header.format == usual.format && $0.header.samples != usual.samples }
    for (samples, members) in Dictionary(grouping: sameFormat, by: { $0.header.samples }).sorted(by: { $0.key < $1.key }
    ) {
      note("sequence.mixed_pixels", .warning, members.map(\.number), "\(samples), the others \(usual.samples)", nil)
    }
  }

  /// The most common value; of several, the one that comes first.
  private static func mostCommon(_ rasters: [Raster]) -> Raster? {
    var counts: [Raster: (count: Int, first: Int)] = [:]
    for (index, raster) in rasters.enumerated() {
      let old = counts[raster] ?? (0, index)
      counts[raster] = (old.count + 1, old.first)
    }
    return counts.max { ($0.value.count, -$0.value.first) < ($1.value.count, -$1.value.first) }?.key
  }
}
