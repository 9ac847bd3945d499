/* Measure evppi: analytic truth, an independent smoother, bias, bad input. */
#include "groups.h"
#include "itg_random.h"
#include "itg_special.h"
#include "scoring.h"

enum { MOST = 40000, COLUMNS = 7 };

/* Strategies A (nothing) and B; net benefit of B at threshold 1 is made by the caller. */
typedef struct samples {
  double zero[MOST], gain[MOST], x[3][MOST];
  itg_column columns[COLUMNS];
  itg_table table;
} samples;

static void fill(samples *s, int64_t n, uint32_t replicate) {
  itg_random random;
  itg_random_init(&random, 11, ITG_PURPOSE_TEST, replicate);
  for (int64_t i = 0; i < n; i++) {
    s->zero[i] = 0;
    for (int d = 0; d < 3; d++) s->x[d][i] = itg_random_normal(&random);
    s->gain[i] = itg_random_normal(&random);
  }
  const char *const names[COLUMNS] = {"cost_A", "cost_B", "effect_A", "effect_B", "x1", "x2", "x3"};
  const double *const data[COLUMNS] = {s->zero, s->zero, s->zero, s->gain, s->x[0], s->x[1], s->x[2]};
  for (int c = 0; c < COLUMNS; c++)
    s->columns[c] = (itg_column){.name = names[c], .type = ITG_TYPE_DOUBLE, .data = data[c]};
  s->table = (itg_table){"data", NULL, n, COLUMNS, s->columns, NULL};
}

#define ROLES "\"columns\": {\"costs\": \"/^cost_/\", \"effects\": \"/^effect_/\", \"parameters\": \"x{n}\"}"

static itg_result *run_table(const itg_table *table, const char *options, int threads) {
  itg_error error = {0};
  itg_result *result = NULL;
  itg_control control = {.threads = threads};
  if (itg_measure_run("evppi", table, 1, options, &control, &result, &error)) fail_msg("%s", error.message);
  return result;
}

static double value(const itg_result *r, const char *scale, const char *set) {
  return CELL(r, "estimates", "estimate", "scale", scale, "parameters", set);
}

static double unit_loss(double mean, double sd) {
  return sd * itg_normal_density(mean / sd) - fabs(mean) * itg_normal_cdf(-fabs(mean) / sd);
}

/* Net benefit 100 + 300 X1 + 400 X2 + noise: EVPPI is the unit loss, 76.2708, 114.5379 and 153.4473. */
static void linear_gaussian_model_has_the_unit_normal_loss(void **state) {
  (void)state;
  static samples s;
  fill(&s, MOST, 0);
  for (int i = 0; i < MOST; i++) s.gain[i] = 100 + 300 * s.x[0][i] + 400 * s.x[1][i] + 200 * s.gain[i];
  itg_result *r = run_table(&s.table, "{" ROLES ", \"thresholds\": [1], \"sets\": {\"both\": [\"x1\", \"x2\"]}}", 1);
  const struct {
    const char *set;
    double truth, published;
  } wanted[] = {{"x1", unit_loss(100, 300), 76.27083429}, {"x2", unit_loss(100, 400), 114.5378793},
                {"both", unit_loss(100, 500), 153.4473179}};
  for (size_t i = 0; i < ITG_COUNT(wanted); i++) {
    double error = CELL(r, "estimates", "std_error", "scale", "evppi", "parameters", wanted[i].set);
    assert_near(wanted[i].truth, wanted[i].published, 5e-8);
    assert_true(error > 0.5 && error < 2.5);
    assert_near(value(r, "evppi", wanted[i].set), wanted[i].truth, 3 * error);
    assert_near(value(r, "evppi_cross_fitted", wanted[i].set), wanted[i].truth, 3 * error);
  }
  assert_near(value(r, "evppi", "x3"), 0, 0.5);
  assert_true(value(r, "evppi", "both") <= CELL(r, "estimates", "estimate", "scale", "evpi"));
  itg_result_free(r);
}

