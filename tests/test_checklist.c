/* Measure checklist: the published rules, consensus of raters, the synthetic services, bad input. */
#include "scoring.h"

#define DATA(csv) ((const inputs){"data", csv, NULL})

/* n services that have the first `count` elements of DMIC and lack the rest. */
static void add_services(itg_text *csv, const char *programme, int n, int count) {
  static const struct {
    const char *id;
    int size;
  } clusters[] = {{"pc", 9}, {"ds", 18}, {"pm", 16}, {"qc", 5}, {"rl", 12},
                  {"it", 3}, {"rt", 8},  {"co", 11}, {"te", 7}};
  for (int s = 0; s < n; s++) {
    int at = 0;
    for (size_t c = 0; c < ITG_COUNT(clusters); c++)
      for (int e = 1; e <= clusters[c].size; e++, at++)
        itg_text_print(csv, "%s %d,%s,%s%d,%s\n", programme, s, programme, clusters[c].id, e,
                       at < count ? "yes" : "no");
    assert_int_equal(at, 89);
  }
}

/* 32 stroke services with 50 elements in the mean, 9 of AMI with 42, 43 of dementia with 45: 46.6 over
 * all 84. */
static void means_of_84_services_of_minkman_2011_pool_to_46_6(void **state) {
  (void)state;
  itg_text csv = ITG_TEXT_EMPTY;
  itg_text_add(&csv, "service,programme,element,present\n");
  add_services(&csv, "stroke", 32, 50);
  add_services(&csv, "AMI", 9, 42);
  add_services(&csv, "dementia", 43, 45);
  itg_result *r = score("checklist", DATA(csv.data), NULL);
  assert_near(CELL(r, "estimates", "estimate", "scale", "count", "service", NULL, "cluster", NULL), 46.6,
              0.05);
  assert_near(CELL(r, "estimates", "estimate", "scale", "count", "service", NULL, "cluster", NULL),
              (32 * 50 + 9 * 42 + 43 * 45) / 84.0, 1e-12);
  assert_true(CELL(r, "estimates", "n", "scale", "count", "service", NULL, "cluster", NULL) == 84);
  itg_result_free(r);
  r = score("checklist", DATA(csv.data), "by: programme");
  assert_true(CELL(r, "estimates", "estimate", "scale", "count", "programme", "stroke", "service", NULL) ==
              50);
  assert_true(CELL(r, "estimates", "estimate", "scale", "count", "programme", "AMI", "service", NULL) == 42);
  assert_true(CELL(r, "estimates", "estimate", "scale", "count", "programme", "dementia", "service", NULL) ==
              45);
  itg_result_free(r);
  itg_text_clear(&csv);
}

static void dmic_has_89_elements_in_nine_clusters(void **state) {
  (void)state;
  itg_text csv = ITG_TEXT_EMPTY;
  char *template = NULL;
  itg_error error = {0};
  itg_text_add(&csv, "service,programme,element,present\n");
  add_services(&csv, "one", 1, 89);
  itg_result *r = score("checklist", DATA(csv.data), NULL);
  int clusters = 0;
  double sum = 0;
  const itg_table *t = itg_result_find(r, "estimates");
  for (int64_t row = 0; row < t->n_rows; row++)
    if (itg_text_equal(text_at(t, row, "scale"), "count") && text_at(t, row, "cluster") &&
        text_at(t, row, "service"))
      clusters++, sum += number_at(t, row, "estimate");
  assert_int_equal(clusters, 9);
  assert_true(sum == 89);
  assert_int_equal(itg_instrument_template("dmic", NULL, &template, &error), ITG_OK);
  int lines = 0;
  for (const char *c = template; *c; c++) lines += *c == '\n';
  assert_int_equal(lines, 90);
  free(template);
  itg_result_free(r);
  itg_text_clear(&csv);
}

/* A template of CHEERS 2022 names its items; filled in, the notes say where each stands. */
static void notes_say_where_items_stand(void **state) {
  (void)state;
  char *template = NULL;
  itg_error error = {0};
  assert_int_equal(itg_instrument_template("cheers-2022", NULL, &template, &error), ITG_OK);
  assert_non_null(strstr(template, "present,planned,year,note,label\n"));
  assert_non_null(strstr(template, "\n,15,,,,,,,\"currency, price date, conversion\"\n"));
  free(template);
  itg_result *r = score("checklist",
                        DATA("service,element,rater,present,note\nR,1,x,yes,page 1\nR,1,y,yes,cover\nR,2,x,yes,\nR,3,x,no,later\n"),
                        "{instrument: cheers-2022}");
  assert_string_equal(TEXT(r, "consensus", "note", "element", "1"), "page 1; cover");
  assert_null(TEXT(r, "consensus", "note", "element", "2"));
  assert_string_equal(TEXT(r, "consensus", "note", "element", "3"), "later");
  itg_result_free(r);
  r = score("checklist", DATA("service,element,present\nR,1,yes\n"), "{instrument: cheers-2022}");
  assert_int_equal(itg_table_column(itg_result_find(r, "consensus"), "note"), -1);
  itg_result_free(r);
}

