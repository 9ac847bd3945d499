/* itg_psa_groups.c - layer 3: the value of heterogeneity: choosing for each group beside one choice for all.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_psa_write.h"
#include "itg_sort.h"
#include "itg_sum.h"
#include "itg_thread.h"

typedef struct mixture {
  itg_psa_writer *w;
  itg_psa_writer *part; /* by group, then all of them as one */
  int32_t n_groups;
  double *weight;                  /* share of each group, sum 1 */
  bool linked;                     /* the groups have the same draws of the model */
  double *threshold, *gain, *best; /* gain: (n_groups + 1) x n */
  int64_t n;
} mixture;

static itg_status read_weights(mixture *m, itg_error *error) {
  const itg_groups *by = &m->w->all->groups;
  const itg_node *map = itg_call_node(m->w->call, "group_weights");
  itg_sum sum = {0, 0};
  if (by->n_columns != 1)
    return itg_fail_node(error, ITG_ERR_OPTION, map,
                         "group_weights need one column in option 'by', which has %d", by->n_columns);
  m->n_groups = by->n_groups;
  m->weight = itg_call_alloc(m->w->call, (size_t)m->n_groups, sizeof *m->weight, error);
  if (!m->weight) return ITG_ERR_MEMORY;
  for (int32_t g = 0; g < m->n_groups; g++) m->weight[g] = NAN;
  for (int32_t i = 0; i < map->count; i++) {
    int32_t g = 0, turns = 0; /* many weights mostly stand in the order of the groups */
    for (g = i % m->n_groups; turns < m->n_groups && strcmp(by->labels[g][0], map->keys[i]) != 0; turns++)
      g = g + 1 < m->n_groups ? g + 1 : 0;
    if (turns == m->n_groups)
      return itg_fail_node(error, ITG_ERR_OPTION, &map->items[i], "column '%.60s' has no group '%.60s'",
                           by->names[0], map->keys[i]);
    itg_node_number(&map->items[i], &m->weight[g]);
    itg_sum_add(&sum, m->weight[g]);
  }
  for (int32_t g = 0; g < m->n_groups; g++)
    if (isnan(m->weight[g]))
      return itg_fail_node(error, ITG_ERR_OPTION, map, "group '%.80s' has no weight", by->labels[g][0]);
  double total = itg_sum_value(&sum);
  if (!(total > 0 && isfinite(total)))
    return itg_fail_node(error, ITG_ERR_OPTION, map, "the weights of the groups are all 0");
  for (int32_t g = 0; g < m->n_groups; g++) m->weight[g] /= total;
  return ITG_OK;
}

/* ---- all groups as one ---- */

typedef struct place {
  int64_t draw, at;
} place;

static int by_draw(const void *a, const void *b) {
  int64_t x = ((const place *)a)->draw, y = ((const place *)b)->draw;
  return (x > y) - (x < y);
}

/* Samples of a group in the order of their draws. */
static itg_status order_of(const mixture *m, const itg_psa *psa, place **out, itg_error *error) {
  place *order = *out = itg_call_alloc(m->w->call, (size_t)psa->samples.n, sizeof *order, error);
  if (!order) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < psa->samples.n; i++) order[i] = (place){psa->draw[i], i};
  return itg_sort(order, (size_t)psa->samples.n, sizeof *order, by_draw, m->w->call->pace, error);
}

static double weight_at(const itg_samples *s, int64_t i) { return s->weight ? s->weight[i] : 1; }

/* Draw by draw, costs and effects of a person of unknown group. */
static itg_status add_up(mixture *m, itg_error *error) {
  itg_call *call = m->w->call;
  const itg_samples *first = &m->part[0].psa.samples;
  itg_psa *whole = &m->part[m->n_groups].psa;
  int64_t n = first->n;
  size_t D = (size_t)first->n_strategies;
  double **sums[2], *weight = NULL;
  place *order, *lead = NULL;
  m->linked = true;
  for (int32_t g = 1; g < m->n_groups; g++) m->linked = m->linked && m->part[g].psa.samples.n == n;
  if (!m->linked) return ITG_OK;
  for (int k = 0; k < 2; k++) {
    sums[k] = itg_call_alloc(call, D, sizeof *sums[k], error);
    if (!sums[k]) return ITG_ERR_MEMORY;
    for (size_t d = 0; d < D; d++)
      if (!(sums[k][d] = itg_call_alloc(call, (size_t)n, sizeof **sums[k], error))) return ITG_ERR_MEMORY;
  }
  if (first->weight && !(weight = itg_call_alloc(call, (size_t)n, sizeof *weight, error)))
    return ITG_ERR_MEMORY;
  for (int32_t g = 0; g < m->n_groups; g++) {
    const itg_samples *s = &m->part[g].psa.samples;
    ITG_TRY(order_of(m, &m->part[g].psa, &order, error));
    if (!g) lead = order;
    for (int64_t i = 0; i < n && m->linked; i++) {
      bool twice = i && order[i].draw == order[i - 1].draw;
      ITG_PACE(call->pace, i, error);
      m->linked = !twice && order[i].draw == lead[i].draw &&
                  weight_at(s, order[i].at) == weight_at(first, lead[i].at);
      if (weight) weight[i] = weight_at(first, lead[i].at);
      for (size_t d = 0; d < D; d++) {
        sums[0][d][i] += m->weight[g] * s->cost[d][order[i].at];
        sums[1][d][i] += m->weight[g] * s->effect[d][order[i].at];
      }
    }
    ITG_TRY(itg_check_stop(&call->control, 0.9, error));
  }
  whole->samples = (itg_samples){.n = n,
                                 .n_strategies = first->n_strategies,
                                 .cost = (const double *const *)sums[0],
                                 .effect = (const double *const *)sums[1],
                                 .weight = weight};
  return ITG_OK;
}