/* Brennan, Kharroubi, O'Hagan and Chilcott, Med Decis Making 2007: two treatments, 19 normal parameters, four of them
 * correlated by .6, at a threshold of 10 000.  The truth is of conditional means worked out by hand and 4 x 10^7 draws of
 * them (standard errors .06, .25, .13 and .3). */
static void two_treatments_of_brennan_2007(void **state) {
  (void)state;
  enum { TAKEN = 6 };
  static const double moments[19][2] = {{1000, 1}, {.1, .02}, {5.2, 1}, {400, 200}, {.7, .1}, {.3, .1}, {3, .5},
                                        {.25, .1}, {-.1, .02}, {.5, .2}, {1500, 1}, {.08, .02}, {6.1, 1}, {.8, .1},
                                        {.3, .05}, {3, 1}, {.2, .05}, {-.1, .02}, {.5, .2}};
  static const int taken[TAKEN] = {5, 6, 7, 14, 15, 16};
  static const char *const names[] = {"cost_1", "cost_2", "effect_1", "effect_2", "x5", "x6", "x7", "x14", "x15", "x16"};
  static double columns_of[4 + TAKEN][MOST];
  itg_column columns[4 + TAKEN];
  itg_random random;
  itg_random_init(&random, 2007, ITG_PURPOSE_TEST, 0);
  for (int i = 0; i < MOST; i++) {
    double x[20], shared = itg_random_normal(&random);
    for (int k = 1; k < 20; k++) {
      double z = itg_random_normal(&random);
      if (k == 5 || k == 7 || k == 14 || k == 16) z = sqrt(.6) * shared + sqrt(.4) * z;
      x[k] = moments[k - 1][0] + moments[k - 1][1] * z;
    }
    columns_of[0][i] = x[1] + x[2] * x[3] * x[4];
    columns_of[1][i] = x[11] + x[12] * x[13] * x[4];
    columns_of[2][i] = x[5] * x[6] * x[7] + x[8] * x[9] * x[10];
    columns_of[3][i] = x[14] * x[15] * x[16] + x[17] * x[18] * x[19];
    for (int k = 0; k < TAKEN; k++) columns_of[4 + k][i] = x[taken[k]];
  }
  for (int c = 0; c < 4 + TAKEN; c++)
    columns[c] = (itg_column){.name = names[c], .type = ITG_TYPE_DOUBLE, .data = columns_of[c]};
  itg_table table = {"data", NULL, MOST, 4 + TAKEN, columns, NULL};
  itg_result *r = run_table(&table,
                            "{columns: {costs: '/^cost_/', effects: '/^effect_/', parameters: '/^x/'}, thresholds: "
                            "[10000], sets: {first: [x5, x14], all: [x5, x6, x14, x15], time: [x7, x16]}}", 2);
  static const struct {
    const char *set;
    double truth;
  } wanted[] = {{"first", 247.89}, {"all", 840.98}, {"time", 536.85}};
  for (size_t i = 0; i < ITG_COUNT(wanted); i++) {
    double error = CELL(r, "estimates", "std_error", "scale", "evppi", "parameters", wanted[i].set);
    assert_true(error > 1 && error < 20);
    assert_near(value(r, "evppi", wanted[i].set), wanted[i].truth, 3 * error);
    assert_near(value(r, "evppi_cross_fitted", wanted[i].set), wanted[i].truth, 3 * error);
  }
  /* Of MOST draws; the losses have a standard deviation below 3000. */
  assert_near(CELL(r, "estimates", "estimate", "scale", "evpi"), 1047.2, 3 * 3000 / sqrt(MOST));
  double benefit[2] = {0, 0};
  for (int i = 0; i < MOST; i++)
    for (int d = 0; d < 2; d++) benefit[d] += (10000 * columns_of[2 + d][i] - columns_of[d][i]) / MOST;
  assert_near(benefit[0], 5057, 80); /* exactly; the standard deviations are below 5000 */
  assert_near(benefit[1], 5584.8, 80);
  itg_result_free(r);
}

