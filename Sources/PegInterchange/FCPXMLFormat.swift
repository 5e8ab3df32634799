import PegCore
import PegXML

/// The shape and the rate of pictures, as a `format` resource says them.
struct FCPXMLFormat {
  var node: XMLNode
  /// `nil` for stills (`FFVideoFormatRateUndefined`).
  var rate: FrameRate?
  var raster: Raster?
  /// Width of a pixel by its height; `nil` where the format does not say.
  var pixelAspect: Rational?

  var isInterlaced: Bool { node["fieldOrder"].map { $0 != "progressive" } ?? false }

  /// A named format of Final Cut Pro, such as `FFVideoFormat1080p2398`, says rate and raster by its name.
  static func named(_ name: String) -> (rate: FrameRate?, raster: Raster?) {
    let prefix = "FFVideoFormat"
    guard name.hasPrefix(prefix) else { return (nil, nil) }
    let rest = name.dropFirst(prefix.count).drop { $0.isLetter }
    guard let scan = rest.firstIndex(where: { $0 == "p" || $0 == "i" }) else { return (nil, nil) }
    let (size, speed) = (rest[..<scan], rest[rest.index(after: scan)...])
    let raster = Raster(size) ?? heights[String(size)]
    guard let number = Int(speed.prefix { $0.isNumber }), let rate = rates[number] else { return (nil, raster) }
    // Interlaced formats are named by their fields.
    return (rest[scan] == "i" && number >= 50 ? FrameRate(rate.value * Rational(1, 2)) : rate, raster)
  }

  private static let heights = ["540": Raster(960, 540), "720": Raster(1280, 720), "1080": Raster(1920, 1080)]
  private static let rates = [
    2398: FrameRate(24000, 1001), 24: FrameRate(24), 25: FrameRate(25), 2997: FrameRate(30000, 1001), 30: FrameRate(30),
    4795: FrameRate(48000, 1001), 48: FrameRate(48), 50: FrameRate(50), 5994: FrameRate(60000, 1001), 60: FrameRate(60),
    90: FrameRate(90), 100: FrameRate(100), 11988: FrameRate(120_000, 1001), 120: FrameRate(120),
  ]
}

extension FCPXMLReader {
  /// The format of that id; `nil` where there is none.
  mutating func format(_ id: String?) throws(PegError) -> FCPXMLFormat? {
    guard let id, let node = resources[id], node.name == "format" else { return nil }
    ledger.claimAll(node)
    let (namedRate, namedRaster) = FCPXMLFormat.named(node["name"] ?? "")
    var format = FCPXMLFormat(node: node, rate: namedRate, raster: namedRaster)
    if let duration = try seconds("frameDuration", of: node) {
      guard duration >= Rational(1, 1000), duration <= 1000 else {
        throw ledger.wrong(
          "the frameDuration \"\(node["frameDuration"] ?? "")\" is that of no film", at: node,
          hint: "1/1000 s to 1000 s are read")
      }
      format.rate = FrameRate(snapping: duration.reciprocal)
    }
    if let width = node["width"], let height = node["height"] {
      guard let raster = Raster("\(width)x\(height)") else {
        throw ledger.wrong("the raster \(width.prefix(20)) by \(height.prefix(20)) is none", at: node)
      }
      format.raster = raster
    }
    if let horizontal = node["paspH"].flatMap({ Rational(decimal: $0) }),
      let vertical = node["paspV"].flatMap({ Rational(decimal: $0) }), horizontal > .zero, vertical > .zero,
      let aspect = BoundedRational.quotient(horizontal, vertical), aspect <= 100
    {
      format.pixelAspect = aspect
    }
    return format
  }
}
