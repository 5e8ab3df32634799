// Rows of float to the bytes of a picture for an encoder: scaled, held to its codes, rounded once.

// NaN fails the first comparison and becomes `low`. low is never negative, so adding a half and cutting rounds halves up.
static inline int32_t PEG_NAME(to_code)(float value, float black, float span, float low, float high) {
  float code = value * span + black;
  code = code > low ? code : low;
  code = code < high ? code : high;
  return (int32_t)(code + 0.5f);
}

// As fetch_after, of memory that is written.
static inline void PEG_NAME(own_after)(uint8_t *target, size_t bytes) {
  for (size_t at = 0; at < bytes; at += 64) __builtin_prefetch(target + bytes + at, 1);
}

static inline void PEG_NAME(store_u16)(uint8_t *target, size_t i, int32_t code) {
  uint16_t word = (uint16_t)code;
  memcpy(target + 2 * i, &word, 2);
}

static inline void PEG_NAME(store_swapped)(uint8_t *target, size_t i, int32_t code) {
  uint16_t word = (uint16_t)((code >> 8) | (code << 8));
  memcpy(target + 2 * i, &word, 2);
}

static void PEG_NAME(pack_u8)(
    const float *restrict source, uint8_t *restrict target, size_t count, const peg_code *code) {
  PEG_NAME(own_after)(target, count);
  const peg_code c = *code;
  PEG_LOOP for (size_t i = 0; i < count; i++)
    target[i] = (uint8_t)PEG_NAME(to_code)(source[i], c.black, c.span, c.low, c.high);
}

static void PEG_NAME(pack_u16)(
    const float *restrict source, int swap, uint8_t *restrict target, size_t count, const peg_code *code) {
  PEG_NAME(own_after)(target, 2 * count);
  const peg_code c = *code;
  if (swap) {
    PEG_LOOP for (size_t i = 0; i < count; i++)
      PEG_NAME(store_swapped)(target, i, PEG_NAME(to_code)(source[i], c.black, c.span, c.low, c.high));
  } else {
    PEG_LOOP for (size_t i = 0; i < count; i++)
      PEG_NAME(store_u16)(target, i, PEG_NAME(to_code)(source[i], c.black, c.span, c.low, c.high));
  }
}

#define PEG_CODE(row, c) PEG_NAME(to_code)(row[i], c.black, c.span, c.low, c.high)

#define PEG_PACK_PACKED(STORE)                                 \
  const peg_code c0 = codes[0], c1 = codes[1];                 \
  if (components == 2) {                                       \
    PEG_LOOP for (size_t i = 0; i < count; i++) {              \
      STORE(target, 2 * i, PEG_CODE(s0, c0));                  \
      STORE(target, 2 * i + 1, PEG_CODE(s1, c1));              \
    }                                                          \
    return;                                                    \
  }                                                            \
  const peg_code c2 = codes[2];                                \
  if (components == 3) {                                       \
    PEG_LOOP for (size_t i = 0; i < count; i++) {              \
      STORE(target, 3 * i, PEG_CODE(s0, c0));                  \
      STORE(target, 3 * i + 1, PEG_CODE(s1, c1));              \
      STORE(target, 3 * i + 2, PEG_CODE(s2, c2));              \
    }                                                          \
    return;                                                    \
  }                                                            \
  const peg_code c3 = codes[3];                                \
  PEG_LOOP for (size_t i = 0; i < count; i++) {                \
    STORE(target, 4 * i, PEG_CODE(s0, c0));                    \
    STORE(target, 4 * i + 1, PEG_CODE(s1, c1));                \
    STORE(target, 4 * i + 2, PEG_CODE(s2, c2));                \
    STORE(target, 4 * i + 3, PEG_CODE(s3, c3));                \
  }

#define PEG_STORE_U8(target, i, code) target[i] = (uint8_t)(code)

static void PEG_NAME(pack_packed_u8)(
    const float *restrict s0, const float *restrict s1, const float *restrict s2, const float *restrict s3,
    int components, uint8_t *restrict target, size_t count, const peg_code *codes) {
  PEG_PACK_PACKED(PEG_STORE_U8)
}

static void PEG_NAME(pack_packed_plain)(
    const float *restrict s0, const float *restrict s1, const float *restrict s2, const float *restrict s3,
    int components, uint8_t *restrict target, size_t count, const peg_code *codes) {
  PEG_PACK_PACKED(PEG_NAME(store_u16))
}

static void PEG_NAME(pack_packed_swapped)(
    const float *restrict s0, const float *restrict s1, const float *restrict s2, const float *restrict s3,
    int components, uint8_t *restrict target, size_t count, const peg_code *codes) {
  PEG_PACK_PACKED(PEG_NAME(store_swapped))
}

static void PEG_NAME(pack_packed_u16)(
    const float *s0, const float *s1, const float *s2, const float *s3, int swap, int components, uint8_t *target,
    size_t count, const peg_code *codes) {
  if (swap) {
    PEG_NAME(pack_packed_swapped)(s0, s1, s2, s3, components, target, count, codes);
  } else {
    PEG_NAME(pack_packed_plain)(s0, s1, s2, s3, components, target, count, codes);
  }
}

#undef PEG_CODE
#undef PEG_PACK_PACKED
#undef PEG_STORE_U8
