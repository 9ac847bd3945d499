/* itg_rates.c - layer 3: the measure `rates`: events per person-time or of persons, standardised and
 * compared. */
#include "itg_rates.h"

#include <math.h>
#include <string.h>

#include "itg_agreement.h"
#include "itg_score.h"
#include "itg_special.h"
#include "itg_sum.h"
#include "itg_thread.h"

static const double MOST = 1e15; /* events or persons: whole numbers, whose limits can be computed */

/* Rows of one group and stratum, which stand together in the order of rows. */
typedef struct cell {
  int32_t group, stratum;
  itg_sum events, size; /* size: time, or persons */
  int64_t first, end;   /* places in the order */
} cell;

/* A group: its totals and its figures. */
typedef struct side {
  int32_t group;
  int64_t first, end; /* its cells */
  double events, size;
  int64_t rows, missing;
  itg_interval crude, direct; /* per unit of time */
} side;

/* Cells and groups that occur in a group of by. */
typedef struct span {
  const cell *cells;
  int64_t n_cells;
  side *sides;
  int64_t n_sides;
} span;

typedef struct plan {
  itg_call *call;
  bool share; /* events of persons, not of time */
  double per, years, level;
  itg_count_method method;
  bool gamma, quasi;
  int64_t n_rows;
  itg_factor groups, strata; /* n_levels 1 where the role is not given */
  bool grouped, stratified, standard;
  itg_groups by;
  int32_t reference; /* -1: none */
  double *events, *size;
  bool *lacks;                        /* rows without a number, group or stratum */
  int64_t *order, n_order;            /* rows by group of by, group and stratum; those that lack come last */
  cell *all_cells;                    /* in that order */
  side *all_sides;
  double *population, *standard_rate; /* of the strata; NaN: not in the standard.  NULL: not given */
  double standard_crude;
  itg_tidy tidy;
  itg_frame *cells;
  const char **labels;
  double phi, df;           /* of the group of by at hand */
  double *weights;          /* of the strata in it */
  itg_sum *totals;          /* of the strata, scratch */
  itg_stratum_rate *direct; /* of the strata, scratch */
  itg_pace pace;
} plan;

/* ---- input ---- */

/* Options of rates, or of standardised ones, that were given where there is no such thing. */
static itg_status refuse_idle(const plan *s, itg_error *error) {
  static const char *const idle[] = {"standardised", "per", "time_unit", "limits"};
  for (size_t i = 0; i < (s->share ? ITG_COUNT(idle) : 1); i++)
    if (itg_call_given(s->call, idle[i]) && (s->share || !itg_call_has(s->call, "data.stratum")))
      return itg_fail(error, ITG_ERR_OPTION,
                      s->share ? "option '%s' does nothing for proportions; leave it out, or name a column as time"
                               : "option '%s' does nothing without strata; leave it out, or name a column as stratum",
                      idle[i]);
  return ITG_OK;
}

static itg_status choose_kind(plan *s, itg_error *error) {
  const char *kind = itg_call_text(s->call, "kind");
  bool time = itg_call_has(s->call, "time"), n = itg_call_has(s->call, "n");
  s->share = strcmp(kind, "proportion") == 0 || (strcmp(kind, "auto") == 0 && !time && n);
  if (s->share ? n : time) return refuse_idle(s, error);
  return itg_fail_at(
      error, ITG_ERR_COLUMN, itg_call_table(s->call, "data"), -1, NULL,
      "no column for role '%s'; name it in `columns` (time: events per person-time, n: events of persons)",
      s->share ? "n" : "time");
}

/* A factor of one level where the role is not given. */
static itg_status read_factor(plan *s, const char *role, itg_factor *out, bool *given, itg_error *error) {
  static const char *const all[] = {"all"};
  *given = itg_call_has(s->call, role);
  if (*given) return itg_call_factor(s->call, role, out, error);
  int32_t *codes = itg_call_alloc(s->call, (size_t)s->n_rows, sizeof *codes, error);
  *out = (itg_factor){s->n_rows, 1, codes, all};
  return codes ? ITG_OK : ITG_ERR_MEMORY;
}

