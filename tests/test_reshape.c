/* Options long and wide: answers one per row, check boxes one per column, as survey tools export them. */
#include "scoring.h"

#define DATA(csv) ((const inputs){"data", csv, NULL})

static void long_answers_score_like_wide_ones(void **state) {
  (void)state;
  const char *wide = "who,site,r1,r2,r3,r4\nb,N,0,0,0,0\na,S,1,0,0,\n";
  const char *text =
      "who,site,question,reply,at\nb,N,r1,0,9:01\nb,N,r2,0,9:02\na,S,r1,1,9:10\nb,N,r3,0,9:03\nb,N,r4,0,9:"
      "04\na,S,r2,0,9:11\n"
      "a,S,r3,0,9:12\n";
  itg_result *w = score("scale", DATA(wide), "{instrument: integrate, keep: [who, site]}");
  itg_result *l =
      score("score", DATA(text),
            "{instrument: integrate, keep: [who, site], long: {id: who, item: question, answer: reply}}");
  static const char *const columns[] = {"who", "site", "sum", "sum_missing", "top"};
  const itg_table *x = itg_result_find(w, "scores"), *y = itg_result_find(l, "scores");
  assert_true(x->n_rows == 2 && y->n_rows == 2);
  for (int64_t row = 0; row < 2; row++)
    for (size_t c = 0; c < ITG_COUNT(columns); c++)
      if (!itg_text_equal(text_at(x, row, columns[c]), text_at(y, row, columns[c])))
        fail_msg("%s", columns[c]);
  assert_true(CELL(l, "scores", "sum", "who", "b") == 12);
  itg_result_free(w);
  itg_result_free(l);
  l = score("scale", DATA(text),
            "{instrument: integrate, by: site, long: {id: who, item: question, answer: reply}}");
  assert_true(CELL(l, "estimates", "n", "site", "N", "scale", "sum") == 1);
  itg_result_free(l);
}

static void reasons_and_words_survive(void **state) {
  (void)state;
  itg_result *r =
      score("scale",
            DATA("who,q,a\n1,r1,never\n1,r2,never\n1,r3,never\n1,r4,refused\n2,r1,never\n2,r2,never\n2,r3,"
                 "never\n2,r4,most often\n"),
            "{instrument: integrate, missing: {refused: refused}, long: {id: who, item: q, answer: a}}");
  assert_true(number_at(itg_result_find(r, "scores"), 0, "sum_missing") == 1);
  assert_true(number_at(itg_result_find(r, "scores"), 1, "sum") == 9);
  itg_result_free(r);
}

/* REDCap: field___code, 1 where the box is ticked. */
static void check_boxes_become_elements(void **state) {
  (void)state;
  const char *csv =
      "record_id,area,goals___e1,goals___e2,goals___e3,goals___e4,goals___e5\n1,N,1,1,0,0,1\n2,S,1,0,0,,0\n";
  itg_result *r =
      score("checklist", DATA(csv),
            "{instrument: cumbria-components, wide: {columns: 'goals___{id}'}, columns: {service: area}}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "implemented", "service", "N", "cluster", NULL,
                   "element", NULL),
              60, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "implemented", "service", "S", "cluster", NULL,
                   "element", NULL),
              25, 1e-12);
  assert_true(CELL(r, "estimates", "n_missing", "scale", "implemented", "service", "S", "cluster", NULL,
                   "element", NULL) == 1);
  itg_result_free(r);
  /* By pattern and by name, under names of one's own. */
  r = score("points", DATA("area,needs,agreement,plan\nX,yes,no,partial\n"),
            "{instrument: lga-eight-questions, incomplete: zero, wide: {columns: ['/^(needs|plan)$/', "
            "agreement], name: "
            "indicator, value: value}}");
  assert_true(CELL(r, "estimates", "estimate", "scale", "total") == 1.5);
  itg_result_free(r);
}

