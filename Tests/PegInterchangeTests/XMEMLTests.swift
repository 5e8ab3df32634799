import Foundation
import PegCore
import PegTimeline
import Testing

@testable import PegInterchange

@Suite struct XMEMLTests {
  private func result(_ text: String) throws -> ImportResult { try reading(text, as: "cut.xml") }

  private func line(_ track: Track) throws -> [String] {
    let layout = try track.layout(at: try #require(CutAddress("V1:0")))
    return zip(layout.slots, track.children).map { slot, child in
      let name =
        switch child {
        case .clip(let clip): "\(clip.item.info.name) \(clip.item.sourceRange?.start.value ?? -1)"
        case .stack(let stack): "[\(stack.item.info.name)]"
        case .gap: "-"
        case .transition(let join): "x\(join.inOffset.value),\(join.outOffset.value)"
        case .track, .unknown: "?"
        }
      return "\(name) \(slot.start * 24)..\(slot.end * 24)"
    }
  }

  @Test func itemsLieWhereTheySayAndShowWhatTheySay() throws {
    let text = xmeml(video: [
      xmemlClip("a", 10, 60, in: 100, out: 150, isFirst: true) + xmemlClip("b", 60, 80, in: 0, out: 20)
        + xmemlClip("c", 90, 100, in: 990, out: 1000)
    ])
    let result = try result(text)
    let timeline = result.timeline
    // Media time is the file's timecode plus the `in`.
    #expect(
      try line(timeline.tracks(.video)[0]) == [
        "- 0..10", "a 86500 10..60", "b 86400 60..80", "- 80..90", "c 87390 90..100",
      ])
    #expect(timeline.info.name == "seq")
    #expect(timeline.globalStart == RationalTime(86400, FrameRate(24)))
    let settings = try timeline.settings()
    #expect(settings.rate == FrameRate(24))
    #expect(settings.raster == Raster(1920, 1080))
    #expect(settings.sampleRate == 48000)
    let clip = timeline.tracks(.video)[0].clips[1]
    guard case .external(let info, let url)? = clip.activeReference else {
      Issue.record("no media")
      return
    }
    #expect(url == "file:///D:/a%20b/media.mov")
    #expect(info.availableRange?.start.value == 86400)
    #expect(info.availableRange?.duration.value == 1000)
    #expect(info.info.metadata["xmeml"]?["reel"] == "R1")
    for n in 0..<50 {
      #expect(try Shown.frame(timeline.tracks(.video)[0], at: Rational(10 + n), FrameRate(24))?.frame == 100 + n)
    }
    #expect(result.losses == [])
  }

