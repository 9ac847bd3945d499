/* Measures one_way and two_way: dampack and closed forms reproduced; runs and samples; bad input. */
#include "files.h"
#include "groups.h"

#include "itg_random.h"

#define SAMPLES "\"costs\": \"/^cost_/\", \"effects\": \"/^effect_/\""

/* The first 400 samples of dampack's example_psa; strategies Chemo, Radio, Surgery. */
static itg_result *run_file(const char *measure, const char *options) {
  itg_error error = {0};
  itg_frame *frame = read_frame("tests/data/dampack_example_psa.csv");
  itg_result *result = NULL;
  if (itg_measure_run(measure, itg_frame_table(frame), 1, options, NULL, &result, &error))
    fail_msg("%s", error.message);
  itg_frame_free(frame);
  return result;
}

static double least_distance(const itg_table *t, int64_t row, const char *column, double value) {
  return fabs(number_at(t, row, column) - value);
}

/* Every outcome of a case of twsa_peers.csv against k * effect - cost of a table; returns how many there are.
 * Values of parameters are matched by order of the rows: dampack's first parameter runs fastest, as here. */
static int compare(const char *wanted, const itg_table *t, const char *parameter, double of_effect,
                   double of_cost) {
  itg_frame *frame = read_frame("tests/data/twsa_peers.csv");
  const itg_table *peers = itg_frame_table(frame);
  int n = 0;
  for (int64_t row = 0; row < peers->n_rows; row++) {
    if (strcmp(text_at(peers, row, "case"), wanted) != 0) continue;
    int found = 0;
    double x = number_at(peers, row, "value_1"), y = number_at(peers, row, "value_2"),
           outcome = number_at(peers, row, "outcome");
    for (int64_t own = 0; own < t->n_rows; own++) {
      if (strcmp(text_at(t, own, "strategy"), text_at(peers, row, "strategy")) != 0) continue;
      if (parameter && !itg_text_equal(text_at(t, own, "parameter"), parameter)) continue;
      if (least_distance(t, own, parameter ? "value" : "value_1", x) > 1e-12 * fabs(x)) continue;
      if (!parameter && least_distance(t, own, "value_2", y) > 1e-12 * fabs(y)) continue;
      double value = of_effect * number_at(t, own, "effect") - of_cost * number_at(t, own, "cost");
      assert_near(value / outcome, 1, 1e-9);
      found++;
    }
    assert_int_equal(found, 1);
    n++;
  }
  itg_frame_free(frame);
  return n;
}

static void dampack_1_0_2_twsa_of_example_psa(void **state) {
  (void)state;
  const struct {
    const char *wanted, *options;
    double of_effect, of_cost;
  } cases[] = {
      {"twsa nmb 50000", "\"parameters\": [\"pFailChemo\", \"cChemo\"]}, \"thresholds\": 50000", 50000, 1},
      {"twsa nmb 20000", "\"parameters\": [\"pFailSurg\", \"muDieCancer\"]}, \"thresholds\": 20000", 20000,
       1},
      {"twsa eff degree 3", "\"parameters\": [\"pFailSurg\", \"muDieCancer\"]}, \"degree\": 3", 1, 0},
      {"twsa cost range",
       "\"parameters\": [\"pFailChemo\", \"cChemo\"]}, \"ranges\": {\"pFailChemo\": [0.4, 0.6]}", 0, -1}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    char options[400];
    snprintf(options, sizeof options, "{\"points\": 9, \"columns\": {" SAMPLES ", %s}", cases[i].options);
    itg_result *r = run_file("two_way", options);
    assert_int_equal(
        compare(cases[i].wanted, itg_result_find(r, "surface"), NULL, cases[i].of_effect, cases[i].of_cost),
        243);
    if (i == 3) assert_true(has_note(r, "'pFailChemo' reaches beyond its samples"));
    itg_result_free(r);
  }
}

static const char *const PARAMETERS[] = {"pFailChemo", "cChemo", "pFailSurg", "muDieCancer"};
#define ALL_PARAMETERS "\"parameters\": [\"pFailChemo\", \"cChemo\", \"pFailSurg\", \"muDieCancer\"]}"

