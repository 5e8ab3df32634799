import PegCore
import PegMedia

/// Pictures that say their own number: 8 by 4 blocks, black or white, 24 bits of number and 8 of check, over a texture
/// that gives encoders something to do. Read back after any codec, scaling or crop of a few pixels.
public enum NumberedPicture {
  private static let columns = 8
  private static let rows = 4

  private static func bits(_ number: Int) -> UInt32 {
    let number = UInt32(truncatingIfNeeded: number) & 0xff_ffff
    // A check that is 0 for no number below 2^24 with all blocks alike, so that flat pictures have none.
    return number << 8 | (((number &* 2_654_435_761) >> 24) ^ 0x5a)
  }

  /// - Parameters:
  ///   - number: 0 to 2^24 − 1.
  ///   - alpha: of the whole picture, 0…1, for formats that have one.
  public static func frame(
    _ number: Int, format: PixelFormat, raster: Raster, tags: ColorTags, pool: FramePool,
    alphaMode: AlphaMode = .opaque,
    alpha: Double = 1
  ) throws(MediaError) -> Frame {
    var draft = try FrameDraft(format: format, raster: raster, tags: tags, alpha: alphaMode, pool: pool)
    let bits = bits(number)
    draft.withMutableView { view in
      for plane in 0..<format.planeCount {
        let size = format.planeSize(plane, of: raster)
        let components = format.isPlanar ? 1 : format.componentCount
        let row = view.planes[plane]
        // A sample has one of 64 values: tests draw some hundred thousand pictures.
        let values = (0..<components).map { component in
          (0..<64).map { shade in
            level(format, tags, plane: plane, component: component, alpha: alpha) {
              // Between 0.08 and 0.16 off the limits.
              let texture = Double(shade & 31) / 400 + 0.08
              return shade >= 32 ? 1 - texture : texture
            }
          }
        }
        for y in 0..<size.height {
          let line = y * rows / size.height
          for x in 0..<size.width {
            let isWhite = bits >> UInt32(31 - line * columns - x * columns / size.width) & 1 == 1
            let shade = (x &* 73 ^ y &* 151 &+ x &* y &* 7) & 31 | (isWhite ? 32 : 0)
            for component in 0..<components {
              store(values[component][shade], format, row, y, x * components + component)
            }
          }
        }
      }
    }
    return draft.freeze()
  }

  /// A component's value in 0…1 of its code range, then in code values.
  private static func level(
    _ format: PixelFormat, _ tags: ColorTags, plane: Int, component: Int, alpha: Double, gray: () -> Double
  ) -> Double {
    let index = format.isPlanar ? plane : component
    let isAlpha = format.hasAlpha && index == format.componentCount - 1 && !format.name.hasPrefix("a")
    let isLeadingAlpha = format.hasAlpha && !format.isPlanar && format.name.hasPrefix("a") && component == 0
    if format.isFloat { return isAlpha ? alpha : gray() }
    let top = Double((1 << format.depth) - 1)
    if isAlpha || isLeadingAlpha { return (alpha * top).rounded() }
    let scale = Double(1 << (format.depth - 8))
    if format.family == .ycbcr, index > 0 {
      // A little colour, so that chroma planes are not flat.
      return ((128 + (index == 1 ? 24 : -24) * (gray() - 0.5)) * scale).rounded()
    }
    return tags.range == .legal ? ((16 + 219 * gray()) * scale).rounded() : (top * gray()).rounded()
  }

  private static func store(
    _ value: Double, _ format: PixelFormat, _ plane: MutablePictureView.Plane, _ y: Int, _ index: Int
  ) {
    let line = plane.base + y * plane.stride
    if format.isFloat {
      line.storeBytes(of: Float(value), toByteOffset: index * 4, as: Float.self)
    } else if format.bytesPerSample == 2 {
      let code = UInt16(value) << UInt16(format.shift)
      line.storeBytes(
        of: format.isBigEndian ? code.bigEndian : code.littleEndian, toByteOffset: index * 2, as: UInt16.self)
    } else {
      line.storeBytes(of: UInt8(value), toByteOffset: index, as: UInt8.self)
    }
  }

  /// The number that a picture says, or `nil` when it says none.
  public static func number(of frame: Frame) -> Int? {
    frame.withView { view in
      let format = view.format
      // Green carries most of the luma, and stands first in G′B′R′ planes.
      let offset: Int =
        format.isPlanar || format.family == .gray
        ? 0 : ["argb", "abgr", "0rgb", "0bgr"].contains(format.name) ? 2 : 1
      let step = format.isPlanar ? 1 : format.rowBytes(0, of: Raster(1, 1)) / format.bytesPerSample
      let top = format.isFloat ? 1 : Double((1 << format.depth) - 1)
      return number(view.raster) { x, y in
        let at = view.planes[0].base + y * view.planes[0].stride
        let index = x * step + offset
        if format.isFloat { return Double(at.loadUnaligned(fromByteOffset: index * 4, as: Float.self)) }
        if format.bytesPerSample == 1 { return Double(at.load(fromByteOffset: index, as: UInt8.self)) / top }
        let word = at.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
        let code = format.isBigEndian ? UInt16(bigEndian: word) : UInt16(littleEndian: word)
        return Double(code >> UInt16(format.shift)) / top
      }
    }
  }

  /// The number that a picture of bytes of luma says, as `ffmpeg -f rawvideo -pix_fmt gray` gives them.
  public static func number(gray bytes: some RandomAccessCollection<UInt8>, raster: Raster) -> Int? {
    guard bytes.count >= raster.width * raster.height else { return nil }
    return number(raster) { x, y in
      Double(bytes[bytes.index(bytes.startIndex, offsetBy: y * raster.width + x)]) / 255
    }
  }

  private static func number(_ raster: Raster, _ sample: (Int, Int) -> Double) -> Int? {
    var bits: UInt32 = 0
    for line in 0..<rows {
      for column in 0..<columns {
        // The middle quarter of each block.
        let (left, width) = ((4 * column + 1) * raster.width / (4 * columns), max(1, raster.width / (2 * columns)))
        let (top, height) = ((4 * line + 1) * raster.height / (4 * rows), max(1, raster.height / (2 * rows)))
        var sum = 0.0
        for y in top..<top + height { for x in left..<left + width { sum += sample(x, y) } }
        bits = bits << 1 | (sum / Double(width * height) > 0.5 ? 1 : 0)
      }
    }
    let number = Int(bits >> 8)
    return self.bits(number) == bits ? number : nil
  }
}
