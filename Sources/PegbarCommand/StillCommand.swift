import ArgumentParser
import Foundation
import Pegbar

struct StillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "still", abstract: "Renders one frame of a cut to an image.",
    discussion: """
      pegbar still cut.otio@01:00:02:12 -o frame.png
      pegbar still cut.otio#SH020 -o first-frame.png
      """)

  @Argument(help: ArgumentHelp("The frame: CUT@TC, CUT@FRAME or CUT#CLIP.", valueName: "CUT@TC"))
  var place: String

  @Option(name: [.customShort("o"), .long], help: ArgumentHelp("The image: .png, .tif or .jpg.", valueName: "FILE"))
  var output: String

  @Flag(help: "16 bits per sample; 8 when not given.") var deep = false
  @Flag(help: "Replace an image that exists.") var overwrite = false
  @OptionGroup var media: MediaOptions

  func run() throws {
    let (file, address) = try Address.split(place)
    guard let address else {
      throw PegError(.usage, "\(place) names no frame", hint: "write \(file)@01:00:00:00, \(file)@240 or \(file)#SH010")
    }
    guard let format = StillFileFormat(path: output), [.png, .tiff, .jpeg].contains(format) else {
      throw PegError(.usage, "\(output) names no image that still writes", hint: "end it in .png, .tif or .jpg")
    }
    if FileManager.default.fileExists(atPath: output), !overwrite {
      throw PegError(.cannotCreate, "\(output) exists", hint: "give -o another name, or --overwrite to replace it")
    }
    let cut = try Cut(reading: file)
    let maps = try media.maps()
    let plan = try RememberedFacts.lend { try cut.plan(pathMaps: maps, prober: $0) }
    let frame = try address.frame(in: plan)
    try StillRender(plan: plan).write(frame: frame, to: output, deep: deep)
    Console.findings(cut.findings + plan.findings)
    let layers = plan.trace(at: frame).map { "\($0.clip) \($0.source)\($0.frame.map { " frame \($0)" } ?? "")" }
    Console.say(
      "\(output): record \(plan.start.advanced(by: frame)) (frame \(frame)): \(layers.joined(separator: "  +  "))")
  }
}
