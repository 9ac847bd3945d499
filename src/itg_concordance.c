/* itg_concordance.c - layer 3: the measure `concordance`: do raters put units in the same order?
 *
 * Ratings in -> mid-ranks of each rater -> Kendall's W, mean Spearman rho, ICC(1) and ICC(2) out; or sums of ranks that a
 * state of rankings gives (itg_concordance_rankings.c) -> W and its replicates out. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_concordance.h"
#include "itg_ratings.h"
#include "itg_score.h"
#include "itg_side_table.h"
#include "itg_sort.h"
#include "itg_special.h"
#include "itg_spread.h"
#include "itg_team_variance.h"
#include "itg_thread.h"

static const itg_role roles[] = {
    ITG_RATING_ROLES("unit", "what is rated or ranked"),
    {"rankings", "unit", ITG_ROLE_TEXT, false, 0, 0, "unit that all raters ranked, or its number"},
    {"rankings", "group", ITG_ROLE_TEXT, false, 0, 0, "group of raters; default: one"},
    {"rankings", "replicate", ITG_ROLE_NUMBER, false, 0, 1048576, "0: all raters; above: a bootstrap replicate"},
    {"rankings", "raters", ITG_ROLE_NUMBER, false, 0, 1e15, "raters, or their weights in the replicate; as `ties`, the "
     "same in every row of a group and replicate"},
    {"rankings", "ties", ITG_ROLE_NUMBER, false, 0, 1e15, "sum of t^3 - t over ties of t units, over raters; default 0"},
    {"rankings", "raters_squared", ITG_ROLE_NUMBER, false, 0, 1e15, "the same with squared weights (replicates)"},
    {"rankings", "ties_squared", ITG_ROLE_NUMBER, false, 0, 1e15, "the same with squared weights (replicates)"},
    {"rankings", "rank_sum", ITG_ROLE_NUMBER, false, 0, 1e15, "sum of the unit's ranks over raters, mid-ranks for ties"},
    {0}};

static const itg_field options[] = {ITG_OPTION_CATEGORIES, ITG_OPTION_CONF_LEVEL, {0}};

static const itg_output outputs[] = {{"tests",
                                      "one row per group: units (ranked by all raters), raters, w, "
                                      "w_uncorrected (no correction for ties), chi2 with df and p_value, f "
                                      "with f_df_1, f_df_2 and f_p_value"},
                                     {"pairs", "one row per two raters: n (units), rho (Spearman)"},
                                     {0}};

typedef struct concordance {
  itg_call *call;
  itg_ratings ratings;
  double conf_level;
  itg_tidy tidy;
  itg_frame *tests, *pairs;
  const char *const *labels;
  int64_t n_partial, n_flat;
} concordance;

/* ---- ranks ---- */

typedef struct ranked {
  double value;
  int32_t at;
} ranked;

static int by_value(const void *a, const void *b) {
  double x = ((const ranked *)a)->value, y = ((const ranked *)b)->value;
  return (x > y) - (x < y);
}

/* Mid-ranks of one rater's scores; adds to *ties the sum of t^3 - t over ties of t units. */
static itg_status rank_scores(ranked *cells, int32_t n, double *ranks, double *ties, itg_pace *pace, itg_error *error) {
  ITG_TRY(itg_sort(cells, (size_t)n, sizeof *cells, by_value, pace, error));
  for (int32_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && cells[end].value == cells[i].value;) end++;
    double t = end - i;
    *ties += t * t * t - t;
    for (int32_t k = i; k < end; k++) ranks[cells[k].at] = 0.5 * ((double)i + end + 1);
  }
  return itg_pace_step(pace, error);
}

/* ---- figures ---- */

/* Kendall & Babington Smith: W = 12 S / (m^2 (n^3 - n) - m sum T). */
itg_kendall itg_kendall_of(const double *sums, double raters, int32_t n, double ties) {
  itg_kendall k = {n,   (int64_t)raters, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN,
                   n < 2 || raters < 2 ? ITG_REASON_TOO_FEW : ITG_REASON_NO_VARIANCE};
  double units = n, s = 0, mean = raters * (units + 1) / 2;
  if (n < 2 || raters < 2) return k;
  for (int32_t i = 0; i < n; i++) s += (sums[i] - mean) * (sums[i] - mean);
  double most = raters * raters * (units * units * units - units);
  k.w_uncorrected = 12 * s / most;
  if (!(most - raters * ties > 0)) return k;
  k.w = 12 * s / (most - raters * ties);
  k.reason = ITG_REASON_PRESENT;
  k.df = units - 1;
  k.chi2 = raters * k.df * k.w;
  k.p_value = itg_chisq_upper(k.chi2, k.df);
  k.f_df_1 = k.df - 2 / raters;
  k.f_df_2 = (raters - 1) * k.f_df_1;
  if (!(k.w < 1) || !(k.f_df_1 > 0)) return k;
  k.f = (raters - 1) * k.w / (1 - k.w);
  k.f_p_value = k.f > 0 ? itg_f_cdf(1 / k.f, k.f_df_2, k.f_df_1) : 1;
  return k;
}

