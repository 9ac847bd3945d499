/* itg_state_rankings.c - how raters rank the same units: sums of ranks and of ties, for all raters and for
 * each Poisson replicate, from which Kendall's W follows exactly (measure concordance, input `rankings`).
 *
 * A rank is a place among all units of a rater, so a row is the whole ranking of a rater, and parts are parts
 * of the raters.  Body: for each replicate (0 all raters) and group the weights of the raters, and these
 * times the sum of t^3 - t over their ties; both with the squares of the weights (a rater who is drawn twice
 * agrees with himself, which the measure takes out again); and of each unit the sum of its doubled mid-ranks:
 * whole numbers all.  Head: number of groups; of several, the first column is the group. */
#include <math.h>
#include <stdlib.h>

#include "itg_random.h"
#include "itg_state.h"

/* Ties sum to at most 2^30 in a row, and a weight is below 2^5: all sums stay below 2^62. */
enum { RATERS, TIES, RATERS_SQUARED, TIES_SQUARED, HEAD, MOST_UNITS = 1024 };
static const uint64_t most_weight = UINT64_C(1) << 27;

static const itg_field fields[] = {
    ITG_STATE_FIELDS,
    {"groups", ITG_FIELD_INTEGER, false, "1", NULL, 1, ITG_STATE_MOST, NULL, NULL},
    ITG_STATE_DRAWS,
    ITG_STATE_FIELDS_END};

static uint64_t own(const itg_shape *s) {
  (void)s;
  return 1;
}

static itg_status read_own(const itg_node *spec, const itg_shape *s, int64_t *groups, itg_error *error) {
  (void)s, (void)error;
  *groups = (int64_t)itg_state_number(spec, fields, "groups");
  return ITG_OK;
}

static void take_own(itg_shape *s, const int64_t *groups) {
  s->cells = *groups > 0 && *groups <= ITG_STATE_MOST ? (uint64_t)*groups : 0;
}

static itg_own_word own_at(const itg_shape *s, uint64_t index) {
  (void)s, (void)index;
  return (itg_own_word){"groups", 0, false};
}

static uint64_t n_units(const itg_shape *s) { return s->p - (s->cells > 1); }
static uint64_t width_of(const itg_shape *s) { return HEAD + n_units(s); }

static uint64_t words(const itg_shape *s) {
  if (!s->cells || s->p < 2 + (uint64_t)(s->cells > 1) || n_units(s) > MOST_UNITS) return UINT64_MAX;
  return (s->each + 1) * s->cells * width_of(s);
}

typedef struct ranked {
  double value;
  uint64_t unit;
} ranked;

static int by_value(const void *a, const void *b) {
  double x = ((const ranked *)a)->value, y = ((const ranked *)b)->value;
  return (x > y) - (x < y);
}

static itg_status check(const itg_shape *s, const double *values, uint64_t n, itg_error *error) {
  for (uint64_t i = 0; i < n; i++)
    for (uint64_t j = 0; j < s->p; j++) {
      double value = values[i * s->p + j];
      bool is_group = s->cells > 1 && j == 0;
      if (is_group && !(value >= 1 && value <= (double)s->cells && value == floor(value)))
        return itg_state_fail_value(error, i, j, value,
                                    "is no group; groups are whole numbers from 1 to `groups`");
      if (!is_group && !isfinite(value))
        return itg_state_fail_value(error, i, j, value,
                                    "cannot be ranked; a row is the whole ranking of a rater, so part the "
                                    "data by rater, and leave out raters with gaps");
    }
  return ITG_OK;
}

/* What a row adds for each weight: 1, its ties, both for each weight squared, its doubled mid-ranks. */
static void rank_row(const double *scores, uint64_t n, ranked *cells, int64_t *parts) {
  for (uint64_t i = 0; i < n; i++) cells[i] = (ranked){scores[i], i};
  qsort(cells, (size_t)n, sizeof *cells, by_value);
  parts[RATERS] = parts[RATERS_SQUARED] = 1;
  parts[TIES] = 0;
  for (uint64_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && cells[end].value == cells[i].value;) end++;
    int64_t t = (int64_t)(end - i);
    parts[TIES] += t * t * t - t;
    for (uint64_t k = i; k < end; k++) parts[HEAD + cells[k].unit] = (int64_t)(i + end + 1);
  }
  parts[TIES_SQUARED] = parts[TIES];
}

static void add_weighted(int64_t *sums, const int64_t *parts, int64_t weight, uint64_t width) {
  for (uint64_t w = 0; w < width; w++)
    sums[w] += (w == RATERS_SQUARED || w == TIES_SQUARED ? weight * weight : weight) * parts[w];
}

