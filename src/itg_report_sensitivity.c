/* itg_report_sensitivity.c - layer 4: curves over one parameter, and the map of the best strategy over two.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "itg_report.h"

enum { WIDE = 420, HIGH = 330, LEFT = 84, RIGHT = 24, TOP = 34, FOOT = 48, MOST_LINES = ITG_SERIES, MOST_NAMES = 12 };

static double threshold_of(const itg_table *table) {
  return table->n_rows ? itg_cell_number(table, "threshold", 0) : NAN;
}

/* The rows of the first threshold, which come first. */
static int64_t first_rows(const itg_table *table, double threshold) {
  int64_t n = 0;
  while (n < table->n_rows) {
    double own = itg_cell_number(table, "threshold", n);
    if (own != threshold && !(isnan(own) && isnan(threshold))) break;
    n++;
  }
  return n;
}

static void say_threshold(itg_text *out, double threshold) {
  if (isnan(threshold)) return;
  itg_text_add(out, " at ");
  itg_text_grouped(out, threshold, 0);
  itg_text_add(out, " for a unit of effect");
}

/* Values of a column in order of appearance, in memory of the report. */
static int names_of(itg_report *r, const itg_table *table, int64_t rows, const char *column, int most,
                    const char **names) {
  int n = 0;
  char buffer[ITG_NUMBER_SIZE];
  for (int64_t row = 0; row < rows && n < most; row++) {
    const char *name = itg_cell_text(table, column, row, buffer);
    int k = 0;
    while (k < n && !itg_text_equal(names[k], name)) k++;
    if (k < n || !name) continue;
    names[n] = itg_arena_text(r->arena, name, strlen(name));
    if (!names[n]) return 0;
    n++;
  }
  return n;
}

/* ---- one parameter ---- */

typedef struct curves {
  const itg_table *table, *switches;
  const char *parameter;
  double threshold;
  int64_t rows; /* of the first threshold */
} curves;

static bool is_shown(const curves *c, int64_t row, const char *strategy) {
  return itg_cell_is(c->table, "parameter", row, c->parameter) &&
         !isnan(itg_cell_number(c->table, "value", row)) &&
         (!strategy || itg_cell_is(c->table, "strategy", row, strategy));
}

static bool changes_at(const curves *c, int64_t row) {
  double own = itg_cell_number(c->switches, "threshold", row);
  return (own == c->threshold || (isnan(own) && isnan(c->threshold))) &&
         itg_cell_is(c->switches, "parameter", row, c->parameter) &&
         !isnan(itg_cell_number(c->switches, "value_switch", row));
}

static void describe_curves(itg_text *text, const curves *c) {
  char from[ITG_NUMBER_SIZE], to[ITG_NUMBER_SIZE];
  int n = 0;
  itg_text_print(text, "Net benefit over %s", c->parameter);
  say_threshold(text, c->threshold);
  itg_text_add(text, ".");
  for (int64_t row = 0; row < c->switches->n_rows; row++) {
    if (!changes_at(c, row)) continue;
    itg_text_print(text, " At %s ", c->parameter);
    itg_text_significant(text, itg_cell_number(c->switches, "value_switch", row), 3);
    itg_text_print(text, " the best strategy changes from %s to %s.",
                   itg_cell_text(c->switches, "optimal_from", row, from),
                   itg_cell_text(c->switches, "optimal_to", row, to));
    n++;
  }
  if (!n) itg_text_add(text, " The best strategy is the same over all of its values.");
}

