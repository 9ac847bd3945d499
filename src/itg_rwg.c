/* itg_rwg.c - layer 3: how far the members of teams agree. */
#include "itg_rwg.h"

#include <math.h>
#include <string.h>

#include "itg_vector.h"

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

/* ---- answers by team ---- */

void itg_answers_add(itg_answers *by_team, const int32_t *team, const double *x, int64_t n) {
  for (int64_t k = 0; k < n; k++) {
    if (isnan(x[k])) continue;
    itg_answers *a = &by_team[team[k]];
    a->mean += x[k]; /* the sum, until all are there */
    a->n++;
  }
}

void itg_answers_set_means(itg_answers *by_team, int64_t n_teams) {
  for (int64_t t = 0; t < n_teams; t++) {
    itg_answers *a = &by_team[t];
    a->mean = a->n ? a->mean / (double)a->n : NAN;
    a->squares = a->deviation = a->n ? 0 : NAN;
  }
}

void itg_answers_add_deviations(itg_answers *by_team, const int32_t *team, const double *x, int64_t n) {
  for (int64_t k = 0; k < n; k++) {
    if (isnan(x[k])) continue;
    itg_answers *a = &by_team[team[k]];
    const double d = x[k] - a->mean;
    a->squares += d * d;
    a->deviation += fabs(d);
  }
}

void itg_answers_finish(itg_answers *by_team, int64_t n_teams) {
  for (int64_t t = 0; t < n_teams; t++) by_team[t].deviation /= (double)by_team[t].n;
}

/* ---- whole answers by team ---- */

int64_t itg_options_stride(int64_t n_teams) { return (n_teams + 2) / 2 * 2; }

bool itg_options_of(const double *x, int64_t n, double low, uint8_t *options) {
  const double below = low - 1;
  bool whole = true;
  int64_t k = 0;
#if defined(__GNUC__)
  const itg_pair units = {0x1p52, 0x1p52}; /* a sum with it is rounded to units: its last bits hold them */
  itg_mask same = {-1, -1};
  for (; k + 2 <= n; k += 2) {
    const itg_pair v = ITG_PAIR(x + k), step = (itg_pair)((itg_mask)(v - below) & (v == v)),
                   sum = step + units;
    same &= sum - units == step;
    options[k] = (uint8_t)((itg_mask)sum)[0];
    options[k + 1] = (uint8_t)((itg_mask)sum)[1];
  }
  whole = same[0] && same[1];
#endif
  for (; k < n; k++) {
    const double step = isnan(x[k]) ? 0 : x[k] - below;
    options[k] = (uint8_t)step;
    whole &= options[k] == step;
  }
  return whole;
}

int64_t itg_options_of_integers(const int32_t *x, int64_t n, int32_t low, int n_options, uint8_t *options) {
  const int32_t high = low + n_options - 1, below = low - 1;
  int64_t missing = 0, outside = 0, k = 0;
#if defined(__GNUC__)
  itg_signed_quad lacking = {0, 0, 0, 0}, off = lacking; /* n is below 2^33 */
  for (; k + 4 <= n; k += 4) {
    const itg_signed_quad v = (itg_signed_quad)ITG_QUAD(x + k), known = v != INT32_MIN,
                          bad = known & ((v < low) | (v > high)), option = (v - below) & known;
    for (int j = 0; j < 4; j++) options[k + j] = (uint8_t)option[j];
    lacking += known + 1;
    off |= bad;
  }
  for (int j = 0; j < 4; j++) missing += lacking[j], outside |= off[j];
#endif
  for (; k < n; k++) {
    const bool known = x[k] != INT32_MIN;
    options[k] = known ? (uint8_t)(x[k] - below) : 0;
    missing += !known;
    outside |= known && (x[k] < low || x[k] > high);
  }
  return outside ? -1 : missing;
}

void itg_options_count(int32_t *counts, int64_t stride, const int32_t *team, const uint8_t *options,
                       int64_t n) {
  for (int64_t k = 0; k < n; k++) counts[options[k] * stride + team[k]]++;
}

/* Of the team at `counts`; without answers all but n are NaN. */
static itg_answers answers_of_counts(const int32_t *counts, int64_t stride, int n_options, double low) {
  double n = 0, steps = 0, squares = 0, deviations = 0;
  for (int i = 0; i < n_options; i++) {
    const double count = counts[(i + 1) * stride];
    n += count;
    steps += count * i;
  }
  const double mean = (low * n + steps) / n;
  for (int i = 0; i < n_options; i++) {
    const double count = counts[(i + 1) * stride], d = low + i - mean;
    squares += count * (d * d);
    deviations += count * fabs(d);
  }
  return (itg_answers){(int64_t)n, mean, squares, deviations / n};
}

#if defined(__GNUC__)
typedef int32_t two __attribute__((vector_size(8), aligned(4), may_alias));

/* The same of two teams. */
static void answers_of_two(const int32_t *counts, int64_t stride, int n_options, double low,
                           itg_answers *out) {
  const itg_mask magnitude = {INT64_MAX, INT64_MAX};
  itg_pair n = {0, 0}, steps = n, squares = n, deviations = n, step = n;
  const int32_t *at = counts + stride;
  for (int i = 0; i < n_options; i++, at += stride, step += 1.0) {
    const itg_pair count = __builtin_convertvector(*(const two *)at, itg_pair);
    n += count;
    steps += count * step;
  }
  const itg_pair mean = (low * n + steps) / n;
  itg_pair option = {low, low};
  at = counts + stride;
  for (int i = 0; i < n_options; i++, at += stride, option += 1.0) {
    const itg_pair count = __builtin_convertvector(*(const two *)at, itg_pair), d = option - mean;
    squares += count * (d * d);
    deviations += count * (itg_pair)((itg_mask)d & magnitude);
  }
  deviations /= n;
  for (int t = 0; t < 2; t++) out[t] = (itg_answers){(int64_t)n[t], mean[t], squares[t], deviations[t]};
}
#endif

void itg_options_finish(const int32_t *counts, int64_t stride, int n_options, double low, int64_t n_teams,
                        itg_answers *answers) {
  int64_t t = 0;
#if defined(__GNUC__)
  for (; t + 2 <= n_teams; t += 2) answers_of_two(counts + t, stride, n_options, low, answers + t);
#endif
  for (; t < n_teams; t++) answers[t] = answers_of_counts(counts + t, stride, n_options, low);
}

/* ---- figures of one team ---- */

double itg_a_wg(const itg_answers *a, double low, double high) {
  double k = (double)a->n, m = a->mean, least = (low * (k - 1) + high) / k, most = low + high - least;
  if (a->n > 0 && (m == low || m == high)) return 1; /* where the greatest variance is 0 */
  if (m < least - 1e-12 || m > most + 1e-12) return NAN;
  double greatest = ((high + low) * m - m * m - high * low) * k / (k - 1);
  return 1 - 2 * (a->squares / (k - 1)) / greatest;
}

double itg_rwg(int items, double variance, double null_variance, bool keep_negative) {
  double ratio = variance / null_variance, j = items;
  if (ratio > 1) return keep_negative && items == 1 ? 1 - ratio : 0;
  return j * (1 - ratio) / (j * (1 - ratio) + ratio);
}
