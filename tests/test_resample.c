/* Resampled sums: exact counts, the sums they make, and that nothing shows of batches or of strata. */
#include "scoring.h"

#include "itg_random.h"
#include "itg_resample.h"

enum { N = 700, COLUMNS = 3 };

static double *columns_of(int64_t n, int n_columns) {
  int64_t stride = itg_resample_stride(n);
  double *x = calloc((size_t)(stride * n_columns), sizeof *x);
  itg_random random;
  itg_random_init(&random, 5, ITG_PURPOSE_TEST, 0);
  for (int c = 0; c < n_columns; c++)
    for (int64_t i = 0; i < n; i++) x[c * stride + i] = c == 0 ? 1 : itg_random_normal(&random);
  return x;
}

static void weights_are_counts_of_the_draws(void **state) {
  (void)state;
  static const int64_t sizes[] = {1, 2, 3, 5, 1023, 1024, 1025, 5000};
  for (size_t k = 0; k < ITG_COUNT(sizes); k++) {
    int64_t n = sizes[k];
    itg_stratum strata[2] = {{.n = n, .stride = itg_resample_stride(n)}, {.n = n, .stride = itg_resample_stride(n)}};
    itg_resample plan = {77, ITG_PURPOSE_BOOTSTRAP, 2, 0, strata};
    uint8_t *found = calloc((size_t)n, 1);
    int *wanted = calloc((size_t)n, sizeof *wanted);
    itg_random random;
    itg_random_init(&random, 77, ITG_PURPOSE_BOOTSTRAP + 256, 9);
    for (int64_t i = 0; i < n; i++) wanted[itg_random_below(&random, (uint32_t)n)]++;
    itg_resample_weights(&plan, 1, 9, found);
    for (int64_t i = 0; i < n; i++) assert_int_equal(found[i], wanted[i]);
    free(found);
    free(wanted);
  }
}

static void sums_are_those_of_the_weights(void **state) {
  (void)state;
  double *x = columns_of(N, COLUMNS), *y = columns_of(13, COLUMNS);
  itg_stratum strata[] = {{.n = N, .stride = itg_resample_stride(N), .columns = x},
                          {.n = 13, .stride = itg_resample_stride(13), .columns = y}};
  itg_resample plan = {3, ITG_PURPOSE_BOOTSTRAP, 2, COLUMNS, strata};
  double sums[ITG_RESAMPLE_BATCH * 2 * COLUMNS];
  assert_int_equal(itg_resample_sums(&plan, 100, ITG_RESAMPLE_BATCH, sums, NULL), ITG_OK);
  for (int r = 0; r < ITG_RESAMPLE_BATCH; r++)
    for (int s = 0; s < 2; s++) {
      uint8_t weights[N];
      itg_resample_weights(&plan, s, 100 + (uint32_t)r, weights);
      for (int c = 0; c < COLUMNS; c++) {
        double sum = 0;
        for (int64_t i = 0; i < strata[s].n; i++) sum += weights[i] * strata[s].columns[c * strata[s].stride + i];
        assert_near(sums[(r * 2 + s) * COLUMNS + c], sum, 1e-11);
      }
      assert_near(sums[(r * 2 + s) * COLUMNS], (double)strata[s].n, 0);
    }
  free(x);
  free(y);
}

static void batches_do_not_show(void **state) {
  (void)state;
  double *x = columns_of(N, COLUMNS);
  itg_stratum stratum = {.n = N, .stride = itg_resample_stride(N), .columns = x};
  itg_resample plan = {3, ITG_PURPOSE_BOOTSTRAP, 1, COLUMNS, &stratum};
  double all[ITG_RESAMPLE_BATCH * COLUMNS], one[COLUMNS];
  assert_int_equal(itg_resample_sums(&plan, 0, ITG_RESAMPLE_BATCH, all, NULL), ITG_OK);
  for (uint32_t r = 0; r < ITG_RESAMPLE_BATCH; r++) {
    assert_int_equal(itg_resample_sums(&plan, r, 1, one, NULL), ITG_OK);
    assert_memory_equal(one, all + r * COLUMNS, sizeof one);
  }
  free(x);
}

/* Each record is drawn 1 time on average, with variance 1 - 1/n. */
static void counts_have_the_moments_of_the_multinomial(void **state) {
  (void)state;
  enum { SIZE = 50, REPLICATES = 20000 };
  itg_stratum stratum = {.n = SIZE, .stride = itg_resample_stride(SIZE)};
  itg_resample plan = {1, ITG_PURPOSE_BOOTSTRAP, 1, 0, &stratum};
  double sum = 0, squares = 0, cross = 0;
  for (uint32_t r = 0; r < REPLICATES; r++) {
    uint8_t w[SIZE];
    itg_resample_weights(&plan, 0, r, w);
    sum += w[7];
    squares += (w[7] - 1.0) * (w[7] - 1.0);
    cross += (w[7] - 1.0) * (w[8] - 1.0);
  }
  assert_near(sum / REPLICATES, 1, 4 * sqrt(1.0 / REPLICATES));
  assert_near(squares / REPLICATES, 1 - 1.0 / SIZE, 4 * sqrt(3.0 / REPLICATES));
  assert_near(cross / REPLICATES, -1.0 / SIZE, 4 * sqrt(1.0 / REPLICATES));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(weights_are_counts_of_the_draws),
      cmocka_unit_test(sums_are_those_of_the_weights),
      cmocka_unit_test(batches_do_not_show),
      cmocka_unit_test(counts_have_the_moments_of_the_multinomial),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
