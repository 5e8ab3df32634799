import PegCore
import PegXML

// What Pegbar has no field for is kept under the metadata key `fcpxml`.

extension FCPXMLReader {
  /// Attributes as they stand, under their names in snake_case.
  static func attributes(of node: XMLNode, without known: Set<String>) -> JSONObject {
    JSONObject(node.attributes.filter { !known.contains($0.name) }.map { (snake($0.name), .string($0.value)) })
  }

  /// The `md` entries of an element's `metadata`, by key; arrays as lists.
  static func metadata(of node: XMLNode) -> JSON? {
    var object = JSONObject()
    for list in node.children("metadata") {
      for entry in list.children("md") {
        guard let key = entry["key"] else { continue }
        if let array = entry.first("array") {
          object[key] = .array(array.children("string").map { .string($0.text) })
        } else {
          object[key] = .string(entry["value"] ?? "")
        }
      }
    }
    return object.isEmpty ? nil : .object(object)
  }

  /// `audioRole` becomes `audio_role`.
  private static func snake(_ name: String) -> String {
    var text = ""
    for character in name {
      if character.isUppercase, let last = text.last, last.isLowercase { text.append("_") }
      text.append(contentsOf: character == "-" ? "_" : character.lowercased())
    }
    return text
  }

  /// What a story element says beside its times: attributes, roles, its note, keywords, ratings and metadata.
  mutating func annotations(of node: XMLNode) -> JSONObject {
    let timing: Set = [
      "ref", "name", "offset", "start", "duration", "lane", "enabled", "audioStart", "audioDuration", "format",
    ]
    var object: JSONObject = ["element": .string(node.name)]
    for pair in Self.attributes(of: node, without: timing).pairs { object[pair.key] = pair.value }
    var keywords: [JSON] = []
    var ratings: [JSON] = []
    for child in node.children {
      switch child.name {
      case "note":
        object["note"] = .string(child.text)
      case "keyword": keywords.append(.object(Self.attributes(of: child, without: [])))
      case "rating": ratings.append(.object(Self.attributes(of: child, without: [])))
      case "analysis-marker":
        var marker = Self.attributes(of: child, without: [])
        // shot-type and stabilization-type, each with a value.
        marker["analysis"] = .array(
          child.children.map { found in
            var kind: JSONObject = ["element": .string(found.name)]
            for pair in Self.attributes(of: found, without: []).pairs { kind[pair.key] = pair.value }
            return .object(kind)
          })
        ratings.append(.object(marker))
      case "metadata": object["metadata"] = Self.metadata(of: node)
      default: continue
      }
      ledger.claimAll(child)
    }
    if !keywords.isEmpty { object["keywords"] = .array(keywords) }
    if !ratings.isEmpty { object["ratings"] = .array(ratings) }
    return object
  }
}
