/* itg_report_matrix.c - layer 4: functional integration: who works how closely with whom, and how closely
 * they should. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "itg_report.h"

/* ---- in words ---- */

void itg_report_matrix_say(itg_report *report, const itg_analysis *analysis, itg_text *out) {
  const itg_table *table = itg_result_table(analysis->result, 0);
  int64_t scope = itg_row_of_scale(table, "scope"), rank = itg_row_of_scale(table, "rank"),
          optimum = itg_row_of_scale(table, "optimum"), gap = itg_row_of_scale(table, "gap"),
          over = itg_row_of_scale(table, "over_integrated");
  if (scope < 0 || rank < 0 || isnan(itg_cell_number(table, "estimate", rank))) {
    itg_report_dots_say(report, analysis, out);
    return;
  }
  itg_text_add(out, "Units work with ");
  itg_report_number(out, itg_cell_number(table, "estimate", scope), "percent");
  itg_text_add(out, "% of their possible partners. On the scale from 0 to 100 their mean integration is ");
  itg_report_estimate(out, analysis, rank);
  double needed = itg_cell_number(table, "estimate", gap);
  if (!isnan(needed)) {
    itg_text_add(out, "; they hold ");
    itg_report_number(out, itg_cell_number(table, "estimate", optimum), "points");
    itg_text_add(out, needed >= 0 ? " to be best, a gap of "
                                  : " to be best: they are more integrated than they need by ");
    itg_report_number(out, fabs(needed), "points");
    itg_text_add(out, " points");
  }
  itg_text_add(out, ".");
  double more = itg_cell_number(table, "estimate", over);
  if (!isnan(more) && more > 0) {
    itg_text_add(out, " In ");
    itg_report_number(out, more, "percent");
    itg_text_add(out, "% of the pairs, integration goes further than the unit wants.");
  }
}

/* ---- the matrix as a map ---- */

enum { MOST_UNITS = 45, NUMBERS_UP_TO = 30 };

/* One group of rows of the table "matrix". */
typedef struct map {
  const itg_table *table;
  const int64_t *rows;
  int64_t n_rows;
  itg_factor units, partners; /* of all rows of the table */
  int n_units, n_partners;
  const char *title;
  int *partner_at, *unit_at; /* place of a level, -1 none */
} map;

static const char *label_of(const itg_factor *factor, int level) { return factor->levels[level]; }

static void fill_of(const char *column, double value, double most, char *fill) {
  if (strcmp(column, "gap") == 0)
    itg_colour_diverging(value / most, fill);
  else
    itg_colour_sequential(value / 100, fill);
}

static void draw_cell(itg_report *r, const char *column, double value, double most, double x, double y,
                      double size, const char *hatch) {
  itg_text *out = r->out, number = ITG_TEXT_EMPTY;
  char fill[ITG_COLOUR_SIZE], style[96];
  if (isnan(value)) {
    snprintf(style, sizeof style, "fill=\"url(#%s)\" stroke=\"#ffffff\"", hatch);
    itg_svg_rect(out, x, y, size, size, style);
    return;
  }
  fill_of(column, value, most, fill);
  snprintf(style, sizeof style, "fill=\"%s\" stroke=\"#ffffff\"", fill);
  itg_svg_rect(out, x, y, size, size, style);
  if (size < 22) return;
  bool white = strcmp(itg_colour_ink(fill), "#ffffff") == 0;
  if (strcmp(column, "gap") == 0 && nearbyint(value) > 0) itg_text_add(&number, "+");
  itg_text_grouped(&number, value, 0);
  snprintf(style, sizeof style, "text-anchor=\"middle\" font-size=\"%d\" class=\"%s\"", size < 28 ? 10 : 12,
           white ? "white" : "black");
  itg_svg_text(out, x + size / 2, y + size / 2 + 4, style, number.data ? number.data : "");
  itg_report_drop(out, &number);
}

