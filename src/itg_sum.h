/* itg_sum.h - layer 0: compensated sums.
 *
 * Neumaier's variant of Kahan's sum: the rounding error of every addition is kept beside the total, so
 * that the error of the result does not grow with the number of terms and costs show no drift against
 * a spreadsheet that adds in another order.  (A. Neumaier, ZAMM 54 (1974) 39-51.)  The error of one addition is
 * had by Knuth's six operations, which are exact whichever term is the larger and need no branch. */
#ifndef ITG_SUM_H
#define ITG_SUM_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>

typedef struct itg_sum {
  double total, error;
} itg_sum;

static inline void itg_sum_add(itg_sum *sum, double value) {
  double next = sum->total + value, part = next - sum->total;
  sum->error += (sum->total - (next - part)) + (value - part);
  sum->total = next;
}

static inline double itg_sum_value(const itg_sum *sum) { return sum->total + sum->error; }

static inline double itg_sum_of(const double *values, int64_t n) {
  itg_sum sum = {0, 0};
  for (int64_t i = 0; i < n; i++) itg_sum_add(&sum, values[i]);
  return itg_sum_value(&sum);
}

/* Mean, and variance with divisor n-1 (NaN below two values), in two passes. */
static inline double itg_mean_of(const double *values, int64_t n) {
  return n ? itg_sum_of(values, n) / (double)n : NAN;
}

static inline double itg_variance_about(const double *values, int64_t n, double mean) { /* their mean */
  if (n < 2) return NAN;
  itg_sum squares = {0, 0}, slip = {0, 0};
  for (int64_t i = 0; i < n; i++) {
    double d = values[i] - mean;
    itg_sum_add(&squares, d * d);
    itg_sum_add(&slip, d);
  }
  double s = itg_sum_value(&slip);
  return (itg_sum_value(&squares) - s * s / (double)n) / (double)(n - 1);
}

static inline double itg_variance_of(const double *values, int64_t n) {
  return itg_variance_about(values, n, itg_mean_of(values, n));
}

/* a b - c d of whole numbers below 2^63, rounded once to the product of two parts: by it the covariance of whole
 * numbers has the same bits wherever zero is and however rows were added up. */
static inline double itg_sum_cross(int64_t a, int64_t b, int64_t c, int64_t d) {
#if defined(__SIZEOF_INT128__)
  __extension__ typedef __int128 wide;
  return (double)((wide)a * b - (wide)c * d);
#else
  double ab = (double)a * (double)b, cd = (double)c * (double)d; /* with what rounding took from each */
  return (ab - cd) + (fma((double)a, (double)b, -ab) - fma((double)c, (double)d, -cd));
#endif
}

#endif
