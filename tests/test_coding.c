/* Measure coding: hits and their places, exclusion, case and letters, counts by group and document, clustered
 * error, pairs of codes, limits, bad input. */
#include "scoring.h"

#define DATA(csv) ((const inputs){"data", csv, NULL})
#define BOOK(rest)                                                                                       \
  "instrument: {schema: integrade-instrument/1, id: b, version: 1.0.0, kind: codebook, title: b, unit: " \
  "segment, "                                                                                            \
  "source: {citation: t}, licence: {items: own}, examples: [], " rest "}"

static const char money[] = BOOK(
    "codes: [{id: money, label: money, patterns: ['pool(ed|ing)? budgets?', budgets?], "
    "exclude: [time budgets?]}, {id: trust, label: trust, patterns: ['\\btrust\\b']}]");

static void overlapping_matches_are_one_hit_and_excluded_ones_none(void **state) {
  (void)state;
  itg_result *r =
      score("coding", DATA("content\n\"A pooled budget, a time budget, BUDGETS.\"\nTime budget\n"), money);
  const itg_table *hits = itg_result_find(r, "hits");
  assert_int_equal(hits->n_rows, 2);
  assert_string_equal(text_at(hits, 0, "matched"), "pooled budget");
  assert_true(number_at(hits, 0, "start") == 3 && number_at(hits, 0, "length") == 13);
  assert_string_equal(text_at(hits, 1, "matched"), "BUDGETS");
  assert_true(CELL(r, "codes", "segments_with", "code", "money") == 1);
  assert_true(CELL(r, "estimates", "estimate", "scale", "hits", "code", "money") == 2);
  itg_result_free(r);
}

static void case_follows_unicode_and_places_count_characters(void **state) {
  (void)state;
  const char *text =
      "content\n\xC3\x89quipe: la VALEUR partag\xC3\x89"
      "e et d\xC3\xA9valeur\xC3\xA9\n"; /* \xC3 begins an accented letter */
  itg_result *r = score("coding", DATA(text),
                        BOOK("codes: [{id: v, label: v, patterns: ['\\bvaleur\\b', 'partag\xC3\xA9"
                             "e']}]"));
  const itg_table *hits = itg_result_find(r, "hits");
  assert_int_equal(hits->n_rows, 2); /* the third is within a word, whose last letter is no ASCII */
  assert_true(number_at(hits, 0, "start") == 12 && number_at(hits, 1, "start") == 19);
  assert_true(number_at(hits, 1, "length") == 8);
  itg_result_free(r);
  r = score("coding", DATA(text),
            BOOK("case: match, codes: [{id: v, label: v, patterns: [valeur, VALEUR]}]"));
  assert_int_equal(itg_result_find(r, "hits")->n_rows, 2);
  itg_result_free(r);
}

static const char interviews[] =
    "doc,who,content\na,x,budget and trust\na,x,nothing\na,y,trust\nb,x,budget\nb,y,\nc,x,  \nd,y,none\n";

static void segments_and_documents_are_counted_by_group_and_blanks_are_missing(void **state) {
  (void)state;
  itg_result *r = score("coding", DATA(interviews),
                        BOOK("codes: [{id: budget, label: b, patterns: [budget]}, {id: trust, "
                             "label: t, patterns: [trust]}]") "\nby: who\ncolumns: {document: doc}");
  assert_near(CELL(r, "estimates", "estimate", "who", "x", "scale", "segments", "code", "budget"), 200 / 3.0,
              1e-12);
  assert_true(CELL(r, "estimates", "n_missing", "who", "x", "scale", "segments", "code", "budget") == 1);
  assert_true(CELL(r, "estimates", "n", "who", "x", "scale", "documents", "code", "budget") == 2);
  assert_true(CELL(r, "estimates", "n_missing", "who", "x", "scale", "documents", "code", "budget") == 1);
  assert_true(CELL(r, "estimates", "estimate", "who", "x", "scale", "documents", "code", "trust") == 50);
  assert_near(CELL(r, "estimates", "estimate", "who", "x", "scale", "segments", "code", NULL), 200 / 3.0,
              1e-12);
  assert_true(CELL(r, "cooccurrence", "both", "who", "x", "of", "segments") == 1);
  assert_near(CELL(r, "cooccurrence", "jaccard", "who", "x", "of", "segments"), 0.5, 1e-15);
  assert_near(CELL(r, "cooccurrence", "expected", "who", "x", "of", "segments"), 2 / 3.0, 1e-15);
  assert_true(CELL(r, "cooccurrence", "both", "who", "x", "of", "documents") == 1);
  assert_int_equal(itg_result_find(r, "segments")->n_rows, 7);
  assert_null(text_at(itg_result_find(r, "segments"), 4, "budget"));
  itg_result_free(r);
}

/* R 4.2.2, package survey 4.1: svymean(~y, svydesign(ids = ~document, weights = ~1)), y as 0 and 1. */
static void the_error_of_segments_in_documents_is_that_of_r_survey(void **state) {
  (void)state;
  itg_result *r = score("coding", DATA("document,content\n1,m\n1,o\n1,m\n2,o\n2,o\n3,m\n3,m\n3,o\n3,m\n"),
                        BOOK("codes: [{id: m, label: m, patterns: [m]}]"));
  assert_near(CELL(r, "estimates", "estimate", "scale", "segments", "code", "m"), 500 / 9.0, 1e-12);
  assert_near(CELL(r, "estimates", "std_error", "scale", "segments", "code", "m"), 19.0059312572107, 1e-11);
  itg_result_free(r);
}

