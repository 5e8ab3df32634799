internal import CFFmpeg
import PegCore

/// Which packet each picture of a stream comes from, and where decoding has to start to get it.
///
/// Made once from the packets' times, without decoding where they are there, and then shared by all readers of a file.
/// Pictures are counted in order of presentation, from 0. Holds about 40 bytes a picture.
public final class PictureIndex: Sendable {
  /// The stream that is indexed.
  public let stream: Int
  /// Pictures that can be shown.
  public var count: Int { order.count }
  /// Seconds per tick.
  let tick: Rational
  /// When each picture is shown, ascending, in ticks.
  let times: [Int64]
  /// How long the last picture is shown, in ticks; 0 when nobody says.
  let lastDuration: Int64
  /// The packet of each picture, by its number in decode order.
  private let order: [Int32]
  /// What tells a packet from others, by its number in decode order.
  private let packets: [PacketMark]
  /// Numbers of the packets at which decoding can start, ascending; 0 is always one.
  private let keys: [Int32]
  /// What is wrong with the stream's packets.
  let findings: [Finding]
  /// Whether every packet is a key packet.
  let isAllKeys: Bool

  /// The picture of each packet, -1 for one that is not shown.
  private let pictures: [Int32]

  /// What tells a packet from others of its stream.
  struct PacketMark {
    var decode: Int64
    var presentation: Int64
    var position: Int64
    /// Bytes; what a parser cuts out right after a seek may be half a packet.
    var size: Int32

    // Decode times are made up by libav where the container has none, and differ after a seek.
    func isSame(_ other: PacketMark) -> Bool {
      guard position == other.position, size == other.size else { return false }
      if presentation != peg_nopts() { return presentation == other.presentation }
      return decode == other.decode
    }
  }

  init(
    stream: Int, tick: Rational, packets: [PacketMark], keys: [Int32], shown: [(packet: Int32, time: Int64)],
    lastDuration: Int64, findings: [Finding]
  ) {
    self.stream = stream
    self.tick = tick
    self.packets = packets
    isAllKeys = keys.count == packets.count
    self.keys = keys.first == 0 ? keys : [0] + keys
    order = shown.map(\.packet)
    times = shown.map(\.time)
    var pictures = [Int32](repeating: -1, count: packets.count)
    for (picture, entry) in shown.enumerated() { pictures[Int(entry.packet)] = Int32(picture) }
    self.pictures = pictures
    self.lastDuration = lastDuration
    self.findings = findings
  }

  /// The packet, by its number in decode order, that picture `picture` comes from.
  func packet(of picture: Int) -> Int { Int(order[picture]) }

  /// The picture that comes from packet `packet`, or `nil` when it is not shown.
  func picture(ofPacket packet: Int) -> Int? {
    guard pictures.indices.contains(packet), pictures[packet] >= 0 else { return nil }
    return Int(pictures[packet])
  }

  var packetCount: Int { packets.count }

  /// Bytes that the index holds in memory, roughly.
  var bytes: Int { packets.count * (MemoryLayout<PacketMark>.stride + 4) + order.count * 12 + keys.count * 4 + 256 }

  func mark(of packet: Int) -> PacketMark { packets[packet] }

  /// The last packet from which picture `picture` decodes right: a key packet before it that is also shown before it.
  ///
  /// Pictures that follow a key packet but are shown before it may need what came before (open GOP).
  ///
  /// - Parameter earlier: how many key packets before that one to go.
  func start(of picture: Int, earlier: Int = 0) -> Int {
    let packet = order[picture]
    let time = times[picture]
    var low = 0
    var high = keys.count
    while low < high {
      let middle = (low + high) / 2
      if keys[middle] <= packet { low = middle + 1 } else { high = middle }
    }
    var index = low - 1
    while index > 0 {
      let presentation = packets[Int(keys[index])].presentation
      if presentation == peg_nopts() || presentation <= time { break }
      index -= 1
    }
    return Int(keys[max(0, index - earlier)])
  }

  /// The number of the packet that has this mark, looked for at `guess` first; `nil` when there is none.
  func number(of mark: PacketMark, near guess: Int) -> Int? {
    if packets.indices.contains(guess), packets[guess].isSame(mark) { return guess }
    return packets.firstIndex { $0.isSame(mark) }
  }
}

extension PictureIndex {
  /// The index of the first picture stream of a file.
  ///
  /// - Throws: ``MediaError`` for a file that is missing, not readable or has no pictures.
  public static func of(_ path: String) throws(MediaError) -> PictureIndex {
    try PictureIndexCache.shared.index(of: try FileFacts(path)) { () throws(MediaError) in
      try AnimatedWebP.isOne(path) ? try AnimatedWebP.index(path: path) : try PictureScan.index(path: path)
    }
  }
}

extension Demuxer {
  /// The stream of pictures that is meant when nobody says which: the first that is no cover art.
  var pictureStream: Int? { streams.first { $0.kind == .video && !$0.isAttachment }?.index }
}
