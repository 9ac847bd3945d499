/* Alias tables: the chances that their cells hold, added up, are the weights; draws follow them. */
#include "files.h"

#include <math.h>

#include "itg_alias.h"
#include "itg_sum.h"

/* Chance of each value, as the cells say. */
static void chances_of(const itg_alias *table, int64_t n, double *chances) {
  int64_t cells = INT64_C(1) << table->bits;
  for (int64_t i = 0; i < n; i++) chances[i] = 0;
  for (int64_t i = 0; i < cells; i++) {
    double own = (double)(table->cells[i] >> 24) * 0x1p-40;
    int64_t other = (int64_t)(table->cells[i] & (ITG_ALIAS_MOST - 1));
    assert_true((i < n || own == 0) && other < n);
    if (i < n) chances[i] += own / (double)cells;
    chances[other] += (1 - own) / (double)cells;
  }
}

static void cells_add_up_to_the_weights(void **state) {
  (void)state;
  static const double weights[][8] = {{1, 1, 1, 1, 1, 1, 1, 1}, {0, 3, 0, 0, 1, 0, 0, 0},
                                      {1e-300, 2e-300, 3e-300, 4e-300, 5e-300, 6e-300, 7e-300, 8e-300},
                                      {1e300, 1, 1e299, 0, 0, 0, 5e299, 1e280}, {0.1, 0.2, 0.3, 0.7, 0.1, 0.1, 0.9, 3}};
  double chances[8];
  for (size_t w = 0; w < sizeof weights / sizeof *weights; w++)
    for (int64_t n = w == 1 ? 2 : 1; n <= 8; n++) {
      itg_arena *arena = itg_arena_new();
      itg_alias table;
      assert_int_equal(itg_alias_make(weights[w], n, arena, &table, NULL), ITG_OK);
      chances_of(&table, n, chances);
      double total = itg_sum_of(weights[w], n);
      for (int64_t i = 0; i < n; i++) assert_true(fabs(chances[i] - weights[w][i] / total) < 0x1p-39);
      itg_arena_free(arena);
    }
}

/* e^-rate rate^k / k!, for every number that has a chance worth a cell. */
static void poisson_tables_hold_the_distribution(void **state) {
  (void)state;
  static const double rates[] = {0, 0x1p-60, 0.3, 1, 2.5, 80, 1234.5, 4e6};
  for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
    itg_arena *arena = itg_arena_new();
    itg_alias table;
    assert_int_equal(itg_alias_poisson(rates[r], arena, &table, NULL), ITG_OK);
    int64_t n = INT64_C(1) << table.bits;
    double *chances = malloc((size_t)n * sizeof *chances), covered = 0, mean = 0;
    chances_of(&table, n, chances);
    for (int64_t i = 0; i < n; i++) {
      double k = (double)(table.first + i);
      double p = rates[r] > 0 ? exp(k * log(rates[r]) - rates[r] - lgamma(k + 1)) : k == 0;
      assert_true(fabs(chances[i] - p) < 1e-8 * p + 1e-12); /* of lgamma(4e6) eight digits are left */
      covered += chances[i];
      mean += k * chances[i];
    }
    assert_true(fabs(covered - 1) < 1e-12);
    assert_true(fabs(mean - rates[r]) < 1e-9 * (rates[r] + 1));
    free(chances);
    itg_arena_free(arena);
  }
}

/* The two words of a draw: the first chooses the cell, both what of it. */
static void extreme_words_stay_inside_the_table(void **state) {
  (void)state;
  static const double weights[] = {1, 2, 0, 5, 4, 0};
  itg_arena *arena = itg_arena_new();
  itg_alias table;
  assert_int_equal(itg_alias_make(weights, 6, arena, &table, NULL), ITG_OK);
  static const uint32_t ends[] = {0, 1, INT32_MAX - 1, INT32_MAX};
  for (int i = 0; i < 4; i++)
    for (int j = 0; j < 4; j++) {
      int64_t value = itg_alias_value(&table, (uint32_t[]){ends[i], ends[j]});
      assert_true(value >= 0 && value < 6 && weights[value] > 0);
    }
  itg_arena_free(arena);
}

static void draws_follow_the_weights(void **state) {
  (void)state;
  enum { N = 240000 };
  static const double weights[] = {1, 2, 0, 5, 4, 0};
  int64_t counts[6] = {0};
  double chi = 0;
  itg_arena *arena = itg_arena_new();
  itg_alias table;
  itg_random random;
  uint32_t *words = malloc(2 * N * sizeof *words);
  assert_int_equal(itg_alias_make(weights, 6, arena, &table, NULL), ITG_OK);
  itg_random_init(&random, 4, ITG_PURPOSE_TEST, 0);
  itg_alias_words(&random, words, N);
  for (int i = 0; i < N; i++) counts[itg_alias_value(&table, words + 2 * i)]++;
  for (int i = 0; i < 6; i++) {
    double expected = N * weights[i] / 12;
    if (expected > 0)
      chi += ((double)counts[i] - expected) * ((double)counts[i] - expected) / expected;
    else
      assert_int_equal(counts[i], 0);
  }
  assert_true(chi > 0.02 && chi < 16.3); /* 0.001 and 0.999 of chi-square with 3 df */
  free(words);
  itg_arena_free(arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cells_add_up_to_the_weights),
      cmocka_unit_test(poisson_tables_hold_the_distribution),
      cmocka_unit_test(extreme_words_stay_inside_the_table),
      cmocka_unit_test(draws_follow_the_weights),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
