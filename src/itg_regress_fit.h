/* itg_regress_fit.h - layer 3: a regression on parameters while it is made (itg_regress.c): sums over the samples by fold,
 * from which its coefficients follow.  One parameter: itg_regress_spline.c; several: itg_regress_process.c. */
#ifndef ITG_REGRESS_FIT_H
#define ITG_REGRESS_FIT_H

#include "itg_regress.h"
#include "itg_smooth.h"

enum { ITG_REGRESS_ROWS = 8192 }; /* samples of a block of work */

/* What is smoothed: a column less that of the first strategy. */
typedef struct itg_response {
  const double *values, *against;
} itg_response;

typedef struct itg_fit {
  const itg_psa *psa;
  const itg_control *control;
  itg_regression *out;
  int q, r; /* functions of the basis, responses */
  itg_response *responses;
  itg_smooth_sums folds[ITG_FOLDS]; /* of the samples of each fold */
  double *cells;                    /* spline: sums by block of samples, the first becomes that of all */
  int64_t block;                    /* samples of one of these blocks */
} itg_fit;

/* Fill the sums of each fold. */
itg_status itg_spline_sum(itg_fit *fit, itg_arena *arena, itg_error *error);
itg_status itg_process_sum(itg_fit *fit, itg_arena *arena, itg_error *error);

/* out->rows of a process, from out->fits. */
itg_status itg_process_fill(itg_fit *fit, itg_arena *arena, itg_error *error);

/* Weighted mean of the fitted values of response c. */
double itg_spline_mean(const itg_fit *fit, int c);
double itg_process_mean(const itg_fit *fit, int c);

/* Numbers in out->fits of one fold. */
static inline size_t itg_fit_size(const itg_regression *fit) {
  return 2 * (size_t)fit->r * (size_t)(fit->basis.p > 1 ? fit->basis.q : 4 * fit->basis.n_pieces);
}

#endif
