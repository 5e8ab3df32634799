import Foundation
public import PegCore
import PegMedia
public import PegTimeline

/// `--path-map FROM=TO`: what begins with FROM is looked for under TO.
public struct PathMap: Hashable, Sendable {
  public var from: String
  public var to: String

  public init(from: String, to: String) {
    self.from = from
    self.to = to
  }

  /// Reads `FROM=TO`. Throws wrong usage.
  public init(parsing text: String) throws(PegError) {
    guard let mark = text.firstIndex(of: "="), mark != text.startIndex else {
      throw PegError(.usage, "\(text) is no path map", hint: "say --path-map FROM=TO")
    }
    self.init(from: String(text[..<mark]), to: String(text[text.index(after: mark)...]))
  }

  /// The path under TO, where FROM is `path` or a folder above it. Windows separators match either slash.
  func mapped(_ path: String) -> String? {
    let (path, from) = (path.replacing("\\", with: "/"), from.replacing("\\", with: "/"))
    guard path.hasPrefix(from) else { return nil }
    let rest = path.dropFirst(from.count)
    guard rest.isEmpty || from.hasSuffix("/") || rest.hasPrefix("/") else { return nil }
    let tail = rest.drop { $0 == "/" }
    return tail.isEmpty ? to : to.hasSuffix("/") ? to + tail : "\(to)/\(tail)"
  }
}

/// How a clip came to its media.
public enum LinkMethod: String, Hashable, Sendable {
  /// Its target URL is an absolute path that exists.
  case targetURL = "target_url"
  /// Its target URL is relative to the cut's folder, or to a media folder.
  case relativePath = "relative_path"
  case pathMap = "path_map"
  /// A file of its name under the media folders.
  case name
  /// Of several files of its name, the one whose timecode holds its range.
  case timecode
  /// Of several files of its name, the one in the folders that its target URL names.
  case folders
  /// Media of its reel whose timecode holds its range.
  case reel
  /// Media that are named for its shot: the newest version.
  case shot
  /// A mix, by the time that it says.
  case sound
  /// A generator needs no media.
  case generator
  /// Decided by hand.
  case hand
}

/// Where a reference's media lies.
public struct MediaLocation: Hashable, Sendable {
  /// A file, a folder of frames, or a sequence's pattern. Absolute where the cut's folder is.
  public var path: String
  public var how: LinkMethod

  public init(path: String, how: LinkMethod) {
    self.path = path
    self.how = how
  }
}

/// From what the cut says to a path that exists. Looks at the reference's own place only.
public struct MediaResolver: Sendable {
  /// The folder of the cut: relative references start there.
  public var cutFolder: String
  public var pathMaps: [PathMap]

  public init(cutFolder: String, pathMaps: [PathMap] = []) {
    self.cutFolder = cutFolder
    self.pathMaps = pathMaps
  }

  /// Throws missing input for media that do not exist, and bad input for what is no path: remote schemes, by name.
  public func locate(_ reference: MediaReference) throws(PegError) -> MediaLocation {
    guard let spelling = reference.spelling else {
      throw PegError(.missingInput, "the reference names no media", hint: "link it with `pegbar conform --media`")
    }
    let tried = try candidates(for: spelling)
    if let found = tried.first(where: { Self.exists($0.path) }) { return found }
    throw PegError(
      .missingInput, "\(tried.first?.path ?? spelling) does not exist",
      hint: "put it there, say --path-map FROM=TO, or link it with `pegbar conform --media FOLDER`")
  }

