import Foundation
import PegCore
import PegTimeline

@testable import PegInterchange

/// Reading texts and files, and saying what came of it in short.
enum Cuts {
  static let limits = ImportLimits(bytes: 8 << 20, events: 50_000, depth: 32)

  static func options(
    _ name: String, rate: FrameRate? = FrameRate(24), cels: (any CelFinder)? = nil,
    mediaRates: ImportOptions.MediaRates? = nil, mediaRange: ImportOptions.MediaRange? = nil
  ) -> ImportOptions {
    ImportOptions(
      name: name, rate: rate, limits: limits, mediaRates: mediaRates, mediaRange: mediaRange, cels: cels)
  }

  /// An EDL; lines are given without ends.
  static func edl(_ lines: [String], rate: FrameRate? = FrameRate(24)) throws -> ImportResult {
    try ImportResult.parse(Array(lines.joined(separator: "\n").utf8), options("cut.edl", rate: rate))
  }

  static func sheet(
    _ text: String, _ name: String, rate: FrameRate? = FrameRate(24), mediaRange: ImportOptions.MediaRange? = nil
  ) throws -> ImportResult {
    try ImportResult.parse(Array(text.utf8), options(name, rate: rate, mediaRange: mediaRange))
  }

  static func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }
}

extension Timeline {
  var layers: [Track] {
    tracks.children.compactMap { if case .track(let track) = $0 { track } else { nil } }
  }

  /// What stands on a track: `A 86400+24`, `gap 12`, `dissolve 0+10`; speeds as `A 86400+24 x1/2`, a freeze as `x0`.
  func items(_ track: Int = 0) -> [String] { layers[track].children.map(\.inShort) }

  /// All that decides about frames, for comparing two cuts.
  var layout: [String] {
    layers.filter(\.item.isEnabled).flatMap { track in
      ["track \(track.item.info.name)"] + track.children.map(\.inShort)
    } + ["start \(globalStart.map { $0.seconds.description } ?? "none")"]
  }

  var clips: [Clip] { everyClip.map(\.clip) }
}

extension Composable {
  var inShort: String {
    switch self {
    case .clip(let clip):
      let range = clip.item.sourceRange
      let start = range?.start.value.description ?? "?"
      let count = range?.duration.value.description ?? "?"
      let speeds = clip.item.effects.map { effect in
        switch effect {
        case .linearTimeWarp(_, _, let scalar): " x\(scalar)"
        case .freezeFrame: " x0"
        case .other: " ?"
        }
      }
      return "\(clip.item.info.name) \(start)+\(count)\(speeds.joined())\(clip.item.isEnabled ? "" : " off")"
    case .gap(let gap): return "gap \(gap.item.sourceRange?.duration.value.description ?? "?")"
    case .transition(let transition):
      let name = transition.type == "SMPTE_Dissolve" ? "dissolve" : transition.type
      return "\(name) \(transition.inOffset.value)+\(transition.outOffset.value)"
    case .stack: return "stack"
    case .track: return "track"
    case .unknown: return "unknown"
    }
  }
}

extension ImportResult {
  /// `code line:column`, in order.
  var places: [String] { findings.map { "\($0.code) \($0.position.map { "\($0)" } ?? "-")" } }

  func count(_ code: String) -> Int { findings.count { $0.code == code } }
}
