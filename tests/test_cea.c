/* Measure cea: published studies, lm and t.test of R, the bootstrap against its own definition, bad input. */
#include "cea.h"

#include "itg_random.h"
#include "itg_special.h"
#include "itg_spread.h"

static double std_error(const itg_result *r, const char *scale) {
  return CELL(r, "estimates", "std_error", "scale", scale);
}

/* ---- published ---- */

/* Hoch, Rockx, Krahn, BMC Health Serv Res 2006;6:68: patients rebuilt from their counts and mean costs. */
static void syncope_monitors_of_hoch(void **state) {
  (void)state;
  static char csv[8192];
  int at = sprintf(csv, "arm,cost,effect\n");
  for (int i = 0; i < 49; i++) at += sprintf(csv + at, "loop,648.50,%d\n", i < 31);
  for (int i = 0; i < 51; i++) at += sprintf(csv + at, "holter,212.92,%d\n", i < 12);
  itg_result *r = cea(csv, "{unit: count, thresholds: [0, 1000, 1200]}");
  assert_near(estimate(r, "incremental_effect"), .3973589, 5e-8);
  assert_near(estimate(r, "icer"), 1096.19, 0.005);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "icer"), "dearer and better");
  assert_near(CELL(r, "estimates", "estimate", "scale", "cost", "arm", "loop"), 648.50, 1e-12);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "cost", "arm", "loop"), "no variance");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "incremental_cost"), "no variance");
  assert_near(CELL(r, "estimates", "estimate", "scale", "p_cost_effective", "threshold", "0"), 0, 0);
  assert_near(CELL(r, "estimates", "estimate", "scale", "inmb", "threshold", "1000"), 397.3589 - 435.58,
              1e-3);
  itg_result_free(r);
}

/* dampack's curve broke ties at random: B better by 0.0001 in every draw came out as 0.50, and the value of
 * information below 0. */
static void a_certain_small_gain_is_certain(void **state) {
  (void)state;
  itg_result *r =
      cea("arm,cost,effect\na,100,0.5\na,100,0.5\nb,100,0.5001\nb,100,0.5001\n", "thresholds: 50000");
  assert_near(estimate(r, "p_cost_effective"), 1, 0);
  assert_near(CELL(r, "estimates", "estimate", "scale", "p_best", "arm", "b"), 1, 0);
  assert_near(estimate(r, "evpi"), 0, 0);
  itg_result_free(r);
}

/* ---- R ---- */

#define SMALL                                                                                                \
  "arm,cost,effect,u0,sex,c0\nnew,1200,0.71,0.60,f,300\nnew,2300,0.80,0.72,m,500\nnew,900,0.66,0.55,f,250\n" \
  "new,4100,0.59,0.41,m,900\nnew,1750,0.77,0.70,f,420\nnew,2600,0.90,0.85,m,610\nold,800,0.62,0.61,f,280\n"  \
  "old,1500,0.70,0.74,m,450\nold,3900,0.40,0.38,m,1000\nold,1100,0.73,0.79,f,330\n"                          \
  "old,650,0.55,0.50,f,200\nold,2200,0.58,0.57,m,640\nold,1300,0.83,0.90,f,410\n"

static void unadjusted_as_t_test_of_r(void **state) {
  (void)state;
  itg_result *r = cea(SMALL, "{reference: old, replicates: 0}");
  assert_near(std_error(r, "incremental_cost"), 633.3299767186382, 1e-9);
  assert_near(CELL(r, "estimates", "conf_low", "scale", "incremental_cost"), -894.6497710644043, 1e-6);
  assert_near(CELL(r, "estimates", "conf_high", "scale", "incremental_cost"), 1906.5545329691658, 1e-6);
  assert_near(std_error(r, "incremental_effect"), 0.06911630409724967, 1e-14);
  assert_near(CELL(r, "estimates", "conf_low", "scale", "incremental_effect"), -0.04389147139475087, 1e-10);
  itg_result_free(r);
}

/* deltamethod() of package msm for x1/x2 on the covariance of the increments, and the t quantile of the
 * smaller degrees of freedom. */
static void ratio_by_the_delta_method_as_msm_of_r(void **state) {
  (void)state;
  itg_result *r = cea(SMALL, "{reference: old, replicates: 0, interval: delta}");
  assert_near(estimate(r, "icer"), 4670.329670329671, 1e-8);
  assert_near(std_error(r, "icer"), 7536.33143264748468937, 1e-7);
  assert_near(CELL(r, "estimates", "conf_low", "scale", "icer"), -11996.182907468499, 1e-5);
  assert_near(CELL(r, "estimates", "conf_high", "scale", "icer"), 21336.842248127839, 1e-5);
  assert_true(has_note(r, "not clearly different")); /* effect 0.108, standard error 0.069 */
  itg_result_free(r);
}

/* First order: for an effect that is as good as certain the delta method, Fieller and percentiles agree;
 * where replicates cross 0 there are no percentiles of the ratio. */
