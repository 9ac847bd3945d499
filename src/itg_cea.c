/* itg_cea.c - layer 3: measure cea: cost-effectiveness of a study with patient data. */
#include "itg_cea.h"

#include <math.h>
#include <string.h>

#include "itg_special.h"
#include "itg_spread.h"
#include "itg_thread.h"

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
     "arm to compare with; default the first by name"},
    ITG_THRESHOLD_FIELDS,
    {"method", ITG_FIELD_TEXT, false, "ols", "ols|sur", 0, 0, NULL,
     "regression of cost and effect: each by itself (ols), or together as seemingly unrelated regressions "
     "(sur), which differ where the covariates do"},
    {"replicates", ITG_FIELD_INTEGER, false, "5000", NULL, 0, 1e7, NULL,
     "bootstrap replicates; 0: limits and curves from the normal distribution"},
    {"interval", ITG_FIELD_TEXT, false, "auto", "auto|percentile|bca|normal|t", 0, 0, NULL,
     "limits of the estimates: percentile or bias-corrected and accelerated (bca) of replicates, normal "
     "with their standard error, or t with that of the regression; auto is percentile, or t without "
     "replicates"},
    {"errors", ITG_FIELD_TEXT, false, "auto", "auto|classical|robust", 0, 0, NULL,
     "standard errors without replicates: unequal variances or, with covariates, classical (auto); one "
     "variance (classical); robust (HC2, of seemingly unrelated regressions HC1), which weights always have; "
     "clusters always have cluster-robust ones"},
    {"negative_costs", ITG_FIELD_TEXT, false, "error", "error|allow", 0, 0, NULL, "costs below 0"},
    {"unit", ITG_FIELD_TEXT, false, "QALY", NULL, 0, 0, NULL, "unit of the effect"},
    {"conf_level", ITG_FIELD_NUMBER, false, "0.95", NULL, 0.5, 0.9999, NULL, "confidence level"},
    {0}};

