import PegCore

extension Deliverable {
  /// The preset in full as one line of JSON: every default written out, keys in one order, options by key.
  ///
  /// Two presets that mean the same have the same text, however they were written or inherited. The text is YAML too:
  /// ``init(resolved:name:)`` reads it back, so that a ledger's header holds a preset whole. The file's name and place
  /// are not in it.
  public var canonical: String { JSON.object(tree).canonical }

  private var tree: JSONObject {
    var tree = JSONObject([
      ("title", .string(title)),
      (
        "spec",
        .pairs([
          "title": .string(spec.title), "edition": .string(spec.edition), "date": .string(spec.date),
          "source": .string(spec.source),
        ])
      ),
      ("container", container.tree), ("video", video.tree),
    ])
    tree["audio"] = audio?.tree
    tree["timecode"] = .pairs(["track": .bool(timecode.track)])
    tree["programme"] = programme.tree
    tree["naming"] = .pairs([
      "pattern": .string(naming.pattern), "first_frame": .number("\(naming.firstFrame)"),
    ])
    tree["qc"] = .object(
      JSONObject(
        quality.map {
          (
            key: $0.measure.name,
            value: .pairs(["limit": .number($0.limit.decimal), "severity": .string($0.severity.rawValue)])
          )
        }))
    return tree
  }
}

extension ContainerSpec {
  fileprivate var tree: JSON {
    .pairs([
      "formats": .array(formats.map(JSON.string)), "faststart": .bool(isFastStart),
      "options": .object(
        JSONObject(options.sorted { $0.key < $1.key }.map { (key: $0.key, value: EncoderOption.tree($0.value)) })),
    ])
  }
}

extension EncoderOption {
  fileprivate static func tree(_ options: [EncoderOption]) -> JSON {
    .object(JSONObject(options.map { (key: $0.key, value: .string($0.value)) }))
  }
}

extension VideoSpec {
  fileprivate var tree: JSON {
    var tree = JSONObject([("codec", .string(codec.encoder))])
    tree["profile"] = profile.map(JSON.string)
    tree["tag"] = tag.map(JSON.string)
    switch pixelFormat {
    case .fixed(let format): tree["pixel_format"] = .string(format.name)
    case .match(let candidates, let fallback):
      tree["pixel_format"] = .pairs([
        "match": .array(candidates.map { .string($0.name) }), "fallback": .string(fallback.name),
      ])
    }
    tree["rate_control"] =
      switch rateControl {
      case .codec: .string("codec")
      case .quantiser(let value): .pairs(["quantiser": .number("\(value)")])
      case .crf(let value): .pairs(["crf": .number(value.decimal)])
      case .bitrate(let bits): .pairs(["bitrate": .number("\(bits)")])
      }
    tree["options"] = EncoderOption.tree(options)
    tree["raster"] = .string(raster?.description ?? "cut")
    tree["fit"] = .string(fit.rawValue)
    tree["rates"] = rates.isEmpty ? .string("any") : .array(rates.map { .string($0.description) })
    tree["field_order"] = .string(fieldOrder.rawValue)
    tree["color"] = color.tree
    tree["alpha"] = .string(alpha.rawValue)
    tree["gop"] =
      if let gop {
        .pairs(["frames": .number("\(gop)"), "reorder": .number("\(reorderDepth)")])
      } else { .string("intra") }
    tree["threads"] = .number("\(threads)")
    tree["purity"] = .pairs(["unit": .string(purity.unit.rawValue), "reason": .string(purity.reason)])
    return .object(tree)
  }
}

extension ColorTags {
  fileprivate var tree: JSON {
    var tree = JSONObject([
      ("primaries", .string(ColorNames.name(of: primaries))), ("transfer", .string(ColorNames.name(of: transfer))),
      ("matrix", .string(ColorNames.name(of: matrix))), ("range", .string("\(range)")),
    ])
    if siting != .unspecified { tree["siting"] = .string(ColorNames.name(of: siting)) }
    return .object(tree)
  }
}

extension AudioSpec {
  fileprivate var tree: JSON {
    var tree = JSONObject([("codec", .string(codec.rawValue)), ("sample_rate", .number("\(sampleRate)"))])
    tree["bitrate"] = bitrate.map { .number("\($0)") }
    tree["tracks"] = followsCut ? .string("cut") : .array(tracks.map { .string($0.name) })
    tree["downmix"] = .string(downmix.rawValue)
    tree["loudness"] = loudness.map {
      .pairs(["target": .number($0.target.decimal), "tolerance": .number($0.tolerance.decimal)])
    }
    tree["true_peak"] = truePeak.map { .number($0.decimal) }
    return .object(tree)
  }
}

extension ProgrammeSpec {
  fileprivate var tree: JSON {
    var tree = JSONObject()
    tree["start"] = start.map(JSON.string)
    tree["head_black"] = .number(headBlack.decimal)
    tree["tail_black"] = .number(tailBlack.decimal)
    tree["bars"] = .number(bars.decimal)
    tree["slate"] = .number(slate.decimal)
    return .object(tree)
  }
}
