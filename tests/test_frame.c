/* Frames grow, keep their view true, keep each text once, and copy columns with their reasons. */
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

static itg_frame *make_frame(const char *source) {
  itg_frame *frame;
  assert_int_equal(itg_frame_new("data", source, &frame, NULL), ITG_OK);
  return frame;
}

static int add(itg_frame *frame, const char *name, itg_type type) {
  int index = -1;
  assert_int_equal(itg_frame_add_column(frame, name, type, &index, NULL), ITG_OK);
  return index;
}

static void new_rows_and_columns_are_missing(void **state) {
  (void)state;
  itg_frame *frame = make_frame(NULL);
  static const itg_type types[] = {ITG_TYPE_INT32, ITG_TYPE_INT64, ITG_TYPE_DOUBLE, ITG_TYPE_BOOL,
                                   ITG_TYPE_STRING};
  char name[16];
  for (size_t i = 0; i < ITG_COUNT(types); i++) {
    snprintf(name, sizeof name, "before%zu", i);
    add(frame, name, types[i]);
  }
  assert_int_equal(itg_frame_resize(frame, 100, NULL), ITG_OK);
  for (size_t i = 0; i < ITG_COUNT(types); i++) {
    snprintf(name, sizeof name, "after%zu", i);
    assert_int_equal(add(frame, name, types[i]), 5 + (int)i);
  }
  assert_int_equal(itg_frame_resize(frame, 3, NULL), ITG_OK);
  assert_int_equal(itg_frame_resize(frame, 2000, NULL), ITG_OK);
  const itg_table *table = itg_frame_table(frame);
  assert_int_equal(itg_table_check(table, NULL), ITG_OK);
  assert_int_equal(table->n_rows, 2000);
  assert_int_equal(itg_frame_rows(frame), 2000);
  assert_int_equal(table->n_columns, 10);
  for (int c = 0; c < 10; c++)
    for (int64_t row = 0; row < 2000; row++)
      assert_int_equal(itg_column_reason(&table->columns[c], row), ITG_REASON_MISSING);
  assert_null(table->lines);
  itg_frame_free(frame);
  itg_frame_free(NULL);
}

static void cells_hold_what_was_set(void **state) {
  (void)state;
  itg_frame *frame = make_frame("visits.csv");
  int d = add(frame, "d", ITG_TYPE_DOUBLE), i = add(frame, "i", ITG_TYPE_INT64),
      b = add(frame, "b", ITG_TYPE_BOOL), s = add(frame, "s", ITG_TYPE_STRING),
      k = add(frame, "k", ITG_TYPE_INT32);
  for (int64_t row = 0; row < 500; row++) { /* one at a time, as results grow */
    char text[16];
    snprintf(text, sizeof text, "text %d", (int)row % 7);
    assert_int_equal(itg_frame_resize(frame, row + 1, NULL), ITG_OK);
    itg_frame_set_double(frame, row, d, (double)row / 4);
    itg_frame_set_int(frame, row, i, -row);
    itg_frame_set_int(frame, row, k, row);
    itg_frame_set_bool(frame, row, b, row % 2);
    itg_frame_set_line(frame, row, row + 2);
    assert_int_equal(itg_frame_set_text(frame, row, s, text, NULL), ITG_OK);
  }
  const itg_table *t = itg_frame_table(frame);
  const char *const *texts = t->columns[s].data;
  char buffer[ITG_NUMBER_SIZE];
  for (int64_t row = 0; row < 500; row++) {
    assert_true(itg_frame_doubles(frame, d)[row] == (double)row / 4);
    assert_int_equal(itg_frame_ints(frame, i)[row], -row);
    assert_int_equal(((const int32_t *)t->columns[k].data)[row], row);
    assert_string_equal(itg_column_text(&t->columns[b], row, buffer), row % 2 ? "true" : "false");
    assert_int_equal(t->lines[row], row + 2);
    assert_int_equal(texts[row][5], '0' + row % 7);
    assert_ptr_equal(texts[row], texts[row % 7]); /* each text once */
    for (int c = 0; c < t->n_columns; c++)
      assert_int_equal(itg_column_reason(&t->columns[c], row), ITG_REASON_PRESENT);
  }
  itg_frame_free(frame);
}

