/* Measure cea: what no textbook shows. Each has a stated answer or a clear error. */
#include "cea.h"

/* Site s is fine, t has an arm of one, u no patient of b, v nobody of the reference. */
#define SITES                                                                                            \
  "site,arm,cost,effect,u,c\ns,a,100,0.5,1,1\ns,a,140,0.7,2,1\ns,a,120,0.4,4,2\ns,b,200,0.8,2,3\n"       \
  "s,b,260,0.6,1,3\ns,b,210,0.9,3,4\nt,a,100,0.5,1,5\nt,a,150,0.6,2,6\nt,b,90,0.9,2,7\nu,a,70,0.2,1,8\n" \
  "u,a,80,0.4,3,9\nu,b,,0.5,1,10\nv,b,50,0.5,1,11\nv,b,60,0.6,2,12\n"

static const char *reason_of(const itg_result *r, const char *scale, const char *site) {
  return TEXT(r, "estimates", "reason", "scale", scale, "site", site);
}

static void a_small_group_has_reasons_and_the_others_results(void **state) {
  (void)state;
  itg_result *r = cea(SITES, "{by: site, replicates: 50}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "incremental_cost", "site", "s"), 310.0 / 3, 1e-9);
  assert_null(reason_of(r, "incremental_cost", "s"));
  /* an arm of one patient: estimates, no limits */
  assert_near(CELL(r, "estimates", "estimate", "scale", "incremental_cost", "site", "t"), -35, 1e-12);
  assert_string_equal(reason_of(r, "incremental_cost", "t"), "too few answers");
  static const char *const sites[] = {"u", "v"}, *const scales[] = {"incremental_cost",
                                                                    "incremental_effect",
                                                                    "icer",
                                                                    "inmb",
                                                                    "p_cost_effective",
                                                                    "cost",
                                                                    "effect"};
  for (size_t i = 0; i < 2; i++)
    for (size_t k = 0; k < ITG_COUNT(scales); k++) {
      assert_true(isnan(CELL(r, "estimates", "estimate", "scale", scales[k], "site", sites[i])));
      assert_string_equal(reason_of(r, scales[k], sites[i]), "too few answers");
    }
  assert_near(CELL(r, "estimates", "n_missing", "scale", "incremental_cost", "site", "u"), 1, 0);
  assert_true(has_note(r, "Group 'u' has no result"));
  assert_true(has_note(r, "'b' has no patient"));
  itg_result_free(r);
}

static void a_group_without_one_of_three_arms_compares_the_others(void **state) {
  (void)state;
  itg_result *r =
      cea("site,arm,cost,effect\ns,a,1,0.1\ns,a,2,0.2\ns,b,3,0.3\ns,b,5,0.5\ns,c,6,0.6\ns,c,8,0.7\n"
          "t,a,1,0.1\nt,a,3,0.3\nt,c,4,0.4\nt,c,6,0.6\nt,b,,0.6\n",
          "{by: site, replicates: 30}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "incremental_cost", "site", "t", "arm", "c"), 3,
              1e-12);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "incremental_cost", "site", "t", "arm", "b"),
                      "too few answers");
  assert_near(CELL(r, "estimates", "n_missing", "scale", "cost", "site", "t", "arm", "b"), 1, 0);
  assert_true(has_note(r, "Arm 'b' in t has no patient"));
  itg_result_free(r);
}

static void a_group_where_a_covariate_does_not_vary(void **state) {
  (void)state;
  itg_result *r =
      cea("site,arm,cost,effect,u\ns,a,1,0.1,1\ns,a,2,0.2,3\ns,b,3,0.3,4\ns,b,5,0.5,2\n"
          "t,a,1,0.1,1\nt,a,3,0.3,1\nt,b,4,0.4,1\nt,b,6,0.6,1\n",
          "{by: site, replicates: 30, columns: {covariates: u}}");
  assert_null(reason_of(r, "incremental_cost", "s"));
  assert_string_equal(reason_of(r, "incremental_cost", "t"), "undefined");
  assert_true(has_note(r, "covariate 'u' does not vary within arms"));
  itg_result_free(r);
}

