/* itg_composite.h - layer 3: what the files of measure composite share: indicators as read
 * (itg_composite_read.c), scores under one set of choices (itg_composite.c), and under many
 * (itg_composite_draw.c). */
#ifndef ITG_COMPOSITE_H
#define ITG_COMPOSITE_H

#include "itg_measure.h"

typedef enum itg_norm {
  ITG_NORM_MINMAX,
  ITG_NORM_Z,
  ITG_NORM_TARGET,
  ITG_NORM_GOALPOSTS,
  ITG_NORM_RANK,
  ITG_NORM_PERCENTILE,
  ITG_NORM_NONE,
  ITG_NORM_COUNT
} itg_norm;

typedef enum itg_mean {
  ITG_MEAN_ARITHMETIC,
  ITG_MEAN_GEOMETRIC,
  ITG_MEAN_HARMONIC,
  ITG_MEAN_PENALTY, /* Mazziotta and Pareto: the mean less variance / mean */
  ITG_MEAN_COUNT
} itg_mean;

typedef struct itg_composite {
  itg_call *call;
  int n_indicators, n_dimensions;
  int64_t n_rows;
  const char **indicators, **dimensions; /* names */
  int *dimension_of;                     /* of each indicator */
  int *order, *starts;                   /* indicators by dimension; n_dimensions + 1 places in them */
  double *weights, *dimension_weights;
  double *sign;                /* -1: lower is better */
  double *target, *low, *high; /* of each indicator, NaN: none */
  double **values;             /* [indicator][row], NaN missing */
  itg_factor sites;
  itg_groups groups;
  double range_low, range_high, z_mean, z_sd, coverage;
  bool population; /* sd with divisor n */
} itg_composite;

/* One group: its rows, and every indicator normalised in the ways that are asked for. */
typedef struct itg_normalised {
  int n; /* sites */
  int64_t *rows;
  double *by[ITG_NORM_COUNT]; /* n x n_indicators, NaN missing; NULL: not asked for */
  double *logs[ITG_NORM_COUNT], *inverses[ITG_NORM_COUNT]; /* of these, for geometric and harmonic means */
} itg_normalised;

itg_status itg_composite_read(itg_call *call, itg_composite *out, itg_error *error);

/* Fill by[norm].  Errors: ITG_ERR_DATA where an indicator does not vary or has no target. */
itg_status itg_composite_normalise(const itg_composite *c, itg_norm norm, itg_normalised *out,
                                   itg_error *error);

/* Make ready for a mean: ITG_ERR_DATA unless the values allow it. */
itg_status itg_composite_allow(const itg_composite *c, itg_normalised *x, itg_norm norm, itg_mean mean,
                               itg_error *error);

/* Scores of every site by dimension and in total: scores[site x (n_dimensions + 1) + dimension], the total
 * last. */
void itg_composite_score(const itg_composite *c, const itg_normalised *x, itg_norm norm, itg_mean within,
                         itg_mean across, const double *weights, const double *dimension_weights,
                         double *scores);

/* Ranks of n scores, `stride` apart, 1 the highest, ties the middle; NaN has none. `scratch` holds n. */
typedef struct itg_ranked {
  double score;
  int at;
} itg_ranked;
itg_status itg_composite_rank(const double *scores, int n, int stride, itg_ranked *scratch, double *ranks,
                              itg_pace *pace, itg_error *error);

const char *itg_norm_name(itg_norm norm);
const char *itg_mean_name(itg_mean mean);

/* What the choices do to the ranks. */
typedef struct itg_composite_draws {
  int n_draws;
  bool scores_compare; /* one way to normalise: scores of draws are on one scale */
  double *rank_error, *rank_low, *rank_high, *score_error, *score_low, *score_high; /* of each site */
  int n_factors;
  const char *factors[4];
  double first[4],
      total[4]; /* shares of the variance of the mean shift in rank; NaN: not asked for, or no variance */
  double shift; /* mean shift in rank */
} itg_composite_draws;

itg_status itg_composite_draw(itg_composite *c, itg_normalised *x, itg_norm norm, itg_mean mean,
                              itg_mean across, uint32_t stream, itg_composite_draws *out, itg_error *error);

#endif
