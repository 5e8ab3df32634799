import PegCore
import PegTimeline
import Testing

@testable import PegPlan

@Suite struct AddressTests {
  @Test(arguments: [
    ("@01:00:10:05", "01:00:10:05"), ("240", "240"), ("@240", "240"), ("#SH010", "#SH010"), ("#V2:14", "#V2:14"),
    ("@240..264", "240..264"), ("240+24", "240+24"), ("@01:00:00:00..@01:00:01:00", "01:00:00:00..01:00:01:00"),
    ("#SH010..#SH020", "#SH010..#SH020"), ("#sh..01..300", "#sh..01..300"), ("@01:00:00;02", "01:00:00;02"),
    ("#V2:14/V1:0+3", "#V2:14/V1:0+3"),
  ])
  func whatIsTypedIsRead(text: String, description: String) throws {
    #expect(try Address(parsing: text).description == description)
  }

  @Test(arguments: ["", "@", "#", "x", "240..", "..240", "240+0", "240+-1", "-5", "@240..x"])
  func whatIsNoPlaceIsWrongUsage(text: String) {
    #expect(throws: PegError.self) { try Address(parsing: text) }
  }

  @Test(arguments: [
    ("cut.otio@240", "cut.otio", "240"), ("cut.otio#SH010", "cut.otio", "#SH010"), ("cut.otio", "cut.otio", nil),
    ("a@b/cut.otio@240", "a@b/cut.otio", "240"), ("take#2.otio", "take#2.otio", nil),
    ("take#2.otio#SH@5", "take#2.otio", "#SH@5"), ("cut.otio#V2:14", "cut.otio", "#V2:14"),
    ("/p/v1@2.otio@01:00:00:00..01:00:01:00", "/p/v1@2.otio", "01:00:00:00..01:00:01:00"),
  ])
  func theCutIsToldFromThePlace(text: String, file: String, place: String?) throws {
    let (path, address) = try Address.split(text)
    #expect(path == file)
    #expect(address?.description == place)
  }

  private static let items = [
    PlanItem(kind: .clip, address: Plans.address("V1:0"), name: "SH010", range: FrameRange(0, 10)),
    PlanItem(kind: .gap, address: Plans.address("V1:1"), name: "SH020", range: FrameRange(10, 20)),
    PlanItem(kind: .stack, address: Plans.address("V1:2"), name: "nest", range: FrameRange(20, 48)),
    PlanItem(kind: .clip, address: Plans.address("V1:2/V1:0"), name: "inner", range: FrameRange(20, 30)),
    PlanItem(kind: .clip, address: Plans.address("V1:2/V1:1"), name: "cut away", range: FrameRange(0, 0)),
    PlanItem(kind: .clip, address: Plans.address("A1:0"), name: "SH010", range: FrameRange(0, 10)),
    PlanItem(kind: .clip, address: Plans.address("V2:0"), name: "twice", range: FrameRange(0, 5)),
    PlanItem(kind: .clip, address: Plans.address("V2:1"), name: "twice", range: FrameRange(5, 9)),
    PlanItem(kind: .clip, address: Plans.address("V2:2"), name: "V1:0", range: FrameRange(9, 12)),
  ]
  private static let plan = Plans.plan(
    [PlanSpan(range: FrameRange(0, 48), layers: [])], items: items)

  @Test(arguments: [
    ("@01:00:01:00", FrameRange(24, 25)), ("0", FrameRange(0, 1)), ("47", FrameRange(47, 48)),
    ("10+5", FrameRange(10, 15)), ("10..48", FrameRange(10, 48)), ("01:00:00:10..01:00:02:00", FrameRange(10, 48)),
    // Picture and sound of a shot are one place.
    ("#SH010", FrameRange(0, 10)), ("#inner", FrameRange(20, 30)), ("#V1:2/V1:0", FrameRange(20, 30)),
    ("#V1:1", FrameRange(10, 20)), ("#V2:1", FrameRange(5, 9)), ("#SH010..#inner", FrameRange(0, 20)),
    ("#SH010+24", FrameRange(0, 24)),
    // An address that is there comes before a clip that is named like one.
    ("#V1:0", FrameRange(0, 10)),
  ])
  func placesAreFoundOnTheRecordSide(text: String, range: FrameRange) throws {
    #expect(try Address(parsing: text).frames(in: Self.plan) == range)
  }

  @Test(arguments: [
    ("48", "lies outside"), ("47+2", "lies outside"), ("01:00:02:00", "lies outside"), ("00:59:59:23", "lies outside"),
    ("10..10", "is empty"), ("20..10", "is empty"), ("#nobody", "no clip nobody"), ("#twice", "2 clips named twice"),
    ("#cut away", "no clip cut away"), ("#V1:2/V1:1", "shows no frame"), ("#SH020", "no clip SH020"),
    ("01:00:00:24", "does not exist"), ("01:00:00;02", "drop-frame"), ("1:2:3:4:5", "no timecode"),
  ])
  func placesThatAreNotThereAreBadInput(text: String, words: String) throws {
    let address = try Address(parsing: text)
    let error = #expect(throws: PegError.self) { try address.frames(in: Self.plan) }
    #expect(error?.kind == .badInput)
    #expect(error?.sentence.contains(words) == true, "\(error?.sentence ?? "")")
  }

  /// ST 12-1: after 00:00:59;29 comes 00:01:00;02. 1800 labels of the first minute, so ;02 of the second is frame 1800.
  @Test func dropFrameLabelsAreCountedAndMayBeTypedWithoutTheirSemicolon() throws {
    let rate = FrameRate(30000, 1001)
    let plan = Plans.plan(
      [PlanSpan(range: FrameRange(0, 4000), layers: [])], rate: rate,
      start: Timecode(frames: 0, rate: rate, dropFrame: true))
    #expect(try Address(parsing: "00:00:59;29").frame(in: plan) == 1799)
    #expect(try Address(parsing: "00:01:00;02").frame(in: plan) == 1800)
    #expect(try Address(parsing: "00:01:00:02").frame(in: plan) == 1800)
    let error = #expect(throws: PegError.self) { try Address(parsing: "00:01:00;01").frame(in: plan) }
    #expect(error?.sentence == "00:01:00;01 is a label that drop-frame timecode skips")
  }
}
