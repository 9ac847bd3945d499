/* itg_call_read.c - layer 3: what a run function asks of its call: columns as arrays, options as values. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "itg_call.h"
#include "itg_vector.h"

void *itg_call_alloc(itg_call *call, size_t count, size_t size, itg_error *error) {
  void *memory = itg_arena_alloc(call->arena, count, size);
  if (!memory) itg_fail_memory(error);
  return memory;
}

itg_status itg_call_need(double cells, const char *what, const char *remedy, itg_error *error) {
  enum { MOST = 1 << 27 };
  char number[ITG_NUMBER_SIZE];
  if (cells <= MOST) return ITG_OK;
  itg_number_print(cells, number);
  return itg_fail(error, ITG_ERR_LIMIT, "%s make %s cells, at most %d are held at once; %s", what, number,
                  MOST, remedy);
}

int64_t itg_call_rows(const itg_call *call, const char *input) {
  const itg_table *table = itg_call_table(call, input);
  return table ? table->n_rows : 0;
}

const itg_column *itg_call_column(const itg_call *call, const char *role) {
  itg_binding *b = itg_call_binding(call, role);
  return b && b->n ? b->columns[0] : NULL;
}

int itg_call_columns(const itg_call *call, const char *role, const itg_column *const **out) {
  itg_binding *b = itg_call_binding(call, role);
  if (out) *out = b ? b->columns : NULL;
  return b ? b->n : 0;
}

bool itg_call_has(const itg_call *call, const char *role) { return itg_call_column(call, role) != NULL; }

void itg_call_count_missing(itg_call *call, const char *role, int index, int64_t n_missing) {
  itg_binding *b = itg_call_binding(call, role);
  if (b && index < b->n) b->n_missing[index] = n_missing;
}

itg_status itg_call_fail(const itg_call *call, itg_error *error, itg_status status, const char *role, int64_t row,
                         const char *format, ...) {
  char body[900];
  va_list args;
  va_start(args, format);
  vsnprintf(body, sizeof body, format, args);
  va_end(args);
  const itg_binding *b = itg_call_binding(call, role);
  return itg_fail_at(error, status, b ? b->table : NULL, row, b && b->n ? b->columns[0]->name : role, "%s", body);
}

/* ---- columns ---- */

static itg_reason code_of_number(const itg_call_state *state, double value) {
  for (int i = 0; i < state->n_codes; i++)
    if (state->codes[i].is_number && state->codes[i].number == value) return state->codes[i].reason;
  return ITG_REASON_PRESENT;
}

static itg_reason code_of_text(const itg_call_state *state, const char *text) {
  for (int i = 0; i < state->n_codes; i++)
    if (strcmp(state->codes[i].text, text) == 0) return state->codes[i].reason;
  return ITG_REASON_PRESENT;
}

/* "0,5": digits and one comma, signs and spaces aside. */
static bool has_decimal_comma(const char *text) {
  const char *comma = strchr(text, ',');
  return comma && strspn(text, " +-0123456789,") == strlen(text) && !strchr(comma + 1, ',') && comma[1] >= '0' &&
         comma[1] <= '9';
}

/* Text cells that hold numbers beside codes such as "refused". */
static itg_status text_to_numbers(const itg_call *call, const itg_table *table, const itg_column *column,
                                  int64_t first, int64_t count, double *values, uint8_t *reasons, itg_error *error) {
  for (int64_t i = 0; i < count; i++) {
    const int64_t row = first + i;
    char buffer[ITG_NUMBER_SIZE];
    values[i] = NAN;
    reasons[i] = (uint8_t)itg_column_reason(column, row);
    if (reasons[i]) continue;
    const char *text = itg_column_text(column, row, buffer);
    reasons[i] = (uint8_t)code_of_text(call->state, text);
    if (reasons[i]) continue;
    if (itg_number_parse(text, strlen(text), &values[i])) continue;
    if (has_decimal_comma(text))
      return itg_fail_at(error, ITG_ERR_TYPE, table, row, column->name,
                         "'%.60s' has a comma where decimals have a point; save the file with decimal points (R: "
                         "read.csv2, pandas: decimal=',')",
                         text);
    return itg_fail_at(error, ITG_ERR_TYPE, table, row, column->name,
                         "'%.60s' is not a number; correct it or declare it in `missing`", text);
  }
  return ITG_OK;
}

