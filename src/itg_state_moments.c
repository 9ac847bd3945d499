/* itg_state_moments.c - means and sums of squares or products of deviations that merge.
 *
 * All are computed and kept to twice the precision of a double, so that a state filled row by row is as good as one
 * filled at once: what is lost lies some 2^-100 below the result, which is therefore the same double however the rows
 * were cut, unless it lies that near to the middle between two doubles.  Sums are kept, not means: those of a few
 * thousand numbers are exact, so that a mean may also lie in the middle. */
#include <math.h>
#include <stdlib.h>

#include "itg_state.h"

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

/* Dekker, "A floating-point technique for extending the available precision", Numer Math 18 (1971) 224-242: a double
 * as two of half its digits, whose products are exact; NaN above 2^996. */
typedef struct halves {
  double upper, lower;
} halves;

static halves cut(double a) {
  double scaled = a * 134217729, upper = scaled - (scaled - a); /* 2^27 + 1 */
  return (halves){upper, a - upper};
}

/* a b to twice the precision; x and y are the halves of their upper parts. */
static twofold multiply_cut(twofold a, halves x, twofold b, halves y) {
  double p = a.upper * b.upper;
  double lost = ((x.upper * y.upper - p) + x.upper * y.lower + x.lower * y.upper) + x.lower * y.lower;
  return (twofold){p, lost + (a.upper * b.lower + a.lower * b.upper)};
}

static twofold multiply(twofold a, twofold b) { return multiply_cut(a, cut(a.upper), b, cut(b.upper)); }

static twofold divide(twofold a, double n) {
  double upper = a.upper / n;
  twofold back = multiply((twofold){upper, 0}, (twofold){n, 0});
  return (twofold){upper, ((a.upper - back.upper) - back.lower + a.lower) / n};
}

static twofold negative(twofold a) { return (twofold){-a.upper, -a.lower}; }

static uint64_t words(const itg_shape *s) { return 2 * (s->p + pairs(s)); }

static bool holds(const void *state, const itg_shape *s) {
  for (uint64_t w = s->body; w < s->words; w++)
    if (!isfinite(itg_word_double(state, w)) || (s->rows == 0 && itg_word_get(state, w))) return false;
  return true;
}

/* p sums, then the sums of squares or products, in the order of the body. */
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
                 twofold *shift) {
  const double n_a = (double)rows_a, n_b = (double)rows_b, n = n_a + n_b;
  const twofold weight = multiply(divide((twofold){n_b, 0}, n), (twofold){n_a, 0});
  for (uint64_t j = 0; j < s->p; j++) {
    shift[j] = rows_a ? twofold_add(divide(b[j], n_b), negative(divide(a[j], n_a))) : (twofold){0, 0};
    a[j] = twofold_add(a[j], b[j]);
  }
  uint64_t at = s->p;
  for (uint64_t j = 0; j < s->p; j++)
    for (uint64_t k = j; k < (s->kind == ITG_STATE_MOMENTS ? j + 1 : s->p); k++, at++)
      a[at] = twofold_add(twofold_add(a[at], b[at]), multiply(multiply(shift[j], shift[k]), weight));
}

/* Moments of rows by two passes: products of deviations from the rounded mean, which are put right in the end. */
static itg_status two_passes(const itg_shape *s, const double *values, uint64_t n, twofold *out,
                             itg_error *error) {
  const uint64_t p = s->p;
  const bool squares = s->kind == ITG_STATE_MOMENTS;
  itg_status status = ITG_OK;
  double *minus_mean = itg_alloc((size_t)p, sizeof *minus_mean);
  twofold *slip = itg_alloc((size_t)p, sizeof *slip), *d = itg_alloc((size_t)p, sizeof *d);
  halves *parts = itg_alloc((size_t)p, sizeof *parts);
  if (!minus_mean || !slip || !d || !parts) {
    status = itg_fail_memory(error);
    goto out;
  }
  for (uint64_t i = 0; i < n; i++)
    for (uint64_t j = 0; j < p; j++) out[j] = twofold_add(out[j], (twofold){values[i * p + j], 0});
  for (uint64_t j = 0; j < p; j++) minus_mean[j] = -divide(out[j], (double)n).upper;
  for (uint64_t i = 0; i < n; i++) {
    for (uint64_t j = 0; j < p; j++) {
      d[j] = twofold_add((twofold){values[i * p + j], 0}, (twofold){minus_mean[j], 0});
      parts[j] = cut(d[j].upper);
      slip[j] = twofold_add(slip[j], d[j]);
    }
    twofold *cross = out + p;
    for (uint64_t j = 0; j < p; j++)
      for (uint64_t k = j; k < (squares ? j + 1 : p); k++, cross++)
        *cross = twofold_add(*cross, multiply_cut(d[j], parts[j], d[k], parts[k]));
  }
  twofold *cross = out + p;
  for (uint64_t j = 0; j < p; j++)
    for (uint64_t k = j; k < (squares ? j + 1 : p); k++, cross++)
      *cross = twofold_add(*cross, negative(divide(multiply(slip[j], slip[k]), (double)n)));
out:
  free(minus_mean);
  free(slip);
  free(d);
  free(parts);
  return status;
}

/* Merge b, moments of rows_b rows, into the state. */
static itg_status take_in(void *state, const itg_shape *s, const twofold *b, int64_t rows_b,
                          itg_error *error) {
  itg_status status = ITG_OK;
  twofold *a = load(state, s);
  twofold *shift = itg_alloc((size_t)s->p, sizeof *shift);
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
  const uint64_t at = s->body + 2 * index;
  const double n = (double)s->rows - (index < s->p ? 0 : 1);
  if (!(n > 0)) return NAN;
  twofold share = divide((twofold){itg_word_double(state, at), itg_word_double(state, at + 1)}, n);
  return share.upper + share.lower;
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
