import ArgumentParser
import Foundation
import Pegbar

/// Names of cut files on the command line.
enum CutFiles {
  /// Extensions of every kind that is read.
  static let extensions: [String] = {
    var list: [String] = []
    for suffix in Importer.all.flatMap(\.suffixes) where !list.contains(suffix) { list.append(suffix) }
    return list
  }()

  /// The folder that a file lies in.
  static func folder(of path: String) -> String { URL(fileURLWithPath: path).deletingLastPathComponent().path }

  /// Throws wrong usage for an output that would not be found again as a cut.
  static func requireOTIO(_ output: String) throws {
    guard output.lowercased().hasSuffix(".otio") else {
      let isList = output.lowercased().hasSuffix(".edl")
      throw ValidationError(
        "The output \(output) is no .otio file" + (isList ? ": pegbar cut export CUT.otio writes an EDL" : ""))
    }
  }
}

/// Values of options that say what the record side is.
enum RecordValue {
  static func rate(_ text: String) throws -> FrameRate {
    guard let rate = FrameRate(text) else {
      throw ValidationError("\(text) is no frame rate, such as 24, 23.976 or 24000/1001")
    }
    return rate
  }

  static func raster(_ text: String) throws -> Raster {
    guard let raster = Raster(text) else { throw ValidationError("\(text) is no raster, such as 1920x1080") }
    return raster
  }
}
