/* itg_cea_limits.c - limits of what follows from the increments: by replicates, by a distribution, Fieller's
 * set and the delta method. */
#include <math.h>

#include "itg_cea.h"
#include "itg_special.h"
#include "itg_spread.h"

/* ---- from replicates ---- */

static int64_t count_valid(const itg_replicates *r) { return r->n - r->n_singular; }

/* A sixth of the skewness of the linear approximation a * effect + b * cost: each influence is an independent
 * term. */
static double acceleration(const itg_limits_of *z, int arm, double a, double b) {
  const itg_study *s = z->study;
  int64_t n = s->cluster ? s->n_clusters : s->n;
  double squares = 0, cubes = 0;
  for (int64_t i = 0; i < n; i++) {
    double l = a * z->fit->influence[ITG_EFFECT][arm * n + i] + b * z->fit->influence[ITG_COST][arm * n + i];
    squares += l * l;
    cubes += l * l * l;
  }
  return squares > 0 ? cubes / (6 * squares * sqrt(squares)) : 0;
}

/* Efron's bias-corrected and accelerated limits of `value`, whose n replicates are in scratch. */
static itg_limits bca(const itg_limits_of *z, double value, double acceleration, int64_t n,
                      double std_error) {
  itg_limits out = {std_error, NAN, NAN, ITG_REASON_PRESENT};
  int64_t below = 0, equal = 0;
  for (int64_t i = 0; i < n; i++) {
    below += z->scratch[i] < value;
    equal += z->scratch[i] == value;
  }
  double share = ((double)below + 0.5 * (double)equal) / (double)n;
  if (!(share > 0 && share < 1)) { /* the estimate lies outside its replicates */
    out.reason = ITG_REASON_UNDEFINED;
    return out;
  }
  double z0 = itg_normal_quantile(share), tail = itg_normal_quantile(0.5 + z->conf_level / 2);
  double low = z0 + (z0 - tail) / (1 - acceleration * (z0 - tail)),
         high = z0 + (z0 + tail) / (1 - acceleration * (z0 + tail));
  out.low = itg_quantile(z->scratch, n, itg_normal_cdf(low));
  out.high = itg_quantile(z->scratch, n, itg_normal_cdf(high));
  return out;
}

static void none(itg_limits out[ITG_LIMITS], itg_reason reason) {
  for (int m = 0; m < ITG_LIMITS; m++) out[m] = (itg_limits){NAN, NAN, NAN, reason};
}

/* Percentile and BCa limits of `value`, linear in the increments or nearly so by a and b. */
static itg_spread by_replicates(const itg_limits_of *z, int arm, double a, double b, double value, int64_t n,
                                itg_limits out[ITG_LIMITS]) {
  itg_spread spread = itg_spread_of(z->scratch, n, z->conf_level);
  out[ITG_LIMITS_PERCENTILE].reason = out[ITG_LIMITS_BCA].reason = spread.reason;
  if (spread.reason) return spread;
  out[ITG_LIMITS_PERCENTILE] = (itg_limits){spread.std_error, spread.low, spread.high, ITG_REASON_PRESENT};
  if (z->fit->influence[0])
    out[ITG_LIMITS_BCA] = bca(z, value, acceleration(z, arm, a, b), n, spread.std_error);
  else
    out[ITG_LIMITS_BCA].reason = ITG_REASON_NOT_APPLICABLE;
  return spread;
}

/* ---- linear figures ---- */

static itg_limits by_regression(const itg_limits_of *z, int arm, double a, double b, double value) {
  const itg_study *s = z->study;
  const itg_increment *x = &z->fit->increments[arm];
  double variance = a * a * x->var_effect + b * b * x->var_cost + 2 * a * b * x->covariance;
  itg_limits out = {NAN, NAN, NAN, ITG_REASON_TOO_FEW};
  if (isnan(variance)) return out;
  out.reason = variance > 0 ? ITG_REASON_PRESENT : ITG_REASON_NO_VARIANCE;
  if (!(variance > 0)) return out;
  const double *df = z->fit->df;
  double df_cost = df[ITG_COST * s->n_arms + arm], df_effect = df[ITG_EFFECT * s->n_arms + arm];
  /* Of a net benefit: the smaller, which is on the safe side. */
  double use = a == 0 ? df_cost : b == 0 ? df_effect : fmin(df_cost, df_effect);
  out.std_error = sqrt(variance);
  if (!(use > 0)) {
    out.reason = ITG_REASON_TOO_FEW;
    return out;
  }
  double half = itg_t_quantile(0.5 + z->conf_level / 2, use) * out.std_error;
  out.low = value - half;
  out.high = value + half;
  return out;
}

