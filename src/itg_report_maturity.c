/* itg_report_maturity.c - layer 4: how mature integration is: elements by cluster, phases, points by
 * component. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "itg_report.h"

enum { ROW = 26, LEFT = 250, PLOT = 400, RIGHT = 330, TOP = 40, MOST = 64 };

/* Cell equals the text; text NULL: the cell is missing or there is no such column. */
static bool holds(const itg_table *table, const char *column, int64_t row, const char *text) {
  char buffer[ITG_NUMBER_SIZE];
  const char *cell = itg_cell_text(table, column, row, buffer);
  return text ? itg_text_equal(cell, text) : cell == NULL;
}

static bool present(const itg_table *table, const char *column, int64_t row) {
  char buffer[ITG_NUMBER_SIZE];
  return itg_cell_text(table, column, row, buffer) != NULL;
}

/* Do two rows agree in the columns that `by` put between `scale` and the first own column? */
static bool same_group(const itg_table *table, const char *own, int64_t a, int64_t b) {
  int end = itg_table_column(table, own);
  for (int c = itg_table_column(table, "scale") + 1; c < end; c++) {
    char x[ITG_NUMBER_SIZE], y[ITG_NUMBER_SIZE];
    if (!itg_text_equal(itg_column_text(&table->columns[c], a, x), itg_column_text(&table->columns[c], b, y)))
      return false;
  }
  return true;
}

static void group_title(const itg_table *table, const char *own, int64_t row, itg_text *out) {
  int end = itg_table_column(table, own);
  for (int c = itg_table_column(table, "scale") + 1; c < end; c++) {
    char buffer[ITG_NUMBER_SIZE];
    const char *label = itg_column_text(&table->columns[c], row, buffer);
    if (label) itg_text_print(out, "%s%s", out->size ? ", " : "", label);
  }
}

static void draw_grid(itg_text *out, const itg_axis *axis, double top, double bottom) {
  for (int i = 0; i < axis->n_ticks; i++) {
    itg_text text = ITG_TEXT_EMPTY;
    double x = itg_axis_at(axis, axis->ticks[i]);
    itg_svg_line(out, x, top - 4, x, bottom, "stroke=\"" ITG_GRID "\"");
    itg_axis_label(axis, axis->ticks[i], &text);
    itg_svg_text(out, x, top - 10, "text-anchor=\"middle\" class=\"soft\"", text.data ? text.data : "");
    itg_report_drop(out, &text);
  }
}

static void draw_heading(itg_report *r, const char *heading) {
  if (!heading || !*heading) return;
  itg_text_add(r->out, "<h4>");
  itg_text_html(r->out, heading);
  itg_text_add(r->out, "</h4>\n");
}

/* ---- checklist: clusters ---- */

/* The mean over services of a cluster (NULL: of all elements). */
static int64_t cluster_row(const itg_table *table, const char *scale, const char *cluster, int64_t like) {
  for (int64_t r = 0; r < table->n_rows; r++)
    if (holds(table, "scale", r, scale) && holds(table, "cluster", r, cluster) &&
        holds(table, "service", r, NULL) && holds(table, "phase", r, NULL) &&
        holds(table, "element", r, NULL) && (like < 0 || same_group(table, "service", r, like)))
      return r;
  return -1;
}

/* Lowest and highest service. */
static void service_range(const itg_table *table, const char *cluster, int64_t like, double *low,
                          double *high) {
  *low = *high = NAN;
  for (int64_t r = 0; r < table->n_rows; r++) {
    if (!holds(table, "scale", r, "implemented") || !holds(table, "cluster", r, cluster) ||
        !present(table, "service", r) || !holds(table, "phase", r, NULL) ||
        !holds(table, "element", r, NULL) || !same_group(table, "service", r, like))
      continue;
    double value = itg_cell_number(table, "estimate", r);
    *low = fmin(*low, value);
    *high = fmax(*high, value);
  }
}

