public import PegKernels

/// One ASC CDL correction, as files hold it.
public struct Correction: Hashable, Sendable {
  /// `nil` where the file gives none.
  public var id: String?
  public var values: CDLValues
  public var descriptions: [String]

  public init(id: String?, _ values: CDLValues, descriptions: [String] = []) {
    self.id = id
    self.values = values
    self.descriptions = descriptions
  }
}
