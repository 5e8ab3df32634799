public import PegCore

/// The pixel format of a deliverable: one, or the sources' own where that can be stored.
public enum PixelFormatChoice: Hashable, Sendable {
  case fixed(PixelFormat)
  /// The first candidate that holds the samples of every source as they are, else the fallback.
  case match(candidates: [PixelFormat], fallback: PixelFormat)

  /// Every format that it may come to.
  public var formats: [PixelFormat] {
    switch self {
    case .fixed(let format): [format]
    case .match(let candidates, let fallback): candidates.contains(fallback) ? candidates : candidates + [fallback]
    }
  }

  /// The format for a cut of these sources.
  ///
  /// A candidate matches when all sources have its family, depth, subsampling and alpha, however their samples are laid
  /// out: `rgb24` in `bgr0` is the same picture. Sources that differ among themselves take the fallback.
  ///
  /// - Parameter sources: formats of everything that is visible, in any order; empty takes the fallback.
  public func resolve(for sources: some Collection<PixelFormat>) -> PixelFormat {
    switch self {
    case .fixed(let format): return format
    case .match(let candidates, let fallback):
      guard let first = sources.first else { return fallback }
      if candidates.contains(first), sources.allSatisfy({ $0 == first }) { return first }
      return candidates.first { candidate in sources.allSatisfy { candidate.holds($0) } } ?? fallback
    }
  }
}

extension PixelFormat {
  /// Whether a picture of `other` keeps every sample in this format.
  fileprivate func holds(_ other: PixelFormat) -> Bool {
    guard isFloat == other.isFloat, hasAlpha == other.hasAlpha else { return false }
    // A palette's colours are 8-bit R′G′B′ with alpha.
    let (family, depth) = other.family == .palette ? (.rgb, 8) : (other.family, other.depth)
    return self.family == family && self.depth == depth && chromaShift == other.chromaShift
      && name.hasPrefix("yuvj") == other.name.hasPrefix("yuvj")
  }
}
