/* Measure cea, clustered designs: the two-stage bootstrap against its definition and the variances that it is
 * made to have. */
#include "scoring.h"

#include "itg_random.h"

enum { MOST = 120 };

/* Patients of two arms in clusters of the given sizes (0 ends), costs and effects correlated within clusters.
 */
typedef struct trial {
  int n, arm[MOST], cluster[MOST], n_clusters;
  double y[2][MOST]; /* cost, effect */
  char csv[16384];
} trial;

static void make(trial *t, const int *sizes, double between) {
  itg_random random;
  itg_random_init(&random, 3, ITG_PURPOSE_TEST, 0);
  *t = (trial){0};
  int at = sprintf(t->csv, "arm,practice,cost,effect\n");
  for (int arm = 0; arm < 2; arm++)
    for (int k = 0; sizes[k]; k++, t->n_clusters++) {
      double shared = itg_random_normal(&random), other = itg_random_normal(&random);
      for (int i = 0; i < sizes[k]; i++, t->n++) {
        double own = itg_random_normal(&random);
        t->arm[t->n] = arm;
        t->cluster[t->n] = t->n_clusters;
        /* as printed, so that what is read is what is tested */
        int cost = (int)(2000 + 150 * arm + 300 * between * shared + 300 * own);
        int effect =
            (int)(7000 + 200 * arm + 500 * between * (shared + other) + 700 * itg_random_normal(&random));
        t->y[0][t->n] = cost;
        t->y[1][t->n] = effect / 1e4;
        at += sprintf(t->csv + at, "%c,%c%d,%d,0.%04d\n", 'a' + arm, 'a' + arm, k, cost, effect);
      }
    }
}

static itg_result *run(const trial *t, const char *options) {
  return score("cea", (inputs){"data", t->csv, NULL}, options);
}

typedef struct anova {
  double between, within, clusters, patients, inverse; /* sums of squares; inverse: sum of 1 / size */
} anova;

static anova anova_of(const trial *t, int arm, int g, double *means) {
  anova out = {0};
  double middle = 0, sizes[MOST] = {0};
  for (int k = 0; k < t->n_clusters; k++) means[k] = 0;
  for (int i = 0; i < t->n; i++) sizes[t->cluster[i]]++, means[t->cluster[i]] += t->y[g][i];
  for (int k = arm * t->n_clusters / 2; k < (arm + 1) * t->n_clusters / 2; k++) {
    means[k] /= sizes[k];
    middle += means[k];
    out.clusters++;
    out.patients += sizes[k];
    out.inverse += 1 / sizes[k];
  }
  middle /= out.clusters;
  for (int k = arm * t->n_clusters / 2; k < (arm + 1) * t->n_clusters / 2; k++)
    out.between += (means[k] - middle) * (means[k] - middle);
  for (int i = 0; i < t->n; i++)
    if (t->arm[i] == arm) out.within += pow(t->y[g][i] - means[t->cluster[i]], 2);
  return out;
}

static double variance_of(const itg_table *plane, const char *column) {
  double mean = 0, sum = 0, n = (double)plane->n_rows;
  for (int64_t i = 0; i < plane->n_rows; i++) mean += number_at(plane, i, column) / n;
  for (int64_t i = 0; i < plane->n_rows; i++) sum += pow(number_at(plane, i, column) - mean, 2) / (n - 1);
  return sum;
}

static const int equal[] = {6, 6, 6, 6, 6, 0}, unequal[] = {2, 3, 5, 9, 14, 4, 0};

