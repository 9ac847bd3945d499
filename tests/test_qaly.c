/* Measure qaly: areas by hand and from textbooks, discounting conventions, missing visits, death, bad input.
 */
#include "scoring.h"

#include "itg_discount.h"

/* Options with the unit that most tests have. */
static const char *in_years(const char *options) {
  static char text[4096];
  if (!options || strstr(options, "time_unit")) return options ? options : "time_unit: years";
  bool flow = options[0] == '{';
  snprintf(text, sizeof text, "%stime_unit: years%s%s", flow ? "{" : "", flow ? ", " : "\n", options + flow);
  return text;
}

static itg_result *qaly(const char *data, const char *options) {
  return score("qaly", (inputs){"data", data, NULL}, in_years(options));
}

static double of(const char *data, const char *options, const char *id) {
  itg_result *r = qaly(data, options);
  double value = CELL(r, "qalys", "qaly", "id", id);
  itg_result_free(r);
  return value;
}

static void bad(const char *data, const char *options, itg_status status, const char *part) {
  assert_fails("qaly", (inputs){"data", data, NULL}, in_years(options), status, part);
}

/* ---- areas ---- */

#define WORKED "id,time,utility\na,0,0.6\na,0.5,0.7\na,1,0.75\na,2,0.8\n"

static void area_by_hand(void **state) {
  (void)state;
  assert_near(of(WORKED, NULL, "a"), (0.6 + 0.7) / 4 + (0.7 + 0.75) / 4 + (0.75 + 0.8) / 2, 1e-15);
  assert_near(of(WORKED, "horizon: 1.5", "a"), 1.4625 - 0.5 * (0.775 + 0.8) / 2, 1e-15);
}

/* 10TT trial (synthetic copy of R for Health Technology Assessment, chapter 5), person 3. */
static void r_for_hta_chapter_5_person_3(void **state) {
  (void)state;
  itg_result *r =
      qaly("id,q0,q3,q6,q12,q18,q24\n3,.796,.796,.796,.620,.796,1\n",
           "{columns: {utilities: [q0, q3, q6, q12, q18, q24]}, times: [0, 3, 6, 12, 18, 24], time_unit: "
           "months}");
  assert_near(CELL(r, "qalys", "qaly", "id", "3"), 1.555, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "years"), 2, 0);
  itg_result_free(r);
}

static void time_units_agree(void **state) {
  (void)state;
  assert_near(of("id,time,utility\na,0,0.6\na,6,0.7\na,12,0.75\na,24,0.8\n", "time_unit: months", "a"),
              1.4625, 1e-15);
  assert_near(
      of("id,time,utility\na,0,0.6\na,182.625,0.7\na,365.25,0.75\na,730.5,0.8\n", "time_unit: days", "a"),
      1.4625, 1e-15);
}

/* ---- EQ-5D profiles ---- */

#define FIVE "id,time,mobility,self_care,usual_activities,pain,anxiety\na,0,2,1,2,3,2\na,1,1,1,1,2,1\nb,0,1,1,1,1,1\nb,1,,1,1,1,2\n"
#define ONE "id,time,profile\na,0,21232\na,1,11121\nb,0,11111\nb,1,\n"
#define WIDE "id,p0,p1\na,21232,11121\nb,11111,\n"

/* The utilities of measure eq5d_utility, and half of their sum. */
static void profiles_are_valued_like_eq5d_utility(void **state) {
  (void)state;
  itg_result *u = score("eq5d_utility", (inputs){"data", ONE, NULL}, "valueset: eq5d-5l-england");
  double both = (number_at(itg_result_find(u, "utilities"), 0, "utility") +
                 number_at(itg_result_find(u, "utilities"), 1, "utility")) / 2;
  itg_result_free(u);
  static const char *const data[] = {FIVE, ONE, WIDE};
  for (int i = 0; i < 3; i++) {
    itg_result *r = qaly(data[i], i < 2 ? "valueset: eq5d-5l-england"
                                        : "{instrument: eq5d-5l-england, times: [0, 1], columns: {profiles: [p0, p1]}}");
    assert_near(CELL(r, "qalys", "qaly", "id", "a"), both, 0);
    assert_true(isnan(CELL(r, "qalys", "qaly", "id", "b")));
    assert_near(CELL(r, "qalys", "baseline", "id", "b"), 1, 0);
    assert_non_null(strstr(itg_result_provenance(r), "\"id\":\"eq5d-5l-england\""));
    assert_non_null(strstr(itg_result_note_at(r, 0), "Value set: eq5d-5l-england"));
    itg_result_free(r);
  }
}