static void say_checklist(const itg_analysis *a, itg_text *out) {
  const itg_table *table = itg_result_table(a->result, 0);
  int64_t all = cluster_row(table, "implemented", NULL, -1),
          planned = cluster_row(table, "planned", NULL, -1);
  int said = 0;
  for (int64_t r = 0;
       r < table->n_rows && itg_table_column(table, "service") > itg_table_column(table, "scale") + 1; r++) {
    itg_text title = ITG_TEXT_EMPTY; /* several groups: a word on each */
    if (!holds(table, "scale", r, "implemented") || cluster_row(table, "implemented", NULL, r) != r) continue;
    group_title(table, "service", r, &title);
    itg_text_print(out, "%s%s: ", said++ ? "; " : "Of their relevant elements services have put in place: ",
                   title.data ? title.data : "others");
    itg_report_number(out, itg_cell_number(table, "estimate", r), "percent");
    itg_text_add(out, "%");
    itg_report_drop(out, &title);
  }
  if (said) {
    itg_text_add(out, ".");
    return;
  }
  if (all < 0 || isnan(itg_cell_number(table, "estimate", all))) {
    itg_text_add(out, "The share of elements in place could not be had; the table says why.");
    return;
  }
  itg_text_add(out, "Services have put ");
  itg_report_estimate(out, a, all);
  itg_text_add(out, " of their relevant elements in place");
  double more = itg_cell_number(table, "estimate", planned);
  if (!isnan(more)) {
    itg_text_add(out, " and plan ");
    itg_report_number(out, more, "percent");
    itg_text_add(out, "% of the others");
  }
  itg_text_add(out, ".");
}

static int clusters_of(const itg_table *table, int64_t like, int64_t *rows) {
  int n = 0;
  for (int64_t r = 0; r < table->n_rows && n < MOST; r++)
    if (holds(table, "scale", r, "implemented") && present(table, "cluster", r) &&
        holds(table, "service", r, NULL) && holds(table, "element", r, NULL) &&
        holds(table, "phase", r, NULL) && same_group(table, "service", r, like))
      rows[n++] = r;
  return n;
}

static void draw_clusters(itg_report *r, const itg_analysis *a, int64_t like) {
  const itg_table *table = itg_result_table(a->result, 0);
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  int64_t rows[MOST], best = -1, worst = -1;
  char id[16], buffer[ITG_NUMBER_SIZE];
  int n = clusters_of(table, like, rows);
  if (!n) return;
  for (int i = 0; i < n; i++) {
    double value = itg_cell_number(table, "estimate", rows[i]);
    if (isnan(value)) continue;
    if (best < 0 || value > itg_cell_number(table, "estimate", best)) best = rows[i];
    if (worst < 0 || value < itg_cell_number(table, "estimate", worst)) worst = rows[i];
  }
  itg_text_print(&text, "Dot chart of the percent of relevant elements in place in %d clusters.", n);
  const int64_t ends[] = {best, worst};
  for (int i = 0; i < 2 && best >= 0; i++) {
    itg_text_print(&text, " %s: %s, ", i ? "Lowest" : "Highest",
                   itg_report_title(r, a, "clusters", itg_cell_text(table, "cluster", ends[i], buffer)));
    itg_report_number(&text, itg_cell_number(table, "estimate", ends[i]), "percent");
    itg_text_add(&text, "%.");
  }
  itg_axis axis;
  double bottom = TOP + n * ROW + 4;
  itg_axis_make(&axis, 0, 100, 5, LEFT, LEFT + PLOT);
  itg_figure_open(r, id);
  itg_svg_open(out, id, LEFT + PLOT + RIGHT, bottom + 10, "Elements in place by cluster",
               text.data ? text.data : "");
  itg_report_drop(out, &text);
  itg_svg_text(out, LEFT, 14, "class=\"head\"", "Percent of relevant elements in place");
  draw_grid(out, &axis, TOP, bottom);
  for (int i = 0; i < n; i++) {
    double y = TOP + i * ROW + ROW / 2.0, low, high, value = itg_cell_number(table, "estimate", rows[i]);
    const char *cluster = itg_cell_text(table, "cluster", rows[i], buffer);
    double planned = itg_cell_number(table, "estimate", cluster_row(table, "planned", cluster, rows[i]));
    itg_svg_label(r, LEFT - 10, y + 4, LEFT - 12, "text-anchor=\"end\"",
                  itg_report_title(r, a, "clusters", cluster));
    service_range(table, cluster, rows[i], &low, &high);
    itg_svg_line(out, LEFT, y, LEFT + PLOT, y, "stroke=\"#ececec\"");
    if (!isnan(low)) {
      double from = itg_axis_at(&axis, low), to = itg_axis_at(&axis, high);
      itg_svg_line(out, from, y, to, y, "stroke=\"#7a93a8\" stroke-width=\"2\"");
      itg_svg_line(out, from, y - 5, from, y + 5, "stroke=\"#7a93a8\" stroke-width=\"2\"");
      itg_svg_line(out, to, y - 5, to, y + 5, "stroke=\"#7a93a8\" stroke-width=\"2\"");
    }
    if (isnan(value))
      itg_text_add(&text, "not available");
    else {
      itg_svg_mark(out, ITG_MARK_CIRCLE, itg_axis_at(&axis, value), y, 6,
                   "fill=\"" ITG_BLUE "\" stroke=\"#ffffff\"");
      itg_text_grouped(&text, value, 0);
      itg_text_add(&text, "%");
    }
    if (!isnan(low) && high > low) {
      itg_text_add(&text, ", services ");
      itg_text_grouped(&text, low, 0);
      itg_text_add(&text, " to ");
      itg_text_grouped(&text, high, 0);
    }
    if (!isnan(planned)) {
      itg_text_add(&text, "; planned: ");
      itg_text_grouped(&text, planned, 0);
      itg_text_add(&text, "% of the rest");
    }
    itg_svg_text(out, LEFT + PLOT + 12, y + 4, "class=\"soft\"", text.data ? text.data : "");
    itg_report_drop(out, &text);
  }
  itg_svg_close(out);
  itg_figure_close(r, "Circles: mean over services. Lines: from the lowest to the highest service.");
}