static itg_status add_row(concordance *c, const char *scale, int64_t n, int64_t n_missing, double value,
                          double low, double high, itg_reason reason, itg_error *error) {
  itg_estimate row = itg_estimate_of("concordance", scale, c->labels, "coefficient");
  row.n = n;
  row.n_missing = n_missing;
  row.estimate = value;
  row.conf_low = low;
  row.conf_high = high;
  row.reason = reason;
  return itg_tidy_add(&c->tidy, &row, error);
}

static itg_status write_tests(concordance *c, const itg_kendall *k, itg_error *error) {
  int64_t row;
  int column = c->ratings.groups.n_columns;
  const double numbers[] = {k->w, k->w_uncorrected, k->chi2,   k->df,       k->p_value,
                            k->f, k->f_df_1,        k->f_df_2, k->f_p_value};
  ITG_TRY(itg_side_table_row(c->tests, c->labels, column, &row, error));
  itg_frame_set_int(c->tests, row, column++, k->units);
  itg_frame_set_int(c->tests, row, column++, k->raters);
  itg_side_table_numbers(c->tests, row, &column, numbers, ITG_COUNT(numbers));
  return ITG_OK;
}

/* Spearman's rho of every two raters over the complete units, and their mean. */
static itg_status write_pairs(concordance *c, const itg_rating_set *set, const double *ranks, int32_t n,
                              int64_t n_missing, itg_error *error) {
  int32_t m = set->n_raters;
  int64_t row = itg_frame_rows(c->pairs), pairs = 0;
  int column = c->ratings.groups.n_columns;
  double sum = 0, mean = ((double)n + 1) / 2;
  ITG_TRY(itg_frame_resize(c->pairs, row + (int64_t)m * (m - 1) / 2, error));
  for (int32_t j = 0; j < m; j++) {
    for (int32_t k = j + 1; k < m; k++, row++) {
      ITG_TRY(itg_pace_step(c->call->pace, error));
      double xx = 0, yy = 0, xy = 0;
      for (int32_t i = 0; i < n; i++) {
        double x = ranks[(int64_t)j * n + i] - mean, y = ranks[(int64_t)k * n + i] - mean;
        xx += x * x, yy += y * y, xy += x * y;
      }
      double rho = xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : NAN;
      if (!isnan(rho)) sum += rho, pairs++;
      ITG_TRY(itg_side_table_label(c->pairs, row, c->labels, column, error));
      ITG_TRY(itg_frame_set_text(c->pairs, row, column, set->raters[j], error));
      ITG_TRY(itg_frame_set_text(c->pairs, row, column + 1, set->raters[k], error));
      itg_frame_set_int(c->pairs, row, column + 2, n);
      if (isnan(rho))
        itg_frame_set_missing(c->pairs, row, column + 3, ITG_REASON_NO_VARIANCE);
      else
        itg_frame_set_double(c->pairs, row, column + 3, rho);
      c->n_flat += n > 1 && isnan(rho);
    }
  }
  itg_reason none = n < 2 ? ITG_REASON_TOO_FEW : ITG_REASON_NO_VARIANCE;
  return add_row(c, "mean_spearman", n, n_missing, pairs ? sum / (double)pairs : NAN, NAN, NAN,
                 pairs ? ITG_REASON_PRESENT : none, error);
}

/* ICC(1) and ICC(2) of units over all ratings, gaps or not. */
static itg_status write_icc(concordance *c, const itg_rating_set *set, itg_error *error) {
  itg_team_sums sums = {.shift = c->ratings.scores[c->ratings.n_categories / 2]};
  for (int32_t u = 0; u < set->n_units; u++) {
    const int32_t *codes = set->codes + (int64_t)u * set->n_raters;
    ITG_PACE(c->call->pace, u, error);
    double sum = 0, squares = 0;
    int64_t n = 0;
    for (int32_t j = 0; j < set->n_raters; j++)
      if (codes[j] >= 0) sum += c->ratings.scores[codes[j]], n++;
    double mean = n ? sum / (double)n : 0;
    for (int32_t j = 0; j < set->n_raters; j++)
      if (codes[j] >= 0)
        squares += (c->ratings.scores[codes[j]] - mean) * (c->ratings.scores[codes[j]] - mean);
    itg_team_sums_add(&sums, n, mean, squares);
  }
  itg_team_variance v = itg_team_sums_finish(&sums, false, c->conf_level);
  int64_t without = set->n_units - sums.teams;
  ITG_TRY(add_row(c, "icc_1", sums.teams, without, v.icc_1, v.low_1, v.high_1, v.reason, error));
  return add_row(c, "icc_2", sums.teams, without, v.icc_2, v.low_2, v.high_2, v.reason, error);
}

