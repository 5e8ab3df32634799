public import PegCore

// Settings where they lie. Reading a file has checked them; metadata that a program put there are checked here.

extension Timeline {
  /// Throws ``PegError`` (bad input) that names what is not understood.
  public func settings() throws(PegError) -> TimelineSettings { try info.settings(at: "the timeline") }
  /// Writes the settings into the metadata; what is `nil` is removed.
  public mutating func set(_ settings: TimelineSettings) { info.set(settings) }
}

extension Track {
  /// Throws ``PegError`` (bad input) that names what is not understood.
  public func settings() throws(PegError) -> TrackSettings { try item.info.settings(at: "the track") }
  /// Writes the settings into the metadata; what is `nil` is removed.
  public mutating func set(_ settings: TrackSettings) { item.info.set(settings) }
}

extension Stack {
  /// Of a stack that stands in a track. Throws ``PegError`` (bad input) that names what is not understood.
  public func settings() throws(PegError) -> TrackSettings { try item.info.settings(at: "the stack") }
  /// Writes the settings into the metadata; what is `nil` is removed.
  public mutating func set(_ settings: TrackSettings) { item.info.set(settings) }
}

extension Clip {
  /// Throws ``PegError`` (bad input) that names what is not understood.
  public func settings() throws(PegError) -> ClipSettings { try item.info.settings(at: "the clip") }
  /// Writes the settings into the metadata; what is `nil` is removed.
  public mutating func set(_ settings: ClipSettings) { item.info.set(settings) }
}

extension MediaReference {
  /// Throws ``PegError`` (bad input) that names what is not understood. An unknown reference has none.
  public func settings() throws(PegError) -> ReferenceSettings {
    try common?.info.settings(at: "the media reference") ?? ReferenceSettings()
  }

  /// Writes the settings into the metadata; what is `nil` is removed. An unknown reference stays as it is.
  public mutating func set(_ settings: ReferenceSettings) {
    guard var common else { return }
    common.info.set(settings)
    self.common = common
  }

  /// What all media references that Pegbar understands share.
  public var common: ReferenceInfo? {
    get {
      switch self {
      case .external(let info, _), .sequence(let info, _), .generator(let info, _, _), .missing(let info): info
      case .unknown: nil
      }
    }
    set {
      guard let newValue else { return }
      switch self {
      case .external(_, let url): self = .external(newValue, url: url)
      case .sequence(_, let sequence): self = .sequence(newValue, sequence)
      case .generator(_, let kind, let parameters):
        self = .generator(newValue, kind: kind, parameters: parameters)
      case .missing: self = .missing(newValue)
      case .unknown: break
      }
    }
  }
}

extension ObjectInfo {
  func settings<Settings: PegbarSettings>(at place: String) throws(PegError) -> Settings {
    guard let value = metadata["pegbar"] else { return Settings() }
    do throws(Problem) { return try Settings(value) } catch {
      let way = (["metadata", "pegbar"] + error.path.map(\.description)).joined(separator: "/")
      let named = name.isEmpty ? place : "\(place) \(name)"
      throw PegError(.badInput, "\(error.sentence), in \(way) of \(named)", hint: error.hint)
    }
  }

  mutating func set(_ settings: some PegbarSettings) {
    var object = metadata["pegbar"]?.object ?? JSONObject()
    for pair in settings.pairs { object[pair.key] = pair.value }
    metadata["pegbar"] = object.isEmpty ? nil : .object(object)
  }
}

extension JSONStep {
  var description: String {
    switch self {
    case .key(let key): key
    case .index(let index): "\(index)"
    }
  }
}
