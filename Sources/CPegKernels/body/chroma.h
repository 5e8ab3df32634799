// Chroma from its own raster to luma's and back: short filters, rows at a time. Sums run in the order of the taps.

// Rows above one another: target[i] = Σ weights[k] · rows[k][i], k rising.
static void PEG_NAME(blend_rows)(
    const float *const *rows, const float *weights, int taps, float *restrict target, size_t count) {
  if (taps == 4) {
    const float *restrict a = rows[0], *restrict b = rows[1], *restrict c = rows[2], *restrict d = rows[3];
    const float wa = weights[0], wb = weights[1], wc = weights[2], wd = weights[3];
    PEG_LOOP for (size_t i = 0; i < count; i++) target[i] = ((a[i] * wa + b[i] * wb) + c[i] * wc) + d[i] * wd;
    return;
  }
  const float *restrict first = rows[0];
  const float w0 = weights[0];
  PEG_LOOP for (size_t i = 0; i < count; i++) target[i] = first[i] * w0;
  for (int k = 1; k < taps; k++) {
    const float *restrict row = rows[k];
    const float w = weights[k];
    PEG_LOOP for (size_t i = 0; i < count; i++) target[i] = target[i] + row[i] * w;
  }
}

// Sums of neighbours go eight at a time by hand: the vectoriser turns loads that overlap into chains of shuffles, which cost
// twice as much.
#define PEG_EIGHT(name, from)  \
  PEG_NAME(octet) name;        \
  memcpy(&name, from, 32);

// Twice as many: target[2i + p] = Σ weights[4p + k] · source[i + k], k rising. Where weights are 0, 1, 0, 0, which is chroma that
// lies on a luma sample, that is the sample itself; the one between two then weighs both sides alike, and is added so.
static void PEG_NAME(expand2)(const float *restrict source, const float *w, float *restrict target, size_t pairs) {
  const float a0 = w[0], a1 = w[1], a2 = w[2], a3 = w[3], b0 = w[4], b1 = w[5], b2 = w[6], b3 = w[7];
  const int cosited = a0 == 0.0f && a1 == 1.0f && a2 == 0.0f && a3 == 0.0f, even = cosited && b0 == b3 && b1 == b2;
  size_t i = 0;
  for (; i + 8 <= pairs; i += 8) {
    PEG_EIGHT(s0, source + i) PEG_EIGHT(s1, source + i + 1) PEG_EIGHT(s2, source + i + 2) PEG_EIGHT(s3, source + i + 3)
    PEG_NAME(octet) first = s1, second;
    if (!cosited) first = ((s0 * a0 + s1 * a1) + s2 * a2) + s3 * a3;
    if (even) {
      second = (s0 + s3) * b0 + (s1 + s2) * b1;
    } else {
      second = ((s0 * b0 + s1 * b1) + s2 * b2) + s3 * b3;
    }
    PEG_NAME(octet) low = __builtin_shufflevector(first, second, 0, 8, 1, 9, 2, 10, 3, 11);
    PEG_NAME(octet) high = __builtin_shufflevector(first, second, 4, 12, 5, 13, 6, 14, 7, 15);
    memcpy(target + 2 * i, &low, 32);
    memcpy(target + 2 * i + 8, &high, 32);
  }
  for (; i < pairs; i++) {
    float s0 = source[i], s1 = source[i + 1], s2 = source[i + 2], s3 = source[i + 3];
    target[2 * i] = cosited ? s1 : ((s0 * a0 + s1 * a1) + s2 * a2) + s3 * a3;
    target[2 * i + 1] = even ? (s0 + s3) * b0 + (s1 + s2) * b1 : ((s0 * b0 + s1 * b1) + s2 * b2) + s3 * b3;
  }
}

// `factor` times as many.
static void PEG_NAME(expand)(
    const float *restrict source, int factor, const float *weights, float *restrict target, size_t groups) {
  if (factor == 2) {
    PEG_NAME(expand2)(source, weights, target, groups);
    return;
  }
  for (int p = 0; p < factor; p++) {
    const float *w = weights + 4 * p;
    for (size_t i = 0; i < groups; i++)
      target[(size_t)factor * i + (size_t)p] =
          ((source[i] * w[0] + source[i + 1] * w[1]) + source[i + 2] * w[2]) + source[i + 3] * w[3];
  }
}

// Half as many, of eight taps. Weights of 0 where chroma lies on a luma sample leave samples unread, and those on both sides of
// it weigh alike.
static void PEG_NAME(shrink2)(const float *restrict source, const float *w, float *restrict target, size_t count) {
  const float w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3], w4 = w[4], w5 = w[5], w6 = w[6], w7 = w[7];
  float even[256 + 8] __attribute__((aligned(64))), odd[256 + 8] __attribute__((aligned(64)));
  const int cosited = w1 == 0.0f && w5 == 0.0f && w7 == 0.0f && w0 == w6 && w2 == w4;
  for (size_t begin = 0; begin < count; begin += 256) {
    size_t part = count - begin < 256 ? count - begin : 256;
    const float *restrict from = source + 2 * begin;
    float *restrict to = target + begin;
    PEG_LOOP for (size_t i = 0; i < part + 3; i++) {
      even[i] = from[2 * i];
      odd[i] = from[2 * i + 1];
    }
    size_t i = 0;
    if (cosited) {
      for (; i + 8 <= part; i += 8) {
        PEG_EIGHT(e0, even + i) PEG_EIGHT(e1, even + i + 1) PEG_EIGHT(e2, even + i + 2) PEG_EIGHT(e3, even + i + 3)
        PEG_EIGHT(o1, odd + i + 1)
        PEG_NAME(octet) sum = ((e0 + e3) * w0 + (e1 + e2) * w2) + o1 * w3;
        memcpy(to + i, &sum, 32);
      }
      for (; i < part; i++)
        to[i] = ((even[i] + even[i + 3]) * w0 + (even[i + 1] + even[i + 2]) * w2) + odd[i + 1] * w3;
    } else {
      for (; i + 8 <= part; i += 8) {
        PEG_EIGHT(e0, even + i) PEG_EIGHT(e1, even + i + 1) PEG_EIGHT(e2, even + i + 2) PEG_EIGHT(e3, even + i + 3)
        PEG_EIGHT(o0, odd + i) PEG_EIGHT(o1, odd + i + 1) PEG_EIGHT(o2, odd + i + 2) PEG_EIGHT(o3, odd + i + 3)
        PEG_NAME(octet) sum =
            ((e0 * w0 + e1 * w2) + (e2 * w4 + e3 * w6)) + ((o0 * w1 + o1 * w3) + (o2 * w5 + o3 * w7));
        memcpy(to + i, &sum, 32);
      }
      for (; i < part; i++)
        to[i] = ((even[i] * w0 + even[i + 1] * w2) + (even[i + 2] * w4 + even[i + 3] * w6)) +
                ((odd[i] * w1 + odd[i + 1] * w3) + (odd[i + 2] * w5 + odd[i + 3] * w7));
    }
  }
}

#undef PEG_EIGHT

// A `step`th of as many, `taps` weights each.
static void PEG_NAME(shrink)(
    const float *restrict source, int step, const float *weights, int taps, float *restrict target, size_t count) {
  if (step == 2) {
    PEG_NAME(shrink2)(source, weights, target, count);
    return;
  }
  for (size_t i = 0; i < count; i++) {
    float sum = source[(size_t)step * i] * weights[0];
    for (int k = 1; k < taps; k++) sum = sum + source[(size_t)step * i + (size_t)k] * weights[k];
    target[i] = sum;
  }
}
