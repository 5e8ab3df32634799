import Foundation
import PegAudio
import PegCore
import PegPlan
import PegPreset
import PegTestSupport
import Pegbar
import Testing

/// No stale frame: whatever a field of the ids changes is encoded anew, those frames and no others.
///
/// Five shots of four frames: A a movie, B drawings, C black (one picture), D a mix of drawings and movie, E drawings in a group.
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct StaleFrameTests {
  /// What is rendered.
  struct Scene {
    let show: Show
    var plan: FramePlan
    var deliverable: Deliverable

    /// Changes the layer of a shot, counted from 0.
    mutating func layer(_ shot: Int, _ change: (inout PlannedLayer) throws -> Void) rethrows {
      try change(&plan.spans[shot].layers[0])
    }

    /// Changes the source of a shot.
    mutating func source(_ shot: Int, _ change: (inout PlannedSource) -> Void) {
      guard case .media(let index, _) = plan.spans[shot].layers[0].content else { return }
      change(&plan.sources[index])
    }

    mutating func video(_ change: (inout VideoSpec) throws -> Void) rethrows {
      var video = deliverable.video
      try change(&video)
      remake(video, deliverable.audio)
    }

    mutating func audio(_ change: (inout AudioSpec) -> Void) {
      guard var audio = deliverable.audio else { return }
      change(&audio)
      remake(deliverable.video, audio)
    }

    private mutating func remake(_ video: VideoSpec, _ audio: AudioSpec?) {
      deliverable = Deliverable(
        name: deliverable.name, title: deliverable.title, spec: deliverable.spec, container: deliverable.container,
        video: video, audio: audio, timecode: deliverable.timecode, programme: deliverable.programme,
        naming: deliverable.naming, quality: deliverable.quality, file: deliverable.file)
    }

    func render(to name: String) throws -> RenderReport.Master {
      let report = try Renderer(plan, options: show.options())
        .render(to: [RenderOutput(deliverable, path: show.folder.file(name))])
      return try #require(report.masters.first)
    }
  }

  private func scene() throws -> Scene {
    let show = try Show()
    try show.movie("clip.mov", count: 40, rate: "24", codec: ["-c:v", "prores_ks", "-pix_fmt", "yuv422p10le"])
    try show.sequence("cel", count: 40) { $0 + 100 }
    try DrawnMedia.put(
      show.folder.file("a.wav"), ["-f", "lavfi", "-i", "sine=440:r=44100:d=2", "-c:a", "pcm_s16le"])
    let cut = try show.cut(tracks: [
      Show.track([
        Show.clip("A", "clip.mov", start: 0, duration: 4, rate: 24),
        Show.sequenceClip("B", "cel", start: 1001, duration: 4, count: 40), Show.black("C", 4, rate: 24),
        Show.sequenceClip("D", "cel", start: 1011, duration: 4, count: 40),
        Show.sequenceClip("E", "cel", start: 1021, duration: 4, count: 40),
      ]), Show.track([Show.clip("S", "a.wav", start: 0, duration: 20, rate: 24)], kind: "Audio"),
    ])
    var plan = try cut.plan()
    #expect(plan.spans.map(\.range.start) == [0, 4, 8, 12, 16])
    let (movie, drawing) = (plan.spans[0].layers[0], plan.spans[3].layers[0])
    plan.spans[3].layers = [
      PlannedLayer(
        track: 0, clip: "D", take: "", source: "",
        content: .dissolve(from: drawing, to: movie, time: TimeMap(), start: 12, length: 4))
    ]
    plan.spans[4].layers = [
      PlannedLayer(track: 0, clip: "E", take: "", source: "", content: .group(plan.spans[4].layers))
    ]
    return Scene(show: show, plan: plan, deliverable: try Show.presets().deliverable(named: "prores-422-hq"))
  }

  /// Pictures of the scene: C holds one.
  static let pictures = 4 + 4 + 1 + 4 + 4

  struct Flip: Sendable, CustomTestStringConvertible {
    let fields: [CanonField]
    /// Pictures that are worked anew.
    let touched: Int
    /// Those of them that differ: each is encoded once.
    let encoded: Int
    let change: @Sendable (inout Scene) throws -> Void
    var testDescription: String { fields.map(\.rawValue).joined(separator: ", ") }

    init(
      _ fields: CanonField..., touches: Int, encodes: Int? = nil,
      _ change: @escaping @Sendable (inout Scene) throws -> Void
    ) {
      self.fields = fields
      touched = touches
      encoded = encodes ?? touches
      self.change = change
    }
  }

  /// A and D show the movie, B, D and E the drawings.
  static let flips: [Flip] = [
    // The picture
    Flip(.raster, .outputRaster, .codedRaster, touches: pictures) { $0.plan.raster = Raster(320, 160) },
    Flip(.pixelAspect, .codedPixelAspect, touches: pictures) { $0.plan.pixelAspect = Rational(4, 3) },
    Flip(.workingSpace, touches: pictures) { $0.plan.workingSpace = "acescg" },
    Flip(.transform, touches: pictures) { $0.plan.transform = .colorimetric },
    Flip(.layer, touches: 4) { $0.plan.spans[1].layers.append($0.plan.spans[1].layers[0]) },
    // The inverse of its own luma over nothing: four times black.
    Flip(.blend, touches: 4, encodes: 1) { $0.layer(1) { $0.blend = .lumaMatteInverted } },
    Flip(.opacity, touches: 4) { $0.layer(0) { $0.opacity = .constant(Rational(1, 2)) } },
    Flip(.placement, touches: 4) { $0.layer(1) { $0.placement = .stretch } },
    Flip(.grade, touches: 4) { $0.layer(1) { $0.grade = [GradeOperation(op: "cdl", parameters: ["slope": 2])] } },
    Flip(.mediaHash, touches: 1) { try $0.show.still("cel.1002.png", value: 999) },
    // Its frames 1…4 for 0…3: one that was not there.
    Flip(.mediaPicture, touches: 1) { scene in
      scene.layer(0) { layer in
        guard case .media(let source, _) = layer.content else { return }
        layer.content = .media(
          source: source, map: FrameMap(time: TimeMap([.init(origin: 0, position: 1)]), limits: 0...39))
      }
    },
    Flip(.mediaRaster, touches: 8) { $0.source(0) { $0.raster = Raster(128, 144) } },
    Flip(.mediaPixelAspect, touches: 8) { $0.source(0) { $0.pixelAspect = Rational(4, 3) } },
    Flip(.mediaPrimaries, touches: 8) { $0.source(0) { $0.tags.primaries = .bt709 } },
    Flip(.mediaTransfer, touches: 8) { $0.source(0) { $0.tags.transfer = .bt709 } },
    Flip(.mediaMatrix, touches: 8) { $0.source(0) { $0.tags.matrix = .bt709 } },
    Flip(.mediaRange, touches: 8) { $0.source(0) { $0.tags.range = .full } },
    Flip(.mediaSiting, touches: 8) { $0.source(0) { $0.tags.siting = .center } },
    Flip(.mediaSpace, .mediaView, touches: 8) {
      $0.source(0) {
        $0.space = "arri_logc3"
        $0.view = "sdr"
      }
    },
    Flip(.mediaAlpha, touches: 12) { $0.source(1) { $0.alpha = .straight } },
    Flip(.solidRed, touches: 1) { $0.layer(2) { $0.content = .solid(red: 1, green: 0, blue: 0, alpha: 1) } },
    Flip(.solidGreen, touches: 1) { $0.layer(2) { $0.content = .solid(red: 0, green: 1, blue: 0, alpha: 1) } },
    Flip(.solidBlue, touches: 1) { $0.layer(2) { $0.content = .solid(red: 0, green: 0, blue: 1, alpha: 1) } },
    Flip(.solidAlpha, touches: 1) { $0.layer(2) { $0.content = .solid(red: 0, green: 0, blue: 0, alpha: 0) } },
    Flip(.group, touches: 4) { scene in
      scene.layer(4) { layer in
        guard case .group(let layers) = layer.content else { return }
        layer.content = .group(layers + layers)
      }
    },
    Flip(.mix, touches: 4) { scene in
      scene.layer(3) { layer in
        guard case .dissolve(let from, let to, let time, let start, _) = layer.content else { return }
        layer.content = .dissolve(from: from, to: to, time: time, start: start, length: 6)
      }
    },
    Flip(.nothing, touches: 4) { scene in
      scene.layer(3) { layer in
        guard case .dissolve(_, let to, let time, let start, let length) = layer.content else { return }
        layer.content = .dissolve(from: nil, to: to, time: time, start: start, length: length)
      }
    },
    // The deliverable and its encoder
    Flip(.outputFormat, .codedFormat, .outputSiting, .codedSiting, .profile, .tag, touches: pictures) {
      try $0.video {
        $0.profile = "4444"
        $0.tag = "ap4h"
        $0.pixelFormat = .fixed(try #require(PixelFormat(named: "yuv444p10le")))
      }
    },
    Flip(.outputFit, touches: pictures) { $0.video { $0.fit = .stretch } },
    Flip(.outputPrimaries, .codedPrimaries, touches: pictures) { $0.video { $0.color.primaries = .smpte170m } },
    Flip(.outputTransfer, .codedTransfer, touches: pictures) { $0.video { $0.color.transfer = .smpte170m } },
    Flip(.outputMatrix, .codedMatrix, touches: pictures) { $0.video { $0.color.matrix = .smpte170m } },
    Flip(.outputRange, .codedRange, touches: pictures) { $0.video { $0.color.range = .full } },
    Flip(.outputAlpha, .codedAlpha, touches: pictures) {
      try $0.video {
        $0.profile = "4444"
        $0.tag = "ap4h"
        $0.pixelFormat = .fixed(try #require(PixelFormat(named: "yuva444p10le")))
        $0.alpha = .straight
      }
    },
    Flip(.codec, .codecLibrary, .globalHeader, touches: pictures) {
      try $0.video {
        $0.codec = try #require(VideoCodec(encoder: "dnxhd"))
        $0.profile = "dnxhr_hqx"
        $0.tag = nil
        $0.options = []
        $0.rateControl = .codec
      }
    },
    Flip(.quantiser, touches: pictures) { $0.video { $0.rateControl = .quantiser(8) } },
    Flip(.option, touches: pictures) { $0.video { $0.options = [EncoderOption("vendor", "abcd")] } },
    Flip(.threads, touches: pictures) { $0.video { $0.threads = 2 } },
    Flip(.rate, touches: pictures) { $0.plan.rate = FrameRate(25) },
    // Sound: no picture is touched, and the master is renewed.
    Flip(.soundCodec, .soundLibrary, touches: 0) { $0.audio { $0.codec = .pcm16 } },
    Flip(.soundBitrate, touches: 0) {
      $0.audio {
        $0.codec = .aac
        $0.bitrate = 96000
      }
    },
    Flip(.soundLayout, touches: 0) { $0.audio { $0.tracks = [.mono] } },
    Flip(.mixSamples, touches: 0) { $0.plan.sound.length -= 480 },
    Flip(.eventBegin, touches: 0) { $0.plan.sound.events[0].range = FrameRange(4800, 40000) },
    Flip(.eventEnd, touches: 0) { $0.plan.sound.events[0].range = FrameRange(0, 30000) },
    Flip(.eventStart, touches: 0) { $0.plan.sound.events[0].start = Rational(1, 10) },
    Flip(.eventSpeed, touches: 0) { $0.plan.sound.events[0].speed = Rational(1, 2) },
    Flip(.eventReversed, touches: 0) { $0.plan.sound.events[0].isReversed = true },
    Flip(.eventGain, touches: 0) { $0.plan.sound.events[0].gain = Rational(1, 2) },
    Flip(.eventFade, touches: 0) {
      $0.plan.sound.events[0].fades = [GainCurve([.init(0, 0), .init(9600, 1)])]
    },
    Flip(.eventHash, touches: 0) {
      try Tool.require(
        "ffmpeg",
        [
          "-v", "error", "-y", "-f", "lavfi", "-i", "sine=880:r=44100:d=2", "-c:a", "pcm_s16le",
          $0.show.folder.file("a.wav"),
        ])
    },
  ]

  /// Fields that no plan can be made to differ in by itself while it renders: ``CanonFieldTests`` flips them in the ids.
  static let inIdsAlone: [CanonField: String] = [
    .renderVersion: "a number of this program", .arithmetic: "the libraries' version",
    .mediaLayer: "of OpenEXR images", .slate: "of media that is missing",
    .reorderDepth: "of long-GOP encoders",
    .unit: "of long-GOP encoders", .soundVersion: "a number of this program",
    .soundArithmetic: "the libraries' version",
    .soundRate: "refused where it is not the cut's", .mixRate: "refused where it is not the deliverable's",
    .downmix: "there is one", .eventStream: "another stream is another sound, or none",
  ]

  @Test func everyFieldIsFlippedHereOrSaysWhyNot() {
    let flipped = Set(Self.flips.flatMap(\.fields))
    #expect(flipped.isDisjoint(with: Self.inIdsAlone.keys))
    #expect(flipped.union(Self.inIdsAlone.keys) == Set(CanonField.allCases))
  }

  @Test(arguments: flips.indices)
  func exactlyWhatAFieldTouchesIsEncodedAnew(index: Int) throws {
    let flip = Self.flips[index]
    var scene = try scene()
    let first = try scene.render(to: "master.mov")
    #expect(first.counts.encoded == Self.pictures)
    #expect(try scene.render(to: "master.mov").wasCurrent)
    try flip.change(&scene)
    let renewed = try scene.render(to: "master.mov")
    #expect(!renewed.wasCurrent)
    #expect(renewed.counts.encoded == flip.encoded)
    #expect(renewed.counts.reused <= 20 - flip.touched)
    #expect(renewed.counts.encoded + renewed.counts.held + renewed.counts.reused == 20)
    let fresh = try scene.render(to: "fresh.mov")
    #expect(fresh.counts.reused == 0)
    #expect(try scene.show.sha("master.mov") == scene.show.sha("fresh.mov"))
  }
}
