/* Measure icc: published and independent figures, identities, bad input. */
#include "attitude.h"
#include "scoring.h"

#define ICC(result, scale_) CELL(result, "estimates", "estimate", "scale", scale_)
#define LOW(result, scale_) CELL(result, "estimates", "conf_low", "scale", scale_)
#define HIGH(result, scale_) CELL(result, "estimates", "conf_high", "scale", scale_)

static const char all[] = "columns: {ratings: \"/./\"}";

static const char shrout_fleiss[] = "j1,j2,j3,j4\n9,2,5,8\n6,1,3,2\n8,4,6,8\n7,1,2,6\n10,5,6,9\n6,2,4,7\n";
static const char judges[] =
    "INTG,DMNR,DILG,CFMG,DECI,PREP,FAMI,ORAL,WRIT,PHYS,RTEN\n"
    "7.9,7.7,7.3,7.1,7.4,7.1,7.1,7.1,7,8.3,7.8\n"
    "8.9,8.8,8.5,7.8,8.1,8,8,7.8,7.9,8.5,8.7\n"
    "8.1,7.8,7.8,7.5,7.6,7.5,7.5,7.3,7.4,7.9,7.8\n"
    "8.8,8.5,8.8,8.3,8.5,8.7,8.7,8.4,8.5,8.8,8.7\n"
    "6.4,4.3,6.5,6,6.2,5.7,5.7,5.1,5.3,5.5,4.8\n"
    "8.8,8.7,8.5,7.9,8,8.1,8,8,8,8.6,8.6\n"
    "9,8.9,8.7,8.5,8.5,8.5,8.5,8.6,8.4,9.1,9\n"
    "5.9,4.9,5.1,5.4,5.9,4.8,5.1,4.7,4.9,6.8,5\n"
    "8.9,8.9,8.7,8.6,8.5,8.4,8.4,8.4,8.5,8.8,8.8\n"
    "7.9,6.7,8.1,7.9,8,7.9,8.1,7.7,7.8,8.5,7.9\n"
    "8,7.6,7.4,7.3,7.5,7.1,7.2,7.1,7.2,8.4,7.7\n"
    "8,7.6,7.2,7,7.1,6.9,7,7,7.1,6.9,7.2\n"
    "8.6,8.2,6.8,6.9,6.6,7.1,7.3,7.2,7.2,8.1,7.7\n"
    "7.5,6.4,6.8,6.5,7,6.6,6.8,6.3,6.6,6.2,6.5\n"
    "8.1,8,8,7.9,8,7.9,7.8,7.8,7.8,8.4,8\n"
    "8,7.4,7.7,7.3,7.3,7.3,7.2,7.1,7.2,8,7.6\n"
    "7.6,6.6,7.2,6.5,6.5,6.8,6.7,6.4,6.5,6.9,6.7\n"
    "7.7,6.7,7.5,7.4,7.5,7.1,7.3,7.1,7.3,8.1,7.4\n"
    "8.2,7.4,7.8,7.7,7.7,7.7,7.8,7.5,7.6,8,8\n"
    "6.9,5.7,6.6,6.9,6.6,6.2,6,5.8,5.8,7.2,6\n"
    "8.2,7.7,7.1,6.6,6.6,6.7,6.7,6.8,6.8,7.5,7.3\n"
    "7.3,6.9,6.8,6.7,6.8,6.4,6.3,6.3,6.3,7.4,6.6\n"
    "7.4,6.2,6.2,5.4,5.7,5.8,5.9,5.2,5.8,4.7,5.2\n"
    "8.3,8.1,7.7,7.4,7.3,7.3,7.3,7.2,7.3,7.8,7.6\n"
    "8.7,8.5,8.6,8.5,8.4,8.5,8.5,8.4,8.4,8.7,8.7\n"
    "8.9,8.7,8.9,8.7,8.8,8.9,9,8.8,8.9,9,9\n"
    "8.5,8.3,8,7.9,7.9,7.8,7.8,7.8,7.7,8.3,8.2\n"
    "9,8.9,8.7,8.4,8.5,8.4,8.3,8.3,8.3,8.8,8.7\n"
    "8.1,7.7,8.2,8,8.1,8.2,8.4,8,8.1,8.4,8.1\n"
    "9.2,9,9,8.4,8.6,9.1,9.1,8.9,9,8.9,9.2\n"
    "7.4,6.9,8.4,8,7.9,8.2,8.4,7.7,7.9,8.4,7.5\n"
    "8,7.9,7.9,7.8,7.8,7.6,7.4,7.4,7.4,8.1,7.9\n"
    "8.5,7.8,8.5,8.1,8.2,8.4,8.5,8.1,8.3,8.7,8.3\n"
    "8.9,8.8,8.7,8.4,8.5,8.5,8.5,8.4,8.4,8.8,8.8\n"
    "6.2,5.1,5.6,5.6,5.9,5.6,5.6,5.3,5.5,6.3,5.3\n"
    "8.3,8.1,8.3,8.4,8.2,8.2,8.1,7.9,8,8,8.2\n"
    "8.3,8,8.1,7.9,7.9,7.9,7.7,7.6,7.7,8.1,8\n"
    "8.2,7.7,7.8,7.6,7.7,7.7,7.7,7.5,7.6,8.5,7.7\n"
    "7.3,7,6.8,7,7.1,6.7,6.7,6.7,6.7,8,7\n"
    "8.2,7.8,8.3,8.4,8.3,7.7,7.6,7.5,7.7,8.1,7.9\n"
    "7,5.9,7,7,7.2,6.9,6.9,6.5,6.6,7.6,6.6\n"
    "8.4,8.4,7.7,7.5,7.7,7.8,8.2,8,8.1,8.3,8.1\n"
    "7.4,7,7.5,7.5,7.7,7.4,7.2,6.9,7,7.8,7.1\n";
