/* itg_parameter_draws.c - layer 3: measure parameter_draws: samples of a model's parameters from their
 * distributions.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "itg_agreement.h"
#include "itg_copula.h"
#include "itg_distribution.h"
#include "itg_measure.h"
#include "itg_random.h"
#include "itg_special.h"
#include "itg_spread.h"
#include "itg_sum.h"
#include "itg_thread.h"

enum { MOST_PARAMETERS = 1000, ASK = 65536 }; /* ASK: draws between two questions */

static const itg_role roles[] = {
    {"data", "parameter", ITG_ROLE_TEXT, true, 0, 0, "name of the parameter, each once"},
    {"data", "distribution", ITG_ROLE_TEXT, true, 0, 0,
     "constant, normal, truncated_normal, lognormal, beta, gamma, uniform, triangular or dirichlet"},
    {"data", "mean", ITG_ROLE_NUMBER, false, 0, 0,
     "mean of normal, lognormal, beta, gamma; of truncated_normal before it is cut; the value of a constant"},
    {"data", "sd", ITG_ROLE_NUMBER, false, 0, INFINITY, "standard deviation, beside mean"},
    {"data", "conf_low", ITG_ROLE_NUMBER, false, 0, 0,
     "normal, lognormal, in place of mean and sd: lower limit of the interval of option interval_level, as "
     "of a risk ratio"},
    {"data", "conf_high", ITG_ROLE_NUMBER, false, 0, 0, "its upper limit"},
    {"data", "a", ITG_ROLE_NUMBER, false, 0, 0,
     "in place of mean and sd: first shape of beta (people with the event), shape of gamma, mean of the "
     "logarithm of lognormal; weight of dirichlet (people in the state)"},
    {"data", "b", ITG_ROLE_NUMBER, false, 0, INFINITY,
     "beside a: second shape of beta (people without), scale of gamma, standard deviation of the logarithm "
     "of lognormal"},
    {"data", "low", ITG_ROLE_NUMBER, false, 0, 0,
     "lower end of uniform, triangular, truncated_normal (blank: none)"},
    {"data", "mode", ITG_ROLE_NUMBER, false, 0, 0, "most likely value of triangular"},
    {"data", "high", ITG_ROLE_NUMBER, false, 0, 0,
     "upper end of uniform, triangular, truncated_normal (blank: none)"},
    {"data", "group", ITG_ROLE_TEXT, false, 0, 0,
     "dirichlet: rows of a group are shares of one whole, such as the ways out of a state"},
    {"correlations", "parameter_1", ITG_ROLE_TEXT, false, 0, 0, "a parameter that goes with another"},
    {"correlations", "parameter_2", ITG_ROLE_TEXT, false, 0, 0, "the other; each pair once, others are independent"},
    {"correlations", "correlation", ITG_ROLE_NUMBER, false, -1, 1, "their correlation, see option correlation_of"},
    {0}};

static const itg_field options[] = {
    {"draws", ITG_FIELD_INTEGER, false, "1000", NULL, 1, 10000000, NULL, "samples of every parameter"},
    {"interval_level", ITG_FIELD_NUMBER, false, "0.95", NULL, 0.5, 0.9999, NULL,
     "confidence level of conf_low and conf_high"},
    {"correlation_of", ITG_FIELD_TEXT, false, "scores", "scores|ranks", 0, 0, NULL,
     "what the input correlations gives: scores, Pearson's of the normal scores (of normal parameters themselves, of "
     "lognormal ones their logarithms); or ranks, Spearman's"},
    {"conf_level", ITG_FIELD_NUMBER, false, "0.95", NULL, 0.5, 0.9999, NULL,
     "level of the intervals that are told"},
    {0}};

static const itg_output outputs[] = {
    {"draws",
     "a row per sample: sample (its number), and a column per parameter; goes beside what the model gives"},
    {"parameters",
     "a row per parameter: parameter, distribution, a, b (as of the roles; of normal its mean and sd), "
     "low, mode, high, group, mean, sd, and the limits conf_low, conf_high of conf_level: what a report "
     "tells of a model's parameters"},
    {"correlations",
     "with input correlations, a row per pair: parameter_1, parameter_2, correlation (as given), scores, ranks (what it "
     "is of the normal scores and of the ranks), drawn (Pearson's of the draws)"},
    {0}};