static void limits_of_the_ratio_agree_where_the_effect_is_certain(void **state) {
  (void)state;
  static char csv[4096];
  int at = sprintf(csv, "arm,cost,effect\n");
  for (int i = 0; i < 60; i++)
    at += sprintf(csv + at, "%c,%d,%d.%02d\n", "ab"[i / 30], 500 + 300 * (i / 30) + (i * 37) % 101, i / 30,
                  (i * 7) % 11);
  itg_result *r = cea(csv, "{replicates: 20000, interval: delta, curve_points: 0}");
  double low = CELL(r, "estimates", "conf_low", "scale", "icer"),
         high = CELL(r, "estimates", "conf_high", "scale", "icer");
  static const char *const methods[] = {"delta", "fieller", "percentile", "bca"};
  for (size_t k = 0; k < ITG_COUNT(methods); k++) {
    assert_near(CELL(r, "intervals", "conf_low", "scale", "icer", "method", methods[k]) / low, 1, 0.01);
    assert_near(CELL(r, "intervals", "conf_high", "scale", "icer", "method", methods[k]) / high, 1, 0.01);
  }
  assert_false(has_note(r, "not clearly different"));
  itg_result_free(r);
  r = cea(SMALL, "{reference: old, replicates: 500}");
  const itg_table *intervals = itg_result_find(r, "intervals");
  int deltas = 0;
  for (int64_t i = 0; i < intervals->n_rows; i++) {
    if (strcmp(text_at(intervals, i, "scale"), "icer") != 0) continue;
    deltas += strcmp(text_at(intervals, i, "method"), "delta") == 0;
    assert_string_not_equal(text_at(intervals, i, "method"), "percentile");
  }
  assert_int_equal(deltas, 1);
  itg_result_free(r);
}

static void adjusted_as_lm_of_r(void **state) {
  (void)state;
  itg_result *r =
      cea(SMALL, "{reference: old, replicates: 0, thresholds: 20000, columns: {covariates: [u0, sex]}}");
  assert_near(estimate(r, "incremental_cost"), 390.1840936398194799, 1e-9);
  assert_near(std_error(r, "incremental_cost"), 390.7366073282565253, 1e-9);
  assert_near(CELL(r, "estimates", "conf_high", "scale", "incremental_cost"), 1274.0917086749046, 1e-8);
  assert_near(estimate(r, "incremental_effect"), 0.1108352537966082, 1e-14);
  assert_near(std_error(r, "incremental_effect"), 0.01031981421997811, 1e-14);
  assert_near(CELL(r, "estimates", "conf_low", "scale", "incremental_effect"), 0.08749021214013791, 1e-12);
  /* lm(I(20000 * effect - cost) ~ arm + u0 + sex): net-benefit regression */
  assert_near(estimate(r, "inmb"), 1826.520982292345, 1e-8);
  assert_near(std_error(r, "inmb"), 485.3555012182115, 1e-9);
  itg_result_free(r);
}

static void each_outcome_may_have_its_own_covariates_as_lm_of_r(void **state) {
  (void)state;
  itg_result *r = cea(SMALL,
                      "{reference: old, replicates: 0, columns: {covariates: sex, cost_covariates: c0, "
                      "effect_covariates: u0}}");
  assert_near(estimate(r, "incremental_cost"), 400.5344105703887, 1e-9);
  assert_near(std_error(r, "incremental_cost"), 79.04304474521139, 1e-9);
  assert_near(estimate(r, "incremental_effect"), 0.1108352537966082, 1e-14);
  itg_result_free(r);
}

/* sandwich 3.0-2: vcovCL() of lm(cost ~ arm + u0), of the effect, and of the net benefit at 20000;
 * vcovHC(HC2) of the weighted regressions. */
static void clusters_and_weights_as_sandwich_of_r(void **state) {
  (void)state;
  static const char *const more[] = {"1,1", "1,2", "2,1.5", "2,.5",  "3,3",   "3,1", "4,2",
                                     "4,1", "5,1", "5,.8",  "6,1.2", "6,2.5", "6,1"};
  char csv[2048];
  const char *line = SMALL;
  int at = 0;
  for (int i = -1; i < 13; i++) { /* SMALL with a practice and a weight */
    int size = (int)strcspn(line, "\n");
    at += sprintf(csv + at, "%.*s,%s\n", size, line, i < 0 ? "c,w" : more[i]);
    line += size + 1;
  }
  itg_result *r =
      cea(csv, "{reference: old, replicates: 0, thresholds: 20000, columns: {covariates: u0, cluster: c}}");
  assert_near(estimate(r, "incremental_cost"), 497.33980000461133, 1e-9);
  assert_near(std_error(r, "incremental_cost"), 372.33528266211994, 1e-9);
  assert_near(std_error(r, "incremental_effect"), 0.010595930526428913, 1e-14);
  assert_near(estimate(r, "inmb"), 1715.66681782795193, 1e-8);
  assert_near(std_error(r, "inmb"), 563.10411466219807, 1e-9);
  itg_result_free(r);
  r = cea(csv, "{reference: old, replicates: 0, columns: {covariates: u0, weight: w}}");
  assert_near(estimate(r, "incremental_cost"), 354.91558288762201, 1e-9);
  assert_near(std_error(r, "incremental_cost"), 479.78300252535234, 1e-9);
  assert_near(estimate(r, "incremental_effect"), 0.1024597008513624535, 1e-14);
  assert_near(std_error(r, "incremental_effect"), 0.0071380317014140557, 1e-14);
  itg_result_free(r);
}

/* Generalised least squares on the stacked equations, residual covariance as systemfit has it, by R's
 * solve(). */
static void seemingly_unrelated_regressions_as_r(void **state) {
  (void)state;
#define SUR \
  "reference: old, method: sur, columns: {covariates: sex, cost_covariates: c0, effect_covariates: u0}"
  itg_result *r = cea(SMALL, "{replicates: 0, thresholds: 20000, " SUR "}");
  assert_near(estimate(r, "incremental_cost"), 400.8669269740248637, 1e-9);
  assert_near(estimate(r, "incremental_effect"), 0.1108320164702737, 1e-14);
  assert_near(std_error(r, "incremental_cost"), 79.0423084985270208, 1e-9);
  assert_near(std_error(r, "incremental_effect"), 0.0103198085952319, 1e-14);
  assert_near(std_error(r, "inmb"), 178.780506765344, 1e-8);
  assert_true(has_note(r, "seemingly unrelated"));
  itg_result_free(r);
}

