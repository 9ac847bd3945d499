/* itg_reliability.c - layer 3: the measure `reliability`: how far the items of a scale hang together, and how
 * exact its scores are. */
#include "itg_reliability.h"

#include <math.h>
#include <string.h>

#include "itg_consistency.h"
#include "itg_score.h"
#include "itg_spread.h"
#include "itg_thread.h"

/* One scale in one group. */
typedef struct outcome {
  itg_cross_group cross; /* of the scale's items, turned and weighted */
  itg_consistency figures;
  itg_splits splits;
  itg_item_figures *items;
  double mean, sd;   /* of the sum */
  itg_reason reason; /* why figures are missing */
} outcome;

typedef struct report {
  itg_call *call;
  itg_reliability_data data;
  itg_groups groups;
  itg_lists rows; /* by group, for replicates */
  itg_tidy tidy;
  itg_frame *items, *intervals;
  const char **labels; /* of the groups, then the scale */
  double level;
  int replicates, split_items;
  itg_cross_rule rule;
  int64_t *present; /* answers of each item; -1: not counted yet */
  bool improper, singular;
} report;

/* ---- computing ---- */

static itg_status open_groups(report *r, int p, itg_cross_group **out, itg_error *error) {
  size_t n = (size_t)r->groups.n_groups, k = (size_t)p;
  itg_cross_group *groups = itg_call_alloc(r->call, n, sizeof *groups, error);
  double *numbers = itg_call_alloc(r->call, n, (k + k * k) * sizeof *numbers, error);
  int64_t *counts = itg_call_alloc(r->call, n, k * sizeof *counts, error);
  if (!groups || !numbers || !counts) return ITG_ERR_MEMORY;
  for (size_t g = 0; g < n; g++) {
    groups[g].means = numbers + g * (k + k * k);
    groups[g].cov = groups[g].means + k;
    groups[g].counts = counts + g * k;
  }
  *out = groups;
  return ITG_OK;
}

/* Means and covariances of the scale's items by group. */
static itg_status add_up(report *r, const itg_reliability_scale *scale, itg_cross_group *out,
                         itg_error *error) {
  const itg_reliability_data *data = &r->data;
  itg_cross_source *sources = itg_call_alloc(r->call, (size_t)scale->p, sizeof *sources, error);
  int32_t *places = itg_call_alloc(r->call, (size_t)scale->p, sizeof *places, error);
  if (!sources || !places) return ITG_ERR_MEMORY;
  for (int i = 0; i < scale->p; i++)
    if (data->matrix.p)
      places[i] = data->places[scale->items[i]];
    else
      sources[i] = data->sources[scale->items[i]];
  if (!data->matrix.p)
    return itg_cross_groups(sources, scale->p, data->n_rows, r->groups.n_columns ? r->groups.codes : NULL,
                            r->groups.n_groups, r->rule, &r->call->control, out, error);
  itg_reliability_matrix_cut(&data->matrix, places, scale->p, out);
  return ITG_OK;
}

/* Infinite answers make infinite sums: find the first. */
static itg_status check_finite(report *r, const itg_reliability_scale *scale, const itg_cross_group *group,
                               itg_error *error) {
  bool fine = true;
  for (int i = 0; i < scale->p; i++)
    fine = fine && (!group->counts[i] || isfinite(group->means[i]) || r->rule == ITG_CROSS_COMPLETE) &&
           (group->least < 2 || isfinite(group->cov[i * scale->p + i]));
  const itg_column *const *columns;
  int n = itg_call_columns(r->call, "items", &columns);
  for (int i = 0; !fine && i < n && i < r->data.n_items; i++)
    for (int64_t row = 0; row < r->data.n_rows; row++)
      if (r->data.sources[i].doubles && isinf(r->data.sources[i].doubles[row]))
        return itg_fail_at(error, ITG_ERR_RANGE, itg_call_table(r->call, "data"), row, columns[i]->name,
                           "an answer is infinite; correct it or leave the cell empty");
  return fine ? ITG_OK
              : itg_fail(error, ITG_ERR_NUMERIC,
                         "the answers are too large for sums of squares; rescale them");
}

