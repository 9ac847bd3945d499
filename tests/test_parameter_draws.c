/* Measure parameter_draws: distributions against R and its packages dampack, truncnorm and triangle; draws
 * against their distributions. */
#include "itg_agreement.h"
#include "itg_special.h"
#include "scoring.h"

#define HEAD "parameter,distribution,mean,sd,conf_low,conf_high,a,b,low,mode,high,group\n"

/* One of each kind, as a report lists them. */
static const char table[] = HEAD
    "p,beta,0.2,0.04,,,,,,,,\n"
    "event,beta,,,,,16,64,,,,\n"
    "cost,gamma,1500,300,,,,,,,,\n"
    "ratio,log-normal,1.3,0.2,,,,,,,,\n"
    "risk,lognormal,,,0.65,0.98,,,,,,\n"
    "gain,Normal,0.05,0.02,,,,,,,,\n"
    "home,truncated-normal,0.9,0.1,,,,,,,1,\n"
    "tail,truncated_normal,0,1,,,,,8,,,\n"
    "price,uniform,,,,,,,100,,200,\n"
    "hours,triangle,,,,,,,2,3,7,\n"
    "rate,constant,0.035,,,,,,,,,\n"
    "well,dirichlet,,,,,60,,,,,out\n"
    "care,dirichlet,,,,,30,,,,,out\n"
    "died,dirichlet,,,,,10,,,,,out\n";

#define OF(r, name, column) CELL(r, "parameters", column, "parameter", name)

/* beta_params(), gamma_params() and lnorm_params() of dampack 1.0.2. */
static void moments_of_dampack(void **state) {
  (void)state;
  itg_result *r = score("parameter_draws", (inputs){"data", table}, "draws: 100");
  assert_near(OF(r, "p", "a"), 19.8, 1e-12);
  assert_near(OF(r, "p", "b"), 79.2, 1e-12);
  assert_near(OF(r, "cost", "a"), 25, 1e-12);
  assert_near(OF(r, "cost", "b"), 60, 1e-12);
  assert_near(OF(r, "ratio", "a"), 0.250667824680138, 1e-14);
  assert_near(OF(r, "ratio", "b"), 0.152947309798850, 1e-14);
  assert_near(OF(r, "ratio", "mean"), 1.3, 1e-14); /* and back again */
  assert_near(OF(r, "ratio", "sd"), 0.2, 1e-14);
  itg_result_free(r);
}

/* qbeta, qgamma, qlnorm and qnorm of R 4.2.2, qtruncnorm of truncnorm 1.0, qtriangle of triangle 1.0.  "tail"
 * is by qnorm and integrate(): truncnorm's limits and variance are wrong so far out. */
static void limits_of_r(void **state) {
  (void)state;
  static const struct {
    const char *name;
    double low, high, mean, sd;
  } known[] = {{"p", 0.127657725085215, 0.283809151264870, 0.2, 0.04},
               {"event", 0.120427086000779, 0.293758459618727, 0.2, 0.0444444444444444},
               {"cost", 970.72091086976, 2142.60585562519, 1500, 300},
               {"ratio", 0.952082684917042, 1.734014158271537, 1.3, 0.2},
               {"risk", 0.65, 0.98, 0.802512865675363, 0.0842876917869724},
               {"gain", 0.0108007203091989, 0.0891992796908011, 0.05, 0.02},
               {"home", 0.696714562105234, 0.991655143095273, 0.8712400029060822, 0.0793527747326207},
               {"tail", 8.00311684187285, 8.44233962543346, 8.12136811223612, 0.119686605112439},
               {"price", 102.5, 197.5, 150, 28.8675134594813},
               {"hours", 2.35355339059327, 6.29289321881345, 4, 1.08012344973464},
               {"rate", 0.035, 0.035, 0.035, 0},
               {"died", 0.0495108722086629, 0.1655689757420103, 0.1, 0.0298511157062992}};
  itg_result *r = score("parameter_draws", (inputs){"data", table}, "draws: 100");
  for (size_t i = 0; i < ITG_COUNT(known); i++) {
    assert_near(OF(r, known[i].name, "conf_low"), known[i].low, 1e-9 * known[i].low);
    assert_near(OF(r, known[i].name, "conf_high"), known[i].high, 1e-9 * known[i].high);
    assert_near(OF(r, known[i].name, "mean"), known[i].mean, 1e-9 * known[i].mean);
    assert_near(OF(r, known[i].name, "sd"), known[i].sd, 1e-9 * (1 + known[i].sd));
  }
  assert_near(CELL(r, "estimates", "conf_low", "scale", "mean", "parameter", "p"), known[0].low, 1e-9);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "mean", "parameter", "ratio"), "lognormal");
  itg_result_free(r);
}

