/* itg_spread.h - layer 3: from replicates or draws of a figure to its standard error and percentile limits.
 */
#ifndef ITG_SPREAD_H
#define ITG_SPREAD_H

#include "itg_base.h"

typedef struct itg_spread {
  double std_error, low, high; /* NaN with a reason */
  itg_reason reason;
} itg_spread;

/* Quantile by linear interpolation between order statistics (R's type 7); n >= 1, no NaN.  Reorders values.
 */
double itg_quantile(double *values, int64_t n, double p);
/* The same of several shares of values that stay as they are: a histogram tells among which few each lies. */
itg_status itg_quantiles(const double *values, int64_t n, const double *shares, int count, double *out,
                         itg_error *error);

/* The smallest value that at least a share p of the values does not exceed (R's type 1): one of the values.
 */
double itg_quantile_attained(double *values, int64_t n, double p);

/* Standard deviation and percentile limits at a confidence level; NaN values (replicates in which the figure
 * is undefined) are left out.  Fewer than two: ITG_REASON_TOO_FEW; all equal: ITG_REASON_NO_VARIANCE.
 * Reorders. */
itg_spread itg_spread_of(double *values, int64_t n, double level);

#endif
