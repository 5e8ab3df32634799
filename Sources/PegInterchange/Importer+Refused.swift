import PegCore

// Kinds that are known and not read as cuts: each says what to do instead.

extension Importer {
  /// A database of objects that only its maker documents in part. Every program that writes it writes more.
  static let aaf = refused(
    "AAF", ["aaf"], what: "is an AAF, which is not read",
    hint: """
      export an EDL (Media Composer: List Tool; ALE for clip metadata), an XML (Premiere Pro: Final Cut Pro XML; Resolve: \
      FCPXML or OTIO), or convert with OpenTimelineIO's otioconvert and otio-aaf-adapter
      """
  ) { head in head.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) }

  /// A log of clips.
  static let ale = refused(
    "ALE", ["ale"], what: "is an Avid log of clips, and no cut", hint: "pegbar grade import takes its CDLs"
  ) { head in
    let text = String(decoding: head, as: UTF8.self).split(whereSeparator: \.isNewline)
    return text.first?.trimmed == "Heading"
  }

  /// The time sheet of remaping.js and UAT.
  static let xps = refused(
    "nas time sheet (XPS)", ["xps"], what: "is a nas time sheet, which is not read",
    hint: "export XDTS or CSV from its editor"
  ) { head in head.pastSpace.starts(with: Array("nasTIME-SHEET".utf8)) }

  private static func refused(
    _ title: String, _ suffixes: [String], what: String, hint: String,
    recognises: @escaping @Sendable (ArraySlice<UInt8>) -> Bool
  ) -> Importer {
    Importer(
      title: title, suffixes: suffixes, recognises: recognises, isRefused: true,
      read: { (_, options) throws(PegError) in throw PegError(.badInput, "\(options.name) \(what)", hint: hint) })
  }
}
