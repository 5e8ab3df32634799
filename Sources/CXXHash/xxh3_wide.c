// xxHash once more, for AVX2: SwiftPM gives no flags per file, but an attribute pushed around the text does the same. A token that
// clang does not know would drop the attribute with only a warning, so that warning is an error here.
#include "levels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#pragma clang diagnostic error "-Wignored-attributes"
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define XXH_VECTOR 2  // XXH_AVX2
#define XXH_STATIC_LINKING_ONLY
#define XXH_IMPLEMENTATION
#define XXH_NAMESPACE peg_wide_
#include "upstream/xxhash.h"

void peg_xxh3_update_wide(void *state, const void *bytes, size_t count) { XXH3_128bits_update(state, bytes, count); }
#pragma clang attribute pop

int peg_xxh3_is_wide(void) { return __builtin_cpu_supports("avx2") ? 1 : 0; }
#else
int peg_xxh3_is_wide(void) { return 0; }
void peg_xxh3_update_wide(void *state, const void *bytes, size_t count) {
  (void)state;
  (void)bytes;
  (void)count;
}
#endif
