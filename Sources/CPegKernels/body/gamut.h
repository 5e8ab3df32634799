// The gamut compression of ACES 1.3: how far each component lies below the greatest one, as a part of that, is bent towards a
// limit from a threshold on. What is nearer than the threshold stays as it is, to the bit.

// One channel; `top` is the greatest of the three before any is bent.
static void PEG_NAME(compress_channel)(
    float *restrict row, const float *restrict top, size_t count, float threshold, float scale, float exponent) {
  const PEG_NAME(exponent) power = PEG_NAME(split)(exponent), root = PEG_NAME(split)(1.0f / exponent);
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float x = row[i], high = top[i], size = PEG_NAME(magnitude)(high);
    float distance = (high - x) / (size > 1.17549435e-38f ? size : 1.0f);
    float n = (distance - threshold) / scale;
    n = n > 0.0f ? n : 0.0f;
    n = n < 1e30f ? n : 1e30f;
    float divisor = PEG_NAME(pow_positive)(1.0f + PEG_NAME(pow_positive)(n, power), root);
    float bent = high - (threshold + scale * (n / divisor)) * size;
    row[i] = distance > threshold ? bent : x;
  }
}

static void PEG_NAME(compress)(float *r, float *g, float *b, size_t count, const peg_compression *c) {
  float top[PEG_BLOCK];
  for (size_t begin = 0; begin < count; begin += PEG_BLOCK) {
    size_t n = count - begin < PEG_BLOCK ? count - begin : PEG_BLOCK;
    PEG_LOOP for (size_t i = 0; i < n; i++) {
      float x = r[begin + i], y = g[begin + i], z = b[begin + i];
      float warm = x > y ? x : y;
      top[i] = warm > z ? warm : z;
    }
    PEG_NAME(compress_channel)(r + begin, top, n, c->threshold[0], c->scale[0], c->power);
    PEG_NAME(compress_channel)(g + begin, top, n, c->threshold[1], c->scale[1], c->power);
    PEG_NAME(compress_channel)(b + begin, top, n, c->threshold[2], c->scale[2], c->power);
  }
}
