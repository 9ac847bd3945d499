/* itg_rates_tables.c - layer 3: the tables of the measure `rates`. */
#include <math.h>
#include <string.h>

#include "itg_rates_plan.h"

itg_status itg_rates_open_tables(itg_rates_plan *s, itg_error *error) {
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

/* ---- estimates ---- */

static itg_status add_row(itg_rates_plan *s, int32_t b, const char *scale, const char *unit,
                          const itg_interval *x, double by, const itg_rates_side *a, double persons,
                          const char *level, itg_error *error) {
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

static double persons_of(const itg_rates_plan *s, const itg_rates_side *x) {
  return s->share ? x->size : x->events;
}

itg_status itg_rates_add_own(itg_rates_plan *s, int32_t b, const itg_rates_span *here,
                             const itg_rates_side *x, itg_error *error) {
  const char *scale = s->share ? "proportion" : "rate", *unit = s->share ? "proportion" : "count";
  double by = s->share ? 1 : s->per, persons = persons_of(s, x);
  ITG_TRY(add_row(s, b, scale, unit, &x->crude, by, x, persons, NULL, error));
  if (!s->stratified) return ITG_OK;
  ITG_TRY(add_row(s, b, "rate_direct", "count", &x->direct, by, x, persons, NULL, error));
  if (!s->standard_rate) return ITG_OK;
  itg_interval smr = itg_rates_indirect(s, here, x);
  ITG_TRY(add_row(s, b, "ratio_indirect", "ratio", &smr, 1, x, persons, NULL, error));
  return add_row(s, b, "rate_indirect", "count", &smr, s->per * s->standard_crude, x, persons, NULL, error);
}

static itg_status compare_shares(itg_rates_plan *s, int32_t b, const itg_rates_side *a,
                                 const itg_rates_side *c, double persons, const char *against,
                                 itg_error *error) {
  double x1 = a->events, y1 = a->size - x1, x0 = c->events, y0 = c->size - x0, phi = itg_rates_widening(s);
  itg_interval odds = itg_rates_log_ratio(s, x1 * y0 / (y1 * x0), phi * (1 / x1 + 1 / y1 + 1 / x0 + 1 / y0));
  itg_interval risk = itg_rates_log_ratio(s, a->crude.value / c->crude.value,
                                          phi * (1 / x1 - 1 / a->size + 1 / x0 - 1 / c->size));
  itg_interval difference = itg_rates_difference(&a->crude, &c->crude);
  ITG_TRY(add_row(s, b, "odds_ratio", "ratio", &odds, 1, a, persons, against, error));
  ITG_TRY(add_row(s, b, "risk_ratio", "ratio", &risk, 1, a, persons, against, error));
  return add_row(s, b, "risk_difference", "proportion", &difference, 1, a, persons, against, error);
}

itg_status itg_rates_add_comparison(itg_rates_plan *s, int32_t b, const itg_rates_side *a,
                                    const itg_rates_side *c, itg_error *error) {
  double persons = fmin(persons_of(s, a), persons_of(s, c));
  const char *against = itg_arena_print(s->call->arena, "against %s", s->groups.levels[s->reference]);
  if (!against) return itg_fail_memory(error);
  if (s->share) return compare_shares(s, b, a, c, persons, against, error);
  itg_interval ratio = itg_rates_crude_ratio(s, a, c),
               difference = itg_rates_difference(&a->crude, &c->crude);
  itg_interval change = {ratio.value - 1, ratio.error, ratio.low - 1, ratio.high - 1};
  ITG_TRY(add_row(s, b, "rate_ratio", "ratio", &ratio, 1, a, persons, against, error));
  ITG_TRY(add_row(s, b, "rate_difference", "count", &difference, s->per, a, persons, against, error));
  ITG_TRY(add_row(s, b, "percent_change", "percent", &change, 100, a, persons, against, error));
  if (!s->stratified) return ITG_OK;
  double r1 = a->direct.error / a->direct.value, r0 = c->direct.error / c->direct.value;
  ratio = itg_rates_log_ratio(s, a->direct.value / c->direct.value, r1 * r1 + r0 * r0);
  difference = itg_rates_difference(&a->direct, &c->direct);
  ITG_TRY(add_row(s, b, "ratio_direct", "ratio", &ratio, 1, a, persons, against, error));
  return add_row(s, b, "difference_direct", "count", &difference, s->per, a, persons, against, error);
}

/* ---- strata ---- */

/* Table strata: one row per group and stratum that has rows. */
itg_status itg_rates_add_cells(itg_rates_plan *s, int32_t b, const itg_rates_span *here, itg_error *error) {
  int64_t row = itg_frame_rows(s->cells);
  ITG_TRY(itg_frame_resize(s->cells, row + here->n_cells, error));
  for (const itg_rates_cell *c = here->cells; c < here->cells + here->n_cells; c++, row++) {
    itg_rates_side x = {.events = itg_sum_value(&c->events), .size = itg_sum_value(&c->size)};
    int at = 0;
    itg_interval rate = itg_rates_crude(s, &x);
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

itg_status itg_rates_add_phi(itg_rates_plan *s, int32_t b, const itg_rates_span *here, itg_error *error) {
  for (int i = 0; i < s->by.n_columns; i++) s->labels[i] = s->by.labels[b][i];
  s->labels[s->by.n_columns] = "all";
  itg_estimate row = itg_estimate_of("rates", "phi", s->labels, "coefficient");
  double persons = 0;
  for (const itg_rates_side *x = here->sides; x < here->sides + here->n_sides; x++) {
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

itg_status itg_rates_note_rules(const itg_rates_plan *s, itg_error *error) {
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
