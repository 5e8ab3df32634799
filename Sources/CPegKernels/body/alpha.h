// Alpha: association, edges after resampling, compositing on associated colour.

static void PEG_NAME(associate)(float *r, float *g, float *b, const float *alpha, size_t count) {
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float a = alpha[i];
    r[i] = r[i] * a;
    g[i] = g[i] * a;
    b[i] = b[i] * a;
  }
}

static void PEG_NAME(unassociate)(float *r, float *g, float *b, const float *alpha, size_t count) {
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float divisor = alpha[i] > 0.0f ? alpha[i] : 1.0f;
    r[i] = r[i] / divisor;
    g[i] = g[i] / divisor;
    b[i] = b[i] / divisor;
  }
}

static void PEG_NAME(reassociate)(float *r, float *g, float *b, const float *alpha, size_t count) {
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float factor = alpha[i] > 0.0f ? alpha[i] : 1.0f;
    r[i] = r[i] * factor;
    g[i] = g[i] * factor;
    b[i] = b[i] * factor;
  }
}

// A filter with negative lobes overshoots. Where alpha passes 1 the colour is brought back with it, which keeps the
// unassociated colour; where it falls below 0 the colour's own undershoot goes with it and light that was added stays.
static inline float PEG_NAME(settled)(float value, float a, float divisor) {
  float light = value > 0.0f ? value : 0.0f;
  return a > 0.0f ? value / divisor : light;
}

static void PEG_NAME(settle)(float *r, float *g, float *b, float *alpha, size_t count) {
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float a = alpha[i];
    float divisor = a > 1.0f ? a : 1.0f;
    r[i] = PEG_NAME(settled)(r[i], a, divisor);
    g[i] = PEG_NAME(settled)(g[i], a, divisor);
    b[i] = PEG_NAME(settled)(b[i], a, divisor);
    float held = a > 0.0f ? a : 0.0f;
    alpha[i] = held < 1.0f ? held : 1.0f;
  }
}

static void PEG_NAME(cover)(float *row, const float *columns, float weight, size_t count) {
  PEG_LOOP for (size_t i = 0; i < count; i++) row[i] = row[i] * (columns[i] * weight);
}

static void PEG_NAME(fill)(float *row, float value, size_t count) {
  PEG_LOOP for (size_t i = 0; i < count; i++) row[i] = value;
}

static void PEG_NAME(over)(
    const float *s0, const float *s1, const float *s2, const float *alpha, float *t0, float *t1, float *t2,
    float *target_alpha, float opacity, size_t count) {
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float a = alpha[i] * opacity;
    float rest = 1.0f - a;
    t0[i] = s0[i] * opacity + t0[i] * rest;
    t1[i] = s1[i] * opacity + t1[i] * rest;
    t2[i] = s2[i] * opacity + t2[i] * rest;
    target_alpha[i] = a + target_alpha[i] * rest;
  }
}

static void PEG_NAME(mix)(const float *a, float wa, const float *b, float wb, float *target, size_t count) {
  PEG_LOOP for (size_t i = 0; i < count; i++) target[i] = a[i] * wa + b[i] * wb;
}

static void PEG_NAME(scale)(const float *source, float weight, float *target, size_t count) {
  PEG_LOOP for (size_t i = 0; i < count; i++) target[i] = source[i] * weight;
}
