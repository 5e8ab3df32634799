import PegCore

// The model as an OTIO document. What was read is written as it stood wherever it still means the same.

extension Timeline {
  /// The cut as an OTIO document.
  public var json: JSON {
    var writer = ObjectWriter(info, schema: "Timeline.1")
    writer.put(.globalStart, globalStart)
    writer.put("tracks", tracks.json, isEmpty: tracks == Stack())
    return writer.json()
  }
}

extension Composable {
  var json: JSON {
    switch self {
    case .clip(let clip): clip.json
    case .gap(let gap): gap.json
    case .track(let track): track.json
    case .stack(let stack): stack.json
    case .transition(let transition): transition.json
    case .unknown(let object): .object(object)
    }
  }
}

extension ObjectWriter {
  mutating func put(_ item: ItemInfo) {
    put(.sourceRange, item.sourceRange)
    put("effects", list: item.effects.map(\.json))
    put("markers", list: item.markers.map(\.json))
    put(.enabled, item.isEnabled)
  }

  mutating func put(_ reference: ReferenceInfo) {
    put(.availableRange, reference.availableRange)
    put(.availableImageBounds, reference.availableImageBounds)
  }
}

extension Stack {
  var json: JSON {
    var writer = ObjectWriter(item.info, schema: "Stack.1")
    writer.put(item)
    writer.put("children", list: children.map(\.json))
    return writer.json()
  }
}

extension Track {
  var json: JSON {
    var writer = ObjectWriter(item.info, schema: "Track.1")
    writer.put(item)
    writer.put("children", list: children.map(\.json))
    writer.put(.kind, kind)
    return writer.json()
  }
}

extension Clip {
  var json: JSON {
    var writer = ObjectWriter(item.info, schema: "Clip.2")
    writer.put(item)
    if let schema = item.info.written.schema.flatMap({ Schema($0) }), schema.version < 2 {
      // Clip.1 has one media reference without a key.
      if references.count == 1, activeKey == Self.defaultKey, references[0].key == activeKey {
        let only = references[0].reference
        writer.put("media_reference", only.json, isEmpty: only == .missing(ReferenceInfo()))
        return writer.json()
      }
      writer.raise(to: "Clip.2")
    }
    let takes = references.map { (key: $0.key, value: $0.reference.json) }
    writer.put("media_references", dictionary: JSONObject(takes))
    writer.put(.activeKey, activeKey)
    return writer.json()
  }
}

extension Gap {
  var json: JSON {
    var writer = ObjectWriter(item.info, schema: "Gap.1")
    writer.put(item)
    return writer.json()
  }
}

extension Transition {
  var json: JSON {
    var writer = ObjectWriter(info, schema: "Transition.1")
    writer.put(.inOffset, inOffset)
    writer.put(.outOffset, outOffset)
    writer.put(.transitionType, type)
    return writer.json()
  }
}

extension Effect {
  var json: JSON {
    switch self {
    case .linearTimeWarp(let info, let name, let scalar):
      var writer = ObjectWriter(info, schema: "LinearTimeWarp.1")
      writer.put(.effectName, name)
      writer.put(.timeScalar, scalar)
      return writer.json()
    case .freezeFrame(let info, let name):
      var writer = ObjectWriter(info, schema: "FreezeFrame.1")
      writer.put(.effectName, name)
      // To other readers a freeze is a warp of speed 0.
      if let written = info.written.fields["time_scalar"] {
        writer.put("time_scalar", written, isEmpty: false)
      } else if info.written.schema == nil {
        writer.put(.timeScalar, 0)
      }
      return writer.json()
    case .other(let object): return .object(object)
    }
  }
}

extension Marker {
  var json: JSON {
    let version = info.written.schema.flatMap { Schema($0) }?.version ?? 2
    var writer = ObjectWriter(info, schema: "Marker.2")
    writer.put(.markerColor, color)
    writer.put(.markedRange(version), range)
    // OpenTimelineIO takes no null for a comment.
    if comment != nil || info.written.fields["comment"] != nil { writer.put(.comment, comment) }
    return writer.json()
  }
}

extension MediaReference {
  var json: JSON {
    switch self {
    case .external(let info, let url):
      var writer = ObjectWriter(info.info, schema: "ExternalReference.1")
      writer.put(info)
      writer.put(.targetURL, url)
      return writer.json()
    case .sequence(let info, let sequence):
      var writer = ObjectWriter(info.info, schema: "ImageSequenceReference.1")
      writer.put(info)
      writer.put(.targetURLBase, sequence.urlBase)
      writer.put(.namePrefix, sequence.prefix)
      writer.put(.nameSuffix, sequence.suffix)
      writer.put(.startFrame, sequence.startFrame)
      writer.put(.frameStep, sequence.frameStep)
      let raw = info.info.written.fields["rate"]
      let isUnsaid = raw?.rational == .zero && info.availableRange?.duration.rate == sequence.rate
      writer.put(.sequenceRate, isUnsaid ? nil : sequence.rate)
      writer.put(.padding, sequence.padding)
      writer.put(.missingFramePolicy, sequence.missingFramePolicy)
      return writer.json()
    case .generator(let info, let kind, let parameters):
      var writer = ObjectWriter(info.info, schema: "GeneratorReference.1")
      writer.put(info)
      writer.put(.generatorKind, kind)
      writer.put("parameters", dictionary: parameters)
      return writer.json()
    case .missing(let info):
      if info.info.written.isNull, info == ReferenceInfo() { return .null }
      var writer = ObjectWriter(info.info, schema: "MissingReference.1")
      writer.put(info)
      return writer.json()
    case .unknown(let object): return .object(object)
    }
  }
}
