/* Patterns search in UTF-8, refuse what PCRE2 refuses, and give up instead of hanging. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "itg_frame.h"

static bool match(const char *pattern, const char *text) {
  itg_pattern *p;
  assert_int_equal(itg_pattern_new(pattern, &p, NULL), ITG_OK);
  bool found = itg_pattern_match(p, text);
  assert_int_equal(itg_pattern_match(p, text), found); /* a pattern serves many matches */
  itg_pattern_free(p);
  return found;
}

static void patterns_are_searched_anywhere(void **state) {
  (void)state;
  assert_true(match("q[0-9]+", "item q12"));
  assert_true(match("^q[0-9]+$", "q12"));
  assert_false(match("^q[0-9]+$", "xq12"));
  assert_true(match("(?i)ZORG", "keten-zorg"));
  assert_true(match("^.$", "\xE2\x82\xAC")); /* one character, three bytes */
  assert_true(match("", ""));
  assert_false(match(".", "caf\xE9")); /* not UTF-8: no match */
}

static void broken_patterns_name_the_place(void **state) {
  (void)state;
  itg_pattern *p = (itg_pattern *)&p;
  itg_error error;
  assert_int_equal(itg_pattern_new("q(", &p, &error), ITG_ERR_OPTION);
  assert_null(p);
  assert_non_null(strstr(error.message, "'q('"));
  assert_non_null(strstr(error.message, "parenthesis"));
  assert_int_equal(itg_pattern_new("a\\C", &p, &error), ITG_ERR_OPTION); /* single bytes would break UTF-8 */
  assert_int_equal(itg_pattern_new("caf\xE9", &p, &error), ITG_ERR_OPTION);
  assert_int_equal(itg_pattern_new("[b-a]", &p, NULL), ITG_ERR_OPTION);
  itg_pattern_free(NULL);
}

/* (a+)+$ needs 2^40 steps here without a limit. */
static void runaway_patterns_are_given_up(void **state) {
  (void)state;
  struct timespec from, to;
  clock_gettime(CLOCK_MONOTONIC, &from);
  assert_false(match("^(a+)+(a|b)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"));
  clock_gettime(CLOCK_MONOTONIC, &to);
  assert_true(to.tv_sec - from.tv_sec < 10);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(patterns_are_searched_anywhere),
      cmocka_unit_test(broken_patterns_name_the_place),
      cmocka_unit_test(runaway_patterns_are_given_up),
  };
  return cmocka_run_group_tests_name("pattern", tests, NULL, NULL);
}
