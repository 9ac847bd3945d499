/* itg_icc.c - layer 3: the measure `icc`: intraclass correlations of ratings, and the error of a rating. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_reliability.h"
#include "itg_score.h"
#include "itg_special.h"
#include "itg_sum.h"
#include "itg_thread.h"

/* Ratings of a group: n complete targets x k raters, or all that there are (one-way). */
typedef struct ratings {
  int64_t n, n_lacking; /* targets used, and targets that lack a rating */
  double k;             /* raters; one-way with gaps: ratings per target as the method counts them */
  double total;         /* ratings */
  double ms_targets, ms_raters, ms_error, ms_within;
  double df_raters, df_error, df_within;
  double ss_targets, ss_raters, ss_error, ss_within;
} ratings;

typedef struct form {
  const char *scale, *name, *other; /* Shrout and Fleiss; McGraw and Wong */
  double value, low, high, f, df1, df2;
} form;

typedef struct report {
  itg_call *call;
  int64_t n_rows, n_targets;
  int k;
  double *values; /* targets x raters, NaN missing */
  itg_groups groups;
  const int32_t *group_of; /* of the targets */
  itg_lists targets;       /* by group */
  int64_t *used, n_used;   /* those of the group in hand whose ratings count */
  itg_tidy tidy;
  itg_frame *forms, *anova;
  itg_reliability_matrix matrix; /* in place of ratings; p is 0 where these were given */
  bool one_way;
  double level;
} report;

/* ---- input ---- */

static itg_status read_wide(report *r, itg_error *error) {
  r->n_targets = r->n_rows;
  r->values = itg_call_alloc(r->call, (size_t)r->n_targets, (size_t)r->k * sizeof *r->values, error);
  if (!r->values) return ITG_ERR_MEMORY;
  for (int j = 0; j < r->k; j++) {
    double *column;
    uint8_t *reasons;
    ITG_TRY(itg_call_numbers_at(r->call, "ratings", j, &column, &reasons, error));
    for (int64_t i = 0; i < r->n_rows; i++) r->values[i * r->k + j] = reasons[i] ? NAN : column[i];
    ITG_TRY(itg_pace_step(r->call->pace, error));
  }
  r->group_of = r->groups.codes;
  return ITG_OK;
}

/* A row per rating; a target stays in one group. */
static itg_status read_long(report *r, itg_error *error) {
  itg_call *call = r->call;
  itg_factor targets, raters;
  double *values;
  uint8_t *reasons;
  if (!itg_call_has(call, "target") || !itg_call_has(call, "rater"))
    return itg_fail_at(error, ITG_ERR_COLUMN, itg_call_table(call, "data"), -1, NULL,
                       "name either the columns of the raters as ratings, or target, rater and rating");
  ITG_TRY(itg_call_factor(call, "target", &targets, error));
  ITG_TRY(itg_call_factor(call, "rater", &raters, error));
  ITG_TRY(itg_call_numbers(call, "rating", &values, &reasons, error));
  r->n_targets = targets.n_levels;
  r->k = raters.n_levels;
  size_t cells = (size_t)r->n_targets;
  r->values = itg_call_alloc(call, cells, (size_t)r->k * sizeof *r->values, error);
  int32_t *group_of = itg_call_alloc(call, cells, sizeof *group_of, error);
  if (!r->values || !group_of) return ITG_ERR_MEMORY;
  for (int64_t c = 0; c < r->n_targets * r->k; c++) r->values[c] = NAN;
  for (int64_t i = 0; i < r->n_targets; i++) group_of[i] = -1;
  for (int64_t row = 0; row < r->n_rows; row++) {
    int32_t target = targets.codes[row], rater = raters.codes[row], group = r->groups.codes[row];
    if (target < 0 || rater < 0 || group < 0 || reasons[row]) continue;
    double *cell = &r->values[(int64_t)target * r->k + rater];
    if (!isnan(*cell))
      return itg_call_fail(
          call, error, ITG_ERR_DUPLICATE, "rating", row,
          "rater '%.60s' has rated '%.60s' in another row too; remove one, or use gstudy with a facet "
          "for the occasions",
          raters.levels[rater], targets.levels[target]);
    if (group_of[target] >= 0 && group_of[target] != group)
      return itg_call_fail(call, error, ITG_ERR_DATA, "target", row,
                           "'%.60s' stands in two groups; a target belongs to one", targets.levels[target]);
    *cell = values[row];
    group_of[target] = group;
  }
  r->group_of = group_of;
  return ITG_OK;
}

