/* itg_continuity_density.c - layer 3: care density: how many patients the providers of a patient share.
 *
 * Provider by provider: its patients in turn count, for every later provider of theirs, how many of them this
 * one has too; a second turn adds these counts up for each patient.  No pair is stored, and no order of rows
 * shows. */
#include <stdlib.h>

#include "itg_continuity.h"
#include "itg_thread.h"

typedef struct network {
  int32_t *present, n_present; /* providers of the group, rising */
  int64_t *first, *end;        /* of each provider, into `units`; 0 between groups */
  int64_t *units;              /* its units */
  int64_t *shared;
} network;

static int compare_codes(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return x < y ? -1 : x > y;
}

/* Units by provider, of those from u to end.  Providers of other groups cost nothing. */
static void turn_round(const itg_contacts *c, const int32_t *team, const int64_t *size, int64_t u,
                       int64_t end, network *net) {
  int64_t at = 0;
  net->n_present = 0;
  for (int64_t i = u; i < end; i++)
    for (int64_t k = 0; k < size[i]; k++) {
      int32_t p = team[c->start[i] + k];
      if (net->end[p]++ == 0) net->present[net->n_present++] = p;
    }
  qsort(net->present, (size_t)net->n_present, sizeof *net->present, compare_codes);
  for (int32_t j = 0; j < net->n_present; j++) {
    int32_t p = net->present[j];
    net->first[p] = at;
    at += net->end[p];
    net->end[p] = net->first[p];
  }
  for (int64_t i = u; i < end; i++)
    for (int64_t k = 0; k < size[i]; k++) net->units[net->end[team[c->start[i] + k]]++] = i;
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
  network net = {.present = itg_call_alloc(call, n, sizeof *net.present, error),
                 .first = itg_call_alloc(call, n, sizeof *net.first, error),
                 .end = itg_call_alloc(call, n, sizeof *net.end, error),
                 .units = itg_call_alloc(call, (size_t)c->n, sizeof *net.units, error),
                 .shared = itg_call_alloc(call, n, sizeof *net.shared, error)};
  itg_pace pace = {&call->control, 0};
  if (!net.present || !net.first || !net.end || !net.units || !net.shared) return ITG_ERR_MEMORY;
  for (int64_t u = 0; u < c->n_units; u++) sums[u] = 0;
  for (int64_t u = 0, end; u < c->n_units; u = end) {
    for (end = u; end < c->n_units && c->group[end] == c->group[u];) end++;
    turn_round(c, team, size, u, end, &net);
    for (int32_t m = 0; m < net.n_present; m++) {
      int32_t p = net.present[m];
      const double *by_type = w ? w->weights + (int64_t)w->type[p] * w->n_types : NULL;
      for (int turn = 0; turn < 3; turn++) /* count, add up, clear */
        for (int64_t k = net.first[p]; k < net.end[p]; k++) {
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
          if (k % 256 == 0) ITG_TRY(itg_pace_stop(&pace, (double)u / (double)c->n_units, error));
        }
      ITG_TRY(itg_pace_stop(&pace, (double)u / (double)c->n_units, error));
      net.end[p] = 0;
    }
  }
  return ITG_OK;
}
