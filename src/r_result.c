/* r_result.c - what the core gives back, as R vectors and lists. */
#include "r_glue.h"

#include <limits.h>
#include <string.h>

SEXP r_string(const char *utf8) { return utf8 ? Rf_mkCharCE(utf8, CE_UTF8) : NA_STRING; }

static SEXP scalar_string(const char *utf8) {
  SEXP text = PROTECT(r_string(utf8));
  SEXP out = Rf_ScalarString(text);
  UNPROTECT(1);
  return out;
}

static SEXP place(int64_t number) {
  return number > 0 ? Rf_ScalarReal((double)number) : Rf_ScalarReal(NA_REAL);
}

SEXP r_error(const itg_error *error) {
  const char *names[] = {"code", "message", "row", "line", "source", "column", "exit", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, names));
  SET_VECTOR_ELT(out, 0, scalar_string(itg_status_name(error->status)));
  SET_VECTOR_ELT(out, 1, scalar_string(error->message));
  SET_VECTOR_ELT(out, 2, place(error->row));
  SET_VECTOR_ELT(out, 3, place(error->line));
  SET_VECTOR_ELT(out, 4, scalar_string(*error->source ? error->source : NULL));
  SET_VECTOR_ELT(out, 5, scalar_string(*error->column ? error->column : NULL));
  SET_VECTOR_ELT(out, 6, Rf_ScalarInteger(itg_status_exit(error->status)));
  SEXP class = PROTECT(Rf_mkString("itg_failure"));
  Rf_classgets(out, class);
  UNPROTECT(2);
  return out;
}

/* ---- columns ---- */

static const void *cell(const itg_column *column, size_t size, int64_t row) {
  ptrdiff_t stride = column->stride ? column->stride : (ptrdiff_t)size;
  return (const char *)column->data + row * stride;
}

static int is_missing(const itg_column *column, int64_t row) {
  return column->reason && column->reason[row] != ITG_REASON_PRESENT;
}

static SEXP doubles(const itg_column *column, int64_t n) {
  SEXP out = PROTECT(Rf_allocVector(REALSXP, n));
  double *to = REAL(out);
  if (n && (!column->stride || column->stride == sizeof *to)) {
    memcpy(to, column->data, n * sizeof *to);
  } else {
    for (int64_t i = 0; i < n; i++) to[i] = *(const double *)cell(column, sizeof *to, i);
  }
  for (int64_t i = 0; i < n; i++) {
    if (is_missing(column, i) || to[i] != to[i]) to[i] = NA_REAL;
  }
  UNPROTECT(1);
  return out;
}

/* The next row from `row` on that has a reason to be missing, or n. */
static int64_t next_missing(const itg_column *column, int64_t row, int64_t n) {
  uint64_t eight = 0;
  if (!column->reason) return n;
  while (row + 8 <= n && (memcpy(&eight, column->reason + row, sizeof eight), !eight)) row += 8;
  while (row < n && !is_missing(column, row)) row++;
  return row;
}

/* The R vector in which the column was made, made whole; NULL: there is none, the column is to be copied. */
static SEXP settle_room(const itg_column *column, int64_t n, SEXP rooms) {
  for (SEXP node = CDR(rooms); node != R_NilValue; node = CDR(node)) {
    SEXP vector = CAR(node);
    double *numbers = TYPEOF(vector) == REALSXP ? REAL(vector) : NULL;
    int *integers = TYPEOF(vector) == INTSXP ? INTEGER(vector) : NULL;
    if (column->data != (numbers ? (void *)numbers : (void *)integers)) continue;
    for (int64_t i = next_missing(column, 0, n); i < n; i = next_missing(column, i + 1, n)) {
      if (numbers) numbers[i] = NA_REAL;
      else integers[i] = NA_INTEGER;
    }
    return vector;
  }
  return NULL;
}

static int64_t integer_at(const itg_column *column, int64_t row) {
  return column->type == ITG_TYPE_INT64 ? *(const int64_t *)cell(column, 8, row)
                                        : *(const int32_t *)cell(column, 4, row);
}

/* 64-bit integers one after another of which none is missing; NULL: the column is another. */
static const int64_t *plain_integers(const itg_column *column, int64_t n) {
  int plain = column->type == ITG_TYPE_INT64 && (!column->stride || column->stride == sizeof(int64_t));
  return plain && next_missing(column, 0, n) == n ? column->data : NULL;
}

