/* itg_call.h - layer 3: what the two halves of a call share (itg_call.c prepares, itg_call_read.c reads). */
#ifndef ITG_CALL_H
#define ITG_CALL_H

#include "itg_measure.h"

typedef struct itg_binding {
  const itg_role *role;
  const itg_table *table;
  int n;
  const itg_column **columns;
  int64_t *n_missing; /* per column; -1: not counted */
} itg_binding;

typedef struct itg_missing_code {
  const char *text;
  bool is_number;
  double number;
  itg_reason reason;
} itg_missing_code;

typedef struct itg_call_state {
  itg_binding *bindings;
  int n_bindings;
  itg_missing_code *codes;
  int n_codes;
  const itg_definition *definition; /* NULL: none, or several versions */
  itg_versions versions;            /* column NULL: no column says which definition a row uses */
} itg_call_state;

/* Binding of "role" or "input.role"; NULL when the measure has no such role. */
itg_binding *itg_call_binding(const itg_call *call, const char *role);

#endif
