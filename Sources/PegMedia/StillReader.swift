internal import CFFmpeg
import Foundation
import PegCore

/// Reads stills. Holds nothing: any number of threads may read at once, each with a decoder of its own.
public enum StillReader {
  /// The picture of a still, whole or not at all.
  ///
  /// R′G′B′ and grey arrive in the depth and order that the file has; EXR as linear float with associated alpha, in its
  /// display window.
  ///
  /// - Parameters:
  ///   - layer: of an EXR, by its name; `nil` for the layer without a name.
  ///   - pool: where the memory of the picture comes from.
  /// - Throws: ``MediaError`` naming the file when it is missing, empty, cut off, damaged, or nothing that is read.
  public static func read(path: String, layer: String? = nil, pool: FramePool) throws(MediaError) -> Frame {
    let file = try StillFile(path: path)
    let header = try file.header()
    if let refusal = header.refusal { throw MediaError(.badInput, .decode, path, refusal) }
    if let damage = header.damage {
      throw MediaError(.badInput, .read, path, damage, hint: "render or copy that frame again")
    }
    if header.format == .webp, header.isAnimated {
      throw MediaError(.badInput, .decode, path, "it is an animation, no still")
    }
    try header.requireUsableSize(path)
    var decoder = try file.decoder(header, layer: layer, pool: pool)
    return try file.decode(&decoder, header)
  }
}

/// The bytes of a still, in the form that libav takes.
final class StillFile {
  let path: String
  // Owned by an object of its own, which is let go also when `init` throws half-way.
  private let owner: Packet
  private var packet: UnsafeMutablePointer<AVPacket> { owner.av }

  /// Bytes of the whole file.
  let fileSize: Int
  private let tail: [UInt8]

  /// Reads the whole file, or its ends.
  ///
  /// - Parameter limit: bytes at the file's start that are read at most; `nil` for all.
  init(path: String, limit: Int? = nil) throws(MediaError) {
    self.path = path
    try FileFacts.requireReadable(path)
    let whole = try FileFacts(path).size
    let size = min(whole, limit ?? .max)
    guard size <= MediaLimits.stillBytes else {
      throw MediaError(.badInput, .read, path, "a still of \(size) bytes is too large")
    }
    guard let packet = av_packet_alloc() else { throw MediaError(.io, .allocate, path, "out of memory") }
    owner = Packet(adopting: packet)
    try checked(av_new_packet(packet, Int32(size)), .allocate, path, kind: .io)
    let filled = try FileBytes.fill(
      UnsafeMutableRawBufferPointer(start: packet.pointee.data, count: size), of: path, from: 0)
    // Somebody may be writing it: what is there is judged, not what was.
    av_shrink_packet(packet, Int32(filled))
    fileSize = limit == nil ? filled : max(whole, filled)
    tail = fileSize > filled ? try FileBytes.part(of: path, from: fileSize - 16, count: 16) : []
    packet.pointee.flags |= AV_PKT_FLAG_KEY
  }

  /// The bytes that were read; they live as long as this object.
  var bytes: Bytes {
    Bytes(
      UnsafeRawBufferPointer(start: packet.pointee.data, count: Int(packet.pointee.size)), fileSize: fileSize,
      tail: tail)
  }

  /// The header of a file, from its beginning and its end alone where they tell enough.
  ///
  /// - Throws: ``MediaError`` when it is missing, empty, or no picture.
  static func header(of path: String) throws(MediaError) -> StillHeader {
    let ends = try StillFile(path: path, limit: 1 << 16)
    if let header = try? ends.header(), header.damage == nil, header.format != .gif { return header }
    // What lies elsewhere (a TIFF's directory), or looks damaged, is looked at as a whole.
    return try StillFile(path: path).header()
  }

  func header() throws(MediaError) -> StillHeader {
    guard let format = ImageFormat.of(bytes, path: path) else {
      let known: String =
        switch bytes.u32(0) {
        case 0x802A_5FD7, 0xD75F_2A80: "Cineon files are not handled"
        case 0x4949_2B00, 0x4D4D_002B: "BigTIFF files are not handled"
        default: "it is no picture of a known format"
        }
      throw MediaError(.badInput, .open, path, known, hint: "convert it to PNG, TIFF, EXR or DPX")
    }
    return try format.header(bytes, path: path)
  }

  func decoder(_ header: StillHeader, layer: String?, pool: FramePool) throws(MediaError) -> Decoder {
    var options: [(String, String)] = []
    if let layer {
      guard header.format == .exr else {
        throw MediaError(.badInput, .open, path, "only OpenEXR has layers", hint: "remove the layer \(layer)")
      }
      options.append(("layer", layer))
    }
    return try Decoder(still: codec(header), path: path, options: options, pool: pool)
  }

