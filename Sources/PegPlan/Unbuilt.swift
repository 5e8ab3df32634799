import PegColor
public import PegCore
import PegTimeline

extension FramePlan {
  /// What the plan carries and no renderer of this version can do, and grades that say what no operation understands: each
  /// an error that names the clip.
  ///
  /// Empty for a plan that can be rendered. Each clip and operation is named once, with the record frames of its first
  /// appearance.
  public var unbuilt: [Finding] {
    var list = refusals
    let working: ColorSpace
    do throws(PegError) { working = try .named(workingSpace) } catch {
      return list + [Finding("working_space.unknown", .error, error.sentence, at: name, hint: error.hint)]
    }
    let known = looks.programs
    var seen: Set<String> = []
    for span in spans {
      for layer in span.layers { collect(layer, working, known, in: span.range, seen: &seen, into: &list) }
    }
    return list
  }

  /// Throws bad input with the first of ``unbuilt``, and where in the cut it is, when there is one.
  public func requireBuilt() throws(PegError) {
    guard let first = unbuilt.first else { return }
    let place = first.range.map { " at \(start.advanced(by: $0.start))" } ?? ""
    throw PegError(.badInput, "\(name)\(place): \(first.message)", hint: first.hint)
  }

  private static func fault(
    of operation: GradeOperation, _ working: ColorSpace, _ looks: [String: ColorProgram]
  ) -> PegError? {
    do throws(PegError) {
      try operation.check(in: working, looks: looks)
      return nil
    } catch { return error }
  }

  private func collect(
    _ layer: PlannedLayer, _ working: ColorSpace, _ known: [String: ColorProgram], in range: FrameRange,
    seen: inout Set<String>,
    into list: inout [Finding]
  ) {
    let place = layer.clip.isEmpty ? "track \(layer.track)" : "clip \(layer.clip)"
    func refuse(_ code: String, _ what: String, hint: String? = nil) {
      guard seen.insert("\(code) \(what) \(layer.track) \(layer.clip)").inserted else { return }
      list.append(
        Finding(
          code, .error, "\(place) has \(what), which this version cannot render", at: place, range: range, hint: hint))
    }
    for operation in layer.grade {
      guard let error = Self.fault(of: operation, working, known) else { continue }
      let message = "\(place): \(error.sentence)"
      guard seen.insert("grade \(message) \(layer.track)").inserted else { continue }
      list.append(Finding("grade.invalid", .error, message, at: place, range: range, hint: error.hint))
    }
    switch layer.content {
    case .media(let source, _):
      if let name = sources[source].layer, sources[source].kind == .movie {
        refuse("unbuilt.layer", "the layer \(name) of \(sources[source].name)", hint: "OpenEXR images have layers")
      }
    case .solid, .slate: break
    case .generator(let kind):
      refuse("unbuilt.generator", "the generator \(kind)", hint: "black and solid are rendered")
    case .group(let layers): for inner in layers { collect(inner, working, known, in: range, seen: &seen, into: &list) }
    case .dissolve(let from, let to, _, _, _):
      for inner in [from, to].compactMap({ $0 }) { collect(inner, working, known, in: range, seen: &seen, into: &list) }
    }
  }
}
