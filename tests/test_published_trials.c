/* Trials whose patients are public: whole analyses, from rows of persons, against what base R, systemfit and mice make
 * of the published data.  Where the data themselves may not be shipped, rows were made that have their moments, on
 * which everything here but the replicates depends. */
#define _XOPEN_SOURCE 700
#include <math.h>
#include <unistd.h>

#include "cea.h"
#include "files.h"

#define FOLDER "/tmp/itg-trials-XXXXXX"
#include "folder.h"

#include "itg_evaluation.h"

static int set_up(void **state) {
  (void)state;
  return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state) {
  (void)state;
  remove(path_of("trial.csv"));
  remove(path_of("e.yaml"));
  return rmdir(folder);
}

/* The absolute path of a file of the bundled example: an evaluation file reads from its own folder. */
static const char *example(const char *name, char *absolute) {
  char path[PATH_SIZE], relative[PATH_SIZE / 2];
  snprintf(relative, sizeof relative, "inst/example/%s", name);
  assert_non_null(realpath(source_path(relative, path), absolute));
  return absolute;
}

/* ---- 10TT: utilities at six visits and costs of a trial of weight management ---- */

/* The trial in ten lines: utilities to QALYs, joined with costs by person, by arm. */
static itg_evaluation *ten_top_tips(const char *columns, const char *options) {
  char path[PATH_SIZE];
  itg_text file = ITG_TEXT_EMPTY;
  itg_evaluation *e = NULL;
  itg_error error = {0};
  itg_text_print(&file,
                 "schema: integrade-evaluation/1\nid: ten-top-tips\ntitle: Ten Top Tips\nallow_outside: true\n"
                 "inputs: [{id: trial, path: %s, origin: synthetic}]\nanalyses:\n"
                 "  - {id: qalys, measure: qaly, input: trial, options: {times: [0, 3, 6, 12, 18, 24], time_unit: months},\n"
                 "     columns: {utilities: [qol_0, qol_3, qol_6, qol_12, qol_18, qol_24]}}\n"
                 "  - {id: pays, measure: cea, columns: {cost: totalcost, effect: qaly%s},\n"
                 "     input: {from: trial, join: {from: qalys.qalys, by: id, take: [qaly, baseline]}},\n"
                 "     options: {reference: \"0\", replicates: 0, thresholds: [0, 20000, 30000]%s}}\n",
                 example("ten-top-tips.csv", path), columns, options);
  put("e.yaml", file.data);
  itg_text_clear(&file);
  if (itg_evaluation_run(path_of("e.yaml"), NULL, &e, &error)) fail_msg("%s", error.message);
  return e;
}

#define PAYS(e) itg_evaluation_result(e, 1)
#define ESTIMATE(r, scale) CELL(r, "estimates", "estimate", "scale", scale)
#define ERROR_OF(r, scale) CELL(r, "estimates", "std_error", "scale", scale)
#define AT(r, scale, threshold) CELL(r, "estimates", "estimate", "scale", scale, "threshold", threshold)

/* The covariance of the increments stands in no column: the error of the net benefit holds it. */
static double covariance_of(const itg_result *r) {
  double variance = pow(CELL(r, "estimates", "std_error", "scale", "inmb", "threshold", "20000"), 2);
  return (4e8 * pow(ERROR_OF(r, "incremental_effect"), 2) + pow(ERROR_OF(r, "incremental_cost"), 2) - variance) / 4e4;
}

/* Fieller's region of the figures, with the normal quantile; NaN: no limits. */
static void assert_region(const itg_result *r, const char *shape, double low, double high, double within) {
  char csv[512];
  double se_cost = ERROR_OF(r, "incremental_cost"), se_effect = ERROR_OF(r, "incremental_effect");
  snprintf(csv, sizeof csv, "cost,effect,se_cost,se_effect,correlation\n%.17g,%.17g,%.17g,%.17g,%.17g\n",
           ESTIMATE(r, "incremental_cost"), ESTIMATE(r, "incremental_effect"), se_cost, se_effect,
           covariance_of(r) / se_cost / se_effect);
  itg_result *figures = score("cea_summary", (inputs){"data", csv, NULL}, NULL);
  const itg_table *region = itg_result_find(figures, "fieller");
  assert_string_equal(text_at(region, 0, "shape"), shape);
  assert_string_equal(text_at(itg_result_find(r, "fieller"), 0, "shape"), shape); /* with that of t: hardly wider */
  if (!isnan(low)) {
    assert_near(number_at(region, 0, "conf_low"), low, within);
    assert_near(number_at(region, 0, "conf_high"), high, within);
  }
  itg_result_free(figures);
}

