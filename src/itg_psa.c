/* itg_psa.c - layer 3: measure psa: cost-effectiveness from the samples of a model. */
#include <math.h>
#include <string.h>

#include "itg_contour.h"
#include "itg_icer.h"
#include "itg_psa_write.h"
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
    ITG_CONTOUR_OPTIONS,
    {"ties", ITG_FIELD_TEXT, false, "first", "first|share", 0, 0, NULL,
     "where several strategies are best in a sample: the first of them, or each in equal parts (thresholds "
     "of the estimates and of a grid)"},
    {"shares", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, 1, NULL,
     "market share of each strategy, sum 1: what losses come from using a mix"},
    {"risk_aversion", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, INFINITY, NULL,
     "coefficients r of the exponential utility (1 - exp(-r * net benefit)) / r, per unit of currency; 0: "
     "neutral"},
    {"group_weights", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, INFINITY, NULL,
     "with one column in by: size of each group, any scale; gives the value of choosing for each group"},
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
    {"contours", ITG_CONTOUR_HELP},
    {"risk_aversion",
     "risk_aversion, threshold, strategy, expected_utility, certainty_equivalent, optimal, evpi"},
    {"heterogeneity",
     "with group_weights, per person of all groups: threshold, optimal (one strategy for all), benefit (its "
     "expected net benefit), benefit_by_group (of the best of each group), value_of_heterogeneity (what "
     "choosing by group adds), evpi (one choice for all) and evpi_by_group; rows at every threshold where a "
     "choice changes and at those of the estimates"},
    {0}};

/* ---- means and spreads ---- */