/* Additional file 1 of the 2011 article: PI among attainable services, PP among those without, mean year. */
static void shares_leave_out_what_is_not_relevant(void **state) {
  (void)state;
  itg_result *r = score("checklist",
                        DATA("service,element,relevant,present,planned,year\n"
                             "A,pc1,yes,yes,,2004\nB,pc1,yes,yes,,2006\nC,pc1,yes,no,yes,\nD,pc1,yes,no,no,\n"
                             "E,pc1,yes,no,,\nF,pc1,no,no,,\nG,pc1,yes,,,\n"
                             "A,pc2,no,no,,\nA,ds1,yes,no,yes,\n"),
                        NULL);
  assert_true(CELL(r, "estimates", "estimate", "scale", "implemented", "element", "pc1") == 40);
  assert_true(CELL(r, "estimates", "n", "scale", "implemented", "element", "pc1") == 5);
  assert_true(CELL(r, "estimates", "n_missing", "scale", "implemented", "element", "pc1") == 1);
  /* prop.test(2, 5, correct = FALSE) of R */
  assert_near(CELL(r, "estimates", "conf_low", "scale", "implemented", "element", "pc1"), 11.7620774232648,
              1e-10);
  assert_near(CELL(r, "estimates", "conf_high", "scale", "implemented", "element", "pc1"), 76.9275718723987,
              1e-10);
  assert_true(CELL(r, "estimates", "estimate", "scale", "planned", "element", "pc1") == 50);
  assert_true(CELL(r, "estimates", "n_missing", "scale", "planned", "element", "pc1") == 1);
  assert_true(CELL(r, "estimates", "estimate", "scale", "year", "element", "pc1") == 2005);
  assert_true(CELL(r, "estimates", "estimate", "scale", "implemented", "service", "A", "cluster", NULL) ==
              50);
  assert_true(CELL(r, "estimates", "estimate", "scale", "implemented", "service", "A", "cluster", "pc") ==
              100);
  assert_true(
      isnan(CELL(r, "estimates", "estimate", "scale", "implemented", "service", "F", "cluster", NULL)));
  assert_string_equal(TEXT(r, "consensus", "state", "service", "F", "element", "pc1"), "not relevant");
  /* least implemented first: ds1 (0 of 1), then pc1 (2 of 5); pc2 is lacked by nobody */
  const itg_table *t = itg_result_find(r, "improvements");
  assert_int_equal(t->n_rows, 2);
  assert_string_equal(text_at(t, 0, "element"), "ds1");
  assert_string_equal(text_at(t, 1, "element"), "pc1");
  assert_true(number_at(t, 1, "lacking") == 3 && number_at(t, 1, "planned") == 1);
  itg_result_free(r);
}

static void draws_on_plans_and_on_rank(void **state) {
  (void)state;
  itg_result *r = score("checklist",
                        DATA("service,element,rater,present,planned\n"
                             "A,pc1,x,0,1\nA,pc1,y,0,0\nA,pc2,x,0,1\nA,pc2,y,0,1\nB,pc2,x,0,1\n"),
                        NULL);
  assert_string_equal(TEXT(r, "consensus", "planned", "service", "A", "element", "pc1"), "false");
  assert_string_equal(TEXT(r, "consensus", "planned", "service", "A", "element", "pc2"), "true");
  /* nobody has either; two services lack pc2 */
  assert_string_equal(text_at(itg_result_find(r, "improvements"), 0, "element"), "pc2");
  assert_string_equal(text_at(itg_result_find(r, "improvements"), 1, "element"), "pc1");
  itg_result_free(r);
}

static const char panel[] =
    "service,element,rater,relevant,present\n"
    "A,pc1,x,1,1\nA,pc1,y,1,1\nA,pc1,z,1,0\n" /* majority present */
    "A,pc2,x,0,0\nA,pc2,y,0,0\nA,pc2,z,1,1\n" /* majority not relevant */
    "A,pc3,x,0,0\nA,pc3,y,1,1\n"              /* draw on relevance: relevant, present */
    "A,pc4,x,1,1\nA,pc4,y,1,0\n"              /* draw on presence */
    "A,pc5,x,1,0\nA,pc5,y,1,0\n";

