/* Measure scale: rules worked by hand, both kernels against a plain loop, definitions that must be refused.
 */
#include "scoring.h"

/* A definition of three items 1..5 (b reversed) and a four-level fourth, around the given scores. */
static const char *instrument(const char *scores, const char *more) {
  static char text[4096];
  snprintf(text, sizeof text,
           "instrument: {schema: integrade-instrument/1, id: test, version: 1.0.0, kind: scale, title: t, "
           "unit: person, "
           "source: {citation: none}, licence: {items: own}, examples: [], "
           "responses: {five: {min: 1, max: 5, missing: {9: not applicable}}, "
           "four: {options: {0: never, 1: rarely, 2: often, 3: always}}}, "
           "items: [{id: a, responses: five}, {id: b, responses: five, reverse: true}, "
           "{id: c, responses: five, weight: 2}, {id: d, responses: four}], scores: [%s]}\n%s\n",
           scores, more);
  return text;
}

#define DATA(csv) ((const inputs){"data", csv, NULL})

static double value(const itg_result *r, const char *score, int64_t row) {
  return number_at(itg_result_find(r, "scores"), row, score);
}

static void items_are_reversed_by_the_range_of_the_responses(void **state) {
  (void)state;
  /* Nobody answers 5: reversal by what was observed would give 3 + 1 - 2 = 2 in place of 4. */
  itg_result *r = score("scale", DATA("a,b,c\n1,2,3\n3,1,1\n"),
                        instrument("{id: s, of: [a, b, c], method: sum, range: [3, 15]}, "
                                   "{id: m, of: [a, b, c], method: mean, range: [1, 5]}",
                                   ""));
  assert_true(value(r, "s", 0) == 8 && value(r, "s", 1) == 9);
  assert_near(value(r, "m", 0), 8.0 / 3, 1e-15);
  assert_true(CELL(r, "estimates", "estimate", "scale", "s") == 8.5);
  assert_near(CELL(r, "estimates", "std_error", "scale", "s"), 0.5, 1e-15);
  /* t quantile of one degree of freedom: tan(pi x 0.475) */
  assert_near(CELL(r, "estimates", "conf_high", "scale", "s"), 8.5 + 0.5 * tan(acos(-1.0) * 0.475), 1e-10);
  itg_result_free(r);
}

static void every_method_as_worked_by_hand(void **state) {
  (void)state;
  itg_result *r = score(
      "scale", DATA("a,b,c,d\n1,2,5,3\n5,1,5,3\n4,,2,0\n"),
      instrument(
          "{id: w, of: [a, b, c], method: weighted-mean, range: [1, 5], missing: {rule: min-valid, "
          "min_valid: 2}}, "
          "{id: own, of: [a, c], weights: [3, 1], method: weighted-mean, range: [1, 5]}, "
          "{id: count, of: [a, b, c], method: count, criterion: {at_least: 4}, range: [0, 3]}, "
          "{id: share, of: [a, b, c], method: share, criterion: {at_most: 2}, range: [0, 100], "
          "missing: {rule: share, share: 0.5}}, "
          "{id: best, of: [a, b, c, d], method: top-box, range: [0, 100]}, "
          "{id: worst, of: [a], method: top-box, direction: lower-better, range: [0, 100]}, "
          "{id: least, of: [a, b, c], method: min, range: [1, 5], missing: {rule: min-valid, min_valid: 1}}, "
          "{id: most, of: [a, b, c], method: max, range: [1, 5], missing: {rule: min-valid, min_valid: 1}}, "
          "{id: middle, of: [a, b, c], method: median, range: [1, 5], missing: {rule: min-valid, min_valid: "
          "2}}, "
          "{id: hundred, of: [d], method: mean, rescale: {to: [0, 100]}, range: [0, 100]}, "
          "{id: both, of: [middle, hundred], method: sum, range: [1, 105]}",
          ""));
  /* Values after reversal: 1 4 5 3; 5 5 5 3; 4 . 2 0 */
  static const struct {
    const char *score;
    double expected[3];
  } cases[] = {{"w", {(1 + 4 + 10) / 4.0, 5, (4 + 4) / 3.0}},
               {"own", {(3 + 5) / 4.0, 5, (12 + 2) / 4.0}},
               {"count", {2, 3, NAN}},
               {"share", {100.0 / 3, 0, 50}},
               {"best", {0, 100, NAN}},
               {"worst", {100, 0, 0}},
               {"least", {1, 5, 2}},
               {"most", {5, 5, 4}},
               {"middle", {4, 5, 3}},
               {"hundred", {100, 100, 0}},
               {"both", {104, 105, 3}}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++)
    for (int row = 0; row < 3; row++) {
      double found = value(r, cases[i].score, row);
      if (isnan(cases[i].expected[row]))
        assert_true(isnan(found));
      else
        assert_near(found, cases[i].expected[row], 1e-13);
    }
  itg_result_free(r);
}

static void missing_answers_follow_the_rule_of_the_score(void **state) {
  (void)state;
  itg_result *r = score(
      "scale", DATA("a,b,c\n1,,3\n1,,\n,,\n9,5,4\n"),
      instrument(
          "{id: all, of: [a, b, c], method: mean, range: [1, 5]}, "
          "{id: half, of: [a, b, c], method: mean, range: [1, 5], missing: {rule: share, share: 0.5}}, "
          "{id: sum, of: [a, b, c], method: sum, range: [3, 15], missing: {rule: min-valid, min_valid: 2}}, "
          "{id: bare, of: [a, b, c], method: sum, range: [3, 15], missing: {rule: min-valid, min_valid: 2, "
          "fill: none}}",
          ""));
  const itg_table *scores = itg_result_find(r, "scores");
  assert_true(isnan(value(r, "all", 0)) && value(r, "half", 0) == 2);
  assert_true(value(r, "sum", 0) == 6); /* 1 + 3 and their mean 2 for the missing one */
  assert_true(value(r, "bare", 0) == 4);
  assert_true(isnan(value(r, "half", 1)));
  /* 9 is a missing code of the definition: b reversed 1, c 4 */
  assert_true(value(r, "half", 3) == 2.5 && value(r, "half_missing", 3) == 1);
  int half = itg_table_column(scores, "half");
  assert_int_equal(itg_column_reason(&scores->columns[half], 1), ITG_REASON_TOO_FEW);
  assert_int_equal(itg_column_reason(&scores->columns[half], 2), ITG_REASON_MISSING);
  assert_true(value(r, "half_missing", 2) == 3);
  assert_true(CELL(r, "estimates", "n", "scale", "half") == 2);
  assert_true(CELL(r, "estimates", "n_missing", "scale", "half") == 2);
  assert_true(CELL(r, "estimates", "n", "scale", "all") == 0);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "all"), "too few answers");
  assert_non_null(strstr(itg_result_provenance(r), "\"column\":\"b\",\"missing\":3"));
  assert_int_equal(itg_table_column(scores, "half_status"), -1);
  itg_result_free(r);
  r = score("scale", DATA("a,b,c\n1,,3\n1,,\n,,\n5,5,4\n"),
            instrument("{id: half, of: [a, b, c], method: mean, range: [1, 5], missing: {rule: share}}, "
                       "{id: other, of: [a], method: mean, range: [1, 5]}",
                       "status: true\nscores: half"));
  static const char *const status[] = {"scored", "too few answers", "missing", "scored"};
  for (int64_t i = 0; i < 4; i++)
    assert_string_equal(text_at(itg_result_find(r, "scores"), i, "half_status"), status[i]);
  itg_result_free(r);
}

