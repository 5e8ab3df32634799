internal import CFFmpeg

/// Gives decoders the memory of their pictures out of a ``FramePool``, within ``MediaLimits``.
enum PictureBuffers {
  /// What libav calls for every picture, from any of its threads; the pool has a lock of its own.
  static let get:
    @convention(c) (UnsafeMutablePointer<AVCodecContext>?, UnsafeMutablePointer<AVFrame>?, Int32) -> Int32 = {
      context, frame, flags in
      guard let context, let frame, let opaque = peg_decoder_pool(context) else { return peg_averror(EINVAL) }
      guard let codec = context.pointee.codec, codec.pointee.capabilities & AV_CODEC_CAP_DR1 != 0 else {
        return avcodec_default_get_buffer2(context, frame, flags)
      }
      let pool = Unmanaged<FramePool>.fromOpaque(opaque).takeUnretainedValue()
      return fill(frame, context, pool)
    }

  private static func fill(
    _ frame: UnsafeMutablePointer<AVFrame>, _ context: UnsafeMutablePointer<AVCodecContext>, _ pool: FramePool
  ) -> Int32 {
    var width = frame.pointee.width
    var height = frame.pointee.height
    let format = AVPixelFormat(frame.pointee.format)
    // Decoders write whole macroblocks, and vectors past the end of rows.
    var alignments: (Int32, Int32, Int32, Int32, Int32, Int32, Int32, Int32) = (0, 0, 0, 0, 0, 0, 0, 0)
    let code: Int32 = withUnsafeMutablePointer(to: &alignments) {
      $0.withMemoryRebound(to: Int32.self, capacity: 8) { alignment in
        avcodec_align_dimensions2(context, &width, &height, alignment)
        return alignedLines(format, &width, height, alignment, frame)
      }
    }
    guard code >= 0 else { return code }
    var lines = [Int](repeating: 0, count: 4)
    withUnsafeBytes(of: frame.pointee.linesize) {
      let lengths = $0.bindMemory(to: Int32.self)
      for plane in 0..<4 { lines[plane] = Int(lengths[plane]) }
    }
    var sizes = [Int](repeating: 0, count: 4)
    guard av_image_fill_plane_sizes(&sizes, format, height, lines) >= 0 else { return peg_averror(EINVAL) }
    // Room between planes for writes of a vector that starts inside.
    let total = sizes.reduce(0) { $0 + (($1 + 63) & ~63) + ($1 > 0 ? 64 : 0) } + 64
    guard total <= MediaLimits.pictureBytes, let buffer = pool.buffer(of: total) else { return peg_averror(ENOMEM) }
    withUnsafeMutableBytes(of: &frame.pointee.buf) {
      $0.bindMemory(to: UnsafeMutablePointer<AVBufferRef>?.self)[0] = buffer
    }
    withUnsafeMutableBytes(of: &frame.pointee.data) {
      let planes = $0.bindMemory(to: UnsafeMutablePointer<UInt8>?.self)
      var offset = 0
      for plane in 0..<4 where sizes[plane] > 0 {
        planes[plane] = buffer.pointee.data + offset
        offset += ((sizes[plane] + 63) & ~63) + 64
      }
    }
    frame.pointee.extended_data = withUnsafeMutablePointer(to: &frame.pointee.data) {
      UnsafeMutableRawPointer($0).assumingMemoryBound(to: UnsafeMutablePointer<UInt8>?.self)
    }
    return 0
  }

  /// Widens the rows until each plane's length is a multiple of what the decoder asks for, and of 64.
  private static func alignedLines(
    _ format: AVPixelFormat, _ width: inout Int32, _ height: Int32, _ alignment: UnsafeMutablePointer<Int32>,
    _ frame: UnsafeMutablePointer<AVFrame>
  ) -> Int32 {
    guard av_image_check_size2(UInt32(width), UInt32(height), MediaLimits.pixels * 2, format, 0, nil) >= 0 else {
      return peg_averror(EINVAL)
    }
    return withUnsafeMutableBytes(of: &frame.pointee.linesize) { raw -> Int32 in
      guard let lines = raw.bindMemory(to: Int32.self).baseAddress else { return peg_averror(EINVAL) }
      var unaligned: Int32
      repeat {
        let code = av_image_fill_linesizes(lines, format, width)
        guard code >= 0 else { return code }
        // Doubling the lowest set bit ends at a power of two, as libav's own allocator does.
        width += width & ~(width - 1)
        unaligned = 0
        for plane in 0..<4 { unaligned |= lines[plane] % max(alignment[plane], 64) }
      } while unaligned != 0
      return 0
    }
  }
}