static void a_cell_may_become_missing_and_present_again(void **state) {
  (void)state;
  itg_frame *frame = make_frame(NULL);
  int d = add(frame, "d", ITG_TYPE_DOUBLE), s = add(frame, "s", ITG_TYPE_STRING),
      b = add(frame, "b", ITG_TYPE_BOOL);
  assert_int_equal(itg_frame_resize(frame, 2, NULL), ITG_OK);
  const itg_table *t = itg_frame_table(frame);
  itg_frame_set_double(frame, 0, d, 5);
  itg_frame_set_missing(frame, 0, d, ITG_REASON_TOO_FEW);
  assert_int_equal(itg_column_reason(&t->columns[d], 0), ITG_REASON_TOO_FEW);
  assert_true(isnan(itg_frame_doubles(frame, d)[0]));
  itg_frame_set_double(frame, 0, d, 6);
  assert_int_equal(itg_column_reason(&t->columns[d], 0), ITG_REASON_PRESENT);
  itg_frame_set_double(frame, 0, d, NAN);
  assert_int_equal(itg_frame_reasons(frame, d)[0], ITG_REASON_MISSING);
  assert_int_equal(itg_frame_set_text(frame, 0, s, "", NULL), ITG_OK);
  assert_int_equal(itg_column_reason(&t->columns[s], 0), ITG_REASON_PRESENT);
  assert_int_equal(itg_frame_set_text(frame, 0, s, NULL, NULL), ITG_OK);
  assert_int_equal(itg_column_reason(&t->columns[s], 0), ITG_REASON_MISSING);
  /* A value of the wrong kind is seen, not taken. */
  itg_frame_set_double(frame, 0, b, 1);
  itg_frame_set_int(frame, 1, b, 1);
  itg_frame_set_bool(frame, 1, d, true);
  assert_int_equal(itg_column_reason(&t->columns[b], 0), ITG_REASON_INVALID);
  assert_int_equal(itg_column_reason(&t->columns[b], 1), ITG_REASON_INVALID);
  assert_int_equal(itg_column_reason(&t->columns[d], 1), ITG_REASON_INVALID);
  assert_int_equal(itg_frame_set_text(frame, 0, d, "x", NULL), ITG_ERR_INTERNAL);
  itg_frame_free(frame);
}

static void two_columns_of_one_name_are_refused(void **state) {
  (void)state;
  itg_frame *frame = make_frame(NULL);
  itg_error error;
  int s = add(frame, "site", ITG_TYPE_STRING);
  assert_int_equal(itg_frame_resize(frame, 1, NULL), ITG_OK);
  assert_int_equal(itg_frame_set_text(frame, 0, s, "wave", NULL), ITG_OK);
  add(frame, "wave", ITG_TYPE_DOUBLE); /* a cell of that text is no name */
  assert_int_equal(itg_frame_add_column(frame, "site", ITG_TYPE_DOUBLE, NULL, &error), ITG_ERR_DUPLICATE);
  assert_string_equal(error.column, "site");
  assert_int_equal(itg_frame_table(frame)->n_columns, 2);
  assert_int_equal(itg_frame_add_column(frame, "x", (itg_type)9, NULL, &error), ITG_ERR_INTERNAL);
  assert_int_equal(itg_frame_resize(frame, -1, &error), ITG_ERR_INTERNAL);
  itg_frame_free(frame);
}

static void types_change_with_or_without_values(void **state) {
  (void)state;
  itg_frame *frame = make_frame(NULL);
  int i = add(frame, "i", ITG_TYPE_INT64);
  assert_int_equal(itg_frame_resize(frame, 3, NULL), ITG_OK);
  itg_frame_set_int(frame, 0, i, 7);
  itg_frame_set_missing(frame, 1, i, ITG_REASON_REFUSED);
  assert_int_equal(itg_frame_set_type(frame, i, ITG_TYPE_DOUBLE, NULL), ITG_OK);
  const itg_column *c = &itg_frame_table(frame)->columns[i];
  assert_true(itg_frame_doubles(frame, i)[0] == 7);
  assert_int_equal(itg_column_reason(c, 0), ITG_REASON_PRESENT);
  assert_int_equal(itg_column_reason(c, 1), ITG_REASON_REFUSED);
  assert_int_equal(itg_frame_set_type(frame, i, ITG_TYPE_STRING, NULL), ITG_OK);
  for (int row = 0; row < 3; row++) assert_int_equal(itg_column_reason(c, row), ITG_REASON_MISSING);
  itg_frame_free(frame);
}

