public import PegCore

/// One operation of a grade, as the cut says it. What an operation's own parameters are is known where it is built; here
/// they are kept.
public struct GradeOperation: Hashable, Sendable {
  /// Such as `cdl`.
  public var op: String
  /// The colour space that it works in.
  public var space: String?
  /// 0…1: how much of it.
  public var amount: Animated?
  /// Everything else.
  public var parameters: JSONObject

  public init(op: String, space: String? = nil, amount: Animated? = nil, parameters: JSONObject = JSONObject()) {
    self.op = op
    self.space = space
    self.amount = amount
    self.parameters = parameters
  }

  init(_ value: JSON) throws(Problem) {
    var reader = try SettingsReader(value)
    op = try reader.required("op", SettingsValue.text)
    space = try reader.value("space", SettingsValue.text)
    amount = try reader.value("amount") { (value) throws(Problem) in try Animated(value, limits: 0...1) }
    parameters = reader.rest
  }

  /// As it stands in the cut.
  public var json: JSON {
    var object: JSONObject = ["op": .string(op)]
    if let space { object["space"] = .string(space) }
    if let amount { object["amount"] = amount.json }
    return .object(JSONObject(object.pairs + parameters.pairs))
  }
}
