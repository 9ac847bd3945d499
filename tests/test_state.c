/* States that merge: numbers, bytes and refusals (cuts and trees: test_merge.c).  Data are synthetic. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define FOLDER "/tmp/integrade-state-XXXXXX"
#include "folder.h"
#include "itg_base.h"
#include "itg_random.h"
#include "itg_state.h"
#include "state.h"

enum { P = 3, N = 3000 };

static const char counts[] = "{kind: counts, columns: 3, levels: 7}";
static const char moments[] = "{kind: moments, columns: 3}";
static const char products[] = "{kind: products, columns: 3}";
static const char bootstrap[] =
    "{kind: bootstrap, columns: 3, replicates: 77, seed: 5, bounds: [2048, 1, 0.0625]}";
static const char *const specs[] = {counts, moments, products, bootstrap};

/* Costs, a utility, a small difference: means far from 0 compared with the spread; or levels 1 to 7. */
static double *make_values(const char *spec) {
  itg_random random;
  itg_random_init(&random, 11, ITG_PURPOSE_TEST, 0);
  double *values = malloc(N * P * sizeof *values);
  for (int i = 0; i < N; i++) {
    double z = itg_random_normal(&random);
    values[i * P] = fmin(1000 + 40 * z, 2047.9);
    values[i * P + 1] = itg_random_uniform(&random) - z / 8 * itg_random_uniform(&random);
    values[i * P + 1] = fmax(-0.99, fmin(0.99, values[i * P + 1]));
    values[i * P + 2] = 0.01 * itg_random_uniform(&random) - 0.03;
    for (int j = 0; spec == counts && j < P; j++)
      values[i * P + j] = 1 + itg_random_below(&random, 5 + (uint32_t)j);
  }
  return values;
}

static const uint64_t *ids_for(const char *spec, const uint64_t *ids) {
  return spec == bootstrap ? ids : NULL;
}

/* ---- merging ---- */

static void state_may_stand_at_an_odd_address(void **state) {
  (void)state;
  double *values = make_values(moments);
  uint64_t ids[N];
  for (uint64_t i = 0; i < N; i++) ids[i] = i;
  for (size_t k = 1; k < ITG_COUNT(specs); k++) {
    size_t size;
    char *even = new_state(specs[k], &size), *odd = malloc(size + 1);
    memcpy(odd + 1, even, size);
    add(even, values, ids_for(specs[k], ids), 100);
    add(odd + 1, values, ids_for(specs[k], ids), 100);
    assert_memory_equal(even, odd + 1, size);
    merge(odd + 1, even, size);
    merge(even, odd + 1, size);
    free(even);
    free(odd);
  }
  free(values);
}

static void merging_with_itself_doubles(void **state) {
  (void)state;
  size_t size, n;
  void *s = new_state("{kind: counts, columns: 1, levels: 2}", &size);
  add(s, (double[]){1, 2, 2}, NULL, 3);
  merge(s, s, size);
  double *found = finish(s, size, &n);
  assert_true(n == 2 && found[0] == 2 && found[1] == 4);
  free(found);
  free(s);
}

/* ---- values ---- */

static void counts_are_tables_by_column(void **state) {
  (void)state;
  size_t size, n;
  void *s = new_state("{kind: counts, columns: 2, levels: 3}", &size);
  add(s, (double[]){1, 3, 3, 3, 3, 2, 1, 3}, NULL, 4);
  double *found = finish(s, size, &n);
  assert_int_equal(n, 6);
  assert_memory_equal(found, ((double[]){2, 0, 2, 0, 1, 3}), 6 * sizeof(double));
  free(found);
  free(s);
}

/* 1e9 + (4, 7, 13): mean 1e9 + 8, variance 21; beside it (1, 2, 6): mean 3, variance 7, covariance 12. */
static void moments_and_products_of_three_rows_are_exact(void **state) {
  (void)state;
  static const double rows[] = {1e9 + 4, 1, 1e9 + 7, 2, 1e9 + 13, 6};
  size_t size, n;
  void *m = new_state("{kind: moments, columns: 2}", &size);
  for (int i = 0; i < 3; i++) add(m, rows + 2 * i, NULL, 1);
  double *found = finish(m, size, &n);
  assert_int_equal(n, 6);
  assert_memory_equal(found, ((double[]){3, 1e9 + 8, 21, 3, 3, 7}), sizeof(double[6]));
  free(found);
  free(m);
  void *p = new_state("{kind: products, columns: 2}", &size);
  add(p, rows, NULL, 3);
  found = finish(p, size, &n);
  assert_int_equal(n, 7);
  assert_memory_equal(found, ((double[]){3, 1e9 + 8, 3, 21, 12, 12, 7}), sizeof(double[7]));
  free(found);
  free(p);
}

