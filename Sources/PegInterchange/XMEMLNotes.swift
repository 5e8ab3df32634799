import PegCore
import PegTimeline
import PegXML

// What Pegbar has no field for is kept under the metadata key `xmeml`; markers are markers.

extension XMEMLReader {
  /// What names, describes and groups an item, and changes neither picture nor sound.
  private static let descriptions: Set = [
    "uuid", "updatebehavior", "masterclipid", "ismasterclip", "labels", "comments", "logginginfo", "alphatype",
    "pixelaspectratio", "anamorphic", "fielddominance", "sourcetrack", "link", "locked", "syncoffset", "filmdata",
    "defaultangle", "description", "pproTicksIn", "pproTicksOut", "itemhistory", "mediadelay", "outputchannelindex",
    "subclipmasterid", "colorinfo", "premiereChannelType", "threeTwoPulldown", "filler", "in", "out",
  ]

  /// Attributes and descriptions of an item, those that are not empty.
  mutating func notes(of node: XMLNode) -> JSONObject {
    var object = JSONObject(node.attributes.filter { $0.name != "id" }.map { ($0.name, .string($0.value)) })
    if let id = node["id"] { object["id"] = .string(id) }
    for child in node.children where Self.descriptions.contains(child.name) {
      ledger.claimAll(child)
      // Links are said by the ids of what they link; times are in the item itself.
      guard child.name != "link", child.name != "in", child.name != "out", let value = Self.json(child) else {
        continue
      }
      object[child.name] = value
    }
    let links = node.children("link").compactMap { $0.text("linkclipref") }
    if !links.isEmpty { object["links"] = .array(links.map { .string($0) }) }
    return object
  }

  /// An element as its text, or as an object of its children; `nil` for nothing.
  private static func json(_ node: XMLNode) -> JSON? {
    var object = JSONObject()
    for child in node.children { object[child.name] = json(child) }
    if !object.isEmpty { return .object(object) }
    return node.text.isEmpty ? nil : .string(node.text)
  }

  /// - Parameter time: from a marker's frame, at `rate`, to the frame of the item's own time.
  mutating func markers(
    of node: XMLNode, _ rate: FrameRate, _ time: (XMEMLReader, Rational) throws(PegError) -> Rational
  ) throws(PegError) -> [Marker] {
    var markers: [Marker] = []
    for child in node.children("marker") {
      ledger.claimAll(child)
      guard let first = try frames("in", of: child) else { continue }
      let last = try frames("out", of: child)
      let length = try last.map { frame throws(PegError) in max(try difference(frame, first), 0) } ?? 0
      let range = TimeRange(
        start: RationalTime(try time(self, first), rate), duration: RationalTime(length, rate))
      var marker = Marker(
        info: ObjectInfo(name: child.text("name") ?? ""), range: range, color: Self.color(of: child),
        comment: child.text("comment"))
      if let kind = child.text("type") { marker.info.metadata["xmeml"] = ["type": .string(kind)] }
      markers.append(marker)
    }
    return markers
  }

  /// The marker colour of OpenTimelineIO that is nearest, by which of its channels are more than half; red for none.
  private static func color(of marker: XMLNode) -> String {
    guard let color = marker.first("color") else { return "RED" }
    let channels = ["red", "green", "blue"].map { color.text($0).flatMap { Int($0) } ?? 0 }
    return switch (channels[0] > 127, channels[1] > 127, channels[2] > 127) {
    case (true, false, false): channels[1] > 63 ? "ORANGE" : "RED"
    case (false, true, false): "GREEN"
    case (false, false, true): "BLUE"
    case (true, true, false): "YELLOW"
    case (true, false, true): "MAGENTA"
    case (false, true, true): "CYAN"
    case (true, true, true): "WHITE"
    case (false, false, false): "BLACK"
    }
  }
}
