/* Measure consensus: published verdicts of SCIROCCO and RAND/UCLA panels, Delphi and interquartile rules by
 * hand. */
#include "scoring.h"

#define DATA(csv) ((const inputs){"data", csv, NULL})

/* One item per line of ratings, to a long table. */
static const char *panel_of(const char *const *items, size_t n, char *text, size_t size) {
  size_t at = (size_t)snprintf(text, size, "item,rater,value\n");
  for (size_t i = 0; i < n; i++) {
    const char *name = items[2 * i], *ratings = items[2 * i + 1];
    for (int rater = 1; *ratings; ratings++, rater++)
      at += (size_t)snprintf(text + at, size - at, "%s,r%d,%c\n", name, rater, *ratings);
  }
  return text;
}

/* IJIC, doi 10.5334/ijic.7747: median, percent in the region and verdict of 12 raters are published; the
 * ratings behind them are ours. */
static void scirocco_verdicts_of_the_singapore_panel_from_illustrative_ratings(void **state) {
  (void)state;
  static const char *const items[] = {"readiness",   "333333332445", "governance",   "002222333335",
                                      "digital",     "000022344555", "process",      "002222333355",
                                      "readiness_3", "333333222444", "governance_3", "222222221135",
                                      "everything",  "555555555555"};
  static const struct {
    const char *item;
    double median, percent;
    const char *consensus, *level;
  } expected[] = {{"readiness", 3, 91.7, "agreement", "progressing"},
                  {"governance", 2.5, 75.0, "agreement", "progressing"},
                  {"digital", 2.5, 41.7, "no agreement", "uncertain"},
                  {"process", 2.5, 66.7, "no agreement", "uncertain"},
                  {"readiness_3", 3, 100, "agreement", "progressing"},
                  {"governance_3", 2, 91.7, "agreement", "initial"},
                  {"everything", 5, 100, "agreement", "optimising"}};
  static char text[4000];
  itg_result *r = score("consensus", DATA(panel_of(items, ITG_COUNT(items) / 2, text, sizeof text)), NULL);
  for (size_t i = 0; i < ITG_COUNT(expected); i++) {
    const char *item = expected[i].item;
    assert_true(CELL(r, "items", "median", "item", item) == expected[i].median);
    assert_near(CELL(r, "estimates", "estimate", "item", item, "scale", "agreement"), expected[i].percent,
                0.05);
    assert_string_equal(TEXT(r, "items", "consensus", "item", item), expected[i].consensus);
    assert_string_equal(TEXT(r, "estimates", "level", "item", item, "scale", "median"), expected[i].level);
    assert_true(CELL(r, "items", "most_outside", "item", item) == 3); /* fewer than 4 of 12 */
  }
  itg_result_free(r);
}

/* BMJ Open 2012;2:e001431, table 1: 15 raters, median 7, 30th and 70th percentile 7 and 8, IPR 1, IPRAS 6.1,
 * accepted as four or fewer lie outside the region of the median.  Five ratings of 7, five of 8, two of 9 are
 * published; where the other three lie below 7 does not matter to these figures. */
static void rand_ucla_criterion_of_bmj_open_2012_e001431(void **state) {
  (void)state;
  static const char *const items[] = {"criterion", "456777778888899"};
  static char text[1000];
  itg_result *r = score("consensus", DATA(panel_of(items, 1, text, sizeof text)),
                        "{rule: rand_ucla, disagreement: ipras}");
  assert_true(CELL(r, "items", "median", "item", "criterion") == 7);
  assert_near(CELL(r, "items", "ipr", "item", "criterion"), 1, 1e-14);
  assert_near(CELL(r, "items", "ipras", "item", "criterion"), 6.1, 1e-14);
  assert_true(CELL(r, "items", "most_outside", "item", "criterion") == 4);
  assert_true(CELL(r, "items", "outside", "item", "criterion") == 3);
  assert_string_equal(TEXT(r, "items", "consensus", "item", "criterion"), "agreement");
  assert_string_equal(TEXT(r, "items", "level", "item", "criterion"), "appropriate");
  itg_result_free(r);
}

