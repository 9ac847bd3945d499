/* Measure agreement: published reliability data, irrCAC's and irr's numbers on random ratings, bad input. */
#include "scoring.h"

#include "itg_chance.h"
#include "itg_random.h"

#define DATA(csv) ((const inputs){"data", csv, NULL})
#define VALUE(result, scale) CELL(result, "estimates", "estimate", "scale", scale, "category", "all")
#define ERROR(result, scale) CELL(result, "estimates", "std_error", "scale", scale, "category", "all")
#define VARIANT(result, scale, weights) \
  CELL(result, "estimates", "estimate", "scale", scale, "weights", weights, "category", "all")

/* Krippendorff 2011, 4 observers and 12 units; the rating of unit 12 is observer B's. */
static const char observers[] =
    "unit,A,B,C,D\n1,1,1,,1\n2,2,2,3,2\n3,3,3,3,3\n4,3,3,3,3\n5,2,2,2,2\n6,1,2,3,4\n7,4,4,4,4\n8,1,1,2,1\n"
    "9,2,2,2,2\n10,,5,5,5\n11,,,1,1\n12,,3,,\n";
#define OBSERVERS "columns: {ratings: [A, B, C, D]}"

static void alpha_of_krippendorff_2011_reliability_data(void **state) {
  (void)state;
  itg_result *r =
      score("agreement", DATA(observers),
            "{" OBSERVERS ", coefficients: krippendorff, metrics: [nominal, ordinal, interval, ratio]}");
  assert_near(VARIANT(r, "krippendorff_alpha", "nominal metric"), 0.7434211, 5e-8);
  assert_near(VARIANT(r, "krippendorff_alpha", "ordinal metric (Krippendorff)"), 0.8153875, 5e-8);
  assert_near(VARIANT(r, "krippendorff_alpha", "interval metric"), 0.8491071, 5e-8);
  assert_near(VARIANT(r, "krippendorff_alpha", "ratio metric"), 0.7974027, 1e-7);
  assert_true(CELL(r, "estimates", "n", "weights", "nominal metric") == 11);
  assert_true(CELL(r, "estimates", "n_missing", "weights", "nominal metric") == 1);
  assert_true(has_note(r, "1 units have fewer than two ratings"));
  /* n_c = 9 13 10 5 3 over 40 pairable values; here unit 12 counts too: 41 */
  assert_true(CELL(r, "categories", "n", "category", "3") == 11);
  itg_result_free(r);
}

/* The example in the help of the Python package krippendorff: 3 observers and 15 units. */
static void alpha_of_three_observers_and_15_units(void **state) {
  (void)state;
  itg_result *r =
      score("agreement",
            DATA("a,b,c\n,1,\n,,\n,2,2\n,1,1\n,3,3\n3,3,4\n4,4,4\n1,3,\n2,,2\n1,,1\n1,,1\n3,,3\n3,,3\n"
                 ",,\n3,,4\n"),
            "{columns: {ratings: [a, b, c]}, coefficients: krippendorff, metrics: [nominal, interval]}");
  assert_near(VARIANT(r, "krippendorff_alpha", "nominal metric"), 0.691358, 5e-7);
  assert_near(VARIANT(r, "krippendorff_alpha", "interval metric"), 0.810845, 5e-7);
  itg_result_free(r);
}

/* Gwet's numbers on the 12 units, where the rating of unit 12 is the third rater's; errors in brackets there.
 */
static void coefficients_of_gwet_2014_on_12_units(void **state) {
  (void)state;
  static const struct {
    const char *scale;
    double value, error;
  } plain[] = {{"gwet_ac", 0.77544, 0.14295},
               {"fleiss_kappa", 0.76117, 0.15302},
               {"conger_kappa", 0.76282, 0.14917},
               {"brennan_prediger", 0.77273, 0.14472},
               {"krippendorff_alpha", 0.74342, 0.14548}}; /* error: irrCAC 1.4; 0.14557 was published for it */
  static const struct {
    const char *weights;
    double gwet, fleiss, brennan;
  } weighted[] = {{"quadratic", 0.91400, 0.86494, 0.90152},
                  {"linear", 0.85874, 0.81794, 0.84848},
                  {"ordinal", 0.89894, 0.85021, 0.88636}};
  char third[sizeof observers], options[200];
  memcpy(third, observers, sizeof observers);
  memcpy(strstr(third, "12,,3,,"), "12,,,3,", 7);
  itg_result *r = score("agreement", DATA(third), "{" OBSERVERS "}");
  for (size_t i = 0; i < ITG_COUNT(plain); i++) {
    assert_near(VALUE(r, plain[i].scale), plain[i].value, 5e-6);
    assert_near(ERROR(r, plain[i].scale), plain[i].error, 5e-6);
  }
  assert_near(VALUE(r, "percent_agreement"), 0.8181818, 5e-8);
  itg_result_free(r);
  r = score("agreement", DATA(observers), "{" OBSERVERS "}"); /* by the second rater: Conger alone differs */
  assert_near(VALUE(r, "conger_kappa"), 0.76207, 5e-6);
  assert_near(VALUE(r, "fleiss_kappa"), 0.76117, 5e-6);
  itg_result_free(r);
  for (size_t i = 0; i < ITG_COUNT(weighted); i++) {
    snprintf(options, sizeof options, "{" OBSERVERS ", weights: %s}", weighted[i].weights);
    r = score("agreement", DATA(third), options);
    assert_near(VALUE(r, "gwet_ac"), weighted[i].gwet, 5e-6);
    assert_near(VALUE(r, "fleiss_kappa"), weighted[i].fleiss, 5e-6);
    assert_near(VALUE(r, "brennan_prediger"), weighted[i].brennan, 5e-6);
    assert_string_equal(TEXT(r, "coefficients", "name", "scale", "gwet_ac"), "Gwet's AC2");
    itg_result_free(r);
  }
}

/* Rows of a cross-table as pairs of ratings. */
static const char *pairs_of(const int *table, int q, char *text, size_t size) {
  size_t at = (size_t)snprintf(text, size, "first,second\n");
  for (int i = 0; i < q * q; i++)
    for (int k = 0; k < table[i]; k++)
      at += (size_t)snprintf(text + at, size - at, "%d,%d\n", i / q + 1, i % q + 1);
  return text;
}

