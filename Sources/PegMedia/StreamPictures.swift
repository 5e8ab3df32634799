internal import CFFmpeg
import PegCore

/// The pictures of a stream that libav demuxes and decodes.
///
/// Each packet goes to the decoder with its own number as its time, so that a picture that comes out names the packet it
/// came from, whatever the container says about times.
final class StreamPictures: PictureDecoding {
  private let path: String
  private let index: PictureIndex
  private let pool: FramePool
  private var threads: Int
  private var demuxer: Demuxer
  private var decoder: Decoder
  /// The packet that is sent next.
  private var next = 0
  /// The packet that decoding started from.
  private var started = 0
  /// The picture that came out last; nothing before it comes any more. -1 after a seek.
  private var lastOut = -1
  private var isDrained = false
  /// Whether the packet that the demuxer read last is still to be sent.
  private var heldBack = false
  /// Whether the position is known at all.
  private var isPlaced = true
  /// Packets since ``started`` whose pictures are not what was encoded.
  private var damaged: [Int: MediaError] = [:]
  /// Whether the decoder hides damage from its caller: its log counts.
  private let logCounts: Bool

  init(path: String, index: PictureIndex, threads: Int, pool: FramePool) throws(MediaError) {
    self.path = path
    self.index = index
    self.threads = max(1, threads)
    self.pool = pool
    var demuxer = try Demuxer(path: path, .header)
    guard demuxer.streams.indices.contains(index.stream) else {
      throw MediaError(.badInput, .open, path, "its index is of another file")
    }
    demuxer.select([index.stream])
    let codec = demuxer.streams[index.stream].codec
    logCounts = codec == "ffv1" || (codec != "mjpeg" && index.isAllKeys && Self.isIntraOnly(codec))
    decoder = try demuxer.decoder(stream: index.stream, threads: self.threads, pool: pool)
    self.demuxer = demuxer
  }

  private static func isIntraOnly(_ codec: String) -> Bool {
    avcodec_descriptor_get_by_name(codec).map { PictureScan.isIntraOnly($0.pointee.id) } ?? false
  }

  func decode(
    _ picture: Int, passing: (Int, () throws(MediaError) -> Frame) -> Void
  ) throws(MediaError) -> Frame {
    let goesOn = isPlaced && picture > lastOut && !isDrained && index.start(of: picture) <= next
    if goesOn, case .whole(let frame) = try run(to: picture, passing) { return frame }
    // A stream may call a packet a key that decoding does not fully start from (periodic intra refresh): go back further.
    var steps = [0, 1, 4][...]
    while let earlier = steps.popFirst() {
      let start = index.start(of: picture, earlier: earlier)
      try place(at: start)
      switch try run(to: picture, passing) {
      case .whole(let frame): return frame
      // One thread is left, which tells which packet it is: from the top.
      case .unclear: steps = [0, 1, 4]
      case .missed: if start == 0 { steps = [] }
      }
    }
    isPlaced = false
    var error = damage(of: picture) ?? MediaError(.badInput, .decode, path, "its bytes do not decode")
    error.cause = "picture \(picture) is damaged: \(error.cause)"
    error.hint = error.hint ?? "copy or export the file again"
    throw error
  }

  private enum Outcome {
    case whole(Frame)
    /// It does not come, or not whole.
    case missed
    /// Something is damaged, and threads hide which packet it is; from now on there is one thread.
    case unclear
  }

  /// Decodes on until `picture` comes out.
  private func run(
    to picture: Int, _ passing: (Int, () throws(MediaError) -> Frame) -> Void
  ) throws(MediaError) -> Outcome {
    while true {
      let received: Decoder.Received
      do throws(MediaError) {
        received = try decoder.receiveRaw()
      } catch {
        if try isUnclear() { return .unclear }
        mark(next - 1, error)
        continue
      }
      switch received {
      case .frame(let av):
        guard let out = index.picture(ofPacket: Int(av.pointee.pts)) else { continue }
        lastOut = max(lastOut, out)
        if peg_frame_is_damaged(av) != 0 {
          if try isUnclear() { return .unclear }
          mark(Int(av.pointee.pts), MediaError(.badInput, .decode, path, "parts of it were made up by the decoder"))
        }
        noteComplaints()
        if out == picture, damage(of: out) == nil {
          // The picture is its reader's alone.
          defer { av_frame_unref(av) }
          return .whole(try decoder.picture(av))
        }
        if out >= picture { return .missed }
        if damage(of: out) == nil { passing(out) { () throws(MediaError) in try decoder.picture(av) } }
      case .wantsPacket:
        if logCounts, decoder.hasComplained, try isUnclear() { return .unclear }
        noteComplaints()
        do throws(MediaError) {
          try sendNext()
        } catch {
          guard error.operation == .decode else { throw error }
          if try isUnclear() { return .unclear }
          mark(next - 1, error)
        }
      case .end:
        isDrained = true
        return .missed
      }
    }
  }

