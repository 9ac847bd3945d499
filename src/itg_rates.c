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

/* Rows of one group and stratum. */
typedef struct cell {
  itg_sum events, size; /* size: time, or persons */
  int64_t rows;
} cell;

/* A group: its totals and its figures. */
typedef struct side {
  double events, size;
  int64_t rows, missing;
  itg_interval crude, direct; /* per unit of time */
} side;

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
  double *population, *standard_rate; /* of the strata; NaN: not in the standard.  NULL: not given */
  double standard_crude;
  itg_tidy tidy;
  itg_frame *cells;
  const char **labels;
  double phi, df; /* of the group of by at hand */
} plan;

/* ---- input ---- */

static itg_status choose_kind(plan *s, itg_error *error) {
  const char *kind = itg_call_text(s->call, "kind");
  bool time = itg_call_has(s->call, "time"), n = itg_call_has(s->call, "n");
  s->share = strcmp(kind, "proportion") == 0 || (strcmp(kind, "auto") == 0 && !time && n);
  if (s->share ? n : time) return ITG_OK;
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
    s->size[i] /= s->years;
  }
  return any ? ITG_OK : itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "every row lacks a value");
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

static void fill_cells(const plan *s, int32_t b, cell *cells, side *sides) {
  for (int64_t i = 0; i < s->n_rows; i++) {
    int32_t g = s->groups.codes[i];
    if (s->by.codes[i] != b || g < 0) continue;
    if (s->lacks[i]) {
      sides[g].missing++;
      continue;
    }
    cell *c = &cells[(int64_t)g * s->strata.n_levels + s->strata.codes[i]];
    itg_sum_add(&c->events, s->events[i]);
    itg_sum_add(&c->size, s->size[i]);
    c->rows++;
  }
  for (int32_t g = 0; g < s->groups.n_levels; g++) {
    itg_sum events = {0, 0}, size = {0, 0};
    for (int32_t k = 0; k < s->strata.n_levels; k++) {
      const cell *c = &cells[(int64_t)g * s->strata.n_levels + k];
      itg_sum_add(&events, itg_sum_value(&c->events));
      itg_sum_add(&size, itg_sum_value(&c->size));
      sides[g].rows += c->rows;
    }
    sides[g].events = itg_sum_value(&events);
    sides[g].size = itg_sum_value(&size);
  }
}

