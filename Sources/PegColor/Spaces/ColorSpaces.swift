extension ColorSpace {
  public static let bt709 = ColorSpace(
    "bt709", "BT.709 on a BT.1886 display", .bt709, .bt1886, .display(nits: 100), luma: [0.2126, 0.7152, 0.0722])
  public static let srgb = ColorSpace(
    "srgb", "sRGB (IEC 61966-2-1)", .bt709, .srgb, .display(nits: 80), luma: [0.2126, 0.7152, 0.0722])
  public static let bt2020 = ColorSpace(
    "bt2020", "BT.2020 on a BT.1886 display", .bt2020, .bt1886, .display(nits: 100), luma: [0.2627, 0.6780, 0.0593])
  public static let pq = ColorSpace(
    "pq", "BT.2100 PQ", .bt2020, .pq, .hdrDisplay, luma: [0.2627, 0.6780, 0.0593])
  public static let hlg = ColorSpace(
    "hlg", "BT.2100 HLG", .bt2020, .hlg, .hdrDisplay, luma: [0.2627, 0.6780, 0.0593])
  public static let linearBT709 = ColorSpace("linear_bt709", "scene-linear, BT.709", .bt709, .linear, .scene)
  public static let aces2065 = ColorSpace("aces2065_1", "ACES2065-1 (SMPTE ST 2065-1)", .ap0, .linear, .scene)
  public static let acescg = ColorSpace("acescg", "ACEScg (S-2014-004)", .ap1, .linear, .scene)

  // What a cut may call SDR video: the curve of its own, BT.709's primaries and weights.
  private static func video(_ name: String, _ title: String, _ transfer: TransferFunction) -> ColorSpace {
    ColorSpace(name, title, .bt709, transfer, .display(nits: 100), luma: [0.2126, 0.7152, 0.0722])
  }

  // A camera's log and, under `light`, its gamut in linear light.
  private static func camera(
    _ name: String, _ title: String, _ gamut: Chromaticities, _ transfer: TransferFunction,
    _ adaptation: Adaptation = .bradford
  ) -> ColorSpace {
    ColorSpace(name, title, gamut, transfer, .scene, adaptation: adaptation)
  }

  private static func light(
    _ name: String, _ title: String, _ gamut: Chromaticities, _ adaptation: Adaptation = .bradford
  ) -> ColorSpace {
    ColorSpace(name, "scene-linear, \(title)", gamut, .linear, .scene, adaptation: adaptation)
  }

  /// Every colour space that has a name.
  public static let all: [ColorSpace] = [
    // Displays of the standard range.
    bt709, srgb, video("bt1886", "BT.709 on a BT.1886 display", .bt1886),
    video("gamma22", "BT.709 primaries, gamma 2.2", .gamma22), video("gamma24", "BT.709 primaries, gamma 2.4", .bt1886),
    video("gamma26", "BT.709 primaries, gamma 2.6", .gamma26),
    ColorSpace(
      "bt601_525", "BT.601, 525 lines (SMPTE 170M)", .smpteC, .bt1886, .display(nits: 100), luma: [0.299, 0.587, 0.114]),
    ColorSpace(
      "bt601_625", "BT.601, 625 lines (BT.470 B, G)", .ebu, .bt1886, .display(nits: 100), luma: [0.299, 0.587, 0.114]),
    bt2020, ColorSpace("p3_d65", "P3, D65, gamma 2.6", .p3D65, .gamma26, .display(nits: 100)),
    ColorSpace("p3_dci", "DCI-P3 (SMPTE RP 431-2)", .p3DCI, .gamma26, .display(nits: 48)),
    ColorSpace("display_p3", "Display P3", .p3D65, .srgb, .display(nits: 80)),
    ColorSpace("adobe_rgb", "Adobe RGB (1998)", .adobeRGB, .adobeRGB, .display(nits: 160)),
    // High dynamic range.
    pq, hlg,
    ColorSpace("p3_d65_pq", "P3, D65, PQ", .p3D65, .pq, .hdrDisplay),
    // Linear light.
    linearBT709, light("linear_bt601_525", "SMPTE 170M", .smpteC), light("linear_bt601_625", "BT.470 B, G", .ebu),
    light("linear_bt2020", "BT.2020", .bt2020), light("linear_p3_d65", "P3, D65", .p3D65),
    light("linear_p3_dci", "DCI-P3", .p3DCI), light("linear_adobe_rgb", "Adobe RGB (1998)", .adobeRGB),
    // ACES.
    aces2065, acescg, camera("acescc", "ACEScc (S-2014-003)", .ap1, .acescc),
    camera("acescct", "ACEScct (S-2016-001)", .ap1, .acescct),
    // Cameras.
    camera("arri_logc3", "ARRI LogC3 (EI 800), Wide Gamut 3", .wideGamut3, .logC3, .cat02),
    camera("arri_logc4", "ARRI LogC4, Wide Gamut 4", .wideGamut4, .logC4, .cat02),
    light("linear_awg3", "ARRI Wide Gamut 3", .wideGamut3, .cat02),
    light("linear_awg4", "ARRI Wide Gamut 4", .wideGamut4, .cat02),
    camera("slog3_sgamut3", "Sony S-Log3, S-Gamut3", .sGamut3, .sLog3, .cat02),
    camera("slog3_sgamut3_cine", "Sony S-Log3, S-Gamut3.Cine", .sGamut3Cine, .sLog3, .cat02),
    light("linear_sgamut3", "Sony S-Gamut3", .sGamut3, .cat02),
    light("linear_sgamut3_cine", "Sony S-Gamut3.Cine", .sGamut3Cine, .cat02),
    camera("vlog", "Panasonic V-Log, V-Gamut", .vGamut, .vLog),
    light("linear_vgamut", "Panasonic V-Gamut", .vGamut),
    camera("canon_log2", "Canon Log 2, Cinema Gamut", .cinemaGamut, .canonLog2, .cat02),
    camera("canon_log3", "Canon Log 3, Cinema Gamut", .cinemaGamut, .canonLog3, .cat02),
    light("linear_cinema_gamut", "Canon Cinema Gamut", .cinemaGamut, .cat02),
    camera("red_log3g10", "RED Log3G10, REDWideGamutRGB", .redWideGamut, .log3G10),
    light("linear_redwg", "REDWideGamutRGB", .redWideGamut),
    camera(
      "davinci_intermediate", "DaVinci Intermediate, DaVinci Wide Gamut", .davinciWideGamut, .davinciIntermediate,
      .cat02),
    light("linear_davinci_wg", "DaVinci Wide Gamut", .davinciWideGamut, .cat02),
    camera(
      "bmd_film_gen5", "Blackmagic Film and Wide Gamut, generation 5", .blackmagicWideGamut, .blackmagicFilm5, .cat02),
    light("linear_bmd_wg_gen5", "Blackmagic Wide Gamut, generation 5", .blackmagicWideGamut, .cat02),
    camera("fuji_flog", "Fujifilm F-Log, F-Gamut", .bt2020, .fLog),
    camera("fuji_flog2", "Fujifilm F-Log2, F-Gamut", .bt2020, .fLog2),
    camera("nikon_nlog", "Nikon N-Log, N-Gamut", .bt2020, .nLog),
    camera("dji_dlog", "DJI D-Log, D-Gamut", .dGamut, .dLog),
    light("linear_dgamut", "DJI D-Gamut", .dGamut), camera("apple_log", "Apple Log, BT.2020", .bt2020, .appleLog),
    camera("cineon", "Cineon film scan, BT.709 primaries", .bt709, .cineon),
  ]
}
