#if PEGBAR_LCMS
  internal import CLCMS
#endif

/// Little CMS, which reads the profiles that are tables.
enum LittleCMS {
  /// Whether this build has it.
  static var isPresent: Bool {
    #if PEGBAR_LCMS
      true
    #else
      false
    #endif
  }

  /// Code values of R, G and B, as triples in 0…1, to X, Y and Z of ICC's connection space (D50, white's Y is 1), by the
  /// relative colorimetric intent; `nil` for a profile that it does not read, for one that is not of R, G and B, and in a build
  /// without it.
  static func xyz(profile: [UInt8], _ colors: [Float]) -> [Double]? {
    precondition(colors.count % 3 == 0)
    #if PEGBAR_LCMS
      guard let source = cmsOpenProfileFromMem(profile, UInt32(profile.count)) else { return nil }
      defer { cmsCloseProfile(source) }
      guard cmsGetColorSpace(source) == cmsSigRgbData, let target = cmsCreateXYZProfile() else { return nil }
      defer { cmsCloseProfile(target) }
      let intent = UInt32(INTENT_RELATIVE_COLORIMETRIC)
      guard
        let transform = cmsCreateTransform(source, peg_lcms_rgb(), target, peg_lcms_xyz(), intent, peg_lcms_flags())
      else { return nil }
      defer { cmsDeleteTransform(transform) }
      var made = [Double](repeating: 0, count: colors.count)
      cmsDoTransform(transform, colors, &made, UInt32(colors.count / 3))
      return made
    #else
      return nil
    #endif
  }
}