/* RAC-Q is scored in two published ways: "not applicable" as missing, or as no problem, the best answer. */
static void not_applicable_is_missing_or_counts_as_an_answer(void **state) {
  (void)state;
#define RACQ_WITH(more, count_as)                                                                        \
  "{" more                                                                                               \
  "missing: [-1], instrument: {schema: integrade-instrument/1, id: t, version: 1.0.0, kind: scale, "     \
  "title: t, unit: t, source: {citation: t}, licence: {items: own}, examples: [], responses: {r: {min: " \
  "0, max: 4, missing: {9: not applicable, 8: refused}" count_as                                         \
  "}}, items: [{id: a}, {id: b, reverse: true}], scores: [{id: s, of: [a, b], method: mean, range: [0, " \
  "4], missing: {rule: min-valid, min_valid: 1}}]}}"
#define RACQ(count_as) RACQ_WITH("", count_as)
  const char *csv = "a,b\n4,9\n2,1\n9,9\n8,0\n-1,9\n";
  itg_result *r = score("scale", DATA(csv), RACQ(""));
  assert_true(value(r, "s", 0) == 4 && value(r, "s", 1) == 2.5 && isnan(value(r, "s", 2)));
  assert_true(value(r, "s", 3) == 4 && value(r, "s_missing", 3) == 1 && value(r, "s_missing", 2) == 2);
  itg_result_free(r);
  /* A respondent without an answer: the reason that all items share, else missing. */
  r = score("scale", DATA("a,b\n9,9\n8,8\n9,8\n,\n4,0\n77,77\n"),
            RACQ_WITH("out_of_range: missing, status: true, ", ""));
  static const char *const status[] = {"not applicable", "refused", "missing",
                                       "missing",        "scored",  "out of range"};
  for (int64_t i = 0; i < 6; i++)
    assert_string_equal(text_at(itg_result_find(r, "scores"), i, "s_status"), status[i]);
  itg_result_free(r);
  r = score("scale", DATA(csv), RACQ(", count_as: {not applicable: 0}"));
  assert_true(value(r, "s", 0) == 4 && value(r, "s", 1) == 2.5); /* b reversed: 4 - 0 */
  assert_true(value(r, "s", 2) == 2 && value(r, "s_missing", 2) == 0);
  assert_true(value(r, "s", 3) == 4 && value(r, "s_missing", 3) == 1);
  assert_true(value(r, "s", 4) == 4 && value(r, "s_missing", 4) == 1);
  itg_result_free(r);
  /* A reason that the column itself bears, as labelled data have it. */
  double b[2] = {9, 1}, a[2] = {3, 3};
  uint8_t reasons[2] = {ITG_REASON_NOT_APPLICABLE, ITG_REASON_REFUSED};
  itg_column columns[2] = {{"a", ITG_TYPE_DOUBLE, a, 0, NULL, ITG_COLUMN_NAN_MISSING},
                           {"b", ITG_TYPE_DOUBLE, b, 0, reasons, 0}};
  itg_table table = {"data", NULL, 2, 2, columns, NULL};
  itg_control control = {.threads = 1};
  itg_error error = {0};
  if (itg_measure_run("scale", &table, 1, RACQ(", count_as: {not applicable: 0}"), &control, &r, &error))
    fail_msg("%s", error.message);
  assert_true(value(r, "s", 0) == 3.5 && value(r, "s", 1) == 3);
  itg_result_free(r);
  assert_fails("scale", DATA(csv), RACQ(", count_as: {not applicable: 7}"), ITG_ERR_VALUE,
               "must count as an answer");
  assert_fails("scale", DATA(csv), RACQ(", count_as: {unknown: 0}"), ITG_ERR_VALUE, "is no reason");
#undef RACQ
#undef RACQ_WITH
}

static void codes_within_the_range_and_weights_of_zero(void **state) {
  (void)state;
  itg_result *r =
      score("scale", DATA("a,c\n3,5\n2,\n2,4\n"),
            instrument("{id: m, of: [a, c], method: mean, range: [1, 5], "
                       "missing: {rule: min-valid, min_valid: 1}}, "
                       "{id: w, of: [a, c], weights: [0, 1], method: weighted-mean, range: [1, 5], "
                       "missing: {rule: min-valid, min_valid: 1}}",
                       "missing: [3]"));
  assert_true(value(r, "m", 0) == 5 && value(r, "m", 1) == 2 && value(r, "m", 2) == 3);
  assert_true(isnan(value(r, "w", 1)) && value(r, "w", 2) == 4);
  const itg_table *scores = itg_result_find(r, "scores");
  assert_int_equal(itg_column_reason(&scores->columns[itg_table_column(scores, "w")], 1), ITG_REASON_TOO_FEW);
  itg_result_free(r);
}

static void groups_kept_columns_and_ends_of_the_scale(void **state) {
  (void)state;
  itg_result *r = score("scale", DATA("id,site,a\nx,N,1\ny,N,5\nz,S,5\nu,S,5\nv,,3\n"),
                        instrument("{id: s, of: [a], method: mean, range: [1, 5]}", "by: site\nkeep: id"));
  assert_true(CELL(r, "estimates", "estimate", "scale", "s", "site", "N") == 3);
  assert_true(CELL(r, "estimates", "estimate", "scale", "s.floor", "site", "N") == 50);
  assert_true(CELL(r, "estimates", "estimate", "scale", "s.ceiling", "site", "S") == 100);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "s", "site", "S"),
                      itg_reason_text(ITG_REASON_NO_VARIANCE));
  assert_true(CELL(r, "scores", "s", "id", "z") == 5);
  assert_true(has_note(r, "1 rows lack a grouping value"));
  itg_result_free(r);
}

static void words_of_options_stand_for_their_numbers(void **state) {
  (void)state;
  itg_result *r = score("scale", DATA("d\nnever\nalways\n2\nrefused\n"),
                        instrument("{id: s, of: [d], method: mean, range: [0, 3]}",
                                   "missing: {refused: refused}\nresponses: true"));
  assert_true(value(r, "s", 0) == 0 && value(r, "s", 1) == 3 && value(r, "s", 2) == 2 &&
              isnan(value(r, "s", 3)));
  assert_true(CELL(r, "responses", "n", "item", "d", "answer", "always") == 1);
  assert_true(CELL(r, "responses", "percent", "item", "d", "answer", "2", "word", "often") == 25);
  itg_result_free(r);
}

/* A form's exported wording, which a definition does not ship. */
static void labels_of_exports_stand_for_their_numbers(void **state) {
  (void)state;
#define LABELS "labels: {Almost never: 1, Sometimes: 3, Always: 5, never: 3}"
  const char *scores = "{id: s, of: [a, b], method: sum, range: [2, 10]}, {id: f, of: [d], method: mean, range: [0, 3]}";
  itg_result *r = score("scale", DATA("a,b,d\nAlmost never,Always,never\n2,Sometimes,Sometimes\nAlways,4,3\nn/a,1,Almost never\n"),
                        instrument(scores, LABELS "\nmissing: {n/a: not applicable}\nresponses: true"));
  static const double sums[] = {1 + 1, 2 + 3, 5 + 2, NAN}, four[] = {0, 3, 3, 1}; /* b is reversed: 6 - answer */
  for (int row = 0; row < 4; row++) {
    assert_true(isnan(sums[row]) ? isnan(value(r, "s", row)) : value(r, "s", row) == sums[row]);
    assert_true(value(r, "f", row) == four[row]); /* never is 0 by the definition, whatever the option says */
  }
  assert_true(CELL(r, "responses", "n", "item", "a", "answer", "Almost never") == 1);
  assert_null(TEXT(r, "responses", "reason", "item", "a", "answer", "Always"));
  assert_string_equal(TEXT(r, "responses", "word", "item", "d", "answer", "Sometimes"), "always");
  itg_result_free(r);
  const bad_call bad[] = {
      {"a,b,d\nOften,1,1\n", LABELS, ITG_ERR_TYPE,
       "'Often' is no answer to 'a'; answers are 1 to 5, or Almost never, Sometimes, Always, never; correct it, give its "
       "number in option `labels`, or declare it in `missing`"},
      {"a,b,d\n1,1,seldom\n", "", ITG_ERR_TYPE,
       "answers are 0 to 3, as the definition lists them, or never, rarely, often, always; correct it, give its number"},
      {"a,b,d\nalways,1,1\n", LABELS, ITG_ERR_TYPE, "'always' is no answer to 'a'"}, /* capitals count */
      {"a,b,d\n1,1,Always\n", LABELS, ITG_ERR_RANGE, "'Always' is no answer to 'd'; answers are 0 to 3"},
      {"a,b,d\n1,1,1\n", "labels: {Always: 7}", ITG_ERR_OPTION,
       "option 'labels': 'Always' stands for 7, which is an answer to no item; answers are 1 to 5; 0 to 3"},
      {"a,b,d\n1,1,1\n", "labels: {Always: often}", ITG_ERR_OPTION,
       "'Always' must stand for a number, or name items and map their labels to numbers, not often"},
      {"a,b,d\n1,1,1\n", "labels: {2: 1}", ITG_ERR_OPTION, "'2' is a number, and numbers are answers as they stand"}};
  for (size_t i = 0; i < ITG_COUNT(bad); i++)
    assert_fails("scale", DATA(bad[i].csv), instrument(scores, bad[i].options), bad[i].status, bad[i].part);
  r = score("score", DATA("a,b,d\nAlways,Often,1\n1,1,1\n"), instrument(scores, LABELS "\nout_of_range: missing"));
  assert_true(isnan(value(r, "s", 0)) && value(r, "s", 1) == 6);
  assert_true(has_note(r, "1 answers that the definition does not know"));
  itg_result_free(r);
#undef LABELS
}

