// 3D tables. Three steps on blocks that stay in L1: where each pixel lies and what it weighs, which is arithmetic on rows; four
// nodes for each pixel, which are loads of 16 bytes; colours back into rows. Gathers lose to these loads on every host
// measured, and nodes padded to 16 bytes gain nothing on 12. Two pixels share a vector of eight: pixel k of eight and pixel
// k + 4, so that weights spread and colours turn within each half.
//
// Tetrahedral interpolation goes from the cell's first corner to its last along the axes in the order of the fractions, largest
// first: weights 1 − max, max − mid, mid − min, min. Which tetrahedron it is needs no branch.

typedef float PEG_NAME(quad) __attribute__((vector_size(16), aligned(4)));
typedef float PEG_NAME(octet) __attribute__((vector_size(32), aligned(4)));

static inline PEG_NAME(quad) PEG_NAME(node)(const float *nodes, int32_t at) {
  PEG_NAME(quad) value;
  memcpy(&value, nodes + at, 16);
  return value;
}

// On a boundary of cache lines: a vector that lies across two costs as much as two.
typedef struct PEG_NAME(cells) {
  int32_t at[PEG_BLOCK], first[PEG_BLOCK], second[PEG_BLOCK];
  float w0[PEG_BLOCK], w1[PEG_BLOCK], w2[PEG_BLOCK], w3[PEG_BLOCK];
} __attribute__((aligned(64))) PEG_NAME(cells);

static inline float PEG_NAME(position)(float value, float scale, float offset, float last) {
  float p = value * scale + offset;
  p = p > 0.0f ? p : 0.0f;
  return p < last ? p : last;
}

// The cell's first corner, and the fractions in it: x, y, z in w0, w1, w2.
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
    cells->at[i] = 3 * kx + step_g * ky + step_b * kz;
    cells->w0[i] = x - (float)kx;
    cells->w1[i] = y - (float)ky;
    cells->w2[i] = z - (float)kz;
  }
}

// From fractions to the corners of a tetrahedron and their weights.
static void PEG_NAME(find_tetrahedra)(PEG_NAME(cells) *restrict cells, size_t n, int32_t step_g, int32_t step_b) {
  PEG_LOOP for (size_t i = 0; i < n; i++) {
    float x = cells->w0[i], y = cells->w1[i], z = cells->w2[i];
    float xy_high = x > y ? x : y, xy_low = x > y ? y : x;
    float high = xy_high > z ? xy_high : z;
    float low = xy_low < z ? xy_low : z;
    float inner = xy_high < z ? xy_high : z;
    float mid = xy_low > inner ? xy_low : inner;
    int32_t up = x > y ? 3 : step_g, down = x > y ? step_g : 3;
    int32_t first = xy_high > z ? up : step_b;
    int32_t third = xy_low < z ? down : step_b;
    int32_t at = cells->at[i];
    cells->first[i] = at + first;
    cells->second[i] = at + (3 + step_g + step_b) - third;
    cells->w0[i] = 1.0f - high;
    cells->w1[i] = high - mid;
    cells->w2[i] = mid - low;
    cells->w3[i] = low;
  }
}

// Colours of pixels k and k + 4 of the eight from pixel i on.
#define PEG_BOTH(nodes, places, k)                                                                                   \
  __builtin_shufflevector(                                                                                           \
      PEG_NAME(node)(nodes, places[i + k]), PEG_NAME(node)(nodes, places[i + k + 4]), 0, 1, 2, 3, 4, 5, 6, 7)
#define PEG_SPREAD(w, k) __builtin_shufflevector(w, w, k, k, k, k, k + 4, k + 4, k + 4, k + 4)
#define PEG_COLORS(k)                                                                                                 \
  (((PEG_BOTH(nodes, cells.at, k) * PEG_SPREAD(w0, k) + PEG_BOTH(nodes, cells.first, k) * PEG_SPREAD(w1, k)) +       \
    PEG_BOTH(nodes, cells.second, k) * PEG_SPREAD(w2, k)) +                                                          \
   PEG_BOTH(far_nodes, cells.at, k) * PEG_SPREAD(w3, k))

// Colours of eight pixels, in vectors of two, into rows.
#define PEG_TURN(p0, p1, p2, p3)                                                             \
  PEG_NAME(octet) l0 = __builtin_shufflevector(p0, p1, 0, 8, 1, 9, 4, 12, 5, 13);            \
  PEG_NAME(octet) l1 = __builtin_shufflevector(p2, p3, 0, 8, 1, 9, 4, 12, 5, 13);            \
  PEG_NAME(octet) h0 = __builtin_shufflevector(p0, p1, 2, 10, 2, 10, 6, 14, 6, 14);          \
  PEG_NAME(octet) h1 = __builtin_shufflevector(p2, p3, 2, 10, 2, 10, 6, 14, 6, 14);          \
  PEG_NAME(octet) red = __builtin_shufflevector(l0, l1, 0, 1, 8, 9, 4, 5, 12, 13);           \
  PEG_NAME(octet) green = __builtin_shufflevector(l0, l1, 2, 3, 10, 11, 6, 7, 14, 15);       \
  PEG_NAME(octet) blue = __builtin_shufflevector(h0, h1, 0, 1, 8, 9, 4, 5, 12, 13);          \
  if (n - i >= 8) {                                                                          \
    memcpy(to_r + i, &red, 32);                                                              \
    memcpy(to_g + i, &green, 32);                                                            \
    memcpy(to_b + i, &blue, 32);                                                             \
  } else {                                                                                   \
    for (size_t k = 0; k < n - i; k++) {                                                     \
      to_r[i + k] = red[k];                                                                  \
      to_g[i + k] = green[k];                                                                \
      to_b[i + k] = blue[k];                                                                 \
    }                                                                                        \
  }

