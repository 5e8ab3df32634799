internal import CFFmpeg
import PegCore

/// What a file with a timeline of its own is.
enum MovieProbe {
  /// - Parameter header: of an animated still format, for the metadata that libav does not read.
  static func facts(of path: String, header: StillHeader? = nil) throws(MediaError) -> MediaFacts {
    if header?.format == .webp { return try webp(path, header) }
    var demuxer = try Demuxer(path: path)
    var facts = MediaFacts(kind: .movie, path: path, container: demuxer.container)
    facts.bytes = try FileFacts(path).size
    facts.files = [NumberedFile(number: 0, path: path)]
    facts.metadata = demuxer.metadata + (header?.metadata ?? [])
    // The reel stands on the timecode's track: what an edit decision list calls the movie.
    if let reel = demuxer.streams.lazy.flatMap(\.metadata).first(where: { $0.key.lowercased() == "reel_name" }),
      !facts.metadata.contains(where: { $0.key.lowercased() == "reel_name" })
    {
      facts.metadata.append(reel)
    }
    var clock: Rational?
    if let stream = demuxer.pictureStream {
      let index = try PictureIndex.of(path)
      facts.video = video(demuxer, stream, index, &facts.findings)
      clock = demuxer.streams[stream].start.map { Rational(Int($0)) * demuxer.streams[stream].timeBase }
    } else {
      facts.kind = .audio
    }
    facts.audio = demuxer.streams.filter { $0.kind == .audio }.compactMap { sound(demuxer, $0, clock: clock) }
    guard facts.video != nil || !facts.audio.isEmpty else {
      throw MediaError(.badInput, .probe, path, "it has neither pictures nor sound")
    }
    let texts = facts.metadata + demuxer.streams.flatMap(\.metadata)
    facts.generator = GeneratorMetadata.facts(texts)
    facts.findings += unreadableTimecode(demuxer, facts.video)
    if let damage = header?.damage, !facts.findings.contains(where: { $0.code == "media.truncated" }) {
      facts.findings.append(
        Finding("media.truncated", .error, damage, at: path, hint: "copy or export it again"))
    }
    demuxer.select([])
    return facts
  }

  private static func webp(_ path: String, _ header: StillHeader?) throws(MediaError) -> MediaFacts {
    guard let header else { throw MediaError(.bug, .probe, path, "no header") }
    let index = try PictureIndex.of(path)
    let timing = PictureTiming(index, declared: nil, mixedIsWorthNaming: true, place: path)
    var facts = MediaFacts(kind: .movie, path: path, container: "webp")
    let hasAlpha = header.samples.hasPrefix("rgba")
    facts.video = VideoFacts(
      codec: "webp", raster: header.raster, pixelFormat: "rgba", tags: ColorTags(matrix: .rgb, range: .full),
      alpha: hasAlpha ? .straight : .opaque, rate: timing.rate, storedRate: timing.storedRate, timing: timing.timing,
      frameCount: timing.frameCount, isIntra: false)
    facts.metadata = header.metadata
    facts.generator = GeneratorMetadata.facts(header.metadata)
    facts.findings = index.findings + timing.findings + header.findings(at: path)
    facts.bytes = try FileFacts(path).size
    facts.files = [NumberedFile(number: 0, path: path)]
    return facts
  }

  // MARK: Pictures

  private static func video(
    _ demuxer: borrowing Demuxer, _ number: Int, _ index: PictureIndex, _ findings: inout [Finding]
  ) -> VideoFacts? {
    guard let av = demuxer.context.pointee.streams[number], let parameters = av.pointee.codecpar else { return nil }
    let stream = demuxer.streams[number]
    let path = demuxer.path
    let declared = [stream.baseRate, stream.averageRate].compactMap { $0 }
    let sane = declared.first { rate in PictureTiming.rate(meaning: rate).map(PictureTiming.isSane) ?? false }
    let isPainted = stream.codec == "gif" || stream.codec == "apng"
    let timing = PictureTiming(
      index, declared: isPainted ? nil : sane ?? stream.averageRate, mixedIsWorthNaming: isPainted, place: path)
    findings += index.findings + timing.findings
    let name = PictureFormat.name(of: AVPixelFormat(parameters.pointee.format))
    let format = PictureFormat.format(named: name)
    let hasHiddenAlpha = stream.metadata.contains { $0.key.lowercased() == "alpha_mode" && $0.value == "1" }
    let raster = Raster(Int(parameters.pointee.width), Int(parameters.pointee.height))
    var facts = VideoFacts(
      codec: stream.codec, raster: raster, pixelFormat: name, frameCount: timing.frameCount)
    facts.profile = avcodec_profile_name(parameters.pointee.codec_id, parameters.pointee.profile)
      .map { String(cString: $0) }
    facts.pixelAspect = Rational(positive: av_guess_sample_aspect_ratio(demuxer.context, av, nil)) ?? 1
    facts.tags = ColorTags(parameters).settled(for: name, family: format?.family)
    facts.alpha = format?.hasAlpha == true || hasHiddenAlpha ? .straight : .opaque
    facts.rate = timing.rate
    facts.storedRate = timing.storedRate
    facts.timing = timing.timing
    facts.isIntra = index.isAllKeys && !isPainted
    facts.isInterlaced = [AV_FIELD_TT, AV_FIELD_BB, AV_FIELD_TB, AV_FIELD_BT].contains(parameters.pointee.field_order)
    facts.startTimecode = timecode(demuxer, rate: timing.rate)
    if format == nil {
      findings.append(
        Finding("picture.format", .error, "its pixel format \(name) is none that is handled", at: path))
    }
    if stream.rotation % 360 != 0 {
      findings.append(
        Finding(
          "picture.orientation", .warning,
          "it is to be turned by \(stream.rotation)° for viewing; it is shown as stored", at: path,
          hint: "turn it and export it again"))
    }
    return facts
  }

