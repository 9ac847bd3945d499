/* itg_scale_versions.h - layer 3: the definitions that the rows of measure scale use, their scores and
 * outcomes. */
#ifndef ITG_SCALE_VERSIONS_H
#define ITG_SCALE_VERSIONS_H

#include "itg_measure.h"
#include "itg_scale_kernel.h"

/* A definition and its rows. */
typedef struct itg_scale_version {
  const char *id;
  itg_scale_plan plan;
  const itg_column **columns; /* of its items; NULL where the plan does not use one */
  int64_t n_rows;
  int64_t *rows; /* their places in the data, rising; NULL: one version for all */
} itg_scale_version;

/* A wanted score over all versions. */
typedef struct itg_scale_outcome {
  const char *id;
  int32_t *score_of; /* its place in each version's plan; -1: it has no such score */
  double *values;
  uint8_t *reasons;
  int32_t *n_missing;
  uint16_t (*lacking)[ITG_SCALE_REASONS]; /* NULL: not asked for */
} itg_scale_outcome;

typedef struct itg_scale_run {
  itg_call *call;
  const itg_table *table;
  itg_groups groups;
  const int32_t *version_of; /* of each row, -1 none; NULL: one version for all */
  int32_t n_versions, n_outcomes;
  itg_scale_version *versions;
  itg_scale_outcome *outcomes; /* in order of first appearance; values and so on are to be filled */
} itg_scale_run;

/* Definitions found, compiled and bound to columns, groups made, outcomes listed. */
itg_status itg_scale_open(itg_call *call, itg_scale_run *run, itg_error *error);

/* Fill the outcomes, whose memory (n_rows each) the caller has given; count missing cells for provenance. */
itg_status itg_scale_fill(itg_scale_run *run, itg_error *error);

/* A column of the version's rows alone: `column` itself, or a copy in `arena`. */
itg_status itg_scale_version_column(const itg_scale_version *version, const itg_column *column,
                                    itg_arena *arena, itg_column *out, itg_error *error);

/* The rule of an outcome in a version; NULL: none. */
const itg_scale_score *itg_scale_rule(const itg_scale_run *run, const itg_scale_outcome *outcome,
                                      int32_t version);

/* What the rules of an outcome have in common in each group: rules[g] is one of them (NULL: no row of the
 * group has such a score), same_bands[g] whether all have the same bands.  Errors: ITG_ERR_DATA, where a
 * group mixes rules of different range or unit. */
itg_status itg_scale_group_rules(const itg_scale_run *run, const itg_scale_outcome *outcome,
                                 const itg_scale_score **rules, bool *same_bands, itg_error *error);

/* Tables `responses` (answers given to each item) and `missing` (why answers lack), where the options ask for
 * them (itg_scale_answers.c). */
itg_status itg_scale_add_responses(const itg_scale_run *run, itg_error *error);
itg_status itg_scale_add_missing(const itg_scale_run *run, itg_error *error);

#endif
