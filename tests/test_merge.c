/* Every state: rows cut at random, parts merged in random trees, must give the whole.  A kind that is not in the table
 * of cases fails the first test.  Data are synthetic. */
#include "scoring.h"

#include "itg_random.h"
#include "itg_state.h"
#include "state.h"

enum { P = 3, N = 3000, TRIALS = 30, MOST_PARTS = 64 };

/* ---- the cases ---- */

/* Costs, a utility, a small difference: means far from 0 compared with the spread. */
static void measurements(itg_random *random, double *row) {
  double z = itg_random_normal(random);
  row[0] = fmin(1000 + 40 * z, 2047.9);
  row[1] = fmax(-0.99, fmin(0.99, itg_random_uniform(random) - z / 8 * itg_random_uniform(random)));
  row[2] = 0.01 * itg_random_uniform(random) - 0.03;
}

static void levels(itg_random *random, double *row) {
  for (uint32_t j = 0; j < P; j++) row[j] = 1 + itg_random_below(random, 5 + j);
}

static void ratings(itg_random *random, double *row) {
  levels(random, row);
  for (uint32_t j = 0; j < P; j++)
    if (itg_random_below(random, 6) == 0) row[j] = NAN;
}

static void whole_numbers(itg_random *random, double *row) {
  for (uint32_t j = 0; j < P; j++) row[j] = (double)itg_random_below(random, 65537) - 32768;
}

/* Two keys and a value that lacks at times. */
static void keyed_values(itg_random *random, double *row) {
  row[0] = 1 + itg_random_below(random, 4);
  row[1] = 1 + itg_random_below(random, 3);
  row[2] = itg_random_below(random, 5) ? 100 * itg_random_uniform(random) : NAN;
}

static void grouped_rankings(itg_random *random, double *row) {
  levels(random, row);
  row[0] = 1 + itg_random_below(random, 4);
}

typedef enum grade {
  EXACT,   /* the same bytes and results */
  RESULTS, /* the same results, of bytes that keep more */
} grade;

static const struct {
  const char *kind, *spec;
  void (*fill)(itg_random *random, double *row);
  grade grade;
} cases[] = {
    {"counts", "{kind: counts, columns: 3, levels: 7}", levels, EXACT},
    {"moments", "{kind: moments, columns: 3}", measurements, RESULTS},
    {"products", "{kind: products, columns: 3}", measurements, RESULTS},
    {"moments", "{kind: moments, columns: 3}", whole_numbers, RESULTS},
    {"products", "{kind: products, columns: 3}", levels, RESULTS},
    {"bootstrap", "{kind: bootstrap, columns: 3, replicates: 77, seed: 5, bounds: [2048, 1, 0.0625]}", measurements,
     EXACT},
    {"integers", "{kind: integers, columns: 3}", whole_numbers, EXACT},
    {"patterns", "{kind: patterns, columns: 3, levels: 7}", ratings, EXACT},
    {"patterns", "{kind: patterns, columns: 3, levels: 1000000, patterns: 500}", ratings, EXACT},
    {"cells", "{kind: cells, columns: 3, levels: [4, 3], bounds: 128, replicates: 77, seed: 5}", keyed_values, EXACT},
    {"cells", "{kind: cells, columns: 3, levels: 5, bounds: [8, 128]}", keyed_values, EXACT},
    {"rankings", "{kind: rankings, columns: 3, replicates: 77, seed: 5}", levels, EXACT},
    {"rankings", "{kind: rankings, columns: 3, groups: 5, replicates: 19}", grouped_rankings, EXACT},
};

static void every_kind_of_state_has_a_case(void **state) {
  (void)state;
  assert_non_null(itg_state_kind_at(ITG_STATE_COUNTS));
  for (uint64_t kind = ITG_STATE_COUNTS; itg_state_kind_at(kind); kind++) {
    const char *name = itg_state_kind_at(kind)->name;
    size_t k = 0;
    while (k < ITG_COUNT(cases) && strcmp(cases[k].kind, name) != 0) k++;
    if (k == ITG_COUNT(cases)) fail_msg("states of %s have no case in tests/test_merge.c", name);
  }
  for (size_t k = 0; k < ITG_COUNT(cases); k++) { /* and each case is of the kind that it claims */
    size_t size;
    void *s = new_state(cases[k].spec, &size);
    assert_string_equal(itg_state_kind_at(itg_word_get(s, ITG_STATE_KIND) & 0xFFFFFFFF)->name, cases[k].kind);
    free(s);
  }
}

