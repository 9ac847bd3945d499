/* Measure classification: decision tables and the weakest-link rule worked by hand, missing answers, bad
 * input. */
#include "scoring.h"

#define DATA(csv) ((const inputs){"data", csv, NULL})
#define MAP(rest)                                                                                       \
  "{instrument: {schema: integrade-instrument/1, id: t, version: 1.0.0, kind: map, title: t, unit: t, " \
  "source: {citation: t}, licence: {items: own}, examples: [], " rest "}}"
#define TWO                                                                                          \
  "dimensions: [{id: x, title: X, categories: [low, high]}, {id: y, title: Y, categories: [\"no\", " \
  "\"yes\"]}], "                                                                                     \
  "outcomes: [{id: a, title: A}, {id: b, title: B}], "

/* Curry and Ham 2010, figure 2: Donaldson's matrix. */
static void cells_of_curry_and_ham_2010_figure_2(void **state) {
  (void)state;
  itg_result *r = score(
      "classification",
      DATA("site,merger,coordination\nP,low,weak\nQ,low,strong\nR,high,weak\nS,high,strong\nT,high,weak\n"),
      "keep: site");
  assert_near(CELL(r, "estimates", "estimate", "scale", "single-weak"), 40, 1e-12);
  assert_true(CELL(r, "cells", "n", "merger", "high", "coordination", "weak") == 2);
  assert_string_equal(TEXT(r, "cells", "outcome", "merger", "low", "coordination", "strong"), "connected");
  assert_string_equal(TEXT(r, "cases", "outcome", "site", "S"), "single-strong");
  assert_string_equal(TEXT(r, "cases", "title", "site", "P"), "siloed providers");
  itg_result_free(r);
}

static void missing_dimensions_decide_only_when_it_makes_no_difference(void **state) {
  (void)state;
  const char *rule = MAP(TWO "rule: table, table: [{when: {x: high, y: \"yes\"}, then: b}, {else: a}]");
  itg_result *r = score("classification", DATA("x,y\nlow,\nhigh,\n,no\n,yes\n,\nhigh,1\nhigh,FALSE\n"), rule);
  const itg_table *cases = itg_result_find(r, "cases");
  static const char *const expected[] = {"a", NULL, "a", NULL, NULL, "b", "a"};
  for (int64_t i = 0; i < 7; i++)
    if (!itg_text_equal(text_at(cases, i, "outcome"), expected[i])) fail_msg("row %d", (int)i + 1);
  assert_true(CELL(r, "estimates", "n", "scale", "a") == 4);
  assert_true(CELL(r, "estimates", "n_missing", "scale", "a") == 3);
  assert_near(CELL(r, "estimates", "estimate", "scale", "b"), 25, 1e-12);
  assert_true(CELL(r, "cells", "n", "x", "high", "y", "no") == 1);
  assert_near(CELL(r, "cells", "percent", "x", "high", "y", "yes"), 50, 1e-12);
  itg_result_free(r);
}

#define NUMBERS(rest)                                                                                       \
  MAP("dimensions: [{id: risk, title: R, categories: [low, middle, high], from: [0, 0.5, 0.9], max: 1}], "  \
      "outcomes: [{id: self, title: S, reference: [65, 80]}, {id: care, title: C, reference: [20, 35]}, "   \
      "{id: case, title: K, reference: 5}], ordered: true, rule: table, table: [{when: {risk: low}, then: " \
      "self}, "                                                                                             \
      "{when: {risk: middle}, then: care}, {when: {risk: high}, then: case}]" rest)

static void numbers_fall_into_categories_by_lower_bounds(void **state) {
  (void)state;
  const char *csv = "risk,people,actual\n0,70,self\n0.5,30,self\n0.8999,10,case\n0.9,5,case\n1,0,\n";
  itg_result *r = score("classification", DATA(csv), NUMBERS(""));
  assert_near(CELL(r, "estimates", "estimate", "scale", "self"), 20, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "care"), 40, 1e-12);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "self"), "below reference");
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "care"), "above reference");
  /* Actual against mapped: as mapped rows 1 and 4, below row 2, above row 3, row 5 not known. */
  assert_near(CELL(r, "estimates", "estimate", "scale", "as_mapped"), 50, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "below"), 25, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "above"), 25, 1e-12);
  assert_true(CELL(r, "estimates", "n_missing", "scale", "above") == 1);
  assert_string_equal(text_at(itg_result_find(r, "cases"), 2, "actual"), "above");
  itg_result_free(r);
}

