import Foundation
public import PegCore

/// `exposure`: `stops`, −32…32; each doubles the linear light of the operation's space. 0 changes nothing.
public struct ExposureOperation: GradeKind {
  public static let op = "exposure"
  public var stops: Double

  public init(stops: Double) { self.stops = stops }

  public init(_ fields: inout GradeFields) throws(PegError) { stops = try fields.number("stops", 0, in: -32...32) }

  public func program(in space: ColorSpace) -> ColorProgram {
    if stops == 0 { return ColorProgram() }
    return space.toLight + ColorProgram([.scale(exp2(stops))]) + space.fromLight
  }
}
