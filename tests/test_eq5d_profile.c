/* Measure eq5d_profile: levels, profiles, indices and Paretian classes worked by hand, missing answers, bad
 * input. The golden cases hold figures of the R package eq5d. */
#include "scoring.h"

#define FIVE "mobility,self_care,usual_activities,pain,anxiety\n"
#define WAVES "person,wave,arm,profile\n"
#define DATA(csv) ((const inputs){"data", csv, NULL})

static double estimate(const itg_result *r, const char *scale) {
  return CELL(r, "estimates", "estimate", "scale", scale);
}

static void levels_profiles_and_sums_are_worked_by_hand(void **state) {
  (void)state;
  /* The third row has no profile, but four answers. */
  itg_result *r =
      score("eq5d_profile", DATA(FIVE "1,1,1,1,1\n2,1,1,3,1\n3,2,,1,1\n1,1,1,1,1\n3,3,3,3,3\n"), "levels: 3");
  assert_true(estimate(r, "full_health") == 50 && estimate(r, "worst_health") == 25);
  assert_true(estimate(r, "extreme_problem") == 50 && estimate(r, "distinct_profiles") == 3);
  assert_near(estimate(r, "level_sum"), (5 + 8 + 5 + 15) / 4.0, 1e-15);
  assert_true(CELL(r, "estimates", "n", "scale", "level_sum") == 4);
  assert_true(CELL(r, "estimates", "n_missing", "scale", "level_sum") == 1);
  assert_near(estimate(r, "problem_mobility"), 60, 1e-12);
  assert_true(CELL(r, "estimates", "n", "scale", "problem_mobility") == 5);
  assert_true(estimate(r, "problem_usual_activities") == 25);
  assert_true(CELL(r, "estimates", "n_missing", "scale", "problem_usual_activities") == 1);
  assert_true(CELL(r, "dimensions", "count", "dimension", "mobility", "level", "3") == 2);
  assert_true(CELL(r, "dimensions", "percent", "dimension", "mobility", "level", "3") == 40);
  assert_true(CELL(r, "dimensions", "n_missing", "dimension", "usual_activities", "level", "1") == 1);
  const itg_table *profiles = itg_result_find(r, "profiles");
  assert_int_equal(profiles->n_rows, 3);
  assert_string_equal(text_at(profiles, 0, "profile"), "11111");
  assert_string_equal(text_at(profiles, 1, "profile"), "21131"); /* as frequent as 33333, and better */
  assert_true(number_at(profiles, 0, "percent") == 50 && number_at(profiles, 1, "cumulative_percent") == 75);
  assert_true(number_at(profiles, 2, "cumulative_percent") == 100 &&
              number_at(profiles, 2, "level_sum") == 15);
  const itg_table *rows = itg_result_find(r, "rows");
  assert_int_equal(rows->n_rows, 5);
  assert_string_equal(text_at(rows, 1, "level_frequency"), "311");
  assert_string_equal(text_at(rows, 4, "level_frequency"), "005");
  assert_true(number_at(rows, 1, "level_sum") == 8 && isnan(number_at(rows, 2, "level_sum")));
  itg_result_free(r);
}

/* Shannon's H' of k equally frequent profiles is log2 k bits; the density index is then 1. */
static void indices_of_even_and_of_uneven_profiles(void **state) {
  (void)state;
  itg_result *r = score("eq5d_profile", DATA("profile\n11111\n11112\n11121\n11211\n"), "levels: 5");
  assert_near(CELL(r, "diversity", "shannon", "dimension", "profile"), 2, 1e-15);
  assert_near(CELL(r, "diversity", "evenness", "dimension", "profile"), 2 / (5 * log2(5)), 1e-15);
  assert_true(CELL(r, "diversity", "shannon", "dimension", "mobility") == 0);
  const double p = 0.25;
  assert_near(CELL(r, "diversity", "shannon", "dimension", "pain"), -p * log2(p) - (1 - p) * log2(1 - p),
              1e-15);
  assert_near(estimate(r, "density_index"), 1, 1e-15);
  itg_result_free(r);
  /* 3 of 4 in one of two profiles: .75 x 1/2 + .25 x 3/2 */
  r = score("eq5d_profile", DATA("profile\n11111\n11111\n11121\n11111\n"), "levels: 5");
  assert_near(estimate(r, "density_index"), 0.75, 1e-15);
  itg_result_free(r);
}