/* A number that the role does not allow. */
static itg_status refuse_number(const itg_binding *b, const itg_column *column, int64_t row, double value,
                                itg_error *error) {
  char found[ITG_NUMBER_SIZE], from[ITG_NUMBER_SIZE], to[ITG_NUMBER_SIZE];
  itg_number_print(value, found);
  itg_number_print(b->role->min, from);
  itg_number_print(b->role->max, to);
  if (isinf(value) || isnan(value))
    return itg_fail_at(error, ITG_ERR_RANGE, b->table, row, column->name,
                       "%s is no finite number; correct it or leave the cell empty", isnan(value) ? "NaN" : found);
  if (isinf(b->role->max))
    return itg_fail_at(error, ITG_ERR_RANGE, b->table, row, column->name,
                       "%s is impossible for '%s'; it must be at least %s", found, b->role->name, from);
  return itg_fail_at(error, ITG_ERR_RANGE, b->table, row, column->name,
                     "%s is impossible for '%s'; allowed: %s to %s", found, b->role->name, from, to);
}

/* Every number of rows from `first` that is not missing must be finite and what the role allows. */
static itg_status check_numbers(const itg_binding *b, const itg_column *column, int64_t first, int64_t count,
                                const double *values, const uint8_t *reasons, int64_t n_missing, itg_error *error) {
  const bool ranged = b->role->min < b->role->max;
  const double low = ranged ? fmax(b->role->min, -DBL_MAX) : -DBL_MAX,
               high = ranged ? fmin(b->role->max, DBL_MAX) : DBL_MAX;
  int64_t unknown;
  if (!itg_count_outside(values, count, low, high, &unknown) && unknown == n_missing) return ITG_OK;
  for (int64_t i = 0; i < count; i++)
    if (!(values[i] >= low && values[i] <= high) && !(reasons ? reasons[i] : isnan(values[i])))
      return refuse_number(b, column, first + i, values[i], error);
  return ITG_OK;
}

static itg_status need_column(const itg_call *call, const char *role, int index, itg_binding **out,
                              itg_error *error) {
  *out = itg_call_binding(call, role);
  if (*out && index < (*out)->n) return ITG_OK;
  return itg_fail(error, ITG_ERR_INTERNAL, "role '%s' of measure %s is not bound", role, call->measure->name);
}

/* Most reasons are 0: eight at a time. */
static int64_t count_missing(const uint8_t *reasons, int64_t n) {
  int64_t missing = 0;
  for (int64_t i = 0; i < n; i++) {
    uint64_t eight;
    while (n - i >= 8 && (memcpy(&eight, reasons + i, 8), eight == 0)) i += 8;
    missing += i < n && reasons[i] != ITG_REASON_PRESENT;
  }
  return missing;
}

itg_status itg_call_numbers_again(itg_call *call, const char *role, int index, int64_t first, int64_t count,
                                  double *v, uint8_t *r, itg_error *error) {
  itg_binding *b;
  ITG_TRY(need_column(call, role, index, &b, error));
  const itg_column *column = b->columns[index];
  if (itg_column_is_number(column)) itg_column_doubles(column, first, count, v, r);
  else ITG_TRY(text_to_numbers(call, b->table, column, first, count, v, r, error));
  for (int64_t i = 0; call->state->n_codes && i < count; i++)
    if (!r[i] && (r[i] = (uint8_t)code_of_number(call->state, v[i]))) v[i] = NAN;
  return ITG_OK;
}

itg_status itg_call_numbers_block(itg_call *call, const char *role, int index, int64_t first, int64_t count,
                                  double *v, uint8_t *r, int64_t *missing, itg_error *error) {
  ITG_TRY(itg_call_numbers_again(call, role, index, first, count, v, r, error));
  const itg_binding *b = itg_call_binding(call, role);
  *missing = count_missing(r, count);
  return check_numbers(b, b->columns[index], first, count, v, r, *missing, error);
}

