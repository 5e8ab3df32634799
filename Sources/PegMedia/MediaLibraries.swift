internal import CFFmpeg
import Foundation

/// Which libraries do the work, with their versions: part of what `arith` names, since another version may decode or encode
/// to other bytes.
public enum MediaLibraries {
  /// `avcodec 59.37.100`: decodes, and encodes what libav encodes itself.
  public static let codecs = "avcodec \(text(avcodec_version()))"
  public static let formats = "avformat \(text(avformat_version()))"

  /// The library behind an encoder: `avcodec 59.37.100`, with `libx264.so.164` where the encoder is that library's.
  public static func behind(encoder: String) -> String {
    guard encoder.hasPrefix("lib") else { return codecs }
    return "\(codecs) \(sharedObject(encoder) ?? encoder)"
  }

  /// Whether this FFmpeg has an encoder of this name.
  public static func hasEncoder(_ name: String) -> Bool { avcodec_find_encoder_by_name(name) != nil }
  /// Whether this FFmpeg has a decoder of this name.
  public static func hasDecoder(_ name: String) -> Bool { avcodec_find_decoder_by_name(name) != nil }

  /// Whether animated WebP can be read.
  public static var hasAnimatedWebP: Bool {
    #if PEGBAR_WEBP
      return true
    #else
      return false
    #endif
  }

  private static func text(_ version: UInt32) -> String { "\(version >> 16).\(version >> 8 & 255).\(version & 255)" }

  /// x264 and x265 tell their version to nobody through libav; the file that is mapped carries the number of their interface,
  /// which they raise with nearly every release.
  private static func sharedObject(_ name: String) -> String? {
    guard let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8) else { return nil }
    for line in maps.split(separator: "\n") {
      guard let slash = line.lastIndex(of: "/") else { continue }
      let file = line[line.index(after: slash)...]
      if file.hasPrefix("\(name).so") { return String(file) }
    }
    return nil
  }
}
