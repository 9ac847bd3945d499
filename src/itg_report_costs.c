/* itg_report_costs.c - layer 4: what rose and what fell in a cost table or budget, and when money put in
 * comes back. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "itg_report.h"

enum { MOST_BARS = 30, ROW = 26, LABEL = 250, PLOT = 360, VALUE = 190, TOP = 36, FOOT = 40 };

/* ---- rows of the estimates ---- */

/* "all" in a grouping column, or no such column. */
static bool is_all(const itg_table *table, const char *column, int64_t row) {
  return itg_table_column(table, column) < 0 || itg_cell_is(table, column, row, "all");
}

static void say_money(itg_text *out, double value) { itg_report_number(out, fabs(value), "currency"); }

/* ---- in words ---- */

/* "DMP: costs fall by 623 (-13.0%)." for the whole of each arm or scenario. */
static void say_whole(const itg_table *table, int64_t row, const char *percent_scale, const char *group,
                      itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  double change = itg_cell_number(table, "estimate", row), percent;
  const char *name = itg_cell_text(table, group, row, buffer);
  int64_t at = itg_row_beside(table, percent_scale, row);
  percent = at < 0 ? NAN : itg_cell_number(table, "estimate", at);
  if (name) itg_text_print(out, "%s: ", name);
  if (isnan(change)) {
    itg_text_add(out, "the difference is missing, as a cost is. ");
    return;
  }
  itg_text_add(out, change > 0 ? "costs rise by " : change < 0 ? "costs fall by " : "costs change by ");
  say_money(out, change);
  if (!isnan(percent)) {
    itg_text_add(out, " (");
    itg_text_add(out, percent > 0 ? "+" : percent < 0 ? "\xE2\x88\x92" : "");
    itg_text_fixed(out, fabs(percent), 1);
    itg_text_add(out, "%)");
  }
  itg_text_add(out, ". ");
}

static void say_net(const itg_table *table, itg_text *out) {
  for (int64_t r = 0; r < table->n_rows; r++) {
    char buffer[ITG_NUMBER_SIZE];
    double net = itg_cell_number(table, "estimate", r);
    if (!itg_cell_is(table, "scale", r, "net_saving") || isnan(net)) continue;
    const char *payer = itg_cell_text(table, "payer", r, buffer);
    if (is_all(table, "payer", r))
      itg_text_add(out, "After payments the whole system ");
    else
      itg_text_print(out, "The payer \xE2\x80\x9C%s\xE2\x80\x9D ", payer ? payer : "");
    itg_text_add(out, net >= 0 ? "saves " : "pays ");
    say_money(out, net);
    itg_text_add(out, net >= 0 ? ". " : " more. ");
  }
}

void itg_report_costs_say(itg_report *report, const itg_analysis *analysis, itg_text *out) {
  const itg_table *table = itg_result_table(analysis->result, 0);
  bool budget = strcmp(analysis->measure->name, "budget_impact") == 0;
  const char *scale = budget ? "impact" : "difference";
  size_t before = out->size;
  for (int64_t r = 0; r < table->n_rows; r++)
    if (itg_cell_is(table, "scale", r, scale) && is_all(table, "payer", r) && is_all(table, "category", r) &&
        is_all(table, "year", r))
      say_whole(table, r, budget ? "impact_percent" : "change", budget ? "scenario" : "arm", out);
  say_net(table, out);
  if (out->size == before) itg_report_dots_say(report, analysis, out);
}

