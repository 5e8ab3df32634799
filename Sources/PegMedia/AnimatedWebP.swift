#if PEGBAR_WEBP
  internal import CWebP
#endif
import PegCore

/// Animated WebP, which FFmpeg 5.1 does not decode: libwebp's own animation decoder, with every version alike.
enum AnimatedWebP {
  /// Whether the file is a WebP whose header announces an animation.
  static func isOne(_ path: String) throws(MediaError) -> Bool {
    let head = try FileBytes.head(of: path, count: 32)
    return isAnimated(head)
  }

  /// RIFF, WEBP, VP8X with the animation bit.
  static func isAnimated(_ head: [UInt8]) -> Bool {
    head.count >= 21 && head.starts(with: Array("RIFF".utf8)) && head[8..<16].elementsEqual("WEBPVP8X".utf8)
      && head[20] & 0x02 != 0
  }

  #if PEGBAR_WEBP
    static func index(path: String) throws(MediaError) -> PictureIndex { try WebPFile(path: path).index() }

    static func pictures(path: String, pool: FramePool) throws(MediaError) -> any PictureDecoding {
      try WebPPictures(file: WebPFile(path: path), pool: pool)
    }
  #else
    static func index(path: String) throws(MediaError) -> PictureIndex { throw missing(path) }

    static func pictures(path: String, pool: FramePool) throws(MediaError) -> any PictureDecoding {
      throw missing(path)
    }

    private static func missing(_ path: String) -> MediaError {
      MediaError(
        .badInput, .decode, path, "animated WebP needs libwebp",
        hint: "install libwebp-dev and build again; make does both")
    }
  #endif
}

#if PEGBAR_WEBP
  /// The bytes of an animated WebP, parsed by libwebp's demuxer.
  final class WebPFile {
    let path: String
    /// The whole file, in memory of our own: libwebp keeps its address, and a mapped file may be shortened by others.
    let bytes: FileMemory
    let raster: Raster
    let hasAlpha: Bool
    /// How long each frame is shown, in milliseconds.
    let durations: [Int]

    init(path: String) throws(MediaError) {
      self.path = path
      bytes = try FileMemory(of: path, limit: MediaLimits.stillBytes)
      var data = bytes.webPData
      // Whole files only: a truncated one gives nothing here.
      guard let demuxer = WebPDemux(&data) else {
        throw MediaError(.badInput, .open, path, "it is no whole WebP file", hint: "copy or export it again")
      }
      defer { WebPDemuxDelete(demuxer) }
      let width = Int(WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_WIDTH))
      let height = Int(WebPDemuxGetI(demuxer, WEBP_FF_CANVAS_HEIGHT))
      var durations: [Int] = []
      var frame = WebPIterator()
      var more = WebPDemuxGetFrame(demuxer, 1, &frame)
      while more != 0 {
        durations.append(Int(max(0, frame.duration)))
        more = WebPDemuxNextFrame(&frame)
      }
      WebPDemuxReleaseIterator(&frame)
      guard !durations.isEmpty else {
        throw MediaError(.badInput, .open, path, "it has no frames", hint: "copy or export it again")
      }
      raster = Raster(width, height)
      // libwebp composes on two canvases.
      guard raster.isUsable, width * height <= MediaLimits.canvasPixels else {
        throw MediaError(.badInput, .open, path, "\(raster) is no size of an animation that is handled")
      }
      hasAlpha = WebPDemuxGetI(demuxer, WEBP_FF_FORMAT_FLAGS) & ALPHA_FLAG.rawValue != 0
      self.durations = durations
    }

    func index() -> PictureIndex {
      var findings: [Finding] = []
      var shown: [(packet: Int32, time: Int64)] = []
      var time: Int64 = 0
      // What 0 means is left to viewers, which show such frames for 100 ms.
      let told = durations.map { $0 == 0 ? 100 : $0 }
      if told != durations {
        findings.append(
          Finding(
            "timing.missing", .warning, "frames have a duration of 0 ms; they are taken to last 100 ms", at: path))
      }
      for (number, duration) in told.enumerated() {
        shown.append((Int32(number), time))
        time += Int64(duration)
      }
      let marks = shown.map { PictureIndex.PacketMark(decode: $0.time, presentation: $0.time, position: 0, size: 0) }
      return PictureIndex(
        stream: 0, tick: Rational(1, 1000), packets: marks, keys: [0], shown: shown,
        lastDuration: Int64(told.last ?? 0), findings: findings)
    }
  }

  /// Decodes an animation frame by frame: each is composed over the one before, so there is one way, forwards.
  final class WebPPictures: PictureDecoding {
    private let file: WebPFile
    private let pool: FramePool
    private let decoder: OpaquePointer
    private var next = 0

    init(file: WebPFile, pool: FramePool) throws(MediaError) {
      self.file = file
      self.pool = pool
      var options = WebPAnimDecoderOptions()
      guard WebPAnimDecoderOptionsInit(&options) != 0 else {
        throw MediaError(.bug, .decode, file.path, "libwebp is of another version than its headers")
      }
      options.color_mode = MODE_RGBA
      options.use_threads = 0
      var data = file.bytes.webPData
      guard let decoder = WebPAnimDecoderNew(&data, &options) else {
        throw MediaError(.badInput, .decode, file.path, "libwebp does not decode it")
      }
      self.decoder = decoder
    }

    deinit { WebPAnimDecoderDelete(decoder) }

    func decode(
      _ picture: Int, passing: (Int, () throws(MediaError) -> Frame) -> Void
    ) throws(MediaError) -> Frame {
      if picture < next {
        WebPAnimDecoderReset(decoder)
        next = 0
      }
      while true {
        var pixels: UnsafeMutablePointer<UInt8>?
        var end: Int32 = 0
        guard WebPAnimDecoderGetNext(decoder, &pixels, &end) != 0, let pixels else {
          let damaged = next
          WebPAnimDecoderReset(decoder)
          next = 0
          throw MediaError(
            .badInput, .decode, file.path, "picture \(damaged) is damaged", hint: "copy or export the file again")
        }
        next += 1
        if next == picture + 1 { return try frame(pixels) }
        passing(next - 1) { () throws(MediaError) in try frame(pixels) }
      }
    }

    private func frame(_ pixels: UnsafeMutablePointer<UInt8>) throws(MediaError) -> Frame {
      guard let format = PixelFormat(named: "rgba") else {
        throw MediaError(.bug, .decode, file.path, "the registry of pixel formats lacks rgba")
      }
      var draft = try FrameDraft(
        format: format, raster: file.raster, tags: ColorTags(matrix: .rgb, range: .full),
        alpha: file.hasAlpha ? .straight : .opaque, pool: pool)
      let rowBytes = file.raster.width * 4
      draft.withMutableView { view in
        for row in 0..<file.raster.height {
          (view.planes[0].base + row * view.planes[0].stride).copyMemory(
            from: pixels + row * rowBytes, byteCount: rowBytes)
        }
      }
      return draft.freeze()
    }
  }

  extension FileMemory {
    /// The bytes as libwebp takes them; valid as long as this object.
    fileprivate var webPData: WebPData {
      WebPData(bytes: raw.bindMemory(to: UInt8.self).baseAddress, size: raw.count)
    }
  }
#endif
