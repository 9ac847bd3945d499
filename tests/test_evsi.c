/* Measure evsi: conjugate models whose value of a study is known exactly. */
#include "files.h"
#include "groups.h"
#include "itg_random.h"
#include "itg_special.h"
#include "scoring.h"

enum { MOST = 40000, COLUMNS = 6 };

typedef struct samples {
  double zero[MOST], gain[MOST], x[2][MOST];
  itg_column columns[COLUMNS];
  itg_table table;
} samples;

static void lay_out(samples *s, int64_t n) {
  const char *const names[COLUMNS] = {"cost_A", "cost_B", "effect_A", "effect_B", "x1", "x2"};
  const double *const data[COLUMNS] = {s->zero, s->zero, s->zero, s->gain, s->x[0], s->x[1]};
  for (int c = 0; c < COLUMNS; c++)
    s->columns[c] = (itg_column){.name = names[c], .type = ITG_TYPE_DOUBLE, .data = data[c]};
  s->table = (itg_table){"data", NULL, n, COLUMNS, s->columns, NULL};
}

#define ROLES "\"columns\": {\"costs\": \"/^cost_/\", \"effects\": \"/^effect_/\", \"parameters\": \"x1\"}, \"thresholds\": [1]"
#define BOTH "\"columns\": {\"costs\": \"/^cost_/\", \"effects\": \"/^effect_/\", \"parameters\": \"x{n}\"}, \"thresholds\": [1]"

static itg_result *run_table(const itg_table *table, const char *options) {
  itg_error error = {0};
  itg_result *result = NULL;
  if (itg_measure_run("evsi", table, 1, options, NULL, &result, &error)) fail_msg("%s", error.message);
  return result;
}

/* Incremental net benefit ~ N(100, 400^2), observed with standard deviation 2000: unit normal loss with the
 * preposterior standard deviation 400^2 / sqrt(400^2 + 2000^2 / n). */
static void normal_normal_model_has_the_preposterior_loss(void **state) {
  (void)state;
  static samples s;
  static const double sizes[] = {10, 50, 100, 500}, published[] = {44.46043721, 86.3542631, 98.26930067, 110.813285};
  itg_random random;
  itg_random_init(&random, 21, ITG_PURPOSE_TEST, 0);
  for (int i = 0; i < MOST; i++) s.x[0][i] = s.gain[i] = 100 + 400 * itg_random_normal(&random);
  lay_out(&s, MOST);
  itg_result *a = run_table(&s.table, "{" ROLES ", \"design\": \"normal\", \"sd\": 2000, \"sizes\": [10, 50, 100, 500]}");
  itg_result *b = run_table(&s.table, "{" ROLES ", \"design\": \"normal\", \"sd\": 2000, \"sizes\": [10, 50, 100, 500], "
                                      "\"method\": \"moments\"}");
  s.table.n_rows = 8000;
  itg_result *c = run_table(&s.table, "{" ROLES ", \"design\": \"normal\", \"sd\": 2000, \"sizes\": [10, 50, 100, 500], "
                                      "\"method\": \"importance\"}");
  for (int k = 0; k < 4; k++) {
    char size[ITG_NUMBER_SIZE];
    itg_number_print(sizes[k], size);
    double sd = 160000 / sqrt(160000 + 4e6 / sizes[k]);
    double truth = sd * itg_normal_density(100 / sd) - 100 * itg_normal_cdf(-100 / sd);
    assert_near(truth, published[k], 1e-7);
    double error = CELL(a, "estimates", "std_error", "scale", "evsi", "size", size);
    assert_true(error > 0.2 && error < 2);
    assert_near(CELL(a, "estimates", "estimate", "scale", "evsi", "size", size), truth, 3 * error);
    assert_near(CELL(b, "estimates", "estimate", "scale", "evsi", "size", size), truth, 0.04 * truth);
    error = CELL(c, "estimates", "std_error", "scale", "evsi", "size", size);
    assert_true(error > 1 && error < 8);
    assert_near(CELL(c, "estimates", "estimate", "scale", "evsi", "size", size), truth, 3 * error);
  }
  itg_result_free(a);
  itg_result_free(b);
  itg_result_free(c);
}

static double log_beta(double a, double b) { return lgamma(a) + lgamma(b) - lgamma(a + b); }

/* Share of x events among n when p ~ Beta(a, b). */
static double beta_binomial(double x, double n, double a, double b) {
  return exp(lgamma(n + 1) - lgamma(x + 1) - lgamma(n - x + 1) + log_beta(x + a, n - x + b) - log_beta(a, b));
}

