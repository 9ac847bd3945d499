/* itg_investment.c - layer 3: measure investment: does a programme pay back, when, and how much for each unit
 * put in. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "itg_call.h"
#include "itg_discount.h"
#include "itg_sum.h"

static const itg_role roles[] = {
    {"data", "year", ITG_ROLE_NUMBER, true, 0, 10000,
     "year, a whole number: 0, 1, 2 or 2024, 2025; the first in the data is the start"},
    {"data", "cost", ITG_ROLE_NUMBER, false, 0, 0, "what is put in in that year, in currency"},
    {"data", "benefit", ITG_ROLE_NUMBER, false, 0, 0,
     "what comes back in that year: savings, income, valued effects"},
    {0}};

static const itg_field options[] = {
    {"rate", ITG_FIELD_NUMBERS, false, "0.035", NULL, 0, 1, NULL,
     "discount rate a year, as a share; several with `rate_from`"},
    {"rate_from", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, 10000, NULL,
     "years from which each rate holds; the first is 0"},
    {"timing", ITG_FIELD_TEXT, false, "step", ITG_TIMINGS, 0, 0, NULL,
     "when a year's flows count: step (its start), end, mid, continuous (its start), none (no discounting)"},
    {"setup", ITG_FIELD_NUMBER, false, "0", NULL, 0, 1e15, NULL, "cost of setting up, paid at the start"},
    {"setup_years", ITG_FIELD_INTEGER, false, NULL, NULL, 1, 1000, NULL,
     "years that the set-up lasts: gives its equal yearly cost"},
    {"blank", ITG_FIELD_TEXT, false, "missing", "missing|zero", 0, 0, NULL,
     "what a blank cost or benefit is"},
    {0}};

static const itg_output outputs[] = {
    {"cashflow", "one row per group and year: cost, benefit, net, factor (discount), present_net, cumulative, "
                 "cumulative_present"},
    {0}};

/* One year of a group; sums over its rows. */
typedef struct year {
  itg_sum cost, benefit;
  int64_t rows, missing;
  double net, factor, cumulative, cumulative_present;
} year;

typedef struct plan {
  itg_call *call;
  itg_groups groups;
  itg_discount discount;
  bool has_cost, has_benefit, zero;
  double setup;
  int32_t first_year, n_years; /* of the data */
  year *years;     /* groups x years */
  itg_tidy tidy;
} plan;

/* ---- rows into years ---- */

static itg_status read_rows(plan *p, itg_error *error) {
  itg_call *call = p->call;
  double *when, *cost = NULL, *benefit = NULL;
  uint8_t *why_when, *why_cost = NULL, *why_benefit = NULL;
  int64_t n = itg_call_rows(call, "data"), unplaced = 0;
  if (!n) return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(call, "data"), -1, NULL, "there are no rows");
  ITG_TRY(itg_call_groups(call, &p->groups, error));
  ITG_TRY(itg_call_numbers(call, "year", &when, &why_when, error));
  if (p->has_cost) ITG_TRY(itg_call_numbers(call, "cost", &cost, &why_cost, error));
  if (p->has_benefit) ITG_TRY(itg_call_numbers(call, "benefit", &benefit, &why_benefit, error));
  double first = INFINITY, last = -INFINITY;
  for (int64_t row = 0; row < n; row++) {
    if (why_when[row]) continue;
    if (when[row] != floor(when[row]))
      return itg_call_fail(call, error, ITG_ERR_RANGE, "year", row, "years are whole numbers");
    first = fmin(first, when[row]);
    last = fmax(last, when[row]);
  }
  if (first > last)
    return itg_call_fail(call, error, ITG_ERR_EMPTY, "year", -1, "all years are missing; at least one is needed");
  p->first_year = (int32_t)first;
  p->n_years = (int32_t)(last - first) + 1;
  ITG_TRY(itg_call_need((double)p->groups.n_groups * p->n_years, "groups x years",
                        "group by columns of fewer values, or count years from 0", error));
  p->years = itg_call_alloc(call, (size_t)p->groups.n_groups * (size_t)p->n_years, sizeof *p->years, error);
  if (!p->years) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < n; row++) {
    ITG_PACE(call->pace, row, error);
    if (why_when[row] || p->groups.codes[row] < 0) {
      unplaced++;
      continue;
    }
    year *y = &p->years[(int64_t)p->groups.codes[row] * p->n_years + (int64_t)when[row] - p->first_year];
    y->rows++;
    y->missing += !p->zero && ((cost && why_cost[row]) || (benefit && why_benefit[row]));
    if (cost && !why_cost[row]) itg_sum_add(&y->cost, cost[row]);
    if (benefit && !why_benefit[row]) itg_sum_add(&y->benefit, benefit[row]);
  }
  if (unplaced)
    ITG_TRY(itg_result_note(call->result, error, "%lld rows have no year or group: left out.", (long long)unplaced));
  return ITG_OK;
}

