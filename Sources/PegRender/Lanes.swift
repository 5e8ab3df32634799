import Foundation
import PegCore

/// The thread shell around ``RenderWindow``: lanes that each take the next piece and run it to completion, and a writer that
/// gets the results in order.
///
/// An error travels as the result of its piece, so that the first one in record order is reported, whichever lane was faster.
final class Lanes<Piece: Sendable, Made: Sendable>: @unchecked Sendable {
  // Unchecked: every stored property below is only touched with `condition` held.
  private let condition = NSCondition()
  private var window: RenderWindow
  private var results: [Int: Result<Made, any Error>] = [:]
  private var supply: () -> Piece?
  private var running = 0

  /// - Parameters:
  ///   - width: pieces under way or waiting at most.
  ///   - supply: the next piece, or `nil` at the end; called in order, by one lane at a time.
  init(width: Int, supply: @escaping () -> Piece?) {
    window = RenderWindow(width: width)
    self.supply = supply
  }

  /// Runs `lanes` threads until the pieces are used up, and `write` on the calling thread for each result in order.
  ///
  /// `makeWorker` is called once on each lane's thread; what it returns works there alone. When anything throws, the other
  /// lanes finish the piece they are at and stop before this returns.
  func run(
    lanes: Int, makeWorker: @escaping @Sendable () throws -> (Piece) throws -> Made, write: (Made) throws -> Void
  ) throws {
    condition.withLock { running = lanes }
    for lane in 0..<lanes {
      let thread = Thread { [self] in
        work(makeWorker)
        condition.withLock {
          running -= 1
          condition.broadcast()
        }
      }
      thread.name = "pegbar lane \(lane)"
      // libav's encoders keep whole blocks on the stack.
      thread.stackSize = 4 << 20
      thread.start()
    }
    defer {
      condition.withLock {
        window.cancel()
        condition.broadcast()
        while running > 0 { condition.wait() }
      }
    }
    var number = 0
    while let made = try result(number) {
      try write(made)
      number += 1
      condition.withLock {
        window.wrote()
        condition.broadcast()
      }
    }
  }

  private func result(_ number: Int) throws -> Made? {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let result = results.removeValue(forKey: number) { return try result.get() }
      if window.isDone { return nil }
      condition.wait()
    }
  }

  private func work(_ makeWorker: () throws -> (Piece) throws -> Made) {
    let worker = Result { try makeWorker() }
    while let (number, piece) = take() {
      let result = Result { try worker.get()(piece) }
      condition.withLock {
        results[number] = result
        condition.broadcast()
      }
      if case .failure = result { return }
    }
  }

  private func take() -> (Int, Piece)? {
    condition.lock()
    defer { condition.unlock() }
    while true {
      switch window.ask() {
      case .stop: return nil
      case .wait: condition.wait()
      case .work(let number):
        if let piece = supply() { return (number, piece) }
        window.exhaust()
        condition.broadcast()
        return nil
      }
    }
  }
}