/* p ~ Beta(20, 80), net benefit 10000 (p - 0.21): the posterior mean after x of n is (20 + x) / (100 + n). */
static void beta_binomial_model_by_the_exact_sum(void **state) {
  (void)state;
  static samples s;
  itg_random random;
  itg_random_init(&random, 22, ITG_PURPOSE_TEST, 0);
  for (int i = 0; i < MOST; i++) {
    s.x[0][i] = itg_beta_quantile(itg_random_uniform(&random), 20, 80);
    s.gain[i] = 10000 * (s.x[0][i] - 0.21);
  }
  lay_out(&s, MOST);
  itg_result *a = run_table(&s.table, "{" ROLES ", \"design\": \"binary\", \"sizes\": [20, 200]}");
  itg_result *b = run_table(&s.table, "{" ROLES ", \"design\": \"binary\", \"sizes\": [20, 200], \"method\": \"moments\"}");
  for (int k = 0; k < 2; k++) {
    double n = k ? 200 : 20, truth = 0;
    const char *size = k ? "200" : "20";
    for (int x = 0; x <= n; x++) truth += beta_binomial(x, n, 20, 80) * fmax(0, 10000 * ((20 + x) / (100 + n) - 0.21));
    double error = CELL(a, "estimates", "std_error", "scale", "evsi", "size", size);
    assert_near(CELL(a, "estimates", "estimate", "scale", "evsi", "size", size), truth, 3 * error);
    assert_near(CELL(b, "estimates", "estimate", "scale", "evsi", "size", size), truth, 0.06 * truth);
  }
  assert_true(CELL(a, "estimates", "estimate", "scale", "evppi") > CELL(a, "estimates", "estimate", "scale", "evsi", "size", "200"));
  itg_result_free(a);
  itg_result_free(b);
}

/* Two arms, p1 ~ Beta(30, 70), p2 ~ Beta(25, 75), net benefit 10000 (p1 - p2 - 0.05). */
static void two_arms_by_the_exact_double_sum(void **state) {
  (void)state;
  static samples s;
  enum { N = 20000 };
  itg_random random;
  itg_random_init(&random, 23, ITG_PURPOSE_TEST, 0);
  for (int i = 0; i < N; i++) {
    s.x[0][i] = itg_beta_quantile(itg_random_uniform(&random), 30, 70);
    s.x[1][i] = itg_beta_quantile(itg_random_uniform(&random), 25, 75);
    s.gain[i] = 10000 * (s.x[0][i] - s.x[1][i] - 0.05);
  }
  lay_out(&s, N);
  double truth = 0;
  for (int x = 0; x <= 100; x++)
    for (int y = 0; y <= 100; y++)
      truth += beta_binomial(x, 100, 30, 70) * beta_binomial(y, 100, 25, 75) *
               fmax(0, 10000 * ((30 + x) / 200.0 - (25 + y) / 200.0 - 0.05));
  itg_result *r = run_table(&s.table, "{" BOTH ", \"design\": \"binary_two_arm\", \"sizes\": 100, \"population\": 1000, "
                                      "\"horizon\": 5, \"cost_fixed\": 10000, \"cost_per_person\": 50}");
  double found = CELL(r, "estimates", "estimate", "scale", "evsi", "size", "100");
  assert_near(found, truth, 3 * CELL(r, "estimates", "std_error", "scale", "evsi", "size", "100"));
  assert_near(CELL(r, "estimates", "estimate", "scale", "enbs", "size", "100"), 5000 * found - 10000 - 50 * 200, 1e-6);
  assert_near(CELL(r, "estimates", "estimate", "scale", "best_size"), 100, 0);
  itg_result_free(r);
}

typedef struct voi_value {
  const char *threshold, *size;
  double mean, sd; /* over its seeds */
} voi_value;

/* Ours over as many seeds, for a study of u_gain on the golden samples: the means differ by their errors. */
static void assert_means_of_voi(const voi_value *voi, int n_values, int seeds, const char *method) {
  double sum[8] = {0}, squares[8] = {0};
  assert_true(n_values <= 8);
  itg_frame *frame = read_frame("tests/data/golden/psa_samples.csv");
  itg_table table = *itg_frame_table(frame);
  table.name = "data";
  for (int seed = 1; seed <= seeds; seed++) {
    char options[512];
    snprintf(options, sizeof options,
             "{\"columns\": {\"costs\": \"/^cost_/\", \"effects\": \"/^effect_/\", \"parameters\": \"u_gain\"}, "
             "\"design\": \"normal\", \"sd\": 0.2, \"sizes\": [20, 100, 500], \"thresholds\": [20000, 30000], "
             "\"method\": \"%s\", \"seed\": %d}", method, seed);
    itg_result *r = run_table(&table, options);
    for (int i = 0; i < n_values; i++) {
      double value = CELL(r, "estimates", "estimate", "scale", "evsi", "threshold", voi[i].threshold, "size", voi[i].size);
      sum[i] += value;
      squares[i] += value * value;
    }
    itg_result_free(r);
  }
  for (int i = 0; i < n_values; i++) {
    double mean = sum[i] / seeds, variance = (squares[i] - seeds * mean * mean) / (seeds - 1);
    assert_near(mean, voi[i].mean, 3 * sqrt((variance + voi[i].sd * voi[i].sd) / seeds));
  }
  itg_frame_free(frame);
}

