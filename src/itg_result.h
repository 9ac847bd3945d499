/* itg_result.h - layer 1: the result of a measure: tables, notes, provenance. */
#ifndef ITG_RESULT_H
#define ITG_RESULT_H

#include "itg_frame.h"

itg_status itg_result_new(itg_result **out, itg_error *error);
/* Ask with it while the tables that are then added are filled; NULL: no more, for none of them. */
void itg_result_set_pace(itg_result *result, itg_pace *pace);
/* Add an empty table; the frame belongs to the result.  "estimates" must be the first. */
itg_status itg_result_add_table(itg_result *result, const char *name, itg_frame **out, itg_error *error);
itg_status itg_result_note(itg_result *result, itg_error *error, const char *format, ...) ITG_PRINTF(3, 4);
/* The notes from `first` on tell of so many persons: the disclosure rule leaves them out where these are too few. */
void itg_result_set_note_persons(itg_result *result, int first, int64_t persons);
int64_t itg_result_note_persons(const itg_result *result, int index); /* -1: not stated */
/* Persons that a row rests on (itg_frame_set_persons), -1: not stated. */
int64_t itg_result_persons(const itg_result *result, int table, int64_t row);
/* `tree` is taken over, also on failure; NULL is out of memory. */
struct json_t;
itg_status itg_result_set_provenance(itg_result *result, struct json_t *tree, itg_error *error);
struct json_t *itg_result_provenance_tree(const itg_result *result); /* of the result; NULL: not set */

/* ---- the tidy table of estimates ---- */

typedef struct itg_tidy {
  itg_frame *frame;
  int n_groups;
  int64_t rows;
} itg_tidy;

/* One row.  Start from itg_estimate_of(); NaN is missing, with `reason` (or "undefined") as the reason. */
typedef struct itg_estimate {
  const char *measure, *scale;
  const char *const *group; /* n_groups labels, NULL entries are missing; NULL when there are no groups */
  int64_t n, n_missing;
  double estimate, std_error, conf_low, conf_high;
  const char *unit;  /* "points", "percent", "count", "QALY", "currency", ... */
  const char *level; /* band, phase or status in words; NULL none */
  itg_reason reason; /* why estimate (or its interval) is missing */
} itg_estimate;

/* All numbers missing, n and n_missing 0. */
itg_estimate itg_estimate_of(const char *measure, const char *scale, const char *const *group, const char *unit);

/* Open table "estimates" of the result with the given grouping columns. */
itg_status itg_tidy_open(itg_result *result, const char *const *groups, int n_groups, itg_tidy *out,
                         itg_error *error);
/* An infinite estimate or error is missing, "out of range"; infinite limits of a finite estimate are kept. */
itg_status itg_tidy_add(itg_tidy *tidy, const itg_estimate *given, itg_error *error);

#endif
