/* Compensated sums against sums whose exact value is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "itg_sum.h"

/* Neumaier 1974: the small terms that a plain sum loses, and those that Kahan's own rule loses. */
static void terms_that_cancel_leave_the_small_ones(void **state) {
  (void)state;
  assert_true(itg_sum_of((double[]){1, 1e100, 1, -1e100}, 4) == 2);
  assert_true(itg_sum_of((double[]){1e100, 1, -1e100, 1}, 4) == 2);
}

static void ten_million_cents_make_a_hundred_thousand(void **state) {
  (void)state;
  itg_sum sum = {0, 0};
  double plain = 0;
  for (int i = 0; i < 10000000; i++) {
    itg_sum_add(&sum, 0.01);
    plain += 0.01;
  }
  assert_true(itg_sum_value(&sum) == 100000);
  assert_true(plain != 100000);
}

static void variance_survives_a_large_mean(void **state) {
  (void)state;
  double values[3] = {1e9 + 4, 1e9 + 7, 1e9 + 13};
  assert_true(itg_mean_of(values, 3) == 1e9 + 8);
  assert_true(itg_variance_of(values, 3) == 21);
}

static void too_few_values_have_no_mean_or_variance(void **state) {
  (void)state;
  double value = 3;
  assert_true(isnan(itg_mean_of(&value, 0)));
  assert_true(isnan(itg_variance_of(&value, 1)));
  assert_true(itg_sum_of(&value, 0) == 0);
}

/* Parts of unlike sizes, one of them empty. */
static void parts_of_a_mean_join_to_the_whole(void **state) {
  (void)state;
  double values[100], mean, variance;
  for (int i = 0; i < 100; i++) values[i] = 10 + (i * 37 % 101) / 8.0;
  const itg_mean_part parts[] = {itg_mean_part_of(values, 61), {9, 1, 1}, itg_mean_part_of(values + 61, 0), {9, 1, 1},
                                 itg_mean_part_of(values + 61, 39)};
  assert_int_equal(itg_mean_parts_join(parts, 3, 2, &mean, &variance), 100);
  assert_true(mean == itg_mean_of(values, 100));
  assert_true(fabs(variance / itg_variance_of(values, 100) - 1) < 1e-14);
  assert_int_equal(itg_mean_parts_join(parts + 2, 1, 2, &mean, &variance), 0);
  assert_true(isnan(mean) && isnan(variance));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(terms_that_cancel_leave_the_small_ones),
      cmocka_unit_test(ten_million_cents_make_a_hundred_thousand),
      cmocka_unit_test(variance_survives_a_large_mean),
      cmocka_unit_test(parts_of_a_mean_join_to_the_whole),
      cmocka_unit_test(too_few_values_have_no_mean_or_variance),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
