/* Measure budget_impact: mixes of care by hand; gaps, members and budgets; bad input. */
#include "scoring.h"

/* 1000 people; a tenth, then a third, move from usual care to case management. */
static const char mix[] =
    "scenario,year,option,population,share,members\n"
    "current,2025,usual,1000,1,50000\ncurrent,2026,usual,1000,1,50000\n"
    "new,2025,usual,1000,0.9,50000\nnew,2025,case management,1000,0.1,50000\n"
    "new,2026,usual,1000,0.7,50000\nnew,2026,case management,1000,0.3,50000\n";
static const char prices[] =
    "option,payer,category,cost\nusual,health,beds,900\nusual,social,home,300\n"
    "case management,health,beds,500\ncase management,health,manager,250\ncase management,social,home,400\n";

static const char options[] = "{reference: current}";
#define AT(scale, year, payer, category) \
  CELL(r, "estimates", "estimate", "scale", scale, "scenario", "new", "year", year, "payer", payer, "category", category)

static void impact_is_new_mix_less_current_mix(void **state) {
  (void)state;
  itg_result *r = score("budget_impact", (inputs){"data", mix, "costs", prices}, options);
  assert_near(AT("cost", "2025", "all", "all"), 900 * 1200 + 100 * 1150, 1e-9);
  assert_near(AT("impact", "2025", "all", "all"), -5000, 1e-9);
  assert_near(AT("impact", "2025", "health", "all"), -15000, 1e-9);
  assert_near(AT("impact", "2025", "social", "all"), 10000, 1e-9);
  assert_near(AT("impact", "2026", "health", "beds"), -300 * 400, 1e-9);
  assert_near(AT("impact", "2026", "health", "manager"), 300 * 250, 1e-9);
  assert_near(AT("impact", "all", "all", "all"), -20000, 1e-9);
  assert_near(AT("impact_percent", "2026", "all", "all"), -1.25, 1e-12);
  assert_near(AT("impact_per_member_month", "2026", "all", "all"), -15000.0 / 50000 / 12, 1e-15);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "impact", "year", "2025", "payer", "social", "category", "all"),
                      "costs more");
  itg_result_free(r);
}

static void the_sum_over_years_is_discounted_when_asked(void **state) {
  (void)state;
  itg_result *r = score("budget_impact", (inputs){"data", mix, "costs", prices}, "{reference: current, rate: 0.05}");
  assert_near(AT("impact", "all", "all", "all"), -5000 - 15000 / 1.05, 1e-9);
  itg_result_free(r);
}

static void funding_gap_by_payer_and_in_all(void **state) {
  (void)state;
  const char *budgets = "year,payer,budget\n2025,health,880000\n2025,social,320000\n2026,health,900000\n";
  itg_result *r = score("budget_impact", (inputs){"data", mix, "costs", prices, "budgets", budgets}, options);
  assert_near(AT("funding_gap", "2025", "health", "all"), 5000, 1e-9);
  assert_near(AT("funding_gap", "2025", "social", "all"), -10000, 1e-9);
  assert_near(AT("funding_gap", "2025", "all", "all"), -5000, 1e-9);
  assert_true(isnan(AT("funding_gap", "2026", "all", "all"))); /* one budget is not known */
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "funding_gap", "scenario", "new", "year", "2025", "payer", "health"),
                      "short of money");
  itg_result_free(r);
}

static void missing_people_make_sums_missing(void **state) {
  (void)state;
  itg_result *r = score("budget_impact",
                        (inputs){"data", "scenario,year,option,persons\na,0,x,10\nb,0,x,NA\nb,0,y,5\n", "costs",
                                 "option,cost\nx,1\ny,2\n"},
                        NULL);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "impact", "scenario", "b"), "missing");
  assert_near(CELL(r, "estimates", "n_missing", "scale", "cost", "scenario", "b"), 1, 0);
  itg_result_free(r);
}

static void costs_may_change_by_year(void **state) {
  (void)state;
  itg_result *r = score("budget_impact",
                        (inputs){"data", "scenario,year,option,persons\na,2025,x,10\na,2026,x,10\n", "costs",
                                 "option,year,cost\nx,2025,1\nx,2026,2\nx,2030,9\n"},
                        NULL);
  assert_near(CELL(r, "estimates", "estimate", "scale", "cost", "year", "2026"), 20, 0);
  assert_near(CELL(r, "estimates", "estimate", "scale", "cost", "year", "all"), 30, 0);
  itg_result_free(r);
}

