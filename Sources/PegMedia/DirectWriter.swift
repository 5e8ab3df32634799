internal import CFFmpeg
import Foundation
import Synchronization

/// Writes one end of a large file past the system's cache: whole blocks go to the disk from two buffers of ours in turns, so that
/// nobody waits, nothing is copied twice, and what the next pictures are made of stays in memory.
///
/// What is left over of a block is written through the cache when the writer is drained, and once more with its block.
final class DirectWriter: @unchecked Sendable {
  // Unchecked: one caller at a time; the queue has the other buffer alone between `hand()` and the semaphore.

  /// What offsets, sizes and addresses are multiples of: no disk asks for more.
  private static let block = 4096
  /// Bytes of a buffer: long strides for the disk, and no more than 16 MiB for all files while there are at most 32 of them.
  private let room: Int
  private static func room(amongFiles count: Int) -> Int {
    min(1 << 20, max(256 << 10, (8 << 20) / max(1, count) / block * block))
  }

  private let direct: Int32
  private let plain: Int32
  private let queue = DispatchQueue(label: "pegbar.direct-writer")
  /// Says that the queue has done its work.
  private let isDone = DispatchSemaphore(value: 0)
  private var isHanded = false
  private var filling: UnsafeMutableRawPointer
  private var other: UnsafeMutableRawPointer
  /// Where in the file the first byte of `filling` goes; a multiple of ``block``.
  private var base: Int
  private var used: Int
  private let arrived: Atomic<Int>
  private let failure = Atomic<Int32>(0)

  /// - Parameters:
  ///   - descriptor: of the file, open for reading and writing; stays the caller's.
  ///   - offset: where the next byte goes; all bytes before it are written.
  ///   - files: how many files are written beside each other.
  /// - Returns: `nil` where the file system has no such way.
  init?(_ descriptor: Int32, at offset: Int, amongFiles files: Int = 1) {
    let direct = peg_open_direct(descriptor)
    guard direct >= 0 else { return nil }
    room = Self.room(amongFiles: files)
    filling = .allocate(byteCount: room, alignment: Self.block)
    other = .allocate(byteCount: room, alignment: Self.block)
    self.direct = direct
    plain = descriptor
    base = offset / Self.block * Self.block
    used = offset - base
    arrived = Atomic(offset)
    // The file's block becomes ours before it is written again, whole.
    guard used == 0 || pread(descriptor, filling, used, off_t(base)) == used else { return nil }
  }

  deinit {
    _ = settle()
    Foundation.close(direct)
    filling.deallocate()
    other.deallocate()
  }

  /// Bytes from the file's beginning that the system has: what a killed process leaves behind.
  var landed: Int { arrived.load(ordering: .acquiring) }

  /// - Returns: 0, or errno of a write that failed.
  func append(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    var done = 0
    while done < count {
      let step = min(count - done, room - used)
      (filling + used).copyMemory(from: bytes + done, byteCount: step)
      used += step
      done += step
      guard used == room else { continue }
      let code = hand()
      if code != 0 { return code }
    }
    return 0
  }

  /// Everything to the system.
  ///
  /// - Returns: 0, or errno of a write that failed.
  func drain() -> Int32 {
    let code = settle()
    guard code == 0, base + used != landed else { return code }
    let whole = used / Self.block * Self.block
    write(filling, whole, at: base)
    let rest = used - whole
    if rest > 0, failure.load(ordering: .relaxed) == 0 {
      note(Self.put(plain, filling + whole, rest, at: base + whole), from: base + whole)
      if whole > 0 { filling.copyMemory(from: filling + whole, byteCount: rest) }
    }
    base += whole
    used = rest
    return failure.load(ordering: .relaxed)
  }

  /// Gives a full buffer to the queue, once it has written the other one.
  private func hand() -> Int32 {
    let code = settle()
    guard code == 0 else { return code }
    let (full, at) = (UInt(bitPattern: filling), base)
    swap(&filling, &other)
    base += room
    used = 0
    isHanded = true
    queue.async { [self] in
      // An address, because pointers do not pass from thread to thread.
      if let full = UnsafeMutableRawPointer(bitPattern: full) { write(full, room, at: at) }
      isDone.signal()
    }
    return 0
  }

  /// Waits for the queue.
  private func settle() -> Int32 {
    if isHanded { isDone.wait() }
    isHanded = false
    return failure.load(ordering: .relaxed)
  }

  /// Of a full disk, too, what it took has landed.
  private func note(_ written: (done: Int, errno: Int32), from offset: Int) {
    if written.errno != 0 { failure.store(written.errno, ordering: .relaxed) }
    arrived.store(offset + written.done, ordering: .releasing)
  }

  private func write(_ bytes: UnsafeMutableRawPointer, _ count: Int, at offset: Int) {
    guard count > 0 else { return }
    var written = Self.put(direct, bytes, count, at: offset)
    if written.errno == EINVAL {
      // A disk that wants other multiples, or one that stopped between two of them: through the cache.
      let rest = Self.put(plain, bytes + written.done, count - written.done, at: offset + written.done)
      written = (written.done + rest.done, rest.errno)
    }
    note(written, from: offset)
  }

  private static func put(
    _ descriptor: Int32, _ bytes: UnsafeMutableRawPointer, _ count: Int, at offset: Int
  ) -> (done: Int, errno: Int32) {
    var done = 0
    while done < count {
      let step = pwrite(descriptor, bytes + done, count - done, off_t(offset + done))
      if step < 0 {
        if errno == EINTR { continue }
        return (done, errno)
      }
      done += step
    }
    return (done, 0)
  }
}
