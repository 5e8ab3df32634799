import Foundation
import PegCore
import PegMedia

extension Frame {
  /// The planes in their order, rows without padding: what `ffmpeg -f rawvideo` writes of the same picture.
  public var tightBytes: [UInt8] {
    withView { view in
      var bytes: [UInt8] = []
      for (plane, rows) in view.planes.enumerated() {
        let count = view.format.rowBytes(plane, of: view.raster)
        for y in 0..<view.format.planeSize(plane, of: view.raster).height {
          bytes += UnsafeRawBufferPointer(start: rows.base + y * rows.stride, count: count)
        }
      }
      return bytes
    }
  }

  /// The hash of each plane's rows without padding, in hexadecimal digits.
  public var planeHashes: [String] {
    withView { view in
      view.planes.enumerated().map { plane, rows in
        var digest = Digest(.xxh128)
        for y in 0..<view.format.planeSize(plane, of: view.raster).height {
          digest.update(
            UnsafeRawBufferPointer(
              start: rows.base + y * rows.stride, count: view.format.rowBytes(plane, of: view.raster)))
        }
        return Digest.hex(digest.finish())
      }
    }
  }
}
