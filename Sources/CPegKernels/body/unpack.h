// Bytes of a decoded picture to rows of float.

// What comes after this run is on its way while the run is worked on: a picture is larger than the caches, and the hardware's
// own foresight ends with each page. An address that is none is no fault.
static inline void PEG_NAME(fetch_after)(const uint8_t *source, size_t bytes) {
  for (size_t at = 0; at < bytes; at += 64) __builtin_prefetch(source + bytes + at);
}

static inline uint16_t PEG_NAME(load_u16)(const uint8_t *source, size_t i) {
  uint16_t word;
  memcpy(&word, source + 2 * i, 2);
  return word;
}

static inline uint16_t PEG_NAME(load_swapped)(const uint8_t *source, size_t i) {
  uint16_t word = PEG_NAME(load_u16)(source, i);
  return (uint16_t)((word >> 8) | (word << 8));
}

// Times 1/span, once rounded, where a division would cost as much as all the rest: within 1.2e-7 of the quotient, and exactly 1
// for the greatest code of every full range of 8 to 16 bits.

static void PEG_NAME(unpack_u8)(
    const uint8_t *restrict source, float *restrict target, size_t count, const peg_code *code) {
  PEG_NAME(fetch_after)(source, count);
  const float black = code->black, unit = 1.0f / code->span;
  PEG_LOOP for (size_t i = 0; i < count; i++) target[i] = ((float)source[i] - black) * unit;
}

static void PEG_NAME(unpack_u16)(
    const uint8_t *restrict source, int swap, float *restrict target, size_t count, const peg_code *code) {
  PEG_NAME(fetch_after)(source, 2 * count);
  const float black = code->black, unit = 1.0f / code->span;
  if (swap) {
    PEG_LOOP for (size_t i = 0; i < count; i++)
      target[i] = ((float)PEG_NAME(load_swapped)(source, i) - black) * unit;
  } else {
    PEG_LOOP for (size_t i = 0; i < count; i++) target[i] = ((float)PEG_NAME(load_u16)(source, i) - black) * unit;
  }
}

static void PEG_NAME(unpack_f32)(const uint8_t *restrict source, float *restrict target, size_t count) {
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float value;
    memcpy(&value, source + 4 * i, 4);
    value = value == value ? value : 0.0f;
    value = value > -65504.0f ? value : -65504.0f;
    target[i] = value < 65504.0f ? value : 65504.0f;
  }
}

// The exponent's bias is 15 in a half and 127 in a float: times 2^112, which is exact and takes subnormals with it.
static void PEG_NAME(unpack_f16)(const uint8_t *restrict source, float *restrict target, size_t count) {
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    uint32_t half = PEG_NAME(load_u16)(source, i);
    uint32_t bits = (half & 0x7fffu) << 13;
    float size;
    memcpy(&size, &bits, 4);
    size = size * 5.192296858534828e33f;
    size = size < 65504.0f ? size : 65504.0f;
    size = (half & 0x7fffu) > 0x7c00u ? 0.0f : size;
    target[i] = half & 0x8000u ? -size : size;
  }
}

// Each component's unit and black are loaded once; the vectoriser turns the strided loads into shuffles.
#define PEG_UNPACK_PACKED(LOAD)                                                                                   \
  const float b0 = codes[0].black, v0 = 1.0f / codes[0].span, b1 = codes[1].black, v1 = 1.0f / codes[1].span;                   \
  if (components == 2) {                                                                                          \
    PEG_LOOP for (size_t i = 0; i < count; i++) {                                                                 \
      t0[i] = ((float)LOAD(source, 2 * i) - b0) * v0;                                                             \
      t1[i] = ((float)LOAD(source, 2 * i + 1) - b1) * v1;                                                         \
    }                                                                                                             \
    return;                                                                                                       \
  }                                                                                                               \
  const float b2 = codes[2].black, v2 = 1.0f / codes[2].span;                                                            \
  if (components == 3) {                                                                                          \
    PEG_LOOP for (size_t i = 0; i < count; i++) {                                                                 \
      t0[i] = ((float)LOAD(source, 3 * i) - b0) * v0;                                                             \
      t1[i] = ((float)LOAD(source, 3 * i + 1) - b1) * v1;                                                         \
      t2[i] = ((float)LOAD(source, 3 * i + 2) - b2) * v2;                                                         \
    }                                                                                                             \
    return;                                                                                                       \
  }                                                                                                               \
  const float b3 = codes[3].black, v3 = 1.0f / codes[3].span;                                                            \
  PEG_LOOP for (size_t i = 0; i < count; i++) {                                                                   \
    t0[i] = ((float)LOAD(source, 4 * i) - b0) * v0;                                                               \
    t1[i] = ((float)LOAD(source, 4 * i + 1) - b1) * v1;                                                           \
    t2[i] = ((float)LOAD(source, 4 * i + 2) - b2) * v2;                                                           \
    t3[i] = ((float)LOAD(source, 4 * i + 3) - b3) * v3;                                                           \
  }

#define PEG_LOAD_U8(source, i) source[i]

static void PEG_NAME(unpack_packed_u8)(
    const uint8_t *restrict source, int components, float *restrict t0, float *restrict t1, float *restrict t2,
    float *restrict t3, size_t count, const peg_code *codes) {
  PEG_UNPACK_PACKED(PEG_LOAD_U8)
}

static void PEG_NAME(unpack_packed_plain)(
    const uint8_t *restrict source, int components, float *restrict t0, float *restrict t1, float *restrict t2,
    float *restrict t3, size_t count, const peg_code *codes) {
  PEG_UNPACK_PACKED(PEG_NAME(load_u16))
}

static void PEG_NAME(unpack_packed_swapped)(
    const uint8_t *restrict source, int components, float *restrict t0, float *restrict t1, float *restrict t2,
    float *restrict t3, size_t count, const peg_code *codes) {
  PEG_UNPACK_PACKED(PEG_NAME(load_swapped))
}

static void PEG_NAME(unpack_packed_u16)(
    const uint8_t *source, int swap, int components, float *t0, float *t1, float *t2, float *t3, size_t count,
    const peg_code *codes) {
  if (swap) {
    PEG_NAME(unpack_packed_swapped)(source, components, t0, t1, t2, t3, count, codes);
  } else {
    PEG_NAME(unpack_packed_plain)(source, components, t0, t1, t2, t3, count, codes);
  }
}

static void PEG_NAME(lookup_u8)(
    const uint8_t *restrict source, const float *restrict table, float *restrict target, size_t count) {
  // A gather is no faster than loads here, and SSE2 has none: left to the compiler.
  for (size_t i = 0; i < count; i++) target[i] = table[source[i]];
}

static void PEG_NAME(unpack_bits)(
    const uint8_t *restrict source, size_t first, float zero, float one, float *restrict target, size_t count) {
  for (size_t i = 0; i < count; i++) {
    size_t bit = first + i;
    target[i] = (source[bit >> 3] >> (7 - (bit & 7))) & 1 ? one : zero;
  }
}

#undef PEG_UNPACK_PACKED
#undef PEG_LOAD_U8
