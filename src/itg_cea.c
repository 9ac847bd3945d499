/* itg_cea.c - layer 3: measure cea: cost-effectiveness of a study with patient data. */
#include "itg_cea.h"
#include "itg_contour.h"

#include <math.h>
#include <string.h>

#include "itg_side_table.h"
#include "itg_special.h"
#include "itg_thread.h"

/* Groups that may have notes of their own; those of a thousand groups would hide all others. */
enum { MOST_NOTED = 20 };

static const itg_role roles[] = {
    {"data", "arm", ITG_ROLE_TEXT, true, 0, 0, "what the patient was given: two arms or more"},
    {"data", "cost", ITG_ROLE_NUMBERS, true, 0, 0, "cost per patient; several columns are added up"},
    {"data", "effect", ITG_ROLE_NUMBER, true, 0, 0, "effect per patient, such as QALYs"},
    {"data", "covariates", ITG_ROLE_TEXTS, false, 0, 0,
     "adjust both cost and effect for these; numbers as they are, text by its levels"},
    {"data", "cost_covariates", ITG_ROLE_TEXTS, false, 0, 0, "adjust the cost alone: baseline cost"},
    {"data", "effect_covariates", ITG_ROLE_TEXTS, false, 0, 0, "adjust the effect alone: baseline utility"},
    {"data", "cluster", ITG_ROLE_TEXT, false, 0, 0, "practice or site that was randomised as a whole"},
    {"data", "stratum", ITG_ROLE_TEXT, false, 0, 0, "stratum of the randomisation: bootstrap within it"},
    {"data", "weight", ITG_ROLE_NUMBER, false, 0, INFINITY,
     "weight of the patient, such as the inverse of a probability"},
    {"data", "imputation", ITG_ROLE_TEXT, false, 0, 0,
     "number of the completed data set, when several are stacked (multiple imputation); 0 is the original, "
     "left out"},
    {0}};

static const itg_field options[] = {
    {"reference", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL,
     "arm to compare with, such as usual care; default the first by name, with a note that says so"},
    ITG_THRESHOLD_FIELDS,
    {"curve_points", ITG_FIELD_INTEGER, false, NULL, NULL, 0, 100001, NULL,
     "points of all curves, equally spaced from 0 to curve_to; default: with replicates tables ceac, best "
     "and ceaf have their exact steps, and table inb 501 points; 0: no curves"},
    {"points", ITG_FIELD_INTEGER, false, "1000", NULL, 0, 1e9, NULL,
     "about how many steps of an exact curve are shown, each exact; 0: all"},
    {"plane", ITG_FIELD_INTEGER, false, NULL, NULL, 0, 1e9, NULL,
     "replicates in table plane, the first; default all, 0: none"},
    ITG_CONTOUR_OPTIONS,
    {"method", ITG_FIELD_TEXT, false, "ols", "ols|sur", 0, 0, NULL,
     "regression of cost and effect: each by itself (ols), or together as seemingly unrelated regressions "
     "(sur), which differ where the covariates do"},
    {"replicates", ITG_FIELD_INTEGER, false, "5000", NULL, 0, 1e7, NULL,
     "bootstrap replicates; 0: limits and curves from the normal distribution"},
    {"bootstrap", ITG_FIELD_TEXT, false, "auto", "auto|patient|cluster|twostage", 0, 0, NULL,
     "what is drawn within arms and strata: patients; whole clusters; or clusters and then patients "
     "(twostage), fit for trials of few clusters; auto: clusters where there are, else patients"},
    {"shrinkage", ITG_FIELD_FLAG, false, "true", NULL, 0, 0, NULL,
     "twostage: draw cluster means, shrunk, and deviations of all patients of the arm, which varies as much "
     "as clusters and patients do; false: patients within the drawn clusters, which varies more"},
    {"cluster_size", ITG_FIELD_TEXT, false, "dk", "dk|mean|median|harmonic", 0, 0, NULL,
     "twostage: the size that stands for unequal clusters in the shrinkage: Donner and Klar's mean size less "
     "its variance over the patients (dk), mean, median, or harmonic, with which both variances are "
     "unbiased"},
    {"interval", ITG_FIELD_TEXT, false, "auto", "auto|percentile|bca|normal|t|delta", 0, 0, NULL,
     "limits of the estimates: percentile or bias-corrected and accelerated (bca) of replicates, normal "
     "with their standard error, or t with that of the regression; auto is percentile, or t without "
     "replicates. Those of the ratio are Fieller's; delta: by the delta method, all others normal (t without "
     "replicates). Table intervals has them all"},
    {"errors", ITG_FIELD_TEXT, false, "auto", "auto|classical|robust", 0, 0, NULL,
     "standard errors without replicates: unequal variances or, with covariates, classical (auto); one "
     "variance (classical); robust (HC2, of seemingly unrelated regressions HC1), which weights always have; "
     "clusters always have cluster-robust ones"},
    {"negative_costs", ITG_FIELD_TEXT, false, "error", "error|allow", 0, 0, NULL, "costs below 0"},
    {"unit", ITG_FIELD_TEXT, false, "QALY", NULL, 0, 0, NULL, "unit of the effect"},
    {"conf_level", ITG_FIELD_NUMBER, false, "0.95", NULL, 0.5, 0.9999, NULL, "confidence level"},
    {0}};

