import PegCore
import PegLedger
import PegMedia

/// Where one master is in its sound: written between its pictures, as many samples as the pictures that stand before it.
final class SoundFeed {
  private let maker: SoundMaker
  private var next = 0
  /// What the ledger says of what was written.
  private(set) var entries: [SoundEntry] = []

  init(_ maker: SoundMaker) {
    self.maker = maker
    maker.join()
  }

  var streams: [Muxer.AudioTrack] { maker.streams }
  /// Record samples of the file.
  var sampleCount: Int { maker.blocks.samples.count }
  var findings: [Finding] { maker.findings }

  /// Writes what belongs before the end of `written` pictures of the file.
  ///
  /// - Parameter emit: gets each packet and the number of its stream.
  func write(through written: Int, emit: (Packet, Int) throws -> Void) throws {
    let blocks = maker.blocks
    while next < blocks.count, blocks.frames(next).end - blocks.frames.start <= written {
      let block = try maker.block(next)
      next += 1
      for (packet, stream) in block.packets { try emit(packet, stream) }
      entries += block.entries
    }
  }
}
