/* itg_tornado.c - layer 3: measure tornado: one-way sensitivity from runs of a model at values of one
 * parameter. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_psa.h"
#include "itg_thread.h"

static const itg_role roles[] = {
    {"data", "parameter", ITG_ROLE_TEXT, true, 0, 0,
     "parameter that the run changes; the word of option base: none"},
    {"data", "value", ITG_ROLE_NUMBER, false, 0, 0,
     "value of the parameter in the run; two or more for each parameter"},
    {"data", "limit", ITG_ROLE_TEXT, false, 0, 0,
     "low or high: which end of the parameter the run is; absent: the lowest and the highest value"},
    {"data", "strategy", ITG_ROLE_TEXT, true, 0, 0, "strategy of the row"},
    {"data", "cost", ITG_ROLE_NUMBER, false, 0, 0, "cost per person of the strategy in the run"},
    {"data", "effect", ITG_ROLE_NUMBER, false, 0, 0, "effect per person, such as QALYs"},
    {"data", "benefit", ITG_ROLE_NUMBER, false, 0, 0,
     "net monetary benefit per person, where cost and effect are not at hand; thresholds then play no part"},
    {0}};

static const itg_field options[] = {
    {"base", ITG_FIELD_TEXT, false, "base", NULL, 0, 0, NULL,
     "what column parameter says in rows of the base case"},
    ITG_STRATEGY_OPTIONS,
    {"thresholds", ITG_FIELD_NUMBERS, false, "20000, 30000", NULL, 0, INFINITY, NULL,
     "thresholds: what a unit of effect may cost"},
    {"unit", ITG_FIELD_TEXT, false, "QALY", NULL, 0, 0, NULL, "unit of the effect"},
    {0}};

static const itg_output outputs[] = {
    {"tornado",
     "parameter, strategy, threshold, value_low, value_high, inmb_low, inmb_high (incremental net monetary "
     "benefit there), inmb (base case), width, inhb_low, inhb_high, inhb (net health benefit), optimal (base "
     "case), optimal_low, optimal_high, switches (some run of the parameter has another best strategy than "
     "the base case); widest first"},
    {"one_way",
     "every run, the base case first: parameter, value, limit, strategy, threshold, cost, effect, "
     "incremental_cost, incremental_effect, nmb, inmb, inhb, optimal"},
    {"switches",
     "where the best strategy changes between two neighbouring runs of a parameter: threshold, parameter, "
     "value_from, value_to, optimal_from, optimal_to, value_switch (both equally good, net benefit being "
     "linear between the runs)"},
    {0}};

enum { MIDDLE = 0, LOW = 1, HIGH = 2 }; /* of a run */

/* A row of the table; rows of a run follow each other once sorted. */
typedef struct cell {
  int32_t parameter, limit, strategy;
  double value; /* NaN: not given */
  int64_t row;
} cell;

typedef struct run {
  double value;
  int32_t limit;
  const double *cost, *effect; /* by strategy */
  int64_t row;                 /* the first of its rows */
} run;

typedef struct parameter {
  const char *name;
  run *runs;
  int64_t n;
} parameter;

typedef struct bar {
  const parameter *of;
  double low, high, width;
} bar;

typedef struct plan {
  itg_call *call;
  const itg_table *table;
  const char **names;
  int32_t n_strategies, reference, n_parameters;
  bool has_value, has_limit, benefit;
  parameter base, *parameters; /* base has one run */
  double *thresholds;
  int n_thresholds;
  int64_t n_runs;
  itg_tidy tidy;
  itg_frame *tornado, *one_way, *switches;
} plan;

/* ---- rows into runs ---- */

static bool same_run(const cell *a, const cell *b) {
  return a->parameter == b->parameter && a->limit == b->limit && (a->limit || a->value == b->value);
}

