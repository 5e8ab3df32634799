import PegCore
import PegTimeline
import PegXML

extension Importer {
  /// Final Cut Pro 7 XML (xmeml 4 and 5), as Premiere, Resolve, Hiero and others still write it.
  static let xmeml = Importer(
    title: "Final Cut Pro 7 XML", suffixes: ["xml"],
    recognises: { head in head.contains(Array("<xmeml".utf8)) },
    read: { (bytes, options) throws(PegError) in
      let tree = try XMLTree.parse(bytes, name: options.name, limits: XMLTree.Limits(options.limits))
      var reader = XMEMLReader(tree, options)
      return try reader.read()
    })
}
