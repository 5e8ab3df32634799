import Foundation
import PegCore
import Testing

@testable import PegText

/// A picture of working floats in memory of its own.
private final class Canvas {
  let raster: Raster
  private let memory: UnsafeMutablePointer<Float>
  private let count: Int

  init(_ width: Int, _ height: Int) {
    raster = Raster(width, height)
    count = width * height * 4
    memory = .allocate(capacity: count)
    memory.initialize(repeating: .nan, count: count)
  }

  deinit { memory.deallocate() }

  private func view() throws -> MutablePictureView {
    MutablePictureView(
      format: try #require(PixelFormat(named: "gbrapf32le")), raster: raster, tags: .srgb, alpha: .premultiplied,
      planes: (0..<4).map {
        .init(base: UnsafeMutableRawPointer(memory + $0 * raster.width * raster.height), stride: raster.width * 4)
      })
  }

  func drawn(_ lines: [String]) throws -> Canvas {
    Slate(lines: lines).draw(into: try view())
    return self
  }

  var values: [Float] { (0..<count).map { memory[$0] } }

  /// Red, green, blue, alpha of a pixel.
  func pixel(_ x: Int, _ y: Int) -> [Float] {
    [2, 0, 1, 3].map { memory[$0 * raster.width * raster.height + y * raster.width + x] }
  }
}

@Suite struct SlateTests {
  private func values(_ lines: [String], _ width: Int = 480, _ height: Int = 270) throws -> [Float] {
    try Canvas(width, height).drawn(lines).values
  }

  @Test func everyPixelIsOpaqueAndWithinRange() throws {
    let canvas = try Canvas(320, 180).drawn(["MEDIA MISSING", "SH010", "01:00:00:00"])
    #expect(canvas.values.allSatisfy { $0 >= 0 && $0 <= 1 })
    for (x, y) in [(0, 0), (160, 90), (319, 179)] { #expect(canvas.pixel(x, y)[3] == 1) }
  }

  /// Stripes of orange and black along all four sides, a twentieth of the shorter side wide.
  @Test func theEdgesAreStripes() throws {
    let canvas = try Canvas(400, 200).drawn(["X"])
    let (orange, black): ([Float], [Float]) = ([1, 0.55, 0, 1], [0, 0, 0, 1])
    for (x, y) in [(0, 0), (399, 0), (0, 199), (200, 5), (9, 100), (390, 100)] {
      #expect(canvas.pixel(x, y) == ((x + y) / 10 % 2 == 0 ? orange : black))
    }
    #expect(canvas.pixel(10, 10) == [0.09, 0.09, 0.1, 1])
  }

  @Test func theSameLinesAreTheSamePicture() throws {
    #expect(try values(["A", "b"]) == values(["A", "b"]))
  }

  /// No two characters that a name may have look alike; what the font does not have stands as its code point.
  @Test func differentNamesAreDifferentPictures() throws {
    let printable = (0x21...0x7E).map { String(UnicodeScalar($0)) }
    let others = ["é", "e\u{301}", "ä", "ø", "カ", "ガ", "兎", "🦊", "…", "–", "ß", "SS"]
    var seen: [[Float]: String] = [:]
    for text in printable + others {
      let picture = try values(["X", "ab\(text)cd"], 240, 80)
      if let other = seen[picture] { #expect([text, other].sorted() == ["–", "—"], "\(text) and \(other)") }
      seen[picture] = text
    }
    #expect(StrokeFont.glyphs(of: "兎").count == "{514E}".count)
  }

  /// The lines are as large as the room allows, and a long one is made narrow enough: nothing is drawn over the stripes.
  @Test func longLinesFit() throws {
    let long = String(repeating: "very_long_name_of_a_shot_", count: 12)
    for (width, height) in [(320, 180), (64, 36), (400, 100), (100, 200)] {
      let blank = try Canvas(width, height).drawn([])
      let canvas = try Canvas(width, height).drawn(["MEDIA MISSING", long, long, long])
      let border = min(width, height) / 20
      for x in 0..<width {
        #expect(canvas.pixel(x, border / 2) == blank.pixel(x, border / 2))
        #expect(canvas.pixel(x, height - 1) == blank.pixel(x, height - 1))
      }
      #expect(canvas.values != blank.values)
    }
  }

  @Test func tinyPicturesAreSlatesToo() throws {
    for (width, height) in [(1, 1), (2, 2), (16, 1), (3, 40)] {
      #expect(try Canvas(width, height).drawn(["MEDIA MISSING", "SH010"]).values.allSatisfy { $0 >= 0 && $0 <= 1 })
    }
  }

  /// A full stop is a dot of 0.45 units' radius around (2, 6): with units of 10 pixels, its middle is all ink and what is
  /// 6 pixels away is none.
  @Test func aStrokeCoversWhatLiesWithinIt() throws {
    let glyph = try #require(StrokeFont.glyphs(of: ".").first)
    #expect(glyph.strokes == [[.init(x: 2, y: 6), .init(x: 2, y: 6)]])
    #expect(StrokeFont.width(of: ".") == 4)
    #expect(StrokeFont.width(of: "..") == 10)
    #expect(StrokeFont.width(of: "") == 0)
  }
}