itg_status itg_call_numbers_rows(itg_call *call, const char *role, int index, int64_t first, int64_t count,
                                 double *v, uint8_t *r, itg_error *error) {
  enum { PART = 32768 }; /* the host is asked between */
  int64_t missing = 0;
  for (int64_t i = 0; i == 0 || i < count; i += PART) {
    int64_t n = count - i < PART ? count - i : PART, of_part;
    ITG_TRY(itg_pace_step(call->pace, error));
    ITG_TRY(itg_call_numbers_block(call, role, index, first + i, n, v + i, r + i, &of_part, error));
    missing += of_part;
  }
  itg_binding *b = itg_call_binding(call, role);
  b->n_missing[index] = missing + (first ? b->n_missing[index] : 0);
  return ITG_OK;
}

itg_status itg_call_numbers_at(itg_call *call, const char *role, int index, double **values, uint8_t **reasons,
                               itg_error *error) {
  itg_binding *b;
  ITG_TRY(need_column(call, role, index, &b, error));
  int64_t n = b->table->n_rows;
  *values = itg_arena_take(call->arena, (size_t)n, sizeof **values);
  *reasons = itg_arena_take(call->arena, (size_t)n, sizeof **reasons);
  if (!*values || !*reasons) return itg_fail_memory(error);
  return itg_call_numbers_rows(call, role, index, 0, n, *values, *reasons, error);
}

itg_status itg_call_numbers_lent(itg_call *call, const char *role, int index, const double **values,
                                 const uint8_t **reasons, itg_error *error) {
  itg_binding *b;
  ITG_TRY(need_column(call, role, index, &b, error));
  const itg_column *column = b->columns[index];
  bool packed = column->stride == 0 || column->stride == (ptrdiff_t)sizeof(double);
  if (column->type != ITG_TYPE_DOUBLE || !packed || column->reason || !(column->flags & ITG_COLUMN_NAN_MISSING) ||
      call->state->n_codes) {
    double *own;
    uint8_t *why;
    ITG_TRY(itg_call_numbers_at(call, role, index, &own, &why, error));
    *values = own;
    *reasons = why;
    return ITG_OK;
  }
  *values = column->data;
  *reasons = NULL;
  ITG_TRY(itg_pace_step(call->pace, error));
  itg_count_outside(*values, b->table->n_rows, -INFINITY, INFINITY, &b->n_missing[index]);
  return check_numbers(b, column, 0, b->table->n_rows, *values, NULL, b->n_missing[index], error);
}

const int32_t *itg_call_integers_lent(itg_call *call, const char *role, int index) {
  const itg_binding *b = itg_call_binding(call, role);
  return call->state->n_codes ? NULL : itg_column_integers(b->columns[index]);
}

itg_status itg_call_numbers(itg_call *call, const char *role, double **values, uint8_t **reasons, itg_error *error) {
  return itg_call_numbers_at(call, role, 0, values, reasons, error);
}

/* Missing codes turn levels into missing: relabel the factor without them. */
static itg_status drop_codes(itg_call *call, itg_factor *factor, itg_error *error) {
  int32_t *to = itg_call_alloc(call, (size_t)factor->n_levels, sizeof *to, error);
  const char **levels = itg_call_alloc(call, (size_t)factor->n_levels, sizeof *levels, error);
  int32_t *codes = itg_call_alloc(call, (size_t)factor->n, sizeof *codes, error);
  if (!to || !levels || !codes) return ITG_ERR_MEMORY;
  int32_t kept = 0;
  for (int32_t i = 0; i < factor->n_levels; i++) {
    ITG_PACE(call->pace, i, error);
    to[i] = code_of_text(call->state, factor->levels[i]) ? -1 : kept;
    if (to[i] >= 0) levels[kept++] = factor->levels[i];
  }
  for (int64_t i = 0; i < factor->n; i++) {
    ITG_PACE(call->pace, i, error);
    codes[i] = factor->codes[i] < 0 ? -1 : to[factor->codes[i]];
  }
  *factor = (itg_factor){factor->n, kept, codes, levels};
  return ITG_OK;
}

