/// A font of straight strokes, drawn by us: the same lines on every machine, whatever fonts and libraries it has.
///
/// It has what names of clips, paths and timecodes are written with. Small letters are small capitals; what it does not have
/// stands as its code point in braces, such as `{30A2}`, so that no two names look alike.
enum StrokeFont {
  struct Point: Hashable {
    var x: Double
    var y: Double
  }

  struct Glyph {
    /// Each at least one point; one point alone, twice, is a dot.
    var strokes: [[Point]]
    /// Units to the right where the next glyph begins.
    var advance: Double
  }

  /// Units from the top of a capital to the line that it stands on; strokes reach one unit below.
  static let height = 6.0
  /// Units from one line to the next.
  static let leading = 9.0
  /// Small capitals by capitals.
  private static let small = 0.74

  static func glyphs(of text: String) -> [Glyph] { text.flatMap(glyphs) }

  /// Whether the character has lines of its own; others are drawn as their code points in braces.
  static func draws(_ character: Character) -> Bool {
    character == " " || character == "\u{A0}" || table[character] != nil
      || (character.isASCII && character.isLowercase && table[Character(character.uppercased())] != nil)
  }

  /// Units that a text takes.
  static func width(of text: String) -> Double {
    let glyphs = glyphs(of: text)
    // What stands behind the last glyph is no part of it.
    return max(0, glyphs.reduce(0) { $0 + $1.advance } - (glyphs.isEmpty ? 0 : 2))
  }

  private static func glyphs(_ character: Character) -> [Glyph] {
    if character == " " || character == "\u{A0}" { return [Glyph(strokes: [], advance: 4)] }
    if let code = table[character] { return [glyph(code, scale: 1)] }
    if character.isASCII, character.isLowercase, let code = table[Character(character.uppercased())] {
      return [glyph(code, scale: small)]
    }
    let points = character.unicodeScalars.map { String($0.value, radix: 16, uppercase: true) }
    return "{\(points.joined(separator: " "))}".flatMap { table[$0].map { [glyph($0, scale: small)] } ?? [] }
  }

  /// Digits in pairs are points, x from the left and y from the top; a space ends a stroke.
  private static func glyph(_ code: String, scale: Double) -> Glyph {
    var strokes: [[Point]] = []
    for stroke in code.split(separator: " ") {
      let digits = stroke.compactMap(\.wholeNumberValue).map(Double.init)
      strokes.append(
        stride(from: 0, to: digits.count - 1, by: 2).map { index in
          Point(x: digits[index] * scale, y: height - (height - digits[index + 1]) * scale)
        })
    }
    return Glyph(strokes: strokes, advance: 4 * scale + 2)
  }

  private static let table: [Character: String] = [
    "A": "0602204246 0444", "B": "0006 003041423303 3344453606", "C": "4130100105163645", "D": "0006 002042442606",
    "E": "40000646 0333", "F": "400006 0333", "G": "41301001051636454323", "H": "0006 4046 0343",
    "I": "1030 2026 1636", "J": "4045361605", "K": "0006 4004 1346", "L": "000646", "M": "0600224046", "N": "06004640",
    "O": "100105163645413010", "P": "06003041423303", "Q": "100105163645413010 2446", "R": "06003041423303 2346",
    "S": "413010010213334445361605", "T": "0040 2026", "U": "000516364540", "V": "002640", "W": "0016233640",
    "X": "0046 4006", "Y": "002340 2326", "Z": "00400646",
    "0": "100105163645413010 1531", "1": "112026 1636", "2": "01103041420646", "3": "011030414233 13334445361605",
    "4": "36300444", "5": "400003334445361605", "6": "4130100105163645443303", "7": "004016",
    "8": "100102133342413010 1304051636454433", "9": "0516364541301001021343",
    ".": "2626", ",": "2617", ":": "2222 2525", ";": "2222 2517", "-": "1333", "_": "0747", "/": "0640", "\\": "0046",
    "(": "30212536", ")": "10212516", "[": "30202636", "]": "10202616", "{": "30212213242536", "}": "10212233242516",
    "+": "2125 0343", "=": "0242 0444", "*": "2125 0244 4204", "#": "1016 3036 0242 0444", "%": "0640 0101 4545",
    "&": "4612112031320405162644", "@": "4616050110304144242242", "!": "2024 2626", "?": "01103041422324 2626",
    "'": "2021", "\"": "1011 3031", "<": "400346", ">": "004306", "|": "2027", "~": "03123443", "^": "022042",
    "`": "1021", "$": "413010010213334445361605 2026", "…": "0606 2626 4646", "–": "0343", "—": "0343",
    "→": "0343 324334",
  ]
}
