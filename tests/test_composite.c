/* Measure composite: scores by hand and as R gives them, ranks, draws, bad input. */
#include "scoring.h"

#define SCORE(result, site_) \
  CELL(result, "estimates", "estimate", "scale", "score", "dimension", "all", "site", site_)
#define RANK(result, site_, column) CELL(result, "estimates", column, "scale", "rank", "site", site_)

/* datasets::USJudgeRatings without CONT: 43 judges x 11. */
static const char judges[] =
    "site,INTG,DMNR,DILG,CFMG,DECI,PREP,FAMI,ORAL,WRIT,PHYS,RTEN\n"
    "AARONSONLH,7.9,7.7,7.3,7.1,7.4,7.1,7.1,7.1,7,8.3,7.8\n"
    "ALEXANDERJM,8.9,8.8,8.5,7.8,8.1,8,8,7.8,7.9,8.5,8.7\n"
    "ARMENTANOAJ,8.1,7.8,7.8,7.5,7.6,7.5,7.5,7.3,7.4,7.9,7.8\n"
    "BERDONRI,8.8,8.5,8.8,8.3,8.5,8.7,8.7,8.4,8.5,8.8,8.7\n"
    "BRACKENJJ,6.4,4.3,6.5,6,6.2,5.7,5.7,5.1,5.3,5.5,4.8\n"
    "BURNSEB,8.8,8.7,8.5,7.9,8,8.1,8,8,8,8.6,8.6\n"
    "CALLAHANRJ,9,8.9,8.7,8.5,8.5,8.5,8.5,8.6,8.4,9.1,9\n"
    "COHENSS,5.9,4.9,5.1,5.4,5.9,4.8,5.1,4.7,4.9,6.8,5\n"
    "DALYJJ,8.9,8.9,8.7,8.6,8.5,8.4,8.4,8.4,8.5,8.8,8.8\n"
    "DANNEHYJF,7.9,6.7,8.1,7.9,8,7.9,8.1,7.7,7.8,8.5,7.9\n"
    "DEANHH,8,7.6,7.4,7.3,7.5,7.1,7.2,7.1,7.2,8.4,7.7\n"
    "DEVITAHJ,8,7.6,7.2,7,7.1,6.9,7,7,7.1,6.9,7.2\n"
    "DRISCOLLPJ,8.6,8.2,6.8,6.9,6.6,7.1,7.3,7.2,7.2,8.1,7.7\n"
    "GRILLOAE,7.5,6.4,6.8,6.5,7,6.6,6.8,6.3,6.6,6.2,6.5\n"
    "HADDENWLJR,8.1,8,8,7.9,8,7.9,7.8,7.8,7.8,8.4,8\n"
    "HAMILLEC,8,7.4,7.7,7.3,7.3,7.3,7.2,7.1,7.2,8,7.6\n"
    "HEALEYAH,7.6,6.6,7.2,6.5,6.5,6.8,6.7,6.4,6.5,6.9,6.7\n"
    "HULLTC,7.7,6.7,7.5,7.4,7.5,7.1,7.3,7.1,7.3,8.1,7.4\n"
    "LEVINEI,8.2,7.4,7.8,7.7,7.7,7.7,7.8,7.5,7.6,8,8\n"
    "LEVISTERRL,6.9,5.7,6.6,6.9,6.6,6.2,6,5.8,5.8,7.2,6\n"
    "MARTINLF,8.2,7.7,7.1,6.6,6.6,6.7,6.7,6.8,6.8,7.5,7.3\n"
    "MCGRATHJF,7.3,6.9,6.8,6.7,6.8,6.4,6.3,6.3,6.3,7.4,6.6\n"
    "MIGNONEAF,7.4,6.2,6.2,5.4,5.7,5.8,5.9,5.2,5.8,4.7,5.2\n"
    "MISSALHM,8.3,8.1,7.7,7.4,7.3,7.3,7.3,7.2,7.3,7.8,7.6\n"
    "MULVEYHM,8.7,8.5,8.6,8.5,8.4,8.5,8.5,8.4,8.4,8.7,8.7\n"
    "NARUKHJ,8.9,8.7,8.9,8.7,8.8,8.9,9,8.8,8.9,9,9\n"
    "O'BRIENFJ,8.5,8.3,8,7.9,7.9,7.8,7.8,7.8,7.7,8.3,8.2\n"
    "O'SULLIVANTJ,9,8.9,8.7,8.4,8.5,8.4,8.3,8.3,8.3,8.8,8.7\n"
    "PASKEYL,8.1,7.7,8.2,8,8.1,8.2,8.4,8,8.1,8.4,8.1\n"
    "RUBINOWJE,9.2,9,9,8.4,8.6,9.1,9.1,8.9,9,8.9,9.2\n"
    "SADENGA,7.4,6.9,8.4,8,7.9,8.2,8.4,7.7,7.9,8.4,7.5\n"
    "SATANIELLOAG,8,7.9,7.9,7.8,7.8,7.6,7.4,7.4,7.4,8.1,7.9\n"
    "SHEADM,8.5,7.8,8.5,8.1,8.2,8.4,8.5,8.1,8.3,8.7,8.3\n"
    "SHEAJFJR,8.9,8.8,8.7,8.4,8.5,8.5,8.5,8.4,8.4,8.8,8.8\n"
    "SIDORWJ,6.2,5.1,5.6,5.6,5.9,5.6,5.6,5.3,5.5,6.3,5.3\n"
    "SPEZIALEJA,8.3,8.1,8.3,8.4,8.2,8.2,8.1,7.9,8,8,8.2\n"
    "SPONZOMJ,8.3,8,8.1,7.9,7.9,7.9,7.7,7.6,7.7,8.1,8\n"
    "STAPLETONJF,8.2,7.7,7.8,7.6,7.7,7.7,7.7,7.5,7.6,8.5,7.7\n"
    "TESTORJ,7.3,7,6.8,7,7.1,6.7,6.7,6.7,6.7,8,7\n"
    "TIERNEYWLJR,8.2,7.8,8.3,8.4,8.3,7.7,7.6,7.5,7.7,8.1,7.9\n"
    "WALLRA,7,5.9,7,7,7.2,6.9,6.9,6.5,6.6,7.6,6.6\n"
    "WRIGHTDB,8.4,8.4,7.7,7.5,7.7,7.8,8.2,8,8.1,8.3,8.1\n"
    "ZARRILLIKJ,7.4,7,7.5,7.5,7.7,7.4,7.2,6.9,7,7.8,7.1\n";