static const itg_need needs[] = {{"bootstrap", "replicates", NULL},
                                 {"plane", "replicates", NULL},
                                 {"contours", "replicates", NULL},
                                 {"shrinkage", "bootstrap", "twostage"},
                                 {"cluster_size", "bootstrap", "twostage"},
                                 {0}};

static const itg_output outputs[] = {
    {"plane", "a row per arm and replicate: increments in effect and cost"},
    {"contours", ITG_CONTOUR_HELP},
    {"ceac",
     "a row per arm and threshold: probability that its net benefit exceeds the reference's; of replicates "
     "exact, as best and ceaf: a row holds up to the next, the last for ever (without curve_points)"},
    {"best", "a row per arm and threshold: probability that it has the highest net benefit of all"},
    {"ceaf",
     "a row per threshold: the arm with the highest expected net benefit, probability that it is best, "
     "expected value of perfect information per patient"},
    {"inb",
     "a row per arm and threshold: incremental net monetary benefit with normal limits, net benefit in "
     "effect"},
    {"intervals", "a row per figure and method: standard error and limits"},
    {"fieller", "a row per arm: the set of ratios not excluded: low, high, shape"},
    {0}};

static const char *const method_names[ITG_LIMITS] = {"percentile", "bca", "normal", "t", "delta", "fieller"};

typedef struct analysis {
  itg_call *call;
  itg_limits_of of; /* study, fit and replicates of the group at hand */
  const itg_thresholds *at;
  const itg_groups *groups;
  const char *const *labels; /* of the group, n_columns */
  itg_tidy *tidy;
  itg_frame *intervals, *fieller;
  int method;    /* of linear figures: ITG_LIMITS_ */
  bool delta;    /* limits of the ratio, else Fieller's */
  int64_t noted; /* groups that have notes of their own */
} analysis;

/* A figure that is linear in the increments: a * effect + b * cost of one arm. */
typedef struct figure {
  const char *scale, *unit, *threshold;
  int arm;
  double a, b;
} figure;

/* ---- rows ---- */

static itg_status add_named(const analysis *z, const char *arm, const char *versus, const char *threshold,
                            const itg_estimate *numbers, itg_error *error) {
  int k = z->groups->n_columns;
  const char *labels[32];
  itg_estimate e = *numbers;
  for (int i = 0; i < k; i++) labels[i] = z->labels[i];
  labels[k] = arm;
  labels[k + 1] = versus;
  labels[k + 2] = threshold;
  e.group = labels;
  return itg_tidy_add(z->tidy, &e, error);
}

static itg_status add(const analysis *z, int arm, bool versus, const char *threshold,
                      const itg_estimate *numbers, itg_error *error) {
  const itg_study *s = z->of.study;
  itg_estimate e = *numbers;
  int64_t fewest = INT64_MAX; /* a comparison gives away the smaller arm, as the means stand beside it */
  for (int a = 0; a < s->n_arms; a++) {
    if (arm >= 0 && a != arm && !(versus && a == s->reference)) continue;
    e.n += s->n_in[a];
    e.n_missing += s->n_missing[a];
    if (s->n_in[a] < fewest) fewest = s->n_in[a];
  }
  ITG_TRY(add_named(z, arm >= 0 ? s->arms[arm] : NULL, versus ? s->arms[s->reference] : NULL, threshold, &e,
                    error));
  return itg_frame_set_persons(z->tidy->frame, z->tidy->rows - 1, fewest, error);
}

static itg_status add_share(const analysis *z, const char *scale, int arm, bool versus, const char *threshold,
                            double p, const char *unit, itg_error *error) {
  itg_estimate e = itg_estimate_of("cea", scale, NULL, unit);
  e.estimate = p;
  e.reason = isnan(p) ? ITG_REASON_TOO_FEW : ITG_REASON_PRESENT;
  return add(z, arm, versus, threshold, &e, error);
}