static void PEG_NAME(tetrahedral)(float *r, float *g, float *b, size_t count, const peg_lattice *lattice) {
  const float *nodes = lattice->nodes;
  const int32_t step_g = 3 * lattice->size, step_b = 3 * lattice->size * lattice->size;
  const float *far_nodes = nodes + (3 + step_g + step_b);
  PEG_NAME(cells) cells;
  for (size_t begin = 0; begin < count; begin += PEG_BLOCK) {
    size_t n = count - begin < PEG_BLOCK ? count - begin : PEG_BLOCK;
    PEG_NAME(find_cells)(r + begin, g + begin, b + begin, n, lattice, &cells);
    PEG_NAME(find_tetrahedra)(&cells, n, step_g, step_b);
    float *to_r = r + begin, *to_g = g + begin, *to_b = b + begin;
    // What is left over of eight is computed as eight: places past the end are the last one's again.
    for (size_t i = n; i & 7; i++) {
      cells.at[i] = cells.first[i] = cells.second[i] = cells.at[n - 1];
      cells.w0[i] = cells.w1[i] = cells.w2[i] = cells.w3[i] = 0.0f;
    }
    for (size_t i = 0; i < n; i += 8) {
      PEG_NAME(octet) w0, w1, w2, w3;
      memcpy(&w0, cells.w0 + i, 32);
      memcpy(&w1, cells.w1 + i, 32);
      memcpy(&w2, cells.w2 + i, 32);
      memcpy(&w3, cells.w3 + i, 32);
      PEG_NAME(octet) p0 = PEG_COLORS(0), p1 = PEG_COLORS(1), p2 = PEG_COLORS(2), p3 = PEG_COLORS(3);
      PEG_TURN(p0, p1, p2, p3);
    }
  }
}

#undef PEG_COLORS

// Eight nodes: along red first, then green, then blue.
#define PEG_EDGE(k, from)                                          \
  (PEG_BOTH(nodes + (from), cells.at, k) * PEG_SPREAD(rest_r, k) + \
   PEG_BOTH(nodes + (from) + 3, cells.at, k) * PEG_SPREAD(part_r, k))
#define PEG_FACE(k, from) \
  (PEG_EDGE(k, from) * PEG_SPREAD(rest_g, k) + PEG_EDGE(k, (from) + step_g) * PEG_SPREAD(part_g, k))
#define PEG_COLORS(k) (PEG_FACE(k, 0) * PEG_SPREAD(rest_b, k) + PEG_FACE(k, step_b) * PEG_SPREAD(part_b, k))

static void PEG_NAME(trilinear)(float *r, float *g, float *b, size_t count, const peg_lattice *lattice) {
  const float *nodes = lattice->nodes;
  const int32_t step_g = 3 * lattice->size, step_b = 3 * lattice->size * lattice->size;
  PEG_NAME(cells) cells;
  for (size_t begin = 0; begin < count; begin += PEG_BLOCK) {
    size_t n = count - begin < PEG_BLOCK ? count - begin : PEG_BLOCK;
    PEG_NAME(find_cells)(r + begin, g + begin, b + begin, n, lattice, &cells);
    float *to_r = r + begin, *to_g = g + begin, *to_b = b + begin;
    // What is left over of eight is computed as eight: places past the end are the last one's again.
    for (size_t i = n; i & 7; i++) {
      cells.at[i] = cells.at[n - 1];
      cells.w0[i] = cells.w1[i] = cells.w2[i] = 0.0f;
    }
    for (size_t i = 0; i < n; i += 8) {
      PEG_NAME(octet) part_r, part_g, part_b;
      memcpy(&part_r, cells.w0 + i, 32);
      memcpy(&part_g, cells.w1 + i, 32);
      memcpy(&part_b, cells.w2 + i, 32);
      PEG_NAME(octet) rest_r = 1.0f - part_r, rest_g = 1.0f - part_g, rest_b = 1.0f - part_b;
      PEG_NAME(octet) p0 = PEG_COLORS(0), p1 = PEG_COLORS(1), p2 = PEG_COLORS(2), p3 = PEG_COLORS(3);
      PEG_TURN(p0, p1, p2, p3);
    }
  }
}

#undef PEG_EDGE
#undef PEG_FACE
#undef PEG_COLORS
#undef PEG_BOTH
#undef PEG_SPREAD
#undef PEG_TURN
