/* itg_composite_draw.c - layer 3: the same sites under other choices: weights, normalisation, mean, an
 * indicator left out.  Each choice is one uniform number, so that its share of the variance of the ranks can
 * be found. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_composite.h"
#include "itg_random.h"
#include "itg_spread.h"
#include "itg_sum.h"
#include "itg_thread.h"

enum { FACTOR_WEIGHTS, FACTOR_NORMALISE, FACTOR_AGGREGATE, FACTOR_LEAVE_OUT, FACTORS, DRAWS_PER_TASK = 16 };

static const char *const factor_names[] = {"weights", "normalise", "aggregate", "leave_out"};

typedef struct job {
  const itg_composite *c;
  const itg_normalised *x;
  itg_norm norms[ITG_NORM_COUNT];
  itg_mean means[ITG_MEAN_COUNT];
  int n_norms, n_means;
  itg_mean across;
  bool across_follows; /* dimensions are brought together as indicators are */
  double noise;
  bool leave_out;
  uint64_t seed;
  uint32_t purpose;
  int draws, sets; /* sets of draws: 1, or those of Sobol's design */
  int factors[FACTORS], n_factors;
  const double *nominal;  /* ranks */
  double *ranks, *scores; /* [site][draw] of the first set */
  double *shifts;         /* [set][draw] */
  itg_watch watch;
} job;

/* The uniform numbers of a draw: the first set from A, the second from B, the others from A with one of B. */
static void choose(const job *j, int set, int draw, double *u) {
  itg_random a, b;
  itg_random_init(&a, j->seed, j->purpose, 2 * (uint32_t)draw);
  itg_random_init(&b, j->seed, j->purpose, 2 * (uint32_t)draw + 1);
  for (int f = 0; f < FACTORS; f++) {
    double from_a = itg_random_uniform(&a), from_b = itg_random_uniform(&b);
    u[f] = set == 1 || (set > 1 && j->factors[set - 2] == f) ? from_b : from_a;
  }
}

/* Noisy weights that belong to a uniform number: its 32 leading bits are the key. */
static void draw_weights(const job *j, double u, const double *weights, int n, uint32_t which, double *out) {
  itg_random random;
  itg_random_init(&random, j->seed, j->purpose + ((which + 1) << 28), (uint32_t)(u * 4294967296.0));
  for (int i = 0; i < n; i++) out[i] = weights[i] * (1 + j->noise * (2 * itg_random_uniform(&random) - 1));
}

static int pick(double u, int n) {
  int k = (int)(u * n);
  return k < n ? k : n - 1;
}

typedef struct room {
  double *weights, *dimension_weights, *scores, *ranks;
  itg_ranked *places;
} room;

static itg_status evaluate(const job *j, int set, int draw, const room *r, itg_pace *pace, itg_error *error) {
  const itg_composite *c = j->c;
  int d = c->n_dimensions;
  double u[FACTORS];
  choose(j, set, draw, u);
  draw_weights(j, u[FACTOR_WEIGHTS], c->weights, c->n_indicators, 0, r->weights);
  draw_weights(j, u[FACTOR_WEIGHTS], c->dimension_weights, d, 1, r->dimension_weights);
  if (j->leave_out) { /* none, or one of the indicators */
    int out = pick(u[FACTOR_LEAVE_OUT], c->n_indicators + 1);
    if (out < c->n_indicators) r->weights[out] = 0;
  }
  itg_norm norm = j->norms[pick(u[FACTOR_NORMALISE], j->n_norms)];
  itg_mean mean = j->means[pick(u[FACTOR_AGGREGATE], j->n_means)];
  itg_composite_score(c, j->x, norm, mean, j->across_follows ? mean : j->across, r->weights,
                      r->dimension_weights, r->scores);
  ITG_TRY(itg_composite_rank(r->scores + d, j->x->n, d + 1, r->places, r->ranks, pace, error));
  itg_sum shift = {0, 0};
  int n = 0;
  for (int s = 0; s < j->x->n; s++) {
    if (!set) {
      j->ranks[(int64_t)s * j->draws + draw] = r->ranks[s];
      j->scores[(int64_t)s * j->draws + draw] = r->scores[(int64_t)s * (d + 1) + d];
    }
    double by = fabs(r->ranks[s] - j->nominal[s]);
    if (isnan(by)) continue;
    itg_sum_add(&shift, by);
    n++;
  }
  j->shifts[(int64_t)set * j->draws + draw] = n ? itg_sum_value(&shift) / n : NAN;
  return itg_pace_step(pace, error);
}

