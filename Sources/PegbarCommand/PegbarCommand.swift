import ArgumentParser
import Foundation
import Pegbar

/// Where the process begins: parses, runs, and turns every fault into one sentence and its exit status.
@main
enum Entry {
  static func main() {
    // A reader that goes away and a file that may not grow end a write with an error, not the process.
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try PegbarCommand.parseAsRoot()
      try command.run()
    } catch let findings as FindingsFault {
      Foundation.exit(findings.status)
    } catch let fault as any Fault {
      Console.error(fault.sentence, hint: fault.hint)
      Foundation.exit(fault.kind.rawValue)
    } catch {
      let status = PegbarCommand.exitCode(for: error)
      let message = PegbarCommand.fullMessage(for: error)
      if status.isSuccess {
        if !message.isEmpty { print(message) }
        Foundation.exit(0)
      }
      if status == .validationFailure {
        UsageMessage(message, arguments: Array(CommandLine.arguments.dropFirst())).say()
        Foundation.exit(FaultKind.usage.rawValue)
      }
      Console.error(
        error.localizedDescription, hint: "this is a bug in Pegbar; please report it with the command you typed")
      Foundation.exit(FaultKind.bug.rawValue)
    }
  }
}

struct PegbarCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pegbar",
    abstract: "Conforms, times and encodes animation frames, and proves what came out.",
    discussion: """
      stdout is data, everything else goes to stderr. Every verb that reports takes --json.
      Addresses are CUT@01:00:10:05 (timecode), CUT@240 (frame), CUT#SH010 (clip), CUT#V2:14 (track and index).
      """,
    version: "pegbar \(PegbarVersion.text)",
    groupedSubcommands: [
      CommandGroup(
        name: "Assemble", subcommands: [ProbeCommand.self, ConformCommand.self, CutCommand.self, GradeCommand.self]),
      CommandGroup(name: "Look", subcommands: [MapCommand.self, StillCommand.self]),
      CommandGroup(name: "Deliver", subcommands: [RenderCommand.self, PresetsCommand.self]),
      CommandGroup(name: "Prove", subcommands: [TraceCommand.self, LedgerCommand.self]),
      CommandGroup(name: "Run", subcommands: [DoctorCommand.self]),
    ])
}

/// Findings of severity error were reported: exit status 1.
struct FindingsFault: Error {
  var status: Int32 = 1
}
