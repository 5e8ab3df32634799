import Foundation
import Pegbar
import Synchronization

/// The progress of long work: a bar on a terminal, else one line every few seconds.
final class ProgressLine: Sendable {
  private let label: String
  /// When a line was due last; the first comes after as long as the others.
  private let lastLine = Mutex(Date())
  /// Seconds between two lines where no bar is drawn.
  private static let interval = 5.0

  /// - Parameter label: what grows.
  init(_ label: String) { self.label = label }

  func show(_ progress: RenderProgress) {
    if Console.canRedraw {
      FileHandle.standardError.write(Data("\r\u{1B}[K\(bar(progress))".utf8))
      return
    }
    let isDue = lastLine.withLock { last in
      guard Date().timeIntervalSince(last) >= Self.interval else { return false }
      last = Date()
      return true
    }
    if isDue { Console.say("\(label): \(figures(progress).joined(separator: ", "))") }
  }

  func finish() {
    if Console.canRedraw { FileHandle.standardError.write(Data("\r\u{1B}[K".utf8)) }
  }

  /// The bar and as many of the figures as fit on one line: a line that wraps cannot be drawn over.
  private func bar(_ progress: RenderProgress) -> String {
    let width = 24
    let full = progress.total > 0 ? progress.written * width / progress.total : width
    var line = String(repeating: "█", count: full) + String(repeating: "░", count: width - full)
    for (index, figure) in figures(progress).enumerated() {
      let next = line + (index == 0 ? " " : ", ") + figure
      guard next.count < Console.width else { break }
      line = next
    }
    return line
  }

  /// The most important first.
  private func figures(_ progress: RenderProgress) -> [String] {
    let rate = progress.seconds > 0 ? Double(progress.written) / progress.seconds : 0
    var parts = ["\(progress.written)/\(progress.total) frames", String(format: "%.1f fps", rate)]
    if rate > 0, progress.written < progress.total {
      let left = Int((Double(progress.total - progress.written) / rate).rounded(.up))
      parts.append(String(format: "%d:%02d left", left / 60, left % 60))
    }
    parts.append("\(progress.counts.encoded) encoded")
    if progress.counts.held > 0 { parts.append("\(progress.counts.held) held") }
    if progress.counts.reused > 0 { parts.append("\(progress.counts.reused) reused") }
    return parts
  }
}