/* Label exports whose items have label sets of their own: by item, by responses, by pattern, then for all. */
static void labels_of_some_items_go_before_those_of_all(void **state) {
  (void)state;
  const char *scores = "{id: a1, of: [a], method: sum, range: [1, 5]}, {id: b1, of: [b], method: sum, range: [1, 5]}, "
                       "{id: c1, of: [c], method: sum, range: [1, 5]}, {id: f, of: [d], method: sum, range: [0, 3]}";
  itg_result *r = score("scale", DATA("a,b,c,d\nNo,No,No,No\nSo,So,So,So\n"),
                        instrument(scores, "labels: {a: {No: 5}, four: {No: 0}, \"/^[ab]$/\": {No: 4, So: 3}, No: 1, So: 2}"));
  static const double want[2][4] = {{5, 2, 1, 0}, {3, 3, 2, 2}}; /* b is reversed: 6 - 4, 6 - 3 */
  static const char *const names[] = {"a1", "b1", "c1", "f"};
  for (int row = 0; row < 2; row++)
    for (int k = 0; k < 4; k++) assert_true(value(r, names[k], row) == want[row][k]);
  itg_result_free(r);
  const bad_call bad[] = {
      {"a,b,c,d\nNo,1,1,No\n", "labels: {a: {No: 1}}", ITG_ERR_TYPE, "'No' is no answer to 'd'; answers are 0 to 3"},
      {"a,b,c,d\n1,1,1,1\n", "labels: {d: {No: 5}}", ITG_ERR_OPTION,
       "'No' stands for 5, which is an answer to no item of d; answers are 0 to 3"},
      {"a,b,c,d\n1,1,1,1\n", "labels: {fuor: {No: 1}}", ITG_ERR_OPTION,
       "'fuor' has labels of its own, but is neither an item (a ...), nor responses of the definition (five ...), nor a "
       "pattern that items match"},
      {"a,b,c,d\n1,1,1,1\n", "labels: {\"/^q/\": {No: 1}}", ITG_ERR_OPTION, "'/^q/' has labels of its own"},
      {"a,b,c,d\n1,1,1,1\n", "labels: {\"/(/\": {No: 1}}", ITG_ERR_OPTION, "patterns are PCRE2"},
      {"a,b,c,d\n1,1,1,1\n", "labels: {a: {No: [1]}}", ITG_ERR_OPTION, "'No' must stand for a number, not a list"},
      {"a,b,c,d\n1,1,1,1\n", "labels: {a: {\"2\": 1}}", ITG_ERR_OPTION, "'2' is a number"},
      {"a,b,c,d\n1,1,1,1\n", "labels: No", ITG_ERR_OPTION, "must be a map"}};
  for (size_t i = 0; i < ITG_COUNT(bad); i++)
    assert_fails("scale", DATA(bad[i].csv), instrument(scores, bad[i].options), bad[i].status, bad[i].part);
}

/* One version has the answer 5, the other has not: the label holds where it is an answer. */
static void labels_are_those_of_any_version(void **state) {
  (void)state;
#define VERSION(id, max) \
  "{schema: integrade-instrument/1, id: " id ", version: 1.0.0, kind: scale, title: t, unit: person, " \
  "source: {citation: none}, licence: {items: own}, examples: [], responses: {r: {min: 1, max: " max "}}, " \
  "items: [{id: a}], scores: [{id: s, of: [a], method: mean, range: [1, " max "], rescale: {to: [1, " max "]}}]}"
#define BOTH "{instrument: {NL: " VERSION("nl", "5") ", UK: " VERSION("uk", "4") "}, instrument_by: country, by: country, "
  itg_result *r = score("scale", DATA("country,a\nNL,Always\nUK,Never\nUK,3\n"), BOTH "labels: {Never: 1, Always: 5}}");
  assert_true(value(r, "s", 0) == 5 && value(r, "s", 1) == 1 && value(r, "s", 2) == 3);
  itg_result_free(r);
  assert_fails("scale", DATA("country,a\nNL,Always\nUK,Always\n"), BOTH "labels: {Never: 1, Always: 5}}", ITG_ERR_RANGE,
               "'Always' is no answer to 'a'; answers are 1 to 4");
  assert_fails("scale", DATA("country,a\nNL,1\nUK,1\n"), BOTH "labels: {Never: 0}}", ITG_ERR_OPTION,
               "answers are 1 to 5; 1 to 4");
#undef BOTH
#undef VERSION
}

/* What a host lends for the columns of a result, each exactly as long as asked for. */
typedef struct rooms {
  int n;
  void *memory[8];
} rooms;

static void *lend_room(void *payload, itg_type type, int64_t n_rows) {
  rooms *r = payload;
  assert_true(r->n < 8);
  return r->memory[r->n++] = test_malloc((size_t)n_rows * itg_type_size(type));
}

/* Both fast ways and the slow one on the same 70,001 rows, one thread against two, and a result in the host's room,
 * to the last bit. */
