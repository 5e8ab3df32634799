import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

@Suite(.enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct PacketTableTests {
  private let pcm = AudioSettings(codec: "pcm_s24le", layout: .stereo)
  private let aac = AudioSettings(codec: "aac", layout: .stereo)

  static let files: [(EncoderSample, String)] = [
    (.proresHQ, "mov"), (.dnxhrHQX, "mov"), (.h264, "mov"), (.h264, "mp4"), (.hevc, "mp4"), (.ffv1, "matroska"),
    (.h264, "matroska"), (.proresHQ, "matroska"), (.proresHQ, "mxf"), (.dnxhrHQX, "mxf"),
  ]

  @Test(arguments: files)
  func everyPacketsBytesStandWhereTheTableSays(sample: EncoderSample, container: String) throws {
    let folder = try TempFolder()
    let path = folder.file("movie.\(container)")
    let written = try sample.with({ _ in }, container: container).write(
      path, frames: 20, timecode: Timecode(frames: 86400, rate: FrameRate(24)), audio: container == "mp4" ? aac : pcm)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    let table = try PacketTable.read(path: path)
    #expect(table.streams.map(\.isVideo) == [true, false])
    let video = table.streams[0]
    #expect(video.entries.count == 20)
    for (entry, (place, packet)) in zip(video.entries, written) {
      let there = Array(bytes[entry.offset..<entry.offset + entry.size])
      #expect(packet.withBytes { Array($0.dropFirst(video.omitted)) } == there)
      // MOV is written straight through; the moov in front of an MP4 shifts what was said while it was written.
      if container == "mov" { #expect(place == entry.offset) }
      if container == "matroska" || container == "mxf" { #expect(place == -1) }
      if let time = entry.presentation {
        let frames = Rational(time) * video.unit * sample.settings.rate.value
        #expect(frames.rounded == Int(packet.presentation))
      }
      if let isKey = entry.isKey { #expect(isKey == packet.isKey) }
    }
    #expect(!table.index.isEmpty && table.index.allSatisfy { $0.upperBound <= bytes.count })
  }

  /// ffprobe demuxes every packet; its places, sizes and times are those of the table, for sound as well.
  @Test(arguments: [(EncoderSample.h264, "mp4"), (.hevc, "mov"), (.proresHQ, "mov"), (.ffv1, "matroska")])
  func ffprobeFindsTheSamePackets(sample: EncoderSample, container: String) throws {
    let folder = try TempFolder()
    let path = folder.file("movie.\(container)")
    _ = try sample.with({ _ in }, container: container).write(path, frames: 20, audio: container == "mp4" ? aac : pcm)
    let table = try PacketTable.read(path: path)
    let probe = try Probe(ffprobe: path, ["-show_packets", "-select_streams", "v"])
    let entries = table.streams[0].entries
    #expect(probe.column("packets", "size") == entries.map { "\($0.size)" })
    #expect(probe.column("packets", "pts") == entries.map { "\($0.presentation ?? -1)" })
    if container != "matroska" { #expect(probe.column("packets", "pos") == entries.map { "\($0.offset)" }) }
    let sound = try Probe(ffprobe: path, ["-show_packets", "-select_streams", "a"])
    let total = table.streams[1].entries.reduce(0) { $0 + $1.size }
    #expect(sound.column("packets", "size").compactMap(Int.init).reduce(0, +) == total)
    if container == "mp4" {
      #expect(sound.column("packets", "pos") == table.streams[1].entries.map { "\($0.offset)" })
      #expect(sound.column("packets", "pts") == table.streams[1].entries.map { "\($0.presentation ?? 0)" })
      #expect(table.streams[1].entries.first?.presentation == -1024)
    }
  }

  @Test func whatIsNoSuchFileIsRefused() throws {
    let folder = try TempFolder()
    let path = folder.file("text.mov")
    try Data("no movie at all, only words".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: MediaError.self) { try PacketTable.read(path: path) }
    #expect(throws: MediaError.self) { try PacketTable.read(path: folder.file("none.mov")) }
    // A movie that was cut off has no moov, a cut Matroska file ends inside its segment.
    for container in ["mov", "matroska", "mxf"] {
      let whole = folder.file("whole.\(container)")
      _ = try EncoderSample.proresHQ.with({ _ in }, container: container).write(whole, frames: 5)
      let bytes = try Data(contentsOf: URL(fileURLWithPath: whole))
      try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: MediaError.self) { try PacketTable.read(path: path) }
      #expect(error?.sentence.contains(path) == true)
    }
  }
}
