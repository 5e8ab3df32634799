import Foundation
import PegCore
import PegLedger
import PegMedia
import Synchronization

/// Packets that exist already: in the master that is renewed, in partial files, in what `--reuse` names.
///
/// Every packet is read where a ledger says it lies and counts only when its bytes have the hash that the ledger says, so a
/// wrong or damaged file costs time and never a picture.
final class ReuseShelf: Sendable {
  /// A file or folder whose packets may be taken, and what tells where they lie.
  enum Volume: Sendable {
    /// A finished master. Its ledger may be another file's: then none of its packets has its hash.
    case master(file: String, ledger: String)
    /// What an interrupted render left.
    case partial(file: String, journal: String)

    var file: String {
      switch self {
      case .master(let file, _), .partial(let file, _): file
      }
    }
  }

  struct Place: Sendable {
    /// Index into the shelf's files.
    fileprivate let file: Int32
    /// The name in a folder of images.
    fileprivate let name: String?
    fileprivate let offset: Int
    fileprivate let size: Int
    let hash: LedgerID
    let picture: LedgerID
  }

  struct SegmentPlace: Sendable {
    fileprivate let file: Int32
    /// Without layers: what a picture is called is the new cut's to say.
    let entry: SegmentEntry
  }

  private struct SoundPlace: Sendable {
    let file: Int32
    let entry: SoundEntry
  }

  private struct Key: Hashable {
    let encoder: LedgerID
    let recipe: LedgerID
  }

  private let files: [String]
  private let pictures: [Key: Place]
  private let segments: [Key: SegmentPlace]
  private let sounds: [LedgerID: SoundPlace]
  /// Where the pieces of a file's sound lie, read when it is asked for.
  private let pieces = Mutex<[Int32: SoundPieces]>([:])
  /// Files of which something was taken over, and what encoded each file's pictures.
  private let used = Mutex<Set<Int32>>([])
  private let encoders: [Int32: LedgerID]
  /// Files that are open: an assembly takes packets from more chunks than a process may hold open.
  private let open = Mutex(RecentStore<Int32, PacketFile>(limit: 64))
  private let damaged = Mutex<[String: Int]>([:])
  /// For each volume how many pictures, segments or pieces of sound it has that no volume before it has.
  let contributions: [Int]

  var isEmpty: Bool { pictures.isEmpty && segments.isEmpty }

  /// - Parameters:
  ///   - volumes: earlier ones win over later ones.
  ///   - encoders: the encoders whose packets are wanted.
  /// - Throws: ``PegError`` when a ledger is damaged.
  init(_ volumes: [Volume], encoders: Set<LedgerID>) throws {
    var builder = Builder(encoders: encoders)
    var contributions: [Int] = []
    for (index, volume) in volumes.enumerated() {
      let before = builder.count
      try builder.add(volume, Int32(index))
      contributions.append(builder.count - before)
    }
    files = volumes.map(\.file)
    pictures = builder.pictures
    segments = builder.segments
    sounds = builder.sounds
    self.encoders = builder.found
    self.contributions = contributions
  }

  private struct Builder {
    let encoders: Set<LedgerID>
    var pictures: [Key: Place] = [:]
    var segments: [Key: SegmentPlace] = [:]
    var sounds: [LedgerID: SoundPlace] = [:]
    var found: [Int32: LedgerID] = [:]

    init(encoders: Set<LedgerID>) { self.encoders = encoders }

    var count: Int { pictures.count + segments.count + sounds.count }

