/* itg_rating_patterns.c - layer 3: from ratings to patterns with counts, and replicates of the counts. */
#include "itg_rating_patterns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_alias.h"

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
static itg_status sort_patterns(const table *t, int32_t *order, int32_t *scratch, int32_t n, itg_pace *pace,
                                itg_error *error) {
  for (int64_t length = 1; length < n; length *= 2) {
    for (int64_t low = 0; low < n; low += 2 * length) {
      int64_t middle = low + length < n ? low + length : n,
              high = low + 2 * length < n ? low + 2 * length : n;
      for (int64_t i = low, j = middle, k = low; k < high; k++) {
        ITG_PACE(pace, k, error);
        bool first = j >= high || (i < middle && compare_patterns(t, order[i], order[j]) <= 0);
        scratch[k] = first ? order[i++] : order[j++];
      }
    }
    memcpy(order, scratch, (size_t)n * sizeof *order);
  }
  return ITG_OK;
}

static itg_status take_patterns(const table *t, int32_t *order, itg_arena *arena, itg_rating_patterns *out,
                                itg_pace *pace, itg_error *error) {
  itg_status status = ITG_OK;
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
      if (p % 16384 == 0 && (status = itg_pace_step(pace, error))) goto out;
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
  goto out;
memory:
  status = itg_fail_memory(error);
out:
  free(sorted);
  return status;
}

itg_status itg_rating_patterns_make(const int32_t *codes, const int64_t *counts, int64_t n, int32_t width,
                                    bool by_rater, const itg_control *control, itg_arena *arena,
                                    itg_rating_patterns *out, itg_error *error) {
  itg_status status = ITG_OK;
  table t = {.width = width};
  itg_pace pace = {control, 0};
  int32_t *order = NULL, *scratch = NULL, *row = itg_alloc((size_t)width, sizeof *row);
  memset(out, 0, sizeof *out);
  if (!row) goto memory;
  for (int64_t i = 0; i < n; i++) {
    const int32_t *unit = codes + (size_t)i * (size_t)width;
    if (i % 16384 == 16383 && (status = itg_pace_step(&pace, error))) goto out;
    int64_t count = counts ? counts[i] : 1;
    if (!count || !gather(unit, width, row)) continue;
    if (!table_add(&t, by_rater ? unit : row, count)) goto memory;
    out->n_units += count;
  }
  order = itg_alloc((size_t)t.n, sizeof *order);
  scratch = itg_alloc((size_t)t.n, sizeof *scratch);
  if (!order || !scratch) goto memory;
  for (int32_t p = 0; p < t.n; p++) order[p] = p;
  if ((status = sort_patterns(&t, order, scratch, t.n, &pace, error))) goto out;
  status = take_patterns(&t, order, arena, out, &pace, error);
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

/* Stage one draws the counts independently, Poisson with a total of SPARED standard deviations fewer units than there
 * are; given their total they are multinomial.  Stage two draws the few units that are left, one by one.  A total
 * above the number of units (one in forty) is drawn anew, whatever the counts, which leaves them multinomial.
 *
 * Where units are so many that what is left, or the tables, cost more, each count is a binomial draw given those
 * before it: about as much time as UNITS_PER_BINOMIAL units. */
enum { SPARED = 2, UNITS_PER_BINOMIAL = 30, UNITS_PER_PATTERN = 2048, DRAWN = 256 };

typedef struct counted {
  int64_t count;
  int32_t pattern;
} counted;

static int compare_counts(const void *a, const void *b) {
  int64_t x = ((const counted *)a)->count, y = ((const counted *)b)->count;
  return (x > y) - (x < y);
}

/* One table for all patterns with the same count. */
static itg_status make_poisson(const itg_rating_patterns *patterns, double share, counted *order, itg_arena *arena,
                               itg_alias *tables, itg_error *error) {
  size_t n = (size_t)patterns->n_patterns;
  for (size_t p = 0; p < n; p++) order[p] = (counted){patterns->counts[p], (int32_t)p};
  qsort(order, n, sizeof *order, compare_counts);
  for (size_t i = 0; i < n; i++) {
    itg_alias *table = &tables[order[i].pattern];
    if (i && order[i].count == order[i - 1].count)
      *table = tables[order[i - 1].pattern];
    else
      ITG_TRY(itg_alias_poisson((double)order[i].count * share, arena, table, error));
  }
  return ITG_OK;
}

itg_status itg_rating_draws_make(const itg_rating_patterns *patterns, itg_arena *arena, itg_rating_draws *out,
                                 itg_error *error) {
  *out = (itg_rating_draws){.patterns = patterns};
  size_t n = (size_t)patterns->n_patterns;
  double units = (double)patterns->n_units, left = fmin(SPARED * sqrt(units), units);
  if (left > UNITS_PER_BINOMIAL * (double)n || units > UNITS_PER_PATTERN * (double)n || n > ITG_ALIAS_MOST)
    return ITG_OK;
  itg_alias *tables = itg_arena_alloc(arena, n, sizeof *tables);
  counted *order = itg_alloc(n, sizeof *order);
  double *weights = itg_alloc(n, sizeof *weights);
  itg_status status = tables && order && weights ? ITG_OK : itg_fail_memory(error);
  for (size_t p = 0; p < n && !status; p++) weights[p] = (double)patterns->counts[p];
  if (!status) status = itg_alias_make(weights, (int64_t)n, arena, &out->one, error);
  if (!status) status = make_poisson(patterns, (units - left) / units, order, arena, tables, error);
  if (!status) out->poisson = tables;
  free(order);
  free(weights);
  return status;
}

/* Stage one; returns the total. */
static int64_t count_poisson(const itg_rating_draws *draws, itg_random *random, int64_t *counts) {
  uint32_t words[2 * DRAWN];
  int64_t total = 0, n_patterns = draws->patterns->n_patterns;
  for (int64_t p = 0; p < n_patterns; p += DRAWN) {
    int64_t n = n_patterns - p < DRAWN ? n_patterns - p : DRAWN;
    itg_alias_words(random, words, n);
    for (int64_t i = 0; i < n; i++)
      total += counts[p + i] = itg_alias_value(&draws->poisson[p + i], words + 2 * i);
  }
  return total;
}

/* Stage two. */
static void count_left(const itg_rating_draws *draws, itg_random *random, int64_t left, int64_t *counts) {
  uint32_t words[2 * DRAWN];
  for (; left > 0; left -= DRAWN) {
    int64_t n = left < DRAWN ? left : DRAWN;
    itg_alias_words(random, words, n);
    for (int64_t i = 0; i < n; i++) counts[itg_alias_value(&draws->one, words + 2 * i)]++;
  }
}

static void count_binomial(const itg_rating_patterns *patterns, itg_random *random, int64_t *counts) {
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
  int64_t units = draws->patterns->n_units, total;
  itg_random_init(&random, seed, ITG_PURPOSE_BOOTSTRAP, replicate);
  if (!draws->poisson) {
    count_binomial(draws->patterns, &random, counts);
    return;
  }
  do total = count_poisson(draws, &random, counts);
  while (total > units);
  count_left(draws, &random, units - total, counts);
}