static void rand_ucla_levels_and_disagreement_by_hand(void **state) {
  (void)state;
  static const char *const items[] = {"yes",    "777788899", "no",     "111223377", "split", "111188899",
                                      "middle", "444455566", "spread", "234567775", "half",  "66667777"};
  static char text[2000];
  panel_of(items, ITG_COUNT(items) / 2, text, sizeof text);
  itg_result *r = score("consensus", DATA(text), "rule: rand_ucla");
  assert_string_equal(TEXT(r, "items", "level", "item", "yes"), "appropriate");
  assert_string_equal(TEXT(r, "items", "level", "item", "no"), "inappropriate");
  assert_string_equal(TEXT(r, "items", "consensus", "item", "no"), "agreement"); /* 2 of 9 outside */
  assert_string_equal(TEXT(r, "items", "consensus", "item", "split"), "disagreement");
  assert_string_equal(TEXT(r, "items", "level", "item", "split"), "uncertain");
  assert_string_equal(TEXT(r, "items", "level", "item", "middle"), "uncertain");
  assert_string_equal(TEXT(r, "items", "consensus", "item", "middle"), "agreement");
  assert_string_equal(TEXT(r, "items", "consensus", "item", "spread"), "no agreement");
  assert_string_equal(TEXT(r, "items", "level", "item", "half"),
                      "appropriate"); /* 6.5 belongs to the higher */
  assert_true(CELL(r, "items", "low_third", "item", "split") == 4 &&
              CELL(r, "items", "extreme", "item", "split") == 3);
  itg_result_free(r);
  r = score("consensus", DATA(text), "{rule: rand_ucla, extreme: 5}");
  assert_string_equal(TEXT(r, "items", "consensus", "item", "split"), "no agreement");
  itg_result_free(r);
}

/* BMC Med Inform Decis Mak 2012;12:93, table 7: panels of 8-10, 11-13 and 14-16 agree with at most 2, 3 and 4
 * outside, and disagree with at least 3, 4 and 5 in each outer third. */
static void rand_ucla_limits_of_bmc_med_inform_decis_mak_2012_12_93(void **state) {
  (void)state;
  static const struct {
    const char *ratings;
    int outside, extreme;
  } panels[] = {{"77788888", 2, 3},      {"7778888888", 2, 3},      {"77788888888", 3, 4},
                {"7778888888888", 3, 4}, {"77788888888888", 4, 5}, {"7778888888888888", 4, 5}};
  for (size_t i = 0; i < ITG_COUNT(panels); i++) {
    static char text[2000];
    const char *const items[] = {"item", panels[i].ratings};
    itg_result *r = score("consensus", DATA(panel_of(items, 1, text, sizeof text)), "rule: rand_ucla");
    assert_true(CELL(r, "items", "most_outside", "item", "item") == panels[i].outside);
    assert_true(CELL(r, "items", "extreme", "item", "item") == panels[i].extreme);
    itg_result_free(r);
  }
}

static void delphi_percent_with_wilsons_interval(void **state) {
  (void)state;
  static const char *const items[] = {"a", "5544433", "b", "5544441", "c", "4455"};
  static char text[1000];
  panel_of(items, 3, text, sizeof text);
  itg_result *r = score("consensus", DATA(text), "{rule: delphi, agree_from: 4, share: 75}");
  assert_near(CELL(r, "estimates", "estimate", "item", "a", "scale", "agreement"), 500 / 7.0, 1e-12);
  assert_string_equal(TEXT(r, "items", "consensus", "item", "a"), "no agreement");
  assert_string_equal(TEXT(r, "items", "consensus", "item", "b"), "agreement");
  assert_true(CELL(r, "estimates", "n_missing", "item", "c", "scale", "agreement") == 3);
  assert_near(CELL(r, "estimates", "estimate", "item", "all", "scale", "items_agreed"), 200 / 3.0, 1e-12);
  /* Wilson 1927: 6 of 7 */
  double z2 = 1.959963984540054 * 1.959963984540054, p = 6 / 7.0;
  double half = sqrt(z2) * sqrt(p * (1 - p) / 7 + z2 / 196) / (1 + z2 / 7);
  assert_near(CELL(r, "estimates", "conf_low", "item", "b", "scale", "agreement"),
              100 * ((p + z2 / 14) / (1 + z2 / 7) - half), 1e-9);
  itg_result_free(r);
}

static void interquartile_rule_and_own_levels(void **state) {
  (void)state;
  static const char *const items[] = {"near", "3344455", "far", "1144555"};
  static char text[1000];
  panel_of(items, 2, text, sizeof text);
  itg_result *r = score("consensus", DATA(text), "{rule: iqr, cut_points: [2.5], levels: [low, high]}");
  assert_near(CELL(r, "items", "iqr", "item", "near"), 1, 1e-15); /* 3.5 to 4.5 by type 7 */
  assert_string_equal(TEXT(r, "items", "level", "item", "near"), "high");
  assert_string_equal(TEXT(r, "items", "level", "item", "far"), "uncertain");
  itg_result_free(r);
  r = score("consensus", DATA(text), "{rule: iqr, most_iqr: 3}");
  assert_string_equal(TEXT(r, "items", "consensus", "item", "far"), "agreement");
  itg_result_free(r);
}