/* Neighbouring doubles at 1e15 lie 1/8 apart, so the mean 1e15 + 2/3 must be kept beyond a double. */
static void a_mean_between_two_doubles_does_not_spoil_the_variance(void **state) {
  (void)state;
  size_t size, n;
  void *s = new_state("{kind: moments, columns: 1}", &size);
  add(s, (double[]){1e15, 1e15 + 1, 1e15 + 1}, NULL, 3);
  add(s, (double[]){1e15 + 1, 1e15, 1e15 + 1}, NULL, 3);
  double *found = finish(s, size, &n);
  assert_true(fabs(found[2] * 15 / 4 - 1) <= 4e-16); /* 6 * (2/3) * (1/3) / 5 */
  free(found);
  free(s);
}

/* One row at a time, mean a million times the spread: the sums must not drift. */
static void moments_row_by_row_do_not_drift(void **state) {
  (void)state;
  enum { ROWS = 200000 };
  size_t size, n;
  void *s = new_state("{kind: moments, columns: 1}", &size);
  itg_random random;
  itg_random_init(&random, 8, ITG_PURPOSE_TEST, 0);
  long double sum = 0, squares = 0; /* of integers, exact in 64 bits */
  for (int i = 0; i < ROWS; i++) {
    int64_t deviation = (int64_t)itg_random_below(&random, 2001) - 1000;
    double value = 1e9 + (double)deviation;
    sum += deviation;
    squares += deviation * deviation;
    add(s, &value, NULL, 1);
  }
  double *found = finish(s, size, &n);
  double variance = (double)((squares - sum * sum / ROWS) / (ROWS - 1));
  assert_true(fabs(found[1] - (double)(1e9L + sum / ROWS)) <= 1.2e-7); /* one unit in the last place */
  assert_true(fabs(found[2] / variance - 1) <= 1e-15);
  free(found);
  free(s);
}

static void bootstrap_means_are_weighted_means(void **state) {
  (void)state;
  double *values = make_values(bootstrap);
  uint64_t ids[N];
  for (uint64_t i = 0; i < N; i++) ids[i] = i * i;
  size_t size, n;
  void *s = new_state(bootstrap, &size);
  add(s, values, ids, N);
  double *found = finish(s, size, &n);
  assert_int_equal(n, 77 * P);
  for (uint32_t r = 0; r < 77; r++)
    for (int j = 0; j < P; j++) {
      static const double bound[P] = {2048, 1, 0.0625};
      long double sum = 0, weights = 0;
      for (int i = 0; i < N; i++) {
        uint32_t w = itg_random_poisson1(5, ids[i], r);
        sum += (long double)w * (long double)values[i * P + j];
        weights += w;
      }
      assert_true(fabs(found[r * P + (size_t)j] - (double)(sum / weights)) <= bound[j] * 0x1p-52);
    }
  free(found);
  free(s);
  free(values);
}

/* The spread of replicates estimates the standard error; 2000 replicates know it to 1.6 percent. */
static void bootstrap_spread_is_the_standard_error(void **state) {
  (void)state;
  size_t size, n;
  void *s = new_state("{kind: bootstrap, columns: 1, replicates: 2000, bounds: 8}", &size);
  double values[500];
  uint64_t ids[500];
  itg_random random;
  itg_random_init(&random, 21, ITG_PURPOSE_TEST, 0);
  for (uint64_t i = 0; i < 500; i++) ids[i] = i, values[i] = itg_random_normal(&random);
  add(s, values, ids, 500);
  double *found = finish(s, size, &n), mean = 0, variance = 0, centre = 0, spread = 0;
  for (int i = 0; i < 500; i++) mean += values[i] / 500;
  for (int i = 0; i < 500; i++) variance += (values[i] - mean) * (values[i] - mean) / 499;
  for (size_t r = 0; r < n; r++) centre += found[r] / (double)n;
  for (size_t r = 0; r < n; r++) spread += (found[r] - centre) * (found[r] - centre) / (double)(n - 1);
  assert_true(fabs(sqrt(spread / (variance / 500)) - 1) < 0.06);
  assert_true(fabs(centre - mean) < 4 * sqrt(variance / 500 / 2000));
  free(found);
  free(s);
}

static void extremes_within_the_bound_are_kept(void **state) {
  (void)state;
  static const double values[] = {8 - 0x1p-50, -8 + 0x1p-50, 0x1p-1074, -1.5, 0};
  for (size_t i = 0; i < ITG_COUNT(values); i++) {
    size_t size, n;
    void *s = new_state("{kind: bootstrap, columns: 1, replicates: 16, bounds: 8}", &size);
    add(s, &values[i], &(uint64_t){3}, 1);
    double *found = finish(s, size, &n);
    int weighted = 0;
    for (uint32_t r = 0; r < n; r++) {
      if (itg_random_poisson1(1, 3, r) == 0) {
        assert_true(isnan(found[r])); /* no weight, no mean */
      } else {
        assert_true(fabs(found[r] - values[i]) <= 8 * 0x1p-53);
        weighted++;
      }
    }
    assert_in_range(weighted, 4, 15);
    free(found);
    free(s);
  }
}

