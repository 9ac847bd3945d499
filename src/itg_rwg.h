/* itg_rwg.h - layer 3: how far the members of teams agree: rwg, rwg(J), a_wg, average deviation. */
#ifndef ITG_RWG_H
#define ITG_RWG_H

#include "itg_answers.h"

enum { ITG_NULL_MOST_OPTIONS = 1000 };

/* Variance of answers without agreement, on n options in steps of 1: uniform, triangular, slight_skew,
 * moderate_skew, heavy_skew, normal; NaN where it is not known for n options (the last four: 5 to 11). */
double itg_null_variance(const char *name, int n);

/* The same of given shares (sum 1) of n options. */
double itg_null_variance_of_shares(const double *shares, int n);

/* Brown & Hauenstein: 1 less twice the variance over the greatest one at this mean; a mean so near an end
 * that the greatest variance could not occur has none (NaN).  At least two answers, on a scale from low to
 * high. */
double itg_a_wg(const itg_answers *answers, double low, double high);

/* rwg of one item, or rwg(J) of J items, at a mean variance.  Below 0 it is 0; one item may keep it. */
double itg_rwg(int items, double variance, double null_variance, bool keep_negative);

#endif