static int by_run(const void *x, const void *y) {
  const cell *a = x, *b = y;
  if (a->parameter != b->parameter) return a->parameter < b->parameter ? -1 : 1;
  if (a->limit != b->limit) return a->limit < b->limit ? -1 : 1;
  if (!a->limit && a->value != b->value) return a->value < b->value ? -1 : 1;
  if (a->strategy != b->strategy) return a->strategy < b->strategy ? -1 : 1;
  return a->row < b->row ? -1 : a->row > b->row;
}

static itg_status read_limit(plan *p, const itg_factor *limits, int64_t row, int32_t *out, itg_error *error) {
  const char *word = limits->codes[row] < 0 ? NULL : limits->levels[limits->codes[row]];
  if (word && strcmp(word, "low") == 0) return *out = LOW, ITG_OK;
  if (word && strcmp(word, "high") == 0) return *out = HIGH, ITG_OK;
  return itg_call_fail(p->call, error, ITG_ERR_DATA, "limit", row, "%s%.40s%s; a run is at 'low' or 'high'",
                       word ? "'" : "the limit is missing", word ? word : "", word ? "' is no limit" : "");
}

/* Rows of the strategies that are compared, sorted by run. */
static itg_status read_cells(plan *p, const itg_factor *f, int32_t base, const int32_t *code_to, cell *cells,
                             int64_t *n_out, itg_error *error) {
  itg_call *call = p->call;
  itg_factor strategies, limits;
  double *values = NULL;
  uint8_t *why = NULL;
  int64_t n = 0;
  ITG_TRY(itg_call_factor(call, "strategy", &strategies, error));
  if (p->has_value) ITG_TRY(itg_call_numbers(call, "value", &values, &why, error));
  if (p->has_limit) ITG_TRY(itg_call_factor(call, "limit", &limits, error));
  for (int64_t row = 0; row < f->n; row++) {
    int32_t level = strategies.codes[row];
    cell c = {
        .parameter = f->codes[row], .strategy = level < 0 ? -1 : code_to[level], .value = NAN, .row = row};
    if (c.parameter < 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, "parameter", row,
                           "the parameter is missing; name it, or write '%.40s' for the base case",
                           itg_call_text(call, "base"));
    if (c.strategy < 0) continue;
    if (c.parameter == base) {
      c.parameter = -1; /* first; its value and limit say nothing */
      c.value = 0;
    } else {
      if (p->has_limit) ITG_TRY(read_limit(p, &limits, row, &c.limit, error));
      if (p->has_value && !why[row]) c.value = values[row];
      if (isnan(c.value) && !p->has_limit)
        return itg_call_fail(
            call, error, ITG_ERR_DATA, "value", row,
            "the value of parameter '%.60s' is missing; correct it, or tell low from high by role limit",
            f->levels[f->codes[row]]);
    }
    cells[n++] = c;
  }
  qsort(cells, (size_t)n, sizeof *cells, by_run);
  *n_out = n;
  return ITG_OK;
}

static const char *name_of(const plan *p, const itg_factor *f, const cell *c) {
  return c->parameter < 0 ? itg_call_text(p->call, "base") : f->levels[c->parameter];
}

/* cells[0 .. count-1] are of one run. */
static itg_status make_run(plan *p, const itg_factor *f, const cell *cells, int64_t count, run *out,
                           itg_error *error) {
  itg_call *call = p->call;
  size_t D = (size_t)p->n_strategies;
  double *cost = itg_call_alloc(call, D, sizeof *cost, error),
         *effect = itg_call_alloc(call, D, sizeof *effect, error);
  if (!cost || !effect) return ITG_ERR_MEMORY;
  *out = (run){.value = cells->parameter < 0 ? NAN : cells->value, .limit = cells->limit, .row = cells->row};
  out->cost = cost;
  out->effect = effect;
  for (int64_t i = 0; i < count; i++) {
    if (i && cells[i].strategy == cells[i - 1].strategy)
      return itg_call_fail(call, error, ITG_ERR_DUPLICATE, "strategy", cells[i].row,
                           "strategy '%.60s' stands in another row of this run of '%.60s' too; remove one",
                           p->names[cells[i].strategy], name_of(p, f, cells));
    if (!(cells[i].value == cells[0].value || (isnan(cells[i].value) && isnan(cells[0].value))))
      return itg_call_fail(call, error, ITG_ERR_DATA, "value", cells[i].row,
                           "parameter '%.60s' has another value at this limit in row %lld; a run has one",
                           name_of(p, f, cells), (long long)cells[0].row + 1);
  }
  for (int32_t d = 0; d < p->n_strategies; d++)
    if (d >= count || cells[d].strategy != d)
      return itg_call_fail(
          call, error, ITG_ERR_DATA, "strategy", cells[0].row,
          "the run of '%.60s' in this row has no row for strategy '%.60s'; every run needs all strategies",
          name_of(p, f, cells), p->names[d]);
  return ITG_OK;
}

