// Functions of more than one piece: both are computed, and each sample takes the one that its value asks for.

static void PEG_NAME(choose)(float *row, const float *below, const float *above, float edge, size_t count) {
  PEG_LOOP for (size_t i = 0; i < count; i++) {
    float low = below[i], high = above[i];
    row[i] = row[i] > edge ? high : low;
  }
}
