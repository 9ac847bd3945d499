/* itg_state_moments.c - means and sums of squares or products of deviations that merge.
 *
 * All are kept to twice the precision of a double, so that a state filled row by row is as good as one
 * filled at once. */
#include <math.h>
#include <stdlib.h>

#include "itg_blas.h"
#include "itg_state.h"
#include "itg_sum.h"

/* Sums of squares or products. */
static uint64_t pairs(const itg_shape *s) {
  return s->kind == ITG_STATE_MOMENTS ? s->p : s->p * (s->p + 1) / 2;
}

/* A number as the unevaluated sum of two doubles. */
typedef struct twofold {
  double upper, lower;
} twofold;

/* Knuth's two-sum, then the lower parts; what is lost lies 2^-100 below the result. */
static twofold twofold_add(twofold a, twofold b) {
  double sum = a.upper + b.upper, part = sum - a.upper;
  double lower = (a.upper - (sum - part)) + (b.upper - part) + (a.lower + b.lower);
  double upper = sum + lower;
  return (twofold){upper, lower - (upper - sum)};
}

static uint64_t words(const itg_shape *s) { return 2 * (s->p + pairs(s)); }

static bool holds(const void *state, const itg_shape *s) {
  for (uint64_t w = s->body; w < s->words; w++)
    if (!isfinite(itg_word_double(state, w)) || (s->rows == 0 && itg_word_get(state, w))) return false;
  return true;
}

/* p means, then the sums of squares or products, in the order of the body. */
static twofold *load(const void *state, const itg_shape *s) {
  uint64_t n = s->p + pairs(s);
  twofold *m = itg_alloc((size_t)n, sizeof *m);
  for (uint64_t i = 0; m && i < n; i++)
    m[i] = (twofold){itg_word_double(state, s->body + 2 * i), itg_word_double(state, s->body + 2 * i + 1)};
  return m;
}

static itg_status store(void *state, const itg_shape *s, const twofold *m, itg_error *error) {
  uint64_t n = s->p + pairs(s);
  for (uint64_t i = 0; i < n; i++)
    if (!isfinite(m[i].upper + m[i].lower))
      return itg_fail(error, ITG_ERR_NUMERIC, "the values are too large for sums of squares; rescale them");
  for (uint64_t i = 0; i < n; i++) {
    itg_word_set_double(state, s->body + 2 * i, m[i].upper);
    itg_word_set_double(state, s->body + 2 * i + 1, m[i].lower);
  }
  return ITG_OK;
}

/* Chan, Golub, LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances" (1979):
 * a becomes the moments of both parts. */
static void join(const itg_shape *s, twofold *a, int64_t rows_a, const twofold *b, int64_t rows_b,
                 double *shift) {
  double n = (double)rows_a + (double)rows_b, weight = (double)rows_a * ((double)rows_b / n);
  for (uint64_t j = 0; j < s->p; j++) {
    twofold d = twofold_add(b[j], (twofold){-a[j].upper, -a[j].lower});
    shift[j] = rows_a ? d.upper + d.lower : 0;
    a[j] = rows_a ? twofold_add(a[j], (twofold){shift[j] * ((double)rows_b / n), 0}) : b[j];
  }
  uint64_t at = s->p;
  for (uint64_t j = 0; j < s->p; j++)
    for (uint64_t k = j; k < (s->kind == ITG_STATE_MOMENTS ? j + 1 : s->p); k++, at++)
      a[at] = twofold_add(twofold_add(a[at], b[at]), (twofold){shift[j] * shift[k] * weight, 0});
}

enum { BLOCK = 256 }; /* rows whose products are added plainly */

/* Moments of rows by two passes. */
static itg_status two_passes(const itg_shape *s, const double *values, uint64_t n, twofold *out,
                             itg_error *error) {
  const uint64_t p = s->p, cells = s->kind == ITG_STATE_MOMENTS ? p : p * p;
  itg_status status = ITG_OK;
  itg_sum *slip = itg_alloc((size_t)p, sizeof *slip);
  double *sums = itg_alloc((size_t)cells, sizeof *sums), *rows = itg_alloc((size_t)p, BLOCK * sizeof *rows);
  double *columns = itg_alloc((size_t)p, BLOCK * sizeof *columns);
  if (!slip || !sums || !rows || !columns) {
    status = itg_fail_memory(error);
    goto out;
  }
  for (uint64_t i = 0; i < n; i++)
    for (uint64_t j = 0; j < p; j++) itg_sum_add(&slip[j], values[i * p + j]);
  for (uint64_t j = 0; j < p; j++) {
    out[j] = (twofold){itg_sum_value(&slip[j]) / (double)n, 0};
    slip[j] = (itg_sum){0, 0};
  }
  for (uint64_t first = 0; first < n; first += BLOCK) {
    uint64_t size = n - first < BLOCK ? n - first : BLOCK;
    memset(sums, 0, (size_t)cells * sizeof *sums);
    for (uint64_t i = 0; i < size; i++)
      for (uint64_t j = 0; j < p; j++) {
        double d = values[(first + i) * p + j] - out[j].upper;
        itg_sum_add(&slip[j], d);
        rows[i * p + j] = d;
        columns[j * size + i] = d;
      }
    if (s->kind == ITG_STATE_MOMENTS)
      for (uint64_t i = 0; i < size * p; i++) sums[i % p] += rows[i] * rows[i];
    else
      itg_blas_multiply((int)p, (int)p, (int)size, columns, rows, sums);
    twofold *cross = out + p;
    for (uint64_t j = 0; j < p; j++)
      for (uint64_t k = j; k < (s->kind == ITG_STATE_MOMENTS ? j + 1 : p); k++, cross++)
        *cross = twofold_add(*cross, (twofold){sums[s->kind == ITG_STATE_MOMENTS ? j : j * p + k], 0});
  }
  /* The rounded mean is not quite the mean: put right both it and the products. */
  twofold *cross = out + p;
  for (uint64_t j = 0; j < p; j++) {
    double lost = itg_sum_value(&slip[j]);
    for (uint64_t k = j; k < (s->kind == ITG_STATE_MOMENTS ? j + 1 : p); k++, cross++)
      *cross = twofold_add(*cross, (twofold){-lost * itg_sum_value(&slip[k]) / (double)n, 0});
    out[j] = twofold_add(out[j], (twofold){lost / (double)n, 0});
  }
out:
  free(slip);
  free(sums);
  free(rows);
  free(columns);
  return status;
}

