/* scoring.h - what the tests of scale, checklist, stages, points and score share: CSV text in, cells out. */
#ifndef ITG_TEST_SCORING_H
#define ITG_TEST_SCORING_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "itg_base.h"
#include "itg_frame.h"

/* Inputs: name and CSV text in turn, ends with NULL. */
typedef const char *inputs[9];

static inline itg_status attempt(const char *measure, const inputs in, const char *options, int threads,
                                 itg_result **result, itg_error *error) {
  itg_frame *frames[4] = {NULL};
  itg_table tables[4] = {{0}};
  itg_control control = {.threads = threads};
  int n = 0;
  for (; in[2 * n]; n++) {
    itg_error problem = {0};
    if (itg_frame_parse(in[2 * n + 1], strlen(in[2 * n + 1]), "test.csv", NULL, &frames[n], &problem))
      fail_msg("%s", problem.message);
    tables[n] = *itg_frame_table(frames[n]);
    tables[n].name = in[2 * n];
  }
  itg_status status = itg_measure_run(measure, tables, n, options, &control, result, error);
  while (n) itg_frame_free(frames[--n]);
  return status;
}

static inline itg_result *score(const char *measure, const inputs in, const char *options) {
  itg_error error = {0};
  itg_result *result = NULL;
  if (attempt(measure, in, options, 1, &result, &error)) fail_msg("%s", error.message);
  return result;
}

static inline void assert_fails(const char *measure, const inputs in, const char *options, itg_status status,
                                const char *part) {
  itg_error error = {0};
  itg_result *result = NULL;
  itg_status got = attempt(measure, in, options, 1, &result, &error);
  if (got != status) fail_msg("status %d, expected %d: %s", (int)got, (int)status, error.message);
  assert_null(result);
  if (!strstr(error.message, part)) fail_msg("'%s' is not in: %s", part, error.message);
}

static inline const char *text_at(const itg_table *table, int64_t row, const char *column) {
  static char buffer[4][ITG_NUMBER_SIZE];
  static int turn;
  int index = itg_table_column(table, column);
  if (index < 0) fail_msg("no column %s", column);
  turn = (turn + 1) % 4;
  return itg_column_text(&table->columns[index], row, buffer[turn]);
}

static inline double number_at(const itg_table *table, int64_t row, const char *column) {
  const char *text = text_at(table, row, column);
  double value = NAN;
  if (text) itg_number_parse(text, strlen(text), &value);
  return value;
}

/* First row of a table where the columns of `where` (name and text in turn, NULL text: missing; ends with a
 * NULL name) hold these texts. */
static inline int64_t row_where(const itg_table *table, const char *const *where) {
  assert_non_null(table);
  for (int64_t row = 0; row < table->n_rows; row++) {
    bool match = true;
    for (const char *const *w = where; *w && match; w += 2)
      match = itg_text_equal(text_at(table, row, w[0]), w[1]);
    if (match) return row;
  }
  fail_msg("no row with %s %s", where[0], where[1] ? where[1] : "missing");
  return -1;
}

#define WHERE(...) ((const char *const[]){__VA_ARGS__, NULL})
#define CELL(result, table, column, ...)                                                                   \
  number_at(itg_result_find(result, table), row_where(itg_result_find(result, table), WHERE(__VA_ARGS__)), \
            column)
#define TEXT(result, table, column, ...)                                                                 \
  text_at(itg_result_find(result, table), row_where(itg_result_find(result, table), WHERE(__VA_ARGS__)), \
          column)

#define assert_near(found, expected, tolerance)                                                              \
  do {                                                                                                       \
    double found_value = (found), wanted_value = (expected);                                                 \
    if (!(fabs(found_value - wanted_value) <= (tolerance)))                                                  \
      fail_msg("%s:%d: %s is %.17g, expected %.17g", __FILE__, __LINE__, #found, found_value, wanted_value); \
  } while (0)

static inline bool has_note(const itg_result *result, const char *part) {
  for (int i = 0; i < itg_result_note_count(result); i++)
    if (strstr(itg_result_note_at(result, i), part)) return true;
  return false;
}

#endif
