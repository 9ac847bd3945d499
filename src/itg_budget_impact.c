/* itg_budget_impact.c - layer 3: measure budget_impact: what a new mix of care costs each payer, year by year. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "itg_call.h"
#include "itg_discount.h"
#include "itg_sum.h"
#include "itg_thread.h"

static const itg_role roles[] = {
    {"data", "scenario", ITG_ROLE_TEXT, true, 0, 0, "scenario, such as current and new"},
    {"data", "year", ITG_ROLE_NUMBER, true, 0, 10000,
     "year, a whole number such as 2026; the first in the data is the start"},
    {"data", "option", ITG_ROLE_TEXT, true, 0, 0, "form of care that people get"},
    {"data", "persons", ITG_ROLE_NUMBER, false, 0, INFINITY, "people who get it in that year"},
    {"data", "population", ITG_ROLE_NUMBER, false, 0, INFINITY,
     "people who could, in place of persons; with share"},
    {"data", "share", ITG_ROLE_NUMBER, false, 0, 1, "share of the population who get it, 0 to 1"},
    {"data", "members", ITG_ROLE_NUMBER, false, 0, INFINITY,
     "people the budget covers: the same number on each row of a year; gives the impact per member"},
    {"costs", "option", ITG_ROLE_TEXT, true, 0, 0, "form of care, as in the data"},
    {"costs", "cost", ITG_ROLE_NUMBER, true, 0, 0, "cost per person and year, in currency"},
    {"costs", "category", ITG_ROLE_TEXT, false, 0, 0, "kind of cost"},
    {"costs", "payer", ITG_ROLE_TEXT, false, 0, 0, "who bears it"},
    {"costs", "year", ITG_ROLE_NUMBER, false, 0, 10000,
     "year the cost is for; without the column: every year"},
    {"budgets", "year", ITG_ROLE_NUMBER, false, 0, 10000, "year of the budget"},
    {"budgets", "budget", ITG_ROLE_NUMBER, false, 0, INFINITY, "money that is there in that year"},
    {"budgets", "payer", ITG_ROLE_TEXT, false, 0, 0, "whose money; without the column: all payers together"},
    {0}};

static const itg_field options[] = {
    {"reference", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL,
     "scenario that the others are compared with; default: the first in order"},
    {"rate", ITG_FIELD_NUMBERS, false, "0", NULL, 0, 1, NULL,
     "discount rate a year of the sum over years, as a share"},
    {"rate_from", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, 10000, NULL,
     "years from which each rate holds; the first is 0"},
    {"timing", ITG_FIELD_TEXT, false, "step", ITG_TIMINGS, 0, 0, NULL,
     "when a year's costs count: step (its start), end, mid, continuous, none"},
    {0}};

/* ---- the plan: names, people, costs ---- */

typedef struct plan {
  itg_call *call;
  itg_discount discount;
  bool has_payer, has_category, has_members, has_budgets, budgets_by_payer;
  itg_factor scenarios, options;    /* of the data */
  itg_factor cost_options, payers, categories;
  int32_t first_year, n_years, n_payers, n_categories, reference;
  double *persons; /* scenario x year x option; NaN: no row, or missing */
  bool *seen;      /* the same: there is a row */
  double *members; /* scenario x year; NaN none */
  double *unit;    /* option x year x payer x category; 0 none, NaN missing */
  bool *priced;    /* option x year */
  double *budgets; /* year x (payers + 1); NaN none; the last is all payers together */
  itg_tidy tidy;
} plan;

static int64_t person_at(const plan *p, int32_t scenario, int32_t year, int32_t option) {
  return ((int64_t)scenario * p->n_years + year) * p->options.n_levels + option;
}

static int64_t unit_at(const plan *p, int32_t option, int32_t year, int32_t payer, int32_t category) {
  return (((int64_t)option * p->n_years + year) * p->n_payers + payer) * p->n_categories + category;
}

/* The year of a row, from the first one; negative: before it. */
static itg_status whole_year(const plan *p, const char *role, const double *years, const uint8_t *why, int64_t row,
                             int32_t *out, itg_error *error) {
  if (why[row] || years[row] != floor(years[row]))
    return itg_call_fail(p->call, error, ITG_ERR_RANGE, role, row, "years are whole numbers and never blank");
  *out = (int32_t)years[row] - p->first_year;
  return ITG_OK;
}