/* Covariances and means of the raters hold all that two-way forms ask of complete ratings. */
static itg_status read_covariance(report *r, itg_error *error) {
  const itg_reliability_matrix *m = &r->matrix;
  ITG_TRY(itg_reliability_matrix_read(r->call, &r->matrix, error));
  r->k = m->p;
  for (int j = 0; j < m->p; j++)
    if (isnan(m->means[j]))
      return itg_fail_at(error, ITG_ERR_COLUMN, itg_call_table(r->call, "covariance"), -1, NULL,
                         "there is no mean of rater '%.60s'; agreement needs the column `mean`, which a finished state has",
                         m->names[j]);
  return ITG_OK;
}

static itg_status read_ratings(report *r, itg_error *error) {
  const itg_table *table = itg_call_table(r->call, "data");
  if (itg_call_table(r->call, "covariance")) return read_covariance(r, error);
  if (itg_call_given(r->call, "n"))
    return itg_fail(error, ITG_ERR_OPTION, "option 'n' belongs to covariances; rows of ratings are counted, leave it out");
  if (!table)
    return itg_fail(error, ITG_ERR_ARGUMENT,
                    "measure icc needs the input 'data' (ratings), or 'covariance' (of raters)");
  if (!table->n_rows) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "there are no rows");
  r->n_rows = table->n_rows;
  r->k = itg_call_columns(r->call, "ratings", NULL);
  if (r->k == 1)
    return itg_call_fail(r->call, error, ITG_ERR_COLUMN, "ratings", -1,
                         "one rater alone; name the columns of at least two");
  if (!r->k && !itg_call_has(r->call, "rating"))
    return itg_fail_at(error, ITG_ERR_COLUMN, table, -1, NULL,
                       "no ratings; name their columns in `columns`: ratings, or target, rater and rating");
  ITG_TRY(r->k ? read_wide(r, error) : read_long(r, error));
  if (r->k < 2)
    return itg_call_fail(r->call, error, ITG_ERR_DATA, "rater", -1,
                         "there is one rater; at least two are needed");
  for (int64_t c = 0; c < r->n_targets * r->k; c++)
    if (!isnan(r->values[c])) return ITG_OK;
  return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "every rating is missing");
}

/* ---- mean squares ---- */

static int count_of(const double *row, int k) {
  int n = 0;
  for (int j = 0; j < k; j++) n += !isnan(row[j]);
  return n;
}

/* The targets of a group whose ratings count, and how many lack a rating. */
static itg_status use_targets(report *r, int32_t group, int64_t *n_lacking, itg_error *error) {
  r->n_used = 0;
  for (int64_t at = r->targets.start[group]; at < r->targets.start[group + 1]; at++) {
    int64_t target = r->targets.rows[at];
    int n = count_of(&r->values[target * r->k], r->k);
    ITG_PACE(r->call->pace, at, error);
    *n_lacking += n < r->k;
    if (r->one_way ? n > 0 : n == r->k) r->used[r->n_used++] = target;
  }
  return ITG_OK;
}

static void settle_two_way(ratings *x, double n, int k) {
  x->k = k;
  x->total = n * k;
  x->df_raters = k - 1;
  x->df_error = (n - 1) * (k - 1);
  x->df_within = n * (k - 1);
  x->ms_raters = x->ss_raters / x->df_raters;
  x->ms_error = n > 1 ? x->ss_error / x->df_error : NAN;
}

