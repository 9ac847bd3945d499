/* itg_blas.h - layer 0: the one place that knows BLAS. */
#ifndef ITG_BLAS_H
#define ITG_BLAS_H

/* C (m x n) += A (m x k) * B (k x n), all row-major and dense. */
void itg_blas_multiply(int m, int n, int k, const double *a, const double *b, double *c);

#endif
