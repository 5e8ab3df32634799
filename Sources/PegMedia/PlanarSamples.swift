internal import CFFmpeg
import PegCore

/// Turns libav's sample formats into planar floats, full scale at 1.0.
enum PlanarSamples {
  /// One array for each channel.
  ///
  /// - Throws: ``MediaError`` for a sample format that is not known.
  static func floats(_ frame: UnsafeMutablePointer<AVFrame>, path: String) throws(MediaError) -> [[Float]] {
    let channels = Int(frame.pointee.ch_layout.nb_channels)
    let count = Int(frame.pointee.nb_samples)
    let format = AVSampleFormat(frame.pointee.format)
    let isPlanar = av_sample_fmt_is_planar(format) != 0
    guard let planes = frame.pointee.extended_data else { return [] }
    func values<Sample>(_ type: Sample.Type, _ convert: (Sample) -> Float) -> [[Float]] {
      (0..<channels).map { channel in
        guard let plane = planes[isPlanar ? channel : 0] else { return [Float](repeating: 0, count: count) }
        let step = isPlanar ? 1 : channels
        let first = isPlanar ? 0 : channel
        return plane.withMemoryRebound(to: Sample.self, capacity: count * step) { samples in
          [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            for index in 0..<count { buffer[index] = convert(samples[first + index * step]) }
            filled = count
          }
        }
      }
    }
    return switch av_get_packed_sample_fmt(format) {
    case AV_SAMPLE_FMT_U8: values(UInt8.self) { (Float($0) - 128) / 128 }
    case AV_SAMPLE_FMT_S16: values(Int16.self) { Float($0) / 32768 }
    case AV_SAMPLE_FMT_S32: values(Int32.self) { Float($0) / 2_147_483_648 }
    case AV_SAMPLE_FMT_S64: values(Int64.self) { Float($0) / 9_223_372_036_854_775_808 }
    case AV_SAMPLE_FMT_FLT: values(Float.self) { $0 }
    case AV_SAMPLE_FMT_DBL: values(Double.self) { Float($0) }
    default: throw MediaError(.badInput, .decode, path, "its samples are of an unknown format")
    }
  }
}

extension ChannelLayout {
  /// The layout that libav describes, or `nil` where it names loudspeakers that ours does not, or none.
  init?(_ layout: AVChannelLayout) {
    guard layout.order == AV_CHANNEL_ORDER_NATIVE || layout.order == AV_CHANNEL_ORDER_CUSTOM else { return nil }
    var copy = layout
    var channels: [Channel] = []
    for index in 0..<max(0, layout.nb_channels) {
      let channel = av_channel_layout_channel_from_index(&copy, UInt32(index))
      guard let known = Channel(rawValue: Int(channel.rawValue)) else { return nil }
      channels.append(known)
    }
    self.init(channels)
  }
}
