/* itg_evaluation_privacy.c - layer 4: what may leave the room: estimates of too few persons are masked.
 *
 * A row rests on the persons that the measure states (itg_frame_set_persons), else on n where the measure
 * says that n counts persons.  A row that says neither rests on its group, and is left out where an estimate
 * of the group is masked.  This is primary suppression only: that a number can be had from a total by
 * subtraction is told (itg_privacy_warn); the decision stays with the owner of the data. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_evaluation.h"

/* What the rule needs to know of one result. */
typedef struct rule {
  const itg_privacy *privacy;
  itg_analysis *analysis;
  const itg_result *result;
  bool n_is_persons;
  json_t *by; /* names of the grouping columns: a text, a list, or NULL */
  bool *small; /* rows of the estimates that rest on too few */
  int64_t asked; /* row of the table at hand whose group was looked up last, and what was found; -1: none */
  bool found;
} rule;

bool itg_privacy_is_rows(const itg_measure *measure, const char *table) {
  size_t length = strlen(table);
  for (const char *at = measure->rows; at; at = strchr(at, '|')) {
    if (*at == '|') at++;
    if (strncmp(at, table, length) == 0 && (at[length] == '|' || !at[length])) return true;
  }
  return false;
}

static double number_at(const itg_table *table, int column, int64_t row) {
  double value = NAN;
  uint8_t reason;
  if (column >= 0 && itg_column_is_number(&table->columns[column]))
    itg_column_doubles(&table->columns[column], row, 1, &value, &reason);
  return value;
}

/* Option `by`, name by name; NULL after the last. */
static const char *by_at(json_t *by, size_t i) {
  if (json_is_string(by)) return i ? NULL : json_string_value(by);
  return json_string_value(json_array_get(by, i));
}

static json_t *by_of(const itg_result *result) {
  return json_object_get(json_object_get(itg_result_provenance_tree(result), "options"), "by");
}

/* The measure that made the estimates: measure `score` hands on to others. */
static const itg_measure *maker_of(const itg_analysis *a) {
  const itg_table *estimates = itg_result_find(a->result, "estimates");
  char buffer[ITG_NUMBER_SIZE];
  int column = estimates ? itg_table_column(estimates, "measure") : -1;
  const char *name =
      column >= 0 && estimates->n_rows ? itg_column_text(&estimates->columns[column], 0, buffer) : NULL;
  const itg_measure *made = name ? itg_measure_find(name) : NULL;
  return made ? made : a->measure;
}

/* Persons that a row rests on; NaN: the row does not say. */
static double persons_of(const rule *r, int index, int64_t row) {
  const itg_table *table = itg_result_table(r->result, index);
  int64_t persons = itg_result_persons(r->result, index, row);
  if (persons >= 0) return (double)persons;
  return r->n_is_persons ? number_at(table, itg_table_column(table, "n"), row) : NAN;
}

static bool is_few(const rule *r, double persons) {
  return persons > 0 && persons < (double)r->privacy->min_n;
}

/* An estimate that is itself a count of so few, or a column that is.  A mean number of things is whole by
 * accident only, and has an error. */
static bool counts_few(const rule *r, int index, int64_t row) {
  const itg_table *table = itg_result_table(r->result, index);
  int unit = itg_table_column(table, "unit");
  char buffer[ITG_NUMBER_SIZE];
  if (is_few(r, number_at(table, itg_table_column(table, "count"), row))) return true;
  if (unit < 0 || !itg_text_equal(itg_column_text(&table->columns[unit], row, buffer), "count")) return false;
  double count = number_at(table, itg_table_column(table, "estimate"), row);
  return is_few(r, count) && count == floor(count) &&
         isnan(number_at(table, itg_table_column(table, "std_error"), row));
}

static bool same_text(const itg_column *a, int64_t i, const itg_column *b, int64_t j) {
  char left[ITG_NUMBER_SIZE], right[ITG_NUMBER_SIZE];
  const char *x = itg_column_text(a, i, left), *y = itg_column_text(b, j, right);
  return x && y ? strcmp(x, y) == 0 : x == y;
}

/* Is an estimate of the row's group masked?  Without `by` all rows are one group; a table without any of its
 * columns is of all groups together. */
