public import PegCore

// Facts as they are remembered between runs: positions in lists instead of keys, since there are thousands. Only this version
// of Pegbar reads them again.

extension MediaFacts {
  /// The facts as one value; `nil` for those that are not worth remembering: with an ICC profile, which is long, or
  /// chromaticities, whose numbers are no decimals, or a space of its own.
  public var stored: JSON? {
    guard video?.color.profile == nil, video?.color.chromaticities == nil, video?.color.space == nil else { return nil }
    let numbered = files.map { JSON.array([.number($0.number), .string($0.path)]) }
    return .array([
      .string(kind.rawValue), .string(path), .string(container), video?.stored ?? .null, .array(audio.map(\.stored)),
      .array(metadata.map { .array([.string($0.key), .string($0.value)]) }), generator?.stored ?? .null,
      .array(findings.map(\.stored)), .number(bytes), .array(numbered),
    ])
  }

  /// - Returns: `nil` for what ``stored`` did not make.
  public init?(stored: JSON) {
    guard let list = stored.array, list.count == 10, let kind = list[0].string.flatMap(Kind.init(rawValue:)),
      let path = list[1].string, let container = list[2].string, let audio = list[4].array,
      let metadata = list[5].array,
      let findings = list[7].array, let bytes = list[8].int, let files = list[9].array
    else { return nil }
    let video = list[3].isNull ? nil : VideoFacts(stored: list[3])
    let generator = list[6].isNull ? nil : GeneratorFacts(stored: list[6])
    guard (video == nil) == list[3].isNull, (generator == nil) == list[6].isNull else { return nil }
    self.init(
      kind: kind, path: path, container: container, video: video, audio: audio.compactMap(AudioFacts.init(stored:)),
      metadata: metadata.compactMap { pair in
        guard let pair = pair.array, pair.count == 2, let key = pair[0].string, let value = pair[1].string else {
          return nil
        }
        return (key, value)
      }, generator: generator, findings: findings.compactMap(Finding.init(stored:)), bytes: bytes,
      files: files.compactMap { file in
        guard let file = file.array, file.count == 2, let number = file[0].int, let path = file[1].string else {
          return nil
        }
        return NumberedFile(number: number, path: path)
      })
    guard self.audio.count == audio.count, self.metadata.count == metadata.count,
      self.findings.count == findings.count, self.files.count == files.count
    else { return nil }
  }
}

extension VideoFacts {
  fileprivate var stored: JSON {
    let pictures: JSON
    switch timing {
    case .constant: pictures = .null
    case .variable(let list): pictures = .array(list.map { .number(Int($0)) })
    }
    let timecode: JSON =
      startTimecode.map {
        .array([.number($0.frames), .string($0.rate.description), .bool($0.dropFrame)])
      } ?? .null
    let codes = [
      tags.primaries.rawValue, tags.transfer.rawValue, tags.matrix.rawValue, tags.range.rawValue, tags.siting.rawValue,
    ]
    return .array([
      .string(codec), .optional(profile), .number(raster.width), .number(raster.height), .fraction(pixelAspect),
      .string(pixelFormat), .array(codes.map { .number($0) }), .fraction(color.gamma), .string(alpha.rawValue),
      .fraction(rate?.value), .fraction(storedRate), pictures, .number(frameCount), .number(firstNumber), timecode,
      .bool(isIntra), .bool(isInterlaced),
    ])
  }