static void a_group_with_an_arm_of_one_cluster(void **state) {
  (void)state;
  itg_result *r = cea(SITES, "{by: site, replicates: 30, columns: {cluster: c}}");
  assert_null(reason_of(r, "incremental_cost", "s"));
  assert_string_equal(reason_of(r, "incremental_cost", "t"), "too few answers");
  assert_true(has_note(r, "arm 'b' has one cluster"));
  itg_result_free(r);
}

static void no_group_at_all_is_an_error(void **state) {
  (void)state;
  bad("site,arm,cost,effect\ns,a,1,0.1\nt,b,2,0.2\n", "by: site", ITG_ERR_EMPTY, "has no patient");
  bad("site,arm,cost,effect\ns,a,1,0.1\ns,b,2,0.2\n", "by: arm", ITG_ERR_OPTION,
      "take it out of option 'by'");
}

static void notes_of_many_groups_are_counted(void **state) {
  (void)state;
  static char csv[8192];
  int at = sprintf(csv, "site,arm,cost,effect\n");
  for (int g = 0; g < 60; g++)
    at += sprintf(csv + at, "%d,a,1,0.1\n%d,a,2,0.2\n%d,b,2,0.2\n%d,b,%s,0.3\n", g, g, g, g, g ? "" : "7");
  itg_result *r = cea(csv, "{by: site, replicates: 0, curve_points: 0}");
  assert_true(itg_result_note_count(r) < 60);
  assert_true(has_note(r, "39 more groups"));
  itg_result_free(r);
}

static void empty_clusters_count_for_nothing(void **state) {
  (void)state;
  const char *base = "arm,cost,effect,c\na,1,0.1,1\na,2,0.3,2\na,4,0.2,2\nb,2,0.2,3\nb,3,0.4,4\nb,7,0.3,4\n";
  char with[400];
  snprintf(with, sizeof with, "%sa,,0.3,9\nb,1,,8\na,3,0.2,\n", base);
  static const char *const options[] = {"{replicates: 40, columns: {cluster: c}}",
                                        "{replicates: 40, bootstrap: twostage, columns: {cluster: c}}"};
  for (size_t k = 0; k < 2; k++) {
    itg_result *one = cea(base, options[k]), *other = cea(with, options[k]);
    const itg_table *a = itg_result_find(one, "plane"), *b = itg_result_find(other, "plane");
    for (int64_t i = 0; i < 40; i++) assert_string_equal(text_at(a, i, "cost"), text_at(b, i, "cost"));
    assert_true(has_note(other, "3 of 9 patients are left out"));
    itg_result_free(one);
    itg_result_free(other);
  }
}

static void one_patient_arms(void **state) {
  (void)state;
  itg_result *r = cea("arm,cost,effect\na,1,0.1\nb,4,0.2\n", NULL);
  assert_near(estimate(r, "icer"), 30, 1e-9);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "incremental_cost"), "too few answers");
  assert_true(isnan(estimate(r, "p_cost_effective")));
  assert_true(has_note(r, "one patient"));
  itg_result_free(r);
  /* A regression has an error of such an arm's mean, from the other arm alone: not told either. */
  r = cea("arm,cost,effect,age\na,1,0.1,1\na,3,0.3,2\na,4,0.2,4\na,4,0.5,3\nb,4,0.2,2\n", "columns: {covariates: age}");
  assert_true(isnan(estimate(r, "p_cost_effective")));
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "p_cost_effective"), "too few answers");
  itg_result_free(r);
}

/* A ratio without an interval says why, and where what is known of it stands. */
static void a_ratio_without_interval_is_told(void **state) {
  (void)state;
  const char *data = "arm,cost,effect,w\na,1,0.1,1\na,3,0.3,2\na,4,0.2,\na,4,0.5,1\nb,4,0.2,1\nb,6,0.4,2\nb,9,0.3,1\n";
  itg_result *r = cea(data, "{replicates: 0, columns: {weight: w}}");
  assert_true(isnan(CELL(r, "estimates", "conf_low", "scale", "icer")));
  assert_true(has_note(r, "the ratio has no interval: table fieller tells"));
  assert_true(has_note(r, "1 of 7 patients are left out: their cost, effect, weight or a covariate is missing"));
  itg_result_free(r);
  r = cea("arm,cost,effect\na,1,0.1\na,3,0.3\na,4,0.2\nb,4,5.2\nb,6,5.4\nb,9,5.3\n", "replicates: 0");
  assert_false(has_note(r, "no interval"));
  itg_result_free(r);
}

