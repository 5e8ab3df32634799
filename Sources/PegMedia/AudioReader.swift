internal import CFFmpeg
public import PegCore
import Synchronization

/// Reads any run of samples of a sound stream, exactly, at its own rate and in its own channels.
///
/// Sample 0 is the one that is heard with the first picture of the file, or the first one where there are no pictures:
/// encoder delay and edit lists are out of the way. Reading on where the last call stopped decodes each packet once.
///
/// One owner at a time: two calls at once are a caller's bug and trap.
public final class AudioReader: @unchecked Sendable {
  public let path: String
  /// Samples per second.
  public let sampleRate: Int
  public let channelCount: Int
  /// `nil` when the file does not say.
  public let layout: ChannelLayout?
  private let source: SoundStream
  /// What was decoded last, in order and without gaps between blocks of one run.
  private var recent: [SoundStream.Block] = []
  private var isAtEnd = false
  private let isBusy = Atomic(false)

  /// Samples that are kept for callers whose reads overlap.
  private static let history = 1 << 16
  /// Samples that are rather decoded than jumped over.
  private static let stride = 1 << 16

  /// Opens a sound stream.
  ///
  /// - Parameter stream: its index in the file; `nil` for the first.
  /// - Throws: ``MediaError`` for a file that is missing, not readable or has no such stream.
  public init(path: String, stream: Int? = nil) throws(MediaError) {
    self.path = path
    source = try SoundStream(path: path, stream: stream)
    sampleRate = source.sampleRate
    channelCount = source.channelCount
    layout = source.layout
  }

  /// The samples of `range`; silence where the stream has none, before its start, in gaps and after its end.
  ///
  /// - Throws: ``MediaError`` for sound that cannot be decoded.
  public func read(_ range: FrameRange) throws(MediaError) -> AudioBlock {
    precondition(!isBusy.exchange(true, ordering: .acquiring), "one owner reads a sound stream at a time")
    defer { isBusy.store(false, ordering: .releasing) }
    var block = AudioBlock(silence: range.count, channels: channelCount, sampleRate: sampleRate)
    guard range.end > 0, !range.isEmpty else { return block }
    let first = max(0, range.start)
    let oldest = recent.first?.start ?? 0
    let newest = recent.last?.end ?? 0
    if first < oldest || first > newest + Self.stride {
      recent = []
      isAtEnd = false
      try source.place(at: first)
    }
    while !isAtEnd, recent.last.map({ $0.end < range.end }) ?? true {
      guard let next = try source.next(ignoringDamageBefore: first) else {
        isAtEnd = true
        break
      }
      recent.append(next)
      // What this call still wants stays, however much it is.
      var held = recent.reduce(0) { $0 + $1.count }
      while held > Self.history, let oldest = recent.first, oldest.end <= first {
        held -= oldest.count
        recent.removeFirst()
      }
    }
    for piece in recent {
      guard let shared = FrameRange(piece.start, piece.end).intersection(FrameRange(first, range.end)) else { continue }
      for channel in 0..<channelCount {
        let from = piece.channels[channel][(shared.start - piece.start)..<(shared.end - piece.start)]
        block.channels[channel].replaceSubrange((shared.start - range.start)..<(shared.end - range.start), with: from)
      }
    }
    return block
  }
}
