internal import CFFmpeg
import Foundation

/// A hash that is fed piece by piece.
///
/// SHA-256 (FIPS 180-4) for ids and keys; the 128-bit x64 variant of MurmurHash3 for packets, pictures and sources: ten
/// times as fast, finds corruption and change, and is no defence against forgery.
public struct Digest: ~Copyable, @unchecked Sendable {
  // Unchecked: it has one owner, who may pass it from thread to thread but not share it.
  public enum Kind: String, Sendable { case sha256, murmur3 }

  public let kind: Kind
  private let state: OpaquePointer

  /// - Precondition: memory for a few hundred bytes is there.
  public init(_ kind: Kind) {
    self.kind = kind
    switch kind {
    case .sha256:
      guard let state = av_sha_alloc(), av_sha_init(state, 256) >= 0 else { preconditionFailure("out of memory") }
      self.state = state
    case .murmur3:
      guard let state = av_murmur3_alloc() else { preconditionFailure("out of memory") }
      // Seed 0 for both halves, as every other implementation starts; av_murmur3_init would take a seed of libav's own.
      av_murmur3_init_seeded(state, 0)
      self.state = state
    }
  }

  deinit { av_free(UnsafeMutableRawPointer(state)) }

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    Self.feed(state, kind, bytes)
  }

  public mutating func update(_ bytes: some ContiguousBytes) {
    let (state, kind) = (state, kind)
    bytes.withUnsafeBytes { Self.feed(state, kind, $0) }
  }

  private static func feed(_ state: OpaquePointer, _ kind: Kind, _ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    let data = base.assumingMemoryBound(to: UInt8.self)
    switch kind {
    case .sha256: av_sha_update(state, data, bytes.count)
    case .murmur3: av_murmur3_update(state, data, bytes.count)
    }
  }

  /// The hash: 32 bytes of SHA-256, 16 of MurmurHash3 (both halves little-endian, as its author prints them in memory).
  public consuming func finish() -> [UInt8] {
    var hash = [UInt8](repeating: 0, count: kind == .sha256 ? 32 : 16)
    switch kind {
    case .sha256: av_sha_final(state, &hash)
    case .murmur3: av_murmur3_final(state, &hash)
    }
    return hash
  }

  /// The hash of bytes in memory.
  public static func of(_ bytes: some ContiguousBytes, _ kind: Kind) -> [UInt8] {
    var digest = Digest(kind)
    digest.update(bytes)
    return digest.finish()
  }

  /// The hash of a packet's bytes.
  public static func of(_ packet: Packet, _ kind: Kind) -> [UInt8] {
    packet.withBytes { bytes in
      var digest = Digest(kind)
      digest.update(bytes)
      return digest.finish()
    }
  }

  /// The hash of a file's bytes, read once in pieces of 4 MiB.
  ///
  /// - Throws: ``MediaError`` when the file is missing or cannot be read.
  public static func ofFile(_ path: String, _ kind: Kind) throws(MediaError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let code = errno
      throw MediaError(
        code == ENOENT ? .missingInput : .badInput, .open, path, OutputFile.words(code), code: -code)
    }
    defer { close(descriptor) }
    var digest = Digest(kind)
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 4 << 20, alignment: 4096)
    defer { piece.deallocate() }
    while true {
      let count = read(descriptor, piece.baseAddress, piece.count)
      if count == 0 { break }
      if count < 0 {
        if errno == EINTR { continue }
        let code = errno
        throw MediaError(.badInput, .read, path, OutputFile.words(code), code: -code)
      }
      digest.update(UnsafeRawBufferPointer(rebasing: piece[..<count]))
    }
    return digest.finish()
  }

  /// Lower-case hexadecimal digits, two for each byte.
  public static func hex(_ hash: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return String(hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