    mutating func add(_ volume: Volume, _ file: Int32) throws {
      switch volume {
      case .master(_, let ledger):
        var reader = try LedgerReader(ledger)
        found[file] = reader.header.encoder
        guard encoders.contains(reader.header.encoder) else { return }
        while let entry = try reader.next() { add(entry, reader.header.encoder, file) }
      case .partial(let path, let journal):
        guard var reader = JournalReader(journal), encoders.contains(reader.start.encoder) else { return }
        // MOV and MP4 say where they put a packet while they are written, and the journal holds it. Of Matroska and MXF the
        // file itself is read. What is found wrongly fails its hash later.
        var places: PacketPlaces?
        while var entry = reader.next() {
          var isWhole = true
          if entry.needsPlaces {
            if places == nil { places = (try? PacketTable.read(path: path, mayBeCut: true)).map(PacketPlaces.init) }
            isWhole = places?.fill(&entry) ?? false
          }
          if reader.trusts(entry) { add(entry, reader.start.encoder, file) }
          // A journal may run ahead of its file.
          if !isWhole { return }
        }
      }
    }

    private mutating func add(_ entry: LedgerEntry, _ encoder: LedgerID, _ file: Int32) {
      switch entry {
      case .picture(let entry):
        let key = Key(encoder: encoder, recipe: entry.recipe)
        guard let offset = entry.offsets.first, offset >= 0, pictures[key] == nil else { return }
        pictures[key] = Place(
          file: file, name: nil, offset: offset, size: entry.size, hash: entry.hash, picture: entry.picture)
      case .image(let entry):
        let key = Key(encoder: encoder, recipe: entry.recipe)
        // A name that leads out of the folder is none of ours.
        guard let name = entry.paths.first, !name.contains("/"), pictures[key] == nil else { return }
        pictures[key] = Place(
          file: file, name: name, offset: 0, size: entry.size, hash: entry.hash, picture: entry.picture)
      case .segment(var entry):
        let key = Key(encoder: encoder, recipe: ReuseShelf.id(of: entry.recipes.map { ($0.count, $0.recipe) }))
        guard !entry.packets.isEmpty, entry.packets.allSatisfy({ $0.offset >= 0 }), segments[key] == nil else { return }
        entry.layers = []
        segments[key] = SegmentPlace(file: file, entry: entry)
      case .sound(let entry):
        // What a render reports of a block is reported again only when the block is mixed again.
        guard entry.offset >= 0, !entry.isFlawed, sounds[entry.id] == nil else { return }
        sounds[entry.id] = SoundPlace(file: file, entry: entry)
      }
    }
  }

  /// The id of a segment: its recipes with their counts, in order.
  static func id(of recipes: some Sequence<(count: Int, recipe: LedgerID)>) -> LedgerID {
    var digest = Digest(.sha256)
    // Runs that were split differently are the same segment.
    var last: (count: Int, recipe: LedgerID)?
    for run in recipes {
      if let known = last, known.recipe == run.recipe {
        last = (known.count + run.count, run.recipe)
        continue
      }
      if let last { digest.update(Array("\(last.count) \(last.recipe)\n".utf8)) }
      last = run
    }
    if let last { digest.update(Array("\(last.count) \(last.recipe)\n".utf8)) }
    return LedgerID(digest.finish())
  }

  func place(encoder: LedgerID, recipe: LedgerID) -> Place? { pictures[Key(encoder: encoder, recipe: recipe)] }

  func segment(encoder: LedgerID, id: LedgerID) -> SegmentPlace? { segments[Key(encoder: encoder, recipe: id)] }

  /// Where a segment lies whose packets all have the bytes that their ledger says.
  func whole(encoder: LedgerID, id: LedgerID) throws -> SegmentPlace? {
    guard let place = segment(encoder: encoder, id: id), try packets(of: place) != nil else { return nil }
    return place
  }

  func file(of place: SegmentPlace) -> String { files[Int(place.file)] }

  /// The packet at a place, or `nil` when its bytes are not what the ledger says.
  func packet(at place: Place) throws -> Packet? {
    try read(
      place.file, place.name, offset: place.offset, size: place.size, hash: place.hash, presentation: 0, isKey: true)
  }

