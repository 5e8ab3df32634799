import PegCore
import PegTimeline

/// An exposure sheet, whatever file it came from: which drawing each layer shows from which frame on.
struct ExposureSheet {
  /// What an entry does to what is shown.
  enum Mark: Equatable {
    /// Shows a drawing until the next entry.
    case drawing(String)
    /// Shows nothing until the next entry.
    case nothing
    /// What is shown goes on.
    case goesOn
    /// An in-between mark or a reverse-sheet mark, by its name: what is shown goes on.
    case tick(String)
  }

  struct Entry {
    /// From 0; may be negative.
    var frame: Int
    var mark: Mark
    /// Where it stands, asked for only where it is needed.
    var place: Place
  }

  /// A place in the file: known, or a way through its JSON that is looked up when a finding needs it.
  enum Place {
    case text(TextPosition)
    case path([JSONStep])
  }

  /// A column of the sheet.
  struct Layer {
    var name: String
    var entries: [Entry] = []
    /// 0…1.
    var opacity: Rational = 1
    var blend: BlendMode?
    var isVisible = true
    /// What the file says beside it.
    var metadata = JSONObject()
  }

  /// A word of the dialogue or an instruction to the camera, over some frames.
  struct Remark {
    enum Kind: String { case dialogue, camera }
    var kind: Kind
    var frames: FrameRange
    var text: String
    var column: String
  }

  var name: String
  /// Frames.
  var duration: Int
  var rate: FrameRate
  /// Bottom first.
  var layers: [Layer] = []
  var remarks: [Remark] = []
  var raster: Raster?
  var pixelAspect: Rational?
  var metadata = JSONObject()

  /// Frames of a sheet: over a day at 100 frames per second.
  static let durationLimit = 10_000_000
}

/// From a sheet to a cut: a video track for each layer, a clip for each stretch that a drawing is held, markers for marks,
/// dialogue and camera.
struct SheetBuilder {
  private let sheet: ExposureSheet
  private let options: ImportOptions
  /// Where places are looked up.
  private let locate: (ExposureSheet.Place) -> TextPosition?
  private var findings: FindingList
  private var found: [String: MediaReference] = [:]

  init(
    _ sheet: ExposureSheet, _ options: ImportOptions, findings: FindingList,
    locate: @escaping (ExposureSheet.Place) -> TextPosition?
  ) {
    self.sheet = sheet
    self.options = options
    self.findings = findings
    self.locate = locate
  }

  mutating func result() -> ImportResult {
    var tracks: [Track] = []
    for (column, layer) in sheet.layers.enumerated() { tracks.append(track(layer, column)) }
    var settings = TimelineSettings()
    settings.rate = sheet.rate
    settings.raster = sheet.raster
    if let aspect = sheet.pixelAspect, aspect != .one { settings.pixelAspect = aspect }
    var timeline = Timeline(name: sheet.name, settings: settings, tracks: tracks)
    timeline.tracks.item.markers = sheet.remarks.map(marker)
    for pair in sheet.metadata.pairs { timeline.info.metadata[pair.key] = pair.value }
    return ImportResult(timeline: timeline, findings: findings.sorted)
  }

  private func time(_ frames: Int) -> RationalTime { RationalTime(Rational(frames), sheet.rate) }

  private func marker(_ remark: ExposureSheet.Remark) -> Marker {
    let range = TimeRange(start: time(remark.frames.start), duration: time(remark.frames.count))
    return Marker(
      info: ObjectInfo(
        name: remark.text,
        metadata: ["sheet": ["kind": .string(remark.kind.rawValue), "column": .string(remark.column)]]),
      range: range, color: remark.kind == .dialogue ? "CYAN" : "PURPLE")
  }

  // MARK: Layers

  /// Frames over which a layer shows one thing.
  private struct Span {
    var start: Int
    /// `nil` shows nothing.
    var drawing: String?
    var place: ExposureSheet.Place?
    var ticks: [(frame: Int, name: String)] = []
  }

  private mutating func track(_ layer: ExposureSheet.Layer, _ column: Int) -> Track {
    let spans = spans(of: layer)
    var track = Track(name: layer.name, kind: .video, children: [])
    for (index, span) in spans.enumerated() {
      let end = index + 1 < spans.count ? spans[index + 1].start : sheet.duration
      guard span.start < end else { continue }
      track.children.append(item(span, end - span.start, layer, column))
    }
    track.item.isEnabled = layer.isVisible
    track.item.info.metadata = layer.metadata
    var settings = TrackSettings()
    if layer.opacity != .one { settings.opacity = .constant(layer.opacity) }
    if let blend = layer.blend, blend != .over { settings.blend = blend }
    if settings != TrackSettings() { track.set(settings) }
    return track
  }

