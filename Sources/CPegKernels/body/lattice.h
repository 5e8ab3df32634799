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

static inline float PEG_NAME(hold)(float p, float last) {
  p = p > 0.0f ? p : 0.0f;
  return p < last ? p : last;
}

// The cell's first corner, and the fractions in it: x, y, z in w0, w1, w2. A position on the last node is its own cell: what is
// read past it weighs nothing.
static inline void PEG_NAME(keep_cell)(
    PEG_NAME(cells) *restrict cells, size_t i, float x, float y, float z, int32_t step_g, int32_t step_b) {
  int32_t kx = (int32_t)x, ky = (int32_t)y, kz = (int32_t)z;
  cells->at[i] = 3 * kx + step_g * ky + step_b * kz;
  cells->w0[i] = x - (float)kx;
  cells->w1[i] = y - (float)ky;
  cells->w2[i] = z - (float)kz;
}

// The cell's first corner, the two that the tetrahedron has between it and the last, and the weights of all four.
static inline void PEG_NAME(keep_tetrahedron)(
    PEG_NAME(cells) *restrict cells, size_t i, float x, float y, float z, int32_t step_g, int32_t step_b) {
  int32_t kx = (int32_t)x, ky = (int32_t)y, kz = (int32_t)z;
  int32_t at = 3 * kx + step_g * ky + step_b * kz;
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
  cells->at[i] = at;
  cells->first[i] = at + first;
  cells->second[i] = at + (3 + step_g + step_b) - third;
  cells->w0[i] = 1.0f - high;
  cells->w1[i] = high - mid;
  cells->w2[i] = mid - low;
  cells->w3[i] = low;
}

// A loop over positions of n colours, which `keep` takes.
#define PEG_EACH_PLACE(keep)                                                                                             \
  const int32_t step_g = 3 * lattice->size, step_b = 3 * lattice->size * lattice->size;                                  \
  const float last = (float)(lattice->size - 1), *p = lattice->places;                                                   \
  const float p0 = p[0], p1 = p[1], p2 = p[2], p3 = p[3], p4 = p[4], p5 = p[5], p6 = p[6], p7 = p[7], p8 = p[8],         \
              p9 = p[9], p10 = p[10], p11 = p[11];                                                                       \
  if (lattice->mixes) {                                                                                                  \
    PEG_LOOP for (size_t i = 0; i < n; i++) {                                                                            \
      float u = r[i], v = g[i], w = b[i];                                                                                \
      float x = PEG_NAME(hold)(((p0 * u + p1 * v) + p2 * w) + p3, last);                                                 \
      float y = PEG_NAME(hold)(((p4 * u + p5 * v) + p6 * w) + p7, last);                                                 \
      float z = PEG_NAME(hold)(((p8 * u + p9 * v) + p10 * w) + p11, last);                                               \
      PEG_NAME(keep)(cells, i, x, y, z, step_g, step_b);                                                                 \
    }                                                                                                                    \
  } else {                                                                                                               \
    PEG_LOOP for (size_t i = 0; i < n; i++) {                                                                            \
      float x = PEG_NAME(hold)(r[i] * p0 + p3, last);                                                                    \
      float y = PEG_NAME(hold)(g[i] * p5 + p7, last);                                                                    \
      float z = PEG_NAME(hold)(b[i] * p10 + p11, last);                                                                  \
      PEG_NAME(keep)(cells, i, x, y, z, step_g, step_b);                                                                 \
    }                                                                                                                    \
  }

static void PEG_NAME(find_cells)(
    const float *restrict r, const float *restrict g, const float *restrict b, size_t n, const peg_lattice *lattice,
    PEG_NAME(cells) *restrict cells) {
  PEG_EACH_PLACE(keep_cell)
}

static void PEG_NAME(find_tetrahedra)(
    const float *restrict r, const float *restrict g, const float *restrict b, size_t n, const peg_lattice *lattice,
    PEG_NAME(cells) *restrict cells) {
  PEG_EACH_PLACE(keep_tetrahedron)
}