static void draw_legend(itg_report *r, const char *column, double most, double x, double y,
                        const char *hatch) {
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  char fill[ITG_COLOUR_SIZE], style[96];
  bool gap = strcmp(column, "gap") == 0;
  enum { STEPS = 24 };
  for (int i = 0; i < STEPS; i++) {
    double share = (i + 0.5) / STEPS;
    fill_of(column, gap ? (2 * share - 1) * most : 100 * share, most, fill);
    snprintf(style, sizeof style, "fill=\"%s\"", fill);
    itg_svg_rect(out, x + i * 6, y, 6.5, 12, style);
  }
  itg_svg_rect(out, x, y, 6 * STEPS, 12, "fill=\"none\" stroke=\"#8c8c8c\" stroke-width=\"0.7\"");
  if (gap)
    itg_text_grouped(&text, -most, 0);
  else
    itg_text_add(&text, "0");
  itg_svg_text(out, x, y + 27, "class=\"soft\"", text.data ? text.data : "");
  itg_report_drop(out, &text);
  if (gap) {
    itg_svg_text(out, x + 3 * STEPS, y + 27, "text-anchor=\"middle\" class=\"soft\"", "0");
    itg_text_add(&text, "+");
    itg_text_grouped(&text, most, 0);
  } else
    itg_text_add(&text, "100");
  itg_svg_text(out, x + 6 * STEPS, y + 27, "text-anchor=\"end\" class=\"soft\"", text.data ? text.data : "");
  itg_report_drop(out, &text);
  snprintf(style, sizeof style, "fill=\"url(#%s)\" stroke=\"#8c8c8c\" stroke-width=\"0.7\"", hatch);
  itg_svg_rect(out, x + 6 * STEPS + 16, y, 16, 12, style);
  itg_svg_text(out, x + 6 * STEPS + 38, y + 10, "class=\"soft\"", "not rated, or masked");
}

static void describe_map(const map *m, const char *column, const char *what, itg_text *out) {
  int64_t high = -1, low = -1, n = 0;
  char a[ITG_NUMBER_SIZE], b[ITG_NUMBER_SIZE];
  for (int64_t i = 0; i < m->n_rows; i++) {
    double value = itg_cell_number(m->table, column, m->rows[i]);
    if (isnan(value)) continue;
    n++;
    if (high < 0 || value > itg_cell_number(m->table, column, high)) high = m->rows[i];
    if (low < 0 || value < itg_cell_number(m->table, column, low)) low = m->rows[i];
  }
  itg_text_print(out, "Heat map of %d units by %d partners, %s; %lld of %lld pairs rated.", m->n_units,
                 m->n_partners, what, (long long)n, (long long)m->n_rows);
  const int64_t ends[] = {high, low};
  const char *const words[] = {" Highest: ", " Lowest: "};
  for (int i = 0; i < 2 && n; i++) {
    itg_text_print(out, "%s%s with %s, ", words[i], itg_cell_text(m->table, "unit", ends[i], a),
                   itg_cell_text(m->table, "partner", ends[i], b));
    itg_report_number(out, itg_cell_number(m->table, column, ends[i]), "points");
    itg_text_add(out, ".");
  }
}

/* Pixels that a label takes as itg_svg_label measures it, within what a page can give. */
static double label_width(const itg_factor *factor, int level) {
  size_t letters = 0;
  for (const char *c = label_of(factor, level); *c; c++) letters += ((unsigned char)*c & 0xC0) != 0x80;
  return fmin(ceil(7.5 * (double)letters) + 1, 210);
}

/* The widest label, and how far the heads, turned by 45 degrees, lean out beyond the last column. */
static double label_room(const map *m, double size, double *beyond) {
  double most = 100;
  *beyond = 8;
  for (int u = 0; u < m->units.n_levels; u++)
    if (m->unit_at[u] >= 0) most = fmax(most, label_width(&m->units, u));
  for (int p = 0; p < m->partners.n_levels; p++) {
    if (m->partner_at[p] < 0) continue;
    double wide = label_width(&m->partners, p);
    most = fmax(most, wide);
    *beyond = fmax(*beyond, ceil(0.71 * wide) + 8 - (m->n_partners - m->partner_at[p] - 0.5) * size);
  }
  return most;
}