static void dampack_1_0_2_owsa_of_example_psa(void **state) {
  (void)state;
  itg_result *r = run_file(
      "one_way", "{\"points\": 9, \"thresholds\": 50000, \"columns\": {" SAMPLES ", " ALL_PARAMETERS "}");
  for (size_t i = 0; i < ITG_COUNT(PARAMETERS); i++) {
    char wanted[40];
    snprintf(wanted, sizeof wanted, "owsa %s", PARAMETERS[i]);
    assert_int_equal(compare(wanted, itg_result_find(r, "one_way"), PARAMETERS[i], 50000, 1), 27);
  }
  itg_result_free(r);
}

/* The first and the last of 100 values at which a strategy is the best: the rule of owsa_opt_strat on values
 * of owsa. */
static void dampack_1_0_2_owsa_best_by_range_of_example_psa(void **state) {
  (void)state;
  itg_result *r =
      run_file("one_way", "{\"thresholds\": 50000, \"columns\": {" SAMPLES ", " ALL_PARAMETERS "}");
  const itg_table *t = itg_result_find(r, "one_way");
  itg_frame *frame = read_frame("tests/data/twsa_peers.csv");
  const itg_table *peers = itg_frame_table(frame);
  int n = 0, changed = 0;
  for (int64_t row = 0; row < peers->n_rows; row++) {
    const char *name = strstr(text_at(peers, row, "case"), "owsa_opt_strat ");
    double first = INFINITY, last = -INFINITY;
    if (!name) continue;
    name += strlen("owsa_opt_strat ");
    for (int64_t own = 0; own < t->n_rows; own++) {
      if (!itg_text_equal(text_at(t, own, "parameter"), name) ||
          !itg_text_equal(text_at(t, own, "optimal"), "true") ||
          strcmp(text_at(t, own, "strategy"), text_at(peers, row, "strategy")) != 0)
        continue;
      first = fmin(first, number_at(t, own, "value"));
      last = fmax(last, number_at(t, own, "value"));
    }
    assert_near(first / number_at(peers, row, "value_1"), 1, 1e-12);
    assert_near(last / number_at(peers, row, "value_2"), 1, 1e-12);
    n++;
  }
  for (size_t i = 0; i < ITG_COUNT(PARAMETERS); i++)
    changed += strcmp(TEXT(r, "tornado", "switches", "parameter", PARAMETERS[i]), "true") == 0;
  assert_int_equal(n, (int)ITG_COUNT(PARAMETERS) + changed);
  itg_frame_free(frame);
  itg_result_free(r);
}

/* A grid of runs of linear net benefits: A 0, B x - 1, C y - 1, whose regions meet at (1, 1). */
static char *linear_runs(int n, const char *head, bool benefit) {
  char *text = malloc((size_t)n * (size_t)n * 200 + 200);
  int at = sprintf(text, "%s\n", head);
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) {
      int x = 3 * i, y = 3 * j, most = n - 1; /* thirds of 1/(n - 1) */
      for (int d = 0; d < 3; d++) {
        double nmb = d == 0 ? 0 : (double)(d == 1 ? x : y) / most - 1;
        at += benefit ? sprintf(text + at, "%d,%d,%c,%.17g\n", x, y, 'A' + d, nmb)
                      : sprintf(text + at, "%d,%d,%c,%.17g,%d\n", x, y, 'A' + d, 1000 - nmb, 1);
      }
    }
  return text;
}

