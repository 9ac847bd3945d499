/* itg_frame.c - layer 1: tables that own their memory. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_frame.h"

/* Every text of a frame is kept once: cells repeat far more often than they differ. */
typedef struct entry {
  const char *text; /* NULL: free slot */
  uint64_t hash;
  bool is_name; /* already the name of a column */
} entry;

struct itg_frame {
  itg_table table; /* always a true view of the rest */
  itg_column *columns;
  bool *lent; /* the values of the column lie in room of the host's, n_rows exactly */
  int32_t column_capacity;
  int64_t row_capacity;
  int64_t *lines;
  int64_t *persons, n_persons; /* of the first n_persons rows; the others are not stated */
  itg_arena *arena;
  entry *entries; /* open addressing, capacity a power of two, at most half full */
  size_t n_entries, entry_capacity;
  itg_pace *pace; /* NULL: nobody to ask */
  uint32_t steps; /* since it was last looked at */
};

itg_status itg_frame_new(const char *name, const char *source, itg_frame **out, itg_error *error) {
  *out = NULL;
  itg_frame *frame = itg_alloc(1, sizeof *frame);
  if (!frame) return itg_fail_memory(error);
  frame->arena = itg_arena_new();
  if (frame->arena && name) frame->table.name = itg_arena_text(frame->arena, name, strlen(name));
  if (frame->arena && source) frame->table.source = itg_arena_text(frame->arena, source, strlen(source));
  if (!frame->arena || (name && !frame->table.name) || (source && !frame->table.source)) {
    itg_frame_free(frame);
    return itg_fail_memory(error);
  }
  *out = frame;
  return ITG_OK;
}

void itg_frame_free(itg_frame *frame) {
  if (!frame) return;
  for (int32_t i = 0; i < frame->table.n_columns; i++) {
    if (!frame->lent[i]) free((void *)frame->columns[i].data);
    free((void *)frame->columns[i].reason);
  }
  free(frame->columns);
  free(frame->lent);
  free(frame->lines);
  free(frame->persons);
  free(frame->entries);
  itg_arena_free(frame->arena);
  free(frame);
}

const itg_table *itg_frame_table(const itg_frame *frame) { return &frame->table; }

int64_t itg_frame_rows(const itg_frame *frame) { return frame->table.n_rows; }

/* ---- asking ---- */

void itg_frame_set_pace(itg_frame *frame, itg_pace *pace) { frame->pace = pace; }

/* One of 4096 rows and texts asks. */
static inline itg_status ask(itg_frame *frame, itg_error *error) {
  if (!frame->pace || ++frame->steps < 4096) return ITG_OK;
  frame->steps = 0;
  return itg_pace_step(frame->pace, error);
}

/* ---- texts ---- */