  @Test(arguments: [
    ("file://localhost/D%3a/media/a.mov", "file:///D:/media/a.mov"),
    ("file:///Volumes/x/a%20b.mov", "file:///Volumes/x/a%20b.mov"),
    ("file://localhost/Volumes/x/a b.mov", "file:///Volumes/x/a%20b.mov"),
    ("file:///x/%C3%A9.mov", "file:///x/%C3%A9.mov"),
    ("file:///x/100%.mov", "file:///x/100%25.mov"), ("file://server/share/a.mov", "file://server/share/a.mov"),
    ("/Volumes/x/a.mov", "file:///Volumes/x/a.mov"), ("C:\\media\\a b.mov", "file:///C:/media/a%20b.mov"),
    ("media/a.mov", "media/a.mov"), ("https://example.org/a.mov", "https://example.org/a.mov"),
  ])
  func pathsBecomeURLs(text: String, url: String) { #expect(XMEMLPath.url(text) == url) }

  @Test func endsAtTransitionsAreResolvedByAlignment() throws {
    // Each clip's `in` is that of the transition's first frame, its `out` that of its last.
    let first: [String] = [
      xmemlDissolve(0, 10, "start-black"), xmemlClip("a", -1, -1, in: 100, out: 210, isFirst: true),
      xmemlDissolve(90, 110, "center"), xmemlClip("b", -1, -1, in: 300, out: 420), xmemlDissolve(200, 210, "start"),
      xmemlClip("c", -1, 300, in: 500, out: 600), xmemlDissolve(290, 300, "end-black"),
    ]
    let second: [String] = [
      xmemlClip("d", 0, -1, in: 0, out: 55), xmemlDissolve(40, 55, "center"), xmemlClip("e", -1, 100, in: 0, out: 60),
    ]
    let text = xmeml(video: [first.joined(), second.joined()])
    let result = try result(text)
    #expect(
      try line(result.timeline.tracks(.video)[0]) == [
        "x0,10 0..0", "a 86500 0..100", "x10,10 100..100",
        // b begins at the cut, ten frames into the transition.
        "b 86710 100..200", "x0,10 200..200", "c 86900 200..300", "x10,0 300..300",
      ])
    // The middle of 15 frames lies between frames 47 and 48: the earlier one is the cut.
    #expect(
      try line(result.timeline.tracks(.video)[1]) == ["d 86400 0..47", "x7,8 47..47", "e 86407 47..100"])
    #expect(result.losses == [])
  }

  @Test func ratesConvertThroughSeconds() throws {
    // A clip of 12 in a sequence of 24: 25 of its frames take 50; a file of 30000/1001.
    let text = xmeml(video: [
      """
      <clipitem id="h"><name>half</name><rate><timebase>12</timebase><ntsc>FALSE</ntsc></rate>
      <start>0</start><end>50</end><in>10</in><out>35</out><file id="media"/></clipitem>
      \(xmemlClip("n", 50, 100, in: 0, out: 50, isFirst: true))
      <clipitem id="v"><name>video</name><rate><timebase>30</timebase><ntsc>TRUE</ntsc></rate>
      <start>100</start><end>124</end><in>60</in><out>90</out>
      <file id="f"><name>f</name><pathurl>file:///f.mov</pathurl><duration>900</duration>
      <rate><timebase>30</timebase><ntsc>TRUE</ntsc></rate></file></clipitem>
      """
    ])
    let track = try result(text).timeline.tracks(.video)[0]
    for k in 0..<50 {
      // 10 frames of 12 are 20 of 24.
      #expect(try Shown.frame(track, at: Rational(k), FrameRate(24)) == Shown.Frame(clip: "half", frame: 20 + k))
    }
    for k in 0..<24 {
      let expected = 60 + (Rational(k, 24) * Rational(30000, 1001)).floor
      #expect(try Shown.frame(track, at: Rational(100 + k), FrameRate(24))?.frame == expected)
    }
  }

  struct Speed: Sendable {
    var percent: Int
    var isReverse = false
    /// Retimed frame and source frame of each point.
    var graph: [[Int]] = []
    var first: Int
    var count: Int

    var filter: String {
      var parameters: [(String, String)] = [
        ("variablespeed", "<value>0</value>"), ("speed", "<value>\(percent)</value>"),
      ]
      if isReverse { parameters.append(("reverse", "<value>TRUE</value>")) }
      let edges = ["speedkfstart", "speedkfin", "speedkfout", "speedkfend"]
      let keys = graph.enumerated().map { index, key in
        "<keyframe><when>\(key[0])</when><value>\(key[1])</value><\(edges[index])>TRUE</\(edges[index])></keyframe>"
      }
      if !keys.isEmpty { parameters.append(("graphdict", keys.joined())) }
      return xmemlFilter("timeremap", parameters)
    }

    /// The source frame at a retimed frame: from the graph's point where the clip begins, else from the file's own end.
    func source(at own: Int) -> Rational {
      let speed = Rational(percent, 100)
      // Backwards the frame that plays ends where the moment stands.
      let step = isReverse ? -speed : speed
      let moment = isReverse ? own + 1 : own
      guard let edge = graph.dropFirst().first ?? graph.first else {
        return (isReverse ? Rational(1000) : Rational.zero) + Rational(moment) * step
      }
      return Rational(edge[1]) + Rational(moment - edge[0]) * step
    }
  }

  static let speeds: [Speed] = [
    // A speed alone.
    Speed(percent: 200, first: 30, count: 50), Speed(percent: 25, first: 40, count: 80),
    // With the graph that Final Cut and Premiere write.
    Speed(percent: 50, graph: [[0, 0], [40, 20], [140, 70], [2000, 1000]], first: 40, count: 100),
    Speed(
      percent: 100, isReverse: true, graph: [[0, 1000], [100, 900], [200, 800], [1000, 0]], first: 100, count: 100),
    Speed(
      percent: 200, isReverse: true, graph: [[0, 1000], [100, 800], [150, 700], [500, 0]], first: 100, count: 50),
    // Backwards without a graph: from the file's end.
    Speed(percent: 100, isReverse: true, first: 100, count: 50),
    Speed(percent: 50, isReverse: true, first: 100, count: 50),
    Speed(percent: 0, graph: [[0, 77], [10, 77]], first: 5, count: 50),
  ]

  /// `in` and `out` count retimed frames.
  @Test(arguments: Self.speeds)
  func constantSpeedsAreExact(_ speed: Speed) throws {
    let text = xmeml(video: [
      xmemlClip("c", 0, speed.count, in: speed.first, out: speed.first + speed.count, isFirst: true, speed.filter)
    ])
    let result = try result(text)
    let track = result.timeline.tracks(.video)[0]
    for k in 0..<speed.count {
      let expected = speed.source(at: speed.first + k).floor
      #expect(try Shown.frame(track, at: Rational(k), FrameRate(24))?.frame == expected, "frame \(k)")
    }
    #expect(result.losses == [])
  }

  @Test func aStillFrameIsAFreeze() throws {
    let text = xmeml(video: [
      xmemlClip(
        "c", 0, 48, in: 0, out: 48, isFirst: true,
        "<stillframe>TRUE</stillframe><stillframeoffset>321</stillframeoffset>")
    ])
    let track = try result(text).timeline.tracks(.video)[0]
    for k in [0, 1, 47] { #expect(try Shown.frame(track, at: Rational(k), FrameRate(24))?.frame == 321) }
  }

  @Test func aRampIsPiecesAndAFinding() throws {
    let graph =
      "<keyframe><when>0</when><value>0</value></keyframe><keyframe><when>50</when><value>100</value></keyframe>"
      + "<keyframe><when>150</when><value>150</value></keyframe>"
    let text = xmeml(video: [
      xmemlClip(
        "c", 0, 100, in: 20, out: 120, isFirst: true,
        xmemlFilter("timeremap", [("variablespeed", "<value>1</value>"), ("graphdict", "<value>0</value>" + graph)]))
    ])
    let result = try result(text)
    let track = result.timeline.tracks(.video)[0]
    #expect(track.clips.count == 2)
    for k in 0..<100 {
      let own = 20 + k
      let source = own < 50 ? Rational(own * 2) : 100 + Rational(own - 50, 2)
      #expect(try Shown.frame(track, at: Rational(k), FrameRate(24))?.frame == source.floor)
    }
    #expect(result.losses.map(\.code) == ["xmeml.speed_ramp"])
    #expect(result.losses[0].instead == "it changes at once at each point, as 2 clips of constant speed")
  }

  @Test func nestedSequencesAreStacks() throws {
    let inner = """
      <sequence id="n"><name>nest</name><duration>100</duration><rate><timebase>24</timebase></rate><media><video>
      <track>\(xmemlClip("x", 0, 40, in: 7, out: 47, isFirst: true))\(xmemlClip("y", 40, 100, in: 200, out: 260))</track>
      </video><audio><track>\(xmemlClip("xs", 0, 100, in: 7, out: 107))</track></audio></media></sequence>
      """
    func nest(_ id: String, _ start: Int, _ end: Int, in first: Int, _ sequence: String) -> String {
      """
      <clipitem id="\(id)"><name>\(id)</name><start>\(start)</start><end>\(end)</end><in>\(first)</in>
      <out>\(first + end - start)</out>\(sequence)</clipitem>
      """
    }
    let text = xmeml(
      video: [nest("once", 0, 50, in: 10, inner) + nest("again", 50, 100, in: 30, "<sequence id=\"n\"/>")],
      audio: [nest("heard", 0, 50, in: 10, "<sequence id=\"n\"/>")])
    let timeline = try result(text).timeline
    let track = timeline.tracks(.video)[0]
    for n in 0..<100 {
      // The first shows frames 10 to 60 of the nest, the second 30 to 80.
      let inside = n < 50 ? 10 + n : n - 20
      let wanted =
        inside < 40 ? Shown.Frame(clip: "x", frame: 7 + inside) : Shown.Frame(clip: "y", frame: 160 + inside)
      #expect(try Shown.frame(track, at: Rational(n), FrameRate(24)) == wanted, "frame \(n)")
    }
    // Pictures alone in the video track, sound alone in the audio track.
    #expect(track.stacks.map { $0.children.count } == [1, 1])
    let heard = try #require(timeline.tracks(.audio)[0].stacks.first)
    guard case .track(let sound) = heard.children[0] else { return }
    #expect(sound.kind == .audio)
  }

  @Test func channelsOfAFileAreOneSound() throws {
    func sound(_ name: String, _ channel: Int, isFirst: Bool = false) -> String {
      xmemlClip(
        name, 0, 50, in: 10, out: 60, isFirst: isFirst,
        "<sourcetrack><mediatype>audio</mediatype><trackindex>\(channel)</trackindex></sourcetrack>")
    }
    let both = try result(xmeml(audio: [sound("l", 1, isFirst: true), sound("r", 2)]))
    #expect(both.timeline.tracks(.audio).count == 1)
    let clip = try #require(both.timeline.tracks(.audio)[0].clips.first)
    #expect(clip.item.info.metadata["xmeml"]?["channels"] == [1, 2])
    #expect(both.losses == [])
    let one = try result(xmeml(audio: [sound("l", 1, isFirst: true)]))
    #expect(one.losses.map(\.code) == ["xmeml.channels"])
    // The same channel twice is two sounds.
    let twice = try result(xmeml(audio: [sound("l", 1, isFirst: true), sound("l2", 1)]))
    #expect(twice.timeline.tracks(.audio).count == 2)
  }

  @Test func generatorsAreKnownByTheirKind() throws {
    func generator(_ id: String, _ start: Int, _ inside: String = "") -> String {
      """
      <generatoritem id="g\(start)"><name>\(id)</name><rate><timebase>24</timebase></rate><start>\(start)</start>
      <end>\(start + 10)</end><in>0</in><out>10</out><effect><name>\(id)</name><effectid>\(id)</effectid>
      <effecttype>generator</effecttype>\(inside)</effect></generatoritem>
      """
    }
    let red =
      "<parameter><parameterid>fillcolor</parameterid><value><alpha>255</alpha><red>255</red><green>51</green>"
      + "<blue>0</blue></value></parameter>"
    let text = xmeml(
      video: [
        generator("Slug", 0) + generator("Color", 10, red) + generator("Bars and Tone (NTSC)", 20)
          + generator("Text", 30)
      ], audio: [generator("Bars and Tone (NTSC)", 0)])
    let result = try result(text)
    let kinds = result.timeline.tracks.children.flatMap { child -> [String] in
      guard case .track(let track) = child else { return [] }
      return track.clips.map { clip in
        if case .generator(_, let kind, _)? = clip.activeReference { kind } else { "missing" }
      }
    }
    #expect(kinds == ["black", "solid", "bars", "missing", "tone"])
    guard case .generator(_, _, let parameters)? = result.timeline.tracks(.video)[0].clips[1].activeReference else {
      return
    }
    #expect(parameters["color"]?.array?.map(\.rational) == [1, Rational(51, 255), 0])
    #expect(result.losses.map(\.code) == ["xmeml.generator"])
    #expect(result.losses[0].position == (try place(of: "<generatoritem id=\"g30\">", in: text)))
  }

  @Test func looksAreInTheRastersPixels() throws {
    let motion = xmemlFilter(
      "basic",
      [
        ("scale", "<value>150</value>"), ("rotation", "<value>-12.5</value>"),
        ("center", "<value><horiz>0.25</horiz><vert>-0.1</vert></value>"),
        ("centerOffset", "<value><horiz>0.5</horiz><vert>0</vert></value>"),
      ])
    let keys = """
      <value>0</value><keyframe><when>110</when><value>0</value></keyframe>
      <keyframe><when>134</when><value>80</value></keyframe>
      """
    let looks = motion + xmemlFilter("opacity", [("opacity", keys)]) + "<compositemode>screen</compositemode>"
    let still = xmemlFilter("basic", [("scale", "<value>100</value>"), ("rotation", "<value>0</value>")])
    let first = xmemlClip("a", 0, 50, in: 100, out: 150, isFirst: true, looks)
    let second = xmemlClip("b", 50, 60, in: 0, out: 10, still)
    let sound = xmemlClip(
      "s", 0, 50, in: 100, out: 150, xmemlFilter("audiolevels", [("level", "<value>0.5</value>")]))
    let result = try result(xmeml(video: [first + second], audio: [sound]))
    let clips = result.timeline.tracks(.video)[0].clips
    let settings = try clips.map { try $0.settings() }
    guard case .transform(let transform)? = settings[0].placement else {
      Issue.record("no transform")
      return
    }
    // From the middle, in widths of 1280 and heights of 720, downwards; the scale is of the media's own pixels.
    #expect(transform.pose.position == PlacementSetting.Point(1280, 468))
    #expect(transform.pose.scale == PlacementSetting.Point(Rational(3, 2), Rational(3, 2)))
    #expect(transform.pose.rotation == Rational(-25, 2))
    #expect(transform.pose.anchor == PlacementSetting.Point(1280, 360))
    // Keys count in the clip's own time: 110 is ten frames after its in.
    let fade: [Animated.Key] = [.init(frame: 10, value: 0), .init(frame: 34, value: Rational(4, 5))]
    #expect(settings[0].opacity == .keys(fade))
    #expect(settings[0].blend == .screen)
    // At 100 % pixels stay pixels, and 1280x720 does not fill 1920x1080.
    #expect(settings[1].placement == PlacementSetting.none)
    let gain = try result.timeline.tracks(.audio)[0].clips[0].settings().gain
    #expect(gain == .constant(Rational(1, 2)))
    #expect(result.losses == [])
  }

  @Test func markersAndSwitchesAreKept() throws {
    let marker =
      "<marker><name>m</name><comment>c</comment><in>120</in><out>130</out><color><red>0</red><green>255</green>"
      + "<blue>0</blue></color></marker><enabled>FALSE</enabled><labels><label2>Iris</label2></labels>"
    let text = xmeml(
      video: [
        xmemlClip("a", 0, 50, in: 100, out: 150, isFirst: true, marker)
          + "<enabled>FALSE</enabled><locked>TRUE</locked>"
      ], sequence: "<marker><name>top</name><in>12</in><out>-1</out></marker>")
    let result = try result(text)
    let track = result.timeline.tracks(.video)[0]
    #expect(!track.item.isEnabled)
    let clip = track.clips[0]
    #expect(!clip.item.isEnabled)
    // 120 frames into the media, whose timecode begins at 86400.
    #expect(clip.item.markers.map(\.range.start.value) == [86520])
    #expect(clip.item.markers.map(\.range.duration.value) == [10])
    #expect(clip.item.markers.map(\.color) == ["GREEN"])
    #expect(clip.item.info.metadata["xmeml"]?["labels"]?["label2"] == "Iris")
    let top = result.timeline.tracks.item.markers
    #expect(top.map(\.info.name) == ["top"])
    #expect(top.map(\.range.start.value) == [12])
    #expect(top.map(\.range.duration.value) == [0])
    #expect(result.losses == [])
  }

  // MARK: Losses

  struct Construct: Sendable {
    var text: String
    var code: String?
    init(_ text: String, _ code: String? = nil) {
      self.text = text
      self.code = code
    }
  }

  static let constructs: [Construct] = [
    Construct(xmemlFilter("crop", [("left", "<value>0</value>")])),
    Construct(xmemlFilter("crop", [("left", "<value>12</value>")]), "xmeml.filter"),
    Construct(xmemlFilter("Gaussian Blur", [("radius", "<value>3</value>")]), "xmeml.filter"),
    Construct("<filter><enabled>FALSE</enabled><effect><effectid>Blur</effectid></effect></filter>"),
    Construct("<compositemode>normal</compositemode>"),
    Construct("<compositemode>soft light</compositemode>", "xmeml.blend"),
    Construct(xmemlFilter("opacity", [("opacity", "<value>50</value>")])),
    Construct(
      xmemlFilter("timeremap", [("speed", "<value>50</value>"), ("frameblending", "<value>TRUE</value>")]),
      "xmeml.frame_blending"),
    Construct("<marker><in>1</in><out>-1</out></marker>"), Construct("<labels><label2>x</label2></labels>"),
    Construct("<logginginfo><scene>1</scene></logginginfo>"), Construct("<alphatype>straight</alphatype>"),
    Construct("<hologram><depth>3</depth></hologram>", "xmeml.not_understood"),
  ]

  @Test(arguments: [1, 2, 3] as [UInt64])
  func theLossListCountsWhatWasPutIn(seed: UInt64) throws {
    var state = seed
    var clips = [xmemlClip("c", 0, 10, in: 0, out: 10, isFirst: true)]
    var expected: [String: Int] = [:]
    for construct in Self.constructs {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      for _ in 0..<Int(state >> 33) % 4 {
        let start = clips.count * 10
        clips.append(xmemlClip("c\(start)", start, start + 10, in: 0, out: 10, construct.text))
        if let code = construct.code { expected[code, default: 0] += 1 }
      }
    }
    let end = clips.count * 10
    clips += [
      xmemlDissolve(end - 4, end, "end", id: "Iris"), xmemlClip("last", end, end + 10, in: 0, out: 10),
      xmemlDissolve(end + 6, end + 14, "center"),
    ]
    expected["xmeml.transition"] = 1
    expected["xmeml.transition_length"] = 1
    let result = try result(xmeml(video: [clips.joined(separator: "\n")]))
    #expect(Dictionary(result.losses.map { ($0.code, 1) }, uniquingKeysWith: +) == expected)
    #expect(result.timeline.tracks(.video)[0].clips.count == clips.count - 2)
  }

  // MARK: Refusals

  static let refused: [(item: String, sentence: String)] = [
    ("<clipitem><start>-1</start><end>10</end></clipitem>", "has no start and follows no transition"),
    ("<clipitem><start>0</start><end>-1</end></clipitem>", "has no end and no transition follows it"),
    ("<clipitem><start>20</start><end>10</end></clipitem>", "lies from 20 to 10"),
    ("<clipitem><start>-5</start><end>10</end></clipitem>", "lies from -5 to 10"),
    ("<clipitem><start>nan</start><end>10</end></clipitem>", "\"nan\" is no count of frames"),
    ("<clipitem><start>0</start><end>1e30</end></clipitem>", "\"1e30\" is no count of frames"),
    (
      "<clipitem><start>0</start><end>9</end><rate><timebase>0</timebase></rate></clipitem>",
      "the timebase \"0\" is no rate"
    ),
    ("<transitionitem><start>9</start><end>3</end></transitionitem>", "a transition says where it starts and ends"),
    ("<clipitem><start>0</start><end>9</end><sequence id=\"s\"/></clipitem>", "the sequence seq holds itself"),
  ]

  @Test(arguments: Self.refused)
  func whatCannotBeIsRefusedWithItsPlace(item: String, sentence: String) throws {
    let text = xmeml(video: [item])
    let line = try place(of: item, in: text).line
    let error = #expect(throws: PegError.self) { try reading(text, as: "x.xml", sequence: "seq") }
    #expect(error?.kind == .badInput)
    let found = error?.sentence ?? ""
    #expect(found.hasPrefix("x.xml:\(line):"), "\(found)")
    #expect(found.contains(sentence), "\(found)")
  }

  @Test func aSequenceIsChosenByName() throws {
    let text = """
      <xmeml version="4"><project><children>
      <sequence id="a"><name>one</name><rate><timebase>24</timebase></rate></sequence>
      <bin><children><sequence id="b"><name>two</name><rate><timebase>25</timebase></rate></sequence></children></bin>
      </children></project></xmeml>
      """
    let error = #expect(throws: PegError.self) { try reading(text, as: "x.xml") }
    #expect(error?.sentence.hasPrefix("x.xml:3:16: the document holds 2 sequences") == true)
    #expect(error?.hint == "name one of \"one\", \"two\"")
    #expect(try reading(text, as: "x.xml", sequence: "two").timeline.settings().rate == FrameRate(25))
  }
}
