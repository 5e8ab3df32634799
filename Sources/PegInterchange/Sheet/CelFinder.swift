import PegCore
public import PegTimeline

/// What became of the search for a drawing.
public enum CelMatch: Sendable {
  case found(MediaReference)
  case none
  /// Paths that fit alike.
  case several([String])
}

/// Finds the drawings of an exposure sheet.
public protocol CelFinder: Sendable {
  /// - Parameters:
  ///   - drawing: what the sheet calls it: `12`, `A1`, `A_03_e`, or a file's name.
  ///   - layer: the name of its column.
  ///   - column: the column's index from 0, from the bottom.
  func cel(_ drawing: String, layer: String, column: Int) -> CelMatch
}

/// Finds drawings among files by the usual names: `A0001.png`, `A_1.png`, `A-01.png`, `A/0001.png` in a folder for the layer,
/// and the drawing's own name. Numbers are compared as numbers, letters without case.
///
/// A pure value over a list of paths: who makes it has listed the folders.
public struct CelIndex: CelFinder {
  private struct Key: Hashable {
    /// In lower case; empty for a name that stands alone.
    var layer: String
    var drawing: String
  }

  private var paths: [Key: [String]] = [:]

  /// - Parameter paths: of stills, as the cut shall refer to them.
  public init(_ paths: [String]) {
    for path in paths.sorted() {
      let parts = path.split(separator: "/")
      guard let name = parts.last else { continue }
      let stem = (name.lastIndex(of: ".").map { String(name[..<$0]) } ?? String(name)).lowercased()
      var keys: Set<Key> = [Key(layer: "", drawing: Self.plain(stem)), Key(layer: "", drawing: name.lowercased())]
      if let (layer, drawing) = Self.split(stem) { keys.insert(Key(layer: layer, drawing: Self.plain(drawing))) }
      if parts.count > 1 {
        let folder = parts[parts.count - 2].lowercased()
        keys.insert(Key(layer: folder, drawing: Self.plain(stem)))
        if let (layer, drawing) = Self.split(stem), layer == folder {
          keys.insert(Key(layer: folder, drawing: Self.plain(drawing)))
        }
      }
      for key in keys { self.paths[key, default: []].append(path) }
    }
  }

  public func cel(_ drawing: String, layer: String, column: Int) -> CelMatch {
    let (name, drawing) = (layer.lowercased(), drawing.lowercased())
    var keys = [Key(layer: name, drawing: Self.plain(drawing))]
    // A1 in layer A is its drawing 1.
    if drawing.hasPrefix(name), drawing.count > name.count {
      let rest = drawing.dropFirst(name.count).drop { "_-. ".contains($0) }
      keys.append(Key(layer: name, drawing: Self.plain(rest)))
    }
    // A name without a layer's is no number: 1.png would be every layer's.
    if drawing.contains(where: \.isLetter) {
      keys += [Key(layer: "", drawing: Self.plain(drawing)), Key(layer: "", drawing: drawing)]
    }
    for key in keys {
      guard let found = paths[key], let first = found.first else { continue }
      if found.count > 1 { return .several(found) }
      return .found(.media(url: first, available: nil))
    }
    return .none
  }

  /// `a_0001` as `a` and `0001`; `nil` where no number follows letters.
  private static func split(_ stem: String) -> (layer: String, drawing: String)? {
    guard let digit = stem.firstIndex(where: { $0.isASCII && $0.isNumber }) else { return nil }
    var layer = stem[..<digit]
    while let last = layer.last, "_-. ".contains(last) { layer.removeLast() }
    return layer.isEmpty ? nil : (String(layer), String(stem[digit...]))
  }

  /// Without the zeros before numbers: `0001` and `1` are one drawing, `03_e` and `3_e` too.
  private static func plain(_ text: some StringProtocol) -> String {
    var plain = ""
    var isZero = false
    var isInNumber = false
    for character in text {
      let isDigit = character.isASCII && character.isNumber
      if isDigit, !isInNumber, character == "0" {
        isZero = true
        continue
      }
      if isZero, !isDigit { plain.append("0") }
      isZero = false
      isInNumber = isDigit
      plain.append(character)
    }
    return isZero ? plain + "0" : plain
  }
}