static itg_status make_factor(itg_call *call, const itg_table *table, const itg_column *column, itg_factor *out,
                              int64_t *n_missing, itg_error *error) {
  ITG_TRY(itg_factor_make(column, table->n_rows, call->arena, out, error));
  if (call->state->n_codes) ITG_TRY(drop_codes(call, out, error));
  int64_t missing = 0;
  for (int64_t i = 0; i < out->n; i++) missing += out->codes[i] < 0;
  *n_missing = missing;
  return itg_pace_step(call->pace, error);
}

itg_status itg_call_factor_at(itg_call *call, const char *role, int index, itg_factor *out, itg_error *error) {
  itg_binding *b = itg_call_binding(call, role);
  if (!b || index >= b->n)
    return itg_fail(error, ITG_ERR_INTERNAL, "role '%s' of measure %s is not bound", role, call->measure->name);
  return make_factor(call, b->table, b->columns[index], out, &b->n_missing[index], error);
}

itg_status itg_call_factor(itg_call *call, const char *role, itg_factor *out, itg_error *error) {
  return itg_call_factor_at(call, role, 0, out, error);
}

int itg_flag_of(const char *text) {
  static const char *const words[] = {"0",         "1",       "no",        "yes",     "No",    "Yes",
                                      "NO",        "YES",     "false",     "true",    "False", "True",
                                      "FALSE",     "TRUE",    "n",         "y",       "N",     "Y",
                                      "unchecked", "checked", "Unchecked", "Checked"};
  for (size_t i = 0; i < ITG_COUNT(words); i++)
    if (strcmp(text, words[i]) == 0) return (int)(i % 2);
  return -1;
}

/* A declared label goes before the one that everybody knows, so that {1: yes, 2: no} can be said. */
static int find_flag(const itg_flag_label *own, int32_t n_own, const char *text) {
  for (int32_t i = 0; i < n_own; i++)
    if (strcmp(own[i].label, text) == 0) return own[i].flag;
  return itg_flag_of(text);
}

static itg_status refuse_label(const itg_binding *b, int64_t row, const char *text, const itg_flag_label *own,
                               int32_t n_own, itg_error *error) {
  itg_text all = ITG_TEXT_EMPTY;
  itg_text_add(&all, "yes, no, true, false, y, n, 1, 0, checked, unchecked");
  for (int32_t i = 0; i < n_own; i++) itg_text_print(&all, ", %.40s", own[i].label);
  itg_status status = itg_fail_at(
      error, ITG_ERR_TYPE, b->table, row, b->columns[0]->name,
      "'%.60s' is not yes or no; allowed: %.400s; declare another in option 'labels', such as {ja: yes, nein: no}, or "
      "in 'missing'",
      text, all.data ? all.data : "");
  itg_text_clear(&all);
  return status;
}

itg_status itg_call_flags(itg_call *call, const char *role, const itg_flag_label *own, int32_t n_own, int8_t **values,
                          uint8_t **reasons, itg_error *error) {
  itg_binding *b = itg_call_binding(call, role);
  if (!b || !b->n)
    return itg_fail(error, ITG_ERR_INTERNAL, "role '%s' of measure %s is not bound", role, call->measure->name);
  int64_t n = b->table->n_rows, missing = 0;
  *values = itg_call_alloc(call, (size_t)n, sizeof **values, error);
  *reasons = itg_call_alloc(call, (size_t)n, sizeof **reasons, error);
  if (!*values || !*reasons) return ITG_ERR_MEMORY;
  for (int64_t row = 0; row < n; row++) {
    char buffer[ITG_NUMBER_SIZE];
    ITG_PACE(call->pace, row, error);
    const char *text = itg_column_text(b->columns[0], row, buffer);
    (*reasons)[row] = (uint8_t)(text ? code_of_text(call->state, text) : itg_column_reason(b->columns[0], row));
    (*values)[row] = -1;
    if ((*reasons)[row]) {
      missing++;
      continue;
    }
    int flag = find_flag(own, n_own, text);
    if (flag < 0) return refuse_label(b, row, text, own, n_own, error);
    (*values)[row] = (int8_t)flag;
  }
  b->n_missing[0] = missing;
  return ITG_OK;
}

/* ---- groups and kept columns ---- */

