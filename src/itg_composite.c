/* itg_composite.c - layer 3: the measure `composite`: many indicators of sites in one score, and how sure its
 * ranks are. */
#include "itg_composite.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_score.h"
#include "itg_sort.h"
#include "itg_thread.h"

/* ---- means ---- */

/* The mean of the values at places order[0..n-1] by weight; NaN when less than `coverage` of the weight has a
 * value. `turned` holds logarithms or inverses for the means that need them. */
static double mean_of(const double *values, const double *turned, const int *order, int n,
                      const double *weights, itg_mean mean, double coverage) {
  double sum = 0, present = 0, all = 0;
  const double *x = turned ? turned : values;
  for (int k = 0; k < n; k++) {
    double v = x[order[k]], w = weights[order[k]];
    all += w;
    if (v != v || w == 0) continue;
    sum += w * v;
    present += w;
  }
  if (!(present > 0) || present < coverage * all * (1 - 1e-12)) return NAN;
  double m = sum / present;
  if (mean == ITG_MEAN_GEOMETRIC) return exp(m);
  if (mean == ITG_MEAN_HARMONIC) return 1 / m;
  if (mean == ITG_MEAN_ARITHMETIC) return m;
  double squares = 0;
  for (int k = 0; k < n; k++) {
    double v = x[order[k]], w = weights[order[k]];
    if (v == v) squares += w * (v - m) * (v - m);
  }
  return m - squares / present / m;
}

/* The same of the scores of the dimensions, of which there are few. */
static double mean_across(const double *scores, int n, const double *weights, itg_mean mean,
                          double coverage) {
  double sum = 0, present = 0, all = 0, squares = 0;
  for (int d = 0; d < n; d++) {
    double v = scores[d], w = weights[d];
    all += w;
    if (v != v || w == 0) continue;
    sum += w * (mean == ITG_MEAN_GEOMETRIC ? log(v) : mean == ITG_MEAN_HARMONIC ? 1 / v : v);
    present += w;
  }
  if (!(present > 0) || present < coverage * all * (1 - 1e-12)) return NAN;
  double m = sum / present;
  if (mean == ITG_MEAN_GEOMETRIC) return exp(m);
  if (mean == ITG_MEAN_HARMONIC) return 1 / m;
  if (mean == ITG_MEAN_ARITHMETIC) return m;
  for (int d = 0; d < n; d++)
    if (scores[d] == scores[d]) squares += weights[d] * (scores[d] - m) * (scores[d] - m);
  return m - squares / present / m;
}

void itg_composite_score(const itg_composite *c, const itg_normalised *x, itg_norm norm, itg_mean within,
                         itg_mean across, const double *weights, const double *dimension_weights,
                         double *scores) {
  const double *values = x->by[norm];
  const double *turned = within == ITG_MEAN_GEOMETRIC  ? x->logs[norm]
                         : within == ITG_MEAN_HARMONIC ? x->inverses[norm]
                                                       : NULL;
  for (int s = 0; s < x->n; s++) {
    int64_t at = (int64_t)s * c->n_indicators;
    double *own = scores + (int64_t)s * (c->n_dimensions + 1);
    for (int d = 0; d < c->n_dimensions; d++)
      own[d] = mean_of(values + at, turned ? turned + at : NULL, c->order + c->starts[d],
                       c->starts[d + 1] - c->starts[d], weights, within, c->coverage);
    own[c->n_dimensions] = c->n_dimensions == 1
                               ? own[0]
                               : mean_across(own, c->n_dimensions, dimension_weights, across, c->coverage);
  }
}

static int best_first(const void *a, const void *b) {
  const itg_ranked *x = a, *y = b;
  return x->score > y->score ? -1 : x->score < y->score ? 1 : (x->at > y->at) - (x->at < y->at);
}

/* Equal up to rounding is a tie. */
itg_status itg_composite_rank(const double *scores, int n, int stride, itg_ranked *scratch, double *ranks,
                              itg_pace *pace, itg_error *error) {
  int m = 0;
  for (int s = 0; s < n; s++) {
    double score = scores[(int64_t)s * stride];
    ranks[s] = NAN;
    if (!isnan(score)) scratch[m++] = (itg_ranked){score, s};
  }
  ITG_TRY(itg_sort(scratch, (size_t)m, sizeof *scratch, best_first, pace, error));
  for (int i = 0, end; i < m; i = end) {
    double slack = 1e-12 * fabs(scratch[i].score);
    for (end = i + 1; end < m && scratch[i].score - scratch[end].score <= slack;) end++;
    for (int k = i; k < end; k++) ranks[scratch[k].at] = (i + 1 + end) / 2.0;
  }
  return itg_pace_step(pace, error);
}