/* The published errors are those of a table, which divide by n where the errors over units divide by n - 1.
 */
static void coefficients_of_gwets_3_by_3_table(void **state) {
  (void)state;
  static const int table[] = {13, 0, 0, 0, 20, 7, 0, 4, 56};
  static const struct {
    const char *scale;
    double value, error;
  } expected[] = {{"cohen_kappa", 0.7964094, 0.0589107},
                  {"fleiss_kappa", 0.7962397, 0.0590547},
                  {"gwet_ac", 0.8493305, 0.0432175},
                  {"brennan_prediger", 0.835, 0.0469335}};
  static char text[2000];
  pairs_of(table, 3, text, sizeof text);
  itg_result *r = score("agreement", DATA(text), "columns: {ratings: [first, second]}");
  for (size_t i = 0; i < ITG_COUNT(expected); i++) {
    assert_near(VALUE(r, expected[i].scale), expected[i].value, 5e-8);
    assert_near(ERROR(r, expected[i].scale) * (i ? sqrt(99.0 / 100) : 1), expected[i].error, 5e-8);
  }
  assert_near(VALUE(r, "krippendorff_alpha"), 0.7972585, 5e-8);
  assert_near(VALUE(r, "percent_agreement"), 0.89, 1e-15);
  /* Cohen's and Conger's are one with two raters and no gap. */
  assert_near(VALUE(r, "conger_kappa"), VALUE(r, "cohen_kappa"), 1e-14);
  itg_result_free(r);
  r = score("agreement", DATA(text), "{columns: {ratings: [first, second]}, weights: linear}");
  assert_near(VALUE(r, "cohen_kappa"), 0.8429020, 5e-8);
  assert_near(ERROR(r, "cohen_kappa"), 0.0478721, 5e-8);
  assert_near(VALUE(r, "gwet_ac"), 0.9000227, 5e-8);
  itg_result_free(r);
  r = score("agreement", DATA(text), "{columns: {ratings: [first, second]}, weights: quadratic}");
  assert_near(VALUE(r, "cohen_kappa"), 0.8921569, 5e-8);
  assert_near(ERROR(r, "cohen_kappa"), 0.0353515, 5e-8);
  assert_near(VALUE(r, "gwet_ac"), 0.9402369, 5e-8);
  itg_result_free(r);
}

/* The same table as counts of pairs; a row that stands for no unit changes nothing. */
static void counts_of_ratings_stand_for_units(void **state) {
  (void)state;
  static const int table[] = {13, 0, 0, 0, 20, 7, 0, 4, 56};
  const char *options = "{columns: {ratings: [first, second]}, weights: linear, by_category: true}";
  const char *counted = "first,second,count\n1,1,13\n2,2,15\n2,3,7\n3,2,4\n3,3,56\n2,2,5\n1,3,0\n";
  static char text[2000];
  itg_result *units = score("agreement", DATA(pairs_of(table, 3, text, sizeof text)), options);
  itg_result *counts = score("agreement", DATA(counted), options);
  const itg_table *a = itg_result_find(units, "coefficients"), *b = itg_result_find(counts, "coefficients");
  assert_int_equal(a->n_rows, b->n_rows);
  for (int64_t row = 0; row < a->n_rows; row++) {
    assert_true(number_at(a, row, "observed") == number_at(b, row, "observed"));
    assert_true(itg_text_equal(text_at(a, row, "p_value"), text_at(b, row, "p_value")));
  }
  assert_true(VALUE(units, "cohen_kappa") == VALUE(counts, "cohen_kappa"));
  assert_true(ERROR(units, "cohen_kappa") == ERROR(counts, "cohen_kappa"));
  assert_true(ERROR(units, "gwet_ac") == ERROR(counts, "gwet_ac"));
  assert_true(CELL(counts, "categories", "n", "category", "3") == 123);
  assert_true(CELL(counts, "estimates", "n", "scale", "gwet_ac") == 100);
  assert_true(has_note(counts, "7 rows stand for 100 units, by their counts"));
  itg_result_free(units);
  itg_result_free(counts);
}

static void bad_counts_are_refused(void **state) {
  (void)state;
  const char *two = "columns: {ratings: [a, b]}";
  assert_fails("agreement", DATA("a,b,count\n1,2,1.5\n"), two, ITG_ERR_RANGE,
               "line 2, column 'count': the count of a row must be a whole number from 0");
  assert_fails("agreement", DATA("a,b,count\n1,2,3\n2,2,\n"), two, ITG_ERR_RANGE, "line 3, column 'count'");
  assert_fails("agreement", DATA("a,b,count\n1,2,-3\n"), two, ITG_ERR_RANGE, "line 2, column 'count'");
  assert_fails("agreement", DATA("a,b,count\n1,2,9007199254740992\n2,2,1\n"), two, ITG_ERR_LIMIT, "2^53 units");
  assert_fails("agreement", DATA("unit,rater,value,k\n1,a,1,2\n1,b,1,2\n"), "columns: {count: k}", ITG_ERR_COLUMN,
               "'count' belongs to wide data");
}

static void kappa_and_ac1_of_a_2_by_2_table(void **state) {
  (void)state;
  static const int table[] = {20, 5, 10, 15};
  static char text[1000];
  itg_result *r =
      score("agreement", DATA(pairs_of(table, 2, text, sizeof text)), "columns: {ratings: [first, second]}");
  assert_near(VALUE(r, "cohen_kappa"), 0.4, 1e-14);
  assert_near(ERROR(r, "cohen_kappa"), 0.1269961, 5e-8);
  assert_near(VALUE(r, "gwet_ac"), 0.4059406, 5e-8);
  itg_result_free(r);
}

