/* test_privacy.c - what the disclosure rule keeps back beside the estimates, for what each measure counts. */
#define _XOPEN_SOURCE 700
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define FOLDER "/tmp/itg-privacy-XXXXXX"
#include "folder.h"

#include "itg_evaluation.h"
#include "itg_report.h"

static const char *const files[] = {"trial.csv", "data.csv", "prices.csv", "codes.yaml", "evaluation.yaml"};

/* Two arms at three sites of 12, 12 and `few` patients, of whom the last site has `treated` in arm b. */
static void put_trial(int few, int treated) {
  itg_text text = ITG_TEXT_EMPTY;
  itg_text_add(&text, "site,arm,cost,effect\n");
  for (int i = 0; i < 24 + few; i++) {
    const char *site = i < 12 ? "north" : i < 24 ? "south" : "west", *arm = i < 24 ? i % 2 ? "b" : "a" : i - 24 < treated ? "b" : "a";
    itg_text_print(&text, "%s,%s,%d,%d.%d\n", site, arm, 100 + 7 * (i % 5) + 3 * i, i % 3, i % 7);
  }
  put("trial.csv", text.data);
  itg_text_clear(&text);
}

static int set_up(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state) {
  (void)state;
  for (size_t i = 0; i < ITG_COUNT(files); i++) remove(path_of(files[i]));
  return rmdir(folder);
}

#define HEAD "schema: integrade-evaluation/1\nid: test\ntitle: A test\n"
#define TRIAL "inputs: [{id: d, path: trial.csv}]\nanalyses:\n"
#define DATA "inputs: [{id: d, path: data.csv}]\nanalyses:\n"
#define CEA "  - {id: cea, measure: cea, input: d, by: site, options: {replicates: 20, thresholds: [10], seed: 1}}\n"

static itg_evaluation *run(const char *text) {
  itg_evaluation *e = NULL;
  itg_error error = {0};
  put("evaluation.yaml", text);
  if (itg_evaluation_run(path_of("evaluation.yaml"), NULL, &e, &error)) fail_msg("%s", error.message);
  return e;
}

/* Rows of a table, of those whose `column` is `value` (NULL: all). */
static int rows_of(const itg_evaluation *e, int analysis, const char *table, const char *column, const char *value) {
  const itg_table *t = itg_result_find(itg_evaluation_result(e, analysis), table);
  char buffer[ITG_NUMBER_SIZE];
  int n = 0;
  assert_non_null(t);
  if (!column) return (int)t->n_rows;
  int c = itg_table_column(t, column);
  assert_true(c >= 0);
  for (int64_t row = 0; row < t->n_rows; row++) n += itg_text_equal(itg_column_text(&t->columns[c], row, buffer), value);
  return n;
}

/* Those of them that are masked. */
static int masked_of(const itg_evaluation *e, int analysis, const char *table, const char *column, const char *value) {
  const itg_table *t = itg_result_find(itg_evaluation_result(e, analysis), table);
  char buffer[ITG_NUMBER_SIZE];
  int n = 0, c = column ? itg_table_column(t, column) : 0, at = itg_table_column(t, "n");
  assert_true(at >= 0 && c >= 0);
  for (int64_t row = 0; row < t->n_rows; row++)
    n += (!column || itg_text_equal(itg_column_text(&t->columns[c], row, buffer), value)) &&
         itg_column_reason(&t->columns[at], row) == ITG_REASON_SUPPRESSED;
  return n;
}

static bool has_note(const itg_evaluation *e, int analysis, const char *words) {
  const itg_result *result = itg_evaluation_result(e, analysis);
  for (int i = 0; i < itg_result_note_count(result); i++)
    if (strstr(itg_result_note_at(result, i), words)) return true;
  return false;
}

/* ---- tables without n ---- */

static const char *const of_group[] = {"plane", "ceac", "best", "ceaf", "inb", "intervals", "fieller"};

