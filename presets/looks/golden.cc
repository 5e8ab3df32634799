<?xml version="1.0" encoding="UTF-8"?>
<!-- Late sun: warm, a little richer. For code values of BT.709.
     ASC CDL v1.2: v = clamp(in * slope + offset) ^ power, Y = 0.2126 R + 0.7152 G + 0.0722 B,
     out = clamp(Y + saturation * (v - Y)). -->
<ColorCorrection xmlns="urn:ASC:CDL:v1.01" id="golden">
  <Description>Late sun: warm, a little richer</Description>
  <SOPNode>
    <Slope>1.06 1 0.9</Slope>
    <Offset>0.01 0 -0.01</Offset>
    <Power>0.97 1 1.06</Power>
  </SOPNode>
  <SatNode>
    <Saturation>1.08</Saturation>
  </SatNode>
</ColorCorrection>