/* Items as the scale takes them: turned, weighted. */
static void turn(const itg_reliability_scale *scale, itg_cross_group *g) {
  for (int i = 0; i < scale->p; i++) {
    double a = scale->sign[i] * scale->weight[i];
    g->means[i] = scale->weight[i] * (scale->start[i] + scale->sign[i] * g->means[i]);
    for (int j = 0; j < scale->p; j++) g->cov[i * scale->p + j] *= a * scale->sign[j] * scale->weight[j];
  }
}

static itg_status compute(report *r, const itg_reliability_scale *scale, itg_cross_group *cross, outcome *out,
                          itg_error *error) {
  int p = scale->p;
  if (!r->data.matrix.p) ITG_TRY(check_finite(r, scale, cross, error));
  *out = (outcome){.cross = *cross, .mean = 0, .reason = ITG_REASON_UNDEFINED};
  turn(scale, &out->cross);
  out->items = itg_call_alloc(r->call, (size_t)p, sizeof *out->items, error);
  if (!out->items) return ITG_ERR_MEMORY;
  bool minres = strcmp(itg_call_text(r->call, "factor"), "minres") == 0;
  ITG_TRY(itg_consistency_of(out->cross.cov, p, minres ? ITG_FACTORING_MINRES : ITG_FACTORING_ML,
                             &out->figures, out->items, error));
  out->splits = (itg_splits){0, NAN, NAN, NAN};
  if (p <= r->split_items) ITG_TRY(itg_splits_of(out->cross.cov, p, &r->call->control, &out->splits, error));
  double variance = 0;
  for (int i = 0; i < p * p; i++) variance += out->cross.cov[i];
  for (int i = 0; i < p; i++) out->mean += out->cross.means[i];
  out->sd = sqrt(variance > 0 ? variance : variance < 0 ? NAN : variance);
  bool constant = variance == 0;
  for (int i = 0; i < p; i++) constant = constant || out->cross.cov[i * p + i] == 0;
  if (out->cross.least < 2 || p < 2)
    out->reason = ITG_REASON_TOO_FEW;
  else if (constant)
    out->reason = ITG_REASON_NO_VARIANCE;
  r->improper = r->improper || out->figures.improper;
  r->singular = r->singular || (out->reason == ITG_REASON_UNDEFINED && isnan(out->items[0].smc));
  return ITG_OK;
}

/* ---- estimates ---- */

static itg_status add_row(report *r, const outcome *o, const char *scale, double value, const char *unit,
                          const itg_alpha_interval *interval, itg_error *error) {
  itg_estimate row = itg_estimate_of("reliability", scale, r->labels, unit);
  row.n = o->cross.n;
  row.n_missing = o->cross.n_lacking;
  row.estimate = value;
  if (isnan(value)) row.reason = o->reason;
  if (interval && !isnan(value)) {
    row.std_error = interval->std_error;
    row.conf_low = interval->low;
    row.conf_high = interval->high;
    if (isnan(interval->low)) row.reason = ITG_REASON_TOO_FEW;
  }
  return itg_tidy_add(&r->tidy, &row, error);
}

static itg_status add_interval(report *r, const char *method, double alpha, const itg_alpha_interval *x,
                               itg_error *error) {
  itg_frame *frame = r->intervals;
  int64_t row = itg_frame_rows(frame);
  int at = 0;
  ITG_TRY(itg_frame_resize(frame, row + 1, error));
  for (; at <= r->groups.n_columns; at++) ITG_TRY(itg_frame_set_text(frame, row, at, r->labels[at], error));
  ITG_TRY(itg_frame_set_text(frame, row, at++, method, error));
  itg_frame_set_double(frame, row, at++, alpha);
  itg_frame_set_double(frame, row, at++, x->std_error);
  itg_frame_set_double(frame, row, at++, x->low);
  itg_frame_set_double(frame, row, at, x->high);
  return ITG_OK;
}

