/* test_evaluation.c - evaluation files: what is read, refused, run, masked and written. */
#define _XOPEN_SOURCE 700
#include <dirent.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define FOLDER "/tmp/itg-evaluation-XXXXXX"
#include "folder.h"

#include "itg_evaluation.h"
#include "itg_report.h"

/* ---- a folder to work in ---- */


static char *take(const char *path) {
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  char *text = calloc(1, 1 << 22);
  size_t size = fread(text, 1, (1 << 22) - 1, file);
  assert_true(size < (1 << 22) - 1);
  fclose(file);
  return text;
}

static bool exists(const char *name) {
  struct stat info;
  return stat(path_of(name), &info) == 0;
}

static int count_files(const char *name) {
  DIR *dir = opendir(path_of(name));
  int n = 0;
  assert_non_null(dir);
  for (struct dirent *entry; (entry = readdir(dir));) n += entry->d_name[0] != '.';
  closedir(dir);
  return n;
}

static void remove_all(const char *path) {
  DIR *dir = opendir(path);
  for (struct dirent *entry; dir && (entry = readdir(dir));) {
    char inner[1024];
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
    remove_all(inner);
  }
  if (dir) closedir(dir);
  remove(path);
}

/* Three items of respondents in two teams, one of them small; a definition of our own. */
static const char definition[] =
    "schema: integrade-instrument/1\nid: test-three\nversion: 1.0.0\nkind: scale\ntitle: Three items\n"
    "unit: respondent\nsource: {citation: made for this test}\nlicence: {items: free, scoring: free}\n"
    "responses:\n  five: {options: {1: a, 2: b, 3: c, 4: d, 5: e}}\n"
    "items: [{id: q1, label: one}, {id: q2, label: two}, {id: q3, label: three}]\n"
    "scores:\n  - {id: total, title: Total, of: [q1, q2, q3], method: mean, range: [1, 5], unit: points}\n"
    "examples:\n  - source: by hand\n    tables: {data: {q1: [1], q2: [2], q3: [3]}}\n"
    "    expect: [{scale: total, estimate: 2}]\n";

static const char people[] =
    "person,team,q1,q2,q3\n1,large,1,2,3\n2,large,3,3,3\n3,large,5,4,3\n4,large,2,2,2\n5,large,4,4,NA\n6,"
    "large,1,1,1\n"
    "7,small,5,5,5\n8,small,4,4,4\n";

#define HEAD "schema: integrade-evaluation/1\nid: test\ntitle: A test\n"
#define INPUT "inputs:\n  - {id: people, path: people.csv}\n"
#define ANALYSIS                                                                                          \
  "analyses:\n  - id: total\n    measure: scale\n    instrument: three.yaml\n    input: people\n    by: " \
  "team\n"                                                                                                \
  "    keep: [person]\n"

static int set_up(void **state) {
  (void)state;
  if (!mkdtemp(folder)) return -1;
  put("three.yaml", definition);
  put("people.csv", people);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  remove_all(folder);
  return 0;
}

static itg_evaluation *run(const char *text) {
  itg_evaluation *evaluation = NULL;
  itg_error error = {0};
  put("e.yaml", text);
  if (itg_evaluation_run(path_of("e.yaml"), NULL, &evaluation, &error)) fail_msg("%s", error.message);
  return evaluation;
}

static itg_error refuse(const char *text, itg_status status) {
  itg_evaluation *evaluation = NULL;
  itg_error error = {0};
  put("e.yaml", text);
  itg_status got = itg_evaluation_run(path_of("e.yaml"), NULL, &evaluation, &error);
  if (got != status) fail_msg("%s, not %s: %s", itg_status_name(got), itg_status_name(status), error.message);
  assert_null(evaluation);
  assert_int_equal(error.status, status);
  return error;
}

static void assert_says(itg_error error, const char *part) {
  if (!strstr(error.message, part)) fail_msg("'%s' is not in: %s", part, error.message);
}

/* Value of an estimate by scale and team; NaN when missing. */
static double estimate_of(const itg_evaluation *e, int analysis, const char *scale, const char *team,
                          const char *column) {
  const itg_table *table = itg_result_find(itg_evaluation_result(e, analysis), "estimates");
  char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE];
  for (int64_t r = 0; r < table->n_rows; r++) {
    const itg_column *c = table->columns;
    if (!itg_text_equal(itg_column_text(&c[itg_table_column(table, "scale")], r, a), scale)) continue;
    if (!itg_text_equal(itg_column_text(&c[itg_table_column(table, "team")], r, b), team)) continue;
    double value;
    uint8_t reason;
    itg_column_doubles(&c[itg_table_column(table, column)], r, 1, &value, &reason);
    return value;
  }
  fail_msg("no row %s %s", scale, team);
  return 0;
}

/* ---- reading and running ---- */

static void an_evaluation_runs_in_the_order_of_its_file(void **state) {
  (void)state;
  itg_evaluation *e = run(HEAD INPUT ANALYSIS
                          "  - {id: again, measure: scale, instrument: three.yaml, input: people}\n"
                          "output: {folder: somewhere}\n");
  assert_string_equal(itg_evaluation_title(e), "A test");
  assert_int_equal(itg_evaluation_count(e), 2);
  assert_string_equal(itg_evaluation_id(e, 0), "total");
  assert_string_equal(itg_evaluation_id(e, 1), "again");
  assert_null(itg_evaluation_id(e, 2));
  assert_null(itg_evaluation_result(e, -1));
  assert_string_equal(itg_evaluation_folder(e), path_of("somewhere"));
  itg_evaluation_free(e);
  itg_evaluation_free(NULL);
}

