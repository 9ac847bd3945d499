/* itg_chance.h - layer 3: agreement of raters corrected for chance: (observed - chance) / (1 - chance).
 *
 * One family in Gwet's notation (Gwet, Br J Math Stat Psychol 2008;61:29-48; Handbook of Inter-Rater
 * Reliability, 2014): the members differ in what chance is.  Everything is a sum over patterns of ratings,
 * with the counts of the data or of a bootstrap replicate. */
#ifndef ITG_CHANCE_H
#define ITG_CHANCE_H

#include "itg_rating_patterns.h"

typedef enum itg_chance_kind {
  ITG_CHANCE_COHEN,            /* two raters, units rated by both */
  ITG_CHANCE_CONGER,           /* margins of each rater */
  ITG_CHANCE_FLEISS,           /* pooled margins (two raters: Scott's pi) */
  ITG_CHANCE_BRENNAN_PREDIGER, /* all categories alike */
  ITG_CHANCE_GWET,             /* AC1, with weights AC2 */
  ITG_CHANCE_KRIPPENDORFF,     /* alpha */
  ITG_CHANCE_PERCENT,          /* no chance */
  ITG_CHANCE_COUNT
} itg_chance_kind;

/* How far two categories lie apart: weights of agreement 1 - d / max d, or Krippendorff's metric d. */
typedef enum itg_metric {
  ITG_METRIC_NOMINAL,   /* 0 or 1 */
  ITG_METRIC_LINEAR,    /* |a - b| */
  ITG_METRIC_QUADRATIC, /* (a - b)^2: Krippendorff's interval */
  ITG_METRIC_ORDINAL,   /* Gwet's weights: pairs of categories between; Krippendorff's metric: ratings between
                         */
  ITG_METRIC_RADICAL,   /* sqrt |a - b| */
  ITG_METRIC_RATIO,     /* ((a - b) / (a + b))^2 */
  ITG_METRIC_CIRCULAR,  /* sin(pi (a - b) / U)^2, U = highest - lowest + 1 */
  ITG_METRIC_BIPOLAR,   /* (a - b)^2 / ((a + b - 2 lowest) (2 highest - a - b)) */
  ITG_METRIC_COUNT
} itg_metric;

typedef struct itg_chance {
  itg_chance_kind kind;
  itg_metric metric;
  int32_t n_categories;
  const double *scores;  /* number of each category */
  const double *weights; /* n_categories^2; NULL for Krippendorff */
  double weights_total;
  double low, high;                    /* least and greatest score */
  const itg_rating_patterns *patterns; /* by rater for COHEN and CONGER */
  double *own; /* per pattern: agreement, or for Krippendorff disagreement within it */
} itg_chance;

typedef struct itg_chance_value {
  int64_t n;     /* units with two ratings at least */
  int64_t n_all; /* units with one at least */
  double observed, chance, value, std_error;
  itg_reason reason;
} itg_chance_value;

/* Weights of agreement, n x n; the ordinal ones are Gwet's. */
void itg_weights_of_scores(itg_metric metric, const double *scores, int32_t n, double *weights);

/* Prepare a coefficient; weights are used by all but Krippendorff (and must outlive it).
 * Errors: ITG_ERR_MEMORY. */
itg_status itg_chance_make(itg_chance_kind kind, itg_metric metric, const double *weights,
                           const double *scores, int32_t n_categories, const itg_rating_patterns *patterns,
                           itg_arena *arena, itg_chance *out, itg_error *error);

/* Numbers of scratch that a value needs. */
size_t itg_chance_scratch(const itg_chance *chance);

/* The coefficient at these counts of the patterns (those of the data, or of a replicate).  With `error`
 * Gwet's standard error over units too (for Cohen: Fleiss, Cohen & Everitt 1969 is in itg_agreement.h).
 * value is NaN with a reason: TOO_FEW (fewer than two ratings everywhere), NO_VARIANCE (chance agreement is
 * certain: only one category occurs). */
void itg_chance_value_of(const itg_chance *chance, const int64_t *counts, bool error, double *scratch,
                         itg_chance_value *out);

#endif
