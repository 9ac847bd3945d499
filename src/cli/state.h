/* state.h - the command's states: rows of a CSV file as a state takes them. */
#ifndef INTEGRADE_CLI_STATE_H
#define INTEGRADE_CLI_STATE_H

#include "cli.h"

typedef struct state_rows {
  itg_frame *frame;
  double *values; /* row after row */
  uint64_t *ids;  /* NULL: none asked for */
  int64_t n;
  const char **names; /* of the columns */
  int *places, p, capacity; /* where they stand in the frame */
  bool complete;      /* rows that lack a value are left out */
} state_rows;

/* Columns by name ("a,b" or "q{n}"), ids by name or NULL; the exit code. */
int state_rows_read(state_rows *rows, const char *path, const char *columns, const char *id, bool complete);

/* A value that the core refused, with its file, column and remedy; the exit code. */
int state_rows_fail(const state_rows *rows, const itg_error *error);

void state_rows_free(state_rows *rows);

#endif