static void a_table_of_an_earlier_analysis_is_an_input(void **state) {
  (void)state;
  itg_evaluation *e = run(
      HEAD INPUT ANALYSIS
      "  - id: means\n    measure: scale\n    input: total.scores\n"
      "    instrument: {schema: integrade-instrument/1, id: one, version: 1.0.0, kind: scale, title: One,\n"
      "      unit: x, source: {citation: x}, licence: {items: x, scoring: x}, examples: [],\n"
      "      responses: {r: {min: 1, max: 5}}, items: [{id: total, label: t}],\n"
      "      scores: [{id: s, title: S, of: [total], method: mean, range: [1, 5]}]}\n"
      "privacy: {min_n: 0, rows: true}\n");
  const itg_table *first = itg_result_find(itg_evaluation_result(e, 0), "scores"),
                  *second = itg_result_find(itg_evaluation_result(e, 1), "scores");
  assert_non_null(second);
  assert_int_equal(second->n_rows, 8);
  double totals[8], means[8];
  uint8_t reasons[8];
  itg_column_doubles(&first->columns[itg_table_column(first, "total")], 0, 8, totals, reasons);
  itg_column_doubles(&second->columns[itg_table_column(second, "s")], 0, 8, means, reasons);
  for (int i = 0; i < 8; i++) assert_true(totals[i] == means[i] || (isnan(totals[i]) && isnan(means[i])));
  itg_evaluation_free(e);
}

static void a_misspelt_key_is_suggested_with_its_line(void **state) {
  (void)state;
  itg_error error =
      refuse(HEAD INPUT "analyses:\n  - id: a\n    measur: scale\n    input: people\n", ITG_ERR_KEY);
  assert_says(error, "did you mean 'measure'?");
  assert_says(error, "e.yaml, line 8");
  assert_int_equal(error.line, 8);
  error = refuse(HEAD "input:\n  - {id: people, path: people.csv}\n" ANALYSIS, ITG_ERR_KEY);
  assert_says(error, "did you mean 'inputs'?");
}

static void wrong_values_name_their_place(void **state) {
  (void)state;
  assert_says(refuse("schema: integrade-evaluation/9\nid: a\ntitle: b\n" INPUT ANALYSIS, ITG_ERR_VALUE),
              "this version reads integrade-evaluation/1");
  assert_says(refuse("schema: integrade-evaluation/1\nid: a b\ntitle: b\n" INPUT ANALYSIS, ITG_ERR_VALUE),
              "id 'a b'");
  assert_says(refuse(HEAD "seed: -1\n" INPUT ANALYSIS, ITG_ERR_VALUE), "seed");
  assert_says(
      refuse(HEAD "inputs:\n  - {id: people, path: people.csv, origin: syntetic}\n" ANALYSIS, ITG_ERR_VALUE),
      "did you mean 'synthetic'?");
  assert_says(refuse(HEAD INPUT "analyses: []\n", ITG_ERR_EMPTY), "no analyses");
  assert_says(refuse(HEAD INPUT ANALYSIS "title: twice\n", ITG_ERR_KEY), "stands twice");
}

static void unknown_things_are_suggested(void **state) {
  (void)state;
  itg_error error =
      refuse(HEAD INPUT "analyses:\n  - {id: a, measure: scal, input: people}\n", ITG_ERR_MEASURE);
  assert_says(error, "did you mean 'scale'?");
  assert_says(error, "e.yaml, line 7");
  assert_null(strstr(error.message, "(ITG_ERR_MEASURE) (ITG_ERR_MEASURE)"));
  assert_says(refuse(HEAD INPUT "analyses:\n  - {id: a, measure: scale, input: poeple}\n", ITG_ERR_REFERENCE),
              "did you mean 'people'?");
  assert_says(
      refuse(HEAD INPUT "analyses:\n  - {id: a, measure: scale, input: later.scores}\n", ITG_ERR_REFERENCE),
      "no earlier analysis");
  assert_says(
      refuse(HEAD INPUT ANALYSIS "  - {id: b, measure: scale, instrument: three.yaml, input: total.score}\n",
             ITG_ERR_REFERENCE),
      "has no table 'score'; it has: estimates, scores");
}

static void ids_are_unique_and_inputs_are_named_once(void **state) {
  (void)state;
  assert_says(refuse(HEAD INPUT "analyses:\n  - {id: provenance, measure: scale, input: people}\n", ITG_ERR_VALUE),
              "its file would be provenance.json");
  assert_says(refuse(HEAD INPUT "  - {id: people, path: people.csv}\n" ANALYSIS, ITG_ERR_DUPLICATE),
              "two inputs");
  assert_says(
      refuse(HEAD INPUT ANALYSIS "  - {id: total, measure: scale, input: people}\n", ITG_ERR_DUPLICATE),
      "two analyses");
  assert_says(
      refuse(HEAD INPUT ANALYSIS "  - {id: TOTAL, measure: scale, input: people}\n", ITG_ERR_DUPLICATE),
      "the ids 'total' and 'TOTAL' differ in capitals only");
  assert_says(refuse(HEAD INPUT "analyses:\n  - {id: Provenance, measure: scale, input: people}\n", ITG_ERR_VALUE),
              "its file would be provenance.json");
  assert_says(refuse(HEAD INPUT "analyses:\n  - {id: a, measure: scale}\n", ITG_ERR_KEY),
              "either 'input' or 'inputs'");
  assert_says(
      refuse(HEAD INPUT "analyses:\n  - {id: a, measure: scale, input: people, inputs: {data: people}}\n",
             ITG_ERR_KEY),
      "either 'input' or 'inputs'");
  assert_says(refuse(HEAD INPUT ANALYSIS "    options: {by: team}\n", ITG_ERR_KEY), "'by' is given twice");
}

static void what_the_measure_says_is_kept_behind_the_place_in_the_file(void **state) {
  (void)state;
  put("wrong.csv", "person,team,q1,q2,q3\n1,large,1,2,9\n");
  itg_error error = refuse(HEAD "inputs:\n  - {id: people, path: wrong.csv}\n" ANALYSIS, ITG_ERR_RANGE);
  assert_says(error, "e.yaml, line 7, analysis 'total': wrong.csv, line 2, column 'q3': ");
  assert_string_equal(error.column, "q3");
  assert_int_equal(error.row, 1);
  assert_int_equal(error.line, 2);
  const char *code = strstr(error.message, "(ITG_ERR_RANGE)");
  assert_non_null(code);
  assert_null(strstr(code + 1, "(ITG_ERR_RANGE)"));
}

