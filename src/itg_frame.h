/* itg_frame.h - layer 1: tables; reading the cells of a lent one, building an owned one. */
#ifndef ITG_FRAME_H
#define ITG_FRAME_H

#include "itg_base.h"
#include "itg_thread.h"

/* ---- reading (itg_table.c) ---- */

/* Shape of a lent table is possible: names, types, unique column names (ITG_ERR_DUPLICATE). */
itg_status itg_table_check(const itg_table *table, itg_error *error);

int itg_table_column(const itg_table *table, const char *name); /* index, or -1 */
const char *itg_table_label(const itg_table *table);            /* source, or name, or "data" */

itg_reason itg_column_reason(const itg_column *column, int64_t row);
bool itg_column_is_number(const itg_column *column); /* INT32, INT64, DOUBLE or BOOL */

/* Rows first .. first+count-1 as doubles with reasons (a missing value becomes NaN).  The column must
 * be a number column.  Infinite values are left to the caller. */
void itg_column_doubles(const itg_column *column, int64_t first, int64_t count, double *values,
                        uint8_t *reasons);

/* The values of 32-bit integers that lie one after another and of which INT32_MIN alone is missing; NULL: the column has
 * others. */
const int32_t *itg_column_integers(const itg_column *column);

/* One cell as text: numbers in shortest form, bools "true"/"false"; NULL when missing.  `buffer` holds
 * ITG_NUMBER_SIZE bytes and may or may not be used. */
const char *itg_column_text(const itg_column *column, int64_t row, char *buffer);

/* A column as categories: codes 0 .. n_levels-1 (-1 missing), levels in order (numbers by size, text
 * by bytes).  Memory from the arena. */
typedef struct itg_factor {
  int64_t n;
  int32_t n_levels;
  const int32_t *codes;
  const char *const *levels;
} itg_factor;
itg_status itg_factor_make(const itg_column *column, int64_t n_rows, itg_arena *arena, itg_factor *out,
                           itg_error *error);
int32_t itg_factor_find(const itg_factor *factor, const char *level); /* -1: none */

/* Rows grouped by several factors at once: only combinations that occur, in order of the levels. */
typedef struct itg_groups {
  int64_t n;
  int32_t n_groups, n_columns;
  const int32_t *codes;             /* group of each row; -1 when a grouping value is missing */
  const char *const *names;         /* n_columns column names */
  const char *const *const *labels; /* labels[group][column] */
} itg_groups;
itg_status itg_groups_make(const itg_factor *factors, const char *const *names, int n_columns, int64_t n_rows,
                           itg_arena *arena, itg_groups *out, itg_error *error);

/* Rows in order of their code, those of one code as they come; codes below 0 are left out.  `from` lists the n rows
 * to be ordered (NULL: 0 .. n-1), so that orders by one code after another make an order by several. */
itg_status itg_codes_order(const int32_t *codes, int32_t n_codes, const int64_t *from, int64_t n, itg_arena *arena,
                           int64_t **out, int64_t *n_out, itg_error *error);
/* The same, and where each code has its rows: those of code c are rows[start[c]] .. rows[start[c + 1] - 1]. */
typedef struct itg_lists {
  int64_t *rows, *start;
} itg_lists;
itg_status itg_codes_lists(const int32_t *codes, int32_t n_codes, const int64_t *from, int64_t n, itg_arena *arena,
                           itg_lists *out, itg_error *error);

/* ---- building (itg_frame.c) ---- */

itg_status itg_frame_new(const char *name, const char *source, itg_frame **out, itg_error *error);
/* Ask with it while rows and texts are added on the calling thread; NULL: no more. */
void itg_frame_set_pace(itg_frame *frame, itg_pace *pace);
/* Add a column; existing rows are missing in it.  *index may be NULL. */
itg_status itg_frame_add_column(itg_frame *frame, const char *name, itg_type type, int *index, itg_error *error);
/* Add a numeric column that the caller fills altogether: its values are not cleared, no cell is missing until a reason
 * is set, and the memory is the host's where it lends room (`control` may be NULL). */
itg_status itg_frame_add_filled(itg_frame *frame, const char *name, itg_type type, const itg_control *control,
                                int *index, itg_error *error);
/* Another type for a column: int64 becomes double with its values, else every cell becomes missing. */
itg_status itg_frame_set_type(itg_frame *frame, int column, itg_type type, itg_error *error);
/* Number of rows; new rows are missing in every column. */
itg_status itg_frame_resize(itg_frame *frame, int64_t n_rows, itg_error *error);
int64_t itg_frame_rows(const itg_frame *frame);