static itg_status add(void *state, const itg_shape *s, const double *values, const uint64_t *ids, uint64_t n,
                      itg_error *error) {
  const uint64_t width = width_of(s), skip = s->p - n_units(s);
  ITG_TRY(check(s, values, n, error));
  itg_status status = ITG_OK;
  int64_t *sums = itg_alloc((size_t)(s->words - s->body), sizeof *sums);
  int64_t *parts = itg_alloc((size_t)width, sizeof *parts);
  ranked *cells = itg_alloc((size_t)n_units(s), sizeof *cells);
  uint8_t octets[8];
  if (!sums || !parts || !cells) {
    status = itg_fail_memory(error);
    goto out;
  }
  for (uint64_t i = 0; i < n; i++) {
    const double *row = values + i * s->p;
    uint64_t place = skip ? ((uint64_t)row[0] - 1) * width : 0;
    rank_row(row + skip, n_units(s), cells, parts);
    add_weighted(sums + place, parts, 1, width);
    for (uint64_t r = 0; r < s->each; r++) {
      if (r % 8 == 0) itg_random_poisson8(s->extra, ids + i, 1, (uint32_t)(r / 8), octets);
      if (octets[r % 8]) add_weighted(sums + (1 + r) * s->cells * width + place, parts, octets[r % 8], width);
    }
  }
  status = itg_state_add_sums(state, s, sums, width_of(s), most_weight, error);
out:
  free(sums);
  free(parts);
  free(cells);
  return status;
}

static itg_status merge(void *state, const itg_shape *s, const void *other, const itg_shape *o,
                        itg_error *error) {
  (void)o;
  return itg_state_merge_sums(state, s, other, width_of(s), most_weight, error);
}

/* Ranks of a group sum to what those of its raters must; raters to the rows; a rater weighs less than 32. */
static bool is_group(const void *state, const itg_shape *s, uint64_t at, uint64_t most) {
  const uint64_t n = n_units(s), raters = itg_word_get(state, at + RATERS),
                 squared = itg_word_get(state, at + RATERS_SQUARED);
  const uint64_t ties = itg_word_get(state, at + TIES), tied = itg_word_get(state, at + TIES_SQUARED);
  uint64_t ranks = 0;
  if (raters >= most_weight || raters > most || squared < raters || squared > 31 * raters) return false;
  if (ties > raters * (n * n * n - n) || tied < ties || tied > 31 * ties) return false;
  for (uint64_t u = 0; u < n; u++) {
    uint64_t sum = itg_word_get(state, at + HEAD + u);
    if (sum < 2 * raters || sum > 2 * n * raters) return false;
    ranks += sum;
  }
  return ranks == raters * n * (n + 1);
}

static bool holds(const void *state, const itg_shape *s) {
  uint64_t raters = 0;
  for (uint64_t g = 0; g < s->cells; g++) {
    const uint64_t first = s->body + g * width_of(s), n = itg_word_get(state, first);
    if (itg_word_get(state, first + RATERS_SQUARED) != n || !is_group(state, s, first, n)) return false;
    if (itg_word_get(state, first + TIES_SQUARED) != itg_word_get(state, first + TIES)) return false;
    for (uint64_t r = 1; r <= s->each; r++)
      if (!is_group(state, s, first + r * s->cells * width_of(s), 31 * n)) return false;
    raters += n;
  }
  return raters == (uint64_t)s->rows;
}

static bool is_used(const void *state, const itg_shape *s, uint64_t group) {
  return itg_word_get(state, s->body + group * width_of(s)) != 0;
}

static uint64_t n_values(const void *state, const itg_shape *s) {
  uint64_t used = 0;
  for (uint64_t g = 0; g < s->cells; g++) used += is_used(state, s, g);
  return used * (s->each + 1) * n_units(s) * 8;
}

/* Rows of replicate (0 all raters), group, unit, raters, ties, both with squared weights, sum of ranks. */
static void finish(const void *state, const itg_shape *s, double *out) {
  for (uint64_t r = 0; r <= s->each; r++)
    for (uint64_t g = 0; g < s->cells; g++) {
      uint64_t at = s->body + (r * s->cells + g) * width_of(s);
      for (uint64_t u = 0; u < n_units(s) && is_used(state, s, g); u++) {
        *out++ = (double)r;
        *out++ = (double)(g + 1);
        *out++ = (double)(u + 1);
        for (int w = RATERS; w < HEAD; w++) *out++ = (double)itg_word_integer(state, at + (uint64_t)w);
        *out++ = (double)itg_word_integer(state, at + HEAD + u) / 2;
      }
    }
}

static itg_status columns(const itg_shape *s, itg_frame *table, itg_error *error) {
  static const char *const names[] = {"replicate", "group",          "unit",         "raters",
                                      "ties",      "raters_squared", "ties_squared", "rank_sum"};
  (void)s;
  for (size_t i = 0; i < ITG_COUNT(names); i++) ITG_TRY(itg_state_add_column(table, names[i], 0, error));
  return ITG_OK;
}

const itg_state_kind itg_rankings_kind = {.name = "rankings",
                                          .fields = fields,
                                          .each = "replicates",
                                          .extra = "seed",
                                          .impossible = "rankings have 2 to 1024 units, and of several "
                                                        "groups a column more, the first, for the group",
                                          .keyed = true,
                                          .own = own,
                                          .read_own = read_own,
                                          .take_own = take_own,
                                          .own_at = own_at,
                                          .words = words,
                                          .holds = holds,
                                          .add = add,
                                          .merge = merge,
                                          .values = n_values,
                                          .finish = finish,
                                          .columns = columns};
