import Foundation
import PegCore
import PegMedia
import PegTestSupport
import Testing

/// Files that were made to break readers: an error or a picture, within bounds of time and memory, never a crash.
@Suite(
  .enabled(if: SharedMedia.isThere, "no shared media"), .enabled(if: BuiltCommand.path != nil, "pegbar is not built"),
  .enabled(if: Tool.hasPython("resource"), "no python"),
  .serialized)
struct HostileMediaTests {
  private static let seconds = 20
  private static let memory = 1 << 30
  /// What may be asked for; libraries and their tables take some of it before a file is opened.
  private static let addressSpace = 6 << 30

  static let folders = ["derived", "exr_damaged", "images", "media", "png", "png_fuzz"]

  private func command(_ arguments: [String]) throws -> [String] { [try #require(BuiltCommand.path)] + arguments }

  /// 0 done, 1 findings, 65 and 66 bad input (DESIGN §4): everything else is a fault of ours.
  private func judge(_ outcome: BoundedRuns.Outcome, _ what: String) {
    #expect([0, 1, 65, 66].contains(outcome.status), "\(what): \(outcome.status) \(outcome.stderr.prefix(300))")
    #expect(outcome.peakBytes < Self.memory, "\(what): \(outcome.peakBytes >> 20) MiB")
    #expect(outcome.seconds < Double(Self.seconds), "\(what)")
    if outcome.status > 1 { #expect(!outcome.stderr.isEmpty, "\(what) says why") }
  }

  /// What it is or what is wrong; then, of what opens, a cut and a still of its first frame: all of the way to pixels.
  @Test(arguments: folders)
  func eachIsAPictureOrAnErrorWithinBounds(_ folder: String) throws {
    let scratch = try TempFolder()
    let files = SharedMedia.files(below: "hostile/\(folder)").filter { !$0.hasSuffix(".rst") }
    #expect(files.count >= 2)
    let chains = try files.enumerated().map { index, file in
      let cut = scratch.file("\(index).otio")
      return [
        try command(["probe", "--json", SharedMedia.file(file)]),
        try command(["cut", "new", cut, SharedMedia.file(file), "--hold", "1"]),
        try command(["still", "\(cut)@0", "-o", scratch.file("\(index).png")]),
      ]
    }
    let outcomes = try BoundedRuns.run(chains, seconds: Self.seconds, addressSpace: Self.addressSpace)
    #expect(Set(outcomes.map(\.chain)) == Set(files.indices))
    for outcome in outcomes {
      let file = files[outcome.chain]
      judge(outcome, "\(["probe", "cut new", "still"][outcome.step]) \(file)")
      if outcome.status == 65, outcome.step == 0 {
        #expect(outcome.stderr.contains(SharedMedia.file(file)), "\(file) is named")
      }
    }
  }

  /// PngSuite's corrupt files: "decoder must error" (SOURCES).
  @Test func corruptPNGsAreRefused() throws {
    for file in SharedMedia.files(below: "hostile/png") where file.split(separator: "/").last?.hasPrefix("x") == true {
      // Two files of image-rs are read by libpng and by us: IDAT chunks that do not follow each other, for one.
      if file.contains("x_") { continue }
      let error = #expect(throws: MediaError.self, "\(file)") {
        try StillReader.read(path: SharedMedia.file(file), pool: FramePool(idleLimit: 0))
      }
      #expect(error?.kind == .badInput)
    }
  }

  /// A few bytes of a file's head changed: the same files on every run, and more of them in `make soak`.
  @Test func changedHeadsAreSurvived() throws {
    let scratch = try TempFolder()
    var paths: [String] = []
    let sources = [
      "hostile/derived/cogvideox4_trunc25.mp4", "color/exr/DisplayWindow/t01.exr", "color/dpx/dpx_nuke_10bits_rgb.dpx",
      "color/tiff/flower-rgb-contig-16.tif", "color/images/gif_animation.gif", "qc/hdr/hdr10plus/regular.mkv",
      "qc/mxf/video1.mxf", "footage/ai/comfyui_webp/mochi_simple_checkpoint.webp",
    ]
    var state: UInt64 = 20
    func random(_ limit: Int) -> Int {
      // Knuth's MMIX generator.
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % limit
    }
    for source in sources {
      let whole = try Data(contentsOf: URL(fileURLWithPath: SharedMedia.file(source))).prefix(200_000)
      for number in 0..<(ProcessInfo.processInfo.environment["PEGBAR_SOAK"] == nil ? 10 : 200) {
        var bytes = whole
        for _ in 0..<(1 + number % 4) {
          let place = bytes.startIndex + random(min(bytes.count, 4096))
          bytes[place] = [0, 0xFF, 0x7F, 0x80, UInt8(random(256))][random(5)]
        }
        let path = scratch.file("\(paths.count).\(source.split(separator: ".").last ?? "")")
        try bytes.write(to: URL(fileURLWithPath: path))
        paths.append(path)
      }
    }
    let outcomes = try BoundedRuns.run(
      try paths.map { [try command(["probe", $0])] }, seconds: Self.seconds, addressSpace: Self.addressSpace)
    #expect(outcomes.count == paths.count)
    for outcome in outcomes { judge(outcome, paths[outcome.chain]) }
  }
}
