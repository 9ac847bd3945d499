/* itg_team_answers.h - layer 3: the answers of all teams to all items, and the means of the members. */
#ifndef ITG_TEAM_ANSWERS_H
#define ITG_TEAM_ANSWERS_H

#include "itg_answers.h"
#include "itg_teams.h"

/* Answers to one item. */
typedef struct itg_item_answers {
  uint8_t *options;     /* of every row; NULL: they were read twice */
  uint16_t *counts;     /* of every team */
  itg_answers *by_team; /* where they were read twice */
  int64_t n_missing;
} itg_item_answers;

typedef struct itg_team_answers {
  itg_call *call;
  const itg_teams *teams;
  const itg_watch *watch;
  double low, high;
  int n_options, n_items;
  itg_item_answers *items;
  double *member_means;  /* of each member over the items; NaN: more than half of them are missing */
  itg_answers *of_means; /* of each team: of the means of its members */
} itg_team_answers;

/* Read role "items" of input "data": answers on a scale from `low` to `high`, in parallel; what is missing is counted.
 * Errors: ITG_ERR_RANGE off the scale, ITG_ERR_EMPTY without an answer. */
itg_status itg_team_answers_read(itg_call *call, const itg_teams *teams, double low, double high,
                                 const itg_watch *watch, itg_team_answers *out, itg_error *error);

/* Fills of_means (all but the deviations), which takes a pass of its own on one thread: a task beside others. */
itg_status itg_team_answers_average(itg_team_answers *answers, itg_error *error);

/* Answers of teams `first` .. `first` + n - 1 to an item: `room` (n of them) or what is there already. */
const itg_answers *itg_team_answers_of(const itg_team_answers *answers, int item, int32_t first, int32_t n,
                                       itg_answers *room);

#endif
