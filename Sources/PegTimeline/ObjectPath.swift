import PegCore

/// A way through an OTIO document as a person reads it: `tracks/V1/child 3/source_range/duration`.
enum ObjectPath {
  static func describe(_ path: [JSONStep], in document: JSON) -> String {
    var words: [String] = []
    var value: JSON? = document
    var composition: JSON?
    for step in path {
      switch step {
      case .key(let key):
        if key == "children" { composition = value } else { words.append(key) }
        value = value?[key]
      case .index(let index):
        let list = value?.array ?? []
        if let parent = composition {
          words.append(label(of: index, in: list, parent))
          composition = nil
        } else {
          words.append("\(index)")
        }
        value = list.indices.contains(index) ? list[index] : nil
      }
    }
    return words.isEmpty ? "the timeline" : words.joined(separator: "/")
  }

  private static func label(of index: Int, in list: [JSON], _ parent: JSON) -> String {
    guard Schema(of: parent)?.name == "Stack", list.indices.contains(index) else { return "child \(index)" }
    var numbering = TrackNumbering()
    var label = TrackLabel(.video, 1)
    for child in list[...index] { label = numbering.next(TrackNumbering.kind(child)) }
    return label.description
  }
}
