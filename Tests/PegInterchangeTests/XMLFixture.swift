import Foundation
import PegCore
import PegTimeline
import Testing

@testable import PegInterchange

/// Reads a document that is written in a test.
func reading(
  _ text: String, as name: String, sequence: String? = nil, rate: FrameRate? = nil, events: Int = 10_000,
  depth: Int = 64
) throws -> ImportResult {
  let limits = ImportLimits(bytes: 4 << 20, events: events, depth: depth)
  return try ImportResult.parse(
    Array(text.utf8), ImportOptions(name: name, rate: rate, limits: limits, sequence: sequence))
}

/// Where `part` first stands in `text`.
func place(of part: String, in text: String) throws -> TextPosition {
  let range = try #require(text.range(of: part), "\(part)")
  let before = text[..<range.lowerBound]
  let line = before.count { $0 == "\n" } + 1
  let column = before.split(separator: "\n", omittingEmptySubsequences: false).last?.unicodeScalars.count ?? 0
  return TextPosition(line: line, column: column + 1)
}

/// An FCPXML around a spine: a sequence of 1920x1080, and media that tests speak of.
///
/// - `a24` 1,000 frames of 24000/1001 from 0, `a25` 1,000 frames of 25 from 3,600 s, `a30` 3,000 frames of 30000/1001,
///   `a50` 2,000 frames of 50, `a24r` 1,000 frames of 24; each with stereo sound at 48 kHz.
/// - `wav` 60 s of sound.
func fcpxml(
  frameDuration: String = "1001/24000s", tcStart: String = "0s", tcFormat: String = "NDF", resources: String = "",
  spine: String, after: String = ""
) -> String {
  func asset(_ id: String, _ format: String, start: String, duration: String) -> String {
    """
        <asset id="\(id)" name="\(id)" uid="\(id)" start="\(start)" duration="\(duration)" hasVideo="1" hasAudio="1" \
    format="\(format)" audioSources="1" audioChannels="2" audioRate="48000">
          <media-rep kind="original-media" src="file:///media/\(id).mov"/>
        </asset>
    """
  }
  return """
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE fcpxml>
    <fcpxml version="1.11">
      <resources>
        <format id="f0" frameDuration="\(frameDuration)" width="1920" height="1080"/>
        <format id="f24" frameDuration="1001/24000s" width="1920" height="1080"/>
        <format id="f24r" frameDuration="1/24s" width="1920" height="1080"/>
        <format id="f25" frameDuration="1/25s" width="1920" height="1080"/>
        <format id="f30" frameDuration="1001/30000s" width="1280" height="720"/>
        <format id="f50" frameDuration="1/50s" width="1920" height="1080"/>
        <format id="f60" frameDuration="1/60s" width="1920" height="1080"/>
    \(asset("a24", "f24", start: "0s", duration: "1001000/24000s"))
    \(asset("a24r", "f24r", start: "0s", duration: "1000/24s"))
    \(asset("a25", "f25", start: "3600s", duration: "40s"))
    \(asset("a30", "f30", start: "0s", duration: "3003000/30000s"))
    \(asset("a50", "f50", start: "0s", duration: "40s"))
    \(asset("a60", "f60", start: "0s", duration: "40s"))
        <asset id="wav" name="wav" start="0s" duration="60s" hasAudio="1" audioSources="1" audioChannels="2" audioRate="48000">
          <media-rep src="file:///media/wav.wav"/>
        </asset>
        <effect id="dissolve" name="Cross Dissolve" uid="FxPlug:4731E73A-8DAC-4113-9A30-AE85B1761265"/>
        <effect id="title" name="Basic Title" uid=".../Titles.localized/Basic Title.moti"/>
    \(resources)
      </resources>
      <library>
        <event name="e">
          <project name="p">
            <sequence format="f0" tcStart="\(tcStart)" tcFormat="\(tcFormat)" audioLayout="stereo" audioRate="48k">
              <spine>
    \(spine)
              </spine>
            </sequence>
          </project>
    \(after)
        </event>
      </library>
    </fcpxml>
    """
}

extension Timeline {
  /// The tracks of a kind, the lowest first.
  func tracks(_ kind: Track.Kind) -> [Track] {
    tracks.children.compactMap { if case .track(let track) = $0, track.kind == kind { track } else { nil } }
  }
}

extension Track {
  var clips: [Clip] { children.compactMap { if case .clip(let clip) = $0 { clip } else { nil } } }
  var stacks: [Stack] { children.compactMap { if case .stack(let stack) = $0 { stack } else { nil } } }
  var transitions: [Transition] {
    children.compactMap { if case .transition(let transition) = $0 { transition } else { nil } }
  }
}

/// What plays at a record frame by DESIGN §6, as fractions: the oracle that readers are held to.
enum Shown {
  struct Frame: Equatable {
    var clip: String
    /// The index in the media, from 0.
    var frame: Int
  }

  /// - Parameters:
  ///   - record: a record frame of the cut, or a position between frames inside a composition.
  ///   - rate: of the cut.
  static func frame(_ track: Track, at record: Rational, _ rate: FrameRate) throws -> Frame? {
    let address = try #require(CutAddress("V1:0"))
    let layout = try track.layout(at: address)
    for (slot, child) in zip(layout.slots, track.children) {
      let first = Rational((slot.start * rate.value).ceil)
      let end = Rational((slot.end * rate.value).ceil)
      guard first <= record, record < end else { continue }
      func inner(_ item: ItemInfo, _ step: (Rational) -> Rational, from start: Rational) -> Rational {
        let speed = item.effects.reduce(Rational.one) { speed, effect in
          switch effect {
          case .linearTimeWarp(_, _, let scalar): speed * scalar
          case .freezeFrame: 0
          case .other: speed
          }
        }
        let k = speed < .zero ? end - 1 - record : record - first
        return start + step(k * speed.magnitude)
      }
      switch child {
      case .clip(let clip):
        let range = try #require(clip.item.sourceRange)
        let media = try #require(clip.activeReference?.common?.availableRange)
        let mediaRate = media.start.rate.value
        let playsFrames = try clip.settings().rateMode == .frames
        let position = inner(
          clip.item, { playsFrames ? $0 : $0 * mediaRate / rate.value },
          from: (range.start.seconds - media.start.seconds) * mediaRate)
        return Frame(clip: clip.item.info.name, frame: position.floor)
      case .stack(let stack):
        let range = try #require(stack.item.sourceRange)
        let position = inner(stack.item, { $0 }, from: range.start.seconds * rate.value)
        for child in stack.children.reversed() {
          if case .track(let track) = child, let frame = try Self.frame(track, at: position, rate) { return frame }
        }
        return nil
      case .gap, .transition, .track, .unknown: return nil
      }
    }
    return nil
  }
}