void itg_report_investment_say(itg_report *report, const itg_analysis *analysis, itg_text *out) {
  const itg_table *table = itg_result_table(analysis->result, 0);
  size_t before = out->size;
  for (int64_t r = 0; r < table->n_rows; r++) {
    double value = itg_cell_number(table, "estimate", r);
    if (!itg_cell_is(table, "scale", r, "net_present_value") || isnan(value)) continue;
    itg_text group = ITG_TEXT_EMPTY;
    itg_group_label(table, r, &group);
    bool group_said = group.size > 0;
    if (group_said) itg_text_print(out, "For %s ", group.data);
    itg_report_drop(out, &group);
    itg_text_add(out, value >= 0   ? (group_said ? "a gain of " : "A gain of ")
                      : group_said ? "a loss of "
                                   : "A loss of ");
    say_money(out, value);
    itg_text_add(out, " at today's value");
    int64_t ratio = itg_row_beside(table, "benefit_cost_ratio", r), payback = itg_row_beside(table, "discounted_payback", r);
    if (ratio >= 0 && !isnan(itg_cell_number(table, "estimate", ratio))) {
      itg_text_add(out, ", ");
      itg_text_fixed(out, itg_cell_number(table, "estimate", ratio), 2);
      itg_text_add(out, " back for each 1 put in");
    }
    if (payback >= 0 && !isnan(itg_cell_number(table, "estimate", payback))) {
      itg_text_add(out, ", paid back after ");
      itg_text_fixed(out, itg_cell_number(table, "estimate", payback), 1);
      itg_text_add(out, " years");
    }
    itg_text_add(out, ". ");
  }
  if (out->size == before) itg_report_dots_say(report, analysis, out);
}

/* ---- bars to both sides of zero ---- */

static void bar_label(const itg_table *table, int64_t row, bool budget, itg_text *out) {
  static const char *const of_costs[] = {"arm", "category"}, *const of_budget[] = {"scenario", "year"};
  const char *const *columns = budget ? of_budget : of_costs;
  for (int i = 0; i < 2; i++) {
    char buffer[ITG_NUMBER_SIZE];
    const char *text = itg_cell_text(table, columns[i], row, buffer);
    if (!text || (budget && i == 1 && strcmp(text, "all") == 0)) text = i ? "all years" : NULL;
    if (text && !budget && i == 1 && strcmp(text, "all") == 0) text = "all categories";
    if (text) itg_text_print(out, "%s%s", out->size ? ", " : "", text);
  }
}

static void bar_value(const itg_table *table, int64_t row, const char *percent_scale, itg_text *out) {
  double value = itg_cell_number(table, "estimate", row);
  int64_t at = itg_row_beside(table, percent_scale, row);
  itg_text_add(out, value > 0 ? "+" : value < 0 ? "\xE2\x88\x92" : "");
  say_money(out, value);
  if (at < 0 || isnan(itg_cell_number(table, "estimate", at))) return;
  double percent = itg_cell_number(table, "estimate", at);
  itg_text_add(out, percent > 0 ? " (+" : percent < 0 ? " (\xE2\x88\x92" : " (");
  itg_text_fixed(out, fabs(percent), 1);
  itg_text_add(out, "%)");
}

static void draw_bar(itg_report *r, const itg_table *table, int64_t row, bool budget, const itg_axis *axis,
                     double y) {
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  double value = itg_cell_number(table, "estimate", row), zero = itg_axis_at(axis, 0),
         end = itg_axis_at(axis, value);
  bar_label(table, row, budget, &text);
  itg_svg_label(r, LABEL - 10, y + 4, LABEL - 14, "text-anchor=\"end\"", text.data ? text.data : "");
  itg_report_drop(out, &text);
  itg_svg_rect(
      out, fmin(zero, end), y - 8, fmax(1, fabs(end - zero)), 16,
      value > 0 ? "fill=\"#ffffff\" stroke=\"" ITG_ORANGE "\" stroke-width=\"2\"" : "fill=\"" ITG_BLUE "\"");
  bar_value(table, row, budget ? "impact_percent" : "change", &text);
  itg_svg_text(out, LABEL + PLOT + 14, y + 4, "class=\"soft\"", text.data ? text.data : "");
  itg_report_drop(out, &text);
}

