import Foundation
import PegColor
import PegCore
import PegMedia
import PegPlan
import PegTestSupport
import Pegbar
import Testing

@testable import PegRender

/// A decoded picture that nobody asks for again becomes the one that is encoded; nobody sees what was written over.
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg"), "no ffmpeg")) struct OverwritingTests {
  private let codec = ["-c:v", "prores_ks", "-profile:v", "3", "-pix_fmt", "yuv422p10le"]

  private func clip(_ start: Double, _ duration: Double, slope: String?) -> String {
    Show.clip(
      "a", "a.mov", start: start, duration: duration, rate: 24,
      pegbar: slope.map { "\"grade\": [{\"op\": \"cdl\", \"slope\": \($0)}]" } ?? "")
  }

  private func address(_ frame: Frame) -> UInt { frame.withView { UInt(bitPattern: $0.planes[0].base) } }

  /// A lane's worker over a movie of four pictures, graded and then as they are.
  private struct Setting {
    let worker: PictureWorker
    let conformer: OutputConformer
    let graded: PictureRecipe
    let plain: PictureRecipe
    private let show: Show

    init(_ show: Show, _ cut: Cut) throws {
      self.show = show
      let plan = try cut.plan()
      let pool = FramePool(idleLimit: 0)
      let shelf = SourceShelf(
        sources: plan.sources, looks: [:], pool: pool, decoderThreads: 1, lanes: 1, recent: 0)
      worker = PictureWorker(shelf: shelf, pool: pool, cache: LayerCache(limit: 0))
      (graded, plain) = (plan.picture(at: 1), plan.picture(at: 5))
      let format = try #require(PixelFormat(named: "yuv422p10le"))
      let shape = PictureShape(format: format, raster: show.raster, tags: .bt709, alpha: .opaque)
      conformer = try OutputConformer(from: show.raster, to: shape, fit: .fit, working: try WorkingSpace(of: graded))
    }

    /// The picture as it was decoded.
    func source() throws -> Frame { try #require(try worker.untouched(plain)) }
    func deliver(isLast: Bool) throws -> Frame { try worker.deliver(graded, through: conformer, isLast: isLast) }
  }

  private func setting() throws -> Setting {
    let show = try Show()
    try show.movie("a.mov", count: 4, rate: "24", codec: codec)
    return try Setting(show, try show.cut(tracks: [Show.track([clip(0, 4, slope: "0.5"), clip(0, 4, slope: nil)])]))
  }

  @Test func whoeverHoldsAPictureKeepsIt() throws {
    let setting = try setting()
    let held = try setting.source()
    let before = held.tightBytes
    let beside = try setting.deliver(isLast: true)
    #expect(address(beside) != address(held) && held.tightBytes == before && beside.tightBytes != before)
  }

  @Test func theMemoryOfThePictureIsTheMasters() throws {
    let setting = try setting()
    let apart = try setting.deliver(isLast: false)
    // The reader holds on to the picture, so that no other can lie there.
    let (place, before) = { (address($0), $0.tightBytes) }(try setting.source())
    #expect(address(apart) != place)
    let over = try setting.deliver(isLast: true)
    #expect(address(over) == place)
    #expect(over.tightBytes == apart.tightBytes)
    #expect(
      try setting.source().tightBytes == before, "who asks again all the same gets the picture, decoded once more")
  }

  /// A grade that moves over a held picture, and one whose pictures come in another grade again: the same packets as alone.
  @Test func mastersAreTheSameWhoeverAsks() throws {
    let show = try Show()
    try show.movie("a.mov", count: 8, rate: "24", codec: codec)
    func hashes(_ clips: [String], _ name: String) throws -> [String] {
      try show.render(try show.cut(tracks: [Show.track(clips)]), "prores-422-hq", to: name)
      let lines = try Tool.require(
        "ffmpeg", ["-v", "error", "-i", show.folder.file(name), "-c", "copy", "-f", "framehash", "-hash", "md5", "-"])
      return String(decoding: lines, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
        .compactMap { $0.split(separator: ",").last.map { String($0) } }
    }
    let alone = try hashes([clip(0, 8, slope: "0.5")], "alone.mov")
    let both = try hashes([clip(0, 8, slope: "0.5"), clip(0, 8, slope: "0.25")], "both.mov")
    let other = try hashes([clip(0, 8, slope: "0.25")], "other.mov")
    #expect(alone.count == 8 && Set(alone).count == 8)
    #expect(both == alone + other)
    let keyed = "[[0, [1, 1, 1]], [4, [0.5, 0.5, 0.5]]]"
    let frozen = Show.clip(
      "a", "a.mov", start: 3, duration: 4, rate: 24, effects: Show.freeze,
      pegbar: "\"grade\": [{\"op\": \"cdl\", \"slope\": \(keyed)}]")
    let held = try hashes([frozen], "held.mov")
    #expect(Set(held).count == 4)
    // A fade of one picture goes down: each frame differs, and the numbers stay what they are.
    #expect(try show.numbers("held.mov").first == 3)
  }
}
