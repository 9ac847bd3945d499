/* itg_reliability.h - layer 3: what the files of measure reliability share: the scales as read
 * (itg_reliability_read.c), replicates of alpha (itg_reliability_boot.c), and the results
 * (itg_reliability.c). */
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

typedef struct itg_reliability_data {
  int64_t n_rows;
  int32_t n_items, n_scales;
  const char **names;        /* of the items */
  itg_cross_source *sources; /* of the items */
  itg_reliability_scale *scales;
} itg_reliability_data;

/* Items and scales of the call: the instrument's, else role `items` with the options scales and reverse. */
itg_status itg_reliability_read(itg_call *call, itg_reliability_data *out, itg_error *error);

/* Answer of an item of a scale in a row, NaN missing. */
double itg_reliability_value(const itg_reliability_data *data, const itg_reliability_scale *scale, int item,
                             int64_t row);

/* Alpha in bootstrap replicates of the complete rows of a group (codes NULL: all rows); NaN where a replicate
 * has no variance.  Rows are drawn with replacement, keyed by seed, replicate and `stream`. */
itg_status itg_reliability_boot(itg_call *call, const itg_reliability_data *data,
                                const itg_reliability_scale *scale, const int32_t *codes, int32_t group,
                                uint32_t stream, int replicates, double *alphas, itg_error *error);

#endif
