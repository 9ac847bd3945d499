/* itg_report_headline.c - layer 4: which estimates of a result are read first, in the report and in a
 * summary. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "itg_report.h"
#include "itg_waves.h"

/* What a measure is asked for, in this order; of other measures every scale may be a headline, as the table
 * has them.  A scale made per score ("burden.change") goes by its end.  A new choice is one line here. */
static const struct {
  const char *measure, *scales[6];
} choices[] = {
    {"budget_impact", {"impact", "impact_percent", "impact_per_member_month"}},
    {"cea", {"icer", "incremental_cost", "incremental_effect", "inmb"}},
    {"cea_summary", {"icer", "incremental_cost", "incremental_effect", "inmb"}},
    {"change", {"change"}},
    {"checklist", {"implemented", "count"}},
    {"cost_table", {"net_cost", "difference", "cost"}},
    {"costing", {"cost"}},
    {"eq5d_utility", {"utility"}},
    {"evppi", {"evppi"}},
    {"evsi", {"best_size", "evsi"}},
    {"functional_integration", {"scope", "gap", "disagreement"}},
    {"funnel", {"target", "value"}},
    {"investment", {"net_present_value", "benefit_cost_ratio", "payback"}},
    {"ladder", {"median"}},
    {"parameter_draws", {"mean"}},
    {"psa", {"icer", "incremental_cost", "incremental_effect", "inmb"}},
    {"qaly", {"qaly"}},
    {"rates", {"rate", "proportion"}},
    {"reliability", {"alpha", "omega"}},
    {"scorecard", {"score"}},
};

enum { NOT_CHOSEN = 99, EARLIER = 20, UNASKED = 1 << 20 };

/* Where the scale of a row stands in the choice; 0 for a measure without one. */
static int place_of(const itg_table *table, int64_t row) {
  char buffer[ITG_NUMBER_SIZE], other[ITG_NUMBER_SIZE];
  const char *measure = itg_cell_text(table, "measure", row, buffer),
             *scale = itg_cell_text(table, "scale", row, other);
  for (size_t i = 0; measure && scale && i < ITG_COUNT(choices); i++) {
    if (strcmp(choices[i].measure, measure) != 0) continue;
    const char *end = strrchr(scale, '.');
    for (int k = 0; k < (int)ITG_COUNT(choices[i].scales) && choices[i].scales[k]; k++)
      if (strcmp(choices[i].scales[k], end ? end + 1 : scale) == 0) return k;
    return NOT_CHOSEN;
  }
  return 0;
}

/* Information is asked for to find what is worth most: of two rows at one threshold the larger comes
 * first. */
static bool is_worth_more(const itg_table *table, int64_t row, int64_t other) {
  char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE];
  return itg_text_equal(itg_cell_text(table, "measure", row, a), "evppi") &&
         itg_text_equal(itg_cell_text(table, "threshold", row, a),
                        itg_cell_text(table, "threshold", other, b)) &&
         itg_cell_number(table, "estimate", row) > itg_cell_number(table, "estimate", other);
}

/* Percent of people at an end of a score: what to know about the score, and no headline. */
static bool is_extreme(const itg_table *table, int64_t row) {
  char buffer[ITG_NUMBER_SIZE];
  const char *scale = itg_cell_text(table, "scale", row, buffer), *end = scale ? strrchr(scale, '.') : NULL;
  return end && (strcmp(end, ".floor") == 0 || strcmp(end, ".ceiling") == 0);
}

static bool is_total(const itg_table *table, int64_t row) {
  char buffer[ITG_NUMBER_SIZE];
  const char *scale = itg_cell_text(table, "scale", row, buffer);
  return scale && (strcmp(scale, "total") == 0 || strncmp(scale, "total.", 6) == 0);
}

/* The last time in a column: by the numbers in its names, else that of the last row, since a measure that was told the
 * order of words has put them in it. */
static int64_t last_time(const itg_table *table, const itg_column *column) {
  char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE];
  int64_t last = -1, of_rows = -1;
  bool plain = true;
  for (int64_t r = 0; r < table->n_rows; r++) {
    const char *label = itg_column_text(column, r, a);
    if (!label || strcmp(label, "all") == 0) continue;
    of_rows = r;
    const char *before = last < 0 ? NULL : itg_column_text(column, last, b);
    const int order = !before ? -1 : strcmp(before, label) == 0 ? 1 : itg_waves_compare(before, label);
    if (order < 0) last = r;
    plain = plain && order;
  }
  return plain ? last : of_rows;
}

static const char *const times[] = {"wave", "period", "year", "round"};

