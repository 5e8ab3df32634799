import PegAudio
import PegCore
import PegMedia
@testable import PegPlan
import PegTimeline
import Testing

/// Everything that changes pixels, bytes or samples is in the ids, and each field of the one list by itself.
@Suite struct CanonFieldTests {
  /// Values for every field of ``CanonField``.
  struct Sample {
    var picture: PictureRecipe
    var output: OutputRecipe
    var sources: [PlannedSource]
    var arithmetic = "zimg 3.0"
    var version = 1
    var hashes: [[UInt8]] = [[1], [2], [3]]
    var settings: EncoderSettings
    var library = "avcodec 59"
    var unit = "picture"
    var sound: SoundPlan
    var samples = FrameRange(100, 200)
    var soundOutput: SoundOutput
    var soundArithmetic = "swresample 4"
    var soundVersion = 1

    init() throws {
      let tags = ColorTags(primaries: .bt709, transfer: .bt709, matrix: .bt709, range: .legal, siting: .left)
      let format = try #require(PixelFormat(named: "yuv422p10le"))
      sources = [
        PlannedSource(
          kind: .movie, name: "a.mov", path: "/a.mov", raster: Raster(64, 32), tags: tags, alpha: .opaque,
          isIntra: true,
          pictureCount: 9),
        PlannedSource(
          kind: .still, name: "b.exr", path: "/b.exr", files: ["/b.exr"], raster: Raster(64, 32), tags: tags,
          alpha: .straight, view: "sdr", layer: "beauty", isIntra: true, pictureCount: 1),
        PlannedSource(
          kind: .audio, name: "c.wav", path: "/c.wav", raster: Raster(0, 0), tags: tags, alpha: .opaque, isIntra: true,
          pictureCount: 0),
      ]
      let still = LayerRecipe(content: .media(source: 1, picture: 0))
      picture = PictureRecipe(
        raster: Raster(64, 32), pixelAspect: 1, workingSpace: "bt709",
        layers: [
          LayerRecipe(content: .media(source: 0, picture: 4), grade: [GradeStep(op: "cdl", parameters: ["slope": 1])]),
          LayerRecipe(content: .solid(red: 0, green: 0, blue: 0, alpha: 1)),
          LayerRecipe(content: .group([still])),
          LayerRecipe(content: .mix(from: still, to: nil, weight: Rational(1, 4))),
          LayerRecipe(content: .slate(["MEDIA MISSING", "SH010"])),
        ])
      output = OutputRecipe(format: format, raster: Raster(64, 32), fit: "fit", tags: tags, alpha: .opaque)
      settings = EncoderSettings(
        codec: "prores_ks", profile: "hq", tag: "apch", pixelFormat: format, raster: Raster(64, 32),
        rate: FrameRate(24),
        tags: tags, options: [.init("vendor", "pegb")], quantiser: 4)
      sound = SoundPlan(
        sampleRate: 48000, length: 48000,
        events: [
          SoundEvent(
            source: 2, stream: 1, track: 2, clip: "C", range: FrameRange(50, 150), start: 3,
            fades: [GainCurve([.init(50, 0), .init(60, 1)])])
        ])
      soundOutput = SoundOutput(
        codec: "aac", library: "avcodec 59", sampleRate: 48000, bitrate: 256000, layout: "stereo", downmix: "lo_ro")
    }

    /// The three canonical texts, one after the other.
    var text: String {
      CanonText(
        picture, output, sources: sources, arithmetic: arithmetic, version: version,
        identity: identity
      ).text + CanonText(settings, library: library, unit: unit).text
        + CanonText(
          sound, in: samples, soundOutput, arithmetic: soundArithmetic, version: soundVersion, identity: { hashes[$0] }
        ).text
    }

    /// The three ids.
    var ids: [[UInt8]] {
      [
        RecipeID(
          picture, output, sources: sources, arithmetic: arithmetic, version: version,
          identity: identity
        ).bytes, EncoderID(settings, library: library, unit: unit).bytes,
        SoundID(
          sound, in: samples, soundOutput, arithmetic: soundArithmetic, version: soundVersion, identity: { hashes[$0] }
        ).bytes,
      ]
    }

    /// A movie is one file whatever the picture.
    private func identity(_ source: Int, _ picture: Int) -> [UInt8] {
      hashes[source] + (sources[source].kind == .movie ? [] : [UInt8(picture)])
    }

    mutating func content(_ layer: Int, _ content: LayerContent) { picture.layers[layer].content = content }
  }

  typealias Flip = @Sendable (inout Sample) throws -> Void

