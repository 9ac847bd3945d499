/* itg_report_part.c - layer 4: cells, numbers and tables as the report shows them. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "itg_report.h"

void *itg_report_alloc(itg_report *report, size_t count, size_t size) {
  void *memory = itg_arena_alloc(report->arena, count, size);
  if (!memory) report->out->failed = true;
  return memory;
}

void itg_report_drop(itg_text *page, itg_text *part) {
  if (part->failed) page->failed = true;
  itg_text_clear(part);
}

/* ---- cells ---- */

double itg_cell_number(const itg_table *table, const char *column, int64_t row) {
  int c = itg_table_column(table, column);
  double value = NAN;
  uint8_t reason;
  if (c < 0 || row < 0 || row >= table->n_rows || !itg_column_is_number(&table->columns[c])) return NAN;
  itg_column_doubles(&table->columns[c], row, 1, &value, &reason);
  return reason ? NAN : value;
}

const char *itg_cell_text(const itg_table *table, const char *column, int64_t row,
                          char buffer[ITG_NUMBER_SIZE]) {
  int c = itg_table_column(table, column);
  return c < 0 || row < 0 || row >= table->n_rows ? NULL : itg_column_text(&table->columns[c], row, buffer);
}

bool itg_cell_is(const itg_table *table, const char *column, int64_t row, const char *text) {
  char buffer[ITG_NUMBER_SIZE];
  return itg_text_equal(itg_cell_text(table, column, row, buffer), text);
}

int itg_group_columns(const itg_table *table, int *first) {
  int n = itg_table_column(table, "n");
  *first = itg_table_column(table, "scale") + 1;
  return n > *first ? n - *first : 0;
}

void itg_group_label(const itg_table *table, int64_t row, itg_text *out) {
  int first, n = itg_group_columns(table, &first);
  bool some = false;
  for (int c = first; c < first + n; c++) {
    char buffer[ITG_NUMBER_SIZE];
    const char *label = itg_column_text(&table->columns[c], row, buffer);
    double number;
    bool bare = label && itg_number_parse(label, strlen(label), &number); /* "month 6", not "6" */
    if (label)
      itg_text_print(out, "%s%s%s%s", some ? ", " : "", bare ? table->columns[c].name : "", bare ? " " : "",
                     label);
    some = some || label;
  }
}

bool itg_row_is_whole(const itg_table *table, int64_t row) {
  int first, n = itg_group_columns(table, &first);
  for (int c = first; c < first + n; c++) {
    char buffer[ITG_NUMBER_SIZE];
    const char *label = itg_column_text(&table->columns[c], row, buffer);
    if (label && strcmp(label, "all") != 0) return false;
  }
  return true;
}

int64_t itg_row_of_scale(const itg_table *table, const char *scale) {
  for (int64_t r = 0; r < table->n_rows; r++)
    if (itg_cell_is(table, "scale", r, scale) && itg_row_is_whole(table, r)) return r;
  return -1;
}

int64_t itg_row_beside(const itg_table *table, const char *scale, int64_t like) {
  int first, n = itg_group_columns(table, &first);
  for (int64_t r = 0; r < table->n_rows; r++) {
    bool same = itg_cell_is(table, "scale", r, scale);
    for (int c = first; c < first + n && same; c++) {
      char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE];
      same = itg_text_equal(itg_column_text(&table->columns[c], r, a),
                            itg_column_text(&table->columns[c], like, b));
    }
    if (same) return r;
  }
  return -1;
}

/* ---- definitions ---- */

const itg_node *itg_report_definition(itg_report *report, const itg_analysis *analysis) {
  ptrdiff_t at = analysis - report->evaluation->analyses;
  if (report->definitions[at]) return report->definitions[at];
  itg_definition definition;
  const json_t *root = itg_result_provenance_tree(analysis->result);
  const char *id = json_string_value(json_object_get(json_object_get(root, "definition"), "id"));
  if (id) {
    itg_status status = itg_definition_load(analysis->instrument ? analysis->instrument : id, report->arena,
                                            &definition, NULL);
    if (status == ITG_ERR_MEMORY) report->out->failed = true;
    if (!status && strcmp(definition.id, id) == 0) report->definitions[at] = definition.root;
  }
  return report->definitions[at];
}