/* ---- results ---- */

typedef struct report {
  itg_composite c;
  itg_tidy tidy;
  itg_frame *normalised, *sensitivity;
  itg_norm norm;
  itg_mean within, across;
  itg_lists sites;     /* rows by group */
  const char **labels; /* of the group, then site and dimension */
  int64_t n_lacking;   /* sites without a score */
  bool incomparable;
} report;

static itg_status add_row(report *r, const char *scale, const char *dimension, itg_estimate *row,
                          itg_error *error) {
  r->labels[r->c.groups.n_columns + 1] = dimension;
  row->measure = "composite";
  row->scale = scale;
  row->group = r->labels;
  if (isnan(row->estimate)) row->reason = ITG_REASON_TOO_FEW;
  return itg_tidy_add(&r->tidy, row, error);
}

static itg_status add_site(report *r, const itg_normalised *x, int s, const double *scores, double rank,
                           int n_ranked, const itg_composite_draws *draws, itg_error *error) {
  const itg_composite *c = &r->c;
  int64_t lacking = 0, of_all = 0;
  r->labels[c->groups.n_columns] = c->sites.levels[c->sites.codes[x->rows[s]]];
  for (int d = 0; c->n_dimensions > 1 && d < c->n_dimensions; d++) {
    itg_estimate row = itg_estimate_of(NULL, NULL, NULL, "points");
    for (int k = c->starts[d]; k < c->starts[d + 1]; k++)
      row.n_missing += isnan(c->values[c->order[k]][x->rows[s]]);
    row.n = c->starts[d + 1] - c->starts[d] - row.n_missing;
    row.estimate = scores[d];
    ITG_TRY(add_row(r, "score", c->dimensions[d], &row, error));
  }
  for (int i = 0; i < c->n_indicators; i++) {
    lacking += isnan(c->values[i][x->rows[s]]);
    of_all++;
  }
  itg_estimate row = itg_estimate_of(NULL, NULL, NULL, "points");
  row.n = of_all - lacking;
  row.n_missing = lacking;
  row.estimate = scores[c->n_dimensions];
  if (draws->n_draws && draws->scores_compare) {
    row.std_error = draws->score_error[s];
    row.conf_low = draws->score_low[s];
    row.conf_high = draws->score_high[s];
  }
  r->n_lacking += isnan(row.estimate);
  ITG_TRY(add_row(r, "score", "all", &row, error));
  itg_estimate place = itg_estimate_of(NULL, NULL, NULL, "rank");
  place.n = n_ranked;
  place.estimate = rank;
  if (draws->n_draws) {
    place.std_error = draws->rank_error[s];
    place.conf_low = draws->rank_low[s];
    place.conf_high = draws->rank_high[s];
  }
  return add_row(r, "rank", "all", &place, error);
}

static itg_status add_normalised(report *r, int32_t g, const itg_normalised *x, itg_error *error) {
  const itg_composite *c = &r->c;
  int64_t row = itg_frame_rows(r->normalised);
  ITG_TRY(itg_frame_resize(r->normalised, row + (int64_t)x->n * c->n_indicators, error));
  for (int s = 0; s < x->n; s++)
    for (int i = 0; i < c->n_indicators; i++, row++) {
      int at = 0;
      for (; at < c->groups.n_columns; at++)
        ITG_TRY(itg_frame_set_text(r->normalised, row, at, c->groups.labels[g][at], error));
      ITG_TRY(
          itg_frame_set_text(r->normalised, row, at++, c->sites.levels[c->sites.codes[x->rows[s]]], error));
      ITG_TRY(itg_frame_set_text(r->normalised, row, at++, c->dimensions[c->dimension_of[i]], error));
      ITG_TRY(itg_frame_set_text(r->normalised, row, at++, c->indicators[i], error));
      itg_frame_set_double(r->normalised, row, at++, c->values[i][x->rows[s]]);
      itg_frame_set_double(r->normalised, row, at++, x->by[r->norm][(int64_t)s * c->n_indicators + i]);
      itg_frame_set_double(r->normalised, row, at, c->weights[i]);
    }
  return ITG_OK;
}