void itg_report_one_way(itg_report *r, const itg_report_group *g) {
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  const itg_table *bars = itg_report_group_table(r, g, "tornado"), none = {0};
  curves c = {.table = itg_report_group_table(r, g, "one_way"), .switches = itg_report_group_table(r, g, "switches")};
  const char *names[MOST_LINES];
  char id[16], buffer[ITG_NUMBER_SIZE];
  if (!c.switches) c.switches = &none; /* no decision of the group changes */
  if (!bars || !c.table || !bars->n_rows) return;
  c.threshold = threshold_of(c.table);
  c.rows = first_rows(c.table, c.threshold);
  c.parameter = itg_cell_text(bars, "parameter", 0, buffer);
  int n = names_of(r, c.table, c.rows, "strategy", MOST_LINES, names);
  double range[4] = {INFINITY, -INFINITY, INFINITY, -INFINITY};
  for (int64_t row = 0; row < c.rows; row++) {
    if (!is_shown(&c, row, NULL)) continue;
    double x = itg_cell_number(c.table, "value", row), y = itg_cell_number(c.table, "nmb", row);
    range[0] = fmin(range[0], x), range[1] = fmax(range[1], x);
    range[2] = fmin(range[2], y), range[3] = fmax(range[3], y);
  }
  if (!(range[0] < range[1])) return; /* ends told by words only */
  itg_axis x, y;
  itg_axis_make(&x, range[0], range[1], 5, LEFT, LEFT + WIDE);
  itg_axis_make(&y, range[2], range[3], 5, TOP + HIGH, TOP);
  describe_curves(&text, &c);
  itg_figure_open(r, id);
  itg_svg_open(out, id, LEFT + WIDE + RIGHT, TOP + HIGH + FOOT + 16.0 * n, itg_report_group_title(r, g, "One-way sensitivity"),
               text.data ? text.data : "");
  itg_report_axes(out, &x, &y, c.parameter, "Net benefit per person (currency)");
  double *xs = itg_report_alloc(r, (size_t)c.rows + 1, sizeof *xs),
         *ys = itg_report_alloc(r, (size_t)c.rows + 1, sizeof *ys);
  for (int k = 0; k < n && xs && ys; k++) {
    char style[160];
    int64_t points = 0;
    for (int64_t row = 0; row < c.rows; row++)
      if (is_shown(&c, row, names[k])) {
        xs[points] = itg_axis_at(&x, itg_cell_number(c.table, "value", row));
        ys[points++] = itg_axis_at(&y, itg_cell_number(c.table, "nmb", row));
      }
    snprintf(style, sizeof style, "fill=\"none\" stroke=\"%s\" stroke-width=\"2.4\" stroke-dasharray=\"%s\"",
             itg_series_colours[k], itg_series_dashes[k]);
    itg_svg_polyline(out, xs, ys, points, style);
    double at = TOP + HIGH + FOOT + 16.0 * k, key_x[] = {LEFT, LEFT + 34}, key_y[] = {at, at};
    itg_svg_polyline(out, key_x, key_y, 2, style);
    itg_svg_label(r, LEFT + 42, at + 4, WIDE - 60, "", names[k]);
  }
  for (int64_t row = 0; row < c.switches->n_rows; row++) {
    if (!changes_at(&c, row)) continue;
    double at = itg_axis_at(&x, itg_cell_number(c.switches, "value_switch", row));
    itg_svg_line(out, at, TOP, at, TOP + HIGH, "stroke=\"#595959\" stroke-dasharray=\"2 3\"");
  }
  itg_svg_close(out);
  itg_text_add(&text, " Dotted: where it changes.");
  itg_figure_close(r, itg_report_group_caption(r, g, text.data ? text.data : ""));
  itg_report_drop(out, &text);
}

/* ---- two parameters ---- */

/* What the measure itself adds to its estimates. */
static const char *const map_own[] = {"strategy", "threshold", NULL};

static void say_map(const itg_report_group *g, const itg_table *map, const itg_table *regions, itg_text *out) {
  char buffer[ITG_NUMBER_SIZE], other[ITG_NUMBER_SIZE];
  int64_t n = first_rows(regions, threshold_of(regions));
  if (g->label) itg_text_print(out, "%s. ", g->label);
  itg_text_print(out, "Over the ranges of %s and %s", itg_cell_text(map, "parameter_1", 0, buffer),
                 itg_cell_text(map, "parameter_2", 0, other));
  say_threshold(out, threshold_of(regions));
  itg_text_add(out, n == 1 ? " one strategy is best throughout: " : " the best strategy is ");
  for (int64_t row = 0; row < n; row++) {
    itg_text_print(out, "%s%s",
                   row == 0       ? ""
                   : row + 1 == n ? " and "
                                  : ", ",
                   itg_cell_text(regions, "strategy", row, buffer));
    if (n == 1) break;
    itg_text_add(out, " on ");
    itg_report_number(out, itg_cell_number(regions, "percent", row), "percent");
    itg_text_add(out, "%");
  }
  itg_text_add(out, n == 1 ? ". " : " of the map. ");
}