static void no_table_tells_of_a_group_whose_estimates_are_masked(void **state) {
  (void)state;
  put_trial(4, 2);
  itg_evaluation *e = run(HEAD TRIAL CEA);
  for (size_t i = 0; i < ITG_COUNT(of_group); i++) {
    assert_int_equal(rows_of(e, 0, of_group[i], "site", "west"), 0);
    assert_true(rows_of(e, 0, of_group[i], "site", "north") > 0);
  }
  assert_int_equal(masked_of(e, 0, "estimates", "site", "west"), rows_of(e, 0, "estimates", "site", "west"));
  assert_int_equal(masked_of(e, 0, "estimates", "site", "north"), 0);
  assert_true(has_note(e, 0, "rows of the tables beside the estimates are left out"));
  char *page = NULL, *provenance = NULL;
  assert_int_equal(itg_evaluation_html(e, &page, NULL), ITG_OK);
  assert_non_null(strstr(page, "of tables beside the estimates left out"));
  assert_int_equal(itg_provenance_print(e, &provenance, NULL), ITG_OK);
  json_t *root = json_loads(provenance, 0, NULL);
  json_t *analysis = json_array_get(json_object_get(root, "analyses"), 0);
  assert_true(json_integer_value(json_object_get(analysis, "rows_left_out")) > 20);
  json_decref(root);
  itg_text_free(page);
  free(provenance);
  itg_evaluation_free(e);
}

/* 8 patients, but 3 in an arm: the increments stand beside the mean of the other arm. */
static void a_comparison_counts_its_smaller_arm(void **state) {
  (void)state;
  put_trial(8, 3);
  itg_evaluation *e = run(HEAD TRIAL CEA);
  for (size_t i = 0; i < ITG_COUNT(of_group); i++) assert_int_equal(rows_of(e, 0, of_group[i], "site", "west"), 0);
  const itg_table *t = itg_result_find(itg_evaluation_result(e, 0), "estimates");
  char buffer[ITG_NUMBER_SIZE], site[ITG_NUMBER_SIZE], arm[ITG_NUMBER_SIZE];
  int seen = 0;
  for (int64_t row = 0; row < t->n_rows; row++) {
    if (!itg_text_equal(itg_column_text(&t->columns[itg_table_column(t, "site")], row, site), "west")) continue;
    if (itg_column_reason(&t->columns[itg_table_column(t, "n")], row)) continue;
    seen++;
    const char *scale = itg_column_text(&t->columns[1], row, buffer);
    const char *of = itg_column_text(&t->columns[itg_table_column(t, "arm")], row, arm);
    assert_true(itg_text_equal(of, "a") && (strcmp(scale, "p_best") == 0 || strcmp(scale, "cost") == 0 || strcmp(scale, "effect") == 0));
  }
  assert_true(seen >= 2);
  itg_evaluation_free(e);
  put_trial(10, 5);
  e = run(HEAD TRIAL CEA);
  assert_true(rows_of(e, 0, "plane", "site", "west") > 0);
  assert_false(has_note(e, 0, "left out: they rest"));
  itg_evaluation_free(e);
}

static void without_groups_the_whole_analysis_is_one(void **state) {
  (void)state;
  put("trial.csv", "arm,cost,effect\na,1,1\na,2,1\na,3,2\na,5,1\na,5,2\nb,4,1\nb,5,2\nb,6,2\n");
  itg_evaluation *e = run(HEAD TRIAL "  - {id: cea, measure: cea, input: d, options: {replicates: 20, seed: 1}}\n");
  for (size_t i = 0; i < ITG_COUNT(of_group); i++) assert_int_equal(rows_of(e, 0, of_group[i], NULL, NULL), 0);
  itg_evaluation_free(e);
}

static void a_refusal_counts_rows_of_all_tables(void **state) {
  (void)state;
  itg_evaluation *e = NULL;
  itg_error error = {0};
  put_trial(4, 2);
  put("evaluation.yaml", HEAD TRIAL CEA "privacy: {action: refuse}\n");
  assert_int_equal(itg_evaluation_run(path_of("evaluation.yaml"), NULL, &e, &error), ITG_ERR_DISCLOSURE);
}