/* Willan, Briggs, Hoch 2004: with the same covariates nothing is gained. */
static void equal_covariates_make_both_methods_one(void **state) {
  (void)state;
  itg_result *sur = cea(SMALL,
                        "{reference: old, replicates: 50, method: sur, columns: {covariates: [u0, sex]}}"),
             *ols = cea(SMALL, "{reference: old, replicates: 50, columns: {covariates: [u0, sex]}}");
  const itg_table *a = itg_result_find(sur, "plane"), *b = itg_result_find(ols, "plane");
  for (int64_t i = 0; i < a->n_rows; i++) assert_string_equal(text_at(a, i, "cost"), text_at(b, i, "cost"));
  itg_result_free(sur);
  itg_result_free(ols);
}

/* A replicate of seemingly unrelated regressions is the regression of the patients drawn. */
static void replicates_of_both_equations_are_refits(void **state) {
  (void)state;
  itg_result *r = cea(SMALL, "{replicates: 3, seed: 4, " SUR "}");
  itg_frame *frame;
  assert_int_equal(itg_frame_parse(SMALL, strlen(SMALL), NULL, NULL, &frame, NULL), ITG_OK);
  const itg_table *data = itg_frame_table(frame);
  static const char *const names[] = {"arm", "cost", "effect", "u0", "sex", "c0"};
  for (uint32_t k = 0; k < 3; k++) {
    char csv[4096];
    int at = sprintf(csv, "arm,cost,effect,u0,sex,c0\n");
    for (uint32_t arm = 0; arm < 2; arm++) {
      itg_random random;
      uint32_t n = arm ? 7 : 6;
      itg_random_init(&random, 4, ITG_PURPOSE_BOOTSTRAP + 256 * arm, k);
      for (uint32_t i = 0; i < n; i++) {
        int64_t row = 6 * arm + itg_random_below(&random, n);
        for (int c = 0; c < 6; c++) {
          const char *cell = text_at(data, row, names[c]);
          at += sprintf(csv + at, "%s%s", cell ? cell : "", c == 5 ? "\n" : ",");
        }
      }
    }
    itg_result *refit = cea(csv, "{replicates: 0, " SUR "}");
    assert_near(CELL(r, "plane", "cost", "replicate",
                     k == 0   ? "1"
                     : k == 1 ? "2"
                              : "3"),
                estimate(refit, "incremental_cost"), 1e-8);
    assert_near(CELL(r, "plane", "effect", "replicate",
                     k == 0   ? "1"
                     : k == 1 ? "2"
                              : "3"),
                estimate(refit, "incremental_effect"), 1e-12);
    itg_result_free(refit);
  }
  itg_frame_free(frame);
  itg_result_free(r);
}

/* Three completed data sets and the original (0), pooled with lm() in R by Rubin's rules and the degrees of
 * freedom of Barnard & Rubin. */
#define IMPUTED                     \
  "imp,arm,cost,effect,u0,sex,c0\n" \
  "0,new,1200,0.71,0.6,f,300\n"     \
  "0,new,2300,,0.72,m,500\n"        \
  "0,new,900,0.66,0.55,f,250\n"     \
  "0,new,4100,0.59,0.41,m,900\n"    \
  "0,new,1750,0.77,0.7,f,420\n"     \
  "0,new,2600,0.9,0.85,m,610\n"     \
  "0,old,800,0.62,0.61,f,280\n"     \
  "0,old,1500,0.7,0.74,m,450\n"     \
  "0,old,3900,,0.38,m,1000\n"       \
  "0,old,1100,0.73,0.79,f,330\n"    \
  "0,old,650,0.55,0.5,f,200\n"      \
  "0,old,2200,0.58,0.57,m,640\n"    \
  "0,old,1300,0.83,0.9,f,410\n"     \
  "1,new,1200,0.71,0.6,f,300\n"     \
  "1,new,2300,0.678,0.72,m,500\n"   \
  "1,new,900,0.66,0.55,f,250\n"     \
  "1,new,4100,0.59,0.41,m,900\n"    \
  "1,new,2226,0.77,0.7,f,420\n"     \
  "1,new,2600,0.9,0.85,m,610\n"     \
  "1,old,800,0.62,0.61,f,280\n"     \
  "1,old,1500,0.7,0.74,m,450\n"     \
  "1,old,3900,0.515,0.38,m,1000\n"  \
  "1,old,1100,0.73,0.79,f,330\n"    \
  "1,old,650,0.55,0.5,f,200\n"      \
  "1,old,2200,0.58,0.57,m,640\n"    \
  "1,old,1300,0.83,0.9,f,410\n"     \
  "2,new,1200,0.71,0.6,f,300\n"     \
  "2,new,2300,0.66,0.72,m,500\n"    \
  "2,new,900,0.66,0.55,f,250\n"     \
  "2,new,4100,0.59,0.41,m,900\n"    \
  "2,new,1790,0.77,0.7,f,420\n"     \
  "2,new,2600,0.9,0.85,m,610\n"     \
  "2,old,800,0.62,0.61,f,280\n"     \
  "2,old,1500,0.7,0.74,m,450\n"     \
  "2,old,3900,0.494,0.38,m,1000\n"  \
  "2,old,1100,0.73,0.79,f,330\n"    \
  "2,old,650,0.55,0.5,f,200\n"      \
  "2,old,2200,0.58,0.57,m,640\n"    \
  "2,old,1300,0.83,0.9,f,410\n"     \
  "3,new,1200,0.71,0.6,f,300\n"     \
  "3,new,2300,0.807,0.72,m,500\n"   \
  "3,new,900,0.66,0.55,f,250\n"     \
  "3,new,4100,0.59,0.41,m,900\n"    \
  "3,new,2345,0.77,0.7,f,420\n"     \
  "3,new,2600,0.9,0.85,m,610\n"     \
  "3,old,800,0.62,0.61,f,280\n"     \
  "3,old,1500,0.7,0.74,m,450\n"     \
  "3,old,3900,0.481,0.38,m,1000\n"  \
  "3,old,1100,0.73,0.79,f,330\n"    \
  "3,old,650,0.55,0.5,f,200\n"      \
  "3,old,2200,0.58,0.57,m,640\n"    \
  "3,old,1300,0.83,0.9,f,410\n"

