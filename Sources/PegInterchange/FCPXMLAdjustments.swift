import Foundation
import PegCore
import PegTimeline
import PegXML

/// What the `adjust-` elements of a story element say that Pegbar has words for.
struct FCPXMLAdjustments {
  var picture = ClipSettings()
  /// Keys count from the first frame of the sound.
  var sound = ClipSettings()

  /// Keys count from an item's first frame: those of pieces that begin later are moved.
  ///
  /// - Parameter origin: seconds of the timeline that the keys count from.
  func shift(_ pieces: inout [CutPiece], by origin: Rational, rate: FrameRate) {
    for index in pieces.indices {
      guard case .clip(var clip) = pieces[index].body, var settings = try? clip.settings(),
        let seconds = BoundedRational.difference(pieces[index].start, origin), seconds != .zero,
        let frames = BoundedRational.product(seconds, rate.value)?.rounded
      else { continue }
      settings.opacity = settings.opacity?.moved(by: -frames)
      settings.gain = settings.gain?.moved(by: -frames)
      if case .transform(var transform) = settings.placement {
        for key in transform.keys.indices { transform.keys[key].frame -= frames }
        settings.placement = .transform(transform)
      }
      clip.set(settings)
      pieces[index].body = .clip(clip)
    }
  }
}

extension Animated {
  func moved(by frames: Int) -> Animated {
    switch self {
    case .constant: self
    case .keys(let keys): .keys(keys.map { Key(frame: $0.frame + frames, value: $0.value, ease: $0.ease) })
    }
  }
}

extension FCPXMLReader {
  /// - Parameters:
  ///   - sound: where the element's sound lies, if elsewhere than its picture.
  ///   - media: the raster of its pictures, where it is known.
  mutating func adjustments(
    of node: XMLNode, _ place: FCPXMLPlace, sound: FCPXMLPlace? = nil, media: Raster?
  ) throws(PegError) -> FCPXMLAdjustments {
    var looks = FCPXMLAdjustments()
    var conform: XMLNode?
    var transform: XMLNode?
    for child in node.children where child.name.hasPrefix("adjust-") || child.name == "object-tracker" {
      ledger.claimAll(child)
      switch child.name {
      case "adjust-conform": conform = child
      case "adjust-transform": if child["enabled"] != "0" { transform = child }
      case "adjust-blend": try blend(child, node, place, &looks.picture)
      case "adjust-volume": looks.sound.gain = try volume(child, node, sound ?? place)
      default:
        guard !Self.isNeutral(child) else { continue }
        ledger.lose(
          "fcpxml.adjustment", "\(child.name) of \(node["name"] ?? node.name) is not carried",
          instead: child.name == "adjust-crop" ? "the whole picture shows" : "it is left out", at: child)
      }
    }
    looks.picture.placement = try placement(conform, transform, node, place, media: media)
    return looks
  }

  /// Whether an adjustment changes nothing.
  static func isNeutral(_ node: XMLNode) -> Bool {
    if node["enabled"] == "0" { return true }
    func isZero(_ text: String?) -> Bool { text.map { Rational(decimal: $0) == .zero } ?? true }
    switch node.name {
    case "adjust-colorConform": return (node["conformType"] ?? "conformNone") == "conformNone"
    case "adjust-rollingShutter": return (node["amount"] ?? "none") == "none"
    case "adjust-volume": return (node["amount"] ?? "0dB") == "0dB" && node.first("param") == nil
    case "adjust-panner": return isZero(node["amount"]) && node.first("param") == nil
    case "adjust-noiseReduction", "adjust-loudness": return isZero(node["amount"])
    case "adjust-EQ": return node["mode"] == "flat" && node.first("param") == nil
    case "adjust-crop":
      return node.children.allSatisfy { rectangle in
        rectangle.first("param") == nil && rectangle.attributes.allSatisfy { isZero($0.value) }
      }
    case "adjust-corners":
      return node.first("param") == nil
        && ["botLeft", "topLeft", "topRight", "botRight"].allSatisfy { corner in
          (node[corner] ?? "0 0").split(separator: " ").allSatisfy { isZero(String($0)) }
        }
    default: return false
    }
  }

  // MARK: Opacity and blending

  /// Blend modes by Final Cut's numbers (Final Cut Pro X XML Format, appendix A); what Pegbar has of them.
  private static let blends: [Int: BlendMode] = [
    4: .multiply, 8: .add, 10: .screen, 12: .add, 14: .overlay, 22: .difference,
  ]

  private mutating func blend(
    _ node: XMLNode, _ owner: XMLNode, _ place: FCPXMLPlace, _ settings: inout ClipSettings
  ) throws(PegError) {
    let name = owner["name"] ?? owner.name
    if let mode = node["mode"], let number = Int(mode.prefix { $0.isNumber }), number != 0 {
      settings.blend = Self.blends[number]
      if settings.blend == nil {
        ledger.lose(
          "fcpxml.blend", "the blend mode \(mode) of \(name) is not carried", instead: "it lies over what is below",
          at: node)
      }
    }
    let amount = node["amount"].flatMap { Rational(decimal: $0) } ?? 1
    let value = min(max(amount, 0), 1)
    var opacity = try animation(of: node, "amount", place) { min(max($0, 0), 1) } ?? .constant(value)
    opacity = fades(of: node, "amount", over: opacity, place, name)
    if opacity != .constant(1) { settings.opacity = opacity }
  }

