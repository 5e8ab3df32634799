internal import CFFmpeg
import PegCore

/// The room that libav's FFV1 encoder gets for a packet: twice the picture's bytes instead of 148 for each pixel.
///
/// Noise, which no coder makes smaller, becomes 1.16 times as many bytes as it had. Where a slice finds no room the picture is
/// sent once more with all of it, so the packet is the same whatever the room. Other encoders size their packets well.
struct PacketRoom {
  /// What libav clears for a pixel: 37 words.
  static let bytesPerPixel = 148

  /// How high libav has to think the picture for so much room.
  let height: Int
  let bytes: Int

  /// - Parameter share: bytes of room for each byte of a picture.
  init?(for settings: EncoderSettings, share: Double = 2) {
    // Slices of other threads would complain where nobody listens.
    guard settings.codec == "ffv1", settings.threads == 1, peg_room_follows_height() != 0 else { return nil }
    let width = settings.raster.width
    // Each line of a slice asks for 35 bytes a pixel before it is coded; no preset has more than 64 lines of slices.
    let wanted = Int(Double(settings.pixelFormat.bytes(of: settings.raster)) * share) + 64 * 35 * width
    height = wanted / (width * Self.bytesPerPixel) + 1
    guard height < settings.raster.height else { return nil }
    bytes = height * width * Self.bytesPerPixel
  }

  /// What libav says of a slice that was cut short.
  static func wasTooSmall(_ log: [String]) -> Bool {
    log.contains { $0.contains("Buffer too small") || $0.contains("encoded frame too large") }
  }
}
