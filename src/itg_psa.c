/* itg_psa.c - layer 3: measure psa: cost-effectiveness from the samples of a model. */
#include <math.h>
#include <string.h>

#include "itg_frontier.h"
#include "itg_psa_spread.h"
#include "itg_psa.h"
#include "itg_thread.h"
#include "itg_voi.h"

static const itg_role roles[] = {ITG_PSA_ROLES, {0}};

static const itg_field options[] = {
    ITG_PSA_OPTIONS,
    {"thresholds", ITG_FIELD_NUMBERS, false, "20000, 30000", NULL, 0, INFINITY, NULL,
     "thresholds of the estimates: what a unit of effect may cost"},
    {"grid_to", ITG_FIELD_NUMBER, false, NULL, NULL, 0, INFINITY, NULL,
     "tables ceac and evpi on a grid up to here, instead of at the breakpoints"},
    {"grid_from", ITG_FIELD_NUMBER, false, "0", NULL, 0, INFINITY, NULL, "first threshold of the grid"},
    {"grid_step", ITG_FIELD_NUMBER, false, NULL, NULL, 0, INFINITY, NULL,
     "step of the grid; default a 500th of its width"},
    {"points", ITG_FIELD_INTEGER, false, "1000", NULL, 0, 1e9, NULL,
     "about how many breakpoints the tables ceac and evpi show, each exact; 0: all"},
    {"plane", ITG_FIELD_INTEGER, false, "1000", NULL, 0, 1e9, NULL,
     "samples in table plane, evenly spread over the samples; 0: none"},
    {"ties", ITG_FIELD_TEXT, false, "first", "first|share", 0, 0, NULL,
     "where several strategies are best in a sample: the first of them, or each in equal parts (thresholds "
     "of the "
     "estimates and of a grid)"},
    {"shares", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, 1, NULL,
     "market share of each strategy, sum 1: what losses come from using a mix"},
    {"risk_aversion", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, INFINITY, NULL,
     "coefficients r of the exponential utility (1 - exp(-r * net benefit)) / r, per unit of currency; 0: "
     "neutral"},
    ITG_POPULATION_OPTIONS,
    {"unit", ITG_FIELD_TEXT, false, "QALY", NULL, 0, 0, NULL, "unit of the effect"},
    {"conf_level", ITG_FIELD_NUMBER, false, "0.95", NULL, 0.5, 0.9999, NULL, "level of the intervals"},
    {0}};

static const itg_output outputs[] = {
    {"frontier",
     "strategy, cost and effect with limits, status, compared_with, incremental_cost, incremental_effect, "
     "icer, threshold_from, threshold_to (thresholds at which it is optimal)"},
    {"ceac",
     "threshold, strategy, nmb, probability_best, probability_cost_effective (against the reference), "
     "expected_loss, optimal"},
    {"evpi",
     "threshold, optimal strategy, its probability_best (acceptability frontier), evpi, population_evpi, "
     "mix_loss"},
    {"increments",
     "comparison with the reference: means, standard deviations, correlation, percent of samples by "
     "quadrant"},
    {"plane", "comparison, sample, effect, cost: increments of a choice of the samples"},
    {"risk_aversion",
     "risk_aversion, threshold, strategy, expected_utility, certainty_equivalent, optimal, evpi"},
    {0}};

typedef struct writer {
  itg_call *call;
  itg_psa psa;
  itg_frontier frontier;
  itg_tidy tidy;
  double *thresholds;
  int n_thresholds;
  int32_t n_strategies;
  double *cost, *effect;                                                      /* means by strategy */
  itg_spread_job *jobs, *cost_jobs, *effect_jobs, *extra_cost, *extra_effect; /* by strategy */
  itg_spread_job *benefit, *extra_benefit, *loss; /* threshold x strategy; loss: threshold */
  const double *shares;
  double people; /* NaN: no population */
} writer;

/* ---- means and spreads ---- */

