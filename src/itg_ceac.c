/* itg_ceac.c - layer 3: acceptability and perfect information by walks along upper envelopes. */
#include "itg_ceac.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_sum.h"
#include "itg_thread.h"

enum { BLOCK = 16384, MOST_BLOCKS = 64, MOST_CELLS = 8000000, AHEAD = 16 };

double itg_samples_total(const itg_samples *samples) {
  return samples->weight ? itg_sum_of(samples->weight, samples->n) : (double)samples->n;
}

/* ---- one sample ---- */

typedef struct lines {
  int32_t n;
  double cost[ITG_MOST_STRATEGIES], effect[ITG_MOST_STRATEGIES];
} lines;

static inline void load(const itg_samples *s, int64_t i, lines *l) {
  for (int32_t d = 0; d < l->n; d++) {
    l->cost[d] = s->cost[d][i];
    l->effect[d] = s->effect[d][i];
  }
}

static inline double net_benefit(const lines *l, int32_t d, double k) {
  return k * l->effect[d] - l->cost[d];
}

/* Best at k; of equals the one that is best just above k, then the first. */
static inline int32_t best_from(const lines *l, double k, bool *tie) {
  int32_t best = 0;
  double top = net_benefit(l, 0, k);
  *tie = false;
  for (int32_t d = 1; d < l->n; d++) {
    double value = net_benefit(l, d, k);
    if (value == top) {
      *tie = true;
      if (l->effect[d] > l->effect[best]) best = d;
    } else if (value > top) {
      *tie = false;
      top = value;
      best = d;
    }
  }
  return best;
}

static inline int32_t first_best_at(const lines *l, double k) {
  int32_t best = 0;
  for (int32_t d = 1; d < l->n; d++)
    if (net_benefit(l, d, k) > net_benefit(l, best, k)) best = d;
  return best;
}

/* The line that overtakes `current` first, -1 none; of several at one threshold the steepest, then the first.
 */
static inline int32_t overtaker(const lines *l, int32_t current, double *at) {
  int32_t next = -1;
  double soonest = INFINITY, cost = l->cost[current], effect = l->effect[current];
  for (int32_t d = 0; d < l->n; d++) {
    if (!(l->effect[d] > effect)) continue;
    double k = (l->cost[d] - cost) / (l->effect[d] - effect);
    if (k < soonest || (k == soonest && next >= 0 && l->effect[d] > l->effect[next])) {
      soonest = k;
      next = d;
    }
  }
  if (soonest > *at) *at = soonest; /* rounding must not lead backwards */
  return next;
}

/* ---- at given thresholds ---- */

typedef struct grid {
  const itg_samples *s;
  const double *thresholds;
  int64_t n;          /* thresholds */
  double start, step; /* step 0: not uniform */
  int64_t positive;   /* first threshold above 0 */
  int shift; /* not uniform: bits of a double without the last `shift` are a cell; ends[cell] is the */
  int32_t *ends;      /* first threshold beyond it; NULL: thresholds are few */
  itg_ties ties;
  int64_t n_blocks, block;
  double *cells; /* block x (n + 1) x (strategies + 2): changes of weight by strategy, of cost, of effect */
} grid;

static void find_step(grid *g) {
  double step = g->n > 1 ? (g->thresholds[g->n - 1] - g->thresholds[0]) / (double)(g->n - 1) : 0;
  g->start = g->thresholds[0];
  for (int64_t k = 0; k < g->n && step > 0; k++)
    if (!(fabs(g->thresholds[k] - (g->start + (double)k * step)) < 0.01 * step)) step = 0;
  g->step = step > 0 ? step : 0;
}

