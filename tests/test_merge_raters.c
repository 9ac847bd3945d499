/* Parts of raters: rankings and ratings of units by units are summed apart, merged, and give concordance and functional
 * integration of all raters; a replicate of the parts is the replicate of the whole, as its definition makes it.  Data are
 * synthetic. */
#include "scoring.h"

#include "itg_random.h"
#include "itg_spread.h"
#include "state.h"

enum { RATERS = 60, UNITS = 5, CATEGORIES = 2, PARTS = 4, SEED = 9 };

static const double level = 0.95;

static itg_result *measure(const char *name, const char *input, const double *values, int64_t n, int n_columns,
                           const char *const *names, const char *options) {
  itg_column columns[16];
  itg_table table = {.name = input, .n_rows = n, .n_columns = n_columns, .columns = columns};
  itg_error error = {0};
  itg_result *result = NULL;
  for (int j = 0; j < n_columns; j++)
    columns[j] = (itg_column){.name = names[j],
                              .type = ITG_TYPE_DOUBLE,
                              .data = values + j,
                              .stride = (ptrdiff_t)((size_t)n_columns * sizeof *values),
                              .flags = ITG_COLUMN_NAN_MISSING};
  if (itg_measure_run(name, &table, 1, options, NULL, &result, &error)) fail_msg("%s", error.message);
  return result;
}

/* Rows dealt out to parts at random, which are merged backwards. */
static double *merge_parts(const char *spec, const double *values, int columns, const uint64_t *ids, int n, size_t *out) {
  itg_random random;
  void *parts[PARTS];
  size_t size = 0;
  itg_random_init(&random, 41, ITG_PURPOSE_TEST, 0);
  for (int k = 0; k < PARTS; k++) parts[k] = new_state(spec, &size);
  for (int i = 0; i < n; i++) add(parts[itg_random_below(&random, PARTS)], values + i * columns, ids + i, 1);
  for (int k = PARTS - 1; k > 0; k--) {
    merge(parts[k - 1], parts[k], size);
    free(parts[k]);
  }
  double *found = finish(parts[0], size, out);
  free(parts[0]);
  return found;
}

static void assert_spread(double *replicates, int n, const itg_table *t, int64_t row) {
  itg_spread spread = itg_spread_of(replicates, n, level);
  assert_near(number_at(t, row, "std_error"), spread.std_error, 1e-11);
  assert_near(number_at(t, row, "conf_low"), spread.low, 1e-11);
  assert_near(number_at(t, row, "conf_high"), spread.high, 1e-11);
}

/* ---- rankings ---- */

enum { RANKED = 6, WIDTH = RANKED + 1, DRAWS = 99 };

/* Mid-ranks of a row less their mean. */
static void rank(const double *row, double *out) {
  for (int u = 0; u < RANKED; u++) {
    out[u] = -(RANKED - 1) / 2.0;
    for (int v = 0; v < RANKED; v++) out[u] += u == v ? 0 : row[v] < row[u] ? 1 : row[v] == row[u] ? 0.5 : 0;
  }
}

/* W of raters with weights: m equal raters have the mean product of different ones. */
static double w_by_definition(const double *values, int group, int32_t replicate) {
  double products = 0, pairs = 0, own = 0, weights = 0, m = 0;
  for (int a = 0; a < RATERS; a++) {
    double x[RANKED], y[RANKED], wa = itg_random_poisson1(SEED, (uint64_t)a, (uint32_t)replicate);
    if (values[a * WIDTH] != group) continue;
    rank(values + a * WIDTH + 1, x);
    m++;
    weights += wa;
    for (int u = 0; u < RANKED; u++) own += wa * x[u] * x[u];
    for (int b = 0; b < RATERS; b++) {
      double wb = itg_random_poisson1(SEED, (uint64_t)b, (uint32_t)replicate);
      if (values[b * WIDTH] != group || a == b) continue;
      rank(values + b * WIDTH + 1, y);
      pairs += wa * wb;
      for (int u = 0; u < RANKED; u++) products += wa * wb * x[u] * y[u];
    }
  }
  return (1 + (m - 1) * (products / pairs) / (own / weights)) / m;
}

