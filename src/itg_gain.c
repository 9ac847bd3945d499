/* itg_gain.c - layer 3: gains of the best strategy: breakpoints are sorted into cells, and in order only where asked. */
#include "itg_gain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_thread.h"

/* ---- at given thresholds ---- */

enum { BLOCK = 16384, MOST_BLOCKS = 64 };

typedef struct grid {
  const itg_samples *s;
  const double *thresholds;
  int n;
  int64_t n_blocks, block;
  itg_sum_pair *sums; /* [block][threshold]; even and odd samples */
} grid;

static inline double gain_of(const itg_samples *s, double k, int64_t i) {
  double first = k * s->effect[0][i] - s->cost[0][i], top = first;
  for (int32_t d = 1; d < s->n_strategies; d++) {
    double value = k * s->effect[d][i] - s->cost[d][i];
    top = value > top ? value : top;
  }
  return (top - first) * (s->weight ? s->weight[i] : 1);
}

static itg_status add_block(void *payload, int64_t index, itg_error *error) {
  const grid *g = payload;
  int64_t from = index * g->block, end = from + g->block < g->s->n ? from + g->block : g->s->n;
  (void)error;
  for (int q = 0; q < g->n; q++) {
    double k = g->thresholds[q];
    itg_sum_pair sum = {{0, 0}, {0, 0}};
    int64_t i = from;
    for (; i + 2 <= end; i += 2) ITG_SUM_PAIR_ADD(&sum, gain_of(g->s, k, i), gain_of(g->s, k, i + 1));
    if (i < end) ITG_SUM_PAIR_ADD(&sum, gain_of(g->s, k, i), 0);
    g->sums[index * g->n + q] = sum;
  }
  return ITG_OK;
}

itg_status itg_gain_at(const itg_samples *samples, const double *thresholds, int n_thresholds,
                       const itg_control *control, double *gain, itg_error *error) {
  grid g = {.s = samples, .thresholds = thresholds, .n = n_thresholds, .n_blocks = (samples->n + BLOCK - 1) / BLOCK};
  if (g.n_blocks > MOST_BLOCKS) g.n_blocks = MOST_BLOCKS;
  g.block = (samples->n + g.n_blocks - 1) / g.n_blocks;
  g.sums = itg_alloc((size_t)g.n_blocks * (size_t)g.n, sizeof *g.sums);
  if (!g.sums) return itg_fail_memory(error);
  itg_status status = itg_parallel(control, g.n_blocks, add_block, &g, error);
  double total = itg_samples_total(samples);
  for (int q = 0; q < g.n && !status; q++) {
    itg_sum sum = {0, 0};
    for (int64_t b = 0; b < g.n_blocks; b++) itg_sum_join_pair(&sum, &g.sums[b * g.n + q]);
    gain[q] = itg_sum_value(&sum) / total;
  }
  free(g.sums);
  return status;
}

/* ---- breakpoints of the samples ---- */

static itg_status make_room(itg_gain *part, int64_t more, itg_error *error) {
  if (part->n + more <= part->capacity) return ITG_OK;
  int64_t capacity = 2 * part->capacity > part->n + more ? 2 * part->capacity : part->n + more;
  itg_break *breaks = itg_grow(part->breaks, (size_t)capacity, sizeof *breaks);
  if (!breaks) return itg_fail_memory(error);
  part->breaks = breaks;
  part->capacity = capacity;
  return ITG_OK;
}

/* Up the upper envelope of the lines k * effect - cost from 0: whoever overtakes the best first is the next; of several
 * at one threshold the steepest. */
static void walk(itg_gain *part, const double *row, int32_t D, double weight) {
  const double *effects = row - 2, *costs = row + 2 * (D - 2); /* of strategy d at 2 d */
  double effect = 0, cost = 0, at = 0;
  for (int32_t d = 1; d < D; d++) {
    double e = effects[2 * d], c = costs[2 * d];
    if (c < cost || (c == cost && e > effect)) effect = e, cost = c;
  }
  ITG_SUM_PAIR_ADD(&part->sums, weight * effect, weight * cost);
  for (;;) {
    double soonest = INFINITY, next_effect = INFINITY, next_cost = cost;
    for (int32_t d = 0; d < D; d++) {
      double e = d ? effects[2 * d] : 0, c = d ? costs[2 * d] : 0;
      if (!(e > effect)) continue;
      double k = (c - cost) / (e - effect);
      if (k < soonest || (k == soonest && e > next_effect)) soonest = k, next_effect = e, next_cost = c;
    }
    if (next_effect == INFINITY) return;
    if (soonest > at) at = soonest; /* rounding must not lead backwards */
    part->breaks[part->n++] = (itg_break){at, weight * (next_effect - effect)};
    effect = next_effect;
    cost = next_cost;
  }
}

itg_status itg_gain_add(itg_gain *part, const double *rows, int64_t n, int32_t n_strategies, const double *weight,
                        itg_error *error) {
  ITG_TRY(make_room(part, n * (n_strategies - 1), error));
  int64_t size = 4 * ((int64_t)n_strategies - 1);
  for (int64_t i = 0; i < n; i++) walk(part, rows + i * size, n_strategies, weight ? weight[i] : 1);
  return ITG_OK;
}

/* ---- the curve ---- */

enum { MOST_CELLS = 16384, FEW = 48, ASK = 65536 };

typedef struct sweep {
  const itg_control *control;
  itg_curve *curve;
  itg_sum_pair sums;                 /* effect and cost of the best */
  int64_t passed, target, every, n;  /* breakpoints: behind, at which the next row falls */
  double total;
} sweep;

