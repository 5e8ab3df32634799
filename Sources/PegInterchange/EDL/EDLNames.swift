/// What the notes of a group call its clips, and which side of a transition each name belongs to.
struct EDLNames {
  struct Side: Equatable {
    var name: String?
    /// A name or a path.
    var file: String?
  }

  var from = Side()
  var to = Side()
  var key = Side()
  /// Full reel names by the short ones that the events have.
  private var fullReels: [String: String] = [:]

  init(_ group: EDLList.Group) {
    var sources: [String] = []
    for note in group.notes {
      switch note.kind {
      case .fromName(let text): from.name = from.name ?? text.nonEmpty
      case .toName(let text): to.name = to.name ?? text.nonEmpty
      case .keyName(let text): key.name = key.name ?? text.nonEmpty
      case .fromFile(let text): from.file = from.file ?? text.nonEmpty
      case .toFile(let text): to.file = to.file ?? text.nonEmpty
      case .sourceFile(let text): if !text.isEmpty { sources.append(text) }
      case .fullReel(let full, let short): fullReels[short] = full
      default: break
      }
    }
    // One source file is that of both sides; of two, the first is the outgoing one's.
    from.file = from.file ?? sources.first
    to.file = to.file ?? sources.last
  }

  /// The reel's full name, where a note says that the event has a short one.
  func reel(_ short: String) -> String { fullReels[short] ?? short }

  /// What event `index` of the group is called.
  func side(_ index: Int, of group: EDLList.Group) -> Side {
    let event = group.events[index]
    if event.edit.isKey { return event.edit == .keyBackground ? from : key }
    guard event.edit.isTransition else { return from }
    // Some systems write FROM CLIP NAME for the only clip that they name, which is the incoming one.
    let isAlone = group.events.count == 1
    return Side(name: to.name ?? (isAlone ? from.name : nil), file: to.file ?? (isAlone ? from.file : nil))
  }
}

extension String {
  /// `nil` for nothing.
  var nonEmpty: String? { isEmpty ? nil : self }
}
