public import PegCore

/// What a conversion has to know of a picture before it sees one.
public struct PictureShape: Hashable, Sendable {
  public var format: PixelFormat
  public var raster: Raster
  /// Complete: never `unspecified`, except where it says nothing (a matrix of R′G′B′, a siting of full-size chroma).
  public var tags: ColorTags
  public var alpha: AlphaMode

  public init(format: PixelFormat, raster: Raster, tags: ColorTags, alpha: AlphaMode) {
    self.format = format
    self.raster = raster
    self.tags = tags
    self.alpha = alpha
  }

  /// What layers are composited in: float, associated alpha. Its tags are those of the default working space, and only that
  /// space's name says another one.
  public static func working(_ raster: Raster) -> PictureShape {
    PictureShape(format: .workingFloat, raster: raster, tags: .working, alpha: .premultiplied)
  }
}

extension PictureShape: CustomStringConvertible {
  public var description: String { "\(raster) \(format) \(tags) \(alpha.rawValue)" }
}

extension ColorTags {
  /// The default working space: SDR display code values of BT.709, R′G′B′ in 0…1 and beyond.
  public static let working = ColorTags(primaries: .bt709, transfer: .bt709, matrix: .rgb, range: .full)
}

extension PictureShape {
  /// Whether the picture carries an alpha that counts.
  var hasAlpha: Bool { format.hasAlpha && alpha != .opaque }

  /// `yuvj420p` and its kin are full range by their name.
  var isFullRange: Bool { tags.range == .full || format.name.hasPrefix("yuvj") }

  /// Throws bad input that names the picture and the tag that a conversion needs and does not have.
  func requireComplete() throws(PegError) {
    guard raster.isUsable else {
      throw PegError(.badInput, "cannot convert a picture of \(raster): both edges must lie in 1…\(Raster.maximumEdge)")
    }
    let missing: String? =
      if tags.primaries == .unspecified {
        "primaries"
      } else if tags.transfer == .unspecified {
        "transfer characteristics"
      } else if tags.range == .unspecified {
        "range"
      } else if format.family == .ycbcr, tags.matrix == .unspecified {
        "matrix"
      } else if format.family == .ycbcr, format.isSubsampled, tags.siting == .unspecified {
        "chroma siting"
      } else {
        nil
      }
    if let missing {
      throw PegError(
        .badInput, "cannot convert \(raster) \(format): its \(missing) is not known",
        hint: "say it in the cut's metadata")
    }
  }

  /// Throws unless a picture that is handed over is the one that the conversion was made for.
  func requireSame(as other: PictureShape, _ what: String) throws(PegError) {
    guard format == other.format, raster == other.raster else {
      throw PegError(
        .badInput, "\(what) is \(other.raster) \(other.format) where \(raster) \(format) was expected",
        hint: "a picture's size and layout must not change within a file")
    }
  }
}

extension PictureView {
  /// The view's own description of itself.
  public var shape: PictureShape { PictureShape(format: format, raster: raster, tags: tags, alpha: alpha) }
}

extension MutablePictureView {
  /// The view's own description of itself.
  public var shape: PictureShape { PictureShape(format: format, raster: raster, tags: tags, alpha: alpha) }
}