const char *itg_report_title(itg_report *report, const itg_analysis *analysis, const char *list,
                             const char *id) {
  const itg_node *entries = itg_node_get(itg_report_definition(report, analysis), list);
  for (int32_t i = 0; entries && entries->kind == ITG_NODE_LIST && i < entries->count; i++) {
    const itg_node *entry = &entries->items[i];
    if (entry->kind == ITG_NODE_MAP && itg_text_equal(itg_node_text(entry, "id", NULL), id))
      return itg_node_text(entry, "title", itg_node_text(entry, "label", id));
  }
  return id;
}

/* ---- numbers ---- */

static int decimals_of(double value, const char *unit) {
  static const struct {
    const char *unit;
    int decimals;
  } known[] = {{"percent", 1},     {"points", 1}, {"rank", 1},       {"utility", 3},
               {"QALY", 4},        {"years", 2},  {"proportion", 3}, {"coefficient", 3},
               {"probability", 3}, {"phase", 2},  {"level", 2}};
  if (value == nearbyint(value) && (!unit || strcmp(unit, "count") == 0)) return 0;
  for (size_t i = 0; unit && i < ITG_COUNT(known); i++)
    if (strcmp(known[i].unit, unit) == 0) return known[i].decimals;
  double size = fabs(value);
  if (unit && (strcmp(unit, "currency") == 0 || strcmp(unit, "ratio") == 0)) return size >= 100 ? 0 : 2;
  return size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3;
}

void itg_report_number(itg_text *out, double value, const char *unit) {
  if (isnan(value))
    itg_text_add(out, "not available");
  else if (isinf(value))
    itg_text_add(out, value < 0 ? "minus infinity" : "infinity");
  else if (value != 0 && fabs(value) < 0.0005 && unit && strcmp(unit, "currency") != 0)
    itg_text_significant(out, value, 2);
  else
    itg_text_grouped(out, value, decimals_of(value, unit));
}

const char *itg_unit_word(const char *unit) {
  static const struct {
    const char *unit, *word;
  } words[] = {{"percent", "%"}, {"points", " points"}, {"QALY", " QALY"}, {"years", " years"}};
  for (size_t i = 0; unit && i < ITG_COUNT(words); i++)
    if (strcmp(words[i].unit, unit) == 0) return words[i].word;
  return "";
}

void itg_report_value(itg_text *out, const itg_table *table, const char *interval, int64_t row) {
  char buffer[ITG_NUMBER_SIZE];
  const char *unit = itg_cell_text(table, "unit", row, buffer);
  double low = itg_cell_number(table, "conf_low", row), high = itg_cell_number(table, "conf_high", row);
  itg_report_number(out, itg_cell_number(table, "estimate", row), unit);
  itg_text_add(out, itg_unit_word(unit));
  if (isnan(low) || isnan(high)) return;
  itg_text_print(out, " (%s%s", interval, *interval ? " " : "");
  itg_report_number(out, low, unit);
  itg_text_add(out, " to ");
  itg_report_number(out, high, unit);
  itg_text_add(out, ")");
}

void itg_report_estimate(itg_text *out, const itg_analysis *analysis, int64_t row) {
  itg_report_value(out, itg_result_table(analysis->result, 0), analysis->interval, row);
}

void itg_report_words(itg_text *out, const char *id) {
  for (const char *c = id; *c; c++) {
    char letter = *c == '_' ? ' ' : *c;
    if (c == id && letter >= 'a' && letter <= 'z') letter = (char)(letter - 'a' + 'A');
    itg_text_append(out, &letter, 1);
  }
}

