/* Measure funnel: limits as R and published forms give them, over-dispersion by hand, bad input. */
#include "scoring.h"

#define LIMIT(result, site_, column) CELL(result, "limits", column, "site", site_)
#define VALUE(result, site_, column) CELL(result, "estimates", column, "scale", "value", "site", site_)
#define ALL(result, scale_) CELL(result, "estimates", "estimate", "scale", scale_, "site", "all")

static itg_result *run(const char *csv, const char *options) {
  const inputs in = {"data", csv, NULL};
  return score("funnel", in, options);
}

/* Spiegelhalter 2005, exact Poisson limits of a ratio: qchisq(p, 2E)/2/E and qchisq(1-p, 2(E+1))/2/E in R. */
static void exact_poisson_limits_of_a_ratio(void **state) {
  (void)state;
  itg_result *r = run("site,events,expected\nA,12,10\nB,20,50\nC,290,200\n", NULL);
  static const struct {
    const char *site;
    double low, high, far_low, far_high;
  } known[] = {{"A", .4795389, 1.8390356, .2960520, 2.4133971},
               {"B", .7422193, 1.3183753, .6191794, 1.5188378},
               {"C", .8662044, 1.1486099, .7956490, 1.2383749}};
  for (size_t i = 0; i < ITG_COUNT(known); i++) {
    assert_near(LIMIT(r, known[i].site, "low_95"), known[i].low, 5e-8);
    assert_near(LIMIT(r, known[i].site, "high_95"), known[i].high, 5e-8);
    assert_near(LIMIT(r, known[i].site, "low_99.8"), known[i].far_low, 5e-8);
    assert_near(LIMIT(r, known[i].site, "high_99.8"), known[i].far_high, 5e-8);
  }
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "value", "site", "A"), "within");
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "value", "site", "B"), "far below");
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "value", "site", "C"), "far above");
  assert_near(ALL(r, "target"), 1, 0);
  /* The interval of the value itself: poisson.test(12)$conf.int / 10. */
  assert_near(VALUE(r, "A", "conf_low"), .6200575, 5e-8);
  assert_near(VALUE(r, "A", "conf_high"), 2.0961585, 5e-8);
  itg_result_free(r);
}

/* qbeta(.025, 6, 45) and qbeta(.975, 7, 44) in R for 50 persons at 12 percent; Wilson's interval of 3 of 50.
 */
static void limits_of_a_proportion(void **state) {
  (void)state;
  const char *csv = "site,events,n\nA,3,50\nB,9,50\n";
  itg_result *r = run(csv, NULL);
  assert_near(ALL(r, "target"), 0.12, 1e-15);
  assert_near(LIMIT(r, "A", "low_95"), 0.0453353207737, 5e-8);
  assert_near(LIMIT(r, "A", "high_95"), 0.2431013167056, 5e-8);
  assert_near(VALUE(r, "A", "conf_low"), 0.0206149703490, 5e-8);
  itg_result_free(r);
  r = run(csv, "{method: normal, limits: 0.95}");
  assert_near(LIMIT(r, "A", "high_95"), 0.12 + 1.959963984540054 * sqrt(0.12 * 0.88 / 50), 1e-14);
  assert_near(LIMIT(r, "A", "z"), -0.06 / sqrt(0.12 * 0.88 / 50), 1e-13);
  itg_result_free(r);
}

static void a_rate_is_a_ratio_in_its_own_unit(void **state) {
  (void)state;
  itg_result *rate = run("site,events,n\nA,12,1000\nB,8,1000\n", "{kind: rate, per: 100}"),
             *ratio = run("site,events,expected\nA,12,10\nB,8,10\n", NULL);
  assert_near(VALUE(rate, "A", "estimate"), 1.2, 1e-15);
  assert_near(ALL(rate, "target"), 1, 1e-15);
  assert_near(LIMIT(rate, "A", "low_99.8"), LIMIT(ratio, "A", "low_99.8"), 1e-13);
  assert_near(VALUE(rate, "B", "conf_high"), VALUE(ratio, "B", "conf_high"), 1e-13);
  itg_result_free(rate);
  itg_result_free(ratio);
}