void itg_report_map_say(itg_report *report, const itg_analysis *analysis, itg_text *out) {
  itg_report_group groups[ITG_REPORT_GROUPS];
  size_t before = out->size;
  int all, n = itg_report_groups(report, analysis, map_own, groups, &all);
  for (int g = 0; g < n; g++) {
    const itg_table *regions = itg_report_group_table(report, &groups[g], "regions"),
                    *map = itg_report_group_table(report, &groups[g], "map");
    if (regions && regions->n_rows && map && map->n_rows) say_map(&groups[g], map, regions, out);
  }
  if (out->size == before) itg_report_dots_say(report, analysis, out);
}

/* Different values of a column of the map, rising; the grid runs along value_1 first. */
static int64_t axis_of(const itg_table *map, int64_t rows, int which, double *out) {
  int64_t across = 1, n = 0;
  while (across < rows && itg_cell_number(map, "value_2", across) == itg_cell_number(map, "value_2", 0))
    across++;
  for (int64_t row = 0; row < (which ? rows : across); row += which ? across : 1)
    out[n++] = itg_cell_number(map, which ? "value_2" : "value_1", row);
  return n;
}

/* Where cell i begins: half way to its neighbour. */
static double edge(const double *axis, int64_t n, int64_t i) {
  return i == 0   ? 1.5 * axis[0] - axis[1] / 2
         : i == n ? 1.5 * axis[n - 1] - axis[n - 2] / 2
                  : (axis[i - 1] + axis[i]) / 2;
}

static const char *tint(const char *const *names, int n, const char *name) {
  static const char *const tints[] = {"#adbcca", "#f2c8b3", "#b5dfdb", "#d2a9c1"};
  for (int k = 0; k < n; k++)
    if (itg_text_equal(names[k], name)) return k < 4 ? tints[k] : "#e4e4e4";
  return "#e4e4e4";
}

static void draw_cells(itg_report *r, const itg_table *map, const double *const *axes, const int64_t *n,
                       const itg_axis *x, const itg_axis *y, const char *const *names, int n_names) {
  char buffer[ITG_NUMBER_SIZE], next[ITG_NUMBER_SIZE], style[80];
  for (int64_t j = 0; j < n[1]; j++)
    for (int64_t i = 0, end; i < n[0]; i = end) { /* neighbours that say the same are one rectangle */
      const char *best = itg_cell_text(map, "optimal", j * n[0] + i, buffer);
      for (end = i + 1;
           end < n[0] && itg_text_equal(itg_cell_text(map, "optimal", j * n[0] + end, next), best);)
        end++;
      double left = itg_axis_at(x, edge(axes[0], n[0], i)), right = itg_axis_at(x, edge(axes[0], n[0], end)),
             low = itg_axis_at(y, edge(axes[1], n[1], j)), high = itg_axis_at(y, edge(axes[1], n[1], j + 1));
      const char *fill = tint(names, n_names, best);
      snprintf(style, sizeof style, "fill=\"%s\" stroke=\"%s\" stroke-width=\"0.5\"", fill, fill);
      itg_svg_rect(r->out, left, high, right - left, low - high, style);
    }
}

