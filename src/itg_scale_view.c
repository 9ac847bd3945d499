/* itg_scale_view.c - layer 3: blocks of answers brought into view: read where they lie, or copied, or, where
 * a block holds something unusual (a code, text, an answer out of range), cell by cell. */
#include "itg_scale_view.h"

#include <math.h>
#include <string.h>

#include "itg_scale_labels.h"

static bool any_code_within(const itg_answer_code *codes, int32_t n, const itg_responses *r) {
  for (int32_t i = 0; i < n; i++)
    if (codes[i].number >= r->min && codes[i].number <= r->max) return true;
  return false;
}

/* Options are exactly the whole numbers from min to max. */
static bool options_are_whole(const itg_responses *r) {
  if (!r->n_options || r->n_options != r->max - r->min + 1 || r->min != floor(r->min)) return false;
  for (int32_t i = 0; i < r->n_options; i++)
    if (r->options[i] != floor(r->options[i])) return false;
  return true;
}

itg_scale_lane itg_scale_lane_of(const itg_scale_job *job, int32_t item) {
  const itg_column *column = job->columns[item];
  const itg_responses *r = job->plan->items[item].responses;
  itg_scale_lane out = {false, false, options_are_whole(r), false};
  if (!column) return out;
  bool bare = !column->reason, small = r->min > INT32_MIN && r->max < INT32_MAX;
  out.cell_by_cell = !itg_column_is_number(column) || (r->n_options && !out.whole) || r->counts ||
                     any_code_within(job->codes, job->n_codes, r) || any_code_within(r->codes, r->n_codes, r);
  out.dense_doubles = bare && column->type == ITG_TYPE_DOUBLE &&
                      (column->stride == 0 || column->stride == 8) &&
                      (uintptr_t)column->data % sizeof(double) == 0;
  out.dense_ints = bare && small && r->min == floor(r->min) && r->max == floor(r->max) &&
                   column->type == ITG_TYPE_INT32 && (column->flags & ITG_COLUMN_MIN_MISSING) &&
                   (column->stride == 0 || column->stride == 4) &&
                   (uintptr_t)column->data % sizeof(int32_t) == 0;
  return out;
}

double *itg_scale_buffer(const itg_scale_work *w, int32_t source) {
  return w->buffers + (size_t)source * ITG_SCALE_BLOCK;
}

/* Why an answer that is a code is missing; ITG_REASON_PRESENT: it is none. */
static itg_reason reason_of(const itg_answer_code *codes, int32_t n, double number, const char *text) {
  for (int32_t i = 0; i < n; i++)
    if (text ? strcmp(codes[i].text, text) == 0 : codes[i].number == number) return codes[i].reason;
  return ITG_REASON_PRESENT;
}

/* A number, given or labelled, that is out of range, or text that stands for none. */
static itg_status fail_answer(const itg_scale_work *w, int32_t item, int64_t row, itg_error *error) {
  const itg_responses *r = w->job->plan->items[item].responses;
  const itg_column *column = w->job->columns[item];
  char buffer[ITG_NUMBER_SIZE], low[ITG_NUMBER_SIZE], high[ITG_NUMBER_SIZE];
  const char *text = itg_column_text(column, row, buffer);
  double number;
  itg_text labels = ITG_TEXT_EMPTY;
  itg_number_print(r->min, low);
  itg_number_print(r->max, high);
  bool is_number = text && itg_scale_number_of(w->job->plan, item, text, &number);
  if (!is_number) itg_scale_labels_print(w->job->plan, item, &labels);
  itg_status status =
      itg_fail_at(error, is_number ? ITG_ERR_RANGE : ITG_ERR_TYPE, w->job->table,
                  w->job->rows ? w->job->rows[row] : row, column->name,
                  "'%.60s' is no answer to '%.60s'; answers are %s to %s%s%s%.300s; correct it, %sor declare "
                  "it in `missing`",
                  text ? text : "", w->job->plan->items[item].id, low, high,
                  r->n_options ? ", as the definition lists them" : "", labels.size ? ", or " : "",
                  labels.size ? labels.data : "", is_number ? "" : "give its number in option `labels`, ");
  itg_text_clear(&labels);
  return status;
}