/* 3 in one arm beside 20 in the other: neither curves nor notes tell of them. */
static void three_beside_twenty_leave_no_curve_and_no_note(void **state) {
  (void)state;
  itg_text text = ITG_TEXT_EMPTY;
  itg_text_add(&text, "site,arm,cost,effect\n");
  for (int i = 0; i < 48; i++) {
    const char *site = i < 24 ? "north" : "west", *arm = i % 24 >= (i < 24 ? 12 : 4) ? "a" : "b";
    if (i % 24 == 0)
      itg_text_print(&text, "%s,%s,,1\n", site, arm);
    else
      itg_text_print(&text, "%s,%s,%d,%d\n", site, arm, 100 + 7 * (i % 5) + 3 * i, i % 3);
  }
  put("trial.csv", text.data);
  itg_text_clear(&text);
  itg_evaluation *e = run(HEAD TRIAL CEA);
  for (size_t i = 0; i < ITG_COUNT(of_group); i++) {
    assert_int_equal(rows_of(e, 0, of_group[i], "site", "west"), 0);
    assert_true(rows_of(e, 0, of_group[i], "site", "north") > 0);
  }
  assert_true(has_note(e, 0, "1 of 24 patients in north are left out"));
  assert_false(has_note(e, 0, "in west"));
  itg_evaluation_free(e);
  e = run(HEAD TRIAL CEA "privacy: {min_n: 1}\n");
  assert_true(rows_of(e, 0, "plane", "site", "west") > 0);
  assert_true(has_note(e, 0, "1 of 24 patients in west are left out"));
  itg_evaluation_free(e);
}

/* A group that cannot be analysed: its sum over arms gives the small one away as well. */
static void a_group_without_result_counts_its_smaller_arm(void **state) {
  (void)state;
  itg_text text = ITG_TEXT_EMPTY;
  itg_text_add(&text, "site,arm,cost,effect,age\n");
  for (int i = 0; i < 44; i++) /* west: age does not vary */
    itg_text_print(&text, "%s,%s,%d,%d,%d\n", i < 24 ? "north" : "west", i < 24 ? i % 2 ? "a" : "b" : i < 41 ? "a" : "b",
                   100 + 7 * (i % 5) + 3 * i, i % 3, i < 24 ? 60 + i * i % 11 : 60);
  put("trial.csv", text.data);
  itg_text_clear(&text);
#define ADJUSTED "  - {id: cea, measure: cea, input: d, by: site, columns: {covariates: age},\n" \
                 "     options: {replicates: 20, thresholds: [10], seed: 1}}\n"
  itg_evaluation *e = run(HEAD TRIAL ADJUSTED);
  const itg_table *t = itg_result_find(itg_evaluation_result(e, 0), "estimates");
  for (int64_t row = 0; row < t->n_rows; row++) assert_false(itg_cell_number(t, "n", row) == 3 || itg_cell_number(t, "n", row) == 20);
  assert_true(masked_of(e, 0, "estimates", "site", "west") > 0);
  assert_false(has_note(e, 0, "'west' has no result"));
  itg_evaluation_free(e);
  e = run(HEAD TRIAL ADJUSTED "privacy: {min_n: 3}\n");
  assert_true(has_note(e, 0, "'west' has no result"));
  itg_evaluation_free(e);
}

/* ---- what n counts ---- */

static void every_measure_says_what_n_counts(void **state) {
  (void)state;
  int n_persons = 0;
  for (int i = 0; i < itg_measure_count(); i++) {
    const itg_measure *measure = itg_measure_find(itg_measure_at(i));
    if (!measure->counts || strlen(measure->counts) < 5) fail_msg("%s does not say what n counts", measure->name);
    n_persons += measure->persons;
  }
  assert_true(n_persons > 10 && n_persons < itg_measure_count());
}

static void years_are_no_persons(void **state) {
  (void)state;
  put("data.csv", "year,cost,benefit\n0,100,0\n1,0,80\n2,0,80\n");
  itg_evaluation *e = run(HEAD DATA "  - {id: i, measure: investment, input: d}\n");
  assert_int_equal(masked_of(e, 0, "estimates", NULL, NULL), 0);
  assert_int_equal(rows_of(e, 0, "cashflow", NULL, NULL), 3);
  itg_evaluation_free(e);
}

