// Our own pow and log, so that every host and every instruction set gives the same bits.
//
// log2 by atanh: x = 2^e · m with m in [√½, √2), t = (m − 1)/(m + 1), log2 m = (2/ln 2)(t + t³/3 + …). |t| ≤ 0.1716; four terms,
// fitted so that the worst relative error is least, leave 7e-10. 2^f for |f| ≤ ½ is fitted likewise and leaves 2e-9. The
// exponent y is split so that y_high · e is exact: what is left to round is the fraction, and a power is right to about 3e-7 of
// its value. Polynomials are summed in pairs: half the depth, and depth is what these loops wait for.

static inline float PEG_NAME(from_bits)(int32_t bits) {
  float value;
  memcpy(&value, &bits, 4);
  return value;
}

static inline int32_t PEG_NAME(to_bits)(float value) {
  int32_t bits;
  memcpy(&bits, &value, 4);
  return bits;
}

// log2((1 + t)/(1 − t))
static inline float PEG_NAME(log2_ratio)(float t) {
  float s = t * t;
  float low = 2.88539004f + 0.961798847f * s;
  float high = 0.576714396f + 0.431735933f * s;
  return t * (low + (s * s) * high);
}

// (2^f − 1)/f for |f| ≤ ½.
static inline float PEG_NAME(exp2_slope)(float f) {
  float f2 = f * f;
  float low = 0.693147182f + 0.240226477f * f;
  float mid = 0.0555033237f + 0.00961843599f * f;
  float high = 0.00133988517f + 0.000153535992f * f;
  return (low + f2 * mid) + (f2 * f2) * high;
}

// 2^(a + b), the sum held to −126…127. Adding 1.5 · 2^23 rounds to a whole number and leaves it in the lowest bits.
static inline float PEG_NAME(exp2_sum)(float a, float b) {
  float sum = a + b;
  sum = sum > -126.0f ? sum : -126.0f;
  sum = sum < 127.0f ? sum : 127.0f;
  float shifted = sum + 12582912.0f;
  float f = (a - (shifted - 12582912.0f)) + b;
  f = f > -1.0f ? f : -1.0f;
  f = f < 1.0f ? f : 1.0f;
  float p = PEG_NAME(exp2_slope)(f) * f + 1.0f;
  return PEG_NAME(from_bits)((int32_t)((uint32_t)PEG_NAME(to_bits)(p) + ((uint32_t)PEG_NAME(to_bits)(shifted) << 23)));
}

typedef struct PEG_NAME(exponent) {
  float high, low;
} PEG_NAME(exponent);

static inline PEG_NAME(exponent) PEG_NAME(split)(float y) {
  float high = PEG_NAME(from_bits)(PEG_NAME(to_bits)(y) & ~0xfff);
  return (PEG_NAME(exponent)){high, y - high};
}

// x = 2^e · m: e, and log2 m; for x ≥ 0, where what is below the smallest normal number counts as that.
static inline float PEG_NAME(log2_parts)(float x, float *e) {
  float safe = x > 1.17549435e-38f ? x : 1.17549435e-38f;
  int32_t bits = PEG_NAME(to_bits)(safe);
  int32_t whole = (bits - 0x3f3504f3) >> 23;
  float m = PEG_NAME(from_bits)(bits - whole * 8388608);
  *e = (float)whole;
  return PEG_NAME(log2_ratio)((m - 1.0f) / (m + 1.0f));
}

// x^y for x ≥ 0, where e and l are the parts of log2 x; 0 for x below the smallest normal number.
static inline float PEG_NAME(pow_parts)(float x, float e, float l, PEG_NAME(exponent) y) {
  float power = PEG_NAME(exp2_sum)(y.high * e, y.low * e + (y.high + y.low) * l);
  return x > 1.17549435e-38f ? power : 0.0f;
}

static inline float PEG_NAME(pow_positive)(float x, PEG_NAME(exponent) y) {
  float e;
  float l = PEG_NAME(log2_parts)(x, &e);
  return PEG_NAME(pow_parts)(x, e, l, y);
}

// log2 x for x > 0
static inline float PEG_NAME(log2_positive)(float x) {
  int32_t bits = PEG_NAME(to_bits)(x);
  int32_t e = (bits - 0x3f3504f3) >> 23;
  float m = PEG_NAME(from_bits)(bits - e * 8388608);
  return (float)e + PEG_NAME(log2_ratio)((m - 1.0f) / (m + 1.0f));
}

static inline float PEG_NAME(magnitude)(float x) { return PEG_NAME(from_bits)(PEG_NAME(to_bits)(x) & 0x7fffffff); }

static inline float PEG_NAME(with_sign)(float size, float x) {
  return PEG_NAME(from_bits)(PEG_NAME(to_bits)(size) | (PEG_NAME(to_bits)(x) & (int32_t)0x80000000u));
}

static void PEG_NAME(power)(float *row, size_t count, float exponent) {
  const PEG_NAME(exponent) y = PEG_NAME(split)(exponent);
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float x = row[i];
    row[i] = PEG_NAME(with_sign)(PEG_NAME(pow_positive)(PEG_NAME(magnitude)(x), y), x);
  }
}

static void PEG_NAME(srgb_decode)(float *row, size_t count) {
  const PEG_NAME(exponent) y = PEG_NAME(split)(2.4f);
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float x = row[i], a = PEG_NAME(magnitude)(x);
    float curve = PEG_NAME(pow_positive)((a + 0.055f) / 1.055f, y);
    float line = a / 12.92f;
    row[i] = PEG_NAME(with_sign)(a <= 0.04045f ? line : curve, x);
  }
}