static void r_for_hta_chapter_5_unadjusted(void **state) {
  (void)state;
  itg_evaluation *e = ten_top_tips("", "");
  const itg_result *q = itg_evaluation_result(e, 0), *r = PAYS(e);
  assert_near(CELL(q, "estimates", "n", "scale", "qaly"), 168, 0);
  assert_near(ESTIMATE(q, "qaly"), 1.568241444, 1e-9);
  assert_near(CELL(r, "estimates", "n", "scale", "cost", "arm", "0"), 100, 0);
  assert_near(CELL(r, "estimates", "n", "scale", "cost", "arm", "1"), 67, 0);
  assert_near(CELL(r, "estimates", "n_missing", "scale", "incremental_cost"), 1, 0);
  assert_near(ESTIMATE(r, "incremental_cost"), 1089.976124, 1e-6);
  assert_near(ERROR_OF(r, "incremental_cost"), 424.173165, 1e-6);
  assert_near(ESTIMATE(r, "incremental_effect"), -.07457042636, 1e-11);
  assert_near(ERROR_OF(r, "incremental_effect"), .06195886, 5e-9);
  assert_string_equal(TEXT(r, "estimates", "level", "scale", "icer"), "dominated: dearer and worse");
  assert_near(covariance_of(r), -7.525893852, 1e-6);
  assert_region(r, "below conf_low and above conf_high", -3604.49, 15006.24, 0.005);
  assert_near(AT(r, "p_cost_effective", "0"), .00509, 5e-6);
  assert_near(AT(r, "p_cost_effective", "20000"), .03455, 5e-6);
  assert_near(AT(r, "p_cost_effective", "30000"), .04990, 5e-6);
  itg_evaluation_free(e);
}

static void assert_increments(const itg_result *r, double cost, double se_cost, double effect, double se_effect) {
  assert_near(ESTIMATE(r, "incremental_cost"), cost, 1e-6);
  assert_near(ERROR_OF(r, "incremental_cost"), se_cost, 1e-6);
  assert_near(ESTIMATE(r, "incremental_effect"), effect, 1e-10);
  assert_near(ERROR_OF(r, "incremental_effect"), se_effect, 1e-10);
}

/* Manca, Hawkins, Sculpher 2005: who was worse at the start had fewer QALYs. */
static void r_for_hta_chapter_5_adjusted_as_lm(void **state) {
  (void)state;
  itg_evaluation *e = ten_top_tips(", covariates: [sex, age], effect_covariates: baseline", "");
  const itg_result *r = PAYS(e);
  assert_increments(r, 1010.84820546, 354.62545716, -.006672114044, .037543348389);
  assert_true(fabs(ESTIMATE(r, "incremental_effect") / -.07457042636) < .09); /* 91% of the loss was there before */
  itg_evaluation_free(e);
}

/* systemfit 1.1-28, method SUR, on the complete persons of the public copy. */
static void r_for_hta_chapter_5_adjusted_as_systemfit(void **state) {
  (void)state;
  itg_evaluation *e = ten_top_tips(", covariates: [sex, age], effect_covariates: baseline", ", method: sur");
  const itg_result *r = PAYS(e);
  assert_increments(r, 1010.848205389, 354.6254571432, -.007624427652, .03754121924891);
  assert_near(covariance_of(r), -1.82304202299, 1e-6);
  itg_evaluation_free(e);
}

/* ---- trials of which only moments of the differences are known ---- */

typedef struct trial {
  int n[2]; /* control, treated */
  double cost, effect, se_cost, se_effect, covariance;
} trial;

/* Rows of both arms with these differences, errors and covariance: waves around the means, which are uncorrelated over
 * whole periods; each arm has half of the variance of the difference. */
