import PegCore
public import PegMedia

/// Who says what a piece of media is.
public protocol MediaProber {
  /// The facts of the file, sequence pattern or folder at `path`.
  func facts(of path: String) throws -> MediaFacts
}

extension MediaProber {
  /// The facts, or what is wrong in the words of any fault.
  func known(_ path: String) throws(PegError) -> MediaFacts {
    do { return try facts(of: path) } catch let error as PegError {
      throw error
    } catch let fault as any Fault {
      throw PegError(fault.kind, fault.sentence, hint: fault.hint)
    } catch {
      throw PegError(.badInput, "cannot read \(path): \(error)")
    }
  }
}

/// A prober that is a closure: facts given by hand.
public struct FactsFunction: MediaProber {
  private let body: (String) throws -> MediaFacts
  public init(_ body: @escaping (String) throws -> MediaFacts) { self.body = body }
  public func facts(of path: String) throws -> MediaFacts { try body(path) }
}

/// Where probed facts are remembered between runs. What it gives back must still hold: it answers for staleness.
public protocol FactsCache {
  func facts(of path: String) -> MediaFacts?
  func remember(_ facts: MediaFacts, of path: String)
}

/// Asks the cache first, then the prober.
public struct CachedProber: MediaProber {
  private let prober: any MediaProber
  private let cache: any FactsCache

  public init(_ prober: any MediaProber, cache: any FactsCache) {
    self.prober = prober
    self.cache = cache
  }

  public func facts(of path: String) throws -> MediaFacts {
    if let known = cache.facts(of: path) { return known }
    let facts = try prober.facts(of: path)
    cache.remember(facts, of: path)
    return facts
  }
}
