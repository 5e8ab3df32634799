import PegCore

extension Deliverable {
  /// Reads what ``canonical`` wrote, from a ledger for instance.
  ///
  /// - Throws: of kind `badInput`, as for a preset's file.
  public init(resolved text: String, name: String) throws(PegError) {
    try self.init(resolving: PresetNode(yaml: text, file: name), name: name, file: name)
  }

  /// - Parameter node: the preset's file over everything that it extends.
  init(resolving node: PresetNode, name: String, file: String) throws(PegError) {
    let top = try PresetSection(node, path: "", keys: Self.keys)
    guard let title = try top.text("title") else { throw node.fault("title is missing") }
    let container = try ContainerSpec(reading: top.required("container"))
    let video = try VideoSpec(reading: top.required("video"))
    let naming = try NamingSpec(reading: top["naming"], container: container)
    self.init(
      name: name, title: title, spec: try SpecSource(reading: top.required("spec")), container: container,
      video: video, audio: try AudioSpec(reading: top["audio"]), timecode: try TimecodeSpec(reading: top["timecode"]),
      programme: try ProgrammeSpec(reading: top["programme"]), naming: naming,
      quality: try QualityLimit.list(reading: top["qc"]), file: file)
    try refuseContradictions(in: top)
  }

  static let keys = [
    "title", "extends", "spec", "container", "video", "audio", "timecode", "programme", "naming", "qc",
  ]

  /// The first fault of each section by itself, then what sections say against each other.
  static func faults(resolving node: PresetNode) -> [PegError] {
    var faults: [PegError] = []
    func attempt(_ read: () throws(PegError) -> Void) {
      do throws(PegError) { try read() } catch { faults.append(error) }
    }
    guard case .map(let entries) = node.value else { return [node.fault("a preset is a mapping of sections")] }
    attempt { () throws(PegError) in _ = try PresetSection(node, path: "", keys: Self.keys) }
    for entry in entries {
      let value = entry.value
      attempt { () throws(PegError) in
        switch entry.key {
        case "spec": _ = try SpecSource(reading: value)
        case "container": _ = try ContainerSpec(reading: value)
        case "video": _ = try VideoSpec(reading: value)
        case "audio": _ = try AudioSpec(reading: value)
        case "timecode": _ = try TimecodeSpec(reading: value)
        case "programme": _ = try ProgrammeSpec(reading: value)
        case "qc": _ = try QualityLimit.list(reading: value)
        default: break
        }
      }
    }
    // What is missing, naming and contradictions show only in the whole.
    if faults.isEmpty {
      attempt { () throws(PegError) in _ = try Deliverable(resolving: node, name: "", file: node.file) }
    }
    return faults
  }

  /// Sections that are right by themselves and wrong together.
  private func refuseContradictions(in top: PresetSection) throws(PegError) {
    if container.formats.contains("mkv"), video.codec.codec == "prores" {
      throw try top.required("container").fault(
        "ProRes does not go into mkv: Matroska leaves out the first 8 bytes of its frames, so that no packet of the file "
          + "is one that was encoded", hint: "mov and mxf hold them whole")
    }
    let sequences = container.formats.compactMap(ContainerFormat.init(extension:)).filter(\.isSequence)
    guard !sequences.isEmpty else { return }
    guard sequences.count == container.formats.count else {
      throw try top.required("container").fault("one preset is for sequences or for movies, not for both")
    }
    if let audio = top["audio"], self.audio != nil {
      throw audio.fault("a sequence of pictures holds no sound", hint: "audio: none")
    }
    if timecode.track, let node = top["timecode"] { throw node.fault("a sequence of pictures holds no timecode track") }
  }
}

extension SpecSource {
  fileprivate init(reading node: PresetNode) throws(PegError) {
    let section = try PresetSection(node, path: "spec", keys: ["title", "edition", "date", "source"])
    guard let title = try section.text("title") else { throw node.fault("spec.title is missing") }
    // Empty text is what the canonical form writes for what is not there.
    func optional(_ key: String) throws(PegError) -> String {
      if case .text("") = section[key]?.value { return "" }
      return try section.text(key) ?? ""
    }
    self.init(
      title: title, edition: try optional("edition"), date: try optional("date"), source: try optional("source"))
  }
}