  // MARK: Timecode

  /// As the container writes it: on the picture stream, on a timecode track, or on the file.
  private static func timecodeText(_ demuxer: borrowing Demuxer) -> String? {
    var sources: [[(key: String, value: String)]] = []
    if let stream = demuxer.pictureStream { sources.append(demuxer.streams[stream].metadata) }
    sources += demuxer.streams.filter { $0.kind == .data }.map(\.metadata)
    sources.append(demuxer.metadata)
    for source in sources {
      if let found = source.first(where: { $0.key.lowercased() == "timecode" }) { return found.value }
    }
    return nil
  }

  private static func timecode(_ demuxer: borrowing Demuxer, rate: FrameRate?) -> Timecode? {
    guard let rate, let text = timecodeText(demuxer) else { return nil }
    return try? Timecode(parsing: text, rate: rate)
  }

  private static func unreadableTimecode(_ demuxer: borrowing Demuxer, _ video: VideoFacts?) -> [Finding] {
    guard let video, video.startTimecode == nil, let text = timecodeText(demuxer) else { return [] }
    let rate = video.rate.map { " at \($0.spoken) fps" } ?? ""
    return [
      Finding("timecode.unreadable", .warning, "its start timecode \(text) is no timecode\(rate)", at: demuxer.path)
    ]
  }

  // MARK: Sound

  private static func sound(
    _ demuxer: borrowing Demuxer, _ stream: Demuxer.Stream, clock: Rational?
  ) -> AudioFacts? {
    guard let parameters = demuxer.context.pointee.streams[stream.index]?.pointee.codecpar,
      parameters.pointee.sample_rate > 0, parameters.pointee.ch_layout.nb_channels > 0
    else { return nil }
    let rate = Int(parameters.pointee.sample_rate)
    let start = stream.start.map { Rational(Int($0)) * stream.timeBase } ?? 0
    var seconds = stream.duration.map { Rational(Int($0)) * stream.timeBase }
    let unit = Rational(1, Int(AV_TIME_BASE))
    if seconds == nil, let whole = MediaLimits.plausible(demuxer.context.pointee.duration, of: unit), whole > 0 {
      seconds = Rational(whole) * unit
    }
    // Samples are counted from the first picture on, as the reader counts them. Time bases that no container of the trade
    // has may lead past 128 bits: then the length is not known.
    let end = (seconds ?? 0).addingChecked(start)?.addingChecked(-(clock ?? start))
    let samples = end?.multipliedChecked(Rational(rate))?.rounded ?? 0
    let raw = Int(parameters.pointee.bits_per_raw_sample)
    let coded = stream.codec.hasPrefix("pcm_") ? Int(parameters.pointee.bits_per_coded_sample) : 0
    return AudioFacts(
      stream: stream.index, codec: stream.codec, sampleRate: rate,
      channels: Int(parameters.pointee.ch_layout.nb_channels), layout: ChannelLayout(parameters.pointee.ch_layout),
      sampleCount: max(0, samples), bits: raw > 0 ? raw : coded)
  }
}

extension PictureTiming {
  /// The timing of an index.
  init(_ index: PictureIndex, declared: Rational?, mixedIsWorthNaming: Bool, place: String) {
    self.init(
      times: index.times, last: index.lastDuration, tick: index.tick, declared: declared,
      mixedIsWorthNaming: mixedIsWorthNaming, place: place)
  }
}