static itg_status add_means(const analysis *z, int arm, const char *unit, itg_error *error) {
  static const char *const scales[] = {"cost", "effect"};
  for (int g = 0; g < ITG_OUTCOMES; g++) {
    double n = (double)z->of.study->n_in[arm], sd = z->of.fit->sd[g][arm];
    itg_estimate e = itg_estimate_of("cea", scales[g], NULL, g == ITG_COST ? "currency" : unit);
    e.estimate = z->of.fit->mean[g][arm];
    e.reason = n < 2 ? ITG_REASON_TOO_FEW : sd > 0 ? ITG_REASON_PRESENT : ITG_REASON_NO_VARIANCE;
    if (!e.reason) {
      e.std_error = sd / sqrt(n);
      double half = itg_t_quantile(0.5 + z->of.conf_level / 2, n - 1) * e.std_error;
      e.conf_low = e.estimate - half;
      e.conf_high = e.estimate + half;
    }
    ITG_TRY(add(z, arm, false, NULL, &e, error));
  }
  return ITG_OK;
}

static itg_status add_interval_rows(const analysis *z, int arm, const char *threshold, const char *scale,
                                    const itg_limits all[ITG_LIMITS], itg_error *error) {
  const itg_study *s = z->of.study;
  for (int m = 0; m < ITG_LIMITS; m++) {
    int64_t row = itg_frame_rows(z->intervals);
    int column = z->groups->n_columns;
    if (isnan(all[m].low)) continue;
    ITG_TRY(itg_frame_resize(z->intervals, row + 1, error));
    ITG_TRY(itg_side_table_label(z->intervals, row, z->labels, column, error));
    const char *texts[] = {s->arms[arm], s->arms[s->reference], threshold, scale, method_names[m]};
    for (size_t i = 0; i < ITG_COUNT(texts); i++, column++)
      if (texts[i]) ITG_TRY(itg_frame_set_text(z->intervals, row, column, texts[i], error));
    itg_frame_set_double(z->intervals, row, column++, all[m].std_error);
    itg_frame_set_double(z->intervals, row, column++, all[m].low);
    itg_frame_set_double(z->intervals, row, column, all[m].high);
  }
  return ITG_OK;
}

static itg_status add_figure(const analysis *z, const figure *f, itg_error *error) {
  itg_limits all[ITG_LIMITS];
  const itg_increment *x = &z->of.fit->increments[f->arm];
  itg_estimate e = itg_estimate_of("cea", f->scale, NULL, f->unit);
  itg_limits_linear(&z->of, f->arm, f->a, f->b, all);
  const itg_limits *chosen = &all[z->method];
  e.estimate = f->a * x->effect + f->b * x->cost;
  e.std_error = chosen->std_error;
  e.conf_low = chosen->low;
  e.conf_high = chosen->high;
  e.reason = chosen->reason;
  ITG_TRY(add_interval_rows(z, f->arm, f->threshold, f->scale, all, error));
  return add(z, f->arm, true, f->threshold, &e, error);
}

static itg_status add_ratio(const analysis *z, int arm, itg_error *error) {
  const itg_study *s = z->of.study;
  const itg_increment *x = &z->of.fit->increments[arm];
  itg_limits all[ITG_LIMITS];
  double low, high;
  itg_fieller_shape shape = itg_limits_ratio(&z->of, arm, z->method == ITG_LIMITS_T, all, &low, &high);
  const itg_limits *chosen = &all[z->delta ? ITG_LIMITS_DELTA : ITG_LIMITS_FIELLER];
  itg_estimate e = itg_estimate_of("cea", "icer", NULL, "currency");
  e.estimate = itg_increment_ratio(x, &e.reason);
  e.level = itg_increment_words(x->effect, x->cost);
  e.std_error = chosen->std_error;
  e.conf_low = chosen->low;
  e.conf_high = chosen->high;
  int64_t row = itg_frame_rows(z->fieller);
  int column = z->groups->n_columns;
  ITG_TRY(itg_frame_resize(z->fieller, row + 1, error));
  ITG_TRY(itg_side_table_label(z->fieller, row, z->labels, column, error));
  ITG_TRY(itg_frame_set_text(z->fieller, row, column++, s->arms[arm], error));
  ITG_TRY(itg_frame_set_text(z->fieller, row, column++, s->arms[s->reference], error));
  itg_frame_set_double(z->fieller, row, column++, low);
  itg_frame_set_double(z->fieller, row, column++, high);
  if (shape) ITG_TRY(itg_frame_set_text(z->fieller, row, column, itg_fieller_words(shape), error));
  if (z->delta && !isnan(chosen->low) && shape != ITG_FIELLER_WITHIN && z->noted < MOST_NOTED)
    ITG_TRY(itg_result_note(z->call->result, error,
                            "The effect of '%.60s' is not clearly different from that of '%.60s': limits of "
                            "the ratio by the delta method take it for certain, and are too narrow; see "
                            "table fieller.",
                            s->arms[arm], s->arms[s->reference]));
  if (!z->delta && shape > ITG_FIELLER_WITHIN && z->noted < MOST_NOTED)
    ITG_TRY(itg_result_note(z->call->result, error,
                            "The effect of '%.60s' is not clearly different from that of '%.60s', so that "
                            "the ratio has no interval: table fieller tells which ratios are not excluded.",
                            s->arms[arm], s->arms[s->reference]));
  ITG_TRY(add_interval_rows(z, arm, NULL, "icer", all, error));
  return add(z, arm, true, NULL, &e, error);
}

