/* Measure change: Student's sleep data, R's tests, reliable change worked by hand, bad input. */
#include "scoring.h"

#define DATA(csv) ((const inputs){"data", csv, NULL})

/* R's data set sleep (Cushny and Peebles 1905; Student 1908). */
static const char sleep_data[] =
    "id,drug,extra\n1,1,0.7\n2,1,-1.6\n3,1,-0.2\n4,1,-1.2\n5,1,-0.1\n6,1,3.4\n7,1,3.7\n8,1,0.8\n9,1,0\n10,1,"
    "2\n"
    "1,2,1.9\n2,2,0.8\n3,2,1.1\n4,2,0.1\n5,2,-0.1\n6,2,4.4\n7,2,5.5\n8,2,1.6\n9,2,4.6\n10,2,3.4\n";
#define SLEEP "columns: {wave: drug, scores: extra, person: id}"

/* R 4.2.2: t.test(extra ~ group, paired = TRUE): mean 1.58, interval 0.700114236723 to 2.459885763277. */
static void student_1908_sleep_as_r_t_test_paired(void **state) {
  (void)state;
  itg_result *r = score("change", DATA(sleep_data), "{" SLEEP "}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "extra.change"), 1.58, 1e-13);
  assert_near(CELL(r, "estimates", "conf_low", "scale", "extra.change"), 0.700114236723, 1e-11);
  assert_near(CELL(r, "estimates", "conf_high", "scale", "extra.change"), 2.459885763277, 1e-11);
  assert_near(CELL(r, "estimates", "estimate", "scale", "extra.standardised_response_mean"), 1.2845576, 5e-8);
  assert_near(CELL(r, "estimates", "estimate", "scale", "extra.effect_size"), 0.8831702, 5e-8);
  assert_near(CELL(r, "estimates", "estimate", "scale", "extra.correlation"), 0.795170205834, 1e-11);
  assert_true(CELL(r, "estimates", "n", "scale", "extra.change") == 10);
  itg_result_free(r);
}

/* R 4.2.2: t.test(extra ~ group): interval -3.365483230712 to 0.205483230712. */
static void student_1908_sleep_as_r_t_test_welch(void **state) {
  (void)state;
  itg_result *r = score("change", DATA(sleep_data), "{" SLEEP ", design: unpaired}");
  assert_near(CELL(r, "estimates", "conf_low", "scale", "extra.change"), -0.205483230712, 1e-11);
  assert_near(CELL(r, "estimates", "conf_high", "scale", "extra.change"), 3.365483230712, 1e-11);
  assert_near(CELL(r, "estimates", "estimate", "scale", "extra.standardised_difference"), 0.832181081349540,
              1e-13);
  assert_null(itg_result_find(r, "persons"));
  itg_result_free(r);
}

/* Jacobson and Truax 1991: index = change / (sqrt 2 x error of measurement). */
static void reliable_change_of_jacobson_and_truax_by_hand(void **state) {
  (void)state;
  const char *csv =
      "person,wave,scores\na,1,10\nb,1,20\nc,1,30\nd,1,20\na,2,22\nb,2,21\nc,2,10\nd,2,\ne,2,5\n";
  itg_result *r = score("change", DATA(csv), "{minimal: 5, reliability: 0.84}");
  /* First wave 10, 20, 30 of those with both: sd 10, error 10 x 0.4 = 4, detectable 1.96 x 1.4142 x 4
   * = 11.09. */
  assert_near(CELL(r, "estimates", "estimate", "scale", "scores.error_of_measurement"), 4, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "scores.smallest_detectable_change"), 11.087231,
              1e-6);
  assert_near(CELL(r, "persons", "reliable_change_index", "person", "a"), 12 / (sqrt(2) * 4), 1e-12);
  assert_string_equal(TEXT(r, "persons", "reliable_verdict", "person", "a"), "improved");
  assert_string_equal(TEXT(r, "persons", "reliable_verdict", "person", "b"), "unchanged");
  assert_string_equal(TEXT(r, "persons", "reliable_verdict", "person", "c"), "worsened");
  assert_string_equal(TEXT(r, "persons", "verdict", "person", "b"), "unchanged");
  assert_near(CELL(r, "estimates", "estimate", "scale", "scores.improved"), 100 / 3.0, 1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "scores.reliably_worsened"), 100 / 3.0, 1e-12);
  assert_true(CELL(r, "estimates", "n_missing", "scale", "scores.change") == 2); /* d and e */
  assert_true(CELL(r, "estimates", "n_missing", "scale", "scores.error_of_measurement") == 2);
  assert_true(CELL(r, "estimates", "n_missing", "scale", "scores.smallest_detectable_change") == 2);
  /* Changes 12, 1 and -20, r = -0.90112711: 1/n + srm^2/2n and 2(1 - r)/n + es^2/2n. */
  static const char *const standardised[] = {"scores.standardised_response_mean", "scores.effect_size"};
  static const double by_hand[][2] = {{-0.143516164418328, 0.580315559193064},
                                      {-7 / 30.0, 1.12981952095317}};
  for (size_t i = 0; i < ITG_COUNT(standardised); i++) {
    assert_near(CELL(r, "estimates", "estimate", "scale", standardised[i]), by_hand[i][0], 1e-12);
    assert_near(CELL(r, "estimates", "std_error", "scale", standardised[i]), by_hand[i][1], 1e-12);
    assert_near(CELL(r, "estimates", "conf_high", "scale", standardised[i]),
                by_hand[i][0] + 1.959963984540054 * by_hand[i][1], 1e-12);
  }
  itg_result_free(r);
  r = score("change", DATA(csv), "{minimal: {scores: 12}, direction: lower-better}");
  assert_string_equal(TEXT(r, "persons", "verdict", "person", "a"), "worsened"); /* just as much */
  assert_string_equal(TEXT(r, "persons", "verdict", "person", "c"), "improved");
  itg_result_free(r);
}

