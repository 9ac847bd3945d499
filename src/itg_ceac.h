/* itg_ceac.h - layer 3: which strategy is best, over all thresholds: acceptability and perfect information.
 *
 * In one sample the net benefit of a strategy is a line over the threshold k: k * effect - cost.  The best
 * strategy follows the upper envelope of these lines and changes at a few breakpoints, so curves over all
 * thresholds cost one walk along each envelope, whatever the number of thresholds.  Samples are draws of a
 * probabilistic model, or replicates of a bootstrap. */
#ifndef ITG_CEAC_H
#define ITG_CEAC_H

#include "itg_base.h"

enum { ITG_MOST_STRATEGIES = 256 };

/* Samples x strategies, borrowed; finite numbers only. */
typedef struct itg_samples {
  int64_t n; /* below 2^32 */
  int32_t n_strategies;
  const double *const *cost, *const *effect; /* [strategy][sample] */
  const double *weight;                      /* of each sample; NULL: all 1 */
} itg_samples;

/* Who is best where several are: the first in the order of the strategies, or all of them in equal parts
 * (which costs time in proportion to the number of thresholds). */
typedef enum itg_ties { ITG_TIES_FIRST, ITG_TIES_SHARE } itg_ties;

double itg_samples_total(const itg_samples *samples); /* sum of weights */

/* At given thresholds (ascending, not negative): best[k * n_strategies + d], the weight of the samples in
 * which d has the largest net benefit, the same as by comparing k * effect - cost at every threshold;
 * gain[k], the mean over samples of the largest net benefit less that of strategy 0. */
itg_status itg_ceac_at(const itg_samples *samples, const double *thresholds, int64_t n_thresholds,
                       itg_ties ties, const itg_control *control, double *best, double *gain,
                       itg_error *error);

/* The whole curve from 0: row r holds from threshold[r] up to threshold[r + 1] (the last for ever); gain, as
 * above, is that at threshold[r].  All breakpoints when there are at most `most` (0: no limit), else every
 * m-th: up to the next row no weight is then further from that of the row than `apart`.  Rows at `extra`
 * thresholds (ascending) are always there. */
typedef struct itg_curve {
  int64_t n_rows, n_breaks; /* breakpoints of all samples, also those without a row */
  double *threshold, *best, *gain;
  double apart; /* 0: every breakpoint has its row */
} itg_curve;
itg_status itg_ceac_exact(const itg_samples *samples, const double *extra, int64_t n_extra, int64_t most,
                          const itg_control *control, itg_curve *out, itg_error *error);
void itg_curve_clear(itg_curve *curve);

/* Pairwise: weight of the samples in which strategy b has a larger net benefit than a, k * (eb - ea) > cb -
 * ca, at each threshold; `above`: just above it instead, which is what holds up to the next breakpoint. */
itg_status itg_ceac_pair(const itg_samples *samples, int32_t a, int32_t b, const double *thresholds,
                         int64_t n_thresholds, bool above, double *out, itg_error *error);

#endif
