import Foundation

/// What ffprobe or MediaInfo says of a file, as a tree that is asked by path: `streams.0.codec_name`.
public struct Probe {
  private let tree: Any

  public init(json: Data) throws { tree = try JSONSerialization.jsonObject(with: json) }

  /// ffprobe's streams and format, and what more is asked for, such as `-show_packets`.
  public init(ffprobe path: String, _ more: [String] = []) throws {
    try self.init(
      json: Tool.require("ffprobe", ["-v", "error", "-of", "json", "-show_streams", "-show_format"] + more + [path]))
  }

  /// MediaInfo's tracks, by `General`, `Video`, `Audio`, `Other`: `media.track.0.Format`.
  public init(mediainfo path: String) throws {
    try self.init(json: Tool.require("mediainfo", ["--Output=JSON", path]))
  }

  private func value(_ path: String) -> Any? {
    var at: Any? = tree
    for step in path.split(separator: ".") {
      if let index = Int(step), let list = at as? [Any] {
        at = list.indices.contains(index) ? list[index] : nil
      } else {
        at = (at as? [String: Any])?[String(step)]
      }
    }
    return at
  }

  /// The value as text; numbers as JSON prints them, `nil` where there is none.
  public subscript(path: String) -> String? {
    switch value(path) {
    case let text as String: text
    case let number as NSNumber: number.stringValue
    default: nil
    }
  }

  /// How many entries a list has; 0 where there is none.
  public func count(_ path: String) -> Int { (value(path) as? [Any])?.count ?? 0 }

  /// One key of every entry of a list.
  public func column(_ path: String, _ key: String) -> [String] {
    (0..<count(path)).map { self["\(path).\($0).\(key)"] ?? "" }
  }

  /// The first entry of a list whose key has a value, as a path.
  public func first(_ path: String, where key: String, is value: String) -> String? {
    (0..<count(path)).map { "\(path).\($0)" }.first { self["\($0).\(key)"] == value }
  }
}