static void PEG_NAME(srgb_encode)(float *row, size_t count) {
  const PEG_NAME(exponent) y = PEG_NAME(split)(1.0f / 2.4f);
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float x = row[i], a = PEG_NAME(magnitude)(x);
    float root = PEG_NAME(pow_positive)(a, y);
    float curve = root + 0.055f * (root - 1.0f);
    float line = a * 12.92f;
    row[i] = PEG_NAME(with_sign)(a <= 0.0031308f ? line : curve, x);
  }
}

// ST 2084: c1 3424/4096, c2 2413/128, c3 2392/128 are exact in float; m1 2610/16384, m2 2523/32. With N = V^(1/m2) = 1 − δ,
// and c3 − c2 = c1 − 1, (N − c1)/(c2 − c3 N) is (1 − c1 − δ)/(1 − c1 + c3 δ). δ comes straight from the series of 2^z − 1,
// because N itself lies so near to 1 that its last bit would be seen.
static void PEG_NAME(pq_decode)(float *row, size_t count, float white) {
  const PEG_NAME(exponent) y1 = PEG_NAME(split)(16384.0f / 2610.0f);
  const float unit = 10000.0f / white;
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float v = row[i];
    v = v > 1.17549435e-38f ? v : 1.17549435e-38f;
    v = v < 1.0f ? v : 1.0f;
    float z = PEG_NAME(log2_positive)(v) * (32.0f / 2523.0f);
    z = z > -0.5f ? z : -0.5f;
    float p = PEG_NAME(exp2_slope)(z);
    float delta = -(z * p);
    float top = 0.1640625f - delta;
    top = top > 0.0f ? top : 0.0f;
    row[i] = PEG_NAME(pow_positive)(top / (0.1640625f + 18.6875f * delta), y1) * unit;
  }
}

// The other way, (c1 + c2 Y)/(1 + c3 Y) is 1 − δ with δ = (1 − c1)(1 − Y)/(1 + c3 Y); the log of that through δ keeps
// what the power of 78.8 would otherwise lose.
static void PEG_NAME(pq_encode)(float *row, size_t count, float white) {
  const PEG_NAME(exponent) y1 = PEG_NAME(split)(2610.0f / 16384.0f);
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float light = row[i] * white / 10000.0f;
    light = light > 0.0f ? light : 0.0f;
    light = light < 1.0f ? light : 1.0f;
    float y = PEG_NAME(pow_positive)(light, y1);
    float delta = 0.1640625f * (1.0f - y) / (1.0f + 18.6875f * y);
    float log = 78.84375f * PEG_NAME(log2_ratio)(-delta / (2.0f - delta));
    row[i] = PEG_NAME(exp2_sum)(log, 0.0f);
  }
}

// BT.2100 table 5: a, b, c.
static inline float PEG_NAME(hlg_scene)(float v) {
  float a = PEG_NAME(magnitude)(v);
  float arg = (a - 0.55991073f) / 0.17883277f * 1.44269504f;
  arg = arg < 120.0f ? arg : 120.0f;
  float curve = (PEG_NAME(exp2_sum)(arg, 0.0f) + 0.28466892f) / 12.0f;
  return PEG_NAME(with_sign)(a <= 0.5f ? a * a / 3.0f : curve, v);
}

static inline float PEG_NAME(hlg_signal)(float e) {
  float a = PEG_NAME(magnitude)(e);
  float arg = 12.0f * a - 0.28466892f;
  arg = arg > 0.5f ? arg : 0.5f;
  float curve = 0.17883277f * (PEG_NAME(log2_positive)(arg) * 0.693147181f) + 0.55991073f;
  float root = __builtin_elementwise_sqrt(3.0f * a);
  return PEG_NAME(with_sign)(a <= 1.0f / 12.0f ? root : curve, e);
}

static void PEG_NAME(hlg_decode)(float *r, float *g, float *b, size_t count, float white) {
  const PEG_NAME(exponent) gamma = PEG_NAME(split)(0.2f);
  const float unit = 1000.0f / white;
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float x = PEG_NAME(hlg_scene)(r[i]), y = PEG_NAME(hlg_scene)(g[i]), z = PEG_NAME(hlg_scene)(b[i]);
    float luma = (0.2627f * x + 0.6780f * y) + 0.0593f * z;
    float gain = PEG_NAME(pow_positive)(luma, gamma) * unit;
    r[i] = x * gain;
    g[i] = y * gain;
    b[i] = z * gain;
  }
}

static void PEG_NAME(hlg_encode)(float *r, float *g, float *b, size_t count, float white) {
  const PEG_NAME(exponent) gamma = PEG_NAME(split)(1.0f / 6.0f);
  const float unit = white / 1000.0f;
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float x = r[i] * unit, y = g[i] * unit, z = b[i] * unit;
    float luma = (0.2627f * x + 0.6780f * y) + 0.0593f * z;
    float root = PEG_NAME(pow_positive)(luma, gamma);
    float divisor = root > 0.0f ? root : 1.0f;
    r[i] = PEG_NAME(hlg_signal)(x / divisor);
    g[i] = PEG_NAME(hlg_signal)(y / divisor);
    b[i] = PEG_NAME(hlg_signal)(z / divisor);
  }
}
