/* itg_evppi.c - layer 3: measure evppi: what perfect information on some of the parameters is worth. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_gain.h"
#include "itg_psa_rows.h"
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
     "map from a name to a list of parameters: information on them together; or one list, or a list of lists, whose sets "
     "are named by their parameters"},
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
  itg_psa all, psa; /* every group; the one at work */
  bool few;         /* the group has too few samples to smooth over */
  itg_tidy tidy;
  itg_frame *curves, *one_way, *tornado;
  const double **values, **columns; /* parameters by sample: of all groups, of the one at work */
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
  for (int k = 0; k < p->n_sets; k++)
    if (strcmp(p->sets[k].name, name) == 0)
      return itg_fail_node(error, ITG_ERR_OPTION, list, "set '%.60s' bears the name of a parameter or of another set",
                           name);
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

/* "a + b", of a set without a name. */
static const char *joined(plan *p, const itg_node *list, itg_error *error) {
  itg_text text = ITG_TEXT_EMPTY;
  bool one = list->kind == ITG_NODE_SCALAR;
  for (int i = 0; i < (one ? 1 : list->count); i++) {
    const itg_node *item = one ? list : &list->items[i];
    itg_text_print(&text, "%s%s", i ? " + " : "", item->kind == ITG_NODE_SCALAR ? item->text : "");
  }
  const char *name = text.failed ? NULL : itg_arena_text(p->call->arena, text.data ? text.data : "", text.size);
  itg_text_clear(&text);
  if (!name) itg_fail_memory(error);
  return name;
}

static bool holds_lists(const itg_node *list) {
  for (int i = 0; i < list->count; i++)
    if (list->items[i].kind != ITG_NODE_SCALAR) return true;
  return false;
}

