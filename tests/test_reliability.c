/* Measure reliability and the consistency of covariances: published and independent figures, identities, bad
 * input. */
#include "attitude.h"
#include "files.h"
#include "scoring.h"

#include "itg_consistency.h"
#include "itg_random.h"
#include "itg_resample.h"

#define ESTIMATE(result, scale_) CELL(result, "estimates", "estimate", "scale", scale_)
#define ITEM(result, item_, column) CELL(result, "items", column, "item", item_)

/* Chatterjee and Price, attitude of employees: data of R (datasets::attitude), 30 departments. */
static itg_result *run(const char *csv, const char *options) {
  const inputs in = {"data", csv, NULL};
  return score("reliability", in, options);
}

/* The same of covariances. */
static itg_result *run_matrix(const char *csv, const char *options) {
  const inputs in = {"covariance", csv, NULL};
  return score("reliability", in, options);
}

/* Options beside all columns as items. */
static const char *with(const char *more) {
  static char text[1024];
  snprintf(text, sizeof text, "columns: {items: \"/./\"}\n%s", more);
  return text;
}

/* ---- peers and publications ---- */

/* psych 2.5.3 and direct computation in R on datasets::attitude, to the digits of the fact they were noted
 * with; the one-factor omega of the standardised items is psych's by maximum likelihood. */
static void attitude_as_psych_and_r_give_it(void **state) {
  (void)state;
  static const struct {
    const char *scale;
    double value;
  } known[] = {
      {"alpha", .8431427696}, {"alpha_std", .8390838},       {"mean_r", .4269066},  {"lambda1", .7226938},
      {"lambda2", .8602725},  {"lambda3", .8431427696},      {"lambda4", .9055352}, {"lambda5", .8499223},
      {"lambda6", .8829022},  {"split_half_mean", .8259358}, {"sd", 57.7485234},    {"sem", 22.8714214},
      {"sdc", 63.3963456}};
  itg_result *r = run(attitude, with("factor: ml"));
  for (size_t i = 0; i < ITG_COUNT(known); i++)
    assert_near(ESTIMATE(r, known[i].scale), known[i].value, 5e-8);
  assert_near(ESTIMATE(r, "omega_std"), .840544489534, 1e-9); /* factanal() with factr = 1; psych's search
                                                                 stops earlier, at .8405447 */
  assert_near(CELL(r, "estimates", "std_error", "scale", "alpha"), .0424357, 5e-8);
  assert_near(CELL(r, "estimates", "conf_low", "scale", "alpha"), .7393757, 5e-8);
  assert_near(CELL(r, "estimates", "conf_high", "scale", "alpha"), .9157731, 5e-8);
  assert_near(CELL(r, "intervals", "conf_low", "method", "duhachek"), .7599688, 4e-5); /* psych takes 1.96 */
  assert_near(CELL(r, "intervals", "conf_high", "method", "duhachek"), .9263167, 4e-5);
  assert_near(CELL(r, "intervals", "conf_low", "method", "bonett"), .7237990, 5e-8);
  assert_near(CELL(r, "intervals", "conf_high", "method", "bonett"), .9109193, 5e-8);
  static const char *const items[] = {"rating", "complaints", "privileges", "learning",
                                      "raises", "critical",   "advance"};
  static const double dropped[] = {.8097602, .7969175, .8278478, .8030310, .7953866, .8638723, .8404649},
                      rest[] = {.6712621, .7421097, .5607111, .7144455, .7862756, .2650343, .4608105};
  for (int i = 0; i < 7; i++) {
    assert_near(ITEM(r, items[i], "alpha_dropped"), dropped[i], 5e-8);
    assert_near(ITEM(r, items[i], "r_rest"), rest[i], 5e-8);
  }
  itg_result_free(r);
}

/* cov(), solve() and sums in R 4.2.2 on synthetic answers with gaps and a reversed item; pairwise also
 * psych::alpha 2.2.9. */
static void gaps_and_reversal_as_r_gives_them(void **state) {
  (void)state;
  static const char options[] = "columns: {items: \"q{n}\"}\nreverse: q3\nrange: [1, 5]\nincomplete: ";
  static const struct {
    const char *scale;
    double listwise, pairwise;
  } known[] = {{"alpha", 0.744552477479541, 0.739395248632060},
               {"alpha_std", 0.748304205678871, 0.741705351721325},
               {"mean_r", 0.331331048500696, 0.323680564242730},
               {"lambda1", 0.620460397899618, 0.616162707193383},
               {"lambda2", 0.750236246073493, 0.744815481863423},
               {"lambda5", 0.738043429716569, 0.731021485330849},
               {"lambda6", 0.723436406715823, 0.717104868819150},
               {"split_half", 0.737266651092538, 0.735121307906910},
               {"split_half_guttman", 0.735014616533636, 0.732482073160819},
               {"sd", 4.540751291989186, 4.529494466080494}};
  static const double rest[2][6] = {{0.332159328575198, 0.477008927379565, 0.549127747825002,
                                     0.657218041670857, 0.372182858590477, 0.535612798968517},
                                    {0.326063909822895, 0.480293253022422, 0.524796655126116,
                                     0.623067908983657, 0.376019956946296, 0.546233109819292}},
                      smc[2][6] = {{0.117882957483215, 0.253387909952871, 0.352214414450230,
                                    0.453699501953560, 0.154496442547330, 0.332789101588368},
                                   {0.117611643545014, 0.252251170069591, 0.312851418454394,
                                    0.410566277933354, 0.148153063923597, 0.360039597177754}},
                      dropped[6] = {0.742582150410141, 0.701269735711008, 0.688910388226235,
                                    0.661134931857997, 0.733039642045803, 0.681999894261477};
  char *csv = read_text("tests/data/golden/reliability_items.csv"), text[256];
  for (int pairwise = 0; pairwise < 2; pairwise++) {
    snprintf(text, sizeof text, "%s%s", options, pairwise ? "pairwise" : "listwise");
    itg_result *r = run(csv, text);
    for (size_t i = 0; i < ITG_COUNT(known); i++)
      assert_near(ESTIMATE(r, known[i].scale), pairwise ? known[i].pairwise : known[i].listwise, 1e-13);
    assert_near(CELL(r, "estimates", "n", "scale", "alpha"), pairwise ? 200 : 146, 0);
    assert_near(CELL(r, "estimates", "n_missing", "scale", "alpha"), 54, 0);
    for (int i = 0; i < 6; i++) {
      char item[3] = {'q', (char)('1' + i), 0};
      assert_near(ITEM(r, item, "r_rest"), rest[pairwise][i], 1e-13);
      assert_near(ITEM(r, item, "smc"), smc[pairwise][i], 1e-13);
      if (pairwise) assert_near(ITEM(r, item, "alpha_dropped"), dropped[i], 1e-13);
    }
    itg_result_free(r);
  }
  free(csv);
}

