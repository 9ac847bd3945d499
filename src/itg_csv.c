/* itg_csv.c - layer 1: a CSV file becomes a frame.
 *
 * The bytes are cut into cells as RFC 4180 says.  A few rows tell the types, then all rows are read; a
 * column that turns out to be text is read again, so most files are gone through once.  Strict where
 * leniency would guess: a cell too many or too few, a quote in the wrong place and a line ending of
 * old Macs are errors.  Lenient where nothing can be lost: byte-order mark, CRLF, no newline at the
 * end, blank lines.  A blank line is no row, but between the rows of a file of one column it is a row
 * whose cell is missing. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "itg_frame.h"
#include "itg_node.h"

enum { GUESS_ROWS = 100, PIECE = 1 << 22 }; /* bytes between two questions to the host */

typedef struct cell {
  const char *text;
  size_t size;
  bool quoted;
} cell;

/* A text that stands for missing. */
typedef struct absent {
  const char *text;
  size_t size;
  itg_reason reason;
} absent;

/* A column while it is read. */
typedef struct field {
  itg_type type;
  bool keep_text; /* option `text` */
  bool reading;   /* in this pass */
  bool again;     /* must be read once more, as text */
  int64_t *ints;
  double *doubles;
  uint8_t *reasons;
} field;

typedef struct reader {
  const char *source;
  const char *text, *end;
  const char *at;
  int64_t line; /* of `at`, from 1 */
  char separator;
  bool special[256];  /* bytes that end the plain part of a cell */
  bool may_miss[256]; /* first bytes of cells that may stand for missing */
  absent *absents;
  int32_t n_absents;
  const itg_node *keep_text, *keep_text_if;
  int64_t max_columns, max_cell, header_rows; /* header_rows 0: not said */
  itg_frame *frame;
  field *fields;
  int32_t n_fields;
  bool storing;
  int64_t guess;  /* about as many rows as there will be */
  itg_text plain; /* the last cell that had doubled quotes, without them */
  itg_pace *pace;
  itg_error *error;
} reader;

#define FAIL(r, status, place, ...) itg_fail_file((r)->error, status, (r)->source, place, 0, __VA_ARGS__)

/* ---- options ---- */

static const itg_field option_fields[] = {
    {.key = "separator", .type = ITG_FIELD_TEXT, .help = "one character; default: comma, semicolon or tab"},
    {.key = "na", .type = ITG_FIELD_ANY, .help = "cells that are missing, or a map from cell to reason"},
    {.key = "text", .type = ITG_FIELD_TEXTS, .help = "columns that stay text"},
    {.key = "text_if", .type = ITG_FIELD_TEXTS, .help = "the same, where the header has them"},
    {.key = "header_rows", .type = ITG_FIELD_INTEGER, .min = 1, .max = 20,
     .help = "rows before the data, the first of which names the columns; default: 3 for a Qualtrics export, else 1"},
    {.key = "max_bytes", .type = ITG_FIELD_NUMBER, .min = 1, .max = 1e18,
     .help = "largest file; default 2^36 bytes"},
    {.key = "max_columns", .type = ITG_FIELD_INTEGER, .fallback = "100000", .min = 1, .max = 1e7},
    {.key = "max_cell", .type = ITG_FIELD_INTEGER, .fallback = "1048576", .min = 1, .max = 1e9},
    {.key = NULL}};

static itg_status find_reason(const itg_node *node, itg_reason *out, itg_error *error) {
  const char *words[ITG_REASON_COUNT];
  for (int i = 0; i < ITG_REASON_COUNT; i++) {
    words[i] = itg_reason_text((itg_reason)i);
    if (i != ITG_REASON_PRESENT && node->kind == ITG_NODE_SCALAR && strcmp(node->text, words[i]) == 0) {
      *out = (itg_reason)i;
      return ITG_OK;
    }
  }
  const char *near = node->kind == ITG_NODE_SCALAR ? itg_suggest(node->text, words, ITG_REASON_COUNT) : NULL;
  return itg_fail_node(error, ITG_ERR_OPTION, node, "not a missing reason; write '%s'%s",
                       near ? near : "missing",
                       near ? "" : ", 'refused', 'not asked', 'not applicable', 'don't know' or 'invalid'");
}

