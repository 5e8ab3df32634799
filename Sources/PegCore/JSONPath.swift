/// One step from a JSON value to a value inside it.
public enum JSONStep: Hashable, Sendable {
  case key(String)
  case index(Int)
}

extension TextPosition {
  /// Where the value at `path` stands in a text that has been parsed; where the text has no such value, the innermost
  /// one on the way to it. Reads the text again: meant for messages.
  public init(of path: [JSONStep], in bytes: some Collection<UInt8>, limits: JSONLimits) {
    let found =
      bytes.withContiguousStorageIfAvailable { Self.seek(path, $0, limits) }
      ?? Array(bytes).withUnsafeBufferPointer { Self.seek(path, $0, limits) }
    self = found
  }

  private static func seek(
    _ path: [JSONStep], _ bytes: UnsafeBufferPointer<UInt8>, _ limits: JSONLimits
  ) -> TextPosition {
    var parser = JSONParser(bytes, limits: limits)
    do throws(JSONError) {
      try parser.seek(path)
      return TextPosition(of: parser.index, in: bytes)
    } catch { return error.position }
  }
}