/* All intervals of alpha into their table, the chosen one out. */
static itg_status add_intervals(report *r, const itg_reliability_scale *scale, int32_t group, uint32_t stream,
                                const outcome *o, itg_alpha_interval *out, itg_error *error) {
  static const char *const names[] = {"feldt", "bonett", "duhachek", "bootstrap"};
  const char *chosen = itg_call_text(r->call, "interval");
  double alpha = o->figures.alpha;
  itg_alpha_interval all[4] = {itg_alpha_feldt(alpha, scale->p, o->cross.least, r->level),
                               itg_alpha_bonett(alpha, scale->p, o->cross.least, r->level),
                               itg_alpha_duhachek(o->cross.cov, scale->p, o->cross.least, r->level),
                               {NAN, NAN, NAN}};
  if (r->replicates && scale->p > 1) {
    double *alphas = itg_call_alloc(r->call, (size_t)r->replicates, sizeof *alphas, error);
    if (!alphas) return ITG_ERR_MEMORY;
    const int64_t *rows = r->groups.n_columns ? r->rows.rows + r->rows.start[group] : NULL,
                  n = rows ? r->rows.start[group + 1] - r->rows.start[group] : r->data.n_rows;
    ITG_TRY(itg_reliability_boot(r->call, &r->data, scale, rows, n, stream, r->replicates, alphas, error));
    itg_spread spread = itg_spread_of(alphas, r->replicates, r->level);
    all[3] = (itg_alpha_interval){spread.std_error, spread.low, spread.high};
  }
  for (int i = 0; i < (r->replicates ? 4 : 3); i++) {
    ITG_TRY(add_interval(r, names[i], alpha, &all[i], error));
    if (strcmp(chosen, names[i]) == 0) *out = all[i];
  }
  /* Feldt gives no error; that of Duhachek stands in its place. */
  if (isnan(out->std_error) || strcmp(chosen, "bonett") == 0) out->std_error = all[2].std_error;
  return ITG_OK;
}

static itg_status add_estimates(report *r, const itg_reliability_scale *scale, const outcome *o,
                                const itg_alpha_interval *interval, itg_error *error) {
  const itg_consistency *f = &o->figures;
  double sd = o->sd * scale->factor, sem = sd * sqrt(1 - f->alpha);
  const struct {
    const char *scale;
    double value;
  } coefficients[] = {{"alpha_std", f->alpha_std},
                      {"mean_r", f->mean_r},
                      {"lambda1", f->lambda[1]},
                      {"lambda2", f->lambda[2]},
                      {"lambda3", f->lambda[3]},
                      {"lambda4", o->splits.max},
                      {"lambda5", f->lambda[5]},
                      {"lambda6", f->lambda[6]},
                      {"omega", f->omega},
                      {"omega_std", f->omega_std},
                      {"split_half", f->split_half},
                      {"split_half_guttman", f->lambda[4]},
                      {"split_half_min", o->splits.min},
                      {"split_half_mean", o->splits.mean}};
  ITG_TRY(add_row(r, o, "alpha", f->alpha, "coefficient", interval, error));
  for (size_t i = 0; i < ITG_COUNT(coefficients); i++) {
    bool split = i == 5 || i > 11;
    if (split && scale->p > r->split_items) continue;
    ITG_TRY(add_row(r, o, coefficients[i].scale, coefficients[i].value, "coefficient", NULL, error));
  }
  outcome points = *o;
  if (r->data.matrix.correlations) {
    sd = sem = NAN;
    points.reason = ITG_REASON_NOT_APPLICABLE;
  }
  ITG_TRY(add_row(r, &points, "sd", sd, "points", NULL, error));
  ITG_TRY(add_row(r, &points, "sem", sem, "points", NULL, error));
  return add_row(r, &points, "sdc", 1.96 * sqrt(2) * sem, "points", NULL, error);
}

