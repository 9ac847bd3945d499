/* r_measure.c - measures, evaluations and files. */
#include "r_glue.h"

R_RELEASE(release_result, itg_result_free)
R_RELEASE(release_evaluation, itg_evaluation_free)
R_RELEASE(release_frame, itg_frame_free)
R_RELEASE(release_text, itg_text_free)

static const char *text_of(SEXP x) {
  return Rf_isNull(x) ? NULL : Rf_translateCharUTF8(Rf_asChar(x));
}

/* The name of a file as the C library of this session wants it. */
static const char *path_of(SEXP x) { return Rf_isNull(x) ? NULL : Rf_translateChar(Rf_asChar(x)); }

SEXP r_measures(void) {
  SEXP out = PROTECT(Rf_allocVector(STRSXP, itg_measure_count()));
  for (int i = 0; i < Rf_length(out); i++) SET_STRING_ELT(out, i, r_string(itg_measure_at(i)));
  UNPROTECT(1);
  return out;
}

SEXP r_describe(SEXP measure) {
  const char *name = text_of(measure);
  SEXP holder = PROTECT(r_hold(release_text));
  itg_error error = {0};
  char *json = NULL;
  itg_status status = itg_measure_describe(name, &json, &error);
  R_SetExternalPtrAddr(holder, json);
  SEXP out = PROTECT(status ? r_error(&error) : r_json(json));
  release_text(holder);
  UNPROTECT(2);
  return out;
}

SEXP r_measure(SEXP measure, SEXP tables, SEXP options, SEXP threads) {
  const char *name = text_of(measure), *text = text_of(options);
  const itg_table *lent = r_tables(tables);
  SEXP rooms = PROTECT(Rf_cons(R_NilValue, R_NilValue));
  itg_control control = r_control(threads, rooms);
  SEXP holder = PROTECT(r_hold(release_result));
  itg_error error = {0};
  itg_result *result = NULL;
  itg_status status = itg_measure_run(name, lent, Rf_length(tables), text, &control, &result, &error);
  R_SetExternalPtrAddr(holder, result);
  SEXP out = PROTECT(status ? r_error(&error) : r_result(result, rooms));
  release_result(holder);
  UNPROTECT(3);
  return out;
}

static SEXP evaluation_list(const itg_evaluation *evaluation, const char *html) {
  const char *parts[] = {"title", "folder", "results", "html", ""};
  SEXP out = PROTECT(Rf_mkNamed(VECSXP, parts));
  const char *texts[] = {itg_evaluation_title(evaluation), itg_evaluation_folder(evaluation)};
  for (int i = 0; i < 2; i++) {
    SEXP text = PROTECT(r_string(texts[i]));
    SET_VECTOR_ELT(out, i, Rf_ScalarString(text));
    UNPROTECT(1);
  }
  int n = itg_evaluation_count(evaluation);
  SEXP results = Rf_allocVector(VECSXP, n);
  SET_VECTOR_ELT(out, 2, results);
  SEXP ids = PROTECT(Rf_allocVector(STRSXP, n));
  for (int i = 0; i < n; i++) {
    SET_STRING_ELT(ids, i, r_string(itg_evaluation_id(evaluation, i)));
    SET_VECTOR_ELT(results, i, r_result(itg_evaluation_result(evaluation, i), R_NilValue));
  }
  Rf_namesgets(results, ids);
  SEXP page = PROTECT(r_string(html));
  SET_VECTOR_ELT(out, 3, Rf_ScalarString(page));
  UNPROTECT(3);
  return out;
}

SEXP r_evaluate(SEXP path, SEXP out_folder, SEXP threads) {
  const char *file = path_of(path), *folder = path_of(out_folder);
  itg_control control = r_control(threads, R_NilValue);
  SEXP holder = PROTECT(r_hold(release_evaluation));
  SEXP page = PROTECT(r_hold(release_text));
  itg_error error = {0};
  itg_evaluation *evaluation = NULL;
  char *html = NULL;
  itg_status status = itg_evaluation_run(file, &control, &evaluation, &error);
  if (!status && folder) status = itg_evaluation_write_under(evaluation, folder, &control, &error);
  if (!status) status = itg_evaluation_html(evaluation, &html, &error);
  R_SetExternalPtrAddr(holder, evaluation);
  R_SetExternalPtrAddr(page, html);
  SEXP out = PROTECT(status ? r_error(&error) : evaluation_list(evaluation, html));
  release_text(page);
  release_evaluation(holder);
  UNPROTECT(3);
  return out;
}

