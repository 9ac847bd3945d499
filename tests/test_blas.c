/* Matrix products against a plain triple loop on integers, where every order of adding is exact. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "itg_blas.h"

static void product_is_added_row_by_row(void **state) {
  (void)state;
  static const int shapes[][3] = {{1, 1, 1}, {2, 3, 4}, {5, 1, 7}, {1, 6, 3}, {33, 17, 65}, {64, 5, 1024}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    int m = shapes[s][0], n = shapes[s][1], k = shapes[s][2];
    double *a = malloc(sizeof *a * (size_t)(m * k)), *b = malloc(sizeof *b * (size_t)(k * n));
    double *c = malloc(sizeof *c * (size_t)(m * n)), *expected = malloc(sizeof *expected * (size_t)(m * n));
    for (int i = 0; i < m * k; i++) a[i] = i * 7919 % 101 - 50;
    for (int i = 0; i < k * n; i++) b[i] = i * 104729 % 97 - 48;
    for (int i = 0; i < m; i++)
      for (int j = 0; j < n; j++) {
        c[i * n + j] = expected[i * n + j] = i - 2 * j;
        for (int l = 0; l < k; l++) expected[i * n + j] += a[i * k + l] * b[l * n + j];
      }
    itg_blas_multiply(m, n, k, a, b, c);
    assert_memory_equal(c, expected, sizeof *c * (size_t)(m * n));
    free(a), free(b), free(c), free(expected);
  }
}

static void empty_product_changes_nothing(void **state) {
  (void)state;
  double c = 5, one = 1;
  itg_blas_multiply(1, 1, 0, &one, &one, &c);
  itg_blas_multiply(0, 1, 1, &one, &one, &c);
  itg_blas_multiply(1, 0, 1, &one, &one, &c);
  assert_true(c == 5);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(product_is_added_row_by_row),
      cmocka_unit_test(empty_product_changes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
