import PegPlan

/// Which pictures of a render may be asked for again: the packets of all others are let go as soon as they are written, and do not
/// push out those that a walk cycle comes back to.
///
/// Known from the plans before anything is worked. Where it cannot be known without reading media, because another file may
/// hold the same picture, a picture counts as one that comes again.
struct RecurringPictures: Sendable {
  /// Hashes of recipes that more than one piece of work shows. Two that collide are kept in vain.
  private let again: Set<Int>
  /// Hashes of source pictures that more than one piece of work shows; `nil` where nobody looked.
  private let shownAgain: Set<Int>?
  /// Sources that may hold what another one holds: files of single pictures, and movies of one size.
  private let lookalikes: Set<Int>

  /// - Parameter walker: has given nothing yet; `nil` where nobody will ask.
  init(_ walker: PieceWalker?, sources: [PlannedSource]) {
    var walker = walker
    var (seen, again): (Set<Int>, Set<Int>) = ([], [])
    var (shown, shownAgain): (Set<Int>, Set<Int>) = ([], [])
    while let piece = walker?.next() {
      let hash = piece.recipe.hashValue
      if !seen.insert(hash).inserted { again.insert(hash) }
      for layer in piece.recipe.layers {
        Self.eachMedia(of: layer) { if !shown.insert($0).inserted { shownAgain.insert($0) } }
      }
    }
    self.again = again
    self.shownAgain = walker == nil ? nil : shownAgain
    let sizes = sources.map { $0.kind == .movie ? FileSystem.fileSize($0.path) : nil }
    let counts = Dictionary(sizes.compactMap(\.self).map { ($0, 1) }, uniquingKeysWith: +)
    lookalikes = Set(sources.indices.filter { sizes[$0].map { counts[$0] != 1 } ?? true })
  }

  func contains(_ recipe: PictureRecipe) -> Bool {
    again.contains(recipe.hashValue) || recipe.layers.contains(where: mayEqualAnother)
  }

  /// Whether no other piece of work shows any of the source pictures that this one does.
  func showsOnce(_ recipe: PictureRecipe) -> Bool {
    guard let shownAgain else { return false }
    var isOnly = true
    for layer in recipe.layers { Self.eachMedia(of: layer) { if shownAgain.contains($0) { isOnly = false } } }
    return isOnly
  }

  /// Hands out the hash of each source picture of a layer.
  private static func eachMedia(of layer: LayerRecipe, _ body: (Int) -> Void) {
    switch layer.content {
    case .media: body(layer.content.hashValue)
    case .solid, .slate: break
    case .group(let layers): for inner in layers { eachMedia(of: inner, body) }
    case .mix(let from, let to, _): for inner in [from, to].compactMap(\.self) { eachMedia(of: inner, body) }
    }
  }

  private func mayEqualAnother(_ layer: LayerRecipe) -> Bool {
    switch layer.content {
    case .media(let source, _): lookalikes.contains(source)
    case .solid, .slate: false
    case .group(let layers): layers.contains(where: mayEqualAnother)
    case .mix(let from, let to, _): [from, to].compactMap(\.self).contains(where: mayEqualAnother)
    }
  }
}