  /// What is shown from each frame on: the first begins with the sheet.
  private mutating func spans(of layer: ExposureSheet.Layer) -> [Span] {
    var spans = [Span(start: 0)]
    var seen: Set<Int> = []
    // Entries stand in any order; of two on one frame, the first in the file counts.
    let order = layer.entries.indices.sorted {
      (layer.entries[$0].frame, $0) < (layer.entries[$1].frame, $1)
    }
    for index in order {
      let entry = layer.entries[index]
      if !seen.insert(entry.frame).inserted {
        tell(
          "sheet.second_entry", "Layer \(layer.name) has a second entry on frame \(entry.frame)", entry.place,
          instead: "the first one counts")
        continue
      }
      if entry.frame >= sheet.duration {
        tell(
          "sheet.after_end",
          "Layer \(layer.name) has an entry on frame \(entry.frame), after the sheet's \(sheet.duration)",
          entry.place, instead: "it is left out")
        continue
      }
      if entry.frame < 0 {
        tell(
          "sheet.before_start", "Layer \(layer.name) has an entry on frame \(entry.frame), before the sheet",
          entry.place, instead: "it holds into the sheet")
      }
      let frame = max(0, entry.frame)
      switch entry.mark {
      case .goesOn: continue
      case .tick(let name): if entry.frame >= 0 { spans[spans.count - 1].ticks.append((frame, name)) }
      case .drawing(let drawing): show(drawing, from: frame, entry.place, &spans)
      case .nothing: show(nil, from: frame, entry.place, &spans)
      }
    }
    return spans
  }

  private func show(_ drawing: String?, from frame: Int, _ place: ExposureSheet.Place, _ spans: inout [Span]) {
    // The same drawing again is held.
    guard let last = spans.last, last.drawing != drawing else { return }
    if last.start == frame { spans.removeLast() }
    if let before = spans.last, before.drawing == drawing { return }
    spans.append(Span(start: frame, drawing: drawing, place: place))
  }

  private mutating func item(
    _ span: Span, _ count: Int, _ layer: ExposureSheet.Layer, _ column: Int
  ) -> Composable {
    let markers = span.ticks.map { tick in
      Marker(
        info: ObjectInfo(name: tick.name),
        range: TimeRange(start: time(tick.frame - span.start), duration: time(1)), color: "GREEN")
    }
    guard let drawing = span.drawing else {
      var gap = Gap(duration: time(count))
      gap.item.markers = markers
      return .gap(gap)
    }
    let name = drawing.hasPrefix(layer.name) ? drawing : "\(layer.name) \(drawing)"
    let reference = reference(drawing, name: name, layer, column, span.place)
    let start = reference.common?.availableRange?.start ?? time(0)
    var clip = Clip(name: name, reference: reference, range: TimeRange(start: start, duration: time(count)))
    // A drawing is one picture, however long it is held.
    clip.item.effects = [.freezeFrame(ObjectInfo(), effectName: "FreezeFrame")]
    clip.item.info.metadata["sheet"] = ["layer": .string(layer.name), "drawing": .string(drawing)]
    clip.item.markers = markers.map { marker in
      var marker = marker
      marker.range.start = RationalTime(
        (marker.range.start.seconds + start.seconds) * start.rate.value, start.rate)
      return marker
    }
    return .clip(clip)
  }

  private mutating func reference(
    _ drawing: String, name: String, _ layer: ExposureSheet.Layer, _ column: Int, _ place: ExposureSheet.Place?
  ) -> MediaReference {
    guard let finder = options.cels else { return .offline(name: name) }
    let key = "\(column)\n\(drawing)"
    if let known = found[key] { return known }
    let reference: MediaReference
    switch finder.cel(drawing, layer: layer.name, column: column) {
    case .found(let cel): reference = cel
    case .none:
      reference = .offline(name: name)
      tell(
        "sheet.missing_cel", "The drawing \(drawing) of layer \(layer.name) is not there", place,
        instead: "its clip has no media", hint: "it is looked for by the usual names, such as \(layer.name)0001.png")
    case .several(let paths):
      reference = .offline(name: name)
      tell(
        "sheet.ambiguous_cel",
        "The drawing \(drawing) of layer \(layer.name) may be \(paths.prefix(4).joined(separator: " or "))", place,
        instead: "its clip has no media", hint: "keep one of them, or decide with pegbar cut link")
    }
    found[key] = reference
    return reference
  }

  private mutating func tell(
    _ code: String, _ message: String, _ place: ExposureSheet.Place?, instead: String, hint: String? = nil
  ) {
    findings.add(code, .warning, message, at: place.flatMap(locate), instead: instead, hint: hint)
  }
}
