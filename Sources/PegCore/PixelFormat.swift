/// How the samples of a picture lie in memory.
///
/// Named as libav names its pixel formats, so that a name in a preset, a log and `ffprobe` is the same name; a test holds
/// every entry to libav's own description. Formats that are not in ``all`` are refused by name.
public struct PixelFormat: Hashable, Sendable {
  public enum Family: String, Sendable { case rgb, ycbcr, gray, palette }

  public let name: String
  public let family: Family
  /// Bits per sample, 8 to 32; 1 for the bitmaps `monob` and `monow`.
  public let depth: Int
  public let isFloat: Bool
  public let hasAlpha: Bool
  /// log2 of the horizontal and vertical chroma subsampling: (1, 1) is 4:2:0, (1, 0) is 4:2:2.
  public let chromaShift: (x: Int, y: Int)
  /// Whether each component has a plane of its own.
  public let isPlanar: Bool
  /// Whether Y′ has a plane of its own and Cb and Cr, or Cr and Cb, share the second, sample by sample.
  public let isSemiPlanar: Bool
  public let isBigEndian: Bool
  /// Bits the sample is shifted up in its word: 6 for `p010le`, 4 for `p012le`, 0 elsewhere.
  public let shift: Int

  private init(
    _ name: String, _ family: Family, _ depth: Int, planar: Bool, alpha: Bool = false, chroma: (Int, Int) = (0, 0),
    float: Bool = false, semiPlanar: Bool = false, shift: Int = 0
  ) {
    self.name = name
    self.family = family
    self.depth = depth
    isFloat = float
    hasAlpha = alpha
    chromaShift = chroma
    isPlanar = planar
    isSemiPlanar = semiPlanar
    isBigEndian = name.hasSuffix("be")
    self.shift = shift
  }

