import Foundation
import PegColor
public import PegCore
import PegMedia
public import PegPlan

/// Renders single frames of a plan, as `still` and contact sheets want them.
public struct StillRender {
  private let plan: FramePlan
  private let worker: PictureWorker

  /// - Throws: ``PegError`` when the plan holds what cannot be rendered yet.
  public init(plan: FramePlan) throws(PegError) {
    try plan.requireBuilt()
    self.plan = plan
    let pool = FramePool(idleLimit: 256 << 20)
    let shelf = SourceShelf(
      sources: plan.sources, looks: plan.looks.programs, pool: pool, decoderThreads: 2, lanes: 1, recent: 0)
    worker = PictureWorker(shelf: shelf, pool: pool, cache: LayerCache(limit: 0))
  }

  /// Record frame `frame` at the cut's raster as R′G′B′ of 8 or 16 bits, over black.
  public func picture(frame: Int, deep: Bool = false) throws -> Frame {
    let recipe = plan.picture(at: frame)
    guard let format = PixelFormat(named: deep ? "rgb48be" : "rgb24") else {
      throw PegError(.bug, "the registry of pixel formats lacks what stills need")
    }
    let tags = ColorTags(primaries: .bt709, transfer: .srgb, matrix: .rgb, range: .full)
    let shape = PictureShape(format: format, raster: recipe.raster, tags: tags, alpha: .opaque)
    do {
      let conformer = try OutputConformer(
        from: recipe.raster, to: shape, fit: .fit, working: try WorkingSpace(of: recipe))
      return try worker.deliver(recipe, through: conformer, isLast: false)
    } catch let fault as any Fault {
      throw FrameFault(fault, plan: plan, frame: frame)
    }
  }

  /// Writes record frame `frame` to an image file, whole or not at all.
  public func write(frame: Int, to path: String, deep: Bool) throws {
    try StillWriter.write(try picture(frame: frame, deep: deep), to: path)
  }
}
