/* Lent tables are checked and read, whatever their layout; categories and groups come in order. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "itg_frame.h"

/* ---- shape ---- */

static itg_status check(const itg_column *columns, int32_t n_columns, int64_t n_rows, itg_error *error) {
  const itg_table table = {.name = "visits", .n_rows = n_rows, .n_columns = n_columns, .columns = columns};
  return itg_table_check(&table, error);
}

static void impossible_tables_are_refused(void **state) {
  (void)state;
  itg_error error;
  const double x[2] = {1, 2};
  const uint8_t good[2] = {0, ITG_REASON_SUPPRESSED}, bad[20] = {[13] = ITG_REASON_COUNT};
  const double twenty[20] = {0};
  const itg_column fine = {.name = "x", .type = ITG_TYPE_DOUBLE, .data = x, .reason = good};
  assert_int_equal(check(&fine, 1, 2, &error), ITG_OK);
  assert_int_equal(check(NULL, 0, 0, &error), ITG_OK);
  assert_int_equal(check(NULL, 1, 0, &error), ITG_ERR_ARGUMENT);
  assert_int_equal(check(&fine, 1, -1, &error), ITG_ERR_ARGUMENT);
  assert_int_equal(itg_table_check(NULL, &error), ITG_ERR_ARGUMENT);

  itg_column c = fine;
  c.name = "";
  assert_int_equal(check(&c, 1, 2, &error), ITG_ERR_ARGUMENT);
  c.name = "caf\xE9";
  assert_int_equal(check(&c, 1, 2, &error), ITG_ERR_ENCODING);
  c = fine;
  c.type = (itg_type)6;
  assert_int_equal(check(&c, 1, 2, &error), ITG_ERR_TYPE);
  c = fine;
  c.data = NULL;
  assert_int_equal(check(&c, 1, 2, &error), ITG_ERR_ARGUMENT);
  assert_int_equal(check(&c, 1, 0, &error), ITG_OK);
  c = (itg_column){.name = "x", .type = ITG_TYPE_DOUBLE, .data = twenty, .reason = bad};
  assert_int_equal(check(&c, 1, 20, &error), ITG_ERR_ARGUMENT);
  assert_int_equal(error.row, 14);
  assert_int_equal(check(&c, 1, 13, &error), ITG_OK);

  const itg_column twice[3] = {fine, {.name = "y", .type = ITG_TYPE_DOUBLE, .data = x}, fine};
  assert_int_equal(check(twice, 3, 2, &error), ITG_ERR_DUPLICATE);
  assert_string_equal(error.column, "x");
  assert_int_equal(check(twice, 2, 2, &error), ITG_OK);
}

static void columns_are_found_by_name(void **state) {
  (void)state;
  const double x[1] = {0};
  const itg_column columns[2] = {{.name = "a", .type = ITG_TYPE_DOUBLE, .data = x},
                                 {.name = "b", .type = ITG_TYPE_DOUBLE, .data = x}};
  itg_table table = {.n_rows = 1, .n_columns = 2, .columns = columns};
  assert_int_equal(itg_table_column(&table, "b"), 1);
  assert_int_equal(itg_table_column(&table, "c"), -1);
  assert_string_equal(itg_table_label(&table), "data");
  table.name = "visits";
  assert_string_equal(itg_table_label(&table), "visits");
  table.source = "visits.csv";
  assert_string_equal(itg_table_label(&table), "visits.csv");
}

/* ---- numbers ---- */

enum { N = 101 }; /* some whole blocks and a rest */

/* Every way to lend the numbers 0 .. N-1 must read alike: dense, strided, backwards, not aligned. */
static void doubles_do_not_depend_on_the_layout(void **state) {
  (void)state;
  static double dense[N], wide[N][3], back[N];
  static int32_t int32[N];
  static int64_t int64[N];
  static char packed[N * 9 + 1];
  for (int i = 0; i < N; i++) {
    dense[i] = wide[i][1] = back[N - 1 - i] = int32[i] = int64[i] = i;
    memcpy(packed + 1 + 9 * i, &dense[i], sizeof dense[i]);
  }
  const itg_column columns[] = {
      {.name = "dense", .type = ITG_TYPE_DOUBLE, .data = dense},
      {.name = "stated", .type = ITG_TYPE_DOUBLE, .data = dense, .stride = 8},
      {.name = "wide", .type = ITG_TYPE_DOUBLE, .data = &wide[0][1], .stride = sizeof wide[0]},
      {.name = "back", .type = ITG_TYPE_DOUBLE, .data = &back[N - 1], .stride = -8},
      {.name = "packed", .type = ITG_TYPE_DOUBLE, .data = packed + 1, .stride = 9},
      {.name = "int32", .type = ITG_TYPE_INT32, .data = int32},
      {.name = "int64", .type = ITG_TYPE_INT64, .data = int64},
  };
  for (size_t c = 0; c < ITG_COUNT(columns); c++) {
    for (int first = 0; first < 40; first += 13) {
      double values[N];
      uint8_t reasons[N];
      memset(reasons, 99, sizeof reasons);
      itg_column_doubles(&columns[c], first, N - first, values, reasons);
      for (int i = first; i < N; i++) {
        assert_true(values[i - first] == i);
        assert_int_equal(reasons[i - first], ITG_REASON_PRESENT);
      }
    }
  }
}