#define ELEVEN \
  "columns: {indicators: [INTG, DMNR, DILG, CFMG, DECI, PREP, FAMI, ORAL, WRIT, PHYS, RTEN]}, draws: 0"

static itg_result *run(const char *csv, const char *options) {
  const inputs in = {"data", csv, NULL};
  return score("composite", in, options);
}

static double normalised(const itg_result *result, const char *site, const char *indicator) {
  return CELL(result, "normalised", "normalised", "site", site, "indicator", indicator);
}

/* Means of min-max values from 1 to 100, and the Mazziotta-Pareto index on 100 and 10, computed in R. */
static void us_judges_as_r_gives_them(void **state) {
  (void)state;
  static const struct {
    const char *mean;
    double aaronson, zarrilli;
  } known[] = {{"arithmetic", 60.1805211, 31}, {"geometric", 59.4826845, 30}, {"harmonic", 58.8511454, 30}};
  char options[300];
  for (size_t i = 0; i < ITG_COUNT(known); i++) {
    snprintf(options, sizeof options, "{%s, range: [1, 100], aggregate: %s}", ELEVEN, known[i].mean);
    itg_result *r = run(judges, options);
    assert_near(SCORE(r, "AARONSONLH"), known[i].aaronson, 5e-8);
    assert_near(RANK(r, "ZARRILLIKJ", "estimate"), known[i].zarrilli, 0);
    itg_result_free(r);
  }
  itg_result *r = run(judges, "{" ELEVEN ", normalise: z, z: [100, 10], sd: population, aggregate: penalty}");
  assert_near(SCORE(r, "AARONSONLH"), 98.1759731534, 5e-10);
  itg_result_free(r);
}

/* COINr 1.1.14 for R: n_minmax, n_zscore, n_rank, n_prank, n_dist2targ, n_goalposts, then a_amean, a_gmean or a_hmean with
 * these weights; beds were turned around beforehand. No indicator has ties, which COINr gives the lowest rank. */