/* Names of a TEXTS option as column indices of the main input. */
static itg_status option_columns(itg_call *call, const char *key, const itg_table *table, int **out, int *count,
                                 itg_error *error) {
  const itg_node *node = itg_node_get(call->options, key);
  *count = 0;
  *out = NULL;
  if (itg_node_is_null(node)) return ITG_OK;
  bool list = node->kind == ITG_NODE_LIST;
  int n = list ? node->count : 1;
  int *columns = itg_call_alloc(call, (size_t)n, sizeof *columns, error);
  if (!columns) return ITG_ERR_MEMORY;
  if (!table) return itg_fail_node(error, ITG_ERR_OPTION, node, "'%s' needs an input table", key);
  for (int i = 0; i < n; i++) {
    const itg_node *item = list ? &node->items[i] : node;
    columns[i] = itg_table_column(table, item->text);
    if (columns[i] < 0) {
      const char **names = itg_call_alloc(call, (size_t)table->n_columns, sizeof *names, error);
      if (!names) return ITG_ERR_MEMORY;
      for (int32_t c = 0; c < table->n_columns; c++) names[c] = table->columns[c].name;
      const char *near = itg_suggest(item->text, names, (size_t)table->n_columns);
      return itg_fail_at(error, ITG_ERR_COLUMN, table, -1, NULL, "no column '%.80s' for option '%s'%s%s%s",
                         item->text, key, near ? "; did you mean '" : "", near ? near : "", near ? "'?" : "");
    }
    for (int j = 0; j < i; j++)
      if (columns[j] == columns[i])
        return itg_fail_node(error, ITG_ERR_OPTION, item, "column '%.80s' stands twice in option '%s'",
                             item->text, key);
  }
  *out = columns;
  *count = n;
  return ITG_OK;
}

static const itg_table *main_table(const itg_call *call) {
  return call->state->n_bindings ? itg_call_table(call, call->state->bindings[0].role->input) : NULL;
}

itg_status itg_call_groups(itg_call *call, itg_groups *out, itg_error *error) {
  const itg_table *table = main_table(call);
  int *columns, count;
  ITG_TRY(option_columns(call, "by", table, &columns, &count, error));
  itg_factor *factors = itg_call_alloc(call, (size_t)count, sizeof *factors, error);
  const char **names = itg_call_alloc(call, (size_t)count, sizeof *names, error);
  if (!factors || !names) return ITG_ERR_MEMORY;
  for (int i = 0; i < count; i++) {
    int64_t missing;
    names[i] = table->columns[columns[i]].name;
    ITG_TRY(make_factor(call, table, &table->columns[columns[i]], &factors[i], &missing, error));
  }
  return itg_groups_make(factors, names, count, table ? table->n_rows : 0, call->arena, out, error);
}

itg_status itg_call_keep(itg_call *call, itg_frame *frame, itg_error *error) {
  return itg_call_keep_rows(call, frame, NULL, error);
}

itg_status itg_call_keep_rows(itg_call *call, itg_frame *frame, const int64_t *rows, itg_error *error) {
  const itg_table *table = main_table(call);
  int *columns, count;
  ITG_TRY(option_columns(call, "keep", table, &columns, &count, error));
  for (int i = 0; i < count; i++) {
    const char *name = table->columns[columns[i]].name;
    int there = itg_table_column(itg_frame_table(frame), name);
    if (there >= 0 && itg_frame_holds_rows(frame, there, table, columns[i], rows)) continue;
    if (there >= 0)
      return itg_fail_at(error, ITG_ERR_COLUMN, table, -1, name,
                         "cannot be kept: the result has another column of that name; rename it in the input");
    ITG_TRY(rows ? itg_frame_copy_rows(frame, table, columns[i], name, rows, error)
                 : itg_frame_copy_column(frame, table, columns[i], name, error));
  }
  return ITG_OK;
}

/* ---- options ---- */

static const itg_field *find_field(const itg_call *call, const char *key) {
  for (const itg_field *f = call->measure->options; f && f->key; f++)
    if (strcmp(f->key, key) == 0) return f;
  return NULL;
}

const itg_node *itg_call_node(const itg_call *call, const char *key) {
  const itg_node *node = itg_node_get(call->options, key);
  return itg_node_is_null(node) ? NULL : node;
}