static itg_status plan_jobs(writer *w, itg_error *error) {
  int32_t D = w->n_strategies, reference = w->psa.reference;
  int64_t K = w->n_thresholds, n = 4 * (int64_t)D + 2 * K * D + K;
  itg_spread_job *job = w->jobs = itg_call_alloc(w->call, (size_t)n, sizeof *w->jobs, error);
  if (!job) return ITG_ERR_MEMORY;
  w->cost_jobs = job;
  w->effect_jobs = job + D;
  w->extra_cost = job + 2 * D;
  w->extra_effect = job + 3 * D;
  w->benefit = job + 4 * D;
  w->extra_benefit = w->benefit + K * D;
  w->loss = w->extra_benefit + K * D;
  for (int32_t d = 0; d < D; d++) {
    w->cost_jobs[d] = (itg_spread_job){.strategy = d, .against = -1, .of_cost = 1};
    w->effect_jobs[d] = (itg_spread_job){.strategy = d, .against = -1, .of_effect = 1};
    w->extra_cost[d] = (itg_spread_job){.strategy = d, .against = reference, .of_cost = 1};
    w->extra_effect[d] = (itg_spread_job){.strategy = d, .against = reference, .of_effect = 1};
    for (int64_t k = 0; k < K; k++) {
      double threshold = w->thresholds[k];
      w->benefit[k * D + d] =
          (itg_spread_job){.strategy = d, .against = -1, .of_effect = threshold, .of_cost = -1};
      w->extra_benefit[k * D + d] =
          (itg_spread_job){.strategy = d, .against = reference, .of_effect = threshold, .of_cost = -1};
    }
  }
  for (int64_t k = 0; k < K; k++)
    w->loss[k] = (itg_spread_job){.strategy = itg_frontier_best(&w->frontier, w->thresholds[k]),
                                  .against = ITG_AGAINST_BEST,
                                  .of_effect = w->thresholds[k],
                                  .of_cost = -1};
  ITG_TRY(itg_psa_spread(&w->psa.samples, w->jobs, n, itg_call_number(w->call, "conf_level"),
                         &w->call->control, error));
  for (int32_t d = 0; d < D; d++) { /* the same digits as in the frontier */
    w->extra_cost[d].mean = w->cost[d] - w->cost[reference];
    w->extra_effect[d].mean = w->effect[d] - w->effect[reference];
  }
  return ITG_OK;
}

static double mean_benefit(const writer *w, int32_t d, double k) { return k * w->effect[d] - w->cost[d]; }

/* Largest expected net benefit less that of strategy 0, from increments: no loss of digits where costs are
 * large. */
static double top_gain(const writer *w, double k) {
  double top = 0;
  for (int32_t d = 1; d < w->n_strategies; d++)
    top = fmax(top, k * (w->effect[d] - w->effect[0]) - (w->cost[d] - w->cost[0]));
  return top;
}

static double loss_of(const writer *w, int32_t d, double k, double gain) {
  return fmax(0, gain - (k * (w->effect[d] - w->effect[0]) - (w->cost[d] - w->cost[0])));
}

static double evpi_of(const writer *w, double k, double gain) { return fmax(0, gain - top_gain(w, k)); }

static double mix_loss(const writer *w, double k, double gain) {
  double loss = 0;
  for (int32_t d = 0; d < w->n_strategies; d++) loss += w->shares[d] * loss_of(w, d, k, gain);
  return loss;
}

/* ---- estimates ---- */

static itg_status add_row(writer *w, const char *scale, const char *strategy, double threshold,
                          const char *unit, const itg_spread_job *job, double estimate, const char *level,
                          itg_error *error) {
  char text[ITG_NUMBER_SIZE];
  const char *group[2] = {strategy, NULL};
  itg_estimate e = itg_estimate_of("psa", scale, group, unit);
  if (!isnan(threshold)) {
    itg_number_print(threshold, text);
    group[1] = text;
  }
  e.n = w->psa.samples.n;
  e.n_missing = w->psa.n_missing;
  e.level = level;
  e.estimate = estimate;
  if (job) {
    if (isnan(estimate)) e.estimate = job->mean;
    e.std_error = job->sd;
    e.conf_low = job->low;
    e.conf_high = job->high;
    if (isnan(job->sd))
      e.reason = ITG_REASON_TOO_FEW;
    else if (job->sd == 0)
      e.reason = ITG_REASON_NO_VARIANCE, e.conf_low = e.conf_high = NAN;
  }
  return itg_tidy_add(&w->tidy, &e, error);
}

/* Where the mean increments lie on the plane. */
static const char *quadrant_word(double cost, double effect) {
  if (cost == 0 && effect == 0) return "equal";
  if (effect >= 0 && cost <= 0) return "dominant";
  if (effect <= 0 && cost >= 0) return "dominated";
  return effect > 0 ? "dearer and better" : "cheaper and worse";
}

static itg_status write_ratio(writer *w, int32_t d, itg_error *error) {
  double cost = w->extra_cost[d].mean, effect = w->extra_effect[d].mean;
  const char *group[2] = {w->psa.names[d], NULL};
  itg_estimate e = itg_estimate_of("psa", "icer", group, "currency");
  e.n = w->psa.samples.n;
  e.n_missing = w->psa.n_missing;
  e.level = quadrant_word(cost, effect);
  if (effect == 0)
    e.reason = ITG_REASON_UNDEFINED;
  else
    e.estimate = cost / effect;
  return itg_tidy_add(&w->tidy, &e, error);
}