static void ten_sites_as_coinr_gives_them(void **state) {
  (void)state;
  static const char sites[] =
      "site,beds,gp,staff,plan\ns1,210.4,62.54,7.14,64.8\ns2,241.3,66.86,5.04,30.1\ns3,164.2,56.16,1.04,76.4\n"
      "s4,171.9,67.7,1.23,33.1\ns5,298.9,59.65,3.67,63.5\ns6,193.3,70.11,1.02,76.3\ns7,306.2,67.99,1.78,33.7\n"
      "s8,271.2,77.99,4.39,24.3\ns9,237.7,64.67,4.92,57.4\ns10,189.8,64.1,7.75,34.4\n";
  static const struct {
    const char *options;
    double s1, s5, s10;
  } known[] = {
      {"normalise: minmax", 60.2376367197819, 26.7598093855272, 62.8817319259035},
      {"normalise: z", .332623807786277, -.631139224006585, .440899715504427},
      {"normalise: rank", 5.9, 3.4, 6.7},
      {"normalise: percentile", 54.4444444444444, 26.6666666666667, 63.3333333333333},
      {"range: [1, 100], aggregate: geometric", 54.1543572790638, 20.6856247380496, 55.0504594163425},
      {"range: [1, 100], aggregate: harmonic", 47.8659406660568, 15.2805381727834, 47.1800887581234},
      {"normalise: target, targets: {beds: 150, gp: 75, staff: 8, plan: 90}", 58.2800812724687, 25.7006648314844,
       62.2245108874185},
      {"normalise: goalposts, goalposts: {beds: [200, 300], gp: [60, 80], staff: [2, 8], plan: [30, 90]}", 54.5,
       14.1533333333333, 57.6833333333333},
      {"range: [1, 100], dimensions: {use: [beds, gp], means: [staff, plan]}, dimension_weights: {use: 2}, "
       "aggregate_dimensions: geometric",
       54.1644464714869, 20.4682434631275, 60.0848686178054}};
  char options[500];
  for (size_t i = 0; i < ITG_COUNT(known); i++) {
    snprintf(options, sizeof options,
             "{columns: {indicators: [beds, gp, staff, plan]}, lower: beds, draws: 0, "
             "weights: {gp: 2, staff: 1.5, plan: 0.5}, %s}",
             known[i].options);
    itg_result *r = run(sites, options);
    assert_near(SCORE(r, "s1"), known[i].s1, 1e-12);
    assert_near(SCORE(r, "s5"), known[i].s5, 1e-12);
    assert_near(SCORE(r, "s10"), known[i].s10, 1e-12);
    itg_result_free(r);
  }
}

static const char small[] = "site,beds,wait,trust\nA,10,30,5\nB,20,10,7\nC,40,50,7\nD,30,20,9\n";

/* By hand: columns from low to high are 10 20 30 40, -50 -30 -20 -10 and 5 7 7 9. */
static void every_normalisation_by_hand(void **state) {
  (void)state;
  const char *head = "columns: {indicators: [beds, wait, trust]}, lower: wait, draws: 0";
  static const struct {
    const char *options;
    double a_beds, b_wait, c_trust;
  } known[] = {
      {"normalise: minmax", 0, 100, 50},
      {"normalise: rank", 1, 4, 2.5},
      {"normalise: percentile", 0, 100, 50},
      {"normalise: percentile, range: [1, 4]", 1, 4, 2.5},
      {"normalise: target, targets: {beds: 30, wait: 20, trust: 8}", 0, 100, 200 / 3.0},
      {"normalise: goalposts, goalposts: {beds: [0, 20], wait: [20, 60], trust: [3, 13]}", 50, 100, 40},
      {"normalise: z, z: [50, 10]", 50 - 150 / 12.909944487358056, 50 + 175 / 17.078251276599330, 50}};
  char options[400];
  for (size_t i = 0; i < ITG_COUNT(known); i++) {
    snprintf(options, sizeof options, "{%s, %s}", head, known[i].options);
    itg_result *r = run(small, options);
    assert_near(normalised(r, "A", "beds"), known[i].a_beds, 1e-12);
    assert_near(normalised(r, "B", "wait"), known[i].b_wait, 1e-12);
    assert_near(normalised(r, "C", "trust"), known[i].c_trust, 1e-12);
    itg_result_free(r);
  }
}

static void weights_dimensions_and_means_by_hand(void **state) {
  (void)state;
  itg_result *r = run(small,
                      "{columns: {indicators: [beds, wait, trust]}, lower: wait, draws: 0, range: [1, 4], "
                      "normalise: percentile, dimensions: {supply: [beds, wait], view: trust}, "
                      "weights: {beds: 3}, dimension_weights: {view: 2}, aggregate: arithmetic, "
                      "aggregate_dimensions: geometric}");
  /* B: beds 2, wait 4, trust 2.5 */
  assert_near(CELL(r, "estimates", "estimate", "site", "B", "dimension", "supply"), (3 * 2 + 4) / 4.0, 1e-14);
  assert_near(CELL(r, "estimates", "estimate", "site", "B", "dimension", "view"), 2.5, 1e-14);
  assert_near(SCORE(r, "B"), pow(2.5 * 2.5 * 2.5, 1 / 3.0), 1e-14);
  itg_result_free(r);
  r = run(small, "{columns: {indicators: [beds, trust]}, draws: 0, range: [1, 100], aggregate: harmonic}");
  assert_near(SCORE(r, "B"), 2 / (1 / 34.0 + 1 / 50.5), 1e-13);
  itg_result_free(r);
}

