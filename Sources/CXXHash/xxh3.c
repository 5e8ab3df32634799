// xxHash 0.8.4 as it came (upstream/), for what every host of an architecture has: SSE2 or NEON.
#include "levels.h"

#define XXH_STATIC_LINKING_ONLY
#define XXH_IMPLEMENTATION
#define XXH_NAMESPACE peg_
#include "upstream/xxhash.h"

#include "peg_xxhash.h"

#include <stdlib.h>
#include <string.h>

struct peg_xxh3 {
  XXH3_state_t *state;
  int wide;
};

peg_xxh3 *peg_xxh3_make(int wide) {
  peg_xxh3 *hash = malloc(sizeof *hash);
  XXH3_state_t *state = XXH3_createState();
  if (!hash || !state) {
    XXH3_freeState(state);
    free(hash);
    return NULL;
  }
  XXH3_128bits_reset(state);
  hash->state = state;
  hash->wide = wide && peg_xxh3_is_wide();
  return hash;
}

void peg_xxh3_free(peg_xxh3 *hash) {
  if (!hash) return;
  XXH3_freeState(hash->state);
  free(hash);
}

void peg_xxh3_update(peg_xxh3 *hash, const uint8_t *bytes, size_t count) {
  if (hash->wide)
    peg_xxh3_update_wide(hash->state, bytes, count);
  else
    XXH3_128bits_update(hash->state, bytes, count);
}

void peg_xxh3_finish(const peg_xxh3 *hash, uint8_t result[16]) {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(hash->state));
  memcpy(result, canonical.digest, sizeof canonical.digest);
}