static const itg_output outputs[] = {
    {"plane", "a row per arm and replicate: increments in effect and cost"},
    {"ceac", "a row per arm and threshold: probability that its net benefit exceeds the reference's"},
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

enum { PERCENTILE, BCA, NORMAL, T, METHODS };
static const char *const method_names[METHODS] = {"percentile", "bca", "normal", "t"};

typedef struct analysis {
  itg_call *call;
  const itg_study *study;
  const itg_fit *fit;
  const itg_replicates *replicates;
  const itg_thresholds *at;
  const itg_groups *groups;
  const char *const *labels; /* of the group, n_columns */
  itg_tidy *tidy;
  itg_frame *intervals, *fieller;
  double conf_level, *scratch;
  int method;
} analysis;

/* ---- limits ---- */

/* A figure that is linear in the increments: a * effect + b * cost of one arm. */
typedef struct figure {
  const char *scale, *unit, *threshold;
  int arm;
  double a, b;
} figure;

typedef struct limits {
  double std_error, low, high;
  itg_reason reason;
} limits;

static double value_of(const analysis *z, const figure *f) {
  const itg_increment *x = &z->fit->increments[f->arm];
  return f->a * x->effect + f->b * x->cost;
}

static int64_t fill_replicates(const analysis *z, const figure *f) {
  const itg_replicates *r = z->replicates;
  const double *effect = r->effect + f->arm * r->n, *cost = r->cost + f->arm * r->n;
  int64_t n = 0;
  for (int64_t i = 0; i < r->n; i++)
    if (!isnan(effect[i])) z->scratch[n++] = f->a * effect[i] + f->b * cost[i];
  return n;
}

/* A sixth of the skewness of the linear approximation: each influence is an independent term. */
static double acceleration(const analysis *z, const figure *f) {
  const itg_study *s = z->study;
  int64_t n = s->cluster ? s->n_clusters : s->n;
  double squares = 0, cubes = 0;
  for (int64_t i = 0; i < n; i++) {
    double l = f->a * z->fit->influence[ITG_EFFECT][f->arm * n + i] +
               f->b * z->fit->influence[ITG_COST][f->arm * n + i];
    squares += l * l;
    cubes += l * l * l;
  }
  return squares > 0 ? cubes / (6 * squares * sqrt(squares)) : 0;
}

/* Efron's bias-corrected and accelerated limits. */
static limits bca(const analysis *z, const figure *f, int64_t n, double std_error) {
  limits out = {std_error, NAN, NAN, ITG_REASON_PRESENT};
  double value = value_of(z, f), a = acceleration(z, f);
  int64_t below = 0, equal = 0;
  for (int64_t i = 0; i < n; i++) {
    below += z->scratch[i] < value;
    equal += z->scratch[i] == value;
  }
  double share = ((double)below + 0.5 * (double)equal) / (double)n;
  if (!(share > 0 && share < 1)) { /* the estimate lies outside its replicates */
    out.reason = ITG_REASON_UNDEFINED;
    return out;
  }
  double z0 = itg_normal_quantile(share), tail = itg_normal_quantile(0.5 + z->conf_level / 2);
  double low = z0 + (z0 - tail) / (1 - a * (z0 - tail)), high = z0 + (z0 + tail) / (1 - a * (z0 + tail));
  out.low = itg_quantile(z->scratch, n, itg_normal_cdf(low));
  out.high = itg_quantile(z->scratch, n, itg_normal_cdf(high));
  return out;
}

static limits analytic(const analysis *z, const figure *f) {
  const itg_study *s = z->study;
  const itg_increment *x = &z->fit->increments[f->arm];
  double variance = f->a * f->a * x->var_effect + f->b * f->b * x->var_cost + 2 * f->a * f->b * x->covariance;
  limits out = {NAN, NAN, NAN, ITG_REASON_TOO_FEW};
  if (isnan(variance)) return out;
  out.reason = variance > 0 ? ITG_REASON_PRESENT : ITG_REASON_NO_VARIANCE;
  if (!(variance > 0)) return out;
  const double *df = z->fit->df;
  double df_cost = df[ITG_COST * s->n_arms + f->arm], df_effect = df[ITG_EFFECT * s->n_arms + f->arm];
  /* Of a net benefit: the smaller, which is on the safe side. */
  double use = f->a == 0 ? df_cost : f->b == 0 ? df_effect : fmin(df_cost, df_effect);
  out.std_error = sqrt(variance);
  if (!(use > 0)) {
    out.reason = ITG_REASON_TOO_FEW;
    return out;
  }
  double half = itg_t_quantile(0.5 + z->conf_level / 2, use) * out.std_error;
  out.low = value_of(z, f) - half;
  out.high = value_of(z, f) + half;
  return out;
}

static void all_limits(const analysis *z, const figure *f, limits out[METHODS]) {
  for (int m = 0; m < T; m++) out[m] = (limits){NAN, NAN, NAN, ITG_REASON_TOO_FEW};
  out[T] = analytic(z, f);
  if (!z->replicates->n) return;
  int64_t n = fill_replicates(z, f);
  itg_spread spread = itg_spread_of(z->scratch, n, z->conf_level);
  for (int m = 0; m < T; m++) out[m].reason = spread.reason;
  if (spread.reason) return;
  double half = itg_normal_quantile(0.5 + z->conf_level / 2) * spread.std_error;
  out[PERCENTILE] = (limits){spread.std_error, spread.low, spread.high, ITG_REASON_PRESENT};
  out[NORMAL] = (limits){spread.std_error, value_of(z, f) - half, value_of(z, f) + half, ITG_REASON_PRESENT};
  if (z->fit->influence[0])
    out[BCA] = bca(z, f, n, spread.std_error);
  else
    out[BCA].reason = ITG_REASON_NOT_APPLICABLE;
}

/* ---- rows ---- */

static itg_status add(const analysis *z, const char *scale, const char *unit, int arm, bool versus,
                      const char *threshold, const itg_estimate *numbers, itg_error *error) {
  int k = z->groups->n_columns;
  const char *labels[32];
  for (int i = 0; i < k; i++) labels[i] = z->labels[i];
  labels[k] = arm < 0 ? NULL : z->study->arms[arm];
  labels[k + 1] = versus ? z->study->arms[z->study->reference] : NULL;
  labels[k + 2] = threshold;
  itg_estimate e = *numbers;
  e.measure = "cea";
  e.scale = scale;
  e.unit = unit;
  e.group = labels;
  if (arm >= 0 && !versus) {
    e.n = z->study->n_in[arm];
    e.n_missing = z->study->n_missing[arm];
  } else {
    for (int a = 0; a < z->study->n_arms; a++) {
      if (versus && a != arm && a != z->study->reference) continue;
      e.n += z->study->n_in[a];
      e.n_missing += z->study->n_missing[a];
    }
  }
  return itg_tidy_add(z->tidy, &e, error);
}

static itg_status add_share(const analysis *z, const char *scale, int arm, bool versus, const char *threshold,
                            double p, const char *unit, itg_error *error) {
  itg_estimate e = itg_estimate_of("cea", scale, NULL, unit);
  e.estimate = p;
  e.reason = isnan(p) ? ITG_REASON_TOO_FEW : ITG_REASON_PRESENT;
  return add(z, scale, unit, arm, versus, threshold, &e, error);
}

static itg_status add_means(const analysis *z, int arm, const char *unit, itg_error *error) {
  static const char *const scales[] = {"cost", "effect"};
  for (int g = 0; g < ITG_OUTCOMES; g++) {
    double n = (double)z->study->n_in[arm], sd = z->fit->sd[g][arm];
    itg_estimate e = itg_estimate_of("cea", scales[g], NULL, NULL);
    e.estimate = z->fit->mean[g][arm];
    e.reason = n < 2 ? ITG_REASON_TOO_FEW : sd > 0 ? ITG_REASON_PRESENT : ITG_REASON_NO_VARIANCE;
    if (!e.reason) {
      e.std_error = sd / sqrt(n);
      double half = itg_t_quantile(0.5 + z->conf_level / 2, n - 1) * e.std_error;
      e.conf_low = e.estimate - half;
      e.conf_high = e.estimate + half;
    }
    ITG_TRY(add(z, scales[g], g == ITG_COST ? "currency" : unit, arm, false, NULL, &e, error));
  }
  return ITG_OK;
}

static itg_status add_interval_rows(const analysis *z, const figure *f, const limits all[METHODS],
                                    itg_error *error) {
  int k = z->groups->n_columns;
  for (int m = 0; m < METHODS; m++) {
    int64_t row = itg_frame_rows(z->intervals);
    int column = 0;
    if (isnan(all[m].low)) continue;
    ITG_TRY(itg_frame_resize(z->intervals, row + 1, error));
    for (int i = 0; i < k; i++, column++)
      if (z->labels[i]) ITG_TRY(itg_frame_set_text(z->intervals, row, column, z->labels[i], error));
    const char *texts[] = {z->study->arms[f->arm], z->study->arms[z->study->reference], f->threshold,
                           f->scale, method_names[m]};
    for (size_t i = 0; i < ITG_COUNT(texts); i++, column++)
      if (texts[i]) ITG_TRY(itg_frame_set_text(z->intervals, row, column, texts[i], error));
    itg_frame_set_double(z->intervals, row, column++, all[m].std_error);
    itg_frame_set_double(z->intervals, row, column++, all[m].low);
    itg_frame_set_double(z->intervals, row, column, all[m].high);
  }
  return ITG_OK;
}

static itg_status add_figure(const analysis *z, const figure *f, itg_error *error) {
  limits all[METHODS];
  itg_estimate e = itg_estimate_of("cea", f->scale, NULL, f->unit);
  all_limits(z, f, all);
  const limits *chosen = &all[z->method];
  e.estimate = value_of(z, f);
  e.std_error = chosen->std_error;
  e.conf_low = chosen->low;
  e.conf_high = chosen->high;
  e.reason = chosen->reason;
  ITG_TRY(add_interval_rows(z, f, all, error));
  return add(z, f->scale, f->unit, f->arm, true, f->threshold, &e, error);
}

/* Covariance of the increments: that of the replicates, else that of the regression. */
static itg_increment spread_increment(const analysis *z, int arm) {
  itg_increment x = z->fit->increments[arm];
  const itg_replicates *r = z->replicates;
  const double *effect = r->effect + arm * r->n, *cost = r->cost + arm * r->n;
  double n = (double)(r->n - r->n_singular), mean_e = 0, mean_c = 0, ee = 0, cc = 0, ec = 0;
  if (n < 2) return x;
  for (int64_t i = 0; i < r->n; i++)
    if (!isnan(effect[i])) mean_e += effect[i] / n, mean_c += cost[i] / n;
  for (int64_t i = 0; i < r->n; i++) {
    if (isnan(effect[i])) continue;
    double e = effect[i] - mean_e, c = cost[i] - mean_c;
    ee += e * e, cc += c * c, ec += e * c;
  }
  x.var_effect = ee / (n - 1);
  x.var_cost = cc / (n - 1);
  x.covariance = ec / (n - 1);
  return x;
}

static itg_status add_ratio(const analysis *z, int arm, itg_error *error) {
  const itg_study *s = z->study;
  itg_increment x = z->method == T ? z->fit->increments[arm] : spread_increment(z, arm);
  double df = fmin(z->fit->df[ITG_COST * s->n_arms + arm], z->fit->df[ITG_EFFECT * s->n_arms + arm]);
  double p = 0.5 + z->conf_level / 2,
         quantile = z->method == T && df > 0 ? itg_t_quantile(p, df) : itg_normal_quantile(p);
  double low, high;
  itg_fieller_shape shape = itg_increment_fieller(&x, quantile, &low, &high);
  itg_estimate e = itg_estimate_of("cea", "icer", NULL, "currency");
  e.estimate = itg_increment_ratio(&x, &e.reason);
  e.level = itg_increment_words(x.effect, x.cost);
  if (shape == ITG_FIELLER_WITHIN && !e.reason) e.conf_low = low, e.conf_high = high;
  int64_t row = itg_frame_rows(z->fieller);
  int column = 0;
  ITG_TRY(itg_frame_resize(z->fieller, row + 1, error));
  for (int i = 0; i < z->groups->n_columns; i++, column++)
    if (z->labels[i]) ITG_TRY(itg_frame_set_text(z->fieller, row, column, z->labels[i], error));
  ITG_TRY(itg_frame_set_text(z->fieller, row, column++, s->arms[arm], error));
  ITG_TRY(itg_frame_set_text(z->fieller, row, column++, s->arms[s->reference], error));
  itg_frame_set_double(z->fieller, row, column++, low);
  itg_frame_set_double(z->fieller, row, column++, high);
  if (shape) ITG_TRY(itg_frame_set_text(z->fieller, row, column, itg_fieller_words(shape), error));
  return add(z, "icer", "currency", arm, true, NULL, &e, error);
}

static itg_status add_quadrants(const analysis *z, int arm, itg_error *error) {
  static const char *const names[] = {"north_east", "south_east", "south_west", "north_west"};
  static const double sides[][2] = {{1, 1}, {1, -1}, {-1, -1}, {-1, 1}};
  const itg_replicates *r = z->replicates;
  double counts[4] = {0}, n = (double)(r->n - r->n_singular);
  for (int64_t i = 0; i < r->n; i++) {
    double effect = r->effect[arm * r->n + i], cost = r->cost[arm * r->n + i];
    if (isnan(effect)) continue;
    counts[effect >= 0 ? (cost >= 0 ? 0 : 1) : (cost >= 0 ? 3 : 2)]++;
  }
  for (int q = 0; q < 4 && r->n; q++) {
    itg_estimate e = itg_estimate_of("cea", names[q], NULL, "percent");
    e.estimate = n > 0 ? 100 * counts[q] / n : NAN;
    e.level = itg_increment_words(sides[q][0], sides[q][1]);
    ITG_TRY(add(z, names[q], "percent", arm, true, NULL, &e, error));
  }
  return ITG_OK;
}

static itg_status add_comparison(const analysis *z, int arm, const char *unit, itg_error *error) {
  ITG_TRY(add_figure(z, &(figure){"incremental_cost", "currency", NULL, arm, 0, 1}, error));
  ITG_TRY(add_figure(z, &(figure){"incremental_effect", unit, NULL, arm, 1, 0}, error));
  ITG_TRY(add_ratio(z, arm, error));
  ITG_TRY(add_quadrants(z, arm, error));
  for (int i = 0; i < z->at->n; i++) {
    double t = z->at->values[i];
    const char *label = z->at->labels[i];
    ITG_TRY(add_figure(z, &(figure){"inmb", "currency", label, arm, t, -1}, error));
    if (t > 0) ITG_TRY(add_figure(z, &(figure){"inhb", unit, label, arm, 1, -1 / t}, error));
    double p = z->replicates->n ? itg_replicates_probability(z->replicates, arm, t)
                                : itg_increment_probability(&z->fit->increments[arm], t);
    ITG_TRY(add_share(z, "p_cost_effective", arm, true, label, p, "probability", error));
  }
  return ITG_OK;
}

static itg_status add_best(const analysis *z, itg_error *error) {
  double shares[ITG_MOST_ARMS], evpi;
  for (int i = 0; i < z->at->n && z->replicates->n; i++) {
    itg_replicates_best(z->replicates, z->study->reference, z->at->values[i], shares, &evpi);
    for (int a = 0; a < z->study->n_arms; a++)
      ITG_TRY(add_share(z, "p_best", a, false, z->at->labels[i], shares[a], "probability", error));
    ITG_TRY(add_share(z, "evpi", -1, false, z->at->labels[i], evpi, "currency", error));
  }
  return ITG_OK;
}

/* ---- the measure ---- */

static itg_status open_tables(itg_call *call, const itg_groups *groups, analysis *z, itg_error *error) {
  static const char *const interval_columns[] = {"arm", "versus", "threshold", "scale", "method"},
                           *const fieller_columns[] = {"arm", "versus"},
                           *const limit_columns[] = {"conf_low", "conf_high"};
  ITG_TRY(itg_result_add_table(call->result, "intervals", &z->intervals, error));
  ITG_TRY(itg_result_add_table(call->result, "fieller", &z->fieller, error));
  for (int k = 0; k < 2; k++) {
    itg_frame *frame = k ? z->fieller : z->intervals;
    const char *const *texts = k ? fieller_columns : interval_columns;
    for (int g = 0; g < groups->n_columns; g++)
      ITG_TRY(itg_frame_add_column(frame, groups->names[g], ITG_TYPE_STRING, NULL, error));
    for (size_t i = 0; i < (k ? ITG_COUNT(fieller_columns) : ITG_COUNT(interval_columns)); i++)
      ITG_TRY(itg_frame_add_column(frame, texts[i], ITG_TYPE_STRING, NULL, error));
    if (!k) ITG_TRY(itg_frame_add_column(frame, "std_error", ITG_TYPE_DOUBLE, NULL, error));
    for (size_t i = 0; i < ITG_COUNT(limit_columns); i++)
      ITG_TRY(itg_frame_add_column(frame, limit_columns[i], ITG_TYPE_DOUBLE, NULL, error));
  }
  return itg_frame_add_column(z->fieller, "shape", ITG_TYPE_STRING, NULL, error);
}

static itg_status note_group(const analysis *z, bool lonely, itg_error *error) {
  const itg_study *s = z->study;
  itg_result *result = z->call->result;
  const char *group = z->groups->n_columns && z->labels[0] ? z->labels[0] : NULL;
  const char *in = group ? " in " : "", *name = group ? group : "";
  int64_t missing = 0;
  for (int a = 0; a < s->n_arms; a++) missing += s->n_missing[a];
  if (missing)
    ITG_TRY(itg_result_note(
        result, error,
        "%lld of %lld patients%s%.60s are left out: their cost, effect or a covariate is missing. That is "
        "unbiased only if it happened at random.",
        (long long)missing, (long long)(missing + s->n), in, name));
  if (lonely)
    ITG_TRY(itg_result_note(result, error,
                            "An arm%s%.60s has one patient: there is no bootstrap and no limits.", in, name));
  if (z->replicates->n_singular)
    ITG_TRY(itg_result_note(
        result, error,
        "%lld of %lld replicates%s%.60s could not be computed (an arm without patients, or covariates that "
        "do not vary) and are left out.",
        (long long)z->replicates->n_singular, (long long)z->replicates->n, in, name));
  return ITG_OK;
}

static itg_status note_rules(itg_call *call, const itg_study *s, int method, int64_t replicates, int m,
                             itg_error *error) {
  static const char *const limits_by[] = {"percentiles of", "BCa limits of", "the normal distribution and",
                                          "the t distribution, beside"};
  itg_result *result = call->result;
  ITG_TRY(itg_result_note(result, error, "Increments are against '%.60s', %s.", s->arms[s->reference],
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
  return itg_result_note(result, error, "Limits by %s %lld bootstrap replicates of %s within %s.",
                         limits_by[method], (long long)replicates, s->cluster ? "clusters" : "patients",
                         s->stratum ? "arms and strata" : "arms");
}

/* Completed data sets hold the same patients. */
static itg_status check_sizes(itg_call *call, const itg_study *studies, int m, itg_error *error) {
  for (int k = 1; k < m; k++)
    for (int a = 0; a < studies[0].n_arms; a++)
      if (studies[k].n_in[a] != studies[0].n_in[a])
        return itg_call_fail(
            call, error, ITG_ERR_DATA, "imputation", -1,
            "data sets differ in size: arm '%.60s' has %lld complete patients in one and %lld in another; "
            "every set must hold every patient, completed",
            studies[0].arms[a], (long long)studies[0].n_in[a], (long long)studies[k].n_in[a]);
  return ITG_OK;
}

/* Fit and replicates of every completed data set (usually one), brought to one. */
static itg_status fit_all(analysis *z, const itg_study_columns *columns, int32_t group, itg_study *study,
                          itg_fit *fit, itg_replicates *replicates, bool *lonely, itg_error *error) {
  int m = itg_study_columns_imputations(columns);
  itg_study *studies = itg_call_alloc(z->call, (size_t)m, sizeof *studies, error);
  itg_fit *fits = itg_call_alloc(z->call, (size_t)m, sizeof *fits, error);
  if (!studies || !fits) return ITG_ERR_MEMORY;
  for (int k = 0; k < m; k++) {
    ITG_TRY(itg_study_make(z->call, columns, z->groups, group, k, &studies[k], error));
    if (studies[k].n_arms > ITG_MOST_ARMS)
      return itg_call_fail(z->call, error, ITG_ERR_LIMIT, "arm", -1, "%d arms; at most %d are possible",
                           studies[k].n_arms, ITG_MOST_ARMS);
    ITG_TRY(itg_fit_make(z->call, &studies[k], &fits[k], error));
  }
  *study = studies[0];
  *fit = fits[0];
  ITG_TRY(check_sizes(z->call, studies, m, error));
  if (m > 1) ITG_TRY(itg_fit_pool(z->call, study, fits, m, fit, error));
  for (int a = 0; a < study->n_arms; a++) *lonely = *lonely || study->n_in[a] < 2;
  int64_t each = *lonely ? 0 : (itg_call_integer(z->call, "replicates") + m - 1) / m;
  ITG_TRY(itg_replicates_open(z->call, study->n_arms, each * m, replicates, error));
  for (int k = 0; k < m; k++)
    ITG_TRY(itg_replicates_fill(z->call, &studies[k], &fits[k], k * each, each, replicates, error));
  return ITG_OK;
}

static itg_status analyse(analysis *z, const itg_study_columns *columns, const itg_curves *curves,
                          int32_t group, itg_error *error) {
  itg_study study;
  itg_fit fit;
  itg_replicates replicates;
  const char *unit = itg_call_text(z->call, "unit");
  bool lonely = false;
  ITG_TRY(fit_all(z, columns, group, &study, &fit, &replicates, &lonely, error));
  z->study = &study;
  z->fit = &fit;
  z->replicates = &replicates;
  z->labels = z->groups->labels ? z->groups->labels[group] : NULL;
  z->scratch = itg_call_alloc(z->call, (size_t)replicates.n, sizeof *z->scratch, error);
  if (!z->scratch) return ITG_ERR_MEMORY;
  for (int a = 0; a < study.n_arms; a++)
    if (a != study.reference) ITG_TRY(add_comparison(z, a, unit, error));
  for (int a = 0; a < study.n_arms; a++) ITG_TRY(add_means(z, a, unit, error));
  ITG_TRY(add_best(z, error));
  ITG_TRY(itg_curves_add(z->call, curves, &study, &fit, &replicates, z->at, z->labels, z->groups->n_columns,
                         error));
  if (group == 0)
    ITG_TRY(
        note_rules(z->call, &study, z->method, replicates.n, itg_study_columns_imputations(columns), error));
  return note_group(z, lonely, error);
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
  ITG_TRY(itg_study_columns_read(call, &columns, error));
  ITG_TRY(itg_call_groups(call, &groups, error));
  if (groups.n_columns > 28)
    return itg_fail(error, ITG_ERR_LIMIT, "option 'by' has %d columns; at most 28", groups.n_columns);
  analysis z = {.call = call,
                .at = &at,
                .groups = &groups,
                .tidy = &tidy,
                .method = replicates ? PERCENTILE : T,
                .conf_level = itg_call_number(call, "conf_level")};
  for (int m = 0; m < METHODS; m++)
    if (strcmp(interval, method_names[m]) == 0) z.method = m;
  if (!replicates && z.method != T)
    return itg_fail(error, ITG_ERR_OPTION,
                    "interval '%s' needs replicates; set replicates above 0, or interval: t", interval);
  if (z.method == BCA && itg_study_columns_imputations(columns) > 1)
    return itg_fail(error, ITG_ERR_OPTION,
                    "interval 'bca' has no meaning for pooled data sets; set percentile, normal or t");
  for (int g = 0; g < groups.n_columns; g++) names[g] = groups.names[g];
  names[groups.n_columns] = "arm";
  names[groups.n_columns + 1] = "versus";
  names[groups.n_columns + 2] = "threshold";
  ITG_TRY(itg_tidy_open(call->result, names, groups.n_columns + 3, &tidy, error));
  ITG_TRY(itg_curves_open(call, &groups, &curves, error));
  ITG_TRY(open_tables(call, &groups, &z, error));
  for (int32_t g = 0; g < groups.n_groups; g++) {
    ITG_TRY(itg_check_stop(&call->control, (double)g / groups.n_groups, error));
    ITG_TRY(analyse(&z, columns, &curves, g, error));
  }
  return ITG_OK;
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
        "Efron, J Am Stat Assoc 1987;82:171. Multiple imputation: Barnard & Rubin, Biometrika 1999;86:948; "
        "bootstrap of each completed set, pooled: Schomaker & Heumann, Stat Med 2018;37:2252. Acceptability "
        "curve and frontier: Fenwick, Claxton, Sculpher, Health Econ 2001;10:779; Barton, Briggs, Fenwick, "
        "Value Health 2008;11:886. The ratio is left out where one arm dominates, as equal negative ratios "
        "mean opposite things (O'Brien & Briggs, Stat Methods Med Res 2002;11:455). Our choices: limits of "
        "the ratio are Fieller's, with replicates by their covariance; quantiles interpolate order "
        "statistics (R's type 7); acceleration adds the arms' third moments as independent terms; ties of "
        "net benefit go to the reference, then to the first arm; a replicate on an axis counts to the right "
        "and up; t limits of a net benefit have the smaller degrees of freedom of cost and effect.",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run,
};
