public import PegCore

extension Timeline {
  /// What stands at an address; `nil` where nothing does.
  public subscript(address: CutAddress) -> Composable? { tracks[address.steps[...]] }

  /// Changes what stands at an address.
  ///
  /// - Throws: ``PegError`` (bad input) where nothing stands, and what `change` throws; then nothing has changed.
  public mutating func update(
    at address: CutAddress, _ change: (inout Composable) throws(PegError) -> Void
  ) throws(PegError) {
    guard try tracks.update(address.steps[...], change) else {
      throw PegError(
        .badInput, "The cut has nothing at \(address)", hint: "pegbar cut list shows names and addresses")
    }
  }

  /// Changes the clip at an address.
  ///
  /// - Throws: ``PegError`` (bad input) where no clip stands, and what `change` throws; then nothing has changed.
  public mutating func updateClip(
    at address: CutAddress, _ change: (inout Clip) throws(PegError) -> Void
  ) throws(PegError) {
    try update(at: address) { (composable) throws(PegError) in
      guard case .clip(var clip) = composable else {
        throw PegError(.badInput, "What stands at \(address) is no clip")
      }
      try change(&clip)
      composable = .clip(clip)
    }
  }
}

extension Timeline {
  /// Changes every clip where it stands, in the order of ``everyClip``; linear.
  ///
  /// - Throws: what `change` throws; then nothing has changed.
  public mutating func updateEveryClip(
    _ change: (CutAddress, inout Clip) throws(PegError) -> Void
  ) throws(PegError) {
    var changed = tracks
    try changed.updateEveryClip(at: nil, change)
    tracks = changed
  }
}

extension Stack {
  fileprivate mutating func updateEveryClip(
    at address: CutAddress?, _ change: (CutAddress, inout Clip) throws(PegError) -> Void
  ) throws(PegError) {
    for (index, label) in labels.enumerated() {
      try children[index].updateEveryClip(at: address.layer(label), change)
    }
  }
}

extension Composable {
  fileprivate mutating func updateEveryClip(
    at address: CutAddress, _ change: (CutAddress, inout Clip) throws(PegError) -> Void
  ) throws(PegError) {
    switch self {
    case .clip(var clip):
      try change(address, &clip)
      self = .clip(clip)
    case .track(var track):
      let here = address.descending(into: self)
      for index in track.children.indices { try track.children[index].updateEveryClip(at: here.child(index), change) }
      self = .track(track)
    case .stack(var stack):
      try stack.updateEveryClip(at: address, change)
      self = .stack(stack)
    case .gap, .transition, .unknown: break
    }
  }
}

extension Stack {
  fileprivate func index(of label: TrackLabel) -> Int? { TrackNumbering.labels(children).firstIndex(of: label) }

  fileprivate subscript(steps: ArraySlice<CutAddress.Step>) -> Composable? {
    guard let step = steps.first, let index = index(of: step.track) else { return nil }
    return children[index][step, steps.dropFirst()]
  }

  fileprivate mutating func update(
    _ steps: ArraySlice<CutAddress.Step>, _ change: (inout Composable) throws(PegError) -> Void
  ) throws(PegError) -> Bool {
    guard let step = steps.first, let index = index(of: step.track) else { return false }
    return try children[index].update(step, steps.dropFirst(), change)
  }
}

extension Composable {
  /// From the layer that `step` names.
  fileprivate subscript(step: CutAddress.Step, rest: ArraySlice<CutAddress.Step>) -> Composable? {
    guard let child = step.child else { return rest.isEmpty ? self : inside(rest) }
    guard case .track(let track) = self, track.children.indices.contains(child) else { return nil }
    return rest.isEmpty ? track.children[child] : track.children[child].inside(rest)
  }

  private func inside(_ rest: ArraySlice<CutAddress.Step>) -> Composable? {
    switch self {
    case .stack(let stack): return stack[rest]
    case .track:
      // A track in a track is the first layer of itself.
      guard let step = rest.first, step.track == TrackLabel(TrackNumbering.kind(self), 1) else { return nil }
      return self[step, rest.dropFirst()]
    default: return nil
    }
  }

  fileprivate mutating func update(
    _ step: CutAddress.Step, _ rest: ArraySlice<CutAddress.Step>,
    _ change: (inout Composable) throws(PegError) -> Void
  ) throws(PegError) -> Bool {
    guard let child = step.child else { return try updateInside(rest, change) }
    guard case .track(var track) = self, track.children.indices.contains(child) else { return false }
    guard try track.children[child].updateInside(rest, change) else { return false }
    self = .track(track)
    return true
  }

  private mutating func updateInside(
    _ rest: ArraySlice<CutAddress.Step>, _ change: (inout Composable) throws(PegError) -> Void
  ) throws(PegError) -> Bool {
    guard let step = rest.first else {
      try change(&self)
      return true
    }
    switch self {
    case .stack(var stack):
      guard try stack.update(rest, change) else { return false }
      self = .stack(stack)
      return true
    case .track:
      guard step.track == TrackLabel(TrackNumbering.kind(self), 1) else { return false }
      return try update(step, rest.dropFirst(), change)
    default: return false
    }
  }
}
