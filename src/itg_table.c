/* itg_table.c - layer 1: reading lent tables: numbers in blocks, text, categories and groups. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_frame.h"
#include "itg_sort.h"

/* ---- shape ---- */

const char *itg_table_label(const itg_table *table) {
  return table->source ? table->source : table->name ? table->name : "data";
}

int itg_table_column(const itg_table *table, const char *name) {
  for (int32_t i = 0; i < table->n_columns; i++)
    if (strcmp(table->columns[i].name, name) == 0) return i;
  return -1;
}

static int compare_names(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static itg_status check_names(const itg_table *table, itg_error *error) {
  itg_status status = ITG_OK;
  const char **names = itg_alloc((size_t)table->n_columns, sizeof *names);
  if (!names) return itg_fail_memory(error);
  for (int32_t i = 0; i < table->n_columns; i++) names[i] = table->columns[i].name;
  qsort(names, (size_t)table->n_columns, sizeof *names, compare_names);
  for (int32_t i = 1; i < table->n_columns && !status; i++) {
    if (strcmp(names[i - 1], names[i]) == 0)
      status = itg_fail_at(error, ITG_ERR_DUPLICATE, table, -1, names[i],
                           "two columns have this name; rename one");
  }
  free(names);
  return status;
}

/* Row of the first reason code that is none, or -1; eight at a time, as most are 0. */
static int64_t find_bad_reason(const uint8_t *reason, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    uint64_t eight;
    while (n - i >= 8 && (memcpy(&eight, reason + i, 8), eight == 0)) i += 8;
    if (i < n && reason[i] >= ITG_REASON_COUNT) return i;
  }
  return -1;
}

itg_status itg_table_check(const itg_table *table, itg_error *error) {
  if (!table || table->n_rows < 0 || table->n_columns < 0 || (table->n_columns && !table->columns))
    return itg_fail(error, ITG_ERR_ARGUMENT, "a table has no columns behind its count, or a count below 0");
  for (int32_t i = 0; i < table->n_columns; i++) {
    const itg_column *c = &table->columns[i];
    if (!c->name || !*c->name)
      return itg_fail_at(error, ITG_ERR_ARGUMENT, table, -1, NULL, "column %d has no name", (int)i + 1);
    if (itg_utf8_check(c->name, strlen(c->name)) >= 0)
      return itg_fail_at(error, ITG_ERR_ENCODING, table, -1, NULL, "the name of column %d is not UTF-8",
                         (int)i + 1);
    if (c->type < ITG_TYPE_INT32 || c->type > ITG_TYPE_STRING)
      return itg_fail_at(error, ITG_ERR_TYPE, table, -1, c->name, "%d is not a column type; types are 1 to 5",
                         (int)c->type);
    if (!c->data && table->n_rows > 0)
      return itg_fail_at(error, ITG_ERR_ARGUMENT, table, -1, c->name, "there are rows but no data");
    int64_t bad = c->reason ? find_bad_reason(c->reason, table->n_rows) : -1;
    if (bad >= 0)
      return itg_fail_at(error, ITG_ERR_ARGUMENT, table, bad, c->name,
                         "%d is not a missing reason; reasons are 0 to %d", (int)c->reason[bad],
                         (int)ITG_REASON_COUNT - 1);
  }
  return check_names(table, error);
}

/* ---- cells ---- */

/* Strided data need not be aligned, hence memcpy; on dense data it is one load. */
#define READ(type, column, row)                                                       \
  type value;                                                                         \
  memcpy(&value,                                                                      \
         (const char *)(column)->data +                                               \
             (row) * ((column)->stride ? (column)->stride : (ptrdiff_t)sizeof(type)), \
         sizeof value);                                                               \
  return value

static int32_t int32_at(const itg_column *column, int64_t row) { READ(int32_t, column, row); }
static int64_t int64_at(const itg_column *column, int64_t row) { READ(int64_t, column, row); }
static double double_at(const itg_column *column, int64_t row) { READ(double, column, row); }
static uint8_t bool_at(const itg_column *column, int64_t row) { READ(uint8_t, column, row); }
static const char *string_at(const itg_column *column, int64_t row) { READ(const char *, column, row); }

