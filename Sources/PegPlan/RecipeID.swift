public import PegCore
import PegMedia
import PegTimeline

// The one file that lists what a packet depends on.
//
// A packet is a pure function of a recipe and of encoder settings. Both have a canonical text, one field a line, and the text's
// SHA-256 is the id. A field that changes pixels or bytes and is missing here would let a stale packet through: the worst
// bug this program can have. A test flips each field in turn and expects another id.
//
//   recipe      render version · arith · picture · output
//   picture     raster, pixel aspect, working space; for each layer, bottom first: blend, opacity, placement, grade, content
//   placement   fit, fill, stretch or none; or position, scale, rotation, anchor and filter as they are at this frame
//   grade       for each operation in order: op, space, amount at this frame, parameters
//   content     media: hash of the file that holds the picture, its index in it, and how its code values are read (raster,
//               pixel aspect, tags, alpha, view, layer) · solid: colour · group: its layers · mix: weight and both sides
//   output      pixel format, raster, fit, tags, alpha
//   encoder     encoder and its library, every option in order, profile, tag, quantiser, pixel format, raster, rate, pixel
//               aspect, tags, alpha, threads, reorder depth, header form, segment length

/// The identity of a recipe: SHA-256 of its canonical text.
public struct RecipeID: Hashable, Sendable {
  /// 32 bytes.
  public let bytes: [UInt8]

  /// Raised whenever arithmetic of ours changes a pixel.
  public static let renderVersion = 2

  /// The id of a picture for an output.
  ///
  /// - Parameters:
  ///   - arithmetic: third-party arithmetic that pixels go through, as `doctor` names it.
  ///   - identity: the hash of the file that holds picture `picture` of source `source`.
  public init(
    _ picture: PictureRecipe, _ output: OutputRecipe, sources: [PlannedSource], arithmetic: String,
    identity: (_ source: Int, _ picture: Int) throws -> [UInt8]
  ) rethrows {
    let text = try Canon.text(
      picture, output, sources: sources, arithmetic: arithmetic, identity: identity)
    bytes = Digest.of(Array(text.utf8), .sha256)
  }
}

/// What a deliverable does to a picture before it is encoded.
public struct OutputRecipe: Hashable, Sendable {
  public var format: PixelFormat
  public var raster: Raster
  /// `fit`, `fill`, `stretch` or `none`.
  public var fit: String
  public var tags: ColorTags
  public var alpha: AlphaMode

  public init(format: PixelFormat, raster: Raster, fit: String, tags: ColorTags, alpha: AlphaMode) {
    self.format = format
    self.raster = raster
    self.fit = fit
    self.tags = tags
    self.alpha = alpha
  }
}

/// The identity of an encoder with its settings: SHA-256 of its canonical text.
public struct EncoderID: Hashable, Sendable {
  /// 32 bytes.
  public let bytes: [UInt8]

  /// - Parameters:
  ///   - settings: as the encoder is opened.
  ///   - library: the encoder's library with its version.
  ///   - segment: frames of a closed segment; `nil` for intra.
  public init(_ settings: EncoderSettings, library: String, segment: Int?) {
    bytes = Digest.of(Array(Canon.text(settings, library: library, segment: segment).utf8), .sha256)
  }
}

enum Canon {
  static func text(
    _ picture: PictureRecipe, _ output: OutputRecipe, sources: [PlannedSource], arithmetic: String,
    identity: (Int, Int) throws -> [UInt8]
  ) rethrows -> String {
    var text = "recipe 1\nrender \(RecipeID.renderVersion)\narith \(line(arithmetic))\n"
    text += "raster \(picture.raster) aspect \(picture.pixelAspect) space \(line(picture.workingSpace))\n"
    for layer in picture.layers { try append(layer, depth: 0, to: &text, sources, identity) }
    text +=
      "output \(output.format) \(output.raster) \(line(output.fit)) \(tags(output.tags)) \(output.alpha.rawValue)\n"
    return text
  }

