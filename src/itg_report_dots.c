/* itg_report_dots.c - layer 4: any table of estimates as dots with their intervals. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "itg_report.h"

enum { MOST_DOTS = 40, ROW = 22, LABEL = 310, PLOT = 340, VALUE = 230, TOP = 14, FOOT = 44 };

void itg_report_dots_say(itg_report *report, const itg_analysis *analysis, itg_text *out) {
  (void)report;
  const itg_table *table = itg_result_table(analysis->result, 0);
  int64_t rows[ITG_REPORT_HEADLINES];
  int n = itg_report_headlines(table, rows);
  for (int i = 0; i < n; i++) {
    int64_t r = rows[i];
    char buffer[ITG_NUMBER_SIZE];
    itg_text group = ITG_TEXT_EMPTY;
    itg_group_label(table, r, &group);
    const char *scale = itg_cell_text(table, "scale", r, buffer);
    itg_report_words(out, scale ? scale : analysis->measure->name);
    if (group.size) itg_text_print(out, ", %s", group.data);
    itg_text_add(out, ": ");
    itg_report_estimate(out, analysis, r);
    itg_text_add(out, ". ");
    itg_report_drop(out, &group);
  }
  if (!n) itg_text_add(out, "No estimate could be made; the table says why.");
}

static void row_label(const itg_table *table, int64_t row, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  const char *scale = itg_cell_text(table, "scale", row, buffer);
  itg_text group = ITG_TEXT_EMPTY;
  if (scale) itg_report_words(out, scale);
  itg_group_label(table, row, &group);
  if (group.size) itg_text_print(out, "%s%s", scale ? ": " : "", group.data);
  itg_report_drop(out, &group);
}

static void describe(const itg_analysis *analysis, const int64_t *rows, int n, const char *unit,
                     itg_text *out) {
  const itg_table *table = itg_result_table(analysis->result, 0);
  int64_t high = rows[0], low = rows[0];
  for (int i = 1; i < n; i++) {
    if (itg_cell_number(table, "estimate", rows[i]) > itg_cell_number(table, "estimate", high))
      high = rows[i];
    if (itg_cell_number(table, "estimate", rows[i]) < itg_cell_number(table, "estimate", low)) low = rows[i];
  }
  itg_text_print(out, "Dot chart of %d estimates in %s. ", n, unit);
  if (n > 1) {
    itg_text_add(out, "Highest: ");
    row_label(table, high, out);
    itg_text_add(out, ", ");
    itg_report_estimate(out, analysis, high);
    itg_text_add(out, ". Lowest: ");
  }
  row_label(table, low, out);
  itg_text_add(out, ", ");
  itg_report_estimate(out, analysis, low);
  itg_text_add(out, ".");
}

static void draw_row(itg_report *report, const itg_analysis *analysis, int64_t row, const itg_axis *axis,
                     double y) {
  const itg_table *table = itg_result_table(analysis->result, 0);
  itg_text *out = report->out, label = ITG_TEXT_EMPTY;
  double value = itg_cell_number(table, "estimate", row), low = itg_cell_number(table, "conf_low", row),
         high = itg_cell_number(table, "conf_high", row);
  row_label(table, row, &label);
  itg_svg_label(report, LABEL - 10, y + 4, LABEL - 14, "text-anchor=\"end\"", label.data ? label.data : "");
  itg_report_drop(out, &label);
  if (!isnan(low) && !isnan(high)) {
    double a = itg_axis_at(axis, low), b = itg_axis_at(axis, high);
    itg_svg_line(out, a, y, b, y, "stroke=\"" ITG_BLUE "\" stroke-width=\"2\"");
    itg_svg_line(out, a, y - 4, a, y + 4, "stroke=\"" ITG_BLUE "\" stroke-width=\"2\"");
    itg_svg_line(out, b, y - 4, b, y + 4, "stroke=\"" ITG_BLUE "\" stroke-width=\"2\"");
  }
  itg_svg_mark(out, ITG_MARK_CIRCLE, itg_axis_at(axis, value), y, 5,
               "fill=\"" ITG_BLUE "\" stroke=\"#ffffff\" stroke-width=\"1\"");
  itg_report_value(&label, table, "", row);
  itg_svg_text(out, LABEL + PLOT + 14, y + 4, "class=\"soft\"", label.data ? label.data : "");
  itg_report_drop(out, &label);
}

static void draw_panel(itg_report *report, const itg_analysis *analysis, const itg_table *table,
                       const int64_t *rows, int n, int64_t hidden, const char *unit) {
  char id[16];
  itg_text *out = report->out, text = ITG_TEXT_EMPTY;
  double low = INFINITY, high = -INFINITY;
  for (int i = 0; i < n; i++) {
    double value = itg_cell_number(table, "estimate", rows[i]);
    low = fmin(low, fmin(value, itg_cell_number(table, "conf_low", rows[i])));
    high = fmax(high, fmax(value, itg_cell_number(table, "conf_high", rows[i])));
  }
  bool natural = strcmp(unit, "percent") == 0 && low >= 0 && high <= 100;
  itg_axis axis;
  itg_axis_make(&axis, natural ? 0 : low, natural ? 100 : high, 6, LABEL, LABEL + PLOT);
  double bottom = TOP + n * ROW + 6;
  describe(analysis, rows, n, unit, &text);
  itg_figure_open(report, id);
  itg_svg_open(out, id, LABEL + PLOT + VALUE, bottom + FOOT, analysis->title, text.data ? text.data : "");
  itg_report_drop(out, &text);
  itg_report_ticks(out, &axis, TOP - 6, bottom);
  if (strcmp(unit, "ratio") == 0 && low < 1 && high > 1)
    itg_svg_line(out, itg_axis_at(&axis, 1), TOP - 6, itg_axis_at(&axis, 1), bottom,
                 "stroke=\"#595959\" stroke-dasharray=\"5 4\"");
  itg_svg_text(out, LABEL + PLOT / 2, bottom + 34, "text-anchor=\"middle\" class=\"soft\"", unit);
  for (int i = 0; i < n; i++) draw_row(report, analysis, rows[i], &axis, TOP + i * ROW + ROW / 2.0);
  itg_svg_close(out);
  itg_text_print(&text, "Dots are estimates; bars and brackets their %ss.", analysis->interval);
  if (hidden) {
    itg_text_add(&text, " The first ");
    itg_report_count(&text, n, "is", "are");
    itg_text_print(&text, " drawn; %lld more stand in the table.", (long long)hidden);
  }
  itg_figure_close(report, text.data ? text.data : "");
  itg_report_drop(out, &text);
}

static bool is_among(const itg_table *table, int64_t row, const char *const *scales, int n) {
  for (int i = 0; i < n; i++)
    if (itg_cell_is(table, "scale", row, scales[i])) return true;
  return !scales;
}

void itg_report_dots_draw(itg_report *report, const itg_analysis *analysis) {
  itg_report_dots_draw_scales(report, analysis, NULL, 0);
}

void itg_report_dots_draw_scales(itg_report *report, const itg_analysis *analysis, const char *const *scales,
                                 int n_scales) {
  const itg_table *table = itg_result_table(analysis->result, 0);
  int unit_column = itg_table_column(table, "unit");
  bool *done = itg_report_alloc(report, (size_t)table->n_rows, sizeof *done);
  const int64_t *order = itg_report_order(report, table); /* scale by scale: groups can be compared */
  if (!done || !order || unit_column < 0) return;
  for (int64_t i = 0; i < table->n_rows; i++) {
    char buffer[ITG_NUMBER_SIZE];
    int64_t rows[MOST_DOTS], hidden = 0;
    int n = 0;
    const char *unit = itg_cell_text(table, "unit", order[i], buffer);
    if (done[order[i]] || !unit) continue;
    for (int64_t k = i; k < table->n_rows; k++) {
      int64_t r = order[k];
      if (!itg_cell_is(table, "unit", r, unit)) continue;
      done[r] = true;
      if (!is_among(table, r, scales, n_scales) || isnan(itg_cell_number(table, "estimate", r)) ||
          isinf(itg_cell_number(table, "estimate", r)))
        continue;
      if (n < MOST_DOTS)
        rows[n++] = r;
      else
        hidden++;
    }
    if (n) draw_panel(report, analysis, table, rows, n, hidden, unit);
  }
}