/* The empty cell is missing whatever `na` says. */
static itg_status read_absents(reader *r, const itg_node *na, itg_arena *arena) {
  static const char *const defaults[] = {"", "NA"};
  bool scalar = na && na->kind == ITG_NODE_SCALAR;
  int32_t n = !na ? (int32_t)ITG_COUNT(defaults) : scalar ? 1 : na->count;
  r->absents = itg_arena_alloc(arena, (size_t)n, sizeof *r->absents);
  if (!r->absents) return itg_fail_memory(r->error);
  r->n_absents = n;
  r->may_miss[' '] = r->may_miss['\t'] = true;
  for (int32_t i = 0; i < n; i++) {
    absent *a = &r->absents[i];
    const itg_node *node = scalar ? na : na ? &na->items[i] : NULL;
    a->reason = ITG_REASON_MISSING;
    if (!node) {
      a->text = defaults[i];
    } else if (na->kind == ITG_NODE_MAP) {
      a->text = na->keys[i];
      ITG_TRY(find_reason(node, &a->reason, r->error));
    } else if (node->kind == ITG_NODE_SCALAR) {
      a->text = node->text;
    } else {
      return itg_fail_node(r->error, ITG_ERR_OPTION, node,
                           "'na' is a list of cells or a map from cell to reason");
    }
    a->size = strlen(a->text);
    r->may_miss[(unsigned char)a->text[0]] = true;
  }
  return ITG_OK;
}

static itg_status read_options(reader *r, const char *options, itg_arena *arena) {
  const itg_node *map;
  ITG_TRY(itg_node_parse(options ? options : "", options ? strlen(options) : 0, "options", arena, &map,
                         r->error));
  ITG_TRY(itg_schema_check(map, option_fields, "options of a CSV file", ITG_ERR_OPTION, ITG_ERR_OPTION,
                           r->error));
  const char *separator = itg_node_text(map, "separator", NULL);
  if (separator) {
    if (strlen(separator) != 1 || strchr("\"\r\n", *separator))
      return itg_fail_node(r->error, ITG_ERR_OPTION, itg_node_get(map, "separator"),
                           "'separator' is one character, not a quote or a line end");
    r->separator = *separator;
  }
  r->max_columns = 100000;
  r->max_cell = 1048576;
  itg_node_integer(itg_node_get(map, "max_columns"), &r->max_columns);
  itg_node_integer(itg_node_get(map, "max_cell"), &r->max_cell);
  itg_node_integer(itg_node_get(map, "header_rows"), &r->header_rows);
  r->keep_text = itg_node_get(map, "text");
  r->keep_text_if = itg_node_get(map, "text_if");
  const itg_node *na = itg_node_get(map, "na");
  return read_absents(r, itg_node_is_null(na) ? NULL : na, arena);
}

/* ---- bytes ---- */

static int64_t line_of(const reader *r, const char *place) {
  int64_t line = 1;
  for (const char *p = r->text; (p = memchr(p, '\n', (size_t)(place - p))); p++) line++;
  return line;
}

/* Files that are no text but that people hope can be read, by their first bytes. */
static const struct {
  const char *start, *what;
} foreign[] = {
    {"PK\3\4", "a ZIP file or a workbook, not CSV; save the sheet as CSV UTF-8"},
    {"$FL", "a file of SPSS, not CSV; read it with R's haven or pandas, or save it as CSV UTF-8"},
    {"<stata_dta>", "a file of Stata, not CSV; read it with R's haven or pandas, or save it as CSV UTF-8"},
    {"PAR1\x15", "a Parquet file, not CSV; read it with R's arrow or pandas, or save it as CSV UTF-8"},
    {"\x1F\x8B", "a gzip file; unpack it, as in: gzip -dc file.csv.gz"},
};