/* Mean and standard deviation of 20000 draws within four standard errors, their limits near those of the
 * distribution. */
static void draws_are_of_their_distributions(void **state) {
  (void)state;
  itg_result *r = score("parameter_draws", (inputs){"data", table}, "draws: 20000");
  const itg_table *all = itg_result_find(r, "parameters");
  for (int64_t i = 0; i < all->n_rows; i++) {
    const char *name = text_at(all, i, "parameter");
    double sd = number_at(all, i, "sd"), se = sd / sqrt(20000);
    assert_near(CELL(r, "estimates", "estimate", "scale", "drawn_mean", "parameter", name),
                number_at(all, i, "mean"), 4 * se);
    assert_near(CELL(r, "estimates", "std_error", "scale", "drawn_mean", "parameter", name), sd, 6 * se);
    assert_near(CELL(r, "estimates", "conf_low", "scale", "drawn_mean", "parameter", name),
                number_at(all, i, "conf_low"), 15 * se);
    assert_near(CELL(r, "estimates", "conf_high", "scale", "drawn_mean", "parameter", name),
                number_at(all, i, "conf_high"), 15 * se);
  }
  itg_result_free(r);
}

/* The share of draws below each of nine quantiles of gamma(25, 60) is what it should be. */
static void draws_have_the_shape_of_their_distribution(void **state) {
  (void)state;
  itg_result *r = score("parameter_draws", (inputs){"data", table}, "draws: 10000");
  const itg_table *draws = itg_result_find(r, "draws");
  for (int k = 1; k < 10; k++) {
    double at = itg_gamma_quantile(k / 10.0, 25, 60);
    int64_t below = 0;
    for (int64_t i = 0; i < draws->n_rows; i++) below += number_at(draws, i, "cost") < at;
    assert_near((double)below / 10000, k / 10.0, 4 * sqrt(k / 10.0 * (1 - k / 10.0) / 10000));
  }
  itg_result_free(r);
}

static void shares_of_a_whole_sum_to_1(void **state) {
  (void)state;
  itg_result *r = score("parameter_draws", (inputs){"data", table}, "draws: 4000");
  const itg_table *draws = itg_result_find(r, "draws");
  double product = 0;
  for (int64_t i = 0; i < draws->n_rows; i++) {
    double well = number_at(draws, i, "well"), care = number_at(draws, i, "care"),
           died = number_at(draws, i, "died");
    assert_near(well + care + died, 1, 1e-15 * 4);
    assert_true(well > 0 && care > 0 && died > 0);
    product += (well - 0.6) * (care - 0.3);
  }
  /* Covariance of two shares: -0.6 x 0.3 / (100 + 1). */
  assert_near(product / 4000, -0.6 * 0.3 / 101, 4 * 0.0025 / sqrt(4000));
  itg_result_free(r);
}

/* Rows below and more draws leave the draws as they are; another seed does not. */
static void draws_hang_on_place_and_seed_alone(void **state) {
  (void)state;
  itg_result *many = score("parameter_draws", (inputs){"data", table}, "{draws: 50, seed: 7}");
  itg_result *one =
      score("parameter_draws", (inputs){"data", HEAD "p,beta,0.2,0.04,,,,,,,,\n"}, "{draws: 20, seed: 7}");
  itg_result *other =
      score("parameter_draws", (inputs){"data", HEAD "p,beta,0.2,0.04,,,,,,,,\n"}, "{draws: 20, seed: 8}");
  for (int64_t i = 0; i < 20; i++) {
    double p = number_at(itg_result_find(one, "draws"), i, "p");
    assert_true(p == number_at(itg_result_find(many, "draws"), i, "p"));
    assert_true(p != number_at(itg_result_find(other, "draws"), i, "p"));
  }
  assert_near(number_at(itg_result_find(many, "draws"), 49, "sample"), 50, 0);
  itg_result_free(many);
  itg_result_free(one);
  itg_result_free(other);
}