static void all_kernels_agree_with_a_plain_loop(void **state) {
  (void)state;
  enum { N = 70001, ITEMS = 7 };
  static int32_t ints[ITEMS][N];
  static double doubles[ITEMS][N], spread[ITEMS][2 * N];
  static uint8_t reasons[ITEMS][N];
  static const char *const names[] = {"q1", "q2", "q3", "q4", "q5", "q6", "q7"};
  uint32_t seed = 7;
  itg_column columns[3][ITEMS];
  for (int k = 0; k < ITEMS; k++) {
    for (int i = 0; i < N; i++) {
      seed = seed * 1664525 + 1013904223;
      int answer = (int)(seed >> 16) % 6, gone = seed >> 27 == 0;
      ints[k][i] = gone ? INT32_MIN : answer;
      doubles[k][i] = gone ? NAN : answer;
      spread[k][2 * i] = gone ? 77 : answer;
      reasons[k][i] = gone ? ITG_REASON_REFUSED : 0;
    }
    columns[0][k] = (itg_column){names[k], ITG_TYPE_INT32, ints[k], 0, NULL, ITG_COLUMN_MIN_MISSING};
    columns[1][k] = (itg_column){names[k], ITG_TYPE_DOUBLE, doubles[k], 0, NULL, ITG_COLUMN_NAN_MISSING};
    columns[2][k] = (itg_column){names[k], ITG_TYPE_DOUBLE, spread[k], 16, reasons[k], 0};
  }
  columns[1][3] = columns[0][3]; /* both types in one score */
  const char *options =
      "{instrument: {schema: integrade-instrument/1, id: t, version: 1.0.0, kind: scale, title: t, unit: u, "
      "source: {citation: none}, licence: {items: own}, examples: [], responses: {r: {options: [0, 1, 2, 3, "
      "4, 5]}}, "
      "items: [{id: q1}, {id: q2, reverse: true}, {id: q3}, {id: q4, reverse: true}, {id: q5}, {id: q6}, "
      "{id: q7}], "
      "scores: [{id: s, of: [q1, q2, q3, q4, q5, q6, q7], method: mean, range: [0, 5], missing: {rule: "
      "share, share: 0.5}},"
      "{id: t, of: [q2, q4, q6], method: sum, range: [0, 15]}]}}";
  enum { WAYS = 5 };
  itg_result *results[WAYS];
  rooms lent = {0};
  for (int way = 0; way < WAYS; way++) {
    itg_table table = {"data", NULL, N, ITEMS, columns[way % 3], NULL};
    itg_control control = {.threads = way < 3 ? 1 : 2, .payload = &lent, .room = way == 4 ? lend_room : NULL};
    itg_error error = {0};
    if (itg_measure_run("scale", &table, 1, options, &control, &results[way], &error))
      fail_msg("%s", error.message);
  }
  const itg_table *scores = itg_result_find(results[0], "scores");
  const double *s = scores->columns[itg_table_column(scores, "s")].data,
               *t = scores->columns[itg_table_column(scores, "t")].data;
  int64_t complete = 0;
  for (int i = 0; i < N; i++) {
    double sum = 0, three = 0;
    int n = 0, n_three = 0;
    for (int k = 0; k < ITEMS; k++) {
      if (ints[k][i] == INT32_MIN) continue;
      double v = k == 1 || k == 3 ? 5 - ints[k][i] : ints[k][i];
      sum += v;
      n++;
      if (k == 1 || k == 3 || k == 5) three += v, n_three++;
    }
    if (n >= 4)
      assert_true(s[i] == sum / n);
    else
      assert_true(isnan(s[i]));
    if (n_three == 3)
      assert_true(t[i] == three), complete++;
    else
      assert_true(isnan(t[i]));
  }
  assert_true(complete > N / 2 && complete < N);
  for (int way = 1; way < WAYS; way++)
    for (int table = 0; table < 2; table++) {
      const itg_table *a = itg_result_table(results[0], table), *b = itg_result_table(results[way], table);
      assert_int_equal(a->n_columns, b->n_columns);
      for (int c = 0; c < a->n_columns; c++) {
        if (a->columns[c].type != ITG_TYPE_DOUBLE) continue;
        const double *x = a->columns[c].data, *y = b->columns[c].data;
        for (int64_t i = 0; i < a->n_rows; i++)
          if (!isnan(x[i]) || !isnan(y[i])) assert_true(x[i] == y[i]);
      }
    }
  const itg_table *in_room = itg_result_find(results[4], "scores");
  assert_int_equal(lent.n, in_room->n_columns);
  for (int i = 0; i < lent.n; i++) assert_ptr_equal(in_room->columns[i].data, lent.memory[i]);
  for (int way = 0; way < WAYS; way++) itg_result_free(results[way]);
  for (int i = 0; i < lent.n; i++) test_free(lent.memory[i]);
}

static void impossible_answers_name_row_and_column(void **state) {
  (void)state;
  const char *one = "{id: s, of: [a, d], method: sum, range: [1, 8]}";
  assert_fails("scale", DATA("a,d\n1,0\n7,1\n"), instrument(one, ""), ITG_ERR_RANGE,
               "test.csv, line 3, column 'a': '7'");
  assert_fails("scale", DATA("a,d\n1,0\n2,1.5\n"), instrument(one, ""), ITG_ERR_RANGE, "column 'd': '1.5'");
  assert_fails("scale", DATA("a,d\n1,0\n2,sometimes\n"), instrument(one, ""), ITG_ERR_TYPE,
               "'sometimes' is no answer");
  itg_result *r = score("scale", DATA("a,d\n7,0\n2,1\n"), instrument(one, "out_of_range: missing"));
  assert_true(isnan(value(r, "s", 0)) && value(r, "s", 1) == 3);
  assert_true(has_note(r, "1 answers that the definition does not know"));
  itg_result_free(r);
}

static void columns_are_found_by_item_by_map_and_by_list(void **state) {
  (void)state;
  const char *one = "{id: s, of: [a, b, c, d], method: sum, range: [3, 18]}";
  const inputs data = {"data", "q_1,q_2,q_3,q_4\n1,2,3,0\n", NULL};
  itg_result *r = score("scale", data, instrument(one, "columns: {items: \"q_{n}\"}"));
  assert_true(value(r, "s", 0) == 8);
  itg_result_free(r);
  r = score("scale", data, instrument(one, "columns: {a: q_1, b: q_2, c: q_3, d: q_4}"));
  assert_true(value(r, "s", 0) == 8);
  itg_result_free(r);
  r = score(
      "scale", data,
      instrument("{id: s, of: [c], method: sum, range: [1, 5]}, {id: x, of: [a], method: sum, range: [1, 5]}",
                 "scores: s\ncolumns: {c: q_3}"));
  assert_true(value(r, "s", 0) == 3);
  assert_int_equal(itg_table_column(itg_result_find(r, "scores"), "x"), -1);
  itg_result_free(r);
  assert_fails("scale", data, instrument(one, "columns: {items: [q_1, q_2]}"), ITG_ERR_COLUMN,
               "names 2 columns (q_1, q_2), but the instrument has 4");
  assert_fails("scale", data, instrument(one, "columns: {a: q_1, e: q_2}"), ITG_ERR_OPTION,
               "'e' is neither a role");
  assert_fails("scale", DATA("a,b,c\n1,1,1\n"), instrument(one, ""), ITG_ERR_COLUMN, "for item 'd'");
  assert_fails("scale", DATA("a,b,c\n1,1,1\n"), instrument(one, ""), ITG_ERR_COLUMN, "or this one in `columns` (ITG");
  assert_fails("scale", DATA("a,b,c,d\n"), instrument(one, ""), ITG_ERR_EMPTY, "no rows");
  assert_fails("scale", DATA("a,b,c,d\n,,9,\n,,,\n"), instrument(one, ""), ITG_ERR_EMPTY,
               "every answer is missing");
}

/* One call tells what is wrong with keys, items and scores, each with its place; the first is the status. */
static void faults_beside_each_other_are_told_at_once(void **state) {
  (void)state;
  static const char *const keys[] = {"(ITG_ERR_VALUE); line 1, column ", "scores has no key 'roundd'; ", "'rule' of missing is 'shares'"};
  static const char *const parts[] = {"no item or earlier score 'z' (ITG_ERR_REFERENCE); line 1, column ",
                                      "'u' is 1 to 5 by its rule"};
  itg_error error = {0};
  itg_result *r = NULL;
  assert_int_equal(attempt("scale", DATA("a,b\n1,1\n"),
                           instrument("{id: s, of: [a], method: average}, {id: t, of: [a], method: mean, roundd: 2, "
                                      "missing: {rule: shares}}", ""), 1, &r, &error), ITG_ERR_VALUE);
  for (size_t i = 0; i < ITG_COUNT(keys); i++) assert_non_null(strstr(error.message, keys[i]));
  /* v is made of the faulty s and says nothing more. */
  assert_int_equal(attempt("scale", DATA("a,b\n1,1\n"),
                           instrument("{id: s, of: [a, z], method: sum}, {id: u, of: [a], method: mean, range: [1, 9]}, "
                                      "{id: v, of: [s, u], method: sum, range: [0, 1]}", ""), 1, &r, &error), ITG_ERR_REFERENCE);
  for (size_t i = 0; i < ITG_COUNT(parts); i++) assert_non_null(strstr(error.message, parts[i]));
  assert_null(strstr(error.message, "'v'"));

  itg_text many = ITG_TEXT_EMPTY; /* more than a message has room for */
  itg_text_add(&many, "{instrument: pacic");
  for (int i = 0; i < 40; i++) itg_text_print(&many, ", zz%d: 1", i);
  itg_text_add(&many, "}");
  assert_int_equal(attempt("scale", DATA("a\n1\n"), many.data, 1, &r, &error), ITG_ERR_OPTION);
  assert_non_null(strstr(error.message, "; and "));
  assert_string_equal(error.message + strlen(error.message) - 5, " more");
  itg_text_clear(&many);
}

