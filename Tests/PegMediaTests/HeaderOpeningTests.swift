import PegCore
import PegTestSupport
import Testing

@testable import PegMedia

/// Where a file's header says all that reading takes, libav's analysis, which decodes pictures, is left out.
@Suite struct HeaderOpeningTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let sample: EncoderSample
    let container: String
    let isAnalysed: Bool
    var testDescription: String { "\(sample.settings.codec) in \(container)" }
  }

  static let cases: [Case] = [
    .init(sample: .proresHQ, container: "mov", isAnalysed: false),
    .init(sample: .dnxhrHQX, container: "mov", isAnalysed: false),
    // Long GOP: reordering is only known by analysis; and other containers say less.
    .init(sample: .h264, container: "mov", isAnalysed: true),
    .init(sample: .proresHQ, container: "matroska", isAnalysed: true),
    .init(sample: .proresHQ, container: "mxf", isAnalysed: true),
  ]

  private func facts(_ path: String, _ analysis: Demuxer.Analysis) throws -> ([Demuxer.Stream], isAnalysed: Bool) {
    let demuxer = try Demuxer(path: path, analysis)
    #expect(demuxer.isAnalysed || analysis == .header)
    return (demuxer.streams, demuxer.isAnalysed)
  }

  @Test(arguments: cases) func sayTheSameAsAnalysis(_ opening: Case) throws {
    let folder = try TempFolder()
    let path = folder.file("movie.\(opening.container)")
    _ = try opening.sample.with({ _ in }, container: opening.container).write(
      path, frames: 7, timecode: Timecode(frames: 86400, rate: FrameRate(24)),
      audio: AudioSettings(codec: "pcm_s24le", layout: .stereo))
    let (short, isAnalysed) = try facts(path, .header)
    let (whole, _) = try facts(path, .whole)
    #expect(isAnalysed == opening.isAnalysed)
    #expect(short.count == whole.count)
    for (a, b) in zip(short, whole) {
      #expect(a.kind == b.kind)
      #expect(a.codec == b.codec)
      #expect(a.timeBase == b.timeBase)
      // Where a stream begins is only found by reading on; pictures are placed by their packets.
      #expect(a.start == b.start || a.start == nil && !isAnalysed)
      #expect(a.duration == b.duration)
      #expect(a.frameCount == b.frameCount)
      #expect(a.averageRate == b.averageRate)
      #expect(a.isAttachment == b.isAttachment)
      #expect(a.rotation == b.rotation)
    }
    #expect(short.contains { $0.frameCount == 7 } || opening.container != "mov")
  }
}
