/// The decoder configuration records of ISO/IEC 14496-15: a stream's parameter sets as a container stores them.
enum DecoderRecord {
  /// `avcC`, clause 5.3.3.1, or `nil` when a parameter set is missing.
  static func avc(_ units: [[UInt8]]) -> [UInt8]? {
    let sequence = units.filter { ($0.first ?? 0) & 0x1f == 7 }
    let picture = units.filter { ($0.first ?? 0) & 0x1f == 8 }
    guard let sps = sequence.first, sps.count >= 4, !picture.isEmpty, sequence.count < 32, picture.count < 256 else {
      return nil
    }
    var record: [UInt8] = [1, sps[1], sps[2], sps[3], 0xfc | 3, 0xe0 | UInt8(sequence.count)]
    for unit in sequence { record += lengthPrefixed(unit) }
    record.append(UInt8(picture.count))
    for unit in picture { record += lengthPrefixed(unit) }
    // High profiles also say chroma format and depths (clause 5.3.3.1.2).
    if ![66, 77, 88].contains(sps[1]) {
      var reader = BitReader(NALUnits.withoutEmulationPrevention(sps))
      _ = reader.bits(32)  // NAL header, profile_idc, constraints, level_idc
      _ = reader.exponential()  // seq_parameter_set_id
      let chroma = reader.exponential()
      if chroma == 3 { _ = reader.bits(1) }  // separate_colour_plane_flag
      let luma = reader.exponential()
      let depth = reader.exponential()
      record += [0xfc | UInt8(chroma & 3), 0xf8 | UInt8(luma & 7), 0xf8 | UInt8(depth & 7), 0]
    }
    return record
  }

  /// `hvcC`, clause 8.3.3.1, or `nil` when a parameter set is missing.
  ///
  /// What the stream does not bind is left open: spatial segmentation 0, parallelism unknown, frame rate unspecified.
  static func hevc(_ units: [[UInt8]]) -> [UInt8]? {
    func of(_ type: UInt8) -> [[UInt8]] { units.filter { $0.count > 2 && ($0[0] >> 1) & 0x3f == type } }
    let arrays: [(UInt8, [[UInt8]])] = [(32, of(32)), (33, of(33)), (34, of(34))]
    guard arrays.allSatisfy({ !$0.1.isEmpty }), let sps = arrays[1].1.first else { return nil }
    let payload = NALUnits.withoutEmulationPrevention(sps)
    // NAL header (2), then 4 + 3 + 1 bits, then profile_tier_level: 12 bytes from the third byte on.
    guard payload.count > 15 else { return nil }
    let layers = Int(payload[2] >> 1 & 7)
    let nested = payload[2] & 1
    var reader = BitReader(Array(payload.dropFirst(15)))
    // Sub-layer flags, padded to 8 layers, then what they announce (clause 7.3.3).
    if layers > 0 {
      let flags = (0..<layers).map { _ in (profile: reader.bits(1), level: reader.bits(1)) }
      for _ in layers..<8 { _ = reader.bits(2) }
      for flag in flags {
        if flag.profile == 1 { for _ in 0..<11 { _ = reader.bits(8) } }
        if flag.level == 1 { _ = reader.bits(8) }
      }
    }
    _ = reader.exponential()  // sps_seq_parameter_set_id
    let chroma = reader.exponential()
    if chroma == 3 { _ = reader.bits(1) }
    _ = reader.exponential()  // width
    _ = reader.exponential()  // height
    if reader.bits(1) == 1 { for _ in 0..<4 { _ = reader.exponential() } }  // conformance window
    let luma = reader.exponential()
    let depth = reader.exponential()
    var record: [UInt8] = [1]
    record += payload[3..<15]
    record += [0xf0, 0, 0xfc, 0xfc | UInt8(chroma & 3), 0xf8 | UInt8(luma & 7), 0xf8 | UInt8(depth & 7), 0, 0]
    record.append(UInt8(layers + 1) << 3 | nested << 2 | 3)
    record.append(UInt8(arrays.count))
    for (type, sets) in arrays {
      record += [0x80 | type, UInt8(sets.count >> 8), UInt8(sets.count & 255)]
      for unit in sets { record += lengthPrefixed(unit) }
    }
    return record
  }

  private static func lengthPrefixed(_ unit: [UInt8]) -> [UInt8] {
    [UInt8(unit.count >> 8 & 255), UInt8(unit.count & 255)] + unit
  }
}
