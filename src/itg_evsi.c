/* itg_evsi.c - layer 3: measure evsi: what a study of a given size is worth. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_psa_rows.h"
#include "itg_regress.h"
#include "itg_study.h"
#include "itg_sum.h"
#include "itg_thread.h"
#include "itg_voi.h"

enum { MOST_SIZES = 200, POSTERIORS = 60, STUDIES = 1000, ASK = 65536 }; /* ASK: samples between two questions */

static const itg_role roles[] = {ITG_PSA_ROLES,
                                 {"data", "parameters", ITG_ROLE_NUMBERS, true, 0, 0,
                                  "what the study is about: probability of the event (binary), probability "
                                  "in each arm (binary_two_arm), or mean (normal), its value in the "
                                  "sample; or (summaries) what the study simulated for the sample reports"},
                                 {0}};

static const itg_field options[] = {
    ITG_PSA_OPTIONS,
    {"design", ITG_FIELD_TEXT, true, NULL, "binary|binary_two_arm|normal|summaries", 0, 0, NULL,
     "events in one group; events in two arms; mean of values with a known standard deviation; or any study that "
     "you simulated yourself, a column per summary of its data"},
    {"sizes", ITG_FIELD_NUMBERS, false, "50, 100, 200, 500, 1000", NULL, 1, 1e9, NULL,
     "people per group, ascending; summaries: the one size that was simulated, people in all"},
    {"sd", ITG_FIELD_NUMBER, false, NULL, NULL, 0, 1e100, NULL,
     "normal: standard deviation of one person's value"},
    {"method", ITG_FIELD_TEXT, false, "regression", "regression|moments|importance", 0, 0, NULL,
     "regress costs and effects on simulated results of the study, match the moments of what is learned, or weight "
     "the samples by the likelihood of simulated results (importance)"},
    {"replicates", ITG_FIELD_INTEGER, false, "1", NULL, 1, 1000, NULL,
     "studies simulated for each sample (regression), over which the value is averaged"},
    {"thresholds", ITG_FIELD_NUMBERS, false, "20000, 30000", NULL, 0, INFINITY, NULL,
     "thresholds of the estimates: what a unit of effect may cost"},
    ITG_POPULATION_OPTIONS,
    {"cost_fixed", ITG_FIELD_NUMBER, false, "0", NULL, 0, INFINITY, NULL, "cost of a study of any size"},
    {"cost_per_person", ITG_FIELD_NUMBER, false, "0", NULL, 0, INFINITY, NULL,
     "cost for each person in the study"},
    {0}};

static const itg_need needs[] = {{"sd", "design", "normal"},
                                 {"replicates", "method", "regression"},
                                 {0}};

static const itg_output outputs[] = {
    {"evsi",
     "threshold, size (people per group), evsi, std_error, population_evsi, study_cost, enbs (expected net "
     "benefit of sampling)"},
    {0}};

typedef struct plan {
  itg_call *call;
  itg_psa all, psa; /* every group; the one at work */
  bool few;         /* the group has too few samples to smooth over */
  itg_tidy tidy;
  itg_frame *table;
  itg_study study;
  int groups, n_thresholds, n_sizes;
  bool simulated; /* design summaries: theta are the results of studies */
  const double *all_theta[ITG_MOST_DIMENSIONS], *theta[ITG_MOST_DIMENSIONS];
  const char *names[ITG_MOST_DIMENSIONS]; /* of the parameters */
  double *thresholds, *sizes, people;
  itg_information *value, *limit; /* size x threshold; by threshold: EVPPI of the parameters */
} plan;

/* ---- input ---- */

/* Results that the user simulated: no other size, no likelihood. */
static itg_status check_summaries(plan *p, int n, itg_error *error) {
  p->simulated = true;
  p->groups = n;
  if (n > ITG_MOST_DIMENSIONS)
    return itg_fail(error, ITG_ERR_LIMIT, "%d summaries are more than %d, which are smoothed together", n,
                    (int)ITG_MOST_DIMENSIONS);
  if (!itg_call_given(p->call, "sizes") || p->n_sizes != 1)
    return itg_fail(error, ITG_ERR_OPTION,
                    "design summaries needs one number in 'sizes', the people of the study that was simulated");
  if (strcmp(itg_call_text(p->call, "method"), "regression") != 0 || itg_call_integer(p->call, "replicates") > 1)
    return itg_fail(error, ITG_ERR_OPTION,
                    "design summaries goes with method regression and one replicate: its studies are simulated");
  return ITG_OK;
}