typedef struct parameter {
  const char *name, *group;
  int32_t whole; /* of a part of a whole: code of its group; else -1 */
  itg_distribution is;
} parameter;

typedef struct plan {
  itg_call *call;
  parameter *parameters;
  int32_t n;
  itg_copula copula;
} plan;

/* ---- the table ---- */

static itg_status fail(const plan *p, itg_error *error, int64_t row, const char *role, const char *name,
                       const char *problem) {
  return itg_call_fail(p->call, error, ITG_ERR_RANGE, itg_call_has(p->call, role) ? role : "parameter", row,
                       "parameter '%.60s' %s", name, problem);
}

static itg_status find_kind(const plan *p, const itg_factor *words, int64_t row, const itg_distribution_kind **out,
                            itg_error *error) {
  const char *given = words->codes[row] < 0 ? "" : words->levels[words->codes[row]], *near;
  if ((*out = itg_distribution_find(given, &near))) return ITG_OK;
  return itg_call_fail(
      p->call, error, ITG_ERR_DATA, "distribution", row,
      "'%.40s' is no distribution%s%s%s; allowed: constant, normal, truncated_normal, lognormal, beta, "
      "gamma, uniform, triangular, dirichlet",
      given, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
}

/* Parts of a whole name it, and no others do. */
static itg_status check_group(const plan *p, const parameter *q, int64_t row, itg_error *error) {
  const itg_distribution_kind *kind = q->is.kind;
  if (kind->part && !q->group)
    return itg_call_fail(
        p->call, error, ITG_ERR_DATA, itg_call_has(p->call, "group") ? "group" : "parameter", row,
        "parameter '%.60s' is a share of a whole (dirichlet); name the whole in column group", q->name);
  if (!kind->part && q->group)
    return itg_call_fail(p->call, error, ITG_ERR_DATA, "group", row,
                         "parameter '%.60s' is %s, which is drawn alone: leave 'group' blank; shares that sum to 1 "
                         "are dirichlet", q->name, kind->name);
  return ITG_OK;
}

/* What a distribution does not take must be blank, as it would be passed over. */
static itg_status take_cells(const plan *p, parameter *q, const itg_distribution_cells *c, int64_t row,
                             itg_error *error) {
  const itg_distribution_kind *kind = q->is.kind;
  const char *surplus = itg_distribution_surplus(kind, c), *at, *problem;
  if (surplus)
    return itg_call_fail(p->call, error, ITG_ERR_DATA, surplus, row,
                         "parameter '%.60s' is %s, which takes %s; leave '%s' blank", q->name, kind->name,
                         kind->takes, surplus);
  if (!itg_distribution_is_told_once(kind, c))
    return itg_call_fail(p->call, error, ITG_ERR_DATA, "parameter", row,
                         "parameter '%.60s' is %s, which needs one pair of %s and no other", q->name, kind->name,
                         kind->pairs);
  double z = itg_normal_quantile((1 + itg_call_number(p->call, "interval_level")) / 2);
  problem = itg_distribution_take(&q->is, c, z, &at);
  return problem ? fail(p, error, row, at, q->name, problem) : ITG_OK;
}

static itg_status read_numbers(itg_call *call, const char *role, double **out, itg_error *error) {
  uint8_t *reasons;
  *out = NULL;
  return itg_call_has(call, role) ? itg_call_numbers(call, role, out, &reasons, error) : ITG_OK;
}

static itg_status check_names(const plan *p, const itg_factor *names, itg_error *error) {
  int64_t *first = itg_call_alloc(p->call, (size_t)names->n_levels + 1, sizeof *first, error);
  if (!first) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < names->n; row++) {
    int32_t code = names->codes[row];
    if (code < 0)
      return itg_call_fail(p->call, error, ITG_ERR_DATA, "parameter", row, "the parameter has no name");
    if (first[code]++)
      return itg_call_fail(p->call, error, ITG_ERR_DUPLICATE, "parameter", row,
                           "parameter '%.60s' stands in an earlier row too; keep one", names->levels[code]);
    if (strcmp(names->levels[code], "sample") == 0)
      return itg_call_fail(p->call, error, ITG_ERR_DATA, "parameter", row,
                           "'sample' is the column that numbers the samples; name the parameter otherwise");
  }
  return ITG_OK;
}

