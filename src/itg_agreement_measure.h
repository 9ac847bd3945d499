/* itg_agreement_measure.h - layer 3: what the files of measure agreement share: which coefficients are wanted
 * (itg_agreement_plan.c), their figures for a group of units (itg_agreement_measure.c), and the rows of the
 * result (itg_agreement_write.c). */
#ifndef ITG_AGREEMENT_MEASURE_H
#define ITG_AGREEMENT_MEASURE_H

#include "itg_chance.h"
#include "itg_ratings.h"
#include "itg_score.h"

/* More categories than these are for Krippendorff alone; more distances between them are not kept in
 * memory. */
enum { ITG_AGREEMENT_CATEGORIES = 200, ITG_AGREEMENT_DISTANCES = 5000 };

/* What a coefficient is called: in option `coefficients`, in the estimates, in words. */
typedef struct itg_agreement_kind {
  const char *option, *scale, *plain, *weighted, *source;
} itg_agreement_kind;

typedef struct itg_agreement_metric {
  const char *weights, *metric; /* of weighted coefficients; of Krippendorff's */
} itg_agreement_metric;

extern const itg_agreement_kind itg_agreement_kinds[ITG_CHANCE_COUNT];
extern const itg_agreement_metric itg_agreement_metrics[ITG_METRIC_COUNT];

typedef struct itg_agreement_wanted {
  itg_chance_kind kind;
  itg_metric metric;
  const char *weights; /* as the tables say it */
} itg_agreement_wanted;

typedef struct itg_agreement {
  itg_call *call;
  itg_ratings ratings;
  itg_agreement_wanted *wanted;
  int n_wanted;
  double *weights; /* n_categories^2; NULL: too many categories, Krippendorff only */
  bool own_weights, bootstrap;
  int32_t replicates;
  double conf_level;
  itg_tidy tidy;
  itg_frame *coefficients, *categories;
  const char **labels; /* by columns, weights, category */
  int64_t n_single, n_undefined;
} itg_agreement;

/* Ratings of a group, as they are or one category against the rest. */
typedef struct itg_agreement_slice {
  const itg_rating_set *set;
  const int32_t *codes;
  const double *scores, *weights;
  int32_t n_categories;
  bool whole;
  itg_rating_patterns patterns[2]; /* raters alike, by rater */
  itg_arena *arena;
} itg_agreement_slice;

/* An estimate and how it was had. */
typedef struct itg_agreement_figure {
  itg_chance_value value;
  double low, high, statistic, df, p_value;
  const char *test, *interval;
  itg_reason reason;
} itg_agreement_figure;

/* Options to coefficients and weights.  Errors: ITG_ERR_OPTION, ITG_ERR_LIMIT (too many categories). */
itg_status itg_agreement_plan(itg_agreement *a, itg_error *error);

itg_status itg_agreement_open(itg_agreement *a, itg_error *error);
itg_status itg_agreement_write_figure(itg_agreement *a, const itg_agreement_slice *s,
                                      const itg_agreement_wanted *w, const char *category,
                                      const itg_agreement_figure *f, itg_error *error);
itg_status itg_agreement_write_categories(itg_agreement *a, const itg_rating_set *set, itg_error *error);
itg_status itg_agreement_write_notes(const itg_agreement *a, itg_error *error);

#endif
