/* itg_agreement.h - layer 2: agreement and correlation of two ratings of the same things, with their errors.
 *
 * Pure functions on arrays.  A figure that cannot be had is NaN and carries its reason. */
#ifndef ITG_AGREEMENT_H
#define ITG_AGREEMENT_H

#include "itg_base.h"

typedef struct itg_coefficient {
  int64_t n; /* pairs used */
  double value, std_error, conf_low, conf_high;
  itg_reason reason;
} itg_coefficient;

typedef enum itg_weighting {
  ITG_WEIGHTING_NONE,
  ITG_WEIGHTING_LINEAR,
  ITG_WEIGHTING_QUADRATIC
} itg_weighting;

/* Weights of agreement between levels i and j, n_levels x n_levels: 1 when equal, else 0 (NONE),
 * 1 - |i-j|/(n_levels-1) (LINEAR) or 1 - (i-j)^2/(n_levels-1)^2 (QUADRATIC). */
void itg_weights_make(itg_weighting weighting, int n_levels, double *weights);

/* Cross-count two ratings coded 0 .. n_levels-1 into counts (n_levels x n_levels, first rating in the rows);
 * pairs with a negative code are left out.  Returns the number of pairs. */
int64_t itg_pairs_count(const int32_t *first, const int32_t *second, int64_t n, int n_levels, double *counts);

/* Share of agreement, 0..1: pairs on the diagonal over all, with Wilson's interval. */
void itg_share_of_pairs(const double *counts, int n_levels, double conf_level, itg_coefficient *out);

/* Cohen's kappa with the given weights (Cohen 1960, 1968), with the large-sample error of Fleiss, Cohen and
 * Everitt (Psychol Bull 1969;72:323-7) and a normal interval.  Undefined when chance agreement is certain,
 * that is when both raters used one and the same level.  Errors: ITG_ERR_MEMORY. */
itg_status itg_kappa_of_pairs(const double *counts, int n_levels, const double *weights, double conf_level,
                              itg_coefficient *out, itg_error *error);

/* Standard error of the same kappa if its true value were 0, for a test (Fleiss, Cohen and Everitt 1969); NaN
 * when it is undefined.  Errors: ITG_ERR_MEMORY. */
itg_status itg_kappa_chance_error(const double *counts, int n_levels, const double *weights, double *out,
                                  itg_error *error);

/* Pearson's r over pairs in which both are numbers; error sqrt((1-r^2)/(n-2)), interval by Fisher's z. */
void itg_pearson(const double *x, const double *y, int64_t n, double conf_level, itg_coefficient *out);

/* Spearman's rho: Pearson's r of mid-ranks; interval by Fisher's z with the variance (1 + rho^2/2)/(n-3) of
 * Bonett and Wright (Psychometrika 2000;65:23-8).  Errors: ITG_ERR_MEMORY. */
itg_status itg_spearman(const double *x, const double *y, int64_t n, double conf_level, itg_coefficient *out,
                        itg_error *error);

/* Wilson's score interval of a share (Wilson 1927); NaN when trials is 0. */
void itg_wilson(double successes, double trials, double conf_level, double *low, double *high);

#endif