/* A NaN is no number: missing where the owner says so, else invalid. */
static itg_reason nan_reason(const itg_column *column) {
  return column->flags & ITG_COLUMN_NAN_MISSING ? ITG_REASON_MISSING : ITG_REASON_INVALID;
}

itg_reason itg_column_reason(const itg_column *column, int64_t row) {
  if (column->reason && column->reason[row]) return (itg_reason)column->reason[row];
  if (column->type == ITG_TYPE_DOUBLE && isnan(double_at(column, row))) return nan_reason(column);
  if (column->type == ITG_TYPE_INT32 && (column->flags & ITG_COLUMN_MIN_MISSING) &&
      int32_at(column, row) == INT32_MIN)
    return ITG_REASON_MISSING;
  if (column->type == ITG_TYPE_STRING && !string_at(column, row)) return ITG_REASON_MISSING;
  return ITG_REASON_PRESENT;
}

bool itg_column_is_number(const itg_column *column) {
  return column->type >= ITG_TYPE_INT32 && column->type <= ITG_TYPE_BOOL;
}

/* The value of a present cell of a number column. */
static double number_at(const itg_column *column, int64_t row) {
  switch (column->type) {
    case ITG_TYPE_INT32:
      return int32_at(column, row);
    case ITG_TYPE_INT64:
      return (double)int64_at(column, row);
    case ITG_TYPE_DOUBLE:
      return double_at(column, row);
    case ITG_TYPE_BOOL:
      return bool_at(column, row) != 0;
    case ITG_TYPE_STRING:
      break;
  }
  return NAN;
}

/* Rows one by one, wherever they lie: the columns of a matrix by rows are such. */
static void read_rows(const itg_column *column, int64_t first, int64_t count, double *values,
                      uint8_t *reasons) {
  const uint8_t *given = column->reason ? column->reason + first : NULL;
  const bool min_missing = column->flags & ITG_COLUMN_MIN_MISSING;
  const uint8_t none = column->type == ITG_TYPE_DOUBLE ? nan_reason(column) : ITG_REASON_MISSING;
#define READ_ROWS(cell_at, is_missing)                      \
  for (int64_t i = 0; i < count; i++) {                     \
    double value = cell_at(column, first + i);              \
    uint8_t reason = given ? given[i] : ITG_REASON_PRESENT; \
    if (!reason && (is_missing)) reason = none;             \
    values[i] = reason ? NAN : value;                       \
    reasons[i] = reason;                                    \
  }                                                         \
  break
  switch (column->type) {
    case ITG_TYPE_INT32:
      READ_ROWS(int32_at, min_missing && value == INT32_MIN);
    case ITG_TYPE_INT64:
      READ_ROWS(int64_at, false);
    case ITG_TYPE_DOUBLE:
      READ_ROWS(double_at, isnan(value));
    case ITG_TYPE_BOOL:
      READ_ROWS(0 != bool_at, false);
    case ITG_TYPE_STRING:
      for (int64_t i = 0; i < count; i++) {
        reasons[i] = (uint8_t)itg_column_reason(column, first + i);
        values[i] = NAN;
      }
  }
#undef READ_ROWS
}

enum { BLOCK = 16 };

/* Blocks of dense data whose cells are all present: plain copies that need no look at single cells.
 * Each returns false when the block must go the slow way. */
static bool block_double(const double *from, double *values) {
  int missing = 0;
  for (int j = 0; j < BLOCK; j++) {
    values[j] = from[j];
    missing |= from[j] != from[j];
  }
  return !missing;
}

static bool block_int32(const int32_t *from, uint32_t flags, double *values) {
  int missing = 0;
  for (int j = 0; j < BLOCK; j++) {
    values[j] = from[j];
    missing |= from[j] == INT32_MIN;
  }
  return !missing || !(flags & ITG_COLUMN_MIN_MISSING);
}