/* Complete targets: rows, columns and what is left, each around its mean. */
static itg_status two_way(const report *r, double *columns, ratings *out, itg_error *error) {
  int k = r->k;
  itg_sum grand = {0, 0}, ss_rows = {0, 0}, ss_columns = {0, 0}, ss_error = {0, 0}, ss_within = {0, 0};
  for (int j = 0; j < k; j++) {
    itg_sum sum = {0, 0};
    ITG_TRY(itg_pace_step(r->call->pace, error));
    for (int64_t i = 0; i < r->n_used; i++) itg_sum_add(&sum, r->values[r->used[i] * k + j]);
    columns[j] = itg_sum_value(&sum) / (double)out->n;
    itg_sum_add(&grand, columns[j]);
  }
  double mean = itg_sum_value(&grand) / k;
  for (int j = 0; j < k; j++) itg_sum_add(&ss_columns, (columns[j] - mean) * (columns[j] - mean));
  for (int64_t i = 0; i < r->n_used; i++) {
    ITG_PACE(r->call->pace, i, error);
    const double *row = &r->values[r->used[i] * k];
    double own = itg_sum_of(row, k) / k;
    itg_sum_add(&ss_rows, (own - mean) * (own - mean));
    for (int j = 0; j < k; j++) {
      double within = row[j] - own, left = within - (columns[j] - mean);
      itg_sum_add(&ss_within, within * within);
      itg_sum_add(&ss_error, left * left);
    }
  }
  double n = (double)out->n;
  out->ss_targets = k * itg_sum_value(&ss_rows);
  out->ss_raters = n * itg_sum_value(&ss_columns);
  out->ss_error = itg_sum_value(&ss_error);
  out->ss_within = itg_sum_value(&ss_within);
  settle_two_way(out, n, k);
  return ITG_OK;
}

/* The same sums of squares from the covariances C of the raters and their means: targets (n - 1) sum(C) / k, residual
 * (n - 1) (trace(C) - sum(C) / k). */
static void two_way_of_matrix(const itg_reliability_matrix *m, ratings *out) {
  itg_sum all = {0, 0}, trace = {0, 0}, grand = {0, 0}, ss_columns = {0, 0};
  int k = m->p;
  double n = (double)(out->n = m->n);
  for (int i = 0; i < k * k; i++) itg_sum_add(&all, m->cov[i]);
  for (int j = 0; j < k; j++) {
    itg_sum_add(&trace, m->cov[j * k + j]);
    itg_sum_add(&grand, m->means[j]);
  }
  double mean = itg_sum_value(&grand) / k, of_targets = itg_sum_value(&all) / k;
  for (int j = 0; j < k; j++) itg_sum_add(&ss_columns, (m->means[j] - mean) * (m->means[j] - mean));
  out->ss_targets = (n - 1) * of_targets;
  out->ss_raters = n * itg_sum_value(&ss_columns);
  out->ss_error = (n - 1) * fmax(itg_sum_value(&trace) - of_targets, 0);
  out->ss_within = out->ss_error + out->ss_raters;
  settle_two_way(out, n, k);
}

