/* integrade.h - the measurement engine for integrated care: the whole public interface.
 *
 * Copyright (C) 2026 the integrade authors.  Licence: GPL-3.0-or-later.
 *
 * Read from top to bottom; the sections stand in the order in which a program needs them:
 *
 *   1 version   2 status and error   3 tables you lend   4 tables from files   5 control
 *   6 measures  7 results            8 instruments       9 evaluations        10 states that merge
 *
 * Ownership in one paragraph.  Tables are lent for the call and never changed.  What a function hands
 * back through a pointer to a pointer is yours, and is released with the `_free` of its type; `_free`
 * accepts NULL.  What a function returns by value or as `const` lives as long as its parent.  Text is
 * UTF-8, ends with NUL and is never localised.  No function prints, exits or keeps global state, so
 * calls on different objects may run in different threads. */
#ifndef INTEGRADE_H
#define INTEGRADE_H

#include <stddef.h>
#include <stdint.h>

#ifndef ITG_API
#if defined(__GNUC__)
#define ITG_API __attribute__((visibility("default")))
#else
#define ITG_API
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- 1 version ------------------------------------------------------------------------------- */

#define ITG_VERSION "0.1.0"

/* Version of the library that runs, as "major.minor.patch". */
ITG_API const char *itg_version(void);

/* ---- 2 status and error ---------------------------------------------------------------------- */

/* Every fallible function returns one of these.  The hundreds are the family, and the family is the
 * exit code of the command (itg_status_exit).  Numbers are never reused. */
typedef enum itg_status {
  ITG_OK = 0,
  ITG_ERR_INTERNAL = 100,    /* a defect of integrade: please report it */
  ITG_ERR_MEMORY = 101,      /* memory could not be had */
  ITG_ERR_INTERRUPTED = 102, /* the progress callback asked to stop */
  ITG_ERR_THREAD = 103,      /* a thread could not be started */
  ITG_ERR_ARGUMENT = 200,    /* an argument of the call is impossible */
  ITG_ERR_OPTION = 201,      /* an option is unknown, of the wrong type or out of range */
  ITG_ERR_MEASURE = 202,     /* no such measure */
  ITG_ERR_FILE = 300,        /* a file cannot be opened, read or written */
  ITG_ERR_CSV = 301,         /* a CSV file is malformed */
  ITG_ERR_ENCODING = 302,    /* text is not UTF-8 */
  ITG_ERR_COLUMN = 303,      /* a column is absent, ambiguous or given twice */
  ITG_ERR_TYPE = 304,        /* a value or column has the wrong type */
  ITG_ERR_RANGE = 305,       /* a value lies outside what is possible */
  ITG_ERR_DUPLICATE = 306,   /* the same thing is stated twice */
  ITG_ERR_EMPTY = 307,       /* nothing to work on: no rows, or all values missing */
  ITG_ERR_ORDER = 308,       /* rows are in an impossible order */
  ITG_ERR_LIMIT = 309,       /* a documented size limit is exceeded */
  ITG_ERR_DATA = 310,        /* the data contradict themselves or the design */
  ITG_ERR_SYNTAX = 400,      /* a definition or evaluation file is not readable YAML */
  ITG_ERR_KEY = 401,         /* an unknown, missing or repeated key */
  ITG_ERR_VALUE = 402,       /* a value of a definition has the wrong type or range */
  ITG_ERR_REFERENCE = 403,   /* a definition refers to something that does not exist */
  ITG_ERR_EXAMPLE = 404,     /* a worked example of a definition does not come out */
  ITG_ERR_INSTRUMENT = 405,  /* no such instrument, or of another kind */
  ITG_ERR_GATE = 500,        /* a quality gate of the evaluation failed */
  ITG_ERR_NUMERIC = 600,     /* a number cannot be computed to the promised accuracy */
  ITG_ERR_SINGULAR = 601,    /* a matrix is singular */
  ITG_ERR_DISCLOSURE = 800   /* the disclosure rule forbids the export */
} itg_status;

/* Where and why a call failed.  Owned by the caller; every function accepts NULL for it.
 * `message` is one complete line: what is wrong, where, what is allowed, what to do, (CODE). */
typedef struct itg_error {
  itg_status status;
  int64_t row;        /* data row, from 1; 0 when it does not apply */
  int64_t line;       /* line of the file, from 1; 0 when it does not apply */
  char source[256];   /* file or table; empty when it does not apply */
  char column[128];   /* column or key; empty when it does not apply */
  char message[1024];
} itg_error;