static itg_status add_items(report *r, const itg_reliability_scale *scale, const outcome *o, bool *against,
                            itg_error *error) {
  for (int32_t i = 0; i < scale->p; i++) {
    const itg_item_figures *f = &o->items[i];
    int64_t row = itg_frame_rows(r->items);
    int at = 0;
    double variance = o->cross.cov[i * scale->p + i];
    ITG_TRY(itg_frame_resize(r->items, row + 1, error));
    for (; at <= r->groups.n_columns; at++)
      ITG_TRY(itg_frame_set_text(r->items, row, at, r->labels[at], error));
    ITG_TRY(itg_frame_set_text(r->items, row, at++, r->data.names[scale->items[i]], error));
    itg_frame_set_int(r->items, row, at++, o->cross.counts[i]);
    itg_frame_set_bool(r->items, row, at++, scale->sign[i] < 0);
    const double numbers[] = {o->cross.means[i], sqrt(variance),       f->r_total, f->r_rest,
                              f->alpha_dropped,  f->alpha_std_dropped, f->smc,     f->loading};
    for (size_t k = 0; k < ITG_COUNT(numbers); k++, at++) {
      itg_frame_set_double(r->items, row, at, numbers[k]);
      if (isnan(numbers[k]))
        itg_frame_set_missing(r->items, row, at, !k && r->data.matrix.p ? ITG_REASON_MISSING : o->reason);
    }
    against[i] = against[i] || f->r_rest < 0;
  }
  return ITG_OK;
}

/* Items that some group answered against the others, by name. */
static itg_status note_against(report *r, const itg_reliability_scale *scale, const bool *against,
                               itg_error *error) {
  itg_text names = ITG_TEXT_EMPTY;
  for (int i = 0; i < scale->p; i++)
    if (against[i]) itg_text_print(&names, "%s%s", names.size ? ", " : "", r->data.names[scale->items[i]]);
  itg_status status = ITG_OK;
  if (names.failed)
    status = itg_fail_memory(error);
  else if (names.size)
    status = itg_result_note(r->call->result, error,
                             "scale %s: %s correlates negatively with the rest; is it to be reversed?",
                             scale->id, names.data);
  itg_text_clear(&names);
  return status;
}

/* ---- the whole ---- */

static itg_status open_tables(report *r, itg_error *error) {
  static const struct {
    const char *name;
    itg_type type;
  } items[] = {{"item", ITG_TYPE_STRING},
               {"n", ITG_TYPE_INT64},
               {"reversed", ITG_TYPE_BOOL},
               {"mean", ITG_TYPE_DOUBLE},
               {"sd", ITG_TYPE_DOUBLE},
               {"r_total", ITG_TYPE_DOUBLE},
               {"r_rest", ITG_TYPE_DOUBLE},
               {"alpha_dropped", ITG_TYPE_DOUBLE},
               {"alpha_std_dropped", ITG_TYPE_DOUBLE},
               {"smc", ITG_TYPE_DOUBLE},
               {"loading", ITG_TYPE_DOUBLE}},
    intervals[] = {{"method", ITG_TYPE_STRING},
                   {"alpha", ITG_TYPE_DOUBLE},
                   {"std_error", ITG_TYPE_DOUBLE},
                   {"conf_low", ITG_TYPE_DOUBLE},
                   {"conf_high", ITG_TYPE_DOUBLE}};
  int n = r->groups.n_columns;
  const char **names = itg_call_alloc(r->call, (size_t)n + 1, sizeof *names, error);
  r->labels = itg_call_alloc(r->call, (size_t)n + 1, sizeof *r->labels, error);
  if (!names || !r->labels) return ITG_ERR_MEMORY;
  for (int i = 0; i < n; i++) names[i] = r->groups.names[i];
  names[n] = "score";
  ITG_TRY(itg_tidy_open(r->call->result, names, n + 1, &r->tidy, error));
  ITG_TRY(itg_result_add_table(r->call->result, "items", &r->items, error));
  ITG_TRY(itg_result_add_table(r->call->result, "intervals", &r->intervals, error));
  for (int i = 0; i <= n; i++) {
    ITG_TRY(itg_frame_add_column(r->items, names[i], ITG_TYPE_STRING, NULL, error));
    ITG_TRY(itg_frame_add_column(r->intervals, names[i], ITG_TYPE_STRING, NULL, error));
  }
  for (size_t i = 0; i < ITG_COUNT(items); i++)
    ITG_TRY(itg_frame_add_column(r->items, items[i].name, items[i].type, NULL, error));
  for (size_t i = 0; i < ITG_COUNT(intervals); i++)
    ITG_TRY(itg_frame_add_column(r->intervals, intervals[i].name, intervals[i].type, NULL, error));
  return ITG_OK;
}

