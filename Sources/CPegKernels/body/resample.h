// Resampling: one axis by weights that are written out, or both at once along turned lines.

static void PEG_NAME(gather)(
    const float *restrict source, const int32_t *restrict first, const float *restrict weights, int taps,
    float *restrict target, size_t count) {
  PEG_LOOP for (size_t i = 0; i < count; i++) target[i] = weights[i] * source[first[i]];
  for (int k = 1; k < taps; k++) {
    const float *w = weights + (size_t)k * count;
    const float *s = source + k;
    PEG_LOOP for (size_t i = 0; i < count; i++) target[i] = target[i] + w[i] * s[first[i]];
  }
}

// The filter's weights for samples from the first within its reach of `at`, which lies on sample centres' own scale (the
// centre of sample j at j); they add up to 1. Returns that first sample.
static int PEG_NAME(turned_weights)(const peg_filter *filter, double at, double step, int taps, float *weights) {
  double reach = filter->radius / step;
  double edge = at - reach;
  int first = (int)edge;
  if ((double)first < edge) first++;
  float sum = 0.0f;
  double last = (double)filter->radius * (double)filter->per_unit;
  for (int k = 0; k < taps; k++) {
    double distance = ((double)(first + k) - at) * step;
    double place = (distance < 0.0 ? -distance : distance) * (double)filter->per_unit;
    float weight = 0.0f;
    if (place < last) {
      int node = (int)place;
      float part = (float)(place - (double)node);
      weight = filter->table[node] + part * (filter->table[node + 1] - filter->table[node]);
    }
    weights[k] = weight;
    sum += weight;
  }
  for (int k = 0; k < taps; k++) weights[k] = weights[k] / sum;
  return first;
}

typedef float PEG_NAME(rgba) __attribute__((vector_size(16), aligned(4)));

static void PEG_NAME(turn)(
    const float *source, size_t stride, const peg_filter *filter, const peg_turn *turn, float *scratch, float *r,
    float *g, float *b, float *a, size_t count) {
  float *wx = scratch, *wy = scratch + turn->taps_u;
  for (size_t i = 0; i < count; i++) {
    double u = turn->u + (double)i * turn->du, v = turn->v + (double)i * turn->dv;
    PEG_NAME(rgba) sum = {0.0f, 0.0f, 0.0f, 0.0f};
    if (filter->per_unit == 0) {
      // The nearest sample; halfway, the one after.
      const float *pixel = source + (size_t)(int)(v + 0.5) * stride + (size_t)(int)(u + 0.5) * 4;
      sum = *(const PEG_NAME(rgba) *)pixel;
    } else {
      int x = PEG_NAME(turned_weights)(filter, u, turn->step_u, turn->taps_u, wx);
      int y = PEG_NAME(turned_weights)(filter, v, turn->step_v, turn->taps_v, wy);
      const float *line = source + (size_t)y * stride + (size_t)x * 4;
      for (int j = 0; j < turn->taps_v; j++, line += stride) {
        PEG_NAME(rgba) across = {0.0f, 0.0f, 0.0f, 0.0f};
        for (int k = 0; k < turn->taps_u; k++) across += wx[k] * *(const PEG_NAME(rgba) *)(line + 4 * k);
        sum += wy[j] * across;
      }
    }
    r[i] = sum[0];
    g[i] = sum[1];
    b[i] = sum[2];
    a[i] = sum[3];
  }
}

static void PEG_NAME(interleave)(
    const float *restrict s0, const float *restrict s1, const float *restrict s2, const float *restrict s3,
    float *restrict target, size_t count) {
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    target[4 * i] = s0[i];
    target[4 * i + 1] = s1[i];
    target[4 * i + 2] = s2[i];
    target[4 * i + 3] = s3[i];
  }
}
