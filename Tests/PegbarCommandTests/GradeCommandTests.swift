import Foundation
import PegTestSupport
import Testing

/// `grade` as a person runs it.
@Suite(.serialized) struct GradeCommandTests {
  private func bench() throws -> (folder: TempFolder, cut: String) {
    let folder = try TempFolder()
    let range =
      #"{"OTIO_SCHEMA": "TimeRange.1", "start_time": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24, "value": 0}, "duration": {"OTIO_SCHEMA": "RationalTime.1", "rate": 24, "value": 2}}"#
    let clips = ["SH010", "SH020", "SH030"].map {
      #"{"OTIO_SCHEMA": "Clip.1", "name": "\#($0)", "source_range": \#(range), "media_reference": {"OTIO_SCHEMA": "ExternalReference.1", "target_url": "\#($0).png"}}"#
    }
    let text = """
      {"OTIO_SCHEMA": "Timeline.1", "name": "cut", "metadata": {"pegbar": {"rate": 24, "raster": [64, 36]}, "mine": 7},
       "tracks": {"OTIO_SCHEMA": "Stack.1", "children": [
        {"OTIO_SCHEMA": "Track.1", "kind": "Video", "children": [\(clips.joined(separator: ", "))]}]}}
      """
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("cut.otio")))
    return (folder, folder.file("cut.otio"))
  }

  private func run(_ arguments: String...) throws -> Tool.Output { try Tool.run(Workbench.pegbar, arguments) }

  private func operations(_ cut: String) throws -> [(place: String, operation: JSONTree)] {
    try BuiltCommand.json(["grade", "show", cut])["operations"].list.map { ($0["place"].string ?? "", $0["operation"]) }
  }

  @Test func operationsAreSetWhereTheyAreMeant() throws {
    let (folder, cut) = try bench()
    #expect(try run("grade", "set", "\(cut)#SH010", "saturation", "value=0.5").status == 0)
    #expect(try run("grade", "set", "\(cut)#SH010", "cdl", "slope=1.1,1,0.9", "offset=0.01", "--at", "0").status == 0)
    #expect(try run("grade", "set", "\(cut)#V1", #"{"op": "cdl", "amount": [[0, 0], [24, 1]]}"#).status == 0)
    #expect(try run("grade", "set", cut, "cdl", "power=2", "clamp=false").status == 0)
    var made = try operations(cut)
    #expect(made.map(\.place) == ["the programme", "V1", "V1:0", "V1:0"])
    #expect(made.map { $0.operation["op"].string } == ["cdl", "cdl", "cdl", "saturation"])
    #expect(made[2].operation["slope"].list.map(\.double) == [1.1, 1, 0.9])
    #expect(made[2].operation["offset"].double == 0.01)
    #expect(made[0].operation["clamp"].bool == false)
    // In the place of the first of its kind, and of the one that is named.
    #expect(try run("grade", "set", "\(cut)#SH010", "saturation", "value=2", "--replace").status == 0)
    #expect(try run("grade", "set", "\(cut)#SH010", "cdl", "slope=3", "--replace", "--at", "0").status == 0)
    made = try operations("\(cut)#SH010")
    #expect(made.map { $0.operation["op"].string } == ["cdl", "saturation"])
    #expect(made[0].operation["slope"].double == 3)
    #expect(made[1].operation["value"].double == 2)
    // What is not Pegbar's stays.
    #expect(try String(contentsOfFile: cut, encoding: .utf8).contains("\"mine\""))
    // Elsewhere, or nowhere.
    let before = try Data(contentsOf: URL(fileURLWithPath: cut))
    #expect(try run("grade", "clear", "\(cut)#SH010", "--at", "0", "-o", folder.file("new.otio")).status == 0)
    #expect(try operations("\(folder.file("new.otio"))#SH010").count == 1)
    #expect(try run("grade", "clear", cut, "--dry-run").status == 0)
    #expect(try Data(contentsOf: URL(fileURLWithPath: cut)) == before)
    // From place to place.
    #expect(try run("grade", "copy", "\(cut)#SH010", "\(cut)#SH020", "\(cut)#V1:2").status == 0)
    #expect(try operations("\(cut)#SH030").map { $0.operation["op"].string } == ["cdl", "saturation"])
    #expect(try run("grade", "clear", "\(cut)#SH030").status == 0)
    #expect(try operations("\(cut)#SH030").isEmpty)
  }

  @Test func whatCannotBeRenderedIsNotSet() throws {
    let (folder, cut) = try bench()
    defer { withExtendedLifetime(folder) {} }
    let before = try Data(contentsOf: URL(fileURLWithPath: cut))
    let wrong: [(arguments: [String], status: Int32, words: String)] = [
      (["\(cut)#SH010", "satturation", "value=1"], 65, "did you mean saturation?"),
      (["\(cut)#SH010", "cdl", "slop=1"], 65, "no field slop"), (["\(cut)#SH010", "cdl", "slope=-1"], 65, "slope"),
      (["\(cut)#SH010", "cdl", "slope"], 64, "write NAME=VALUE"),
      (["\(cut)#SH010", "lut", "file=none.cube"], 66, "none.cube does not exist"),
      (["\(cut)#SH010", "cdl", "space=acecg"], 65, "acescg"), (["\(cut)#SH099", "cdl"], 65, "SH099"),
      (["\(cut)@3", "cdl"], 64, "names a time"), (["\(cut)#SH010", "cdl", "--at", "3"], 64, "none at 3"),
      (["\(cut)", "SH010", "op=cdl"], 64, "'CUT#SH010', then cdl"),
      (["\(cut)#SH010", "{\"op\": 1}"], 64, "op"), (["\(cut)#SH010", "cdl", "amount=2"], 64, "amount"),
    ]
    for (arguments, status, words) in wrong {
      let output = try Tool.run(Workbench.pegbar, ["grade", "set"] + arguments)
      #expect(output.status == status, "\(arguments): \(output.stderr)")
      #expect(output.stderr.contains(words), "\(arguments): \(output.stderr)")
    }
    #expect(try Data(contentsOf: URL(fileURLWithPath: cut)) == before)
  }

  @Test func correctionsFindTheirClips() throws {
    let (folder, cut) = try bench()
    let collection = """
      <ColorCorrectionCollection xmlns="urn:ASC:CDL:v1.01">
       <ColorCorrection id="SH010"><SOPNode><Slope>1.1 1 0.9</Slope><Offset>0 0 0.01</Offset><Power>1 1 1</Power></SOPNode>
        <SatNode><Saturation>0.9</Saturation></SatNode></ColorCorrection>
       <ColorCorrection id="SH099"><SOPNode><Slope>2 2 2</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode>
        </ColorCorrection>
      </ColorCorrectionCollection>
      """
    try Data(collection.utf8).write(to: URL(fileURLWithPath: folder.file("day.ccc")))
    let edl = """
      TITLE: DAY
      FCM: NON-DROP FRAME
      001  SH020    V     C        00:00:00:00 00:00:00:02 01:00:00:00 01:00:00:02
      * ASC_SOP (0.5 0.5 0.5)(0 0 0)(1 1 1)
      * ASC_SAT 0.8

      """
    try Data(edl.utf8).write(to: URL(fileURLWithPath: folder.file("day.edl")))
    let report = try BuiltCommand.json([
      "grade", "import", cut, folder.file("day.ccc"), folder.file("day.edl"), "--rate", "24",
    ])
    #expect(report["matched"].int == 2)
    #expect(report["unmatched"].int == 1)
    #expect(report["findings"].list.contains { $0["code"].string == "grade.unmatched_correction" })
    let made = try operations(cut)
    #expect(made.map(\.place) == ["V1:0", "V1:1"])
    #expect(made[0].operation["slope"].list.map(\.double) == [1.1, 1, 0.9])
    #expect(made[0].operation["saturation"].double == 0.9)
    #expect(made[1].operation["slope"].list.map(\.double) == [0.5, 0.5, 0.5])
    #expect(made[1].operation["saturation"].double == 0.8)
  }
}