static bool block_int64(const int64_t *from, double *values) {
  for (int j = 0; j < BLOCK; j++) values[j] = (double)from[j];
  return true;
}

static bool block_bool(const uint8_t *from, double *values) {
  for (int j = 0; j < BLOCK; j++) values[j] = from[j] != 0;
  return true;
}

static bool all_present(const uint8_t *reason) {
  uint64_t half[2];
  memcpy(half, reason, sizeof half);
  return !(half[0] | half[1]);
}

static bool is_dense(const itg_column *column) {
  size_t size = column->type == ITG_TYPE_BOOL ? 1 : column->type == ITG_TYPE_INT32 ? 4 : 8;
  return (column->stride == 0 || column->stride == (ptrdiff_t)size) && (uintptr_t)column->data % size == 0;
}

/* Blocks from row `first` on; those with a missing cell go the slow way.  Returns how many rows were read. */
#define READ_BLOCKS(type, block)                                                \
  for (; i + BLOCK <= count; i += BLOCK) {                                      \
    const type *from = (const type *)column->data + first + i;                  \
    if ((column->reason && !all_present(column->reason + first + i)) || !block) \
      read_rows(column, first + i, BLOCK, values + i, reasons + i);             \
  }                                                                             \
  break

static int64_t read_blocks(const itg_column *column, int64_t first, int64_t count, double *values,
                           uint8_t *reasons) {
  int64_t i = 0;
  switch (column->type) {
    case ITG_TYPE_DOUBLE:
      READ_BLOCKS(double, block_double(from, values + i));
    case ITG_TYPE_INT32:
      READ_BLOCKS(int32_t, block_int32(from, column->flags, values + i));
    case ITG_TYPE_INT64:
      READ_BLOCKS(int64_t, block_int64(from, values + i));
    case ITG_TYPE_BOOL:
      READ_BLOCKS(uint8_t, block_bool(from, values + i));
    case ITG_TYPE_STRING:
      break;
  }
  return i;
}
#undef READ_BLOCKS

void itg_column_doubles(const itg_column *column, int64_t first, int64_t count, double *values,
                        uint8_t *reasons) {
  int64_t done = 0;
  if (is_dense(column)) {
    memset(reasons, ITG_REASON_PRESENT, (size_t)count);
    done = read_blocks(column, first, count, values, reasons);
  }
  read_rows(column, first + done, count - done, values + done, reasons + done);
}

const int32_t *itg_column_integers(const itg_column *column) {
  const bool plain = column->type == ITG_TYPE_INT32 && !column->reason && column->flags & ITG_COLUMN_MIN_MISSING;
  return plain && (!column->stride || column->stride == (ptrdiff_t)sizeof(int32_t)) ? column->data : NULL;
}

/* A present cell of a number column as text. */
static const char *print_number(const itg_column *column, int64_t row, char *buffer) {
  switch (column->type) {
    case ITG_TYPE_BOOL:
      return bool_at(column, row) ? "true" : "false";
    case ITG_TYPE_INT32:
      itg_integer_print(int32_at(column, row), buffer);
      break;
    case ITG_TYPE_INT64:
      itg_integer_print(int64_at(column, row), buffer);
      break;
    default:
      itg_number_print(number_at(column, row), buffer);
      break;
  }
  return buffer;
}

const char *itg_column_text(const itg_column *column, int64_t row, char *buffer) {
  if (itg_column_reason(column, row)) return NULL;
  if (column->type == ITG_TYPE_STRING) return string_at(column, row);
  return print_number(column, row, buffer);
}

/* ---- distinct values ---- */

/* Numbers the distinct values in the order in which they come.  A value is a 64-bit key and, for text,
 * the text whose hash the key is. */
typedef struct distinct {
  uint64_t *keys;
  const char **texts; /* NULL: keys alone */
  int64_t *rows;      /* row where each was first met */
  int32_t n, capacity;
  int32_t *slots; /* open addressing, twice the capacity; -1 is free */
  bool with_text;
  itg_pace *pace;
  itg_error *error;
  itg_status status; /* why nothing more can be added */
} distinct;

