internal import CFFmpeg
import Foundation
import Synchronization

/// Memory for pictures, used again: a picture that is let go gives its memory back here.
///
/// Holds at most `idleLimit` bytes that no picture uses; what is above goes back to the system. Fresh pages cost more than
/// most kernels, so renderers share one pool.
public final class FramePool: Sendable {
  private let storage: PoolStorage

  /// - Parameter idleLimit: bytes of unused memory that are kept at most.
  public init(idleLimit: Int) { storage = PoolStorage(idleLimit: idleLimit) }

  /// A buffer of at least `size` bytes whose content is undefined, or `nil` when memory runs out.
  func buffer(of size: Int) -> UnsafeMutablePointer<AVBufferRef>? {
    // Rounding up lets pictures of nearly equal size share memory.
    let rounded = (size + 4095) & ~4095
    guard let memory = storage.take(rounded) else { return nil }
    let tag = Unmanaged.passRetained(PoolTicket(storage: storage, size: rounded)).toOpaque()
    let giveBack: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<UInt8>?) -> Void = { tag, data in
      guard let tag, let data else { return }
      let ticket = Unmanaged<PoolTicket>.fromOpaque(tag).takeRetainedValue()
      ticket.storage.giveBack(UnsafeMutableRawPointer(data), ticket.size)
    }
    let bytes = memory.assumingMemoryBound(to: UInt8.self)
    guard let buffer = av_buffer_create(bytes, rounded, giveBack, tag, 0) else {
      Unmanaged<PoolTicket>.fromOpaque(tag).release()
      storage.giveBack(memory, rounded)
      return nil
    }
    return buffer
  }
}

private final class PoolTicket {
  let storage: PoolStorage
  let size: Int
  init(storage: PoolStorage, size: Int) {
    self.storage = storage
    self.size = size
  }
}

private final class PoolStorage: Sendable {
  private struct State: @unchecked Sendable {
    var idle: [Int: [UnsafeMutableRawPointer]] = [:]
    var idleBytes = 0
  }

  private let idleLimit: Int
  private let state = Mutex(State())

  init(idleLimit: Int) { self.idleLimit = idleLimit }

  deinit {
    state.withLock { state in
      for (size, list) in state.idle { for memory in list { PictureMemory.release(memory, size) } }
    }
  }

  func take(_ size: Int) -> UnsafeMutableRawPointer? {
    let kept: UInt? = state.withLock { state in
      guard let memory = state.idle[size]?.popLast() else { return nil }
      state.idleBytes -= size
      return UInt(bitPattern: memory)
    }
    if let kept { return UnsafeMutableRawPointer(bitPattern: kept) }
    return PictureMemory.allocate(size)
  }

  func giveBack(_ memory: UnsafeMutableRawPointer, _ size: Int) {
    guard size <= idleLimit else { return PictureMemory.release(memory, size) }
    let address = UInt(bitPattern: memory)
    let surplus: [(address: UInt, size: Int)] = state.withLock { state in
      var surplus: [(address: UInt, size: Int)] = []
      // A programme that goes on with pictures of another size needs the room of the old ones; what came back last is
      // what is asked for next.
      while state.idleBytes + size > idleLimit {
        guard let other = state.idle.keys.first(where: { $0 != size }) ?? state.idle.keys.first else { break }
        guard let old = state.idle[other]?.popLast() else {
          state.idle[other] = nil
          continue
        }
        surplus.append((UInt(bitPattern: old), other))
        state.idleBytes -= other
      }
      if let memory = UnsafeMutableRawPointer(bitPattern: address) { state.idle[size, default: []].append(memory) }
      state.idleBytes += size
      return surplus
    }
    for old in surplus {
      if let memory = UnsafeMutableRawPointer(bitPattern: old.address) { PictureMemory.release(memory, old.size) }
    }
  }
}

/// Where the memory of pictures comes from: large pieces from the system itself, in its large pages where it has them.
///
/// malloc takes pieces of up to 32 MiB out of its heaps once it has seen one freed, and cannot give a heap back whose end is in
/// use: a render of HD pictures in float then grows by one of them every 30 frames (measured).
private enum PictureMemory {
  private static let large = 1 << 20
  /// What the system maps at once where it is asked to: a picture then costs four faults instead of two thousand.
  private static let largePage = 2 << 20
  /// What lies behind a piece: libav's kernels may read a vector further than a picture goes.
  private static let slack = 4096

  /// Bytes that a large piece takes: whole large pages where that wastes no more than a sixteenth.
  private static func room(_ size: Int) -> Int {
    let needed = size + slack
    let whole = (needed + largePage - 1) & ~(largePage - 1)
    return whole - needed <= needed / 16 ? whole : (needed + 4095) & ~4095
  }

  /// Aligned to 64 bytes at least; `nil` when memory runs out.
  static func allocate(_ size: Int) -> UnsafeMutableRawPointer? {
    guard size >= large else {
      var memory: UnsafeMutableRawPointer?
      return posix_memalign(&memory, 64, size) == 0 ? memory : nil
    }
    let room = room(size)
    guard let memory = map(room + largePage) else { return map(room) }
    // What lies before the first boundary of a large page, and behind the piece, goes back.
    let before = (largePage - Int(bitPattern: memory) & (largePage - 1)) & (largePage - 1)
    if before > 0 { munmap(memory, before) }
    let piece = memory + before
    munmap(piece + room, largePage - before)
    #if os(Linux)
      // A system without large pages says so, and is none the worse.
      _ = madvise(piece, room, MADV_HUGEPAGE)
    #endif
    return piece
  }

  private static func map(_ size: Int) -> UnsafeMutableRawPointer? {
    let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
    return memory == MAP_FAILED ? nil : memory
  }

  static func release(_ memory: UnsafeMutableRawPointer, _ size: Int) {
    if size >= large { munmap(memory, room(size)) } else { free(memory) }
  }
}
