/* itg_reshape.c - layer 3: tables turned from long answers to a column per item, and back. */
#include "itg_reshape.h"

#include <stdlib.h>
#include <string.h>

const itg_field itg_long_fields[] = {
    {"id", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL,
     "column of the respondent, or whatever a row shall be"},
    {"item", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "column that names the item"},
    {"answer", ITG_FIELD_TEXT, true, NULL, NULL, 0, 0, NULL, "column of the answer"},
    {0}};

const itg_field itg_wide_fields[] = {
    {"columns", ITG_FIELD_TEXTS, true, NULL, NULL, 0, 0, NULL,
     "columns that become rows: names, \"prefix_{id}\", or \"/PCRE2 pattern/\", whose first group, as in "
     "\"/^goals___([1-5])$/\", is the id"},
    {"name", ITG_FIELD_TEXT, false, "element", NULL, 0, 0, NULL,
     "new column that names them; default: element"},
    {"value", ITG_FIELD_TEXT, false, "present", NULL, 0, 0, NULL,
     "new column of their cells; default: present"},
    {"as", ITG_FIELD_TEXT, false, "{id}", NULL, 0, 0, NULL,
     "how the ids are written: \"e{id}\" makes e1 of goals___1; default: as they are"},
    {0}};

/* ---- cells ---- */

static itg_status copy_cell(itg_frame *frame, int64_t row, int column, itg_type type, const itg_column *from,
                            int64_t source, itg_error *error) {
  char buffer[ITG_NUMBER_SIZE];
  itg_reason reason = itg_column_reason(from, source);
  double value;
  uint8_t none;
  if (reason) {
    itg_frame_set_missing(frame, row, column, reason);
    return ITG_OK;
  }
  if (type == ITG_TYPE_STRING || !itg_column_is_number(from))
    return itg_frame_set_text(frame, row, column, itg_column_text(from, source, buffer), error);
  int64_t whole;
  const char *text = itg_column_text(from, source, buffer);
  if (type == ITG_TYPE_INT64 && text && itg_integer_parse(text, strlen(text), &whole)) {
    itg_frame_set_int(frame, row, column, whole);
  } else {
    itg_column_doubles(from, source, 1, &value, &none);
    itg_frame_set_double(frame, row, column, value);
  }
  return ITG_OK;
}

/* The type that holds the cells of a column in a frame. */
static itg_type type_of(const itg_column *column) {
  return column->type == ITG_TYPE_STRING   ? ITG_TYPE_STRING
         : column->type == ITG_TYPE_DOUBLE ? ITG_TYPE_DOUBLE
         : column->type == ITG_TYPE_BOOL   ? ITG_TYPE_STRING
                                           : ITG_TYPE_INT64;
}

