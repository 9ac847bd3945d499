/* Labels of the user's own: every definition takes them, computes what it did, and tells which it still lacks. */
#include <unistd.h>

#include "scoring.h"

static char folder[] = "/tmp/itg-label-XXXXXX", path[60];

static void put(const char *text) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  fputs(text, file);
  fclose(file);
}

static itg_frame *parse(const char *csv) {
  itg_frame *frame = NULL;
  itg_error error = {0};
  if (itg_frame_parse(csv, strlen(csv), "labels.csv", NULL, &frame, &error)) fail_msg("%s", error.message);
  return frame;
}

static itg_status label(const char *instrument, const char *csv, char **yaml, itg_error *error) {
  itg_frame *frame = parse(csv);
  itg_status status = itg_instrument_label(instrument, itg_frame_table(frame), yaml, error);
  itg_frame_free(frame);
  return status;
}

/* The labelled definition in the file. */
static void put_labelled(const char *instrument, const char *csv) {
  char *yaml = NULL;
  itg_error error = {0};
  if (label(instrument, csv, &yaml, &error)) fail_msg("%s: %s", instrument, error.message);
  put(yaml);
  itg_text_free(yaml);
}

static char *text_by(itg_status (*make)(const char *, char **, itg_error *), const char *instrument) {
  char *text = NULL;
  itg_error error = {0};
  if (make(instrument, &text, &error)) fail_msg("%s: %s", instrument, error.message);
  return text;
}

/* A whole number of the description; -1 where it is not there. */
static int described(const char *instrument, const char *key) {
  char *json = text_by(itg_instrument_describe, instrument), wanted[40];
  snprintf(wanted, sizeof wanted, "\"%s\": ", key);
  const char *at = strstr(json, wanted);
  int number = at ? atoi(at + strlen(wanted)) : -1;
  itg_text_free(json);
  return number;
}

/* What YAML and CSV would trip over. */
#define ODD "Nr. %d: \"naïve\", {a} #b 'c' \\ - d"

static int odd_labels(const char *items, itg_text *csv) {
  itg_frame *frame = parse(items);
  const itg_table *table = itg_frame_table(frame);
  const itg_column *ids = &table->columns[itg_table_column(table, "id")];
  char buffer[ITG_NUMBER_SIZE];
  itg_text_add(csv, "id,label\n");
  for (int64_t row = 0; row < table->n_rows; row++)
    itg_text_print(csv, "%s,\"Nr. %d: \"\"naïve\"\", {a} #b 'c' \\ - d\"\n", itg_column_text(ids, row, buffer), (int)row);
  int n = (int)table->n_rows;
  itg_frame_free(frame);
  return n;
}

static void every_definition_takes_labels_and_computes_what_it_did(void **state) {
  (void)state;
  int n_labelled = 0, n_without = 0;
  for (int i = 0; i < itg_instrument_count(); i++) {
    const char *id = itg_instrument_at(i);
    itg_text csv = ITG_TEXT_EMPTY;
    char *items = NULL, wanted[100];
    itg_error error = {0};
    if (itg_instrument_items(id, &items, &error)) { /* value sets, books of codes */
      assert_int_equal(label(id, "id,label\na,b\n", &items, &error), ITG_ERR_INSTRUMENT);
      assert_null(items);
      assert_int_equal(described(id, "numbers_only"), -1);
      n_without++;
      continue;
    }
    int n = odd_labels(items, &csv);
    itg_text_free(items);
    put_labelled(id, csv.data);
    itg_text_clear(&csv);
    if (itg_instrument_check(path, NULL, &error)) fail_msg("%s: %s", id, error.message);
    assert_int_equal(described(path, "n_items"), n);
    assert_int_equal(described(path, "numbers_only"), 0);
    items = text_by(itg_instrument_items, path);
    itg_frame *frame = parse(items);
    const itg_table *table = itg_frame_table(frame);
    int at = itg_table_column(table, "label");
    if (at < 0) at = itg_table_column(table, "title");
    for (int row = 0; row < n; row++) {
      char buffer[ITG_NUMBER_SIZE];
      snprintf(wanted, sizeof wanted, ODD, row);
      assert_string_equal(itg_column_text(&table->columns[at], row, buffer), wanted);
    }
    itg_frame_free(frame);
    itg_text_free(items);
    n_labelled++;
  }
  assert_true(n_labelled > 90);
  assert_true(n_without > 90);
}

/* As many as the definitions say in words: 121 elements of checklists whose names were not found. */
static void numbers_in_place_of_labels_are_counted(void **state) {
  (void)state;
  static const struct {
    const char *id;
    int numbers, items;
  } lacking[] = {{"aligned-budgets", 4, 11},      {"case-management-fidelity", 1, 25}, {"case-study-codes", 15, 15},
                 {"dmic", 41, 89},                {"ict-barriers-enablers", 43, 43},   {"innovation-pipeline", 2, 5},
                 {"partnership-features", 3, 3},  {"pooled-budgets", 10, 10},          {"poor-discharge", 2, 8}},
    unprinted[] = {{"pacic", 20, 20}, {"dmic-quickscan", 22, 22}, {"acic", 34, 34}, {"smaf", 29, 29},
                   {"microsystem", 0, 10}, {"suter-ten-principles", 0, 10}};
  int sum = 0, all = 0;
  for (size_t i = 0; i < ITG_COUNT(lacking); i++) {
    assert_int_equal(described(lacking[i].id, "numbers_only"), lacking[i].numbers);
    assert_int_equal(described(lacking[i].id, "n_items"), lacking[i].items);
    sum += lacking[i].numbers;
  }
  for (size_t i = 0; i < ITG_COUNT(unprinted); i++) {
    assert_int_equal(described(unprinted[i].id, "numbers_only"), unprinted[i].numbers);
    assert_int_equal(described(unprinted[i].id, "n_items"), unprinted[i].items);
  }
  for (int i = 0; i < itg_instrument_count(); i++) {
    char *text = text_by(itg_instrument_text, itg_instrument_at(i));
    if (strstr(text, "\nkind: checklist\n")) all += described(itg_instrument_at(i), "numbers_only");
    itg_text_free(text);
  }
  assert_int_equal(sum, 121);
  assert_int_equal(all, 121);
}

