/* itg_blas.c - matrix products by the Fortran interface of BLAS, the one that R's BLAS and OpenBLAS share. */
#include "itg_blas.h"

#include <stddef.h>

/* The last two arguments are the lengths of the text arguments, as Fortran passes them. */
extern void dgemm_(const char *trans_a, const char *trans_b, const int *m, const int *n, const int *k,
                   const double *alpha, const double *a, const int *lda, const double *b, const int *ldb,
                   const double *beta, double *c, const int *ldc, size_t length_a, size_t length_b);

/* Fortran reads the rows of a row-major matrix as columns, so it is given C' += B' A'. */
void itg_blas_multiply(int m, int n, int k, const double *a, const double *b, double *c) {
  const double one = 1;
  if (m <= 0 || n <= 0 || k <= 0) return;
  dgemm_("N", "N", &n, &m, &k, &one, b, &n, a, &k, &one, c, &n, 1, 1);
}