static void profiles_that_cannot_be_valued_are_told(void **state) {
  (void)state;
  bad(ONE, NULL, ITG_ERR_OPTION, "EQ-5D profiles need a value set");
  bad(WIDE, "{columns: {profiles: [p0, p1]}, times: [0, 1]}", ITG_ERR_OPTION, "EQ-5D profiles need a value set");
  bad(WORKED, "valueset: eq5d-5l-england", ITG_ERR_COLUMN, "'utility': stands beside the option valueset");
  bad("id,time,profile\na,0,61111\na,1,11111\n", "valueset: eq5d-5l-england", ITG_ERR_RANGE,
      "line 2, column 'profile': '61111' is no profile");
  bad("id,time\na,0\na,1\n", "valueset: eq5d-5l-england", ITG_ERR_COLUMN, "EQ-5D needs mobility");
  bad(ONE, "valueset: dmic", ITG_ERR_INSTRUMENT, "needs one of kind valueset");
  itg_result *r = qaly("id,time,profile\na,0,11111\na,1,61111\nb,0,11111\nb,1,11111\n",
                       "{valueset: eq5d-5l-england, invalid: missing}");
  assert_true(isnan(CELL(r, "qalys", "qaly", "id", "a")));
  bool noted = false;
  for (int i = 0; i < itg_result_note_count(r); i++)
    noted = noted || strstr(itg_result_note_at(r, i), "1 profiles that do not exist");
  assert_true(noted);
  itg_result_free(r);
}

static void each_country_by_its_own_value_set(void **state) {
  (void)state;
  const char *csv = "id,land,p0,p1\na,NL,21232,11121\nb,UK,21232,11121\nc,,11111,11111\n";
  itg_result *r = qaly(csv, "{valueset_by: land, valueset: {NL: eq5d-5l-netherlands, UK: eq5d-5l-england}, times: [0, 1], "
                            "columns: {profiles: [p0, p1]}}");
  itg_result *nl = qaly(csv, "{valueset: eq5d-5l-netherlands, times: [0, 1], columns: {profiles: [p0, p1]}}");
  itg_result *uk = qaly(csv, "{valueset: eq5d-5l-england, times: [0, 1], columns: {profiles: [p0, p1]}}");
  assert_true(CELL(r, "qalys", "qaly", "id", "a") == CELL(nl, "qalys", "qaly", "id", "a"));
  assert_true(CELL(r, "qalys", "qaly", "id", "b") == CELL(uk, "qalys", "qaly", "id", "b"));
  assert_true(CELL(nl, "qalys", "qaly", "id", "a") != CELL(uk, "qalys", "qaly", "id", "a"));
  assert_true(isnan(CELL(r, "qalys", "qaly", "id", "c")) && CELL(uk, "qalys", "qaly", "id", "c") == 1);
  itg_result_free(r);
  itg_result_free(nl);
  itg_result_free(uk);
}

/* The unit is never guessed, and is told. */
static void the_period_is_told(void **state) {
  (void)state;
  static const struct {
    const char *options, *note;
  } cases[] = {
      {NULL, "Times are in years; each person's period ends with the last visit, at 6 to 12."},
      {"time_unit: months", "Times are in months; each person's period ends with the last visit, at 6 to 12."},
      {"{time_unit: weeks, times: [0, 6, 12], end: carry}", "Times are in weeks; the period ends at 12 (the last planned visit)."},
      {"{time_unit: days, horizon: 30, end: carry}", "Times are in days; the period ends at 30 (option horizon)."}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    itg_result *r = qaly("id,time,utility\na,0,1\na,6,1\na,12,0.5\nb,0,1\nb,6,0.8\n", cases[i].options);
    assert_string_equal(itg_result_note_at(r, 1), cases[i].note);
    itg_result_free(r);
  }
  assert_fails("qaly", (inputs){"data", WORKED, NULL}, NULL, ITG_ERR_OPTION,
               "lacks the key 'time_unit': unit of all times, years, months, weeks or days, never guessed");
}

/* ---- discounting ---- */

