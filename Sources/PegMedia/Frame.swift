internal import CFFmpeg
public import PegCore

/// A picture that nobody writes any more: immutable, shared freely between threads.
public final class Frame: Sendable {
  public let format: PixelFormat
  public let raster: Raster
  public let tags: ColorTags
  public let alpha: AlphaMode
  /// Bytes that the picture holds in memory.
  public let bytes: Int
  // Safe to share: after freeze() nothing writes through it, and libav's reference counts are atomic.
  nonisolated(unsafe) let av: UnsafeMutablePointer<AVFrame>

  /// Takes ownership of `av`, whose pixel format is `format`.
  init(
    adopting av: UnsafeMutablePointer<AVFrame>, format: PixelFormat, tags: ColorTags, alpha: AlphaMode
  ) {
    self.av = av
    self.format = format
    self.tags = tags
    self.alpha = alpha
    raster = Raster(Int(av.pointee.width), Int(av.pointee.height))
    var size = 0
    let buffers = av.pointee.buf
    withUnsafeBytes(of: buffers) { raw in
      for buffer in raw.bindMemory(to: UnsafeMutablePointer<AVBufferRef>?.self) {
        size += buffer.map { Int($0.pointee.size) } ?? 0
      }
    }
    bytes = size
  }

  deinit {
    var frame: UnsafeMutablePointer<AVFrame>? = av
    av_frame_free(&frame)
  }

  /// The picture with other tags or another alpha mode; the pixels are shared, not copied.
  ///
  /// - Throws: ``MediaError`` when memory runs out.
  public func retagged(tags: ColorTags, alpha: AlphaMode) throws(MediaError) -> Frame {
    guard let copy = av_frame_clone(av) else {
      throw MediaError(.io, .allocate, "a frame", "out of memory")
    }
    return Frame(adopting: copy, format: format, tags: tags, alpha: alpha)
  }

  /// Lends the bytes for the length of `body`.
  public func withView<Result, Failure: Error>(
    _ body: (PictureView) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let data = av.pointee.data
    let strides = av.pointee.linesize
    var planes: [PictureView.Plane] = []
    withUnsafeBytes(of: data) { pointers in
      withUnsafeBytes(of: strides) { lengths in
        let pointers = pointers.bindMemory(to: UnsafeMutablePointer<UInt8>?.self)
        let lengths = lengths.bindMemory(to: Int32.self)
        for plane in 0..<format.planeCount {
          guard let base = pointers[plane] else { continue }
          planes.append(.init(base: UnsafeRawPointer(base), stride: Int(lengths[plane])))
        }
      }
    }
    precondition(planes.count == format.planeCount, "a \(format) picture has \(format.planeCount) planes")
    var palette: [UInt32] = []
    if format.family == .palette, let entries = data.1 {
      palette = entries.withMemoryRebound(to: UInt32.self, capacity: 256) {
        Array(UnsafeBufferPointer(start: $0, count: 256))
      }
    }
    defer { withExtendedLifetime(self) {} }
    return try body(
      PictureView(format: format, raster: raster, tags: tags, alpha: alpha, planes: planes, palette: palette))
  }
}
