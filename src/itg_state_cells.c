/* itg_state_cells.c - sums of values by cell, a combination of keys such as group, unit, partner and
 * category: for all rows, and for each Poisson replicate.  Rows with one record id (the ratings of a rater)
 * are drawn together, so that a replicate of the parts is a replicate of the whole, whichever rows a part
 * holds.
 *
 * A value is cut into halves as in itg_state_bootstrap.c, so every sum is an exact integer.  Head: number of
 * keys, then for each column its levels (a key) or the exponent of its bound (a value). */
#include <math.h>
#include <stdlib.h>

#include "itg_random.h"
#include "itg_state.h"

enum { TILE_ROWS = 512 };
static const uint64_t most_cells = UINT64_C(1) << 40;

/* Weights of a value in a cell may sum to this, so that their products with halves of 26 bits fit in 63. */
static const uint64_t most_weight = UINT64_C(1) << 37;

static const itg_field fields[] = {
    ITG_STATE_FIELDS,
    {"levels", ITG_FIELD_NUMBERS, true, NULL, NULL, 1, ITG_STATE_MOST, NULL, NULL},
    ITG_STATE_BOUNDS,
    ITG_STATE_DRAWS,
    ITG_STATE_FIELDS_END};

static uint64_t own(const itg_shape *s) { return 1 + s->p; }

/* The first columns are keys, and `levels` says how many each has; the others are values. */
static itg_status read_own(const itg_node *spec, const itg_shape *s, int64_t *out, itg_error *error) {
  const itg_node *levels = itg_node_get(spec, "levels");
  int32_t n = itg_node_length(levels);
  if (n < 1 || (uint64_t)n >= s->p)
    return itg_fail_node(error, ITG_ERR_OPTION, levels,
                         "%d levels for %llu columns; the first columns are keys, with a number of levels "
                         "each, and one column at least is a value",
                         (int)n, (unsigned long long)s->p);
  out[0] = n;
  for (int32_t j = 0; j < n; j++)
    if (!itg_node_integer(itg_node_element(levels, j), &out[1 + j]))
      return itg_fail_node(error, ITG_ERR_OPTION, itg_node_element(levels, j), "levels are whole numbers");
  return itg_state_read_bounds(spec, s->p - (uint64_t)n, out + 1 + n, error);
}

static void take_own(itg_shape *s, const int64_t *own) {
  s->keys = own[0] > 0 && (uint64_t)own[0] < s->p ? (uint64_t)own[0] : 0;
  s->cells = s->keys > 0;
  for (uint64_t j = 0; j < s->keys && s->cells; j++) {
    bool fine =
        own[1 + j] > 0 && own[1 + j] <= ITG_STATE_MOST && s->cells <= most_cells / (uint64_t)own[1 + j];
    s->cells = fine ? s->cells * (uint64_t)own[1 + j] : 0;
  }
}

static itg_own_word own_at(const itg_shape *s, uint64_t index) {
  return index == 0 ? (itg_own_word){"keys", 0, false}
                    : (itg_own_word){index <= s->keys ? "levels" : "bound", index, index > s->keys};
}

static int64_t of_column(const void *state, uint64_t column) {
  return itg_word_integer(state, ITG_STATE_HEAD + 1 + column);
}

/* Words of a cell: of each value the weight that is present, and the halves of its sum. */
static uint64_t width_of(const itg_shape *s) { return 3 * (s->p - s->keys); }

static uint64_t words(const itg_shape *s) {
  if (!s->keys || s->keys >= s->p || !s->cells || s->cells > most_cells / width_of(s) / (s->each + 1))
    return UINT64_MAX;
  return (s->each + 1) * s->cells * width_of(s);
}

static itg_status check(const void *state, const itg_shape *s, const double *values, uint64_t n,
                        itg_error *error) {
  for (uint64_t i = 0; i < n; i++)
    for (uint64_t j = 0; j < s->p; j++) {
      double value = values[i * s->p + j];
      if (j < s->keys) {
        if (!(value >= 1 && value <= (double)of_column(state, j) && value == floor(value)))
          return itg_state_fail_value(error, i, j, value,
                                      "is not a key; keys are whole numbers from 1 to `levels`");
      } else if (!isnan(value) && !(fabs(value) < ldexp(1, (int)of_column(state, j)))) {
        return itg_state_fail_value(error, i, j, value, "does not lie within the bound of its column");
      }
    }
  return ITG_OK;
}

/* What a row adds to its cell, and where that is. */
static uint64_t place_row(const void *state, const itg_shape *s, const double *row, int64_t *parts) {
  uint64_t cell = 0;
  for (uint64_t j = 0; j < s->keys; j++) cell = cell * (uint64_t)of_column(state, j) + (uint64_t)row[j] - 1;
  for (uint64_t j = s->keys; j < s->p; j++, parts += 3) {
    bool present = !isnan(row[j]);
    double whole = present ? rint(ldexp(row[j], 52 - (int)of_column(state, j))) : 0,
           upper = floor(whole * 0x1p-26);
    parts[0] = present;
    parts[1] = (int64_t)upper;
    parts[2] = (int64_t)(whole - upper * 0x1p26);
  }
  return cell * width_of(s);
}

static void add_weighted(int64_t *sums, const int64_t *parts, int64_t weight, uint64_t width) {
  for (uint64_t w = 0; w < width; w++) sums[w] += weight * parts[w];
}

