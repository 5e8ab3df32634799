import Foundation
import PegCore
import PegDelivery
import PegTestSupport
import Pegbar
import Testing

/// The master has the same SHA-256 however it came to be: in one go, on however many threads, in chunks, from an earlier version
/// (DESIGN §1). `make soak` runs every preset at every rate with every chunk.
@Suite(.serialized, .enabled(if: Tool.has("ffmpeg", "ffprobe"), "no ffmpeg")) struct ByteIdentityTests {
  struct Master: Sendable, CustomTestStringConvertible {
    let preset: String
    let ending: String
    var testDescription: String { "\(preset) in \(ending)" }

    func name(_ stem: String) -> String { ending.isEmpty ? stem : "\(stem).\(ending)" }
  }

  static let masters = [
    Master(preset: "prores-422-hq", ending: "mov"), Master(preset: "prores-4444", ending: "mov"),
    Master(preset: "dnxhr-hqx", ending: "mxf"), Master(preset: "dnxhr-hqx", ending: "mov"),
    Master(preset: "ffv1-archive", ending: "mkv"), Master(preset: "h264-review", ending: "mp4"),
    Master(preset: "hevc-10", ending: "mp4"), Master(preset: "png-sequence", ending: ""),
  ]
  static let soaks = ProcessInfo.processInfo.environment["PEGBAR_SOAK"] != nil

  @Test func everyPresetIsHere() throws {
    #expect(Set(try Show.presets().list()) == Set(Self.masters.map(\.preset)))
  }

  /// The rates at which a preset is tried: all in a soak, one of the three by turns else.
  static func rates(_ master: Int) -> [String] {
    soaks ? Programme.rates : [Programme.rates[master % 3]]
  }

  @Test(arguments: masters.indices)
  func oneGoOnAnyNumberOfThreads(index: Int) throws {
    let master = Self.masters[index]
    for rate in Self.rates(index) {
      let programme = try Programme(rate: rate)
      let cut = try programme.cut()
      var hashes: Set<String> = []
      for threads in [1, 2, 8] {
        let name = master.name("t\(threads)")
        try programme.show.render(cut, master.preset, to: name, options: programme.show.options(threads: threads))
        hashes.insert(try programme.hash(name))
      }
      #expect(hashes.count == 1, "\(rate)")
    }
  }

  @Test(arguments: masters.indices)
  func chunksAssembleToTheSameBytes(index: Int) throws {
    let master = Self.masters[index]
    for rate in Self.rates(index) {
      let programme = try Programme(rate: rate)
      let (show, cut) = (programme.show, try programme.cut())
      try show.render(cut, master.preset, to: master.name("whole"))
      let wanted = try programme.hash(master.name("whole"))
      let plan = try cut.plan()
      #expect(plan.duration == 104)
      let unit = try Show.presets().deliverable(named: master.preset).video.unit
      for size in Self.soaks ? [1, 7, 24, 100] : [7 + index % 2 * 17, 100] {
        let chunks: [FrameRange]
        if case .segments(let length) = unit {
          // Any number of segments: one, two, three, all but the last.
          let starts = Segments.boundaries(cuts: plan.cuts, length: length, duration: plan.duration) + [plan.duration]
          let count = [1: 1, 7: 2, 24: 3, 100: starts.count - 2][size] ?? 1
          let edges = stride(from: 0, to: starts.count - 1, by: count).map { starts[$0] } + [plan.duration]
          chunks = zip(edges, edges.dropFirst()).map { FrameRange($0, $1) }
        } else {
          chunks = stride(from: 0, to: plan.duration, by: size).map {
            FrameRange($0, min($0 + size, plan.duration))
          }
        }
        let counts = try programme.assembled(cut, master.preset, chunks: chunks, to: master.name("of\(size)"))
        #expect(counts.encoded == 0, "\(rate), chunks of \(size)")
        #expect(counts.reused + counts.held == plan.duration)
        #expect(try programme.hash(master.name("of\(size)")) == wanted, "\(rate), chunks of \(size)")
      }
    }
  }

  /// From the first version to each other and back: the bytes are those of a render from nothing.
  @Test(arguments: masters.indices)
  func anyVersionIsRenewedFromAnyOther(index: Int) throws {
    let master = Self.masters[index]
    for rate in Self.rates(index) {
      let programme = try Programme(rate: rate)
      let show = programme.show
      var fresh: [Programme.Edit: String] = [:]
      for edit in Programme.Edit.allCases {
        var options = show.options()
        options.reuses = false
        try show.render(try programme.cut(edit), master.preset, to: master.name("\(edit)"), options: options)
        fresh[edit] = try programme.hash(master.name("\(edit)"))
      }
      #expect(Set(fresh.values).count == Programme.Edit.allCases.count, "every edit shows")
      let name = master.name("master")
      for edit in Programme.Edit.allCases.flatMap({ $0 == .none ? [] : [.none, $0] }) + [.none] {
        let made = try show.render(try programme.cut(edit), master.preset, to: name)
        #expect(try programme.hash(name) == fresh[edit], "\(rate), to \(edit)")
        #expect(made.masters.first?.findings.contains { $0.code == "reuse.damaged" } == false)
      }
    }
  }

  /// How many frames an edit touches, and no frame more.
  ///
  /// A stands on 0..<20, the dissolve on 18..<22, B to 44, C to 64, D to 80, E to 92, F to 104.
  @Test func onlyWhatAnEditTouchesIsEncoded() throws {
    let programme = try Programme()
    let show = programme.show
    func encoded(_ edit: Programme.Edit, from first: Programme.Edit = .none) throws -> Int {
      let name = "\(edit)-\(first).mov"
      try show.render(try programme.cut(first), "prores-422-hq", to: name)
      let made = try show.render(try programme.cut(edit), "prores-422-hq", to: name)
      return try #require(made.masters.first?.counts.encoded)
    }
    // Frame k of B shows picture floor((12 + k) · 16/24), slipped floor((18 + k) · 16/24). The dissolve covers its frames −2…1;
    // the others, 2…23, show pictures 9…23 and slipped 13…27: 24…27 are new. The dissolve's four frames mix other pictures of B.
    #expect(try encoded(.slipped) == 4 + 4)
    // N's drawings but the last 2, which dissolve; the 4 frames of that dissolve; and the last 2 drawings of A by themselves.
    #expect(try encoded(.inserted) == 6 + 4 + 2)
    // What remains is all there; the sound, 96 frames long, now outlasts the picture by 12 that show nothing: one picture.
    #expect(try encoded(.removed) == 1)
    #expect(try encoded(.retaken) == 16)
  }
}
