internal import CFFmpeg
import Foundation
import PegCore
import Synchronization

/// Keeps libav's log off the terminal, and its last line for the error that follows it.
///
/// libav logs from whatever thread works, its own included, so the last line is kept for the process as well as per
/// thread: an error takes the line of its own thread, and that of any thread only where libav works with several, so that
/// a picture is not blamed with what was said of another.
enum LogTap {
  private static let latest = Mutex<String?>(nil)
  private static let threadKey = "pegbar.libav.line"
  private static let linesKey = "pegbar.libav.lines"
  private static let pieceKey = "pegbar.libav.piece"

  private static let installed: Void = {
    // The callback is a C function: it can only reach statics.
    let sink: peg_log_sink = { _, text in
      guard let text else { return }
      // libav says some lines in pieces.
      let storage = Thread.current.threadDictionary
      let whole = (storage[LogTap.pieceKey] as? String ?? "") + String(cString: text)
      storage[LogTap.pieceKey] = whole.hasSuffix("\n") ? nil : whole
      let line = whole.trimmingCharacters(in: .whitespacesAndNewlines)
      guard !line.isEmpty else { return }
      storage[LogTap.threadKey] = line
      let earlier = storage[LogTap.linesKey] as? [String] ?? []
      if earlier.count < 16 { storage[LogTap.linesKey] = earlier + [line] }
      LogTap.latest.withLock { $0 = line }
    }
    peg_log_install(sink, PictureBuffers.get)
  }()

  /// Call before the first use of libav; costs nothing after that.
  static func install() { _ = installed }

  /// Forgets earlier lines, so that an error does not quote somebody else's.
  static func clear() {
    install()
    Thread.current.threadDictionary.removeObject(forKey: threadKey)
    Thread.current.threadDictionary.removeObject(forKey: linesKey)
    Thread.current.threadDictionary.removeObject(forKey: pieceKey)
    latest.withLock { $0 = nil }
  }

  /// The last line logged since ``clear()``, without libav's prefix of addresses.
  ///
  /// - Parameter anyThread: whether libav has threads of its own here, whose lines count where this one has none.
  static func lastLine(anyThread: Bool = false) -> String? {
    var line = Thread.current.threadDictionary[threadKey] as? String
    if line == nil, anyThread { line = latest.withLock { $0 } }
    return line.map(withoutAddress)
  }

  /// The first 16 lines logged on this thread since ``clear()``: some of libav's warnings are errors of ours.
  static func lines() -> [String] {
    (Thread.current.threadDictionary[linesKey] as? [String] ?? []).map(withoutAddress)
  }

  private static func withoutAddress(_ line: String) -> String {
    // "[mov,mp4,m4a @ 0x55d0c0] moov atom not found" → "moov atom not found": an address helps nobody.
    guard line.hasPrefix("["), let close = line.firstIndex(of: "]") else { return line }
    return String(line[line.index(after: close)...]).trimmingCharacters(in: .whitespaces)
  }
}

extension MediaError {
  /// The error that libav's negative `code` stands for, with its own words and its last log line.
  static func libav(
    _ code: Int32, _ operation: Operation, _ path: String, kind: FaultKind? = nil, hint: String? = nil,
    anyThread: Bool = false
  ) -> MediaError {
    var text = [CChar](repeating: 0, count: 256)
    av_strerror(code, &text, text.count)
    let words = text.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { String(cString: $0) } ?? "error \(code)"
    }
    let cause = words.prefix(1).lowercased() + words.dropFirst()
    let meaning: FaultKind =
      switch -code {
      case ENOENT: .missingInput
      case ENOSPC, EIO, EDQUOT, EFBIG: .io
      default: .badInput
      }
    return MediaError(
      kind ?? meaning, operation, path, String(cause), code: code, logLine: LogTap.lastLine(anyThread: anyThread),
      hint: hint)
  }
}

/// Throws when libav answered with an error.
@discardableResult
func checked(
  _ code: Int32, _ operation: MediaError.Operation, _ path: String, kind: FaultKind? = nil, anyThread: Bool = false
) throws(MediaError) -> Int32 {
  guard code < 0 else { return code }
  throw MediaError.libav(code, operation, path, kind: kind, anyThread: anyThread)
}