static void draw_map(itg_report *r, const map *m, const char *column, const char *heading, const char *what,
                     const char *caption) {
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  char id[16], hatch[24];
  int most_units = m->n_units > m->n_partners ? m->n_units : m->n_partners;
  double size = most_units <= 12              ? 34
                : most_units <= NUMBERS_UP_TO ? 25
                                              : 16,
         beyond, wide = label_room(m, size, &beyond), left = wide + 12, top = 30 + ceil(0.71 * wide),
         most = 0;
  for (int64_t i = 0; i < m->n_rows; i++) {
    double value = fabs(itg_cell_number(m->table, column, m->rows[i]));
    if (value > most) most = value;
  }
  most = strcmp(column, "gap") == 0 ? fmax(10, ceil(most / 10) * 10) : 100;
  double width = left + m->n_partners * size + beyond, height = top + m->n_units * size + 62;
  if (width < left + 240) width = left + 240;
  itg_figure_open(r, id);
  snprintf(hatch, sizeof hatch, "%s-hatch", id);
  describe_map(m, column, what, &text);
  itg_svg_open(out, id, width, height, heading, text.data ? text.data : "");
  itg_report_drop(out, &text);
  itg_svg_hatch(out, hatch);
  itg_svg_text(out, 0, 16, "class=\"head\"", heading);
  for (int p = 0; p < m->partners.n_levels; p++) {
    if (m->partner_at[p] < 0) continue;
    double x = left + (m->partner_at[p] + 0.5) * size + 4;
    char style[96];
    itg_text turn = ITG_TEXT_EMPTY;
    itg_text_add(&turn, "transform=\"rotate(-45 ");
    itg_text_fixed(&turn, x, 1);
    itg_text_print(&turn, " %d)\"", (int)top - 6);
    snprintf(style, sizeof style, "%s", turn.data ? turn.data : "");
    itg_report_drop(out, &turn);
    itg_svg_label(r, x, top - 6, wide, style, label_of(&m->partners, p));
  }
  for (int u = 0; u < m->units.n_levels; u++) {
    if (m->unit_at[u] < 0) continue;
    double y = top + m->unit_at[u] * size;
    itg_svg_label(r, left - 8, y + size / 2 + 4, left - 10, "text-anchor=\"end\"", label_of(&m->units, u));
    int own = itg_factor_find(&m->partners, label_of(&m->units, u));
    if (own >= 0 && m->partner_at[own] >= 0)
      itg_svg_rect(out, left + m->partner_at[own] * size, y, size, size,
                   "fill=\"#e6e6e6\" stroke=\"#ffffff\"");
  }
  for (int64_t i = 0; i < m->n_rows; i++) {
    int u = m->unit_at[m->units.codes[m->rows[i]]], p = m->partner_at[m->partners.codes[m->rows[i]]];
    draw_cell(r, column, itg_cell_number(m->table, column, m->rows[i]), most, left + p * size, top + u * size,
              size, hatch);
  }
  draw_legend(r, column, most, left, top + m->n_units * size + 14, hatch);
  itg_svg_close(out);
  itg_figure_close(r, caption);
}

/* Levels that occur get places in order. */
static int place(const itg_factor *factor, const int64_t *rows, int64_t n, int *at) {
  int count = 0;
  for (int i = 0; i < factor->n_levels; i++) at[i] = -1;
  for (int64_t i = 0; i < n; i++)
    if (factor->codes[rows[i]] >= 0) at[factor->codes[rows[i]]] = 0;
  for (int i = 0; i < factor->n_levels; i++)
    if (at[i] == 0) at[i] = count++;
  return count;
}

static bool has_values(const map *m, const char *column) {
  for (int64_t i = 0; i < m->n_rows; i++)
    if (!isnan(itg_cell_number(m->table, column, m->rows[i]))) return true;
  return false;
}