static void weighted_kappa_of_cohen_1968_by_his_disagreement_weights(void **state) {
  (void)state;
  static const int table[] = {88, 14, 18, 10, 40, 10, 2, 6, 12};
  static char text[2000];
  itg_result *r = score("agreement", DATA(pairs_of(table, 3, text, sizeof text)),
                        "{columns: {ratings: [first, second]}, categories: [1, 2, 3], coefficients: cohen, "
                        "weight_matrix: [[0, 1, 3], [1, 0, 6], [3, 6, 0]], weight_kind: disagreement}");
  assert_near(VALUE(r, "cohen_kappa"), 0.3478261, 5e-8);
  assert_near(ERROR(r, "cohen_kappa"), 0.0755040, 5e-8);
  assert_near(CELL(r, "estimates", "conf_low", "scale", "cohen_kappa"), 0.1998, 5e-5);
  assert_near(CELL(r, "estimates", "conf_high", "scale", "cohen_kappa"), 0.4958, 5e-5);
  assert_string_equal(TEXT(r, "estimates", "weights", "scale", "cohen_kappa"), "own weights");
  itg_result_free(r);
}

/* Counts per subject as digits, to rows of six raters. */
static const char *raters_of(const char *const *counts, int n, char *text, size_t size) {
  size_t at = (size_t)snprintf(text, size, "a,b,c,d,e,f\n");
  for (int i = 0; i < n; i++) {
    int rater = 0;
    for (int k = 0; k < 5; k++)
      for (int c = counts[i][k] - '0'; c; c--)
        at += (size_t)snprintf(text + at, size - at, "%d%c", k + 1, ++rater == 6 ? '\n' : ',');
  }
  return text;
}

/* The first 15 are Gwet's table too. */
static const char *const psychiatrists[] = {
    "00060", "03003", "01401", "00006", "03030", "20400", "00402", "20310", "20040", "00006",
    "10050", "11040", "03300", "10050", "02031", "00501", "30012", "51000", "02040", "10203",
    "00006", "01050", "02013", "20040", "10041", "05010", "40002", "02040", "10500", "00006"};
#define SIX "columns: {ratings: [a, b, c, d, e, f]}"

static void kappa_of_fleiss_1971_table_1(void **state) {
  (void)state;
  static const double by_category[] = {.245, .245, .520, .471, .566}, totals[] = {26, 26, 30, 55, 43};
  static char text[1000];
  char category[2] = "1";
  itg_result *r = score("agreement", DATA(raters_of(psychiatrists, 30, text, sizeof text)),
                        "{" SIX ", by_category: true, coefficients: [fleiss]}");
  assert_near(VALUE(r, "fleiss_kappa"), 0.4302445, 5e-8);
  assert_near(CELL(r, "coefficients", "statistic", "category", "all"), 17.6518, 5e-5);
  for (int k = 0; k < 5; k++, category[0]++) {
    assert_near(CELL(r, "estimates", "estimate", "category", category), by_category[k], 5e-4);
    assert_true(CELL(r, "categories", "n", "category", category) == totals[k]);
  }
  itg_result_free(r);
  /* R package irr 0.85, kappam.fleiss(exact = TRUE) */
  r = score("agreement", DATA(text), "{" SIX ", coefficients: [conger]}");
  assert_near(VALUE(r, "conger_kappa"), 0.4418085, 5e-8);
  itg_result_free(r);
}

static void coefficients_of_gwets_distribution_table(void **state) {
  (void)state;
  static char text[1000];
  itg_result *r = score("agreement", DATA(raters_of(psychiatrists, 15, text, sizeof text)), SIX);
  assert_near(VALUE(r, "gwet_ac"), 0.4448007, 5e-8);
  assert_near(ERROR(r, "gwet_ac"), 0.0841876, 5e-8);
  assert_near(VALUE(r, "fleiss_kappa"), 0.4139265, 5e-8);
  assert_near(ERROR(r, "fleiss_kappa"), 0.0811929, 5e-8);
  assert_near(VALUE(r, "krippendorff_alpha"), 0.4204384, 5e-8);
  assert_near(VALUE(r, "brennan_prediger"), 0.4388889, 5e-8);
  itg_result_free(r);
}

/* ---- peers on random ratings ---- */

static itg_result *score_file(const char *name, const char *options) {
  char path[4096];
  const char *root = getenv("ITG_SOURCE") ? getenv("ITG_SOURCE") : getenv("srcdir") ? getenv("srcdir") : ".";
  itg_error error = {0};
  itg_frame *frame = NULL;
  itg_result *r = NULL;
  snprintf(path, sizeof path, "%s/tests/data/golden/%s", root, name);
  if (itg_frame_read(path, NULL, &frame, &error)) fail_msg("%s", error.message);
  if (itg_measure_run("agreement", itg_frame_table(frame), 1, options, NULL, &r, &error))
    fail_msg("%s", error.message);
  itg_frame_free(frame);
  return r;
}
#define FIVE "columns: {ratings: [r1, r2, r3, r4, r5]}"

/* irrCAC 1.4 for R, its functions without their rounding: value and standard error; chance agreement of AC.
 */
