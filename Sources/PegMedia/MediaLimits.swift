internal import CFFmpeg
import PegCore

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
  /// Seconds that a time in a file may lie away from 0: thirty years, where recorders count from 1970. What lies beyond is
  /// no time, and would lead exact arithmetic past 128 bits.
  static let seconds = 1_000_000_000
  /// Boxes side by side in one box.
  static let boxes = 100_000
  /// Samples of one stream's table.
  static let samples = 1 << 28
  /// Bytes of an ICC profile.
  static let profileBytes = 4 << 20
  /// Pixels of an animation that is composed on a canvas: a decoder holds several of them.
  static let canvasPixels = 1 << 26

  /// The largest time of a stream in its ticks.
  static func ticks(of tick: Rational) -> Int64 { Int64((Rational(seconds) / tick).floor) }

  /// A time in ticks, `nil` where libav says that there is none, or it is none that a file can mean.
  static func plausible(_ time: Int64, of tick: Rational) -> Int64? {
    time != peg_nopts() && time.magnitude <= ticks(of: tick).magnitude ? time : nil
  }
}