/* People and cost stand side by side: with the prices they tell of a form of care that three people get. */
static void a_budget_rests_on_the_rarest_form_of_care(void **state) {
  (void)state;
  put("data.csv", "scenario,year,option,persons\ncurrent,2026,usual,100\ncurrent,2027,usual,100\nnew,2026,usual,97\n"
                  "new,2026,team,3\nnew,2027,usual,90\nnew,2027,team,9.5\n");
  put("prices.csv", "option,cost\nusual,1000\nteam,1600\n");
  itg_evaluation *e =
      run(HEAD "inputs: [{id: d, path: data.csv}, {id: p, path: prices.csv, persons: false}]\nanalyses:\n"
               "  - {id: b, measure: budget_impact, inputs: {data: d, costs: p}}\n");
  assert_int_equal(masked_of(e, 0, "estimates", "scenario", "current"), 0);
  assert_int_equal(masked_of(e, 0, "estimates", "year", "2026"), 4);  /* of the new: persons, cost, impact, percent */
  assert_int_equal(masked_of(e, 0, "estimates", "year", "all"), 4);   /* as the year beside it could be subtracted */
  assert_int_equal(masked_of(e, 0, "estimates", NULL, NULL), 8);
  itg_evaluation_free(e);
}

/* Costs of an arm are of its persons, where they are stated; a comparison is of the smaller arm. */
static void costs_of_few_persons_are_kept_back(void **state) {
  (void)state;
  put("data.csv", "arm,category,cost,persons\nusual,beds,900,120\nusual,visits,300,120\nnew,beds,80,3\nnew,visits,60,3\n");
  itg_evaluation *e = run(HEAD DATA "  - {id: c, measure: cost_table, input: d, options: {reference: usual}}\n");
  assert_int_equal(masked_of(e, 0, "estimates", "arm", "usual"), 0);
  assert_int_equal(masked_of(e, 0, "estimates", "arm", "new"), rows_of(e, 0, "estimates", "arm", "new"));
  assert_int_equal(rows_of(e, 0, "matrix", "arm", "new"), 0);
  assert_int_equal(rows_of(e, 0, "matrix", "arm", "usual"), 3);
  itg_evaluation_free(e);
  put("data.csv", "arm,category,cost,persons\nusual,beds,900,3\nusual,visits,300,3\nnew,beds,8000,300\nnew,visits,60,300\n");
  e = run(HEAD DATA "  - {id: c, measure: cost_table, input: d, options: {reference: usual}}\n");
  assert_int_equal(masked_of(e, 0, "estimates", "scale", "difference"), 3);
  assert_int_equal(masked_of(e, 0, "estimates", "scale", "cost"), 3); /* those of usual */
  itg_evaluation_free(e);
}

/* Many segments of two interviews are two persons. */
static void segments_count_by_their_documents(void **state) {
  (void)state;
  put("codes.yaml", "schema: integrade-instrument/1\nid: test-codes\nversion: 1.0.0\nkind: codebook\ntitle: Codes\nunit: segment\n"
                    "source: {citation: made for this test}\nlicence: {items: free, scoring: free}\n"
                    "codes: [{id: trust, label: Trust, patterns: [trust]}, {id: money, label: Money, patterns: [money]}]\n"
                    "examples:\n  - source: by hand\n    tables: {data: {text: [trust]}}\n"
                    "    options: {columns: {content: text}}\n    expect: [{scale: hits, code: trust, estimate: 1}]\n");
  itg_text text = ITG_TEXT_EMPTY;
  itg_text_add(&text, "site,interview,words\n");
  for (int i = 0; i < 24; i++)
    itg_text_print(&text, "%s,%c%d,trust and money\n", i % 2 ? "few" : "many", i % 2 ? 'f' : 'm', i % 2 ? i / 2 % 2 : i / 2 % 6);
  put("data.csv", text.data);
  itg_text_clear(&text);
  itg_evaluation *e = run(HEAD DATA "  - {id: c, measure: coding, instrument: codes.yaml, input: d, by: site,\n"
                                    "     columns: {content: words, document: interview}}\n");
  assert_int_equal(masked_of(e, 0, "estimates", "site", "few"), rows_of(e, 0, "estimates", "site", "few"));
  assert_int_equal(masked_of(e, 0, "estimates", "site", "many"), 0);
  assert_int_equal(rows_of(e, 0, "codes", "site", "few"), 0);
  assert_true(rows_of(e, 0, "codes", "site", "many") > 0);
  assert_int_equal(masked_of(e, 0, "cooccurrence", "site", "few"), rows_of(e, 0, "cooccurrence", "site", "few"));
  assert_int_equal(masked_of(e, 0, "cooccurrence", "site", "many"), 0);
  itg_evaluation_free(e);
}

