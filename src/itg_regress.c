/* itg_regress.c - layer 3: one smooth of all costs and effects on parameters serves every threshold. */
#include "itg_regress.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_smooth.h"
#include "itg_sum.h"
#include "itg_thread.h"

enum { FOLDS = ITG_FOLDS, BLOCK = 256, ROWS = 8192, MOST_ROWS = 100000, MOST_SUMS = 8000000, MOST_BLOCKS = 64 };

/* What is smoothed: a column less that of the first strategy. */
typedef struct response {
  const double *values, *against;
} response;

typedef struct work {
  const itg_psa *psa;
  const itg_control *control;
  itg_regression *fit;
  int q, r;
  response *responses;
  itg_smooth_sums folds[FOLDS];
  double *rows;                    /* process: BLOCK x q */
  double *cells;                   /* spline: sums by block of samples, see block_size() */
  int64_t n_blocks, block;
  itg_smooth_sums sums[1 + FOLDS]; /* what is solved: of all samples, and without each fold */
  double *solved[1 + FOLDS];       /* coefficients */
  double *edf;
} work;

/* Response c of sample i, less its mean. */
static inline double response_at(const work *w, int c, int64_t i) {
  const response *to = &w->responses[c];
  return to->values[i] - to->against[i] - w->fit->mean[c];
}

/* ---- sums over a spline: of powers of the place in each piece, from which those of the functions follow ---- */

enum { POWERS = 8, CHUNK = 512, OWN = (CHUNK + FOLDS - 1) / FOLDS }; /* powers 0 to 6, and one for the pair */

/* A cell has the sums of the powers and of the products of powers 0 to 3 with each response. */
static size_t cell_size(const work *w) { return POWERS + 4 * (size_t)w->r; }

/* Samples of one fold among CHUNK: where their cells are, and powers 0 to 3 of their places, times their weights. */
typedef struct chunk {
  int64_t from, end; /* every FOLDS-th sample */
  double *cells[OWN];
  double powers[OWN][4];
} chunk;

static inline void add_powers(double *cell, double u, double weight, double powers[4]) {
#if defined(__GNUC__)
  const itg_pair square = {u * u, u * u}, low = {weight, weight * u}, high = low * square;
  ITG_PAIR_SET(powers, low);
  ITG_PAIR_SET(powers + 2, high);
  ITG_PAIR_SET(cell, ITG_PAIR(cell) + low);
  ITG_PAIR_SET(cell + 2, ITG_PAIR(cell + 2) + high);
  ITG_PAIR_SET(cell + 4, ITG_PAIR(cell + 4) + high * square);
  ITG_PAIR_SET(cell + 6, ITG_PAIR(cell + 6) + high * square * square);
#else
  double power[POWERS] = {weight, weight * u};
  for (int k = 2; k < POWERS; k++) power[k] = power[k - 2] * (u * u);
  for (int k = 0; k < POWERS; k++) cell[k] += power[k];
  for (int k = 0; k < 4; k++) powers[k] = power[k];
#endif
}

static void place_chunk(const work *w, double *cells, chunk *own) {
  const double *weights = w->psa->samples.weight, *x = w->fit->x[0];
  size_t size = cell_size(w);
  int at = 0;
  for (int64_t i = own->from; i < own->end; i += FOLDS, at++) {
    double u;
    own->cells[at] = cells + (size_t)itg_basis_place(&w->fit->basis, x[i], &u) * size;
    add_powers(own->cells[at], u, weights ? weights[i] : 1, own->powers[at]);
  }
}

