/* Measure concordance: the data frame attitude of R, W worked by hand, bad input. */
#include "attitude.h"
#include "scoring.h"

#define DATA(csv) ((const inputs){"data", csv, NULL})

/* R's data frame attitude: 30 departments, seven percentages (Chatterjee & Price 1977). */
#define SEVEN "columns: {ratings: [rating, complaints, privileges, learning, raises, critical, advance]}"

/* R package irr 0.85 (kendall with and without correction), stats::friedman.test and cor(method =
 * "spearman"). */
static void kendall_w_of_attitude_as_irr_and_friedman(void **state) {
  (void)state;
  itg_result *r = score("concordance", DATA(attitude), SEVEN);
  assert_near(CELL(r, "estimates", "estimate", "scale", "kendall_w"), 0.49433077675868825, 1e-14);
  assert_near(CELL(r, "tests", "w_uncorrected", "units", "30"), 0.49307393702753638, 1e-14);
  assert_near(CELL(r, "tests", "chi2", "units", "30"), 100.34914768201371, 1e-11);
  assert_near(CELL(r, "tests", "p_value", "units", "30") / 8.6017972045813906e-10, 1, 1e-10);
  assert_near(CELL(r, "estimates", "estimate", "scale", "mean_spearman"), 0.40993707168134746, 1e-14);
  itg_result_free(r);
}

/* R package multilevel 2.8, ICC1 and ICC2 of aov. */
static void icc_1_and_2_of_attitude_as_multilevel(void **state) {
  (void)state;
  itg_result *r = score("concordance", DATA(attitude), SEVEN);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icc_1"), 0.18856173709250287, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "icc_2"), 0.61928801567267155, 1e-12);
  itg_result_free(r);
}

/* Rank sums 4, 5, 9: S = 14, W = 12 * 14 / (9 * 24); one pair agrees wholly, two have rho 1/2. */
static void w_of_three_raters_by_hand(void **state) {
  (void)state;
  itg_result *r = score("concordance", DATA("u,a,b,c\nx,1,1,2\ny,2,2,1\nz,3,3,3\n"),
                        "columns: {unit: u, ratings: [a, b, c]}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "kendall_w"), 12 * 14.0 / 216, 1e-15);
  assert_near(CELL(r, "estimates", "estimate", "scale", "mean_spearman"), 2 / 3.0, 1e-15);
  assert_near(CELL(r, "pairs", "rho", "rater", "a", "other_rater", "b"), 1, 1e-15);
  assert_near(CELL(r, "pairs", "rho", "rater", "b", "other_rater", "c"), 0.5, 1e-15);
  double w = 12 * 14.0 / 216; /* and the mean rho is (m W - 1)/(m - 1) without ties */
  assert_near((3 * w - 1) / 2, 2 / 3.0, 1e-15);
  assert_near(CELL(r, "tests", "f", "units", "3"), 2 * w / (1 - w), 1e-13);
  itg_result_free(r);
}

static void incomplete_units_are_left_out_and_said(void **state) {
  (void)state;
  itg_result *r =
      score("concordance", DATA("unit,rater,value\nx,a,1\nx,b,1\ny,a,2\ny,b,2\nz,a,3\nz,b,\nv,a,9\n"), NULL);
  assert_true(CELL(r, "estimates", "n", "scale", "kendall_w") == 2);
  assert_true(CELL(r, "estimates", "n_missing", "scale", "kendall_w") == 2);
  assert_true(CELL(r, "estimates", "estimate", "scale", "kendall_w") == 1);
  assert_true(CELL(r, "estimates", "n", "scale", "icc_1") == 4);
  assert_true(has_note(r, "2 units lack a rating by some rater"));
  itg_result_free(r);
}

static void words_are_ranked_in_the_order_stated(void **state) {
  (void)state;
  const char *csv = "a,b\nlow,mid\nmid,mid\nhigh,high\n";
  itg_result *r =
      score("concordance", DATA(csv), "{columns: {ratings: [a, b]}, categories: [low, mid, high]}");
  assert_near(CELL(r, "pairs", "rho", "rater", "a"), sqrt(3) / 2, 1e-14);
  itg_result_free(r);
  assert_fails("concordance", DATA(csv), "columns: {ratings: [a, b]}", ITG_ERR_OPTION,
               "from lowest to highest");
}

static void ties_everywhere_have_no_concordance(void **state) {
  (void)state;
  itg_result *r = score("concordance", DATA("a,b\n2,2\n2,2\n2,2\n"), "columns: {ratings: [a, b]}");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "kendall_w"), "no variance");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "mean_spearman"), "no variance");
  itg_result_free(r);
  r = score("concordance", DATA("a,b\n1,2\n2,\n,2\n"), "columns: {ratings: [a, b]}");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "kendall_w"), "too few answers");
  itg_result_free(r);
}

static void bad_rankings_are_refused(void **state) {
  (void)state;
  assert_fails("concordance", DATA("a\n1\n2\n"), "columns: {ratings: [a]}", ITG_ERR_DATA, "one rater only");
  assert_fails("concordance", DATA("a,b\n,\n"), "columns: {ratings: [a, b]}", ITG_ERR_EMPTY,
               "all are missing");
  assert_fails("concordance", DATA("unit,rater,value\nx,a,1\nx,a,1\n"), NULL, ITG_ERR_DUPLICATE,
               "in another row too");
  assert_fails("concordance", DATA("rho,unit,rater,value\n1,x,a,1\n1,x,b,1\n"), "by: rho", ITG_ERR_OPTION,
               "'by' cannot hold 'rho'");
}

static void too_many_pairs_are_a_limit(void **state) {
  (void)state;
  itg_text csv = ITG_TEXT_EMPTY;
  itg_text_add(&csv, "unit,rater,value\n");
  for (int i = 0; i < 20000; i++) itg_text_print(&csv, "x,r%d,1\n", i);
  assert_fails("concordance", DATA(csv.data), NULL, ITG_ERR_LIMIT, "pairs of raters make 199990000 cells");
  itg_text_clear(&csv);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(kendall_w_of_attitude_as_irr_and_friedman),
                                     cmocka_unit_test(icc_1_and_2_of_attitude_as_multilevel),
                                     cmocka_unit_test(w_of_three_raters_by_hand),
                                     cmocka_unit_test(incomplete_units_are_left_out_and_said),
                                     cmocka_unit_test(words_are_ranked_in_the_order_stated),
                                     cmocka_unit_test(ties_everywhere_have_no_concordance),
                                     cmocka_unit_test(bad_rankings_are_refused),
                                     cmocka_unit_test(too_many_pairs_are_a_limit)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