static itg_status read_parameters(plan *p, itg_error *error) {
  const itg_column *const *columns;
  int n = itg_call_columns(p->call, "parameters", &columns);
  static const char *const designs[] = {"binary", "binary_two_arm", "normal"};
  const char *design = itg_call_text(p->call, "design");
  for (int i = 0; i < 3; i++)
    if (strcmp(design, designs[i]) == 0) p->study.design = (itg_design)i;
  p->groups = itg_study_groups(p->study.design);
  if (strcmp(design, "summaries") == 0) ITG_TRY(check_summaries(p, n, error));
  if (n != p->groups)
    return itg_fail(error, ITG_ERR_OPTION, "design %s needs %d column%s for role 'parameters', not %d",
                    design, p->groups, p->groups > 1 ? "s" : "", n);
  p->study.sd = itg_call_number(p->call, "sd");
  bool probabilities = !p->simulated && p->study.design != ITG_DESIGN_NORMAL;
  if (p->study.design == ITG_DESIGN_NORMAL && !(p->study.sd > 0))
    return itg_fail(error, ITG_ERR_OPTION,
                    "design normal needs 'sd', the standard deviation of one person's value, above 0");
  for (int g = 0; g < n; g++) {
    const double *theta;
    ITG_TRY(itg_psa_numbers(p->call, &p->all, "parameters", g, &theta, error));
    p->all_theta[g] = theta;
    p->names[g] = columns[g]->name;
    for (int64_t i = 0; i < p->all.samples.n && probabilities; i++)
      if (!(theta[i] >= 0 && theta[i] <= 1))
        return itg_fail_at(error, ITG_ERR_RANGE, itg_call_table(p->call, "data"),
                           p->all.rows ? p->all.rows[i] : i, columns[g]->name,
                           "is no probability; design %s needs numbers from 0 to 1", design);
  }
  return ITG_OK;
}

/* ---- regression on simulated results ---- */

static itg_status find_value(plan *p, const itg_regression *fit, itg_information *out, itg_error *error) {
  return itg_regression_value(&p->psa, fit, p->thresholds, p->n_thresholds, 0, &p->call->control, out, NULL, error);
}

static itg_status by_summaries(plan *p, itg_information *out, itg_error *error) {
  itg_regression fit;
  ITG_TRY(itg_regress(&p->psa, p->theta, p->names, p->groups, p->call->arena, &p->call->control, &fit, error));
  return find_value(p, &fit, out, error);
}

static itg_status by_regression(plan *p, itg_information *out, double done, itg_error *error) {
  int64_t n = p->psa.samples.n;
  int replicates = (int)itg_call_integer(p->call, "replicates");
  itg_information *once = itg_call_alloc(p->call, (size_t)p->n_thresholds, sizeof *once, error);
  double *summary[2] = {NULL, NULL};
  if (!once) return ITG_ERR_MEMORY;
  for (int r = 0; r < replicates; r++) {
    itg_arena *arena = itg_arena_new();
    itg_regression fit;
    itg_random random;
    bool room = arena != NULL;
    for (int g = 0; g < p->groups && room; g++)
      room = (summary[g] = itg_arena_alloc(arena, (size_t)n, sizeof *summary[g])) != NULL;
    itg_status status = room ? ITG_OK : itg_fail_memory(error);
    itg_random_init(&random, p->call->seed, ITG_PURPOSE_STUDY, (uint32_t)r); /* sizes share their draws */
    for (int64_t i = 0; i < n && !status; i++) {
      double theta[2] = {p->theta[0][i], p->groups > 1 ? p->theta[1][i] : 0}, drawn[2];
      itg_study_draw(&p->study, theta, &random, drawn);
      for (int g = 0; g < p->groups; g++) summary[g][i] = drawn[g];
      if (i % 16384 == 16383) status = itg_check_stop(&p->call->control, done, error);
    }
    if (!status)
      status = itg_regress(&p->psa, (const double *const *)summary, p->names, p->groups, arena, &p->call->control,
                           &fit, error);
    if (!status) status = find_value(p, &fit, once, error);
    itg_arena_free(arena);
    if (status) return status;
    for (int q = 0; q < p->n_thresholds; q++) {
      out[q].value += once[q].value / replicates;
      out[q].std_error += once[q].std_error / replicates;
      out[q].crossed += once[q].crossed / replicates;
    }
  }
  return ITG_OK;
}

/* ---- weights of the samples after a study ---- */

