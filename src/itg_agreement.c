/* itg_agreement.c - layer 2: kappa, correlation and shares with their errors. */
#include "itg_agreement.h"

#include <math.h>
#include <stdlib.h>

#include "itg_special.h"
#include "itg_sum.h"

static const itg_coefficient nothing = {0, NAN, NAN, NAN, NAN, ITG_REASON_PRESENT};

static itg_coefficient missing(int64_t n, itg_reason reason) {
  itg_coefficient c = nothing;
  c.n = n;
  c.reason = reason;
  return c;
}

static double normal_factor(double conf_level) { return itg_normal_quantile(0.5 + conf_level / 2); }

void itg_wilson(double successes, double trials, double conf_level, double *low, double *high) {
  *low = *high = NAN;
  if (!(trials > 0)) return;
  double z = normal_factor(conf_level), p = successes / trials, z2 = z * z / trials;
  double centre = (p + z2 / 2) / (1 + z2);
  double half = z / (1 + z2) * sqrt(p * (1 - p) / trials + z2 / (4 * trials));
  *low = successes <= 0 ? 0 : centre - half;
  *high = successes >= trials ? 1 : centre + half;
}

/* ---- categories ---- */

void itg_weights_make(itg_weighting weighting, int n_levels, double *weights) {
  double range = n_levels > 1 ? n_levels - 1 : 1;
  for (int i = 0; i < n_levels; i++)
    for (int j = 0; j < n_levels; j++) {
      double d = fabs((double)(i - j)) / range;
      weights[i * n_levels + j] = weighting == ITG_WEIGHTING_NONE     ? i == j
                                  : weighting == ITG_WEIGHTING_LINEAR ? 1 - d
                                                                      : 1 - d * d;
    }
}

int64_t itg_pairs_count(const int32_t *first, const int32_t *second, int64_t n, int n_levels,
                        double *counts) {
  int64_t pairs = 0;
  for (int i = 0; i < n_levels * n_levels; i++) counts[i] = 0;
  for (int64_t i = 0; i < n; i++) {
    if (first[i] < 0 || second[i] < 0) continue;
    counts[first[i] * n_levels + second[i]]++;
    pairs++;
  }
  return pairs;
}

static double total_of(const double *counts, int n_levels) {
  double total = 0;
  for (int i = 0; i < n_levels * n_levels; i++) total += counts[i];
  return total;
}

void itg_share_of_pairs(const double *counts, int n_levels, double conf_level, itg_coefficient *out) {
  double total = total_of(counts, n_levels), equal = 0;
  for (int i = 0; i < n_levels; i++) equal += counts[i * n_levels + i];
  *out = missing((int64_t)total, ITG_REASON_TOO_FEW);
  if (!(total > 0)) return;
  out->reason = ITG_REASON_PRESENT;
  out->value = equal / total;
  out->std_error = sqrt(out->value * (1 - out->value) / total);
  itg_wilson(equal, total, conf_level, &out->conf_low, &out->conf_high);
}

/* Mean weight of a level of one rater against the margin of the other. */
static void mean_weights(const double *weights, int q, const double *rows, const double *columns,
                         double *by_row, double *by_column) {
  for (int i = 0; i < q; i++) by_row[i] = by_column[i] = 0;
  for (int i = 0; i < q; i++)
    for (int j = 0; j < q; j++) {
      by_row[i] += columns[j] * weights[i * q + j];
      by_column[j] += rows[i] * weights[i * q + j];
    }
}

itg_status itg_kappa_of_pairs(const double *counts, int n_levels, const double *weights, double conf_level,
                              itg_coefficient *out, itg_error *error) {
  int q = n_levels;
  double total = total_of(counts, q);
  *out = missing((int64_t)total, ITG_REASON_TOO_FEW);
  if (!(total > 0)) return ITG_OK;
  double *margins = itg_alloc(4 * (size_t)q, sizeof *margins);
  if (!margins) return itg_fail_memory(error);
  double *rows = margins, *columns = margins + q, *by_row = margins + 2 * q, *by_column = margins + 3 * q;
  itg_sum observed = {0, 0}, expected = {0, 0}, spread = {0, 0};
  for (int i = 0; i < q; i++)
    for (int j = 0; j < q; j++) {
      double p = counts[i * q + j] / total;
      rows[i] += p;
      columns[j] += p;
      itg_sum_add(&observed, p * weights[i * q + j]);
    }
  for (int i = 0; i < q; i++)
    for (int j = 0; j < q; j++) itg_sum_add(&expected, rows[i] * columns[j] * weights[i * q + j]);
  double po = itg_sum_value(&observed), pe = itg_sum_value(&expected);
  if (1 - pe > 1e-12) {
    double kappa = (po - pe) / (1 - pe);
    mean_weights(weights, q, rows, columns, by_row, by_column);
    for (int i = 0; i < q; i++)
      for (int j = 0; j < q; j++) {
        double d = weights[i * q + j] - (by_row[i] + by_column[j]) * (1 - kappa);
        itg_sum_add(&spread, counts[i * q + j] / total * d * d);
      }
    double centre = kappa - pe * (1 - kappa);
    double variance = (itg_sum_value(&spread) - centre * centre) / (total * (1 - pe) * (1 - pe));
    double half = normal_factor(conf_level) * sqrt(variance > 0 ? variance : 0);
    out->value = kappa;
    out->std_error = sqrt(variance > 0 ? variance : 0);
    out->conf_low = fmax(kappa - half, -1);
    out->conf_high = fmin(kappa + half, 1);
    out->reason = ITG_REASON_PRESENT;
  } else {
    out->reason = ITG_REASON_NO_VARIANCE;
  }
  free(margins);
  return ITG_OK;
}

