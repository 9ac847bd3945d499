/* itg_rates.h - layer 3: limits of counts, rates and their ratios; standardised rates.  Pure functions. */
#ifndef ITG_RATES_H
#define ITG_RATES_H

#include "itg_base.h"

typedef struct itg_interval {
  double value, error, low, high; /* NaN where there is none */
} itg_interval;

typedef enum itg_count_method {
  ITG_COUNT_EXACT, /* by chi-square (Garwood 1936), as poisson.test of R */
  ITG_COUNT_BYAR   /* Byar's formula from 10 events on, below exact (as PHEindicatormethods) */
} itg_count_method;

/* Limits of the mean of a Poisson count. */
void itg_count_limits(double count, itg_count_method method, double level, double *low, double *high);

/* Ratio of two rates: exact limits given the sum of events (binomial, as poisson.test of R). */
itg_interval itg_rate_ratio(double x1, double t1, double x0, double t0, double level);

/* Difference a - b of two figures from their own limits (Newcombe 1998; Zou and Donner 2008). */
void itg_difference_limits(const itg_interval *a, const itg_interval *b, double *low, double *high);

/* Sum of w x / t over strata, its error, and its limits: by the gamma distribution (Fay and Feuer 1997), or
 * from those of the number of events (Dobson and others 1991).  Weights add up to 1; a weighted stratum
 * without time: NaN. */
typedef struct itg_stratum_rate {
  double events, time, weight;
} itg_stratum_rate;
itg_interval itg_rate_direct(const itg_stratum_rate *strata, int32_t n, bool gamma, itg_count_method method,
                             double level);

#endif