static itg_status no_all(const plan *p, const char *role, const itg_factor *names, itg_error *error) {
  if (itg_factor_find(names, "all") < 0) return ITG_OK;
  return itg_call_fail(p->call, error, ITG_ERR_DATA, role, -1, "'all' names the total; give it another name");
}

/* People of a row: persons, or population x share. */
typedef struct people {
  bool counted;
  double *persons, *population, *share;
  uint8_t *why_persons, *why_population, *why_share;
} people;

static itg_status read_people(plan *p, people *who, itg_error *error) {
  itg_call *call = p->call;
  who->counted = itg_call_has(call, "persons");
  if (who->counted == (itg_call_has(call, "population") && itg_call_has(call, "share")))
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "persons", -1,
                         who->counted ? "given beside population and share; give either persons or both of these"
                                      : "not found; give persons, or population and share");
  if (who->counted) return itg_call_numbers(call, "persons", &who->persons, &who->why_persons, error);
  ITG_TRY(itg_call_numbers(call, "population", &who->population, &who->why_population, error));
  return itg_call_numbers(call, "share", &who->share, &who->why_share, error);
}

static double people_of(const people *who, int64_t row) {
  if (who->counted) return who->why_persons[row] ? NAN : who->persons[row];
  return who->why_population[row] || who->why_share[row] ? NAN : who->population[row] * who->share[row];
}

static itg_status read_data(plan *p, itg_error *error) {
  itg_call *call = p->call;
  double *years, *members = NULL;
  uint8_t *why, *why_members = NULL;
  people who = {0};
  int64_t n = itg_call_rows(call, "data");
  if (!n) return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(call, "data"), -1, NULL, "there are no rows");
  ITG_TRY(itg_call_factor(call, "scenario", &p->scenarios, error));
  ITG_TRY(itg_call_factor(call, "data.option", &p->options, error));
  ITG_TRY(itg_call_numbers(call, "data.year", &years, &why, error));
  ITG_TRY(read_people(p, &who, error));
  if (p->has_members) ITG_TRY(itg_call_numbers(call, "members", &members, &why_members, error));
  int32_t last = INT32_MIN, first = INT32_MAX;
  for (int64_t row = 0; row < n; row++) {
    int32_t year;
    ITG_TRY(whole_year(p, "data.year", years, why, row, &year, error));
    if (year > last) last = year;
    if (year < first) first = year;
    if (p->scenarios.codes[row] < 0 || p->options.codes[row] < 0)
      return itg_call_fail(call, error, ITG_ERR_DATA, p->scenarios.codes[row] < 0 ? "scenario" : "data.option", row,
                           "blank; every row belongs to a scenario and an option");
  }
  p->first_year = first;
  p->n_years = last - first + 1;
  size_t S = (size_t)p->scenarios.n_levels, Y = (size_t)p->n_years, O = (size_t)p->options.n_levels;
  ITG_TRY(itg_call_need((double)S * (double)Y * (double)O, "scenarios x years x options",
                        "see whether these columns hold what they should", error));
  p->persons = itg_call_alloc(call, S * Y, O * sizeof *p->persons, error);
  p->seen = itg_call_alloc(call, S * Y, O * sizeof *p->seen, error);
  p->members = itg_call_alloc(call, S, Y * sizeof *p->members, error);
  if (!p->persons || !p->seen || !p->members) return ITG_ERR_MEMORY;
  for (size_t i = 0; i < S * Y; i++) p->members[i] = NAN;
  for (int64_t row = 0; row < n; row++) {
    int32_t scenario = p->scenarios.codes[row], year = (int32_t)years[row] - first;
    int64_t at = person_at(p, scenario, year, p->options.codes[row]);
    if (p->seen[at])
      return itg_call_fail(call, error, ITG_ERR_DUPLICATE, "data.option", row,
                           "this option of the scenario and year stands in another row too; remove one");
    p->seen[at] = true;
    p->persons[at] = people_of(&who, row);
    if (!members || why_members[row]) continue;
    double *place = &p->members[(int64_t)scenario * p->n_years + year];
    if (!(members[row] > 0) || (!isnan(*place) && *place != members[row]))
      return itg_call_fail(call, error, ITG_ERR_DATA, "members", row,
                           "members must be above 0 and the same on every row of a scenario and year");
    *place = members[row];
  }
  return ITG_OK;
}

