public import PegCore

/// What a piece of media is: facts that were read, nothing decided.
public struct MediaFacts: Sendable {
  public enum Kind: String, Sendable {
    /// A file with a timeline of its own: MOV, MP4, MKV, MXF, GIF, animated WebP.
    case movie
    /// Numbered stills.
    case sequence
    /// One still.
    case still
    /// Sound alone.
    case audio
  }

  public var kind: Kind
  /// The file, or for a sequence its pattern `folder/name.####.ext`.
  public var path: String
  /// `mov`, `matroska`, `png`, `webp`, …
  public var container: String
  public var video: VideoFacts?
  public var audio: [AudioFacts]
  /// Metadata of the file, as its container says it, in its order.
  public var metadata: [(key: String, value: String)]
  /// The generative tool that the metadata names, where it does.
  public var generator: GeneratorFacts?
  /// What is wrong with the material: gaps, mixed sizes, truncated files, snapped rates.
  public var findings: [Finding]
  /// Bytes of the file, or of all files of a sequence.
  public var bytes: Int
  /// The files of a sequence in the order of their numbers; for others the one file.
  public var files: [NumberedFile]

  public init(
    kind: Kind, path: String, container: String, video: VideoFacts? = nil, audio: [AudioFacts] = [],
    metadata: [(key: String, value: String)] = [], generator: GeneratorFacts? = nil, findings: [Finding] = [],
    bytes: Int = 0, files: [NumberedFile] = []
  ) {
    self.kind = kind
    self.path = path
    self.container = container
    self.video = video
    self.audio = audio
    self.metadata = metadata
    self.generator = generator
    self.findings = findings
    self.bytes = bytes
    self.files = files
  }
}

/// One frame of a sequence on disk.
public struct NumberedFile: Hashable, Sendable {
  /// The frame number in its name; 0 for a file that is no frame of a sequence.
  public let number: Int
  public let path: String

  public init(number: Int, path: String) {
    self.number = number
    self.path = path
  }
}

/// How pictures lie in time.
public enum FrameTiming: Hashable, Sendable {
  /// Picture *i* is shown from i / rate on.
  case constant
  /// `pictures[k]` is the index of the picture shown at k / rate: the last whose time is not after it.
  case variable(pictures: [Int32])
}

/// The picture stream of a piece of media.
public struct VideoFacts: Sendable {
  /// libav's name of the codec: `prores`, `h264`, `png`.
  public var codec: String
  public var profile: String?
  public var raster: Raster
  /// Width of a pixel divided by its height; 1 when the file does not say.
  public var pixelAspect: Rational
  /// libav's name of the pixel format, also of one that Pegbar refuses.
  public var pixelFormat: String
  /// As stored; `unspecified` where the file says nothing.
  public var tags: ColorTags
  /// What the file says of its colours in numbers that have no code point.
  public var color: ColorFacts
  public var alpha: AlphaMode
  /// The rate that the frames lie on. `nil` for a still, or a sequence whose files do not say.
  public var rate: FrameRate?
  /// The rate as stored, where ``rate`` was snapped from it.
  public var storedRate: Rational?
  public var timing: FrameTiming
  /// Pictures that can be shown; for a sequence the span from first to last number, gaps included.
  public var frameCount: Int
  /// The number of a sequence's first frame; 0 for others.
  public var firstNumber: Int
  public var startTimecode: Timecode?
  /// Whether every picture decodes by itself.
  public var isIntra: Bool
  public var isInterlaced: Bool

  public init(
    codec: String, profile: String? = nil, raster: Raster, pixelAspect: Rational = 1, pixelFormat: String,
    tags: ColorTags = .unspecified, color: ColorFacts = ColorFacts(), alpha: AlphaMode = .opaque,
    rate: FrameRate? = nil, storedRate: Rational? = nil,
    timing: FrameTiming = .constant, frameCount: Int, firstNumber: Int = 0, startTimecode: Timecode? = nil,
    isIntra: Bool = true, isInterlaced: Bool = false
  ) {
    self.codec = codec
    self.profile = profile
    self.raster = raster
    self.pixelAspect = pixelAspect
    self.pixelFormat = pixelFormat
    self.tags = tags
    self.color = color
    self.alpha = alpha
    self.rate = rate
    self.storedRate = storedRate
    self.timing = timing
    self.frameCount = frameCount
    self.firstNumber = firstNumber
    self.startTimecode = startTimecode
    self.isIntra = isIntra
    self.isInterlaced = isInterlaced
  }
}

/// One sound stream of a piece of media.
public struct AudioFacts: Hashable, Sendable {
  /// The stream's index in the file.
  public var stream: Int
  public var codec: String
  public var sampleRate: Int
  public var channels: Int
  /// `nil` when the file does not say.
  public var layout: ChannelLayout?
  /// Samples per channel, exact where the container is.
  public var sampleCount: Int
  /// Bits of a sample where the codec has such, else 0.
  public var bits: Int

  public init(
    stream: Int, codec: String, sampleRate: Int, channels: Int, layout: ChannelLayout?, sampleCount: Int, bits: Int
  ) {
    self.stream = stream
    self.codec = codec
    self.sampleRate = sampleRate
    self.channels = channels
    self.layout = layout
    self.sampleCount = sampleCount
    self.bits = bits
  }
}

/// What a generator wrote into its output.
public struct GeneratorFacts: Hashable, Sendable {
  /// `ComfyUI`, `AUTOMATIC1111`, `InvokeAI`, or what the metadata calls itself.
  public var tool: String
  public var model: String?
  public var prompt: String?
  public var seed: String?

  public init(tool: String, model: String? = nil, prompt: String? = nil, seed: String? = nil) {
    self.tool = tool
    self.model = model
    self.prompt = prompt
    self.seed = seed
  }
}
