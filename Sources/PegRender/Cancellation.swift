import Synchronization
public import PegCore

/// A wish to stop, made once from any thread or signal source and looked at by everybody who works.
public final class Cancellation: Sendable {
  private let reason = Atomic<Int32>(0)

  public init() {}

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
