/* itg_answers.h - layer 3: answers of teams to one item, put together a column at a time: counted by option where
 * they are whole steps on few options, else read twice. */
#ifndef ITG_ANSWERS_H
#define ITG_ANSWERS_H

#include "itg_base.h"

/* Of a team: how many answers, their mean, sum of squares and mean absolute deviation about the mean (NaN without
 * answers). */
typedef struct itg_answers {
  int64_t n;
  double mean, squares, deviation;
} itg_answers;

/* Read twice, all teams at once, from zeroed figures: add every block of rows, set the means, add the deviations of
 * every block, finish.  team[k] is that of answer x[k]; answers that are NaN are passed over. */
void itg_answers_add(itg_answers *by_team, const int32_t *team, const double *x, int64_t n);
void itg_answers_set_means(itg_answers *by_team, int64_t n_teams);
void itg_answers_add_deviations(itg_answers *by_team, const int32_t *team, const double *x, int64_t n);
void itg_answers_finish(itg_answers *by_team, int64_t n_teams);

/* Counted.  An option is a byte: 1 for the lowest answer, 2 for a step more; 0 is a missing answer.  A team has `width`
 * counts one after another, those of option 0 first; zeroed at first.  They and what is made of them are whole
 * numbers, so that one rounding alone is in each figure. */
enum { ITG_OPTIONS_MOST = 31, ITG_OPTIONS_MOST_MEMBERS = 32767 };
static inline int itg_options_width(int n_options) { return n_options < 8 ? 8 : n_options < 16 ? 16 : 32; }

/* Answers as options; false when one lies between two. */
bool itg_options_of(const double *x, int64_t n, double low, uint8_t *options);
void itg_options_count(uint16_t *counts, int width, const int32_t *team, const uint8_t *options, int64_t n);

/* Both at once, of integers, INT32_MIN where an answer is missing: how many are, or -1 when one is off the scale. */
int64_t itg_options_of_integers(const int32_t *x, int64_t n, int32_t low, int n_options, uint8_t *options,
                                uint16_t *counts, int width, const int32_t *team);

/* Figures of n_teams teams from their counts. */
void itg_options_finish(const uint16_t *counts, int n_options, double low, int64_t n_teams, itg_answers *answers);

#endif
