import Synchronization

/// Indexes that were made, by the file they are of: probing and the readers after it read a file's packets once.
final class PictureIndexCache: Sendable {
  static let shared = PictureIndexCache(limit: 64 << 20)

  private struct State {
    var known: [FileFacts: PictureIndex] = [:]
    var order: [FileFacts] = []
    var bytes = 0
    /// Of files that are being indexed.
    var turns: [FileFacts: Turn] = [:]
  }

  private final class Turn: Sendable { let lock = Mutex(()) }

  private let limit: Int
  private let state = Mutex(State())

  /// - Parameter limit: bytes of indexes that are kept at most.
  init(limit: Int) { self.limit = limit }

  /// The index of `file`: the one that was made, or what `make` makes. Who asks meanwhile waits for it, for making one may read
  /// the whole file.
  func index(
    of file: FileFacts, make: () throws(MediaError) -> PictureIndex
  ) throws(MediaError) -> PictureIndex {
    func known() -> PictureIndex? { state.withLock { $0.known[file] } }
    if let known = known() { return known }
    let turn = state.withLock { state in
      let turn = state.turns[file] ?? Turn()
      state.turns[file] = turn
      return turn
    }
    return try turn.lock.withLock { _ throws(MediaError) in
      if let known = known() { return known }
      defer { state.withLock { $0.turns[file] = nil } }
      let made = try make()
      keep(made, of: file)
      return made
    }
  }

  private func keep(_ index: PictureIndex, of file: FileFacts) {
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