static itg_status add_quadrants(const analysis *z, int arm, itg_error *error) {
  static const char *const names[] = {"north_east", "south_east", "south_west", "north_west"};
  static const double sides[][2] = {{1, 1}, {1, -1}, {-1, -1}, {-1, 1}};
  const itg_replicates *r = z->of.replicates;
  double counts[4] = {0}, n = (double)(r->n - r->n_singular);
  for (int64_t i = 0; i < r->n; i++) {
    double effect = r->effect[arm * r->n + i], cost = r->cost[arm * r->n + i];
    if (isnan(effect)) continue;
    counts[itg_increment_quadrant(effect, cost)]++;
  }
  for (int q = 0; q < 4 && r->n; q++) {
    itg_estimate e = itg_estimate_of("cea", names[q], NULL, "percent");
    e.estimate = n > 0 ? 100 * counts[q] / n : NAN;
    e.level = itg_increment_words(sides[q][0], sides[q][1]);
    ITG_TRY(add(z, arm, true, NULL, &e, error));
  }
  return ITG_OK;
}

/* An arm of one patient tells nothing of how patients vary. */
static bool is_lonely(const itg_study *s) {
  for (int a = 0; a < s->n_arms; a++)
    if (s->n_in[a] < 2) return true;
  return false;
}

static itg_status add_comparison(const analysis *z, int arm, const char *unit, itg_error *error) {
  const itg_study *s = z->of.study;
  ITG_TRY(add_figure(z, &(figure){"incremental_cost", "currency", NULL, arm, 0, 1}, error));
  ITG_TRY(add_figure(z, &(figure){"incremental_effect", unit, NULL, arm, 1, 0}, error));
  ITG_TRY(add_ratio(z, arm, error));
  ITG_TRY(add_quadrants(z, arm, error));
  for (int i = 0; i < z->at->n; i++) {
    double t = z->at->values[i];
    const char *label = z->at->labels[i];
    ITG_TRY(add_figure(z, &(figure){"inmb", "currency", label, arm, t, -1}, error));
    if (t > 0) ITG_TRY(add_figure(z, &(figure){"inhb", unit, label, arm, 1, -1 / t}, error));
    double p = z->of.replicates->n ? itg_replicates_probability(z->of.replicates, arm, t)
               : is_lonely(s)      ? NAN
                                   : itg_increment_probability(&z->of.fit->increments[arm], t);
    ITG_TRY(add_share(z, "p_cost_effective", arm, true, label, p, "probability", error));
  }
  return ITG_OK;
}

static itg_status add_best(const analysis *z, itg_error *error) {
  double shares[ITG_MOST_ARMS], evpi;
  for (int i = 0; i < z->at->n && z->of.replicates->n; i++) {
    itg_replicates_best(z->of.replicates, z->of.study->reference, z->at->values[i], shares, &evpi);
    for (int a = 0; a < z->of.study->n_arms; a++)
      ITG_TRY(add_share(z, "p_best", a, false, z->at->labels[i], shares[a], "probability", error));
    ITG_TRY(add_share(z, "evpi", -1, false, z->at->labels[i], evpi, "currency", error));
  }
  return ITG_OK;
}

/* The patients of the smaller of two arms that have any. */
static int64_t fewest_in(const itg_arm_counts *c, int arm, int other) {
  const int64_t a = c->n_in[arm], b = c->n_in[other];
  return !a || (b && b < a) ? b : a;
}

/* An arm without patients in a group, or every arm of a group that could not be analysed. */
static itg_status add_nothing(const analysis *z, const itg_arm_counts *c, int arm, itg_reason reason,
                              itg_error *error) {
  const char *unit = itg_call_text(z->call, "unit"), *name = c->arms[arm], *versus = c->arms[c->reference];
  const struct {
    const char *scale, *unit;
    bool versus, thresholds;
  } rows[] = {{"incremental_cost", "currency", true, false},
              {"incremental_effect", unit, true, false},
              {"icer", "currency", true, false},
              {"inmb", "currency", true, true},
              {"p_cost_effective", "probability", true, true},
              {"cost", "currency", false, false},
              {"effect", unit, false, false}};
  for (size_t i = 0; i < ITG_COUNT(rows); i++) {
    if (rows[i].versus && arm == c->reference) continue;
    itg_estimate e = itg_estimate_of("cea", rows[i].scale, NULL, rows[i].unit);
    e.n = c->n_in[arm] + (rows[i].versus ? c->n_in[c->reference] : 0);
    e.n_missing = c->n_missing[arm] + (rows[i].versus ? c->n_missing[c->reference] : 0);
    e.reason = reason;
    const int64_t fewest = fewest_in(c, arm, rows[i].versus ? c->reference : arm);
    for (int t = 0; t < (rows[i].thresholds ? z->at->n : 1); t++) {
      ITG_TRY(add_named(z, name, rows[i].versus ? versus : NULL, rows[i].thresholds ? z->at->labels[t] : NULL,
                        &e, error));
      ITG_TRY(itg_frame_set_persons(z->tidy->frame, z->tidy->rows - 1, fewest, error));
    }
  }
  return ITG_OK;
}

