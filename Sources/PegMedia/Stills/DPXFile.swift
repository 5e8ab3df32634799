import PegCore

/// DPX by its header (SMPTE ST 268): size, samples, colour, rate and timecode.
enum DPXFile {
  static func header(_ bytes: Bytes, path: String) throws(MediaError) -> StillHeader {
    var block = bytes
    block.isBigEndian = bytes.has("SDPX", at: 0)
    guard let start = block.u32(4), let width = block.u32(772), let height = block.u32(776),
      let descriptor = block.u8(800), let transfer = block.u8(801), let colorimetric = block.u8(802),
      let bits = block.u8(803), let packing = block.u16(804)
    else { throw ImageFormat.malformed(.dpx, path) }
    let kinds = [6: "gray", 50: "rgb", 51: "rgba", 52: "abgr", 100: "422", 101: "4224", 102: "444", 103: "4444"]
    let kind = kinds[descriptor] ?? "descriptor \(descriptor)"
    var header = StillHeader(.dpx, Raster(width, height), samples: "\(kind) \(bits)")
    header.tags.transfer = Self.transfer(transfer)
    header.tags.primaries = primaries(colorimetric)
    // ST 268 table 5A: 1 is printing density, 3 logarithmic values without a word of which; film scanners write either for
    // Cineon's curve.
    if transfer == 1 || transfer == 3 { header.color.space = "cineon" }
    if let across = block.u32(1628), let down = block.u32(1632), across > 0, down > 0, across < 1 << 31, down < 1 << 31
    {
      header.pixelAspect = Rational(across, down)
    }
    header.rate = rate(block.f32(1940)) ?? rate(block.f32(1724))
    if let code = block.u32(1920), code != 0xFFFF_FFFF, code != 0 { header.timecode = SMPTE.label(bcd: code) }
    // What must be there, where rows are packed as the standard's methods A and B say.
    let parts = [6: 1, 50: 3, 51: 4, 52: 4, 100: 2, 101: 3, 102: 3, 103: 4][descriptor] ?? 1
    let row =
      bits == 10 && packing != 0
      ? (width * parts + 2) / 3 * 4 : bits == 12 && packing != 0 ? width * parts * 2 : (width * parts * bits + 7) / 8
    if header.raster.isUsable, start + row * height > bytes.fileSize {
      header.damage = "the file is cut off: some of its pixels are missing"
    }
    return header
  }

  private static func rate(_ value: Float?) -> FrameRate? {
    guard let value, value.isFinite, value >= 1, value <= 1000 else { return nil }
    return PictureTiming.rate(meaning: Rational(Int((Double(value) * 1000).rounded()), 1000))
  }

  private static func transfer(_ code: Int) -> Transfer {
    switch code {
    case 2: .linear
    case 5, 6: .bt709
    case 7, 8, 9, 10: .smpte170m
    default: .unspecified
    }
  }

  private static func primaries(_ code: Int) -> Primaries {
    switch code {
    case 5, 6: .bt709
    case 7, 10: .bt470bg
    case 8, 9: .smpte170m
    default: .unspecified
    }
  }
}
