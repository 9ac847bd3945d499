/* itg_psa_spread.h - layer 3: mean, standard deviation and limits of combinations of costs and effects. */
#ifndef ITG_PSA_SPREAD_H
#define ITG_PSA_SPREAD_H

#include "itg_ceac.h"

enum { ITG_AGAINST_BEST = -2 };

/* of_effect * effect + of_cost * cost of a strategy, less the same of another (-1: none), or of the best
 * strategy of each sample less the strategy (ITG_AGAINST_BEST: the loss). */
typedef struct itg_spread_job {
  int32_t strategy, against;
  double of_effect, of_cost;
  double mean, sd, low, high; /* results; sd NaN below two samples */
} itg_spread_job;

itg_status itg_psa_spread(const itg_samples *samples, itg_spread_job *jobs, int64_t n_jobs, double level,
                          const itg_control *control, itg_error *error);

/* Number of samples that unequal weights are worth: (sum w)^2 / sum w^2. */
double itg_psa_effective(const itg_samples *samples);

#endif