static void percentages_are_of_the_weight_when_there_is_one(void **state) {
  (void)state;
  char options[4096];
  snprintf(options, sizeof options, "%s", NUMBERS(""));
  options[strlen(options) - 1] = '\0';
  strcat(options, ", columns: {weight: people}}");
  itg_result *r = score("classification", DATA("risk,people\n0,70\n0.5,25\n0.95,5\n"), options);
  assert_near(CELL(r, "estimates", "estimate", "scale", "self"), 70, 1e-12);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "self"), "within reference");
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "case"), "within reference");
  assert_true(isnan(CELL(r, "estimates", "conf_low", "scale", "self")));
  assert_true(CELL(r, "estimates", "n", "scale", "self") == 3);
  assert_near(CELL(r, "cells", "percent_weight", "risk", "middle"), 25, 1e-12);
  assert_true(has_note(r, "of the weight"));
  itg_result_free(r);
  options[strlen(options) - 1] = '\0';
  strcat(options, ", cuts: {risk: [0, 0.6, 0.9]}}");
  r = score("classification", DATA("risk,people\n0,70\n0.5,25\n0.95,5\n"), options);
  assert_near(CELL(r, "estimates", "estimate", "scale", "self"), 95, 1e-12);
  itg_result_free(r);
}

static void the_weakest_link_is_the_lowest_dimension(void **state) {
  (void)state;
  const char *rule =
      MAP("dimensions: [{id: x, title: X, categories: [low, middle, high]}, {id: y, title: Y, categories: "
          "[a, b, c]}], "
          "outcomes: [{id: one, title: 1}, {id: two, title: 2}, {id: three, title: 3}], rule: weakest-link");
  itg_result *r = score("classification", DATA("x,y\nhigh,c\nhigh,b\nlow,c\nmiddle,b\nlow,\nhigh,\n"), rule);
  const itg_table *cases = itg_result_find(r, "cases");
  static const char *const outcome[] = {"three", "two", "one", "two", "one", NULL}, *const weakest[] = {
                                                                                        NULL,   "y",  "x",
                                                                                        "x, y", NULL, NULL};
  for (int64_t i = 0; i < 6; i++) {
    if (!itg_text_equal(text_at(cases, i, "outcome"), outcome[i])) fail_msg("outcome of row %d", (int)i + 1);
    if (!itg_text_equal(text_at(cases, i, "weakest"), weakest[i])) fail_msg("weakest of row %d", (int)i + 1);
  }
  assert_near(CELL(r, "estimates", "estimate", "scale", "weakest.x"), 50, 1e-12); /* rows 3 and 4 of four */
  assert_near(CELL(r, "estimates", "estimate", "scale", "weakest.y"), 50, 1e-12);
  itg_result_free(r);
}

