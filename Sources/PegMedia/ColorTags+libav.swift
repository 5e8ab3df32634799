internal import CFFmpeg
import PegCore

extension ColorTags {
  /// The tags that libav's code points stand for; those that H.273 does not have become `unspecified`.
  init(
    primaries: AVColorPrimaries, transfer: AVColorTransferCharacteristic, matrix: AVColorSpace, range: AVColorRange,
    siting: AVChromaLocation
  ) {
    self.init(
      primaries: Primaries(rawValue: Int(primaries.rawValue)) ?? .unspecified,
      transfer: Transfer(rawValue: Int(transfer.rawValue)) ?? .unspecified,
      matrix: Matrix(rawValue: Int(matrix.rawValue)) ?? .unspecified,
      range: CodeRange(rawValue: Int(range.rawValue)) ?? .unspecified,
      siting: ChromaSiting(rawValue: Int(siting.rawValue)) ?? .unspecified)
  }

  /// What the container says of a stream.
  init(_ parameters: UnsafePointer<AVCodecParameters>) {
    let parameters = parameters.pointee
    self.init(
      primaries: parameters.color_primaries, transfer: parameters.color_trc, matrix: parameters.color_space,
      range: parameters.color_range, siting: parameters.chroma_location)
  }

  /// What the codec says of a picture.
  init(_ frame: UnsafePointer<AVFrame>) {
    let frame = frame.pointee
    self.init(
      primaries: frame.color_primaries, transfer: frame.color_trc, matrix: frame.colorspace,
      range: frame.color_range, siting: frame.chroma_location)
  }

  /// These tags, and where they say nothing, what `other` says.
  func filled(from other: ColorTags) -> ColorTags {
    ColorTags(
      primaries: primaries == .unspecified ? other.primaries : primaries,
      transfer: transfer == .unspecified ? other.transfer : transfer,
      matrix: matrix == .unspecified ? other.matrix : matrix,
      range: range == .unspecified ? other.range : range,
      siting: siting == .unspecified ? other.siting : siting)
  }

  /// What the pixel format says beyond the tags: R′G′B′ has no matrix and uses all codes, and so does `yuvj…`.
  func settled(for format: String, family: PixelFormat.Family?) -> ColorTags {
    var tags = self
    if format.hasPrefix("yuvj") { tags.range = .full }
    if family == .rgb || family == .palette {
      tags.matrix = .rgb
      tags.siting = .unspecified
      if tags.range == .unspecified { tags.range = .full }
    }
    if family == .gray {
      tags.siting = .unspecified
      if tags.matrix == .rgb { tags.matrix = .unspecified }
    }
    return tags
  }
}
