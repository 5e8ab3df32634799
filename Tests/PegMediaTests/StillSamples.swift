import Foundation
import PegCore
import PegMedia
import PegTestSupport

/// Still files that other people's libraries wrote (OpenImageIO, tifffile, Pillow), with the samples that are in them.
struct StillSamples {
  struct File: Decodable {
    var name: String
    var width: Int
    var height: Int
    var channels: Int
    /// `int` for code values in 16 bits, `float`.
    var kind: String
    var alpha: String?
    /// Whether libav may lack the layout: then it has to be refused, never shown wrong.
    var mayRefuse: Bool?

    var raster: Raster { Raster(width, height) }
  }

  let folder: TempFolder
  let files: [File]

  static let isPossible = Tool.hasPython("OpenImageIO, tifffile, PIL, numpy")

  init() throws {
    folder = try TempFolder()
    let output = try Tool.run(Tool.python, ["-W", "ignore", "-c", Self.script, folder.path])
    guard output.status == 0 else { throw Tool.Failure(description: output.stderr) }
    files = try output.text.split(separator: "\n").map {
      try JSONDecoder().decode(File.self, from: Data($0.utf8))
    }
  }

  /// What is in the file, pixel by pixel.
  func samples(_ file: File) throws -> [Double] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.file(file.name + ".raw")))
    return data.withUnsafeBytes { raw in
      file.kind == "float"
        ? stride(from: 0, to: raw.count, by: 4).map { Double(raw.loadUnaligned(fromByteOffset: $0, as: Float.self)) }
        : stride(from: 0, to: raw.count, by: 2).map { Double(raw.loadUnaligned(fromByteOffset: $0, as: UInt16.self)) }
    }
  }

  private static let script = """
    import sys, json, numpy as np, OpenImageIO as oiio, tifffile
    from PIL import Image
    out = sys.argv[1]
    W, H = 37, 19
    rng = np.random.default_rng(7)
    def codes(ch, bits):
        a = rng.integers(0, 1 << bits, (H, W, ch), dtype=np.uint32)
        a[0, 0, :] = 0; a[0, 1, :] = (1 << bits) - 1
        return a
    def keep(name, a, kind, **more):
        a = np.ascontiguousarray(a)
        a.astype('<f4' if kind == 'float' else '<u2').tofile(f'{out}/{name}.raw')
        print(json.dumps(dict(name=name, width=a.shape[1], height=a.shape[0], channels=a.shape[2], kind=kind, **more)))
    def write(name, a, typ, **attrs):
        tile = attrs.pop('tile', 0)
        window = attrs.pop('window', None)
        spec = oiio.ImageSpec(a.shape[1], a.shape[0], a.shape[2], typ)
        names = {1: ('Y',), 2: ('Y', 'A'), 3: ('R', 'G', 'B'), 4: ('R', 'G', 'B', 'A')}[a.shape[2]]
        spec.channelnames = names
        if a.shape[2] in (2, 4): spec.alpha_channel = a.shape[2] - 1
        if tile: spec.tile_width = spec.tile_height = tile
        if window: spec.x, spec.y, spec.full_x, spec.full_y, spec.full_width, spec.full_height = window
        for k, v in attrs.items(): spec.attribute(k.replace('__', ':'), v)
        o = oiio.ImageOutput.create(f'{out}/{name}')
        assert o.open(f'{out}/{name}', spec), o.geterror()
        assert o.write_image(a), o.geterror()
        o.close()
    # PNG: unassociated as it is stored
    for ch, label in ((1, 'y'), (2, 'ya'), (3, 'rgb'), (4, 'rgba')):
        for bits, typ, dt in ((8, 'uint8', np.uint8), (16, 'uint16', np.uint16)):
            a = codes(ch, bits)
            write(f'{label}{bits}.png', a.astype(dt), typ, oiio__UnassociatedAlpha=1)
            keep(f'{label}{bits}.png', a, 'int')
    pal = rng.integers(0, 256, (16, 3)).astype(np.uint8)
    idx = rng.integers(0, 16, (H, W)).astype(np.uint8)
    im = Image.fromarray(idx, 'P'); im.putpalette(pal.flatten().tolist()); im.save(f'{out}/palette.png')
    keep('palette.png', pal[idx], 'int')
    bit = rng.integers(0, 2, (H, W)).astype(bool)
    Image.fromarray(bit).save(f'{out}/bit.png')
    keep('bit.png', bit[..., None].astype(np.uint32), 'int')
    # TIFF
    for bits, typ, dt in ((8, 'uint8', np.uint8), (16, 'uint16', np.uint16)):
        for comp in ('none', 'lzw', 'zip', 'packbits'):
            a = codes(3, bits)
            write(f'rgb{bits}_{comp}.tif', a.astype(dt), typ, compression=comp)
            keep(f'rgb{bits}_{comp}.tif', a, 'int')
        for ch, label in ((1, 'y'), (4, 'rgba')):
            a = codes(ch, bits)
            write(f'{label}{bits}.tif', a.astype(dt), typ, compression='lzw', oiio__UnassociatedAlpha=1)
            keep(f'{label}{bits}.tif', a, 'int')
        a = codes(4, bits)
        write(f'associated{bits}.tif', a.astype(dt), typ, compression='zip')
        keep(f'associated{bits}.tif', a, 'int', alpha='premultiplied')
        a = codes(3, bits)
        tifffile.imwrite(f'{out}/big{bits}.tif', a.astype('>u1' if bits == 8 else '>u2'), byteorder='>', photometric='rgb')
        keep(f'big{bits}.tif', a, 'int')
        a = codes(3, bits)
        write(f'strips{bits}.tif', a.astype(dt), typ, compression='lzw', tiff__RowsPerStrip=4)
        keep(f'strips{bits}.tif', a, 'int')
        a = codes(3, bits)
        write(f'predictor{bits}.tif', a.astype(dt), typ, compression='zip', tiff__Predictor=2)
        keep(f'predictor{bits}.tif', a, 'int')
        a = codes(3, bits)
        write(f'planar{bits}.tif', a.astype(dt), typ, compression='none', planarconfig='separate')
        keep(f'planar{bits}.tif', a, 'int', mayRefuse=True)
        write(f'tiled{bits}.tif', codes(3, bits).astype(dt), typ, tile=16)
        b = oiio.ImageBuf(f'{out}/tiled{bits}.tif').get_pixels(typ)
        keep(f'tiled{bits}.tif', b.astype(np.uint32), 'int', mayRefuse=True)
    f = rng.standard_normal((H, W, 3)).astype(np.float32)
    write('float.tif', f, 'float', compression='zip'); keep('float.tif', f, 'float', mayRefuse=True)
    # EXR
    for typ in ('half', 'float'):
        for comp in ('none', 'rle', 'zips', 'zip', 'piz') + (('pxr24',) if typ == 'half' else ()):
            for ch, label in ((3, 'rgb'), (4, 'rgba'), (1, 'y')):
                if comp not in ('zip', 'piz') and ch != 3: continue
                for tile in (0, 16):
                    if tile and comp not in ('zip', 'none'): continue
                    a = (rng.standard_normal((H, W, ch)) * 3).astype(np.float16 if typ == 'half' else np.float32).astype(np.float32)
                    name = f'{label}_{typ}_{comp}{"_tiled" if tile else ""}.exr'
                    write(name, a, typ, compression=comp, tile=tile)
                    keep(name, a, 'float')
    # Windows: x, y, full x, full y, full width, full height; outside of the data window a picture is 0.
    for n, (x, y, fx, fy, fw, fh) in enumerate(((5, 3, 0, 0, 60, 40), (-4, -6, 0, 0, 20, 10), (-3, 2, 0, 0, 50, 12), (110, 205, 100, 200, 50, 30), (10, 4, 12, 6, 20, 9))):
        for tile in (0, 16):
            a = rng.standard_normal((H, W, 4)).astype(np.float16).astype(np.float32)
            name = f'window{n}{"_tiled" if tile else ""}.exr'
            write(name, a, 'half', compression='zip', tile=tile, window=(x, y, fx, fy, fw, fh))
            full = np.zeros((fh, fw, 4), np.float32)
            for r in range(H):
                for c in range(W):
                    i, j = y + r - fy, x + c - fx
                    if 0 <= i < fh and 0 <= j < fw: full[i, j] = a[r, c]
            keep(name, full, 'float')
    # DPX
    for bits in (8, 10, 12, 16):
        for ch, label in ((3, 'rgb'), (4, 'rgba')):
            if ch == 4 and bits in (10, 12): continue
            for end in ('big', 'little'):
                a = codes(ch, bits)
                name = f'{label}{bits}_{end}.dpx'
                write(name, (a / ((1 << bits) - 1)).astype(np.float32), 'uint8' if bits == 8 else 'uint16', oiio__BitsPerSample=bits, oiio__Endian=end, dpx__Packing='Filled, method A', oiio__UnassociatedAlpha=1)
                asked = oiio.ImageSpec()
                asked.attribute('oiio:UnassociatedAlpha', 1)
                back = oiio.ImageInput.open(f'{out}/{name}', asked).read_image('float')
                assert np.array_equal(np.rint(back * ((1 << bits) - 1)).astype(np.uint32), a), name
                keep(name, a, 'int')
    """
}
