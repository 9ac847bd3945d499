/* itg_psa_samples.c - layer 3: the samples of one group, their moments, and thresholds. */
#include <math.h>
#include <string.h>

#include "itg_psa.h"
#include "itg_sum.h"

/* ---- one group ---- */

static itg_status gather(itg_call *call, const itg_psa *all, int32_t group, int64_t n, const double *values,
                         const double **out, itg_error *error) {
  double *copy = itg_call_alloc(call, (size_t)n, sizeof *copy, error);
  if (!copy) return ITG_ERR_MEMORY;
  for (int64_t i = 0, to = 0; i < all->samples.n; i++)
    if (all->group[i] == group) copy[to++] = values[i];
  *out = copy;
  return ITG_OK;
}

itg_status itg_psa_part(itg_call *call, const itg_psa *all, int32_t group, itg_psa *out, itg_error *error) {
  *out = *all;
  if (!all->group) return ITG_OK;
  const itg_samples *s = &all->samples;
  int64_t n = 0, *draw;
  for (int64_t i = 0; i < s->n; i++) n += all->group[i] == group;
  out->n_missing = all->group_missing ? all->group_missing[group] : 0;
  if (!n)
    return itg_fail_at(error, ITG_ERR_EMPTY, itg_call_table(call, "data"), -1, all->groups.names[0],
                       "no sample of group '%.60s' is complete; every group needs samples of the strategies",
                       all->groups.labels[group][0]);
  size_t D = (size_t)s->n_strategies;
  const double **cost = itg_call_alloc(call, D, sizeof *cost, error);
  const double **effect = itg_call_alloc(call, D, sizeof *effect, error);
  out->draw = draw = itg_call_alloc(call, (size_t)n, sizeof *draw, error);
  if (!cost || !effect || !draw) return ITG_ERR_MEMORY;
  for (size_t d = 0; d < D; d++) {
    ITG_TRY(gather(call, all, group, n, s->cost[d], &cost[d], error));
    ITG_TRY(gather(call, all, group, n, s->effect[d], &effect[d], error));
  }
  for (int64_t i = 0, to = 0; i < s->n; i++)
    if (all->group[i] == group) draw[to++] = all->draw[i];
  out->group = NULL;
  out->rows = NULL;
  out->samples.n = n;
  out->samples.cost = cost;
  out->samples.effect = effect;
  return s->weight ? gather(call, all, group, n, s->weight, &out->samples.weight, error) : ITG_OK;
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