static void empty_states_have_no_means_and_merge_as_nothing(void **state) {
  (void)state;
  double *values = make_values(moments);
  uint64_t ids[2] = {1, 2};
  for (size_t k = 1; k < ITG_COUNT(specs); k++) {
    size_t size, n;
    void *empty = new_state(specs[k], &size), *two = new_state(specs[k], &size), *copy = malloc(size);
    add(empty, NULL, NULL, 0);
    double *found = finish(empty, size, &n);
    assert_true(isnan(found[specs[k] == bootstrap ? 0 : 1]));
    assert_true(isnan(found[n - 1]));
    free(found);
    add(two, values, ids_for(specs[k], ids), 2);
    memcpy(copy, two, size);
    merge(two, empty, size);
    assert_memory_equal(two, copy, size);
    merge(empty, two, size);
    assert_memory_equal(two, empty, size);
    free(empty), free(two), free(copy);
  }
  free(values);
}

/* ---- format ---- */

/* The bytes are a file format: written out by hand, with the checksum computed elsewhere. */
static void bytes_are_those_of_version_2(void **state) {
  (void)state;
  static const unsigned char expected[] = {
      'I',  'T',  'G',  'S',  'T',  'A',  'T',  'E',  /* magic */
      1,    0,    0,    0,    2,    0,    0,    0,    /* counts, version 2 */
      104,  0,    0,    0,    0,    0,    0,    0,    /* size */
      0x89, 0x37, 0x75, 0xbe, 0xf0, 0x83, 0x47, 0xf8, /* checksum */
      3,    0,    0,    0,    0,    0,    0,    0,    /* rows */
      1,    0,    0,    0,    0,    0,    0,    0,    /* columns */
      3,    0,    0,    0,    0,    0,    0,    0,    /* levels */
      0,    0,    0,    0,    0,    0,    0,    0,    /* seed */
      7,    0,    0,    0,    0,    0,    0,    0,    /* bytes of the texts */
      't',  'o',  0,    'p',  'a',  'i',  0,    0,    /* about, name, up to a word */
      1,    0,    0,    0,    0,    0,    0,    0,    /* counts of levels 1, 2, 3 */
      0,    0,    0,    0,    0,    0,    0,    0,    /**/
      2,    0,    0,    0,    0,    0,    0,    0};
  size_t size;
  void *s = new_state("{kind: counts, names: pai, about: to, levels: 3}", &size);
  add(s, (double[]){3, 1, 3}, NULL, 3);
  assert_int_equal(size, sizeof expected);
  assert_memory_equal(s, expected, size);
  free(s);
}

static void order_and_writing_of_the_specification_do_not_matter(void **state) {
  (void)state;
  size_t size, other_size;
  void *a = new_state("{kind: bootstrap, columns: 1, replicates: 9, bounds: 16}", &size);
  void *b = new_state("bounds: [16.0]\nseed: 1\nreplicates: 9\nkind: bootstrap\ncolumns: 1\n", &other_size);
  assert_int_equal(size, other_size);
  assert_memory_equal(a, b, size);
  free(a);
  free(b);
}

/* ---- refusals ---- */

static void expect(itg_status status, const itg_error *error, itg_status wanted, const char *words) {
  assert_int_equal(status, wanted);
  assert_int_equal(error->status, wanted);
  if (!strstr(error->message, words)) fail_msg("'%s' lacks '%s'", error->message, words);
}

static void states_of_another_specification_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *a, *b, *words;
  } cases[] = {
      {"{kind: moments, columns: 2}", "{kind: products, columns: 2}",
       "moments cannot take in one of products"},
      {"{kind: moments, columns: 2}", "{kind: moments, columns: 3}", "'columns': 2 and 3"},
      {"{kind: counts, columns: 2, levels: 3}", "{kind: counts, columns: 2, levels: 4}", "'levels': 3 and 4"},
      {"{kind: bootstrap, columns: 1, replicates: 8, bounds: 1}",
       "{kind: bootstrap, columns: 1, replicates: 16, bounds: 1}", "'replicates': 8 and 16"},
      {"{kind: bootstrap, columns: 1, replicates: 8, bounds: 1}",
       "{kind: bootstrap, columns: 1, replicates: 8, bounds: 1, seed: 2}", "'seed': 1 and 2"},
      {"{kind: bootstrap, columns: 2, replicates: 8, bounds: [1, 0.25]}",
       "{kind: bootstrap, columns: 2, replicates: 8, bounds: [1, 8]}", "bound of column 2: 2^-2 and 2^3"},
      {"{kind: moments, names: [a, b]}", "{kind: moments, names: [b, a]}",
       "column 1 is 'b', but 'a' in the state that it goes into; give all parts the same columns in the same order"},
      {"{kind: rankings, names: [a, b, c]}", "{kind: rankings, names: [a, b, d]}", "column 3 is 'd', but 'c' in"},
      {"{kind: moments, names: [a, b]}", "{kind: moments, columns: 2}", "the columns of the state have none"},
      {"{kind: moments, columns: 2}", "{kind: moments, names: [a, b]}", "the columns of the state have names"},
      {"{kind: moments, columns: 2, about: pacic total}", "{kind: moments, columns: 2, about: sf-12}",
       "the state is about 'sf-12', and the one that it goes into about 'pacic total'"},
      {"{kind: moments, columns: 2, about: pacic}", "{kind: moments, columns: 2}", "about ''"}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    size_t size, other_size;
    itg_error error = {.status = ITG_OK};
    void *a = new_state(cases[i].a, &size), *b = new_state(cases[i].b, &other_size), *copy = malloc(size);
    memcpy(copy, a, size);
    expect(itg_state_merge(a, b, other_size, &error), &error, ITG_ERR_DATA, cases[i].words);
    assert_memory_equal(a, copy, size);
    free(a), free(b), free(copy);
  }
}