/* Student 1908, datasets::sleep: hours gained under two drugs. */
static const char sleep[] =
    "drug1,drug2\n0.7,1.9\n-1.6,0.8\n-0.2,1.1\n-1.2,0.1\n-0.1,-0.1\n3.4,4.4\n3.7,5.5\n"
    "0.8,1.6\n0,4.6\n2,3.4\n";

static itg_result *run(const char *csv, const char *options) {
  const inputs in = {"data", csv, NULL};
  return score("icc", in, options);
}

/* Shrout and Fleiss, Psychol Bull 1979;86:420-8, tables 2 to 4: two decimals are published; the further
 * digits are psych's, with its intervals. */
static void shrout_and_fleiss_1979_table_4(void **state) {
  (void)state;
  static const struct {
    const char *scale;
    double published, value, low, high;
  } forms[] = {
      {"icc_1_1", .17, 0.1657418, -0.1329323, 0.7225601}, {"icc_2_1", .29, 0.2897638, 0.0187865, 0.7610844},
      {"icc_3_1", .71, 0.7148407, 0.3424648, 0.9458583},  {"icc_1_k", .44, 0.4427971, -0.8844422, 0.9124154},
      {"icc_2_k", .62, 0.6200505, 0.0711368, 0.9272320},  {"icc_3_k", .91, 0.9093155, 0.6756747, 0.9858917}};
  itg_result *r = run(shrout_fleiss, all);
  for (size_t i = 0; i < ITG_COUNT(forms); i++) {
    assert_near(ICC(r, forms[i].scale), forms[i].published, 5e-3);
    assert_near(ICC(r, forms[i].scale), forms[i].value, 6e-8);
    assert_near(LOW(r, forms[i].scale), forms[i].low, 6e-8);
    assert_near(HIGH(r, forms[i].scale), forms[i].high, 6e-8);
  }
  assert_near(CELL(r, "anova", "ms", "source", "targets"), 11.2416667, 5e-8);
  assert_near(CELL(r, "anova", "ms", "source", "raters"), 32.4861111, 5e-8);
  assert_near(CELL(r, "anova", "ms", "source", "residual"), 1.0194444, 5e-8);
  assert_near(CELL(r, "anova", "ms", "source", "within"), 6.2638889, 5e-8);
  itg_result_free(r);
}