static bool is_of_small_group(const rule *r, const itg_table *table, int64_t row) {
  const itg_table *estimates = itg_result_find(r->result, "estimates");
  for (int64_t e = 0; estimates && r->small && e < estimates->n_rows; e++) {
    if (!r->small[e]) continue;
    bool shared = !by_at(r->by, 0), same = true;
    const char *name;
    for (size_t i = 0; same && (name = by_at(r->by, i)); i++) {
      int here = itg_table_column(table, name), there = itg_table_column(estimates, name);
      if (here < 0 || there < 0) continue;
      shared = true;
      same = same_text(&table->columns[here], row, &estimates->columns[there], e);
    }
    if (shared && same) return true;
  }
  return false;
}

/* Every number of the row goes, and its band in words; what it is about stays. */
static itg_status mask_row(itg_frame *frame, int64_t row, itg_error *error) {
  const itg_table *table = itg_frame_table(frame);
  for (int c = 0; c < table->n_columns; c++)
    if (itg_column_is_number(&table->columns[c]) || itg_text_equal(table->columns[c].name, "level"))
      itg_frame_set_missing(frame, row, c, ITG_REASON_SUPPRESSED);
  int reason = itg_table_column(table, "reason");
  return reason < 0 ? ITG_OK
                    : itg_frame_set_text(frame, row, reason, itg_reason_text(ITG_REASON_SUPPRESSED), error);
}

/* The same, looked up once for rows of one group that follow each other, as most do. */
static bool group_is_small(rule *r, const itg_table *table, int64_t row) {
  bool again = r->asked >= 0;
  const char *name;
  for (size_t i = 0; again && (name = by_at(r->by, i)); i++) {
    int column = itg_table_column(table, name);
    again = column < 0 || same_text(&table->columns[column], row, &table->columns[column], r->asked);
  }
  if (!again) r->found = is_of_small_group(r, table, row);
  r->asked = row;
  return r->found;
}

/* What becomes of a row. */
typedef enum fate { KEPT, MASKED, LEFT_OUT } fate;

static fate fate_of(rule *r, int index, int64_t row) {
  const itg_table *table = itg_result_table(r->result, index);
  double persons = persons_of(r, index, row);
  bool few = isnan(persons) ? group_is_small(r, table, row) : is_few(r, persons);
  if (!isnan(persons) || r->n_is_persons) few = few || counts_few(r, index, row);
  if (!few) return KEPT;
  if (isnan(persons)) return LEFT_OUT;
  return itg_table_column(table, "n") < 0 ? LEFT_OUT : MASKED; /* without n the words of the row may tell */
}

static itg_status mark_estimates(rule *r, itg_error *error) {
  for (int i = 0; i < itg_result_count(r->result); i++) {
    const itg_table *table = itg_result_table(r->result, i);
    if (!itg_text_equal(table->name, "estimates")) continue;
    r->small = itg_alloc((size_t)table->n_rows, sizeof *r->small);
    if (!r->small) return itg_fail_memory(error);
    for (int64_t row = 0; row < table->n_rows; row++) r->small[row] = is_few(r, persons_of(r, i, row));
  }
  return ITG_OK;
}

static itg_status copy_rows(const itg_table *table, const int64_t *rows, int64_t n, itg_frame *frame,
                            itg_error *error) {
  ITG_TRY(itg_frame_resize(frame, n, error));
  for (int c = 0; c < table->n_columns; c++)
    ITG_TRY(itg_frame_copy_rows(frame, table, c, table->columns[c].name, rows, error));
  return ITG_OK;
}

static itg_status mask_table(rule *r, int index, itg_frame *frame, itg_error *error) {
  const itg_table *table = itg_result_table(r->result, index);
  size_t size = (size_t)table->n_rows;
  int64_t *rows = itg_alloc(size, sizeof *rows), n = 0;
  bool *masked = itg_alloc(size, sizeof *masked);
  itg_status status = rows && masked ? ITG_OK : itg_fail_memory(error);
  r->asked = -1;
  for (int64_t row = 0; !status && row < table->n_rows; row++) {
    fate f = fate_of(r, index, row);
    r->analysis->n_masked += f == MASKED;
    r->analysis->n_left_out += f == LEFT_OUT;
    if (f == LEFT_OUT) continue;
    masked[n] = f == MASKED;
    rows[n++] = row;
  }
  if (!status) status = copy_rows(table, rows, n, frame, error);
  for (int64_t i = 0; !status && i < n; i++)
    if (masked[i]) status = mask_row(frame, i, error);
  free(rows);
  free(masked);
  return status;
}

