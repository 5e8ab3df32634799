public import PegCore
import PegTimeline

extension FramePlan {
  /// What the plan carries and no renderer of this version can do: each an error that names clip and operation.
  ///
  /// Empty for a plan that can be rendered. Each clip and operation is named once, with the record frames of its first
  /// appearance.
  public var unbuilt: [Finding] {
    var list = refusals
    if workingSpace != "bt709" {
      list.append(
        Finding(
          "unbuilt.working_space", .error,
          "\(name) has the working space \(workingSpace), which this version cannot "
            + "render", at: name, hint: "set `working_space` to bt709"))
    }
    var seen: Set<String> = []
    for span in spans {
      for layer in span.layers { collect(layer, in: span.range, seen: &seen, into: &list) }
    }
    return list
  }

  private func collect(
    _ layer: PlannedLayer, in range: FrameRange, seen: inout Set<String>, into list: inout [Finding]
  ) {
    let place = layer.clip.isEmpty ? "track \(layer.track)" : "clip \(layer.clip)"
    func refuse(_ code: String, _ what: String, hint: String? = nil) {
      guard seen.insert("\(code) \(what) \(layer.track) \(layer.clip)").inserted else { return }
      list.append(
        Finding(
          code, .error, "\(place) has \(what), which this version cannot render", at: place, range: range, hint: hint))
    }
    for operation in layer.grade {
      refuse("unbuilt.grade", "the grade operation \(operation.op)", hint: "clear the grade")
    }
    if layer.blend != .over {
      refuse("unbuilt.blend", "the blend \(layer.blend.rawValue)", hint: "set it to over")
    }
    if case .transform = layer.placement {
      refuse("unbuilt.placement", "a placement by position", hint: "place it by fit, fill, stretch or none")
    }
    switch layer.content {
    case .media(let source, _):
      if let name = sources[source].layer { refuse("unbuilt.layer", "the layer \(name) of \(sources[source].name)") }
    case .solid: break
    case .generator(let kind):
      refuse("unbuilt.generator", "the generator \(kind)", hint: "black and solid are rendered")
    case .group(let layers): for inner in layers { collect(inner, in: range, seen: &seen, into: &list) }
    case .dissolve(let from, let to, _, _, _):
      for inner in [from, to].compactMap({ $0 }) { collect(inner, in: range, seen: &seen, into: &list) }
    }
  }
}
