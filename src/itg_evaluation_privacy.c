/* itg_evaluation_privacy.c - layer 4: what may leave the room: estimates of too few persons are masked.
 *
 * Primary suppression only: where a total is printed beside all groups but one, the masked group can be
 * had by subtraction.  The report says so; the decision stays with the owner of the data. */
#include <jansson.h>
#include <math.h>
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

/* Does the row rest on 1 .. min_n-1 persons, or count so few? */
static bool too_few(const itg_result *result, int index, int64_t row, double min_n) {
  const itg_table *table = itg_result_table(result, index);
  int64_t persons = itg_result_persons(result, index, row);
  double n = persons >= 0 ? (double)persons : number_at(table, itg_table_column(table, "n"), row);
  if (n > 0 && n < min_n) return true;
  int unit = itg_table_column(table, "unit");
  char buffer[ITG_NUMBER_SIZE];
  if (unit < 0 || !itg_text_equal(itg_column_text(&table->columns[unit], row, buffer), "count")) return false;
  double count = number_at(table, itg_table_column(table, "estimate"), row);
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

static itg_status mask_result(const itg_privacy *privacy, itg_analysis *a, itg_result *masked,
                              itg_error *error) {
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
      if (!too_few(a->result, i, r, (double)privacy->min_n)) continue;
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
  itg_status status = itg_result_new(&masked, error);
  if (!status) status = mask_result(privacy, analysis, masked, error);
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
