/* itg_regress_spline.c - layer 3: sums over the samples for a spline of one parameter: of powers of the place in each of its
 * pieces, from which those of its functions follow, and the mean of what is fitted. */
#include "itg_regress_fit.h"
#include "itg_sum.h"
#include "itg_thread.h"
#include "itg_vector.h"

enum { MOST_SUMS = 8000000, MOST_BLOCKS = 64 };
enum { POWERS = 8, CHUNK = 512, OWN = (CHUNK + ITG_FOLDS - 1) / ITG_FOLDS }; /* powers 0 to 6, and one for the pair */

/* A cell has the sums of the powers and of the products of powers 0 to 3 with each response. */
static size_t cell_size(const itg_fit *fit) { return POWERS + 4 * (size_t)fit->r; }

/* Samples of one fold among CHUNK: where their cells are, and powers 0 to 3 of their places, times their weights. */
typedef struct chunk {
  int64_t from, end; /* every ITG_FOLDS-th sample */
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

static void place_chunk(const itg_fit *fit, double *cells, chunk *own) {
  const double *weights = fit->psa->samples.weight, *x = fit->out->x[0];
  size_t size = cell_size(fit);
  int at = 0;
  for (int64_t i = own->from; i < own->end; i += ITG_FOLDS, at++) {
    double u;
    own->cells[at] = cells + (size_t)itg_basis_place(&fit->out->basis, x[i], &u) * size;
    add_powers(own->cells[at], u, weights ? weights[i] : 1, own->powers[at]);
  }
}

/* Responses c and c + 1, less their means, times the powers; and their squares. */
static void add_responses(const itg_fit *fit, int c, const chunk *own, double square[2]) {
  const itg_response a = fit->responses[c], b = fit->responses[c + 1];
  const double mean_a = fit->out->mean[c], mean_b = fit->out->mean[c + 1];
  int at = 0, r = fit->r;
#if defined(__GNUC__)
  const itg_pair means = {mean_a, mean_b};
  itg_pair squares = {0, 0};
  for (int64_t i = own->from; i < own->end; i += ITG_FOLDS, at++) {
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
  for (int64_t i = own->from; i < own->end; i += ITG_FOLDS, at++) {
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
static size_t block_size(const itg_fit *fit) {
  return ITG_FOLDS * ((size_t)fit->r + (size_t)fit->out->basis.n_pieces * cell_size(fit));
}

static double *cells_of(const itg_fit *fit, double *sums, int fold) {
  return sums + ITG_FOLDS * fit->r + (size_t)(fold * fit->out->basis.n_pieces) * cell_size(fit);
}

static itg_status sum_block(void *payload, int64_t block, itg_error *error) {
  const itg_fit *fit = payload;
  int64_t from = block * fit->block, end = from + fit->block < fit->out->n ? from + fit->block : fit->out->n;
  double *sums = fit->cells + (size_t)block * block_size(fit);
  chunk own;
  (void)error;
  for (; from < end; from += CHUNK)
    for (int f = 0; f < ITG_FOLDS; f++) {
      own.from = from + (f + ITG_FOLDS - from % ITG_FOLDS) % ITG_FOLDS;
      own.end = from + CHUNK < end ? from + CHUNK : end;
      place_chunk(fit, cells_of(fit, sums, f), &own);
      for (int c = 0; c < fit->r; c += 2) add_responses(fit, c, &own, sums + f * fit->r + c);
    }
  return ITG_OK;
}

/* From a piece's sums of powers to those of its functions. */
static void add_piece(const itg_fit *fit, itg_smooth_sums *sums, int piece, const double *cell) {
  const double(*f)[4] = (const double(*)[4])fit->out->basis.pieces[piece].power, *products = cell + POWERS;
  int q = fit->q, r = fit->r;
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
itg_status itg_spline_sum(itg_fit *fit, itg_arena *arena, itg_error *error) {
  size_t all = block_size(fit);
  int64_t most = (int64_t)(MOST_SUMS / all);
  int64_t n_blocks = (fit->out->n + ITG_REGRESS_ROWS - 1) / ITG_REGRESS_ROWS;
  if (n_blocks > MOST_BLOCKS) n_blocks = MOST_BLOCKS;
  if (n_blocks > most) n_blocks = most > 1 ? most : 1;
  fit->block = (fit->out->n + n_blocks - 1) / n_blocks;
  fit->cells = itg_arena_alloc(arena, (size_t)n_blocks * all, sizeof *fit->cells);
  if (!fit->cells) return itg_fail_memory(error);
  ITG_TRY(itg_parallel(fit->control, n_blocks, sum_block, fit, error));
  for (int64_t b = 1; b < n_blocks; b++)
    for (size_t k = 0; k < all; k++) fit->cells[k] += fit->cells[(size_t)b * all + k];
  for (int f = 0; f < ITG_FOLDS; f++) {
    for (int c = 0; c < fit->r; c++) fit->folds[f].square[c] = fit->cells[f * fit->r + c];
    for (int i = 0; i < fit->out->basis.n_pieces; i++)
      add_piece(fit, &fit->folds[f], i, cells_of(fit, fit->cells, f) + (size_t)i * cell_size(fit));
  }
  return ITG_OK;
}

/* No second pass over the samples: what is fitted in a piece is a polynomial, whose sum the sums of powers give. */
double itg_spline_mean(const itg_fit *fit, int c) {
  int r = fit->r;
  itg_sum sum = {0, 0}, total = {0, 0};
  for (int f = 0; f < ITG_FOLDS; f++)
    for (int i = 0; i < fit->out->basis.n_pieces; i++) {
      const double *cell = cells_of(fit, fit->cells, f) + (size_t)i * cell_size(fit);
      const double *powers = fit->out->fits + 8 * i * r + 2 * c;
      itg_sum_add(&total, cell[0]);
      for (int k = 0; k < 4; k++) itg_sum_add(&sum, cell[k] * powers[2 * k * r]);
    }
  return itg_sum_value(&sum) / itg_sum_value(&total);
}