static void no_difference_in_effect(void **state) {
  (void)state;
  static const char *const intervals[] = {"auto", "delta", "bca"};
  for (size_t k = 0; k < ITG_COUNT(intervals); k++) {
    char options[80];
    snprintf(options, sizeof options, "{replicates: 100, interval: %s}", intervals[k]);
    itg_result *r = cea("arm,cost,effect\na,1,0.5\na,2,0.25\nb,4,0.25\nb,7,0.5\n", options);
    assert_true(isnan(estimate(r, "icer")));
    assert_string_equal(TEXT(r, "estimates", "reason", "scale", "icer"), "undefined");
    assert_string_equal(TEXT(r, "estimates", "level", "scale", "icer"), "dominated: dearer, no better");
    itg_result_free(r);
  }
}

static void perfect_ties_stay_with_the_reference(void **state) {
  (void)state;
  const char *data = "arm,cost,effect\na,1,0.1\na,1,0.1\nb,1,0.1\nb,1,0.1\nc,1,0.1\nc,1,0.1\n";
  itg_result *r = cea(data, "{replicates: 20, reference: b}");
  const itg_table *best = itg_result_find(r, "best"), *ceaf = itg_result_find(r, "ceaf");
  for (int64_t i = 0; i < best->n_rows; i++)
    assert_near(number_at(best, i, "probability"), strcmp(text_at(best, i, "arm"), "b") == 0, 0);
  for (int64_t i = 0; i < ceaf->n_rows; i++) {
    assert_string_equal(text_at(ceaf, i, "arm"), "b");
    assert_near(number_at(ceaf, i, "evpi"), 0, 0);
  }
  assert_near(estimate(r, "p_cost_effective"), 0, 0);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "icer"), "no difference");
  itg_result_free(r);
}

static void everything_else_is_dominated(void **state) {
  (void)state;
  itg_result *r =
      cea("arm,cost,effect\na,1,0.9\na,2,0.8\nb,5,0.1\nb,6,0.2\nc,9,0.3\nc,8,0.2\n", "replicates: 50");
  static const char *const arms[] = {"b", "c"};
  for (size_t k = 0; k < 2; k++) {
    assert_true(isnan(CELL(r, "estimates", "estimate", "scale", "icer", "arm", arms[k])));
    assert_string_equal(TEXT(r, "estimates", "reason", "scale", "icer", "arm", arms[k]), "not applicable");
    assert_string_equal(TEXT(r, "estimates", "level", "scale", "icer", "arm", arms[k]),
                        "dominated: dearer and worse");
    assert_near(CELL(r, "estimates", "estimate", "scale", "p_best", "arm", arms[k]), 0, 0);
  }
  const itg_table *ceaf = itg_result_find(r, "ceaf");
  for (int64_t i = 0; i < ceaf->n_rows; i++) assert_string_equal(text_at(ceaf, i, "arm"), "a");
  itg_result_free(r);
}

static void covariates_that_follow_from_others(void **state) {
  (void)state;
  bad("arm,cost,effect,x,y\na,1,0.1,1,2\na,2,0.2,2,4\nb,2,0.2,3,6\nb,3,0.2,5,10\nb,4,0.1,2,4\n",
      "columns: {covariates: [x, y]}", ITG_ERR_SINGULAR, "covariate 'y' follows from");
}

static void great_costs_beside_small_effects(void **state) {
  (void)state;
  const char *data =
      "arm,cost,effect\na,1000000000,0.000001\na,1000000001,0.000002\nb,1000000002,0.000003\n"
      "b,1000000003,0.000004\n";
  itg_result *r = cea(data, "{replicates: 200, thresholds: [1e6, 1e14]}");
  assert_near(estimate(r, "icer"), 1e6, 1e-3);
  /* the least effect of a replicate is 1e-6, the greatest 3e-6: at 1e14 b is worth it in all */
  assert_near(CELL(r, "estimates", "estimate", "scale", "p_cost_effective", "threshold", "100000000000000"),
              1, 0);
  const itg_table *ceac = itg_result_find(r, "ceac");
  assert_near(number_at(ceac, 0, "probability"), 0, 0);
  assert_near(number_at(ceac, ceac->n_rows - 1, "probability"), 1, 0);
  itg_result_free(r);
}