static void add_rows(const trial *t, itg_text *csv) {
  double slope = t->covariance / t->se_effect, rest = sqrt(t->se_cost * t->se_cost - slope * slope);
  double base = 20 * t->se_cost * sqrt(t->n[0] + t->n[1]); /* no cost below 0 */
  itg_text_add(csv, "arm,cost,effect\n");
  for (int arm = 0; arm < 2; arm++)
    for (int i = 0; i < t->n[arm]; i++) {
      double turn = 2 * acos(-1) * i / t->n[arm], size = sqrt(t->n[arm] - 1.0);
      itg_text_print(csv, "%s,%.17g,%.17g\n", arm ? "treated" : "control",
                     base + arm * t->cost + size * (slope * cos(turn) + rest * sin(turn)),
                     arm * t->effect + size * t->se_effect * cos(turn));
    }
}

static void assert_trial(const trial *t, const char *shape, double low, double high, double within, const double p[3]) {
  static const char *const thresholds[] = {"0", "20000", "30000"};
  itg_text csv = ITG_TEXT_EMPTY;
  add_rows(t, &csv);
  itg_result *r = cea(csv.data, "{reference: control, replicates: 0, thresholds: [0, 20000, 30000]}");
  itg_text_clear(&csv);
  assert_near(ESTIMATE(r, "incremental_cost"), t->cost, 1e-9 * fabs(t->cost));
  assert_near(ESTIMATE(r, "incremental_effect"), t->effect, 1e-9 * fabs(t->effect));
  assert_near(ERROR_OF(r, "incremental_cost"), t->se_cost, 1e-9 * t->se_cost);
  assert_near(ERROR_OF(r, "incremental_effect"), t->se_effect, 1e-9 * t->se_effect);
  assert_near(covariance_of(r), t->covariance, 1e-6 * fabs(t->covariance));
  assert_region(r, shape, low, high, within);
  for (int k = 0; k < 3; k++)
    if (!isnan(p[k])) assert_near(AT(r, "p_cost_effective", thresholds[k]), p[k], 6e-6);
  itg_result_free(r);
}

/* Ben et al., PharmacoEconomics 2023, tutorial: 170 of 200 simulated patients are complete. */
static void ben_2023_tutorial_complete_cases(void **state) {
  (void)state;
  static const trial t = {{78, 92}, 1199.656818, .08080442096, 547.849030, .01541163, -4.91950256};
  assert_near(t.cost / t.effect, 14846.43, 0.005);
  assert_trial(&t, "from conf_low to conf_high", 1274.80, 39970.33, 0.02, (const double[]){.01427, .70584, .91329});
}

/* Obenchain et al., J Biopharm Stat 2005;15:419-436: duloxetine against paroxetine (data dulxparx of ICEinfer). */
static const trial duloxetine = {{87, 91}, -2.898512063, 6.152375900, 3.096464, 8.185508, -.3757549247};

static void duloxetine_or_paroxetine_excludes_no_ratio(void **state) {
  (void)state;
  assert_near(duloxetine.cost / duloxetine.effect, -.47112, 5e-6);
  assert_trial(&duloxetine, "every ratio", NAN, NAN, 0, (const double[]){.82538, NAN, NAN});
}

/* Data fluoxpin of ICEinfer: response to fluoxetine with or without pindolol, pesetas. */
static void fluoxetine_and_pindolol(void **state) {
  (void)state;
  static const trial t = {{56, 55}, -29361.75065, .1561688312, 15438.19, .08896312, -300.9058283};
  assert_near(t.cost / t.effect, -188012.87, 0.005);
  assert_trial(&t, "below conf_low and above conf_high", 7847.08, 1132596.06, 1,
               (const double[]){.97141, .97933, .98202});
}

/* Shares of quadrants of replicates: those stored in ICEinfer as dpunc (25000, of the patients) against ours (25000, of
 * rows with the same moments).  Both counts are random: four standard errors of their difference, and 0.003 as the
 * third moments of the rows are others. */