itg_reason itg_scale_look_at(const itg_scale_work *w, int32_t item, int64_t row, char *buffer, double *value,
                             const char **text) {
  const itg_scale_job *job = w->job;
  const itg_responses *r = job->plan->items[item].responses;
  const itg_column *column = job->columns[item];
  itg_reason why = itg_column_reason(column, row);
  *value = NAN;
  *text = NULL;
  if (why) return why;
  if (itg_column_is_number(column)) {
    uint8_t reason;
    itg_column_doubles(column, row, 1, value, &reason);
  } else {
    *text = itg_column_text(column, row, buffer);
  }
  why = reason_of(job->codes, job->n_codes, *value, *text);
  return why ? why : reason_of(r->codes, r->n_codes, *value, *text);
}

/* Rows of a block one by one. */
static itg_status read_cells(itg_scale_work *w, int32_t item, int64_t first, int count, double *out,
                             itg_error *error) {
  const itg_responses *r = w->job->plan->items[item].responses;
  for (int i = 0; i < count; i++) {
    char buffer[ITG_NUMBER_SIZE];
    const char *text;
    double value;
    itg_reason why = itg_scale_look_at(w, item, first + i, buffer, &value, &text);
    bool known = true;
    out[i] = r->counted[why];
    if (why) continue;
    if (text) known = itg_scale_number_of(w->job->plan, item, text, &value);
    if (known && itg_scale_is_answer(r, value))
      out[i] = value;
    else if (w->job->keep_going)
      w->out_of_range++;
    else
      return fail_answer(w, item, first + i, error);
  }
  return ITG_OK;
}

static void pad(double *values, int count) {
  for (int i = count; i < ITG_SCALE_BLOCK; i++) values[i] = NAN;
}

itg_status itg_scale_view_item(itg_scale_work *w, int32_t item, int64_t first, int count, itg_error *error) {
  const itg_column *column = w->job->columns[item];
  const itg_responses *r = w->job->plan->items[item].responses;
  const itg_scale_lane *lane = &w->lanes[item];
  itg_scale_view *v = &w->views[item];
  double *buffer = itg_scale_buffer(w, item);
  int64_t bad = 0, missing = 0;
  *v = (itg_scale_view){NULL, NULL};
  if (lane->cell_by_cell) {
    bad = 1;
  } else if (lane->dense_ints && count == ITG_SCALE_BLOCK) {
    v->ints = (const int32_t *)column->data + first;
    bad = itg_scale_check_ints(v->ints, (int32_t)r->min, (int32_t)r->max, &missing);
  } else if (lane->dense_doubles && count == ITG_SCALE_BLOCK) {
    v->doubles = (const double *)column->data + first;
    bad = itg_scale_check_range(v->doubles, r->min, r->max, &missing);
    if (lane->whole && !bad) bad = itg_scale_count_fractions(v->doubles);
  } else {
    uint8_t reasons[ITG_SCALE_BLOCK];
    itg_column_doubles(column, first, count, buffer, reasons);
    pad(buffer, count);
    v->doubles = buffer;
    bad = itg_scale_check_range(buffer, r->min, r->max, &missing);
    if (lane->whole && !bad) bad = itg_scale_count_fractions(buffer);
  }
  if (bad) {
    ITG_TRY(read_cells(w, item, first, count, buffer, error));
    pad(buffer, count);
    *v = (itg_scale_view){NULL, buffer};
    itg_scale_check_range(buffer, r->min, r->max, &missing);
  }
  w->item_missing[item] += missing - (ITG_SCALE_BLOCK - count);
  return ITG_OK;
}

const double *itg_scale_doubles(itg_scale_work *w, int32_t source) {
  itg_scale_view *v = &w->views[source];
  if (!v->doubles) {
    double *buffer = itg_scale_buffer(w, source);
    for (int i = 0; i < ITG_SCALE_BLOCK; i++) buffer[i] = v->ints[i] == INT32_MIN ? NAN : v->ints[i];
    v->doubles = buffer;
  }
  return v->doubles;
}