static void raters_come_to_a_consensus(void **state) {
  (void)state;
  static const struct {
    const char *options, *fourth;
    double implemented;
  } ties[] = {
      {"tie: absent", "absent", 50}, {"tie: present", "present", 75}, {"tie: missing", NULL, 200.0 / 3}};
  for (size_t i = 0; i < ITG_COUNT(ties); i++) {
    itg_result *r = score("checklist", DATA(panel), ties[i].options);
    assert_string_equal(TEXT(r, "consensus", "state", "element", "pc1"), "present");
    assert_string_equal(TEXT(r, "consensus", "state", "element", "pc2"), "not relevant");
    assert_string_equal(TEXT(r, "consensus", "state", "element", "pc3"), "present");
    const char *fourth = TEXT(r, "consensus", "state", "element", "pc4");
    assert_true(itg_text_equal(fourth, ties[i].fourth));
    assert_near(CELL(r, "estimates", "estimate", "scale", "implemented", "service", "A"), ties[i].implemented,
                1e-12);
    assert_true(CELL(r, "estimates", "estimate", "scale", "disagreement", "element", NULL) == 80);
    assert_true(has_note(r, "1 elements were called present by as many raters as absent"));
    itg_result_free(r);
  }
}

/* Two raters over 50 services: the table 20 5 / 10 15 has kappa 0.4 with standard error 0.1269961. */
static void two_raters_have_a_kappa(void **state) {
  (void)state;
  static const int cells[4][3] = {{1, 1, 20}, {1, 0, 5}, {0, 1, 10}, {0, 0, 15}};
  itg_text csv = ITG_TEXT_EMPTY;
  int service = 0;
  itg_text_add(&csv, "service,element,rater,present\n");
  for (int c = 0; c < 4; c++)
    for (int i = 0; i < cells[c][2]; i++, service++)
      itg_text_print(&csv, "s%d,te1,p,%d\ns%d,te1,q,%d\n", service, cells[c][0], service, cells[c][1]);
  itg_result *r = score("checklist", DATA(csv.data), NULL);
  assert_near(CELL(r, "estimates", "estimate", "scale", "kappa", "element", "te1"), 0.4, 1e-12);
  assert_near(CELL(r, "estimates", "std_error", "scale", "kappa", "element", "te1"), 0.1269961, 5e-8);
  assert_true(CELL(r, "estimates", "estimate", "scale", "disagreement", "element", "te1") == 30);
  itg_result_free(r);
  itg_text_clear(&csv);
}

static void phases_of_elements_come_with_the_data(void **state) {
  (void)state;
  const inputs in = {"data",
                     "service,element,present\nA,pc1,1\nA,pc2,1\nA,pc3,0\nB,pc1,1\nB,pc2,0\nB,pc3,0\n",
                     "phases", "element,phase\npc1,1\npc2,2\npc3,2\n", NULL};
  itg_result *r = score("checklist", in, NULL);
  assert_true(CELL(r, "estimates", "estimate", "scale", "implemented", "service", "A", "phase", "2") == 50);
  assert_true(CELL(r, "estimates", "estimate", "scale", "implemented", "service", NULL, "phase", "2",
                   "element", NULL) == 25);
  assert_true(CELL(r, "estimates", "estimate", "scale", "implemented", "service", NULL, "phase", "1",
                   "element", NULL) == 100);
  itg_result_free(r);
}

static void expect_shares(const char *csv, const char *options) {
  itg_result *r = score("checklist", ((const inputs){"data", csv, NULL}), options);
  assert_true(CELL(r, "estimates", "estimate", "scale", "count", "service", "A", "cluster", NULL) == 1);
  assert_true(CELL(r, "estimates", "n", "scale", "count", "service", "A", "cluster", NULL) == 2);
  itg_result_free(r);
}