/* A row of the last time for each column of times; -1: there is no such column. */
static void find_last_times(const itg_table *table, int64_t rows[ITG_COUNT(times)]) {
  for (size_t i = 0; i < ITG_COUNT(times); i++) {
    const int c = itg_table_column(table, times[i]);
    rows[i] = c < 0 ? -1 : last_time(table, &table->columns[c]);
  }
}

/* Groups that a row narrows to: "all" narrows to nothing, nor does what a comparison is with; a time before
 * the last one comes after everything of the last. */
static int narrowness(const itg_table *table, int64_t row, const int64_t last[ITG_COUNT(times)]) {
  int first, n = itg_group_columns(table, &first), count = 0;
  for (int c = first; c < first + n; c++) {
    char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE];
    const itg_column *column = &table->columns[c];
    const char *label = itg_column_text(column, row, a);
    if (!label || strcmp(label, "all") == 0 || strcmp(column->name, "versus") == 0) continue;
    count++;
    for (size_t i = 0; i < ITG_COUNT(times); i++)
      if (last[i] >= 0 && strcmp(column->name, times[i]) == 0 &&
          !itg_text_equal(itg_column_text(column, last[i], b), label))
        count += EARLIER;
  }
  return count;
}

int itg_report_headlines(const itg_table *table, int64_t rows[ITG_REPORT_HEADLINES]) {
  int keys[ITG_REPORT_HEADLINES], n = 0;
  int64_t last[ITG_COUNT(times)];
  find_last_times(table, last);
  for (int64_t r = 0; r < table->n_rows; r++) {
    if (isnan(itg_cell_number(table, "estimate", r)) || is_extreme(table, r)) continue;
    int place = place_of(table, r), at = n;
    int key = (narrowness(table, r, last) * (NOT_CHOSEN + 1) + place) * 2 + !is_total(table, r);
    if (place == NOT_CHOSEN) key += UNASKED;
    while (at > 0 && (keys[at - 1] > key || (keys[at - 1] == key && is_worth_more(table, r, rows[at - 1]))))
      at--;
    if (at == ITG_REPORT_HEADLINES) continue;
    if (n < ITG_REPORT_HEADLINES) n++;
    for (int k = n - 1; k > at; k--) keys[k] = keys[k - 1], rows[k] = rows[k - 1];
    keys[at] = key;
    rows[at] = r;
  }
  /* What was not chosen is told only where nothing was. */
  while (n > 1 && keys[0] < UNASKED && keys[n - 1] >= UNASKED) n--;
  return n;
}

int64_t itg_evaluation_headline(const itg_evaluation *evaluation, int index, int place) {
  int64_t rows[ITG_REPORT_HEADLINES];
  if (index < 0 || index >= evaluation->n_analyses || place < 0) return -1;
  int n = itg_report_headlines(itg_result_table(evaluation->analyses[index].result, 0), rows);
  return place < n ? rows[place] : -1;
}

/* ---- the same order for the rows of a picture ---- */

typedef struct entry {
  int place, scale;
  int64_t row;
} entry;

static int by_scale(const void *a, const void *b) {
  const entry *x = a, *y = b;
  if (x->place != y->place) return x->place < y->place ? -1 : 1;
  if (x->scale != y->scale) return x->scale < y->scale ? -1 : 1;
  return x->row < y->row ? -1 : x->row > y->row;
}

int64_t *itg_report_order(itg_report *report, const itg_table *table) {
  size_t n = (size_t)table->n_rows;
  int scale = itg_table_column(table, "scale");
  itg_factor scales = {0};
  entry *entries = itg_report_alloc(report, n, sizeof *entries);
  int64_t *order = itg_report_alloc(report, n, sizeof *order);
  if (scale >= 0 && itg_factor_make(&table->columns[scale], table->n_rows, report->arena, &scales, NULL))
    report->out->failed = true;
  int *seen = itg_report_alloc(report, (size_t)scales.n_levels + 1, sizeof *seen),
      n_seen = 0; /* missing: the last */
  if (!entries || !order || !seen || report->out->failed) return NULL;
  for (size_t i = 0; i < n; i++) { /* scales in order of appearance, not of the alphabet */
    int code = scales.codes && scales.codes[i] >= 0 ? scales.codes[i] : scales.n_levels;
    if (!seen[code]) seen[code] = ++n_seen;
    int place = 2 * place_of(table, (int64_t)i) + !is_total(table, (int64_t)i);
    entries[i] = (entry){place, seen[code], (int64_t)i};
  }
  qsort(entries, n, sizeof *entries, by_scale);
  for (size_t i = 0; i < n; i++) order[i] = entries[i].row;
  return order;
}