static itg_status add_sensitivity(report *r, int32_t g, const itg_composite_draws *draws, itg_error *error) {
  for (int f = 0; draws->n_draws && f < draws->n_factors; f++) {
    int64_t row = itg_frame_rows(r->sensitivity);
    int at = 0;
    ITG_TRY(itg_frame_resize(r->sensitivity, row + 1, error));
    for (; at < r->c.groups.n_columns; at++)
      ITG_TRY(itg_frame_set_text(r->sensitivity, row, at, r->c.groups.labels[g][at], error));
    ITG_TRY(itg_frame_set_text(r->sensitivity, row, at++, draws->factors[f], error));
    itg_frame_set_double(r->sensitivity, row, at++, draws->first[f]);
    itg_frame_set_double(r->sensitivity, row, at++, draws->total[f]);
    itg_frame_set_double(r->sensitivity, row, at, draws->shift);
  }
  return ITG_OK;
}

static itg_status run_group(report *r, int32_t g, itg_error *error) {
  itg_composite *c = &r->c;
  itg_normalised x = {0};
  itg_composite_draws draws;
  size_t n = (size_t)(r->sites.start[g + 1] - r->sites.start[g]), d = (size_t)c->n_dimensions;
  if (n > INT32_MAX / 64) return itg_fail(error, ITG_ERR_LIMIT, "more than %d sites", INT32_MAX / 64);
  x.n = (int)n;
  x.rows = r->sites.rows + r->sites.start[g];
  double *scores = itg_call_alloc(c->call, n, (d + 1) * sizeof *scores, error);
  double *ranks = itg_call_alloc(c->call, n, sizeof *ranks, error);
  itg_ranked *places = itg_call_alloc(c->call, n, sizeof *places, error);
  if (!scores || !ranks || !places) return ITG_ERR_MEMORY;
  ITG_TRY(itg_composite_normalise(c, r->norm, &x, error));
  ITG_TRY(itg_composite_allow(c, &x, r->norm, r->within, error));
  if (c->n_dimensions > 1) ITG_TRY(itg_composite_allow(c, &x, r->norm, r->across, error));
  itg_composite_score(c, &x, r->norm, r->within, r->across, c->weights, c->dimension_weights, scores);
  ITG_TRY(itg_composite_rank(scores + d, x.n, (int)d + 1, places, ranks, c->call->pace, error));
  ITG_TRY(itg_composite_draw(c, &x, r->norm, r->within, r->across, (uint32_t)g, &draws, error));
  int n_ranked = 0;
  for (int s = 0; s < x.n; s++) n_ranked += !isnan(ranks[s]);
  for (int i = 0; i < c->groups.n_columns; i++) r->labels[i] = c->groups.labels[g][i];
  for (int s = 0; s < x.n; s++)
    ITG_TRY(add_site(r, &x, s, scores + (size_t)s * (d + 1), ranks[s], n_ranked, &draws, error));
  ITG_TRY(add_normalised(r, g, &x, error));
  r->incomparable = r->incomparable || (draws.n_draws && !draws.scores_compare);
  return add_sensitivity(r, g, &draws, error);
}

