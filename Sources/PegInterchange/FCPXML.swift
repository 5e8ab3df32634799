import PegCore
import PegTimeline
import PegXML

extension Importer {
  /// FCPXML 1.6 to 1.13, and the `Info.fcpxml` of an `.fcpxmld` bundle.
  static let fcpxml = Importer(
    title: "FCPXML", suffixes: ["fcpxml", "fcpxmld"],
    recognises: { head in head.contains(Array("<fcpxml".utf8)) },
    read: { (bytes, options) throws(PegError) in
      let tree = try XMLTree.parse(bytes, name: options.name, limits: XMLTree.Limits(options.limits))
      var reader = FCPXMLReader(tree, options)
      return try reader.read()
    })
}