  private static func append(
    _ layer: LayerRecipe, depth: Int, to text: inout String, _ sources: [PlannedSource],
    _ identity: (Int, Int) throws -> [UInt8]
  ) rethrows {
    let margin = String(repeating: " ", count: depth)
    text += "\(margin)layer \(layer.blend.rawValue) opacity \(layer.opacity) placement \(placement(layer.placement))\n"
    for step in layer.grade {
      text += "\(margin)grade \(line(step.op)) space \(line(step.space ?? "-")) amount \(step.amount) "
      text += "\(json(.object(step.parameters)))\n"
    }
    switch layer.content {
    case .media(let index, let picture):
      let source = sources[index]
      // A picture below 0 shows nothing, whatever the source.
      let hash = picture < 0 ? "none" : hex(try identity(index, picture))
      let place = source.kind == .movie ? "\(picture)" : "still"
      text += "\(margin)media \(hash) \(picture < 0 ? "none" : place) \(source.raster) aspect \(source.pixelAspect) "
      text +=
        "\(tags(source.tags)) \(source.alpha.rawValue) view \(line(source.view ?? "-")) layer \(line(source.layer ?? "-"))\n"
    case .solid(let red, let green, let blue, let alpha):
      text += "\(margin)solid \(red) \(green) \(blue) \(alpha)\n"
    case .group(let layers):
      text += "\(margin)group \(layers.count)\n"
      for inner in layers { try append(inner, depth: depth + 1, to: &text, sources, identity) }
    case .mix(let from, let to, let weight):
      text += "\(margin)mix \(weight)\n"
      for side in [from, to] {
        if let side {
          try append(side, depth: depth + 1, to: &text, sources, identity)
        } else {
          text += "\(margin) nothing\n"
        }
      }
    }
  }

  static func text(_ settings: EncoderSettings, library: String, segment: Int?) -> String {
    var text = "encoder 1\ncodec \(line(settings.codec)) library \(line(library))\n"
    text += "profile \(line(settings.profile ?? "-")) tag \(line(settings.tag ?? "-"))"
    text += " quantiser \(settings.quantiser.map(String.init) ?? "-")\n"
    for option in settings.options { text += "option \(line(option.key)) = \(line(option.value))\n" }
    text += "picture \(settings.pixelFormat) \(settings.raster) rate \(settings.rate) aspect \(settings.pixelAspect)\n"
    text += "color \(tags(settings.tags)) \(settings.alpha.rawValue)\n"
    text += "threads \(settings.threads) reorder \(settings.reorderDepth) global \(settings.wantsGlobalHeader)\n"
    text += "segment \(segment.map(String.init) ?? "intra")\n"
    return text
  }

  private static func placement(_ placement: Placement) -> String {
    switch placement {
    case .fit: "fit"
    case .fill: "fill"
    case .stretch: "stretch"
    case .none: "none"
    case .transform(let pose, let filter):
      "transform position \(point(pose.position)) scale \(point(pose.scale)) "
        + "rotation \(pose.rotation?.description ?? "-") anchor \(point(pose.anchor)) filter \(filter?.rawValue ?? "-")"
    }
  }

  private static func point(_ point: PlacementSetting.Point?) -> String {
    point.map { "\($0.x),\($0.y)" } ?? "-"
  }

  private static func tags(_ tags: ColorTags) -> String {
    "\(tags.primaries.rawValue)/\(tags.transfer.rawValue)/\(tags.matrix.rawValue)/\(tags.range.rawValue)/\(tags.siting.rawValue)"
  }

  /// Text of a file may not forge a line of its own.
  private static func line(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing(" ", with: "\\_")
  }

  /// JSON with sorted keys and no space: one text for one meaning.
  private static func json(_ value: JSON) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .number(let text): Rational(decimal: text).map(\.description) ?? text
    case .string(let text): "\"\(line(text).replacing("\"", with: "\\\""))\""
    case .array(let values): "[" + values.map(json).joined(separator: ",") + "]"
    case .object(let object):
      "{"
        + object.pairs.sorted { $0.key < $1.key }.map { "\(json(.string($0.key))):\(json($0.value))" }
        .joined(separator: ",") + "}"
    }
  }

  private static func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
