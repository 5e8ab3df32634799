import Foundation
public import PegCore

extension PegError {
  /// What the system answered, in its words, at the end of a sentence.
  ///
  /// - Parameters:
  ///   - sentence: what could not be done, and with what.
  ///   - code: `errno`; of a disk that is full the hint is what to do.
  public static func system(_ kind: FaultKind, _ sentence: String, _ code: Int32, hint: String? = nil) -> PegError {
    let words = String(cString: strerror(code))
    let isFull = code == ENOSPC || code == EDQUOT
    return PegError(
      isFull ? .io : kind, "\(sentence): \(words.prefix(1).lowercased())\(words.dropFirst())",
      hint: isFull ? "free some space, then run the same command again" : hint)
  }
}
