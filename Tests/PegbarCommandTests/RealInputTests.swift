import Foundation
import PegTestSupport
import Testing

/// The media that are shared beside the checkout, and the tools that read them.
private enum RealMedia {
  static let folder = SharedMedia.path
  static let isThere =
    SharedMedia.isThere && Tool.has("ffmpeg", "ffprobe")
    && Tool.hasPython("PIL, numpy, opentimelineio")
}

/// Real footage of many kinds on one timeline, rendered, and its pictures held to what Pillow and ffmpeg decode of the sources.
///
/// The media lie beside the checkout and are not part of it.
@Suite(.enabled(if: RealMedia.isThere, "no shared media, or no ffmpeg, Pillow, opentimelineio"))
struct RealInputTests {
  private static let media = RealMedia.folder

  private let bench: Workbench

  init() throws { bench = try Workbench() }

  /// One source: where it lies, how many record frames it takes at 24 fps, and which record frame of it shows which picture.
  private struct Source {
    var path: String
    /// Exact length in record frames: pictures · 24 / true rate. Stills are shown for 6.
    var length: Double
    /// Picture for its record frame k: floor(k · rate / 24).
    var rate: Double?
    /// How the judge reads it: `pil`, `ffmpeg`, or `linear` for scene-linear light.
    var judge: String
    /// Code values of 255 that the mean difference may be: 2 where nothing is converted; more where primaries are, or 4:2:0
    /// chroma is filtered otherwise.
    var tolerance = 2.0
  }

  private static let sources = [
    // 48 pictures of 40 and 50 ms, true rate 24. Dithered: no two resampling kernels agree on it.
    Source(path: "footage/ai/animatediff/model_01/01.gif", length: 48, rate: 24, judge: "pil", tolerance: 9),
    // 16 pictures of 12 and 13 cs: 8 fps.
    Source(path: "footage/ai/dynamicrafter/lighthouse.gif", length: 48, rate: 8, judge: "pil"),
    // 33 pictures of 62 ms, 16.129 fps by their clock and 16 by intent: 33 · 24/16.
    Source(path: "footage/ai/comfyui_webp/text_to_video_wan.webp", length: 49.5, rate: 16, judge: "pil"),
    // 41 pictures of 41 ms: 24.39 and 24.
    Source(path: "footage/ai/comfyui_webp/image_to_video_wan22_5B.webp", length: 41, rate: 24, judge: "pil"),
    // 49 pictures at 8 fps without tags: BT.601 below 720 lines, whose primaries are SMPTE C. A carpet, all texture.
    Source(path: "footage/ai/cogvideox/1.mp4", length: 147, rate: 8, judge: "smpte_c", tolerance: 6),
    // Long-GOP at 25 fps with 5.1 sound: 132 · 24/25.
    Source(path: "footage/handmade/bbb/bigbuckbunny.mp4", length: 126.72, rate: 25, judge: "ffmpeg", tolerance: 4),
    Source(path: "color/tiff/flower-rgb-contig-[16-16].tif", length: 1, rate: 24, judge: "ffmpeg"),
    Source(path: "color/exr/ScanLines/Cannon.exr", length: 6, judge: "linear"),
    Source(path: "footage/handmade/renpy_cels/bg_meadow.jpg", length: 6, judge: "pil", tolerance: 3),
    Source(path: "footage/ai/comfyui_png/sdxl_simple_example.png", length: 6, judge: "pil"),
    Source(path: "footage/handmade/sintel_frames/frame_####.png", length: 6, rate: 24, judge: "pil"),
    Source(path: "color/dpx/dpx_nuke_10bits_rgb.dpx", length: 6, judge: "ffmpeg"),
    Source(path: "qc/hdr/output_hdr10.mp4", length: 1, rate: 24, judge: ""),
  ]
  private static let raster = (width: 480, height: 270)