static itg_status mask_result(rule *r, itg_result *masked, itg_error *error) {
  itg_analysis *a = r->analysis;
  ITG_TRY(mark_estimates(r, error));
  for (int i = 0; i < itg_result_count(r->result); i++) {
    const itg_table *table = itg_result_table(r->result, i);
    itg_frame *frame;
    bool rows = itg_privacy_is_rows(a->measure, table->name);
    if (rows && !r->privacy->rows) {
      a->n_withheld++;
      continue;
    }
    ITG_TRY(itg_result_add_table(masked, table->name, &frame, error));
    if (!rows) ITG_TRY(mask_table(r, i, frame, error));
    for (int c = 0; rows && c < table->n_columns; c++) {
      if (!c) ITG_TRY(itg_frame_resize(frame, table->n_rows, error));
      ITG_TRY(itg_frame_copy_column(frame, table, c, table->columns[c].name, error));
    }
  }
  for (int i = 0; i < itg_result_note_count(r->result); i++)
    if (!is_few(r, (double)itg_result_note_persons(r->result, i)))
      ITG_TRY(itg_result_note(masked, error, "%s", itg_result_note_at(r->result, i)));
  if (a->n_left_out)
    ITG_TRY(itg_result_note(
        masked, error,
        "%lld rows of the tables beside the estimates are left out: they rest on fewer than %lld persons.",
        (long long)a->n_left_out, (long long)r->privacy->min_n));
  return itg_result_set_provenance(masked, json_incref(itg_result_provenance_tree(r->result)), error);
}

itg_status itg_privacy_apply(const itg_privacy *privacy, itg_analysis *analysis, itg_error *error) {
  itg_result *masked = NULL;
  if (!analysis->persons || (privacy->rows && privacy->min_n <= 1)) return ITG_OK;
  rule r = {.privacy = privacy,
            .analysis = analysis,
            .result = analysis->result,
            .n_is_persons = maker_of(analysis)->persons,
            .by = by_of(analysis->result)};
  itg_status status = itg_result_new(&masked, error);
  if (!status) status = mask_result(&r, masked, error);
  free(r.small);
  int64_t n = analysis->n_masked + analysis->n_left_out;
  if (!status && privacy->refuse && n)
    status = itg_fail(
        error, ITG_ERR_DISCLOSURE,
        "%lld rows rest on fewer than %lld persons; group more coarsely, or set `action: mask` under "
        "`privacy`",
        (long long)n, (long long)privacy->min_n);
  if (status) {
    itg_result_free(masked);
    return status;
  }
  analysis->whole = analysis->result;
  analysis->result = masked;
  return ITG_OK;
}

/* ---- subtraction ---- */

/* A masked group: the cells that a total shares with it, then all cells that name it. */
typedef struct masked_group {
  const char *text;
  size_t shared, size;
} masked_group;

static int compare_groups(const void *a, const void *b) {
  const masked_group *x = a, *y = b;
  int order = memcmp(x->text, y->text, x->size < y->size ? x->size : y->size);
  return order ? order : (x->size > y->size) - (x->size < y->size);
}

static bool names_column(json_t *by, const char *name) {
  const char *one;
  for (size_t i = 0; (one = by_at(by, i)); i++)
    if (strcmp(one, name) == 0) return true;
  return false;
}

/* Masked for its group; a count may be masked for what it counts. */
static bool is_masked(const itg_table *estimates, int64_t row) {
  char buffer[ITG_NUMBER_SIZE];
  int n = itg_table_column(estimates, "n"), unit = itg_table_column(estimates, "unit");
  return n >= 0 && unit >= 0 && itg_column_reason(&estimates->columns[n], row) == ITG_REASON_SUPPRESSED &&
         !itg_text_equal(itg_column_text(&estimates->columns[unit], row, buffer), "count");
}

static void add_cells(const itg_table *estimates, int64_t row, json_t *by, json_t *only, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  const char *name;
  for (size_t i = 0; (name = by_at(by, i)); i++) {
    int column = itg_table_column(estimates, name);
    if (column < 0 || (only && !names_column(only, name))) continue;
    const char *cell = itg_column_text(&estimates->columns[column], row, buffer);
    itg_text_append(out, cell ? cell : "", cell ? strlen(cell) + 1 : 1);
  }
}

/* In how many totals exactly one group is masked, when totals are by the columns `of` (NULL: one total of
 * all). */
