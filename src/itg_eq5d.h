/* itg_eq5d.h - layer 3: EQ-5D profiles as the input of a measure: five columns of levels, or one of
 * profiles. */
#ifndef ITG_EQ5D_H
#define ITG_EQ5D_H

#include "itg_measure.h"
#include "itg_valueset.h"

/* The roles of input data, for the list of a measure. */
#define ITG_EQ5D_ROLES                                                                               \
  {"data", "mobility", ITG_ROLE_NUMBER, false, 0, 0, "level of mobility"},                           \
      {"data", "self_care", ITG_ROLE_NUMBER, false, 0, 0, "level of self-care"},                     \
      {"data", "usual_activities", ITG_ROLE_NUMBER, false, 0, 0, "level of usual activities"},       \
      {"data", "pain", ITG_ROLE_NUMBER, false, 0, 0, "level of pain or discomfort"},                 \
      {"data", "anxiety", ITG_ROLE_NUMBER, false, 0, 0, "level of anxiety or depression"}, {         \
    "data", "profile", ITG_ROLE_ANY, false, 0, 0, "the five levels as one text or integer, such as 21232" \
  }

#define ITG_EQ5D_INVALID                                                        \
  {"invalid", ITG_FIELD_TEXT, false, "error", "error|missing", 0, 0, NULL,      \
   "what a level that does not exist does: stop, or count as missing"}

enum { ITG_EQ5D_BLOCK = 512 };

/* Where the levels come from, checked once, so that blocks of rows are plain loops.  Read only while it is
 * used, so several threads may share it. */
typedef struct itg_eq5d {
  itg_call *call;
  const itg_table *table;
  const char *what; /* whose levels these are, for messages: "value set eq5d-5l-uk" */
  int32_t levels, n_states;
  bool is_profile, skip_invalid;
  itg_column columns[ITG_EQ5D_DIMENSIONS]; /* profile: the first only */
  const int32_t *codes;                    /* profile with missing codes: its text, by row */
  int32_t *code_index;                     /* and the index of each text */
} itg_eq5d;

/* Bind the roles; option `invalid` says what levels that do not exist do.  Errors: ITG_ERR_COLUMN, and those
 * of reading text as numbers. */
itg_status itg_eq5d_open(itg_call *call, int32_t levels, const char *what, itg_eq5d *out, itg_error *error);
/* The same of column `index` of a role that holds profiles. */
itg_status itg_eq5d_open_profiles(itg_call *call, const char *role, int index, int32_t levels,
                                  const char *what, itg_eq5d *out, itg_error *error);

/* Indices (itg_valueset.h) of `count` rows, at most ITG_EQ5D_BLOCK; n_states where the profile is missing or
 * does not exist.  Returns how many of these there are. */
int itg_eq5d_read(const itg_eq5d *s, int64_t first, int count, int32_t *index);

/* One level of a row, whether its profile is whole or not; 0 when it is missing or does not exist. */
int itg_eq5d_level(const itg_eq5d *s, int64_t row, int dimension);

/* Why a row has none: the reason of its first missing cell, ITG_REASON_INVALID, or an error (ITG_ERR_RANGE
 * with row and column) where invalid levels stop. */
itg_status itg_eq5d_explain(const itg_eq5d *s, int64_t row, itg_reason *out, itg_error *error);

/* Index of every row as above, n_states where missing, and the reasons if wanted; both of n_rows. */
itg_status itg_eq5d_index(const itg_eq5d *s, uint16_t *index, uint8_t *reasons, int64_t *n_missing,
                          int64_t *n_invalid, itg_error *error);

/* Note how many rows hold levels that do not exist, if any. */
itg_status itg_eq5d_note_invalid(const itg_eq5d *s, int64_t n_invalid, itg_error *error);

/* The digits of each index, such as 21232; 0 for n_states.  `out` has n_states + 1 places. */
void itg_eq5d_digits(int32_t levels, int32_t *out);

#endif
