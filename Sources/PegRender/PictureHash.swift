import PegCore
import PegLedger
import PegMedia

extension Frame {
  /// XXH3 of 128 bits of the picture as an encoder gets it: pixel format and raster, then planes in order, rows without padding,
  /// samples little-endian (DESIGN §1).
  var pictureHash: LedgerID {
    var digest = Digest(.xxh128)
    let head = Array("\(format) \(raster)\n".utf8)
    head.withUnsafeBytes { digest.update($0) }
    withView { view in
      for (index, plane) in view.planes.enumerated() {
        let length = format.rowBytes(index, of: raster)
        let rows = format.planeSize(index, of: raster).height
        if format.isBigEndian, format.bytesPerSample == 2 {
          var swapped = [UInt8](repeating: 0, count: length)
          for row in 0..<rows {
            let bytes = UnsafeRawBufferPointer(start: plane.base + row * plane.stride, count: length)
            for at in stride(from: 0, to: length - 1, by: 2) {
              swapped[at] = bytes[at + 1]
              swapped[at + 1] = bytes[at]
            }
            swapped.withUnsafeBytes { digest.update($0) }
          }
        } else if plane.stride == length {
          digest.update(UnsafeRawBufferPointer(start: plane.base, count: length * rows))
        } else {
          for row in 0..<rows {
            digest.update(UnsafeRawBufferPointer(start: plane.base + row * plane.stride, count: length))
          }
        }
      }
    }
    return LedgerID(digest.finish())
  }
}

extension Packet {
  /// XXH3 of 128 bits of the packet's bytes.
  var contentHash: LedgerID { LedgerID(Digest.of(self, .xxh128)) }
}
