internal import CFFmpeg
public import PegCore

/// A picture that one owner writes; ``freeze()`` ends that.
public struct FrameDraft: ~Copyable {
  // Nobody else holds it before freeze(), so writing through it is safe.
  private let frame: Frame

  public var format: PixelFormat { frame.format }
  public var raster: Raster { frame.raster }

  /// A picture of undefined content; rows start at multiples of 64 bytes.
  ///
  /// - Parameter pool: where its memory comes from and goes back to.
  /// - Throws: ``MediaError`` for a raster that is not usable, or when memory runs out.
  public init(
    format: PixelFormat, raster: Raster, tags: ColorTags, alpha: AlphaMode, pool: FramePool
  ) throws(MediaError) {
    guard raster.isUsable else {
      throw MediaError(.badInput, .allocate, "a frame", "\(raster) is no size of a picture")
    }
    guard let frame = av_frame_alloc() else { throw MediaError(.io, .allocate, "a frame", "out of memory") }
    var owned: UnsafeMutablePointer<AVFrame>? = frame
    frame.pointee.width = Int32(raster.width)
    frame.pointee.height = Int32(raster.height)
    frame.pointee.format = av_get_pix_fmt(format.name).rawValue
    var offset = 0
    var offsets: [Int] = []
    for plane in 0..<format.planeCount {
      // 64 bytes are the widest vector there is; kernels may read, not write, to the end of a row's last vector.
      let stride = (format.rowBytes(plane, of: raster) + 63) & ~63
      offsets.append(offset)
      withUnsafeMutableBytes(of: &frame.pointee.linesize) {
        $0.bindMemory(to: Int32.self)[plane] = Int32(stride)
      }
      offset += stride * format.planeSize(plane, of: raster).height
    }
    let paletteOffset = offset
    if format.family == .palette { offset += 1024 }
    guard offset <= MediaLimits.pictureBytes else {
      av_frame_free(&owned)
      throw MediaError(
        .badInput, .allocate, "a frame", "\(raster) \(format) takes \(offset) bytes",
        hint: "a picture may take \(MediaLimits.pictureBytes >> 20) MiB")
    }
    guard let buffer = pool.buffer(of: offset + 64) else {
      av_frame_free(&owned)
      throw MediaError(.io, .allocate, "a frame", "out of memory for \(offset) bytes")
    }
    withUnsafeMutableBytes(of: &frame.pointee.buf) {
      $0.bindMemory(to: UnsafeMutablePointer<AVBufferRef>?.self)[0] = buffer
    }
    withUnsafeMutableBytes(of: &frame.pointee.data) {
      let pointers = $0.bindMemory(to: UnsafeMutablePointer<UInt8>?.self)
      for (plane, offset) in offsets.enumerated() { pointers[plane] = buffer.pointee.data + offset }
      if format.family == .palette { pointers[1] = buffer.pointee.data + paletteOffset }
    }
    frame.pointee.extended_data = withUnsafeMutablePointer(to: &frame.pointee.data) {
      UnsafeMutableRawPointer($0).assumingMemoryBound(to: UnsafeMutablePointer<UInt8>?.self)
    }
    self.frame = Frame(adopting: frame, format: format, tags: tags, alpha: alpha)
  }

  /// The memory of a picture that nobody else holds, its content as it is: to be written over while it is read.
  ///
  /// - Parameter held: where the only reference lies; afterwards `nil`.
  /// - Returns: `nil`, and the picture left, where somebody else holds it or its bytes.
  /// - Throws: ``MediaError`` when memory runs out.
  public static func reclaiming(
    _ held: inout Frame?, tags: ColorTags, alpha: AlphaMode
  ) throws(MediaError) -> FrameDraft? {
    guard isKnownUniquelyReferenced(&held), let old = held, av_frame_is_writable(old.av) > 0 else { return nil }
    // A frame of its own: what a decoder said of the picture, such as side data, is no encoder's business.
    guard let new = av_frame_alloc() else { throw MediaError(.io, .allocate, "a frame", "out of memory") }
    new.pointee.width = old.av.pointee.width
    new.pointee.height = old.av.pointee.height
    new.pointee.format = old.av.pointee.format
    new.pointee.linesize = old.av.pointee.linesize
    new.pointee.data = old.av.pointee.data
    new.pointee.buf = old.av.pointee.buf
    old.av.pointee.buf = (nil, nil, nil, nil, nil, nil, nil, nil)
    new.pointee.extended_data = withUnsafeMutablePointer(to: &new.pointee.data) {
      UnsafeMutableRawPointer($0).assumingMemoryBound(to: UnsafeMutablePointer<UInt8>?.self)
    }
    held = nil
    return FrameDraft(Frame(adopting: new, format: old.format, tags: tags, alpha: alpha))
  }

  private init(_ frame: Frame) { self.frame = frame }

  /// Lends the bytes for the length of `body`.
  public mutating func withMutableView<Result, Failure: Error>(
    _ body: (MutablePictureView) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    var planes: [MutablePictureView.Plane] = []
    withUnsafeBytes(of: frame.av.pointee.data) { pointers in
      withUnsafeBytes(of: frame.av.pointee.linesize) { lengths in
        let pointers = pointers.bindMemory(to: UnsafeMutablePointer<UInt8>?.self)
        let lengths = lengths.bindMemory(to: Int32.self)
        for plane in 0..<format.planeCount {
          guard let base = pointers[plane] else { continue }
          planes.append(.init(base: UnsafeMutableRawPointer(base), stride: Int(lengths[plane])))
        }
      }
    }
    return try body(
      MutablePictureView(format: format, raster: raster, tags: frame.tags, alpha: frame.alpha, planes: planes))
  }

  /// Ends writing: the picture is shared from now on.
  public consuming func freeze() -> Frame { frame }
}
