<?xml version="1.0" encoding="UTF-8"?>
<!-- Moonlight: darker, blue in the shadows. For code values of BT.709.
     ASC CDL v1.2: v = clamp(in * slope + offset) ^ power, Y = 0.2126 R + 0.7152 G + 0.0722 B,
     out = clamp(Y + saturation * (v - Y)). -->
<ColorCorrection xmlns="urn:ASC:CDL:v1.01" id="cool_night">
  <Description>Moonlight: darker, blue in the shadows</Description>
  <SOPNode>
    <Slope>0.85 0.92 1.05</Slope>
    <Offset>-0.01 0 0.01</Offset>
    <Power>1.12 1.06 0.98</Power>
  </SOPNode>
  <SatNode>
    <Saturation>0.85</Saturation>
  </SatNode>
</ColorCorrection>