/* Name of a status, such as "ITG_ERR_COLUMN"; "ITG_ERR_INTERNAL" for an unknown number. */
ITG_API const char *itg_status_name(itg_status status);

/* Exit code of the command for a status: 0 fine, 1 internal, 2 usage, 3 input, 4 definition or
 * configuration, 5 quality gate, 6 numerical, 8 disclosure, 130 interrupted. */
ITG_API int itg_status_exit(itg_status status);

/* ---- 3 tables you lend ----------------------------------------------------------------------- */

typedef enum itg_type {
  ITG_TYPE_INT32 = 1,
  ITG_TYPE_INT64 = 2,
  ITG_TYPE_DOUBLE = 3,
  ITG_TYPE_BOOL = 4,  /* uint8_t: 0 or 1 */
  ITG_TYPE_STRING = 5 /* const char *, UTF-8; a NULL pointer is missing */
} itg_type;

/* Bytes of one value of a type: the step from row to row where a column's `stride` is 0. */
static inline size_t itg_type_size(itg_type type) {
  switch (type) {
    case ITG_TYPE_INT32:
      return sizeof(int32_t);
    case ITG_TYPE_INT64:
      return sizeof(int64_t);
    case ITG_TYPE_DOUBLE:
      return sizeof(double);
    case ITG_TYPE_BOOL:
      return sizeof(uint8_t);
    case ITG_TYPE_STRING:
      return sizeof(char *);
  }
  return 0;
}

/* Why a value is missing.  The words are what results print in the column `reason`. */
typedef enum itg_reason {
  ITG_REASON_PRESENT = 0,        /* "" : not missing */
  ITG_REASON_MISSING = 1,        /* "missing": blank, NA, no reason given */
  ITG_REASON_NOT_APPLICABLE = 2, /* "not applicable" */
  ITG_REASON_REFUSED = 3,        /* "refused" */
  ITG_REASON_NOT_ASKED = 4,      /* "not asked" */
  ITG_REASON_UNKNOWN = 5,        /* "don't know" */
  ITG_REASON_OUT_OF_RANGE = 6,   /* "out of range" */
  ITG_REASON_INVALID = 7,        /* "invalid" */
  ITG_REASON_TOO_FEW = 8,        /* "too few answers" or observations for the rule */
  ITG_REASON_NO_VARIANCE = 9,    /* "no variance": all values equal, an interval has no meaning */
  ITG_REASON_UNDEFINED = 10,     /* "undefined": 0/0 and its like */
  ITG_REASON_NO_TARGET = 11,     /* "no target" */
  ITG_REASON_SUPPRESSED = 12,    /* "suppressed" by the disclosure rule */
  ITG_REASON_COUNT = 13
} itg_reason;

/* The words of a reason; "" for ITG_REASON_PRESENT. */
ITG_API const char *itg_reason_text(itg_reason reason);

/* Column flags: values that stand for missing inside the data itself. */
#define ITG_COLUMN_NAN_MISSING 1u /* DOUBLE: every NaN is missing (R's NA_real_, NumPy's nan) */
#define ITG_COLUMN_MIN_MISSING 2u /* INT32: INT32_MIN is missing (R's NA_integer_) */

/* One borrowed column of n_rows values, `stride` bytes apart (0: densely packed). */
typedef struct itg_column {
  const char *name;
  itg_type type;
  const void *data;      /* may be NULL only when the table has no rows */
  ptrdiff_t stride;
  const uint8_t *reason; /* n_rows itg_reason codes, densely packed; NULL: none */
  uint32_t flags;
} itg_column;

typedef struct itg_table {
  const char *name;      /* which input of the measure this is; NULL means "data" */
  const char *source;    /* file name for messages, or NULL */
  int64_t n_rows;
  int32_t n_columns;
  const itg_column *columns;
  const int64_t *lines;  /* line of each row in `source`, or NULL */
} itg_table;

/* ---- 4 tables from files --------------------------------------------------------------------- */

/* A table that owns its memory. */
typedef struct itg_frame itg_frame;

