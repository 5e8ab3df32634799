import PegCore
import Yams

/// A value of a preset's file, with the place where a person wrote it.
struct PresetNode {
  enum Value {
    case text(String)
    /// A number as it was written.
    case number(String)
    case flag(Bool)
    case list([PresetNode])
    case map([Entry])
  }

  struct Entry {
    var key: String
    /// Where the key stands.
    var line: Int
    var value: PresetNode
  }

  var value: Value
  var file: String
  var line: Int

  /// What is wrong with the value at this place.
  func fault(_ what: String, hint: String? = nil) -> PegError {
    PegError(.badInput, "\(file):\(line): \(what)", hint: hint)
  }

  /// This value over an inherited one: maps join key by key, anything else replaces.
  ///
  /// - Parameter path: keys from the top, joined by dots. A choice (``choices``) is replaced as a whole, since half of
  ///   one and half of another means nothing.
  func over(_ base: PresetNode, at path: String = "") -> PresetNode {
    guard case .map(let own) = value, case .map(var entries) = base.value, !Self.choices.contains(path) else {
      return self
    }
    for entry in own {
      if let index = entries.firstIndex(where: { $0.key == entry.key }) {
        entries[index] = Entry(
          key: entry.key, line: entry.line,
          value: entry.value.over(entries[index].value, at: path.isEmpty ? entry.key : "\(path).\(entry.key)"))
      } else {
        entries.append(entry)
      }
    }
    return PresetNode(value: .map(entries), file: file, line: line)
  }

  private static let choices: Set<String> = [
    "video.pixel_format", "video.rate_control", "video.gop", "video.purity", "audio.tracks",
  ]
}

extension PresetNode {
  /// Reads YAML (1.1, as libyaml does).
  ///
  /// - Throws: of kind `badInput`, with file and line, for what is no YAML, no mapping at the top, a key written twice, a
  ///   key that is no text, or an empty value.
  init(yaml text: String, file: String) throws(PegError) {
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw Self.fault(error, file: file)
    } catch {
      throw PegError(.badInput, "\(file): not readable as YAML")
    }
    guard let node else { throw PegError(.badInput, "\(file): a preset that says nothing") }
    guard case .mapping = node else {
      throw PegError(.badInput, "\(file):\(node.mark?.line ?? 1): a preset is a mapping of sections")
    }
    self = try Self.read(node, file: file, depth: 0)
  }

  private static func read(_ node: Node, file: String, depth: Int) throws(PegError) -> PresetNode {
    let line = node.mark?.line ?? 1
    let place = "\(file):\(line)"
    guard depth < 16 else { throw PegError(.badInput, "\(place): nested too deeply") }
    switch node {
    case .scalar(let scalar):
      // Asking for the tag is what resolves it.
      let value: Value
      switch node.tag.description {
      case Tag.Name.str.rawValue: value = .text(scalar.string)
      case Tag.Name.int.rawValue, Tag.Name.float.rawValue: value = .number(scalar.string)
      case Tag.Name.bool.rawValue:
        guard scalar.string == "true" || scalar.string == "false" else {
          throw PegError(.badInput, "\(place): \(scalar.string) is ambiguous", hint: "write true, false, or quote it")
        }
        value = .flag(scalar.string == "true")
      case Tag.Name.null.rawValue: throw PegError(.badInput, "\(place): a key without a value")
      default:
        throw PegError(
          .badInput, "\(place): \(scalar.string) would be read as something else than text", hint: "quote it")
      }
      return PresetNode(value: value, file: file, line: line)
    case .sequence(let sequence):
      var items: [PresetNode] = []
      for item in sequence { items.append(try read(item, file: file, depth: depth + 1)) }
      return PresetNode(value: .list(items), file: file, line: line)
    case .mapping(let mapping):
      var entries: [Entry] = []
      for (key, value) in mapping {
        guard let name = key.scalar?.string else { throw PegError(.badInput, "\(place): a key that is no text") }
        entries.append(
          Entry(key: name, line: key.mark?.line ?? line, value: try read(value, file: file, depth: depth + 1)))
      }
      return PresetNode(value: .map(entries), file: file, line: line)
    case .alias:
      throw PegError(.badInput, "\(place): an alias", hint: "write the value out, or use extends")
    }
  }

  private static func fault(_ error: YamlError, file: String) -> PegError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      PegError(.badInput, "\(file):\(mark.line): not readable as YAML: \(problem)")
    case .duplicatedKeysInMapping(let keys, let context):
      PegError(
        .badInput,
        "\(file):\(context.mark.line): \(keys.sorted().joined(separator: ", ")) is written twice in one section")
    case .reader(let problem, _, _, _): PegError(.badInput, "\(file): not readable as YAML: \(problem)")
    default: PegError(.badInput, "\(file): not readable as YAML")
    }
  }
}