static itg_status count_alone(const itg_table *estimates, json_t *by, json_t *of, itg_arena *arena,
                              int64_t *alone, itg_error *error) {
  masked_group *groups = itg_arena_alloc(arena, (size_t)estimates->n_rows, sizeof *groups);
  int64_t n = 0;
  *alone = 0;
  if (!groups) return itg_fail_memory(error);
  for (int64_t row = 0; row < estimates->n_rows; row++) {
    itg_text text = ITG_TEXT_EMPTY;
    if (!is_masked(estimates, row)) continue;
    if (of) add_cells(estimates, row, by, of, &text);
    size_t shared = text.size;
    add_cells(estimates, row, by, NULL, &text);
    if (!text.failed)
      groups[n] = (masked_group){itg_arena_text(arena, text.data, text.size), shared, text.size};
    itg_text_clear(&text);
    if (!groups[n].text) return itg_fail_memory(error);
    n++;
  }
  qsort(groups, (size_t)n, sizeof *groups, compare_groups);
  for (int64_t i = 0, end; i < n; i = end) {
    bool one = true;
    for (end = i + 1; end < n && groups[end].shared == groups[i].shared &&
                      memcmp(groups[end].text, groups[i].text, groups[i].shared) == 0;
         end++)
      one = one && compare_groups(&groups[end], &groups[i]) == 0;
    *alone += one;
  }
  return ITG_OK;
}

/* The same measure of the same tables, by fewer columns. */
static bool is_total_of(const itg_analysis *total, const itg_analysis *a) {
  json_t *by = by_of(a->result), *of = by_of(total->result);
  const char *name;
  size_t n = 0, n_of = 0;
  if (total == a || total->measure != a->measure || total->n_references != a->n_references) return false;
  for (int i = 0; i < a->n_references; i++)
    if (!itg_text_equal(total->references[i].from->text, a->references[i].from->text)) return false;
  for (; (name = by_at(of, n_of)); n_of++)
    if (!names_column(by, name)) return false;
  while (by_at(by, n)) n++;
  return n_of < n;
}

/* Does the table itself hold a total over its groups, that can be seen? */
static bool holds_total(const itg_table *estimates, json_t *by) {
  char buffer[ITG_NUMBER_SIZE];
  const char *name;
  for (size_t i = 0; (name = by_at(by, i)); i++) {
    int column = itg_table_column(estimates, name);
    for (int64_t row = 0; column >= 0 && row < estimates->n_rows; row++)
      if (!is_masked(estimates, row) &&
          itg_text_equal(itg_column_text(&estimates->columns[column], row, buffer), "all"))
        return true;
  }
  return false;
}

static itg_status warn_of(itg_analysis *a, json_t *of, const char *where, itg_error *error) {
  const itg_table *estimates = itg_result_find(a->result, "estimates");
  int64_t alone = 0;
  itg_arena *arena = itg_arena_new();
  if (!arena) return itg_fail_memory(error);
  itg_status status = count_alone(estimates, by_of(a->result), of, arena, &alone, error);
  itg_arena_free(arena);
  if (status || !alone) return status;
  a->n_alone += alone;
  return itg_result_note(a->result, error,
                         "Disclosure: only one group is masked%s beside a total (%s), so its numbers can be "
                         "had by subtraction; group more coarsely, or leave the total out.",
                         of && by_at(of, 0) ? " in some part" : "", where);
}

itg_status itg_privacy_warn(itg_evaluation *e, itg_error *error) {
  for (int i = 0; i < e->n_analyses; i++) {
    itg_analysis *a = &e->analyses[i];
    const itg_table *estimates = itg_result_find(a->result, "estimates");
    json_t *by = by_of(a->result);
    if (!a->n_masked || !estimates || !by_at(by, 0)) continue;
    if (holds_total(estimates, by)) ITG_TRY(warn_of(a, NULL, "row 'all'", error));
    for (int k = 0; k < e->n_analyses; k++) {
      itg_text where = ITG_TEXT_EMPTY;
      if (!is_total_of(&e->analyses[k], a)) continue;
      itg_text_print(&where, "analysis '%s'", e->analyses[k].id);
      itg_status status = where.failed ? itg_fail_memory(error)
                                       : warn_of(a, by_of(e->analyses[k].result), where.data, error);
      itg_text_clear(&where);
      if (status) return status;
    }
  }
  return ITG_OK;
}