static itg_status write_strategy(writer *w, int32_t d, itg_error *error) {
  const char *name = w->psa.names[d], *unit = itg_call_text(w->call, "unit");
  const char *status = itg_dominance_text(w->frontier.dominance[d]);
  ITG_TRY(add_row(w, "cost", name, NAN, "currency", &w->cost_jobs[d], NAN, status, error));
  ITG_TRY(add_row(w, "effect", name, NAN, unit, &w->effect_jobs[d], NAN, status, error));
  if (d == w->psa.reference) return ITG_OK;
  ITG_TRY(add_row(w, "incremental_cost", name, NAN, "currency", &w->extra_cost[d], NAN, NULL, error));
  ITG_TRY(add_row(w, "incremental_effect", name, NAN, unit, &w->extra_effect[d], NAN, NULL, error));
  return write_ratio(w, d, error);
}

static itg_status write_probability(writer *w, const char *scale, int32_t d, double k, double weight,
                                    itg_error *error) {
  double total = itg_samples_total(&w->psa.samples), p = weight / total;
  itg_spread_job job = {.mean = p, .low = NAN, .high = NAN};
  job.sd = sqrt(p * (1 - p) / itg_psa_effective(&w->psa.samples));
  char text[ITG_NUMBER_SIZE];
  itg_number_print(k, text);
  const char *group[2] = {w->psa.names[d], text};
  itg_estimate e = itg_estimate_of("psa", scale, group, "probability");
  e.n = w->psa.samples.n;
  e.n_missing = w->psa.n_missing;
  e.estimate = p;
  e.std_error = job.sd;
  return itg_tidy_add(&w->tidy, &e, error);
}

static itg_status write_threshold(writer *w, int k, const double *best, double gain,
                                  const double *const *pairs, itg_error *error) {
  int32_t D = w->n_strategies, optimal = itg_frontier_best(&w->frontier, w->thresholds[k]);
  double threshold = w->thresholds[k];
  const char *unit = itg_call_text(w->call, "unit");
  for (int32_t d = 0; d < D; d++) {
    const char *name = w->psa.names[d];
    itg_spread_job health = w->benefit[(int64_t)k * D + d];
    health.mean /= threshold, health.sd /= threshold, health.low /= threshold, health.high /= threshold;
    ITG_TRY(add_row(w, "nmb", name, threshold, "currency", &w->benefit[(int64_t)k * D + d], NAN,
                    d == optimal ? "optimal" : NULL, error));
    if (threshold > 0) ITG_TRY(add_row(w, "nhb", name, threshold, unit, &health, NAN, NULL, error));
    if (d != w->psa.reference)
      ITG_TRY(add_row(w, "inmb", name, threshold, "currency", &w->extra_benefit[(int64_t)k * D + d], NAN,
                      NULL, error));
    ITG_TRY(write_probability(w, "probability_best", d, threshold, best[d], error));
    if (d != w->psa.reference)
      ITG_TRY(write_probability(w, "probability_cost_effective", d, threshold, pairs[d][k], error));
    ITG_TRY(add_row(w, "expected_loss", name, threshold, "currency", NULL, loss_of(w, d, threshold, gain),
                    NULL, error));
  }
  char text[ITG_NUMBER_SIZE];
  itg_number_print(threshold, text);
  const char *group[2] = {NULL, text};
  itg_estimate e = itg_estimate_of("psa", "evpi", group, "currency");
  e.n = w->psa.samples.n;
  e.n_missing = w->psa.n_missing;
  e.estimate = evpi_of(w, threshold, gain);
  e.std_error = w->loss[k].sd / sqrt(itg_psa_effective(&w->psa.samples));
  e.level = w->psa.names[optimal];
  ITG_TRY(itg_tidy_add(&w->tidy, &e, error));
  if (!isnan(w->people)) {
    e.scale = "population_evpi";
    e.estimate *= w->people;
    e.std_error *= w->people;
    ITG_TRY(itg_tidy_add(&w->tidy, &e, error));
  }
  if (!w->shares) return ITG_OK;
  return add_row(w, "mix_loss", NULL, threshold, "currency", NULL, mix_loss(w, threshold, gain), NULL, error);
}