static void an_option_error_names_the_line_of_the_option(void **state) {
  (void)state;
  itg_error error = refuse(HEAD INPUT ANALYSIS "    options:\n      conf_levl: 0.9\n", ITG_ERR_OPTION);
  assert_says(error, "e.yaml, line 14");
  assert_says(error, "did you mean 'conf_level'?");
}

static void unreadable_files_are_refused_by_name(void **state) {
  (void)state;
  itg_evaluation *e = NULL;
  itg_error error = {0};
  assert_int_equal(itg_evaluation_run(folder, NULL, &e, &error), ITG_ERR_FILE);
  assert_says(error, "directory");
  assert_int_equal(itg_evaluation_run(path_of("absent.yaml"), NULL, &e, &error), ITG_ERR_FILE);
  assert_int_equal(itg_evaluation_run(NULL, NULL, &e, &error), ITG_ERR_ARGUMENT);
  refuse("", ITG_ERR_KEY);
  refuse("\x01\x02\xff\xfe", ITG_ERR_SYNTAX);
  refuse("title: \"open", ITG_ERR_SYNTAX);
  refuse("[1, 2]", ITG_ERR_VALUE);
  assert_says(refuse(HEAD "inputs:\n  - {id: people, path: absent.csv}\n" ANALYSIS, ITG_ERR_FILE),
              "absent.csv");
}

static void files_outside_the_folder_need_leave(void **state) {
  (void)state;
  char text[1024];
  mkdir(path_of("inner"), 0777);
  put("inner/three.yaml", definition);
  const char *body = "inputs:\n  - {id: people, path: ../people.csv}\n" ANALYSIS;
  snprintf(text, sizeof text, HEAD "%s", body);
  put("inner/e.yaml", text);
  itg_evaluation *e = NULL;
  itg_error error = {0};
  assert_int_equal(itg_evaluation_run(path_of("inner/e.yaml"), NULL, &e, &error), ITG_ERR_VALUE);
  assert_says(error, "allow_outside: true");
  snprintf(text, sizeof text, HEAD "allow_outside: true\n%s", body);
  put("inner/e.yaml", text);
  assert_int_equal(itg_evaluation_run(path_of("inner/e.yaml"), NULL, &e, &error), ITG_OK);
  itg_evaluation_free(e);

  assert_says(refuse(HEAD "inputs:\n  - {id: people, path: /etc/passwd}\n" ANALYSIS, ITG_ERR_VALUE),
              "lies outside");
  assert_says(refuse(HEAD "inputs:\n  - {id: people, path: /absent/x.csv}\n" ANALYSIS, ITG_ERR_VALUE),
              "lies outside");
  assert_int_equal(symlink("/etc/passwd", path_of("link.csv")), 0);
  assert_says(refuse(HEAD "inputs:\n  - {id: people, path: link.csv}\n" ANALYSIS, ITG_ERR_VALUE),
              "lies outside");
  e = run(HEAD "inputs:\n  - {id: people, path: inner/../people.csv}\n" ANALYSIS);
  itg_evaluation_free(e);
}

static void a_pinned_file_must_be_the_same(void **state) {
  (void)state;
  assert_says(
      refuse(HEAD "inputs:\n  - {id: people, path: people.csv, sha256: \"00\"}\n" ANALYSIS, ITG_ERR_DATA),
      "not the file that was pinned");
}

/* ---- chains ---- */

#define ANSWERS                                                                                              \
  "id,year,profile\na,0,21232\na,1,11121\nb,0,11111\nb,1,11112\nc,0,33333\nc,1,21232\nd,0,11111\nd,1,22222\n"
#define COSTS                                                                                                \
  "id,arm,cost\nd,new,400\na,usual,100\nb,new,300\nc,usual,250\n" /* not in the order of the answers */
#define CHAIN_INPUTS                                                                                         \
  "inputs:\n  - {id: answers, path: answers.csv, origin: synthetic}\n"                                       \
  "  - {id: costs, path: costs.csv, origin: synthetic}\n"
#define CHAIN                                                                                                \
  "analyses:\n  - {id: u, measure: eq5d_utility, instrument: eq5d-5l-england, input: answers, keep: [id, year]}\n" \
  "  - {id: q, measure: qaly, input: u.utilities, columns: {time: year}, options: {time_unit: years}}\n"
#define STUDY(join)                                                                                          \
  "  - id: study\n    measure: cea\n    inputs: {data: {from: costs, join: " join "}}\n"                      \
  "    columns: {effect: qaly}\n    options: {reference: usual, replicates: 0}\n"

static double cell_of(const itg_evaluation *e, int analysis, const char *table, int64_t row, const char *column) {
  const itg_table *t = itg_result_find(itg_evaluation_result(e, analysis), table);
  double value;
  uint8_t reason;
  assert_non_null(t);
  itg_column_doubles(&t->columns[itg_table_column(t, column)], row, 1, &value, &reason);
  return value;
}

static double scale_of(const itg_evaluation *e, int analysis, const char *scale) {
  const itg_table *t = itg_result_find(itg_evaluation_result(e, analysis), "estimates");
  char buffer[ITG_NUMBER_SIZE];
  for (int64_t r = 0; r < t->n_rows; r++)
    if (itg_text_equal(itg_column_text(&t->columns[itg_table_column(t, "scale")], r, buffer), scale))
      return cell_of(e, analysis, "estimates", r, "estimate");
  fail_msg("no scale %s", scale);
  return 0;
}

