import PegColor
import PegCore
import PegKernels

/// `.spi1d`, `.spi3d` and `.spimtx` of Sony Pictures Imageworks, as OpenColorIO reads them.
struct SPIReader {
  private var lines: LookLines
  private let limits: LookLimits

  init(_ bytes: [UInt8], name: String, limits: LookLimits) {
    lines = LookLines(bytes, name: name)
    self.limits = limits
  }

  // MARK: spi1d

  /// `Version 1`, `From LOW HIGH`, `Length N`, `Components 1|3`, then N lines between braces.
  func table() throws(PegError) -> Look {
    var reader = self
    return try reader.readTable()
  }

  private mutating func readTable() throws(PegError) -> Look {
    var (low, high): (Float, Float) = (0, 1)
    var length: Int?
    var components: Int?
    var seen: Set<String> = []
    while true {
      guard let words = lines.next(comment: UInt8(ascii: "#")) else {
        throw lines.wrong("the file ends before its table", hint: "a table stands between { and }")
      }
      let key = words[0]
      if key.text == "{" { break }
      guard seen.insert(key.text).inserted else { throw lines.wrong("\(key.text.prefix(40)) stands twice", at: key) }
      switch key.text {
      case "Version" where words.count == 2:
        _ = try lines.int(words[1], "the version", in: 1...1)
      case "From" where words.count == 3:
        (low, high) = (try lines.float(words[1]), try lines.float(words[2]))
        guard low < high else { throw lines.wrong("a table from \(low) to \(high) is empty", at: key) }
      case "Length" where words.count == 2: length = try lines.int(words[1], "Length", in: 2...limits.entries)
      case "Components" where words.count == 2:
        let count = try lines.int(words[1], "Components", in: 1...3)
        guard count != 2 else { throw lines.wrong("Components is 2, and has to be 1 or 3", at: words[1]) }
        components = count
      case "Version", "From", "Length", "Components":
        throw lines.wrong("\(key.text) has \(words.count - 1) values", at: key)
      default: throw lines.wrong("\"\(key.text.prefix(40))\" is no line of a .spi1d", at: key)
      }
    }
    guard seen.contains("Version"), let length, let components else {
      throw lines.wrong("the table begins without Version, Length and Components")
    }
    var values: [[Float]] = []
    while true {
      guard let words = lines.next(comment: UInt8(ascii: "#")) else {
        throw lines.wrong("the file ends after \(values.count) of \(length) lines of its table, without }")
      }
      if words[0].text == "}" { break }
      guard words.count == components else {
        throw lines.wrong("a line has \(words.count) numbers, and Components is \(components)", at: words[0])
      }
      guard values.count < length else { throw lines.wrong("the table goes on after \(length) lines", at: words[0]) }
      values.append(try lines.floats(words))
    }
    guard values.count == length else {
      throw lines.wrong("the table has \(values.count) lines, and Length is \(length)")
    }
    if let more = lines.next(comment: UInt8(ascii: "#")) {
      throw lines.wrong("something stands after the table", at: more[0])
    }
    let tables = (0..<3).map { channel in
      CurveTable(values.map { $0[components == 3 ? channel : 0] }, low: low, high: high)
    }
    return Look(.spi1d, ColorProgram([.curves(red: tables[0], green: tables[1], blue: tables[2])]))
  }

  // MARK: spi3d

  /// `SPILUT 1.0`, `3 3`, the three sizes, then a line `i j k R G B` for each node, in any order.
  func lattice() throws(PegError) -> Look {
    var reader = self
    return try reader.readLattice()
  }

  private mutating func line(_ what: String) throws(PegError) -> [LookLines.Word] {
    guard let words = lines.next(comment: UInt8(ascii: "#")) else { throw lines.wrong("the file ends before \(what)") }
    return words
  }

  private mutating func readLattice() throws(PegError) -> Look {
    let first = try line("its first line, SPILUT 1.0")
    guard first.map(\.text) == ["SPILUT", "1.0"] else { throw lines.wrong("the file does not begin with SPILUT 1.0") }
    guard try line("3 3").map(\.text) == ["3", "3"] else {
      throw lines.wrong("only lattices of 3 by 3 channels are read")
    }
    let sizes = try line("its size")
    guard sizes.count == 3 else { throw lines.wrong("a lattice has 3 sizes, and this one \(sizes.count)") }
    let size = try lines.int(sizes[0], "the size", in: 2...limits.edge)
    guard sizes.allSatisfy({ $0.text == sizes[0].text }) else {
      throw lines.wrong("a lattice of unequal sizes is not read", at: sizes[1])
    }
    let count = size * size * size
    var colors = [Float](repeating: 0, count: 3 * count)
    var isThere = [Bool](repeating: false, count: count)
    var found = 0
    while let words = lines.next(comment: UInt8(ascii: "#")) {
      guard words.count == 6 else {
        throw lines.wrong("a node has 6 numbers, and this line \(words.count)", at: words[0])
      }
      var at = 0
      for (word, step) in zip(words, [1, size, size * size]) {
        at += step * (try lines.int(word, "an index", in: 0...size - 1))
      }
      guard !isThere[at] else { throw lines.wrong("a node stands twice", at: words[0]) }
      isThere[at] = true
      found += 1
      for channel in 0..<3 { colors[3 * at + channel] = try lines.float(words[3 + channel]) }
    }
    guard found == count else { throw lines.wrong("the file ends after \(found) of \(count) nodes") }
    return Look(.spi3d, ColorProgram([.lattice(ColorLattice(size: size, colors: colors))]))
  }

  // MARK: spimtx

  /// 12 numbers by rows; the fourth of each row is added, in 65535ths.
  func matrix() throws(PegError) -> Look {
    var reader = self
    var values: [Double] = []
    while let words = reader.lines.next(comment: UInt8(ascii: "#")) {
      for word in words {
        guard values.count < 12 else {
          throw reader.lines.wrong("a matrix has 12 numbers, and this is one more", at: word)
        }
        guard let value = DecimalFloat.double(word.text) else {
          throw reader.lines.wrong("\"\(word.text.prefix(40))\" is no finite number", at: word)
        }
        values.append(values.count % 4 == 3 ? value / 65535 : value)
      }
    }
    guard values.count == 12 else { throw reader.lines.wrong("a matrix has 12 numbers, and this one \(values.count)") }
    return Look(.spimtx, ColorProgram([.affine(AffineMatrix(values))]))
  }
}