/* The elements that most services of a group lack: ranks begin anew with each group. */
static void list_improvements(itg_report *r, const itg_analysis *a, int group, int most) {
  const itg_table *table = itg_result_find(a->result, "improvements");
  itg_text *out = r->out;
  char buffer[ITG_NUMBER_SIZE];
  int64_t first = 0, end;
  for (int g = 0; table && first < table->n_rows && g < group; g++)
    for (first++; first < table->n_rows && itg_cell_number(table, "rank", first) != 1;) first++;
  if (!table || first >= table->n_rows) return;
  for (end = first + 1;
       end < table->n_rows && end - first < most && itg_cell_number(table, "rank", end) != 1;)
    end++;
  itg_text_print(
      out,
      "<h4>Where to begin: the elements that are lacking most</h4>\n<div class=\"scroll\"><table>\n"
      "<thead><tr><th scope=\"col\" class=\"num\">Rank</th><th scope=\"col\">Element</th>"
      "<th scope=\"col\">Cluster</th><th scope=\"col\" class=\"num\">In place</th>"
      "<th scope=\"col\" class=\"num\">Services that lack it</th>"
      "<th scope=\"col\" class=\"num\">of them plan it</th></tr></thead>\n<tbody>\n");
  for (int64_t i = first; i < end; i++) {
    const char *label = itg_cell_text(table, "label", i, buffer);
    itg_text_add(out, "<tr><td class=\"num\">");
    itg_report_number(out, itg_cell_number(table, "rank", i), "count");
    itg_text_add(out, "</td><td>");
    itg_text_html(out, label ? label : itg_cell_text(table, "element", i, buffer));
    itg_text_add(out, "</td><td>");
    const char *cluster = itg_cell_text(table, "cluster", i, buffer);
    itg_text_html(out, cluster ? itg_report_title(r, a, "clusters", cluster) : "");
    itg_text_add(out, "</td><td class=\"num\">");
    itg_report_number(out, itg_cell_number(table, "implemented", i), "percent");
    itg_text_add(out, "%</td><td class=\"num\">");
    itg_report_number(out, itg_cell_number(table, "lacking", i), "count");
    itg_text_add(out, "</td><td class=\"num\">");
    double planned = itg_cell_number(table, "planned", i);
    if (!isnan(planned)) itg_report_number(out, planned, "count");
    itg_text_add(out, "</td></tr>\n");
  }
  itg_text_add(out, "</tbody></table></div>\n");
}