/* Teams are few, their members are not; a team of two is. */
static void teams_count_by_their_members(void **state) {
  (void)state;
  itg_text text = ITG_TEXT_EMPTY;
  itg_text_add(&text, "team,item\n");
  for (int i = 0; i < 14; i++) itg_text_print(&text, "%s,%d\n", i < 6 ? "x" : i < 12 ? "y" : "z", 1 + i % 4);
  put("data.csv", text.data);
  itg_text_clear(&text);
  itg_evaluation *e = run(HEAD DATA "  - {id: w, measure: within_group, input: d, columns: {items: item}, options: {low: 1, high: 5}}\n");
  assert_int_equal(masked_of(e, 0, "estimates", NULL, NULL), 0);
  assert_int_equal(masked_of(e, 0, "teams", "team", "z"), rows_of(e, 0, "teams", "team", "z"));
  assert_int_equal(masked_of(e, 0, "teams", "team", "x"), 0);
  assert_true(rows_of(e, 0, "aggregation", NULL, NULL) > 0);
  itg_evaluation_free(e);
}

/* Two visits each are a mean of six people, no two people. */
static void a_small_mean_of_many_is_no_count_of_few(void **state) {
  (void)state;
  put("data.csv", "visits\n1\n3\n2\n1\n3\n2\n");
  put("prices.csv", "resource,unit_cost\nvisits,10\n");
  itg_evaluation *e = run(HEAD "inputs: [{id: d, path: data.csv}, {id: p, path: prices.csv, persons: false}]\nanalyses:\n"
                               "  - {id: c, measure: costing, inputs: {data: d, unit_costs: p}}\n");
  assert_int_equal(rows_of(e, 0, "estimates", "scale", "quantity"), 1);
  assert_int_equal(masked_of(e, 0, "estimates", "scale", "quantity"), 0);
  itg_evaluation_free(e);
}

static void a_profile_of_few_is_left_out_and_a_price_is_of_nobody(void **state) {
  (void)state;
  put("data.csv", "profile,visits\n11111,1\n11111,2\n11111,0\n11111,1\n11111,1\n33333,2\n");
  put("prices.csv", "resource,unit_cost\nvisits,10\n");
  itg_evaluation *e = run(HEAD "inputs: [{id: d, path: data.csv}, {id: p, path: prices.csv, persons: false}]\nanalyses:\n"
                               "  - {id: e, measure: eq5d_profile, input: d, options: {levels: 5}}\n"
                               "  - {id: c, measure: costing, inputs: {data: d, unit_costs: p}}\n"
                               "privacy: {min_n: 5}\n");
  assert_int_equal(rows_of(e, 0, "profiles", "profile", "33333"), 0);
  assert_int_equal(rows_of(e, 0, "profiles", "profile", "11111"), 1);
  assert_int_equal(rows_of(e, 1, "prices", NULL, NULL), 1);
  itg_evaluation_free(e);
  e = run(HEAD "inputs: [{id: d, path: data.csv}, {id: p, path: prices.csv, persons: false}]\nanalyses:\n"
               "  - {id: c, measure: costing, inputs: {data: d, unit_costs: p}}\nprivacy: {min_n: 10}\n");
  assert_int_equal(masked_of(e, 0, "estimates", NULL, NULL), rows_of(e, 0, "estimates", NULL, NULL));
  assert_int_equal(rows_of(e, 0, "prices", NULL, NULL), 1);
  itg_evaluation_free(e);
}

/* ---- subtraction ---- */

#define TOTAL "  - {id: whole, measure: cea, input: d, options: {replicates: 20, seed: 1}}\n"

static void one_masked_group_beside_a_total_is_told(void **state) {
  (void)state;
  put_trial(4, 2);
  itg_evaluation *e = run(HEAD TRIAL CEA TOTAL);
  assert_true(has_note(e, 0, "only one group is masked beside a total (analysis 'whole')"));
  assert_false(has_note(e, 1, "only one group"));
  char *page = NULL;
  assert_int_equal(itg_evaluation_html(e, &page, NULL), ITG_OK);
  assert_non_null(strstr(page, "1 masked group is the only one beside a total"));
  itg_text_free(page);
  itg_evaluation_free(e);
  e = run(HEAD TRIAL CEA); /* no total */
  assert_false(has_note(e, 0, "only one group"));
  itg_evaluation_free(e);
  e = run(HEAD TRIAL CEA TOTAL "privacy: {min_n: 13}\n"); /* all are masked */
  assert_false(has_note(e, 0, "only one group"));
  itg_evaluation_free(e);
}