/* A study simulated for sample `at`: the samples weighted by the likelihood of its results. */
static itg_status weigh(const plan *p, int64_t at, itg_random *random, double *weights, double *total, double done,
                        itg_error *error) {
  int64_t n = p->psa.samples.n;
  const double *own = p->psa.samples.weight;
  double theta[2] = {p->theta[0][at], p->groups > 1 ? p->theta[1][at] : 0}, drawn[2], most = -INFINITY;
  *total = 0;
  itg_study_draw(&p->study, theta, random, drawn);
  for (int64_t i = 0; i < n; i++) {
    theta[0] = p->theta[0][i];
    if (p->groups > 1) theta[1] = p->theta[1][i];
    weights[i] = itg_study_likelihood(&p->study, theta, drawn);
    if (weights[i] > most) most = weights[i];
    if (i % ASK == ASK - 1) ITG_TRY(itg_check_stop(&p->call->control, done, error));
  }
  for (int64_t i = 0; i < n; i++) {
    *total += weights[i] = (own ? own[i] : 1) * exp(weights[i] - most);
    if (i % ASK == ASK - 1) ITG_TRY(itg_check_stop(&p->call->control, done, error));
  }
  return ITG_OK;
}

/* Place of study s of `count` that are spread over the samples. */
static int64_t place_of(const plan *p, int s, int count) {
  return (int64_t)(((double)s + 0.5) * ((double)p->psa.samples.n / count));
}

static double weighted_mean(const double *values, const double *weights, double total, int64_t n) {
  double mean = 0;
  for (int64_t i = 0; i < n; i++) mean += weights[i] * values[i];
  return mean / total;
}

/* ---- importance sampling ---- */

/* What is expected after each of STUDIES studies: study x r. */
static itg_status expect(const plan *p, double *const *fitted, int r, int count, double *expected, double *weights,
                         double done, itg_error *error) {
  itg_random random;
  double total;
  itg_random_init(&random, p->call->seed, ITG_PURPOSE_STUDY, 0);
  for (int s = 0; s < count; s++) {
    ITG_TRY(weigh(p, place_of(p, s, count), &random, weights, &total, done, error));
    for (int c = 0; c < r; c++)
      expected[(size_t)s * (size_t)r + (size_t)c] = weighted_mean(fitted[c], weights, total, p->psa.samples.n);
    ITG_TRY(itg_check_stop(&p->call->control, done, error));
  }
  return ITG_OK;
}

/* Net benefit of strategy d over that of strategy 0 by increments of effect and cost. */
static double net_gain(const double *increments, int32_t d, int32_t D, double k) {
  return d ? k * increments[d - 1] - increments[D - 2 + d] : 0;
}

/* The best on average over the same studies is what they are compared with, so that their chance cancels. */
static void value_of(const plan *p, const double *expected, int count, double *mean, double k, itg_information *out) {
  const double *own = p->psa.samples.weight;
  int32_t D = p->psa.samples.n_strategies, optimal = 0;
  int r = 2 * (D - 1);
  double total = 0, value = 0, square = 0;
  for (int c = 0; c < r; c++) mean[c] = 0;
  for (int s = 0; s < count; s++) {
    double weight = own ? own[place_of(p, s, count)] : 1;
    for (int c = 0; c < r; c++) mean[c] += weight * expected[s * r + c];
    total += weight;
  }
  for (int32_t d = 1; d < D; d++)
    if (net_gain(mean, d, D, k) > net_gain(mean, optimal, D, k)) optimal = d;
  for (int s = 0; s < count; s++) {
    const double *own_mean = expected + (size_t)s * (size_t)r;
    double best = 0, weight = own ? own[place_of(p, s, count)] : 1;
    for (int32_t d = 1; d < D; d++) best = fmax(best, net_gain(own_mean, d, D, k));
    best -= net_gain(own_mean, optimal, D, k);
    value += weight * best;
    square += weight * best * best;
  }
  out->value = value / total;
  out->std_error = sqrt(fmax(0, square / total - out->value * out->value) / count);
  out->crossed = NAN;
}