static void imputations_are_pooled_as_r_does(void **state) {
  (void)state;
  itg_result *r =
      cea(IMPUTED,
          "{reference: old, replicates: 0, thresholds: 20000, columns: {covariates: sex, imputation: imp}}");
  assert_near(estimate(r, "incremental_cost"), 454.7259259259258215, 1e-9);
  assert_near(estimate(r, "incremental_effect"), 0.0830740740740741, 1e-14);
  assert_near(std_error(r, "incremental_cost"), 436.7525187366076693, 1e-9);
  assert_near(std_error(r, "incremental_effect"), 0.0668479472749140, 1e-14);
  assert_near(CELL(r, "estimates", "conf_low", "scale", "incremental_cost"), -546.333498728152, 1e-7);
  assert_near(std_error(r, "inmb"), 1513.5847929225, 1e-7);
  assert_true(has_note(r, "3 completed data sets"));
  itg_result_free(r);
}

static void imputations_share_the_replicates(void **state) {
  (void)state;
  itg_result *r = cea(IMPUTED, "{reference: old, replicates: 30, columns: {imputation: imp}}");
  assert_int_equal(itg_result_find(r, "plane")->n_rows, 30);
  itg_result_free(r);
  bad(IMPUTED, "{interval: bca, columns: {imputation: imp}}", ITG_ERR_OPTION, "no meaning");
  bad("arm,cost,effect,m\na,1,0.1,1\nb,2,0.2,1\n", "columns: {imputation: m}", ITG_ERR_DATA,
      "fewer than two");
  bad("arm,cost,effect,m\na,1,0.1,1\nb,2,0.2,1\nb,3,0.2,1\na,1,0.1,2\na,1,0.1,2\nb,2,0.2,2\n",
      "columns: {imputation: m}", ITG_ERR_DATA, "differ in size");
  bad("arm,cost,effect,m\na,1,0.1,1\nb,2,0.2,\n", "columns: {imputation: m}", ITG_ERR_DATA,
      "without the number");
}

/* Manca, Hawkins, Sculpher 2005: what the arms differ in at baseline is taken out. */
static void adjustment_removes_imbalance_at_baseline(void **state) {
  (void)state;
  static char csv[8192];
  int at = sprintf(csv, "arm,cost,effect,u0\n");
  for (int i = 0; i < 40; i++) {
    int t = i < 20;
    double u0 = 0.5 + 0.01 * ((i * 7) % 13) + 0.1 * t;
    at += sprintf(csv + at, "%s,%d,%.6f,%.6f\n", t ? "t" : "c", 100 + i % 5, 0.2 + 0.5 * u0 + 0.03 * t, u0);
  }
  itg_result *raw = cea(csv, "replicates: 100"),
             *adjusted = cea(csv, "{replicates: 100, columns: {effect_covariates: u0}}");
  assert_near(estimate(adjusted, "incremental_effect"), 0.03, 1e-12);
  assert_true(estimate(raw, "incremental_effect") > 0.07);
  const itg_table *plane = itg_result_find(adjusted, "plane");
  for (int64_t i = 0; i < plane->n_rows; i++) assert_near(number_at(plane, i, "effect"), 0.03, 1e-12);
  itg_result_free(raw);
  itg_result_free(adjusted);
}

/* ---- the bootstrap ---- */

enum { PATIENTS = 120 };

/* Synthetic patients of `n_arms` arms in practices of 6, with what `extra` asks for. */
static const char *patients(int n_arms) {
  static char csv[32768];
  itg_random random;
  itg_random_init(&random, 11, ITG_PURPOSE_TEST, 0);
  int at = sprintf(csv, "arm,cost,effect,u0,practice,group\n");
  for (int i = 0; i < PATIENTS; i++) {
    int arm = i * n_arms / PATIENTS;
    double u0 = 0.6 + 0.1 * itg_random_normal(&random);
    double effect = 0.3 + 0.5 * u0 + 0.02 * arm + 0.08 * itg_random_normal(&random);
    double z = itg_random_normal(&random);
    at += sprintf(csv + at, "%c,%.2f,%.4f,%.3f,p%d,%s\n", 'a' + arm,
                  900 + 250 * arm + (200 + 200 * arm) * z * z, effect, u0, i / 6, i % 2 ? "x" : "y");
  }
  return csv;
}