static itg_status write_estimates(writer *w, itg_error *error) {
  const char *const groups[] = {"strategy", "threshold"};
  int32_t D = w->n_strategies;
  size_t K = (size_t)w->n_thresholds;
  itg_ties ties = strcmp(itg_call_text(w->call, "ties"), "share") == 0 ? ITG_TIES_SHARE : ITG_TIES_FIRST;
  double *best = itg_call_alloc(w->call, K * (size_t)D, sizeof *best, error);
  double *gain = itg_call_alloc(w->call, K, sizeof *gain, error);
  double **pairs = itg_call_alloc(w->call, (size_t)D, sizeof *pairs, error);
  if (!best || !gain || !pairs) return ITG_ERR_MEMORY;
  ITG_TRY(itg_ceac_at(&w->psa.samples, w->thresholds, w->n_thresholds, ties, &w->call->control, best, gain,
                      error));
  for (int32_t d = 0; d < D; d++) {
    if (d == w->psa.reference) continue;
    pairs[d] = itg_call_alloc(w->call, K, sizeof **pairs, error);
    if (!pairs[d]) return ITG_ERR_MEMORY;
    ITG_TRY(itg_ceac_pair(&w->psa.samples, w->psa.reference, d, w->thresholds, w->n_thresholds, false,
                          pairs[d], error));
    ITG_TRY(itg_check_stop(&w->call->control, 0.2, error));
  }
  ITG_TRY(itg_tidy_open(w->call->result, groups, 2, &w->tidy, error));
  for (int32_t d = 0; d < D; d++) ITG_TRY(write_strategy(w, d, error));
  for (int k = 0; k < w->n_thresholds; k++)
    ITG_TRY(write_threshold(w, k, best + (int64_t)k * D, gain[k], (const double *const *)pairs, error));
  return ITG_OK;
}

/* ---- frontier ---- */

typedef struct column_type {
  const char *name;
  itg_type type;
} column_type;

static itg_status open_table(writer *w, const char *name, const column_type *columns, int n, int64_t rows,
                             itg_frame **out, itg_error *error) {
  ITG_TRY(itg_result_add_table(w->call->result, name, out, error));
  for (int i = 0; i < n; i++)
    ITG_TRY(itg_frame_add_column(*out, columns[i].name, columns[i].type, NULL, error));
  return itg_frame_resize(*out, rows, error);
}

static itg_status write_frontier(writer *w, itg_error *error) {
  static const column_type columns[] = {{"strategy", ITG_TYPE_STRING},
                                        {"status", ITG_TYPE_STRING},
                                        {"cost", ITG_TYPE_DOUBLE},
                                        {"cost_low", ITG_TYPE_DOUBLE},
                                        {"cost_high", ITG_TYPE_DOUBLE},
                                        {"effect", ITG_TYPE_DOUBLE},
                                        {"effect_low", ITG_TYPE_DOUBLE},
                                        {"effect_high", ITG_TYPE_DOUBLE},
                                        {"compared_with", ITG_TYPE_STRING},
                                        {"incremental_cost", ITG_TYPE_DOUBLE},
                                        {"incremental_effect", ITG_TYPE_DOUBLE},
                                        {"icer", ITG_TYPE_DOUBLE},
                                        {"threshold_from", ITG_TYPE_DOUBLE},
                                        {"threshold_to", ITG_TYPE_DOUBLE}};
  const itg_frontier *f = &w->frontier;
  itg_frame *frame;
  ITG_TRY(open_table(w, "frontier", columns, ITG_COUNT(columns), w->n_strategies, &frame, error));
  for (int32_t row = 0; row < w->n_strategies; row++) {
    int32_t d = f->order[row], against = f->against[d];
    const itg_spread_job *cost = &w->cost_jobs[d], *effect = &w->effect_jobs[d];
    const double numbers[] = {cost->mean, cost->low, cost->high, effect->mean, effect->low, effect->high};
    ITG_TRY(itg_frame_set_text(frame, row, 0, w->psa.names[d], error));
    ITG_TRY(itg_frame_set_text(frame, row, 1, itg_dominance_text(f->dominance[d]), error));
    for (int i = 0; i < 6; i++) itg_frame_set_double(frame, row, 2 + i, numbers[i]);
    if (against >= 0) {
      ITG_TRY(itg_frame_set_text(frame, row, 8, w->psa.names[against], error));
      itg_frame_set_double(frame, row, 9, w->cost[d] - w->cost[against]);
      itg_frame_set_double(frame, row, 10, w->effect[d] - w->effect[against]);
    }
    itg_frame_set_double(frame, row, 11, f->icer[d]);
    if (f->dominance[d] != ITG_ON_FRONTIER) continue;
    int32_t place = 0;
    while (f->on[place] != d) place++;
    itg_frame_set_double(frame, row, 12, place ? f->icer[d] : 0);
    itg_frame_set_double(frame, row, 13, place + 1 < f->n_on ? f->icer[f->on[place + 1]] : INFINITY);
  }
  return ITG_OK;
}

/* ---- curves ---- */