static void wide_rounds_words_and_small_panels(void **state) {
  (void)state;
  itg_result *r = score("consensus", DATA("item,round,a,b,c\nx,1,0,3,5\nx,2,3,3,3\ny,2,,,\n"),
                        "{columns: {ratings: [a, b, c]}, by: round}");
  assert_string_equal(TEXT(r, "items", "consensus", "item", "x", "round", "1"), "no agreement");
  assert_string_equal(TEXT(r, "items", "consensus", "item", "x", "round", "2"), "agreement");
  assert_string_equal(TEXT(r, "estimates", "reason", "item", "y", "scale", "median"), "missing");
  assert_true(CELL(r, "estimates", "n_missing", "item", "all", "scale", "items_agreed", "round", "2") == 1);
  assert_true(has_note(r, "for panels of 8 to 16; here 3 to 3"));
  itg_result_free(r);
  r = score("consensus", DATA("item,a,b,c\nx,low,mid,mid\n"),
            "{columns: {ratings: [a, b, c]}, rule: iqr, categories: [low, mid, high]}");
  assert_true(CELL(r, "items", "median", "item", "x") == 2);
  itg_result_free(r);
}

static void bad_panels_are_refused(void **state) {
  (void)state;
  const char *good = "item,a,b\nx,1,2\n";
  assert_fails("consensus", DATA("item,a,b\nx,1,6\n"), "columns: {ratings: [a, b]}", ITG_ERR_RANGE,
               "the rating 6 is outside the scale; allowed: 0 to 5");
  assert_fails("consensus", DATA("item,a,b\nx,low,high\n"), "{columns: {ratings: [a, b]}, rule: iqr}",
               ITG_ERR_OPTION, "the ratings are words");
  assert_fails("consensus", DATA(good), "{columns: {ratings: [a, b]}, rule: delphi}", ITG_ERR_OPTION,
               "'agree_from'");
  assert_fails("consensus", DATA(good), "{columns: {ratings: [a, b]}, rule: rand_ucla, high: 8}",
               ITG_ERR_OPTION, "three equal thirds");
  assert_fails("consensus", DATA(good), "{columns: {ratings: [a, b]}, low: 5, high: 1}", ITG_ERR_OPTION,
               "below 'high'");
  assert_fails("consensus", DATA(good), "{columns: {ratings: [a, b]}, rule: rand_ucla, levels: [a, b]}",
               ITG_ERR_OPTION, "levels of its own");
  assert_fails("consensus", DATA(good), "{columns: {ratings: [a, b]}, cut_points: [1, 2], levels: [a, b]}",
               ITG_ERR_OPTION, "3 words for 2 cut points");
  assert_fails("consensus", DATA(good), "{columns: {ratings: [a, b]}, cut_points: [2, 1], levels: [a, b, c]}",
               ITG_ERR_OPTION, "must rise");
  assert_fails("consensus", DATA("item,a,b\nx,,\n"), "columns: {ratings: [a, b]}", ITG_ERR_EMPTY,
               "all are missing");
  assert_fails("consensus", DATA(good), "{columns: {ratings: [a, b]}, rule: majority}", ITG_ERR_OPTION,
               "rule");
}

/* ---- by the items of an instrument ---- */

#define SEVEN(id, low, high) \
  "{schema: integrade-instrument/1, id: " id ", version: 1.0.0, kind: scale, title: t, unit: rater, source: {citation: made " \
  "for this test}, licence: {items: free, scoring: free}, responses: {r: {min: " low ", max: " high ", missing: {8: refused}}" \
  "}, items: [{id: a, label: first}, {id: b, label: second}], scores: [{id: total, of: [a, b], method: mean, range: [" low \
  ", " high "]}], examples: [{source: by hand, tables: {data: {a: [2], b: [4]}}, expect: [{scale: total, estimate: 3}]}]}"

/* A row per rater, a column per item: the same as long ratings. */
static void items_of_an_instrument_are_its_columns(void **state) {
  (void)state;
  const char *wide = "round,a,b\n1,3,2\n1,3,NA\n1,4,5\n2,5,0\n2,5,1\n,1,1\n",
             *tall = "round,rater,item,value\n1,1,a,3\n1,1,b,2\n1,2,a,3\n1,2,b,NA\n1,3,a,4\n1,3,b,5\n2,4,a,5\n2,4,b,0\n2,5,a,5\n"
                     "2,5,b,1\n";
  itg_result *x = score("consensus", DATA(wide), "{instrument: " SEVEN("five", "0", "5") ", by: round}"),
             *y = score("consensus", DATA(tall), "{by: round}");
  const itg_table *t = itg_result_find(x, "items"), *u = itg_result_find(y, "items");
  assert_int_equal(t->n_rows, 4);
  assert_int_equal(u->n_rows, 4);
  for (int64_t row = 0; row < 4; row++)
    for (int32_t c = 0; c < t->n_columns; c++)
      assert_string_equal(text_at(t, row, t->columns[c].name) ? text_at(t, row, t->columns[c].name) : "",
                          text_at(u, row, t->columns[c].name) ? text_at(u, row, t->columns[c].name) : "");
  assert_true(has_note(x, "1 rows lack a grouping value"));
  assert_non_null(strstr(itg_result_provenance(x), "\"id\":\"five\""));
  itg_result_free(x);
  itg_result_free(y);
}