void itg_report_costs_draw(itg_report *r, const itg_analysis *analysis) {
  const itg_table *table = itg_result_table(analysis->result, 0);
  bool budget = strcmp(analysis->measure->name, "budget_impact") == 0;
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  int64_t rows[MOST_BARS], hidden = 0;
  double low = 0, high = 0;
  int n = 0;
  char id[16];
  for (int64_t row = 0; row < table->n_rows; row++) {
    double value = itg_cell_number(table, "estimate", row);
    if (!itg_cell_is(table, "scale", row, budget ? "impact" : "difference") || isnan(value) ||
        !is_all(table, "payer", row) || (budget && !is_all(table, "category", row)))
      continue;
    if (n == MOST_BARS) {
      hidden++;
      continue;
    }
    rows[n++] = row;
    low = fmin(low, value);
    high = fmax(high, value);
  }
  if (!n) {
    itg_report_dots_draw(r, analysis);
    return;
  }
  itg_axis axis;
  itg_axis_make(&axis, low, high, 5, LABEL, LABEL + PLOT);
  double bottom = TOP + n * ROW;
  itg_text_print(&text, "Bars of %d differences in currency.", n);
  for (int i = 0; i < n && i < 12; i++) {
    itg_text_add(&text, " ");
    bar_label(table, rows[i], budget, &text);
    itg_text_add(&text, ": ");
    bar_value(table, rows[i], budget ? "impact_percent" : "change", &text);
    itg_text_add(&text, ".");
  }
  itg_figure_open(r, id);
  itg_svg_open(out, id, LABEL + PLOT + VALUE, bottom + FOOT, analysis->title, text.data ? text.data : "");
  itg_report_drop(out, &text);
  itg_svg_text(out, LABEL, 16, "class=\"head\"",
               budget ? "Impact on the budget, currency" : "What fell and what rose, currency");
  itg_report_ticks(out, &axis, TOP - 6, bottom);
  for (int i = 0; i < n; i++) draw_bar(r, table, rows[i], budget, &axis, TOP + i * ROW + ROW / 2.0);
  itg_svg_close(out);
  itg_text_add(
      &text,
      "Filled to the left of the line: costs less than the reference; outlined to the right: costs more.");
  if (hidden) itg_text_print(&text, " %lld more stand in the table.", (long long)hidden);
  itg_figure_close(r, text.data ? text.data : "");
  itg_report_drop(out, &text);
}

/* ---- the way back to zero ---- */

enum { WIDE = 560, HIGH = 260, LEFT = 92, RIGHT = 24, MOST_GROUPS = 4, MOST_YEARS = 200 };

/* Cumulative present flow of the groups of a cash flow table, in order; years rise within a group. */
typedef struct flows {
  const char *labels[MOST_GROUPS];
  int64_t first[MOST_GROUPS], n[MOST_GROUPS];
  int n_groups;
  double low, high, from, to;
} flows;

static void read_flows(itg_report *r, const itg_table *table, flows *f) {
  int year = itg_table_column(table, "year");
  *f = (flows){.low = 0, .high = 0, .from = INFINITY, .to = -INFINITY};
  for (int64_t row = 0; row < table->n_rows; row++) {
    bool begins = row == 0 || itg_cell_number(table, "year", row) <= itg_cell_number(table, "year", row - 1);
    if (begins) {
      if (f->n_groups == MOST_GROUPS) return;
      itg_text label = ITG_TEXT_EMPTY;
      for (int c = 0; c < year; c++) {
        char buffer[ITG_NUMBER_SIZE];
        const char *text = itg_column_text(&table->columns[c], row, buffer);
        if (text) itg_text_print(&label, "%s%s", label.size ? ", " : "", text);
      }
      f->first[f->n_groups] = row;
      f->labels[f->n_groups++] = label.size ? itg_arena_text(r->arena, label.data, label.size) : NULL;
      itg_report_drop(r->out, &label);
    }
    f->n[f->n_groups - 1]++;
    double value = itg_cell_number(table, "cumulative_present", row),
           when = itg_cell_number(table, "year", row);
    f->from = fmin(f->from, when);
    f->to = fmax(f->to, when);
    if (isnan(value)) continue;
    f->low = fmin(f->low, value);
    f->high = fmax(f->high, value);
  }
}