/* EQ-5D answers to utilities to QALYs to cost-effectiveness: the joined effect is each person's own. */
static void answers_become_qalys_beside_costs_in_one_file(void **state) {
  (void)state;
  put("answers.csv", ANSWERS);
  put("costs.csv", COSTS);
  itg_evaluation *e = run(HEAD CHAIN_INPUTS CHAIN STUDY("{from: q.qalys, by: id}"));
  double qaly[4]; /* of a, b, c, d */
  for (int i = 0; i < 4; i++) qaly[i] = cell_of(e, 1, "qalys", i, "qaly");
  assert_true(qaly[0] == (cell_of(e, 0, "utilities", 0, "utility") + cell_of(e, 0, "utilities", 1, "utility")) / 2);
  double difference = (qaly[1] + qaly[3]) / 2 - (qaly[0] + qaly[2]) / 2;
  assert_true(fabs(scale_of(e, 2, "incremental_effect") - difference) < 1e-15);
  assert_true(scale_of(e, 2, "incremental_cost") == 175);
  itg_evaluation_free(e);

  /* The same, with QALYs straight from the answers, keys of other names, and another name for what is taken. */
  put("costs2.csv", "person,arm,cost,qaly\nd,new,400,9\na,usual,100,9\nb,new,300,9\nc,usual,250,9\n");
  e = run(HEAD "inputs:\n  - {id: answers, path: answers.csv, origin: synthetic}\n"
               "  - {id: costs, path: costs2.csv, origin: synthetic}\n"
               "analyses:\n  - {id: q, measure: qaly, instrument: eq5d-5l-england, input: answers, columns: {time: "
               "year},\n     options: {time_unit: years}}\n  - id: study\n    measure: cea\n    input:\n      from: costs\n      join:\n"
               "        - {from: q.qalys, by: {person: id}, take: {effect: qaly}}\n"
               "        - {from: q.qalys, by: {person: id}, take: years}\n"
               "    options: {reference: usual, replicates: 0}\n");
  assert_true(fabs(scale_of(e, 1, "incremental_effect") - difference) < 1e-15);
  itg_evaluation_free(e);
}

static void rows_without_a_partner_stop_or_are_counted(void **state) {
  (void)state;
  put("answers.csv", ANSWERS "e,0,11111\ne,1,11111\n");
  put("costs.csv", COSTS "f,new,200\n");
  itg_error error = refuse(HEAD CHAIN_INPUTS CHAIN STUDY("{from: q.qalys, by: id}"), ITG_ERR_DATA);
  assert_says(error, "costs.csv, line 6, column 'id': 'f' has no row in q.qalys; add it, or set `unmatched: missing`");
  itg_evaluation *e = run(HEAD CHAIN_INPUTS CHAIN STUDY("{from: q.qalys, by: id, unmatched: missing}"));
  const itg_result *result = itg_evaluation_result(e, 2);
  bool noted = false;
  for (int i = 0; i < itg_result_note_count(result); i++)
    noted = noted || strcmp(itg_result_note_at(result, i),
                            "Joined q.qalys to costs.csv: 1 of 5 rows have no partner, and their new columns are "
                            "missing; 1 of 5 rows of q.qalys match none and are left out.") == 0;
  assert_true(noted);
  itg_evaluation_free(e);
  put("costs.csv", "id,arm,cost\n1,new,400\n2,usual,100\n");
  assert_says(refuse(HEAD CHAIN_INPUTS CHAIN STUDY("{from: q.qalys, by: id, unmatched: missing}"), ITG_ERR_DATA),
              "no row of costs.csv has a partner in q.qalys; do both write 'id' alike?");
  put("costs.csv", COSTS);
}

static void a_join_says_what_is_wrong_with_it(void **state) {
  (void)state;
  put("answers.csv", ANSWERS);
  put("costs.csv", "id,arm,cost,years\na,usual,100,1\nb,new,300,1\n");
  static const struct {
    const char *join;
    itg_status status;
    const char *part;
  } wrong[] = {
      {"{from: q.qalys}", ITG_ERR_KEY, "join lacks the key 'by'"},
      {"{from: q.qalys, by: id, tak: qaly}", ITG_ERR_KEY, "did you mean 'take'?"},
      {"{from: q.qalys, by: id, unmatched: drop}", ITG_ERR_VALUE, "allowed: error, missing"},
      {"{from: q.qalys, by: {id: idd}}", ITG_ERR_COLUMN, "q.qalys has no column 'idd'; did you mean 'id'?"},
      {"{from: q.qalys, by: persons}", ITG_ERR_COLUMN, "costs.csv has no column 'persons'"},
      {"{from: q.qalys, by: []}", ITG_ERR_VALUE, "'by' of join is empty"},
      {"{from: q.qalys, by: id, take: [{a: b}]}", ITG_ERR_VALUE, "'take' of join must name columns"},
      {"{from: q.qalys, by: id}", ITG_ERR_COLUMN, "column 'years' of q.qalys is in costs.csv, too; say in `take`"},
      {"{from: q.qalys, by: id, take: qualy}", ITG_ERR_COLUMN, "did you mean 'qaly'?"},
      {"{from: u.utilities, by: id, take: utility}", ITG_ERR_DUPLICATE, "'a' stands here and in row 1"},
      {"{from: q.qaly, by: id}", ITG_ERR_REFERENCE, "analysis 'q' has no table 'qaly'; it has: estimates, qalys"},
      {"{from: q, by: id}", ITG_ERR_REFERENCE, "'q' is an analysis; name one of its tables, such as q.qalys"},
      {"{from: study.patients, by: id}", ITG_ERR_REFERENCE, "analyses run in the order they are written"},
      {"{from: qq.qalys, by: id}", ITG_ERR_REFERENCE, "no earlier analysis 'qq'"},
  };
  for (size_t i = 0; i < ITG_COUNT(wrong); i++) {
    char text[2048];
    snprintf(text, sizeof text, HEAD CHAIN_INPUTS CHAIN STUDY("%s"), wrong[i].join);
    itg_error error = refuse(text, wrong[i].status);
    assert_says(error, wrong[i].part);
    assert_says(error, "e.yaml, line ");
  }
  put("answers.csv", "id,year,profile\na,0,21232\na,1,11121\nb,0,11111\nb,1,11112\n");
  put("spare.csv", "id,x\n,1\n");
  assert_says(refuse(HEAD CHAIN_INPUTS "  - {id: spare, path: spare.csv, persons: false}\n" CHAIN
                         STUDY("{from: spare, by: id}"),
                     ITG_ERR_DATA),
              "spare.csv, line 2, column 'id': is missing; a row that is joined needs it");
  assert_says(refuse(HEAD CHAIN_INPUTS "analyses:\n  - {id: q, measure: qaly, input: [answers]}\n", ITG_ERR_VALUE),
              "the table of an analysis must be a map");
  assert_says(refuse(HEAD CHAIN_INPUTS "analyses:\n  - {id: q, measure: qaly, inputs: answers}\n", ITG_ERR_VALUE),
              "'inputs' of analyses must be a map");
}

