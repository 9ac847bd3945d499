/* itg_reliability.h - layer 3: what the files of measure reliability share: the scales as read
 * (itg_reliability_read.c), covariances in place of answers (itg_reliability_matrix.c), replicates of alpha
 * (itg_reliability_boot.c), and the results (itg_reliability.c). */
#ifndef ITG_RELIABILITY_H
#define ITG_RELIABILITY_H

#include "itg_cross.h"
#include "itg_measure.h"

/* A scale: answers of some items, each as start + sign * answer, times its weight. */
typedef struct itg_reliability_scale {
  const char *id;
  int p;
  int32_t *items; /* index in `sources` */
  double *start, *sign, *weight;
  double factor; /* from the sum of the items to the score whose error is stated */
} itg_reliability_scale;

/* The input `covariance`. */
typedef struct itg_reliability_matrix {
  int p; /* 0: answers were given */
  const char **names;
  double *cov, *means; /* p x p; means NaN where not given */
  int64_t n;           /* respondents */
  bool correlations;   /* every variance is 1 */
} itg_reliability_matrix;

typedef struct itg_reliability_data {
  int64_t n_rows;
  int32_t n_items, n_scales;
  const char **names;        /* of the items */
  itg_cross_source *sources; /* of the items; NULL with a matrix */
  itg_reliability_matrix matrix;
  const int32_t *places; /* of the items in the matrix */
  itg_reliability_scale *scales;
} itg_reliability_data;

/* Items and scales of the call: the instrument's, else role `items` with the options scales and reverse. */
itg_status itg_reliability_read(itg_call *call, itg_reliability_data *out, itg_error *error);

/* Checked: square, names of rows and columns the same, symmetric, positive semidefinite, two respondents or
 * more. Errors: ITG_ERR_ARGUMENT (answers too), ITG_ERR_OPTION, _TYPE, _COLUMN, _DUPLICATE, _RANGE, _DATA. */
itg_status itg_reliability_matrix_read(itg_call *call, itg_reliability_matrix *out, itg_error *error);
int32_t itg_reliability_matrix_find(const itg_reliability_matrix *matrix, const char *name); /* -1: none */
/* The part of p items as if their answers had been added up. */
void itg_reliability_matrix_cut(const itg_reliability_matrix *matrix, const int32_t *at, int p,
                                itg_cross_group *out);

/* Answer of an item of a scale in a row, NaN missing. */
double itg_reliability_value(const itg_reliability_data *data, const itg_reliability_scale *scale, int item,
                             int64_t row);

/* Alpha in bootstrap replicates of those of n rows (NULL: the first n) that are complete; NaN where a replicate has no variance.  Rows are drawn with replacement, keyed by seed, replicate and `stream`. */
itg_status itg_reliability_boot(itg_call *call, const itg_reliability_data *data,
                                const itg_reliability_scale *scale, const int64_t *rows, int64_t n,
                                uint32_t stream, int replicates, double *alphas, itg_error *error);

#endif
