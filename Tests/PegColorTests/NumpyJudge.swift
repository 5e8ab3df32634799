import Foundation
import PegTestSupport

/// float64 arithmetic by numpy: what a conversion should have given.
enum NumpyJudge {
  struct Complaint: Error, CustomStringConvertible {
    let description: String
  }

  static let isThere = Tool.hasPython("numpy")

  /// What `script` leaves in `out`, an array; `data` is what it is given as one flat array of float64, `p` the parameters.
  static func run(_ script: String, _ parameters: [String: Any] = [:], _ data: [Double]) throws -> [Double] {
    let arguments = try JSONSerialization.data(withJSONObject: parameters)
    let whole = """
      import sys, json, numpy as np
      p = json.loads(sys.argv[1])
      data = np.frombuffer(sys.stdin.buffer.read(), dtype='<f8')
      \(helpers)
      \(script)
      sys.stdout.buffer.write(np.ascontiguousarray(out, dtype='<f8').tobytes())
      """
    let output = try Tool.run(
      Tool.python, ["-c", whole, String(decoding: arguments, as: UTF8.self)],
      input: data.withUnsafeBytes { Data($0) })
    guard output.status == 0 else { throw Complaint(description: output.stderr) }
    return output.stdout.withUnsafeBytes { raw in
      (0..<raw.count / 8).map { raw.loadUnaligned(fromByteOffset: $0 * 8, as: Double.self) }
    }
  }

  /// `ycc(kr, kb)`: the matrix by H.273's equations. `filtered(a, axis, count, scale, shift)`: Catmull-Rom along an axis,
  /// widened where it shrinks; output sample i lies at (i + ½) · scale + shift − ½ of the input's samples; past an edge lies
  /// its sample again.
  private static let helpers = """
    def ycc(kr, kb):
        kg = 1 - kr - kb
        y = np.array([kr, kg, kb])
        return np.array([y, (np.array([0, 0, 1]) - y) / (2 * (1 - kb)), (np.array([1, 0, 0]) - y) / (2 * (1 - kr))])

    def cubic(x):
        x = abs(x)
        if x < 1: return 1.5 * x**3 - 2.5 * x**2 + 1
        if x < 2: return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
        return 0.0

    def filtered(a, axis, count, scale, shift):
        a = np.moveaxis(a, axis, 0)
        n = a.shape[0]
        wide = max(scale, 1.0)
        out = np.zeros((count,) + a.shape[1:])
        for i in range(count):
            at = (i + 0.5) * scale + shift - 0.5
            taps = range(int(np.floor(at - 2 * wide)), int(np.ceil(at + 2 * wide)) + 1)
            weights = np.array([cubic((t - at) / wide) for t in taps])
            weights /= weights.sum()
            for t, w in zip(taps, weights):
                out[i] += w * a[min(max(t, 0), n - 1)]
        return np.moveaxis(out, 0, axis)

    # Chroma's position against luma, in luma samples: BT.2020, H.273 figure 1.
    OFFSET = {'left': (0.0, 0.5), 'center': (0.5, 0.5), 'topLeft': (0.0, 0.0), 'top': (0.5, 0.0),
              'bottomLeft': (0.0, 1.0), 'bottom': (0.5, 1.0)}
    """
}