static void lines_of_linear_runs_are_exact(void **state) {
  (void)state;
  char *text = linear_runs(8, "p,q,strategy,benefit", true); /* p, q: 0 to 21, the corner at 7 */
  const inputs in = {"data", text, NULL};
  itg_result *r = score("two_way", in, "{\"columns\": {\"parameters\": [\"p\", \"q\"]}}");
  const itg_table *t = itg_result_find(r, "lines");
  double length[3] = {0};
  for (int64_t row = 0; row < t->n_rows; row++) {
    const char *a = text_at(t, row, "strategy_1"), *b = text_at(t, row, "strategy_2");
    double x[2] = {number_at(t, row, "from_1"), number_at(t, row, "to_1")},
           y[2] = {number_at(t, row, "from_2"), number_at(t, row, "to_2")};
    int pair = strcmp(a, "B") == 0 ? 2 : strcmp(b, "B") == 0 ? 0 : 1;
    length[pair] += hypot(x[1] - x[0], y[1] - y[0]);
    for (int end = 0; end < 2; end++) {
      assert_near(pair == 0 ? x[end] : pair == 1 ? y[end] : x[end] - y[end], pair == 2 ? 0 : 7, 1e-12);
      if (pair == 0) assert_true(y[end] <= 7 + 1e-12);
      if (pair == 1) assert_true(x[end] <= 7 + 1e-12);
      if (pair == 2) assert_true(x[end] >= 7 - 1e-12);
    }
  }
  assert_near(length[0], 7, 1e-12); /* nothing is left out and nothing drawn twice */
  assert_near(length[1], 7, 1e-12);
  assert_near(length[2], 14 * sqrt(2), 1e-11);
  assert_true(isnan(number_at(t, 0, "threshold")));
  /* At (9, 0) B has 2/7, A 0, C -1. */
  assert_string_equal(TEXT(r, "map", "optimal", "value_1", "9", "value_2", "0"), "B");
  assert_string_equal(TEXT(r, "map", "second", "value_1", "9", "value_2", "0"), "A");
  assert_near(CELL(r, "map", "nmb", "value_1", "9", "value_2", "0"), 2.0 / 7, 1e-15);
  assert_near(CELL(r, "map", "distance", "value_1", "9", "value_2", "0"), 2.0 / 7, 1e-15);
  assert_string_equal(TEXT(r, "map", "parameter_2", "value_1", "9", "value_2", "0"), "q");
  /* 3 by 3 values below 7; of the rest B has the 25 - 5 above the diagonal and the 15 with q below 7, and
   * ties. */
  assert_near(CELL(r, "estimates", "estimate", "scale", "share_best", "strategy", "A"), 100 * 9 / 64.0,
              1e-12);
  assert_near(CELL(r, "estimates", "estimate", "scale", "share_best", "strategy", "B"), 100 * 30 / 64.0,
              1e-12);
  assert_near(CELL(r, "estimates", "n", "scale", "share_best", "strategy", "B"), 64, 0);
  assert_true(has_note(r, "runs of the model at every pair of 8 and 8"));
  itg_result_free(r);
  free(text);
}

static void runs_with_cost_and_effect_and_a_regression_on_them_say_the_same(void **state) {
  (void)state;
  char *one = linear_runs(6, "p,q,strategy,benefit", true),
       *two = linear_runs(6, "p,q,strategy,cost,effect", false);
  const inputs a = {"data", one, NULL}, b = {"data", two, NULL};
  itg_result *runs = score("two_way", a, "{\"columns\": {\"parameters\": [\"p\", \"q\"]}}");
  itg_result *same =
      score("two_way", b, "{\"thresholds\": 1000, \"columns\": {\"parameters\": [\"p\", \"q\"]}}");
  itg_result *fit =
      score("two_way", b,
            "{\"thresholds\": 1000, \"method\": \"regression\", \"quantiles\": [0, 1], \"points\": 6, "
            "\"degree\": 1, \"columns\": {\"parameters\": [\"p\", \"q\"]}}");
  const itg_table *t = itg_result_find(runs, "map"), *u = itg_result_find(same, "map"),
                  *v = itg_result_find(fit, "map");
  assert_int_equal(t->n_rows, 36);
  assert_int_equal(v->n_rows, 36);
  for (int64_t row = 0; row < 36; row++) {
    assert_near(number_at(u, row, "nmb"), number_at(t, row, "nmb"), 1e-9);
    assert_near(number_at(v, row, "nmb"), number_at(t, row, "nmb"), 1e-9);
    assert_near(number_at(v, row, "distance"), number_at(t, row, "distance"), 1e-9);
    assert_near(number_at(v, row, "value_1"), number_at(t, row, "value_1"), 1e-12);
  }
  assert_near(CELL(fit, "estimates", "estimate", "scale", "r_squared", "strategy", "B"), 1, 1e-12);
  assert_true(
      isnan(CELL(fit, "estimates", "estimate", "scale", "r_squared", "strategy", "A"))); /* always 0 */
  assert_string_equal(TEXT(fit, "estimates", "reason", "scale", "r_squared", "strategy", "A"), "no variance");
  itg_result_free(runs);
  itg_result_free(same);
  itg_result_free(fit);
  free(one);
  free(two);
}

