/* itg_one_way.c - layer 3: measure one_way: one-way sensitivity from the samples of a model. */
#include <math.h>

#include "itg_metamodel.h"
#include "itg_tornado.h"

static const itg_role roles[] = {ITG_PSA_ROLES,
                                 {"data", "parameters", ITG_ROLE_NUMBERS, true, 0, 0,
                                  "a column per parameter of the model, its value in the sample"},
                                 {0}};

static const itg_field options[] = {ITG_PSA_OPTIONS, ITG_METAMODEL_OPTIONS("100"), ITG_TORNADO_OPTIONS, {0}};

/* What is expected at each value of a parameter, as runs of a model. */
static itg_status make_runs(itg_tornado_plan *p, const itg_metamodel *fit, const double range[2],
                            itg_tornado_parameter *out, itg_error *error) {
  itg_call *call = p->call;
  size_t D = (size_t)p->n_strategies, points = (size_t)itg_call_integer(call, "points");
  double *results = itg_call_alloc(call, 2 * D * points, sizeof *results, error);
  out->runs = itg_call_alloc(call, points, sizeof *out->runs, error);
  if (!results || !out->runs) return ITG_ERR_MEMORY;
  out->n = (int64_t)points;
  for (size_t i = 0; i < points; i++) {
    double value = itg_metamodel_step(range, (int64_t)i, out->n), *cost = results + 2 * D * i;
    itg_metamodel_at(fit, &value, cost, cost + D);
    out->runs[i] = (itg_tornado_run){.value = value, .cost = cost, .effect = cost + D, .row = -1};
  }
  return ITG_OK;
}

/* The base case: what is expected over all samples. */
static itg_status make_base(itg_tornado_plan *p, const itg_psa *psa, itg_error *error) {
  size_t D = (size_t)p->n_strategies;
  double *mean = itg_call_alloc(p->call, 2 * D, sizeof *mean, error);
  p->base.runs = itg_call_alloc(p->call, 1, sizeof *p->base.runs, error);
  if (!mean || !p->base.runs) return ITG_ERR_MEMORY;
  for (size_t d = 0; d < D; d++) {
    mean[d] = itg_psa_mean(psa, psa->samples.cost[d]);
    mean[D + d] = itg_psa_mean(psa, psa->samples.effect[d]);
  }
  p->base.name = "mean";
  p->base.n = 1;
  p->base.runs[0] = (itg_tornado_run){.value = NAN, .cost = mean, .effect = mean + D, .row = -1};
  return ITG_OK;
}

static itg_status add_shares(itg_tornado_plan *p, const itg_metamodel *fits, itg_error *error) {
  for (int q = 0; q < p->n_thresholds; q++)
    for (int32_t j = 0; j < p->n_parameters; j++)
      for (int32_t d = 0; d < p->n_strategies; d++) {
        char text[ITG_NUMBER_SIZE];
        const char *group[3] = {p->parameters[j].name, p->names[d], text};
        itg_number_print(p->thresholds[q], text);
        itg_estimate e = itg_estimate_of("one_way", "r_squared", group, "proportion");
        e.n = p->n_samples;
        e.estimate = itg_metamodel_share(&fits[j], d, p->thresholds[q]);
        if (isnan(e.estimate)) e.reason = ITG_REASON_NO_VARIANCE;
        ITG_TRY(itg_tidy_add(&p->tidy, &e, error));
      }
  return ITG_OK;
}

static itg_status run_one_way(itg_call *call, itg_error *error) {
  itg_psa psa;
  const itg_column *const *columns;
  int n = itg_call_columns(call, "parameters", &columns), degree = (int)itg_call_integer(call, "degree");
  ITG_TRY(itg_psa_read(call, &psa, error));
  itg_tornado_plan p = {.call = call,
                        .table = itg_call_table(call, "data"),
                        .names = (const char **)psa.names,
                        .n_strategies = psa.samples.n_strategies,
                        .reference = psa.reference,
                        .n_parameters = n,
                        .n_samples = psa.samples.n};
  const double **x = itg_call_alloc(call, (size_t)n, sizeof *x, error);
  const char **names = itg_call_alloc(call, (size_t)n, sizeof *names, error);
  double(*ranges)[2] = itg_call_alloc(call, (size_t)n, sizeof *ranges, error);
  itg_metamodel *fits = itg_call_alloc(call, (size_t)n, sizeof *fits, error);
  p.parameters = itg_call_alloc(call, (size_t)n, sizeof *p.parameters, error);
  if (!x || !names || !ranges || !fits || !p.parameters) return ITG_ERR_MEMORY;
  for (int j = 0; j < n; j++) {
    names[j] = columns[j]->name;
    ITG_TRY(itg_psa_numbers(call, &psa, "parameters", j, &x[j], error));
  }
  ITG_TRY(itg_metamodel_ranges(call, &psa, x, names, n, ranges, error));
  ITG_TRY(make_base(&p, &psa, error));
  for (int j = 0; j < n; j++) {
    p.parameters[j].name = names[j];
    ITG_TRY(itg_metamodel_fit(call, &psa, &x[j], &names[j], 1, degree, &fits[j], error));
    ITG_TRY(make_runs(&p, &fits[j], ranges[j], &p.parameters[j], error));
  }
  ITG_TRY(itg_tornado_write(&p, error));
  return add_shares(&p, fits, error);
}

const itg_measure itg_one_way_measure = {
    .name = "one_way",
    .title = "One-way sensitivity from the samples of a model: curves, tornado, decisions that switch",
    .summary =
        "Takes samples as measure psa does, with the values of parameters in each. For every parameter alone "
        "cost and effect of each strategy are fitted by a polynomial of it (least squares); table one_way "
        "holds what is then expected at equally spaced values of its range, with net benefit and the best "
        "strategy; table switches, at which value the best strategy changes; table tornado, the incremental "
        "net benefit at the ends of the range. The base case, parameter 'mean', is the mean over the "
        "samples. r_squared tells what share of the variance of the net benefit of a strategy the parameter "
        "explains so; a small one means that other parameters matter, not that the curve is wrong. For runs "
        "of a model in place of samples there is measure tornado. Missing values stop the run or drop the "
        "sample; a missing parameter stops it.",
    .source =
        "Regression metamodelling of probabilistic sensitivity analyses: Jalal et al., Med Decis Making "
        "2013;33:880; polynomial, range (quantiles 0.025 and 0.975), 100 values and degree 2 as owsa of the "
        "R package dampack. Choices of ours: the base case is the mean of the samples and counts in the "
        "width; switches are linear between neighbouring values; a tie is won by the first strategy in the "
        "order given; quantiles count every sample once, also under model weights; default thresholds.",
    .counts = "samples of the model",
    .roles = roles,
    .options = options,
    .outputs = itg_tornado_outputs,
    .groups = false,
    .run = run_one_way};
