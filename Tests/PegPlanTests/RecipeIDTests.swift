import PegCore
import PegMedia
import PegTimeline
import Testing

@testable import PegPlan

/// A key that forgets something that changes pixels is the worst bug this program can have (DESIGN §1): each field is
/// flipped in turn, and each flip is another id.
@Suite struct RecipeIDTests {
  /// All that an id is made of.
  fileprivate struct Subject {
    var picture: PictureRecipe
    var output: OutputRecipe
    var sources: [PlannedSource]
    var arithmetic = "zimg 3"
    var hashes: [[UInt8]] = [[1], [2]]

    var id: RecipeID {
      RecipeID(picture, output, sources: sources, arithmetic: arithmetic) { source, picture in
        hashes[source] + [UInt8(truncatingIfNeeded: sources[source].kind == .movie ? 0 : picture)]
      }
    }
  }

  private var subject: Subject {
    let media = LayerRecipe(
      content: .media(source: 0, picture: 7),
      placement: .transform(
        .init(position: .init(1, 2), scale: .init(3, 4), rotation: 5, anchor: .init(6, 7)), filter: .lanczos),
      opacity: Rational(1, 2), blend: .multiply,
      grade: [
        GradeStep(op: "cdl", space: "acescct", amount: Rational(1, 4), parameters: ["slope": [1, 2, 3]]),
        GradeStep(op: "lut", parameters: ["file": "a.cube"]),
      ])
    let solid = LayerRecipe(content: .solid(red: 0, green: Rational(1, 4), blue: Rational(1, 2), alpha: 1))
    let mix = LayerRecipe(
      content: .mix(from: LayerRecipe(content: .media(source: 1, picture: 3)), to: solid, weight: Rational(1, 3)))
    let group = LayerRecipe(content: .group([solid, mix]), placement: .fill)
    return Subject(
      picture: PictureRecipe(raster: Raster(64, 36), pixelAspect: 1, workingSpace: "bt709", layers: [media, group]),
      output: OutputRecipe(
        format: .init(named: "yuv422p10le") ?? .workingFloat, raster: Raster(64, 36), fit: "fit", tags: .bt709,
        alpha: .opaque),
      sources: [Plans.source("a.mov"), Plans.source("b.####.png", kind: .sequence)])
  }

  private static let flips: [(name: String, flip: @Sendable (inout Subject) -> Void)] = [
    ("raster", { $0.picture.raster = Raster(64, 38) }),
    ("pixel aspect", { $0.picture.pixelAspect = 2 }),
    ("working space", { $0.picture.workingSpace = "acescg" }),
    ("a layer less", { $0.picture.layers.removeLast() }),
    ("the order of layers", { $0.picture.layers.reverse() }),
    ("arithmetic", { $0.arithmetic = "zimg 4" }),
    ("a source's content", { $0.hashes[0] = [9] }),
    ("the other source's content", { $0.hashes[1] = [9] }),
    ("picture", { $0.media { $0.content = .media(source: 0, picture: 8) } }),
    ("source", { $0.media { $0.content = .media(source: 1, picture: 7) } }),
    ("blend", { $0.media { $0.blend = .screen } }),
    ("opacity", { $0.media { $0.opacity = Rational(1, 3) } }),
    ("placement", { $0.media { $0.placement = .fit } }),
    ("another placement", { $0.media { $0.placement = .stretch } }),
    ("no placement", { $0.media { $0.placement = .none } }),
    ("position", { $0.pose { $0.position = .init(1, 3) } }), ("no position", { $0.pose { $0.position = nil } }),
    ("scale", { $0.pose { $0.scale = .init(4, 3) } }), ("rotation", { $0.pose { $0.rotation = -5 } }),
    ("no rotation", { $0.pose { $0.rotation = nil } }), ("anchor", { $0.pose { $0.anchor = .init(6, 8) } }),
    (
      "filter",
      { subject in
        subject.media {
          if case .transform(let pose, _) = $0.placement { $0.placement = .transform(pose, filter: .point) }
        }
      }
    ),
    ("an operation less", { $0.media { $0.grade.removeLast() } }),
    ("the order of operations", { $0.media { $0.grade.reverse() } }),
    ("op", { $0.media { $0.grade[0].op = "CDL" } }), ("space", { $0.media { $0.grade[0].space = nil } }),
    ("amount", { $0.media { $0.grade[0].amount = 1 } }),
    ("a parameter", { $0.media { $0.grade[0].parameters = ["slope": [1, 2, 4]] } }),
    ("a parameter's name", { $0.media { $0.grade[0].parameters = ["offset": [1, 2, 3]] } }),
    ("a parameter more", { $0.media { $0.grade[1].parameters["interpolation"] = "trilinear" } }),
    ("group's placement", { $0.picture.layers[1].placement = .stretch }),
    (
      "nested",
      { $0.picture.layers[1].content = .group([LayerRecipe(content: .solid(red: 0, green: 0, blue: 0, alpha: 1))]) }
    ),
    ("source raster", { $0.sources[0].raster = Raster(32, 18) }),
    ("source pixel aspect", { $0.sources[0].pixelAspect = Rational(4, 3) }),
    ("source tags", { $0.sources[0].tags.transfer = .linear }), ("source range", { $0.sources[0].tags.range = .full }),
    ("source siting", { $0.sources[0].tags.siting = .center }), ("source alpha", { $0.sources[0].alpha = .straight }),
    ("source view", { $0.sources[0].view = "sdr" }), ("source layer", { $0.sources[0].layer = "diffuse" }),
    ("output format", { $0.output.format = .workingFloat }), ("output raster", { $0.output.raster = Raster(32, 18) }),
    ("output fit", { $0.output.fit = "fill" }), ("output tags", { $0.output.tags.matrix = .bt2020ncl }),
    ("output alpha", { $0.output.alpha = .straight }),
  ]

