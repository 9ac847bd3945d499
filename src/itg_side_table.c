/* itg_side_table.c - layer 3: opening a table beside the estimates and labelling its rows. */
#include "itg_side_table.h"

#include <string.h>

static itg_status open_labels(itg_call *call, const itg_groups *groups, const char *name,
                              const itg_side_column *columns, size_t n, itg_frame **out, itg_error *error) {
  ITG_TRY(itg_result_add_table(call->result, name, out, error));
  for (int i = 0; i < groups->n_columns; i++) {
    for (size_t k = 0; k < n; k++)
      if (strcmp(groups->names[i], columns[k].name) == 0)
        return itg_fail(error, ITG_ERR_OPTION,
                        "'by' cannot hold '%s': the result has a column of that name; rename it in the input",
                        columns[k].name);
    ITG_TRY(itg_frame_add_column(*out, groups->names[i], ITG_TYPE_STRING, NULL, error));
  }
  return ITG_OK;
}

itg_status itg_side_table_open(itg_call *call, const itg_groups *groups, const char *name,
                               const itg_side_column *columns, size_t n, itg_frame **out, itg_error *error) {
  ITG_TRY(open_labels(call, groups, name, columns, n, out, error));
  for (size_t k = 0; k < n; k++)
    ITG_TRY(itg_frame_add_column(*out, columns[k].name, columns[k].type, NULL, error));
  return ITG_OK;
}

itg_status itg_side_table_open_filled(itg_call *call, const itg_groups *groups, const char *name,
                                      const itg_side_column *columns, size_t n, int64_t n_rows, itg_frame **out,
                                      itg_error *error) {
  ITG_TRY(open_labels(call, groups, name, columns, n, out, error));
  ITG_TRY(itg_frame_resize(*out, n_rows, error));
  for (size_t k = 0; k < n; k++) {
    if (columns[k].type == ITG_TYPE_STRING)
      ITG_TRY(itg_frame_add_column(*out, columns[k].name, columns[k].type, NULL, error));
    else
      ITG_TRY(itg_frame_add_filled(*out, columns[k].name, columns[k].type, &call->control, NULL, error));
  }
  return ITG_OK;
}

itg_status itg_side_table_row(itg_frame *frame, const char *const *labels, int n_labels, int64_t *row,
                              itg_error *error) {
  *row = itg_frame_rows(frame);
  ITG_TRY(itg_frame_resize(frame, *row + 1, error));
  return itg_side_table_label(frame, *row, labels, n_labels, error);
}

void itg_side_table_numbers(itg_frame *frame, int64_t row, int *column, const double *numbers, size_t n) {
  for (size_t i = 0; i < n; i++) itg_frame_set_double(frame, row, (*column)++, numbers[i]);
}

itg_status itg_side_table_label(itg_frame *frame, int64_t row, const char *const *labels, int n_labels,
                                itg_error *error) {
  for (int i = 0; i < n_labels; i++)
    if (labels[i]) ITG_TRY(itg_frame_set_text(frame, row, i, labels[i], error));
  return ITG_OK;
}