/* Results into the runs: row k of `cells` is strategy k % n_strategies of run k / n_strategies. */
static itg_status fill_runs(plan *p, const cell *cells, run *runs, itg_error *error) {
  static const char *const names[] = {"cost", "effect", "benefit"};
  for (int k = p->benefit ? 2 : 0; k < (p->benefit ? 3 : 2); k++) {
    double *values;
    uint8_t *why;
    ITG_TRY(itg_call_numbers(p->call, names[k], &values, &why, error));
    for (int64_t i = 0; i < p->n_runs; i++)
      for (int32_t d = 0; d < p->n_strategies; d++) {
        int64_t row = cells[i * p->n_strategies + d].row;
        if (why[row])
          return itg_call_fail(p->call, error, ITG_ERR_DATA, names[k], row,
                               "the %s is missing; a run needs the result of every strategy", names[k]);
        ((double *)(k == 1 ? runs[i].effect : runs[i].cost))[d] = k == 2 ? -values[row] : values[row];
      }
  }
  return ITG_OK;
}

static itg_status read_runs(plan *p, itg_error *error) {
  itg_call *call = p->call;
  itg_factor f, strategies;
  int64_t n = 0, n_rows = p->table->n_rows;
  ITG_TRY(itg_call_factor(call, "parameter", &f, error));
  ITG_TRY(itg_call_factor(call, "strategy", &strategies, error));
  p->names = itg_call_alloc(call, ITG_MOST_STRATEGIES, sizeof *p->names, error);
  int32_t *code_to = itg_call_alloc(call, (size_t)strategies.n_levels, sizeof *code_to, error);
  cell *cells = itg_call_alloc(call, (size_t)n_rows, sizeof *cells, error);
  if (!p->names || !code_to || !cells) return ITG_ERR_MEMORY;
  ITG_TRY(itg_psa_order(call, &strategies, code_to, p->names, &p->n_strategies, error));
  if (p->n_strategies < 2)
    return itg_call_fail(call, error, ITG_ERR_DATA, "strategy", -1,
                         "there is one strategy, '%.80s'; a comparison needs two or more", p->names[0]);
  ITG_TRY(itg_psa_reference(call, p->names, p->n_strategies, &p->reference, error));
  int32_t base = itg_factor_find(&f, itg_call_text(call, "base"));
  if (base < 0)
    return itg_call_fail(
        call, error, ITG_ERR_DATA, "parameter", -1,
        "no row is of the base case, parameter '%.60s'; give its results for every strategy, or name "
        "its word in option base",
        itg_call_text(call, "base"));
  if (f.n_levels < 2)
    return itg_call_fail(call, error, ITG_ERR_DATA, "parameter", -1,
                         "there is the base case alone; give runs that change a parameter");
  ITG_TRY(read_cells(p, &f, base, code_to, cells, &n, error));
  run *runs = itg_call_alloc(call, (size_t)n / (size_t)p->n_strategies + 1, sizeof *runs, error);
  p->parameters = itg_call_alloc(call, (size_t)f.n_levels, sizeof *p->parameters, error);
  if (!runs || !p->parameters) return ITG_ERR_MEMORY;
  for (int64_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && same_run(&cells[i], &cells[end]);) end++;
    ITG_TRY(make_run(p, &f, cells + i, end - i, &runs[p->n_runs++],
                     error)); /* has n_strategies rows if it is fine */
    bool again = i && cells[i].parameter == cells[i - 1].parameter;
    parameter *at =
        cells[i].parameter < 0 ? &p->base : &p->parameters[again ? p->n_parameters - 1 : p->n_parameters++];
    if (!at->n++) {
      at->name = name_of(p, &f, &cells[i]);
      at->runs = &runs[p->n_runs - 1];
    }
  }
  if (!p->base.n || !p->n_parameters)
    return itg_call_fail(call, error, ITG_ERR_DATA, "strategy", -1,
                         "the strategies to compare have no row of %s",
                         p->base.n ? "a parameter" : "the base case");
  return fill_runs(p, cells, runs, error);
}

