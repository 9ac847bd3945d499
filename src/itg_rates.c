/* itg_rates.c - layer 3: the measure `rates`: events per person-time or of persons, standardised and compared
 * (reading, figures and tables: see itg_rates_plan.h). */
#include <math.h>
#include <string.h>

#include "itg_rates_plan.h"

static itg_status work_group(itg_rates_plan *s, int32_t b, const itg_rates_span *here, itg_error *error) {
  itg_rates_side *sides = here->sides, *end = sides + here->n_sides;
  const itg_rates_side *reference = NULL;
  bool any = false;
  itg_rates_find_spread(s, here);
  for (const itg_rates_side *x = sides; x < end; x++) {
    any = any || x->size > 0;
    if (x->group == s->reference && x->rows) reference = x;
  }
  for (int32_t k = 0; k < s->strata.n_levels; k++) s->weights[k] = 0;
  if (any) ITG_TRY(itg_rates_find_weights(s, here, error));
  for (itg_rates_side *x = sides; x < end; x++) {
    x->crude = itg_rates_crude(s, x);
    if (s->stratified) x->direct = itg_rates_direct(s, here, x);
    ITG_TRY(itg_pace_stop(&s->pace, (double)b / s->by.n_groups, error));
    ITG_TRY(itg_rates_add_own(s, b, here, x, error));
  }
  for (const itg_rates_side *x = sides; x < end && reference; x++) {
    ITG_TRY(itg_pace_stop(&s->pace, (double)b / s->by.n_groups, error));
    if (x != reference && x->rows) ITG_TRY(itg_rates_add_comparison(s, b, x, reference, error));
  }
  ITG_TRY(itg_rates_add_cells(s, b, here, error));
  return s->quasi ? itg_rates_add_phi(s, b, here, error) : ITG_OK;
}

static itg_status work_groups(itg_rates_plan *s, itg_error *error) {
  itg_rates_cell *cells = s->all_cells;
  itg_rates_side *sides = s->all_sides;
  int64_t from = 0;
  for (int32_t b = 0; b < s->by.n_groups; b++) {
    int64_t end = from;
    while (end < s->n_order && s->by.codes[s->order[end]] == b) end++;
    itg_rates_span here = itg_rates_fill_span(s, from, end, cells, sides);
    ITG_TRY(work_group(s, b, &here, error));
    cells += here.n_cells;
    sides += here.n_sides;
    from = end;
  }
  return ITG_OK;
}

static itg_status run(itg_call *call, itg_error *error) {
  itg_rates_plan s = {
      .call = call,
      .pace = {&call->control, 0},
      .per = itg_call_number(call, "per"),
      .level = itg_call_number(call, "conf_level"),
      .gamma = strcmp(itg_call_text(call, "standardised"), "gamma") == 0,
      .quasi = strcmp(itg_call_text(call, "overdispersion"), "quasi") == 0,
      .method = strcmp(itg_call_text(call, "limits"), "byar") == 0 ? ITG_COUNT_BYAR : ITG_COUNT_EXACT};
  ITG_TRY(itg_rates_read(&s, error));
  ITG_TRY(itg_rates_open_tables(&s, error));
  ITG_TRY(work_groups(&s, error));
  return itg_rates_note_rules(&s, error);
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
                                      "proportion) with limits, weight in the standard, events expected at "
                                      "its rates"},
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