static void without_documents_shares_have_wilsons_interval(void **state) {
  (void)state;
  itg_result *r =
      score("coding", DATA("content\nm\nm\no\no\n"), BOOK("codes: [{id: m, label: m, patterns: [m]}]"));
  /* R: prop.test(2, 4, correct = FALSE) */
  assert_near(CELL(r, "estimates", "conf_low", "scale", "segments", "code", "m"), 15.003898915215, 1e-9);
  itg_result_free(r);
}

static void confidential_texts_are_not_shown(void **state) {
  (void)state;
  itg_result *r = score("coding", DATA("content\na budget\n"),
                        BOOK("codes: [{id: m, label: m, patterns: [budget]}]") "\nmatched: false");
  assert_int_equal(itg_table_column(itg_result_find(r, "hits"), "matched"), -1);
  itg_result_free(r);
}

static void a_pattern_that_runs_wild_is_stopped_and_named(void **state) {
  (void)state;
  assert_fails("coding", DATA("content\nfine\naaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\n"),
               BOOK("codes: [{id: wild, label: w, patterns: ['^(a+)+$']}]"), ITG_ERR_LIMIT,
               "line 3, column 'content': pattern '^(a+)+$' of code 'wild' takes too many steps");
}

static void bad_codebooks_and_data_are_refused(void **state) {
  (void)state;
  static const inputs fine = {"data", "content\nbudget\n", NULL};
  assert_fails("coding", fine, BOOK("codes: [{id: m, label: m, patterns: ['(']}]"), ITG_ERR_VALUE,
               "pattern '('");
  assert_fails("coding", fine, BOOK("codes: [{id: m, label: m, patterns: [x], exclude: ['[']}]"),
               ITG_ERR_VALUE, "pattern '['");
  assert_fails("coding", fine, BOOK("codes: [{id: m, label: m, patterns: ['']}]"), ITG_ERR_VALUE, "is empty");
  assert_fails("coding", fine, BOOK("codes: [{id: m, label: m, patterns: []}]"), ITG_ERR_VALUE, "needs 1 to");
  assert_fails("coding", fine, BOOK("codes: []"), ITG_ERR_VALUE, "1 to 200 codes");
  assert_fails("coding", fine,
               BOOK("codes: [{id: m, label: m, patterns: [x]}, {id: m, label: n, patterns: [y]}]"),
               ITG_ERR_VALUE, "given twice");
  assert_fails("coding", fine, BOOK("codes: [{id: row, label: m, patterns: [x]}]"), ITG_ERR_COLUMN,
               "'row' twice");
  assert_fails("coding", fine, BOOK("codes: [{id: m, patterns: [x]}]"), ITG_ERR_KEY, "label");
  assert_fails("coding", fine, "instrument: pacic", ITG_ERR_INSTRUMENT, "codebook");
  assert_fails("coding", DATA("content\n\n \n"), NULL, ITG_ERR_EMPTY, "every text is missing");
  assert_fails("coding", DATA("words\nx\n"), NULL, ITG_ERR_COLUMN, "'content'");
  assert_fails("score", fine, "instrument: processes-2014-codes", ITG_ERR_INSTRUMENT,
               "use the measure coding");
}

static void a_text_that_is_not_utf8_is_refused_with_its_row(void **state) {
  (void)state;
  const char *texts[] = {"fine", "caf\xE9"};
  itg_column column = {.name = "content", .type = ITG_TYPE_STRING, .data = texts};
  itg_table table = {.n_rows = 2, .n_columns = 1, .columns = &column};
  itg_result *result = NULL;
  itg_error error = {0};
  assert_int_equal(itg_measure_run("coding", &table, 1, NULL, NULL, &result, &error), ITG_ERR_ENCODING);
  assert_non_null(strstr(error.message, "row 2"));
}

/* Figures of a group are added up over its own documents: the work grows with the groups, not with their square. */
static void very_many_groups_of_documents(void **state) {
  (void)state;
  itg_text data = ITG_TEXT_EMPTY;
  itg_text_print(&data, "content,document,g\n");
  for (int i = 0; i < 60000; i++) itg_text_print(&data, "%s,d%d,g%d\n", i % 3 ? "mm" : "x", i / 2, i / 4);
  itg_result *r = score("coding", DATA(data.data), BOOK("codes: [{id: m, label: m, patterns: [m]}]") "\nby: g");
  const itg_table *codes = itg_result_find(r, "codes");
  assert_int_equal(codes->n_rows, 2 * 15000);
  assert_true(CELL(r, "codes", "segments_with", "g", "g14999", "code", "m") == 3);
  assert_true(CELL(r, "codes", "documents", "g", "g14999", "code", "m") == 2);
  assert_true(CELL(r, "codes", "hits", "g", "g0", "code", "m") == 4);
  itg_result_free(r);
  itg_text_free(data.data);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(overlapping_matches_are_one_hit_and_excluded_ones_none),
      cmocka_unit_test(case_follows_unicode_and_places_count_characters),
      cmocka_unit_test(segments_and_documents_are_counted_by_group_and_blanks_are_missing),
      cmocka_unit_test(the_error_of_segments_in_documents_is_that_of_r_survey),
      cmocka_unit_test(without_documents_shares_have_wilsons_interval),
      cmocka_unit_test(confidential_texts_are_not_shown),
      cmocka_unit_test(a_pattern_that_runs_wild_is_stopped_and_named),
      cmocka_unit_test(bad_codebooks_and_data_are_refused),
      cmocka_unit_test(a_text_that_is_not_utf8_is_refused_with_its_row),
      cmocka_unit_test(very_many_groups_of_documents),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