/* ---- net benefit ---- */

static double gain(const run *r, int32_t d, int32_t against, double k) {
  return k * (r->effect[d] - r->effect[against]) - (r->cost[d] - r->cost[against]);
}

/* The strategy with the largest net benefit; of several the first. */
static int32_t best_of(const plan *p, const run *r, double k) {
  int32_t best = 0;
  for (int32_t d = 1; d < p->n_strategies; d++)
    if (gain(r, d, best, k) > 0) best = d;
  return best;
}

static bool switches(const plan *p, const parameter *of, double k) {
  int32_t best = best_of(p, p->base.runs, k);
  for (int64_t i = 0; i < of->n; i++)
    if (best_of(p, &of->runs[i], k) != best) return true;
  return false;
}

static const run *end_of(const parameter *of, int end) {
  const run *r = &of->runs[end == LOW ? 0 : of->n - 1];
  return r->limit && r->limit != end ? NULL : r; /* one limit only was run */
}

/* From the smallest to the largest incremental net benefit, base case among them. */
static bar bar_of(const plan *p, const parameter *of, int32_t d, double k) {
  double least = gain(p->base.runs, d, p->reference, k), most = least;
  for (int64_t i = 0; i < of->n; i++) {
    double value = gain(&of->runs[i], d, p->reference, k);
    least = fmin(least, value);
    most = fmax(most, value);
  }
  const run *low = end_of(of, LOW), *high = end_of(of, HIGH);
  return (bar){of, low ? gain(low, d, p->reference, k) : NAN, high ? gain(high, d, p->reference, k) : NAN,
               most - least};
}

static int wider(const void *x, const void *y) {
  const bar *a = x, *b = y;
  if (a->width != b->width) return a->width < b->width ? 1 : -1;
  return strcmp(a->of->name, b->of->name);
}

/* ---- tables ---- */

static itg_status add_estimate(plan *p, const char *scale, const parameter *of, int32_t d, int q,
                               const char *unit, double estimate, const run *at, itg_error *error) {
  char text[ITG_NUMBER_SIZE];
  const char *group[3] = {of == &p->base ? NULL : of->name, p->names[d], p->benefit ? NULL : text};
  itg_estimate e = itg_estimate_of("tornado", scale, group, unit);
  itg_number_print(p->thresholds[q], text);
  e.n = of->n;
  e.estimate = estimate;
  if (at) e.level = p->names[best_of(p, at, p->thresholds[q])];
  if (isnan(estimate)) e.reason = ITG_REASON_MISSING;
  return itg_tidy_add(&p->tidy, &e, error);
}

