internal import CPegKernels

/// A function of a colour as a lattice: tetrahedral or trilinear between nodes, held to the lattice's faces outside its domain.
public struct ColorLattice: Hashable, Sendable {
  public enum Interpolation: Sendable { case tetrahedral, trilinear }

  /// One reference for all: programs are handed from step to step for every tile, and compared for every picture.
  private final class Storage: Sendable {
    let nodes: [Float]
    let low: [Float]
    let high: [Float]
    let places: LatticePlaces
    let digest: Int

    init(_ colors: [Float], steps size: Int, low: [Float], high: [Float]) {
      nodes = colors + [Float](repeating: 0, count: 3 * (size * size + size + 1) + 1)
      self.low = low
      self.high = high
      let scale = zip(low, high).map { Double(size - 1) / (Double($1) - Double($0)) }
      places = LatticePlaces(scale: scale, offset: zip(low, scale).map { -Double($0) * $1 })
      digest = colors.contentHash
    }
  }

  /// Nodes along each edge, 2…256.
  public let size: Int
  public let interpolation: Interpolation
  private let storage: Storage

  /// - Parameter colors: size³ triples, red fastest, as `.cube` lists them.
  public init(
    size: Int, colors: [Float], low: [Float] = [0, 0, 0], high: [Float] = [1, 1, 1],
    interpolation: Interpolation = .tetrahedral
  ) {
    precondition((2...256).contains(size) && colors.count == size * size * size * 3)
    precondition(low.count == 3 && high.count == 3 && zip(low, high).allSatisfy { $0 < $1 })
    self.size = size
    self.interpolation = interpolation
    storage = Storage(colors, steps: size, low: low, high: high)
  }

  /// Red, green, blue of each node, red fastest, and past the last as many floats more as kernels may read.
  var nodes: [Float] { storage.nodes }
  /// Of red, green, blue.
  public var low: [Float] { storage.low }
  public var high: [Float] { storage.high }
  /// Where colours of the domain lie.
  public var places: LatticePlaces { storage.places }
  /// As they were given.
  public var colors: ArraySlice<Float> { nodes[..<(3 * size * size * size)] }

  public static func == (a: ColorLattice, b: ColorLattice) -> Bool {
    guard a.size == b.size, a.interpolation == b.interpolation else { return false }
    return a.storage === b.storage
      || a.storage.digest == b.storage.digest && a.low == b.low && a.high == b.high && a.nodes == b.nodes
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(storage.digest)
    hasher.combine(low)
    hasher.combine(high)
    hasher.combine(interpolation)
  }
}

/// Where colours lie in a lattice, in nodes: what is linear before a lattice and the way into its domain, as one matrix.
public struct LatticePlaces: Hashable, Sendable {
  // Three rows of four, the last column added, rounded once.
  let rows: [Float]
  /// Whether a channel takes anything of another.
  let mixes: Bool
  private let exact: [Double]

  private init(_ exact: [Double]) {
    self.exact = exact
    rows = exact.map { Float($0) }
    mixes = (0..<3).contains { row in (0..<3).contains { $0 != row && exact[4 * row + $0] != 0 } }
  }

  /// A channel's place is value · scale + offset.
  init(scale: [Double], offset: [Double]) {
    self.init([scale[0], 0, 0, offset[0], 0, scale[1], 0, offset[1], 0, 0, scale[2], offset[2]])
  }

  /// - Parameter matrix: what colours go through first; row-major, 3 × 4, the fourth column added.
  public func after(_ matrix: [Double]) -> LatticePlaces {
    precondition(matrix.count == 12)
    return LatticePlaces(
      (0..<12).map { at in
        let (row, column) = (at / 4, at % 4)
        let sum = (0..<3).reduce(0) { $0 + exact[4 * row + $1] * matrix[4 * $1 + column] }
        return column == 3 ? sum + exact[at] : sum
      })
  }
}

extension Kernels {
  /// - Parameter places: of the colours, where those are not the lattice's own.
  public func lattice(
    _ r: FloatRow, _ g: FloatRow, _ b: FloatRow, count: Int, _ lattice: ColorLattice,
    through places: LatticePlaces? = nil
  ) {
    let places = places ?? lattice.places
    let p = places.rows
    lattice.nodes.withUnsafeBufferPointer { nodes in
      let c = peg_lattice(
        nodes: nodes.baseAddress, size: Int32(lattice.size), mixes: places.mixes ? 1 : 0,
        places: (p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8], p[9], p[10], p[11]))
      withUnsafePointer(to: c) {
        switch lattice.interpolation {
        case .tetrahedral: table.pointee.tetrahedral(r, g, b, count, $0)
        case .trilinear: table.pointee.trilinear(r, g, b, count, $0)
        }
      }
    }
  }
}