static itg_status read_costs(plan *p, itg_error *error) {
  itg_call *call = p->call;
  double *costs, *years = NULL;
  uint8_t *why, *why_years = NULL;
  bool has_year = itg_call_has(call, "costs.year");
  int64_t n = itg_call_rows(call, "costs");
  ITG_TRY(itg_call_factor(call, "costs.option", &p->cost_options, error));
  ITG_TRY(itg_call_numbers(call, "cost", &costs, &why, error));
  if (has_year) ITG_TRY(itg_call_numbers(call, "costs.year", &years, &why_years, error));
  if (p->has_payer) ITG_TRY(itg_call_factor(call, "costs.payer", &p->payers, error));
  if (p->has_category) ITG_TRY(itg_call_factor(call, "category", &p->categories, error));
  ITG_TRY(no_all(p, "costs.payer", &p->payers, error));
  ITG_TRY(no_all(p, "category", &p->categories, error));
  p->n_payers = p->has_payer ? p->payers.n_levels : 1;
  p->n_categories = p->has_category ? p->categories.n_levels : 1;
  size_t O = (size_t)p->options.n_levels, Y = (size_t)p->n_years;
  size_t cells = (size_t)p->n_payers * (size_t)p->n_categories;
  ITG_TRY(itg_call_need((double)O * (double)Y * (double)p->n_payers * (double)p->n_categories,
                        "options x years x payers x categories",
                        "see whether these columns hold what they should", error));
  p->unit = itg_call_alloc(call, O * Y, cells * sizeof *p->unit, error);
  p->priced = itg_call_alloc(call, O, Y, error);
  int32_t *option_of = itg_call_alloc(call, (size_t)p->cost_options.n_levels, sizeof *option_of, error);
  if (!p->unit || !p->priced || !option_of) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < p->cost_options.n_levels; i++) {
    ITG_TRY(itg_pace_step(call->pace, error));
    option_of[i] = itg_factor_find(&p->options, p->cost_options.levels[i]);
  }
  for (int64_t row = 0; row < n; row++) {
    ITG_PACE(call->pace, row, error);
    int32_t payer = p->has_payer ? p->payers.codes[row] : 0,
            category = p->has_category ? p->categories.codes[row] : 0, code = p->cost_options.codes[row],
            first = 0, end = p->n_years;
    if (code < 0 || payer < 0 || category < 0)
      return itg_call_fail(
          call, error, ITG_ERR_DATA,
          code < 0    ? "costs.option"
          : payer < 0 ? "costs.payer"
                      : "category",
          row, "blank; every cost has an option, and a payer and category where there are such columns");
    int32_t option = option_of[code];
    if (has_year) {
      ITG_TRY(whole_year(p, "costs.year", years, why_years, row, &first, error));
      end = first >= 0 && first < p->n_years ? first + 1 : first;
    }
    for (int32_t y = first; option >= 0 && y < end; y++) {
      p->priced[(int64_t)option * p->n_years + y] = true;
      p->unit[unit_at(p, option, y, payer, category)] += why[row] ? NAN : costs[row];
    }
  }
  return ITG_OK;
}

static itg_status check_prices(const plan *p, itg_error *error) {
  for (int32_t o = 0; o < p->options.n_levels; o++)
    for (int32_t y = 0; y < p->n_years; y++) {
      bool used = false;
      for (int32_t s = 0; s < p->scenarios.n_levels; s++)
        used = used || (p->seen[person_at(p, s, y, o)] && p->persons[person_at(p, s, y, o)] != 0);
      if (used && !p->priced[(int64_t)o * p->n_years + y])
        return itg_fail_at(error, ITG_ERR_DATA, itg_call_table(p->call, "costs"), -1, NULL,
                           "option '%.60s' has people in year %d but no cost; add a row (0 if it costs nothing)",
                           p->options.levels[o], (int)(p->first_year + y));
    }
  return ITG_OK;
}

