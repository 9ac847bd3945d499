/* Measure cea_summary and its arithmetic: published trials, Fieller's three shapes, normal loss, bad input.
 */
#include "scoring.h"

#include "itg_icer.h"

static itg_result *summary(const char *data, const char *options) {
  return score("cea_summary", (inputs){"data", data, NULL}, options);
}

static void bad(const char *data, const char *options, itg_status status, const char *part) {
  assert_fails("cea_summary", (inputs){"data", data, NULL}, options, status, part);
}

/* ---- published ---- */

/* Henderson et al., BMJ 2013;346:f1035.  Printed: 0.012 QALY; ratio 92000 and 11% at 30000; 79000 and 17%
 * without management costs; 12000 and 61% with cheaper equipment at full use; above 50% only beyond about
 * 90000.  Costs of the last three months were 1596 against 1390 in usual care: they are neither adjusted nor of
 * the whole year, so the ratio does not follow from them. */
static void whole_systems_demonstrator_telehealth(void **state) {
  (void)state;
  itg_result *r = summary(
      "scenario,effect,icer,at_threshold,probability\n"
      "as run,0.012,92000,30000,0.11\nno management,0.012,79000,30000,0.17\ncheaper,0.012,12000,30000,0.61\n",
      "{thresholds: [30000, 92000], curve_to: 200000, curve_points: 2001}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "incremental_cost", "scenario", "as run"), 1104,
              1e-9);
  static const struct {
    const char *scenario;
    double p, se;
  } printed[] = {{"as run", .11, 607}, {"no management", .17, 616}, {"cheaper", .61, 773}};
  for (size_t i = 0; i < ITG_COUNT(printed); i++) {
    const char *s = printed[i].scenario;
    assert_near(CELL(r, "estimates", "std_error", "scale", "inmb", "scenario", s, "threshold", "30000"),
                printed[i].se, 0.5);
    assert_near(
        CELL(r, "estimates", "estimate", "scale", "p_cost_effective", "scenario", s, "threshold", "30000"),
        printed[i].p, 1e-12);
  }
  assert_near(CELL(r, "ceac", "probability", "scenario", "as run", "threshold", "92000"), 0.5, 1e-12);
  assert_true(CELL(r, "ceac", "probability", "scenario", "as run", "threshold", "90000") < 0.5);
  assert_near(CELL(r, "ceac", "probability", "scenario", "no management", "threshold", "79000"), 0.5, 1e-12);
  assert_true(has_note(r, "printed ratio times the effect"));
  assert_true(has_note(r, "same at every threshold"));
  itg_result_free(r);
}

/* The same trial: -744 a year at 30000, -864 at 20000, nothing at the ratio; no more than 360 may be spent for the
 * effect at 30000.  The costs printed for three months make other ratios, by the quarter or four times it. */
static void whole_systems_demonstrator_net_benefit_and_break_even(void **state) {
  (void)state;
  itg_result *r = summary("scenario,effect,cost\nyear,0.012,1104\nbreak even,0.012,360\nquarter,0.012,206\n"
                          "four quarters,0.012,824\n",
                          "thresholds: [20000, 30000, 92000]");
#define BENEFIT(scenario, threshold) \
  CELL(r, "estimates", "estimate", "scale", "inmb", "scenario", scenario, "threshold", threshold)
  assert_near(BENEFIT("year", "20000"), -864, 1e-9);
  assert_near(BENEFIT("year", "30000"), -744, 1e-9);
  assert_near(BENEFIT("year", "92000"), 0, 1e-9);
  assert_near(BENEFIT("break even", "30000"), 0, 1e-9);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icer", "scenario", "quarter"), 17166.67, 0.005);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icer", "scenario", "four quarters"), 68666.67, 0.005);
  itg_result_free(r);
  /* An error of 606.6 makes 11% of -744; with the same error 61% needs +169.4, a cost of 190.6 and a ratio of
   * 15881. */
  r = summary(
      "scenario,effect,cost,at_threshold,probability\nas "
      "run,0.012,1104,30000,0.11\nscenario,0.012,190.57,30000,0.61\n",
      "thresholds: 30000");
  for (int i = 0; i < 2; i++)
    assert_near(CELL(r, "estimates", "std_error", "scale", "inmb", "scenario", i ? "scenario" : "as run",
                     "threshold", "30000"),
                606.6, 0.05);
  assert_near(BENEFIT("scenario", "30000"), 169.4, 0.05);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icer", "scenario", "scenario"), 15881, 0.5);
#undef BENEFIT
  itg_result_free(r);
}

/* Hoch, Rockx, Krahn, BMC Health Serv Res 2006;6:68: 31 of 49 diagnosed at 648.50, 12 of 51 at 212.92. */
static void syncope_monitors(void **state) {
  (void)state;
  itg_result *r = summary("effect,cost\n0.397358943577431,435.58\n", "unit: count");
  assert_near(CELL(r, "estimates", "estimate", "scale", "icer"), 1096.19, 0.005);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "icer"), "dearer and better");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "p_cost_effective"), "missing");
  itg_result_free(r);
}