/* The names of the first rows: they become those of the state, or must be those that it has. */
static void a_state_is_given_names_once(void **state) {
  (void)state;
  static const char *const names[] = {"cost", "\xc3\xa9quit\xc3\xa9", "x"}, *const others[] = {"cost", "x", "y"};
  static const char *const twice[] = {"x", "cost", "x"}, *const empty[] = {"x", "", "y"};
  double *values = make_values(moments);
  uint64_t ids[N];
  for (uint64_t i = 0; i < N; i++) ids[i] = i;
  for (size_t k = 1; k < ITG_COUNT(specs); k++) {
    size_t size, named_size, n, m;
    itg_error error = {.status = ITG_OK};
    void *s = new_state(specs[k], &size), *named = NULL, *again = NULL;
    assert_null(itg_state_name(s, 0));
    add(s, values, ids_for(specs[k], ids), 100);
    if (itg_state_with_names(s, size, names, &named, &named_size, &error)) fail_msg("%s", error.message);
    assert_int_equal(named_size, size + 24);
    for (uint64_t j = 0; j < P; j++) assert_string_equal(itg_state_name(named, j), names[j]);
    assert_null(itg_state_name(named, P));
    double *found = finish(s, size, &n), *found_named = finish(named, named_size, &m);
    assert_int_equal(n, m);
    assert_memory_equal(found, found_named, n * sizeof *found);
    assert_int_equal(itg_state_with_names(named, named_size, names, &again, &size, NULL), ITG_OK);
    assert_int_equal(size, named_size);
    assert_memory_equal(named, again, size);
    merge(named, again, size);
    assert_int_equal(itg_state_rows(named), 200);
    itg_state_free(again);
    expect(itg_state_with_names(named, named_size, others, &again, &size, &error), &error, ITG_ERR_DATA,
           "column 2 is 'x', but '\xc3\xa9quit\xc3\xa9' in");
    assert_null(again);
    expect(itg_state_with_names(s, named_size - 24, twice, &again, &size, &error), &error, ITG_ERR_DUPLICATE, "'x'");
    expect(itg_state_with_names(s, named_size - 24, empty, &again, &size, &error), &error, ITG_ERR_OPTION, "column 2");
    assert_int_equal(itg_state_clear(named, NULL), ITG_OK);
    assert_int_equal(itg_state_rows(named), 0);
    assert_string_equal(itg_state_name(named, 2), "x");
    free(finish(named, named_size, &n));
    free(found), free(found_named);
    free(s), itg_state_free(named);
  }
  free(values);
}

/* What a state tells of itself is its specification. */
static void a_state_tells_what_it_is(void **state) {
  (void)state;
  size_t size;
  void *s = new_state("{kind: counts, names: [a, b], columns: 2, levels: 3, about: 'pacic 1, total, of complete rows'}", &size);
  assert_string_equal(itg_state_kind_name(s), "counts");
  assert_string_equal(itg_state_about(s), "pacic 1, total, of complete rows");
  assert_int_equal(itg_state_columns(s), 2);
  uint64_t before = itg_state_checksum(s);
  add(s, (double[]){3, 1}, NULL, 1);
  assert_int_equal(itg_state_rows(s), 1);
  assert_true(itg_state_checksum(s) != before);
  free(s);
  s = new_state(counts, &size);
  assert_string_equal(itg_state_about(s), "");
  free(s);
}