/* The frame's own copy of a text, for cells of many rows: itg_frame_set_own copies and compares nothing.  Like every
 * setting of text the first asks the host, hence on the calling thread only. */
itg_status itg_frame_own(itg_frame *frame, const char *text, const char **own, itg_error *error);

/* The same of n texts that differ: none is looked for among the others. */
itg_status itg_frame_own_all(itg_frame *frame, const char *const *texts, int64_t n, const char **own, itg_error *error);

/* Cells.  Setting a value makes it present; a NaN makes it missing with ITG_REASON_MISSING. */
void itg_frame_set_own(itg_frame *frame, int64_t row, int column, const char *own);
void itg_frame_set_double(itg_frame *frame, int64_t row, int column, double value);
void itg_frame_set_int(itg_frame *frame, int64_t row, int column, int64_t value);
void itg_frame_set_bool(itg_frame *frame, int64_t row, int column, bool value);
itg_status itg_frame_set_text(itg_frame *frame, int64_t row, int column, const char *value, itg_error *error);
itg_status itg_frame_set_bytes(itg_frame *frame, int64_t row, int column, const char *text, size_t size,
                               itg_error *error); /* text without a final NUL */
void itg_frame_set_missing(itg_frame *frame, int64_t row, int column, itg_reason reason);
/* How many persons a row rests on, where no column says it: for the disclosure rule alone; -1: not stated. */
itg_status itg_frame_set_persons(itg_frame *frame, int64_t row, int64_t n_persons, itg_error *error);
int64_t itg_frame_persons(const itg_frame *frame, int64_t row);
/* File line of a row; a frame without a source has no lines. */
void itg_frame_set_line(itg_frame *frame, int64_t row, int64_t line);

/* Whole columns, for kernels: values (missing cells hold NaN or 0) and reasons.  Writing values this
 * way leaves the reasons as they are: set reasons[row] = ITG_REASON_PRESENT as well. */
double *itg_frame_doubles(itg_frame *frame, int column);
int32_t *itg_frame_int32s(itg_frame *frame, int column);
int64_t *itg_frame_ints(itg_frame *frame, int column);
uint8_t *itg_frame_reasons(itg_frame *frame, int column);

/* Append a copy of a column of `table` (same number of rows) under `name`. */
itg_status itg_frame_copy_column(itg_frame *frame, const itg_table *table, int column, const char *name,
                                 itg_error *error);
/* The same of chosen rows: row i of the frame is row rows[i] of the table; -1: missing. */
itg_status itg_frame_copy_rows(itg_frame *frame, const itg_table *table, int column, const char *name,
                               const int64_t *rows, itg_error *error);
/* Does a column of the frame hold the same already? */
bool itg_frame_holds_rows(const itg_frame *frame, int index, const itg_table *table, int column, const int64_t *rows);

/* ---- patterns (itg_pattern.c) ---- */

/* Compile and match one PCRE2 pattern (UTF, match and heap limits set). */
typedef struct itg_pattern itg_pattern;
itg_status itg_pattern_new(const char *pattern, itg_pattern **out, itg_error *error); /* ITG_ERR_OPTION */
bool itg_pattern_match(const itg_pattern *pattern, const char *text);
/* The same, and where the first group of the pattern stands; the whole text where there is none. */
bool itg_pattern_group(const itg_pattern *pattern, const char *text, size_t *start, size_t *end);
/* The same for search in prose: CASELESS ignores case as Unicode folds it; with LETTERS \w, \b, \d know the letters
 * and digits of every script. */
enum { ITG_PATTERN_CASELESS = 1, ITG_PATTERN_LETTERS = 2 };
itg_status itg_pattern_make(const char *pattern, unsigned flags, itg_pattern **out, itg_error *error);
/* The first match that is not empty from byte `from` of a text that is UTF-8 (check it before: this does not). */
typedef enum itg_pattern_found { ITG_PATTERN_NONE, ITG_PATTERN_HIT, ITG_PATTERN_LIMIT } itg_pattern_found;
itg_pattern_found itg_pattern_find(const itg_pattern *pattern, const char *text, size_t size, size_t from,
                                   size_t *start, size_t *end);
void itg_pattern_free(itg_pattern *pattern);

#endif
