/* itg_psa_spread.c - layer 3: mean, standard deviation and limits over samples, many combinations at once. */
#include "itg_psa_spread.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_sort.h"
#include "itg_spread.h"
#include "itg_sum.h"
#include "itg_thread.h"

enum { WORTH = 20000 }; /* WORTH: numbers that pay for a thread */

typedef struct spreads {
  const itg_samples *s;
  itg_spread_job *jobs;
  double level;
  itg_watch watch;
} spreads;

double itg_psa_effective(const itg_samples *samples) {
  if (!samples->weight) return (double)samples->n;
  double total = itg_samples_total(samples), squares = 0;
  for (int64_t i = 0; i < samples->n; i++) squares += samples->weight[i] * samples->weight[i];
  return total * total / squares;
}

static void combine(const itg_samples *s, const itg_spread_job *job, double *out) {
  const double *cost = s->cost[job->strategy], *effect = s->effect[job->strategy];
  double of_cost = job->of_cost, of_effect = job->of_effect;
  for (int64_t i = 0; i < s->n; i++) out[i] = of_effect * effect[i] + of_cost * cost[i];
  if (job->against >= 0) {
    cost = s->cost[job->against];
    effect = s->effect[job->against];
    for (int64_t i = 0; i < s->n; i++) out[i] -= of_effect * effect[i] + of_cost * cost[i];
  } else if (job->against == ITG_AGAINST_BEST) {
    for (int64_t i = 0; i < s->n; i++) {
      double best = out[i];
      for (int32_t d = 0; d < s->n_strategies; d++) {
        double value = of_effect * s->effect[d][i] + of_cost * s->cost[d][i];
        best = value > best ? value : best;
      }
      out[i] = best - out[i];
    }
  }
}

/* ---- quantiles ---- */

typedef struct weighted {
  double value, weight;
} weighted;

static int compare(const void *a, const void *b) {
  double x = ((const weighted *)a)->value, y = ((const weighted *)b)->value;
  return (x > y) - (x < y);
}

/* The smallest value at which the weight of all up to it reaches the share. */
static itg_status weighted_limits(const itg_samples *s, const double *values, double level, double *low,
                                  double *high, const itg_control *control, itg_error *error) {
  weighted *list = itg_alloc((size_t)s->n, sizeof *list);
  double total = itg_samples_total(s);
  itg_pace pace = {control, 0};
  itg_status status = list ? ITG_OK : itg_fail_memory(error);
  if (status) goto out;
  for (int64_t i = 0; i < s->n; i++) list[i] = (weighted){values[i], s->weight[i]};
  status = itg_sort(list, (size_t)s->n, sizeof *list, compare, &pace, error);
  for (int t = 0; t < 2 && !status; t++) {
    double share = (t ? (1 + level) / 2 : (1 - level) / 2) * total * (1 - 1e-12);
    itg_sum sum = {0, 0};
    int64_t i = 0;
    for (itg_sum_add(&sum, list[0].weight); itg_sum_value(&sum) < share && i + 1 < s->n;)
      itg_sum_add(&sum, list[++i].weight);
    *(t ? high : low) = list[i].value;
  }
out:
  free(list);
  return status;
}

/* ---- a job ---- */

static void moments(const itg_samples *s, const double *values, itg_spread_job *job) {
  int64_t n = s->n;
  job->sd = NAN;
  if (!s->weight) {
    job->mean = itg_mean_of(values, n);
    if (n > 1) job->sd = sqrt(itg_variance_about(values, n, job->mean));
    return;
  }
  itg_sum sum = {0, 0}, squares = {0, 0};
  double total = itg_samples_total(s);
  for (int64_t i = 0; i < n; i++) itg_sum_add(&sum, s->weight[i] * values[i]);
  job->mean = itg_sum_value(&sum) / total;
  for (int64_t i = 0; i < n; i++)
    itg_sum_add(&squares, s->weight[i] * (values[i] - job->mean) * (values[i] - job->mean));
  if (n > 1) job->sd = sqrt(itg_sum_value(&squares) / total * (double)n / (double)(n - 1));
}

static itg_status do_job(void *payload, int64_t index, itg_error *error) {
  const spreads *task = payload;
  const itg_control *control = &task->watch.inner;
  const itg_samples *s = task->s;
  itg_spread_job *job = &task->jobs[index];
  itg_status status = ITG_OK;
  double tails[2] = {(1 - task->level) / 2, (1 + task->level) / 2}, limits[2] = {NAN, NAN};
  if (job->against == job->strategy) { /* nothing against itself */
    job->mean = 0;
    job->sd = job->low = job->high = s->n > 1 ? 0 : NAN;
    return ITG_OK;
  }
  double *values = itg_alloc((size_t)s->n, sizeof *values);
  if (!values) return itg_fail_memory(error);
  combine(s, job, values);
  status = itg_check_stop(control, 0, error);
  if (!status) moments(s, values, job);
  if (!status) status = itg_check_stop(control, 0, error);
  if (!status && s->n > 1 && job->against != ITG_AGAINST_BEST) {
    if (s->weight)
      status = weighted_limits(s, values, task->level, &limits[0], &limits[1], control, error);
    else
      status = itg_quantiles(values, s->n, tails, 2, limits, error);
  }
  job->low = limits[0];
  job->high = limits[1];
  free(values);
  return status;
}

itg_status itg_psa_spread(const itg_samples *samples, itg_spread_job *jobs, int64_t n_jobs, double level,
                          const itg_control *control, itg_error *error) {
  spreads task = {.s = samples, .jobs = jobs, .level = level};
  itg_watch_start(&task.watch, control);
  if (samples->n * n_jobs < WORTH) task.watch.outer.threads = 1;
  return itg_parallel(&task.watch.outer, n_jobs, do_job, &task, error);
}
