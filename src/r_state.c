/* r_state.c - states that merge, as raw vectors.  R's values do not change in place, so add and merge work
 * on a copy and return it. */
#include "r_glue.h"

#include <string.h>

R_RELEASE(release_frame, itg_frame_free)
R_RELEASE(release_state, itg_state_free)

SEXP r_state_new(SEXP spec) {
  const char *text = Rf_translateCharUTF8(Rf_asChar(spec));
  itg_error error = {0};
  size_t size = 0;
  if (itg_state_size(text, &size, &error)) return r_error(&error);
  SEXP state = PROTECT(Rf_allocVector(RAWSXP, size));
  SEXP out = itg_state_init(RAW(state), size, text, &error) ? r_error(&error) : state;
  UNPROTECT(1);
  return out;
}

/* Record ids arrive as whole doubles, integers or integer64; R code has checked them. */
static const uint64_t *ids_of(SEXP ids) {
  if (Rf_isNull(ids)) return NULL;
  R_xlen_t n = XLENGTH(ids);
  uint64_t *out = (uint64_t *)R_alloc(n ? n : 1, sizeof *out);
  if (Rf_inherits(ids, "integer64")) {
    memcpy(out, REAL(ids), n * sizeof *out);
  } else if (TYPEOF(ids) == INTSXP) {
    for (R_xlen_t i = 0; i < n; i++) out[i] = (uint64_t)INTEGER(ids)[i];
  } else {
    for (R_xlen_t i = 0; i < n; i++) out[i] = (uint64_t)REAL(ids)[i];
  }
  return out;
}

/* A raw vector may have been cut since it was a state. */
static itg_status check_bytes(SEXP state, itg_error *error) {
  size_t n = 0;
  return itg_state_finish_size(RAW(state), XLENGTH(state), &n, error);
}

static SEXP names_of(const void *state) {
  if (!itg_state_name(state, 0)) return R_NilValue;
  const R_xlen_t p = (R_xlen_t)itg_state_columns(state);
  SEXP out = PROTECT(Rf_allocVector(STRSXP, p));
  for (R_xlen_t j = 0; j < p; j++) SET_STRING_ELT(out, j, r_string(itg_state_name(state, (uint64_t)j)));
  UNPROTECT(1);
  return out;
}

/* list(kind, columns, rows, about, names) of a checked state */
SEXP r_state_about(SEXP state) {
  static const char *const fields[] = {"kind", "columns", "rows", "about", "names", ""};
  itg_error error = {0};
  if (check_bytes(state, &error)) return r_error(&error);
  const void *bytes = RAW(state);
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, (const char **)fields));
  SET_VECTOR_ELT(out, 0, Rf_mkString(itg_state_kind_name(bytes)));
  SET_VECTOR_ELT(out, 1, Rf_ScalarReal((double)itg_state_columns(bytes)));
  SET_VECTOR_ELT(out, 2, Rf_ScalarReal((double)itg_state_rows(bytes)));
  SET_VECTOR_ELT(out, 3, Rf_ScalarString(r_string(itg_state_about(bytes))));
  SET_VECTOR_ELT(out, 4, names_of(bytes));
  UNPROTECT(1);
  return out;
}

/* Bytes of the core as a raw vector; the holder is emptied. */
static SEXP give_bytes(SEXP holder, size_t size) {
  SEXP out = PROTECT(Rf_allocVector(RAWSXP, size));
  memcpy(RAW(out), R_ExternalPtrAddr(holder), size);
  release_state(holder);
  UNPROTECT(1);
  return out;
}

SEXP r_state_named(SEXP state, SEXP names) {
  const R_xlen_t p = XLENGTH(names);
  const char **texts = (const char **)R_alloc(p ? p : 1, sizeof *texts);
  for (R_xlen_t j = 0; j < p; j++) texts[j] = Rf_translateCharUTF8(STRING_ELT(names, j));
  SEXP holder = PROTECT(r_hold(release_state));
  itg_error error = {0};
  void *named = NULL;
  size_t size = 0;
  itg_status status = itg_state_with_names(RAW(state), XLENGTH(state), texts, &named, &size, &error);
  R_SetExternalPtrAddr(holder, named);
  SEXP out = PROTECT(status ? r_error(&error) : give_bytes(holder, size));
  UNPROTECT(2);
  return out;
}

SEXP r_state_read(SEXP path) {
  const char *file = Rf_translateChar(Rf_asChar(path));
  SEXP holder = PROTECT(r_hold(release_state));
  itg_error error = {0};
  void *state = NULL;
  size_t size = 0;
  itg_status status = itg_state_read(file, &state, &size, &error);
  R_SetExternalPtrAddr(holder, state);
  SEXP out = PROTECT(status ? r_error(&error) : give_bytes(holder, size));
  UNPROTECT(2);
  return out;
}

SEXP r_state_write(SEXP state, SEXP path) {
  const char *file = Rf_translateChar(Rf_asChar(path));
  itg_error error = {0};
  return itg_state_write(file, RAW(state), XLENGTH(state), &error) ? r_error(&error) : R_NilValue;
}

/* values: p x n matrix of doubles, that is, row after row of the data */
SEXP r_state_add(SEXP state, SEXP values, SEXP ids) {
  const uint64_t *keys = ids_of(ids);
  int64_t n = Rf_ncols(values);
  SEXP out = PROTECT(Rf_duplicate(state));
  itg_error error = {0};
  itg_status status = check_bytes(out, &error);
  if (!status) status = itg_state_add(RAW(out), REAL(values), keys, n, &error);
  SEXP answer = status ? r_error(&error) : out;
  UNPROTECT(1);
  return answer;
}

SEXP r_state_merge(SEXP state, SEXP other) {
  SEXP out = PROTECT(Rf_duplicate(state));
  itg_error error = {0};
  itg_status status = check_bytes(out, &error);
  if (!status) status = itg_state_merge(RAW(out), RAW(other), XLENGTH(other), &error);
  SEXP answer = status ? r_error(&error) : out;
  UNPROTECT(1);
  return answer;
}

static SEXP finish_numbers(SEXP state, size_t n) {
  itg_error error = {0};
  SEXP out = PROTECT(Rf_allocVector(REALSXP, n));
  SEXP answer = itg_state_finish(RAW(state), XLENGTH(state), REAL(out), &error) ? r_error(&error) : out;
  UNPROTECT(1);
  return answer;
}

static SEXP finish_table(SEXP state) {
  SEXP holder = PROTECT(r_hold(release_frame));
  itg_error error = {0};
  itg_frame *frame = NULL;
  itg_status status = itg_state_table(RAW(state), XLENGTH(state), &frame, &error);
  R_SetExternalPtrAddr(holder, frame);
  SEXP out = PROTECT(status ? r_error(&error) : r_frame(itg_frame_table(frame), R_NilValue));
  release_frame(holder);
  UNPROTECT(2);
  return out;
}

/* Plain numbers, or a list of columns with names. */
SEXP r_state_finish(SEXP state) {
  itg_error error = {0};
  size_t n = 0;
  if (itg_state_finish_size(RAW(state), XLENGTH(state), &n, &error)) return r_error(&error);
  return itg_state_is_plain(RAW(state)) ? finish_numbers(state, n) : finish_table(state);
}
