/* itg_rates_read.c - layer 3: events, time and standard of the measure `rates`, read, checked and sorted. */
#include <math.h>
#include <string.h>

#include "itg_rates_plan.h"

static const double MOST = 1e15; /* events or persons: whole numbers, whose limits can be computed */

/* Options of rates, or of standardised ones, that were given where there is no such thing. */
static itg_status refuse_idle(const itg_rates_plan *s, itg_error *error) {
  static const char *const idle[] = {"standardised", "per", "time_unit", "limits"};
  for (size_t i = 0; i < (s->share ? ITG_COUNT(idle) : 1); i++)
    if (itg_call_given(s->call, idle[i]) && (s->share || !itg_call_has(s->call, "data.stratum")))
      return itg_fail(
          error, ITG_ERR_OPTION,
          s->share ? "option '%s' does nothing for proportions; leave it out, or name a column as time"
                   : "option '%s' does nothing without strata; leave it out, or name a column as stratum",
          idle[i]);
  return ITG_OK;
}

static itg_status choose_kind(itg_rates_plan *s, itg_error *error) {
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
static itg_status read_factor(itg_rates_plan *s, const char *role, itg_factor *out, bool *given,
                              itg_error *error) {
  static const char *const all[] = {"all"};
  *given = itg_call_has(s->call, role);
  if (*given) return itg_call_factor(s->call, role, out, error);
  int32_t *codes = itg_call_alloc(s->call, (size_t)s->n_rows, sizeof *codes, error);
  *out = (itg_factor){s->n_rows, 1, codes, all};
  return codes ? ITG_OK : ITG_ERR_MEMORY;
}

static itg_status read_rows(itg_rates_plan *s, itg_error *error) {
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
    ITG_PACE(s->call->pace, i, error);
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
  return itg_call_fail(
      s->call, error, ITG_ERR_RANGE, itg_sum_value(&events) <= MOST ? size : "events", -1,
      "the rows add up to more than 1e15, beyond which counts are not whole; use a larger unit");
}

static itg_status find_reference(itg_rates_plan *s, itg_error *error) {
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
static itg_status read_standard_strata(itg_rates_plan *s, itg_factor *out, itg_error *error) {
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
static itg_status read_standard(itg_rates_plan *s, itg_error *error) {
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

/* ---- rows of groups and strata ---- */

/* Rows by group of by, group and stratum; rows that lack a value stand behind the last stratum. */
static itg_status sort_rows(itg_rates_plan *s, itg_error *error) {
  int32_t *last = itg_call_alloc(s->call, (size_t)s->n_rows, sizeof *last, error);
  itg_arena *arena = s->call->arena;
  int64_t *rows, n;
  if (!last) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < s->n_rows; i++) last[i] = s->lacks[i] ? s->strata.n_levels : s->strata.codes[i];
  ITG_TRY(itg_codes_order(last, s->strata.n_levels + 1, NULL, s->n_rows, arena, &rows, &n, error));
  ITG_TRY(itg_codes_order(s->groups.codes, s->groups.n_levels, rows, n, arena, &rows, &n, error));
  return itg_codes_order(s->by.codes, s->by.n_groups, rows, n, arena, &s->order, &s->n_order, error);
}

static bool starts_side(const itg_rates_plan *s, int64_t i) {
  int64_t here = s->order[i], last = i ? s->order[i - 1] : 0;
  return i == 0 || s->by.codes[here] != s->by.codes[last] || s->groups.codes[here] != s->groups.codes[last];
}

static bool starts_cell(const itg_rates_plan *s, int64_t i) {
  int64_t row = s->order[i];
  return !s->lacks[row] && (starts_side(s, i) || s->strata.codes[row] != s->strata.codes[s->order[i - 1]]);
}

static itg_status make_room(itg_rates_plan *s, itg_error *error) {
  int64_t n_cells = 0, n_sides = 0;
  size_t n_strata = (size_t)s->strata.n_levels;
  for (int64_t i = 0; i < s->n_order; i++) {
    ITG_PACE(s->call->pace, i, error);
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
itg_rates_span itg_rates_fill_span(const itg_rates_plan *s, int64_t from, int64_t end, itg_rates_cell *cells,
                                   itg_rates_side *sides) {
  itg_rates_span out = {.cells = cells, .sides = sides};
  for (int64_t i = from; i < end; i++) {
    int64_t row = s->order[i];
    if (i == from || starts_side(s, i))
      sides[out.n_sides++] =
          (itg_rates_side){.group = s->groups.codes[row], .first = out.n_cells, .end = out.n_cells};
    itg_rates_side *x = &sides[out.n_sides - 1];
    x->missing += s->lacks[row];
    if (s->lacks[row]) continue;
    if (starts_cell(s, i)) {
      cells[out.n_cells++] = (itg_rates_cell){.group = x->group, .stratum = s->strata.codes[row], .first = i};
      x->end = out.n_cells;
    }
    itg_rates_cell *c = &cells[out.n_cells - 1];
    itg_sum_add(&c->events, s->events[row]);
    itg_sum_add(&c->size, s->size[row]);
    c->end = i + 1;
    x->rows++;
  }
  for (itg_rates_side *x = sides; x < sides + out.n_sides; x++) {
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

itg_status itg_rates_read(itg_rates_plan *s, itg_error *error) {
  ITG_TRY(choose_kind(s, error));
  ITG_TRY(read_rows(s, error));
  if (s->share && s->stratified)
    return itg_fail(error, ITG_ERR_OPTION,
                    "strata are for rates: give time in place of n, or leave stratum out");
  ITG_TRY(sort_rows(s, error));
  ITG_TRY(make_room(s, error));
  ITG_TRY(find_reference(s, error));
  return read_standard(s, error);
}