/* Offset of the first byte that is no text in UTF-8, or -1; piece by piece, cut before a character. */
static itg_status find_bad_byte(reader *r, int64_t *bad) {
  *bad = -1;
  for (const char *from = r->text, *to; from < r->end && *bad < 0; from = to) {
    to = r->end - from > PIECE ? from + PIECE : r->end;
    while (to < r->end && to > from + 1 && ((unsigned char)*to & 0xC0) == 0x80) to--;
    const char *nul = memchr(from, '\0', (size_t)(to - from));
    int64_t at = itg_utf8_check(from, (size_t)(to - from));
    if (nul && (at < 0 || nul - from < at)) at = nul - from;
    if (at >= 0) *bad = from - r->text + at;
    ITG_TRY(itg_pace_step(r->pace, r->error));
  }
  return ITG_OK;
}

static itg_status check_bytes(reader *r) {
  size_t size = (size_t)(r->end - r->text);
  if (size == 0) return FAIL(r, ITG_ERR_EMPTY, 0, "the file is empty; the first line must name the columns");
  if (size >= 3 && memcmp(r->text, "\xEF\xBB\xBF", 3) == 0) r->at += 3;
  if (size >= 2 && (memcmp(r->text, "\xFF\xFE", 2) == 0 || memcmp(r->text, "\xFE\xFF", 2) == 0))
    return FAIL(r, ITG_ERR_ENCODING, 1, "the text is UTF-16; save it as UTF-8");
  int64_t bad;
  ITG_TRY(find_bad_byte(r, &bad));
  if (bad < 0) return ITG_OK;
  for (size_t i = 0; i < ITG_COUNT(foreign); i++) {
    size_t length = strlen(foreign[i].start);
    if (size >= length && memcmp(r->text, foreign[i].start, length) == 0)
      return FAIL(r, ITG_ERR_ENCODING, 0, "this is %s", foreign[i].what);
  }
  return FAIL(r, ITG_ERR_ENCODING, line_of(r, r->text + bad),
              "byte 0x%02X at offset %lld is not text in UTF-8; save the file as CSV UTF-8",
              (unsigned)(unsigned char)r->text[bad], (long long)bad);
}

/* The one of comma, semicolon and tab that the header line holds most of, outside quotes. */
static char find_separator(const reader *r) {
  static const char candidates[] = {',', ';', '\t'};
  int64_t counts[ITG_COUNT(candidates)] = {0};
  bool quoted = false;
  for (const char *p = r->at; p < r->end && (quoted || *p != '\n'); p++) {
    if (*p == '"') quoted = !quoted;
    for (size_t i = 0; i < ITG_COUNT(candidates); i++) counts[i] += !quoted && *p == candidates[i];
  }
  size_t best = 0;
  for (size_t i = 1; i < ITG_COUNT(candidates); i++)
    if (counts[i] > counts[best]) best = i;
  return candidates[best];
}

/* ---- cells ---- */

static itg_status too_long(reader *r, int64_t line) {
  return FAIL(r, ITG_ERR_LIMIT, line,
              "a cell is longer than %lld bytes; is a quote missing? else raise 'max_cell'",
              (long long)r->max_cell);
}

