public import PegColor
public import PegCore

/// A look from a file: a LUT, a process list or a correction, as a program.
///
///     let look = try Look(reading: bytes, name: "warm.cube")
///     look.program.apply(r, g, b, count: 128)
public struct Look: Sendable {
  public let format: LookFormat
  /// What the file calls itself; `nil` where it does not.
  public var title: String?
  /// Its descriptions, in order.
  public var descriptions: [String] = []
  /// On code values of the space that the look was made for, which no format names in a way that could be read.
  public var program: ColorProgram
  /// Decisions where the file does not say.
  public var findings: [Finding] = []

  init(_ format: LookFormat, _ program: ColorProgram) {
    self.format = format
    self.program = program
  }

  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - name: what messages call it; its extension is its format.
  ///   - correction: which correction of a `.ccc` or `.cdl`; a file with several needs it, one with a single one does not.
  ///   - limits: how much the file may ask for.
  /// - Throws: bad input with line and column for what the format does not allow; bad input for a format that is not read, and
  ///   for a correction that the file does not have.
  public init(
    reading bytes: [UInt8], name: String, correction: String? = nil, limits: LookLimits = .generous
  ) throws(PegError) {
    let format = try LookFormat(ofFile: name)
    guard bytes.count <= limits.bytes else {
      throw PegError(.badInput, "\(name) has \(bytes.count) bytes; looks of up to \(limits.bytes) are read")
    }
    if let correction, !format.hasCorrections {
      throw PegError(.badInput, "\(name) has no corrections, so none is called \(correction)")
    }
    switch format {
    case .cube: self = try CubeReader(bytes, name: name, limits: limits).look()
    case .spi1d: self = try SPIReader(bytes, name: name, limits: limits).table()
    case .spi3d: self = try SPIReader(bytes, name: name, limits: limits).lattice()
    case .spimtx: self = try SPIReader(bytes, name: name, limits: limits).matrix()
    case .clf: self = try CLFReader(bytes, name: name, limits: limits).look()
    case .cc, .ccc, .cdl:
      self = try CorrectionFile(reading: bytes, name: name, limits: limits).look(format, correction, name: name)
    }
  }
}

/// The formats that looks are read from.
public enum LookFormat: String, Sendable, CaseIterable {
  /// Adobe's (IRIDAS) and DaVinci Resolve's.
  case cube
  /// Sony Pictures Imageworks'.
  case spi1d, spi3d, spimtx
  /// Academy/ASC Common LUT Format: S-2014-006, SMPTE ST 2136-1.
  case clf
  /// ASC CDL: one correction, a collection, a list of decisions.
  case cc, ccc, cdl

  var hasCorrections: Bool { self == .cc || self == .ccc || self == .cdl }

  /// - Throws: bad input that names what is read.
  public init(ofFile name: String) throws(PegError) {
    let suffix = name.split(separator: ".").last.map { $0.lowercased() } ?? ""
    guard name.contains("."), let format = LookFormat(rawValue: suffix) else {
      let known = Self.allCases.map(\.rawValue)
      throw PegError(
        .badInput, "\(name) is no look that is read",
        hint: Spelling.nearest(to: suffix, among: known).map { "did you mean .\($0)?" }
          ?? "looks are \(known.map { ".\($0)" }.joined(separator: ", "))")
    }
    self = format
  }
}

/// How much a file may ask of its reader; what asks for more is bad input.
public struct LookLimits: Hashable, Sendable {
  /// Of the file.
  public var bytes: Int
  /// Entries of a table.
  public var entries: Int
  /// Nodes along an edge of a lattice, 256 at most.
  public var edge: Int

  public init(bytes: Int, entries: Int, edge: Int) {
    precondition(edge <= 256)
    self.bytes = bytes
    self.entries = entries
    self.edge = edge
  }

  /// 129 nodes along an edge are twice as many as any grading system writes.
  public static let generous = LookLimits(bytes: 128 << 20, entries: 65536, edge: 129)
}
