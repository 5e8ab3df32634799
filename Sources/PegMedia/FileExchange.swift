internal import CFFmpeg

/// Two names changing places.
public enum FileExchange {
  /// Lets two files or folders change places in one step: whoever looks finds either state, never less.
  ///
  /// - Returns: `false` where the file system cannot; then nothing has changed.
  public static func swap(_ one: String, _ other: String) -> Bool { peg_exchange(one, other) == 0 }
}