/* What is masked stays masked in what is made of it; rows of persons feed a later analysis and are not written. */
static void a_chain_gives_nothing_away(void **state) {
  (void)state;
  put("mean.yaml",
      "schema: integrade-instrument/1\nid: one\nversion: 1.0.0\nkind: scale\ntitle: One\nunit: x\n"
      "source: {citation: x}\nlicence: {items: x, scoring: x}\nexamples: []\nresponses: {r: {min: 0, max: 100}}\n"
      "items: [{id: estimate, label: t}]\n"
      "scores: [{id: s, title: S, of: [estimate], method: mean, range: [0, 100]}]\n");
  itg_evaluation *e = run(HEAD INPUT ANALYSIS
                          "  - {id: teams, measure: scale, instrument: mean.yaml, input: total.estimates, by: team, "
                          "keep: team}\n"
                          "  - {id: again, measure: scale, instrument: three.yaml, input: {from: people, join: "
                          "{from: total.scores, by: {person: person}, take: total}}, by: team}\n");
  const itg_table *teams = itg_result_find(itg_evaluation_result(e, 1), "scores");
  int seen = 0;
  assert_non_null(teams); /* its rows are teams: a table that may be written */
  for (int64_t r = 0; r < teams->n_rows; r++) {
    char buffer[ITG_NUMBER_SIZE];
    bool small = itg_text_equal(itg_column_text(&teams->columns[itg_table_column(teams, "team")], r, buffer), "small");
    double value = cell_of(e, 1, "scores", r, "s");
    assert_true(!small || isnan(value));
    seen += !isnan(value);
  }
  assert_true(seen > 0);
  assert_true(isnan(estimate_of(e, 1, "s", "small", "estimate")));
  assert_true(isnan(estimate_of(e, 2, "total", "small", "estimate")));
  assert_false(isnan(estimate_of(e, 2, "total", "large", "estimate")));
  for (int i = 0; i < 3; i += 2) assert_null(itg_result_find(itg_evaluation_result(e, i), "scores"));
  itg_evaluation_free(e);
}

/* ---- privacy and quality ---- */

static void small_groups_of_persons_are_masked_by_default(void **state) {
  (void)state;
  itg_evaluation *e = run(HEAD INPUT ANALYSIS);
  const itg_result *result = itg_evaluation_result(e, 0);
  const itg_table *table = itg_result_find(result, "estimates");
  char buffer[ITG_NUMBER_SIZE];
  static const char *const numbers[] = {"n", "n_missing", "estimate", "std_error", "conf_low", "conf_high"};
  for (size_t i = 0; i < ITG_COUNT(numbers); i++)
    assert_true(isnan(estimate_of(e, 0, "total", "small", numbers[i])));
  assert_false(isnan(estimate_of(e, 0, "total", "large", "estimate")));
  int reason = itg_table_column(table, "reason"), seen = 0;
  for (int64_t r = 0; r < table->n_rows; r++)
    seen += itg_text_equal(itg_column_text(&table->columns[reason], r, buffer), "suppressed");
  assert_int_equal(seen, 3);                      /* total, floor and ceiling of the small team */
  assert_null(itg_result_find(result, "scores")); /* rows of persons stay */
  itg_evaluation_free(e);
}

static void what_is_not_about_persons_is_not_masked(void **state) {
  (void)state;
  static const char *const ways[] = {
      HEAD "inputs:\n  - {id: people, path: people.csv, origin: synthetic}\n" ANALYSIS,
      HEAD "inputs:\n  - {id: people, path: people.csv, origin: published}\n" ANALYSIS,
      HEAD "inputs:\n  - {id: people, path: people.csv, persons: false}\n" ANALYSIS,
      HEAD INPUT ANALYSIS "privacy: {min_n: 0, rows: true}\n",
  };
  for (size_t i = 0; i < ITG_COUNT(ways); i++) {
    itg_evaluation *e = run(ways[i]);
    assert_true(estimate_of(e, 0, "total", "small", "estimate") == 4.5);
    assert_non_null(itg_result_find(itg_evaluation_result(e, 0), "scores"));
    itg_evaluation_free(e);
  }
  itg_evaluation *e =
      run(HEAD "inputs:\n  - {id: people, path: people.csv, origin: synthetic, persons: true}\n" ANALYSIS);
  assert_true(isnan(estimate_of(e, 0, "total", "small", "estimate")));
  itg_evaluation_free(e);
}

