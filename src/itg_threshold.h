/* itg_threshold.h - layer 3: what a unit of effect may cost: the thresholds asked for, and the grid of
 * curves. */
#ifndef ITG_THRESHOLD_H
#define ITG_THRESHOLD_H

#include <math.h>

#include "itg_measure.h"

typedef struct itg_thresholds {
  int n; /* asked for, rising */
  const double *values;
  const char *const *labels; /* the same as text: cells of the grouping column threshold */
  int n_grid;                /* of curves: 0 .. curve_to in equal steps */
  const double *grid;
} itg_thresholds;

/* clang-format off */
#define ITG_THRESHOLD_FIELDS                                                                            \
  {"thresholds", ITG_FIELD_NUMBERS, false, "20000, 30000", NULL, 0, INFINITY, NULL,                     \
   "what a unit of effect may cost: net benefit is told at these"},                                     \
  {"curve_to", ITG_FIELD_NUMBER, false, NULL, NULL, 0, INFINITY, NULL,                                  \
   "last threshold of the curves; default the larger of 50000 and the last of thresholds"}
/* clang-format on */

/* A measure that reads thresholds has also an option curve_points; 501 where it is not given. */
itg_status itg_thresholds_read(itg_call *call, itg_thresholds *out, itg_error *error);

#endif
