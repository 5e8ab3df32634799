import Foundation
import PegKernels
import PegTestSupport
import Testing

/// Each level is compiled for its instruction set: a token that the compiler does not know would drop the attribute and leave
/// a kernel of the name `avx512` that runs at SSE2's speed. The machine code says which it is.
@Suite(
  .enabled(if: Tool.path("objdump") != nil, "objdump is not installed"),
  .enabled(if: isOptimised, "C is not optimised in a debug build"))
struct InstructionSetTests {
  /// Loads by computed addresses, which no vector makes faster.
  private static let exempt: Set<String> = ["lookup_u8", "trilinear", "table"]
  /// Two nodes of a lattice fill a vector of eight, on every level.
  private static let ofEight: Set<String> = ["mix_tetrahedra", "mix_cells"]

  /// Instructions of every function whose name ends in `_LEVEL`, by function.
  private func functions(_ level: String) throws -> [String: [Substring]] {
    let program = "/proc/self/exe"
    let path = try FileManager.default.destinationOfSymbolicLink(atPath: program)
    let names = String(decoding: try Tool.require("nm", ["--defined-only", path]), as: UTF8.self)
    // Names of C have no mangling: power_avx2.
    let ours = names.split(separator: "\n").compactMap { line -> (UInt64, String)? in
      let parts = line.split(separator: " ")
      guard parts.count == 3, parts[1] == "t", parts[2].hasSuffix("_\(level)"), !parts[2].hasPrefix("$") else {
        return nil
      }
      return UInt64(parts[0], radix: 16).map { ($0, String(parts[2])) }
    }
    let first = try #require(ours.map(\.0).min())
    let last = try #require(ours.map(\.0).max())
    let text = String(
      decoding: try Tool.require(
        "objdump",
        [
          "-d", "--no-show-raw-insn", "--start-address=\(first)", "--stop-address=\(last + 16384)", path,
        ]), as: UTF8.self)
    let wanted = Set(ours.map(\.1))
    var made: [String: [Substring]] = [:]
    var name = ""
    for line in text.split(separator: "\n") {
      if line.hasSuffix(">:"), let open = line.firstIndex(of: "<") {
        name = String(line[line.index(after: open)...].dropLast(2))
      } else if wanted.contains(name) {
        made[name, default: []].append(line)
      }
    }
    return made.reduce(into: [:]) { $0[String($1.key.dropLast(level.count + 1))] = $1.value }
  }

  #if arch(x86_64)
    @Test(arguments: [("sse2", "%xmm"), ("avx2", "%ymm"), ("avx512", "%zmm")])
    func everyKernelUsesItsLevelsRegisters(level: String, register: String) throws {
      let functions = try functions(level)
      #expect(functions.count > 30)
      for (name, lines) in functions where !Self.exempt.contains(name) {
        if level == "sse2", name == "unpack_bits" { continue }
        let register = level == "avx512" && Self.ofEight.contains(name) ? "%ymm" : register
        #expect(lines.contains { $0.contains(register) }, "\(name)_\(level) uses no \(register)")
      }
    }

    /// No wider than it says, and never a fused multiplication: that would round once where the others round twice.
    @Test(arguments: [
      ("scalar", ["%ymm", "%zmm", "vfm"]), ("sse2", ["%ymm", "%zmm", "vfm"]), ("avx2", ["%zmm", "vfm"]),
      ("avx512", ["vfm"]),
    ])
    func noKernelUsesMore(level: String, forbidden: [String]) throws {
      for (name, lines) in try functions(level) {
        for word in forbidden { #expect(!lines.contains { $0.contains(word) }, "\(name)_\(level) has \(word)") }
      }
    }
  #endif
}

#if DEBUG
  private let isOptimised = false
#else
  private let isOptimised = true
#endif