/* psych on datasets of R. */
static void attitude_and_us_judges_as_psych_gives_them(void **state) {
  (void)state;
  itg_result *r = run(attitude, all);
  assert_near(ICC(r, "icc_1_1"), .1885617, 5e-8);
  assert_near(ICC(r, "icc_2_1"), .2403399, 5e-8);
  assert_near(ICC(r, "icc_3_1"), .4343537, 5e-8);
  assert_near(ICC(r, "icc_3_k"), .8431427696, 5e-10); /* is alpha */
  itg_result_free(r);
  r = run(judges, all);
  assert_near(ICC(r, "icc_2_1"), .8558267, 5e-8);
  assert_near(ICC(r, "icc_3_1"), .9001904, 5e-8);
  assert_near(ICC(r, "icc_3_k"), .9900209, 5e-8);
  itg_result_free(r);
}

/* Two occasions of datasets::sleep: psych's coefficients; differences by t.test() and by hand. */
static void sleep_gives_errors_and_limits_of_change(void **state) {
  (void)state;
  itg_result *r = run(sleep, all);
  assert_near(ICC(r, "icc_2_1"), .5962183, 5e-8);
  assert_near(ICC(r, "icc_3_1"), .7901550, 5e-8);
  assert_near(LOW(r, "icc_3_1"), .3587568, 5e-8);
  assert_near(HIGH(r, "icc_3_1"), .9434151, 5e-8);
  assert_near(ICC(r, "sem_consistency"), .8697381, 5e-8);
  assert_near(ICC(r, "sdc_consistency"), 2.4107911, 5e-8);
  assert_near(ICC(r, "difference"), 1.58, 1e-14);
  assert_near(LOW(r, "difference"), 0.7001142, 5e-8); /* t.test(paired = TRUE) */
  assert_near(HIGH(r, "difference"), 2.4598858, 5e-8);
  assert_near(ICC(r, "limit_low"), 1.58 - 1.96 * 1.2299955, 2e-7);
  assert_near(ICC(r, "limit_high"), 1.58 + 1.96 * 1.2299955, 2e-7);
  double raters = 5 * 1.58 * 1.58, error = 1.2299955 * 1.2299955 / 2; /* mean square of the drugs: n/2 d^2 */
  assert_near(ICC(r, "sem_agreement"), sqrt((raters - error) / 10 + error), 2e-7);
  itg_result_free(r);
}

/* Rows in any order, one per rating, are the same as columns. */
static void long_data_are_wide_data(void **state) {
  (void)state;
  char csv[1000] = "who,by,mark\n";
  const char *at = strchr(shrout_fleiss, '\n') + 1;
  for (int i = 0; i < 24; i++) {
    char *end, line[40];
    double x = strtod(at, &end);
    snprintf(line, sizeof line, "t%d,%c,%g\n", i / 4, 'a' + i % 4, x);
    strcat(csv, line);
    at = end + 1;
  }
  itg_result *wide = run(shrout_fleiss, all),
             *tall = run(csv, "columns: {target: who, rater: by, rating: mark}");
  assert_true(ICC(wide, "icc_2_1") == ICC(tall, "icc_2_1"));
  itg_result_free(wide);
  itg_result_free(tall);
}

/* Listwise: as if the row were not there.  One-way: warpbreaks-like groups of unequal size by R's aov():
 * y = 1 2 3 | 4 6 | 9 7 8, mean squares 23.4 and 1.2, k0 = (8 - 22/8)/2 = 2.625. */
