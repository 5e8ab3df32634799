import Foundation
import PegMedia
import PegTestSupport
import Testing

@Suite struct DigestTests {
  /// FIPS 180-4's examples: one block, two blocks, a million times "a".
  @Test(arguments: [
    ("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
    ("a", 1_000_000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
    ("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
  ])
  func sha256IsThatOfFIPS(text: String, times: Int, expected: String) {
    var digest = Digest(.sha256)
    for _ in 0..<times { digest.update(Data(text.utf8)) }
    #expect(Digest.hex(digest.finish()) == expected)
  }

  /// Python's mmh3 (`mmh3.hash_bytes(text, 0, True)`) prints the same 16 bytes.
  @Test(arguments: [("", 1), ("a", 1), ("abc", 1), ("The quick brown fox jumps over the lazy dog", 1), ("pegbar", 999)])
  func murmur3IsThatOfMmh3(word: String, times: Int) throws {
    let text = String(repeating: word, count: times)
    guard Tool.hasPython("mmh3") else {
      print("skipped: \(Tool.python) has no module mmh3")
      return
    }
    let program = "import sys, mmh3; sys.stdout.write(mmh3.hash_bytes(sys.stdin.buffer.read(), 0, True).hex())"
    let judged = try Tool.run(Tool.python, ["-c", program], input: Data(text.utf8)).text
    #expect(Digest.hex(Digest.of(Data(text.utf8), .murmur3)) == judged)
  }

  @Test func piecesOfAnyLengthGiveTheHashOfTheWhole() {
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 * $0) }
    for kind in [Digest.Kind.sha256, .murmur3] {
      var digest = Digest(kind)
      var at = 0
      var step = 1
      while at < bytes.count {
        let end = min(bytes.count, at + step)
        bytes[at..<end].withUnsafeBytes { digest.update($0) }
        (at, step) = (end, step % 97 + 3)
      }
      #expect(digest.finish() == Digest.of(bytes, kind))
    }
  }

  @Test func aFileHasTheHashOfItsBytes() throws {
    let folder = try TempFolder()
    let path = folder.file("bytes")
    // More than one piece of 4 MiB, and no whole number of them.
    let bytes = Data((0..<5_000_001).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) })
    try bytes.write(to: URL(fileURLWithPath: path))
    let judged = try Tool.run("sha256sum", [path]).text.prefix(64)
    #expect(try Digest.hex(Digest.ofFile(path, .sha256)) == judged)
    #expect(try Digest.ofFile(path, .murmur3) == Digest.of(bytes, .murmur3))
    #expect(throws: MediaError.self) { try Digest.ofFile(folder.file("none"), .sha256) }
  }
}
