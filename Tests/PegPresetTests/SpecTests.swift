import PegCore
import PegPreset
import PegTestSupport
import Testing

@Suite struct SpecTests {
  private func pixels(_ name: String) throws -> PixelFormat { try #require(PixelFormat(named: name)) }

  // MARK: Matching pixel formats

  @Test(arguments: [
    (["yuv420p"], "yuv420p"), (["yuv422p10le", "yuv422p10le"], "yuv422p10le"),
    // The same samples in another layout.
    (["rgb24"], "bgr0"), (["rgba"], "bgra"), (["rgb48be"], "gbrp16le"), (["rgba64be"], "gbrap16le"),
    (["gbrp"], "bgr0"), (["pal8"], "bgra"), (["gray16be"], "gray16le"),
    // Nothing holds both, or a full-range JPEG, or float.
    (["rgb24", "rgb48be"], "gbrp16le"), (["rgb24", "yuv420p"], "gbrp16le"), (["yuvj420p"], "gbrp16le"),
    (["gbrpf32le"], "gbrp16le"), ([], "gbrp16le"),
  ])
  func anArchiveKeepsTheSourcesSamples(sources: [String], expected: String) throws {
    let video = try Presets.checkout().deliverable(named: "ffv1-archive").video
    #expect(video.pixelFormat.resolve(for: try sources.map(pixels)) == (try pixels(expected)))
  }

  @Test(arguments: [
    (["rgb24"], "rgb24"), (["rgba"], "rgba"), (["rgb48le"], "rgb48be"), (["gbrap16le"], "rgba64be"),
    (["bgr0"], "rgb24"), (["yuv420p"], "rgb48be"), (["rgba", "rgb24"], "rgb48be"),
  ])
  func stillsKeepTheSourcesSamples(sources: [String], expected: String) throws {
    let video = try Presets.checkout().deliverable(named: "png-sequence").video
    #expect(video.pixelFormat.resolve(for: try sources.map(pixels)) == (try pixels(expected)))
  }

  @Test func theTagsFollowThePixelFormat() throws {
    let video = try Presets.checkout().deliverable(named: "ffv1-archive").video
    #expect(video.color(for: try pixels("yuv422p10le")) == .bt709)
    let rgb = ColorTags(primaries: .bt709, transfer: .bt709, matrix: .rgb, range: .full)
    #expect(video.color(for: try pixels("gbrp16le")) == rgb)
    #expect(video.color(for: try pixels("yuv444p")).siting == .unspecified)
    #expect(video.alpha(for: try pixels("gbrp16le")) == .opaque)
    #expect(video.alpha(for: try pixels("bgra")) == .straight)
  }

  // MARK: Names of files

  @Test func theExtensionChoosesTheContainer() throws {
    let container = try Presets.checkout().deliverable(named: "dnxhr-hqx").container
    #expect(try container.format(forFile: "/a.b/master.MOV").muxer == "mov")
    #expect(try container.format(forFile: "master.mxf").muxer == "mxf")
    for path in ["master.mkv", "master", "/a.mov/master", ".mov/x"] {
      let fault = #expect(throws: PegError.self) { try container.format(forFile: path) }
      #expect(fault?.kind == .usage)
      #expect(fault?.hint == "give it a name that ends in .mxf or .mov")
    }
  }

  @Test func theIndexGoesToTheFrontOfWhatHasOne() throws {
    let spec = ContainerSpec(
      formats: ["mp4", "mkv"], isFastStart: true, options: ["mp4": [EncoderOption("movflags", "+write_colr")]])
    #expect(
      spec.muxerOptions(for: try #require(ContainerFormat(extension: "mp4")))
        == [EncoderOption("movflags", "+write_colr+faststart")])
    #expect(spec.muxerOptions(for: try #require(ContainerFormat(extension: "mkv"))).isEmpty)
  }

  // MARK: Sound

  @Test func anArchiveKeepsTheWidestLayout() throws {
    let library = try Presets.checkout()
    let archive = try #require(try library.deliverable(named: "ffv1-archive").audio)
    #expect(archive.tracks(for: [.mono, .surround51, .stereo]) == [.surround51])
    #expect(archive.tracks(for: []) == [.stereo])
    let master = try #require(try library.deliverable(named: "prores-422-hq").audio)
    #expect(master.tracks(for: [.surround51]) == [.stereo])
  }

  @Test func ratesAreExact() throws {
    let folder = try TempFolder()
    let preset = try Presets.load(Presets.smallest + "\n  rates: [23.976, 25, 30000/1001]\n", in: folder)
    #expect(preset.video.rates == [FrameRate(24000, 1001), FrameRate(25), FrameRate(30000, 1001)])
    #expect(preset.video.allows(FrameRate(25)))
    #expect(!preset.video.allows(FrameRate(24)))
  }

  @Test func decimalsAreKept() throws {
    let folder = try TempFolder()
    let text =
      Presets.smallest + "\naudio: {codec: pcm_s24le, tracks: cut, loudness: {target: -23.05, tolerance: .5}}\n"
    let preset = try Presets.load(text, in: folder)
    #expect(preset.audio?.loudness == AudioSpec.Loudness(target: Rational(-2305, 100), tolerance: Rational(1, 2)))
    #expect(preset.canonical.contains(#""loudness":{"target":-23.05,"tolerance":0.5}"#))
  }
}