static void draw_maps(itg_report *r, map *m) {
  bool shared = false;
  if (!has_values(m, "actual")) return;
  m->n_units = place(&m->units, m->rows, m->n_rows, m->unit_at);
  m->n_partners = place(&m->partners, m->rows, m->n_rows, m->partner_at);
  for (int u = 0; u < m->units.n_levels && !shared; u++) {
    int own = m->unit_at[u] < 0 ? -1 : itg_factor_find(&m->partners, label_of(&m->units, u));
    shared = own >= 0 && m->partner_at[own] >= 0;
  }
  if (!shared) {
    itg_text_add(r->out,
                 "<p class=\"small\">The partners are not named as units, so there is no map of units by "
                 "units.</p>\n");
    return;
  }
  if (m->n_units > MOST_UNITS || m->n_partners > MOST_UNITS) {
    itg_text_print(
        r->out, "<p class=\"small\">A map of %d by %d units would not be readable; the table holds it.</p>\n",
        m->n_units, m->n_partners);
    return;
  }
  if (m->title && *m->title) {
    itg_text_add(r->out, "<h4>");
    itg_text_html(r->out, m->title);
    itg_text_add(r->out, "</h4>\n");
  }
  itg_text_add(r->out, "<div class=\"pair\">\n");
  draw_map(
      r, m, "actual", "Actual integration", "actual integration from 0 to 100",
      "Rows rate, columns are rated; 0 is full segregation, 100 full integration. Grey: the unit itself.");
  if (has_values(m, "optimum")) {
    draw_map(r, m, "optimum", "Optimum", "the integration that the unit thinks best, from 0 to 100",
             "What the rating unit thinks best; 100 is not the aim.");
    draw_map(
        r, m, "gap", "Gap: optimum less actual", "optimum less actual integration",
        "Blue, with a plus: more integration wanted. Orange, with a minus: more integrated than wanted.");
  }
  itg_text_add(r->out, "</div>\n");
}

/* ---- units side by side ---- */

enum { ROW = 24, LEFT = 170, PLOT = 330, NEXT = 60, BARS = 220, TOP = 54 };

/* Rows with the rank of a unit among all its partners, all professions and categories. */
static int unit_rows(const itg_table *table, int64_t *rows, int most) {
  int first, n = itg_group_columns(table, &first), count = 0, unit = itg_table_column(table, "own_unit");
  for (int64_t r = 0; r < table->n_rows && count < most; r++) {
    bool whole = itg_cell_is(table, "scale", r, "rank") && !isnan(itg_cell_number(table, "estimate", r));
    for (int c = first; c < first + n && whole; c++) {
      char buffer[ITG_NUMBER_SIZE];
      const char *label = itg_column_text(&table->columns[c], r, buffer);
      bool own = strcmp(table->columns[c].name, "partners") == 0 ||
                 strcmp(table->columns[c].name, "profession") == 0 ||
                 strcmp(table->columns[c].name, "category") == 0;
      if (c == unit)
        whole = label && strcmp(label, "all") != 0 && strcmp(label, "mean of units") != 0;
      else if (own)
        whole = itg_text_equal(label, "all");
    }
    if (whole) rows[count++] = r;
  }
  return count;
}

static void unit_label(const itg_table *table, int64_t row, itg_text *out) {
  int first, n = itg_group_columns(table, &first);
  for (int c = first; c < first + n; c++) {
    char buffer[ITG_NUMBER_SIZE];
    const char *name = table->columns[c].name, *label = itg_column_text(&table->columns[c], row, buffer);
    if (!label || strcmp(name, "partners") == 0 || strcmp(name, "profession") == 0 ||
        strcmp(name, "category") == 0)
      continue;
    itg_text_print(out, "%s%s", out->size ? ", " : "", label);
  }
}

