public import PegColor
public import PegCore
public import PegMedia
import PegTimeline

/// The one decision on what a source's code values mean (DESIGN §7): complete tags, alpha, and a view where it needs one.
public struct ColorDecision: Hashable, Sendable {
  public var tags: ColorTags
  public var alpha: AlphaMode
  /// The colour space by name where it is one that tags cannot say, such as `acescg`.
  public var space: String?
  /// `sdr` for sources of the scene where the working space needs a view, else `nil`.
  public var view: String?
  /// What was decided where the source does not say.
  public var findings: [Finding]

  /// Decides for a source with pictures.
  ///
  /// - Parameters:
  ///   - place: what findings and errors call the source.
  ///   - color, range, alpha: what the cut's media reference says; it overrides the file.
  ///   - working: what layers are composited in.
  /// Throws bad input for log material that names no space, and spaces that are not built.
  public init(
    of video: VideoFacts, kind: MediaFacts.Kind, container: String = "", at place: String, color: String? = nil,
    range: CodeRange? = nil, alpha: AlphaMode? = nil, working: WorkingSpace = WorkingSpace()
  ) throws(PegError) {
    guard let format = PixelFormat(named: video.pixelFormat) else {
      throw PegError(.badInput, "\(place) has the pixel format \(video.pixelFormat), which is not handled")
    }
    let source = Source(video: video, kind: kind, container: container, format: format, place: place)
    var tags = video.tags
    findings = []
    view = nil
    space = nil
    var assumed: [String] = []
    if let color {
      space = try Self.override(&tags, color, source)
    } else if let profile = video.color.profile, tags.primaries == .unspecified || tags.transfer == .unspecified {
      let (named, finding) = Self.apply(profile, &tags, at: place)
      space = named
      findings.append(finding)
    } else if let stated = try source.stated() {
      space = stated.name
      tags.transfer = stated.isScene ? .linear : .bt709
      if !source.isLinear {
        findings.append(
          Finding("color.stated", .note, "\(place) is read by its own primaries and gamma: \(stated.name)", at: place))
      }
    } else if source.isLog, tags.transfer == .unspecified, let named = video.color.space {
      space = named
      tags.transfer = .linear
      findings.append(
        Finding(
          "color.log", .note, "\(place) holds logarithmic film density by its header: read as \(named)", at: place,
          hint: "set `color` on its media reference if it is a camera's log"))
    } else if source.isLog, tags.transfer == .unspecified || tags.transfer == .log100 || tags.transfer == .log316 {
      throw PegError(
        .badInput, "\(place) does not say which space its code values are in",
        hint: "set `color` on its media reference, for example bt709 or linear_bt709")
    } else if source.isLinear, tags.transfer == .unspecified {
      tags.transfer = .linear
    }
    source.completePrimariesAndTransfer(&tags, &assumed)
    source.completeMatrix(&tags, &assumed)
    source.completeRange(&tags, stated: range, &assumed)
    source.completeSiting(&tags)
    self.tags = tags
    self.alpha = format.hasAlpha || source.format.family == .palette ? alpha ?? video.alpha : .opaque
    if !assumed.isEmpty {
      findings.append(
        Finding(
          "color.untagged", .note,
          "\(place) has no colour tags for \(assumed.joined(separator: ", ")): taken as \(tags)",
          at: place, hint: "set `color` or `range` on its media reference if that is wrong"))
    }
    let isScene =
      try space.map { name throws(PegError) in try ColorSpace.named(name).isScene } ?? (tags.transfer == .linear)
    if isScene, working.needsViews {
      view = "sdr"
      let what = space.map { "in \($0)" } ?? "scene-linear"
      findings.append(
        Finding(
          "color.view", .note, "\(place) is \(what) and names no view: shown through the built-in view sdr",
          at: place))
    }
  }