static void bools_are_one_and_nought(void **state) {
  (void)state;
  uint8_t flags[20] = {0, 1, 1, 0, 7};
  double values[20];
  uint8_t reasons[20];
  const itg_column c = {.name = "b", .type = ITG_TYPE_BOOL, .data = flags};
  itg_column_doubles(&c, 0, 20, values, reasons);
  assert_true(values[0] == 0 && values[1] == 1 && values[4] == 1 && values[19] == 0);
  assert_true(itg_column_is_number(&c));
}

/* Each kind of missing at each place of a block. */
static void missing_values_are_told_by_their_reason(void **state) {
  (void)state;
  for (int at = 0; at < 40; at++) {
    double x[40] = {0}, values[40];
    int32_t i32[40] = {0};
    uint8_t reason[40] = {0}, reasons[40];
    x[at] = NAN;
    i32[at] = INT32_MIN;
    reason[at] = ITG_REASON_REFUSED;
    const struct {
      itg_column column;
      itg_reason expected;
    } cases[] = {
        {{.name = "x", .type = ITG_TYPE_DOUBLE, .data = x, .flags = ITG_COLUMN_NAN_MISSING},
         ITG_REASON_MISSING},
        {{.name = "x", .type = ITG_TYPE_DOUBLE, .data = x}, ITG_REASON_INVALID},
        {{.name = "x", .type = ITG_TYPE_DOUBLE, .data = x, .reason = reason}, ITG_REASON_REFUSED},
        {{.name = "i", .type = ITG_TYPE_INT32, .data = i32, .flags = ITG_COLUMN_MIN_MISSING},
         ITG_REASON_MISSING},
        {{.name = "i", .type = ITG_TYPE_INT32, .data = i32, .reason = reason}, ITG_REASON_REFUSED},
        {{.name = "i", .type = ITG_TYPE_INT32, .data = i32}, ITG_REASON_PRESENT},
    };
    for (size_t c = 0; c < ITG_COUNT(cases); c++) {
      itg_column_doubles(&cases[c].column, 0, 40, values, reasons);
      for (int i = 0; i < 40; i++) {
        itg_reason expected = i == at ? cases[c].expected : ITG_REASON_PRESENT;
        assert_int_equal(reasons[i], expected);
        assert_int_equal(itg_column_reason(&cases[c].column, i), expected);
        assert_int_equal(isnan(values[i]) != 0, expected != ITG_REASON_PRESENT);
      }
    }
  }
}

static void cells_read_as_text(void **state) {
  (void)state;
  char buffer[ITG_NUMBER_SIZE];
  const double x[] = {0.1, NAN};
  const int64_t i[] = {INT64_MIN};
  const uint8_t b[] = {1, 0};
  const char *const s[] = {"Zoetermeer", NULL};
  const itg_column cx = {.name = "x", .type = ITG_TYPE_DOUBLE, .data = x, .flags = ITG_COLUMN_NAN_MISSING},
                   ci = {.name = "i", .type = ITG_TYPE_INT64, .data = i},
                   cb = {.name = "b", .type = ITG_TYPE_BOOL, .data = b},
                   cs = {.name = "s", .type = ITG_TYPE_STRING, .data = s};
  assert_string_equal(itg_column_text(&cx, 0, buffer), "0.1");
  assert_null(itg_column_text(&cx, 1, buffer));
  assert_string_equal(itg_column_text(&ci, 0, buffer), "-9223372036854775808");
  assert_string_equal(itg_column_text(&cb, 0, buffer), "true");
  assert_string_equal(itg_column_text(&cb, 1, buffer), "false");
  assert_string_equal(itg_column_text(&cs, 0, buffer), "Zoetermeer");
  assert_null(itg_column_text(&cs, 1, buffer));
  assert_false(itg_column_is_number(&cs));
}

/* ---- factors ---- */

static void assert_levels(const itg_factor *factor, int n, const char *const *levels) {
  assert_int_equal(factor->n_levels, n);
  for (int i = 0; i < n; i++) assert_string_equal(factor->levels[i], levels[i]);
}

