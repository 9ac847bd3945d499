/* itg_rating_patterns.c - layer 3: from ratings to patterns with counts, and replicates of the counts. */
#include "itg_rating_patterns.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "itg_random.h"

/* ---- patterns ---- */

typedef struct table {
  int32_t width, n, capacity;
  int32_t *codes;
  int64_t *counts;
  int32_t *slots; /* pattern + 1, 0 free; a power of two of them, twice the capacity */
} table;

static uint64_t hash_of(const int32_t *codes, int32_t width) {
  uint64_t hash = UINT64_C(0x9E3779B97F4A7C15);
  for (int32_t i = 0; i < width; i++) {
    hash = (hash ^ (uint32_t)codes[i]) * UINT64_C(0xBF58476D1CE4E5B9);
    hash ^= hash >> 29;
  }
  return hash;
}

/* Slot of a pattern, free or its own. */
static int64_t slot_of(const table *t, const int32_t *codes) {
  uint64_t mask = 2 * (uint64_t)t->capacity - 1, at = hash_of(codes, t->width) & mask;
  while (t->slots[at] && memcmp(t->codes + (size_t)(t->slots[at] - 1) * (size_t)t->width, codes,
                                (size_t)t->width * sizeof *codes))
    at = (at + 1) & mask;
  return (int64_t)at;
}

static bool table_grow(table *t) {
  int32_t capacity = t->capacity ? t->capacity * 2 : 256;
  int32_t *slots = itg_alloc(2 * (size_t)capacity, sizeof *slots);
  int32_t *codes = slots ? itg_grow(t->codes, (size_t)capacity * (size_t)t->width, sizeof *codes) : NULL;
  if (codes) t->codes = codes;
  int64_t *counts = codes ? itg_grow(t->counts, (size_t)capacity, sizeof *counts) : NULL;
  if (!counts) {
    free(slots);
    return false;
  }
  t->counts = counts;
  free(t->slots);
  t->slots = slots;
  t->capacity = capacity;
  for (int32_t p = 0; p < t->n; p++) slots[slot_of(t, codes + (size_t)p * (size_t)t->width)] = p + 1;
  return true;
}

static bool table_add(table *t, const int32_t *codes, int64_t count) {
  if (t->n == t->capacity && !table_grow(t)) return false;
  int64_t at = slot_of(t, codes);
  if (!t->slots[at]) {
    memcpy(t->codes + (size_t)t->n * (size_t)t->width, codes, (size_t)t->width * sizeof *codes);
    t->counts[t->n] = 0;
    t->slots[at] = ++t->n;
  }
  t->counts[t->slots[at] - 1] += count;
  return true;
}

