/* itg_basis.c - layer 3: cubic B-splines and a low-rank Gaussian process as bases with penalties. */
#include "itg_basis.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_sum.h"

enum { DEGREE = 3, INTERVALS = 20, SUBSET = 5000 };

static int compare(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* ---- splines ---- */

/* Functions of a degree below 3 by the recursion of Cox and de Boor in interval `i`. */
static void recursion(const double *t, int i, double x, int degree, double *out) {
  double left[DEGREE + 1], right[DEGREE + 1];
  out[0] = 1;
  for (int j = 1; j <= degree; j++) {
    double saved = 0;
    left[j] = x - t[i + 1 - j];
    right[j] = t[i + j] - x;
    for (int r = 0; r < j; r++) {
      double part = out[r] / (right[r + 1] + left[j - r]);
      out[r] = saved + right[r + 1] * part;
      saved = left[j - r] * part;
    }
    out[j] = saved;
  }
}

/* The four cubic functions in interval `i`: the recursion written out. */
static inline void cubic(const double *t, int i, double x, double out[4]) {
  double left1 = x - t[i], left2 = x - t[i - 1], left3 = x - t[i - 2];
  double right1 = t[i + 1] - x, right2 = t[i + 2] - x, right3 = t[i + 3] - x;
  double part = 1 / (right1 + left1), a = right1 * part, b = left1 * part, saved;
  part = a / (right1 + left2);
  saved = left2 * part;
  a = right1 * part;
  part = b / (right2 + left1);
  b = saved + right2 * part;
  double c = left1 * part;
  part = a / (right1 + left3);
  saved = left3 * part;
  out[0] = right1 * part;
  part = b / (right2 + left2);
  out[1] = saved + right2 * part;
  saved = left2 * part;
  part = c / (right3 + left1);
  out[2] = saved + right3 * part;
  out[3] = left1 * part;
}

/* Place of x among equal parts of the range: where to look for its interval first. */
static inline int cell_of(const itg_basis *b, double x) {
  return (int)((x - b->knots[0]) * b->per_cell);
}

static inline int find_interval(const itg_basis *b, double x) {
  int i = b->cells[cell_of(b, x)], last = b->n_knots - DEGREE - 2;
  while (i < last && x >= b->knots[i + 1]) i++;
  while (i > DEGREE && x < b->knots[i]) i--;
  return i;
}

static void make_cells(itg_basis *b) {
  b->per_cell = (ITG_BASIS_CELLS - 1) / (b->knots[b->n_knots - 1] - b->knots[0]) * (1 - 1e-12);
  for (int c = 0; c < ITG_BASIS_CELLS; c++) b->cells[c] = DEGREE;
  for (int i = DEGREE; i < b->n_knots - DEGREE - 1; i++)
    for (int c = cell_of(b, b->knots[i]) + 1; c < ITG_BASIS_CELLS; c++) b->cells[c] = (uint8_t)i;
}

int itg_basis_spline(const itg_basis *basis, double x, double out[4]) {
  double z = (x - basis->centre[0]) / basis->scale[0];
  double first = basis->knots[0], last = basis->knots[basis->n_knots - 1];
  z = z < first ? first : z > last ? last : z;
  int i = find_interval(basis, z);
  cubic(basis->knots, i, z, out);
  return i - DEGREE;
}

/* Second derivatives of the four functions at z in interval i: from the two linear ones by two differences.
 */
static void second_derivatives(const double *t, int i, double z, double out[4]) {
  double linear[2], quadratic[3] = {0}, d;
  recursion(t, i, z, 1, linear);
  /* derivative of degree 2 functions (i-2 .. i) from degree 1 (i-1, i) */
  for (int k = 0; k < 2; k++) {
    d = t[i + 1 + k] - t[i - 1 + k];
    double part = 2 * linear[k] / d;
    quadratic[k] -= part;
    quadratic[k + 1] += part;
  }
  memset(out, 0, 4 * sizeof *out);
  for (int k = 0; k < 3; k++) {
    d = t[i + 1 + k] - t[i - 2 + k];
    double part = 3 * quadratic[k] / d;
    out[k] -= part;
    out[k + 1] += part;
  }
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
  make_cells(b);
  b->penalty = itg_arena_alloc(arena, (size_t)b->q * (size_t)b->q, sizeof *b->penalty);
  if (!b->penalty) return itg_fail_memory(error);
  for (int i = DEGREE; i < b->n_knots - DEGREE - 1; i++) {
    double from = b->knots[i], width = b->knots[i + 1] - from, d[3][4];
    static const double weights[] = {1.0 / 6, 4.0 / 6, 1.0 / 6}; /* Simpson: exact for products of lines */
    for (int k = 0; k < 3; k++) second_derivatives(b->knots, i, from + width * k / 2, d[k]);
    for (int u = 0; u < 4; u++)
      for (int v = 0; v < 4; v++)
        for (int k = 0; k < 3; k++)
          b->penalty[(i - DEGREE + u) * b->q + i - DEGREE + v] += width * weights[k] * d[k][u] * d[k][v];
  }
  return ITG_OK;
}

/* ---- a Gaussian process ---- */

static double covariance(double distance, double range) {
  double r = 1.7320508075688772 * distance / range;
  return (1 + r) * exp(-r);
}

static double distance_to(const itg_basis *b, const double *a, const double *z) {
  double sum = 0;
  for (int d = 0; d < b->p; d++) sum += (a[d] - z[d]) * (a[d] - z[d]);
  return sqrt(sum);
}

void itg_basis_process(const itg_basis *basis, const double *const *x, int64_t i, double *out) {
  double z[ITG_MOST_DIMENSIONS];
  out[0] = 1;
  for (int d = 0; d < basis->p; d++) out[d + 1] = z[d] = (x[d][i] - basis->centre[d]) / basis->scale[d];
  for (int k = 0; k < basis->n_knots; k++)
    out[basis->p + 1 + k] =
        covariance(distance_to(basis, z, basis->knots + (size_t)k * (size_t)basis->p), basis->range);
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
  for (int i = 0; i < b->n_knots; i++)
    for (int j = 0; j < b->n_knots; j++)
      b->penalty[(size_t)(1 + p + i) * (size_t)b->q + (size_t)(1 + p + j)] = covariance(
          distance_to(b, b->knots + (size_t)i * (size_t)p, b->knots + (size_t)j * (size_t)p), b->range);
  return ITG_OK;
}

itg_status itg_basis_make(const double *const *x, int p, int64_t n, itg_arena *arena, itg_basis *out,
                          itg_error *error) {
  memset(out, 0, sizeof *out);
  out->p = p;
  for (int d = 0; d < p; d++) {
    out->centre[d] = itg_mean_of(x[d], n);
    out->scale[d] = sqrt(itg_variance_about(x[d], n, out->centre[d]));
    if (!isfinite(out->scale[d]))
      return itg_fail(error, ITG_ERR_RANGE, "parameter %d has values too large to square; give it in a larger unit", d + 1);
    if (!(out->scale[d] > 1e-14 * fabs(out->centre[d])))
      return itg_fail(error, ITG_ERR_DATA,
                      "parameter %d does not vary over the samples, nor what a study would say of it; leave it out, or "
                      "correct the study",
                      d + 1);
  }
  return p == 1 ? make_spline(x[0], n, arena, out, error) : make_process(x, n, arena, out, error);
}