static itg_status need_column(const itg_table *table, const itg_node *spec, const char *key, int *out,
                              itg_error *error) {
  const itg_node *node = itg_node_get(spec, key);
  *out = itg_table_column(table, node->text);
  if (*out >= 0) return ITG_OK;
  const char **names = itg_alloc((size_t)table->n_columns, sizeof *names);
  if (!names) return itg_fail_memory(error);
  for (int32_t i = 0; i < table->n_columns; i++) names[i] = table->columns[i].name;
  const char *near = itg_suggest(node->text, names, (size_t)table->n_columns);
  itg_status status = itg_fail_at(error, ITG_ERR_COLUMN, table, -1, node->text,
                                  "there is no such column for '%s' of option 'long'%s%s%s", key,
                                  near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
  free(names);
  return status;
}

/* ---- long to a column per item ---- */

typedef struct pivot {
  const itg_table *table;
  itg_factor ids, items;
  int id, item, answer;
  int64_t n_rows, *row_of, *first; /* row of each id, -1 unseen; first source row of each row */
  itg_frame *frame;
  itg_pace *pace;
} pivot;

/* A column is kept when all rows of one id agree in it. */
static itg_status is_constant(const pivot *p, const itg_column *column, bool *out, itg_error *error) {
  *out = true;
  for (int64_t i = 0; i < p->table->n_rows && *out; i++) {
    char here[ITG_NUMBER_SIZE], there[ITG_NUMBER_SIZE];
    ITG_PACE(p->pace, i, error);
    if (p->ids.codes[i] < 0) continue;
    int64_t first = p->first[p->row_of[p->ids.codes[i]]];
    *out = itg_text_equal(itg_column_text(column, i, here), itg_column_text(column, first, there));
  }
  return ITG_OK;
}

static itg_status number_rows(pivot *p, itg_arena *arena, itg_error *error) {
  p->row_of = itg_arena_alloc(arena, (size_t)p->ids.n_levels, sizeof *p->row_of);
  p->first = itg_arena_alloc(arena, (size_t)p->ids.n_levels, sizeof *p->first);
  if (!p->row_of || !p->first) return itg_fail_memory(error);
  for (int32_t i = 0; i < p->ids.n_levels; i++) p->row_of[i] = -1;
  for (int64_t i = 0; i < p->table->n_rows; i++) {
    int32_t id = p->ids.codes[i];
    ITG_PACE(p->pace, i, error);
    if (id < 0 || p->row_of[id] >= 0) continue;
    p->first[p->n_rows] = i;
    p->row_of[id] = p->n_rows++;
  }
  if (p->n_rows && p->items.n_levels) return ITG_OK;
  return itg_fail_at(error, ITG_ERR_EMPTY, p->table, -1, NULL,
                     "option 'long': no row names an id and an item");
}

static itg_status keep_columns(pivot *p, itg_error *error) {
  for (int32_t c = 0; c < p->table->n_columns; c++) {
    const itg_column *column = &p->table->columns[c];
    int at;
    bool constant = c == p->id;
    if (c == p->item || c == p->answer) continue;
    if (!constant) ITG_TRY(is_constant(p, column, &constant, error));
    if (!constant) continue;
    ITG_TRY(itg_frame_add_column(p->frame, column->name, type_of(column), &at, error));
    for (int64_t row = 0; row < p->n_rows; row++) {
      ITG_PACE(p->pace, row, error);
      ITG_TRY(copy_cell(p->frame, row, at, type_of(column), column, p->first[row], error));
    }
  }
  return ITG_OK;
}

static itg_status fill_items(pivot *p, itg_arena *arena, itg_error *error) {
  const itg_column *answers = &p->table->columns[p->answer];
  int n = p->items.n_levels;
  int *columns = itg_arena_alloc(arena, (size_t)n, sizeof *columns);
  int64_t *seen = itg_arena_alloc(arena, (size_t)n * (size_t)p->n_rows, sizeof *seen);
  if (!columns || !seen) return itg_fail_memory(error);
  for (int i = 0; i < n; i++) {
    itg_status status =
        itg_frame_add_column(p->frame, p->items.levels[i], type_of(answers), &columns[i], NULL);
    if (status == ITG_ERR_INTERRUPTED) return itg_fail(error, status, "stopped on request");
    if (status == ITG_ERR_DUPLICATE)
      return itg_fail_at(error, status, p->table, -1, NULL,
                         "option 'long': the item '%.60s' is the name of a column too", p->items.levels[i]);
    if (status) return itg_fail_memory(error);
  }
  for (int64_t i = 0; i < p->table->n_rows; i++) {
    int32_t id = p->ids.codes[i], item = p->items.codes[i];
    ITG_PACE(p->pace, i, error);
    if (id < 0 || item < 0) continue;
    int64_t *before = &seen[p->row_of[id] * n + item];
    if (*before)
      return itg_fail_at(error, ITG_ERR_DUPLICATE, p->table, i, p->table->columns[p->item].name,
                         "'%.60s' answers item '%.60s' twice, first in row %lld; remove one",
                         p->ids.levels[id], p->items.levels[item], (long long)*before);
    *before = i + 1;
    ITG_TRY(copy_cell(p->frame, p->row_of[id], columns[item], type_of(answers), answers, i, error));
  }
  return ITG_OK;
}

itg_status itg_reshape_long(const itg_table *table, const itg_node *spec, itg_arena *arena, itg_frame **out,
                            itg_error *error) {
  pivot p = {.table = table, .pace = itg_arena_pace(arena)};
  *out = NULL;
  ITG_TRY(need_column(table, spec, "id", &p.id, error));
  ITG_TRY(need_column(table, spec, "item", &p.item, error));
  ITG_TRY(need_column(table, spec, "answer", &p.answer, error));
  ITG_TRY(itg_factor_make(&table->columns[p.id], table->n_rows, arena, &p.ids, error));
  ITG_TRY(itg_factor_make(&table->columns[p.item], table->n_rows, arena, &p.items, error));
  ITG_TRY(number_rows(&p, arena, error));
  ITG_TRY(itg_frame_new(table->name, table->source, &p.frame, error));
  itg_frame_set_pace(p.frame, p.pace);
  itg_status status = itg_frame_resize(p.frame, p.n_rows, error);
  for (int64_t row = 0; !status && table->lines && row < p.n_rows; row++)
    itg_frame_set_line(p.frame, row, table->lines[p.first[row]]);
  if (!status) status = keep_columns(&p, error);
  if (!status) status = fill_items(&p, arena, error);
  if (status)
    itg_frame_free(p.frame);
  else
    *out = p.frame;
  return status;
}

/* ---- a column per item to long ---- */

typedef struct melt {
  const itg_table *table;
  itg_arena *arena;
  const char *as, *hole; /* how ids are written, and where the id stands in it */
  int n;
  int *columns;
  const char **names;
  bool *taken;
} melt;

static itg_status take(melt *m, int column, const char *id, itg_error *error) {
  const char *name = !id                   ? NULL
                     : strlen(m->as) == 4 ? id
                                           : itg_arena_print(m->arena, "%.*s%s%s", (int)(m->hole - m->as), m->as, id,
                                                             m->hole + 4);
  if (!name) return itg_fail_memory(error);
  if (m->taken[column])
    return itg_fail_at(error, ITG_ERR_COLUMN, m->table, -1, m->table->columns[column].name,
                       "option 'wide' takes the column twice");
  m->taken[column] = true;
  m->columns[m->n] = column;
  m->names[m->n++] = name;
  return ITG_OK;
}

static itg_status take_template(melt *m, const itg_node *node, const char *hole, itg_error *error) {
  const char *text = node->text;
  size_t before = (size_t)(hole - text), after = strlen(hole + 4);
  if (!before && !after)
    return itg_fail_node(error, ITG_ERR_OPTION, node,
                         "option 'wide': '{id}' alone fits every column; write what stands before or behind the id, "
                         "such as 'goals___{id}', or name the columns, or give a pattern such as '/^q[0-9]+$/'");
  for (int32_t i = 0; i < m->table->n_columns; i++) {
    const char *name = m->table->columns[i].name;
    size_t length = strlen(name);
    if (length <= before + after || memcmp(name, text, before) != 0 ||
        memcmp(name + length - after, hole + 4, after) != 0)
      continue;
    ITG_TRY(take(m, i, itg_arena_text(m->arena, name + before, length - before - after), error));
  }
  return ITG_OK;
}

static itg_status take_pattern(melt *m, const char *text, itg_error *error) {
  itg_pattern *pattern;
  char *inner = itg_arena_text(m->arena, text + 1, strlen(text) - 2);
  size_t start, end;
  if (!inner) return itg_fail_memory(error);
  ITG_TRY(itg_pattern_new(inner, &pattern, error));
  itg_status status = ITG_OK;
  for (int32_t i = 0; i < m->table->n_columns && !status; i++)
    if (itg_pattern_group(pattern, m->table->columns[i].name, &start, &end))
      status = take(m, i, itg_arena_text(m->arena, m->table->columns[i].name + start, end - start), error);
  itg_pattern_free(pattern);
  return status;
}

static itg_status take_columns(melt *m, const itg_node *node, itg_error *error) {
  bool list = node->kind == ITG_NODE_LIST;
  if (list && !node->count)
    return itg_fail_node(error, ITG_ERR_OPTION, node, "option 'wide' names no column; name one or more in 'columns'");
  for (int32_t i = 0; i < (list ? node->count : 1); i++) {
    const itg_node *own = list ? &node->items[i] : node;
    const char *text = own->text, *hole = strstr(text, "{id}");
    size_t length = strlen(text);
    int before = m->n, column = itg_table_column(m->table, text);
    if (column >= 0)
      ITG_TRY(take(m, column, m->table->columns[column].name, error));
    else if (length > 2 && text[0] == '/' && text[length - 1] == '/')
      ITG_TRY(take_pattern(m, text, error));
    else if (hole)
      ITG_TRY(take_template(m, own, hole, error));
    if (m->n == before)
      return itg_fail_at(error, ITG_ERR_COLUMN, m->table, -1, NULL, "option 'wide': no column is '%.80s'%s", text,
                         strchr(text, '{') && !hole ? "; the place of the id is written {id}" : "");
  }
  return ITG_OK;
}

/* Numbers of one kind stay so; else text. */
static itg_type common_type(const melt *m) {
  itg_type type = type_of(&m->table->columns[m->columns[0]]);
  for (int i = 1; i < m->n; i++) {
    itg_type next = type_of(&m->table->columns[m->columns[i]]);
    if (next == ITG_TYPE_STRING || type == ITG_TYPE_STRING) return ITG_TYPE_STRING;
    if (next == ITG_TYPE_DOUBLE) type = ITG_TYPE_DOUBLE;
  }
  return type;
}

static itg_status fill_long(const melt *m, const char *name, const char *value, itg_frame *frame,
                            itg_error *error) {
  const itg_table *table = m->table;
  itg_pace *pace = itg_arena_pace(m->arena);
  itg_type type = common_type(m);
  int at;
  itg_frame_set_pace(frame, pace);
  ITG_TRY(itg_frame_resize(frame, table->n_rows * m->n, error));
  for (int64_t row = 0; table->lines && row < table->n_rows * m->n; row++)
    itg_frame_set_line(frame, row, table->lines[row / m->n]);
  for (int32_t c = 0; c < table->n_columns; c++) {
    const itg_column *column = &table->columns[c];
    if (m->taken[c]) continue;
    ITG_TRY(itg_frame_add_column(frame, column->name, type_of(column), &at, error));
    for (int64_t row = 0; row < table->n_rows * m->n; row++) {
      ITG_PACE(pace, row, error);
      ITG_TRY(copy_cell(frame, row, at, type_of(column), column, row / m->n, error));
    }
  }
  ITG_TRY(itg_frame_add_column(frame, name, ITG_TYPE_STRING, &at, error));
  for (int64_t row = 0; row < table->n_rows * m->n; row++) {
    ITG_PACE(pace, row, error);
    ITG_TRY(itg_frame_set_text(frame, row, at, m->names[row % m->n], error));
  }
  ITG_TRY(itg_frame_add_column(frame, value, type, &at, error));
  for (int64_t row = 0; row < table->n_rows * m->n; row++) {
    ITG_PACE(pace, row, error);
    ITG_TRY(copy_cell(frame, row, at, type, &table->columns[m->columns[row % m->n]], row / m->n, error));
  }
  return ITG_OK;
}

itg_status itg_reshape_wide(const itg_table *table, const itg_node *spec, itg_arena *arena, itg_frame **out,
                            itg_error *error) {
  melt m = {.table = table, .arena = arena};
  size_t n = (size_t)table->n_columns;
  *out = NULL;
  m.columns = itg_arena_alloc(arena, n, sizeof *m.columns);
  m.names = itg_arena_alloc(arena, n, sizeof *m.names);
  m.taken = itg_arena_alloc(arena, n, sizeof *m.taken);
  if (!m.columns || !m.names || !m.taken) return itg_fail_memory(error);
  m.as = itg_node_text(spec, "as", "{id}");
  m.hole = strstr(m.as, "{id}");
  if (!m.hole)
    return itg_fail_node(error, ITG_ERR_OPTION, itg_node_get(spec, "as"),
                         "option 'wide': '%.60s' has no place for the id; write it as {id}, such as 'e{id}'", m.as);
  ITG_TRY(take_columns(&m, itg_node_get(spec, "columns"), error));
  if (!table->n_rows) return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, NULL, "there are no rows");
  if (table->n_rows > INT64_MAX / 2 / m.n)
    return itg_fail(error, ITG_ERR_LIMIT, "the long table has too many rows");
  ITG_TRY(itg_frame_new(table->name, table->source, out, error));
  itg_status status = fill_long(&m, itg_node_text(spec, "name", "element"),
                                itg_node_text(spec, "value", "present"), *out, error);
  if (!status) return ITG_OK;
  itg_frame_free(*out);
  *out = NULL;
  return status;
}
