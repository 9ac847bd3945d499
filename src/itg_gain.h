/* itg_gain.h - layer 3: by how much the best strategy of each sample exceeds the first strategy, on average.
 *
 * Curves of which strategy is best (itg_ceac.h) need all breakpoints in order.  The gain needs the sums of effects and
 * costs of the best strategies alone, to which breakpoints below a threshold count whatever their order: they are put
 * in order only where a row of the curve falls. */
#ifndef ITG_GAIN_H
#define ITG_GAIN_H

#include "itg_ceac.h"
#include "itg_sum.h"

/* Mean over samples of the largest net benefit less that of strategy 0, at each threshold. */
itg_status itg_gain_at(const itg_samples *samples, const double *thresholds, int n_thresholds,
                       const itg_control *control, double *gain, itg_error *error);

/* ---- over all thresholds ---- */

/* At `threshold` the best strategy of a sample changes; effect: weight * (of the new - of the old). */
typedef struct itg_break {
  double threshold, effect;
} itg_break;

/* Part of the samples; begins as zeros. */
typedef struct itg_gain {
  itg_break *breaks;
  int64_t n, capacity;
  itg_sum_pair effect, cost; /* of the best at threshold 0 */
} itg_gain;

/* Rows of 2 (n_strategies - 1) pairs, of which the first number counts: increments of effect, then of cost, of every
 * strategy but the first.  weight: of each row; NULL: all 1. */
itg_status itg_gain_add(itg_gain *part, const double *rows, int64_t n, int32_t n_strategies, const double *weight,
                        itg_error *error);

/* The exact curve of all parts, whose breakpoints change their order: threshold and gain (weights sum to `total`) as in
 * itg_ceac_exact, without weights of the strategies. */
itg_status itg_gain_curve(itg_gain *parts, int64_t n_parts, double total, int64_t most, const itg_control *control,
                          itg_curve *out, itg_error *error);
void itg_gain_clear(itg_gain *parts, int64_t n_parts);

#endif
