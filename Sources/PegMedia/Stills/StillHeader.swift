import PegCore

/// What the header of a still says, read without decoding.
struct StillHeader {
  var format: ImageFormat
  var raster: Raster
  var pixelAspect: Rational = 1
  /// What its samples are, for comparing the frames of a sequence: `rgb 8`, `rgba half`.
  var samples: String
  var tags = ColorTags.unspecified
  /// How alpha relates to colour, where there is alpha.
  var alphaMode = AlphaMode.straight
  var rate: FrameRate?
  /// As its container writes it.
  var timecode: String?
  /// Degrees clockwise the picture is to be turned by for viewing, and whether it is mirrored first.
  var orientation: Int = 1
  /// What the file says of its colours beyond ``tags``.
  var color = ColorFacts()
  /// Text that the file carries, in its order.
  var metadata: [(key: String, value: String)] = []
  /// More pictures than one: an animation.
  var isAnimated = false
  /// A reason why decoding would not give the picture that is meant.
  var refusal: String?
  /// A reason why the file is not whole.
  var damage: String?
  /// Numbers of 32 bits, little-endian, that the file has otherwise, for a decoder that takes them for something else.
  var rewrites: [(offset: Int, value: Int32)] = []
  var findings: [(code: String, severity: Severity, message: String)] = []

  init(_ format: ImageFormat, _ raster: Raster, samples: String) {
    self.format = format
    self.raster = raster
    self.samples = samples
  }

  /// Bytes of all texts of a file that are kept: workflows of generators are large, but not that large.
  static let textLimit = 16 << 20

  /// Keeps a text within ``textLimit``; what leaves it is noticed once.
  mutating func keep(_ key: String, _ value: String) {
    guard metadata.reduce(value.utf8.count, { $0 + $1.value.utf8.count }) <= Self.textLimit else {
      return noteLongText()
    }
    metadata.append((key, value))
  }

  mutating func noteLongText() {
    guard !findings.contains(where: { $0.code == "metadata.length" }) else { return }
    findings.append(("metadata.length", .warning, "its texts are longer than is read"))
  }

  /// Bytes of text that may still be kept.
  var textRoom: Int { Self.textLimit - metadata.reduce(0) { $0 + $1.value.utf8.count } }
}

/// The still formats that are read; what decodes them is libav.
enum ImageFormat: String, CaseIterable, Sendable {
  case png, jpeg, tiff, exr, dpx, bmp, tga, webp, gif, jpeg2000, pnm, psd

  /// What people call it.
  var label: String {
    switch self {
    case .exr: "OpenEXR"
    case .jpeg2000: "JPEG 2000"
    case .webp: "WebP"
    case .tga: "Targa"
    default: rawValue.uppercased()
    }
  }

  /// Extensions that name frames of a sequence, in lower case.
  static let extensions: Set<String> = [
    "png", "jpg", "jpeg", "tif", "tiff", "exr", "dpx", "bmp", "tga", "webp", "gif", "jp2", "j2k", "j2c", "ppm", "pgm",
    "pnm", "pam", "pfm", "psd", "cin", "sxr",
  ]

  /// The format that the first bytes show; Targa has no mark, so there its name counts.
  static func of(_ bytes: Bytes, path: String) -> ImageFormat? {
    if isPNG(bytes) { return .png }
    if bytes.u16(0) == 0xFFD8, bytes.u8(2) == 0xFF { return .jpeg }
    if bytes.has("II*\0", at: 0) || bytes.has("MM\0*", at: 0) { return .tiff }
    if bytes.u32(0) == 0x762F_3101 { return .exr }
    if bytes.has("SDPX", at: 0) || bytes.has("XPDS", at: 0) { return .dpx }
    if bytes.has("BM", at: 0), bytes.count >= 26 { return .bmp }
    if bytes.has("RIFF", at: 0), bytes.has("WEBP", at: 8) { return .webp }
    if bytes.has("GIF87a", at: 0) || bytes.has("GIF89a", at: 0) { return .gif }
    if bytes.u32(0) == 12, bytes.has("jP  ", at: 4) { return .jpeg2000 }
    if bytes.u32(0) == 0xFF4F_FF51 { return .jpeg2000 }
    if bytes.has("8BPS", at: 0) { return .psd }
    if bytes.u8(0) == 0x50, let kind = bytes.u8(1), "1234567Ff".utf8.contains(UInt8(kind)),
      let space = bytes.u8(2), [9, 10, 13, 32].contains(space)
    {
      return .pnm
    }
    return FileName.extension(of: path) == "tga" ? .tga : nil
  }

  private static func isPNG(_ bytes: Bytes) -> Bool { bytes.u64(0) == 0x8950_4E47_0D0A_1A0A }

  /// What the header says.
  ///
  /// - Throws: ``MediaError`` for bytes that are no header of this format.
  func header(_ bytes: Bytes, path: String) throws(MediaError) -> StillHeader {
    switch self {
    case .png: try PNGFile.header(bytes, path: path)
    case .jpeg: try JPEGFile.header(bytes, path: path)
    case .tiff: try TIFFFile.header(bytes, path: path)
    case .exr: try EXRFile.header(bytes, path: path)
    case .dpx: try DPXFile.header(bytes, path: path)
    case .webp: try WebPStill.header(bytes, path: path)
    case .bmp: try SmallFormats.bmp(bytes, path: path)
    case .tga: try SmallFormats.tga(bytes, path: path)
    case .gif: try SmallFormats.gif(bytes, path: path)
    case .pnm: try SmallFormats.pnm(bytes, path: path)
    case .psd: try SmallFormats.psd(bytes, path: path)
    case .jpeg2000: try SmallFormats.jpeg2000(bytes, path: path)
    }
  }

  static func malformed(_ format: ImageFormat, _ path: String) -> MediaError {
    MediaError(.badInput, .open, path, "its \(format.label) header is broken")
  }
}