static itg_status write_curve_rows(writer *w, const double *thresholds, int64_t n, const double *best,
                                   const double *gain, bool above, itg_error *error) {
  static const column_type ceac_columns[] = {{"threshold", ITG_TYPE_DOUBLE},
                                             {"strategy", ITG_TYPE_STRING},
                                             {"nmb", ITG_TYPE_DOUBLE},
                                             {"probability_best", ITG_TYPE_DOUBLE},
                                             {"probability_cost_effective", ITG_TYPE_DOUBLE},
                                             {"expected_loss", ITG_TYPE_DOUBLE},
                                             {"optimal", ITG_TYPE_BOOL}};
  static const column_type evpi_columns[] = {
      {"threshold", ITG_TYPE_DOUBLE},        {"optimal", ITG_TYPE_STRING},
      {"probability_best", ITG_TYPE_DOUBLE}, {"evpi", ITG_TYPE_DOUBLE},
      {"population_evpi", ITG_TYPE_DOUBLE},  {"mix_loss", ITG_TYPE_DOUBLE}};
  int32_t D = w->n_strategies;
  double total = itg_samples_total(&w->psa.samples);
  itg_frame *ceac, *evpi;
  double *pair = itg_call_alloc(w->call, (size_t)n, sizeof *pair, error);
  if (!pair) return ITG_ERR_MEMORY;
  ITG_TRY(open_table(w, "ceac", ceac_columns, ITG_COUNT(ceac_columns), n * D, &ceac, error));
  ITG_TRY(open_table(w, "evpi", evpi_columns, w->shares ? 6 : 5, n, &evpi, error));
  for (int32_t d = 0; d < D; d++) {
    ITG_TRY(itg_check_stop(&w->call->control, 0.7 + 0.3 * d / D, error));
    bool is_reference = d == w->psa.reference;
    if (!is_reference)
      ITG_TRY(itg_ceac_pair(&w->psa.samples, w->psa.reference, d, thresholds, n, above, pair, error));
    for (int64_t k = 0; k < n; k++) {
      int64_t row = k * D + d;
      double threshold = thresholds[k];
      bool optimal = itg_frontier_best(&w->frontier, threshold) == d;
      itg_frame_set_double(ceac, row, 0, threshold);
      ITG_TRY(itg_frame_set_text(ceac, row, 1, w->psa.names[d], error));
      itg_frame_set_double(ceac, row, 2, mean_benefit(w, d, threshold));
      itg_frame_set_double(ceac, row, 3, best[row] / total);
      if (!is_reference) itg_frame_set_double(ceac, row, 4, pair[k] / total);
      itg_frame_set_double(ceac, row, 5, loss_of(w, d, threshold, gain[k]));
      itg_frame_set_bool(ceac, row, 6, optimal);
      if (!optimal) continue;
      itg_frame_set_double(evpi, k, 0, threshold);
      ITG_TRY(itg_frame_set_text(evpi, k, 1, w->psa.names[d], error));
      itg_frame_set_double(evpi, k, 2, best[row] / total);
      itg_frame_set_double(evpi, k, 3, evpi_of(w, threshold, gain[k]));
      if (!isnan(w->people)) itg_frame_set_double(evpi, k, 4, w->people * evpi_of(w, threshold, gain[k]));
      if (w->shares) itg_frame_set_double(evpi, k, 5, mix_loss(w, threshold, gain[k]));
    }
  }
  return ITG_OK;
}

static itg_status write_grid(writer *w, itg_error *error) {
  double from = itg_call_number(w->call, "grid_from"), to = itg_call_number(w->call, "grid_to");
  double step = itg_call_number(w->call, "grid_step");
  itg_ties ties = strcmp(itg_call_text(w->call, "ties"), "share") == 0 ? ITG_TIES_SHARE : ITG_TIES_FIRST;
  if (isnan(to)) return itg_fail(error, ITG_ERR_OPTION, "a grid needs 'grid_to', its last threshold");
  if (!(to > from)) return itg_fail(error, ITG_ERR_OPTION, "'grid_to' must be above 'grid_from'");
  if (isnan(step)) step = (to - from) / 500;
  double steps = floor((to - from) / step + 1e-9);
  if (!(step > 0 && steps < 1e6))
    return itg_fail(error, ITG_ERR_OPTION,
                    "'grid_step' must be above 0 and give fewer than a million thresholds");
  int64_t n = (int64_t)steps + 1, D = w->n_strategies;
  double *thresholds = itg_call_alloc(w->call, (size_t)n, sizeof *thresholds, error);
  double *best = itg_call_alloc(w->call, (size_t)(n * D), sizeof *best, error);
  double *gain = itg_call_alloc(w->call, (size_t)n, sizeof *gain, error);
  if (!thresholds || !best || !gain) return ITG_ERR_MEMORY;
  for (int64_t k = 0; k < n; k++) thresholds[k] = from + (double)k * step;
  ITG_TRY(itg_ceac_at(&w->psa.samples, thresholds, n, ties, &w->call->control, best, gain, error));
  return write_curve_rows(w, thresholds, n, best, gain, false, error);
}

