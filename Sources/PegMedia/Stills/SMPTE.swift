/// Timecode as DPX and EXR pack it (ST 268, ST 12-1): binary-coded decimals, hours first.
enum SMPTE {
  /// `01:00:10:05`, with `;` when bit 6 of the frames says drop-frame.
  static func label(bcd value: Int) -> String {
    func two(_ byte: Int, _ mask: Int) -> String { "\((byte & mask) >> 4)\(byte & 0x0F)" }
    let isDrop = value & 0x40 != 0
    return two(value >> 24 & 0xFF, 0x30) + ":" + two(value >> 16 & 0xFF, 0x70) + ":" + two(value >> 8 & 0xFF, 0x70)
      + (isDrop ? ";" : ":") + two(value & 0xFF, 0x30)
  }
}