static itg_status run_scale(report *r, int32_t s, bool *any, itg_error *error) {
  const itg_reliability_scale *scale = &r->data.scales[s];
  itg_cross_group *cross;
  bool *against = itg_call_alloc(r->call, (size_t)scale->p, sizeof *against, error);
  if (!against) return ITG_ERR_MEMORY;
  ITG_TRY(open_groups(r, scale->p, &cross, error));
  ITG_TRY(add_up(r, scale, cross, error));
  for (int i = 0; !r->groups.n_columns && i < scale->p; i++) r->present[scale->items[i]] = cross->counts[i];
  for (int32_t g = 0; g < r->groups.n_groups; g++) {
    outcome o;
    itg_alpha_interval interval = {NAN, NAN, NAN};
    for (int i = 0; i < r->groups.n_columns; i++) r->labels[i] = r->groups.labels[g][i];
    r->labels[r->groups.n_columns] = scale->id;
    for (int i = 0; i < scale->p; i++) *any = *any || cross[g].counts[i];
    ITG_TRY(compute(r, scale, &cross[g], &o, error));
    uint32_t stream = (uint32_t)(s * r->groups.n_groups + g);
    ITG_TRY(add_intervals(r, scale, g, stream, &o, &interval, error));
    ITG_TRY(add_estimates(r, scale, &o, &interval, error));
    ITG_TRY(add_items(r, scale, &o, against, error));
    ITG_TRY(itg_check_stop(&r->call->control, (double)(s + 1) / r->data.n_scales, error));
  }
  return note_against(r, scale, against, error);
}

/* Missing answers per column: what the sums have seen, or else a look at the rows. */
static void count_missing(report *r) {
  const itg_column *const *columns;
  int n = itg_call_columns(r->call, "items", &columns);
  if (itg_call_given(r->call, "instrument") || r->data.matrix.p)
    return; /* counted with the answers, or none */
  for (int i = 0; i < n; i++) {
    const itg_cross_source *s = &r->data.sources[i];
    int64_t missing = 0;
    if (r->present[i] >= 0)
      missing = r->data.n_rows - r->present[i];
    else if (s->doubles)
      for (int64_t row = 0; row < r->data.n_rows; row++) missing += s->doubles[row] != s->doubles[row];
    else
      for (int64_t row = 0; row < r->data.n_rows; row++) missing += s->ints[row] == INT32_MIN;
    itg_call_count_missing(r->call, "items", i, missing);
  }
}

static itg_status add_notes(report *r, itg_error *error) {
  itg_result *result = r->call->result;
  ITG_TRY(itg_groups_note(r->call, &r->groups, error));
  if (r->rule == ITG_CROSS_PAIRWISE)
    ITG_TRY(itg_result_note(
        result, error,
        "incomplete: pairwise: each covariance over the rows with both answers; intervals by the "
        "smallest number of these"));
  if (r->data.matrix.correlations)
    ITG_TRY(itg_result_note(result, error,
                            "the covariances are correlations (every variance is 1): alpha, lambdas and "
                            "omega are those of standardised items, and sd, sem and sdc cannot be told in "
                            "points"));
  if (r->singular)
    ITG_TRY(itg_result_note(result, error,
                            "some items are exact combinations of others, as in fewer respondents than "
                            "items: no smc and no lambda 6"));
  if (r->improper)
    ITG_TRY(itg_result_note(
        result, error,
        "one factor would explain an item wholly or more (Heywood case): no omega there; look at "
        "the loadings in a program for factor analysis"));
  return ITG_OK;
}