static void rules_that_overlap_or_leave_cells_open_are_refused(void **state) {
  (void)state;
  const char *csv = "x,y\nlow,no\n";
  static const struct {
    const char *options, *part;
    itg_status status;
  } bad[] = {
      {MAP(TWO "rule: table, table: [{when: {x: low}, then: a}, {when: {y: \"no\"}, then: b}, {else: b}]"),
       "rules 1 and 2 overlap at the cell x low, y no", ITG_ERR_VALUE},
      {MAP(TWO "rule: table, table: [{when: {x: low}, then: a}, {when: {x: high, y: \"no\"}, then: b}]"),
       "no rule takes the cell x high, y yes", ITG_ERR_VALUE},
      {MAP(TWO "rule: table, table: [{when: {x: low}, then: a}, {when: {x: high}, then: b}, {else: b}]"),
       "the 'else' never does", ITG_ERR_VALUE},
      {MAP(TWO "rule: table, table: [{when: {x: [low, high]}, then: a}]"), "no rule leads to the outcome 'b'",
       ITG_ERR_VALUE},
      {MAP(TWO "rule: table, table: [{when: {x: lo}, then: a}, {else: b}]"), "there is no category 'lo'",
       ITG_ERR_REFERENCE},
      {MAP(TWO "rule: table, table: [{when: {z: low}, then: a}, {else: b}]"), "there is no dimension 'z'",
       ITG_ERR_REFERENCE},
      {MAP(TWO "rule: table, table: [{when: {x: low}, then: c}, {else: b}]"), "there is no outcome 'c'",
       ITG_ERR_REFERENCE},
      {MAP(TWO "rule: table, table: [{else: b}, {when: {x: low}, then: a}]"),
       "the last one may be 'else' alone", ITG_ERR_KEY},
      {MAP(TWO "rule: table, table: [{when: low, then: a}, {else: b}]"), "'when' must be a map",
       ITG_ERR_VALUE},
      {MAP(TWO "rule: table"), "needs the key 'table'", ITG_ERR_KEY},
      {MAP(TWO "rule: weakest-link, table: [{else: b}]"), "has no table", ITG_ERR_KEY},
      {MAP("dimensions: [{id: x, title: X, categories: [low, high]}], outcomes: [{id: a, title: A}], rule: "
           "weakest-link"),
       "needs a category of each dimension per outcome", ITG_ERR_VALUE},
      {MAP("dimensions: [{id: x, title: X, categories: [low]}], outcomes: [{id: a, title: A}], rule: table, "
           "table: "
           "[{else: a}]"),
       "needs two categories", ITG_ERR_VALUE},
      {MAP("dimensions: [{id: x, title: X, categories: [low, high], from: [1, 0]}], outcomes: [{id: a, "
           "title: A}], "
           "rule: table, table: [{else: a}]"),
       "must be numbers that rise", ITG_ERR_VALUE},
      {MAP("dimensions: [{id: x, title: X, categories: [low, high], from: [0, 3], max: 2}], outcomes: [{id: "
           "a, title: "
           "A}], rule: table, table: [{else: a}]"),
       "(X) lies above its max 2; write bounds as its numbers are", ITG_ERR_VALUE},
      {MAP("dimensions: [{id: x, title: X, categories: [low, high]}], outcomes: [{id: a, title: A, "
           "reference: [9, 1]}], "
           "rule: table, table: [{else: a}]"),
       "'reference' must be", ITG_ERR_VALUE},
  };
  for (size_t i = 0; i < ITG_COUNT(bad); i++)
    assert_fails("classification", DATA(csv), bad[i].options, bad[i].status, bad[i].part);
}

static void bad_data_are_refused_with_their_place(void **state) {
  (void)state;
  assert_fails("classification", DATA("merger,coordination\nlow,weak\nlow,week\n"), NULL, ITG_ERR_RANGE,
               "test.csv, line 3, column 'coordination': 'week' is no category");
  assert_fails("classification", DATA("merger,coordination\nlow,weak\nlow,week\n"), NULL, ITG_ERR_RANGE,
               "did you mean 'weak'?");
  assert_fails("classification", DATA("merger\nlow\n"), NULL, ITG_ERR_COLUMN, "'coordination'");
  assert_fails("classification", DATA("merger,coordination\n,\n"), NULL, ITG_ERR_EMPTY, "is missing");
  assert_fails("classification", DATA("merger,coordination,actual\nlow,weak,silo\n"), NULL, ITG_ERR_RANGE,
               "'silo' is no outcome");
  assert_fails("classification", DATA("merger,coordination,weight\nlow,weak,\n"), NULL, ITG_ERR_DATA,
               "weight");
  assert_fails("classification", DATA("risk\n1.5\n"), NUMBERS(""), ITG_ERR_RANGE,
               "it must be at least 0 and at most 1");
  assert_fails("classification", DATA("merger,coordination\nlow,weak\n"), "cuts: {merger: [0]}",
               ITG_ERR_OPTION, "as many lower bounds");
  assert_fails("classification", DATA("merger,coordination\nlow,weak\n"), "cuts: {size: [0, 1]}",
               ITG_ERR_OPTION, "no dimension 'size'");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(cells_of_curry_and_ham_2010_figure_2),
      cmocka_unit_test(missing_dimensions_decide_only_when_it_makes_no_difference),
      cmocka_unit_test(numbers_fall_into_categories_by_lower_bounds),
      cmocka_unit_test(percentages_are_of_the_weight_when_there_is_one),
      cmocka_unit_test(the_weakest_link_is_the_lowest_dimension),
      cmocka_unit_test(rules_that_overlap_or_leave_cells_open_are_refused),
      cmocka_unit_test(bad_data_are_refused_with_their_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
