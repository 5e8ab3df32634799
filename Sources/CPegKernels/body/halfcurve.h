// A table with an entry for each half float, so that its steps are as fine as the values are small. Between two halves it is
// linear; what lies past ±65504 is held to it, NaN is 0. Positions first, then values, as in grade.h.
static void PEG_NAME(half_curve)(float *row, size_t count, const float *values) {
  int32_t at[PEG_BLOCK];
  float part[PEG_BLOCK];
  for (size_t begin = 0; begin < count; begin += PEG_BLOCK) {
    size_t n = count - begin < PEG_BLOCK ? count - begin : PEG_BLOCK;
    float *restrict block = row + begin;
    PEG_LOOP for (size_t i = 0; i < n; i++) {
      float x = PEG_NAME(number)(block[i]);
      int32_t sign = (PEG_NAME(to_bits)(x) >> 16) & 0x8000;
      float a = PEG_NAME(magnitude)(x);
      a = a < 65504.0f ? a : 65504.0f;
      // A half has ten of a float's 23 bits of fraction, and its exponents begin at 2^-14; below that they are multiples of 2^-24.
      int32_t bits = PEG_NAME(to_bits)(a) - 0x38000000;
      float multiple = a < 6.103515625e-05f ? a * 16777216.0f : 0.0f;
      int32_t whole = (int32_t)multiple;
      int32_t k = a < 6.103515625e-05f ? whole : bits >> 13;
      float f = a < 6.103515625e-05f ? multiple - (float)whole : (float)(bits & 0x1fff) * 0x1p-13f;
      part[i] = k < 0x7bff ? f : 1.0f;
      k = k < 0x7bff ? k : 0x7bfe;
      at[i] = k + sign;
    }
    for (size_t i = 0; i < n; i++) {
      float low = values[at[i]], high = values[at[i] + 1];
      block[i] = low + part[i] * (high - low);
    }
  }
}
