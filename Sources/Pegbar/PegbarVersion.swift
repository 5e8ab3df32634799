/// The version of Pegbar; it stands in every ledger.
public enum PegbarVersion {
  public static let text = "0.1.0"
}