static void definitions_without_meaning_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *scores, *part;
    itg_status status;
  } cases[] = {
      {"{id: s, of: [a, b], method: sum, range: [2, 9]}", "is 2 to 10 by its rule", ITG_ERR_VALUE},
      {"{id: s, of: [a, z], method: sum, range: [2, 10]}", "no item or earlier score 'z'", ITG_ERR_REFERENCE},
      {"{id: s, of: [s], method: sum, range: [2, 10]}", "no item or earlier score 's'", ITG_ERR_REFERENCE},
      {"{id: s, of: [a, a], method: sum, range: [2, 10]}", "stands twice", ITG_ERR_VALUE},
      {"{id: a, of: [b], method: sum, range: [1, 5]}", "'a' is given twice", ITG_ERR_VALUE},
      {"{id: s, of: [a], method: sum, range: [1, 5], missing: {rule: min-valid, min_valid: 2}}",
       "has 1 parts", ITG_ERR_VALUE},
      {"{id: s, of: [a], method: mean, range: [1, 5], bands: b}", "no bands 'b'", ITG_ERR_REFERENCE},
      {"{id: s, of: [a], method: mean, range: [1, 5], criterion: {at_least: 2}}", "have a criterion",
       ITG_ERR_VALUE},
      {"{id: s, of: [a], method: mean, range: [1, 5], roundd: 2}", "no key 'roundd'", ITG_ERR_KEY},
      {"{id: s, of: [a], method: average, range: [1, 5]}", "'average'", ITG_ERR_VALUE},
  };
  for (size_t i = 0; i < ITG_COUNT(cases); i++)
    assert_fails("scale", DATA("a,b\n1,1\n"), instrument(cases[i].scores, ""), cases[i].status,
                 cases[i].part);
  static const char *const codes[] = {"5: refused", "always: not applicable"};
  for (size_t i = 0; i < ITG_COUNT(codes); i++) {
    char options[600];
    snprintf(options, sizeof options,
             "instrument: {schema: integrade-instrument/1, id: t, version: 1.0.0, kind: scale, title: t, unit: t, "
             "source: {citation: t}, licence: {items: own}, responses: {r: {options: {1: never, 5: always}, "
             "missing: {%s}}}, items: [{id: a}], scores: [{id: s, of: [a], method: mean}]}",
             codes[i]);
    assert_fails("scale", DATA("a\n1\n"), options, ITG_ERR_VALUE, "of responses 'r' is an option and a missing code");
  }
}

static void score_finds_the_engine_of_the_kind(void **state) {
  (void)state;
  const char *one = "{id: s, of: [a], method: mean, range: [1, 5]}";
  itg_result *direct = score("scale", DATA("a\n1\n4\n"), instrument(one, "conf_level: 0.9")),
             *through = score("score", DATA("a\n1\n4\n"), instrument(one, "conf_level: 0.9"));
  assert_true(CELL(direct, "estimates", "conf_low", "scale", "s") ==
              CELL(through, "estimates", "conf_low", "scale", "s"));
  assert_string_equal(itg_result_provenance(direct), itg_result_provenance(through));
  itg_result_free(direct);
  itg_result_free(through);
  assert_fails("score", DATA("a\n1\n"), "{instrument: functional-integration}", ITG_ERR_INSTRUMENT,
               "use the measure functional_integration");
  assert_fails("score", DATA("a\n1\n"), instrument(one, "theta: 0.4"), ITG_ERR_OPTION, "no key 'theta'");
  assert_fails("scale", DATA("a\n1\n"), "{instrument: dmic}", ITG_ERR_INSTRUMENT, "needs one of kind scale");
}

static void shipped_scales_pass_their_published_examples(void **state) {
  (void)state;
  static const char *const ids[] = {"pacic", "acic", "microsystem"};
  for (size_t i = 0; i < ITG_COUNT(ids); i++) {
    itg_error error = {0};
    if (itg_instrument_check(ids[i], NULL, &error)) fail_msg("%s", error.message);
  }
}

#define TABLE_SCALE(scores)                                                                                \
  "{instrument: {schema: integrade-instrument/1, id: t, version: 1.0.0, kind: scale, title: t, unit: t, "  \
  "source: "                                                                                               \
  "{citation: t}, licence: {items: own}, examples: [], responses: {r: {min: 0, max: 2}}, items: [{id: a, " \
  "label: A}, "                                                                                            \
  "{id: b, label: B, reverse: true}], scores: [" scores "]}}"

/* A conversion table as users bring it: raw sums to published scores. */
static void lookup_converts_raw_scores(void **state) {
  (void)state;
  const char *csv = "a,b\n0,2\n2,0\n1,1\n2,\n,\n1.5,1\n";
  const char *exact = TABLE_SCALE(
      "{id: s, of: [a, b], method: sum, missing: {rule: min-valid, min_valid: 1}, lookup: {from: [0, 1, 2, "
      "3, 4], to: [0, "
      "38.5, 47, 60, 100]}, range: [0, 100]}");
  itg_result *r = score("scale", DATA(csv), exact);
  const itg_table *t = itg_result_find(r, "scores");
  static const double wanted[] = {0, 100, 47, 100}; /* the fourth: one answer of 2 prorated to 4 */
  for (int64_t i = 0; i < 4; i++) assert_true(number_at(t, i, "s") == wanted[i]);
  assert_true(isnan(number_at(t, 4, "s")) && isnan(number_at(t, 5, "s")));
  assert_int_equal(itg_column_reason(&t->columns[itg_table_column(t, "s")], 4), ITG_REASON_MISSING);
  assert_int_equal(itg_column_reason(&t->columns[itg_table_column(t, "s")], 5), ITG_REASON_INVALID);
  itg_result_free(r);
  r = score("scale", DATA(csv),
            TABLE_SCALE("{id: s, of: [a, b], method: sum, lookup: {from: [0, 1, 2, 3, 4], to: [0, 38.5, "
                        "47, 60, 100], between: linear}, range: [0, 100]}"));
  assert_near(number_at(itg_result_find(r, "scores"), 5, "s"), (47 + 60) / 2.0, 1e-12);
  itg_result_free(r);
  r = score("scale", DATA(csv),
            TABLE_SCALE("{id: s, of: [a, b], method: sum, lookup: {from: [0, 1, 2, 3, 4], to: [0, 38.5, "
                        "47, 60, 100], between: nearest}, range: [0, 100]}"));
  assert_true(number_at(itg_result_find(r, "scores"), 5, "s") == 60);
  itg_result_free(r);
  assert_fails("scale", DATA(csv),
               TABLE_SCALE("{id: s, of: [a, b], method: sum, lookup: {from: [0, 1, 2], to: [0, 1, 2]}, "
                           "range: [0, 2]}"),
               ITG_ERR_VALUE, "must cover the scores");
  assert_fails("scale", DATA(csv),
               TABLE_SCALE("{id: s, of: [a, b], method: sum, lookup: {from: [0, 0, 4], to: [0, 1, 2]}, "
                           "range: [0, 2]}"),
               ITG_ERR_VALUE, "must rise");
  assert_fails("scale", DATA(csv),
               TABLE_SCALE("{id: s, of: [a, b], method: sum, lookup: {from: [0, 4], to: [0]}, range: [0, "
                           "2]}"),
               ITG_ERR_VALUE, "as many 'to' as 'from'");
}

