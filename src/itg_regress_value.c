/* itg_regress_value.c - layer 3: what information is worth by fitted costs and effects. */
#include <math.h>
#include <stdlib.h>

#include "itg_gain.h"
#include "itg_psa_spread.h"
#include "itg_regress.h"
#include "itg_thread.h"

enum { BLOCK = 8192, MOST_BLOCKS = 64 };

/* Sums over samples of what the rules win over the strategy that is best on average. */
typedef struct won {
  itg_sum_pair gains;   /* of the fitted values, and in the samples */
  itg_sum_pair squares; /* of the gain in the samples; and the gain by the rule of the other folds */
} won;

typedef struct value {
  const itg_psa *psa;
  const itg_regression *fit;
  const double *thresholds;
  int n;
  int32_t *optimal;        /* by threshold */
  int64_t n_blocks, block; /* of samples, whatever the threads */
  won *won;                /* [block][threshold] */
  itg_gain *gains;         /* by block; NULL: no curve */
} value;

/* Largest mean of the fitted net benefits, strategy 0 being 0; its strategy. */
static double top_mean(const itg_regression *fit, double k, int32_t *best) {
  double top = 0;
  if (best) *best = 0;
  for (int32_t d = 1; d < fit->n_strategies; d++) {
    double value = k * fit->mean_effect[d] - fit->mean_cost[d];
    if (value <= top) continue;
    top = value;
    if (best) *best = d;
  }
  return top;
}

/* One sample: the best by each fit, and what it makes of the sample. */
static inline void add_sample(won *to, const itg_samples *s, int64_t i, const double *row, double k,
                              int32_t optimal) {
  int32_t D = s->n_strategies;
  double first = k * s->effect[0][i] - s->cost[0][i], weight = s->weight ? s->weight[i] : 1;
  const double *costs = row + 2 * (D - 1);
  double base = first, fitted_base = 0;
  if (optimal) {
    base = k * s->effect[optimal][i] - s->cost[optimal][i];
    fitted_base = k * row[2 * (optimal - 1)] - costs[2 * (optimal - 1)];
  }
#if defined(__GNUC__)
  itg_pair top = {0, 0}, made = {first, first};
  const itg_pair threshold = {k, k};
  for (int32_t d = 1; d < D; d++) {
    const double net = k * s->effect[d][i] - s->cost[d][i];
    const itg_pair nets = {net, net}, fitted = threshold * ITG_PAIR(row + 2 * (d - 1)) - ITG_PAIR(costs + 2 * (d - 1));
    const itg_mask better = fitted > top;
    top = (itg_pair)((better & (itg_mask)fitted) | (~better & (itg_mask)top));
    made = (itg_pair)((better & (itg_mask)nets) | (~better & (itg_mask)made));
  }
#else
  double top[2] = {0, 0}, made[2] = {first, first};
  for (int32_t d = 1; d < D; d++) {
    const double net = k * s->effect[d][i] - s->cost[d][i];
    for (int side = 0; side < 2; side++) {
      double fitted = k * row[2 * (d - 1) + side] - costs[2 * (d - 1) + side];
      if (fitted > top[side]) top[side] = fitted, made[side] = net;
    }
  }
#endif
  double gain = made[0] - base;
  ITG_SUM_PAIR_ADD(&to->gains, weight * (top[0] - fitted_base), weight * gain);
  ITG_SUM_PAIR_ADD(&to->squares, weight * gain * gain, weight * (made[1] - base));
}

static itg_status add_block(void *payload, int64_t index, itg_error *error) {
  const value *v = payload;
  const itg_samples *s = &v->psa->samples;
  int64_t from = index * v->block, end = from + v->block < s->n ? from + v->block : s->n;
  int64_t size = 2 * v->fit->r, most = ITG_ROOM / size;
  double room[ITG_ROOM];
  for (int64_t count; from < end; from += count) {
    count = end - from < most ? end - from : most;
    const double *rows = itg_regression_rows(v->fit, from, count, room);
    for (int q = 0; q < v->n; q++) {
      won own = v->won[index * v->n + q];
      for (int64_t i = 0; i < count; i++)
        add_sample(&own, s, from + i, rows + i * size, v->thresholds[q], v->optimal[q]);
      v->won[index * v->n + q] = own;
    }
    if (v->gains)
      ITG_TRY(itg_gain_add(&v->gains[index], rows, count, s->n_strategies, s->weight ? s->weight + from : NULL,
                           error));
  }
  return ITG_OK;
}

static void add_up(const value *v, itg_information *out) {
  double total = itg_samples_total(&v->psa->samples);
  for (int q = 0; q < v->n; q++) {
    itg_sum gains[2] = {{0, 0}}, squares[2] = {{0, 0}};
    for (int64_t b = 0; b < v->n_blocks; b++)
      for (int k = 0; k < 2; k++) {
        const won *part = &v->won[b * v->n + q];
        itg_sum_join(&gains[k], part->gains.total[k], part->gains.error[k]);
        itg_sum_join(&squares[k], part->squares.total[k], part->squares.error[k]);
      }
    double mean = itg_sum_value(&gains[1]) / total, square = itg_sum_value(&squares[0]) / total - mean * mean;
    out[q].value = fmax(0, itg_sum_value(&gains[0]) / total);
    out[q].std_error = sqrt(fmax(0, square) / itg_psa_effective(&v->psa->samples));
    out[q].crossed = itg_sum_value(&squares[1]) / total;
  }
}

static itg_status run(value *v, int64_t most, const itg_control *control, itg_information *out, itg_curve *curve,
                      itg_error *error) {
  for (int q = 0; q < v->n; q++) top_mean(v->fit, v->thresholds[q], &v->optimal[q]);
  ITG_TRY(itg_parallel(control, v->n_blocks, add_block, v, error));
  add_up(v, out);
  ITG_TRY(itg_check_stop(control, 0.9, error));
  if (!curve) return ITG_OK;
  double total = itg_samples_total(&v->psa->samples);
  ITG_TRY(itg_gain_curve(v->gains, v->n_blocks, total, most, control, curve, error));
  for (int64_t row = 0; row < curve->n_rows; row++)
    curve->gain[row] = fmax(0, curve->gain[row] - top_mean(v->fit, curve->threshold[row], NULL));
  return ITG_OK;
}

itg_status itg_regression_value(const itg_psa *psa, const itg_regression *fit, const double *thresholds,
                                int n, int64_t most, const itg_control *control, itg_information *out,
                                itg_curve *curve, itg_error *error) {
  value v = {.psa = psa, .fit = fit, .thresholds = thresholds, .n = n, .n_blocks = (fit->n + BLOCK - 1) / BLOCK};
  if (v.n_blocks > MOST_BLOCKS) v.n_blocks = MOST_BLOCKS;
  v.block = (fit->n + v.n_blocks - 1) / v.n_blocks;
  v.optimal = itg_alloc((size_t)n, sizeof *v.optimal);
  v.won = itg_alloc((size_t)v.n_blocks * (size_t)n, sizeof *v.won);
  v.gains = curve ? itg_alloc((size_t)v.n_blocks, sizeof *v.gains) : NULL;
  bool room = v.optimal && v.won && (v.gains || !curve);
  itg_status status = room ? run(&v, most, control, out, curve, error) : itg_fail_memory(error);
  if (v.gains) itg_gain_clear(v.gains, v.n_blocks);
  free(v.optimal);
  free(v.won);
  free(v.gains);
  return status;
}
