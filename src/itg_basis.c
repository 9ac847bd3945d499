/* itg_basis.c - layer 3: cubic B-splines and a low-rank Gaussian process as bases with penalties. */
#include "itg_basis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_sum.h"
#include "itg_vector.h"

enum { DEGREE = 3, INTERVALS = ITG_MOST_PIECES, SUBSET = 5000 };

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* ---- splines ---- */

/* out += (a + b u) p, polynomials of u. */
static void add_product(double a, double b, const double p[4], double out[4]) {
  for (int k = 0; k < 4; k++) out[k] += a * p[k] + (k ? b * p[k - 1] : 0);
}

/* The recursion of Cox and de Boor in the interval after knot i, on polynomials of the place u. */
static itg_piece make_piece(const double *t, int i) {
  double half = (t[i + 1] - t[i]) / 2;
  itg_piece piece = {.middle = t[i] + half, .scale = 1 / half, .power = {{1}}};
  for (int degree = 1; degree <= DEGREE; degree++)
    for (int f = degree; f >= 0; f--) { /* from the function itself and the one before, of one degree less */
      const double *at = t + i - degree + f;
      double made[4] = {0}, rise = at[degree] - at[0], fall = at[degree + 1] - at[1];
      if (f > 0) add_product((piece.middle - at[0]) / rise, half / rise, piece.power[f - 1], made);
      if (f < degree) add_product((at[degree + 1] - piece.middle) / fall, -half / fall, piece.power[f], made);
      memcpy(piece.power[f], made, sizeof made);
    }
  return piece;
}

/* Integral of the products of second derivatives over a piece. */
static void add_penalty(const itg_piece *piece, double *penalty, int q) {
  double cube = piece->scale * piece->scale * piece->scale;
  for (int u = 0; u < 4; u++)
    for (int v = 0; v < 4; v++) {
      const double *a = piece->power[u], *b = piece->power[v];
      penalty[u * q + v] += cube * (8 * a[2] * b[2] + 24 * a[3] * b[3]);
    }
}

/* A knot begins its piece in the middle of a cell: the cell before the knot still belongs to the piece before. */
static void make_cells(itg_basis *b) {
  double first = b->knots[0];
  b->per_cell = (ITG_BASIS_CELLS - 1) / (b->knots[b->n_knots - 1] - first) * (1 - 1e-12);
  for (int i = 1; i < b->n_pieces; i++)
    for (int c = (int)((b->knots[i + DEGREE] - first) * b->per_cell) + 1; c < ITG_BASIS_CELLS; c++)
      b->cells[c] = (uint8_t)i;
}

/* Knots at quantiles of at most SUBSET samples spread over all; each once. */
static itg_status make_spline(const double *x, int64_t n, itg_arena *arena, itg_basis *b, itg_error *error) {
  int64_t m = n < SUBSET ? n : SUBSET;
  double *sorted = itg_arena_alloc(arena, (size_t)m, sizeof *sorted), low = INFINITY, high = -INFINITY;
  b->knots = itg_arena_alloc(arena, INTERVALS + 1 + 2 * DEGREE, sizeof *b->knots);
  if (!sorted || !b->knots) return itg_fail_memory(error);
  for (int64_t i = 0; i < n; i++) {
    low = x[i] < low ? x[i] : low;
    high = x[i] > high ? x[i] : high;
  }
  for (int64_t i = 0; i < m; i++) sorted[i] = x[(int64_t)((double)i * ((double)n / (double)m))];
  qsort(sorted, (size_t)m, sizeof *sorted, compare);
  double c = b->centre[0], s = b->scale[0];
  for (int k = 0; k <= DEGREE; k++) b->knots[b->n_knots++] = (low - c) / s;
  for (int k = 1; k < INTERVALS; k++) {
    double knot = (sorted[(int64_t)((double)k / INTERVALS * (double)(m - 1))] - c) / s;
    if (knot > b->knots[b->n_knots - 1] + 1e-9 && knot < (high - c) / s - 1e-9) b->knots[b->n_knots++] = knot;
  }
  for (int k = 0; k <= DEGREE; k++) b->knots[b->n_knots++] = (high - c) / s;
  b->q = b->n_knots - DEGREE - 1;
  b->n_pieces = b->q - DEGREE;
  b->penalty = itg_arena_alloc(arena, (size_t)b->q * (size_t)b->q, sizeof *b->penalty);
  b->pieces = itg_arena_alloc(arena, (size_t)b->n_pieces, sizeof *b->pieces);
  if (!b->penalty || !b->pieces) return itg_fail_memory(error);
  make_cells(b);
  for (int i = 0; i < b->n_pieces; i++) {
    b->pieces[i] = make_piece(b->knots, i + DEGREE);
    add_penalty(&b->pieces[i], b->penalty + (size_t)i * (size_t)(b->q + 1), b->q);
  }
  return ITG_OK;
}

/* ---- a Gaussian process ---- */

/* exp(-r) of two numbers, 0 or more, to within the last bit.  Not by libm, whose last bits go by the processor (with fused
 * multiply-add it rounds otherwise): a penalised fit makes 1e-14 of its results of them. */
#define MAGIC 6755399441055744.0 /* added to a number it leaves the nearest whole one, in the low bits too */
static const double LN2_HIGH = 6.93147180369123816490e-01, LN2_LOW = 1.90821492927058770002e-10;
static const double taylor[] = {1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880,
                                1.0 / 40320,      1.0 / 5040,      1.0 / 720,      1.0 / 120,     1.0 / 24,
                                1.0 / 6,          1.0 / 2,         1,              1};
enum { TERMS = sizeof taylor / sizeof *taylor, MOST_R = 700 }; /* beyond MOST_R: 0 */