static void numbers_that_are_none(void **state) {
  (void)state;
  bad("arm,cost,effect\na,1,0.1\na,Inf,0.2\nb,2,0.2\n", NULL, ITG_ERR_TYPE, "cost");
  const char *uneven = "arm,cost,effect\na,1,0.1\nb,2\nb,3,0.2\n";
  /* NaN is a missing value; an infinite one from a host is no number to be used */
  itg_frame *frame;
  itg_result *r = NULL;
  itg_error error = {0};
  int column;
  assert_int_equal(itg_frame_parse(uneven, strlen(uneven), "test.csv", NULL, &frame, &error), ITG_ERR_CSV);
  assert_non_null(strstr(error.message, "line 3"));
  static const char *const arms[] = {"a", "a", "b", "b", "b"};
  const double costs[] = {1, 2, 3, 5, NAN}, effects[] = {0.1, 0.2, 0.3, INFINITY, 0.4};
  for (int k = 0; k < 2; k++) {
    assert_int_equal(itg_frame_new("data", NULL, &frame, NULL), ITG_OK);
    itg_frame_add_column(frame, "arm", ITG_TYPE_STRING, &column, NULL);
    itg_frame_add_column(frame, "cost", ITG_TYPE_DOUBLE, &column, NULL);
    itg_frame_add_column(frame, "effect", ITG_TYPE_DOUBLE, &column, NULL);
    itg_frame_resize(frame, 5, NULL);
    for (int64_t i = 0; i < 5; i++) {
      itg_frame_set_text(frame, i, 0, arms[i], NULL);
      itg_frame_set_double(frame, i, 1, costs[i]);
      itg_frame_set_double(frame, i, 2, k && i == 3 ? 0.9 : effects[i]);
    }
    itg_status status = itg_measure_run("cea", itg_frame_table(frame), 1, "replicates: 0", NULL, &r, &error);
    assert_int_equal(status, k ? ITG_OK : ITG_ERR_RANGE);
    if (!k) assert_non_null(strstr(error.message, "effect"));
    itg_frame_free(frame);
  }
  assert_near(CELL(r, "estimates", "n_missing", "scale", "cost", "arm", "b"), 1, 0);
  itg_result_free(r);
}

static void thresholds_that_are_none(void **state) {
  (void)state;
  const char *data = "arm,cost,effect\na,1,0.1\na,2,0.2\nb,2,0.2\nb,3,0.5\n";
  bad(data, "thresholds: -5", ITG_ERR_OPTION, "thresholds");
  bad(data, "thresholds: [3, 2]", ITG_ERR_OPTION, "must rise");
  bad(data, "curve_to: -1", ITG_ERR_OPTION, "curve_to");
  bad(data, "curve_points: 1", ITG_ERR_OPTION, "0 for no curves");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_small_group_has_reasons_and_the_others_results),
      cmocka_unit_test(a_group_without_one_of_three_arms_compares_the_others),
      cmocka_unit_test(a_group_where_a_covariate_does_not_vary),
      cmocka_unit_test(a_group_with_an_arm_of_one_cluster),
      cmocka_unit_test(no_group_at_all_is_an_error),
      cmocka_unit_test(notes_of_many_groups_are_counted),
      cmocka_unit_test(empty_clusters_count_for_nothing),
      cmocka_unit_test(one_patient_arms),
      cmocka_unit_test(a_ratio_without_interval_is_told),
      cmocka_unit_test(no_difference_in_effect),
      cmocka_unit_test(perfect_ties_stay_with_the_reference),
      cmocka_unit_test(everything_else_is_dominated),
      cmocka_unit_test(covariates_that_follow_from_others),
      cmocka_unit_test(great_costs_beside_small_effects),
      cmocka_unit_test(numbers_that_are_none),
      cmocka_unit_test(thresholds_that_are_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