static itg_status run_group(void *payload, int32_t group, itg_error *error) {
  concordance *c = payload;
  const itg_rating_set *set = &c->ratings.sets[group];
  itg_status status = ITG_OK;
  int32_t m = set->n_raters, n = 0;
  double ties = 0;
  int32_t *complete = itg_alloc((size_t)set->n_units, sizeof *complete);
  ranked *cells = itg_alloc((size_t)set->n_units, sizeof *cells);
  double *ranks = itg_alloc((size_t)set->n_units * (size_t)m, sizeof *ranks);
  double *sums = itg_alloc((size_t)set->n_units, sizeof *sums);
  if (!complete || !cells || !ranks || !sums) {
    status = itg_fail_memory(error);
    goto out;
  }
  for (int32_t u = 0; u < set->n_units; u++) {
    bool by_all = true;
    for (int32_t j = 0; j < m; j++) by_all = by_all && set->codes[(int64_t)u * m + j] >= 0;
    if (by_all) complete[n++] = u;
  }
  for (int32_t j = 0; j < m; j++) {
    double of_rater = 0;
    for (int32_t i = 0; i < n; i++)
      cells[i] = (ranked){c->ratings.scores[set->codes[(int64_t)complete[i] * m + j]], i};
    if ((status = rank_scores(cells, n, ranks + (int64_t)j * n, &of_rater, c->call->pace, error))) goto out;
    ties += of_rater;
  }
  c->labels = c->ratings.groups.labels[group];
  c->n_partial += set->n_units - n;
  for (int32_t i = 0; i < n; i++)
    for (int32_t j = 0; j < m; j++) sums[i] += ranks[(int64_t)j * n + i];
  itg_kendall k = itg_kendall_of(sums, m, n, ties);
  if ((status = add_row(c, "kendall_w", n, set->n_units - n, k.w, NAN, NAN, k.reason, error))) goto out;
  if ((status = write_tests(c, &k, error))) goto out;
  if ((status = write_pairs(c, set, ranks, n, set->n_units - n, error))) goto out;
  status = write_icc(c, set, error);
out:
  free(complete);
  free(cells);
  free(ranks);
  free(sums);
  return status;
}

/* ---- from sums of ranks ---- */

static itg_status run_sums(void *payload, const itg_rank_sums *r, itg_error *error) {
  concordance *c = payload;
  c->labels = r->labels;
  itg_kendall k = itg_kendall_of(r->sums, r->raters, r->n_units, r->ties);
  itg_estimate row = itg_estimate_of("concordance", "kendall_w", c->labels, "coefficient");
  row.n = k.units;
  row.n_missing = 0;
  row.estimate = k.w;
  row.reason = k.reason;
  if (r->n_replicates && !isnan(k.w)) {
    itg_spread spread = itg_spread_of(r->replicates, r->n_replicates, c->conf_level);
    row.std_error = spread.std_error;
    row.conf_low = fmax(spread.low, 0);
    row.conf_high = fmin(spread.high, 1);
    row.reason = spread.reason;
  }
  ITG_TRY(itg_tidy_add(&c->tidy, &row, error));
  ITG_TRY(write_tests(c, &k, error));
  /* Without ties W is a plain function of the mean rho. */
  double m = r->raters, rho = r->ties > 0 || isnan(k.w) ? NAN : (m * k.w - 1) / (m - 1);
  c->n_flat += r->ties > 0;
  return add_row(c, "mean_spearman", k.units, 0, rho, NAN, NAN,
                 r->ties > 0 ? ITG_REASON_UNDEFINED : isnan(rho) ? k.reason : ITG_REASON_PRESENT, error);
}

/* ---- tables ---- */