/* One chart per group of the evaluation, four at most. */
static void draw_checklist(itg_report *r, const itg_analysis *a) {
  const itg_table *table = itg_result_table(a->result, 0);
  int drawn = 0;
  for (int64_t i = 0; i < table->n_rows && drawn < 4; i++) {
    itg_text title = ITG_TEXT_EMPTY;
    if (!holds(table, "scale", i, "implemented") || cluster_row(table, "implemented", NULL, i) != i) continue;
    group_title(table, "service", i, &title);
    draw_heading(r, title.data);
    itg_report_drop(r->out, &title);
    draw_clusters(r, a, i);
    list_improvements(r, a, drawn,
                      itg_table_column(table, "service") > itg_table_column(table, "scale") + 1 ? 5 : 10);
    drawn++;
  }
}

/* ---- stages: services by phase ---- */

static void say_stages(const itg_analysis *a, itg_text *out) {
  const itg_table *table = itg_result_table(a->result, 0);
  char buffer[ITG_NUMBER_SIZE];
  int64_t self = -1, share = -1, kappa = -1;
  for (int64_t r = table->n_rows - 1; r >= 0; r--) {
    if (present(table, "service", r)) continue;
    if (holds(table, "scale", r, "self")) self = r;
    if (holds(table, "scale", r, "agreement")) share = r;
    if (holds(table, "scale", r, "kappa_linear")) kappa = r;
  }
  if (self < 0 || isnan(itg_cell_number(table, "estimate", self))) {
    itg_text_add(out, "No service placed itself in a phase.");
    return;
  }
  itg_text_add(out, "The middle service places itself in phase ");
  itg_text_significant(out, itg_cell_number(table, "estimate", self), 2);
  const char *level = itg_cell_text(table, "level", self, buffer);
  if (level) itg_text_print(out, " (%s)", level);
  itg_text_add(out, ".");
  if (share >= 0 && !isnan(itg_cell_number(table, "estimate", share))) {
    itg_text_add(out, " Its own word and the phase calculated from elements agree for ");
    itg_report_estimate(out, a, share);
    itg_text_add(out, " of the services");
    if (kappa >= 0 && !isnan(itg_cell_number(table, "estimate", kappa))) {
      itg_text_add(out, "; weighted kappa ");
      itg_report_estimate(out, a, kappa);
    }
    itg_text_add(out, ".");
  }
}

