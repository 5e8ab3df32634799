import PegCore
import PegXML

/// Which items of audio tracks are channels of one sound.
///
/// xmeml gives each channel of a stereo file an item on a track of its own; Pegbar plays a file's sound as a whole. So of
/// items that show one file over one range the first is kept, and knows the channels of all.
struct XMEMLChannels {
  /// Items that another one speaks for.
  private(set) var merged: Set<XMLNode> = []
  /// Channels of the file, from 1, by the item that is kept.
  private(set) var used: [XMLNode: [Int]] = [:]
  /// Tracks whose every item is merged.
  private(set) var emptied: Set<XMLNode> = []

  init() {}

  init(_ tracks: [XMLNode], _ reader: XMEMLReader) {
    var first: [[String]: XMLNode] = [:]
    var order: [XMLNode] = []
    for track in tracks {
      let items = track.children("clipitem")
      for item in items {
        let source = item.first("file") ?? item.first("sequence")
        guard let source, let channel = item.first("sourcetrack")?.text("trackindex").flatMap({ Int($0) }) else {
          continue
        }
        let identity = source["id"] ?? source.text("pathurl") ?? source.text("name") ?? ""
        var key = [source.name, identity]
        for name in ["start", "end", "in", "out", "enabled"] { key.append(item.text(name) ?? "") }
        // Two channels of one number are two sounds.
        if let kept = first[key], kept.parent != track, !(used[kept] ?? []).contains(channel) {
          merged.insert(item)
          used[kept, default: []].append(channel)
        } else {
          first[key] = item
          order.append(item)
          used[item] = [channel]
        }
      }
      if !items.isEmpty, items.allSatisfy({ merged.contains($0) }) { emptied.insert(track) }
    }
    kept = order
  }

  /// In the order of the document.
  private(set) var kept: [XMLNode] = []
}

extension XMEMLReader {
  /// A file of which only some channels are used is heard with all of them.
  mutating func reportChannels(_ channels: XMEMLChannels) {
    for item in channels.kept {
      guard let stub = item.first("file"), let used = channels.used[item] else { continue }
      let sounds = whole(stub).first("media")?.children("audio") ?? []
      let count = sounds.reduce(0) { $0 + ($1.text("channelcount").flatMap { Int($0) } ?? 1) }
      // One item of a track that holds both channels of a pair says the first.
      let isPair = item["premiereChannelType"] == "stereo"
      guard count > used.count, !(isPair && count <= used.count * 2) else { continue }
      let list = used.sorted().map { "\($0)" }.joined(separator: ", ")
      ledger.lose(
        "xmeml.channels",
        "\(item.text("name") ?? "") uses channel\(used.count == 1 ? "" : "s") \(list) of \(count) of its file",
        instead: "all of its sound plays", at: item)
    }
  }
}