#undef PEG_EACH_PLACE

// Colours of pixels k and k + 4 of the eight from pixel i on.
#define PEG_BOTH(nodes, places, k)                                                                                   \
  __builtin_shufflevector(                                                                                           \
      PEG_NAME(node)(nodes, places[i + k]), PEG_NAME(node)(nodes, places[i + k + 4]), 0, 1, 2, 3, 4, 5, 6, 7)
#define PEG_SPREAD(w, k) __builtin_shufflevector(w, w, k, k, k, k, k + 4, k + 4, k + 4, k + 4)
// Colours of eight pixels, in vectors of two, into rows.
static inline void PEG_NAME(turn_eight)(
    const PEG_NAME(octet) p[4], float *restrict r, float *restrict g, float *restrict b) {
  PEG_NAME(octet) l0 = __builtin_shufflevector(p[0], p[1], 0, 8, 1, 9, 4, 12, 5, 13);
  PEG_NAME(octet) l1 = __builtin_shufflevector(p[2], p[3], 0, 8, 1, 9, 4, 12, 5, 13);
  PEG_NAME(octet) h0 = __builtin_shufflevector(p[0], p[1], 2, 10, 2, 10, 6, 14, 6, 14);
  PEG_NAME(octet) h1 = __builtin_shufflevector(p[2], p[3], 2, 10, 2, 10, 6, 14, 6, 14);
  PEG_NAME(octet) red = __builtin_shufflevector(l0, l1, 0, 1, 8, 9, 4, 5, 12, 13);
  PEG_NAME(octet) green = __builtin_shufflevector(l0, l1, 2, 3, 10, 11, 6, 7, 14, 15);
  PEG_NAME(octet) blue = __builtin_shufflevector(h0, h1, 0, 1, 8, 9, 4, 5, 12, 13);
  memcpy(r, &red, 32);
  memcpy(g, &green, 32);
  memcpy(b, &blue, 32);
}

#define PEG_COLORS(k)                                                                                                   \
  (((PEG_BOTH(nodes, cells->at, k) * PEG_SPREAD(w0, k) + PEG_BOTH(nodes, cells->first, k) * PEG_SPREAD(w1, k)) +       \
    PEG_BOTH(nodes, cells->second, k) * PEG_SPREAD(w2, k)) +                                                           \
   PEG_BOTH(far_nodes, cells->at, k) * PEG_SPREAD(w3, k))

// Cells `from` to `to`, a multiple of eight of them.
static void PEG_NAME(mix_tetrahedra)(
    const PEG_NAME(cells) *restrict cells, size_t from, size_t to, const peg_lattice *lattice, float *restrict r,
    float *restrict g, float *restrict b) {
  const float *nodes = lattice->nodes;
  const float *far_nodes = nodes + 3 * (1 + lattice->size + lattice->size * lattice->size);
  for (size_t i = from; i < to; i += 8, r += 8, g += 8, b += 8) {
    PEG_NAME(octet) w0, w1, w2, w3;
    memcpy(&w0, cells->w0 + i, 32);
    memcpy(&w1, cells->w1 + i, 32);
    memcpy(&w2, cells->w2 + i, 32);
    memcpy(&w3, cells->w3 + i, 32);
    const PEG_NAME(octet) colors[4] = {PEG_COLORS(0), PEG_COLORS(1), PEG_COLORS(2), PEG_COLORS(3)};
    PEG_NAME(turn_eight)(colors, r, g, b);
  }
}

#undef PEG_COLORS

// Eight nodes: along red first, then green, then blue.
#define PEG_EDGE(k, past)                                           \
  (PEG_BOTH(nodes + (past), cells->at, k) * PEG_SPREAD(rest_r, k) + \
   PEG_BOTH(nodes + (past) + 3, cells->at, k) * PEG_SPREAD(part_r, k))