/* By two columns a total by one of them gives away the single masked cell of its part. */
static void the_parts_of_a_total_by_group_are_looked_at_one_by_one(void **state) {
  (void)state;
  itg_text text = ITG_TEXT_EMPTY;
  itg_text_add(&text, "site,sex,profile\n");
  for (int i = 0; i < 40; i++) itg_text_print(&text, "%s,%s,11111\n", i < 20 ? "n" : "s", i % 20 < 3 ? "x" : i % 20 < (i < 20 ? 6 : 12) ? "m" : "f");
  put("data.csv", text.data);
  itg_text_clear(&text);
  /* n: x 3, m 3, f 14; s: x 3, m 9, f 8: at s alone one cell is masked */
  itg_evaluation *e = run(HEAD DATA "  - {id: c, measure: eq5d_profile, input: d, by: [site, sex], options: {levels: 5}}\n"
                                    "  - {id: t, measure: eq5d_profile, input: d, by: site, options: {levels: 5}}\n");
  assert_true(has_note(e, 0, "only one group is masked in some part beside a total (analysis 't')"));
  char *page = NULL;
  assert_int_equal(itg_evaluation_html(e, &page, NULL), ITG_OK);
  assert_non_null(strstr(page, "1 masked group is the only one beside a total"));
  itg_text_free(page);
  itg_evaluation_free(e);
}

/* ---- use of care ---- */

static void patients_of_a_small_group_and_few_events_are_kept_back(void **state) {
  (void)state;
  itg_text text = ITG_TEXT_EMPTY;
  itg_text_add(&text, "patient,provider,site\n");
  for (int i = 0; i < 9; i++)
    for (int k = 0; k < 3; k++) itg_text_print(&text, "%d,%c,%s\n", i, 'A' + (i + k) % 2, i < 6 ? "north" : "west");
  put("data.csv", text.data);
  itg_text_clear(&text);
  itg_evaluation *e = run(HEAD DATA "  - {id: c, measure: continuity, input: d, by: site}\n");
  assert_int_equal(masked_of(e, 0, "estimates", "site", "west"), rows_of(e, 0, "estimates", "site", "west"));
  assert_int_equal(masked_of(e, 0, "estimates", "site", "north"), 0);
  itg_evaluation_free(e);
  put("data.csv", "group,events,time\nnorth,40,300\nsouth,30,300\nwest,3,300\n");
  e = run(HEAD DATA "  - {id: r, measure: rates, input: d, options: {reference: north}}\n");
  assert_int_equal(masked_of(e, 0, "estimates", "group", "west"), rows_of(e, 0, "estimates", "group", "west"));
  assert_int_equal(masked_of(e, 0, "estimates", "group", "south"), 0);
  assert_int_equal(rows_of(e, 0, "strata", "group", "west"), 0);
  assert_int_equal(rows_of(e, 0, "strata", "group", "south"), 1);
  itg_evaluation_free(e);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(no_table_tells_of_a_group_whose_estimates_are_masked),
      cmocka_unit_test(a_comparison_counts_its_smaller_arm),
      cmocka_unit_test(three_beside_twenty_leave_no_curve_and_no_note),
      cmocka_unit_test(a_group_without_result_counts_its_smaller_arm),
      cmocka_unit_test(without_groups_the_whole_analysis_is_one),
      cmocka_unit_test(a_refusal_counts_rows_of_all_tables),
      cmocka_unit_test(every_measure_says_what_n_counts),
      cmocka_unit_test(years_are_no_persons),
      cmocka_unit_test(a_budget_rests_on_the_rarest_form_of_care),
      cmocka_unit_test(costs_of_few_persons_are_kept_back),
      cmocka_unit_test(segments_count_by_their_documents),
      cmocka_unit_test(teams_count_by_their_members),
      cmocka_unit_test(a_small_mean_of_many_is_no_count_of_few),
      cmocka_unit_test(a_profile_of_few_is_left_out_and_a_price_is_of_nobody),
      cmocka_unit_test(one_masked_group_beside_a_total_is_told),
      cmocka_unit_test(the_parts_of_a_total_by_group_are_looked_at_one_by_one),
      cmocka_unit_test(patients_of_a_small_group_and_few_events_are_kept_back),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
