<?xml version="1.0" encoding="UTF-8"?>
<!-- Day for night: a sunny background as a night. For code values of BT.709.
     ASC CDL v1.2: v = clamp(in * slope + offset) ^ power, Y = 0.2126 R + 0.7152 G + 0.0722 B,
     out = clamp(Y + saturation * (v - Y)). -->
<ColorCorrection xmlns="urn:ASC:CDL:v1.01" id="day_for_night">
  <Description>Day for night: a sunny background as a night</Description>
  <SOPNode>
    <Slope>0.42 0.5 0.68</Slope>
    <Offset>-0.01 -0.005 0.01</Offset>
    <Power>1.25 1.18 1.05</Power>
  </SOPNode>
  <SatNode>
    <Saturation>0.45</Saturation>
  </SatNode>
</ColorCorrection>