static itg_status open_tables(report *r, itg_error *error) {
  static const char *const of_values[] = {"site", "dimension", "indicator", "value", "normalised", "weight"},
                           *const of_factors[] = {"factor", "first_order", "total_effect", "mean_shift"};
  itg_composite *c = &r->c;
  int n = c->groups.n_columns;
  const char **names = itg_call_alloc(c->call, (size_t)n + 2, sizeof *names, error);
  r->labels = itg_call_alloc(c->call, (size_t)n + 2, sizeof *r->labels, error);
  if (!names || !r->labels) return ITG_ERR_MEMORY;
  for (int i = 0; i < n; i++) names[i] = c->groups.names[i];
  names[n] = "site";
  names[n + 1] = "dimension";
  ITG_TRY(itg_tidy_open(c->call->result, names, n + 2, &r->tidy, error));
  ITG_TRY(itg_result_add_table(c->call->result, "normalised", &r->normalised, error));
  ITG_TRY(itg_result_add_table(c->call->result, "sensitivity", &r->sensitivity, error));
  for (int i = 0; i < n; i++) {
    ITG_TRY(itg_frame_add_column(r->normalised, names[i], ITG_TYPE_STRING, NULL, error));
    ITG_TRY(itg_frame_add_column(r->sensitivity, names[i], ITG_TYPE_STRING, NULL, error));
  }
  for (size_t i = 0; i < ITG_COUNT(of_values); i++)
    ITG_TRY(itg_frame_add_column(r->normalised, of_values[i], i < 3 ? ITG_TYPE_STRING : ITG_TYPE_DOUBLE, NULL,
                                 error));
  for (size_t i = 0; i < ITG_COUNT(of_factors); i++)
    ITG_TRY(itg_frame_add_column(r->sensitivity, of_factors[i], i < 1 ? ITG_TYPE_STRING : ITG_TYPE_DOUBLE,
                                 NULL, error));
  return ITG_OK;
}

static int index_of(const itg_call *call, const char *key, const char *(*name)(int), int n) {
  const char *text = itg_call_text(call, key);
  for (int i = 0; text && i < n; i++)
    if (strcmp(name(i), text) == 0) return i;
  return 0;
}

static const char *norm_at(int at) { return itg_norm_name((itg_norm)at); }
static const char *mean_at(int at) { return itg_mean_name((itg_mean)at); }

static itg_status run(itg_call *call, itg_error *error) {
  report r = {.norm = (itg_norm)index_of(call, "normalise", norm_at, ITG_NORM_COUNT),
              .within = (itg_mean)index_of(call, "aggregate", mean_at, ITG_MEAN_COUNT)};
  r.across = itg_call_given(call, "aggregate_dimensions")
                 ? (itg_mean)index_of(call, "aggregate_dimensions", mean_at, ITG_MEAN_COUNT)
                 : r.within;
  ITG_TRY(itg_composite_read(call, &r.c, error));
  ITG_TRY(itg_codes_lists(r.c.groups.codes, r.c.groups.n_groups, NULL, r.c.n_rows, call->arena, &r.sites, error));
  ITG_TRY(open_tables(&r, error));
  for (int32_t g = 0; g < r.c.groups.n_groups; g++) {
    ITG_TRY(run_group(&r, g, error));
    ITG_TRY(itg_check_stop(&call->control, (double)(g + 1) / r.c.groups.n_groups, error));
  }
  ITG_TRY(itg_groups_note(call, &r.c.groups, error));
  if (r.n_lacking)
    ITG_TRY(itg_result_note(
        call->result, error,
        "%lld sites lack too many indicators for a score; option coverage says how many they need",
        (long long)r.n_lacking));
  if (r.incomparable)
    ITG_TRY(
        itg_result_note(call->result, error,
                        "draws normalise in several ways, so that only their ranks compare: scores have no "
                        "interval"));
  return ITG_OK;
}

/* ---- the measure ---- */

#define NORMS "minmax|z|target|goalposts|rank|percentile|none"
#define MEANS "arithmetic|geometric|harmonic|penalty"

static const itg_role roles[] = {
    {"data", "site", ITG_ROLE_TEXT, true, 0, 0, "name of the site, region or service; one row each"},
    {"data", "indicators", ITG_ROLE_TEXTS, true, 0, 0, "number columns of the indicators"},
    {0}};