#define PEG_FACE(k, past) \
  (PEG_EDGE(k, past) * PEG_SPREAD(rest_g, k) + PEG_EDGE(k, (past) + step_g) * PEG_SPREAD(part_g, k))
#define PEG_COLORS(k) (PEG_FACE(k, 0) * PEG_SPREAD(rest_b, k) + PEG_FACE(k, step_b) * PEG_SPREAD(part_b, k))

static void PEG_NAME(mix_cells)(
    const PEG_NAME(cells) *restrict cells, size_t from, size_t to, const peg_lattice *lattice, float *restrict r,
    float *restrict g, float *restrict b) {
  const float *nodes = lattice->nodes;
  const int32_t step_g = 3 * lattice->size, step_b = 3 * lattice->size * lattice->size;
  for (size_t i = from; i < to; i += 8, r += 8, g += 8, b += 8) {
    PEG_NAME(octet) part_r, part_g, part_b;
    memcpy(&part_r, cells->w0 + i, 32);
    memcpy(&part_g, cells->w1 + i, 32);
    memcpy(&part_b, cells->w2 + i, 32);
    PEG_NAME(octet) rest_r = 1.0f - part_r, rest_g = 1.0f - part_g, rest_b = 1.0f - part_b;
    const PEG_NAME(octet) colors[4] = {PEG_COLORS(0), PEG_COLORS(1), PEG_COLORS(2), PEG_COLORS(3)};
    PEG_NAME(turn_eight)(colors, r, g, b);
  }
}

#undef PEG_EDGE
#undef PEG_FACE
#undef PEG_COLORS

typedef void PEG_NAME(find)(
    const float *restrict, const float *restrict, const float *restrict, size_t, const peg_lattice *,
    PEG_NAME(cells) *restrict);
typedef void PEG_NAME(mix_found)(
    const PEG_NAME(cells) *restrict, size_t, size_t, const peg_lattice *, float *restrict, float *restrict,
    float *restrict);

// Block by block. What is left over of eight is computed as eight, elsewhere.
static inline void PEG_NAME(interpolate)(
    PEG_NAME(find) *find, PEG_NAME(mix_found) *mix, float *r, float *g, float *b, size_t count,
    const peg_lattice *lattice) {
  PEG_NAME(cells) cells;
  for (size_t begin = 0; begin < count; begin += PEG_BLOCK) {
    size_t n = count - begin < PEG_BLOCK ? count - begin : PEG_BLOCK, whole = n & ~(size_t)7;
    float *to_r = r + begin, *to_g = g + begin, *to_b = b + begin;
    find(to_r, to_g, to_b, n, lattice, &cells);
    mix(&cells, 0, whole, lattice, to_r, to_g, to_b);
    if (whole == n) continue;
    for (size_t i = n; i < whole + 8; i++) {
      cells.at[i] = cells.first[i] = cells.second[i] = 0;
      cells.w0[i] = cells.w1[i] = cells.w2[i] = cells.w3[i] = 0.0f;
    }
    float red[8], green[8], blue[8];
    size_t bytes = 4 * (n - whole);
    mix(&cells, whole, whole + 8, lattice, red, green, blue);
    memcpy(to_r + whole, red, bytes);
    memcpy(to_g + whole, green, bytes);
    memcpy(to_b + whole, blue, bytes);
  }
}

static void PEG_NAME(tetrahedral)(float *r, float *g, float *b, size_t count, const peg_lattice *lattice) {
  PEG_NAME(interpolate)(PEG_NAME(find_tetrahedra), PEG_NAME(mix_tetrahedra), r, g, b, count, lattice);
}

static void PEG_NAME(trilinear)(float *r, float *g, float *b, size_t count, const peg_lattice *lattice) {
  PEG_NAME(interpolate)(PEG_NAME(find_cells), PEG_NAME(mix_cells), r, g, b, count, lattice);
}

#undef PEG_BOTH
#undef PEG_SPREAD