/* Curves, limits and profiles have no n: they rest on the persons of their group, or count them. */
static void rows_without_n_are_left_out_with_their_group(void **state) {
  (void)state;
  itg_text trial = ITG_TEXT_EMPTY, said = ITG_TEXT_EMPTY;
  itg_text_add(&trial, "site,arm,cost,effect,mobility,self_care,usual_activities,pain,anxiety\n");
  itg_text_add(&said, "site,who,content\n");
  for (int i = 0; i < 24; i++) {
    const char *site = i < 4 ? "small" : "large";
    itg_text_print(&trial, "%s,%c,%d,%d,%d,1,1,1,1\n", site, i % 2 ? 'a' : 'b', 10 * i % 7, i * i % 5, i == 23 ? 3 : 1);
    itg_text_print(&said, "%s,p%d,\"trust, and shared budgets\"\n%s,p%d,nothing\n", site, i, site, i);
  }
  put("trial.csv", trial.data);
  put("said.csv", said.data);
  itg_text_clear(&trial);
  itg_text_clear(&said);
  itg_evaluation *e = run(HEAD "inputs: [{id: t, path: trial.csv}, {id: s, path: said.csv}]\nanalyses:\n"
                               "  - {id: c, measure: cea, input: t, by: site, options: {replicates: 50}}\n"
                               "  - {id: p, measure: eq5d_profile, input: t, by: site, options: {levels: 5}}\n"
                               "  - {id: k, measure: coding, input: s, by: site, columns: {document: who}}\n");
  const struct {
    int analysis;
    const char *table, *column;
  } cells[] = {{0, "inb", "inmb"}, {0, "ceac", "probability"}, {0, "intervals", "conf_low"}, {1, "profiles", "count"},
               {2, "codes", "segments"}, {2, "cooccurrence", "n"}};
  for (size_t i = 0; i < ITG_COUNT(cells); i++) {
    const itg_table *t = itg_result_find(itg_evaluation_result(e, cells[i].analysis), cells[i].table);
    assert_non_null(t);
    const itg_column *value = &t->columns[itg_table_column(t, cells[i].column)],
                     *site = &t->columns[itg_table_column(t, "site")];
    int64_t seen = 0, shown = 0;
    for (int64_t r = 0; r < t->n_rows; r++) {
      char buffer[ITG_NUMBER_SIZE];
      bool small = itg_text_equal(itg_column_text(site, r, buffer), "small"), kept = !itg_column_reason(value, r);
      if (small) assert_int_equal(itg_column_reason(value, r), ITG_REASON_SUPPRESSED);
      seen += small;
      shown += kept;
    }
    assert_true(shown > 0);
    assert_int_equal(seen > 0, itg_table_column(t, "n") >= 0); /* a row with n says why it is empty */
  }
  const itg_table *t = itg_result_find(itg_evaluation_result(e, 1), "profiles");
  assert_int_equal(t->n_rows, 1); /* 11111 of the large site; the one person of 31111 among the twenty is left out */
  assert_int_equal(itg_column_reason(&t->columns[itg_table_column(t, "count")], 0), 0);
  t = itg_result_find(itg_evaluation_result(e, 1), "dimensions");
  const itg_column *count = &t->columns[itg_table_column(t, "count")], *n = &t->columns[itg_table_column(t, "n")];
  int64_t few = 0, shown = 0;
  for (int64_t r = 0; r < t->n_rows; r++) { /* that one person, at level 3 of mobility beside nineteen others */
    double value = itg_cell_number(t, "count", r);
    assert_false(value > 0 && value < 5);
    assert_int_equal(itg_column_reason(count, r), itg_column_reason(n, r));
    few += itg_column_reason(count, r) == ITG_REASON_SUPPRESSED;
    shown += value == 19 || value == 20;
  }
  assert_int_equal(shown, 5);
  assert_true(few > 1);
  itg_evaluation_free(e);
}

/* Six partners do not hide a unit whose single rater they all have. */
static void units_of_one_rater_are_masked_however_many_partners_they_rate(void **state) {
  (void)state;
  itg_text csv = ITG_TEXT_EMPTY, alone = ITG_TEXT_EMPTY;
  itg_text_add(&csv, "unit,partner,rater,rank\n");
  itg_text_add(&alone, "unit,partner,rank\n");
  for (int rater = 1; rater <= 6; rater++)
    for (int partner = 0; partner < 6; partner++) {
      itg_text_print(&csv, "B,%c,b%d,%d\n", partner ? 'B' + partner : 'A', rater, 10 * partner + rater);
      if (rater == 1) itg_text_print(&csv, "A,%c,a1,%d\n", 'B' + partner, 40 + partner);
      if (rater == 1) itg_text_print(&alone, "A,%c,%d\n", 'B' + partner, 40 + partner);
    }
  put("ratings.csv", csv.data);
  put("alone.csv", alone.data);
  itg_text_clear(&csv);
  itg_text_clear(&alone);
  itg_evaluation *e = run(HEAD "inputs: [{id: r, path: ratings.csv}, {id: one, path: alone.csv}]\nanalyses:\n"
                               "  - {id: fi, measure: functional_integration, input: r}\n"
                               "  - {id: one, measure: functional_integration, input: one}\n");
  for (int i = 0; i < 2; i++) {
    const itg_table *t = itg_result_find(itg_evaluation_result(e, i), "estimates");
    const itg_column *n = &t->columns[itg_table_column(t, "n")], *unit = &t->columns[itg_table_column(t, "own_unit")],
                     *scale = &t->columns[itg_table_column(t, "scale")];
    for (int64_t r = 0; r < t->n_rows; r++) {
      char buffer[ITG_NUMBER_SIZE], other[ITG_NUMBER_SIZE];
      const char *name = itg_column_text(unit, r, buffer);
      if (!itg_text_equal(itg_column_text(scale, r, other), "rank")) continue;
      assert_int_equal(itg_column_reason(n, r),
                       i || strcmp(name, "A") == 0 ? ITG_REASON_SUPPRESSED : ITG_REASON_PRESENT);
    }
    t = itg_result_find(itg_evaluation_result(e, i), "matrix");
    for (int64_t r = 0; r < t->n_rows; r++) {
      char own[ITG_NUMBER_SIZE], partner[ITG_NUMBER_SIZE];
      bool with_a = *itg_column_text(&t->columns[0], r, own) == 'A' || *itg_column_text(&t->columns[1], r, partner) == 'A';
      assert_int_equal(itg_column_reason(&t->columns[itg_table_column(t, "actual")], r), with_a ? ITG_REASON_SUPPRESSED : 0);
    }
  }
  char *page = NULL;
  itg_error error = {0};
  assert_int_equal(itg_evaluation_html(e, &page, &error), ITG_OK);
  assert_non_null(strstr(page, "of the tables rest on fewer than 5 persons and are masked; the pictures do without"));
  assert_non_null(strstr(page, "The picture was left out to protect persons: "));
  itg_text_free(page);
  itg_evaluation_free(e);
}

static void the_mask_begins_below_min_n(void **state) {
  (void)state;
  for (int min_n = 1; min_n <= 4; min_n++) {
    char text[2048];
    snprintf(text, sizeof text, HEAD INPUT ANALYSIS "privacy: {min_n: %d}\n", min_n);
    itg_evaluation *e = run(text);
    assert_int_equal(isnan(estimate_of(e, 0, "total", "small", "estimate")) != 0, min_n > 2);
    itg_evaluation_free(e);
  }
}