static void concordance_of_merged_rankings_is_that_of_all_raters(void **state) {
  (void)state;
  static double values[RATERS * WIDTH], ratings[RATERS * RANKED * 4];
  static const char *const sums[] = {"replicate", "group",          "unit",         "raters",
                                     "ties",      "raters_squared", "ties_squared", "rank_sum"},
                           *const names[] = {"group", "unit", "rater", "value"};
  uint64_t ids[RATERS];
  itg_random random;
  itg_random_init(&random, 33, ITG_PURPOSE_TEST, 0);
  for (int i = 0; i < RATERS; i++) {
    ids[i] = (uint64_t)i;
    values[i * WIDTH] = 1 + i % 2;
    for (int u = 0; u < RANKED; u++) { /* half points, so that there are ties */
      values[i * WIDTH + 1 + u] = floor(u + 3 * itg_random_normal(&random));
      const double row[] = {1 + i % 2, u + 1, i + 1, values[i * WIDTH + 1 + u]};
      memcpy(ratings + (i * RANKED + u) * 4, row, sizeof row);
    }
  }
  size_t n;
  double *found =
      merge_parts("{kind: rankings, columns: 7, groups: 2, replicates: 99, seed: 9}", values, WIDTH, ids, RATERS, &n);
  itg_result *parts = measure("concordance", "rankings", found, (int64_t)n / 8, 8, sums, NULL);
  itg_result *whole = measure("concordance", "data", ratings, RATERS * RANKED, 4, names, "{by: group}");
  const itg_table *a = itg_result_find(whole, "tests"), *b = itg_result_find(parts, "tests");
  assert_int_equal(a->n_rows, 2);
  assert_int_equal(b->n_rows, 2);
  for (int64_t row = 0; row < 2; row++)
    for (int32_t c = 0; c < a->n_columns; c++) /* W, its tests, units and raters: every bit */
      assert_string_equal(text_at(a, row, a->columns[c].name), text_at(b, row, a->columns[c].name));
  for (int group = 1; group <= 2; group++) {
    double replicates[DRAWS];
    for (int r = 0; r < DRAWS; r++) replicates[r] = w_by_definition(values, group, r);
    assert_spread(replicates, DRAWS, itg_result_find(parts, "estimates"), 2 * (group - 1));
  }
  itg_result_free(whole);
  itg_result_free(parts);
  free(found);
}

/* ---- ratings of units by units ---- */

enum { FIELDS = 6, DRAWN = 40 };

/* unit, partner, category, rank, optimum, rater of each rating; ranks are whole, some lack. */
static int make_ratings(double *ratings) {
  itg_random random;
  int n = 0;
  itg_random_init(&random, 34, ITG_PURPOSE_TEST, 0);
  for (int rater = 0; rater < RATERS; rater++)
    for (int partner = 1; partner <= UNITS; partner++)
      for (int category = 1; category <= CATEGORIES; category++) {
        int unit = 1 + rater % UNITS;
        if (partner == unit) continue;
        double row[FIELDS] = {unit, partner, category, itg_random_below(&random, 101), itg_random_below(&random, 101), rater};
        if (itg_random_below(&random, 6) == 0) row[3] = NAN;
        if (itg_random_below(&random, 6) == 0) row[4] = NAN;
        memcpy(ratings + n++ * FIELDS, row, sizeof row);
      }
  return n;
}

static const char *const rating_names[] = {"unit", "partner", "category", "rank", "optimum", "rater"};

/* The ratings of a replicate: a rater who weighs w is w raters. */
static itg_result *run_replicate(const double *ratings, int n, uint32_t replicate) {
  double *drawn = malloc((size_t)n * 16 * FIELDS * sizeof *drawn);
  int64_t m = 0;
  for (int i = 0; i < n; i++)
    for (uint32_t w = itg_random_poisson1(SEED, (uint64_t)ratings[i * FIELDS + 5], replicate); w > 0; w--) {
      memcpy(drawn + m * FIELDS, ratings + i * FIELDS, FIELDS * sizeof *drawn);
      drawn[m++ * FIELDS + 5] += 1000 * w;
    }
  itg_result *result = measure("functional_integration", "data", drawn, m, FIELDS, rating_names, "{replicates: 0}");
  free(drawn);
  return result;
}

/* The row of a table of estimates that is about the same as row `at` of another; -1 none. */
static int64_t same_row(const itg_table *t, const itg_table *of, int64_t at) {
  static const char *const keys[] = {"scale", "own_unit", "partners", "category"};
  for (int64_t row = 0; row < t->n_rows; row++) {
    size_t k = 0;
    while (k < ITG_COUNT(keys) && itg_text_equal(text_at(t, row, keys[k]), text_at(of, at, keys[k]))) k++;
    if (k == ITG_COUNT(keys)) return row;
  }
  return -1;
}

