public import PegCore

/// A source as the plan uses it: where it is, and the one decision on what its code values mean.
public struct PlannedSource: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable { case movie, sequence, still, audio }

  public var kind: Kind
  /// As in the cut: relative to the cut's folder where it lies below it, else absolute.
  public var name: String
  /// Where the renderer opens it; a pattern for a sequence.
  public var path: String
  /// Files of a sequence in the order of picture indices; one for a still; none for movies. A picture that no file holds
  /// is an empty string: no recipe refers to it.
  public var files: [String]
  public var raster: Raster
  public var pixelAspect: Rational
  /// Complete: never `unspecified`, whatever the file said.
  public var tags: ColorTags
  public var alpha: AlphaMode
  /// The colour space by name where it is one that tags cannot say, such as `acescg`: it counts more than they do.
  public var space: String?
  /// The view that turns scene-linear into the working space; `nil` for display-referred sources.
  public var view: String?
  /// The layer of an EXR file; `nil` is its main one.
  public var layer: String?
  /// libav's name of the pixel format that the decoder gives; empty where it is not known. A `match` preset goes by it.
  public var pixelFormat: String
  /// Who or what made it, where the cut says so: the ledger's, no part of a recipe.
  public var origin: String?
  /// The generative tool that the media's metadata names: the ledger's, no part of a recipe.
  public var generator: String?
  public var isIntra: Bool
  /// Pictures that can be shown; 0 in a plan that was made from references alone, and for sound.
  public var pictureCount: Int

  public init(
    kind: Kind, name: String, path: String, files: [String] = [], raster: Raster, pixelAspect: Rational = 1,
    tags: ColorTags, alpha: AlphaMode, space: String? = nil, view: String? = nil, layer: String? = nil,
    pixelFormat: String = "",
    origin: String? = nil,
    generator: String? = nil, isIntra: Bool, pictureCount: Int
  ) {
    self.kind = kind
    self.name = name
    self.path = path
    self.files = files
    self.raster = raster
    self.pixelAspect = pixelAspect
    self.tags = tags
    self.alpha = alpha
    self.space = space
    self.view = view
    self.layer = layer
    self.pixelFormat = pixelFormat
    self.origin = origin
    self.generator = generator
    self.isIntra = isIntra
    self.pictureCount = pictureCount
  }
}
