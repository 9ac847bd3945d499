/* itg_score.h - layer 3: what the scoring kinds (scale, checklist, stages, points) share. */
#ifndef ITG_SCORE_H
#define ITG_SCORE_H

#include "itg_measure.h"

/* Options by kind: the measure `score` accepts those of all and forwards them. */
/* clang-format off */
#define ITG_OPTION_INSTRUMENT(fallback) \
  {"instrument", ITG_FIELD_ANY, false, fallback, NULL, 0, 0, NULL, \
   "id of a built-in definition, path of a file, or the definition itself"}
#define ITG_OPTION_CONF_LEVEL \
  {"conf_level", ITG_FIELD_NUMBER, false, "0.95", NULL, 0.5, 0.9999, NULL, "level of the confidence intervals"}

#define ITG_SCALE_OPTIONS \
  {"scores", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL, "ids of the scores that are wanted; default: all"}, \
  {"instrument_by", ITG_FIELD_TEXT, false, NULL, NULL, 0, 0, NULL, \
   "column that says which version a row answered (country, language, wave); `instrument` is then a map from its " \
   "values to definitions, such as {NL: pacic-nl.yaml, UK: pacic}, or is left out where the values are ids " \
   "themselves"}, \
  {"missing_rule", ITG_FIELD_MAP, false, NULL, NULL, 0, 0, NULL, \
   "missing rule in place of the definition's: a map such as {rule: share, share: 0.5, of: applicable} for every " \
   "score, or a map from score to such a map; rules are complete, min-valid (min_valid), share, max-missing " \
   "(max_missing); of: applicable leaves out items that are not applicable to the respondent"}, \
  {"out_of_range", ITG_FIELD_TEXT, false, "error", "error|missing", 0, 0, NULL, \
   "what an answer is that the definition does not know"}, \
  {"responses", ITG_FIELD_FLAG, false, "false", NULL, 0, 0, NULL, \
   "add the table of answers given to each item, with the reasons of those that lack"}, \
  {"reasons", ITG_FIELD_FLAG, false, "false", NULL, 0, 0, NULL, \
   "count apart why answers lack: the columns <score>_not_applicable, _refused, _not_asked and _dont_know of table " \
   "scores, and the table missing"}, \
  {"status", ITG_FIELD_FLAG, false, "false", NULL, 0, 0, NULL, \
   "add the column <score>_status: scored, or why there is no score"}

#define ITG_CHECKLIST_OPTIONS \
  {"tie", ITG_FIELD_TEXT, false, "absent", "absent|present|missing", 0, 0, NULL, \
   "what an element is when as many raters call it present as absent"}

/* Text in the data: measure `score` takes the map of either kind and leaves its values to the kind. */
#define ITG_OPTION_ANSWER_LABELS(prefix) \
  {"labels", ITG_FIELD_MAP, false, NULL, NULL, 0, 0, NULL, \
   prefix "numbers that labels in the data stand for, beside the words of the definition, which go first; such as " \
   "{Almost never: 1, Sometimes: 2} for all items; a map within the map is for some: by item, by responses of the " \
   "definition or by pattern of items, such as {q1: {Never: 1}, \"/^q[2-9]$/\": {Never: 5}}"}
#define ITG_OPTION_FLAG_LABELS \
  {"labels", ITG_FIELD_TEXT_MAP, false, NULL, "yes|no", 0, 0, NULL, \
   "labels of yes and no in the data beside yes, no, true, false, y, n, 1, 0, checked, unchecked and those of the " \
   "definition, such as {ja: yes, nein: no}"}

#define ITG_STAGES_OPTIONS \
  {"rule", ITG_FIELD_TEXT, false, "auto", "auto|threshold|continuous|cut-points", 0, 0, NULL, \
   "how the phase is calculated; auto: threshold when elements have phases, else continuous"}, \
  {"theta", ITG_FIELD_NUMBER, false, "0.5", NULL, 0, 1, NULL, "share of a phase's elements that completes it"}, \
  {"cut_points", ITG_FIELD_NUMBERS, false, NULL, NULL, 0, 1, NULL, \
   "shares of all elements at which the second, third ... phase begins"}, \
  {"checklist", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL, \
   "definition of the elements; default: the one the instrument names"}

