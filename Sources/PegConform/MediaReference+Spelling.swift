import PegCore
public import PegTimeline

extension MediaReference {
  /// What the cut calls the media: the target URL, or a sequence's pattern with a `#` for each digit of its padding.
  /// `generator:KIND` for generators; `nil` where no media is named.
  public var spelling: String? {
    switch self {
    case .external(_, let url): url
    case .sequence(_, let sequence): sequence.pattern
    case .generator(_, let kind, _): "generator:\(kind)"
    case .missing, .unknown: nil
    }
  }

  /// What all references but unknown ones have.
  public var shared: ReferenceInfo? {
    switch self {
    case .external(let info, _), .sequence(let info, _), .generator(let info, _, _), .missing(let info): info
    case .unknown: nil
    }
  }

  public var availableRange: TimeRange? { shared?.availableRange }
}

extension ImageSequence {
  /// `folder/name.####.exr`: base, prefix, a `#` for each digit of the padding, suffix.
  public var pattern: String { folderPrefix + prefix + String(repeating: "#", count: max(padding, 1)) + suffix }

  /// The base with the slash that divides it from the names.
  public var folderPrefix: String { urlBase.isEmpty || urlBase.hasSuffix("/") ? urlBase : urlBase + "/" }

  /// The name of the file of frame number `number`: OTIO puts the sign before the zeros.
  public func fileName(number: Int) -> String {
    let digits = String(number.magnitude)
    let zeros = String(repeating: "0", count: max(0, padding - digits.count))
    return prefix + (number < 0 ? "-" : "") + zeros + digits + suffix
  }
}
