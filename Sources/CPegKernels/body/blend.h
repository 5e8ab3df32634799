// Blends on associated colour, and mattes.
//
// W3C Compositing and Blending Level 1, §5 and §7: co = cs·αs·(1 − αb) + cb·αb·(1 − αs) + αs·αb·B(cb, cs), and
// αo = αs + αb·(1 − αs). With s = cs·αs and t = cb·αb each αs·αb·B is written without a division.

#define PEG_BLEND(name, value)                                                                                        \
  static inline float PEG_NAME(blended_##name)(float s, float t, float sa, float ta) {                                \
    float apart = s * (1.0f - ta) + t * (1.0f - sa);                                                                  \
    (void)apart;                                                                                                      \
    return value;                                                                                                     \
  }                                                                                                                   \
  static void PEG_NAME(name)(                                                                                         \
      const float *s0, const float *s1, const float *s2, const float *alpha, float *t0, float *t1, float *t2,         \
      float *target_alpha, float opacity, size_t count) {                                                             \
    PEG_LOOP for (size_t i = 0; i < count; i++) {                                                                     \
      float sa = alpha[i] * opacity;                                                                                  \
      float ta = target_alpha[i];                                                                                     \
      t0[i] = PEG_NAME(blended_##name)(s0[i] * opacity, t0[i], sa, ta);                                               \
      t1[i] = PEG_NAME(blended_##name)(s1[i] * opacity, t1[i], sa, ta);                                               \
      t2[i] = PEG_NAME(blended_##name)(s2[i] * opacity, t2[i], sa, ta);                                               \
      target_alpha[i] = sa + ta * (1.0f - sa);                                                                        \
    }                                                                                                                 \
  }

// B = cb + cs: light added to light.
PEG_BLEND(blend_add, s + t)
// B = cb · cs
PEG_BLEND(blend_multiply, apart + s * t)
// B = cb + cs − cb · cs
PEG_BLEND(blend_screen, (s + t) - s * t)
// B = 2 · cb · cs where cb is at most a half, else 1 − 2 · (1 − cb) · (1 − cs)
PEG_BLEND(blend_overlay, apart + (t + t <= ta ? 2.0f * (s * t) : sa * ta - 2.0f * ((ta - t) * (sa - s))))
// B = |cb − cs|
PEG_BLEND(blend_difference, apart + __builtin_fabsf(t * sa - s * ta))
#undef PEG_BLEND

static void PEG_NAME(matte)(
    const float *s0, const float *s1, const float *s2, const float *alpha, float *t0, float *t1, float *t2,
    float *target_alpha, const float *weights, int inverted, float opacity, size_t count) {
  float w0 = weights[0], w1 = weights[1], w2 = weights[2], wa = weights[3];
  // What is kept is low + (high − low) · m.
  float low = inverted ? 1.0f : 1.0f - opacity;
  float step = inverted ? -opacity : opacity;
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float m = ((w0 * s0[i] + w1 * s1[i]) + w2 * s2[i]) + wa * alpha[i];
    m = m > 0.0f ? m : 0.0f;
    m = m < 1.0f ? m : 1.0f;
    float kept = low + step * m;
    t0[i] = t0[i] * kept;
    t1[i] = t1[i] * kept;
    t2[i] = t2[i] * kept;
    target_alpha[i] = target_alpha[i] * kept;
  }
}
