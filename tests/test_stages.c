/* Measure stages: the three rules worked by hand, agreement with the self-assessment, bad input. */
#include "scoring.h"

/* pc1, pc2 make phase 1; pc3, pc4 phase 2; pc5 phase 3; pc6 phase 4. */
static const char map[] = "element,phase\npc1,1\npc2,1\npc3,2\npc4,2\npc5,3\npc6,4\n";
static const char elements[] =
    "service,element,relevant,present\n"
    "A,pc1,1,1\nA,pc2,1,0\nA,pc3,1,0\nA,pc4,1,0\nA,pc5,1,1\nA,pc6,1,1\n"  /* .5 0 1 1 */
    "B,pc1,1,1\nB,pc2,1,1\nB,pc3,1,1\nB,pc4,0,0\nB,pc5,1,0\nB,pc6,1,0\n"  /* 1 1 0 0 */
    "C,pc1,1,0\nC,pc2,1,0\nC,pc3,1,1\nC,pc4,1,1\nC,pc5,1,0\nC,pc6,1,0\n"  /* 0 1 0 0 */
    "D,pc1,1,1\nD,pc2,1,1\nD,pc3,1,1\nD,pc4,1,1\nD,pc5,0,0\nD,pc6,1,1\n"; /* 1 1 - 1 */
static const char self[] = "service,phase\nA,2\nB,2\nC,1\nD,4\n";

static double calculated(const itg_result *r, const char *service) {
  return CELL(r, "estimates", "estimate", "scale", "calculated", "service", service);
}

static void threshold_rule_needs_every_phase_up_to_the_highest(void **state) {
  (void)state;
  const inputs in = {"data", self, "elements", elements, "phases", map, NULL};
  itg_result *r = score("stages", in, NULL);
  assert_true(calculated(r, "A") == 1 && calculated(r, "B") == 2);
  assert_true(calculated(r, "C") == 1); /* below the first phase is still the first */
  assert_true(calculated(r, "D") == 4); /* nothing of phase 3 is relevant */
  assert_true(has_note(r, "threshold rule") && has_note(r, "at least 0.5"));
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "calculated", "service", "B"),
                      "experiment and execution");
  assert_true(CELL(r, "shares", "share", "service", "A", "phase", "1") == 50);
  itg_result_free(r);
  r = score("stages", in, "theta: 0.6");
  assert_true(calculated(r, "A") == 1 && calculated(r, "B") == 2);
  itg_result_free(r);
  r = score("stages", in, "theta: 0");
  assert_true(calculated(r, "C") == 4);
  itg_result_free(r);
}

static void continuous_rule_is_linear_in_the_share(void **state) {
  (void)state;
  itg_result *r = score("stages", (const inputs){"data", self, "elements", elements, NULL}, NULL);
  assert_near(calculated(r, "A"), 1 + 3 * 3 / 6.0, 1e-15);
  assert_near(calculated(r, "B"), 1 + 3 * 3 / 5.0, 1e-15);
  assert_near(calculated(r, "D"), 4, 1e-15);
  assert_true(has_note(r, "continuous rule"));
  /* B's 2.8 counts as phase 3 in kappa */
  assert_true(CELL(r, "phases", "calculated", "phase", "3") == 2);
  itg_result_free(r);
}

static void cut_point_rule_takes_the_cut_points_of_the_user(void **state) {
  (void)state;
  const inputs in = {"data", self, "elements", elements, NULL};
  itg_result *r = score("stages", in, "rule: cut-points\ncut_points: [0.3, 0.5, 0.9]");
  assert_true(calculated(r, "A") == 3 && calculated(r, "B") == 3 && calculated(r, "C") == 2 &&
              calculated(r, "D") == 4);
  itg_result_free(r);
  assert_fails("stages", in, "rule: cut-points", ITG_ERR_OPTION, "need 3 'cut_points', not 0");
  assert_fails("stages", in, "rule: cut-points\ncut_points: [0.5, 0.5, 0.9]", ITG_ERR_OPTION, "must rise");
}

/* Gwet's table of 100 pairs, as phases 1 to 3 of four: unweighted kappa does not depend on unused levels. */
static void agreement_of_given_phases_as_in_gwets_table(void **state) {
  (void)state;
  static const int counts[3][3] = {{13, 0, 0}, {0, 20, 7}, {0, 4, 56}};
  itg_text csv = ITG_TEXT_EMPTY;
  int n = 0;
  itg_text_add(&csv, "service,phase,calculated\n");
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      for (int k = 0; k < counts[i][j]; k++) itg_text_print(&csv, "s%d,%d,%d\n", n++, i + 1, j + 1);
  itg_result *r = score("stages", (const inputs){"data", csv.data, NULL}, NULL);
  assert_near(CELL(r, "estimates", "estimate", "scale", "agreement"), 89, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "kappa"), 0.7964094, 5e-8);
  assert_near(CELL(r, "estimates", "std_error", "scale", "kappa"), 0.0589107, 5e-8);
  /* Weighted kappa of four levels equals that of three: agreement weights are linear in |i - j| and both
   * observed and expected disagreement shrink by the same factor. */
  assert_near(CELL(r, "estimates", "estimate", "scale", "kappa_linear"), 0.8429020, 5e-8);
  assert_near(CELL(r, "estimates", "std_error", "scale", "kappa_quadratic"), 0.0353515, 5e-8);
  assert_true(has_note(r, "as given in the data"));
  itg_result_free(r);
  itg_text_clear(&csv);
}