static itg_status run_task(void *payload, int64_t index, itg_error *error) {
  const job *j = payload;
  itg_pace pace = {&j->watch.inner, 0};
  size_t n = (size_t)j->x->n, d = (size_t)j->c->n_dimensions, m = (size_t)j->c->n_indicators;
  double *numbers = itg_alloc(m + d + n * (d + 2), sizeof *numbers);
  itg_ranked *places = itg_alloc(n, sizeof *places);
  itg_status status = numbers && places ? ITG_OK : itg_fail_memory(error);
  room r = {numbers, numbers + m, numbers + m + d, numbers + m + d + n * (d + 1), places};
  int64_t from = index * DRAWS_PER_TASK, to = from + DRAWS_PER_TASK;
  for (int64_t k = from; !status && k < to && k < (int64_t)j->draws * j->sets; k++)
    status = evaluate(j, (int)(k / j->draws), (int)(k % j->draws), &r, &pace, error);
  free(numbers);
  free(places);
  return status;
}

/* ---- set-up ---- */

static itg_status add_choices(const itg_composite *c, const char *key, int own, int n_names,
                              const char *(*name)(int), int *out, int *n, itg_error *error) {
  const itg_node *list = itg_call_node(c->call, key);
  out[0] = own;
  *n = 1;
  for (int i = 0; list && i < (list->kind == ITG_NODE_LIST ? list->count : 1); i++) {
    const itg_node *node = list->kind == ITG_NODE_LIST ? &list->items[i] : list;
    int at = 0, known = 0;
    while (at < n_names && strcmp(name(at), node->text) != 0) at++;
    if (at == n_names)
      return itg_fail_node(error, ITG_ERR_OPTION, node, "option '%s': '%.80s' is unknown", key, node->text);
    for (int k = 0; k < *n; k++) known = known || out[k] == at;
    if (!known) out[(*n)++] = at;
  }
  return ITG_OK;
}

static const char *norm_at(int at) { return itg_norm_name((itg_norm)at); }
static const char *mean_at(int at) { return itg_mean_name((itg_mean)at); }

static itg_status set_up(job *j, itg_normalised *x, itg_norm norm, itg_mean mean, itg_error *error) {
  const itg_composite *c = j->c;
  int norms[ITG_NORM_COUNT + 1], means[ITG_MEAN_COUNT + 1];
  ITG_TRY(add_choices(c, "try_normalise", norm, ITG_NORM_COUNT, norm_at, norms, &j->n_norms, error));
  ITG_TRY(add_choices(c, "try_aggregate", mean, ITG_MEAN_COUNT, mean_at, means, &j->n_means, error));
  for (int k = 0; k < j->n_norms; k++) {
    j->norms[k] = (itg_norm)norms[k];
    ITG_TRY(itg_composite_normalise(c, j->norms[k], x, error));
    for (int m = 0; m < j->n_means; m++) {
      j->means[m] = (itg_mean)means[m];
      ITG_TRY(itg_composite_allow(c, x, j->norms[k], j->means[m], error));
      ITG_TRY(itg_composite_allow(c, x, j->norms[k], j->across_follows ? j->means[m] : j->across, error));
    }
  }
  const bool used[FACTORS] = {j->noise > 0, j->n_norms > 1, j->n_means > 1, j->leave_out};
  for (int f = 0; f < FACTORS; f++)
    if (used[f]) j->factors[j->n_factors++] = f;
  return ITG_OK;
}

/* ---- what the draws say ---- */

/* Saltelli et al., Comput Phys Commun 2010;181:259-70: first-order and total shares of the variance. */
static void find_shares(const job *j, itg_composite_draws *out) {
  const double *a = j->shifts, *b = j->shifts + j->draws;
  double mean = (itg_mean_of(a, j->draws) + itg_mean_of(b, j->draws)) / 2;
  itg_sum variance = {0, 0};
  for (int k = 0; k < j->draws; k++) {
    itg_sum_add(&variance, (a[k] - mean) * (a[k] - mean));
    itg_sum_add(&variance, (b[k] - mean) * (b[k] - mean));
  }
  double v = itg_sum_value(&variance) / (2.0 * j->draws - 1);
  for (int f = 0; f < j->n_factors; f++) {
    const double *mixed = j->shifts + (int64_t)(f + 2) * j->draws;
    itg_sum first = {0, 0}, total = {0, 0};
    for (int k = 0; k < j->draws; k++) {
      itg_sum_add(&first, b[k] * (mixed[k] - a[k]));
      itg_sum_add(&total, (a[k] - mixed[k]) * (a[k] - mixed[k]));
    }
    out->first[f] = v > 0 ? itg_sum_value(&first) / j->draws / v : NAN;
    out->total[f] = v > 0 ? itg_sum_value(&total) / (2.0 * j->draws) / v : NAN;
  }
}

