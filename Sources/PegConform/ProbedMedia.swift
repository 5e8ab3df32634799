import PegCore
public import PegMedia
import Synchronization

/// Facts that one run has asked for, each once: reading, linking and planning a cut ask for the same media.
public final class ProbedMedia: MediaProber, Sendable {
  private let probe: @Sendable (String) throws -> MediaFacts
  private let known = Mutex<[String: Result<MediaFacts, PegError>]>([:])

  /// - Parameter probe: what opens media.
  public init(_ probe: @escaping @Sendable (String) throws -> MediaFacts = { try MediaProbe.facts(of: $0) }) {
    self.probe = probe
  }

  /// - Throws: what the probe threw, as a ``PegError``; the same when it is asked again.
  public func facts(of path: String) throws -> MediaFacts {
    if let result = known.withLock({ $0[path] }) { return try result.get() }
    let result: Result<MediaFacts, PegError>
    do throws(PegError) { result = .success(try FactsFunction(probe).known(path)) } catch { result = .failure(error) }
    known.withLock { $0[path] = result }
    return try result.get()
  }
}
