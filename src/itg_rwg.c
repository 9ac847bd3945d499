/* itg_rwg.c - layer 3: how far the members of teams agree. */
#include "itg_rwg.h"

#include <math.h>
#include <string.h>

/* ---- null distributions ---- */

/* LeBreton & Senter 2008, table 2: variances of 5 to 11 options, printed to two decimals.  Of five options
 * the shares of the skewed ones are known too, and make the printed variances exactly. */
enum { LEAST_OPTIONS = 5, MOST_OPTIONS = 11 };
static const struct {
  const char *name;
  double variances[MOST_OPTIONS - LEAST_OPTIONS + 1];
} printed[] = {{"slight_skew", {1.34, 1.85, 2.90, 3.47, 5.66, 6.30, 7.31}},
               {"moderate_skew", {0.90, 1.26, 2.14, 2.79, 4.73, 5.09, 6.32}},
               {"heavy_skew", {0.44, 0.69, 1.39, 2.35, 3.16, 3.46, 4.02}},
               {"normal", {1.04, 1.25, 1.40, 1.73, 1.58, 1.45, 1.40}}};
static const double five[][5] = {
    {.05, .15, .20, .35, .25}, {.00, .10, .15, .40, .35}, {.00, .00, .10, .40, .50}};

double itg_null_variance_of_shares(const double *shares, int n) {
  double mean = 0, square = 0;
  for (int i = 0; i < n; i++) mean += shares[i] * i;
  for (int i = 0; i < n; i++) square += shares[i] * (i - mean) * (i - mean);
  return square;
}

double itg_null_variance(const char *name, int n) {
  double shares[ITG_NULL_MOST_OPTIONS], sum = 0;
  if (strcmp(name, "uniform") == 0) return ((double)n * n - 1) / 12;
  for (size_t i = 0; i < ITG_COUNT(printed); i++) {
    if (strcmp(printed[i].name, name) != 0) continue;
    if (n == 5 && i < ITG_COUNT(five)) return itg_null_variance_of_shares(five[i], 5);
    return n < LEAST_OPTIONS || n > MOST_OPTIONS ? NAN : printed[i].variances[n - LEAST_OPTIONS];
  }
  for (int i = 0; i < n; i++) sum += shares[i] = i + 1 < n - i ? i + 1 : n - i; /* triangular */
  for (int i = 0; i < n; i++) shares[i] /= sum;
  return itg_null_variance_of_shares(shares, n);
}

/* ---- figures of one team ---- */

double itg_a_wg(const itg_answers *a, double low, double high) {
  const double k = (double)a->n, above = k * (a->mean - low), under = k * (high - a->mean),
               least = high - low - 1e-12 * k; /* one member at the other end */
  if (above == 0 || under == 0) return 1; /* where the greatest variance is 0 */
  if (above < least || under < least) return NAN;
  return 1 - 2 * k * a->squares / (above * under);
}

double itg_rwg(int items, double variance, double null_variance, bool keep_negative) {
  double ratio = variance / null_variance, j = items;
  if (ratio > 1) return keep_negative && items == 1 ? 1 - ratio : 0;
  return j * (1 - ratio) / (j * (1 - ratio) + ratio);
}
