import PegCore

/// The words that presets write for the code points of ITU-T H.273.
enum ColorNames {
  static let primaries: [(String, Primaries)] = [
    ("bt709", .bt709), ("bt470m", .bt470m), ("bt470bg", .bt470bg), ("smpte170m", .smpte170m),
    ("smpte240m", .smpte240m), ("film", .film), ("bt2020", .bt2020), ("xyz", .xyz), ("p3_dci", .p3DCI),
    ("p3_d65", .p3D65), ("ebu3213", .ebu3213),
  ]
  static let transfers: [(String, Transfer)] = [
    ("bt709", .bt709), ("gamma22", .gamma22), ("gamma28", .gamma28), ("smpte170m", .smpte170m),
    ("smpte240m", .smpte240m), ("linear", .linear), ("log100", .log100), ("log316", .log316), ("xvycc", .xvYCC),
    ("bt1361", .bt1361), ("srgb", .srgb), ("bt2020_10", .bt2020ten), ("bt2020_12", .bt2020twelve), ("pq", .pq),
    ("smpte428", .smpte428), ("hlg", .hlg),
  ]
  static let matrices: [(String, Matrix)] = [
    ("rgb", .rgb), ("bt709", .bt709), ("fcc", .fcc), ("bt470bg", .bt470bg), ("smpte170m", .smpte170m),
    ("smpte240m", .smpte240m), ("ycgco", .ycgco), ("bt2020_ncl", .bt2020ncl), ("bt2020_cl", .bt2020cl),
    ("ictcp", .ictcp),
  ]
  static let ranges: [(String, CodeRange)] = [("legal", .legal), ("full", .full)]
  static let sitings: [(String, ChromaSiting)] = [
    ("left", .left), ("center", .center), ("top_left", .topLeft), ("top", .top), ("bottom_left", .bottomLeft),
    ("bottom", .bottom),
  ]

  static func name(of value: Primaries) -> String { primaries.first { $0.1 == value }?.0 ?? "unspecified" }
  static func name(of value: Transfer) -> String { transfers.first { $0.1 == value }?.0 ?? "unspecified" }
  static func name(of value: Matrix) -> String { matrices.first { $0.1 == value }?.0 ?? "unspecified" }
  static func name(of value: ChromaSiting) -> String { sitings.first { $0.1 == value }?.0 ?? "unspecified" }
}