  fileprivate init?(stored: JSON) {
    guard let list = stored.array, list.count == 17, let codec = list[0].string, let width = list[2].int,
      let height = list[3].int, let aspect = list[4].fraction, let format = list[5].string,
      let codes = list[6].array?.map(\.int), codes.count == 5,
      let primaries = codes[0].flatMap(Primaries.init(rawValue:)),
      let transfer = codes[1].flatMap(Transfer.init(rawValue:)),
      let matrix = codes[2].flatMap(Matrix.init(rawValue:)), let range = codes[3].flatMap(CodeRange.init(rawValue:)),
      let siting = codes[4].flatMap(ChromaSiting.init(rawValue:)),
      let alpha = list[8].string.flatMap(AlphaMode.init(rawValue:)),
      let frameCount = list[12].int, let firstNumber = list[13].int, let isIntra = list[15].bool,
      let isInterlaced = list[16].bool
    else { return nil }
    var timing = FrameTiming.constant
    if let pictures = list[11].array {
      let numbers = pictures.compactMap { $0.int.flatMap { Int32(exactly: $0) } }
      guard numbers.count == pictures.count else { return nil }
      timing = .variable(pictures: numbers)
    }
    var timecode: Timecode?
    if let parts = list[14].array {
      guard parts.count == 3, let frames = parts[0].int, let text = parts[1].string, let rate = JSON.string(text).rate,
        let isDrop = parts[2].bool, !isDrop || rate.allowsDropFrame
      else { return nil }
      timecode = Timecode(frames: frames, rate: rate, dropFrame: isDrop)
    }
    self.init(
      codec: codec, profile: list[1].string, raster: Raster(width, height), pixelAspect: aspect, pixelFormat: format,
      tags: ColorTags(primaries: primaries, transfer: transfer, matrix: matrix, range: range, siting: siting),
      color: ColorFacts(gamma: list[7].fraction), alpha: alpha, rate: list[9].rate, storedRate: list[10].fraction,
      timing: timing, frameCount: frameCount, firstNumber: firstNumber, startTimecode: timecode, isIntra: isIntra,
      isInterlaced: isInterlaced)
  }
}

extension AudioFacts {
  fileprivate var stored: JSON {
    let channelList: JSON = layout.map { .array($0.channels.map { .number($0.rawValue) }) } ?? .null
    return .array([
      .number(stream), .string(codec), .number(sampleRate), .number(channels), channelList, .number(sampleCount),
      .number(bits),
    ])
  }

  fileprivate init?(stored: JSON) {
    guard let list = stored.array, list.count == 7, let stream = list[0].int, let codec = list[1].string,
      let sampleRate = list[2].int, let channels = list[3].int, let sampleCount = list[5].int, let bits = list[6].int
    else { return nil }
    let named = list[4].array.map { $0.compactMap { $0.int.flatMap(Channel.init(rawValue:)) } }
    guard named?.count == list[4].array?.count else { return nil }
    self.init(
      stream: stream, codec: codec, sampleRate: sampleRate, channels: channels, layout: named.map { ChannelLayout($0) },
      sampleCount: sampleCount, bits: bits)
  }
}

extension GeneratorFacts {
  fileprivate var stored: JSON { .array([.string(tool), .optional(model), .optional(prompt), .optional(seed)]) }

  fileprivate init?(stored: JSON) {
    guard let list = stored.array, list.count == 4, let tool = list[0].string else { return nil }
    self.init(tool: tool, model: list[1].string, prompt: list[2].string, seed: list[3].string)
  }
}

extension Finding {
  fileprivate var stored: JSON {
    .array([
      .string(code), .string(severity.rawValue), .string(message), .string(place), .optional(instead), .optional(hint),
    ])
  }

  /// Findings of media have neither record frames nor a place in a text.
  fileprivate init?(stored: JSON) {
    guard let list = stored.array, list.count == 6, let code = list[0].string,
      let severity = list[1].string.flatMap(Severity.init(rawValue:)), let message = list[2].string,
      let place = list[3].string
    else { return nil }
    self.init(code, severity, message, at: place, instead: list[4].string, hint: list[5].string)
  }
}

extension JSON {
  fileprivate static func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

  /// Exact, as `24000/1001`.
  fileprivate static func fraction(_ value: Rational?) -> JSON { value.map { .string($0.description) } ?? .null }

  fileprivate var fraction: Rational? {
    guard let parts = string?.split(separator: "/"), let top = parts.first.flatMap({ Int($0) }), parts.count <= 2
    else {
      return nil
    }
    guard parts.count == 2 else { return Rational(top) }
    guard let bottom = Int(parts[1]), bottom > 0 else { return nil }
    return Rational(top, bottom)
  }

  fileprivate var rate: FrameRate? { fraction.flatMap { $0 > .zero ? FrameRate($0) : nil } }
}
