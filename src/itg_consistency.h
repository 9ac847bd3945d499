/* itg_consistency.h - layer 3: internal consistency from a covariance matrix of items: alpha, Guttman's
 * lambdas, split halves, omega of one factor.
 *
 * Pure functions on p x p covariances, row-major.  A figure that cannot be had is NaN: the total or an item
 * does not vary, too few items, or the correlations are singular where an inverse is needed. */
#ifndef ITG_CONSISTENCY_H
#define ITG_CONSISTENCY_H

#include "itg_base.h"

/* Cronbach 1951: p/(p-1) (1 - trace/sum); NaN when the sum is not above 0. */
double itg_alpha(const double *cov, int p);

/* Intervals of alpha of p items and n persons. */
typedef struct itg_alpha_interval {
  double std_error, low, high;
} itg_alpha_interval;

/* Feldt, Woodruff and Salih (Appl Psychol Meas 1987;11:93-103): by F, without an error. */
itg_alpha_interval itg_alpha_feldt(double alpha, int p, int64_t n, double conf_level);
/* Bonett (J Educ Behav Stat 2002;27:335-40): by the logarithm of 1 - alpha; the error is of that logarithm.
 */
itg_alpha_interval itg_alpha_bonett(double alpha, int p, int64_t n, double conf_level);
/* van Zyl, Neudecker and Nel (Psychometrika 2000;65:271-80) as in Duhachek and Iacobucci (J Appl Psychol
 * 2004;89:792-808): normal, with error sqrt(Q/n). */
itg_alpha_interval itg_alpha_duhachek(const double *cov, int p, int64_t n, double conf_level);

typedef struct itg_consistency {
  double alpha, alpha_std; /* of covariances; of correlations */
  double mean_r;           /* mean correlation between two items */
  double lambda[7];        /* Guttman 1945, [1] to [6]; [4] of the split into odd and even items */
  double split_half;       /* odd against even items, stepped up by Spearman and Brown */
  double omega, omega_std; /* total, of one factor: of the sum, and of the sum of standardised items */
  bool improper; /* Heywood: the factor would explain an item wholly or more, so there is no omega */
} itg_consistency;

typedef struct itg_item_figures {
  double r_total, r_rest; /* with the total, and with the total without the item */
  double alpha_dropped, alpha_std_dropped;
  double smc;     /* squared multiple correlation with the other items */
  double loading; /* on the one factor, standardised */
} itg_item_figures;

typedef enum itg_factoring { ITG_FACTORING_MINRES, ITG_FACTORING_ML } itg_factoring;

/* All of them; `items` holds p.  Errors: ITG_ERR_MEMORY. */
itg_status itg_consistency_of(const double *cov, int p, itg_factoring factoring, itg_consistency *out,
                              itg_item_figures *items, itg_error *error);

/* Loadings on one factor from correlations, by least squares outside the diagonal (minres) or maximum
 * likelihood.  False: none, for fewer than three items, or because the search leaves the possible (Heywood).
 */
bool itg_factor_minres(const double *cor, int p, double *loadings, double *scratch); /* scratch: p (p + 3) */
bool itg_factor_ml(const double *cor, int p, double *loadings, double *scratch);     /* scratch: 3 p */

/* Guttman's coefficient 4 cov/sum over all splits into halves of equal size (of sizes that differ by one,
 * when p is odd): the highest is lambda 4.  p is at most ITG_SPLIT_ITEMS. */
enum { ITG_SPLIT_ITEMS = 26 };
typedef struct itg_splits {
  int64_t n;
  double max, min, mean;
} itg_splits;
itg_status itg_splits_of(const double *cov, int p, const itg_control *control, itg_splits *out,
                         itg_error *error);

#endif