static inline void exp_minus(const double r[2], double out[2]) {
#if defined(__GNUC__)
  const itg_pair x = ITG_PAIR(r), near = x * 1.4426950408889634 + MAGIC, k = near - MAGIC;
  const itg_pair t = (k * LN2_HIGH - x) + k * LN2_LOW; /* at most ln 2 / 2 */
  itg_pair sum = {taylor[0], taylor[0]};
  for (int i = 1; i < TERMS; i++) sum = sum * t + taylor[i];
  const itg_mask one = {(int64_t)1023 << 52, (int64_t)1023 << 52}, power = one - ((itg_mask)near << 52); /* 2^-k */
  ITG_PAIR_SET(out, (itg_pair)((itg_mask)(sum * (itg_pair)power) & (x < MOST_R)));
#else
  for (int c = 0; c < 2; c++) {
    double near = r[c] * 1.4426950408889634 + MAGIC, k = near - MAGIC, t = (k * LN2_HIGH - r[c]) + k * LN2_LOW,
           sum = taylor[0], power;
    uint64_t bits;
    for (int i = 1; i < TERMS; i++) sum = sum * t + taylor[i];
    memcpy(&bits, &near, sizeof bits);
    bits = ((uint64_t)1023 << 52) - (bits << 52);
    memcpy(&power, &bits, sizeof power);
    out[c] = r[c] < MOST_R ? sum * power : 0;
  }
#endif
}

/* Of distances become covariances, n of them; one more number is written where n is odd. */
static void find_covariances(double *distances, int n, double range) {
  if (n % 2) distances[n] = 0;
  for (int i = 0; i < n; i += 2) {
    double r[2], part[2];
    for (int c = 0; c < 2; c++) r[c] = 1.7320508075688772 * distances[i + c] / range;
    exp_minus(r, part);
    for (int c = 0; c < 2; c++) distances[i + c] = (1 + r[c]) * part[c];
  }
}

static double distance_to(const itg_basis *b, const double *a, const double *z) {
  double sum = 0;
  for (int d = 0; d < b->p; d++) sum += (a[d] - z[d]) * (a[d] - z[d]);
  return sqrt(sum);
}

void itg_basis_process(const itg_basis *basis, const double *const *x, int64_t i, double *out) {
  double z[ITG_MOST_DIMENSIONS], covariances[ITG_MOST_BASIS + 1];
  out[0] = 1;
  for (int d = 0; d < basis->p; d++) out[d + 1] = z[d] = (x[d][i] - basis->centre[d]) / basis->scale[d];
  for (int k = 0; k < basis->n_knots; k++)
    covariances[k] = distance_to(basis, z, basis->knots + (size_t)k * (size_t)basis->p);
  find_covariances(covariances, basis->n_knots, basis->range);
  memcpy(out + basis->p + 1, covariances, (size_t)basis->n_knots * sizeof *out);
}

static itg_status make_process(const double *const *x, int64_t n, itg_arena *arena, itg_basis *b,
                               itg_error *error) {
  int p = b->p, most = p < 4 ? 50 * p : 200;
  if (most > n / 8) most = (int)(n / 8);
  b->knots = itg_arena_alloc(arena, (size_t)most * (size_t)p, sizeof *b->knots);
  if (!b->knots) return itg_fail_memory(error);
  for (int k = 0; k < most; k++) { /* samples spread over all, no two in one place */
    int64_t i = (int64_t)(((double)k + 0.5) * ((double)n / most));
    double *z = b->knots + (size_t)b->n_knots * (size_t)p;
    bool apart = true;
    for (int d = 0; d < p; d++) z[d] = (x[d][i] - b->centre[d]) / b->scale[d];
    for (int j = 0; j < b->n_knots && apart; j++) {
      double distance = distance_to(b, z, b->knots + (size_t)j * (size_t)p);
      apart = distance > 1e-3;
      if (apart && distance > b->range) b->range = distance;
    }
    b->n_knots += apart;
  }
  if (!(b->range > 0)) b->range = 1;
  b->q = 1 + p + b->n_knots;
  b->penalty = itg_arena_alloc(arena, (size_t)b->q * (size_t)b->q, sizeof *b->penalty);
  if (!b->penalty) return itg_fail_memory(error);
  for (int i = 0; i < b->n_knots; i++) {
    double covariances[ITG_MOST_BASIS + 1];
    for (int j = 0; j < b->n_knots; j++)
      covariances[j] = distance_to(b, b->knots + (size_t)i * (size_t)p, b->knots + (size_t)j * (size_t)p);
    find_covariances(covariances, b->n_knots, b->range);
    memcpy(b->penalty + (size_t)(1 + p + i) * (size_t)b->q + (size_t)(1 + p), covariances,
           (size_t)b->n_knots * sizeof *b->penalty);
  }
  return ITG_OK;
}

itg_status itg_basis_make(const double *const *x, const char *const *names, int p, int64_t n, itg_arena *arena,
                          itg_basis *out, itg_error *error) {
  memset(out, 0, sizeof *out);
  out->p = p;
  for (int d = 0; d < p; d++) {
    out->centre[d] = itg_mean_of(x[d], n);
    out->scale[d] = sqrt(itg_variance_about(x[d], n, out->centre[d]));
    if (!isfinite(out->scale[d]))
      return itg_fail(error, ITG_ERR_RANGE, "parameter '%.60s' has values too large to square; give it in a larger unit",
                      names[d]);
    if (!(out->scale[d] > 1e-14 * fabs(out->centre[d])))
      return itg_fail(error, ITG_ERR_DATA,
                      "parameter '%.60s' does not vary over the samples, nor what a study would say of it; leave it out, "
                      "or correct the study",
                      names[d]);
  }
  return p == 1 ? make_spline(x[0], n, arena, out, error) : make_process(x, n, arena, out, error);
}
