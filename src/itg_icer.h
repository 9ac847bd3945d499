/* itg_icer.h - layer 3: from an increment in cost and one in effect to what decisions need.
 *
 * Everything here treats (effect, cost) increments as two numbers with variances and a covariance; those
 * come from patients, from replicates or from print. */
#ifndef ITG_ICER_H
#define ITG_ICER_H

#include "itg_base.h"

typedef struct itg_increment {
  double effect, cost;
  double var_effect, var_cost, covariance; /* NaN: not known */
} itg_increment;

/* Where the increment lies, in words: "dearer and better", "dominant: cheaper and better", ...  Equal cost or
 * equal effect are told as such. */
const char *itg_increment_words(double effect, double cost);

/* 0 dearer and better, 1 cheaper and better, 2 cheaper and worse, 3 dearer and worse.  No difference counts
 * as better in effect and as not dearer in cost. */
int itg_increment_quadrant(double effect, double cost);

/* The ratio is a price only where one buys or gives up effect: NaN with a reason elsewhere
 * (not applicable: one side dominates; undefined: no difference in effect). */
double itg_increment_ratio(const itg_increment *increment, itg_reason *reason);

/* Standard error of the ratio to first order (delta method): to be believed only where the effect is clearly
 * different from 0. */
double itg_increment_ratio_error(const itg_increment *increment);

/* Net monetary benefit threshold * effect - cost, and its standard error. */
double itg_increment_benefit(const itg_increment *increment, double threshold);
double itg_increment_benefit_error(const itg_increment *increment, double threshold);

/* Shape of the set of ratios that a confidence level does not exclude. */
typedef enum itg_fieller_shape {
  ITG_FIELLER_UNKNOWN = 0, /* variances are not known */
  ITG_FIELLER_WITHIN,      /* low to high */
  ITG_FIELLER_OUTSIDE,     /* below low and above high: the effect may be nil */
  ITG_FIELLER_ALL          /* every ratio */
} itg_fieller_shape;

/* Fieller's set for quantile t of the normal or t distribution.  Its ends are the thresholds at which the
 * limits of the net benefit cross 0. */
itg_fieller_shape itg_increment_fieller(const itg_increment *increment, double t, double *low, double *high);
const char *itg_fieller_words(itg_fieller_shape shape);

/* P(net benefit > 0) and expected value of perfect information per decision, net benefit taken as normal;
 * without variance, as certain. */
double itg_increment_probability(const itg_increment *increment, double threshold);
double itg_increment_evpi(const itg_increment *increment, double threshold);

#endif
