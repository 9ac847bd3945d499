/* itg_functional.h - layer 3: the ratings of functional integration as read and checked
 * (itg_functional_read.c), for the measure (itg_functional_integration.c). */
#ifndef ITG_FUNCTIONAL_H
#define ITG_FUNCTIONAL_H

#include "itg_dyad.h"
#include "itg_measure.h"

typedef struct itg_functional {
  /* The scale: range of ranks; states in order with their numbers, NaN where none is stated. */
  double min, max;
  const char **states;
  double *anchors;
  int n_states;
  /* Units and those rated; `listed` when option `units` names all of them. */
  const char **units;
  int32_t n_units;
  bool listed;
  /* Ratings, sorted; a slot is a group and a replicate (0 the ratings themselves, else drawn by a state of
   * cells), slot s is slot_start[s] .. slot_start[s+1]. */
  itg_rating *ratings;
  int64_t *slot_start;
  int32_t n_replicates; /* of each group, 0 none */
  itg_groups groups;
  int32_t n_raters;
  bool has_optimum, has_direction, has_organisation, has_rater, counted;
  const char *const *professions, *const *categories;
  int32_t n_professions, n_categories; /* 0: no such column */
  /* For the notes. */
  int64_t n_ungrouped, n_words;
} itg_functional;

/* Keys that a definition of kind matrix adds. */
extern const itg_field itg_functional_fields[];

itg_status itg_functional_read(itg_call *call, itg_functional *out, itg_error *error);

/* Ratings of a group and replicate; *n is their number. */
static inline const itg_rating *itg_functional_slot(const itg_functional *f, int32_t group, int32_t replicate,
                                                    int64_t *n) {
  int64_t slot = (int64_t)group * (f->n_replicates + 1) + replicate;
  *n = f->slot_start[slot + 1] - f->slot_start[slot];
  return f->ratings + f->slot_start[slot];
}

/* Intervals of a slice from the replicates in the data (itg_functional_drawn.c), in the figures of
 * itg_dyads_estimate. */
itg_status itg_functional_spread(const itg_functional *f, int32_t group, int32_t profession, int32_t category,
                                 const itg_dyad_plan *plan, bool median, itg_dyad_figures *figures,
                                 itg_error *error);

/* Raters (itg_functional_raters.c): persons, or where no column names them one voice for each unit or
 * profession. */
typedef struct itg_raters {
  int64_t (
      *of_unit)[2][ITG_PARTNERS_COUNT]; /* who give an actual rank, an optimum; after the units: of all */
  int64_t *about;                            /* who rate the unit */
  int64_t *of_dyad;                          /* the fewer of both */
} itg_raters;
itg_status itg_raters_count(const itg_dyads *dyads, bool counted, itg_arena *arena, itg_raters *out,
                            itg_error *error);
/* The fewest that a figure rests on: of a unit (n_units: of all), of both views of it, of a pair of units. */
int64_t itg_raters_of(const itg_raters *raters, int32_t unit, int type, int scale);
int64_t itg_raters_of_views(const itg_raters *raters, int32_t unit);
int64_t itg_raters_of_pair(const itg_raters *raters, const itg_dyads *dyads, int64_t dyad);

#endif
