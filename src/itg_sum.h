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

#include "itg_vector.h"

typedef struct itg_sum {
  double total, error;
} itg_sum;

static inline void itg_sum_add(itg_sum *sum, double value) {
  double next = sum->total + value, part = next - sum->total;
  sum->error += (sum->total - (next - part)) + (value - part);
  sum->total = next;
}

static inline double itg_sum_value(const itg_sum *sum) { return sum->total + sum->error; }

/* Two sums side by side; for one of many terms too, as an addition need not wait for the one before. */
#if defined(__GNUC__)
typedef struct itg_sum_pair {
  itg_pair total, error;
} itg_sum_pair;

static inline void itg_sum_pair_add(itg_sum_pair *sum, itg_pair value) {
  itg_pair next = sum->total + value, part = next - sum->total;
  sum->error += (sum->total - (next - part)) + (value - part);
  sum->total = next;
}

#define ITG_SUM_PAIR_ADD(sum, a, b) itg_sum_pair_add(sum, (itg_pair){a, b})
#else
typedef struct itg_sum_pair {
  double total[2], error[2];
} itg_sum_pair;

static inline void itg_sum_pair_add(itg_sum_pair *sum, double a, double b) {
  itg_sum sums[2] = {{sum->total[0], sum->error[0]}, {sum->total[1], sum->error[1]}};
  itg_sum_add(&sums[0], a);
  itg_sum_add(&sums[1], b);
  for (int k = 0; k < 2; k++) sum->total[k] = sums[k].total, sum->error[k] = sums[k].error;
}

#define ITG_SUM_PAIR_ADD(sum, a, b) itg_sum_pair_add(sum, a, b)
#endif

static inline double itg_sum_pair_value(const itg_sum_pair *sum, int which) {
  return sum->total[which] + sum->error[which];
}

/* sum += the sum of a part. */
static inline void itg_sum_join(itg_sum *sum, double total, double error) {
  itg_sum_add(sum, total);
  sum->error += error;
}

/* Both sums += those of a part. */
static inline void itg_sum_pair_join(itg_sum_pair *sum, const itg_sum_pair *part) {
  ITG_SUM_PAIR_ADD(sum, part->total[0], part->total[1]);
  for (int k = 0; k < 2; k++) sum->error[k] += part->error[k];
}

static inline void itg_sum_join_pair(itg_sum *sum, const itg_sum_pair *pair) {
  for (int k = 0; k < 2; k++) itg_sum_join(sum, pair->total[k], pair->error[k]);
}

/* Terms one after another; of long sums every fourth, as adding side by side takes a third of the time. */
static inline double itg_sum_of(const double *values, int64_t n) {
  enum { LONG = 4096 };
  itg_sum_pair even = {{0, 0}, {0, 0}}, odd = even;
  itg_sum sum = {0, 0};
  int64_t i = 0;
  for (; n >= LONG && i + 4 <= n; i += 4) {
    ITG_SUM_PAIR_ADD(&even, values[i], values[i + 1]);
    ITG_SUM_PAIR_ADD(&odd, values[i + 2], values[i + 3]);
  }
  for (; i < n; i++) itg_sum_add(&sum, values[i]);
  itg_sum_join_pair(&sum, &even);
  itg_sum_join_pair(&sum, &odd);
  return itg_sum_value(&sum);
}

/* Mean, and variance with divisor n-1 (NaN below two values), in two passes. */
static inline double itg_mean_of(const double *values, int64_t n) {
  return n ? itg_sum_of(values, n) / (double)n : NAN;
}

static inline double itg_variance_about(const double *values, int64_t n, double mean) { /* their mean */
  if (n < 2) return NAN;
  itg_sum_pair sums = {{0, 0}, {0, 0}}; /* of squares, and of what rounding left in the mean */
  for (int64_t i = 0; i < n; i++) {
    double d = values[i] - mean;
    ITG_SUM_PAIR_ADD(&sums, d * d, d);
  }
  double slip = sums.total[1] + sums.error[1];
  return (sums.total[0] + sums.error[0] - slip * slip / (double)n) / (double)(n - 1);
}

static inline double itg_variance_of(const double *values, int64_t n) {
  return itg_variance_about(values, n, itg_mean_of(values, n));
}

/* A mean in parts that are made side by side: of each how many values, their sum, and squared deviations from the
 * mean of the part.  Parts are short (some hundreds of values): plain sums lose nothing that counts. */
typedef struct itg_mean_part {
  int64_t n;
  double sum, squares;
} itg_mean_part;

static inline itg_mean_part itg_mean_part_of(const double *values, int64_t n) {
  double sums[4] = {0}, squares[4] = {0}, slips[4] = {0};
  int64_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (int k = 0; k < 4; k++) sums[k] += values[i + k];
  for (; i < n; i++) sums[0] += values[i];
  itg_mean_part part = {n, (sums[0] + sums[1]) + (sums[2] + sums[3]), 0};
  const double mean = n ? part.sum / (double)n : 0;
  for (i = 0; i + 4 <= n; i += 4)
    for (int k = 0; k < 4; k++) {
      const double d = values[i + k] - mean;
      squares[k] += d * d;
      slips[k] += d;
    }
  for (; i < n; i++) {
    const double d = values[i] - mean;
    squares[0] += d * d;
    slips[0] += d;
  }
  const double slip = (slips[0] + slips[1]) + (slips[2] + slips[3]);
  part.squares = (squares[0] + squares[1]) + (squares[2] + squares[3]) - (n ? slip * slip / (double)n : 0);
  return part;
}

/* How many values n_parts parts have, `stride` apart, their mean and variance (NaN below one and two values). */
static inline int64_t itg_mean_parts_join(const itg_mean_part *parts, int64_t n_parts, int64_t stride, double *mean,
                                          double *variance) {
  itg_sum sum = {0, 0}, squares = {0, 0};
  int64_t n = 0;
  for (int64_t k = 0; k < n_parts; k++) {
    n += parts[k * stride].n;
    itg_sum_add(&sum, parts[k * stride].sum);
  }
  *mean = n ? itg_sum_value(&sum) / (double)n : NAN;
  for (int64_t k = 0; k < n_parts; k++) {
    const itg_mean_part *p = &parts[k * stride];
    const double d = p->n ? p->sum / (double)p->n - *mean : 0;
    itg_sum_add(&squares, p->squares + (double)p->n * d * d);
  }
  *variance = n < 2 ? NAN : itg_sum_value(&squares) / (double)(n - 1);
  return n;
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