  /// All packets of a segment, timed by the segment's first frame, or `nil` when one of them is not what the ledger says.
  func packets(of place: SegmentPlace) throws -> [Packet]? {
    var list: [Packet] = []
    for packet in place.entry.packets {
      guard
        let read = try read(
          place.file, nil, offset: packet.offset, size: packet.size, hash: packet.hash,
          presentation: packet.presentation, isKey: packet.isKey, isDisposable: packet.isDisposable)
      else { return nil }
      list.append(read)
    }
    return list
  }

  /// A run of PCM as one packet at sample `time`, or `nil` when no volume has it with the bytes that its ledger says.
  func sound(_ id: LedgerID, at time: Int64, samples: Int) throws -> (packet: Packet, hash: LedgerID)? {
    guard let place = sounds[id] else { return nil }
    let entry = place.entry
    let file = pieces.withLock { pieces in
      if let known = pieces[place.file] { return known }
      let read = SoundPieces(files[Int(place.file)])
      pieces[place.file] = read
      return read
    }
    guard let bytes = file.bytes(stream: entry.stream, offset: entry.offset, size: entry.size),
      LedgerID(Digest.of(bytes, .xxh128)) == entry.hash
    else {
      damaged.withLock { $0[files[Int(place.file)], default: 0] += 1 }
      return nil
    }
    let packet = try Packet(
      bytes: bytes, presentation: time, decode: time, duration: Int64(samples), isKey: true, isDisposable: false)
    return (packet, entry.hash)
  }

  private func read(
    _ file: Int32, _ name: String?, offset: Int, size: Int, hash: LedgerID, presentation: Int, isKey: Bool,
    isDisposable: Bool = false
  ) throws -> Packet? {
    let source = name.map { PacketFile("\(files[Int(file)])/\($0)") } ?? opened(file)
    let packet = try source?.packet(
      at: offset, size: size, presentation: Int64(presentation), isKey: isKey, isDisposable: isDisposable)
    guard let packet, packet.contentHash == hash else {
      damaged.withLock { $0[files[Int(file)], default: 0] += 1 }
      return nil
    }
    _ = used.withLock { $0.insert(file) }
    return packet
  }

  private func opened(_ file: Int32) -> PacketFile? {
    open.withLock { store in
      if let known = store.value(for: file) { return known }
      let opened = PacketFile(files[Int(file)])
      if let opened { store.keep(opened, for: file, bytes: 1) }
      return opened
    }
  }

  /// What could not be reused because it was damaged.
  var findings: [Finding] {
    damaged.withLock { damaged in
      damaged.sorted { $0.key < $1.key }.map { file, count in
        Finding(
          "reuse.damaged", .warning,
          "\(count) \(count == 1 ? "packet does" : "packets do") not have the bytes that the ledger says; encoded anew",
          at: file)
      }
    }
  }

  /// Which of `files` gave nothing, and why: whoever names a master to take over from expects that it gives something.
  ///
  /// - Parameter wanted: the encoders of what was rendered.
  func unused(of names: [String], encoders wanted: Set<LedgerID>) -> [Finding] {
    let used = used.withLock { $0 }
    return names.compactMap { name in
      let places = files.indices.filter { files[$0] == name }.map { Int32($0) }
      guard !places.isEmpty, used.isDisjoint(with: places) else { return nil }
      let isOther = places.allSatisfy { place in encoders[place].map { !wanted.contains($0) } ?? false }
      let why = isOther ? "it was made with other encoder settings" : "it shows none of these pictures"
      return Finding("reuse.unused", .warning, "nothing of it could be taken over: \(why)", at: name)
    }
  }
}

extension LedgerEntry {
  /// Whether a journal does not say where the entry's packets lie.
  fileprivate var needsPlaces: Bool {
    switch self {
    case .picture(let entry): entry.offsets.isEmpty || entry.offsets.contains { $0 < 0 }
    case .segment(let entry): entry.packets.contains { $0.offset < 0 }
    case .sound, .image: false
    }
  }
}