/* The cell whose opening quote stands at r->at. */
static itg_status quoted_cell(reader *r, cell *out) {
  const char *start = r->at + 1, *p = start;
  int64_t opened = r->line;
  bool doubled = false;
  for (;; p += 2, doubled = true) {
    p = memchr(p, '"', (size_t)(r->end - p));
    if (!p) return FAIL(r, ITG_ERR_CSV, opened, "the quote that opens here is never closed; close it");
    if (p + 1 == r->end || p[1] != '"') break;
  }
  if (p - start > r->max_cell) return too_long(r, opened);
  for (const char *q = start; (q = memchr(q, '\n', (size_t)(p - q))); q++) r->line++;
  *out = (cell){start, (size_t)(p - start), true};
  r->at = p + 1;
  if (r->at < r->end && *r->at != r->separator && *r->at != '\n' && *r->at != '\r')
    return FAIL(r, ITG_ERR_CSV, r->line,
                "text stands after the closing quote of the cell that began on line %lld; a quote inside a "
                "cell is written twice",
                (long long)opened);
  if (!doubled) return ITG_OK;
  r->plain.size = 0;
  while (start < p) {
    const char *quote = memchr(start, '"', (size_t)(p - start));
    const char *stop = quote ? quote + 1 : p; /* with the first of the two quotes */
    itg_text_append(&r->plain, start, (size_t)(stop - start));
    start = quote ? stop + 1 : p;
  }
  if (r->plain.failed) return itg_fail_memory(r->error);
  out->text = r->plain.data;
  out->size = r->plain.size;
  return ITG_OK;
}

/* What ends a cell that no separator ends: a line end, the end of the text, or a fault. */
static itg_status end_row(reader *r, const cell *c) {
  if (c->size > (size_t)r->max_cell) return too_long(r, r->line);
  if (r->at == r->end) return ITG_OK;
  if (*r->at == '"')
    return FAIL(
        r, ITG_ERR_CSV, r->line,
        "a quote stands inside a cell without quotes; put the cell in quotes and write the quote twice");
  if (*r->at == '\r') {
    if (r->at + 1 < r->end && r->at[1] != '\n')
      return FAIL(r, ITG_ERR_CSV, r->line, "a carriage return stands alone; end lines with LF or CRLF");
    r->at++;
  }
  if (r->at < r->end) r->at++;
  r->line++;
  return ITG_OK;
}

/* The next cell of the row, and whether it is the last of it. */
static inline itg_status next_cell(reader *r, cell *out, bool *last) {
  const char *p = r->at, *end = r->end;
  if (p < end && *p == '"') {
    ITG_TRY(quoted_cell(r, out));
    p = r->at;
  } else {
    while (p < end && !r->special[(unsigned char)*p]) p++;
    *out = (cell){r->at, (size_t)(p - r->at), false};
    r->at = p;
  }
  *last = p == end || *p != r->separator || out->size > (size_t)r->max_cell;
  if (*last) return end_row(r, out);
  r->at++;
  return ITG_OK;
}

static bool skip_blank_line(reader *r) {
  const char *p = r->at;
  if (p < r->end && *p == '\r' && (p + 1 == r->end || p[1] == '\n')) p++;
  if (p == r->at && (p == r->end || *p != '\n')) return false;
  if (p < r->end) p++;
  r->at = p;
  r->line++;
  return true;
}

static bool is_space(char c) { return c == ' ' || c == '\t'; }

static void trim(const char **text, const char **end) {
  while (*text < *end && is_space(**text)) ++*text;
  while (*end > *text && is_space((*end)[-1])) --*end;
}

static itg_reason find_absent(const reader *r, const cell *c) {
  const char *text = c->text, *end = text + c->size;
  trim(&text, &end);
  size_t size = (size_t)(end - text);
  for (int32_t i = 0; i < r->n_absents; i++) {
    const absent *a = &r->absents[i];
    if (a->size == size && memcmp(a->text, text, size) == 0) return a->reason;
  }
  return size ? ITG_REASON_PRESENT : ITG_REASON_MISSING;
}

static inline itg_reason cell_reason(const reader *r, const cell *c) {
  return c->size && !r->may_miss[(unsigned char)*c->text] ? ITG_REASON_PRESENT : find_absent(r, c);
}

static inline bool is_digit(char c) { return (unsigned char)(c - '0') < 10; }

