import PegCore

extension OutputConformer {
  /// Whether a source's bytes are the deliverable's bytes: same layout, and nothing that any step would change.
  ///
  /// SDR transfers of equal primaries count as equal, because code values pass between them; so do names of one matrix, and
  /// `yuvj420p` and full-range `yuv420p`. A picture whose alpha is to be ignored does not pass, because its bytes may
  /// hold one. The caller sees to the rest: one layer, whole opacity, no grade, no text. With `isColorimetric`, SDR
  /// transfers are their curves.
  public static func isPassthrough(
    source: PictureShape, output: PictureShape, isColorimetric: Bool = false
  ) -> Bool {
    guard source.raster == output.raster, layout(source.format) == layout(output.format),
      source.alpha == output.alpha, source.hasAlpha == source.format.hasAlpha,
      (try? source.requireComplete()) != nil, (try? output.requireComplete()) != nil,
      source.isFullRange == output.isFullRange || source.format.isFloat,
      source.tags.primaries == output.tags.primaries,
      sameTransfer(source.tags.transfer, output.tags.transfer, isColorimetric)
    else { return false }
    guard source.format.family == .ycbcr else { return source.format.family != .palette }
    return sameMatrix(source.tags.matrix, output.tags.matrix)
      && (!source.format.isSubsampled || source.tags.siting == output.tags.siting)
  }

  private static func layout(_ format: PixelFormat) -> String {
    format.name.hasPrefix("yuvj") ? "yuv" + format.name.dropFirst(4) : format.name
  }

  private static func sameTransfer(_ a: Transfer, _ b: Transfer, _ isColorimetric: Bool) -> Bool {
    if a == b { return true }
    guard let curve = try? DisplayCurve(a), let other = try? DisplayCurve(b) else { return false }
    return curve == other || (curve.isSDR && other.isSDR && !isColorimetric)
  }

  private static func sameMatrix(_ a: Matrix, _ b: Matrix) -> Bool {
    if a == b { return true }
    guard let weights = YCbCrMatrix.weights(a), let other = YCbCrMatrix.weights(b) else { return false }
    return weights == other
  }
}
