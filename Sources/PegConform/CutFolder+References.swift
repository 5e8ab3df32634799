import PegCore
import PegMedia
import PegTimeline

// What a cut says of media that have been opened.

extension MediaFacts {
  /// What there is, in media time: from the first timecode, frame number, or 0. `nil` for stills.
  ///
  /// - Parameter fallback: the rate of a sequence whose files say none.
  func range(at fallback: FrameRate) -> TimeRange? {
    guard let video else {
      guard let sound = audio.first, sound.sampleRate > 0, sound.sampleCount > 0 else { return nil }
      let rate = FrameRate(sound.sampleRate)
      return TimeRange(start: RationalTime(0, rate), duration: RationalTime(Rational(sound.sampleCount), rate))
    }
    guard kind != .still else { return nil }
    let rate = video.rate ?? fallback
    var start = RationalTime(0, rate)
    if kind == .sequence {
      start.value = Rational(video.firstNumber)
    } else if let label = video.startTimecode {
      start = RationalTime(Rational(label.frames), label.rate)
    }
    return TimeRange(start: start, duration: RationalTime(Rational(video.frameCount), rate))
  }

  /// What a time of the cut means: frames at the rate as stored (16.129) are frames of the true one (16).
  func meaning(_ time: RationalTime) -> RationalTime {
    guard let video, let rate = video.rate, let stored = video.storedRate,
      MediaRates.areAlike(time.rate.value, stored)
    else { return time }
    return RationalTime(time.value, rate)
  }

  /// Where a list's label lies in the media: 01:00:01:00 is the same label at 23.976 and at 24, whatever a second lasts.
  ///
  /// Counts that keep every label, or skip the same ones, are in the ratio of their frames a second (ST 12-1); one that skips
  /// and one that does not mean the same time of day, and stay as they are.
  func labelled(_ time: RationalTime, isDrop: Bool) -> RationalTime {
    guard let label = video?.startTimecode, label.rate != time.rate, label.dropFrame == isDrop else { return time }
    return RationalTime(time.value * Rational(label.rate.timebase, time.rate.timebase), label.rate)
  }
}

extension Clip {
  /// Whether an edit decision list names its source by labels, and they are drop-frame; `nil` for clips of other kinds.
  ///
  /// - Parameter record: whether the record's labels are.
  func labelsAreDrop(record: Bool) -> Bool? {
    guard let list = item.info.metadata["cmx_3600"] else { return nil }
    return list["drop_frame"]?.bool ?? record
  }
}

extension CutFolder {
  /// A new reference, with all that is known of the media.
  ///
  /// - Parameter fallback: the rate of a sequence whose files say none.
  func reference(to facts: MediaFacts, rate fallback: FrameRate) -> MediaReference {
    let range = facts.range(at: fallback)
    guard let video = facts.video, facts.kind == .sequence,
      let sequence = sequence(facts.path, startFrame: video.firstNumber, rate: video.rate ?? fallback)
    else { return .media(url: url(of: facts.path), available: range) }
    return .sequence(ReferenceInfo(availableRange: range), sequence)
  }

  /// A reference at the place where its media have been found, with a range of what is there where it said none; all else
  /// is as it was.
  func relinked(_ old: MediaReference, to facts: MediaFacts, rate fallback: FrameRate) -> MediaReference {
    var info = old.common ?? ReferenceInfo()
    let said = info.availableRange
    info.availableRange =
      said.map { TimeRange(start: facts.meaning($0.start), duration: facts.meaning($0.duration)) }
      ?? facts.range(at: fallback)
    if case .sequence(_, let sequence) = old {
      // One frame of a sequence is a still by itself.
      let pattern =
        facts.kind == .sequence
        ? facts.path : facts.kind == .still ? SequencePattern.containing(facts.path)?.pattern.description : nil
      if let pattern {
        if said == nil { info.availableRange = Self.range(of: sequence, facts.files.map(\.number).max()) }
        return .sequence(info, moved(sequence, to: pattern))
      }
      // Its clips count frame numbers: what stands in its place begins with the first of them.
      if said == nil { info.availableRange?.start = RationalTime(Rational(sequence.startFrame), sequence.rate) }
    } else if facts.kind == .sequence, let video = facts.video,
      let sequence = sequence(
        facts.path, startFrame: video.firstNumber, rate: said?.duration.rate ?? video.rate ?? fallback)
    {
      return .sequence(info, sequence)
    }
    return .external(info, url: url(of: facts.path))
  }

  /// A cut from another folder as it reads from this one: references that lead to media from there lead to them from
  /// here; others stay as they are.
  func moved(_ timeline: Timeline, from resolver: MediaResolver) throws(PegError) -> Timeline {
    var moved = timeline
    try moved.updateEveryClip { (_, clip) throws(PegError) in
      for index in clip.references.indices {
        guard let location = try? resolver.locate(clip.references[index].reference) else { continue }
        switch clip.references[index].reference {
        case .external(let info, _): clip.references[index].reference = .external(info, url: url(of: location.path))
        case .sequence(let info, let sequence):
          clip.references[index].reference = .sequence(info, self.moved(sequence, to: location.path))
        case .generator, .missing, .unknown: break
        }
      }
    }
    return moved
  }

  /// The frames from the first that the cut means to the last that is there.
  private static func range(of sequence: ImageSequence, _ last: Int?) -> TimeRange? {
    guard let last, last >= sequence.startFrame, sequence.frameStep > 0 else { return nil }
    let count = ((last - sequence.startFrame) / sequence.frameStep + 1) * sequence.frameStep
    return TimeRange(
      start: RationalTime(Rational(sequence.startFrame), sequence.rate),
      duration: RationalTime(Rational(count), sequence.rate))
  }
}
