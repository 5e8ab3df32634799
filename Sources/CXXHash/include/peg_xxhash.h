// XXH3 of 128 bits, fed piece by piece: what Swift needs of xxHash and no more.
#pragma once
#include <stddef.h>
#include <stdint.h>

typedef struct peg_xxh3 peg_xxh3;

// Begins with seed 0; NULL without memory. `wide` asks for vectors of 32 bytes where the host has them: the hash is the same.
peg_xxh3 *peg_xxh3_make(int wide);
void peg_xxh3_free(peg_xxh3 *hash);
void peg_xxh3_update(peg_xxh3 *hash, const uint8_t *bytes, size_t count);
// In canonical order, big-endian, as xxhsum prints it.
void peg_xxh3_finish(const peg_xxh3 *hash, uint8_t result[16]);
