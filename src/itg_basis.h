/* itg_basis.h - layer 3: bases for smoothing over one parameter (spline) or several (low-rank Gaussian
 * process). */
#ifndef ITG_BASIS_H
#define ITG_BASIS_H

#include "itg_base.h"

enum { ITG_MOST_BASIS = 224, ITG_MOST_DIMENSIONS = 16, ITG_BASIS_CELLS = 256, ITG_MOST_PIECES = 20 };

/* A spline between two neighbouring knots: the four functions that are not 0 there, as polynomials of the place, which
 * goes from -1 to 1. */
typedef struct itg_piece {
  double middle, scale; /* place = (z - middle) * scale */
  double power[4][4];   /* [function][power] */
} itg_piece;

/* One parameter: cubic B-splines with knots at quantiles, penalty the integral of the squared second
 * derivative. Several: 1, each parameter, and a Matern covariance (3/2) around points that are samples
 * themselves; its range is the largest distance between them (Kammann and Wand, Appl Stat 2003;52:1), its
 * penalty the norm of the process. */
typedef struct itg_basis {
  int p, q;        /* parameters, functions */
  double *penalty; /* q x q */
  int n_knots;     /* spline: knots with their repeats at both ends; else points */
  double *knots;   /* spline: ascending; else n_knots x p, in units of standard deviations */
  int n_pieces;    /* spline: functions i .. i + 3 are not 0 in piece i */
  itg_piece *pieces;
  double per_cell;
  uint8_t cells[ITG_BASIS_CELLS]; /* spline: piece in which each of so many equal parts of the range begins */
  double centre[ITG_MOST_DIMENSIONS], scale[ITG_MOST_DIMENSIONS];
  double range;
} itg_basis;

/* From the values x[parameter][sample]; memory from the arena.  A parameter that does not vary: ITG_ERR_DATA, with its name.
 */
itg_status itg_basis_make(const double *const *x, const char *const *names, int p, int64_t n, itg_arena *arena, itg_basis *out,
                          itg_error *error);

/* Spline: the piece of x, or the nearest, and the place there. */
static inline int itg_basis_place(const itg_basis *basis, double x, double *place) {
  double z = (x - basis->centre[0]) / basis->scale[0];
  double first = basis->knots[0], last = basis->knots[basis->n_knots - 1];
  z = z < first ? first : z > last ? last : z;
  int i = basis->cells[(int)((z - first) * basis->per_cell)];
  while (i + 1 < basis->n_pieces && z >= basis->knots[i + 4]) i++;
  *place = (z - basis->pieces[i].middle) * basis->pieces[i].scale;
  return i;
}

/* Several: all q functions at sample i. */
void itg_basis_process(const itg_basis *basis, const double *const *x, int64_t i, double *out);

#endif
