/* Definitions as spreadsheets and back: a scale survives with its scores' members; what is wrong is told. */
#include <sys/stat.h>
#include <unistd.h>

#include "scoring.h"

static char folder[] = "/tmp/itg-sheet-XXXXXX";

static void put(const char *name, const char *text) {
  char path[256];
  snprintf(path, sizeof path, "%s/my-scale/%s", folder, name);
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static itg_status import(char **yaml, itg_error *error) {
  char path[256];
  snprintf(path, sizeof path, "%s/my-scale/", folder);
  return itg_instrument_import(path, yaml, error);
}

static void refuse(const char *items, const char *options, itg_status status, const char *part) {
  char *yaml = NULL;
  itg_error error = {0};
  put("items.csv", items);
  put("options.csv", options);
  itg_status got = import(&yaml, &error);
  if (got != status) fail_msg("status %d, expected %d: %s", (int)got, (int)status, error.message);
  assert_null(yaml);
  if (!strstr(error.message, part)) fail_msg("'%s' is not in: %s", part, error.message);
}

static int count(const char *text, char wanted) {
  int n = 0;
  for (; *text; text++) n += *text == wanted;
  return n;
}

static void exported_sheets_import_to_the_same_items_and_scores(void **state) {
  (void)state;
  static const char *const ids[] = {"p3ceq", "integrate", "microsystem", "pacic", "smaf"};
  for (size_t i = 0; i < ITG_COUNT(ids); i++) {
    char *items = NULL, *options = NULL, *yaml = NULL, *again = NULL, path[300];
    itg_error error = {0};
    if (itg_instrument_items(ids[i], &items, &error)) fail_msg("%s", error.message);
    if (itg_instrument_options(ids[i], &options, &error)) fail_msg("%s", error.message);
    put("items.csv", items);
    put("options.csv", options);
    if (import(&yaml, &error)) fail_msg("%s", error.message);
    put("made.yaml", yaml);
    snprintf(path, sizeof path, "%s/my-scale/made.yaml", folder);
    /* The sheets of what was made are those that it was made from. */
    if (itg_instrument_options(path, &again, &error)) fail_msg("%s", error.message);
    assert_string_equal(again, options);
    itg_text_free(again);
    if (itg_instrument_items(path, &again, &error)) fail_msg("%s", error.message);
    assert_int_equal(count(again, '\n'), count(items, '\n'));
    assert_int_equal(count(again, '|'), count(items, '|')); /* as many items in several scores */
    itg_text_free(again);
    itg_text_free(yaml);
    itg_text_free(options);
    itg_text_free(items);
  }
}

static void an_imported_scale_scores(void **state) {
  (void)state;
  char *yaml = NULL;
  itg_error error = {0};
  put("items.csv",
      "id,label,responses,reverse,scores\na,\"first, \"\"best\"\"\",r,false,x|all\nb,second,r,true,all\n");
  put("options.csv", "responses,code,word,reason\nr,1,low,\nr,2,,\nr,3,high,\nr,-9,,refused\n");
  if (import(&yaml, &error)) fail_msg("%s", error.message);
  put("made.yaml", yaml);
  itg_text_free(yaml);
  char options[400];
  snprintf(options, sizeof options, "{instrument: %s/my-scale/made.yaml}", folder);
  itg_result *r = score("scale", ((const inputs){"data", "a,b\nhigh,1\n1,-9\n", NULL}), options);
  const itg_table *t = itg_result_find(r, "scores");
  assert_true(number_at(t, 0, "x") == 3 && number_at(t, 0, "all") == 3 && number_at(t, 1, "x") == 1);
  assert_true(isnan(number_at(t, 1, "all")));
  itg_result_free(r);
  char *json = NULL;
  char path[300];
  snprintf(path, sizeof path, "%s/my-scale/made.yaml", folder);
  assert_int_equal(itg_instrument_check(path, &json, &error),
                   ITG_ERR_EXAMPLE); /* until an example is written */
}

static void kinds_without_answers_export_their_levels(void **state) {
  (void)state;
  char *text = NULL;
  itg_error error = {0};
  if (itg_instrument_items("leutz-degrees", &text, &error)) fail_msg("%s", error.message);
  assert_string_equal(text, "id,title\nlinkage,linkage\ncoordination,coordination\nfull,full integration\n");
  itg_text_free(text);
  if (itg_instrument_options("merger-coordination", &text, &error)) fail_msg("%s", error.message);
  assert_string_equal(text,
                      "responses,code,word,reason\nmerger,low,,\nmerger,high,,\ncoordination,weak,,\n"
                      "coordination,strong,,\n");
  itg_text_free(text);
  assert_int_equal(itg_instrument_items("nowhere", &text, &error), ITG_ERR_INSTRUMENT);
}

static void sheets_that_cannot_be_meant_are_refused(void **state) {
  (void)state;
  const char *options = "responses,code\nr,1\nr,2\n";
  refuse("name\na\n", options, ITG_ERR_COLUMN, "the sheet needs the column 'id'");
  refuse("id\na\n", "set,code\nr,1\n", ITG_ERR_COLUMN, "the sheet needs the column 'responses'");
  refuse("id\n", options, ITG_ERR_EMPTY, "there are no rows");
  refuse("id,responses\na,r\na,r\n", options, ITG_ERR_VALUE, "the item 'a' is given twice");
  refuse("id,responses\na,q\n", options, ITG_ERR_REFERENCE, "there is no responses 'q'");
  refuse("id\na\n", "responses,code\nr,one\nr,two\n", ITG_ERR_VALUE, "must be a number");
}

static int make_folder(void **state) {
  (void)state;
  char path[256];
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/my-scale", folder);
  return mkdir(path, 0700);
}

static int remove_folder(void **state) {
  (void)state;
  static const char *const names[] = {"items.csv", "options.csv", "made.yaml", ""};
  char path[256];
  for (size_t i = 0; i < ITG_COUNT(names); i++) {
    snprintf(path, sizeof path, "%s/my-scale/%s", folder, names[i]);
    remove(path);
  }
  return rmdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(exported_sheets_import_to_the_same_items_and_scores),
      cmocka_unit_test(an_imported_scale_scores),
      cmocka_unit_test(kinds_without_answers_export_their_levels),
      cmocka_unit_test(sheets_that_cannot_be_meant_are_refused),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