/* ---- from years to figures ---- */

typedef struct figures {
  int64_t years, missing; /* years with rows, rows with a missing amount */
  double cost, benefit, present_cost, present_benefit;
  double payback, discounted_payback; /* years; NaN never */
  double first_net_benefit;           /* year; NaN never */
  double internal_rate;               /* share; NaN: the net flow does not change sign exactly once */
  int sign_changes;
} figures;

/* Time at which the cumulative flow first comes back to zero, linear within the year; 0 when it never is below. */
static double payback_of(const year *years, int32_t n, double setup, bool present) {
  double before = -setup;
  bool below = setup > 0;
  for (int32_t i = 0; i < n; i++) {
    double after = present ? years[i].cumulative_present : years[i].cumulative;
    if (before < 0 && after >= 0) return i + before / (before - after);
    below = below || after < 0;
    before = after;
  }
  return below ? NAN : 0;
}

/* Net present value at a yearly rate, flows at the start of their year. */
static double value_at(const year *years, int32_t n, double setup, double rate) {
  itg_sum sum = {-setup, 0};
  for (int32_t i = 0; i < n; i++) itg_sum_add(&sum, years[i].net * exp(-i * log1p(rate)));
  return itg_sum_value(&sum);
}

static int sign_changes_of(const year *years, int32_t n, double setup) {
  int changes = 0;
  double last = 0;
  for (int32_t i = 0; i < n; i++) {
    double net = years[i].net - (i ? 0 : setup);
    if (net == 0) continue;
    changes += last != 0 && (net < 0) != (last < 0);
    last = net;
  }
  return changes;
}

/* Bisection between -99 percent and 100,000 percent a year, to the last bit that halving reaches. */
static double internal_rate_of(const year *years, int32_t n, double setup) {
  double low = -0.99, high = 1000;
  bool falls = value_at(years, n, setup, low) > 0;
  if (falls == (value_at(years, n, setup, high) > 0)) return NAN;
  for (int i = 0; i < 200; i++) {
    double middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) break;
    if ((value_at(years, n, setup, middle) > 0) == falls)
      low = middle;
    else
      high = middle;
  }
  return low;
}

static figures figures_of(const plan *p, year *years) {
  figures f = {0};
  itg_sum cost = {p->setup, 0}, benefit = {0, 0}, present_cost = {p->setup, 0}, present_benefit = {0, 0};
  itg_sum running = {-p->setup, 0}, running_present = {-p->setup, 0};
  f.first_net_benefit = NAN;
  for (int32_t i = 0; i < p->n_years; i++) {
    year *y = &years[i];
    double in = itg_sum_value(&y->cost), back = itg_sum_value(&y->benefit);
    y->net = back - in;
    y->factor = itg_discount_factor(&p->discount, i);
    f.years += y->rows > 0;
    f.missing += y->missing;
    itg_sum_add(&cost, in);
    itg_sum_add(&benefit, back);
    itg_sum_add(&present_cost, in * y->factor);
    itg_sum_add(&present_benefit, back * y->factor);
    itg_sum_add(&running, y->net);
    itg_sum_add(&running_present, y->net * y->factor);
    y->cumulative = itg_sum_value(&running);
    y->cumulative_present = itg_sum_value(&running_present);
    if (y->net > 0 && isnan(f.first_net_benefit)) f.first_net_benefit = i;
  }
  f.cost = itg_sum_value(&cost);
  f.benefit = itg_sum_value(&benefit);
  f.present_cost = itg_sum_value(&present_cost);
  f.present_benefit = itg_sum_value(&present_benefit);
  f.payback = payback_of(years, p->n_years, p->setup, false);
  f.discounted_payback = payback_of(years, p->n_years, p->setup, true);
  f.sign_changes = sign_changes_of(years, p->n_years, p->setup);
  f.internal_rate = f.sign_changes == 1 ? internal_rate_of(years, p->n_years, p->setup) : NAN;
  return f;
}