static itg_status by_importance(plan *p, double *const *fitted, itg_information *out, double done,
                                itg_error *error) {
  int r = 2 * (p->psa.samples.n_strategies - 1);
  int count = p->psa.samples.n < STUDIES ? (int)p->psa.samples.n : STUDIES;
  double *mean = itg_call_alloc(p->call, (size_t)r, sizeof *mean, error);
  double *expected = itg_call_alloc(p->call, (size_t)count * (size_t)r, sizeof *expected, error);
  if (!mean || !expected) return ITG_ERR_MEMORY;
  double *weights = itg_alloc((size_t)p->psa.samples.n, sizeof *weights);
  if (!weights) return itg_fail_memory(error);
  itg_status status = expect(p, fitted, r, count, expected, weights, done, error);
  free(weights);
  for (int q = 0; q < p->n_thresholds && !status; q++)
    value_of(p, expected, count, mean, p->thresholds[q], &out[q]);
  return status;
}

/* ---- moment matching ---- */

/* Mean over possible studies of the variance of fitted values that would remain, as a share of that before:
 * by the samples weighted with the likelihood of the simulated results. */
static itg_status remaining(const plan *p, double *const *fitted, int r, double *share, double *weights,
                            double done, itg_error *error) {
  int64_t n = p->psa.samples.n;
  double total;
  itg_random random;
  itg_random_init(&random, p->call->seed, ITG_PURPOSE_STUDY, 0);
  for (int c = 0; c < r; c++) share[c] = 0;
  for (int s = 0; s < POSTERIORS; s++) {
    ITG_TRY(weigh(p, place_of(p, s, POSTERIORS), &random, weights, &total, done, error));
    for (int c = 0; c < r; c++) {
      double mean = weighted_mean(fitted[c], weights, total, n), square = 0;
      for (int64_t i = 0; i < n; i++) square += weights[i] * (fitted[c][i] - mean) * (fitted[c][i] - mean);
      share[c] += square / total / POSTERIORS;
      ITG_TRY(itg_check_stop(&p->call->control, done, error));
    }
  }
  for (int c = 0; c < r; c++) {
    double sd = itg_psa_sd(&p->psa, fitted[c]);
    share[c] = sd > 0 ? fmin(1, share[c] / (sd * sd)) : 1;
  }
  return ITG_OK;
}

/* Fitted values drawn together to the variance of what is expected after the study. */
static itg_status by_moments(plan *p, const itg_regression *fit, double *const *fitted, itg_information *out,
                             double done, itg_error *error) {
  const itg_samples *s = &p->psa.samples;
  int32_t D = s->n_strategies;
  int r = 2 * (D - 1);
  double *share = itg_call_alloc(p->call, (size_t)r, sizeof *share, error);
  double *weights = itg_alloc((size_t)s->n, sizeof *weights);
  itg_status status = share && weights ? ITG_OK : itg_fail_memory(error);
  if (!status) status = remaining(p, fitted, r, share, weights, done, error);
  free(weights);
  if (status) return status;
  for (int q = 0; q < p->n_thresholds; q++) {
    double k = p->thresholds[q], top = 0, total = itg_samples_total(s);
    itg_sum sum = {0, 0};
    for (int32_t d = 1; d < D; d++) top = fmax(top, k * fit->mean_effect[d] - fit->mean_cost[d]);
    for (int64_t i = 0; i < s->n; i++) {
      double best = 0, weight = s->weight ? s->weight[i] : 1;
      for (int32_t d = 1; d < D; d++) {
        double e = fit->mean_effect[d] + sqrt(1 - share[d - 1]) * (fitted[d - 1][i] - fit->mean_effect[d]);
        double c = fit->mean_cost[d] + sqrt(1 - share[D - 2 + d]) * (fitted[D - 2 + d][i] - fit->mean_cost[d]);
        best = fmax(best, k * e - c);
      }
      itg_sum_add(&sum, weight * (best - top));
      if (i % ASK == ASK - 1) ITG_TRY(itg_check_stop(&p->call->control, done, error));
    }
    double mean = itg_sum_value(&sum) / total;
    out[q].value = fmax(0, mean);
    out[q].std_error = NAN;
    out[q].crossed = NAN;
  }
  return ITG_OK;
}

static itg_status find_values(plan *p, itg_error *error) {
  const char *method = itg_call_text(p->call, "method");
  itg_regression fit;
  double **fitted = NULL;
  if (p->simulated) return by_summaries(p, p->value, error);
  ITG_TRY(itg_regress(&p->psa, p->theta, p->names, p->groups, p->call->arena, &p->call->control, &fit, error));
  ITG_TRY(find_value(p, &fit, p->limit, error));
  if (strcmp(method, "regression") != 0)
    ITG_TRY(itg_regression_columns(&fit, p->call->arena, &p->call->control, &fitted, error));
  for (int k = 0; k < p->n_sizes; k++) {
    itg_information *out = p->value + (size_t)k * (size_t)p->n_thresholds;
    p->study.n = p->sizes[k];
    ITG_TRY(itg_check_stop(&p->call->control, (double)k / p->n_sizes, error));
    double done = (double)k / p->n_sizes;
    if (strcmp(method, "moments") == 0)
      ITG_TRY(by_moments(p, &fit, fitted, out, done, error));
    else if (strcmp(method, "importance") == 0)
      ITG_TRY(by_importance(p, fitted, out, done, error));
    else
      ITG_TRY(by_regression(p, out, done, error));
  }
  return ITG_OK;
}