/* Read a CSV file (RFC 4180; UTF-8, byte-order mark and CRLF accepted; "-" is standard input).
 * A column is int64 when every cell is an integer without leading zeros, double when every cell is a
 * decimal number, string otherwise.  `options` is YAML or JSON text or NULL: `separator` (one
 * character; default: comma, semicolon or tab, whichever the header line holds most of), `na` (list of
 * cells that are missing, default "" and "NA", or a map from cell to reason), `text` (columns that
 * stay text), `text_if` (the same where there are such columns), `header_rows` (rows before the data; default
 * 1, or the 3 of a Qualtrics export), `max_columns` (default 100000), `max_cell` (bytes, default 1048576),
 * `max_bytes` (of a file; default 2^36). Errors: ITG_ERR_FILE, ITG_ERR_CSV, ITG_ERR_ENCODING, ITG_ERR_LIMIT,
 * ITG_ERR_EMPTY (no header), ITG_ERR_DUPLICATE (two columns of one name), each with file and line. */
ITG_API itg_status itg_frame_read(const char *path, const char *options, itg_frame **out, itg_error *error);

/* The same under a control (section 5), which is asked meanwhile. */
struct itg_control;
ITG_API itg_status itg_frame_read_under(const char *path, const char *options, const struct itg_control *control,
                                        itg_frame **out, itg_error *error);

/* The same from memory; `source` names the text in messages. */
ITG_API itg_status itg_frame_parse(const char *text, size_t size, const char *source, const char *options,
                                   itg_frame **out, itg_error *error);

/* The frame as a table to lend; lives as long as the frame. */
ITG_API const itg_table *itg_frame_table(const itg_frame *frame);

ITG_API void itg_frame_free(itg_frame *frame);

/* Write a table as CSV (path "-": standard output; otherwise written beside and renamed, so that no
 * half file is ever seen).  Numbers have the fewest digits that read back to the same bits.  Text that
 * begins with = + - @ TAB or CR, and is no number, gets a leading apostrophe unless `raw_text` is not 0. */
ITG_API itg_status itg_table_write_csv(const itg_table *table, const char *path, int raw_text, itg_error *error);

/* The same under a control (section 5), which is asked meanwhile; what is stopped leaves no file. */
ITG_API itg_status itg_table_write_csv_under(const itg_table *table, const char *path, int raw_text,
                                             const struct itg_control *control, itg_error *error);

/* ---- 5 control ------------------------------------------------------------------------------- */

/* Host services for a long call; NULL or all zero: two threads at most, no progress, no interrupt. */
typedef struct itg_control {
  int threads;  /* 0: the default of at most two.  The count never shows in a result. */
  /* Called on the calling thread, at least every 100 ms of long work, with the share done, which rises from 0 to 1;
   * anything but 0 stops the work with ITG_ERR_INTERRUPTED. */
  int (*progress)(void *payload, double done);
  void *payload;
  /* Room of the host's own for a long numeric column of a result, so that the column need not be copied: called on
   * the calling thread for `n_rows` values of `type`, it gives memory, aligned as malloc does, that must stay until
   * the result is freed, or NULL (the library then takes its own).  The column's `data` tells which it was;
   * INT32_MIN is never a value there. */
  void *(*room)(void *payload, itg_type type, int64_t n_rows);
} itg_control;

/* ---- 6 measures ------------------------------------------------------------------------------ */

/* Number of measures, and the name of each (index from 0; NULL beyond the end). */
ITG_API int itg_measure_count(void);
ITG_API const char *itg_measure_at(int index);

/* Everything about a measure as JSON text (yours; release with itg_text_free): title, summary, source, whether it
 * takes groups (`by`), draws (`seed`) and gives rows of persons (`keep`), inputs with their roles (name, kind,
 * required, range, help), options (name, type, default, allowed values, range, help) and tables.  Manuals, --help
 * and language fronts are made from it.
 * Errors: ITG_ERR_MEASURE with the nearest name. */
ITG_API itg_status itg_measure_describe(const char *measure, char **json, itg_error *error);
ITG_API void itg_text_free(char *text);

typedef struct itg_result itg_result;

/* Compute a measure.  `tables` are its inputs (see itg_measure_describe; a measure of one input takes
 * the first table whatever its name).  `options` is YAML or JSON text, or NULL.  Beside its own
 * options every measure accepts:
 *   columns  map from role to column name (or list of names, or "prefix_{n}", or "/PCRE2 pattern/" for
 *            roles that take several); default: the column of the role's own name
 *   by       column or columns to group by (measures that group)
 *   keep     columns to carry into row results (measures that return rows)
 *   missing  list of codes that are missing, or map from code to reason
 *   long     the main table holds an answer per row: map id, item and answer to its columns
 *   wide     the main table holds a column per element: map columns (names, "prefix_{id}", "/pattern/"),
 *            name and value (the new columns; default element and present)
 *   seed     non-negative integer below 2^53 (measures that draw); default 1
 * Errors: every family; on error *out is NULL and nothing is lost or written. */