static void draw_map(itg_report *r, const itg_report_group *g, const itg_table *map, const itg_table *regions,
                     const itg_table *lines, const char *description) {
  itg_text *out = r->out, text = ITG_TEXT_EMPTY;
  double threshold = threshold_of(map), *axes[2];
  int64_t rows = first_rows(map, threshold), n[2];
  const char *names[MOST_NAMES];
  char id[16], buffer[ITG_NUMBER_SIZE], first[ITG_NUMBER_SIZE], second[ITG_NUMBER_SIZE];
  for (int k = 0; k < 2; k++) {
    axes[k] = itg_report_alloc(r, (size_t)rows, sizeof **axes);
    if (!axes[k]) return;
    n[k] = axis_of(map, rows, k, axes[k]);
  }
  int n_names = names_of(r, regions, regions->n_rows, "strategy", MOST_NAMES, names);
  itg_axis x, y;
  itg_axis_make(&x, edge(axes[0], n[0], 0), edge(axes[0], n[0], n[0]), 5, LEFT, LEFT + WIDE);
  itg_axis_make(&y, edge(axes[1], n[1], 0), edge(axes[1], n[1], n[1]), 5, TOP + HIGH, TOP);
  double left = itg_axis_at(&x, edge(axes[0], n[0], 0)), right = itg_axis_at(&x, edge(axes[0], n[0], n[0]));
  itg_figure_open(r, id);
  itg_svg_open(out, id, LEFT + WIDE + RIGHT, TOP + HIGH + FOOT, itg_report_group_title(r, g, "Which strategy is best"),
               description);
  itg_report_axes(out, &x, &y, itg_cell_text(map, "parameter_1", 0, first),
                  itg_cell_text(map, "parameter_2", 0, second));
  draw_cells(r, map, (const double *const *)axes, n, &x, &y, names, n_names);
  for (int64_t row = 0; row < first_rows(lines, threshold); row++)
    itg_svg_line(out, itg_axis_at(&x, itg_cell_number(lines, "from_1", row)),
                 itg_axis_at(&y, itg_cell_number(lines, "from_2", row)),
                 itg_axis_at(&x, itg_cell_number(lines, "to_1", row)),
                 itg_axis_at(&y, itg_cell_number(lines, "to_2", row)),
                 "stroke=\"" ITG_INK "\" stroke-width=\"1.8\" stroke-linecap=\"round\"");
  for (int64_t row = 0; row < first_rows(regions, threshold); row++) {
    double at = itg_axis_at(&x, itg_cell_number(regions, "value_1", row)),
           up = itg_axis_at(&y, itg_cell_number(regions, "value_2", row));
    itg_text_print(&text, "%s ", itg_cell_text(regions, "strategy", row, buffer));
    itg_report_number(&text, itg_cell_number(regions, "percent", row), "percent");
    itg_text_add(&text, "%");
    itg_svg_text(out, at, up + 4,
                 at < left + 0.2 * (right - left)   ? "class=\"strong\""
                 : at > left + 0.8 * (right - left) ? "text-anchor=\"end\" class=\"strong\""
                                                    : "text-anchor=\"middle\" class=\"strong\"",
                 text.data ? text.data : "");
    itg_report_drop(out, &text);
  }
  itg_svg_close(out);
  itg_text_add(&text, "The strategy with the largest net benefit");
  say_threshold(&text, threshold);
  itg_text_add(&text, " for each pair of values, and its share of the map. Lines: two are equally good.");
  itg_figure_close(r, itg_report_group_caption(r, g, text.data ? text.data : ""));
  itg_report_drop(out, &text);
}

static bool draw_group_map(itg_report *r, const itg_report_group *g) {
  const itg_table *map = itg_report_group_table(r, g, "map"), *regions = itg_report_group_table(r, g, "regions"),
                  *lines = itg_report_group_table(r, g, "lines"), none = {0};
  itg_text text = ITG_TEXT_EMPTY;
  if (!map || !regions || !map->n_rows || !regions->n_rows) return false;
  say_map(g, map, regions, &text);
  draw_map(r, g, map, regions, lines ? lines : &none, text.data ? text.data : "");
  itg_report_drop(r->out, &text);
  return true;
}

void itg_report_map_draw(itg_report *report, const itg_analysis *analysis) {
  itg_report_group groups[ITG_REPORT_GROUPS];
  int all, n = itg_report_groups(report, analysis, map_own, groups, &all), drawn = 0;
  itg_text_add(report->out, "<div class=\"pair\">\n");
  for (int g = 0; g < n; g++) drawn += draw_group_map(report, &groups[g]);
  itg_text_add(report->out, "</div>\n");
  itg_report_group_rest(report, n, all);
  if (!drawn) itg_report_dots_draw(report, analysis);
}