void itg_limits_linear(const itg_limits_of *z, int arm, double a, double b, itg_limits out[ITG_LIMITS]) {
  const itg_replicates *r = z->replicates;
  const double *effect = r->effect + arm * r->n, *cost = r->cost + arm * r->n;
  const itg_increment *x = &z->fit->increments[arm];
  double value = a * x->effect + b * x->cost;
  int64_t n = 0;
  none(out, ITG_REASON_TOO_FEW);
  out[ITG_LIMITS_T] = by_regression(z, arm, a, b, value);
  if (!r->n) return;
  for (int64_t i = 0; i < r->n; i++)
    if (!isnan(effect[i])) z->scratch[n++] = a * effect[i] + b * cost[i];
  itg_spread spread = by_replicates(z, arm, a, b, value, n, out);
  out[ITG_LIMITS_NORMAL].reason = spread.reason;
  if (spread.reason) return;
  double half = itg_normal_quantile(0.5 + z->conf_level / 2) * spread.std_error;
  out[ITG_LIMITS_NORMAL] = (itg_limits){spread.std_error, value - half, value + half, ITG_REASON_PRESENT};
}

/* ---- the ratio ---- */

/* Covariance of the increments: that of the replicates, else that of the regression. */
itg_increment itg_limits_increment(const itg_limits_of *z, int arm) {
  itg_increment x = z->fit->increments[arm];
  const itg_replicates *r = z->replicates;
  const double *effect = r->effect + arm * r->n, *cost = r->cost + arm * r->n;
  double n = (double)count_valid(r), mean_e = 0, mean_c = 0, ee = 0, cc = 0, ec = 0;
  if (n < 2) return x;
  for (int64_t i = 0; i < r->n; i++)
    if (!isnan(effect[i])) mean_e += effect[i] / n, mean_c += cost[i] / n;
  for (int64_t i = 0; i < r->n; i++) {
    if (isnan(effect[i])) continue;
    double e = effect[i] - mean_e, c = cost[i] - mean_c;
    ee += e * e, cc += c * c, ec += e * c;
  }
  x.var_effect = ee / (n - 1);
  x.var_cost = cc / (n - 1);
  x.covariance = ec / (n - 1);
  return x;
}

/* Ratios of replicates, 0 unless all their effects have one sign: where it changes, ratios of opposite
 * meaning come to lie side by side (O'Brien & Briggs 2002). */
static int64_t fill_ratios(const itg_limits_of *z, int arm) {
  const itg_replicates *r = z->replicates;
  double sign = z->fit->increments[arm].effect;
  int64_t n = 0;
  for (int64_t i = 0; i < r->n; i++) {
    double effect = r->effect[arm * r->n + i];
    if (isnan(effect)) continue;
    if (!(effect * sign > 0)) return 0;
    z->scratch[n++] = r->cost[arm * r->n + i] / effect;
  }
  return n;
}

itg_fieller_shape itg_limits_ratio(const itg_limits_of *z, int arm, bool regression,
                                   itg_limits out[ITG_LIMITS], double *low, double *high) {
  itg_increment x = regression ? z->fit->increments[arm] : itg_limits_increment(z, arm);
  const double *df = z->fit->df;
  int n_arms = z->study->n_arms;
  double least = fmin(df[ITG_COST * n_arms + arm], df[ITG_EFFECT * n_arms + arm]),
         p = 0.5 + z->conf_level / 2;
  double quantile = regression && least > 0 ? itg_t_quantile(p, least) : itg_normal_quantile(p);
  itg_reason reason;
  double ratio = itg_increment_ratio(&x, &reason);
  itg_fieller_shape shape = itg_increment_fieller(&x, quantile, low, high);
  none(out, reason ? reason : ITG_REASON_TOO_FEW);
  if (reason) return shape;
  if (shape == ITG_FIELLER_WITHIN)
    out[ITG_LIMITS_FIELLER] = (itg_limits){NAN, *low, *high, ITG_REASON_PRESENT};
  double error = itg_increment_ratio_error(&x), half = quantile * error;
  if (error > 0) out[ITG_LIMITS_DELTA] = (itg_limits){error, ratio - half, ratio + half, ITG_REASON_PRESENT};
  int64_t n = fill_ratios(z, arm);
  if (n) {
    by_replicates(z, arm, -ratio / x.effect, 1 / x.effect, ratio, n, out);
    /* a ratio of normal variables has no variance */
    out[ITG_LIMITS_PERCENTILE].std_error = out[ITG_LIMITS_BCA].std_error = NAN;
  }
  return shape;
}