static itg_status run(itg_call *call, itg_error *error) {
  report r = {.call = call,
              .level = itg_call_number(call, "conf_level"),
              .replicates = (int)itg_call_integer(call, "replicates"),
              .split_items = (int)itg_call_integer(call, "split_items"),
              .rule = strcmp(itg_call_text(call, "incomplete"), "pairwise") == 0 ? ITG_CROSS_PAIRWISE
                                                                                 : ITG_CROSS_COMPLETE};
  bool bootstrap = strcmp(itg_call_text(call, "interval"), "bootstrap") == 0, any = false;
  if (bootstrap && !r.replicates && itg_call_given(call, "replicates"))
    return itg_fail_node(error, ITG_ERR_OPTION, itg_call_node(call, "replicates"),
                         "interval: bootstrap needs replicates; set replicates above 0 or leave it out "
                         "(1000)");
  if (bootstrap && !r.replicates) r.replicates = 1000;
  if (r.replicates && r.rule == ITG_CROSS_PAIRWISE)
    return itg_fail(error, ITG_ERR_OPTION,
                    "the bootstrap draws complete rows; leave out `replicates` or set incomplete: listwise");
  ITG_TRY(itg_reliability_read(call, &r.data, error));
  ITG_TRY(itg_call_groups(call, &r.groups, error));
  if (r.replicates && r.groups.n_columns)
    ITG_TRY(itg_codes_lists(r.groups.codes, r.groups.n_groups, NULL, r.groups.n, call->arena, &r.rows, error));
  ITG_TRY(open_tables(&r, error));
  r.present = itg_call_alloc(call, (size_t)r.data.n_items, sizeof *r.present, error);
  if (!r.present) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < r.data.n_items; i++) r.present[i] = -1;
  for (int32_t s = 0; s < r.data.n_scales; s++) ITG_TRY(run_scale(&r, s, &any, error));
  if (!any)
    return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(call, "data"), -1, NULL,
                       "every answer is missing");
  count_missing(&r);
  return add_notes(&r, error);
}

static const itg_role roles[] = {
    {"data", "items", ITG_ROLE_TEXTS, false, 0, 0,
     "number columns of the items, one row per respondent; with an instrument: as in measure scale"},
    {"covariance", "item", ITG_ROLE_ANY, false, 0, 0,
     "name of the row's item, as its column is called; default: rows are in the order of the columns. Every "
     "column that is not item, mean or count is an item, with its covariances (or correlations); one "
     "triangle is enough"},
    {"covariance", "mean", ITG_ROLE_NUMBER, false, 0, 0, "mean of the item; shown in the table items"},
    {"covariance", "count", ITG_ROLE_NUMBER, false, 2, 4294967296.0,
     "respondents that the covariances rest on, the same in every row; or give n"},
    {0}};