/* Of narrow slices the closed form loses its digits, out to a mean beyond the ends: integrate() of R 4.2.2. */
static void narrow_slices_keep_their_digits(void **state) {
  (void)state;
  static const struct {
    const char *row;
    double mean, sd;
  } known[] = {{"0,1,,,,,5,,5.00000000001", 5.000000000005, 2.8867515847990062e-12},
               {"0,1,,,,,-5.00000000001,,-5", -5.000000000005, 2.8867515847990066e-12},
               {"100,10,,,,,99.9999,,100", 99.99995, 2.8867513460391474e-05},
               {"0,1,,,,,0,,1", 0.45986222928642639, 0.28222654880168746},
               {"0,1,,,,,-1,,2", 0.22963717909132875, 0.72094558685904575},
               {"0,1,,,,,30,,30.1", 30.028071481425631, 0.02364284679171667}};
  for (size_t i = 0; i < ITG_COUNT(known); i++) {
    char text[300];
    snprintf(text, sizeof text, HEAD "p,truncated_normal,%s,\n", known[i].row);
    itg_result *r = score("parameter_draws", (inputs){"data", text}, "draws: 10");
    assert_near(OF(r, "p", "mean"), known[i].mean, 1e-13 * fabs(known[i].mean));
    assert_near(OF(r, "p", "sd"), known[i].sd, 1e-12 * known[i].sd);
    itg_result_free(r);
  }
}

/* ---- parameters that go together ---- */

static itg_result *draw_together(const char *parameters, const char *pairs, const char *options) {
  char correlations[600];
  snprintf(correlations, sizeof correlations, "parameter_1,parameter_2,correlation\n%s", pairs);
  return score("parameter_draws", (inputs){"data", parameters, "correlations", correlations, NULL}, options);
}

static const double *drawn_of(itg_result *r, const char *name) {
  const itg_table *draws = itg_result_find(r, "draws");
  return draws->columns[itg_table_column(draws, name)].data;
}

static const char normals[] = HEAD "x,normal,10,2,,,,,,,,\ny,normal,-3,0.5,,,,,,,,\nz,normal,0,1,,,,,,,,\n";

/* Each normal parameter is exactly L z of independent ones, whose matrix L L' was worked by hand. */
static void normal_parameters_have_the_correlations_of_the_table_exactly(void **state) {
  (void)state;
  itg_result *alone = score("parameter_draws", (inputs){"data", normals}, "{draws: 500, seed: 4}"),
             *r = draw_together(normals, "y,x,0.6\nz,x,-0.5\nz,y,0.3\n", "{draws: 500, seed: 4}");
  const double *free_x = drawn_of(alone, "x"), *free_y = drawn_of(alone, "y"), *free_z = drawn_of(alone, "z"),
               *x = drawn_of(r, "x"), *y = drawn_of(r, "y"), *z = drawn_of(r, "z");
  /* L: 1; 0.6 0.8; -0.5 (0.3 + 0.3) / 0.8 = 0.75, root of 1 - 0.25 - 0.5625 */
  for (int i = 0; i < 500; i++) {
    double a = (free_x[i] - 10) / 2, b = (free_y[i] + 3) / 0.5, c = free_z[i];
    assert_true(x[i] == free_x[i]);
    assert_near(y[i], -3 + 0.5 * (0.6 * a + 0.8 * b), 1e-13);
    assert_near(z[i], -0.5 * a + 0.75 * b + sqrt(0.1875) * c, 1e-12);
  }
  itg_result_free(alone);
  itg_result_free(r);
}