/* With weights 3 and 1 of two models the fit is that of the rows of the first three times. */
static void model_weights_weigh_the_samples(void **state) {
  (void)state;
  char once[4096], thrice[8192];
  int a = sprintf(once, "m,x,cost_A,cost_B,effect_A,effect_B\n"), b = sprintf(thrice, "%s", once);
  for (int i = 0; i < 24; i++) {
    char row[120];
    double x = i % 12, cost = x * x + (i < 12 ? 0 : 5 * x) + i % 5;
    snprintf(row, sizeof row, "%s,%.17g,100,%.17g,1,%.17g\n", i < 12 ? "first" : "second", x, cost,
             1 + x / 64);
    a += sprintf(once + a, "%s", row);
    for (int k = 0; k < (i < 12 ? 3 : 1); k++) b += sprintf(thrice + b, "%s", row);
  }
  const inputs in = {"data", once, NULL}, other = {"data", thrice, NULL};
  itg_result *r =
      score("one_way", in,
            "{\"model_weights\": {\"first\": 3, \"second\": 1}, \"points\": 5, \"quantiles\": [0, 1], "
            "\"columns\": {\"model\": \"m\", " SAMPLES ", \"parameters\": \"x\"}}");
  itg_result *s =
      score("one_way", other,
            "{\"points\": 5, \"quantiles\": [0, 1], \"columns\": {" SAMPLES ", \"parameters\": \"x\"}}");
  const itg_table *t = itg_result_find(r, "one_way"), *u = itg_result_find(s, "one_way");
  assert_int_equal(t->n_rows, u->n_rows);
  for (int64_t row = 0; row < t->n_rows; row++)
    assert_near(number_at(t, row, "cost"), number_at(u, row, "cost"), 1e-9);
  assert_near(CELL(r, "estimates", "estimate", "scale", "r_squared", "strategy", "B"),
              CELL(s, "estimates", "estimate", "scale", "r_squared", "strategy", "B"), 1e-12);
  itg_result_free(r);
  itg_result_free(s);
}

/* ---- groups ---- */

enum { SAMPLES_OF_GROUPS = 600, COLUMNS = 6 };

typedef struct grouped {
  double x[COLUMNS][SAMPLES_OF_GROUPS]; /* cost_a, cost_b, effect_a, effect_b, p, q */
  itg_column columns[COLUMNS];
} grouped;

static void fill_groups(grouped *s) {
  static const char *const names[] = {"cost_a", "cost_b", "effect_a", "effect_b", "p", "q"};
  itg_random random;
  itg_random_init(&random, 31, ITG_PURPOSE_TEST, 0);
  for (int i = 0; i < SAMPLES_OF_GROUPS; i++) {
    double p = itg_random_normal(&random), q = itg_random_normal(&random), group = i % 3;
    const double values[] = {100 + 10 * itg_random_normal(&random), 120 + 20 * p + 5 * group, 1 + 0.1 * p,
                             1 + 0.02 * q * q + 0.01 * group, p, q};
    for (int c = 0; c < COLUMNS; c++) s->x[c][i] = values[c];
  }
  for (int c = 0; c < COLUMNS; c++)
    s->columns[c] = (itg_column){.name = names[c], .type = ITG_TYPE_DOUBLE, .data = s->x[c]};
}

#define OF_GROUPS "\"columns\": {" SAMPLES ", \"parameters\": [\"p\", \"q\"]}, \"thresholds\": [0, 300], \"points\": 6"

static void groups_are_as_if_they_came_alone(void **state) {
  (void)state;
  static grouped s;
  fill_groups(&s);
  static const char *const measures[] = {"one_way", "two_way"};
  for (int m = 0; m < 2; m++) {
    const group_runs runs = {measures[m], s.columns, COLUMNS, SAMPLES_OF_GROUPS};
    assert_groups_as_alone(&runs, "{" OF_GROUPS "}");
    assert_groups_as_alone(&runs, "{" OF_GROUPS ", \"degree\": 3, \"ranges\": {\"q\": [-0.5, 0.5]}, \"reference\": \"b\"}");
  }
}

