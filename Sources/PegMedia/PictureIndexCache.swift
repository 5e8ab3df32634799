import Synchronization

/// Indexes that were made, by the file they are of: probing and the readers after it read a file's packets once.
final class PictureIndexCache: Sendable {
  static let shared = PictureIndexCache(limit: 64 << 20)

  private struct State {
    var known: [FileFacts: PictureIndex] = [:]
    var order: [FileFacts] = []
    var bytes = 0
  }

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: bytes of indexes that are kept at most.
  init(limit: Int) { self.limit = limit }

  func index(of file: FileFacts) -> PictureIndex? { state.withLock { $0.known[file] } }

  func keep(_ index: PictureIndex, of file: FileFacts) {
    state.withLock { state in
      guard index.bytes <= limit, state.known[file] == nil else { return }
      state.known[file] = index
      state.order.append(file)
      state.bytes += index.bytes
      while state.bytes > limit, !state.order.isEmpty {
        let oldest = state.order.removeFirst()
        state.bytes -= state.known.removeValue(forKey: oldest)?.bytes ?? 0
      }
    }
  }
}
