import PegCore
import PegTimeline
import Testing

@testable import PegInterchange

/// What an FCPXML says that a cut cannot is listed, each thing once.
@Suite struct FCPXMLLossTests {
  /// What a clip may hold, and the finding that it makes; `nil` for what is carried or changes nothing.
  static let constructs: [(text: String, code: String?)] = [
    ("<conform-rate scaleEnabled='0' srcFrameRate='24' frameSampling='optical-flow'/>", "fcpxml.frame_sampling"),
    ("<adjust-crop mode='trim'><trim-rect left='10'/></adjust-crop>", "fcpxml.adjustment"),
    ("<adjust-crop mode='trim' enabled='0'><trim-rect left='10'/></adjust-crop>", nil),
    ("<adjust-crop mode='crop'><crop-rect left='0' top='0' right='0' bottom='0'/></adjust-crop>", nil),
    ("<adjust-corners botLeft='1 1'/>", "fcpxml.adjustment"), ("<adjust-conform type='fill'/>", nil),
    ("<adjust-transform position='1 2'/>", nil), ("<adjust-blend amount='0.5'/>", nil),
    ("<adjust-blend mode='17 (Vivid Light)'/>", "fcpxml.blend"),
    ("<adjust-stabilization type='automatic'/>", "fcpxml.adjustment"),
    ("<adjust-stabilization enabled='0'/>", nil),
    ("<adjust-rollingShutter amount='low'/>", "fcpxml.adjustment"),
    ("<adjust-colorConform enabled='1' conformType='conformNone'/>", nil),
    ("<adjust-colorConform enabled='1' conformType='conformHLGtoSDR'/>", "fcpxml.adjustment"),
    ("<adjust-volume amount='3dB'/>", nil), ("<adjust-panner mode='1' amount='50'/>", "fcpxml.adjustment"),
    ("<adjust-hologram depth='3'><param name='x'/></adjust-hologram>", "fcpxml.adjustment"),
    ("<object-tracker><tracking-shape id='t'/></object-tracker>", "fcpxml.adjustment"),
    (
      "<title ref='title' name='t' lane='1' offset='0s' start='3600s' duration='1s'><text><text-style ref='s'>words"
        + "</text-style></text><text-style-def id='s'><text-style font='x'/></text-style-def></title>", "fcpxml.title"
    ),
    (
      "<caption name='c' lane='1' offset='0s' duration='1s' role='iTT?captionFormat=ITT.en'><text>w</text></caption>",
      "fcpxml.caption"
    ),
    ("<video ref='title' name='g' lane='1' offset='0s' duration='1s'/>", "fcpxml.generator"),
    ("<asset-clip ref='nowhere' name='n' lane='1' offset='0s' duration='1s'/>", "fcpxml.missing_resource"),
    ("<asset-clip ref='a24' name='n' lane='1' offset='0s' duration='0s'/>", "fcpxml.no_duration"),
    ("<filter-video ref='title' name='Blur'><param name='Amount' value='3'/></filter-video>", "fcpxml.filter"),
    ("<filter-video ref='title' name='Blur' enabled='0'/>", nil),
    ("<filter-audio ref='title' name='EQ'><data key='k'>AAAA</data></filter-audio>", "fcpxml.filter"),
    ("<filter-video-mask><mask-shape/><filter-video ref='title'/></filter-video-mask>", "fcpxml.filter"),
    (
      "<audio-channel-source srcCh='1' role='dialogue.a'/>"
        + "<audio-channel-source srcCh='2' role='dialogue.b' active='0'/>", "fcpxml.audio_component"
    ),
    (
      "<audio-channel-source srcCh='1, 2'><adjust-volume amount='-3dB'/></audio-channel-source>",
      "fcpxml.audio_component"
    ),
    ("<audio-channel-source srcCh='1, 2' role='dialogue.dialogue-1'/>", nil),
    ("<marker start='0s' duration='1/24s' value='m'/>", nil), ("<keyword start='0s' duration='1s' value='k'/>", nil),
    ("<rating start='0s' duration='1s' value='favorite'/>", nil), ("<note>n</note>", nil),
    ("<metadata><md key='k' value='v'/></metadata>", nil), ("<quantum-entanglement/>", "fcpxml.not_understood"),
  ]

  private func document(_ rows: [(construct: Int, count: Int)]) -> String {
    var clips: [String] = []
    for (construct, count) in rows {
      for _ in 0..<count {
        clips.append(
          "<asset-clip ref='a24' name='c\(clips.count)' duration='1001/1000s'>\(Self.constructs[construct].text)"
            + "</asset-clip>")
      }
    }
    return fcpxml(spine: clips.joined(separator: "\n"))
  }