#define AS_CELLS \
  "{columns: {unit: key_1, partner: key_2, category: key_3, rank: mean_1, count: count_1, optimum: mean_2, " \
  "count_optimum: count_2}}"

static void functional_integration_of_merged_cells_is_that_of_all_ratings(void **state) {
  (void)state;
  static double ratings[RATERS * UNITS * CATEGORIES * FIELDS], values[RATERS * UNITS * CATEGORIES * 5];
  static const char *const names[] = {"replicate", "key_1", "key_2", "key_3", "count_1", "mean_1", "count_2", "mean_2"};
  static uint64_t ids[RATERS * UNITS * CATEGORIES];
  int n = make_ratings(ratings);
  for (int i = 0; i < n; i++) {
    memcpy(values + i * 5, ratings + i * FIELDS, 5 * sizeof *values);
    ids[i] = (uint64_t)ratings[i * FIELDS + 5];
  }
  size_t size;
  double *found = merge_parts(
      "{kind: cells, columns: 5, levels: [5, 5, 2], bounds: [128, 128], replicates: 40, seed: 9}", values, 5, ids, n, &size);
  itg_result *parts = measure("functional_integration", "data", found, (int64_t)size / 8, 8, names, AS_CELLS);
  itg_result *whole = measure("functional_integration", "data", ratings, n, FIELDS, rating_names, "{replicates: 0}");
  itg_result *drawn[DRAWN];
  for (int b = 0; b < DRAWN; b++) drawn[b] = run_replicate(ratings, n, (uint32_t)b);
  const itg_table *t = itg_result_find(parts, "estimates"), *all = itg_result_find(whole, "estimates");
  int intervals = 0;
  assert_int_equal(t->n_rows, all->n_rows);
  for (int64_t row = 0; row < t->n_rows; row++) {
    static const char *const same[] = {"scale", "own_unit", "partners", "category", "n", "n_missing", "estimate", "unit"};
    int64_t at = same_row(all, t, row);
    for (size_t k = 0; k < ITG_COUNT(same); k++) /* every bit */
      assert_string_equal(text_at(t, row, same[k]) ? text_at(t, row, same[k]) : "",
                          text_at(all, at, same[k]) ? text_at(all, at, same[k]) : "");
    if (isnan(number_at(t, row, "conf_low"))) continue;
    double replicates[DRAWN];
    for (int b = 0; b < DRAWN; b++) {
      const itg_table *one = itg_result_find(drawn[b], "estimates");
      int64_t place = same_row(one, t, row);
      replicates[b] = place < 0 ? NAN : number_at(one, place, "estimate");
    }
    assert_spread(replicates, DRAWN, t, row);
    intervals++;
  }
  assert_true(intervals > 60);
  for (int b = 0; b < DRAWN; b++) itg_result_free(drawn[b]);
  itg_result_free(whole);
  itg_result_free(parts);
  free(found);
}

/* Counts of whole ranks keep the median; there are no intervals. */
static void functional_integration_of_merged_patterns_keeps_the_median(void **state) {
  (void)state;
  static double ratings[RATERS * UNITS * CATEGORIES * FIELDS], values[RATERS * UNITS * CATEGORIES * 4];
  static const char *const names[] = {"unit", "partner", "category", "rank", "count"};
  int n = make_ratings(ratings), kept = 0;
  for (int i = 0; i < n; i++) {
    if (isnan(ratings[i * FIELDS + 3])) continue;
    memcpy(values + kept * 4, ratings + i * FIELDS, 4 * sizeof *values);
    values[kept++ * 4 + 3] += 1; /* levels begin at 1 */
  }
  size_t size, m;
  void *part = new_state("{kind: patterns, columns: 4, levels: 101}", &size),
       *rest = new_state("{kind: patterns, columns: 4, levels: 101}", &size);
  add(part, values, NULL, kept / 3);
  add(rest, values + kept / 3 * 4, NULL, kept - kept / 3);
  merge(part, rest, size);
  double *found = finish(part, size, &m);
  for (size_t i = 0; i < m / 5; i++) found[i * 5 + 3] -= 1;
  itg_result *parts =
      measure("functional_integration", "data", found, (int64_t)m / 5, 5, names, "{consensus: median}");
  itg_result *whole = measure("functional_integration", "data", ratings, n, FIELDS, rating_names,
                              "{consensus: median, replicates: 0}");
  const itg_table *t = itg_result_find(parts, "estimates"), *all = itg_result_find(whole, "estimates");
  for (int64_t row = 0; row < t->n_rows; row++)
    assert_string_equal(text_at(t, row, "estimate") ? text_at(t, row, "estimate") : "",
                        text_at(all, same_row(all, t, row), "estimate") ? text_at(all, same_row(all, t, row), "estimate")
                                                                        : "");
  itg_result_free(whole);
  itg_result_free(parts);
  free(found);
  free(part);
  free(rest);
}