/* ---- the measure ---- */

static itg_status open_tables(itg_call *call, const itg_groups *groups, analysis *z, itg_error *error) {
  static const itg_side_column interval_columns[] =
      {{"arm", ITG_TYPE_STRING},      {"versus", ITG_TYPE_STRING},   {"threshold", ITG_TYPE_STRING},
       {"scale", ITG_TYPE_STRING},    {"method", ITG_TYPE_STRING},   {"std_error", ITG_TYPE_DOUBLE},
       {"conf_low", ITG_TYPE_DOUBLE}, {"conf_high", ITG_TYPE_DOUBLE}},
                               fieller_columns[] = {{"arm", ITG_TYPE_STRING},
                                                    {"versus", ITG_TYPE_STRING},
                                                    {"conf_low", ITG_TYPE_DOUBLE},
                                                    {"conf_high", ITG_TYPE_DOUBLE},
                                                    {"shape", ITG_TYPE_STRING}};
  ITG_TRY(itg_side_table_open(call, groups, "intervals", interval_columns, ITG_COUNT(interval_columns),
                              &z->intervals, error));
  return itg_side_table_open(call, groups, "fieller", fieller_columns, ITG_COUNT(fieller_columns),
                             &z->fieller, error);
}

static itg_status note_group(analysis *z, const itg_arm_counts *counts, itg_error *error) {
  const itg_study *s = z->of.study;
  itg_result *result = z->call->result;
  int64_t n = 0, missing = 0, singular = z->of.replicates->n_singular;
  for (int a = 0; a < counts->n_arms; a++) n += counts->n_in[a], missing += counts->n_missing[a];
  bool absent = s->n_arms < counts->n_arms, lonely = is_lonely(s);
  if (!missing && !lonely && !singular && !absent) return ITG_OK;
  if (z->noted++ >= MOST_NOTED) return ITG_OK;
  const char *group = z->groups->n_columns && z->labels[0] ? z->labels[0] : NULL;
  const char *in = group ? " in " : "", *name = group ? group : "";
  if (missing)
    ITG_TRY(itg_result_note(
        result, error,
        "%lld of %lld patients%s%.60s are left out: their cost, effect%s or a covariate is missing. That is "
        "unbiased only if it happened at random.",
        (long long)missing, (long long)(missing + n), in, name,
        itg_call_has(z->call, "weight") ? ", weight" : ""));
  for (int a = 0; a < counts->n_arms && absent; a++)
    if (!counts->n_in[a])
      ITG_TRY(itg_result_note(result, error, "Arm '%.60s'%s%.60s has no patient and no result.",
                              counts->arms[a], in, name));
  if (lonely)
    ITG_TRY(itg_result_note(result, error,
                            "An arm%s%.60s has one patient: there is no bootstrap and no limits.", in, name));
  if (singular)
    ITG_TRY(itg_result_note(
        result, error,
        "%lld of %lld replicates%s%.60s could not be computed (an arm without patients, or covariates that "
        "do not vary) and are left out.",
        (long long)singular, (long long)z->of.replicates->n, in, name));
  return ITG_OK;
}

static itg_status note_rules(itg_call *call, const itg_study *s, const analysis *z, int m, itg_error *error) {
  static const char *const limits_by[] = {"percentiles of", "BCa limits of", "the normal distribution and",
                                          "the t distribution, beside"};
  itg_result *result = call->result;
  int64_t replicates = itg_call_integer(call, "replicates");
  ITG_TRY(itg_result_note(
      result, error, "Increments are against '%.60s'%s, %s.", s->arms[s->reference],
      itg_call_given(call, "reference") ? "" : ", the first arm by name (option 'reference' chooses another)",
      s->together       ? "adjusted for covariates by seemingly unrelated regressions"
      : s->n_covariates ? "adjusted for covariates by least squares"
                        : "unadjusted"));
  if (m > 1)
    ITG_TRY(itg_result_note(
        result, error,
        "%d completed data sets are pooled by Rubin's rules; replicates are drawn from each in equal "
        "numbers and taken together.",
        m));
  if (!replicates)
    return itg_result_note(result, error, "Limits by the t distribution, curves by the normal distribution.");
  const char *asked = itg_call_text(call, "bootstrap");
  const char *of = strcmp(asked, "twostage") == 0                ? itg_call_flag(call, "shrinkage")
                                                                       ? "shrunken cluster means and of patients' deviations"
                                                                       : "clusters and of their patients"
                   : s->cluster && strcmp(asked, "patient") != 0 ? "clusters"
                                                                 : "patients";
  return itg_result_note(result, error, "Limits by %s %lld bootstrap replicates of %s within %s.",
                         limits_by[z->method], (long long)replicates, of,
                         s->stratum ? "arms and strata" : "arms");
}