static void weighted_sums_are_prorated_by_weight(void **state) {
  (void)state;
  itg_result *r = score(
      "scale", DATA("a,b\n2,0\n1,\n0,2\n"),
      TABLE_SCALE("{id: s, of: [a, b], method: weighted-sum, weights: [3, 1], missing: {rule: min-valid, "
                  "min_valid: 1}, range: [0, 8]}, {id: bare, of: [a, b], method: weighted-sum, weights: "
                  "[3, 1], missing: {rule: min-valid, min_valid: 1, fill: none}, range: [0, 8]}"));
  const itg_table *t = itg_result_find(r, "scores");
  assert_true(number_at(t, 0, "s") == 8); /* 3 x 2 + 1 x (2 - 0) */
  assert_true(number_at(t, 1, "s") == 4); /* 3 x 4 / 3 */
  assert_true(number_at(t, 1, "bare") == 3);
  assert_true(number_at(t, 2, "s") == 0);
  itg_result_free(r);
}

/* R 4.2.2, by hand: w <- c(1, 2, 4, 1); y <- c(0, 4, 2, 4); weighted.mean(y, w) = 2.5;
 * sqrt(4 / 3 * sum(w^2 * (y - 2.5)^2)) / 8. */
static void design_weights_as_a_sample_with_replacement(void **state) {
  (void)state;
  const char *one = TABLE_SCALE("{id: s, of: [a, b], method: sum, range: [0, 4]}");
  const char *csv = "a,b,weight\n0,2,1\n2,0,2\n1,1,4\n2,0,1\n,,9\n";
  itg_result *r = score("scale", DATA(csv), one);
  double spread = 1 * 6.25 + 4 * 2.25 + 16 * 0.25 + 1 * 2.25, error = sqrt(4 / 3.0 * spread) / 8;
  assert_near(CELL(r, "estimates", "estimate", "scale", "s"), 2.5, 1e-14);
  assert_near(CELL(r, "estimates", "std_error", "scale", "s"), error, 1e-14);
  assert_near(CELL(r, "estimates", "conf_high", "scale", "s"), 4,
              1e-12); /* 2.5 + 3.18 x 0.67, not above the range */
  assert_near(CELL(r, "estimates", "conf_low", "scale", "s"), 2.5 - 3.182446305284263 * error, 1e-9);
  assert_near(CELL(r, "estimates", "estimate", "scale", "s.ceiling"), 100 * 3 / 8.0, 1e-12);
  assert_near(CELL(r, "estimates", "std_error", "scale", "s.ceiling"),
              100 * sqrt(3 / 8.0 * 5 / 8.0 / (64 / 22.0)), 1e-10);
  assert_true(CELL(r, "estimates", "n", "scale", "s") == 4 &&
              CELL(r, "estimates", "n_missing", "scale", "s") == 1);
  assert_true(has_note(r, "weighted"));
  itg_result_free(r);
  /* Equal weights leave the mean and its error as they are. */
  r = score("scale", DATA("a,b,weight\n0,2,5\n2,0,5\n1,1,5\n2,1,5\n"), one);
  itg_result *plain = score("scale", DATA("a,b\n0,2\n2,0\n1,1\n2,1\n"), one);
  static const char *const columns[] = {"estimate", "std_error", "conf_low"};
  for (size_t i = 0; i < 3; i++)
    assert_near(CELL(r, "estimates", columns[i], "scale", "s"),
                CELL(plain, "estimates", columns[i], "scale", "s"), 1e-12);
  itg_result_free(plain);
  itg_result_free(r);
  assert_fails("scale", DATA("a,b,weight\n0,2,\n"), one, ITG_ERR_DATA, "a respondent without a weight");
}

/* R 4.2.2, package survey 4.1: s <- svydesign(~1, weights = ~w, data = d) of the rows below;
 * svymean(~y, s), and svymean of svydesign() of a group's rows alone; svyby(~y, ~g, s, svymean) has N / (N - 1) of all
 * ten respondents in place of the group's n / (n - 1), as the help says. */
static void weighted_errors_by_group_beside_those_of_r_survey(void **state) {
  (void)state;
  const char *csv = "g,a,weight\n1,1,1\n1,5,2\n1,3,4\n1,5,1\n2,2,2\n2,4,1\n2,5,3\n2,3,1\n2,1,2\n2,3,5\n";
  static const struct {
    const char *group;
    double n, mean, alone, svyby;
  } groups[] = {{"1", 4, 3.5, 0.669265766842042, 0.610953262442299},
                {"2", 6, 3.07142857142857, 0.586712510672043, 0.564564376622375}};
  itg_result *r = score("scale", DATA(csv), instrument("{id: s, of: [a], method: mean, range: [1, 5]}", "by: g"));
  for (size_t i = 0; i < ITG_COUNT(groups); i++) {
    double n = groups[i].n, error = CELL(r, "estimates", "std_error", "scale", "s", "g", groups[i].group);
    assert_near(CELL(r, "estimates", "estimate", "scale", "s", "g", groups[i].group), groups[i].mean, 1e-12);
    assert_near(error, groups[i].alone, 1e-12);
    assert_near(error * sqrt(10.0 / 9 / (n / (n - 1))), groups[i].svyby, 1e-12);
  }
  itg_result_free(r);
}

/* ---- missing rules over applicable items, and reasons kept apart ---- */

/* Two scores of four items (77 not applicable, 88 refused, 99 don't know) and a total over both. */
static const char *four(const char *rule, const char *more) {
  static char text[4096];
  snprintf(text, sizeof text,
           "instrument: {schema: integrade-instrument/1, id: four, version: 1.0.0, kind: scale, title: t, unit: person, "
           "source: {citation: none}, licence: {items: own}, examples: [], responses: {r: {min: 1, max: 5, missing: "
           "{77: not applicable, 88: refused, 99: \"don't know\"}}}, items: [{id: a}, {id: b}, {id: c}, {id: d}], "
           "scores: [{id: s, of: [a, b, c, d], method: mean, missing: {%s}}, {id: t, of: [a, b], method: sum}, {id: both, "
           "of: [s, t], method: mean, missing: {rule: share, of: applicable}}]}\n%s\n",
           rule, more);
  return text;
}

