internal import CSwscale
import PegCore
import PegKernels

/// Resampling by libswscale, for builds without zimg: planes of 16 bits, whole in memory.
///
/// swscale is told of no matrix and no range, and of chroma positions in so many words, because what it assumes without is
/// BT.601 and centred chroma. It places pictures on whole pixels and rounds to 2/65535 of white on the way, so a master is
/// another one than through zimg; ``arithmetic`` says which it was.
final class SwscaleEngine: RowEngine {
  private let geometry: ResampleGeometry
  /// Of the whole source in the target's pixels, rounded; the target shows a part of it.
  private let scaled: Raster
  private let left: Int
  private let top: Int
  private let context: OpaquePointer
  private let source: [Plane]
  private let target: [Plane]
  private let memory: FloatBuffer
  private let window: RowWindow

  static let arithmetic: String = {
    let version = swscale_version()
    return "swscale \(version >> 16).\((version >> 8) & 255).\(version & 255)"
  }()

  private struct Plane {
    let base: UnsafeMutablePointer<UInt16>
    /// Words from one row to the next.
    let stride: Int
    let width: Int
    let height: Int

    init(_ raster: Raster, _ shift: (x: Int, y: Int)) {
      width = (raster.width + (1 << shift.x) - 1) >> shift.x
      height = (raster.height + (1 << shift.y) - 1) >> shift.y
      stride = (width + 63) / 32 * 32
      let bytes = UnsafeMutableRawPointer.allocate(byteCount: stride * height * 2 + 64, alignment: 64)
      base = bytes.bindMemory(to: UInt16.self, capacity: stride * height)
      base.initialize(repeating: 0, count: stride * height)
    }

    func row(_ index: Int) -> UnsafeMutablePointer<UInt16> { base + min(max(index, 0), height - 1) * stride }
  }

  init(_ geometry: ResampleGeometry) throws(PegError) {
    self.geometry = geometry
    let padded = geometry.paddedSource
    let width = geometry.placed.width * Double(padded.width) / Double(geometry.source.width)
    let height = geometry.placed.height * Double(padded.height) / Double(geometry.source.height)
    scaled = Raster(max(1, Int(width.rounded())), max(1, Int(height.rounded())))
    left = Int(geometry.placed.left.rounded())
    top = Int(geometry.placed.top.rounded())
    guard scaled.isUsable else {
      throw PegError(.badInput, "cannot resample \(geometry.source) to \(scaled)", hint: "install zimg and build again")
    }
    context = try Self.context(geometry, padded, scaled)
    func planes(_ raster: Raster, _ shift: (x: Int, y: Int)) -> [Plane] {
      (0..<geometry.planeCount).map { Plane(raster, $0 == 1 || $0 == 2 ? shift : (0, 0)) }
    }
    source = planes(padded, geometry.chroma)
    target = planes(scaled, (0, 0))
    let stride = FloatBuffer.stride(max(padded.width, geometry.target.width))
    let rows = 1 << geometry.chroma.y
    let memory = FloatBuffer(stride * rows * geometry.planeCount)
    self.memory = memory
    window = RowWindow(
      planes: (0..<geometry.planeCount).map {
        RowWindow.Plane(base: memory.base + $0 * stride * rows, stride: stride, mask: rows - 1)
      })
  }

  deinit {
    for plane in source + target { UnsafeMutableRawPointer(plane.base).deallocate() }
    sws_freeContext(context)
  }

  // MARK: The context

  private static func context(
    _ geometry: ResampleGeometry, _ source: Raster, _ target: Raster
  ) throws(PegError) -> OpaquePointer {
    let from = try format(geometry.chroma, alpha: geometry.planeCount == 4)
    let to = try format((0, 0), alpha: geometry.planeCount == 4)
    guard let context = sws_alloc_context() else { throw PegError(.io, "cannot allocate a scaler") }
    let pointer = UnsafeMutableRawPointer(context)
    let flags = Int64(SWS_LANCZOS) | Int64(SWS_ACCURATE_RND) | Int64(SWS_FULL_CHR_H_INP) | Int64(SWS_FULL_CHR_H_INT)
    var options: [(String, Int64)] = [
      ("srcw", Int64(source.width)), ("srch", Int64(source.height)), ("src_format", Int64(from.rawValue)),
      ("dstw", Int64(target.width)), ("dsth", Int64(target.height)), ("dst_format", Int64(to.rawValue)),
      ("sws_flags", flags | Int64(SWS_BITEXACT)), ("src_range", 1), ("dst_range", 1),
    ]
    let position = position(geometry.siting)
    if geometry.chroma.x > 0 { options.append(("src_h_chr_pos", position.x)) }
    if geometry.chroma.y > 0 { options.append(("src_v_chr_pos", position.y)) }
    let isSet = options.allSatisfy { av_opt_set_int(pointer, $0.0, $0.1, 0) >= 0 }
    guard isSet, sws_init_context(context, nil, nil) >= 0 else {
      sws_freeContext(context)
      throw PegError(.badInput, "cannot resample \(source) to \(target)", hint: "install zimg and build again")
    }
    return context
  }