/* All ratings, however many each target has; k as in the mean square of unequal groups. */
static itg_status one_way(const report *r, ratings *out, itg_error *error) {
  itg_sum grand = {0, 0}, between = {0, 0}, within = {0, 0};
  double squares = 0, total = 0;
  for (int pass = 0; pass < 2; pass++)
    for (int64_t i = 0; i < r->n_used; i++) {
      ITG_PACE(r->call->pace, i, error);
      const double *row = &r->values[r->used[i] * r->k];
      int n = count_of(row, r->k);
      itg_sum own = {0, 0};
      for (int j = 0; j < r->k; j++)
        if (!isnan(row[j])) itg_sum_add(pass ? &own : &grand, row[j]);
      if (!pass) {
        total += n;
        squares += (double)n * n;
        continue;
      }
      double mean = itg_sum_value(&own) / n, d = mean - itg_sum_value(&grand) / total;
      itg_sum_add(&between, n * d * d);
      for (int j = 0; j < r->k; j++)
        if (!isnan(row[j])) itg_sum_add(&within, (row[j] - mean) * (row[j] - mean));
    }
  out->total = total;
  out->k = out->n > 1 ? (total - squares / total) / (double)(out->n - 1) : NAN;
  out->ss_targets = itg_sum_value(&between);
  out->ss_within = itg_sum_value(&within);
  out->df_within = total - (double)out->n;
  out->ss_raters = out->ss_error = out->ms_raters = out->ms_error = out->df_raters = out->df_error = NAN;
  return ITG_OK;
}

static itg_status find_squares(report *r, int32_t group, double *columns, ratings *out, itg_error *error) {
  *out = (ratings){0};
  if (r->matrix.p) {
    two_way_of_matrix(&r->matrix, out);
  } else {
    ITG_TRY(use_targets(r, group, &out->n_lacking, error));
    out->n = r->n_used;
    ITG_TRY(r->one_way ? one_way(r, out, error) : two_way(r, columns, out, error));
  }
  out->ms_targets = out->n > 1 ? out->ss_targets / (double)(out->n - 1) : NAN;
  out->ms_within = out->df_within > 0 ? out->ss_within / out->df_within : NAN;
  return ITG_OK;
}

/* ---- the six forms ---- */

/* Forms 1 and 3: exact by F. */
static void by_f(form *single, form *mean, const ratings *x, double ms, double df2, double level) {
  double k = x->k, df1 = (double)(x->n - 1), f = x->ms_targets / ms;
  double up = itg_f_quantile(0.5 + level / 2, df1, df2), down = itg_f_quantile(0.5 + level / 2, df2, df1);
  double low = f / up, high = f * down;
  single->value = (x->ms_targets - ms) / (x->ms_targets + (k - 1) * ms);
  mean->value = (x->ms_targets - ms) / x->ms_targets;
  single->f = mean->f = f;
  single->df1 = mean->df1 = df1;
  single->df2 = mean->df2 = df2;
  if (!(ms > 0) || !(x->ms_targets > 0)) return;
  single->low = (low - 1) / (low + k - 1);
  single->high = (high - 1) / (high + k - 1);
  mean->low = 1 - 1 / low;
  mean->high = 1 - 1 / high;
}

/* Form 2: Satterthwaite's degrees of freedom (Shrout and Fleiss 1979; McGraw and Wong 1996, case 2A). */
static void by_satterthwaite(form *single, form *mean, const ratings *x, double level) {
  double k = x->k, n = (double)x->n, b = x->ms_targets, j = x->ms_raters, e = x->ms_error;
  double r = single->value = (b - e) / (b + (k - 1) * e + k * (j - e) / n);
  mean->value = (b - e) / (b + (j - e) / n);
  single->f = mean->f = b / e;
  single->df1 = mean->df1 = n - 1;
  single->df2 = mean->df2 = (n - 1) * (k - 1);
  if (!(e > 0) || !(b > 0)) return;
  double fj = j / e, a = n * (1 + (k - 1) * r) - k * r;
  double v =
      (k - 1) * (n - 1) * (k * r * fj + a) * (k * r * fj + a) / ((n - 1) * k * k * r * r * fj * fj + a * a);
  double up = itg_f_quantile(0.5 + level / 2, n - 1, v), down = itg_f_quantile(0.5 + level / 2, v, n - 1);
  double spread = k * j + (k * n - k - n) * e;
  single->low = n * (b - up * e) / (up * spread + n * b);
  single->high = n * (down * b - e) / (spread + n * down * b);
  mean->low = k * single->low / (1 + (k - 1) * single->low);
  mean->high = k * single->high / (1 + (k - 1) * single->high);
}