/* z are -2 0 0 4 (target 10, errors 1): phi 20/4; tau2 = (4 phi - 3)/(4 - 1). */
static void over_dispersion_by_hand(void **state) {
  (void)state;
  const char *csv = "site,value,se\nA,8,1\nB,10,1\nC,10,1\nD,14,1\n";
  itg_result *plain = run(csv, "{target: 10, winsorise: 0}"),
             *wide = run(csv, "{target: 10, winsorise: 0, overdispersion: multiplicative}"),
             *added = run(csv, "{target: 10, winsorise: 0, overdispersion: additive}");
  const double z = 1.959963984540054;
  assert_near(ALL(plain, "phi"), 5, 1e-14);
  assert_near(LIMIT(plain, "A", "low_95"), 10 - z, 1e-14);
  assert_near(LIMIT(wide, "A", "low_95"), 10 - z * sqrt(5), 1e-13);
  assert_near(LIMIT(wide, "D", "z_adjusted"), 4 / sqrt(5), 1e-14);
  assert_near(ALL(added, "tau"), sqrt(17 / 3.0), 1e-14);
  assert_near(LIMIT(added, "A", "high_95"), 10 + z * sqrt(1 + 17 / 3.0), 1e-13);
  assert_string_equal(TEXT(plain, "estimates", "level", "scale", "value", "site", "D"), "far above");
  assert_string_equal(TEXT(wide, "estimates", "level", "scale", "value", "site", "D"), "within");
  itg_result_free(plain);
  itg_result_free(wide);
  itg_result_free(added);
  /* Drawn in to the quartiles -0.5 and 1: .25, 0, 0, 1. */
  itg_result *drawn = run(csv, "{target: 10, winsorise: 0.25}");
  assert_near(ALL(drawn, "phi"), 1.25 / 4, 1e-14);
  itg_result_free(drawn);
  /* Without a target: the mean by 1/se^2. */
  itg_result *mean = run("site,value,se\nA,8,1\nB,12,2\n", NULL);
  assert_near(ALL(mean, "target"), (8 + 12 / 4.0) / 1.25, 1e-14);
  itg_result_free(mean);
}

static void sites_that_lack_a_value(void **state) {
  (void)state;
  itg_result *r = run("site,events,n\nA,3,50\nB,,50\nC,9,50\n", NULL);
  assert_near(CELL(r, "estimates", "n_missing", "scale", "target"), 1, 0);
  assert_near(ALL(r, "target"), 0.12, 1e-15);
  assert_true(has_note(r, "1 sites lack a value"));
  itg_result_free(r);
  r = run("site,events,n\nA,0,50\nB,0,20\n", NULL); /* nothing happened anywhere */
  assert_near(ALL(r, "target"), 0, 0);
  assert_true(isnan(ALL(r, "phi")));
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "phi"), "no variance");
  assert_near(LIMIT(r, "A", "low_95"), 0, 0);
  itg_result_free(r);
}

static void bad_input_is_told_where(void **state) {
  (void)state;
  static const bad_call bad[] = {
      {"site,n\nA,3\n", NULL, ITG_ERR_COLUMN, "role 'events'"},
      {"site,events\nA,3\n", NULL, ITG_ERR_COLUMN, "role 'n'"},
      {"site,value\nA,3\n", NULL, ITG_ERR_COLUMN, "role 'se'"},
      {"site,events,n\nA,30,20\n", NULL, ITG_ERR_RANGE, "more events than n"},
      {"site,events,n\nA,0,0\n", NULL, ITG_ERR_RANGE, "above 0"},
      {"site,events,n\nA,-1,5\n", NULL, ITG_ERR_RANGE, "line 2"},
      {"site,events,n\nA,1,5\nA,1,5\n", NULL, ITG_ERR_DUPLICATE, "line 3"},
      {"site,events,n\n,1,5\n", NULL, ITG_ERR_DATA, "without a site"},
      {"site,events,n\n", NULL, ITG_ERR_EMPTY, "no rows"},
      {"site,events,n\nA,,\n", NULL, ITG_ERR_EMPTY, "every value is missing"},
      {"site,events,n\nA,1,5\n", "limits: [0.99, 0.95]", ITG_ERR_OPTION, "levels rise"},
      {"site,events,n\nA,1,5\n", "target: 2", ITG_ERR_OPTION, "between 0 and 1"},
      {"site,events,expected\nA,1,5\n", "target: -2", ITG_ERR_OPTION, "not below 0"},
  };
  assert_all_fail("funnel", bad, ITG_COUNT(bad));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exact_poisson_limits_of_a_ratio),   cmocka_unit_test(limits_of_a_proportion),
      cmocka_unit_test(a_rate_is_a_ratio_in_its_own_unit), cmocka_unit_test(over_dispersion_by_hand),
      cmocka_unit_test(sites_that_lack_a_value),           cmocka_unit_test(bad_input_is_told_where),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