static itg_status read_rows(plan *s, itg_error *error) {
  static const double per_year[] = {1, 1, 12, 365.25 / 7, 365.25};
  static const char *const units[] = {"given", "years", "months", "weeks", "days"};
  const itg_table *table = itg_call_table(s->call, "data");
  const char *size = s->share ? "n" : "time", *unit = itg_call_text(s->call, "time_unit");
  uint8_t *no_events, *no_size;
  itg_sum events = {0, 0}, at_risk = {0, 0};
  bool any = false;
  s->n_rows = table->n_rows;
  if (!s->n_rows) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "there are no rows");
  s->years = 1;
  for (size_t i = 0; i < ITG_COUNT(units) && !s->share; i++)
    if (strcmp(unit, units[i]) == 0) s->years = per_year[i];
  ITG_TRY(read_factor(s, "group", &s->groups, &s->grouped, error));
  ITG_TRY(read_factor(s, "data.stratum", &s->strata, &s->stratified, error));
  ITG_TRY(itg_call_groups(s->call, &s->by, error));
  ITG_TRY(itg_call_numbers(s->call, "events", &s->events, &no_events, error));
  ITG_TRY(itg_call_numbers(s->call, size, &s->size, &no_size, error));
  s->lacks = itg_call_alloc(s->call, (size_t)s->n_rows, sizeof *s->lacks, error);
  if (!s->lacks) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < s->n_rows; i++) {
    s->lacks[i] = no_events[i] || no_size[i] || s->groups.codes[i] < 0 || s->strata.codes[i] < 0;
    if (s->lacks[i]) continue;
    any = true;
    if (s->share && s->events[i] > s->size[i])
      return itg_call_fail(s->call, error, ITG_ERR_RANGE, "events", i,
                           "more events than persons; use kind: rate with the role time for events per time");
    if (!(s->size[i] > 0) && s->events[i] > 0)
      return itg_call_fail(s->call, error, ITG_ERR_RANGE, size, i,
                           "events, but 0 at risk; correct one of them");
    itg_sum_add(&events, s->events[i]);
    itg_sum_add(&at_risk, s->size[i]);
    s->size[i] /= s->years;
  }
  if (!any) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "every row lacks a value");
  if (itg_sum_value(&events) <= MOST && (!s->share || itg_sum_value(&at_risk) <= MOST)) return ITG_OK;
  return itg_call_fail(s->call, error, ITG_ERR_RANGE, itg_sum_value(&events) <= MOST ? size : "events", -1,
                       "the rows add up to more than 1e15, beyond which counts are not whole; use a larger unit");
}

static itg_status find_reference(plan *s, itg_error *error) {
  const char *name = itg_call_text(s->call, "reference");
  s->reference = -1;
  if (!name) return ITG_OK;
  if (!s->grouped)
    return itg_fail(error, ITG_ERR_OPTION,
                    "option 'reference' needs the role group: the column that says which group a "
                    "row belongs to");
  s->reference = itg_factor_find(&s->groups, name);
  if (s->reference >= 0) return ITG_OK;
  const char *near = itg_suggest(name, s->groups.levels, (size_t)s->groups.n_levels);
  return itg_fail(error, ITG_ERR_OPTION, "option 'reference': no group '%.60s'%s%s%s", name,
                  near ? "; did you mean '" : "", near ? near : "",
                  near ? "'?" : "; take a value of the column group");
}

/* The column of strata in the standard: as mapped, else of its own name, else of the name that it has in the
 * data. */
static itg_status read_standard_strata(plan *s, itg_factor *out, itg_error *error) {
  const itg_table *table = itg_call_table(s->call, "standard");
  int same = itg_table_column(table, itg_call_column(s->call, "data.stratum")->name);
  if (itg_call_has(s->call, "standard.stratum"))
    return itg_call_factor(s->call, "standard.stratum", out, error);
  if (same >= 0) return itg_factor_make(&table->columns[same], table->n_rows, s->call->arena, out, error);
  return itg_fail_at(
      error, ITG_ERR_COLUMN, table, -1, NULL,
      "the standard has no column 'stratum' or '%.60s'; name it in `columns` as standard.stratum",
      itg_call_column(s->call, "data.stratum")->name);
}

