/* itg_tornado_tables.c - layer 3: bars, one-way table and switches of the decision, from runs of a model. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_sort.h"
#include "itg_thread.h"
#include "itg_tornado.h"

const itg_output itg_tornado_outputs[] = {
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

typedef struct bar {
  const itg_tornado_parameter *of;
  double low, high, width;
} bar;

/* ---- net benefit ---- */

static double gain(const itg_tornado_run *r, int32_t d, int32_t against, double k) {
  return k * (r->effect[d] - r->effect[against]) - (r->cost[d] - r->cost[against]);
}

/* The strategy with the largest net benefit; of several the first. */
static int32_t best_of(const itg_tornado_plan *p, const itg_tornado_run *r, double k) {
  int32_t best = 0;
  for (int32_t d = 1; d < p->n_strategies; d++)
    if (gain(r, d, best, k) > 0) best = d;
  return best;
}

static bool switches(const itg_tornado_plan *p, const itg_tornado_parameter *of, double k) {
  int32_t best = best_of(p, p->base.runs, k);
  for (int64_t i = 0; i < of->n; i++)
    if (best_of(p, &of->runs[i], k) != best) return true;
  return false;
}

static const itg_tornado_run *end_of(const itg_tornado_parameter *of, int end) {
  const itg_tornado_run *r = &of->runs[end == ITG_TORNADO_LOW ? 0 : of->n - 1];
  return r->limit && r->limit != end ? NULL : r; /* one limit only was run */
}

/* From the smallest to the largest incremental net benefit, base case among them. */
static bar bar_of(const itg_tornado_plan *p, const itg_tornado_parameter *of, int32_t d, double k) {
  double least = gain(p->base.runs, d, p->reference, k), most = least;
  for (int64_t i = 0; i < of->n; i++) {
    double value = gain(&of->runs[i], d, p->reference, k);
    least = fmin(least, value);
    most = fmax(most, value);
  }
  const itg_tornado_run *low = end_of(of, ITG_TORNADO_LOW), *high = end_of(of, ITG_TORNADO_HIGH);
  return (bar){of, low ? gain(low, d, p->reference, k) : NAN, high ? gain(high, d, p->reference, k) : NAN,
               most - least};
}

static int wider(const void *x, const void *y) {
  const bar *a = x, *b = y;
  if (a->width != b->width) return a->width < b->width ? 1 : -1;
  return strcmp(a->of->name, b->of->name);
}

/* ---- tables ---- */

itg_status itg_tornado_estimate(itg_tornado_plan *p, const char *scale, const itg_tornado_parameter *of, int32_t d,
                                int q, const char *unit, double estimate, const itg_tornado_run *at, itg_reason reason,
                                itg_error *error) {
  char text[ITG_NUMBER_SIZE];
  const char *group[ITG_PSA_COLUMNS];
  int by = p->group->groups.n_columns;
  for (int i = 0; i < by; i++) group[i] = p->group->labels[i];
  group[by] = of == &p->base ? NULL : of->name;
  group[by + 1] = p->names[d];
  group[by + 2] = p->benefit ? NULL : text;
  itg_estimate e = itg_estimate_of(p->call->measure->name, scale, group, unit);
  itg_number_print(p->thresholds[q], text);
  e.n = p->group->samples.n ? p->group->samples.n : of->n;
  e.n_missing = p->group->n_missing;
  e.estimate = estimate;
  if (at) e.level = p->names[best_of(p, at, p->thresholds[q])];
  if (isnan(estimate)) e.reason = reason;
  return itg_tidy_add(&p->tidy, &e, error);
}

static itg_status add_estimate(itg_tornado_plan *p, const char *scale, const itg_tornado_parameter *of,
                               int32_t d, int q, const char *unit, double estimate, const itg_tornado_run *at,
                               itg_error *error) {
  return itg_tornado_estimate(p, scale, of, d, q, unit, estimate, at, ITG_REASON_MISSING, error);
}

/* Rows at the end of a table, labels of the group filled. */
static itg_status add_rows(itg_tornado_plan *p, itg_frame *frame, int64_t rows, itg_psa_rows *out, itg_error *error) {
  return itg_psa_rows_add(p->call, p->group, NULL, NULL, 0, rows, &frame, out, error);
}