static void what_cannot_be_reshaped_is_told(void **state) {
  (void)state;
  const char *csv = "who,q,a\n1,r1,0\n1,r1,1\n";
  assert_fails("scale", DATA(csv), "{instrument: integrate, long: {id: who, item: q, answer: a}}",
               ITG_ERR_DUPLICATE,
               "test.csv, line 3, column 'q': '1' answers item 'r1' twice, first in row 1");
  assert_fails("scale", DATA(csv), "{instrument: integrate, long: {id: who, item: question, answer: a}}",
               ITG_ERR_COLUMN, "no such column for 'item'");
  assert_fails("scale", DATA(csv), "{instrument: integrate, long: {id: who, item: q}}", ITG_ERR_OPTION,
               "lacks the key 'answer'");
  assert_fails("scale", DATA("who,q,a\n1,who,0\n"),
               "{instrument: integrate, long: {id: who, item: q, answer: a}}", ITG_ERR_DUPLICATE,
               "is the name of a column too");
  assert_fails("scale", DATA("who,q,a\n,r1,0\n"),
               "{instrument: integrate, long: {id: who, item: q, answer: a}}", ITG_ERR_EMPTY,
               "no row names an id and an item");
  assert_fails("scale", DATA(csv),
               "{instrument: integrate, long: {id: who, item: q, answer: a}, wide: {columns: a}}",
               ITG_ERR_OPTION, "either 'long' or 'wide'");
  assert_fails("checklist", DATA("service,x\nA,1\n"), "wide: {columns: 'goals___{id}'}", ITG_ERR_COLUMN,
               "no column is 'goals___{id}'");
  assert_fails("checklist", DATA("service,x\nA,1\n"), "wide: {columns: [x, '/x/']}", ITG_ERR_COLUMN,
               "takes the column twice");
  assert_fails("checklist", DATA("service,pc1\nA,1\n"), "wide: {columns: '{id}'}", ITG_ERR_OPTION,
               "'{id}' alone fits every column; write what stands before or behind the id");
  assert_fails("checklist", DATA("service,pc1\nA,1\n"), "wide: {columns: 'pc{n}'}", ITG_ERR_COLUMN,
               "no column is 'pc{n}'; the place of the id is written {id}");
  assert_fails("checklist", DATA("service,pc1\nA,1\n"), "wide: {columns: 'pc{id}', as: pc}", ITG_ERR_OPTION,
               "'pc' has no place for the id; write it as {id}, such as 'e{id}'");
  assert_fails("checklist", DATA("service,pc1\nA,1\n"), "{instrument: cumbria-components, wide: {columns: 'pc{id}', as: "
               "'x{id}y'}}", ITG_ERR_DATA, "'x1y', made of a column by option 'wide', is no element");
  assert_fails("checklist", DATA("service,x\nA,1\n"), "wide: {columns: []}", ITG_ERR_OPTION, "names no column");
  assert_fails("checklist", DATA("service,zz9\nA,1\n"), "wide: {columns: zz9}", ITG_ERR_DATA,
               "'zz9', made of a column by option 'wide', is no element");
}

/* REDCap's own codes are numbers more often than ids of elements. */
static void check_boxes_by_number_become_elements(void **state) {
  (void)state;
  itg_result *r = score("checklist", DATA("record_id,goals___1,goals___2,goals___3,goals___4,goals___5\nA,1,1,0,0,1\n"),
                        "{instrument: cumbria-components, wide: {columns: 'goals___{id}', as: 'e{id}'}, "
                        "columns: {service: record_id}}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "implemented", "service", "A", "cluster", NULL, "element", NULL),
              60, 1e-12);
  itg_result_free(r);
}

/* A box for none of them (REDCap writes its code -9 as ____9) is no element: a pattern leaves it out, its group is the id. */
static void a_group_of_a_pattern_is_the_id(void **state) {
  (void)state;
  const char *csv = "service,goals___1,goals___2,goals___3,goals___4,goals___5,goals____9\nA,1,1,0,0,1,0\n";
  itg_result *r = score("checklist", DATA(csv), "{instrument: cumbria-components, wide: {columns: '/^goals___([1-5])$/', as: "
                                                "'e{id}'}}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "implemented", "service", "A", "cluster", NULL, "element", NULL),
              60, 1e-12);
  itg_result_free(r);
  assert_fails("checklist", DATA(csv), "{instrument: cumbria-components, wide: {columns: 'goals___{id}', as: 'e{id}'}}",
               ITG_ERR_DATA, "'e_9', made of a column by option 'wide', is no element of instrument cumbria-components; take "
                             "the columns that are by a pattern with a group for the id");
}

/* Columns that a template or a pattern would take for the wrong item, or leave out without a word. */
static void ambiguous_columns_are_told(void **state) {
  (void)state;
#define BY(items) "{instrument: integrate, columns: {items: " items "}}"
  static const bad_call bad[] = {
      {"c_1,c_2,c_3,c_4,c_03\n1,1,1,1,2\n", BY("'c_{n}'"), ITG_ERR_COLUMN,
       "column 'c_03': 'c_{n}' fits it as well as 'c_3'; rename or drop one, or list the columns of role 'items'"},
      {"c_1,c_2,c_4,c_5\n1,1,1,1\n", BY("'c_{n}'"), ITG_ERR_COLUMN,
       "column 'c_4': 'c_{n}' fits it, but counts from 1 to 2: there is no column 'c_3'; rename it, or list"},
      {"c_0,c_1,c_2,c_3,c_4\n1,1,1,1,1\n", BY("'c_{n}'"), ITG_ERR_COLUMN,
       "column 'c_0': 'c_{n}' fits it, but counts from 1 to 4; rename it, or list"},
      {"c_1,c_10,c_2,c_3\n1,1,1,1\n", BY("'/^c_/'"), ITG_ERR_COLUMN,
       "column 'c_10': it stands before 'c_2', and pattern '/^c_/' takes columns in the order of the table for items in that "
       "of the instrument; write 'c_{n}', or list the columns of role 'items'"},
      {"q2_t1,q1_t1,q3_t1,q4_t1\n1,1,1,1\n", BY("'/_t1$/'"), ITG_ERR_COLUMN, "write 'q{n}_t1'"}};
  for (size_t i = 0; i < ITG_COUNT(bad); i++)
    assert_fails("scale", DATA(bad[i].csv), bad[i].options, bad[i].status, bad[i].part);
  itg_result *r = score("scale", DATA("c_1,c_10,c_2,c_9,c_x,a1\n1,1,1,1,7,9\n"), BY("[c_1, c_10, c_2, c_9]")); /* listed */
  itg_result_free(r);
  r = score("scale", DATA("c_1,c_2,c_3,c_4,c_4b,c_,c_1_2\n1,1,1,1,7,9,9\n"), BY("'c_{n}'"));
  itg_result_free(r);
  r = score("scale", DATA("w_4,w_7,w_8,w_12\n1,1,1,1\n"), BY("'/^w_/'")); /* rising, with gaps */
  itg_result_free(r);
  r = score("scale", DATA("a1,a2,b1,b2\n1,1,1,1\n"), BY("['a{n}', 'b{n}']"));
  itg_result_free(r);
  assert_fails("scale", DATA("a1,a2,b1,b2,b02\n1,1,1,1,1\n"), BY("['a{n}', 'b{n}']"), ITG_ERR_COLUMN,
               "column 'b02': 'b{n}' fits it as well as 'b2'");
#undef BY
}

