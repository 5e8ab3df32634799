import Foundation
import PegCore
import PegMedia
import PegTimeline

/// The folder that a cut lies in, or will: what its media are called from there.
struct CutFolder {
  let path: String

  /// Relative where the media lie below the folder, else absolute.
  func name(of media: String) -> String {
    let target = URL(fileURLWithPath: media).standardizedFileURL.path
    let base = URL(fileURLWithPath: path).standardizedFileURL.path
    if base == "/" { return target }
    return target.hasPrefix(base + "/") ? String(target.dropFirst(base.count + 1)) : target
  }

  /// The name as a target URL: what is no letter of a URL is percent-encoded, and absolute paths become `file:` URLs.
  func url(of media: String) -> String {
    var allowed = CharacterSet.urlPathAllowed
    allowed.remove(charactersIn: ":;?#%")
    let name = name(of: media)
    let text = name.addingPercentEncoding(withAllowedCharacters: allowed) ?? name
    return name.hasPrefix("/") ? "file://\(text)" : text
  }

  /// An OTIO reference's words for a sequence whose pattern is `media`; `nil` for what is no pattern.
  func sequence(_ media: String, startFrame: Int, rate: FrameRate) -> ImageSequence? {
    guard let pattern = SequencePattern(parsing: media) else { return nil }
    return ImageSequence(
      urlBase: base(of: pattern), prefix: pattern.prefix, suffix: pattern.suffix, startFrame: startFrame, rate: rate,
      padding: pattern.padding)
  }

  func isSame(as folder: String) -> Bool {
    URL(fileURLWithPath: folder).standardizedFileURL.path == URL(fileURLWithPath: path).standardizedFileURL.path
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