/* psych on datasets::airquality, first four columns. */
static void airquality_pairwise_and_listwise(void **state) {
  (void)state;
  char *csv = read_text("tests/data/airquality.csv");
  static const char *const rules[] = {"listwise", "pairwise"};
  static const double alphas[] = {0.3035370, 0.3085398};
  for (int i = 0; i < 2; i++) {
    char text[200];
    snprintf(text, sizeof text,
             "columns: {items: [Ozone, Solar.R, Wind, Temp]}\nmissing: [NA]\nincomplete: %s", rules[i]);
    itg_result *r = run(csv, text);
    assert_near(ESTIMATE(r, "alpha"), alphas[i], 5e-8);
    itg_result_free(r);
  }
  free(csv);
}

/* datasets::ability.cov: alpha in R, lambda 6 by solve(), loadings by optim() (least squares) and factanal().
 */
static const double ability[36] = {24.641, 5.991,  33.520, 6.023,  20.755, 29.701,  5.991,  6.700,  18.137,
                                   1.782,  4.936,  7.204,  33.520, 18.137, 149.831, 19.424, 31.430, 50.753,
                                   6.023,  1.782,  19.424, 12.711, 4.757,  9.075,   20.755, 4.936,  31.430,
                                   4.757,  52.604, 66.762, 29.701, 7.204,  50.753,  9.075,  66.762, 135.292};

static void ability_cov_as_r_gives_it(void **state) {
  (void)state;
  static const double minres[] = {0.802292686474, 0.526473267849, 0.683278002344,
                                  0.402825574748, 0.721440816973, 0.696140018603},
                      ml[] = {0.682203107592, 0.383954426820, 0.501811073043,
                              0.299786911278, 0.876518049015, 0.848680672822};
  itg_consistency out;
  itg_item_figures items[6];
  assert_int_equal(itg_consistency_of(ability, 6, ITG_FACTORING_MINRES, &out, items, NULL), ITG_OK);
  assert_near(out.alpha, 0.7429069151403951, 1e-14);
  assert_near(out.alpha_std, 0.8029400, 5e-8);
  assert_near(out.lambda[6], 0.8330674088329012, 1e-14);
  for (int i = 0; i < 6; i++) assert_near(items[i].loading, minres[i], 2e-6); /* as far as optim() goes */
  assert_int_equal(itg_consistency_of(ability, 6, ITG_FACTORING_ML, &out, items, NULL), ITG_OK);
  for (int i = 0; i < 6; i++) assert_near(items[i].loading, ml[i], 2e-6); /* as far as factanal() goes */
}

/* At the solution the derivative is 0: of the sum of squares outside the diagonal, and of the likelihood,
 * where the fitted and the observed correlations agree on the diagonal and as seen through the factor. */
static void loadings_satisfy_their_equations(void **state) {
  (void)state;
  double cor[36], l[6], scratch[6 * 9];
  for (int i = 0; i < 36; i++) cor[i] = ability[i] / sqrt(ability[i / 6 * 7] * ability[i % 6 * 7]);
  assert_true(itg_factor_minres(cor, 6, l, scratch));
  for (int i = 0; i < 6; i++) {
    double slope = 0;
    for (int j = 0; j < 6; j++)
      if (j != i) slope += (cor[i * 6 + j] - l[i] * l[j]) * l[j];
    assert_near(slope, 0, 1e-14);
  }
  assert_true(itg_factor_ml(cor, 6, l, scratch));
  double precision = 0;
  for (int j = 0; j < 6; j++) precision += l[j] * l[j] / (1 - l[j] * l[j]);
  for (int i = 0; i < 6; i++) { /* R Psi^-1 l = l (1 + l' Psi^-1 l), Lawley and Maxwell 1971 */
    double sum = 0;
    for (int j = 0; j < 6; j++) sum += cor[i * 6 + j] * l[j] / (1 - l[j] * l[j]);
    assert_near(sum, l[i] * (1 + precision), 1e-10);
  }
}

/* A matrix with one factor by construction gives back its loadings, and omega by hand. */
static void one_factor_is_recovered(void **state) {
  (void)state;
  static const double l[4] = {0.9, 0.7, 0.5, 0.6};
  double cov[16], common = 3.24 + 1.4 + 0.5 + 1.8, all = 0;
  static const double sd[4] = {3.6, 2, 1, 3};
  for (int i = 0; i < 16; i++) {
    cov[i] = (i % 5 ? l[i / 4] * l[i % 4] : 1) * sd[i / 4] * sd[i % 4];
    all += cov[i];
  }
  for (int f = 0; f < 2; f++) {
    itg_consistency out;
    itg_item_figures items[4];
    assert_int_equal(
        itg_consistency_of(cov, 4, f ? ITG_FACTORING_ML : ITG_FACTORING_MINRES, &out, items, NULL), ITG_OK);
    for (int i = 0; i < 4; i++) assert_near(items[i].loading, l[i], 1e-11);
    assert_near(out.omega, common * common / all, 1e-11);
  }
}