static void missing_ratings_are_left_out_or_taken_one_way(void **state) {
  (void)state;
  itg_result *r = run("a,b,c\n1,2,3\n4,,6\n9,7,8\n2,2,3\n", all),
             *s = run("a,b,c\n1,2,3\n9,7,8\n2,2,3\n", all);
  assert_true(ICC(r, "icc_2_1") == ICC(s, "icc_2_1"));
  assert_near(CELL(r, "estimates", "n", "scale", "icc_2_1"), 3, 0);
  assert_near(CELL(r, "estimates", "n_missing", "scale", "icc_2_1"), 1, 0);
  assert_true(has_note(r, "1 targets lack a rating and are left out"));
  itg_result_free(r);
  itg_result_free(s);
  r = run("a,b,c\n1,2,3\n4,,6\n9,7,8\n", "{columns: {ratings: [a, b, c]}, incomplete: one-way}");
  double within = (2 + 2 + 2) / 5.0, between = (3 * 9 + 2 * 0 + 3 * 9) / 2.0; /* means 2 5 8, all 5 */
  assert_near(ICC(r, "icc_1_1"), (between - within) / (between + 1.625 * within), 1e-14);
  assert_near(ICC(r, "icc_1_k"), 1 - within / between, 1e-14);
  itg_result_free(r);
}

static void figures_that_cannot_be_had_say_why(void **state) {
  (void)state;
  itg_result *r = run("a,b\n3,3\n3,3\n3,3\n", "columns: {ratings: [a, b]}");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "icc_2_1"), "no variance");
  itg_result_free(r);
  r = run("a,b\n1,2\n", "columns: {ratings: [a, b]}");
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "icc_3_k"), "too few answers");
  itg_result_free(r);
  r = run("a,b\n1,2\n2,3\n4,5\n", "columns: {ratings: [a, b]}"); /* raters differ by 1 throughout */
  assert_near(ICC(r, "icc_3_1"), 1, 1e-15);
  assert_string_equal(TEXT(r, "estimates", "reason", "scale", "icc_3_1"), "no variance");
  assert_true(ICC(r, "icc_2_1") < 1);
  itg_result_free(r);
}

/* Covariances, means and count of the columns of a CSV text without gaps, as a finished state has them. */
static char *covariances_of(const char *csv, int k, bool with_means) {
  static double x[100][16];
  int n = 0;
  itg_text text = ITG_TEXT_EMPTY;
  for (const char *line = strchr(csv, '\n') + 1; *line; n++)
    for (int j = 0; j < k; j++) {
      char *end;
      x[n][j] = strtod(line, &end);
      line = end + 1;
    }
  double means[16] = {0};
  for (int i = 0; i < n; i++)
    for (int j = 0; j < k; j++) means[j] += x[i][j] / n;
  itg_text_print(&text, "%.*s,count%s", (int)strcspn(csv, "\n"), csv, with_means ? ",mean" : "");
  for (int a = 0; a < k; a++) {
    char cell[64];
    itg_text_add(&text, "\n");
    for (int b = 0; b < k; b++) {
      double sum = 0;
      for (int i = 0; i < n; i++) sum += (x[i][a] - means[a]) * (x[i][b] - means[b]);
      snprintf(cell, sizeof cell, "%.17g,", sum / (n - 1));
      itg_text_add(&text, cell);
    }
    snprintf(cell, sizeof cell, ",%.17g", means[a]);
    itg_text_print(&text, "%d%s", n, with_means ? cell : "");
  }
  itg_text_add(&text, "\n");
  return text.data;
}

