import PegCore
import PegTestSupport
import Testing

@testable import PegMedia

/// A picture is written over only by who is its last holder.
@Suite struct ReclaimTests {
  private let pool = FramePool(idleLimit: 0)

  private func picture() throws -> Frame {
    let format = try #require(PixelFormat(named: "yuv422p10le"))
    return try NumberedPicture.frame(77, format: format, raster: Raster(256, 144), tags: .bt709, pool: pool)
  }

  private func address(_ frame: Frame) -> UInt { frame.withView { UInt(bitPattern: $0.planes[0].base) } }

  /// The same bytes in the same place, with what is said of them anew.
  @Test func theLastHolderGetsTheMemory() throws {
    var held: Frame? = try picture()
    let before = try #require(held.map { (address($0), $0.tightBytes) })
    let tags = ColorTags(primaries: .bt2020, transfer: .pq, matrix: .bt2020ncl, range: .legal)
    guard let draft = try FrameDraft.reclaiming(&held, tags: tags, alpha: .opaque) else {
      return #expect(Bool(false), "the picture is held once")
    }
    let made = draft.freeze()
    #expect(held == nil)
    #expect(address(made) == before.0 && made.tightBytes == before.1)
    #expect(made.tags == tags && made.raster == Raster(256, 144) && made.format.name == "yuv422p10le")
  }

  @Test func whatSomebodyElseHoldsStays() throws {
    var held: Frame? = try picture()
    let other = held
    if try FrameDraft.reclaiming(&held, tags: .bt709, alpha: .opaque) != nil { #expect(Bool(false), "held twice") }
    #expect(held === other && held != nil)
    withExtendedLifetime(other) {}
  }

  /// Two frames of one memory: neither is alone.
  @Test func sharedBytesStay() throws {
    var held: Frame? = try picture()
    let view = try held?.retagged(tags: .srgb, alpha: .opaque)
    if try FrameDraft.reclaiming(&held, tags: .bt709, alpha: .opaque) != nil {
      #expect(Bool(false), "bytes held twice")
    }
    #expect(held != nil && held?.tightBytes == view?.tightBytes)
  }
}