static uint64_t mix(uint64_t x) { /* every bit of the key moves the low bits of the slot */
  x ^= x >> 32;
  x *= UINT64_C(0x9E3779B97F4A7C15);
  return x ^ x >> 32;
}

static void distinct_clear(distinct *set) {
  free(set->keys);
  free(set->texts);
  free(set->rows);
  free(set->slots);
}

static bool distinct_grow(distinct *set) {
  set->status = ITG_ERR_MEMORY; /* until it is done */
  if (set->capacity > INT32_MAX / 8) return false;
  int32_t capacity = set->capacity ? 2 * set->capacity : 512;
  size_t n_slots = 2 * (size_t)capacity;
  uint64_t *keys = itg_grow(set->keys, (size_t)capacity, sizeof *keys);
  if (keys) set->keys = keys;
  int64_t *rows = itg_grow(set->rows, (size_t)capacity, sizeof *rows);
  if (rows) set->rows = rows;
  const char **texts = set->with_text ? itg_grow(set->texts, (size_t)capacity, sizeof *texts) : NULL;
  if (texts) set->texts = texts;
  int32_t *slots = itg_grow(set->slots, n_slots, sizeof *slots);
  if (slots) set->slots = slots;
  if (!keys || !rows || !slots || (set->with_text && !texts)) return false;
  memset(slots, 0xFF, n_slots * sizeof *slots);
  for (int32_t i = 0; i < set->n; i++) {
    if (i % 65536 == 0 && (set->status = itg_pace_step(set->pace, set->error))) return false;
    size_t at = mix(keys[i]) & (n_slots - 1);
    while (slots[at] >= 0) at = (at + 1) & (n_slots - 1);
    slots[at] = i;
  }
  set->capacity = capacity;
  set->status = ITG_OK;
  return true;
}

/* Number of a value, new or known; -1 with the status set. */
static inline int32_t distinct_add(distinct *set, uint64_t key, const char *text, int64_t row) {
  size_t mask = 2 * (size_t)set->capacity - 1, at = mix(key) & mask;
  for (int32_t i; set->capacity && (i = set->slots[at]) >= 0; at = (at + 1) & mask) {
    if (set->keys[i] == key && (!text || strcmp(set->texts[i], text) == 0)) return i;
  }
  if (set->n == set->capacity) {
    if (!distinct_grow(set)) return -1;
    return distinct_add(set, key, text, row);
  }
  set->keys[set->n] = key;
  set->rows[set->n] = row;
  if (text) set->texts[set->n] = text;
  set->slots[at] = set->n;
  return set->n++;
}

/* ---- factors ---- */

static uint64_t hash_text(const char *text) { /* FNV-1a */
  uint64_t hash = UINT64_C(14695981039346656037);
  for (; *text; text++) hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
  return hash;
}

/* Codes of a text column.  Frames and R keep each text once, so that most texts are recognised by
 * their address alone. */
static itg_status code_texts(const itg_column *column, int64_t n, int32_t *codes, distinct *set) {
  enum { CACHE = 1024 };
  struct {
    const char *text;
    int32_t code;
  } cache[CACHE];
  memset(cache, 0, sizeof cache);
  for (int64_t i = 0; i < n; i++) {
    const char *text = string_at(column, i);
    ITG_PACE(set->pace, i, set->error);
    if (!text || (column->reason && column->reason[i])) {
      codes[i] = -1;
      continue;
    }
    size_t at = mix((uint64_t)(uintptr_t)text) % CACHE;
    if (cache[at].text != text) {
      int32_t code = distinct_add(set, hash_text(text), text, i);
      if (code < 0) return set->status;
      cache[at].text = text;
      cache[at].code = code;
    }
    codes[i] = cache[at].code;
  }
  return ITG_OK;
}

