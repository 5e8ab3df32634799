import Foundation
import PegColor
import PegCore
import PegMedia
import PegPlan
import Synchronization

/// Opens sources and gives their pictures, tagged as the plan decided.
///
/// Long-GOP movies are decoded by few frame-threaded readers that all lanes share; stills and intra-only movies are read by
/// the lane that needs them, with one thread.
final class SourceShelf: Sendable {
  private let sources: [PlannedSource]
  /// Programs of the files that grades name.
  let looks: [String: ColorProgram]
  private let pool: FramePool
  private let decoderThreads: Int
  /// Readers of long-GOP movies, by source.
  private let shared: Mutex<[Int: [SharedReader]]> = Mutex([:])
  private let clock = Atomic<Int>(0)

  /// Two tracks of one movie, or a dissolve within it, play from two places; a third place is a cut away and back.
  private static let readersPerSource = 3
  /// A reader serves a picture that lies at most so many pictures ahead of its last one; further away, another may be nearer.
  private static let reach = 250
  /// Bytes of pictures that a movie played backwards may keep of one group of pictures.
  static let reverseCache = 128 << 20

  /// Pictures that the other lanes will ask for while one lane's is the latest, of all readers together, bounded in bytes.
  private let recent: RecentPictures
  /// How far ahead of its last picture a reader keeps what it passes.
  private let ahead: Int

  private final class RecentPictures: Sendable {
    struct Key: Hashable {
      let reader: Int
      let picture: Int
    }
    let store: Mutex<RecentStore<Key, Frame>>
    init(limit: Int) { store = Mutex(RecentStore(limit: limit)) }
  }

  /// A reader of one place in a movie: lanes ask for neighbours in no fixed order, and none is decoded twice.
  private final class SharedReader: Sendable {
    private struct State {
      let movie: MovieReader
      var last = -1
    }

    private let state: Mutex<State>
    private let recent: RecentPictures
    private let number: Int
    private let keeps: Int
    let last: Atomic<Int>
    let used = Atomic<Int>(0)

    init(_ movie: sending MovieReader, number: Int, at picture: Int, recent: RecentPictures, keeps: Int) {
      state = Mutex(State(movie: movie))
      last = Atomic(picture)
      self.number = number
      self.recent = recent
      self.keeps = keeps
    }

    func picture(_ wanted: Int) throws -> Frame {
      try state.withLock { state in
        let known = recent.store.withLock { $0.value(for: .init(reader: number, picture: wanted)) }
        if let known { return known }
        // The pictures between were decoded on the way anyhow.
        let first = wanted > state.last && wanted - state.last <= keeps ? state.last + 1 : wanted
        var frame: Frame?
        for picture in first...wanted {
          let read = try state.movie.picture(picture)
          recent.store.withLock {
            $0.keep(read, for: .init(reader: number, picture: picture), bytes: read.bytes)
          }
          frame = read
        }
        state.last = wanted
        last.store(wanted, ordering: .relaxed)
        guard let frame else { throw PegError(.bug, "a reader read nothing") }
        return frame
      }
    }
  }

  /// - Parameter recent: bytes of decoded pictures that are kept for lanes which come to them later.
  init(
    sources: [PlannedSource], looks: [String: ColorProgram], pool: FramePool, decoderThreads: Int, lanes: Int,
    recent: Int
  ) {
    self.sources = sources
    self.looks = looks
    self.pool = pool
    self.decoderThreads = decoderThreads
    ahead = lanes * 2 + 2
    self.recent = RecentPictures(limit: recent)
  }

  func source(_ index: Int) -> PlannedSource { sources[index] }

  /// Picture `picture` of a long-GOP movie.
  func sharedPicture(source index: Int, picture: Int) throws -> Frame {
    try reader(for: index, picture: picture).picture(picture)
  }

