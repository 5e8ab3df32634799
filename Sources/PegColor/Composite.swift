public import PegCore
import PegKernels

/// Compositing of working pictures: float planes G, B, R, A, associated alpha.
///
/// All pictures of a call have one raster; another format or raster is a caller's bug. Where a target is also a source, it
/// must be the same memory throughout.
public enum Composite {
  /// Nothing: colour and alpha 0.
  public static func clear(_ target: MutablePictureView) {
    fill(target, red: 0, green: 0, blue: 0, alpha: 0)
  }

  /// One colour, straight, in working code values; `alpha` in 0…1 is associated here.
  public static func fill(_ target: MutablePictureView, red: Float, green: Float, blue: Float, alpha: Float) {
    let planes = Rows(target)
    for (plane, value) in [green * alpha, blue * alpha, red * alpha, alpha].enumerated() {
      for line in 0..<planes.height { Kernels.best.fill(planes[plane, line], with: value, count: planes.width) }
    }
  }

  /// The source over the target: source · opacity + target · (1 − source alpha · opacity), alpha alike; opacity in 0…1.
  public static func over(_ source: PictureView, onto target: MutablePictureView, opacity: Float) {
    let (from, to) = (Rows(source), Rows(target))
    from.require(to)
    for line in 0..<to.height {
      Kernels.best.over(
        (from[0, line], from[1, line], from[2, line], from[3, line]),
        onto: (to[0, line], to[1, line], to[2, line], to[3, line]), opacity: opacity, count: to.width)
    }
  }

  /// from · (1 − weight) + to · weight on associated colour and alpha; `nil` is transparent; weight in 0…1.
  public static func mix(
    _ from: PictureView?, _ to: PictureView?, weight: Float, into target: MutablePictureView
  ) {
    let out = Rows(target)
    let (a, b) = (from.map { Rows($0) }, to.map { Rows($0) })
    a?.require(out)
    b?.require(out)
    for plane in 0..<4 {
      for line in 0..<out.height {
        let row = out[plane, line]
        switch (a, b) {
        case (let a?, let b?):
          Kernels.best.mix(a[plane, line], 1 - weight, b[plane, line], weight, into: row, count: out.width)
        case (let a?, nil): Kernels.best.scale(a[plane, line], by: 1 - weight, into: row, count: out.width)
        case (nil, let b?): Kernels.best.scale(b[plane, line], by: weight, into: row, count: out.width)
        case (nil, nil): Kernels.best.fill(row, with: 0, count: out.width)
        }
      }
    }
  }

  private struct Rows {
    let width: Int
    let height: Int
    private let planes: [(base: UnsafeRawPointer, stride: Int)]

    init(_ view: PictureView) {
      precondition(view.format == .workingFloat, "compositing wants \(PixelFormat.workingFloat), not \(view.format)")
      (width, height) = (view.raster.width, view.raster.height)
      planes = view.planes.map { ($0.base, $0.stride) }
    }

    init(_ view: MutablePictureView) { self.init(view.readOnly) }

    func require(_ other: Rows) {
      precondition(width == other.width && height == other.height, "compositing wants pictures of one raster")
    }

    // A kernel takes rows to read and rows to write as one type; only targets are written.
    subscript(plane: Int, line: Int) -> FloatRow {
      FloatRow(mutating: (planes[plane].base + line * planes[plane].stride).assumingMemoryBound(to: Float.self))
    }
  }
}