static void truncated_and_foreign_bytes_are_refused(void **state) {
  (void)state;
  size_t size, n;
  char *whole = new_state(bootstrap, &size), *s = new_state(bootstrap, &size), *cut = malloc(2 * size);
  memcpy(cut, whole, size);
  memset(cut + size, 0, size);
  for (size_t length = 0; length <= size + 1; length++) {
    itg_error error = {.status = ITG_OK};
    if (length == size) continue;
    assert_int_equal(itg_state_merge(s, cut, length, &error), ITG_ERR_DATA);
    assert_int_equal(itg_state_finish_size(cut, length, &n, &error), ITG_ERR_DATA);
    assert_int_equal(itg_state_finish(cut, length, NULL, &error), ITG_ERR_DATA);
    assert_non_null(strstr(error.message, length == 0  ? "empty, where a state should be; copy it again"
                                          : length < 8 ? "not a state of integrade; `integrade state add` makes one"
                                          : length < 72 ? "it was cut; copy it again"
                                          : length < size ? "it was cut; copy it again, or make it again from its data"
                                                          : "it was added to or changed; copy it again"));
  }
  memcpy(cut + size, whole, size);
  itg_error error = {.status = ITG_OK};
  expect(itg_state_merge(s, cut, 2 * size, &error), &error, ITG_ERR_DATA, "another state follows the first; states are merged");
  for (size_t i = 0; i < size; i++) cut[i] = whole[i / 8 * 8 + 7 - i % 8];
  expect(itg_state_merge(s, cut, size, &error), &error, ITG_ERR_DATA, "in reverse order");
  assert_int_equal(itg_state_merge(s, NULL, 0, NULL), ITG_ERR_ARGUMENT);
  assert_int_equal(itg_state_merge(NULL, s, size, NULL), ITG_ERR_ARGUMENT);
  assert_memory_equal(s, whole, size);
  free(whole), free(s), free(cut);
}

static void other_versions_are_refused_with_their_remedy(void **state) {
  (void)state;
  size_t size, n;
  itg_error error = {.status = ITG_OK};
  char *s = new_state(bootstrap, &size);
  itg_word_set(s, ITG_STATE_KIND, itg_word_get(s, ITG_STATE_KIND) + (UINT64_C(1) << 32));
  expect(itg_state_finish_size(s, size, &n, &error), &error, ITG_ERR_DATA,
         "version 3, and this library reads version 2; update integrade");
  itg_word_set(s, ITG_STATE_KIND, itg_word_get(s, ITG_STATE_KIND) - (UINT64_C(2) << 32));
  expect(itg_state_finish_size(s, size, &n, &error), &error, ITG_ERR_DATA,
         "version 1, and this library reads version 2; make it again from its data");
  free(s);
}

