/* Measure gstudy and the analysis of designs: published and independent figures, identities, bad input. */
#include "files.h"
#include "scoring.h"

#include "itg_design.h"

#define VARIANCE(result, effect_) CELL(result, "components", "variance", "effect", effect_)
#define SQUARES(result, effect_) CELL(result, "components", "ss", "effect", effect_)
#define ESTIMATE(result, scale_) CELL(result, "estimates", "estimate", "scale", scale_)

static itg_result *run(const char *csv, const char *options) {
  const inputs in = {"data", csv, NULL};
  return score("gstudy", in, options);
}

static char *read_scores(void) { return read_text("tests/data/golden/gstudy_scores.csv"); }

/* Brennan, Generalizability Theory (2001), page 116: 10 persons x (4 raters : 3 tasks); from the mean squares
 * to the four digits that he prints. */
static void brennan_2001_page_116_persons_by_raters_in_tasks(void **state) {
  (void)state;
  enum { P = 1, R = 2, T = 4 };
  static const struct {
    unsigned own, nest;
    double df, ms, variance;
  } known[] = {{P, 0, 9, 10.2962963, .4731},
               {T, 0, 2, 24.1, .3252},
               {R, T, 9, 8.8555556, .6475},
               {P | T, 0, 18, 4.6185185, .5596},
               {P | R, T, 81, 2.3802469, 2.3802}};
  itg_design d = {.n_facets = 3, .levels = {10, 4, 3}, .nests = {0, T, 0}};
  itg_design_effects(&d);
  assert_int_equal(d.n_effects, 5);
  for (int k = 0; k < 5; k++)
    for (int m = 0; m < 5; m++)
      if (d.effects[m].own == known[k].own && d.effects[m].nest == known[k].nest) {
        assert_near(d.effects[m].df, known[k].df, 0);
        d.effects[m].ms = known[k].ms;
      }
  itg_design_components(&d);
  for (int k = 0; k < 5; k++) {
    bool found = false;
    for (int m = 0; m < 5; m++)
      if (d.effects[m].own == known[k].own && d.effects[m].nest == known[k].nest) {
        assert_near(d.effects[m].variance, known[k].variance, 5.1e-5);
        found = true;
      }
    assert_true(found);
  }
  /* By hand from the same variances: relative error .5596/3 + 2.3802/12. */
  const double numbers[] = {0, 4, 3};
  itg_generalisability x = itg_design_study(&d, numbers);
  assert_near(x.relative, .5596 / 3 + 2.3802 / 12, 5e-5);
  assert_near(x.absolute, x.relative + .3252 / 3 + .6475 / 12, 5e-5);
}

/* Shrout and Fleiss 1979 as persons x judges: the variances, and the coefficients as intraclass correlations.
 */
static void shrout_and_fleiss_1979_persons_by_judges(void **state) {
  (void)state;
  itg_result *r = run("a,b,c,d\n9,2,5,8\n6,1,3,2\n8,4,6,8\n7,1,2,6\n10,5,6,9\n6,2,4,7\n",
                      "{columns: {ratings: [a, b, c, d]}, numbers: {facet: [1, 4]}}");
  assert_near(VARIANCE(r, "object"), 2.5555556, 5e-8);
  assert_near(VARIANCE(r, "facet"), 5.2444444, 5e-8);
  assert_near(VARIANCE(r, "object x facet"), 1.0194444, 5e-8);
  assert_near(ESTIMATE(r, "g"), 0.9093155, 5e-8);
  assert_near(ESTIMATE(r, "phi"), 0.6200505, 5e-8);
  assert_near(CELL(r, "dstudy", "g", "n_facet", "1"), 0.7148407, 5e-8);
  assert_near(CELL(r, "dstudy", "phi", "n_facet", "1"), 0.2897638, 5e-8);
  itg_result_free(r);
}

static const char crossed[] = "{columns: {object: person, facet: [item, occasion], value: score}}";

/* anova(lm(score ~ person * item * occasion)) in R 4.2.2, and the variances of its mean squares. */
static void persons_by_items_by_occasions_as_r_gives_it(void **state) {
  (void)state;
  static const struct {
    const char *effect;
    double ss, variance;
  } known[] = {{"person", 102.7847916666666, 2.3530357142857139},
               {"item", 11.5137500000000, 0.3363392857142862},
               {"occasion", 5.8102083333333, 0.2472321428571432},
               {"person x item", 11.7795833333333, 0.1113690476190473},
               {"person x occasion", 2.3981250000000, -0.0920238095238093},
               {"item x occasion", 0.3054166666667, -0.0582440476190478},
               {"person x item x occasion", 8.6612500000000, 0.6186607142857146}};
  char *csv = read_scores();
  itg_result *r = run(csv, crossed);
  for (size_t i = 0; i < ITG_COUNT(known); i++) {
    assert_near(SQUARES(r, known[i].effect), known[i].ss, 1e-12);
    assert_near(VARIANCE(r, known[i].effect), known[i].variance, 1e-13);
  }
  assert_near(ESTIMATE(r, "g"), 0.943755309434330, 1e-13);
  assert_near(ESTIMATE(r, "phi"), 0.862234307463565, 1e-13);
  assert_true(has_note(r, "2 variances are negative"));
  itg_result_free(r);
  free(csv);
}

