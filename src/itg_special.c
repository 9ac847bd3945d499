/* itg_special.c - distributions by R's nmath.
 *
 * Impossible arguments give NaN in silence.  Lost precision would be told on standard output, or as an R
 * condition, which must not arise in a thread: tests/test_special.c looks for it where intervals need it. */
#include "itg_special.h"

#include <Rmath.h>

double itg_normal_cdf(double x) { return pnorm(x, 0, 1, 1, 0); }

double itg_normal_quantile(double p) { return qnorm(p, 0, 1, 1, 0); }

double itg_normal_density(double x) { return dnorm(x, 0, 1, 0); }

double itg_t_cdf(double x, double df) { return pt(x, df, 1, 0); }

double itg_t_quantile(double p, double df) { return qt(p, df, 1, 0); }

double itg_f_cdf(double x, double df1, double df2) { return pf(x, df1, df2, 1, 0); }

double itg_f_quantile(double p, double df1, double df2) { return qf(p, df1, df2, 1, 0); }

double itg_beta_quantile(double p, double a, double b) { return qbeta(p, a, b, 1, 0); }

double itg_gamma_quantile(double p, double shape, double scale) { return qgamma(p, shape, scale, 1, 0); }
double itg_binomial_quantile(double p, double n, double prob) { return qbinom(p, n, prob, 1, 0); }
double itg_chisq_upper(double x, double df) { return pchisq(x, df, 0, 0); }