/* Health Econ 2010;19:886: better, worse, mixed or no change; no problems apart. */
static void paretian_classes_of_devlin_parkin_and_browne_2010(void **state) {
  (void)state;
  static const struct {
    const char *from, *to, *class;
  } cases[] = {{"11111", "11111", "no problems"}, {"21232", "21232", "same"},   {"21232", "11232", "better"},
               {"21232", "11111", "better"},      {"21232", "21233", "worse"},  {"11111", "11112", "worse"},
               {"21232", "12232", "mixed"},       {"33333", "22222", "better"}, {"31111", "22222", "mixed"}};
  itg_text csv = ITG_TEXT_EMPTY;
  itg_text_add(&csv, WAVES);
  for (size_t i = 0; i < ITG_COUNT(cases); i++)
    itg_text_print(&csv, "%d,before,a,%s\n%d,after,a,%s\n", (int)i, cases[i].from, (int)i, cases[i].to);
  itg_result *r = score("eq5d_profile", DATA(csv.data), "{levels: 3, before: before, after: after}");
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    char person[8];
    snprintf(person, sizeof person, "%d", (int)i);
    assert_string_equal(TEXT(r, "persons", "change", "person", person), cases[i].class);
  }
  assert_true(CELL(r, "persons", "level_sum_change", "person", "3") == -5);
  static const struct {
    const char *class;
    int count;
  } whole[] = {{"no problems", 1}, {"same", 1}, {"better", 3}, {"worse", 2}, {"mixed", 2}};
  for (size_t i = 0; i < ITG_COUNT(whole); i++) {
    assert_true(CELL(r, "change", "count", "dimension", "profile", "class", whole[i].class) ==
                whole[i].count);
    assert_near(CELL(r, "change", "percent", "dimension", "profile", "class", whole[i].class),
                100 * whole[i].count / 9.0, 1e-12);
  }
  assert_near(CELL(r, "change", "percent_problems", "dimension", "profile", "class", "better"), 37.5, 1e-12);
  assert_true(isnan(CELL(r, "change", "percent_problems", "dimension", "profile", "class", "no problems")));
  assert_true(CELL(r, "change", "count", "dimension", "mobility", "class", "better") == 5);
  assert_true(CELL(r, "change", "count", "dimension", "mobility", "class", "no problems") == 2);
  assert_true(has_note(r, "from wave before to wave after"));
  itg_result_free(r);
  /* Read backwards, better and worse change places. */
  r = score("eq5d_profile", DATA(csv.data), "{levels: 3, before: after, after: before}");
  assert_true(CELL(r, "change", "count", "dimension", "profile", "class", "worse") == 3);
  itg_result_free(r);
  itg_text_clear(&csv);
}

static void change_counts_pairs_by_group_of_the_first_wave(void **state) {
  (void)state;
  /* 3 is absent later, 4 has no profile later, 5 comes new, 6 changes arm, 7 is in another wave only. */
  const char *csv = WAVES
      "1,1,a,11111\n2,1,b,21111\n3,1,a,11111\n4,1,b,11111\n6,1,a,22222\n7,2,a,11111\n"
      "1,3,a,11112\n2,3,b,11111\n4,3,b,\n5,3,b,11111\n6,3,b,22222\n,3,a,11111\n";
  itg_result *r = score("eq5d_profile", DATA(csv), "{levels: 3, by: arm}");
  assert_true(CELL(r, "change", "n", "arm", "a", "dimension", "profile", "class", "worse") == 2);
  assert_true(CELL(r, "change", "n_missing", "arm", "a", "dimension", "profile", "class", "worse") == 1);
  assert_true(CELL(r, "change", "n", "arm", "b", "dimension", "profile", "class", "better") == 1);
  assert_true(CELL(r, "change", "n_missing", "arm", "b", "dimension", "profile", "class", "better") == 2);
  assert_true(CELL(r, "change", "count", "arm", "a", "dimension", "profile", "class", "same") == 1);
  assert_int_equal(itg_result_find(r, "persons")->n_rows, 4);
  assert_null(TEXT(r, "persons", "change", "person", "4"));
  /* Described by arm and wave. */
  assert_true(CELL(r, "estimates", "estimate", "scale", "full_health", "arm", "a", "wave", "2") == 100);
  assert_true(CELL(r, "estimates", "n", "scale", "full_health", "arm", "b", "wave", "3") == 3);
  assert_true(CELL(r, "profiles", "count", "arm", "b", "wave", "3", "profile", "11111") == 2);
  itg_result_free(r);
}