ITG_API itg_status itg_measure_run(const char *measure, const itg_table *tables, int n_tables,
                                   const char *options, const itg_control *control, itg_result **out,
                                   itg_error *error);

/* ---- 7 results ------------------------------------------------------------------------------- */

/* A result is a few named tables.  The first is always "estimates", one tidy long table:
 *   measure, scale, <grouping columns>, n, n_missing, estimate, std_error, conf_low, conf_high, unit,
 *   level, reason
 * and the others are what the measure's description lists (matrices, curves, rows). */
ITG_API int itg_result_count(const itg_result *result);
ITG_API const itg_table *itg_result_table(const itg_result *result, int index); /* NULL beyond the end */
ITG_API const itg_table *itg_result_find(const itg_result *result, const char *name); /* NULL: none */

/* Remarks a reader must see (rows left out, rules chosen), one line each. */
ITG_API int itg_result_note_count(const itg_result *result);
ITG_API const char *itg_result_note_at(const itg_result *result, int index);

/* Provenance as JSON text, lives with the result: measure, library version, definition id and hash,
 * options as resolved, seed, rows and missing counts per input column. */
ITG_API const char *itg_result_provenance(const itg_result *result);

/* The whole result (tables by column, notes, provenance) as JSON text, yours (itg_text_free).  A missing cell is
 * null; an infinite limit is the text "Inf" or "-Inf", as in CSV, for JSON has no such number. */
ITG_API itg_status itg_result_json(const itg_result *result, char **json, itg_error *error);

ITG_API void itg_result_free(itg_result *result);

/* ---- 8 instruments --------------------------------------------------------------------------- */

/* Built-in definitions, in order of id (index from 0; NULL beyond the end). */
ITG_API int itg_instrument_count(void);
ITG_API const char *itg_instrument_at(int index);

/* The YAML text of a definition, by id or by path of a user's file; yours (itg_text_free). */
ITG_API itg_status itg_instrument_text(const char *instrument, char **text, itg_error *error);

/* Describe a definition as JSON without running its examples: id, version, kind, group, title, source, licence,
 * hash, items, scores, tables that its measure takes; where it has items also n_items, and numbers_only: those of them whose label is a number
 * only, since their names were not found or may not be printed (itg_instrument_label() takes yours).  Errors: the 300 family and 400 family with file, line and key. */
ITG_API itg_status itg_instrument_describe(const char *instrument, char **json, itg_error *error);

/* Check a definition (shape, meaning, worked examples) and describe it as JSON: id, version, kind,
 * title, source, licence, hash, items, scores.  `json` may be NULL.
 * Errors: the 400 family with file, line and key. */
ITG_API itg_status itg_instrument_check(const char *instrument, char **json, itg_error *error);

/* An empty CSV to collect data with: header line, and a line per item where rows are items (per perspective in the table
 * "indicators" of a scorecard).  `table` is one of those that the description lists as "tables" (NULL: the first, the
 * data).  Errors: ITG_ERR_ARGUMENT for another table, the 300 and 400 families. */
ITG_API itg_status itg_instrument_template(const char *instrument, const char *table, char **csv, itg_error *error);

/* A definition as spreadsheets (CSV text): its head (key and value: kind, title, source.citation, ...); the
 * items (levels, dimensions, ...) with what is said of each, a scale's also with the scores that take it; the
 * options: responses, code, word, and the reason of a code that is missing, or for a checklist and points the
 * clusters and components; and the scores of a scale with their rules (a column per key of a score,
 * `missing.rule` for a key within a key, | between the entries of a list), of a value set every profile with
 * its level sum and value, and of a map its table, whose categories and outcomes are options (empty text for
 * other kinds). Errors: ITG_ERR_INSTRUMENT where the kind has no
 * items. */
ITG_API itg_status itg_instrument_head(const char *instrument, char **csv, itg_error *error);
ITG_API itg_status itg_instrument_items(const char *instrument, char **csv, itg_error *error);
ITG_API itg_status itg_instrument_options(const char *instrument, char **csv, itg_error *error);
ITG_API itg_status itg_instrument_scores(const char *instrument, char **csv, itg_error *error);

