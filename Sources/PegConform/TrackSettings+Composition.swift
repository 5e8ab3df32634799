import PegTimeline

extension TrackSettings {
  /// Whether a composition with these settings looks the same as what it holds. A composition fills the raster, so that
  /// fitting it is nothing; a placement in words is what its clips go by (``Level/placement``).
  var changesNoPixel: Bool {
    let isMoved = if case .transform? = placement { true } else { false }
    return !isMoved && grade.isEmpty && (opacity ?? .constant(1)) == .constant(1) && (blend ?? .over) == .over
  }

  /// The placement of the composition itself.
  var ownPlacement: PlacementSetting {
    if case .transform? = placement { placement ?? .fit } else { .fit }
  }

  /// The placement that its clips go by, where it says one in a word.
  var inheritedPlacement: PlacementSetting? {
    if case .transform? = placement { nil } else { placement }
  }
}