/* Population, and events where they are given, of each stratum. */
static itg_status read_standard(plan *s, itg_error *error) {
  itg_call *call = s->call;
  itg_factor names;
  double *population, *events = NULL;
  uint8_t *reasons, *no_events = NULL;
  itg_sum people = {0, 0}, cases = {0, 0};
  if (!itg_call_table(call, "standard")) return ITG_OK;
  s->standard = true;
  if (!s->stratified)
    return itg_fail_at(error, ITG_ERR_COLUMN, itg_call_table(call, "data"), -1, NULL,
                       "a standard is given, but no column for role 'stratum'; name it in `columns`");
  if (!itg_call_has(call, "population"))
    return itg_fail_at(error, ITG_ERR_COLUMN, itg_call_table(call, "standard"), -1, NULL,
                       "no column 'population' in the standard; name it in `columns`");
  ITG_TRY(read_standard_strata(s, &names, error));
  ITG_TRY(itg_call_numbers(call, "population", &population, &reasons, error));
  bool indirect = itg_call_has(call, "standard_events");
  if (indirect) ITG_TRY(itg_call_numbers(call, "standard_events", &events, &no_events, error));
  size_t n = (size_t)s->strata.n_levels;
  s->population = itg_call_alloc(call, n, sizeof *s->population, error);
  if (indirect) s->standard_rate = itg_call_alloc(call, n, sizeof *s->standard_rate, error);
  if (!s->population || (indirect && !s->standard_rate)) return ITG_ERR_MEMORY;
  for (size_t i = 0; i < n; i++) s->population[i] = NAN;
  bool *seen = itg_call_alloc(call, (size_t)names.n_levels, sizeof *seen, error);
  if (!seen) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < names.n; i++) {
    if (names.codes[i] < 0 || reasons[i] || (indirect && no_events[i]))
      return itg_call_fail(call, error, ITG_ERR_DATA, "population", i,
                           "a row of the standard lacks a value; complete it");
    if (seen[names.codes[i]])
      return itg_call_fail(call, error, ITG_ERR_DUPLICATE, "population", i,
                           "stratum '%.60s' stands in another row too; leave one",
                           names.levels[names.codes[i]]);
    seen[names.codes[i]] = true;
    if (indirect && !(population[i] > 0))
      return itg_call_fail(call, error, ITG_ERR_RANGE, "population", i,
                           "0 is impossible where the standard has a rate");
    itg_sum_add(&people, population[i]);
    if (indirect) itg_sum_add(&cases, events[i]);
    int32_t at = itg_factor_find(&s->strata, names.levels[names.codes[i]]);
    if (at < 0) continue;
    s->population[at] = population[i];
    if (indirect) s->standard_rate[at] = events[i] / population[i];
  }
  if (indirect) s->standard_crude = itg_sum_value(&cases) / itg_sum_value(&people);
  for (size_t i = 0; i < n; i++)
    if (isnan(s->population[i]))
      return itg_call_fail(call, error, ITG_ERR_DATA, "population", -1,
                           "the standard has no stratum '%.60s', which the data have; add a row for it",
                           s->strata.levels[i]);
  return ITG_OK;
}

/* ---- a group of by ---- */

/* Rows by group of by, group and stratum; rows that lack a value stand behind the last stratum. */
static itg_status sort_rows(plan *s, itg_error *error) {
  int32_t *last = itg_call_alloc(s->call, (size_t)s->n_rows, sizeof *last, error);
  itg_arena *arena = s->call->arena;
  int64_t *rows, n;
  if (!last) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < s->n_rows; i++) last[i] = s->lacks[i] ? s->strata.n_levels : s->strata.codes[i];
  ITG_TRY(itg_codes_order(last, s->strata.n_levels + 1, NULL, s->n_rows, arena, &rows, &n, error));
  ITG_TRY(itg_codes_order(s->groups.codes, s->groups.n_levels, rows, n, arena, &rows, &n, error));
  return itg_codes_order(s->by.codes, s->by.n_groups, rows, n, arena, &s->order, &s->n_order, error);
}

static bool starts_side(const plan *s, int64_t i) {
  int64_t here = s->order[i], last = i ? s->order[i - 1] : 0;
  return i == 0 || s->by.codes[here] != s->by.codes[last] || s->groups.codes[here] != s->groups.codes[last];
}

static bool starts_cell(const plan *s, int64_t i) {
  int64_t row = s->order[i];
  return !s->lacks[row] && (starts_side(s, i) || s->strata.codes[row] != s->strata.codes[s->order[i - 1]]);
}

static itg_status make_room(plan *s, itg_error *error) {
  int64_t n_cells = 0, n_sides = 0;
  size_t n_strata = (size_t)s->strata.n_levels;
  for (int64_t i = 0; i < s->n_order; i++) {
    n_sides += starts_side(s, i);
    n_cells += starts_cell(s, i);
  }
  if (s->stratified)
    ITG_TRY(itg_call_need((double)(n_sides + s->by.n_groups) * s->strata.n_levels, "groups and strata",
                          "group them", error));
  s->all_cells = itg_call_alloc(s->call, (size_t)n_cells, sizeof *s->all_cells, error);
  s->all_sides = itg_call_alloc(s->call, (size_t)n_sides, sizeof *s->all_sides, error);
  s->weights = itg_call_alloc(s->call, n_strata, sizeof *s->weights, error);
  s->totals = itg_call_alloc(s->call, n_strata, sizeof *s->totals, error);
  s->direct = itg_call_alloc(s->call, n_strata, sizeof *s->direct, error);
  if (!s->all_cells || !s->all_sides || !s->weights || !s->totals || !s->direct) return ITG_ERR_MEMORY;
  return ITG_OK;
}