static void correlations_against_a_hand_computed_r(void **state) {
  (void)state;
  /* self 2 2 1 4 with calculated 1 2 1 4: r = 4.5 / sqrt(4.75 x 6) */
  itg_result *r =
      score("stages", (const inputs){"data", self, "elements", elements, "phases", map, NULL}, NULL);
  assert_near(CELL(r, "estimates", "estimate", "scale", "correlation"), 5.0 / sqrt(4.75 * 6), 1e-12);
  /* self with implemented elements 3 3 2 5: r = 4.75 / sqrt(4.75 x 4.75) */
  assert_near(CELL(r, "estimates", "estimate", "scale", "correlation_elements"), 1, 1e-12);
  assert_true(CELL(r, "estimates", "estimate", "scale", "agreement") == 75);
  assert_true(CELL(r, "estimates", "estimate", "scale", "self", "service", NULL) == 2);
  itg_result_free(r);
}

static void raters_waves_and_groups(void **state) {
  (void)state;
  const inputs in = {
      "data",
      "service,wave,rater,phase,kind\nA,1,x,1,p\nA,1,y,4,p\nA,1,z,2,p\nA,2,x,3,p\nB,1,x,2,q\nB,1,y,3,q\n",
      "elements", "service,wave,element,present\nA,1,pc1,0\nA,2,pc1,1\nB,1,pc1,1\n", NULL};
  itg_result *r = score("stages", in, "by: kind");
  assert_true(CELL(r, "estimates", "estimate", "scale", "self", "service", "A", "wave", "1") == 2);
  assert_true(CELL(r, "estimates", "estimate", "scale", "self", "service", "B", "wave", "1") ==
              2); /* the lower middle */
  assert_true(CELL(r, "estimates", "n", "scale", "self", "service", "A", "wave", "1") == 3);
  assert_true(CELL(r, "estimates", "estimate", "scale", "calculated", "service", "A", "wave", "1") == 1);
  assert_true(CELL(r, "estimates", "estimate", "scale", "calculated", "service", "A", "wave", "2") == 4);
  assert_true(CELL(r, "estimates", "estimate", "scale", "self", "service", NULL, "kind", "p") == 2.5);
  assert_null(TEXT(r, "estimates", "level", "scale", "self", "service", NULL, "kind", "p"));
  itg_result_free(r);
}

static void an_unrated_phase_makes_no_calculated_phase(void **state) {
  (void)state;
  const inputs in = {"data",     "service,phase\nA,1\nB,1\n",
                     "elements", "service,element,present\nA,pc1,1\nA,pc2,1\nA,pc3,\n",
                     "phases",   map,
                     NULL};
  itg_result *r = score("stages", in, NULL);
  assert_true(isnan(calculated(r, "A")));
  assert_true(has_note(r, "1 services have no rated elements"));
  itg_result_free(r);
}

static void bad_stages_are_refused(void **state) {
  (void)state;
  assert_fails("stages", (const inputs){"data", "service,phase\nA,\n", NULL}, NULL, ITG_ERR_EMPTY,
               "no service has a phase");
  assert_fails("stages", (const inputs){"data", "service,phase\nA,5\n", NULL}, NULL, ITG_ERR_RANGE,
               "from 1 to 4");
  assert_fails("stages", (const inputs){"data", "service,phase\nA,1.5\n", NULL}, NULL, ITG_ERR_RANGE,
               "whole number");
  assert_fails("stages", (const inputs){"data", "service,phase\nA,1\nA,2\n", NULL}, NULL, ITG_ERR_DUPLICATE,
               "'A' stands twice");
  assert_fails("stages", (const inputs){"data", self, "elements", elements, NULL}, "rule: threshold",
               ITG_ERR_DATA, "no element belongs to phase 1");
  assert_fails("stages",
               (const inputs){"data", self, "elements", elements, "phases", "element,phase\npc1,9\n", NULL},
               NULL, ITG_ERR_DATA, "phase 9");
  assert_fails("stages", (const inputs){"data", "service,wave,phase\nA,1,1\n", "elements", elements, NULL},
               NULL, ITG_ERR_DATA, "'wave'");
  assert_fails("stages", (const inputs){"data", self, "elements", "service,present\nA,1\n", NULL}, NULL,
               ITG_ERR_COLUMN, "elements.element");
  assert_fails("stages",
               (const inputs){"data", "service,phase,calculated\nA,1,1\n", "elements", elements, NULL}, NULL,
               ITG_ERR_OPTION, "leave out one");
}

static void shipped_phases_pass_their_examples(void **state) {
  (void)state;
  itg_error error = {0};
  if (itg_instrument_check("dmic-phases", NULL, &error)) fail_msg("%s", error.message);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(threshold_rule_needs_every_phase_up_to_the_highest),
      cmocka_unit_test(continuous_rule_is_linear_in_the_share),
      cmocka_unit_test(cut_point_rule_takes_the_cut_points_of_the_user),
      cmocka_unit_test(agreement_of_given_phases_as_in_gwets_table),
      cmocka_unit_test(correlations_against_a_hand_computed_r),
      cmocka_unit_test(raters_waves_and_groups),
      cmocka_unit_test(an_unrated_phase_makes_no_calculated_phase),
      cmocka_unit_test(bad_stages_are_refused),
      cmocka_unit_test(shipped_phases_pass_their_examples),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