/* Every bit of head, names and body, of every kind. */
static void a_flipped_bit_is_noticed(void **state) {
  (void)state;
  static const char *const all[] = {
      "{kind: counts, names: [a, b], levels: 3}", "{kind: moments, names: [a, b], about: costs}",
      "{kind: products, columns: 2}", "{kind: integers, columns: 2}",
      "{kind: bootstrap, columns: 2, replicates: 3, bounds: [4, 4]}", "{kind: patterns, columns: 2, levels: 3, patterns: 5}",
      "{kind: cells, columns: 2, levels: 3, bounds: 4}", "{kind: rankings, names: [a, b], replicates: 2}"};
  for (size_t k = 0; k < ITG_COUNT(all); k++) {
    size_t size, n;
    const uint64_t ids[] = {4, 5};
    char *s = new_state(all[k], &size), *other = new_state(all[k], &size);
    bool keyed = itg_state_kind_at(itg_word_get(s, ITG_STATE_KIND) & 0xFFFFFFFF)->keyed;
    add(s, (double[]){1, 2, 3, 1}, keyed ? ids : NULL, 2);
    for (size_t bit = 0; bit < 8 * size; bit++) {
      s[bit / 8] = (char)(s[bit / 8] ^ 1 << bit % 8);
      if (itg_state_finish_size(s, size, &n, NULL) != ITG_ERR_DATA) fail_msg("%s: bit %zu", all[k], bit);
      assert_int_equal(itg_state_merge(other, s, size, NULL), ITG_ERR_DATA);
      s[bit / 8] = (char)(s[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t sign = 0; sign + 15 < size; sign += 8) { /* two signs: where plain FNV-1a is blind */
      s[sign + 7] ^= -128, s[sign + 15] ^= -128;
      assert_int_equal(itg_state_finish_size(s, size, &n, NULL), ITG_ERR_DATA);
      s[sign + 7] ^= -128, s[sign + 15] ^= -128;
    }
    assert_int_equal(itg_state_finish_size(s, size, &n, NULL), ITG_OK);
    free(s), free(other);
  }
}

/* ---- files ---- */

static void a_file_holds_the_bytes_of_a_state(void **state) {
  (void)state;
  size_t size, found_size;
  itg_error error = {.status = ITG_OK};
  void *found = NULL, *s = new_state("{kind: patterns, names: [a, b], levels: 9, patterns: 9000}", &size);
  add(s, (double[]){1, 2, NAN, 9}, NULL, 2);
  if (itg_state_write(path_of("s.state"), s, size, &error)) fail_msg("%s", error.message);
  if (itg_state_read(path_of("s.state"), &found, &found_size, &error)) fail_msg("%s", error.message);
  assert_int_equal(found_size, size);
  assert_memory_equal(found, s, size);
  itg_state_free(found);

  /* what fails leaves the file as it was: no state, another folder */
  const char *nowhere = path_of("none/s.state");
  expect(itg_state_write(path_of("s.state"), s, size - 1, &error), &error, ITG_ERR_DATA, "it was cut");
  expect(itg_state_write(nowhere, s, size, &error), &error, ITG_ERR_FILE, "the folder does not exist; make it first");
  expect(itg_state_read(nowhere, &found, &found_size, &error), &error, ITG_ERR_FILE, "cannot be read");
  expect(itg_state_read(folder, &found, &found_size, &error), &error, ITG_ERR_FILE, "this is a folder");
  assert_null(found);
  assert_int_equal(itg_state_read(path_of("s.state"), &found, &found_size, NULL), ITG_OK);
  assert_memory_equal(found, s, size);
  itg_state_free(found);

  /* no state of any length, and one that does not end */
  put("s.state", "");
  expect(itg_state_read(path_of("s.state"), &found, &found_size, &error), &error, ITG_ERR_DATA, "s.state: empty, where a");
  FILE *file = fopen(path_of("s.state"), "wb");
  assert_int_equal(fwrite(s, 1, size, file), size);
  for (int i = 0; i < 1 << 18; i++) fputc('x', file);
  fclose(file);
  expect(itg_state_read(path_of("s.state"), &found, &found_size, &error), &error, ITG_ERR_DATA, "it was added to or changed");
  unlink(path_of("s.state"));
  free(s);
}

/* Three rows; then a word of the body that they cannot give. */
static void a_body_that_its_rows_cannot_give_is_noticed(void **state) {
  (void)state;
  static const struct {
    const char *spec;
    size_t word; /* of the body, after the bounds */
    uint64_t value;
  } cases[] = {
      {"{kind: counts, columns: 1, levels: 2}", 0, 9},
      {"{kind: counts, columns: 1, levels: 2}", 1, UINT64_MAX},
      {"{kind: moments, columns: 1}", 2, UINT64_C(0x7FF0000000000000)},  /* infinity */
      {"{kind: products, columns: 1}", 0, UINT64_C(0x7FF8000000000000)}, /* NaN */
      {"{kind: integers, columns: 1}", 0, 3 * 32768 + 1},
      {"{kind: integers, columns: 1}", 1, UINT64_C(1) << 40},
      {"{kind: patterns, columns: 1, levels: 2, patterns: 4}", 0, 3},          /* no pattern has that number */
      {"{kind: patterns, columns: 1, levels: 2, patterns: 4}", 0, 2},          /* the next one again */
      {"{kind: patterns, columns: 1, levels: 2, patterns: 4}", 1, 2},          /* four rows */
      {"{kind: patterns, columns: 1, levels: 2, patterns: 4}", 6, 1},          /* behind the end */
      {"{kind: bootstrap, columns: 1, replicates: 1, bounds: 4}", 1, 1 << 20}, /* weight */
      {"{kind: bootstrap, columns: 1, replicates: 1, bounds: 4}", 2, UINT64_C(1) << 48},
      {"{kind: bootstrap, columns: 1, replicates: 1, bounds: 4}", 3, UINT64_MAX},
  };
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    size_t size, n, other_size;
    void *s = new_state(cases[i].spec, &size), *other = new_state(cases[i].spec, &other_size);
    const uint64_t ids[] = {1, 2, 3}, at = ITG_STATE_HEAD + cases[i].word;
    add(s, (double[]){1, 2, 2}, strstr(cases[i].spec, "bootstrap") ? ids : NULL, 3);
    assert_int_equal(itg_state_finish_size(s, size, &n, NULL), ITG_OK);
    itg_word_set(s, at, cases[i].value);
    itg_state_seal(s);
    itg_error error = {.status = ITG_OK};
    expect(itg_state_finish_size(s, size, &n, &error), &error, ITG_ERR_DATA, "no 3 rows give these sums");
    assert_int_equal(itg_state_merge(other, s, size, NULL), ITG_ERR_DATA);
    assert_int_equal(itg_state_merge(s, other, size, NULL), ITG_ERR_DATA);
    free(s), free(other);
  }
}

static void impossible_specifications_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *spec;
    itg_status status;
    const char *words;
  } cases[] = {
      {"", ITG_ERR_OPTION, "kind"},
      {"[1, 2]", ITG_ERR_OPTION, ""},
      {"{kind: moments", ITG_ERR_SYNTAX, ""},
      {"{kind: moment, columns: 2}", ITG_ERR_OPTION, "moments"},
      {"{kind: moments}", ITG_ERR_OPTION, "columns"},
      {"{kind: moments, columns: 0}", ITG_ERR_OPTION, "columns"},
      {"{kind: moments, columns: 2, levels: 3}", ITG_ERR_OPTION, "levels"},
      {"{kind: moments, columns: 2, names: [a]}", ITG_ERR_OPTION, "1 names for 2 columns"},
      {"{kind: moments, names: [a, a]}", ITG_ERR_DUPLICATE, "'a'"},
      {"{kind: moments, names: [a, '']}", ITG_ERR_OPTION, "column 2 is empty"},
      {"{kind: moments, names: [a, \"b\\nc\"]}", ITG_ERR_OPTION, "single line"},
      {"{kind: moments, columns: 1, about: \"b\\nc\"}", ITG_ERR_OPTION, "'about'"},
      {"{kind: counts, columns: 2}", ITG_ERR_OPTION, "levels"},
      {"{kind: counts, columns: 2, levels: 1e30}", ITG_ERR_OPTION, "levels"},
      {"{kind: bootstrap, columns: 1, replicates: 10}", ITG_ERR_OPTION, "bounds"},
      {"{kind: bootstrap, columns: 2, replicates: 10, bounds: 4}", ITG_ERR_OPTION, "1 bounds for 2 columns"},
      {"{kind: bootstrap, columns: 1, replicates: 10, bounds: 3}", ITG_ERR_OPTION, "3 is not a power of two"},
      {"{kind: bootstrap, columns: 1, replicates: 10, bounds: -4}", ITG_ERR_OPTION, "power of two"},
      {"{kind: bootstrap, columns: 1, replicates: 10, bounds: 0}", ITG_ERR_OPTION, "power of two"},
      {"{kind: bootstrap, columns: 1, replicates: 10, bounds: 4, seed: -1}", ITG_ERR_OPTION, "seed"}};
  size_t size = 0;
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    itg_error error = {.status = ITG_OK};
    expect(itg_state_size(cases[i].spec, &size, &error), &error, cases[i].status, cases[i].words);
    assert_int_equal(itg_state_size(cases[i].spec, &size, NULL), cases[i].status);
  }
  char small[8];
  assert_int_equal(itg_state_init(small, sizeof small, moments, NULL), ITG_ERR_ARGUMENT);
  assert_int_equal(itg_state_init(NULL, 0, moments, NULL), ITG_ERR_ARGUMENT);
  assert_int_equal(itg_state_size(NULL, &size, NULL), ITG_ERR_ARGUMENT);
}