static void what_has_no_label_stays_and_the_rest_is_told(void **state) {
  (void)state;
  put_labelled("poor-discharge", "id,label,note\ne7,own seven,x\ne8,,\ne1,poor communication of hospital and community,\n"
                                 "feature,Faults,\n");
  char *text = text_by(itg_instrument_text, path);
  static const char *const parts[] = {
      "\nid: my-poor-discharge\n",
      "choices:\n  - {rule: 1 of 8 labels are the user's own and 1 of 1 clusters, ",
      "licence: {items: \"labels of the user's own, whose rights are those of their source; others: labels of our own\", ",
      "  - {id: feature, title: \"Faults\", size: 8}\n",
      "  - {id: e1, cluster: feature, label: \"poor communication of hospital and community\", basis: remembered}\n",
      "  - {id: e7, cluster: feature, label: \"own seven\", basis: own}\n",
      "  - {id: e8, cluster: feature, label: feature 8 of 8, basis: placeholder}\n"};
  for (size_t i = 0; i < ITG_COUNT(parts); i++)
    if (!strstr(text, parts[i])) fail_msg("'%s' is not in %s", parts[i], text);
  itg_text_free(text);
  assert_int_equal(described(path, "numbers_only"), 1);
  /* The user's own file keeps its id, and bears the label into a result. */
  char *yaml = NULL, options[100];
  itg_error error = {0};
  if (label(path, "id,label\ne8,own eight\n", &yaml, &error)) fail_msg("%s", error.message);
  put(yaml);
  itg_text_free(yaml);
  snprintf(options, sizeof options, "{instrument: %s}", path);
  itg_result *r = score("checklist", ((const inputs){"data", "service,element,present\nA,e7,no\nA,e8,yes\n", NULL}), options);
  const itg_table *areas = itg_result_find(r, "improvements");
  char buffer[ITG_NUMBER_SIZE];
  assert_string_equal(itg_column_text(&areas->columns[itg_table_column(areas, "label")], 0, buffer), "own seven");
  itg_result_free(r);
  text = NULL;
  assert_int_equal(itg_instrument_template(path, NULL, &text, &error), ITG_OK);
  assert_non_null(strstr(text, ",e8,"));
  assert_non_null(strstr(text, ",own eight\n"));
  itg_text_free(text);
  text = text_by(itg_instrument_text, path);
  assert_non_null(strstr(text, "\nid: my-poor-discharge\n"));
  itg_text_free(text);
}

static void labels_that_cannot_be_meant_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *instrument, *csv;
    itg_status status;
    const char *part;
  } bad[] = {
      {"dmic", "id,label\nds3,a\nds33,b\n", ITG_ERR_DATA,
       "labels.csv, line 3, column 'id': 'ds33' is no item of instrument dmic; did you mean 'ds3'?"},
      {"dmic", "id,label\nds3,a\nds3,b\n", ITG_ERR_DUPLICATE, "line 3, column 'id': 'ds3' has a label already"},
      {"dmic", "id,title\nds3,a\n", ITG_ERR_COLUMN, "'label' is not there"},
      {"dmic", "element,label\nds3,a\n", ITG_ERR_COLUMN, "'id' is not there"},
      {"dmic", "id,label\nds3,\nds1,multidisciplinary pathway\n", ITG_ERR_EMPTY, "no label differs from those of instrument dmic"},
      {"dmic", "id,label\nds3,\"a\nb\"\n", ITG_ERR_DATA, "a label is one line of text"},
      {"eq5d-5l-uk", "id,label\nMO,a\n", ITG_ERR_INSTRUMENT, "of kind valueset has no items to label"},
      {"dmci", "id,label\nds3,a\n", ITG_ERR_INSTRUMENT, "did you mean 'dmic'?"}};
  for (size_t i = 0; i < ITG_COUNT(bad); i++) {
    char *yaml = NULL;
    itg_error error = {0};
    itg_status got = label(bad[i].instrument, bad[i].csv, &yaml, &error);
    if (got != bad[i].status || !strstr(error.message, bad[i].part))
      fail_msg("status %d; '%s' is not in: %s", (int)got, bad[i].part, error.message);
    assert_null(yaml);
  }
}

static int make_folder(void **state) {
  (void)state;
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/own.yaml", folder);
  return 0;
}

static int remove_folder(void **state) {
  (void)state;
  return remove(path) || rmdir(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_definition_takes_labels_and_computes_what_it_did),
      cmocka_unit_test(numbers_in_place_of_labels_are_counted),
      cmocka_unit_test(what_has_no_label_stays_and_the_rest_is_told),
      cmocka_unit_test(labels_that_cannot_be_meant_are_refused),
  };
  return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