/* ---- cuts and trees ---- */

static void shuffle(itg_random *random, const double *values, const uint64_t *ids, double *rows, uint64_t *keys) {
  int order[N];
  for (int i = 0; i < N; i++) {
    int k = (int)itg_random_below(random, (uint32_t)i + 1);
    order[i] = order[k], order[k] = i;
  }
  for (int i = 0; i < N; i++) {
    memcpy(rows + i * P, values + order[i] * P, P * sizeof *rows);
    keys[i] = ids[order[i]];
  }
}

/* Two parts at random become one, until one is left. */
static void *merge_in_a_random_tree(itg_random *random, void **parts, int n_parts, size_t size) {
  while (n_parts > 1) {
    uint32_t a = itg_random_below(random, (uint32_t)n_parts), b = itg_random_below(random, (uint32_t)n_parts - 1);
    b += b >= a;
    merge(parts[a], parts[b], size);
    free(parts[b]);
    parts[b] = parts[--n_parts];
  }
  return parts[0];
}

/* Rows in random order, in parts of random size (some empty), each filled by random batches. */
static void *cut_and_merge(const char *spec, bool keyed, const double *values, const uint64_t *ids, uint32_t trial) {
  static double rows[N * P];
  static uint64_t keys[N];
  itg_random random;
  size_t size = 0;
  itg_random_init(&random, 12, ITG_PURPOSE_TEST, trial);
  shuffle(&random, values, ids, rows, keys);
  int n_parts = 1 + (int)itg_random_below(&random, MOST_PARTS);
  void *parts[MOST_PARTS];
  for (int part = 0, row = 0; part < n_parts; part++) {
    int end = part + 1 < n_parts ? row + (int)itg_random_below(&random, (uint32_t)(N - row) / 4 + 1) : N;
    parts[part] = new_state(spec, &size);
    while (row < end) {
      int n = trial % 3 == 0 ? 1 : 1 + (int)itg_random_below(&random, (uint32_t)(end - row));
      add(parts[part], rows + row * P, keyed ? keys + row : NULL, n);
      row += n;
    }
  }
  return merge_in_a_random_tree(&random, parts, n_parts, size);
}

/* Every row is a part of its own, and as many parts are empty. */
static void *merge_single_rows(const char *spec, bool keyed, const double *values, const uint64_t *ids, int n) {
  itg_random random;
  size_t size = 0;
  void *parts[MOST_PARTS];
  itg_random_init(&random, 13, ITG_PURPOSE_TEST, (uint32_t)n);
  for (int i = 0; i < 2 * n; i++) {
    parts[i] = new_state(spec, &size);
    if (i % 2) add(parts[i], values + i / 2 * P, keyed ? ids + i / 2 : NULL, 1);
  }
  return merge_in_a_random_tree(&random, parts, 2 * n, size);
}

/* The same results, every bit, and the same bytes where the kind promises them. */
static void assert_same_state(size_t k, void *found, void *expected, size_t size) {
  size_t n, m;
  double *a = finish(found, size, &n), *b = finish(expected, size, &m);
  assert_int_equal(n, m);
  for (size_t i = 0; i < n; i++)
    if (memcmp(a + i, b + i, sizeof *a) != 0) fail_msg("%s, result %zu: %.17g and %.17g", cases[k].kind, i, a[i], b[i]);
  if (cases[k].grade == EXACT) assert_memory_equal(found, expected, size);
  free(a);
  free(b);
}

