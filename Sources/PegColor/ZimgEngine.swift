#if PEGBAR_ZIMG
  internal import CZimg
  import PegCore
  import PegKernels

  /// Resampling by zimg: all planes in one graph of float, a few rows in rings on either side.
  ///
  /// zimg only filters. Matrix, range and transfer are ours, so a graph is told of no colour, and of alpha that it is
  /// associated, which leaves it alone. Its instruction set is fixed: AVX2 where the host has it, else C; its bytes differ
  /// between the two, which is why ``arithmetic`` names it.
  final class ZimgEngine: RowEngine {
    private let graph: OpaquePointer
    private let scratch: UnsafeMutableRawPointer
    private let memory: [FloatBuffer]
    private let source: RowWindow
    private let target: RowWindow
    private var sourceBuffer = zimg_image_buffer_const()
    private var targetBuffer = zimg_image_buffer()

    static let arithmetic: String = {
      var (major, minor, micro): (UInt32, UInt32, UInt32) = (0, 0, 0)
      zimg_get_version_info(&major, &minor, &micro)
      return "zimg \(major).\(minor).\(micro) \(Kernels.hostHasAVX2 ? "avx2" : "c")"
    }()

    init(_ geometry: ResampleGeometry) throws(PegError) {
      let graph = try Self.build(geometry)
      self.graph = graph
      var size = 0
      var rows: (source: UInt32, target: UInt32) = (0, 0)
      guard zimg_filter_graph_get_tmp_size(graph, &size) == ZIMG_ERROR_SUCCESS,
        zimg_filter_graph_get_input_buffering(graph, &rows.source) == ZIMG_ERROR_SUCCESS,
        zimg_filter_graph_get_output_buffering(graph, &rows.target) == ZIMG_ERROR_SUCCESS
      else {
        zimg_filter_graph_free(graph)
        throw Self.error("resample")
      }
      scratch = .allocate(byteCount: size + 64, alignment: 64)
      let padded = geometry.paddedSource
      let (sourceMemory, source) = Self.window(padded, geometry.planeCount, geometry.chroma, rows: rows.source)
      let (targetMemory, target) = Self.window(
        geometry.target, geometry.planeCount, (0, 0), rows: rows.target)
      memory = sourceMemory + targetMemory
      (self.source, self.target) = (source, target)
      for (index, plane) in source.planes.enumerated() {
        peg_zimg_source(
          &sourceBuffer, Int32(index), plane.base, plane.stride * 4, UInt32(truncatingIfNeeded: plane.mask))
      }
      for (index, plane) in target.planes.enumerated() {
        peg_zimg_target(
          &targetBuffer, Int32(index), plane.base, plane.stride * 4, UInt32(truncatingIfNeeded: plane.mask))
      }
    }

    deinit {
      scratch.deallocate()
      zimg_filter_graph_free(graph)
    }

    // Rings of as many rows as zimg asks for, a power of two; chroma has its share of them.
    private static func window(
      _ raster: Raster, _ planeCount: Int, _ chroma: (x: Int, y: Int), rows: UInt32
    ) -> ([FloatBuffer], RowWindow) {
      let mask = zimg_select_buffer_mask(rows)
      var memory: [FloatBuffer] = []
      var planes: [RowWindow.Plane] = []
      for plane in 0..<planeCount {
        let shift = plane == 1 || plane == 2 ? chroma : (0, 0)
        let stride = FloatBuffer.stride((raster.width + (1 << shift.0) - 1) >> shift.0)
        let wholePlane = mask == UInt32.max
        let planeMask = wholePlane ? mask : mask >> UInt32(shift.1)
        let lines = wholePlane ? (raster.height + (1 << shift.1) - 1) >> shift.1 : Int(planeMask) + 1
        let buffer = FloatBuffer(stride * lines)
        memory.append(buffer)
        planes.append(.init(base: buffer.base, stride: stride, mask: wholePlane ? -1 : Int(planeMask)))
      }
      return (memory, RowWindow(planes: planes))
    }

    // MARK: The graph

    /// Lanczos with three lobes. Pictures of a few pixels are smaller than that filter: for them the next shorter one that fits.
    private static func build(_ geometry: ResampleGeometry) throws(PegError) -> OpaquePointer {
      let filters: [(zimg_resample_filter_e, Double, Double)] = [
        (ZIMG_RESIZE_LANCZOS, 3, .nan), (ZIMG_RESIZE_BICUBIC, 0, 0.5), (ZIMG_RESIZE_BILINEAR, .nan, .nan),
        (ZIMG_RESIZE_POINT, .nan, .nan),
      ]
      for luma in filters.indices {
        for chroma in luma..<filters.count {
          if let graph = build(geometry, luma: filters[luma], chroma: filters[chroma]) { return graph }
          guard zimg_get_last_error(nil, 0) == ZIMG_ERROR_RESAMPLING_NOT_AVAILABLE else {
            throw error("resample \(geometry.source) to \(geometry.target)")
          }
        }
      }
      throw error("resample \(geometry.source) to \(geometry.target)")
    }

    private static func build(
      _ geometry: ResampleGeometry, luma: (zimg_resample_filter_e, Double, Double),
      chroma: (zimg_resample_filter_e, Double, Double)
    ) -> OpaquePointer? {
      let isYCC = geometry.chroma != (0, 0)
      func format(_ raster: Raster, _ shift: (x: Int, y: Int)) -> zimg_image_format {
        var format = zimg_image_format()
        peg_zimg_image_default(&format)
        format.width = UInt32(raster.width)
        format.height = UInt32(raster.height)
        format.pixel_type = ZIMG_PIXEL_FLOAT
        format.subsample_w = UInt32(shift.x)
        format.subsample_h = UInt32(shift.y)
        format.color_family = isYCC ? ZIMG_COLOR_YUV : ZIMG_COLOR_RGB
        format.matrix_coefficients = isYCC ? ZIMG_MATRIX_UNSPECIFIED : ZIMG_MATRIX_RGB
        format.chroma_location = location(geometry.siting)
        format.alpha = geometry.planeCount == 4 ? ZIMG_ALPHA_PREMULTIPLIED : ZIMG_ALPHA_NONE
        return format
      }
      var source = format(geometry.paddedSource, geometry.chroma)
      source.active_region.left = geometry.region.left
      source.active_region.top = geometry.region.top
      source.active_region.width = geometry.region.width
      source.active_region.height = geometry.region.height
      var target = format(geometry.target, (0, 0))
      var params = zimg_graph_builder_params()
      peg_zimg_params_default(&params)
      (params.resample_filter, params.filter_param_a, params.filter_param_b) = luma
      (params.resample_filter_uv, params.filter_param_a_uv, params.filter_param_b_uv) = chroma
      params.cpu_type = peg_zimg_cpu(Kernels.hostHasAVX2 ? 1 : 0)
      return zimg_filter_graph_build(&source, &target, &params)
    }

    private static func location(_ siting: ChromaSiting) -> zimg_chroma_location_e {
      switch siting {
      case .left, .unspecified: ZIMG_CHROMA_LEFT
      case .center: ZIMG_CHROMA_CENTER
      case .topLeft: ZIMG_CHROMA_TOP_LEFT
      case .top: ZIMG_CHROMA_TOP
      case .bottomLeft: ZIMG_CHROMA_BOTTOM_LEFT
      case .bottom: ZIMG_CHROMA_BOTTOM
      }
    }

    private static func error(_ what: String) -> PegError {
      var text = [CChar](repeating: 0, count: 256)
      zimg_get_last_error(&text, text.count)
      let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      return PegError(.badInput, "cannot \(what): \(String(decoding: bytes, as: UTF8.self))")
    }

    // MARK: Running

    private final class Context {
      let pass: any RowPass
      let source: RowWindow
      let target: RowWindow

      init(_ pass: any RowPass, _ source: RowWindow, _ target: RowWindow) {
        (self.pass, self.source, self.target) = (pass, source, target)
      }
    }

    func run(_ pass: some RowPass) throws(PegError) {
      let context = Context(pass, source, target)
      let user = Unmanaged.passUnretained(context).toOpaque()
      let code = withExtendedLifetime(context) {
        zimg_filter_graph_process(
          graph, &sourceBuffer, &targetBuffer, scratch,
          { user, row, left, right in
            guard let user else { return 1 }
            let context = Unmanaged<Context>.fromOpaque(user).takeUnretainedValue()
            context.pass.read(row: Int(row), columns: Int(left)..<Int(right), into: context.source)
            return 0
          }, user,
          { user, row, left, right in
            guard let user else { return 1 }
            let context = Unmanaged<Context>.fromOpaque(user).takeUnretainedValue()
            context.pass.write(row: Int(row), columns: Int(left)..<Int(right), from: context.target)
            return 0
          }, user)
      }
      guard code == ZIMG_ERROR_SUCCESS else { throw Self.error("resample") }
    }
  }
#endif
