// swift-tools-version: 6.2
// The floor plan. A target uses targets on lower floors only; the table below is checked as the manifest runs.
import Foundation
import PackageDescription

// MARK: - Libraries that may be missing
//
// SwiftPM caches a manifest's evaluation by its text and environment, so a file test goes stale after a library is
// installed. `make` therefore names what pkg-config finds in PEGBAR_LIBS; without the variable headers are looked for.

struct OptionalLibrary {
  let package: String  // pkg-config name
  let module: String  // C module with one importer
  let header: String
  let define: String
  let apt: String
}

let optionalLibraries = [
  OptionalLibrary(package: "zimg", module: "CZimg", header: "zimg.h", define: "PEGBAR_ZIMG", apt: "libzimg-dev"),
  OptionalLibrary(
    package: "libwebpdemux", module: "CWebP", header: "webp/demux.h", define: "PEGBAR_WEBP", apt: "libwebp-dev"),
  OptionalLibrary(package: "lcms2", module: "CLCMS", header: "lcms2.h", define: "PEGBAR_LCMS", apt: "liblcms2-dev"),
]

let includeFolders = ["/usr/include", "/usr/local/include", "/opt/homebrew/include"]
let named = ProcessInfo.processInfo.environment["PEGBAR_LIBS"]?.split(separator: " ").map(String.init)

func isPresent(_ library: OptionalLibrary) -> Bool {
  if let named { return named.contains(library.package) }
  return includeFolders.contains { FileManager.default.fileExists(atPath: "\($0)/\(library.header)") }
}

let present = optionalLibraries.filter(isPresent)

// MARK: - Floors