static void replicates_are_what_resampling_means(void **state) {
  (void)state;
  itg_result *r = cea(patients(2), "{replicates: 40, seed: 8}");
  itg_frame *frame;
  assert_int_equal(itg_frame_parse(patients(2), strlen(patients(2)), NULL, NULL, &frame, NULL), ITG_OK);
  const itg_table *data = itg_frame_table(frame), *plane = itg_result_find(r, "plane");
  assert_int_equal(plane->n_rows, 40);
  for (uint32_t k = 0; k < 40; k++) {
    double mean[2][2];
    for (uint32_t arm = 0; arm < 2; arm++) {
      itg_random random;
      itg_random_init(&random, 8, ITG_PURPOSE_BOOTSTRAP + 256 * arm, k);
      mean[arm][0] = mean[arm][1] = 0;
      for (int i = 0; i < PATIENTS / 2; i++) {
        int64_t row = arm * PATIENTS / 2 + itg_random_below(&random, PATIENTS / 2);
        mean[arm][0] += number_at(data, row, "cost") / (PATIENTS / 2);
        mean[arm][1] += number_at(data, row, "effect") / (PATIENTS / 2);
      }
    }
    assert_near(number_at(plane, k, "cost"), mean[1][0] - mean[0][0], 1e-9);
    assert_near(number_at(plane, k, "effect"), mean[1][1] - mean[0][1], 1e-13);
  }
  itg_frame_free(frame);
  itg_result_free(r);
}

static void threads_do_not_show(void **state) {
  (void)state;
  static const char *const options[] = {"{replicates: 1000}",
                                        "{replicates: 1000, columns: {covariates: u0, cluster: practice}}",
                                        "{by: group}"};
  for (size_t k = 0; k < ITG_COUNT(options); k++) {
    itg_result *results[2] = {NULL, NULL};
    char *text[2];
    for (int t = 0; t < 2; t++) {
      assert_int_equal(
          attempt("cea", (inputs){"data", patients(3), NULL}, options[k], 1 + 2 * t, &results[t], NULL),
          ITG_OK);
      assert_int_equal(itg_result_json(results[t], &text[t], NULL), ITG_OK);
    }
    assert_string_equal(text[0], text[1]);
    for (int t = 0; t < 2; t++) {
      itg_text_free(text[t]);
      itg_result_free(results[t]);
    }
  }
}

/* Deviations of the bootstrap from the regression's errors: sqrt((n-1)/n) and Monte Carlo. */
static void standard_errors_agree_with_the_regression(void **state) {
  (void)state;
  static const char *const columns[] = {"", ", columns: {covariates: u0}", ", columns: {cluster: practice}"};
  for (size_t k = 0; k < ITG_COUNT(columns); k++) {
    char options[200];
    snprintf(options, sizeof options, "{replicates: 20000%s}", columns[k]);
    itg_result *boot = cea(patients(2), options);
    snprintf(options, sizeof options, "{replicates: 0, errors: robust%s}", columns[k]);
    itg_result *fit = cea(patients(2), options);
    /* 20 clusters: divisor n instead of n-1 within each arm is 5% */
    double slack = k == 2 ? 0.09 : 0.03;
    assert_near(std_error(boot, "incremental_cost") / std_error(fit, "incremental_cost"), 1, slack);
    assert_near(std_error(boot, "incremental_effect") / std_error(fit, "incremental_effect"), 1, slack);
    assert_near(estimate(boot, "inmb"), estimate(fit, "inmb"), 1e-9);
    itg_result_free(boot);
    itg_result_free(fit);
  }
}

/* BCa by its definition from the replicates and from the estimate without each patient. */
static void bca_follows_its_definition(void **state) {
  (void)state;
  itg_result *r = cea(patients(2), "{replicates: 2000, interval: bca}");
  const itg_table *plane = itg_result_find(r, "plane");
  double value = estimate(r, "incremental_cost"), *draws = calloc((size_t)plane->n_rows, sizeof *draws);
  itg_frame *frame;
  assert_int_equal(itg_frame_parse(patients(2), strlen(patients(2)), NULL, NULL, &frame, NULL), ITG_OK);
  const itg_table *data = itg_frame_table(frame);
  double below = 0, squares = 0, cubes = 0, sums[2] = {0, 0}, half = PATIENTS / 2.0;
  for (int64_t i = 0; i < plane->n_rows; i++) below += (draws[i] = number_at(plane, i, "cost")) < value;
  for (int64_t i = 0; i < PATIENTS; i++) sums[i >= PATIENTS / 2] += number_at(data, i, "cost");
  for (int64_t i = 0; i < PATIENTS; i++) {
    int arm = i >= PATIENTS / 2;
    double without = (sums[arm] - number_at(data, i, "cost")) / (half - 1);
    double l = value - (arm ? without - sums[0] / half : sums[1] / half - without);
    squares += l * l;
    cubes += l * l * l;
  }
  double a = cubes / (6 * pow(squares, 1.5)), z0 = itg_normal_quantile(below / (double)plane->n_rows);
  for (int side = 0; side < 2; side++) {
    double z = z0 + (side ? 1 : -1) * 1.959963984540054;
    double limit = itg_quantile(draws, plane->n_rows, itg_normal_cdf(z0 + z / (1 - a * z)));
    assert_near(CELL(r, "estimates", side ? "conf_high" : "conf_low", "scale", "incremental_cost"), limit,
                1e-7);
  }
  assert_true(a > 0.01);
  free(draws);
  itg_frame_free(frame);
  itg_result_free(r);
}

