/* itg_frontier.c - layer 3: dominance and extended dominance by the lower convex hull of cost over effect. */
#include "itg_frontier.h"

#include <math.h>

const char *itg_dominance_text(itg_dominance dominance) {
  static const char *const words[] = {"on the frontier", "extendedly dominated", "dominated",
                                      "same as another"};
  return words[dominance];
}

/* Cheaper first; of equal cost the more effective, then the earlier. */
static bool comes_before(const double *cost, const double *effect, int32_t a, int32_t b) {
  if (cost[a] != cost[b]) return cost[a] < cost[b];
  if (effect[a] != effect[b]) return effect[a] > effect[b];
  return a < b;
}

static void sort_by_cost(const double *cost, const double *effect, int32_t n, int32_t *order) {
  for (int32_t i = 0; i < n; i++) {
    int32_t at = i;
    for (; at > 0 && comes_before(cost, effect, i, order[at - 1]); at--) order[at] = order[at - 1];
    order[at] = i;
  }
}

static double ratio(const double *cost, const double *effect, int32_t from, int32_t to) {
  return (cost[to] - cost[from]) / (effect[to] - effect[from]);
}

itg_status itg_frontier_make(const double *cost, const double *effect, int32_t n, itg_arena *arena,
                             itg_frontier *out, itg_error *error) {
  size_t count = (size_t)n;
  out->n_on = 0;
  out->on = itg_arena_alloc(arena, count, sizeof *out->on);
  out->order = itg_arena_alloc(arena, count, sizeof *out->order);
  out->dominance = itg_arena_alloc(arena, count, sizeof *out->dominance);
  out->against = itg_arena_alloc(arena, count, sizeof *out->against);
  out->icer = itg_arena_alloc(arena, count, sizeof *out->icer);
  if (!out->on || !out->order || !out->dominance || !out->against || !out->icer)
    return itg_fail_memory(error);
  sort_by_cost(cost, effect, n, out->order);
  int32_t most = -1; /* the most effective so far */
  for (int32_t i = 0; i < n; i++) {
    int32_t s = out->order[i];
    out->icer[s] = NAN;
    out->against[s] = -1;
    if (most >= 0 && effect[s] <= effect[most]) {
      bool same = effect[s] == effect[most] && cost[s] == cost[most];
      out->dominance[s] = same ? ITG_SAME_AS_ANOTHER : ITG_DOMINATED;
      out->against[s] = most;
      continue;
    }
    /* Ratios must grow along the frontier: what spoils that is dominated by a mix of its neighbours. */
    while (out->n_on >= 2 &&
           ratio(cost, effect, out->on[out->n_on - 1], s) <= out->icer[out->on[out->n_on - 1]]) {
      int32_t gone = out->on[--out->n_on];
      out->dominance[gone] = ITG_EXTENDED_DOMINATED;
      out->icer[gone] = NAN;
      out->against[gone] = s;
    }
    out->dominance[s] = ITG_ON_FRONTIER;
    if (out->n_on) {
      out->against[s] = out->on[out->n_on - 1];
      out->icer[s] = ratio(cost, effect, out->against[s], s);
    }
    out->on[out->n_on++] = s;
    most = s;
  }
  return ITG_OK;
}

int32_t itg_frontier_best(const itg_frontier *frontier, double k) {
  int32_t best = 0;
  for (int32_t i = 1; i < frontier->n_on; i++)
    if (frontier->icer[frontier->on[i]] <= k) best = i;
  return frontier->on[best];
}
