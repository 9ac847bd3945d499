/* itg_basis.h - layer 3: bases for smoothing over one parameter (spline) or several (low-rank Gaussian
 * process). */
#ifndef ITG_BASIS_H
#define ITG_BASIS_H

#include "itg_base.h"

enum { ITG_MOST_BASIS = 224, ITG_MOST_DIMENSIONS = 16, ITG_BASIS_CELLS = 256 };

/* One parameter: cubic B-splines with knots at quantiles, penalty the integral of the squared second
 * derivative. Several: 1, each parameter, and a Matern covariance (3/2) around points that are samples
 * themselves; its range is the largest distance between them (Kammann and Wand, Appl Stat 2003;52:1), its
 * penalty the norm of the process. */
typedef struct itg_basis {
  int p, q;        /* parameters, functions */
  double *penalty; /* q x q */
  int n_knots;     /* spline: knots with their repeats at both ends; else points */
  double *knots;   /* spline: ascending; else n_knots x p, in units of standard deviations */
  double per_cell;
  uint8_t cells[ITG_BASIS_CELLS]; /* spline: interval in which each of so many equal parts of the range begins */
  double centre[ITG_MOST_DIMENSIONS], scale[ITG_MOST_DIMENSIONS];
  double range;
} itg_basis;

/* From the values x[parameter][sample]; memory from the arena.  A parameter that does not vary: ITG_ERR_DATA.
 */
itg_status itg_basis_make(const double *const *x, int p, int64_t n, itg_arena *arena, itg_basis *out,
                          itg_error *error);

/* Spline: the four functions that are not 0 at x; returns the index of the first. */
int itg_basis_spline(const itg_basis *basis, double x, double out[4]);
/* Several: all q functions at sample i. */
void itg_basis_process(const itg_basis *basis, const double *const *x, int64_t i, double *out);

#endif
