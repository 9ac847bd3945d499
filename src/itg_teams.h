/* itg_teams.h - layer 3: which team every member is in, and which teams every group of `by` has. */
#ifndef ITG_TEAMS_H
#define ITG_TEAMS_H

#include "itg_measure.h"

typedef struct itg_teams {
  itg_groups groups;
  itg_factor names;
  int64_t n_rows;
  const int32_t *team;         /* of each row; n_teams: none */
  int32_t n_teams;             /* numbered group by group, in the order of their names */
  int32_t *name;               /* of each team, in `names` */
  int64_t *members;            /* of each team; the last are those of none */
  int32_t n_groups;            /* that have a team */
  int32_t *group, *first_team; /* code of each in `groups`; where its teams begin, and the end */
} itg_teams;

/* Read input `data` (role team, option by); rows without a team or a group are told of in notes.
 * Errors: ITG_ERR_EMPTY. */
itg_status itg_teams_read(itg_call *call, itg_teams *out, itg_error *error);

#endif
