/* itg_spread.c - layer 3: standard error and percentile limits of replicates. */
#include "itg_spread.h"

#include <math.h>
#include <stdlib.h>

/* k-th smallest (from 0) by Hoare's selection; afterwards values[k+1..] are none smaller. */
static double select_value(double *values, int64_t n, int64_t k) {
  int64_t low = 0, high = n - 1;
  while (low < high) {
    double pivot = values[low + (high - low) / 2];
    int64_t i = low, j = high;
    for (;;) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      double swap = values[i];
      values[i++] = values[j];
      values[j--] = swap;
      if (i > j) break;
    }
    if (k <= j)
      high = j;
    else if (k >= i)
      low = i;
    else
      break;
  }
  return values[k];
}

double itg_quantile(double *values, int64_t n, double p) {
  double at = p * (double)(n - 1);
  int64_t k = (int64_t)floor(at);
  double low = select_value(values, n, k);
  if (k + 1 >= n) return low;
  double next = values[k + 1];
  for (int64_t j = k + 2; j < n; j++)
    if (values[j] < next) next = values[j];
  return low + (at - (double)k) * (next - low);
}

/* ---- several ---- */

enum { BINS = 4096, FEW = 8192 }; /* FEW: values that need no histogram */

typedef struct bins {
  double start, scale;
  int64_t before[BINS + 1]; /* values in lower bins */
  bool asked[BINS];
} bins;

static inline int bin_of(const bins *b, double value) {
  double at = (value - b->start) * b->scale;
  return at > 0 ? (int)at : 0; /* what overflowed, NaN, too */
}

/* False: one value, or a range that no double holds. */
static bool count_bins(const double *values, int64_t n, bins *b) {
  double low = values[0], high = values[0];
  for (int64_t i = 1; i < n; i++) {
    low = values[i] < low ? values[i] : low;
    high = values[i] > high ? values[i] : high;
  }
  b->start = low;
  b->scale = (BINS - 1) / (high - low);
  if (!(b->scale > 0 && isfinite(b->scale))) return false;
  for (int64_t i = 0; i < n; i++) b->before[bin_of(b, values[i]) + 1]++;
  for (int k = 0; k < BINS; k++) b->before[k + 1] += b->before[k];
  return true;
}

static int bin_at(const bins *b, int64_t place) {
  int low = 0, high = BINS - 1; /* the last whose values begin at or before the place */
  while (low < high) {
    int middle = (low + high + 1) / 2;
    if (b->before[middle] <= place)
      low = middle;
    else
      high = middle - 1;
  }
  return low;
}

/* By the values of the bins that hold the order statistics asked for, one bin after another. */
static void from_bins(const double *values, int64_t n, bins *b, const double *shares, int count, double *kept,
                      int64_t *fill, double *out) {
  for (int k = 0; k < count; k++) {
    int64_t at = (int64_t)floor(shares[k] * (double)(n - 1));
    b->asked[bin_at(b, at)] = b->asked[bin_at(b, at + 1 < n ? at + 1 : at)] = true;
  }
  for (int k = 0; k < BINS; k++) fill[k] = b->before[k];
  for (int64_t i = 0; i < n; i++) {
    int k = bin_of(b, values[i]);
    if (b->asked[k]) kept[fill[k]++] = values[i];
  }
  for (int k = 0; k < count; k++) {
    double at = shares[k] * (double)(n - 1), found[2];
    for (int next = 0; next < 2; next++) {
      int64_t place = (int64_t)floor(at) + next;
      if (place >= n) place = n - 1;
      int bin = bin_at(b, place);
      found[next] =
          select_value(kept + b->before[bin], b->before[bin + 1] - b->before[bin], place - b->before[bin]);
    }
    out[k] = floor(at) + 1 >= (double)n ? found[0] : found[0] + (at - floor(at)) * (found[1] - found[0]);
  }
}

itg_status itg_quantiles(const double *values, int64_t n, const double *shares, int count, double *out,
                         itg_error *error) {
  bins *b = n > FEW ? itg_alloc(1, sizeof *b) : NULL;
  int64_t *fill = b ? itg_alloc(BINS, sizeof *fill) : NULL;
  double *kept = itg_alloc((size_t)n, sizeof *kept);
  itg_status status = kept && (n <= FEW || fill) ? ITG_OK : itg_fail_memory(error);
  if (!status && b && count_bins(values, n, b)) {
    from_bins(values, n, b, shares, count, kept, fill, out);
  } else if (!status) {
    for (int64_t i = 0; i < n; i++) kept[i] = values[i];
    for (int k = 0; k < count; k++) out[k] = itg_quantile(kept, n, shares[k]);
  }
  free(b);
  free(fill);
  free(kept);
  return status;
}

/* ---- one of the values ---- */

double itg_quantile_attained(double *values, int64_t n, double p) {
  int64_t k = (int64_t)ceil(p * (double)n - 1e-9) - 1;
  return select_value(values, n, k < 0 ? 0 : k);
}

itg_spread itg_spread_of(double *values, int64_t n, double level) {
  itg_spread out = {NAN, NAN, NAN, ITG_REASON_TOO_FEW};
  int64_t kept = 0;
  double sum = 0, squares = 0;
  bool varies = false;
  for (int64_t i = 0; i < n; i++)
    if (!isnan(values[i])) values[kept++] = values[i];
  if (kept < 2) return out;
  for (int64_t i = 0; i < kept; i++) sum += values[i];
  double mean = sum / (double)kept;
  for (int64_t i = 0; i < kept; i++) {
    squares += (values[i] - mean) * (values[i] - mean);
    varies = varies || values[i] != values[0];
  }
  out.reason = varies ? ITG_REASON_PRESENT : ITG_REASON_NO_VARIANCE;
  if (!varies) return out;
  out.std_error = sqrt(squares / (double)(kept - 1));
  out.low = itg_quantile(values, kept, (1 - level) / 2);
  out.high = itg_quantile(values, kept, (1 + level) / 2);
  return out;
}
