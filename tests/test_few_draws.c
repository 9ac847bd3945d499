/* Few replicates: limits that are extreme draws are told of, by every measure that draws. */
#include "scoring.h"

#define RATINGS "unit,partner,rater,rank\nA,B,1,10\nA,C,1,30\nA,B,2,20\nA,C,2,25\nA,B,3,60\nA,C,3,15\nB,A,4,50\nB,C,4,70\n"
#define PATIENTS                                                                                              \
  "arm,cost,effect\nnew,10,0.5\nnew,12,0.7\nnew,9,0.6\nold,8,0.4\nold,7,0.55\nold,9,0.5\nnew,11,0.66\nold,6,0.47\n"
#define UNITS "subject,r1,r2\n1,a,a\n2,b,b\n3,a,b\n4,b,b\n5,a,a\n6,b,a\n7,a,a\n8,b,b\n"
#define ITEMS "q1,q2,q3\n1,2,1\n3,3,2\n5,4,4\n2,2,3\n4,5,4\n1,1,2\n"

static const char *few(const char *measure, const char *data, const char *options) {
  static char found[400];
  itg_result *r = score(measure, (inputs){"data", data, NULL}, options);
  *found = '\0';
  for (int i = 0; i < itg_result_note_count(r); i++)
    if (strstr(itg_result_note_at(r, i), "are all but the extreme ones drawn"))
      snprintf(found, sizeof found, "%s", itg_result_note_at(r, i));
  itg_result_free(r);
  return found;
}

static void fewer_than_two_by_the_share_outside_are_noted(void **state) {
  (void)state;
  assert_string_equal(few("functional_integration", RATINGS, "replicates: 39"),
                      "Limits from 39 replicates are all but the extreme ones drawn: at this level they need 40 or more "
                      "(2 / (1 - level)).");
  assert_string_equal(few("functional_integration", RATINGS, "replicates: 40"), "");
  assert_string_equal(few("functional_integration", RATINGS, "replicates: 0"), "");
  assert_string_equal(few("functional_integration", RATINGS, NULL), "");
  assert_non_null(strstr(few("functional_integration", RATINGS, "{replicates: 199, conf_level: 0.99}"), "need 200 or"));
  assert_string_equal(few("functional_integration", RATINGS, "{replicates: 200, conf_level: 0.99}"), "");
  assert_string_equal(few("functional_integration", RATINGS, "{replicates: 20, conf_level: 0.9}"), "");
  assert_non_null(strstr(few("cea", PATIENTS, "replicates: 10"), "Limits from 10 replicates"));
  assert_string_equal(few("cea", PATIENTS, "{replicates: 10, interval: normal}"), "");
  assert_non_null(strstr(few("agreement", UNITS, "{columns: {ratings: [r1, r2]}, interval: bootstrap, replicates: 5}"),
                         "Limits from 5 replicates"));
  assert_string_equal(few("agreement", UNITS, "{columns: {ratings: [r1, r2]}}"), "");
  assert_non_null(strstr(few("reliability", ITEMS, "{columns: {items: [q1, q2, q3]}, replicates: 8}"), "Limits from 8"));
  assert_string_equal(few("reliability", ITEMS, "{columns: {items: [q1, q2, q3]}}"), "");
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(fewer_than_two_by_the_share_outside_are_noted)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
