/* Measure ladder: counts and ranks worked by hand, R's rank tests, the refusal of a mean, bad input. */
#include "scoring.h"

#define DATA(csv) ((const inputs){"data", csv, NULL})

/* 15 schemes of one country, 12 of another and 4 of a third. */
static const char schemes[] =
    "country,level\nA,1\nA,2\nA,2\nA,3\nA,3\nA,3\nA,4\nA,5\nA,5\nA,5\nA,5\nA,6\nA,7\nA,7\nA,8\n"
    "B,1\nB,1\nB,2\nB,2\nB,2\nB,3\nB,3\nB,4\nB,4\nB,5\nB,6\nB,7\nC,8\nC,8\nC,7\nC,1\n";

/* R 4.2.2: wilcox.test(a, b, exact = FALSE), with and without correct, and kruskal.test(list(a, b, c)). */
static void rank_tests_of_r_wilcox_test_and_kruskal_test(void **state) {
  (void)state;
  itg_result *r = score("ladder", DATA(schemes), "by: country");
  assert_near(CELL(r, "comparison", "statistic", "group_1", "A", "group_2", "B"), 117.5, 1e-12);
  assert_near(CELL(r, "comparison", "p_value", "group_1", "A", "group_2", "B"), 0.18273082539634847, 1e-14);
  assert_near(CELL(r, "comparison", "superiority", "group_1", "A", "group_2", "B"), 117.5 / 180, 1e-14);
  assert_near(CELL(r, "comparison", "delta", "group_1", "A", "group_2", "B"), 2 * 117.5 / 180 - 1, 1e-14);
  assert_near(CELL(r, "comparison", "p_value", "group_1", "B", "group_2", "C"), 0.14204274825713228, 1e-14);
  assert_near(CELL(r, "comparison", "statistic", "test", "kruskal-wallis"), 3.75179634571956777, 1e-12);
  assert_near(CELL(r, "comparison", "p_value", "test", "kruskal-wallis"), 0.15321728941411669, 1e-14);
  assert_true(CELL(r, "comparison", "df", "test", "kruskal-wallis") == 2);
  assert_true(CELL(r, "comparison", "n_1", "test", "kruskal-wallis") == 31);
  itg_result_free(r);
  r = score("ladder", DATA(schemes), "{by: country, continuity: false}");
  assert_near(CELL(r, "comparison", "p_value", "group_1", "A", "group_2", "B"), 0.17475968845776546, 1e-14);
  itg_result_free(r);
}

/* R 4.2.2: quantile(a, type = 1); prop.test(4, 15, correct = FALSE); qbinom(0.025, 15, 0.5) = 4. */
static void quantiles_of_r_type_1_and_wilson_intervals(void **state) {
  (void)state;
  itg_result *r = score("ladder", DATA(schemes), "by: country");
  static const struct {
    const char *country, *scale;
    double rank;
  } found[] = {{"A", "lower_quartile", 3}, {"A", "median", 5},        {"A", "upper_quartile", 6},
               {"A", "lowest", 1},         {"A", "highest", 8},       {"B", "median", 3},
               {"B", "lower_quartile", 2}, {"B", "upper_quartile", 4}};
  for (size_t i = 0; i < ITG_COUNT(found); i++)
    assert_true(CELL(r, "estimates", "estimate", "country", found[i].country, "scale", found[i].scale) ==
                found[i].rank);
  assert_string_equal(TEXT(r, "estimates", "level", "country", "A", "scale", "median"), "pooled budgets");
  assert_true(CELL(r, "estimates", "conf_low", "country", "A", "scale", "median") == 3);  /* the 4th of 15 */
  assert_true(CELL(r, "estimates", "conf_high", "country", "A", "scale", "median") == 6); /* the 12th */
  itg_result_free(r);
}

static void shares_by_count_and_by_weight(void **state) {
  (void)state;
  itg_result *r = score("ladder", DATA("level,spend\npooled,100\naligned budgets,300\n5,100\n,50\n"),
                        "columns: {weight: spend}");
  assert_true(CELL(r, "estimates", "n", "scale", "share.pooled") == 3);
  assert_true(CELL(r, "estimates", "n_missing", "scale", "share.pooled") == 1);
  assert_near(CELL(r, "estimates", "estimate", "scale", "share.pooled"), 200 / 3.0, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "at_least.lead"), 200 / 3.0, 1e-12);
  assert_near(CELL(r, "levels", "percent_weight", "level", "aligned"), 60, 1e-12);
  assert_near(CELL(r, "levels", "percent_cumulative", "level", "aligned"), 100 / 3.0, 1e-12);
  assert_true(CELL(r, "levels", "weight", "level", "pooled") == 200);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "median"), "too few answers");
  assert_null(itg_result_find(r, "comparison"));
  assert_true(has_note(r, "no mean is given"));
  itg_result_free(r);
}

static void a_mean_is_refused_and_the_reason_given(void **state) {
  (void)state;
  assert_fails("ladder", DATA(schemes), "statistics: mean", ITG_ERR_OPTION,
               "its levels are ranks (the table's footnote declares its numbers a rank");
  assert_fails("ladder", DATA(schemes), "statistics: [median, average]", ITG_ERR_OPTION,
               "'average' cannot be had");
  itg_result *r = score("ladder", DATA(schemes), "statistics: [median]");
  assert_true(itg_result_find(r, "estimates")->n_rows == 1);
  itg_result_free(r);
}

