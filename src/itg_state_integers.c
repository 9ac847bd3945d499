/* itg_state_integers.c - sums and sums of products of whole numbers, exact in any order: answers to items,
 * from which means, covariances and alpha follow without a rounding error but the last. */
#include <math.h>
#include <stdlib.h>

#include "itg_state.h"
#include "itg_sum.h"

/* Values of at most 2^15 and less than 2^32 rows: sums of products stay below 2^62. */
static const double most_value = 32768;
static const int64_t most_rows = INT64_C(1) << 32;

static uint64_t words(const itg_shape *s) { return s->p + s->p * (s->p + 1) / 2; }

static bool holds(const void *state, const itg_shape *s) {
  if (s->rows >= most_rows) return false;
  int64_t most = s->rows << 15;
  for (uint64_t w = s->body; w < s->words; w++) {
    if (w == s->body + s->p) most = s->rows << 30; /* sums of products follow */
    int64_t sum = itg_word_integer(state, w);
    if (sum < -most || sum > most) return false;
  }
  return true;
}

static itg_status check_rows(const itg_shape *s, uint64_t more, itg_error *error) {
  if (s->rows < most_rows && more < (uint64_t)(most_rows - s->rows)) return ITG_OK;
  return itg_fail(error, ITG_ERR_LIMIT, "2^32 rows or more cannot be added up exactly");
}

static void add_to(void *state, uint64_t index, int64_t value) {
  itg_word_set(state, index, itg_word_get(state, index) + (uint64_t)value);
}

static itg_status add(void *state, const itg_shape *s, const double *values, const uint64_t *ids, uint64_t n,
                      itg_error *error) {
  (void)ids;
  const uint64_t p = s->p;
  for (uint64_t i = 0; i < n; i++)
    for (uint64_t j = 0; j < p; j++) {
      double value = values[i * p + j];
      if (!(fabs(value) <= most_value) || value != floor(value))
        return itg_state_fail_value(error, i, j, value, "is no whole number from -32768 to 32768");
    }
  ITG_TRY(check_rows(s, n, error));
  int64_t *sums = itg_alloc((size_t)words(s), sizeof *sums);
  if (!sums) return itg_fail_memory(error);
  for (uint64_t i = 0; i < n; i++) {
    const double *row = values + i * p;
    for (uint64_t j = 0, at = p; j < p; j++) {
      int64_t x = (int64_t)row[j];
      sums[j] += x;
      for (uint64_t k = j; k < p; k++, at++) sums[at] += x * (int64_t)row[k];
    }
  }
  for (uint64_t w = 0; w < words(s); w++) add_to(state, s->body + w, sums[w]);
  free(sums);
  return ITG_OK;
}

static itg_status merge(void *state, const itg_shape *s, const void *other, const itg_shape *o,
                        itg_error *error) {
  ITG_TRY(check_rows(s, (uint64_t)o->rows, error));
  for (uint64_t w = s->body; w < s->words; w++) add_to(state, w, itg_word_integer(other, w));
  return ITG_OK;
}

static uint64_t n_values(const void *state, const itg_shape *s) {
  (void)state;
  return 1 + s->p + s->p * s->p;
}

static void finish(const void *state, const itg_shape *s, double *values) {
  const uint64_t p = s->p;
  const double n = (double)s->rows;
  double *covariance = values + 1 + p;
  values[0] = n;
  for (uint64_t j = 0, at = p; j < p; j++) {
    int64_t own = itg_word_integer(state, s->body + j);
    values[1 + j] = s->rows > 0 ? (double)own / n : NAN;
    for (uint64_t k = j; k < p; k++, at++) {
      int64_t other = itg_word_integer(state, s->body + k), products = itg_word_integer(state, s->body + at);
      covariance[j * p + k] = covariance[k * p + j] =
          s->rows > 1 ? itg_sum_cross(s->rows, products, own, other) / (n * (n - 1)) : NAN;
    }
  }
}

const itg_state_kind itg_integers_kind = {.name = "integers",
                                         .covariances = true,
                                          .words = words,
                                          .holds = holds,
                                          .add = add,
                                          .merge = merge,
                                          .values = n_values,
                                          .finish = finish};