static void strata_keep_their_sizes(void **state) {
  (void)state;
  /* Within strata nothing varies, so stratified replicates cannot. */
  const char *data =
      "arm,cost,effect,s\na,1,0.1,x\na,1,0.1,x\na,5,0.3,y\na,5,0.3,y\nb,2,0.2,x\nb,2,0.2,x\nb,9,0.5,y\nb,9,0."
      "5,y\n";
  itg_result *r = cea(data, "{replicates: 200, columns: {stratum: s}}");
  const itg_table *plane = itg_result_find(r, "plane");
  for (int64_t i = 0; i < plane->n_rows; i++) assert_near(number_at(plane, i, "cost"), 2.5, 1e-12);
  itg_result_free(r);
}

static void a_cluster_of_one_patient_each_is_the_patient(void **state) {
  (void)state;
  itg_result *r = cea("arm,cost,effect,c\na,1,0.1,1\na,4,0.2,2\na,5,0.3,3\nb,2,0.2,4\nb,2,0.6,5\nb,9,0.5,6\n",
                      "{replicates: 0, columns: {cluster: c}}");
  /* squares 26/3 and 98/3 within arms, over 3 x 3, times 6/5 for clusters and 5/4 for the two means */
  assert_near(std_error(r, "incremental_cost"), sqrt((26.0 / 3 + 98.0 / 3) / 9 * 6 / 5 * 5 / 4), 1e-12);
  itg_result_free(r);
}

static void clusters_may_hold_patients_of_both_arms(void **state) {
  (void)state;
  const char *data = "arm,cost,effect,c\na,1,0.1,1\nb,2,0.2,1\na,5,0.3,2\nb,6,0.4,2\na,3,0.2,3\nb,4,0.3,3\n";
  itg_result *r = cea(data, "{replicates: 300, columns: {cluster: c}}");
  const itg_table *plane = itg_result_find(r, "plane");
  for (int64_t i = 0; i < plane->n_rows; i++) {
    assert_near(number_at(plane, i, "cost"), 1, 1e-12); /* within each cluster b costs 1 more */
    assert_near(number_at(plane, i, "effect"), 0.1, 1e-12);
  }
  itg_result_free(r);
}

static void weights_count_patients_more_than_once(void **state) {
  (void)state;
  itg_result *weighted = cea("arm,cost,effect,w\na,1,0.1,2\na,4,0.4,1\nb,2,0.2,1\nb,8,0.5,3\n",
                             "{replicates: 200, columns: {weight: w}}");
  assert_near(estimate(weighted, "incremental_cost"), (2 + 24) / 4.0 - (2 + 4) / 3.0, 1e-12);
  assert_near(estimate(weighted, "incremental_effect"), 1.7 / 4 - 0.6 / 3, 1e-12);
  itg_result_free(weighted);
}

/* ---- curves ---- */

static void curves_are_shares_of_replicates_at_every_threshold(void **state) {
  (void)state;
  itg_result *r = cea(patients(3), "{replicates: 300, curve_to: 40000, curve_points: 81, reference: b}");
  const itg_table *plane = itg_result_find(r, "plane"), *ceac = itg_result_find(r, "ceac"),
                  *best = itg_result_find(r, "best"), *ceaf = itg_result_find(r, "ceaf");
  assert_int_equal(plane->n_rows, 600);
  assert_int_equal(ceac->n_rows, 162);
  assert_int_equal(best->n_rows, 243);
  for (int64_t g = 0; g < 81; g++) {
    double t = number_at(ceac, g, "threshold"), counts[3] = {0}, above[2] = {0}, gain = 0, sums[2] = {0};
    for (int64_t i = 0; i < 300; i++) {
      double nb[2], most = 0;
      int winner = 1;
      for (int64_t k = 0; k < 2; k++) {
        nb[k] = t * number_at(plane, 300 * k + i, "effect") - number_at(plane, 300 * k + i, "cost");
        above[k] += nb[k] > 0;
        sums[k] += nb[k];
        if (nb[k] > most) most = nb[k], winner = k ? 2 : 0;
      }
      counts[winner]++;
      gain += most;
    }
    for (int64_t k = 0; k < 2; k++)
      assert_near(number_at(ceac, 81 * k + g, "probability"), above[k] / 300, 1e-15);
    for (int64_t k = 0; k < 3; k++)
      assert_near(number_at(best, 81 * k + g, "probability"), counts[k] / 300, 1e-15);
    assert_near(number_at(ceaf, g, "evpi"), gain / 300 - fmax(0, fmax(sums[0], sums[1])) / 300, 1e-8);
    int at = text_at(ceaf, g, "arm")[0] - 'a';
    assert_near(number_at(ceaf, g, "probability"), counts[at] / 300, 1e-15);
  }
  itg_result_free(r);
}