static const form blank_forms[6] = {{"icc_1_1", "ICC(1,1)", "ICC(1)", NAN, NAN, NAN, NAN, NAN, NAN},
                                    {"icc_2_1", "ICC(2,1)", "ICC(A,1)", NAN, NAN, NAN, NAN, NAN, NAN},
                                    {"icc_3_1", "ICC(3,1)", "ICC(C,1)", NAN, NAN, NAN, NAN, NAN, NAN},
                                    {"icc_1_k", "ICC(1,k)", "ICC(k)", NAN, NAN, NAN, NAN, NAN, NAN},
                                    {"icc_2_k", "ICC(2,k)", "ICC(A,k)", NAN, NAN, NAN, NAN, NAN, NAN},
                                    {"icc_3_k", "ICC(3,k)", "ICC(C,k)", NAN, NAN, NAN, NAN, NAN, NAN}};

/* ---- results ---- */

static itg_reason why_missing(const ratings *x) {
  if (x->n < 2 || !(x->df_within > 0)) return ITG_REASON_TOO_FEW;
  return x->ss_targets + x->ss_within > 0 ? ITG_REASON_UNDEFINED : ITG_REASON_NO_VARIANCE;
}

static itg_status add_row(report *r, int32_t g, const ratings *x, const char *scale, const char *unit,
                          double value, double low, double high, bool with_interval, itg_error *error) {
  itg_estimate row = itg_estimate_of("icc", scale, r->groups.labels[g], unit);
  row.n = x->n;
  row.n_missing = x->n_lacking;
  row.estimate = value;
  row.conf_low = low;
  row.conf_high = high;
  if (isnan(value))
    row.reason = why_missing(x);
  else if (with_interval && isnan(low))
    row.reason = ITG_REASON_NO_VARIANCE;
  return itg_tidy_add(&r->tidy, &row, error);
}

/* Begin a row of another table with the labels of the group; *at is the next column. */
static itg_status open_row(const report *r, itg_frame *frame, int32_t g, int64_t *row, int *at,
                           itg_error *error) {
  *row = itg_frame_rows(frame);
  ITG_TRY(itg_frame_resize(frame, *row + 1, error));
  for (*at = 0; *at < r->groups.n_columns; ++*at)
    ITG_TRY(itg_frame_set_text(frame, *row, *at, r->groups.labels[g][*at], error));
  return ITG_OK;
}

static itg_status add_forms(report *r, int32_t g, const ratings *x, itg_error *error) {
  form forms[6];
  memcpy(forms, blank_forms, sizeof forms);
  if (x->n > 1 && x->ss_targets + x->ss_within > 0 && x->df_within > 0) {
    by_f(&forms[0], &forms[3], x, x->ms_within, x->df_within, r->level);
    if (!r->one_way) {
      by_satterthwaite(&forms[1], &forms[4], x, r->level);
      by_f(&forms[2], &forms[5], x, x->ms_error, x->df_error, r->level);
    }
  }
  for (int i = 0; i < 6; i++) {
    const form *f = &forms[i];
    int64_t row;
    int at;
    if (r->one_way && i % 3) continue;
    ITG_TRY(add_row(r, g, x, f->scale, "coefficient", isfinite(f->value) ? f->value : NAN, f->low, f->high,
                    true, error));
    ITG_TRY(open_row(r, r->forms, g, &row, &at, error));
    ITG_TRY(itg_frame_set_text(r->forms, row, at++, f->name, error));
    ITG_TRY(itg_frame_set_text(r->forms, row, at++, f->other, error));
    const double numbers[] = {
        f->value, f->low, f->high, f->f, f->df1, f->df2, itg_f_cdf(1 / f->f, f->df2, f->df1)};
    for (size_t k = 0; k < ITG_COUNT(numbers); k++)
      itg_frame_set_double(r->forms, row, at++, isfinite(numbers[k]) ? numbers[k] : NAN);
  }
  return ITG_OK;
}

