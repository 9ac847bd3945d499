/* Measure tornado: dampack and closed forms reproduced; other shapes of the same runs; bad input. */
#include "files.h"
#include "scoring.h"

/* Made by dampack's run_owsa_det with five values of each parameter; strategies usual, network, home. */
static itg_result *run_file(const char *options) {
  itg_error error = {0};
  itg_frame *frame = read_frame("tests/data/golden/tornado_runs.csv");
  itg_result *result = NULL;
  if (itg_measure_run("tornado", itg_frame_table(frame), 1, options, NULL, &result, &error))
    fail_msg("%s", error.message);
  itg_frame_free(frame);
  return result;
}

/* owsa_tornado(return = "data") of the incremental net benefit at 20000, in its order. */
static void dampack_1_0_2_tornado(void **state) {
  (void)state;
  const struct {
    const char *strategy, *parameter;
    double value_low, low, value_high, high;
  } wanted[] = {{"network", "c_coordinator", 400, 1131.25, 1600, -68.75},
                {"network", "admissions", 0.5, 37.5, 2, 1125},
                {"network", "c_admission", 2800, 362.5, 6400, 925},
                {"network", "c_home", 1200, 581.25, 3600, 581.25},
                {"network", "effect_home", 0.125, 581.25, 0.5, 581.25},
                {"home", "c_home", 1200, 1930.859375, 3600, -469.140625},
                {"home", "c_admission", 2800, 183.984375, 6400, 1590.234375},
                {"home", "c_coordinator", 400, 730.859375, 1600, 730.859375},
                {"home", "effect_network", 0, 730.859375, 0.25, 730.859375}};
  itg_result *r = run_file("{\"thresholds\": 20000}");
  const itg_table *t = itg_result_find(r, "tornado");
  int64_t last = -1;
  for (size_t i = 0; i < ITG_COUNT(wanted); i++) {
    int64_t row = row_where(t, WHERE("strategy", wanted[i].strategy, "parameter", wanted[i].parameter));
    assert_true(row > last);
    last = row;
    assert_near(number_at(t, row, "value_low"), wanted[i].value_low, 0);
    assert_near(number_at(t, row, "value_high"), wanted[i].value_high, 0);
    assert_near(number_at(t, row, "inmb_low"), wanted[i].low, 1e-9);
    assert_near(number_at(t, row, "inmb_high"), wanted[i].high, 1e-9);
    assert_near(number_at(t, row, "inhb_high"), wanted[i].high / 20000, 1e-13);
    assert_near(number_at(t, row, "width"), fabs(wanted[i].high - wanted[i].low), 1e-9);
  }
  itg_result_free(r);
}

/* owsa_opt_strat(return = "data"): the values from and up to which a strategy is the best. */
static void dampack_1_0_2_optimal_strategies(void **state) {
  (void)state;
  const struct {
    const char *parameter, *first, *second;
    double last_of_first, first_of_second;
  } wanted[] = {{"admissions", "network", "home", 0.875, 1.25},
                {"c_admission", "network", "home", 2800, 3700},
                {"c_coordinator", "network", "home", 700, 1000},
                {"c_home", "home", "network", 2400, 3000},
                {"effect_home", "network", "home", 0.21875, 0.3125},
                {"effect_network", "home", "network", 0.125, 0.1875},
                {"u_gain", "usual", "home", -0.015625, 0.03125}};
  itg_result *r = run_file("{\"thresholds\": 20000}");
  const itg_table *t = itg_result_find(r, "switches"), *runs = itg_result_find(r, "one_way");
  assert_int_equal(t->n_rows, ITG_COUNT(wanted));
  for (size_t i = 0; i < ITG_COUNT(wanted); i++) {
    int64_t row = row_where(t, WHERE("parameter", wanted[i].parameter));
    assert_string_equal(text_at(t, row, "optimal_from"), wanted[i].first);
    assert_string_equal(text_at(t, row, "optimal_to"), wanted[i].second);
    assert_near(number_at(t, row, "value_from"), wanted[i].last_of_first, 0);
    assert_near(number_at(t, row, "value_to"), wanted[i].first_of_second, 0);
    assert_string_equal(TEXT(r, "tornado", "optimal_low", "parameter", wanted[i].parameter), wanted[i].first);
    assert_string_equal(TEXT(r, "tornado", "optimal_high", "parameter", wanted[i].parameter),
                        wanted[i].second);
    assert_string_equal(TEXT(r, "tornado", "switches", "parameter", wanted[i].parameter), "true");
  }
  int best = 0;
  for (int64_t row = 0; row < runs->n_rows; row++) best += strcmp(text_at(runs, row, "optimal"), "true") == 0;
  assert_int_equal(best, 36); /* one in the base case and in each of 35 runs */
  itg_result_free(r);
}