  /// Where each source begins: record frame ceil(s · 24) of its exact start s (DESIGN §6).
  private static var starts: [Int] {
    var exact = 0.0
    return sources.map { source in
      defer { exact += source.length }
      return Int(exact.rounded(.up))
    }
  }
  private static var duration: Int { Int(sources.map(\.length).reduce(0, +).rounded(.up)) }

  /// `cut new` strings them together; OpenTimelineIO tells the DPX's space and lays cels with alpha on a second track.
  private func cut() throws -> String {
    let cut = bench.file("real.otio")
    let raster = "\(Self.raster.width)x\(Self.raster.height)"
    try Tool.require(
      Workbench.pegbar,
      ["cut", "new", cut] + Self.sources.map { "\(Self.media)/\($0.path)" } + [
        "--rate", "24", "--raster", raster, "--hold", "6",
      ])
    let script = """
      import opentimelineio as otio, sys
      path, media, offset = sys.argv[1], sys.argv[2], float(sys.argv[3])
      timeline = otio.adapters.read_from_file(path)
      for clip in timeline.find_clips():
          if clip.name.startswith('dpx'):
              clip.media_reference.metadata['pegbar'] = {'color': 'bt709'}
      time = otio.opentime.RationalTime
      span = lambda start, count, rate: otio.opentime.TimeRange(time(start, rate), time(count, rate))
      cels = otio.schema.ImageSequenceReference(
          target_url_base=media + '/footage/handmade/opentoonz_cels/Chick/', name_prefix='Chick.', name_suffix='.png',
          start_frame=1, frame_step=1, rate=12, frame_zero_padding=4, available_range=span(1, 3, 12))
      track = otio.schema.Track('V2', kind=otio.schema.TrackKind.Video)
      track.append(otio.schema.Gap(source_range=span(0, offset, 24)))
      track.append(otio.schema.Clip('chick', media_reference=cels, source_range=span(1, 3, 12)))
      timeline.tracks.insert(1, track)
      otio.adapters.write_to_file(timeline, path)
      """
    try Tool.require(Tool.python, ["-c", script, cut, Self.media, "\(Self.starts[3] + 10)"])
    return cut
  }

