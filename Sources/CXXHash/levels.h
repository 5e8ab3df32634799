// Between the two texts that xxHash is compiled in.
#pragma once
#include <stddef.h>

// Bytes that are fetched ahead. A picture comes from the last cache, not from the first: xxHash's own 512 bytes are a third slower
// on it, and twice as many as these no faster (measured on 8 MiB).
#define XXH_PREFETCH_DIST 2048

// Whether the host has AVX2, and XXH3_128bits_update on it, of a state that is laid out as everywhere.
int peg_xxh3_is_wide(void);
void peg_xxh3_update_wide(void *state, const void *bytes, size_t count);
