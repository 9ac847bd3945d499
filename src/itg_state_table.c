/* itg_state_table.c - layer 2: what a state gives when it is finished, as a table with named columns. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "itg_state.h"

itg_status itg_state_add_column(itg_frame *table, const char *name, uint64_t number, itg_error *error) {
  char text[40];
  if (number)
    snprintf(text, sizeof text, "%s_%llu", name, (unsigned long long)number);
  else
    snprintf(text, sizeof text, "%s", name);
  return itg_frame_add_column(table, text, ITG_TYPE_DOUBLE, NULL, error);
}

itg_status itg_state_add_columns(itg_frame *table, const char *name, uint64_t n, itg_error *error) {
  for (uint64_t j = 1; j <= n; j++) ITG_TRY(itg_state_add_column(table, name, j, error));
  return ITG_OK;
}

static const char *next(const char *name) { return name + strlen(name) + 1; }

/* The columns of covariances bear the names of the data, unless one of these would be taken for another column of
 * the input `covariance`. */
static bool names_items(const char *name, uint64_t p) {
  static const char *const taken[] = {"item", "count", "mean"};
  for (uint64_t j = 0; name && j < p; j++, name = next(name))
    for (size_t i = 0; i < ITG_COUNT(taken); i++)
      if (strcmp(name, taken[i]) == 0) return false;
  return name != NULL;
}

static itg_status add_covariance_columns(const itg_shape *s, const char *name, itg_frame *table, itg_error *error) {
  ITG_TRY(itg_state_add_column(table, "count", 0, error));
  ITG_TRY(itg_state_add_column(table, "mean", 0, error));
  if (!names_items(name, s->p)) return itg_state_add_columns(table, "item", s->p, error);
  for (uint64_t j = 0; j < s->p; j++, name = next(name))
    ITG_TRY(itg_frame_add_column(table, name, ITG_TYPE_DOUBLE, NULL, error));
  return ITG_OK;
}

/* n, p means, p x p covariances: as a row per column of the data. */
static double covariance_cell(const double *values, uint64_t p, int64_t row, int column) {
  if (column < 2) return values[column ? 1 + row : 0];
  return values[1 + p + (uint64_t)row * p + (uint64_t)column - 2];
}

static itg_status fill(itg_frame *frame, const itg_shape *s, const char *name, const double *values, size_t n,
                       itg_error *error) {
  const itg_state_kind *kind = itg_state_kind_at(s->kind);
  const int first = kind->by_column && name; /* a row per column of the data, which the first column names */
  if (first) ITG_TRY(itg_frame_add_column(frame, "column", ITG_TYPE_STRING, NULL, error));
  ITG_TRY(kind->covariances ? add_covariance_columns(s, name, frame, error) : kind->columns(s, frame, error));
  int width = itg_frame_table(frame)->n_columns - first;
  int64_t rows = kind->covariances ? (int64_t)s->p : (int64_t)n / width;
  ITG_TRY(itg_frame_resize(frame, rows, error));
  for (int64_t row = 0; row < rows; row++) {
    if (first) ITG_TRY(itg_frame_set_text(frame, row, 0, name, error));
    for (int column = 0; column < width; column++) {
      double value =
          kind->covariances ? covariance_cell(values, s->p, row, column) : values[row * width + column];
      if (isnan(value)) itg_frame_set_missing(frame, row, first + column, ITG_REASON_MISSING);
      else itg_frame_set_double(frame, row, first + column, value);
    }
    if (first) name = next(name);
  }
  return ITG_OK;
}

itg_status itg_state_table(const void *state, size_t size, itg_frame **out, itg_error *error) {
  itg_shape s;
  size_t n;
  itg_frame *frame = NULL;
  *out = NULL;
  ITG_TRY(itg_state_finish_size(state, size, &n, error));
  ITG_TRY(itg_state_shape(state, size, &s, error));
  double *values = itg_alloc(n, sizeof *values);
  itg_status status = values ? itg_frame_new("state", NULL, &frame, error) : itg_fail_memory(error);
  if (!status) status = itg_state_finish(state, size, values, error);
  if (!status) status = fill(frame, &s, itg_state_first_name(state, &s), values, n, error);
  free(values);
  if (status) itg_frame_free(frame);
  else *out = frame;
  return status;
}
