/* Measure investment: returns, payback, present values and annuities from publications, check values and by hand. */
#include "scoring.h"

#define FIGURE(r, scale) CELL(r, "estimates", "estimate", "scale", scale)

/* Sweden's quality registries: 70 million dollars a year for ten years, more than 7 billion back: ten to one. */
static void swedish_registries_ten_to_one(void **state) {
  (void)state;
  itg_text rows = ITG_TEXT_EMPTY;
  itg_text_add(&rows, "year,cost,benefit\n");
  for (int i = 0; i < 10; i++) itg_text_print(&rows, "%d,70,700\n", 2011 + i);
  itg_result *r = score("investment", (inputs){"data", rows.data}, "{rate: 0}");
  assert_near(FIGURE(r, "present_cost"), 700, 0);
  assert_near(FIGURE(r, "benefit_cost_ratio"), 10, 0);
  assert_near(FIGURE(r, "return_on_investment"), 900, 0);
  assert_near(FIGURE(r, "payback"), 0, 0);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "first_net_benefit"), "2011");
  itg_result_free(r);
  itg_text_clear(&rows);
}

/* Lombardy's information system: 0.8 billion over ten years, the first year of net benefit is 2007, 143 million of
 * cumulative net benefit by 2010: 17.9% of what was put in. */
static void lombardy_first_net_benefit_in_2007(void **state) {
  (void)state;
  itg_text rows = ITG_TEXT_EMPTY;
  itg_text_add(&rows, "year,cost,benefit\n");
  for (int y = 2001; y <= 2010; y++) itg_text_print(&rows, "%d,80,%s\n", y, y < 2007 ? "60" : "145.75");
  itg_result *r = score("investment", (inputs){"data", rows.data}, "{rate: 0}");
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "first_net_benefit"), "2007");
  assert_near(FIGURE(r, "net_benefit"), 143, 1e-12);
  assert_near(FIGURE(r, "return_on_investment"), 17.9, 0.05);
  assert_near(CELL(r, "cashflow", "cumulative", "year", "2010"), 143, 1e-12);
  itg_result_free(r);
  itg_text_clear(&rows);
}

static void groups_by_years_have_a_limit(void **state) {
  (void)state;
  itg_text rows = ITG_TEXT_EMPTY;
  itg_text_add(&rows, "site,year,cost\n");
  for (int i = 0; i < 15000; i++) itg_text_print(&rows, "s%d,%d,1\n", i, i % 2 * 10000);
  assert_fails("investment", (inputs){"data", rows.data}, "{by: site}", ITG_ERR_LIMIT, "groups x years make 150015000 cells");
  itg_text_clear(&rows);
}

/* 3.5 percent, ten years: end 8.316605323, start 8.607686509, middle 8.460894246, continuous 8.461311465. */
static void annuities_at_three_and_a_half_percent(void **state) {
  (void)state;
  const struct {
    const char *timing;
    double factor;
  } cases[] = {{"end", 8.316605323}, {"step", 8.607686509}, {"mid", 8.460894246}, {"continuous", 8.461311465}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    char options[96];
    snprintf(options, sizeof options, "{setup: 1000, setup_years: 10, timing: %s}", cases[i].timing);
    itg_result *r = score("investment", (inputs){"data", "year,cost\n0,1\n"}, options);
    assert_near(FIGURE(r, "annuity_factor"), cases[i].factor, 5e-10);
    assert_near(FIGURE(r, "setup_annuity"), 1000 / cases[i].factor, 1e-6);
    itg_result_free(r);
  }
}

/* Out 1000 at once, back 500 in each of three years: present value, payback and internal rate by hand. */
static void a_small_project_by_hand(void **state) {
  (void)state;
  const char *flows = "year,cost,benefit\n0,1000,0\n1,0,500\n2,0,500\n3,0,500\n";
  itg_result *r = score("investment", (inputs){"data", flows}, "{rate: 0.1}");
  double v = 1 / 1.1, present = 500 * (v + v * v + v * v * v);
  assert_near(FIGURE(r, "net_present_value"), present - 1000, 1e-10);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "net_present_value"), "pays");
  assert_near(FIGURE(r, "payback"), 3, 1e-15); /* years 1 and 2 bring it back: the end of year 2 is time 3 */
  double rate = FIGURE(r, "internal_rate_of_return") / 100, u = 1 / (1 + rate);
  assert_near(500 * (u + u * u + u * u * u), 1000, 1e-9);
  assert_near(rate, 0.233751928528, 5e-13); /* R: uniroot */
  assert_near(CELL(r, "cashflow", "cumulative", "year", "2"), 0, 0);
  assert_near(CELL(r, "cashflow", "factor", "year", "2"), v * v, 1e-15);
  itg_result_free(r);
}