  /// The paths that a target URL may mean, the likeliest first; nothing is looked up.
  ///
  /// `file:` URLs are percent-decoded; a bare path is taken as it stands first and decoded second, because both are
  /// found in the wild.
  public func candidates(for url: String) throws(PegError) -> [MediaLocation] {
    var paths: [String]
    if let scheme = Self.scheme(of: url) {
      guard scheme == "file" else {
        throw PegError(.badInput, "\(url) is not on this machine: \(scheme) is not read", hint: "copy it to a folder")
      }
      var rest = url.dropFirst(5)
      if rest.hasPrefix("//") {
        let host = rest.dropFirst(2).prefix { $0 != "/" }
        guard host.isEmpty || host.lowercased() == "localhost" else {
          // file://SERVER/share is how Windows says \\SERVER\share.
          let share = Self.decoded("/" + rest.dropFirst(1))
          let mapped = pathMaps.compactMap { $0.mapped(share) }
          guard !mapped.isEmpty else {
            throw PegError(.badInput, "\(url) lies on the machine \(host)", hint: "say --path-map \(share)=FOLDER")
          }
          return mapped.map { MediaLocation(path: $0, how: .pathMap) }
        }
        rest = rest.dropFirst(2 + host.count)
      }
      paths = [Self.decoded(String(rest))]
      // file:///C:/shot.mov
      if let drive = paths.first?.dropFirst(), Self.isWindows(String(drive)) { paths = [String(drive)] }
    } else {
      let decoded = Self.decoded(url)
      paths = decoded == url ? [url] : [url, decoded]
    }
    var list: [MediaLocation] = []
    for path in paths {
      for map in pathMaps {
        if let mapped = map.mapped(path) { list.append(MediaLocation(path: absolute(mapped), how: .pathMap)) }
      }
      guard !path.isEmpty, !path.contains("\0") else { continue }
      list.append(MediaLocation(path: absolute(path), how: path.hasPrefix("/") ? .targetURL : .relativePath))
    }
    guard !list.isEmpty else { throw PegError(.badInput, "a media reference has an empty target URL") }
    return list
  }

  /// The cut with absolute URLs for media that are there, so that it reads alike from every folder.
  public func absolute(_ timeline: Timeline) throws(PegError) -> Timeline {
    try CutFolder(path: "/").moved(timeline, from: self)
  }

  private func absolute(_ path: String) -> String {
    path.hasPrefix("/") || cutFolder.isEmpty || cutFolder == "." ? path : "\(cutFolder)/\(path)"
  }

  // MARK: What is there

  /// Whether a file, a folder, or at least one frame of a pattern lies at `path`.
  static func exists(_ path: String) -> Bool {
    if FileManager.default.fileExists(atPath: path) { return true }
    guard let pattern = SequencePattern(parsing: path),
      let names = try? FileManager.default.contentsOfDirectory(atPath: pattern.folder)
    else { return false }
    return names.contains { pattern.number(of: $0) != nil }
  }

  // MARK: Reading URLs

  /// The scheme in lower case; `nil` for a path, `C:\shot.mov` among them.
  private static func scheme(of url: String) -> String? {
    guard let colon = url.firstIndex(of: ":") else { return nil }
    let scheme = url[..<colon]
    guard scheme.count > 1, let first = scheme.first, first.isASCII, first.isLetter,
      scheme.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) })
    else { return nil }
    // `shot.0001:2.png` is a path; a scheme is followed by a slash, or is `file`, `data` and their kin.
    let rest = url[url.index(after: colon)...]
    return rest.hasPrefix("/") || ["file", "data", "mailto", "urn"].contains(scheme.lowercased())
      ? scheme.lowercased() : nil
  }

  private static func isWindows(_ path: String) -> Bool {
    let letters = Array(path.prefix(3))
    return letters.count >= 2 && letters[0].isLetter && letters[1] == ":"
  }

  /// Percent-decoding that leaves `%04d` alone: %01 to %09 are control characters, which no file name has.
  static func decoded(_ text: String) -> String {
    let bytes = Array(text.utf8)
    func hex(_ byte: UInt8) -> UInt8? { Character(UnicodeScalar(byte)).hexDigitValue.map(UInt8.init) }
    var out: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let isFrameNumber =
        index + 3 < bytes.count && bytes[index + 1] == UInt8(ascii: "0") && bytes[index + 3] == UInt8(ascii: "d")
      if bytes[index] == UInt8(ascii: "%"), !isFrameNumber, index + 2 < bytes.count, let high = hex(bytes[index + 1]),
        let low = hex(bytes[index + 2])
      {
        out.append(high << 4 | low)
        index += 3
      } else {
        out.append(bytes[index])
        index += 1
      }
    }
    return String(validating: out, as: UTF8.self) ?? text
  }
}
