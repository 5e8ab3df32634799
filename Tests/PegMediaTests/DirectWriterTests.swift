import CFFmpeg
import Foundation
import PegTestSupport
import Testing

@testable import PegMedia

/// A file that is written past the system's cache is the file that was asked for.
@Suite struct DirectWriterTests {
  private struct Written {
    let path: String
    let descriptor: Int32

    init() throws {
      // Where the package lies, which is a disk: temporary folders are often memory, which has no such way.
      let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
        "../../.build-test/written")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      path = folder.appendingPathComponent(UUID().uuidString).path
      descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
    }

    /// Bytes of it in the system's cache; `nil` without fincore, or where nothing can be written past the cache.
    var resident: Int? {
      get throws {
        let direct = peg_open_direct(descriptor)
        guard direct >= 0, Tool.has("fincore") else { return nil }
        close(direct)
        let printed = try Tool.require("fincore", ["--bytes", "--noheadings", "--output", "RES", path])
        return Int(String(decoding: printed, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
      }
    }

    func remove() {
      close(descriptor)
      unlink(path)
    }
  }

  private func noise(_ count: Int) -> [UInt8] {
    var state: UInt64 = 88_172_645_463_325_252
    return (0..<count).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state)
    }
  }

  /// From any offset on, in pieces of any size, drained at any time.
  @Test(arguments: [0, 1, 4096, 5000], [1, 64]) func bytesStandWhereTheyWereWritten(start: Int, files: Int) throws {
    let file = try Written()
    defer { file.remove() }
    let bytes = noise(9 << 20)
    #expect(bytes.prefix(start).withUnsafeBytes { write(file.descriptor, $0.baseAddress, start) } == start)
    guard let writer = DirectWriter(file.descriptor, at: start, amongFiles: files) else {
      print("skipped: this file system cannot be written past the cache")
      return
    }
    var at = start
    for (index, step) in sequence(first: 1, next: { $0 * 3 }).prefix(16).enumerated() where at < bytes.count {
      let count = min(step, bytes.count - at)
      let code = bytes.withUnsafeBufferPointer { all in
        all.baseAddress.map { writer.append($0 + at, count) } ?? -1
      }
      #expect(code == 0)
      at += count
      #expect(writer.landed <= at)
      if index % 5 == 4 {
        #expect(writer.drain() == 0)
        #expect(writer.landed == at)
        // What landed is what anybody reads.
        #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == Data(bytes.prefix(at)))
      }
    }
    #expect(writer.drain() == 0 && writer.drain() == 0)
    #expect(try Data(contentsOf: URL(fileURLWithPath: file.path)) == Data(bytes.prefix(at)))
    #expect(at > 4 << 20, "both buffers were used")
  }

  /// Through the cache first, then past it, then back to the head, as a muxer does.
  @Test func aFileIsTheSameWhateverItsShareOfTheCache() throws {
    let bytes = noise(1 << 20)
    var files: [Data] = []
    for (cached, expected) in [(0, 0), (50 << 20, 0), (50 << 20, 100 << 20), (Int.max, 100 << 20)] {
      let written = try Written()
      defer { written.remove() }
      let file = try OutputFile(creating: written.path, cached: cached)
      file.expected = expected
      let io = try #require(file.io)
      for turn in 0..<100 {
        bytes.withUnsafeBufferPointer { avio_write(io, $0.baseAddress, Int32($0.count - turn)) }
        if turn == 70 { try file.flush(durably: true) }
      }
      let size = file.position
      avio_seek(io, 12, SEEK_SET)
      bytes.withUnsafeBufferPointer { avio_write(io, $0.baseAddress, 8) }
      avio_seek(io, size, SEEK_SET)
      bytes.withUnsafeBufferPointer { avio_write(io, $0.baseAddress, 777) }
      try file.flush(durably: false)
      #expect(Int64(file.landed()) == size + 777)
      try file.close()
      // Of one that is known to outgrow its share, the beginning alone lies in the cache: 8 MiB, and what a flush ended within.
      if cached < expected, let resident = try written.resident { #expect(resident < 12 << 20) }
      files.append(try Data(contentsOf: URL(fileURLWithPath: written.path)))
    }
    #expect(files[0].count == (100 << 20) - 99 * 50 + 777)
    #expect(files.allSatisfy { $0 == files[0] })
  }
}
