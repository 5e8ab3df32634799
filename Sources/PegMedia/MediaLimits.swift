/// What no medium may ask of us: a hostile header costs an error, never the machine's memory.
enum MediaLimits {
  /// Bytes that one decoded picture may take: 16k × 8k of four floats.
  static let pictureBytes = 1 << 31
  /// Pixels of one picture.
  static let pixels: Int64 = 1 << 28
  /// Bytes of one still's file; libav counts packets in `Int32`.
  static let stillBytes = (1 << 31) - (1 << 16)
  /// Streams of one file.
  static let streams = 1000
  /// Packets of one picture stream: 100 hours at 60 frames per second.
  static let packets = 25_000_000
  /// Files of one folder that are looked at.
  static let folderEntries = 1_000_000
}
