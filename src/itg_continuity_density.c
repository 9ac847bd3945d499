/* itg_continuity_density.c - layer 3: care density: how many patients the providers of a patient share.
 *
 * Provider by provider: its patients in turn count, for every later provider of theirs, how many of them this
 * one has too; a second turn adds these counts up for each patient.  No pair is stored, and no order of rows
 * shows. */
#include <math.h>
#include <string.h>

#include "itg_continuity.h"
#include "itg_thread.h"

typedef struct network {
  int64_t *first; /* of each provider, into `units`; n_providers + 1 */
  int64_t *units; /* its units */
  int64_t *shared;
} network;

/* Units by provider, of those from u to end. */
static void turn_round(const itg_contacts *c, const int32_t *team, const int64_t *size, int64_t u,
                       int64_t end, network *net) {
  int32_t n = c->providers.n_levels;
  memset(net->first, 0, ((size_t)n + 1) * sizeof *net->first);
  for (int64_t i = u; i < end; i++)
    for (int64_t k = 0; k < size[i]; k++) net->first[team[c->start[i] + k] + 1]++;
  for (int32_t p = 0; p < n; p++) net->first[p + 1] += net->first[p];
  for (int64_t i = u; i < end; i++)
    for (int64_t k = 0; k < size[i]; k++) net->units[net->first[team[c->start[i] + k]]++] = i;
  for (int32_t p = n; p > 0; p--) net->first[p] = net->first[p - 1];
  net->first[0] = 0;
}

/* Where the providers after p begin in a team, which rises. */
static int64_t after(const int32_t *team, int64_t n, int32_t p) {
  int64_t low = 0;
  while (low < n) {
    int64_t middle = low + (n - low) / 2;
    if (team[middle] <= p)
      low = middle + 1;
    else
      n = middle;
  }
  return low;
}

itg_status itg_density_sums(itg_call *call, const itg_contacts *c, const int32_t *team, const int64_t *size,
                            const itg_team_weights *w, double *sums, itg_error *error) {
  size_t n = (size_t)c->providers.n_levels;
  network net = {.first = itg_call_alloc(call, n + 1, sizeof *net.first, error),
                 .units = itg_call_alloc(call, (size_t)c->n, sizeof *net.units, error),
                 .shared = itg_call_alloc(call, n, sizeof *net.shared, error)};
  itg_pace pace = {&call->control, 0};
  if (!net.first || !net.units || !net.shared) return ITG_ERR_MEMORY;
  for (int64_t u = 0; u < c->n_units; u++) sums[u] = 0;
  for (int64_t u = 0, end; u < c->n_units; u = end) {
    for (end = u; end < c->n_units && c->group[end] == c->group[u];) end++;
    turn_round(c, team, size, u, end, &net);
    for (int32_t p = 0; p < c->providers.n_levels; p++) {
      const double *by_type = w ? w->weights + (int64_t)w->type[p] * w->n_types : NULL;
      for (int turn = 0; turn < 3; turn++) /* count, add up, clear */
        for (int64_t k = net.first[p]; k < net.first[p + 1]; k++) {
          int64_t i = net.units[k];
          const int32_t *own = team + c->start[i];
          for (int64_t j = after(own, size[i], p); j < size[i]; j++) {
            if (turn == 0)
              net.shared[own[j]]++;
            else if (turn == 2)
              net.shared[own[j]] = 0;
            else
              sums[i] += (by_type ? by_type[w->type[own[j]]] : 1) * (double)net.shared[own[j]];
          }
        }
      ITG_TRY(itg_pace_stop(&pace, (double)end / (double)c->n_units, error));
    }
  }
  return ITG_OK;
}