static uint64_t number_key(const itg_column *column, int64_t row) {
  if (column->type != ITG_TYPE_DOUBLE) {
    return (uint64_t)(column->type == ITG_TYPE_INT64   ? int64_at(column, row)
                      : column->type == ITG_TYPE_INT32 ? (int64_t)int32_at(column, row)
                                                       : (int64_t)(bool_at(column, row) != 0));
  }
  double value = double_at(column, row) + 0.0; /* -0 is 0 */
  uint64_t key;
  memcpy(&key, &value, sizeof key);
  return key;
}

static itg_status code_numbers(const itg_column *column, int64_t n, int32_t *codes, distinct *set) {
  uint64_t last = 0;
  int32_t code = -1;
  for (int64_t i = 0; i < n; i++) {
    ITG_PACE(set->pace, i, set->error);
    if (itg_column_reason(column, i)) {
      codes[i] = -1;
      continue;
    }
    uint64_t key = number_key(column, i);
    if (code < 0 || key != last) {
      code = distinct_add(set, key, NULL, i);
      if (code < 0) return set->status;
      last = key;
    }
    codes[i] = code;
  }
  return ITG_OK;
}

/* A level on its way to its place. */
typedef struct level {
  double number;
  int64_t integer;
  const char *text;
  int32_t code;
} level;

static int compare_numbers(const void *a, const void *b) {
  const level *x = a, *y = b;
  return x->number < y->number ? -1 : x->number > y->number;
}

static int compare_texts(const void *a, const void *b) {
  return strcmp(((const level *)a)->text, ((const level *)b)->text);
}

static int compare_integers(const void *a, const void *b) {
  const level *x = a, *y = b;
  if (x->integer != y->integer) return x->integer < y->integer ? -1 : 1;
  return x->text && y->text ? strcmp(x->text, y->text) : 0;
}

/* Order the distinct values of a column. */
static itg_status order_levels(const itg_column *column, const distinct *set, itg_arena *arena, level *levels) {
  bool integers = true;
  for (int32_t i = 0; i < set->n; i++) {
    level *l = &levels[i];
    ITG_PACE(set->pace, i, set->error);
    l->code = i;
    if (column->type == ITG_TYPE_STRING) {
      size_t size = strlen(set->texts[i]);
      l->text = itg_arena_text(arena, set->texts[i], size);
      integers = integers && itg_integer_parse(set->texts[i], size, &l->integer);
    } else {
      char buffer[ITG_NUMBER_SIZE];
      const char *printed = print_number(column, set->rows[i], buffer);
      l->text = itg_arena_text(arena, printed, strlen(printed));
      l->number = number_at(column, set->rows[i]);
      l->integer = (int64_t)set->keys[i];
    }
    if (!l->text) return ITG_ERR_MEMORY;
  }
  int (*compare)(const void *, const void *) = compare_integers;
  if (column->type == ITG_TYPE_DOUBLE) compare = compare_numbers;
  if (column->type == ITG_TYPE_STRING && !integers) compare = compare_texts;
  return itg_sort(levels, (size_t)set->n, sizeof *levels, compare, set->pace, set->error);
}

/* Whole numbers that lie close together, such as record numbers: their own values are the slots, and the
 * order. */
enum { SPAN_LEAST = 1024, SPAN_PER_ROW = 4, READ = 512 };

static void widen_range(const int32_t *values, int count, double *low, double *high) {
  int32_t least = INT32_MAX, most = INT32_MIN; /* a missing value moves the upper end to itself at most */
  for (int i = 0; i < count; i++) {
    if (values[i] < least && values[i] != INT32_MIN) least = values[i];
    if (values[i] > most) most = values[i];
  }
  if (most == INT32_MIN) return;
  if (least < *low) *low = least;
  if (most > *high) *high = most;
}

/* Are all numbers whole, and within a span that is worth an array?  Else *span is 0.  Beyond 9e15 a double may have
 * been rounded. */