static void a_group_without_levels_is_missing_with_its_reason(void **state) {
  (void)state;
  itg_result *r = score("ladder", DATA("country,level\nA,1\nA,2\nB,\n"), "by: country");
  assert_true(isnan(CELL(r, "estimates", "estimate", "country", "B", "scale", "median")));
  assert_string_equal(TEXT(r, "estimates", "reason", "country", "B", "scale", "median"), "too few answers");
  assert_true(CELL(r, "estimates", "n_missing", "country", "B", "scale", "share.lead") == 1);
  assert_true(isnan(CELL(r, "comparison", "statistic", "test", "kruskal-wallis"))); /* one group is left */
  assert_true(itg_result_find(r, "comparison")->n_rows == 1);
  itg_result_free(r);
  r = score("ladder", DATA("country,level\nA,2\nA,2\nB,2\n"), "by: country"); /* all tied */
  assert_true(isnan(CELL(r, "comparison", "p_value", "test", "mann-whitney")));
  assert_true(CELL(r, "comparison", "superiority", "test", "mann-whitney") == 0.5);
  itg_result_free(r);
}

static void bad_data_are_refused_with_their_place(void **state) {
  (void)state;
  assert_fails("ladder", DATA("level\npooled\npoold\n"), NULL, ITG_ERR_RANGE,
               "test.csv, line 3, column 'level': 'poold' is no level");
  assert_fails("ladder", DATA("level\n9\n"), NULL, ITG_ERR_RANGE, "or 1 to 8");
  assert_fails("ladder", DATA("level\n0\n"), NULL, ITG_ERR_RANGE, "'0' is no level");
  assert_fails("ladder", DATA("level\n2.5\n"), NULL, ITG_ERR_RANGE, "'2.5' is no level");
  assert_fails("ladder", DATA("level\n\n"), NULL, ITG_ERR_EMPTY, "every level is missing");
  assert_fails("ladder", DATA("step\n1\n"), NULL, ITG_ERR_COLUMN, "'level'");
  assert_fails("ladder", DATA("level,weight\n1,\n"), NULL, ITG_ERR_DATA, "without its weight");
  assert_fails("ladder", DATA("level,weight\n1,-2\n"), NULL, ITG_ERR_RANGE, "-2 is impossible");
  assert_fails("ladder", DATA("level\n1\n"), "instrument: pacic", ITG_ERR_INSTRUMENT, "pacic");
}

#define LADDER(levels)                                                                                    \
  "instrument: {schema: integrade-instrument/1, id: t, version: 1.0.0, kind: ladder, title: t, unit: t, " \
  "source: {citation: t}, licence: {items: own}, examples: [], rank_only: because, levels: " levels "}"

static void definitions_that_cannot_be_meant_are_refused(void **state) {
  (void)state;
  const char *csv = "level\na\n";
  assert_fails("ladder", DATA(csv), LADDER("[{id: a, title: A}]"), ITG_ERR_VALUE,
               "a ladder has 2 to 100 levels");
  assert_fails("ladder", DATA(csv), LADDER("[{id: a, title: A}, {id: a, title: B}]"), ITG_ERR_VALUE,
               "the level 'a' is given twice");
  assert_fails("ladder", DATA(csv), LADDER("[{id: a, title: A}, {id: A, title: B}]"), ITG_ERR_VALUE,
               "given twice");
  assert_fails("ladder", DATA(csv), LADDER("[{id: 2, title: A}, {id: 1, title: B}]"), ITG_ERR_VALUE,
               "level 2 stands at rank 1");
  assert_fails("ladder", DATA(csv), LADDER("[{id: a, title: A}, {id: b}]"), ITG_ERR_KEY, "title");
  assert_fails("ladder", DATA(csv), LADDER("[{id: a, title: A}, {id: b, title: B, mean: 1}]"), ITG_ERR_KEY,
               "mean");
  itg_result *r = score("ladder", DATA("level\na\nB\n2\n"), LADDER("[{id: a, title: A}, {id: b, title: B}]"));
  assert_near(CELL(r, "estimates", "estimate", "scale", "share.b"), 200 / 3.0, 1e-12);
  itg_result_free(r);
}

static void score_hands_over_to_ladder(void **state) {
  (void)state;
  itg_result *a = score("score", DATA(schemes), "{instrument: financial-integration, by: country}");
  itg_result *b = score("ladder", DATA(schemes), "by: country");
  assert_true(CELL(a, "estimates", "estimate", "country", "A", "scale", "median") ==
              CELL(b, "estimates", "estimate", "country", "A", "scale", "median"));
  assert_true(itg_result_count(a) == itg_result_count(b));
  itg_result_free(a);
  itg_result_free(b);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(rank_tests_of_r_wilcox_test_and_kruskal_test),
      cmocka_unit_test(quantiles_of_r_type_1_and_wilson_intervals),
      cmocka_unit_test(shares_by_count_and_by_weight),
      cmocka_unit_test(a_mean_is_refused_and_the_reason_given),
      cmocka_unit_test(a_group_without_levels_is_missing_with_its_reason),
      cmocka_unit_test(bad_data_are_refused_with_their_place),
      cmocka_unit_test(definitions_that_cannot_be_meant_are_refused),
      cmocka_unit_test(score_hands_over_to_ladder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