/* Of any distribution the ranks have 6 / pi asin(r / 2), and logarithms of lognormal ones r itself. */
static void ranks_and_logarithms_have_theirs(void **state) {
  (void)state;
  enum { N = 40000 };
  static const char pairs[] = "p,cost,-0.6\nratio,risk,0.5\nhome,hours,0.8\n";
  itg_result *r = draw_together(table, pairs, "{draws: 40000, seed: 2}");
  const itg_table *told = itg_result_find(r, "correlations");
  itg_coefficient found;
  for (int64_t i = 0; i < told->n_rows; i++) {
    double scores = number_at(told, i, "scores"), ranks = number_at(told, i, "ranks");
    const double *a = drawn_of(r, text_at(told, i, "parameter_1")), *b = drawn_of(r, text_at(told, i, "parameter_2"));
    assert_true(scores == number_at(told, i, "correlation"));
    assert_near(ranks, 6 / acos(-1) * asin(scores / 2), 1e-15);
    assert_int_equal(itg_spearman(a, b, N, 0.95, &found, NULL), ITG_OK);
    assert_near(found.value, ranks, 4 * (1 - ranks * ranks) / sqrt(N));
    itg_pearson(a, b, N, 0.95, &found);
    assert_near(number_at(told, i, "drawn"), found.value, 1e-15);
  }
  assert_int_equal(told->n_rows, 3);
  double *logs[2];
  for (int k = 0; k < 2; k++) {
    logs[k] = malloc(N * sizeof *logs[k]);
    assert_non_null(logs[k]);
    for (int i = 0; i < N; i++) logs[k][i] = log(drawn_of(r, k ? "risk" : "ratio")[i]);
  }
  itg_pearson(logs[0], logs[1], N, 0.95, &found);
  assert_near(found.value, 0.5, 4 * 0.75 / sqrt(N));
  for (int k = 0; k < 2; k++) free(logs[k]);
  itg_result_free(r);
}

/* Correlations of ranks are those asked for, and each parameter keeps its distribution. */
static void correlations_of_ranks_leave_the_distributions(void **state) {
  (void)state;
  enum { N = 20000 };
  itg_result *r = draw_together(table, "cost,p,0.7\n", "{draws: 20000, correlation_of: ranks}");
  itg_coefficient found;
  assert_near(CELL(r, "correlations", "scores", "parameter_1", "cost"), 2 * sin(acos(-1) * 0.7 / 6), 1e-15);
  assert_int_equal(itg_spearman(drawn_of(r, "p"), drawn_of(r, "cost"), N, 0.95, &found, NULL), ITG_OK);
  assert_near(found.value, 0.7, 4 * 0.51 / sqrt(N));
  for (int k = 1; k < 10; k++) {
    double at = itg_gamma_quantile(k / 10.0, 25, 60);
    int64_t below = 0;
    for (int64_t i = 0; i < N; i++) below += drawn_of(r, "cost")[i] < at;
    assert_near((double)below / N, k / 10.0, 4 * sqrt(k / 10.0 * (1 - k / 10.0) / N));
  }
  itg_result_free(r);
}

/* Of 1 and -1 nothing is left of the second's own. */
static void correlations_of_1_and_minus_1_are_the_same_draw(void **state) {
  (void)state;
  itg_result *r = draw_together(normals, "x,y,1\nx,z,-1\ny,z,-1\n", "draws: 300");
  for (int i = 0; i < 300; i++) {
    double score = (drawn_of(r, "x")[i] - 10) / 2;
    assert_near(drawn_of(r, "y")[i], -3 + 0.5 * score, 1e-13);
    assert_near(drawn_of(r, "z")[i], -score, 1e-12);
  }
  itg_result_free(r);
}

/* Whoever stands above, or is in no pair, has the draws of a run without correlations. */
static void correlations_leave_the_draws_of_others(void **state) {
  (void)state;
  itg_result *r = draw_together(table, "hours,cost,0.4\n", "draws: 50"),
             *alone = score("parameter_draws", (inputs){"data", table}, "draws: 50");
  static const char *const same[] = {"p", "event", "cost", "ratio", "price", "rate", "well"};
  for (size_t k = 0; k < ITG_COUNT(same); k++)
    assert_memory_equal(drawn_of(r, same[k]), drawn_of(alone, same[k]), 50 * sizeof(double));
  assert_true(drawn_of(r, "hours")[0] != drawn_of(alone, "hours")[0]);
  assert_null(itg_result_find(alone, "correlations"));
  itg_result_free(r);
  itg_result_free(alone);
}

