// What Swift cannot import from zimg: arrays of structures without a name, and enumerators that only some hosts have.
#pragma once
#include <zimg.h>
#include <string.h>

/// Memory for one plane: rows `stride` bytes apart, row i at (i & mask).
static inline void peg_zimg_source(
    zimg_image_buffer_const *buffer, int plane, const void *data, ptrdiff_t stride, unsigned mask) {
  buffer->version = ZIMG_API_VERSION;
  buffer->plane[plane].data = data;
  buffer->plane[plane].stride = stride;
  buffer->plane[plane].mask = mask;
}

static inline void peg_zimg_target(zimg_image_buffer *buffer, int plane, void *data, ptrdiff_t stride, unsigned mask) {
  buffer->version = ZIMG_API_VERSION;
  buffer->plane[plane].data = data;
  buffer->plane[plane].stride = stride;
  buffer->plane[plane].mask = mask;
}

static inline zimg_cpu_type_e peg_zimg_cpu(int has_avx2) {
#if defined(__x86_64__)
  if (has_avx2) return ZIMG_CPU_X86_AVX2;
#endif
  (void)has_avx2;
  return ZIMG_CPU_NONE;
}

static inline void peg_zimg_image_default(zimg_image_format *format) { zimg_image_format_default(format, ZIMG_API_VERSION); }

static inline void peg_zimg_params_default(zimg_graph_builder_params *params) {
  zimg_graph_builder_params_default(params, ZIMG_API_VERSION);
}
