/* itg_result.c - layer 1: tables, notes and provenance of one measure. */
#include "itg_result.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "itg_tree.h"

typedef struct note {
  char *text;
  int64_t persons; /* that it tells of; -1: not stated */
} note;

struct itg_result {
  itg_frame **tables;
  int n_tables;
  itg_pace *pace;
  note *notes;
  int n_notes;
  json_t *provenance;
  char *provenance_text; /* the same, printed */
};

itg_status itg_result_new(itg_result **out, itg_error *error) {
  *out = itg_alloc(1, sizeof **out);
  return *out ? ITG_OK : itg_fail_memory(error);
}

void itg_result_free(itg_result *result) {
  if (!result) return;
  for (int i = 0; i < result->n_tables; i++) itg_frame_free(result->tables[i]);
  for (int i = 0; i < result->n_notes; i++) free(result->notes[i].text);
  free(result->tables);
  free(result->notes);
  json_decref(result->provenance);
  free(result->provenance_text);
  free(result);
}

void itg_result_set_pace(itg_result *result, itg_pace *pace) {
  result->pace = pace;
  for (int i = 0; i < result->n_tables; i++) itg_frame_set_pace(result->tables[i], pace);
}

itg_status itg_result_add_table(itg_result *result, const char *name, itg_frame **out, itg_error *error) {
  *out = NULL;
  itg_frame **tables = itg_grow(result->tables, (size_t)result->n_tables + 1, sizeof *tables);
  if (!tables) return itg_fail_memory(error);
  result->tables = tables;
  ITG_TRY(itg_frame_new(name, NULL, &tables[result->n_tables], error));
  *out = tables[result->n_tables++];
  itg_frame_set_pace(*out, result->pace);
  return ITG_OK;
}

itg_status itg_result_note(itg_result *result, itg_error *error, const char *format, ...) {
  va_list args;
  va_start(args, format);
  int size = vsnprintf(NULL, 0, format, args);
  va_end(args);
  note *notes = itg_grow(result->notes, (size_t)result->n_notes + 1, sizeof *notes);
  if (notes) result->notes = notes;
  char *text = notes && size >= 0 ? itg_alloc((size_t)size + 1, 1) : NULL;
  if (!text) return itg_fail_memory(error);
  va_start(args, format);
  vsnprintf(text, (size_t)size + 1, format, args);
  va_end(args);
  notes[result->n_notes++] = (note){text, -1};
  return ITG_OK;
}

void itg_result_set_note_persons(itg_result *result, int first, int64_t persons) {
  for (int i = first; i < result->n_notes; i++) result->notes[i].persons = persons;
}

int64_t itg_result_note_persons(const itg_result *result, int index) { return result->notes[index].persons; }

itg_status itg_result_set_provenance(itg_result *result, json_t *tree, itg_error *error) {
  char *text;
  itg_status status = itg_tree_print(tree, 0, &text, error);
  if (status) {
    json_decref(tree);
    return status;
  }
  json_decref(result->provenance);
  free(result->provenance_text);
  result->provenance = tree;
  result->provenance_text = text;
  return ITG_OK;
}

json_t *itg_result_provenance_tree(const itg_result *result) { return result->provenance; }

int itg_result_count(const itg_result *result) { return result->n_tables; }

const itg_table *itg_result_table(const itg_result *result, int index) {
  return index >= 0 && index < result->n_tables ? itg_frame_table(result->tables[index]) : NULL;
}

const itg_table *itg_result_find(const itg_result *result, const char *name) {
  for (int i = 0; i < result->n_tables; i++) {
    const itg_table *table = itg_frame_table(result->tables[i]);
    if (itg_text_equal(table->name, name)) return table;
  }
  return NULL;
}

int64_t itg_result_persons(const itg_result *result, int table, int64_t row) {
  return itg_frame_persons(result->tables[table], row);
}

int itg_result_note_count(const itg_result *result) { return result->n_notes; }

const char *itg_result_note_at(const itg_result *result, int index) {
  return index >= 0 && index < result->n_notes ? result->notes[index].text : NULL;
}

