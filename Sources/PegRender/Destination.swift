/// Where a master goes: to a name, with a partial file, a journal and a ledger beside it, or to a pipe that keeps nothing.
enum Destination {
  case file(OutputTarget)
  /// A descriptor of somebody else's, and what errors call it.
  case stream(Int32, name: String)

  /// `nil` for a stream.
  var target: OutputTarget? {
    if case .file(let target) = self { target } else { nil }
  }
}
