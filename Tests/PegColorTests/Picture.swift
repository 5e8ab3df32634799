import PegColor
import PegCore
import Testing

/// libswscale, which builds without zimg fall back to, places on whole pixels and rounds to 16 bits on the way.
let resamplesInFloat = LayerConformer.arithmetic.hasPrefix("zimg")

/// A picture in plain memory, read and written sample by sample: rows lie apart by more than they need.
final class Picture {
  let shape: PictureShape
  private var planes: [(base: UnsafeMutableRawPointer, stride: Int)] = []

  init(_ shape: PictureShape) {
    self.shape = shape
    for plane in 0..<shape.format.planeCount {
      let stride = (shape.format.rowBytes(plane, of: shape.raster) + 127) / 64 * 64
      let size = stride * shape.format.planeSize(plane, of: shape.raster).height + 64
      let base = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
      base.initializeMemory(as: UInt8.self, repeating: 0xA5, count: size)
      planes.append((base, stride))
    }
  }

  convenience init(_ format: String, _ raster: Raster, _ tags: ColorTags, _ alpha: AlphaMode = .opaque) throws {
    self.init(
      PictureShape(
        format: try #require(PixelFormat(named: format)), raster: raster, tags: tags, alpha: alpha))
  }

  deinit { for plane in planes { plane.base.deallocate() } }

  var width: Int { shape.raster.width }
  var height: Int { shape.raster.height }
  var view: PictureView { mutableView.readOnly }
  var mutableView: MutablePictureView {
    MutablePictureView(
      format: shape.format, raster: shape.raster, tags: shape.tags, alpha: shape.alpha,
      planes: planes.map { .init(base: $0.base, stride: $0.stride) })
  }

  func size(_ plane: Int) -> (width: Int, height: Int) { shape.format.planeSize(plane, of: shape.raster) }

  /// Samples of a packed row count through.
  private func address(_ plane: Int, _ x: Int, _ y: Int) -> UnsafeMutableRawPointer {
    planes[plane].base + y * planes[plane].stride + x * shape.format.bytesPerSample
  }

  /// A code value; words of either end.
  subscript(plane: Int, x: Int, y: Int) -> Int {
    get {
      let at = address(plane, x, y)
      if shape.format.bytesPerSample == 1 { return Int(at.load(as: UInt8.self)) }
      let word = at.loadUnaligned(as: UInt16.self)
      return Int(shape.format.isBigEndian ? UInt16(bigEndian: word) : UInt16(littleEndian: word))
    }
    set {
      let at = address(plane, x, y)
      if shape.format.bytesPerSample == 1 { return at.storeBytes(of: UInt8(newValue), as: UInt8.self) }
      let word = UInt16(newValue)
      at.storeBytes(of: shape.format.isBigEndian ? word.bigEndian : word.littleEndian, as: UInt16.self)
    }
  }

  func float(_ plane: Int, _ x: Int, _ y: Int) -> Float { address(plane, x, y).loadUnaligned(as: Float.self) }
  func set(_ plane: Int, _ x: Int, _ y: Int, _ value: Float) {
    address(plane, x, y).storeBytes(of: value, as: Float.self)
  }

  /// Red, green, blue, alpha of a working picture.
  func rgba(_ x: Int, _ y: Int) -> [Float] { [2, 0, 1, 3].map { float($0, x, y) } }
  func setRGBA(_ x: Int, _ y: Int, _ value: [Float]) {
    for (component, plane) in [2, 0, 1, 3].enumerated() { set(plane, x, y, value[component]) }
  }

  /// Every sample of every plane, row by row.
  var codes: [Int] {
    (0..<shape.format.planeCount).flatMap { plane in
      let samples = shape.format.rowBytes(plane, of: shape.raster) / shape.format.bytesPerSample
      return (0..<size(plane).height).flatMap { y in (0..<samples).map { self[plane, $0, y] } }
    }
  }

  /// Every code that the depth has, in an order that looks random and is the same in every run.
  func fill(seed: UInt64, legal: ClosedRange<Int>? = nil) {
    var numbers = Numbers(seed)
    let range = legal ?? 0...((1 << shape.format.depth) - 1)
    for plane in 0..<shape.format.planeCount {
      let samples = shape.format.rowBytes(plane, of: shape.raster) / shape.format.bytesPerSample
      for y in 0..<size(plane).height {
        for x in 0..<samples { self[plane, x, y] = range.lowerBound + Int(numbers.next() % UInt64(range.count)) }
      }
    }
  }

  /// Working pictures: R, G, B in `range`, alpha 1.
  func fillColors(seed: UInt64, in range: ClosedRange<Float> = 0...1) {
    var numbers = Numbers(seed)
    func value() -> Float {
      range.lowerBound + Float(numbers.next() >> 40) / 16_777_216 * (range.upperBound - range.lowerBound)
    }
    for y in 0..<height { for x in 0..<width { setRGBA(x, y, [value(), value(), value(), 1]) } }
  }
}

/// Numbers that look random and are the same in every run (SplitMix64).
struct Numbers {
  private var state: UInt64
  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension Picture {
  /// The layer that a source makes in a raster.
  func conformed(
    to raster: Raster? = nil, fit: Fit = .fit, view name: String? = nil, pixelAspect: Rational = 1
  ) throws -> Picture {
    let raster = raster ?? shape.raster
    let conformer = try LayerConformer(
      source: shape, pixelAspect: pixelAspect, view: name, raster: raster, rasterPixelAspect: 1, fit: fit)
    let target = Picture(.working(raster))
    try conformer.conform(view, into: target.mutableView)
    return target
  }

  /// What a deliverable makes of a working picture.
  func delivered(
    as format: String, _ tags: ColorTags, _ alpha: AlphaMode = .opaque, raster: Raster? = nil, fit: Fit = .fit
  ) throws -> Picture {
    let target = try Picture(format, raster ?? shape.raster, tags, alpha)
    try OutputConformer(from: shape.raster, to: target.shape, fit: fit).deliver(view, into: target.mutableView)
    return target
  }
}