/* What a cell is by itself: an integer, a decimal number, or text.  Digits that a number would lose
 * (leading zeros, integers beyond int64) make text. */
static inline itg_type cell_type(const cell *c, int64_t *integer, double *number) {
  const char *p = c->text, *end = p + c->size;
  if (is_space(*p) || is_space(end[-1])) trim(&p, &end);
  const char *start = p;
  bool negative = *p == '-';
  if (negative || *p == '+') p++;
  const char *digits = p;
  int64_t value = 0;
  while (p < end && is_digit(*p) && p - digits < 18) value = value * 10 + (*p++ - '0');
  if (p - digits > 1 && *digits == '0') return ITG_TYPE_STRING;
  if (p == end && p > digits && negative && !value) { /* integers have no such zero */
    *number = -0.0;
    return ITG_TYPE_DOUBLE;
  }
  if (p == end && p > digits) {
    *integer = negative ? -value : value;
    return ITG_TYPE_INT64;
  }
  while (p < end && is_digit(*p)) p++;
  if (p == end)
    return itg_integer_parse(start, (size_t)(end - start), integer) ? ITG_TYPE_INT64 : ITG_TYPE_STRING;
  return itg_number_parse(start, (size_t)(end - start), number) ? ITG_TYPE_DOUBLE : ITG_TYPE_STRING;
}

/* ---- rows ---- */

static void bind(reader *r, int32_t i) {
  field *f = &r->fields[i];
  f->ints = itg_frame_ints(r->frame, i);
  f->doubles = itg_frame_doubles(r->frame, i);
  f->reasons = itg_frame_reasons(r->frame, i);
}

static itg_status widen(reader *r, int32_t i, itg_type type) {
  field *f = &r->fields[i];
  ITG_TRY(itg_frame_set_type(r->frame, i, type, r->error));
  f->type = type;
  bind(r, i);
  if (type == ITG_TYPE_STRING && r->storing) {
    f->again = true;
    f->reading = false;
  }
  return ITG_OK;
}

static inline itg_status read_cell(reader *r, int32_t i, int64_t row, const cell *c) {
  field *f = &r->fields[i];
  if (!f->reading) return ITG_OK;
  itg_reason reason = cell_reason(r, c);
  if (reason) {
    if (r->storing) f->reasons[row] = (uint8_t)reason;
    return ITG_OK;
  }
  if (f->type == ITG_TYPE_STRING)
    return r->storing ? itg_frame_set_bytes(r->frame, row, i, c->text, c->size, r->error) : ITG_OK;
  int64_t integer = 0;
  double number = 0;
  itg_type type = cell_type(c, &integer, &number);
  if (type > f->type) ITG_TRY(widen(r, i, type));
  if (!r->storing || !f->reading) return ITG_OK;
  if (f->type == ITG_TYPE_INT64)
    f->ints[row] = integer;
  else
    f->doubles[row] = type == ITG_TYPE_INT64 ? (double)integer : number;
  f->reasons[row] = ITG_REASON_PRESENT;
  return ITG_OK;
}

/* A row whose cells are as many as the header's; `line` is where it began. */
static itg_status read_row(reader *r, int64_t row) {
  int64_t line = r->line;
  int32_t n = 0;
  cell c;
  for (bool last = false; !last; n++) {
    ITG_TRY(next_cell(r, &c, &last));
    if (n < r->n_fields) ITG_TRY(read_cell(r, n, row, &c));
    if (n == INT32_MAX - 1) break;
  }
  if (n == r->n_fields) return ITG_OK;
  return FAIL(r, ITG_ERR_CSV, line, "%d cell%s, but the header names %d column%s; add or remove separators",
              n, n == 1 ? "" : "s", r->n_fields, r->n_fields == 1 ? "" : "s");
}