/* voi 1.0.3, evsi(study = "normal_known", method = "gam", aux_pars = list(sd = 0.2)) on the golden samples, u_gain
 * alone: mean and standard deviation over set.seed(1) to (20), each a simulated study of its own. */
static void voi_1_0_3_by_regression_on_the_golden_samples(void **state) {
  (void)state;
  static const voi_value voi[] = {
      {"20000", "20", 107.578, 18.72378}, {"20000", "100", 203.4345, 14.77954}, {"20000", "500", 252.458, 8.405835},
      {"30000", "20", 18.42838, 10.38995}, {"30000", "100", 92.78244, 11.78664}, {"30000", "500", 140.2274, 6.659242}};
  assert_means_of_voi(voi, ITG_COUNT(voi), 20, "regression");
}

/* voi 1.0.3, evsi(method = "is", study = "normal_known", aux_pars = list(sd = 0.2)), one size at a time (with several
 * it uses them all at once), on the golden samples, u_gain alone: mean and standard deviation over set.seed(1) to (8). */
static void voi_1_0_3_by_importance_sampling_on_the_golden_samples(void **state) {
  (void)state;
  static const voi_value voi[] = {{"20000", "20", 109.328821, 10.041217},
                                  {"20000", "100", 204.586768, 17.445096},
                                  {"20000", "500", 252.195311, 11.891522}};
  assert_means_of_voi(voi, ITG_COUNT(voi), 8, "importance");
}

/* A study simulated outside, by its summaries: the same value as that of the built-in design. */
static void summaries_of_a_study_simulated_by_the_user(void **state) {
  (void)state;
  static samples s;
  itg_random random;
  itg_random_init(&random, 25, ITG_PURPOSE_TEST, 0);
  for (int i = 0; i < MOST; i++) {
    s.gain[i] = 100 + 400 * itg_random_normal(&random);
    s.x[0][i] = s.gain[i] + 2000 / sqrt(50) * itg_random_normal(&random); /* mean of 50 */
    s.x[1][i] = itg_random_normal(&random);                               /* says nothing */
  }
  lay_out(&s, MOST);
  itg_result *one = run_table(&s.table, "{" ROLES ", \"design\": \"summaries\", \"sizes\": 50, \"population\": 10, "
                                        "\"horizon\": 1, \"cost_per_person\": 2}");
  itg_result *two = run_table(&s.table, "{" BOTH ", \"design\": \"summaries\", \"sizes\": 50}");
  double error = CELL(one, "estimates", "std_error", "scale", "evsi"), found = CELL(one, "estimates", "estimate", "scale", "evsi");
  assert_near(found, 86.3542631, 3 * error); /* as in the model above */
  assert_near(CELL(two, "estimates", "estimate", "scale", "evsi"), found, 0.5 * error);
  assert_near(CELL(one, "estimates", "estimate", "scale", "enbs"), 10 * found - 100, 1e-9);
  const itg_table *table = itg_result_table(one, 0);
  for (int64_t row = 0; row < table->n_rows; row++) assert_string_not_equal(text_at(table, row, "scale"), "evppi");
  itg_result_free(one);
  itg_result_free(two);
}

/* voi 1.0.3, evsi(method = "mm", study = "normal_known", Q = 50, nsim = 400) of the model behind the golden samples
 * without its noise, prior_mean and prior_sd those of the 400 values of u_gain, other parameters drawn from the samples:
 * mean and standard deviation over set.seed(1) to (4). */