/* In group "a" q is a constant, in "b" there are five samples; without groups both are errors. */
static void a_parameter_that_cannot_be_fitted_in_a_group_has_its_reason_there(void **state) {
  (void)state;
  static grouped s;
  static const char *labels[SAMPLES_OF_GROUPS];
  fill_groups(&s);
  for (int i = 0; i < SAMPLES_OF_GROUPS; i++) {
    labels[i] = i < 5 ? "b" : i % 2 ? "a" : "c";
    if (labels[i][0] == 'a') s.x[5][i] = 4;
  }
  const group_runs one = {"one_way", s.columns, COLUMNS, SAMPLES_OF_GROUPS},
                   two = {"two_way", s.columns, COLUMNS, SAMPLES_OF_GROUPS};
  itg_result *r = run_by_group(&one, labels, "{" OF_GROUPS ", \"degree\": 5}");
#define REASON(g, parameter) TEXT(r, "estimates", "reason", "g", g, "scale", "r_squared", "parameter", parameter)
  assert_string_equal(REASON("a", "q"), "no variance");
  assert_string_equal(REASON("b", "p"), "too few answers");
  assert_true(CELL(r, "estimates", "estimate", "g", "a", "scale", "r_squared", "parameter", "p") >= 0);
  assert_near(CELL(r, "estimates", "n", "g", "b", "scale", "nmb"), 5, 0);
  const itg_table *bars = itg_result_find(r, "tornado");
  for (int64_t row = 0; row < bars->n_rows; row++)
    assert_true(text_at(bars, row, "g")[0] == 'c' ||
                (text_at(bars, row, "g")[0] == 'a' && text_at(bars, row, "parameter")[0] == 'p'));
  itg_result_free(r);
  r = run_by_group(&two, labels, "{" OF_GROUPS ", \"degree\": 5, \"method\": \"regression\"}");
  assert_string_equal(TEXT(r, "estimates", "reason", "g", "a", "scale", "share_best"), "no variance");
  assert_string_equal(TEXT(r, "estimates", "reason", "g", "b", "scale", "share_best"), "too few answers");
  const itg_table *map = itg_result_find(r, "map");
  assert_int_equal(map->n_rows, 2 * 36);
  for (int64_t row = 0; row < map->n_rows; row++) assert_string_equal(text_at(map, row, "g"), "c");
  itg_result_free(r);
}