/* Present value of 1 a year for n years, by the timing of the discount. */
static double annuity_factor(const itg_discount *discount, int64_t n) {
  if (discount->timing == ITG_TIMING_CONTINUOUS) return itg_discount_area(discount, 0, 1, (double)n, 1);
  itg_sum sum = {0, 0};
  for (int64_t i = 0; i < n; i++) itg_sum_add(&sum, itg_discount_factor(discount, (double)i));
  return itg_sum_value(&sum);
}

/* ---- tables ---- */

static itg_status add(plan *p, const char *scale, int32_t group, const figures *f, double value, const char *unit,
                      const char *level, itg_error *error) {
  itg_estimate e = itg_estimate_of("investment", scale, p->groups.labels ? p->groups.labels[group] : NULL, unit);
  e.n = f->years;
  e.n_missing = f->missing;
  e.estimate = f->missing ? NAN : value;
  e.level = f->missing ? NULL : level;
  if (isnan(e.estimate)) e.reason = f->missing ? ITG_REASON_MISSING : ITG_REASON_UNDEFINED;
  return itg_tidy_add(&p->tidy, &e, error);
}

static itg_status write_group(plan *p, int32_t group, itg_error *error) {
  figures f = figures_of(p, &p->years[(int64_t)group * p->n_years]);
  double net = f.present_benefit - f.present_cost;
  const char *never = "not within the years given";
  bool paid = f.present_cost > 0;
  ITG_TRY(add(p, "cost", group, &f, f.cost, "currency", NULL, error));
  ITG_TRY(add(p, "benefit", group, &f, f.benefit, "currency", NULL, error));
  ITG_TRY(add(p, "net_benefit", group, &f, f.benefit - f.cost, "currency", NULL, error));
  ITG_TRY(add(p, "present_cost", group, &f, f.present_cost, "currency", NULL, error));
  ITG_TRY(add(p, "present_benefit", group, &f, f.present_benefit, "currency", NULL, error));
  ITG_TRY(add(p, "net_present_value", group, &f, net, "currency",
              net > 0   ? "pays"
              : net < 0 ? "does not pay"
                        : "even",
              error));
  ITG_TRY(add(p, "benefit_cost_ratio", group, &f, paid ? f.present_benefit / f.present_cost : NAN, "ratio",
              NULL, error));
  ITG_TRY(add(p, "return_on_investment", group, &f, paid ? 100 * net / f.present_cost : NAN, "percent", NULL, error));
  ITG_TRY(add(p, "payback", group, &f, f.payback, "years", isnan(f.payback) ? never : NULL, error));
  ITG_TRY(add(p, "discounted_payback", group, &f, f.discounted_payback, "years",
              isnan(f.discounted_payback) ? never : NULL, error));
  char year[16];
  if (!isnan(f.first_net_benefit)) snprintf(year, sizeof year, "%d", (int)(p->first_year + f.first_net_benefit));
  ITG_TRY(add(p, "first_net_benefit", group, &f, f.first_net_benefit, "years",
              isnan(f.first_net_benefit) ? never : year, error));
  ITG_TRY(add(p, "internal_rate_of_return", group, &f, 100 * f.internal_rate, "percent",
              f.sign_changes > 1    ? "no single rate: the net flow changes sign more than once"
              : f.sign_changes == 0 ? "no rate: the net flow never changes sign"
                                    : NULL,
              error));
  if (!itg_call_given(p->call, "setup_years")) return ITG_OK;
  double factor = annuity_factor(&p->discount, itg_call_integer(p->call, "setup_years"));
  ITG_TRY(add(p, "annuity_factor", group, &f, factor, "years", NULL, error));
  return add(p, "setup_annuity", group, &f, p->setup / factor, "currency", NULL, error);
}