static const itg_field options[] = {
    {"normalise", ITG_FIELD_TEXT, false, "minmax", NORMS, 0, 0, NULL,
     "minmax: lowest to highest site onto range; z: mean and sd of the sites onto z; target: lowest site "
     "to target onto range; goalposts onto range; rank: 1 the lowest, ties the middle; percentile: rank "
     "onto range"},
    {"aggregate", ITG_FIELD_TEXT, false, "arithmetic", MEANS, 0, 0, NULL,
     "mean of the indicators; penalty: the mean less variance / mean (Mazziotta and Pareto)"},
    {"aggregate_dimensions", ITG_FIELD_TEXT, false, NULL, MEANS, 0, 0, NULL,
     "mean of the dimensions; default: as aggregate"},
    {"weights", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, 1e9, NULL,
     "weight of an indicator within its dimension; 1"},
    {"dimensions", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "map from dimension to its indicators; default: none, all indicators in one mean"},
    {"dimension_weights", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, 1e9, NULL, "weight of a dimension; 1"},
    {"lower", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL, "indicators of which lower is better"},
    {"targets", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, 0, NULL,
     "target of each indicator, for normalise: target"},
    {"goalposts", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "two rising numbers for each indicator, for normalise: goalposts; beyond them counts as at them"},
    {"range", ITG_FIELD_NUMBERS, false, "0, 100", NULL, 0, 0, NULL,
     "lowest and highest normalised value; geometric and harmonic means need the lowest above 0, as [1, 100]"},
    {"z", ITG_FIELD_NUMBERS, false, "0, 1", NULL, 0, 0, NULL,
     "mean and sd of normalised values, for normalise: z"},
    {"sd", ITG_FIELD_TEXT, false, "sample", "sample|population", 0, 0, NULL,
     "divisor of the sd for normalise: z: n - 1, or n as Mazziotta and Pareto take it"},
    {"coverage", ITG_FIELD_NUMBER, false, "1", NULL, 0, 1, NULL,
     "share of the weight that must have a value; the rest is spread over the others"},
    {"draws", ITG_FIELD_INTEGER, false, "1000", NULL, 0, 1000000, NULL,
     "Monte-Carlo draws over the choices below; 0: none"},
    {"weight_noise", ITG_FIELD_NUMBER, false, "0.25", NULL, 0, 1, NULL,
     "weights are drawn evenly between this share below and above"},
    {"try_normalise", ITG_FIELD_TEXTS, false, NULL, NORMS, 0, 0, NULL,
     "other ways to normalise, drawn with equal odds"},
    {"try_aggregate", ITG_FIELD_TEXTS, false, NULL, MEANS, 0, 0, NULL, "other means, drawn with equal odds"},
    {"leave_out", ITG_FIELD_FLAG, false, "false", NULL, 0, 0, NULL, "draws leave out no indicator, or one"},
    {"sensitivity", ITG_FIELD_FLAG, false, "false", NULL, 0, 0, NULL,
     "shares of each choice in the variance of the mean shift in rank (Sobol; as many draws again for each "
     "choice and once more)"},
    ITG_OPTION_CONF_LEVEL,
    {0}};

static const itg_need needs[] = {{"weight_noise", "draws", NULL},
                                 {"try_normalise", "draws", NULL},
                                 {"try_aggregate", "draws", NULL},
                                 {"leave_out", "draws", NULL},
                                 {"sensitivity", "draws", NULL},
                                 {0}};

static const itg_output outputs[] = {
    {"normalised", "one row per site and indicator: value, normalised value, weight"},
    {"sensitivity",
     "one row per choice that varies: its first-order and total share of the variance of the mean shift in "
     "rank (option sensitivity), and that mean shift"},
    {NULL, NULL}};

const itg_measure itg_composite_measure = {
    .name = "composite",
    .title = "Composite indicator: scores and ranks of sites, and how sure they are",
    .summary =
        "One row per site with its indicators, normalised over the sites (of a group), brought together by "
        "weight, in dimensions or at once. Estimates: score by dimension and in total (dimension all), in "
        "points of the normalised scale, and rank (1 the highest score, ties the middle). Their intervals "
        "are not sampling error: they show what other weights and methods would do, as the options say. n "
        "counts the indicators of a score (the sites of a rank), n_missing those that lack. The intervals "
        "of ranks are attained ranks.",
    .source =
        "OECD and JRC, Handbook on Constructing Composite Indicators (2008); Mazziotta and Pareto, Soc "
        "Indic Res 2016;127:983-1003 (penalty); Saltelli et al., Comput Phys Commun 2010;181:259-70 "
        "(shares). Ranks and percentiles run from low to high with ties in the middle, where COINr takes "
        "the lowest of ties. Weight noise is even on both sides; its default, and that a site needs all "
        "indicators, are our choice.",
    .counts = "indicators, or sites ranked",
    .roles = roles,
    .options = options,
    .needs = needs,
    .outputs = outputs,
    .groups = true,
    .run = run,
};
