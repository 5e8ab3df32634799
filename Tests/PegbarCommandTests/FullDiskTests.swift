import Foundation
import PegTestSupport
import Testing

/// A disk that is full, and files that may not grow: status 74, no output, and the same command goes on when there is room.
@Suite(.enabled(if: Workbench.canDraw, "no ffmpeg")) struct FullDiskTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  /// Two seconds of noise: ProRes takes some megabytes for it.
  private func cut() throws -> String {
    try bench.movie(
      "clip.mov", seconds: 2, raster: "320x180",
      codec: ["-vf", "noise=alls=40:allf=t,format=yuv422p10le", "-c:v", "prores_ks", "-qscale:v", "4"])
    return try bench.cut(of: "clip.mov")
  }

  /// The system stops files of this process at 500 KiB, as it stops all files when the disk is full.
  @Test(arguments: [("prores-422-hq", "mov"), ("h264-review", "mp4"), ("ffv1-archive", "mkv"), ("dnxhr-hqx", "mxf")])
  func aFileThatMayNotGrow(preset: String, ending: String) throws {
    let cut = try cut()
    let output = bench.file("out.\(ending)")
    let script = "ulimit -f 1000 && exec \"$0\" \"$@\""
    let arguments = [Workbench.pegbar, "render", cut, "-p", preset, "-o", output]
    let full = try Tool.run("sh", ["-c", script] + arguments)
    #expect(full.status == 74, "\(full.stderr)")
    #expect(full.stderr.contains("out.\(ending)") && full.stderr.contains("file too large"), "\(full.stderr)")
    #expect(!bench.folder.names.contains("out.\(ending)"))
    let resumed = try Tool.run(Workbench.pegbar, Array(arguments.dropFirst()))
    #expect(resumed.status == 0, "\(resumed.stderr)")
    try bench.require("render", cut, "-p", preset, "-o", bench.file("fresh.\(ending)"))
    #expect(FileManager.default.contentsEqual(atPath: output, andPath: bench.file("fresh.\(ending)")))
    #expect(!bench.folder.names.contains { $0.contains("partial") }, "\(bench.folder.names)")
  }

  /// A file system of two megabytes, where this process may mount one.
  @Test func aFullFileSystem() throws {
    let disk = bench.file("disk")
    try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
    guard geteuid() == 0, (try? Tool.run("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]))?.status == 0 else {
      print("skipped: no file system may be mounted here")
      return
    }
    defer { _ = try? Tool.run("umount", ["-l", disk]) }
    let cut = try cut()
    for (preset, name) in [("prores-422-hq", "out.mov"), ("png-sequence", "frames")] {
      let full = try bench.run("render", cut, "-p", preset, "-o", "\(disk)/\(name)")
      #expect(full.status == 74, "\(full.stderr)")
      #expect(full.stderr.contains(name) && full.stderr.contains("no space left on device"), "\(full.stderr)")
      #expect(full.stderr.contains("hint: free some space"))
      let left = try FileManager.default.contentsOfDirectory(atPath: disk)
      #expect(!left.contains(name), "\(left)")
      // Room is made; what was finished is taken over.
      try Tool.require("mount", ["-o", "remount,size=64m", disk])
      let resumed = try bench.run("render", cut, "-p", preset, "-o", "\(disk)/\(name)")
      #expect(resumed.status == 0, "\(resumed.stderr)")
      #expect(resumed.stderr.contains("reused"), "\(resumed.stderr)")
      for file in try FileManager.default.contentsOfDirectory(atPath: disk) {
        try FileManager.default.removeItem(atPath: "\(disk)/\(file)")
      }
      try Tool.require("mount", ["-o", "remount,size=2m", disk])
    }
  }

  /// Data to a device that is always full.
  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "no /dev/full"))
  func stdoutOnAFullDisk() throws {
    let cut = try cut()
    for words in ["render \"$1\" -p prores-422-hq -o -", "map \"$1\" --csv", "probe \"$1.mov\" --json"] {
      try? FileManager.default.copyItem(atPath: bench.file("clip.mov"), toPath: "\(cut).mov")
      let output = try Tool.run("sh", ["-c", "\"$0\" \(words) > /dev/full", Workbench.pegbar, cut])
      #expect(output.status == 74, "\(words): \(output.stderr)")
      #expect(output.stderr.contains("error: cannot write"), "\(words): \(output.stderr)")
    }
  }
}
