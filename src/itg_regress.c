/* itg_regress.c - layer 3: one smooth of all costs and effects on parameters serves every threshold. */
#include "itg_regress.h"

#include <math.h>
#include <string.h>

#include "itg_blas.h"
#include "itg_psa_spread.h"
#include "itg_smooth.h"
#include "itg_sum.h"
#include "itg_thread.h"

enum { FOLDS = 5, BLOCK = 256, ROWS = 8192, MOST_ROWS = 100000, ASK = 65536 }; /* ASK: samples between two questions */

typedef struct work {
  const itg_psa *psa;
  const double *const *x;
  const itg_control *control;
  itg_regression *fit;
  int q, r;
  int64_t step; /* every step-th sample is fitted */
  itg_smooth_sums folds[FOLDS];
  double *left_out[FOLDS]; /* coefficients without the fold */
  double *rows, *columns;  /* process: BLOCK x q, and the same turned */
  double *spline;          /* the four functions of each sample, and the first of them */
  int32_t *first;
  struct response *responses;
} work;

/* Effects, then costs, of every strategy but the first: what is smoothed, and where the fitted values go. */
typedef struct response {
  const double *values, *against;
  double *fitted, *crossed;
} response;

/* Response c of sample i, less its mean. */
static inline double response_at(const work *w, int c, int64_t i) {
  const response *to = &w->responses[c];
  return to->values[i] - to->against[i] - w->fit->mean[c];
}

/* ---- sums ---- */

static void add_response(work *w, itg_smooth_sums *sums, int64_t i, const double *basis, int first,
                         int count) {
  double weight = w->psa->samples.weight ? w->psa->samples.weight[i] : 1;
  for (int c = 0; c < w->r; c++) {
    double y = response_at(w, c, i);
    sums->square[c] += weight * y * y;
    for (int u = 0; u < count; u++) sums->cross[(first + u) * w->r + c] += weight * basis[u] * y;
  }
  sums->n += weight;
}

/* Blocks of samples side by side: what is written there hangs on no other sample. */
static itg_status by_blocks(const work *w, itg_task task, itg_error *error) {
  return itg_parallel(w->control, (w->psa->samples.n + ROWS - 1) / ROWS, task, (void *)w, error);
}

static int64_t end_of(const work *w, int64_t block) {
  int64_t end = (block + 1) * ROWS, n = w->psa->samples.n;
  return end < n ? end : n;
}

static itg_status find_spline(void *payload, int64_t block, itg_error *error) {
  const work *w = payload;
  (void)error;
  for (int64_t i = block * ROWS; i < end_of(w, block); i++)
    w->first[i] = itg_basis_spline(&w->fit->basis, w->x[0][i], w->spline + 4 * i);
  return ITG_OK;
}

static itg_status sum_fold(void *payload, int64_t fold, itg_error *error) {
  work *w = payload;
  itg_smooth_sums *sums = &w->folds[fold];
  const double *weights = w->psa->samples.weight;
  (void)error;
  for (int64_t i = fold; i < w->psa->samples.n; i += FOLDS) {
    const double *basis = w->spline + 4 * i, weight = weights ? weights[i] : 1;
    int first = w->first[i];
    for (int u = 0; u < 4; u++)
      for (int v = 0; v < 4; v++) sums->gram[(first + u) * w->q + first + v] += weight * basis[u] * basis[v];
    add_response(w, sums, i, basis, first, 4);
  }
  return ITG_OK;
}

static itg_status sum_spline(work *w, itg_error *error) {
  ITG_TRY(by_blocks(w, find_spline, error));
  return itg_parallel(w->control, FOLDS, sum_fold, w, error);
}

