import Foundation
import PegCore
import PegMedia
import PegTimeline

/// The folder that a cut lies in, or will: what its media are called from there.
struct CutFolder {
  let path: String
  /// Without `.`, `..` and doubled `/`, and with one `/` at its end.
  private let base: String

  init(path: String) {
    self.path = path
    let plain = Self.plain(path)
    base = plain.hasSuffix("/") ? plain : plain + "/"
  }

  /// Relative where the media lie below the folder, else absolute.
  func name(of media: String) -> String {
    let target = Self.plain(media)
    return base != "/" && target.hasPrefix(base) ? String(target.dropFirst(base.count)) : target
  }

  /// The absolute path without `.`, `..` and doubled `/`.
  private static func plain(_ path: String) -> String {
    // Most are plain already, and a cut has thousands.
    let parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    let isPlain =
      parts.count > 1 && parts[0].isEmpty
      && parts.dropFirst().allSatisfy { !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) }
    return isPlain ? path : URL(fileURLWithPath: path).standardizedFileURL.path
  }

  /// The name as a target URL: what is no letter of a URL is percent-encoded, and absolute paths become `file:` URLs.
  func url(of media: String) -> String {
    let name = name(of: media)
    let text = Self.encoded(name)
    return name.hasPrefix("/") ? "file://\(text)" : text
  }

  private static func encoded(_ name: String) -> String {
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard !isPlain else { return name }
    var allowed = CharacterSet.urlPathAllowed
    allowed.remove(charactersIn: ":;?#%")
    return name.addingPercentEncoding(withAllowedCharacters: allowed) ?? name
  }

  /// An OTIO reference's words for a sequence whose pattern is `media`; `nil` for what is no pattern.
  func sequence(_ media: String, startFrame: Int, rate: FrameRate) -> ImageSequence? {
    guard let pattern = SequencePattern(parsing: media) else { return nil }
    return ImageSequence(
      urlBase: base(of: pattern), prefix: pattern.prefix, suffix: pattern.suffix, startFrame: startFrame, rate: rate,
      padding: pattern.padding)
  }

  func isSame(as folder: String) -> Bool {
    Self.plain(folder) == Self.plain(path)
  }

  /// A sequence's words with its place as `media` has it, all else as it was.
  func moved(_ sequence: ImageSequence, to media: String) -> ImageSequence {
    guard let pattern = SequencePattern(parsing: media) else { return sequence }
    var moved = sequence
    moved.urlBase = base(of: pattern)
    moved.prefix = pattern.prefix
    moved.suffix = pattern.suffix
    moved.padding = pattern.padding
    return moved
  }

  private func base(of pattern: SequencePattern) -> String {
    if isSame(as: pattern.folder) { return "" }
    let folder = url(of: pattern.folder)
    return folder.hasSuffix("/") ? folder : folder + "/"
  }
}
