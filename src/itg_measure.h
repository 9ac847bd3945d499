/* itg_measure.h - layer 3: what a measure is, and what it is given.
 *
 * A measure is one file with one `const itg_measure`: its inputs, its options, its sources and a run
 * function; itg_registry.c lists it.  Before run() is called everything stated here has been checked:
 * options by the schema, columns found, shapes right.  So a run function reads
 *     columns in -> plan -> accumulate -> finish -> table out. */
#ifndef ITG_MEASURE_H
#define ITG_MEASURE_H

#include "itg_definition.h"
#include "itg_frame.h"
#include "itg_node.h"
#include "itg_result.h"
#include "itg_thread.h"

typedef enum itg_role_kind {
  ITG_ROLE_NUMBER = 1, /* a number column */
  ITG_ROLE_TEXT,       /* categories: any column type */
  ITG_ROLE_FLAG,       /* bool, 0/1, yes/no, true/false, checked/unchecked */
  ITG_ROLE_NUMBERS,    /* one or more number columns */
  ITG_ROLE_TEXTS,      /* one or more columns of any type */
  ITG_ROLE_ANY         /* one column of any type, the measure reads it itself */
} itg_role_kind;

typedef struct itg_role {
  const char *input; /* name of the input table; the first role's input is the measure's main one */
  const char *name;  /* NULL ends the list */
  itg_role_kind kind;
  bool required;
  double min, max; /* allowed numbers; used when min < max */
  const char *help; /* meaning, unit */
} itg_role;

/* Result tables beside "estimates". */
typedef struct itg_output {
  const char *name, *help; /* name NULL ends the list */
} itg_output;

/* An option that does nothing unless another says so: to ask for it all the same is an error, never ignored. */
typedef struct itg_need {
  const char *option, *other; /* option NULL ends the list */
  const char *values;         /* "a|b": what the other must be; NULL: a number above 0; "*": given at all */
} itg_need;

typedef struct itg_call itg_call;

typedef struct itg_measure {
  const char *name;    /* functional_integration */
  const char *title;   /* one line */
  const char *summary; /* what it computes: shapes, units, what missing does */
  const char *source;  /* where the rule stands; what is our choice */
  const char *counts;  /* what column n counts */
  bool persons;        /* these are persons: the disclosure rule goes by n where itg_frame_set_persons says nothing */
  const itg_role *roles;
  const itg_field *options;  /* own options beside columns, by, keep, missing, seed */
  const itg_need *needs;     /* NULL: every option always does something */
  const itg_output *outputs; /* NULL: none */
  const char
      *rows; /* outputs with a row per person, "a|b": the disclosure rule keeps them back; NULL: none */
  bool groups;               /* accepts `by` */
  itg_status (*run)(itg_call *call, itg_error *error);
} itg_measure;

/* Every measure, in the order of the manual; ends with NULL. */
extern const itg_measure *const itg_measures[];
const itg_measure *itg_measure_find(const char *name); /* NULL: none */
/* The same, or ITG_ERR_MEASURE with the nearest name. */
itg_status itg_measure_need(const char *name, const itg_measure **out, itg_error *error);

/* ---- what a run function may ask for ---- */

struct itg_call {
  const itg_measure *measure;
  const itg_table *tables;
  int n_tables;
  const itg_node *options; /* checked map, never NULL */
  itg_control control; /* parts of the work count from 0 to 1 */
  itg_pace *pace;      /* of the calling thread: passes over rows ask with it */
  uint64_t seed;
  itg_arena *arena;   /* dies after the call: scratch needs no release */
  itg_result *result; /* to be filled */
  itg_frame *shaped;            /* the main input after the options long or wide; NULL: as it came */
  struct itg_call_state *state; /* itg_call.c */
};

/* Scratch memory, zeroed; NULL with the error set. */
void *itg_call_alloc(itg_call *call, size_t count, size_t size, itg_error *error);

/* The input table of that name (NULL: absent). */
const itg_table *itg_call_table(const itg_call *call, const char *input);
int64_t itg_call_rows(const itg_call *call, const char *input);

/* Columns bound to a role.  NULL / 0 when an optional role was not given. */
const itg_column *itg_call_column(const itg_call *call, const char *role);
int itg_call_columns(const itg_call *call, const char *role, const itg_column *const **out);
bool itg_call_has(const itg_call *call, const char *role);

/* Whole columns in memory of the call, with `missing` codes applied and the role's range checked
 * (ITG_ERR_RANGE with row and column; infinite values too). */
itg_status itg_call_numbers(itg_call *call, const char *role, double **values, uint8_t **reasons, itg_error *error);
/* As above for column `index` of a role of several. */
itg_status itg_call_numbers_at(itg_call *call, const char *role, int index, double **values, uint8_t **reasons,
                               itg_error *error);
/* The same of rows first .. first + count - 1 into memory of the caller's; parts are to be read in order from row 0. */
itg_status itg_call_numbers_rows(itg_call *call, const char *role, int index, int64_t first, int64_t count,
                                 double *values, uint8_t *reasons, itg_error *error);
/* As itg_call_numbers_rows, in any order and on any thread: what is missing is counted for the caller alone. */
itg_status itg_call_numbers_block(itg_call *call, const char *role, int index, int64_t first, int64_t count,
                                  double *values, uint8_t *reasons, int64_t *missing, itg_error *error);
/* The same of rows that have been read, hence checked and counted, before. */
itg_status itg_call_numbers_again(itg_call *call, const char *role, int index, int64_t first, int64_t count,
                                  double *values, uint8_t *reasons, itg_error *error);
