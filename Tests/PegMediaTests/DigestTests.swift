import Foundation
import PegTestSupport
import Testing

@testable import PegMedia

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

  /// Python's xxhash, at every length at which XXH3 goes another way: 0, 3, 8, 16, 128, 240, a block of 1024, and one more each.
  @Test(.enabled(if: Tool.hasPython("xxhash"), "no xxhash"), arguments: [false, true])
  func xxh128IsThatOfXxhash(wide: Bool) throws {
    let bytes = Data((0..<70_001).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 11) })
    let lengths = [0, 1, 3, 4, 8, 9, 16, 17, 128, 129, 240, 241, 256, 257, 1023, 1024, 1025, 65_536, 70_001]
    let program = """
      import sys, xxhash
      data = sys.stdin.buffer.read()
      for length in sys.argv[1:]: print(xxhash.xxh3_128_hexdigest(data[:int(length)]))
      """
    let judged = try Tool.run(Tool.python, ["-c", program] + lengths.map(String.init), input: bytes).text
    let own = lengths.map { length in
      var digest = Digest(.xxh128, wide: wide)
      digest.update(bytes.prefix(length))
      return Digest.hex(digest.finish())
    }
    #expect(own == judged.split(separator: "\n").map(String.init))
  }

  @Test func piecesOfAnyLengthGiveTheHashOfTheWhole() {
    let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 * $0) }
    for kind in [Digest.Kind.sha256, .xxh128] {
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
    #expect(try Digest.ofFile(path, .xxh128) == Digest.of(bytes, .xxh128))
    #expect(throws: MediaError.self) { try Digest.ofFile(folder.file("none"), .sha256) }
  }
}
