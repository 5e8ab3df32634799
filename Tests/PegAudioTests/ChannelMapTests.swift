import Foundation
import PegAudio
import PegCore
import Testing

@Suite struct ChannelMapTests {
  private static let back51 = ChannelLayout([
    .frontLeft, .frontRight, .frontCenter, .lowFrequency, .backLeft, .backRight,
  ])
  /// 10^(−3.0103 / 20), the −3 dB of ITU-R BS.775: 1/√2.
  private static let r = 0.7071067811865476

  /// What a layout of known channel gains becomes: rows are target channels, columns source channels.
  static let tables: [(ChannelLayout, ChannelLayout, [[Double]])] = [
    (.mono, .mono, [[1]]), (.mono, .stereo, [[1], [1]]), (.mono, .surround51, [[0], [0], [1], [0], [0], [0]]),
    (.stereo, .mono, [[0.5, 0.5]]), (.stereo, .stereo, [[1, 0], [0, 1]]),
    (.stereo, .surround51, [[1, 0], [0, 1], [0, 0], [0, 0], [0, 0], [0, 0]]),
    (.surround51, .stereo, [[1, 0, r, 0, r, 0], [0, 1, r, 0, 0, r]]),
    (.surround51, .mono, [[0.5, 0.5, r, 0, r / 2, r / 2]]),
    (back51, .stereo, [[1, 0, r, 0, r, 0], [0, 1, r, 0, 0, r]]),
    (
      back51, .surround51,
      [
        [1, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0], [0, 0, 0, 1, 0, 0], [0, 0, 0, 0, 1, 0],
        [0, 0, 0, 0, 0, 1],
      ]
    ),
    // The order of a film's 5.1: L C R Ls Rs LFE.
    (
      ChannelLayout([.frontLeft, .frontCenter, .frontRight, .sideLeft, .sideRight, .lowFrequency]), .surround51,
      [
        [1, 0, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0], [0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 0, 1], [0, 0, 0, 1, 0, 0],
        [0, 0, 0, 0, 1, 0],
      ]
    ),
    (ChannelLayout([.frontLeft, .frontRight, .lowFrequency]), .stereo, [[1, 0, 0], [0, 1, 0]]),
    (ChannelLayout([.frontLeft, .frontRight, .frontCenter]), .stereo, [[1, 0, r], [0, 1, r]]),
    (
      ChannelLayout([.frontLeft, .frontRight, .backLeft, .backRight]), .surround51,
      [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    ),
  ]

  @Test(arguments: tables)
  func theMatrixIsTheStandards(from: ChannelLayout, to: ChannelLayout, gains: [[Double]]) throws {
    let map = try ChannelMap(from: from, to: to)
    #expect(map.gains.count == gains.count)
    for (row, expected) in zip(map.gains, gains) {
      #expect(row.count == expected.count)
      for (a, b) in zip(row, expected) { #expect(abs(a - b) < 1e-15) }
    }
  }

  @Test func whatSoundsNowhereIsTold() throws {
    #expect(try ChannelMap(from: .surround51, to: .stereo).dropped == [.lowFrequency])
    #expect(try ChannelMap(from: .stereo, to: .surround51).dropped.isEmpty)
    #expect(try ChannelMap(from: Self.back51, to: .surround51).isIdentity)
    #expect(try !ChannelMap(from: .mono, to: .stereo).isIdentity)
  }

  @Test(arguments: [
    (ChannelLayout([.frontLeft, .frontRight, .backLeft, .backRight, .sideLeft, .sideRight]), "L+R+Lb+Rb+Ls+Rs"),
    (ChannelLayout([.frontLeft, .frontRight, .backCenter]), "L+R+Cs"), (ChannelLayout([.frontLeft]), "L"),
    (ChannelLayout([]), ""),
  ])
  func aLayoutThatCannotBeMixedIsRefusedByName(layout: ChannelLayout, name: String) throws {
    for (from, to) in [(layout, ChannelLayout.stereo), (.stereo, layout)] {
      let fault = #expect(throws: PegError.self) { try ChannelMap(from: from, to: to) }
      #expect(fault?.kind == .badInput)
      #expect(fault?.sentence == "the channel layout \(name) cannot be mixed")
    }
  }

  /// A 5.1 of six levels comes out as the two that the table says.
  @Test func aMixUsesTheMatrix() throws {
    let levels: [Float] = [0.5, 0.25, 0.125, 1, 0.0625, 0.03125]
    let sound = MadeSound(rate: 48000, layout: .surround51, count: 1) { channel, _ in levels[channel] }
    let mixed = try Mix.all([Mix.event(sound, FrameRange(0, 1))], length: 1, layout: .stereo)
    #expect(mixed[0] == [Float(0.5 + Self.r * 0.125 + Self.r * 0.0625)])
    #expect(mixed[1] == [Float(0.25 + Self.r * 0.125 + Self.r * 0.03125)])
  }
}
