import PegColor
import PegKernels
import PegMedia

/// Something that a library, which may be missing, makes possible.
public struct Capability: Sendable {
  public let library: String
  public let isPresent: Bool
  /// What cannot be done, or is done otherwise, without it.
  public let without: String
  /// How to get it.
  public let install: String

  public static let all: [Capability] = [
    Capability(
      library: "zimg", isPresent: LayerConformer.arithmetic.hasPrefix("zimg"),
      without: "pictures are resampled by swscale, to other bytes and less exactly",
      install: "install libzimg-dev and build again"),
    Capability(
      library: "libwebp", isPresent: MediaLibraries.hasAnimatedWebP, without: "animated WebP is refused",
      install: "install libwebp-dev and build again"),
    Capability(
      library: "lcms2", isPresent: ICCProfile.readsTables, without: "ICC profiles that are tables are refused",
      install: "install liblcms2-dev and build again"),
  ]
}

/// Third-party arithmetic that pixels go through here: part of every recipe's identity.
public let arithmetic = "\(LayerConformer.arithmetic); \(MediaLibraries.codecs)"

/// The instruction set that pixel kernels run on here: `scalar`, `avx2`, …; the bytes are the same on each.
public var kernelLevel: String { Kernels.best.name }
