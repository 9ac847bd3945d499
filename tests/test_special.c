/* Distributions against closed forms; impossible arguments give NaN and nothing is printed. */
#include <math.h>
#include <stdio.h>
#include <unistd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "itg_special.h"

static void near(double a, double b) { assert_true(fabs(a - b) <= 1e-14 * fabs(b)); }

static void normal_agrees_with_the_error_function(void **state) {
  (void)state;
  for (double x = -8; x <= 8; x += 0.37) {
    assert_true(fabs(itg_normal_cdf(x) / (erfc(-x / sqrt(2)) / 2) - 1) <= 2e-14);
    near(itg_normal_density(x), exp(-x * x / 2) / sqrt(2 * acos(-1)));
  }
  assert_true(itg_normal_quantile(0.5) == 0);
  near(itg_normal_quantile(0.975), 1.959963984540054); /* 1.95996398454005423552..., any table */
  near(itg_normal_quantile(itg_normal_cdf(-5)), -5);
}

/* With 1 degree of freedom t is Cauchy's distribution, with 2 its inverse is algebraic. */
static void t_agrees_with_its_closed_forms(void **state) {
  (void)state;
  double pi = acos(-1);
  for (double p = 0.01; p < 1; p += 0.049) {
    double q = itg_t_quantile(p, 2), expected = (2 * p - 1) / sqrt(2 * p * (1 - p));
    assert_true(fabs(q - expected) <= 1e-13 * fabs(expected));
    assert_true(fabs(itg_t_quantile(p, 1) + cos(pi * p) / sin(pi * p)) <= 1e-13 / sin(pi * p));
  }
  near(itg_t_cdf(1, 1), 0.75);
  assert_true(itg_t_cdf(0, 5) == 0.5);
  near(itg_t_quantile(0.975, INFINITY), itg_normal_quantile(0.975));
}

/* Beta(1, b) and Beta(a, 1) have powers as quantiles, Gamma(1) has a logarithm. */
static void beta_and_gamma_agree_with_their_closed_forms(void **state) {
  (void)state;
  for (double p = 0.005; p < 1; p += 0.045)
    for (double a = 0.5; a < 600; a *= 3) {
      double lower = -expm1(log1p(-p) / a), upper = pow(p, 1 / a);
      assert_true(fabs(itg_beta_quantile(p, 1, a) - lower) <= 1e-12 * lower);
      assert_true(fabs(itg_beta_quantile(p, a, 1) - upper) <= 1e-12 * upper);
      assert_true(fabs(itg_gamma_quantile(p, 1, a) + a * log1p(-p)) <= 1e-12 * -a * log1p(-p));
    }
}

static void impossible_arguments_give_nan(void **state) {
  (void)state;
  static const double bad[] = {-0.1, 1.1, NAN};
  for (int i = 0; i < 3; i++) {
    assert_true(isnan(itg_normal_quantile(bad[i])));
    assert_true(isnan(itg_t_quantile(bad[i], 3)));
    assert_true(isnan(itg_beta_quantile(bad[i], 2, 3)));
    assert_true(isnan(itg_gamma_quantile(bad[i], 2, 3)));
  }
  static const double negative[] = {-1, NAN};
  for (int i = 0; i < 2; i++) {
    double x = negative[i];
    assert_true(isnan(itg_t_quantile(0.5, x)));
    assert_true(isnan(itg_t_cdf(0.5, x)));
    assert_true(isnan(itg_beta_quantile(0.5, x, 1)));
    assert_true(isnan(itg_beta_quantile(0.5, 1, x)));
    assert_true(isnan(itg_gamma_quantile(0.5, x, 1)));
    assert_true(isnan(itg_gamma_quantile(0.5, 1, x)));
  }
  assert_true(isnan(itg_normal_cdf(NAN)));
  assert_true(isnan(itg_normal_density(NAN)));
}

/* The standalone nmath tells lost precision on standard output; intervals must give it no occasion. */
static void nothing_is_printed(void **state) {
  (void)state;
  FILE *capture = tmpfile();
  assert_non_null(capture);
  fflush(stdout);
  int before = dup(STDOUT_FILENO);
  dup2(fileno(capture), STDOUT_FILENO);
  impossible_arguments_give_nan(NULL);
  for (int n = 1; n <= 4096; n *= 4)
    for (int k = 0; k <= n; k += n > 16 ? n / 16 : 1) { /* limits of proportions */
      itg_beta_quantile(0.025, k + 0.5, n - k + 0.5);
      itg_beta_quantile(0.975, k + 1, n - k + 1e-3);
      itg_gamma_quantile(0.025, k + 0.5, 1);
      itg_t_quantile(0.975, k + 0.1);
    }
  fflush(stdout);
  dup2(before, STDOUT_FILENO);
  close(before);
  fseek(capture, 0, SEEK_END);
  long printed = ftell(capture);
  fclose(capture);
  assert_int_equal(printed, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(normal_agrees_with_the_error_function),
      cmocka_unit_test(t_agrees_with_its_closed_forms),
      cmocka_unit_test(beta_and_gamma_agree_with_their_closed_forms),
      cmocka_unit_test(impossible_arguments_give_nan),
      cmocka_unit_test(nothing_is_printed),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