  @Test func eachFieldThatIsFlippedMakesAnotherID() {
    var seen: [RecipeID: String] = [subject.id: "nothing"]
    for (name, flip) in Self.flips {
      var flipped = subject
      flip(&flipped)
      let id = flipped.id
      #expect(seen[id] == nil, "\(name) has the id of \(seen[id] ?? "")")
      seen[id] = name
    }
  }

  @Test func theWeightAndTheSidesOfADissolveCount() {
    let (a, b) = (
      LayerRecipe(content: .media(source: 0, picture: 1)), LayerRecipe(content: .media(source: 1, picture: 1))
    )
    let contents: [LayerContent] = [
      .mix(from: a, to: b, weight: Rational(1, 2)), .mix(from: a, to: b, weight: Rational(1, 3)),
      .mix(from: b, to: a, weight: Rational(1, 2)), .mix(from: nil, to: b, weight: Rational(1, 2)),
      .mix(from: a, to: nil, weight: Rational(1, 2)), .mix(from: nil, to: nil, weight: Rational(1, 2)),
      .group([a, b]), .group([a]), .group([]), .solid(red: 0, green: 0, blue: 0, alpha: 0),
      .solid(red: 0, green: 0, blue: 0, alpha: 1), .solid(red: 0, green: 0, blue: 1, alpha: 0),
      .solid(red: 0, green: 1, blue: 0, alpha: 0), .solid(red: 1, green: 0, blue: 0, alpha: 0),
    ]
    let ids = contents.map { content -> RecipeID in
      var changed = subject
      changed.picture.layers = [LayerRecipe(content: content)]
      return changed.id
    }
    #expect(Set(ids).count == contents.count)
  }

  @Test func whatChangesNoPixelChangesNoID() {
    let id = subject.id
    var same = subject
    same.sources[0].name = "elsewhere.mov"
    same.sources[0].path = "/elsewhere.mov"
    same.sources[0].origin = "a"
    same.sources[0].generator = "b"
    same.sources[0].isIntra = false
    same.sources[0].pictureCount = 7
    #expect(same.id == id)
    // JSON that means the same: other key order, other digits.
    same.media { $0.grade[0].parameters = ["slope": [.number("1.0"), .number("2e0"), 3]] }
    #expect(same.id == id)
  }

  /// A file of a sequence is the same picture under whatever number it stands; a movie's picture is its number.
  @Test func aFrameOfASequenceIsItsFile() {
    let subject = subject
    func ids(_ source: Int) -> Set<RecipeID> {
      Set(
        [3, 4].map { number in
          RecipeID(
            PictureRecipe(
              raster: Raster(64, 36), pixelAspect: 1, workingSpace: "bt709",
              layers: [LayerRecipe(content: .media(source: source, picture: number))]), subject.output,
            sources: subject.sources, arithmetic: "x"
          ) { _, _ in [7] }
        })
    }
    #expect(ids(0).count == 2)
    #expect(ids(1).count == 1)
  }

  /// No text of a cut forges a line of the canonical form.
  @Test func wordsOfTheCutStayInTheirLine() {
    let forged = "bt709\nlayer over opacity 1 placement fit\nsolid 0 0 0 1"
    var a = subject
    a.picture.workingSpace = forged
    var b = subject
    b.picture.layers.insert(LayerRecipe(content: .solid(red: 0, green: 0, blue: 0, alpha: 1)), at: 0)
    #expect(a.id != b.id)
    let text = CanonText(a.picture, a.output, sources: a.sources, arithmetic: "x", version: 1) { _, _ in [] }.text
    #expect(!text.contains("\nsolid 0 0 0 1"))
    var steps = [GradeStep(op: "x space y"), GradeStep(op: "x", space: "y space -"), GradeStep(op: "x", space: "y")]
    steps.append(GradeStep(op: "x", parameters: ["space": "y"]))
    let ids = steps.map { step -> RecipeID in
      var graded = subject
      graded.media { $0.grade = [step] }
      return graded.id
    }
    #expect(Set(ids).count == steps.count)
  }
}

extension RecipeIDTests.Subject {
  fileprivate mutating func media(_ change: (inout LayerRecipe) -> Void) { change(&picture.layers[0]) }

  fileprivate mutating func pose(_ change: (inout PlacementSetting.Pose) -> Void) {
    guard case .transform(var pose, let filter) = picture.layers[0].placement else { return }
    change(&pose)
    picture.layers[0].placement = .transform(pose, filter: filter)
  }
}