static void draw_grid(itg_text *out, const itg_axis *axis, double bottom, const char *heading) {
  itg_svg_text(out, axis->from, TOP - 30, "class=\"head\"", heading);
  for (int i = 0; i < axis->n_ticks; i++) {
    itg_text text = ITG_TEXT_EMPTY;
    double x = itg_axis_at(axis, axis->ticks[i]);
    itg_svg_line(out, x, TOP - 4, x, bottom, "stroke=\"" ITG_GRID "\"");
    itg_axis_label(axis, axis->ticks[i], &text);
    itg_svg_text(out, x, TOP - 10, "text-anchor=\"middle\" class=\"soft\"", text.data ? text.data : "");
    itg_report_drop(out, &text);
  }
}

static void draw_units(itg_report *r, const itg_analysis *analysis) {
  enum { MOST = 60 };
  const itg_table *table = itg_result_table(analysis->result, 0);
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  int64_t rows[MOST];
  char id[16];
  int n = unit_rows(table, rows, MOST);
  bool optimum = false;
  if (!n) return;
  int64_t high = rows[0], low = rows[0];
  for (int i = 0; i < n; i++) {
    double value = itg_cell_number(table, "estimate", rows[i]);
    if (value > itg_cell_number(table, "estimate", high)) high = rows[i];
    if (value < itg_cell_number(table, "estimate", low)) low = rows[i];
    optimum = optimum || !isnan(itg_cell_number(table, "estimate", itg_row_beside(table, "optimum", rows[i])));
  }
  itg_text_print(&text, "Dot chart of the mean integration of %d units with their partners. Highest: ", n);
  unit_label(table, high, &text);
  itg_text_add(&text, ", ");
  itg_report_estimate(&text, analysis, high);
  itg_text label = ITG_TEXT_EMPTY;
  unit_label(table, low, &label);
  itg_text_print(&text, ". Lowest: %s, ", label.data ? label.data : "");
  itg_report_drop(out, &label);
  itg_report_estimate(&text, analysis, low);
  itg_text_add(&text, ". Beside it the percent of partners each unit works with.");

  double bottom = TOP + n * ROW, bars = LEFT + PLOT + NEXT;
  itg_axis ranks, scopes;
  itg_axis_make(&ranks, 0, 100, 5, LEFT, LEFT + PLOT);
  itg_axis_make(&scopes, 0, 100, 4, bars, bars + BARS);
  itg_figure_open(r, id);
  itg_svg_open(out, id, bars + BARS + 60, bottom + 12, "Integration by unit", text.data ? text.data : "");
  itg_report_drop(out, &text);
  draw_grid(out, &ranks, bottom, optimum ? "Mean rank: actual and optimum" : "Mean rank (0 to 100)");
  draw_grid(out, &scopes, bottom, "Scope: percent of partners");
  for (int i = 0; i < n; i++) {
    double y = TOP + i * ROW + ROW / 2.0, value = itg_cell_number(table, "estimate", rows[i]);
    double from = itg_cell_number(table, "conf_low", rows[i]),
           to = itg_cell_number(table, "conf_high", rows[i]);
    double best = itg_cell_number(table, "estimate", itg_row_beside(table, "optimum", rows[i]));
    double scope = itg_cell_number(table, "estimate", itg_row_beside(table, "scope", rows[i]));
    unit_label(table, rows[i], &text);
    itg_svg_label(r, LEFT - 10, y + 4, LEFT - 12, "text-anchor=\"end\"", text.data ? text.data : "");
    itg_report_drop(out, &text);
    if (!isnan(best))
      itg_svg_line(out, itg_axis_at(&ranks, value), y, itg_axis_at(&ranks, best), y,
                   "stroke=\"" ITG_ORANGE "\" stroke-width=\"1.5\" stroke-dasharray=\"3 2\"");
    if (!isnan(from) && !isnan(to))
      itg_svg_line(out, itg_axis_at(&ranks, from), y, itg_axis_at(&ranks, to), y,
                   "stroke=\"" ITG_BLUE "\" stroke-width=\"2.5\"");
    if (!isnan(best))
      itg_svg_mark(out, ITG_MARK_DIAMOND, itg_axis_at(&ranks, best), y, 4.6,
                   "fill=\"#ffffff\" stroke=\"#b5490f\" stroke-width=\"2\"");
    itg_svg_mark(out, ITG_MARK_CIRCLE, itg_axis_at(&ranks, value), y, 5,
                 "fill=\"" ITG_BLUE "\" stroke=\"#ffffff\"");
    if (isnan(scope)) continue;
    itg_svg_rect(out, bars, y - 7, itg_axis_at(&scopes, scope) - bars, 14,
                 "fill=\"#9ec4e1\" stroke=\"" ITG_BLUE "\"");
    itg_text_grouped(&text, scope, 0);
    itg_text_add(&text, "%");
    itg_svg_text(out, itg_axis_at(&scopes, scope) + 5, y + 4, "class=\"soft\"", text.data ? text.data : "");
    itg_report_drop(out, &text);
  }
  itg_svg_close(out);
  itg_text_print(&text, "Circles: actual integration as the unit declares it, with its %s.%s",
                 analysis->interval, optimum ? " Diamonds: what the unit thinks best." : "");
  itg_figure_close(r, text.data ? text.data : "");
  itg_report_drop(out, &text);
}