static itg_status write_exact(writer *w, itg_error *error) {
  itg_curve curve;
  int32_t n_extra = 0;
  double *extra = itg_call_alloc(w->call, (size_t)w->frontier.n_on, sizeof *extra, error);
  if (!extra) return ITG_ERR_MEMORY;
  for (int32_t i = 1; i < w->frontier.n_on; i++) extra[n_extra++] = w->frontier.icer[w->frontier.on[i]];
  ITG_TRY(itg_ceac_exact(&w->psa.samples, extra, n_extra, itg_call_integer(w->call, "points"),
                         &w->call->control, &curve, error));
  itg_status status = write_curve_rows(w, curve.threshold, curve.n_rows, curve.best, curve.gain, true, error);
  int64_t n_breaks = curve.n_breaks, n_rows = curve.n_rows;
  double apart = curve.apart / itg_samples_total(&w->psa.samples);
  itg_curve_clear(&curve);
  if (status) return status;
  if (apart == 0)
    return itg_result_note(
        w->call->result, error,
        "Curves are exact: the best strategy of a sample changes at %lld thresholds in all; each of "
        "the %lld rows of tables ceac and evpi holds up to the next.",
        (long long)n_breaks, (long long)n_rows);
  char text[ITG_NUMBER_SIZE];
  itg_number_print(apart, text);
  return itg_result_note(
      w->call->result, error,
      "Curves are exact at each of the %lld rows of tables ceac and evpi; the best strategy of a sample "
      "changes at %lld thresholds in all, and up to the next row probability_best is never further "
      "from that of the row than %s (option points).",
      (long long)n_rows, (long long)n_breaks, text);
}

/* ---- the plane ---- */

static itg_status write_increments(writer *w, itg_error *error) {
  static const column_type columns[] = {
      {"comparison", ITG_TYPE_STRING},     {"against", ITG_TYPE_STRING},
      {"effect", ITG_TYPE_DOUBLE},         {"cost", ITG_TYPE_DOUBLE},
      {"sd_effect", ITG_TYPE_DOUBLE},      {"sd_cost", ITG_TYPE_DOUBLE},
      {"correlation", ITG_TYPE_DOUBLE},    {"dearer_better", ITG_TYPE_DOUBLE},
      {"cheaper_better", ITG_TYPE_DOUBLE}, {"cheaper_worse", ITG_TYPE_DOUBLE},
      {"dearer_worse", ITG_TYPE_DOUBLE}};
  int32_t D = w->n_strategies, reference = w->psa.reference;
  const itg_samples *s = &w->psa.samples;
  double total = itg_samples_total(s);
  itg_frame *frame;
  ITG_TRY(open_table(w, "increments", columns, ITG_COUNT(columns), D - 1, &frame, error));
  for (int32_t d = 0, row = 0; d < D; d++) {
    if (d == reference) continue;
    ITG_TRY(itg_check_stop(&w->call->control, 1, error));
    const itg_spread_job *cost = &w->extra_cost[d], *effect = &w->extra_effect[d];
    double shares[4] = {0}, product = 0;
    for (int64_t i = 0; i < s->n; i++) {
      double c = s->cost[d][i] - s->cost[reference][i], e = s->effect[d][i] - s->effect[reference][i];
      double weight = s->weight ? s->weight[i] : 1;
      shares[e >= 0 ? (c > 0 ? 0 : 1) : (c > 0 ? 3 : 2)] += weight;
      product += weight * (c - cost->mean) * (e - effect->mean);
    }
    ITG_TRY(itg_frame_set_text(frame, row, 0, w->psa.names[d], error));
    ITG_TRY(itg_frame_set_text(frame, row, 1, w->psa.names[reference], error));
    double n = (double)s->n;
    const double numbers[] = {effect->mean, cost->mean, effect->sd, cost->sd,
                              product / total * n / (n - 1) / (effect->sd * cost->sd)};
    for (int i = 0; i < 5; i++)
      if (isfinite(numbers[i])) itg_frame_set_double(frame, row, 2 + i, numbers[i]);
    for (int q = 0; q < 4; q++) itg_frame_set_double(frame, row, 7 + q, 100 * shares[q] / total);
    row++;
  }
  return ITG_OK;
}

