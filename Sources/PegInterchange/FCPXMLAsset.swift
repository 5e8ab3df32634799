import PegCore
import PegTimeline
import PegXML

/// Media, as an `asset` resource says them.
struct FCPXMLAsset {
  var node: XMLNode
  var name: String
  /// Media seconds of the first frame or sample.
  var start: Rational
  /// Seconds; `nil` for stills, and where the asset does not say.
  var duration: Rational?
  var format: FCPXMLFormat?
  var hasVideo: Bool
  var hasAudio: Bool
  /// 0 where the asset does not say.
  var audioChannels: Int
  var audioRate: Int?
  var reference: MediaReference

  /// What its times are counted in: frames, else samples.
  var rate: FrameRate? { format?.rate ?? (hasVideo ? nil : audioRate.map { FrameRate($0) }) }
}

extension FCPXMLReader {
  /// The asset that a story element refers to; `nil`, and a finding, where it is defined nowhere.
  mutating func asset(of element: XMLNode) throws(PegError) -> FCPXMLAsset? {
    guard let id = element["ref"] else { return nil }
    if let known = assets[id] { return known }
    guard let node = resources[id], node.name == "asset" else {
      ledger.lose(
        "fcpxml.missing_resource", "the asset \(id) of \(element.name) is defined nowhere",
        instead: "its media are missing", at: element, severity: .error)
      return nil
    }
    let asset = try readAsset(node)
    assets[id] = asset
    return asset
  }

  private mutating func readAsset(_ node: XMLNode) throws(PegError) -> FCPXMLAsset {
    ledger.claimAll(node)
    let format = try format(node["format"])
    let start = try seconds("start", of: node) ?? 0
    var duration = try seconds("duration", of: node)
    // A still has no length of its own.
    if let given = duration, given <= .zero { duration = nil }
    let source = mediaURL(of: node)
    let (isSound, isPicture) = Self.kind(of: source)
    let saysAudio = ["hasAudio", "audioSources", "audioChannels", "audioRate"].contains { node[$0] != nil }
    let hasVideo = node["hasVideo"].map { $0 == "1" } ?? !isSound
    let hasAudio = node["hasAudio"].map { $0 == "1" } ?? (isSound || (saysAudio && !isPicture))
    let rateText = node["audioRate"]?.replacing("k", with: "")
    let audioRate = rateText.flatMap { Rational(decimal: $0) }.map { $0 < 1000 ? ($0 * 1000).rounded : $0.rounded }
    var asset = FCPXMLAsset(
      node: node, name: node["name"] ?? "", start: start, duration: duration, format: format, hasVideo: hasVideo,
      hasAudio: hasAudio, audioChannels: node["audioChannels"].flatMap { Int($0) } ?? 0,
      audioRate: audioRate.flatMap { (1000...1_000_000).contains($0) ? $0 : nil }, reference: .offline())
    var info = ReferenceInfo(info: ObjectInfo(name: asset.name))
    if let duration {
      let rate = asset.rate ?? sequenceRate
      info.availableRange = TimeRange(
        start: RationalTime(try product(start, rate.value), rate),
        duration: RationalTime(try product(duration, rate.value), rate))
    }
    var metadata = Self.attributes(of: node, without: ["name", "start", "duration", "src"])
    if let reps = proxies(of: node) { metadata["proxies"] = reps }
    if let md = Self.metadata(of: node) { metadata["metadata"] = md }
    info.info.metadata["fcpxml"] = metadata.isEmpty ? nil : .object(metadata)
    asset.reference = source.map { .external(info, url: $0) } ?? .missing(info)
    for override in ["customLUTOverride", "colorSpaceOverride"] where node[override] != nil {
      ledger.lose(
        "fcpxml.color", "the \(override) of the asset \(asset.name) is not carried",
        instead: "its media say their colour themselves", at: node, hint: "set `color` on the media reference")
    }
    if let projection = node["projectionOverride"] ?? format?.node["projection"], projection != "none" {
      ledger.lose(
        "fcpxml.projection", "the \(projection) projection of the asset \(asset.name) is not carried",
        instead: "its pictures are flat", at: node)
    }
    return asset
  }

  /// Where the original media are: of several representations the original, else the first.
  private func mediaURL(of asset: XMLNode) -> String? {
    let reps = asset.children("media-rep")
    let original = reps.first { ($0["kind"] ?? "original-media") == "original-media" } ?? reps.first
    guard let source = original?["src"] ?? asset["src"], !source.isEmpty else { return nil }
    // What stands in a bundle is found from the bundle.
    guard let base = bundle, !source.hasPrefix("/"), !source.contains("://") else { return source }
    let path = source.hasPrefix("./") ? String(source.dropFirst(2)) : source
    return base + "/" + path
  }

  private func proxies(of asset: XMLNode) -> JSON? {
    let proxies = asset.children("media-rep").filter { $0["kind"] == "proxy-media" }.compactMap { $0["src"] }
    return proxies.isEmpty ? nil : .array(proxies.map { .string($0) })
  }

  /// By the name's extension, where neither `hasVideo` nor `hasAudio` says it.
  private static func kind(of url: String?) -> (isSound: Bool, isPicture: Bool) {
    guard let url, let point = url.lastIndex(of: ".") else { return (false, false) }
    let suffix = url[url.index(after: point)...].lowercased()
    let sound: Set = ["wav", "aif", "aiff", "aifc", "caf", "mp3", "m4a", "flac", "bwf", "w64"]
    let pictures: Set = ["png", "tif", "tiff", "exr", "dpx", "jpg", "jpeg", "psd", "bmp", "tga", "heic"]
    return (sound.contains(suffix), pictures.contains(suffix))
  }
}