#define ITG_POINTS_OPTIONS \
  {"waves", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL, \
   "waves from the first to the last; default: by the numbers in their names, none where these do not tell"}, \
  {"values", ITG_FIELD_TEXT, false, "raw", "raw|points", 0, 0, NULL, \
   "raw: levels, percentages and numbers to be turned into points; points: points as given"}, \
  {"partial", ITG_FIELD_TEXT, false, "credit", "credit|none", 0, 0, NULL, \
   "credit: part of the points for part of the way; none: all points or nothing"}, \
  {"incomplete", ITG_FIELD_TEXT, false, "missing", "missing|zero|rescale", 0, 0, NULL, \
   "a component with missing indicators: missing, or these score 0, or the others are scaled up"}, \
  {"threshold", ITG_FIELD_NUMBER, false, "70", NULL, 0, 100, NULL, \
   "percent of the maximum that counts as implemented enough (70: our choice, the lowest rate of the first publication)"}, \
  {"rules", ITG_FIELD_TEXT_MAP, false, NULL, "level|percent|variation", 0, 0, NULL, \
   "rule of an indicator in place of the definition's"}, \
  {"points", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, 1e6, NULL, \
   "maximum points of an indicator in place of the definition's; the sum must stay"}, \
  {"references", ITG_FIELD_NUMBER_MAP, false, NULL, NULL, 0, 0, NULL, \
   "reference of an indicator with the rule variation"}

#define ITG_LADDER_OPTIONS \
  {"statistics", ITG_FIELD_TEXTS, false, NULL, NULL, 0, 0, NULL, \
   "share, at_least, median, quartiles, lowest, highest; default: all; a mean of ranks is refused"}, \
  {"continuity", ITG_FIELD_FLAG, false, "true", NULL, 0, 0, NULL, \
   "Mann-Whitney: allow for half a step towards equality"}

#define ITG_CLASSIFICATION_OPTIONS \
  {"cuts", ITG_FIELD_ANY, false, NULL, NULL, 0, 0, NULL, \
   "map from a dimension of numbers to the bounds of its categories, in place of the definition's"}
/* clang-format on */

/* The columns of items that are wide data: role `items` names all of them in the order of the definition, or
 * each is the column that `columns` maps from the item's id, or that bears the id.  Entries of `columns`
 * whose `used` is false stay NULL.  They count as bound to the role in provenance (itg_items_count_missing).
 * Errors: ITG_ERR_COLUMN, ITG_ERR_OPTION (a key of `columns` that is neither role nor item), ITG_ERR_EMPTY.
 */
itg_status itg_items_bind(itg_call *call, const char *role, const char *const *ids, const bool *used,
                          int32_t n, const itg_column ***columns, itg_error *error);
/* A key of `columns` must be a role of the measure or the id of an item.  itg_items_bind asks this itself,
 * except where several versions have items: then their ids are to be given here together. */
itg_status itg_items_check_keys(const itg_call *call, const char *const *ids, int32_t n, itg_error *error);
void itg_items_count_missing(itg_call *call, const char *role, const itg_column *column, int64_t n_missing);

/* Say how many rows belong to no group because a grouping value is missing. */
itg_status itg_groups_note(itg_call *call, const itg_groups *groups, itg_error *error);

/* Estimate of a mean from n values with mean and variance (n-1): error sd/sqrt(n), t interval.  Fewer than
 * two values or no variance: no interval, and the reason why. */
void itg_estimate_set_mean(itg_estimate *row, int64_t n, double mean, double variance, double conf_level);
void itg_estimate_set_mean_of(itg_estimate *row, const double *values, int64_t n,
                              double conf_level); /* no NaN */

/* Limits do not lie outside what is possible. */
void itg_estimate_clip(itg_estimate *row, double low, double high);

/* Estimate of a share in percent, with Wilson's interval. */
void itg_estimate_set_percent(itg_estimate *row, int64_t successes, int64_t trials, double conf_level);

#endif