/* Shares of one whole know the sum of its weights. */
static itg_status join_wholes(plan *p, int32_t n_wholes, itg_error *error) {
  double *sums = itg_call_alloc(p->call, (size_t)n_wholes + 1, sizeof *sums, error);
  int32_t *parts = itg_call_alloc(p->call, (size_t)n_wholes + 1, sizeof *parts, error);
  if (!sums || !parts) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < p->n; i++)
    if (p->parameters[i].whole >= 0)
      sums[p->parameters[i].whole] += p->parameters[i].is.a, parts[p->parameters[i].whole]++;
  for (int32_t i = 0; i < p->n; i++) {
    if (p->parameters[i].whole < 0) continue;
    if (parts[p->parameters[i].whole] < 2)
      return itg_call_fail(
          p->call, error, ITG_ERR_DATA, "group", i,
          "parameter '%.60s' is the only dirichlet row of group '%.60s'; a whole has two parts or more",
          p->parameters[i].name, p->parameters[i].group);
    p->parameters[i].is.sum = sums[p->parameters[i].whole];
  }
  return ITG_OK;
}

static itg_status read_table(plan *p, itg_error *error) {
  static const char *const numbers[] = {"mean", "sd",  "conf_low", "conf_high", "a",
                                        "b",    "low", "mode",     "high"};
  itg_call *call = p->call;
  itg_factor names, words, wholes = {0};
  double *columns[ITG_COUNT(numbers)];
  int64_t n = itg_call_rows(call, "data");
  if (!n)
    return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(call, "data"), -1, NULL, "there are no rows");
  if (n > MOST_PARAMETERS)
    return itg_fail(error, ITG_ERR_LIMIT, "%lld parameters are more than %d", (long long)n,
                    (int)MOST_PARAMETERS);
  ITG_TRY(itg_call_factor(call, "parameter", &names, error));
  ITG_TRY(itg_call_factor(call, "distribution", &words, error));
  if (itg_call_has(call, "group")) ITG_TRY(itg_call_factor(call, "group", &wholes, error));
  for (size_t k = 0; k < ITG_COUNT(numbers); k++) ITG_TRY(read_numbers(call, numbers[k], &columns[k], error));
  ITG_TRY(check_names(p, &names, error));
  p->n = (int32_t)n;
  p->parameters = itg_call_alloc(call, (size_t)n, sizeof *p->parameters, error);
  if (!p->parameters) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < n; row++) {
    parameter *q = &p->parameters[row];
    double v[ITG_COUNT(numbers)];
    for (size_t k = 0; k < ITG_COUNT(numbers); k++) v[k] = columns[k] ? columns[k][row] : NAN;
    itg_distribution_cells c = {v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]};
    *q = (parameter){.name = names.levels[names.codes[row]], .whole = -1};
    ITG_TRY(find_kind(p, &words, row, &q->is.kind, error));
    /* A text without letters is a blank cell, as R reads one. */
    if (wholes.n && wholes.codes[row] >= 0 && wholes.levels[wholes.codes[row]][0])
      q->group = wholes.levels[wholes.codes[row]];
    ITG_TRY(check_group(p, q, row, error));
    if (q->group) q->whole = wholes.codes[row];
    ITG_TRY(take_cells(p, q, &c, row, error));
  }
  ITG_TRY(join_wholes(p, wholes.n_levels, error));
  for (int32_t i = 0; i < p->n; i++) {
    itg_distribution *d = &p->parameters[i].is;
    d->kind->find_moments(d);
    if (!isfinite(d->mean) || !isfinite(d->sd))
      return fail(p, error, i, "parameter", p->parameters[i].name, "has a mean or sd too large for a number");
  }
  return ITG_OK;
}