static itg_status write_bar(plan *p, const bar *b, int32_t d, int q, itg_error *error) {
  double k = p->thresholds[q], base = gain(p->base.runs, d, p->reference, k);
  const run *ends[3] = {p->base.runs, end_of(b->of, LOW), end_of(b->of, HIGH)};
  int64_t row = itg_frame_rows(p->tornado);
  const double values[] = {p->benefit ? NAN : k,
                           ends[1] ? ends[1]->value : NAN,
                           ends[2] ? ends[2]->value : NAN,
                           b->low,
                           b->high,
                           base,
                           b->width};
  const double health[] = {b->low, b->high, base};
  ITG_TRY(add_estimate(p, "inmb_low", b->of, d, q, "currency", b->low, ends[1], error));
  ITG_TRY(add_estimate(p, "inmb_high", b->of, d, q, "currency", b->high, ends[2], error));
  ITG_TRY(add_estimate(p, "width", b->of, d, q, "currency", b->width, NULL, error));
  ITG_TRY(itg_frame_resize(p->tornado, row + 1, error));
  ITG_TRY(itg_frame_set_text(p->tornado, row, 0, b->of->name, error));
  ITG_TRY(itg_frame_set_text(p->tornado, row, 1, p->names[d], error));
  for (int c = 0; c < 7; c++) itg_frame_set_double(p->tornado, row, 2 + c, values[c]);
  for (int c = 0; c < 3; c++)
    if (!p->benefit && k > 0) itg_frame_set_double(p->tornado, row, 9 + c, health[c] / k);
  for (int c = 0; c < 3; c++)
    if (ends[c])
      ITG_TRY(itg_frame_set_text(p->tornado, row, 12 + c, p->names[best_of(p, ends[c], k)], error));
  itg_frame_set_bool(p->tornado, row, 15, switches(p, b->of, k));
  return ITG_OK;
}

static itg_status write_run(plan *p, const parameter *of, int64_t i, int q, itg_error *error) {
  const run *r = &of->runs[i];
  itg_frame *t = p->one_way;
  int64_t row = itg_frame_rows(t);
  double k = p->thresholds[q];
  int32_t best = best_of(p, r, k), reference = p->reference;
  bool base = of == &p->base;
  ITG_TRY(itg_frame_resize(t, row + p->n_strategies, error));
  for (int32_t d = 0; d < p->n_strategies; d++, row++) {
    double nmb = k * r->effect[d] - r->cost[d], inmb = gain(r, d, reference, k);
    if (!isfinite(nmb) || !isfinite(inmb))
      return itg_call_fail(p->call, error, ITG_ERR_RANGE, "strategy", r->row,
                           "results of this run are too large for a net benefit");
    ITG_TRY(itg_frame_set_text(t, row, 0, of->name, error));
    itg_frame_set_double(t, row, 1, r->value);
    if (!base && end_of(of, LOW) == r)
      ITG_TRY(itg_frame_set_text(t, row, 2, "low", error));
    else if (!base && end_of(of, HIGH) == r)
      ITG_TRY(itg_frame_set_text(t, row, 2, "high", error));
    ITG_TRY(itg_frame_set_text(t, row, 3, p->names[d], error));
    if (!p->benefit) {
      const double values[] = {k, r->cost[d], r->effect[d], r->cost[d] - r->cost[reference],
                               r->effect[d] - r->effect[reference]};
      for (int c = 0; c < 5; c++) itg_frame_set_double(t, row, 4 + c, values[c]);
      if (k > 0) itg_frame_set_double(t, row, 11, inmb / k);
    }
    itg_frame_set_double(t, row, 9, nmb);
    itg_frame_set_double(t, row, 10, inmb);
    itg_frame_set_bool(t, row, 12, d == best);
  }
  return ITG_OK;
}

static itg_status write_switches(plan *p, const parameter *of, int q, itg_error *error) {
  double k = p->thresholds[q];
  for (int64_t i = 1; i < of->n; i++) {
    const run *a = &of->runs[i - 1], *b = &of->runs[i];
    int32_t from = best_of(p, a, k), to = best_of(p, b, k);
    if (from == to) continue;
    int64_t row = itg_frame_rows(p->switches);
    double behind = -gain(a, to, from, k), ahead = gain(b, to, from, k), share = behind / (behind + ahead);
    ITG_TRY(itg_frame_resize(p->switches, row + 1, error));
    if (!p->benefit) itg_frame_set_double(p->switches, row, 0, k);
    ITG_TRY(itg_frame_set_text(p->switches, row, 1, of->name, error));
    itg_frame_set_double(p->switches, row, 2, a->value);
    itg_frame_set_double(p->switches, row, 3, b->value);
    ITG_TRY(itg_frame_set_text(p->switches, row, 4, p->names[from], error));
    ITG_TRY(itg_frame_set_text(p->switches, row, 5, p->names[to], error));
    itg_frame_set_double(p->switches, row, 6, a->value * (1 - share) + b->value * share);
  }
  return ITG_OK;
}

