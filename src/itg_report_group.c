/* itg_report_group.c - layer 4: the groups of persons of an analysis, as slices of its tables. */
#include <math.h>
#include <string.h>

#include "itg_report.h"

/* Rows from `from` up to `to` of a table, which keeps the data. */
static const itg_table *slice(itg_report *r, const itg_table *table, int64_t from, int64_t to) {
  itg_table *out = itg_report_alloc(r, 1, sizeof *out);
  itg_column *columns = itg_report_alloc(r, (size_t)table->n_columns, sizeof *columns);
  if (!out || !columns) return NULL;
  for (int32_t c = 0; c < table->n_columns; c++) {
    const itg_column *old = &table->columns[c];
    ptrdiff_t stride = old->stride ? old->stride : (ptrdiff_t)itg_type_size(old->type);
    columns[c] = *old;
    if (old->data) columns[c].data = (const char *)old->data + from * stride;
    if (old->reason) columns[c].reason = old->reason + from;
  }
  *out = *table;
  out->columns = columns;
  out->n_rows = to - from;
  out->lines = table->lines ? table->lines + from : NULL;
  return out;
}

/* Is the group of row b that of row a?  Labels stand in n columns from `first`. */
static bool same_group(const itg_table *table, int first, int n, int64_t a, int64_t b) {
  for (int c = first; c < first + n; c++) {
    char x[ITG_NUMBER_SIZE], y[ITG_NUMBER_SIZE];
    if (!itg_text_equal(itg_column_text(&table->columns[c], a, x), itg_column_text(&table->columns[c], b, y)))
      return false;
  }
  return true;
}

static int64_t end_of(const itg_table *table, int first, int n, int64_t from) {
  int64_t to = from + 1;
  while (to < table->n_rows && same_group(table, first, n, from, to)) to++;
  return to;
}

/* "north, women"; NULL marks the page as failed. */
static const char *label_of(itg_report *r, const itg_table *table, int first, int n, int64_t row) {
  itg_text text = ITG_TEXT_EMPTY;
  for (int c = first; c < first + n; c++) {
    char buffer[ITG_NUMBER_SIZE];
    const char *label = itg_column_text(&table->columns[c], row, buffer);
    itg_text_print(&text, "%s%s", c > first ? ", " : "", label ? label : "(missing)");
  }
  const char *out = text.failed ? NULL : itg_arena_text(r->arena, text.data ? text.data : "", text.size);
  itg_text_clear(&text);
  r->out->failed |= !out;
  return out;
}

static bool is_told(const itg_table *estimates, int64_t from, int64_t to) {
  while (from < to && isnan(itg_cell_number(estimates, "estimate", from))) from++;
  return from < to;
}

int itg_report_groups(itg_report *r, const itg_analysis *analysis, const char *const *own,
                      itg_report_group *out, int *all) {
  const itg_table *table = itg_result_table(analysis->result, 0);
  int first, n = itg_group_columns(table, &first), n_by = n;
  for (int i = 0; own[i]; i++) {
    int at = itg_table_column(table, own[i]) - first;
    if (at >= 0 && at < n_by) n_by = at;
  }
  out[0] = (itg_report_group){.analysis = analysis, .estimates = table};
  if (!n_by || !table->n_rows) return *all = 1;
  *all = 0;
  for (int64_t from = 0, to; from < table->n_rows; from = to) {
    to = end_of(table, first, n_by, from);
    const char *label = label_of(r, table, first, n_by, from);
    if (!label) return 0;
    if (strcmp(label, "all") == 0 || !is_told(table, from, to)) continue; /* all groups together; masked */
    if (*all < ITG_REPORT_GROUPS) {
      const itg_table *rows = slice(r, table, from, to);
      if (!rows) return 0;
      out[*all] = (itg_report_group){analysis, label, n_by, rows};
    }
    ++*all;
  }
  return *all < ITG_REPORT_GROUPS ? *all : ITG_REPORT_GROUPS;
}

const itg_table *itg_report_group_table(itg_report *r, const itg_report_group *group, const char *name) {
  const itg_table *table = itg_result_find(group->analysis->result, name);
  if (!table || !group->label) return table;
  for (int64_t from = 0, to; from < table->n_rows; from = to) {
    to = end_of(table, 0, group->n_columns, from);
    const char *label = label_of(r, table, 0, group->n_columns, from);
    if (!label) return NULL;
    if (strcmp(label, group->label) == 0) return slice(r, table, from, to);
  }
  return NULL;
}

const char *itg_report_group_title(itg_report *r, const itg_report_group *group, const char *title) {
  const char *out = group->label ? itg_arena_print(r->arena, "%s: %s", title, group->label) : title;
  r->out->failed |= !out;
  return out ? out : title;
}

const char *itg_report_group_caption(itg_report *r, const itg_report_group *group, const char *caption) {
  const char *out = group->label ? itg_arena_print(r->arena, "%s. %s", group->label, caption) : caption;
  r->out->failed |= !out;
  return out ? out : caption;
}

void itg_report_group_rest(itg_report *r, int drawn, int all) {
  if (drawn == all) return;
  itg_text_print(r->out, "<p>The first %d of %d groups are drawn; the others are in the tables.</p>\n", drawn,
                 all);
}
