#pragma once
// Hot pixel loops behind one table of function pointers; see peg_kernels.c.
//
// Every kernel works on one row of `count` samples. Rows need no alignment. Rows that are written may be the very rows
// that are read; rows that overlap otherwise are a caller's bug. Nothing is fused or reassociated, so that every level of
// every kernel gives the same bytes.
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How a component's value lies in its code values: code = value * span + black, held to low…high.
typedef struct peg_code {
  float black, span, low, high;
} peg_code;

/// ASC CDL v1.2: each channel's slope, offset and power, then saturation. With `clamps`, both steps are held to 0…1; without,
/// what is not above 0 passes the power unchanged and NaN becomes 0.
typedef struct peg_cdl {
  float slope[3], offset[3], power[3], saturation;
  int clamps;
} peg_cdl;

/// `size` values, at least 2, for positions 0…size − 1; a sample's position is value * scale + offset, held to them.
typedef struct peg_curve {
  const float *values;
  int size;
  float scale, offset;
} peg_curve;

/// size³ nodes of three floats, red fastest, and 3 · (size² + size + 1) + 1 floats more that may be read and have to be finite.
/// A colour's position is `places` times it, rows of four as in `affine`, held to 0…size − 1; where `mixes` is 0 no channel takes
/// anything of another, and x · scale + offset is all that is computed.
typedef struct peg_lattice {
  const float *nodes;
  int size, mixes;
  float places[12];
} peg_lattice;

/// code = a · log2(b · x + c) + d for x above `cut`, else e · x + f; back from codes above `cut_code`.
typedef struct peg_log {
  float a, b, c, d, e, f, cut, cut_code;
} peg_log;

/// Of each channel: the distance from the greatest channel from which on it is bent, and how much of what is past it is kept;
/// `power` says how sharp the bend is.
typedef struct peg_compression {
  float threshold[3], scale[3], power;
} peg_compression;

/// A resampling filter over distance: `per_unit` nodes from one whole distance to the next, up to `radius`, and one more; 0 per
/// unit takes the nearest sample.
typedef struct peg_filter {
  const float *table;
  int per_unit;
  float radius;
} peg_filter;

/// A row through a turned picture, on the scale of sample centres: pixel i lies at (u + i · du, v + i · dv). Distances count
/// `step` times; `taps` samples are within reach.
typedef struct peg_turn {
  double u, v, du, dv, step_u, step_v;
  int taps_u, taps_v;
} peg_turn;

typedef void peg_blend(
    const float *s0, const float *s1, const float *s2, const float *alpha, float *t0, float *t1, float *t2,
    float *target_alpha, float opacity, size_t count);

