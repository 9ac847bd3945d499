/* itg_frontier.h - layer 3: the cost-effectiveness frontier: dominance, extended dominance, ratios. */
#ifndef ITG_FRONTIER_H
#define ITG_FRONTIER_H

#include "itg_base.h"

typedef enum itg_dominance {
  ITG_ON_FRONTIER,        /* ND */
  ITG_EXTENDED_DOMINATED, /* ED: a mix of two others is no dearer and no less effective */
  ITG_DOMINATED,          /* D: another is no dearer and no less effective, and better in one of both */
  ITG_SAME_AS_ANOTHER     /* cost and effect of an earlier strategy that is on the frontier */
} itg_dominance;

const char *itg_dominance_text(itg_dominance dominance);

typedef struct itg_frontier {
  int32_t n_on;
  int32_t *on;              /* strategies of the frontier by increasing cost, n_on of them */
  int32_t *order;           /* all strategies by increasing cost, then decreasing effect */
  itg_dominance *dominance; /* by strategy */
  int32_t *against;         /* by strategy: what its ratio is against, or what dominates it; -1 none */
  double *icer;             /* by strategy; NaN for all that are not on the frontier, and for the cheapest */
} itg_frontier;

/* The strategies that are best at some threshold from 0 on, by cost and effect: the lower convex hull.
 * Scratch and results from the arena. */
itg_status itg_frontier_make(const double *cost, const double *effect, int32_t n, itg_arena *arena,
                             itg_frontier *out, itg_error *error);

/* Strategy of the frontier that has the largest net benefit at k; at a switch the one that is best above it.
 */
int32_t itg_frontier_best(const itg_frontier *frontier, double k);

#endif
