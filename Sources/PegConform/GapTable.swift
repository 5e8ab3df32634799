import PegTimeline

/// What plays for each frame of a sequence some of whose files are missing.
enum GapTable {
  /// For each index the picture that plays: itself, or by `policy` another one, −1 for black, or
  /// ``ReferencedMedia/absent`` where that is an error. A gap at the head has nothing to hold but what comes.
  static func pictures(of isThere: [Bool], policy: GapPolicy) -> [Int32] {
    let own = isThere.indices.map { isThere[$0] ? Int32($0) : policy == .black ? -1 : ReferencedMedia.absent }
    guard policy == .hold || policy == .nearest else { return own }
    var table = own
    var before: Int?
    var index = 0
    while index < isThere.count {
      if isThere[index] {
        before = index
        index += 1
        continue
      }
      let after = isThere[index...].firstIndex(of: true)
      for gap in index..<(after ?? isThere.count) {
        // Half way between two, the one before it.
        let nearest: Int? =
          switch (before, after) {
          case (let before?, let after?): policy == .nearest && after - gap < gap - before ? after : before
          default: before ?? after
          }
        if let nearest { table[gap] = Int32(nearest) }
      }
      index = after ?? isThere.count
    }
    return table
  }
}
