/* cells.h - what tests share that look at results: cells, notes, numbers within a tolerance. */
#ifndef ITG_TEST_CELLS_H
#define ITG_TEST_CELLS_H

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

/* Text of a cell; NULL where it is missing, or there is no such column. */
static inline const char *text_at(const itg_table *table, int64_t row, const char *column) {
  static char buffer[4][ITG_NUMBER_SIZE];
  static int turn;
  int index = itg_table_column(table, column);
  if (index < 0) return NULL;
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
  for (const char *const *w = where; *w; w += 2)
    if (itg_table_column(table, w[0]) < 0) fail_msg("no column %s", w[0]);
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

/* Every row of `alone` stands, in order, among the rows of `all` whose column `by` holds `label`, to the bit. */
static inline void assert_rows_of_group(const itg_table *all, const char *by, const char *label,
                                        const itg_table *alone) {
  int64_t at = 0;
  assert_non_null(all);
  assert_non_null(alone);
  for (int64_t row = 0; row < all->n_rows; row++) {
    if (!itg_text_equal(text_at(all, row, by), label)) continue;
    assert_true(at < alone->n_rows);
    for (int c = 0; c < alone->n_columns; c++) {
      const char *name = alone->columns[c].name, *found = text_at(all, row, name), *wanted = text_at(alone, at, name);
      if (!itg_text_equal(found, wanted))
        fail_msg("%s, group %s, row %lld, %s: %s, alone %s", all->name, label, (long long)at, name,
                 found ? found : "missing", wanted ? wanted : "missing");
    }
    at++;
  }
  assert_int_equal(at, alone->n_rows);
}

static inline bool has_note(const itg_result *result, const char *part) {
  for (int i = 0; i < itg_result_note_count(result); i++)
    if (strstr(itg_result_note_at(result, i), part)) return true;
  return false;
}

static inline void same_table(const itg_table *a, const itg_table *b) {
  assert_int_equal(a->n_rows, b->n_rows);
  for (int64_t row = 0; row < a->n_rows; row++)
    for (int32_t c = 0; c < a->n_columns; c++)
      assert_true(itg_text_equal(text_at(a, row, a->columns[c].name), text_at(b, row, b->columns[c].name)));
}

#endif
