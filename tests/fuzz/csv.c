/* The CSV reader; what it takes is written again and must read back to the same table. */
#include "fuzz.h"

/* A column of decimal numbers that are all whole is written without points, and read back as whole numbers. */
static int same_number(const itg_column *x, const itg_column *y, int64_t row) {
  if (x->type == y->type) return memcmp((const char *)x->data + 8 * row, (const char *)y->data + 8 * row, 8) == 0;
  return x->type == ITG_TYPE_DOUBLE && y->type == ITG_TYPE_INT64 &&
         ((const double *)x->data)[row] == (double)((const int64_t *)y->data)[row];
}

static int same(const itg_table *a, const itg_table *b) {
  if (a->n_rows != b->n_rows || a->n_columns != b->n_columns) return 0;
  for (int32_t c = 0; c < a->n_columns; c++) {
    const itg_column *x = &a->columns[c], *y = &b->columns[c];
    if ((x->type == ITG_TYPE_STRING) != (y->type == ITG_TYPE_STRING)) return 0;
    for (int64_t row = 0; row < a->n_rows; row++) {
      if ((x->reason && x->reason[row]) != (y->reason && y->reason[row])) return 0;
      if (x->reason && x->reason[row]) continue;
      if (x->type == ITG_TYPE_STRING) {
        if (strcmp(((const char *const *)x->data)[row], ((const char *const *)y->data)[row]) != 0) return 0;
      } else if (!same_number(x, y, row)) {
        return 0;
      }
    }
  }
  return 1;
}

/* Some tables have no text that says the same: a column of nothing has no type, a name may be blank, and a cell of
 * text that looks like a number or like nothing becomes one when it was not before.  Tables of numbers do. */
static int is_plain(const itg_table *table) {
  if (!table->n_rows) return 0;
  for (int32_t c = 0; c < table->n_columns; c++)
    if (table->columns[c].type == ITG_TYPE_STRING) return 0;
  return 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  itg_error error = {.status = ITG_OK};
  itg_frame *frame = NULL, *again = NULL;
  itg_status status = itg_frame_parse((const char *)data, size, "fuzz.csv", "{max_columns: 200, max_cell: 4096}", &frame,
                                      &error);
  fuzz_check(status, &error);
  if (!status && is_plain(itg_frame_table(frame))) {
    const char *path = fuzz_file("again.csv", "", 0);
    if (itg_table_write_csv(itg_frame_table(frame), path, 1, &error)) abort();
    if (itg_frame_read(path, NULL, &again, &error) || !same(itg_frame_table(frame), itg_frame_table(again))) abort();
  }
  itg_frame_free(frame);
  itg_frame_free(again);
  return 0;
}