static void irrcac_agrees_on_200_units_of_5_raters_with_gaps(void **state) {
  (void)state;
  static const struct {
    const char *weights, *metric;
    double numbers[6][2]; /* percent, conger, fleiss, brennan_prediger, gwet (error only), krippendorff */
  } peer[] = {{"unweighted",
               "nominal",
               {{0.5256802721088434, 0.0234091251808763},
                {0.3560125433883812, 0.0308844949923625},
                {0.3548926416046588, 0.0310014218700429},
                {0.3675736961451246, 0.0306214606724070},
                {0.3716900000000000, 0.0306745106982074},
                {0.3691765842243103, 0.0300267755400602}}},
              {"linear",
               NULL,
               {{0.7473356009070295, 0.0158479228064509},
                {0.3665768672291591, 0.0337515367341975},
                {0.3643333533077940, 0.0335419805011374},
                {0.3936054421768708, 0.0336546208410325},
                {0.4098499999999999, 0.0343018059747183},
                {0.3777764344609140, 0.0330113449020508}}},
              {"quadratic",
               "interval",
               {{0.8385676492819350, 0.0145484004985033},
                {0.3762577641471777, 0.0424885198218051},
                {0.3733935994676879, 0.0421049523932009},
                {0.4188435374149662, 0.0427368536843880},
                {0.4471, 0.0435608634646500},
                {0.3838575874944694, 0.0418667612156587}}},
              {"ordinal",
               NULL,
               {{0.8157596371882086, 0.0147130743771933},
                {0.3729722167072862, 0.0389913090235244},
                {0.3703165666956669, 0.0386417720811144},
                {0.4104308390022676, 0.0391808505064365},
                {0.4348699999999999, 0.0400593432291439},
                {0.3817928736911764, 0.0383537198274356}}},
              {"radical",
               NULL,
               {{0.6618605673470522, 0.0180660923215990},
                {0.3612384612302997, 0.0312351168920827},
                {0.3595111742261227, 0.0311859751425186},
                {0.3802776145734134, 0.0309876710956778},
                {0.39026, 0.0313081560246957},
                {0.3736508892634656, 0.0304666715518469}}},
              {"ratio",
               "ratio",
               {{0.8037608429615232, 0.0153346558211478},
                {0.3827315775213631, 0.0390197654029695},
                {0.3798179734856673, 0.0389699765564998},
                {0.3668501751011596, 0.0420951485998821},
                {0.3934000000000000, 0.0410007956223330},
                {0.3911345525703581, 0.0383812017762013}}},
              {"circular",
               "circular",
               {{0.6847789115646258, 0.0182399465707135},
                {0.3594772938009288, 0.0343665081515702},
                {0.3570672015390399, 0.0345335433300737},
                {0.3695578231292517, 0.0339474602977122},
                {0.3817099999999999, 0.0342314850371215},
                {0.3762727448987386, 0.0327192391234929}}},
              {"bipolar",
               "bipolar",
               {{0.8138095238095237, 0.0147058009273413},
                {0.3689392788557306, 0.0386746465626582},
                {0.3664409898355621, 0.0382503027713259},
                {0.4068268015170668, 0.0390201261820492},
                {0.4312599999999999, 0.0398631916895936},
                {0.3783461450104568, 0.0380322850970552}}}};
  static const char *const scales[] = {"percent_agreement", "conger_kappa", "fleiss_kappa",
                                       "brennan_prediger",  "gwet_ac",      "krippendorff_alpha"};
  char options[200];
  for (size_t i = 0; i < ITG_COUNT(peer); i++) {
    snprintf(options, sizeof options, "{" FIVE ", weights: %s, metrics: %s}", peer[i].weights,
             peer[i].metric ? peer[i].metric : "nominal");
    itg_result *r = score_file("agreement_ratings.csv", options);
    for (size_t k = 0; k < ITG_COUNT(scales); k++) {
      if (k == 5 && !peer[i].metric) continue;
      assert_near(VALUE(r, scales[k]), peer[i].numbers[k][0],
                  k == 4 ? 5e-6 : 1e-13); /* AC is rounded there */
      assert_near(ERROR(r, scales[k]), peer[i].numbers[k][1], 1e-13);
    }
    itg_result_free(r);
  }
}

/* irr 0.85 for R, kappa2 on the 142 units that both rated: value, and z by the error under chance. */
static void irr_agrees_on_kappa_of_two_raters(void **state) {
  (void)state;
  itg_result *r = score_file("agreement_ratings.csv", "{columns: {ratings: [r1, r2]}, coefficients: cohen}");
  assert_near(VALUE(r, "cohen_kappa"), 0.44776719860533726, 1e-13);
  assert_near(CELL(r, "coefficients", "statistic", "scale", "cohen_kappa"), 9.1310821308894692, 1e-12);
  itg_result_free(r);
  r = score_file("agreement_ratings.csv",
                 "{columns: {ratings: [r1, r2]}, coefficients: cohen, weights: quadratic}");
  assert_near(VALUE(r, "cohen_kappa"), 0.44317344772303807, 1e-13);
  assert_near(CELL(r, "coefficients", "statistic", "scale", "cohen_kappa"), 5.3434616876534555, 1e-12);
  itg_result_free(r);
}

/* statsmodels 0.13.5 for Python: cohens_kappa of a table, value and error; fleiss_kappa of counts by category, with its
 * methods fleiss and randolph. */
static void statsmodels_agrees_on_kappa(void **state) {
  (void)state;
  static const char pairs[] =
      "a,b,n\n1,1,22\n1,2,5\n1,3,1\n2,1,4\n2,2,18\n2,3,6\n2,4,2\n3,1,1\n3,2,7\n3,3,15\n3,4,3\n4,2,1\n4,3,4\n4,4,11\n";
  static const struct {
    const char *weights;
    double kappa, error;
  } known[] = {{"unweighted", .5394202113248442, .06460188731634964},
               {"linear", .6622791825424317, .053854211261848},
               {"quadratic", .7735674676524954, .047043207918719035}};
  char options[200];
  for (size_t i = 0; i < ITG_COUNT(known); i++) {
    snprintf(options, sizeof options, "{columns: {ratings: [a, b], count: n}, coefficients: cohen, weights: %s}",
             known[i].weights);
    itg_result *r = score("agreement", DATA(pairs), options);
    assert_near(VALUE(r, "cohen_kappa"), known[i].kappa, 1e-13);
    assert_near(ERROR(r, "cohen_kappa"), known[i].error, 1e-13);
    itg_result_free(r);
  }
  itg_result *r = score("agreement",
                        DATA("r1,r2,r3,r4\n1,1,1,1\n1,2,1,2\n2,2,3,2\n3,1,2,3\n3,3,3,3\n1,1,2,1\n2,2,2,2\n2,3,1,2\n"),
                        "{columns: {ratings: \"r{n}\"}, coefficients: [fleiss, brennan_prediger]}");
  assert_near(VALUE(r, "fleiss_kappa"), .3631840796019901, 1e-13);
  assert_near(VALUE(r, "brennan_prediger"), .375, 1e-13);
  itg_result_free(r);
}

/* Quadratic weights are the interval metric, ordinal weights are not the ordinal metric (0.83364 and
 * 0.81539). */
static void the_two_meanings_of_ordinal_differ(void **state) {
  (void)state;
  double weights[25];
  static const double scores[] = {1, 2, 3, 4, 5};
  itg_weights_of_scores(ITG_METRIC_ORDINAL, scores, 5, weights);
  static const double first[] = {1, 0.9, 0.7, 0.4, 0};
  for (int k = 0; k < 5; k++) assert_near(weights[k], first[k], 1e-15);
  itg_result *r =
      score("agreement", DATA(observers), "{" OBSERVERS ", coefficients: krippendorff, metrics: ordinal}");
  assert_near(VALUE(r, "krippendorff_alpha"), 0.81539, 5e-6);
  itg_result_free(r);
}

