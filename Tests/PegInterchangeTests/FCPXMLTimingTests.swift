import PegCore
import PegTimeline
import Testing

@testable import PegInterchange

/// Frames that an FCPXML shows, held to fractions that are worked out here from what FCPXML says: an element's own time
/// runs on from its `start`, and what plays at a moment is the frame that has begun.
@Suite struct FCPXMLTimingTests {
  static let ntsc24 = FrameRate(24000, 1001)
  static let ntsc30 = FrameRate(30000, 1001)
  static let ntsc60 = FrameRate(60000, 1001)
  static let cinema = FrameRate(24)
  static let pal = FrameRate(25)

  private func track(_ text: String, lane: Int = 0) throws -> (Track, FrameRate) {
    let timeline = try reading(text, as: "cut.fcpxml").timeline
    let tracks = timeline.tracks(.video)
    let rate = try #require(try timeline.settings().rate)
    return (try #require(tracks.first { $0.item.info.name == "lane \(lane)" }), rate)
  }

  private func frame(_ track: Track, _ record: Int, _ rate: FrameRate) throws -> Shown.Frame? {
    try Shown.frame(track, at: Rational(record), rate)
  }

  @Test func startAndDurationAreExact() throws {
    // 100 frames from media frame 123; then 7 from 999 s of another clip's timecode of one hour.
    let text = fcpxml(
      spine: """
        <asset-clip ref="a24" name="one" offset="0s" start="123123/24000s" duration="100100/24000s"/>
        <asset-clip ref="a24" name="two" offset="100100/24000s" start="999999/24000s" duration="1001/24000s"/>
        """)
    let (track, rate) = try track(text)
    #expect(rate == Self.ntsc24)
    for n in 0..<100 { #expect(try frame(track, n, rate) == Shown.Frame(clip: "one", frame: 123 + n)) }
    #expect(try frame(track, 100, rate) == Shown.Frame(clip: "two", frame: 999))
    #expect(try frame(track, 101, rate) == nil)
  }

  struct Conform: Sendable {
    /// Of the timeline.
    var frameDuration: String
    var asset: String
    /// As `conform-rate` says the media's.
    var text: String
    var media: FrameRate
    var played: FrameRate
  }

  /// FCPXML reference, conform-rate: media of 25 in a timeline of 24 play at 24, of 50 at 48, of 60 in 29.97 at 59.94, …;
  /// media of 29.97 in 25, and of 50 in 25, keep their speed.
  static let conforms: [Conform] = [
    Conform(frameDuration: "1/24s", asset: "a25", text: "25", media: pal, played: cinema),
    Conform(frameDuration: "1001/24000s", asset: "a24r", text: "24", media: cinema, played: ntsc24),
    Conform(frameDuration: "1/24s", asset: "a24", text: "23.98", media: ntsc24, played: cinema),
    Conform(frameDuration: "1/25s", asset: "a24r", text: "24", media: cinema, played: pal),
    Conform(frameDuration: "1/24s", asset: "a50", text: "50", media: FrameRate(50), played: FrameRate(48)),
    Conform(frameDuration: "1001/30000s", asset: "a60", text: "60", media: FrameRate(60), played: ntsc60),
    Conform(frameDuration: "1/30s", asset: "a30", text: "29.97", media: ntsc30, played: FrameRate(30)),
    Conform(frameDuration: "1/50s", asset: "a24r", text: "24", media: cinema, played: pal),
    Conform(frameDuration: "1/25s", asset: "a30", text: "29.97", media: ntsc30, played: ntsc30),
    Conform(frameDuration: "1/25s", asset: "a50", text: "50", media: FrameRate(50), played: FrameRate(50)),
  ]

  @Test(arguments: Self.conforms)
  func conformedMediaPlayAtTheRateOfTheChart(_ conform: Conform) throws {
    // From frame 40 of the media, 90 record frames.
    let begin: Rational = conform.asset == "a25" ? 3600 : 0
    let start = begin + Rational(40) / conform.media.value
    let frame = try #require(FCPXMLTime(conform.frameDuration)).seconds
    let document = fcpxml(
      frameDuration: conform.frameDuration,
      spine: """
        <asset-clip ref="\(conform.asset)" name="c" offset="0s" start="\(start)s" duration="\(frame * 90)s">
          <conform-rate srcFrameRate="\(conform.text)"/>
        </asset-clip>
        """)
    let (track, rate) = try track(document)
    for k in 0..<90 {
      // Played frame by frame at `played`: k record frames are k / rate seconds, hence so many frames.
      let seconds = Rational(k) / rate.value
      let expected = 40 + (seconds * conform.played.value).floor
      #expect(try self.frame(track, k, rate)?.frame == expected, "record frame \(k)")
    }
  }

  @Test func mediaThatAreNotScaledKeepTheirSpeed() throws {
    let document = fcpxml(
      frameDuration: "1/24s",
      spine: """
        <asset-clip ref="a25" name="c" offset="0s" start="3600s" duration="240/24s">
          <conform-rate scaleEnabled="0" srcFrameRate="25"/>
        </asset-clip>
        """)
    let (track, rate) = try track(document)
    for k in 0..<240 { #expect(try frame(track, k, rate)?.frame == (Rational(k, 24) * 25).floor) }
  }

  /// Points are own time and source time in frames of 24000/1001; the clip shows own time from `start` on.
  struct Map: Sendable {
    struct Point: Sendable {
      var own: Int
      var source: Int
    }
    var points: [Point]
    var start: Int
    var count: Int

    init(_ points: [[Int]], from start: Int, count: Int) {
      self.points = points.map { Point(own: $0[0], source: $0[1]) }
      self.start = start
      self.count = count
    }

    /// The source frame at a moment of own time, and whether it runs backwards there.
    func source(at own: Rational) -> (value: Rational, isBackwards: Bool) {
      let next = points.indices.dropFirst().first { Rational(points[$0].own) > own } ?? points.count - 1
      let (a, b) = (points[next - 1], points[next])
      let slope = Rational(b.source - a.source, b.own - a.own)
      let since = own - Rational(a.own)
      return (Rational(a.source) + since * slope, slope < .zero)
    }
  }

  static let maps: [Map] = [
    Map([[0, 0], [100, 200]], from: 10, count: 60), Map([[0, 0], [200, 100]], from: 20, count: 120),
    Map([[0, 500], [100, 300]], from: 0, count: 100), Map([[0, 500], [100, 300]], from: 25, count: 50),
    Map([[0, 77], [100, 77]], from: 10, count: 30), Map([[0, 0], [300, 700]], from: 1, count: 250),
    Map([[0, 0], [50, 100], [100, 110], [150, 110], [200, 60]], from: 0, count: 200),
    Map([[0, 0], [50, 100], [100, 110], [150, 110], [200, 60]], from: 30, count: 140),
    Map([[0, 10], [1001, 999]], from: 0, count: 700),
  ]

  @Test(arguments: Self.maps)
  func timeMapsAreExact(_ map: Map) throws {
    func time(_ frames: Int) -> String { "\(frames * 1001)/24000s" }
    let points = map.points.map { "<timept time='\(time($0.own))' value='\(time($0.source))' interp='linear'/>" }
    let document = fcpxml(
      spine: """
        <asset-clip ref="a24" name="c" offset="0s" start="\(time(map.start))" duration="\(time(map.count))">
          <timeMap>\(points.joined())</timeMap>
        </asset-clip>
        """)
    let (track, rate) = try track(document)
    for k in 0..<map.count {
      let own = Rational(map.start + k)
      let shown = map.source(at: own)
      // Backwards the frame that plays ends where the moment stands: the one before it, seen from the source.
      let expected = shown.isBackwards ? map.source(at: own + 1).value : shown.value
      #expect(try frame(track, k, rate)?.frame == expected.floor, "record frame \(k)")
    }
  }

  @Test func aFreezeAndAReverseSayWhatTheyAre() throws {
    let document = fcpxml(
      spine: """
        <asset-clip ref="a24" name="freeze" offset="0s" duration="10010/24000s">
          <timeMap><timept time="0s" value="77077/24000s"/><timept time="1s" value="77077/24000s"/></timeMap>
        </asset-clip>
        <asset-clip ref="a24" name="reverse" offset="10010/24000s" duration="10010/24000s">
          <timeMap><timept time="0s" value="20020/24000s"/><timept time="20020/24000s" value="0s"/></timeMap>
        </asset-clip>
        """)
    let clips = try track(document).0.clips
    guard case .freezeFrame? = clips[0].item.effects.first else { throw Failure("no freeze") }
    #expect(clips[0].item.sourceRange?.start == RationalTime(77, Self.ntsc24))
    guard case .linearTimeWarp(_, _, let scalar)? = clips[1].item.effects.first else { throw Failure("no warp") }
    #expect(scalar == -1)
    // The ten frames that play backwards are 10 to 20 of the media: 19 first.
    #expect(clips[1].item.sourceRange?.start == RationalTime(10, Self.ntsc24))
  }

  @Test func whatHangsOnAClipFollowsItsOwnTime() throws {
    // The parent shows 25 fps media at 24, from 3,610 s on: its own time runs 25/24 as slowly as the timeline's.
    let document = fcpxml(
      frameDuration: "1/24s",
      spine: """
        <gap name="Gap" offset="0s" start="3600s" duration="1s"/>
        <asset-clip ref="a25" name="parent" offset="1s" start="3610s" duration="240/24s">
          <conform-rate srcFrameRate="25"/>
          <asset-clip ref="a24r" name="child" lane="1" offset="3614s" duration="2s"/>
        </asset-clip>
        """)
    let (track, rate) = try track(document, lane: 1)
    // Four seconds of its time are 100 media frames, which play over 100 timeline frames.
    #expect(try frame(track, 24 + 99, rate) == nil)
    #expect(try frame(track, 24 + 100, rate) == Shown.Frame(clip: "child", frame: 0))
    #expect(try frame(track, 24 + 100 + 47, rate) == Shown.Frame(clip: "child", frame: 47))
    #expect(try frame(track, 24 + 100 + 48, rate) == nil)
  }

  @Test func nestedTimesCompose() throws {
    // A compound from 10 s on, whose second clip begins at 12 s and holds a clip that holds media from frame 100 on.
    let document = fcpxml(
      frameDuration: "1/24s",
      resources: """
        <media id="c" name="compound"><sequence format="f0" tcStart="10s" duration="8s"><spine>
          <asset-clip ref="a24r" name="first" offset="10s" start="5s" duration="2s"/>
          <clip name="second" offset="12s" start="20s" duration="6s">
            <video ref="a24r" offset="18s" start="100/24s" duration="20s"/>
          </clip>
        </spine></sequence></media>
        """,
      spine: """
        <ref-clip ref="c" name="as shot" offset="0s" start="11s" duration="4s"/>
        <ref-clip ref="c" name="twice" offset="4s" start="11s" duration="2s">
          <timeMap><timept time="10s" value="10s" interp="linear"/><timept time="14s" value="18s" interp="linear"/></timeMap>
        </ref-clip>
        """)
    let (track, rate) = try track(document)
    func expected(_ compound: Rational) -> Shown.Frame {
      // Compound seconds to frames: `first` shows 5 s at 10 s; in `second`, own time 20 s is at 12 s, and the media's
      // frame 100 at own time 18 s.
      let (first, second) = (compound - Rational(10) + Rational(5), compound - Rational(12) + Rational(20 - 18))
      if compound < Rational(12) { return Shown.Frame(clip: "first", frame: (first * Rational(24)).floor) }
      return Shown.Frame(clip: "second", frame: (second * Rational(24)).floor + 100)
    }
    for n in 0..<96 {
      let wanted = expected(Rational(11 * 24 + n, 24))
      #expect(try frame(track, n, rate) == wanted, "frame \(n)")
    }
    // At its own 11 s the second one shows 12 s, and two seconds for each after that.
    for n in 0..<48 {
      let wanted = expected(Rational(12 * 24 + n * 2, 24))
      #expect(try frame(track, 96 + n, rate) == wanted, "frame \(n)")
    }
  }

  @Test func anActiveAngleIsTheClip() throws {
    let document = fcpxml(
      frameDuration: "1/24s",
      resources: """
        <media id="m" name="multi"><multicam format="f0" tcStart="100s">
          <mc-angle name="A" angleID="A"><asset-clip ref="a24r" name="A" offset="100s" duration="30s"/></mc-angle>
          <mc-angle name="B" angleID="B">
            <gap offset="100s" duration="2s"/><asset-clip ref="a24r" name="B" offset="102s" start="3s" duration="30s"/>
          </mc-angle>
          <mc-angle name="C" angleID="C"><asset-clip ref="wav" name="C" offset="100s" duration="30s"/></mc-angle>
        </multicam></media>
        """,
      spine: """
        <mc-clip ref="m" name="cut" offset="0s" start="105s" duration="2s">
          <mc-source angleID="B" srcEnable="video"/><mc-source angleID="C" srcEnable="audio"/>
        </mc-clip>
        """)
    let result = try reading(document, as: "cut.fcpxml")
    let (track, rate) = try track(document)
    // Angle B shows its second 3 at 102 s, so 6 at 105 s.
    for n in 0..<48 { #expect(try frame(track, n, rate) == Shown.Frame(clip: "cut", frame: 144 + n)) }
    let sound = try #require(result.timeline.tracks(.audio).first?.clips.first)
    guard case .external(_, let url)? = sound.activeReference else { throw Failure("no media") }
    #expect(url == "file:///media/wav.wav")
    #expect(sound.item.sourceRange?.start.seconds == 5)
    #expect(result.losses.map(\.code) == ["fcpxml.angles"])
  }

  @Test func aRoundedStartMeansItsFrame() throws {
    // Frame 214 of 30000/1001 begins at 7.14046… s; in fifths of a millisecond that is 35702, a little earlier.
    #expect((Rational(35702, 5000) * Rational(30000, 1001)).floor == 213)
    let document = fcpxml(
      frameDuration: "200/5000s",
      spine: """
        <asset-clip ref="a30" name="rounded" offset="0s" start="35702/5000s" duration="17600/5000s"/>
        <asset-clip ref="a30" name="between" offset="17600/5000s" start="35780/5000s" duration="1s"/>
        """)
    let clips = try track(document).0.clips
    #expect(clips[0].item.sourceRange?.start == RationalTime(214, FrameRate(30000, 1001)))
    // No frame begins within half a tick of this one: it means what it says.
    #expect(clips[1].item.sourceRange?.start.seconds == Rational(35780, 5000))
  }

  struct Failure: Error {
    var what: String
    init(_ what: String) { self.what = what }
  }
}
