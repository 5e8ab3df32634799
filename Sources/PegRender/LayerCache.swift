import PegMedia
import PegPlan
import Synchronization

/// Conformed layers that several runs share: the background under a moving cel is decoded and fitted once.
///
/// Bounded in bytes; what was used longest ago goes first.
final class LayerCache: Sendable {
  private let store: Mutex<RecentStore<LayerRecipe, Frame>>

  /// - Parameter limit: bytes of pictures held at most; 0 holds none.
  init(limit: Int) { store = Mutex(RecentStore(limit: limit)) }

  func frame(for layer: LayerRecipe) -> Frame? { store.withLock { $0.value(for: layer) } }

  func keep(_ frame: Frame, for layer: LayerRecipe) {
    store.withLock { $0.keep(frame, for: layer, bytes: frame.bytes) }
  }
}
