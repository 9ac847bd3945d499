/* itg_smooth.c - layer 3: penalised least squares in the basis in which it is diagonal (Demmler and Reinsch).
 */
#include "itg_smooth.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- symmetric eigenproblem ---- */

/* Householder reduction to tridiagonal form; a becomes the orthogonal matrix. */
static void tridiagonal(double *a, int n, double *d, double *e) {
  for (int i = n - 1; i > 0; i--) {
    double scale = 0, h = 0;
    for (int k = 0; k < i; k++) scale += fabs(a[i * n + k]);
    if (i == 1 || scale == 0) {
      e[i] = a[i * n + i - 1];
      d[i] = 0;
      continue;
    }
    for (int k = 0; k < i; k++) {
      a[i * n + k] /= scale;
      h += a[i * n + k] * a[i * n + k];
    }
    double f = a[i * n + i - 1], g = f >= 0 ? -sqrt(h) : sqrt(h), sum = 0;
    e[i] = scale * g;
    h -= f * g;
    a[i * n + i - 1] = f - g;
    for (int j = 0; j < i; j++) e[j] = 0;
    for (int j = 0; j < i; j++) { /* e = A u, by the rows of the lower triangle */
      double u = a[i * n + j], row = a[j * n + j] * u;
      for (int k = 0; k < j; k++) {
        row += a[j * n + k] * a[i * n + k];
        e[k] += a[j * n + k] * u;
      }
      e[j] += row;
    }
    for (int j = 0; j < i; j++) {
      a[j * n + i] = a[i * n + j] / h;
      e[j] /= h;
      sum += e[j] * a[i * n + j];
    }
    double half = sum / (h + h);
    for (int j = 0; j < i; j++) {
      double u = a[i * n + j], v = e[j] -= half * u;
      for (int k = 0; k <= j; k++) a[j * n + k] -= u * e[k] + v * a[i * n + k];
    }
    d[i] = h;
  }
  d[0] = e[0] = 0;
  for (int i = 0; i < n; i++) { /* accumulate the transformations */
    if (d[i] != 0)
      for (int j = 0; j < i; j++) {
        double g = 0;
        for (int k = 0; k < i; k++) g += a[i * n + k] * a[k * n + j];
        for (int k = 0; k < i; k++) a[k * n + j] -= g * a[k * n + i];
      }
    d[i] = a[i * n + i];
    a[i * n + i] = 1;
    for (int j = 0; j < i; j++) a[j * n + i] = a[i * n + j] = 0;
  }
}

