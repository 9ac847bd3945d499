/* itg_gain.c - layer 3: gains of the best strategy: breakpoints in cells, and in order only where a row falls. */
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
  ITG_SUM_PAIR_ADD(&part->effect, weight * effect, 0);
  ITG_SUM_PAIR_ADD(&part->cost, weight * cost, 0);
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

#if defined(__GNUC__)
/* By one comparison, not by a mask made of several, for which gcc would leave the vectors. */
#define CHOOSE(mask, a, b) ((itg_pair)(((mask) & (itg_mask)(a)) | (~(mask) & (itg_mask)(b))))

typedef struct line {
  itg_pair effect, cost;
} line;

static inline void put_in_order(line *a, line *b) { /* by effect */
  const itg_mask wrong = a->effect > b->effect;
  const line low = {CHOOSE(wrong, b->effect, a->effect), CHOOSE(wrong, b->cost, a->cost)};
  *b = (line){CHOOSE(wrong, a->effect, b->effect), CHOOSE(wrong, a->cost, b->cost)};
  *a = low;
}

static inline itg_pair meeting(const line *a, const line *b) {
  return (b->cost - a->cost) / (b->effect - a->effect);
}

/* Three lines (of two, one stands twice) of two samples side by side, without branches.  From the flattest the envelope
 * goes over the middle line if that meets the flattest first, else at once to the steepest.  Lines of one slope meet at
 * infinity, on the side that tells which is above, and lines that are the same at no number, which is below none. */
static inline void walk_three(itg_gain *part, line a, line b, line c, itg_pair weight) {
  const itg_pair zero = {0, 0}, endless = {INFINITY, INFINITY};
  put_in_order(&a, &b);
  put_in_order(&b, &c);
  put_in_order(&a, &b);
  const itg_pair to_middle = meeting(&a, &b), on = meeting(&b, &c);
  const itg_mask over = to_middle < on;
  const itg_pair first = CHOOSE(over, to_middle, meeting(&a, &c)), second = CHOOSE(over, on, endless);
  const line next = {CHOOSE(over, b.effect, c.effect), CHOOSE(over, b.cost, c.cost)};
  const itg_pair effect = CHOOSE(second <= zero, c.effect, CHOOSE(first <= zero, next.effect, a.effect));
  const itg_pair cost = CHOOSE(second <= zero, c.cost, CHOOSE(first <= zero, next.cost, a.cost));
  itg_sum_pair_add(&part->effect, weight * effect);
  itg_sum_pair_add(&part->cost, weight * cost);
  const itg_pair gains[2] = {weight * (next.effect - a.effect), weight * (c.effect - b.effect)};
  const itg_mask there[2] = {(first > zero) & (first < endless), (second > zero) & (second < endless)};
  itg_break *to = part->breaks + part->n;
  for (int lane = 0; lane < 2; lane++) { /* what is no breakpoint is written too, where the next one goes */
    *to = (itg_break){first[lane], gains[0][lane]};
    to -= there[0][lane];
    *to = (itg_break){second[lane], gains[1][lane]};
    to -= there[1][lane];
  }
  part->n = to - part->breaks;
}

/* Two rows of 2 or 3 strategies. */
static inline void walk_two_rows(itg_gain *part, const double *row, int32_t D, itg_pair weight) {
  const double *other = row + 4 * (D - 1), *costs = row + 2 * (D - 1), *other_costs = other + 2 * (D - 1);
  int last = D == 3 ? 2 : 0;
  walk_three(part, (line){{0, 0}, {0, 0}}, (line){{row[0], other[0]}, {costs[0], other_costs[0]}},
             (line){{row[last], other[last]}, {costs[last], other_costs[last]}}, weight);
}
#endif

itg_status itg_gain_add(itg_gain *part, const double *rows, int64_t n, int32_t n_strategies, const double *weight,
                        itg_error *error) {
  ITG_TRY(make_room(part, n * (n_strategies - 1) + 2, error));
  int64_t size = 4 * ((int64_t)n_strategies - 1), i = 0;
#if defined(__GNUC__)
  for (; i + 2 <= n && n_strategies <= 3; i += 2)
    walk_two_rows(part, rows + i * size, n_strategies,
                  weight ? (itg_pair){weight[i], weight[i + 1]} : (itg_pair){1, 1});
#endif
  for (; i < n; i++) walk(part, rows + i * size, n_strategies, weight ? weight[i] : 1);
  return ITG_OK;
}

