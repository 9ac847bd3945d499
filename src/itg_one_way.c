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

typedef struct plan {
  itg_tornado_plan write;
  itg_psa all, part; /* samples of all groups, of one */
  int n, degree;     /* parameters; of the polynomial */
  const char **names;
  const double **values, **x; /* of all groups, of one */
  double (*ranges)[2];
  itg_reason *reasons; /* why a parameter has no curve in the group */
  itg_metamodel *fits;
  itg_tornado_parameter *parameters;
} plan;

static itg_status add_shares(plan *p, itg_error *error) {
  itg_tornado_plan *w = &p->write;
  for (int q = 0; q < w->n_thresholds; q++)
    for (int j = 0; j < p->n; j++)
      for (int32_t d = 0; d < w->n_strategies; d++) {
        bool known = !p->reasons[j];
        double share = known ? itg_metamodel_share(&p->fits[j], d, w->thresholds[q]) : NAN;
        ITG_TRY(itg_tornado_estimate(w, "r_squared", &p->parameters[j], d, q, "proportion", share, NULL,
                                     known ? ITG_REASON_NO_VARIANCE : p->reasons[j], error));
      }
  return ITG_OK;
}

static itg_status read_parameters(plan *p, itg_error *error) {
  itg_call *call = p->write.call;
  const itg_column *const *columns;
  size_t n = (size_t)(p->n = itg_call_columns(call, "parameters", &columns));
  p->names = itg_call_alloc(call, n, sizeof *p->names, error);
  p->values = itg_call_alloc(call, n, sizeof *p->values, error);
  p->x = itg_call_alloc(call, n, sizeof *p->x, error);
  p->ranges = itg_call_alloc(call, n, sizeof *p->ranges, error);
  p->reasons = itg_call_alloc(call, n, sizeof *p->reasons, error);
  p->fits = itg_call_alloc(call, n, sizeof *p->fits, error);
  p->parameters = itg_call_alloc(call, n, sizeof *p->parameters, error);
  p->write.parameters = itg_call_alloc(call, n, sizeof *p->parameters, error);
  if (!p->names || !p->values || !p->x || !p->ranges || !p->reasons || !p->fits || !p->parameters ||
      !p->write.parameters)
    return ITG_ERR_MEMORY;
  for (int j = 0; j < p->n; j++) {
    p->names[j] = columns[j]->name;
    ITG_TRY(itg_psa_numbers(call, &p->all, "parameters", j, &p->values[j], error));
  }
  return ITG_OK;
}

/* A parameter that has no curve in a group leaves its tables; without groups that is an error. */
static itg_status run_group(plan *p, int32_t group, itg_error *error) {
  itg_tornado_plan *w = &p->write;
  bool grouped = p->all.group != NULL;
  ITG_TRY(itg_psa_part(w->call, &p->all, group, &p->part, error));
  for (int j = 0; j < p->n; j++) {
    ITG_TRY(itg_psa_pick(w->call, &p->all, group, p->values[j], &p->x[j], error));
    p->reasons[j] = grouped ? itg_metamodel_reason(&p->part, p->x[j], 1, p->degree) : ITG_REASON_PRESENT;
  }
  ITG_TRY(itg_metamodel_ranges(w->call, &p->part, p->x, p->names, p->n, p->ranges, grouped ? p->reasons : NULL, error));
  ITG_TRY(make_base(w, &p->part, error));
  w->n_parameters = 0;
  for (int j = 0; j < p->n; j++) {
    p->parameters[j] = (itg_tornado_parameter){.name = p->names[j]};
    if (p->reasons[j]) continue;
    ITG_TRY(itg_metamodel_fit(w->call, &p->part, &p->x[j], &p->names[j], 1, p->degree, &p->fits[j], error));
    ITG_TRY(make_runs(w, &p->fits[j], p->ranges[j], &p->parameters[j], error));
    w->parameters[w->n_parameters++] = p->parameters[j];
  }
  ITG_TRY(itg_tornado_write(w, error));
  return add_shares(p, error);
}

static itg_status run_one_way(itg_call *call, itg_error *error) {
  plan p = {.write = {.call = call, .table = itg_call_table(call, "data")},
            .degree = (int)itg_call_integer(call, "degree")};
  ITG_TRY(itg_psa_read(call, &p.all, error));
  p.write.names = (const char **)p.all.names;
  p.write.n_strategies = p.all.samples.n_strategies;
  p.write.reference = p.all.reference;
  ITG_TRY(read_parameters(&p, error));
  p.write.group = &p.all;
  ITG_TRY(itg_tornado_open(&p.write, error));
  p.write.group = &p.part;
  for (int32_t g = 0; g < p.all.groups.n_groups; g++) ITG_TRY(run_group(&p, g, error));
  return ITG_OK;
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
        "of a model in place of samples there is measure tornado. With by, each group of persons has curves "
        "of its own; a parameter with too few different values or samples in a group has no row there, and "
        "an r_squared with the reason. Missing values stop the run or drop the "
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
    .groups = true,
    .run = run_one_way};