  private static func format(_ chroma: (x: Int, y: Int), alpha: Bool) throws(PegError) -> AVPixelFormat {
    switch chroma {
    case (0, 0): alpha ? AV_PIX_FMT_YUVA444P16LE : AV_PIX_FMT_YUV444P16LE
    case (1, 0): alpha ? AV_PIX_FMT_YUVA422P16LE : AV_PIX_FMT_YUV422P16LE
    case (1, 1): alpha ? AV_PIX_FMT_YUVA420P16LE : AV_PIX_FMT_YUV420P16LE
    default:
      throw PegError(
        .badInput,
        "cannot resample chroma subsampled by \(1 << chroma.x) across and \(1 << chroma.y) down without zimg",
        hint: "install zimg and build again")
    }
  }

  /// In 1/256 of a luma sample from the first.
  private static func position(_ siting: ChromaSiting) -> (x: Int64, y: Int64) {
    switch siting {
    case .left, .unspecified: (0, 128)
    case .center: (128, 128)
    case .topLeft: (0, 0)
    case .top: (128, 0)
    case .bottomLeft: (0, 256)
    case .bottom: (128, 256)
    }
  }

  // MARK: Running

  // Headroom on both sides: luma from −0.5 to 1.5, chroma from −1 to 1.
  private func code(_ plane: Int) -> SampleCode {
    SampleCode(black: isChroma(plane) ? 32768 : 16384, span: 32767, low: 0, high: 65535)
  }

  private func isChroma(_ plane: Int) -> Bool { (plane == 1 || plane == 2) && geometry.chroma != (0, 0) }

  func run(_ pass: some RowPass) throws(PegError) {
    let kernels = Kernels.best
    let padded = geometry.paddedSource
    let step = 1 << geometry.chroma.y
    for row in stride(from: 0, to: padded.height, by: step) {
      pass.read(row: row, columns: 0..<padded.width, into: window)
      for (index, plane) in source.enumerated() {
        let isChroma = index == 1 || index == 2
        let shift = isChroma ? geometry.chroma.y : 0
        for line in (row >> shift)..<max((row + step) >> shift, (row >> shift) + 1) {
          kernels.pack16(
            window.row(index, line), swapped: false, into: plane.row(line), count: plane.width, code: code(index))
        }
      }
    }
    scale()
    let (width, height) = (geometry.target.width, geometry.target.height)
    for row in 0..<height {
      for (index, plane) in target.enumerated() {
        unpack(plane, row - top, into: window.row(index, row), count: width, code: code(index), kernels)
      }
      pass.write(row: row, columns: 0..<width, from: window)
    }
  }

  /// Row `line` of the scaled plane, from where the target begins; past the picture's edges, its edge.
  private func unpack(
    _ plane: Plane, _ line: Int, into row: FloatRow, count: Int, code: SampleCode, _ kernels: Kernels
  ) {
    let first = min(max(left, 0), count)
    let last = min(max(left + plane.width, first), count)
    kernels.unpack16(
      plane.row(line) + max(-left, 0), swapped: false, into: row + first, count: last - first, code: code)
    guard last > first else { return kernels.fill(row, with: 0, count: count) }
    kernels.fill(row, with: row[first], count: first)
    kernels.fill(row + last, with: row[last - 1], count: count - last)
  }

  private func scale() {
    func bytes(_ planes: [Plane]) -> ([UnsafeMutablePointer<UInt8>?], [Int32]) {
      let bases = planes.map { plane in
        Optional(UnsafeMutableRawPointer(plane.base).assumingMemoryBound(to: UInt8.self))
      }
      let strides = planes.map { Int32($0.stride * 2) }
      let missing = 4 - planes.count
      return (bases + Array(repeating: nil, count: missing), strides + Array(repeating: 0, count: missing))
    }
    let (from, fromStrides) = bytes(source)
    let (to, toStrides) = bytes(target)
    let constant = from.map { base in base.map { UnsafePointer($0) } }
    sws_scale(context, constant, fromStrides, 0, Int32(source[0].height), to, toStrides)
  }
}