static void bad_correlations_are_told(void **state) {
  (void)state;
  static const struct {
    const char *pairs, *options;
    itg_status status;
    const char *part;
  } bad[] = {
      {"x,yy,0.5\n", NULL, ITG_ERR_DATA, "'yy' is no parameter of the table; did you mean 'y'?"},
      {"x,,0.5\n", NULL, ITG_ERR_DATA, "'' is no parameter of the table"},
      {"x,x,0.5\n", NULL, ITG_ERR_DATA, "parameter 'x' is paired with itself"},
      {"x,y,\n", NULL, ITG_ERR_DATA, "the correlation of 'x' and 'y' is missing"},
      {"x,y,1.5\n", NULL, ITG_ERR_RANGE, "1.5"},
      {"x,y,0.5\ny,x,0.5\n", NULL, ITG_ERR_DUPLICATE, "the pair of 'y' and 'x' stands in an earlier row"},
      {"x,y,0.9\ny,z,0.9\n", NULL, ITG_ERR_RANGE,
       "the correlation 0.9000 of 'y' and 'z' cannot be: with the correlations of both to the parameters above them in "
       "the table (0 where no row gives one) it lies from -0.4359 to 0.4359"},
      {"x,y,1\nx,z,1\ny,z,0.5\n", NULL, ITG_ERR_RANGE, "it lies from 1.0000 to 1.0000"},
      {"x,y,0.9\ny,z,0.9\n", "correlation_of: ranks", ITG_ERR_RANGE, "the correlation 0.9000 of 'y' and 'z' cannot be"},
      {"x,y,0.9\n", "correlation_of: pearson", ITG_ERR_OPTION, "correlation_of"}};
  for (size_t i = 0; i < ITG_COUNT(bad); i++) {
    char csv[200];
    snprintf(csv, sizeof csv, "parameter_1,parameter_2,correlation\n%s", bad[i].pairs);
    assert_fails("parameter_draws", (inputs){"data", normals, "correlations", csv, NULL}, bad[i].options,
                 bad[i].status, bad[i].part);
  }
  static const char alone[] = HEAD "x,normal,0,1,,,,,,,,\nc,constant,1,,,,,,,,,\n"
                                   "s,dirichlet,,,,,1,,,,,w\nt,dirichlet,,,,,1,,,,,w\n";
  assert_fails("parameter_draws",
               (inputs){"data", alone, "correlations", "parameter_1,parameter_2,correlation\nx,c,0.5\n", NULL}, NULL,
               ITG_ERR_DATA, "parameter 'c' is a constant, which cannot be correlated");
  assert_fails("parameter_draws",
               (inputs){"data", alone, "correlations", "parameter_1,parameter_2,correlation\nx,t,0.5\n", NULL}, NULL,
               ITG_ERR_DATA, "parameter 't' is a share of a whole");
  assert_fails("parameter_draws", (inputs){"data", normals, "correlations", "parameter_1,correlation\nx,0.5\n", NULL},
               NULL, ITG_ERR_COLUMN, "no column for role 'parameter_2'");
  assert_fails("parameter_draws", (inputs){"data", normals, NULL}, "correlation_of: ranks", ITG_ERR_OPTION,
               "of the input 'correlations'");
}

