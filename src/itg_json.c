/* itg_json.c - layer 4: a whole result as one JSON text. */
#include <math.h>
#include <string.h>

#include "itg_result.h"
#include "itg_tree.h"

/* A cell; missing is null, infinite the word that CSV has, as JSON has no such number.  NULL when out of
 * memory. */
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
  if (isnan(value)) return json_null();
  return isfinite(value) ? json_real(value) : json_string(value < 0 ? "-Inf" : "Inf");
}

static json_t *make_values(const itg_column *column, int64_t n_rows) {
  json_t *values = json_array();
  for (int64_t i = 0; i < n_rows && values; i++) itg_tree_append(&values, make_cell(column, i));
  return values;
}

static json_t *make_table(const itg_table *table) {
  json_t *names = json_array(), *data = json_object();
  for (int32_t c = 0; c < table->n_columns; c++) {
    const itg_column *column = &table->columns[c];
    itg_tree_append(&names, json_string(column->name));
    itg_tree_set(&data, column->name, make_values(column, table->n_rows));
  }
  return json_pack("{s:o, s:o}", "columns", names, "data", data);
}

static json_t *make_tables(const itg_result *result) {
  json_t *tables = json_object();
  const itg_table *table;
  for (int i = 0; (table = itg_result_table(result, i)); i++)
    itg_tree_set(&tables, table->name, make_table(table));
  return tables;
}

static json_t *make_notes(const itg_result *result) {
  json_t *notes = json_array();
  for (int i = 0; i < itg_result_note_count(result); i++)
    itg_tree_append(&notes, json_string(itg_result_note_at(result, i)));
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

itg_status itg_result_json(const itg_result *result, char **json, itg_error *error) {
  *json = NULL;
  if (!result) return itg_fail(error, ITG_ERR_ARGUMENT, "there is no result to write");
  json_t *provenance = json_incref(itg_result_provenance_tree(result));
  json_t *whole = json_pack("{s:o, s:o, s:o}", "tables", make_tables(result), "notes", make_notes(result),
                            "provenance", provenance ? provenance : json_object());
  if (!whole) return fail_tree(result, error);
  itg_status status = itg_tree_print(whole, 0, json, error);
  json_decref(whole);
  return status;
}
