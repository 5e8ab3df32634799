import PegCore
import PegPlan

/// The blocks in which a master's sound is mixed and written: half a second of record frames, counted from the cut's first
/// frame, so that chunks and whole masters have the same ones.
struct SoundBlocks: Hashable {
  /// The record frames of the file.
  let frames: FrameRange
  /// The record samples of the file.
  let samples: FrameRange
  private let rate: FrameRate
  private let sampleRate: Int
  /// Frames of a block.
  private let stride: Int

  init(_ plan: FramePlan, _ master: MasterOrder) {
    rate = plan.rate
    sampleRate = plan.sound.sampleRate
    frames = master.range
    stride = max(1, (plan.rate.value / 2).ceil)
    // Round(duration · rate) of a plan is where its last frame ends; what lies beyond is nobody's.
    let end = min(Self.edge(frames.end, rate, sampleRate), plan.sound.length)
    let start = min(Self.edge(frames.start, rate, sampleRate), end)
    // MXF lays samples beside each picture by the cadence of a programme's first frames (1602, 1601, … at 29.97): a chunk that
    // begins elsewhere in it may have one sample more than its edit units hold, and that one has no place.
    let held = master.delivery.container.muxer == "mxf" ? Self.edge(frames.count, rate, sampleRate) : Int.max
    samples = FrameRange(start, start + min(end - start, held))
  }

  /// Record sample where record frame `frame` begins (DESIGN §6).
  private static func edge(_ frame: Int, _ rate: FrameRate, _ sampleRate: Int) -> Int {
    (Rational(frame) * Rational(sampleRate) / rate.value).rounded
  }

  /// How many blocks there are, at least one.
  var count: Int { (frames.end + stride - 1) / stride - frames.start / stride }

  /// Record frames of block `index`, from 0.
  func frames(_ index: Int) -> FrameRange {
    let first = frames.start / stride + index
    return FrameRange(max(frames.start, first * stride), min(frames.end, (first + 1) * stride))
  }

  /// Record samples of block `index`.
  func samples(_ index: Int) -> FrameRange {
    let block = frames(index)
    func edge(_ frame: Int) -> Int { min(max(Self.edge(frame, rate, sampleRate), samples.start), samples.end) }
    return FrameRange(edge(block.start), edge(block.end))
  }
}
