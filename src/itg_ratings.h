/* itg_ratings.h - layer 3: units rated by several raters, wide or long, as a matrix of categories by group.
 *
 * Wide: the role `ratings` names one column per rater, a row is a unit.  Long: the roles `unit`, `rater` and
 * `value`, a row is one rating.  What a unit is called differs (the measure consensus says `item`). */
#ifndef ITG_RATINGS_H
#define ITG_RATINGS_H

#include "itg_measure.h"

/* The ratings of one group: codes[unit * n_raters + rater] is a category, or -1. */
typedef struct itg_rating_set {
  int32_t n_units, n_raters; /* raters with at least one row in the group */
  int32_t *codes;
  const char **units, **raters; /* names in the order of the data; a unit without one is NULL */
  const int64_t *rows;          /* wide data: row of each unit */
  const int64_t *counts;        /* role `count`: units that each row stands for; NULL: one */
  int64_t n_all;                /* units, the sum of the counts */
  int64_t n_missing;            /* cells of the matrix without a rating */
} itg_rating_set;

typedef struct itg_ratings {
  const char *unit_role;
  itg_groups groups;
  itg_rating_set *sets; /* one per group */
  int32_t n_categories;
  const char *const *categories; /* in their order */
  double *scores;        /* number of each category: its own, or 1, 2, ... where the order was stated */
  bool numbers, ordered; /* categories are numbers; their order is known */
} itg_ratings;

/* Roles of a measure over ratings; `unit` is the name of its role for units. */
/* clang-format off */
#define ITG_RATING_ROLES(unit, what) \
  {"data", unit, ITG_ROLE_TEXT, false, 0, 0, what "; wide data: optional, else rows are numbered"}, \
  {"data", "rater", ITG_ROLE_TEXT, false, 0, 0, "long data: who rates"}, \
  {"data", "value", ITG_ROLE_ANY, false, 0, 0, "long data: the rating, a category or a number"}, \
  {"data", "ratings", ITG_ROLE_TEXTS, false, 0, 0, "wide data: one column per rater, a row per " unit}
/* For measures that take rows which stand for many units. */
#define ITG_RATING_COUNT \
  {"data", "count", ITG_ROLE_NUMBER, false, 0, 9007199254740992.0, \
   "wide data: how many units have the ratings of the row; default: one.  So parts of the data are counted apart " \
   "and their tables joined"}
#define ITG_OPTION_CATEGORIES \
  {"categories", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL, \
   "all possible categories in their order; default: those in the data, numbers by size; a rating outside is an " \
   "error"}
/* clang-format on */

/* Read the roles and option `categories`.  Errors: ITG_ERR_COLUMN (neither form, or both), ITG_ERR_EMPTY,
 * ITG_ERR_RANGE (a value outside the categories), ITG_ERR_DUPLICATE (a unit rated twice by one rater),
 * ITG_ERR_LIMIT (more than 2^28 cells). */
itg_status itg_ratings_read(itg_call *call, const char *unit_role, itg_ratings *out, itg_error *error);

/* Most raters of a group (`most` may be NULL).  Errors: ITG_ERR_DATA where no group has two. */
itg_status itg_ratings_need_two_raters(const itg_call *call, const itg_ratings *ratings, int32_t *most,
                                       itg_error *error);

/* Run one group after the other, and see between them whether to stop. */
itg_status itg_ratings_by_group(itg_call *call, const itg_ratings *ratings,
                                itg_status (*run)(void *payload, int32_t group, itg_error *error),
                                void *payload, itg_error *error);

/* Units that a row of the matrix stands for. */
static inline int64_t itg_rating_set_count(const itg_rating_set *set, int32_t unit) {
  return set->counts ? set->counts[unit] : 1;
}

/* Name of a unit, else the number of its row from 1, written into `room` (ITG_NUMBER_SIZE). */
const char *itg_rating_set_unit(const itg_rating_set *set, int32_t unit, char *room);

#endif
