import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

/// What an interrupted render leaves is read back as far as it goes: ffprobe says where the packets of the whole file lie,
/// and of a part of it exactly those are found that end inside.
@Suite(.enabled(if: Tool.has("ffprobe"), "no ffprobe")) struct CutOffTableTests {
  private static let pcm = AudioSettings(codec: "pcm_s24le", layout: .stereo)

  static let files: [(EncoderSample, String)] = [
    (.ffv1, "matroska"), (.h264, "matroska"), (.proresHQ, "matroska"), (.proresHQ, "mxf"), (.dnxhrHQX, "mxf"),
  ]

  /// Where the bytes of each picture begin and end, by ffprobe.
  private func places(_ path: String, _ container: String, omitted: Int) throws -> [Range<Int>] {
    let probe = try Probe(ffprobe: path, ["-show_packets", "-select_streams", "v"])
    // libav's position is that of a Matroska block's payload, with one byte of track, two of time and one of flags; in MXF
    // that of the key, with 16 bytes of it and four of length.
    let head = container == "mxf" ? 20 : 4
    return zip(probe.column("packets", "pos"), probe.column("packets", "size")).map { position, size in
      let start = (Int(position) ?? 0) + head
      return start..<start + (Int(size) ?? 0) - omitted
    }
  }

  @Test(arguments: files)
  func aFileCutOffAnywhereGivesThePacketsThatEndInside(sample: EncoderSample, container: String) throws {
    let folder = try TempFolder()
    let path = folder.file("whole.\(container)")
    _ = try sample.with({ _ in }, container: container).write(path, frames: 20, audio: Self.pcm)
    let whole = try PacketTable.read(path: path, mayBeCut: true)
    #expect(try PacketTable.read(path: path).streams.map(\.entries) == whole.streams.map(\.entries))
    let places = try places(path, container, omitted: whole.streams[0].omitted)
    #expect(whole.streams[0].entries.map { $0.offset..<$0.offset + $0.size } == places)

    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    // Around the edges of every packet, all through the head, and evenly over the rest.
    var cuts = Set(stride(from: 1, to: min(bytes.count, 2500), by: 3))
    cuts.formUnion(stride(from: 0, to: bytes.count, by: max(1, bytes.count / 211)))
    for place in places {
      for near in [-1, 0, 1] { cuts.formUnion([place.lowerBound + near, place.upperBound + near]) }
    }
    let part = folder.file("part.\(container)")
    try bytes.write(to: URL(fileURLWithPath: part))
    // From the end on: each part is the one before it, made shorter.
    for cut in cuts.sorted(by: >) where cut < bytes.count {
      #expect(truncate(part, off_t(cut)) == 0)
      let expected = places.filter { $0.upperBound <= cut }
      guard let table = try? PacketTable.read(path: part, mayBeCut: true) else {
        #expect(expected.isEmpty, "\(cut) of \(bytes.count) bytes")
        continue
      }
      let found = table.streams.first { $0.isVideo }?.entries ?? []
      #expect(found.map { $0.offset..<$0.offset + $0.size } == expected, "\(cut) of \(bytes.count) bytes")
      #expect(found.map(\.presentation) == whole.streams[0].entries.prefix(found.count).map(\.presentation))
    }
  }

  /// The file as it lies there when the process was killed: sizes that are written last are not known yet.
  @Test(arguments: files)
  func anUnfinishedFileGivesWhatWasWritten(sample: EncoderSample, container: String) throws {
    let folder = try TempFolder()
    let path = folder.file("open.\(container)")
    let (packets, parameters) = try sample.packets(0..<40, pool: FramePool(idleLimit: 1 << 22))
    var muxer = try Muxer(
      path: path, container: container,
      video: .init(
        parameters: parameters, rate: sample.settings.rate, reorderDepth: sample.settings.reorderDepth))
    for packet in packets { try muxer.write(packet, stream: 0) }
    try muxer.flush(durably: false)
    let table = try PacketTable.read(path: path, mayBeCut: true)
    // Where MXF was written so far it is whole; Matroska says that it does not know its size.
    if container == "matroska" { #expect(throws: MediaError.self) { try PacketTable.read(path: path) } }
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let video = try #require(table.streams.first)
    // Matroska holds half a second back, MXF a picture.
    #expect(video.entries.count >= 40 - 13)
    for (entry, packet) in zip(video.entries, packets) {
      #expect(
        packet.withBytes { Array($0.dropFirst(video.omitted)) }
          == Array(bytes[entry.offset..<entry.offset + entry.size]))
    }
    muxer.abort()
  }

  /// What a power cut leaves: the file has its length, but its last pages were never written.
  @Test(arguments: [(EncoderSample.ffv1, "matroska"), (.proresHQ, "mxf")])
  func zerosWhereBytesWereToComeEndTheList(sample: EncoderSample, container: String) throws {
    let folder = try TempFolder()
    let path = folder.file("whole.\(container)")
    _ = try sample.with({ _ in }, container: container).write(path, frames: 20)
    let places = try places(path, container, omitted: 0)
    let half = places[9].upperBound
    #expect(truncate(path, off_t(half)) == 0)
    #expect(truncate(path, off_t(half + 100_000)) == 0)
    let table = try PacketTable.read(path: path, mayBeCut: true)
    // A zero may still be read as the rest of what was begun, never as another picture.
    #expect(table.streams[0].entries.map { $0.offset..<$0.offset + $0.size } == Array(places[...9]))
  }

  /// MOV and MP4 say where a packet goes as it is written; until the file is finished it lies there.
  @Test(arguments: [(EncoderSample.proresHQ, "mov"), (.h264, "mp4")])
  func anUnfinishedMovieHasItsPacketsWhereTheMuxerSaid(sample: EncoderSample, container: String) throws {
    let folder = try TempFolder()
    let path = folder.file("open.\(container)")
    let (packets, parameters) = try sample.packets(0..<12, pool: FramePool(idleLimit: 1 << 22))
    var muxer = try Muxer(
      path: path, container: container,
      video: .init(
        parameters: parameters, rate: sample.settings.rate, reorderDepth: sample.settings.reorderDepth))
    var places: [Int] = []
    for packet in packets { places.append(try muxer.write(packet, stream: 0)) }
    try muxer.flush(durably: false)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for (place, packet) in zip(places, packets) {
      #expect(packet.withBytes { Array($0) } == Array(bytes[place..<place + packet.size]))
    }
    muxer.abort()
  }
}