/* Where net benefit is linear in a parameter the switch between network and home is exact. */
static void switches_of_a_linear_model_are_exact(void **state) {
  (void)state;
  itg_result *r = run_file("{\"thresholds\": 20000}");
  double effect =
      1.25 * 0.3125 * 0.08 + 1.4 * 0.03125 - 0.5 * 0.03125 * 0.03125 - (1.25 * 0.125 * 0.08 + 0.03125);
  double fewer = 1.25 * (0.3125 - 0.125);
  assert_near(CELL(r, "switches", "value_switch", "parameter", "c_home"), 950 + fewer * 4200 + 20000 * effect,
              1e-8);
  assert_near(CELL(r, "switches", "value_switch", "parameter", "c_coordinator"),
              2400 - fewer * 4200 - 20000 * effect, 1e-8);
  assert_near(CELL(r, "switches", "value_switch", "parameter", "c_admission"),
              (1450 - 20000 * effect) / fewer, 1e-8);
  itg_result_free(r);
}

static const inputs BY_VALUE = {
    "data",
    "parameter,value,strategy,cost,effect\nbase,,A,100,1\nbase,,B,150,1.01\n"
    "p,1,A,100,1\np,1,B,130,1.01\np,9,A,100,1\np,9,B,170,0.99\n"
    "q,3,B,150,1.03\nq,3,A,100,1\nq,7,A,100,1\nq,7,B,150,1.02\nq,5,A,100,1\nq,5,B,150,1\n",
    NULL};

