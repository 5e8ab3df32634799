/// Which piece of work may start: the pure heart of the engine.
///
/// Lanes take numbers in order; the writer consumes results in order. No lane runs further ahead of the writer than the
/// window, so that finished work that waits is bounded.
struct RenderWindow: Equatable {
  /// Pieces that may be under way or finished and unwritten.
  let width: Int
  private(set) var taken = 0
  private(set) var written = 0
  private(set) var isExhausted = false
  private(set) var isCancelled = false

  /// - Precondition: `width` is at least 1.
  init(width: Int) {
    precondition(width > 0, "a window lets something through")
    self.width = width
  }

  enum Answer: Equatable {
    /// Work on the piece of this number.
    case work(Int)
    /// Ask again when something was written.
    case wait
    /// There is nothing more to do.
    case stop
  }

  /// What a free lane should do.
  mutating func ask() -> Answer {
    if isCancelled || isExhausted { return .stop }
    if taken - written >= width { return .wait }
    taken += 1
    return .work(taken - 1)
  }

  /// The walker had no piece for the number that was taken last.
  mutating func exhaust() {
    isExhausted = true
    taken -= 1
  }

  mutating func wrote() { written += 1 }
  mutating func cancel() { isCancelled = true }
  /// Whether every piece that was taken has been written and none will follow.
  var isDone: Bool { isExhausted && written == taken }
}
