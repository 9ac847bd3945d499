/* The generator against its published vectors, the draws against exact counting and each other. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "itg_random.h"
#include "itg_special.h"

/* Random123 1.14.0, tests/kat_vectors, the three lines "philox4x32 10". */
static void philox_gives_the_known_answers_of_random123(void **state) {
  (void)state;
  static const uint32_t known[3][10] = {{0x00000000, 0x00000000, 0x00000000, 0x00000000, 0x00000000,
                                         0x00000000, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
                                        {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff,
                                         0xffffffff, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
                                        {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822,
                                         0x299f31d0, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}};
  for (int i = 0; i < 3; i++) {
    uint32_t out[4];
    itg_philox4x32(known[i], known[i] + 4, out);
    assert_memory_equal(out, known[i] + 6, sizeof out);
  }
}

static void words_are_the_blocks_of_the_stated_counter(void **state) {
  (void)state;
  itg_random random;
  itg_random_init(&random, UINT64_C(0x0123456789abcdef), ITG_PURPOSE_TEST, 7);
  for (uint32_t block = 0; block < 5; block++) {
    uint32_t out[4];
    itg_philox4x32((uint32_t[]){block, 0, 7, ITG_PURPOSE_TEST}, (uint32_t[]){0x89abcdef, 0x01234567}, out);
    for (int i = 0; i < 4; i++) assert_int_equal(itg_random_word(&random), out[i]);
  }
}

static void block_number_carries_into_its_upper_half(void **state) {
  (void)state;
  itg_random random;
  itg_random_init(&random, 1, ITG_PURPOSE_TEST, 0);
  random.counter[0] = UINT32_MAX;
  for (int i = 0; i < 4; i++) itg_random_word(&random);
  uint32_t out[4];
  itg_philox4x32((uint32_t[]){0, 1, 0, ITG_PURPOSE_TEST}, (uint32_t[]){1, 0}, out);
  assert_int_equal(itg_random_word(&random), out[0]);
}

/* The batch must equal single draws and leave the stream at the same place, wherever it starts, for sizes
 * that refuse no word (powers of two), few words and every second word, and across a carry. */
static void indices_equal_single_draws(void **state) {
  (void)state;
  static const uint32_t sizes[] = {1,        2,         3, 10, 1000, 65536, 100003, 16718356, 1u << 31,
                                   (1u << 31) + 1, 3u << 30, UINT32_MAX};
  enum { MOST = 1000 };
  uint32_t out[MOST + 1];
  for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
    for (int start = 0; start < 6; start++)
      for (int64_t n_draws = 0; n_draws <= MOST; n_draws = n_draws < 70 ? n_draws + 1 : n_draws + 465) {
        itg_random batch, single;
        itg_random_init(&batch, 20 + s, ITG_PURPOSE_TEST, (uint32_t)start);
        batch.counter[0] = UINT32_MAX - 8;
        for (int i = 0; i < start; i++) itg_random_word(&batch);
        single = batch;
        out[n_draws] = 0xdeadbeef;
        itg_random_indices(&batch, sizes[s], out, n_draws);
        for (int64_t i = 0; i < n_draws; i++) {
          uint32_t index = itg_random_below(&single, sizes[s]);
          assert_true(index < sizes[s]);
          assert_int_equal(out[i], index);
        }
        assert_int_equal(out[n_draws], 0xdeadbeef);
        assert_int_equal(itg_random_word(&batch), itg_random_word(&single));
      }
}

/* Pearson's statistic of counts, k classes of equal expectation. */
static double chi_square(const int64_t *count, int k, double expected) {
  double sum = 0;
  for (int i = 0; i < k; i++) sum += (count[i] - expected) * (count[i] - expected) / expected;
  return sum;
}

static void indices_below_12_are_even(void **state) {
  (void)state;
  enum { N = 1200000 };
  uint32_t *out = malloc(N * sizeof *out);
  int64_t count[12] = {0};
  itg_random random;
  itg_random_init(&random, 42, ITG_PURPOSE_TEST, 0);
  itg_random_indices(&random, 12, out, N);
  for (int i = 0; i < N; i++) count[out[i]]++;
  free(out);
  double x = chi_square(count, 12, N / 12.0);
  assert_true(x > 2.0 && x < 31.3); /* 0.002 and 0.999 of chi-square with 11 df */
}

/* Without refusal the 2^32 words would give every third of 3 * 2^30 indices twice. */
static void large_ranges_have_no_bias(void **state) {
  (void)state;
  enum { N = 400000 };
  int64_t count[3] = {0};
  itg_random random;
  itg_random_init(&random, 5, ITG_PURPOSE_TEST, 1);
  for (int i = 0; i < N; i++) count[itg_random_below(&random, 3u << 30) % 3]++;
  assert_true(chi_square(count, 3, N / 3.0) < 13.8); /* 0.999 of chi-square with 2 df */
}

static void uniforms_lie_inside_and_are_even(void **state) {
  (void)state;
  enum { N = 1000000 };
  int64_t count[20] = {0};
  itg_random random;
  itg_random_init(&random, 3, ITG_PURPOSE_TEST, 0);
  for (int i = 0; i < N; i++) {
    double u = itg_random_uniform(&random);
    assert_true(u > 0 && u < 1);
    count[(int)(u * 20)]++;
  }
  double x = chi_square(count, 20, N / 20.0);
  assert_true(x > 5.4 && x < 43.8); /* 0.001 and 0.999 of chi-square with 19 df */
}

static void uniform_of_extreme_words_stays_inside(void **state) {
  (void)state;
  itg_random random = {.block = {0, 0, UINT32_MAX, UINT32_MAX}, .used = 0};
  assert_true(itg_random_uniform(&random) == 0x1p-53);
  assert_true(itg_random_uniform(&random) == 1 - 0x1p-53);
}

static void normals_are_quantiles_of_the_uniforms(void **state) {
  (void)state;
  itg_random a, b;
  itg_random_init(&a, 9, ITG_PURPOSE_TEST, 2);
  b = a;
  for (int i = 0; i < 100; i++)
    assert_true(itg_random_normal(&a) == itg_normal_quantile(itg_random_uniform(&b)));
}

/* The frequencies of Poisson(1), e^-1 / k!, over two million weights. */
static void poisson_weights_have_the_frequencies_of_poisson_1(void **state) {
  (void)state;
  enum { RECORDS = 50000, REPLICATES = 40, CLASSES = 8 };
  int64_t count[CLASSES] = {0};
  double n = (double)RECORDS * REPLICATES, p = exp(-1), rest = 1, x = 0;
  for (uint64_t id = 0; id < RECORDS; id++)
    for (uint32_t r = 0; r < REPLICATES; r++) {
      uint32_t w = itg_random_poisson1(77, id << 20, r);
      count[w < CLASSES - 1 ? w : CLASSES - 1]++;
    }
  for (int k = 0; k < CLASSES; k++) {
    double share = k < CLASSES - 1 ? p : rest;
    x += (count[k] - n * share) * (count[k] - n * share) / (n * share);
    rest -= p;
    p /= k + 1;
  }
  assert_true(x < 24.3); /* 0.999 of chi-square with 7 df */
}

/* A weight depends on seed, record and replicate alone, and on each of them. */
static void poisson_weights_differ_by_seed_record_and_replicate(void **state) {
  (void)state;
  int same[3] = {0};
  enum { N = 2000 };
  for (uint32_t i = 0; i < N; i++) {
    uint32_t w = itg_random_poisson1(1, i, i % 50);
    assert_int_equal(w, itg_random_poisson1(1, i, i % 50));
    same[0] += w == itg_random_poisson1(2, i, i % 50);
    same[1] += w == itg_random_poisson1(1, i | UINT64_C(1) << 40, i % 50);
    same[2] += w == itg_random_poisson1(1, i, i % 50 + 1);
  }
  for (int k = 0; k < 3; k++) { /* two Poisson(1) agree with chance e^-2 I0(2) = 0.3085 */
    assert_true(same[k] > N * 0.3085 - 4 * 21);
    assert_true(same[k] < N * 0.3085 + 4 * 21);
  }
}

/* Enough weights (2.4 million) that several hundred of them are settled by their lower bits. */
static void poisson_batches_equal_single_weights(void **state) {
  (void)state;
  enum { N = 75007 };
  uint64_t *ids = malloc(N * sizeof *ids);
  uint8_t *out = malloc(8 * N + 1);
  for (uint64_t i = 0; i < N; i++) ids[i] = i * UINT64_C(0x9E3779B97F4A7C15);
  for (uint32_t octet = 0; octet < 4; octet++) {
    out[8 * N] = 99;
    itg_random_poisson8(6, ids, N, octet, out);
    for (int i = 0; i < N; i++)
      for (uint32_t r = 0; r < 8; r++)
        assert_int_equal(out[8 * i + r], itg_random_poisson1(6, ids[i], octet * 8 + r));
    assert_int_equal(out[8 * N], 99);
  }
  free(ids);
  free(out);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(philox_gives_the_known_answers_of_random123),
      cmocka_unit_test(words_are_the_blocks_of_the_stated_counter),
      cmocka_unit_test(block_number_carries_into_its_upper_half),
      cmocka_unit_test(indices_equal_single_draws),
      cmocka_unit_test(indices_below_12_are_even),
      cmocka_unit_test(large_ranges_have_no_bias),
      cmocka_unit_test(uniforms_lie_inside_and_are_even),
      cmocka_unit_test(uniform_of_extreme_words_stays_inside),
      cmocka_unit_test(normals_are_quantiles_of_the_uniforms),
      cmocka_unit_test(poisson_weights_have_the_frequencies_of_poisson_1),
      cmocka_unit_test(poisson_weights_differ_by_seed_record_and_replicate),
      cmocka_unit_test(poisson_batches_equal_single_weights),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
