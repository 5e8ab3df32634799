/// What a packet depends on: the one list.
///
/// A packet is a pure function of a recipe and of encoder settings, the sound of its events and its encoder (DESIGN §1). Each
/// has a canonical text, one field a line, and the text's SHA-256 is its id. ``CanonText`` writes nothing but these fields.
/// A field that changes pixels or bytes and is missing here would let a stale packet through: the worst bug this program
/// can have. A test flips every case of this list, and fails for a case that it does not flip and for a property of a recipe
/// that is neither here nor excused.
public enum CanonField: String, CaseIterable, Sendable {
  // MARK: Recipe: the picture at the cut's raster

  /// Raised whenever arithmetic of ours changes a pixel.
  case renderVersion = "render"
  /// Third-party arithmetic that pixels go through.
  case arithmetic = "arith"
  case raster
  case pixelAspect = "pixel_aspect"
  case workingSpace = "working_space"
  /// Whether code values of SDR displays pass between them.
  case transform

  // For each layer, bottom first

  /// How deep it lies: 0, and one more within a group or a mix.
  case layer
  case blend
  case opacity
  case placement
  /// One line for each operation, in order.
  case grade

  // What a layer shows

  /// The hash of the file that holds the picture, and for movies the picture's index in it.
  case mediaHash = "media"
  case mediaPicture = "media_picture"
  /// How the file's code values are read.
  case mediaRaster = "media_raster"
  case mediaPixelAspect = "media_pixel_aspect"
  case mediaPrimaries = "media_primaries"
  case mediaTransfer = "media_transfer"
  case mediaMatrix = "media_matrix"
  case mediaRange = "media_range"
  case mediaSiting = "media_siting"
  case mediaAlpha = "media_alpha"
  case mediaSpace = "media_space"
  case mediaView = "media_view"
  case mediaLayer = "media_layer"
  case solidRed = "solid_red"
  case solidGreen = "solid_green"
  case solidBlue = "solid_blue"
  case solidAlpha = "solid_alpha"
  /// The version of slates, and one line of text each, in order.
  case slate
  /// How many layers lie in a group; they follow.
  case group
  /// The weight of a mix's second side; both sides follow.
  case mix
  /// A side of a mix that is not there.
  case nothing

  // MARK: Recipe: what the deliverable does to it

  case outputFormat = "output_format"
  case outputRaster = "output_raster"
  case outputFit = "output_fit"
  case outputPrimaries = "output_primaries"
  case outputTransfer = "output_transfer"
  case outputMatrix = "output_matrix"
  case outputRange = "output_range"
  case outputSiting = "output_siting"
  case outputAlpha = "output_alpha"

  // MARK: Encoder

  case codec
  /// The encoder's library with its version.
  case codecLibrary = "codec_library"
  case profile
  case tag
  case quantiser
  /// One line for each, in the order they are given.
  case option
  case codedFormat = "coded_format"
  case codedRaster = "coded_raster"
  case rate
  case codedPixelAspect = "coded_pixel_aspect"
  case codedPrimaries = "coded_primaries"
  case codedTransfer = "coded_transfer"
  case codedMatrix = "coded_matrix"
  case codedRange = "coded_range"
  case codedSiting = "coded_siting"
  case codedAlpha = "coded_alpha"
  case threads
  case reorderDepth = "reorder_depth"
  /// Whether the codec's headers stand in the container.
  case globalHeader = "global_header"
  /// What a packet depends on: `picture`, `segments of N` frames, `whole`.
  case unit

  // MARK: Sound: a run of samples of one stream

  /// Raised whenever arithmetic of ours changes a sample.
  case soundVersion = "sound_render"
  /// Third-party arithmetic that samples go through.
  case soundArithmetic = "sound_arith"
  case soundCodec = "sound_codec"
  /// The encoder's library with its version.
  case soundLibrary = "sound_library"
  case soundRate = "sound_rate"
  case soundBitrate = "sound_bitrate"
  case soundLayout = "sound_layout"
  case downmix
  /// Samples per second of the mix, and how many the run has.
  case mixRate = "mix_rate"
  case mixSamples = "mix_samples"

  // For each event that sounds in it, in order

  /// The hash of the file.
  case eventHash = "event"
  case eventStream = "event_stream"
  /// Where it begins and ends, from the run's start.
  case eventBegin = "event_begin"
  case eventEnd = "event_end"
  case eventStart = "event_start"
  case eventSpeed = "event_speed"
  case eventReversed = "event_reversed"
  case eventGain = "event_gain"
  /// One line for each fade: its keys.
  case eventFade = "event_fade"
}