static itg_status find_spreads(const job *j, double level, itg_composite_draws *out, itg_error *error) {
  double tail = (1 - level) / 2;
  for (int s = 0; s < j->x->n; s++) {
    if (s % 256 == 0) ITG_TRY(itg_pace_step(j->c->call->pace, error));
    double *ranks = j->ranks + (int64_t)s * j->draws, *scores = j->scores + (int64_t)s * j->draws;
    out->rank_error[s] = out->rank_low[s] = out->rank_high[s] = NAN;
    out->score_error[s] = out->score_low[s] = out->score_high[s] = NAN;
    if (isnan(j->nominal[s])) continue;
    itg_spread of_scores = itg_spread_of(scores, j->draws, level),
               of_ranks = itg_spread_of(ranks, j->draws, level);
    int64_t n = 0;
    while (n < j->draws && !isnan(ranks[n])) n++;
    if (!n) continue;
    out->rank_error[s] = isnan(of_ranks.std_error) ? 0 : of_ranks.std_error;
    out->rank_low[s] = itg_quantile_attained(ranks, n, tail);
    out->rank_high[s] = itg_quantile_attained(ranks, n, 1 - tail);
    if (!out->scores_compare) continue;
    out->score_error[s] = of_scores.std_error;
    out->score_low[s] = of_scores.low;
    out->score_high[s] = of_scores.high;
  }
  return ITG_OK;
}

itg_status itg_composite_draw(itg_composite *c, itg_normalised *x, itg_norm norm, itg_mean mean,
                              itg_mean across, uint32_t stream, itg_composite_draws *out, itg_error *error) {
  itg_call *call = c->call;
  size_t n = (size_t)x->n, d = (size_t)c->n_dimensions;
  job j = {.c = c,
           .x = x,
           .across = across,
           .across_follows = !itg_call_given(call, "aggregate_dimensions"),
           .noise = itg_call_number(call, "weight_noise"),
           .leave_out = itg_call_flag(call, "leave_out"),
           .seed = call->seed,
           .purpose = ITG_PURPOSE_COMPOSITE + 256u * (stream & 0xFFFFF),
           .draws = (int)itg_call_integer(call, "draws"),
           .sets = 1};
  *out = (itg_composite_draws){.shift = NAN};
  ITG_TRY(set_up(&j, x, norm, mean, error));
  out->n_factors = j.n_factors;
  out->scores_compare = j.n_norms == 1;
  for (int f = 0; f < j.n_factors; f++) {
    out->factors[f] = factor_names[j.factors[f]];
    out->first[f] = out->total[f] = NAN;
  }
  if (!j.n_factors || !j.draws) return ITG_OK;
  bool sobol = itg_call_flag(call, "sensitivity");
  if (sobol) j.sets = j.n_factors + 2;
  double *spreads = itg_call_alloc(call, n, 6 * sizeof *spreads, error);
  double *nominal = itg_call_alloc(call, n, sizeof *nominal, error);
  double *scores = itg_call_alloc(call, n, (d + 1) * sizeof *scores, error);
  itg_ranked *places = itg_call_alloc(call, n, sizeof *places, error);
  if (!spreads || !nominal || !scores || !places) return ITG_ERR_MEMORY;
  double **const columns[] = {&out->rank_error,  &out->rank_low,  &out->rank_high,
                              &out->score_error, &out->score_low, &out->score_high};
  for (size_t k = 0; k < 6; k++) *columns[k] = spreads + k * n;
  itg_composite_score(c, x, norm, mean, across, c->weights, c->dimension_weights, scores);
  ITG_TRY(itg_composite_rank(scores + d, x->n, (int)d + 1, places, nominal, call->pace, error));
  j.nominal = nominal;
  itg_status status = ITG_OK;
  j.ranks = itg_alloc(n, (size_t)j.draws * sizeof *j.ranks);
  j.scores = itg_alloc(n, (size_t)j.draws * sizeof *j.scores);
  j.shifts = itg_alloc((size_t)j.sets, (size_t)j.draws * sizeof *j.shifts);
  if (!j.ranks || !j.scores || !j.shifts) {
    status = itg_fail_memory(error);
    goto out;
  }
  itg_control here = call->control;
  if ((double)j.sets * j.draws * x->n * c->n_indicators < 2e5) here.threads = 1; /* below a millisecond */
  int64_t n_tasks = ((int64_t)j.draws * j.sets + DRAWS_PER_TASK - 1) / DRAWS_PER_TASK;
  itg_watch_start(&j.watch, &here);
  status = itg_parallel(&j.watch.outer, n_tasks, run_task, &j, error);
  if (status) goto out;
  out->n_draws = j.draws;
  out->shift = itg_mean_of(j.shifts, j.draws);
  if (sobol) find_shares(&j, out);
  status = find_spreads(&j, itg_call_number(call, "conf_level"), out, error);
out:
  free(j.ranks);
  free(j.scores);
  free(j.shifts);
  return status;
}