/* A bad value in the last row: nothing of the rows before it may stay. */
static void a_failed_add_changes_nothing(void **state) {
  (void)state;
  for (size_t k = 0; k < ITG_COUNT(specs); k++) {
    double *values = make_values(specs[k]);
    uint64_t ids[N];
    for (uint64_t i = 0; i < N; i++) ids[i] = i;
    size_t size;
    void *s = new_state(specs[k], &size), *copy = malloc(size);
    add(s, values, ids_for(specs[k], ids), 10);
    memcpy(copy, s, size);
    const double bad[] = {NAN, INFINITY, specs[k] == counts ? 8 : 1e300, specs[k] == counts ? 2.5 : -1e300};
    for (size_t b = 0; b < ITG_COUNT(bad); b++) {
      itg_error error = {.status = ITG_OK};
      double kept = values[N * P - 2];
      values[N * P - 2] = bad[b];
      itg_status status = itg_state_add(s, values, ids_for(specs[k], ids), N, &error);
      if ((specs[k] == moments || specs[k] == products) && isfinite(bad[b])) {
        expect(status, &error, ITG_ERR_NUMERIC, "too large");
      } else {
        expect(status, &error, ITG_ERR_RANGE, "values, row 3000, column '2'");
        assert_int_equal(error.row, N);
      }
      assert_memory_equal(s, copy, size);
      values[N * P - 2] = kept;
    }
    const uint64_t *wrong = specs[k] == bootstrap ? NULL : ids;
    assert_int_equal(itg_state_add(s, values, wrong, 1, NULL), ITG_ERR_ARGUMENT);
    assert_int_equal(itg_state_add(s, values, ids_for(specs[k], ids), -1, NULL), ITG_ERR_ARGUMENT);
    assert_int_equal(itg_state_add(s, NULL, ids_for(specs[k], ids), 1, NULL), ITG_ERR_ARGUMENT);
    assert_memory_equal(s, copy, size);
    free(s), free(copy), free(values);
  }
}

static void the_limit_of_exact_sums_is_guarded(void **state) {
  (void)state;
  size_t size;
  void *s = new_state("{kind: bootstrap, columns: 1, replicates: 2, bounds: 1}", &size), *full = malloc(size);
  itg_error error = {.status = ITG_OK};
  double values[8] = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
  add(s, values, (uint64_t[]){1, 2, 3, 4, 5, 6, 7, 8}, 8);
  memcpy(full, s, size);
  uint64_t second = ITG_STATE_HEAD + 1 + 3; /* weight of the second replicate */
  uint64_t weight = itg_word_get(s, second);
  assert_true(weight > 0);
  itg_word_set(full, ITG_STATE_ROWS, UINT64_C(1) << 37);
  itg_word_set(full, second, (UINT64_C(1) << 37) - weight);
  itg_state_seal(full);
  void *copy = malloc(size);
  memcpy(copy, full, size);
  expect(itg_state_merge(full, s, size, &error), &error, ITG_ERR_LIMIT, "2^37");
  assert_memory_equal(full, copy, size);
  itg_word_set(full, second, (UINT64_C(1) << 37) - weight - 1);
  itg_state_seal(full);
  merge(full, s, size);
  itg_word_set(s, ITG_STATE_ROWS, INT64_MAX);
  itg_state_seal(s);
  memcpy(copy, s, size);
  expect(itg_state_merge(s, full, size, &error), &error, ITG_ERR_LIMIT, "2^63");
  assert_memory_equal(s, copy, size);
  free(s), free(full), free(copy);
}