/* AFFIRM, Marshall et al., Ann Intern Med 2004;141:653: rate against rhythm control +0.08 years (P = 0.10),
 * -5077; the other arm is dearer and less effective in 95% of replicates. */
static void affirm_p_value_gives_the_share(void **state) {
  (void)state;
  itg_result *r =
      summary("effect,cost,p_effect,se_cost\n0.08,-5077,0.10,1\n", "{thresholds: 1e9, curve_to: 1e12}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "p_cost_effective"), 0.95, 1e-4);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "icer"), "dominant: cheaper and better");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "icer"), "not applicable");
  itg_result_free(r);
}

/* Public patient data summarised with base R: Ben et al. 2023 tutorial (within), 10TT of R for HTA and
 * fluoxpin of ICEinfer (outside), dulxparx of ICEinfer (every ratio). */
static void fieller_has_three_shapes_as_base_r(void **state) {
  (void)state;
  static const struct {
    itg_increment x;
    itg_fieller_shape shape;
    double low, high, tolerance, p[3];
  } cases[] = {{{.08080442096, 1199.656818, .01541163 * .01541163, 547.84903 * 547.84903, -4.91950256},
                ITG_FIELLER_WITHIN,
                1274.80,
                39970.33,
                0.02,
                {.01427, .70584, .91329}},
               {{-.07457042636, 1089.976124, .06195886 * .06195886, 424.173165 * 424.173165, -7.525893852},
                ITG_FIELLER_OUTSIDE,
                -3604.49,
                15006.24,
                0.01,
                {.00509, .03455, .04990}},
               {{.1561688312, -29361.75065, .08896312 * .08896312, 15438.19 * 15438.19, -300.9058283},
                ITG_FIELLER_OUTSIDE,
                7847.08,
                1132596.06,
                1,
                {.97141, .97933, .98202}},
               {{6.1523759, -2.898512063, 8.185508 * 8.185508, 3.096464 * 3.096464, -.3757549247},
                ITG_FIELLER_ALL,
                NAN,
                NAN,
                0,
                {.82538, NAN, NAN}}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    double low, high;
    assert_int_equal(itg_increment_fieller(&cases[i].x, 1.959963984540054, &low, &high), cases[i].shape);
    if (!isnan(cases[i].low)) {
      assert_near(low, cases[i].low, cases[i].tolerance);
      assert_near(high, cases[i].high, cases[i].tolerance);
    }
    for (int k = 0; k < 3; k++)
      if (!isnan(cases[i].p[k]))
        assert_near(itg_increment_probability(&cases[i].x, k == 0   ? 0
                                                           : k == 1 ? 20000
                                                                    : 30000),
                    cases[i].p[k], 6e-6);
  }
}

/* Experiment 1 of Glick, Doshi, Sonnad, Polsky, Economic Evaluation in Clinical Trials, from its printed (rounded)
 * figures: recomputed by hand, as the printed limits of the ratio could only be recalled (about 28200 to 245200). */
static void experiment_1_of_glick_from_its_rounded_figures(void **state) {
  (void)state;
  itg_result *r = summary("effect,cost,se_effect,se_cost,correlation,df\n0.01,1000,0.001925,324,-0.71,498\n", NULL);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icer"), 100000, 1e-6);
  assert_near(number_at(itg_result_find(r, "fieller"), 0, "conf_low"), 28335, 1);
  assert_near(number_at(itg_result_find(r, "fieller"), 0, "conf_high"), 244944, 1);
  itg_result_free(r);
}

/* ---- identities ---- */

static void fieller_limits_are_where_the_benefit_limits_cross_0(void **state) {
  (void)state;
  static const itg_increment cases[] = {{0.05, 800, 0.0003, 90000, 1.5},
                                        {0.05, 800, 0.0009, 90000, -3},
                                        {-0.05, -800, 0.0002, 40000, 1},
                                        {1e-6, 1e9, 1e-14, 1e16, 0}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    double ends[2], t = 1.96;
    assert_true(itg_increment_fieller(&cases[i], t, &ends[0], &ends[1]) != ITG_FIELLER_ALL);
    for (int k = 0; k < 2; k++) {
      double benefit = itg_increment_benefit(&cases[i], ends[k]),
             half = t * itg_increment_benefit_error(&cases[i], ends[k]);
      assert_near(fabs(benefit) / half, 1, 1e-9);
    }
  }
}

static void normal_loss_has_known_values(void **state) {
  (void)state;
  assert_near(itg_increment_evpi(&(itg_increment){0, 0, 0, 1, 0}, 0), .3989422804, 5e-11);
  assert_near(itg_increment_evpi(&(itg_increment){0, -500, 0, 1e6, 0}, 0), 197.7965574, 5e-8);
  assert_near(itg_increment_evpi(&(itg_increment){0, 100, 0, 1e6, 0}, 0), 350.9353312, 5e-8);
  /* R: mean -261.1, standard deviation 240; 16.8645 by the unrounded mean. */
  assert_near(itg_increment_evpi(&(itg_increment){0, 261.1, 0, 240 * 240, 0}, 0), 16.86594785, 5e-9);
}

static void a_curve_point_and_the_error_of_the_effect_give_that_of_the_cost(void **state) {
  (void)state;
  itg_result *r =
      summary("effect,cost,se_effect,correlation,at_threshold,probability\n0.05,800,0.02,0.3,30000,0.75\n",
              "thresholds: 30000");
  assert_near(CELL(r, "estimates", "estimate", "scale", "p_cost_effective"), 0.75, 1e-12);
  double se = CELL(r, "estimates", "std_error", "scale", "incremental_cost"), s = 700 / 0.674489750196082;
  assert_near(900e6 * 0.0004 + se * se - 2 * 30000 * 0.3 * 0.02 * se, s * s, 1e-6);
  itg_result_free(r);
}

static void limits_give_errors_and_no_correlation_is_told(void **state) {
  (void)state;
  itg_result *r =
      summary("effect,cost,effect_low,effect_high,cost_low,cost_high\n0.05,800,0.01,0.09,200,1400\n", NULL);
  assert_near(CELL(r, "estimates", "std_error", "scale", "incremental_effect"), 0.08 / 2 / 1.959963984540054,
              1e-12);
  assert_near(CELL(r, "estimates", "conf_high", "scale", "incremental_cost"), 1400, 1e-9);
  assert_true(has_note(r, "No correlation"));
  itg_result_free(r);
}

static void quadrants_have_words(void **state) {
  (void)state;
  itg_reason reason;
  assert_string_equal(itg_increment_words(1, 1), "dearer and better");
  assert_string_equal(itg_increment_words(1, -1), "dominant: cheaper and better");
  assert_string_equal(itg_increment_words(-1, -1), "cheaper and worse");
  assert_string_equal(itg_increment_words(-1, 1), "dominated: dearer and worse");
  assert_string_equal(itg_increment_words(0, 1), "dominated: dearer, no better");
  assert_string_equal(itg_increment_words(0, -1), "dominant: cheaper, no worse");
  assert_string_equal(itg_increment_words(0, 0), "no difference");
  assert_true(isnan(itg_increment_ratio(&(itg_increment){.effect = 0, .cost = 5}, &reason)));
  assert_int_equal(reason, ITG_REASON_UNDEFINED);
  assert_near(itg_increment_ratio(&(itg_increment){.effect = -0.1, .cost = -500}, &reason), 5000, 1e-9);
}

/* ---- bad input ---- */

static void bad_input_is_told(void **state) {
  (void)state;
  bad("effect,cost\n", NULL, ITG_ERR_EMPTY, "at least one row");
  bad("effect,cost\n0.1,\n", NULL, ITG_ERR_DATA, "cost or icer");
  bad("effect,cost\n0.1,5\n0.2,6\n", NULL, ITG_ERR_COLUMN, "need names");
  bad("scenario,effect,cost\na,0.1,5\na,0.2,6\n", NULL, ITG_ERR_DUPLICATE, "stands twice");
  bad("effect,cost,correlation\n0.1,5,1.5\n", NULL, ITG_ERR_RANGE, "1.5");
  bad("effect,cost,se_cost\n0.1,5,-1\n", NULL, ITG_ERR_RANGE, "-1");
  bad("effect,cost,cost_low,cost_high\n0.1,5,6,7\n", NULL, ITG_ERR_DATA, "do not hold the estimate");
  bad("effect,cost,p_cost\n0.1,5,0\n", NULL, ITG_ERR_DATA, "p value");
  bad("effect,icer,at_threshold,probability\n0.1,5000,30000,0.2\n", NULL, ITG_ERR_DATA, "above 0.5");
  bad("effect,cost,se_effect,at_threshold,probability\n0.05,800,0.5,30000,0.75\n", NULL, ITG_ERR_DATA,
      "contradicts the standard error");
  bad("effect,cost\n0.1,5\n", "thresholds: [30000, 20000]", ITG_ERR_OPTION, "must rise");
  bad("effect,cost\n0.1,5\n", "thresholds: -1", ITG_ERR_OPTION, "thresholds");
  bad("effect,cost\n0.1,5\n", "curve_to: 0", ITG_ERR_OPTION, "curve_to");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(whole_systems_demonstrator_telehealth),
      cmocka_unit_test(whole_systems_demonstrator_net_benefit_and_break_even),
      cmocka_unit_test(syncope_monitors),
      cmocka_unit_test(affirm_p_value_gives_the_share),
      cmocka_unit_test(fieller_has_three_shapes_as_base_r),
      cmocka_unit_test(experiment_1_of_glick_from_its_rounded_figures),
      cmocka_unit_test(fieller_limits_are_where_the_benefit_limits_cross_0),
      cmocka_unit_test(normal_loss_has_known_values),
      cmocka_unit_test(a_curve_point_and_the_error_of_the_effect_give_that_of_the_cost),
      cmocka_unit_test(limits_give_errors_and_no_correlation_is_told),
      cmocka_unit_test(quadrants_have_words),
      cmocka_unit_test(bad_input_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