static void discount_conventions_of_the_worked_example(void **state) {
  (void)state;
  assert_near(of(WORKED, "{discount: 0.035, timing: continuous}", "a"), 1.411308764, 5e-10);
  assert_near(of(WORKED, "{discount: 0.035, timing: step}", "a"), 1.436292271, 5e-10);
  assert_near(of(WORKED, "{discount: 0.035, timing: end}", "a"), 1.436292271 / 1.035, 5e-10);
  assert_near(of(WORKED, "{discount: 0.035, timing: mid}", "a"), 1.436292271 / sqrt(1.035), 5e-10);
  assert_near(of(WORKED, "{discount: 0.035, timing: none}", "a"), 1.4625, 1e-15);
}

static void annuity_of_ten_years_by_convention(void **state) {
  (void)state;
  static const double rate = 0.035, from = 0;
  static const struct {
    itg_timing timing;
    double value;
  } cases[] = {{ITG_TIMING_END, 8.316605323},
               {ITG_TIMING_STEP, 8.607686509},
               {ITG_TIMING_MID, 8.460894246},
               {ITG_TIMING_CONTINUOUS, 8.461311465}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    itg_discount d = {cases[i].timing, 1, &from, &rate};
    assert_near(itg_discount_area(&d, 0, 1, 10, 1), cases[i].value, 5e-10);
  }
  itg_discount d = {ITG_TIMING_CONTINUOUS, 1, &from, &rate};
  static const double years[] = {1, 2, 5, 10, 20, 30, 50},
                      factors[] = {.9661835749, .9335107004, .8419731669, .7089188137,
                                   .5025658844, .3562784106, .1790533745};
  for (size_t i = 0; i < ITG_COUNT(years); i++)
    assert_near(itg_discount_factor(&d, years[i]), factors[i], 5e-11);
}

/* The closed form and the series of the exact integral agree, and both with many small steps. */
static void continuous_area_is_the_integral(void **state) {
  (void)state;
  static const double rates[] = {1e-9, 0.001, 0.035, 0.2, 0.9};
  const double from = 0;
  for (size_t i = 0; i < ITG_COUNT(rates); i++) {
    itg_discount d = {ITG_TIMING_CONTINUOUS, 1, &from, &rates[i]};
    double sum = 0;
    enum { STEPS = 20000 };
    for (int k = 0; k < STEPS; k++) {
      double t = 0.3 + 2.4 * (k + 0.5) / STEPS, u = 0.4 + 0.5 * (k + 0.5) / STEPS;
      sum += itg_discount_factor(&d, t) * u * 2.4 / STEPS;
    }
    assert_near(itg_discount_area(&d, 0.3, 0.4, 2.7, 0.9), sum, 2e-9);
  }
}

/* Green Book: 3.5% to year 30, 3.0% after; e^(-30 ln 1.035) is .3562784106. */
static void green_book_rates_change_at_year_30(void **state) {
  (void)state;
  static const double rates[] = {0.035, 0.03}, from[] = {0, 30};
  itg_discount d = {ITG_TIMING_CONTINUOUS, 2, from, rates};
  assert_near(itg_discount_factor(&d, 30), .3562784106, 5e-11);
  assert_near(itg_discount_factor(&d, 40), .3562784106 * pow(1.03, -10), 5e-11);
  itg_discount early = {ITG_TIMING_CONTINUOUS, 1, from, rates};
  assert_near(itg_discount_area(&d, 20, 0.5, 30, 0.6), itg_discount_area(&early, 20, 0.5, 30, 0.6), 1e-15);
  assert_near(itg_discount_area(&d, 20, 0.5, 40, 0.7),
              itg_discount_area(&d, 20, 0.5, 30, 0.6) + itg_discount_area(&d, 30, 0.6, 40, 0.7), 1e-14);
}

static void step_areas_split_at_birthdays_of_the_study(void **state) {
  (void)state;
  double expected = 0.5 * 0.5 + 0.5 * 0.5 / 1.035;
  assert_near(of("id,time,utility\na,0.5,0.5\na,1.5,0.5\n", "discount: 0.035", "a"), expected, 1e-15);
}

/* ---- missing visits, ends, death ---- */

#define GAP "id,time,utility\na,0,0.5\na,1,\na,2,0.9\nb,0,0.8\nb,1,0.8\nb,2,0.8\n"

