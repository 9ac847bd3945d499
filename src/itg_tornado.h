/* itg_tornado.h - layer 3: one-way sensitivity: runs of a model at values of one parameter (measure tornado)
 * or what a regression over its samples expects there (measure one_way), and the tables that both make of
 * them. */
#ifndef ITG_TORNADO_H
#define ITG_TORNADO_H

#include "itg_psa_rows.h"

#define ITG_TORNADO_OPTIONS                                                       \
  {"thresholds",                                                                  \
   ITG_FIELD_NUMBERS,                                                             \
   false,                                                                         \
   "20000, 30000",                                                                \
   NULL,                                                                          \
   0,                                                                             \
   INFINITY,                                                                      \
   NULL,                                                                          \
   "thresholds: what a unit of effect may cost"},                                 \
  {                                                                               \
    "unit", ITG_FIELD_TEXT, false, "QALY", NULL, 0, 0, NULL, "unit of the effect" \
  }

enum { ITG_TORNADO_MIDDLE = 0, ITG_TORNADO_LOW = 1, ITG_TORNADO_HIGH = 2 }; /* limit of a run */

typedef struct itg_tornado_run {
  double value;
  int32_t limit;
  const double *cost, *effect; /* by strategy */
  int64_t row;                 /* the first of its rows */
} itg_tornado_run;

typedef struct itg_tornado_parameter {
  const char *name;
  itg_tornado_run *runs;
  int64_t n;
} itg_tornado_parameter;

typedef struct itg_tornado_plan {
  itg_call *call;
  const itg_psa *group; /* whose rows are written: its labels of option by, its samples; empty: runs of the user's */
  const itg_table *table;
  const char **names;
  int32_t n_strategies, reference, n_parameters;
  bool has_value, has_limit, benefit;
  itg_tornado_parameter base, *parameters; /* base has one run */
  double *thresholds;
  int n_thresholds;
  int64_t n_runs;
  itg_tidy tidy;
  itg_frame *tornado, *one_way, *switches;
} itg_tornado_plan;

extern const itg_output itg_tornado_outputs[];

/* Read the thresholds and make the tables, and the estimates by parameter, strategy and threshold. */
itg_status itg_tornado_open(itg_tornado_plan *plan, itg_error *error);
/* The rows of a plan whose runs are filled, group after group. */
itg_status itg_tornado_write(itg_tornado_plan *plan, itg_error *error);
/* One estimate of parameter `of`; at: the run whose best strategy is its level, or NULL; d: strategy, q: threshold. */
itg_status itg_tornado_estimate(itg_tornado_plan *plan, const char *scale, const itg_tornado_parameter *of, int32_t d,
                                int q, const char *unit, double estimate, const itg_tornado_run *at, itg_reason reason,
                                itg_error *error);

#endif
