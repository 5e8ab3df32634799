import ArgumentParser
import Foundation
import Pegbar

struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "What this machine can do: libraries, encoders, presets, arithmetic.")

  @OptionGroup var report: ReportOptions
  @OptionGroup var presets: PresetOptions

  func run() throws {
    let library = try presets.library()
    var findings: [Finding] = []
    for feature in Capability.all where !feature.isPresent {
      findings.append(
        Finding("doctor.missing", .warning, "not there: \(feature.without)", at: feature.library, hint: feature.install)
      )
    }
    let encoders = ["prores_ks", "dnxhd", "ffv1", "libx264", "libx265", "png", "aac", "pcm_s24le"]
    for encoder in encoders where !MediaLibraries.hasEncoder(encoder) {
      findings.append(
        Finding(
          "doctor.encoder", .warning, "FFmpeg was built without it", at: encoder,
          hint: "install a build of FFmpeg's libraries that has it"))
    }
    let names = library.list()
    if names.isEmpty {
      findings.append(
        Finding(
          "doctor.presets", .error, "no presets were found", at: "presets",
          hint: "name their folder with --presets or PEGBAR_PRESETS"))
    }
    let memory = ByteCountFormatter.string(
      fromByteCount: Int64(ProcessInfo.processInfo.physicalMemory), countStyle: .memory)
    let facts: [(String, String)] = [
      ("pegbar", PegbarVersion.text), ("libraries", "\(MediaLibraries.formats), \(MediaLibraries.codecs)"),
      ("arithmetic", arithmetic), ("kernels", kernelLevel),
      ("cores", "\(ProcessInfo.processInfo.activeProcessorCount)"), ("memory", memory),
      ("cache", SourceIdentities.defaultFolder ?? "none: neither XDG_CACHE_HOME nor HOME is set"),
      ("presets", names.isEmpty ? "none" : names.joined(separator: ", ")),
    ]
    let has = Capability.all.filter(\.isPresent).map(\.library)
    let capabilities = JSON.array(
      Capability.all.map { ["library": .string($0.library), "present": .bool($0.isPresent)] })
    try report.say(
      Report(
        "doctor",
        facts: facts.map { Fact($0, .string($1), label: $0) } + [
          Fact("capabilities", capabilities, label: "has", text: has.isEmpty ? "none" : has.joined(separator: ", "))
        ], findings: findings))
    try report.judge(findings)
  }
}