/* The standard error is that of repeated sampling. */
static void standard_error_covers_repeated_samples(void **state) {
  (void)state;
  static samples s;
  enum { TIMES = 60, N = 1000 };
  double sum = 0, squares = 0, told = 0;
  for (uint32_t t = 0; t < TIMES; t++) {
    fill(&s, N, 100 + t);
    for (int i = 0; i < N; i++) s.gain[i] = 100 + 300 * s.x[0][i] + 400 * s.gain[i];
    itg_result *r = run_table(&s.table, "{" ROLES ", \"thresholds\": [1]}", 1);
    double v = value(r, "evppi", "x1");
    sum += v, squares += v * v;
    told += CELL(r, "estimates", "std_error", "scale", "evppi", "parameters", "x1");
    itg_result_free(r);
  }
  double mean = sum / TIMES, sd = sqrt((squares - sum * mean) / (TIMES - 1)), truth = unit_loss(100, 300);
  assert_true(told / TIMES > 0.7 * sd && told / TIMES < 1.4 * sd);
  assert_near(mean, truth, 3 * sd / sqrt(TIMES) + 2);
}

/* With nothing to know, many parameters and few samples the estimate is too high, the cross-fitted one too low. */
static void bias_shows_in_the_cross_fitted_value(void **state) {
  (void)state;
  static samples s;
  enum { TIMES = 40, N = 300 };
  double plain = 0, crossed = 0;
  for (uint32_t t = 0; t < TIMES; t++) {
    fill(&s, N, 300 + t);
    itg_result *r = run_table(&s.table, "{" ROLES ", \"single\": false, \"thresholds\": [1], \"sets\": {\"all\": [\"x1\", "
                                        "\"x2\", \"x3\"]}}", 1);
    plain += value(r, "evppi", "all") / TIMES;
    crossed += value(r, "evppi_cross_fitted", "all") / TIMES;
    itg_result_free(r);
  }
  assert_true(plain > 0.015 && crossed < plain / 2);
}

/* 300 X1 X2: nothing of it is seen by one parameter alone, nor by a sum of smooths of each. */
static void product_of_two_parameters_is_seen_together_only(void **state) {
  (void)state;
  static samples s;
  fill(&s, 20000, 2);
  for (int i = 0; i < 20000; i++) s.gain[i] = 50 + 300 * s.x[0][i] * s.x[1][i] + 300 * s.gain[i];
  itg_result *r = run_table(
      &s.table, "{" ROLES ", \"thresholds\": [1], \"sets\": {\"two\": [\"x1\", \"x2\"], \"three\": [\"x1\", \"x2\", \"x3\"]}}", 2);
  /* E max(0, 50 + 300 p) - 50 by the density K0(|p|)/pi of a product of normals. */
  double truth = 0, h = 1e-4;
  for (double p = h / 2; p < 30; p += h) {
    double density = 0; /* K0 by its integral */
    for (double u = 0.025; u < 8; u += 0.05) density += exp(-p * cosh(u)) * 0.05;
    truth += h * density / 3.14159265358979 * (fmax(0, 50 + 300 * p) + fmax(0, 50 - 300 * p));
    if (p > 0.05) h = 2e-3;
  }
  truth -= 50;
  double error = CELL(r, "estimates", "std_error", "scale", "evppi", "parameters", "two");
  assert_near(value(r, "evppi", "two"), truth, 3 * error);
  assert_near(value(r, "evppi", "three"), truth, 3 * error + 1);
  assert_true(value(r, "evppi", "x1") < 3 && value(r, "evppi", "x2") < 3);
  itg_result_free(r);
}

