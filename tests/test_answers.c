/* Answers of teams to one item: counted by option, they are those read twice. */
#include "cells.h"
#include "itg_answers.h"

enum { ROWS = 400, TEAMS = 7 };

static uint32_t random_below(uint32_t *state, uint32_t n) {
  *state = *state * 1664525u + 1013904223u;
  return (*state >> 8) % n;
}

/* Random answers of TEAMS teams, of which the last has none; one in ten is missing. */
static void draw(uint32_t seed, int low, int n_options, int32_t *x, double *numbers, int32_t *team) {
  for (int k = 0; k < ROWS; k++) {
    team[k] = (int32_t)random_below(&seed, TEAMS - 1);
    x[k] = random_below(&seed, 10) ? low + (int32_t)random_below(&seed, (uint32_t)n_options) : INT32_MIN;
    numbers[k] = x[k] == INT32_MIN ? NAN : x[k];
  }
}

static void read_twice(const int32_t *team, const double *x, int n, itg_answers *out) {
  memset(out, 0, TEAMS * sizeof *out);
  itg_answers_add(out, team, x, n);
  itg_answers_set_means(out, TEAMS);
  itg_answers_add_deviations(out, team, x, n);
  itg_answers_finish(out, TEAMS);
}

static void assert_same(double a, double b) {
  if (isnan(b))
    assert_true(isnan(a));
  else
    assert_near(a, b, 1e-14 * (1 + fabs(b)));
}

static void counted_answers_are_those_read_twice(void **state) {
  (void)state;
  static const struct {
    int low, n_options;
  } scales[] = {{1, 5}, {0, 2}, {-3, 7}, {1, 8}, {0, 11}, {1, 16}, {0, 31}};
  int32_t x[ROWS], team[ROWS];
  double numbers[ROWS];
  for (size_t s = 0; s < ITG_COUNT(scales); s++)
    for (int n = ROWS - 9; n <= ROWS; n++) { /* every rest of a block of vectors */
      const int low = scales[s].low, options = scales[s].n_options, width = itg_options_width(options);
      uint8_t of_integers[ROWS], of_numbers[ROWS];
      uint16_t counts[TEAMS * 32] = {0}, again[TEAMS * 32] = {0};
      itg_answers counted[TEAMS], expected[TEAMS];
      int64_t missing = 0;
      draw((uint32_t)(s * 100) + (uint32_t)n, low, options, x, numbers, team);
      for (int k = 0; k < n; k++) missing += isnan(numbers[k]);
      assert_int_equal(itg_options_of_integers(x, n, low, options, of_integers, counts, width, team), missing);
      assert_true(itg_options_of(numbers, n, low, of_numbers));
      itg_options_count(again, width, team, of_numbers, n);
      assert_memory_equal(of_integers, of_numbers, (size_t)n);
      assert_memory_equal(counts, again, sizeof counts);
      itg_options_finish(counts, options, low, TEAMS, counted);
      read_twice(team, numbers, n, expected);
      for (int t = 0; t < TEAMS; t++) {
        assert_int_equal(counted[t].n, expected[t].n);
        assert_same(counted[t].mean, expected[t].mean);
        assert_same(counted[t].squares, expected[t].squares);
        assert_same(counted[t].deviation, expected[t].deviation);
      }
      assert_int_equal(counted[TEAMS - 1].n, 0);
    }
}

/* Most options, most members, all at the ends: the greatest sums that there are. */
static void the_largest_team_is_counted_exactly(void **state) {
  (void)state;
  uint16_t counts[32] = {0};
  itg_answers a;
  counts[1] = 16384;
  counts[31] = 16383;
  itg_options_finish(counts, ITG_OPTIONS_MOST, 0, 1, &a);
  const double n = ITG_OPTIONS_MOST_MEMBERS, mean = 30 * 16383 / n;
  assert_int_equal(a.n, ITG_OPTIONS_MOST_MEMBERS);
  assert_near(a.mean, mean, 1e-14);
  assert_near(a.squares, 16384 * mean * mean + 16383 * (30 - mean) * (30 - mean), 1e-8);
  assert_near(a.deviation, (16384 * mean + 16383 * (30 - mean)) / n, 1e-13);
}

static void answers_off_the_scale_are_told_wherever_they_stand(void **state) {
  (void)state;
  static const int32_t bad[] = {0, 6, -1000, INT32_MAX, INT32_MIN + 1};
  for (size_t b = 0; b < ITG_COUNT(bad); b++)
    for (int at = 0; at < 11; at++) {
      int32_t x[11], team[11] = {0};
      uint8_t options[11];
      uint16_t counts[8] = {0};
      for (int k = 0; k < 11; k++) x[k] = k == at ? bad[b] : 3;
      assert_int_equal(itg_options_of_integers(x, 11, 1, 5, options, counts, 8, team), -1);
      x[at] = INT32_MIN;
      assert_int_equal(itg_options_of_integers(x, 11, 1, 5, options, counts, 8, team), 1);
    }
}

static void an_answer_between_two_options_has_none(void **state) {
  (void)state;
  uint8_t options[5];
  for (int at = 0; at < 5; at++) {
    double x[] = {1, 2, NAN, 4, 5};
    assert_true(itg_options_of(x, 5, 1, options));
    x[at] = 2.5;
    assert_false(itg_options_of(x, 5, 1, options));
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(counted_answers_are_those_read_twice),
                                     cmocka_unit_test(the_largest_team_is_counted_exactly),
                                     cmocka_unit_test(answers_off_the_scale_are_told_wherever_they_stand),
                                     cmocka_unit_test(an_answer_between_two_options_has_none)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
