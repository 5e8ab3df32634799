// What a cut calls its media: what people read in lists, and what media are looked up by.

extension MediaReference {
  /// The target URL, or a sequence's pattern with a `#` for each digit of its padding. `generator:KIND` for generators;
  /// `nil` where no media are named.
  public var spelling: String? {
    switch self {
    case .external(_, let url): url
    case .sequence(_, let sequence): sequence.pattern
    case .generator(_, let kind, _): "generator:\(kind)"
    case .missing, .unknown: nil
    }
  }
}

extension ImageSequence {
  /// `folder/name.####.exr`: base, prefix, a `#` for each digit of the padding, suffix.
  public var pattern: String { base + prefix + String(repeating: "#", count: max(padding, 1)) + suffix }

  /// The URL of frame `number`, as OpenTimelineIO's `target_url_for_image_number` makes it: the sign stands before the zeros.
  public func url(number: Int) -> String {
    let digits = String(number.magnitude)
    let zeros = String(repeating: "0", count: max(0, padding - digits.count))
    return base + prefix + (number < 0 ? "-" : "") + zeros + digits + suffix
  }

  /// The base with the slash that divides it from the names.
  private var base: String { urlBase.isEmpty || urlBase.hasSuffix("/") ? urlBase : urlBase + "/" }
}