/* The way back: a definition (YAML text) from the files definition.csv, items.csv, options.csv and scores.csv of a
 * folder, whose name becomes the id; choices and examples are to be added.  Kinds scale, checklist, points, stages,
 * ladder, map, scorecard and matrix; without definition.csv a scale.  A score takes the items of its cell `of`, else those
 * that name it; without scores.csv scores are means of complete answers.  Without options.csv the clusters or
 * components are those that the items name.  Errors: the 300 and 400 families. */
ITG_API itg_status itg_instrument_import(const char *folder, char **yaml, itg_error *error);

/* A definition (YAML text) with labels of the user's own: each row of the table has the id of an item, level, phase or
 * dimension (or of a cluster or component) and its label; rows without a label, and items without a row, stay as they
 * are. Everything else is kept, worked examples too; the id of a built-in definition gets "my-" before it.
 * Errors: ITG_ERR_COLUMN (id, label), ITG_ERR_DATA (no such item, no line of text), ITG_ERR_DUPLICATE,
 * ITG_ERR_EMPTY (no label differs), ITG_ERR_INSTRUMENT where the kind has no items. */
ITG_API itg_status itg_instrument_label(const char *instrument, const itg_table *labels, char **yaml, itg_error *error);

/* The catalogue of the 208 measurement systems that the sources name, as CSV text of the library: id (A03), name in
 * words of our own, group (instrument, classification, checklist, outcome, utilisation, economics, payment, need,
 * workload, design), definitions and measures that serve it (| between them), source, and a note: what is special, or
 * why nothing serves it. */
ITG_API const char *itg_catalogue(void);

/* ---- 9 evaluations --------------------------------------------------------------------------- */

typedef struct itg_evaluation itg_evaluation;

/* Read and run an evaluation file (YAML or JSON; see the manual of `integrade run`).  Paths in it are
 * relative to the file.  Errors: the 300 and 400 families with file, line and key. */
ITG_API itg_status itg_evaluation_run(const char *path, const itg_control *control, itg_evaluation **out,
                                      itg_error *error);
ITG_API const char *itg_evaluation_title(const itg_evaluation *evaluation);
ITG_API int itg_evaluation_count(const itg_evaluation *evaluation);              /* analyses */
ITG_API const char *itg_evaluation_id(const itg_evaluation *evaluation, int index);
ITG_API const itg_result *itg_evaluation_result(const itg_evaluation *evaluation, int index);

/* Row of the estimates of an analysis that is read first (place 0), second, ...; -1: there are no more. */
ITG_API int64_t itg_evaluation_headline(const itg_evaluation *evaluation, int index, int place);

/* The folder that the evaluation file itself names for its output, or NULL. */
ITG_API const char *itg_evaluation_folder(const itg_evaluation *evaluation);

/* Write tables (CSV, JSON), provenance.json and report.html into `folder` (made if absent).  Either all
 * files appear or none. */
ITG_API itg_status itg_evaluation_write(const itg_evaluation *evaluation, const char *folder, itg_error *error);

/* The same under a control, which is asked meanwhile; what is stopped leaves the folder as it was. */
ITG_API itg_status itg_evaluation_write_under(const itg_evaluation *evaluation, const char *folder,
                                              const itg_control *control, itg_error *error);

/* The report alone, as a self-contained HTML page (yours; itg_text_free). */
ITG_API itg_status itg_evaluation_html(const itg_evaluation *evaluation, char **html, itg_error *error);
ITG_API void itg_evaluation_free(itg_evaluation *evaluation);

/* ---- 10 states that merge -------------------------------------------------------------------- */

/* A state is one flat block of bytes without pointers: keep it, send it, merge it.  `spec` is YAML or JSON text: kind,
 * columns (their number p) or names (of the columns), about (one line of text: whatever else parts must have in common,
 * such as instrument, scale and options), and what the kind needs (defaults in brackets):
 *
 *   counts      levels: values are whole numbers from 1 to this
 *   moments
 *   products
 *   integers    values are whole numbers from -32768 to 32768
 *   bootstrap   replicates, seed (1), bounds (p powers of two, each above every |value| of its column)
 *   patterns    levels; patterns: how many different rows there is room for (4096)
 *   cells       levels (a list: the first columns are keys, whole numbers from 1 to these), bounds of the other
 *               columns, replicates (0), seed (1)
 *   rankings    replicates (0), seed (1), groups (1; of more, the first column is the group); a row is a rater, a
 *               column a unit, larger is later
 *
 * Merged in any order they give the same bits; the bytes of moments and products may differ, which hold twice the digits
 * of a double (Chan's rule), so that a result differs in its last bit only where rounding is all but undecided.
 * The bytes are the same on every machine; a checksum of all of them tells damage. */
