/* groups.h - what tests of measures of a model's samples share: role `by`. */
#ifndef ITG_TEST_GROUPS_H
#define ITG_TEST_GROUPS_H

#include "scoring.h"

/* A measure of samples by group: the columns without that of the group; `options` below are those without groups. */
typedef struct group_runs {
  const char *measure;
  const itg_column *columns; /* of doubles, without gaps between */
  int n_columns;             /* at most 15 */
  int64_t n;
} group_runs;

static inline itg_result *run_by_group(const group_runs *g, const char *const *labels, const char *options) {
  itg_column columns[16];
  memcpy(columns, g->columns, (size_t)g->n_columns * sizeof *columns);
  columns[g->n_columns] = (itg_column){.name = "g", .type = ITG_TYPE_STRING, .data = labels};
  itg_table table = {"data", NULL, g->n, g->n_columns + 1, columns, NULL};
  char grouped[1000];
  snprintf(grouped, sizeof grouped, "{\"by\": \"g\", %s", options + 1);
  itg_error error = {0};
  itg_result *result = NULL;
  itg_control control = {.threads = 2};
  if (itg_measure_run(g->measure, &table, 1, grouped, &control, &result, &error)) fail_msg("%s", error.message);
  return result;
}

/* Three groups whose rows take turns have, to the bit, what each has that comes alone, as every third row. */
static inline void assert_groups_as_alone(const group_runs *g, const char *options) {
  static const char *const names[] = {"a", "b", "c"};
  const char **labels = malloc((size_t)g->n * sizeof *labels);
  for (int64_t i = 0; i < g->n; i++) labels[i] = names[i % 3];
  itg_result *all = run_by_group(g, labels, options);
  assert_int_equal(itg_table_column(itg_result_table(all, 0), "g"), 2);
  for (int k = 0; k < 3; k++) {
    itg_column columns[16];
    memcpy(columns, g->columns, (size_t)g->n_columns * sizeof *columns);
    for (int c = 0; c < g->n_columns; c++) {
      columns[c].data = (const double *)g->columns[c].data + k;
      columns[c].stride = 3 * sizeof(double);
    }
    itg_table part = {"data", NULL, g->n / 3, g->n_columns, columns, NULL};
    itg_error error = {0};
    itg_result *alone = NULL;
    itg_control control = {.threads = 2};
    if (itg_measure_run(g->measure, &part, 1, options, &control, &alone, &error)) fail_msg("%s", error.message);
    assert_int_equal(itg_result_count(all), itg_result_count(alone));
    for (int t = 0; t < itg_result_count(alone); t++)
      assert_rows_of_group(itg_result_table(all, t), "g", names[k], itg_result_table(alone, t));
    itg_result_free(alone);
  }
  itg_result_free(all);
  free(labels);
}

/* Too few samples to smooth over: without groups an error, in a group its values of `scale` are missing. */
static inline void assert_small_group_lacks(const group_runs *g, const char *options, const char *scale) {
  const char **labels = malloc((size_t)g->n * sizeof *labels);
  for (int64_t i = 0; i < g->n; i++) labels[i] = i < 40 ? "few" : "many";
  itg_result *r = run_by_group(g, labels, options);
  assert_true(isnan(CELL(r, "estimates", "estimate", "g", "few", "scale", scale)));
  assert_string_equal(TEXT(r, "estimates", "reason", "g", "few", "scale", scale), "too few answers");
  assert_near(CELL(r, "estimates", "n", "g", "few", "scale", scale), 40, 0);
  assert_true(CELL(r, "estimates", "estimate", "g", "many", "scale", scale) > 0);
  const itg_table *curve = itg_result_find(r, scale);
  for (int64_t row = 0; row < curve->n_rows; row++) assert_string_equal(text_at(curve, row, "g"), "many");
  itg_result_free(r);
  free(labels);
}

#endif