/* Cells and groups of the rows from place `from` to `end`, which are those of a group of by. */
static span fill_span(const plan *s, int64_t from, int64_t end, cell *cells, side *sides) {
  span out = {.cells = cells, .sides = sides};
  for (int64_t i = from; i < end; i++) {
    int64_t row = s->order[i];
    if (i == from || starts_side(s, i))
      sides[out.n_sides++] = (side){.group = s->groups.codes[row], .first = out.n_cells, .end = out.n_cells};
    side *x = &sides[out.n_sides - 1];
    x->missing += s->lacks[row];
    if (s->lacks[row]) continue;
    if (starts_cell(s, i)) {
      cells[out.n_cells++] = (cell){.group = x->group, .stratum = s->strata.codes[row], .first = i};
      x->end = out.n_cells;
    }
    cell *c = &cells[out.n_cells - 1];
    itg_sum_add(&c->events, s->events[row]);
    itg_sum_add(&c->size, s->size[row]);
    c->end = i + 1;
    x->rows++;
  }
  for (side *x = sides; x < sides + out.n_sides; x++) {
    itg_sum events = {0, 0}, size = {0, 0};
    for (int64_t k = x->first; k < x->end; k++) {
      itg_sum_add(&events, itg_sum_value(&cells[k].events));
      itg_sum_add(&size, itg_sum_value(&cells[k].size));
    }
    x->events = itg_sum_value(&events);
    x->size = itg_sum_value(&size);
  }
  return out;
}

/* Pearson's chi-square of rows around the figure of their cell, by its degrees of freedom. */
static void find_spread(plan *s, const span *here) {
  itg_sum squares = {0, 0};
  int64_t rows = 0;
  for (const cell *c = here->cells; c < here->cells + here->n_cells; c++) {
    double share = itg_sum_value(&c->events) / itg_sum_value(&c->size);
    rows += c->end - c->first;
    for (int64_t i = c->first; i < c->end; i++) {
      double expected = share * s->size[s->order[i]], over = s->events[s->order[i]] - expected;
      double variance = s->share ? expected * (1 - share) : expected;
      if (variance > 0) itg_sum_add(&squares, over * over / variance);
    }
  }
  s->df = (double)(rows - here->n_cells);
  s->phi = s->df > 0 ? itg_sum_value(&squares) / s->df : NAN;
}

/* By how much limits widen: not at all where rows spread less than chance. */
static double widening(const plan *s) { return s->quasi && s->phi > 1 ? s->phi : 1; }

static double quantile(const plan *s) {
  return s->quasi && s->df > 0 ? itg_t_quantile(0.5 + s->level / 2, s->df)
                               : itg_normal_quantile(0.5 + s->level / 2);
}

/* Rate or proportion of a group, with its own limits. */
static itg_interval crude_of(const plan *s, const side *x) {
  itg_interval out = {x->events / x->size, NAN, NAN, NAN};
  double phi = widening(s);
  if (!(x->size > 0)) return (itg_interval){NAN, NAN, NAN, NAN};
  if (s->share) {
    out.error = sqrt(phi * out.value * (1 - out.value) / x->size);
    itg_wilson(x->events / phi, x->size / phi, s->level, &out.low, &out.high);
    return out;
  }
  out.error = sqrt(phi * x->events) / x->size;
  if (s->quasi && s->df > 0 && x->events > 0) {
    double half = quantile(s) * sqrt(phi / x->events);
    out.low = out.value * exp(-half);
    out.high = out.value * exp(half);
  } else {
    itg_count_limits(x->events, s->method, s->level, &out.low, &out.high);
    out.low /= x->size;
    out.high /= x->size;
  }
  return out;
}

/* Shares of the standard: its population, or everybody's time. */
static itg_status find_weights(plan *s, const span *here, itg_error *error) {
  itg_sum total = {0, 0};
  for (int32_t k = 0; k < s->strata.n_levels; k++) s->totals[k] = (itg_sum){0, 0};
  for (const cell *c = here->cells; c < here->cells + here->n_cells; c++)
    itg_sum_add(&s->totals[c->stratum], itg_sum_value(&c->size));
  for (int32_t k = 0; k < s->strata.n_levels; k++) {
    s->weights[k] = s->standard ? s->population[k] : itg_sum_value(&s->totals[k]);
    itg_sum_add(&total, s->weights[k]);
  }
  if (!(itg_sum_value(&total) > 0))
    return itg_fail(error, ITG_ERR_DATA,
                    "the populations of the standard are all 0; at least one must be above 0");
  for (int32_t k = 0; k < s->strata.n_levels; k++) s->weights[k] /= itg_sum_value(&total);
  return ITG_OK;
}

static itg_interval find_direct(const plan *s, const span *here, const side *x) {
  for (int32_t k = 0; k < s->strata.n_levels; k++) s->direct[k] = (itg_stratum_rate){0, 0, s->weights[k]};
  for (const cell *c = here->cells + x->first; c < here->cells + x->end; c++) {
    s->direct[c->stratum].events = itg_sum_value(&c->events);
    s->direct[c->stratum].time = itg_sum_value(&c->size);
  }
  return itg_rate_direct(s->direct, s->strata.n_levels, s->gamma, s->method, s->level);
}

