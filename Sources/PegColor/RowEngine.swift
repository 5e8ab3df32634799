import PegCore
import PegKernels

/// Makes the rows that an engine reads and takes the rows that it gives.
protocol RowPass: AnyObject {
  /// Fills `columns` of row `row` of every plane. Where chroma is subsampled, `row` is the first of its luma rows, and all of
  /// them are asked for at once. Columns and rows past the picture's own are padding: the last again.
  func read(row: Int, columns: Range<Int>, into window: RowWindow)
  /// Takes `columns` of row `row`.
  func write(row: Int, columns: Range<Int>, from window: RowWindow)
}

/// What is to be resampled, plane by plane.
struct ResampleGeometry {
  /// The picture's own size, without padding.
  var source: Raster
  var target: Raster
  /// 3, or 4 with alpha last. Alpha is resampled like luma; nothing is multiplied by it.
  var planeCount: Int
  /// Of the source; the target has chroma at full size.
  var chroma: (x: Int, y: Int) = (0, 0)
  var siting: ChromaSiting = .unspecified
  /// What part of the source the target shows, in source pixels; may reach past its edges.
  var region: (left: Double, top: Double, width: Double, height: Double)
  /// Where the whole source lies in the target, in target pixels: the same said the other way round.
  var placed: (left: Double, top: Double, width: Double, height: Double)

  init(
    source: Raster, target: Raster, planeCount: Int, chroma: (x: Int, y: Int), siting: ChromaSiting,
    region: (left: Double, top: Double, width: Double, height: Double),
    placed: (left: Double, top: Double, width: Double, height: Double)
  ) {
    self.source = source
    self.target = target
    self.planeCount = planeCount
    self.chroma = chroma
    self.siting = siting
    self.region = region
    self.placed = placed
  }

  static func padded(_ raster: Raster, _ shift: (x: Int, y: Int)) -> Raster {
    Raster(
      ((raster.width + (1 << shift.x) - 1) >> shift.x) << shift.x,
      ((raster.height + (1 << shift.y) - 1) >> shift.y) << shift.y)
  }

  /// The source with its padding to whole chroma samples.
  var paddedSource: Raster { Self.padded(source, chroma) }
}

/// Leads rows from one side of a pass to the other. One engine serves one thread.
protocol RowEngine: AnyObject {
  func run(_ pass: some RowPass) throws(PegError)
}

/// Which library resamples.
enum Resampling {
  static func engine(_ geometry: ResampleGeometry) throws(PegError) -> any RowEngine {
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