/* ---- tables ---- */

static double cost_of(const plan *p, double size) {
  return itg_call_number(p->call, "cost_fixed") +
         itg_call_number(p->call, "cost_per_person") * size * (p->simulated ? 1 : p->groups);
}

static itg_status add_row(plan *p, const char *scale, double threshold, double size, const char *unit,
                          double estimate, double std_error, itg_error *error) {
  char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE];
  const char *group[ITG_PSA_COLUMNS];
  itg_number_print(threshold, a);
  itg_number_print(size, b);
  itg_estimate e = itg_psa_estimate(&p->psa, "evsi", scale, a, isnan(size) ? NULL : b, unit, group);
  e.estimate = estimate;
  e.std_error = std_error;
  if (p->few) e.reason = ITG_REASON_TOO_FEW;
  return itg_tidy_add(&p->tidy, &e, error);
}

/* The columns of a group with too few samples are there, without values. */
static itg_status write_few(plan *p, int q, itg_error *error) {
  if (!p->simulated) ITG_TRY(add_row(p, "evppi", p->thresholds[q], NAN, "currency", NAN, NAN, error));
  for (int k = 0; k < p->n_sizes; k++)
    ITG_TRY(add_row(p, "evsi", p->thresholds[q], p->sizes[k], "currency", NAN, NAN, error));
  return ITG_OK;
}

static itg_status write_threshold(plan *p, itg_psa_rows *table, int q, itg_error *error) {
  double threshold = p->thresholds[q], best_size = 0, best = 0;
  bool people = !isnan(p->people);
  if (!p->simulated)
    ITG_TRY(
        add_row(p, "evppi", threshold, NAN, "currency", p->limit[q].value, p->limit[q].std_error, error));
  for (int k = 0; k < p->n_sizes; k++) {
    const itg_information *v = &p->value[(size_t)k * (size_t)p->n_thresholds + (size_t)q];
    double size = p->sizes[k], cost = cost_of(p, size), net = p->people * v->value - cost;
    const double numbers[] = {threshold, size, v->value, v->std_error, p->people * v->value, cost, net};
    for (int c = 0; c < 7; c++) itg_psa_put(table, (int64_t)q * p->n_sizes + k, c, numbers[c]);
    ITG_TRY(add_row(p, "evsi", threshold, size, "currency", v->value, v->std_error, error));
    if (!isnan(v->crossed))
      ITG_TRY(add_row(p, "evsi_cross_fitted", threshold, size, "currency", v->crossed, NAN, error));
    if (!people) continue;
    ITG_TRY(add_row(p, "population_evsi", threshold, size, "currency", p->people * v->value,
                    p->people * v->std_error, error));
    ITG_TRY(add_row(p, "enbs", threshold, size, "currency", net, p->people * v->std_error, error));
    if (net > best) best = net, best_size = size;
  }
  if (!people) return ITG_OK;
  return add_row(p, "best_size", threshold, NAN, "count", best_size, NAN, error);
}

static itg_status run_group(plan *p, int32_t group, itg_error *error) {
  static const itg_psa_column columns[] = {
      {"threshold", ITG_TYPE_DOUBLE}, {"size", ITG_TYPE_DOUBLE},
      {"evsi", ITG_TYPE_DOUBLE},      {"std_error", ITG_TYPE_DOUBLE},
      {"population_evsi", ITG_TYPE_DOUBLE}, {"study_cost", ITG_TYPE_DOUBLE}, {"enbs", ITG_TYPE_DOUBLE}};
  itg_psa_rows table;
  size_t cells = (size_t)p->n_sizes * (size_t)p->n_thresholds;
  ITG_TRY(itg_psa_part_to_smooth(p->call, &p->all, group, &p->psa, &p->few, error));
  for (int g = 0; g < p->groups; g++)
    ITG_TRY(itg_psa_pick(p->call, &p->all, group, p->all_theta[g], &p->theta[g], error));
  memset(p->value, 0, cells * sizeof *p->value);
  if (!p->few) ITG_TRY(find_values(p, error));
  ITG_TRY(itg_psa_rows_add(p->call, &p->psa, "evsi", columns, ITG_COUNT(columns), p->few ? 0 : (int64_t)cells,
                           &p->table, &table, error));
  for (int q = 0; q < p->n_thresholds; q++)
    ITG_TRY(p->few ? write_few(p, q, error) : write_threshold(p, &table, q, error));
  return ITG_OK;
}

