/* itg_special.c - distributions by R's nmath.
 *
 * nmath answers an impossible argument with a warning on standard output (or an R condition, which must
 * not happen in a thread), so such arguments are answered here, with NaN. */
#include "itg_special.h"

#include <math.h>
#include <Rmath.h>
#include <stdbool.h>

static bool is_probability(double p) { return p >= 0 && p <= 1; }

static bool is_positive(double x) { return x > 0 && isfinite(x); }

double itg_normal_cdf(double x) { return pnorm(x, 0, 1, 1, 0); }

double itg_normal_quantile(double p) { return is_probability(p) ? qnorm(p, 0, 1, 1, 0) : NAN; }

double itg_normal_density(double x) { return dnorm(x, 0, 1, 0); }

double itg_t_cdf(double x, double df) { return df > 0 ? pt(x, df, 1, 0) : NAN; }

double itg_t_quantile(double p, double df) { return is_probability(p) && df > 0 ? qt(p, df, 1, 0) : NAN; }

double itg_beta_quantile(double p, double a, double b) {
  return is_probability(p) && is_positive(a) && is_positive(b) ? qbeta(p, a, b, 1, 0) : NAN;
}

double itg_gamma_quantile(double p, double shape, double scale) {
  return is_probability(p) && is_positive(shape) && is_positive(scale) ? qgamma(p, shape, scale, 1, 0) : NAN;
}