static void levels_of_numbers_stand_by_size(void **state) {
  (void)state;
  itg_arena *arena = itg_arena_new();
  itg_factor f;
  const double x[] = {10, -2.5, 0.0, -0.0, NAN, 9, 10};
  const itg_column cx = {.name = "x", .type = ITG_TYPE_DOUBLE, .data = x, .flags = ITG_COLUMN_NAN_MISSING};
  assert_int_equal(itg_factor_make(&cx, 7, arena, &f, NULL), ITG_OK);
  assert_levels(&f, 4, (const char *[]){"-2.5", "0", "9", "10"});
  assert_memory_equal(f.codes, ((int32_t[]){3, 0, 1, 1, -1, 2, 3}), sizeof(int32_t[7]));
  const int64_t big[] = {INT64_MAX, INT64_MAX - 1, INT64_MIN}; /* alike as doubles, not as integers */
  const itg_column ci = {.name = "i", .type = ITG_TYPE_INT64, .data = big};
  assert_int_equal(itg_factor_make(&ci, 3, arena, &f, NULL), ITG_OK);
  assert_levels(&f, 3,
                (const char *[]){"-9223372036854775808", "9223372036854775806", "9223372036854775807"});
  const int32_t small[] = {-1, 1, INT32_MIN, 0};
  const itg_column cs = {.name = "i", .type = ITG_TYPE_INT32, .data = small, .flags = ITG_COLUMN_MIN_MISSING};
  assert_int_equal(itg_factor_make(&cs, 4, arena, &f, NULL), ITG_OK);
  assert_levels(&f, 3, (const char *[]){"-1", "0", "1"});
  const uint8_t b[] = {1, 0, 2};
  const itg_column cb = {.name = "b", .type = ITG_TYPE_BOOL, .data = b};
  assert_int_equal(itg_factor_make(&cb, 3, arena, &f, NULL), ITG_OK);
  assert_levels(&f, 2, (const char *[]){"false", "true"});
  assert_int_equal(f.codes[2], 1);
  assert_int_equal(itg_factor_make(&cb, 0, arena, &f, NULL), ITG_OK);
  assert_int_equal(f.n_levels, 0);
  itg_arena_free(arena);
}

static void levels_of_text_stand_by_bytes_unless_all_are_integers(void **state) {
  (void)state;
  itg_arena *arena = itg_arena_new();
  itg_factor f;
  char other[] = "b"; /* the same text at another address */
  const char *const letters[] = {"b", "a", NULL, "B", other, "", "10", "2"};
  const uint8_t reason[8] = {[1] = ITG_REASON_REFUSED};
  itg_column c = {.name = "s", .type = ITG_TYPE_STRING, .data = letters};
  assert_int_equal(itg_factor_make(&c, 8, arena, &f, NULL), ITG_OK);
  assert_levels(&f, 6, (const char *[]){"", "10", "2", "B", "a", "b"});
  assert_int_equal(f.codes[0], f.codes[4]);
  assert_int_equal(f.codes[2], -1);
  c.reason = reason;
  assert_int_equal(itg_factor_make(&c, 8, arena, &f, NULL), ITG_OK);
  assert_int_equal(f.n_levels, 5);
  assert_int_equal(f.codes[1], -1);
  assert_int_equal(itg_factor_find(&f, "B"), 3);
  assert_int_equal(itg_factor_find(&f, "a"), -1);
  const char *const waves[] = {"10", "2", "1", "-1", "02"};
  c = (itg_column){.name = "wave", .type = ITG_TYPE_STRING, .data = waves};
  assert_int_equal(itg_factor_make(&c, 5, arena, &f, NULL), ITG_OK);
  assert_levels(&f, 5, (const char *[]){"-1", "1", "02", "2", "10"});
  itg_arena_free(arena);
}

/* Many levels, so that tables grow: a permutation whose codes are known. */
static void codes_stay_right_with_many_levels(void **state) {
  (void)state;
  enum { LEVELS = 20011, ROWS = 3 * LEVELS }; /* a prime */
  int64_t *numbers = itg_alloc(ROWS, sizeof *numbers);
  char(*texts)[8] = itg_alloc(ROWS, sizeof *texts);
  const char **pointers = itg_alloc(ROWS, sizeof *pointers);
  for (int i = 0; i < ROWS; i++) {
    numbers[i] = (int64_t)i * 7919 % LEVELS;
    snprintf(texts[i], sizeof texts[i], "%d", (int)numbers[i]);
    pointers[i] = texts[i];
  }
  const itg_column columns[] = {{.name = "number", .type = ITG_TYPE_INT64, .data = numbers},
                                {.name = "text", .type = ITG_TYPE_STRING, .data = pointers}};
  for (int c = 0; c < 2; c++) {
    itg_arena *arena = itg_arena_new();
    itg_factor f;
    assert_int_equal(itg_factor_make(&columns[c], ROWS, arena, &f, NULL), ITG_OK);
    assert_int_equal(f.n_levels, LEVELS);
    for (int i = 0; i < ROWS; i++) {
      assert_int_equal(f.codes[i], numbers[i]);
      assert_string_equal(f.levels[f.codes[i]], texts[i]);
    }
    itg_arena_free(arena);
  }
  free(numbers);
  free(texts);
  free(pointers);
}