bool itg_call_given(const itg_call *call, const char *key) { return itg_call_node(call, key) != NULL; }

const char *itg_call_text(const itg_call *call, const char *key) {
  const itg_node *node = itg_call_node(call, key);
  if (node && node->kind == ITG_NODE_SCALAR) return node->text;
  const itg_field *field = find_field(call, key);
  return field ? field->fallback : NULL;
}

double itg_call_number(const itg_call *call, const char *key) {
  const char *text = itg_call_text(call, key);
  double value;
  return text && itg_number_parse(text, strlen(text), &value) ? value : NAN;
}

int64_t itg_call_integer(const itg_call *call, const char *key) {
  double value = itg_call_number(call, key);
  return isnan(value) ? 0 : (int64_t)value;
}

bool itg_call_flag(const itg_call *call, const char *key) {
  const char *text = itg_call_text(call, key);
  itg_node node = {.kind = ITG_NODE_SCALAR, .text = text ? text : ""};
  bool flag = false;
  itg_node_flag(&node, &flag);
  return flag;
}

itg_status itg_call_list(itg_call *call, const char *key, double **values, int *count, itg_error *error) {
  const itg_node *node = itg_call_node(call, key);
  const itg_field *field = find_field(call, key);
  *count = 0;
  *values = NULL;
  if (node) {
    int n = node->kind == ITG_NODE_LIST ? node->count : 1;
    if (!(*values = itg_call_alloc(call, (size_t)n, sizeof **values, error))) return ITG_ERR_MEMORY;
    for (; *count < n; ++*count)
      itg_node_number(node->kind == ITG_NODE_LIST ? &node->items[*count] : node, &(*values)[*count]);
    return ITG_OK;
  }
  const char *text = field ? field->fallback : NULL;
  if (!text) return ITG_OK;
  if (!(*values = itg_call_alloc(call, strlen(text) / 2 + 1, sizeof **values, error))) return ITG_ERR_MEMORY;
  for (const char *at = text; at;) {
    const char *end = strchr(at, ',');
    itg_number_parse(at, end ? (size_t)(end - at) : strlen(at), &(*values)[(*count)++]);
    at = end ? end + 1 : NULL;
  }
  return ITG_OK;
}

static itg_status keep_definition(itg_call *call, const itg_definition *definition, const char *kind,
                                  itg_error *error) {
  if (kind && strcmp(definition->kind, kind) != 0)
    return itg_fail(error, ITG_ERR_INSTRUMENT, "instrument '%s' is of kind %s; measure %s needs one of kind %s",
                    definition->id, definition->kind, call->measure->name, kind);
  itg_definition *kept = itg_call_alloc(call, 1, sizeof *kept, error);
  if (!kept) return ITG_ERR_MEMORY;
  *kept = *definition;
  call->state->definition = kept;
  return ITG_OK;
}

/* A map without the key that every definition begins with, but with values that may name definitions. */
static bool names_versions(const itg_node *node) {
  bool names = node && node->kind == ITG_NODE_MAP && node->count && !itg_node_get(node, "schema");
  for (int32_t i = 0; names && i < node->count; i++)
    names = node->items[i].kind == ITG_NODE_SCALAR || itg_node_get(&node->items[i], "schema");
  return names;
}

itg_status itg_call_definition(itg_call *call, const char *key, const char *kind, itg_definition *out,
                               itg_error *error) {
  const itg_node *node = itg_call_node(call, key);
  const char *fallback = itg_call_text(call, key);
  if (!node && !fallback)
    return itg_fail(error, ITG_ERR_OPTION, "measure %s needs the option '%s': the id of a built-in or the path of a "
                    "definition; see `integrade instruments list`", call->measure->name, key);
  if (names_versions(node))
    return itg_fail_node(
        error, ITG_ERR_OPTION, node,
        "'%s' maps values to definitions, such as '%.60s'; name the column that holds these values in "
        "'%s_by', or give one definition",
        key, node->keys[0], key);
  if (node) ITG_TRY(itg_definition_find(node, call->arena, out, error));
  else ITG_TRY(itg_definition_load(fallback, call->arena, out, error));
  return keep_definition(call, out, kind, error);
}

