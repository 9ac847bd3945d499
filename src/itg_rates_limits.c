/* itg_rates_limits.c - layer 3: see itg_rates.h. */
#include <math.h>

#include "itg_rates.h"
#include "itg_special.h"
#include "itg_sum.h"

static double byar(double count, double z) {
  double x = 1 - 1 / (9 * count) + z / (3 * sqrt(count));
  return count * x * x * x;
}

void itg_count_limits(double count, itg_count_method method, double level, double *low, double *high) {
  double tail = (1 - level) / 2;
  if (method == ITG_COUNT_BYAR && count >= 10) {
    double z = itg_normal_quantile(1 - tail);
    *low = byar(count, -z);
    *high = byar(count + 1, z);
    return;
  }
  *low = count > 0 ? itg_gamma_quantile(tail, count, 1) : 0;
  *high = itg_gamma_quantile(1 - tail, count + 1, 1);
}

itg_interval itg_rate_ratio(double x1, double t1, double x0, double t0, double level) {
  itg_interval out = {NAN, NAN, NAN, NAN};
  double tail = (1 - level) / 2, times = t0 / t1;
  if (!(x1 + x0 > 0) || !(t1 > 0) || !(t0 > 0)) return out;
  if (x0 > 0) out.value = x1 / x0 * times;
  if (x0 > 0 && x1 > 0) out.error = out.value * sqrt(1 / x1 + 1 / x0);
  double low = x1 > 0 ? itg_beta_quantile(tail, x1, x0 + 1) : 0;
  double high = x0 > 0 ? itg_beta_quantile(1 - tail, x1 + 1, x0) : 1;
  out.low = low / (1 - low) * times;
  out.high = high < 1 ? high / (1 - high) * times : INFINITY;
  return out;
}

void itg_difference_limits(const itg_interval *a, const itg_interval *b, double *low, double *high) {
  *low = a->value - b->value - hypot(a->value - a->low, b->high - b->value);
  *high = a->value - b->value + hypot(a->high - a->value, b->value - b->low);
}

itg_interval itg_rate_direct(const itg_stratum_rate *strata, int32_t n, bool gamma, itg_count_method method,
                             double level) {
  itg_interval out = {NAN, NAN, NAN, NAN};
  itg_sum rate = {0, 0}, variance = {0, 0}, events = {0, 0};
  double most = 0, tail = (1 - level) / 2;
  for (int32_t i = 0; i < n; i++) {
    if (!(strata[i].weight > 0)) continue;
    double factor = strata[i].weight / strata[i].time;
    if (!(strata[i].time > 0)) return out;
    itg_sum_add(&rate, factor * strata[i].events);
    itg_sum_add(&variance, factor * factor * strata[i].events);
    itg_sum_add(&events, strata[i].events);
    if (factor > most) most = factor;
  }
  double r = itg_sum_value(&rate), v = itg_sum_value(&variance), x = itg_sum_value(&events);
  out.value = r;
  out.error = sqrt(v);
  if (gamma) {
    double up = r + most, spread = v + most * most;
    out.low = v > 0 ? itg_gamma_quantile(tail, r * r / v, v / r) : 0;
    out.high = itg_gamma_quantile(1 - tail, up * up / spread, spread / up);
  } else if (x > 0) {
    itg_count_limits(x, method, level, &out.low, &out.high);
    out.low = r + sqrt(v / x) * (out.low - x);
    out.high = r + sqrt(v / x) * (out.high - x);
  }
  return out;
}
