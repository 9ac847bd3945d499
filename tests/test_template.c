/* Empty tables to collect data with: every table of every definition, filled in as far as a user must. */
#include "scoring.h"

#include <jansson.h>

static char *template_of(const char *instrument, const char *table) {
  itg_error error = {0};
  char *csv = NULL;
  if (itg_instrument_template(instrument, table, &csv, &error)) fail_msg("%s", error.message);
  return csv;
}

static json_t *describe(itg_status (*make)(const char *, char **, itg_error *), const char *name) {
  itg_error error = {0};
  char *json = NULL;
  if (make(name, &json, &error)) fail_msg("%s", error.message);
  json_t *root = json_loads(json, 0, NULL);
  itg_text_free(json);
  return root;
}

static const char *text_of(const json_t *map, const char *key) { return json_string_value(json_object_get(map, key)); }

static itg_frame *frame_of(const char *csv) {
  itg_error error = {0};
  itg_frame *frame = NULL;
  if (itg_frame_parse(csv, strlen(csv), "template.csv", "na: [\"\"]", &frame, &error)) fail_msg("%s", error.message);
  return frame;
}

static void every_table_of_every_definition_has_its_columns(void **state) {
  (void)state;
  int further = 0;
  for (int i = 0; i < itg_instrument_count(); i++) {
    json_t *about = describe(itg_instrument_describe, itg_instrument_at(i)), *tables = json_object_get(about, "tables");
    json_t *measure = describe(itg_measure_describe, text_of(about, "measure"));
    const json_t *roles = json_object_get(measure, "roles");
    assert_true(json_array_size(tables) > 0);
    for (size_t t = 0; t < json_array_size(tables); t++) {
      const char *name = json_string_value(json_array_get(tables, t));
      char *csv = template_of(itg_instrument_at(i), name);
      itg_frame *frame = frame_of(csv);
      const itg_table *table = itg_frame_table(frame);
      further += t > 0;
      for (size_t r = 0; r < json_array_size(roles); r++) {
        const json_t *role = json_array_get(roles, r);
        if (strcmp(text_of(role, "input"), name) == 0 && json_is_true(json_object_get(role, "required")) &&
            itg_table_column(table, text_of(role, "name")) < 0)
          fail_msg("%s: the table %s lacks %s", itg_instrument_at(i), name, text_of(role, "name"));
      }
      itg_text_free(csv);
      itg_frame_free(frame);
    }
    json_decref(measure);
    json_decref(about);
  }
  assert_true(further > 100);
}

static void rows_stand_where_the_definition_knows_them(void **state) {
  (void)state;
  char *csv = template_of("scorecard-classic", "indicators");
  assert_non_null(strstr(csv, "indicator,perspective,direction,target,"));
  assert_non_null(strstr(csv, "\n,financial,,"));
  assert_non_null(strstr(csv, "\n,customer,,"));
  itg_text_free(csv);
  csv = template_of("dmic-phases", "elements"); /* of the checklist that it names */
  assert_non_null(strstr(csv, "service,wave,element,rater,relevant,present,label\n,,pc1,"));
  itg_text_free(csv);
  csv = template_of("dmic-phases", "phases");
  assert_non_null(strstr(csv, "element,phase,label\npc1,,"));
  itg_text_free(csv);
  csv = template_of("isd-prisma", NULL); /* a row per indicator has no list of indicators besides */
  assert_non_null(strstr(csv, "area,wave,indicator,value,reference,label\n"));
  itg_text_free(csv);
}

static void a_table_that_is_not_there_is_named_with_those_that_are(void **state) {
  (void)state;
  itg_error error = {0};
  char *csv = NULL;
  assert_int_equal(itg_instrument_template("scorecard-classic", "indicator", &csv, &error), ITG_ERR_ARGUMENT);
  assert_null(csv);
  assert_non_null(strstr(error.message, "has no table 'indicator'; allowed: data, indicators; did you mean 'indicators'?"));
  assert_int_equal(itg_instrument_template("pacic", "values", &csv, &error), ITG_ERR_ARGUMENT);
}

/* The template with what must be filled in: the cells of a column, one after another. */
static char *fill(const char *csv, const char *const columns[][2]) {
  itg_text out = ITG_TEXT_EMPTY;
  char *text = NULL;
  itg_frame *frame = frame_of(csv);
  const itg_table *table = itg_frame_table(frame);
  for (int c = 0; c < table->n_columns; c++) itg_text_print(&out, "%s%s", c ? "," : "", table->columns[c].name);
  for (int64_t row = 0; row < table->n_rows; row++)
    for (int c = 0; c < table->n_columns; c++) {
      const char *cell = strcmp(table->columns[c].name, "label") ? text_at(table, row, table->columns[c].name) : NULL;
      for (int k = 0; columns[k][0]; k++)
        if (strcmp(columns[k][0], table->columns[c].name) == 0) cell = columns[k][1];
      itg_text_print(&out, "%s%s", c ? "," : "\n", cell ? cell : "");
      if (cell && strchr(cell, '#')) *strchr(out.data, '#') = (char)('0' + row);
    }
  itg_text_add(&out, "\n");
  assert_int_equal(itg_text_take(&out, &text, NULL), ITG_OK);
  itg_frame_free(frame);
  return text;
}

/* Columns that may be left out may be left blank. */
static void a_template_filled_in_is_scored(void **state) {
  (void)state;
  char *csv = template_of("isd-prisma", NULL);
  char *filled = fill(csv, (const char *const[][2]){{"value", "1"}, {"reference", "1"}, {NULL}});
  itg_result *r = score("points", (const inputs){"data", filled, NULL}, NULL);
  assert_true(CELL(r, "estimates", "estimate", "scale", "case_management") > 0);
  assert_true(has_note(r, "Column 'wave' is blank and was taken for one that is not there"));
  itg_result_free(r);
  itg_text_free(csv), itg_text_free(filled);

  csv = template_of("dmic", NULL);
  filled = fill(csv, (const char *const[][2]){{"service", "S"}, {"present", "yes"}, {NULL}});
  r = score("checklist", (const inputs){"data", filled, NULL}, NULL);
  assert_true(CELL(r, "estimates", "estimate", "scale", "count", "service", "S") > 0);
  itg_result_free(r);
  itg_text_free(filled);
  filled = fill(csv, (const char *const[][2]){{"present", "yes"}, {NULL}});
  assert_fails("checklist", (const inputs){"data", filled, NULL}, NULL, ITG_ERR_EMPTY, "each lacks its service or its element");
  itg_text_free(csv), itg_text_free(filled);

  csv = template_of("scorecard-ontario", "indicators");
  filled = fill(csv, (const char *const[][2]){{"indicator", "i#"}, {"direction", "higher"}, {"target", "80"}, {"floor", "0"}, {NULL}});
  r = score("scorecard", (const inputs){"data", "indicator,value,site,period,se,events,n\ni0,40,,,,,\ni3,80,,,,,\n", "indicators", filled, NULL},
            "{instrument: scorecard-ontario}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "score", "perspective", "all"), 75, 1e-12);
  itg_result_free(r);
  itg_text_free(csv), itg_text_free(filled);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_table_of_every_definition_has_its_columns),
      cmocka_unit_test(rows_stand_where_the_definition_knows_them),
      cmocka_unit_test(a_table_that_is_not_there_is_named_with_those_that_are),
      cmocka_unit_test(a_template_filled_in_is_scored),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
