import PegCore

extension VideoSpec {
  static let keys = [
    "codec", "profile", "tag", "pixel_format", "rate_control", "options", "raster", "fit", "rates", "field_order",
    "color", "alpha", "gop", "threads", "purity",
  ]

  init(reading node: PresetNode) throws(PegError) {
    let section = try PresetSection(node, path: "video", keys: Self.keys)
    guard let codec = try section.choice("codec", of: VideoCodec.all.map { ($0.encoder, $0) }) else {
      throw node.fault("video.codec is missing")
    }
    let profile = try Self.profile(in: section, of: codec)
    let pixelFormat = try PixelFormatChoice(reading: section.required("pixel_format"))
    let color = try ColorTags(reading: section.required("color"), for: pixelFormat)
    let alpha: AlphaMode = try section.choice("alpha") ?? .opaque
    if alpha != .opaque, !pixelFormat.formats.contains(where: \.hasAlpha) {
      throw try section.required("alpha").fault("video.alpha is \(alpha.rawValue), and no pixel format here has alpha")
    }
    let (gop, reorder) = try Self.group(in: section, of: codec)
    let purity = try Purity(reading: section.required("purity"))
    let rateControl = try RateControl(reading: section["rate_control"])
    let options: [EncoderOption] = try section.options("options")
    let impurities = EncoderImpurity.of(codec, gop: gop, rateControl: rateControl, options: options)
    try Self.refuseImpure(purity, gop: gop, impurities, in: section)
    self.init(
      codec: codec, profile: profile, tag: try Self.tag(in: section), pixelFormat: pixelFormat,
      rateControl: rateControl, options: options, raster: try Self.raster(in: section),
      fit: try section.choice("fit") ?? .fit, rates: try Self.rates(in: section),
      fieldOrder: try section.choice("field_order") ?? .progressive, color: color, alpha: alpha, gop: gop,
      reorderDepth: reorder, threads: try section.whole("threads", in: 1...64) ?? 1, purity: purity)
  }

  private static func profile(in section: PresetSection, of codec: VideoCodec) throws(PegError) -> String? {
    let name = try section.choice("profile", of: codec.profiles.map { ($0.name, $0.name) })
    if name == nil, !codec.profiles.isEmpty {
      throw section.node.fault("video.profile is missing", hint: codec.profiles.map(\.name).joined(separator: ", "))
    }
    return name
  }

  private static func tag(in section: PresetSection) throws(PegError) -> String? {
    guard let tag = try section.text("tag"), let node = section["tag"] else { return nil }
    guard tag.utf8.count == 4, tag.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw node.fault("video.tag is four letters")
    }
    return tag
  }

  private static func raster(in section: PresetSection) throws(PegError) -> Raster? {
    guard let text = try section.text("raster"), let node = section["raster"], text != "cut" else { return nil }
    guard let raster = Raster(text) else {
      throw node.fault("video.raster is cut, or a size such as 1920x1080")
    }
    return raster
  }

  private static func rates(in section: PresetSection) throws(PegError) -> [FrameRate] {
    if case .text("any") = section["rates"]?.value { return [] }
    guard let words = try section.words("rates", orNumbers: true) else { return [] }
    var rates: [FrameRate] = []
    for (word, node) in words {
      guard let rate = FrameRate(word) else {
        throw node.fault("video.rates holds \(word), which is no frame rate", hint: "write 24, 23.976 or 24000/1001")
      }
      rates.append(rate)
    }
    return rates
  }

  private static func group(
    in section: PresetSection, of codec: VideoCodec
  ) throws(PegError) -> (frames: Int?, reorder: Int) {
    let node = try section.required("gop")
    if case .text("intra") = node.value { return (nil, 0) }
    let group = try PresetSection(node, path: "video.gop", keys: ["frames", "reorder"])
    guard let frames = try group.whole("frames", in: 2...1000), let reorder = try group.whole("reorder", in: 0...16)
    else { throw node.fault("video.gop is intra, or has frames and reorder") }
    guard !codec.isAlwaysIntra else { throw node.fault("video.gop of \(codec.encoder) is intra") }
    return (frames, reorder)
  }

  /// Contradictions that would let a packet be reused that depends on its neighbours.
  private static func refuseImpure(
    _ purity: Purity, gop: Int?, _ impurities: [EncoderImpurity], in section: PresetSection
  ) throws(PegError) {
    let node = try section.required("purity")
    if purity.unit == .intra, gop != nil {
      throw node.fault("video.purity is intra, and video.gop is not", hint: "segments, or whole")
    }
    if purity.unit == .segments, gop == nil {
      throw node.fault("video.purity is segments, and video.gop has none", hint: "intra, or whole")
    }
    if let worst = impurities.first(where: { $0.unit.size > purity.unit.size }) {
      throw node.fault("\(worst.reason), so video.purity is \(worst.unit.rawValue)")
    }
  }
}

extension VideoSpec.Purity {
  fileprivate init(reading node: PresetNode) throws(PegError) {
    let section = try PresetSection(node, path: "video.purity", keys: ["unit", "reason"])
    guard let unit: VideoSpec.PurityUnit = try section.choice("unit"), let reason = try section.text("reason") else {
      throw node.fault("video.purity has a unit and a reason")
    }
    self.init(unit, reason: reason)
  }
}