/* Rows of one fold after another, in blocks. */
static itg_status sum_process(work *w, itg_error *error) {
  int64_t n = w->psa->samples.n;
  int q = w->q;
  for (int f = 0; f < FOLDS; f++) {
    int count = 0;
    for (int64_t i = f * w->step; i < n; i += FOLDS * w->step) {
      double *row = w->rows + (size_t)count * (size_t)q;
      itg_basis_process(&w->fit->basis, w->x, i, row);
      add_response(w, &w->folds[f], i, row, 0, q);
      double root = w->psa->samples.weight ? sqrt(w->psa->samples.weight[i]) : 1;
      for (int u = 0; u < q; u++) row[u] *= root;
      count++;
      if (count < BLOCK && i + FOLDS * w->step < n) continue;
      for (int u = 0; u < q; u++)
        for (int k = 0; k < count; k++) w->columns[u * count + k] = w->rows[k * q + u];
      itg_blas_multiply(q, q, count, w->columns, w->rows, w->folds[f].gram);
      ITG_TRY(itg_check_stop(w->control, (f + (double)i / (double)n) / (2 * FOLDS), error));
      count = 0;
    }
  }
  return ITG_OK;
}

/* ---- coefficients ---- */

static void add_sums(const work *w, itg_smooth_sums *to, const itg_smooth_sums *from, double sign) {
  for (int k = 0; k < w->q * w->q; k++) to->gram[k] += sign * from->gram[k];
  for (int k = 0; k < w->q * w->r; k++) to->cross[k] += sign * from->cross[k];
  for (int c = 0; c < w->r; c++) to->square[c] += sign * from->square[c];
  to->n += sign * from->n;
}

static itg_status make_sums(const work *w, itg_arena *arena, itg_smooth_sums *out, itg_error *error) {
  size_t q = (size_t)w->q, r = (size_t)w->r;
  out->n = 0;
  out->gram = itg_arena_alloc(arena, q * q, sizeof *out->gram);
  out->cross = itg_arena_alloc(arena, q * r, sizeof *out->cross);
  out->square = itg_arena_alloc(arena, r, sizeof *out->square);
  return out->gram && out->cross && out->square ? ITG_OK : itg_fail_memory(error);
}

static itg_status solve_all(work *w, itg_arena *arena, itg_error *error) {
  itg_smooth_sums sums;
  size_t cells = (size_t)w->q * (size_t)w->r;
  double *edf = itg_arena_alloc(arena, (size_t)w->r, sizeof *edf);
  w->fit->coefficients = itg_arena_alloc(arena, cells, sizeof *w->fit->coefficients);
  if (!edf || !w->fit->coefficients) return itg_fail_memory(error);
  ITG_TRY(make_sums(w, arena, &sums, error));
  for (int f = 0; f < FOLDS; f++) add_sums(w, &sums, &w->folds[f], 1);
  ITG_TRY(itg_smooth_solve(&sums, w->fit->basis.penalty, w->q, w->r, w->fit->coefficients, edf, error));
  for (int c = 0; c < w->r; c++) w->fit->edf = fmax(w->fit->edf, edf[c]);
  for (int f = 0; f < FOLDS; f++) {
    itg_smooth_sums rest;
    w->left_out[f] = itg_arena_alloc(arena, cells, sizeof *w->left_out[f]);
    if (!w->left_out[f]) return itg_fail_memory(error);
    ITG_TRY(make_sums(w, arena, &rest, error));
    add_sums(w, &rest, &sums, 1);
    add_sums(w, &rest, &w->folds[f], -1);
    ITG_TRY(itg_smooth_solve(&rest, w->fit->basis.penalty, w->q, w->r, w->left_out[f], NULL, error));
    ITG_TRY(itg_check_stop(w->control, 0.5 + f / 50.0, error));
  }
  return ITG_OK;
}

/* ---- fitted values ---- */

static inline double combine(const double *coefficients, int r, int c, const double *basis, int first, int count) {
  double sum = 0;
  for (int u = 0; u < count; u++) sum += basis[u] * coefficients[(first + u) * r + c];
  return sum;
}