/* ---- what is refused ---- */

static void a_gap_in_a_ranking_is_refused_with_its_remedy(void **state) {
  (void)state;
  size_t size;
  itg_error error = {0};
  void *s = new_state("{kind: rankings, columns: 3}", &size);
  const double gap[] = {1, NAN, 2};
  const uint64_t id = 1;
  assert_int_equal(itg_state_add(s, gap, &id, 1, &error), ITG_ERR_RANGE);
  assert_non_null(strstr(error.message, "part the data by rater"));
  free(s);
  assert_int_equal(itg_state_size("{kind: rankings, columns: 2, groups: 2}", &size, &error), ITG_ERR_LIMIT);
  assert_int_equal(itg_state_size("{kind: cells, columns: 2, levels: [3, 3], bounds: 1}", &size, &error), ITG_ERR_OPTION);
  assert_int_equal(itg_state_size("{kind: cells, columns: 2, levels: 3, bounds: [1, 1]}", &size, &error), ITG_ERR_OPTION);
}

static void states_of_other_cells_do_not_merge(void **state) {
  (void)state;
  static const char *const specs[] = {"{kind: cells, columns: 3, levels: [2, 3], bounds: 8}",
                                      "{kind: cells, columns: 3, levels: [3, 2], bounds: 8}",
                                      "{kind: cells, columns: 3, levels: [2, 3], bounds: 16}"},
                           *const parts[] = {"", "levels of column 1: 2 and 3", "bound of column 3: 2^3 and 2^4"};
  for (int k = 1; k < 3; k++) {
    size_t size;
    itg_error error = {0};
    void *a = new_state(specs[0], &size), *b = new_state(specs[k], &size);
    assert_int_equal(itg_state_merge(a, b, size, &error), ITG_ERR_DATA);
    if (!strstr(error.message, parts[k])) fail_msg("%s", error.message);
    free(a);
    free(b);
  }
}

static void rows_that_are_no_sums_of_rankings_are_refused(void **state) {
  (void)state;
#define RANKINGS(csv) (const inputs){"rankings", csv, NULL}
  assert_fails("concordance", RANKINGS("unit,raters\n1,3\n"), NULL, ITG_ERR_COLUMN, "'rank_sum' is absent");
  assert_fails("concordance", RANKINGS("unit,raters,rank_sum\n1,3,4\n2,2,5\n"), NULL, ITG_ERR_DATA,
               "parts of the data are parts of the raters");
  assert_fails("concordance", RANKINGS("unit,raters,rank_sum\n1,3,4\n2,3,6\n"), NULL, ITG_ERR_DATA,
               "do not sum to raters x n (n + 1) / 2");
  assert_fails("concordance", RANKINGS("unit,raters,rank_sum\n1,3,4\n2,3,5\n"), "{by: unit}", ITG_ERR_OPTION,
               "rankings have a column 'group'");
  assert_fails("functional_integration", (const inputs){"data", "unit,partner,rank,replicate\na,b,5,0\n", NULL}, NULL,
               ITG_ERR_COLUMN, "go with the role count");
  assert_fails("functional_integration", (const inputs){"data", "unit,partner,rank,count\na,b,5,2\n", NULL},
               "{replicates: 100}", ITG_ERR_OPTION, "cannot be drawn from counted ratings");
  assert_fails("functional_integration", (const inputs){"data", "unit,partner,rank,count,rater\na,b,5,2,1\n", NULL}, NULL,
               ITG_ERR_COLUMN, "stands for several raters");
  assert_fails("functional_integration", (const inputs){"data", "unit,partner,rank,count,replicate\na,b,5,2,0\na,b,4,2,1\n",
               NULL}, "{consensus: median}", ITG_ERR_OPTION, "hold means of raters");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(concordance_of_merged_rankings_is_that_of_all_raters),
      cmocka_unit_test(functional_integration_of_merged_cells_is_that_of_all_ratings),
      cmocka_unit_test(functional_integration_of_merged_patterns_keeps_the_median),
      cmocka_unit_test(a_gap_in_a_ranking_is_refused_with_its_remedy),
      cmocka_unit_test(states_of_other_cells_do_not_merge),
      cmocka_unit_test(rows_that_are_no_sums_of_rankings_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