/* Thirds of 1 to 9 and codes are the definition's; levels of 0 to 5 are not those of another range. */
static void range_and_codes_are_those_of_the_definition(void **state) {
  (void)state;
  itg_result *x = score("consensus", DATA("a,b\n9,1\n9,2\n7,1\n"),
                        "{rule: rand_ucla, instrument: " SEVEN("nine", "1", "9") "}");
  assert_string_equal(TEXT(x, "items", "level", "item", "a"), "appropriate");
  assert_string_equal(TEXT(x, "items", "level", "item", "b"), "inappropriate");
  itg_result_free(x);
  x = score("consensus", DATA("a,b\nBest,1\n6,2\n6,1\n"), "{labels: {Best: 7}, instrument: " SEVEN("seven", "1", "7") "}");
  assert_true(CELL(x, "items", "n", "item", "a") == 3 && CELL(x, "items", "median", "item", "a") == 6);
  itg_result_free(x);
  x = score("consensus", DATA("a,b\n7,1\n8,2\n7,1\n"), "{instrument: " SEVEN("seven", "1", "7") "}");
  assert_true(CELL(x, "items", "n", "item", "a") == 2); /* 8 is refused */
  assert_null(TEXT(x, "items", "level", "item", "a"));
  assert_string_equal(TEXT(x, "items", "consensus", "item", "a"), "agreement");
  itg_result_free(x);
}

static void an_instrument_that_cannot_be_rated_so_is_refused(void **state) {
  (void)state;
#define BY(more) "{instrument: " SEVEN("five", "0", "5") more "}"
  static const bad_call bad[] = {
      {"a,b\n3,6\n", BY(""), ITG_ERR_RANGE, "'6' is no answer to 'b'; answers are 0 to 5"},
      {"a,b\n3,Best\n", BY(""), ITG_ERR_TYPE, "give its number in option `labels`"},
      {"a,b\n3,3\n", BY(", labels: {Best: 6}"), ITG_ERR_OPTION, "'Best' stands for 6, which is an answer to no item"},
      {"a,b\n3,3\n", "{labels: {Best: 5}}", ITG_ERR_OPTION, "instrument"},
      {"a,c\n3,3\n", BY(""), ITG_ERR_COLUMN, "no such column for item 'b'"},
      {"a,b\n3,3\n", BY(", low: 1"), ITG_ERR_OPTION, "the instrument states the answers and their range; leave out 'low'"},
      {"a,b\n3,3\n", BY(", columns: {ratings: [a, b]}"), ITG_ERR_OPTION, "leave out the role 'ratings'"},
      {"a,b\nNA,NA\n", BY(""), ITG_ERR_EMPTY, "every rating is missing"},
      {"a,b\n3,3\n", "{instrument: dmic-phases}", ITG_ERR_INSTRUMENT, "needs one of kind scale"},
      {"a,b\n3,3\n", "{columns: {items: [a, b]}}", ITG_ERR_COLUMN, "goes with the option 'instrument'"}};
  for (size_t i = 0; i < ITG_COUNT(bad); i++)
    assert_fails("consensus", DATA(bad[i].csv), bad[i].options, bad[i].status, bad[i].part);
  assert_fails("consensus", DATA("a,b\n3,3\n"), "{rule: rand_ucla, instrument: " SEVEN("seven", "1", "7") "}",
               ITG_ERR_OPTION, "needs a scale of three equal thirds, such as 1 to 9; see a");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(scirocco_verdicts_of_the_singapore_panel_from_illustrative_ratings),
      cmocka_unit_test(rand_ucla_criterion_of_bmj_open_2012_e001431),
      cmocka_unit_test(rand_ucla_levels_and_disagreement_by_hand),
      cmocka_unit_test(rand_ucla_limits_of_bmc_med_inform_decis_mak_2012_12_93),
      cmocka_unit_test(delphi_percent_with_wilsons_interval),
      cmocka_unit_test(interquartile_rule_and_own_levels),
      cmocka_unit_test(wide_rounds_words_and_small_panels),
      cmocka_unit_test(bad_panels_are_refused),
      cmocka_unit_test(items_of_an_instrument_are_its_columns),
      cmocka_unit_test(range_and_codes_are_those_of_the_definition),
      cmocka_unit_test(an_instrument_that_cannot_be_rated_so_is_refused)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
