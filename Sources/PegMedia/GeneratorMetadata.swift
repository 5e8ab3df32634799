import Foundation
import PegCore

/// Reads what generative tools write into their output. Their texts are free-form: what is not found stays `nil`.
enum GeneratorMetadata {
  /// The generator that the metadata of a file names, or `nil`.
  static func facts(_ metadata: [(key: String, value: String)]) -> GeneratorFacts? {
    func text(_ keys: String...) -> String? {
      for key in keys {
        if let found = metadata.first(where: { $0.key.lowercased() == key.lowercased() }) { return found.value }
      }
      return nil
    }
    if let found = text("invokeai_metadata").flatMap(LooseJSON.init(parsing:)) { return invoke(found) }
    if let found = text("sd-metadata").flatMap(LooseJSON.init(parsing:)) { return invokeOld(found) }
    if let dream = text("Dream") { return self.dream(dream) }
    if let graph = text("prompt").flatMap(LooseJSON.init(parsing:)), case .object = graph { return comfy(graph) }
    // ComfyUI's WebP: `prompt:{…}` and `workflow:{…}` in EXIF fields. Its MP4: one object with both in the comment.
    for entry in metadata {
      if entry.value.hasPrefix("prompt:"), let graph = LooseJSON(parsing: String(entry.value.dropFirst(7))) {
        return comfy(graph)
      }
    }
    if let comment = text("comment").flatMap(LooseJSON.init(parsing:)), let inner = comment["prompt"] {
      if let text = inner.string, let graph = LooseJSON(parsing: text), case .object = graph { return comfy(graph) }
      if case .object = inner { return comfy(inner) }
      if text("Software")?.contains("NovelAI") == true { return novel(comment) }
    }
    for entry in metadata where entry.key.lowercased() == "workflow" || entry.value.hasPrefix("workflow:") {
      return GeneratorFacts(tool: "ComfyUI")
    }
    if let parameters = text("parameters", "UserComment"), parameters.contains("Steps: ") { return webui(parameters) }
    return nil
  }

  // MARK: AUTOMATIC1111

  /// Prompt, `Negative prompt: …`, then one line of `Key: value` pairs.
  private static func webui(_ text: String) -> GeneratorFacts {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let settingsAt = lines.lastIndex { $0.hasPrefix("Steps: ") } ?? lines.count
    let negativeAt = lines.firstIndex { $0.hasPrefix("Negative prompt:") } ?? settingsAt
    let prompt = lines[..<min(negativeAt, settingsAt)].joined(separator: "\n")
    func setting(_ key: String) -> String? {
      guard settingsAt < lines.count else { return nil }
      for pair in lines[settingsAt].split(separator: ",") {
        let pair = pair.drop { $0 == " " }
        if pair.hasPrefix("\(key): ") { return String(pair.dropFirst(key.count + 2)) }
      }
      return nil
    }
    return GeneratorFacts(
      tool: "AUTOMATIC1111", model: setting("Model") ?? setting("Model hash"), prompt: prompt.isEmpty ? nil : prompt,
      seed: setting("Seed"))
  }

  // MARK: ComfyUI

  /// A graph of nodes: `{"3": {"class_type": "KSampler", "inputs": {"seed": 1, "positive": ["6", 0], …}}, …}`.
  private static func comfy(_ graph: LooseJSON) -> GeneratorFacts {
    guard case .object(let nodes) = graph else { return GeneratorFacts(tool: "ComfyUI") }
    let ordered = nodes.sorted { ($0.key.count, $0.key) < ($1.key.count, $1.key) }.map(\.value)
    func first(_ keys: [String]) -> String? {
      for key in keys {
        for node in ordered { if let value = node["inputs"]?[key]?.plain { return value } }
      }
      return nil
    }
    let positive = ordered.lazy.compactMap { $0["inputs"]?["positive"] }.compactMap { prompt(at: $0, nodes, 0) }.first
    return GeneratorFacts(
      tool: "ComfyUI", model: first(["ckpt_name", "unet_name", "model_name", "model"]),
      prompt: positive ?? first(["text", "prompt", "positive_prompt"]), seed: first(["seed", "noise_seed"]))
  }

  /// Follows a link to the text that it stands for.
  private static func prompt(at link: LooseJSON, _ nodes: [String: LooseJSON], _ depth: Int) -> String? {
    guard depth < 32, case .array(let parts) = link, let id = parts.first?.plain, let inputs = nodes[id]?["inputs"],
      case .object(let fields) = inputs
    else { return nil }
    for key in ["text", "prompt", "positive_prompt", "text_g", "text_l"] {
      if let text = fields[key]?.string { return text }
    }
    // A node that passes conditioning on has both kinds.
    let onwards = ["positive", "conditioning"].compactMap { fields[$0] }
    let others = fields.filter { !["positive", "conditioning", "negative"].contains($0.key) }
    for value in onwards + others.sorted(by: { $0.key < $1.key }).map(\.value) {
      if let text = prompt(at: value, nodes, depth + 1) { return text }
    }
    return nil
  }