static itg_status open_tables(concordance *c, itg_error *error) {
  static const itg_side_column tests[] = {
      {"units", ITG_TYPE_INT64},          {"raters", ITG_TYPE_INT64},    {"w", ITG_TYPE_DOUBLE},
      {"w_uncorrected", ITG_TYPE_DOUBLE}, {"chi2", ITG_TYPE_DOUBLE},     {"df", ITG_TYPE_DOUBLE},
      {"p_value", ITG_TYPE_DOUBLE},       {"f", ITG_TYPE_DOUBLE},        {"f_df_1", ITG_TYPE_DOUBLE},
      {"f_df_2", ITG_TYPE_DOUBLE},        {"f_p_value", ITG_TYPE_DOUBLE}};
  static const itg_side_column pairs[] = {{"rater", ITG_TYPE_STRING},
                                          {"other_rater", ITG_TYPE_STRING},
                                          {"n", ITG_TYPE_INT64},
                                          {"rho", ITG_TYPE_DOUBLE}};
  ITG_TRY(
      itg_tidy_open(c->call->result, c->ratings.groups.names, c->ratings.groups.n_columns, &c->tidy, error));
  ITG_TRY(
      itg_side_table_open(c->call, &c->ratings.groups, "tests", tests, ITG_COUNT(tests), &c->tests, error));
  return itg_side_table_open(c->call, &c->ratings.groups, "pairs", pairs, ITG_COUNT(pairs), &c->pairs, error);
}

static itg_status run_rankings(concordance *c, itg_error *error) {
  ITG_TRY(itg_rank_sums_open(c->call, &c->ratings.groups, error));
  ITG_TRY(open_tables(c, error));
  ITG_TRY(itg_rank_sums_read(c->call, &c->ratings.groups, run_sums, c, error));
  if (!c->n_flat) return ITG_OK;
  return itg_result_note(c->call->result, error,
                         "Raters tie units in %lld groups: there the mean rho needs the ratings themselves, as do pairs "
                         "of raters and ICCs always",
                         (long long)c->n_flat);
}

static itg_status run(itg_call *call, itg_error *error) {
  concordance c = {.call = call, .conf_level = itg_call_number(call, "conf_level")};
  if (itg_call_table(call, "rankings")) return run_rankings(&c, error);
  ITG_TRY(itg_ratings_read(call, "unit", &c.ratings, error));
  int32_t most;
  ITG_TRY(itg_ratings_need_two_raters(call, &c.ratings, &most, error));
  if (!c.ratings.ordered)
    return itg_fail(error, ITG_ERR_OPTION,
                    "the ratings are words; list them from lowest to highest in the option 'categories'");
  ITG_TRY(itg_call_need((double)most * (most - 1) / 2, "pairs of raters",
                        "see whether role rater holds raters, or take a part of them", error));
  ITG_TRY(open_tables(&c, error));
  ITG_TRY(itg_ratings_by_group(call, &c.ratings, run_group, &c, error));
  if (c.n_partial)
    ITG_TRY(itg_result_note(
        call->result, error,
        "%lld units lack a rating by some rater: they are left out of W and rho, not of the ICCs",
        (long long)c.n_partial));
  if (!c.n_flat) return ITG_OK;
  return itg_result_note(
      call->result, error,
      "%lld pairs of raters have no rho (one of them ties all units) and are left out of the mean",
      (long long)c.n_flat);
}

const itg_measure itg_concordance_measure = {
    .name = "concordance",
    .title = "Concordance of raters who rank or rate units",
    .summary =
        "Units ranked or rated by two or more raters, wide or long. Per group: Kendall's coefficient of "
        "concordance W with correction for ties (0 none, 1 the same order), its chi-square and F tests, "
        "the mean of Spearman's rho over pairs of raters, and ICC(1) and ICC(2) of units (share of "
        "variance between units for one rater, and for the mean of raters) with F limits. W and rho use "
        "the units that all raters rated; n and n_missing count units. Input rankings in place of data: "
        "sums of ranks over raters, as merged states of rankings give them (parts are parts of the raters, "
        "for a rank needs the whole ranking of a rater): W and tests as of all ratings, and with "
        "replicates the standard error and percentile limits of W over raters; no pairs, no ICCs.",
    .source =
        "Kendall & Babington Smith, Ann Math Stat 1939;10:275-87; Friedman, J Am Stat Assoc 1937;32:675-701; "
        "Bliese 2000 (ICC(1), ICC(2)). Chi-square is m (n - 1) W with n - 1 degrees of freedom; F is (m - 1) "
        "W / (1 - W) with n - 1 - 2/m and (m - 1) times as many. The mean rho is that of the pairs; (m W - "
        "1)/(m - 1) equals it where no rater ties units; the R package irr averages Fisher's z of the pairs "
        "instead. Choice of ours: in a replicate of rankings the agreement of a rater drawn twice with himself is "
        "taken out, and W is that of as many different raters as there are.",
    .counts = "units ranked by all raters, or by two at least",
    .persons = true,
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run};