static itg_status write_threshold(plan *p, int q, bar *bars, itg_error *error) {
  double k = p->thresholds[q];
  ITG_TRY(write_run(p, &p->base, 0, q, error));
  for (int32_t i = 0; i < p->n_parameters; i++) {
    for (int64_t j = 0; j < p->parameters[i].n; j++) ITG_TRY(write_run(p, &p->parameters[i], j, q, error));
    ITG_TRY(write_switches(p, &p->parameters[i], q, error));
  }
  for (int32_t d = 0; d < p->n_strategies; d++) {
    const run *base = p->base.runs;
    ITG_TRY(itg_check_stop(&p->call->control, (q + (double)d / p->n_strategies) / p->n_thresholds, error));
    ITG_TRY(
        add_estimate(p, "nmb", &p->base, d, q, "currency", k * base->effect[d] - base->cost[d], base, error));
    if (d == p->reference) continue;
    double inmb = gain(base, d, p->reference, k);
    ITG_TRY(add_estimate(p, "inmb", &p->base, d, q, "currency", inmb, base, error));
    if (!p->benefit && k > 0)
      ITG_TRY(add_estimate(p, "inhb", &p->base, d, q, itg_call_text(p->call, "unit"), inmb / k, base, error));
    for (int32_t i = 0; i < p->n_parameters; i++) bars[i] = bar_of(p, &p->parameters[i], d, k);
    qsort(bars, (size_t)p->n_parameters, sizeof *bars, wider);
    for (int32_t i = 0; i < p->n_parameters; i++) ITG_TRY(write_bar(p, &bars[i], d, q, error));
  }
  return ITG_OK;
}

/* "name:type ...", type t text, d double, b bool. */
static itg_status open_table(plan *p, const char *name, const char *const *columns, const char *types,
                             itg_frame **out, itg_error *error) {
  ITG_TRY(itg_result_add_table(p->call->result, name, out, error));
  for (int i = 0; types[i]; i++) {
    itg_type type = types[i] == 't' ? ITG_TYPE_STRING : types[i] == 'b' ? ITG_TYPE_BOOL : ITG_TYPE_DOUBLE;
    ITG_TRY(itg_frame_add_column(*out, columns[i], type, NULL, error));
  }
  return ITG_OK;
}

static itg_status open_tables(plan *p, itg_error *error) {
  static const char *const tornado[] = {"parameter",  "strategy",    "threshold",    "value_low",
                                        "value_high", "inmb_low",    "inmb_high",    "inmb",
                                        "width",      "inhb_low",    "inhb_high",    "inhb",
                                        "optimal",    "optimal_low", "optimal_high", "switches"};
  static const char *const one_way[] = {
      "parameter",          "value", "limit", "strategy", "threshold", "cost", "effect", "incremental_cost",
      "incremental_effect", "nmb",   "inmb",  "inhb",     "optimal"};
  static const char *const change[] = {"threshold",    "parameter",  "value_from",  "value_to",
                                       "optimal_from", "optimal_to", "value_switch"};
  const char *const groups[] = {"parameter", "strategy", "threshold"};
  ITG_TRY(itg_tidy_open(p->call->result, groups, 3, &p->tidy, error));
  ITG_TRY(open_table(p, "tornado", tornado, "ttddddddddddtttb", &p->tornado, error));
  ITG_TRY(open_table(p, "one_way", one_way, "tdttddddddddb", &p->one_way, error));
  return open_table(p, "switches", change, "dtddttd", &p->switches, error);
}