static void every_cut_and_every_tree_gives_the_whole(void **state) {
  (void)state;
  static double values[N * P];
  static uint64_t ids[N];
  for (uint64_t i = 0; i < N; i++) ids[i] = i * 7919 + (i % 3 << 40);
  for (size_t k = 0; k < ITG_COUNT(cases); k++) {
    itg_random random;
    size_t size, n;
    itg_random_init(&random, 11, ITG_PURPOSE_TEST, 0);
    for (int i = 0; i < N; i++) cases[k].fill(&random, values + i * P);
    void *whole = new_state(cases[k].spec, &size);
    bool keyed = itg_state_kind_at(itg_word_get(whole, ITG_STATE_KIND) & 0xFFFFFFFF)->keyed;
    free(finish(whole, size, &n)); /* empty */
    add(whole, values, keyed ? ids : NULL, N);
    free(finish(whole, size, &n));
    assert_true(n > P);
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
      void *merged = cut_and_merge(cases[k].spec, keyed, values, ids, trial);
      assert_same_state(k, merged, whole, size);
      free(merged);
    }
    free(whole);
    for (int rows = 0; rows <= MOST_PARTS / 2; rows = 2 * rows + 1) { /* few rows: no variance, cells without values */
      whole = new_state(cases[k].spec, &size);
      add(whole, values, keyed && rows ? ids : NULL, rows);
      void *merged = rows ? merge_single_rows(cases[k].spec, keyed, values, ids, rows) : new_state(cases[k].spec, &size);
      assert_same_state(k, merged, whole, size);
      free(merged);
      free(whole);
    }
  }
}

/* ---- from parts to a measure ---- */

/* All tables of two results, every bit. */
static void assert_same_tables(const itg_result *a, const itg_result *b) {
  assert_int_equal(itg_result_count(a), itg_result_count(b));
  for (int t = 0; t < itg_result_count(a); t++) {
    const itg_table *x = itg_result_table(a, t), *y = itg_result_table(b, t);
    assert_int_equal(x->n_rows, y->n_rows);
    assert_int_equal(x->n_columns, y->n_columns);
    for (int32_t c = 0; c < x->n_columns; c++)
      for (int64_t row = 0; row < x->n_rows; row++) {
        const char *one = text_at(x, row, x->columns[c].name), *other = text_at(y, row, y->columns[c].name);
        if (!itg_text_equal(one, other))
          fail_msg("%s, row %d, %s: %s and %s", x->name, (int)row + 1, x->columns[c].name, one ? one : "missing",
                   other ? other : "missing");
      }
  }
}

static itg_result *agree(const double *values, int64_t n, bool counted, const char *options) {
  static const char *const names[] = {"a", "b", "c", "count"};
  itg_column columns[P + 1];
  itg_table table = {.name = "data", .n_rows = n, .n_columns = counted ? P + 1 : P, .columns = columns};
  itg_error error = {0};
  itg_result *result = NULL;
  for (int j = 0; j < table.n_columns; j++)
    columns[j] = (itg_column){.name = names[j],
                              .type = ITG_TYPE_DOUBLE,
                              .data = values + j,
                              .stride = (ptrdiff_t)(table.n_columns * sizeof *values),
                              .flags = ITG_COLUMN_NAN_MISSING};
  if (itg_measure_run("agreement", &table, 1, options, NULL, &result, &error)) fail_msg("%s", error.message);
  return result;
}

/* Parts of the units are counted apart, merged, and give agreement with its errors, tests and replicates to the bit. */
static void agreement_of_merged_patterns_is_that_of_all_units(void **state) {
  (void)state;
  static const char *const options[] = {
      "{columns: {ratings: [a, b, c]}, metrics: [nominal, ordinal], by_category: true}",
      "{columns: {ratings: [a, b, c]}, metrics: [nominal, ordinal], interval: bootstrap, replicates: 200, seed: 4}",
      "{columns: {ratings: [a, b]}, weights: quadratic}"};
  static double values[N * P];
  static uint64_t ids[N];
  itg_random random;
  itg_random_init(&random, 31, ITG_PURPOSE_TEST, 0);
  for (int i = 0; i < N; i++) ratings(&random, values + i * P);
  for (uint32_t trial = 0; trial < 3; trial++) {
    const char *spec = "{kind: patterns, columns: 3, levels: 7}";
    size_t size, n;
    assert_int_equal(itg_state_size(spec, &size, NULL), ITG_OK);
    void *merged = cut_and_merge(spec, false, values, ids, trial);
    double *patterns = finish(merged, size, &n);
    assert_true(n % (P + 1) == 0 && n / (P + 1) < N / 5);
    for (size_t k = 0; k < ITG_COUNT(options); k++) {
      itg_result *whole = agree(values, N, false, options[k]),
                 *parts = agree(patterns, (int64_t)n / (P + 1), true, options[k]);
      assert_same_tables(whole, parts);
      itg_result_free(whole);
      itg_result_free(parts);
    }
    free(patterns);
    free(merged);
  }
}

