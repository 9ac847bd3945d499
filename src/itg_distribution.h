/* itg_distribution.h - layer 3: distributions of a model's parameters: how each is told, checked and drawn. */
#ifndef ITG_DISTRIBUTION_H
#define ITG_DISTRIBUTION_H

#include "itg_base.h"

/* What a table says of a parameter; NaN: blank. */
typedef struct itg_distribution_cells {
  double mean, sd, conf_low, conf_high, a, b, low, mode, high;
} itg_distribution_cells;

typedef struct itg_distribution itg_distribution;

/* One kind of distribution. */
typedef struct itg_distribution_kind {
  const char *name;
  const char *takes; /* cells that may be filled, in words between blanks */
  const char *pairs; /* of these exactly one is given; NULL: no such choice */
  bool part;         /* a share of a whole, drawn with the others of it */
  /* Own parameters from the cells; z is the normal quantile of their interval.  NULL, or what is wrong ("has ...")
   * with the cell *at. */
  const char *(*take)(itg_distribution *d, const itg_distribution_cells *c, double z, const char **at);
  double (*quantile)(const itg_distribution *d, double u);
  void (*find_moments)(itg_distribution *d); /* mean and sd */
} itg_distribution_kind;

struct itg_distribution {
  const itg_distribution_kind *kind;
  double a, b, low, mode, high;
  double sum; /* of the weights `a` of the whole, where it is a part of one */
  double mean, sd;
};

/* The kind of that name, in any case, with - or blanks for _; NULL: none, with the nearest name (NULL: none is near). */
const itg_distribution_kind *itg_distribution_find(const char *name, const char **near);

/* The first cell that is filled though the kind does not take it, or NULL. */
const char *itg_distribution_surplus(const itg_distribution_kind *kind, const itg_distribution_cells *c);
/* Is exactly one of the pairs given, and nothing of another (true where there is no choice)? */
bool itg_distribution_is_told_once(const itg_distribution_kind *kind, const itg_distribution_cells *c);

/* As take() of the kind, after what all have in common. */
const char *itg_distribution_take(itg_distribution *d, const itg_distribution_cells *c, double z, const char **at);

/* From a uniform number a draw; of a part one that is still to be divided by the sum of the parts of its whole. */
double itg_distribution_draw(const itg_distribution *d, double u);

#endif
