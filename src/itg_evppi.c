/* itg_evppi.c - layer 3: measure evppi: what perfect information on some of the parameters is worth. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_regress.h"
#include "itg_special.h"
#include "itg_spread.h"
#include "itg_thread.h"
#include "itg_voi.h"

static const itg_role roles[] = {ITG_PSA_ROLES,
                                 {"data", "parameters", ITG_ROLE_NUMBERS, true, 0, 0,
                                  "a column per parameter of the model, its value in the sample"},
                                 {0}};

static const itg_field options[] = {
    ITG_PSA_OPTIONS,
    {"sets", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL,
     "map from a name to a list of parameters: information on them together"},
    {"single", ITG_FIELD_FLAG, false, "true", NULL, 0, 0, NULL, "information on each parameter alone too"},
    {"thresholds", ITG_FIELD_NUMBERS, false, "20000, 30000", NULL, 0, INFINITY, NULL,
     "thresholds of the estimates: what a unit of effect may cost"},
    {"points", ITG_FIELD_INTEGER, false, "200", NULL, 0, 1e9, NULL,
     "about how many breakpoints table evppi shows for each set; 0: all"},
    ITG_POPULATION_OPTIONS,
    {"conf_level", ITG_FIELD_NUMBER, false, "0.95", NULL, 0.5, 0.9999, NULL, "level of the intervals"},
    {0}};

static const itg_output outputs[] = {
    {"evppi", "parameters, threshold, evppi, population_evppi: exact over all thresholds, given the smooth"},
    {"one_way",
     "parameter, share (of its values below), value, strategy, expected incremental_effect and "
     "incremental_cost against the reference when the parameter has that value"},
    {"tornado",
     "parameter, strategy, threshold, value_low, value_high (limits of the parameter), inmb_low, inmb_high "
     "(expected there), inmb, width; widest first"},
    {0}};

enum { SHARES = 21 };

/* Parameters that are known together. */
typedef struct set {
  const char *name;
  int n, columns[ITG_MOST_DIMENSIONS];
  double edf;
  bool constant;
  itg_information *at; /* by threshold */
  itg_curve curve;
  double *values, *fitted; /* single: SHARES values, and the fits there: SHARES x 2 (strategies - 1) */
} set;

typedef struct plan {
  itg_call *call;
  itg_psa psa;
  const double **columns;
  const char **names;
  int n_columns, n_sets, n_thresholds;
  set *sets;
  double *thresholds, *evpi, people, level;
} plan;

/* ---- sets ---- */

static int find_parameter(const plan *p, const char *name) {
  for (int i = 0; i < p->n_columns; i++)
    if (strcmp(p->names[i], name) == 0) return i;
  return -1;
}