static void groups_without_a_profile_are_missing_not_absent(void **state) {
  (void)state;
  itg_result *r = score("eq5d_profile", DATA("arm,profile\na,11111\nb,\n"), "{levels: 5, by: arm}");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "full_health", "arm", "b"), "missing");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "level_sum", "arm", "a"), "too few answers");
  assert_true(CELL(r, "dimensions", "n", "arm", "b", "dimension", "pain", "level", "1") == 0);
  assert_true(isnan(CELL(r, "diversity", "shannon", "arm", "b", "dimension", "profile")));
  itg_result_free(r);
  r = score("eq5d_profile", DATA("profile\n11111\n11119\n11112\n"), "{levels: 5, invalid: missing}");
  assert_true(CELL(r, "estimates", "n_missing", "scale", "full_health") == 1);
  assert_true(has_note(r, "1 profiles that do not exist"));
  itg_result_free(r);
}

static void bad_input_is_refused(void **state) {
  (void)state;
  static const struct {
    const char *csv, *options, *part;
    itg_status status;
  } cases[] = {
      {"profile\n11111\n", NULL, "levels", ITG_ERR_OPTION},
      {"profile\n11111\n", "levels: 4", "levels", ITG_ERR_OPTION},
      {"profile\n11141\n", "levels: 3", "'11141' is no profile of EQ-5D-3L", ITG_ERR_RANGE},
      {FIVE "1,1,1,1,6\n", "levels: 5", "column 'anxiety': '6' is no level of EQ-5D-5L; levels are 1 to 5",
       ITG_ERR_RANGE},
      {"x\n1\n", "levels: 5", "one column profile", ITG_ERR_COLUMN},
      {"profile\n", "levels: 5", "the table has no rows", ITG_ERR_EMPTY},
      {"profile,x\n,1\n", "levels: 5", "all 1 profiles are missing", ITG_ERR_EMPTY},
      {"person,profile\n1,11111\n", "levels: 5", "wave", ITG_ERR_COLUMN},
      {WAVES "1,1,a,11111\n2,1,a,11111\n", "levels: 5", "a change needs two waves, there is one", ITG_ERR_DATA},
      {WAVES "1,1,a,11111\n1,1,a,11112\n1,2,a,11111\n", "levels: 5", "person 1 answers twice in wave 1",
       ITG_ERR_DUPLICATE},
      {WAVES "1,before,a,11111\n1,after,a,11111\n", "{levels: 5, before: befor}", "did you mean 'before'",
       ITG_ERR_OPTION},
      {WAVES "1,1,a,11111\n1,2,a,11111\n", "{levels: 5, before: 2}", "the same wave '2'", ITG_ERR_OPTION},
      {"profile\n11111\n", "{levels: 5, before: 1}", "go with the roles person and wave", ITG_ERR_OPTION},
  };
  for (size_t i = 0; i < ITG_COUNT(cases); i++)
    assert_fails("eq5d_profile", DATA(cases[i].csv), cases[i].options, cases[i].status, cases[i].part);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(levels_profiles_and_sums_are_worked_by_hand),
      cmocka_unit_test(indices_of_even_and_of_uneven_profiles),
      cmocka_unit_test(paretian_classes_of_devlin_parkin_and_browne_2010),
      cmocka_unit_test(change_counts_pairs_by_group_of_the_first_wave),
      cmocka_unit_test(groups_without_a_profile_are_missing_not_absent),
      cmocka_unit_test(bad_input_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
