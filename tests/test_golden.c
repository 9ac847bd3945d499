/* The golden cases that every front computes, compared bit for bit, on one thread and on several. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "itg_frame.h"

#include "golden.h"

static bool same_bits(double a, double b) { return memcmp(&a, &b, sizeof a) == 0; }

/* A cell of the result and the text that stands for it in the file. */
static bool same_cell(const itg_column *found, int64_t row, const char *expected) {
  char buffer[ITG_NUMBER_SIZE];
  double want, got;
  uint8_t reason;
  const char *text = itg_column_text(found, row, buffer);
  if (!text || !*text) return !expected || !*expected;
  if (!expected) return false;
  if (found->type != ITG_TYPE_DOUBLE) return strcmp(text, expected) == 0;
  itg_column_doubles(found, row, 1, &got, &reason);
  return itg_number_parse(expected, strlen(expected), &want) && same_bits(got, want);
}

static void compare(const golden *g, const itg_table *found, int threads) {
  char file[256], buffer[ITG_NUMBER_SIZE], shown[ITG_NUMBER_SIZE];
  itg_text text = ITG_TEXT_EMPTY;
  itg_text_add(&text, "{text: [");
  for (int c = 0; c < found->n_columns; c++) itg_text_print(&text, "%s'%s'", c ? ", " : "", found->columns[c].name);
  itg_text_add(&text, "], na: ['']}");
  snprintf(file, sizeof file, "%s.csv", g->name);
  itg_frame *frame = golden_read(file, text.data);
  const itg_table *expected = itg_frame_table(frame);
  if (expected->n_columns != found->n_columns || expected->n_rows != found->n_rows)
    fail_msg("%s: %lld x %d cells, expected %lld x %d", g->name, (long long)found->n_rows, (int)found->n_columns,
             (long long)expected->n_rows, (int)expected->n_columns);
  for (int c = 0; c < found->n_columns; c++) {
    assert_string_equal(found->columns[c].name, expected->columns[c].name);
    for (int64_t row = 0; row < found->n_rows; row++) {
      const char *want = itg_column_text(&expected->columns[c], row, buffer);
      if (same_cell(&found->columns[c], row, want)) continue;
      const char *got = itg_column_text(&found->columns[c], row, shown);
      fail_msg("%s on %d threads, column %s, row %lld: %s is not %s", g->name, threads, found->columns[c].name,
               (long long)row + 1, got ? got : "missing", want ? want : "missing");
    }
  }
  itg_frame_free(frame);
  itg_text_clear(&text);
}

static void golden_cases_to_the_last_bit(void **state) {
  (void)state;
  itg_frame *cases = golden_cases();
  for (int64_t row = 0; row < itg_frame_table(cases)->n_rows; row++) {
    golden g;
    golden_open(cases, row, &g);
    for (int threads = 1; threads <= 3; threads += 2) {
      itg_error error = {.status = ITG_OK};
      itg_result *result = NULL;
      if (itg_measure_run(g.measure, g.tables, g.n_tables, g.options, &(itg_control){.threads = threads}, &result,
                          &error))
        fail_msg("%s: %s", g.name, error.message);
      const itg_table *found = itg_result_find(result, g.table && *g.table ? g.table : "estimates");
      if (!found) fail_msg("%s: the result has no table '%s'", g.name, g.table);
      compare(&g, found, threads);
      itg_result_free(result);
    }
    golden_close(&g);
  }
  itg_frame_free(cases);
}

/* The comparison sees one unit in the last place. */
static void one_bit_is_a_difference(void **state) {
  (void)state;
  const double values[] = {0.1, 0.30000000000000004, -0.0, 12};
  const itg_column column = {.name = "x", .type = ITG_TYPE_DOUBLE, .data = values};
  assert_true(same_cell(&column, 0, "0.1"));
  assert_true(same_cell(&column, 1, "0.30000000000000004"));
  assert_false(same_cell(&column, 1, "0.3"));
  assert_false(same_cell(&column, 2, "0"));
  assert_true(same_cell(&column, 3, "12"));
  assert_false(same_cell(&column, 3, NULL));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(golden_cases_to_the_last_bit),
      cmocka_unit_test(one_bit_is_a_difference),
  };
  return cmocka_run_group_tests_name("golden", tests, NULL, NULL);
}