static itg_status read_budgets(plan *p, itg_error *error) {
  itg_call *call = p->call;
  size_t size = (size_t)p->n_years * (size_t)(p->n_payers + 1);
  p->budgets = itg_call_alloc(call, size, sizeof *p->budgets, error);
  if (!p->budgets) return ITG_ERR_MEMORY;
  for (size_t i = 0; i < size; i++) p->budgets[i] = NAN;
  if (!p->has_budgets) return ITG_OK;
  double *years, *budgets;
  uint8_t *why_years, *why;
  itg_factor payers = {0};
  if (!itg_call_has(call, "budgets.year") || !itg_call_has(call, "budget"))
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "budget", -1, "the budgets need columns year and budget");
  p->budgets_by_payer = itg_call_has(call, "budgets.payer") && p->has_payer;
  ITG_TRY(itg_call_numbers(call, "budgets.year", &years, &why_years, error));
  ITG_TRY(itg_call_numbers(call, "budget", &budgets, &why, error));
  if (p->budgets_by_payer) ITG_TRY(itg_call_factor(call, "budgets.payer", &payers, error));
  for (int64_t row = 0; row < itg_call_rows(call, "budgets"); row++) {
    int32_t year, payer = p->n_payers;
    ITG_TRY(whole_year(p, "budgets.year", years, why_years, row, &year, error));
    if (p->budgets_by_payer && payers.codes[row] >= 0) {
      payer = itg_factor_find(&p->payers, payers.levels[payers.codes[row]]);
      if (payer < 0)
        return itg_call_fail(call, error, ITG_ERR_DATA, "budgets.payer", row,
                             "this payer bears no cost; use the same names");
    }
    if (year < 0 || year >= p->n_years || why[row]) continue;
    double *place = &p->budgets[(int64_t)year * (p->n_payers + 1) + payer];
    if (!isnan(*place))
      return itg_call_fail(call, error, ITG_ERR_DUPLICATE, "budget", row, "the budget of this year is given twice");
    *place = budgets[row];
  }
  return ITG_OK;
}

/* ---- sums ---- */

/* A slice of one scenario; -1 stands for all. */
typedef struct slice {
  int32_t scenario, year, payer, category;
} slice;

static double persons_of(const plan *p, int32_t scenario, int32_t year) {
  itg_sum sum = {0, 0};
  for (int32_t y = year < 0 ? 0 : year; y < (year < 0 ? p->n_years : year + 1); y++)
    for (int32_t o = 0; o < p->options.n_levels; o++) itg_sum_add(&sum, p->persons[person_at(p, scenario, y, o)]);
  return itg_sum_value(&sum);
}

static bool row_is_missing(const plan *p, int32_t scenario, int32_t year, int32_t option) {
  return isnan(p->persons[person_at(p, scenario, year, option)]);
}

static double cost_of(const plan *p, slice s, int64_t *n, int64_t *n_missing) {
  itg_sum sum = {0, 0};
  *n = *n_missing = 0;
  for (int32_t y = s.year < 0 ? 0 : s.year; y < (s.year < 0 ? p->n_years : s.year + 1); y++) {
    double factor = s.year < 0 ? itg_discount_factor(&p->discount, y) : 1;
    for (int32_t o = 0; o < p->options.n_levels; o++) {
      int64_t at = person_at(p, s.scenario, y, o);
      if (!p->seen[at]) continue;
      itg_sum each = {0, 0};
      for (int32_t b = s.payer < 0 ? 0 : s.payer; b < (s.payer < 0 ? p->n_payers : s.payer + 1); b++)
        for (int32_t c = s.category < 0 ? 0 : s.category;
             c < (s.category < 0 ? p->n_categories : s.category + 1); c++)
          itg_sum_add(&each, p->unit[unit_at(p, o, y, b, c)]);
      double cost = p->persons[at] == 0 ? 0 : p->persons[at] * itg_sum_value(&each);
      if (row_is_missing(p, s.scenario, y, o) || isnan(cost))
        ++*n_missing;
      else
        ++*n;
      itg_sum_add(&sum, factor * cost);
    }
  }
  return itg_sum_value(&sum);
}

static double budget_of(const plan *p, int32_t year, int32_t payer) {
  const double *of_year = p->budgets + (int64_t)year * (p->n_payers + 1);
  if (payer >= 0) return of_year[payer];
  if (!isnan(of_year[p->n_payers]) || !p->budgets_by_payer) return of_year[p->n_payers];
  itg_sum sum = {0, 0};
  for (int32_t b = 0; b < p->n_payers; b++) itg_sum_add(&sum, of_year[b]);
  return itg_sum_value(&sum);
}

/* ---- estimates ---- */

/* The fewest people above 0 that a form of care has: people and cost stand side by side, so that with the prices, which
 * are public, they tell of each form.  0: nobody. */