static itg_status write_bar(itg_tornado_plan *p, const bar *b, int32_t d, int q, itg_error *error) {
  double k = p->thresholds[q], base = gain(p->base.runs, d, p->reference, k);
  const itg_tornado_run *ends[3] = {p->base.runs, end_of(b->of, ITG_TORNADO_LOW),
                                    end_of(b->of, ITG_TORNADO_HIGH)};
  itg_psa_rows r;
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
  ITG_TRY(add_rows(p, p->tornado, 1, &r, error));
  ITG_TRY(itg_psa_put_text(&r, 0, 0, b->of->name, error));
  ITG_TRY(itg_psa_put_text(&r, 0, 1, p->names[d], error));
  for (int c = 0; c < 7; c++) itg_psa_put(&r, 0, 2 + c, values[c]);
  for (int c = 0; c < 3; c++)
    if (!p->benefit && k > 0) itg_psa_put(&r, 0, 9 + c, health[c] / k);
  for (int c = 0; c < 3; c++)
    if (ends[c]) ITG_TRY(itg_psa_put_text(&r, 0, 12 + c, p->names[best_of(p, ends[c], k)], error));
  itg_psa_put_flag(&r, 0, 15, switches(p, b->of, k));
  return ITG_OK;
}

static itg_status write_run(itg_tornado_plan *p, const itg_tornado_parameter *of, int64_t i, int q,
                            itg_error *error) {
  const itg_tornado_run *run = &of->runs[i];
  itg_psa_rows r;
  double k = p->thresholds[q];
  int32_t best = best_of(p, run, k), reference = p->reference;
  bool base = of == &p->base;
  ITG_TRY(add_rows(p, p->one_way, p->n_strategies, &r, error));
  for (int32_t d = 0; d < p->n_strategies; d++) {
    double nmb = k * run->effect[d] - run->cost[d], inmb = gain(run, d, reference, k);
    if (!isfinite(nmb) || !isfinite(inmb))
      return itg_call_fail(p->call, error, ITG_ERR_RANGE, "strategy", run->row,
                           "results of this run are too large for a net benefit");
    ITG_TRY(itg_psa_put_text(&r, d, 0, of->name, error));
    itg_psa_put(&r, d, 1, run->value);
    if (!base && end_of(of, ITG_TORNADO_LOW) == run)
      ITG_TRY(itg_psa_put_text(&r, d, 2, "low", error));
    else if (!base && end_of(of, ITG_TORNADO_HIGH) == run)
      ITG_TRY(itg_psa_put_text(&r, d, 2, "high", error));
    ITG_TRY(itg_psa_put_text(&r, d, 3, p->names[d], error));
    if (!p->benefit) {
      const double values[] = {k, run->cost[d], run->effect[d], run->cost[d] - run->cost[reference],
                               run->effect[d] - run->effect[reference]};
      for (int c = 0; c < 5; c++) itg_psa_put(&r, d, 4 + c, values[c]);
      if (k > 0) itg_psa_put(&r, d, 11, inmb / k);
    }
    itg_psa_put(&r, d, 9, nmb);
    itg_psa_put(&r, d, 10, inmb);
    itg_psa_put_flag(&r, d, 12, d == best);
  }
  return ITG_OK;
}

static itg_status write_switches(itg_tornado_plan *p, const itg_tornado_parameter *of, int q,
                                 itg_error *error) {
  double k = p->thresholds[q];
  for (int64_t i = 1; i < of->n; i++) {
    const itg_tornado_run *a = &of->runs[i - 1], *b = &of->runs[i];
    int32_t from = best_of(p, a, k), to = best_of(p, b, k);
    if (from == to) continue;
    itg_psa_rows r;
    double behind = -gain(a, to, from, k), ahead = gain(b, to, from, k), share = behind / (behind + ahead);
    ITG_TRY(add_rows(p, p->switches, 1, &r, error));
    if (!p->benefit) itg_psa_put(&r, 0, 0, k);
    ITG_TRY(itg_psa_put_text(&r, 0, 1, of->name, error));
    itg_psa_put(&r, 0, 2, a->value);
    itg_psa_put(&r, 0, 3, b->value);
    ITG_TRY(itg_psa_put_text(&r, 0, 4, p->names[from], error));
    ITG_TRY(itg_psa_put_text(&r, 0, 5, p->names[to], error));
    itg_psa_put(&r, 0, 6, a->value * (1 - share) + b->value * share);
  }
  return ITG_OK;
}

