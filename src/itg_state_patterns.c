/* itg_state_patterns.c - how many rows have the same levels in all columns: the ratings of units by several
 * raters, from which every coefficient of agreement follows (measure agreement, role `count`).
 *
 * Patterns are kept in order, so that the bytes do not depend on the order of the rows. */
#include <math.h>
#include <stdlib.h>

#include "itg_state.h"

static const itg_field fields[] = {
    ITG_STATE_FIELDS,
    ITG_STATE_SIZE("levels"),
    {"patterns", ITG_FIELD_INTEGER, false, "4096", NULL, 1, ITG_STATE_MOST, NULL, NULL},
    ITG_STATE_FIELDS_END};

/* A pattern and its rows. */
typedef struct entry {
  uint64_t pattern, rows;
} entry;

/* Patterns are numbers to the base levels + 1 and must fit in 64 bits. */
static uint64_t words(const itg_shape *s) {
  uint64_t base = s->each + 1, patterns = 1;
  if (!s->each || !s->extra || s->extra > UINT32_MAX) return UINT64_MAX;
  for (uint64_t j = 0; j < s->p; j++) {
    if (patterns > UINT64_MAX / base) return UINT64_MAX;
    patterns *= base;
  }
  return 2 * s->extra;
}

static entry entry_at(const void *state, const itg_shape *s, uint64_t i) {
  return (entry){itg_word_get(state, s->body + 2 * i), itg_word_get(state, s->body + 2 * i + 1)};
}

/* Entries in use. */
static uint64_t count(const void *state, const itg_shape *s) {
  uint64_t n = 0;
  while (n < s->extra && entry_at(state, s, n).rows) n++;
  return n;
}

/* Patterns in order, each with rows, as many as the head says; nothing after them. */
static bool holds(const void *state, const itg_shape *s) {
  uint64_t n = count(state, s), left = (uint64_t)s->rows, last = s->each;
  for (uint64_t j = 1; j < s->p; j++) last = last * (s->each + 1) + s->each;
  for (uint64_t i = 0; i < s->extra; i++) {
    entry e = entry_at(state, s, i);
    if (e.rows > left || e.pattern > last || (i >= n && (e.pattern || e.rows))) return false;
    if (i > 0 && i < n && e.pattern <= entry_at(state, s, i - 1).pattern) return false;
    left -= e.rows;
  }
  return left == 0;
}

/* Take over entries in order, or refuse them all. */
static itg_status join(void *state, const itg_shape *s, const entry *more, uint64_t n_more,
                       itg_error *error) {
  uint64_t n = count(state, s), size = 0;
  entry *all = itg_alloc((size_t)(n + n_more), sizeof *all);
  if (!all) return itg_fail_memory(error);
  for (uint64_t i = 0, k = 0; i < n || k < n_more;) {
    entry own = i < n ? entry_at(state, s, i) : (entry){0, 0};
    bool mine = i < n && (k == n_more || own.pattern <= more[k].pattern);
    bool theirs = k < n_more && (i == n || more[k].pattern <= own.pattern);
    all[size++] =
        (entry){mine ? own.pattern : more[k].pattern, (mine ? own.rows : 0) + (theirs ? more[k].rows : 0)};
    i += mine;
    k += theirs;
  }
  itg_status status = ITG_OK;
  if (size > s->extra)
    status = itg_fail(error, ITG_ERR_LIMIT, "there are more than %llu different patterns; give a larger "
                                            "`patterns`",
                      (unsigned long long)s->extra);
  for (uint64_t i = 0; i < size && !status; i++) {
    itg_word_set(state, s->body + 2 * i, all[i].pattern);
    itg_word_set(state, s->body + 2 * i + 1, all[i].rows);
  }
  free(all);
  return status;
}

static int by_pattern(const void *a, const void *b) {
  uint64_t x = ((const entry *)a)->pattern, y = ((const entry *)b)->pattern;
  return (x > y) - (x < y);
}

static itg_status add(void *state, const itg_shape *s, const double *values, const uint64_t *ids, uint64_t n,
                      itg_error *error) {
  (void)ids;
  ITG_TRY(itg_state_check_levels(s, values, n, true, error));
  entry *rows = itg_alloc((size_t)n, sizeof *rows);
  if (!rows) return itg_fail_memory(error);
  for (uint64_t i = 0; i < n; i++) {
    rows[i].rows = 1;
    for (uint64_t j = 0; j < s->p; j++) {
      double level = values[i * s->p + j];
      rows[i].pattern = rows[i].pattern * (s->each + 1) + (isnan(level) ? 0 : (uint64_t)level);
    }
  }
  qsort(rows, (size_t)n, sizeof *rows, by_pattern);
  uint64_t kept = 0;
  for (uint64_t i = 1; i < n; i++)
    if (rows[i].pattern == rows[kept].pattern)
      rows[kept].rows++;
    else
      rows[++kept] = rows[i];
  itg_status status = join(state, s, rows, kept + 1, error);
  free(rows);
  return status;
}

static itg_status merge(void *state, const itg_shape *s, const void *other, const itg_shape *o,
                        itg_error *error) {
  uint64_t n = count(other, o);
  entry *more = itg_alloc((size_t)n, sizeof *more);
  if (!more) return itg_fail_memory(error);
  for (uint64_t i = 0; i < n; i++) more[i] = entry_at(other, o, i);
  itg_status status = join(state, s, more, n, error);
  free(more);
  return status;
}

static uint64_t n_values(const void *state, const itg_shape *s) { return count(state, s) * (s->p + 1); }

/* The columns of each pattern (NaN missing), then its rows. */
static void finish(const void *state, const itg_shape *s, double *values) {
  uint64_t n = count(state, s);
  for (uint64_t i = 0; i < n; i++) {
    entry e = entry_at(state, s, i);
    double *row = values + i * (s->p + 1);
    for (uint64_t j = s->p; j-- > 0; e.pattern /= s->each + 1) {
      uint64_t level = e.pattern % (s->each + 1);
      row[j] = level ? (double)level : NAN;
    }
    row[s->p] = (double)e.rows;
  }
}

static itg_status columns(const itg_shape *s, itg_frame *table, itg_error *error) {
  ITG_TRY(itg_state_add_columns(table, "rating", s->p, error));
  return itg_state_add_column(table, "count", 0, error);
}

const itg_state_kind itg_patterns_kind = {.name = "patterns",
                                          .fields = fields,
                                          .each = "levels",
                                          .extra = "patterns",
                                          .impossible = "columns of so many levels have more than 2^64 "
                                                        "patterns; use fewer columns, or count the patterns "
                                                        "in a table",
                                          .words = words,
                                          .holds = holds,
                                          .add = add,
                                          .merge = merge,
                                          .values = n_values,
                                          .finish = finish,
                                          .columns = columns};