static void draw_phases(itg_report *r, const itg_table *table, int64_t first, int64_t end,
                        const char *heading) {
  enum { PAIR = 46, WIDE = 360 };
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  char id[16], buffer[ITG_NUMBER_SIZE];
  static const char *const columns[] = {"self", "calculated"};
  bool both = false;
  double most = 1;
  for (int64_t i = first; i < end; i++)
    for (int k = 0; k < 2; k++) {
      double n = itg_cell_number(table, columns[k], i);
      both = both || (k && !isnan(n));
      if (n > most) most = n;
    }
  itg_text_add(&text, "Bar chart of services by phase.");
  for (int64_t i = first; i < end; i++) {
    itg_text_add(&text, " Phase ");
    itg_report_number(&text, itg_cell_number(table, "phase", i), "count");
    itg_text_add(&text, ": ");
    itg_report_number(&text, itg_cell_number(table, "self", i), "count");
    itg_text_add(&text, " by their own word");
    if (both) {
      itg_text_add(&text, ", ");
      itg_report_number(&text, itg_cell_number(table, "calculated", i), "count");
      itg_text_add(&text, " as calculated");
    }
    itg_text_add(&text, ".");
  }
  double bottom = TOP + (double)(end - first) * PAIR;
  draw_heading(r, heading);
  itg_figure_open(r, id);
  itg_svg_open(out, id, LEFT + 60 + WIDE + 60, bottom + 8, "Services by phase", text.data ? text.data : "");
  itg_report_drop(out, &text);
  itg_svg_text(out, 0, 14, "class=\"head\"", "Services in each phase");
  itg_svg_rect(out, LEFT + 60, 6, 14, 10, "fill=\"" ITG_BLUE "\"");
  itg_svg_text(out, LEFT + 80, 15, "class=\"soft\"", "by their own word");
  if (both) {
    itg_svg_rect(out, LEFT + 210, 6, 14, 10, "fill=\"#ffffff\" stroke=\"" ITG_ORANGE "\" stroke-width=\"2\"");
    itg_svg_text(out, LEFT + 230, 15, "class=\"soft\"", "as calculated");
  }
  for (int64_t i = first; i < end; i++) {
    double y = TOP + (double)(i - first) * PAIR;
    itg_text_grouped(&text, itg_cell_number(table, "phase", i), 0);
    itg_text_add(&text, ". ");
    const char *title = itg_cell_text(table, "title", i, buffer);
    itg_text_add(&text, title ? title : "");
    itg_svg_label(r, LEFT + 50, y + 22, LEFT + 48, "text-anchor=\"end\"", text.data ? text.data : "");
    itg_report_drop(out, &text);
    for (int k = 0; k < 2; k++) {
      double n = itg_cell_number(table, columns[k], i), width = n / most * WIDE;
      if (isnan(n)) continue;
      itg_svg_rect(
          out, LEFT + 60, y + 3 + 18 * k, width, 15,
          k ? "fill=\"#ffffff\" stroke=\"" ITG_ORANGE "\" stroke-width=\"2\"" : "fill=\"" ITG_BLUE "\"");
      itg_text_grouped(&text, n, 0);
      itg_svg_text(out, LEFT + 60 + width + 6, y + 15 + 18 * k, "class=\"soft\"", text.data ? text.data : "");
      itg_report_drop(out, &text);
    }
  }
  itg_svg_close(out);
  itg_figure_close(r, "Phases are ordered steps, not quantities.");
}

static void draw_stages(itg_report *r, const itg_analysis *a) {
  const itg_table *table = itg_result_find(a->result, "phases");
  int drawn = 0;
  for (int64_t first = 0, end; table && first < table->n_rows && drawn < 4; first = end, drawn++) {
    itg_text title = ITG_TEXT_EMPTY;
    char buffer[ITG_NUMBER_SIZE];
    double phase = itg_cell_number(table, "phase", first);
    for (end = first + 1; end < table->n_rows && itg_cell_number(table, "phase", end) > phase; end++)
      phase = itg_cell_number(table, "phase", end);
    for (int c = 0; c < itg_table_column(table, "phase"); c++) {
      const char *label = itg_column_text(&table->columns[c], first, buffer);
      if (label) itg_text_print(&title, "%s%s", title.size ? ", " : "", label);
    }
    draw_phases(r, table, first, end, title.data);
    itg_report_drop(r->out, &title);
  }
}

/* ---- which of them ---- */

static const char *measure_of(const itg_analysis *a, char buffer[ITG_NUMBER_SIZE]) {
  const char *measure = itg_cell_text(itg_result_table(a->result, 0), "measure", 0, buffer);
  return measure ? measure : a->measure->name;
}

void itg_report_maturity_say(itg_report *report, const itg_analysis *analysis, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE];
  const char *measure = measure_of(analysis, buffer);
  if (strcmp(measure, "checklist") == 0)
    say_checklist(analysis, out);
  else if (strcmp(measure, "stages") == 0)
    say_stages(analysis, out);
  else
    itg_report_dots_say(report, analysis, out);
}

void itg_report_maturity_draw(itg_report *report, const itg_analysis *analysis) {
  char buffer[ITG_NUMBER_SIZE];
  const char *measure = measure_of(analysis, buffer);
  if (strcmp(measure, "checklist") == 0)
    draw_checklist(report, analysis);
  else if (strcmp(measure, "stages") == 0)
    draw_stages(report, analysis);
  else
    itg_report_dots_draw(report, analysis);
}