/* ---- identities ---- */

/* Whole answers, the same with a fraction, and far from 0: one alpha. */
static void alpha_does_not_depend_on_where_zero_is(void **state) {
  (void)state;
  itg_result *plain = run(attitude, with(""));
  for (int way = 0; way < 2; way++) {
    char csv[4000] = "rating,complaints,privileges,learning,raises,critical,advance\n";
    const char *at = (char *)strchr(attitude, '\n') + 1;
    for (char *end; *at; at = end + 1) {
      double x = strtod(at, &end);
      char cell[40];
      snprintf(cell, sizeof cell, way ? "%.1f%c" : "%.0f%c", way ? x * 0.1 : x + 1e9, *end);
      strcat(csv, cell);
    }
    itg_result *r = run(csv, with(""));
    assert_near(ESTIMATE(r, "alpha"), ESTIMATE(plain, "alpha"), 1e-13);
    assert_near(ESTIMATE(r, "sd"), ESTIMATE(plain, "sd") * (way ? 0.1 : 1), 1e-12);
    itg_result_free(r);
  }
  itg_result_free(plain);
}

/* Groups are scales of their own rows; threads and instrument against columns change nothing. */
static void groups_are_parts_and_threads_do_not_show(void **state) {
  (void)state;
  char *csv = read_text("tests/data/golden/reliability_items.csv"), *part = calloc(1, 1 << 16);
  assert_non_null(part);
  for (char *line = csv; *line;) {
    char *end = strchr(line, '\n') + 1;
    if (line == csv || strncmp(line, "south", 5) == 0) strncat(part, line, (size_t)(end - line));
    line = end;
  }
  const char *options = "{columns: {items: 'q{n}'}, replicates: 200, seed: 3, interval: bootstrap}";
  itg_result *all = run(csv, "{columns: {items: 'q{n}'}, by: site}"), *south = run(part, options);
  static const char *const scales[] = {"alpha", "lambda4", "omega", "sdc"};
  for (size_t i = 0; i < ITG_COUNT(scales); i++)
    assert_near(CELL(all, "estimates", "estimate", "scale", scales[i], "site", "south"),
                ESTIMATE(south, scales[i]), 1e-14);
  const inputs in = {"data", part, NULL};
  itg_error error = {0};
  itg_result *two = NULL;
  assert_int_equal(attempt("reliability", in, options, 2, &two, &error), ITG_OK);
  assert_true(CELL(two, "estimates", "std_error", "scale", "alpha") ==
              CELL(south, "estimates", "std_error", "scale", "alpha"));
  itg_result_free(all);
  itg_result_free(south);
  itg_result_free(two);
  free(csv);
  free(part);
}

/* Of 30 rows with an error of .0467731 by the jackknife the bootstrap must not be far off, and brackets
 * alpha. */
static void bootstrap_is_near_the_jackknife(void **state) {
  (void)state;
  itg_result *r = run(attitude, with("replicates: 20000"));
  double error = CELL(r, "intervals", "std_error", "method", "bootstrap");
  assert_true(error > 0.042 && error < 0.054);
  assert_true(CELL(r, "intervals", "conf_low", "method", "bootstrap") < .8431);
  assert_true(CELL(r, "intervals", "conf_high", "method", "bootstrap") > .8431);
  itg_result_free(r);
}