/* Krippendorff 2011, step by step: coincidences of all ordered pairs in a unit, then sums over pairs of
 * values. */
static double alpha_by_definition(int rating[][5], int n, const char *metric) {
  double coincidences[6][6] = {{0}}, margins[6] = {0}, total = 0, within = 0, all = 0;
  for (int u = 0; u < n; u++) {
    int m = 0;
    for (int i = 0; i < 5; i++) m += rating[u][i] > 0;
    for (int i = 0; i < 5 && m > 1; i++)
      for (int k = 0; k < 5; k++)
        if (i != k && rating[u][i] && rating[u][k]) coincidences[rating[u][i]][rating[u][k]] += 1.0 / (m - 1);
  }
  for (int c = 1; c < 6; c++)
    for (int k = 1; k < 6; k++) margins[c] += coincidences[c][k], total += coincidences[c][k];
  for (int c = 1; c < 6; c++)
    for (int k = 1; k < c; k++) {
      double between = -(margins[c] + margins[k]) / 2, d = c - k;
      for (int g = k; g <= c; g++) between += margins[g];
      double squared = strcmp(metric, "nominal") == 0   ? 1
                       : strcmp(metric, "ordinal") == 0 ? between * between
                       : strcmp(metric, "ratio") == 0   ? d * d / ((c + k) * (c + k))
                                                        : d * d;
      within += coincidences[c][k] * squared;
      all += margins[c] * margins[k] * squared;
    }
  return 1 - (total - 1) * within / all;
}

/* irr 0.85 and icr 0.6.6 each depart from the definition of the ordinal metric on data such as these. */
static void alpha_by_its_definition_on_random_ratings(void **state) {
  (void)state;
  static const char *const metrics[] = {"nominal", "ordinal", "interval", "ratio"};
  static const char *const names[] = {"nominal metric", "ordinal metric (Krippendorff)", "interval metric",
                                      "ratio metric"};
  enum { UNITS = 80 };
  static char text[4000];
  itg_random random;
  itg_random_init(&random, 21, ITG_PURPOSE_TEST, 0);
  for (int gaps = 0; gaps < 2; gaps++) {
    int rating[UNITS][5];
    size_t at = (size_t)snprintf(text, sizeof text, "r1,r2,r3,r4,r5\n");
    for (int u = 0; u < UNITS; u++) {
      int truth = 1 + (int)itg_random_below(&random, 5);
      for (int i = 0; i < 5; i++) {
        rating[u][i] = itg_random_below(&random, 3) ? truth : 1 + (int)itg_random_below(&random, 5);
        if (gaps && itg_random_below(&random, 3) == 0) rating[u][i] = 0;
        if (rating[u][i]) at += (size_t)snprintf(text + at, sizeof text - at, "%d", rating[u][i]);
        at += (size_t)snprintf(text + at, sizeof text - at, i < 4 ? "," : "\n");
      }
    }
    itg_result *r =
        score("agreement", DATA(text),
              "{" FIVE ", coefficients: krippendorff, metrics: [nominal, ordinal, interval, ratio]}");
    for (size_t k = 0; k < ITG_COUNT(metrics); k++)
      assert_near(VARIANT(r, "krippendorff_alpha", names[k]), alpha_by_definition(rating, UNITS, metrics[k]),
                  1e-13);
    itg_result_free(r);
  }
}

/* ---- forms of data ---- */

static void long_and_wide_ratings_give_the_same(void **state) {
  (void)state;
  itg_result *w =
      score("agreement", DATA("u,a,b\nx,1,2\ny,2,2\nz,1,1\nv,,2\n"), "columns: {unit: u, ratings: [a, b]}");
  itg_result *l =
      score("agreement",
            DATA("unit,rater,value\nz,b,1\nx,a,1\nx,b,2\ny,b,2\ny,a,2\nz,a,1\nv,b,2\nv,a,\n,a,1\n"), NULL);
  static const char *const scales[] = {"percent_agreement", "cohen_kappa",      "conger_kappa",
                                       "fleiss_kappa",      "brennan_prediger", "gwet_ac",
                                       "krippendorff_alpha"};
  for (size_t i = 0; i < ITG_COUNT(scales); i++) {
    assert_true(VALUE(w, scales[i]) == VALUE(l, scales[i]));
    assert_true(ERROR(w, scales[i]) == ERROR(l, scales[i]));
  }
  assert_true(has_note(l, "1 rows lack a unit or a rater"));
  itg_result_free(w);
  itg_result_free(l);
}

static void raters_of_a_profession_agree_among_themselves(void **state) {
  (void)state;
  itg_result *r =
      score("agreement",
            DATA("unit,rater,value,profession\n1,a,1,nurse\n1,b,1,nurse\n1,c,2,doctor\n1,d,1,doctor\n"
                 "2,a,2,nurse\n2,b,2,nurse\n2,c,1,doctor\n2,d,1,doctor\n"),
            "by: profession");
  assert_true(CELL(r, "estimates", "estimate", "scale", "percent_agreement", "profession", "nurse") == 1);
  assert_true(CELL(r, "estimates", "estimate", "scale", "percent_agreement", "profession", "doctor") == 0.5);
  assert_true(CELL(r, "coefficients", "raters", "scale", "cohen_kappa", "profession", "nurse") == 2);
  itg_result_free(r);
}

static void words_are_categories_in_the_order_stated(void **state) {
  (void)state;
  const char *csv = "a,b\nlow,mid\nmid,mid\nhigh,high\nlow,low\nmid,high\n";
  itg_result *r = score("agreement", DATA(csv),
                        "{columns: {ratings: [a, b]}, categories: [low, mid, high], weights: linear}");
  itg_result *n = score("agreement", DATA("a,b\n1,2\n2,2\n3,3\n1,1\n2,3\n"),
                        "{columns: {ratings: [a, b]}, weights: linear}");
  assert_true(VALUE(r, "cohen_kappa") == VALUE(n, "cohen_kappa"));
  assert_true(VALUE(r, "gwet_ac") == VALUE(n, "gwet_ac"));
  itg_result_free(r);
  itg_result_free(n);
  assert_fails("agreement", DATA(csv), "{columns: {ratings: [a, b]}, weights: linear}", ITG_ERR_OPTION,
               "list them in order in the option 'categories'");
}