extension ContainerSpec {
  fileprivate init(reading node: PresetNode) throws(PegError) {
    let section = try PresetSection(node, path: "container", keys: ["formats", "faststart", "options"])
    guard let words = try section.words("formats") else { throw node.fault("container.formats is missing") }
    let known = ContainerFormat.all.map(\.fileExtension)
    for (word, place) in words where !known.contains(word) {
      throw PresetSection.refusal(of: word, as: "container", among: known, at: place)
    }
    var options: [String: [EncoderOption]] = [:]
    if let map = section["options"] {
      guard case .map(let entries) = map.value else {
        throw map.fault("container.options is a mapping of options by file extension")
      }
      for entry in entries {
        guard words.contains(where: { $0.word == entry.key }) else {
          throw PegError(
            .badInput,
            "\(entry.value.file):\(entry.line): container.options is for \(entry.key), which is not in container.formats"
          )
        }
        options[entry.key] = try PresetSection.options(entry.value, name: "container.options.\(entry.key)")
      }
    }
    self.init(
      formats: words.map(\.word), isFastStart: try section.flag("faststart") ?? false, options: options)
  }
}

extension TimecodeSpec {
  fileprivate init(reading node: PresetNode?) throws(PegError) {
    guard let node else {
      self.init(track: false)
      return
    }
    let section = try PresetSection(node, path: "timecode", keys: ["track"])
    self.init(track: try section.flag("track") ?? false)
  }
}

extension ProgrammeSpec {
  fileprivate init(reading node: PresetNode?) throws(PegError) {
    guard let node else {
      self.init()
      return
    }
    let section = try PresetSection(
      node, path: "programme", keys: ["start", "head_black", "tail_black", "bars", "slate"])
    let start = try section.text("start")
    if let start, let place = section["start"] {
      let digits = start.split(omittingEmptySubsequences: false, whereSeparator: { $0 == ":" || $0 == ";" })
      guard digits.count == 4, digits.allSatisfy({ $0.count == 2 && UInt8($0) != nil }) else {
        throw place.fault("programme.start is a timecode such as 01:00:00:00", hint: "put it in quotes")
      }
    }
    self.init(
      start: start, headBlack: try section.decimal("head_black", in: 0...3600) ?? 0,
      tailBlack: try section.decimal("tail_black", in: 0...3600) ?? 0,
      bars: try section.decimal("bars", in: 0...3600) ?? 0, slate: try section.decimal("slate", in: 0...3600) ?? 0)
  }
}

extension NamingSpec {
  fileprivate init(reading node: PresetNode?, container: ContainerSpec) throws(PegError) {
    let isSequence = ContainerFormat(extension: container.formats[0])?.isSequence ?? false
    let standard = isSequence ? "{cut}.####.\(container.formats[0])" : "{cut}_{preset}.\(container.formats[0])"
    guard let node else {
      self.init(pattern: standard)
      return
    }
    let section = try PresetSection(node, path: "naming", keys: ["pattern", "first_frame"])
    let pattern = try section.text("pattern") ?? standard
    if let place = section["pattern"] {
      let ending = pattern.split(separator: ".").last.map(String.init) ?? ""
      guard container.formats.contains(ending) else {
        throw place.fault("naming.pattern ends in none of the extensions \(container.formats.joined(separator: ", "))")
      }
      guard pattern.contains("#") == isSequence else {
        throw place.fault("naming.pattern has #### for the frame's number in a sequence, and only there")
      }
    }
    self.init(pattern: pattern, firstFrame: try section.whole("first_frame", in: 0...9_999_999) ?? 0)
  }
}

extension QualityLimit {
  fileprivate static func list(reading node: PresetNode?) throws(PegError) -> [QualityLimit] {
    guard let node else { return [] }
    let section = try PresetSection(node, path: "qc", keys: QualityMeasure.all.map(\.name))
    var list: [QualityLimit] = []
    for measure in QualityMeasure.all {
      guard let value = section[measure.name] else { continue }
      let entry = try PresetSection(value, path: "qc.\(measure.name)", keys: ["limit", "severity"])
      guard let limit = try entry.decimal("limit", in: 0...1_000_000) else {
        throw value.fault("qc.\(measure.name).limit is missing")
      }
      guard let severity: Severity = try entry.choice("severity") else {
        throw value.fault("qc.\(measure.name).severity is missing")
      }
      list.append(QualityLimit(measure, limit: limit, severity: severity))
    }
    return list
  }
}