/* Davison & Hinkley 1997, 3.8: the data as resampled, put together here from the same draws. */
static void replicates_are_what_davison_and_hinkley_resample(void **state) {
  (void)state;
  trial t;
  make(&t, equal, 1);
  itg_result *r = run(&t, "{replicates: 20, seed: 9, bootstrap: twostage, columns: {cluster: practice}}");
  const itg_table *plane = itg_result_find(r, "plane");
  for (uint32_t rep = 0; rep < 20; rep++) {
    double mean[2][2] = {{0}};
    for (int arm = 0; arm < 2; arm++) {
      itg_random clusters, members;
      itg_random_init(&clusters, 9, ITG_PURPOSE_BOOTSTRAP_CLUSTER + 256 * (uint32_t)arm, rep);
      itg_random_init(&members, 9, ITG_PURPOSE_BOOTSTRAP_MEMBER + 256 * (uint32_t)arm, rep);
      int from[5], who[30];
      for (int k = 0; k < 5; k++) from[k] = 5 * arm + (int)itg_random_below(&clusters, 5);
      for (int i = 0; i < 30; i++) who[i] = 30 * arm + (int)itg_random_below(&members, 30);
      for (int g = 0; g < 2; g++) {
        double means[MOST], centre = 0;
        anova v = anova_of(&t, arm, g, means);
        for (int k = 5 * arm; k < 5 * arm + 5; k++) centre += means[k] / 5;
        double c = 1 - sqrt(fmax(0, 5.0 / 4 - v.within / (6 * 5 * v.between)));
        for (int i = 0; i < 30; i++)
          mean[arm][g] += (c * centre + (1 - c) * means[from[i / 6]] +
                           (t.y[g][who[i]] - means[t.cluster[who[i]]]) / sqrt(1 - 1.0 / 6)) /
                          30;
      }
    }
    assert_near(number_at(plane, rep, "cost"), mean[1][0] - mean[0][0], 1e-9);
    assert_near(number_at(plane, rep, "effect"), mean[1][1] - mean[0][1], 1e-13);
  }
  assert_true(has_note(r, "shrunken cluster means"));
  itg_result_free(r);
}

/* Derived: (1 - c)^2 S_B / a + S_W / (a (b - 1) b) = S_B / (a - 1), so that a mean of a clusters varies by
 * S_B / (a (a - 1)), the unbiased estimate. */
static void variance_of_a_mean_is_that_of_cluster_means(void **state) {
  (void)state;
  trial t;
  make(&t, equal, 1);
  itg_result *r =
      run(&t, "{replicates: 40000, bootstrap: twostage, columns: {cluster: practice}, curve_points: 0}");
  const itg_table *plane = itg_result_find(r, "plane");
  for (int g = 0; g < 2; g++) {
    double means[MOST], expected = 0;
    for (int arm = 0; arm < 2; arm++) {
      anova v = anova_of(&t, arm, g, means);
      assert_true(5.0 / 4 > v.within / (6 * 5 * v.between)); /* not at the edge */
      expected += v.between / (5 * 4);
    }
    assert_near(variance_of(plane, g ? "effect" : "cost") / expected, 1, 0.03);
  }
  itg_result *plain =
      run(&t,
          "{replicates: 40000, bootstrap: twostage, shrinkage: false, columns: {cluster: practice}, "
          "curve_points: 0}");
  double means[MOST], whole = 0, part = 0;
  for (int arm = 0; arm < 2; arm++) {
    anova v = anova_of(&t, arm, 0, means);
    whole += v.between / 25;
    part += v.within / 30 / 30;
  }
  /* without: variance of means by divisor a, and that within once more */
  assert_near(variance_of(itg_result_find(plain, "plane"), "cost") / (whole + part), 1, 0.03);
  itg_result_free(r);
  itg_result_free(plain);
}

/* Derived for unequal sizes with the harmonic mean h: a cluster varies by S_B / (a - 1) - M_W / h and a
 * patient by M_W = S_W / (n - a), both unbiased; places keep their sizes. */
static void unequal_clusters_vary_by_unbiased_components(void **state) {
  (void)state;
  trial t;
  make(&t, unequal, 1.5);
  itg_result *r =
      run(&t,
          "{replicates: 40000, bootstrap: twostage, cluster_size: harmonic, columns: {cluster: practice}, "
          "curve_points: 0}");
  const itg_table *plane = itg_result_find(r, "plane");
  double squares = 0, n = 37;
  for (int k = 0; unequal[k]; k++) squares += unequal[k] * unequal[k];
  for (int g = 0; g < 2; g++) {
    double means[MOST], expected = 0;
    for (int arm = 0; arm < 2; arm++) {
      anova v = anova_of(&t, arm, g, means);
      double patient = v.within / (n - 6), cluster = v.between / 5 - patient * v.inverse / 6;
      assert_true(cluster > 0);
      expected += cluster * squares / (n * n) + patient / n;
    }
    assert_near(variance_of(plane, g ? "effect" : "cost") / expected, 1, 0.03);
  }
  /* replicates are about the estimate, whatever the sizes */
  double mean = 0, sd = sqrt(variance_of(plane, "cost"));
  for (int64_t i = 0; i < plane->n_rows; i++) mean += number_at(plane, i, "cost") / 40000;
  assert_near(mean, CELL(r, "estimates", "estimate", "scale", "incremental_cost"), 4 * sd / 200);
  itg_result_free(r);
}