extension VideoSpec.RateControl {
  fileprivate init(reading node: PresetNode?) throws(PegError) {
    guard let node else {
      self = .codec
      return
    }
    if case .text("codec") = node.value {
      self = .codec
      return
    }
    let section = try PresetSection(node, path: "video.rate_control", keys: ["quantiser", "crf", "bitrate"])
    let found: [Self?] = [
      try section.whole("quantiser", in: 1...64).map { .quantiser($0) },
      try section.decimal("crf", in: 0...63).map { .crf($0) },
      try section.whole("bitrate", in: 1000...2_000_000_000).map { .bitrate($0) },
    ]
    let given = found.compactMap { $0 }
    guard given.count == 1 else {
      throw node.fault("video.rate_control is codec, or one of quantiser, crf and bitrate")
    }
    self = given[0]
  }
}

extension PixelFormatChoice {
  fileprivate init(reading node: PresetNode) throws(PegError) {
    func format(_ word: String, _ place: PresetNode) throws(PegError) -> PixelFormat {
      guard let format = PixelFormat(named: word) else {
        throw PresetSection.refusal(
          of: word, as: "pixel format", among: PixelFormat.all.map(\.name).sorted(), at: place)
      }
      return format
    }
    if case .text(let word) = node.value {
      self = .fixed(try format(word, node))
      return
    }
    let section = try PresetSection(node, path: "video.pixel_format", keys: ["match", "fallback"])
    guard let words = try section.words("match"), let last = try section.text("fallback"),
      let place = section["fallback"]
    else { throw node.fault("video.pixel_format is a name, or has match and fallback") }
    var candidates: [PixelFormat] = []
    for (word, node) in words { candidates.append(try format(word, node)) }
    self = .match(candidates: candidates, fallback: try format(last, place))
  }
}

extension ColorTags {
  fileprivate init(reading node: PresetNode, for choice: PixelFormatChoice) throws(PegError) {
    let section = try PresetSection(
      node, path: "video.color", keys: ["primaries", "transfer", "matrix", "range", "siting"])
    guard let primaries = try section.choice("primaries", of: ColorNames.primaries),
      let transfer = try section.choice("transfer", of: ColorNames.transfers),
      let matrix = try section.choice("matrix", of: ColorNames.matrices),
      let range = try section.choice("range", of: ColorNames.ranges)
    else { throw node.fault("video.color has primaries, transfer, matrix and range") }
    let siting = try section.choice("siting", of: ColorNames.sitings)
    let formats = choice.formats
    if siting == nil, formats.contains(where: { $0.family == .ycbcr && $0.isSubsampled }) {
      throw node.fault("video.color.siting is missing, and a pixel format here has fewer chroma samples than luma")
    }
    if matrix == .rgb, formats.contains(where: { $0.family == .ycbcr }) {
      throw node.fault("video.color.matrix is rgb, and a pixel format here is Y′CbCr")
    }
    if matrix != .rgb, formats.allSatisfy({ $0.family == .rgb }) {
      throw node.fault("video.color.matrix is not rgb, and every pixel format here is R′G′B′")
    }
    self.init(primaries: primaries, transfer: transfer, matrix: matrix, range: range, siting: siting ?? .unspecified)
  }
}

extension AudioSpec {
  static let keys = ["codec", "sample_rate", "bitrate", "tracks", "downmix", "loudness", "true_peak"]

  /// `nil` for a preset without sound: without the section, or with `audio: none`.
  init?(reading node: PresetNode?) throws(PegError) {
    guard let node else { return nil }
    if case .text("none") = node.value { return nil }
    let section = try PresetSection(node, path: "audio", keys: Self.keys)
    guard let codec: Codec = try section.choice("codec") else { throw node.fault("audio.codec is missing") }
    let bitrate = try section.whole("bitrate", in: 8000...1_024_000)
    if (codec.bits == nil) != (bitrate != nil) {
      throw (section["bitrate"] ?? node).fault(
        codec.bits == nil ? "audio.bitrate is missing" : "audio.bitrate does not go with \(codec.rawValue)")
    }
    var tracks: [ChannelLayout] = []
    var followsCut = false
    if case .text("cut") = section["tracks"]?.value {
      followsCut = true
      tracks = [.stereo]
    } else if let words = try section.words("tracks") {
      for (word, place) in words {
        guard let layout = ChannelLayout(named: word) else {
          throw PresetSection.refusal(of: word, as: "layout", among: ["mono", "stereo", "5.1"], at: place)
        }
        tracks.append(layout)
      }
    } else {
      throw node.fault("audio.tracks is missing", hint: "cut, or a list such as [stereo]")
    }
    var loudness: Loudness?
    if let map = section["loudness"] {
      let values = try PresetSection(map, path: "audio.loudness", keys: ["target", "tolerance"])
      guard let target = try values.decimal("target", in: -70...0),
        let tolerance = try values.decimal("tolerance", in: 0...20)
      else { throw map.fault("audio.loudness has a target and a tolerance") }
      loudness = Loudness(target: target, tolerance: tolerance)
    }
    self.init(
      codec: codec, sampleRate: try section.whole("sample_rate", in: 8000...192_000) ?? 48000, bitrate: bitrate,
      tracks: tracks, followsCut: followsCut, downmix: try section.choice("downmix") ?? .loRo, loudness: loudness,
      truePeak: try section.decimal("true_peak", in: -70...6))
  }
}
