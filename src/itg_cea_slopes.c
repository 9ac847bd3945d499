/* itg_cea_slopes.c - slopes of cost and effect on covariates from sums of products within arms: each equation
 * by itself (least squares), or both together as seemingly unrelated regressions.
 *
 * Zellner, J Am Stat Assoc 1962;57:348; Willan, Briggs, Hoch, Health Econ 2004;13:461.  One step: the
 * covariance of the residuals comes from least squares, with divisor sqrt((n - k_g)(n - k_h)), as systemfit
 * has it. */
#include <math.h>
#include <string.h>

#include "itg_cea.h"

int itg_slopes_room(int p) { return 8 * p * p + 4 * p + 8; }

/* Slopes of one equation; those of covariates that do not stand in it are 0. */
static bool solve_one(const itg_study *s, const itg_within *w, int g, double *slopes, double *room) {
  int p = w->p, n = 0;
  double *a = room, *b = room + p * p;
  for (int k = 0; k < p; k++) {
    slopes[k] = 0;
    if (!s->use[g][k]) continue;
    int m = 0;
    for (int l = 0; l < p; l++)
      if (s->use[g][l]) a[n * s->n_used[g] + m++] = w->xx[k * p + l];
    b[n++] = w->xy[2 * k + g];
  }
  if (!itg_solve(a, n, b, 1, NULL)) return false;
  for (int k = 0, i = 0; k < p; k++)
    if (s->use[g][k]) slopes[k] = b[i++];
  return true;
}

/* Sums of products of the residuals of two equations. */
static double residual_product(const itg_within *w, const double *slopes, int g, int h) {
  int p = w->p;
  const double *a = slopes + g * p, *b = slopes + h * p;
  double sum = w->yy[g + h];
  for (int k = 0; k < p; k++) {
    sum -= a[k] * w->xy[2 * k + h] + b[k] * w->xy[2 * k + g];
    for (int l = 0; l < p; l++) sum += a[k] * w->xx[k * p + l] * b[l];
  }
  return sum;
}

bool itg_slopes_find(const itg_study *s, const itg_within *w, double n, bool together, double *slopes,
                     double *sigma, double *covariance, double *room) {
  int p = w->p;
  for (int g = 0; g < ITG_OUTCOMES; g++)
    if (!solve_one(s, w, g, slopes + g * p, room)) return false;
  if (!together) return true;
  double df[ITG_OUTCOMES], precision[2][2];
  for (int g = 0; g < ITG_OUTCOMES; g++) df[g] = n - s->n_arms - s->n_used[g];
  for (int g = 0; g < ITG_OUTCOMES; g++)
    for (int h = 0; h < ITG_OUTCOMES; h++)
      sigma[2 * g + h] = residual_product(w, slopes, g, h) / sqrt(df[g] * df[h]);
  double determinant = sigma[0] * sigma[3] - sigma[1] * sigma[2];
  if (!(determinant > 1e-12 * sigma[0] * sigma[3])) return false;
  precision[0][0] = sigma[3] / determinant;
  precision[1][1] = sigma[0] / determinant;
  precision[0][1] = precision[1][0] = -sigma[1] / determinant;
  int size = s->n_used[ITG_COST] + s->n_used[ITG_EFFECT], row = 0;
  double *a = room, *b = room + size * size;
  for (int g = 0; g < ITG_OUTCOMES; g++)
    for (int k = 0; k < p; k++) {
      if (!s->use[g][k]) continue;
      int column = 0;
      b[row] = 0;
      for (int h = 0; h < ITG_OUTCOMES; h++) {
        b[row] += precision[g][h] * w->xy[2 * k + h];
        for (int l = 0; l < p; l++)
          if (s->use[h][l]) a[row * size + column++] = precision[g][h] * w->xx[k * p + l];
      }
      row++;
    }
  if (covariance) {
    memset(covariance, 0, (size_t)(size * size) * sizeof *covariance);
    for (int i = 0; i < size; i++) covariance[i * size + i] = 1;
    double *copy = b + size;
    memcpy(copy, a, (size_t)(size * size) * sizeof *copy);
    if (!itg_solve(copy, size, covariance, size, NULL)) return false;
  }
  if (!itg_solve(a, size, b, 1, NULL)) return false;
  row = 0;
  for (int g = 0; g < ITG_OUTCOMES; g++)
    for (int k = 0; k < p; k++)
      if (s->use[g][k]) slopes[g * p + k] = b[row++];
  return true;
}