/* Ng, Grieve, Carpenter 2013, option unbal: Donner and Klar's size by default, mean, median; by their formula
 * with one size b for c and for the deviations. */
static void sizes_that_stand_for_unequal_clusters(void **state) {
  (void)state;
  trial t;
  make(&t, unequal, 1.5);
  static const struct {
    const char *rule;
    double size;
  } rules[] = {{"", 0}, {", cluster_size: mean", 37 / 6.0}, {", cluster_size: median", 4.5}};
  double squares = 0, spread = 0, n = 37;
  for (int k = 0; unequal[k]; k++) squares += unequal[k] * unequal[k], spread += pow(unequal[k] - n / 6, 2);
  for (size_t i = 0; i < ITG_COUNT(rules); i++) {
    char options[200];
    double b = i ? rules[i].size : n / 6 - spread / (5 * n), means[MOST], expected = 0;
    snprintf(options, sizeof options,
             "{replicates: 40000, bootstrap: twostage, columns: {cluster: practice}, curve_points: 0%s}",
             rules[i].rule);
    itg_result *r = run(&t, options);
    for (int arm = 0; arm < 2; arm++) {
      anova v = anova_of(&t, arm, 0, means);
      double keep = 6 / 5.0 - v.within / (b * (b - 1) * v.between);
      expected += keep * v.between / 6 * squares / (n * n) + v.within / n / (1 - 1 / b) / n;
    }
    assert_near(variance_of(itg_result_find(r, "plane"), "cost") / expected, 1, 0.03);
    itg_result_free(r);
  }
}

/* Where means of clusters vary less than their patients explain, nothing is left of them: c = 1. */
static void clusters_that_do_not_differ_are_shrunk_to_one(void **state) {
  (void)state;
  const char *data =
      "arm,cost,effect,c\na,1,0.1,1\na,9,0.5,1\na,2,0.5,2\na,8,0.1,2\nb,1,0.3,3\nb,5,0.7,3\nb,2,0.7,"
      "4\nb,4,0.3,4\n";
  itg_result *r = score("cea", (inputs){"data", data, NULL},
                        "{replicates: 40000, bootstrap: twostage, columns: {cluster: c}, curve_points: 0}");
  /* deviations 4, 4, 3, 3 and 2, 2, 1, 1, blown up by 2: variances 25 and 5, over 4 patients */
  assert_near(variance_of(itg_result_find(r, "plane"), "cost") / ((25 + 5) / 4.0), 1, 0.03);
  itg_result_free(r);
}

/* Both outcomes take the same clusters and patients: an effect that is the cost in other units stays so. */
static void cost_and_effect_are_drawn_together(void **state) {
  (void)state;
  static const char *const drawn[] = {"twostage", "twostage, shrinkage: false", "cluster", "patient"};
  char csv[4096];
  int at = sprintf(csv, "arm,c,cost,effect\n");
  for (int i = 0; i < 40; i++) {
    int cost = 100 + (i * 37) % 61 + 10 * (i / 5 % 3);
    at += sprintf(csv + at, "%c,%d,%d,%d.%03d\n", "ab"[i / 20], i / 5, cost, cost / 1000, cost % 1000);
  }
  for (size_t k = 0; k < ITG_COUNT(drawn); k++) {
    char options[120];
    snprintf(options, sizeof options, "{replicates: 50, columns: {cluster: c}, bootstrap: %s}", drawn[k]);
    itg_result *r = score("cea", (inputs){"data", csv, NULL}, options);
    const itg_table *plane = itg_result_find(r, "plane");
    for (int64_t i = 0; i < 50; i++)
      assert_near(number_at(plane, i, "cost"), 1000 * number_at(plane, i, "effect"), 1e-9);
    itg_result_free(r);
  }
}