static itg_result *consistency(const char *input, const double *values, int64_t n, int n_columns, const char *const *names,
                               const char *options) {
  itg_column columns[P + 2];
  itg_table table = {.name = input, .n_rows = n, .n_columns = n_columns, .columns = columns};
  itg_error error = {0};
  itg_result *result = NULL;
  for (int j = 0; j < n_columns; j++)
    columns[j] = (itg_column){.name = names[j],
                              .type = ITG_TYPE_DOUBLE,
                              .data = values + j,
                              .stride = (ptrdiff_t)((size_t)n_columns * sizeof *values)};
  if (itg_measure_run("reliability", &table, 1, options, NULL, &result, &error)) fail_msg("%s", error.message);
  return result;
}

/* What a state of products or integers gives, as the input covariance: count, mean, then the covariances. */
static void as_table(const double *finished, double *table) {
  for (int j = 0; j < P; j++) {
    double *row = table + j * (P + 2);
    row[0] = finished[0];
    row[1] = finished[1 + j];
    memcpy(row + 2, finished + 1 + P + j * P, P * sizeof *row);
  }
}

/* Whole answers in parts: every table of all respondents, to the bit; other numbers as near as their covariances. */
static void reliability_of_merged_integers_is_that_of_all_rows(void **state) {
  (void)state;
  static const char *const names[] = {"count", "mean", "a", "b", "c"}, *const kinds[] = {"integers", "products"};
  static double values[N * P];
  static uint64_t ids[N];
  itg_random random;
  itg_random_init(&random, 32, ITG_PURPOSE_TEST, 0);
  for (int i = 0; i < N; i++) {
    double z = itg_random_normal(&random);
    for (int j = 0; j < P; j++) values[i * P + j] = fmax(1, fmin(7, round(4 + z + itg_random_normal(&random))));
  }
  itg_result *whole = consistency("data", values, N, P, names + 2, "columns: {items: '/./'}");
  for (int kind = 0; kind < 2; kind++)
    for (uint32_t trial = 0; trial < 3; trial++) {
      char spec[64];
      double table[P * (P + 2)];
      size_t size, n;
      snprintf(spec, sizeof spec, "{kind: %s, columns: 3}", kinds[kind]);
      assert_int_equal(itg_state_size(spec, &size, NULL), ITG_OK);
      void *merged = cut_and_merge(spec, false, values, ids, trial);
      double *finished = finish(merged, size, &n);
      assert_int_equal(n, 1 + P + P * P);
      as_table(finished, table);
      itg_result *parts = consistency("covariance", table, P, P + 2, names, "{}");
      if (kind == 0)
        assert_same_tables(whole, parts);
      else
        for (int64_t row = 0; row < itg_result_table(whole, 0)->n_rows; row++)
          assert_near(number_at(itg_result_table(parts, 0), row, "estimate"),
                      number_at(itg_result_table(whole, 0), row, "estimate"), 1e-12);
      itg_result_free(parts);
      free(finished);
      free(merged);
    }
  itg_result_free(whole);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_kind_of_state_has_a_case),
      cmocka_unit_test(every_cut_and_every_tree_gives_the_whole),
      cmocka_unit_test(agreement_of_merged_patterns_is_that_of_all_units),
      cmocka_unit_test(reliability_of_merged_integers_is_that_of_all_rows),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