typedef struct peg_kernels {
  /// `scalar`, `sse2`, `avx2`, `avx512`, `neon`.
  const char *name;

  // Unpack: (code - black) / span. `swap` says that 16-bit words have their bytes the other way round.
  void (*unpack_u8)(const uint8_t *source, float *target, size_t count, const peg_code *code);
  void (*unpack_u16)(const uint8_t *source, int swap, float *target, size_t count, const peg_code *code);
  /// NaN becomes 0; what lies outside ±65504 is held to it.
  void (*unpack_f32)(const uint8_t *source, float *target, size_t count);
  /// Half floats, exactly; NaN and infinities as above.
  void (*unpack_f16)(const uint8_t *source, float *target, size_t count);
  /// Interleaved components, 2, 3 or 4 of them, each into a row of its own, each by its own code.
  void (*unpack_packed_u8)(
      const uint8_t *source, int components, float *t0, float *t1, float *t2, float *t3, size_t count,
      const peg_code *codes);
  void (*unpack_packed_u16)(
      const uint8_t *source, int swap, int components, float *t0, float *t1, float *t2, float *t3, size_t count,
      const peg_code *codes);
  /// A table of 256 values.
  void (*lookup_u8)(const uint8_t *source, const float *table, float *target, size_t count);
  /// Bits, the highest first, from bit `first` on.
  void (*unpack_bits)(const uint8_t *source, size_t first, float zero, float one, float *target, size_t count);

  // Pack: value * span + black, held to low…high (NaN is low), halves up. Planes of 16 bits as above.
  void (*pack_u8)(const float *source, uint8_t *target, size_t count, const peg_code *code);
  void (*pack_u16)(const float *source, int swap, uint8_t *target, size_t count, const peg_code *code);
  void (*pack_packed_u8)(
      const float *s0, const float *s1, const float *s2, const float *s3, int components, uint8_t *target, size_t count,
      const peg_code *codes);
  void (*pack_packed_u16)(
      const float *s0, const float *s1, const float *s2, const float *s3, int swap, int components, uint8_t *target,
      size_t count, const peg_code *codes);

  /// row[i] += amplitude · noise(x + i, y, plane); noise lies in −1…1 with a triangle's density.
  void (*dither)(float *row, size_t count, uint32_t x, uint32_t y, uint32_t plane, float amplitude);

  // Colour. The matrix is row-major; each row is ((m0·a + m1·b) + m2·c).
  void (*matrix)(float *a, float *b, float *c, size_t count, const float *m);
  void (*clamp)(float *row, size_t count, float low, float high);
  /// sign(x) · |x|^exponent; the exponent lies in 1/64…64.
  void (*power)(float *row, size_t count, float exponent);
  /// IEC 61966-2-1, odd about 0.
  void (*srgb_decode)(float *row, size_t count);
  void (*srgb_encode)(float *row, size_t count);
  /// ST 2084; 1 is `white` cd/m². Code values are held to 0…1.
  void (*pq_decode)(float *row, size_t count, float white);
  void (*pq_encode)(float *row, size_t count, float white);
  /// BT.2100 HLG to and from display light at 1000 cd/m², system gamma 1.2; 1 is `white` cd/m². BT.2020 R, G, B.
  void (*hlg_decode)(float *r, float *g, float *b, size_t count, float white);
  void (*hlg_encode)(float *r, float *g, float *b, size_t count, float white);

  // Grades.
  /// Rows of four: ((m0·a + m1·b) + m2·c) + m3.
  void (*affine)(float *a, float *b, float *c, size_t count, const float *m);
  void (*cdl)(float *r, float *g, float *b, size_t count, const peg_cdl *cdl);
  /// Linear between values.
  void (*curve)(float *row, size_t count, const peg_curve *curve);
  void (*tetrahedral)(float *r, float *g, float *b, size_t count, const peg_lattice *lattice);
  void (*trilinear)(float *r, float *g, float *b, size_t count, const peg_lattice *lattice);
  /// 65536 values, one for each half float by its bits, linear between; held to ±65504, NaN is 0.
  void (*half_curve)(float *row, size_t count, const float *values);
  /// row[i] = row[i] > edge ? above[i] : below[i]; NaN takes `below`. The rows do not overlap.
  void (*choose)(float *row, const float *below, const float *above, float edge, size_t count);
  /// The gamut compression of ACES 1.3, in linear light.
  void (*compress)(float *r, float *g, float *b, size_t count, const peg_compression *compression);
  void (*log_encode)(float *row, size_t count, const peg_log *log);
  void (*log_decode)(float *row, size_t count, const peg_log *log);

  // Chroma. Sums run in the order of the taps.
  /// target[i] = Σ weights[k] · rows[k][i]; the target is none of the rows.
  void (*blend_rows)(const float *const *rows, const float *weights, int taps, float *target, size_t count);
  /// target[factor · i + p] = Σ weights[4p + k] · source[i + k] for i below `groups`; reads groups + 3 samples.
  void (*expand)(const float *source, int factor, const float *weights, float *target, size_t groups);
  /// target[i] = Σ weights[k] · source[step · i + k]; reads step · (count − 1) + taps samples. With a step of 2 there are 8 taps,
  /// and even ones are added first, in pairs, then odd ones; where chroma lies on a luma sample and weights lie alike about it,
  /// samples of one weight are added before they are weighted.
  void (*shrink)(const float *source, int step, const float *weights, int taps, float *target, size_t count);

  // Alpha.
  void (*associate)(float *r, float *g, float *b, const float *alpha, size_t count);
  /// Colour is left as it is where alpha is not above 0.
  void (*unassociate)(float *r, float *g, float *b, const float *alpha, size_t count);
  /// Undoes it: colour is left as it is where alpha is not above 0.
  void (*reassociate)(float *r, float *g, float *b, const float *alpha, size_t count);
  /// After resampling: alpha back into 0…1, associated colour with it.
  void (*settle)(float *r, float *g, float *b, float *alpha, size_t count);
  /// row[i] *= columns[i] * weight
  void (*cover)(float *row, const float *columns, float weight, size_t count);

  // Composite.
  void (*fill)(float *row, float value, size_t count);
  /// target = source · opacity + target · (1 − alpha · opacity), alpha last. Planes are R, G, B, A in any order of colour.
  void (*over)(
      const float *s0, const float *s1, const float *s2, const float *alpha, float *t0, float *t1, float *t2,
      float *target_alpha, float opacity, size_t count);
  /// target = a · wa + b · wb
  void (*mix)(const float *a, float wa, const float *b, float wb, float *target, size_t count);
  /// target = source · weight
  void (*scale)(const float *source, float weight, float *target, size_t count);
  /// Blends on associated colour; as `over`, with B of the two colours where both lie. W3C Compositing and Blending Level 1.
  peg_blend *blend_add, *blend_multiply, *blend_screen, *blend_overlay, *blend_difference;
  /// target *= m, with m = Σ weights · source held to 0…1, or 1 − m; that much less at an opacity below 1.
  void (*matte)(
      const float *s0, const float *s1, const float *s2, const float *alpha, float *t0, float *t1, float *t2,
      float *target_alpha, const float *weights, int inverted, float opacity, size_t count);

  // Resample.
  /// target[i] = Σ weights[k · count + i] · source[first[i] + k], k rising. No row is another.
  void (*gather)(
      const float *restrict source, const int32_t *restrict first, const float *restrict weights, int taps,
      float *restrict target, size_t count);
  /// Pixels of four interleaved components, `stride` floats a line, filtered across and then down by weights that add up to
  /// 1; `scratch` holds taps_u + taps_v floats.
  void (*turn)(
      const float *source, size_t stride, const peg_filter *filter, const peg_turn *turn, float *scratch, float *r,
      float *g, float *b, float *a, size_t count);
  /// Four rows as one of pixels.
  void (*interleave)(
      const float *restrict s0, const float *restrict s1, const float *restrict s2, const float *restrict s3,
      float *restrict target, size_t count);
} peg_kernels;

/// Levels that this build holds and this host can run, slowest first; NULL past the last.
const peg_kernels *peg_kernels_level(size_t index);
/// The fastest level of this host, or the one that the environment's PEGBAR_CPU names when the host has it.
const peg_kernels *peg_kernels_best(void);
/// Whether this host has AVX2, FMA and F16C.
int peg_host_has_avx2_fma(void);

#ifdef __cplusplus
}
#endif