/* Shares that lose people would pass for savings. */
static void other_numbers_of_people_are_told(void **state) {
  (void)state;
  itg_result *r = score("budget_impact",
                        (inputs){"data",
                                 "scenario,year,option,population,share\nnow,2025,x,1000,0.9\nnow,2025,y,1000,0.1\n"
                                 "now,2026,x,1000,0.9\nnow,2026,y,1000,0.1\nnew,2025,x,1000,0.3\nnew,2025,y,1000,0.2\n"
                                 "new,2026,x,1000,0.7\nnew,2026,y,1000,0.3\n",
                                 "costs", "option,cost\nx,1\ny,2\n"},
                        "reference: now");
  assert_true(has_note(r, "Scenario 'new' is of other numbers of people than 'now' in 1 of 2 years (500 against 1000 in "
                          "2025)"));
  itg_result_free(r);
  r = score("budget_impact",
            (inputs){"data", "scenario,year,option,persons\na,2025,x,10\nb,2025,y,10\n", "costs", "option,cost\nx,1\ny,2\n"},
            NULL);
  assert_false(has_note(r, "other numbers of people"));
  itg_result_free(r);
}

static void bad_input_is_named(void **state) {
  (void)state;
  static const char one[] = "scenario,year,option,persons\na,0,x,1\n", x[] = "option,cost\nx,1\n";
  const struct {
    inputs in;
    const char *options;
    itg_status status;
    const char *part;
  } cases[] = {
      {{"data", "scenario,year,option,persons\n", "costs", x}, NULL, ITG_ERR_EMPTY, "there are no rows"},
      {{"data", one, "costs", "option,cost\nz,1\n"}, NULL, ITG_ERR_DATA, "option 'x' has people in year 0 but no cost"},
      {{"data", one, "costs", x}, "{reference: c}", ITG_ERR_OPTION, "there is no scenario 'c'"},
      {{"data", "scenario,year,option\na,0,x\n", "costs", x}, NULL, ITG_ERR_COLUMN, "persons, or population and share"},
      {{"data", "scenario,year,option,persons\na,0,x,1\na,0,x,2\n", "costs", x}, NULL, ITG_ERR_DUPLICATE, "line 3"},
      {{"data", "scenario,year,option,persons\na,0,x,-1\n", "costs", x}, NULL, ITG_ERR_RANGE, "persons"},
      {{"data", "scenario,year,option,persons\na,0.5,x,1\n", "costs", x}, NULL, ITG_ERR_RANGE, "whole numbers"},
      {{"data", "scenario,year,option,persons\n,0,x,1\n", "costs", x}, NULL, ITG_ERR_DATA, "scenario"},
      {{"data", "scenario,year,option,population,share\na,0,x,1,1.2\n", "costs", x}, NULL, ITG_ERR_RANGE, "share"},
      {{"data", one, "costs", "option,category,cost\nx,all,1\n"}, NULL, ITG_ERR_DATA, "'all' names the total"},
      {{"data", one, "costs", x, "budgets", "year,budget\n0,1\n0,2\n"}, NULL, ITG_ERR_DUPLICATE, "given twice"},
      {{"data", one, "costs", x, "budgets", "year,money\n0,1\n"}, NULL, ITG_ERR_COLUMN, "year and budget"},
      {{"data", one}, NULL, ITG_ERR_ARGUMENT, "costs"},
  };
  for (size_t i = 0; i < ITG_COUNT(cases); i++)
    assert_fails("budget_impact", cases[i].in, cases[i].options, cases[i].status, cases[i].part);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(impact_is_new_mix_less_current_mix), cmocka_unit_test(the_sum_over_years_is_discounted_when_asked),
      cmocka_unit_test(funding_gap_by_payer_and_in_all),    cmocka_unit_test(missing_people_make_sums_missing),
      cmocka_unit_test(costs_may_change_by_year),           cmocka_unit_test(bad_input_is_named),
      cmocka_unit_test(other_numbers_of_people_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
