/* itg_cross.h - layer 3: means and covariances of many columns in one pass over their rows.
 *
 * Whole numbers (answers to items) are added as whole numbers, exactly; all else in blocks of doubles.  Rows
 * are cut into fixed blocks, so that neither threads nor the place of a row shows in a result. */
#ifndef ITG_CROSS_H
#define ITG_CROSS_H

#include "itg_frame.h"

/* A column to read: one of the two.  A NaN and, among integers, INT32_MIN is missing. */
typedef struct itg_cross_source {
  const int32_t *ints;
  const double *doubles;
} itg_cross_source;

typedef enum itg_cross_rule {
  ITG_CROSS_COMPLETE, /* rows with a value in every column */
  ITG_CROSS_PAIRWISE  /* for each pair of columns the rows with both */
} itg_cross_rule;

/* Figures of one group. */
typedef struct itg_cross_group {
  int64_t n;         /* rows used: the complete ones, or (pairwise) those with any value */
  int64_t n_lacking; /* rows of the group that lack a value */
  int64_t least;     /* the smallest number of rows behind a covariance */
  int64_t *counts;   /* p: values of each column in the rows of the group */
  double *means;     /* p: over the rows used for the column alone */
  double *cov;       /* p x p, divisor n - 1; NaN below two rows */
} itg_cross_group;

/* Fill `out` (n_groups, with its arrays of p and p x p).  `codes` gives the group of each row, -1 none; NULL:
 * one group.  Values are finite or missing.  Errors: ITG_ERR_MEMORY, ITG_ERR_INTERRUPTED. */
itg_status itg_cross_groups(const itg_cross_source *sources, int p, int64_t n_rows, const int32_t *codes,
                            int32_t n_groups, itg_cross_rule rule, const itg_control *control,
                            itg_cross_group *out, itg_error *error);

#endif
