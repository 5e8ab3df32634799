internal import CFFmpeg
import PegCore

/// Makes a ``PictureIndex`` from the packets of a file.
struct PictureScan {
  private let path: String
  private let stream: Demuxer.Stream
  private var packets: [PictureIndex.PacketMark] = []
  private var keys: [Int32] = []
  /// Packets that are shown, with their times.
  private var shown: [(packet: Int32, time: Int64)] = []
  private var durations: [Int64] = []
  private var isMissingTimes = false
  private var findings: [Finding] = []

  /// The index of the first picture stream of a file, by its container's list where it has one.
  ///
  /// - Throws: ``MediaError`` for a file that is missing, not readable or has no pictures.
  static func index(path: String) throws(MediaError) -> PictureIndex {
    var demuxer = try Demuxer(path: path, .header)
    var scan = try PictureScan(demuxer)
    LogTap.clear()
    if try !scan.takeContainerIndex(demuxer) {
      if !demuxer.isAnalysed {
        demuxer = try Demuxer(path: path)
        scan = try PictureScan(demuxer)
      }
      try scan.readPackets(&demuxer)
    }
    if scan.isMissingTimes { try scan.decodeForOrder() }
    return try scan.finished()
  }

  private init(_ demuxer: borrowing Demuxer) throws(MediaError) {
    guard let stream = demuxer.pictureStream else {
      throw MediaError(.badInput, .probe, demuxer.path, "it has no pictures")
    }
    self.init(path: demuxer.path, stream: demuxer.streams[stream])
  }

  private init(path: String, stream: Demuxer.Stream) {
    self.path = path
    self.stream = stream
  }

  // MARK: Where packets come from

  /// MOV and MP4 list every sample in their header. Where each is a picture of its own that list is the index, and the
  /// file, which for a master is tens of gigabytes, need not be read.
  private mutating func takeContainerIndex(_ demuxer: borrowing Demuxer) throws(MediaError) -> Bool {
    guard demuxer.container == "mov", let av = demuxer.context.pointee.streams[stream.index],
      Self.isIntraOnly(av.pointee.codecpar.pointee.codec_id)
    else { return false }
    let count = Int(avformat_index_get_entries_count(av))
    guard count > 0, count == stream.frameCount, count <= MediaLimits.packets else { return false }
    let size = try FileFacts(path).size
    var previous = Int64.min
    for number in 0..<count {
      guard let entry = avformat_index_get_entry(av, Int32(number)) else { return false }
      let (position, time, bytes) = (entry.pointee.pos, entry.pointee.timestamp, Int(entry.pointee.size))
      let flags = entry.pointee.flags
      guard time > previous, MediaLimits.plausible(time, of: stream.timeBase) != nil, flags & AVINDEX_KEYFRAME != 0,
        bytes > 0
      else {
        forget()
        return false
      }
      previous = time
      guard position >= 0, bytes <= size, Int(position) <= size - bytes else {
        noteTruncation(promised: count)
        break
      }
      packets.append(.init(decode: time, presentation: time, position: position, size: Int32(clamping: bytes)))
      keys.append(Int32(number))
      if flags & AVINDEX_DISCARD_FRAME == 0 { shown.append((Int32(number), time)) }
    }
    // The list has no durations: the last sample lasts as long as the one before it.
    let steps = zip(shown, shown.dropFirst()).map { $1.time - $0.time }
    durations = steps.isEmpty ? [] : steps + [steps[steps.count - 1]]
    return true
  }

  private mutating func forget() {
    packets = []
    keys = []
    shown = []
  }

  private mutating func readPackets(_ demuxer: inout Demuxer) throws(MediaError) {
    demuxer.select([stream.index])
    let isVP8 = stream.codec == "vp8"
    // Every picture of these is painted over the one before.
    let isPainted = stream.codec == "gif" || stream.codec == "apng"
    let longest = MediaLimits.ticks(of: stream.timeBase).magnitude
    while try demuxer.read() {
      let packet = demuxer.current.pointee
      // Times past all measure: what follows cannot be placed.
      let stated = packet.pts != peg_nopts() ? packet.pts : packet.dts
      if stated != peg_nopts(), stated.magnitude > longest {
        findings.append(
          Finding(
            "media.truncated", .error, "picture \(packets.count) says a time that is none; it ends there", at: path,
            hint: "copy or export it again"))
        break
      }
      if packet.flags & AV_PKT_FLAG_CORRUPT != 0 {
        noteTruncation(promised: stream.frameCount)
        break
      }
      guard packets.count < MediaLimits.packets else {
        throw MediaError(.badInput, .read, path, "it has more than \(MediaLimits.packets) pictures")
      }
      let number = Int32(packets.count)
      packets.append(.init(decode: packet.dts, presentation: packet.pts, position: packet.pos, size: packet.size))
      if packet.flags & AV_PKT_FLAG_KEY != 0, !isPainted || number == 0 { keys.append(number) }
      // An edit list drops it; or it says "as before" (AVI); or it is a reference that is never shown (VP8).
      if packet.flags & AV_PKT_FLAG_DISCARD != 0 || packet.size == 0 { continue }
      if isVP8, let data = packet.data, data.pointee & 0x10 == 0 { continue }
      let time = packet.pts != peg_nopts() ? packet.pts : packet.dts
      if packet.pts == peg_nopts() { isMissingTimes = true }
      shown.append((number, time))
      durations.append(packet.duration.magnitude <= longest ? packet.duration : 0)
    }
    if demuxer.endedBroken { noteTruncation(promised: stream.frameCount) }
    if let av = demuxer.context.pointee.streams[stream.index], demuxer.container == "mov" {
      let promised = Int(avformat_index_get_entries_count(av))
      if packets.count < promised { noteTruncation(promised: promised) }
    }
  }

