/// A run of sound: planar float samples, 1.0 at full scale, all channels of equal length.
public struct AudioBlock: Sendable {
  /// One array for each channel, in the layout's order.
  public var channels: [[Float]]
  /// Samples per second.
  public let sampleRate: Int

  /// - Precondition: every channel has the same number of samples.
  public init(channels: [[Float]], sampleRate: Int) {
    precondition(Set(channels.map(\.count)).count <= 1, "channels of one block are equally long")
    self.channels = channels
    self.sampleRate = sampleRate
  }

  public init(silence count: Int, channels: Int, sampleRate: Int) {
    self.init(
      channels: Array(repeating: Array(repeating: 0, count: count), count: channels), sampleRate: sampleRate)
  }

  /// Samples per channel.
  public var count: Int { channels.first?.count ?? 0 }
}