static void columns_are_copied_with_their_reasons(void **state) {
  (void)state;
  const struct {
    int32_t wave;
    const char *site;
  } rows[] = {{1, "Noord"}, {INT32_MIN, NULL}, {3, "Noord"}};
  const uint8_t reason[3] = {[2] = ITG_REASON_NOT_ASKED};
  const itg_column columns[] = {
      {"wave", ITG_TYPE_INT32, &rows[0].wave, sizeof rows[0], NULL, ITG_COLUMN_MIN_MISSING},
      {"site", ITG_TYPE_STRING, &rows[0].site, sizeof rows[0], reason, 0}};
  const itg_table table = {.n_rows = 3, .n_columns = 2, .columns = columns};
  itg_frame *frame = make_frame(NULL);
  assert_int_equal(itg_frame_copy_column(frame, &table, 0, "wave", NULL), ITG_ERR_INTERNAL); /* no rows yet */
  assert_int_equal(itg_frame_resize(frame, 3, NULL), ITG_OK);
  assert_int_equal(itg_frame_copy_column(frame, &table, 0, "wave", NULL), ITG_OK);
  assert_int_equal(itg_frame_copy_column(frame, &table, 1, "place", NULL), ITG_OK);
  const itg_table *t = itg_frame_table(frame);
  const int32_t *waves = t->columns[0].data;
  const char *const *places = t->columns[1].data;
  assert_string_equal(t->columns[1].name, "place");
  assert_int_equal(waves[0], 1);
  assert_int_equal(waves[2], 3);
  assert_string_equal(places[0], "Noord");
  assert_ptr_not_equal(places[0], rows[0].site);
  static const itg_reason expected[2][3] = {{ITG_REASON_PRESENT, ITG_REASON_MISSING, ITG_REASON_PRESENT},
                                            {ITG_REASON_PRESENT, ITG_REASON_MISSING, ITG_REASON_NOT_ASKED}};
  for (int c = 0; c < 2; c++)
    for (int row = 0; row < 3; row++)
      assert_int_equal(itg_column_reason(&t->columns[c], row), expected[c][row]);
  itg_frame_free(frame);
}

/* A host's memory for one column, exactly as long as asked for. */
typedef struct host {
  void *memory;
  int64_t n_rows;
} host;

static void *lend_room(void *payload, itg_type type, int64_t n_rows) {
  host *h = payload;
  if (h->memory || type == ITG_TYPE_STRING) return NULL;
  h->n_rows = n_rows;
  return h->memory = test_malloc((size_t)n_rows * itg_type_size(type));
}

static void filled_columns_lie_in_the_room_of_the_host_until_they_grow(void **state) {
  (void)state;
  host h = {NULL, 0};
  const itg_control control = {.payload = &h, .room = lend_room};
  itg_frame *frame = make_frame(NULL);
  int own, lent;
  assert_int_equal(itg_frame_resize(frame, 3, NULL), ITG_OK);
  assert_int_equal(itg_frame_add_filled(frame, "lent", ITG_TYPE_DOUBLE, &control, &lent, NULL), ITG_OK);
  assert_int_equal(itg_frame_add_filled(frame, "own", ITG_TYPE_INT32, &control, &own, NULL), ITG_OK);
  const itg_table *t = itg_frame_table(frame);
  assert_int_equal(h.n_rows, 3);
  assert_ptr_equal(t->columns[lent].data, h.memory);
  for (int row = 0; row < 3; row++) {
    itg_frame_doubles(frame, lent)[row] = row + 0.5;
    itg_frame_int32s(frame, own)[row] = row;
    assert_int_equal(itg_column_reason(&t->columns[own], row), ITG_REASON_PRESENT);
  }
  itg_frame_set_missing(frame, 1, lent, ITG_REASON_REFUSED);
  assert_int_equal(itg_column_reason(&t->columns[lent], 1), ITG_REASON_REFUSED);
  assert_int_equal(itg_frame_resize(frame, 4, NULL), ITG_OK);
  test_free(h.memory);
  const double *values = t->columns[lent].data;
  assert_true(values[0] == 0.5 && values[2] == 2.5);
  for (int column = 0; column < 2; column++)
    assert_int_equal(itg_column_reason(&t->columns[column], 3), ITG_REASON_MISSING);
  itg_frame_free(frame);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(new_rows_and_columns_are_missing),
      cmocka_unit_test(cells_hold_what_was_set),
      cmocka_unit_test(a_cell_may_become_missing_and_present_again),
      cmocka_unit_test(two_columns_of_one_name_are_refused),
      cmocka_unit_test(types_change_with_or_without_values),
      cmocka_unit_test(columns_are_copied_with_their_reasons),
      cmocka_unit_test(filled_columns_lie_in_the_room_of_the_host_until_they_grow),
  };
  return cmocka_run_group_tests_name("frame", tests, NULL, NULL);
}