static itg_status read_sets(plan *p, itg_error *error) {
  const itg_node *map = itg_call_node(p->call, "sets");
  bool single = itg_call_flag(p->call, "single");
  int most = p->n_columns + (map && map->kind != ITG_NODE_SCALAR ? map->count : 0) + 1;
  p->sets = itg_call_alloc(p->call, (size_t)most, sizeof *p->sets, error);
  if (!p->sets) return ITG_ERR_MEMORY;
  if (map && (map->kind == ITG_NODE_SCALAR || !map->count))
    return itg_fail_node(error, ITG_ERR_OPTION, map,
                         "'sets' must be a map from a name to a list of parameters, or a list of such lists");
  for (int i = 0; i < p->n_columns && single; i++)
    p->sets[p->n_sets++] = (set){.name = p->names[i], .n = 1, .columns = {i}};
  bool nameless = map && map->kind == ITG_NODE_LIST, whole = nameless && !holds_lists(map);
  for (int i = 0; nameless && i < (whole ? 1 : map->count); i++) {
    const itg_node *list = whole ? map : &map->items[i];
    const char *name = joined(p, list, error);
    if (!name) return ITG_ERR_MEMORY;
    ITG_TRY(read_set(p, name, list, error));
  }
  for (int i = 0; map && !nameless && i < map->count; i++)
    ITG_TRY(read_set(p, map->keys[i], &map->items[i], error));
  if (!p->n_sets)
    return itg_fail(error, ITG_ERR_OPTION, "nothing to know: option 'single' is off and there are no 'sets'");
  for (int i = 0; i < p->n_sets; i++) {
    p->sets[i].at = itg_call_alloc(p->call, (size_t)p->n_thresholds, sizeof *p->sets[i].at, error);
    p->sets[i].values = itg_call_alloc(p->call, SHARES, sizeof *p->sets[i].values, error);
    p->sets[i].fitted =
        itg_call_alloc(p->call, SHARES * 2 * (size_t)p->all.samples.n_strategies, sizeof(double), error);
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
  size_t r = 2 * (size_t)(p->psa.samples.n_strategies - 1);
  double shares[SHARES];
  ITG_TRY(itg_check_stop(control, 1, error));
  for (int k = 0; k < SHARES; k++) shares[k] = share_of(p, k);
  ITG_TRY(itg_quantiles(p->columns[s->columns[0]], p->psa.samples.n, shares, SHARES, s->values, error));
  for (int k = 0; k < SHARES; k++) itg_regression_at(fit, s->values[k], s->fitted + (size_t)k * r);
  return ITG_OK;
}

/* A parameter that does not vary is known already: it is worth nothing and leaves the set. */
static itg_status fit_set(plan *p, set *s, const itg_control *control, itg_error *error) {
  const double *x[ITG_MOST_DIMENSIONS];
  const char *names[ITG_MOST_DIMENSIONS];
  itg_regression fit;
  int n = 0;
  for (int i = 0; i < s->n; i++)
    if (varies(p->columns[s->columns[i]], p->psa.samples.n)) {
      names[n] = p->names[s->columns[i]];
      x[n++] = p->columns[s->columns[i]];
    }
  s->constant = n == 0;
  if (!n) return ITG_OK;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  itg_status status = itg_regress(&p->psa, x, names, n, arena, control, &fit, error);
  if (!status)
    status = itg_regression_value(&p->psa, &fit, p->thresholds, p->n_thresholds, itg_call_integer(p->call, "points"),
                                  control, s->at, &s->curve, error);
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
  if (p->n_sets == 1) return fit_set(p, p->sets, &p->call->control, error);
  itg_watch_start(&task.watch, &p->call->control);
  ITG_TRY(itg_parallel(&task.watch.outer, p->n_sets, fit_single, &task, error));
  for (int i = 0; i < p->n_sets; i++)
    if (p->sets[i].n > 1) ITG_TRY(fit_set(p, &p->sets[i], &p->call->control, error));
  return ITG_OK;
}

/* ---- tables ---- */

/* Of parameters `name` at threshold `text`; NULL: none. */
static itg_estimate estimate_of(const plan *p, const char *scale, const char *name, const char *text,
                                const char *unit, const char *group[ITG_PSA_COLUMNS]) {
  itg_estimate e = itg_psa_estimate(&p->psa, "evppi", scale, name, text, unit, group);
  if (p->few) e.reason = ITG_REASON_TOO_FEW;
  return e;
}

static itg_status write_value(plan *p, const set *s, int q, itg_error *error) {
  char text[ITG_NUMBER_SIZE];
  const char *group[ITG_PSA_COLUMNS];
  const itg_information *at = &s->at[q];
  double z = itg_normal_quantile(0.5 + p->level / 2);
  itg_number_print(p->thresholds[q], text);
  itg_estimate e = estimate_of(p, "evppi", s->name, text, "currency", group);
  if (p->few) return itg_tidy_add(&p->tidy, &e, error);
  e.estimate = at->value;
  e.std_error = at->std_error;
  e.conf_low = fmax(0, at->value - z * at->std_error);
  e.conf_high = at->value + z * at->std_error;
  if (s->constant) e.level = "known already";
  ITG_TRY(itg_tidy_add(&p->tidy, &e, error));
  e = estimate_of(p, "evppi_cross_fitted", s->name, text, "currency", group);
  e.estimate = at->crossed;
  ITG_TRY(itg_tidy_add(&p->tidy, &e, error));
  e.scale = "evppi_share";
  e.unit = "percent";
  e.estimate = p->evpi[q] > 0 ? 100 * at->value / p->evpi[q] : NAN;
  ITG_TRY(itg_tidy_add(&p->tidy, &e, error));
  if (isnan(p->people)) return ITG_OK;
  e.scale = "population_evppi";
  e.unit = "currency";
  e.estimate = p->people * at->value;
  e.std_error = p->people * at->std_error;
  return itg_tidy_add(&p->tidy, &e, error);
}

static itg_status write_estimates(plan *p, itg_error *error) {
  const char *group[ITG_PSA_COLUMNS];
  for (int q = 0; q < p->n_thresholds; q++) {
    char text[ITG_NUMBER_SIZE];
    itg_number_print(p->thresholds[q], text);
    itg_estimate e = estimate_of(p, "evpi", NULL, text, "currency", group);
    if (!p->few) e.estimate = p->evpi[q];
    ITG_TRY(itg_tidy_add(&p->tidy, &e, error));
    for (int i = 0; i < p->n_sets; i++) ITG_TRY(write_value(p, &p->sets[i], q, error));
  }
  for (int i = 0; i < p->n_sets; i++) {
    itg_estimate e = estimate_of(p, "degrees_of_freedom", p->sets[i].name, NULL, "count", group);
    if (!p->few) e.estimate = p->sets[i].edf;
    ITG_TRY(itg_tidy_add(&p->tidy, &e, error));
  }
  return ITG_OK;
}

static itg_status write_curves(plan *p, itg_error *error) {
  static const itg_psa_column columns[] = {{"parameters", ITG_TYPE_STRING},
                                           {"threshold", ITG_TYPE_DOUBLE},
                                           {"evppi", ITG_TYPE_DOUBLE},
                                           {"population_evppi", ITG_TYPE_DOUBLE}};
  itg_psa_rows table;
  int64_t rows = 0, row = 0;
  for (int i = 0; i < p->n_sets; i++) rows += p->sets[i].curve.n_rows;
  ITG_TRY(itg_psa_rows_add(p->call, &p->psa, "evppi", columns, ITG_COUNT(columns), rows, &p->curves, &table, error));
  for (int i = 0; i < p->n_sets; i++) {
    const itg_curve *c = &p->sets[i].curve;
    for (int64_t k = 0; k < c->n_rows; k++, row++) {
      ITG_TRY(itg_psa_put_text(&table, row, 0, p->sets[i].name, error));
      itg_psa_put(&table, row, 1, c->threshold[k]);
      itg_psa_put(&table, row, 2, c->gain[k]);
      if (!isnan(p->people)) itg_psa_put(&table, row, 3, p->people * c->gain[k]);
    }
  }
  return ITG_OK;
}

/* Parameters that are a set alone and vary: those of the tables one_way and tornado. */
static int count_single(const plan *p) {
  int n = 0;
  for (int i = 0; i < p->n_sets; i++) n += p->sets[i].n == 1 && !p->sets[i].constant;
  return n;
}

/* Increment of strategy d against the reference from fits against strategy 0; offset 0: effects, D - 1:
 * costs. */
static double against_reference(const plan *p, const double *fitted, int32_t d, int offset) {
  int32_t reference = p->psa.reference;
  return (d ? fitted[offset + d - 1] : 0) - (reference ? fitted[offset + reference - 1] : 0);
}

static itg_status write_one_way(plan *p, itg_error *error) {
  static const itg_psa_column columns[] = {
      {"parameter", ITG_TYPE_STRING}, {"strategy", ITG_TYPE_STRING},           {"share", ITG_TYPE_DOUBLE},
      {"value", ITG_TYPE_DOUBLE},     {"incremental_effect", ITG_TYPE_DOUBLE}, {"incremental_cost", ITG_TYPE_DOUBLE}};
  itg_psa_rows table;
  int32_t D = p->psa.samples.n_strategies;
  int64_t row = 0;
  ITG_TRY(itg_psa_rows_add(p->call, &p->psa, "one_way", columns, ITG_COUNT(columns),
                           (int64_t)count_single(p) * SHARES * (D - 1), &p->one_way, &table, error));
  for (int i = 0; i < p->n_sets; i++) {
    const set *s = &p->sets[i];
    if (s->n > 1 || s->constant) continue;
    for (int32_t d = 0; d < D; d++) {
      if (d == p->psa.reference) continue;
      for (int k = 0; k < SHARES; k++, row++) {
        const double *fitted = s->fitted + (size_t)k * 2 * (size_t)(D - 1);
        ITG_TRY(itg_psa_put_text(&table, row, 0, s->name, error));
        ITG_TRY(itg_psa_put_text(&table, row, 1, p->psa.names[d], error));
        itg_psa_put(&table, row, 2, share_of(p, k));
        itg_psa_put(&table, row, 3, s->values[k]);
        itg_psa_put(&table, row, 4, against_reference(p, fitted, d, 0));
        itg_psa_put(&table, row, 5, against_reference(p, fitted, d, D - 1));
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

static itg_status write_bars(plan *p, itg_psa_rows *table, int32_t d, double k, bar *bars, itg_error *error) {
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
  for (int i = 0; i < n; i++) {
    const double numbers[] = {k,
                              bars[i].s->values[0],
                              bars[i].s->values[SHARES - 1],
                              bars[i].low,
                              bars[i].high,
                              inmb,
                              fabs(bars[i].high - bars[i].low)};
    ITG_TRY(itg_psa_put_text(table, i, 0, bars[i].s->name, error));
    ITG_TRY(itg_psa_put_text(table, i, 1, p->psa.names[d], error));
    for (int c = 0; c < 7; c++) itg_psa_put(table, i, 2 + c, numbers[c]);
  }
  table->row += n;
  return ITG_OK;
}

static itg_status write_tornado(plan *p, itg_error *error) {
  static const itg_psa_column columns[] = {
      {"parameter", ITG_TYPE_STRING},  {"strategy", ITG_TYPE_STRING}, {"threshold", ITG_TYPE_DOUBLE},
      {"value_low", ITG_TYPE_DOUBLE},  {"value_high", ITG_TYPE_DOUBLE}, {"inmb_low", ITG_TYPE_DOUBLE},
      {"inmb_high", ITG_TYPE_DOUBLE}, {"inmb", ITG_TYPE_DOUBLE},      {"width", ITG_TYPE_DOUBLE}};
  itg_psa_rows table;
  bar *bars = itg_call_alloc(p->call, (size_t)p->n_sets, sizeof *bars, error);
  if (!bars) return ITG_ERR_MEMORY;
  int64_t rows = (int64_t)p->n_thresholds * (p->psa.samples.n_strategies - 1) * count_single(p);
  ITG_TRY(itg_psa_rows_add(p->call, &p->psa, "tornado", columns, ITG_COUNT(columns), rows, &p->tornado, &table, error));
  for (int q = 0; q < p->n_thresholds; q++)
    for (int32_t d = 0; d < p->psa.samples.n_strategies; d++)
      if (d != p->psa.reference) ITG_TRY(write_bars(p, &table, d, p->thresholds[q], bars, error));
  return ITG_OK;
}

/* ---- running ---- */

static itg_status read_parameters(plan *p, itg_error *error) {
  const itg_column *const *columns;
  p->n_columns = itg_call_columns(p->call, "parameters", &columns);
  p->columns = itg_call_alloc(p->call, (size_t)p->n_columns, sizeof *p->columns, error);
  p->values = itg_call_alloc(p->call, (size_t)p->n_columns, sizeof *p->values, error);
  p->names = itg_call_alloc(p->call, (size_t)p->n_columns, sizeof *p->names, error);
  if (!p->columns || !p->values || !p->names) return ITG_ERR_MEMORY;
  for (int i = 0; i < p->n_columns; i++) {
    p->names[i] = columns[i]->name;
    ITG_TRY(itg_psa_numbers(p->call, &p->all, "parameters", i, &p->values[i], error));
  }
  return ITG_OK;
}

static itg_status find_evpi(plan *p, itg_error *error) {
  const itg_samples *s = &p->psa.samples;
  const double *cost = p->psa.mean_cost, *effect = p->psa.mean_effect;
  p->evpi = itg_call_alloc(p->call, (size_t)p->n_thresholds, sizeof *p->evpi, error);
  if (!p->evpi) return ITG_ERR_MEMORY;
  ITG_TRY(itg_gain_at(s, p->thresholds, p->n_thresholds, &p->call->control, p->evpi, error));
  for (int q = 0; q < p->n_thresholds; q++) {
    double top = 0;
    for (int32_t d = 1; d < s->n_strategies; d++)
      top = fmax(top, p->thresholds[q] * (effect[d] - effect[0]) - (cost[d] - cost[0]));
    p->evpi[q] = fmax(0, p->evpi[q] - top);
  }
  return ITG_OK;
}

static itg_status write_group(plan *p, itg_error *error) {
  for (int i = 0; i < p->n_sets && p->few; i++) p->sets[i].constant = true; /* no rows in the other tables */
  if (!p->few) {
    ITG_TRY(find_evpi(p, error));
    ITG_TRY(fit_all(p, error));
  }
  ITG_TRY(write_estimates(p, error));
  ITG_TRY(write_curves(p, error));
  ITG_TRY(write_one_way(p, error));
  return write_tornado(p, error);
}

static itg_status run_group(plan *p, int32_t group, itg_error *error) {
  ITG_TRY(itg_psa_part_to_smooth(p->call, &p->all, group, &p->psa, &p->few, error));
  for (int i = 0; i < p->n_columns; i++)
    ITG_TRY(itg_psa_pick(p->call, &p->all, group, p->values[i], &p->columns[i], error));
  for (int i = 0; i < p->n_sets; i++) {
    p->sets[i].edf = 0;
    memset(p->sets[i].at, 0, (size_t)p->n_thresholds * sizeof *p->sets[i].at);
  }
  itg_status status = write_group(p, error);
  for (int i = 0; i < p->n_sets; i++) itg_curve_clear(&p->sets[i].curve);
  return status;
}

static itg_status run(itg_call *call, itg_error *error) {
  plan p = {.call = call, .level = itg_call_number(call, "conf_level")};
  ITG_TRY(itg_psa_read(call, &p.all, error));
  ITG_TRY(itg_psa_thresholds(call, "thresholds", &p.thresholds, &p.n_thresholds, error));
  ITG_TRY(read_parameters(&p, error));
  ITG_TRY(read_sets(&p, error));
  ITG_TRY(itg_population_read(call, &p.people, error));
  ITG_TRY(itg_psa_estimates(call, &p.all, "parameters", "threshold", &p.tidy, error));
  for (int32_t g = 0; g < p.all.groups.n_groups; g++) ITG_TRY(run_group(&p, g, error));
  return itg_result_note(call->result, error,
                         "EVPPI by regression: where estimate and cross-fitted value differ by more than "
                         "the standard error, the samples are too few for the smooth; the truth lies "
                         "mostly between them.");
}

const itg_measure itg_evppi_measure = {
    .name = "evppi",
    .title =
        "Value of perfect information on parameters: by regression, over all thresholds; tornado and one-way "
        "tables",
    .summary =
        "Takes the samples of measure psa with a column per parameter. Costs and effects, as increments "
        "against one strategy, are smoothed once over the parameters of a set, which gives EVPPI per "
        "person (currency) at every threshold: the mean over samples of the largest fitted net benefit, "
        "less the largest mean. std_error is that of the mean gain that the fitted rule makes in the "
        "samples, which holds the error of the fit to first order. evppi_cross_fitted applies the rule "
        "fitted to four fifths of the samples to the other fifth: it does not share the optimism of the "
        "estimate, errs downwards and may be below 0. evppi_share is the percent of EVPI; "
        "degrees_of_freedom those of the smooth. Table tornado has expected incremental net benefit at the "
        "limits of each parameter, one_way at 21 shares between them. A parameter that never varies is "
        "worth 0. Missing parameters stop the run. With by every group of rows, such as the samples of a "
        "group of patients, has its own values, curves and tables, as a call on its rows alone gives them; "
        "a group with fewer than 50 samples has none (too few).",
    .source =
        "Regression: Strong, Oakley, Brennan, Med Decis Making 2014;34:311. One parameter: penalised cubic "
        "B-splines with 20 intervals between quantiles, several: 1, the parameters and a Matern 3/2 "
        "process around 50 points a parameter (200 at most) on parameters divided by their standard "
        "deviations, range the largest distance (Kammann and Wand, Appl Stat 2003;52:1), fitted to at most "
        "100000 samples; smoothing by generalised cross-validation (Craven and Wahba 1979) for each "
        "response. Choices of ours: the basis sizes, five folds (sample number modulo 5), the standard "
        "error, and default thresholds.",
    .counts = "samples of the model",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run};