/* Completed data sets hold the same patients. */
static itg_status check_sizes(itg_call *call, const itg_study *studies, int m, itg_error *error) {
  for (int k = 1; k < m; k++)
    for (int a = 0; a < studies[0].n_arms; a++)
      if (studies[k].n_arms != studies[0].n_arms || studies[k].n_in[a] != studies[0].n_in[a])
        return itg_call_fail(call, error, ITG_ERR_DATA, "imputation", -1,
                             "data sets differ in size: arm '%.60s' has %lld complete patients in one and "
                             "another number in another; every set must hold every patient, completed",
                             studies[0].arms[a], (long long)studies[0].n_in[a]);
  return ITG_OK;
}

/* Fit and replicates of every completed data set (usually one), brought to one. */
static itg_status fit_all(itg_call *call, const itg_study_columns *columns, int32_t group, itg_study *study,
                          itg_fit *fit, itg_replicates *replicates, itg_error *error) {
  int m = itg_study_columns_imputations(columns);
  itg_study *studies = itg_call_alloc(call, (size_t)m, sizeof *studies, error);
  itg_fit *fits = itg_call_alloc(call, (size_t)m, sizeof *fits, error);
  if (!studies || !fits) return ITG_ERR_MEMORY;
  for (int k = 0; k < m; k++) {
    ITG_TRY(itg_study_make(call, columns, group, k, &studies[k], error));
    ITG_TRY(itg_fit_make(call, &studies[k], &fits[k], error));
  }
  *study = studies[0];
  *fit = fits[0];
  ITG_TRY(check_sizes(call, studies, m, error));
  if (m > 1) ITG_TRY(itg_fit_pool(call, study, fits, m, fit, error));
  int64_t each = is_lonely(study) ? 0 : (itg_call_integer(call, "replicates") + m - 1) / m;
  ITG_TRY(itg_replicates_open(call, study->n_arms, each * m, replicates, error));
  for (int k = 0; k < m; k++)
    ITG_TRY(itg_replicates_fill(call, &studies[k], &fits[k], k * each, each, replicates, error));
  return ITG_OK;
}

static itg_status write_group(analysis *z, const itg_arm_counts *counts, const itg_curves *curves,
                              itg_error *error) {
  const itg_study *s = z->of.study;
  const char *unit = itg_call_text(z->call, "unit");
  z->of.scratch = itg_call_alloc(z->call, (size_t)z->of.replicates->n, sizeof *z->of.scratch, error);
  if (!z->of.scratch) return ITG_ERR_MEMORY;
  for (int a = 0; a < s->n_arms; a++)
    if (a != s->reference) ITG_TRY(add_comparison(z, a, unit, error));
  for (int a = 0; a < s->n_arms; a++) ITG_TRY(add_means(z, a, unit, error));
  for (int a = 0; a < counts->n_arms; a++)
    if (!counts->n_in[a]) ITG_TRY(add_nothing(z, counts, a, ITG_REASON_TOO_FEW, error));
  ITG_TRY(add_best(z, error));
  ITG_TRY(itg_curves_add(z->call, curves, s, z->of.fit, z->of.replicates, z->at, z->labels,
                         z->groups->n_columns, error));
  return note_group(z, counts, error);
}

/* Why a group cannot be analysed, without the code at the end of the message. */
static itg_status note_failure(analysis *z, const itg_error *problem, itg_error *error) {
  const char *end = strrchr(problem->message, '(');
  int size = end ? (int)(end - problem->message) : (int)strlen(problem->message);
  if (z->noted++ >= MOST_NOTED) return ITG_OK;
  return itg_result_note(z->call->result, error, "Group '%.60s' has no result: %.*s",
                         z->labels[0] ? z->labels[0] : "", size > 0 && end ? size - 1 : size,
                         problem->message);
}

/* The notes of a group give away its smallest arm, as its estimates do. */
static void say_persons(analysis *z, int first, const itg_arm_counts *counts) {
  int smallest = 0;
  for (int a = 1; a < counts->n_arms; a++)
    if (fewest_in(counts, smallest, a) != counts->n_in[smallest]) smallest = a;
  itg_result_set_note_persons(z->call->result, first, counts->n_in[smallest]);
}