static void ties_share_the_middle_rank(void **state) {
  (void)state;
  itg_result *r = run("site,x\nA,1\nB,3\nC,3\nD,2\n", "{columns: {indicators: x}, draws: 0}");
  assert_near(RANK(r, "B", "estimate"), 1.5, 0);
  assert_near(RANK(r, "C", "estimate"), 1.5, 0);
  assert_near(RANK(r, "A", "estimate"), 4, 0);
  itg_result_free(r);
}

static void a_site_that_lacks_an_indicator(void **state) {
  (void)state;
  const char *csv = "site,x,y\nA,1,\nB,3,5\nC,2,9\n";
  itg_result *r = run(csv, "{columns: {indicators: [x, y]}, draws: 100}");
  assert_true(isnan(SCORE(r, "A")));
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "score", "site", "A"), "too few answers");
  assert_near(CELL(r, "estimates", "n_missing", "scale", "score", "site", "A"), 1, 0);
  assert_near(RANK(r, "B", "n"), 2, 0);
  assert_true(has_note(r, "1 sites lack too many"));
  itg_result_free(r);
  r = run(csv, "{columns: {indicators: [x, y]}, draws: 0, coverage: 0.5}");
  assert_near(SCORE(r, "A"), 0, 0);
  itg_result_free(r);
}

/* What is drawn is what is said: the nominal rank lies in its interval, no noise leaves no interval, a seed
 * gives one result on one thread or two. */
static void draws_are_reproducible(void **state) {
  (void)state;
  const char *options =
      "{columns: {indicators: \"/^[A-Z]{4}$/\"}, draws: 400, range: [1, 100], z: [100, 10], "
      "try_normalise: [z, rank], try_aggregate: geometric, leave_out: true, sensitivity: true}";
  const inputs in = {"data", judges, NULL};
  itg_error error = {0};
  itg_result *one = NULL, *two = NULL;
  if (attempt("composite", in, options, 1, &one, &error)) fail_msg("%s", error.message);
  if (attempt("composite", in, options, 2, &two, &error)) fail_msg("%s", error.message);
  const itg_table *a = itg_result_find(one, "estimates"), *b = itg_result_find(two, "estimates");
  int ranks = 0;
  for (int64_t row = 0; row < a->n_rows; row++) {
    assert_true(itg_text_equal(text_at(a, row, "std_error"), text_at(b, row, "std_error")));
    if (strcmp(text_at(a, row, "scale"), "rank") != 0) continue;
    ranks++;
    assert_true(number_at(a, row, "conf_low") <= number_at(a, row, "conf_high"));
    assert_true(number_at(a, row, "conf_low") >= 1 && number_at(a, row, "conf_high") <= 43);
  }
  assert_int_equal(ranks, 43);
  assert_true(CELL(one, "sensitivity", "total_effect", "factor", "leave_out") ==
              CELL(two, "sensitivity", "total_effect", "factor", "leave_out"));
  assert_true(has_note(one, "only their ranks compare"));
  itg_result_free(one);
  itg_result_free(two);
}

/* One choice alone explains all of the variance: first-order and total share are 1, up to the draws; and two
 * equal choices that do nothing explain none. */
static void one_choice_explains_all(void **state) {
  (void)state;
  itg_result *r = run(judges,
                      "{columns: {indicators: \"/^[A-Z]{4}$/\"}, draws: 4000, weight_noise: 1, "
                      "sensitivity: true}");
  assert_near(CELL(r, "sensitivity", "first_order", "factor", "weights"), 1, 0.1);
  assert_near(CELL(r, "sensitivity", "total_effect", "factor", "weights"), 1, 0.1);
  itg_result_free(r);
  r = run(judges,
          "{columns: {indicators: INTG}, draws: 500, weight_noise: 1, try_aggregate: penalty, "
          "sensitivity: true}"); /* of one indicator every mean is itself */
  assert_true(isnan(CELL(r, "sensitivity", "total_effect", "factor", "weights")));
  assert_near(CELL(r, "sensitivity", "mean_shift", "factor", "weights"), 0, 0);
  itg_result_free(r);
}

