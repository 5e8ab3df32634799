import Synchronization
public import PegCore

/// A wish to stop, made once from any thread or signal source and looked at by everybody who works.
public final class Cancellation: Sendable {
  private let reason = Atomic<Int32>(0)

  private let condition = Mutex<(@Sendable (RenderProgress) -> Bool)?>(nil)

  public init() {}

  /// Cancels once a render that reports to ``note(_:)`` has come so far: for tests of what is left then.
  public func cancelWhen(_ condition: @escaping @Sendable (RenderProgress) -> Bool) {
    self.condition.withLock { $0 = condition }
  }

  /// Takes note of how far a render is.
  public func note(_ progress: RenderProgress) {
    if condition.withLock({ $0?(progress) ?? false }) { cancel(.interrupted) }
  }

  /// - Parameter kind: `interrupted` or `terminated`: becomes the exit status.
  public func cancel(_ kind: FaultKind) {
    _ = reason.compareExchange(expected: 0, desired: kind.rawValue, ordering: .relaxed)
  }

  public var isCancelled: Bool { reason.load(ordering: .relaxed) != 0 }

  /// - Throws: ``PegError`` of the kind that was wished for.
  public func check() throws(PegError) {
    let raw = reason.load(ordering: .relaxed)
    guard raw != 0 else { return }
    throw PegError(FaultKind(rawValue: raw) ?? .interrupted, "stopped before the render was finished")
  }
}