/* The same where they lie, when nothing has to be changed (packed doubles, NaN is missing, no codes): then
 * *reasons is NULL and a NaN is missing for no stated reason. */
itg_status itg_call_numbers_lent(itg_call *call, const char *role, int index, const double **values,
                                 const uint8_t **reasons, itg_error *error);
/* Integers where they lie, INT32_MIN where one is missing; NULL where the column is anything else.  The caller checks them
 * and counts what is missing. */
const int32_t *itg_call_integers_lent(itg_call *call, const char *role, int index);
itg_status itg_call_factor(itg_call *call, const char *role, itg_factor *out, itg_error *error);
itg_status itg_call_factor_at(itg_call *call, const char *role, int index, itg_factor *out, itg_error *error);

/* A label of yes (1) or no (0) that a definition or an option declares. */
typedef struct itg_flag_label {
  const char *label;
  int flag;
} itg_flag_label;

/* 1 yes, 0 no, -1 neither: yes, true, y, 1, checked and their opposites, in small letters, capitals or with a capital
 * first, as common exports write them.  Nothing is guessed beyond these. */
int itg_flag_of(const char *text);
/* 1, 0, -1 missing; own labels (NULL: none) go before those that itg_flag_of() knows.  ITG_ERR_TYPE for any other,
 * with the labels that are allowed. */
itg_status itg_call_flags(itg_call *call, const char *role, const itg_flag_label *own, int32_t n_own, int8_t **values,
                          uint8_t **reasons, itg_error *error);
/* Groups of the main input by option `by`; one group holding all rows when it is absent (n_columns 0). */
itg_status itg_call_groups(itg_call *call, itg_groups *out, itg_error *error);

/* Fail at a cell of the column bound to a role; row from 0, -1 none. */
itg_status itg_call_fail(const itg_call *call, itg_error *error, itg_status status, const char *role,
                         int64_t row, const char *format, ...) ITG_PRINTF(6, 7);

/* Options: the value given, else the field's fallback.  The key must be among the measure's options. */
const itg_node *itg_call_node(const itg_call *call, const char *key); /* NULL: not given */
bool itg_call_given(const itg_call *call, const char *key);
const char *itg_call_text(const itg_call *call, const char *key); /* NULL: not given, no fallback */
double itg_call_number(const itg_call *call, const char *key);    /* NaN: not given, no fallback */
int64_t itg_call_integer(const itg_call *call, const char *key);
bool itg_call_flag(const itg_call *call, const char *key);
/* Numbers of a NUMBERS option, *count 0 when not given (fallback "a, b, c" is understood). */
itg_status itg_call_list(itg_call *call, const char *key, double **values, int *count, itg_error *error);

/* Copy the columns of option `keep` into a row result (same number of rows as the main input). */
itg_status itg_call_keep(itg_call *call, itg_frame *frame, itg_error *error);
/* The same where row i of the result stands for row rows[i] of the main input. */
itg_status itg_call_keep_rows(itg_call *call, itg_frame *frame, const int64_t *rows, itg_error *error);

/* The map of option `columns` (NULL: not given).  A measure with a role "items" may find other keys than
 * roles in it: item id to column name. */
const itg_node *itg_call_map(const itg_call *call);

/* Run another measure on the same tables and options into the same (still empty) result. */
itg_status itg_call_forward(itg_call *call, const char *measure, itg_error *error);

/* ITG_ERR_LIMIT when a call would hold more than 2^27 cells: `cells` is their number (a double, as products
 * overflow), `what` says what they are, `remedy` what to do. */
itg_status itg_call_need(double cells, const char *what, const char *remedy, itg_error *error);

/* Count missing cells of a role for provenance, where the measure reads the cells itself. */
void itg_call_count_missing(itg_call *call, const char *role, int index, int64_t n_missing);

/* A role that stands in two inputs is asked for as "input.role". */

/* The definition named by option `instrument` (or the option `key`) must be of `kind`; its id and hash go to
 * provenance. */
itg_status itg_call_definition(itg_call *call, const char *key, const char *kind, itg_definition *out,
                               itg_error *error);

/* Which definition each row uses: one for all, or by the column that option `by` names.  The option `key` is then a
 * map from values of the column to definitions; without it the values are ids of definitions themselves. */
typedef struct itg_versions {
  int32_t n; /* different definitions */
  const itg_definition *definitions;
  const int32_t *of_row; /* -1: the row names none; NULL: one for all */
  const char *column;    /* NULL: one for all */
  int32_t n_values;      /* of the column, and the definition of each */
  const char *const *values;
  const int32_t *of_value;
} itg_versions;
itg_status itg_call_versions(itg_call *call, const char *key, const char *by, const char *kind, itg_versions *out,
                             itg_error *error);

/* itg_measure_run with options that are already a tree in `arena`, which serves as scratch too. */
itg_status itg_measure_run_node(const char *measure, const itg_table *tables, int n_tables, const itg_node *options,
                                itg_arena *arena, const itg_control *control, itg_result **out, itg_error *error);

/* Name of the measure that computes a kind of definition, or NULL (itg_instrument.c). */
const char *itg_instrument_measure(const char *kind);
const char *itg_instrument_kind(const char *measure); /* the other way */
/* The measure of a definition, or ITG_ERR_INSTRUMENT with the kinds that there are. */
itg_status itg_instrument_need(const itg_definition *d, const itg_measure **out, itg_error *error);

#endif
