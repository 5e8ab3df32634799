// What a grade is made of: matrices with an offset, the ASC CDL, curves as tables, logarithms.

static void PEG_NAME(affine)(float *a, float *b, float *c, size_t count, const float *m) {
  const float m0 = m[0], m1 = m[1], m2 = m[2], m3 = m[3], m4 = m[4], m5 = m[5], m6 = m[6], m7 = m[7], m8 = m[8];
  const float m9 = m[9], m10 = m[10], m11 = m[11];
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float x = a[i], y = b[i], z = c[i];
    a[i] = ((m0 * x + m1 * y) + m2 * z) + m3;
    b[i] = ((m4 * x + m5 * y) + m6 * z) + m7;
    c[i] = ((m8 * x + m9 * y) + m10 * z) + m11;
  }
}

// NaN becomes 0.
static inline float PEG_NAME(unit)(float x) {
  x = x > 0.0f ? x : 0.0f;
  return x < 1.0f ? x : 1.0f;
}

static inline float PEG_NAME(number)(float x) { return x == x ? x : 0.0f; }

// One channel's slope, offset and power. A power of 1 is the value itself, to the bit.
static void PEG_NAME(cdl_channel)(float *row, size_t count, float slope, float offset, float exponent, int clamps) {
  const PEG_NAME(exponent) y = PEG_NAME(split)(exponent);
  if (exponent == 1.0f) {
    if (clamps) {
      PEG_LOOP for (size_t i = 0; i < count; i++) row[i] = PEG_NAME(unit)(row[i] * slope + offset);
    } else {
      PEG_LOOP for (size_t i = 0; i < count; i++) row[i] = PEG_NAME(number)(row[i] * slope + offset);
    }
    return;
  }
  // Two loops of half the depth keep more pixels under way than one.
  float e[PEG_BLOCK], l[PEG_BLOCK];
  for (size_t begin = 0; begin < count; begin += PEG_BLOCK) {
    size_t n = count - begin < PEG_BLOCK ? count - begin : PEG_BLOCK;
    float *restrict block = row + begin;
    if (clamps) {
      PEG_LOOP for (size_t i = 0; i < n; i++) {
        float x = PEG_NAME(unit)(block[i] * slope + offset);
        block[i] = x;
        l[i] = PEG_NAME(log2_parts)(x, &e[i]);
      }
      PEG_LOOP for (size_t i = 0; i < n; i++) block[i] = PEG_NAME(pow_parts)(block[i], e[i], l[i], y);
    } else {
      PEG_LOOP for (size_t i = 0; i < n; i++) {
        float x = PEG_NAME(number)(block[i] * slope + offset);
        block[i] = x;
        l[i] = PEG_NAME(log2_parts)(x, &e[i]);
      }
      PEG_LOOP for (size_t i = 0; i < n; i++) {
        float x = block[i];
        float raised = PEG_NAME(pow_parts)(x, e[i], l[i], y);
        block[i] = x > 0.0f ? raised : x;
      }
    }
  }
}

static void PEG_NAME(cdl)(float *r, float *g, float *b, size_t count, const peg_cdl *cdl) {
  const int clamps = cdl->clamps;
  PEG_NAME(cdl_channel)(r, count, cdl->slope[0], cdl->offset[0], cdl->power[0], clamps);
  PEG_NAME(cdl_channel)(g, count, cdl->slope[1], cdl->offset[1], cdl->power[1], clamps);
  PEG_NAME(cdl_channel)(b, count, cdl->slope[2], cdl->offset[2], cdl->power[2], clamps);
  const float saturation = cdl->saturation;
  if (saturation == 1.0f) return;
  if (clamps) {
    PEG_LOOP for (size_t i = 0; i < count; i++) {
      float x = r[i], y = g[i], z = b[i];
      float luma = (0.2126f * x + 0.7152f * y) + 0.0722f * z;
      r[i] = PEG_NAME(unit)(luma + saturation * (x - luma));
      g[i] = PEG_NAME(unit)(luma + saturation * (y - luma));
      b[i] = PEG_NAME(unit)(luma + saturation * (z - luma));
    }
  } else {
    PEG_LOOP for (size_t i = 0; i < count; i++) {
      float x = r[i], y = g[i], z = b[i];
      float luma = (0.2126f * x + 0.7152f * y) + 0.0722f * z;
      r[i] = luma + saturation * (x - luma);
      g[i] = luma + saturation * (y - luma);
      b[i] = luma + saturation * (z - luma);
    }
  }
}

// Positions first, which is arithmetic, then values, which are loads: the vectoriser takes the one and leaves the other.
static void PEG_NAME(curve)(float *row, size_t count, const peg_curve *curve) {
  const float scale = curve->scale, offset = curve->offset, last = (float)(curve->size - 1);
  const int32_t cell = curve->size - 2;
  const float *restrict values = curve->values;
  int32_t at[PEG_BLOCK];
  float part[PEG_BLOCK];
  for (size_t begin = 0; begin < count; begin += PEG_BLOCK) {
    size_t n = count - begin < PEG_BLOCK ? count - begin : PEG_BLOCK;
    float *restrict block = row + begin;
    PEG_LOOP for (size_t i = 0; i < n; i++) {
      float p = block[i] * scale + offset;
      p = p > 0.0f ? p : 0.0f;
      p = p < last ? p : last;
      int32_t k = (int32_t)p;
      k = k < cell ? k : cell;
      at[i] = k;
      part[i] = p - (float)k;
    }
    for (size_t i = 0; i < n; i++) {
      float low = values[at[i]], high = values[at[i] + 1];
      block[i] = low + part[i] * (high - low);
    }
  }
}

// code = a · log2(b · x + c) + d above `cut`, e · x + f below it.
static void PEG_NAME(log_encode)(float *row, size_t count, const peg_log *log) {
  const float a = log->a, b = log->b, c = log->c, d = log->d, e = log->e, f = log->f, cut = log->cut;
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float x = PEG_NAME(number)(row[i]);
    float inner = b * x + c;
    inner = inner > 1.17549435e-38f ? inner : 1.17549435e-38f;
    inner = inner < 3.40282347e38f ? inner : 3.40282347e38f;
    float curve = a * PEG_NAME(log2_positive)(inner) + d;
    float line = e * x + f;
    row[i] = x > cut ? curve : line;
  }
}

static void PEG_NAME(log_decode)(float *row, size_t count, const peg_log *log) {
  const float ra = 1.0f / log->a, b = log->b, c = log->c, d = log->d, e = log->e, f = log->f, cut = log->cut_code;
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float v = PEG_NAME(number)(row[i]);
    float power = (v - d) * ra;
    float curve = (PEG_NAME(exp2_sum)(power, 0.0f) - c) / b;
    float line = (v - f) / e;
    row[i] = v > cut ? curve : line;
  }
}