static itg_status make_row(reader *r, int64_t row, int64_t line) {
  if (!r->storing) return ITG_OK;
  if (row == itg_frame_rows(r->frame)) {
    ITG_TRY(itg_frame_resize(r->frame, row < r->guess ? r->guess : row + row / 2 + 16, r->error));
    for (int32_t i = 0; i < r->n_fields; i++) bind(r, i);
  }
  itg_frame_set_line(r->frame, row, line);
  return ITG_OK;
}

/* Rows from `at` on, `limit` of them at most. */
static itg_status read_rows(reader *r, int64_t limit, int64_t *n_rows) {
  int64_t row = 0, blank = 0;
  for (int64_t lines = 0; r->at < r->end && row < limit; lines++) {
    if (r->pace && lines % 4096 == 4095)
      ITG_TRY(itg_pace_stop(r->pace, (double)(r->at - r->text) / (double)(r->end - r->text), r->error));
    if (skip_blank_line(r)) {
      blank++;
      continue;
    }
    for (; blank > 0 && r->n_fields == 1; blank--) ITG_TRY(make_row(r, row++, r->line - blank));
    blank = 0;
    ITG_TRY(make_row(r, row, r->line));
    ITG_TRY(read_row(r, row));
    row++;
  }
  *n_rows = row;
  return ITG_OK;
}

/* ---- the file ---- */

static itg_status add_field(reader *r, const cell *c) {
  if (r->n_fields == r->max_columns)
    return FAIL(r, ITG_ERR_LIMIT, r->line,
                "the header has more than %lld columns; is this CSV? else raise 'max_columns'",
                (long long)r->max_columns);
  const char *text = c->text, *end = text + c->size;
  if (!c->quoted) trim(&text, &end);
  if (text == end)
    return FAIL(r, ITG_ERR_CSV, r->line, "column %d has no name; name every column (in R: row.names = FALSE)",
                r->n_fields + 1);
  char *name = itg_alloc((size_t)(end - text) + 1, 1);
  if (!name) return itg_fail_memory(r->error);
  memcpy(name, text, (size_t)(end - text));
  itg_status status = itg_frame_add_column(r->frame, name, ITG_TYPE_INT64, NULL, NULL);
  if (status == ITG_ERR_DUPLICATE)
    FAIL(r, status, r->line, "two columns are named '%.100s'; rename one", name);
  else if (status)
    itg_fail_memory(r->error);
  free(name);
  r->n_fields += status == ITG_OK;
  return status;
}

static itg_status read_header(reader *r) {
  while (skip_blank_line(r)) continue;
  if (r->at == r->end)
    return FAIL(r, ITG_ERR_EMPTY, 0, "there is no header line; the first line must name the columns");
  if (!r->separator) r->separator = find_separator(r);
  r->special[(unsigned char)r->separator] = true;
  r->special['"'] = r->special['\r'] = r->special['\n'] = true;
  for (bool last = false; !last;) {
    cell c;
    int64_t line = r->line;
    ITG_TRY(next_cell(r, &c, &last));
    int64_t next = r->line;
    r->line = line; /* a fault of the name stands where its cell stands */
    ITG_TRY(add_field(r, &c));
    r->line = next;
  }
  r->fields = itg_alloc((size_t)r->n_fields, sizeof *r->fields);
  if (!r->fields) return itg_fail_memory(r->error);
  for (int32_t i = 0; i < r->n_fields; i++) r->fields[i] = (field){.type = ITG_TYPE_INT64, .reading = true};
  return ITG_OK;
}

/* Pass over one row; its first cell begins with `head`. */
static itg_status skip_row(reader *r, const char *head, bool *found) {
  size_t size = strlen(head);
  cell c;
  *found = false;
  for (bool last = false, first = true; !last; first = false) {
    ITG_TRY(next_cell(r, &c, &last));
    if (first) *found = c.size >= size && memcmp(c.text, head, size) == 0;
  }
  return ITG_OK;
}