/* Whole numbers: every cut and every order of merging gives the same bytes, and the covariances are those of exact
 * fractions: 3 rows 1 2, 2 4, 4 3 have sums 7 and 9, of squares 21 and 29, of products 22. */
static void integers_are_exact_in_any_order(void **state) {
  (void)state;
  size_t size, n;
  itg_random random;
  itg_random_init(&random, 21, ITG_PURPOSE_TEST, 0);
  double *values = malloc(N * P * sizeof *values);
  for (int i = 0; i < N * P; i++) values[i] = (double)itg_random_below(&random, 65537) - 32768;
  void *whole = new_state("{kind: integers, columns: 3}", &size);
  add(whole, values, NULL, N);
  for (int round = 0; round < 20; round++) {
    void *parts[5];
    int64_t from = 0;
    for (int k = 0; k < 5; k++) {
      int64_t to = k == 4 ? N : from + itg_random_below(&random, (uint32_t)(N - from) + 1);
      parts[k] = new_state("{kind: integers, columns: 3}", &size);
      add(parts[k], values + from * P, NULL, to - from);
      from = to;
    }
    for (int left = 5; left > 1; left--) { /* merge any two */
      int a = (int)itg_random_below(&random, (uint32_t)left), b = (a + 1) % left;
      merge(parts[a], parts[b], size);
      free(parts[b]);
      parts[b] = parts[left - 1];
    }
    assert_memory_equal(parts[0], whole, size);
    free(parts[0]);
  }
  free(whole);
  free(values);
  void *small = new_state("{kind: integers, columns: 2}", &size);
  add(small, (const double[]){1, 2, 2, 4, 4, 3}, NULL, 3);
  double *out = finish(small, size, &n);
  const double expected[] = {3, 7 / 3.0, 3, 14 / 6.0, 3 / 6.0, 3 / 6.0, 6 / 6.0};
  assert_int_equal(n, 7);
  for (int i = 0; i < 7; i++) assert_true(out[i] == expected[i]);
  free(out);
  itg_error error = {.status = ITG_OK};
  static const double bad[] = {1.5, 32769, -40000, NAN, INFINITY};
  for (size_t i = 0; i < ITG_COUNT(bad); i++) {
    assert_int_equal(itg_state_add(small, (const double[]){1, bad[i]}, NULL, 1, &error), ITG_ERR_RANGE);
    assert_non_null(strstr(error.message, "whole number from -32768 to 32768"));
    error = (itg_error){.status = ITG_OK};
  }
  double *same = finish(small, size, &n);
  assert_true(same[0] == 3 && same[3] == expected[3]); /* a failed add changes nothing */
  free(same);
  free(small);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(state_may_stand_at_an_odd_address),
      cmocka_unit_test(merging_with_itself_doubles),
      cmocka_unit_test(counts_are_tables_by_column),
      cmocka_unit_test(moments_and_products_of_three_rows_are_exact),
      cmocka_unit_test(integers_are_exact_in_any_order),
      cmocka_unit_test(a_mean_between_two_doubles_does_not_spoil_the_variance),
      cmocka_unit_test(moments_row_by_row_do_not_drift),
      cmocka_unit_test(bootstrap_means_are_weighted_means),
      cmocka_unit_test(bootstrap_spread_is_the_standard_error),
      cmocka_unit_test(extremes_within_the_bound_are_kept),
      cmocka_unit_test(empty_states_have_no_means_and_merge_as_nothing),
      cmocka_unit_test(bytes_are_those_of_version_2),
      cmocka_unit_test(order_and_writing_of_the_specification_do_not_matter),
      cmocka_unit_test(states_of_another_specification_are_refused),
      cmocka_unit_test(truncated_and_foreign_bytes_are_refused),
      cmocka_unit_test(other_versions_are_refused_with_their_remedy),
      cmocka_unit_test(a_flipped_bit_is_noticed),
      cmocka_unit_test(a_state_is_given_names_once),
      cmocka_unit_test(a_state_tells_what_it_is),
      cmocka_unit_test(a_body_that_its_rows_cannot_give_is_noticed),
      cmocka_unit_test(a_file_holds_the_bytes_of_a_state),
      cmocka_unit_test(impossible_specifications_are_refused),
      cmocka_unit_test(a_failed_add_changes_nothing),
      cmocka_unit_test(the_limit_of_exact_sums_is_guarded),
  };
  return cmocka_run_group_tests_name("state", tests, make_folder, remove_folder);
}
