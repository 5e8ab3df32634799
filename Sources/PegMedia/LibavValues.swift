internal import CFFmpeg
import PegCore

// H.273 code points are libav's numbers; only the types differ.

extension Primaries {
  var av: AVColorPrimaries { AVColorPrimaries(rawValue: AVColorPrimaries.RawValue(rawValue)) }
}

extension Transfer {
  var av: AVColorTransferCharacteristic {
    AVColorTransferCharacteristic(rawValue: AVColorTransferCharacteristic.RawValue(rawValue))
  }
}

extension Matrix {
  var av: AVColorSpace { AVColorSpace(rawValue: AVColorSpace.RawValue(rawValue)) }
}

extension CodeRange {
  var av: AVColorRange { AVColorRange(rawValue: AVColorRange.RawValue(rawValue)) }
}

extension ChromaSiting {
  var av: AVChromaLocation { AVChromaLocation(rawValue: AVChromaLocation.RawValue(rawValue)) }
}

extension AVRational {
  /// `nil` when a part leaves 31 bits.
  init?(_ value: Rational) {
    guard let num = Int32(exactly: value.numerator), let den = Int32(exactly: value.denominator) else { return nil }
    self.init(num: num, den: den)
  }
}