static void bad_input(void **state) {
  (void)state;
#define HEAD "p,q,strategy,cost,effect\n"
#define GRID HEAD "1,1,A,1,1\n1,1,B,2,1\n1,2,A,1,1\n1,2,B,2,1\n2,1,A,1,1\n2,1,B,2,1\n"
#define PAIR "{\"columns\": {\"parameters\": [\"p\", \"q\"]}"
  const bad_call wrong[] = {
      {HEAD, PAIR "}", ITG_ERR_EMPTY, "no rows"},
      {GRID, "{\"columns\": {\"parameters\": \"p\"}}", ITG_ERR_COLUMN, "1 column for role 'parameters'"},
      {GRID, PAIR ", \"method\": \"runs\"}", ITG_ERR_DATA,
       "3 runs at 2 values of 'p' and 2 of 'q' are no grid"},
      {GRID, PAIR "}", ITG_ERR_DATA, "3 samples are too few for the 9 terms"},
      {GRID "2,2,A,1,1\n2,2,B,2,1\n", PAIR ", \"points\": 10}", ITG_ERR_OPTION, "'points' plays no part"},
      {GRID "2,2,A,1,1\n2,2,B,,1\n", PAIR "}", ITG_ERR_DATA, "a value is missing"},
      {GRID ",2,A,1,1\n2,2,B,2,1\n", PAIR "}", ITG_ERR_DATA, "the parameter is missing"},
      {GRID "2,2,A,1,1\n2,1,B,2,1\n", PAIR "}", ITG_ERR_DATA,
       "row 7, of another strategy in the same sample"},
      {GRID "2,2,A,1,1\n2,2,B,1e308,-1e305\n", PAIR "}", ITG_ERR_RANGE, "too large"},
      {"p,q,strategy,benefit\n1,1,A,1\n", PAIR ", \"thresholds\": 1}", ITG_ERR_OPTION,
       "leave out 'thresholds'"},
      {"p,q,strategy,benefit,cost\n1,1,A,1,1\n", PAIR "}", ITG_ERR_COLUMN, "beside a cost"},
      {"p,q,benefit\n1,1,1\n", PAIR "}", ITG_ERR_COLUMN, "no column for role 'strategy'"},
  };
  assert_all_fail("two_way", wrong, ITG_COUNT(wrong));
  const struct {
    const char *options;
    itg_status status;
    const char *part;
  } options[] = {
      {"\"quantiles\": 0.5", ITG_ERR_OPTION, "two shares"},
      {"\"quantiles\": [0.9, 0.1]", ITG_ERR_OPTION, "two shares"},
      {"\"ranges\": [1, 2]", ITG_ERR_OPTION, "must be a map"},
      {"\"ranges\": {\"pFailChem\": [1, 2]}", ITG_ERR_OPTION, "did you mean 'pFailChemo'"},
      {"\"ranges\": {\"cChemo\": [2, 1]}", ITG_ERR_OPTION, "two numbers, the lower first"},
      {"\"ranges\": {\"cChemo\": [2]}", ITG_ERR_OPTION, "two numbers"},
      {"\"degree\": 0", ITG_ERR_OPTION, "degree"},
      {"\"points\": 1", ITG_ERR_OPTION, "points"},
      {"\"thresholds\": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, "
       "24, 25, "
       "26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45], \"points\": 1000",
       ITG_ERR_LIMIT, "lower 'points'"},
  };
  itg_frame *frame = read_frame("tests/data/dampack_example_psa.csv");
  for (size_t i = 0; i < ITG_COUNT(options); i++) {
    char text[700];
    itg_error error = {0};
    itg_result *result = NULL;
    snprintf(text, sizeof text,
             "{%s, \"columns\": {" SAMPLES ", \"parameters\": [\"pFailChemo\", \"cChemo\"]}}",
             options[i].options);
    assert_int_equal(itg_measure_run("two_way", itg_frame_table(frame), 1, text, NULL, &result, &error),
                     options[i].status);
    if (!strstr(error.message, options[i].part))
      fail_msg("'%s' is not in: %s", options[i].part, error.message);
  }
  itg_frame_free(frame);
  /* Parameters that are one and the same; and a strategy too few. */
  char text[2000];
  int at = sprintf(text, "p,q,cost_A,cost_B,effect_A,effect_B\n");
  for (int i = 0; i < 40; i++) at += sprintf(text + at, "%d,%d,1,2,1,%d\n", i, 2 * i + 1, i % 3);
  const inputs tied = {"data", text, NULL};
  assert_fails("two_way", tied, "{\"columns\": {" SAMPLES ", \"parameters\": [\"p\", \"q\"]}}",
               ITG_ERR_NUMERIC, "'p' and 'q' are tied");
  at = sprintf(text, "p,q,cost_A,cost_B,effect_A,effect_B\n");
  for (int i = 0; i < 40; i++) at += sprintf(text + at, "%d,%d,1,2,1,%d\n", i, i % 2, i % 3);
  assert_fails("two_way", tied, "{\"columns\": {" SAMPLES ", \"parameters\": [\"p\", \"q\"]}}", ITG_ERR_DATA,
               "column 'q': 2 different values; a polynomial of degree 2 needs 3");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dampack_1_0_2_twsa_of_example_psa),
      cmocka_unit_test(dampack_1_0_2_owsa_of_example_psa),
      cmocka_unit_test(dampack_1_0_2_owsa_best_by_range_of_example_psa),
      cmocka_unit_test(lines_of_linear_runs_are_exact),
      cmocka_unit_test(runs_with_cost_and_effect_and_a_regression_on_them_say_the_same),
      cmocka_unit_test(model_weights_weigh_the_samples),
      cmocka_unit_test(groups_are_as_if_they_came_alone),
      cmocka_unit_test(a_parameter_that_cannot_be_fitted_in_a_group_has_its_reason_there),
      cmocka_unit_test(bad_input),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
