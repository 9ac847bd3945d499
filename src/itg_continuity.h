/* itg_continuity.h - layer 3: contacts of patients with providers, as the files of the measure `continuity`
 * share them.
 *
 * A unit is a patient in a group of `by`.  Units stand in order of group, then patient; the contacts of a
 * unit one after the other, in order of time. */
#ifndef ITG_CONTINUITY_H
#define ITG_CONTINUITY_H

#include "itg_measure.h"

typedef struct itg_contacts {
  itg_factor patients, providers;
  itg_groups groups;
  int64_t n, n_units; /* contacts that count */
  int64_t *start;     /* n_units + 1: first contact of each unit */
  int64_t *row;       /* a row of each unit */
  int32_t *group;     /* of each unit */
  int32_t *provider;  /* of each contact */
  double *time;       /* of each contact, NaN missing; NULL: rows are in order of time */
  int32_t *usual;     /* of each unit: provider, -1 one never seen, -2 not known; NULL: none is named */
  int64_t n_no_patient, n_no_provider, n_no_time;
} itg_contacts;

/* Read the input `data` (roles patient, provider, date, usual).  Errors: ITG_ERR_EMPTY, ITG_ERR_DATA (a
 * patient with two usual providers), ITG_ERR_TYPE. */
itg_status itg_contacts_read(itg_call *call, itg_contacts *out, itg_error *error);

/* Care density of units: `team` holds the different providers of each unit, from start[unit] on, rising, and
 * `size` how many these are.  `weights` are n_types x n_types by `type` of a provider (NULL: all 1).  Sums
 * over the pairs of a unit's providers of the weighted number of patients that both have, in its group; to be
 * divided by the pairs. */
typedef struct itg_team_weights {
  int32_t n_types;
  const int32_t *type;   /* of each provider */
  const double *weights; /* NaN: none is given */
} itg_team_weights;
itg_status itg_density_sums(itg_call *call, const itg_contacts *c, const int32_t *team, const int64_t *size,
                            const itg_team_weights *weights, double *sums, itg_error *error);

#endif
