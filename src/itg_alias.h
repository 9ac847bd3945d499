/* itg_alias.h - layer 0: draws of whole numbers from any table of weights, in the same short time for each.
 *
 * Walker's alias method, tables filled as Vose does: the weights are cut into 2^bits cells of the same size
 * that hold two values each.  Probabilities are exact to 2^-40 of a cell.  Only sums, products and quotients
 * make a table, so that it is the same on every machine. */
#ifndef ITG_ALIAS_H
#define ITG_ALIAS_H

#include "itg_base.h"
#include "itg_random.h"

typedef struct itg_alias {
  const uint64_t *cells; /* 2^bits: share of the cell's own value (40 bits), its other value (24 bits) */
  int64_t first;         /* added to the number of the cell */
  int bits;              /* 1 .. 24 */
} itg_alias;

enum { ITG_ALIAS_MOST = 1 << 24 }; /* values of a table */

/* Value i, 0 .. n - 1, with a chance as its weight (finite, at least 0, not all 0); 1 <= n <= ITG_ALIAS_MOST.
 * Errors: ITG_ERR_MEMORY. */
itg_status itg_alias_make(const double *weights, int64_t n, itg_arena *arena, itg_alias *out,
                          itg_error *error);

/* Poisson numbers of this rate (0 .. 2^35), but for those less likely than 2^-50 times the likeliest. */
itg_status itg_alias_poisson(double rate, itg_arena *arena, itg_alias *out, itg_error *error);

/* The two words of each draw, for itg_alias_value(): words[2 * n_draws]. */
static inline void itg_alias_words(itg_random *random, uint32_t *words, int64_t n_draws) {
  itg_random_indices(random, UINT32_C(1) << 31, words, 2 * n_draws); /* the upper 31 bits of each word */
}

static inline int64_t itg_alias_value(const itg_alias *table, const uint32_t words[2]) {
  uint64_t u = (uint64_t)words[0] << 33 | (uint64_t)words[1] << 2, slot = u >> (64 - table->bits);
  uint64_t cell = table->cells[slot], share = u << table->bits >> 24, other = cell & (ITG_ALIAS_MOST - 1);
  return table->first + (int64_t)(share < cell >> 24 ? slot : other);
}

#endif
