/* r_json.c - JSON text of the core as R values: a map is a named list, a list of scalars of one type is a
 * vector, any other list is a list, null is NULL. */
#include "r_glue.h"

#include <jansson.h>
#include <limits.h>

static SEXP convert(json_t *json);

static SEXP convert_map(json_t *json) {
  SEXP out = PROTECT(Rf_allocVector(VECSXP, json_object_size(json)));
  SEXP names = PROTECT(Rf_allocVector(STRSXP, json_object_size(json)));
  const char *key;
  json_t *value;
  int i = 0;
  json_object_foreach(json, key, value) {
    SET_STRING_ELT(names, i, r_string(key));
    SET_VECTOR_ELT(out, i++, convert(value));
  }
  Rf_namesgets(out, names);
  UNPROTECT(2);
  return out;
}

static int is_vector(json_t *json) {
  size_t n = json_array_size(json);
  int strings = 1, numbers = 1, flags = 1;
  for (size_t i = 0; i < n; i++) {
    json_t *value = json_array_get(json, i);
    strings &= json_is_string(value);
    numbers &= json_is_number(value);
    flags &= json_is_boolean(value);
  }
  return n && strings ? STRSXP : n && numbers ? REALSXP : n && flags ? LGLSXP : VECSXP;
}

static SEXP convert_list(json_t *json) {
  R_xlen_t n = json_array_size(json);
  SEXP out = PROTECT(Rf_allocVector(is_vector(json), n));
  for (R_xlen_t i = 0; i < n; i++) {
    json_t *value = json_array_get(json, i);
    switch (TYPEOF(out)) {
      case STRSXP: SET_STRING_ELT(out, i, r_string(json_string_value(value))); break;
      case REALSXP: REAL(out)[i] = json_number_value(value); break;
      case LGLSXP: LOGICAL(out)[i] = json_is_true(value); break;
      default: SET_VECTOR_ELT(out, i, convert(value));
    }
  }
  UNPROTECT(1);
  return out;
}

static SEXP convert(json_t *json) {
  switch (json_typeof(json)) {
    case JSON_OBJECT: return convert_map(json);
    case JSON_ARRAY: return convert_list(json);
    case JSON_STRING: {
      SEXP text = PROTECT(r_string(json_string_value(json)));
      SEXP out = Rf_ScalarString(text);
      UNPROTECT(1);
      return out;
    }
    case JSON_INTEGER: {
      json_int_t value = json_integer_value(json);
      return value > INT_MIN && value <= INT_MAX ? Rf_ScalarInteger((int)value)
                                                 : Rf_ScalarReal((double)value);
    }
    case JSON_REAL: return Rf_ScalarReal(json_real_value(json));
    case JSON_TRUE: return Rf_ScalarLogical(1);
    case JSON_FALSE: return Rf_ScalarLogical(0);
    default: return R_NilValue;
  }
}

R_RELEASE(release_json, json_decref)

SEXP r_json(const char *text) {
  SEXP holder = PROTECT(r_hold(release_json));
  json_error_t error;
  json_t *json = json_loads(text, JSON_DECODE_ANY, &error);
  R_SetExternalPtrAddr(holder, json);
  if (!json) Rf_error("JSON of the core cannot be read: %s", error.text);
  SEXP out = PROTECT(convert(json));
  release_json(holder);
  UNPROTECT(2);
  return out;
}