static void a_missing_visit_follows_the_rule(void **state) {
  (void)state;
  assert_true(isnan(of(GAP, NULL, "a")));
  assert_near(of(GAP, "gaps: interpolate", "a"), 1.4, 1e-15);
  assert_near(of(GAP, "gaps: carry", "a"), 0.5 + 0.7, 1e-15);
  itg_result *r = qaly(GAP, NULL);
  assert_near(CELL(r, "estimates", "n_missing", "scale", "qaly"), 1, 0);
  assert_near(CELL(r, "estimates", "estimate", "scale", "qaly"), 1.6, 1e-15);
  assert_near(CELL(r, "qalys", "missing", "id", "a"), 1, 0);
  assert_true(has_note(r, "1 of 2 persons have no QALY"));
  itg_result_free(r);
}

static void a_planned_visit_without_a_row_is_missing(void **state) {
  (void)state;
  const char *data = "id,time,utility\na,0,0.5\na,2,0.9\nb,0,0.8\nb,1,0.8\nb,2,0.8\n";
  assert_near(of(data, NULL, "a"), 1.4, 1e-15);
  assert_true(isnan(of(data, "times: [0, 1, 2]", "a")));
  assert_near(of(data, "{times: [0, 1, 2], gaps: interpolate}", "a"), 1.4, 1e-15);
}

static void follow_up_that_ends_early_follows_the_rule(void **state) {
  (void)state;
  const char *data = "id,time,utility\na,0,0.5\na,1,0.7\nb,0,0.8\nb,1,0.8\nb,2,0.8\n";
  assert_true(isnan(of(data, "horizon: 2", "a")));
  assert_near(of(data, "{horizon: 2, end: carry}", "a"), 0.6 + 0.7, 1e-15);
  assert_near(of(data, "{horizon: 2, end: stop}", "a"), 0.6, 1e-15);
  itg_result *r = qaly(data, NULL);
  assert_true(has_note(r, "followed for different times"));
  itg_result_free(r);
}

static void utility_is_0_from_death_on(void **state) {
  (void)state;
  const char *data = "id,time,utility,death\na,0,0.6,1.5\na,1,0.8,1.5\na,2,,1.5\nb,0,1,\nb,1,1,\nb,2,1,\n";
  assert_near(of(data, "horizon: 2", "a"), 0.7 + 0.4, 1e-15);
  assert_near(of(data, "{horizon: 2, dying: interpolate}", "a"), 0.7 + 0.2, 1e-15);
  assert_near(of("id,time,utility,death\na,0,0.6,0.5\na,1,0,0.5\nb,0,1,\nb,1,1,\n", NULL, "a"), 0.3, 1e-15);
  itg_result *r = qaly(data, "horizon: 2");
  assert_near(CELL(r, "qalys", "years", "id", "a"), 2, 0);
  assert_true(has_note(r, "1 persons died"));
  itg_result_free(r);
}

static void baseline_is_never_invented(void **state) {
  (void)state;
  assert_true(
      isnan(of("id,time,utility\na,0,\na,1,0.7\na,2,0.8\nb,0,1\nb,1,1\nb,2,1\n", "gaps: interpolate", "a")));
}

static void groups_and_kept_columns_stay_with_the_person(void **state) {
  (void)state;
  itg_result *r =
      qaly("id,time,utility,arm,sex\nz,0,0.5,new,f\ny,0,0.4,old,m\nz,1,0.7,new,f\ny,1,0.4,old,m\n",
           "{by: arm, keep: sex}");
  const itg_table *rows = itg_result_find(r, "qalys");
  assert_int_equal(rows->n_rows, 2);
  assert_string_equal(text_at(rows, 0, "id"), "z"); /* in order of appearance */
  assert_string_equal(TEXT(r, "qalys", "sex", "id", "y"), "m");
  assert_near(CELL(r, "estimates", "estimate", "scale", "qaly", "arm", "new"), 0.6, 1e-15);
  itg_result_free(r);
}

/* ---- bad input ---- */

static void visits_out_of_order_stop_or_are_sorted(void **state) {
  (void)state;
  const char *data = "id,time,utility\na,0,0.6\na,1,0.75\na,0.5,0.7\na,2,0.8\n";
  bad(data, NULL, ITG_ERR_ORDER, "person a: this visit stands after a later one");
  assert_near(of(data, "order: sort", "a"), 1.4625, 1e-15);
}

