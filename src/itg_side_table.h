/* itg_side_table.h - layer 3: a result table beside the estimates whose first columns are those of `by`. */
#ifndef ITG_SIDE_TABLE_H
#define ITG_SIDE_TABLE_H

#include "itg_measure.h"

typedef struct itg_side_column {
  const char *name;
  itg_type type;
} itg_side_column;

/* Add the table with the grouping columns and these.  Errors: ITG_ERR_OPTION when a grouping column has the
 * name of one of these. */
itg_status itg_side_table_open(itg_call *call, const itg_groups *groups, const char *name,
                               const itg_side_column *columns, size_t n, itg_frame **out, itg_error *error);

/* The same with n_rows rows, all of whose numbers the caller fills (itg_frame_add_filled). */
itg_status itg_side_table_open_filled(itg_call *call, const itg_groups *groups, const char *name,
                                      const itg_side_column *columns, size_t n, int64_t n_rows, itg_frame **out,
                                      itg_error *error);

/* Add a row and label it; *row is its number. */
itg_status itg_side_table_row(itg_frame *frame, const char *const *labels, int n_labels, int64_t *row,
                              itg_error *error);

/* Numbers into the columns from *column on, which moves behind them. */
void itg_side_table_numbers(itg_frame *frame, int64_t row, int *column, const double *numbers, size_t n);

/* Fill the first n_labels columns of a row; NULL labels stay missing. */
itg_status itg_side_table_label(itg_frame *frame, int64_t row, const char *const *labels, int n_labels,
                                itg_error *error);

#endif