/* ---- results ---- */

static itg_status add_row(plan *s, int32_t b, const char *scale, const char *unit,
                          const itg_interval *x, double by, const side *a, double persons, const char *level,
                          itg_error *error) {
  for (int i = 0; i < s->by.n_columns; i++) s->labels[i] = s->by.labels[b][i];
  s->labels[s->by.n_columns] = s->groups.levels[a->group];
  itg_estimate row = itg_estimate_of("rates", scale, s->labels, unit);
  row.n = (int64_t)round(s->share ? a->size : a->events);
  row.n_missing = a->missing;
  row.estimate = by * x->value;
  row.std_error = by * x->error;
  row.conf_low = by * x->low;
  row.conf_high = by * x->high;
  row.level = level;
  if (isnan(row.estimate)) row.reason = a->size > 0 ? ITG_REASON_UNDEFINED : ITG_REASON_MISSING;
  ITG_TRY(itg_tidy_add(&s->tidy, &row, error));
  return itg_frame_set_persons(s->tidy.frame, itg_frame_rows(s->tidy.frame) - 1, (int64_t)round(persons),
                               error);
}

static double persons_of(const plan *s, const side *x) { return s->share ? x->size : x->events; }

static itg_status add_indirect(plan *s, int32_t b, const span *here, const side *x, itg_error *error) {
  itg_sum expected = {0, 0};
  itg_interval smr = {NAN, NAN, NAN, NAN};
  for (const cell *c = here->cells + x->first; c < here->cells + x->end; c++)
    itg_sum_add(&expected, itg_sum_value(&c->size) * s->standard_rate[c->stratum]);
  double e = itg_sum_value(&expected);
  if (e > 0) {
    smr.value = x->events / e;
    smr.error = sqrt(x->events) / e;
    itg_count_limits(x->events, s->method, s->level, &smr.low, &smr.high);
    smr.low /= e;
    smr.high /= e;
  }
  ITG_TRY(add_row(s, b, "ratio_indirect", "ratio", &smr, 1, x, persons_of(s, x), NULL, error));
  return add_row(s, b, "rate_indirect", "count", &smr, s->per * s->standard_crude, x, persons_of(s, x),
                 NULL, error);
}

/* Ratio from two values and the variance of its logarithm. */
static itg_interval log_ratio(const plan *s, double value, double variance) {
  itg_interval out = {NAN, NAN, NAN, NAN};
  if (!isfinite(value) || !isfinite(variance)) return out;
  double half = quantile(s) * sqrt(variance);
  out.value = value;
  out.error = value * sqrt(variance);
  out.low = value * exp(-half);
  out.high = value * exp(half);
  return out;
}

static itg_interval ratio_of(const plan *s, const side *a, const side *b) {
  if (!s->quasi || !(s->df > 0)) return itg_rate_ratio(a->events, a->size, b->events, b->size, s->level);
  return log_ratio(s, a->crude.value / b->crude.value, widening(s) * (1 / a->events + 1 / b->events));
}

static itg_interval difference_of(const itg_interval *a, const itg_interval *b) {
  itg_interval out = {a->value - b->value, hypot(a->error, b->error), NAN, NAN};
  itg_difference_limits(a, b, &out.low, &out.high);
  return out;
}

static itg_status compare_shares(plan *s, int32_t b, const side *a, const side *c, double persons,
                                 const char *against, itg_error *error) {
  double x1 = a->events, y1 = a->size - x1, x0 = c->events, y0 = c->size - x0, phi = widening(s);
  itg_interval odds = log_ratio(s, x1 * y0 / (y1 * x0), phi * (1 / x1 + 1 / y1 + 1 / x0 + 1 / y0));
  itg_interval risk =
      log_ratio(s, a->crude.value / c->crude.value, phi * (1 / x1 - 1 / a->size + 1 / x0 - 1 / c->size));
  itg_interval difference = difference_of(&a->crude, &c->crude);
  ITG_TRY(add_row(s, b, "odds_ratio", "ratio", &odds, 1, a, persons, against, error));
  ITG_TRY(add_row(s, b, "risk_ratio", "ratio", &risk, 1, a, persons, against, error));
  return add_row(s, b, "risk_difference", "proportion", &difference, 1, a, persons, against, error);
}

