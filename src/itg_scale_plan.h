/* itg_scale_plan.h - layer 3: a definition of kind scale, compiled: items, scores over items and earlier
 * scores. */
#ifndef ITG_SCALE_PLAN_H
#define ITG_SCALE_PLAN_H

#include "itg_definition.h"

typedef enum itg_score_method {
  ITG_SCORE_SUM,
  ITG_SCORE_MEAN,
  ITG_SCORE_WEIGHTED_MEAN,
  ITG_SCORE_COUNT,   /* answers that meet the criterion */
  ITG_SCORE_SHARE,   /* the same in percent of the answers */
  ITG_SCORE_TOP_BOX, /* 100 when every answer meets the criterion, else 0 */
  ITG_SCORE_MIN,
  ITG_SCORE_MAX,
  ITG_SCORE_MEDIAN,
  ITG_SCORE_WEIGHTED_SUM
} itg_score_method;

/* A code of the definition that stands for a missing answer. */
typedef struct itg_answer_code {
  const char *text;
  double number; /* NaN: the code is a word */
  itg_reason reason;
} itg_answer_code;

typedef struct itg_responses {
  const char *id;
  double min, max;
  int32_t n_options; /* 0: every number from min to max is an answer */
  const double *options;
  const char *const *words; /* of the options; an entry may be NULL */
  int32_t n_codes;
  const itg_answer_code *codes;
  bool counts; /* some missing answers count as an answer: counted[reason], else NaN */
  double counted[ITG_REASON_COUNT];
} itg_responses;

typedef struct itg_scale_item {
  const char *id, *label;
  const itg_responses *responses;
  bool reverse;
  double weight;
} itg_scale_item;

/* What a score is made of: an item (source < n_items) or an earlier score (n_items + index).  Its value is
 * start + sign * answer, so that a reversed item counts as min + max - answer. */
typedef struct itg_score_part {
  int32_t source;
  double start, sign, weight;
  double low, high; /* range of its value */
  double criterion; /* count, share, top-box */
} itg_score_part;

typedef struct itg_scale_bands {
  const char *id;
  int decimals; /* the value is rounded to so many before it is placed; -1: not rounded */
  int32_t n;
  const double *from; /* lower bounds, rising */
  const char *const *levels;
} itg_scale_bands;

/* A conversion table: raw scores to published ones. */
typedef struct itg_scale_lookup {
  int32_t n;
  const double *from, *to; /* from rises */
  enum { ITG_LOOKUP_EXACT, ITG_LOOKUP_LINEAR, ITG_LOOKUP_NEAREST } between;
} itg_scale_lookup;

/* How many answers a score needs, of all its parts or of those that apply to the respondent. */
typedef struct itg_missing_rule {
  enum { ITG_NEED_ALL, ITG_NEED_COUNT, ITG_NEED_SHARE, ITG_NEED_ALL_BUT } kind;
  double share;
  int32_t count;
  bool applicable;
} itg_missing_rule;

typedef struct itg_scale_score {
  const char *id, *title, *unit;
  itg_score_method method;
  int32_t n_parts;
  const itg_score_part *parts;
  itg_missing_rule missing;
  int32_t min_valid;              /* answers needed where every part applies */
  bool person_mean;               /* sum, count: missing answers count as the mean of the person's others */
  bool at_most;                   /* the criterion is an upper bound */
  double slope, intercept;        /* rescaling: intercept + slope * raw */
  double low, high;               /* range of the score */
  const itg_scale_lookup *lookup; /* of the rescaled value; NULL: none */
  const itg_scale_bands *bands;   /* NULL: none */
  bool wanted;                    /* is asked for; others are computed when a wanted one needs them */
} itg_scale_score;

/* Text in the data and the answer that it stands for, by an option of the call. */
typedef struct itg_scale_label {
  const char *text;
  double value;
} itg_scale_label;

typedef struct itg_scale_labels {
  int32_t n;
  const itg_scale_label *list; /* the first that fits is meant */
} itg_scale_labels;

typedef struct itg_scale_plan {
  int32_t n_items, n_scores;
  const itg_scale_item *items;
  itg_scale_score *scores;
  bool *used; /* n_items + n_scores: needed for a wanted score */
  const itg_scale_labels *labels; /* of each item, or NULL: none; see itg_scale_labels_read() */
} itg_scale_plan;

/* Compile and check meaning: ids unique, references resolve to items or earlier scores, missing rule
 * possible, declared range equal to the computed one, bands cover the range.  `wanted` is a list of score ids
 * or NULL (all). Errors: the 400 family with file, line and key; ITG_ERR_OPTION for an unknown wanted score.
 */
itg_status itg_scale_plan_make(const itg_definition *definition, const itg_node *wanted, itg_arena *arena,
                               itg_scale_plan *out, itg_error *error);

/* The user's missing rule (NULL: none) in place of the definition's: one map for every score, or a map from
 * score id to such a map.  Errors: ITG_ERR_OPTION. */
itg_status itg_scale_plan_override(itg_scale_plan *plan, const itg_node *rules, itg_error *error);

/* Answers that a score needs where so many of its parts apply. */
int32_t itg_scale_needed(const itg_scale_score *score, int32_t n_applicable);

/* Median of n > 0 values, which are sorted on the way. */
double itg_scale_median(double *values, int32_t n);

/* Converted value; NaN between entries of an exact table. */
double itg_scale_convert(const itg_scale_lookup *lookup, double value);

/* Level of a value; NULL when the score has no bands or the value is NaN. */
const char *itg_scale_level(const itg_scale_score *score, double value);

#endif
