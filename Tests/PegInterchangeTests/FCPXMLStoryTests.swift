import Foundation
import PegCore
import PegTestSupport
import PegTimeline
import Testing

@testable import PegInterchange

@Suite struct FCPXMLStoryTests {
  private func result(_ text: String) throws -> ImportResult { try reading(text, as: "cut.fcpxml") }

  /// Each child as `name start..end` in whole record frames of 24, gaps as `-`.
  private func line(_ track: Track) throws -> [String] {
    let layout = try track.layout(at: try #require(CutAddress("V1:0")))
    return zip(layout.slots, track.children).map { slot, child in
      let name =
        switch child {
        case .clip(let clip): clip.item.info.name
        case .stack(let stack): "[\(stack.item.info.name)]"
        case .gap: "-"
        case .transition(let join): "x\(join.inOffset.value),\(join.outOffset.value)"
        case .track, .unknown: "?"
        }
      return "\(name) \(slot.start * 24)..\(slot.end * 24)"
    }
  }

  @Test func lanesAreTracksFromBelowToAbove() throws {
    let text = fcpxml(
      frameDuration: "1/24s",
      spine: """
        <asset-clip ref="a24r" name="a" offset="0s" duration="10s">
          <asset-clip ref="a24r" name="over" lane="2" offset="1s" duration="1s"/>
          <asset-clip ref="a24r" name="under" lane="-1" offset="2s" duration="1s"/>
          <asset-clip ref="a24r" name="on" lane="1" offset="3s" duration="2s">
            <asset-clip ref="a24r" name="on on" lane="1" offset="0.5s" duration="1s"/>
            <asset-clip ref="a24r" name="on under" lane="-1" offset="1s" duration="1s"/>
          </asset-clip>
          <asset-clip ref="a24r" name="beside" lane="1" offset="4s" duration="1s"/>
          <asset-clip ref="wav" name="sound" lane="-2" offset="0s" duration="10s"/>
        </asset-clip>
        """)
    let timeline = try result(text).timeline
    // What hangs on `on` lies beside it in depth: under and over it, and still under lane 2.
    #expect(
      try timeline.tracks(.video).map(line) == [
        ["- 0..48", "under 48..72"], ["a 0..240"], ["- 0..96", "on under 96..120"], ["- 0..72", "on 72..120"],
        // Two things at one time cannot stand on one track.
        ["- 0..96", "beside 96..120"], ["- 0..84", "on on 84..108"], ["- 0..24", "over 24..48"],
      ])
    #expect(
      timeline.tracks(.video).map(\.item.info.name) == [
        "lane -1", "lane 0", "lane 1.-1", "lane 1", "lane 1", "lane 1.1", "lane 2",
      ])
    #expect(
      timeline.tracks(.audio).map(\.item.info.name) == [
        "lane 0", "lane -1", "lane -2", "lane 1.-1", "lane 1", "lane 1", "lane 1.1", "lane 2",
      ])
  }

  @Test func gapsAreExactWhereNoFrameBegins() throws {
    // 518405621/144000 s is the offset of a sound in a file of Final Cut's; its parent's own time begins at one hour.
    let text = fcpxml(
      frameDuration: "100/3000s",
      spine: """
        <gap name="Gap" offset="0s" start="3600s" duration="10s">
          <asset-clip ref="wav" name="s" lane="-1" offset="518405621/144000s" duration="2s"/>
        </gap>
        """)
    let timeline = try result(text).timeline
    let track = try #require(timeline.tracks(.audio).first)
    guard case .gap(let gap) = track.children[0] else {
      Issue.record("no gap")
      return
    }
    #expect(gap.item.sourceRange?.duration.seconds == Rational(518_405_621, 144_000) - 3600)
    // A cut file keeps it: it is read back as the same fraction.
    let again = try Timeline(otio: timeline.otio(), name: "again").tracks(.audio)[0]
    guard case .gap(let kept) = again.children[0] else { return }
    #expect(kept.item.sourceRange?.duration.seconds == Rational(518_405_621, 144_000) - 3600)
  }

  @Test func aDissolveHasItsExactOffsets() throws {
    let cross = "<filter-video ref=\"dissolve\" name=\"Cross Dissolve\"/><filter-audio name=\"Audio Crossfade\"/>"
    let text = fcpxml(
      frameDuration: "1/24s", tcStart: "3600s",
      spine: """
        <transition name="Cross Dissolve" offset="3600s" duration="1s">\(cross)</transition>
        <asset-clip ref="a24r" name="a" offset="3600s" start="2s" duration="10s"/>
        <transition name="Cross Dissolve" offset="86629/24s" duration="11/24s">\(cross)</transition>
        <asset-clip ref="a24r" name="b" offset="3610s" start="2s" duration="10s">
          <spine lane="1" offset="3s">
            <asset-clip ref="a24r" name="c" offset="0s" duration="2s"/>
            <transition name="Cross Dissolve" offset="1.5s" duration="1s">\(cross)</transition>
            <asset-clip ref="a24r" name="d" offset="2s" start="1s" duration="2s"/>
          </spine>
        </asset-clip>
        <transition name="Cross Dissolve" offset="3619s" duration="1s">\(cross)</transition>
        """)
    let result = try result(text)
    let tracks = result.timeline.tracks(.video)
    // 86629 / 24 s is 11 frames before 3610 s = 86640 / 24 s; so 11 frames before the cut, none after it.
    #expect(
      try line(tracks[0]) == [
        "x0,24 0..0", "a 0..240", "x11,0 240..240", "b 240..480", "x24,0 480..480",
      ])
    // The storyline begins one second after b's own 2 s.
    #expect(try line(tracks[1]) == ["- 0..264", "c 264..312", "x12,12 312..312", "d 312..360"])
    #expect(tracks[0].transitions.allSatisfy { $0.type == "SMPTE_Dissolve" })
    #expect(try result.timeline.tracks(.audio).map(line) == tracks.map(line))
    #expect(result.timeline.globalStart == RationalTime(86400, FrameRate(24)))
    #expect(result.losses == [])
    // What was read has a layout that a plan accepts: no transition longer than what it joins.
    for track in result.timeline.tracks(.video) {
      let address = try #require(CutAddress("V1:0"))
      _ = try track.transitions(in: track.layout(at: address), at: address)
    }
  }

  @Test func soundFadesIntoSilenceWhereNothingFollows() throws {
    let text = fcpxml(
      frameDuration: "1/24s",
      spine: """
        <asset-clip ref="a24r" name="a" offset="0s" start="2s" duration="5s"/>
        <transition name="Cross Dissolve" offset="4.5s" duration="1s">
          <filter-video ref="dissolve" name="Cross Dissolve"/><filter-audio name="Audio Crossfade"/>
        </transition>
        <gap name="Gap" offset="5s" start="3600s" duration="5s"/>
        """)
    let timeline = try result(text).timeline
    #expect(try line(timeline.tracks(.video)[0]) == ["a 0..120", "x12,12 120..120", "- 120..240"])
    #expect(try line(timeline.tracks(.audio)[0]) == ["a 0..120", "x12,12 120..120", "- 120..132"])
  }

  @Test func splitEditsKeepTheirSound() throws {
    let text = fcpxml(
      frameDuration: "1/24s",
      spine: """
        <asset-clip ref="a24r" name="a" offset="0s" start="2s" duration="4s"/>
        <asset-clip ref="a24r" name="b" offset="4s" start="10s" duration="4s" audioStart="9s" audioDuration="6s"/>
        """)
    let timeline = try result(text).timeline
    #expect(try timeline.tracks(.video).map(line) == [["a 0..96", "b 96..192"]])
    #expect(try timeline.tracks(.audio).map(line) == [["a 0..96"], ["- 0..72", "b 72..216"]])
    #expect(timeline.tracks(.audio)[1].clips[0].item.sourceRange?.start.seconds == 9)
  }

  @Test func anAuditionHasTakes() throws {
    let text = fcpxml(
      spine: """
        <audition offset="0s">
          <asset-clip ref="a24" name="shot" start="1s" duration="1001/240s"/>
          <asset-clip ref="a24r" name="shot" start="1s" duration="1001/240s"/>
          <asset-clip ref="a25" name="other" start="3601s" duration="1001/240s"/>
          <title ref="title" name="card" duration="5s"/>
        </audition>
        """)
    let result = try result(text)
    let clip = try #require(result.timeline.tracks(.video).first?.clips.first)
    #expect(clip.references.map(\.key) == ["shot", "shot 2", "other"])
    #expect(clip.activeKey == "shot")
    let urls = clip.references.map { take in if case .external(_, let url) = take.reference { url } else { "" } }
    #expect(urls == ["file:///media/a24.mov", "file:///media/a24r.mov", "file:///media/a25.mov"])
    // The third choice has a start of its own, the fourth no media.
    #expect(result.losses.map(\.code) == ["fcpxml.audition", "fcpxml.audition"])
    #expect(
      result.losses.map(\.position) == [
        try place(of: "<asset-clip ref=\"a25\"", in: text), try place(of: "<title", in: text),
      ])
  }

  @Test func compoundsNestAndAreHeardOnce() throws {
    let text = fcpxml(
      frameDuration: "1/24s",
      resources: """
        <media id="c" name="c"><sequence format="f0" duration="4s"><spine>
          <asset-clip ref="a24r" name="x" offset="0s" duration="4s">
            <asset-clip ref="wav" name="w" lane="-1" offset="1s" duration="1s"/>
          </asset-clip>
        </spine></sequence></media>
        """,
      spine: """
        <ref-clip ref="c" name="both" offset="0s" duration="4s"/>
        <ref-clip ref="c" name="seen" offset="4s" duration="4s" srcEnable="video" enabled="0"/>
        """)
    let timeline = try result(text).timeline
    let seen = timeline.tracks(.video)[0].stacks
    #expect(seen.map(\.item.info.name) == ["both", "seen"])
    #expect(seen.map(\.item.isEnabled) == [true, false])
    #expect(seen[0].children.count == 1)
    let heard = try #require(timeline.tracks(.audio).first?.stacks.first)
    #expect(heard.children.count == 2)
    #expect(timeline.tracks(.audio)[0].stacks.count == 1)
  }

  @Test func aSynchronisedClipPlaysTheSoundThatIsOn() throws {
    let text = fcpxml(
      frameDuration: "1/24s",
      spine: """
        <sync-clip name="sync" offset="0s" start="5s" duration="3s">
          <asset-clip ref="a24r" name="cam" offset="0s" duration="20s" audioRole="dialogue">
            <asset-clip ref="wav" name="rec" lane="-1" offset="2s" duration="18s" audioRole="dialogue.boom"/>
          </asset-clip>
          <sync-source sourceID="storyline"><audio-role-source role="dialogue.dialogue-1" active="0"/></sync-source>
          <sync-source sourceID="connected"><audio-role-source role="dialogue.boom"/></sync-source>
        </sync-clip>
        """)
    let result = try result(text)
    let picture = try #require(result.timeline.tracks(.video).first?.clips.first)
    #expect(picture.item.info.name == "sync")
    #expect(picture.item.sourceRange?.start == RationalTime(120, FrameRate(24)))
    let sound = try #require(result.timeline.tracks(.audio).first?.stacks.first)
    let clips = sound.children.compactMap { if case .track(let track) = $0 { track.clips.first } else { nil } }
    #expect(clips.map(\.item.isEnabled) == [false, true])
    #expect(clips[1].item.info.metadata["fcpxml"]?["audio_role"] == "dialogue.boom")
    #expect(result.losses == [])
  }

  @Test func channelsOfOneFileAreOneSound() throws {
    let text = fcpxml(
      frameDuration: "1/24s",
      spine: """
        <clip name="c" offset="0s" start="1s" duration="2s">
          <video ref="a24r" offset="0s" duration="10s">
            <audio ref="a24r" lane="-1" offset="0s" duration="10s" srcCh="1" role="dialogue.a"/>
            <audio ref="a24r" lane="-2" offset="0s" duration="10s" srcCh="2" role="dialogue.b"/>
          </video>
        </clip>
        """)
    let timeline = try result(text).timeline
    #expect(timeline.tracks(.audio).count == 1)
    let clip = try #require(timeline.tracks(.audio).first?.clips.first)
    #expect(clip.item.info.metadata["fcpxml"]?["inside"]?["src_ch"] == "1, 2")
    #expect(clip.item.sourceRange?.start.seconds == 1)
  }

  @Test func markersStandAtTheirMediaTime() throws {
    let text = fcpxml(
      frameDuration: "1/24s",
      spine: """
        <asset-clip ref="a25" name="c" offset="0s" start="3601s" duration="4s">
          <note>look</note>
          <marker start="3602s" duration="1/25s" value="here" note="why"/>
          <marker start="3603s" duration="1/25s" value="done" completed="1"/>
          <marker start="3603s" duration="1/25s" value="to do" completed="0"/>
          <chapter-marker start="3604s" duration="1/25s" value="chapter" posterOffset="1/25s"/>
          <keyword start="3600s" duration="40s" value="night, rain"/>
          <analysis-marker start="3600s" duration="40s"><shot-type value="twoShots"/></analysis-marker>
          <metadata><md key="com.apple.proapps.studio.scene" value="12"/></metadata>
        </asset-clip>
        <asset-clip ref="a24r" name="fast" offset="4s" start="2s" duration="2s">
          <timeMap><timept time="0s" value="0s"/><timept time="10s" value="30s"/></timeMap>
          <marker start="3s" duration="1/24s" value="thrice"/>
        </asset-clip>
        """)
    let clips = try result(text).timeline.tracks(.video)[0].clips
    let markers = clips[0].item.markers
    #expect(markers.map(\.info.name) == ["here", "done", "to do", "chapter"])
    #expect(markers.map(\.color) == ["PURPLE", "GREEN", "RED", "ORANGE"])
    #expect(markers[0].range.start == RationalTime(3602 * 25, FrameRate(25)))
    #expect(markers[0].range.duration == RationalTime(1, FrameRate(25)))
    #expect(markers[0].comment == "why")
    let notes = clips[0].item.info.metadata["fcpxml"]
    #expect(notes?["note"] == "look")
    #expect(notes?["keywords"]?.array?.first?["value"] == "night, rain")
    #expect(notes?["ratings"]?.array?.last?["analysis"]?.array?.first?["value"] == "twoShots")
    #expect(notes?["metadata"]?["com.apple.proapps.studio.scene"] == "12")
    // Own time 3 s plays the media's second 9.
    #expect(clips[1].item.markers[0].range.start.seconds == 9)
  }

  private static let looks = fcpxml(
    frameDuration: "1/24s",
    spine: """
      <asset-clip ref="a30" name="c" offset="0s" duration="2s">
        <adjust-transform position="10 -25" scale="2 0.5" rotation="30" anchor="5 0"/>
        <adjust-blend amount="0.25" mode="10"/>
        <adjust-volume amount="-6dB"/>
      </asset-clip>
      <asset-clip ref="a24r" name="filled" offset="2s" duration="2s"><adjust-conform type="fill"/></asset-clip>
      <asset-clip ref="a30" name="plain" offset="4s" duration="2s">
        <adjust-conform type="fit"/><adjust-transform position="0 0" scale="1 1"/><adjust-volume amount="0dB"/>
      </asset-clip>
      <asset-clip ref="a24r" name="moves" offset="6s" start="1s" duration="2s">
        <adjust-transform><param name="position"><keyframeAnimation>
          <keyframe time="1s" value="0 0" curve="linear"/><keyframe time="2s" value="50 10" curve="linear"/>
        </keyframeAnimation></param></adjust-transform>
        <adjust-volume amount="-96dB"><param name="amount"><fadeIn type="linear" duration="0.5s"/></param></adjust-volume>
      </asset-clip>
      <asset-clip ref="a24r" name="fades" offset="8s" duration="2s">
        <adjust-volume amount="0dB"><param name="amount">
          <fadeIn type="easeIn" duration="0.5s"/><fadeOut type="linear" duration="1s"/>
        </param></adjust-volume>
      </asset-clip>
      """)

  private func transform(_ clip: Clip) throws -> PlacementSetting.Transform? {
    guard case .transform(let transform)? = try clip.settings().placement else { return nil }
    return transform
  }

  private func point(_ x: Rational, _ y: Rational) -> PlacementSetting.Point { PlacementSetting.Point(x, y) }

  @Test func picturesLieInTheRastersPixels() throws {
    let result = try result(Self.looks)
    let clips = result.timeline.tracks(.video)[0].clips
    let first = try #require(try transform(clips[0]))
    // A hundredth of the height of 1080 is 10.8 pixels, upwards: 960 + 108, 540 + 270.
    #expect(first.pose.position == point(1068, 810))
    // 1280x720 fits 1920x1080 at 3/2.
    #expect(first.pose.scale == point(3, Rational(3, 4)))
    #expect(first.pose.rotation == -30)
    // Five hundredths of 1080 are 54 pixels of the raster, 36 of the media: 640 + 36.
    #expect(first.pose.anchor == point(676, 360))
    let settings = try clips.map { try $0.settings() }
    #expect(settings[0].opacity == .constant(Rational(1, 4)))
    #expect(settings[0].blend == .screen)
    #expect(settings[1].placement == .fill)
    #expect(settings[2] == ClipSettings())
    let moving = try #require(try transform(clips[3]))
    #expect(moving.keys.map(\.frame) == [0, 24])
    #expect(moving.keys[0].pose.position == point(960, 540))
    #expect(moving.keys[1].pose.position == point(1500, 432))
    #expect(result.losses == [])
  }

  @Test func soundIsAsLoudAsItSays() throws {
    let result = try result(Self.looks)
    let gains = try result.timeline.tracks(.audio)[0].clips.map { try $0.settings().gain }
    // 10^(-6/20) = 0.501187233627…
    #expect(gains[0] == .constant(Rational(501_187_234, 1_000_000_000)))
    #expect(gains[2] == nil)
    let silent: [Animated.Key] = [.init(frame: 0, value: 0), .init(frame: 12, value: 0)]
    #expect(gains[3] == .keys(silent))
    let fades: [Animated.Key] = [
      .init(frame: 0, value: 0, ease: .easeIn), .init(frame: 12, value: 1), .init(frame: 24, value: 1),
      .init(frame: 48, value: 0),
    ]
    #expect(gains[4] == .keys(fades))
  }

  @Test func theSequenceSaysTheProgramme() throws {
    let drop = fcpxml(
      frameDuration: "1001/30000s", tcStart: "107999892/30000s", tcFormat: "DF",
      spine: "<asset-clip ref=\"a30\" offset=\"107999892/30000s\" duration=\"1001/30s\"/>")
    let timeline = try result(drop).timeline
    let settings = try timeline.settings()
    #expect(settings.rate == FrameRate(30000, 1001))
    #expect(settings.raster == Raster(1920, 1080))
    #expect(settings.dropFrame == true)
    #expect(settings.sampleRate == 48000)
    // 107999892 / 1001 = 107892 frames, which drop-frame labels 01:00:00;00.
    #expect(timeline.globalStart == RationalTime(107_892, FrameRate(30000, 1001)))
    #expect(Timecode(frames: 107_892, rate: FrameRate(30000, 1001), dropFrame: true).description == "01:00:00;00")
    #expect(timeline.info.name == "p")
  }

  @Test func ofSeveralProjectsOneIsNamed() throws {
    let text = fcpxml(
      resources: "<media id=\"m\" name=\"nested\"><sequence format=\"f0\"><spine/></sequence></media>",
      spine: "<gap offset=\"0s\" duration=\"1s\"/>",
      after: "<project name=\"q\"><sequence format=\"f25\"><spine/></sequence></project>")
    let error = #expect(throws: PegError.self) { try reading(text, as: "cut.fcpxml") }
    let position = try place(of: "<project name=\"q\"", in: text)
    #expect(
      error?.sentence
        == "cut.fcpxml:\(position): the document holds 2 projects, and which one is to be read is not said, "
        + "in fcpxml/library/event/project")
    #expect(error?.hint == "name one of \"p\", \"q\"")
    #expect(try reading(text, as: "cut.fcpxml", sequence: "q").timeline.settings().rate == FrameRate(25))
    #expect(try reading(text, as: "cut.fcpxml", sequence: "nested").timeline.info.name == "nested")
    let unknown = #expect(throws: PegError.self) { try reading(text, as: "cut.fcpxml", sequence: "r") }
    #expect(unknown?.hint == "there are \"p\", \"q\", \"nested\"")
  }

  @Test func aBundleIsReadAndItsMediaAreFoundInIt() throws {
    let folder = try TempFolder()
    let bundle = folder.file("film.fcpxmld")
    try FileManager.default.createDirectory(atPath: bundle, withIntermediateDirectories: true)
    let text = fcpxml(
      resources: """
        <asset id="in" name="in" start="0s" duration="1s" hasVideo="1" format="f24r">
          <media-rep src="./Media/a.mov"/><media-rep kind="proxy-media" src="Proxy/a.mov"/>
        </asset>
        """, spine: "<asset-clip ref=\"in\" offset=\"0s\" duration=\"1s\"/>")
    try Data(text.utf8).write(to: URL(fileURLWithPath: bundle + "/Info.fcpxml"))
    for path in [bundle, bundle + "/"] {
      let result = try ImportResult.read(from: path, ImportOptions(name: path, rate: nil, limits: .generous))
      let clip = try #require(result.timeline.tracks(.video)[0].clips.first)
      guard case .external(_, let url)? = clip.activeReference else {
        Issue.record("no media")
        return
      }
      #expect(url == "film.fcpxmld/Media/a.mov")
    }
    let error = #expect(throws: PegError.self) {
      try ImportResult.read(
        from: folder.file("other.fcpxmld"), ImportOptions(name: "other", rate: nil, limits: .generous))
    }
    #expect(error?.kind == .missingInput)
  }
}