void itg_report_matrix_draw(itg_report *report, const itg_analysis *analysis) {
  const itg_table *table = itg_result_find(analysis->result, "matrix");
  draw_units(report, analysis);
  int unit = table ? itg_table_column(table, "unit") : -1,
      partner = table ? itg_table_column(table, "partner") : -1;
  if (unit < 0 || partner < 0 || !table->n_rows) return;
  map m = {.table = table};
  itg_factor *by = itg_report_alloc(report, (size_t)unit + 1, sizeof *by);
  const char **names = itg_report_alloc(report, (size_t)unit + 1, sizeof *names);
  itg_groups groups = {0};
  int64_t *rows = itg_report_alloc(report, (size_t)table->n_rows, sizeof *rows);
  if (!by || !names || !rows ||
      itg_factor_make(&table->columns[unit], table->n_rows, report->arena, &m.units, NULL) ||
      itg_factor_make(&table->columns[partner], table->n_rows, report->arena, &m.partners, NULL)) {
    report->out->failed = true;
    return;
  }
  m.unit_at = itg_report_alloc(report, (size_t)m.units.n_levels, sizeof *m.unit_at);
  m.partner_at = itg_report_alloc(report, (size_t)m.partners.n_levels, sizeof *m.partner_at);
  if (!m.unit_at || !m.partner_at) return;
  m.rows = rows;
  /* The columns before `unit` are the evaluation's own groups: a set of maps for each, four at most. */
  for (int c = 0; c < unit; c++) {
    names[c] = table->columns[c].name;
    if (itg_factor_make(&table->columns[c], table->n_rows, report->arena, &by[c], NULL))
      report->out->failed = true;
  }
  if (report->out->failed) return;
  if (unit && itg_groups_make(by, names, unit, table->n_rows, report->arena, &groups, NULL)) {
    report->out->failed = true;
    return;
  }
  for (int g = 0; g < (unit ? groups.n_groups : 1) && g < 4; g++) {
    itg_text title = ITG_TEXT_EMPTY;
    m.n_rows = 0;
    for (int64_t i = 0; i < table->n_rows; i++)
      if (!unit || groups.codes[i] == g) rows[m.n_rows++] = i;
    for (int c = 0; c < unit; c++) itg_text_print(&title, "%s%s", c ? ", " : "", groups.labels[g][c]);
    m.title = title.data;
    draw_maps(report, &m);
    itg_report_drop(report->out, &title);
  }
  if (unit && groups.n_groups > 4)
    itg_text_print(report->out,
                   "<p class=\"small\">Maps of the first 4 of %d groups; the table holds all.</p>\n",
                   (int)groups.n_groups);
}