/* Merge b, moments of rows_b rows, into the state. */
static itg_status take_in(void *state, const itg_shape *s, const twofold *b, int64_t rows_b,
                          itg_error *error) {
  itg_status status = ITG_OK;
  twofold *a = load(state, s);
  double *shift = itg_alloc((size_t)s->p, sizeof *shift);
  if (a && shift) {
    join(s, a, s->rows, b, rows_b, shift);
    status = store(state, s, a, error);
  } else
    status = itg_fail_memory(error);
  free(a);
  free(shift);
  return status;
}

static itg_status merge(void *state, const itg_shape *s, const void *other, const itg_shape *o,
                        itg_error *error) {
  twofold *b = load(other, s);
  itg_status status = b ? take_in(state, s, b, o->rows, error) : itg_fail_memory(error);
  free(b);
  return status;
}

static itg_status add(void *state, const itg_shape *s, const double *values, const uint64_t *ids, uint64_t n,
                      itg_error *error) {
  (void)ids;
  for (uint64_t i = 0; i < n; i++)
    for (uint64_t j = 0; j < s->p; j++)
      if (!isfinite(values[i * s->p + j]))
        return itg_state_fail_value(error, i, j, values[i * s->p + j], "cannot be averaged");
  twofold *b = itg_alloc((size_t)(s->p + pairs(s)), sizeof *b);
  itg_status status = b ? two_passes(s, values, n, b, error) : itg_fail_memory(error);
  if (!status) status = take_in(state, s, b, (int64_t)n, error);
  free(b);
  return status;
}

/* A mean, and a sum of squares or products over n - 1. */
static double number_at(const void *state, const itg_shape *s, uint64_t index) {
  double sum = itg_word_double(state, s->body + 2 * index) + itg_word_double(state, s->body + 2 * index + 1);
  if (index < s->p) return s->rows > 0 ? sum : NAN;
  return s->rows > 1 ? sum / ((double)s->rows - 1) : NAN;
}

static uint64_t n_values(const void *state, const itg_shape *s) {
  (void)state;
  return s->kind == ITG_STATE_MOMENTS ? 3 * s->p : 1 + s->p + s->p * s->p;
}

static void finish(const void *state, const itg_shape *s, double *values) {
  const uint64_t p = s->p;
  if (s->kind == ITG_STATE_MOMENTS) {
    for (uint64_t j = 0; j < p; j++) {
      values[3 * j] = (double)s->rows;
      values[3 * j + 1] = number_at(state, s, j);
      values[3 * j + 2] = number_at(state, s, p + j);
    }
    return;
  }
  double *covariance = values + 1 + p;
  values[0] = (double)s->rows;
  for (uint64_t j = 0, at = p; j < p; j++) {
    values[1 + j] = number_at(state, s, j);
    for (uint64_t k = j; k < p; k++, at++)
      covariance[j * p + k] = covariance[k * p + j] = number_at(state, s, at);
  }
}

static itg_status columns(const itg_shape *s, itg_frame *table, itg_error *error) {
  (void)s;
  ITG_TRY(itg_state_add_column(table, "count", 0, error));
  ITG_TRY(itg_state_add_column(table, "mean", 0, error));
  return itg_state_add_column(table, "variance", 0, error);
}

const itg_state_kind itg_moments_kind = {.name = "moments",
                                        .plain = true,
                                        .by_column = true,
                                         .words = words,
                                         .holds = holds,
                                         .add = add,
                                         .merge = merge,
                                         .values = n_values,
                                         .finish = finish,
                                        .columns = columns};

const itg_state_kind itg_products_kind = {.name = "products",
                                         .covariances = true,
                                          .words = words,
                                          .holds = holds,
                                          .add = add,
                                          .merge = merge,
                                          .values = n_values,
                                          .finish = finish};
