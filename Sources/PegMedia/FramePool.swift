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
      for memory in state.idle.values.joined() { free(memory) }
    }
  }

  func take(_ size: Int) -> UnsafeMutableRawPointer? {
    let kept: UInt? = state.withLock { state in
      guard let memory = state.idle[size]?.popLast() else { return nil }
      state.idleBytes -= size
      return UInt(bitPattern: memory)
    }
    if let kept { return UnsafeMutableRawPointer(bitPattern: kept) }
    var memory: UnsafeMutableRawPointer?
    return posix_memalign(&memory, 64, size) == 0 ? memory : nil
  }

  func giveBack(_ memory: UnsafeMutableRawPointer, _ size: Int) {
    guard size <= idleLimit else { return free(memory) }
    let address = UInt(bitPattern: memory)
    let surplus: [UInt] = state.withLock { state in
      var surplus: [UInt] = []
      // A programme that goes on with pictures of another size needs the room of the old ones; what came back last is
      // what is asked for next.
      while state.idleBytes + size > idleLimit {
        guard let other = state.idle.keys.first(where: { $0 != size }) ?? state.idle.keys.first else { break }
        guard let old = state.idle[other]?.popLast() else {
          state.idle[other] = nil
          continue
        }
        surplus.append(UInt(bitPattern: old))
        state.idleBytes -= other
      }
      if let memory = UnsafeMutableRawPointer(bitPattern: address) { state.idle[size, default: []].append(memory) }
      state.idleBytes += size
      return surplus
    }
    for address in surplus { free(UnsafeMutableRawPointer(bitPattern: address)) }
  }
}
