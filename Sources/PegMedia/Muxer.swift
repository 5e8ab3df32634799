internal import CFFmpeg
import Foundation
public import PegCore

/// Packets to a file: MOV, MP4, Matroska or MXF. Opened once, finished once.
///
/// Equal packets in equal order give equal bytes: no clock, no random number, no version of a library reaches the file. A
/// muxer that is let go without ``finish()`` leaves an unfinished file where it was.
public struct Muxer: ~Copyable, @unchecked Sendable {
  // Unchecked: it has one owner, who may pass it from thread to thread but not share it.

  /// The picture stream.
  public struct VideoTrack: Sendable {
    public var parameters: CodecParameters
    /// Packet times count frames of this rate.
    public var rate: FrameRate
    /// As the encoder's settings declare it.
    public var reorderDepth: Int

    public init(parameters: CodecParameters, rate: FrameRate, reorderDepth: Int = 0) {
      self.parameters = parameters
      self.rate = rate
      self.reorderDepth = reorderDepth
    }
  }

  /// One sound stream.
  public struct AudioTrack: Sendable {
    /// Packet times count samples of its rate.
    public var parameters: CodecParameters
    /// ISO 639-2 code of three letters; `nil` says nothing.
    public var language: String?
    public var title: String?

    public init(parameters: CodecParameters, language: String? = nil, title: String? = nil) {
      self.parameters = parameters
      self.language = language
      self.title = title
    }
  }

  private let core: MuxerCore

  /// - Parameters:
  ///   - path: the file, created or emptied.
  ///   - container: `mov`, `mp4`, `matroska` or `mxf`.
  ///   - video: stream 0, when there is one.
  ///   - audio: the streams after it.
  ///   - timecode: the label of the first frame: a `tmcd` track, an MXF timecode component, a Matroska tag.
  ///   - metadata: of the file, by libav's names, such as `title`.
  ///   - options: of the muxer, by libav's names.
  ///   - indexRoom: bytes kept free in front of the packets for the index of a MOV or MP4 file that shall have it there
  ///     (``indexRoom(pictures:sound:)``). Without it, libav moves all packets at the end to make room, and a file that is
  ///     interrupted then has them where no journal says.
  /// - Throws: ``MediaError``: the file cannot be created, or the container cannot hold these streams.
  public init(
    path: String, container: String, video: VideoTrack?, audio: [AudioTrack] = [], timecode: Timecode? = nil,
    metadata: [(key: String, value: String)] = [], options: [EncoderSettings.Option] = [],
    indexRoom: Int? = nil
  ) throws(MediaError) {
    guard let container = Container(rawValue: container) else {
      throw MediaError(
        .badInput, .open, path, "there is no container \(container)",
        hint: Container.allCases.map(\.rawValue).joined(separator: ", ") + " are there")
    }
    let file = try OutputFile(creating: path)
    do {
      core = try MuxerCore(
        file: file, container: container, video: video, audio: audio, timecode: timecode, metadata: metadata,
        options: options, indexRoom: indexRoom)
    } catch {
      file.remove()
      throw error
    }
  }

  /// A stream to a descriptor that cannot seek, such as a pipe: Matroska without an index, MOV and MP4 in fragments of half
  /// a second at most.
  ///
  /// - Parameters:
  ///   - descriptor: is not closed.
  ///   - name: what errors call it: `standard output`.
  /// - Throws: ``MediaError``; MXF, whose first partition tells what lies behind it, is refused.
  public init(
    streamingTo descriptor: Int32, name: String, container: String, video: VideoTrack?, audio: [AudioTrack] = [],
    timecode: Timecode? = nil, metadata: [(key: String, value: String)] = [],
    options: [EncoderSettings.Option] = []
  ) throws(MediaError) {
    guard let container = Container(rawValue: container), container != .mxf else {
      throw MediaError(
        .badInput, .open, name, "\(container) cannot be written to a pipe, because its head tells what lies behind it",
        hint: "stream mov, mp4 or matroska, or write to a file")
    }
    let copy = dup(descriptor)
    guard copy >= 0 else {
      throw MediaError(.cannotCreate, .open, name, OutputFile.words(errno), code: -errno)
    }
    let file = try OutputFile(path: name, descriptor: copy, canSeek: false)
    core = try MuxerCore(
      file: file, container: container, video: video, audio: audio, timecode: timecode, metadata: metadata,
      options: container.streamOptions + options)
  }