/* Without a grid every row of a curve is what counting replicates gives there, and just before the next. */
static void exact_curves_hold_up_to_the_next_row(void **state) {
  (void)state;
  static const char *const tables[] = {"ceac", "best"};
  itg_result *r = cea(patients(3), "{replicates: 60, reference: b, points: 0, thresholds: [15000, 21000]}");
  const itg_table *plane = itg_result_find(r, "plane");
  for (size_t k = 0; k < 2; k++) {
    const itg_table *curve = itg_result_find(r, tables[k]);
    for (int64_t g = 0; g < curve->n_rows; g++) {
      const char *arm = text_at(curve, g, "arm");
      bool last = g + 1 == curve->n_rows || strcmp(arm, text_at(curve, g + 1, "arm")) != 0;
      double from = number_at(curve, g, "threshold"),
             to = last ? 2 * from + 1 : number_at(curve, g + 1, "threshold");
      assert_true(to > from);
      for (int q = 1; q <= 3; q += 2) {
        double t = from + (to - from) * q / 4, count = 0;
        for (int64_t i = 0; i < 60; i++) {
          double a = t * number_at(plane, i, "effect") - number_at(plane, i, "cost"),
                 c = t * number_at(plane, 60 + i, "effect") - number_at(plane, 60 + i, "cost");
          bool first = k ? a > fmax(0, c) : a > 0, third = k ? c > fmax(0, a) : c > 0;
          count += *arm == 'a' ? first : *arm == 'c' ? third : a <= 0 && c <= 0;
        }
        assert_near(number_at(curve, g, "probability"), count / 60, 1e-12);
      }
    }
  }
  /* thresholds asked for have rows; the arm of the frontier changes where the estimates say */
  const itg_table *ceaf = itg_result_find(r, "ceaf");
  assert_true(row_where(ceaf, (const char *const[]){"threshold", "15000", NULL}) >= 0);
  for (int64_t g = 1; g < ceaf->n_rows; g++) {
    if (strcmp(text_at(ceaf, g, "arm"), text_at(ceaf, g - 1, "arm")) == 0) continue;
    double t = number_at(ceaf, g, "threshold"), benefit[2];
    for (int k = 0; k < 2; k++) {
      const char *arm = text_at(ceaf, g - k, "arm");
      benefit[k] = strcmp(arm, "b") == 0
                       ? 0
                       : t * CELL(r, "estimates", "estimate", "scale", "incremental_effect", "arm", arm) -
                             CELL(r, "estimates", "estimate", "scale", "incremental_cost", "arm", arm);
    }
    assert_near(benefit[0], benefit[1], 1e-6);
  }
  itg_result_free(r);
  r = cea(patients(2), "{replicates: 500, curve_to: 30000, points: 50}");
  const itg_table *cut = itg_result_find(r, "ceac");
  assert_true(cut->n_rows < 80 && number_at(cut, cut->n_rows - 1, "threshold") <= 30000);
  itg_result_free(r);
}

/* Two arms take the short way; three arms, the third never bought, the long one. */
static void two_arms_and_three_agree(void **state) {
  (void)state;
  static char csv[33000];
  snprintf(csv, sizeof csv, "%s%s", patients(2), "z,1000000,0,0.5,q,x\nz,1000000,0,0.5,q,x\n");
  itg_result *two = cea(patients(2), "replicates: 500"), *three = cea(csv, "replicates: 500");
  const itg_table *a = itg_result_find(two, "ceaf"), *b = itg_result_find(three, "ceaf");
  for (int64_t i = 0; i < a->n_rows; i++) {
    assert_near(number_at(a, i, "probability"), number_at(b, i, "probability"), 1e-15);
    assert_near(number_at(a, i, "evpi"), number_at(b, i, "evpi"), 1e-8);
    assert_string_equal(text_at(a, i, "arm"), text_at(b, i, "arm"));
  }
  itg_result_free(two);
  itg_result_free(three);
}

static void groups_are_analysed_apart(void **state) {
  (void)state;
  itg_result *all = cea(patients(2), "{replicates: 50, by: group}");
  assert_near(CELL(all, "estimates", "n", "scale", "incremental_cost", "group", "x"), 60, 0);
  assert_int_equal(itg_result_find(all, "plane")->n_rows, 100);
  assert_true(CELL(all, "estimates", "estimate", "scale", "incremental_cost", "group", "x") !=
              CELL(all, "estimates", "estimate", "scale", "incremental_cost", "group", "y"));
  itg_result_free(all);
}

/* ---- edges ---- */

static void missing_patients_are_left_out_and_counted(void **state) {
  (void)state;
  itg_result *r = cea(
      "arm,cost,effect,age\na,1,0.1,50\na,,0.2,60\na,3,0.3,70\nb,2,,50\nb,2,0.5,\nb,6,0.7,66\nb,4,0.6,61\n",
      "{replicates: 100, columns: {covariates: age}}");
  assert_near(CELL(r, "estimates", "n", "scale", "cost", "arm", "a"), 2, 0);
  assert_near(CELL(r, "estimates", "n_missing", "scale", "cost", "arm", "b"), 2, 0);
  assert_true(has_note(r, "3 of 7 patients are left out"));
  itg_result_free(r);
}

static void costs_of_several_columns_are_added(void **state) {
  (void)state;
  itg_result *r = cea("arm,health,social,effect\na,1,10,0.1\na,2,20,0.2\nb,3,30,0.3\nb,4,50,0.4\n",
                      "{replicates: 0, columns: {cost: [health, social]}}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "cost", "arm", "b"), 43.5, 1e-12);
  itg_result_free(r);
}

static void an_arm_of_one_has_means_but_no_limits(void **state) {
  (void)state;
  itg_result *r = cea("arm,cost,effect\na,1,0.1\nb,2,0.2\nb,3,0.4\n", NULL);
  assert_near(estimate(r, "incremental_cost"), 1.5, 1e-15);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "incremental_cost"), "too few answers");
  assert_true(has_note(r, "one patient"));
  itg_result_free(r);
}

static void equal_arms_have_no_winner(void **state) {
  (void)state;
  itg_result *r = cea("arm,cost,effect\na,1,0.1\na,1,0.1\nb,1,0.1\nb,1,0.1\n", NULL);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "icer"), "no difference");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "icer"), "undefined");
  assert_near(estimate(r, "p_cost_effective"), 0, 0);
  assert_near(CELL(r, "estimates", "estimate", "scale", "p_best", "arm", "a"), 1,
              0); /* ties stay with the reference */
  itg_result_free(r);
}