static void voi_1_0_3_by_moment_matching_on_the_golden_model(void **state) {
  (void)state;
  enum { SEEDS = 5, N = 400 };
  static const struct {
    const char *size;
    double mean, sd;
  } voi[] = {{"20", 126.7001, 3.674052}, {"100", 225.6226, 2.806089}, {"500", 275.8494, 0.9212971}};
  static double made[6][N], sum[3], squares[3];
  static const char *const names[] = {"cost_a", "cost_b", "cost_c", "effect_a", "effect_b", "effect_c", "x1"};
  itg_frame *frame = read_frame("tests/data/golden/psa_samples.csv");
  assert_int_equal(itg_frame_rows(frame), N);
  const double *p = itg_frame_doubles(frame, 6), *u = itg_frame_doubles(frame, 7), *c = itg_frame_doubles(frame, 8);
  for (int i = 0; i < N; i++) {
    made[1][i] = 2.2 * c[i] - 3000 * p[i];
    made[2][i] = 4.6 * c[i] - 3000 * p[i];
    made[4][i] = 2.0 * u[i] * (1 - p[i]);
    made[5][i] = 3.1 * u[i] * (1 - p[i]);
  }
  itg_column columns[7];
  for (int k = 0; k < 7; k++)
    columns[k] = (itg_column){.name = names[k], .type = ITG_TYPE_DOUBLE, .data = k < 6 ? made[k] : u};
  const itg_table table = {"data", NULL, N, 7, columns, NULL};
  for (int seed = 1; seed <= SEEDS; seed++) {
    char options[512];
    snprintf(options, sizeof options,
             "{\"columns\": {\"costs\": \"/^cost_/\", \"effects\": \"/^effect_/\", \"parameters\": \"x1\"}, \"design\": \"normal\", "
             "\"sd\": 0.2, \"sizes\": [20, 100, 500], \"thresholds\": [20000], \"method\": \"moments\", \"seed\": %d}", seed);
    itg_result *r = run_table(&table, options);
    for (size_t i = 0; i < ITG_COUNT(voi); i++) {
      double value = CELL(r, "estimates", "estimate", "scale", "evsi", "size", voi[i].size);
      sum[i] += value;
      squares[i] += value * value;
    }
    itg_result_free(r);
  }
  for (size_t i = 0; i < ITG_COUNT(voi); i++) {
    double mean = sum[i] / SEEDS, variance = (squares[i] - SEEDS * mean * mean) / (SEEDS - 1);
    assert_near(mean, voi[i].mean, 3 * sqrt(variance / SEEDS + voi[i].sd * voi[i].sd / 4));
  }
  itg_frame_free(frame);
}

static void more_people_are_worth_more_and_a_dear_study_is_not_done(void **state) {
  (void)state;
  static samples s;
  itg_random random;
  itg_random_init(&random, 24, ITG_PURPOSE_TEST, 0);
  for (int i = 0; i < 5000; i++) s.x[0][i] = s.gain[i] = 50 + 300 * itg_random_normal(&random);
  lay_out(&s, 5000);
  itg_result *r = run_table(&s.table, "{" ROLES ", \"design\": \"normal\", \"sd\": 1000, \"sizes\": [10, 40, 160], \"replicates\": 3, "
                                      "\"population\": 10, \"horizon\": 1, \"cost_fixed\": 1e9}");
  const itg_table *t = itg_result_find(r, "evsi");
  assert_true(number_at(t, 0, "evsi") < number_at(t, 1, "evsi") && number_at(t, 1, "evsi") < number_at(t, 2, "evsi"));
  assert_near(CELL(r, "estimates", "estimate", "scale", "best_size"), 0, 0);
  itg_result_free(r);
}

static void bad_input(void **state) {
  (void)state;
  static samples s;
  itg_error error = {0};
  itg_result *result = NULL;
  for (int i = 0; i < 100; i++) s.x[0][i] = i / 99.0, s.gain[i] = i;
  lay_out(&s, 100);
#define BAD(options, status, part)                                                                  \
  assert_int_equal(itg_measure_run("evsi", &s.table, 1, options, NULL, &result, &error), status);  \
  if (!strstr(error.message, part)) fail_msg("'%s' is not in: %s", part, error.message)
  BAD("{" ROLES ", \"design\": \"summaries\"}", ITG_ERR_OPTION, "needs one number in 'sizes'");
  BAD("{" ROLES ", \"design\": \"normal\", \"sd\": 1e300}", ITG_ERR_OPTION, "allowed: 0 to 1e100");
  BAD("{" ROLES ", \"design\": \"summaries\", \"sizes\": [10, 20]}", ITG_ERR_OPTION, "needs one number in 'sizes'");
  BAD("{" ROLES ", \"design\": \"summaries\", \"sizes\": 10, \"method\": \"moments\"}", ITG_ERR_OPTION,
      "goes with method regression");
  BAD("{" ROLES "}", ITG_ERR_OPTION, "design");
  BAD("{" ROLES ", \"design\": \"normal\"}", ITG_ERR_OPTION, "needs 'sd'");
  BAD("{" ROLES ", \"design\": \"binary_two_arm\"}", ITG_ERR_OPTION, "needs 2 columns");
  BAD("{" ROLES ", \"design\": \"binary\", \"sizes\": [10.5]}", ITG_ERR_OPTION, "whole numbers");
  BAD("{" ROLES ", \"design\": \"binary\", \"sizes\": [0]}", ITG_ERR_OPTION, "sizes");
  s.x[0][7] = 1.5;
  BAD("{" ROLES ", \"design\": \"binary\"}", ITG_ERR_RANGE, "row 8, column 'x1'");
  for (int i = 0; i < 100; i++) s.x[0][i] = 3;
  BAD("{" ROLES ", \"design\": \"normal\", \"sd\": 1}", ITG_ERR_DATA, "parameter 'x1' does not vary over the samples");
}

