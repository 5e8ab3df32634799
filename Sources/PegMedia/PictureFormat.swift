internal import CFFmpeg
import PegCore

/// Turns libav's frames into pictures of ours: format, tags and alpha settled, unknown formats refused by name.
struct PictureFormat {
  let path: String
  let pool: FramePool

  /// A picture that shares the memory of `av`.
  ///
  /// - Throws: ``MediaError`` for pixel formats and sizes that Pegbar does not handle.
  func picture(
    _ av: UnsafeMutablePointer<AVFrame>, containerTags: ColorTags, alpha: AlphaMode
  ) throws(MediaError) -> Frame {
    let name = Self.name(of: AVPixelFormat(av.pointee.format))
    guard let format = Self.format(named: name) else {
      throw MediaError(
        .badInput, .decode, path, "its pixel format \(name) is none that Pegbar handles",
        hint: "convert it to another pixel format first")
    }
    let raster = Raster(Int(av.pointee.width), Int(av.pointee.height))
    guard raster.isUsable else {
      throw MediaError(.badInput, .decode, path, "\(raster) is no size of a picture")
    }
    if HalfFloat.formats[Self.storedName(of: AVPixelFormat(av.pointee.format))] != nil {
      let tags = ColorTags(UnsafePointer(av)).filled(from: containerTags).settled(for: name, family: format.family)
      return try HalfFloat.widened(av, to: format, tags: tags, alpha: format.hasAlpha ? alpha : .opaque, pool: pool)
    }
    guard let copy = av_frame_clone(av) else { throw MediaError(.io, .allocate, path, "out of memory") }
    let tags = ColorTags(UnsafePointer(av)).filled(from: containerTags).settled(for: name, family: format.family)
    copy.pointee.format = av_get_pix_fmt(format.name).rawValue
    // What was said stays said in libav's own fields, for encoders that look there.
    copy.pointee.color_range = AVColorRange(UInt32(tags.range.rawValue))
    // Attached data (captions, SEI, motion vectors) is not the picture's.
    while copy.pointee.nb_side_data > 0, let side = copy.pointee.side_data[0] {
      av_frame_remove_side_data(copy, side.pointee.type)
    }
    let mode: AlphaMode = format.hasAlpha ? alpha : .opaque
    let frame = Frame(adopting: copy, format: format, tags: tags, alpha: mode)
    guard format.family == .palette, mode != .opaque else { return frame }
    // A palette of opaque colours alone is an opaque picture.
    let isOpaque = frame.withView { view in view.palette.allSatisfy { $0 >> 24 == 255 } }
    return isOpaque ? try frame.retagged(tags: tags, alpha: .opaque) : frame
  }

  /// The name of the format in which pictures of `format` arrive.
  static func name(of format: AVPixelFormat) -> String {
    let stored = storedName(of: format)
    return HalfFloat.formats[stored] ?? stored
  }

  private static func storedName(of format: AVPixelFormat) -> String {
    av_get_pix_fmt_name(format).map { String(cString: $0) } ?? "unknown"
  }

  /// The format of ours that has the same bytes: `yuvj420p` is `yuv420p` that uses all codes.
  static func format(named name: String) -> PixelFormat? {
    let plain = name.hasPrefix("yuvj") ? "yuv" + name.dropFirst(4) : name
    return PixelFormat(named: plain)
  }
}
