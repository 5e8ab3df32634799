import Foundation
import PegCore
import PegPreset
import PegTestSupport

/// The presets of this checkout, and small ones written for a test.
enum Presets {
  static let root: String = URL(filePath: #filePath).appending(path: "../../../presets").standardized.path
  static let schema = root + "/schema/deliverable.schema.json"

  /// A library of the checkout's presets alone.
  static func checkout() throws -> PresetLibrary {
    try PresetLibrary(searching: root, environment: [:], executable: nil, workingFolder: "/")
  }

  /// The smallest preset there can be, line by line, so that a test can say where it put something.
  static let smallest = """
    title: Smallest
    spec: {title: No paper}
    container: {formats: [mov]}
    video:
      codec: prores_ks
      profile: hq
      pixel_format: yuv422p10le
      color: {primaries: bt709, transfer: bt709, matrix: bt709, range: legal, siting: left}
      gop: intra
      purity: {unit: intra, reason: measured}
    """

  /// Loads text as the file `folder/NAME.yaml`.
  static func load(_ text: String, in folder: TempFolder, as name: String = "mine") throws -> Deliverable {
    let file = folder.file("\(name).yaml")
    try text.write(toFile: file, atomically: false, encoding: .utf8)
    return try checkout().deliverable(named: file)
  }

  /// What loading the text is refused with.
  static func refusal(of text: String, in folder: TempFolder, as name: String = "mine") -> PegError? {
    do {
      _ = try load(text, in: folder, as: name)
      return nil
    } catch {
      return error as? PegError
    }
  }
}
