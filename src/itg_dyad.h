/* itg_dyad.h - layer 3: ratings of units by units, brought to one figure per ordered pair of units (dyad),
 * and what follows for each unit and for the whole: scope, rank, gap, with bootstrap intervals.
 *
 * The figure of a dyad is the consensus (mean or median) over the raters of each category, then the mean over
 * categories.  A dyad without any rank is blank: it is counted and leaves every denominator. */
#ifndef ITG_DYAD_H
#define ITG_DYAD_H

#include "itg_base.h"

/* Partner types; a dyad belongs to ALL and to at most one of each pair. */
enum {
  ITG_PARTNERS_ALL,
  ITG_PARTNERS_VERTICAL,
  ITG_PARTNERS_HORIZONTAL,
  ITG_PARTNERS_INTRA,
  ITG_PARTNERS_INTER,
  ITG_PARTNERS_COUNT
};

/* What is computed; the last two need the views of both sides and exist for all partners only. */
enum {
  ITG_DYAD_SCOPE,
  ITG_DYAD_RANK,
  ITG_DYAD_OPTIMUM,
  ITG_DYAD_GAP,
  ITG_DYAD_OVER,
  ITG_DYAD_RECEIVED,
  ITG_DYAD_DISAGREEMENT,
  ITG_DYAD_SCALE_COUNT
};

/* One rating as read; the numbers are NaN when missing.  Direction and organisation are partner types, 0
 * unknown. */
typedef struct itg_rating {
  int32_t group, unit, partner, category, rater, profession;
  int8_t direction, organisation;
  int64_t row;
  double actual, optimum;
  int32_t n_actual, n_optimum; /* raters that it stands for: 1, or as counted */
} itg_rating;

/* Order of unit, partner, category, rater, profession, row within the group: qsort it. */
int itg_rating_compare(const void *a, const void *b);

typedef struct itg_dyad {
  int32_t unit, partner;
  int8_t direction, organisation;
  int64_t n_ratings;      /* ratings with a rank */
  int64_t mutual;         /* the dyad of the partner with the unit when both have a rank, else -1 */
  double actual, optimum; /* consensus; NaN */
} itg_dyad;

/* Ratings as the engine walks through them: votes of a cell, cells of a dyad; a cell is one category. */
typedef struct itg_vote {
  double value;
  int32_t rater; /* within the unit */
  int32_t count; /* raters that it stands for */
} itg_vote;

typedef struct itg_panel {
  itg_vote *votes;
  int64_t *cell_start;
} itg_panel;

/* The ratings of a slice (all, of one profession, of one category) as dyads, unit after unit. */
typedef struct itg_dyads {
  int32_t n_units;
  int64_t n_dyads;
  itg_dyad *dyads;
  int64_t *unit_start; /* n_units + 1 */
  bool median;
  itg_panel actual, optimum;
  int64_t *dyad_cell; /* n_dyads + 1 */
  int32_t *unit_raters;
} itg_dyads;

/* Sorted ratings of one group; profession and category -1: all.  Codes of raters are below n_raters. */
itg_status itg_dyads_make(const itg_rating *ratings, int64_t n, int32_t profession, int32_t category,
                          int32_t n_units, int32_t n_raters, bool median, itg_arena *arena, itg_dyads *out,
                          itg_error *error);

/* One statistic: n dyads, value, bootstrap standard error and percentile limits; NaN with a reason. */
typedef struct itg_figure {
  int64_t n;
  double value, std_error, low, high;
  itg_reason reason; /* why the interval is missing though the value is not */
} itg_figure;

typedef struct itg_dyad_figures {
  itg_figure by[ITG_PARTNERS_COUNT][ITG_DYAD_SCALE_COUNT];
  int64_t n_dyads[ITG_PARTNERS_COUNT]; /* blank ones included */
} itg_dyad_figures;

typedef struct itg_dyad_plan {
  bool types[ITG_PARTNERS_COUNT]; /* partner types that get intervals */
  bool two_views;                 /* intervals of RECEIVED and DISAGREEMENT, too */
  int replicates;                 /* 0: no intervals */
  double level;
  uint64_t seed;
  const itg_control *control;
} itg_dyad_plan;

/* Figures of each unit, then of all dyads pooled, then the unweighted mean over units: n_units + 2 entries.
 * Intervals: within each unit, raters are resampled when it has two or more, else its dyads;
 * *by_raters and *by_dyads count the units of each kind. */
itg_status itg_dyads_estimate(const itg_dyads *dyads, const itg_dyad_plan *plan, itg_dyad_figures *out,
                              int *by_raters, int *by_dyads, itg_error *error);

#endif