static uint64_t hash_text(const char *text, size_t size) { /* FNV-1a */
  uint64_t hash = UINT64_C(14695981039346656037);
  for (size_t i = 0; i < size; i++) hash = (hash ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
  return hash;
}

static itg_status grow_entries(itg_frame *frame, itg_error *error) {
  size_t capacity = frame->entry_capacity ? 2 * frame->entry_capacity : 64;
  entry *entries = itg_alloc(capacity, sizeof *entries);
  if (!entries) return itg_fail_memory(error);
  for (size_t i = 0; i < frame->entry_capacity; i++) {
    itg_status status = i & 65535 ? ITG_OK : itg_pace_step(frame->pace, error);
    if (status) {
      free(entries);
      return status;
    }
    if (!frame->entries[i].text) continue;
    size_t at = frame->entries[i].hash & (capacity - 1);
    while (entries[at].text) at = (at + 1) & (capacity - 1);
    entries[at] = frame->entries[i];
  }
  free(frame->entries);
  frame->entries = entries;
  frame->entry_capacity = capacity;
  return ITG_OK;
}

/* The one copy of a text. */
static itg_status intern(itg_frame *frame, const char *text, size_t size, entry **out, itg_error *error) {
  if (2 * frame->n_entries >= frame->entry_capacity) ITG_TRY(grow_entries(frame, error));
  uint64_t hash = hash_text(text, size);
  size_t mask = frame->entry_capacity - 1, at = hash & mask;
  for (; frame->entries[at].text; at = (at + 1) & mask) {
    const entry *e = &frame->entries[at];
    if (e->hash != hash || strncmp(e->text, text, size) != 0 || e->text[size]) continue;
    *out = &frame->entries[at];
    return ITG_OK;
  }
  const char *copy = itg_arena_text(frame->arena, text, size);
  if (!copy) return itg_fail_memory(error);
  frame->entries[at] = (entry){copy, hash, false};
  frame->n_entries++;
  *out = &frame->entries[at];
  return ITG_OK;
}

/* ---- shape ---- */

/* Rows from .. to-1 become missing. */
static void clear_rows(const itg_column *column, int64_t from, int64_t to) {
  if (from >= to) return;
  size_t size = itg_type_size(column->type), count = (size_t)(to - from);
  memset((uint8_t *)column->reason + from, ITG_REASON_MISSING, count);
  if (column->type == ITG_TYPE_DOUBLE) {
    double *values = (double *)column->data;
    for (int64_t i = from; i < to; i++) values[i] = NAN;
  } else {
    memset((char *)column->data + (size_t)from * size, 0, count * size);
  }
}

static itg_status reserve_column(itg_frame *frame, itg_error *error) {
  itg_table *table = &frame->table;
  if (table->n_columns < frame->column_capacity) return ITG_OK;
  if (table->n_columns > INT32_MAX / 2)
    return itg_fail(error, ITG_ERR_LIMIT, "a table has too many columns");
  int32_t capacity = table->n_columns ? 2 * table->n_columns : 8;
  itg_column *columns = itg_grow(frame->columns, (size_t)capacity, sizeof *columns);
  if (!columns) return itg_fail_memory(error);
  table->columns = frame->columns = columns;
  bool *lent = itg_grow(frame->lent, (size_t)capacity, sizeof *lent);
  if (!lent) return itg_fail_memory(error);
  frame->lent = lent;
  frame->column_capacity = capacity;
  return ITG_OK;
}

itg_status itg_frame_add_filled(itg_frame *frame, const char *name, itg_type type, const itg_control *control,
                                int *index, itg_error *error) {
  itg_table *table = &frame->table;
  size_t size = itg_type_size(type);
  if (!size) return itg_fail(error, ITG_ERR_INTERNAL, "column '%s' has the unknown type %d", name, (int)type);
  ITG_TRY(reserve_column(frame, error));
  entry *text;
  ITG_TRY(intern(frame, name, strlen(name), &text, error));
  if (text->is_name)
    return itg_fail_at(error, ITG_ERR_DUPLICATE, table, -1, name, "two columns have this name; rename one");
  void *room = control && control->room ? control->room(control->payload, type, table->n_rows) : NULL;
  void *data = room ? room : itg_grow(NULL, (size_t)frame->row_capacity, size);
  uint8_t *reason = itg_alloc((size_t)frame->row_capacity, 1);
  if (!data || !reason) {
    if (!room) free(data);
    free(reason);
    return itg_fail_memory(error);
  }
  text->is_name = true;
  frame->lent[table->n_columns] = room != NULL;
  itg_column *column = &frame->columns[table->n_columns];
  *column = (itg_column){.name = text->text,
                         .type = type,
                         .data = data,
                         .reason = reason,
                         .flags = type == ITG_TYPE_DOUBLE ? ITG_COLUMN_NAN_MISSING : 0};
  if (index) *index = table->n_columns;
  table->n_columns++;
  return ITG_OK;
}

itg_status itg_frame_add_column(itg_frame *frame, const char *name, itg_type type, int *index,
                                itg_error *error) {
  ITG_TRY(itg_frame_add_filled(frame, name, type, NULL, index, error));
  if (frame->table.n_rows > 4096) ITG_TRY(itg_pace_step(frame->pace, error));
  clear_rows(&frame->columns[frame->table.n_columns - 1], 0, frame->table.n_rows);
  return ITG_OK;
}

/* Values that lie in room of the host's, which cannot grow, come home. */
static itg_status take_home(itg_frame *frame, int32_t column, itg_error *error) {
  itg_column *c = &frame->columns[column];
  size_t size = itg_type_size(c->type);
  if (!frame->lent[column]) return ITG_OK;
  void *data = itg_alloc((size_t)frame->row_capacity, size);
  if (!data) return itg_fail_memory(error);
  memcpy(data, c->data, (size_t)frame->table.n_rows * size);
  c->data = data;
  frame->lent[column] = false;
  return ITG_OK;
}

itg_status itg_frame_set_type(itg_frame *frame, int column, itg_type type, itg_error *error) {
  itg_column *c = &frame->columns[column];
  int64_t n = frame->table.n_rows;
  if (c->type == type) return ITG_OK;
  ITG_TRY(take_home(frame, column, error));
  bool keep = c->type == ITG_TYPE_INT64 && type == ITG_TYPE_DOUBLE;
  void *data = itg_alloc((size_t)frame->row_capacity, itg_type_size(type));
  if (!data) return itg_fail_memory(error);
  if (keep) {
    const int64_t *from = c->data;
    double *to = data;
    for (int64_t i = 0; i < n; i++) to[i] = c->reason[i] ? NAN : (double)from[i];
  }
  free((void *)c->data);
  c->data = data;
  c->type = type;
  c->flags = type == ITG_TYPE_DOUBLE ? ITG_COLUMN_NAN_MISSING : 0;
  if (!keep) clear_rows(c, 0, n);
  return ITG_OK;
}

static itg_status reserve_rows(itg_frame *frame, int64_t n_rows, itg_error *error) {
  if (n_rows <= frame->row_capacity) return ITG_OK;
  int64_t capacity = frame->row_capacity + frame->row_capacity / 2;
  if (capacity < n_rows) capacity = n_rows;
  if (capacity < 16) capacity = 16;
  /* A column that did grow before another failed is merely larger than it need be. */
  for (int32_t i = 0; i < frame->table.n_columns; i++) {
    itg_column *column = &frame->columns[i];
    if (capacity > 65536) ITG_TRY(itg_pace_step(frame->pace, error));
    void *data = itg_grow((void *)column->data, (size_t)capacity, itg_type_size(column->type));
    if (!data) return itg_fail_memory(error);
    column->data = data;
    uint8_t *reason = itg_grow((void *)column->reason, (size_t)capacity, 1);
    if (!reason) return itg_fail_memory(error);
    column->reason = reason;
  }
  if (frame->table.source) { /* rows of a file know their lines */
    int64_t *lines = itg_grow(frame->lines, (size_t)capacity, sizeof *lines);
    if (!lines) return itg_fail_memory(error);
    frame->table.lines = frame->lines = lines;
  }
  frame->row_capacity = capacity;
  return ITG_OK;
}

itg_status itg_frame_resize(itg_frame *frame, int64_t n_rows, itg_error *error) {
  if (n_rows < 0)
    return itg_fail(error, ITG_ERR_INTERNAL, "a table cannot have %lld rows", (long long)n_rows);
  int64_t old = frame->table.n_rows;
  bool many = n_rows - old > 4096;
  ITG_TRY(ask(frame, error));
  for (int32_t i = 0; n_rows > old && i < frame->table.n_columns; i++) ITG_TRY(take_home(frame, i, error));
  ITG_TRY(reserve_rows(frame, n_rows, error));
  for (int32_t i = 0; i < frame->table.n_columns; i++) {
    clear_rows(&frame->columns[i], old, n_rows);
    if (many) ITG_TRY(itg_pace_step(frame->pace, error));
  }
  if (frame->lines && old < n_rows)
    memset(frame->lines + old, 0, (size_t)(n_rows - old) * sizeof *frame->lines);
  frame->table.n_rows = n_rows;
  return ITG_OK;
}

/* ---- cells ---- */

static void set_reason(itg_frame *frame, int64_t row, int column, itg_reason reason) {
  ((uint8_t *)frame->columns[column].reason)[row] = (uint8_t)reason;
}

void itg_frame_set_missing(itg_frame *frame, int64_t row, int column, itg_reason reason) {
  clear_rows(&frame->columns[column], row, row + 1);
  set_reason(frame, row, column, reason);
}

/* A value of the wrong kind for its column is a defect of the caller: the cell becomes "invalid". */
void itg_frame_set_double(itg_frame *frame, int64_t row, int column, double value) {
  const itg_column *c = &frame->columns[column];
  if (c->type != ITG_TYPE_DOUBLE || isnan(value)) {
    itg_frame_set_missing(frame, row, column, isnan(value) ? ITG_REASON_MISSING : ITG_REASON_INVALID);
    return;
  }
  ((double *)c->data)[row] = value;
  set_reason(frame, row, column, ITG_REASON_PRESENT);
}

itg_status itg_frame_own(itg_frame *frame, const char *text, const char **own, itg_error *error) {
  entry *e;
  ITG_TRY(ask(frame, error));
  ITG_TRY(intern(frame, text, strlen(text), &e, error));
  *own = e->text;
  return ITG_OK;
}

itg_status itg_frame_own_all(itg_frame *frame, const char *const *texts, int64_t n, const char **own, itg_error *error) {
  size_t room = 0;
  for (int64_t i = 0; i < n; i++) {
    ITG_PACE(frame->pace, i, error);
    room += strlen(texts[i]) + 1;
  }
  char *to = itg_arena_room(frame->arena, room, 1, error);
  if (!to) return ITG_ERR_MEMORY;
  for (int64_t i = 0; i < n; i++) {
    ITG_PACE(frame->pace, i, error);
    own[i] = to;
    to = stpcpy(to, texts[i]) + 1;
  }
  return ITG_OK;
}

void itg_frame_set_own(itg_frame *frame, int64_t row, int column, const char *own) {
  const itg_column *c = &frame->columns[column];
  if (c->type != ITG_TYPE_STRING) {
    itg_frame_set_missing(frame, row, column, ITG_REASON_INVALID);
    return;
  }
  ((const char **)c->data)[row] = own;
  set_reason(frame, row, column, ITG_REASON_PRESENT);
}

void itg_frame_set_int(itg_frame *frame, int64_t row, int column, int64_t value) {
  const itg_column *c = &frame->columns[column];
  if (c->type == ITG_TYPE_INT64) {
    ((int64_t *)c->data)[row] = value;
  } else if (c->type == ITG_TYPE_INT32 && value >= INT32_MIN && value <= INT32_MAX) {
    ((int32_t *)c->data)[row] = (int32_t)value;
  } else if (c->type == ITG_TYPE_DOUBLE) {
    ((double *)c->data)[row] = (double)value;
  } else {
    itg_frame_set_missing(frame, row, column, ITG_REASON_INVALID);
    return;
  }
  set_reason(frame, row, column, ITG_REASON_PRESENT);
}

void itg_frame_set_bool(itg_frame *frame, int64_t row, int column, bool value) {
  const itg_column *c = &frame->columns[column];
  if (c->type != ITG_TYPE_BOOL) {
    itg_frame_set_missing(frame, row, column, ITG_REASON_INVALID);
    return;
  }
  ((uint8_t *)c->data)[row] = value;
  set_reason(frame, row, column, ITG_REASON_PRESENT);
}

itg_status itg_frame_set_bytes(itg_frame *frame, int64_t row, int column, const char *text, size_t size,
                               itg_error *error) {
  const itg_column *c = &frame->columns[column];
  if (c->type != ITG_TYPE_STRING)
    return itg_fail(error, ITG_ERR_INTERNAL, "column '%s' does not hold text", c->name);
  const char **values = (const char **)c->data;
  /* Sorted and repeated texts: the one above is often the same. */
  const char *above = row > 0 ? values[row - 1] : NULL;
  if (!above || strncmp(above, text, size) != 0 || above[size]) {
    entry *e;
    ITG_TRY(ask(frame, error));
    ITG_TRY(intern(frame, text, size, &e, error));
    above = e->text;
  }
  values[row] = above;
  set_reason(frame, row, column, ITG_REASON_PRESENT);
  return ITG_OK;
}

itg_status itg_frame_set_text(itg_frame *frame, int64_t row, int column, const char *value,
                              itg_error *error) {
  if (value) return itg_frame_set_bytes(frame, row, column, value, strlen(value), error);
  itg_frame_set_missing(frame, row, column, ITG_REASON_MISSING);
  return ITG_OK;
}

itg_status itg_frame_set_persons(itg_frame *frame, int64_t row, int64_t n_persons, itg_error *error) {
  if (row >= frame->n_persons) {
    int64_t wanted = frame->row_capacity > row ? frame->row_capacity : row + 1;
    int64_t *persons = itg_grow(frame->persons, (size_t)wanted, sizeof *persons);
    if (!persons) return itg_fail_memory(error);
    frame->persons = persons;
    for (int64_t i = frame->n_persons; i < wanted; i++) persons[i] = -1;
    frame->n_persons = wanted;
  }
  frame->persons[row] = n_persons;
  return ITG_OK;
}

int64_t itg_frame_persons(const itg_frame *frame, int64_t row) {
  return row < frame->n_persons ? frame->persons[row] : -1;
}

void itg_frame_set_line(itg_frame *frame, int64_t row, int64_t line) {
  if (frame->lines) frame->lines[row] = line;
}

/* ---- whole columns ---- */

double *itg_frame_doubles(itg_frame *frame, int column) { return (double *)frame->columns[column].data; }

int32_t *itg_frame_int32s(itg_frame *frame, int column) { return (int32_t *)frame->columns[column].data; }

int64_t *itg_frame_ints(itg_frame *frame, int column) { return (int64_t *)frame->columns[column].data; }

uint8_t *itg_frame_reasons(itg_frame *frame, int column) { return (uint8_t *)frame->columns[column].reason; }

itg_status itg_frame_copy_rows(itg_frame *frame, const itg_table *table, int column, const char *name,
                               const int64_t *rows, itg_error *error) {
  const itg_column *from = &table->columns[column];
  int64_t n = frame->table.n_rows;
  int index;
  ITG_TRY(itg_frame_add_column(frame, name, from->type, &index, error));
  size_t size = itg_type_size(from->type);
  ptrdiff_t stride = from->stride ? from->stride : (ptrdiff_t)size;
  const char *source = from->data;
  char *values = (char *)frame->columns[index].data;
  uint8_t *reasons = itg_frame_reasons(frame, index);
  for (int64_t i = 0; i < n; i++) {
    int64_t row = rows ? rows[i] : i;
    ITG_PACE(frame->pace, i, error);
    if (row < 0) continue; /* stays missing */
    itg_reason reason = itg_column_reason(from, row);
    if (reason) {
      reasons[i] = (uint8_t)reason;
    } else if (from->type == ITG_TYPE_STRING) {
      const char *text;
      memcpy(&text, source + row * stride, sizeof text);
      ITG_TRY(itg_frame_set_text(frame, i, index, text, error));
    } else {
      memcpy(values + (size_t)i * size, source + row * stride, size);
      reasons[i] = ITG_REASON_PRESENT;
    }
  }
  return ITG_OK;
}

itg_status itg_frame_copy_column(itg_frame *frame, const itg_table *table, int column, const char *name,
                                 itg_error *error) {
  if (table->n_rows != frame->table.n_rows)
    return itg_fail(error, ITG_ERR_INTERNAL, "column '%s' has %lld rows, its new table %lld", name,
                    (long long)table->n_rows, (long long)frame->table.n_rows);
  return itg_frame_copy_rows(frame, table, column, name, NULL, error);
}

bool itg_frame_holds_rows(const itg_frame *frame, int index, const itg_table *table, int column, const int64_t *rows) {
  const itg_column *own = &frame->table.columns[index], *from = &table->columns[column];
  size_t size = itg_type_size(from->type);
  ptrdiff_t stride = from->stride ? from->stride : (ptrdiff_t)size;
  if (own->type != from->type) return false;
  for (int64_t i = 0; i < frame->table.n_rows; i++) {
    int64_t row = rows ? rows[i] : i;
    itg_reason reason = row < 0 ? ITG_REASON_MISSING : itg_column_reason(from, row);
    if (itg_column_reason(own, i) != reason) return false;
    if (reason) continue;
    const char *a = (const char *)own->data + (size_t)i * size, *b = (const char *)from->data + row * stride;
    char x[ITG_NUMBER_SIZE], y[ITG_NUMBER_SIZE];
    if (from->type == ITG_TYPE_STRING ? strcmp(itg_column_text(own, i, x), itg_column_text(from, row, y)) != 0
                                      : memcmp(a, b, size) != 0)
      return false;
  }
  return true;
}