static void great_costs_beside_small_effects_keep_their_digits(void **state) {
  (void)state;
  itg_result *r =
      cea("arm,cost,effect\na,1000000000,0.000001\na,1000000001,0.000002\nb,1000000002,0.000003\n"
          "b,1000000003,0.000004\n",
          "{replicates: 200}");
  assert_near(estimate(r, "incremental_cost"), 2, 1e-6);
  assert_near(estimate(r, "incremental_effect"), 2e-6, 1e-18);
  assert_near(estimate(r, "icer"), 1e6, 1e-3);
  itg_result_free(r);
}

static void bad_input_is_told(void **state) {
  (void)state;
  bad("arm,cost,effect\na,1,0.1\na,2,0.2\n", NULL, ITG_ERR_DATA, "only one arm, 'a'");
  bad("arm,cost,effect\n", NULL, ITG_ERR_EMPTY, "no rows");
  bad("arm,cost,effect\na,-1,0.1\nb,2,0.2\n", NULL, ITG_ERR_RANGE, "-1 is negative");
  bad("arm,cost,effect\na,,0.1\nb,2,0.2\n", NULL, ITG_ERR_EMPTY, "arm 'a' has no patient");
  bad("arm,cost,effect\na,x,0.1\nb,2,0.2\n", NULL, ITG_ERR_TYPE, "cost");
  bad("arm,cost\na,1\nb,2\n", NULL, ITG_ERR_COLUMN, "effect");
  bad(SMALL, "reference: nwe", ITG_ERR_OPTION, "did you mean 'new'");
  bad(SMALL, "{replicates: 0, interval: bca}", ITG_ERR_OPTION, "needs replicates");
  bad(SMALL, "thresholds: -5", ITG_ERR_OPTION, "thresholds");
  bad("arm,cost,effect,x,y\na,1,0.1,1,2\na,2,0.2,2,4\nb,2,0.2,3,6\nb,3,0.2,5,10\nb,4,0.1,2,4\n",
      "columns: {covariates: [x, y]}", ITG_ERR_SINGULAR, "covariate 'y' follows from");
  bad("arm,cost,effect,x\na,1,0.1,1\na,2,0.2,1\nb,2,0.2,3\nb,3,0.2,3\n", "columns: {covariates: x}",
      ITG_ERR_SINGULAR, "does not vary within arms");
  bad("arm,cost,effect,x,z\na,1,0.1,1,3\na,2,0.2,2,1\nb,2,0.2,3,1\nb,3,0.2,7,2\n",
      "columns: {covariates: [x, z]}", ITG_ERR_DATA, "too few");
  bad(SMALL, "columns: {covariates: cost}", ITG_ERR_COLUMN, "'cost' cannot be adjusted for itself");
  bad(SMALL, "columns: {effect_covariates: effect}", ITG_ERR_COLUMN, "take it out of effect_covariates");
  bad("arm,cost,effect,c,s\na,1,0.1,1,x\na,2,0.2,1,y\na,2,0.2,3,x\nb,2,0.2,2,x\nb,3,0.2,4,x\n",
      "columns: {cluster: c, stratum: s}", ITG_ERR_DATA, "two strata");
  bad("arm,cost,effect,c\na,1,0.1,1\na,2,0.2,1\nb,2,0.2,2\nb,3,0.2,3\n", "columns: {cluster: c}",
      ITG_ERR_DATA, "arm 'a' has one cluster");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(syncope_monitors_of_hoch),
      cmocka_unit_test(a_certain_small_gain_is_certain),
      cmocka_unit_test(unadjusted_as_t_test_of_r),
      cmocka_unit_test(ratio_by_the_delta_method_as_msm_of_r),
      cmocka_unit_test(limits_of_the_ratio_agree_where_the_effect_is_certain),
      cmocka_unit_test(adjusted_as_lm_of_r),
      cmocka_unit_test(each_outcome_may_have_its_own_covariates_as_lm_of_r),
      cmocka_unit_test(clusters_and_weights_as_sandwich_of_r),
      cmocka_unit_test(seemingly_unrelated_regressions_as_r),
      cmocka_unit_test(equal_covariates_make_both_methods_one),
      cmocka_unit_test(replicates_of_both_equations_are_refits),
      cmocka_unit_test(imputations_are_pooled_as_r_does),
      cmocka_unit_test(imputations_share_the_replicates),
      cmocka_unit_test(adjustment_removes_imbalance_at_baseline),
      cmocka_unit_test(replicates_are_what_resampling_means),
      cmocka_unit_test(threads_do_not_show),
      cmocka_unit_test(standard_errors_agree_with_the_regression),
      cmocka_unit_test(bca_follows_its_definition),
      cmocka_unit_test(strata_keep_their_sizes),
      cmocka_unit_test(a_cluster_of_one_patient_each_is_the_patient),
      cmocka_unit_test(clusters_may_hold_patients_of_both_arms),
      cmocka_unit_test(weights_count_patients_more_than_once),
      cmocka_unit_test(curves_are_shares_of_replicates_at_every_threshold),
      cmocka_unit_test(exact_curves_hold_up_to_the_next_row),
      cmocka_unit_test(two_arms_and_three_agree),
      cmocka_unit_test(groups_are_analysed_apart),
      cmocka_unit_test(missing_patients_are_left_out_and_counted),
      cmocka_unit_test(costs_of_several_columns_are_added),
      cmocka_unit_test(an_arm_of_one_has_means_but_no_limits),
      cmocka_unit_test(equal_arms_have_no_winner),
      cmocka_unit_test(great_costs_beside_small_effects_keep_their_digits),
      cmocka_unit_test(bad_input_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