/* ---- groups ---- */

static void groups_are_the_combinations_that_occur_in_order(void **state) {
  (void)state;
  const char *const site[] = {"Zuid", "Noord", "Zuid", NULL, "Noord", "Zuid"};
  const double wave[] = {2, 10, 1, 1, NAN, 2};
  const itg_column columns[] = {
      {.name = "site", .type = ITG_TYPE_STRING, .data = site},
      {.name = "wave", .type = ITG_TYPE_DOUBLE, .data = wave, .flags = ITG_COLUMN_NAN_MISSING}};
  itg_arena *arena = itg_arena_new();
  itg_factor f[2];
  itg_groups g;
  for (int c = 0; c < 2; c++) assert_int_equal(itg_factor_make(&columns[c], 6, arena, &f[c], NULL), ITG_OK);
  assert_int_equal(itg_groups_make(f, (const char *[]){"site", "wave"}, 2, 6, arena, &g, NULL), ITG_OK);
  assert_int_equal(g.n_groups, 3);
  assert_memory_equal(g.codes, ((int32_t[]){2, 0, 1, -1, -1, 2}), sizeof(int32_t[6]));
  static const char *const expected[3][2] = {{"Noord", "10"}, {"Zuid", "1"}, {"Zuid", "2"}};
  for (int i = 0; i < 3; i++)
    for (int c = 0; c < 2; c++) assert_string_equal(g.labels[i][c], expected[i][c]);
  assert_string_equal(g.names[1], "wave");
  assert_int_equal(itg_groups_make(f, NULL, 0, 6, arena, &g, NULL), ITG_OK); /* no columns: one group */
  assert_int_equal(g.n_groups, 1);
  for (int i = 0; i < 6; i++) assert_int_equal(g.codes[i], 0);
  assert_int_equal(itg_groups_make(f, (const char *[]){"site"}, 1, 0, arena, &g, NULL), ITG_OK);
  assert_int_equal(g.n_groups, 0);
  itg_arena_free(arena);
}

/* Against plain counting: three factors of 4, 3 and 5 levels, of which some combinations are left out. */
static void groups_agree_with_counting(void **state) {
  (void)state;
  enum { ROWS = 1000 };
  static int32_t x[3][ROWS];
  int present[60] = {0}, place[60], n = 0;
  for (int i = 0; i < ROWS; i++) {
    int key = i * 37 % 60;
    if (key % 7 == 3) key = 0;
    x[0][i] = key / 15;
    x[1][i] = key / 5 % 3;
    x[2][i] = key % 5;
    present[key] = 1;
  }
  for (int k = 0; k < 60; k++) place[k] = present[k] ? n++ : -1;
  itg_arena *arena = itg_arena_new();
  itg_factor f[3];
  itg_groups g;
  for (int c = 0; c < 3; c++) {
    const itg_column column = {.name = "x", .type = ITG_TYPE_INT32, .data = x[c]};
    assert_int_equal(itg_factor_make(&column, ROWS, arena, &f[c], NULL), ITG_OK);
  }
  assert_int_equal(itg_groups_make(f, (const char *[]){"a", "b", "c"}, 3, ROWS, arena, &g, NULL), ITG_OK);
  assert_int_equal(g.n_groups, n);
  for (int i = 0; i < ROWS; i++) {
    assert_int_equal(g.codes[i], place[x[0][i] * 15 + x[1][i] * 5 + x[2][i]]);
    for (int c = 0; c < 3; c++) assert_int_equal(atoi(g.labels[g.codes[i]][c]), x[c][i]);
  }
  itg_arena_free(arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(impossible_tables_are_refused),
      cmocka_unit_test(columns_are_found_by_name),
      cmocka_unit_test(doubles_do_not_depend_on_the_layout),
      cmocka_unit_test(bools_are_one_and_nought),
      cmocka_unit_test(missing_values_are_told_by_their_reason),
      cmocka_unit_test(cells_read_as_text),
      cmocka_unit_test(levels_of_numbers_stand_by_size),
      cmocka_unit_test(levels_of_text_stand_by_bytes_unless_all_are_integers),
      cmocka_unit_test(codes_stay_right_with_many_levels),
      cmocka_unit_test(groups_are_the_combinations_that_occur_in_order),
      cmocka_unit_test(groups_agree_with_counting),
  };
  return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