  private func reader(for index: Int, picture: Int) throws -> SharedReader {
    let now = clock.add(1, ordering: .relaxed).newValue
    return try shared.withLock { shelf in
      var readers = shelf[index] ?? []
      let near = readers.filter { abs(picture - $0.last.load(ordering: .relaxed)) <= Self.reach }
      let chosen = near.min {
        abs(picture - $0.last.load(ordering: .relaxed)) < abs(picture - $1.last.load(ordering: .relaxed))
      }
      if let chosen {
        chosen.used.store(now, ordering: .relaxed)
        return chosen
      }
      if readers.count >= Self.readersPerSource,
        let oldest = readers.min(by: { $0.used.load(ordering: .relaxed) < $1.used.load(ordering: .relaxed) })
      {
        oldest.used.store(now, ordering: .relaxed)
        oldest.last.store(picture, ordering: .relaxed)
        return oldest
      }
      let opened = SharedReader(
        try MovieReader(path: sources[index].path, threads: decoderThreads, pool: pool, cacheLimit: Self.reverseCache),
        number: now, at: picture, recent: recent, keeps: ahead)
      opened.used.store(now, ordering: .relaxed)
      readers.append(opened)
      shelf[index] = readers
      closeIdle(&shelf, keeping: index)
      return opened
    }
  }

  /// Movies whose shots are over are closed: a feature has more of them than a process may hold open.
  private func closeIdle(_ shelf: inout [Int: [SharedReader]], keeping index: Int) {
    while shelf.count > 4 {
      let oldest = shelf.filter { $0.key != index }.min { a, b in
        latestUse(a.value) < latestUse(b.value)
      }
      guard let oldest else { return }
      shelf[oldest.key] = nil
    }
  }

  private func latestUse(_ readers: [SharedReader]) -> Int {
    readers.map { $0.used.load(ordering: .relaxed) }.max() ?? 0
  }
}

/// What one lane has open by itself.
final class LaneReaders {
  private let shelf: SourceShelf
  private let pool: FramePool
  private var movies: [(source: Int, reader: MovieReader)] = []
  /// The picture read last: a deliverable that takes it untouched and one that does not read it once.
  private var latest: (source: Int, picture: Int, frame: Frame)?
  private static let openAtMost = 6

  init(shelf: SourceShelf, pool: FramePool) {
    self.shelf = shelf
    self.pool = pool
  }

  /// Picture `picture` of source `index`, tagged as the plan decided. A picture below 0 is none.
  func picture(source index: Int, picture: Int) throws -> Frame {
    if let latest, latest.source == index, latest.picture == picture { return latest.frame }
    let frame = try read(shelf.source(index), index, picture)
    latest = (index, picture, frame)
    return frame
  }

  /// Keeps nothing of source `index` that was read last; it would be read again.
  func letGo(of index: Int) {
    if latest?.source == index { latest = nil }
    movies.first { $0.source == index }?.reader.letGo()
  }

  private func read(_ source: PlannedSource, _ index: Int, _ picture: Int) throws -> Frame {
    let frame: Frame
    switch source.kind {
    case .still, .sequence:
      guard source.files.indices.contains(picture) else {
        throw PegError(.bug, "the plan asks for picture \(picture) of \(source.name), which has \(source.files.count)")
      }
      frame = try StillReader.read(path: source.files[picture], layer: source.layer, pool: pool)
    case .movie:
      frame =
        source.isIntra
        ? try own(index, source).picture(picture) : try shelf.sharedPicture(source: index, picture: picture)
    case .audio:
      throw PegError(.bug, "the plan asks for a picture of \(source.name), which is sound")
    }
    if frame.tags == source.tags, frame.alpha == source.alpha { return frame }
    return try frame.retagged(tags: source.tags, alpha: frame.format.hasAlpha ? source.alpha : .opaque)
  }

  private func own(_ index: Int, _ source: PlannedSource) throws -> MovieReader {
    if let at = movies.firstIndex(where: { $0.source == index }) {
      let entry = movies.remove(at: at)
      movies.append(entry)
      return entry.reader
    }
    if movies.count >= Self.openAtMost { movies.removeFirst() }
    let reader = try MovieReader(path: source.path, threads: 1, pool: pool, cacheLimit: 0)
    movies.append((index, reader))
    return reader
  }
}
