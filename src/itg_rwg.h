/* itg_rwg.h - layer 3: how far the members of teams agree: rwg, rwg(J), a_wg, average deviation. */
#ifndef ITG_RWG_H
#define ITG_RWG_H

#include "itg_base.h"

enum { ITG_NULL_MOST_OPTIONS = 1000 };

/* Variance of answers without agreement, on n options in steps of 1: uniform, triangular, slight_skew,
 * moderate_skew, heavy_skew, normal; NaN where it is not known for n options (the last four: 5 to 11). */
double itg_null_variance(const char *name, int n);

/* The same of given shares (sum 1) of n options. */
double itg_null_variance_of_shares(const double *shares, int n);

/* Answers of a team to an item, or means of its members over the items: how many, their mean, sum of squares
 * and mean absolute deviation about the mean (NaN without answers). */
typedef struct itg_answers {
  int64_t n;
  double mean, squares, deviation;
} itg_answers;

/* All teams at once, a column at a time, from zeroed figures: add every block of rows, set the means, add the
 * deviations of every block, finish.  team[k] is that of answer x[k]; answers that are NaN are passed over.
 */
void itg_answers_add(itg_answers *by_team, const int32_t *team, const double *x, int64_t n);
void itg_answers_set_means(itg_answers *by_team, int64_t n_teams);
void itg_answers_add_deviations(itg_answers *by_team, const int32_t *team, const double *x, int64_t n);
void itg_answers_finish(itg_answers *by_team, int64_t n_teams);

/* The same of answers that are whole steps on few options, in one pass.  An option is a byte: 1 for `low`, 2
 * for a step more; 0 is a missing answer.  itg_options_of is false when an answer lies between two options.
 * Counts of all teams for option 0 come first, `stride` of them, then those for option 1; zeroed at first. */
enum { ITG_OPTIONS_MOST = 255 };
bool itg_options_of(const double *x, int64_t n, double low, uint8_t *options);
/* Of integers, INT32_MIN where an answer is missing: how many are, or -1 when one is off the scale. */
int64_t itg_options_of_integers(const int32_t *x, int64_t n, int32_t low, int n_options, uint8_t *options);
int64_t itg_options_stride(int64_t n_teams);
void itg_options_count(int32_t *counts, int64_t stride, const int32_t *team, const uint8_t *options,
                       int64_t n);
void itg_options_finish(const int32_t *counts, int64_t stride, int n_options, double low, int64_t n_teams,
                        itg_answers *answers);

/* Brown & Hauenstein: 1 less twice the variance over the greatest one at this mean; a mean so near an end
 * that the greatest variance could not occur has none (NaN).  At least two answers, on a scale from low to
 * high. */
double itg_a_wg(const itg_answers *answers, double low, double high);

/* rwg of one item, or rwg(J) of J items, at a mean variance.  Below 0 it is 0; one item may keep it. */
double itg_rwg(int items, double variance, double null_variance, bool keep_negative);

#endif