/* Responses c and c + 1, less their means, times the powers; and their squares. */
static void add_responses(const work *w, int c, const chunk *own, double square[2]) {
  const response a = w->responses[c], b = w->responses[c + 1];
  const double mean_a = w->fit->mean[c], mean_b = w->fit->mean[c + 1];
  int at = 0, r = w->r;
#if defined(__GNUC__)
  const itg_pair means = {mean_a, mean_b};
  itg_pair squares = {0, 0};
  for (int64_t i = own->from; i < own->end; i += FOLDS, at++) {
    const double *p = own->powers[at];
    double *cell = own->cells[at] + POWERS + c;
    const itg_pair values = {a.values[i], b.values[i]}, against = {a.against[i], b.against[i]};
    const itg_pair y = values - against - means, p0 = {p[0], p[0]}, p1 = {p[1], p[1]}, p2 = {p[2], p[2]},
                   p3 = {p[3], p[3]}, once = p0 * y;
    squares += once * y;
    ITG_PAIR_SET(cell, ITG_PAIR(cell) + once);
    ITG_PAIR_SET(cell + r, ITG_PAIR(cell + r) + p1 * y);
    ITG_PAIR_SET(cell + 2 * r, ITG_PAIR(cell + 2 * r) + p2 * y);
    ITG_PAIR_SET(cell + 3 * r, ITG_PAIR(cell + 3 * r) + p3 * y);
  }
  ITG_PAIR_SET(square, ITG_PAIR(square) + squares);
#else
  double squares[2] = {0, 0};
  for (int64_t i = own->from; i < own->end; i += FOLDS, at++) {
    const double y[2] = {a.values[i] - a.against[i] - mean_a, b.values[i] - b.against[i] - mean_b};
    for (int side = 0; side < 2; side++) {
      for (int k = 0; k < 4; k++) own->cells[at][POWERS + k * r + c + side] += own->powers[at][k] * y[side];
      squares[side] += own->powers[at][0] * y[side] * y[side];
    }
  }
  for (int side = 0; side < 2; side++) square[side] += squares[side];
#endif
}

/* Sums of a block: squared responses by fold, then cells by fold and piece. */
static size_t block_size(const work *w) {
  return FOLDS * ((size_t)w->r + (size_t)w->fit->basis.n_pieces * cell_size(w));
}

static double *cells_of(const work *w, double *sums, int fold) {
  return sums + FOLDS * w->r + (size_t)(fold * w->fit->basis.n_pieces) * cell_size(w);
}

static itg_status sum_block(void *payload, int64_t block, itg_error *error) {
  const work *w = payload;
  int64_t from = block * w->block, end = from + w->block < w->fit->n ? from + w->block : w->fit->n;
  double *sums = w->cells + (size_t)block * block_size(w);
  chunk own;
  (void)error;
  for (; from < end; from += CHUNK)
    for (int f = 0; f < FOLDS; f++) {
      own.from = from + (f + FOLDS - from % FOLDS) % FOLDS;
      own.end = from + CHUNK < end ? from + CHUNK : end;
      place_chunk(w, cells_of(w, sums, f), &own);
      for (int c = 0; c < w->r; c += 2) add_responses(w, c, &own, sums + f * w->r + c);
    }
  return ITG_OK;
}

/* From a piece's sums of powers to those of its functions. */
static void add_piece(const work *w, itg_smooth_sums *sums, int piece, const double *cell) {
  const double(*f)[4] = (const double(*)[4])w->fit->basis.pieces[piece].power, *products = cell + POWERS;
  int q = w->q, r = w->r;
  double *gram = sums->gram + (size_t)piece * (size_t)(q + 1), *cross = sums->cross + (size_t)piece * (size_t)r;
  if (cell[0] == 0) return; /* no sample */
  for (int a = 0; a < 4; a++)
    for (int l = 0; l < 4; l++) {
      double sum = f[a][0] * cell[l] + f[a][1] * cell[l + 1] + f[a][2] * cell[l + 2] + f[a][3] * cell[l + 3];
      for (int b = 0; b < 4; b++) gram[a * q + b] += f[b][l] * sum;
    }
  for (int a = 0; a < 4; a++)
    for (int k = 0; k < 4; k++)
      for (int c = 0; c < r; c++) cross[a * r + c] += f[a][k] * products[k * r + c];
  sums->n += cell[0];
}

