public import PegCore
import PegMedia
public import PegTimeline

/// What the readers of other programs' files ask about media before there is a cut to link.
public struct MediaLookup: Sendable {
  private let resolver: MediaResolver
  private let folders: MediaFolders
  private let media: ProbedMedia

  /// - Parameter resolver: its folder is that of the file that is read.
  public init(resolver: MediaResolver, folders: MediaFolders, media: ProbedMedia) {
    self.resolver = resolver
    self.folders = folders
    self.media = media
  }

  /// The rates of the movies that these names lead to, each once with one movie that has it, in the order of the names.
  ///
  /// - Parameter names: for each source what it is called, the likeliest first; where one of its names leads to movies, the
  ///   others are not looked at.
  public func rates(of names: [[String]]) -> [(rate: FrameRate, movie: String)] {
    var found: [(rate: FrameRate, movie: String)] = []
    for source in names {
      for path in source.lazy.map(paths).first(where: { !$0.isEmpty }) ?? [] {
        guard let facts = try? media.facts(of: path), facts.kind == .movie, let rate = facts.video?.rate,
          !found.contains(where: { $0.rate == rate })
        else { continue }
        found.append((rate, MediaNames.last(path)))
      }
    }
    return found
  }

  /// What a movie, a sequence or sound has, in media time; `nil` for stills, and for what is not there or not the only one of
  /// its name.
  ///
  /// - Parameter fallback: the rate of a sequence whose files say none.
  public func range(of name: String, fallback: FrameRate) -> TimeRange? {
    let found = paths(named: name)
    guard found.count == 1, let path = found.first, let facts = try? media.facts(of: path) else { return nil }
    return facts.range(at: fallback)
  }

  /// Where media of a name or path lie: where it says, else by its name under the media folders.
  private func paths(named name: String) -> [String] {
    guard !name.isEmpty else { return [] }
    if let location = try? resolver.locate(.media(url: name, available: nil)) { return [location.path] }
    let file = MediaNames.last(MediaResolver.decoded(name).replacing("\\", with: "/"))
    return folders.items(named: MediaName(file: file)).map(\.path)
  }
}
