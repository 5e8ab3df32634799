public import PegConform
public import PegLedger
import PegMedia

extension RememberedFacts: FactsCache {}

extension ProbedMedia {
  /// Media whose facts are remembered from earlier runs, as long as the files are what they were.
  public convenience init(remembering cache: RememberedFacts) {
    self.init { path in try CachedProber(FactsFunction { try MediaProbe.facts(of: $0) }, cache: cache).facts(of: path) }
  }
}
