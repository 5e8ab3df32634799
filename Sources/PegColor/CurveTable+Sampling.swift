import PegKernels

extension CurveTable {
  /// A function as a table of as many entries as it takes for straight lines between them to be no further from it than
  /// `tolerance`, half way between entries; 32769 at most.
  init(low: Double, high: Double, tolerance: Double, sampling function: (Double) -> Double) {
    var cells = 256
    // Exactly the places that the table's own arithmetic calls its entries.
    func values(_ cells: Int) -> [Double] {
      (0...cells).map { function(low + (high - low) * Double($0) / Double(cells)) }
    }
    var known = values(cells)
    while cells < 32768 {
      let finer = values(2 * cells)
      var worst = 0.0
      for k in 0..<cells {
        let straight = (known[k] + known[k + 1]) / 2
        worst = max(worst, abs(finer[2 * k + 1] - straight))
      }
      if worst <= tolerance { break }
      cells *= 2
      known = finer
    }
    self.init(known.map { Float($0) }, low: Float(low), high: Float(high))
  }
}
