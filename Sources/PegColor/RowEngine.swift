import PegCore
import PegKernels

/// Makes the rows that an engine reads and takes the rows that it gives.
protocol RowPass: AnyObject {
  /// Fills `columns` of row `row` of every plane. Where chroma is subsampled, `row` is the first of its luma rows, and all of
  /// them are asked for at once. Columns and rows past the picture's own are padding: the last again.
  func read(row: Int, columns: Range<Int>, into window: RowWindow)
  /// Takes `columns` of row `row`, and of the luma rows that share its chroma.
  func write(row: Int, columns: Range<Int>, from window: RowWindow)
}

/// What is to be resampled, plane by plane.
struct ResampleGeometry {
  /// The picture's own size, without padding.
  var source: Raster
  var target: Raster
  /// 3, or 4 with alpha last. Alpha is resampled like luma; nothing is multiplied by it.
  var planeCount: Int
  var sourceChroma: (x: Int, y: Int) = (0, 0)
  var targetChroma: (x: Int, y: Int) = (0, 0)
  var siting: ChromaSiting = .unspecified
  /// What part of the source the target shows, in source pixels; may reach past its edges.
  var region: (left: Double, top: Double, width: Double, height: Double)
  /// Where the whole source lies in the target, in target pixels: the same said the other way round.
  var placed: (left: Double, top: Double, width: Double, height: Double)

  /// No scaling: the target is the source's size, rounded up to whole chroma samples where it has such.
  init(unscaled source: Raster, planeCount: Int, from: (x: Int, y: Int), to: (x: Int, y: Int), siting: ChromaSiting) {
    self.source = source
    self.planeCount = planeCount
    sourceChroma = from
    targetChroma = to
    self.siting = siting
    let shift = (x: max(from.x, to.x), y: max(from.y, to.y))
    target = Self.padded(source, shift)
    region = (0, 0, Double(target.width), Double(target.height))
    placed = region
  }

  init(
    source: Raster, target: Raster, planeCount: Int, chroma: (x: Int, y: Int), siting: ChromaSiting,
    region: (left: Double, top: Double, width: Double, height: Double),
    placed: (left: Double, top: Double, width: Double, height: Double)
  ) {
    self.source = source
    self.target = target
    self.planeCount = planeCount
    sourceChroma = chroma
    self.siting = siting
    self.region = region
    self.placed = placed
  }

  static func padded(_ raster: Raster, _ shift: (x: Int, y: Int)) -> Raster {
    Raster(
      ((raster.width + (1 << shift.x) - 1) >> shift.x) << shift.x,
      ((raster.height + (1 << shift.y) - 1) >> shift.y) << shift.y)
  }

  /// The source with its padding to whole chroma samples of either side.
  var paddedSource: Raster {
    Self.padded(
      source, isScaled ? sourceChroma : (max(sourceChroma.x, targetChroma.x), max(sourceChroma.y, targetChroma.y)))
  }

  var isScaled: Bool { region.width != Double(target.width) || region.height != Double(target.height) || isShifted }
  private var isShifted: Bool { region.left != 0 || region.top != 0 }
  var needsResampling: Bool { isScaled || sourceChroma != targetChroma }
}

/// Leads rows from one side of a pass to the other. One engine serves one thread.
protocol RowEngine: AnyObject {
  func run(_ pass: some RowPass) throws(PegError)
}

/// Nothing to resample: each row is written as it was read.
final class DirectEngine: RowEngine {
  private let memory: FloatBuffer
  private let window: RowWindow
  private let raster: Raster

  init(_ geometry: ResampleGeometry) {
    raster = geometry.target
    let stride = FloatBuffer.stride(raster.width)
    memory = FloatBuffer(stride * geometry.planeCount)
    let base = memory.base
    window = RowWindow(
      planes: (0..<geometry.planeCount).map { RowWindow.Plane(base: base + $0 * stride, stride: stride, mask: 0) })
  }

  func run(_ pass: some RowPass) throws(PegError) {
    for row in 0..<raster.height {
      pass.read(row: row, columns: 0..<raster.width, into: window)
      pass.write(row: row, columns: 0..<raster.width, from: window)
    }
  }
}

/// Which library resamples.
enum Resampling {
  static func engine(_ geometry: ResampleGeometry) throws(PegError) -> any RowEngine {
    guard geometry.needsResampling else { return DirectEngine(geometry) }
    #if PEGBAR_ZIMG
      return try ZimgEngine(geometry)
    #else
      return try SwscaleEngine(geometry)
    #endif
  }

  static var arithmetic: String {
    #if PEGBAR_ZIMG
      return ZimgEngine.arithmetic
    #else
      return SwscaleEngine.arithmetic
    #endif
  }
}