  private mutating func noteTruncation(promised: Int) {
    guard !findings.contains(where: { $0.code == "media.truncated" }) else { return }
    let count = packets.count
    let what = promised > count ? "\(promised) pictures are promised, \(count) are there" : "it ends within a picture"
    findings.append(
      Finding("media.truncated", .error, "the file is cut off: \(what)", at: path, hint: "copy or export it again"))
  }

  // MARK: Times that are not there

  /// Decodes the whole stream once to learn in which order its packets are shown (elementary streams, AVI).
  private mutating func decodeForOrder() throws(MediaError) {
    var demuxer = try Demuxer(path: path)
    demuxer.select([stream.index])
    var decoder = try demuxer.decoder(stream: stream.index, threads: 1, pool: FramePool(idleLimit: 1 << 26))
    var number: Int64 = 0
    var output: [Int32] = []
    func drain(_ decoder: inout Decoder) throws(MediaError) {
      while case .frame(let frame) = try decoder.receiveRaw() {
        if frame.pointee.pts >= 0 { output.append(Int32(frame.pointee.pts)) }
      }
    }
    while try demuxer.read(), number < packets.count {
      demuxer.current.pointee.pts = number
      demuxer.current.pointee.dts = number
      number += 1
      // A damaged packet has no picture here; the reader says so when it is asked for it.
      _ = try? decoder.send(demuxer.current)
      try? drain(&decoder)
    }
    _ = try? decoder.send(nil as UnsafeMutablePointer<AVPacket>?)
    try? drain(&decoder)
    let unique = Set(output)
    guard unique.count == output.count else {
      throw MediaError(.badInput, .probe, path, "its pictures have no times, and its packets do not tell them apart")
    }
    let times = timesInOrder(output.count)
    shown = zip(output, times).map { (packet: $0, time: $1) }
    durations = []
  }

  /// Times for `count` pictures in order: the decode times where the container has them, else its rate's.
  private func timesInOrder(_ count: Int) -> [Int64] {
    let decodeTimes = shown.map { packets[Int($0.packet)].decode }.filter { $0 != peg_nopts() }.sorted()
    if decodeTimes.count == count, Set(decodeTimes).count == count { return decodeTimes }
    let rate = stream.baseRate ?? stream.averageRate ?? 25
    let step = Rational(1) / (rate * stream.timeBase)
    return (0..<count).map { Int64((Rational($0) * step).rounded) }
  }

  // MARK: The end

  private mutating func finished() throws(MediaError) -> PictureIndex {
    guard !shown.isEmpty else {
      let cause = findings.first?.message ?? "it has no pictures"
      throw MediaError(.badInput, .probe, path, cause)
    }
    // Packets lie in decode order; equal times keep that order.
    var last: Int64 = 0
    if durations.count == shown.count, let end = shown.indices.max(by: { shown[$0].time < shown[$1].time }) {
      last = max(0, durations[end])
    }
    shown.sort { ($0.time, $0.packet) < ($1.time, $1.packet) }
    return PictureIndex(
      stream: stream.index, tick: stream.timeBase, packets: packets, keys: keys, shown: shown, lastDuration: last,
      findings: findings)
  }

  static func isIntraOnly(_ codec: AVCodecID) -> Bool {
    guard let descriptor = avcodec_descriptor_get(codec) else { return false }
    // GIF calls itself so to muxers; its pictures are painted over each other.
    return descriptor.pointee.props & AV_CODEC_PROP_INTRA_ONLY != 0 && codec != AV_CODEC_ID_GIF
      && codec != AV_CODEC_ID_APNG
  }
}
