import PegCore

/// Where the samples of one component of Y′CbCr lie: in which plane, how many samples from one to the next, and behind how many.
struct SamplePlace {
  let plane: Int
  /// 1 for a plane of its own, 2 beside another component, 4 for chroma among the luma of two pixels.
  let step: Int
  let offset: Int

  /// - Parameter component: Y′, Cb, Cr or alpha by 0…3.
  init(_ component: Int, of format: PixelFormat) {
    if format.isPlanar {
      (plane, step, offset) = (component, 1, 0)
    } else if format.isSemiPlanar {
      let isCrFirst = format.name == "nv21" || format.name == "nv42"
      (plane, step, offset) =
        component == 0 ? (0, 1, 0) : (1, 2, (component == 1) == isCrFirst ? 1 : 0)
    } else {
      // Four samples for two pixels, in the order of the name.
      let order = Array(format.name.prefix(4))
      guard component > 0 else {
        (plane, step, offset) = (0, 2, order[0] == "y" ? 0 : 1)
        return
      }
      (plane, step, offset) = (0, 4, order.firstIndex(of: component == 1 ? "u" : "v") ?? 0)
    }
  }
}