  /// Bytes that the index of so many packets takes at most, in MOV and MP4.
  ///
  /// A picture takes 4 in `stsz`, 8 in `ctts`, 8 in `stts`, 4 in `stss`, 1 in `sdtp`, and where it begins a chunk 12 in `stsc`
  /// and 8 in `co64`; a packet of sound 4, 8, 12 and 8 (ISO/IEC 14496-12, clause 8). Headers take some hundred bytes a track.
  ///
  /// - Parameters:
  ///   - pictures: packets of the picture stream.
  ///   - sound: packets of each sound stream.
  public static func indexRoom(pictures: Int, sound: [Int]) -> Int {
    8192 + 45 * pictures + sound.reduce(0) { $0 + 4096 + 32 * $1 }
  }

  /// Appends a packet; the caller writes in the order the file shall have.
  ///
  /// - Parameter stream: 0 for the picture, then the sound streams in order; without a picture sound begins at 0.
  /// - Returns: where the packet's bytes begin in the file while it is written, or -1 for containers that hold them back
  ///   (Matroska, MXF). ``PacketTable`` reads the places from the finished file.
  /// - Throws: ``MediaError``, of kind `io` when the disk is full or fails.
  @discardableResult
  public mutating func write(_ packet: Packet, stream: Int) throws(MediaError) -> Int {
    try core.write(packet, stream: stream)
  }

  /// Bytes written so far.
  public var size: Int { Int(core.file.position) }

  /// Says how many bytes the file will have, as well as is known by now: one that is larger than what the system's cache should
  /// hold of it need not begin there. The file is the same whatever is said.
  public mutating func expect(bytes: Int) { core.file.expected = bytes }

  /// Bytes from the file's beginning that the system has: they stay when the process is killed. The last few MiB of a large file
  /// may still be on their way.
  public mutating func landed() -> Int { core.file.landed() }

  /// Hands what was written to the system, and with `durably` to the disk.
  public mutating func flush(durably: Bool) throws(MediaError) { try core.file.flush(durably: durably) }

  /// Writes the index, flushes and closes.
  ///
  /// - Parameter umidSeed: what an MXF file's package ids are made of; without it they are zero.
  /// - Throws: ``MediaError``, of kind `io` when the disk is full or fails.
  public mutating func finish(umidSeed: [UInt8]? = nil) throws(MediaError) { try core.finish(umidSeed: umidSeed) }

  /// Closes and removes the file.
  public mutating func abort() { core.abort() }
}

/// What a container is, and what libav's muxer of it has to be told.
enum Container: String, CaseIterable {
  case mov, mp4, matroska, mxf

  /// Whether a packet's bytes go to the file as soon as they are given.
  var writesAtOnce: Bool { self == .mov || self == .mp4 }

  /// What libav's muxer has to be told when it cannot go back: no index to come, or one for each fragment.
  var streamOptions: [EncoderSettings.Option] {
    switch self {
    case .matroska: [.init("live", "1")]
    // The head waits for the first fragment: then it knows where sound begins.
    case .mov, .mp4: [.init("movflags", "+empty_moov+delay_moov+default_base_moof"), .init("frag_duration", "500000")]
    case .mxf: []
    }
  }

  /// libav's key for a piece of metadata: MXF has fields for a few, and user comments for the rest.
  func metadataKey(_ key: String) -> String {
    let fields: Set = ["project_name", "company_name", "product_name", "product_version", "material_package_name"]
    return self == .mxf && !fields.contains(key) && !key.hasPrefix("comment_") ? "comment_" + key : key
  }
}
