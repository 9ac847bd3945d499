/* Measure points: the published PRISMA weights and totals, partial credit worked by hand, bad input. */
#include "files.h"
#include "scoring.h"

#define DATA(csv) ((const inputs){"data", csv, NULL})

/* Every indicator of isd-prisma at its maximum. */
static const char full[] =
    "indicator,value,reference\nstructure,present,\nrepresentation,100,\nstability,100,\nparticipation,100,"
    "\ninformed,100,\n"
    "feedback,100,\nentry_point,100,\nclearing,yes,\nscreening,1,\nfollow_up,100,\nmanagers,12,12\ncaseload,"
    "45,\nassessed,100,\n"
    "partners_assessing,100,\ncase_mix,1,\nsoftware,present,\ncomputers,100,\nchart_use,100,\nplans,100,\n";

/* Hebert and Veil, Int J Integr Care 2004;4:e05, table 1. */
static void weights_of_hebert_and_veil_2004_sum_to_100(void **state) {
  (void)state;
  static const struct {
    const char *component;
    double points;
  } table[] = {{"coordination", 20}, {"entry", 20}, {"case_management", 20}, {"assessment", 15},
               {"chart", 15},        {"plan", 10},  {"total", 100}};
  itg_result *r = score("points", DATA(full), NULL);
  for (size_t i = 0; i < ITG_COUNT(table); i++)
    assert_near(CELL(r, "estimates", "estimate", "scale", table[i].component), table[i].points, 1e-12);
  assert_true(CELL(r, "estimates", "n", "scale", "total") == 19);
  assert_true(CELL(r, "progress", "percent", "component", "plan") == 100);
  itg_result_free(r);
}

/* July 2003: 73, 71 and 70 of 100 points (published), split over indicators for illustration. */
static void totals_of_july_2003_from_an_illustrative_split(void **state) {
  (void)state;
  itg_error error = {0};
  itg_frame *frame = read_frame("inst/example/isd-waves.csv");
  itg_result *r = NULL;
  if (itg_measure_run("points", itg_frame_table(frame), 1, "values: points", NULL, &r, &error))
    fail_msg("%s", error.message);
  static const struct {
    const char *area;
    double points;
  } totals[] = {{"Sherbrooke", 73}, {"Granit", 71}, {"Coaticook", 70}};
  for (size_t i = 0; i < ITG_COUNT(totals); i++) {
    const char *area = totals[i].area;
    assert_true(CELL(r, "estimates", "estimate", "scale", "total", "area", area, "wave", "2003-07") ==
                totals[i].points);
    assert_string_equal(TEXT(r, "estimates", "level", "scale", "total", "area", area, "wave", "2003-07"),
                        "at threshold");
    double first = CELL(r, "progress", "points", "component", "total", "area", area, "wave", "2001-01"),
           before = CELL(r, "progress", "points", "component", "total", "area", area, "wave", "2003-01"),
           best =
               CELL(r, "progress", "percent", "component", "coordination", "area", area, "wave", "2003-07");
    assert_near(CELL(r, "progress", "change_first", "component", "total", "area", area, "wave", "2003-07"),
                totals[i].points - first, 1e-12);
    assert_near(CELL(r, "progress", "change_previous", "component", "total", "area", area, "wave", "2003-07"),
                totals[i].points - before, 1e-12);
    assert_true(
        isnan(CELL(r, "progress", "change_first", "component", "total", "area", area, "wave", "2001-01")));
    static const char *const others[] = {"entry", "case_management", "assessment", "chart", "plan"};
    for (size_t k = 0; k < ITG_COUNT(others); k++)
      assert_true(CELL(r, "progress", "percent", "component", others[k], "area", area, "wave", "2003-07") <
                  best);
  }
  assert_near(CELL(r, "estimates", "estimate", "scale", "total", "area", NULL, "wave", "2003-07"), 214 / 3.0,
              1e-12);
  itg_result_free(r);
  itg_frame_free(frame);
}