static const itg_field options[] = {
    ITG_OPTION_INSTRUMENT(NULL),
    {"scores", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL,
     "instrument: ids of the scores that are wanted; default: all"},
    {"out_of_range", ITG_FIELD_TEXT, false, "error", "error|missing", 0, 0, NULL,
     "instrument: what an answer is that the definition does not know"},
    ITG_OPTION_ANSWER_LABELS("instrument: "),
    {"scales", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "map from scale to the list of its items; default: one scale, all, of every item"},
    {"n", ITG_FIELD_INTEGER, false, NULL, NULL, 2, 4294967296.0, NULL,
     "covariance: number of respondents that it rests on"},
    {"reverse", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL, "items to be reversed; needs range"},
    {"range", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, 0, NULL,
     "lowest and highest possible answer; others are errors, and reversal is by it"},
    {"score", ITG_FIELD_TEXT, false, "sum", "sum|mean", 0, 0, NULL,
     "what sd, sem and sdc are those of: the sum or the mean of the items (an instrument says it itself)"},
    {"incomplete", ITG_FIELD_TEXT, false, "listwise", "listwise|pairwise", 0, 0, NULL,
     "respondents who lack answers: left out of the scale, or used for every pair of items they answered"},
    {"factor", ITG_FIELD_TEXT, false, "minres", "minres|ml", 0, 0, NULL,
     "how the one factor behind omega is found: least squares outside the diagonal, or maximum likelihood"},
    {"interval", ITG_FIELD_TEXT, false, "feldt", "feldt|bonett|duhachek|bootstrap", 0, 0, NULL,
     "interval of alpha that stands in the estimates; the others are in the table intervals"},
    {"replicates", ITG_FIELD_INTEGER, false, "0", NULL, 0, 1000000, NULL,
     "bootstrap replicates of alpha; 0: none, or 1000 with interval: bootstrap"},
    {"split_items", ITG_FIELD_INTEGER, false, "16", NULL, 0, ITG_SPLIT_ITEMS, NULL,
     "all splits into halves are looked at for scales of at most so many items (their number doubles with "
     "each)"},
    ITG_OPTION_CONF_LEVEL,
    {0}};

static const itg_need needs[] = {{"out_of_range", "instrument", "*"}, {"labels", "instrument", "*"}, {0}};

static const itg_output outputs[] = {
    {"items",
     "one row per scale and item: n answers, mean and sd, correlation with the total (r_total) and with the "
     "total without it (r_rest), alpha without it, squared multiple correlation with the others, loading on "
     "one factor"},
    {"intervals",
     "intervals of alpha by method: Feldt, Bonett, Duhachek and Iacobucci, percentile bootstrap"},
    {NULL, NULL}};

const itg_measure itg_reliability_measure = {
    .name = "reliability",
    .title = "Reliability of a scale: alpha, lambdas, omega, split halves, item analysis",
    .summary =
        "Takes one row per respondent and the items of one or several scales, as columns or by an instrument "
        "of kind scale; or in place of answers the covariances or correlations of the items (input "
        "covariance, a row and a column per item) and n: a published matrix, or what merged states of "
        "partitions give. By group and scale (column score): alpha with its interval, alpha_std (of "
        "correlations), mean_r (mean correlation between items), Guttman's lambda1 to lambda6 (of "
        "covariances; lambda3 is alpha, lambda4 the best split into halves of equal size), omega and "
        "omega_std (total, of one factor: of the sum, and of standardised items), split_half (odd against "
        "even items, Spearman and Brown), split_half_guttman (the same split by 4 cov / var), split_half_min "
        "and split_half_mean over all splits; and sd, sem = sd sqrt(1 - alpha) and sdc = 1.96 sqrt(2) sem of "
        "the score, in its points. n are the respondents used, n_missing those who lack an answer. Omega of "
        "several factors, and hierarchical omega, are left to psych and lavaan.",
    .source =
        "Cronbach 1951; Guttman 1945; Feldt, Woodruff and Salih 1987; Bonett 2002; Duhachek and Iacobucci "
        "2004; McDonald 1999 (omega); Terwee et al. 2007 (sdc). std_error of alpha is Duhachek's unless "
        "interval is bootstrap. Where psych differs: its lambdas are those of correlations; it takes "
        "respondents who lack answers pairwise (here listwise, our choice), counts all of them in intervals "
        "(here the smallest pair), and correlates an item with the mean of the answers given, where r_total "
        "is that of the covariances.",
    .counts = "respondents",
    .persons = true,
    .roles = roles,
    .options = options,
    .needs = needs,
    .outputs = outputs,
    .groups = true,
    .run = run,
};