void itg_report_count(itg_text *out, int64_t n, const char *one, const char *many) {
  itg_text_grouped(out, (double)n, 0);
  itg_text_print(out, " %s", n == 1 ? one : many);
}

/* ---- figures ---- */

void itg_figure_open(itg_report *report, char id[16]) {
  snprintf(id, 16, "fig%d", ++report->n_figures);
  itg_text_add(report->out, "<figure>\n<div class=\"scroll\">\n");
}

void itg_figure_close(itg_report *report, const char *caption) {
  itg_text_add(report->out, "</div>\n<figcaption>");
  itg_text_html(report->out, caption);
  itg_text_add(report->out, "</figcaption>\n</figure>\n");
}

void itg_report_ticks(itg_text *page, const itg_axis *axis, double top, double bottom) {
  itg_text text = ITG_TEXT_EMPTY;
  for (int i = 0; i < axis->n_ticks; i++) {
    double x = itg_axis_at(axis, axis->ticks[i]);
    itg_svg_line(page, x, top, x, bottom,
                 axis->ticks[i] == 0 ? "stroke=\"#595959\"" : "stroke=\"" ITG_GRID "\"");
    itg_axis_label(axis, axis->ticks[i], &text);
    itg_svg_text(page, x, bottom + 16, "text-anchor=\"middle\" class=\"soft\"", text.data ? text.data : "");
    itg_report_drop(page, &text);
  }
}

#define LETTER 7.5 /* pixels, a cautious mean */

size_t itg_svg_break(const char *text, double width) {
  size_t letters = 0, blank = 0;
  for (size_t i = 0; text[i]; i++) {
    if (((unsigned char)text[i] & 0xC0) == 0x80) continue;
    if (text[i] == ' ' && (double)letters <= width / LETTER) blank = i;
    letters++;
  }
  return (double)letters <= width / LETTER ? 0 : blank;
}

void itg_svg_label(itg_report *report, double x, double y, double width, const char *style,
                   const char *text) {
  size_t most = width < 20 ? 3 : (size_t)(width / LETTER), letters = 0, cut = 0;
  for (size_t i = 0; text[i]; i++) {
    if (((unsigned char)text[i] & 0xC0) == 0x80) continue;
    if (letters == most - 1) cut = i;
    letters++;
  }
  if (letters <= most) {
    itg_svg_text(report->out, x, y, style, text);
    return;
  }
  char *shorter = itg_arena_print(report->arena, "%.*s\xE2\x80\xA6", (int)cut, text);
  if (shorter)
    itg_svg_text(report->out, x, y, style, shorter);
  else
    report->out->failed = true;
}

/* ---- axes ---- */

void itg_report_axes(itg_text *out, const itg_axis *x, const itg_axis *y, const char *x_title,
                     const char *y_title) {
  itg_text text = ITG_TEXT_EMPTY;
  for (int i = 0; i < x->n_ticks; i++) {
    double at = itg_axis_at(x, x->ticks[i]);
    itg_svg_line(out, at, y->to, at, y->from, "stroke=\"#ececec\"");
    itg_axis_label(x, x->ticks[i], &text);
    itg_svg_text(out, at, y->from + 16, "text-anchor=\"middle\" class=\"soft\"", text.data ? text.data : "");
    itg_report_drop(out, &text);
  }
  for (int i = 0; i < y->n_ticks; i++) {
    double at = itg_axis_at(y, y->ticks[i]);
    itg_svg_line(out, x->from, at, x->to, at, "stroke=\"#ececec\"");
    itg_axis_label(y, y->ticks[i], &text);
    itg_svg_text(out, x->from - 8, at + 4, "text-anchor=\"end\" class=\"soft\"", text.data ? text.data : "");
    itg_report_drop(out, &text);
  }
  itg_svg_text(out, (x->from + x->to) / 2, y->from + 36, "text-anchor=\"middle\"", x_title);
  itg_svg_text(out, x->from, y->to - 10, "class=\"soft\"", y_title);
}

/* ---- tables ---- */

