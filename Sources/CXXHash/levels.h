// Between the two texts that xxHash is compiled in.
#pragma once
#include <stddef.h>

// Whether the host has AVX2, and XXH3_128bits_update on it, of a state that is laid out as everywhere.
int peg_xxh3_is_wide(void);
void peg_xxh3_update_wide(void *state, const void *bytes, size_t count);
