import Foundation
public import PegCore
public import PegTimeline

/// What a show says once for all of its cuts: `pegbar.yaml` in a folder above them.
///
/// ```yaml
/// media: [renders, /mnt/plates]     # from this file's folder
/// match: '{shot}_{task}_v{version}'
/// rate: 24
/// raster: 1920x1080
/// gaps: hold
/// ```
///
/// The command's own options go before it, and what a cut says itself does, too.
public struct ShowDefaults: Sendable {
  /// Where it was read.
  public let path: String
  /// Folders that media are looked for in; absolute, or from where the command runs.
  public let media: [String]
  /// How media are named after shots, as `--match` has it.
  public let match: [String]
  /// What a cut says about its programme where nobody else does.
  public let settings: TimelineSettings

  static let name = "pegbar.yaml"
  /// Bytes that are read at most.
  private static let limit = 1 << 20

  private enum Key: String, CaseIterable {
    case media, match, rate, raster, gaps, overrun
    case pixelAspect = "pixel_aspect"
    case workingSpace = "working_space"
    case dropFrame = "drop_frame"
    case sampleRate = "sample_rate"
  }

  /// The defaults of the nearest folder that has some, from `folder` upwards; `nil` where none has.
  ///
  /// - Throws: ``PegError`` (bad input) with file and line for what is no YAML or has a key or value that is not known.
  public static func above(_ folder: String) throws(PegError) -> ShowDefaults? {
    var folder = URL(fileURLWithPath: folder).standardizedFileURL
    // A path has no more folders than letters.
    for _ in 0..<4096 {
      let path = folder.appendingPathComponent(name).path
      if FileManager.default.fileExists(atPath: path) { return try ShowDefaults(reading: path) }
      let parent = folder.deletingLastPathComponent()
      guard parent.path != folder.path, folder.path != "/" else { return nil }
      folder = parent
    }
    return nil
  }

  /// - Throws: as ``above(_:)``.
  public init(reading path: String) throws(PegError) {
    let bytes = try WholeFile.contents(of: path, limit: Self.limit)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw PegError(.badInput, "\(path): the text is not UTF-8")
    }
    let section = try PresetSection(
      try PresetNode(yaml: text, file: path), path: "the show's defaults", keys: Key.allCases.map(\.rawValue))
    let home = URL(fileURLWithPath: path).deletingLastPathComponent()
    self.path = path
    media = try Self.list(section, .media).map { entry in
      entry.hasPrefix("/") ? entry : home.appendingPathComponent(entry).standardizedFileURL.path
    }
    match = try Self.list(section, .match)
    settings = try Self.settings(section)
  }

  private static func settings(_ section: PresetSection) throws(PegError) -> TimelineSettings {
    var settings = TimelineSettings()
    if let node = section[Key.rate.rawValue] {
      guard let text = node.scalar, let rate = FrameRate(text) else {
        throw node.fault("rate is frames per second", hint: "write 24, 23.976 or 24000/1001")
      }
      settings.rate = rate
    }
    if let node = section[Key.raster.rawValue] {
      guard let text = node.scalar, let raster = Raster(text) else {
        throw node.fault("raster is width and height", hint: "write 1920x1080")
      }
      settings.raster = raster
    }
    if let node = section[Key.pixelAspect.rawValue] {
      let parts = (node.scalar ?? "").split(separator: "/", omittingEmptySubsequences: false)
      let numbers = parts.compactMap { Rational(decimal: $0) }
      guard numbers.count == parts.count, let top = numbers.first, numbers.count <= 2, numbers.last != .zero else {
        throw node.fault("pixel_aspect is a number or a fraction", hint: "write 1 or 10/11")
      }
      let aspect = numbers.count == 2 ? top / numbers[1] : top
      guard aspect > .zero, aspect <= 100 else { throw node.fault("pixel_aspect is above 0 and at most 100") }
      settings.pixelAspect = aspect
    }
    settings.workingSpace = try section.text(Key.workingSpace.rawValue)
    settings.dropFrame = try section.flag(Key.dropFrame.rawValue)
    settings.sampleRate = try section.whole(Key.sampleRate.rawValue, in: 8000...384_000)
    settings.gaps = try section.choice(Key.gaps.rawValue)
    settings.overrun = try section.choice(Key.overrun.rawValue)
    return settings
  }

  /// One text, or a list of them.
  private static func list(_ section: PresetSection, _ key: Key) throws(PegError) -> [String] {
    guard let node = section[key.rawValue] else { return [] }
    let items: [PresetNode] = if case .list(let items) = node.value { items } else { [node] }
    var texts: [String] = []
    for item in items {
      guard let text = item.scalar, !text.isEmpty else {
        throw item.fault("\(key.rawValue) is a text or a list of texts", hint: "put it in quotes")
      }
      texts.append(text)
    }
    return texts
  }

  /// What it says, as people read it: `rate 24`, in the order of the keys.
  public var spoken: [String] {
    [
      media.isEmpty ? nil : "media \(media.joined(separator: ", "))",
      match.isEmpty ? nil : "match \(match.joined(separator: ", "))", settings.rate.map { "rate \($0.spoken)" },
      settings.raster.map { "raster \($0)" }, settings.gaps.map { "gaps \($0.rawValue)" },
      settings.overrun.map { "overrun \($0.rawValue)" }, settings.pixelAspect.map { "pixel_aspect \($0)" },
      settings.workingSpace.map { "working_space \($0)" }, settings.dropFrame.map { "drop_frame \($0)" },
      settings.sampleRate.map { "sample_rate \($0)" },
    ].compactMap(\.self)
  }
}

extension PresetNode {
  /// A text or a number as it is written.
  fileprivate var scalar: String? {
    switch value {
    case .text(let text), .number(let text): text
    case .flag, .list, .map: nil
    }
  }
}

extension TimelineSettings {
  /// These settings, and where they say nothing, those of the show.
  public func filled(from show: TimelineSettings) -> TimelineSettings {
    var filled = self
    filled.rate = rate ?? show.rate
    filled.raster = raster ?? show.raster
    filled.pixelAspect = pixelAspect ?? show.pixelAspect
    filled.workingSpace = workingSpace ?? show.workingSpace
    filled.dropFrame = dropFrame ?? (filled.rate?.allowsDropFrame == true ? show.dropFrame : nil)
    filled.sampleRate = sampleRate ?? show.sampleRate
    filled.gaps = gaps ?? show.gaps
    filled.overrun = overrun ?? show.overrun
    return filled
  }
}