static itg_status write_plane(writer *w, itg_error *error) {
  static const column_type columns[] = {{"comparison", ITG_TYPE_STRING},
                                        {"sample", ITG_TYPE_INT64},
                                        {"effect", ITG_TYPE_DOUBLE},
                                        {"cost", ITG_TYPE_DOUBLE}};
  const itg_samples *s = &w->psa.samples;
  int32_t D = w->n_strategies, reference = w->psa.reference;
  int64_t n = itg_call_integer(w->call, "plane"), row = 0;
  itg_frame *frame;
  if (n > s->n) n = s->n;
  ITG_TRY(open_table(w, "plane", columns, ITG_COUNT(columns), n * (D - 1), &frame, error));
  for (int32_t d = 0; d < D; d++) {
    if (d == reference) continue;
    for (int64_t k = 0; k < n; k++, row++) {
      int64_t i = (int64_t)((double)k * ((double)s->n / (double)n));
      ITG_TRY(itg_frame_set_text(frame, row, 0, w->psa.names[d], error));
      itg_frame_set_int(frame, row, 1, i + 1);
      itg_frame_set_double(frame, row, 2, s->effect[d][i] - s->effect[reference][i]);
      itg_frame_set_double(frame, row, 3, s->cost[d][i] - s->cost[reference][i]);
    }
  }
  return ITG_OK;
}

/* ---- risk aversion ---- */

/* Mean of (1 - exp(-r b)) / r and its certainty equivalent -log(mean exp(-r b)) / r over samples of b; r = 0:
 * the mean.  d = -1: the best strategy of each sample.  Shifted by the worst b, so that exp cannot overflow
 * there. */
static void utility_of(const itg_samples *s, int32_t d, double k, double r, double *utility,
                       double *equivalent) {
  double worst = INFINITY, sum = 0, total = itg_samples_total(s);
  for (int pass = 0; pass < 2; pass++)
    for (int64_t i = 0; i < s->n; i++) {
      double b = -INFINITY;
      for (int32_t o = d < 0 ? 0 : d; o < (d < 0 ? s->n_strategies : d + 1); o++)
        b = fmax(b, k * s->effect[o][i] - s->cost[o][i]);
      if (!pass)
        worst = fmin(worst, b);
      else
        sum += (s->weight ? s->weight[i] : 1) * (r > 0 ? exp(-r * (b - worst)) : b - worst);
    }
  double mean = sum / total;
  *equivalent = r > 0 ? worst - log(mean) / r : worst + mean;
  *utility = r > 0 ? -expm1(-r * *equivalent) / r : *equivalent;
}

static itg_status write_risk(writer *w, itg_error *error) {
  static const column_type columns[] = {{"risk_aversion", ITG_TYPE_DOUBLE},
                                        {"threshold", ITG_TYPE_DOUBLE},
                                        {"strategy", ITG_TYPE_STRING},
                                        {"expected_utility", ITG_TYPE_DOUBLE},
                                        {"certainty_equivalent", ITG_TYPE_DOUBLE},
                                        {"optimal", ITG_TYPE_BOOL},
                                        {"evpi", ITG_TYPE_DOUBLE}};
  double *aversion, utility[ITG_MOST_STRATEGIES], equivalent[ITG_MOST_STRATEGIES], perfect, sure;
  int count;
  itg_frame *frame;
  int32_t D = w->n_strategies;
  int64_t row = 0;
  ITG_TRY(itg_call_list(w->call, "risk_aversion", &aversion, &count, error));
  ITG_TRY(open_table(w, "risk_aversion", columns, ITG_COUNT(columns), (int64_t)count * w->n_thresholds * D,
                     &frame, error));
  for (int a = 0; a < count; a++)
    for (int k = 0; k < w->n_thresholds; k++) {
      int32_t best = 0;
      for (int32_t d = 0; d < D; d++) {
        ITG_TRY(itg_check_stop(&w->call->control, 1, error));
        utility_of(&w->psa.samples, d, w->thresholds[k], aversion[a], &utility[d], &equivalent[d]);
        if (equivalent[d] > equivalent[best]) best = d;
      }
      utility_of(&w->psa.samples, -1, w->thresholds[k], aversion[a], &perfect, &sure);
      for (int32_t d = 0; d < D; d++, row++) {
        itg_frame_set_double(frame, row, 0, aversion[a]);
        itg_frame_set_double(frame, row, 1, w->thresholds[k]);
        ITG_TRY(itg_frame_set_text(frame, row, 2, w->psa.names[d], error));
        itg_frame_set_double(frame, row, 3, utility[d]);
        itg_frame_set_double(frame, row, 4, equivalent[d]);
        itg_frame_set_bool(frame, row, 5, d == best);
        itg_frame_set_double(frame, row, 6, fmax(0, perfect - utility[best]));
      }
    }
  return ITG_OK;
}

/* ---- running ---- */