static itg_status compare(plan *s, int32_t b, const side *a, const side *c, itg_error *error) {
  double persons = fmin(persons_of(s, a), persons_of(s, c));
  const char *against = itg_arena_print(s->call->arena, "against %s", s->groups.levels[s->reference]);
  if (!against) return itg_fail_memory(error);
  if (s->share) return compare_shares(s, b, a, c, persons, against, error);
  itg_interval ratio = ratio_of(s, a, c), difference = difference_of(&a->crude, &c->crude);
  itg_interval change = {ratio.value - 1, ratio.error, ratio.low - 1, ratio.high - 1};
  ITG_TRY(add_row(s, b, "rate_ratio", "ratio", &ratio, 1, a, persons, against, error));
  ITG_TRY(add_row(s, b, "rate_difference", "count", &difference, s->per, a, persons, against, error));
  ITG_TRY(add_row(s, b, "percent_change", "percent", &change, 100, a, persons, against, error));
  if (!s->stratified) return ITG_OK;
  double r1 = a->direct.error / a->direct.value, r0 = c->direct.error / c->direct.value;
  ratio = log_ratio(s, a->direct.value / c->direct.value, r1 * r1 + r0 * r0);
  difference = difference_of(&a->direct, &c->direct);
  ITG_TRY(add_row(s, b, "ratio_direct", "ratio", &ratio, 1, a, persons, against, error));
  return add_row(s, b, "difference_direct", "count", &difference, s->per, a, persons, against, error);
}

/* Table strata: one row per group and stratum that has rows. */
static itg_status add_cells(plan *s, int32_t b, const span *here, itg_error *error) {
  int64_t row = itg_frame_rows(s->cells);
  ITG_TRY(itg_frame_resize(s->cells, row + here->n_cells, error));
  for (const cell *c = here->cells; c < here->cells + here->n_cells; c++, row++) {
    side x = {.events = itg_sum_value(&c->events), .size = itg_sum_value(&c->size)};
    int at = 0;
    itg_interval rate = crude_of(s, &x);
    for (; at < s->by.n_columns; at++)
      ITG_TRY(itg_frame_set_text(s->cells, row, at, s->by.labels[b][at], error));
    ITG_TRY(itg_frame_set_text(s->cells, row, at++, s->groups.levels[c->group], error));
    ITG_TRY(itg_frame_set_text(s->cells, row, at++, s->strata.levels[c->stratum], error));
    itg_frame_set_int(s->cells, row, at++, c->end - c->first);
    double scale = s->share ? 1 : s->per;
    const double numbers[] = {x.events,
                              x.size,
                              scale * rate.value,
                              scale * rate.low,
                              scale * rate.high,
                              s->weights[c->stratum],
                              s->standard_rate ? x.size * s->standard_rate[c->stratum] : NAN};
    for (size_t j = 0; j < ITG_COUNT(numbers); j++) itg_frame_set_double(s->cells, row, at++, numbers[j]);
    ITG_TRY(itg_frame_set_persons(s->cells, row, (int64_t)round(persons_of(s, &x)), error));
    ITG_TRY(itg_pace_stop(&s->pace, (double)c->end / (double)s->n_order, error));
  }
  return ITG_OK;
}

static itg_status add_phi(plan *s, int32_t b, const span *here, itg_error *error) {
  for (int i = 0; i < s->by.n_columns; i++) s->labels[i] = s->by.labels[b][i];
  s->labels[s->by.n_columns] = "all";
  itg_estimate row = itg_estimate_of("rates", "phi", s->labels, "coefficient");
  double persons = 0;
  for (const side *x = here->sides; x < here->sides + here->n_sides; x++) {
    row.n += x->rows;
    row.n_missing += x->missing;
    persons += persons_of(s, x);
  }
  row.estimate = s->phi;
  if (isnan(s->phi)) row.reason = ITG_REASON_TOO_FEW;
  ITG_TRY(itg_tidy_add(&s->tidy, &row, error));
  return itg_frame_set_persons(s->tidy.frame, itg_frame_rows(s->tidy.frame) - 1, (int64_t)round(persons),
                               error);
}

static itg_status work_group(plan *s, int32_t b, const span *here, itg_error *error) {
  side *sides = here->sides, *end = sides + here->n_sides;
  const side *reference = NULL;
  bool any = false;
  find_spread(s, here);
  for (const side *x = sides; x < end; x++) {
    any = any || x->size > 0;
    if (x->group == s->reference && x->rows) reference = x;
  }
  for (int32_t k = 0; k < s->strata.n_levels; k++) s->weights[k] = 0;
  if (any) ITG_TRY(find_weights(s, here, error));
  double scale = s->share ? 1 : s->per;
  const char *unit = s->share ? "proportion" : "count";
  for (side *x = sides; x < end; x++) {
    x->crude = crude_of(s, x);
    ITG_TRY(itg_pace_stop(&s->pace, (double)b / s->by.n_groups, error));
    ITG_TRY(add_row(s, b, s->share ? "proportion" : "rate", unit, &x->crude, scale, x, persons_of(s, x), NULL,
                    error));
    if (!s->stratified) continue;
    x->direct = find_direct(s, here, x);
    ITG_TRY(add_row(s, b, "rate_direct", "count", &x->direct, scale, x, persons_of(s, x), NULL, error));
    if (s->standard_rate) ITG_TRY(add_indirect(s, b, here, x, error));
  }
  for (const side *x = sides; x < end && reference; x++) {
    ITG_TRY(itg_pace_stop(&s->pace, (double)b / s->by.n_groups, error));
    if (x != reference && x->rows) ITG_TRY(compare(s, b, x, reference, error));
  }
  ITG_TRY(add_cells(s, b, here, error));
  return s->quasi ? add_phi(s, b, here, error) : ITG_OK;
}