static void a_refusal_is_a_disclosure_error(void **state) {
  (void)state;
  itg_error error = refuse(HEAD INPUT ANALYSIS "privacy: {action: refuse}\n", ITG_ERR_DISCLOSURE);
  assert_says(error, "fewer than 5 persons");
  assert_int_equal(itg_status_exit(error.status), 8);
}

static void the_quality_gate_counts_what_is_used(void **state) {
  (void)state;
  itg_error error = refuse(HEAD INPUT ANALYSIS "quality: {max_missing: 0.1}\n", ITG_ERR_GATE);
  assert_says(error, "1 column missed more values than the share of 0.1 that the quality gate `max_missing` allows: "
                     "'q3' of people.csv (1 of 8); complete it, allow more, or pass over small tables by `min_rows`");
  assert_int_equal(itg_status_exit(error.status), 5);
  itg_evaluation_free(run(HEAD INPUT ANALYSIS "quality: {max_missing: 0.125}\n"));
  itg_evaluation_free(run(HEAD INPUT ANALYSIS "quality: {max_missing: 0.1, min_rows: 9}\n"));
  error = refuse(HEAD INPUT ANALYSIS "quality: {max_missing: 0.1, min_rows: 8}\n", ITG_ERR_GATE);
  error = refuse(HEAD INPUT ANALYSIS "quality: {max_missing: 0.1, min_rows: 0}\n", ITG_ERR_VALUE);
  assert_says(error, "allowed: 1 to");
}

/* What a site is asked for in one letter: every column of every analysis, each once, as far as a line holds. */
static void the_quality_gate_lists_all_columns(void **state) {
  (void)state;
  itg_text many = ITG_TEXT_EMPTY, file = ITG_TEXT_EMPTY;
  put("gaps.csv", "a,b,c,d\n1,,,4\n2,,3,4\n3,1,3,4\n");
  const char *two = HEAD "inputs:\n  - {id: g, path: gaps.csv}\nanalyses:\n"
                    "  - {id: x, measure: reliability, input: g, options: {columns: {items: [a, b, d]}}}\n"
                    "  - {id: y, measure: reliability, input: g, options: {columns: {items: [a, b, c]}}}\n"
                    "quality: {max_missing: 0.3}\n";
  assert_says(refuse(two, ITG_ERR_GATE), "e.yaml: 2 columns missed more values than the share of 0.3 that the "
                                         "quality gate `max_missing` allows: 'b' of gaps.csv (2 of 3), 'c' of gaps.csv "
                                         "(1 of 3); complete them");
  for (int i = 0; i < 60; i++) itg_text_print(&file, "%sx%d", i ? "," : "", i);
  for (int row = 0; row < 3; row++)
    for (int i = 0; i < 60; i++) itg_text_print(&file, "%s%s", i ? "," : "\n", row == 2 ? "" : row == 1 ? "1" : "2");
  itg_text_add(&file, "\n");
  put("gaps.csv", file.data);
  itg_text_add(&many, HEAD "inputs:\n  - {id: g, path: gaps.csv}\nanalyses:\n"
                      "  - {id: x, measure: reliability, input: g, options: {columns: {items: \"/^x/\"}}}\n"
                      "quality: {max_missing: 0.3}\n");
  itg_error error = refuse(many.data, ITG_ERR_GATE);
  assert_says(error, "60 columns missed more values");
  const char *more = strstr(error.message, " and "), *at = error.message;
  int shown = 0;
  while ((at = strstr(at, " (1 of 3)"))) shown++, at++;
  assert_non_null(more);
  assert_int_equal(atoi(more + 5), 60 - shown);
  assert_says(error, "complete them, allow more");
  itg_text_clear(&many);
  itg_text_clear(&file);
}

/* ---- writing ---- */

static void two_runs_write_the_same_bytes(void **state) {
  (void)state;
  static const char *const files[] = {"total-estimates.csv", "total.json", "provenance.json", "report.html"};
  for (int i = 0; i < 2; i++) {
    itg_evaluation *e = run(HEAD INPUT ANALYSIS);
    itg_error error = {0};
    if (itg_evaluation_write(e, path_of(i ? "two/deep" : "one"), &error)) fail_msg("%s", error.message);
    itg_evaluation_free(e);
  }
  assert_int_equal(count_files("one"), (int)ITG_COUNT(files));
  for (size_t i = 0; i < ITG_COUNT(files); i++) {
    char a[256], b[256];
    snprintf(a, sizeof a, "one/%s", files[i]);
    snprintf(b, sizeof b, "two/deep/%s", files[i]);
    char *x = take(path_of(a)), *y = take(path_of(b));
    assert_string_equal(x, y);
    assert_true(strlen(x) > 20);
    assert_null(strstr(x, folder)); /* nobody's paths */
    free(x);
    free(y);
  }
}

static void forms_that_were_not_asked_for_are_not_written(void **state) {
  (void)state;
  itg_evaluation *e = run(HEAD INPUT ANALYSIS "output: {tables: csv, report: none}\n");
  assert_int_equal(itg_evaluation_write(e, path_of("few"), NULL), ITG_OK);
  assert_int_equal(count_files("few"), 2);
  assert_true(exists("few/total-estimates.csv") && exists("few/provenance.json"));
  itg_evaluation_free(e);
}

static void an_existing_folder_keeps_its_other_files(void **state) {
  (void)state;
  mkdir(path_of("kept"), 0777);
  put("kept/mine.txt", "mine");
  put("kept/report.html", "old");
  itg_evaluation *e = run(HEAD INPUT ANALYSIS);
  assert_int_equal(itg_evaluation_write(e, path_of("kept"), NULL), ITG_OK);
  char *mine = take(path_of("kept/mine.txt")), *report = take(path_of("kept/report.html"));
  assert_string_equal(mine, "mine");
  assert_string_not_equal(report, "old");
  assert_int_equal(count_files("kept"), 5);
  free(mine);
  free(report);
  itg_evaluation_free(e);
}