/* Blocks depend on the samples and responses alone, never on threads. */
static itg_status sum_spline(work *w, itg_arena *arena, itg_error *error) {
  size_t all = block_size(w);
  int64_t most = (int64_t)(MOST_SUMS / all);
  w->n_blocks = (w->fit->n + ROWS - 1) / ROWS;
  if (w->n_blocks > MOST_BLOCKS) w->n_blocks = MOST_BLOCKS;
  if (w->n_blocks > most) w->n_blocks = most > 1 ? most : 1;
  w->block = (w->fit->n + w->n_blocks - 1) / w->n_blocks;
  w->cells = itg_arena_alloc(arena, (size_t)w->n_blocks * all, sizeof *w->cells);
  if (!w->cells) return itg_fail_memory(error);
  ITG_TRY(itg_parallel(w->control, w->n_blocks, sum_block, w, error));
  for (int64_t b = 1; b < w->n_blocks; b++)
    for (size_t k = 0; k < all; k++) w->cells[k] += w->cells[(size_t)b * all + k];
  for (int f = 0; f < FOLDS; f++) {
    for (int c = 0; c < w->r; c++) w->folds[f].square[c] = w->cells[f * w->r + c];
    for (int i = 0; i < w->fit->basis.n_pieces; i++)
      add_piece(w, &w->folds[f], i, cells_of(w, w->cells, f) + (size_t)i * cell_size(w));
  }
  return ITG_OK;
}

/* ---- sums over a process ---- */

/* to += factor * from, n numbers; n is even. */
static inline void add_multiple(double *to, double factor, const double *from, int n) {
#if defined(__GNUC__)
  const itg_pair factors = {factor, factor};
  for (int c = 0; c < n; c += 2) ITG_PAIR_SET(to + c, ITG_PAIR(to + c) + factors * ITG_PAIR(from + c));
#else
  for (int c = 0; c < n; c++) to[c] += factor * from[c];
#endif
}

static void add_response(work *w, itg_smooth_sums *sums, int64_t i, const double *basis) {
  double weight = w->psa->samples.weight ? w->psa->samples.weight[i] : 1, y[2 * ITG_MOST_STRATEGIES];
  for (int c = 0; c < w->r; c++) {
    y[c] = response_at(w, c, i);
    sums->square[c] += weight * y[c] * y[c];
  }
  for (int u = 0; u < w->q; u++) add_multiple(sums->cross + u * w->r, weight * basis[u], y, w->r);
  sums->n += weight;
}

/* gram (lower half) += the products of every two functions, row after row.  BLAS would be quicker, but takes
 * rows in an order that goes by the processor, and the last bits with it. */
static void add_products(double *gram, const double *rows, int count, int q) {
  for (int u = 0; u < q; u++) {
    double *to = gram + (size_t)u * (size_t)q;
    int v = 0;
#if defined(__GNUC__)
    for (; v + 4 <= u + 1; v += 4) {
      const double *row = rows;
      itg_pair low = ITG_PAIR(to + v), high = ITG_PAIR(to + v + 2);
      for (int k = 0; k < count; k++, row += q) {
        low += row[u] * ITG_PAIR(row + v);
        high += row[u] * ITG_PAIR(row + v + 2);
      }
      ITG_PAIR_SET(to + v, low);
      ITG_PAIR_SET(to + v + 2, high);
    }
#endif
    for (; v <= u; v++)
      for (int k = 0; k < count; k++) to[v] += rows[k * q + u] * rows[k * q + v];
  }
}