/* Means of all groups as one come from their means, so that they need no common draws. */
static itg_status mix_means(mixture *m, itg_error *error) {
  itg_psa_writer *whole = &m->part[m->n_groups];
  size_t D = (size_t)whole->n_strategies;
  whole->cost = itg_call_alloc(m->w->call, D, sizeof *whole->cost, error);
  whole->effect = itg_call_alloc(m->w->call, D, sizeof *whole->effect, error);
  if (!whole->cost || !whole->effect) return ITG_ERR_MEMORY;
  for (size_t d = 0; d < D; d++) {
    itg_sum cost = {0, 0}, effect = {0, 0};
    for (int32_t g = 0; g < m->n_groups; g++) {
      itg_sum_add(&cost, m->weight[g] * m->part[g].cost[d]);
      itg_sum_add(&effect, m->weight[g] * m->part[g].effect[d]);
    }
    whole->cost[d] = itg_sum_value(&cost);
    whole->effect[d] = itg_sum_value(&effect);
  }
  return itg_frontier_make(whole->cost, whole->effect, whole->n_strategies, m->w->call->arena,
                           &whole->frontier, error);
}

/* ---- thresholds ---- */

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* 0, those of the estimates, and all at which a choice changes. */
static itg_status collect(mixture *m, itg_error *error) {
  int64_t most = 1 + m->w->n_thresholds, kept = 0;
  for (int32_t g = 0; g <= m->n_groups; g++) most += m->part[g].frontier.n_on;
  double *all = m->threshold = itg_call_alloc(m->w->call, (size_t)most, sizeof *all, error);
  if (!all) return ITG_ERR_MEMORY;
  m->n = 1; /* all[0] is 0 */
  for (int k = 0; k < m->w->n_thresholds; k++) all[m->n++] = m->w->thresholds[k];
  for (int32_t g = 0; g <= m->n_groups; g++)
    for (int32_t i = 1; i < m->part[g].frontier.n_on; i++)
      all[m->n++] = m->part[g].frontier.icer[m->part[g].frontier.on[i]];
  qsort(all, (size_t)m->n, sizeof *all, ascending);
  for (int64_t i = 0; i < m->n; i++)
    if (!kept || all[i] != all[kept - 1]) all[kept++] = all[i];
  m->n = kept;
  return ITG_OK;
}

static itg_status find_gains(mixture *m, itg_error *error) {
  size_t n = (size_t)m->n, D = (size_t)m->w->n_strategies;
  ITG_TRY(itg_call_need((double)m->n * (m->n_groups + 1), "thresholds x groups of the value of heterogeneity",
                        "use fewer groups, or leave group_weights out", error));
  m->gain = itg_call_alloc(m->w->call, n * (size_t)(m->n_groups + 1), sizeof *m->gain, error);
  m->best = itg_call_alloc(m->w->call, n * D, sizeof *m->best, error);
  if (!m->gain || !m->best) return ITG_ERR_MEMORY;
  for (int32_t g = 0; g <= m->n_groups; g++)
    if (g < m->n_groups || m->linked)
      ITG_TRY(itg_ceac_at(&m->part[g].psa.samples, m->threshold, m->n, ITG_TIES_FIRST, &m->w->call->control,
                          m->best, m->gain + (size_t)g * n, error));
  return ITG_OK;
}

/* ---- rows ---- */

typedef struct worth {
  int32_t optimal;
  double benefit, by_group, value, evpi, evpi_by_group;
} worth;