/* Rows between the names and the data.  Qualtrics writes two: the questions, and {"ImportId":...}. */
static itg_status skip_header_rows(reader *r) {
  const char *at = r->at;
  int64_t line = r->line;
  bool found = false;
  if (r->header_rows) {
    for (int64_t i = 1; i < r->header_rows && r->at < r->end; i++) ITG_TRY(skip_row(r, "", &found));
    return ITG_OK;
  }
  itg_error *error = r->error;
  r->error = NULL; /* what is wrong here will be told when the rows are read */
  itg_status status = ITG_OK;
  for (int i = 0; i < 2 && !status && r->at < r->end; i++) status = skip_row(r, "{\"ImportId\":", &found);
  r->error = error;
  if (status || !found) {
    r->at = at;
    r->line = line;
  }
  return status == ITG_ERR_MEMORY ? itg_fail_memory(error) : ITG_OK;
}

/* Option `text`: a name that the header lacks is an error, so that no misspelling goes unnoticed; not so text_if. */
static itg_status keep_texts(reader *r, const itg_node *list, bool needed) {
  const itg_table *table = itg_frame_table(r->frame);
  for (int32_t i = 0; i < itg_node_length(list); i++) {
    const char *name = itg_node_element(list, i)->text;
    int index = itg_table_column(table, name);
    if (index < 0 && !needed) continue;
    if (index < 0)
      return FAIL(r, ITG_ERR_COLUMN, 0, "option 'text' names the column '%.100s', which the header lacks",
                  name);
    ITG_TRY(widen(r, index, ITG_TYPE_STRING));
  }
  return ITG_OK;
}

static itg_status read_table(reader *r) {
  int64_t n_rows;
  ITG_TRY(read_header(r));
  ITG_TRY(skip_header_rows(r));
  ITG_TRY(keep_texts(r, r->keep_text, true));
  ITG_TRY(keep_texts(r, r->keep_text_if, false));
  const char *first = r->at;
  int64_t first_line = r->line;
  ITG_TRY(read_rows(r, GUESS_ROWS, &n_rows));
  r->storing = true;
  r->guess = r->at == r->end
                 ? n_rows
                 : (int64_t)(1.02 * (double)n_rows * (double)(r->end - first) / (double)(r->at - first));
  for (bool more = true; more;) {
    r->at = first;
    r->line = first_line;
    ITG_TRY(read_rows(r, INT64_MAX, &n_rows));
    ITG_TRY(itg_frame_resize(r->frame, n_rows, r->error));
    more = false;
    for (int32_t i = 0; i < r->n_fields; i++) {
      field *f = &r->fields[i];
      more |= f->reading = f->again;
      f->again = false;
    }
  }
  return ITG_OK;
}

static itg_status parse(const char *text, size_t size, const char *source, const char *options, itg_pace *pace,
                        itg_frame **out, itg_error *error) {
  itg_status status;
  reader r = {
      .source = source ? source : "text", .text = text, .line = 1, .pace = pace, .error = error, .plain = ITG_TEXT_EMPTY};
  *out = NULL;
  if (!text && size) return itg_fail(error, ITG_ERR_ARGUMENT, "there is no text to read");
  r.at = r.text = text ? text : "";
  r.end = r.at + size;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  if ((status = read_options(&r, options, arena))) goto out;
  if ((status = check_bytes(&r))) goto out;
  if ((status = itg_frame_new(NULL, r.source, &r.frame, error))) goto out;
  itg_frame_set_pace(r.frame, pace);
  if ((status = read_table(&r))) goto out;
  itg_frame_set_pace(r.frame, NULL);
  *out = r.frame;
  r.frame = NULL;
out:
  itg_frame_free(r.frame);
  free(r.fields);
  itg_text_clear(&r.plain);
  itg_arena_free(arena);
  return status;
}

itg_status itg_frame_parse(const char *text, size_t size, const char *source, const char *options,
                           itg_frame **out, itg_error *error) {
  return parse(text, size, source, options, NULL, out, error);
}

static const double MOST_BYTES = 68719476736.0; /* 2^36 */