  private func codec(_ header: StillHeader) -> AVCodecID {
    switch header.format {
    case .png: AV_CODEC_ID_PNG
    case .jpeg: AV_CODEC_ID_MJPEG
    case .tiff: AV_CODEC_ID_TIFF
    case .exr: AV_CODEC_ID_EXR
    case .dpx: AV_CODEC_ID_DPX
    case .bmp: AV_CODEC_ID_BMP
    case .tga: AV_CODEC_ID_TARGA
    case .webp: AV_CODEC_ID_WEBP
    case .gif: AV_CODEC_ID_GIF
    case .jpeg2000: AV_CODEC_ID_JPEG2000
    case .psd: AV_CODEC_ID_PSD
    case .pnm:
      switch bytes.u8(1) {
      case 0x46, 0x66: AV_CODEC_ID_PFM
      case 0x37: AV_CODEC_ID_PAM
      case 0x36, 0x33: AV_CODEC_ID_PPM
      case 0x35, 0x32: AV_CODEC_ID_PGM
      default: AV_CODEC_ID_PBM
      }
    }
  }

  func codecName(_ header: StillHeader) -> String {
    String(cString: avcodec_get_name(codec(header)))
  }

  /// The pixel format that decoding gives, without decoding where the decoder can tell.
  func pixelFormat(_ header: StillHeader, pool: FramePool) throws(MediaError) -> String {
    var quick = try decoder(header, layer: nil, pool: pool)
    quick.context.pointee.skip_frame = AVDISCARD_ALL
    if header.format != .webp, (try? quick.send(packet)) != nil {
      _ = try? quick.receiveRaw()
      if quick.context.pointee.pix_fmt != AV_PIX_FMT_NONE, quick.context.pointee.width > 0 {
        return PictureFormat.name(of: quick.context.pointee.pix_fmt)
      }
    }
    var whole = try decoder(header, layer: nil, pool: pool)
    _ = try whole.send(packet)
    guard case .frame(let av) = try whole.receiveRaw() else {
      throw MediaError(.badInput, .decode, path, "it has no picture", logLine: LogTap.lastLine())
    }
    return PictureFormat.name(of: AVPixelFormat(av.pointee.format))
  }

  func decode(_ decoder: inout Decoder, _ header: StillHeader) throws(MediaError) -> Frame {
    for (offset, value) in header.rewrites where offset >= 0 && offset <= Int(packet.pointee.size) - 4 {
      UnsafeMutableRawPointer(packet.pointee.data).storeBytes(
        of: value.littleEndian, toByteOffset: offset, as: Int32.self)
    }
    _ = try decoder.send(packet)
    _ = try decoder.send(nil as UnsafeMutablePointer<AVPacket>?)
    guard case .frame(let av) = try decoder.receiveRaw() else {
      throw MediaError(.badInput, .decode, path, "it has no picture", logLine: LogTap.lastLine())
    }
    // Told not to be strict (see there), the TIFF reader gives what it has of a strip that does not unpack, and logs it.
    let isPatched = header.format == .tiff && decoder.hasComplained
    if decoder.failure != 0 || isPatched || peg_frame_is_damaged(av) != 0 {
      throw MediaError(
        .badInput, .decode, path, "parts of it do not decode", logLine: LogTap.lastLine(),
        hint: "render or copy that frame again")
    }
    let frame = try decoder.picture(av, alpha: header.alphaMode)
    // What the colours are is read from the header here, and alike with every libav: its PNG reader says more since 6.0.
    var stated = header.tags.filled(from: frame.tags)
    (stated.primaries, stated.transfer) = (header.tags.primaries, header.tags.transfer)
    let tags = stated.settled(for: frame.format.name, family: frame.format.family)
    guard tags != frame.tags else { return frame }
    return try frame.retagged(tags: tags, alpha: frame.alpha)
  }
}

extension StillHeader {
  /// - Throws: ``MediaError`` for a size beyond ``MediaLimits``.
  func requireUsableSize(_ path: String) throws(MediaError) {
    // Float R, G, B and A are the most that a format takes; the others take at most half of that.
    let bytesPerPixel = format == .exr || format == .pnm || samples.hasSuffix("float") ? 16 : 8
    guard raster.isUsable, raster.width * raster.height * bytesPerPixel <= MediaLimits.pictureBytes else {
      throw MediaError(.badInput, .open, path, "\(raster) is no size of a picture that is handled")
    }
  }
}