static inline uint64_t bits_of(double value) { /* of doubles that are not negative: ordered as they are */
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* Thresholds at quantiles of breakpoints lie densely where breakpoints do, so cells of the logarithm tell
 * nearly where one belongs. */
static itg_status make_cells(grid *g, itg_error *error) {
  enum { FEW_THRESHOLDS = 16, MOST_ENDS = 16384 };
  while (g->positive < g->n && !(g->thresholds[g->positive] > 0)) g->positive++;
  if (g->step > 0 || g->n - g->positive < FEW_THRESHOLDS || g->n > INT32_MAX) return ITG_OK;
  uint64_t first = bits_of(g->thresholds[g->positive]), last = bits_of(g->thresholds[g->n - 1]);
  while ((last >> g->shift) - (first >> g->shift) >= MOST_ENDS) g->shift++;
  int64_t cells = (int64_t)((last >> g->shift) - (first >> g->shift)) + 1, at = g->positive;
  g->ends = itg_alloc((size_t)cells, sizeof *g->ends);
  if (!g->ends) return itg_fail_memory(error);
  for (int64_t c = 0; c < cells; c++) {
    while (at < g->n && (int64_t)((bits_of(g->thresholds[at]) >> g->shift) - (first >> g->shift)) <= c) at++;
    g->ends[c] = (int32_t)at;
  }
  return ITG_OK;
}

/* First threshold that is not below k; a guess where the grid is uniform. */
static inline int64_t place(const grid *g, double k) {
  if (g->step > 0) {
    double at = (k - g->start) / g->step;
    return at < 0 ? 0 : at < (double)g->n ? (int64_t)ceil(at) : g->n;
  }
  int64_t low = 0, high = g->n;
  if (g->ends) {
    if (!(k > g->thresholds[g->positive])) return k > 0 ? g->positive : 0;
    if (!(k <= g->thresholds[g->n - 1])) return g->n;
    uint64_t cell = (bits_of(k) >> g->shift) - (bits_of(g->thresholds[g->positive]) >> g->shift);
    low = cell ? g->ends[cell - 1] : g->positive;
    high = g->ends[cell];
  }
  while (low < high) {
    int64_t middle = low + (high - low) / 2;
    if (g->thresholds[middle] < k)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

/* The first threshold from `from` at which b is not below a, by the comparison that defines it. */
static inline int64_t settle(const grid *g, const lines *l, int32_t a, int32_t b, int64_t from, double k) {
  int64_t at = place(g, k);
  if (at < from) at = from;
  while (at < g->n && net_benefit(l, b, g->thresholds[at]) < net_benefit(l, a, g->thresholds[at])) at++;
  while (at > from && net_benefit(l, b, g->thresholds[at - 1]) >= net_benefit(l, a, g->thresholds[at - 1]))
    at--;
  return at;
}

/* A tie at one threshold goes to the first in the order of the strategies. */
static void settle_tie(const grid *g, const lines *l, int32_t winner, int64_t at, double weight,
                       double *cells, int32_t wide) {
  int32_t first = first_best_at(l, g->thresholds[at]);
  if (first == winner) return;
  cells[at * wide + winner] -= weight;
  cells[(at + 1) * wide + winner] += weight;
  cells[at * wide + first] += weight;
  cells[(at + 1) * wide + first] -= weight;
}

/* One sample by its walk. */
static inline void add_walk(const grid *g, const lines *l, double weight, double *cells) {
  int32_t D = l->n, wide = D + 2;
  int64_t at = 0;
  double k = g->start;
  bool tie;
  int32_t winner = best_from(l, k, &tie);
  cells[winner] += weight;
  cells[D] += weight * (l->cost[winner] - l->cost[0]);
  cells[D + 1] += weight * (l->effect[winner] - l->effect[0]);
  if (g->n == 1) { /* no other threshold at which another could be best */
    if (tie) settle_tie(g, l, winner, 0, weight, cells, wide);
    return;
  }
  for (;;) {
    int32_t next = overtaker(l, winner, &k);
    int64_t then = next < 0 ? g->n : settle(g, l, winner, next, at, k);
    if (tie && then > at) settle_tie(g, l, winner, at, weight, cells, wide);
    if (then >= g->n) break;
    double *change = cells + then * wide;
    tie = net_benefit(l, next, g->thresholds[then]) == net_benefit(l, winner, g->thresholds[then]);
    change[winner] -= weight;
    change[next] += weight;
    change[D] += weight * (l->cost[next] - l->cost[winner]);
    change[D + 1] += weight * (l->effect[next] - l->effect[winner]);
    winner = next;
    at = then;
  }
}

/* One sample by comparison at every threshold; equals share. */
static inline void add_shares(const grid *g, const lines *l, double weight, double *cells) {
  int32_t D = l->n, wide = D + 2;
  for (int64_t k = 0; k < g->n; k++) {
    int32_t first = first_best_at(l, g->thresholds[k]), n = 0;
    double top = net_benefit(l, first, g->thresholds[k]), *here = cells + k * wide, *after = here + wide;
    for (int32_t d = 0; d < D; d++) n += net_benefit(l, d, g->thresholds[k]) == top;
    for (int32_t d = 0; d < D; d++) {
      if (net_benefit(l, d, g->thresholds[k]) != top) continue;
      here[d] += weight / n;
      after[d] -= weight / n;
    }
    double cost = weight * (l->cost[first] - l->cost[0]), effect = weight * (l->effect[first] - l->effect[0]);
    here[D] += cost;
    after[D] -= cost;
    here[D + 1] += effect;
    after[D + 1] -= effect;
  }
}

static itg_status add_block(void *payload, int64_t index, itg_error *error) {
  const grid *g = payload;
  const itg_samples *s = g->s;
  double *cells = g->cells + index * (g->n + 1) * (s->n_strategies + 2);
  int64_t end = (index + 1) * g->block < s->n ? (index + 1) * g->block : s->n;
  lines l = {.n = s->n_strategies};
  (void)error;
  for (int64_t i = index * g->block; i < end; i++) {
    double weight = s->weight ? s->weight[i] : 1;
    load(s, i, &l);
    if (g->ties == ITG_TIES_SHARE)
      add_shares(g, &l, weight, cells);
    else
      add_walk(g, &l, weight, cells);
  }
  return ITG_OK;
}

/* Blocks depend on the task alone, never on threads. */
static void cut_blocks(grid *g) {
  int64_t cells = (g->n + 1) * (g->s->n_strategies + 2), most = MOST_CELLS / cells;
  g->n_blocks = (g->s->n + BLOCK - 1) / BLOCK;
  if (g->n_blocks > MOST_BLOCKS) g->n_blocks = MOST_BLOCKS;
  if (g->n_blocks > most) g->n_blocks = most;
  if (g->n_blocks < 1) g->n_blocks = 1;
  g->block = (g->s->n + g->n_blocks - 1) / g->n_blocks;
}

static void add_up(const grid *g, double *best, double *gain) {
  int32_t D = g->s->n_strategies, wide = D + 2;
  double total = itg_samples_total(g->s);
  itg_sum sums[ITG_MOST_STRATEGIES + 2] = {{0, 0}};
  for (int64_t k = 0; k < g->n; k++) {
    for (int64_t b = 0; b < g->n_blocks; b++)
      for (int32_t c = 0; c < wide; c++) itg_sum_add(&sums[c], g->cells[(b * (g->n + 1) + k) * wide + c]);
    for (int32_t d = 0; d < D; d++) best[k * D + d] = fmax(0, itg_sum_value(&sums[d]));
    gain[k] = (g->thresholds[k] * itg_sum_value(&sums[D + 1]) - itg_sum_value(&sums[D])) / total;
  }
}

itg_status itg_ceac_at(const itg_samples *samples, const double *thresholds, int64_t n_thresholds,
                       itg_ties ties, const itg_control *control, double *best, double *gain,
                       itg_error *error) {
  grid g = {.s = samples, .thresholds = thresholds, .n = n_thresholds, .ties = ties};
  if (!n_thresholds) return ITG_OK;
  find_step(&g);
  ITG_TRY(make_cells(&g, error));
  cut_blocks(&g);
  size_t cells = ((size_t)n_thresholds + 1) * (size_t)(samples->n_strategies + 2);
  g.cells = itg_alloc((size_t)g.n_blocks * cells, sizeof *g.cells);
  itg_status status =
      g.cells ? itg_parallel(control, g.n_blocks, add_block, &g, error) : itg_fail_memory(error);
  if (!status) add_up(&g, best, gain);
  free(g.ends);
  free(g.cells);
  return status;
}

/* ---- the whole curve ---- */

/* At `threshold` the best strategy of `sample` changes. */
typedef struct breakpoint {
  double threshold, gain; /* gain: weight * (effect of the new - of the old) */
  uint32_t sample;
  uint16_t from, to;
} breakpoint;

typedef struct walked {
  breakpoint *breaks;
  int64_t n, capacity;
  double best[ITG_MOST_STRATEGIES]; /* at threshold 0 */
  itg_sum cost, effect;
} walked;

typedef struct walk {
  const itg_samples *s;
  walked *blocks;
} walk;

static itg_status push(walked *w, breakpoint b, itg_error *error) {
  if (w->n == w->capacity) {
    int64_t capacity = w->capacity ? 2 * w->capacity : 2 * BLOCK;
    breakpoint *breaks = itg_grow(w->breaks, (size_t)capacity, sizeof *breaks);
    if (!breaks) return itg_fail_memory(error);
    w->breaks = breaks;
    w->capacity = capacity;
  }
  w->breaks[w->n++] = b;
  return ITG_OK;
}

static itg_status walk_whole(void *payload, int64_t index, itg_error *error) {
  const walk *task = payload;
  const itg_samples *s = task->s;
  walked *w = &task->blocks[index];
  int64_t end = (index + 1) * BLOCK < s->n ? (index + 1) * BLOCK : s->n;
  lines l = {.n = s->n_strategies};
  for (int64_t i = index * BLOCK; i < end; i++) {
    double weight = s->weight ? s->weight[i] : 1, k = 0;
    bool tie;
    load(s, i, &l);
    int32_t winner = best_from(&l, 0, &tie), next;
    w->best[winner] += weight;
    itg_sum_add(&w->cost, weight * (l.cost[winner] - l.cost[0]));
    itg_sum_add(&w->effect, weight * (l.effect[winner] - l.effect[0]));
    while ((next = overtaker(&l, winner, &k)) >= 0) {
      ITG_TRY(push(w,
                   (breakpoint){k, weight * (l.effect[next] - l.effect[winner]), (uint32_t)i,
                                (uint16_t)winner, (uint16_t)next},
                   error));
      winner = next;
    }
  }
  return ITG_OK;
}

typedef struct ranked {
  uint64_t key; /* bits of the threshold */
  const breakpoint *at;
} ranked;

/* Least significant byte first, in the order they came where equal; bytes that all keys share are skipped.
 * The result is in *list. */
static itg_status sort_ranked(ranked **list, ranked **spare, int64_t n, const itg_control *control,
                              itg_error *error) {
  int64_t all[8][256] = {{0}};
  for (int64_t i = 0; i < n; i++)
    for (int byte = 0; byte < 8; byte++) all[byte][((*list)[i].key >> (8 * byte)) & 255]++;
  for (int byte = 0; byte < 8; byte++) {
    int64_t *counts = all[byte], sum = 0;
    if (n && counts[((*list)[0].key >> (8 * byte)) & 255] == n) continue;
    ITG_TRY(itg_check_stop(control, 0.5 + byte / 20.0, error));
    for (int v = 0; v < 256; v++) {
      int64_t count = counts[v];
      counts[v] = sum;
      sum += count;
    }
    for (int64_t i = 0; i < n; i++) (*spare)[counts[((*list)[i].key >> (8 * byte)) & 255]++] = (*list)[i];
    ranked *swap = *list;
    *list = *spare;
    *spare = swap;
  }
  return ITG_OK;
}

static void write_row(itg_curve *c, int32_t D, double threshold, const itg_sum *best, double gain) {
  bool again = c->n_rows && c->threshold[c->n_rows - 1] == threshold;
  int64_t row = again ? c->n_rows - 1 : c->n_rows++;
  c->threshold[row] = threshold;
  c->gain[row] = gain;
  for (int32_t d = 0; d < D; d++) c->best[row * D + d] = fmax(0, itg_sum_value(&best[d]));
}

/* How far the weights have come from those of the last row. */
static void keep_apart(itg_curve *c, int32_t D, const itg_sum *best, const breakpoint *b) {
  const double *held = c->best + (c->n_rows - 1) * D;
  double from = fabs(itg_sum_value(&best[b->from]) - held[b->from]),
         to = fabs(itg_sum_value(&best[b->to]) - held[b->to]);
  if (from > c->apart) c->apart = from;
  if (to > c->apart) c->apart = to;
}

/* Go through the breakpoints in order and write the rows. */
static itg_status sweep(const itg_samples *s, const walk *w, int64_t n_blocks, const ranked *order,
                        const double *extra, int64_t n_extra, int64_t every, const itg_control *control,
                        itg_curve *c, itg_error *error) {
  int32_t D = s->n_strategies;
  double total = itg_samples_total(s), now = 0;
  itg_sum best[ITG_MOST_STRATEGIES] = {{0, 0}}, cost = {0, 0}, slope = {0, 0}, gain = {0, 0};
  for (int64_t b = 0; b < n_blocks; b++) {
    for (int32_t d = 0; d < D; d++) itg_sum_add(&best[d], w->blocks[b].best[d]);
    itg_sum_add(&cost, itg_sum_value(&w->blocks[b].cost));
    itg_sum_add(&slope, itg_sum_value(&w->blocks[b].effect));
  }
  itg_sum_add(&gain, -itg_sum_value(&cost));
  write_row(c, D, 0, best, itg_sum_value(&gain) / total);
  int64_t x = 0, since = 0;
  for (int64_t i = 0; i <= c->n_breaks; i++) {
    double next = i < c->n_breaks ? order[i].at->threshold : INFINITY;
    while (x < n_extra && extra[x] < next) {
      double here = itg_sum_value(&gain) + itg_sum_value(&slope) * (extra[x] - now);
      write_row(c, D, extra[x++], best, here / total);
    }
    if (i == c->n_breaks) break;
    if (i % BLOCK == BLOCK - 1) ITG_TRY(itg_check_stop(control, 0.9, error));
    const breakpoint *b = order[i].at;
    __builtin_prefetch(order[i + AHEAD < c->n_breaks ? i + AHEAD : i].at); /* they lie all over the memory */
    double weight = s->weight ? s->weight[b->sample] : 1;
    itg_sum_add(&gain, itg_sum_value(&slope) * (next - now));
    now = next;
    itg_sum_add(&slope, b->gain);
    itg_sum_add(&best[b->from], -weight);
    itg_sum_add(&best[b->to], weight);
    bool last = i + 1 == c->n_breaks;
    since++;
    bool inside = !last && order[i + 1].at->threshold == next; /* one row per threshold */
    if (inside || (!last && since < every)) {
      if (every > 1) keep_apart(c, D, best, b);
      continue;
    }
    write_row(c, D, now, best, itg_sum_value(&gain) / total);
    since = 0;
  }
  return ITG_OK;
}

void itg_curve_clear(itg_curve *curve) {
  free(curve->threshold);
  free(curve->best);
  free(curve->gain);
  memset(curve, 0, sizeof *curve);
}

static itg_status make_curve(const itg_samples *s, const walk *w, int64_t n_blocks, const double *extra,
                             int64_t n_extra, int64_t most, const itg_control *control, itg_curve *out,
                             itg_error *error) {
  itg_status status = ITG_ERR_MEMORY;
  int64_t n = 0, every = 1, rows;
  for (int64_t b = 0; b < n_blocks; b++) n += w->blocks[b].n;
  if (most > 0 && n > most) every = (n + most - 1) / most;
  rows = n / every + n_extra + 3;
  size_t count = (size_t)n;
  ranked *order = itg_alloc(count, sizeof *order), *spare = itg_alloc(count, sizeof *spare);
  out->n_breaks = n;
  out->threshold = itg_alloc((size_t)rows, sizeof *out->threshold);
  out->gain = itg_alloc((size_t)rows, sizeof *out->gain);
  out->best = itg_alloc((size_t)rows * (size_t)s->n_strategies, sizeof *out->best);
  if (!order || !spare || !out->threshold || !out->gain || !out->best) {
    itg_fail_memory(error);
    goto out;
  }
  n = 0;
  for (int64_t b = 0; b < n_blocks; b++)
    for (int64_t i = 0; i < w->blocks[b].n; i++) {
      const breakpoint *at = &w->blocks[b].breaks[i];
      order[n++] = (ranked){bits_of(at->threshold), at};
    }
  status = sort_ranked(&order, &spare, n, control, error);
  if (!status) status = sweep(s, w, n_blocks, order, extra, n_extra, every, control, out, error);
out:
  free(order);
  free(spare);
  if (status) itg_curve_clear(out);
  return status;
}

itg_status itg_ceac_exact(const itg_samples *samples, const double *extra, int64_t n_extra, int64_t most,
                          const itg_control *control, itg_curve *out, itg_error *error) {
  int64_t n_blocks = (samples->n + BLOCK - 1) / BLOCK;
  walk w = {.s = samples, .blocks = itg_alloc((size_t)n_blocks, sizeof *w.blocks)};
  memset(out, 0, sizeof *out);
  if (!w.blocks) return itg_fail_memory(error);
  itg_status status = itg_parallel(control, n_blocks, walk_whole, &w, error);
  if (!status) status = make_curve(samples, &w, n_blocks, extra, n_extra, most, control, out, error);
  for (int64_t b = 0; b < n_blocks; b++) free(w.blocks[b].breaks);
  free(w.blocks);
  return status;
}

/* ---- two strategies ---- */

itg_status itg_ceac_pair(const itg_samples *samples, int32_t a, int32_t b, const double *thresholds,
                         int64_t n_thresholds, bool above, double *out, itg_error *error) {
  grid g = {.s = samples, .thresholds = thresholds, .n = n_thresholds};
  if (!n_thresholds) return ITG_OK;
  find_step(&g);
  ITG_TRY(make_cells(&g, error));
  double *change = itg_alloc((size_t)n_thresholds + 1, sizeof *change);
  if (!change) {
    free(g.ends);
    return itg_fail_memory(error);
  }
  for (int64_t i = 0; i < samples->n; i++) {
    double effect = samples->effect[b][i] - samples->effect[a][i],
           weight = samples->weight ? samples->weight[i] : 1;
    double cost = samples->cost[b][i] - samples->cost[a][i];
    if (effect == 0) {
      if (cost < 0) change[0] += weight;
      continue;
    }
    /* The first threshold on the other side of the breakpoint. */
    double k = cost / effect;
    int64_t at = place(&g, k);
    bool gains = effect > 0;
#define IS_BETTER(q) (above ? (thresholds[q] >= k) == gains : thresholds[q] * effect > cost)
    while (at < g.n && IS_BETTER(at) != gains) at++;
    while (at > 0 && IS_BETTER(at - 1) == gains) at--;
#undef IS_BETTER
    if (gains) {
      change[at] += weight;
    } else {
      change[0] += weight;
      change[at] -= weight;
    }
  }
  itg_sum sum = {0, 0};
  for (int64_t k = 0; k < n_thresholds; k++) {
    itg_sum_add(&sum, change[k]);
    out[k] = fmax(0, itg_sum_value(&sum));
  }
  free(g.ends);
  free(change);
  return ITG_OK;
}