static void bad_tables_are_told(void **state) {
  (void)state;
  static const bad_call bad[] = {
      {HEAD, NULL, ITG_ERR_EMPTY, "no rows"},
      {HEAD "p,betta,0.2,0.04,,,,,,,,\n", NULL, ITG_ERR_DATA, "did you mean 'beta'?"},
      {HEAD "p,,0.2,0.04,,,,,,,,\n", NULL, ITG_ERR_DATA, "is no distribution"},
      {HEAD ",beta,0.2,0.04,,,,,,,,\n", NULL, ITG_ERR_DATA, "has no name"},
      {HEAD "p,beta,0.2,0.04,,,,,,,,\np,beta,0.2,0.04,,,,,,,,\n", NULL, ITG_ERR_DUPLICATE,
       "stands in an earlier row"},
      {HEAD "sample,beta,0.2,0.04,,,,,,,,\n", NULL, ITG_ERR_DATA, "numbers the samples"},
      {HEAD "p,beta,0.2,,,,,,,,,\n", NULL, ITG_ERR_DATA, "needs one pair of mean, sd; a, b"},
      {HEAD "p,beta,0.2,0.04,,,19.8,79.2,,,,\n", NULL, ITG_ERR_DATA, "and no other"},
      {HEAD "p,normal,0.2,0.04,,,,,,,1,\n", NULL, ITG_ERR_DATA,
       "which takes mean sd conf_low conf_high; leave 'high' blank"},
      {HEAD "p,dirichlet,,,,,2,3,,,,x\n", NULL, ITG_ERR_DATA, "leave 'b' blank"},
      {HEAD "p,constant,,,,,,,,,,\n", NULL, ITG_ERR_RANGE, "needs its value in mean"},
      {HEAD "p,constant,1,0.1,,,,,,,,\n", NULL, ITG_ERR_DATA, "leave 'sd' blank"},
      {HEAD "p,beta,1.2,0.04,,,,,,,,\n", NULL, ITG_ERR_RANGE, "between 0 and 1"},
      {HEAD "p,beta,0.2,0.5,,,,,,,,\n", NULL, ITG_ERR_RANGE, "below the root of mean"},
      {HEAD "p,beta,0.2,0.399,,,,,,,,\n", NULL, ITG_ERR_RANGE, "shapes a, b outside 0.1"},
      {HEAD "p,beta,0.2,0,,,,,,,,\n", NULL, ITG_ERR_RANGE, "sd of 0"},
      {HEAD "p,gamma,-5,1,,,,,,,,\n", NULL, ITG_ERR_RANGE, "mean is above 0"},
      {HEAD "p,gamma,1,1000,,,,,,,,\n", NULL, ITG_ERR_RANGE, "the sd does not fit"},
      {HEAD "p,lognormal,0,1,,,,,,,,\n", NULL, ITG_ERR_RANGE, "mean is above 0"},
      {HEAD "p,lognormal,,,-1,2,,,,,,\n", NULL, ITG_ERR_RANGE, "limits are above 0"},
      {HEAD "p,lognormal,,,2,1,,,,,,\n", NULL, ITG_ERR_RANGE, "not below conf_high"},
      {HEAD "p,lognormal,,,,,1,0,,,,\n", NULL, ITG_ERR_RANGE, "no spread"},
      {HEAD "p,lognormal,,,,,800,1,,,,\n", NULL, ITG_ERR_RANGE, "too large for a number"},
      {HEAD "p,uniform,,,,,,,2,,2,\n", NULL, ITG_ERR_RANGE, "low below high"},
      {HEAD "p,uniform,,,,,,,2,,,\n", NULL, ITG_ERR_RANGE, "needs low and high"},
      {HEAD "p,triangular,,,,,,,2,9,7,\n", NULL, ITG_ERR_RANGE, "mode from low to high"},
      {HEAD "p,truncated_normal,0,1,,,,,60,,70,\n", NULL, ITG_ERR_RANGE,
       "nothing of its normal distribution"},
      {HEAD "p,dirichlet,,,,,2,,,,,\n", NULL, ITG_ERR_DATA, "name the whole in column group"},
      {HEAD "p,dirichlet,,,,,2,,,,,x\n", NULL, ITG_ERR_DATA, "only dirichlet row of group 'x'"},
      {HEAD "p,dirichlet,,,,,0,,,,,x\nq,dirichlet,,,,,3,,,,,x\n", NULL, ITG_ERR_RANGE, "needs a weight"},
      {HEAD "p,beta,,,,,2,3,,,,x\n", NULL, ITG_ERR_DATA, "is beta, which is drawn alone: leave 'group' blank"},
      {HEAD "p,normal,inf,1,,,,,,,,\n", NULL, ITG_ERR_TYPE, "inf"},
      {HEAD "p,normal,1,1,,,,,,,,\n", "draws: 0", ITG_ERR_OPTION, "draws"},
      {"parameter,mean,sd\np,1,1\n", NULL, ITG_ERR_COLUMN, "distribution"}};
  assert_all_fail("parameter_draws", bad, ITG_COUNT(bad));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(moments_of_dampack),
      cmocka_unit_test(limits_of_r),
      cmocka_unit_test(draws_are_of_their_distributions),
      cmocka_unit_test(draws_have_the_shape_of_their_distribution),
      cmocka_unit_test(shares_of_a_whole_sum_to_1),
      cmocka_unit_test(draws_hang_on_place_and_seed_alone),
      cmocka_unit_test(narrow_slices_keep_their_digits),
      cmocka_unit_test(bad_tables_are_told),
      cmocka_unit_test(normal_parameters_have_the_correlations_of_the_table_exactly),
      cmocka_unit_test(ranks_and_logarithms_have_theirs),
      cmocka_unit_test(correlations_of_ranks_leave_the_distributions),
      cmocka_unit_test(correlations_of_1_and_minus_1_are_the_same_draw),
      cmocka_unit_test(correlations_leave_the_draws_of_others),
      cmocka_unit_test(bad_correlations_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