static void groups_are_normalised_apart(void **state) {
  (void)state;
  itg_result *r = run("year,site,x\n1,A,1\n1,B,2\n1,C,5\n2,A,10\n2,B,20\n2,C,15\n",
                      "{columns: {indicators: x}, by: year, draws: 0}");
  assert_near(CELL(r, "estimates", "estimate", "year", "1", "site", "B"), 25, 1e-13);
  assert_near(CELL(r, "estimates", "estimate", "year", "2", "site", "C"), 50, 1e-13);
  itg_result_free(r);
}

static void bad_input_is_told_where(void **state) {
  (void)state;
  static const struct {
    const char *csv, *more;
    itg_status status;
    const char *part;
  } bad[] = {
      {small, "aggregate: geometric", ITG_ERR_DATA, "not above 0"},
      {small, "normalise: z, aggregate: harmonic", ITG_ERR_DATA, "z: [100, 10]"},
      {small, "try_aggregate: geometric", ITG_ERR_DATA, "not above 0"},
      {small, "normalise: target", ITG_ERR_DATA, "no target"},
      {small, "normalise: target, targets: {beds: 5, wait: 60}", ITG_ERR_DATA, "target or beyond"},
      {small, "normalise: goalposts", ITG_ERR_DATA, "no goalposts"},
      {small, "normalise: goalposts, goalposts: {beds: [4, 1]}", ITG_ERR_OPTION, "two rising numbers"},
      {small, "normalise: none, lower: wait", ITG_ERR_DATA, "must be normalised"},
      {small, "weights: {bed: 2}", ITG_ERR_OPTION, "did you mean 'beds'"},
      {small, "weights: {beds: 0, wait: 0}", ITG_ERR_OPTION, "all weights are 0"},
      {small, "weights: {beds: -1}", ITG_ERR_OPTION, "weights"},
      {small, "lower: waits", ITG_ERR_OPTION, "'waits'"},
      {small, "dimensions: {a: beds}", ITG_ERR_OPTION, "stands in no dimension"},
      {small, "dimensions: {a: [beds, wait], b: beds}", ITG_ERR_OPTION, "two dimensions"},
      {small, "dimensions: {all: [beds, wait]}", ITG_ERR_OPTION, "name of the total"},
      {small, "dimension_weights: {a: 1}", ITG_ERR_OPTION, "needs the option 'dimensions'"},
      {small, "range: [100, 1]", ITG_ERR_OPTION, "must rise"},
      {small, "range: 5", ITG_ERR_OPTION, "two numbers"},
      {small, "z: [0, 0]", ITG_ERR_OPTION, "above 0"},
      {"site,beds,wait\nA,1,2\nA,2,3\n", "draws: 0", ITG_ERR_DUPLICATE, "line 3"},
      {"site,beds,wait\nA,1,2\n,2,3\n", "draws: 0", ITG_ERR_DATA, "without a site"},
      {"site,beds,wait\nA,1,2\nB,1,3\n", "draws: 0", ITG_ERR_DATA, "the same value"},
      {"site,beds,wait\nA,,\nB,,\n", "draws: 0", ITG_ERR_EMPTY, "every value is missing"},
      {"site,beds,wait\n", "draws: 0", ITG_ERR_EMPTY, "no rows"},
      {"site,beds,wait\nA,x,2\nB,1,3\n", "draws: 0", ITG_ERR_TYPE, "'x' is not a number"},
  };
  char options[300];
  for (size_t i = 0; i < ITG_COUNT(bad); i++) {
    const inputs in = {"data", bad[i].csv, NULL};
    snprintf(options, sizeof options, "{columns: {indicators: [beds, wait]}, %s}", bad[i].more);
    assert_fails("composite", in, options, bad[i].status, bad[i].part);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(us_judges_as_r_gives_them),
      cmocka_unit_test(ten_sites_as_coinr_gives_them),
      cmocka_unit_test(every_normalisation_by_hand),
      cmocka_unit_test(weights_dimensions_and_means_by_hand),
      cmocka_unit_test(ties_share_the_middle_rank),
      cmocka_unit_test(a_site_that_lacks_an_indicator),
      cmocka_unit_test(draws_are_reproducible),
      cmocka_unit_test(one_choice_explains_all),
      cmocka_unit_test(groups_are_normalised_apart),
      cmocka_unit_test(bad_input_is_told_where),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
