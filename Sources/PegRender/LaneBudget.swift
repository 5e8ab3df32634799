import PegColor
import PegCore
import PegPlan

/// How many lanes fit into a number of bytes.
///
/// A lane holds every picture that its frame shows, as it was decoded or as working floats where it changes its size, what its
/// resampling goes through, and what the encoder is fed; the rest of the memory is the layer cache and finished packets that
/// wait.
struct LaneBudget {
  let lanes: Int
  /// Bytes for the cache of conformed layers.
  let cache: Int
  /// Bytes of memory that the pool may keep idle.
  let idle: Int
  /// Bytes of decoded pictures of long-GOP movies that are kept for lanes which come to them later.
  let decoded: Int
  /// Bytes of finished packets kept for pictures that come again.
  let packets: Int

  /// The encoders' own memory is reckoned with too, but one lane always gets it.
  ///
  /// - Throws: ``PegError`` of kind `usage` when not even one lane fits.
  init(_ order: RenderOrder, _ masters: [MasterOrder], threads: Int, memory: Int) throws(PegError) {
    let plans = Set(masters.map(\.variant)).map { order.plans[$0] }
    let ends = Set(masters.map(\.end)).map { order.book.ends[$0] }
    let working = plans.map { $0.raster.width * $0.raster.height * 16 }.max() ?? 0
    let decoded = order.book.sources.map { $0.raster.width * $0.raster.height * 8 }.max() ?? 0
    let outputBytes = ends.map(\.picture.bytes).reduce(0, +)
    let encoders = ends.filter(\.isIntra).map(\.settings.ownMemory).reduce(0, +)
    let breadth = plans.map(\.breadth).max() ?? 0
    // What is turned is kept as floats while it is laid down: what the raster shows of it, at most all of it.
    let turned = plans.contains(where: \.turnsPictures) ? max(working, decoded * 2) : 0
    // Resampling goes through one more float picture of the source and two where the deliverable has another raster.
    let lane = max(working, decoded) * breadth + working * 2 + decoded * 2 + outputBytes * 3 + turned
    // The program, its libraries, and what libav allocates around contexts.
    let base = 96 << 20
    guard base + lane <= memory else {
      throw PegError(
        .usage,
        "a lane for \(plans.first?.raster ?? Raster(0, 0)) takes \((base + lane) >> 20) MiB, and --memory allows \(memory >> 20)",
        hint: "give --memory \((base + lane) >> 20)M or more")
    }
    lanes = min(threads, max(1, (memory - base) / (lane + encoders)))
    // One picture of a lane's two is its own, the other lies here; a dissolve plays from two places.
    self.decoded = (lanes + 2) * decoded
    let rest = max(0, memory - base - lanes * (lane + encoders))
    packets = min(rest / 4, 64 << 20)
    cache = min(rest - packets, working * 8)
    idle = lane
  }
}

extension FramePlan {
  /// Whether any picture lies at an angle.
  var turnsPictures: Bool { spans.contains { $0.layers.contains(where: Self.turns) } }

  private static func turns(_ layer: PlannedLayer) -> Bool {
    if case .transform(let transform) = layer.placement {
      let poses = [transform.pose] + transform.keys.map(\.pose)
      if poses.contains(where: { ($0.rotation ?? 0) != 0 }) { return true }
    }
    switch layer.content {
    case .media, .solid, .slate, .generator: return false
    case .group(let layers): return layers.contains(where: turns)
    case .dissolve(let from, let to, _, _, _): return [from, to].compactMap(\.self).contains(where: turns)
    }
  }

  /// The most pictures of media that one frame is made of.
  var breadth: Int { spans.map { Self.breadth($0.layers) }.max() ?? 0 }

  private static func breadth(_ layers: [PlannedLayer]) -> Int {
    layers.reduce(0) { sum, layer in
      switch layer.content {
      case .media: sum + 1
      case .solid, .generator: sum
      // A picture of its own, though of no media.
      case .slate: sum + 1
      case .group(let inner): sum + breadth(inner)
      case .dissolve(let from, let to, _, _, _): sum + breadth([from, to].compactMap(\.self))
      }
    }
  }
}

extension PictureShape {
  /// Bytes of a picture of this shape, rows without padding.
  var bytes: Int { format.bytes(of: raster) }
}