  public static func == (a: PixelFormat, b: PixelFormat) -> Bool { a.name == b.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// Bytes of one sample of one component.
  public var bytesPerSample: Int { depth <= 8 ? 1 : depth <= 16 ? 2 : 4 }
  public var componentCount: Int {
    switch family {
    case .gray: hasAlpha ? 2 : 1
    case .palette: 1
    case .rgb, .ycbcr: hasAlpha ? 4 : 3
    }
  }
  public var planeCount: Int { isPlanar ? componentCount : isSemiPlanar ? 2 : 1 }
  /// Whether chroma has fewer samples than luma.
  public var isSubsampled: Bool { chromaShift.x > 0 || chromaShift.y > 0 }

  /// Samples a row and rows of plane `plane` for a picture of `raster`; a packed plane counts pixels, one that Cb and Cr share
  /// counts pairs of them. Of Y′CbCr, 1 and 2 are the size of Cb and of Cr wherever they lie.
  public func planeSize(_ plane: Int, of raster: Raster) -> (width: Int, height: Int) {
    guard family == .ycbcr, plane == 1 || plane == 2 else { return (raster.width, raster.height) }
    return (
      (raster.width + (1 << chromaShift.x) - 1) >> chromaShift.x,
      (raster.height + (1 << chromaShift.y) - 1) >> chromaShift.y
    )
  }

  /// Bytes of one row of plane `plane`, without padding.
  public func rowBytes(_ plane: Int, of raster: Raster) -> Int {
    let width = planeSize(plane, of: raster).width
    if depth == 1 { return (width + 7) / 8 }
    guard !isPlanar else { return width * bytesPerSample }
    if isSemiPlanar { return width * bytesPerSample * (plane == 0 ? 1 : 2) }
    // Packed 4:2:2 lies in groups of two pixels.
    if family == .ycbcr { return planeSize(1, of: raster).width * bytesPerSample * 4 }
    // rgb0 and its kin carry a fourth byte that means nothing; they are listed with 4 components' worth of bytes.
    let components = Self.paddedToFour.contains(name) ? 4 : componentCount
    return width * bytesPerSample * components
  }

  /// Bytes of a picture of `raster`, rows without padding.
  public func bytes(of raster: Raster) -> Int {
    (0..<planeCount).reduce(0) { $0 + rowBytes($1, of: raster) * planeSize($1, of: raster).height }
  }

  private static let paddedToFour: Set<String> = ["rgb0", "bgr0", "0rgb", "0bgr"]

  /// The format of this name, or `nil` for one that Pegbar does not handle.
  public init?(named name: some StringProtocol) {
    guard let format = Self.byName[String(name)] else { return nil }
    self = format
  }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  // MARK: The registry

  /// Every format that a picture of ours may have.
  public static let all: [PixelFormat] = {
    var list: [PixelFormat] = []
    // Y′CbCr, planar
    let chroma: [(String, (Int, Int))] = [
      ("420", (1, 1)), ("422", (1, 0)), ("444", (0, 0)), ("440", (0, 1)), ("411", (2, 0)), ("410", (2, 2)),
    ]
    for (digits, shift) in chroma {
      list.append(PixelFormat("yuv\(digits)p", .ycbcr, 8, planar: true, chroma: shift))
      if digits != "411", digits != "410" {
        list.append(PixelFormat("yuvj\(digits)p", .ycbcr, 8, planar: true, chroma: shift))
      }
    }
    for (digits, shift) in chroma.prefix(3) {
      for depth in [9, 10, 12, 14, 16] {
        list.append(PixelFormat("yuv\(digits)p\(depth)le", .ycbcr, depth, planar: true, chroma: shift))
      }
      list.append(PixelFormat("yuva\(digits)p", .ycbcr, 8, planar: true, alpha: true, chroma: shift))
      for depth in digits == "420" ? [9, 10, 16] : [9, 10, 12, 16] {
        list.append(
          PixelFormat("yuva\(digits)p\(depth)le", .ycbcr, depth, planar: true, alpha: true, chroma: shift))
      }
    }
    for depth in [10, 12] { list.append(PixelFormat("yuv440p\(depth)le", .ycbcr, depth, planar: true, chroma: (0, 1))) }
    // Y′CbCr whose components share planes: what capture cards and hardware decoders give; read, not written
    for name in ["yuyv422", "uyvy422", "yvyu422"] {
      list.append(PixelFormat(name, .ycbcr, 8, planar: false, chroma: (1, 0)))
    }
    for (name, shift) in [("nv12", (1, 1)), ("nv21", (1, 1)), ("nv16", (1, 0)), ("nv24", (0, 0)), ("nv42", (0, 0))] {
      list.append(PixelFormat(name, .ycbcr, 8, planar: false, chroma: shift, semiPlanar: true))
    }
    for (digit, shift) in [("0", (1, 1)), ("2", (1, 0)), ("4", (0, 0))] {
      for depth in [10, 12, 16] {
        list.append(
          PixelFormat(
            "p\(digit)\(depth)le", .ycbcr, depth, planar: false, chroma: shift, semiPlanar: true, shift: 16 - depth))
      }
    }
    // Grey
    list.append(PixelFormat("gray", .gray, 8, planar: true))
    for depth in [9, 10, 12, 14, 16] { list.append(PixelFormat("gray\(depth)le", .gray, depth, planar: true)) }
    list.append(PixelFormat("gray16be", .gray, 16, planar: true))
    list.append(PixelFormat("grayf32le", .gray, 32, planar: true, float: true))
    list.append(PixelFormat("ya8", .gray, 8, planar: false, alpha: true))
    list.append(PixelFormat("ya16le", .gray, 16, planar: false, alpha: true))
    list.append(PixelFormat("ya16be", .gray, 16, planar: false, alpha: true))
    // R′G′B′, packed
    for name in ["rgb24", "bgr24", "rgb0", "bgr0", "0rgb", "0bgr"] {
      list.append(PixelFormat(name, .rgb, 8, planar: false))
    }
    for name in ["rgba", "bgra", "argb", "abgr"] { list.append(PixelFormat(name, .rgb, 8, planar: false, alpha: true)) }
    for end in ["le", "be"] {
      list.append(PixelFormat("rgb48\(end)", .rgb, 16, planar: false))
      list.append(PixelFormat("bgr48\(end)", .rgb, 16, planar: false))
      list.append(PixelFormat("rgba64\(end)", .rgb, 16, planar: false, alpha: true))
      list.append(PixelFormat("bgra64\(end)", .rgb, 16, planar: false, alpha: true))
    }
    // G′B′R′, planar
    list.append(PixelFormat("gbrp", .rgb, 8, planar: true))
    list.append(PixelFormat("gbrap", .rgb, 8, planar: true, alpha: true))
    for depth in [9, 10, 12, 14, 16] {
      list.append(PixelFormat("gbrp\(depth)le", .rgb, depth, planar: true))
    }
    for depth in [10, 12, 16] { list.append(PixelFormat("gbrap\(depth)le", .rgb, depth, planar: true, alpha: true)) }
    for depth in [9, 10, 12, 14, 16] { list.append(PixelFormat("gbrp\(depth)be", .rgb, depth, planar: true)) }
    for depth in [10, 12, 16] { list.append(PixelFormat("gbrap\(depth)be", .rgb, depth, planar: true, alpha: true)) }
    list.append(PixelFormat("gbrpf32le", .rgb, 32, planar: true, float: true))
    list.append(PixelFormat("gbrapf32le", .rgb, 32, planar: true, alpha: true, float: true))
    // Two-bit-aligned and half-packed layouts that decoders give
    list.append(PixelFormat("pal8", .palette, 8, planar: true, alpha: true))
    list.append(PixelFormat("monob", .gray, 1, planar: false))
    list.append(PixelFormat("monow", .gray, 1, planar: false))
    return list
  }()

  /// What compositing runs in: planar float R′G′B′ with alpha, planes in the order G, B, R, A.
  public static let workingFloat: PixelFormat = {
    guard let format = PixelFormat(named: "gbrapf32le") else { preconditionFailure("the registry lacks gbrapf32le") }
    return format
  }()
}

extension PixelFormat: CustomStringConvertible {
  public var description: String { name }
}
