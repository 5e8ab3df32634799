import PegCore
import Yams

extension CutSheet {
  /// Bytes of a YAML sheet: one of 5,000 shots has a megabyte.
  private static let yamlLimit = 32 << 20

  /// Reads YAML (1.1, as libyaml does): a mapping with `shots`, a list of mappings.
  ///
  /// Values are taken as they are written: `01:00:00:00` is no number here. Anchors and tags mean nothing.
  ///
  /// - Throws: ``PegError`` (bad input) with line and column.
  init(yaml bytes: [UInt8], _ options: ImportOptions) throws(PegError) {
    guard bytes.count <= Self.yamlLimit else {
      throw PegError(.badInput, "\(options.name) has more than the \(Self.yamlLimit) bytes that a cut sheet may have")
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw PegError(.badInput, "\(options.name) is not UTF-8")
    }
    let start = TextPosition(line: 1, column: 1)
    guard let root = try Self.compose(text, options), let mapping = root.mapping else {
      throw .badInput("a cut sheet is a mapping with a list of shots", in: options.name, at: start)
    }
    var shots: Node?
    for (key, value) in mapping {
      let name = try Self.key(key.scalar?.string ?? "", HeadKey.self, Self.position(key), options)
      if name == .shots { shots = value } else { head[name] = try Self.value(value, options) }
    }
    guard let list = shots?.sequence else {
      throw .badInput("a cut sheet has a list of shots", in: options.name, at: shots.map(Self.position) ?? start)
    }
    for item in list {
      guard let mapping = item.mapping else {
        throw .badInput(
          "a shot is a mapping, such as {shot: SH010, duration: 48}", in: options.name, at: Self.position(item))
      }
      guard rows.count < options.limits.events else {
        throw .badInput(
          "the sheet has more than \(options.limits.events) shots", in: options.name, at: Self.position(item))
      }
      var row = Row(position: Self.position(item))
      for (key, value) in mapping {
        let name = try Self.key(key.scalar?.string ?? "", Key.self, Self.position(key), options)
        row.values[name] = try Self.value(value, options)
      }
      rows.append(row)
    }
  }

  private static func compose(_ text: String, _ options: ImportOptions) throws(PegError) -> Node? {
    do {
      return try Yams.compose(yaml: text)
    } catch let error as YamlError {
      switch error {
      case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
        .composer(_, let problem, let mark, _):
        throw PegError.badInput(
          "this is no YAML: \(problem)", in: options.name, at: TextPosition(line: mark.line, column: mark.column))
      case .duplicatedKeysInMapping(let keys, let context):
        let mark = context.mark
        throw PegError.badInput(
          "\(keys.sorted().joined(separator: ", ")) stands twice", in: options.name,
          at: TextPosition(line: mark.line, column: mark.column))
      default: throw PegError(.badInput, "\(options.name) is no YAML")
      }
    } catch { throw PegError(.badInput, "\(options.name) is no YAML") }
  }

  private static func position(_ node: Node) -> TextPosition {
    TextPosition(line: node.mark?.line ?? 1, column: node.mark?.column ?? 1)
  }

  private static func value(_ node: Node, _ options: ImportOptions) throws(PegError) -> Value {
    guard let scalar = node.scalar else {
      throw .badInput("one value stands here, no list and no mapping", in: options.name, at: position(node))
    }
    return Value(text: scalar.string.trimmed, position: position(node))
  }
}
