internal import CFFmpeg
import Foundation
public import PegCore

/// Sound to packets. Opened once, finished once.
///
/// Float samples become whole numbers here, once: x · 2^(bits − 1), rounded to nearest with halves away from zero, and
/// clipped to the format's limits; clipped samples are counted.
public struct AudioEncoder: ~Copyable, @unchecked Sendable {
  // Unchecked: it has one owner, who may pass it from thread to thread but not share it.
  public let settings: AudioSettings
  public let parameters: CodecParameters
  /// Samples beyond full scale that were clipped so far, NaN among them; stays 0 for encoders that take float.
  public private(set) var clippedSamples = 0
  private let context: EncoderContext
  private let bits: Int
  private var pending: [[Float]]
  private var nextSample: Int64
  private var isFinished = false

  /// - Parameter firstSample: the number of the first sample that will be encoded.
  /// - Throws: ``MediaError`` when libav lacks the encoder, or the encoder refuses the settings.
  public init(_ settings: AudioSettings, firstSample: Int64 = 0) throws(MediaError) {
    let context = try EncoderContext(named: settings.codec)
    guard let (format, bits) = Self.samples(context.av.pointee.codec, settings) else {
      throw MediaError(
        .badInput, .open, "the encoder \(settings.codec)",
        settings.bits.map { "it takes no samples of \($0) bits" } ?? "it takes no kind of sample that Pegbar makes",
        hint: "PCM of 16, 24 or 32 bits, FLAC of 16 or 24 and AAC are there")
    }
    guard let mask = Self.mask(settings) else {
      throw MediaError(
        .badInput, .open, "the encoder \(settings.codec)", "it cannot carry the channels \(settings.layout.name)",
        hint: "channels stand in the order L R C LFE Lb Rb Ls Rs")
    }
    context.av.pointee.sample_fmt = format
    context.av.pointee.sample_rate = Int32(settings.sampleRate)
    context.av.pointee.time_base = AVRational(num: 1, den: Int32(settings.sampleRate))
    context.av.pointee.bits_per_raw_sample = Int32(bits)
    context.av.pointee.thread_count = 1
    if settings.wantsGlobalHeader { context.av.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
    try checked(
      av_channel_layout_from_mask(&context.av.pointee.ch_layout, mask), .open, "the encoder \(settings.codec)")
    try context.open(options: settings.options)
    let parameters = try context.parameters()
    self.settings = settings
    self.parameters = parameters
    self.context = context
    self.bits = bits
    pending = Array(repeating: [], count: settings.layout.count)
    nextSample = firstSample
  }

  /// The kind of sample to give the encoder, and how many bits become whole numbers here, 0 for float.
  private static func samples(
    _ codec: UnsafePointer<AVCodec>?, _ settings: AudioSettings
  ) -> (format: AVSampleFormat, bits: Int)? {
    let deep = settings.codec.hasPrefix("pcm_s32") ? 32 : 24
    let all: [(AVSampleFormat, Int)] = [
      (AV_SAMPLE_FMT_S32, deep), (AV_SAMPLE_FMT_S32P, deep), (AV_SAMPLE_FMT_FLT, 0), (AV_SAMPLE_FMT_FLTP, 0),
      (AV_SAMPLE_FMT_S16, 16), (AV_SAMPLE_FMT_S16P, 16),
    ]
    return all.first { format, bits in
      peg_encoder_takes(codec, format) != 0 && (settings.bits == nil || settings.bits == bits)
    }.map { (format: $0.0, bits: $0.1) }
  }

  /// The layout as WAVEFORMATEXTENSIBLE's mask; `nil` when its channels do not stand in the mask's order.
  private static func mask(_ settings: AudioSettings) -> UInt64? {
    let places = settings.layout.channels.map(\.rawValue)
    guard !places.isEmpty, zip(places, places.dropFirst()).allSatisfy({ $0 < $1 }) else { return nil }
    var mask = places.reduce(UInt64(0)) { $0 | 1 << UInt64($1) }
    // AAC's channel configuration 6 is L R C LFE and two surrounds, wherever they stand; libav files it under back.
    if settings.codec == "aac", settings.layout == .surround51 { mask = 0x3f }
    return mask
  }

  /// Encodes the next samples.
  ///
  /// PCM gives one packet for each block; codecs with a frame size of their own keep what is left over.
  ///
  /// - Returns: packets whose times count samples; an encoder's priming stands before the first sample's time.
  /// - Precondition: the block has the settings' channels and sample rate.
  public mutating func encode(_ block: AudioBlock) throws(MediaError) -> [Packet] {
    precondition(!isFinished, "a finished encoder takes no sound")
    precondition(
      block.channels.count == settings.layout.count && block.sampleRate == settings.sampleRate,
      "the encoder takes \(settings.layout.name) at \(settings.sampleRate)")
    guard block.count > 0 else { return [] }
    let size = Int(context.av.pointee.frame_size)
    guard size > 0 else { return try send(block.channels.map { $0[...] }) }
    var packets: [Packet] = []
    for channel in pending.indices { pending[channel] += block.channels[channel] }
    var at = 0
    let count = pending.first?.count ?? 0
    while count - at >= size {
      packets += try send(pending.map { $0[at..<at + size] })
      at += size
    }
    for channel in pending.indices { pending[channel].removeFirst(at) }
    return packets
  }

  /// What is left, and what the encoder still holds.
  public mutating func finish() throws(MediaError) -> [Packet] {
    guard !isFinished else { return [] }
    var packets: [Packet] = []
    if let rest = pending.first, !rest.isEmpty { packets += try send(pending.map { $0[...] }) }
    isFinished = true
    let what = "the last samples with \(settings.codec)"
    try context.send(nil, what)
    packets += try drain(what)
    return packets
  }

  private mutating func send(_ channels: [ArraySlice<Float>]) throws(MediaError) -> [Packet] {
    let what = "sample \(nextSample) with \(settings.codec)"
    let count = channels.first?.count ?? 0
    let frame = context.scratch
    defer { av_frame_unref(frame) }
    frame.pointee.nb_samples = Int32(count)
    frame.pointee.format = context.av.pointee.sample_fmt.rawValue
    frame.pointee.sample_rate = Int32(settings.sampleRate)
    frame.pointee.pts = nextSample
    try checked(av_channel_layout_copy(&frame.pointee.ch_layout, &context.av.pointee.ch_layout), .encode, what)
    try checked(av_frame_get_buffer(frame, 0), .allocate, what)
    fill(frame, channels)
    nextSample += Int64(count)
    try context.send(frame, what)
    return try drain(what)
  }

  private mutating func fill(_ frame: UnsafeMutablePointer<AVFrame>, _ channels: [ArraySlice<Float>]) {
    let format = context.av.pointee.sample_fmt
    let isPlanar = av_sample_fmt_is_planar(format) != 0
    let step = isPlanar ? 1 : channels.count
    for (channel, samples) in channels.enumerated() {
      guard let plane = frame.pointee.extended_data[isPlanar ? channel : 0] else { continue }
      let first = isPlanar ? 0 : channel
      switch format {
      case AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_FLTP:
        plane.withMemoryRebound(to: Float.self, capacity: samples.count * step) { target in
          for (index, sample) in samples.enumerated() { target[first + index * step] = sample }
        }
      case AV_SAMPLE_FMT_S16, AV_SAMPLE_FMT_S16P:
        plane.withMemoryRebound(to: Int16.self, capacity: samples.count * step) { target in
          for (index, sample) in samples.enumerated() {
            target[first + index * step] = Int16(truncatingIfNeeded: code(of: sample))
          }
        }
      default:
        // Samples of 24 bits stand at the top of 32.
        let shift = Int64(32 - bits)
        plane.withMemoryRebound(to: Int32.self, capacity: samples.count * step) { target in
          for (index, sample) in samples.enumerated() {
            target[first + index * step] = Int32(truncatingIfNeeded: code(of: sample) << shift)
          }
        }
      }
    }
  }

  /// The whole number of a sample. Double holds the product exactly, so it is rounded once.
  private mutating func code(of sample: Float) -> Int64 {
    let scale = Double(Int64(1) << Int64(bits - 1))
    let value = (Double(sample) * scale).rounded(.toNearestOrAwayFromZero)
    if value >= -scale, value <= scale - 1 { return Int64(value) }
    clippedSamples += 1
    return value.isNaN ? 0 : value < 0 ? Int64(-scale) : Int64(scale) - 1
  }

  private func drain(_ what: String) throws(MediaError) -> [Packet] {
    var packets: [Packet] = []
    while let av = try context.receive(what) {
      av.pointee.dts = av.pointee.pts
      av.pointee.flags |= AV_PKT_FLAG_KEY
      packets.append(Packet(adopting: av))
    }
    return packets
  }
}
