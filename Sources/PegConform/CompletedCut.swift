import PegCore
import PegTimeline

extension MediaReader {
  /// The cut with a range for every clip: one that says none, and whose reference says none, plays all of its media.
  ///
  /// Then the cut's own layout says when everything plays, and nothing else has to be asked.
  func completed(_ timeline: Timeline) throws(PegError) -> Timeline {
    let incomplete = timeline.everyClip.contains {
      $0.clip.item.sourceRange == nil && $0.clip.activeReference?.common?.availableRange == nil
    }
    guard incomplete else { return timeline }
    var completed = timeline
    try completed.updateEveryClip { (address, clip) throws(PegError) in
      guard clip.item.sourceRange == nil, clip.activeReference?.common?.availableRange == nil else { return }
      let name = Place(address: address).name("clip", clip.item.info)
      guard let reference = clip.activeReference else {
        throw PegError(.badInput, "\(name) has no media and no source_range")
      }
      do throws(PegError) { clip.item.sourceRange = try wholeRange(of: reference) } catch {
        throw PegError(error.kind, "\(name) has no source_range, and \(error.sentence)", hint: error.hint)
      }
    }
    return completed
  }

  /// All of the media, in media time.
  private func wholeRange(of reference: MediaReference) throws(PegError) -> TimeRange {
    if case .generator(_, let kind, _) = reference {
      throw PegError(.badInput, "the generator \(kind) has no end", hint: "give it a source_range")
    }
    let media = try media(of: reference)
    guard !media.isUnlinked else {
      throw PegError(
        .missingInput, "its media are not found", hint: "link them with `pegbar conform --media FOLDER`")
    }
    if let count = media.count {
      guard let rate = media.rate ?? self.rate?.value else {
        throw PegError(.badInput, "\(media.source.name) says no rate", hint: "say --rate, or give it a source_range")
      }
      let start = try Exact.product(try media.startSeconds(at: rate), rate)
      return TimeRange(
        start: RationalTime(start, FrameRate(rate)), duration: RationalTime(Rational(count), FrameRate(rate)))
    }
    guard !media.hasPictures, let sound = media.sound else {
      throw PegError(.badInput, "\(media.source.name) is a still, which has no end", hint: "give it a source_range")
    }
    let start = try media.startSeconds(at: 1)
    return TimeRange(
      start: RationalTime(start, FrameRate(1)), duration: RationalTime(sound.seconds, FrameRate(1)))
  }
}