/* Pearson's chi-square of rows around the figure of their cell, by its degrees of freedom. */
static void find_spread(plan *s, int32_t b, const cell *cells, const side *sides) {
  itg_sum squares = {0, 0};
  int64_t rows = 0, used = 0;
  for (int64_t i = 0; i < s->n_rows; i++) {
    if (s->by.codes[i] != b || s->lacks[i]) continue;
    const cell *c = &cells[(int64_t)s->groups.codes[i] * s->strata.n_levels + s->strata.codes[i]];
    double share = itg_sum_value(&c->events) / itg_sum_value(&c->size), expected = share * s->size[i];
    double variance = s->share ? expected * (1 - share) : expected;
    if (variance > 0) itg_sum_add(&squares, (s->events[i] - expected) * (s->events[i] - expected) / variance);
  }
  for (int64_t k = 0; k < (int64_t)s->groups.n_levels * s->strata.n_levels; k++) used += cells[k].rows > 0;
  for (int32_t g = 0; g < s->groups.n_levels; g++) rows += sides[g].rows;
  s->df = (double)(rows - used);
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
static itg_status find_weights(plan *s, const cell *cells, double *weights, itg_error *error) {
  itg_sum total = {0, 0};
  for (int32_t k = 0; k < s->strata.n_levels; k++) {
    itg_sum own = {0, 0};
    for (int32_t g = 0; g < s->groups.n_levels; g++)
      itg_sum_add(&own, itg_sum_value(&cells[(int64_t)g * s->strata.n_levels + k].size));
    weights[k] = s->standard ? s->population[k] : itg_sum_value(&own);
    itg_sum_add(&total, weights[k]);
  }
  if (!(itg_sum_value(&total) > 0))
    return itg_fail(error, ITG_ERR_DATA,
                    "the populations of the standard are all 0; at least one must be above 0");
  for (int32_t k = 0; k < s->strata.n_levels; k++) weights[k] /= itg_sum_value(&total);
  return ITG_OK;
}

static itg_status find_direct(plan *s, const cell *cells, const double *weights, int32_t g, itg_interval *out,
                              itg_error *error) {
  itg_stratum_rate *strata = itg_call_alloc(s->call, (size_t)s->strata.n_levels, sizeof *strata, error);
  if (!strata) return ITG_ERR_MEMORY;
  for (int32_t k = 0; k < s->strata.n_levels; k++) {
    const cell *c = &cells[(int64_t)g * s->strata.n_levels + k];
    strata[k] = (itg_stratum_rate){itg_sum_value(&c->events), itg_sum_value(&c->size), weights[k]};
  }
  *out = itg_rate_direct(strata, s->strata.n_levels, s->gamma, s->method, s->level);
  return ITG_OK;
}

/* ---- results ---- */

static itg_status add_row(plan *s, int32_t b, int32_t g, const char *scale, const char *unit,
                          const itg_interval *x, double by, const side *a, double persons, const char *level,
                          itg_error *error) {
  for (int i = 0; i < s->by.n_columns; i++) s->labels[i] = s->by.labels[b][i];
  s->labels[s->by.n_columns] = s->groups.levels[g];
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

static itg_status add_indirect(plan *s, int32_t b, int32_t g, const cell *cells, const side *x,
                               itg_error *error) {
  itg_sum expected = {0, 0};
  itg_interval smr = {NAN, NAN, NAN, NAN};
  for (int32_t k = 0; k < s->strata.n_levels; k++)
    itg_sum_add(&expected,
                itg_sum_value(&cells[(int64_t)g * s->strata.n_levels + k].size) * s->standard_rate[k]);
  double e = itg_sum_value(&expected);
  if (e > 0) {
    smr.value = x->events / e;
    smr.error = sqrt(x->events) / e;
    itg_count_limits(x->events, s->method, s->level, &smr.low, &smr.high);
    smr.low /= e;
    smr.high /= e;
  }
  ITG_TRY(add_row(s, b, g, "ratio_indirect", "ratio", &smr, 1, x, persons_of(s, x), NULL, error));
  return add_row(s, b, g, "rate_indirect", "count", &smr, s->per * s->standard_crude, x, persons_of(s, x),
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

static itg_status compare_shares(plan *s, int32_t b, int32_t g, const side *a, const side *c, double persons,
                                 const char *against, itg_error *error) {
  double x1 = a->events, y1 = a->size - x1, x0 = c->events, y0 = c->size - x0, phi = widening(s);
  itg_interval odds = log_ratio(s, x1 * y0 / (y1 * x0), phi * (1 / x1 + 1 / y1 + 1 / x0 + 1 / y0));
  itg_interval risk =
      log_ratio(s, a->crude.value / c->crude.value, phi * (1 / x1 - 1 / a->size + 1 / x0 - 1 / c->size));
  itg_interval difference = difference_of(&a->crude, &c->crude);
  ITG_TRY(add_row(s, b, g, "odds_ratio", "ratio", &odds, 1, a, persons, against, error));
  ITG_TRY(add_row(s, b, g, "risk_ratio", "ratio", &risk, 1, a, persons, against, error));
  return add_row(s, b, g, "risk_difference", "proportion", &difference, 1, a, persons, against, error);
}

static itg_status compare(plan *s, int32_t b, int32_t g, const side *sides, itg_error *error) {
  const side *a = &sides[g], *c = &sides[s->reference];
  double persons = fmin(persons_of(s, a), persons_of(s, c));
  const char *against = itg_arena_print(s->call->arena, "against %s", s->groups.levels[s->reference]);
  if (!against) return itg_fail_memory(error);
  if (s->share) return compare_shares(s, b, g, a, c, persons, against, error);
  itg_interval ratio = ratio_of(s, a, c), difference = difference_of(&a->crude, &c->crude);
  itg_interval change = {ratio.value - 1, ratio.error, ratio.low - 1, ratio.high - 1};
  ITG_TRY(add_row(s, b, g, "rate_ratio", "ratio", &ratio, 1, a, persons, against, error));
  ITG_TRY(add_row(s, b, g, "rate_difference", "count", &difference, s->per, a, persons, against, error));
  ITG_TRY(add_row(s, b, g, "percent_change", "percent", &change, 100, a, persons, against, error));
  if (!s->stratified) return ITG_OK;
  double r1 = a->direct.error / a->direct.value, r0 = c->direct.error / c->direct.value;
  ratio = log_ratio(s, a->direct.value / c->direct.value, r1 * r1 + r0 * r0);
  difference = difference_of(&a->direct, &c->direct);
  ITG_TRY(add_row(s, b, g, "ratio_direct", "ratio", &ratio, 1, a, persons, against, error));
  return add_row(s, b, g, "difference_direct", "count", &difference, s->per, a, persons, against, error);
}

/* Table strata: one row per group and stratum that has rows. */
static itg_status add_cells(plan *s, int32_t b, const cell *cells, const double *weights, itg_error *error) {
  for (int64_t i = 0; i < (int64_t)s->groups.n_levels * s->strata.n_levels; i++) {
    int32_t g = (int32_t)(i / s->strata.n_levels), k = (int32_t)(i % s->strata.n_levels);
    side x = {.events = itg_sum_value(&cells[i].events), .size = itg_sum_value(&cells[i].size)};
    int at = 0;
    int64_t row = itg_frame_rows(s->cells);
    if (!cells[i].rows) continue;
    itg_interval rate = crude_of(s, &x);
    ITG_TRY(itg_frame_resize(s->cells, row + 1, error));
    for (; at < s->by.n_columns; at++)
      ITG_TRY(itg_frame_set_text(s->cells, row, at, s->by.labels[b][at], error));
    ITG_TRY(itg_frame_set_text(s->cells, row, at++, s->groups.levels[g], error));
    ITG_TRY(itg_frame_set_text(s->cells, row, at++, s->strata.levels[k], error));
    itg_frame_set_int(s->cells, row, at++, cells[i].rows);
    double scale = s->share ? 1 : s->per;
    const double numbers[] = {x.events,
                              x.size,
                              scale * rate.value,
                              scale * rate.low,
                              scale * rate.high,
                              weights[k],
                              s->standard_rate ? x.size * s->standard_rate[k] : NAN};
    for (size_t j = 0; j < ITG_COUNT(numbers); j++) itg_frame_set_double(s->cells, row, at++, numbers[j]);
    ITG_TRY(itg_frame_set_persons(s->cells, row, (int64_t)round(persons_of(s, &x)), error));
  }
  return ITG_OK;
}

static itg_status work_group(plan *s, int32_t b, itg_error *error) {
  size_t n_groups = (size_t)s->groups.n_levels, n_strata = (size_t)s->strata.n_levels;
  cell *cells = itg_call_alloc(s->call, n_groups * n_strata, sizeof *cells, error);
  side *sides = itg_call_alloc(s->call, n_groups, sizeof *sides, error);
  double *weights = itg_call_alloc(s->call, n_strata, sizeof *weights, error);
  if (!cells || !sides || !weights) return ITG_ERR_MEMORY;
  fill_cells(s, b, cells, sides);
  find_spread(s, b, cells, sides);
  bool any = false;
  for (size_t g = 0; g < n_groups; g++) any = any || sides[g].size > 0;
  if (any) ITG_TRY(find_weights(s, cells, weights, error));
  double scale = s->share ? 1 : s->per;
  const char *unit = s->share ? "proportion" : "count";
  for (int32_t g = 0; g < s->groups.n_levels; g++) {
    side *x = &sides[g];
    x->crude = crude_of(s, x);
    if (x->rows + x->missing == 0) continue;
    ITG_TRY(add_row(s, b, g, s->share ? "proportion" : "rate", unit, &x->crude, scale, x, persons_of(s, x),
                    NULL, error));
    if (!s->stratified) continue;
    ITG_TRY(find_direct(s, cells, weights, g, &x->direct, error));
    ITG_TRY(add_row(s, b, g, "rate_direct", "count", &x->direct, scale, x, persons_of(s, x), NULL, error));
    if (s->standard_rate) ITG_TRY(add_indirect(s, b, g, cells, x, error));
  }
  for (int32_t g = 0; g < s->groups.n_levels && s->reference >= 0; g++)
    if (g != s->reference && sides[g].rows && sides[s->reference].rows)
      ITG_TRY(compare(s, b, g, sides, error));
  ITG_TRY(add_cells(s, b, cells, weights, error));
  if (!s->quasi) return ITG_OK;
  for (int i = 0; i < s->by.n_columns; i++) s->labels[i] = s->by.labels[b][i];
  s->labels[s->by.n_columns] = "all";
  itg_estimate row = itg_estimate_of("rates", "phi", s->labels, "coefficient");
  double persons = 0;
  for (size_t g = 0; g < n_groups; g++) {
    row.n += sides[g].rows;
    row.n_missing += sides[g].missing;
    persons += persons_of(s, &sides[g]);
  }
  row.estimate = s->phi;
  if (isnan(s->phi)) row.reason = ITG_REASON_TOO_FEW;
  ITG_TRY(itg_tidy_add(&s->tidy, &row, error));
  return itg_frame_set_persons(s->tidy.frame, itg_frame_rows(s->tidy.frame) - 1, (int64_t)round(persons),
                               error);
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
  ITG_TRY(
      itg_call_need((double)s.groups.n_levels * s.strata.n_levels, "groups and strata", "group them", error));
  ITG_TRY(find_reference(&s, error));
  ITG_TRY(read_standard(&s, error));
  ITG_TRY(open_tables(&s, error));
  for (int32_t b = 0; b < s.by.n_groups; b++) {
    ITG_TRY(work_group(&s, b, error));
    ITG_TRY(itg_check_stop(&call->control, (double)(b + 1) / s.by.n_groups, error));
  }
  return note_rules(&s, error);
}

static const itg_role roles[] = {
    {"data", "events", ITG_ROLE_NUMBER, true, 0, INFINITY,
     "events: admissions, visits, bed days; rows of one group and stratum are added up"},
    {"data", "time", ITG_ROLE_NUMBER, false, 0, INFINITY,
     "rate: person-time at risk, or persons followed for one unit of time"},
    {"data", "n", ITG_ROLE_NUMBER, false, 0, INFINITY,
     "proportion: persons (or discharges) of whom events is the number"},
    {"data", "group", ITG_ROLE_TEXT, false, 0, 0, "what is compared: site, arm or wave"},
    {"data", "stratum", ITG_ROLE_TEXT, false, 0, 0, "age band, sex or the like, for standardised rates"},
    {"standard", "stratum", ITG_ROLE_TEXT, false, 0, 0,
     "stratum of the standard population; default: stratum, or the name of that column in data"},
    {"standard", "population", ITG_ROLE_NUMBER, false, 0, INFINITY,
     "its persons, or person-time in the unit of the rates"},
    {"standard", "standard_events", ITG_ROLE_NUMBER, false, 0, INFINITY,
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
     "will; limits "
     "widen by sqrt(phi)"},
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
        "strata rate_direct "
        "(weights of a standard population, else the time of all groups) and, where the standard has events, "
        "ratio_indirect (observed over expected; SMR) and rate_indirect. With a reference: rate_ratio "
        "(exact, given the "
        "sum of events), rate_difference, percent_change, and of the standardised rates ratio_direct and "
        "difference_direct; level says against which group. Events of persons (role n): proportion with "
        "Wilson's interval, "
        "odds_ratio, risk_ratio, risk_difference. With overdispersion quasi, phi is Pearson's chi-square of "
        "the rows "
        "within their group and stratum by its degrees of freedom; it widens limits of crude figures, not "
        "below 1. Rows "
        "that lack a value are left out and counted (n_missing).",
    .source =
        "Exact limits: Garwood, Biometrika 1936;28:437-42, as R's poisson.test; ratio by the binomial "
        "distribution, as "
        "poisson.test of two counts. Byar's formula: Breslow, Day, Statistical Methods in Cancer Research "
        "II, 1987. Direct "
        "standardisation: Fay, Feuer, Stat Med 1997;16:791-801; Dobson and others, Stat Med 1991;10:457-62. "
        "Wilson 1927; "
        "odds and risk ratios by the normal distribution of their logarithm. Our choices: differences have "
        "the limits of "
        "Newcombe's method from those of both figures; ratios of standardised rates are normal in their "
        "logarithm; with "
        "quasi limits are by t, rates and ratios in their logarithm, proportions by Wilson with n / phi.",
    .counts =
        "events of rates, persons (role n) of proportions; the disclosure rule takes an event for a person, "
        "and "
        "the smaller group of a comparison",
    .persons = false,
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run};