/* As text wave m12 would be before m3, and progress a loss. */
static void progress_goes_by_the_order_of_waves(void **state) {
  (void)state;
  static const char *const waves[][4] = {{"m3", "m12", "m24", "incomplete: zero"},
                                          {"pre", "mid", "after", "{incomplete: zero, waves: [pre, mid, after]}"}};
  for (size_t i = 0; i < ITG_COUNT(waves); i++) {
    itg_text csv = ITG_TEXT_EMPTY;
    itg_text_print(&csv, "wave,indicator,value\n");
    for (int w = 0; w < 3; w++) itg_text_print(&csv, "%s,representation,%d\n", waves[i][w], w * 50);
    itg_result *r = score("points", DATA(csv.data), waves[i][3]);
    const double most = CELL(r, "indicators", "points", "wave", waves[i][2], "indicator", "representation");
    assert_true(most > 0);
    assert_near(CELL(r, "progress", "change_previous", "component", "total", "wave", waves[i][1]), most / 2, 1e-12);
    assert_near(CELL(r, "progress", "change_first", "component", "total", "wave", waves[i][2]), most, 1e-12);
    itg_result_free(r);
    itg_text_clear(&csv);
  }
  assert_fails("points", DATA("wave,indicator,value\npre,representation,10\npost,representation,20\n"), NULL,
               ITG_ERR_OPTION, "waves are words ('post', 'pre')");
}

static void partial_credit_by_each_rule(void **state) {
  (void)state;
  const char *csv =
      "indicator,value,reference\nstructure,partial,\nrepresentation,40,\nmanagers,15,12\ncaseload,100,"
      "\nclearing,0.25,\n";
  itg_result *r = score("points", DATA(csv), "incomplete: zero");
  assert_near(CELL(r, "indicators", "points", "indicator", "structure"), 1.5, 1e-15);
  assert_near(CELL(r, "indicators", "points", "indicator", "representation"), 1.2, 1e-15);
  assert_near(CELL(r, "indicators", "points", "indicator", "managers"), 7.5, 1e-14);
  assert_true(CELL(r, "indicators", "points", "indicator", "caseload") == 0); /* more than twice 45 */
  assert_true(CELL(r, "indicators", "reference", "indicator", "caseload") == 45);
  assert_near(CELL(r, "estimates", "estimate", "scale", "total"), 1.5 + 1.2 + 7.5 + 1.25, 1e-12);
  assert_true(CELL(r, "estimates", "n_missing", "scale", "total") == 14);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "total"), "below threshold");
  itg_result_free(r);
  r = score("points", DATA(csv), "{incomplete: zero, partial: none, references: {caseload: 100}}");
  assert_true(CELL(r, "estimates", "estimate", "scale", "total") == 10); /* the caseload alone */
  itg_result_free(r);
  r = score("points", DATA("indicator,value\nstructure,50\n"),
            "{incomplete: zero, rules: {structure: percent}}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "coordination"), 1.5, 1e-15);
  itg_result_free(r);
}

static void missing_indicators_are_missing_zero_or_scaled_up(void **state) {
  (void)state;
  const char *csv = "indicator,value\nassessed,50\npartners_assessing,100\ncase_mix,\nplans,80\n";
  itg_result *r = score("points", DATA(csv), NULL);
  assert_true(isnan(CELL(r, "estimates", "estimate", "scale", "assessment")));
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "assessment"), "too few answers");
  assert_true(CELL(r, "estimates", "estimate", "scale", "plan") == 8);
  itg_result_free(r);
  r = score("points", DATA(csv), "incomplete: rescale");
  assert_near(CELL(r, "estimates", "estimate", "scale", "assessment"), 7.5 * 15 / 10, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "total"), 15.5 * 100 / 20, 1e-12);
  itg_result_free(r);
}

