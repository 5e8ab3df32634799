internal import CFFmpeg
import Foundation
import Synchronization

/// The bytes of a file that is being written, behind libav's I/O: keeps the first error of the system, and its errno.
final class OutputFile {
  let path: String
  let descriptor: Int32
  /// Whether the writer may go back, as containers with an index at the front do.
  let canSeek: Bool
  private(set) var io: UnsafeMutablePointer<AVIOContext>?
  /// errno of the first write that failed, else 0.
  private(set) var failure: Int32 = 0
  private var isOpen = true
  /// Where the next byte goes, and the end of all that was written.
  private var offset = 0
  private var end = 0
  /// Bytes written one after the other, and how many of them when the disk was last asked to begin.
  private var run = 0
  private var begun = 0
  private static let waitingLimit = 32 << 20
  /// Writes past the cache, once there is as much in it as there shall be.
  private var direct: DirectWriter?
  private let cached: Int?
  private var isRefused = false
  /// Bytes that the file will have, as far as its writer knows; 0 while nobody does.
  var expected = 0
  private static let begunLimit = 8 << 20
  /// Files that are being written now.
  private static let count = Atomic<Int>(0)
  /// What all of them together leave in the system's cache: masters are larger than memory, and what they push out is what
  /// the next pictures are made of. `PEGBAR_WRITE_CACHE` says another number of bytes; with 0 all of a file goes past it.
  private static let cachedLimit =
    ProcessInfo.processInfo.environment["PEGBAR_WRITE_CACHE"].flatMap { Int($0) }
    ?? Int(clamping: ProcessInfo.processInfo.physicalMemory / 16)