/* Scaling and shifting a parameter changes nothing. */
static void units_of_parameters_do_not_matter(void **state) {
  (void)state;
  static samples s;
  fill(&s, 3000, 3);
  for (int i = 0; i < 3000; i++) s.gain[i] = 20 + 100 * sin(s.x[0][i]) + 50 * s.gain[i];
  const char *options = "{" ROLES ", \"thresholds\": [1], \"sets\": {\"two\": [\"x1\", \"x2\"]}}";
  itg_result *a = run_table(&s.table, options, 1);
  for (int i = 0; i < 3000; i++) s.x[0][i] = 5e6 + 1e5 * s.x[0][i];
  itg_result *b = run_table(&s.table, options, 2);
  assert_near(value(a, "evppi", "x1"), value(b, "evppi", "x1"), 1e-6);
  assert_near(value(a, "evppi", "two"), value(b, "evppi", "two"), 1e-6);
  itg_result_free(a);
  itg_result_free(b);
}

static void threads_do_not_show(void **state) {
  (void)state;
  static samples s;
  fill(&s, 5000, 4);
  for (int i = 0; i < 5000; i++) s.gain[i] = 20 + 100 * s.x[0][i] * s.x[2][i] + 50 * s.gain[i];
  const char *options = "{" ROLES ", \"sets\": {\"two\": [\"x1\", \"x3\"]}}";
  char *json[2];
  for (int t = 0; t < 2; t++) {
    itg_result *r = run_table(&s.table, options, 1 + 3 * t);
    assert_int_equal(itg_result_json(r, &json[t], NULL), ITG_OK);
    itg_result_free(r);
  }
  assert_string_equal(json[0], json[1]);
  itg_text_free(json[0]);
  itg_text_free(json[1]);
}

/* mgcv 1.8-41: gam(y ~ s(x, k = 20, bs = "cr"), method = "GCV.Cp") on the same samples (make_evppi_peer.R). */
static void mgcv_1_8_41_on_the_golden_samples(void **state) {
  (void)state;
  char path[4096];
  const char *root = getenv("ITG_SOURCE") ? getenv("ITG_SOURCE") : ".";
  itg_frame *frame = NULL;
  const struct {
    const char *parameter, *threshold;
    double mgcv;
  } wanted[] = {{"p_admission", "10000", 0.000000},
                {"u_gain", "10000", 0.000000},
                {"c_coordinator", "10000", 1.962468},
                {"p_admission", "20000", 0.000000},
                {"u_gain", "20000", 271.094953},
                {"c_coordinator", "20000", 193.754784},
                {"p_admission", "30000", 0.000000},
                {"u_gain", "30000", 163.565599},
                {"c_coordinator", "30000", 40.636586}};
  snprintf(path, sizeof path, "%s/tests/data/golden/psa_samples.csv", root);
  assert_int_equal(itg_frame_read(path, NULL, &frame, NULL), ITG_OK);
  itg_result *r = run_table(itg_frame_table(frame),
                            "{\"columns\": {\"costs\": \"/^cost_/\", \"effects\": \"/^effect_/\", \"parameters\": "
                            "[\"p_admission\", \"u_gain\", \"c_coordinator\"]}, \"thresholds\": [10000, 20000, 30000]}",
                            1);
  for (size_t i = 0; i < ITG_COUNT(wanted); i++) {
    double found = CELL(r, "estimates", "estimate", "scale", "evppi", "parameters", wanted[i].parameter, "threshold",
                        wanted[i].threshold);
    double error = CELL(r, "estimates", "std_error", "scale", "evppi", "parameters", wanted[i].parameter, "threshold",
                        wanted[i].threshold);
    assert_near(found, wanted[i].mgcv, 0.1 * error + 1e-9); /* two smoothers, one truth */
  }
  itg_result_free(r);
  itg_frame_free(frame);
}

static void a_constant_parameter_is_known(void **state) {
  (void)state;
  static samples s;
  fill(&s, 200, 5);
  for (int i = 0; i < 200; i++) s.x[1][i] = 3, s.gain[i] += s.x[0][i];
  itg_result *r = run_table(&s.table, "{" ROLES ", \"thresholds\": [1], \"sets\": {\"both\": [\"x1\", \"x2\"]}}", 1);
  assert_near(value(r, "evppi", "x2"), 0, 0);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "evppi", "parameters", "x2"), "known already");
  assert_near(value(r, "evppi", "both"), value(r, "evppi", "x1"), 0);
  itg_result_free(r);
}