static void bad_input_is_told(void **state) {
  (void)state;
  bad("id,time,utility\na,0,0.6\na,0,0.7\n", NULL, ITG_ERR_DUPLICATE, "two visits at one time");
  bad("id,time,utility\na,0,0.6\na,1,1.7\n", NULL, ITG_ERR_RANGE, "1.7");
  bad("id,time\na,0\n", NULL, ITG_ERR_COLUMN, "a row per visit needs id, time and utility");
  bad("id,time,utility\n,0,0.6\n", NULL, ITG_ERR_DATA, "a visit without a person");
  bad("id,time,utility\na,,0.6\n", NULL, ITG_ERR_DATA, "a visit without a time");
  bad("id,time,utility\na,0,\na,1,\n", NULL, ITG_ERR_EMPTY, "no person has a QALY");
  bad("id,time,utility\n", NULL, ITG_ERR_EMPTY, "no rows");
  bad("id,time,utility,death\na,0,0.6,0.5\na,1,0.6,0.5\n", NULL, ITG_ERR_DATA, "has a utility after death");
  bad("id,time,utility,death\na,0,0.6,1\na,1,0.6,2\n", NULL, ITG_ERR_DATA, "two times of death");
  bad("id,time,utility,arm\na,0,0.6,x\na,1,0.6,y\n", "by: arm", ITG_ERR_DATA, "two groups");
  bad("id,u0,u1\na,0.6,0.7\n", "columns: {utilities: [u0, u1]}", ITG_ERR_OPTION, "2 columns of utilities");
  bad("id,u0,u1\na,0.6,0.7\n", "{columns: {utilities: [u0, u1]}, times: [1, 0]}", ITG_ERR_OPTION,
      "must rise");
  bad(WORKED, "discount: [0.035, 0.03]", ITG_ERR_OPTION, "as many years as rates");
  bad(WORKED, "{discount: [0.035, 0.03], discount_from: [1, 30]}", ITG_ERR_OPTION, "begin with 0");
  bad(WORKED, "discount: -0.1", ITG_ERR_OPTION, "discount");
  bad(WORKED, "timing: sometimes", ITG_ERR_OPTION, "timing");
  bad(WORKED, "horizon: 0", ITG_ERR_OPTION, "'horizon' is 0; the period ends after its start");
  bad(WORKED, "horizon: -1", ITG_ERR_OPTION, "'horizon' is -1");
  /* What came before the start is no QALY of the period, nor would its years be discounted but counted up. */
  bad("id,time,utility\na,-0.1,0.6\na,1,0.7\n", NULL, ITG_ERR_RANGE, "before the start, which is time 0");
  bad("id,u0,u1\na,0.6,0.7\n", "{columns: {utilities: [u0, u1]}, times: [-1, 1]}", ITG_ERR_OPTION, "before the start");
  bad("id,time,utility,death\na,0,0,-1\n", NULL, ITG_ERR_RANGE, "'death'");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(area_by_hand),
      cmocka_unit_test(r_for_hta_chapter_5_person_3),
      cmocka_unit_test(time_units_agree),
      cmocka_unit_test(profiles_are_valued_like_eq5d_utility),
      cmocka_unit_test(profiles_that_cannot_be_valued_are_told),
      cmocka_unit_test(each_country_by_its_own_value_set),
      cmocka_unit_test(the_period_is_told),
      cmocka_unit_test(discount_conventions_of_the_worked_example),
      cmocka_unit_test(annuity_of_ten_years_by_convention),
      cmocka_unit_test(continuous_area_is_the_integral),
      cmocka_unit_test(green_book_rates_change_at_year_30),
      cmocka_unit_test(step_areas_split_at_birthdays_of_the_study),
      cmocka_unit_test(a_missing_visit_follows_the_rule),
      cmocka_unit_test(a_planned_visit_without_a_row_is_missing),
      cmocka_unit_test(follow_up_that_ends_early_follows_the_rule),
      cmocka_unit_test(utility_is_0_from_death_on),
      cmocka_unit_test(baseline_is_never_invented),
      cmocka_unit_test(groups_and_kept_columns_stay_with_the_person),
      cmocka_unit_test(visits_out_of_order_stop_or_are_sorted),
      cmocka_unit_test(bad_input_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