static worth worth_at(const mixture *m, int64_t i) {
  const itg_psa_writer *whole = &m->part[m->n_groups];
  double k = m->threshold[i];
  worth out = {.optimal = itg_frontier_best(&whole->frontier, k), .evpi = NAN};
  itg_sum extra = {0, 0}, evpi = {0, 0};
  for (int32_t g = 0; g < m->n_groups; g++) {
    const itg_psa_writer *p = &m->part[g];
    int32_t own = itg_frontier_best(&p->frontier, k);
    /* From increments: exactly 0 where the group chooses what all choose. */
    itg_sum_add(&extra, m->weight[g] * fmax(0, k * (p->effect[own] - p->effect[out.optimal]) -
                                                   (p->cost[own] - p->cost[out.optimal])));
    itg_sum_add(&evpi, m->weight[g] * itg_psa_evpi(p, k, m->gain[(int64_t)g * m->n + i]));
  }
  out.benefit = itg_psa_benefit(whole, out.optimal, k);
  out.value = itg_sum_value(&extra);
  out.by_group = out.benefit + out.value;
  out.evpi_by_group = itg_sum_value(&evpi);
  if (m->linked) out.evpi = itg_psa_evpi(whole, k, m->gain[(int64_t)m->n_groups * m->n + i]);
  return out;
}

static itg_status write_table(const mixture *m, itg_error *error) {
  static const char *const names[] = {"threshold",
                                      "optimal",
                                      "benefit",
                                      "benefit_by_group",
                                      "value_of_heterogeneity",
                                      "evpi",
                                      "evpi_by_group",
                                      "population_value_of_heterogeneity"};
  itg_psa_writer *w = m->w;
  itg_frame *frame;
  int columns = isnan(w->people) ? 7 : 8;
  ITG_TRY(itg_result_add_table(w->call->result, "heterogeneity", &frame, error));
  for (int c = 0; c < columns; c++)
    ITG_TRY(itg_frame_add_column(frame, names[c], c == 1 ? ITG_TYPE_STRING : ITG_TYPE_DOUBLE, NULL, error));
  ITG_TRY(itg_frame_resize(frame, m->n, error));
  for (int64_t i = 0; i < m->n; i++) {
    worth v = worth_at(m, i);
    const double numbers[] = {v.benefit, v.by_group, v.value, v.evpi, v.evpi_by_group, w->people * v.value};
    itg_frame_set_double(frame, i, 0, m->threshold[i]);
    ITG_TRY(itg_frame_set_text(frame, i, 1, w->psa.names[v.optimal], error));
    for (int c = 2; c < columns; c++)
      if (!isnan(numbers[c - 2])) itg_frame_set_double(frame, i, c, numbers[c - 2]);
  }
  return ITG_OK;
}

static itg_status write_estimates(const mixture *m, itg_error *error) {
  static const char *const scales[] = {"value_of_heterogeneity", "evpi", "evpi_by_group",
                                       "population_value_of_heterogeneity"};
  itg_psa_writer *w = m->w;
  for (int64_t i = 0; i < m->n; i++) {
    bool asked = false;
    for (int k = 0; k < w->n_thresholds; k++) asked = asked || w->thresholds[k] == m->threshold[i];
    if (!asked) continue;
    worth v = worth_at(m, i);
    const double numbers[] = {v.value, v.evpi, v.evpi_by_group, w->people * v.value};
    char text[ITG_NUMBER_SIZE];
    const char *group[3] = {"all", NULL, text};
    itg_number_print(m->threshold[i], text);
    for (int s = 0; s < (isnan(w->people) ? 3 : 4); s++) {
      itg_estimate e = itg_estimate_of("psa", scales[s], group, "currency");
      e.n = w->all->samples.n;
      e.n_missing = w->all->n_missing;
      e.estimate = numbers[s];
      if (s < 2) e.level = w->psa.names[v.optimal];
      if (isnan(e.estimate)) e.reason = ITG_REASON_NOT_APPLICABLE;
      ITG_TRY(itg_tidy_add(&w->tidy, &e, error));
    }
  }
  return ITG_OK;
}

itg_status itg_psa_write_heterogeneity(itg_psa_writer *w, itg_error *error) {
  mixture m = {.w = w};
  if (!itg_call_given(w->call, "group_weights")) return ITG_OK;
  ITG_TRY(read_weights(&m, error));
  m.part = itg_call_alloc(w->call, (size_t)m.n_groups + 1, sizeof *m.part, error);
  if (!m.part) return ITG_ERR_MEMORY;
  for (int32_t g = 0; g <= m.n_groups; g++) {
    m.part[g] = *w;
    if (g == m.n_groups) continue;
    ITG_TRY(itg_psa_part(w->call, w->all, g, &m.part[g].psa, error));
    ITG_TRY(itg_psa_means(&m.part[g], error));
  }
  ITG_TRY(mix_means(&m, error));
  ITG_TRY(add_up(&m, error));
  ITG_TRY(collect(&m, error));
  ITG_TRY(find_gains(&m, error));
  ITG_TRY(write_table(&m, error));
  ITG_TRY(write_estimates(&m, error));
  return itg_result_note(
      w->call->result, error,
      m.linked ? "Groups have the same draws of the model: sample by sample they are of the same parameters, "
                 "which the EVPI of one choice for all rests on."
               : "Groups have different draws of the model, so the EVPI of one choice for all is not known.");
}