/* ---- stopping ---- */

static void a_stop_is_obeyed_while_moments_are_matched(void **state) {
  (void)state;
  static samples s;
  itg_random random;
  itg_random_init(&random, 25, ITG_PURPOSE_TEST, 0);
  for (int i = 0; i < 2000; i++) s.x[0][i] = s.gain[i] = 50 + 300 * itg_random_normal(&random);
  lay_out(&s, 2000);
  for (int most = 1;; most += 1 + most / 3) {
    asked a = {0, most};
    itg_control control = {.threads = 1, .progress = stop_at, .payload = &a};
    itg_error error;
    itg_result *r = NULL;
    itg_status status = itg_measure_run(
        "evsi", &s.table, 1, "{" ROLES ", \"design\": \"normal\", \"sd\": 1000, \"method\": \"moments\", \"sizes\": 50}",
        &control, &r, &error);
    itg_result_free(r);
    if (!status) {
      assert_true(a.times > 60); /* one question for each of the studies that are simulated */
      break;
    }
    assert_int_equal(status, ITG_ERR_INTERRUPTED);
    assert_int_equal(a.times, most);
  }
}

/* ---- groups ---- */

/* Two probabilities; the gain hangs on both. */
static void fill_groups(samples *s, int n) {
  itg_random random;
  itg_random_init(&random, 22, ITG_PURPOSE_TEST, 0);
  for (int i = 0; i < n; i++) {
    s->x[0][i] = itg_random_uniform(&random);
    s->x[1][i] = itg_random_uniform(&random);
    s->gain[i] = 2 * s->x[0][i] - s->x[1][i] - 0.3 + 0.2 * (i % 3) + 0.1 * itg_random_normal(&random);
  }
  lay_out(s, n);
}

static void groups_are_as_if_they_came_alone(void **state) {
  (void)state;
  static samples s;
  fill_groups(&s, 900);
  const group_runs runs = {"evsi", s.columns, COLUMNS, 900};
  assert_groups_as_alone(&runs, "{" BOTH ", \"design\": \"binary_two_arm\", \"sizes\": [20, 100], \"seed\": 4, "
                                "\"replicates\": 2}");
  assert_groups_as_alone(&runs, "{" ROLES ", \"design\": \"normal\", \"sd\": 2, \"sizes\": [50], \"method\": \"moments\", "
                                "\"population\": 10, \"horizon\": 2, \"cost_fixed\": 1}");
}

static void a_small_group_has_no_values(void **state) {
  (void)state;
  static samples s;
  fill_groups(&s, 140);
  const group_runs runs = {"evsi", s.columns, COLUMNS, 140};
  assert_small_group_lacks(&runs, "{" ROLES ", \"design\": \"binary\"}", "evsi");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(normal_normal_model_has_the_preposterior_loss),
      cmocka_unit_test(beta_binomial_model_by_the_exact_sum),
      cmocka_unit_test(two_arms_by_the_exact_double_sum),
      cmocka_unit_test(voi_1_0_3_by_regression_on_the_golden_samples),
      cmocka_unit_test(voi_1_0_3_by_importance_sampling_on_the_golden_samples),
      cmocka_unit_test(summaries_of_a_study_simulated_by_the_user),
      cmocka_unit_test(voi_1_0_3_by_moment_matching_on_the_golden_model),
      cmocka_unit_test(more_people_are_worth_more_and_a_dear_study_is_not_done),
      cmocka_unit_test(a_stop_is_obeyed_while_moments_are_matched),
      cmocka_unit_test(groups_are_as_if_they_came_alone),
      cmocka_unit_test(a_small_group_has_no_values),
      cmocka_unit_test(bad_input),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