static itg_status read_shares(writer *w, itg_error *error) {
  const itg_node *map = itg_call_node(w->call, "shares");
  if (!map) return ITG_OK;
  double sum = 0, *shares = itg_call_alloc(w->call, (size_t)w->n_strategies, sizeof *shares, error);
  if (!shares) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < map->count; i++) {
    int32_t d = 0;
    while (d < w->n_strategies && strcmp(w->psa.names[d], map->keys[i]) != 0) d++;
    if (d == w->n_strategies)
      return itg_fail_node(error, ITG_ERR_OPTION, &map->items[i], "there is no strategy '%.80s'",
                           map->keys[i]);
    itg_node_number(&map->items[i], &shares[d]);
    sum += shares[d];
  }
  if (!(fabs(sum - 1) < 1e-9)) {
    char text[ITG_NUMBER_SIZE];
    itg_number_print(sum, text);
    return itg_fail_node(error, ITG_ERR_OPTION, map, "the market shares sum to %s; they must sum to 1", text);
  }
  w->shares = shares;
  return ITG_OK;
}

static itg_status run(itg_call *call, itg_error *error) {
  writer w = {.call = call};
  ITG_TRY(itg_psa_read(call, &w.psa, error));
  ITG_TRY(itg_psa_thresholds(call, "thresholds", &w.thresholds, &w.n_thresholds, error));
  w.n_strategies = w.psa.samples.n_strategies;
  ITG_TRY(read_shares(&w, error));
  ITG_TRY(itg_population_read(call, &w.people, error));
  w.cost = itg_call_alloc(call, (size_t)w.n_strategies, sizeof *w.cost, error);
  w.effect = itg_call_alloc(call, (size_t)w.n_strategies, sizeof *w.effect, error);
  if (!w.cost || !w.effect) return ITG_ERR_MEMORY;
  for (int32_t d = 0; d < w.n_strategies; d++) {
    w.cost[d] = itg_psa_mean(&w.psa, w.psa.samples.cost[d]);
    w.effect[d] = itg_psa_mean(&w.psa, w.psa.samples.effect[d]);
  }
  ITG_TRY(itg_frontier_make(w.cost, w.effect, w.n_strategies, call->arena, &w.frontier, error));
  ITG_TRY(plan_jobs(&w, error));
  ITG_TRY(write_estimates(&w, error));
  ITG_TRY(write_frontier(&w, error));
  ITG_TRY(itg_call_given(call, "grid_to") || itg_call_given(call, "grid_step") ? write_grid(&w, error)
                                                                               : write_exact(&w, error));
  ITG_TRY(write_increments(&w, error));
  if (itg_call_integer(call, "plane")) ITG_TRY(write_plane(&w, error));
  return itg_call_given(call, "risk_aversion") ? write_risk(&w, error) : ITG_OK;
}

const itg_measure itg_psa_measure = {
    .name = "psa",
    .title =
        "Cost-effectiveness from a model's samples: frontier, acceptability, expected loss, perfect "
        "information",
    .summary =
        "Takes samples x strategies of costs and effects per person, one row per sample and strategy (long) "
        "or one "
        "row per sample (wide), the same samples for every strategy. Gives means with standard deviation "
        "over samples "
        "(std_error) and percentile limits; increments, ratio and incremental net monetary benefit against "
        "the "
        "reference; the frontier with dominance; and at every threshold net monetary (currency) and health "
        "(units of "
        "effect) benefit, probability_best (the strategy has the largest net benefit), "
        "probability_cost_effective "
        "(its net benefit exceeds that of the reference), expected loss and EVPI per person. std_error of "
        "probabilities and EVPI is their Monte-Carlo error. Curves need no grid (which is an option): in "
        "tables ceac and "
        "evpi each row is exact at its threshold, or, for probabilities, just above it. With points: 0 every "
        "change of "
        "the best strategy of a sample has its row, so that probability_best holds up to the next; with "
        "fewer rows a "
        "note says how far it moves at most. Between rows EVPI and losses lie on or below the straight line, "
        "and "
        "probability_cost_effective may change at further thresholds. "
        "Missing values stop the run or drop the sample; infinite values stop it.",
    .source =
        "Net benefit: Stinnett and Mullahy, Med Decis Making 1998;18:S68. Acceptability: van Hout et al., "
        "Health Econ "
        "1994;3:309; Fenwick, Claxton, Sculpher, Health Econ 2001;10:779, where the frontier is the "
        "probability of the "
        "strategy with the largest expected net benefit, which need not be the largest probability. Expected "
        "loss and "
        "EVPI: E max NB - max E NB, the smallest expected loss. Frontier: lower convex hull of cost over "
        "effect. Risk "
        "aversion: exponential utility, as in Baio and Dawid, Stat Methods Med Res 2015;24:615. Choices of "
        "ours: "
        "limits are percentiles (type 7; with model weights the smallest value that reaches the share); a "
        "tie goes to "
        "the first strategy in the order given, or in equal parts (ties: share), never by chance; at a "
        "threshold where "
        "the frontier switches the strategy above it is optimal; a ratio is given in every quadrant beside "
        "its word; "
        "default thresholds; increments of 0 count as better in effect and as not dearer in cost.",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = false,
    .run = run};
