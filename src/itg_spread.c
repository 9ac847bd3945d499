/* itg_spread.c - layer 3: standard error and percentile limits of replicates. */
#include "itg_spread.h"

#include <math.h>

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

/* What lies above an earlier one needs no second look. */
double itg_quantile_below(double *values, int64_t n, int64_t *room, double p) {
  double at = p * (double)(n - 1);
  int64_t k = (int64_t)floor(at), within = k + 1 < *room ? *room : n;
  double low = select_value(values, within, k);
  *room = k + 1;
  if (k + 1 >= n) return low;
  double next = values[k + 1];
  for (int64_t j = k + 2; j < within; j++)
    if (values[j] < next) next = values[j];
  return low + (at - (double)k) * (next - low);
}

double itg_quantile(double *values, int64_t n, double p) {
  int64_t room = n;
  return itg_quantile_below(values, n, &room, p);
}

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