/* Implicit QL on the tridiagonal matrix; z (rows are vectors) is turned along.  False: no convergence. */
static bool implicit_ql(double *d, double *e, int n, double *z) {
  for (int i = 1; i < n; i++) e[i - 1] = e[i];
  e[n - 1] = 0;
  for (int l = 0; l < n; l++) {
    for (int turn = 0;; turn++) {
      int m = l;
      while (m < n - 1 && fabs(e[m]) > DBL_EPSILON * (fabs(d[m]) + fabs(d[m + 1]))) m++;
      if (m == l) break;
      if (turn == 60) return false;
      double g = (d[l + 1] - d[l]) / (2 * e[l]), r = hypot(g, 1), s = 1, c = 1, p = 0;
      g = d[m] - d[l] + e[l] / (g + (g >= 0 ? r : -r));
      int i = m - 1;
      for (; i >= l; i--) {
        double f = s * e[i], b = c * e[i];
        e[i + 1] = r = hypot(f, g);
        if (r == 0) {
          d[i + 1] -= p;
          e[m] = 0;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        double *low = z + (size_t)i * (size_t)n, *high = low + n;
        for (int k = 0; k < n; k++) {
          double next = high[k];
          high[k] = s * low[k] + c * next;
          low[k] = c * low[k] - s * next;
        }
      }
      if (r == 0 && i >= l) continue;
      d[l] -= p;
      e[l] = g;
      e[m] = 0;
    }
  }
  return true;
}

static void transpose(double *a, int n) {
  for (int i = 0; i < n; i++)
    for (int j = 0; j < i; j++) {
      double swap = a[i * n + j];
      a[i * n + j] = a[j * n + i];
      a[j * n + i] = swap;
    }
}

itg_status itg_eigen(double *a, int n, double *values, itg_error *error) {
  double *e = itg_alloc((size_t)n, sizeof *e);
  if (!e) return itg_fail_memory(error);
  tridiagonal(a, n, values, e);
  transpose(a, n);
  bool fine = implicit_ql(values, e, n, a);
  free(e);
  if (!fine)
    return itg_fail(error, ITG_ERR_NUMERIC, "the eigenvalues of a matrix of %d rows did not converge", n);
  for (int i = 0; i < n; i++) { /* ascending */
    int least = i;
    for (int j = i + 1; j < n; j++)
      if (values[j] < values[least]) least = j;
    if (least == i) continue;
    double swap = values[i];
    values[i] = values[least];
    values[least] = swap;
    for (int k = 0; k < n; k++) {
      swap = a[i * n + k];
      a[i * n + k] = a[least * n + k];
      a[least * n + k] = swap;
    }
  }
  transpose(a, n);
  return ITG_OK;
}

/* ---- triangular algebra ---- */

/* Lower Cholesky factor in place; pivots that rounding has eaten are lifted. */
static void cholesky(double *a, int q, double least) {
  for (int j = 0; j < q; j++) {
    double *row = a + (size_t)j * (size_t)q;
    for (int k = 0; k <= j; k++) {
      const double *other = a + (size_t)k * (size_t)q;
      double sum = row[k];
      for (int i = 0; i < k; i++) sum -= row[i] * other[i];
      row[k] = k < j ? sum / other[k] : sqrt(sum > least ? sum : least);
    }
  }
}

/* b (q x r) becomes L^-1 b. */
static void solve_lower(const double *l, int q, double *b, int r) {
  for (int i = 0; i < q; i++) {
    for (int k = 0; k < i; k++) {
      double factor = l[(size_t)i * (size_t)q + (size_t)k];
      for (int c = 0; c < r; c++) b[i * r + c] -= factor * b[k * r + c];
    }
    for (int c = 0; c < r; c++) b[i * r + c] /= l[(size_t)i * (size_t)q + (size_t)i];
  }
}

/* b becomes L'^-1 b. */
static void solve_upper(const double *l, int q, double *b, int r) {
  for (int i = q - 1; i >= 0; i--) {
    for (int c = 0; c < r; c++) b[i * r + c] /= l[(size_t)i * (size_t)q + (size_t)i];
    for (int k = 0; k < i; k++) {
      double factor = l[(size_t)i * (size_t)q + (size_t)k];
      for (int c = 0; c < r; c++) b[k * r + c] -= factor * b[i * r + c];
    }
  }
}

/* ---- cross-validation ---- */

/* One response in the diagonal basis. */
typedef struct profile {
  const double *gram; /* eigenvalues: share of the data in each direction, 0 to 1; the rest is penalty */
  const double *z;    /* cross-products, `stride` apart */
  int q, stride;
  double n, square, least; /* lambda below `least` would divide by rounding */
} profile;

static double score_at(const profile *p, double lambda, double *edf_out) {
  double edf = 0, cross = 0, fit = 0;
  for (int j = 0; j < p->q; j++) {
    double g = p->gram[j], z = p->z[j * p->stride], denominator = g + lambda * (1 - g);
    if (!(denominator > 0)) continue;
    double inverse = 1 / denominator, part = z * z * inverse;
    edf += g * inverse;
    cross += part;
    fit += g * part * inverse;
  }
  if (edf_out) *edf_out = edf;
  double rss = p->square - 2 * cross + fit, free = p->n - edf;
  if (!(free > 0)) return INFINITY;
  return p->n * (rss > 0 ? rss : 0) / (free * free);
}

/* Logarithm of lambda with the smallest score: a grid, then golden section around its best. */
static double best_lambda(const profile *p) {
  enum { STEPS = 45 };
  double low = -14, high = 8, best = high, least = INFINITY; /* powers of 10 */
  for (int i = STEPS - 1; i >= 0; i--) {                     /* of equal scores the smoothest */
    double at = low + (high - low) * i / (STEPS - 1);
    if (at < log10(p->least)) break;
    double score = score_at(p, pow(10, at), NULL);
    if (score < least) least = score, best = at;
  }
  double step = (high - low) / (STEPS - 1), a = fmax(best - step, log10(p->least)), b = best + step;
  for (int i = 0; i < 25; i++) {
    double c = b - 0.6180339887498949 * (b - a), d = a + 0.6180339887498949 * (b - a);
    if (score_at(p, pow(10, c), NULL) <= score_at(p, pow(10, d), NULL))
      b = d;
    else
      a = c;
  }
  double refined = (a + b) / 2;
  return pow(10, score_at(p, pow(10, refined), NULL) < least ? refined : best);
}

static double trace(const double *a, int q) {
  double sum = 0;
  for (int i = 0; i < q; i++) sum += a[(size_t)i * (size_t)q + (size_t)i];
  return sum;
}

itg_status itg_smooth_solve(const itg_smooth_sums *sums, const double *penalty, int q, int r,
                            double *coefficients, double *edf, itg_error *error) {
  size_t n = (size_t)q, cells = n * n;
  double *l = itg_alloc(cells, sizeof *l), *m = itg_alloc(cells, sizeof *m), *g = itg_alloc(n, sizeof *g);
  double *z = itg_alloc(n * (size_t)r, sizeof *z);
  itg_status status = l && m && g && z ? ITG_OK : itg_fail_memory(error);
  if (status) goto out;
  /* A = gram + scale * penalty = L L'; in the eigenvectors of L^-1 gram L'^-1 both are diagonal. */
  double scale = trace(sums->gram, q) / (trace(penalty, q) > 0 ? trace(penalty, q) : 1);
  double ridge = 1e-14 * trace(sums->gram, q) / q;
  for (size_t i = 0; i < cells; i++) l[i] = sums->gram[i] + scale * penalty[i];
  for (int i = 0; i < q; i++) l[(size_t)i * n + (size_t)i] += ridge;
  cholesky(l, q, ridge);
  memcpy(m, sums->gram, cells * sizeof *m);
  solve_lower(l, q, m, q);
  transpose(m, q);
  solve_lower(l, q, m, q);
  for (int i = 0; i < q; i++) /* rounding leaves it not quite symmetric */
    for (int j = 0; j < i; j++) m[i * q + j] = m[j * q + i] = (m[i * q + j] + m[j * q + i]) / 2;
  status = itg_eigen(m, q, g, error);
  if (status) goto out;
  /* How far shares leave 0 to 1 is how much rounding they hold: a direction with no more than that has no
   * data, or its noise over a small lambda would pass for a fit. */
  double noise = 4 * fmax(fmax(-g[0], g[q - 1] - 1), q * DBL_EPSILON);
  /* What the penalty leaves free has 1; rounding below it would be penalised when lambda is large. */
  for (int j = 0; j < q; j++) g[j] = g[j] <= noise ? 0 : g[j] > 1 - 1e-12 ? 1 : g[j];
  memcpy(coefficients, sums->cross, n * (size_t)r * sizeof *z);
  solve_lower(l, q, coefficients, r);
  for (int j = 0; j < q; j++)
    for (int i = 0; i < q; i++)
      for (int c = 0; c < r && g[j] > 0; c++) z[j * r + c] += m[i * q + j] * coefficients[i * r + c];
  for (int c = 0; c < r; c++) {
    profile p = {g, z + c, q, r, sums->n, sums->square[c], noise};
    double lambda = best_lambda(&p), used;
    score_at(&p, lambda, &used);
    if (edf) edf[c] = used;
    for (int j = 0; j < q; j++) {
      double denominator = g[j] + lambda * (1 - g[j]);
      z[j * r + c] = denominator > 0 ? z[j * r + c] / denominator : 0;
    }
  }
  memset(coefficients, 0, n * (size_t)r * sizeof *z);
  for (int i = 0; i < q; i++)
    for (int j = 0; j < q; j++)
      for (int c = 0; c < r; c++) coefficients[i * r + c] += m[i * q + j] * z[j * r + c];
  solve_upper(l, q, coefficients, r);
out:
  free(l);
  free(m);
  free(g);
  free(z);
  return status;
}
