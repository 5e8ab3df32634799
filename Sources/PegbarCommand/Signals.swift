import Dispatch
import Foundation
import Pegbar

/// SIGINT and SIGTERM become a wish to stop; a second SIGINT ends the process at once.
final class Signals {
  private var sources: [any DispatchSourceSignal] = []

  init(_ cancellation: Cancellation) {
    for (number, kind) in [(SIGINT, FaultKind.interrupted), (SIGTERM, FaultKind.terminated)] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        if cancellation.isCancelled { _exit(kind.rawValue) }
        cancellation.cancel(kind)
      }
      source.resume()
      sources.append(source)
    }
  }
}
