/* itg_tornado.c - layer 3: measure tornado: one-way sensitivity from runs of a model at values of one
 * parameter. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_tornado.h"
#include "itg_sort.h"

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

static const itg_field options[] = {{"base", ITG_FIELD_TEXT, false, "base", NULL, 0, 0, NULL,
                                     "what column parameter says in rows of the base case"},
                                    ITG_STRATEGY_OPTIONS,
                                    ITG_TORNADO_OPTIONS,
                                    {0}};

/* A row of the table; rows of a run follow each other once sorted. */
typedef struct cell {
  int32_t parameter, limit, strategy;
  double value; /* NaN: not given */
  int64_t row;
} cell;

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

static itg_status read_limit(itg_tornado_plan *p, const itg_factor *limits, int64_t row, int32_t *out,
                             itg_error *error) {
  const char *word = limits->codes[row] < 0 ? NULL : limits->levels[limits->codes[row]];
  if (word && strcmp(word, "low") == 0) return *out = ITG_TORNADO_LOW, ITG_OK;
  if (word && strcmp(word, "high") == 0) return *out = ITG_TORNADO_HIGH, ITG_OK;
  return itg_call_fail(p->call, error, ITG_ERR_DATA, "limit", row, "%s%.40s%s; a run is at 'low' or 'high'",
                       word ? "'" : "the limit is missing", word ? word : "", word ? "' is no limit" : "");
}

/* Rows of the strategies that are compared, sorted by run. */
static itg_status read_cells(itg_tornado_plan *p, const itg_factor *f, int32_t base, const int32_t *code_to,
                             cell *cells, int64_t *n_out, itg_error *error) {
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
    ITG_PACE(call->pace, row, error);
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
  ITG_TRY(itg_sort(cells, (size_t)n, sizeof *cells, by_run, call->pace, error));
  *n_out = n;
  return ITG_OK;
}

static const char *name_of(const itg_tornado_plan *p, const itg_factor *f, const cell *c) {
  return c->parameter < 0 ? itg_call_text(p->call, "base") : f->levels[c->parameter];
}

/* cells[0 .. count-1] are of one run. */
static itg_status make_run(itg_tornado_plan *p, const itg_factor *f, const cell *cells, int64_t count,
                           itg_tornado_run *out, itg_error *error) {
  itg_call *call = p->call;
  size_t D = (size_t)p->n_strategies;
  double *cost = itg_call_alloc(call, D, sizeof *cost, error),
         *effect = itg_call_alloc(call, D, sizeof *effect, error);
  if (!cost || !effect) return ITG_ERR_MEMORY;
  *out = (itg_tornado_run){
      .value = cells->parameter < 0 ? NAN : cells->value, .limit = cells->limit, .row = cells->row};
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
static itg_status fill_runs(itg_tornado_plan *p, const cell *cells, itg_tornado_run *runs, itg_error *error) {
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

static itg_status read_runs(itg_tornado_plan *p, itg_error *error) {
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
  itg_tornado_run *runs = itg_call_alloc(call, (size_t)n / (size_t)p->n_strategies + 1, sizeof *runs, error);
  p->parameters = itg_call_alloc(call, (size_t)f.n_levels, sizeof *p->parameters, error);
  if (!runs || !p->parameters) return ITG_ERR_MEMORY;
  for (int64_t i = 0, end; i < n; i = end) {
    for (end = i + 1; end < n && same_run(&cells[i], &cells[end]);) end++;
    ITG_TRY(make_run(p, &f, cells + i, end - i, &runs[p->n_runs++],
                     error)); /* has n_strategies rows if it is fine */
    bool again = i && cells[i].parameter == cells[i - 1].parameter;
    itg_tornado_parameter *at =
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

/* ---- running ---- */

static itg_status check_roles(itg_tornado_plan *p, itg_error *error) {
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
  const itg_psa none = {0}; /* runs of a model are no samples */
  itg_tornado_plan p = {.call = call, .group = &none, .table = itg_call_table(call, "data")};
  ITG_TRY(check_roles(&p, error));
  ITG_TRY(read_runs(&p, error));
  ITG_TRY(itg_tornado_open(&p, error));
  return itg_tornado_write(&p, error);
}

const itg_measure itg_tornado_measure = {
    .name = "tornado",
    .title = "One-way sensitivity from runs of a model: tornado, one-way table, decisions that switch",
    .summary =
        "Takes the results of a model run with one parameter at a time at another value: a row per run and "
        "strategy, with the parameter, its value (or the word low or high) and cost and effect per person, "
        "or net benefit; and the base case, rows whose parameter is 'base'. Gives for each parameter, "
        "strategy and threshold the incremental net monetary benefit against the reference at the lowest "
        "and the highest value, and width, the largest less the smallest over all its runs and the base "
        "case, widest first; which strategy is best there (level), and whether that is another than in the "
        "base case. More than two values make a one-way table with the points between. n counts runs. "
        "Ratios are not ranged: where the increment of effect changes sign they jump from plus to minus "
        "infinity, while net benefit runs through. Missing results stop the run.",
    .source =
        "Net benefit: Stinnett and Mullahy, Med Decis Making 1998;18:S68. Choices of ours: the base case "
        "counts in the width, as it is where the bars begin; a tie is won by the first strategy in the "
        "order given; the value at which a decision switches is linear between neighbouring runs of the "
        "two strategies that are best there; default thresholds.",
    .counts = "runs of the model",
    .roles = roles,
    .options = options,
    .outputs = itg_tornado_outputs,
    .groups = false,
    .run = run_tornado};