  /// Creates the file, or empties it.
  ///
  /// - Parameter cached: bytes of it that go through the system's cache, the rest past it; by itself an equal share of a
  ///   sixteenth of the memory.
  /// - Throws: ``MediaError`` of kind `cannotCreate`.
  convenience init(creating path: String, cached: Int? = nil) throws(MediaError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      let code = errno
      let hint = code == ENOENT ? "create its folder first" : nil
      throw MediaError(.cannotCreate, .open, path, Self.words(code), code: -code, hint: hint)
    }
    try self.init(path: path, descriptor: descriptor, canSeek: true, cached: cached)
  }

  /// Writes to a descriptor that is open already, such as a pipe; it is closed at the end.
  init(path: String, descriptor: Int32, canSeek: Bool, cached: Int? = nil) throws(MediaError) {
    self.path = path
    self.cached = cached
    self.descriptor = descriptor
    self.canSeek = canSeek
    let write: peg_avio_write = { opaque, bytes, count in
      guard let opaque, let bytes else { return peg_averror(EINVAL) }
      return Unmanaged<OutputFile>.fromOpaque(opaque).takeUnretainedValue().write(bytes, Int(count))
    }
    let seek: peg_avio_seek = { opaque, offset, whence in
      guard let opaque else { return Int64(peg_averror(EINVAL)) }
      return Unmanaged<OutputFile>.fromOpaque(opaque).takeUnretainedValue().seek(offset, whence)
    }
    // The context lives in this object, so it need not hold it.
    let this = Unmanaged.passUnretained(self).toOpaque()
    guard let io = peg_avio_writer(this, 1 << 18, write, canSeek ? seek : nil) else {
      Foundation.close(descriptor)
      isOpen = false
      throw MediaError(.io, .allocate, path, "out of memory")
    }
    if canSeek { Self.count.add(1, ordering: .relaxed) }
    // Whole packets go to the file from where they lie. Of a stream, libav's MOV fragments are cut where its buffer ends.
    if canSeek { io.pointee.direct = 1 }
    self.io = io
  }

  deinit {
    if io != nil, canSeek { Self.count.subtract(1, ordering: .relaxed) }
    if let context = io {
      av_free(context.pointee.buffer)
      avio_context_free(&io)
    }
    if isOpen { Foundation.close(descriptor) }
  }

  private func write(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    if failure == 0 { failure = direct?.append(bytes, count) ?? put(bytes, count) }
    guard failure == 0 else { return -failure }
    offset += count
    end = max(end, offset)
    run += count
    let limit = isRefused ? Self.waitingLimit : min(Self.waitingLimit, kept)
    if canSeek, direct == nil, run - begun >= limit { writeBehind() }
    return Int32(count)
  }

  /// - Returns: 0, or errno of a write that failed.
  private func put(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    var done = 0
    while done < count {
      let step =
        canSeek
        ? pwrite(descriptor, bytes + done, count - done, off_t(offset + done))
        : Foundation.write(descriptor, bytes + done, count - done)
      if step < 0 {
        if errno == EINTR { continue }
        return errno
      }
      done += step
    }
    return 0
  }

  /// Has the disk write behind us while packets are made; otherwise all of it waits in memory for the next `fsync`, and disk
  /// and processor take turns. From where enough of it lies in the cache it is written past that.
  private func writeBehind() {
    begun = run
    if offset >= kept, !isRefused {
      direct = DirectWriter(descriptor, at: offset, amongFiles: Self.count.load(ordering: .relaxed))
      isRefused = direct == nil
    }
    peg_write_behind(descriptor, Int64(max(0, offset - kept)))
  }

  /// This file's share of the cache; of a file that outgrows it anyway no more than tells how large it gets.
  private var kept: Int {
    let share = cached ?? Self.cachedLimit / max(1, Self.count.load(ordering: .relaxed))
    return expected > share ? min(share, Self.begunLimit) : share
  }

  /// Everything that this object holds to the system.
  private func settle() {
    if failure == 0, let direct { failure = direct.drain() }
  }

  private func seek(_ to: Int64, _ whence: Int32) -> Int64 {
    if whence == AVSEEK_SIZE { return Int64(end) }
    let from: Int
    switch whence & ~AVSEEK_FORCE {
    case SEEK_SET: from = 0
    case SEEK_CUR: from = offset
    case SEEK_END: from = end
    default: return Int64(peg_averror(EINVAL))
    }
    let (place, overflow) = from.addingReportingOverflow(Int(to))
    guard !overflow, place >= 0 else { return Int64(peg_averror(EINVAL)) }
    guard place != offset else { return Int64(place) }
    // What is written elsewhere are a few bytes of a head or of an index.
    settle()
    guard failure == 0 else { return Int64(-failure) }
    direct = nil
    offset = place
    (run, begun) = (0, 0)
    return Int64(place)
  }

  /// Bytes from the file's beginning that the system has, once libav has given what it holds.
  func landed() -> Int {
    if let io { avio_flush(io) }
    return direct?.landed ?? offset
  }

  /// Where the next byte goes.
  var position: Int64 { io.map { avio_seek($0, 0, SEEK_CUR) } ?? 0 }

  /// Throws when a write failed, now or earlier.
  func check(_ operation: MediaError.Operation) throws(MediaError) {
    guard failure != 0 else { return }
    let hint = failure == ENOSPC || failure == EDQUOT ? "free some space, then run the same command again" : nil
    throw MediaError(.io, operation, path, Self.words(failure), code: -failure, hint: hint)
  }

  /// Hands everything to the system; with `durably` also to the disk.
  func flush(durably: Bool) throws(MediaError) {
    if let io { avio_flush(io) }
    settle()
    try check(.write)
    if durably, canSeek, fsync(descriptor) != 0 {
      failure = errno
      try check(.write)
    }
  }

  /// Flushes and closes; a network file system tells here that a write failed.
  func close() throws(MediaError) {
    guard isOpen else { return }
    if let io { avio_flush(io) }
    settle()
    direct = nil
    isOpen = false
    if Foundation.close(descriptor) != 0, failure == 0, errno != EINTR { failure = errno }
    try check(.finish)
  }

  /// Closes, and removes what was written; a pipe or a device keeps what it was given.
  func remove() {
    var facts = stat()
    let isFile = isOpen && fstat(descriptor, &facts) == 0 && facts.st_mode & S_IFMT == S_IFREG
    try? close()
    if isFile { unlink(path) }
  }

  /// The system's words for an errno, as the end of a sentence.
  static func words(_ code: Int32) -> String {
    let text = String(cString: strerror(code))
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