/* Up to TILE_ROWS rows: once as they are, then with their weights in each replicate. */
static void add_tile(const itg_shape *s, const int64_t *parts, const uint64_t *places, const uint64_t *ids,
                     uint64_t n, uint8_t *octets, int64_t *sums) {
  const uint64_t width = width_of(s), size = s->cells * width;
  for (uint64_t i = 0; i < n; i++) add_weighted(sums + places[i], parts + i * width, 1, width);
  for (uint64_t first = 0; first < s->each; first += 8) {
    itg_random_poisson8(s->extra, ids, (int64_t)n, (uint32_t)(first / 8), octets);
    for (uint64_t r = 0; r < 8 && first + r < s->each; r++)
      for (uint64_t i = 0; i < n; i++)
        if (octets[8 * i + r])
          add_weighted(sums + (1 + first + r) * size + places[i], parts + i * width, octets[8 * i + r],
                       width);
  }
}

static itg_status add(void *state, const itg_shape *s, const double *values, const uint64_t *ids, uint64_t n,
                      itg_error *error) {
  const uint64_t width = width_of(s);
  ITG_TRY(check(state, s, values, n, error));
  itg_status status = ITG_OK;
  int64_t *sums = itg_alloc((size_t)(s->words - s->body), sizeof *sums);
  int64_t *parts = itg_alloc((size_t)width, TILE_ROWS * sizeof *parts);
  uint64_t *places = itg_alloc(TILE_ROWS, sizeof *places);
  uint8_t *octets = itg_alloc(TILE_ROWS, 8);
  if (!sums || !parts || !places || !octets) {
    status = itg_fail_memory(error);
    goto out;
  }
  for (uint64_t first = 0; first < n; first += TILE_ROWS) {
    uint64_t size = n - first < TILE_ROWS ? n - first : TILE_ROWS;
    for (uint64_t i = 0; i < size; i++)
      places[i] = place_row(state, s, values + (first + i) * s->p, parts + i * width);
    add_tile(s, parts, places, ids + first, size, octets, sums);
  }
  status = itg_state_add_sums(state, s, sums, 3, most_weight, error);
out:
  free(sums);
  free(parts);
  free(places);
  free(octets);
  return status;
}

static itg_status merge(void *state, const itg_shape *s, const void *other, const itg_shape *o,
                        itg_error *error) {
  (void)o;
  return itg_state_merge_sums(state, s, other, 3, most_weight, error);
}

/* Of a value in a cell: a sum below its weight times the bound, which is 2^26 of the upper half's units. */
static bool is_sum(int64_t upper, int64_t lower, int64_t weight) {
  int64_t most = weight << 26;
  return upper >= -most && upper <= most && lower >= 0 && lower <= most;
}

/* All rows together have no more values than rows, and a row weighs less than 32 in a replicate. */
static bool holds(const void *state, const itg_shape *s) {
  const uint64_t size = s->cells * width_of(s);
  for (uint64_t j = 0; j < width_of(s); j += 3) {
    uint64_t present = 0;
    for (uint64_t cell = 0; cell < s->cells; cell++)
      for (uint64_t r = 0, n = 0; r <= s->each; r++) {
        uint64_t at = s->body + r * size + cell * width_of(s) + j, weight = itg_word_get(state, at);
        if (!r) n = weight;
        if (weight >= most_weight || weight > 31 * n) return false;
        if (!is_sum(itg_word_integer(state, at + 1), itg_word_integer(state, at + 2), (int64_t)weight))
          return false;
        if (!r) present += weight;
      }
    if (present > (uint64_t)s->rows) return false;
  }
  return true;
}

/* Some row of the whole fell into the cell with a value. */
static bool is_used(const void *state, const itg_shape *s, uint64_t cell) {
  const uint64_t width = width_of(s);
  for (uint64_t w = 0; w < width; w += 3)
    if (itg_word_get(state, s->body + cell * width + w)) return true;
  return false;
}

static uint64_t n_values(const void *state, const itg_shape *s) {
  uint64_t used = 0;
  for (uint64_t cell = 0; cell < s->cells; cell++) used += is_used(state, s, cell);
  return used * (s->each + 1) * (1 + s->keys + 2 * (s->p - s->keys));
}

/* Rows of replicate (0 the whole), keys, and of each value its weight and mean. */
static void finish(const void *state, const itg_shape *s, double *out) {
  for (uint64_t r = 0; r <= s->each; r++)
    for (uint64_t cell = 0; cell < s->cells; cell++) {
      if (!is_used(state, s, cell)) continue;
      uint64_t rest = cell, at = s->body + (r * s->cells + cell) * width_of(s);
      *out++ = (double)r;
      for (uint64_t j = s->keys; j-- > 0; rest /= (uint64_t)of_column(state, j))
        out[j] = (double)(1 + rest % (uint64_t)of_column(state, j));
      out += s->keys;
      for (uint64_t j = s->keys; j < s->p; j++, at += 3) {
        int64_t weight = itg_word_integer(state, at);
        *out++ = (double)weight;
        *out++ = itg_state_mean(itg_word_integer(state, at + 1), itg_word_integer(state, at + 2), weight,
                                (int)of_column(state, j));
      }
    }
}

static itg_status columns(const itg_shape *s, itg_frame *table, itg_error *error) {
  ITG_TRY(itg_state_add_column(table, "replicate", 0, error));
  ITG_TRY(itg_state_add_columns(table, "key", s->keys, error));
  for (uint64_t j = 1; j <= s->p - s->keys; j++) {
    ITG_TRY(itg_state_add_column(table, "count", j, error));
    ITG_TRY(itg_state_add_column(table, "mean", j, error));
  }
  return ITG_OK;
}

const itg_state_kind itg_cells_kind = {.name = "cells",
                                       .fields = fields,
                                       .each = "replicates",
                                       .extra = "seed",
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
