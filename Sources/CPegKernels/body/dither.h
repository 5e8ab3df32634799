// Noise for rounding: the sum of two equal parts of a hash of the place, less 1, which lies in −1…1 with a triangle's density.
// The same place has the same noise on every host, and a picture the same bytes.

static inline uint32_t PEG_NAME(place_hash)(uint32_t x, uint32_t row) {
  uint32_t h = x * 0x9E3779B1u ^ row;
  h = (h ^ (h >> 15)) * 0x2C1B3C6Du;
  h = (h ^ (h >> 12)) * 0x297A2D39u;
  return h ^ (h >> 15);
}

static void PEG_NAME(dither)(float *row, size_t count, uint32_t x, uint32_t y, uint32_t plane, float amplitude) {
  const uint32_t line = y * 0x85EBCA77u + plane * 0xC2B2AE3Du;
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    uint32_t h = PEG_NAME(place_hash)(x + (uint32_t)i, line);
    float noise = ((float)(int32_t)(h & 0xffff) + (float)(int32_t)(h >> 16)) * (1.0f / 65536.0f) - 1.0f;
    row[i] = row[i] + noise * amplitude;
  }
}