/* ---- running ---- */

static itg_status check_roles(plan *p, itg_error *error) {
  itg_call *call = p->call;
  bool cost = itg_call_has(call, "cost"), effect = itg_call_has(call, "effect");
  p->benefit = itg_call_has(call, "benefit");
  p->has_value = itg_call_has(call, "value");
  p->has_limit = itg_call_has(call, "limit");
  if (!p->table)
    return itg_fail(error, ITG_ERR_ARGUMENT, "measure %s needs the input 'data'", call->measure->name);
  if (!p->table->n_rows) return itg_fail_at(error, ITG_ERR_EMPTY, p->table, -1, NULL, "there are no rows");
  if (p->benefit ? cost || effect : !(cost && effect))
    return itg_fail_at(
        error, ITG_ERR_COLUMN, p->table, -1, NULL,
        "%s; results are columns for roles cost and effect, or one for role benefit: name them in "
        "`columns`",
        p->benefit ? "there is a net benefit beside a cost or an effect"
        : cost     ? "no column for role 'effect'"
                   : "no column for role 'cost'");
  if (!p->has_value && !p->has_limit)
    return itg_fail_at(
        error, ITG_ERR_COLUMN, p->table, -1, NULL,
        "no column for role 'value' or 'limit'; one of them tells the runs of a parameter apart: name it "
        "in `columns`");
  if (p->benefit && itg_call_given(call, "thresholds"))
    return itg_fail(error, ITG_ERR_OPTION,
                    "a net benefit has its threshold in it; leave out 'thresholds', or give cost "
                    "and effect");
  return ITG_OK;
}

static itg_status run_tornado(itg_call *call, itg_error *error) {
  plan p = {.call = call, .table = itg_call_table(call, "data")};
  static double none[] = {0};
  ITG_TRY(check_roles(&p, error));
  ITG_TRY(read_runs(&p, error));
  ITG_TRY(itg_psa_thresholds(call, "thresholds", &p.thresholds, &p.n_thresholds, error));
  if (p.benefit) p.thresholds = none, p.n_thresholds = 1; /* cost is -benefit and effect 0 */
  bar *bars = itg_call_alloc(call, (size_t)p.n_parameters, sizeof *bars, error);
  if (!bars) return ITG_ERR_MEMORY;
  ITG_TRY(open_tables(&p, error));
  for (int q = 0; q < p.n_thresholds; q++) ITG_TRY(write_threshold(&p, q, bars, error));
  return ITG_OK;
}

const itg_measure itg_tornado_measure = {
    .name = "tornado",
    .title = "One-way sensitivity from runs of a model: tornado, one-way table, decisions that switch",
    .summary =
        "Takes the results of a model run with one parameter at a time at another value: a row per run and "
        "strategy, "
        "with the parameter, its value (or the word low or high) and cost and effect per person, or net "
        "benefit; and "
        "the base case, rows whose parameter is 'base'. Gives for each parameter, strategy and threshold the "
        "incremental net monetary benefit against the reference at the lowest and the highest value, and "
        "width, the "
        "largest less the smallest over all its runs and the base case, widest first; which strategy is best "
        "there "
        "(level), and whether that is another than in the base case. More than two values make a one-way "
        "table with "
        "the points between. n counts runs. Ratios are not ranged: where the increment of effect changes "
        "sign they "
        "jump from plus to minus infinity, while net benefit runs through. Missing results stop the run.",
    .source =
        "Net benefit: Stinnett and Mullahy, Med Decis Making 1998;18:S68. Choices of ours: the base case "
        "counts in the "
        "width, as it is where the bars begin; a tie is won by the first strategy in the order given; the "
        "value at "
        "which a decision switches is linear between neighbouring runs of the two strategies that are best "
        "there; "
        "default thresholds.",
    .counts = "runs of the model",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = false,
    .run = run_tornado};