static inline uint64_t bits_of(double value) { /* of doubles that are not negative: ordered as they are */
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static void write_row(sweep *w, double threshold) {
  itg_curve *c = w->curve;
  double effect = w->sums.total[0] + w->sums.error[0], cost = w->sums.total[1] + w->sums.error[1];
  if (!c->n_rows || c->threshold[c->n_rows - 1] != threshold) c->n_rows++;
  c->threshold[c->n_rows - 1] = threshold;
  c->gain[c->n_rows - 1] = (threshold * effect - cost) / w->total;
  w->target = w->passed + w->every < w->n ? w->passed + w->every : w->n;
}

static inline void pass(sweep *w, const itg_break *list, int64_t n) {
  itg_sum_pair sums = w->sums;
  for (int64_t i = 0; i < n; i++)
    ITG_SUM_PAIR_ADD(&sums, list[i].effect, list[i].threshold * list[i].effect);
  w->sums = sums;
  w->passed += n;
}

/* A few breakpoints in order; those at one threshold share their row. */
static void pass_in_order(sweep *w, itg_break *list, int64_t n) {
  for (int64_t i = 1; i < n; i++) {
    itg_break moved = list[i];
    int64_t at = i;
    for (; at > 0 && list[at - 1].threshold > moved.threshold; at--) list[at] = list[at - 1];
    list[at] = moved;
  }
  for (int64_t i = 0; i < n; i++) {
    pass(w, list + i, 1);
    if (w->passed >= w->target && (i + 1 == n || list[i + 1].threshold != list[i].threshold))
      write_row(w, list[i].threshold);
  }
}

/* Breakpoints above all that were passed: in cells of their bits, those cells in which a row falls again, and so on. */
static itg_status pass_cells(sweep *w, itg_break *list, itg_break *spare, int64_t n, itg_error *error) {
  if (w->passed + n < w->target || n <= FEW) {
    if (w->passed + n < w->target)
      pass(w, list, n);
    else
      pass_in_order(w, list, n);
    return ITG_OK;
  }
  uint64_t low = bits_of(list[0].threshold), high = low;
  for (int64_t i = 1; i < n; i++) {
    uint64_t bits = bits_of(list[i].threshold);
    low = bits < low ? bits : low;
    high = bits > high ? bits : high;
  }
  if (low == high) {
    pass(w, list, n);
    write_row(w, list[0].threshold);
    return ITG_OK;
  }
  if (n > ASK) ITG_TRY(itg_check_stop(w->control, 0.9, error));
  int shift = 0;
  while ((high >> shift) - (low >> shift) >= MOST_CELLS || (high >> shift) - (low >> shift) >= (uint64_t)n) shift++;
  int64_t n_cells = (int64_t)((high >> shift) - (low >> shift)) + 1;
  int64_t *end = itg_alloc((size_t)n_cells + 1, sizeof *end); /* first where each cell starts, then where it ends */
  if (!end) return itg_fail_memory(error);
  low >>= shift;
  for (int64_t i = 0; i < n; i++) end[(bits_of(list[i].threshold) >> shift) - low + 1]++;
  for (int64_t c = 0; c < n_cells; c++) end[c + 1] += end[c];
  for (int64_t i = 0; i < n; i++) spare[end[(bits_of(list[i].threshold) >> shift) - low]++] = list[i];
  itg_status status = ITG_OK;
  for (int64_t c = 0, from = 0; c < n_cells && !status; from = end[c++])
    if (end[c] > from) status = pass_cells(w, spare + from, list + from, end[c] - from, error);
  free(end);
  return status;
}

static itg_status make_curve(sweep *w, itg_gain *parts, int64_t n_parts, itg_error *error) {
  itg_break *list = itg_grow(NULL, (size_t)w->n, sizeof *list), *spare = itg_grow(NULL, (size_t)w->n, sizeof *spare);
  size_t rows = (size_t)(w->n / w->every + 3);
  w->curve->threshold = itg_alloc(rows, sizeof *w->curve->threshold);
  w->curve->gain = itg_alloc(rows, sizeof *w->curve->gain);
  itg_status status = ITG_OK;
  if (!list || !spare || !w->curve->threshold || !w->curve->gain) status = itg_fail_memory(error);
  for (int64_t p = 0, at = 0; p < n_parts && !status; at += parts[p++].n) {
    if (parts[p].n) memcpy(list + at, parts[p].breaks, (size_t)parts[p].n * sizeof *list);
    free(parts[p].breaks);
    parts[p].breaks = NULL;
  }
  if (!status) write_row(w, 0);
  if (!status && w->n) status = pass_cells(w, list, spare, w->n, error);
  free(list);
  free(spare);
  if (status) itg_curve_clear(w->curve);
  return status;
}

itg_status itg_gain_curve(itg_gain *parts, int64_t n_parts, double total, int64_t most, const itg_control *control,
                          itg_curve *out, itg_error *error) {
  sweep w = {.control = control, .curve = out, .every = 1, .total = total};
  itg_sum effect = {0, 0}, cost = {0, 0};
  memset(out, 0, sizeof *out);
  for (int64_t p = 0; p < n_parts; p++) {
    itg_sum_join(&effect, parts[p].sums.total[0], parts[p].sums.error[0]);
    itg_sum_join(&cost, parts[p].sums.total[1], parts[p].sums.error[1]);
    w.n += parts[p].n;
  }
  w.sums = (itg_sum_pair){{effect.total, cost.total}, {effect.error, cost.error}};
  if (most > 0 && w.n > most) w.every = (w.n + most - 1) / most;
  out->n_breaks = w.n;
  return make_curve(&w, parts, n_parts, error);
}