  @Test func manyKindsOnOneTimeline() throws {
    let cut = try cut()
    let (master, review) = (bench.file("real.mov"), bench.file("real.mp4"))
    let made = try bench.run(
      "render", cut, "-p", "prores-422-hq", "-o", master, "-p", "h264-review", "-o", review, "--json")
    try #require(made.status == 0, "\(made.stderr)")
    // True rates, and a finding that says so.
    let report = String(decoding: made.stdout, as: UTF8.self)
    for words in ["16.129", "24.39", "23.077"] { #expect(report.contains("\(words) fps"), "\(words)") }
    #expect(report.components(separatedBy: "timing.snapped").count == 5)
    for file in [master, review] {
      let probe = try Probe(ffprobe: file, ["-count_packets"])
      #expect(probe["streams.0.nb_read_packets"] == "\(Self.duration)")
      #expect(probe["streams.0.r_frame_rate"] == "24/1")
      #expect(probe.first("streams", where: "codec_type", is: "audio") != nil)
    }
    try hold(master, to: try wanted(), slack: 0)
    // The review copy is 8-bit 4:2:0 at a rate factor: close, not equal.
    try hold(review, to: try wanted(), slack: 2)
  }

  /// Lines for the judge: record frame, picture, source, how to read it, tolerance. The middle of each source and, where it
  /// moves, its last frame.
  private func wanted() throws -> [String] {
    let starts = Self.starts + [Self.duration]
    return Self.sources.indices.flatMap { index -> [String] in
      let source = Self.sources[index]
      guard !source.judge.isEmpty else { return [] }
      let count = starts[index + 1] - starts[index]
      let places = source.rate == nil || count < 2 ? [count / 2] : [count / 2, count - 1]
      return places.map { k in
        let picture = source.rate.map { Int((Double(k) * $0 / 24).rounded(.down)) } ?? 0
        var path = "\(Self.media)/\(source.path)".replacing("[16-16]", with: "16")
        if path.contains("####") { path = path.replacing("####", with: "00\(16 + picture)") }
        let inFile = source.path.contains("####") ? 0 : picture
        return "\(starts[index] + k)\t\(inFile)\t\(path)\t\(source.judge)\t\(source.tolerance)"
      }
    }
  }

  /// Frames of a master, decoded by ffmpeg with BT.709's matrix, against sources decoded by others and fitted by Pillow.
  private func hold(_ master: String, to wanted: [String], slack: Double) throws {
    let script = """
      import numpy, subprocess, sys
      from PIL import Image, ImageSequence
      width, height = \(Self.raster.width), \(Self.raster.height)
      def ffmpeg(path, picture, filters, pixels='rgb24'):
          # Pictures by their number, not by their time.
          raw = subprocess.run(['ffmpeg', '-v', 'error', '-i', path, '-vf', f"select='eq(n,{picture})'" + filters,
                                '-frames:v', '1', '-vsync', '0', '-f', 'rawvideo', '-pix_fmt', pixels, '-'],
                               capture_output=True, check=True).stdout
          return raw
      def size(path):
          text = subprocess.run(['ffprobe', '-v', 'error', '-select_streams', 'v:0', '-show_entries', 'stream=width,height',
                                 '-of', 'csv=p=0', path], capture_output=True, check=True, text=True).stdout
          return tuple(int(n) for n in text.strip().split(',')[:2])
      def source(path, picture, judge):
          if judge == 'pil':
              image = Image.open(path)
              frame = next(f for n, f in enumerate(ImageSequence.Iterator(image)) if n == picture) \
                  if getattr(image, 'n_frames', 1) > 1 else image
              return frame.convert('RGB')
          w, h = size(path)
          if judge == 'linear':
              raw = numpy.frombuffer(ffmpeg(path, picture, '', 'gbrpf32le'), '<f4').reshape(3, h, w)
              light = numpy.clip(raw[[2, 0, 1]].transpose(1, 2, 0), 0, 1)
              # IEC 61966-2-1, the inverse EOTF.
              code = numpy.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
              return Image.fromarray((code * 255 + 0.5).astype('uint8'))
          matrix = 'bt709' if h >= 720 else 'smpte170m'
          filters = f',scale=in_color_matrix={matrix}:flags=accurate_rnd+full_chroma_int' if path.endswith('.mp4') else ''
          image = Image.frombytes('RGB', (w, h), ffmpeg(path, picture, filters))
          if judge == 'smpte_c':
              # SMPTE 170M's primaries to BT.709's, both with D65, through BT.1886's light.
              def to_xyz(primaries):
                  columns = numpy.array([[x / y, 1, (1 - x - y) / y] for x, y in primaries]).T
                  white = numpy.array([0.3127 / 0.3290, 1, (1 - 0.3127 - 0.3290) / 0.3290])
                  return columns * numpy.linalg.solve(columns, white)
              matrix = numpy.linalg.inv(to_xyz([(.64, .33), (.30, .60), (.15, .06)])) @ to_xyz(
                  [(.630, .340), (.310, .595), (.155, .070)])
              light = numpy.clip((numpy.asarray(image, float) / 255) ** 2.4 @ matrix.T, 0, 1)
              image = Image.fromarray((light ** (1 / 2.4) * 255 + 0.5).astype('uint8'))
          return image
      def count(path, judge):
          if judge == 'pil':
              return getattr(Image.open(path), 'n_frames', 1)
          return 10000 if path.endswith('.mp4') else 1
      bad = []
      for line in sys.stdin.read().splitlines():
          record, picture, path, judge, tolerance = line.split('\\t')
          raw = ffmpeg(sys.argv[1], int(record), ',scale=in_color_matrix=bt709:flags=accurate_rnd+full_chroma_int')
          shown = Image.frombytes('RGB', (width, height), raw)
          def difference(number):
              image = source(path, number, judge)
              scale = min(width / image.width, height / image.height)
              fitted = (round(image.width * scale), round(image.height * scale))
              image = image.resize(fitted, Image.LANCZOS).crop((4, 4, fitted[0] - 4, fitted[1] - 4))
              left, top = (width - fitted[0]) // 2 + 4, (height - fitted[1]) // 2 + 4
              part = shown.crop((left, top, left + image.width, top + image.height))
              return numpy.abs(numpy.asarray(part, float) - numpy.asarray(image, float)).mean()
          number, name = int(picture), path.split('/')[-1]
          own = difference(number)
          print(f'{record} {name} {own:.2f}', file=sys.stderr)
          if own > float(tolerance) + float(sys.argv[2]):
              bad.append(f'record {record}: {name} picture {number} differs by {own:.2f}')
          # No neighbour is nearer; equal ones are equally near.
          for other in (number - 1, number + 1):
              if 0 <= other < count(path, judge):
                  try: near = difference(other)
                  except (ValueError, StopIteration): continue
                  if near < own - 0.05:
                      bad.append(f'record {record}: picture {other} of {name} is nearer than {number}')
      print('\\n'.join(bad))
      """
    let output = try Tool.run(
      Tool.python, ["-c", script, master, "\(slack)"], input: Data(wanted.joined(separator: "\n").utf8), timeout: 300)
    #expect(output.status == 0, "\(output.stderr)")
    let bad = output.text.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(bad.isEmpty, "\(bad)\n\(output.stderr)")
  }

  /// Where a cel lies over a picture its edges are mixed: neither of the two alone. The cel's eyes are opaque and its own.
  @Test func celsLieOverFootage() throws {
    let cut = try cut()
    let (over, under) = (bench.file("over.png"), bench.file("under.png"))
    let frame = Self.starts[3] + 12
    try bench.require("still", "\(cut)@\(frame)", "-o", over)
    let plain = bench.file("plain.otio")
    let script = """
      import opentimelineio as otio, sys
      timeline = otio.adapters.read_from_file(sys.argv[1])
      timeline.tracks[1].enabled = False
      otio.adapters.write_to_file(timeline, sys.argv[2])
      """
    try Tool.require(Tool.python, ["-c", script, cut, plain])
    try bench.require("still", "\(plain)@\(frame)", "-o", under)
    // What lies over it by Pillow: straight alpha, fitted to the raster.
    let judge = """
      import numpy, sys
      from PIL import Image
      over, under = (numpy.asarray(Image.open(p).convert('RGB'), float) for p in sys.argv[1:3])
      cel = Image.open(sys.argv[3]).convert('RGBA')
      height, width = over.shape[:2]
      scale = min(width / cel.width, height / cel.height)
      size = (round(cel.width * scale), round(cel.height * scale))
      left, top = (width - size[0]) // 2, (height - size[1]) // 2
      # Associated before it is resampled, as it has to be.
      rgba = numpy.asarray(cel, float) / 255
      planes = [rgba[..., i] * rgba[..., 3] for i in range(3)] + [rgba[..., 3]]
      planes = [numpy.asarray(Image.fromarray(p.astype('float32')).resize(size, Image.LANCZOS)) for p in planes]
      expected = under.copy()
      part = expected[top:top + size[1], left:left + size[0]]
      alpha = numpy.clip(planes[3], 0, 1)[..., None]
      part[...] = numpy.clip(numpy.stack(planes[:3], -1) * 255 + part * (1 - alpha), 0, 255)
      print(numpy.abs(over - expected).mean(), numpy.abs(over - under).mean())
      """
    let cel = "\(Self.media)/footage/handmade/opentoonz_cels/Chick/Chick.0002.png"
    let figures = String(decoding: try Tool.require(Tool.python, ["-c", judge, over, under, cel]), as: UTF8.self)
      .split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    try #require(figures.count == 2)
    #expect(figures[0] < 1, "over the footage as Pillow lays it: \(figures)")
    #expect(figures[1] > 3, "it shows: \(figures)")
  }
}