/* Sets without a name bear those of their parameters. */
static void sets_need_no_name(void **state) {
  (void)state;
  static samples s;
  fill(&s, 200, 5);
  for (int i = 0; i < 200; i++) s.gain[i] += s.x[0][i];
  itg_result *named = run_table(
      &s.table, "{" ROLES ", \"thresholds\": [1], \"sets\": {\"a\": [\"x1\", \"x2\"], \"b\": [\"x2\", \"x3\"]}}", 1);
  itg_result *one = run_table(&s.table, "{" ROLES ", \"thresholds\": [1], \"sets\": [\"x1\", \"x2\"]}", 1);
  itg_result *two = run_table(&s.table, "{" ROLES ", \"thresholds\": [1], \"sets\": [[\"x1\", \"x2\"], [\"x2\", \"x3\"]]}", 1);
  assert_near(value(one, "evppi", "x1 + x2"), value(named, "evppi", "a"), 0);
  assert_near(value(two, "evppi", "x1 + x2"), value(named, "evppi", "a"), 0);
  assert_near(value(two, "evppi", "x2 + x3"), value(named, "evppi", "b"), 0);
  itg_result_free(named);
  itg_result_free(one);
  itg_result_free(two);
}

/* Two values only: the means of both, exactly. */
static void a_parameter_of_two_values(void **state) {
  (void)state;
  static samples s;
  fill(&s, 1000, 6);
  double mean[2] = {0};
  for (int i = 0; i < 1000; i++) {
    s.x[0][i] = i % 2;
    s.gain[i] += i % 2 ? 3 : -2;
    mean[i % 2] += s.gain[i] / 500;
  }
  itg_result *r = run_table(&s.table, "{" ROLES ", \"thresholds\": [1]}", 1);
  assert_near(value(r, "evppi", "x1"), mean[1] / 2 - (mean[0] + mean[1]) / 2, 1e-6);
  itg_result_free(r);
}

static void bad_input(void **state) {
  (void)state;
  static samples s;
  itg_error error = {0};
  itg_result *result = NULL;
  fill(&s, 100, 7);
#define BAD(options, status, part)                                                                    \
  assert_int_equal(itg_measure_run("evppi", &s.table, 1, options, NULL, &result, &error), status);   \
  if (!strstr(error.message, part)) fail_msg("'%s' is not in: %s", part, error.message)
  BAD("{" ROLES ", \"sets\": {\"a\": [\"x9\"]}}", ITG_ERR_OPTION, "no parameter 'x9'");
  BAD("{" ROLES ", \"sets\": \"x1\"}", ITG_ERR_OPTION, "or a list of such lists");
  BAD("{" ROLES ", \"sets\": [[\"x1\", \"x9\"]]}", ITG_ERR_OPTION, "no parameter 'x9'");
  BAD("{" ROLES ", \"sets\": [[]]}", ITG_ERR_OPTION, "must be a list of parameters");
  BAD("{" ROLES ", \"sets\": {\"a\": [\"x1\", \"x1\"]}}", ITG_ERR_OPTION, "stands twice");
  BAD("{" ROLES ", \"sets\": {\"x1\": [\"x1\", \"x2\"]}}", ITG_ERR_OPTION, "name of a parameter");
  BAD("{" ROLES ", \"sets\": [\"x1\"]}", ITG_ERR_OPTION, "name of a parameter");
  BAD("{" ROLES ", \"single\": false}", ITG_ERR_OPTION, "nothing to know");
  BAD("{\"columns\": {\"costs\": \"/^cost_/\", \"effects\": \"/^effect_/\"}}", ITG_ERR_COLUMN, "parameters");
  s.x[1][4] = NAN;
  BAD("{" ROLES "}", ITG_ERR_DATA, "row 5, column 'x2': the parameter is missing");
  fill(&s, 100, 7);
  for (int i = 0; i < 100; i++) s.x[1][i] *= 1e200;
  BAD("{" ROLES "}", ITG_ERR_RANGE, "parameter 'x2' has values too large to square");
  BAD("{" ROLES ", \"single\": false, \"sets\": [[\"x1\", \"x2\"]]}", ITG_ERR_RANGE, "parameter 'x2' has values");
  fill(&s, 40, 7);
  BAD("{" ROLES "}", ITG_ERR_DATA, "too few to smooth");
}