enum { MOST_ROWS = 200 };

static bool column_is_empty(const itg_table *table, int column) {
  for (int64_t r = 0; r < table->n_rows; r++)
    if (!itg_column_reason(&table->columns[column], r)) return false;
  return true;
}

static void print_cell(itg_text *out, const itg_table *table, int column, int64_t row, const char *unit) {
  const itg_column *c = &table->columns[column];
  char buffer[ITG_NUMBER_SIZE];
  bool number = itg_column_is_number(c) && c->type != ITG_TYPE_BOOL;
  itg_text_add(out, number ? "<td class=\"num\">" : "<td>");
  itg_reason reason = itg_column_reason(c, row);
  if (reason) {
    itg_text_add(out, reason == ITG_REASON_MISSING ? "" : "<span class=\"none\">");
    itg_text_html(out, reason == ITG_REASON_MISSING ? "" : itg_reason_text(reason));
    itg_text_add(out, reason == ITG_REASON_MISSING ? "" : "</span>");
  } else if (c->type == ITG_TYPE_DOUBLE) {
    double value;
    uint8_t none;
    itg_column_doubles(c, row, 1, &value, &none);
    itg_report_number(out, value, unit);
  } else if (c->type == ITG_TYPE_INT32 || c->type == ITG_TYPE_INT64) {
    double value;
    uint8_t none;
    itg_column_doubles(c, row, 1, &value, &none);
    itg_text_grouped(out, value, 0);
  } else {
    const char *text = itg_column_text(c, row, buffer);
    itg_text_html(out, text ? text : "");
  }
  itg_text_add(out, "</td>");
}

void itg_report_details(itg_report *report, const itg_analysis *analysis, const itg_table *table, bool open) {
  itg_text *out = report->out;
  bool *shown = itg_report_alloc(report, (size_t)table->n_columns, sizeof *shown);
  if (!shown) return;
  for (int c = 0; c < table->n_columns; c++)
    shown[c] = !column_is_empty(table, c) && strcmp(table->columns[c].name, "measure") != 0;
  itg_text_print(out, "<details%s><summary>Table: ", open ? " open" : "");
  itg_text_html(out, table->name ? table->name : "data");
  itg_text_add(out, " (");
  itg_report_count(out, table->n_rows, "row", "rows");
  itg_text_add(out, ")</summary>\n<div class=\"scroll\"><table>\n<thead><tr>");
  for (int c = 0; c < table->n_columns; c++) {
    if (!shown[c]) continue;
    bool number = itg_column_is_number(&table->columns[c]) && table->columns[c].type != ITG_TYPE_BOOL;
    itg_text_print(out, "<th scope=\"col\"%s>", number ? " class=\"num\"" : "");
    itg_text_html(out, table->columns[c].name);
    itg_text_add(out, "</th>");
  }
  itg_text_add(out, "</tr></thead>\n<tbody>\n");
  for (int64_t r = 0; r < table->n_rows && r < MOST_ROWS; r++) {
    char buffer[ITG_NUMBER_SIZE];
    const char *unit = itg_cell_text(table, "unit", r, buffer);
    itg_text_add(out, "<tr>");
    for (int c = 0; c < table->n_columns; c++)
      if (shown[c]) print_cell(out, table, c, r, unit);
    itg_text_add(out, "</tr>\n");
  }
  itg_text_add(out, "</tbody></table></div>\n<p class=\"small\">");
  if (table->n_rows > MOST_ROWS) {
    itg_text_print(out, "The first %d of ", MOST_ROWS);
    itg_report_count(out, table->n_rows, "row", "rows");
    itg_text_add(out, ". ");
  }
  if (report->evaluation->csv) {
    itg_text_add(out, "Unrounded in <code>");
    itg_text_html(out, analysis->id);
    itg_text_add(out, "-");
    itg_text_html(out, table->name ? table->name : "data");
    itg_text_add(out, ".csv</code>.");
  }
  itg_text_add(out, "</p></details>\n");
}