static itg_status add_anova(report *r, int32_t g, const ratings *x, itg_error *error) {
  const struct {
    const char *source;
    double df, ss, ms;
  } lines[] = {{"targets", (double)(x->n - 1), x->ss_targets, x->ms_targets},
               {"within", x->df_within, x->ss_within, x->ms_within},
               {"raters", x->df_raters, x->ss_raters, x->ms_raters},
               {"residual", x->df_error, x->ss_error, x->ms_error}};
  for (size_t i = 0; i < (r->one_way ? 2 : ITG_COUNT(lines)); i++) {
    int64_t row;
    int at;
    ITG_TRY(open_row(r, r->anova, g, &row, &at, error));
    ITG_TRY(itg_frame_set_text(r->anova, row, at++, lines[i].source, error));
    itg_frame_set_double(r->anova, row, at++, lines[i].df);
    itg_frame_set_double(r->anova, row, at++, lines[i].ss);
    itg_frame_set_double(r->anova, row, at, lines[i].ms);
  }
  return ITG_OK;
}

/* Two raters or occasions: mean difference, and the limits within which 95 % of differences lie (Bland and
 * Altman, Lancet 1986;i:307-10), each with its interval. */
static double spread_of_differences(const report *r, const ratings *x, double *mean) {
  const itg_reliability_matrix *m = &r->matrix;
  if (m->p) {
    *mean = m->means[1] - m->means[0];
    return sqrt(fmax(m->cov[0] + m->cov[3] - 2 * m->cov[1], 0));
  }
  itg_sum sum = {0, 0}, squares = {0, 0};
  for (int64_t i = 0; i < r->n_used; i++) {
    const double *pair = &r->values[2 * r->used[i]];
    itg_sum_add(&sum, pair[1] - pair[0]);
  }
  *mean = itg_sum_value(&sum) / (double)x->n;
  for (int64_t i = 0; i < r->n_used; i++) {
    const double *pair = &r->values[2 * r->used[i]];
    double d = pair[1] - pair[0] - *mean;
    itg_sum_add(&squares, d * d);
  }
  return x->n > 1 ? sqrt(itg_sum_value(&squares) / (double)(x->n - 1)) : NAN;
}

static itg_status add_limits(report *r, int32_t g, const ratings *x, itg_error *error) {
  double mean, sd = spread_of_differences(r, x, &mean), n = (double)x->n;
  double t = x->n > 1 ? itg_t_quantile(0.5 + r->level / 2, n - 1) : NAN;
  double of_mean = sd / sqrt(n), of_limit = sd * sqrt(1 / n + 1.96 * 1.96 / (2 * (n - 1)));
  const struct {
    const char *scale;
    double value, std_error;
  } lines[] = {{"difference", x->n > 1 ? mean : NAN, of_mean},
               {"limit_low", mean - 1.96 * sd, of_limit},
               {"limit_high", mean + 1.96 * sd, of_limit}};
  for (size_t i = 0; i < ITG_COUNT(lines); i++) {
    itg_estimate row = itg_estimate_of("icc", lines[i].scale, r->groups.labels[g], "points");
    row.n = x->n;
    row.n_missing = x->n_lacking;
    row.estimate = lines[i].value;
    row.std_error = lines[i].std_error;
    row.reason = x->n < 2 ? ITG_REASON_TOO_FEW : sd > 0 ? ITG_REASON_PRESENT : ITG_REASON_NO_VARIANCE;
    if (sd > 0) {
      row.conf_low = lines[i].value - t * lines[i].std_error;
      row.conf_high = lines[i].value + t * lines[i].std_error;
    }
    ITG_TRY(itg_tidy_add(&r->tidy, &row, error));
  }
  return ITG_OK;
}

