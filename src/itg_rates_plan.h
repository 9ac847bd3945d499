/* itg_rates_plan.h - layer 3: what the measure `rates` has read (itg_rates_read.c), its figures
 * (itg_rates_figures.c) and its tables (itg_rates_tables.c), for the measure itself (itg_rates.c). */
#ifndef ITG_RATES_PLAN_H
#define ITG_RATES_PLAN_H

#include "itg_measure.h"
#include "itg_rates.h"
#include "itg_score.h"
#include "itg_sum.h"
#include "itg_thread.h"

/* Rows of one group and stratum, which stand together in the order of rows. */
typedef struct itg_rates_cell {
  int32_t group, stratum;
  itg_sum events, size; /* size: time, or persons */
  int64_t first, end;   /* places in the order */
} itg_rates_cell;

/* A group: its totals and its figures. */
typedef struct itg_rates_side {
  int32_t group;
  int64_t first, end; /* its cells */
  double events, size;
  int64_t rows, missing;
  itg_interval crude, direct; /* per unit of time */
} itg_rates_side;

/* Cells and groups that occur in a group of by. */
typedef struct itg_rates_span {
  const itg_rates_cell *cells;
  int64_t n_cells;
  itg_rates_side *sides;
  int64_t n_sides;
} itg_rates_span;

typedef struct itg_rates_plan {
  itg_call *call;
  bool share; /* events of persons, not of time */
  double per, years, level;
  itg_count_method method;
  bool gamma, quasi;
  int64_t n_rows;
  itg_factor groups, strata; /* n_levels 1 where the role is not given */
  bool grouped, stratified, standard;
  itg_groups by;
  int32_t reference; /* -1: none */
  double *events, *size;
  bool *lacks;               /* rows without a number, group or stratum */
  int64_t *order, n_order;   /* rows by group of by, group and stratum; those that lack come last */
  itg_rates_cell *all_cells; /* in that order */
  itg_rates_side *all_sides;
  double *population, *standard_rate; /* of the strata; NaN: not in the standard.  NULL: not given */
  double standard_crude;
  itg_tidy tidy;
  itg_frame *cells;
  const char **labels;
  double phi, df;           /* of the group of by at hand */
  double *weights;          /* of the strata in it */
  itg_sum *totals;          /* of the strata, scratch */
  itg_stratum_rate *direct; /* of the strata, scratch */
  itg_pace pace;
} itg_rates_plan;

/* Roles and options into a plan that has its call, and rows in the order of groups and strata. */
itg_status itg_rates_read(itg_rates_plan *plan, itg_error *error);

/* Cells and groups of the rows from place `from` to `end`, which are those of a group of by. */
itg_rates_span itg_rates_fill_span(const itg_rates_plan *plan, int64_t from, int64_t end,
                                   itg_rates_cell *cells, itg_rates_side *sides);

/* Figures.  Of a group of by: how much rows spread (plan->phi, df), and shares of the standard
 * (plan->weights). */
void itg_rates_find_spread(itg_rates_plan *plan, const itg_rates_span *here);
itg_status itg_rates_find_weights(itg_rates_plan *plan, const itg_rates_span *here, itg_error *error);

/* Of a group: rate or proportion, standardised rate, events over those expected at the rates of the standard.
 */
itg_interval itg_rates_crude(const itg_rates_plan *plan, const itg_rates_side *side);
itg_interval itg_rates_direct(const itg_rates_plan *plan, const itg_rates_span *here,
                              const itg_rates_side *side);
itg_interval itg_rates_indirect(const itg_rates_plan *plan, const itg_rates_span *here,
                                const itg_rates_side *side);

/* Of two groups: ratio of crude rates, of any two values with the variance of its logarithm, difference a -
 * b. */
double itg_rates_widening(const itg_rates_plan *plan); /* of variances; not below 1 */
itg_interval itg_rates_log_ratio(const itg_rates_plan *plan, double value, double variance);
itg_interval itg_rates_crude_ratio(const itg_rates_plan *plan, const itg_rates_side *a,
                                   const itg_rates_side *b);
itg_interval itg_rates_difference(const itg_interval *a, const itg_interval *b);

/* Tables, and rows of group b of by: the figures of a group, those against the reference, strata,
 * overdispersion. */
itg_status itg_rates_open_tables(itg_rates_plan *plan, itg_error *error);
itg_status itg_rates_add_own(itg_rates_plan *plan, int32_t b, const itg_rates_span *here,
                             const itg_rates_side *side, itg_error *error);
itg_status itg_rates_add_comparison(itg_rates_plan *plan, int32_t b, const itg_rates_side *side,
                                    const itg_rates_side *reference, itg_error *error);
itg_status itg_rates_add_cells(itg_rates_plan *plan, int32_t b, const itg_rates_span *here, itg_error *error);
itg_status itg_rates_add_phi(itg_rates_plan *plan, int32_t b, const itg_rates_span *here, itg_error *error);
itg_status itg_rates_note_rules(const itg_rates_plan *plan, itg_error *error);

#endif