  /// What an ICC profile says, as tags or as a space of the list, and the finding that says so. A profile that cannot be used is
  /// a finding, and the source is what it would be without.
  private static func apply(
    _ profile: ColorProfile, _ tags: inout ColorTags, at place: String
  ) -> (space: String?, Finding) {
    let name = profile.name.isEmpty ? "its ICC profile" : "its ICC profile \(profile.name)"
    func unused(_ why: String) -> Finding {
      Finding(
        "color.icc", .warning, "\(place) is shown without \(name): \(why)", at: place,
        hint: "set `color` on its media reference")
    }
    let read: ICCProfile
    do throws(PegError) { read = try ICCProfile(profile.bytes, name: profile.name) } catch {
      return (nil, unused(error.sentence))
    }
    guard let space = read.space else { return (nil, unused("it is a table")) }
    if let points = space.codePoints {
      tags.primaries = points.primaries
      tags.transfer = points.transfer
    } else if space.name.isEmpty {
      return (nil, unused("it is none of the colour spaces that have a name"))
    } else {
      tags.transfer = space.isScene ? .linear : .bt709
    }
    let shown = space.name.isEmpty ? space.title : space.name
    return (
      space.codePoints == nil ? space.name : nil,
      Finding("color.icc", .note, "\(place) is read by \(name) as \(shown)", at: place)
    )
  }

  /// What a space of the cut's list means in tags; the name itself where they cannot say it: ACES primaries have no code point
  /// in H.273, and camera logs no curve.
  private static func override(
    _ tags: inout ColorTags, _ name: String, _ source: Source
  ) throws(PegError) -> String? {
    let spaces: [String: (Primaries, Transfer, Matrix)] = [
      "bt709": (.bt709, .bt709, .bt709), "srgb": (.bt709, .srgb, .unspecified), "bt1886": (.bt709, .bt709, .bt709),
      "bt601_525": (.smpte170m, .smpte170m, .smpte170m), "bt601_625": (.bt470bg, .smpte170m, .bt470bg),
      "bt2020": (.bt2020, .bt2020ten, .bt2020ncl), "pq": (.bt2020, .pq, .bt2020ncl),
      "hlg": (.bt2020, .hlg, .bt2020ncl), "display_p3": (.p3D65, .srgb, .unspecified),
      "linear_bt709": (.bt709, .linear, .unspecified),
    ]
    guard let (primaries, transfer, matrix) = spaces[name] else {
      do throws(PegError) {
        let space = try ColorSpace.named(name)
        tags.transfer = space.isScene ? .linear : .bt709
        return space.name
      } catch {
        throw PegError(.badInput, "\(source.place) is given the color \(name), which is not known", hint: error.hint)
      }
    }
    tags.primaries = primaries
    tags.transfer = transfer
    if source.format.family == .ycbcr, matrix != .unspecified { tags.matrix = matrix }
    return nil
  }
}

/// The source that is decided on, with what its kind says.
private struct Source {
  let video: VideoFacts
  let kind: MediaFacts.Kind
  let container: String
  let format: PixelFormat
  let place: String

  var isStill: Bool { kind == .still || kind == .sequence }
  /// DPX and Cineon: log unless the header says otherwise.
  var isLog: Bool { ["dpx", "cineon", "cin"].contains(video.codec) }
  /// EXR, and floating-point stills of other formats.
  var isLinear: Bool {
    ["exr", "hdr", "radiance_hdr", "pfm", "phm"].contains(video.codec) || (isStill && format.isFloat)
  }
  /// What is drawn for screens: pictures that are R′G′B′ or grey, and the still codecs that are Y′CbCr.
  var isGraphic: Bool { format.family != .ycbcr && !(format.family == .gray && !isStill) || isJPEG || isWebP }
  var isJPEG: Bool { ["mjpeg", "mjpegb", "jpeg2000", "jpegls"].contains(video.codec) && isStill }
  var isWebP: Bool { video.codec == "webp" || container == "webp" }
  var isMotionJPEG: Bool { video.codec == "mjpeg" || video.codec == "mjpegb" }

  /// A space by the numbers that the file gives, where tags cannot say it: those of the list, or one of its own.
  ///
  /// Throws bad input for primaries that are none.
  func stated() throws(PegError) -> ColorSpace? {
    let tags = video.tags
    // 0.45455 is what writers of sRGB put, whatever the primaries.
    let gamma = video.color.gamma.flatMap { $0 == Rational(45455, 100_000) ? nil : 1 / $0.double }
    let points = tags.primaries == .unspecified ? video.color.chromaticities : nil
    guard isStill, format.family != .ycbcr, points != nil || (gamma != nil && tags.transfer == .unspecified)
    else { return nil }
    if isLinear, let points, let known = ColorSpace.linear(of: points.numbers) { return known }
    let curve: TransferFunction =
      isLinear || tags.transfer == .linear ? .linear : .srgb
    guard
      let space = ColorSpace.stated(
        points?.numbers, primaries: tags.primaries, exponent: isLinear ? nil : gamma, otherwise: curve)
    else {
      throw PegError(
        .badInput, "\(place) says of its colours what cannot be: \(points.map { "primaries \($0)" } ?? "its gamma")",
        hint: "set `color` on its media reference")
    }
    return space
  }