static void a_bar_reaches_to_the_base_case_and_over_points_between(void **state) {
  (void)state;
  itg_result *r = score("tornado", BY_VALUE, "{\"thresholds\": [0, 10000]}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "inmb", "threshold", "10000"), 50, 1e-9);
  /* q: 250 at 3, -50 at 5, 150 at 7. */
  assert_near(CELL(r, "estimates", "estimate", "scale", "inmb_low", "parameter", "q", "threshold", "10000"),
              250, 1e-9);
  assert_near(CELL(r, "estimates", "estimate", "scale", "inmb_high", "parameter", "q", "threshold", "10000"),
              150, 1e-9);
  assert_near(CELL(r, "estimates", "estimate", "scale", "width", "parameter", "q", "threshold", "10000"), 300,
              1e-9);
  assert_near(CELL(r, "estimates", "n", "scale", "width", "parameter", "q"), 3, 0);
  /* p: 70 at 1, -170 at 9, where more effect has become less: the range runs through 0, a ratio would not. */
  assert_near(CELL(r, "estimates", "estimate", "scale", "inmb_low", "parameter", "p", "threshold", "10000"),
              70, 1e-9);
  assert_near(CELL(r, "estimates", "estimate", "scale", "inmb_high", "parameter", "p", "threshold", "10000"),
              -170, 1e-9);
  assert_string_equal(TEXT(r, "tornado", "parameter", "threshold", "10000"), "q");
  /* At threshold 0 costs alone count: A is best everywhere, and there is no health benefit. */
  assert_string_equal(TEXT(r, "tornado", "switches", "parameter", "q", "threshold", "0"), "false");
  assert_true(isnan(CELL(r, "tornado", "inhb", "parameter", "q", "threshold", "0")));
  const itg_table *t = itg_result_find(r, "switches");
  assert_int_equal(t->n_rows, 3); /* p once, q there and back */
  assert_near(CELL(r, "switches", "value_switch", "parameter", "q", "value_from", "3"), 3 + 2 * 250.0 / 300,
              1e-9);
  assert_near(CELL(r, "switches", "value_switch", "parameter", "q", "value_from", "5"), 5 + 2 * 50.0 / 200,
              1e-9);
  itg_result_free(r);
}

static void words_for_the_limits_and_net_benefit_say_the_same(void **state) {
  (void)state;
  const inputs words = {
      "data",
      "parameter,limit,option,nmb\np,high,A,9900\np,low,B,9970\np,low,A,9900\np,high,B,9730\n"
      "reference,,B,9950\nreference,,A,9900\nq,high,A,9900\nq,high,B,10050\n",
      NULL};
  itg_result *a = score("tornado", BY_VALUE, "{\"thresholds\": 10000}");
  itg_result *b = score("tornado", words,
                        "{\"base\": \"reference\", \"strategies\": [\"A\", \"B\"], \"columns\": "
                        "{\"strategy\": \"option\", \"benefit\": \"nmb\"}}");
  const char *const scales[] = {"inmb_low", "inmb_high", "width"};
  for (int i = 0; i < 3; i++)
    assert_near(CELL(a, "estimates", "estimate", "scale", scales[i], "parameter", "p"),
                CELL(b, "estimates", "estimate", "scale", scales[i], "parameter", "p"), 1e-9);
  assert_null(TEXT(b, "estimates", "threshold", "scale", "inmb"));
  assert_true(isnan(CELL(b, "tornado", "value_low", "parameter", "p")));
  assert_true(isnan(CELL(b, "switches", "value_switch", "parameter", "p")));
  assert_string_equal(TEXT(b, "switches", "optimal_to", "parameter", "p"), "A");
  /* One limit of q alone was run. */
  assert_true(isnan(CELL(b, "tornado", "inmb_low", "parameter", "q")));
  assert_string_equal(TEXT(b, "estimates", "reason", "scale", "inmb_low", "parameter", "q"), "missing");
  assert_near(CELL(b, "tornado", "inmb_high", "parameter", "q"), 150, 1e-9);
  assert_near(CELL(b, "tornado", "width", "parameter", "q"), 100, 1e-9);
  itg_result_free(a);
  itg_result_free(b);
}

static void a_tie_is_won_by_the_first_and_the_reference_may_be_any(void **state) {
  (void)state;
  const inputs in = {
      "data",
      "parameter,value,strategy,cost,effect\nbase,,A,100,1\nbase,,B,200,1.0078125\np,1,A,100,1\np,1,B,100,1\n",
      NULL};
  itg_result *r = score("tornado", in, "{\"thresholds\": 12800}");
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "inmb"), "A");
  assert_string_equal(TEXT(r, "tornado", "switches", "parameter", "p"), "false");
  assert_near(CELL(r, "tornado", "inmb_low", "parameter", "p"),
              CELL(r, "tornado", "inmb_high", "parameter", "p"), 0);
  itg_result_free(r);
  r = score("tornado", in, "{\"thresholds\": 25600, \"reference\": \"B\", \"strategies\": [\"B\", \"A\"]}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "inmb"), -100, 1e-9);
  assert_string_equal(TEXT(r, "tornado", "strategy", "parameter", "p"), "A");
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "inmb"), "B");
  itg_result_free(r);
}