/* One group.  What is wrong with its data alone is told in its rows and a note, where there are other groups;
 * `problem` is then the first of the kind. */
static itg_status analyse(analysis *z, const itg_study_columns *columns, const itg_curves *curves,
                          int32_t group, bool *told, itg_error *problem, itg_error *error) {
  itg_study study;
  itg_fit fit;
  itg_replicates replicates;
  itg_arm_counts counts;
  itg_error found = {0};
  int first = itg_result_note_count(z->call->result);
  z->labels = z->groups->labels ? z->groups->labels[group] : NULL;
  ITG_TRY(itg_study_count(z->call, columns, group, 0, &counts, error));
  itg_status status = fit_all(z->call, columns, group, &study, &fit, &replicates, &found);
  bool own = status == ITG_ERR_EMPTY || status == ITG_ERR_DATA || status == ITG_ERR_SINGULAR;
  if (status && !(own && z->groups->n_columns)) {
    if (error) *error = found;
    return status;
  }
  if (status) {
    itg_reason reason = status == ITG_ERR_SINGULAR ? ITG_REASON_UNDEFINED : ITG_REASON_TOO_FEW;
    if (!problem->status) *problem = found;
    for (int a = 0; a < counts.n_arms; a++) ITG_TRY(add_nothing(z, &counts, a, reason, error));
    ITG_TRY(note_failure(z, &found, error));
    say_persons(z, first, &counts);
    return ITG_OK;
  }
  z->of.study = &study;
  z->of.fit = &fit;
  z->of.replicates = &replicates;
  if (!*told) ITG_TRY(note_rules(z->call, &study, z, itg_study_columns_imputations(columns), error));
  *told = true;
  first = itg_result_note_count(z->call->result);
  ITG_TRY(write_group(z, &counts, curves, error));
  say_persons(z, first, &counts);
  return ITG_OK;
}

/* Every group with scratch of its own, so that memory does not grow with their number. */
static itg_status analyse_groups(analysis *z, const itg_study_columns *columns, const itg_curves *curves,
                                 itg_error *error) {
  itg_call *call = z->call, inner = *call;
  itg_error problem = {0};
  bool told = false;
  itg_status status = ITG_OK;
  z->call = &inner;
  for (int32_t g = 0; !status && g < z->groups->n_groups; g++) {
    status = itg_check_stop(&call->control, (double)g / z->groups->n_groups, error);
    if (status) break;
    inner.arena = itg_arena_new();
    status = inner.arena ? analyse(z, columns, curves, g, &told, &problem, error) : itg_fail_memory(error);
    itg_arena_free(inner.arena);
  }
  z->call = call;
  ITG_TRY(status);
  if (!told && problem.status) {
    if (error) *error = problem;
    return problem.status;
  }
  if (z->noted > MOST_NOTED)
    ITG_TRY(itg_result_note(
        call->result, error,
        "%lld more groups have patients left out or no result; column reason of their rows says "
        "why.",
        (long long)(z->noted - MOST_NOTED)));
  return ITG_OK;
}

static itg_status check_groups(itg_call *call, const itg_groups *groups, itg_error *error) {
  const itg_column *arm = itg_call_column(call, "arm");
  if (groups->n_columns > 28)
    return itg_fail(error, ITG_ERR_LIMIT, "option 'by' has %d columns; at most 28", groups->n_columns);
  for (int g = 0; g < groups->n_columns; g++)
    if (arm && itg_text_equal(groups->names[g], arm->name))
      return itg_call_fail(
          call, error, ITG_ERR_OPTION, "arm", -1,
          "is what the comparison is of, and within a group of it nothing is left to compare; "
          "take it out of option 'by' (every arm has rows of its own)");
  return ITG_OK;
}

