import ArgumentParser
import Pegbar

@main
struct PegbarCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pegbar", abstract: "Conforms, grades, times, encodes and proves animation.")
}