static itg_status read_correlations(plan *p, itg_error *error) {
  const char **names = itg_call_alloc(p->call, (size_t)p->n, sizeof *names, error);
  const char **alone = itg_call_alloc(p->call, (size_t)p->n, sizeof *alone, error);
  if (!names || !alone) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < p->n; i++) {
    names[i] = p->parameters[i].name;
    if (p->parameters[i].is.sd == 0) alone[i] = "is a constant";
    if (p->parameters[i].whole >= 0) alone[i] = "is a share of a whole, drawn with the others of it";
  }
  return itg_copula_read(p->call, names, alone, p->n, &p->copula, error);
}

/* ---- draws ---- */

typedef enum draw_step { DRAW_VALUES, DRAW_SCORES, SCORES_TO_VALUES } draw_step;

/* Normal scores are asked for where parameters go together, and then become values. */
static itg_status draw_one(const plan *p, int32_t i, draw_step step, double *out, int64_t n, itg_error *error) {
  const parameter *q = &p->parameters[i];
  itg_random random;
  itg_random_init(&random, p->call->seed, ITG_PURPOSE_PARAMETER, (uint32_t)i);
  for (int64_t k = 0; k < n; k++) {
    double u = step == SCORES_TO_VALUES ? fmin(itg_normal_cdf(out[k]), 1 - DBL_EPSILON / 2) : itg_random_uniform(&random);
    out[k] = step == DRAW_SCORES ? itg_normal_quantile(u) : itg_distribution_draw(&q->is, u);
    if (!isfinite(out[k])) return fail(p, error, i, "parameter", q->name, "has draws too large for a number");
    if (k % ASK == ASK - 1)
      ITG_TRY(itg_check_stop(&p->call->control, ((double)i + (double)k / (double)n) / p->n, error));
  }
  return itg_check_stop(&p->call->control, (double)i / p->n, error);
}

/* Whoever is independent of those above it keeps the draws that it has without correlations, bit for bit. */
static itg_status draw_together(const plan *p, double *const *drawn, int64_t n, itg_error *error) {
  const itg_copula *c = &p->copula;
  double **scores = itg_call_alloc(p->call, (size_t)c->n + 1, sizeof *scores, error);
  if (!scores) return ITG_ERR_MEMORY;
  for (int32_t i = 0; i < c->n; i++) {
    scores[i] = drawn[c->member[i]];
    ITG_TRY(draw_one(p, c->member[i], DRAW_SCORES, scores[i], n, error));
  }
  ITG_TRY(itg_copula_mix(c, scores, n, &p->call->control, error));
  for (int32_t i = 0; i < c->n; i++)
    ITG_TRY(draw_one(p, c->member[i], itg_copula_is_first(c, i) ? DRAW_VALUES : SCORES_TO_VALUES, scores[i], n, error));
  return ITG_OK;
}

/* Gamma draws of the parts of a whole become its shares. */
static void share_out(const plan *p, double *const *drawn, int32_t first, int64_t n) {
  int32_t whole = p->parameters[first].whole;
  for (int64_t k = 0; k < n; k++) {
    double sum = 0;
    for (int32_t i = first; i < p->n; i++)
      if (p->parameters[i].whole == whole) sum += drawn[i][k];
    for (int32_t i = first; i < p->n; i++)
      if (p->parameters[i].whole == whole) drawn[i][k] = sum > 0 ? drawn[i][k] / sum : p->parameters[i].is.mean;
  }
}

static bool is_first(const plan *p, int32_t i) {
  for (int32_t k = 0; k < i; k++)
    if (p->parameters[k].whole == p->parameters[i].whole) return false;
  return p->parameters[i].whole >= 0;
}