static void a_failed_write_leaves_everything_as_it_was(void **state) {
  (void)state;
  itg_evaluation *e = run(HEAD INPUT ANALYSIS);
  itg_error error = {0};
  mkdir(path_of("torn"), 0777);
  mkdir(path_of("torn/report.html"), 0777); /* in the way of the last file */
  put("torn/total.json", "old");
  assert_int_equal(itg_evaluation_write(e, path_of("torn"), &error), ITG_ERR_FILE);
  assert_says(error, "report.html");
  char *json = take(path_of("torn/total.json"));
  assert_string_equal(json, "old");
  free(json);
  assert_int_equal(count_files("torn"), 2);

  put("plain", "a file");
  assert_int_equal(itg_evaluation_write(e, path_of("plain"), &error), ITG_ERR_FILE);
  assert_says(error, "a folder is needed");
  assert_int_equal(itg_evaluation_write(e, path_of("plain/deeper"), &error), ITG_ERR_FILE);
  assert_int_equal(itg_evaluation_write(e, "", &error), ITG_ERR_ARGUMENT);
  itg_evaluation_free(e);
  DIR *dir = opendir(folder);
  for (struct dirent *entry; (entry = readdir(dir));) assert_null(strstr(entry->d_name, ".part-"));
  closedir(dir);
}

/* ---- control ---- */

static int stop_late(void *payload, double done) {
  double *last = payload;
  assert_true(done >= *last && done <= 1);
  *last = done;
  return done >= 0.5;
}

static void progress_grows_and_stops_the_run(void **state) {
  (void)state;
  itg_evaluation *e = NULL;
  itg_error error = {0};
  double last = 0;
  itg_control control = {.progress = stop_late, .payload = &last};
  put("e.yaml", HEAD INPUT ANALYSIS "  - {id: b, measure: scale, instrument: three.yaml, input: people}\n");
  assert_int_equal(itg_evaluation_run(path_of("e.yaml"), &control, &e, &error), ITG_ERR_INTERRUPTED);
  assert_null(e);
  assert_true(last >= 0.5);
}

static void versions_of_an_instrument_stand_beside_the_file(void **state) {
  (void)state;
  itg_evaluation *e = run(HEAD INPUT
                          "analyses:\n  - id: total\n    measure: scale\n    input: people\n"
                          "    instrument: {large: three.yaml, small: three.yaml}\n"
                          "    options: {instrument_by: team}\n");
  const itg_result *result = itg_evaluation_result(e, 0);
  const char *provenance = itg_result_provenance(result);
  assert_non_null(strstr(provenance, "\"large\":\"three.yaml\"")); /* as written, not where it lies */
  assert_null(strstr(provenance, folder));
  const itg_table *t = itg_result_find(result, "estimates");
  assert_true(((const int64_t *)t->columns[itg_table_column(t, "n")].data)[0] == 7);
  char *html = NULL;
  itg_error error = {0};
  assert_int_equal(itg_evaluation_html(e, &html, &error), ITG_OK);
  /* the page lists a version once, with those that use it, its source, licence and hash */
  const char *listed = strstr(html, "Definitions by <code>team</code>");
  assert_non_null(listed);
  assert_non_null(strstr(listed, "<li>large, small: Definition <code>test-three</code> 1.0.0: Three items. made for this test"));
  assert_null(strstr(strstr(listed, "Definition <code>test-three") + 1, "Definition <code>test-three"));
  const char *hash = strstr(provenance, "\"sha256\":\"") + strlen("\"sha256\":\"");
  char sentence[128];
  snprintf(sentence, sizeof sentence, "SHA-256 <code>%.64s</code>", hash);
  assert_non_null(strstr(listed, sentence));
  assert_non_null(strstr(listed, "Licence: items: free; scoring: free."));
  itg_text_free(html);
  itg_evaluation_free(e);
  assert_says(refuse(HEAD INPUT "analyses:\n  - {id: total, measure: scale, input: people, instrument: {large: "
                                "three.yaml}, options: {instrument_by: team}}\n",
                     ITG_ERR_DATA),
              "'small' has no definition");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_evaluation_runs_in_the_order_of_its_file),
      cmocka_unit_test(a_table_of_an_earlier_analysis_is_an_input),
      cmocka_unit_test(answers_become_qalys_beside_costs_in_one_file),
      cmocka_unit_test(rows_without_a_partner_stop_or_are_counted),
      cmocka_unit_test(a_join_says_what_is_wrong_with_it),
      cmocka_unit_test(a_chain_gives_nothing_away),
      cmocka_unit_test(a_misspelt_key_is_suggested_with_its_line),
      cmocka_unit_test(wrong_values_name_their_place),
      cmocka_unit_test(unknown_things_are_suggested),
      cmocka_unit_test(ids_are_unique_and_inputs_are_named_once),
      cmocka_unit_test(what_the_measure_says_is_kept_behind_the_place_in_the_file),
      cmocka_unit_test(an_option_error_names_the_line_of_the_option),
      cmocka_unit_test(unreadable_files_are_refused_by_name),
      cmocka_unit_test(files_outside_the_folder_need_leave),
      cmocka_unit_test(a_pinned_file_must_be_the_same),
      cmocka_unit_test(small_groups_of_persons_are_masked_by_default),
      cmocka_unit_test(what_is_not_about_persons_is_not_masked),
      cmocka_unit_test(units_of_one_rater_are_masked_however_many_partners_they_rate),
      cmocka_unit_test(rows_without_n_are_left_out_with_their_group),
      cmocka_unit_test(the_mask_begins_below_min_n),
      cmocka_unit_test(a_refusal_is_a_disclosure_error),
      cmocka_unit_test(the_quality_gate_counts_what_is_used),
      cmocka_unit_test(the_quality_gate_lists_all_columns),
      cmocka_unit_test(two_runs_write_the_same_bytes),
      cmocka_unit_test(forms_that_were_not_asked_for_are_not_written),
      cmocka_unit_test(an_existing_folder_keeps_its_other_files),
      cmocka_unit_test(a_failed_write_leaves_everything_as_it_was),
      cmocka_unit_test(progress_grows_and_stops_the_run),
      cmocka_unit_test(versions_of_an_instrument_stand_beside_the_file),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