static void bad_input(void **state) {
  (void)state;
#define HEAD "parameter,value,strategy,cost,effect\n"
#define BASE HEAD "base,,A,100,1\nbase,,B,150,1.01\n"
  const struct {
    const char *text, *options;
    itg_status status;
    const char *part;
  } wrong[] = {
      {HEAD, "{}", ITG_ERR_EMPTY, "no rows"},
      {BASE, "{}", ITG_ERR_DATA, "base case alone"},
      {HEAD "p,1,A,1,1\np,1,B,1,1\n", "{}", ITG_ERR_DATA, "no row is of the base case"},
      {HEAD "base,,A,1,1\np,1,A,1,1\n", "{}", ITG_ERR_DATA, "one strategy, 'A'"},
      {BASE "p,1,A,1,1\n", "{}", ITG_ERR_DATA, "no row for strategy 'B'"},
      {BASE "p,1,A,1,1\np,1,B,1,1\np,1,B,2,1\n", "{}", ITG_ERR_DUPLICATE, "another row of this run of 'p'"},
      {BASE "base,,A,1,1\np,1,A,1,1\np,1,B,1,1\n", "{}", ITG_ERR_DUPLICATE, "this run of 'base'"},
      {BASE "p,,A,1,1\np,1,B,1,1\n", "{}", ITG_ERR_DATA, "value of parameter 'p' is missing"},
      {BASE ",1,A,1,1\np,1,B,1,1\n", "{}", ITG_ERR_DATA, "write 'base' for the base case"},
      {BASE "p,1,,1,1\np,1,B,1,1\n", "{}", ITG_ERR_DATA, "strategy is missing"},
      {BASE "p,1,A,,1\np,1,B,1,1\n", "{}", ITG_ERR_DATA, "the cost is missing"},
      {BASE "p,1,A,1,1\np,1,B,1,\n", "{}", ITG_ERR_DATA, "the effect is missing"},
      {BASE "p,1,A,1,1\np,1,B,1,1e305\n", "{}", ITG_ERR_RANGE, "too large"},
      {BASE "p,1,A,1,1\np,1,B,1,1\n", "{\"reference\": \"C\"}", ITG_ERR_OPTION, "no strategy 'C'"},
      {BASE "p,1,A,1,1\np,1,B,1,1\n", "{\"thresholds\": -1}", ITG_ERR_OPTION, "thresholds"},
      {BASE "p,1,A,1,1\np,1,B,1,1\n", "{\"base\": \"bse\"}", ITG_ERR_DATA, "parameter 'bse'"},
      {BASE "p,1,A,1,1\np,1,B,1,1\n", "{\"columns\": {\"benefit\": \"cost\"}}", ITG_ERR_COLUMN,
       "beside a cost"},
      {"parameter,strategy,cost,effect\nbase,A,1,1\n", "{}", ITG_ERR_COLUMN, "'value' or 'limit'"},
      {"parameter,value,strategy,cost\nbase,,A,1\n", "{}", ITG_ERR_COLUMN, "no column for role 'effect'"},
      {"parameter,value,strategy,benefit\nbase,,A,1\n", "{\"thresholds\": 1}", ITG_ERR_OPTION,
       "leave out 'thresholds'"},
      {"parameter,limit,strategy,benefit\nbase,,A,1\nbase,,B,1\np,lo,A,1\np,high,B,1\n", "{}", ITG_ERR_DATA,
       "'lo' is no limit"},
      {"parameter,limit,value,strategy,benefit\nbase,,,A,1\nbase,,,B,1\np,low,1,A,1\np,low,2,B,1\n", "{}",
       ITG_ERR_DATA, "another value at this limit"},
  };
  for (size_t i = 0; i < ITG_COUNT(wrong); i++) {
    const inputs in = {"data", wrong[i].text, NULL};
    assert_fails("tornado", in, wrong[i].options, wrong[i].status, wrong[i].part);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dampack_1_0_2_tornado),
      cmocka_unit_test(dampack_1_0_2_optimal_strategies),
      cmocka_unit_test(switches_of_a_linear_model_are_exact),
      cmocka_unit_test(a_bar_reaches_to_the_base_case_and_over_points_between),
      cmocka_unit_test(words_for_the_limits_and_net_benefit_say_the_same),
      cmocka_unit_test(a_tie_is_won_by_the_first_and_the_reference_may_be_any),
      cmocka_unit_test(bad_input),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
