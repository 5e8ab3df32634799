import Foundation
import Pegbar
import Synchronization

/// The progress of long work: a bar on a terminal, else one line every few seconds.
final class ProgressLine: Sendable {
  private let label: String
  private let lastLine = Mutex(Date.distantPast)

  init(_ label: String) { self.label = label }

  func show(_ progress: RenderProgress) {
    if Console.isTerminal {
      FileHandle.standardError.write(Data("\r\u{1B}[K\(bar(progress)) \(figures(progress))".utf8))
    } else {
      let due = lastLine.withLock { last in
        guard Date().timeIntervalSince(last) >= 5 else { return false }
        last = Date()
        return true
      }
      if due { Console.say("\(label): \(figures(progress))") }
    }
  }

  func finish() {
    if Console.isTerminal { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
  }

  private func bar(_ progress: RenderProgress) -> String {
    let width = 24
    let full = progress.total > 0 ? progress.written * width / progress.total : width
    return String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
  }

  private func figures(_ progress: RenderProgress) -> String {
    let rate = progress.seconds > 0 ? Double(progress.written) / progress.seconds : 0
    var parts = ["\(progress.written)/\(progress.total) frames", String(format: "%.1f fps", rate)]
    parts.append("\(progress.counts.encoded) encoded")
    if progress.counts.held > 0 { parts.append("\(progress.counts.held) held") }
    if progress.counts.reused > 0 { parts.append("\(progress.counts.reused) reused") }
    if rate > 0, progress.written < progress.total {
      let left = Int(Double(progress.total - progress.written) / rate)
      parts.append(String(format: "%d:%02d left", left / 60, left % 60))
    }
    return parts.joined(separator: ", ")
  }
}