static itg_status write_threshold(itg_tornado_plan *p, int q, bar *bars, itg_error *error) {
  double k = p->thresholds[q];
  ITG_TRY(write_run(p, &p->base, 0, q, error));
  for (int32_t i = 0; i < p->n_parameters; i++) {
    for (int64_t j = 0; j < p->parameters[i].n; j++) ITG_TRY(write_run(p, &p->parameters[i], j, q, error));
    ITG_TRY(write_switches(p, &p->parameters[i], q, error));
  }
  for (int32_t d = 0; d < p->n_strategies; d++) {
    const itg_tornado_run *base = p->base.runs;
    ITG_TRY(itg_check_stop(&p->call->control, (q + (double)d / p->n_strategies) / p->n_thresholds, error));
    ITG_TRY(
        add_estimate(p, "nmb", &p->base, d, q, "currency", k * base->effect[d] - base->cost[d], base, error));
    if (d == p->reference) continue;
    double inmb = gain(base, d, p->reference, k);
    ITG_TRY(add_estimate(p, "inmb", &p->base, d, q, "currency", inmb, base, error));
    if (!p->benefit && k > 0)
      ITG_TRY(add_estimate(p, "inhb", &p->base, d, q, itg_call_text(p->call, "unit"), inmb / k, base, error));
    for (int32_t i = 0; i < p->n_parameters; i++) {
      ITG_PACE(p->call->pace, i, error);
      bars[i] = bar_of(p, &p->parameters[i], d, k);
    }
    ITG_TRY(itg_sort(bars, (size_t)p->n_parameters, sizeof *bars, wider, p->call->pace, error));
    for (int32_t i = 0; i < p->n_parameters; i++) ITG_TRY(write_bar(p, &bars[i], d, q, error));
  }
  return ITG_OK;
}

/* type t text, d double, b bool; columns of option by go before. */
static itg_status open_table(itg_tornado_plan *p, const char *name, const char *const *names, const char *types,
                             itg_frame **out, itg_error *error) {
  itg_psa_column columns[ITG_PSA_COLUMNS];
  itg_psa_rows none;
  int n = 0;
  for (; types[n]; n++) {
    itg_type type = types[n] == 't' ? ITG_TYPE_STRING : types[n] == 'b' ? ITG_TYPE_BOOL : ITG_TYPE_DOUBLE;
    columns[n] = (itg_psa_column){names[n], type};
  }
  return itg_psa_rows_add(p->call, p->group, name, columns, n, 0, out, &none, error);
}

static itg_status open_tables(itg_tornado_plan *p, itg_error *error) {
  static const char *const tornado[] = {"parameter",  "strategy",    "threshold",    "value_low",
                                        "value_high", "inmb_low",    "inmb_high",    "inmb",
                                        "width",      "inhb_low",    "inhb_high",    "inhb",
                                        "optimal",    "optimal_low", "optimal_high", "switches"};
  static const char *const one_way[] = {
      "parameter",          "value", "limit", "strategy", "threshold", "cost", "effect", "incremental_cost",
      "incremental_effect", "nmb",   "inmb",  "inhb",     "optimal"};
  static const char *const change[] = {"threshold",    "parameter",  "value_from",  "value_to",
                                       "optimal_from", "optimal_to", "value_switch"};
  static const char *const own[] = {"parameter", "strategy", "threshold"};
  const char *groups[ITG_PSA_COLUMNS];
  int by = p->group->groups.n_columns;
  if (by + 3 > ITG_PSA_COLUMNS)
    return itg_fail(error, ITG_ERR_LIMIT, "option 'by' has %d columns; at most %d", by, ITG_PSA_COLUMNS - 3);
  for (int i = 0; i < by; i++) groups[i] = p->group->groups.names[i];
  for (int i = 0; i < 3; i++) groups[by + i] = own[i];
  ITG_TRY(itg_tidy_open(p->call->result, groups, by + 3, &p->tidy, error));
  ITG_TRY(open_table(p, "tornado", tornado, "ttddddddddddtttb", &p->tornado, error));
  ITG_TRY(open_table(p, "one_way", one_way, "tdttddddddddb", &p->one_way, error));
  return open_table(p, "switches", change, "dtddttd", &p->switches, error);
}

itg_status itg_tornado_open(itg_tornado_plan *p, itg_error *error) {
  static double none[] = {0};
  ITG_TRY(itg_psa_thresholds(p->call, "thresholds", &p->thresholds, &p->n_thresholds, error));
  if (p->benefit) p->thresholds = none, p->n_thresholds = 1; /* cost is -benefit and effect 0 */
  return open_tables(p, error);
}

itg_status itg_tornado_write(itg_tornado_plan *p, itg_error *error) {
  bar *bars = itg_call_alloc(p->call, (size_t)p->n_parameters + 1, sizeof *bars, error);
  if (!bars) return ITG_ERR_MEMORY;
  for (int q = 0; q < p->n_thresholds; q++) ITG_TRY(write_threshold(p, q, bars, error));
  return ITG_OK;
}
