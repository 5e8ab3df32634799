internal import CFFmpeg
import Foundation
import PegCore

/// Pictures to image files, each written beside its name and renamed when whole.
public struct StillWriter: ~Copyable {
  private var encoder: VideoEncoder
  private let text: [UInt8]
  private var count: Int64 = 0

  /// - Parameters:
  ///   - settings: from ``StillFormat/settings(for:raster:tags:alpha:rate:pixelAspect:options:quantiser:)``.
  ///   - text: PNG's `tEXt` entries (`iTXt` where the text is not Latin-1).
  /// - Throws: ``MediaError`` when the format cannot hold such pictures or texts.
  public init(_ settings: EncoderSettings, text: [(key: String, value: String)] = []) throws(MediaError) {
    if !text.isEmpty, settings.codec != "png" {
      throw MediaError(
        .badInput, .open, "a \(settings.codec) file", "it has no place for texts", hint: "PNG has")
    }
    for (key, _) in text {
      let fits = key.unicodeScalars.allSatisfy { (32...255).contains($0.value) }
      guard fits, (1...79).contains(key.unicodeScalars.count) else {
        throw MediaError(
          .badInput, .open, "a png file", "\(key.isEmpty ? "an empty text" : key) is no keyword of a PNG text",
          hint: "a keyword has 1 to 79 Latin-1 characters")
      }
    }
    if let (cause, hint) = settings.jpegContradiction {
      throw MediaError(.badInput, .open, "a jpeg file", cause, hint: hint)
    }
    encoder = try VideoEncoder(settings)
    self.text = PNGChunks.text(text)
  }

  /// The bytes of the image file.
  ///
  /// - Throws: ``MediaError`` when the encoder fails.
  public mutating func encode(_ frame: Frame) throws(MediaError) -> Packet {
    let packets = try encoder.encode(frame, at: count)
    count += 1
    guard let packet = packets.first, packets.count == 1 else {
      throw MediaError(.bug, .encode, "a picture", "\(encoder.settings.codec) gave \(packets.count) files for one")
    }
    guard !text.isEmpty else { return packet }
    let bytes = packet.withBytes { PNGChunks.inserting(text, dropping: [], into: $0) }
    return try Packet(
      bytes: bytes, presentation: packet.presentation, decode: packet.decode, duration: packet.duration, isKey: true)
  }

  /// Encodes and writes; an earlier file of the name is replaced when the new one is whole.
  ///
  /// - Throws: ``MediaError``: of kind `cannotCreate` where the folder does not allow it, `io` when the disk is full.
  public mutating func write(_ frame: Frame, to path: String) throws(MediaError) {
    try Self.write(try encode(frame), to: path)
  }

  /// Writes one picture to a file whose extension names its format.
  ///
  /// - Throws: ``MediaError``; an extension that names no format is refused.
  public static func write(
    _ frame: Frame, to path: String, options: [EncoderSettings.Option] = [],
    text: [(key: String, value: String)] = []
  ) throws(MediaError) {
    guard let format = StillFormat(path: path) else {
      throw MediaError(
        .badInput, .write, path, "its extension names no image format",
        hint: "png, tif, exr, dpx and jpg are there")
    }
    let settings = format.settings(
      for: frame.format, raster: frame.raster, tags: frame.tags, alpha: frame.alpha, options: options)
    var writer = try StillWriter(settings, text: text)
    try writer.write(frame, to: path)
  }

  /// Writes a packet's bytes as a file of their own, whole or not at all.
  ///
  /// - Throws: ``MediaError``: of kind `cannotCreate` where the folder does not allow it, `io` when the disk is full.
  public static func write(_ packet: Packet, to path: String) throws(MediaError) {
    let url = URL(fileURLWithPath: path)
    let partial = url.deletingLastPathComponent().appendingPathComponent(".\(url.lastPathComponent).partial").path
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      let code = errno
      let hint = code == ENOENT ? "create its folder first" : nil
      throw MediaError(.cannotCreate, .open, path, OutputFile.words(code), code: -code, hint: hint)
    }
    let failure = packet.withBytes { bytes -> Int32 in
      var done = 0
      while done < bytes.count, let base = bytes.baseAddress {
        let step = Foundation.write(descriptor, base + done, bytes.count - done)
        if step < 0, errno != EINTR { return errno }
        done += max(0, step)
      }
      return 0
    }
    let closing = close(descriptor) == 0 || errno == EINTR ? 0 : errno
    var code = failure != 0 ? failure : closing
    if code == 0, rename(partial, path) != 0 { code = errno }
    guard code != 0 else { return }
    unlink(partial)
    throw MediaError(.io, .write, path, OutputFile.words(code), code: -code)
  }
}
