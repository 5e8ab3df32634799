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

// The CDL's own power, for results that are colours: right to 4.5e-7 in 0…1, for every power from 1/64 to 64, which is a
// twentieth of the 1e-5 that grades are held to, and half of what float32 says of a 20-bit code. x = 2^e · m as in curves.h;
// with t = (m − 1)/(m + 1), log2 m is three terms in t, fitted, which leave 1.2e-7 of it; seven roundings add at most 4.2e-7. An
// error of ε in log2 x, of its value, is one of at most ε/e = 0.37 ε in x^y below 1, whatever y is. 2^f for |f| ≤ ½ is 1 and five
// terms, which leave 9e-8, and 1.5e-7 of roundings. Above 1 the error of the log counts |log2 x^y| · ln 2 times: 6e-6 of the
// value at 65504. A power of 1 is the value itself, to the bit; so are 0 and 1 for every power.
//
// Three short loops, not one: what limits them is how many steps a processor can hold while they wait for one another.

// t and y · e of x ≥ 0. What is below the smallest normal number has a power of 0.
static inline float PEG_NAME(cdl_ratio)(float x, float y, float *whole) {
  int32_t above = PEG_NAME(to_bits)(x) - 0x3f3504f3;
  float m = PEG_NAME(from_bits)((above & 0x7fffff) + 0x3f3504f3);
  float exponent = y * (float)(above >> 23);
  *whole = x > 1.17549435e-38f ? exponent : -16384.0f;
  return (m - 1.0f) / (m + 1.0f);
}

// y · log2 x
static inline float PEG_NAME(cdl_exponent)(float t, float y, float whole) {
  float s = t * t;
  return whole + (y * t) * ((2.88539052f + 0.961588323f * s) + 0.595781326f * (s * s));
}

// 2^p, p held to −127…127. 127 less in the exponent of 1 is 0.
static inline float PEG_NAME(cdl_exp2)(float p) {
  p = p > -127.0f ? p : -127.0f;
  p = p < 127.0f ? p : 127.0f;
  float shifted = p + 12582912.0f;
  float f = p - (shifted - 12582912.0f);
  float f2 = f * f;
  float low = 1.0f + 0.693147004f * f;
  float mid = 0.240222424f + 0.0555073358f * f;
  float high = 0.00967151299f + 0.00132647273f * f;
  float value = (low + f2 * mid) + (f2 * f2) * high;
  return PEG_NAME(from_bits)((int32_t)((uint32_t)PEG_NAME(to_bits)(value) + ((uint32_t)PEG_NAME(to_bits)(shifted) << 23)));
}

// One channel's slope, offset and power.
static void PEG_NAME(cdl_channel)(float *restrict row, size_t count, float slope, float offset, float y, int clamps) {
  if (y == 1.0f) {
    if (clamps) {
      PEG_SHORT_LOOP for (size_t i = 0; i < count; i++) row[i] = PEG_NAME(unit)(row[i] * slope + offset);
    } else {
      PEG_SHORT_LOOP for (size_t i = 0; i < count; i++) row[i] = PEG_NAME(number)(row[i] * slope + offset);
    }
    return;
  }
  float whole[PEG_BLOCK], ratio[PEG_BLOCK];
  for (size_t begin = 0; begin < count; begin += PEG_BLOCK) {
    size_t n = count - begin < PEG_BLOCK ? count - begin : PEG_BLOCK;
    float *restrict block = row + begin;
    if (clamps) {
      PEG_SHORT_LOOP for (size_t i = 0; i < n; i++)
        block[i] = PEG_NAME(cdl_ratio)(PEG_NAME(unit)(block[i] * slope + offset), y, &whole[i]);
      PEG_SHORT_LOOP for (size_t i = 0; i < n; i++) block[i] = PEG_NAME(cdl_exponent)(block[i], y, whole[i]);
      PEG_SHORT_LOOP for (size_t i = 0; i < n; i++) block[i] = PEG_NAME(cdl_exp2)(block[i]);
    } else {
      PEG_SHORT_LOOP for (size_t i = 0; i < n; i++) {
        float x = PEG_NAME(number)(block[i] * slope + offset);
        block[i] = x;
        ratio[i] = PEG_NAME(cdl_ratio)(x, y, &whole[i]);
      }
      PEG_SHORT_LOOP for (size_t i = 0; i < n; i++) ratio[i] = PEG_NAME(cdl_exponent)(ratio[i], y, whole[i]);
      PEG_SHORT_LOOP for (size_t i = 0; i < n; i++) {
        float x = block[i], raised = PEG_NAME(cdl_exp2)(ratio[i]);
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
