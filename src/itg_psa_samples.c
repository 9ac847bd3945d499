/* itg_psa_samples.c - layer 3: the samples of one group, their moments, and thresholds. */
#include <math.h>
#include <string.h>

#include "itg_psa.h"
#include "itg_sum.h"
#include "itg_thread.h"

/* ---- one group ---- */

itg_status itg_psa_pick(itg_call *call, const itg_psa *all, int32_t group, const double *values,
                        const double **out, itg_error *error) {
  *out = values;
  if (!all->group) return ITG_OK;
  const int64_t *at = all->order + all->start[group], n = all->start[group + 1] - all->start[group];
  double *copy = itg_call_alloc(call, (size_t)n, sizeof *copy, error);
  if (!copy) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < n; i++) {
    ITG_PACE(call->pace, i, error);
    copy[i] = values[at[i]];
  }
  *out = copy;
  return ITG_OK;
}

itg_status itg_psa_part(itg_call *call, const itg_psa *all, int32_t group, itg_psa *out, itg_error *error) {
  *out = *all;
  if (!all->group) return ITG_OK;
  const itg_samples *s = &all->samples;
  const int64_t *at = all->order + all->start[group], n = all->start[group + 1] - all->start[group];
  out->labels = all->groups.labels[group];
  out->n_missing = all->group_missing ? all->group_missing[group] : 0;
  if (!n)
    return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(call, "data"), -1, all->groups.names[0],
                       "no sample of group '%.60s' is complete; every group needs samples of the strategies",
                       out->labels[0]);
  size_t D = (size_t)s->n_strategies;
  const double **cost = itg_call_alloc(call, D, sizeof *cost, error);
  const double **effect = itg_call_alloc(call, D, sizeof *effect, error);
  int64_t *draw = itg_call_alloc(call, (size_t)n, sizeof *draw, error);
  if (!cost || !effect || !draw) return ITG_ERR_MEMORY;
  for (size_t d = 0; d < D; d++) {
    ITG_TRY(itg_psa_pick(call, all, group, s->cost[d], &cost[d], error));
    ITG_TRY(itg_psa_pick(call, all, group, s->effect[d], &effect[d], error));
  }
  for (int64_t i = 0; i < n; i++) draw[i] = all->draw[at[i]];
  out->group = NULL;
  out->rows = NULL;
  out->draw = draw;
  out->samples.n = n;
  out->samples.cost = cost;
  out->samples.effect = effect;
  return s->weight ? itg_psa_pick(call, all, group, s->weight, &out->samples.weight, error) : ITG_OK;
}

itg_status itg_psa_part_to_smooth(itg_call *call, const itg_psa *all, int32_t group, itg_psa *out, bool *few,
                                  itg_error *error) {
  ITG_TRY(itg_psa_part(call, all, group, out, error));
  const itg_samples *s = &out->samples;
  *few = s->n < 50;
  if (*few && !all->group)
    return itg_fail_at(error, ITG_ERR_DATA, itg_call_table(call, "data"), -1, NULL,
                       "%lld samples are too few to smooth over; give at least 50, better thousands",
                       (long long)s->n);
  out->mean_cost = itg_call_alloc(call, (size_t)s->n_strategies, sizeof *out->mean_cost, error);
  out->mean_effect = itg_call_alloc(call, (size_t)s->n_strategies, sizeof *out->mean_effect, error);
  if (!out->mean_cost || !out->mean_effect) return ITG_ERR_MEMORY;
  for (int32_t d = 0; d < s->n_strategies; d++) { /* once, as every set of parameters and every table needs them */
    out->mean_cost[d] = itg_psa_mean(out, s->cost[d]);
    out->mean_effect[d] = itg_psa_mean(out, s->effect[d]);
    ITG_TRY(itg_check_stop(&call->control, 0, error));
  }
  return ITG_OK;
}

/* ---- moments, thresholds ---- */

double itg_psa_mean(const itg_psa *psa, const double *values) {
  const double *w = psa->samples.weight;
  if (!w) return itg_mean_of(values, psa->samples.n);
  itg_sum sum = {0, 0};
  for (int64_t i = 0; i < psa->samples.n; i++) itg_sum_add(&sum, w[i] * values[i]);
  return itg_sum_value(&sum) / itg_samples_total(&psa->samples);
}

double itg_psa_sd(const itg_psa *psa, const double *values) {
  const double *w = psa->samples.weight;
  int64_t n = psa->samples.n;
  if (n < 2) return NAN;
  if (!w) return sqrt(itg_variance_of(values, n));
  double mean = itg_psa_mean(psa, values);
  itg_sum sum = {0, 0};
  for (int64_t i = 0; i < n; i++) itg_sum_add(&sum, w[i] * (values[i] - mean) * (values[i] - mean));
  return sqrt(itg_sum_value(&sum) / itg_samples_total(&psa->samples) * (double)n / (double)(n - 1));
}

itg_status itg_psa_thresholds(itg_call *call, const char *key, double **out, int *count, itg_error *error) {
  ITG_TRY(itg_call_list(call, key, out, count, error));
  int kept = 0;
  for (int i = 0; i < *count; i++) { /* insertion sort without repeats */
    double value = (*out)[i];
    int at = kept;
    while (at > 0 && (*out)[at - 1] > value) at--;
    if (at > 0 && (*out)[at - 1] == value) continue;
    memmove(*out + at + 1, *out + at, (size_t)(kept - at) * sizeof **out);
    (*out)[at] = value;
    kept++;
  }
  *count = kept;
  return ITG_OK;
}