static itg_status plan_jobs(itg_psa_writer *w, itg_error *error) {
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

double itg_psa_benefit(const itg_psa_writer *w, int32_t d, double k) { return k * w->effect[d] - w->cost[d]; }

/* Largest expected net benefit less that of strategy 0, from increments: no loss of digits where costs are
 * large. */
static double top_gain(const itg_psa_writer *w, double k) {
  double top = 0;
  for (int32_t d = 1; d < w->n_strategies; d++)
    top = fmax(top, k * (w->effect[d] - w->effect[0]) - (w->cost[d] - w->cost[0]));
  return top;
}

double itg_psa_loss(const itg_psa_writer *w, int32_t d, double k, double gain) {
  return fmax(0, gain - (k * (w->effect[d] - w->effect[0]) - (w->cost[d] - w->cost[0])));
}

double itg_psa_evpi(const itg_psa_writer *w, double k, double gain) { return fmax(0, gain - top_gain(w, k)); }

double itg_psa_mix_loss(const itg_psa_writer *w, double k, double gain) {
  double loss = 0;
  for (int32_t d = 0; d < w->n_strategies; d++) loss += w->shares[d] * itg_psa_loss(w, d, k, gain);
  return loss;
}

/* ---- estimates ---- */

/* An estimate of this group; threshold NaN: none. */
static itg_estimate estimate_of(const itg_psa_writer *w, const char *scale, const char *strategy,
                                double threshold, const char *unit, const char *group[ITG_PSA_COLUMNS],
                                char text[ITG_NUMBER_SIZE]) {
  if (!isnan(threshold)) itg_number_print(threshold, text);
  return itg_psa_estimate(&w->psa, "psa", scale, strategy, isnan(threshold) ? NULL : text, unit, group);
}

static itg_status add_row(itg_psa_writer *w, const char *scale, const char *strategy, double threshold,
                          const char *unit, const itg_spread_job *job, double estimate, const char *level,
                          itg_error *error) {
  char text[ITG_NUMBER_SIZE];
  const char *group[ITG_PSA_COLUMNS];
  itg_estimate e = estimate_of(w, scale, strategy, threshold, unit, group, text);
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

static itg_status write_ratio(itg_psa_writer *w, int32_t d, itg_error *error) {
  const itg_increment increment = {.effect = w->extra_effect[d].mean, .cost = w->extra_cost[d].mean};
  char text[ITG_NUMBER_SIZE];
  const char *group[ITG_PSA_COLUMNS];
  itg_estimate e = estimate_of(w, "icer", w->psa.names[d], NAN, "currency", group, text);
  e.level = itg_increment_words(increment.effect, increment.cost);
  e.estimate = itg_increment_ratio(&increment, &e.reason);
  return itg_tidy_add(&w->tidy, &e, error);
}

static itg_status write_strategy(itg_psa_writer *w, int32_t d, itg_error *error) {
  const char *name = w->psa.names[d], *unit = itg_call_text(w->call, "unit");
  const char *status = itg_dominance_text(w->frontier.dominance[d]);
  ITG_TRY(add_row(w, "cost", name, NAN, "currency", &w->cost_jobs[d], NAN, status, error));
  ITG_TRY(add_row(w, "effect", name, NAN, unit, &w->effect_jobs[d], NAN, status, error));
  if (d == w->psa.reference) return ITG_OK;
  ITG_TRY(add_row(w, "incremental_cost", name, NAN, "currency", &w->extra_cost[d], NAN, NULL, error));
  ITG_TRY(add_row(w, "incremental_effect", name, NAN, unit, &w->extra_effect[d], NAN, NULL, error));
  return write_ratio(w, d, error);
}

static itg_status write_probability(itg_psa_writer *w, const char *scale, int32_t d, double k, double weight,
                                    itg_error *error) {
  double p = weight / itg_samples_total(&w->psa.samples);
  char text[ITG_NUMBER_SIZE];
  const char *group[ITG_PSA_COLUMNS];
  itg_estimate e = estimate_of(w, scale, w->psa.names[d], k, "probability", group, text);
  e.estimate = p;
  e.std_error = sqrt(p * (1 - p) / itg_psa_effective(&w->psa.samples));
  return itg_tidy_add(&w->tidy, &e, error);
}

static itg_status write_threshold(itg_psa_writer *w, int k, const double *best, double gain,
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
    ITG_TRY(add_row(w, "expected_loss", name, threshold, "currency", NULL,
                    itg_psa_loss(w, d, threshold, gain), NULL, error));
  }
  char text[ITG_NUMBER_SIZE];
  const char *group[ITG_PSA_COLUMNS];
  itg_estimate e = estimate_of(w, "evpi", NULL, threshold, "currency", group, text);
  e.estimate = itg_psa_evpi(w, threshold, gain);
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
  return add_row(w, "mix_loss", NULL, threshold, "currency", NULL, itg_psa_mix_loss(w, threshold, gain), NULL,
                 error);
}

static itg_status write_estimates(itg_psa_writer *w, itg_error *error) {
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
  for (int32_t d = 0; d < D; d++) ITG_TRY(write_strategy(w, d, error));
  for (int k = 0; k < w->n_thresholds; k++)
    ITG_TRY(write_threshold(w, k, best + (int64_t)k * D, gain[k], (const double *const *)pairs, error));
  return ITG_OK;
}

/* ---- running ---- */

static itg_status read_shares(itg_psa_writer *w, itg_error *error) {
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

itg_status itg_psa_means(itg_psa_writer *w, itg_error *error) {
  size_t D = (size_t)w->n_strategies;
  w->cost = itg_call_alloc(w->call, D, sizeof *w->cost, error);
  w->effect = itg_call_alloc(w->call, D, sizeof *w->effect, error);
  if (!w->cost || !w->effect) return ITG_ERR_MEMORY;
  for (int32_t d = 0; d < w->n_strategies; d++) {
    w->cost[d] = itg_psa_mean(&w->psa, w->psa.samples.cost[d]);
    w->effect[d] = itg_psa_mean(&w->psa, w->psa.samples.effect[d]);
  }
  return itg_frontier_make(w->cost, w->effect, w->n_strategies, w->call->arena, &w->frontier, error);
}

static itg_status write_group(itg_psa_writer *w, int32_t group, itg_error *error) {
  ITG_TRY(itg_psa_part(w->call, w->all, group, &w->psa, error));
  ITG_TRY(itg_psa_means(w, error));
  ITG_TRY(plan_jobs(w, error));
  ITG_TRY(write_estimates(w, error));
  ITG_TRY(itg_psa_write_frontier(w, error));
  ITG_TRY(itg_psa_write_curves(w, error));
  ITG_TRY(itg_psa_write_increments(w, error));
  if (itg_call_integer(w->call, "plane")) ITG_TRY(itg_psa_write_plane(w, error));
  ITG_TRY(itg_psa_write_contours(w, error));
  return itg_call_given(w->call, "risk_aversion") ? itg_psa_write_risk(w, error) : ITG_OK;
}

static itg_status run(itg_call *call, itg_error *error) {
  itg_psa all;
  itg_psa_writer w = {.call = call, .all = &all};
  ITG_TRY(itg_psa_read(call, &all, error));
  ITG_TRY(itg_psa_thresholds(call, "thresholds", &w.thresholds, &w.n_thresholds, error));
  w.n_strategies = all.samples.n_strategies;
  w.psa = all;
  ITG_TRY(read_shares(&w, error));
  ITG_TRY(itg_population_read(call, &w.people, error));
  ITG_TRY(itg_psa_estimates(call, &all, "strategy", "threshold", &w.tidy, error));
  for (int32_t g = 0; g < all.groups.n_groups; g++) ITG_TRY(write_group(&w, g, error));
  ITG_TRY(itg_psa_note_curves(&w, error));
  return itg_psa_write_heterogeneity(&w, error);
}

const itg_measure itg_psa_measure = {
    .name = "psa",
    .title =
        "Cost-effectiveness from a model's samples: frontier, acceptability, expected loss, perfect "
        "information",
    .summary =
        "Takes samples x strategies of costs and effects per person, one row per sample and strategy (long) "
        "or one row per sample (wide), the same samples for every strategy. Gives means with standard "
        "deviation over samples (std_error) and percentile limits; increments, ratio and incremental net "
        "monetary benefit against the reference; the frontier with dominance; and at every threshold net "
        "monetary (currency) and health (units of effect) benefit, probability_best (the strategy has the "
        "largest net benefit), probability_cost_effective (its net benefit exceeds that of the reference), "
        "expected loss and EVPI per person. std_error of probabilities and EVPI is their Monte-Carlo error. "
        "Curves need no grid (which is an option): in tables ceac and evpi each row is exact at its "
        "threshold, or, for probabilities, just above it. With points: 0 every change of the best strategy "
        "of a sample has its row, so that probability_best holds up to the next; with fewer rows a note says "
        "how far it moves at most. Between rows EVPI and losses lie on or below the straight line, and "
        "probability_cost_effective may change at further thresholds. Missing values stop the run or drop "
        "the sample; infinite values stop it. With by every group of rows has its own frontier, curves and "
        "EVPI, all with the same strategies; with group_weights the value of heterogeneity tells what "
        "choosing for each group is worth over one choice for all.",
    .source =
        "Net benefit: Stinnett and Mullahy, Med Decis Making 1998;18:S68. Acceptability: van Hout et al., "
        "Health Econ 1994;3:309; Fenwick, Claxton, Sculpher, Health Econ 2001;10:779, where the frontier is "
        "the probability of the strategy with the largest expected net benefit, which need not be the "
        "largest probability. Expected loss and EVPI: E max NB - max E NB, the smallest expected loss. "
        "Frontier: lower convex hull of cost over effect. Risk aversion: exponential utility, as in Baio and "
        "Dawid, Stat Methods Med Res 2015;24:615. Choices of ours: limits are percentiles (type 7; with "
        "model weights the smallest value that reaches the share); a tie goes to the first strategy in the "
        "order given, or in equal parts (ties: share), never by chance; at a threshold where the frontier "
        "switches the strategy above it is optimal; the ratio to the reference is left out where one "
        "dominates, as in measure cea; default thresholds; the bandwidth of contours, the normal reference "
        "rule for two dimensions (each axis sd * n^(-1/6)), of which BCEA's contour with 0.5 is another; "
        "increments of 0 count as better in effect and as not dearer in cost.",
    .counts = "samples of the model",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = true,
    .run = run};