static int64_t fewest_of(const plan *p, int32_t scenario, int32_t year) {
  double fewest = INFINITY;
  for (int32_t y = year < 0 ? 0 : year; y < (year < 0 ? p->n_years : year + 1); y++)
    for (int32_t o = 0; o < p->options.n_levels; o++) {
      double persons = p->persons[person_at(p, scenario, y, o)];
      if (persons > 0) fewest = fmin(fewest, fmax(floor(persons), 1));
    }
  return fewest < 1e15 ? (int64_t)fewest : 0;
}

static itg_status add(plan *p, const char *scale, slice s, bool versus, int64_t n, int64_t n_missing, double value,
                      const char *unit, const char *level, itg_error *error) {
  char year[16];
  const char *labels[4];
  int k = 0;
  snprintf(year, sizeof year, "%d", (int)(p->first_year + s.year));
  labels[k++] = p->scenarios.levels[s.scenario];
  labels[k++] = s.year < 0 ? "all" : year;
  if (p->has_payer) labels[k++] = s.payer < 0 ? "all" : p->payers.levels[s.payer];
  if (p->has_category) labels[k++] = s.category < 0 ? "all" : p->categories.levels[s.category];
  itg_estimate e = itg_estimate_of("budget_impact", scale, labels, unit);
  e.n = n;
  e.n_missing = n_missing;
  e.estimate = value;
  e.level = isnan(value) ? NULL : level;
  if (isnan(value)) e.reason = n_missing ? ITG_REASON_MISSING : ITG_REASON_UNDEFINED;
  ITG_TRY(itg_tidy_add(&p->tidy, &e, error));
  int64_t persons = fewest_of(p, s.scenario, s.year), base = versus ? fewest_of(p, p->reference, s.year) : 0;
  return itg_frame_set_persons(p->tidy.frame, p->tidy.rows - 1, base && (!persons || base < persons) ? base : persons,
                               error);
}

static itg_status write_slice(plan *p, slice s, itg_error *error) {
  int64_t n, n_missing, n_base, base_missing;
  slice base = {p->reference, s.year, s.payer, s.category};
  double cost = cost_of(p, s, &n, &n_missing), before = cost_of(p, base, &n_base, &base_missing),
         impact = cost - before;
  bool whole = s.payer < 0 && s.category < 0;
  ITG_TRY(itg_pace_step(p->call->pace, error));
  if (whole) ITG_TRY(add(p, "persons", s, false, n, n_missing, persons_of(p, s.scenario, s.year), "count", NULL, error));
  ITG_TRY(add(p, "cost", s, false, n, n_missing, cost, "currency", NULL, error));
  if (s.scenario != p->reference) {
    n += n_base;
    n_missing += base_missing;
    ITG_TRY(add(p, "impact", s, true, n, n_missing, impact, "currency",
                impact > 0 ? "costs more" : impact < 0 ? "saves" : "no change", error));
    ITG_TRY(add(p, "impact_percent", s, true, n, n_missing, before > 0 ? 100 * impact / before : NAN, "percent",
                NULL, error));
    if (p->has_members && s.year >= 0)
      ITG_TRY(add(p, "impact_per_member_month", s, true, n, n_missing,
                  impact / p->members[(int64_t)s.scenario * p->n_years + s.year] / 12, "currency", NULL, error));
  }
  if (!p->has_budgets || s.year < 0 || s.category >= 0 || (s.payer >= 0 && !p->budgets_by_payer)) return ITG_OK;
  double gap = cost - budget_of(p, s.year, s.payer);
  return add(p, "funding_gap", s, false, n, n_missing, gap, "currency",
             gap > 0 ? "short of money" : "within the budget", error);
}

static bool has_rows(const plan *p, int32_t scenario, int32_t year) {
  for (int32_t o = 0; o < p->options.n_levels; o++)
    if (p->seen[person_at(p, scenario, year, o)]) return true;
  return false;
}

static itg_status write_scenario(plan *p, int32_t scenario, itg_error *error) {
  int payers = p->has_payer ? p->n_payers : 0, categories = p->has_category ? p->n_categories : 0;
  for (int32_t y = 0; y <= p->n_years; y++) {
    if (y < p->n_years && !has_rows(p, scenario, y)) continue;
    for (int32_t b = 0; b <= payers; b++)
      for (int32_t c = 0; c <= categories; c++) {
        slice s = {scenario, y == p->n_years ? -1 : y, b == payers ? -1 : b, c == categories ? -1 : c};
        ITG_TRY(write_slice(p, s, error));
      }
    ITG_TRY(itg_check_stop(&p->call->control, (double)y / (p->n_years + 1), error));
  }
  return ITG_OK;
}