static itg_status write_draws(plan *p, double **drawn, itg_error *error) {
  int64_t n = itg_call_integer(p->call, "draws");
  itg_frame *frame;
  ITG_TRY(itg_call_need((double)n * p->n, "draws x parameters", "ask for fewer draws", error));
  ITG_TRY(itg_result_add_table(p->call->result, "draws", &frame, error));
  ITG_TRY(itg_frame_add_column(frame, "sample", ITG_TYPE_INT64, NULL, error));
  for (int32_t i = 0; i < p->n; i++)
    ITG_TRY(itg_frame_add_column(frame, p->parameters[i].name, ITG_TYPE_DOUBLE, NULL, error));
  ITG_TRY(itg_frame_resize(frame, n, error));
  for (int64_t k = 0; k < n; k++) itg_frame_set_int(frame, k, 0, k + 1);
  for (int32_t i = 0; i < p->n; i++) {
    drawn[i] = itg_frame_doubles(frame, 1 + i);
    ITG_TRY(draw_one(p, i, DRAW_VALUES, drawn[i], n, error));
    memset(itg_frame_reasons(frame, 1 + i), ITG_REASON_PRESENT, (size_t)n);
  }
  for (int32_t i = 0; i < p->n; i++)
    if (is_first(p, i)) share_out(p, drawn, i, n);
  return draw_together(p, drawn, n, error);
}

/* ---- what is told of each ---- */

static itg_status write_parameters(const plan *p, itg_error *error) {
  static const char *const names[] = {"parameter", "distribution", "group", "a",  "b",        "low",
                                      "mode",      "high",         "mean",  "sd", "conf_low", "conf_high"};
  double outside = (1 - itg_call_number(p->call, "conf_level")) / 2;
  itg_frame *frame;
  ITG_TRY(itg_result_add_table(p->call->result, "parameters", &frame, error));
  for (size_t c = 0; c < ITG_COUNT(names); c++)
    ITG_TRY(itg_frame_add_column(frame, names[c], c < 3 ? ITG_TYPE_STRING : ITG_TYPE_DOUBLE, NULL, error));
  ITG_TRY(itg_frame_resize(frame, p->n, error));
  for (int32_t i = 0; i < p->n; i++) {
    const parameter *q = &p->parameters[i];
    const itg_distribution *d = &q->is;
    const double numbers[] = {d->a,    d->b,  d->low, d->mode, d->high,
                              d->mean, d->sd, d->kind->quantile(d, outside), d->kind->quantile(d, 1 - outside)};
    ITG_TRY(itg_frame_set_text(frame, i, 0, q->name, error));
    ITG_TRY(itg_frame_set_text(frame, i, 1, d->kind->name, error));
    if (q->group) ITG_TRY(itg_frame_set_text(frame, i, 2, q->group, error));
    for (int c = 0; c < 9; c++)
      if (isfinite(numbers[c])) itg_frame_set_double(frame, i, 3 + c, numbers[c]);
  }
  return ITG_OK;
}

static itg_status write_estimates(const plan *p, double *const *drawn, itg_tidy *tidy, itg_error *error) {
  int64_t n = itg_call_integer(p->call, "draws");
  double outside = (1 - itg_call_number(p->call, "conf_level")) / 2, limits[2];
  const double shares[] = {outside, 1 - outside};
  for (int32_t i = 0; i < p->n; i++) {
    const parameter *q = &p->parameters[i];
    const itg_distribution *d = &q->is;
    const char *group[] = {q->name};
    itg_estimate e = itg_estimate_of("parameter_draws", "mean", group, NULL);
    e.n = n;
    e.level = d->kind->name;
    e.estimate = d->mean;
    e.std_error = d->sd;
    e.conf_low = d->kind->quantile(d, outside);
    e.conf_high = d->kind->quantile(d, 1 - outside);
    ITG_TRY(itg_tidy_add(tidy, &e, error));
    e.scale = "drawn_mean";
    e.estimate = itg_mean_of(drawn[i], n);
    e.std_error = n > 1 ? sqrt(itg_variance_about(drawn[i], n, e.estimate)) : NAN;
    ITG_TRY(itg_quantiles(drawn[i], n, shares, 2, limits, error));
    e.conf_low = n > 1 ? limits[0] : NAN;
    e.conf_high = n > 1 ? limits[1] : NAN;
    if (n < 2) e.reason = ITG_REASON_TOO_FEW;
    ITG_TRY(itg_tidy_add(tidy, &e, error));
  }
  return ITG_OK;
}