static itg_status run(itg_call *call, itg_error *error) {
  itg_study_columns *columns;
  itg_groups groups;
  itg_thresholds at;
  itg_tidy tidy;
  itg_curves curves;
  const char *interval = itg_call_text(call, "interval"), *names[32];
  int64_t replicates = itg_call_integer(call, "replicates");
  ITG_TRY(itg_thresholds_read(call, &at, error));
  ITG_TRY(itg_call_groups(call, &groups, error));
  ITG_TRY(check_groups(call, &groups, error));
  ITG_TRY(itg_study_columns_read(call, &groups, &columns, error));
  analysis z = {.call = call,
                .at = &at,
                .groups = &groups,
                .tidy = &tidy,
                .method = replicates ? ITG_LIMITS_PERCENTILE : ITG_LIMITS_T,
                .delta = strcmp(interval, "delta") == 0,
                .of = {.conf_level = itg_call_number(call, "conf_level")}};
  for (int m = 0; m < ITG_LIMITS_DELTA; m++)
    if (strcmp(interval, method_names[m]) == 0) z.method = m;
  if (z.delta && replicates) z.method = ITG_LIMITS_NORMAL;
  if (!replicates && z.method != ITG_LIMITS_T)
    return itg_fail(error, ITG_ERR_OPTION,
                    "interval '%s' needs replicates; set replicates above 0, or interval: t", interval);
  if (z.method == ITG_LIMITS_BCA && itg_study_columns_imputations(columns) > 1)
    return itg_fail(error, ITG_ERR_OPTION,
                    "interval 'bca' has no meaning for pooled data sets; set percentile, normal or t");
  const char *bootstrap = itg_call_text(call, "bootstrap");
  if ((strcmp(bootstrap, "cluster") == 0 || strcmp(bootstrap, "twostage") == 0) &&
      !itg_call_has(call, "cluster"))
    return itg_fail(
        error, ITG_ERR_OPTION,
        "bootstrap '%s' needs role 'cluster', the practice or site of each patient; name its column, or "
        "set bootstrap: patient",
        bootstrap);
  for (int g = 0; g < groups.n_columns; g++) names[g] = groups.names[g];
  names[groups.n_columns] = "arm";
  names[groups.n_columns + 1] = "versus";
  names[groups.n_columns + 2] = "threshold";
  ITG_TRY(itg_tidy_open(call->result, names, groups.n_columns + 3, &tidy, error));
  ITG_TRY(itg_curves_open(call, &groups, &curves, error));
  ITG_TRY(open_tables(call, &groups, &z, error));
  return analyse_groups(&z, columns, &curves, error);
}

const itg_measure itg_cea_measure = {
    .name = "cea",
    .title = "Cost-effectiveness of a study with patient data",
    .summary =
        "Compares costs and effects of two or more arms, one row per patient: means by arm, increments "
        "against a reference (unadjusted, or adjusted for covariates of both or either, by least squares or "
        "as seemingly unrelated regressions), ratio with its quadrant in words and Fieller's set, net "
        "monetary and health benefit, probability of being cost-effective (pairwise) and of being best "
        "(among all), expected value of perfect information. A bootstrap within arms (and strata; of "
        "clusters where given) draws cost and effect together and serves every figure. Stacked data sets of "
        "a multiple imputation are pooled by Rubin's rules. Patients with a missing cost, effect or "
        "covariate are left out and counted. Costs are in the currency of the input, effects in unit.",
    .source =
        "Baseline adjustment: Manca, Hawkins, Sculpher, Health Econ 2005;14:487-496. Seemingly unrelated "
        "regressions: Willan, Briggs, Hoch, Health Econ 2004;13:461. Net benefit: Stinnett & Mullahy, Med "
        "Decis Making 1998;18:S68. Bootstrap: Briggs, Wonderling, Mooney, Health Econ 1997;6:327; BCa: "
        "Efron, J Am Stat Assoc 1987;82:171; two stages with shrinkage: Davison & Hinkley, Bootstrap Methods "
        "and their Application, 1997, section 3.8; Ng, Grieve, Carpenter, Stata J 2013;13:141; Gomes et al, "
        "Med Decis Making 2012;32:350; its cluster size: Donner & Klar, Cluster Randomization Trials, 2000. "
        "Multiple imputation: Barnard & Rubin, Biometrika 1999;86:948; bootstrap of each completed set, "
        "pooled: Schomaker & Heumann, Stat Med 2018;37:2252. Acceptability curve and frontier: Fenwick, "
        "Claxton, Sculpher, Health Econ 2001;10:779; Barton, Briggs, Fenwick, Value Health 2008;11:886. The "
        "ratio is left out where one arm dominates, as equal negative ratios mean opposite things (O'Brien & "
        "Briggs, Stat Methods Med Res 2002;11:455). Our choices: limits of the ratio are Fieller's unless "
        "the delta method is asked for, with replicates by their covariance; quantiles interpolate order "
        "statistics (R's type 7); acceleration adds the arms' third moments as independent terms; ties of "
        "net benefit go to the reference, then to the first arm; a replicate on an axis counts as better and "
        "as not dearer; contours have the bandwidth of measure psa; t limits of a net benefit have the "
        "smaller degrees of freedom of cost and effect; percentile and BCa limits of the ratio exist where "
        "the effects of all replicates have one sign; in two stages every place keeps the size of its "
        "cluster, replicates are centred on the estimate, and with covariates residuals of the regression "
        "are drawn (one size for unequal clusters is Ng, Grieve & Carpenter's, the harmonic one derived "
        "here); a group of option by that cannot be analysed has rows with a reason.",
    .counts = "patients; the disclosure rule counts the smallest arm that a figure compares",
    .persons = true,
    .roles = roles,
    .options = options,
    .needs = needs,
    .outputs = outputs,
    .groups = true,
    .run = run,
};