static int by_size(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Alpha of each replicate from the rows drawn, by two passes; then its sd, and quantiles as R's type 7. */
static void bootstrap_is_alpha_of_the_rows_drawn(void **state) {
  (void)state;
  enum { N = 30, P = 7, REPLICATES = 400 };
  double x[N][P], alphas[REPLICATES], mean = 0, squares = 0;
  char *at = (char *)strchr(attitude, '\n');
  for (int i = 0; i < N * P; i++) x[i / P][i % P] = strtod(at + 1, &at);
  const itg_stratum rows = {.n = N, .stride = itg_resample_stride(N)};
  const itg_resample plan = {.seed = 11, .purpose = ITG_PURPOSE_BOOTSTRAP, .n_strata = 1, .strata = &rows};
  for (int b = 0; b < REPLICATES; b++) {
    uint8_t times[N];
    double sums[P + 1] = {0}, ss[P + 1] = {0}, items = 0;
    itg_resample_weights(&plan, 0, (uint32_t)b, times);
    for (int pass = 0; pass < 2; pass++)
      for (int i = 0; i < N; i++) {
        double total = 0;
        for (int j = 0; j <= P; j++) {
          double value = j < P ? x[i][j] : total, off = value - sums[j] / N;
          if (pass) ss[j] += times[i] * off * off;
          else sums[j] += times[i] * value;
          total += value;
        }
      }
    for (int j = 0; j < P; j++) items += ss[j];
    alphas[b] = P / (P - 1.0) * (1 - items / ss[P]);
    mean += alphas[b] / REPLICATES;
  }
  for (int b = 0; b < REPLICATES; b++) squares += (alphas[b] - mean) * (alphas[b] - mean);
  qsort(alphas, REPLICATES, sizeof *alphas, by_size);
  double place = .025 * (REPLICATES - 1), part = place - floor(place);
  int low = (int)place, high = REPLICATES - 1 - low;
  itg_result *r = run(attitude, with("replicates: 400\nseed: 11\ninterval: bootstrap"));
  assert_near(CELL(r, "estimates", "std_error", "scale", "alpha"), sqrt(squares / (REPLICATES - 1)), 1e-12);
  assert_near(CELL(r, "estimates", "conf_low", "scale", "alpha"), alphas[low] + part * (alphas[low + 1] - alphas[low]), 1e-12);
  assert_near(CELL(r, "estimates", "conf_high", "scale", "alpha"), alphas[high] - part * (alphas[high] - alphas[high - 1]),
              1e-12);
  itg_result_free(r);
}

/* Kuder and Richardson 1937: for right and wrong answers alpha is k/(k-1) (1 - sum pq / variance), here by
 * hand with divisor n: items right 2/4, 3/4, 1/4; totals 3 2 1 0. */
static void alpha_of_right_and_wrong_is_kuder_richardson_20(void **state) {
  (void)state;
  itg_result *r = run("a,b,c\n1,1,1\n1,1,0\n0,1,0\n0,0,0\n", "columns: {items: [a, b, c]}");
  assert_near(ESTIMATE(r, "alpha"), 1.5 * (1 - (0.25 + 0.1875 + 0.1875) / 1.25), 1e-15);
  itg_result_free(r);
}

static const char small_scale[] =
    "{schema: integrade-instrument/1, id: small, version: 1.0.0, kind: scale, title: small, unit: "
    "respondent, "
    "source: {citation: for tests}, licence: {items: own}, examples: [], "
    "responses: {r: {min: 1, max: 5}}, items: [{id: a, label: a}, {id: b, label: b, reverse: true}, "
    "{id: c, label: c}, {id: d, label: d}], "
    "scores: [{id: ab, title: ab, of: [a, b], method: sum, missing: {rule: complete}, range: [2, 10]}, "
    "{id: cd, title: cd, of: [c, d], method: mean, missing: {rule: complete}, range: [1, 5]}, "
    "{id: whole, title: whole, of: [a, b, c, d], method: mean, missing: {rule: complete}, range: [1, 5]}]}";
static const char four[] = "a,b,c,d\n1,5,2,1\n2,4,2,3\n4,3,5,4\n5,1,4,4\n3,2,3,5\n";

static void instrument_and_columns_agree(void **state) {
  (void)state;
  char text[2000];
  snprintf(text, sizeof text, "{instrument: %s}", small_scale);
  itg_result *a = run(four, text),
             *b = run(four,
                      "{columns: {items: [a, b, c, d]}, reverse: b, range: [1, 5], score: mean, "
                      "scales: {ab: [a, b], cd: [c, d], whole: [a, b, c, d]}}");
  static const char *const scores[] = {"ab", "cd", "whole"}, *const scales[] = {"alpha", "split_half", "sd",
                                                                                "sdc"};
  for (int s = 0; s < 3; s++)
    for (size_t i = 0; i < ITG_COUNT(scales); i++)
      assert_near(CELL(a, "estimates", "estimate", "score", scores[s], "scale", scales[i]),
                  CELL(b, "estimates", "estimate", "score", scores[s], "scale", scales[i]) *
                      (s == 0 && i > 1 ? 2 : 1), /* ab is a sum */
                  1e-14);
  assert_near(CELL(a, "items", "mean", "item", "b", "score", "ab"), 3, 1e-14);
  itg_result_free(b);
  snprintf(text, sizeof text, "{instrument: %s, labels: {Never: 1, Always: 5}}", small_scale);
  b = run("a,b,c,d\nNever,Always,2,Never\n2,4,2,3\n4,3,Always,4\nAlways,Never,4,4\n3,2,3,Always\n", text);
  assert_true(CELL(b, "estimates", "estimate", "score", "whole", "scale", "alpha") ==
              CELL(a, "estimates", "estimate", "score", "whole", "scale", "alpha"));
  itg_result_free(a);
  itg_result_free(b);
}

/* ---- covariances in place of answers ---- */

/* psych::alpha 2.2.9 of the matrix with n.obs = 112; limits by qf() and the sd by sum() in R 4.2.2. */
static void ability_cov_as_a_table_as_psych_gives_it(void **state) {
  (void)state;
  static const struct {
    const char *item;
    double dropped, std_dropped;
  } known[] = {{"general", .68178520, .73917051}, {"picture", .74009303, .79263652}, {"blocks", .71890570, .75293891},
               {"maze", .74161162, .81508574},    {"reading", .65573119, .76155617}, {"vocab", .67942507, .76522362}};
  char *csv = read_text("tests/data/golden/reliability_ability.csv");
  itg_result *r = run_matrix(csv, "n: 112");
  assert_near(ESTIMATE(r, "alpha"), .742906915, 5e-10);
  assert_near(ESTIMATE(r, "alpha_std"), .802940007, 5e-10);
  assert_near(ESTIMATE(r, "mean_r"), .404442665, 5e-10);
  assert_near(ESTIMATE(r, "lambda6"), .8330674088329012, 1e-14); /* solve(); psych's is that of correlations */
  assert_near(CELL(r, "estimates", "std_error", "scale", "alpha"), .0299717338, 5e-11);
  assert_near(CELL(r, "estimates", "conf_low", "scale", "alpha"), 0.661437925999492, 1e-12);
  assert_near(CELL(r, "estimates", "conf_high", "scale", "alpha"), 0.810202959013892, 1e-12);
  assert_near(ESTIMATE(r, "sd"), 31.6587902485234, 1e-12);
  assert_near(ESTIMATE(r, "sem"), 16.0523830006638, 1e-12);
  for (size_t i = 0; i < ITG_COUNT(known); i++) {
    assert_near(ITEM(r, known[i].item, "alpha_dropped"), known[i].dropped, 5e-9);
    assert_near(ITEM(r, known[i].item, "alpha_std_dropped"), known[i].std_dropped, 5e-9);
  }
  assert_true(CELL(r, "estimates", "n", "scale", "alpha") == 112);
  assert_string_equal(TEXT(r, "items", "item", "item", "maze"), "maze");
  assert_true(isnan(ITEM(r, "maze", "mean")));
  itg_result_free(r);
  free(csv);
}

/* psych::alpha and psych::guttman 2.2.9; omega by factanal() with factr = 1. */
static void harman74_cor_as_psych_gives_it(void **state) {
  (void)state;
  static const struct {
    const char *scale;
    double value;
  } known[] = {{"alpha", .911876887}, {"alpha_std", .911876887}, {"mean_r", .301264493},
               {"lambda1", .8738820166}, {"lambda2", .9149626237}, {"lambda5", .8937810506},
               {"lambda6", .9366384173}};
  char *csv = read_text("tests/data/harman74.csv");
  itg_result *r = run_matrix(csv, "{n: 145, factor: ml}");
  for (size_t i = 0; i < ITG_COUNT(known); i++) assert_near(ESTIMATE(r, known[i].scale), known[i].value, 5e-10);
  assert_near(ESTIMATE(r, "omega"), 0.911252647281175, 1e-8);
  assert_near(CELL(r, "estimates", "std_error", "scale", "alpha"), .0105712724, 5e-11);
  static const char *const points[] = {"sd", "sem", "sdc"};
  for (int i = 0; i < 3; i++) assert_string_equal(TEXT(r, "estimates", "reason", "scale", points[i]), "not applicable");
  assert_true(has_note(r, "every variance is 1"));
  itg_result_free(r);
  free(csv);
}

/* Covariances (pairwise, of 2800 persons, 508 gaps) of data set bfi of the R package psych (GPL; SAPA project, Revelle
 * and others), 25 items of five traits: psych::alpha and psych::scoreItems without imputation. */
static void bfi_as_psych_gives_it(void **state) {
  (void)state;
  static const char options[] =
      "{n: 2800, reverse: [A1, C4, C5, E1, E2, O2, O5], scales: {A: [A1, A2, A3, A4, A5], C: [C1, C2, C3, C4, C5], "
      "E: [E1, E2, E3, E4, E5], N: [N1, N2, N3, N4, N5], O: [O1, O2, O3, O4, O5]}}";
  static const char *const traits[] = {"A", "C", "E", "N", "O"};
  static const double alphas[] = {.7030184, .7267350, .7617328, .8139629, .6001725},
                      dropped[] = {.718517357, .617180037, .600259579, .685805652, .642952960};
  char *csv = read_text("tests/data/bfi_covariance.csv"), item[] = "A1";
  itg_result *r = run_matrix(csv, options);
  for (int i = 0; i < 5; i++, item[1]++) {
    assert_near(CELL(r, "estimates", "estimate", "scale", "alpha", "score", traits[i]), alphas[i], 6e-8);
    assert_near(ITEM(r, item, "alpha_dropped"), dropped[i], 5e-10);
  }
  assert_near(ESTIMATE(r, "alpha_std"), .713028579, 5e-10);
  assert_near(ESTIMATE(r, "mean_r"), .331967657, 5e-10);
  assert_near(CELL(r, "estimates", "std_error", "scale", "alpha"), .0089518, 5e-8);
  itg_result_free(r);
  free(csv);
}

/* Covariances of the nine tests of 301 pupils (Holzinger and Swineford 1939, as lavaan has them): psych::alpha. */
static void holzinger_and_swineford_1939_as_psych_gives_it(void **state) {
  (void)state;
  static const char lower[] =
      "x1,x2,x3,x4,x5,x6,x7,x8,x9\n1.362897745,,,,,,,,\n0.408729234587,1.38638981174,,,,,,,\n"
      "0.581832320085,0.452567483389,1.2791144103,,,,,,\n"
      "0.506517779496,0.20961978157,0.208863511622,1.35516672288,,,,,\n"
      "0.442084255837,0.211794712071,0.112670611849,1.10141195751,1.66531838317,,,,\n"
      "0.456324157748,0.248369719903,0.244922678128,0.898500761763,1.01790578892,1.20034623929,,,\n"
      "0.0850479859266,-0.097073520982,0.0886363107638,0.220475065103,0.143476213268,0.144558650508,1.18708326254,,\n"
      "0.264717143302,0.110024916944,0.213030384828,0.126011994481,0.181207225914,0.16598244158,0.537029371986,"
      "1.02538942414,\n"
      "0.459866342229,0.244822815734,0.37509874617,0.244173946304,0.296225467421,0.236783605912,0.374541543307,"
      "0.458840948309,1.01838721619\n";
  static const struct {
    const char *score;
    double alpha, alpha_std, error;
  } known[] = {{"visual", .626117132, .627183854, .0374603767},
               {"textual", .882706913, .88484352, .0114963021},
               {"speed", .688455023, .689603613, .0311708702}};
  itg_result *r = run_matrix(lower, "{n: 301, scales: {visual: [x1, x2, x3], textual: [x4, x5, x6], speed: [x7, x8, x9]}}");
  for (size_t i = 0; i < ITG_COUNT(known); i++) {
    const char *score = known[i].score;
    assert_near(CELL(r, "estimates", "estimate", "scale", "alpha", "score", score), known[i].alpha, 1e-9);
    assert_near(CELL(r, "estimates", "estimate", "scale", "alpha_std", "score", score), known[i].alpha_std, 1e-9);
    assert_near(CELL(r, "estimates", "std_error", "scale", "alpha", "score", score), known[i].error, 1e-9);
  }
  itg_result_free(r);
  /* lavaan 0.7.3, one factor of all nine, likelihood = "wishart", where its gradient fell to 2e-9: omega by the variance
   * that the model implies. */
  r = run_matrix(lower, "{n: 301, factor: ml}");
  assert_near(ESTIMATE(r, "omega"), .738068992478941, 1e-8);
  itg_result_free(r);
}

/* Bock and Lieberman 1970, section 7 of the law school admission test: persons by pattern of right answers, from none
 * to all of five items. */
static void lsat_7_of_bock_and_lieberman(void **state) {
  (void)state;
  static const int persons[32] = {12, 19, 1,  7,  3,  19, 3,  17, 10, 5,  3, 7,  7,  23, 8,  28,
                                  7,  39, 11, 34, 14, 51, 15, 90, 6,  25, 7, 35, 18, 136, 32, 308};
  static const double right[] = {.828, .658, .772, .606, .843};
  char *csv = calloc(1, 1 << 14), *at = csv + sprintf(csv, "i1,i2,i3,i4,i5\n"), item[] = "i1";
  assert_non_null(csv);
  for (int k = 0; k < 32; k++)
    for (int n = 0; n < persons[k]; n++)
      at += sprintf(at, "%d,%d,%d,%d,%d\n", k >> 4, k >> 3 & 1, k >> 2 & 1, k >> 1 & 1, k & 1);
  itg_result *r = run(csv, "columns: {items: 'i{n}'}");
  assert_near(ESTIMATE(r, "alpha"), .4534087, 5e-8);
  for (int i = 0; i < 5; i++, item[1]++) assert_near(ITEM(r, item, "mean"), right[i], 1e-15);
  itg_result_free(r);
  free(csv);
}

/* A triangle, rows in another order, and rows without names say the same; scales and reversal hold as of answers. */
static void a_matrix_may_come_in_several_shapes(void **state) {
  (void)state;
  static const char *const shapes[] = {
      "item,a,b,c\na,4,1,-2\nb,1,9,-3\nc,-2,-3,16\n", "a,b,c\n4,1,-2\n1,9,-3\n-2,-3,16\n",
      "item,a,b,c\na,4,,\nb,1,9,\nc,-2,-3,16\n", "item,a,b,c\nc,-2,-3,16\na,4,1,-2\nb,1,9,-3\n",
      "a,item,mean,count,b,c\n4,a,2,50,1,-2\n1,b,3,50,9,-3\n-2,c,,50,-3,16\n"};
  itg_result *first = run_matrix(shapes[0], "{n: 50, reverse: c, scales: {all: [a, b, c], two: [b, c]}}");
  assert_near(CELL(first, "estimates", "estimate", "scale", "alpha", "score", "two"), 2 * (1 - 25.0 / 31), 1e-15);
  assert_near(CELL(first, "estimates", "estimate", "scale", "alpha", "score", "all"), 1.5 * (1 - 29.0 / 41), 1e-15);
  for (size_t i = 1; i < ITG_COUNT(shapes); i++) {
    itg_result *r = run_matrix(shapes[i], i < 4 ? "{n: 50, reverse: c}" : "{reverse: c, range: [1, 5]}");
    for (int64_t row = 0; row < itg_result_table(r, 0)->n_rows; row++)
      assert_true(itg_text_equal(text_at(itg_result_table(r, 0), row, "estimate"),
                                 text_at(itg_result_table(first, 0), row, "estimate")));
    if (i == 4) assert_near(ITEM(r, "b", "mean"), 3, 0);
    if (i == 4) assert_string_equal(TEXT(r, "items", "reversed", "item", "c"), "true");
    itg_result_free(r);
  }
  itg_result_free(first);
}

/* Covariances of the answers `four`, by an instrument. */
static void an_instrument_finds_its_items_in_a_matrix(void **state) {
  (void)state;
  static const char *const scores[] = {"ab", "cd", "whole"}, *const scales[] = {"alpha", "omega", "sd", "sdc"};
  char text[2000];
  snprintf(text, sizeof text, "{instrument: %s}", small_scale);
  itg_result *a = run(four, text);
  snprintf(text, sizeof text, "{n: 5, instrument: %s}", small_scale);
  itg_result *b = run_matrix("item,d,a,b,c,mean\na,1.75,2.5,-2.25,1.75,3\nb,-2,-2.25,2.5,-1.25,3\n"
                             "c,1.15,1.75,-1.25,1.7,3.2\nd,2.3,1.75,-2,1.15,3.4\n", text);
  for (int s = 0; s < 3; s++)
    for (size_t i = 0; i < ITG_COUNT(scales); i++) {
      double x = CELL(a, "estimates", "estimate", "score", scores[s], "scale", scales[i]),
             y = CELL(b, "estimates", "estimate", "score", scores[s], "scale", scales[i]);
      if (isnan(x)) assert_true(isnan(y));
      else assert_near(y, x, 1e-14);
    }
  assert_near(CELL(b, "items", "mean", "item", "b", "score", "ab"), 3, 1e-14);
  itg_result_free(a);
  itg_result_free(b);
}

static void a_bad_matrix_is_told_where(void **state) {
  (void)state;
  static const char good[] = "item,a,b\na,4,1\nb,1,9\n";
  static const bad_call bad[] = {
      {good, "{}", ITG_ERR_OPTION, "need the option 'n'"},
      {good, "n: 1", ITG_ERR_OPTION, "allowed: 2 to"},
      {good, "{n: 9, by: item}", ITG_ERR_OPTION, "option 'by' is for rows of answers"},
      {good, "{n: 9, incomplete: pairwise}", ITG_ERR_OPTION, "option 'incomplete'"},
      {good, "{n: 9, replicates: 10}", ITG_ERR_OPTION, "option 'replicates'"},
      {good, "{n: 9, interval: bootstrap}", ITG_ERR_OPTION, "interval: feldt"},
      {good, "{n: 9, columns: {items: [a, b]}}", ITG_ERR_OPTION, "option 'scales'"},
      {good, "{n: 9, scores: x}", ITG_ERR_OPTION, "instrument"},
      {good, "{n: 9, reverse: z}", ITG_ERR_OPTION, "'z' is not among the items"},
      {"item,a,b\na,4,1\n", "n: 9", ITG_ERR_DATA, "not square: 1 rows and 2 columns"},
      {"item,a\na,4\n", "n: 9", ITG_ERR_COLUMN, "at least two items"},
      {"item,a,b\na,4,1\nc,1,9\n", "n: 9", ITG_ERR_COLUMN, "line 3, column 'item': no column is called 'c'"},
      {"item,a,b\na,4,1\na,1,9\n", "n: 9", ITG_ERR_DUPLICATE, "line 3, column 'item': a second row of 'a'"},
      {"item,a,b\na,4,1\n,1,9\n", "n: 9", ITG_ERR_COLUMN, "has no name"},
      {"item,a,b\na,4,x\nb,1,9\n", "n: 9", ITG_ERR_TYPE, "column 'b': not numbers"},
      {"item,a,b\na,4,1\nb,2,9\n", "n: 9", ITG_ERR_DATA, "line 3, column 'a': 2 but the covariances are symmetric"},
      {"item,a,b\na,4,\nb,,9\n", "n: 9", ITG_ERR_DATA, "line 3, column 'a': no covariance"},
      {"item,a,b\na,,1\nb,1,9\n", "n: 9", ITG_ERR_DATA, "line 2, column 'a': no variance"},
      {"item,a,b\na,-4,1\nb,1,9\n", "n: 9", ITG_ERR_RANGE, "line 2, column 'a': -4 is no variance"},
      {"item,a,b\na,4,7\nb,7,9\n", "n: 9", ITG_ERR_DATA, "line 3, column 'a': 7 cannot be: by the two variances"},
      {"item,a,b\na,0,1\nb,1,9\n", "n: 9", ITG_ERR_DATA, "at most 0"},
      {"a,b,c\n1,.9,-.9\n.9,1,.9\n-.9,.9,1\n", "n: 9", ITG_ERR_DATA, "not positive semidefinite"},
      {"a,b,c,d\n1,1,0,.5\n1,1,0,-.5\n0,0,1,0\n.5,-.5,0,1\n", "n: 9", ITG_ERR_DATA, "not positive semidefinite"},
      {"a,b,count\n4,1,9\n1,9,8\n", "{}", ITG_ERR_DATA, "line 3, column 'count': another number"},
      {"a,b,count\n4,1,9\n1,9,9\n", "n: 8", ITG_ERR_DATA, "than option 'n'"},
      {"a,b,count\n4,1,1\n1,9,1\n", "{}", ITG_ERR_RANGE, "line 2, column 'count'"},
      {"a,b,count\n4,1,9.5\n1,9,9.5\n", "{}", ITG_ERR_RANGE, "no whole number"},
  };
  for (size_t i = 0; i < ITG_COUNT(bad); i++)
    assert_fails("reliability", (const inputs){"covariance", bad[i].csv, NULL}, bad[i].options, bad[i].status,
                 bad[i].part);
  assert_fails("reliability", (const inputs){"covariance", good, "data", four, NULL}, "n: 9", ITG_ERR_ARGUMENT,
               "not both");
  assert_fails("reliability", (const inputs){"data", four, NULL}, "{columns: {items: [a, b]}, n: 9}", ITG_ERR_OPTION,
               "option 'n' belongs to covariances");
  char text[2000];
  snprintf(text, sizeof text, "{n: 9, instrument: %s}", small_scale);
  assert_fails("reliability", (const inputs){"covariance", good, NULL}, text, ITG_ERR_COLUMN, "no row and column 'c'");
}

/* Singular is not impossible: an item that is another, and one that nobody answers in two ways. */
static void singular_covariances_give_what_can_be_had(void **state) {
  (void)state;
  itg_result *r = run_matrix("a,b,c\n1,1,.5\n1,1,.5\n.5,.5,1\n", "n: 9");
  assert_near(ESTIMATE(r, "alpha"), 1.5 * (1 - 3.0 / 7), 1e-15);
  assert_true(isnan(ESTIMATE(r, "lambda6")));
  itg_result_free(r);
  r = run_matrix("a,b,c\n0,0,0\n0,4,1\n0,1,4\n", "n: 9");
  assert_near(ESTIMATE(r, "alpha"), 1.5 * (1 - 8.0 / 10), 1e-15);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "alpha_std"), "no variance");
  itg_result_free(r);
}

