import Synchronization

/// Reads any picture of a movie, exactly: by an index of presentation times, never by guessing from a rate.
///
/// Forward play decodes each packet once. A jump decodes from the key packet before the target; going backwards keeps what
/// was decoded on the way, within `cacheLimit` bytes, so that reverse play inside a group of pictures does not start
/// over for each picture. Every place that plays wants a reader of its own; they share one ``PictureIndex``.
///
/// One owner at a time: two calls at once are a caller's bug and trap.
public final class MovieReader: @unchecked Sendable {
  public let path: String
  public let index: PictureIndex
  private let decoding: any PictureDecoding
  private let cacheLimit: Int
  private var cache: [Int: Frame] = [:]
  private var cacheBytes = 0
  private var last: (picture: Int, frame: Frame)?
  private let isBusy = Atomic(false)

  /// Opens a movie or an animated GIF, PNG or WebP.
  ///
  /// - Parameters:
  ///   - index: of this file; `nil` makes one, which reads all its packets where the container has no list of them.
  ///   - threads: threads that decoding may use, at least 1.
  ///   - pool: where the memory of pictures comes from.
  ///   - cacheLimit: bytes of pictures that are kept for going backwards.
  /// - Throws: ``MediaError`` for a file that is missing, not readable or has no pictures.
  public init(
    path: String, index: PictureIndex? = nil, threads: Int, pool: FramePool, cacheLimit: Int
  ) throws(MediaError) {
    self.path = path
    self.cacheLimit = cacheLimit
    let index = if let index { index } else { try PictureIndex.of(path) }
    self.index = index
    decoding =
      if try AnimatedWebP.isOne(path) {
        try AnimatedWebP.pictures(path: path, pool: pool)
      } else {
        try StreamPictures(path: path, index: index, threads: threads, pool: pool)
      }
  }

  /// Picture `picture`, counted in order of presentation from 0.
  ///
  /// - Precondition: `picture` lies in `0..<index.count`.
  /// - Throws: ``MediaError`` for a picture that cannot be decoded, or that the decoder had to make up in part.
  public func picture(_ picture: Int) throws(MediaError) -> Frame {
    precondition(!isBusy.exchange(true, ordering: .acquiring), "one owner reads a movie at a time")
    defer { isBusy.store(false, ordering: .releasing) }
    precondition(picture >= 0 && picture < index.count, "the picture lies in the movie")
    if let last, last.picture == picture { return last.frame }
    if let kept = cache[picture] {
      last = (picture, kept)
      return kept
    }
    let isBackward = last.map { picture < $0.picture } ?? false
    if !isBackward { forget() }
    last = nil
    let frame = try decoding.decode(picture) { passed, make in
      guard isBackward else { return }
      // What cannot be made into a picture of ours says so when it is asked for.
      if let frame = try? make() { keep(passed, frame) }
    }
    last = (picture, frame)
    return frame
  }

  /// Lets the picture go that was read last: who has it may be the only one then.
  public func letGo() { last = nil }

  private func forget() {
    cache = [:]
    cacheBytes = 0
  }

  /// Keeps a picture; those farthest before it go first, for play backwards comes to them last.
  private func keep(_ picture: Int, _ frame: Frame) {
    guard frame.bytes <= cacheLimit else { return }
    if let old = cache.updateValue(frame, forKey: picture) { cacheBytes -= old.bytes }
    cacheBytes += frame.bytes
    while cacheBytes > cacheLimit {
      // Pictures after this one were left behind by an earlier pass.
      guard let victim = cache.keys.filter({ $0 > picture }).max() ?? cache.keys.min(),
        let gone = cache.removeValue(forKey: victim)
      else { return }
      cacheBytes -= gone.bytes
    }
  }
}

/// Something that decodes pictures in order and can start over.
protocol PictureDecoding: AnyObject {
  /// Decodes picture `picture`, going on from where it stands when that is the shorter way.
  ///
  /// - Parameter passing: called with each picture before `picture` that is decoded on the way, and what makes it.
  func decode(
    _ picture: Int, passing: (Int, () throws(MediaError) -> Frame) -> Void
  ) throws(MediaError) -> Frame
}