static itg_status write_cashflow(plan *p, itg_error *error) {
  static const char *const names[] = {"cost",   "benefit",     "net",        "factor",
                                      "present_net", "cumulative", "cumulative_present"};
  itg_frame *frame;
  int k = p->groups.n_columns;
  int64_t row = 0;
  ITG_TRY(itg_result_add_table(p->call->result, "cashflow", &frame, error));
  for (int i = 0; i < k; i++)
    ITG_TRY(itg_frame_add_column(frame, p->groups.names[i], ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(frame, "year", ITG_TYPE_INT64, NULL, error));
  for (size_t i = 0; i < ITG_COUNT(names); i++)
    ITG_TRY(itg_frame_add_column(frame, names[i], ITG_TYPE_DOUBLE, NULL, error));
  ITG_TRY(itg_frame_resize(frame, (int64_t)p->groups.n_groups * p->n_years, error));
  for (int32_t g = 0; g < p->groups.n_groups; g++) {
    bool known = true;
    for (int32_t i = 0; i < p->n_years; i++, row++) {
      const year *y = &p->years[(int64_t)g * p->n_years + i];
      known = known && !y->missing;
      const double cells[] = {itg_sum_value(&y->cost), itg_sum_value(&y->benefit), y->net,  y->factor,
                              y->net * y->factor,      y->cumulative,              y->cumulative_present};
      for (int c = 0; c < k; c++) ITG_TRY(itg_frame_set_text(frame, row, c, p->groups.labels[g][c], error));
      itg_frame_set_int(frame, row, k, p->first_year + i);
      for (int c = 0; c < (int)ITG_COUNT(cells); c++) {
        bool gap = c == 3 ? false : c < 5 ? y->missing > 0 : !known;
        itg_frame_set_double(frame, row, k + 1 + c, gap ? NAN : cells[c]);
      }
    }
  }
  return ITG_OK;
}

/* ---- the measure ---- */

static itg_status run(itg_call *call, itg_error *error) {
  plan p = {.call = call,
            .has_cost = itg_call_has(call, "cost"),
            .has_benefit = itg_call_has(call, "benefit"),
            .zero = strcmp(itg_call_text(call, "blank"), "zero") == 0,
            .setup = itg_call_number(call, "setup")};
  if (!p.has_cost && !p.has_benefit)
    return itg_call_fail(call, error, ITG_ERR_COLUMN, "cost", -1, "not found; a cost, a benefit or both are needed");
  ITG_TRY(itg_discount_read(call, "rate", "rate_from", "timing", &p.discount, error));
  ITG_TRY(read_rows(&p, error));
  ITG_TRY(itg_tidy_open(call->result, p.groups.names, p.groups.n_columns, &p.tidy, error));
  for (int32_t g = 0; g < p.groups.n_groups; g++) ITG_TRY(write_group(&p, g, error));
  ITG_TRY(write_cashflow(&p, error));
  const char *words = itg_discount_words(call, &p.discount, error);
  if (!words) return ITG_ERR_MEMORY;
  return itg_result_note(call->result, error, "Amounts of later years: %s.", words);
}

const itg_measure itg_investment_measure = {
    .name = "investment",
    .title = "Return on investment, payback and net present value of a programme",
    .summary =
        "Takes a row per year of what is put in and what comes back (several rows of a year are summed; "
        "groups by `by`, such as the payer). Scales: cost, benefit, net_benefit (undiscounted); "
        "present_cost, present_benefit, net_present_value (discounted); benefit_cost_ratio and "
        "return_on_investment (percent), of present values; payback and discounted_payback (years until "
        "the cumulative flow first comes back to zero, linear within the year; 0 when it never falls "
        "below); first_net_benefit (years from the start to the first year in which more comes back than "
        "is put in; level names it); internal_rate_of_return (percent a year, flows at the start of their "
        "year; undefined unless the net flow changes sign exactly once); with `setup_years` annuity_factor "
        "(years) and setup_annuity (equal yearly cost of the set-up over its life). n counts years with "
        "rows, n_missing rows with a blank amount, which make every figure of the group missing.",
    .source =
        "Standard formulas of investment appraisal; discount conventions as in measure qaly. Set-up cost "
        "belongs in: studies of integrated care rarely count it. Choices of ours: linear payback within a "
        "year, the first crossing counts, a blank amount is missing and not zero.",
    .counts = "years",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run};