static void wide_and_long_data_give_the_same(void **state) {
  (void)state;
  itg_result *w = score(
      "points",
      DATA("area,wave,structure,representation,stability,participation,informed,feedback,entry_point,"
           "clearing,screening,follow_up,managers,managers_reference,caseload,assessed,partners_assessing,"
           "case_mix,software,computers,chart_use,plans\n"
           "N,1,yes,10,20,30,40,50,60,no,partial,70,8,10,54,80,90,0.5,no,100,0,55\n"),
      NULL);
  itg_result *l = score(
      "points",
      DATA(
          "area,wave,indicator,value,reference\nN,1,structure,yes,\nN,1,representation,10,\nN,1,stability,20,"
          "\n"
          "N,1,participation,30,\nN,1,informed,40,\nN,1,feedback,50,\nN,1,entry_point,60,\nN,1,clearing,no,\n"
          "N,1,screening,partial,\nN,1,follow_up,70,\nN,1,managers,8,10\nN,1,caseload,54,\nN,1,assessed,80,\n"
          "N,1,partners_assessing,90,\nN,1,case_mix,0.5,\nN,1,software,no,\nN,1,computers,100,\n"
          "N,1,chart_use,0,\nN,1,plans,55,\n"),
      NULL);
  double total = 3 + .3 + .6 + .9 + 1.6 + 2 + 3 + 0 + 2.5 + 3.5 + 8 + 8 + 4 + 4.5 + 2.5 + 0 + 5 + 0 + 5.5;
  assert_near(CELL(w, "estimates", "estimate", "scale", "total", "area", "N"), total, 1e-12);
  assert_true(CELL(w, "estimates", "estimate", "scale", "total", "area", "N") ==
              CELL(l, "estimates", "estimate", "scale", "total", "area", "N"));
  itg_result_free(w);
  itg_result_free(l);
}

static void weights_of_the_user_must_keep_the_sum(void **state) {
  (void)state;
  itg_result *r = score("points", DATA(full), "points: {managers: 5, plans: 15}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "plan"), 15, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "total"), 100, 1e-12);
  itg_result_free(r);
  assert_fails("points", DATA(full), "points: {managers: 5}", ITG_ERR_OPTION, "sum to 95, not 100");
  assert_fails("points", DATA(full), "points: {manager: 5}", ITG_ERR_OPTION, "did you mean 'managers'?");
  assert_fails("points", DATA("indicator,value\nx,1\n"),
               "instrument: {schema: integrade-instrument/1, id: t, version: 1.0.0, kind: points, title: t, "
               "unit: area, "
               "source: {citation: none}, licence: {items: own}, examples: [], components: [{id: c, title: "
               "C, maximum: 100}], "
               "items: [{id: x, component: c, label: x, points: 99, rule: level}]}",
               ITG_ERR_VALUE, "component 'c' sum to 99, not 100");
}

static void impossible_values_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *csv, *options, *part;
    itg_status status;
  } cases[] = {
      {"indicator,value\nplans,101\n", NULL, "'101' is impossible for indicator 'plans'", ITG_ERR_RANGE},
      {"indicator,value\nstructure,mostly\n", NULL, "absent, partial, present", ITG_ERR_RANGE},
      {"indicator,value\nstructure,2\n", NULL, "level from 0 to 1", ITG_ERR_RANGE},
      {"indicator,value\nmanagers,3\n", NULL, "beside a reference", ITG_ERR_RANGE},
      {"indicator,value\nplans,10.5\n", "values: points", "points from 0", ITG_ERR_RANGE},
      {"indicator,value\nplan,5\n", NULL, "no indicator 'plan'", ITG_ERR_DATA},
      {"indicator,value\nplans,5\nplans,6\n", NULL, "stands in another row too", ITG_ERR_DUPLICATE},
      {"indicator\nplans\n", NULL, "role 'value'", ITG_ERR_COLUMN},
      {"area,structure\nN,1\n", NULL, "for item 'representation'", ITG_ERR_COLUMN},
      {"indicator,value\n", NULL, "no rows", ITG_ERR_EMPTY},
      {"indicator,value\nplans,\n", NULL, "every indicator is missing", ITG_ERR_EMPTY},
  };
  for (size_t i = 0; i < ITG_COUNT(cases); i++)
    assert_fails("points", DATA(cases[i].csv), cases[i].options, cases[i].status, cases[i].part);
}

static void shipped_points_pass_their_examples(void **state) {
  (void)state;
  itg_error error = {0};
  if (itg_instrument_check("isd-prisma", NULL, &error)) fail_msg("%s", error.message);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(weights_of_hebert_and_veil_2004_sum_to_100),
      cmocka_unit_test(totals_of_july_2003_from_an_illustrative_split),
      cmocka_unit_test(progress_goes_by_the_order_of_waves),
      cmocka_unit_test(partial_credit_by_each_rule),
      cmocka_unit_test(missing_indicators_are_missing_zero_or_scaled_up),
      cmocka_unit_test(wide_and_long_data_give_the_same),
      cmocka_unit_test(weights_of_the_user_must_keep_the_sum),
      cmocka_unit_test(impossible_values_are_refused),
      cmocka_unit_test(shipped_points_pass_their_examples),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
