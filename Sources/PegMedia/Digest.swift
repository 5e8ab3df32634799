internal import CFFmpeg
internal import CXXHash
import Foundation

/// A hash that is fed piece by piece.
///
/// SHA-256 (FIPS 180-4) for ids and keys; XXH3 of 128 bits (xxHash specification 0.2.0, seed 0) for packets, pictures and sources:
/// 25 times as fast, finds corruption and change, and is no defence against forgery. It is what ASC MHL lists call `xxh128`.
public struct Digest: ~Copyable, @unchecked Sendable {
  // Unchecked: it has one owner, who may pass it from thread to thread but not share it.
  public enum Kind: String, Sendable { case sha256, xxh128 }

  private enum State { case sha256(OpaquePointer), xxh128(OpaquePointer) }

  public let kind: Kind
  private let state: State

  /// - Precondition: memory for a few hundred bytes is there.
  public init(_ kind: Kind) { self.init(kind, wide: true) }

  /// - Parameter wide: whether XXH3 works on the widest vectors that the host has; the hash is the same.
  init(_ kind: Kind, wide: Bool) {
    self.kind = kind
    switch kind {
    case .sha256:
      guard let sha = av_sha_alloc(), av_sha_init(sha, 256) >= 0 else { preconditionFailure("out of memory") }
      state = .sha256(sha)
    case .xxh128:
      guard let hash = peg_xxh3_make(wide ? 1 : 0) else { preconditionFailure("out of memory") }
      state = .xxh128(hash)
    }
  }

  deinit {
    switch state {
    case .sha256(let sha): av_free(UnsafeMutableRawPointer(sha))
    case .xxh128(let hash): peg_xxh3_free(hash)
    }
  }

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    Self.feed(state, bytes)
  }

  public mutating func update(_ bytes: some ContiguousBytes) {
    let state = state
    bytes.withUnsafeBytes { Self.feed(state, $0) }
  }

  private static func feed(_ state: State, _ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    let data = base.assumingMemoryBound(to: UInt8.self)
    switch state {
    case .sha256(let sha): av_sha_update(sha, data, bytes.count)
    case .xxh128(let hash): peg_xxh3_update(hash, data, bytes.count)
    }
  }

  /// The hash: 32 bytes of SHA-256, 16 of XXH3 in canonical order, which is big-endian.
  public consuming func finish() -> [UInt8] {
    switch state {
    case .sha256(let sha):
      var hash = [UInt8](repeating: 0, count: 32)
      av_sha_final(sha, &hash)
      return hash
    case .xxh128(let own):
      var hash = [UInt8](repeating: 0, count: 16)
      peg_xxh3_finish(own, &hash)
      return hash
    }
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