static void draw_flow(itg_report *r, const itg_table *table, const flows *f, int g, const itg_axis *y) {
  static const itg_mark marks[] = {ITG_MARK_CIRCLE, ITG_MARK_SQUARE, ITG_MARK_TRIANGLE, ITG_MARK_DIAMOND};
  double xs[MOST_YEARS], ys[MOST_YEARS], step = (WIDE - LEFT - RIGHT - 20) / fmax(1, f->to - f->from);
  char style[160];
  int n = 0;
  for (int64_t row = f->first[g]; row < f->first[g] + f->n[g] && n < MOST_YEARS; row++) {
    double value = itg_cell_number(table, "cumulative_present", row);
    if (isnan(value)) break;
    xs[n] = LEFT + 10 + (itg_cell_number(table, "year", row) - f->from) * step;
    ys[n++] = itg_axis_at(y, value);
  }
  snprintf(style, sizeof style, "fill=\"none\" stroke=\"%s\" stroke-width=\"2\" stroke-dasharray=\"%s\"",
           itg_series_colours[g], itg_series_dashes[g]);
  if (n > 1) itg_svg_polyline(r->out, xs, ys, n, style);
  snprintf(style, sizeof style, "fill=\"%s\"", itg_series_colours[g]);
  for (int i = 0; i < n; i++) itg_svg_mark(r->out, marks[g], xs[i], ys[i], 4.5, style);
}

void itg_report_investment_draw(itg_report *r, const itg_analysis *analysis) {
  const itg_table *table = itg_result_find(analysis->result, "cashflow");
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  flows f;
  itg_axis y;
  char id[16], year[16];
  if (!table || !table->n_rows) return;
  read_flows(r, table, &f);
  bool legend = f.n_groups > 1;
  double top = legend ? 52 : 34, bottom = top + HIGH - 80;
  itg_axis_make(&y, f.low, f.high, 5, bottom, top);
  itg_text_print(&text, "Line chart of the cumulative net flow at today's value, year %d to %d.", (int)f.from,
                 (int)f.to);
  itg_figure_open(r, id);
  itg_svg_open(out, id, WIDE, bottom + 44, analysis->title, text.data ? text.data : "");
  itg_report_drop(out, &text);
  itg_svg_text(out, LEFT, 16, "class=\"head\"", "What came back less what was put in, so far");
  for (int g = 0; legend && g < f.n_groups; g++) {
    char style[96];
    snprintf(style, sizeof style, "fill=\"%s\"", itg_series_colours[g]);
    static const itg_mark marks[] = {ITG_MARK_CIRCLE, ITG_MARK_SQUARE, ITG_MARK_TRIANGLE, ITG_MARK_DIAMOND};
    itg_svg_mark(out, marks[g], LEFT + 6 + g * 116, 32, 4.5, style);
    itg_svg_label(r, LEFT + 16 + g * 116, 36, 96, "", f.labels[g] ? f.labels[g] : "");
  }
  for (int i = 0; i < y.n_ticks; i++) {
    double at = itg_axis_at(&y, y.ticks[i]);
    itg_svg_line(out, LEFT, at, WIDE - RIGHT, at,
                 y.ticks[i] == 0 ? "stroke=\"#595959\"" : "stroke=\"" ITG_GRID "\"");
    itg_axis_label(&y, y.ticks[i], &text);
    itg_svg_text(out, LEFT - 8, at + 4, "text-anchor=\"end\" class=\"soft\"", text.data ? text.data : "");
    itg_report_drop(out, &text);
  }
  double every = ceil((f.to - f.from + 1) / 12), step = (WIDE - LEFT - RIGHT - 20) / fmax(1, f.to - f.from);
  for (double at = f.from; at <= f.to; at += every) {
    snprintf(year, sizeof year, "%d", (int)at);
    itg_svg_text(out, LEFT + 10 + (at - f.from) * step, bottom + 20, "text-anchor=\"middle\" class=\"soft\"",
                 year);
  }
  for (int g = 0; g < f.n_groups; g++) draw_flow(r, table, &f, g, &y);
  itg_svg_close(out);
  itg_figure_close(
      r, "Cumulative net flow at the end of each year, at today's value. Above the line it has paid back.");
}
