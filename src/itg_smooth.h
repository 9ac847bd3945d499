/* itg_smooth.h - layer 3: penalised least squares for several responses at once, smoothness by
 * cross-validation. */
#ifndef ITG_SMOOTH_H
#define ITG_SMOOTH_H

#include "itg_base.h"

/* Sums over rows of a basis x (q numbers) and responses y (r numbers), responses centred near 0. */
typedef struct itg_smooth_sums {
  double n;
  double *gram;   /* q x q, both triangles: sum of x x' */
  double *cross;  /* q x r: sum of x y' */
  double *square; /* r: sum of y^2 */
} itg_smooth_sums;

/* Coefficients (q x r) that minimise |y - x b|^2 + lambda b' penalty b, lambda for each response by
 * generalised cross-validation (Craven and Wahba, Numer Math 1979;31:377): n RSS / (n - edf)^2.  edf:
 * effective degrees of freedom of each response, may be NULL.  A singular basis is no error: the penalty
 * decides. Errors: ITG_ERR_MEMORY, ITG_ERR_NUMERIC. */
itg_status itg_smooth_solve(const itg_smooth_sums *sums, const double *penalty, int q, int r,
                            double *coefficients, double *edf, itg_error *error);

/* Eigenvalues (ascending) and vectors (columns of a) of the symmetric a (n x n, row-major, both triangles).
 */
itg_status itg_eigen(double *a, int n, double *values, itg_error *error);

#endif
