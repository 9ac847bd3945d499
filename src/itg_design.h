/* itg_design.h - layer 3: balanced designs of crossed and nested facets: their effects, sums of squares,
 * variance components and generalisability coefficients (Cronbach et al. 1972; Brennan, Generalizability
 * Theory, 2001).
 *
 * Facet 0 is the object of measurement.  Sets of facets are bit masks. */
#ifndef ITG_DESIGN_H
#define ITG_DESIGN_H

#include "itg_thread.h"

enum { ITG_DESIGN_FACETS = 5, ITG_DESIGN_EFFECTS = 31 };

typedef struct itg_effect {
  unsigned own,
      nest; /* what varies, and within what: person x rater:task has own {person, rater}, nest {task} */
  double df, ss, ms, variance;
} itg_effect;

typedef struct itg_design {
  int n_facets;
  int64_t levels[ITG_DESIGN_FACETS]; /* of a nested facet: within each place it is nested in */
  unsigned
      nests[ITG_DESIGN_FACETS]; /* facets in which each one is nested, with all that these are nested in */
  int n_effects;
  itg_effect effects[ITG_DESIGN_EFFECTS]; /* small ones first */
} itg_design;

/* Effects of the design, with their degrees of freedom. */
void itg_design_effects(itg_design *design);

/* Sums of squares and mean squares of one value per cell; the last facet runs fastest.  Errors:
 * ITG_ERR_MEMORY. */
itg_status itg_design_squares(itg_design *design, const double *values, itg_pace *pace, itg_error *error);

/* Variances by equating mean squares with their expectations; they may be negative. */
void itg_design_components(itg_design *design);

typedef struct itg_generalisability {
  double universe, relative, absolute; /* variances of the universe score and of the two errors */
  double g, phi;                       /* relative and absolute coefficient */
} itg_generalisability;

/* For `numbers` of each facet (that of facet 0 is not used); negative variances count as 0. */
itg_generalisability itg_design_study(const itg_design *design, const double *numbers);

#endif
