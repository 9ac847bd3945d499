/* itg_team_variance.c - layer 3: variance between and within teams from sums over teams. */
#include "itg_team_variance.h"

#include "itg_special.h"

void itg_team_sums_add(itg_team_sums *s, int64_t n, double mean, double squares) {
  if (!n) return;
  double size = (double)n, d = mean - s->shift;
  s->teams++;
  s->members += n;
  ITG_SUM_PAIR_ADD(&s->within_and_sizes, squares, size * size);
  ITG_SUM_PAIR_ADD(&s->total_and_square, size * d, size * d * d);
}

itg_team_sums itg_team_sums_of(const itg_answers *teams, int64_t n, double shift) {
  itg_team_sums s = {.shift = shift};
  double within = 0, size_squares = 0, total = 0, square = 0;
  for (int64_t t = 0; t < n; t++) {
    if (!teams[t].n) continue;
    const double size = (double)teams[t].n, d = teams[t].mean - shift;
    s.teams++;
    s.members += teams[t].n;
    within += teams[t].squares;
    size_squares += size * size;
    total += size * d;
    square += size * d * d;
  }
  ITG_SUM_PAIR_ADD(&s.within_and_sizes, within, size_squares);
  ITG_SUM_PAIR_ADD(&s.total_and_square, total, square);
  return s;
}

void itg_team_sums_join(itg_team_sums *s, const itg_team_sums *others) {
  s->teams += others->teams;
  s->members += others->members;
  itg_sum_pair_join(&s->within_and_sizes, &others->within_and_sizes);
  itg_sum_pair_join(&s->total_and_square, &others->total_and_square);
}

itg_team_variance itg_team_sums_finish(const itg_team_sums *s, bool mean_size, double conf_level) {
  itg_team_variance a = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, ITG_REASON_TOO_FEW};
  double n = (double)s->members, teams = (double)s->teams,
         within = itg_sum_pair_value(&s->within_and_sizes, 0),
         size_squares = itg_sum_pair_value(&s->within_and_sizes, 1),
         total = itg_sum_pair_value(&s->total_and_square, 0),
         square = itg_sum_pair_value(&s->total_and_square, 1);
  if (s->teams < 2 || s->members <= s->teams) return a;
  a.df_1 = teams - 1;
  a.df_2 = n - teams;
  a.ms_between = (square - total * total / n) / a.df_1;
  a.ms_within = within / a.df_2;
  a.size = mean_size ? n / teams : (n - size_squares / n) / a.df_1;
  a.reason = ITG_REASON_NO_VARIANCE;
  if (!(a.ms_between > 0) && !(a.ms_within > 0)) return a;
  a.icc_1 = (a.ms_between - a.ms_within) / (a.ms_between + (a.size - 1) * a.ms_within);
  if (!(a.ms_between > 0)) return a;
  a.icc_2 = (a.ms_between - a.ms_within) / a.ms_between;
  if (!(a.ms_within > 0)) return a;
  a.reason = ITG_REASON_PRESENT;
  a.f = a.ms_between / a.ms_within;
  a.p_value = itg_f_cdf(1 / a.f, a.df_2, a.df_1);
  double p = 0.5 + conf_level / 2;
  double low = a.f / itg_f_quantile(p, a.df_1, a.df_2), high = a.f * itg_f_quantile(p, a.df_2, a.df_1);
  a.low_1 = (low - 1) / (low + a.size - 1);
  a.high_1 = (high - 1) / (high + a.size - 1);
  a.low_2 = 1 - 1 / low;
  a.high_2 = 1 - 1 / high;
  return a;
}