/* ---- what cannot be had ---- */

static void missing_figures_say_why(void **state) {
  (void)state;
  itg_result *r =
      run("a,b,c\n3,1,2\n3,2,3\n3,5,5\n3,4,1\n", "columns: {items: [a, b, c]}"); /* a is constant */
  assert_true(!isnan(ESTIMATE(r, "alpha")));
  assert_true(isnan(ESTIMATE(r, "alpha_std")));
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "alpha_std"), "no variance");
  assert_true(isnan(ITEM(r, "a", "r_rest")));
  itg_result_free(r);
  r = run("a,b,c\n1,1,1\n2,2,2\n3,3,3\n5,5,5\n", "columns: {items: [a, b, c]}"); /* the same three times */
  assert_near(ESTIMATE(r, "alpha"), 1, 1e-15);
  assert_near(ESTIMATE(r, "sem"), 0, 1e-7);
  assert_true(isnan(ESTIMATE(r, "lambda6")));
  assert_true(has_note(r, "exact combinations"));
  assert_true(has_note(r, "Heywood"));
  itg_result_free(r);
  r = run("a,b,c\n1,2,1\n2,2,4\n", "columns: {items: [a, c]}"); /* two rows */
  assert_near(ESTIMATE(r, "alpha"), 2 * (1 - (0.5 + 4.5) / 8), 1e-15);
  itg_result_free(r);
  r = run("a,b\n1,2\n,2\n4,\n", "columns: {items: [a, b]}"); /* one complete row */
  assert_true(isnan(ESTIMATE(r, "alpha")));
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "alpha"), "too few answers");
  itg_result_free(r);
  r = run("a,b\n2,2\n2,2\n2,2\n", "columns: {items: [a, b]}");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "alpha"), "no variance");
  itg_result_free(r);
  /* r12 r13 / r23 is above 1: no factor can do that. */
  r = run("a,b,c\n1,1,2\n2,2,1\n3,3,4\n4,5,3\n5,4,6\n6,6,5\n7,7,1\n8,6,8\n", "columns: {items: [a, b, c]}");
  if (isnan(ESTIMATE(r, "omega"))) assert_true(has_note(r, "Heywood"));
  itg_result_free(r);
}

