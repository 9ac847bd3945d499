/* itg_psa.h - layer 3: samples of a probabilistic sensitivity analysis, read from a table (itg_psa_read.c) */
#ifndef ITG_PSA_H
#define ITG_PSA_H

#include "itg_ceac.h"
#include "itg_measure.h"

/* Roles and options that every measure of such samples has. */
#define ITG_PSA_ROLES                                                                                           \
  {"data", "strategy", ITG_ROLE_TEXT, false, 0, 0, "long: the strategy of the row"},                            \
      {"data", "cost", ITG_ROLE_NUMBER, false, 0, 0, "long: cost per person of the strategy in the sample"},    \
      {"data", "effect", ITG_ROLE_NUMBER, false, 0, 0, "long: effect per person, such as QALYs"},               \
      {"data",                                                                                                  \
       "sample",                                                                                                \
       ITG_ROLE_ANY,                                                                                            \
       false,                                                                                                   \
       0,                                                                                                       \
       0,                                                                                                       \
       "which draw of the model; absent: the n-th row (long: of a strategy; with by: in its group) is draw n"}, \
      {"data",                                                                                                  \
       "costs",                                                                                                 \
       ITG_ROLE_NUMBERS,                                                                                        \
       false,                                                                                                   \
       0,                                                                                                       \
       0,                                                                                                       \
       "wide: a column of costs per strategy, a row per sample"},                                               \
      {"data", "effects", ITG_ROLE_NUMBERS, false, 0, 0, "wide: a column of effects per strategy"}, {           \
    "data", "model", ITG_ROLE_TEXT, false, 0, 0, "structure of the model that the sample comes from"            \
  }

#define ITG_STRATEGY_OPTIONS \
  {"strategies", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL, \
   "names in order; long: those to compare; wide: of the columns (default: what tells the columns apart)"}, \
  { \
    "reference", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, \
        "strategy that increments are against; default the first" \
  }

#define ITG_PSA_OPTIONS \
  ITG_STRATEGY_OPTIONS, \
      {"incomplete", ITG_FIELD_TEXT, false, "error", "error|drop", 0, 0, NULL, \
       "what a sample with a missing cost or effect does: stop, or leave it out for every strategy"}, \
  { \
    "model_weights", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, INFINITY, NULL, \
        "weight of each model (role model), any scale; default: every sample counts the same" \
  }, \
  { \
    "dic", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, 0, NULL, \
        "in place of model_weights: deviance information criterion of each model, weighted by exp(-dic / 2)" \
  }

typedef struct itg_psa {
  itg_samples samples;
  const char *const *names;
  int32_t reference;
  int64_t n_missing;   /* samples left out */
  const int64_t *rows; /* the first row of each sample in the table; NULL: row i */
  const int64_t *first; /* long: the first row of the sample of each row, -1: not used; NULL: wide */
  itg_groups groups;   /* by option by, which not every measure has; then one group without columns */
  const int32_t *group;         /* group of each sample; NULL: there is one */
  const int64_t *order, *start; /* samples by group, and where each group begins there (n_groups + 1) */
  const char *const *labels;    /* itg_psa_part alone fills it: of the group, by column of option by */
  const int64_t *draw;          /* which draw of the model it is: the same number in every group */
  const int64_t *group_missing; /* samples left out, by group */
  double *mean_cost, *mean_effect; /* by strategy; part_to_smooth alone fills them */
} itg_psa;

itg_status itg_psa_read(itg_call *call, itg_psa *out, itg_error *error);

/* The samples of one group, copied where there are several; an array by sample of all groups becomes one of
 * them. */
itg_status itg_psa_part(itg_call *call, const itg_psa *all, int32_t group, itg_psa *out, itg_error *error);
itg_status itg_psa_pick(itg_call *call, const itg_psa *all, int32_t group, const double *values,
                        const double **out, itg_error *error);

/* The same for a regression over the samples: *few when a group has fewer than 50, which without groups is an
 * error. */
itg_status itg_psa_part_to_smooth(itg_call *call, const itg_psa *all, int32_t group, itg_psa *out, bool *few,
                                  itg_error *error);

/* Strategies by option `strategies`, or in order of appearance: names[*n] (room for ITG_MOST_STRATEGIES), and
 * the place of each level, code_to[level]; -1: left out. */
itg_status itg_psa_order(itg_call *call, const itg_factor *factor, int32_t *code_to, const char **names,
                         int32_t *n, itg_error *error);

/* The strategy that option `reference` names, else the first. */
itg_status itg_psa_reference(itg_call *call, const char *const *names, int32_t n, int32_t *out,
                             itg_error *error);

/* A column with a number per sample (a parameter of the model): column `index` of a role. */
itg_status itg_psa_numbers(itg_call *call, const itg_psa *psa, const char *role, int index,
                           const double **out, itg_error *error);

/* Weighted mean, and standard deviation with the divisor of n - 1. */
double itg_psa_mean(const itg_psa *psa, const double *values);
double itg_psa_sd(const itg_psa *psa, const double *values);

/* The thresholds of option `key`, ascending and each once. */
itg_status itg_psa_thresholds(itg_call *call, const char *key, double **out, int *count, itg_error *error);

#endif