/* ---- the measure ---- */

static itg_status find_reference(plan *p, itg_error *error) {
  const char *reference = itg_call_text(p->call, "reference");
  p->reference = reference ? itg_factor_find(&p->scenarios, reference) : 0;
  if (p->reference >= 0) return ITG_OK;
  const char *near = itg_suggest(reference, p->scenarios.levels, (size_t)p->scenarios.n_levels);
  return itg_fail(error, ITG_ERR_OPTION, "reference: there is no scenario '%.80s'%s%s%s", reference,
                  near ? "; did you mean '" : "; name one of role scenario", near ? near : "", near ? "'?" : "");
}

/* A scenario with other people than the reference: not the mix of care alone is what its budget feels. */
static itg_status note_people(const plan *p, int32_t scenario, itg_error *error) {
  int32_t first = -1, n = 0;
  for (int32_t y = 0; y < p->n_years; y++) {
    double own = persons_of(p, scenario, y), base = persons_of(p, p->reference, y);
    if (!(fabs(own - base) > 1e-6 * base)) continue;
    if (!n++) first = y;
  }
  if (!n) return ITG_OK;
  char own[ITG_NUMBER_SIZE], base[ITG_NUMBER_SIZE];
  itg_number_print(persons_of(p, scenario, first), own);
  itg_number_print(persons_of(p, p->reference, first), base);
  return itg_result_note(p->call->result, error,
                         "Scenario '%.60s' is of other numbers of people than '%.60s' in %d of %d years (%s against %s in "
                         "%d): its impact is not of the mix of care alone.",
                         p->scenarios.levels[scenario], p->scenarios.levels[p->reference], (int)n, (int)p->n_years, own,
                         base, (int)(p->first_year + first));
}

static itg_status run(itg_call *call, itg_error *error) {
  const char *groups[] = {"scenario", "year", "payer", "category"};
  plan p = {.call = call,
            .has_payer = itg_call_has(call, "costs.payer"),
            .has_category = itg_call_has(call, "category"),
            .has_members = itg_call_has(call, "members"),
            .has_budgets = itg_call_table(call, "budgets") != NULL};
  ITG_TRY(itg_discount_read(call, "rate", "rate_from", "timing", &p.discount, error));
  ITG_TRY(read_data(&p, error));
  ITG_TRY(find_reference(&p, error));
  ITG_TRY(read_costs(&p, error));
  ITG_TRY(check_prices(&p, error));
  ITG_TRY(read_budgets(&p, error));
  int n = 2;
  if (p.has_payer) groups[n++] = "payer";
  if (p.has_category) groups[n++] = "category";
  ITG_TRY(itg_tidy_open(call->result, groups, n, &p.tidy, error));
  for (int32_t s = 0; s < p.scenarios.n_levels; s++) ITG_TRY(write_scenario(&p, s, error));
  for (int32_t s = 0; s < p.scenarios.n_levels; s++) ITG_TRY(note_people(&p, s, error));
  const char *words = itg_discount_words(call, &p.discount, error);
  if (!words) return ITG_ERR_MEMORY;
  return itg_result_note(call->result, error, "Against scenario '%s'; the sum over years is %s.",
                         p.scenarios.levels[p.reference], words);
}

const itg_measure itg_budget_impact_measure = {
    .name = "budget_impact",
    .title = "Budget impact: what a new mix of care costs each payer, year by year",
    .summary =
        "Takes people by scenario, year and form of care (persons, or population x share), costs per "
        "person and year by form of care (and category, payer, year), and budgets. Scales by scenario, "
        "year, payer and category, and for all of them: persons (person-years), cost; against the "
        "reference scenario: impact (currency), impact_percent, impact_per_member_month (with role "
        "members); funding_gap (cost less budget, with the input budgets; above 0 is short of money). Year "
        "'all' is the sum over years. n counts rows of people; a row without people, or a form of care "
        "with a missing cost, makes the sums with it missing.",
    .source =
        "Budget impact analysis as cost of the new mix less cost of the current mix, per payer and year, "
        "undiscounted unless a rate is given. Choices of ours: a form of care that has people but no cost "
        "is an error, not free; a month is a twelfth of a year.",
    .counts = "rows of people; the disclosure rule counts the fewest people that a form of care has",
    .roles = roles,
    .options = options,
    .outputs = NULL,
    .groups = false,
    .run = run};