/* Rows of one fold after another, in blocks. */
static itg_status sum_process(work *w, itg_arena *arena, itg_error *error) {
  int64_t n = w->fit->n, step = w->fit->step;
  int q = w->q;
  w->rows = itg_arena_alloc(arena, (size_t)BLOCK * (size_t)q, sizeof *w->rows);
  if (!w->rows) return itg_fail_memory(error);
  for (int f = 0; f < FOLDS; f++) {
    int count = 0;
    for (int64_t i = f * step; i < n; i += FOLDS * step) {
      double *row = w->rows + (size_t)count * (size_t)q;
      itg_basis_process(&w->fit->basis, w->fit->x, i, row);
      add_response(w, &w->folds[f], i, row);
      double root = w->psa->samples.weight ? sqrt(w->psa->samples.weight[i]) : 1;
      for (int u = 0; u < q; u++) row[u] *= root;
      count++;
      if (count < BLOCK && i + FOLDS * step < n) continue;
      add_products(w->folds[f].gram, w->rows, count, q);
      ITG_TRY(itg_check_stop(w->control, (f + (double)i / (double)n) / (2 * FOLDS), error));
      count = 0;
    }
    double *gram = w->folds[f].gram;
    for (int u = 0; u < q; u++)
      for (int v = 0; v < u; v++) gram[v * q + u] = gram[u * q + v];
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

static itg_status solve_one(void *payload, int64_t index, itg_error *error) {
  work *w = payload;
  return itg_smooth_solve(&w->sums[index], w->fit->basis.penalty, w->q, w->r, w->solved[index],
                          index ? NULL : w->edf, error);
}

static itg_status solve_all(work *w, itg_arena *arena, itg_error *error) {
  w->edf = itg_arena_alloc(arena, (size_t)w->r, sizeof *w->edf);
  if (!w->edf) return itg_fail_memory(error);
  for (int f = 0; f <= FOLDS; f++) {
    ITG_TRY(make_sums(w, arena, &w->sums[f], error));
    w->solved[f] = itg_arena_alloc(arena, (size_t)w->q * (size_t)w->r, sizeof *w->solved[f]);
    if (!w->solved[f]) return itg_fail_memory(error);
    for (int k = 0; k < FOLDS && !f; k++) add_sums(w, w->sums, &w->folds[k], 1);
    if (!f) continue;
    add_sums(w, &w->sums[f], w->sums, 1);
    add_sums(w, &w->sums[f], &w->folds[f - 1], -1);
  }
  ITG_TRY(itg_parallel(w->control, 1 + FOLDS, solve_one, w, error));
  for (int c = 0; c < w->r; c++) w->fit->edf = fmax(w->fit->edf, w->edf[c]);
  return ITG_OK;
}

/* ---- fitted values ---- */

static size_t fit_size(const itg_regression *fit) { /* of one fold */
  return 2 * (size_t)fit->r * (size_t)(fit->basis.p > 1 ? fit->basis.q : 4 * fit->basis.n_pieces);
}

/* Coefficients with all samples beside those without the fold; a spline as powers of the place in each piece. */
static itg_status make_fits(work *w, itg_arena *arena, itg_error *error) {
  itg_regression *fit = w->fit;
  const itg_basis *basis = &fit->basis;
  int r = w->r;
  fit->fits = itg_arena_alloc(arena, FOLDS * fit_size(fit), sizeof *fit->fits);
  if (!fit->fits) return itg_fail_memory(error);
  for (int f = 0; f < FOLDS; f++)
    for (int side = 0; side < 2; side++) {
      const double *solved = w->solved[side ? 1 + f : 0];
      double *to = fit->fits + (size_t)f * fit_size(fit) + side;
      for (int k = 0; k < w->q * r && basis->p > 1; k++) to[2 * k] = solved[k];
      for (int i = 0; i < basis->n_pieces; i++)
        for (int k = 0; k < 4; k++)
          for (int c = 0; c < r; c++, to += 2) {
            *to = k ? 0 : fit->mean[c];
            for (int u = 0; u < 4; u++) *to += basis->pieces[i].power[u][k] * solved[(i + u) * r + c];
          }
    }
  return ITG_OK;
}

/* The row of a sample by a spline: r pairs of polynomials of the place. */
static inline void spline_row(const double *powers, int r, double u, double *row) {
#if defined(__GNUC__)
  const itg_pair at = {u, u};
  for (int c = 0; c < 2 * r; c += 2) {
    const double *p = powers + c;
    const itg_pair high = ITG_PAIR(p + 6 * r) * at + ITG_PAIR(p + 4 * r);
    ITG_PAIR_SET(row + c, (high * at + ITG_PAIR(p + 2 * r)) * at + ITG_PAIR(p));
  }
#else
  for (int c = 0; c < 2 * r; c++) {
    const double *p = powers + c;
    row[c] = ((p[6 * r] * u + p[4 * r]) * u + p[2 * r]) * u + p[0];
  }
#endif
}

const double *itg_regression_rows(const itg_regression *fit, int64_t from, int64_t count, double *room) {
  int r = fit->r;
  if (fit->rows) return fit->rows + 2 * from * r;
  for (int f = 0; f < FOLDS; f++) { /* fold by fold, as their tables would drive out each other */
    const double *table = fit->fits + (size_t)f * fit_size(fit);
    for (int64_t i = from + (f + FOLDS - from % FOLDS) % FOLDS; i < from + count; i += FOLDS) {
      double u;
      int piece = itg_basis_place(&fit->basis, fit->x[0][i], &u);
      spline_row(table + (size_t)piece * 8 * (size_t)r, r, u, room + 2 * (i - from) * r);
    }
  }
  return room;
}

static itg_status process_rows(void *payload, int64_t block, itg_error *error) {
  const work *w = payload;
  itg_regression *fit = w->fit;
  int q = w->q, r = w->r;
  int64_t end = (block + 1) * ROWS < fit->n ? (block + 1) * ROWS : fit->n;
  double basis[ITG_MOST_BASIS];
  (void)error;
  for (int64_t i = block * ROWS; i < end; i++) {
    const double *from = fit->fits + (size_t)(i / fit->step % FOLDS) * fit_size(fit);
    double *row = fit->rows + 2 * i * r;
    itg_basis_process(&fit->basis, fit->x, i, basis);
    for (int c = 0; c < 2 * r; c++) row[c] = fit->mean[c / 2];
    for (int u = 0; u < q; u++, from += 2 * r) add_multiple(row, basis[u], from, 2 * r);
  }
  return ITG_OK;
}

void itg_regression_at(const itg_regression *fit, double x, double *out) {
  double u, row[4 * ITG_MOST_STRATEGIES];
  int piece = itg_basis_place(&fit->basis, x, &u);
  spline_row(fit->fits + (size_t)piece * 8 * (size_t)fit->r, fit->r, u, row);
  for (int c = 0; c < fit->r; c++) out[c] = row[2 * c];
}

typedef struct columns {
  const itg_regression *fit;
  double **to;
} columns;

static itg_status fill_columns(void *payload, int64_t block, itg_error *error) {
  const columns *task = payload;
  int r = task->fit->r;
  int64_t end = (block + 1) * ROWS < task->fit->n ? (block + 1) * ROWS : task->fit->n, most = ITG_ROOM / (2 * r);
  double room[ITG_ROOM];
  (void)error;
  for (int64_t from = block * ROWS; from < end; from += most) {
    int64_t count = end - from < most ? end - from : most;
    const double *rows = itg_regression_rows(task->fit, from, count, room);
    for (int64_t i = 0; i < count; i++)
      for (int c = 0; c < r; c++) task->to[c][from + i] = rows[2 * (i * r + c)];
  }
  return ITG_OK;
}

itg_status itg_regression_columns(const itg_regression *fit, itg_arena *arena, const itg_control *control,
                                  double ***out, itg_error *error) {
  columns task = {fit, itg_arena_alloc(arena, (size_t)fit->r, sizeof *task.to)};
  if (!task.to) return itg_fail_memory(error);
  for (int c = 0; c < fit->r; c++)
    if (!(task.to[c] = itg_arena_take(arena, (size_t)fit->n, sizeof **task.to))) return itg_fail_memory(error);
  *out = task.to;
  return itg_parallel(control, (fit->n + ROWS - 1) / ROWS, fill_columns, &task, error);
}

/* ---- means of fitted values ---- */

/* Of a spline by the sums of powers. */
static double spline_mean(const work *w, int c) {
  int r = w->r;
  itg_sum sum = {0, 0}, total = {0, 0};
  for (int f = 0; f < FOLDS; f++)
    for (int i = 0; i < w->fit->basis.n_pieces; i++) {
      const double *cell = cells_of(w, w->cells, f) + (size_t)i * cell_size(w);
      const double *powers = w->fit->fits + 8 * i * r + 2 * c;
      itg_sum_add(&total, cell[0]);
      for (int k = 0; k < 4; k++) itg_sum_add(&sum, cell[k] * powers[2 * k * r]);
    }
  return itg_sum_value(&sum) / itg_sum_value(&total);
}

static double process_mean(const work *w, int c) {
  const double *weights = w->psa->samples.weight;
  itg_sum sum = {0, 0};
  for (int64_t i = 0; i < w->fit->n; i++)
    itg_sum_add(&sum, (weights ? weights[i] : 1) * w->fit->rows[2 * (i * w->r + c)]);
  return itg_sum_value(&sum) / itg_samples_total(&w->psa->samples);
}

static itg_status find_means(work *w, itg_arena *arena, itg_error *error) {
  itg_regression *fit = w->fit;
  int half = w->r / 2;
  fit->mean_effect = itg_arena_alloc(arena, (size_t)half + 1, sizeof *fit->mean_effect);
  fit->mean_cost = itg_arena_alloc(arena, (size_t)half + 1, sizeof *fit->mean_cost);
  if (!fit->mean_cost || !fit->mean_effect) return itg_fail_memory(error);
  for (int c = 0; c < w->r; c++) {
    double *to = c < half ? &fit->mean_effect[1 + c] : &fit->mean_cost[1 + c - half];
    *to = fit->rows ? process_mean(w, c) : spline_mean(w, c);
    ITG_TRY(itg_check_stop(w->control, 1, error));
  }
  return ITG_OK;
}

/* ---- running ---- */

static itg_status make_responses(work *w, itg_arena *arena, itg_error *error) {
  const itg_samples *s = &w->psa->samples;
  w->responses = itg_arena_alloc(arena, (size_t)w->r, sizeof *w->responses);
  w->fit->mean = itg_arena_alloc(arena, (size_t)w->r, sizeof *w->fit->mean);
  if (!w->responses || !w->fit->mean) return itg_fail_memory(error);
  for (int c = 0, half = w->r / 2; c < w->r; c++) {
    int d = 1 + c % half;
    const double *mean = c < half ? w->psa->mean_effect : w->psa->mean_cost;
    w->fit->mean[c] = mean[d] - mean[0];
    w->responses[c] = c < half ? (response){s->effect[d], s->effect[0]} : (response){s->cost[d], s->cost[0]};
  }
  return ITG_OK;
}

itg_status itg_regress(const itg_psa *psa, const double *const *x, int p, itg_arena *arena,
                       const itg_control *control, itg_regression *out, itg_error *error) {
  const itg_samples *s = &psa->samples;
  work w = {.psa = psa, .control = control, .fit = out, .r = 2 * (s->n_strategies - 1)};
  *out = (itg_regression){.n = s->n, .step = 1, .n_strategies = s->n_strategies, .r = w.r};
  out->x = x;
  ITG_TRY(itg_basis_make(x, p, s->n, arena, &out->basis, error));
  ITG_TRY(itg_check_stop(control, 0, error));
  w.q = out->basis.q;
  if (p > 1) out->step = 1 + (s->n - 1) / MOST_ROWS;
  ITG_TRY(make_responses(&w, arena, error));
  for (int f = 0; f < FOLDS; f++) ITG_TRY(make_sums(&w, arena, &w.folds[f], error));
  ITG_TRY(p == 1 ? sum_spline(&w, arena, error) : sum_process(&w, arena, error));
  ITG_TRY(itg_check_stop(control, 0.5, error));
  ITG_TRY(solve_all(&w, arena, error));
  ITG_TRY(make_fits(&w, arena, error));
  ITG_TRY(itg_check_stop(control, 0.6, error));
  if (p > 1) {
    out->rows = itg_arena_take(arena, (size_t)s->n * 2 * (size_t)w.r, sizeof *out->rows);
    if (!out->rows) return itg_fail_memory(error);
    ITG_TRY(itg_parallel(control, (s->n + ROWS - 1) / ROWS, process_rows, &w, error));
  }
  return find_means(&w, arena, error);
}