static void rules_over_applicable_items_leave_out_those_that_are_not(void **state) {
  (void)state;
  /* complete; one n/a; two n/a; one refused; n/a and refused; all n/a; three n/a and a refusal; nothing */
  const char *csv = "a,b,c,d\n1,2,3,4\n1,2,3,77\n1,2,77,77\n1,2,3,88\n1,2,77,88\n77,77,77,77\n88,77,77,77\n,,,\n";
  static const struct {
    const char *rule;
    double expected[8]; /* of s; NaN: none */
  } cases[] = {
      {"rule: complete", {2.5, NAN, NAN, NAN, NAN, NAN, NAN, NAN}},
      {"rule: complete, of: applicable", {2.5, 2, 1.5, NAN, NAN, NAN, NAN, NAN}},
      {"rule: share, share: 0.75", {2.5, 2, NAN, 2, NAN, NAN, NAN, NAN}},
      {"rule: share, share: 0.75, of: applicable", {2.5, 2, 1.5, 2, NAN, NAN, NAN, NAN}},
      {"rule: share, share: 0.6, of: applicable", {2.5, 2, 1.5, 2, 1.5, NAN, NAN, NAN}},
      {"rule: min-valid, min_valid: 3", {2.5, 2, NAN, 2, NAN, NAN, NAN, NAN}},
      {"rule: min-valid, min_valid: 3, of: applicable", {2.5, 2, 1.5, 2, NAN, NAN, NAN, NAN}},
      {"rule: max-missing, max_missing: 1", {2.5, 2, NAN, 2, NAN, NAN, NAN, NAN}},
      {"rule: max-missing, max_missing: 0, of: applicable", {2.5, 2, 1.5, NAN, NAN, NAN, NAN, NAN}},
      {"rule: max-missing, max_missing: 1, of: applicable", {2.5, 2, 1.5, 2, 1.5, NAN, NAN, NAN}}};
  for (size_t k = 0; k < ITG_COUNT(cases); k++)
    for (int user = 0; user < 2; user++) { /* by the definition, and by the user in place of it */
      char more[200];
      snprintf(more, sizeof more, "missing_rule: {s: {%s}}", cases[k].rule);
      itg_result *r = score("scale", DATA(csv), user ? four("rule: complete", more) : four(cases[k].rule, ""));
      for (int64_t i = 0; i < 8; i++) {
        double found = value(r, "s", i), wanted = cases[k].expected[i];
        if (isnan(found) != isnan(wanted) || (!isnan(wanted) && found != wanted))
          fail_msg("%s, row %d: %g, expected %g", cases[k].rule, (int)i + 1, found, wanted);
      }
      itg_result_free(r);
    }
}

static void reasons_are_counted_apart_by_respondent_and_score(void **state) {
  (void)state;
  const char *csv = "g,a,b,c,d\nx,1,2,77,88\nx,77,77,77,77\ny,99,77,3,\ny,1,2,3,4\n";
  itg_result *r = score("scale", DATA(csv),
                        four("rule: share, share: 0.6, of: applicable", "reasons: true\nstatus: true\nby: g\nresponses: true"));
  const itg_table *t = itg_result_find(r, "scores");
  static const double apart[4][6] = {
      {2, 1, 1, 0, 0, 1.5}, {4, 4, 0, 0, 0, NAN}, {3, 1, 0, 0, 1, NAN}, {0, 0, 0, 0, 0, 2.5}};
  static const char *const columns[] = {"s_missing", "s_not_applicable", "s_refused", "s_not_asked", "s_dont_know", "s"};
  for (int64_t i = 0; i < 4; i++)
    for (int k = 0; k < 6; k++) {
      double found = number_at(t, i, columns[k]);
      assert_true(isnan(apart[i][k]) ? isnan(found) : found == apart[i][k]);
    }
  assert_string_equal(text_at(t, 0, "s_status"), "scored");
  assert_string_equal(text_at(t, 1, "s_status"), "not applicable");
  assert_string_equal(text_at(t, 2, "s_status"), "too few answers");
  /* The total of scores that do not apply does not apply either; their reasons are those of its parts. */
  assert_string_equal(text_at(t, 1, "both_status"), "not applicable");
  assert_true(number_at(t, 1, "both_not_applicable") == 2);
  assert_true(CELL(r, "missing", "n", "g", "x", "scale", "s", "reason", "not applicable") == 5);
  assert_true(CELL(r, "missing", "respondents", "g", "x", "scale", "s", "reason", "not applicable") == 2);
  assert_true(CELL(r, "missing", "percent", "g", "x", "scale", "s", "reason", "not applicable") == 62.5);
  assert_true(CELL(r, "missing", "n", "g", "y", "scale", "s", "reason", "missing") == 1);
  assert_true(CELL(r, "missing", "n", "g", "y", "scale", "s", "reason", "don't know") == 1);
  assert_true(CELL(r, "missing", "n", "g", "y", "scale", "both", "reason", "too few answers") == 1);
  /* Answers given: a code has its reason, an answer none. */
  assert_string_equal(TEXT(r, "responses", "reason", "g", "x", "item", "d", "answer", "88"), "refused");
  assert_null(TEXT(r, "responses", "reason", "g", "y", "item", "c", "answer", "3"));
  assert_string_equal(TEXT(r, "responses", "reason", "g", "y", "item", "d", "answer", NULL), "missing");
  itg_result_free(r);
  /* The user's codes for data of any kind go before those of the definition. */
  r = score("scale", DATA("a,b,c,d\n7,2,3,4\nno,2,3,4\n"),
            four("rule: share, share: 0.5", "reasons: true\nmissing: {7: not asked, no: refused}"));
  assert_true(value(r, "s_not_asked", 0) == 1 && value(r, "s_refused", 1) == 1);
  itg_result_free(r);
  assert_fails("scale", DATA("a,b,c,d\n7,2,3,4\n"), four("rule: complete", "missing: {7: refusd}"), ITG_ERR_OPTION,
               "did you mean 'refused'?");
}

static void impossible_missing_rules_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *rule, *more, *part;
    itg_status status;
  } cases[] = {
      {"rule: min-valid", "", "rule min-valid needs the key 'min_valid'", ITG_ERR_KEY},
      {"rule: max-missing", "", "rule max-missing needs the key 'max_missing'", ITG_ERR_KEY},
      {"rule: complete, of: aplicable", "", "did you mean 'applicable'?", ITG_ERR_VALUE},
      {"rule: complete", "missing_rule: {rule: min-valid, min_valid: 3}", "score 't' has 2 parts", ITG_ERR_OPTION},
      {"rule: complete", "missing_rule: {q: {rule: complete}}", "there is no score 'q'", ITG_ERR_OPTION},
      {"rule: complete", "missing_rule: {share: 0.5}", "lacks the key 'rule'", ITG_ERR_OPTION},
      {"rule: complete", "missing_rule: {s: {rule: shares}}", "did you mean 'share'?", ITG_ERR_OPTION},
      {"rule: complete", "missing_rule: half", "missing_rule", ITG_ERR_OPTION}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++)
    assert_fails("scale", DATA("a,b,c,d\n1,2,3,4\n"), four(cases[i].rule, cases[i].more), cases[i].status, cases[i].part);
  itg_result *r = score("scale", DATA("a,b,c,d\n1,2,,\n"), four("rule: complete", "missing_rule: {s: {rule: share}}"));
  assert_true(value(r, "s", 0) == 1.5 && value(r, "t", 0) == 3);
  itg_result_free(r);
}

/* ---- versions ---- */

/* The same three items in one country, reversed and with a fourth in the other. */
#define VERSION(id, max, items, of, more)                                                                      \
  "{schema: integrade-instrument/1, id: " id ", version: 1.0.0, kind: scale, title: t, unit: t, source: "        \
  "{citation: t}, licence: {items: own}, examples: [], responses: {r: {min: 1, max: " max "}}, bands: {b: {from: " \
  "[1, 3], levels: [low, high]}}, items: [" items "], scores: [{id: total, of: [" of "], method: mean, missing: " \
  "{rule: share}, bands: b}" more "]}"
#define NL VERSION("short-nl", "5", "{id: a}, {id: b}, {id: c}", "a, b, c", "")
#define UK VERSION("short-uk", "5", "{id: a}, {id: b, reverse: true}, {id: c}, {id: d}", "a, b, c, d", \
                   ", {id: extra, of: [d], method: sum}")

