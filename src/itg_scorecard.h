/* itg_scorecard.h - layer 3: a scorecard as read (itg_scorecard_read.c), its scores (itg_scorecard.c) and
 * their uncertainty and ranks by Monte Carlo (itg_scorecard_rank.c). */
#ifndef ITG_SCORECARD_H
#define ITG_SCORECARD_H

#include "itg_measure.h"

typedef enum itg_direction { ITG_DIRECTION_HIGHER, ITG_DIRECTION_LOWER, ITG_DIRECTION_RANGE } itg_direction;

/* One line of the table of indicators.  Higher and lower: target_low = target_high = the target. */
typedef struct itg_indicator {
  const char *id, *unit;
  int32_t perspective;
  itg_direction direction;
  double weight;
  double baseline, target_low, target_high; /* NaN: none */
  double zero;                              /* value of score 0: the floor, else the baseline, else NaN */
  double percent; /* 100 percent, 1 proportion, 0 neither: what events / n is times */
} itg_indicator;

/* One value of one indicator; NaN with a reason. */
typedef struct itg_observation {
  double value, std_error, low, high;
  double draw_error; /* standard deviation of Monte-Carlo draws; 0: taken as exact */
  double n;          /* denominator, NaN unknown */
  uint8_t reason;
  bool present; /* stands in the data, if only as missing */
} itg_observation;

typedef struct itg_perspective {
  const char *id;
  double weight;
  int32_t first, end; /* of its indicators in `order` */
} itg_perspective;

/* A site in a period. */
typedef struct itg_cell {
  int32_t site, period;      /* codes, 0 when there is no such column */
  int64_t previous;          /* cell of the same site in the period before, -1 none */
  const char *const *labels; /* of site and period, as far as there are such columns */
} itg_cell;

typedef struct itg_scorecard {
  itg_indicator *indicators;
  int32_t n_indicators;
  int32_t *order; /* indicators by perspective, within it as in the table */
  itg_perspective *perspectives;
  int32_t n_perspectives;
  itg_cell *cells;
  int32_t n_cells;
  itg_observation *observations; /* cell after cell */
  const char *names[2];          /* columns of the cells' labels */
  int n_names;
  bool has_site, has_period;
  bool clip;
  double level;                                      /* confidence level */
  int64_t n_exact, n_values, n_no_zero, n_no_target; /* for the notes */
} itg_scorecard;

extern const itg_field itg_scorecard_fields[]; /* keys of kind scorecard */

itg_status itg_scorecard_read(itg_call *call, itg_scorecard *out, itg_error *error);

/* Distance to target, 0 at the floor and 100 at the target; NaN when value, target or floor is missing. */
double itg_indicator_score(const itg_indicator *indicator, double value, bool clip);

/* How far the value falls short of its target, in its own unit; 0 or less: met. */
double itg_indicator_gap(const itg_indicator *indicator, double value);

/* Weighted mean of the scores of a perspective's indicators over those that are not NaN (scores by
 * indicator), and the share of weight that they hold; the same of perspectives for the whole. */
double itg_perspective_score(const itg_scorecard *card, const itg_perspective *perspective,
                             const double *scores, double *coverage);
double itg_total_score(const itg_scorecard *card, const double *of_perspectives);

/* Uncertainty of the scores of each perspective and of the whole (level n_perspectives): [cell][level]. */
typedef struct itg_score_draws {
  struct itg_score_spread {
    double score, std_error, low, high; /* of the score */
    double rank, rank_error, rank_low, rank_high;
    int32_t n_ranked; /* sites of the period with a score, 0: no ranks */
    bool varies;      /* some value below it has an error */
  } * levels;
} itg_score_draws;

/* `scores` are the point scores, [cell][level]; draws 0: ranks without intervals. */
itg_status itg_scorecard_draw(itg_call *call, const itg_scorecard *card, const double *scores, int draws,
                              itg_score_draws *out, itg_error *error);

#endif
