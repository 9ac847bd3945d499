/* itg_eq5d.c - layer 3: EQ-5D profiles as the input of a measure: columns of any type to profile indices. */
#include "itg_eq5d.h"

#include <math.h>
#include <string.h>

#include "itg_thread.h"
#include "itg_vector.h"

#define DIMENSIONS ITG_EQ5D_DIMENSIONS
enum { BLOCK = ITG_EQ5D_BLOCK };

static const char *const names[DIMENSIONS] = {"mobility", "self_care", "usual_activities", "pain", "anxiety"};

/* ---- five columns to indices ---- */

/* Levels as int32, 0 for what is none; packed int32 columns are read where they lie. */
#define COPY_LEVELS(name, type, is_level)                                                              \
  static void name(const itg_column *column, int64_t first, int count, int32_t levels, int32_t *out) { \
    ptrdiff_t stride = column->stride ? column->stride : (ptrdiff_t)sizeof(type);                      \
    const char *at = (const char *)column->data + first * stride;                                      \
    for (int i = 0; i < count; i++, at += stride) {                                                    \
      type value = *(const type *)at;                                                                  \
      int32_t level = value >= 1 && value <= levels ? (int32_t)value : 0;                              \
      out[i] = is_level ? level : 0;                                                                   \
    }                                                                                                  \
  }
COPY_LEVELS(copy_int32, int32_t, true)
COPY_LEVELS(copy_int64, int64_t, true)
COPY_LEVELS(copy_double, double, (double)level == value)

static const int32_t *block_levels(const itg_eq5d *s, int d, int64_t first, int count, int32_t *buffer) {
  const itg_column *column = &s->columns[d];
  bool is_packed = !column->stride || column->stride == (ptrdiff_t)sizeof(int32_t);
  if (column->type == ITG_TYPE_INT32 && is_packed && !column->reason)
    return (const int32_t *)column->data + first;
  if (column->type == ITG_TYPE_INT32)
    copy_int32(column, first, count, s->levels, buffer);
  else if (column->type == ITG_TYPE_INT64)
    copy_int64(column, first, count, s->levels, buffer);
  else
    copy_double(column, first, count, s->levels, buffer);
  if (column->reason)
    for (int i = 0; i < count; i++)
      if (column->reason[first + i]) buffer[i] = 0;
  return buffer;
}

/* One row: a level below 1 wraps around to a large number, so one comparison finds both ends. */
static inline int32_t index_row(const int32_t *const x[DIMENSIONS], int i, uint32_t levels, int32_t none) {
  uint32_t index = 0, bad = 0;
  for (int d = 0; d < DIMENSIONS; d++) {
    uint32_t level = (uint32_t)x[d][i] - 1u;
    bad |= level >= levels;
    index = index * levels + level;
  }
  return bad ? none : (int32_t)index;
}