static itg_status work_groups(plan *s, itg_error *error) {
  cell *cells = s->all_cells;
  side *sides = s->all_sides;
  int64_t from = 0;
  for (int32_t b = 0; b < s->by.n_groups; b++) {
    int64_t end = from;
    while (end < s->n_order && s->by.codes[s->order[end]] == b) end++;
    span here = fill_span(s, from, end, cells, sides);
    ITG_TRY(work_group(s, b, &here, error));
    cells += here.n_cells;
    sides += here.n_sides;
    from = end;
  }
  return ITG_OK;
}

/* ---- the measure ---- */

static itg_status open_tables(plan *s, itg_error *error) {
  static const char *const numbers[] = {"events", NULL, NULL, "conf_low", "conf_high", "weight", "expected"};
  int n = s->by.n_columns;
  s->labels = itg_call_alloc(s->call, (size_t)n + 1, sizeof *s->labels, error);
  const char **names = itg_call_alloc(s->call, (size_t)n + 1, sizeof *names, error);
  if (!s->labels || !names) return ITG_ERR_MEMORY;
  for (int i = 0; i < n; i++) names[i] = s->by.names[i];
  names[n] = "group";
  ITG_TRY(itg_tidy_open(s->call->result, names, n + 1, &s->tidy, error));
  ITG_TRY(itg_result_add_table(s->call->result, "strata", &s->cells, error));
  for (int i = 0; i <= n; i++)
    ITG_TRY(itg_frame_add_column(s->cells, names[i], ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(s->cells, "stratum", ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(s->cells, "rows", ITG_TYPE_INT64, NULL, error));
  for (size_t i = 0; i < ITG_COUNT(numbers); i++) {
    const char *name = numbers[i] ? numbers[i]
                       : i == 1   ? s->share ? "n" : "time"
                       : s->share ? "proportion"
                                  : "rate";
    ITG_TRY(itg_frame_add_column(s->cells, name, ITG_TYPE_DOUBLE, NULL, error));
  }
  return ITG_OK;
}

static itg_status note_rules(const plan *s, itg_error *error) {
  itg_result *result = s->call->result;
  int64_t lost = 0;
  for (int64_t i = 0; i < s->n_rows; i++) lost += s->lacks[i];
  if (lost)
    ITG_TRY(itg_result_note(result, error, "%lld rows lack events, %s%s%s, and are left out.",
                            (long long)lost, s->share ? "n" : "time", s->grouped ? ", group" : "",
                            s->stratified ? " or stratum" : ""));
  if (!s->share) {
    char per[ITG_NUMBER_SIZE];
    const char *unit = itg_call_text(s->call, "time_unit");
    itg_number_print(s->per, per);
    ITG_TRY(itg_result_note(result, error, "Rates are events per %s %s.", per,
                            strcmp(unit, "given") == 0 ? "units of the column of time" : "years"));
  }
  if (s->stratified && !s->standard)
    ITG_TRY(itg_result_note(result, error,
                            "No standard is given: rates are standardised to the time of all groups."));
  if (s->quasi && s->stratified)
    ITG_TRY(itg_result_note(result, error,
                            "Limits of standardised figures are those of Poisson counts, not widened."));
  return itg_groups_note(s->call, &s->by, error);
}

static itg_status run(itg_call *call, itg_error *error) {
  plan s = {.call = call,
            .pace = {&call->control, 0},
            .per = itg_call_number(call, "per"),
            .level = itg_call_number(call, "conf_level"),
            .gamma = strcmp(itg_call_text(call, "standardised"), "gamma") == 0,
            .quasi = strcmp(itg_call_text(call, "overdispersion"), "quasi") == 0,
            .method = strcmp(itg_call_text(call, "limits"), "byar") == 0 ? ITG_COUNT_BYAR : ITG_COUNT_EXACT};
  ITG_TRY(choose_kind(&s, error));
  ITG_TRY(read_rows(&s, error));
  if (s.share && s.stratified)
    return itg_fail(error, ITG_ERR_OPTION,
                    "strata are for rates: give time in place of n, or leave stratum out");
  ITG_TRY(sort_rows(&s, error));
  ITG_TRY(make_room(&s, error));
  ITG_TRY(find_reference(&s, error));
  ITG_TRY(read_standard(&s, error));
  ITG_TRY(open_tables(&s, error));
  ITG_TRY(work_groups(&s, error));
  return note_rules(&s, error);
}

static const itg_role roles[] = {
    {"data", "events", ITG_ROLE_NUMBER, true, 0, 1e15,
     "events: admissions, visits, bed days; rows of one group and stratum are added up"},
    {"data", "time", ITG_ROLE_NUMBER, false, 0, 1e100,
     "rate: person-time at risk, or persons followed for one unit of time"},
    {"data", "n", ITG_ROLE_NUMBER, false, 0, 1e15,
     "proportion: persons (or discharges) of whom events is the number"},
    {"data", "group", ITG_ROLE_TEXT, false, 0, 0, "what is compared: site, arm or wave"},
    {"data", "stratum", ITG_ROLE_TEXT, false, 0, 0, "age band, sex or the like, for standardised rates"},
    {"standard", "stratum", ITG_ROLE_TEXT, false, 0, 0,
     "stratum of the standard population; default: stratum, or the name of that column in data"},
    {"standard", "population", ITG_ROLE_NUMBER, false, 0, 1e100,
     "its persons, or person-time in the unit of the rates"},
    {"standard", "standard_events", ITG_ROLE_NUMBER, false, 0, 1e15,
     "its events, for indirect standardisation"},
    {0}};

static const itg_field options[] = {
    {"kind", ITG_FIELD_TEXT, false, "auto", "auto|rate|proportion", 0, 0, NULL,
     "auto: rate where there is a column for time, else proportion"},
    {"reference", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL,
     "group with which the others are compared; default: none"},
    {"per", ITG_FIELD_NUMBER, false, "1000", NULL, 1e-9, 1e12, NULL,
     "rates are events per so many units of time"},
    {"time_unit", ITG_FIELD_TEXT, false, "given", "given|years|months|weeks|days", 0, 0, NULL,
     "unit of time in the data: rates become yearly (365.25 days); given: rates are by the unit as it "
     "stands"},
    {"limits", ITG_FIELD_TEXT, false, "exact", "exact|byar", 0, 0, NULL,
     "limits of counts: exact, or Byar's formula from 10 events on"},
    {"standardised", ITG_FIELD_TEXT, false, "gamma", "gamma|dobson", 0, 0, NULL,
     "limits of rate_direct: by the gamma distribution, or from those of the number of events"},
    {"overdispersion", ITG_FIELD_TEXT, false, "none", "none|quasi", 0, 0, NULL,
     "quasi: rows (persons, wards, months) spread more than counts do, as bed days and repeated admissions "
     "will; limits widen by sqrt(phi)"},
    ITG_OPTION_CONF_LEVEL,
    {0}};

static const itg_output outputs[] = {{"strata",
                                      "one row per group and stratum: rows, events, time (or n), rate (or "
                                      "proportion) with limits, weight in the "
                                      "standard, events expected at its rates"},
                                     {NULL, NULL}};

const itg_measure itg_rates_measure = {
    .name = "rates",
    .title = "Rates of use: admissions, visits, bed days per person-time, standardised and compared",
    .summary =
        "Events per person-time by group: rate (per 1000 or another number, exact Poisson limits), with "
        "strata rate_direct (weights of a standard population, else the time of all groups) and, where the "
        "standard has events, ratio_indirect (observed over expected; SMR) and rate_indirect. With a "
        "reference: rate_ratio (exact, given the sum of events), rate_difference, percent_change, and of the "
        "standardised rates ratio_direct and difference_direct; level says against which group. Events of "
        "persons (role n): proportion with Wilson's interval, odds_ratio, risk_ratio, risk_difference. With "
        "overdispersion quasi, phi is Pearson's chi-square of the rows within their group and stratum by its "
        "degrees of freedom; it widens limits of crude figures, not below 1. Rows that lack a value are left "
        "out and counted (n_missing).",
    .source =
        "Exact limits: Garwood, Biometrika 1936;28:437-42, as R's poisson.test; ratio by the binomial "
        "distribution, as poisson.test of two counts. Byar's formula: Breslow, Day, Statistical Methods in "
        "Cancer Research II, 1987. Direct standardisation: Fay, Feuer, Stat Med 1997;16:791-801; Dobson and "
        "others, Stat Med 1991;10:457-62. Wilson 1927; odds and risk ratios by the normal distribution of "
        "their logarithm. Our choices: differences have the limits of Newcombe's method from those of both "
        "figures; ratios of standardised rates are normal in their logarithm; with quasi limits are by t, "
        "rates and ratios in their logarithm, proportions by Wilson with n / phi.",
    .counts =
        "events of rates, persons (role n) of proportions; the disclosure rule takes an event for a person, "
        "and the smaller group of a comparison",
    .persons = false,
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run};
