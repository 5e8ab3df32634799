import Pegbar

extension RememberedFacts {
  /// Does work with what earlier runs found out about media, and keeps what this one finds out for the next.
  static func lend<Result>(to work: (ProbedMedia) throws -> Result) throws -> Result {
    let cache = RememberedFacts(folder: SourceIdentities.defaultFolder)
    defer { cache.save() }
    return try work(ProbedMedia(remembering: cache))
  }
}
