/* itg_special.h - layer 0: distributions, by R's nmath (R's own inside R, libRmath elsewhere). */
#ifndef ITG_SPECIAL_H
#define ITG_SPECIAL_H

double itg_normal_cdf(double x);
double itg_normal_quantile(double p);
double itg_normal_density(double x);
double itg_t_cdf(double x, double df);
double itg_t_quantile(double p, double df);
double itg_f_cdf(double x, double df1, double df2);
double itg_f_quantile(double p, double df1, double df2);
double itg_beta_quantile(double p, double a, double b);
double itg_gamma_quantile(double p, double shape, double scale);
double itg_binomial_quantile(double p, double n, double prob);
double itg_chisq_upper(double x, double df); /* above x */

#endif