  // MARK: Damage

  /// Whether several threads hide which packet is damaged; if so, one is left from now on.
  private func isUnclear() throws(MediaError) -> Bool {
    guard threads > 1 else { return false }
    threads = 1
    decoder = try demuxer.decoder(stream: index.stream, threads: 1, pool: pool)
    isPlaced = false
    return true
  }

  /// What the decoder told its log concerns the packet sent last: one thread decodes it before it takes another.
  private func noteComplaints() {
    guard logCounts, threads == 1, decoder.hasComplained else { return }
    decoder.forgive()
    mark(
      next - 1,
      MediaError(.badInput, .decode, path, "parts of it were made up by the decoder", logLine: LogTap.lastLine()))
  }

  private func mark(_ packet: Int, _ error: MediaError) {
    // Pictures that are shown before the key packet but follow it in the file cannot be whole after a seek, and are never
    // asked for from there.
    if let picture = index.picture(ofPacket: packet), index.start(of: picture) < started { return }
    if damaged[packet] == nil { damaged[packet] = error }
  }

  /// The damage that reaches picture `picture`: its own, or that of what it may be predicted from.
  private func damage(of picture: Int) -> MediaError? {
    guard !damaged.isEmpty else { return nil }
    let packet = index.packet(of: picture)
    if let own = damaged[packet] { return own }
    let start = index.start(of: picture)
    return damaged.keys.filter { $0 >= start && $0 < packet }.min().flatMap { damaged[$0] }
  }

  private func sendNext() throws(MediaError) {
    if heldBack {
      heldBack = false
    } else {
      guard next < index.packetCount, try demuxer.read() else {
        _ = try decoder.send(nil as UnsafeMutablePointer<AVPacket>?)
        return
      }
    }
    let packet = demuxer.current
    packet.pointee.pts = Int64(next)
    packet.pointee.dts = Int64(next)
    next += 1
    // A decoder that was drained takes a packet.
    _ = try decoder.send(packet)
  }

  // MARK: Seeking

  /// Sets decoding up to start with packet `packet`.
  private func place(at packet: Int) throws(MediaError) {
    decoder.flush()
    LogTap.clear()
    damaged = [:]
    lastOut = -1
    isDrained = false
    isPlaced = true
    heldBack = false
    started = packet
    if try seek(to: packet) { return }
    // The container's own seeking does not lead there: read from its start.
    demuxer = try Demuxer(path: path, .header)
    demuxer.select([index.stream])
    decoder = try demuxer.decoder(stream: index.stream, threads: threads, pool: pool)
    next = 0
    try skip(to: packet)
  }

  /// Lets the container seek, and checks by the index where that led; `false` when it is not at or before `packet`.
  private func seek(to packet: Int) throws(MediaError) -> Bool {
    let mark = index.mark(of: packet)
    // Matroska seeks by presentation, the others by decode times.
    let order =
      demuxer.container == "matroska" ? [mark.presentation, mark.decode] : [mark.decode, mark.presentation]
    guard let time = order.first(where: { $0 != peg_nopts() }) else { return false }
    guard (try? demuxer.seek(stream: index.stream, to: time)) != nil else { return false }
    // A parser that starts in the middle of a packet gives half of it first: the index knows whole ones alone.
    var found: Int?
    for _ in 0..<8 {
      guard try demuxer.read() else { return false }
      let read = demuxer.current.pointee
      let mark = PictureIndex.PacketMark(
        decode: read.dts, presentation: read.pts, position: read.pos, size: read.size)
      found = index.number(of: mark, near: packet)
      if found != nil { break }
    }
    guard let number = found, number <= packet else { return false }
    // Read ahead by one: that packet is at hand, and sent by whoever needs it.
    guard number < packet else {
      next = packet
      heldBack = true
      return true
    }
    next = number + 1
    try skip(to: packet)
    return next == packet
  }

  private func skip(to packet: Int) throws(MediaError) {
    while next < packet {
      guard try demuxer.read() else {
        throw MediaError(.badInput, .read, path, "it ends before packet \(packet)", hint: "the file changed meanwhile")
      }
      next += 1
    }
  }
}
