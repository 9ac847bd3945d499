/* itg_json.c - layer 4: a whole result as one JSON text.
 *
 * jansson builds and escapes; its own numbers have 17 digits always (0.10000000000000001), so the text is
 * passed on with every such number printed anew in its shortest form. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_result.h"

/* ---- the tree ---- */

/* A cell; missing and infinite are null, as JSON has no other word.  NULL when out of memory. */
static json_t *make_cell(const itg_column *column, int64_t row) {
  if (itg_column_reason(column, row)) return json_null();
  if (column->type == ITG_TYPE_STRING || column->type == ITG_TYPE_INT64) {
    char buffer[ITG_NUMBER_SIZE];
    const char *text = itg_column_text(column, row, buffer);
    if (column->type == ITG_TYPE_STRING) return json_string(text);
    int64_t integer = 0;
    itg_integer_parse(text, strlen(text), &integer);
    return json_integer(integer);
  }
  double value;
  uint8_t reason;
  itg_column_doubles(column, row, 1, &value, &reason);
  if (column->type == ITG_TYPE_BOOL) return json_boolean(value != 0);
  if (column->type == ITG_TYPE_INT32) return json_integer((json_int_t)value);
  return isfinite(value) ? json_real(value) : json_null();
}

/* The `_new` functions of jansson take over their argument, also when they fail. */
static json_t *make_values(const itg_column *column, int64_t n_rows) {
  json_t *values = json_array();
  for (int64_t i = 0; i < n_rows && values; i++) {
    if (json_array_append_new(values, make_cell(column, i))) {
      json_decref(values);
      values = NULL;
    }
  }
  return values;
}

static json_t *make_table(const itg_table *table) {
  json_t *names = json_array(), *data = json_object();
  bool failed = !names || !data;
  for (int32_t c = 0; c < table->n_columns && !failed; c++) {
    const itg_column *column = &table->columns[c];
    failed = json_array_append_new(names, json_string(column->name)) ||
             json_object_set_new(data, column->name, make_values(column, table->n_rows));
  }
  if (!failed) return json_pack("{s:o, s:o}", "columns", names, "data", data);
  json_decref(names);
  json_decref(data);
  return NULL;
}

static json_t *make_tables(const itg_result *result) {
  json_t *tables = json_object();
  const itg_table *table;
  for (int i = 0; tables && (table = itg_result_table(result, i)); i++) {
    if (json_object_set_new(tables, table->name, make_table(table))) {
      json_decref(tables);
      tables = NULL;
    }
  }
  return tables;
}

static json_t *make_notes(const itg_result *result) {
  json_t *notes = json_array();
  for (int i = 0; notes && i < itg_result_note_count(result); i++) {
    if (json_array_append_new(notes, json_string(itg_result_note_at(result, i)))) {
      json_decref(notes);
      notes = NULL;
    }
  }
  return notes;
}

/* Text that is not UTF-8 is the one fault of a tree that is not memory. */
static itg_status fail_tree(const itg_result *result, itg_error *error) {
  char buffer[ITG_NUMBER_SIZE];
  const itg_table *table;
  for (int i = 0; (table = itg_result_table(result, i)); i++) {
    for (int32_t c = 0; c < table->n_columns; c++) {
      for (int64_t row = 0; row < table->n_rows && table->columns[c].type == ITG_TYPE_STRING; row++) {
        const char *text = itg_column_text(&table->columns[c], row, buffer);
        if (text && itg_utf8_check(text, strlen(text)) >= 0)
          return itg_fail_at(error, ITG_ERR_ENCODING, table, row, table->columns[c].name,
                             "the text is not UTF-8; give text in UTF-8");
      }
    }
  }
  return itg_fail_memory(error);
}

/* ---- the text ---- */

typedef struct writer {
  itg_text out;
  char number[64]; /* a number on its way */
  size_t n;
  bool quoted, escaped; /* inside a string; after a backslash in it */
} writer;

static void flush_number(writer *w) {
  double value;
  bool real = memchr(w->number, '.', w->n) || memchr(w->number, 'e', w->n);
  if (real && itg_number_parse(w->number, w->n, &value))
    itg_text_number(&w->out, value);
  else
    itg_text_append(&w->out, w->number, w->n);
  w->n = 0;
}

static bool is_number_byte(char c) { return (c >= '0' && c <= '9') || (c && strchr("+-.eE", c)); }

/* A letter e outside strings that follows no digit belongs to true or false. */
static int pass_on(const char *bytes, size_t size, void *payload) {
  writer *w = payload;
  for (size_t i = 0; i < size; i++) {
    char c = bytes[i];
    if (!w->quoted && is_number_byte(c) && (w->n || c == '-' || (c >= '0' && c <= '9')) &&
        w->n < sizeof w->number) {
      w->number[w->n++] = c;
      continue;
    }
    if (w->n) flush_number(w);
    if (c == '"' && !w->escaped) w->quoted = !w->quoted;
    w->escaped = w->quoted && c == '\\' && !w->escaped;
    itg_text_append(&w->out, &c, 1);
  }
  return w->out.failed ? -1 : 0;
}

itg_status itg_result_json(const itg_result *result, char **json, itg_error *error) {
  writer w = {.out = ITG_TEXT_EMPTY};
  json_error_t fault;
  *json = NULL;
  if (!result) return itg_fail(error, ITG_ERR_ARGUMENT, "there is no result to write");
  json_t *tables = make_tables(result), *notes = make_notes(result);
  json_t *provenance = json_loads(itg_result_provenance(result), 0, &fault);
  json_t *whole = NULL;
  bool broken = !provenance && json_error_code(&fault) != json_error_out_of_memory;
  if (tables && notes && provenance) {
    whole = json_pack("{s:O, s:O, s:O}", "tables", tables, "notes", notes, "provenance", provenance);
  }
  bool done = whole && json_dump_callback(whole, pass_on, &w, JSON_COMPACT | JSON_PRESERVE_ORDER) == 0;
  json_decref(whole);
  json_decref(tables);
  json_decref(notes);
  json_decref(provenance);
  if (done) return itg_text_take(&w.out, json, error);
  itg_text_clear(&w.out);
  if (broken)
    return itg_fail(error, ITG_ERR_INTERNAL, "the provenance of the result is not JSON: %s", fault.text);
  return fail_tree(result, error);
}
