import PegCore
import PegMedia

extension Frame {
  /// The picture pixel by pixel: R, G, B and A, or Y and A, as code values, or as the floats that they are. Palettes are
  /// looked up; padding is left out.
  ///
  /// - Precondition: R′G′B′, grey or palette: Y′CbCr has no pixels of that kind.
  public var samples: [Double] {
    precondition(format.family != .ycbcr, "a picture of \(format) has no samples by pixels")
    return withView { view in
      if format.family == .palette { return paletteSamples(view) }
      if format.depth == 1 { return bits(view) }
      var list: [Double] = []
      list.reserveCapacity(raster.width * raster.height * format.componentCount)
      let places = componentPlaces
      for y in 0..<raster.height {
        for x in 0..<raster.width {
          for (plane, offset) in places {
            let row = view.planes[plane]
            let step = format.isPlanar ? format.bytesPerSample : format.rowBytes(0, of: Raster(1, 1))
            list.append(sample(row.base + y * row.stride + x * step + offset * format.bytesPerSample))
          }
        }
      }
      return list
    }
  }

  /// The plane and the sample in a pixel of R, G, B, A or of Y, A.
  private var componentPlaces: [(plane: Int, offset: Int)] {
    if format.isPlanar {
      // libav keeps G, B and R in planes of that order.
      return (format.family == .rgb ? [2, 0, 1, 3] : [0, 1]).prefix(format.componentCount).map { ($0, 0) }
    }
    let order: [String: [Int]] = [
      "bgr24": [2, 1, 0], "bgr0": [2, 1, 0], "0rgb": [1, 2, 3], "0bgr": [3, 2, 1], "bgra": [2, 1, 0, 3],
      "argb": [1, 2, 3, 0], "abgr": [3, 2, 1, 0], "bgr48le": [2, 1, 0], "bgr48be": [2, 1, 0], "bgra64le": [2, 1, 0, 3],
      "bgra64be": [2, 1, 0, 3],
    ]
    return (order[format.name] ?? Array(0..<format.componentCount)).map { (0, $0) }
  }

  private func sample(_ at: UnsafeRawPointer) -> Double {
    if format.isFloat { return Double(at.loadUnaligned(as: Float.self)) }
    if format.bytesPerSample == 1 { return Double(at.load(as: UInt8.self)) }
    let word = at.loadUnaligned(as: UInt16.self)
    return Double((format.isBigEndian ? UInt16(bigEndian: word) : UInt16(littleEndian: word)) >> UInt16(format.shift))
  }

  private func paletteSamples(_ view: PictureView) -> [Double] {
    var list: [Double] = []
    for y in 0..<raster.height {
      for x in 0..<raster.width {
        let entry = view.palette[Int((view.planes[0].base + y * view.planes[0].stride + x).load(as: UInt8.self))]
        list += [16, 8, 0].map { Double(entry >> $0 & 255) }
        if alpha != .opaque { list.append(Double(entry >> 24)) }
      }
    }
    return list
  }

  private func bits(_ view: PictureView) -> [Double] {
    (0..<raster.height).flatMap { y in
      (0..<raster.width).map { x in
        let byte = (view.planes[0].base + y * view.planes[0].stride + x / 8).load(as: UInt8.self)
        let bit = byte >> UInt8(7 - x % 8) & 1
        return Double(format.name == "monow" ? 1 - bit : bit)
      }
    }
  }
}
