<?xml version="1.0" encoding="UTF-8"?>
<!-- Bleach bypass: hard, and nearly without colour. For code values of BT.709.
     ASC CDL v1.2: v = clamp(in * slope + offset) ^ power, Y = 0.2126 R + 0.7152 G + 0.0722 B,
     out = clamp(Y + saturation * (v - Y)). -->
<ColorCorrection xmlns="urn:ASC:CDL:v1.01" id="bleach">
  <Description>Bleach bypass: hard, and nearly without colour</Description>
  <SOPNode>
    <Slope>1.15 1.15 1.15</Slope>
    <Offset>-0.04 -0.04 -0.04</Offset>
    <Power>1.05 1.05 1.05</Power>
  </SOPNode>
  <SatNode>
    <Saturation>0.35</Saturation>
  </SatNode>
</ColorCorrection>
