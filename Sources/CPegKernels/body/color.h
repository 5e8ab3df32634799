// Linear steps on three rows at a time.

static void PEG_NAME(matrix)(float *a, float *b, float *c, size_t count, const float *m) {
  const float m0 = m[0], m1 = m[1], m2 = m[2], m3 = m[3], m4 = m[4], m5 = m[5], m6 = m[6], m7 = m[7], m8 = m[8];
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float x = a[i], y = b[i], z = c[i];
    a[i] = (m0 * x + m1 * y) + m2 * z;
    b[i] = (m3 * x + m4 * y) + m5 * z;
    c[i] = (m6 * x + m7 * y) + m8 * z;
  }
}

static void PEG_NAME(clamp)(float *row, size_t count, float low, float high) {
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float value = row[i];
    value = value > low ? value : low;
    row[i] = value < high ? value : high;
  }
}
