import PegCore

extension EncoderSettings {
  /// What an image format means by itself and the settings deny, with what to do: libav would write it all the same, and
  /// every reader would take it for something else.
  var contradiction: (cause: String, hint: String)? {
    switch codec {
    case "png", "tiff":
      if pixelFormat.hasAlpha, alpha == .premultiplied {
        return ("its alpha is straight by definition", "give it straight alpha")
      }
      if codec == "png", tags.matrix != .rgb, tags.matrix != .unspecified {
        return ("it holds R′G′B′, not \(tags.matrix)", "tag it with the matrix rgb")
      }
    case "exr":
      if pixelFormat.hasAlpha, alpha == .straight {
        return ("its alpha is premultiplied by definition", "give it premultiplied alpha")
      }
      if tags.transfer != .linear, tags.transfer != .unspecified {
        return ("it holds scene-linear light, not \(tags.transfer)", "give it linear pictures")
      }
      if tags.primaries != .bt709, tags.primaries != .unspecified {
        return ("without chromaticities it means bt709, not \(tags.primaries)", "convert to the primaries of BT.709")
      }
    default: break
    }
    return nil
  }

  /// What a JPEG file by itself means (JFIF): BT.601's matrix, full range. In a movie the container says otherwise.
  var jpegContradiction: (cause: String, hint: String)? {
    guard codec == "mjpeg", pixelFormat.family == .ycbcr else { return nil }
    let isJFIF = [.smpte170m, .bt470bg, .unspecified].contains(tags.matrix) && tags.range != .legal
    return isJFIF
      ? nil : ("it holds BT.601 Y′CbCr of full range, not \(tags.matrix) \(tags.range)", "convert to smpte170m, full")
  }
}
