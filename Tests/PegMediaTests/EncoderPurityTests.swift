import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

/// DESIGN §1: a packet is a pure function of its picture and the encoder's settings.
@Suite struct EncoderPurityTests {
  private let pool = FramePool(idleLimit: 1 << 24)

  private func bytes(_ packet: Packet) -> [UInt8] { packet.withBytes { Array($0) } }

  @Test(arguments: EncoderSample.intra)
  func anIntraPacketIsTheSameWhereverItsPictureStands(sample: EncoderSample) throws {
    let picture = try sample.frame(7, pool: pool)
    var used = try VideoEncoder(sample.settings)
    var first = try used.encode(picture, at: 0)
    for number in 1..<9 { first += try used.encode(sample.frame(100 + number, pool: pool), at: Int64(number)) }
    let tenth = try used.encode(picture, at: 9) + used.finish()
    var fresh = try VideoEncoder(sample.settings)
    let elsewhere = try fresh.encode(picture, at: 86400) + fresh.finish()
    #expect(first.count == 9 && tenth.count == 1 && elsewhere.count == 1)
    let same = [try #require(first.first), try #require(tenth.first), try #require(elsewhere.first)].map(bytes)
    #expect(same[0] == same[1], "the tenth picture of a used encoder")
    #expect(same[0] == same[2], "the first picture of a new encoder")
    #expect(bytes(first[1]) != same[0], "another picture gives other bytes")
    #expect(try #require(elsewhere.first).presentation == 86400)
  }

  @Test(arguments: EncoderSample.intra)
  func threadsInsideAnIntraEncoderDoNotChangeBytes(sample: EncoderSample) throws {
    let alone = try sample.packets(0..<3, pool: pool).packets.map(bytes)
    let together = try sample.with({ $0.threads = 4 }).packets(0..<3, pool: pool).packets.map(bytes)
    #expect(alone == together)
  }

  @Test(arguments: EncoderSample.all)
  func aSegmentIsTheSameInEveryNewEncoder(sample: EncoderSample) throws {
    let once = try sample.packets(0..<30, pool: pool)
    let again = try sample.packets(0..<30, pool: pool)
    #expect(once.packets.map(bytes) == again.packets.map(bytes))
    #expect(once.parameters.extradata == again.parameters.extradata)
  }

  /// A segment that begins at frame 240 differs from one at 0 in its times alone.
  @Test(arguments: [EncoderSample.h264, .hevc])
  func aSegmentsBytesDoNotKnowWhereItStands(sample: EncoderSample) throws {
    var (here, there): ([Packet], [Packet]) = ([], [])
    for (start, isHere) in [(0, true), (240, false)] {
      var encoder = try VideoEncoder(sample.settings)
      var packets: [Packet] = []
      for number in 0..<20 {
        packets += try encoder.encode(sample.frame(number, pool: pool), at: Int64(start + number))
      }
      packets += try encoder.finish()
      if isHere { here = packets } else { there = packets }
    }
    #expect(here.map(bytes) == there.map(bytes))
    #expect(there.map(\.presentation) == here.map { $0.presentation + 240 })
    #expect(there.map(\.decode) == here.map { $0.decode + 240 })
  }

  @Test(arguments: [EncoderSample.h264, .hevc])
  func decodeTimesCountPacketsLessTheReorderDepth(sample: EncoderSample) throws {
    let packets = try sample.packets(0..<30, pool: pool).packets
    #expect(packets.map(\.decode) == (0..<30).map { Int64($0 - sample.settings.reorderDepth) })
    #expect(packets.map(\.presentation).sorted() == (0..<30).map(Int64.init))
    #expect(packets.map(\.presentation) != (0..<30).map(Int64.init), "the sample has B pictures")
    #expect(packets.allSatisfy { $0.duration == 1 && $0.decode <= $0.presentation })
    #expect(packets.first?.isKey == true)
  }

  @Test func anEncoderThatReordersDeeperThanDeclaredIsRefused() throws {
    let sample = EncoderSample.hevc.with { $0.reorderDepth = 0 }
    let error = #expect(throws: MediaError.self) { try sample.packets(0..<30, pool: pool) }
    #expect(error?.sentence.contains("more than the declared 0 frames later") == true)
  }
}