  @Test(arguments: Self.constructs.indices)
  func eachConstructIsCarriedOrListedWhereItStands(index: Int) throws {
    let (construct, code) = Self.constructs[index]
    let text = document([(index, 1)])
    let losses = try reading(text, as: "cut.fcpxml").losses
    #expect(losses.map(\.code) == [code].compactMap { $0 }, "\(construct)")
    guard let loss = losses.first else { return }
    // It says the place of the construct, or of the clip that holds it.
    let line = try place(of: construct, in: text).line
    #expect(loss.position?.line == line)
    #expect(loss.instead?.isEmpty == false)
    #expect(!loss.place.isEmpty)
  }

  /// Documents with known numbers of each construct, by a fixed generator.
  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func theLossListCountsWhatWasPutIn(seed: UInt64) throws {
    var state = seed
    func next(_ bound: Int) -> Int {
      // Knuth's MMIX generator; its high bits.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let rows = Self.constructs.indices.map { (construct: $0, count: next(4)) }
    var expected: [String: Int] = [:]
    for row in rows {
      guard let code = Self.constructs[row.construct].code, row.count > 0 else { continue }
      expected[code, default: 0] += row.count
    }
    let result = try reading(document(rows), as: "cut.fcpxml")
    let counts = Dictionary(result.losses.map { ($0.code, 1) }, uniquingKeysWith: +)
    #expect(counts == expected)
    #expect(result.losses.count == expected.values.reduce(0, +))
    // In the order of the document.
    let positions = result.findings.compactMap(\.position)
    #expect(positions.count == result.findings.count)
    #expect(positions == positions.sorted())
    // And every clip is there.
    let primary = result.timeline.tracks(.video).first { $0.item.info.name == "lane 0" }
    #expect(primary?.clips.count == rows.reduce(0) { $0 + $1.count })
  }

  @Test(arguments: [
    (
      "Cross Dissolve",
      "<filter-video name='Cross Dissolve'><param name='Look' value='11 (Video)'/><param name='Ease Amount' value='0'/>"
        + "</filter-video>", []
    ),
    (
      "Cross Dissolve", "<filter-video name='Cross Dissolve'><param name='Look' value='3 (Film)'/></filter-video>",
      ["fcpxml.transition_setting"]
    ),
    ("Star", "<filter-video ref='title' name='Star'/>", ["fcpxml.transition"]),
    ("Cross Dissolve", "", []), ("Wipe", "", ["fcpxml.transition"]),
  ])
  func transitionsThatAreNoDissolvesBecomeOnes(name: String, filter: String, codes: [String]) throws {
    let text = fcpxml(
      frameDuration: "1/24s",
      spine: """
        <asset-clip ref="a24r" offset="0s" duration="2s"/>
        <transition name="\(name)" offset="1.5s" duration="1s">\(filter)</transition>
        <asset-clip ref="a24r" offset="2s" start="1s" duration="2s"/>
        """)
    let result = try reading(text, as: "cut.fcpxml")
    #expect(result.losses.map(\.code) == codes)
    let joins = result.timeline.tracks(.video)[0].transitions
    #expect(joins.map(\.inOffset.value) == [12])
    #expect(joins.map(\.type) == ["SMPTE_Dissolve"])
  }

  @Test func speedRampsAreListedWithWhatBecameOfThem() throws {
    func outcome(_ points: String, _ attributes: String = "") throws -> String {
      let text = fcpxml(
        frameDuration: "1/24s",
        spine: """
          <asset-clip ref="a24r" name="r" offset="0s" duration="4s">
            <timeMap \(attributes)>\(points)</timeMap>
          </asset-clip>
          """)
      let result = try reading(text, as: "cut.fcpxml")
      let clips = result.timeline.tracks(.video)[0].clips.count
      return (result.losses.map(\.code) + ["\(clips) clips"]).joined(separator: ", ")
    }
    func ramp(_ middle: String) -> String {
      "<timept time='0s' value='0s'/><timept time='2s' value='1s' \(middle)/><timept time='4s' value='5s'/>"
    }
    #expect(try outcome(ramp("inTime='0.5s'")) == "fcpxml.speed_ramp, 2 clips")
    #expect(try outcome(ramp("interp='linear'")) == "2 clips")
    let constant = "<timept time='0s' value='0s'/><timept time='4s' value='5s'/>"
    #expect(try outcome(constant) == "1 clips")
    #expect(
      try outcome(constant, "preservesPitch='1' frameSampling='frame-blending'")
        == "fcpxml.frame_sampling, fcpxml.pitch, 1 clips")
  }
}

@Suite struct FCPXMLRefusalTests {
  private func sentence(
    _ spine: String, _ resources: String = "", duration: String = "1/24s", events: Int = 10_000
  ) throws -> String {
    let text = fcpxml(frameDuration: duration, resources: resources, spine: spine)
    let error = #expect(throws: PegError.self) { try reading(text, as: "x", events: events) }
    #expect(error?.kind == .badInput)
    return error?.sentence ?? ""
  }

