/* itg_concordance.h - layer 3: Kendall's W, from ratings (itg_concordance.c) or from sums of ranks that a
 * state of rankings gives (itg_concordance_rankings.c). */
#ifndef ITG_CONCORDANCE_H
#define ITG_CONCORDANCE_H

#include "itg_measure.h"

typedef struct itg_kendall {
  int64_t units, raters;
  double w, w_uncorrected, chi2, df, p_value, f, f_df_1, f_df_2, f_p_value;
  itg_reason reason;
} itg_kendall;

/* From the sum of ranks of each of n units over the raters, and the sum of t^3 - t over their ties. */
itg_kendall itg_kendall_of(const double *sums, double raters, int32_t n, double ties);

/* Input `rankings` of one group. */
typedef struct itg_rank_sums {
  const char *const *labels; /* of the group */
  int32_t n_units;
  double *sums, raters, ties;
  int32_t n_replicates;
  double *replicates; /* W of each; NaN where fewer than two raters were drawn */
} itg_rank_sums;

/* Groups of the input, none where there is no more than one. */
itg_status itg_rank_sums_open(itg_call *call, itg_groups *groups, itg_error *error);
/* Each group in turn.  Errors: ITG_ERR_DATA where rows do not make whole rankings. */
itg_status itg_rank_sums_read(itg_call *call, const itg_groups *groups,
                              itg_status (*run)(void *payload, const itg_rank_sums *sums, itg_error *error),
                              void *payload, itg_error *error);

#endif