static void heywood_case_gives_no_omega(void **state) {
  (void)state;
  static const double cov[9] = {1,   0.8, 0.8, 0.8, 1,
                                0.3, 0.8, 0.3, 1}; /* loading of the first: 0.64/0.3 > 1 */
  for (int f = 0; f < 2; f++) {
    itg_consistency out;
    itg_item_figures items[3];
    assert_int_equal(
        itg_consistency_of(cov, 3, f ? ITG_FACTORING_ML : ITG_FACTORING_MINRES, &out, items, NULL), ITG_OK);
    assert_true(out.improper);
    assert_true(isnan(out.omega));
  }
}

static void an_item_against_the_rest_is_named(void **state) {
  (void)state;
  itg_result *r = run(four, "columns: {items: [a, b, c, d]}");
  assert_true(has_note(r, "scale all: b correlates negatively"));
  itg_result_free(r);
}

/* ---- bad input ---- */

static void bad_input_is_told_where(void **state) {
  (void)state;
  static const bad_call bad[] = {
      {four, "{}", ITG_ERR_COLUMN, "no items"},
      {four, "columns: {items: a}", ITG_ERR_COLUMN, "one item alone"},
      {"a,b\n", "columns: {items: [a, b]}", ITG_ERR_EMPTY, "no rows"},
      {"a,b\n,\n,\n", "columns: {items: [a, b]}", ITG_ERR_EMPTY, "every answer is missing"},
      {"a,b\n1,x\n", "columns: {items: [a, b]}", ITG_ERR_TYPE, "'x' is not a number"},
      {four, "{columns: {items: [a, b]}, reverse: b}", ITG_ERR_OPTION, "option 'range'"},
      {four, "{columns: {items: [a, b]}, reverse: e, range: [1, 5]}", ITG_ERR_OPTION,
       "'e' is not among the items"},
      {four, "{columns: {items: [a, b]}, range: [1, 4]}", ITG_ERR_RANGE,
       "line 5, column 'a': 5 is no answer"},
      {four, "{columns: {items: [a, b]}, range: [5, 1]}", ITG_ERR_OPTION, "lowest and the highest"},
      {four, "{columns: {items: [a, b]}, scales: {x: [a, a]}}", ITG_ERR_OPTION, "stands twice"},
      {four, "{columns: {items: [a, b]}, scales: {x: [a, z]}}", ITG_ERR_OPTION, "'z' is not among the items"},
      {four, "{columns: {items: [a, b]}, scales: {x: a}}", ITG_ERR_COLUMN, "at least two"},
      {four, "{columns: {items: [a, b]}, scales: [a]}", ITG_ERR_OPTION, "a map from scale"},
      {four, "{columns: {items: [a, b]}, incomplete: pairwise, replicates: 10}", ITG_ERR_OPTION,
       "complete rows"},
      {four, "{columns: {items: [a, b]}, scores: x}", ITG_ERR_OPTION, "instrument"},
      {four, "{instrument: isd-prisma}", ITG_ERR_INSTRUMENT, "kind"},
  };
  assert_all_fail("reliability", bad, ITG_COUNT(bad));
}