static int compare_codes(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

/* Sorted, the missing ones (-1) last; returns the number of ratings. */
static int32_t gather(const int32_t *codes, int32_t width, int32_t *out) {
  int32_t n = 0;
  for (int32_t i = 0; i < width; i++)
    if (codes[i] >= 0) out[n++] = codes[i];
  if (n > 32) qsort(out, (size_t)n, sizeof *out, compare_codes);
  for (int32_t i = 1; i < n && n <= 32; i++) {
    int32_t code = out[i], k = i;
    for (; k && out[k - 1] > code; k--) out[k] = out[k - 1];
    out[k] = code;
  }
  for (int32_t i = n; i < width; i++) out[i] = -1;
  return n;
}

static int compare_patterns(const table *t, int32_t a, int32_t b) {
  const int32_t *x = t->codes + (size_t)a * (size_t)t->width, *y = t->codes + (size_t)b * (size_t)t->width;
  for (int32_t i = 0; i < t->width; i++)
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  return 0;
}

/* Merge sort of pattern numbers by their codes: no other state than its arguments. */
static void sort_patterns(const table *t, int32_t *order, int32_t *scratch, int32_t n) {
  for (int64_t length = 1; length < n; length *= 2) {
    for (int64_t low = 0; low < n; low += 2 * length) {
      int64_t middle = low + length < n ? low + length : n,
              high = low + 2 * length < n ? low + 2 * length : n;
      for (int64_t i = low, j = middle, k = low; k < high; k++) {
        bool first = j >= high || (i < middle && compare_patterns(t, order[i], order[j]) <= 0);
        scratch[k] = first ? order[i++] : order[j++];
      }
    }
    memcpy(order, scratch, (size_t)n * sizeof *order);
  }
}

static itg_status take_patterns(const table *t, int32_t *order, itg_arena *arena, itg_rating_patterns *out,
                                itg_error *error) {
  size_t n = (size_t)t->n, width = (size_t)t->width;
  int64_t n_cells = 0;
  out->n_patterns = t->n;
  out->width = t->width;
  out->codes = itg_arena_alloc(arena, n * width, sizeof *out->codes);
  out->counts = itg_arena_alloc(arena, n, sizeof *out->counts);
  out->ratings = itg_arena_alloc(arena, n, sizeof *out->ratings);
  out->start = itg_arena_alloc(arena, n + 1, sizeof *out->start);
  int32_t *sorted = itg_alloc(width, sizeof *sorted);
  if (!out->codes || !out->counts || !out->ratings || !out->start || !sorted) goto memory;
  for (int pass = 0; pass < 2; pass++) {
    if (pass &&
        (n_cells > INT32_MAX || !(out->cells = itg_arena_alloc(arena, (size_t)n_cells, sizeof *out->cells))))
      goto memory;
    n_cells = 0;
    for (size_t p = 0; p < n; p++) {
      const int32_t *codes = t->codes + (size_t)order[p] * width;
      int32_t m = gather(codes, t->width, sorted);
      memcpy(out->codes + p * width, codes, width * sizeof *codes);
      out->counts[p] = t->counts[order[p]];
      out->ratings[p] = m;
      out->start[p] = (int32_t)n_cells;
      for (int32_t i = 0; i < m; i++) {
        bool fresh = !i || sorted[i] != sorted[i - 1];
        n_cells += fresh;
        if (!pass) continue;
        itg_pattern_cell *cell = &out->cells[n_cells - 1];
        *cell = (itg_pattern_cell){sorted[i], fresh ? 1 : cell->count + 1};
      }
    }
    out->start[n] = (int32_t)n_cells;
  }
  free(sorted);
  return ITG_OK;
memory:
  free(sorted);
  return itg_fail_memory(error);
}

itg_status itg_rating_patterns_make(const int32_t *codes, const int64_t *counts, int64_t n, int32_t width,
                                    bool by_rater, const itg_control *control, itg_arena *arena,
                                    itg_rating_patterns *out, itg_error *error) {
  itg_status status = ITG_OK;
  table t = {.width = width};
  int32_t *order = NULL, *scratch = NULL, *row = itg_alloc((size_t)width, sizeof *row);
  memset(out, 0, sizeof *out);
  if (!row) goto memory;
  for (int64_t i = 0; i < n; i++) {
    const int32_t *unit = codes + (size_t)i * (size_t)width;
    if (i % 65536 == 65535 && (status = itg_check_stop(control, 0, error))) goto out;
    int64_t count = counts ? counts[i] : 1;
    if (!count || !gather(unit, width, row)) continue;
    if (!table_add(&t, by_rater ? unit : row, count)) goto memory;
    out->n_units += count;
  }
  order = itg_alloc((size_t)t.n, sizeof *order);
  scratch = itg_alloc((size_t)t.n, sizeof *scratch);
  if (!order || !scratch) goto memory;
  for (int32_t p = 0; p < t.n; p++) order[p] = p;
  sort_patterns(&t, order, scratch, t.n);
  status = take_patterns(&t, order, arena, out, error);
  goto out;
memory:
  status = itg_fail_memory(error);
out:
  free(t.codes);
  free(t.counts);
  free(t.slots);
  free(order);
  free(scratch);
  free(row);
  return status;
}

/* ---- replicates ---- */

/* One binomial draw costs about as much as UNITS_PER_BINOMIAL draws of a unit.  Up to FEW patterns are counted in
 * LANES tables, so that two draws of one pattern do not wait for each other; tables a power of two apart would still
 * wait. */
enum { UNITS_PER_BINOMIAL = 64, DRAWN = 1024, FEW = 1024, LANES = 4, APART = FEW + 16 };

itg_status itg_rating_draws_make(const itg_rating_patterns *patterns, itg_arena *arena, itg_rating_draws *out,
                                 itg_error *error) {
  *out = (itg_rating_draws){.patterns = patterns};
  if (patterns->n_units > (int64_t)UNITS_PER_BINOMIAL * patterns->n_patterns || patterns->n_units > UINT32_MAX)
    return ITG_OK;
  size_t n = (size_t)patterns->n_units, at = 0;
  bool few = patterns->n_patterns <= FEW;
  if (few)
    out->narrow = itg_arena_alloc(arena, n, sizeof *out->narrow);
  else
    out->wide = itg_arena_alloc(arena, n, sizeof *out->wide);
  if (!out->narrow && !out->wide) return itg_fail_memory(error);
  for (int32_t p = 0; p < patterns->n_patterns; p++)
    for (int64_t i = 0; i < patterns->counts[p]; i++, at++)
      if (few)
        out->narrow[at] = (uint16_t)p;
      else
        out->wide[at] = p;
  return ITG_OK;
}

static void count_few(const uint16_t *places, const uint32_t *drawn, int64_t n, uint32_t tally[LANES][APART]) {
  int64_t i = 0;
  for (; i + LANES <= n; i += LANES) { /* compilers do not unroll under -O2 */
    tally[0][places[drawn[i]]]++;
    tally[1][places[drawn[i + 1]]]++;
    tally[2][places[drawn[i + 2]]]++;
    tally[3][places[drawn[i + 3]]]++;
  }
  for (; i < n; i++) tally[0][places[drawn[i]]]++;
}

/* Units one by one. */
static void count_units(const itg_rating_draws *draws, itg_random *random, int64_t *counts) {
  uint32_t drawn[DRAWN], tally[LANES][APART];
  int64_t units = draws->patterns->n_units;
  int32_t n_patterns = draws->patterns->n_patterns;
  memset(counts, 0, (size_t)n_patterns * sizeof *counts);
  for (int lane = 0; lane < LANES && draws->narrow; lane++)
    memset(tally[lane], 0, (size_t)n_patterns * sizeof *tally[lane]);
  for (int64_t left = units; left > 0; left -= DRAWN) {
    int64_t n = left < DRAWN ? left : DRAWN;
    itg_random_indices(random, (uint32_t)units, drawn, n);
    if (draws->narrow) count_few(draws->narrow, drawn, n, tally);
    for (int64_t i = 0; i < n && draws->wide; i++) counts[draws->wide[drawn[i]]]++;
  }
  for (int lane = 0; lane < LANES && draws->narrow; lane++)
    for (int32_t p = 0; p < n_patterns; p++) counts[p] += tally[lane][p];
}

/* A multinomial draw as binomial draws, each given those before it. */
static void count_patterns(const itg_rating_patterns *patterns, itg_random *random, int64_t *counts) {
  int64_t units = patterns->n_units, left = patterns->n_units;
  for (int32_t p = 0; p < patterns->n_patterns; p++) {
    counts[p] = units > patterns->counts[p]
                    ? itg_random_binomial(random, left, (double)patterns->counts[p] / (double)units)
                    : left;
    left -= counts[p];
    units -= patterns->counts[p];
  }
}

void itg_rating_draws_count(const itg_rating_draws *draws, uint64_t seed, uint32_t replicate, int64_t *counts) {
  itg_random random;
  itg_random_init(&random, seed, ITG_PURPOSE_BOOTSTRAP, replicate);
  if (draws->narrow || draws->wide)
    count_units(draws, &random, counts);
  else
    count_patterns(draws->patterns, &random, counts);
}