static void duloxetine_quadrants_as_dpunc(void **state) {
  (void)state;
  static const struct {
    const char *scale;
    double share;
  } quadrants[] = {{"south_east", .645}, {"south_west", .182}, {"north_east", .133}, {"north_west", .040}};
  itg_text csv = ITG_TEXT_EMPTY;
  add_rows(&duloxetine, &csv);
  itg_result *r = cea(csv.data, "{reference: control, replicates: 25000, seed: 3306, unit: points, curve_points: 0}");
  itg_text_clear(&csv);
  assert_int_equal(itg_result_find(r, "plane")->n_rows, 25000);
  for (size_t k = 0; k < ITG_COUNT(quadrants); k++) {
    double p = quadrants[k].share;
    assert_near(ESTIMATE(r, quadrants[k].scale) / 100, p, 4 * sqrt(p * (1 - p) * 2 / 25000) + 0.003);
  }
  itg_result_free(r);
}

/* ---- imputed by mice ---- */

/* The bundled study, completed five times by mice 3.15: lm and pool() of mice, costs and QALYs each by themselves.
 * No cost was missing, so that the degrees of freedom of its limits are 235 * 236 / 238; mice takes a hair less, as it
 * lets no share of missing information fall below 0.0001. */
static void a_study_completed_by_mice_is_pooled_as_mice_does(void **state) {
  (void)state;
  char path[PATH_SIZE];
  itg_text file = ITG_TEXT_EMPTY;
  itg_evaluation *e = NULL;
  itg_error error = {0};
  itg_text_print(&file,
                 "schema: integrade-evaluation/1\nid: imputed\ntitle: Imputed\nallow_outside: true\n"
                 "inputs: [{id: trial, path: %s, origin: synthetic}]\nanalyses:\n"
                 "  - {id: qalys, measure: qaly, input: trial, columns: {utilities: [u0, u3, u6, u12]},\n"
                 "     options: {times: [0, 3, 6, 12], time_unit: months}, by: imputation,\n"
                 "     keep: [arm, age, sex, cost_before, health, social, team]}\n"
                 "  - {id: pays, measure: cea, input: qalys.qalys, options: {reference: usual, replicates: 0},\n"
                 "     columns: {cost: [health, social, team], effect: qaly, covariates: [age, sex],\n"
                 "               cost_covariates: cost_before, effect_covariates: baseline}}\n",
                 example("study-imputed.csv", path));
  put("e.yaml", file.data);
  itg_text_clear(&file);
  if (itg_evaluation_run(path_of("e.yaml"), NULL, &e, &error)) fail_msg("%s", error.message);
  const itg_result *r = PAYS(e);
  static const struct {
    const char *scale;
    double estimate, error, low, high;
  } pooled[] = {{"incremental_cost", 641.194111108793, 247.580983564843, 153.4109272468, 1128.9772949708},
                {"incremental_effect", .0396011376446063, .00738240792542654, .0250417129247458, .0541605623644668}};
  for (size_t k = 0; k < ITG_COUNT(pooled); k++) {
    assert_near(ESTIMATE(r, pooled[k].scale), pooled[k].estimate, 1e-9 * pooled[k].estimate);
    assert_near(ERROR_OF(r, pooled[k].scale), pooled[k].error, 1e-9 * pooled[k].error);
    assert_near(CELL(r, "estimates", "conf_low", "scale", pooled[k].scale), pooled[k].low, 1e-7 * pooled[k].low);
    assert_near(CELL(r, "estimates", "conf_high", "scale", pooled[k].scale), pooled[k].high, 1e-7 * pooled[k].high);
    assert_near(CELL(r, "estimates", "n", "scale", pooled[k].scale), 240, 0);
  }
  itg_evaluation_free(e);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(r_for_hta_chapter_5_unadjusted),
      cmocka_unit_test(r_for_hta_chapter_5_adjusted_as_lm),
      cmocka_unit_test(r_for_hta_chapter_5_adjusted_as_systemfit),
      cmocka_unit_test(ben_2023_tutorial_complete_cases),
      cmocka_unit_test(duloxetine_or_paroxetine_excludes_no_ratio),
      cmocka_unit_test(fluoxetine_and_pindolol),
      cmocka_unit_test(duloxetine_quadrants_as_dpunc),
      cmocka_unit_test(a_study_completed_by_mice_is_pooled_as_mice_does),
  };
  return cmocka_run_group_tests(tests, set_up, tear_down);
}