  // MARK: Volume

  /// Linear gain; Final Cut counts in dB, and -96 dB is its silence.
  private mutating func volume(_ node: XMLNode, _ owner: XMLNode, _ place: FCPXMLPlace) throws(PegError) -> Animated? {
    let decibels = node["amount"].flatMap(Self.decibels) ?? 0
    var gain = try animation(of: node, "amount", place, Self.gain) ?? .constant(Self.gain(decibels))
    gain = fades(of: node, "amount", over: gain, place, owner["name"] ?? owner.name)
    return gain == .constant(1) ? nil : gain
  }

  private static func decibels(_ text: String) -> Rational? {
    Rational(decimal: text.replacing("dB", with: "").filter { $0 != " " })
  }

  /// To nine decimals; the most that a cut holds is 1,000 (60 dB).
  static func gain(_ decibels: Rational) -> Rational {
    if decibels <= -96 { return 0 }
    if decibels == 0 { return 1 }
    let factor = pow(10, min(decibels, 60).double / 20)
    return Rational(Int128((factor * 1e9).rounded()), 1_000_000_000)
  }

  // MARK: Keys

  /// The keyframes of a parameter over an element's frames; `nil` where it has none.
  private mutating func animation(
    of node: XMLNode, _ parameter: String, _ place: FCPXMLPlace, _ value: (Rational) -> Rational
  ) throws(PegError) -> Animated? {
    guard let param = node.children("param").first(where: { $0["name"] == parameter }),
      let curve = try FCPXMLCurve(of: param, self)
    else { return nil }
    report(curve, of: node)
    var keys: [Animated.Key] = []
    for point in curve.points {
      let frame = try self.frame(of: point.time, place)
      if keys.last?.frame == frame { keys.removeLast() }
      keys.append(Animated.Key(frame: frame, value: value(point.value)))
    }
    return .keys(keys)
  }

  /// The frame of an element that a moment of its own time falls on.
  func frame(of time: Rational, _ place: FCPXMLPlace) throws(PegError) -> Int {
    let seconds = try product(try difference(time, place.local), place.factor)
    let frame = try product(seconds, cutRate.value).rounded
    guard frame.magnitude <= 1_000_000_000 else {
      throw ledger.wrong("a keyframe lies further away than any film is long", at: current)
    }
    return frame
  }

  mutating func report(_ curve: FCPXMLCurve, of node: XMLNode) {
    guard !curve.isStraight else { return }
    ledger.lose(
      "fcpxml.keyframe_curve", "the keyframes of \(node.name) are curved",
      instead: "values go straight from key to key",
      at: node, severity: .note)
  }

  /// Adds `fadeIn` and `fadeOut` of a parameter.
  private mutating func fades(
    of node: XMLNode, _ parameter: String, over base: Animated, _ place: FCPXMLPlace, _ name: String
  ) -> Animated {
    let param = node.children("param").first { $0["name"] == parameter }
    let (fadeIn, fadeOut) = (param?.first("fadeIn"), param?.first("fadeOut"))
    guard fadeIn != nil || fadeOut != nil else { return base }
    guard case .constant(let level) = base else {
      ledger.lose(
        "fcpxml.fade", "the fades of \(name) meet keyframes", instead: "the keyframes alone are kept", at: node)
      return base
    }
    func frames(_ fade: XMLNode?) -> Int {
      guard let text = fade?["duration"], let seconds = FCPXMLTime(text)?.seconds, seconds > .zero else { return 0 }
      return BoundedRational.product(seconds, cutRate.value)?.rounded ?? 0
    }
    let length = BoundedRational.product(place.duration, cutRate.value)?.rounded ?? 0
    let head = min(frames(fadeIn), length)
    let tail = min(frames(fadeOut), length - head)
    var keys: [Animated.Key] = []
    if head > 0 {
      keys.append(.init(frame: 0, value: 0, ease: Self.ease(fadeIn)))
      keys.append(.init(frame: head, value: level))
    }
    if tail > 0 {
      if keys.last?.frame == length - tail { keys.removeLast() }
      keys.append(.init(frame: length - tail, value: level, ease: Self.ease(fadeOut)))
      keys.append(.init(frame: length, value: 0))
    }
    return keys.isEmpty ? base : .keys(keys)
  }

  private static func ease(_ fade: XMLNode?) -> Ease {
    switch fade?["type"] {
    case "easeIn": .easeIn
    case "easeOut": .easeOut
    case "easeInOut": .easeInOut
    default: .linear
    }
  }
}
