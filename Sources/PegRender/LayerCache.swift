import PegMedia
import PegPlan
import Synchronization

/// Conformed layers that several runs share: the background under a moving cel is decoded and fitted once.
///
/// Bounded in bytes; what was used longest ago goes first.
final class LayerCache: Sendable {
  private struct State {
    var entries: [LayerRecipe: (frame: Frame, used: Int)] = [:]
    var bytes = 0
    var clock = 0
  }

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: bytes of pictures held at most; 0 holds none.
  init(limit: Int) { self.limit = limit }

  func frame(for layer: LayerRecipe) -> Frame? {
    state.withLock { state in
      guard let entry = state.entries[layer] else { return nil }
      state.clock += 1
      state.entries[layer] = (entry.frame, state.clock)
      return entry.frame
    }
  }

  func keep(_ frame: Frame, for layer: LayerRecipe) {
    guard frame.bytes <= limit else { return }
    state.withLock { state in
      guard state.entries[layer] == nil else { return }
      while state.bytes + frame.bytes > limit, let oldest = state.entries.min(by: { $0.value.used < $1.value.used }) {
        state.entries[oldest.key] = nil
        state.bytes -= oldest.value.frame.bytes
      }
      state.clock += 1
      state.entries[layer] = (frame, state.clock)
      state.bytes += frame.bytes
    }
  }
}