static itg_status write_correlations(const plan *p, double *const *drawn, itg_error *error) {
  static const char *const names[] = {"parameter_1", "parameter_2", "correlation", "scores", "ranks", "drawn"};
  int64_t n = itg_call_integer(p->call, "draws");
  itg_frame *frame;
  if (!itg_call_table(p->call, "correlations")) return ITG_OK;
  ITG_TRY(itg_result_add_table(p->call->result, "correlations", &frame, error));
  for (size_t c = 0; c < ITG_COUNT(names); c++)
    ITG_TRY(itg_frame_add_column(frame, names[c], c < 2 ? ITG_TYPE_STRING : ITG_TYPE_DOUBLE, NULL, error));
  ITG_TRY(itg_frame_resize(frame, p->copula.n_pairs, error));
  for (int64_t k = 0; k < p->copula.n_pairs; k++) {
    const itg_copula_pair *pair = &p->copula.pairs[k];
    itg_coefficient found;
    itg_pearson(drawn[pair->first], drawn[pair->second], n, 0.95, &found);
    ITG_TRY(itg_frame_set_text(frame, k, 0, p->parameters[pair->first].name, error));
    ITG_TRY(itg_frame_set_text(frame, k, 1, p->parameters[pair->second].name, error));
    itg_frame_set_double(frame, k, 2, pair->given);
    itg_frame_set_double(frame, k, 3, pair->scores);
    itg_frame_set_double(frame, k, 4, pair->ranks);
    if (isfinite(found.value)) itg_frame_set_double(frame, k, 5, found.value);
    ITG_TRY(itg_check_stop(&p->call->control, 1, error));
  }
  return ITG_OK;
}

static itg_status run(itg_call *call, itg_error *error) {
  static const char *const groups[] = {"parameter"};
  plan p = {.call = call};
  itg_tidy tidy;
  ITG_TRY(read_table(&p, error));
  ITG_TRY(read_correlations(&p, error));
  ITG_TRY(itg_tidy_open(call->result, groups, 1, &tidy, error));
  double **drawn = itg_call_alloc(call, (size_t)p.n, sizeof *drawn, error);
  if (!drawn) return ITG_ERR_MEMORY;
  ITG_TRY(write_draws(&p, drawn, error));
  ITG_TRY(write_estimates(&p, drawn, &tidy, error));
  ITG_TRY(write_correlations(&p, drawn, error));
  return write_parameters(&p, error);
}

const itg_measure itg_parameter_draws_measure = {
    .name = "parameter_draws",
    .title = "Draws of a model's parameters from their distributions",
    .summary =
        "Takes a table with a row per parameter of a model: its distribution, and mean and standard "
        "deviation, or the limits of an interval, or the distribution's own parameters, or its ends. Table "
        "draws has a row per sample and a column per parameter: run the model on them, put costs and "
        "effects beside them, and psa, evppi, evsi, one_way and two_way take the whole. Parameters are "
        "drawn independently of each other, but for shares of one whole (dirichlet), which sum to 1, and "
        "pairs of the input correlations: these go together by a Gaussian copula, so that each keeps its "
        "distribution. Correlations that cannot be had together are an error that tells which pair and "
        "between which limits it may lie. The draws of a row depend on the seed, its place in the table and "
        "its correlations with rows above it: rows added below leave them as they are. Estimates: mean with "
        "standard deviation (std_error) and limits of each distribution, exact; drawn_mean, the same of the draws. A cell that a distribution does not take must be blank.",
    .source =
        "Distributions by the kind of parameter (beta for probabilities and utilities, gamma for costs, "
        "lognormal for ratios, dirichlet for shares) and their parameters by the method of moments: "
        "Briggs, Claxton, Sculpher, Decision Modelling for Health Economic Evaluation, 2006, chapter 4, "
        "which the R package dampack follows. Quantiles of R. Correlations of normal scores as "
        "define_correlation of the R package heemod; those of ranks are Spearman's, by 2 sin(pi rank / 6) "
        "(Pearson 1907). Choices of ours: scores as the default, as regressions report the correlations of "
        "coefficients on the scale on which they are normal: draws are quantiles at "
        "uniform numbers; an interval of normal or lognormal is symmetric around the mean, of lognormal "
        "around that of the logarithm, and the printed point estimate is not used; shapes of beta and "
        "weights from 0.1.",
    .counts = "draws",
    .roles = roles,
    .options = options,
    .outputs = outputs,
    .groups = false,
    .run = run};
