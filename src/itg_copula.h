/* itg_copula.h - layer 3: parameters that go together: a Gaussian copula over their distributions. */
#ifndef ITG_COPULA_H
#define ITG_COPULA_H

#include "itg_measure.h"

/* A row of input correlations. */
typedef struct itg_copula_pair {
  int32_t first, second; /* parameters, as they stand in their table */
  double given, scores, ranks; /* as the table says it; of the normal scores; of the ranks */
} itg_copula_pair;

typedef struct itg_copula {
  int32_t n;       /* parameters that some row names */
  int32_t *member; /* which they are, in the order of their table */
  double *factor;  /* n x n, lower triangle L: the scores L z of independent z have the correlations L L' */
  int64_t n_pairs;
  itg_copula_pair *pairs;
} itg_copula;

/* Read the optional input `correlations` (roles parameter_1, parameter_2, correlation; option correlation_of): none, and
 * out->n is 0.  names: the n parameters; alone[i]: why one cannot go with others ("is a constant"), or NULL.
 * Errors: ITG_ERR_DATA, ITG_ERR_DUPLICATE with row and column; ITG_ERR_RANGE for correlations that cannot be had together. */
itg_status itg_copula_read(itg_call *call, const char *const *names, const char *const *alone, int32_t n,
                           itg_copula *out, itg_error *error);

/* Is member i independent of those before it? */
bool itg_copula_is_first(const itg_copula *copula, int32_t i);

/* Independent normal scores, a column of each member, become those that go together. */
itg_status itg_copula_mix(const itg_copula *copula, double *const *scores, int64_t n, const itg_control *control,
                          itg_error *error);

#endif
