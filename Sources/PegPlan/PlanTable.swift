public import PegCore

/// The frame plan as rows: what `pegbar map` prints.
public struct PlanTable: Sendable {
  /// One layer of one record frame, bottom first; `trace` is `nil` for a gap.
  public struct Row: Hashable, Sendable {
    public var record: Int
    public var timecode: Timecode
    public var layer: Int
    public var trace: LayerTrace?
  }

  public static let columns = ["record", "timecode", "track", "layer", "clip", "take", "source", "frame"]

  public let plan: FramePlan
  public let range: FrameRange

  /// - Precondition: `range` lies in 0..<duration of the plan.
  public init(_ plan: FramePlan, range: FrameRange? = nil) {
    self.plan = plan
    self.range = range ?? FrameRange(0, plan.duration)
  }

  /// The rows of one record frame.
  public func rows(at frame: Int) -> [Row] {
    let timecode = plan.start.advanced(by: frame)
    let traces = plan.trace(at: frame)
    if traces.isEmpty { return [Row(record: frame, timecode: timecode, layer: 0, trace: nil)] }
    return traces.enumerated().map { Row(record: frame, timecode: timecode, layer: $0.offset, trace: $0.element) }
  }

  /// The header line of the CSV form, with its line break (CRLF, RFC 4180 §2).
  public static var csvHeader: String { columns.joined(separator: ",") + "\r\n" }

  /// The lines of one record frame in the CSV form, each with its line break.
  ///
  /// A gap has track, layer, clip, take, source and frame empty; what has no frames (generators, a frame that is black by
  /// policy) has `frame` empty.
  public func appendCSV(at frame: Int, to text: inout String) {
    let head = "\(frame),\(plan.start.advanced(by: frame)),"
    let traces = plan.trace(at: frame)
    if traces.isEmpty { text += "\(head),,,,,\r\n" }
    for (layer, trace) in traces.enumerated() {
      text += head
      text += String(trace.track)
      text += ","
      text += String(layer)
      for field in [trace.clip, trace.take, trace.source] {
        text += ","
        text += Self.quoted(field)
      }
      text += ","
      if let frame = trace.frame { text += String(frame) }
      text += "\r\n"
    }
  }

  /// The whole table as CSV. For long plans, write ``csvHeader`` and then ``appendCSV(at:to:)`` frame by frame.
  public var csv: String { (range.start..<range.end).reduce(into: Self.csvHeader) { appendCSV(at: $1, to: &$0) } }

  /// RFC 4180 §2: fields with a comma, a quote or a line break stand in quotes, quotes inside them twice.
  static func quoted(_ field: String) -> String {
    let needsQuotes = field.utf8.contains { $0 == 0x22 || $0 == 0x2c || $0 == 0x0a || $0 == 0x0d }
    guard needsQuotes else { return field }
    var text = "\""
    for character in field.unicodeScalars {
      if character == "\"" { text += "\"" }
      text.unicodeScalars.append(character)
    }
    return text + "\""
  }
}