/* Integers are R integers when all fit, doubles when all are exact there, else integer64. */
static SEXP integers(const itg_column *column, int64_t n) {
  const int64_t exact = INT64_C(1) << 53;
  const int64_t *plain = plain_integers(column, n);
  int64_t low = 0, high = 0;
  for (int64_t i = 0; i < n; i++) {
    if (!plain && is_missing(column, i)) continue;
    int64_t value = plain ? plain[i] : integer_at(column, i);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > INT_MIN && high <= INT_MAX) {
    SEXP out = Rf_allocVector(INTSXP, n);
    int *to = INTEGER(out);
    for (int64_t i = 0; plain && i < n; i++) to[i] = (int)plain[i];
    for (int64_t i = 0; !plain && i < n; i++)
      to[i] = is_missing(column, i) ? NA_INTEGER : (int)integer_at(column, i);
    return out;
  }
  SEXP out = PROTECT(Rf_allocVector(REALSXP, n));
  double *to = REAL(out);
  if (low >= -exact && high <= exact) {
    for (int64_t i = 0; i < n; i++) to[i] = is_missing(column, i) ? NA_REAL : (double)integer_at(column, i);
  } else {
    for (int64_t i = 0; i < n; i++) {
      int64_t value = is_missing(column, i) ? INT64_MIN : integer_at(column, i);
      memcpy(&to[i], &value, sizeof value);
    }
    SEXP class = PROTECT(Rf_mkString("integer64"));
    Rf_classgets(out, class);
    UNPROTECT(1);
  }
  UNPROTECT(1);
  return out;
}

static SEXP flags(const itg_column *column, int64_t n) {
  SEXP out = Rf_allocVector(LGLSXP, n);
  int *to = LOGICAL(out);
  for (int64_t i = 0; i < n; i++) {
    to[i] = is_missing(column, i) ? NA_LOGICAL : *(const uint8_t *)cell(column, 1, i) != 0;
  }
  return out;
}

static SEXP strings(const itg_column *column, int64_t n) {
  SEXP out = PROTECT(Rf_allocVector(STRSXP, n));
  const char *previous = NULL; /* equal neighbours are one look-up */
  SEXP text = NA_STRING;
  for (int64_t i = 0; i < n; i++) {
    const char *value = is_missing(column, i) ? NULL : *(const char *const *)cell(column, sizeof value, i);
    r_ask(i);
    if (value != previous) text = r_string(previous = value);
    SET_STRING_ELT(out, i, text);
  }
  UNPROTECT(1);
  return out;
}

SEXP r_frame(const itg_table *table, SEXP rooms) {
  int n = table->n_columns;
  SEXP out = PROTECT(Rf_allocVector(VECSXP, n));
  SEXP names = PROTECT(Rf_allocVector(STRSXP, n));
  for (int i = 0; i < n; i++) {
    const itg_column *column = &table->columns[i];
    R_CheckUserInterrupt();
    SEXP (*convert)(const itg_column *, int64_t) = column->type == ITG_TYPE_DOUBLE   ? doubles
                                                   : column->type == ITG_TYPE_STRING ? strings
                                                   : column->type == ITG_TYPE_BOOL   ? flags
                                                                                     : integers;
    SEXP made = settle_room(column, table->n_rows, rooms);
    SET_VECTOR_ELT(out, i, made ? made : convert(column, table->n_rows));
    SET_STRING_ELT(names, i, r_string(column->name));
  }
  Rf_namesgets(out, names);
  UNPROTECT(2);
  return out;
}

SEXP r_result(const itg_result *result, SEXP rooms) {
  const char *parts[] = {"tables", "notes", "provenance", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, parts));

  int n = itg_result_count(result);
  SEXP tables = Rf_allocVector(VECSXP, n);
  SET_VECTOR_ELT(out, 0, tables);
  SEXP names = PROTECT(Rf_allocVector(STRSXP, n));
  for (int i = 0; i < n; i++) {
    const itg_table *table = itg_result_table(result, i);
    SET_VECTOR_ELT(tables, i, r_frame(table, rooms));
    SET_STRING_ELT(names, i, r_string(table->name));
  }
  Rf_namesgets(tables, names);

  n = itg_result_note_count(result);
  SEXP notes = Rf_allocVector(STRSXP, n);
  SET_VECTOR_ELT(out, 1, notes);
  for (int i = 0; i < n; i++) SET_STRING_ELT(notes, i, r_string(itg_result_note_at(result, i)));

  const char *provenance = itg_result_provenance(result);
  SET_VECTOR_ELT(out, 2, provenance ? r_json(provenance) : R_NilValue);
  UNPROTECT(2);
  return out;
}
