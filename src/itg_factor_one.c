/* itg_factor_one.c - layer 3: loadings of correlated items on one factor. */
#include <math.h>
#include <string.h>

#include "itg_consistency.h"

/* Loadings have the sign that makes their sum positive. */
static bool settle(double *l, int p) {
  double sum = 0;
  for (int i = 0; i < p; i++) {
    if (!(fabs(l[i]) < 1)) return false;
    sum += l[i];
  }
  for (int i = 0; sum < 0 && i < p; i++) l[i] = -l[i];
  return true;
}

/* A first guess: the share of each item in the sum of all, or for sums near 0 the first column's signs. */
static void guess(const double *cor, int p, double *l) {
  for (int i = 0; i < p; i++) {
    double shared = 0;
    for (int j = 0; j < p; j++)
      if (j != i) shared += fabs(cor[i * p + j]);
    double sign = i == 0 || cor[i] >= 0 ? 1 : -1;
    l[i] = sign * fmin(sqrt(shared / (p - 1)), 0.95);
  }
}

/* ---- least squares outside the diagonal (Harman and Jones, Psychometrika 1966;31:351-68) ---- */

/* Solve a x = b in place, a symmetric p x p; false unless a is positive definite. */
static bool solve(double *a, double *b, int p) {
  for (int k = 0; k < p; k++) {
    for (int j = 0; j <= k; j++) {
      double sum = a[k * p + j];
      for (int m = 0; m < j; m++) sum -= a[k * p + m] * a[j * p + m];
      if (j < k)
        a[k * p + j] = sum / a[j * p + j];
      else if (sum > 0)
        a[k * p + k] = sqrt(sum);
      else
        return false;
    }
    for (int m = 0; m < k; m++) b[k] -= a[k * p + m] * b[m];
    b[k] /= a[k * p + k];
  }
  for (int k = p - 1; k >= 0; k--) {
    for (int m = k + 1; m < p; m++) b[k] -= a[m * p + k] * b[m];
    b[k] /= a[k * p + k];
  }
  return true;
}

/* One loading after the other; the largest change. */
static double sweep(const double *cor, int p, double *l) {
  double all = 0, change = 0;
  for (int j = 0; j < p; j++) all += l[j] * l[j];
  for (int i = 0; i < p; i++) {
    double with = -cor[i * p + i] * l[i], others = all - l[i] * l[i];
    for (int j = 0; j < p; j++) with += cor[i * p + j] * l[j];
    double next = others > 0 ? with / others : 0;
    all += next * next - l[i] * l[i];
    change = fmax(change, fabs(next - l[i]));
    l[i] = next;
  }
  return change;
}

/* Newton's step from gradient and Hessian of half the sum of squares. */
static bool step(const double *cor, int p, double *l, double *scratch, double *change) {
  double *hessian = scratch, *gradient = scratch + (int64_t)p * p, all = 0;
  for (int j = 0; j < p; j++) all += l[j] * l[j];
  for (int i = 0; i < p; i++) {
    gradient[i] = 0;
    for (int j = 0; j < p; j++) {
      double product = l[i] * l[j];
      hessian[i * p + j] = i == j ? all - l[i] * l[i] : 2 * product - cor[i * p + j];
      if (i != j) gradient[i] += (cor[i * p + j] - product) * l[j];
    }
  }
  if (!solve(hessian, gradient, p)) return false;
  *change = 0;
  for (int i = 0; i < p; i++) {
    l[i] += gradient[i];
    *change = fmax(*change, fabs(gradient[i]));
  }
  return true;
}

bool itg_factor_minres(const double *cor, int p, double *l, double *scratch) {
  double change = 1, *before = scratch + (int64_t)p * (p + 1);
  if (p < 3) return false;
  guess(cor, p, l);
  for (int round = 0; round < 40 && change > 1e-15; round++) {
    for (int k = 0; k < 25; k++) change = sweep(cor, p, l);
    memcpy(before, l, (size_t)p * sizeof *l);
    for (int k = 0; k < 8 && change > 1e-15; k++) {
      double size;
      if (!step(cor, p, l, scratch, &size) || size > 0.5) { /* not near the minimum yet */
        memcpy(l, before, (size_t)p * sizeof *l);
        break;
      }
      change = size;
    }
    for (int i = 0; i < p; i++)
      if (!(fabs(l[i]) < 4)) return false;
  }
  return change < 1e-9 && settle(l, p);
}

/* ---- maximum likelihood, by expectation and maximisation (Rubin and Thayer, Psychometrika 1982;47:69-76)
 * ---- */

bool itg_factor_ml(const double *cor, int p, double *l, double *scratch) {
  double *unique = scratch, *weights = scratch + p, *with = scratch + 2 * (int64_t)p;
  const double least = 0.005; /* a uniqueness below is on its way to 0; the bound of R's factanal() */
  double change = 1;
  if (p < 3) return false;
  if (!itg_factor_minres(cor, p, l, scratch)) guess(cor, p, l);
  for (int i = 0; i < p; i++) unique[i] = fmax(1 - l[i] * l[i], 0.05);
  for (int64_t round = 0; round < 200000 && change > 1e-13; round++) {
    double precision = 0, fitted = 0;
    for (int i = 0; i < p; i++) precision += l[i] * l[i] / unique[i];
    for (int i = 0; i < p; i++) weights[i] = l[i] / unique[i] / (1 + precision);
    for (int i = 0; i < p; i++) {
      with[i] = 0;
      for (int j = 0; j < p; j++) with[i] += cor[i * p + j] * weights[j];
    }
    for (int i = 0; i < p; i++) fitted += weights[i] * with[i];
    double square = 1 / (1 + precision) + fitted; /* mean square of the factor, given the items */
    change = 0;
    for (int i = 0; i < p; i++) {
      double next = with[i] / square;
      change = fmax(change, fabs(next - l[i]));
      l[i] = next;
      unique[i] = cor[i * p + i] - next * with[i];
      if (!(unique[i] > least)) return false;
    }
  }
  return change < 1e-9 && settle(l, p);
}