/* Distinct measurements: alpha by pairs of a spreadsheet. */
/* Two by two: both no 2, both yes 1, apart 1; kappa (0.75 - 0.5) / 0.5. */
static void words_without_a_stated_order_are_categories_too(void **state) {
  (void)state;
  itg_result *r = score("agreement", DATA("a,b\nno,no\nno,no\nyes,yes\nno,yes\n"),
                        "{columns: {ratings: [a, b]}, coefficients: [cohen, percent_agreement]}");
  assert_near(CELL(r, "estimates", "estimate", "scale", "percent_agreement"), 0.75, 1e-15);
  assert_near(CELL(r, "estimates", "estimate", "scale", "cohen_kappa"), 0.5, 1e-15);
  itg_result_free(r);
}

static void interval_alpha_of_distinct_measurements(void **state) {
  (void)state;
  itg_result *r = score("agreement", DATA("a,b\n1.5,1.25\n2.5,3.75\n4,4.5\n"),
                        "{columns: {ratings: [a, b]}, coefficients: krippendorff, metrics: interval}");
  double x[] = {1.5, 1.25, 2.5, 3.75, 4, 4.5}, within = 0, all = 0;
  for (int i = 0; i < 6; i += 2) within += 2 * (x[i] - x[i + 1]) * (x[i] - x[i + 1]);
  for (int i = 0; i < 6; i++)
    for (int k = 0; k < 6; k++) all += (x[i] - x[k]) * (x[i] - x[k]);
  assert_near(VALUE(r, "krippendorff_alpha"), 1 - 5 * within / all, 1e-14);
  itg_result_free(r);
}

/* ---- edges ---- */

static void one_category_leaves_chance_corrected_agreement_undefined(void **state) {
  (void)state;
  itg_result *r = score("agreement", DATA("a,b,c\n1,1,1\n1,1,\n1,1,1\n"), "columns: {ratings: [a, b, c]}");
  assert_true(VALUE(r, "percent_agreement") == 1);
  assert_true(isnan(VALUE(r, "fleiss_kappa")) && isnan(VALUE(r, "krippendorff_alpha")));
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "fleiss_kappa"), "no variance");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "krippendorff_alpha"), "no variance");
  itg_result_free(r);
  r = score("agreement", DATA("a,b,c\n1,1,1\n1,1,\n1,1,1\n"),
            "{columns: {ratings: [a, b, c]}, categories: [1, 2]}"); /* two were possible */
  assert_true(VALUE(r, "gwet_ac") == 1 && VALUE(r, "brennan_prediger") == 1);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "gwet_ac"), "no variance"); /* no interval */
  itg_result_free(r);
}

static void no_pair_of_ratings_is_too_few(void **state) {
  (void)state;
  itg_result *r = score("agreement", DATA("a,b\n1,\n,2\n1,\n"), "columns: {ratings: [a, b]}");
  assert_true(isnan(VALUE(r, "gwet_ac")) && isnan(VALUE(r, "cohen_kappa")));
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "gwet_ac"), "too few answers");
  assert_true(CELL(r, "estimates", "n_missing", "scale", "gwet_ac") == 3);
  itg_result_free(r);
}

static void cohen_with_three_raters_does_not_apply(void **state) {
  (void)state;
  itg_result *r = score("agreement", DATA(observers), "{" OBSERVERS ", coefficients: [cohen, gwet]}");
  assert_true(isnan(VALUE(r, "cohen_kappa")));
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "cohen_kappa"), "not applicable");
  itg_result_free(r);
}

static void bad_ratings_are_refused(void **state) {
  (void)state;
  const char *two = "columns: {ratings: [a, b]}";
  assert_fails("agreement", DATA("a,b\n1,2\n"), NULL, ITG_ERR_COLUMN, "no ratings; in `columns` name");
  assert_fails("agreement", DATA("a\n1\n2\n"), "columns: {ratings: [a]}", ITG_ERR_DATA, "one rater only");
  assert_fails("agreement", DATA("a,b\n"), two, ITG_ERR_EMPTY, "there are no rows");
  assert_fails("agreement", DATA("a,b\n,\n,\n"), two, ITG_ERR_EMPTY, "all are missing");
  assert_fails("agreement", DATA("unit,rater,value\n1,a,1\n1,b,1\n1,a,2\n"), NULL, ITG_ERR_DUPLICATE,
               "line 4, column 'unit': unit '1' is rated by 'a' in another row too");
  assert_fails("agreement", DATA("u,a,b\n1,1,1\n1,2,2\n"), "columns: {unit: u, ratings: [a, b]}",
               ITG_ERR_DUPLICATE, "stands in another row too");
  assert_fails("agreement", DATA("a,b\n1,2\n3,2\n"), "{columns: {ratings: [a, b]}, categories: [1, 2]}",
               ITG_ERR_RANGE, "line 3, column 'a': '3' is not among the categories; allowed: 1, 2");
  assert_fails("agreement", DATA("a,b\n1,2\n"), "{columns: {ratings: [a, b]}, categories: [1, 1.0]}",
               ITG_ERR_OPTION, "stands twice");
  assert_fails("agreement", DATA("a,b\n1,2\n"), "{columns: {ratings: [a, b]}, categories: [1]}",
               ITG_ERR_OPTION, "two at least");
  assert_fails("agreement", DATA("a,b\n-1,2\n"), "{columns: {ratings: [a, b]}, metrics: ratio}",
               ITG_ERR_OPTION, "needs numbers from 0");
  assert_fails("agreement", DATA("a,b\n1,2\n"), "{columns: {ratings: [a, b]}, metrics: [nominal, nominal]}",
               ITG_ERR_OPTION, "listed twice");
}