  // MARK: InvokeAI, NovelAI

  private static func invoke(_ found: LooseJSON) -> GeneratorFacts {
    let model = found["model"]?["name"]?.plain ?? found["model"]?["model_name"]?.plain ?? found["model"]?.plain
    return GeneratorFacts(
      tool: "InvokeAI", model: model, prompt: found["positive_prompt"]?.string ?? found["prompt"]?.string,
      seed: found["seed"]?.plain)
  }

  private static func invokeOld(_ found: LooseJSON) -> GeneratorFacts {
    let image = found["image"]
    var prompt = image?["prompt"]?.string
    if case .array(let parts)? = image?["prompt"] { prompt = parts.first?["prompt"]?.string }
    return GeneratorFacts(
      tool: "InvokeAI", model: found["model_weights"]?.plain ?? found["model"]?.plain, prompt: prompt,
      seed: image?["seed"]?.plain)
  }

  /// `"a prompt" -s 50 -S 1234 …`, the command line of InvokeAI's first versions.
  private static func dream(_ text: String) -> GeneratorFacts {
    var prompt: String?
    if text.hasPrefix("\""), let end = text.dropFirst().firstIndex(of: "\"") {
      prompt = String(text[text.index(after: text.startIndex)..<end])
    }
    let words = text.split(separator: " ")
    var seed = words.firstIndex(of: "-S").flatMap { $0 + 1 < words.count ? String(words[$0 + 1]) : nil }
    if seed == nil { seed = words.last { $0.hasPrefix("-S") && $0.count > 2 }.map { String($0.dropFirst(2)) } }
    return GeneratorFacts(tool: "InvokeAI", prompt: prompt, seed: seed)
  }

  private static func novel(_ found: LooseJSON) -> GeneratorFacts {
    GeneratorFacts(tool: "NovelAI", prompt: found["prompt"]?.string, seed: found["seed"]?.plain)
  }
}

/// JSON as Python writes it: with `NaN`, and whole numbers of 64 bits.
indirect enum LooseJSON: Decodable {
  case null
  case bool(Bool)
  case whole(UInt64)
  case negative(Int64)
  case number(Double)
  case string(String)
  case array([LooseJSON])
  case object([String: LooseJSON])

  init?(parsing text: String) {
    guard text.utf8.count <= StillHeader.textLimit, text.drop(while: \.isWhitespace).first == "{" else { return nil }
    guard let parsed = try? JSONDecoder().decode(LooseJSON.self, from: Data(Self.withoutNaN(text).utf8)) else {
      return nil
    }
    self = parsed
  }

  init(from decoder: any Swift.Decoder) throws {
    let value = try decoder.singleValueContainer()
    if value.decodeNil() {
      self = .null
    } else if let found = try? value.decode(Bool.self) {
      self = .bool(found)
    } else if let found = try? value.decode(UInt64.self) {
      self = .whole(found)
    } else if let found = try? value.decode(Int64.self) {
      self = .negative(found)
    } else if let found = try? value.decode(Double.self) {
      self = .number(found)
    } else if let found = try? value.decode(String.self) {
      self = .string(found)
    } else if let found = try? value.decode([LooseJSON].self) {
      self = .array(found)
    } else {
      self = .object(try value.decode([String: LooseJSON].self))
    }
  }

  /// `NaN` and `Infinity` outside of strings become `null`.
  private static func withoutNaN(_ text: String) -> String {
    guard text.contains("NaN") || text.contains("Infinity") else { return text }
    var result: [UInt8] = []
    var isInString = false
    var isEscaped = false
    var rest = Array(text.utf8)[...]
    while let byte = rest.first {
      if !isInString, let word = ["NaN", "-Infinity", "Infinity"].first(where: { rest.starts(with: $0.utf8) }) {
        result += Array("null".utf8)
        rest = rest.dropFirst(word.utf8.count)
        continue
      }
      if isInString, !isEscaped, byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else {
        if byte == UInt8(ascii: "\""), !isEscaped { isInString.toggle() }
        isEscaped = false
      }
      result.append(byte)
      rest = rest.dropFirst()
    }
    return String(decoding: result, as: UTF8.self)
  }

  subscript(key: String) -> LooseJSON? {
    if case .object(let fields) = self { return fields[key] }
    return nil
  }

  var string: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  /// Text or a number as text.
  var plain: String? {
    switch self {
    case .string(let text): text
    case .whole(let value): "\(value)"
    case .negative(let value): "\(value)"
    default: nil
    }
  }
}