/* Errors of one rating: with and without what raters differ by in general. */
static itg_status add_errors(report *r, int32_t g, const ratings *x, itg_error *error) {
  double raters = fmax((x->ms_raters - x->ms_error) / (double)x->n, 0);
  double agreement = r->one_way ? sqrt(x->ms_within) : sqrt(raters + x->ms_error),
         consistency = sqrt(x->ms_error);
  const double factor = 1.96 * sqrt(2);
  ITG_TRY(add_row(r, g, x, "sem_agreement", "points", agreement, NAN, NAN, false, error));
  ITG_TRY(add_row(r, g, x, "sdc_agreement", "points", factor * agreement, NAN, NAN, false, error));
  if (r->one_way) return ITG_OK;
  ITG_TRY(add_row(r, g, x, "sem_consistency", "points", consistency, NAN, NAN, false, error));
  ITG_TRY(add_row(r, g, x, "sdc_consistency", "points", factor * consistency, NAN, NAN, false, error));
  return r->k == 2 ? add_limits(r, g, x, error) : ITG_OK;
}

/* ---- the measure ---- */

static itg_status open_tables(report *r, itg_error *error) {
  static const char *const of_forms[] = {"form", "mcgraw_wong", "estimate", "conf_low", "conf_high",
                                         "f",    "df1",         "df2",      "p_value"},
                           *const of_anova[] = {"source", "df", "ss", "ms"};
  ITG_TRY(itg_tidy_open(r->call->result, r->groups.names, r->groups.n_columns, &r->tidy, error));
  ITG_TRY(itg_result_add_table(r->call->result, "forms", &r->forms, error));
  ITG_TRY(itg_result_add_table(r->call->result, "anova", &r->anova, error));
  for (int i = 0; i < r->groups.n_columns; i++) {
    ITG_TRY(itg_frame_add_column(r->forms, r->groups.names[i], ITG_TYPE_STRING, NULL, error));
    ITG_TRY(itg_frame_add_column(r->anova, r->groups.names[i], ITG_TYPE_STRING, NULL, error));
  }
  for (size_t i = 0; i < ITG_COUNT(of_forms); i++)
    ITG_TRY(
        itg_frame_add_column(r->forms, of_forms[i], i < 2 ? ITG_TYPE_STRING : ITG_TYPE_DOUBLE, NULL, error));
  for (size_t i = 0; i < ITG_COUNT(of_anova); i++)
    ITG_TRY(
        itg_frame_add_column(r->anova, of_anova[i], i < 1 ? ITG_TYPE_STRING : ITG_TYPE_DOUBLE, NULL, error));
  return ITG_OK;
}

static itg_status run(itg_call *call, itg_error *error) {
  report r = {.call = call,
              .one_way = strcmp(itg_call_text(call, "incomplete"), "one-way") == 0,
              .level = itg_call_number(call, "conf_level")};
  int64_t lacking = 0;
  ITG_TRY(itg_call_groups(call, &r.groups, error));
  ITG_TRY(read_ratings(&r, error));
  ITG_TRY(open_tables(&r, error));
  double *columns = itg_call_alloc(call, (size_t)r.k, sizeof *columns, error);
  r.used = itg_call_alloc(call, (size_t)r.n_targets, sizeof *r.used, error);
  if (!columns || !r.used) return ITG_ERR_MEMORY;
  ITG_TRY(itg_codes_lists(r.group_of, r.groups.n_groups, NULL, r.n_targets, call->arena, &r.targets, error));
  for (int32_t g = 0; g < r.groups.n_groups; g++) {
    ratings x;
    ITG_TRY(find_squares(&r, g, columns, &x, error));
    lacking += x.n_lacking;
    ITG_TRY(add_forms(&r, g, &x, error));
    ITG_TRY(add_errors(&r, g, &x, error));
    ITG_TRY(add_anova(&r, g, &x, error));
    ITG_TRY(itg_check_stop(&call->control, (double)(g + 1) / r.groups.n_groups, error));
  }
  ITG_TRY(itg_groups_note(call, &r.groups, error));
  if (!lacking) return ITG_OK;
  return itg_result_note(
      call->result, error,
      r.one_way ? "%lld targets lack a rating; one-way forms take the ratings that there are"
                : "%lld targets lack a rating and are left out; option incomplete: one-way takes the "
                  "ratings that there are",
      (long long)lacking);
}