#if defined(__GNUC__)
/* Four rows at a time; times three or five is a shift and a sum. */
static int index_quads(const int32_t *const x[DIMENSIONS], int count, uint32_t levels, uint32_t none,
                       int32_t *out) {
  const int32_t *x0 = x[0], *x1 = x[1], *x2 = x[2], *x3 = x[3], *x4 = x[4];
  const int shift = levels == 5 ? 2 : 1;
  const itg_quad one = {1, 1, 1, 1}, most = {levels, levels, levels, levels},
                 nones = {none, none, none, none};
  int i = 0;
  for (; i + 4 <= count; i += 4) {
    itg_quad index = ITG_QUAD(x0 + i) - one, level, bad = (itg_quad)(index >= most);
#define ADD(k)                      \
  level = ITG_QUAD(x##k + i) - one; \
  bad |= (itg_quad)(level >= most); \
  index = (index << shift) + index + level;
    ADD(1)
    ADD(2)
    ADD(3)
    ADD(4)
#undef ADD
    ITG_QUAD_SET(out + i, (index & ~bad) | (nones & bad));
  }
  return i;
}
#endif

static void index_levels(const itg_eq5d *s, int64_t first, int count, int32_t *out) {
  int32_t buffers[DIMENSIONS][BLOCK];
  const int32_t *x[DIMENSIONS];
  int i = 0;
  for (int d = 0; d < DIMENSIONS; d++) x[d] = block_levels(s, d, first, count, buffers[d]);
#if defined(__GNUC__)
  i = index_quads(x, count, (uint32_t)s->levels, (uint32_t)s->n_states, out);
#endif
  for (; i < count; i++) out[i] = index_row(x, i, (uint32_t)s->levels, s->n_states);
}

/* ---- one column to indices ---- */

static int32_t index_of_text(int32_t levels, const char *text) {
  const itg_valueset shape = {.levels = levels};
  return itg_valueset_find(&shape, text);
}

/* 21232 as a number. */
static int32_t index_of_number(int32_t levels, double value) {
  if (!(value >= 11111 && value <= 55555) || value != floor(value)) return -1;
  int32_t digits = (int32_t)value;
  char text[DIMENSIONS + 1] = {0};
  for (int d = DIMENSIONS - 1; d >= 0; d--, digits /= 10) text[d] = (char)('0' + digits % 10);
  return index_of_text(levels, text);
}

static void index_profiles(const itg_eq5d *s, int64_t first, int count, int32_t *out) {
  const itg_column *column = &s->columns[0];
  double numbers[BLOCK];
  uint8_t reasons[BLOCK];
  bool is_number = !s->codes && itg_column_is_number(column);
  if (is_number) itg_column_doubles(column, first, count, numbers, reasons);
  for (int i = 0; i < count; i++) {
    char buffer[ITG_NUMBER_SIZE];
    const char *text = NULL;
    int32_t index = -1;
    if (s->codes)
      index = s->codes[first + i] < 0 ? -1 : s->code_index[s->codes[first + i]];
    else if (is_number)
      index = reasons[i] ? -1 : index_of_number(s->levels, numbers[i]);
    else if ((text = itg_column_text(column, first + i, buffer)))
      index = index_of_text(s->levels, text);
    out[i] = index < 0 ? s->n_states : index;
  }
}

int itg_eq5d_read(const itg_eq5d *s, int64_t first, int count, int32_t *index) {
  int none = 0;
  if (s->is_profile)
    index_profiles(s, first, count, index);
  else
    index_levels(s, first, count, index);
  for (int i = 0; i < count; i++) none += index[i] == s->n_states;
  return none;
}

int itg_eq5d_level(const itg_eq5d *s, int64_t row, int dimension) {
  int32_t level, index;
  if (!s->is_profile) {
    level = *block_levels(s, dimension, row, 1, &level);
    return level >= 1 && level <= s->levels ? level : 0;
  }
  if (itg_eq5d_read(s, row, 1, &index)) return 0;
  for (int d = DIMENSIONS - 1; d > dimension; d--) index /= s->levels;
  return index % s->levels + 1;
}

/* ---- rows without a profile ---- */

itg_status itg_eq5d_explain(const itg_eq5d *s, int64_t row, itg_reason *out, itg_error *error) {
  *out = ITG_REASON_PRESENT;
  for (int d = 0; d < (s->is_profile ? 1 : DIMENSIONS); d++) {
    const itg_column *column = &s->columns[d];
    char buffer[ITG_NUMBER_SIZE];
    itg_reason reason = itg_column_reason(column, row);
    if (!reason && s->codes && s->codes[row] < 0) reason = ITG_REASON_MISSING;
    if (reason) {
      if (!*out) *out = reason;
      continue;
    }
    const char *text = itg_column_text(column, row, buffer);
    double level = NAN;
    if (!s->is_profile && itg_number_parse(text, strlen(text), &level) && level >= 1 && level <= s->levels &&
        level == floor(level))
      continue;
    if (s->skip_invalid) {
      *out = ITG_REASON_INVALID;
      continue;
    }
    const char *what = s->is_profile ? "profile" : "level";
    const char *allowed = s->is_profile ? "a profile has five digits of" : "levels are";
    return itg_fail_at(error, ITG_ERR_RANGE, s->table, row, column->name,
                       "'%.40s' is no %s of %s; %s 1 to %d; correct it, declare it in `missing`, or set "
                       "invalid: missing",
                       text, what, s->what, allowed, (int)s->levels);
  }
  return ITG_OK;
}

itg_status itg_eq5d_index(const itg_eq5d *s, uint16_t *index, uint8_t *reasons, int64_t *n_missing,
                          int64_t *n_invalid, itg_error *error) {
  *n_missing = *n_invalid = 0;
  for (int64_t first = 0; first < s->table->n_rows; first += BLOCK) {
    int64_t left = s->table->n_rows - first;
    int count = left < BLOCK ? (int)left : BLOCK;
    int32_t block[BLOCK];
    int none = itg_eq5d_read(s, first, count, block);
    for (int i = 0; i < count; i++) index[first + i] = (uint16_t)block[i];
    if (reasons) memset(reasons + first, ITG_REASON_PRESENT, (size_t)count);
    for (int i = 0; none && i < count; i++) {
      if (block[i] < s->n_states) continue;
      itg_reason reason;
      ITG_TRY(itg_eq5d_explain(s, first + i, &reason, error));
      if (reasons) reasons[first + i] = (uint8_t)reason;
      *n_missing += 1;
      *n_invalid += reason == ITG_REASON_INVALID;
    }
    if (first % (BLOCK << 10) == 0)
      ITG_TRY(itg_check_stop(&s->call->control, (double)first / (double)s->table->n_rows, error));
  }
  return ITG_OK;
}

itg_status itg_eq5d_note_invalid(const itg_eq5d *s, int64_t n_invalid, itg_error *error) {
  if (!n_invalid) return ITG_OK;
  return itg_result_note(s->call->result, error,
                         "%lld profiles that do not exist count as missing (invalid: missing).",
                         (long long)n_invalid);
}

void itg_eq5d_digits(int32_t levels, int32_t *out) {
  const itg_valueset shape = {.levels = levels, .n_states = levels == 3 ? 243 : 3125};
  for (int32_t s = 0; s < shape.n_states; s++) {
    int level[DIMENSIONS];
    itg_valueset_levels(&shape, s, level);
    out[s] = 0;
    for (int d = 0; d < DIMENSIONS; d++) out[s] = out[s] * 10 + level[d];
  }
  out[shape.n_states] = 0;
}

/* ---- binding ---- */

static itg_status use_column(itg_eq5d *s, int d, itg_error *error) {
  const itg_column *column = itg_call_column(s->call, names[d]);
  s->columns[d] = *column;
  if (itg_column_is_number(column) && column->type != ITG_TYPE_BOOL &&
      !itg_node_get(s->call->options, "missing"))
    return ITG_OK;
  double *values;
  uint8_t *reasons;
  ITG_TRY(itg_call_numbers(s->call, names[d], &values, &reasons, error));
  s->columns[d] =
      (itg_column){.name = column->name, .type = ITG_TYPE_DOUBLE, .data = values, .reason = reasons};
  return ITG_OK;
}

static itg_status use_profile(itg_eq5d *s, const char *role, int index, itg_error *error) {
  const itg_column *const *columns;
  itg_call_columns(s->call, role, &columns);
  s->is_profile = true;
  s->columns[0] = *columns[index];
  if (!itg_node_get(s->call->options, "missing")) return ITG_OK;
  itg_factor factor;
  ITG_TRY(itg_call_factor_at(s->call, role, index, &factor, error));
  s->codes = factor.codes;
  s->code_index = itg_call_alloc(s->call, (size_t)factor.n_levels, sizeof *s->code_index, error);
  if (!s->code_index) return ITG_ERR_MEMORY;
  for (int32_t l = 0; l < factor.n_levels; l++) s->code_index[l] = index_of_text(s->levels, factor.levels[l]);
  return ITG_OK;
}

static itg_status begin(itg_call *call, int32_t levels, const char *what, itg_eq5d *out, itg_error *error) {
  *out = (itg_eq5d){.call = call,
                    .table = itg_call_table(call, "data"),
                    .what = what,
                    .levels = levels,
                    .n_states = levels == 3 ? 243 : 3125,
                    .skip_invalid = strcmp(itg_call_text(call, "invalid"), "missing") == 0};
  if (out->table) return ITG_OK;
  return itg_fail(error, ITG_ERR_ARGUMENT, "measure %s needs a table of profiles", call->measure->name);
}

itg_status itg_eq5d_open_profiles(itg_call *call, const char *role, int index, int32_t levels,
                                  const char *what, itg_eq5d *out, itg_error *error) {
  ITG_TRY(begin(call, levels, what, out, error));
  return use_profile(out, role, index, error);
}

itg_status itg_eq5d_open(itg_call *call, int32_t levels, const char *what, itg_eq5d *out, itg_error *error) {
  int given = 0;
  ITG_TRY(begin(call, levels, what, out, error));
  for (int d = 0; d < DIMENSIONS; d++) given += itg_call_has(call, names[d]);
  if (itg_call_has(call, "profile") && given < DIMENSIONS) return use_profile(out, "profile", 0, error);
  for (int d = 0; d < DIMENSIONS; d++) {
    if (!itg_call_has(call, names[d]))
      return itg_call_fail(
          call, error, ITG_ERR_COLUMN, names[d], -1,
          "not found; EQ-5D needs mobility, self_care, usual_activities, pain and anxiety, or one "
          "column profile; name them in `columns`");
    ITG_TRY(use_column(out, d, error));
  }
  return ITG_OK;
}