/* Residuals of the regression are drawn: a covariate that explains everything leaves nothing to draw. */
static void covariates_keep_their_places(void **state) {
  (void)state;
  char csv[4096];
  int at = sprintf(csv, "arm,c,cost,effect,u\n");
  for (int i = 0; i < 40; i++) {
    int u = (i * 17) % 23;
    at += sprintf(csv + at, "%c,%d,%d,%.3f,%d\n", "ab"[i / 20], i / 5, 100 + 3 * u + 20 * (i / 20),
                  0.5 + 0.01 * (i % 7), u);
  }
  itg_result *r = score("cea", (inputs){"data", csv, NULL},
                        "{replicates: 50, bootstrap: twostage, columns: {cluster: c, cost_covariates: u}}");
  const itg_table *plane = itg_result_find(r, "plane");
  for (int64_t i = 0; i < 50; i++) assert_near(number_at(plane, i, "cost"), 20, 1e-9);
  assert_true(variance_of(plane, "effect") > 1e-6);
  itg_result_free(r);
}

static void threads_do_not_show(void **state) {
  (void)state;
  static const char *const shrinkage[] = {"true", "false"};
  trial t;
  make(&t, unequal, 1);
  for (int k = 0; k < 2; k++) {
    char options[120], *text[2];
    snprintf(options, sizeof options,
             "{replicates: 500, bootstrap: twostage, shrinkage: %s, columns: {cluster: practice}}",
             shrinkage[k]);
    for (int i = 0; i < 2; i++) {
      itg_result *r = NULL;
      assert_int_equal(attempt("cea", (inputs){"data", t.csv, NULL}, options, 1 + 3 * i, &r, NULL), ITG_OK);
      assert_int_equal(itg_result_json(r, &text[i], NULL), ITG_OK);
      itg_result_free(r);
    }
    assert_string_equal(text[0], text[1]);
    itg_text_free(text[0]);
    itg_text_free(text[1]);
  }
}

static void bad(const char *data, const char *options, itg_status status, const char *part) {
  assert_fails("cea", (inputs){"data", data, NULL}, options, status, part);
}

static void what_cannot_be_drawn_is_told(void **state) {
  (void)state;
  const char *both =
      "arm,cost,effect,c,w,s,u\na,1,0.1,1,1,x,1\na,2,0.4,2,2,x,2\na,3,0.4,2,1,y,2\nb,2,0.2,3,1,x,5\n"
      "b,4,0.3,4,1,x,4\nb,5,0.1,4,1,x,3\n";
  bad(both, "bootstrap: twostage", ITG_ERR_OPTION, "needs role 'cluster'");
  bad(both, "bootstrap: cluster", ITG_ERR_OPTION, "needs role 'cluster'");
  bad(both, "bootstrap: twise", ITG_ERR_OPTION, "twostage");
  bad(both, "{bootstrap: twostage, columns: {cluster: c, weight: w}}", ITG_ERR_OPTION,
      "weights have no place");
  bad(both, "{bootstrap: twostage, columns: {cluster: c, stratum: s}}", ITG_ERR_DATA, "two strata");
  bad(both, "{bootstrap: twostage, method: sur, columns: {cluster: c, cost_covariates: u}}", ITG_ERR_OPTION,
      "shrinkage: false");
  bad("arm,cost,effect,c\na,1,0.1,1\na,2,0.4,2\nb,2,0.2,1\nb,4,0.3,4\n",
      "{bootstrap: twostage, columns: {cluster: c}}", ITG_ERR_DATA, "patients of two arms");
  bad("arm,cost,effect,c,s\na,1,0.1,1,x\na,2,0.4,2,y\nb,2,0.2,3,x\nb,4,0.3,4,y\n",
      "{bootstrap: twostage, columns: {cluster: c, stratum: s}}", ITG_ERR_DATA, "one cluster in a stratum");
  itg_result *r =
      score("cea", (inputs){"data", both, NULL},
            "{bootstrap: twostage, shrinkage: false, replicates: 20, columns: {cluster: c, weight: w}}");
  assert_true(has_note(r, "clusters and of their patients"));
  itg_result_free(r);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(replicates_are_what_davison_and_hinkley_resample),
      cmocka_unit_test(variance_of_a_mean_is_that_of_cluster_means),
      cmocka_unit_test(unequal_clusters_vary_by_unbiased_components),
      cmocka_unit_test(sizes_that_stand_for_unequal_clusters),
      cmocka_unit_test(clusters_that_do_not_differ_are_shrunk_to_one),
      cmocka_unit_test(cost_and_effect_are_drawn_together),
      cmocka_unit_test(covariates_keep_their_places),
      cmocka_unit_test(threads_do_not_show),
      cmocka_unit_test(what_cannot_be_drawn_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