static void bad_weights_are_refused(void **state) {
  (void)state;
  static const struct {
    const char *matrix, *part;
  } bad[] = {{"[[1, 0]]", "list of 2 rows"},
             {"[[1, 0], [0]]", "row 2 of 'weight_matrix' must hold 2 numbers"},
             {"[[1, 2], [2, 1]]", "from 0 to 1"},
             {"[[1, x], [x, 1]]", "from 0 to 1"},
             {"[[0, 1], [1, 0]]", "must agree with itself"},
             {"[[1, 0.5], [0.25, 1]]", "not symmetric"}};
  char options[200];
  for (size_t i = 0; i < ITG_COUNT(bad); i++) {
    snprintf(options, sizeof options, "{columns: {ratings: [a, b]}, categories: [1, 2], weight_matrix: %s}",
             bad[i].matrix);
    assert_fails("agreement", DATA("a,b\n1,2\n2,2\n"), options, ITG_ERR_OPTION, bad[i].part);
  }
  assert_fails("agreement", DATA("a,b\n1,2\n2,2\n"),
               "{columns: {ratings: [a, b]}, weight_matrix: [[1, 0], [0, 1]]}", ITG_ERR_OPTION,
               "needs the option 'categories'");
}

static void too_many_categories_are_for_krippendorff_alone(void **state) {
  (void)state;
  static char text[8000];
  size_t at = (size_t)snprintf(text, sizeof text, "a,b\n");
  for (int i = 0; i < 300; i++) at += (size_t)snprintf(text + at, sizeof text - at, "%d,%d\n", i, i + i % 3);
  itg_result *r = score("agreement", DATA(text), "{columns: {ratings: [a, b]}, metrics: interval}");
  assert_true(VALUE(r, "krippendorff_alpha") > 0.99);
  assert_true(has_note(r, "too many for coefficients other than Krippendorff's"));
  itg_result_free(r);
  assert_fails("agreement", DATA(text), "{columns: {ratings: [a, b]}, coefficients: fleiss}", ITG_ERR_LIMIT,
               "at most 200");
  assert_fails("agreement", DATA(text), "{columns: {ratings: [a, b]}, by_category: true}", ITG_ERR_LIMIT,
               "'by_category'");
}

/* ---- bootstrap ---- */

static void bootstrap_is_the_same_on_any_number_of_threads_and_near_the_formula(void **state) {
  (void)state;
  const char *options = "{" SIX ", interval: bootstrap, replicates: 2000, seed: 5}";
  static char text[1000];
  raters_of(psychiatrists, 30, text, sizeof text);
  itg_error error = {0};
  itg_result *one = score("agreement", DATA(text), options), *three = NULL,
             *formula = score("agreement", DATA(text), SIX);
  if (attempt("agreement", DATA(text), options, 3, &three, &error)) fail_msg("%s", error.message);
  static const char *const scales[] = {"percent_agreement", "conger_kappa", "fleiss_kappa",
                                       "brennan_prediger",  "gwet_ac",      "krippendorff_alpha"};
  for (size_t i = 0; i < ITG_COUNT(scales); i++) {
    assert_true(ERROR(one, scales[i]) == ERROR(three, scales[i]));
    assert_true(VALUE(one, scales[i]) == VALUE(formula, scales[i]));
    assert_near(ERROR(one, scales[i]) / ERROR(formula, scales[i]), 1, 0.08);
  }
  itg_result_free(one);
  itg_result_free(three);
  itg_result_free(formula);
}

/* Units of each pattern in 1 .. 40, so that patterns share counts. */
static int64_t units_of(int32_t *codes, int64_t scale) {
  int64_t n = 0;
  for (int32_t k = 0; k < 40; k++)
    for (int64_t i = 0; i < scale * (1 + k / 2 * (k / 2) / 4); i++) codes[n++] = k;
  return n;
}

/* Counts of replicates have the multinomial's means, variances and covariances, drawn either way. */
static void replicates_of_patterns_are_multinomial(void **state) {
  (void)state;
  enum { MOST = 200000, DRAWS = 4000 };
  int32_t *codes = malloc(MOST * sizeof *codes);
  for (int way = 0; way < 3; way++) {
    int64_t n = way < 2 ? units_of(codes, way ? 50 : 1) : 3000;
    for (int i = 0; i < n && way == 2; i++) codes[i] = i < 5 ? 0 : i < 300 ? 1 : 2;
    itg_arena *arena = itg_arena_new();
    itg_rating_patterns patterns;
    itg_rating_draws draws;
    assert_true(n <= MOST);
    assert_int_equal(itg_rating_patterns_make(codes, NULL, n, 1, false, NULL, arena, &patterns, NULL), ITG_OK);
    assert_int_equal(itg_rating_draws_make(&patterns, arena, &draws, NULL), ITG_OK);
    assert_true(!draws.poisson == (way == 2)); /* 1000 units per pattern, of which there are few */
    int k = patterns.n_patterns;
    double sum[40] = {0}, squares[40] = {0}, product = 0, units = (double)n;
    for (uint32_t r = 0; r < DRAWS; r++) {
      int64_t counts[40], total = 0;
      itg_rating_draws_count(&draws, 11, r, counts);
      for (int i = 0; i < k; i++) {
        total += counts[i];
        sum[i] += (double)counts[i], squares[i] += (double)counts[i] * (double)counts[i];
      }
      assert_int_equal(total, n);
      product += (double)counts[k - 1] * (double)counts[k - 2];
    }
    for (int i = 0; i < k; i++) {
      double p = (double)patterns.counts[i] / units, mean = sum[i] / DRAWS;
      double variance = squares[i] / DRAWS - mean * mean, expected = units * p * (1 - p);
      assert_near(mean, units * p, 4 * sqrt(expected / DRAWS));
      assert_near(variance / expected, 1, 0.15);
    }
    double p = (double)patterns.counts[k - 1] / units, q = (double)patterns.counts[k - 2] / units;
    double covariance = product / DRAWS - sum[k - 1] / DRAWS * sum[k - 2] / DRAWS;
    assert_near(covariance, -units * p * q, 4 * units * sqrt(p * q * (1 - p) * (1 - q) / DRAWS));
    itg_arena_free(arena);
  }
  free(codes);
}