/* REDCap's raw and labelled check boxes, logical columns, forms in another language, codes 1 and 2. */
static void labels_of_yes_and_no_are_those_of_exports(void **state) {
  (void)state;
  static const char *const pairs[][2] = {{"1", "0"},   {"Checked", "Unchecked"}, {"Yes", "No"}, {"YES", "NO"},
                                         {"yes", "no"}, {"TRUE", "FALSE"},       {"True", "False"}, {"Y", "N"}};
  char csv[200];
  for (size_t i = 0; i < ITG_COUNT(pairs); i++) {
    snprintf(csv, sizeof csv, "service,g___pc1,g___pc2\nA,%s,%s\n", pairs[i][0], pairs[i][1]);
    expect_shares(csv, "wide: {columns: 'g___{id}'}");
  }
  expect_shares("service,element,present\nA,pc1,ja\nA,pc2,nein\n", "labels: {ja: yes, nein: no}");
  expect_shares("service,element,present\nA,pc1,1\nA,pc2,2\n", "labels: {1: yes, 2: no}"); /* goes before 1 and 0 */
  const char *own = "{instrument: {schema: integrade-instrument/1, id: own, version: 1.0.0, kind: checklist, title: t, "
                    "unit: u, source: {citation: c}, licence: {items: i}, responses: {yes: [oui, ja], no: [non]}, "
                    "clusters: [{id: c, title: C}], items: [{id: a, cluster: c, label: A}, {id: b, cluster: c, label: B}], "
                    "examples: []}";
  char options[800];
  snprintf(options, sizeof options, "%s}", own);
  expect_shares("service,element,present\nA,a,oui\nA,b,non\n", options);
  expect_shares("service,element,present\nA,a,ja\nA,b,no\n", options);
  assert_fails("checklist", DATA("service,element,present\nA,a,si\n"), options, ITG_ERR_TYPE,
               "'si' is not yes or no; allowed: yes, no, true, false, y, n, 1, 0, checked, unchecked, non, oui, ja; declare "
               "another in option 'labels'");
  snprintf(options, sizeof options, "%s, labels: {non: yes, oui: no}}", own); /* the option has the last word */
  expect_shares("service,element,present\nA,a,non\nA,b,oui\n", options);
  assert_fails("checklist", DATA("service,element,present\nA,pc1,OUI\n"), "labels: {oui: yes}", ITG_ERR_TYPE, "'OUI' is not");
  assert_fails("checklist", DATA("service,element,present\nA,pc1,ja\n"), "labels: {ja: perhaps}", ITG_ERR_OPTION,
               "allowed: yes, no");
  assert_fails("checklist", DATA("service,element,present\nA,a,oui\n"),
               "{instrument: {schema: integrade-instrument/1, id: own, version: 1.0.0, kind: checklist, title: t, unit: u, "
               "source: {citation: c}, licence: {items: i}, responses: {yes: [ja], no: [ja]}, clusters: [{id: c, title: C}], "
               "items: [{id: a, cluster: c, label: A}], examples: []}}",
               ITG_ERR_VALUE, "the label 'ja' is given twice");
}

static void bad_ratings_are_refused(void **state) {
  (void)state;
  assert_fails("checklist", DATA("service,element,present\nA,pc10,1\n"), NULL, ITG_ERR_DATA,
               "did you mean 'pc1'?");
  assert_fails("checklist", DATA("service,element,present\nA,pc1,1\nA,pc1,0\n"), NULL, ITG_ERR_DUPLICATE,
               "map the role 'rater'");
  assert_fails("checklist", DATA("service,element,rater,present\nA,pc1,x,1\nA,pc1,x,1\n"), NULL,
               ITG_ERR_DUPLICATE, "by the same rater");
  assert_fails("checklist", DATA("service,element,present\nA,pc1,perhaps\n"), NULL, ITG_ERR_TYPE,
               "'perhaps' is not yes or no");
  assert_fails("checklist", DATA("service,element,present,year\nA,pc1,1,99\n"), NULL, ITG_ERR_RANGE, "99");
  assert_fails("checklist", DATA("service,element,present\n"), NULL, ITG_ERR_EMPTY, "no rows");
  assert_fails("checklist", (inputs){"data", "service,element,present\nA,pc1,1\n", "phases", "phase\n1\n"}, NULL,
               ITG_ERR_COLUMN, "no column for role 'phases.element'");
  assert_fails("checklist", (inputs){"data", "service,element,present\nA,pc1,1\n", "phases", "element\npc1\n"}, NULL,
               ITG_ERR_COLUMN, "no column for role 'phases.phase'");
  assert_fails("checklist", DATA("service,present\nA,1\n"), NULL, ITG_ERR_COLUMN, "'element'");
  assert_fails("checklist", DATA("service,element,present\nA,pc1,\n,pc1,1\n"), NULL, ITG_ERR_EMPTY,
               "no row says");
}

static void shipped_checklist_passes_its_examples(void **state) {
  (void)state;
  itg_error error = {0};
  if (itg_instrument_check("dmic", NULL, &error)) fail_msg("%s", error.message);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(means_of_84_services_of_minkman_2011_pool_to_46_6),
      cmocka_unit_test(dmic_has_89_elements_in_nine_clusters),
      cmocka_unit_test(notes_say_where_items_stand),
      cmocka_unit_test(shares_leave_out_what_is_not_relevant),
      cmocka_unit_test(draws_on_plans_and_on_rank),
      cmocka_unit_test(raters_come_to_a_consensus),
      cmocka_unit_test(two_raters_have_a_kappa),
      cmocka_unit_test(phases_of_elements_come_with_the_data),
      cmocka_unit_test(labels_of_yes_and_no_are_those_of_exports),
      cmocka_unit_test(bad_ratings_are_refused),
      cmocka_unit_test(shipped_checklist_passes_its_examples),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
