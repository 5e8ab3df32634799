import PegCore
import PegKernels

/// A picture in the working format with memory of its own.
final class WorkingPicture {
  let raster: Raster
  private let memory: FloatBuffer
  private let stride: Int

  init(_ raster: Raster) {
    self.raster = raster
    stride = FloatBuffer.stride(raster.width)
    memory = FloatBuffer(stride * raster.height * 4)
  }

  var mutableView: MutablePictureView {
    let shape = PictureShape.working(raster)
    return MutablePictureView(
      format: shape.format, raster: raster, tags: shape.tags, alpha: shape.alpha,
      planes: (0..<4).map {
        .init(base: UnsafeMutableRawPointer(memory.base + $0 * stride * raster.height), stride: stride * 4)
      })
  }

  var view: PictureView { mutableView.readOnly }
}