static itg_status run(itg_call *call, itg_error *error) {
  plan p = {.call = call};
  ITG_TRY(itg_psa_read(call, &p.all, error));
  ITG_TRY(itg_psa_thresholds(call, "thresholds", &p.thresholds, &p.n_thresholds, error));
  ITG_TRY(itg_psa_thresholds(call, "sizes", &p.sizes, &p.n_sizes, error));
  if (p.n_sizes > MOST_SIZES)
    return itg_fail(error, ITG_ERR_LIMIT, "%d sizes are more than %d", p.n_sizes, (int)MOST_SIZES);
  for (int k = 0; k < p.n_sizes; k++)
    if (p.sizes[k] != floor(p.sizes[k]))
      return itg_fail(error, ITG_ERR_OPTION, "'sizes' must be whole numbers of people");
  ITG_TRY(read_parameters(&p, error));
  ITG_TRY(itg_population_read(call, &p.people, error));
  p.value = itg_call_alloc(call, (size_t)p.n_sizes * (size_t)p.n_thresholds, sizeof *p.value, error);
  p.limit = itg_call_alloc(call, (size_t)p.n_thresholds, sizeof *p.limit, error);
  if (!p.value || !p.limit) return ITG_ERR_MEMORY;
  ITG_TRY(itg_psa_estimates(call, &p.all, "threshold", "size", &p.tidy, error));
  for (int32_t g = 0; g < p.all.groups.n_groups; g++) ITG_TRY(run_group(&p, g, error));
  if (isnan(p.people) && (itg_call_given(call, "cost_fixed") || itg_call_given(call, "cost_per_person")))
    ITG_TRY(itg_result_note(call->result, error,
                            "What the study costs is known but not for how many people it is: set population and "
                            "horizon for its expected net benefit (enbs)."));
  if (p.simulated) return ITG_OK;
  return itg_result_note(call->result, error,
                         "The estimate evppi is what a study without end would be worth.");
}

const itg_measure itg_evsi_measure = {
    .name = "evsi",
    .title = "Value of a study: expected value of sample information and net benefit of sampling, by size",
    .summary =
        "Takes the samples of measure psa with the parameters that a study would observe, and a design. "
        "Gives for each size (people per group) the expected value of sample information per person "
        "(currency); with population and horizon also for the population, and enbs, the expected net "
        "benefit of sampling: that value less the cost of the study (fixed, and per person in every "
        "group). best_size is the size of those given with the largest enbs above 0; 0: no study pays. "
        "evppi is the limit of large studies. By regression a study is simulated for each sample, costs "
        "and effects are smoothed over its results as in measure evppi, and evsi_cross_fitted shows the "
        "optimism; by moments no standard error is known, by importance it is that of the simulated "
        "studies. Design summaries takes the results of a study that you simulated for each sample, of "
        "whatever design, for one size (people in all), and has no evppi. With by every group of rows, "
        "such as the samples of a group of patients, has its own values, as a call on its rows alone gives "
        "them; a group with fewer than 50 samples has none (too few).",
    .source =
        "Regression: Strong, Oakley, Brennan, Breeze, Med Decis Making 2015;35:570. Moment matching: "
        "Heath, Manolopoulou, Baio, Med Decis Making 2018;38:163: fitted values given the parameters are "
        "drawn together to the variance that the study is expected to explain. Importance sampling: "
        "Menzies, Med Decis Making 2016;36:308: the fitted values weighted by the likelihood of simulated "
        "results. Choices of ours: 1000 such studies, spread over the samples, against the best strategy "
        "on average over them; the summaries are shares of events and means; moments are matched for each "
        "cost and effect alone, the variance that remains is the mean over 60 simulated studies, spread "
        "over the samples, of that of the samples weighted by their likelihood; sizes share their random "
        "draws; default sizes and thresholds.",
    .counts = "samples of the model",
    .roles = roles,
    .options = options,
    .needs = needs,
    .outputs = outputs,
    .groups = true,
    .run = run};