  /// One change for each field.
  static let flips: [CanonField: Flip] = [
    .renderVersion: { $0.version = 2 },
    .arithmetic: { $0.arithmetic = "zimg 3.1" },
    .raster: { $0.picture.raster = Raster(32, 32) },
    .pixelAspect: { $0.picture.pixelAspect = Rational(4, 3) },
    .workingSpace: { $0.picture.workingSpace = "acescg" },
    .transform: { $0.picture.transform = .colorimetric },
    .layer: { $0.picture.layers.swapAt(0, 1) },
    .blend: { $0.picture.layers[0].blend = .add },
    .opacity: { $0.picture.layers[0].opacity = Rational(1, 2) },
    .placement: { $0.picture.layers[0].placement = .fill },
    .grade: { $0.picture.layers[0].grade[0].parameters["slope"] = 2 },
    .mediaHash: { $0.hashes[0] = [9] },
    .mediaPicture: { $0.content(0, .media(source: 0, picture: 5)) },
    .mediaRaster: { $0.sources[0].raster = Raster(32, 32) },
    .mediaPixelAspect: { $0.sources[0].pixelAspect = Rational(4, 3) },
    .mediaPrimaries: { $0.sources[0].tags.primaries = .bt2020 },
    .mediaTransfer: { $0.sources[0].tags.transfer = .pq },
    .mediaMatrix: { $0.sources[0].tags.matrix = .bt2020ncl },
    .mediaRange: { $0.sources[0].tags.range = .full },
    .mediaSiting: { $0.sources[0].tags.siting = .center },
    .mediaAlpha: { $0.sources[1].alpha = .premultiplied },
    .mediaSpace: { $0.sources[1].space = "acescg" },
    .mediaView: { $0.sources[1].view = nil },
    .mediaLayer: { $0.sources[1].layer = "depth" },
    .solidRed: { $0.content(1, .solid(red: 1, green: 0, blue: 0, alpha: 1)) },
    .solidGreen: { $0.content(1, .solid(red: 0, green: 1, blue: 0, alpha: 1)) },
    .solidBlue: { $0.content(1, .solid(red: 0, green: 0, blue: 1, alpha: 1)) },
    .solidAlpha: { $0.content(1, .solid(red: 0, green: 0, blue: 0, alpha: 0)) },
    .slate: { $0.content(4, .slate(["MEDIA MISSING", "SH020"])) },
    .group: { $0.content(2, .group([])) },
    .mix: { $0.content(3, .mix(from: .init(content: .media(source: 1, picture: 0)), to: nil, weight: Rational(1, 2))) },
    .nothing: {
      $0.content(3, .mix(from: nil, to: .init(content: .media(source: 1, picture: 0)), weight: Rational(1, 4)))
    },
    .outputFormat: { $0.output.format = try #require(PixelFormat(named: "yuv444p10le")) },
    .outputRaster: { $0.output.raster = Raster(32, 16) },
    .outputFit: { $0.output.fit = "fill" },
    .outputPrimaries: { $0.output.tags.primaries = .bt2020 },
    .outputTransfer: { $0.output.tags.transfer = .hlg },
    .outputMatrix: { $0.output.tags.matrix = .bt2020ncl },
    .outputRange: { $0.output.tags.range = .full },
    .outputSiting: { $0.output.tags.siting = .topLeft },
    .outputAlpha: { $0.output.alpha = .straight },
    .codec: { $0.settings.codec = "prores_aw" },
    .codecLibrary: { $0.library = "avcodec 60" },
    .profile: { $0.settings.profile = nil },
    .tag: { $0.settings.tag = "ap4h" },
    .quantiser: { $0.settings.quantiser = nil },
    .option: { $0.settings.options[0].value = "apl0" },
    .codedFormat: { $0.settings.pixelFormat = try #require(PixelFormat(named: "yuv444p10le")) },
    .codedRaster: { $0.settings.raster = Raster(32, 16) },
    .rate: { $0.settings.rate = FrameRate(25) },
    .codedPixelAspect: { $0.settings.pixelAspect = Rational(4, 3) },
    .codedPrimaries: { $0.settings.tags.primaries = .bt2020 },
    .codedTransfer: { $0.settings.tags.transfer = .hlg },
    .codedMatrix: { $0.settings.tags.matrix = .bt2020ncl },
    .codedRange: { $0.settings.tags.range = .full },
    .codedSiting: { $0.settings.tags.siting = .topLeft },
    .codedAlpha: { $0.settings.alpha = .straight },
    .threads: { $0.settings.threads = 4 },
    .reorderDepth: { $0.settings.reorderDepth = 1 },
    .globalHeader: { $0.settings.wantsGlobalHeader = false },
    .unit: { $0.unit = "segments of 48" },
    .soundVersion: { $0.soundVersion = 2 },
    .soundArithmetic: { $0.soundArithmetic = "swresample 5" },
    .soundCodec: { $0.soundOutput.codec = "pcm_s24le" },
    .soundLibrary: { $0.soundOutput.library = "avcodec 60" },
    .soundRate: { $0.soundOutput.sampleRate = 44100 },
    .soundBitrate: { $0.soundOutput.bitrate = nil },
    .soundLayout: { $0.soundOutput.layout = "5.1" },
    .downmix: { $0.soundOutput.downmix = "lt_rt" },
    .mixRate: { $0.sound.sampleRate = 96000 },
    .mixSamples: { $0.samples = FrameRange(100, 201) },
    .eventHash: { $0.hashes[2] = [9] },
    .eventStream: { $0.sound.events[0].stream = 2 },
    .eventBegin: { $0.sound.events[0].range = FrameRange(51, 150) },
    .eventEnd: { $0.sound.events[0].range = FrameRange(50, 149) },
    .eventStart: { $0.sound.events[0].start = 4 },
    .eventSpeed: { $0.sound.events[0].speed = 2 },
    .eventReversed: { $0.sound.events[0].isReversed = true },
    .eventGain: { $0.sound.events[0].gain = 2 },
    .eventFade: { $0.sound.events[0].fades = [GainCurve([.init(50, 0), .init(60, Rational(1, 2))])] },
  ]

  @Test func everyFieldOfTheListIsInTheTextAndHasAFlip() throws {
    let lines = try Sample().text.split(separator: "\n")
    for field in CanonField.allCases {
      #expect(lines.contains { $0.hasPrefix(field.rawValue + " ") }, "\(field) is in no text")
      #expect(Self.flips[field] != nil, "\(field) has no flip")
    }
    // No name is the beginning of another's line: each line is one field's.
    let names = Set(CanonField.allCases.map(\.rawValue))
    #expect(lines.allSatisfy { names.contains(String($0.prefix { $0 != " " })) })
  }

  @Test(arguments: CanonField.allCases)
  func aFlippedFieldIsAnotherIdAndNoOtherFieldsLineChanges(field: CanonField) throws {
    let flip = try #require(Self.flips[field])
    let before = try Sample()
    var after = before
    try flip(&after)
    #expect(zip(before.ids, after.ids).count { $0 != $1 } == 1, "\(field): one of the three ids is another")
    func rest(_ sample: Sample) -> [Substring] {
      sample.text.split(separator: "\n").filter { !$0.hasPrefix(field.rawValue + " ") }
    }
    // What holds others changes their lines' order or number.
    if ![.layer, .group, .nothing].contains(field) { #expect(rest(before) == rest(after)) }
  }

  /// Where a property of a recipe goes.
  enum Fate: ExpressibleByArrayLiteral {
    case fields(Set<CanonField>)
    /// It changes no pixel, no byte and no sample, because…
    case excused(String)
    init(arrayLiteral elements: CanonField...) { self = .fields(Set(elements)) }
  }

  static let tagFates: [String: Fate] = [
    "primaries": [.mediaPrimaries, .outputPrimaries, .codedPrimaries],
    "transfer": [.mediaTransfer, .outputTransfer, .codedTransfer],
    "matrix": [.mediaMatrix, .outputMatrix, .codedMatrix], "range": [.mediaRange, .outputRange, .codedRange],
    "siting": [.mediaSiting, .outputSiting, .codedSiting],
  ]

  static let fates: [(of: @Sendable (Sample) -> Any, fates: [String: Fate])] = [
    (
      { $0.picture },
      [
        "raster": [.raster], "pixelAspect": [.pixelAspect], "workingSpace": [.workingSpace],
        "transform": [.transform], "layers": [.layer],
      ]
    ),
    (
      { $0.picture.layers[0] },
      [
        "content": [
          .mediaHash, .mediaPicture, .solidRed, .solidGreen, .solidBlue, .solidAlpha, .group, .mix, .nothing, .slate,
        ],
        "placement": [.placement], "opacity": [.opacity], "blend": [.blend], "grade": [.grade],
      ]
    ),
    (
      { $0.sources[0] },
      [
        "kind": [.mediaPicture], "name": .excused("a name; the content's hash tells what it is"),
        "path": .excused("a place; the content's hash tells what lies there"), "files": [.mediaHash],
        "raster": [.mediaRaster], "pixelAspect": [.mediaPixelAspect],
        "tags": [.mediaPrimaries, .mediaTransfer, .mediaMatrix, .mediaRange, .mediaSiting], "alpha": [.mediaAlpha],
        "space": [.mediaSpace], "view": [.mediaView], "layer": [.mediaLayer],
        "pixelFormat": .excused("what the decoder gives for the content, which the hash and arith name"),
        "origin": .excused("the ledger's"), "generator": .excused("the ledger's"),
        "isIntra": .excused("how it is read, not what"), "pictureCount": .excused("a limit of what may be asked for"),
      ]
    ),
    (
      { $0.output },
      [
        "format": [.outputFormat], "raster": [.outputRaster], "fit": [.outputFit],
        "tags": [.outputPrimaries, .outputTransfer, .outputMatrix, .outputRange, .outputSiting],
        "alpha": [.outputAlpha],
      ]
    ),
    (
      { $0.settings },
      [
        "codec": [.codec], "profile": [.profile], "tag": [.tag], "pixelFormat": [.codedFormat],
        "raster": [.codedRaster], "rate": [.rate], "pixelAspect": [.codedPixelAspect],
        "tags": [.codedPrimaries, .codedTransfer, .codedMatrix, .codedRange, .codedSiting], "alpha": [.codedAlpha],
        "options": [.option], "quantiser": [.quantiser], "threads": [.threads], "wantsGlobalHeader": [.globalHeader],
        "reorderDepth": [.reorderDepth],
      ]
    ),
    ({ $0.sources[0].tags }, tagFates),
    (
      { $0.sound },
      [
        "sampleRate": [.mixRate], "length": .excused("where the programme ends; a run has its own end"),
        "events": [.eventHash],
      ]
    ),
    (
      { $0.sound.events[0] },
      [
        "source": [.eventHash], "stream": [.eventStream], "track": .excused("a name for messages"),
        "clip": .excused("a name for messages"), "range": [.eventBegin, .eventEnd], "start": [.eventStart],
        "speed": [.eventSpeed], "isReversed": [.eventReversed], "gain": [.eventGain], "fades": [.eventFade],
      ]
    ),
    (
      { $0.soundOutput },
      [
        "codec": [.soundCodec], "library": [.soundLibrary], "sampleRate": [.soundRate], "bitrate": [.soundBitrate],
        "layout": [.soundLayout], "downmix": [.downmix],
      ]
    ),
  ]

  @Test func everyPropertyOfARecipeIsInTheListOrExcused() throws {
    let sample = try Sample()
    var reached: Set<CanonField> = []
    for (value, fates) in Self.fates {
      let labels = Set(Mirror(reflecting: value(sample)).children.compactMap(\.label))
      #expect(labels == Set(fates.keys), "\(type(of: value(sample)))")
      for case .fields(let fields) in fates.values { reached.formUnion(fields) }
    }
    // The rest is given beside the values: arithmetic, versions, libraries, units, the length of a run.
    let beside: Set<CanonField> = [
      .renderVersion, .arithmetic, .codecLibrary, .unit, .soundVersion, .soundArithmetic, .mixSamples,
    ]
    #expect(reached.union(beside) == Set(CanonField.allCases))
  }

  /// What one field holds several parts of: each part is another id.
  @Test func everyPartOfAPlacementAndOfAGradeIsAnotherId() throws {
    typealias Point = PlacementSetting.Point
    let placements: [Placement] =
      [
        .fit, .fill, .stretch, .none, .transform(.init(), filter: nil),
        .transform(.init(position: Point(1, 2)), filter: nil), .transform(.init(position: Point(2, 1)), filter: nil),
        .transform(.init(scale: Point(1, 2)), filter: nil), .transform(.init(rotation: 1), filter: nil),
        .transform(.init(anchor: Point(1, 2)), filter: nil),
      ] + PlacementSetting.Filter.allCases.map { .transform(.init(), filter: $0) }
    let grades: [[GradeStep]] = [
      [], [GradeStep(op: "cdl")], [GradeStep(op: "lut")], [GradeStep(op: "cdl", space: "acescct")],
      [GradeStep(op: "cdl", amount: Rational(1, 2))], [GradeStep(op: "cdl", parameters: ["slope": 1])],
      [GradeStep(op: "cdl"), GradeStep(op: "lut")], [GradeStep(op: "lut"), GradeStep(op: "cdl")],
    ]
    var ids: Set<[UInt8]> = []
    for placement in placements {
      for grade in grades {
        var sample = try Sample()
        sample.picture.layers[0].placement = placement
        sample.picture.layers[0].grade = grade
        ids.insert(sample.ids[0])
      }
    }
    #expect(ids.count == placements.count * grades.count)
  }

  @Test func textOfAFileForgesNoLine() throws {
    var forged = try Sample()
    forged.picture.workingSpace = "bt709\nlayer 0"
    let lines = forged.text.split(separator: "\n")
    #expect(lines.count == (try Sample().text.split(separator: "\n").count))
    #expect(lines.contains("working_space bt709\\nlayer 0"))
  }

  @Test func jsonThatMeansTheSameIsTheSameText() throws {
    var (one, other) = (try Sample(), try Sample())
    one.picture.layers[0].grade = [
      GradeStep(op: "cdl", parameters: ["slope": .number("1.50"), "power": .number("1e0")])
    ]
    other.picture.layers[0].grade = [
      GradeStep(op: "cdl", parameters: ["power": .number("1"), "slope": .number("1.5")])
    ]
    #expect(one.ids == other.ids)
  }
}
