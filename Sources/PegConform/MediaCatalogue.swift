public import PegCore
public import PegMedia
import PegPlan
public import PegTimeline

/// What is known of the media that a cut refers to, by what the cut calls it. A pure value: filling it opens media,
/// planning with it does not.
public struct MediaCatalogue: Sendable {
  /// What became of one reference.
  public enum Entry: Sendable {
    case known(MediaFacts)
    /// It does not exist, cannot be reached, or cannot be read: why.
    case failed(PegError)
  }

  /// By ``MediaReference/spelling``.
  public private(set) var entries: [String: Entry]

  /// A file of a grade as the cut names it.
  struct LookName: Hashable {
    var file: String
    var correction: String?

    init?(_ operation: GradeOperation) {
      guard let file = operation.file else { return nil }
      self.file = file
      correction = operation.parameters["id"]?.string
    }
  }
  /// Files that grades name.
  private(set) var looks: [LookName: Result<PlannedLook, PegError>] = [:]

  public init() { entries = [:] }

  /// A catalogue by hand.
  public init(_ facts: [String: MediaFacts]) { entries = facts.mapValues { .known($0) } }

  public subscript(spelling: String) -> Entry? {
    get { entries[spelling] }
    set { entries[spelling] = newValue }
  }

  public func facts(of reference: MediaReference) -> MediaFacts? {
    guard let spelling = reference.spelling, case .known(let facts)? = entries[spelling] else { return nil }
    return facts
  }

  /// Which references of a cut have to be opened.
  public enum Need: Sendable {
    /// What plays: for rendering.
    case playing
    /// What plays and does not say its own range: for `map`.
    case playingWithoutRange
  }

  /// Finds and probes the media of `timeline` that `need` names and the catalogue does not know yet.
  ///
  /// What fails is remembered as such and thrown by the planner, which knows the clip and the place.
  public mutating func fill(
    for timeline: Timeline, need: Need, resolving resolver: MediaResolver, with prober: any MediaProber
  ) {
    var wanted: [MediaReference] = []
    for place in timeline.everyClip {
      guard let reference = place.clip.activeReference else { continue }
      let saysRange = reference.common?.availableRange != nil
      // A clip that is switched off takes its time all the same.
      let needsRange = !saysRange && place.clip.item.sourceRange == nil
      switch need {
      case .playing: if place.isEnabled || needsRange { wanted.append(reference) }
      case .playingWithoutRange:
        if needsRange || (place.isEnabled && place.kind == .video && !saysRange) { wanted.append(reference) }
      }
    }
    for reference in wanted {
      guard let spelling = reference.spelling, entries[spelling] == nil else { continue }
      if case .generator = reference { continue }
      entries[spelling] = Self.probe(reference, resolver, prober)
    }
  }

  /// Reads the files that grades of `timeline` name and the catalogue does not know yet, each once. What fails is remembered,
  /// and thrown by the planner.
  public mutating func fillLooks(for timeline: Timeline, with finder: LookFinder) {
    // Settings that are not understood are the planner's to tell.
    guard let graded = try? timeline.gradedPlaces() else { return }
    for operation in graded.flatMap(\.grade) {
      guard let name = LookName(operation), looks[name] == nil else { continue }
      do throws(PegError) {
        if let look = try finder.look(of: operation) { looks[name] = .success(look) }
      } catch { looks[name] = .failure(error) }
    }
  }

  private static func probe(
    _ reference: MediaReference, _ resolver: MediaResolver, _ prober: any MediaProber
  ) -> Entry {
    do throws(PegError) {
      return .known(try prober.known(try resolver.locate(reference).path))
    } catch {
      return .failed(error)
    }
  }
}
