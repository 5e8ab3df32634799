// One product, `Pegbar`: the public rooms under one name.
@_exported import PegAudio
@_exported import PegColor
@_exported import PegConform
@_exported import PegCore
@_exported import PegDelivery
@_exported import PegInterchange
@_exported import PegLedger
@_exported import PegLook
@_exported import PegMedia
@_exported import PegPlan
@_exported import PegPreset
@_exported import PegRender
@_exported import PegReport
@_exported import PegText
@_exported import PegTimeline