itg_status itg_kappa_chance_error(const double *counts, int n_levels, const double *weights, double *out,
                                  itg_error *error) {
  int q = n_levels;
  double total = total_of(counts, q);
  *out = NAN;
  double *margins = itg_alloc(4 * (size_t)q, sizeof *margins);
  if (!margins) return itg_fail_memory(error);
  double *rows = margins, *columns = margins + q, *by_row = margins + 2 * q, *by_column = margins + 3 * q;
  itg_sum expected = {0, 0}, spread = {0, 0};
  for (int i = 0; i < q; i++)
    for (int j = 0; j < q; j++) {
      rows[i] += counts[i * q + j] / total;
      columns[j] += counts[i * q + j] / total;
    }
  mean_weights(weights, q, rows, columns, by_row, by_column);
  for (int i = 0; i < q; i++)
    for (int j = 0; j < q; j++) {
      double d = weights[i * q + j] - (by_row[i] + by_column[j]), p = rows[i] * columns[j];
      itg_sum_add(&expected, p * weights[i * q + j]);
      itg_sum_add(&spread, p * d * d);
    }
  double pe = itg_sum_value(&expected), variance = itg_sum_value(&spread) - pe * pe;
  if (total > 0 && 1 - pe > 1e-12 && variance > 0) *out = sqrt(variance / total) / (1 - pe);
  free(margins);
  return ITG_OK;
}

/* ---- numbers ---- */

/* r over complete pairs, in two passes. */
static void correlate(const double *x, const double *y, int64_t n, itg_coefficient *out) {
  itg_sum sx = {0, 0}, sy = {0, 0};
  int64_t m = 0;
  for (int64_t i = 0; i < n; i++)
    if (!isnan(x[i]) && !isnan(y[i])) {
      itg_sum_add(&sx, x[i]);
      itg_sum_add(&sy, y[i]);
      m++;
    }
  *out = missing(m, ITG_REASON_TOO_FEW);
  if (m < 3) return;
  double mx = itg_sum_value(&sx) / (double)m, my = itg_sum_value(&sy) / (double)m;
  itg_sum xx = {0, 0}, yy = {0, 0}, xy = {0, 0};
  for (int64_t i = 0; i < n; i++)
    if (!isnan(x[i]) && !isnan(y[i])) {
      double dx = x[i] - mx, dy = y[i] - my;
      itg_sum_add(&xx, dx * dx);
      itg_sum_add(&yy, dy * dy);
      itg_sum_add(&xy, dx * dy);
    }
  double vx = itg_sum_value(&xx), vy = itg_sum_value(&yy);
  out->reason = ITG_REASON_NO_VARIANCE;
  if (!(vx > 0) || !(vy > 0)) return;
  /* One root is exact where r is 1; two do not overflow. */
  double norm = isnormal(vx * vy) ? sqrt(vx * vy) : sqrt(vx) * sqrt(vy);
  double r = itg_sum_value(&xy) / norm;
  out->value = r > 1 ? 1 : r < -1 ? -1 : r;
  out->std_error = sqrt((1 - out->value * out->value) / (double)(m - 2));
  out->reason = ITG_REASON_PRESENT;
}

static void fisher_interval(itg_coefficient *c, double conf_level, double variance_factor) {
  if (isnan(c->value)) return;
  if (c->n < 4) {
    c->reason = ITG_REASON_TOO_FEW;
    return;
  }
  double half = normal_factor(conf_level) * sqrt(variance_factor / (double)(c->n - 3)), z = atanh(c->value);
  c->conf_low = tanh(z - half);
  c->conf_high = tanh(z + half);
}

void itg_pearson(const double *x, const double *y, int64_t n, double conf_level, itg_coefficient *out) {
  correlate(x, y, n, out);
  fisher_interval(out, conf_level, 1);
}

typedef struct ranked {
  double value;
  int64_t at;
} ranked;

static int by_value(const void *a, const void *b) {
  double x = ((const ranked *)a)->value, y = ((const ranked *)b)->value;
  return x < y ? -1 : x > y;
}

static void mid_ranks(ranked *cells, int64_t n, double *ranks) {
  qsort(cells, (size_t)n, sizeof *cells, by_value);
  for (int64_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && cells[end].value == cells[i].value;) end++;
    for (int64_t k = i; k < end; k++) ranks[cells[k].at] = 0.5 * (double)(i + end + 1);
  }
}

itg_status itg_spearman(const double *x, const double *y, int64_t n, double conf_level, itg_coefficient *out,
                        itg_error *error) {
  itg_status status = ITG_OK;
  ranked *cells = itg_alloc((size_t)n, sizeof *cells);
  double *rx = itg_alloc((size_t)n, sizeof *rx), *ry = itg_alloc((size_t)n, sizeof *ry);
  int64_t m = 0;
  if (!cells || !rx || !ry) {
    status = itg_fail_memory(error);
    goto out;
  }
  for (int64_t i = 0; i < n; i++)
    if (!isnan(x[i]) && !isnan(y[i])) cells[m] = (ranked){x[i], m}, m++;
  mid_ranks(cells, m, rx);
  m = 0;
  for (int64_t i = 0; i < n; i++)
    if (!isnan(x[i]) && !isnan(y[i])) cells[m] = (ranked){y[i], m}, m++;
  mid_ranks(cells, m, ry);
  correlate(rx, ry, m, out);
  fisher_interval(out, conf_level, 1 + out->value * out->value / 2);
out:
  free(cells);
  free(rx);
  free(ry);
  return status;
}
