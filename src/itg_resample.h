/* itg_resample.h - layer 3: the classical bootstrap of everything that is made of sums.
 *
 * Within each stratum as many records are drawn, with replacement, as it holds; what comes back is the sum of
 * each column over the records drawn.  In two stages clusters are drawn first, as many as there are, and of
 * each drawn one as many of its records as it holds, anew each time it is drawn.  Draws are keyed by seed,
 * purpose, replicate and stratum, and sums are made in fixed blocks, so that neither threads nor the order of
 * replicates shows. */
#ifndef ITG_RESAMPLE_H
#define ITG_RESAMPLE_H

#include "itg_base.h"

enum { ITG_RESAMPLE_BATCH = 16, ITG_RESAMPLE_LANES = 4 };

typedef struct itg_stratum {
  int64_t n;             /* records, 1 .. 2^31 */
  int64_t stride;        /* doubles from column to column: itg_resample_stride(n) */
  const double *columns; /* n_columns columns; what lies beyond n is 0 */
  int64_t n_clusters; /* 0: records are drawn; else clusters, and then as many of its records as each holds */
  const int64_t *start;  /* first record of each cluster, and n */
} itg_stratum;

typedef struct itg_resample {
  uint64_t seed;
  uint32_t purpose; /* ITG_PURPOSE_BOOTSTRAP or ITG_PURPOSE_BOOTSTRAP_CLUSTER */
  int n_strata, n_columns;
  const itg_stratum *strata;
} itg_resample;

int64_t itg_resample_stride(int64_t n);

/* Sums of replicates first .. first + count - 1, count <= ITG_RESAMPLE_BATCH:
 * sums[(replicate * n_strata + stratum) * n_columns + column]. */
itg_status itg_resample_sums(const itg_resample *plan, uint32_t first, int count, double *sums,
                             itg_error *error);

/* How often each record of a stratum is drawn in one replicate; `weights` holds n bytes. */
void itg_resample_weights(const itg_resample *plan, int stratum, uint32_t replicate, uint8_t *weights);

#endif