ITG_API itg_status itg_state_size(const char *spec, size_t *size, itg_error *error);
ITG_API itg_status itg_state_init(void *state, size_t size, const char *spec, itg_error *error);

/* Add n rows: `values` holds p doubles per row, row after row; `ids` the record ids that key the draws of bootstrap,
 * cells and rankings (NULL elsewhere).  NaN is missing in patterns and in values of cells, refused elsewhere
 * (ITG_ERR_RANGE); a failed add or merge leaves the state as it was.  States merge that are of one specification, with
 * the same names in the same order (ITG_ERR_DATA).  The size of `state` is read from its head: check bytes from outside
 * with itg_state_finish_size first (ITG_ERR_DATA, where they are damaged or no state). */
ITG_API itg_status itg_state_add(void *state, const double *values, const uint64_t *ids, int64_t n,
                                 itg_error *error);
ITG_API itg_status itg_state_merge(void *state, const void *other, size_t other_size, itg_error *error);

/* Results of a state (ask for their number after the last add or merge), NaN where there are too few rows:
 *
 *   counts      per column the number of each level
 *   moments     per column n, mean, variance (n - 1)
 *   products, integers   n, p means, p x p covariances (n - 1)
 *   bootstrap   replicates x p weighted means
 *   patterns    per row that occurs its p levels (NaN missing) and how often (role `count` of measure agreement)
 *   cells       per replicate (0: all rows) and cell that occurs replicate, keys, and of each value weight and mean
 *               (measure functional_integration)
 *   rankings    per replicate, group that occurs and unit replicate, group, unit, raters, sum of t^3 - t over their
 *               ties, both with squared weights, and sum of ranks (measure concordance) */
ITG_API itg_status itg_state_finish_size(const void *state, size_t size, size_t *n_values, itg_error *error);
ITG_API itg_status itg_state_finish(const void *state, size_t size, double *values, itg_error *error);

/* Of a state whose bytes were checked: its kind; columns p of a row; the name of a column (from 0), NULL where the
 * columns have none; what it is about, "" unless said; rows added; a number that is the same for the same bytes, and
 * for others almost never; whether its results are for eyes and arithmetic (counts, moments, bootstrap: R and Python
 * give plain numbers) and not the table that a measure takes. */
ITG_API const char *itg_state_kind_name(const void *state);
ITG_API uint64_t itg_state_columns(const void *state);
ITG_API const char *itg_state_name(const void *state, uint64_t column);
ITG_API const char *itg_state_about(const void *state);
ITG_API int64_t itg_state_rows(const void *state);
ITG_API uint64_t itg_state_checksum(const void *state);
ITG_API int itg_state_is_plain(const void *state); /* 1 or 0 */

/* The state (yours; itg_state_free) with p names of its columns; it must have none, or these (ITG_ERR_DATA). */
ITG_API itg_status itg_state_with_names(const void *state, size_t size, const char *const *names, void **out,
                                        size_t *out_size, itg_error *error);
ITG_API void itg_state_free(void *state);

/* States as files: read (yours; itg_state_free) and checked; written beside and renamed, so that what fails leaves the
 * old file whole. */
ITG_API itg_status itg_state_read(const char *path, void **state, size_t *size, itg_error *error);
ITG_API itg_status itg_state_write(const char *path, const void *state, size_t size, itg_error *error);

/* Take all rows out again. */
ITG_API itg_status itg_state_clear(void *state, itg_error *error);

/* The results as a table with named columns (yours; itg_frame_free):
 *
 *   counts      level_1 ... (a row per column of the data; before them `column`, where these have names)
 *   moments     count, mean, variance (the same)
 *   products, integers   count, mean, then a column per column of the data, with its name, or item_1 ... (where there
 *               is none, or one is item, count or mean); a row per column (input `covariance` of measure reliability)
 *   bootstrap   mean_1 ... (a row per replicate)
 *   patterns    rating_1 ..., count
 *   cells       replicate, key_1 ..., count_1, mean_1 ...
 *   rankings    replicate, group, unit, raters, ties, raters_squared, ties_squared, rank_sum */
ITG_API itg_status itg_state_table(const void *state, size_t size, itg_frame **out, itg_error *error);

#ifdef __cplusplus
}
#endif
#endif