SEXP r_read(SEXP path, SEXP options) {
  const char *file = path_of(path), *text = text_of(options);
  itg_control control = r_control(R_NilValue, R_NilValue);
  SEXP holder = PROTECT(r_hold(release_frame));
  itg_error error = {0};
  itg_frame *frame = NULL;
  itg_status status = itg_frame_read_under(file, text, &control, &frame, &error);
  R_SetExternalPtrAddr(holder, frame);
  SEXP out = PROTECT(status ? r_error(&error) : r_frame(itg_frame_table(frame), R_NilValue));
  release_frame(holder);
  UNPROTECT(2);
  return out;
}

/* ---- instruments ---- */

SEXP r_instruments(void) {
  SEXP out = PROTECT(Rf_allocVector(STRSXP, itg_instrument_count()));
  for (int i = 0; i < Rf_length(out); i++) SET_STRING_ELT(out, i, r_string(itg_instrument_at(i)));
  UNPROTECT(1);
  return out;
}

SEXP r_catalogue(void) {
  SEXP string = PROTECT(r_string(itg_catalogue()));
  SEXP out = Rf_ScalarString(string);
  UNPROTECT(1);
  return out;
}

/* The text that the holder is to hold, or the error: as R has them. */
static SEXP give_text(SEXP holder, char *text, itg_status status, const itg_error *error, int json) {
  R_SetExternalPtrAddr(holder, text);
  SEXP out;
  if (status) {
    out = PROTECT(r_error(error));
  } else if (json) {
    out = PROTECT(r_json(text));
  } else {
    SEXP string = PROTECT(r_string(text));
    out = Rf_ScalarString(string);
    UNPROTECT(1);
    PROTECT(out);
  }
  release_text(holder);
  UNPROTECT(1);
  return out;
}

/* what: 0 the definition's text, 1 its description, 2 its head, 3 its description unchecked, 4 its items,
 * 5 its options, 6 the definition made from a folder, 7 its scores */
SEXP r_instrument(SEXP instrument, SEXP what) {
  static itg_status (*const functions[])(const char *, char **, itg_error *) = {
      itg_instrument_text,  itg_instrument_check,   itg_instrument_head,   itg_instrument_describe,
      itg_instrument_items, itg_instrument_options, itg_instrument_import, itg_instrument_scores};
  const char *name = text_of(instrument);
  int which = Rf_asInteger(what);
  SEXP holder = PROTECT(r_hold(release_text));
  itg_error error = {0};
  char *text = NULL;
  itg_status status = functions[which](name, &text, &error);
  SEXP out = give_text(holder, text, status, &error, which == 1 || which == 3);
  UNPROTECT(1);
  return out;
}

/* The empty CSV of a table, NULL: of the data. */
SEXP r_template(SEXP instrument, SEXP table) {
  const char *name = text_of(instrument), *which = Rf_isNull(table) ? NULL : text_of(table);
  SEXP holder = PROTECT(r_hold(release_text));
  itg_error error = {0};
  char *text = NULL;
  itg_status status = itg_instrument_template(name, which, &text, &error);
  SEXP out = give_text(holder, text, status, &error, 0);
  UNPROTECT(1);
  return out;
}

SEXP r_label(SEXP instrument, SEXP tables) {
  const char *name = text_of(instrument);
  const itg_table *lent = r_tables(tables);
  SEXP holder = PROTECT(r_hold(release_text));
  itg_error error = {0};
  char *text = NULL;
  itg_status status = itg_instrument_label(name, lent, &text, &error);
  SEXP out = give_text(holder, text, status, &error, 0);
  UNPROTECT(1);
  return out;
}