/* The definition that a value of the column stands for: by the map, else by being its id. */
static itg_status find_version(itg_call *call, const char *key, const itg_node *map, const char *column,
                               const char *value, itg_definition *out, itg_error *error) {
  const itg_node *node = itg_node_get(map, value);
  if (node) return itg_definition_find(node, call->arena, out, error);
  if (!map && !itg_definition_load(value, call->arena, out, NULL)) return ITG_OK;
  itg_text known = ITG_TEXT_EMPTY;
  for (int32_t k = 0; map && k < map->count; k++) itg_text_print(&known, "%s%.40s", k ? ", " : "", map->keys[k]);
  itg_status status =
      map ? itg_fail_at(error, ITG_ERR_DATA, itg_call_table(call, call->measure->roles[0].input), -1, column,
                        "'%.60s' has no definition; option '%s' has one for %.400s; add it there", value, key,
                        known.data ? known.data : "none")
          : itg_fail_at(error, ITG_ERR_DATA, itg_call_table(call, call->measure->roles[0].input), -1, column,
                        "'%.60s' is no definition; give the option '%s' a map from each value of the "
                        "column to the id or path of its definition",
                        value, key);
  itg_text_clear(&known);
  return status;
}

itg_status itg_call_versions(itg_call *call, const char *key, const char *by, const char *kind, itg_versions *out,
                             itg_error *error) {
  const itg_table *table = main_table(call);
  const itg_node *map = itg_call_node(call, key);
  itg_factor values;
  int *columns, count;
  int64_t n_missing;
  memset(out, 0, sizeof *out);
  out->n = 1;
  if (!itg_call_given(call, by)) {
    itg_definition *only = itg_call_alloc(call, 1, sizeof *only, error);
    if (!only) return ITG_ERR_MEMORY;
    out->definitions = only;
    return itg_call_definition(call, key, kind, only, error);
  }
  if (map && (map->kind != ITG_NODE_MAP || itg_node_get(map, "schema")))
    return itg_fail_node(error, ITG_ERR_OPTION, map,
                         "with '%s', '%s' must be a map from each value of that column to a definition", by, key);
  ITG_TRY(option_columns(call, by, table, &columns, &count, error));
  if (count != 1) return itg_fail_node(error, ITG_ERR_OPTION, itg_call_node(call, by), "'%s' takes one column", by);
  out->column = table->columns[columns[0]].name;
  ITG_TRY(make_factor(call, table, &table->columns[columns[0]], &values, &n_missing, error));
  if (!values.n_levels)
    return itg_fail_at(error, ITG_ERR_EMPTY, table, -1, out->column, "no row says which definition it uses");
  itg_definition *found = itg_call_alloc(call, (size_t)values.n_levels, sizeof *found, error);
  int32_t *of = itg_call_alloc(call, (size_t)values.n_levels, sizeof *of, error);
  int32_t *codes = itg_call_alloc(call, (size_t)values.n, sizeof *codes, error);
  if (!found || !of || !codes) return ITG_ERR_MEMORY;
  out->n = 0;
  for (int32_t l = 0; l < values.n_levels; l++) {
    itg_definition *next = &found[out->n];
    ITG_TRY(find_version(call, key, map, out->column, values.levels[l], next, error));
    ITG_TRY(keep_definition(call, next, kind, error));
    int32_t at = 0; /* two countries may share a version */
    while (strcmp(found[at].hash, next->hash) != 0) at++;
    of[l] = at;
    out->n += at == out->n;
  }
  ITG_TRY(itg_pace_step(call->pace, error));
  for (int64_t row = 0; row < values.n; row++) codes[row] = values.codes[row] < 0 ? -1 : of[values.codes[row]];
  out->definitions = found;
  out->of_row = codes;
  out->n_values = values.n_levels;
  out->values = values.levels;
  out->of_value = of;
  call->state->versions = *out;
  if (out->n > 1) call->state->definition = NULL;
  if (!n_missing) return ITG_OK;
  return itg_result_note(call->result, error, "%lld rows have no value of '%s', so no definition and no result",
                         (long long)n_missing, out->column);
}