const char *itg_result_provenance(const itg_result *result) {
  return result->provenance_text ? result->provenance_text : "{}";
}

/* ---- the tidy table ---- */

itg_estimate itg_estimate_of(const char *measure, const char *scale, const char *const *group, const char *unit) {
  return (itg_estimate){.measure = measure,
                        .scale = scale,
                        .group = group,
                        .unit = unit,
                        .estimate = NAN,
                        .std_error = NAN,
                        .conf_low = NAN,
                        .conf_high = NAN};
}

itg_status itg_tidy_open(itg_result *result, const char *const *groups, int n_groups, itg_tidy *out,
                         itg_error *error) {
  static const struct {
    const char *name;
    itg_type type;
  } after[] = {{"n", ITG_TYPE_INT64},          {"n_missing", ITG_TYPE_INT64}, {"estimate", ITG_TYPE_DOUBLE},
               {"std_error", ITG_TYPE_DOUBLE}, {"conf_low", ITG_TYPE_DOUBLE}, {"conf_high", ITG_TYPE_DOUBLE},
               {"unit", ITG_TYPE_STRING},      {"level", ITG_TYPE_STRING},    {"reason", ITG_TYPE_STRING}};
  memset(out, 0, sizeof *out);
  ITG_TRY(itg_result_add_table(result, "estimates", &out->frame, error));
  ITG_TRY(itg_frame_add_column(out->frame, "measure", ITG_TYPE_STRING, NULL, error));
  ITG_TRY(itg_frame_add_column(out->frame, "scale", ITG_TYPE_STRING, NULL, error));
  for (int i = 0; i < n_groups; i++)
    ITG_TRY(itg_frame_add_column(out->frame, groups[i], ITG_TYPE_STRING, NULL, error));
  for (size_t i = 0; i < ITG_COUNT(after); i++)
    ITG_TRY(itg_frame_add_column(out->frame, after[i].name, after[i].type, NULL, error));
  out->n_groups = n_groups;
  return ITG_OK;
}

/* A figure that overflowed is none: what was computed from it, its limits and its level, goes with it. */
static itg_estimate without_overflow(itg_estimate row) {
  bool lost = isinf(row.estimate);
  if (!lost && !isinf(row.std_error)) return row;
  if (lost) {
    row.estimate = NAN;
    row.level = NULL;
  }
  row.std_error = row.conf_low = row.conf_high = NAN;
  if (!row.reason) row.reason = ITG_REASON_OUT_OF_RANGE;
  return row;
}

itg_status itg_tidy_add(itg_tidy *tidy, const itg_estimate *given, itg_error *error) {
  const itg_estimate sound = without_overflow(*given), *row = &sound;
  itg_frame *frame = tidy->frame;
  int64_t at = tidy->rows;
  int column = 0;
  ITG_TRY(itg_frame_resize(frame, at + 1, error));
  ITG_TRY(itg_frame_set_text(frame, at, column++, row->measure, error));
  if (row->scale) ITG_TRY(itg_frame_set_text(frame, at, column, row->scale, error));
  column++;
  for (int i = 0; i < tidy->n_groups; i++, column++)
    if (row->group && row->group[i]) ITG_TRY(itg_frame_set_text(frame, at, column, row->group[i], error));
  itg_frame_set_int(frame, at, column++, row->n);
  itg_frame_set_int(frame, at, column++, row->n_missing);
  const double numbers[] = {row->estimate, row->std_error, row->conf_low, row->conf_high};
  for (int i = 0; i < 4; i++, column++)
    if (!isnan(numbers[i])) itg_frame_set_double(frame, at, column, numbers[i]);
  if (row->unit) ITG_TRY(itg_frame_set_text(frame, at, column, row->unit, error));
  column++;
  if (row->level) ITG_TRY(itg_frame_set_text(frame, at, column, row->level, error));
  column++;
  itg_reason reason = row->reason || !isnan(row->estimate) ? row->reason : ITG_REASON_UNDEFINED;
  if (reason) ITG_TRY(itg_frame_set_text(frame, at, column, itg_reason_text(reason), error));
  tidy->rows++;
  return ITG_OK;
}