/* All counts of three patterns against their exact probabilities. */
static void replicates_of_few_units_have_the_exact_probabilities(void **state) {
  (void)state;
  enum { DRAWS = 60000, MOST = 20 };
  static const int64_t populations[][3] = {{1, 1, 1}, {1, 2, 3}, {10, 6, 4}};
  for (size_t s = 0; s < ITG_COUNT(populations); s++) {
    const int64_t *c = populations[s];
    int64_t n = c[0] + c[1] + c[2];
    static const int32_t codes[] = {0, 1, 2};
    double seen[MOST + 1][MOST + 1] = {{0}}, chi = 0, cells = 0, rest = 1, in_rest = DRAWS;
    itg_arena *arena = itg_arena_new();
    itg_rating_patterns patterns;
    itg_rating_draws draws;
    assert_int_equal(itg_rating_patterns_make(codes, c, 3, 1, false, NULL, arena, &patterns, NULL), ITG_OK);
    assert_int_equal(itg_rating_draws_make(&patterns, arena, &draws, NULL), ITG_OK);
    assert_non_null(draws.poisson);
    for (uint32_t r = 0; r < DRAWS; r++) {
      int64_t counts[3];
      itg_rating_draws_count(&draws, 5, r, counts);
      assert_int_equal(counts[0] + counts[1] + counts[2], n);
      seen[counts[0]][counts[1]]++;
    }
    for (int64_t i = 0; i <= n; i++)
      for (int64_t j = 0; i + j <= n; j++) {
        double k = (double)(n - i - j), x = (double)i, y = (double)j, size = (double)n;
        double p = exp(lgamma(size + 1) - lgamma(x + 1) - lgamma(y + 1) - lgamma(k + 1) + x * log((double)c[0] / size) +
                       y * log((double)c[1] / size) + k * log((double)c[2] / size));
        if (DRAWS * p < 20) continue;
        chi += (seen[i][j] - DRAWS * p) * (seen[i][j] - DRAWS * p) / (DRAWS * p);
        cells++, rest -= p, in_rest -= seen[i][j];
      }
    assert_true(cells > 5 && chi > cells - 1 - 4 * sqrt(2 * cells) && chi < cells - 1 + 4 * sqrt(2 * cells));
    assert_near(in_rest, DRAWS * rest, 6 * sqrt(DRAWS * rest + 1));
    itg_arena_free(arena);
  }
}

/* Exact probabilities of small binomials, and the tails of a large one. */
static void binomial_draws_have_their_distribution(void **state) {
  (void)state;
  enum { DRAWS = 40000 };
  itg_random random;
  itg_random_init(&random, 3, ITG_PURPOSE_TEST, 0);
  static const struct {
    int64_t n;
    double p;
  } cases[] = {{7, 0.3}, {40, 0.5}, {40, 0.9}, {1000, 0.02}};
  for (size_t c = 0; c < ITG_COUNT(cases); c++) {
    int64_t n = cases[c].n;
    double p = cases[c].p, counts[1001] = {0}, share = pow(1 - p, (double)n), chi = 0, cells = 0, rest = 1,
           seen = 0;
    for (int i = 0; i < DRAWS; i++) {
      int64_t k = itg_random_binomial(&random, n, p);
      assert_true(k >= 0 && k <= n);
      counts[k]++;
    }
    for (int64_t k = 0; k <= n; k++) {
      double wanted = DRAWS * share;
      if (wanted >= 20)
        chi += (counts[k] - wanted) * (counts[k] - wanted) / wanted, cells++, rest -= share,
            seen += counts[k];
      share *= (double)(n - k) / (double)(k + 1) * p / (1 - p);
    }
    assert_true(chi < cells + 5 * sqrt(2 * cells));
    assert_near(DRAWS - seen, DRAWS * rest, 6 * sqrt(DRAWS * rest + 1));
  }
  assert_int_equal(itg_random_binomial(&random, 9, 0), 0);
  assert_int_equal(itg_random_binomial(&random, 9, 1), 9);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(alpha_of_krippendorff_2011_reliability_data),
      cmocka_unit_test(alpha_of_three_observers_and_15_units),
      cmocka_unit_test(coefficients_of_gwet_2014_on_12_units),
      cmocka_unit_test(coefficients_of_gwets_3_by_3_table),
      cmocka_unit_test(counts_of_ratings_stand_for_units),
      cmocka_unit_test(bad_counts_are_refused),
      cmocka_unit_test(kappa_and_ac1_of_a_2_by_2_table),
      cmocka_unit_test(weighted_kappa_of_cohen_1968_by_his_disagreement_weights),
      cmocka_unit_test(kappa_of_fleiss_1971_table_1),
      cmocka_unit_test(coefficients_of_gwets_distribution_table),
      cmocka_unit_test(irrcac_agrees_on_200_units_of_5_raters_with_gaps),
      cmocka_unit_test(irr_agrees_on_kappa_of_two_raters),
      cmocka_unit_test(statsmodels_agrees_on_kappa),
      cmocka_unit_test(the_two_meanings_of_ordinal_differ),
      cmocka_unit_test(alpha_by_its_definition_on_random_ratings),
      cmocka_unit_test(long_and_wide_ratings_give_the_same),
      cmocka_unit_test(raters_of_a_profession_agree_among_themselves),
      cmocka_unit_test(words_are_categories_in_the_order_stated),
      cmocka_unit_test(words_without_a_stated_order_are_categories_too),
      cmocka_unit_test(interval_alpha_of_distinct_measurements),
      cmocka_unit_test(one_category_leaves_chance_corrected_agreement_undefined),
      cmocka_unit_test(no_pair_of_ratings_is_too_few),
      cmocka_unit_test(cohen_with_three_raters_does_not_apply),
      cmocka_unit_test(bad_ratings_are_refused),
      cmocka_unit_test(bad_weights_are_refused),
      cmocka_unit_test(too_many_categories_are_for_krippendorff_alone),
      cmocka_unit_test(bootstrap_is_the_same_on_any_number_of_threads_and_near_the_formula),
      cmocka_unit_test(replicates_of_patterns_are_multinomial),
      cmocka_unit_test(replicates_of_few_units_have_the_exact_probabilities),
      cmocka_unit_test(binomial_draws_have_their_distribution)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