static void setup_is_paid_at_the_start(void **state) {
  (void)state;
  const char *flows = "year,payer,cost,benefit\n2020,health,10,60\n2021,health,10,60\n2020,social,5,1\n2021,social,5,1\n";
  itg_result *r = score("investment", (inputs){"data", flows}, "{rate: 0, setup: 75, by: payer}");
#define OF(scale, payer) CELL(r, "estimates", "estimate", "scale", scale, "payer", payer)
  assert_near(OF("payback", "health"), 1.5, 1e-15);
  assert_near(OF("net_benefit", "health"), 25, 0);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "payback", "payer", "social"), "not within the years given");
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "net_present_value", "payer", "social"), "does not pay");
  itg_result_free(r);
}

static void no_single_internal_rate(void **state) {
  (void)state;
  itg_result *r = score("investment", (inputs){"data", "year,cost,benefit\n0,100,0\n1,0,230\n2,132,0\n"}, NULL);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "internal_rate_of_return"), "undefined");
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "internal_rate_of_return"),
                      "no single rate: the net flow changes sign more than once");
  itg_result_free(r);
}

static void a_blank_amount_is_no_zero(void **state) {
  (void)state;
  const char *flows = "year,cost,benefit\n0,100,NA\n1,NA,150\n";
  itg_result *r = score("investment", (inputs){"data", flows}, NULL);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "net_present_value"), "missing");
  assert_near(CELL(r, "estimates", "n_missing", "scale", "cost"), 2, 0);
  itg_result_free(r);
  r = score("investment", (inputs){"data", flows}, "{blank: zero, rate: 0}");
  assert_near(FIGURE(r, "net_present_value"), 50, 0);
  itg_result_free(r);
}

static void what_overflows_is_out_of_range(void **state) {
  (void)state;
  itg_result *r = score("investment", (inputs){"data", "year,cost,benefit\n0,1,-1e308\n"}, NULL);
  assert_true(isnan(FIGURE(r, "return_on_investment")));
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "return_on_investment"), "out of range");
  assert_near(FIGURE(r, "net_benefit"), -1e308, 0);
  itg_result_free(r);
}

static void bad_input_is_named(void **state) {
  (void)state;
  assert_fails("investment", (inputs){"data", "year,cost\n"}, NULL, ITG_ERR_EMPTY, "there are no rows");
  assert_fails("investment", (inputs){"data", "year,cost\nNA,1\n"}, NULL, ITG_ERR_EMPTY, "all years are missing");
  assert_fails("investment", (inputs){"data", "year,cost\n0.5,1\n"}, NULL, ITG_ERR_RANGE, "years are whole numbers");
  assert_fails("investment", (inputs){"data", "year,price\n0,1\n"}, NULL, ITG_ERR_COLUMN, "a cost, a benefit or both");
  assert_fails("investment", (inputs){"data", "year,cost\n0,1\n"}, "{rate: 2}", ITG_ERR_OPTION, "rate");
  assert_fails("investment", (inputs){"data", "year,cost\n0,1\n"}, "{rate: [0.03, 0.02]}", ITG_ERR_OPTION, "rate_from");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lombardy_first_net_benefit_in_2007), cmocka_unit_test(groups_by_years_have_a_limit),
      cmocka_unit_test(swedish_registries_ten_to_one), cmocka_unit_test(annuities_at_three_and_a_half_percent),
      cmocka_unit_test(a_small_project_by_hand),       cmocka_unit_test(setup_is_paid_at_the_start),
      cmocka_unit_test(no_single_internal_rate),       cmocka_unit_test(a_blank_amount_is_no_zero),
      cmocka_unit_test(what_overflows_is_out_of_range), cmocka_unit_test(bad_input_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