static itg_status find_span(const itg_column *column, int64_t n, int64_t *least, int64_t *span, itg_pace *pace,
                            itg_error *error) {
  double values[READ], low = INFINITY, high = -INFINITY;
  uint8_t reasons[READ];
  const bool whole = column->type == ITG_TYPE_INT32;
  const int32_t *integers = itg_column_integers(column);
  *span = 0;
  if (column->type == ITG_TYPE_STRING || column->type == ITG_TYPE_BOOL) return ITG_OK;
  for (int64_t first = 0; first < n; first += READ) {
    const int count = n - first < READ ? (int)(n - first) : READ;
    ITG_PACE(pace, first, error);
    if (integers) {
      widen_range(integers + first, count, &low, &high);
      continue;
    }
    itg_column_doubles(column, first, count, values, reasons);
    for (int i = 0; i < count; i++) {
      const double value = values[i];
      if (isnan(value)) continue;
      if (!whole && (!(fabs(value) < 9e15) || value != (double)(int64_t)value)) return ITG_OK;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return ITG_OK;
  const double width = high - low;
  if (width >= (double)(SPAN_LEAST + SPAN_PER_ROW * n) || width >= INT32_MAX) return ITG_OK;
  *least = (int64_t)low;
  *span = (int64_t)width + 1;
  return ITG_OK;
}

/* Each row's place in the span, and which places occur. */
static itg_status mark_places(const itg_column *column, int64_t n, int64_t least, int32_t *codes, int32_t *place,
                              itg_pace *pace, itg_error *error) {
  const int32_t *integers = itg_column_integers(column);
  double values[READ];
  uint8_t reasons[READ];
  for (int64_t first = 0; first < n; first += READ) {
    const int count = n - first < READ ? (int)(n - first) : READ;
    ITG_PACE(pace, first, error);
    if (!integers) itg_column_doubles(column, first, count, values, reasons);
    for (int i = 0; i < count; i++) {
      const bool missing = integers ? integers[first + i] == INT32_MIN : isnan(values[i]);
      const int64_t value = integers ? integers[first + i] : missing ? 0 : (int64_t)values[i];
      const int32_t code = missing ? -1 : (int32_t)(value - least);
      codes[first + i] = code;
      if (code >= 0) place[code] = 1;
    }
  }
  return ITG_OK;
}

/* The places that occur become levels, each its own number. */
static itg_status number_places(const itg_column *column, int64_t least, int64_t span, int32_t *place,
                                const char **labels, itg_arena *arena, itg_error *error) {
  for (int64_t k = 0, level = 0; k < span; k++) {
    char buffer[ITG_NUMBER_SIZE];
    ITG_PACE(itg_arena_pace(arena), k, error);
    if (!place[k]) continue;
    if (column->type == ITG_TYPE_DOUBLE)
      itg_number_print((double)(least + k), buffer);
    else
      itg_integer_print(least + k, buffer);
    if (!(labels[level] = itg_arena_text(arena, buffer, strlen(buffer)))) return itg_fail_memory(error);
    place[k] = (int32_t)level++;
  }
  return ITG_OK;
}

/* Codes to where their levels stand. */
static itg_status put_in_place(int32_t *codes, int64_t n, const int32_t *place, itg_pace *pace, itg_error *error) {
  for (int64_t i = 0; i < n; i++) {
    ITG_PACE(pace, i, error);
    if (codes[i] >= 0) codes[i] = place[codes[i]];
  }
  return ITG_OK;
}

static itg_status make_by_span(const itg_column *column, int64_t n, int64_t least, int64_t span,
                               itg_arena *arena, itg_factor *out, itg_error *error) {
  itg_pace *pace = itg_arena_pace(arena);
  int32_t *place = itg_alloc((size_t)span, sizeof *place), n_levels = 0;
  int32_t *codes = itg_arena_take(arena, (size_t)n, sizeof *codes);
  const char **labels = NULL;
  itg_status status =
      place && codes ? mark_places(column, n, least, codes, place, pace, error) : itg_fail_memory(error);
  for (int64_t k = 0; !status && k < span; k++) n_levels += place[k];
  if (!status) labels = itg_arena_alloc(arena, (size_t)n_levels, sizeof *labels);
  if (!status)
    status = labels ? number_places(column, least, span, place, labels, arena, error) : itg_fail_memory(error);
  if (!status && n_levels < span) status = put_in_place(codes, n, place, pace, error);
  free(place);
  if (!status) *out = (itg_factor){.n = n, .n_levels = n_levels, .codes = codes, .levels = labels};
  return status;
}

itg_status itg_factor_make(const itg_column *column, int64_t n_rows, itg_arena *arena, itg_factor *out,
                           itg_error *error) {
  itg_pace *pace = itg_arena_pace(arena);
  int64_t least, span;
  ITG_TRY(find_span(column, n_rows, &least, &span, pace, error));
  if (span) return make_by_span(column, n_rows, least, span, arena, out, error);
  itg_status status = ITG_OK;
  distinct set = {.with_text = column->type == ITG_TYPE_STRING, .pace = pace, .error = error};
  level *levels = NULL;
  int32_t *place = NULL;
  memset(out, 0, sizeof *out);
  int32_t *codes = itg_arena_take(arena, (size_t)n_rows, sizeof *codes);
  if (!codes) goto memory;
  if ((status = (set.with_text ? code_texts : code_numbers)(column, n_rows, codes, &set))) goto out;
  levels = itg_alloc((size_t)set.n, sizeof *levels);
  place = itg_alloc((size_t)set.n, sizeof *place);
  const char **labels = itg_arena_alloc(arena, (size_t)set.n, sizeof *labels);
  if (!levels || !place || !labels) goto memory;
  if ((status = order_levels(column, &set, arena, levels))) goto out;
  for (int32_t i = 0; i < set.n; i++) {
    place[levels[i].code] = i;
    labels[i] = levels[i].text;
  }
  if ((status = put_in_place(codes, n_rows, place, pace, error))) goto out;
  *out = (itg_factor){.n = n_rows, .n_levels = set.n, .codes = codes, .levels = labels};
  goto out;

memory:
  status = ITG_ERR_MEMORY;
out:
  distinct_clear(&set);
  free(levels);
  free(place);
  return status == ITG_ERR_MEMORY ? itg_fail_memory(error) : status;
}

int32_t itg_factor_find(const itg_factor *factor, const char *text) {
  for (int32_t i = 0; i < factor->n_levels; i++)
    if (strcmp(factor->levels[i], text) == 0) return i;
  return -1;
}

/* ---- groups ---- */

static int compare_keys(const void *a, const void *b) {
  const level *x = a, *y = b;
  return x->integer < y->integer ? -1 : x->integer > y->integer;
}

/* Split each group in `codes` by one factor more.  The key (group, level) orders the new groups. */
static itg_status split_groups(const itg_factor *factor, int64_t n, int32_t *codes, int32_t *n_groups,
                               int64_t **rows, itg_pace *pace, itg_error *error) {
  itg_status status = ITG_OK;
  distinct set = {.with_text = false, .pace = pace, .error = error};
  level *order = NULL;
  int32_t *place = NULL;
  int64_t *first = NULL;
  for (int64_t i = 0; i < n; i++) {
    int32_t level = factor->codes[i];
    if (i % 16384 == 0 && (status = itg_pace_step(pace, error))) goto out;
    if (codes[i] < 0 || level < 0) {
      codes[i] = -1;
      continue;
    }
    uint64_t key = (uint64_t)codes[i] * (uint64_t)factor->n_levels + (uint64_t)level;
    if ((codes[i] = distinct_add(&set, key, NULL, i)) < 0) {
      status = set.status;
      goto out;
    }
  }
  order = itg_alloc((size_t)set.n, sizeof *order);
  place = itg_alloc((size_t)set.n, sizeof *place);
  first = itg_alloc((size_t)set.n, sizeof *first);
  if (!order || !place || !first) {
    status = ITG_ERR_MEMORY;
    goto out;
  }
  for (int32_t i = 0; i < set.n; i++) order[i] = (level){.integer = (int64_t)set.keys[i], .code = i};
  if ((status = itg_sort(order, (size_t)set.n, sizeof *order, compare_keys, pace, error))) goto out;
  for (int32_t i = 0; i < set.n; i++) {
    place[order[i].code] = i;
    first[i] = set.rows[order[i].code];
  }
  if ((status = put_in_place(codes, n, place, pace, error))) goto out;
  *n_groups = set.n;
  free(*rows);
  *rows = first;
  first = NULL;
out:
  distinct_clear(&set);
  free(order);
  free(place);
  free(first);
  return status == ITG_ERR_MEMORY ? itg_fail_memory(error) : status;
}

itg_status itg_groups_make(const itg_factor *factors, const char *const *names, int n_columns, int64_t n_rows,
                           itg_arena *arena, itg_groups *out, itg_error *error) {
  itg_status status = ITG_OK;
  int64_t *rows = NULL; /* a row of each group */
  int32_t n_groups = 1; /* without columns: one group of all rows */
  memset(out, 0, sizeof *out);
  int32_t *codes = itg_arena_alloc(arena, (size_t)n_rows, sizeof *codes);
  const char **kept = itg_arena_alloc(arena, (size_t)n_columns, sizeof *kept);
  if (!codes || !kept) goto memory;
  for (int c = 0; c < n_columns; c++) {
    kept[c] = itg_arena_text(arena, names[c], strlen(names[c]));
    if (!kept[c]) goto memory;
    status = split_groups(&factors[c], n_rows, codes, &n_groups, &rows, itg_arena_pace(arena), error);
    if (status) goto out;
  }
  const char *const **labels = itg_arena_alloc(arena, (size_t)n_groups, sizeof *labels);
  const char **cells = itg_arena_alloc(arena, (size_t)n_groups * (size_t)n_columns, sizeof *cells);
  if (!labels || !cells) goto memory;
  for (int32_t g = 0; g < n_groups; g++) {
    labels[g] = cells + (size_t)g * (size_t)n_columns;
    for (int c = 0; c < n_columns; c++)
      cells[(size_t)g * (size_t)n_columns + (size_t)c] = factors[c].levels[factors[c].codes[rows[g]]];
  }
  *out = (itg_groups){.n = n_rows,
                      .n_groups = n_groups,
                      .n_columns = n_columns,
                      .codes = codes,
                      .names = kept,
                      .labels = labels};
  goto out;

memory:
  status = itg_fail_memory(error);
out:
  free(rows);
  return status;
}

/* ---- order ---- */

itg_status itg_codes_lists(const int32_t *codes, int32_t n_codes, const int64_t *from, int64_t n, itg_arena *arena,
                           itg_lists *out, itg_error *error) {
  out->start = itg_arena_room(arena, (size_t)n_codes + 2, sizeof *out->start, error);
  out->rows = itg_arena_room(arena, (size_t)n, sizeof *out->rows, error);
  if (!out->start || !out->rows) return ITG_ERR_MEMORY;
  int64_t *place = out->start + 1; /* begins as the start of each code, ends as that of the next */
  itg_pace *pace = itg_arena_pace(arena);
  for (int64_t i = 0; i < n; i++) {
    int32_t code = codes[from ? from[i] : i];
    ITG_PACE(pace, i, error);
    if (code >= 0) place[code + 1]++;
  }
  for (int32_t k = 0; k < n_codes; k++) place[k + 1] += place[k];
  for (int64_t i = 0; i < n; i++) {
    int64_t row = from ? from[i] : i;
    ITG_PACE(pace, i, error);
    if (codes[row] >= 0) out->rows[place[codes[row]]++] = row;
  }
  return ITG_OK;
}

itg_status itg_codes_order(const int32_t *codes, int32_t n_codes, const int64_t *from, int64_t n, itg_arena *arena,
                           int64_t **out, int64_t *n_out, itg_error *error) {
  itg_lists lists;
  ITG_TRY(itg_codes_lists(codes, n_codes, from, n, arena, &lists, error));
  *out = lists.rows;
  *n_out = lists.start[n_codes];
  return ITG_OK;
}