static const itg_role roles[] = {
    {"data", "ratings", ITG_ROLE_TEXTS, false, 0, 0,
     "wide data, one row per target: the number columns of the raters (or occasions)"},
    {"data", "target", ITG_ROLE_TEXT, false, 0, 0, "long data, one row per rating: who or what was rated"},
    {"data", "rater", ITG_ROLE_TEXT, false, 0, 0, "long data: who rated, or the occasion"},
    {"data", "rating", ITG_ROLE_NUMBER, false, 0, 0, "long data: the rating"},
    {"covariance", "item", ITG_ROLE_ANY, false, 0, 0,
     "which rater the row is; default: rows are in the order of the columns. Every column of the input covariance that is "
     "not item, mean or count is a rater, with its covariances; what a state of ratings, a column per rater, gives"},
    {"covariance", "mean", ITG_ROLE_NUMBER, false, 0, 0, "mean rating of the rater"},
    {"covariance", "count", ITG_ROLE_NUMBER, false, 2, 4294967296.0,
     "targets that the covariances rest on, the same in every row; or give n"},
    {0}};

static const itg_field options[] = {
    {"incomplete", ITG_FIELD_TEXT, false, "listwise", "listwise|one-way", 0, 0, NULL,
     "targets that lack a rating: left out, or kept with the ratings they have, which allows the one-way "
     "forms only"},
    {"n", ITG_FIELD_INTEGER, false, NULL, NULL, 2, 4294967296.0, NULL,
     "covariance: number of targets that it rests on"},
    ITG_OPTION_CONF_LEVEL,
    {0}};

static const itg_output outputs[] = {
    {"forms", "the forms under both their names, with F, its degrees of freedom and p for a value above 0"},
    {"anova", "sums and mean squares: targets, within targets, raters, residual"},
    {NULL, NULL}};

const itg_measure itg_icc_measure = {
    .name = "icc",
    .title = "Intraclass correlations of ratings, and the error of a rating",
    .summary =
        "Targets rated by two or more raters, or measured on two or more occasions; or in place of ratings "
        "the means and covariances of the raters (input covariance, as measure reliability takes them). "
        "Forms of Shrout and Fleiss: icc_1_1 (raters differ by target), icc_2_1 (absolute agreement), "
        "icc_3_1 (consistency) for one rating, and icc_1_k, icc_2_k, icc_3_k for the mean of all raters, "
        "with exact (2: Satterthwaite's) intervals. sem_agreement and sem_consistency are the errors of "
        "one rating with and without differences between raters, sdc = 1.96 sqrt(2) sem the smallest "
        "change beyond error, in points; of two raters also their mean difference (second less first) and "
        "the limits of 95 % of differences. n are the targets used, n_missing those that lack a rating.",
    .source =
        "Shrout and Fleiss, Psychol Bull 1979;86:420-8; McGraw and Wong, Psychol Methods 1996;1:30-46; de "
        "Vet et al., J Clin Epidemiol 2006;59:1033-9; Bland and Altman, Lancet 1986;i:307-10, Stat "
        "Methods Med Res 1999;8:135-60 (errors of limits). icc_3_k is Cronbach's alpha. The interval of "
        "icc_2_k is that of icc_2_1 by Spearman and Brown (Shrout and Fleiss); the R package irr takes "
        "degrees of freedom of the mean (McGraw and Wong), which differs in the fourth digit. Which targets "
        "are used when ratings lack is our choice; intervals of unequal one-way data take the mean number "
        "of ratings that the mean squares imply.",
    .counts = "targets that are rated",
    .persons = true,
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run,
};