static void infinite_and_huge_answers_are_told(void **state) {
  (void)state;
  double a[3] = {1, INFINITY, 2}, b[3] = {1, 2, 3}, huge[3] = {1e300, -1e300, 0};
  itg_column columns[2] = {
      {.name = "a", .type = ITG_TYPE_DOUBLE, .data = a, .flags = ITG_COLUMN_NAN_MISSING},
      {.name = "b", .type = ITG_TYPE_DOUBLE, .data = b, .flags = ITG_COLUMN_NAN_MISSING}};
  itg_table table = {.n_rows = 3, .n_columns = 2, .columns = columns};
  itg_error error = {0};
  itg_result *r = NULL;
  assert_int_equal(itg_measure_run("reliability", &table, 1, "columns: {items: [a, b]}", NULL, &r, &error),
                   ITG_ERR_RANGE);
  assert_int_equal(error.row, 2);
  columns[0].data = huge;
  assert_int_equal(itg_measure_run("reliability", &table, 1, "columns: {items: [a, b]}", NULL, &r, &error),
                   ITG_ERR_NUMERIC);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(attitude_as_psych_and_r_give_it),
      cmocka_unit_test(gaps_and_reversal_as_r_gives_them),
      cmocka_unit_test(airquality_pairwise_and_listwise),
      cmocka_unit_test(ability_cov_as_r_gives_it),
      cmocka_unit_test(loadings_satisfy_their_equations),
      cmocka_unit_test(one_factor_is_recovered),
      cmocka_unit_test(alpha_does_not_depend_on_where_zero_is),
      cmocka_unit_test(groups_are_parts_and_threads_do_not_show),
      cmocka_unit_test(bootstrap_is_near_the_jackknife),
      cmocka_unit_test(bootstrap_is_alpha_of_the_rows_drawn),
      cmocka_unit_test(alpha_of_right_and_wrong_is_kuder_richardson_20),
      cmocka_unit_test(instrument_and_columns_agree),
      cmocka_unit_test(ability_cov_as_a_table_as_psych_gives_it),
      cmocka_unit_test(harman74_cor_as_psych_gives_it),
      cmocka_unit_test(bfi_as_psych_gives_it),
      cmocka_unit_test(holzinger_and_swineford_1939_as_psych_gives_it),
      cmocka_unit_test(lsat_7_of_bock_and_lieberman),
      cmocka_unit_test(a_matrix_may_come_in_several_shapes),
      cmocka_unit_test(an_instrument_finds_its_items_in_a_matrix),
      cmocka_unit_test(a_bad_matrix_is_told_where),
      cmocka_unit_test(singular_covariances_give_what_can_be_had),
      cmocka_unit_test(missing_figures_say_why),
      cmocka_unit_test(heywood_case_gives_no_omega),
      cmocka_unit_test(an_item_against_the_rest_is_named),
      cmocka_unit_test(bad_input_is_told_where),
      cmocka_unit_test(infinite_and_huge_answers_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
