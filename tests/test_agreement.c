/* Kappa, correlation and shares against published tables. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "itg_agreement.h"

static itg_coefficient kappa(const double *counts, int q, itg_weighting weighting) {
  double weights[25];
  itg_coefficient out;
  itg_weights_make(weighting, q, weights);
  assert_int_equal(itg_kappa_of_pairs(counts, q, weights, 0.95, &out, NULL), ITG_OK);
  return out;
}

/* Gwet's 3 x 3 table of 100 pairs, as computed by irrCAC and by the formula of 1969. */
static void kappa_of_gwets_table_of_100_pairs(void **state) {
  (void)state;
  static const double counts[] = {13, 0, 0, 0, 20, 7, 0, 4, 56};
  itg_coefficient plain = kappa(counts, 3, ITG_WEIGHTING_NONE),
                  linear = kappa(counts, 3, ITG_WEIGHTING_LINEAR),
                  quadratic = kappa(counts, 3, ITG_WEIGHTING_QUADRATIC), share;
  assert_true(fabs(plain.value - 0.7964094) < 5e-8);
  assert_true(fabs(plain.std_error - 0.0589107) < 5e-8);
  assert_true(fabs(linear.value - 0.8429020) < 5e-8);
  assert_true(fabs(linear.std_error - 0.0478721) < 5e-8);
  assert_true(fabs(quadratic.value - 0.8921569) < 5e-8);
  assert_true(fabs(quadratic.std_error - 0.0353515) < 5e-8);
  assert_int_equal(quadratic.n, 100);
  assert_true(fabs(quadratic.conf_low - (quadratic.value - 1.959963984540054 * quadratic.std_error)) < 1e-12);
  itg_share_of_pairs(counts, 3, 0.95, &share);
  assert_true(share.value == 0.89);
}

/* Cohen 1968, table 1: weights of disagreement 0 1 3 / 1 0 6 / 3 6 0 stand as 1 - v/6. */
static void weighted_kappa_of_cohen_1968(void **state) {
  (void)state;
  static const double share[] = {.44, .07, .09, .05, .20, .05, .01, .03, .06},
                      cost[] = {0, 1, 3, 1, 0, 6, 3, 6, 0};
  double counts[9], weights[9];
  for (int i = 0; i < 9; i++) {
    counts[i] = 200 * share[i];
    weights[i] = 1 - cost[i] / 6;
  }
  itg_coefficient plain = kappa(counts, 3, ITG_WEIGHTING_NONE), weighted;
  assert_true(fabs(plain.value - 0.4915254) < 5e-8);
  assert_true(fabs(plain.std_error - 0.0510018) < 5e-8);
  assert_int_equal(itg_kappa_of_pairs(counts, 3, weights, 0.95, &weighted, NULL), ITG_OK);
  assert_true(fabs(weighted.value - 0.3478261) < 5e-8);
  assert_true(fabs(weighted.std_error - 0.0755040) < 5e-8);
  assert_true(fabs(weighted.conf_low - 0.1998) < 5e-5 && fabs(weighted.conf_high - 0.4958) < 5e-5);
}

static void kappa_of_a_table_of_two_levels(void **state) {
  (void)state;
  static const double counts[] = {20, 5, 10, 15};
  itg_coefficient c = kappa(counts, 2, ITG_WEIGHTING_NONE);
  assert_true(fabs(c.value - 0.4) < 1e-15);
  assert_true(fabs(c.std_error - 0.1269961) < 5e-8);
}

static void kappa_is_missing_when_everybody_says_the_same(void **state) {
  (void)state;
  static const double one[] = {9, 0, 0, 0}, none[] = {0, 0, 0, 0};
  itg_coefficient c = kappa(one, 2, ITG_WEIGHTING_NONE);
  assert_true(isnan(c.value) && isnan(c.std_error));
  assert_int_equal(c.reason, ITG_REASON_NO_VARIANCE);
  assert_int_equal(c.n, 9);
  c = kappa(none, 2, ITG_WEIGHTING_NONE);
  assert_true(isnan(c.value));
  assert_int_equal(c.reason, ITG_REASON_TOO_FEW);
}

static void pairs_with_a_missing_side_are_left_out(void **state) {
  (void)state;
  static const int32_t first[] = {0, 1, 2, -1, 2, 1}, second[] = {0, 2, 2, 1, -1, 1};
  static const double expected[] = {1, 0, 0, 0, 1, 1, 0, 0, 1};
  double counts[9];
  assert_int_equal(itg_pairs_count(first, second, 6, 3, counts), 4);
  for (int i = 0; i < 9; i++) assert_true(counts[i] == expected[i]);
}

/* `sleep` of base R by pairs: cor.test(extra of group 1, extra of group 2) gives these numbers. */
static void pearson_of_the_sleep_data_of_base_r(void **state) {
  (void)state;
  static const double x[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0, NAN};
  static const double y[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4, 5};
  itg_coefficient c;
  itg_pearson(x, y, 11, 0.95, &c);
  assert_int_equal(c.n, 10);
  assert_true(fabs(c.value - 0.795170205833578) < 1e-9);
  assert_true(fabs(c.conf_low - 0.331525474164337) < 1e-9 && fabs(c.conf_high - 0.949446533611364) < 1e-9);
}

static void spearman_uses_middle_ranks(void **state) {
  (void)state;
  static const double x[] = {1, 2, 2, 3, 4, 4, 4, 9}, y[] = {2, 1, 4, 3, 7, 5, 5, 6};
  itg_coefficient c;
  assert_int_equal(itg_spearman(x, y, 8, 0.95, &c, NULL), ITG_OK);
  assert_true(fabs(c.value - 0.852111641992644) < 1e-12);
  assert_true(c.conf_low < c.value && c.value < c.conf_high);
}

static void correlation_of_a_constant_is_missing(void **state) {
  (void)state;
  static const double x[] = {2, 2, 2, 2}, y[] = {1, 2, 3, 4};
  itg_coefficient c;
  itg_pearson(x, y, 4, 0.95, &c);
  assert_true(isnan(c.value));
  assert_int_equal(c.reason, ITG_REASON_NO_VARIANCE);
  itg_pearson(y, y, 4, 0.95, &c);
  assert_true(c.value == 1 && c.std_error == 0);
}

/* Newcombe (Stat Med 1998;17:857-72), table I, method 3: 81/263, 15/148, 0/20, 1/29. */
static void wilson_interval_of_newcombe_1998(void **state) {
  (void)state;
  static const double cases[][4] = {
      {81, 263, .2553, .3662}, {15, 148, .0624, .1605}, {0, 20, 0, .1611}, {1, 29, .0061, .1718}};
  for (int i = 0; i < 4; i++) {
    double low, high;
    itg_wilson(cases[i][0], cases[i][1], 0.95, &low, &high);
    assert_true(fabs(low - cases[i][2]) < 5.1e-5 && fabs(high - cases[i][3]) < 5.1e-5);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(kappa_of_gwets_table_of_100_pairs),
      cmocka_unit_test(weighted_kappa_of_cohen_1968),
      cmocka_unit_test(kappa_of_a_table_of_two_levels),
      cmocka_unit_test(kappa_is_missing_when_everybody_says_the_same),
      cmocka_unit_test(pairs_with_a_missing_side_are_left_out),
      cmocka_unit_test(pearson_of_the_sleep_data_of_base_r),
      cmocka_unit_test(spearman_uses_middle_ranks),
      cmocka_unit_test(correlation_of_a_constant_is_missing),
      cmocka_unit_test(wilson_interval_of_newcombe_1998),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
