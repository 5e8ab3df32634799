internal import CFFmpeg
import PegCore

/// Floats of 16 bits (IEEE 754-2008 binary16) in 32: every one of them has its own.
///
/// FFmpeg has pixel formats of them since 8.0 (avutil 59.55), and may decode OpenEXR into them; before that its decoder
/// widens them itself. Widened here, a picture is the same with every version.
enum HalfFloat {
  /// libav's formats of planar halves, and what they become.
  static let formats = ["gbrpf16le": "gbrpf32le", "gbrapf16le": "gbrapf32le", "grayf16le": "grayf32le"]

  static func float(_ half: UInt16) -> Float {
    let sign = UInt32(half & 0x8000) << 16
    let exponent = UInt32(half >> 10 & 0x1F)
    let fraction = UInt32(half & 0x3FF)
    switch exponent {
    // Zero, and numbers of 2⁻²⁴ each.
    case 0: return Float(bitPattern: sign | Float(fraction).bitPattern) * 0x1p-24
    // Infinity and no numbers.
    case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
    // The exponents' zeros lie at 15 and 127.
    default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
    }
  }

  /// The planes of `av`, widened.
  ///
  /// - Precondition: `av` is of one of ``formats``, `format` is what that becomes.
  static func widened(
    _ av: UnsafeMutablePointer<AVFrame>, to format: PixelFormat, tags: ColorTags, alpha: AlphaMode, pool: FramePool
  ) throws(MediaError) -> Frame {
    let raster = Raster(Int(av.pointee.width), Int(av.pointee.height))
    var draft = try FrameDraft(format: format, raster: raster, tags: tags, alpha: alpha, pool: pool)
    let (data, strides) = (av.pointee.data, av.pointee.linesize)
    draft.withMutableView { view in
      withUnsafeBytes(of: data) { pointers in
        withUnsafeBytes(of: strides) { lengths in
          let pointers = pointers.bindMemory(to: UnsafeMutablePointer<UInt8>?.self)
          let lengths = lengths.bindMemory(to: Int32.self)
          for (plane, target) in view.planes.enumerated() {
            guard let source = pointers[plane] else { continue }
            for y in 0..<raster.height {
              let from = UnsafeRawPointer(source + y * Int(lengths[plane]))
              let to = target.base + y * target.stride
              for x in 0..<raster.width {
                let half = UInt16(littleEndian: from.loadUnaligned(fromByteOffset: x * 2, as: UInt16.self))
                to.storeBytes(of: float(half), toByteOffset: x * 4, as: Float.self)
              }
            }
          }
        }
      }
    }
    return draft.freeze()
  }
}