static itg_status predict(void *payload, int64_t block, itg_error *error) {
  const work *w = payload;
  const itg_regression *fit = w->fit;
  int p = fit->basis.p;
  double process[ITG_MOST_BASIS];
  (void)error;
  for (int64_t i = block * ROWS; i < end_of(w, block); i++) {
    const double *basis = p == 1 ? w->spline + 4 * i : process;
    int first = p == 1 ? w->first[i] : 0, count = p == 1 ? 4 : w->q;
    if (p > 1) itg_basis_process(&fit->basis, w->x, i, process);
    const double *other = w->left_out[i / w->step % FOLDS];
    for (int c = 0; c < w->r; c++) {
      double mean = fit->mean[c];
      w->responses[c].fitted[i] = mean + combine(fit->coefficients, w->r, c, basis, first, count);
      w->responses[c].crossed[i] = mean + combine(other, w->r, c, basis, first, count);
    }
  }
  return ITG_OK;
}

void itg_regression_at(const itg_regression *fit, double x, double *out) {
  double basis[4];
  int first = itg_basis_spline(&fit->basis, x, basis), r = 2 * (fit->n_strategies - 1);
  for (int c = 0; c < r; c++) out[c] = fit->mean[c] + combine(fit->coefficients, r, c, basis, first, 4);
}

/* zero: the increments of strategy 0. */
static itg_status make_columns(const itg_psa *psa, double *zero, itg_arena *arena, double ***out, itg_error *error) {
  size_t D = (size_t)psa->samples.n_strategies;
  *out = itg_arena_alloc(arena, D, sizeof **out);
  if (!*out || !zero) return itg_fail_memory(error);
  (*out)[0] = zero;
  for (size_t d = 1; d < D; d++)
    if (!((*out)[d] = itg_arena_alloc(arena, (size_t)psa->samples.n, sizeof ***out)))
      return itg_fail_memory(error);
  return ITG_OK;
}

static itg_status make_responses(work *w, itg_arena *arena, itg_error *error) {
  const itg_samples *s = &w->psa->samples;
  itg_regression *out = w->fit;
  double *zero = itg_arena_alloc(arena, (size_t)s->n, sizeof *zero);
  w->responses = itg_arena_alloc(arena, (size_t)w->r, sizeof *w->responses);
  out->mean = itg_arena_alloc(arena, (size_t)w->r, sizeof *out->mean);
  if (!w->responses || !out->mean) return itg_fail_memory(error);
  ITG_TRY(make_columns(w->psa, zero, arena, &out->cost, error));
  ITG_TRY(make_columns(w->psa, zero, arena, &out->effect, error));
  ITG_TRY(make_columns(w->psa, zero, arena, &out->crossed_cost, error));
  ITG_TRY(make_columns(w->psa, zero, arena, &out->crossed_effect, error));
  for (int c = 0, half = w->r / 2; c < w->r; c++) {
    int d = 1 + c % half;
    const double *mean = c < half ? w->psa->mean_effect : w->psa->mean_cost;
    out->mean[c] = mean[d] - mean[0];
    w->responses[c] = c < half ? (response){s->effect[d], s->effect[0], out->effect[d], out->crossed_effect[d]}
                               : (response){s->cost[d], s->cost[0], out->cost[d], out->crossed_cost[d]};
  }
  return ITG_OK;
}

itg_status itg_regress(const itg_psa *psa, const double *const *x, int p, itg_arena *arena,
                       const itg_control *control, itg_regression *out, itg_error *error) {
  const itg_samples *s = &psa->samples;
  work w = {.psa = psa, .x = x, .control = control, .fit = out, .r = 2 * (s->n_strategies - 1), .step = 1};
  memset(out, 0, sizeof *out);
  out->n_strategies = s->n_strategies;
  ITG_TRY(itg_basis_make(x, p, s->n, arena, &out->basis, error));
  w.q = out->basis.q;
  if (p > 1) w.step = 1 + (s->n - 1) / MOST_ROWS;
  ITG_TRY(make_responses(&w, arena, error));
  for (int f = 0; f < FOLDS; f++) ITG_TRY(make_sums(&w, arena, &w.folds[f], error));
  if (p > 1) {
    w.rows = itg_arena_alloc(arena, (size_t)BLOCK * (size_t)w.q, sizeof *w.rows);
    w.columns = itg_arena_alloc(arena, (size_t)BLOCK * (size_t)w.q, sizeof *w.columns);
    if (!w.rows || !w.columns) return itg_fail_memory(error);
  }
  if (p == 1) {
    w.spline = itg_arena_alloc(arena, 4 * (size_t)s->n, sizeof *w.spline);
    w.first = itg_arena_alloc(arena, (size_t)s->n, sizeof *w.first);
    if (!w.spline || !w.first) return itg_fail_memory(error);
  }
  ITG_TRY(p == 1 ? sum_spline(&w, error) : sum_process(&w, error));
  ITG_TRY(solve_all(&w, arena, error));
  ITG_TRY(by_blocks(&w, predict, error));
  out->mean_cost = itg_arena_alloc(arena, (size_t)s->n_strategies, sizeof *out->mean_cost);
  out->mean_effect = itg_arena_alloc(arena, (size_t)s->n_strategies, sizeof *out->mean_effect);
  if (!out->mean_cost || !out->mean_effect) return itg_fail_memory(error);
  for (int32_t d = 1; d < s->n_strategies; d++) {
    out->mean_cost[d] = itg_psa_mean(psa, out->cost[d]);
    out->mean_effect[d] = itg_psa_mean(psa, out->effect[d]);
    ITG_TRY(itg_check_stop(control, 1, error));
  }
  return ITG_OK;
}

