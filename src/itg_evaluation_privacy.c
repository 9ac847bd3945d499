/* itg_evaluation_privacy.c - layer 4: what may leave the room: estimates of too few persons are masked.
 *
 * Primary suppression only: where a total is printed beside all groups but one, the masked group can be
 * had by subtraction.  The report says so; the decision stays with the owner of the data. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_evaluation.h"

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

/* ---- persons of a group ---- */

/* A table without n (limits, curves, tests) rests on the persons of its group: the most that an estimate of the group
 * rests on. */
typedef struct group {
  const char *cells; /* of the columns in option by */
  double n;
} group;

typedef struct groups {
  const itg_node *by; /* NULL: none, one group */
  group *groups;
  int64_t count;
} groups;

static double persons_of(const itg_result *result, int index, int64_t row) {
  const itg_table *table = itg_result_table(result, index);
  int64_t persons = itg_result_persons(result, index, row);
  return persons >= 0 ? (double)persons : number_at(table, itg_table_column(table, "n"), row);
}

/* The cells that tell the group of a row, as one text; false where memory ends or the table lacks such a column. */
static bool print_cells(const itg_table *table, const itg_node *by, int64_t row, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  out->size = 0;
  itg_text_print(out, "%s", "");
  for (int32_t i = 0; i < itg_node_length(by); i++) {
    int c = itg_table_column(table, itg_node_element(by, i)->text);
    const char *cell = c < 0 ? NULL : itg_column_text(&table->columns[c], row, buffer);
    if (c < 0) return false;
    itg_text_print(out, "%s\x1f", cell ? cell : "\x1e");
  }
  return !out->failed;
}

static int by_cells(const void *a, const void *b) {
  return strcmp(((const group *)a)->cells, ((const group *)b)->cells);
}

static itg_status read_groups(const itg_analysis *a, itg_arena *arena, groups *out, itg_error *error) {
  const itg_node *by = itg_node_get(a->node, "by");
  itg_text cells = ITG_TEXT_EMPTY;
  int index = 0;
  *out = (groups){.by = itg_node_is_null(by) ? NULL : by};
  while (index < itg_result_count(a->result) && strcmp(itg_result_table(a->result, index)->name, "estimates") != 0)
    index++;
  const itg_table *table = itg_result_table(a->result, index);
  if (!table) return ITG_OK;
  out->groups = itg_arena_alloc(arena, (size_t)table->n_rows, sizeof *out->groups);
  if (!out->groups) return itg_fail_memory(error);
  for (int64_t r = 0; r < table->n_rows; r++) {
    double n = persons_of(a->result, index, r);
    if (isnan(n) || !print_cells(table, out->by, r, &cells)) continue;
    out->groups[out->count] = (group){itg_arena_text(arena, cells.data, cells.size), n};
    if (!out->groups[out->count++].cells) cells.failed = true;
  }
  bool failed = cells.failed;
  itg_text_clear(&cells);
  if (failed) return itg_fail_memory(error);
  if (out->count > 1) qsort(out->groups, (size_t)out->count, sizeof *out->groups, by_cells);
  int64_t kept = 0;
  for (int64_t i = 0; i < out->count; i++) {
    if (kept && strcmp(out->groups[kept - 1].cells, out->groups[i].cells) == 0)
      out->groups[kept - 1].n = fmax(out->groups[kept - 1].n, out->groups[i].n);
    else
      out->groups[kept++] = out->groups[i];
  }
  out->count = kept;
  return ITG_OK;
}

static double persons_of_group(const groups *all, const itg_table *table, int64_t row, itg_text *cells) {
  if (!all->count || !print_cells(table, all->by, row, cells)) return NAN;
  const group key = {.cells = cells->data},
              *found = bsearch(&key, all->groups, (size_t)all->count, sizeof key, by_cells);
  return found ? found->n : NAN;
}

/* ---- masks ---- */

/* Does the row rest on 1 .. min_n-1 persons, or count so few? */
static bool too_few(const itg_result *result, int index, int64_t row, const groups *all, double min_n, itg_text *cells) {
  const itg_table *table = itg_result_table(result, index);
  double n = persons_of(result, index, row);
  if (isnan(n)) n = persons_of_group(all, table, row, cells);
  if (n > 0 && n < min_n) return true;
  int unit = itg_table_column(table, "unit");
  char buffer[ITG_NUMBER_SIZE];
  bool counts = unit >= 0 && itg_text_equal(itg_column_text(&table->columns[unit], row, buffer), "count");
  double count = number_at(table, itg_table_column(table, counts ? "estimate" : "count"), row);
  return count > 0 && count < min_n;
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

static itg_status copy_table(const itg_table *table, itg_frame *frame, itg_error *error) {
  ITG_TRY(itg_frame_resize(frame, table->n_rows, error));
  for (int c = 0; c < table->n_columns; c++)
    ITG_TRY(itg_frame_copy_column(frame, table, c, table->columns[c].name, error));
  return ITG_OK;
}

static itg_status mask_result(const itg_privacy *privacy, itg_analysis *a, const groups *all, itg_text *cells,
                              itg_result *masked, itg_error *error) {
  for (int i = 0; i < itg_result_count(a->result); i++) {
    const itg_table *table = itg_result_table(a->result, i);
    itg_frame *frame;
    bool rows = itg_privacy_is_rows(a->measure, table->name);
    if (rows && !privacy->rows) {
      a->n_withheld++;
      continue;
    }
    ITG_TRY(itg_result_add_table(masked, table->name, &frame, error));
    ITG_TRY(copy_table(table, frame, error));
    if (rows) continue;
    for (int64_t r = 0; r < table->n_rows; r++) {
      if (!too_few(a->result, i, r, all, (double)privacy->min_n, cells)) {
        if (cells->failed) return itg_fail_memory(error);
        continue;
      }
      ITG_TRY(mask_row(frame, r, error));
      a->n_masked++;
    }
  }
  for (int i = 0; i < itg_result_note_count(a->result); i++)
    ITG_TRY(itg_result_note(masked, error, "%s", itg_result_note_at(a->result, i)));
  return itg_result_set_provenance(masked, json_incref(itg_result_provenance_tree(a->result)), error);
}

itg_status itg_privacy_apply(const itg_privacy *privacy, itg_analysis *analysis, itg_error *error) {
  itg_result *masked = NULL;
  if (!analysis->persons || (privacy->rows && privacy->min_n <= 1)) return ITG_OK;
  groups all;
  itg_text cells = ITG_TEXT_EMPTY;
  itg_arena *arena = itg_arena_new();
  itg_status status = arena ? itg_result_new(&masked, error) : itg_fail_memory(error);
  if (!status) status = read_groups(analysis, arena, &all, error);
  if (!status) status = mask_result(privacy, analysis, &all, &cells, masked, error);
  itg_text_clear(&cells);
  itg_arena_free(arena);
  if (!status && privacy->refuse && analysis->n_masked)
    status = itg_fail(
        error, ITG_ERR_DISCLOSURE,
        "%lld rows rest on fewer than %lld persons; group more coarsely, or set `action: mask` under "
        "`privacy`",
        (long long)analysis->n_masked, (long long)privacy->min_n);
  if (status) {
    itg_result_free(masked);
    return status;
  }
  analysis->whole = analysis->result;
  analysis->result = masked;
  return ITG_OK;
}
