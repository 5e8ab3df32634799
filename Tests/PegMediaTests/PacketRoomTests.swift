import PegCore
import PegTestSupport
import Testing

@testable import PegMedia

/// FFV1's packets do not depend on the room that the encoder gets for them.
@Suite struct PacketRoomTests {
  private static let raster = Raster(1920, 1080)

  /// Whether this version of libavcodec is one that can be told its room.
  private static let isTold = PacketRoom(for: settings("yuv422p10le")) != nil

  private static func settings(_ name: String) -> EncoderSettings {
    EncoderSample.settings(
      "ffv1", nil, name, raster: raster, tags: name.hasPrefix("gbr") ? .srgb : .bt709,
      [("level", "3"), ("g", "1"), ("coder", "range_tab"), ("context", "0"), ("slices", "16"), ("slicecrc", "1")])
  }

  /// White noise over all codes: no coder makes it smaller.
  private func noise(_ settings: EncoderSettings) throws -> Frame {
    let format = settings.pixelFormat
    var draft = try FrameDraft(
      format: format, raster: Self.raster, tags: settings.tags, alpha: .opaque, pool: FramePool(idleLimit: 0))
    draft.withMutableView { view in
      var state: UInt32 = 2_463_534_242
      for plane in 0..<format.planeCount {
        let size = format.planeSize(plane, of: Self.raster)
        for y in 0..<size.height {
          let row = view.planes[plane].base + y * view.planes[plane].stride
          for x in 0..<size.width {
            state ^= state << 13
            state ^= state >> 17
            state ^= state << 5
            row.storeBytes(of: UInt16(state >> UInt32(32 - format.depth)), toByteOffset: 2 * x, as: UInt16.self)
          }
        }
      }
    }
    return draft.freeze()
  }

  private func packets(_ picture: Frame, _ settings: EncoderSettings, _ room: PacketRoom?) throws -> [[UInt8]] {
    var encoder = try VideoEncoder(settings, room: room)
    var packets: [Packet] = []
    for number in 0..<2 { packets += try encoder.encode(picture, at: Int64(number)) }
    packets += try encoder.finish()
    return packets.map { $0.withBytes { Array($0) } }
  }

  @Test(
    .enabled(if: isTold, "this version of libavcodec sizes FFV1's packets by itself"),
    arguments: ["yuv422p10le", "gbrp16le"])
  func noiseGivesTheSamePacketInAnyRoom(name: String) throws {
    let settings = Self.settings(name)
    let picture = try noise(settings)
    let whole = try packets(picture, settings, nil)
    let usual = PacketRoom(for: settings)
    #expect(try packets(picture, settings, usual) == whole)
    // Too little for these pictures: each is coded a second time.
    let little = PacketRoom(for: settings, share: 0)
    #expect(try packets(picture, settings, little) == whole)
    #expect(whole.count == 2 && (whole.first?.count ?? 0) > (little?.bytes ?? 0))
    // 148 bytes for each pixel of UHD would be 1,171 MiB.
    var large = settings
    large.raster = Raster(3840, 2160)
    #expect(large.ownMemory < 200 << 20)
  }

  @Test func encodersThatSizePacketsWellGetNone() {
    #expect(PacketRoom(for: EncoderSample.proresHQ.settings) == nil)
    #expect(EncoderSample.proresHQ.settings.ownMemory == 0)
  }
}
