import Foundation
import PegCore
import PegInterchange
import PegMedia
import PegTimeline

/// Drawings of an exposure sheet under the media folders, as references to one frame each.
///
/// Drawings lie numbered beside each other, which is what a sequence is: a reference to one of them says its number, so that
/// it is not taken for all of them.
struct FolderCels: CelFinder {
  private let index: CelIndex
  private let rate: FrameRate
  /// How many files there are of each pattern, whatever their padding.
  private var counts: [SequencePattern: Int] = [:]

  /// - Parameters:
  ///   - stills: their paths.
  ///   - rate: the sheet's.
  init(_ stills: [String], rate: FrameRate) {
    index = CelIndex(stills.map(Self.absolute))
    self.rate = rate
    for path in stills {
      guard let (pattern, _) = SequencePattern.containing(Self.absolute(path)) else { continue }
      counts[Self.unpadded(pattern), default: 0] += 1
    }
  }

  func cel(_ drawing: String, layer: String, column: Int) -> CelMatch {
    guard case .found(let reference) = index.cel(drawing, layer: layer, column: column),
      let path = reference.spelling, let (pattern, number) = SequencePattern.containing(path),
      counts[Self.unpadded(pattern), default: 0] > 1
    else { return index.cel(drawing, layer: layer, column: column) }
    let sequence = ImageSequence(
      urlBase: pattern.folder + "/", prefix: pattern.prefix, suffix: pattern.suffix, startFrame: number, rate: rate,
      padding: pattern.padding)
    return .found(.frames(sequence, count: 1))
  }

  private static func unpadded(_ pattern: SequencePattern) -> SequencePattern {
    SequencePattern(folder: pattern.folder, prefix: pattern.prefix, suffix: pattern.suffix, padding: 1)
  }

  /// The cut lies elsewhere than the command runs.
  private static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).path }
}
