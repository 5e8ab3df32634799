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
  struct Place: Sendable {
    let file: String
    let offset: Int
    let size: Int
    let hash: LedgerID
    let picture: LedgerID
  }

  struct SegmentPlace: Sendable {
    let file: String
    let entry: SegmentEntry
  }

  private struct Key: Hashable {
    let encoder: LedgerID
    let recipe: LedgerID
  }

  private let pictures: [Key: Place]
  private let segments: [Key: SegmentPlace]
  private let damaged = Mutex<[String: Int]>([:])

  var isEmpty: Bool { pictures.isEmpty && segments.isEmpty }

  /// One ledger, or what stands for one, and the file or folder it is about.
  struct Volume {
    var file: String
    var encoder: LedgerID
    var entries: [LedgerEntry]
  }

  /// Later volumes win over earlier ones.
  init(_ volumes: [Volume]) {
    var pictures: [Key: Place] = [:]
    var segments: [Key: SegmentPlace] = [:]
    for volume in volumes {
      for entry in volume.entries {
        switch entry {
        case .picture(let entry):
          guard let offset = entry.offsets.first, offset >= 0 else { continue }
          pictures[Key(encoder: volume.encoder, recipe: entry.recipe)] = Place(
            file: volume.file, offset: offset, size: entry.size, hash: entry.hash, picture: entry.picture)
        case .image(let entry):
          guard let name = entry.paths.first, !name.contains("/") else { continue }
          pictures[Key(encoder: volume.encoder, recipe: entry.recipe)] = Place(
            file: "\(volume.file)/\(name)", offset: 0, size: entry.size, hash: entry.hash, picture: entry.picture)
        case .segment(let entry):
          guard entry.packets.allSatisfy({ $0.offset >= 0 }) else { continue }
          segments[Key(encoder: volume.encoder, recipe: Self.id(of: entry.recipes.map { ($0.count, $0.recipe) }))] =
            SegmentPlace(file: volume.file, entry: entry)
        case .sound: continue
        }
      }
    }
    self.pictures = pictures
    self.segments = segments
  }

  /// The id of a segment: its recipes with their counts, in order.
  static func id(of recipes: [(count: Int, recipe: LedgerID)]) -> LedgerID {
    // Runs that were split differently are the same segment.
    var merged: [(count: Int, recipe: LedgerID)] = []
    for run in recipes {
      if let last = merged.last, last.recipe == run.recipe {
        merged[merged.count - 1].count += run.count
      } else {
        merged.append(run)
      }
    }
    let text = merged.map { "\($0.count) \($0.recipe)\n" }.joined()
    return LedgerID(Digest.of(Array(text.utf8), .sha256))
  }

  func place(encoder: LedgerID, recipe: LedgerID) -> Place? { pictures[Key(encoder: encoder, recipe: recipe)] }

  func segment(encoder: LedgerID, id: LedgerID) -> SegmentPlace? { segments[Key(encoder: encoder, recipe: id)] }

  /// The packet at a place, or `nil` when its bytes are not what the ledger says.
  func packet(at place: Place) throws -> Packet? {
    try read(place.file, offset: place.offset, size: place.size, hash: place.hash, presentation: 0, isKey: true)
  }

  /// All packets of a segment, timed by the segment's first frame, or `nil` when one of them is not what the ledger says.
  func packets(of place: SegmentPlace) throws -> [Packet]? {
    var list: [Packet] = []
    for packet in place.entry.packets {
      guard
        let read = try read(
          place.file, offset: packet.offset, size: packet.size, hash: packet.hash, presentation: packet.presentation,
          isKey: packet.isKey, isDisposable: packet.isDisposable)
      else { return nil }
      list.append(read)
    }
    return list
  }

  private func read(
    _ file: String, offset: Int, size: Int, hash: LedgerID, presentation: Int, isKey: Bool,
    isDisposable: Bool = false
  ) throws -> Packet? {
    guard let bytes = PacketBytes.read(file, offset: offset, size: size) else {
      damaged.withLock { $0[file, default: 0] += 1 }
      return nil
    }
    let packet = try Packet(
      bytes: bytes, presentation: Int64(presentation), decode: Int64(presentation), duration: 1, isKey: isKey,
      isDisposable: isDisposable)
    guard packet.contentHash == hash else {
      damaged.withLock { $0[file, default: 0] += 1 }
      return nil
    }
    return packet
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
}

/// Reads a piece of a file.
enum PacketBytes {
  /// `nil` when the file is not there or ends before.
  static func read(_ file: String, offset: Int, size: Int) -> [UInt8]? {
    guard size > 0, size < Int(Int32.max), offset >= 0 else { return nil }
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // A ledger may say anything: the size is believed only as far as the file goes.
    var facts = stat()
    guard fstat(descriptor, &facts) == 0, Int(facts.st_size) - size >= offset else { return nil }
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, filled in
      guard let base = buffer.baseAddress else { return }
      while filled < size {
        let got = pread(descriptor, base + filled, size - filled, off_t(offset + filled))
        if got <= 0 { return }
        filled += got
      }
    }
    return bytes.count == size ? bytes : nil
  }
}