/* Too few, too many: both are told by name. */
static void numbers_of_columns_that_do_not_fit_are_listed(void **state) {
  (void)state;
  assert_fails("scale", DATA("coop_1,coop_2,coop_3\n1,2,3\n"),
               "{instrument: integrate, columns: {items: 'coop_{n}'}}", ITG_ERR_COLUMN,
               "names 3 columns (coop_1, coop_2, coop_3), but the instrument has 4 items; the first "
               "without a column is 'r4'");
  assert_fails("scale", DATA("c1,c2,c3,c4,c5\n1,2,3,1,1\n"),
               "{instrument: integrate, columns: {items: '/^c/'}}", ITG_ERR_COLUMN,
               "the first too many is 'c5'");
}

/* prefix_01, prefix_02, ..., as survey programs name them; a gap in the numbers ends them. */
static void numbers_of_columns_may_have_leading_zeros(void **state) {
  (void)state;
  static const char *const csvs[] = {"c_01,c_02,c_03,c_04\n0,3,1,1\n", "c_001,c_002,c_003,c_004\n0,3,1,1\n"};
  itg_result *named = score("scale", DATA("r1,r2,r3,r4\n0,3,1,1\n"), "instrument: integrate");
  for (size_t i = 0; i < ITG_COUNT(csvs); i++) {
    itg_result *r = score("scale", DATA(csvs[i]), "{instrument: integrate, columns: {items: 'c_{n}'}}");
    assert_true(number_at(itg_result_find(r, "scores"), 0, "sum") ==
                number_at(itg_result_find(named, "scores"), 0, "sum"));
    itg_result_free(r);
  }
  itg_result_free(named);
  assert_fails("scale", DATA("c_0001,c_2\n1,2\n"), "{instrument: integrate, columns: {items: 'c_{n}'}}",
               ITG_ERR_COLUMN, "no column 'c_1' for role 'items'");
}

static void columns_by_number_and_by_pattern_are_the_items_in_order(void **state) {
  (void)state;
  const char *csv = "id,coop_1,coop_2,coop_3,coop_4,coop_x\n1,0,3,1,1,9\n2,3,0,0,2,9\n";
  static const char *const ways[] = {"'coop_{n}'", "'/^coop_[0-9]$/'", "[coop_1, coop_2, coop_3, coop_4]"};
  itg_result *named = score("scale", DATA("r1,r2,r3,r4\n0,3,1,1\n3,0,0,2\n"), "instrument: integrate");
  for (size_t i = 0; i < ITG_COUNT(ways); i++) {
    char options[200];
    snprintf(options, sizeof options, "{instrument: integrate, columns: {items: %s}}", ways[i]);
    itg_result *r = score("scale", DATA(csv), options);
    for (int64_t row = 0; row < 2; row++)
      assert_true(number_at(itg_result_find(r, "scores"), row, "sum") ==
                  number_at(itg_result_find(named, "scores"), row, "sum"));
    itg_result_free(r);
  }
  itg_result_free(named);
  assert_fails("scale", DATA(csv), "{instrument: integrate, columns: {items: '/^item/'}}", ITG_ERR_COLUMN,
               "columns are: id, coop_1, coop_2");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(long_answers_score_like_wide_ones),
      cmocka_unit_test(reasons_and_words_survive),
      cmocka_unit_test(check_boxes_become_elements),
      cmocka_unit_test(check_boxes_by_number_become_elements),
      cmocka_unit_test(a_group_of_a_pattern_is_the_id),
      cmocka_unit_test(ambiguous_columns_are_told),
      cmocka_unit_test(what_cannot_be_reshaped_is_told),
      cmocka_unit_test(numbers_of_columns_that_do_not_fit_are_listed),
      cmocka_unit_test(numbers_of_columns_may_have_leading_zeros),
      cmocka_unit_test(columns_by_number_and_by_pattern_are_the_items_in_order),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