static itg_status read_set(plan *p, const char *name, const itg_node *list, itg_error *error) {
  set *s = &p->sets[p->n_sets];
  int count = list->kind == ITG_NODE_LIST ? list->count : 1;
  s->name = name;
  if (list->kind == ITG_NODE_MAP || count < 1)
    return itg_fail_node(error, ITG_ERR_OPTION, list, "set '%.60s' must be a list of parameters", name);
  if (count > ITG_MOST_DIMENSIONS)
    return itg_fail_node(error, ITG_ERR_LIMIT, list,
                         "set '%.60s' has %d parameters; at most %d are smoothed together", name, count,
                         (int)ITG_MOST_DIMENSIONS);
  for (int i = 0; i < count; i++) {
    const itg_node *item = list->kind == ITG_NODE_LIST ? &list->items[i] : list;
    int column = item->kind == ITG_NODE_SCALAR ? find_parameter(p, item->text) : -1;
    if (column < 0) {
      const char *word = item->kind == ITG_NODE_SCALAR ? item->text : "";
      const char *near = itg_suggest(word, p->names, (size_t)p->n_columns);
      return itg_fail_node(error, ITG_ERR_OPTION, item,
                           "there is no parameter '%.60s' among those of role parameters%s%s%s", word,
                           near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    for (int k = 0; k < s->n; k++)
      if (s->columns[k] == column)
        return itg_fail_node(error, ITG_ERR_OPTION, item, "parameter '%.60s' stands twice in set '%.60s'",
                             item->text, name);
    s->columns[s->n++] = column;
  }
  p->n_sets++;
  return ITG_OK;
}

static itg_status read_sets(plan *p, itg_error *error) {
  const itg_node *map = itg_call_node(p->call, "sets");
  bool single = itg_call_flag(p->call, "single");
  int most = p->n_columns + (map && map->kind == ITG_NODE_MAP ? map->count : 0);
  p->sets = itg_call_alloc(p->call, (size_t)most, sizeof *p->sets, error);
  if (!p->sets) return ITG_ERR_MEMORY;
  if (map && map->kind != ITG_NODE_MAP)
    return itg_fail_node(error, ITG_ERR_OPTION, map,
                         "'sets' must be a map from a name to a list of parameters");
  for (int i = 0; i < p->n_columns && single; i++)
    p->sets[p->n_sets++] = (set){.name = p->names[i], .n = 1, .columns = {i}};
  for (int i = 0; map && i < map->count; i++) {
    for (int k = 0; k < p->n_sets; k++)
      if (strcmp(p->sets[k].name, map->keys[i]) == 0)
        return itg_fail_node(error, ITG_ERR_OPTION, &map->items[i],
                             "set '%.60s' bears the name of a parameter", map->keys[i]);
    ITG_TRY(read_set(p, map->keys[i], &map->items[i], error));
  }
  if (!p->n_sets)
    return itg_fail(error, ITG_ERR_OPTION, "nothing to know: option 'single' is off and there are no 'sets'");
  for (int i = 0; i < p->n_sets; i++) {
    p->sets[i].at = itg_call_alloc(p->call, (size_t)p->n_thresholds, sizeof *p->sets[i].at, error);
    p->sets[i].values = itg_call_alloc(p->call, SHARES, sizeof *p->sets[i].values, error);
    p->sets[i].fitted =
        itg_call_alloc(p->call, SHARES * 2 * (size_t)p->psa.samples.n_strategies, sizeof(double), error);
    if (!p->sets[i].at || !p->sets[i].values || !p->sets[i].fitted) return ITG_ERR_MEMORY;
  }
  return ITG_OK;
}

/* ---- one set ---- */

static bool varies(const double *values, int64_t n) {
  for (int64_t i = 1; i < n; i++)
    if (values[i] != values[0]) return true;
  return false;
}

static double share_of(const plan *p, int k) {
  double tail = (1 - p->level) / 2;
  return tail + p->level * k / (SHARES - 1);
}

static itg_status fit_profile(plan *p, set *s, const itg_regression *fit, const itg_control *control,
                              itg_error *error) {
  int64_t n = p->psa.samples.n;
  int r = 2 * (p->psa.samples.n_strategies - 1);
  double *copy = itg_alloc((size_t)n, sizeof *copy);
  int64_t room = n;
  itg_status status = ITG_OK;
  if (!copy) return itg_fail_memory(error);
  memcpy(copy, p->columns[s->columns[0]], (size_t)n * sizeof *copy);
  for (int k = SHARES - 1; k >= 0 && !status; k--) {
    status = itg_check_stop(control, 1, error);
    s->values[k] = itg_quantile_below(copy, n, &room, share_of(p, k));
    itg_regression_at(fit, s->values[k], s->fitted + (size_t)k * (size_t)r);
  }
  free(copy);
  return status;
}

/* A parameter that does not vary is known already: it is worth nothing and leaves the set. */
static itg_status fit_set(plan *p, set *s, const itg_control *control, itg_error *error) {
  const double *x[ITG_MOST_DIMENSIONS];
  itg_regression fit;
  int n = 0;
  for (int i = 0; i < s->n; i++)
    if (varies(p->columns[s->columns[i]], p->psa.samples.n)) x[n++] = p->columns[s->columns[i]];
  s->constant = n == 0;
  if (!n) return ITG_OK;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  itg_status status = itg_regress(&p->psa, x, n, arena, control, &fit, error);
  if (!status)
    status = itg_regression_value(&p->psa, &fit, p->thresholds, p->n_thresholds, control, s->at, error);
  if (!status)
    status =
        itg_regression_curve(&p->psa, &fit, itg_call_integer(p->call, "points"), control, &s->curve, error);
  if (!status && s->n == 1) status = fit_profile(p, s, &fit, control, error);
  s->edf = status ? 0 : fit.edf;
  itg_arena_free(arena);
  return status;
}

typedef struct singles {
  plan *plan;
  itg_watch watch;
} singles;

static itg_status fit_single(void *payload, int64_t index, itg_error *error) {
  singles *task = payload;
  set *s = &task->plan->sets[index];
  return s->n == 1 ? fit_set(task->plan, s, &task->watch.inner, error) : ITG_OK;
}

/* Single parameters side by side; sets one after another, as they use BLAS. */
static itg_status fit_all(plan *p, itg_error *error) {
  singles task = {.plan = p};
  itg_watch_start(&task.watch, &p->call->control);
  ITG_TRY(itg_parallel(&task.watch.outer, p->n_sets, fit_single, &task, error));
  for (int i = 0; i < p->n_sets; i++)
    if (p->sets[i].n > 1) ITG_TRY(fit_set(p, &p->sets[i], &p->call->control, error));
  return ITG_OK;
}

/* ---- tables ---- */

static itg_status write_value(plan *p, itg_tidy *tidy, const set *s, int q, itg_error *error) {
  char text[ITG_NUMBER_SIZE];
  const char *group[2] = {s->name, text};
  const itg_information *at = &s->at[q];
  double z = itg_normal_quantile(0.5 + p->level / 2);
  itg_number_print(p->thresholds[q], text);
  itg_estimate e = itg_estimate_of("evppi", "evppi", group, "currency");
  e.n = p->psa.samples.n;
  e.n_missing = p->psa.n_missing;
  e.estimate = at->value;
  e.std_error = at->std_error;
  e.conf_low = fmax(0, at->value - z * at->std_error);
  e.conf_high = at->value + z * at->std_error;
  if (s->constant) e.level = "known already";
  ITG_TRY(itg_tidy_add(tidy, &e, error));
  e = itg_estimate_of("evppi", "evppi_cross_fitted", group, "currency");
  e.n = p->psa.samples.n;
  e.n_missing = p->psa.n_missing;
  e.estimate = at->crossed;
  ITG_TRY(itg_tidy_add(tidy, &e, error));
  e.scale = "evppi_share";
  e.unit = "percent";
  e.estimate = p->evpi[q] > 0 ? 100 * at->value / p->evpi[q] : NAN;
  ITG_TRY(itg_tidy_add(tidy, &e, error));
  if (isnan(p->people)) return ITG_OK;
  e.scale = "population_evppi";
  e.unit = "currency";
  e.estimate = p->people * at->value;
  e.std_error = p->people * at->std_error;
  return itg_tidy_add(tidy, &e, error);
}

static itg_status write_estimates(plan *p, itg_error *error) {
  const char *const groups[] = {"parameters", "threshold"};
  itg_tidy tidy;
  ITG_TRY(itg_tidy_open(p->call->result, groups, 2, &tidy, error));
  for (int q = 0; q < p->n_thresholds; q++) {
    char text[ITG_NUMBER_SIZE];
    const char *group[2] = {NULL, text};
    itg_number_print(p->thresholds[q], text);
    itg_estimate e = itg_estimate_of("evppi", "evpi", group, "currency");
    e.n = p->psa.samples.n;
    e.n_missing = p->psa.n_missing;
    e.estimate = p->evpi[q];
    ITG_TRY(itg_tidy_add(&tidy, &e, error));
    for (int i = 0; i < p->n_sets; i++) ITG_TRY(write_value(p, &tidy, &p->sets[i], q, error));
  }
  for (int i = 0; i < p->n_sets; i++) {
    const char *group[2] = {p->sets[i].name, NULL};
    itg_estimate e = itg_estimate_of("evppi", "degrees_of_freedom", group, "count");
    e.n = p->psa.samples.n;
    e.n_missing = p->psa.n_missing;
    e.estimate = p->sets[i].edf;
    ITG_TRY(itg_tidy_add(&tidy, &e, error));
  }
  return ITG_OK;
}

static itg_status write_curves(plan *p, itg_error *error) {
  itg_frame *frame;
  int64_t rows = 0, row = 0;
  for (int i = 0; i < p->n_sets; i++) rows += p->sets[i].curve.n_rows;
  ITG_TRY(itg_result_add_table(p->call->result, "evppi", &frame, error));
  ITG_TRY(itg_frame_add_column(frame, "parameters", ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "threshold", ITG_TYPE_DOUBLE, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "evppi", ITG_TYPE_DOUBLE, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "population_evppi", ITG_TYPE_DOUBLE, NULL, error));
  ITG_TRY(itg_frame_resize(frame, rows, error));
  for (int i = 0; i < p->n_sets; i++) {
    const itg_curve *c = &p->sets[i].curve;
    for (int64_t k = 0; k < c->n_rows; k++, row++) {
      ITG_TRY(itg_frame_set_text(frame, row, 0, p->sets[i].name, error));
      itg_frame_set_double(frame, row, 1, c->threshold[k]);
      itg_frame_set_double(frame, row, 2, c->gain[k]);
      if (!isnan(p->people)) itg_frame_set_double(frame, row, 3, p->people * c->gain[k]);
    }
  }
  return ITG_OK;
}

/* Increment of strategy d against the reference from fits against strategy 0; offset 0: effects, D - 1:
 * costs. */
static double against_reference(const plan *p, const double *fitted, int32_t d, int offset) {
  int32_t reference = p->psa.reference;
  return (d ? fitted[offset + d - 1] : 0) - (reference ? fitted[offset + reference - 1] : 0);
}

static itg_status write_one_way(plan *p, itg_error *error) {
  static const char *const names[] = {"parameter", "strategy",           "share",
                                      "value",     "incremental_effect", "incremental_cost"};
  itg_frame *frame;
  int32_t D = p->psa.samples.n_strategies;
  int64_t row = 0;
  ITG_TRY(itg_result_add_table(p->call->result, "one_way", &frame, error));
  for (int i = 0; i < 6; i++)
    ITG_TRY(itg_frame_add_column(frame, names[i], i < 2 ? ITG_TYPE_STRING : ITG_TYPE_DOUBLE, NULL, error));
  for (int i = 0; i < p->n_sets; i++) {
    const set *s = &p->sets[i];
    if (s->n > 1 || s->constant) continue;
    ITG_TRY(itg_frame_resize(frame, row + SHARES * (D - 1), error));
    for (int32_t d = 0; d < D; d++) {
      if (d == p->psa.reference) continue;
      for (int k = 0; k < SHARES; k++, row++) {
        const double *fitted = s->fitted + (size_t)k * 2 * (size_t)(D - 1);
        ITG_TRY(itg_frame_set_text(frame, row, 0, s->name, error));
        ITG_TRY(itg_frame_set_text(frame, row, 1, p->psa.names[d], error));
        itg_frame_set_double(frame, row, 2, share_of(p, k));
        itg_frame_set_double(frame, row, 3, s->values[k]);
        itg_frame_set_double(frame, row, 4, against_reference(p, fitted, d, 0));
        itg_frame_set_double(frame, row, 5, against_reference(p, fitted, d, D - 1));
      }
    }
  }
  return ITG_OK;
}

/* ---- tornado ---- */

typedef struct bar {
  const set *s;
  double low, high;
} bar;

static int wider(const void *a, const void *b) {
  double x = fabs(((const bar *)a)->high - ((const bar *)a)->low),
         y = fabs(((const bar *)b)->high - ((const bar *)b)->low);
  if (x != y) return x < y ? 1 : -1;
  return strcmp(((const bar *)a)->s->name, ((const bar *)b)->s->name);
}

static itg_status write_bars(plan *p, itg_frame *frame, int32_t d, double k, bar *bars, itg_error *error) {
  int32_t D = p->psa.samples.n_strategies, reference = p->psa.reference;
  const double *cost = p->psa.mean_cost, *effect = p->psa.mean_effect;
  int n = 0;
  double inmb = k * (effect[d] - effect[reference]) - (cost[d] - cost[reference]);
  for (int i = 0; i < p->n_sets; i++) {
    if (p->sets[i].n > 1 || p->sets[i].constant) continue;
    double at[2];
    for (int end = 0; end < 2; end++) {
      const double *fitted = p->sets[i].fitted + (size_t)(end ? SHARES - 1 : 0) * 2 * (size_t)(D - 1);
      at[end] = k * against_reference(p, fitted, d, 0) - against_reference(p, fitted, d, D - 1);
    }
    bars[n++] = (bar){&p->sets[i], at[0], at[1]};
  }
  qsort(bars, (size_t)n, sizeof *bars, wider);
  int64_t row = itg_frame_rows(frame);
  ITG_TRY(itg_frame_resize(frame, row + n, error));
  for (int i = 0; i < n; i++, row++) {
    const double numbers[] = {k,
                              bars[i].s->values[0],
                              bars[i].s->values[SHARES - 1],
                              bars[i].low,
                              bars[i].high,
                              inmb,
                              fabs(bars[i].high - bars[i].low)};
    ITG_TRY(itg_frame_set_text(frame, row, 0, bars[i].s->name, error));
    ITG_TRY(itg_frame_set_text(frame, row, 1, p->psa.names[d], error));
    for (int c = 0; c < 7; c++) itg_frame_set_double(frame, row, 2 + c, numbers[c]);
  }
  return ITG_OK;
}

static itg_status write_tornado(plan *p, itg_error *error) {
  static const char *const names[] = {"parameter", "strategy",  "threshold", "value_low", "value_high",
                                      "inmb_low",  "inmb_high", "inmb",      "width"};
  itg_frame *frame;
  bar *bars = itg_call_alloc(p->call, (size_t)p->n_sets, sizeof *bars, error);
  if (!bars) return ITG_ERR_MEMORY;
  ITG_TRY(itg_result_add_table(p->call->result, "tornado", &frame, error));
  for (int i = 0; i < 9; i++)
    ITG_TRY(itg_frame_add_column(frame, names[i], i < 2 ? ITG_TYPE_STRING : ITG_TYPE_DOUBLE, NULL, error));
  for (int q = 0; q < p->n_thresholds; q++)
    for (int32_t d = 0; d < p->psa.samples.n_strategies; d++)
      if (d != p->psa.reference) ITG_TRY(write_bars(p, frame, d, p->thresholds[q], bars, error));
  return ITG_OK;
}

/* ---- running ---- */

static itg_status read_parameters(plan *p, itg_error *error) {
  const itg_column *const *columns;
  p->n_columns = itg_call_columns(p->call, "parameters", &columns);
  p->columns = itg_call_alloc(p->call, (size_t)p->n_columns, sizeof *p->columns, error);
  p->names = itg_call_alloc(p->call, (size_t)p->n_columns, sizeof *p->names, error);
  if (!p->columns || !p->names) return ITG_ERR_MEMORY;
  for (int i = 0; i < p->n_columns; i++) {
    p->names[i] = columns[i]->name;
    ITG_TRY(itg_psa_numbers(p->call, &p->psa, "parameters", i, &p->columns[i], error));
  }
  return ITG_OK;
}

static itg_status find_evpi(plan *p, itg_error *error) {
  const itg_samples *s = &p->psa.samples;
  size_t K = (size_t)p->n_thresholds;
  double *best = itg_call_alloc(p->call, K * (size_t)s->n_strategies, sizeof *best, error);
  p->evpi = itg_call_alloc(p->call, K, sizeof *p->evpi, error);
  if (!best || !p->evpi) return ITG_ERR_MEMORY;
  ITG_TRY(itg_ceac_at(s, p->thresholds, p->n_thresholds, ITG_TIES_FIRST, &p->call->control, best, p->evpi,
                      error));
  const double *cost = p->psa.mean_cost, *effect = p->psa.mean_effect;
  for (size_t q = 0; q < K; q++) {
    double top = 0;
    for (int32_t d = 1; d < s->n_strategies; d++)
      top = fmax(top, p->thresholds[q] * (effect[d] - effect[0]) - (cost[d] - cost[0]));
    p->evpi[q] = fmax(0, p->evpi[q] - top);
  }
  return ITG_OK;
}

static itg_status write_all(plan *p, itg_error *error) {
  ITG_TRY(fit_all(p, error));
  ITG_TRY(write_estimates(p, error));
  ITG_TRY(write_curves(p, error));
  ITG_TRY(write_one_way(p, error));
  ITG_TRY(write_tornado(p, error));
  return itg_result_note(p->call->result, error,
                         "EVPPI by regression: where estimate and cross-fitted value differ by more than the "
                         "standard error, the samples "
                         "are too few for the smooth; the truth lies mostly between them.");
}

static itg_status run(itg_call *call, itg_error *error) {
  plan p = {.call = call, .level = itg_call_number(call, "conf_level")};
  ITG_TRY(itg_psa_read_to_smooth(call, &p.psa, error));
  ITG_TRY(itg_psa_thresholds(call, "thresholds", &p.thresholds, &p.n_thresholds, error));
  ITG_TRY(read_parameters(&p, error));
  ITG_TRY(read_sets(&p, error));
  ITG_TRY(itg_population_read(call, &p.people, error));
  ITG_TRY(find_evpi(&p, error));
  itg_status status = write_all(&p, error);
  for (int i = 0; i < p.n_sets; i++) itg_curve_clear(&p.sets[i].curve);
  return status;
}

const itg_measure itg_evppi_measure = {
    .name = "evppi",
    .title =
        "Value of perfect information on parameters: by regression, over all thresholds; tornado and one-way "
        "tables",
    .summary =
        "Takes the samples of measure psa with a column per parameter. Costs and effects, as increments "
        "against one "
        "strategy, are smoothed once over the parameters of a set, which gives EVPPI per person (currency) "
        "at every "
        "threshold: the mean over samples of the largest fitted net benefit, less the largest mean. "
        "std_error is that "
        "of the mean gain that the fitted rule makes in the samples, which holds the error of the fit to "
        "first order. "
        "evppi_cross_fitted applies the rule fitted to four fifths of the samples to the other fifth: it "
        "does not "
        "share the optimism of the estimate, errs downwards and may be below 0. evppi_share is the percent "
        "of EVPI; "
        "degrees_of_freedom those of the smooth. Table tornado has expected incremental net benefit at the "
        "limits of "
        "each parameter, one_way at 21 shares between them. A parameter that never varies is worth 0. "
        "Missing "
        "parameters stop the run. There is no option by: a group of patients has its own model runs, so call "
        "it on the "
        "samples of each group.",
    .source =
        "Regression: Strong, Oakley, Brennan, Med Decis Making 2014;34:311. One parameter: penalised cubic "
        "B-splines "
        "with 20 intervals between quantiles, several: 1, the parameters and a Matern 3/2 process around 50 "
        "points a "
        "parameter (200 at most) on parameters divided by their standard deviations, range the largest "
        "distance "
        "(Kammann and Wand, Appl Stat 2003;52:1), fitted to at most 100000 samples; smoothing by generalised "
        "cross-validation (Craven and Wahba 1979) for each response. Choices of ours: the basis sizes, five "
        "folds "
        "(sample number modulo 5), the standard error, and default thresholds.",
    .counts = "samples of the model",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = false,
    .run = run};
