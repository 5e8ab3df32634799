// 3D tables. Three steps on blocks that stay in L1: where each pixel lies and what it weighs, which is arithmetic on rows; four
// nodes for each pixel, which are loads of 16 bytes; colours back into rows.
//
// Tetrahedral interpolation goes from the cell's first corner to its last along the axes in the order of the fractions, largest
// first: weights 1 − max, max − mid, mid − min, min. Which tetrahedron it is needs no branch.

typedef float PEG_NAME(quad) __attribute__((vector_size(16), aligned(4)));

static inline PEG_NAME(quad) PEG_NAME(node)(const float *nodes, int32_t at) {
  PEG_NAME(quad) value;
  memcpy(&value, nodes + at, 16);
  return value;
}

typedef struct PEG_NAME(cells) {
  int32_t at[PEG_BLOCK], first[PEG_BLOCK], second[PEG_BLOCK];
  float w0[PEG_BLOCK], w1[PEG_BLOCK], w2[PEG_BLOCK], w3[PEG_BLOCK];
} PEG_NAME(cells);

static inline float PEG_NAME(position)(float value, float scale, float offset, float last) {
  float p = value * scale + offset;
  p = p > 0.0f ? p : 0.0f;
  return p < last ? p : last;
}

static void PEG_NAME(find_cells)(
    const float *restrict r, const float *restrict g, const float *restrict b, size_t n, const peg_lattice *lattice,
    PEG_NAME(cells) *restrict cells) {
  const int32_t cell = lattice->size - 2, step_g = 3 * lattice->size, step_b = 3 * lattice->size * lattice->size;
  const float last = (float)(lattice->size - 1);
  const float sr = lattice->scale[0], sg = lattice->scale[1], sb = lattice->scale[2];
  const float or = lattice->offset[0], og = lattice->offset[1], ob = lattice->offset[2];
  PEG_LOOP for (size_t i = 0; i < n; i++) {
    float x = PEG_NAME(position)(r[i], sr, or, last);
    float y = PEG_NAME(position)(g[i], sg, og, last);
    float z = PEG_NAME(position)(b[i], sb, ob, last);
    int32_t kx = (int32_t)x, ky = (int32_t)y, kz = (int32_t)z;
    kx = kx < cell ? kx : cell;
    ky = ky < cell ? ky : cell;
    kz = kz < cell ? kz : cell;
    x = x - (float)kx;
    y = y - (float)ky;
    z = z - (float)kz;
    float xy_high = x > y ? x : y, xy_low = x > y ? y : x;
    float high = xy_high > z ? xy_high : z;
    float low = xy_low < z ? xy_low : z;
    float inner = xy_high < z ? xy_high : z;
    float mid = xy_low > inner ? xy_low : inner;
    int32_t up = x > y ? 3 : step_g, down = x > y ? step_g : 3;
    int32_t first = xy_high > z ? up : step_b;
    int32_t third = xy_low < z ? down : step_b;
    int32_t at = 3 * kx + step_g * ky + step_b * kz;
    cells->at[i] = at;
    cells->first[i] = at + first;
    cells->second[i] = at + (3 + step_g + step_b) - third;
    cells->w0[i] = 1.0f - high;
    cells->w1[i] = high - mid;
    cells->w2[i] = mid - low;
    cells->w3[i] = low;
  }
}

static void PEG_NAME(tetrahedral)(float *r, float *g, float *b, size_t count, const peg_lattice *lattice) {
  const float *nodes = lattice->nodes;
  const int32_t across = 3 + 3 * lattice->size + 3 * lattice->size * lattice->size;
  PEG_NAME(cells) cells;
  for (size_t begin = 0; begin < count; begin += PEG_BLOCK) {
    size_t n = count - begin < PEG_BLOCK ? count - begin : PEG_BLOCK;
    PEG_NAME(find_cells)(r + begin, g + begin, b + begin, n, lattice, &cells);
    float *to_r = r + begin, *to_g = g + begin, *to_b = b + begin;
    size_t i = 0;
#define PEG_PIXEL(k)                                                                             \
  (((PEG_NAME(node)(nodes, cells.at[k]) * cells.w0[k] + PEG_NAME(node)(nodes, cells.first[k]) * cells.w1[k]) + \
    PEG_NAME(node)(nodes, cells.second[k]) * cells.w2[k]) +                                      \
   PEG_NAME(node)(nodes, cells.at[k] + across) * cells.w3[k])
    for (; i + 4 <= n; i += 4) {
      PEG_NAME(quad) p0 = PEG_PIXEL(i), p1 = PEG_PIXEL(i + 1), p2 = PEG_PIXEL(i + 2), p3 = PEG_PIXEL(i + 3);
      PEG_NAME(quad) l0 = __builtin_shufflevector(p0, p1, 0, 4, 1, 5), l1 = __builtin_shufflevector(p2, p3, 0, 4, 1, 5);
      PEG_NAME(quad) h0 = __builtin_shufflevector(p0, p1, 2, 6, 2, 6), h1 = __builtin_shufflevector(p2, p3, 2, 6, 2, 6);
      PEG_NAME(quad) red = __builtin_shufflevector(l0, l1, 0, 1, 4, 5);
      PEG_NAME(quad) green = __builtin_shufflevector(l0, l1, 2, 3, 6, 7);
      PEG_NAME(quad) blue = __builtin_shufflevector(h0, h1, 0, 1, 4, 5);
      memcpy(to_r + i, &red, 16);
      memcpy(to_g + i, &green, 16);
      memcpy(to_b + i, &blue, 16);
    }
    for (; i < n; i++) {
      PEG_NAME(quad) p = PEG_PIXEL(i);
      to_r[i] = p[0];
      to_g[i] = p[1];
      to_b[i] = p[2];
    }
#undef PEG_PIXEL
  }
}

// Eight nodes: along red first, then green, then blue.
static void PEG_NAME(trilinear)(float *r, float *g, float *b, size_t count, const peg_lattice *lattice) {
  const float *nodes = lattice->nodes;
  const int32_t cell = lattice->size - 2, step_g = 3 * lattice->size, step_b = 3 * lattice->size * lattice->size;
  const float last = (float)(lattice->size - 1);
  for (size_t i = 0; i < count; i++) {
    float x = PEG_NAME(position)(r[i], lattice->scale[0], lattice->offset[0], last);
    float y = PEG_NAME(position)(g[i], lattice->scale[1], lattice->offset[1], last);
    float z = PEG_NAME(position)(b[i], lattice->scale[2], lattice->offset[2], last);
    int32_t kx = (int32_t)x, ky = (int32_t)y, kz = (int32_t)z;
    kx = kx < cell ? kx : cell;
    ky = ky < cell ? ky : cell;
    kz = kz < cell ? kz : cell;
    float fx = x - (float)kx, fy = y - (float)ky, fz = z - (float)kz;
    int32_t at = 3 * kx + step_g * ky + step_b * kz;
    PEG_NAME(quad) edge[4];
    for (int k = 0; k < 4; k++) {
      int32_t from = at + (k & 1 ? step_g : 0) + (k & 2 ? step_b : 0);
      edge[k] = PEG_NAME(node)(nodes, from) * (1.0f - fx) + PEG_NAME(node)(nodes, from + 3) * fx;
    }
    PEG_NAME(quad) near = edge[0] * (1.0f - fy) + edge[1] * fy, far = edge[2] * (1.0f - fy) + edge[3] * fy;
    PEG_NAME(quad) p = near * (1.0f - fz) + far * fz;
    r[i] = p[0];
    g[i] = p[1];
    b[i] = p[2];
  }
}
