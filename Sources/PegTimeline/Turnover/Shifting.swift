import PegCore

// Values that follow keys over an item's frames, when frames are taken off the item's head or put before it.

extension Animated {
  /// The same values at the same pictures, once `frames` are off the item's head; negative where it has grown.
  func shifted(by frames: Int) -> Animated {
    guard frames != 0, case .keys(let keys) = self else { return self }
    return .keys(keys.map { Key(frame: $0.frame - frames, value: $0.value, ease: $0.ease) })
  }
}

extension PlacementSetting {
  func shifted(by frames: Int) -> PlacementSetting {
    guard frames != 0, case .transform(var transform) = self else { return self }
    transform.keys = transform.keys.map { Key(frame: $0.frame - frames, pose: $0.pose, ease: $0.ease) }
    return .transform(transform)
  }
}

extension StepSetting {
  /// Drawings change at the same pictures: frame k of the shorter clip is frame k + `frames` of the longer (DESIGN §6).
  func shifted(by frames: Int) -> StepSetting {
    let rest = (phase + frames) % self.frames
    return StepSetting(frames: self.frames, phase: rest < 0 ? rest + self.frames : rest)
  }
}

extension GradeOperation {
  func shifted(by frames: Int) -> GradeOperation {
    var operation = self
    operation.amount = amount?.shifted(by: frames)
    return operation
  }
}

extension ClipSettings {
  /// The same settings for the same pictures, once `frames` are off the clip's head; negative where it has grown.
  func shifted(by frames: Int) -> ClipSettings {
    var settings = self
    settings.grade = grade.map { $0.shifted(by: frames) }
    settings.step = step?.shifted(by: frames)
    settings.placement = placement?.shifted(by: frames)
    settings.opacity = opacity?.shifted(by: frames)
    settings.gain = gain?.shifted(by: frames)
    return settings
  }
}
