/// A borrowed look at the bytes of a picture: what arithmetic works on, whoever owns the memory.
///
/// Valid only inside the closure that handed it out.
public struct PictureView {
  public let format: PixelFormat
  public let raster: Raster
  public let tags: ColorTags
  public let alpha: AlphaMode
  public let planes: PlaneList<Plane>
  /// 256 entries of 0xAARRGGBB for `pal8`, else empty.
  public let palette: [UInt32]

  public struct Plane {
    public let base: UnsafeRawPointer
    /// Bytes from one row to the next; negative when rows run upwards.
    public let stride: Int

    public init(base: UnsafeRawPointer, stride: Int) {
      self.base = base
      self.stride = stride
    }
  }

  public init(
    format: PixelFormat, raster: Raster, tags: ColorTags, alpha: AlphaMode, planes: [Plane], palette: [UInt32] = []
  ) {
    self.format = format
    self.raster = raster
    self.tags = tags
    self.alpha = alpha
    self.planes = PlaneList(planes)
    self.palette = palette
  }
}

/// A borrowed, writable look at the bytes of a picture that has one owner.
public struct MutablePictureView {
  public let format: PixelFormat
  public let raster: Raster
  public let tags: ColorTags
  public let alpha: AlphaMode
  public let planes: PlaneList<Plane>

  public struct Plane {
    public let base: UnsafeMutableRawPointer
    /// Bytes from one row to the next.
    public let stride: Int

    public init(base: UnsafeMutableRawPointer, stride: Int) {
      self.base = base
      self.stride = stride
    }
  }

  public init(format: PixelFormat, raster: Raster, tags: ColorTags, alpha: AlphaMode, planes: [Plane]) {
    self.format = format
    self.raster = raster
    self.tags = tags
    self.alpha = alpha
    self.planes = PlaneList(planes)
  }

  /// The same picture, to read.
  public var readOnly: PictureView { readOnly(tags: tags, alpha: alpha) }

  /// The same bytes, to read as what they are before they are written.
  public func readOnly(tags: ColorTags, alpha: AlphaMode) -> PictureView {
    PictureView(
      format: format, raster: raster, tags: tags, alpha: alpha,
      planes: planes.map { .init(base: UnsafeRawPointer($0.base), stride: $0.stride) })
  }
}