/* ---- value of information ---- */

static itg_samples fitted_samples(const itg_psa *psa, const itg_regression *fit) {
  itg_samples s = psa->samples;
  s.cost = (const double *const *)fit->cost;
  s.effect = (const double *const *)fit->effect;
  return s;
}

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

static int32_t choose(double *const *cost, double *const *effect, int32_t D, int64_t i, double k) {
  int32_t best = 0;
  double top = 0;
  for (int32_t d = 1; d < D; d++) {
    double value = k * effect[d][i] - cost[d][i];
    if (value > top) top = value, best = d;
  }
  return best;
}

itg_status itg_regression_value(const itg_psa *psa, const itg_regression *fit, const double *thresholds,
                                int n, const itg_control *control, itg_information *out, itg_error *error) {
  const itg_samples *s = &psa->samples;
  int32_t D = s->n_strategies, optimal;
  for (int q = 0; q < n; q++) {
    double k = thresholds[q], total = itg_samples_total(s);
    top_mean(fit, k, &optimal);
    itg_sum gain = {0, 0}, realised = {0, 0}, squares = {0, 0}, crossed = {0, 0};
    for (int64_t i = 0; i < s->n; i++) {
      double weight = s->weight ? s->weight[i] : 1;
      int32_t rule = choose(fit->cost, fit->effect, D, i, k);
      int32_t other = choose(fit->crossed_cost, fit->crossed_effect, D, i, k);
      double base = k * s->effect[optimal][i] - s->cost[optimal][i];
      double won = k * s->effect[rule][i] - s->cost[rule][i] - base;
      itg_sum_add(&gain, weight * (k * (fit->effect[rule][i] - fit->effect[optimal][i]) -
                                   (fit->cost[rule][i] - fit->cost[optimal][i])));
      itg_sum_add(&realised, weight * won);
      itg_sum_add(&squares, weight * won * won);
      itg_sum_add(&crossed, weight * (k * s->effect[other][i] - s->cost[other][i] - base));
      if (i % ASK == ASK - 1) ITG_TRY(itg_check_stop(control, 1, error));
    }
    double mean = itg_sum_value(&realised) / total, square = itg_sum_value(&squares) / total - mean * mean;
    out[q].value = fmax(0, itg_sum_value(&gain) / total);
    out[q].std_error = sqrt(fmax(0, square) / itg_psa_effective(s));
    out[q].crossed = itg_sum_value(&crossed) / total;
  }
  return ITG_OK;
}

itg_status itg_regression_curve(const itg_psa *psa, const itg_regression *fit, int64_t most,
                                const itg_control *control, itg_curve *out, itg_error *error) {
  itg_samples s = fitted_samples(psa, fit);
  ITG_TRY(itg_ceac_exact(&s, NULL, 0, most, control, out, error));
  for (int64_t row = 0; row < out->n_rows; row++)
    out->gain[row] = fmax(0, out->gain[row] - top_mean(fit, out->threshold[row], NULL));
  return ITG_OK;
}