struct Room {
  let name: String
  let floor: Int
  var uses: [String] = []
  var optional: [String] = []  // C modules of optional libraries
  var products: [Target.Dependency] = []
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let cModules: Set<String> = ["CFFmpeg", "CXXHash", "CSwscale", "CSwresample", "CZimg", "CWebP", "CLCMS", "CPegKernels"]

let rooms: [Room] = [
  Room(name: "PegCore", floor: 1),
  Room(name: "PegKernels", floor: 1, uses: ["CPegKernels"]),
  Room(name: "PegMedia", floor: 2, uses: ["CFFmpeg", "CXXHash", "PegCore"], optional: ["CWebP"]),
  Room(name: "PegTimeline", floor: 2, uses: ["PegCore"]),
  Room(name: "PegAudio", floor: 2, uses: ["CSwresample", "PegCore"]),
  Room(name: "PegColor", floor: 2, uses: ["CSwscale", "PegCore", "PegKernels"], optional: ["CZimg", "CLCMS"]),
  Room(name: "PegText", floor: 2, uses: ["PegCore"]),
  Room(name: "PegReport", floor: 2, uses: ["PegCore"]),
  Room(name: "PegXML", floor: 2, uses: ["PegCore"]),
  Room(name: "PegLook", floor: 3, uses: ["PegCore", "PegKernels", "PegColor", "PegXML"]),
  Room(name: "PegPlan", floor: 3, uses: ["PegCore", "PegMedia", "PegTimeline", "PegAudio", "PegText", "PegColor"]),
  Room(name: "PegLedger", floor: 3, uses: ["PegCore", "PegMedia"]),
  Room(name: "PegPreset", floor: 3, uses: ["PegCore", "PegTimeline"], products: [yams]),
  Room(name: "PegInterchange", floor: 4, uses: ["PegCore", "PegTimeline", "PegLook", "PegXML"], products: [yams]),
  Room(
    name: "PegConform", floor: 4,
    uses: ["PegCore", "PegMedia", "PegTimeline", "PegAudio", "PegColor", "PegText", "PegPlan", "PegLook"]),
  Room(name: "PegDelivery", floor: 4, uses: ["PegCore", "PegMedia", "PegAudio", "PegColor", "PegPlan", "PegPreset"]),
  Room(
    name: "PegRender", floor: 5,
    uses: [
      "PegCore", "PegMedia", "PegTimeline", "PegAudio", "PegColor", "PegText", "PegPlan", "PegLedger", "PegPreset",
      "PegConform",
      "PegDelivery",
    ]),
  Room(
    name: "Pegbar", floor: 6,
    uses: [
      "PegCore", "PegKernels", "PegMedia", "PegTimeline", "PegAudio", "PegColor", "PegText", "PegReport", "PegPlan",
      "PegLedger",
      "PegPreset", "PegLook", "PegInterchange", "PegConform", "PegDelivery", "PegRender",
    ]),
  // `pegbar` on the command line; its module has a name of its own because file systems that ignore case exist.
  Room(name: "PegbarCommand", floor: 7, uses: ["Pegbar"], products: [argumentParser]),
]

let floors = Dictionary(uniqueKeysWithValues: rooms.map { ($0.name, $0.floor) })
// The C modules stand on floor 0, each with exactly one importer.
var importers: [String: String] = [:]
for room in rooms {
  for used in room.uses + room.optional {
    if cModules.contains(used) {
      precondition(importers[used] == nil, "\(used) has a second importer, \(room.name)")
      importers[used] = room.name
      continue
    }
    guard let floor = floors[used] else { preconditionFailure("\(room.name) uses an unknown room \(used)") }
    precondition(floor < room.floor, "\(room.name) may not use \(used)")
  }
}

// MARK: - Targets

let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

func dependencies(of room: Room) -> [Target.Dependency] {
  let optional = room.optional.filter { module in present.contains { $0.module == module } }
  return (room.uses + optional).map { .target(name: $0) } + room.products
}

func settings(of room: Room) -> [SwiftSetting] {
  strict + present.filter { room.optional.contains($0.module) }.map { .define($0.define) }
}

var targets: [Target] = [
  .systemLibrary(
    name: "CFFmpeg", pkgConfig: "libavformat", providers: [.apt(["libavformat-dev", "libavcodec-dev"])]),
  .systemLibrary(name: "CSwscale", pkgConfig: "libswscale", providers: [.apt(["libswscale-dev"])]),
  .systemLibrary(name: "CSwresample", pkgConfig: "libswresample", providers: [.apt(["libswresample-dev"])]),
  .target(name: "CPegKernels", cSettings: [.treatAllWarnings(as: .error)]),
  // xxHash as it came, a single header: an installed library would be a fourth that every build needs.
  .target(name: "CXXHash", cSettings: [.treatAllWarnings(as: .error)]),
]
targets += present.map {
  .systemLibrary(name: $0.module, pkgConfig: $0.package, providers: [.apt([$0.apt])])
}
targets += rooms.map { room in
  room.name == "PegbarCommand"
    ? .executableTarget(name: room.name, dependencies: dependencies(of: room), swiftSettings: settings(of: room))
    : .target(name: room.name, dependencies: dependencies(of: room), swiftSettings: settings(of: room))
}
// The demo film is drawn by code of ours; what it draws is not committed.
targets.append(
  .executableTarget(
    name: "DemoFilm", dependencies: ["PegCore", "PegMedia", "PegTimeline"], path: "fixtures/demo", swiftSettings: strict
  ))
// The pass over pixels by itself, for `make bench`.
targets.append(
  .executableTarget(
    name: "ColorBench", dependencies: ["PegCore", "PegKernels", "PegColor"], path: "fixtures/bench",
    swiftSettings: strict
  ))
// What the tests share: numbered frames, fills, hashes, tools that judge.
targets.append(
  .target(
    name: "PegTestSupport", dependencies: ["PegCore", "PegMedia", "PegTimeline"], path: "Tests/PegTestSupport",
    swiftSettings: strict))

func tests(_ room: String, uses: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(room)Tests", dependencies: [.target(name: room), "PegTestSupport"] + uses, swiftSettings: strict)
}
let tested: [(String, [Target.Dependency])] = [
  ("PegCore", []),
  ("PegMedia", []),
  ("PegAudio", []),
  ("PegPreset", []),
  ("PegKernels", []),
  ("PegColor", ["PegCore"]),
  ("PegXML", ["PegCore"]),
  ("PegLook", ["PegCore", "PegKernels", "PegColor"]),
  ("PegTimeline", []),
  ("PegPlan", []),
  ("PegConform", []),
  ("PegInterchange", []),
  ("PegReport", []),
  ("PegText", ["PegCore"]),
  ("PegRender", ["Pegbar"]),
  ("PegLedger", ["Pegbar", "PegbarCommand"]),
  ("PegbarCommand", []),
]
targets += tested.map { tests($0.0, uses: $0.1) }

let package = Package(
  name: "pegbar",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Pegbar", targets: ["Pegbar"]),
    .executable(name: "pegbar", targets: ["PegbarCommand"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: targets,
  swiftLanguageModes: [.v6]
)