static void each_row_is_scored_by_the_version_of_its_country(void **state) {
  (void)state;
  const char *csv = "country,a,b,c,d\nNL,1,2,3,\nUK,1,2,3,4\nBE,5,5,,\n,1,1,1,1\nUK,,,1,\n";
  const char *options = "{instrument_by: country, instrument: {NL: " NL ", BE: " NL ", UK: " UK "}, keep: [country]";
  char text[4000];
  snprintf(text, sizeof text, "%s}", options);
  itg_result *r = score("scale", DATA(csv), text);
  const itg_table *t = itg_result_find(r, "scores");
  assert_true(value(r, "total", 0) == 2 && value(r, "total", 1) == 3 && value(r, "total", 2) == 5);
  assert_true(isnan(value(r, "total", 3)) && isnan(value(r, "total", 4)) && value(r, "total_missing", 4) == 3);
  assert_true(value(r, "extra", 1) == 4 && isnan(value(r, "extra", 0)));
  assert_string_equal(text_at(t, 0, "instrument"), "short-nl");
  assert_string_equal(text_at(t, 1, "instrument"), "short-uk");
  assert_null(text_at(t, 3, "instrument"));
  assert_near(CELL(r, "estimates", "estimate", "scale", "total"), 10.0 / 3, 1e-15);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "total"), "high");
  assert_true(CELL(r, "estimates", "n", "scale", "extra") == 1);
  assert_true(has_note(r, "BE uses short-nl 1.0.0, NL uses short-nl 1.0.0, UK uses short-uk 1.0.0"));
  assert_true(has_note(r, "1 rows have no value of 'country'"));
  const char *provenance = itg_result_provenance(r);
  assert_non_null(strstr(provenance, "\"value\":\"UK\""));
  /* Column d is asked in the rows of the UK alone, where one of two lacks; a in all that name a version. */
  assert_non_null(strstr(provenance, "\"column\":\"d\",\"missing\":1"));
  assert_non_null(strstr(provenance, "\"column\":\"a\",\"missing\":1"));
  itg_result_free(r);

  /* By country and together, rows are those of the versions alone; what a version lacks is not asked. */
  snprintf(text, sizeof text, "%s, by: country, status: true, responses: true, reasons: true}", options);
  r = score("scale", DATA(csv), text);
  itg_result *alone = score("scale", DATA("country,a,b,c,d\nUK,1,2,3,4\nUK,,,1,\n"), "{by: country, instrument: " UK "}");
  assert_true(CELL(r, "estimates", "estimate", "scale", "total", "country", "UK") ==
              CELL(alone, "estimates", "estimate", "scale", "total", "country", "UK"));
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "extra", "country", "NL"), "not asked");
  assert_string_equal(text_at(itg_result_find(r, "scores"), 0, "extra_status"), "not asked");
  assert_true(CELL(r, "responses", "n", "country", "UK", "instrument", "short-uk", "item", "d", "answer", "4") == 1);
  itg_result_free(alone);
  itg_result_free(r);

  /* The measure score takes them too; without a map, values are ids. */
  r = score("score", DATA("wave,q1,q2,q3\npacic,5,5,2\n"), "instrument_by: wave\nscores: activation\ncolumns: {}");
  assert_true(value(r, "activation", 0) == 4);
  itg_result_free(r);
}

static void any_number_of_rows_and_types_by_version(void **state) {
  (void)state;
  itg_text csv = ITG_TEXT_EMPTY;
  itg_text_add(&csv, "country,a,b,c,d\n");
  for (int i = 0; i < 1500; i++)
    itg_text_print(&csv, "%s,%d,%s,%d,%d\n", i % 3 ? "UK" : "NL", 1 + i % 5, i % 7 ? "2" : "2.5", 1 + i % 4, 1 + i % 3);
  itg_result *r =
      score("scale", DATA(csv.data), "{instrument_by: country, instrument: {NL: " NL ", UK: " UK "}}");
  for (int i = 0; i < 1500; i++) {
    double b = i % 7 ? 2 : 2.5, a = 1 + i % 5, c = 1 + i % 4, d = 1 + i % 3;
    assert_near(value(r, "total", i), i % 3 ? (a + 6 - b + c + d) / 4 : (a + b + c) / 3, 1e-14);
  }
  itg_result_free(r);
  itg_text_clear(&csv);
}

static void versions_that_cannot_be_meant_are_refused(void **state) {
  (void)state;
  const char *csv = "country,a,b,c,d\nNL,1,2,3,1\nUK,1,2,9,4\nBE,5,5,1,1\n";
  static const struct {
    const char *options, *part;
    itg_status status;
  } cases[] = {
      {"{instrument_by: country, instrument: {NL: " NL ", UK: " UK "}}",
       "'BE' has no definition; option 'instrument' has one for NL, UK", ITG_ERR_DATA},
      {"{instrument_by: land, instrument: {NL: " NL "}}", "no column 'land' for option 'instrument_by'", ITG_ERR_COLUMN},
      {"{instrument: {NL: " NL "}}", "name the column that holds these values in 'instrument_by'", ITG_ERR_OPTION},
      {"{instrument_by: country, instrument: pacic}", "must be a map from each value", ITG_ERR_OPTION},
      {"{instrument_by: country, instrument: " NL "}", "must be a map from each value", ITG_ERR_OPTION},
      {"{instrument_by: country}", "'BE' is no definition", ITG_ERR_DATA},
      {"{instrument_by: country, instrument: {NL: " NL ", UK: " UK ", BE: leutz-degrees}}", "is of kind ladder",
       ITG_ERR_INSTRUMENT},
      {"{instrument_by: country, instrument: {NL: " NL ", BE: " NL ", UK: " UK "}}",
       "line 3, column 'c': '9' is no answer", ITG_ERR_RANGE},
      {"{instrument_by: country, out_of_range: missing, columns: {e: a}, instrument: {NL: " NL ", BE: " NL ", UK: " UK "}}",
       "'e' is neither a role", ITG_ERR_OPTION},
      {"{instrument_by: country, out_of_range: missing, instrument: {NL: " NL ", UK: " UK ", BE: "
       VERSION("wide", "7", "{id: a}", "a", "") "}}",
       "put 'country' in `by`", ITG_ERR_DATA}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++)
    assert_fails("scale", DATA(csv), cases[i].options, cases[i].status, cases[i].part);
  assert_fails("scale", DATA("country,a\n,1\n"), "{instrument_by: country, instrument: {NL: " NL "}}", ITG_ERR_EMPTY,
               "no row says which definition it uses");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lookup_converts_raw_scores),
      cmocka_unit_test(weighted_sums_are_prorated_by_weight),
      cmocka_unit_test(design_weights_as_a_sample_with_replacement),
      cmocka_unit_test(weighted_errors_by_group_beside_those_of_r_survey),
      cmocka_unit_test(items_are_reversed_by_the_range_of_the_responses),
      cmocka_unit_test(every_method_as_worked_by_hand),
      cmocka_unit_test(missing_answers_follow_the_rule_of_the_score),
      cmocka_unit_test(not_applicable_is_missing_or_counts_as_an_answer),
      cmocka_unit_test(codes_within_the_range_and_weights_of_zero),
      cmocka_unit_test(groups_kept_columns_and_ends_of_the_scale),
      cmocka_unit_test(words_of_options_stand_for_their_numbers),
      cmocka_unit_test(labels_of_exports_stand_for_their_numbers),
      cmocka_unit_test(labels_of_some_items_go_before_those_of_all),
      cmocka_unit_test(labels_are_those_of_any_version),
      cmocka_unit_test(all_kernels_agree_with_a_plain_loop),
      cmocka_unit_test(impossible_answers_name_row_and_column),
      cmocka_unit_test(columns_are_found_by_item_by_map_and_by_list),
      cmocka_unit_test(definitions_without_meaning_are_refused),
      cmocka_unit_test(faults_beside_each_other_are_told_at_once),
      cmocka_unit_test(score_finds_the_engine_of_the_kind),
      cmocka_unit_test(shipped_scales_pass_their_published_examples),
      cmocka_unit_test(rules_over_applicable_items_leave_out_those_that_are_not),
      cmocka_unit_test(reasons_are_counted_apart_by_respondent_and_score),
      cmocka_unit_test(impossible_missing_rules_are_refused),
      cmocka_unit_test(each_row_is_scored_by_the_version_of_its_country),
      cmocka_unit_test(any_number_of_rows_and_types_by_version),
      cmocka_unit_test(versions_that_cannot_be_meant_are_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