/* anova(lm(score ~ person / item / occasion)) and person * (item / occasion). */
static void nested_designs_as_r_gives_them(void **state) {
  (void)state;
  char *csv = read_scores();
  itg_result *r = run(csv,
                      "{columns: {object: person, facet: [item, occasion], value: score}, "
                      "nested: {item: person, occasion: item}}");
  assert_near(SQUARES(r, "person"), 102.7847916666666, 1e-12);
  assert_near(SQUARES(r, "item:person"), 23.2933333333333, 1e-12);
  assert_near(SQUARES(r, "occasion:person x item"), 17.1750000000000, 1e-12);
  assert_near(VARIANCE(r, "item:person"), (1.45583333333333 - 0.71562500000000) / 2, 1e-13);
  assert_near(VARIANCE(r, "person"), (14.68354166666666 - 1.45583333333333) / 6, 1e-13);
  assert_near(ESTIMATE(r, "g"), ESTIMATE(r, "phi"), 0); /* nothing is common to persons */
  itg_result_free(r);
  r = run(csv,
          "{columns: {object: person, facet: [item, occasion], value: score}, nested: {occasion: item}}");
  assert_near(SQUARES(r, "occasion:item"), 6.1156250000000, 1e-12);
  assert_near(SQUARES(r, "person x occasion:item"), 11.0593750000000, 1e-12);
  assert_near(VARIANCE(r, "person x item"), (0.84139880952381 - 0.52663690476191) / 2, 1e-13);
  assert_near(VARIANCE(r, "item"),
              (5.75687500000001 - 2.03854166666667 - 0.84139880952381 + 0.52663690476191) / 16, 1e-13);
  itg_result_free(r);
  free(csv);
}

static void objects_that_lack_a_value_are_left_out(void **state) {
  (void)state;
  itg_result *a = run("p,i,y\na,1,3\na,2,4\nb,1,5\nb,2,\nc,1,2\nc,2,2\nd,1,7\n",
                      "columns: {object: p, facet: i, value: y}"),
             *b = run("p,i,y\na,1,3\na,2,4\nc,1,2\nc,2,2\n", "columns: {object: p, facet: i, value: y}");
  assert_true(VARIANCE(a, "p") == VARIANCE(b, "p"));
  assert_near(CELL(a, "estimates", "n", "scale", "g"), 2, 0);
  assert_near(CELL(a, "estimates", "n_missing", "scale", "g"), 2, 0);
  itg_result_free(a);
  itg_result_free(b);
}

static void figures_that_cannot_be_had_say_why(void **state) {
  (void)state;
  itg_result *r = run("a,b\n1,1\n1,1\n", "columns: {ratings: [a, b]}");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "g"), "no variance");
  itg_result_free(r);
  r = run("a,b\n1,2\n", "columns: {ratings: [a, b]}");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "g"), "too few answers");
  itg_result_free(r);
}

static void bad_input_is_told_where(void **state) {
  (void)state;
  static const char tall[] = "p,i,y\na,1,3\na,2,4\nb,1,5\nb,2,6\n",
                    named[] = "{columns: {object: p, facet: i, value: y}";
  static const struct {
    const char *csv, *more;
    itg_status status;
    const char *part;
  } bad[] = {
      {tall, ", nested: {i: i}}", ITG_ERR_OPTION, "nested in itself"},
      {tall, ", nested: {x: p}}", ITG_ERR_OPTION, "'x' is neither object nor facet"},
      {tall, ", nested: {i: x}}", ITG_ERR_OPTION, "'x' is neither"},
      {tall, ", nested: p}", ITG_ERR_OPTION, "is a map"},
      {tall, ", numbers: {i: 0}}", ITG_ERR_OPTION, "1 to 1e9"},
      {tall, ", numbers: {p: 3}}", ITG_ERR_OPTION, "'p' is neither"},
      {"p,i,y\na,1,3\na,1,4\nb,1,5\nb,2,6\n", "}", ITG_ERR_DUPLICATE, "second value"},
      {"p,i,y\na,1,3\na,2,4\na,3,4\nb,1,5\nb,2,6\n", ", nested: {i: p}}", ITG_ERR_DATA, "must be balanced"},
      {"p,i,y\na,1,3\na,2,4\nb,3,5\nb,4,6\n", "}", ITG_ERR_DATA, "have no value"},
      {"p,i,y\na,1,\n", "}", ITG_ERR_EMPTY, "every value is missing"},
      {"p,i,y\n", "}", ITG_ERR_EMPTY, "no rows"},
  };
  char options[300];
  for (size_t i = 0; i < ITG_COUNT(bad); i++) {
    const inputs in = {"data", bad[i].csv, NULL};
    snprintf(options, sizeof options, "%s%s", named, bad[i].more);
    assert_fails("gstudy", in, options, bad[i].status, bad[i].part);
  }
  const inputs in = {"data", tall, NULL};
  assert_fails("gstudy", in, "{}", ITG_ERR_COLUMN, "value, object and facet");
  assert_fails("gstudy", in, "columns: {object: p, facet: [i, p], value: y}", ITG_ERR_OPTION, "twice");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(brennan_2001_page_116_persons_by_raters_in_tasks),
      cmocka_unit_test(shrout_and_fleiss_1979_persons_by_judges),
      cmocka_unit_test(persons_by_items_by_occasions_as_r_gives_it),
      cmocka_unit_test(nested_designs_as_r_gives_them),
      cmocka_unit_test(objects_that_lack_a_value_are_left_out),
      cmocka_unit_test(figures_that_cannot_be_had_say_why),
      cmocka_unit_test(bad_input_is_told_where),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
