import Foundation
import PegCore
import PegTestSupport
import Pegbar
import Testing

/// A short programme that is edited: shots of every kind, and the versions that an editor makes of it.
///
/// A 20 drawings on ones, B a dissolve into a movie of another rate, C on twos, D two takes, E a freeze, F black, with a tone
/// under it. 104 frames, so that chunks of 100 leave a rest.
struct Programme {
  /// What an editor does to the first version.
  enum Edit: String, CaseIterable {
    case none
    /// B shows other pictures of its source.
    case slipped
    /// A new shot of 8 drawings after A.
    case inserted
    /// C goes.
    case removed
    /// D plays its other take.
    case retaken
  }

  static let rates = ["24", "24000/1001", "30000/1001"]

  let show: Show
  let rate: String

  init(rate: String = "24") throws {
    show = try Show()
    self.rate = rate
    try show.sequence("cel", count: 40)
    try show.sequence("new", count: 8) { $0 + 200 }
    try show.sequence("take1", count: 16) { $0 + 300 }
    try show.sequence("take2", count: 16) { $0 + 400 }
    try show.movie(
      "clip.mp4", count: 60, rate: "16", codec: ["-c:v", "libx264", "-g", "12", "-bf", "2", "-crf", "12"])
    try DrawnMedia.put(
      show.folder.file("tone.wav"), ["-f", "lavfi", "-i", "sine=440:r=44100:d=6", "-c:a", "pcm_s16le"])
  }

  private var otio: Double { Self.otio(rate) }

  static func otio(_ rate: String) -> Double {
    rate == "24" ? 24.0 : rate == "24000/1001" ? 23.976023976023978 : 29.97002997002997
  }

  /// One second of record time in the exact arithmetic of the rate.
  var exact: Rational { rate == "24" ? 24 : rate == "24000/1001" ? Rational(24000, 1001) : Rational(30000, 1001) }

  /// The cut with an edit.
  func cut(_ edit: Edit = .none) throws -> Cut {
    var shots = [Show.sequenceClip("A", "cel", start: 1001, duration: 20, rate: otio, count: 40)]
    if edit == .inserted { shots.append(Show.sequenceClip("N", "new", start: 1001, duration: 8, rate: otio, count: 8)) }
    shots += [
      Show.dissolve(2, 2, rate: otio),
      // 24 record frames of a source of 16 fps, whatever the record rate: its range is told in record frames.
      Show.clip("B", "clip.mp4", start: edit == .slipped ? 18 : 12, duration: 24, rate: otio),
    ]
    if edit != .removed {
      shots.append(
        Show.sequenceClip(
          "C", "cel", start: 1021, duration: 20, rate: otio, count: 40, pegbar: #""step": {"frames": 2}"#))
    }
    shots += [
      Show.takes(
        "D", ["take1", "take2"], active: edit == .retaken ? "take2" : "take1", duration: 16, rate: otio),
      Show.clip("E", "clip.mp4", start: 48, duration: 12, rate: otio, effects: Show.freeze),
      Show.black("F", 12, rate: otio),
    ]
    let sound = Show.track([Show.clip("S", "tone.wav", start: 0, duration: 96, rate: otio)], kind: "Audio")
    return try show.cut("\(edit).otio", rate: rate, tracks: [Show.track(shots), sound])
  }

  /// Renders chunks that cover the whole, and then the whole out of them.
  ///
  /// - Returns: the counts of the assembly.
  func assembled(
    _ cut: Cut, _ preset: String, chunks: [FrameRange], to name: String
  ) throws -> FrameCounts {
    let ending = URL(fileURLWithPath: name).pathExtension
    var files: [String] = []
    for range in chunks {
      var options = show.options(threads: 1)
      options.range = range
      let chunk = "\(name).\(range.start).\(ending.isEmpty ? "d" : ending)"
      try show.render(cut, preset, to: chunk, options: options)
      files.append(show.folder.file(chunk))
    }
    var options = show.options()
    options.reuseFiles = files
    let made = try show.render(cut, preset, to: name, options: options)
    for file in files {
      try FileManager.default.removeItem(atPath: file)
      try FileManager.default.removeItem(atPath: file + ".ledger")
    }
    return try #require(made.masters.first?.counts)
  }

  /// SHA-256 of a master; of a sequence over its files in order.
  func hash(_ name: String) throws -> String {
    let path = show.folder.file(name)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
      return Digest.hex(try Digest.ofFile(path, .sha256))
    }
    var text = ""
    for file in try FileManager.default.contentsOfDirectory(atPath: path).sorted() {
      text += "\(file) \(Digest.hex(try Digest.ofFile("\(path)/\(file)", .sha256)))\n"
    }
    return Digest.hex(Digest.of(Array(text.utf8), .sha256))
  }
}

extension Show {
  /// A clip with image sequences of 16 frames from 1001 as its takes.
  static func takes(_ name: String, _ takes: [String], active: String, duration: Int, rate: Double) -> String {
    let references = takes.map { take in
      #""\#(take)": {"OTIO_SCHEMA": "ImageSequenceReference.1", "target_url_base": "", "name_prefix": "\#(take).", "name_suffix": ".png", "start_frame": 1001, "frame_step": 1, "rate": \#(rate), "frame_zero_padding": 4, "missing_frame_policy": "error", "available_range": \#(range(1001, 16, rate))}"#
    }
    return
      #"{"OTIO_SCHEMA": "Clip.2", "name": "\#(name)", "metadata": {}, "effects": [], "source_range": \#(range(1001, Double(duration), rate)), "media_references": {\#(references.joined(separator: ", "))}, "active_media_reference_key": "\#(active)"}"#
  }

  static func black(_ name: String, _ duration: Int, rate: Double) -> String {
    #"{"OTIO_SCHEMA": "Clip.1", "name": "\#(name)", "metadata": {}, "effects": [], "source_range": \#(range(0, Double(duration), rate)), "media_reference": {"OTIO_SCHEMA": "GeneratorReference.1", "generator_kind": "black", "parameters": {}, "metadata": {}}}"#
  }
}