/* ---- the curve ---- */

enum { COARSE = 1024, MOST_CELLS = 16384, FEW = 48, ASK = 65536 };

/* Equal parts of a range of the bits of thresholds. */
typedef struct cells {
  int shift;
  uint64_t first;
  int64_t n;
} cells;

typedef struct sweep {
  const itg_control *control;
  itg_curve *curve;
  itg_sum_pair sums;                 /* effect and cost of the best */
  int64_t passed, target, every, n;  /* breakpoints: behind, at which the next row falls */
  double total;
  itg_gain *parts;
  int64_t n_parts;
  cells cells;
  int64_t *ends; /* [part][cell]: of its breakpoints in the part */
} sweep;

static inline uint64_t bits_of(double value) { /* of doubles that are not negative: ordered as they are */
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

static void find_range(const itg_break *list, int64_t n, uint64_t *low, uint64_t *high) {
  uint64_t least = *low, most = *high;
  for (int64_t i = 0; i < n; i++) {
    uint64_t bits = bits_of(list[i].threshold);
    least = bits < least ? bits : least;
    most = bits > most ? bits : most;
  }
  *low = least;
  *high = most;
}

static cells make_cells(uint64_t low, uint64_t high, int64_t most) {
  cells c = {0};
  while ((high >> c.shift) - (low >> c.shift) >= (uint64_t)most) c.shift++;
  c.first = low >> c.shift;
  c.n = (int64_t)((high >> c.shift) - c.first) + 1;
  return c;
}

static inline int64_t cell_of(const cells *c, const itg_break *b) {
  return (int64_t)((bits_of(b->threshold) >> c->shift) - c->first);
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
  uint64_t low = UINT64_MAX, high = 0;
  find_range(list, n, &low, &high);
  if (low == high) {
    pass(w, list, n);
    write_row(w, list[0].threshold);
    return ITG_OK;
  }
  if (n > ASK) ITG_TRY(itg_check_stop(w->control, 0.9, error));
  cells own = make_cells(low, high, n < MOST_CELLS ? n : MOST_CELLS);
  int64_t *end = itg_alloc((size_t)own.n + 1, sizeof *end); /* first where each cell starts, then where it ends */
  if (!end) return itg_fail_memory(error);
  for (int64_t i = 0; i < n; i++) end[cell_of(&own, &list[i]) + 1]++;
  for (int64_t c = 0; c < own.n; c++) end[c + 1] += end[c];
  for (int64_t i = 0; i < n; i++) spare[end[cell_of(&own, &list[i])]++] = list[i];
  itg_status status = ITG_OK;
  for (int64_t c = 0, from = 0; c < own.n && !status; from = end[c++])
    if (end[c] > from) status = pass_cells(w, spare + from, list + from, end[c] - from, error);
  free(end);
  return status;
}

/* The breakpoints of a part by cells, where they lie: each goes to the next place of its cell, what lay there on. */
static itg_status sort_part(void *payload, int64_t index, itg_error *error) {
  const sweep *w = payload;
  const itg_gain *part = &w->parts[index];
  int64_t *end = w->ends + index * w->cells.n, next[COARSE];
  (void)error;
  for (int64_t i = 0; i < part->n; i++) end[cell_of(&w->cells, &part->breaks[i])]++;
  for (int64_t c = 0, sum = 0; c < w->cells.n; c++) {
    next[c] = sum;
    end[c] = sum += end[c];
  }
  for (int64_t c = 0; c < w->cells.n; c++)
    while (next[c] < end[c]) {
      itg_break moved = part->breaks[next[c]];
      for (int64_t to; (to = cell_of(&w->cells, &moved)) != c;) {
        itg_break swap = part->breaks[next[to]];
        part->breaks[next[to]++] = moved;
        moved = swap;
      }
      part->breaks[next[c]++] = moved;
    }
  return ITG_OK;
}

/* Breakpoints of cell c in a part. */
static itg_break *find_cell(const sweep *w, int64_t part, int64_t c, int64_t *n) {
  const int64_t *end = w->ends + part * w->cells.n;
  int64_t from = c ? end[c - 1] : 0;
  *n = end[c] - from;
  return w->parts[part].breaks + from;
}

/* All parts together, cell by cell. */
static itg_status pass_parts(sweep *w, itg_error *error) {
  int64_t largest = 0, n;
  int64_t *sizes = itg_alloc((size_t)w->cells.n, sizeof *sizes);
  if (!sizes) return itg_fail_memory(error);
  for (int64_t c = 0; c < w->cells.n; c++) {
    for (int64_t p = 0; p < w->n_parts; p++) find_cell(w, p, c, &n), sizes[c] += n;
    if (sizes[c] > largest) largest = sizes[c];
  }
  itg_break *list = itg_grow(NULL, (size_t)largest, sizeof *list);
  itg_break *spare = itg_grow(NULL, (size_t)largest, sizeof *spare);
  itg_status status = list && spare ? ITG_OK : itg_fail_memory(error);
  for (int64_t c = 0; c < w->cells.n && !status; c++) {
    bool whole = w->passed + sizes[c] < w->target;
    for (int64_t p = 0, at = 0; p < w->n_parts; p++, at += n) {
      const itg_break *from = find_cell(w, p, c, &n);
      if (whole)
        pass(w, from, n);
      else if (n)
        memcpy(list + at, from, (size_t)n * sizeof *list);
    }
    if (!whole) status = pass_cells(w, list, spare, sizes[c], error);
  }
  free(list);
  free(spare);
  free(sizes);
  return status;
}

static itg_status make_curve(sweep *w, itg_error *error) {
  size_t rows = (size_t)(w->n / w->every + 3);
  uint64_t low = UINT64_MAX, high = 0;
  w->curve->threshold = itg_alloc(rows, sizeof *w->curve->threshold);
  w->curve->gain = itg_alloc(rows, sizeof *w->curve->gain);
  if (!w->curve->threshold || !w->curve->gain) return itg_fail_memory(error);
  write_row(w, 0);
  if (!w->n) return ITG_OK;
  for (int64_t p = 0; p < w->n_parts; p++) find_range(w->parts[p].breaks, w->parts[p].n, &low, &high);
  w->cells = make_cells(low, high, COARSE);
  w->ends = itg_alloc((size_t)w->n_parts * (size_t)w->cells.n, sizeof *w->ends);
  if (!w->ends) return itg_fail_memory(error);
  itg_status status = itg_parallel(w->control, w->n_parts, sort_part, w, error);
  if (!status) status = pass_parts(w, error);
  free(w->ends);
  return status;
}

itg_status itg_gain_curve(itg_gain *parts, int64_t n_parts, double total, int64_t most, const itg_control *control,
                          itg_curve *out, itg_error *error) {
  sweep w = {.control = control, .curve = out, .every = 1, .total = total, .parts = parts, .n_parts = n_parts};
  itg_sum effect = {0, 0}, cost = {0, 0};
  memset(out, 0, sizeof *out);
  for (int64_t p = 0; p < n_parts; p++) {
    itg_sum_join_pair(&effect, &parts[p].effect);
    itg_sum_join_pair(&cost, &parts[p].cost);
    w.n += parts[p].n;
  }
  w.sums = (itg_sum_pair){{effect.total, cost.total}, {effect.error, cost.error}};
  if (most > 0 && w.n > most) w.every = (w.n + most - 1) / most;
  out->n_breaks = w.n;
  itg_status status = make_curve(&w, error);
  if (status) itg_curve_clear(out);
  return status;
}

void itg_gain_clear(itg_gain *parts, int64_t n_parts) {
  for (int64_t p = 0; p < n_parts; p++) free(parts[p].breaks);
  memset(parts, 0, (size_t)n_parts * sizeof *parts);
}
