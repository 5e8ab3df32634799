// One body, compiled once per instruction set.
//
// SwiftPM gives no way to pass a target per file without unsafe flags, but an attribute pushed around an `#include` does the
// same inside one file. A token that clang does not know would drop the whole attribute with only a warning, so that
// warning is an error here; a loop that the vectoriser refuses is one, too (-Wpass-failed under warnings as errors).
//
// FMA is left out of every level and contraction is off: with it, levels would differ in their last bit.
#include "peg_kernels.h"

#include <stdlib.h>
#include <string.h>

#pragma clang diagnostic error "-Wignored-attributes"
#pragma STDC FP_CONTRACT OFF

#define PEG_PASTE_(a, b) a##_##b
#define PEG_PASTE(a, b) PEG_PASTE_(a, b)
#define PEG_NAME(f) PEG_PASTE(f, PEG_LEVEL)
#define PEG_TEXT_(a) #a
#define PEG_TEXT(a) PEG_TEXT_(a)

// Pixels of a block: what a kernel of several steps keeps between them, a few KiB of it.
#define PEG_BLOCK 256

// The floor: one sample at a time.
#define PEG_LEVEL scalar
#define PEG_LOOP _Pragma("clang loop vectorize(disable) interleave(disable)")
#define PEG_SHORT_LOOP PEG_LOOP
#include "body/level.h"
#undef PEG_LEVEL
#undef PEG_LOOP
#undef PEG_SHORT_LOOP

#define PEG_LOOP _Pragma("clang loop vectorize(enable)")
// Of few steps and few constants: two vectors at a time halve what counting costs.
#define PEG_SHORT_LOOP _Pragma("clang loop vectorize(enable) interleave_count(2)")

#if defined(__x86_64__)
#define PEG_LEVEL sse2
#include "body/level.h"
#undef PEG_LEVEL

#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt"))), apply_to = function)
#define PEG_LEVEL avx2
#include "body/level.h"
#undef PEG_LEVEL
#pragma clang attribute pop

#pragma clang attribute push( \
    __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512dq,avx512vl"))), apply_to = function)
#define PEG_LEVEL avx512
#include "body/level.h"
#undef PEG_LEVEL
#pragma clang attribute pop
#elif defined(__aarch64__)
#define PEG_LEVEL neon
#include "body/level.h"
#undef PEG_LEVEL
#endif

static size_t gather_levels(const peg_kernels *levels[4]) {
  size_t count = 0;
  levels[count++] = &table_scalar;
#if defined(__x86_64__)
  levels[count++] = &table_sse2;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) levels[count++] = &table_avx2;
  if (count == 3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    levels[count++] = &table_avx512;
#elif defined(__aarch64__)
  levels[count++] = &table_neon;
#endif
  return count;
}

const peg_kernels *peg_kernels_level(size_t index) {
  const peg_kernels *levels[4];
  return index < gather_levels(levels) ? levels[index] : NULL;
}

const peg_kernels *peg_kernels_best(void) {
  const peg_kernels *levels[4];
  size_t count = gather_levels(levels);
  const char *wanted = getenv("PEGBAR_CPU");
  for (size_t i = 0; wanted && i < count; i++)
    if (strcmp(levels[i]->name, wanted) == 0) return levels[i];
  return levels[count - 1];
}

int peg_host_has_avx2_fma(void) {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
#else
  return 0;
#endif
}
