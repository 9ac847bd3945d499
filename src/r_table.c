/* r_table.c - R vectors as borrowed columns, in place wherever R's layout is the core's.
 *
 * double, integer, logical   as they lie; NA is told by flags
 * integer64 (package bit64)  as it lies; NA, the smallest integer, through reasons
 * character                  a vector of pointers to UTF-8
 * factor                     a vector of pointers to its levels */
#include "r_glue.h"

#include <string.h>

/* Places, from 1, where a text stands that is not the last one with its place in a small table: every
 * distinct text at least once.  R keeps equal texts once, so that few places stand for a long column of
 * names. */
SEXP r_distinct(SEXP x) {
  enum { SLOTS = 4096 };
  SEXP *last = (SEXP *)R_alloc(SLOTS, sizeof *last);
  R_xlen_t n = XLENGTH(x), count = 0;
  double *places = (double *)R_alloc(n ? n : 1, sizeof *places);
  memset(last, 0, SLOTS * sizeof *last);
  for (R_xlen_t i = 0; i < n; i++) {
    SEXP text = STRING_ELT(x, i);
    r_ask(i);
    SEXP *slot = &last[((uintptr_t)text >> 6) % SLOTS];
    if (*slot == text) continue;
    *slot = text;
    places[count++] = (double)i + 1;
  }
  SEXP out = Rf_allocVector(REALSXP, count);
  if (count) memcpy(REAL(out), places, count * sizeof *places);
  return out;
}

static const char **factor_strings(SEXP x, R_xlen_t n) {
  const char **out = (const char **)R_alloc(n, sizeof *out);
  SEXP levels = Rf_getAttrib(x, R_LevelsSymbol);
  int n_levels = Rf_length(levels);
  const char **texts = (const char **)R_alloc(n_levels, sizeof *texts);
  for (int i = 0; i < n_levels; i++) {
    SEXP level = STRING_ELT(levels, i);
    texts[i] = level == NA_STRING ? NULL : Rf_translateCharUTF8(level);
  }
  const int *codes = INTEGER(x);
  for (R_xlen_t i = 0; i < n; i++) {
    r_ask(i);
    out[i] = codes[i] >= 1 && codes[i] <= n_levels ? texts[codes[i] - 1] : NULL;
  }
  return out;
}

static const char **character_strings(SEXP x, R_xlen_t n) {
  const char **out = (const char **)R_alloc(n, sizeof *out);
  for (R_xlen_t i = 0; i < n; i++) {
    SEXP text = STRING_ELT(x, i);
    r_ask(i);
    out[i] = text == NA_STRING ? NULL : Rf_translateCharUTF8(text);
  }
  return out;
}

static const uint8_t *integer64_reasons(const int64_t *values, R_xlen_t n) {
  uint8_t *out = NULL;
  for (R_xlen_t i = 0; i < n; i++) {
    if (values[i] != INT64_MIN) continue;
    if (!out) out = memset(R_alloc(n, 1), ITG_REASON_PRESENT, n);
    out[i] = ITG_REASON_MISSING;
  }
  return out;
}

static itg_column lend_column(const char *name, SEXP x, SEXP reasons) {
  R_xlen_t n = XLENGTH(x);
  itg_column out = {.name = name, .reason = TYPEOF(reasons) == RAWSXP ? RAW(reasons) : NULL};
  switch (TYPEOF(x)) {
    case REALSXP:
      out.data = REAL(x);
      if (Rf_inherits(x, "integer64")) {
        out.type = ITG_TYPE_INT64;
        out.reason = integer64_reasons(out.data, n);
      } else {
        out.type = ITG_TYPE_DOUBLE;
        out.flags = ITG_COLUMN_NAN_MISSING;
      }
      break;
    case INTSXP:
      if (Rf_isFactor(x)) {
        out.type = ITG_TYPE_STRING;
        out.data = factor_strings(x, n);
      } else {
        out.type = ITG_TYPE_INT32;
        out.data = INTEGER(x);
        out.flags = ITG_COLUMN_MIN_MISSING;
      }
      break;
    case LGLSXP: /* R's TRUE and FALSE are the integers 1 and 0 */
      out.type = ITG_TYPE_INT32;
      out.data = LOGICAL(x);
      out.flags = ITG_COLUMN_MIN_MISSING;
      break;
    case STRSXP:
      out.type = ITG_TYPE_STRING;
      out.data = character_strings(x, n);
      break;
    default: Rf_error("column '%s' reached the core as %s", name, Rf_type2char(TYPEOF(x)));
  }
  return out;
}

static itg_table lend_table(SEXP table) {
  SEXP name = VECTOR_ELT(table, 0), columns = VECTOR_ELT(table, 1), reasons = VECTOR_ELT(table, 2);
  SEXP names = Rf_getAttrib(columns, R_NamesSymbol);
  int n = Rf_length(columns);
  itg_column *lent = (itg_column *)R_alloc(n ? n : 1, sizeof *lent);
  for (int i = 0; i < n; i++) {
    lent[i] = lend_column(Rf_translateCharUTF8(STRING_ELT(names, i)), VECTOR_ELT(columns, i),
                          VECTOR_ELT(reasons, i));
  }
  return (itg_table){
      .name = Rf_translateCharUTF8(Rf_asChar(name)),
      .n_rows = (int64_t)Rf_asReal(VECTOR_ELT(table, 3)),
      .n_columns = n,
      .columns = lent,
  };
}

itg_table *r_tables(SEXP tables) {
  int n = Rf_length(tables);
  itg_table *out = (itg_table *)R_alloc(n ? n : 1, sizeof *out);
  for (int i = 0; i < n; i++) out[i] = lend_table(VECTOR_ELT(tables, i));
  return out;
}
