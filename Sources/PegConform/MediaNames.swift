/// File names of media.
enum MediaNames {
  // Extensions, in lower case, of what media folders are searched for.
  static let pictures: Set<String> = [
    "png", "tif", "tiff", "exr", "dpx", "cin", "jpg", "jpeg", "jp2", "j2k", "j2c", "webp", "bmp", "tga", "ppm", "pgm",
    "pfm", "hdr", "sgi", "psd", "svg",
  ]
  static let movies: Set<String> = [
    "mov", "mp4", "m4v", "mkv", "webm", "mxf", "avi", "gif", "apng", "mpg", "mpeg", "m2v", "ts", "m2ts", "mts", "y4m",
    "dv", "wmv", "flv", "ogv", "nut",
  ]
  static let sound: Set<String> = [
    "wav", "wave", "bwf", "w64", "rf64", "aif", "aiff", "aifc", "flac", "mp3", "m4a", "aac", "ac3", "eac3", "ogg",
    "oga", "opus", "caf",
  ]

  static func isMedia(_ suffix: String) -> Bool {
    pictures.contains(suffix) || movies.contains(suffix) || sound.contains(suffix)
  }

  /// What stands behind the last `/`.
  static func last(_ path: String) -> String {
    path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// What stands before the last `/`; empty where there is none.
  static func folder(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The extension in lower case, without its dot; empty where there is none.
  static func suffix(of path: String) -> String {
    let name = last(path)
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
    return name[name.index(after: dot)...].lowercased()
  }
}