static void groups_waves_and_several_scores(void **state) {
  (void)state;
  const char *csv =
      "p,site,t,x,y\n1,A,0,1,5\n1,A,6,2,5\n1,A,12,4,5\n2,A,0,1,5\n2,A,12,2,5\n3,B,0,7,1\n3,C,12,9,2\n4,,0,1,"
      "1\n4,,12,1,2\n";
  itg_result *r = score("change", DATA(csv), "{by: site, columns: {person: p, wave: t, scores: [x, y]}}");
  assert_near(CELL(r, "estimates", "estimate", "site", "A", "scale", "x.change"), 2, 1e-12);
  assert_string_equal(TEXT(r, "estimates", "reason", "site", "A", "scale", "y.standardised_response_mean"),
                      "no variance");
  assert_near(CELL(r, "estimates", "estimate", "site", "B", "scale", "x.change"), 2, 1e-12); /* moved to C */
  assert_string_equal(TEXT(r, "estimates", "reason", "site", "B", "scale", "x.change"), "too few answers");
  assert_true(CELL(r, "estimates", "n", "site", "C", "scale", "x.change") == 0);
  assert_true(has_note(r, "1 rows belong to neither wave '0' nor '12'"));
  assert_true(has_note(r, "lack a grouping value"));
  itg_result_free(r);
  r = score("change", DATA(csv), "{last: 6, columns: {person: p, wave: t, scores: x}}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "x.change"), 1, 1e-12);
  itg_result_free(r);
}

/* The alphabet would measure the change backwards. */
static void waves_that_are_words_are_put_in_order_by_name(void **state) {
  (void)state;
  const char *csv = "person,wave,scores\na,pre,10\na,post,20\nb,pre,12\nb,post,20\n";
  static const char *const named[] = {"first: pre", "last: post", "{first: pre, last: post}"};
  for (size_t i = 0; i < ITG_COUNT(named); i++) {
    itg_result *r = score("change", DATA(csv), named[i]);
    assert_true(CELL(r, "estimates", "estimate", "scale", "scores.change") == 9);
    itg_result_free(r);
  }
  assert_fails("change", DATA(csv), NULL, ITG_ERR_OPTION,
               "column 'wave': waves are words ('post', 'pre'), which the alphabet does not put in their order in time; name "
               "the earlier in option 'first' and the later in 'last'");
  const char *three = "person,wave,scores\na,pre,10\na,post,20\na,later,12\n";
  assert_fails("change", DATA(three), "first: pre", ITG_ERR_OPTION, "'later', 'post' ...");
  itg_result *r = score("change", DATA(three), "{first: pre, last: later}");
  assert_true(CELL(r, "estimates", "estimate", "scale", "scores.change") == 2);
  itg_result_free(r);
  r = score("change", DATA("person,wave,scores\na,T1,10\na,T10,30\n"), NULL); /* numbered words are in order */
  assert_true(CELL(r, "estimates", "estimate", "scale", "scores.change") == 20);
  itg_result_free(r);
}

/* Text puts 12 months before 3 months, m12 before m3 and 01/01/2020 before 31/12/2019. */
static void waves_are_in_the_order_of_their_numbers(void **state) {
  (void)state;
  static const char *const plain[][2] = {{"3 months", "12 months"}, {"m3", "m12"}, {"9", "10"}, {"2019-12", "2020-01"},
                                         {"2019/20", "2020/21"}, {"2019-12-31", "2020-01-01"}, {"-6", "6"}, {"1.5", "12"},
                                         {"wave 09", "wave 10"}, {"Q1 2019", "Q2 2019"}, {"Q4 2019", "Q1 2020"},
                                         {"31/12/2019", "01/01/2020"}, {"1.2.2019", "1.10.2019"}, {"2020-01-15", "2020-07-02"},
                                         {"-6 months", "-3 months"}, {"-3 months", "3 months"}, {"0.5 years", "1.5 years"},
                                         {"v99999999999999999999", "v100000000000000000000"}};
  static const char *const open[][2] = {{"baseline", "12 months"}, {"02/01/2019", "01/02/2019"}, {"0.25 years", "0.5 years"},
                                        {"2019/12", "1/2020"}, {"2019", "m3"},
                                        {"m3", "m03"}, {"T0", "follow-up"}, {"week 2 day 1", "week 1 day 2"}};
  char csv[200];
  for (size_t i = 0; i < ITG_COUNT(plain); i++) {
    snprintf(csv, sizeof csv, "person,wave,scores\na,%s,10\na,%s,30\n", plain[i][0], plain[i][1]);
    itg_result *r = score("change", DATA(csv), NULL);
    assert_true(CELL(r, "estimates", "estimate", "scale", "scores.change") == 20);
    itg_result_free(r);
  }
  for (size_t i = 0; i < ITG_COUNT(open); i++) {
    char options[100];
    snprintf(csv, sizeof csv, "person,wave,scores\na,%s,10\na,%s,30\n", open[i][0], open[i][1]);
    assert_fails("change", DATA(csv), NULL, ITG_ERR_OPTION, "is earlier is not plain from their numbers; name the earlier in "
                                                            "option 'first' and the later in 'last'");
    snprintf(options, sizeof options, "first: \"%s\"", open[i][0]);
    itg_result *r = score("change", DATA(csv), options);
    assert_true(CELL(r, "estimates", "estimate", "scale", "scores.change") == 20);
    itg_result_free(r);
  }
  itg_result *r = score("change", DATA("person,wave,scores\na,m12,30\na,m3,15\na,m1,10\n"), NULL);
  assert_true(CELL(r, "estimates", "estimate", "scale", "scores.change") == 20);
  itg_result_free(r);
}

static void bad_input_is_refused(void **state) {
  (void)state;
  const char *csv = "person,wave,scores\na,1,10\na,2,20\n";
  assert_fails("change", DATA("person,wave,scores\na,1,10\na,1,20\nb,2,1\n"), NULL, ITG_ERR_DUPLICATE,
               "person 'a' stands twice in wave '1', first in row 1");
  assert_fails("change", DATA("person,wave,scores\na,1,10\n"), NULL, ITG_ERR_DATA,
               "needs two waves, there is one");
  assert_fails("change", DATA("person,wave,scores\na,1,\na,2,\n"), NULL, ITG_ERR_EMPTY,
               "every score is missing");
  assert_fails("change", DATA(csv), "first: 3", ITG_ERR_OPTION, "there is no wave '3'");
  assert_fails("change", DATA(csv), "{first: 2, last: 2}", ITG_ERR_OPTION, "the same wave '2'");
  assert_fails("change", DATA(csv), "minimal: -1", ITG_ERR_OPTION, "a number above 0");
  assert_fails("change", DATA(csv), "reliability: 1.2", ITG_ERR_OPTION, "a number between 0 and 1");
  assert_fails("change", DATA(csv), "minimal: {score: 1}", ITG_ERR_OPTION, "did you mean 'scores'?");
  assert_fails("change", DATA("wave,scores\n1,10\n2,20\n"), "design: paired", ITG_ERR_OPTION,
               "needs the role 'person'");
  assert_fails("change", DATA("wave,scores\n1,many\n2,20\n"), NULL, ITG_ERR_TYPE, "'many' is not a number");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(student_1908_sleep_as_r_t_test_paired),
      cmocka_unit_test(student_1908_sleep_as_r_t_test_welch),
      cmocka_unit_test(reliable_change_of_jacobson_and_truax_by_hand),
      cmocka_unit_test(groups_waves_and_several_scores),
      cmocka_unit_test(waves_that_are_words_are_put_in_order_by_name),
      cmocka_unit_test(waves_are_in_the_order_of_their_numbers),
      cmocka_unit_test(bad_input_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