static void covariances_of_raters_give_what_their_ratings_give(void **state) {
  (void)state;
  static const struct {
    const char *csv;
    int k;
  } cases[] = {{shrout_fleiss, 4}, {judges, 11}, {sleep, 2}};
  for (size_t i = 0; i < ITG_COUNT(cases); i++) {
    char *csv = covariances_of(cases[i].csv, cases[i].k, true);
    itg_result *a = score("icc", (const inputs){"data", cases[i].csv, NULL}, all),
               *b = score("icc", (const inputs){"covariance", csv, NULL}, NULL);
    const itg_table *x = itg_result_find(a, "estimates"), *y = itg_result_find(b, "estimates");
    assert_true(x->n_rows == y->n_rows && x->n_rows >= 10);
    for (int64_t row = 0; row < x->n_rows; row++) {
      static const char *const columns[] = {"n", "estimate", "std_error", "conf_low", "conf_high"};
      assert_string_equal(text_at(x, row, "scale"), text_at(y, row, "scale"));
      for (size_t c = 0; c < ITG_COUNT(columns); c++) {
        double one = number_at(x, row, columns[c]), other = number_at(y, row, columns[c]);
        if (isnan(one) != isnan(other) || fabs(one - other) > 1e-11)
          fail_msg("%s of %s: %.17g, %.17g", columns[c], text_at(x, row, "scale"), one, other);
      }
    }
    itg_result_free(a);
    itg_result_free(b);
    free(csv);
  }
  char *bare = covariances_of(shrout_fleiss, 4, false);
  const inputs both = {"covariance", bare, "data", shrout_fleiss, NULL};
  assert_fails("icc", (const inputs){"covariance", bare, NULL}, NULL, ITG_ERR_COLUMN,
               "there is no mean of rater 'j1'; agreement needs the column `mean`, which a finished state has");
  assert_fails("icc", both, NULL, ITG_ERR_ARGUMENT, "either answers (data) or covariances");
  assert_fails("icc", (const inputs){"covariance", bare, NULL}, "incomplete: one-way", ITG_ERR_OPTION, "leave it out");
  assert_fails("icc", (const inputs){"data", shrout_fleiss, NULL}, "{n: 6, columns: {ratings: \"/./\"}}", ITG_ERR_OPTION,
               "option 'n' belongs to covariances");
  free(bare);
}

static void bad_input_is_told_where(void **state) {
  (void)state;
  static const bad_call bad[] = {
      {shrout_fleiss, "{}", ITG_ERR_COLUMN, "no ratings"},
      {shrout_fleiss, "columns: {ratings: j1}", ITG_ERR_COLUMN, "one rater alone"},
      {"a,b\n", "columns: {ratings: [a, b]}", ITG_ERR_EMPTY, "no rows"},
      {"a,b\n,\n", "columns: {ratings: [a, b]}", ITG_ERR_EMPTY, "every rating is missing"},
      {"a,b\n1,x\n", "columns: {ratings: [a, b]}", ITG_ERR_TYPE, "'x' is not a number"},
      {"target,rating\n1,2\n", "{}", ITG_ERR_COLUMN, "target, rater and rating"},
      {"target,rater,rating\n1,a,2\n2,a,3\n", "{}", ITG_ERR_DATA, "there is one rater"},
      {"target,rater,rating\n1,a,2\n1,a,3\n2,b,1\n", "{}", ITG_ERR_DUPLICATE, "line 3"},
      {"target,rater,rating,site\n1,a,2,x\n1,b,3,y\n", "by: site", ITG_ERR_DATA, "stands in two groups"},
      {shrout_fleiss, "{columns: {ratings: [j1, j2]}, incomplete: mean}", ITG_ERR_OPTION, "listwise"},
  };
  assert_all_fail("icc", bad, ITG_COUNT(bad));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(shrout_and_fleiss_1979_table_4),
      cmocka_unit_test(attitude_and_us_judges_as_psych_gives_them),
      cmocka_unit_test(sleep_gives_errors_and_limits_of_change),
      cmocka_unit_test(long_data_are_wide_data),
      cmocka_unit_test(missing_ratings_are_left_out_or_taken_one_way),
      cmocka_unit_test(figures_that_cannot_be_had_say_why),
      cmocka_unit_test(covariances_of_raters_give_what_their_ratings_give),
      cmocka_unit_test(bad_input_is_told_where),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
