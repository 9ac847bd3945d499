/* itg_team_variance.h - layer 3: analysis of variance of members in teams: ICC(1), ICC(2) as indices of
 * aggregation. */
#ifndef ITG_TEAM_VARIANCE_H
#define ITG_TEAM_VARIANCE_H

#include "itg_answers.h"
#include "itg_sum.h"

/* Sums over teams; start from {.shift = a value near the mean}. */
typedef struct itg_team_sums {
  double shift;
  int64_t teams, members;
  itg_sum_pair within_and_sizes, total_and_square; /* sizes: their squares */
} itg_team_sums;

typedef struct itg_team_variance {
  double ms_between, ms_within, size, icc_1, icc_2, f, df_1, df_2, p_value, low_1, high_1, low_2, high_2;
  itg_reason reason; /* TOO_FEW: one team, or no team of two; NO_VARIANCE: figures that are NaN */
} itg_team_variance;

/* A team of n members with this mean and sum of squares about it; n 0 adds nothing. */
void itg_team_sums_add(itg_team_sums *sums, int64_t n, double mean, double squares);

/* Sums of some hundreds of teams; those without answers add nothing. */
itg_team_sums itg_team_sums_of(const itg_answers *teams, int64_t n, double shift);

/* sums += those of other teams, with the same shift. */
void itg_team_sums_join(itg_team_sums *sums, const itg_team_sums *others);

/* ICC(1) = (MSB - MSW) / (MSB + (k - 1) MSW), ICC(2) = (MSB - MSW) / MSB (Bliese 2000), F test, and limits
 * from those of F, exact where all teams have one size.  k is (N - sum n^2 / N) / (teams - 1), or the mean
 * size. */
itg_team_variance itg_team_sums_finish(const itg_team_sums *sums, bool mean_size, double conf_level);

#endif