  /// BT.709 at 720 lines or more; below BT.601, of the 625-line system at 576 lines.
  var primariesByLines: Primaries {
    video.raster.height >= 720 ? .bt709 : video.raster.height == 576 ? .bt470bg : .smpte170m
  }
  var matrixByLines: Matrix {
    video.raster.height >= 720 ? .bt709 : video.raster.height == 576 ? .bt470bg : .smpte170m
  }

  func completePrimariesAndTransfer(_ tags: inout ColorTags, _ assumed: inout [String]) {
    if tags.primaries == .unspecified {
      switch (tags.transfer, tags.matrix) {
      case (.pq, _), (.hlg, _), (.bt2020ten, _), (.bt2020twelve, _), (_, .bt2020ncl), (_, .bt2020cl), (_, .ictcp):
        tags.primaries = .bt2020
      case _ where isGraphic || isLinear || isLog: tags.primaries = .bt709
      case (_, .bt709): tags.primaries = .bt709
      case (_, .bt470bg): tags.primaries = .bt470bg
      case (_, .smpte170m): tags.primaries = .smpte170m
      case (_, .smpte240m): tags.primaries = .smpte240m
      default: tags.primaries = primariesByLines
      }
      // Stills of 8 and 16 bits are sRGB by rule, and an EXR without chromaticities has those of BT.709 by its standard.
      if !isGraphic, !isLinear { assumed.append("primaries") }
    }
    guard tags.transfer == .unspecified else { return }
    if isLinear {
      tags.transfer = .linear
    } else if isGraphic {
      tags.transfer = .srgb
    } else {
      switch tags.primaries {
      case .bt2020: tags.transfer = format.depth >= 12 ? .bt2020twelve : .bt2020ten
      case .bt470bg, .smpte170m: tags.transfer = .smpte170m
      case .smpte240m: tags.transfer = .smpte240m
      default: tags.transfer = .bt709
      }
      assumed.append("transfer")
    }
  }

  func completeMatrix(_ tags: inout ColorTags, _ assumed: inout [String]) {
    guard format.family == .ycbcr else {
      // Grey in a movie is the luma of a matrix; its code values are those of equal R′, G′ and B′ whichever that is.
      tags.matrix = .rgb
      return
    }
    // A file that says RGB about Y′CbCr samples is wrong about one of the two; the samples are what is there.
    guard tags.matrix == .unspecified || tags.matrix == .rgb else { return }
    if isJPEG || isWebP || isMotionJPEG {
      // JFIF and VP8 both fix BT.601.
      tags.matrix = .smpte170m
      return
    }
    switch tags.primaries {
    case .bt2020: tags.matrix = .bt2020ncl
    case .bt470bg: tags.matrix = .bt470bg
    case .smpte170m: tags.matrix = .smpte170m
    case .smpte240m: tags.matrix = .smpte240m
    case .bt709 where video.tags.primaries == .bt709: tags.matrix = .bt709
    default: tags.matrix = matrixByLines
    }
    assumed.append("matrix")
  }

  func completeRange(_ tags: inout ColorTags, stated: CodeRange?, _ assumed: inout [String]) {
    if let stated, stated != .unspecified {
      tags.range = stated
      return
    }
    if format.name.hasPrefix("yuvj") { tags.range = .full }
    guard tags.range == .unspecified else { return }
    if format.family == .ycbcr {
      tags.range = isJPEG || isMotionJPEG ? .full : .legal
      if !isJPEG, !isWebP, !isMotionJPEG { assumed.append("range") }
    } else {
      tags.range = .full
    }
  }

  func completeSiting(_ tags: inout ColorTags) {
    guard format.family == .ycbcr, format.isSubsampled else {
      tags.siting = .unspecified
      return
    }
    guard tags.siting == .unspecified else { return }
    let isCentred = isJPEG || isMotionJPEG || isWebP || format.name.hasPrefix("yuvj") || video.codec == "mpeg1video"
    // 4:2:2 has no vertical shift: `left` is what MPEG-2, ProRes and DNx mean, where JPEG centres.
    tags.siting = isCentred ? .center : .left
  }
}

extension Chromaticities {
  /// x and y of red, green, blue and white.
  fileprivate var numbers: [Double] { [red, green, blue, white].flatMap { [$0.x, $0.y] } }
}