/* Option `max_bytes`; the other options are read, and all are checked, with the text. */
static double most_bytes(const char *options) {
  const itg_node *map = NULL;
  double most = MOST_BYTES;
  itg_arena *arena = options ? itg_arena_new() : NULL;
  if (arena && !itg_node_parse(options, strlen(options), "options", arena, &map, NULL))
    itg_node_number(itg_node_get(map, "max_bytes"), &most);
  itg_arena_free(arena);
  return most;
}

/* A device or a pipe may never end: reading stops at the limit, and early at a byte that no text has. */
static itg_status read_bytes(FILE *file, size_t expected, double most, const char *source, itg_text *text,
                             itg_pace *pace, itg_error *error) {
  size_t capacity = expected + 2, size = 0, looked = 0;
  char *bytes = itg_alloc(capacity, 1);
  if (!bytes) return itg_fail_memory(error);
  for (;;) {
    size_t wanted = capacity - size < PIECE ? capacity - size : PIECE, got = fread(bytes + size, 1, wanted, file);
    itg_status status = itg_pace_step(pace, error);
    if (status) {
      free(bytes);
      return status;
    }
    size += got;
    if (!expected && memchr(bytes + looked, '\0', size - looked)) break;
    looked = size;
    if ((double)size > most) {
      char limit[ITG_NUMBER_SIZE];
      free(bytes);
      itg_number_print(most, limit);
      return itg_fail_file(error, ITG_ERR_LIMIT, source, 0, 0,
                           "there are more than %s bytes; does it end? else raise 'max_bytes' or cut it", limit);
    }
    if (got < wanted) break;
    if (size < capacity) continue;
    capacity = capacity < 65536 ? 65536 : 2 * capacity;
    char *more = itg_grow(bytes, capacity, 1);
    if (!more) {
      free(bytes);
      return itg_fail_memory(error);
    }
    bytes = more;
  }
  if (ferror(file)) {
    free(bytes);
    return itg_fail_file(error, ITG_ERR_FILE, source, 0, 0, "the file cannot be read to its end");
  }
  *text = (itg_text){bytes, size, capacity, false};
  return ITG_OK;
}

itg_status itg_frame_read(const char *path, const char *options, itg_frame **out, itg_error *error) {
  return itg_frame_read_under(path, options, NULL, out, error);
}

itg_status itg_frame_read_under(const char *path, const char *options, const itg_control *control, itg_frame **out,
                                itg_error *error) {
  itg_meter meter; /* a file may be gone through twice */
  itg_pace pace = {&meter.control, 0};
  itg_meter_start(&meter, control);
  bool standard = path && strcmp(path, "-") == 0;
  const char *source = standard ? "standard input" : path;
  itg_text text = ITG_TEXT_EMPTY;
  struct stat about = {0};
  *out = NULL;
  if (!path || !*path) return itg_fail(error, ITG_ERR_ARGUMENT, "no file is named");
  if (!standard && stat(path, &about) == 0 && S_ISDIR(about.st_mode))
    return itg_fail_file(error, ITG_ERR_FILE, path, 0, 0, "this is a folder; name a CSV file in it");
  FILE *file = standard ? stdin : fopen(path, "rb");
  if (!file)
    return itg_fail_file(error, ITG_ERR_FILE, path, 0, 0, "%s; check the path",
                         errno == ENOENT   ? "there is no such file"
                         : errno == EACCES ? "the file may not be read"
                                           : "the file cannot be opened");
  size_t expected = about.st_size > 0 && (uint64_t)about.st_size < SIZE_MAX / 2 ? (size_t)about.st_size : 0;
  itg_status status = read_bytes(file, expected, most_bytes(options), source, &text, &pace, error);
  if (!standard) fclose(file);
  if (!status) status = parse(text.data, text.size, source, options, &pace, out, error);
  itg_text_clear(&text);
  return status;
}
