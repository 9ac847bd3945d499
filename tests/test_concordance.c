/* Measure concordance: the data frame attitude of R, W worked by hand, bad input. */
#include "scoring.h"

#define DATA(csv) ((const inputs){"data", csv, NULL})

/* R's data frame attitude: 30 departments, seven percentages (Chatterjee & Price 1977). */
static const char attitude[] =
    "rating,complaints,privileges,learning,raises,critical,advance\n"
    "43,51,30,39,61,92,45\n"
    "63,64,51,54,63,73,47\n"
    "71,70,68,69,76,86,48\n"
    "61,63,45,47,54,84,35\n"
    "81,78,56,66,71,83,47\n"
    "43,55,49,44,54,49,34\n"
    "58,67,42,56,66,68,35\n"
    "71,75,50,55,70,66,41\n"
    "72,82,72,67,71,83,31\n"
    "67,61,45,47,62,80,41\n"
    "64,53,53,58,58,67,34\n"
    "67,60,47,39,59,74,41\n"
    "69,62,57,42,55,63,25\n"
    "68,83,83,45,59,77,35\n"
    "77,77,54,72,79,77,46\n"
    "81,90,50,72,60,54,36\n"
    "74,85,64,69,79,79,63\n"
    "65,60,65,75,55,80,60\n"
    "65,70,46,57,75,85,46\n"
    "50,58,68,54,64,78,52\n"
    "50,40,33,34,43,64,33\n"
    "64,61,52,62,66,80,41\n"
    "53,66,52,50,63,80,37\n"
    "40,37,42,58,50,57,49\n"
    "63,54,42,48,66,75,33\n"
    "66,77,66,63,88,76,72\n"
    "78,75,58,74,80,78,49\n"
    "48,57,44,45,51,83,38\n"
    "85,85,71,71,77,74,55\n"
    "82,82,39,59,64,78,39\n";
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

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(kendall_w_of_attitude_as_irr_and_friedman),
                                     cmocka_unit_test(icc_1_and_2_of_attitude_as_multilevel),
                                     cmocka_unit_test(w_of_three_raters_by_hand),
                                     cmocka_unit_test(incomplete_units_are_left_out_and_said),
                                     cmocka_unit_test(words_are_ranked_in_the_order_stated),
                                     cmocka_unit_test(ties_everywhere_have_no_concordance),
                                     cmocka_unit_test(bad_rankings_are_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