/* ---- groups ---- */

static void fill_groups(samples *s, int n) {
  fill(s, n, 12);
  for (int i = 0; i < n; i++) s->gain[i] += 0.8 * s->x[0][i] - s->x[1][i] * s->x[2][i] + 0.2 * (i % 3);
}

static void groups_are_as_if_they_came_alone(void **state) {
  (void)state;
  static samples s;
  fill_groups(&s, 900);
  const group_runs runs = {"evppi", s.columns, COLUMNS, 900};
  assert_groups_as_alone(&runs, "{" ROLES ", \"thresholds\": [0, 1, 2.5]}");
  assert_groups_as_alone(&runs, "{" ROLES ", \"thresholds\": [1], \"points\": 0, \"population\": 100, \"horizon\": 2, "
                                "\"sets\": {\"two\": [\"x2\", \"x3\"]}}");
}

static void a_small_group_has_no_values(void **state) {
  (void)state;
  static samples s;
  fill_groups(&s, 140);
  const group_runs runs = {"evppi", s.columns, COLUMNS, 140};
  assert_small_group_lacks(&runs, "{" ROLES ", \"thresholds\": [1]}", "evppi");
}

/* ---- stopping ---- */

/* Stopped at whichever question, the run ends there; it asks while a single parameter is smoothed. */
static void a_stop_is_obeyed_wherever_it_comes(void **state) {
  (void)state;
  static samples s;
  itg_error error;
  itg_status status;
  fill(&s, 10000, 1);
  for (int threads = 1; threads <= 2; threads++)
    for (int most = 1;; most += 1 + most / 3) {
      asked a = {0, most};
      itg_control control = {.threads = threads, .progress = stop_at, .payload = &a};
      itg_result *r = NULL;
      status = itg_measure_run("evppi", &s.table, 1,
                               "{" ROLES ", \"single\": true, \"thresholds\": [1], \"sets\": {\"two\": [\"x1\", \"x2\"]}}",
                               &control, &r, &error);
      itg_result_free(r);
      if (!status) break;
      assert_int_equal(status, ITG_ERR_INTERRUPTED);
      assert_int_equal(a.times, most);
      if (threads == 1) assert_true(most < 1000);
    }
  asked a = {0, 1000000};
  itg_control control = {.threads = 1, .progress = stop_at, .payload = &a};
  itg_result *r = NULL;
  s.table.n_columns = 5; /* x1 alone */
  status = itg_measure_run("evppi", &s.table, 1, "{" ROLES ", \"thresholds\": [1]}", &control, &r, &error);
  assert_int_equal(status, ITG_OK);
  assert_true(a.times > 8); /* after every step of the fit; within long ones by time */
  itg_result_free(r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(linear_gaussian_model_has_the_unit_normal_loss),
      cmocka_unit_test(two_treatments_of_brennan_2007),
      cmocka_unit_test(standard_error_covers_repeated_samples),
      cmocka_unit_test(bias_shows_in_the_cross_fitted_value),
      cmocka_unit_test(product_of_two_parameters_is_seen_together_only),
      cmocka_unit_test(units_of_parameters_do_not_matter),
      cmocka_unit_test(threads_do_not_show),
      cmocka_unit_test(mgcv_1_8_41_on_the_golden_samples),
      cmocka_unit_test(a_constant_parameter_is_known),
      cmocka_unit_test(a_parameter_of_two_values),
      cmocka_unit_test(sets_need_no_name),
      cmocka_unit_test(groups_are_as_if_they_came_alone),
      cmocka_unit_test(a_small_group_has_no_values),
      cmocka_unit_test(a_stop_is_obeyed_wherever_it_comes),
      cmocka_unit_test(bad_input),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
