/* itg_alias.c - layer 0: alias tables. */
#include "itg_alias.h"

#include <math.h>
#include <stdlib.h>

#define WHOLE 0x1p40 /* a cell */

static uint64_t cell_of(double share, int64_t other) {
  double own = share < 1 ? floor(share * WHOLE + 0.5) : WHOLE;
  return (uint64_t)(own < WHOLE ? own : WHOLE - 1) << 24 | (uint64_t)other;
}

/* Cells with less than their own share get the rest from one with more.  `waiting` has the former from its
 * beginning on, the latter from its end. */
static void fill(double *shares, int64_t n_cells, int64_t heaviest, int32_t *waiting, uint64_t *cells) {
  int64_t n_less = 0, n_more = 0;
  for (int64_t i = n_cells - 1; i >= 0; i--) {
    if (shares[i] < 1)
      waiting[n_less++] = (int32_t)i;
    else
      waiting[n_cells - ++n_more] = (int32_t)i;
  }
  while (n_less && n_more) {
    int32_t less = waiting[--n_less], more = waiting[n_cells - n_more];
    cells[less] = cell_of(shares[less], more);
    shares[more] -= 1 - shares[less];
    if (shares[more] < 1) {
      n_more--;
      waiting[n_less++] = more;
    }
  }
  while (n_more) { /* whole */
    int32_t more = waiting[n_cells - n_more--];
    cells[more] = cell_of(1, more);
  }
  while (n_less) { /* whole but for rounding, or of no weight */
    int32_t less = waiting[--n_less];
    cells[less] = cell_of(shares[less], heaviest);
  }
}

itg_status itg_alias_make(const double *weights, int64_t n, itg_arena *arena, itg_alias *out,
                          itg_error *error) {
  int bits = 1;
  double total = 0;
  int64_t heaviest = 0;
  while (INT64_C(1) << bits < n) bits++;
  size_t n_cells = (size_t)1 << bits;
  uint64_t *cells = itg_arena_alloc(arena, n_cells, sizeof *cells);
  double *shares = itg_alloc(n_cells, sizeof *shares);
  int32_t *waiting = itg_alloc(n_cells, sizeof *waiting);
  itg_status status = cells && shares && waiting ? ITG_OK : itg_fail_memory(error);
  if (status) goto out;
  for (int64_t i = 0; i < n; i++) {
    total += weights[i];
    if (weights[i] > weights[heaviest]) heaviest = i;
  }
  for (int64_t i = 0; i < n; i++) shares[i] = weights[i] / total * (double)n_cells;
  fill(shares, (int64_t)n_cells, heaviest, waiting, cells);
  *out = (itg_alias){.cells = cells, .bits = bits};
out:
  free(shares);
  free(waiting);
  return status;
}

/* From the likeliest number outwards, each from its neighbour: without exp() and without overflow. */
itg_status itg_alias_poisson(double rate, itg_arena *arena, itg_alias *out, itg_error *error) {
  const double least = 0x1p-50;
  double mode = floor(rate), spread = 10 * sqrt(rate) + 40; /* 2^-50 lies within 8.4 sqrt(rate) + 25 */
  int64_t below = (int64_t)fmin(mode, spread), above = (int64_t)spread, low = below, high = below;
  double *weights = itg_alloc((size_t)(below + above + 1), sizeof *weights);
  if (!weights) return itg_fail_memory(error);
  weights[below] = 1;
  for (; low > 0 && weights[low] > least; low--)
    weights[low - 1] = weights[low] * ((mode - (double)(below - low)) / rate);
  for (; high < below + above && weights[high] > least; high++)
    weights[high + 1] = weights[high] * (rate / (mode + (double)(high + 1 - below)));
  itg_status status = itg_alias_make(weights + low, high - low + 1, arena, out, error);
  if (!status) out->first = (int64_t)mode - (below - low);
  free(weights);
  return status;
}