  @Test(arguments: [
    "nan", "NaNs", "infs", "-infs", "1/0s", "0/0s", "1e400s", "s", "", "1001/24000", "1/-2s", "99999999999999999999/1s",
    "1/99999999999s", "2000000000s", "one s",
  ])
  func whatIsNoTimeIsNamed(text: String) throws {
    let sentence = try sentence("<asset-clip ref=\"a24\" offset=\"0s\" duration=\"\(text)\"/>")
    let way = "fcpxml/library/event/project/sequence/spine/asset-clip"
    #expect(sentence.hasSuffix(": the duration \"\(text)\" is no time, in \(way)"), "\(sentence)")
  }

  @Test func absurdRatesAndLanesAreRefused() throws {
    #expect(try sentence("", duration: "0s").contains("the frameDuration \"0s\" is that of no film"))
    #expect(try sentence("", duration: "-1/24s").contains("the frameDuration \"-1/24s\" is that of no film"))
    #expect(
      try sentence("<asset-clip ref=\"a24\" duration=\"-1s\"/>").contains("the duration of asset-clip is below 0"))
    #expect(
      try sentence("<gap duration=\"1s\"><asset-clip ref=\"a24\" lane=\"9999999999\" duration=\"1s\"/></gap>")
        .contains("the lane \"9999999999\" is none"))
    func mapped(_ points: String) -> String {
      "<asset-clip ref='a24' duration='1s'><timeMap>\(points)</timeMap></asset-clip>"
    }
    #expect(
      try sentence(mapped("<timept time='1s' value='0s'/><timept time='1s' value='9s'/>"))
        .contains("the times of a timeMap ascend"))
    #expect(
      try sentence(mapped("<timept time='0s' value='0s'/><timept time='1/4294967295s' value='1000000000s'/>"))
        .contains("no exact measure"))
  }

  private func compound(_ id: String, named name: String, _ spine: String) -> String {
    "<media id='\(id)' name='\(name)'><sequence format='f0'><spine>\(spine)</spine></sequence></media>"
  }

  @Test func aCompoundThatHoldsItselfIsRefused() throws {
    let loop =
      compound("m", named: "loop", "<ref-clip ref='n' duration='1s'/>")
      + compound("n", named: "pool", "<ref-clip ref='m' duration='1s'/>")
    #expect(try sentence("<ref-clip ref='m' duration='1s'/>", loop).contains("loop holds itself"))
  }

  /// Ten compounds of ten compounds …: a billion clips from a few lines.
  @Test func compoundsThatMultiplyAreRefusedAtTheBound() throws {
    var media = compound("m0", named: "m0", "<asset-clip ref='a24' duration='1s'/>")
    for level in 1...9 {
      let refs = String(repeating: "<ref-clip ref='m\(level - 1)' duration='1s'/>", count: 10)
      media += compound("m\(level)", named: "m\(level)", refs)
    }
    let sentence = try sentence("<ref-clip ref='m9' duration='1s'/>", media, events: 2000)
    #expect(sentence.contains("more than the 2000 elements"))
  }

  @Test func deepNestingIsRefused() throws {
    let open = String(repeating: "<asset-clip ref=\"a24\" lane=\"1\" offset=\"0s\" duration=\"1s\">", count: 40)
    let close = String(repeating: "</asset-clip>", count: 40)
    #expect(try sentence(open + close).contains("stories are nested more than 32 deep"))
  }

  @Test func timesThatHaveNoCommonMeasureAreRefused() throws {
    // Primes near 2^32: a handful of such fractions has no sum within 128 bits.
    let primes = [4_294_967_291, 4_294_967_279, 4_294_967_231, 4_294_967_197, 4_294_967_189]
    let clips = primes.map { "<asset-clip ref=\"a24\" duration=\"\($0 - 1)/\($0)s\"/>" }.joined()
    #expect(try sentence(clips).contains("no exact measure"))
  }

  @Test func whatIsNoFCPXMLSaysSo() throws {
    let empty = "<fcpxml version=\"1.9\"><resources/></fcpxml>"
    let error = #expect(throws: PegError.self) { try reading(empty, as: "x.fcpxml") }
    #expect(error?.sentence == "x.fcpxml:1:1: the document holds no project, in fcpxml")
    #expect(error?.hint?.contains("File > Export XML") == true)
    let rateless =
      "<fcpxml version='1.9'><project name='p'><sequence format='r'><spine/></sequence></project></fcpxml>"
    let missing = #expect(throws: PegError.self) { try reading(rateless, as: "x.fcpxml") }
    #expect(
      missing?.sentence
        == "x.fcpxml:1:41: the format \"r\" of the sequence has no frame rate, in fcpxml/project/sequence")
    #expect(try reading(rateless, as: "x.fcpxml", rate: FrameRate(25)).timeline.settings().rate == FrameRate(25))
  }
}
