/* Measure evsi: conjugate models whose value of a study is known exactly. */
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
  }
  itg_result_free(a);
  itg_result_free(b);
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
  BAD("{" ROLES "}", ITG_ERR_OPTION, "design");
  BAD("{" ROLES ", \"design\": \"normal\"}", ITG_ERR_OPTION, "needs 'sd'");
  BAD("{" ROLES ", \"design\": \"binary_two_arm\"}", ITG_ERR_OPTION, "needs 2 columns");
  BAD("{" ROLES ", \"design\": \"binary\", \"sizes\": [10.5]}", ITG_ERR_OPTION, "whole numbers");
  BAD("{" ROLES ", \"design\": \"binary\", \"sizes\": [0]}", ITG_ERR_OPTION, "sizes");
  s.x[0][7] = 1.5;
  BAD("{" ROLES ", \"design\": \"binary\"}", ITG_ERR_RANGE, "row 8, column 'x1'");
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

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(normal_normal_model_has_the_preposterior_loss),
      cmocka_unit_test(beta_binomial_model_by_the_exact_sum),
      cmocka_unit_test(two_arms_by_the_exact_double_sum),
      cmocka_unit_test(more_people_are_worth_more_and_a_dear_study_is_not_done),
      cmocka_unit_test(a_stop_is_obeyed_while_moments_are_matched),
      cmocka_unit_test(bad_input),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
