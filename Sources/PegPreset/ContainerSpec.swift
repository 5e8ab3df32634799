public import PegCore

/// A container that a deliverable may be in, known by the extension of the file's name.
public struct ContainerFormat: Hashable, Sendable {
  /// Lower case, without the dot.
  public let fileExtension: String
  /// libav's name of the muxer.
  public let muxer: String
  /// Whether each picture is a file of its own.
  public let isSequence: Bool
  /// Whether it can be written to a pipe.
  public let isStreamable: Bool

  /// Every container that a preset may name.
  public static let all: [ContainerFormat] = [
    ContainerFormat(fileExtension: "mov", muxer: "mov", isStreamable: true),
    ContainerFormat(fileExtension: "mp4", muxer: "mp4", isStreamable: true),
    ContainerFormat(fileExtension: "mkv", muxer: "matroska", isStreamable: true),
    ContainerFormat(fileExtension: "mxf", muxer: "mxf"),
    ContainerFormat(fileExtension: "png", muxer: "image2", isSequence: true),
  ]

  /// The container of this file extension, in any case, or `nil`.
  public init?(extension name: some StringProtocol) {
    guard let format = Self.all.first(where: { $0.fileExtension == name.lowercased() }) else { return nil }
    self = format
  }

  private init(fileExtension: String, muxer: String, isSequence: Bool = false, isStreamable: Bool = false) {
    self.fileExtension = fileExtension
    self.muxer = muxer
    self.isSequence = isSequence
    self.isStreamable = isStreamable
  }
}

/// What the essence is wrapped in.
public struct ContainerSpec: Hashable, Sendable {
  /// File extensions, the default first; never empty, all in ``ContainerFormat/all``.
  public var formats: [String]
  /// Whether the index of a MOV or MP4 lies before the essence.
  public var isFastStart: Bool
  /// Muxer options by file extension, each in the order of its keys.
  public var options: [String: [EncoderOption]]

  public init(formats: [String], isFastStart: Bool = false, options: [String: [EncoderOption]] = [:]) {
    self.formats = formats
    self.isFastStart = isFastStart
    self.options = options
  }

  /// The container for a file of this name: by its extension.
  ///
  /// - Throws: ``PegError`` of kind `usage` when the preset does not allow the extension.
  public func format(forFile path: String) throws(PegError) -> ContainerFormat {
    let base = path.split(separator: "/").last ?? ""
    let ending = base.split(separator: ".", omittingEmptySubsequences: false).dropFirst().last.map { $0.lowercased() }
    if let ending, formats.contains(ending), let format = ContainerFormat(extension: ending) { return format }
    let allowed = formats.map { ".\($0)" }.joined(separator: " or ")
    throw PegError(.usage, "\(path) cannot hold this deliverable", hint: "give it a name that ends in \(allowed)")
  }

  /// The container for a pipe: the first that can be written to one.
  ///
  /// - Parameter name: the preset's.
  /// - Throws: ``PegError`` of kind `usage` when there is none.
  public func streamFormat(preset name: String) throws(PegError) -> ContainerFormat {
    let known = formats.compactMap { ContainerFormat(extension: $0) }
    if let format = known.first(where: \.isStreamable) { return format }
    throw PegError(
      .usage, "\(name) cannot be streamed: \(formats.joined(separator: " and ")) cannot be written to a pipe",
      hint: "give -o a name, or take a preset in mkv, mov or mp4")
  }

  /// libav muxer options for a file of `format`, the index's place among them.
  ///
  /// - Parameter streaming: to a pipe, where no index can be put in front.
  public func muxerOptions(for format: ContainerFormat, streaming: Bool = false) -> [EncoderOption] {
    var list = options[format.fileExtension] ?? []
    guard isFastStart, !streaming, format.muxer == "mov" || format.muxer == "mp4" else { return list }
    if let index = list.firstIndex(where: { $0.key == "movflags" }) {
      list[index].value += "+faststart"
    } else {
      list.append(EncoderOption("movflags", "+faststart"))
    }
    return list
  }
}

/// One libav option as text, the way `ffmpeg -KEY VALUE` takes it.
public struct EncoderOption: Hashable, Sendable {
  public var key: String
  public var value: String

  public init(_ key: String, _ value: String) {
    self.key = key
    self.value = value
  }
}
